//! Eigenvalues from the power series of the kernel at u = 0.
//!
//! kappa(u) = sum_j a_j u^j gives mu_k = sum_j a_{k+2j} w_{k,j} with the positive weights
//! w_{k,j} = Gamma(p/2) (k+2j)! / (2^{k+2j} j! Gamma(k+j+p/2)).
//! If all a_j >= 0 (a kernel positive definite on every sphere) nothing cancels, at any degree and precision.

use super::coefficient_model::{CoefficientModel, LONGEST, weight_ratio};
use super::crossovers::product_seconds;
use super::examined_kernel::{ExaminedKernel, needed_bits};
use super::finding::{Estimate, Finding};
use super::route::{Cost, Route};
use crate::error::{Error, Result};
use crate::kernel::Point;
use crate::number::{Digits, Multiprecision, Number, Series};
use rayon::prelude::*;
use rug::{Float, Rational};

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
