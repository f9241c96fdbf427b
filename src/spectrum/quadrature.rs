//! Eigenvalues by quadrature in theta at planned precision.
//!
//! mu_k = 1/Z int_0^pi kappa(cos theta) P_k(cos theta) sin^{p-2}(theta) d theta. Where kappa(cos theta) is analytic,
//! Gauss-Legendre converges geometrically; elsewhere tanh-sinh, split at the interior singular points.
//!
//! The precision covers the digits asked for and the size of mu_k, first guessed, then read from the result. The
//! result is checked digit by digit; degrees that fall short are computed again with more bits.

pub(super) mod double_exponential;
mod gauss;
pub(super) mod kinks;
pub(super) mod pieces;

use super::crossovers::{FEW_DIGITS, HIGHEST_BY_QUADRATURE, INTERVALS, MOST_BYTES_OF_NODES, fixed_point_seconds};
use super::examined_kernel::{ExaminedKernel, expected_exponent, needed_bits};
use super::finding::{Estimate, Finding};
use super::route::{Cost, Route};
use crate::error::{Error, Result};
use crate::kernel::{Point, Program};
use crate::number::{Digits, Multiprecision};
use rug::Float;

pub use gauss::{log_growth, planned_nodes, shorter_half_width};

/// What a rule returns: sums for each degree and the error they carry.
pub(super) struct Pass {
    /// mu_k for each degree.
    pub sums: Vec<Float>,
    /// The error of each.
    pub error: Float,
}

/// How much precision and how many nodes to spend.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// The sum is needed to 2^-bits relative to the kernel's size.
    pub bits: u32,
    /// Raised by one each time a result fell short.
    pub attempt: u32,
}

/// Attempts before giving up. Each adds at least half of the bits of the one before.
const MOST_ATTEMPTS: u32 = 12;

/// Gauss-Legendre rules where they converge, else tanh-sinh; the errors are estimates.
pub(super) struct EstimatedQuadrature;

impl Route for EstimatedQuadrature {
    fn is_proved(&self) -> bool {
        false
    }

    fn cost(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Cost> {
        Planned::of(problem, degrees, digits, HIGHEST_BY_QUADRATURE)
            .and_then(|planned| planned.cost("tanh-sinh", [1.0; 2]))
    }

    fn run(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
        eigenvalues(problem, degrees, digits)
    }
}

/// The nodes of a quadrature, as they are expected.
#[derive(Clone)]
pub(super) struct Planned<'a> {
    problem: &'a ExaminedKernel,
    degrees: &'a [u64],
    digits: Digits,
    /// Whether Gauss-Legendre rules converge.
    smooth: bool,
    count: f64,
    /// Bits of the sums.
    total: u32,
}

impl<'a> Planned<'a> {
    /// For degrees up to `most`, without a look at how smooth the kernel is: the nodes are those of tanh-sinh, which
    /// are more than others.
    pub(super) fn rough(problem: &'a ExaminedKernel, degrees: &'a [u64], digits: Digits, most: u64) -> Result<Self> {
        let highest = degrees.last().copied().unwrap_or(0);
        if highest > most {
            return Err(problem.unable("quadrature", &format!("degree {highest} is beyond {most}")));
        }
        let total = needed_bits(digits) + planned_exponent(problem, degrees).ceil() as u32;
        let pieces = problem.pieces.as_ref().map_or(1.0, |function| function.pieces.len() as f64);
        let each = 4.0 * (2.5 * highest as f64 + 0.45 * f64::from(total)) + 64.0;
        Ok(Planned { problem, degrees, digits, smooth: false, count: each * pieces, total })
    }

    /// With the nodes of Gauss-Legendre rules where these converge.
    pub(super) fn of(problem: &'a ExaminedKernel, degrees: &'a [u64], digits: Digits, most: u64) -> Result<Self> {
        let rough = Planned::rough(problem, degrees, digits, most)?;
        if problem.pieces.is_some() {
            return Ok(rough);
        }
        let nodes = planned_nodes(problem, degrees.last().copied().unwrap_or(0), rough.total)?;
        Ok(nodes.map_or(rough.clone(), |nodes| Planned { smooth: true, count: nodes as f64, ..rough }))
    }

