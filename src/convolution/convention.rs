//! Conventions of other programs.

use super::ConvolutionalKernel;

/// How a program scales the kernels of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Convention {
    /// That of Bietti and Mairal, and of this library: K(x, x) = |x|^2 for the convolutional kernel network without
    /// pooling on a torus.
    Standard,
    /// That of neural-tangents: `Conv(W_std, padding='SAME' or 'CIRCULAR')`, `Relu()` after each convolution,
    /// `GlobalAvgPool()` or `Flatten()`, `Dense(1, W_std=1)`. It divides by the number of channels, `Flatten` by that
    /// of positions too, and each convolution multiplies by W_std^2/2.
    NeuralTangents {
        /// W_std of the convolutions.
        weight: f64,
    },
}

impl ConvolutionalKernel {
    /// What both kernels of this library are to be multiplied by.
    ///
    /// ```
    /// use zonal::convolution::{ConvolutionalKernel, Convention};
    /// let kernel = ConvolutionalKernel::new(&"conv(3) conv(3)".parse()?, "28x28x3".parse()?)?;
    /// let factor = kernel.factor(Convention::NeuralTangents { weight: 2.0 });
    /// assert!((factor * 3.0 * 784.0 - 4.0).abs() < 1e-14);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn factor(&self, convention: Convention) -> f64 {
        match convention {
            Convention::Standard => 1.0,
            Convention::NeuralTangents { weight } => {
                let network = self.network();
                let positions = if network.global { 1 } else { self.positions() };
                (weight * weight / 2.0).powi(network.depth() as i32) / (self.shape().channels * positions) as f64
            }
        }
    }
}
