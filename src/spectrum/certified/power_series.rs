//! The power series at u = 0 with a proved error.

use crate::error::{Error, Result};
use crate::kernel::{CentralDisc, Point};
use crate::number::{Ball, Balls, Digits, Number, Radius, Series};
use crate::spectrum::crossovers::product_seconds;
use crate::spectrum::examined_kernel::{ExaminedKernel, needed_bits};
use crate::spectrum::finding::{Estimate, Finding};
use crate::spectrum::power_series::{log_first_weight, log_weight, weight_ratio};
use crate::spectrum::route::{Cost, Route};
use crate::watch;
use rayon::prelude::*;
use rug::{Float, Rational};
use std::f64::consts::LN_2;

/// The longest series: its cost grows with the square of the length.
const LONGEST: u64 = 10_000;

/// Longer computations are left to other methods.
const MOST_SECONDS: f64 = 20.0;

/// A rough estimate: every step of the formula as one product of series, 100 ns and 2 ns for each product of limbs.
fn seconds(problem: &ExaminedKernel, length: u64, precision: u32) -> f64 {
    let limbs = f64::from(precision.div_ceil(64));
    (length as f64).powi(2) / 2.0 * problem.program.steps().len() as f64 * (100.0 + 2.0 * limbs * limbs) * 1e-9
}

/// Attempts with more bits and terms.
const MOST_ATTEMPTS: u32 = 6;

/// Bits and terms added where a sum is zero.
const NOTHING_KNOWN: u32 = 64;

/// The disc with the shortest series for this degree: what is left out is `bits` below an estimate of mu_k, the Cauchy
/// bound of a_k.
fn best(problem: &ExaminedKernel, k: u64, bits: f64) -> Option<(CentralDisc, u64)> {
    let discs = problem.central_discs();
    let size = |disc: &CentralDisc| disc.bound.ln() - k as f64 * disc.radius.ln();
    let leading = discs.iter().map(size).fold(f64::INFINITY, f64::min) + log_first_weight(problem.dimension(), k);
    let lengths =
        discs.iter().filter_map(|disc| Some((*disc, length(disc, problem.dimension(), k, leading - bits * LN_2)?)));
    lengths.min_by_key(|(_, length)| *length)
}

/// The smallest length for which the estimated logarithm of the tail is below `target`.
fn length(disc: &CentralDisc, p: u64, k: u64, target: f64) -> Option<u64> {
    let below = |j: u64| {
        let left = 1.0 - weight_ratio(p, k, j).max(1.0) / disc.radius.powi(2);
        let log =
            log_first_weight(p, k) + log_weight(p, k, j) + disc.bound.ln() - (k + 2 * j) as f64 * disc.radius.ln();
        left > 0.0 && log - left.ln() < target
    };
    let most = LONGEST.checked_sub(k)? / 2;
    if !below(most) {
        return None;
    }
    // The tail decreases once it is below the leading term.
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low.midpoint(high);
        if below(middle) { high = middle } else { low = middle + 1 }
    }
    Some(k + 2 * low + 2)
}

/// The series with a bound of what is left out, where the kernel is analytic in a disc larger than the unit disc.
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
        let (_, length) = best(problem, highest, f64::from(bits)).ok_or_else(|| {
            unable(&format!(
                "no disc beyond |u| = 1 was found in which doubles bound the kernel and {LONGEST} \
                coefficients are enough"
            ))
        })?;
        let seconds =
            seconds(problem, length, bits + 64) + degrees.len() as f64 * length as f64 * product_seconds(bits);
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
        let (disc, length) = best(problem, highest, f64::from(needed + more_terms))
            .ok_or_else(|| unable(&format!("needs more than {LONGEST} coefficients, or diverges")))?;
        let precision = needed + more_bits + 3 * (64 - length.leading_zeros()) + 16;
        problem.fits_in_memory("the power series", length as f64 * (f64::from(precision) / 8.0 + 60.0))?;
        let seconds = seconds(problem, length, precision);
        if seconds > MOST_SECONDS {
            return Err(unable(&format!(
                "to {length} coefficients of {precision} bits would take about {seconds:.0} s"
            )));
        }
        let sums = sums(problem, degrees, &disc, length, precision)?;
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
                size.zip(error)
                    .map_or(NOTHING_KNOWN, |(size, error)| (needed as i32 + 16 - (size - error)).max(0) as u32)
            };
            open.iter().map(bits).max().unwrap_or(0)
        };
        more_terms += missing(|sum| sum.tail);
        more_bits += missing(|sum| sum.rounding);
    }
    Err(unable(&format!("does not settle {digits} digits up to degree {highest}")))
}

/// An eigenvalue and the two parts of its radius.
struct Sum {
    ball: Ball,
    rounding: Radius,
    /// From the coefficients left out.
    tail: Radius,
}

