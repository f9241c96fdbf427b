//! Eigenvalues from a closed form: exact where exact numbers stay short, else in balls.

use super::sequence::{Factor, How, Sequence, convert, monomial_sums};
use super::{Basis, ClosedForm};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::number::{Digits, Exact, Number, Scaled, ScaledBall};
use crate::spectrum::crossovers::product_seconds;
use crate::spectrum::examined_kernel::{ExaminedKernel, needed_bits};
use crate::spectrum::finding::{Estimate, Finding};
use crate::spectrum::jumps::Jumps;
use crate::spectrum::route::{Cost, Route};
use rayon::prelude::*;
use rug::{Float, Rational};

/// Exact eigenvalues are computed while a rough estimate of the bits of one stays below this (some 12,000 digits),
const MOST_BITS: f64 = 40_000.0;

/// ... those of the constants below this,
const MOST_CONSTANT_BITS: f64 = 4e6;

/// ... and those of all below this: 250 MB.
const MOST_BITS_IN_ALL: f64 = 2e9;

/// Beyond this p + k exact products of the arc-cosine functions grow to many thousand digits.
const LARGEST_EXACT: u64 = 20_000;

/// Attempts with more bits before a value that is not told from a tie of decimals, or from zero, is given up.
const MOST_ATTEMPTS: u32 = 7;

impl ClosedForm {
    /// The eigenvalues at `degrees` (increasing) in a number system.
    fn eigenvalues<C>(&self, c: &C, how: How, sphere: Sphere, degrees: &[u64]) -> Result<Vec<C::Element>>
    where
        C: Number + Sync,
        C::Element: Send + Sync,
    {
        let zero = c.rational(&Rational::new());
        let mut totals = vec![zero.clone(); degrees.len()];
        for (basis, coefficients) in &self.terms {
            let parts = match basis {
                Basis::One => {
                    let coefficients = coefficients.iter().map(|x| convert(c, x)).collect::<Result<Vec<_>>>()?;
                    monomial_sums(c, sphere, degrees, &coefficients)
                }
                _ => {
                    let coefficients = coefficients.iter().map(|x| Factor::new(c, x)).collect::<Result<Vec<_>>>()?;
                    let reach = coefficients.len() as u64 - 1;
                    let base = Sequence::new(c, how, basis, sphere, degrees, reach)?;
                    degrees.par_iter().map(|k| base.times_polynomial(c, sphere, *k, &coefficients)).collect()
                }
            };
            for (total, part) in totals.iter_mut().zip(parts) {
                *total = c.add(total, &part);
            }
        }
        Ok(totals)
    }

    /// Whether the exact eigenvalues up to this degree are short enough to be computed.
    fn is_short(&self, sphere: Sphere, degrees: &[u64]) -> bool {
        let highest = degrees.last().copied().unwrap_or(0);
        let size = sphere.dimension() + highest;
        let length = |q: &Rational| f64::from(q.numer().significant_bits() + q.denom().significant_bits());
        let fits = |basis: &Basis| match basis {
            Basis::One => true,
            Basis::ArcCosine(n) => size + *n as u64 <= LARGEST_EXACT,
            Basis::Geometric(r) => {
                let bits = highest as f64 * length(r);
                size <= LARGEST_EXACT && bits <= MOST_CONSTANT_BITS && bits * degrees.len() as f64 <= MOST_BITS_IN_ALL
            }
            Basis::Power(shift, m) => {
                let bits = *m as f64 * (length(shift) + 2.0 * ((m + size) as f64).log2());
                bits <= MOST_BITS && bits * degrees.len() as f64 <= MOST_BITS_IN_ALL
            }
        };
        self.terms.keys().all(fits)
    }

    /// Expected seconds of processor time: an exact step of long numbers takes some microseconds, one of balls 0.3.
    pub(in crate::spectrum) fn seconds(&self, degrees: &[u64]) -> f64 {
        let (count, highest) = (degrees.len() as f64, degrees.last().copied().unwrap_or(0) as f64);
        let steps = |(basis, coefficients): (&Basis, &Vec<_>)| {
            let reach = coefficients.len() as f64;
            reach * reach * count
                + match basis {
                    Basis::One => reach * count,
                    Basis::ArcCosine(n) => highest + *n as f64,
                    Basis::Geometric(_) => count * 40.0,
                    Basis::Power(shift, m) if shift.is_zero() => *m as f64,
                    Basis::Power(_, m) => *m as f64 + 0.25 * count * *m as f64,
                }
        };
        3e-7 * self.terms.iter().map(steps).sum::<f64>()
    }
}

