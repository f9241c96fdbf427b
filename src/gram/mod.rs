//! Gram matrices of points on the sphere, and what is learned from them.

mod array;
mod band;
mod block;
mod buffer;
mod clusters;
mod eigen;
mod file;
mod labels;
mod layers;
mod matrix;
mod model;
mod network;
mod nystrom;
mod outputs;
mod points;
mod random_features;
mod regression;
mod stream;
mod table;
mod tridiagonal;
pub(crate) mod unfinished;

pub use array::Array;
pub use clusters::{Cluster, are_uniform, clusters};
pub use eigen::Eigen;
pub use file::Header;
pub use labels::Labels;
pub use matrix::{Element, Matrix, Scaling, Zonal};
pub use model::{Fitted, Model, Settings};
pub use network::Network;
pub use nystrom::Nystrom;
pub use outputs::{Outputs, Score, Task};
pub use points::Points;
pub use random_features::RandomFeatures;
pub use regression::{Posterior, Regression, alignment};
pub use table::Table;
pub use tridiagonal::eigenvalues;
