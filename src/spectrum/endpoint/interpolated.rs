//! Eigenvalues of one parity at degrees that need not be whole: for sums over many degrees.

use super::Endpoint;
use super::series::Class;
use crate::number::Truth;
use crate::parity::Parity;
use crate::special::log_gamma_ratio;
use std::f64::consts::LN_2;

/// The terms of the expansion as a smooth function of the degree.
#[derive(Clone, Debug)]
pub struct Interpolated {
    parts: Vec<Part>,
    /// log of the power of two that was taken out of all coefficients.
    log_scale: f64,
    /// (p-2)/2, so that m = k + (p-2)/2.
    shift: f64,
    /// What the expansion leaves open at the first degree, relatively: proved, and less at higher degrees.
    pub remainder: f64,
}

/// One class of terms: $\frac{\Gamma(k-\nu)}{\Gamma(k+\nu+p-1)}\sum_it_i\prod_{l\le i}\frac1{m^2-s_l^2}$.
#[derive(Clone, Debug)]
struct Part {
    /// nu + (p-1)/2, half the distance of the arguments of the Gamma functions.
    half: f64,
    terms: Vec<f64>,
    /// $s_i^2$, s_i = nu + i + (p-2)/2.
    squares: Vec<f64>,
}

/// Terms relatively below this at the first degree are left out.
const NEGLIGIBLE: f64 = 1e-20;

/// The least distance of the arguments of Gamma functions from their poles.
const LEAST_ARGUMENT: f64 = 60.0;

impl Endpoint {
    /// The expansion for the degrees of one parity from `first` on; none where all its terms vanish, or leave the range
    /// of doubles.
    pub fn interpolated(&self, parity: Parity, first: u64) -> Option<Interpolated> {
        let series = &self.series;
        let k = first + (first + parity.remainder()) % 2;
        let sum = series.sum(k, &series.ratios(k, None).ok()?).ok()?;
        let remainder = (sum.value.radius / sum.value.mignitude()).to_float().to_f64();
        let p = series.dimension() as f64;
        let shift = (p - 2.0) / 2.0;
        // A coefficient that is not seen to differ from zero is rounding, and would outgrow all others at high degrees.
        let seen = |class: &Class, i: usize| class.zeros[parity][i] == Truth::No;
        let leading = |class: &Class| {
            let terms = &class.terms[parity];
            terms.iter().enumerate().find_map(|(i, t)| if seen(class, i) { t.middle.get_exp() } else { None })
        };
        let exponent = series.classes.iter().find_map(leading)?;
        let m = k as f64 + shift;
        let mut parts = Vec::new();
        for class in &series.classes {
            let nu = class.nu.to_f64();
            let own = &class.terms[parity][..sum.terms.min(class.terms[parity].len())];
            let term = |(i, t): (usize, &crate::number::Ball)| match seen(class, i) {
                true => (t.middle.clone() >> exponent).to_f64(),
                false => 0.0,
            };
            let terms: Vec<f64> = own.iter().enumerate().map(term).collect();
            let squares: Vec<f64> = (0..terms.len()).map(|i| (nu + i as f64 + shift).powi(2)).collect();
            let mut weight = 1.0;
            let size = |(i, t): (usize, &f64)| {
                weight /= if i > 0 { m * m - squares[i] } else { 1.0 };
                (t * weight).abs()
            };
            let sizes: Vec<f64> = terms.iter().enumerate().map(size).collect();
            let largest = sizes.iter().copied().fold(0.0, f64::max);
            let Some(last) = sizes.iter().rposition(|size| *size > NEGLIGIBLE * largest) else { continue };
            if !terms[..=last].iter().all(|t| t.is_finite()) || k as f64 - nu - 0.5 < LEAST_ARGUMENT {
                return None;
            }
            let half = nu + (p - 1.0) / 2.0;
            parts.push(Part { half, terms: terms[..=last].to_vec(), squares: squares[..=last].to_vec() });
        }
        let found = Interpolated { parts, log_scale: f64::from(exponent) * LN_2, shift, remainder };
        // Two ways to the same number.
        let value = found.log_value(k as f64).exp();
        let known = sum.value.middle.to_f64();
        let small = known.abs() < f64::MIN_POSITIVE;
        (remainder < 1.0 && (small || (value / known.abs() - 1.0).abs() < 1e-11)).then_some(found)
    }
}

impl Interpolated {
    /// ln |mu_k| for a real k at least the first degree.
    ///
    /// Accuracy: relative to mu_k the remainder and a few units in the last place of the logarithm of the ratio of
    /// Gamma functions, below 2e-13.
    pub fn log_value(&self, k: f64) -> f64 {
        let m = k + self.shift;
        let Some(first) = self.parts.first() else { return f64::NEG_INFINITY };
        let base = log_gamma_ratio(m, first.half);
        let mut total = 0.0;
        for (index, part) in self.parts.iter().enumerate() {
            let mut sum = 0.0;
            for (t, square) in part.terms.iter().zip(&part.squares).skip(1).rev() {
                sum = (t + sum) / (m * m - square);
            }
            let weight = if index == 0 { 1.0 } else { (log_gamma_ratio(m, part.half) - base).exp() };
            total += (part.terms[0] + sum) * weight;
        }
        base + total.abs().ln() + self.log_scale
    }

    /// |mu_k| for a real k at least the first degree.
    pub fn value(&self, k: f64) -> f64 {
        self.log_value(k).exp()
    }
}
