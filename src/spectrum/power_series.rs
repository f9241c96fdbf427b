//! Eigenvalues from the power series of the kernel at u = 0.
//!
//! kappa(u) = sum_j a_j u^j gives mu_k = sum_j a_{k+2j} w_{k,j} with the positive weights
//! w_{k,j} = Gamma(p/2) (k+2j)! / (2^{k+2j} j! Gamma(k+j+p/2)).
//! If all a_j >= 0 (a kernel positive definite on every sphere) nothing cancels, at any degree and precision.

use super::crossovers::product_seconds;
use super::examined_kernel::{ExaminedKernel, needed_bits};
use super::finding::{Estimate, Finding};
use super::route::{Cost, Route};
use crate::error::{Error, Result};
use crate::kernel::{Point, Program, Step};
use crate::number::{Digits, Double, Multiprecision, Number, Series};
use rayon::prelude::*;
use rug::{Float, Rational};
use std::sync::{Arc, OnceLock};

/// Coefficients of the double-precision pilot.
const PILOT_ORDER: usize = 96;

/// Longer series are left to quadrature: their cost grows with the square of the length.
const LONGEST: usize = 8000;

/// How coefficients go on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Growth {
    /// Zero: a polynomial.
    Zero,
    /// a_j ~ j^-q: a branch point at u = 1 or u = -1.
    Algebraic(f64),
    /// ln |a_j| changes by this much each step (at most 0), at least.
    Geometric(f64),
}

/// The expected size of the coefficients, from a pilot in double precision.
#[derive(Clone, Debug)]
pub struct CoefficientModel {
    /// ln |a_j| of the pilot, relative to the largest.
    logs: Vec<f64>,
    /// The law beyond the pilot.
    law: Growth,
    /// At least so many coefficients are computed: a power u^m may start late.
    delay: usize,
}

/// A model, if there is one.
type KeptModel = OnceLock<Option<Arc<CoefficientModel>>>;

impl ExaminedKernel {
    /// The expected size of the coefficients of the power series at 0, if there is one; computed once.
    pub(super) fn coefficients(&self) -> Option<Arc<CoefficientModel>> {
        // Inside (-1, 1) the kernel must be analytic, or the series at 0 is that of another function.
        // In a sum the pilot may not see a part whose coefficients start late.
        let inside = self.singularities.decided && self.singularities.interior.is_empty();
        let usable = inside && self.formula.is_one_term();
        let model = || usable.then(|| CoefficientModel::of(&self.program).map(Arc::new)).flatten();
        self.kept::<KeptModel>().get_or_init(model).clone()
    }
}

impl CoefficientModel {
    /// `None` if the kernel has no power series at 0, or one whose coefficients grow.
    pub fn of(program: &Program) -> Option<Self> {
        let mut logs = pilot_logs(program)?;
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !largest.is_finite() {
            return None;
        }
        logs.iter_mut().for_each(|l| *l -= largest);
        // The largest of each of the last three quarters: covers kernels with one parity only.
        let quarter = PILOT_ORDER / 4;
        let top = |from: usize| logs[from..from + quarter].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (second, third, last) = (top(quarter), top(2 * quarter), top(3 * quarter));
        // Growing coefficients: the series does not converge at 1.
        if last > third + 0.2 || last > 0.0 {
            return None;
        }
        // From index 24 to 48 to 72 a power j^-q falls by q ln 2 and q ln 1.5, 1.7 to 1; geometric decay equally.
        let (before, after) = (second - third, third - last);
        let law = match last.is_finite() {
            false => Growth::Zero,
            true if before > 1.35 * after => Growth::Algebraic((after / 1.5f64.ln()).max(1.0)),
            true => Growth::Geometric((-after / quarter as f64).min(0.0)),
        };
        let delay = 2 * reach(program);
        (delay <= 2 * LONGEST).then_some(CoefficientModel { logs, law, delay })
    }

    fn log(&self, j: usize) -> f64 {
        match self.logs.get(j) {
            Some(l) => *l,
            None => {
                let last = self.logs[PILOT_ORDER - 8..].iter().copied().fold(f64::NEG_INFINITY, f64::max);
                match self.law {
                    Growth::Zero => f64::NEG_INFINITY,
                    Growth::Algebraic(q) => last - q * (j as f64 / PILOT_ORDER as f64).ln(),
                    Growth::Geometric(slope) => last + slope * (j - PILOT_ORDER) as f64,
                }
            }
        }
    }

    /// log2(1/mu_k) as the model predicts it, from the largest of the first terms.
    pub fn expected_exponent(&self, p: u64, k: u64) -> f64 {
        let steps = std::iter::successors(Some(0u64), |j| Some(j + 1 + j / 8)).take_while(|j| *j < 4 * k * k + 64);
        let term = |j: u64| log_weight(p, k, j) + self.log((k + 2 * j) as usize);
        let largest = log_first_weight(p, k) + steps.map(term).fold(f64::NEG_INFINITY, f64::max);
        if largest.is_finite() { (-largest / std::f64::consts::LN_2).max(0.0) } else { 0.0 }
    }

