//! Gauss-Legendre in theta for functions made of polynomials, with a proved bound of the truncation.
//!
//! On a piece of polynomial g = sum c_j u^j the integrand g(cos theta) P_k(cos theta) sin^{p-2}(theta) is bounded by C
//! e^(D y) for |Im theta| <= y, C = sum |c_j|, D = deg g + k + p - 2. With theta = middle + h x the ellipse of
//! parameter rho = e^r reaches to y = h sinh r, and n nodes leave at most h (64/15) C e^(D h sinh r) / ((e^(2r) - 1)
//! e^((2n-2) r)) (Trefethen, SIAM Review 2008, Theorem 4.5), r > 0 as one likes.

use super::double_exponential::{Integrand, Part, evaluation_error};
use super::{Effort, Pass, log2, power_of_two};
use crate::error::Result;
use crate::kernel::Point;
use crate::number::Multiprecision;
use crate::quadrature::GaussLegendre;
use crate::spectrum::piecewise::Size;
use crate::spectrum::projection::{Sample, project};
use rayon::prelude::*;
use rug::Float;
use rug::ops::Pow;
use std::f64::consts::LN_2;

/// Half the length of a part.
fn half_length(part: &Part, precision: u32) -> Float {
    let [left, right] = &part.ends;
    Float::with_val(precision, &right.angle - &left.angle) / 2u32
}

/// ln of the bound of the truncation with n nodes, without h.
fn log_truncation(size: Size, waves: f64, half: f64, n: f64) -> f64 {
    let bound = |r: f64| {
        (64.0f64 / 15.0).ln() + size.sum.max(1e-300).ln() + waves * half * r.sinh()
            - (2.0 * r).exp_m1().ln()
            - (2.0 * n - 2.0) * r
    };
    radii().map(bound).fold(f64::INFINITY, f64::min)
}

fn radii() -> impl Iterator<Item = f64> {
    (0..60).map(|i| 0.05 * 1.08f64.powi(i))
}

/// The nodes, an even number, for a truncation below 2^-bits of C.
fn nodes(waves: f64, half: f64, bits: u32) -> usize {
    let needed = |r: f64| {
        let rest = f64::from(bits) * LN_2 + waves * half * r.sinh() + (64.0f64 / 15.0).ln() - (2.0 * r).exp_m1().ln();
        1.0 + rest / (2.0 * r)
    };
    let least = radii().map(needed).fold(f64::INFINITY, f64::min).max(2.0);
    2 * (0.5 * least).ceil() as usize
}

/// Parts and the sizes of their polynomials.
pub(in crate::spectrum) fn integrate(
    integrand: &Integrand,
    sizes: &[Size],
    degrees: &[u64],
    effort: Effort,
) -> Result<Pass> {
    let p = integrand.sphere.dimension();
    let highest = degrees.last().copied().unwrap_or(0);
    let rough = integrand.sphere.funk_hecke().enclosure(64)?.middle;
    // A little below 2^-bits, with the constant in front.
    let bits = effort.bits + log2(&rough).max(0.0).ceil() as u32 + 6;
    let precision = bits + 2 * (64 - (highest + p + 4096).leading_zeros()) + 24;
    let constant = integrand.sphere.funk_hecke().enclosure(precision)?.middle;
    let context = Multiprecision::new(precision);
    let mut samples = Vec::new();
    let mut truncation = 0.0f64;
    for (part, size) in integrand.parts.iter().zip(sizes) {
        let half = half_length(part, precision);
        let (waves, length) = ((size.degree + highest + p - 2) as f64, half.to_f64() * (1.0 + 1e-12));
        let n = nodes(waves, length, bits);
        truncation += length * log_truncation(*size, waves, length, n as f64).exp();
        let rule = GaussLegendre::new(n, precision)?;
        let middle = Float::with_val(precision, &part.ends[0].angle + &half);
        let pairs: Vec<(&Float, &Float)> = rule.middles().collect();
        let sample = |(x, w): &(&Float, &Float)| -> Result<[Sample; 2]> {
            let offset = Float::with_val(precision, *x * &half);
            let measure = Float::with_val(precision, *w * &half) * &constant;
            let at = |angle: Float| -> Result<Sample> {
                let (sine, u) = angle.clone().sin_cos(Float::new(precision));
                let weight = sine.clone().pow(p as u32 - 2) * &measure;
                let value =
                    part.program.evaluate(&context, &Point { u: u.clone(), angle: Some((angle, sine)) })? * weight;
                Ok(Sample { t: u, even: value.clone(), odd: value })
            };
            Ok([at(Float::with_val(precision, &middle + &offset))?, at(Float::with_val(precision, &middle - &offset))?])
        };
        let found = pairs.par_iter().map(sample).collect::<Result<Vec<_>>>()?;
        samples.extend(found.into_iter().flatten());
    }
    let projection = project(&samples, p, degrees, precision);
    // Rounding of nodes, weights and values: each changes a term by a few units, a node by K more; and what the formula
    // itself loses.
    let size = sizes.iter().map(|size| size.sum).fold(0.0, f64::max);
    let rounding = (size * std::f64::consts::PI * (highest as f64 + p as f64 + 16.0)).log2() + log2(&constant)
        - f64::from(precision);
    let evaluation = evaluation_error(integrand, precision)? + 3.0;
    let parts = [truncation.log2() + log2(&constant), rounding, evaluation, log2(&projection.error)];
    let worst = parts.into_iter().fold(f64::NEG_INFINITY, f64::max);
    Ok(Pass { sums: projection.sums, error: power_of_two(worst + 2.0) })
}
