//! Fully connected networks and random features of finite width.

mod layers;
mod network;
mod random_features;

pub use network::DenseNetwork;
pub use random_features::RandomFeatures;
