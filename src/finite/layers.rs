//! Passes through the layers of one ReLU network, forward and backward.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, get_global_parallelism, unzip, zip};

/// The weights W^1, ..., W^L of a network, and a factor of its output.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layers {
    pub(super) factor: f64,
    pub(super) weights: Vec<Mat<f64>>,
}

impl Layers {
    /// a^0, ..., a^{L-1} and W^L a^{L-1}, a column for each point.
    pub(super) fn forward(&self, x: &Mat<f64>) -> Vec<Mat<f64>> {
        let mut pass = vec![x.clone()];
        for (layer, weights) in self.weights.iter().enumerate() {
            let mut h = weights * &pass[layer];
            if layer + 1 < self.weights.len() {
                let factor = (2.0 / h.nrows() as f64).sqrt();
                h.for_each_mut(|h| *h = factor * h.max(0.0));
            }
            pass.push(h);
        }
        pass
    }

    /// b^1, ..., b^L, times a factor for each point.
    pub(super) fn backward(&self, pass: &[Mat<f64>], factors: &[f64]) -> Vec<Mat<f64>> {
        let mut signals = vec![Mat::from_fn(1, factors.len(), |_, i| self.factor * factors[i])];
        for (weights, a) in self.weights.iter().zip(pass).skip(1).rev() {
            let mut b = weights.transpose() * &signals[signals.len() - 1];
            let factor = (2.0 / a.nrows() as f64).sqrt();
            zip!(&mut b, a).for_each(|unzip!(b, a)| *b *= if *a > 0.0 { factor } else { 0.0 });
            signals.push(b);
        }
        signals.reverse();
        signals
    }

    /// Subtracts rate times the gradient of |residuals|^2/2.
    pub(super) fn descend(&mut self, pass: &[Mat<f64>], residuals: &[f64], rate: f64, masks: &[Option<Mat<f64>>]) {
        let signals = self.backward(pass, residuals);
        for (((weights, b), a), mask) in self.weights.iter_mut().zip(&signals).zip(pass).zip(masks) {
            match mask {
                None => matmul(weights, Accum::Add, b, a.transpose(), -rate, get_global_parallelism()),
                Some(mask) => {
                    let gradient = b * a.transpose();
                    zip!(weights, &gradient, mask).for_each(|unzip!(w, g, mask)| *w -= rate * mask * g);
                }
            }
        }
    }
}
