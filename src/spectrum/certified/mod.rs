//! Eigenvalues with proved error bounds.
//!
//! The derivations, inequality by inequality, are in docs/accuracy.md. Nothing here is an estimate: what could not be proved ends in
//! `Unable`.

mod gauss;
mod power_series;

use super::eigenvalue::{Estimate, Finding, Method};
use super::problem::Problem;
use super::{closed_form, endpoint, quadrature};
use crate::error::{Error, Result};
use crate::number::Digits;

/// Enclosures of mu_k for `degrees` (increasing), none of which vanishes by structure, each with its method; or why there is none.
///
/// # Errors
/// `Domain` as the methods.
pub(super) fn eigenvalues(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<(u64, Method, Finding)>> {
    if problem.pieces.is_some() {
        return between_kinks(problem, degrees, digits);
    }
    let (low, high): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| **k < FIRST_BY_ENDPOINT);
    let mut found = first_able(problem, &[Method::ClosedForm, Method::PowerSeries, Method::Quadrature], &low, digits)?;
    let mut methods = vec![Method::PowerSeries, Method::Endpoint, Method::Quadrature];
    // A closed form that runs through all lower degrees may take longer than an expansion.
    let cheap = problem.closed_form().is_some_and(|form| form.seconds(&high) < CHEAP_SECONDS);
    methods.insert(if cheap { 0 } else { 2 }, Method::ClosedForm);
    found.extend(first_able(problem, &methods, &high, digits)?);
    Ok(found)
}

/// What the first of the methods that is able encloses at each degree, or why none does.
/// Where all pieces are polynomials.
fn between_kinks(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<(u64, Method, Finding)>> {
    let found = match closed_form::eigenvalues(problem, degrees, digits) {
        None => {
            let why = "kinks are proved only between pieces that are polynomials in u";
            let nothing = Finding::Nothing(Error::unable(format!("{}: {why}", problem.kernel)));
            vec![nothing; degrees.len()]
        }
        Some(found) => found?,
    };
    Ok(degrees.iter().zip(found).map(|(k, finding)| (*k, Method::ClosedForm, finding)).collect())
}

fn first_able(
    problem: &Problem,
    methods: &[Method],
    degrees: &[u64],
    digits: Digits,
) -> Result<Vec<(u64, Method, Finding)>> {
    let (mut found, mut open) = (Vec::with_capacity(degrees.len()), degrees.to_vec());
    let mut reasons: Vec<String> = Vec::new();
    for method in methods {
        let Some(findings) = apply(problem, *method, &open, digits) else { continue };
        let findings = match findings {
            Err(Error::Unable(why)) => {
                reasons.push(why);
                continue;
            }
            other => other?,
        };
        let mut left = Vec::new();
        for (k, finding) in open.into_iter().zip(findings) {
            match finding.checked(k) {
                Finding::Nothing(Error::Unable(why)) => {
                    if left.is_empty() {
                        reasons.push(why);
                    }
                    left.push(k);
                }
                finding => found.push((k, *method, finding)),
            }
        }
        open = left;
        if open.is_empty() {
            return Ok(found);
        }
    }
    let last = methods.last().copied().unwrap_or(Method::Quadrature);
    let reason = Error::unable(reasons.join("; "));
    found.extend(open.into_iter().map(|k| (k, last, Finding::Nothing(reason.clone()))));
    Ok(found)
}

/// What one method encloses; `None` where it is not tried.
fn apply(problem: &Problem, method: Method, degrees: &[u64], digits: Digits) -> Option<Result<Vec<Finding>>> {
    let highest = *degrees.last()?;
    let values = |list: Vec<Estimate>| list.into_iter().map(Finding::Value).collect();
    match method {
        // A zero of structure is not asked for here.
        Method::Structure => None,
        Method::ClosedForm => closed_form::eigenvalues(problem, degrees, digits),
        Method::PowerSeries => power_series::is_expected(problem, highest, digits)
            .then(|| power_series::eigenvalues(problem, degrees, digits).map(values)),
        Method::Quadrature => (highest <= HIGHEST_BY_QUADRATURE)
            .then(|| quadrature::refine(problem, degrees, digits, Estimate::rigorous, gauss::pass)),
        Method::Endpoint => Some(endpoint::eigenvalues(problem, degrees, digits)),
    }
}

/// A closed form that takes longer is tried after the expansion.
const CHEAP_SECONDS: f64 = 0.05;

/// From this degree on the endpoint expansion is tried first: below, quadrature serves all degrees faster.
const FIRST_BY_ENDPOINT: u64 = 700;

/// Quadrature of higher degrees would take hours.
const HIGHEST_BY_QUADRATURE: u64 = 50_000;
