//! Gram matrices of points on the sphere, and what is learned from them.

mod eigen;
mod layers;
mod matrix;
mod network;
mod points;
mod random_features;
mod regression;
mod stream;
mod table;

pub use eigen::Eigen;
pub use matrix::{Element, Matrix, Scaling, Zonal};
pub use network::Network;
pub use points::Points;
pub use random_features::RandomFeatures;
pub use regression::{Posterior, Regression, alignment};
pub use table::Table;