/// Closed forms of arc-cosine, Poisson and polynomial terms, and of pieces that are polynomials.
pub(in crate::spectrum) struct Closed;

impl Route for Closed {
    fn is_proved(&self) -> bool {
        true
    }

    fn cost(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Cost> {
        if problem.pieces.is_some() {
            let jumps = Jumps::of(problem)
                .ok_or_else(|| problem.unable("closed-form", "its pieces are not all polynomials"))?;
            let steps = jumps.terms() as f64 * (degrees.last().copied().unwrap_or(0) as f64 + 1.0);
            let seconds = 40.0 * steps * product_seconds(needed_bits(digits) + 64);
            return Ok(Cost { detail: "jumps of pieces that are polynomials".to_string(), seconds });
        }
        let form = problem.closed_form().ok_or_else(|| problem.unable("closed-form", "no closed form is known"))?;
        Ok(Cost { detail: "arc-cosine, Poisson and polynomial terms".to_string(), seconds: form.seconds(degrees) })
    }

    fn run(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
        match problem.pieces.is_some() {
            true => Jumps::of(problem).map(|jumps| jumps.eigenvalues(degrees, digits)),
            false => problem.closed_form().map(|form| eigenvalues(form, problem, degrees, digits)),
        }
        .unwrap_or_else(|| Err(problem.unable("closed-form", "no closed form is known")))
    }
}

/// What the closed form gives at `degrees` (increasing).
fn eigenvalues(form: &ClosedForm, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
    let precision = needed_bits(digits) + 24;
    if form.is_short(problem.sphere, degrees) {
        let found = form.eigenvalues(&Exact, How::Exactly, problem.sphere, degrees).and_then(|values| {
            values.into_par_iter().map(|x| Ok(Finding::Value(Estimate::exact(x, precision, digits)?))).collect()
        });
        match found {
            // Too long after all, or out of range.
            Err(Error::Unable(_)) => {}
            other => return other,
        }
    }
    in_balls(form, problem, degrees, digits, precision)
}

/// The same formulas in balls, which have an exponent of their own, with more bits until the digits are settled.
fn in_balls(
    form: &ClosedForm,
    problem: &ExaminedKernel,
    degrees: &[u64],
    digits: Digits,
    precision: u32,
) -> Result<Vec<Finding>> {
    // A product of p + k factors loses log2(p + k) bits.
    let mut precision = precision + 32;
    let mut found: Vec<Option<Finding>> = vec![None; degrees.len()];
    for attempt in 0..MOST_ATTEMPTS {
        let open: Vec<usize> = (0..degrees.len()).filter(|i| found[*i].is_none()).collect();
        if open.is_empty() {
            break;
        }
        let wanted: Vec<u64> = open.iter().map(|i| degrees[*i]).collect();
        let values = form.eigenvalues(&Scaled::new(precision), How::Rounded, problem.sphere, &wanted)?;
        for (i, value) in open.into_iter().zip(values) {
            found[i] = settled(value, digits, attempt + 1 == MOST_ATTEMPTS);
        }
        precision *= 2;
    }
    let nothing = |k: &u64| {
        Finding::Nothing(Error::unable(format!(
            "mu_{k} of {} is not told from zero: its closed form cancels beyond {precision} bits",
            problem.kernel
        )))
    };
    Ok(found.into_iter().zip(degrees).map(|(finding, k)| finding.unwrap_or_else(|| nothing(k))).collect())
}

/// A ball that settles the digits; in the end, one that is almost a tie.
fn settled(value: ScaledBall, digits: Digits, last: bool) -> Option<Finding> {
    if value.is_zero() {
        return Some(Finding::Value(Estimate::zero()));
    }
    let Some(ball) = value.plain() else {
        return value.written(digits).map(|_| Finding::Beyond(value));
    };
    let error: Float = ball.radius.to_float();
    let good = digits.settles(&ball.middle, &error) || last && digits.settles_nearly(&ball.middle, &error);
    good.then(|| Finding::Value(Estimate::rigorous(ball.middle, error)))
}
