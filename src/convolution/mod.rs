//! Kernels of convolutional networks: convolutional kernel networks and convolutional neural tangent kernels.

mod activation;
mod arc;
mod axis;
mod convention;
mod exponential;
mod finite;
mod grid;
mod image;
mod kernel;
mod lanes;
mod matrix;
mod multiprecision;
mod network;
mod panel;
mod pooling;
mod rounding;
mod signals;
mod spectrum;
mod step;
mod sweep;

use axis::Axis;

pub use activation::Activation;
pub use convention::Convention;
pub use finite::FiniteNetwork;
pub use grid::{Grid, Shape};
pub use image::Image;
pub use kernel::{ConvolutionalKernel, Pair};
pub use matrix::{Kernels, Matrices};
pub use multiprecision::{Distances, PrecisePair};
pub use network::{ConvolutionalNetwork, Layer, Padding, Patch};
pub use signals::Signals;
pub use spectrum::{PatchDegree, PatchSpectrum};
