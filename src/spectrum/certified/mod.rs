//! Eigenvalues with proved error bounds.
//!
//! The derivations, inequality by inequality, are in docs/accuracy.md. Nothing here is an estimate: what could not be proved ends in
//! `Unable`.

mod gauss;

use super::eigenvalue::{Estimate, Method, Rigour};
use super::problem::Problem;
use super::{closed_form, endpoint, quadrature};
use crate::error::{Error, Result};
use crate::number::{Ball, Digits, Radius};
use rug::Float;

/// Enclosures of mu_k for `degrees` (increasing), none of which vanishes by structure, each with its method.
///
/// # Errors
/// `Unable` with the reason where a degree could not be enclosed to the digits.
pub fn eigenvalues(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<(Method, Estimate)>> {
    // Beyond, closed forms are in floating point.
    let exact = degrees.last().is_some_and(|k| k + problem.dimension() <= closed_form::LARGEST_EXACT);
    if exact
        && let Some(Ok(exact)) = closed_form::eigenvalues(problem, degrees, digits)
        && exact.iter().all(|estimate| estimate.rigour == Rigour::Exact)
    {
        return Ok(exact.into_iter().map(|estimate| (Method::ClosedForm, estimate)).collect());
    }
    let (low, high): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| **k < FIRST_BY_ENDPOINT);
    let mut found = by_quadrature(problem, &low, digits)?;
    if !high.is_empty() {
        let high = match by_endpoint(problem, &high, digits) {
            Err(Error::Unable(why)) if high[high.len() - 1] <= HIGHEST_BY_QUADRATURE => {
                by_quadrature(problem, &high, digits).map_err(|error| Error::unable(format!("{error}; {why}")))
            }
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

fn by_endpoint(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<(Method, Estimate)>> {
    let estimates = endpoint::eigenvalues(problem, degrees, digits)?;
    Ok(estimates.into_iter().map(|estimate| (Method::Endpoint, estimate)).collect())
}