    /// Rules on intervals beside tanh-sinh, in time.
    pub(super) fn on_intervals(&self) -> f64 {
        let few = match &self.problem.pieces {
            Some(function) => function.polynomials().is_none(),
            None => self.digits.bits() <= Digits::Count(FEW_DIGITS).bits(),
        };
        INTERVALS[usize::from(!few)]
    }

    /// The cost at these factors: of Gauss-Legendre rules on one interval, and of the `other` rule if these do not
    /// converge.
    pub(super) fn cost(&self, other: &str, [one, several]: [f64; 2]) -> Result<Cost> {
        let (count, total) = (self.count, self.total);
        let (rule, factor) = if self.smooth { ("Gauss-Legendre", one) } else { (other, several) };
        let detail = format!("{rule} in theta, about {count:.0} nodes, {total} bits");
        let highest = self.degrees.last().copied().unwrap_or(0) as f64;
        // Node, check of the kernel's coefficients (up to the bits wanted), sums, and the kernel itself.
        let checked = 1.2 * count.min(0.8 * f64::from(total));
        let steps = self.problem.program.nonlinear_steps() as f64;
        let per_node = 0.5 * count + checked + highest + 100.0 * steps;
        // A place, two weights and the value at each node; and the sums, one set for each part of the nodes.
        let bytes =
            count * 4.0 * (f64::from(total) / 8.0 + 40.0) + 16.0 * self.degrees.len() as f64 * f64::from(total) / 8.0;
        if bytes > MOST_BYTES_OF_NODES {
            let why = format!("{detail}, would take {:.0} GB of memory", bytes / 1e9);
            return Err(self.problem.unable("quadrature", &why));
        }
        Ok(Cost { detail, seconds: factor * count * per_node * fixed_point_seconds(total) })
    }
}

/// Computes mu_k for `degrees` (increasing); the errors are estimates.
fn eigenvalues(problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
    if let Some(function) = &problem.pieces {
        let pass = |_: &ExaminedKernel, degrees: &[u64], effort| function.pass(degrees, effort);
        return refine(problem, degrees, digits, Estimate::estimated, pass);
    }
    problem.singularities.shown(&problem.kernel)?;
    refine(problem, degrees, digits, Estimate::estimated, rule)
}

/// Passes of `rule` with more and more bits, until every degree is settled or given up.
///
/// # Errors
/// Those of `rule`, where no degree was settled before.
pub(super) fn refine(
    problem: &ExaminedKernel,
    degrees: &[u64],
    digits: Digits,
    estimate: impl Fn(Float, Float) -> Estimate,
    rule: impl Fn(&ExaminedKernel, &[u64], Effort) -> Result<Pass>,
) -> Result<Vec<Finding>> {
    let Some(&highest) = degrees.last() else {
        return Ok(Vec::new());
    };
    let (kernel, p) = (&problem.kernel, problem.dimension());
    let expected = planned_exponent(problem, degrees);
    // Twice the expected exponent, or that of coefficients which decay like 1/k!: an eigenvalue smaller than that
    // is not told from zero.
    let smallest = 2.0 * expected + highest as f64 * (highest as f64 + 2.0).log2() + 500.0;
    let mut results: Vec<Option<Finding>> = vec![None; degrees.len()];
    let mut extra = expected.ceil() as u32;
    let mut failure = None;
    for attempt in 0..MOST_ATTEMPTS {
        let open: Vec<usize> = (0..degrees.len()).filter(|i| results[*i].is_none()).collect();
        if open.is_empty() || f64::from(extra) > 8.0 * smallest {
            break;
        }
        let wanted: Vec<u64> = open.iter().map(|i| degrees[*i]).collect();
        let effort = Effort { bits: needed_bits(digits) + extra, attempt };
        let pass = match rule(problem, &wanted, effort) {
            Err(error @ Error::Unable(_)) if open.len() < degrees.len() => {
                failure = Some(error);
                break;
            }
            pass => pass?,
        };
        let mut shortfall = 0i32;
        for (index, sum) in open.into_iter().zip(&pass.sums) {
            let estimate = estimate(sum.clone(), pass.error.clone());
            let missing = estimate.shortfall(digits);
            let settled = digits.settles(&estimate.value, &estimate.error)
                || (attempt >= 2 && digits.settles_nearly(&estimate.value, &estimate.error));
            if settled {
                results[index] = Some(Finding::Value(estimate));
            } else if missing.is_none() && f64::from(extra) > smallest {
                results[index] = Some(Finding::Nothing(Error::unable(format!(
                    "mu_{} of {kernel} in dimension {p} is not told from zero: by the quadrature it is below 2^{:.0}",
                    degrees[index],
                    log2(&pass.error)
                ))));
            } else {
                shortfall = shortfall.max(missing.unwrap_or(0));
            }
        }
        extra += (shortfall.max(0) as u32).max(extra / 2) + 32;
    }
    let failure = failure.unwrap_or_else(|| {
        Error::unable(format!(
            "the quadrature of {kernel} in dimension {p} up to degree {highest} did not converge to {digits} digits"
        ))
    });
    Ok(results.into_iter().map(|result| result.unwrap_or_else(|| Finding::Nothing(failure.clone()))).collect())
}

