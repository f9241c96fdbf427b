//! Mercer eigenvalues of dot-product (zonal) kernels, with every printed digit right; the laws by which they decay,
//! derived, measured and proved; and what a spectrum means for learning.
//!
//! A kernel $\kappa(\langle x, y\rangle)$ on the sphere $S^{p-1}$ has one eigenvalue $\mu_k$ for each degree $k$, with
//! multiplicity $N(p,k)$: $\kappa(u) = \sum_k\mu_kN(p,k)P_k(u)$, $P_k(1) = 1$. The [conventions] say what is normalised
//! how, the page on [accuracy] what errors mean, that on [proofs] what is proved and how.
//!
//! # I have a formula, or the name of a kernel, and want numbers
//!
//! A [`Kernel`] on a [`Sphere`] has a [`Spectrum`], which has tables:
//!
//! ```
//! use zonal::{Kernel, Sphere};
//! let kernel: Kernel = "exp(-sqrt(2-2*u))".parse()?; // or Kernel::laplace(1), "ntk(3)", "u*arccos0(u) + arccos1(u)"
//! let table = kernel.spectrum(Sphere::in_dimension(3)?).digits(20)?.table(&[0, 1, 100])?;
//! assert_eq!(table.rows[1].to_string(), "0.082682265892901535152");
//! println!("{}: error {}, {}", table.rows[1], table.rows[1].decimal_error(), table.rows[1].rigour);
//! # Ok::<(), zonal::Error>(())
//! ```
//!
//! Every row says how its error is known ([`Rigour`](spectrum::Rigour)); [`Spectrum::rigour`] asks for proofs alone,
//! [`Spectrum::plan`] tells beforehand what will be done, [`Spectrum::doubles`] computes a million eigenvalues as
//! doubles.
//!
//! # I want the law by which they decay, or a theorem
//!
//! [`Spectrum::decay`] derives the law from the formula, measures it from eigenvalues alone, and compares;
//! [`Spectrum::prove`] proves laws for all degrees, positivity and the trace:
//!
//! ```
//! use zonal::{Kernel, Sphere};
//! let spectrum = Kernel::ntk(2)?.spectrum(Sphere::in_dimension(10)?);
//! let law = spectrum.decay_law()?.parities;
//! assert_eq!(law.even.to_string(), "mu_k ~ A m^-10, A = 294912/pi^2");
//! assert_eq!(law.odd.to_string(), "exactly zero except at k = 1");
//! assert!(spectrum.prove()?.to_string().contains("for every even k >= "));
//! # Ok::<(), zonal::Error>(())
//! ```
//!
//! # I have a kernel of my own
//!
//! Kernels are added and multiplied, and formulas are built by [`Expr`](kernel::Expr), which shares its parts, so that
//! deep networks stay small: `examples/leaky_relu.rs`. CONTRIBUTING.md tells how to add a family to the catalogue, a
//! special function, a method, a domain or a question, each in a file of its own. Number systems from outside run
//! through the same formulas ([`Number`](number::Number), `examples/dual_numbers.rs`).
//!
//! # I have data (feature `data`)
//!
//! [`gram`](gram/index.html) has Gram matrices and kernel regression, [`convolution`](convolution/index.html) kernels
//! of convolutional networks, [`finite`](finite/index.html) networks of finite width, [`data`](data/index.html) reads
//! files.
//!
//! # I want to know what a spectrum means
//!
//! [`rkhs`] has function spaces, norms, approximation and capacity; [`Spectrum::learning_curve`] and [`learning`] say
//! what regression is expected to do with n samples.
//!
//! # My data are bits or words
//!
//! [`Cube`](domain::Cube) and [`Hamming`](domain::Hamming) take the place of the sphere in [`Kernel::spectrum`].
//!
//! # My program waits
//!
//! [`Watch`](watch::Watch) runs any computation on threads of its own, tells how far it is, and stops it.
//! [`question`](question/index.html) (feature `cli`) asks and answers in JSON, as `zonal ask` does.
//!
//! # What is kept
//!
//! Three tiers. What this page names, and what the README uses, changes in a new major version only. The other items of
//! the documentation may change in a minor version; enums and structs that may grow are `#[non_exhaustive]`. What is
//! hidden from the documentation is public for the tests of this repository alone. [`rug`] is the arithmetic in
//! signatures, and is re-exported.

#![warn(missing_docs)]
#![warn(clippy::missing_errors_doc)]
#![forbid(unsafe_code)]

pub mod error;
#[cfg(feature = "data")]
mod files;
mod law;
pub mod parity;
pub mod verdict;
pub mod watch;

pub mod number;
pub mod special;

pub mod domain;
pub mod kernel;
pub mod quadrature;

pub mod spectrum;

#[cfg(feature = "data")]
pub mod convolution;
#[cfg(feature = "data")]
pub mod data;
pub mod decay;
#[cfg(feature = "data")]
pub mod deformation;
#[cfg(feature = "data")]
pub mod finite;
#[cfg(feature = "data")]
pub mod gram;
pub mod learning;
#[cfg(feature = "data")]
pub mod linear;
pub mod rkhs;

#[cfg(feature = "cli")]
pub mod report;

#[cfg(feature = "cli")]
pub mod question;

#[cfg(feature = "cli")]
pub mod cli;

pub use domain::Sphere;
pub use error::{Error, Result};
pub use kernel::Kernel;
pub use law::Law;
pub use rug;
pub use spectrum::Spectrum;

#[doc = include_str!("../docs/conventions.md")]
pub mod conventions {}

#[doc = include_str!("../docs/accuracy.md")]
pub mod accuracy {}

#[doc = include_str!("../docs/proofs.md")]
pub mod proofs {}

#[doc = include_str!("../docs/measurements.md")]
pub mod measurements {}

#[doc = include_str!("../docs/agreement.md")]
pub mod agreement {}

#[doc = include_str!("../docs/mutations.md")]
pub mod mutations {}

#[doc = include_str!("../docs/design.md")]
pub mod design {}

#[doc = include_str!("../docs/theorems.md")]
pub mod theorems {}

#[doc = include_str!("../docs/reading.md")]
pub mod reading {}

#[doc = include_str!("../docs/mnist.md")]
pub mod mnist {}

#[doc = include_str!("../docs/digits.md")]
pub mod digits {}

/// The README's programs are tests.
#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../README.md")]
mod readme {}
