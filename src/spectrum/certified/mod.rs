//! Eigenvalues with proved error bounds.
//!
//! The derivations, inequality by inequality, are in docs/accuracy.md. Nothing here is an estimate: what could not be proved ends in
//! `Unable`.

pub mod endpoint;
mod gauss;

use super::eigenvalue::{Estimate, Method, Rigour};
use super::endpoint::SETTLING_BITS;
use super::problem::{Problem, needed_bits};
use super::{closed_form, quadrature};
use crate::error::{Error, Result};
use crate::number::{Ball, Digits, Radius};
use endpoint::Expansion;
use rayon::prelude::*;
use rug::Float;

/// Enclosures of mu_k for `degrees` (increasing), none of which vanishes by structure, each with its method.
///
/// # Errors
/// `Unable` with the reason where a degree could not be enclosed to the digits.
pub fn eigenvalues(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<(Method, Estimate)>> {
    if let Some(Ok(exact)) = closed_form::eigenvalues(problem, degrees, digits)
        && exact.iter().all(|estimate| estimate.rigour == Rigour::Exact)
    {
        return Ok(exact.into_iter().map(|estimate| (Method::ClosedForm, estimate)).collect());
    }
    let (low, high): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| **k < FIRST_BY_ENDPOINT);
    let mut found = by_quadrature(problem, &low, digits)?;
    if !high.is_empty() {
        let high = match by_endpoint(problem, &high, digits) {
            Err(Error::Unable(why)) if high[high.len() - 1] <= HIGHEST_BY_QUADRATURE => by_quadrature(problem, &high, digits)
                .map_err(|error| Error::unable(format!("{error}; {why}"))),
            other => other,
        };
        found.extend(high?);
    }
    Ok(found)
}

/// From this degree on the endpoint expansion is tried first: below, quadrature serves all degrees faster.
const FIRST_BY_ENDPOINT: u64 = 700;

/// Quadrature of higher degrees would take hours.
const HIGHEST_BY_QUADRATURE: u64 = 50_000;

fn by_quadrature(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<(Method, Estimate)>> {
    let rigorous = |value, error: Float| Estimate::rigorous(Ball { middle: value, radius: Radius::above(&error) });
    let estimates = quadrature::refine(problem, degrees, digits, rigorous, gauss::pass)?;
    Ok(estimates.into_iter().map(|estimate| (Method::Quadrature, estimate)).collect())
}

/// Bits of the coefficients beyond those wanted: the radii of their recurrences.
const GUARD_BITS: u32 = 100;

/// Powers of tau in the longest expansion.
const LONGEST_ORDER: u32 = 320;

fn by_endpoint(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<(Method, Estimate)>> {
    let region = problem.region()?;
    let bits = needed_bits(digits) + SETTLING_BITS;
    let lowest = degrees[0] as f64;
    // A term gains some 2 log2(k/30) bits.
    let mut order = ((f64::from(bits) / (2.0 * (lowest / 30.0).log2())).ceil() as u32 + 6).min(LONGEST_ORDER);
    loop {
        let precision = bits + GUARD_BITS + 4 * order;
        let expansion = Expansion::new(problem, region, precision, order)?;
        let one = |k: &u64| expansion.eigenvalue(*k, bits).map(Estimate::rigorous);
        let estimates = degrees.par_iter().with_min_len(16).map(one).collect::<Result<Vec<Estimate>>>()?;
        let settled = |e: &Estimate| digits.settles(&e.value, &e.error) || digits.settles_nearly(&e.value, &e.error);
        match estimates.iter().zip(degrees).find(|(e, _)| !settled(e)) {
            None => return Ok(estimates.into_iter().map(|estimate| (Method::Endpoint, estimate)).collect()),
            Some((_, k)) if order == LONGEST_ORDER => {
                return Err(Error::unable(format!(
                    "the endpoint expansion of {} in dimension {} is not proved to {digits} digits at degree {k}",
                    problem.kernel,
                    problem.dimension()
                )));
            }
            Some(_) => order = (2 * order).min(LONGEST_ORDER),
        }
    }
}