    /// The number of coefficients after which the tail of mu_k is below 2^-bits mu_k; `None` beyond a bound.
    fn order_for(&self, p: u64, k: u64, bits: f64) -> Option<usize> {
        let target = bits * std::f64::consts::LN_2;
        // Algebraic coefficients and low dimensions: see at once that the longest series would not do.
        let longest = (LONGEST as u64).saturating_sub(k) / 2;
        if matches!(self.law, Growth::Algebraic(_))
            && log_weight(p, k, longest) + self.log(LONGEST) > self.log(k as usize) - target
        {
            return None;
        }
        let (mut weight, mut largest) = (0.0f64, f64::NEG_INFINITY);
        let mut j = 0u64;
        loop {
            let index = (k + 2 * j) as usize;
            if index > LONGEST {
                return None;
            }
            let term = weight + self.log(index);
            largest = largest.max(term);
            let ratio = weight_ratio(p, k, j);
            // The rest is below the sum of a geometric series with this ratio, once terms decrease.
            let shrink = ratio * (self.log(index + 2) - self.log(index)).exp().min(1.0);
            let known = self.log(index).is_finite() || index >= PILOT_ORDER;
            if known && shrink < 1.0 && term - (1.0 - shrink).ln() < largest - target {
                return Some(index + 8);
            }
            if self.law == Growth::Zero && index >= PILOT_ORDER {
                return Some(index + 8);
            }
            weight += ratio.ln();
            j += 1;
        }
    }
}

/// The highest power of u that integer powers and products build: coefficients up to there may start late.
fn reach(program: &Program) -> usize {
    let mut reach = vec![0usize; program.steps().len()];
    for (index, step) in program.steps().iter().enumerate() {
        reach[index] = match step {
            Step::Rational(_) | Step::Pi => 0,
            Step::Variable => 1,
            Step::Neg(a) | Step::Function(_, a) => reach[*a],
            Step::Add(a, b) | Step::Sub(a, b) | Step::Div(a, b) => reach[*a].max(reach[*b]),
            Step::Mul(a, b) => reach[*a].saturating_add(reach[*b]),
            Step::Power(a, q) if q.is_integer() && *q > 0 => {
                reach[*a].saturating_mul(q.numer().to_usize().unwrap_or(usize::MAX))
            }
            Step::Power(a, _) => reach[*a],
            Step::ArcCosines(a, outputs) => {
                outputs.iter().for_each(|(_, register)| reach[*register] = reach[*a]);
                continue;
            }
            Step::Done => continue,
        };
    }
    reach.into_iter().max().unwrap_or(1).clamp(1, LONGEST + 1)
}

/// ln |a_j| of the first coefficients: in double precision, or in multiprecision if their range is too wide for it.
fn pilot_logs(program: &Program) -> Option<Vec<f64>> {
    let series = Series::new(Double, PILOT_ORDER);
    let doubles = program.evaluate(&series, &Point::at(series.variable(&0.0)));
    let in_range = |a: &f64| a.abs() > 1e-280 && a.abs() < 1e280;
    let fits = doubles.as_ref().is_ok_and(|a| a.len() == PILOT_ORDER && a[PILOT_ORDER - 2..].iter().any(in_range));
    let mut logs: Vec<f64> = match doubles {
        Ok(doubles) if fits => doubles.iter().map(|a| a.abs().ln()).collect(),
        _ => {
            let series = Series::new(Multiprecision::new(64), PILOT_ORDER);
            let wide = program.evaluate(&series, &Point::at(series.variable(&Float::new(64)))).ok()?;
            wide.iter().map(|a| Float::with_val(64, a.abs_ref()).ln().to_f64()).collect()
        }
    };
    logs.resize(PILOT_ORDER, f64::NEG_INFINITY);
    Some(logs)
}

/// ln (w_{k,j} / w_{k,0}), to a few digits.
pub(super) fn log_weight(p: u64, k: u64, j: u64) -> f64 {
    use statrs::function::gamma::ln_gamma;
    let (half, k, j) = (p as f64 / 2.0, k as f64, j as f64);
    ln_gamma(k + 2.0 * j + 1.0)
        - ln_gamma(k + 1.0)
        - 2.0 * j * std::f64::consts::LN_2
        - ln_gamma(j + 1.0)
        - ln_gamma(k + j + half)
        + ln_gamma(k + half)
}

