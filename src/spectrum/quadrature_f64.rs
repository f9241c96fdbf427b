//! A double-precision comparator from outside: the `quadrature` crate.
//!
//! That crate replaces non-finite integrand values by 0 without a word and knows only absolute errors. Both are
//! guarded against here: a non-finite sample voids the result, and callers compare absolutely.

use super::examined_kernel::ExaminedKernel;
use crate::kernel::Point;
use crate::number::Double;
use std::cell::Cell;
use std::f64::consts::PI;

/// The absolute error asked of the rule, relative to the largest sample.
const TARGET: f64 = 1e-12;

/// mu_k in double precision and the largest |kappa| seen; `None` if a sample was not finite or the rule did
/// not reach its target.
pub fn eigenvalue(problem: &ExaminedKernel, k: u64) -> Option<(f64, f64)> {
    problem.without_kinks().ok()?;
    let p = problem.dimension() as f64;
    let finite = Cell::new(true);
    let largest = Cell::new(0.0f64);
    let sample = |theta: f64| {
        let t = theta.cos();
        let value = problem.program.evaluate(&Double, &Point { u: t, angle: Some((theta, theta.sin())) });
        let Some(kappa) = value.ok().filter(|v| v.is_finite()) else {
            finite.set(false);
            return 0.0;
        };
        largest.set(largest.get().max(kappa.abs()));
        kappa * legendre(p, k, t) * theta.sin().powf(p - 2.0)
    };
    // Split in the middle: a kink of an even kernel sits there.
    let halves = [(0.0, PI / 2.0), (PI / 2.0, PI)].map(|(a, b)| quadrature::integrate(sample, a, b, TARGET));
    let constant = problem.sphere.funk_hecke().enclosure(64).ok()?.middle.to_f64();
    let error: f64 = halves.iter().map(|half| half.error_estimate).sum();
    let scale = largest.get();
    if !finite.get() || scale == 0.0 || error * constant > 100.0 * TARGET * scale {
        return None;
    }
    Some((constant * halves.iter().map(|half| half.integral).sum::<f64>(), scale))
}

fn legendre(p: f64, k: u64, t: f64) -> f64 {
    let (mut before, mut value) = (1.0, t);
    if k == 0 {
        return before;
    }
    for j in 1..k {
        let j = j as f64;
        let next = ((2.0 * j + p - 2.0) * t * value - j * before) / (j + p - 2.0);
        before = value;
        value = next;
    }
    value
}