/// |a_n| <= M R^-n
fn coefficient_bound(disc: &CentralDisc, n: u64) -> Radius {
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

/// mu_k = sum_j a_{k+2j} w_{k,j}, w_{k,0} = prod_{i<k} (i+1)/(p+2i), w_{k,j+1} = r_j w_{k,j} with
/// r_j = (k+2j+1)(k+2j+2) / (2(j+1)(2k+2j+p)), from the coefficients below `length`.
///
/// The tail from j = J on: |a_n| <= M R^-n by Cauchy's estimate. r_j - 1 = (k^2-k-2(j+1)(p-1)) / (2(j+1)(2k+2j+p)):
/// while it is positive it decreases, and then it stays negative, so r_j <= r = max(1, r_J) for j >= J. The tail is at
/// most M R^(-k-2J) w_{k,J} / (1 - r/R^2).
fn sums(
    problem: &ExaminedKernel,
    degrees: &[u64],
    disc: &CentralDisc,
    length: u64,
    precision: u32,
) -> Result<Vec<Sum>> {
    let c = Balls::new(precision);
    let p = problem.dimension();
    let series = Series::new(c, length as usize);
    let mut coefficients =
        problem.program.evaluate(&series, &Point::at(series.variable(&c.rational(&Rational::new()))))?;
    coefficients.resize(length as usize, c.rational(&Rational::new()));
    let radius = Radius::double(disc.radius);
    let inverse_square = Radius::double(1.0) / radius / radius;
    let starts = first_weights(p, degrees, precision);
    let one = |(&k, start): (&u64, &Float)| -> Sum {
        watch::check();
        let terms = (length - k).div_ceil(2);
        let mut weights = Vec::with_capacity(terms as usize);
        let mut weight = start.clone();
        for j in 0..terms {
            weights.push(Ball::exact(weight.clone()));
            weight *= (k + 2 * j + 1) * (k + 2 * j + 2);
            weight /= 2 * (j + 1) * (2 * k + 2 * j + p);
        }
        let used = || coefficients[k as usize..].iter().step_by(2);
        let sum = c.inner_product(used().zip(&weights));
        // Every weight was rounded at most s = 2k + 2J times: (1 + u)^s - 1 <= 2 s u, u = 2^-precision, s u <= 1.
        let rounding = Radius::double((4 * (k + terms)) as f64) * Radius::power_of_two(-(precision as i32));
        let absolute = used().zip(&weights).fold(Radius::ZERO, |sum, (a, w)| sum + a.magnitude() * w.magnitude());
        let top = Radius::double(((k + 2 * terms + 1) * (k + 2 * terms + 2)) as f64);
        let bottom = Radius::double((2 * (terms + 1) * (2 * k + 2 * terms + p)) as f64);
        let ratio = Radius::double(1.0).max(top / bottom);
        let left = Radius::double(1.0).minus_below(ratio * inverse_square);
        let last = Radius::above(&weight) * (Radius::double(1.0) + rounding);
        let tail = coefficient_bound(disc, k + 2 * terms) * last / left;
        let ball = sum.widened(absolute * rounding);
        Sum { rounding: ball.radius, tail, ball: ball.widened(tail) }
    };
    Ok(degrees.par_iter().zip(&starts).map(one).collect())
}

/// w_{k,0} for each degree, each rounded at most 2k times.
fn first_weights(p: u64, degrees: &[u64], precision: u32) -> Vec<Float> {
    let mut weight = Float::with_val(precision, 1);
    let mut k = 0;
    let mut at = |degree: u64| {
        while k < degree {
            weight *= k + 1;
            weight /= p + 2 * k;
            k += 1;
        }
        weight.clone()
    };
    degrees.iter().map(|degree| at(*degree)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Sphere;
    use crate::kernel::Kernel;
    use statrs::function::gamma::ln_gamma;

    /// The tail is what the formula of docs/proofs.md says, and is the error where a kernel is as large as it may be:
    /// 1/(R-u).
    #[test]
    fn tails_are_what_the_formula_says() {
        for (p, k, length, precision) in [(3, 0, 20, 200), (10, 7, 40, 200), (4, 30, 60, 300), (50, 60, 80, 300)] {
            let problem =
                ExaminedKernel::new(Kernel::parse("1/(2-u)").unwrap(), Sphere::in_dimension(p).unwrap()).unwrap();
            let disc = CentralDisc::new(&problem.program, 1.8).unwrap();
            let sum = sums(&problem, &[k], &disc, length, precision).unwrap().remove(0);
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
            // With many more terms.
            let truth = sums(&problem, &[k], &disc, 900, precision).unwrap().remove(0).ball.middle;
            let missing = Float::with_val(64, &truth - &sum.ball.middle).abs();
            assert!(missing <= tail && missing >= 1e-9 * tail, "{missing:e} {tail:e}");
            assert!(sum.ball.contains(&truth));
        }
    }
}
