//! The power series at u = 0 with a proved error.

mod sums;
mod tail;

use crate::error::{Error, Result};
use crate::number::{Digits, Radius};
use crate::spectrum::crossovers::{series_seconds, weighted_sum_seconds};
use crate::spectrum::examined_kernel::{ExaminedKernel, ROOM, needed_bits};
use crate::spectrum::finding::{Estimate, Finding};
use crate::spectrum::route::{Cost, Route};
use sums::{Coefficients, Sum};
use tail::{LONGEST, Tail};

/// Longer computations are left to other methods.
const MOST_SECONDS: f64 = 20.0;

/// What Newton's method loses in bits, beside two bits for each doubling of the length: 15 bits in all for ntk(10), 39
/// for laplace(1) and 65 for matern(5/2,1), 1,850 coefficients. Where that is not enough, a second attempt is.
const LOST: u32 = 12;

/// What the products of the sums lose in bits: less than the room that is needed beside a decimal near a tie.
const LOST_IN_SUMS: u32 = 6;

/// The bits of coefficients.
fn precision(bits: u32, length: u64) -> u32 {
    bits + LOST + 2 * (64 - length.leading_zeros())
}

/// The limbs of the sums.
fn limbs(bits: u32) -> usize {
    (bits - ROOM + LOST_IN_SUMS).div_ceil(64) as usize
}

/// Attempts with more bits and terms.
const MOST_ATTEMPTS: u32 = 6;

/// Bits and terms added at most in one attempt: a radius may be large beyond all measure.
const MOST_MORE: i64 = 5000;

/// Bits and terms added where a sum is zero.
const NOTHING_KNOWN: u32 = 64;

/// The series with a bound of what is left out: where the kernel is analytic in a disc larger than the unit disc, or
/// its coefficients have one sign.
pub(in crate::spectrum) struct ProvedSeries;

impl Route for ProvedSeries {
    fn is_proved(&self) -> bool {
        true
    }

