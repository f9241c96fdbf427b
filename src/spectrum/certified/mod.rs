//! Eigenvalues with proved error bounds.
//!
//! The derivations, inequality by inequality, are in docs/accuracy.md. Nothing here is an estimate: what could not be proved ends in
//! `Unable`.

mod gauss;
mod power_series;

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
    if problem.pieces.is_some() {
        let found = closed_form::eigenvalues(problem, degrees, digits).unwrap_or_else(|| {
            let why = "kinks are proved only between pieces that are polynomials in u";
            Err(Error::unable(format!("{}: {why}", problem.kernel)))
        });
        return found.map(|estimates| named(Method::ClosedForm, estimates));
    }
    // Beyond, closed forms are in floating point.
    let exact = degrees.last().is_some_and(|k| k + problem.dimension() <= closed_form::LARGEST_EXACT);
    if exact
        && let Some(Ok(exact)) = closed_form::eigenvalues(problem, degrees, digits)
        && exact.iter().all(|estimate| estimate.rigour == Rigour::Exact)
    {
        return Ok(named(Method::ClosedForm, exact));
    }
    let (low, high): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| **k < FIRST_BY_ENDPOINT);
    let mut found = first_able(problem, &[Method::PowerSeries, Method::Quadrature], &low, digits)?;
    found.extend(first_able(problem, &[Method::PowerSeries, Method::Endpoint, Method::Quadrature], &high, digits)?);
    Ok(found)
}

/// What the first of the methods that is able to encloses, or why none is.
fn first_able(
    problem: &Problem,
    methods: &[Method],
    degrees: &[u64],
    digits: Digits,
) -> Result<Vec<(Method, Estimate)>> {
    let Some(&highest) = degrees.last() else { return Ok(Vec::new()) };
    let mut reasons = Vec::new();
    for method in methods {
        let estimates = match method {
            Method::PowerSeries if power_series::is_expected(problem, highest, digits) => {
                power_series::eigenvalues(problem, degrees, digits)
            }
            Method::Quadrature if highest <= HIGHEST_BY_QUADRATURE => {
                quadrature::refine(problem, degrees, digits, Estimate::rigorous, gauss::pass)
            }
            Method::Endpoint => endpoint::eigenvalues(problem, degrees, digits),
            // Not expected to reach these degrees.
            Method::PowerSeries | Method::Quadrature => continue,
            Method::Structure | Method::ClosedForm => {
                return Err(Error::unable(format!("{method} is no method of enclosing a list of degrees")));
            }
        };
        match estimates {
            Ok(estimates) => return Ok(named(*method, estimates)),
            Err(Error::Unable(why)) => reasons.push(why),
            Err(error) => return Err(error),
        }
    }
    Err(Error::unable(reasons.join("; ")))
}

fn named(method: Method, estimates: Vec<Estimate>) -> Vec<(Method, Estimate)> {
    estimates.into_iter().map(|estimate| (method, estimate)).collect()
}

/// From this degree on the endpoint expansion is tried first: below, quadrature serves all degrees faster.
const FIRST_BY_ENDPOINT: u64 = 700;

/// Quadrature of higher degrees would take hours.
const HIGHEST_BY_QUADRATURE: u64 = 50_000;
