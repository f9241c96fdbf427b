//! How far deformations move the features of a signal.

use super::Field;
use crate::convolution::{ConvolutionalKernel, Distances};
use crate::error::Result;

/// How far a deformation moves a signal and its features, beside the size of the vector field.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Deformed {
    /// The largest |tau| in positions.
    pub length: f64,
    /// The largest |grad tau|.
    pub gradient: f64,
    /// |L_tau x - x|
    pub change: f64,
    /// |Phi(L_tau x) - Phi(x)|
    pub distances: Distances,
    /// How far these can be wrong.
    pub errors: Distances,
}

/// Pairs of positions and layers up to which distances are computed in multiprecision: some tenths of a second.
const PRECISE: f64 = 1e5;
const BITS: u32 = 200;
const MOST_DOUBLINGS: u32 = 3;

impl ConvolutionalKernel {
    /// The features of a signal and of the signal deformed. Small signals are computed in multiprecision, others from
    /// K(x,x) + K(x',x') - 2 K(x,x') in double precision; the errors say what is left of small distances.
    ///
    /// ```
    /// use zonal::convolution::ConvolutionalKernel;
    /// use zonal::deformation::Deformation;
    /// let shape: zonal::convolution::Shape = "32".parse()?;
    /// let kernel = ConvolutionalKernel::new(&"circular conv(3) conv(3)".parse()?, shape)?;
    /// let signal: Vec<f64> = (0..32).map(|u| 1.5 + (std::f64::consts::TAU * f64::from(u) / 32.0).sin()).collect();
    /// let moved = |gradient: f64| kernel.deformed(&signal, &Deformation::smooth(gradient, 1).on(shape.grid));
    /// let (small, smaller) = (moved(1e-6)?, moved(1e-8)?);
    /// // The convolutional kernel network is Lipschitz, the tangent kernel's distance is a root.
    /// assert!((small.distances.ckn / smaller.distances.ckn - 100.0).abs() < 0.1);
    /// assert!((small.distances.ntk / smaller.distances.ntk - 10.0).abs() < 0.1);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// Squares of the signal must be doubles: scale those beyond 1e150 or below 1e-150.
    ///
    /// # Errors
    /// `Input` for a signal of another size, or a field on another grid.
    pub fn deformed(&self, signal: &[f64], field: &Field) -> Result<Deformed> {
        let moved = field.deform(signal, self.shape().channels, self.network().padding)?;
        let (length, gradient) = field.sizes();
        let change = signal.iter().zip(&moved).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt();
        let (distances, errors) = match self.operations() <= PRECISE {
            true => {
                let steps = self.steps();
                let bits = BITS << steps.saturating_sub(1).min(MOST_DOUBLINGS);
                let distances = self.distances(signal, &moved, bits)?;
                // K(x, x) <= (depth + 1) |x|^2 with some roundings, of which every layer of order 0, and the tangent
                // kernel, takes a root where features are parallel.
                let square: f64 = signal.iter().map(|x| x * x).sum();
                let size = square * (self.network().depth() + 1) as f64;
                let error = |d: f64, roots: u32| {
                    let noise = size * (-f64::from(bits - 16) / f64::from(roots).exp2()).exp2();
                    d * f64::EPSILON + noise / ((d * d + noise).sqrt() + d).max(f64::MIN_POSITIVE)
                };
                let errors = Distances { ckn: error(distances.ckn, steps), ntk: error(distances.ntk, 1) };
                (distances, errors)
            }
            false => self.fast_distances(signal, &moved)?,
        };
        Ok(Deformed { length, gradient, change, distances, errors })
    }
}
