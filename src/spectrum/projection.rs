//! Sums of samples against every Legendre polynomial at once, in fixed point.
//!
//! All numbers are integers scaled by 2^fraction, which suits the task: |P_k(t)| <= 1, and what limits a small
//! eigenvalue is the absolute error of a sum of O(1) terms. Integer sums do not depend on the order, so the result is
//! the same on any number of cores.

use rayon::prelude::*;
use rug::Integer;

/// One quadrature node, or a pair of nodes t and -t folded into one.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The node.
    pub t: Integer,
    /// What multiplies P_k(t) for even k: f(t) + f(-t) for a pair, f(t) for a single node.
    pub even: Integer,
    /// The same for odd k: f(t) - f(-t), or f(t).
    pub odd: Integer,
}

/// `sum_j s_j P_k(t_j)` for every k in `degrees` (increasing), scaled by 2^(2 fraction); p is the dimension.
///
/// Each step of the recurrence rounds by less than 3 units of 2^-fraction, and an error made at degree i has grown
/// by a factor of at most k - i at degree k (the recurrence started with 0, 1 is bounded by its value at t = 1): the
/// error of P_k is below 2 k^2 units.
pub fn project(samples: &[Sample], p: u64, degrees: &[u64], fraction: u32) -> Vec<Integer> {
    let zero = || vec![Integer::new(); degrees.len()];
    crate::progress::announce(samples.len() as u64);
    let chunk = samples.len().div_ceil(8 * rayon::current_num_threads()).max(1);
    samples
        .par_chunks(chunk)
        .map(|part| {
            let mut sums = zero();
            for sample in part {
                accumulate(sample, p, degrees, fraction, &mut sums);
                crate::progress::advance(1);
            }
            sums
        })
        .reduce(zero, |mut total, sums| {
            total.iter_mut().zip(sums).for_each(|(a, b)| *a += b);
            total
        })
}

fn accumulate(sample: &Sample, p: u64, degrees: &[u64], fraction: u32, sums: &mut [Integer]) {
    let Some(&highest) = degrees.last() else {
        return;
    };
    // p and k are at most 10^6, so every factor fits 32 bits.
    let p = p as u32;
    let mut before = Integer::new();
    let mut value = Integer::from(1) << fraction;
    let mut next = Integer::new();
    let mut wanted = degrees.iter().zip(sums).peekable();
    for k in 0..=highest as u32 {
        if let Some((_, sum)) = wanted.next_if(|(degree, _)| **degree == u64::from(k)) {
            *sum += &value * if k % 2 == 0 { &sample.even } else { &sample.odd };
        }
        if k == 0 {
            before.clone_from(&value);
            value.clone_from(&sample.t);
            continue;
        }
        // (k+p-2) P_{k+1} = (2k+p-2) t P_k - k P_{k-1}
        (&value * &sample.t).complete_into(&mut next);
        next >>= fraction;
        next *= 2 * k + p - 2;
        before *= k;
        next -= &before;
        next /= k + p - 2;
        std::mem::swap(&mut before, &mut value);
        std::mem::swap(&mut value, &mut next);
    }
}

/// Assigns an incomplete computation to an existing integer, reusing its memory.
trait CompleteInto {
    fn complete_into(self, target: &mut Integer);
}

impl<T> CompleteInto for T
where
    Integer: rug::Assign<T>,
{
    fn complete_into(self, target: &mut Integer) {
        rug::Assign::assign(target, self);
    }
}