/// ln w_{k,0} = ln (k! / (2^k (p/2)_k))
pub(super) fn log_first_weight(p: u64, k: u64) -> f64 {
    use statrs::function::gamma::ln_gamma;
    let (half, k) = (p as f64 / 2.0, k as f64);
    ln_gamma(k + 1.0) - k * std::f64::consts::LN_2 - (ln_gamma(k + half) - ln_gamma(half))
}

/// w_{k,j+1} / w_{k,j}
pub(super) fn weight_ratio(p: u64, k: u64, j: u64) -> f64 {
    let (p, k, j) = (p as f64, k as f64, j as f64);
    (k + 2.0 * j + 1.0) * (k + 2.0 * j + 2.0) / (2.0 * (j + 1.0) * (2.0 * k + 2.0 * j + p))
}

/// The number of coefficients a plan expects; `None` where the method is not expected to work.
fn planned_order(problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Option<usize> {
    let model = problem.coefficients()?;
    let bits = needed_bits(digits) + 8;
    let length = order(&model, problem.dimension(), degrees, f64::from(bits))?;
    // Two precisions at a time.
    let bytes = 2.0 * length as f64 * (f64::from(bits) / 8.0 + 40.0);
    problem.fits_in_memory("the power series", bytes).ok().map(|()| length)
}

fn order(model: &CoefficientModel, p: u64, degrees: &[u64], bits: f64) -> Option<usize> {
    // The need grows with k but for parities; the ends and the middle of the list settle it.
    let least = model.delay;
    let picks = [0, degrees.len() / 2, degrees.len().saturating_sub(2), degrees.len().saturating_sub(1)];
    picks
        .iter()
        .filter_map(|i| degrees.get(*i))
        .map(|k| model.order_for(p, *k, bits))
        .try_fold(least, |n, m| Some(n.max(m?)))
}

/// The power series as far as coefficients are expected to count; errors are estimates.
pub(super) struct EstimatedSeries;

impl Route for EstimatedSeries {
    fn is_proved(&self) -> bool {
        false
    }

    fn cost(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Cost> {
        let order = planned_order(problem, degrees, digits).ok_or_else(|| {
            problem.unable(
                "power-series",
                "no power series at u = 0 was found of which so many coefficients as can be computed are enough",
            )
        })?;
        let (n, steps) = (order as f64, problem.program.nonlinear_steps() as f64);
        // Two or three convolutions a step over half the square, at two precisions; the weighted sums.
        let work = 2.5 * steps * n * n + degrees.len() as f64 * n;
        let seconds = work * (product_seconds(needed_bits(digits)) + 3e-8);
        Ok(Cost { detail: format!("{order} coefficients"), seconds })
    }

    fn run(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
        eigenvalues(problem, degrees, digits)
    }
}

/// Computes mu_k for `degrees` (increasing).
fn eigenvalues(problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
    let p = problem.dimension();
    let fail = |why: &str| Error::unable(format!("power series of {} in dimension {p}: {why}", problem.kernel));
    let model = problem
        .coefficients()
        .ok_or_else(|| fail("no power series at u = 0 that converges at u = 1; try quadrature"))?;
    let mut bits = needed_bits(digits) + 8;
    let mut length = order(&model, p, degrees, f64::from(bits))
        .ok_or_else(|| fail(&format!("more than {LONGEST} coefficients needed; try quadrature")))?;
    // A zero is never taken from here: only structure knows zeros.
    let settled = |e: &Estimate| !e.value.is_zero() && digits.settles(&e.value, &e.error);
    let mut estimates = Vec::new();
    for _ in 0..4 {
        problem.fits_in_memory("the power series", 2.0 * length as f64 * (f64::from(bits) / 8.0 + 40.0))?;
        // Rounding errors of m operations per coefficient, and of the sums.
        let precision = bits + 3 * length.ilog2() + 32;
        let sums = sums(problem, degrees, length, precision)?;
        estimates = sums.into_iter().map(|s| Estimate::estimated(s.value, s.error)).collect();
        let open: Vec<&Estimate> = estimates.iter().filter(|e| !settled(e)).collect();
        if open.is_empty() {
            break;
        }
        let short = open.iter().map(|e| missing_bits(e, bits)).max().unwrap_or(0);
        bits += short.clamp(16, 4 * bits);
        length = order(&model, p, degrees, f64::from(bits)).unwrap_or(length).max(length + length / 4);
        if length > 2 * LONGEST {
            break;
        }
    }
    let finding = |(estimate, k): (Estimate, &u64)| match settled(&estimate) {
        true => Finding::Value(estimate),
        false => Finding::Nothing(fail(&format!("{digits} digits not reached at degree {k}; try quadrature"))),
    };
    Ok(estimates.into_iter().zip(degrees).map(finding).collect())
}

fn missing_bits(estimate: &Estimate, bits: u32) -> u32 {
    let error = estimate.error.get_exp().unwrap_or(i32::MIN / 2);
    let size = estimate.value.get_exp().unwrap_or(error);
    (bits as i32 - (size - error)).max(0) as u32 + 8
}

struct Sum {
    value: Float,
    error: Float,
}

fn coefficients(problem: &ExaminedKernel, length: usize, precision: u32) -> Result<Vec<Float>> {
    let series = Series::new(Multiprecision::new(precision), length);
    let u = series.variable(&Float::new(precision));
    let mut a = problem.program.evaluate(&series, &Point::at(u))?;
    a.resize(length, Float::new(precision));
    Ok(a)
}

fn sums(problem: &ExaminedKernel, degrees: &[u64], length: usize, precision: u32) -> Result<Vec<Sum>> {
    // Two precisions: their difference measures the rounding errors of the coefficients.
    const STEP: u32 = 32;
    let (coarse, fine) =
        rayon::join(|| coefficients(problem, length, precision), || coefficients(problem, length, precision + STEP));
    let (coarse, fine) = (coarse?, fine?);
    let rounding: Vec<Float> = coarse.iter().zip(&fine).map(|(a, b)| Float::with_val(32, a - b).abs()).collect();
    let one_sign = fine.iter().all(|a| !a.is_sign_negative() || a.is_zero());
    // What the coefficients beyond the last add up to: kappa(1) minus the sum, if all are non-negative (expected where
    // all computed ones are). Where that is lost in rounding, or signs are mixed, the last coefficients tell: a law
    // a_j ~ j^(-1-nu) leaves J a_J / nu, 7/nu times the last eighth, and faster decay leaves less: 64 times that serves
    // nu >= 1/8. What kappa(1) and kappa(-1) lack counts in any case.
    let mass = {
        let total: Float = fine.iter().fold(Float::new(precision), |sum, a| sum + a);
        let context = Multiprecision::new(precision);
        let lack = |u: i32, sum: Float| -> Result<Float> {
            let value = problem.program.evaluate(&context, &Point::at(Float::with_val(precision, u)))?;
            Ok(Float::with_val(64, value - sum))
        };
        let alternating: Float = fine
            .iter()
            .enumerate()
            .fold(Float::new(precision), |sum, (j, a)| if j % 2 == 0 { sum + a } else { sum - a });
        let noise = (Float::with_val(64, total.abs_ref()) * length as u32) >> (precision as i32 - 16);
        let (rest, mirrored) = (lack(1, total)?, lack(-1, alternating)?);
        let last = &fine[length - length / 8 - 1..];
        let recent = last.iter().fold(Float::new(64), |sum, a| sum + a.clone().abs()) * 64u32;
        let largest = rest.clone().abs().max(&mirrored.abs());
        match largest <= noise {
            true => recent,
            false if one_sign && !rest.is_sign_negative() => rest,
            false => recent.max(&largest),
        }
    };
    let polynomial = problem.symmetry.polynomial_degree().is_some_and(|d| d < length as u64);
    let p = problem.dimension();
    let starts = first_weights(p, degrees, precision);
    Ok(degrees
        .par_iter()
        .zip(starts)
        .map(|(&k, start)| {
            let mut weight = start;
            let (mut value, mut absolute, mut error) = (Float::new(precision), Float::new(64), Float::new(64));
            let mut j = 0u64;
            while (k + 2 * j) < length as u64 {
                let index = (k + 2 * j) as usize;
                let term = Float::with_val(precision, &fine[index] * &weight);
                absolute += Float::with_val(64, term.abs_ref());
                error += Float::with_val(64, &rounding[index] * &weight);
                value += term;
                weight *= (k + 2 * j + 1) * (k + 2 * j + 2);
                weight /= 2 * (j + 1) * (2 * k + 2 * j + p);
                j += 1;
            }
            // Weights first rise, then fall: once they fall the next is the largest of the rest.
            if !polynomial {
                let ratio = weight_ratio(p, k, j);
                let peak = if ratio < 1.0 { Float::with_val(64, &weight) } else { Float::with_val(64, 1) };
                error += peak * &mass;
            }
            // Rounding of the weights and the sum: 4 roundings a term.
            error += (absolute * (4 * j + 8)) >> (precision as i32 - 1);
            Sum { value, error: error * 2u32 }
        })
        .collect())
}

/// w_{k,0} = k! / (2^k (p/2)_k) = prod_{i<k} (i+1)/(p+2i) for each degree.
fn first_weights(p: u64, degrees: &[u64], precision: u32) -> Vec<Float> {
    let c = Multiprecision::new(precision + 24);
    let mut weight = Float::with_val(precision + 24, 1);
    let mut k = 0;
    degrees
        .iter()
        .map(|&degree| {
            while k < degree {
                weight = c.scale(&weight, &Rational::from((k + 1, p + 2 * k)));
                k += 1;
            }
            Float::with_val(precision, &weight)
        })
        .collect()
}
