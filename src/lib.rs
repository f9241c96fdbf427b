#![cfg_attr(feature = "cli", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "cli"),
    doc = "Eigenvalues of dot-product (zonal) kernels, the laws by which they decay, and what follows for learning."
)]
#![warn(missing_docs)]
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
pub use spectrum::Spectrum;

#[doc = include_str!("../docs/conventions.md")]
pub mod conventions {}

#[doc = include_str!("../docs/accuracy.md")]
pub mod accuracy {}

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
