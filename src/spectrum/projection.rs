//! Sums of samples against every Legendre polynomial at once, in fixed point.
//!
//! Fixed point suits the task: |P_k(t)| <= 1, and what limits a small eigenvalue is the absolute error of a sum of
//! O(1) terms. Sums of integers do not depend on the order, so the result is the same on any number of cores.

use crate::number::fixed::{FixedSample, HEADROOM, SignedFraction, Sums, accumulate, fraction, ratios};
use crate::progress;
use rayon::prelude::*;
use rug::Float;

/// One quadrature node, or a pair of nodes t and -t folded into one.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The node, -1 < t < 1.
    pub t: Float,
    /// What multiplies P_k(t) for even k: f(t) + f(-t) for a pair, f(t) for a single node.
    pub even: Float,
    /// The same for odd k: f(t) - f(-t), or f(t).
    pub odd: Float,
}

/// `sum_j s_j P_k(t_j)` for every k in `degrees` (increasing), p the dimension, with an absolute error below
/// `2^-bits sum_j |s_j|` (beyond the error of the samples themselves).
///
/// Each step of the recurrence is off by less than 2 L + 4 units in the last place (L limbs), and an error made at degree
/// i has grown by a factor of at most k - i at degree k (the recurrence started with 0, 1 is bounded by its
/// value at t = 1): P_k is off by less than (L + 2) k^2 units, which the number of limbs provides for.
///
/// Cost: for each sample and degree two or three high products of L limbs.
pub fn project(samples: &[Sample], p: u64, degrees: &[u64], bits: u32) -> Vec<Float> {
    let highest = degrees.last().copied().unwrap_or(0);
    let steps = 2 * (64 - (highest + 1).leading_zeros());
    // L + 2 < 2^10 for any precision in use.
    let limbs = (bits + steps + HEADROOM + 12).div_ceil(64) as usize;
    // The sum of all |s_j| sets the scale: then no partial sum overflows.
    let total = samples.iter().fold(Float::new(64), |sum, s| {
        let (even, odd) = (s.even.clone().abs(), s.odd.clone().abs());
        sum + even.max(&odd)
    });
    let scale = total.get_exp().map_or(0, |exponent| exponent + 1);
    let ratios = ratios(p, highest, limbs);
    progress::announce(samples.len() as u64);
    let chunk = samples.len().div_ceil(8 * rayon::current_num_threads()).max(1);
    let zero = || Sums::new(degrees.len(), limbs);
    let sums = samples
        .par_chunks(chunk)
        .map(|part| {
            let mut sums = zero();
            for sample in part {
                accumulate(&prepare(sample, scale, limbs), &ratios, degrees, &mut sums);
                progress::advance(1);
            }
            sums
        })
        .reduce(zero, |mut a, b| {
            a.merge(&b);
            a
        });
    sums.to_floats(scale)
}

/// In fixed point with t >= 0: P_k(-t) = (-1)^k P_k(t).
fn prepare(sample: &Sample, scale: i32, limbs: usize) -> FixedSample {
    let mut odd = SignedFraction::new(&sample.odd, scale, limbs);
    if sample.t.is_sign_negative() {
        odd.negate();
    }
    FixedSample {
        t: fraction(&sample.t.clone().abs(), 0, limbs),
        even: SignedFraction::new(&sample.even, scale, limbs),
        odd,
    }
}