    fn cost(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Cost> {
        let unable = |why: &str| problem.unable("power-series", why);
        if problem.pieces.is_some() {
            return Err(unable("the kernel has kinks"));
        }
        let (highest, bits) = (degrees.last().copied().unwrap_or(0), needed_bits(digits));
        let (_, length) = Tail::best(problem, highest, f64::from(bits)).ok_or_else(|| {
            unable(&format!(
                "neither a disc beyond |u| = 1 in which doubles bound the kernel nor coefficients of one sign were \
                 found of which {LONGEST} are enough"
            ))
        })?;
        let terms = degrees.len() as f64 * length as f64 / 2.0;
        let seconds = series_seconds(&problem.program, length, precision(bits, length))
            + terms * weighted_sum_seconds(limbs(bits));
        Ok(Cost { detail: format!("{length} coefficients"), seconds })
    }

    fn run(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
        Ok(eigenvalues(problem, degrees, digits)?.into_iter().map(Finding::Value).collect())
    }
}

/// Enclosures of mu_k for `degrees` (increasing).
///
/// # Errors
/// `Unable` where the digits are not reached.
fn eigenvalues(problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Estimate>> {
    let highest = degrees.last().copied().unwrap_or(0);
    let unable = |why: &str| Error::unable(format!("the power series of {} {why}", problem.kernel));
    let needed = needed_bits(digits);
    let (mut more_terms, mut more_bits) = (0, 0);
    for attempt in 0..MOST_ATTEMPTS {
        let (tail, length) = Tail::best(problem, highest, f64::from(needed + more_terms))
            .ok_or_else(|| unable(&format!("needs more than {LONGEST} coefficients, or diverges")))?;
        let precision = precision(needed + more_bits, length);
        problem.fits_in_memory("the power series", length as f64 * (f64::from(precision) / 8.0 + 60.0))?;
        let seconds = series_seconds(&problem.program, length, precision);
        if seconds > MOST_SECONDS {
            return Err(unable(&format!(
                "to {length} coefficients of {precision} bits would take about {seconds:.0} s"
            )));
        }
        let coefficients = Coefficients::new(problem, tail, length, precision, limbs(needed + more_bits))?;
        let sums = coefficients.sums(degrees, needed + more_terms + 2);
        let settled = |sum: &Sum| {
            let error = sum.ball.radius.to_float();
            digits.settles(&sum.ball.middle, &error) || attempt >= 2 && digits.settles_nearly(&sum.ball.middle, &error)
        };
        let open: Vec<&Sum> = sums.iter().filter(|sum| !settled(sum)).collect();
        if open.is_empty() {
            let estimate = |sum: Sum| Estimate::rigorous(sum.ball.middle, sum.ball.radius.to_float());
            return Ok(sums.into_iter().map(estimate).collect());
        }
        // What is missing of either kind; the room is for decimals near a tie.
        let missing = |error: fn(&Sum) -> Radius| {
            let bits = |sum: &&Sum| {
                let (size, error) = (sum.ball.middle.get_exp(), error(sum).to_float().get_exp());
                size.zip(error).map_or(NOTHING_KNOWN, |(size, error)| {
                    (i64::from(needed) + 16 - i64::from(size) + i64::from(error)).clamp(0, MOST_MORE) as u32
                })
            };
            open.iter().map(bits).max().unwrap_or(0)
        };
        let short = missing(|sum| sum.tail);
        if coefficients.is_lost {
            more_bits += short;
        } else {
            more_terms += short;
        }
        more_bits += missing(|sum| sum.rounding);
    }
    Err(unable(&format!("does not settle {digits} digits up to degree {highest}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Sphere;
    use crate::kernel::{CentralDisc, Kernel};
    use rug::Float;
    use statrs::function::gamma::ln_gamma;

    /// What coefficients of one sign leave out is bounded by what their sum lacks to kappa(1), not by much more.
    #[test]
    fn tails_of_one_sign_are_bounds() {
        for (kernel, p, k, length) in
            [("arccos(1)", 20, 0, 40), ("ntk(3)", 50, 5, 61), ("laplace(1)", 100, 30, 120), ("-sqrt(2-u)", 12, 3, 30)]
        {
            let problem =
                ExaminedKernel::new(Kernel::parse(kernel).unwrap(), Sphere::in_dimension(p).unwrap()).unwrap();
            let sum = |length| {
                let coefficients = Coefficients::new(&problem, Tail::OneSign, length, 300, limbs(250)).unwrap();
                coefficients.sums(&[k], 400).remove(0)
            };
            let (sum, truth) = (sum(length), sum(3000).ball.middle);
            let missing = Float::with_val(64, &truth - &sum.ball.middle).abs();
            let tail = sum.tail.to_float();
            assert!(missing <= tail && missing >= Float::with_val(64, &tail * 1e-3), "{kernel}: {missing:e} {tail:e}");
            assert!(sum.ball.contains(&truth));
        }
        // Signs that are mixed are not taken for one.
        let problem = |kernel: &str| {
            ExaminedKernel::new(Kernel::parse(kernel).unwrap(), Sphere::in_dimension(10).unwrap()).unwrap()
        };
        assert!(tail::has_one_sign(&problem("nngp(4)")) && !tail::has_one_sign(&problem("cos(u)/sqrt(2-2*u+u^2)")));
    }
    use std::f64::consts::LN_2;

    /// The tail is what the formula of docs/proofs.md says, and is the error where a kernel is as large as it may be:
    /// 1/(R-u).
    #[test]
    fn tails_are_what_the_formula_says() {
        for (p, k, length, precision) in [(3, 0, 20, 200), (10, 7, 40, 200), (4, 30, 60, 300), (50, 60, 80, 300)] {
            let problem =
                ExaminedKernel::new(Kernel::parse("1/(2-u)").unwrap(), Sphere::in_dimension(p).unwrap()).unwrap();
            let disc = CentralDisc::new(&problem.program, 1.8).unwrap();
            let sum = |length| {
                let limbs = limbs(precision);
                let coefficients = Coefficients::new(&problem, Tail::Disc(disc), length, precision, limbs).unwrap();
                coefficients.sums(&[k], precision).remove(0)
            };
            let (sum, truth) = (sum(length), sum(900).ball.middle);
            let (x, p, j) = (k as f64, p as f64, (length - k).div_ceil(2) as f64);
            let n = x + 2.0 * j;
            // w_{k,j} = Gamma(p/2) n! / (2^n j! Gamma(k+j+p/2))
            let weight =
                ln_gamma(p / 2.0) + ln_gamma(n + 1.0) - n * LN_2 - ln_gamma(j + 1.0) - ln_gamma(x + j + p / 2.0);
            let ratio = (n + 1.0) * (n + 2.0) / (2.0 * (j + 1.0) * (2.0 * x + 2.0 * j + p));
            let left = 1.0 - ratio.max(1.0) / disc.radius.powi(2);
            let expected = (weight + disc.bound.ln() - n * disc.radius.ln()).exp() / left;
            let tail = sum.tail.to_float().to_f64();
            assert!(tail >= expected * (1.0 - 1e-9) && tail <= expected * (1.0 + 1e-9), "{tail:e} {expected:e}");
            // The truth is with many more terms.
            let missing = Float::with_val(64, &truth - &sum.ball.middle).abs();
            assert!(missing <= tail && missing >= 1e-9 * tail, "{missing:e} {tail:e}");
            assert!(sum.ball.contains(&truth));
        }
    }
}
