#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![forbid(unsafe_code)]

pub mod error;
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

pub mod convolution;
pub mod data;
pub mod decay;
pub mod deformation;
pub mod finite;
pub mod gram;
pub mod learning;
pub mod linear;
pub mod rkhs;

pub mod report;

pub mod question;

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
