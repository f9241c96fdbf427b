//! Gram matrices of points on the sphere, and what is learned from them.

mod band;
mod eigen;
mod matrix;
mod points;
mod regression;
mod stream;
mod table;
mod tridiagonal;

pub use eigen::Eigen;
pub use matrix::{Element, Matrix, Scaling, Zonal};
pub use points::Points;
pub use regression::{Posterior, Regression, alignment};
pub use table::Table;
pub use tridiagonal::eigenvalues;
