#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
#![forbid(unsafe_code)]

pub mod error;
pub mod number;
pub mod kernel;
pub mod sphere;
pub mod quadrature;
pub mod spectrum;

pub use error::{Error, Result};
pub use kernel::Kernel;
pub use sphere::Sphere;
pub use spectrum::Spectrum;
