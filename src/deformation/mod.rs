//! Deformations of images, and how far they move the features of convolutional networks.

mod field;
mod spline;
mod stability;

pub use field::{Deformation, Field, Local};
pub use stability::Deformed;