/// log2(1/mu_k) as expected at the highest degree: from the pilot's power series where there is one.
pub fn planned_exponent(problem: &ExaminedKernel, degrees: &[u64]) -> f64 {
    let (p, k) = (problem.dimension(), degrees.last().copied().unwrap_or(0));
    // The model is good to a few bits; without one, the guess for a moderately smooth kernel.
    problem.coefficients().map_or_else(|| expected_exponent(p, k), |model| model.expected_exponent(p, k) + 8.0)
}

/// Gauss-Legendre where it converges, else tanh-sinh.
fn rule(problem: &ExaminedKernel, degrees: &[u64], effort: Effort) -> Result<Pass> {
    match gauss::pass(problem, degrees, effort)? {
        Some(pass) => Ok(pass),
        None => double_exponential::pass(problem, degrees, effort),
    }
}

impl Estimate {
    /// How many bits are missing for the digits; `None` where the value is not told from zero.
    fn shortfall(&self, digits: Digits) -> Option<i32> {
        let error = self.error.get_exp().unwrap_or(i32::MIN / 2);
        self.value.get_exp().filter(|size| *size > error).map(|size| needed_bits(digits) as i32 - (size - error))
    }
}

/// 2^x as a number of short precision, for any x.
fn power_of_two(x: f64) -> Float {
    let whole = x.floor();
    Float::with_val(64, (x - whole).exp2()) << whole as i32
}

/// The error of kernel evaluation at `precision` bits at a few angles, found by evaluating again with 64 bits more:
/// log2 of the largest absolute difference. It shows cancellation inside the formula.
fn evaluation_error_log2(program: &Program, angles: &[Float], precision: u32) -> Result<f64> {
    let mut worst = f64::NEG_INFINITY;
    for angle in angles {
        let at = |bits: u32| {
            let angle = Float::with_val(bits, angle);
            let (sine, cosine) = angle.clone().sin_cos(Float::new(bits));
            let point = Point { u: cosine, angle: Some((angle, sine)) };
            program.evaluate(&Multiprecision::new(bits), &point)
        };
        let difference = Float::with_val(64, at(precision)? - at(precision + 64)?).abs();
        if !difference.is_zero() {
            worst = worst.max(log2(&difference));
        }
    }
    Ok(worst)
}

/// log2 |x| for any exponent.
fn log2(x: &Float) -> f64 {
    match x.get_exp() {
        Some(exponent) => {
            let mantissa = Float::with_val(53, x >> exponent).to_f64().abs();
            f64::from(exponent) + mantissa.log2()
        }
        None => f64::NEG_INFINITY,
    }
}
