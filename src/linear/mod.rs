//! Dense matrices and their eigenvalues.

mod band;
mod buffer;
mod eigen;
mod element;
mod matrix;
mod tridiagonal;

pub(crate) use buffer::room;
pub use eigen::Eigen;
pub use element::Element;
pub use matrix::Matrix;
pub use tridiagonal::eigenvalues;
