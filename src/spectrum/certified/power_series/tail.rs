//! What the coefficients that are left out add up to.

use crate::error::Result;
use crate::kernel::taylor::Taylor;
use crate::kernel::{CentralDisc, Point};
use crate::number::{Ball, Balls, Number, Radius};
use crate::spectrum::coefficient_model::{log_first_weight, log_weight, reach, weight_ratio};
use crate::spectrum::examined_kernel::{ExaminedKernel, expected_exponent};
use rug::Rational;
use std::f64::consts::LN_2;
use std::sync::OnceLock;

/// The longest series.
pub(super) const LONGEST: u64 = 60_000;

/// What bounds the coefficients from some degree on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tail {
    /// Cauchy's estimate in a disc larger than the unit disc: |a_n| <= M R^-n.
    Disc(CentralDisc),
    /// All coefficients but the first have one sign: their sum is what the sum of those before lacks to kappa(1).
    OneSign,
}

/// Whether the coefficients have one sign, once it was looked at.
#[derive(Default)]
struct OneSign(OnceLock<bool>);

/// Whether no a_n, or no -a_n, for n >= 1 is negative and their sum is kappa(1), by the structure of the formula;
/// looked at once.
pub(super) fn has_one_sign(problem: &ExaminedKernel) -> bool {
    let look = || Taylor::of(&problem.program).is_some_and(|taylor| taylor.rising || taylor.falling);
    *problem.kept::<OneSign>().0.get_or_init(look)
}

impl Tail {
    /// The one that needs the shortest series at this degree, and the length: what is left out is `bits` below an
    /// estimate of mu_k.
    pub fn best(problem: &ExaminedKernel, k: u64, bits: f64) -> Option<(Tail, u64)> {
        let p = problem.dimension();
        let discs = problem.central_discs();
        // By the Cauchy bound of a_k.
        let size = |disc: &CentralDisc| disc.bound.ln() - k as f64 * disc.radius.ln();
        let leading = discs.iter().map(size).fold(f64::INFINITY, f64::min) + log_first_weight(p, k);
        let by_disc = |disc: &CentralDisc| {
            let length = in_disc(disc, p, k, leading - bits * LN_2)?;
            Some((Tail::Disc(*disc), length))
        };
        let shortest = discs.iter().filter_map(by_disc).min_by_key(|(_, length)| *length);
        // Coefficients of u^1000 exp(u) begin late.
        let least = 2 * reach(&problem.program) as u64;
        let longer = |(tail, length): (Tail, u64)| (least <= LONGEST).then(|| (tail, length.max(least)));
        if shortest.is_some() || !has_one_sign(problem) {
            return shortest.and_then(longer);
        }
        let model = problem.coefficients();
        let exponent = model.as_ref().map_or(expected_exponent(p, k), |model| model.expected_exponent(p, k));
        let size = |n: u64| model.as_ref().map_or(0.0, |model| (model.log(n as usize) + (n as f64).ln()).min(0.0));
        let target = -(exponent + bits) * LN_2;
        // While weights rise all that is known of those to come is that they are at most 1.
        let weight = |j: u64| match weight_ratio(p, k, j) <= 1.0 {
            true => log_first_weight(p, k) + log_weight(p, k, j),
            false => 0.0,
        };
        let below = |j: u64| weight(j) + size(k + 2 * j) < target;
        longer((Tail::OneSign, k + 2 * first_below(LONGEST.checked_sub(k)? / 2, below)? + 2))
    }

    /// A ball whose magnitude bounds |a_n| + |a_(n+2)| + ... from n = `length` on, `sum` being that of the coefficients
    /// before; its radius is what more bits would take off.
    pub fn beyond(&self, problem: &ExaminedKernel, length: u64, sum: &Ball, precision: u32) -> Result<Ball> {
        match self {
            Tail::Disc(disc) => {
                let square = Radius::double(disc.radius.powi(2).next_down());
                let left = Radius::double(1.0).minus_below(Radius::double(1.0) / square);
                Ok(Ball::exact((coefficient_bound(disc, length) / left).to_float()))
            }
            Tail::OneSign => {
                let c = Balls::new(precision);
                let whole = problem.program.evaluate(&c, &Point::at(c.rational(&Rational::from(1))))?;
                Ok(c.sub(&whole, sum))
            }
        }
    }
}

/// |a_n| <= M R^-n
pub(super) fn coefficient_bound(disc: &CentralDisc, n: u64) -> Radius {
    let inverse = Radius::double(1.0) / Radius::double(disc.radius);
    let (mut power, mut square, mut rest) = (disc.bound, inverse, n);
    while rest > 0 {
        if rest & 1 == 1 {
            power = power * square;
        }
        square = square * square;
        rest >>= 1;
    }
    power
}

/// The smallest length for which the estimated logarithm of the tail is below `target`.
fn in_disc(disc: &CentralDisc, p: u64, k: u64, target: f64) -> Option<u64> {
    let below = |j: u64| {
        let left = 1.0 - weight_ratio(p, k, j).max(1.0) / disc.radius.powi(2);
        let log =
            log_first_weight(p, k) + log_weight(p, k, j) + disc.bound.ln() - (k + 2 * j) as f64 * disc.radius.ln();
        left > 0.0 && log - left.ln() < target
    };
    Some(k + 2 * first_below(LONGEST.checked_sub(k)? / 2, below)? + 2)
}

/// The smallest j up to `most` for which it holds; it holds from some j on, where tails decrease.
fn first_below(most: u64, below: impl Fn(u64) -> bool) -> Option<u64> {
    if !below(most) {
        return None;
    }
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low.midpoint(high);
        if below(middle) { high = middle } else { low = middle + 1 }
    }
    Some(low)
}
