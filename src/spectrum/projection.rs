//! Sums of samples against every Legendre polynomial at once, in fixed point.
//!
//! Fixed point suits the task: |P_k(t)| <= 1, and what limits a small eigenvalue is the absolute error of a sum of
//! O(1) terms. Sums of integers do not depend on the order, so the result is the same on any number of cores.

use crate::number::fixed::{FixedSample, HEADROOM, LimbSums, SignedFraction, accumulate, fraction, ratios};
use crate::watch;
use rayon::prelude::*;
use rug::ops::AddAssignRound;
use rug::{Float, float::Round};

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

/// Sums of weighted samples of Legendre polynomials P_k, one for each degree, with a proved rounding error.
#[derive(Clone, Debug)]
pub struct Projection {
    /// `sum_j s_j P_k(t_j)` for every degree asked for.
    pub sums: Vec<Float>,
    /// A bound of the rounding error of each: proved.
    pub error: Float,
}

/// `sum_j s_j P_k(t_j)` for every k in `degrees` (increasing), p the dimension, with an absolute error below about
/// `2^-bits sum_j |s_j|` (beyond the error of the samples themselves); the bound that comes with the sums is proved.
///
/// One unit is 2^-(64 L - HEADROOM), for L limbs. A product is too small by at most L + 1 units. A step of the
/// recurrence takes t P_k, twice, and r_k (t P_k - P_{k-1}) with a rounded r_k: it is off by at most 3 (L + 1) + 1
/// units. An error e made at one degree has become at most (k - i) e at degree k, i the degree before: the solution y
/// of the recurrence with y_i = 0, y_{i+1} = e has V_n = y_n^2 - 2 t y_n y_{n-1} + y_{n-1}^2 = (y_n - t y_{n-1})^2 +
/// (1-t^2) y_{n-1}^2, and y_{n+1} - t y_n = r_n (t y_n - y_{n-1}) with r_n <= 1 shows V_{n+1} <= V_n <= e^2,
/// so |y_{n+1}| <= |t y_n| + e. Hence P_k is off by at most (3 L + 4) k^2/2 units; the cut of t to 64 L bits adds at
/// most k^2/16, since |P_k'| <= k^2. Each product with a sample adds L + 2 units of 2^scale.
///
/// Cost: for each sample and degree two or three high products of L limbs.
pub fn project(samples: &[Sample], p: u64, degrees: &[u64], bits: u32) -> Projection {
    let highest = degrees.last().copied().unwrap_or(0);
    let steps = 2 * (64 - (highest + 1).leading_zeros());
    // (3 L + 5)/2 < 2^12 for any precision in use.
    let limbs = (bits + steps + HEADROOM + 12).div_ceil(64) as usize;
    // The sum of all |s_j| sets the scale: then no partial sum overflows.
    let total = samples.iter().fold(Float::new(64), |mut sum, s| {
        let (even, odd) = (s.even.clone().abs(), s.odd.clone().abs());
        sum.add_assign_round(&even.max(&odd), Round::Up);
        sum
    });
    let scale = total.get_exp().map_or(0, |exponent| exponent + 1);
    let ratios = ratios(p, highest, limbs);
    watch::announce(samples.len() as u64);
    let chunk = samples.len().div_ceil(8 * rayon::current_num_threads()).max(1);
    let zero = || LimbSums::new(degrees.len(), limbs);
    let sums = samples
        .par_chunks(chunk)
        .map(|part| {
            let mut sums = zero();
            for sample in part {
                accumulate(&prepare(sample, scale, limbs), &ratios, degrees, &mut sums);
                watch::advance(1);
            }
            sums
        })
        .reduce(zero, |mut a, b| {
            a.merge(&b);
            a
        });
    let unit = Float::with_val(64, Float::i_exp(1, HEADROOM as i32 - 64 * limbs as i32));
    let (size, k) = (limbs as f64, highest as f64);
    // Both factors are short enough to be exact.
    let recurrence = Float::with_val_round(64, &total * ((1.5 * size + 3.0) * k * k), Round::Up).0;
    let products = Float::with_val_round(64, samples.len() as f64 * (size + 2.0), Round::Up).0 << scale;
    let error = Float::with_val_round(64, &recurrence + &products, Round::Up).0 * unit;
    Projection { sums: sums.to_floats(scale), error }
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
