//! Kernels and distances in double precision, and how far they can be wrong.

use super::{ConvolutionalKernel, Distances, Pair};
use crate::error::Result;

impl ConvolutionalKernel {
    /// The number of layers of order 0, whose features are steps.
    pub(crate) fn steps(&self) -> u32 {
        let all = self.plan.stages.iter().flat_map(|stage| &stage.convolutions);
        all.filter(|convolution| !convolution.activation.is_differentiable()).count() as u32
    }

    /// How far both kernels can be wrong in double precision, relative to sqrt(K(x,x) K(x',x')): bounds of what was
    /// found in thousands of cases, no proof. Without pooling between convolutions 3e-14 for each ten of them, times
    /// the rates a > 1 of exponential kernels, by which a layer makes errors larger. Behind it the angle of nearly
    /// parallel features is wrong by up to the root of a rounding: that is the error of the tangent kernel there, and
    /// behind a layer of steps that of the kernel network, whose root the next such layer takes.
    pub fn rounding(&self) -> Pair {
        let base = 3e-14 * (self.network().depth() as f64 / 10.0).ceil().max(1.0);
        let all = self.plan.stages.iter().flat_map(|stage| &stage.convolutions);
        let base = base * all.map(|convolution| convolution.activation.error_growth()).product::<f64>();
        let behind = self.plan.stages.iter().skip(1).flat_map(|stage| &stage.convolutions);
        let ckn = behind
            .filter(|convolution| !convolution.activation.is_differentiable())
            .fold(1e-15f64, |error, _| error.sqrt());
        Pair { ckn: ckn.max(base), ntk: if self.plan.stages.len() > 1 { 3e-8 } else { base } }
    }

    /// |Phi(x) - Phi(x')| in double precision, and how far it can be wrong.
    ///
    /// # Errors
    /// `Input` for signals of another size.
    pub fn fast_distances(&self, x: &[f64], y: &[f64]) -> Result<(Distances, Distances)> {
        let images = [self.image(x)?, self.image(y)?];
        let [xx, xy, yy] = [(0, 0), (0, 1), (1, 1)].map(|(i, j): (usize, usize)| self.pair(&images[i], &images[j]));
        let rounding = self.rounding();
        let distance = |kernel: fn(&Pair) -> f64| {
            let square = kernel(&xx) + kernel(&yy) - 2.0 * kernel(&xy);
            let noise = kernel(&rounding) * (kernel(&xx) + kernel(&yy) + 2.0 * kernel(&xy).abs());
            let distance = square.max(0.0).sqrt();
            // sqrt(d^2 + noise) - d
            (distance, noise / ((distance * distance + noise).sqrt() + distance).max(f64::MIN_POSITIVE))
        };
        let (ckn, ntk) = (distance(|pair| pair.ckn), distance(|pair| pair.ntk));
        Ok((Distances { ckn: ckn.0, ntk: ntk.0 }, Distances { ckn: ckn.1, ntk: ntk.1 }))
    }
}
