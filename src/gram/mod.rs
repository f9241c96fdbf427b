//! Gram matrices of points on the sphere, and what is learned from them.

mod matrix;
mod points;

pub use matrix::{Element, Matrix, Scaling, Zonal};
pub use points::Points;
