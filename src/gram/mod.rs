//! Gram matrices of points on the sphere, and what is learned from them.

mod block;
mod clusters;
mod model;
mod nystrom;
mod outputs;
mod regression;
mod scaling;
mod stream;
mod zonal_gram;

pub use clusters::{Cluster, are_uniform, clusters};
pub use model::{Fitted, Model, Settings};
pub use nystrom::Nystrom;
pub use outputs::{Outputs, Score, Task};
pub use regression::{Posterior, Regression, alignment};
pub use scaling::Scaling;
pub use zonal_gram::ZonalGram;
