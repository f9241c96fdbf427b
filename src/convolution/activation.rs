//! What follows the weights of a convolution, given by its kernel.

use super::arc::{ARCSINE, Cosines, TERMS, Values};
use super::{arc, exponential};
use crate::error::{Error, Result};
use crate::number::{Elementary, Number, arc_cosine_slope};
use pulp::Simd;
use rug::Rational;
use std::fmt;

/// The kernel kappa(c) of a convolution, c the cosine of two patches; kappa(1) = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Activation {
    /// kappa_N of the activation max(0, x)^N, N from 0 to 8: 0 is the step, 1 the ReLU.
    ArcCosine(usize),
    /// exp(a (c - 1)), 0 < a <= 1000: the Gaussian kernel exp(-a |z - z'|^2/2) of patches z of norm 1, as in the first
    /// convolutional kernel networks (Mairal, Koniusz, Harchaoui and Schmid, NeurIPS 2014).
    Exponential(f64),
}

/// The highest order of an arc-cosine kernel, and the largest rate.
const HIGHEST_ORDER: usize = 8;
const HIGHEST_RATE: f64 = 1000.0;

impl Activation {
    /// The activation max(0, x), whose kernel is the arc-cosine kernel of order 1 with kappa(1) = 1.
    pub const RELU: Activation = Activation::ArcCosine(1);

    /// Whether kappa has a derivative at 1: that of the step has none.
    pub fn is_differentiable(self) -> bool {
        self != Activation::ArcCosine(0)
    }

    /// By how much a layer makes errors of its cosines larger: the rate of an exponential; arc-cosine kernels of these
    /// orders were seen to need no allowance.
    pub(super) fn error_growth(self) -> f64 {
        match self {
            Activation::ArcCosine(_) => 1.0,
            Activation::Exponential(rate) => rate.max(1.0),
        }
    }

    /// kappa(c) and kappa'(c); 0 in place of the derivative of the step.
    pub(super) fn kernel_and_slope<C: Number>(self, c: &C, cosine: &C::Element) -> Result<[C::Element; 2]> {
        match self {
            Activation::ArcCosine(n) => {
                let mut kappas = c.arc_cosines(cosine, n)?;
                let before = n.checked_sub(1).map(|before| kappas.swap_remove(before));
                let (a, b) = arc_cosine_slope(n);
                let slope = before.map_or_else(|| c.rational(&Rational::new()), |before| c.scale_ratio(&before, a, b));
                let kappa = kappas.pop().ok_or_else(|| Error::unable("an arc-cosine function without a value"))?;
                Ok([kappa, slope])
            }
            Activation::Exponential(rate) => {
                let rate = Rational::from_f64(rate).ok_or_else(|| Error::input(format!("a rate of {rate}")))?;
                let distance = c.sub(cosine, &c.rational(&Rational::from(1)));
                let kappa = c.elementary(Elementary::Exp, &c.scale(&distance, &rate))?;
                let slope = c.scale(&kappa, &rate);
                Ok([kappa, slope])
            }
        }
    }

    /// The same for several cosines at a time. `near`: whether one of them is close to 1 or -1.
    #[inline(always)]
    pub(super) fn values<S: Simd>(
        self,
        simd: S,
        cosines: &Cosines<S>,
        near: bool,
        arcsine: &[f64; TERMS],
    ) -> Values<S> {
        match self {
            Activation::ArcCosine(order) => arc::values(simd, cosines, order, near, arcsine),
            Activation::Exponential(rate) => exponential::values(simd, cosines.below, rate),
        }
    }

    /// What `values` needs: computed once.
    pub(super) fn constants() -> &'static [f64; TERMS] {
        &ARCSINE
    }

    /// Itself, if it is one of those that are allowed.
    pub(super) fn checked(self) -> Result<Self> {
        match self {
            Activation::ArcCosine(order) if order > HIGHEST_ORDER => {
                Err(Error::input(format!("an arc-cosine kernel of order {order}; allowed are 0 to {HIGHEST_ORDER}")))
            }
            // NaN is refused too.
            Activation::Exponential(rate) if !(rate > 0.0 && rate <= HIGHEST_RATE) => Err(Error::input(format!(
                "an exponential kernel exp({rate} (c - 1)); its rate must be above 0 and at most {HIGHEST_RATE}"
            ))),
            allowed => Ok(allowed),
        }
    }

    /// Reads `order N` or `exponential A`; none if it is neither.
    pub(super) fn read(text: &str) -> Option<Result<Self>> {
        if let Some(order) = text.strip_prefix("order") {
            return Some(Activation::ArcCosine(order.trim().parse().ok()?).checked());
        }
        let rate: f64 = text.strip_prefix("exponential")?.trim().parse().ok()?;
        Some(Activation::Exponential(rate).checked())
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Activation::ArcCosine(order) => write!(f, "order {order}"),
            Activation::Exponential(rate) => write!(f, "exponential {rate}"),
        }
    }
}
