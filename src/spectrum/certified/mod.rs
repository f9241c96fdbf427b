//! Eigenvalues with proved error bounds.
//!
//! The derivations, inequality by inequality, are in docs/accuracy.md. Nothing here is an estimate: what could not be proved ends in
//! `Unable`.

mod gauss;

use super::eigenvalue::{Estimate, Method, Rigour};
use super::problem::Problem;
use super::{closed_form, endpoint, quadrature};
use crate::error::{Error, Result};
use crate::number::Digits;

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
        return Ok(named(Method::ClosedForm, exact));
    }
    let by_quadrature = |degrees: &[u64]| {
        let estimates = quadrature::refine(problem, degrees, digits, Estimate::rigorous, gauss::pass)?;
        Ok(named(Method::Quadrature, estimates))
    };
    let (low, high): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| **k < FIRST_BY_ENDPOINT);
    let mut found = by_quadrature(&low)?;
    if let Some(&highest) = high.last() {
        found.extend(match endpoint::eigenvalues(problem, &high, digits) {
            Ok(estimates) => named(Method::Endpoint, estimates),
            Err(Error::Unable(why)) if highest <= HIGHEST_BY_QUADRATURE => {
                by_quadrature(&high).map_err(|error: Error| Error::unable(format!("{error}; {why}")))?
            }
            Err(error) => return Err(error),
        });
    }
    Ok(found)
}

fn named(method: Method, estimates: Vec<Estimate>) -> Vec<(Method, Estimate)> {
    estimates.into_iter().map(|estimate| (method, estimate)).collect()
}

/// From this degree on the endpoint expansion is tried first: below, quadrature serves all degrees faster.
const FIRST_BY_ENDPOINT: u64 = 700;

/// Quadrature of higher degrees would take hours.
const HIGHEST_BY_QUADRATURE: u64 = 50_000;
