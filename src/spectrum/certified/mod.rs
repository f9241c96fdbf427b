//! Eigenvalues with proved error bounds.
//!
//! The derivations, inequality by inequality, are in docs/accuracy.md. Nothing here is an estimate: what could not be proved ends in
//! `Unable`.

mod bisection;
mod gauss;
mod power_series;
mod rule;
mod side;

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
        return first_able(problem, &[Method::ClosedForm, Method::Quadrature], degrees, digits);
    }
    let (low, high): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| **k < FIRST_BY_ENDPOINT);
    let mut methods = vec![Method::ClosedForm, Method::PowerSeries, Method::Quadrature];
    let highest = low.last().copied().unwrap_or(0);
    let long = || power_series::expected_length(problem, highest, digits).is_some_and(|length| length > LONG_SERIES);
    if problem.closed_form().is_none() && long() {
        methods.swap(1, 2);
    }
    let mut found = first_able(problem, &methods, &low, digits)?;
    let mut methods = vec![Method::PowerSeries, Method::Endpoint, Method::Quadrature];
    // A closed form that runs through all lower degrees may take longer than an expansion.
    let cheap = problem.closed_form().is_some_and(|form| form.seconds(&high) < CHEAP_SECONDS);
    methods.insert(if cheap { 0 } else { 2 }, Method::ClosedForm);
    found.extend(first_able(problem, &methods, &high, digits)?);
    Ok(found)
}

/// What the first of the methods that is able encloses at each degree, or why none does.
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
        Method::PowerSeries => power_series::expected_length(problem, highest, digits)
            .map(|_| power_series::eigenvalues(problem, degrees, digits).map(values)),
        Method::Quadrature => Some(by_quadrature(problem, degrees, digits)),
        Method::Endpoint => Some(endpoint::eigenvalues(problem, degrees, digits)),
    }
}

/// One rule where a strip of analyticity is found, else rules on intervals.
pub(super) fn by_quadrature(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
    if let Some(highest) = degrees.last().filter(|highest| **highest > HIGHEST_BY_QUADRATURE) {
        return Err(Error::unable(format!(
            "a proved quadrature goes up to degree {HIGHEST_BY_QUADRATURE}, not to degree {highest}"
        )));
    }
    let cuts = bisection::Cuts::default();
    let rule = |problem: &Problem, degrees: &[u64], effort| {
        if problem.pieces.is_none()
            && let Ok(pass) = gauss::pass(problem, degrees, effort)
        {
            return Ok(pass);
        }
        bisection::pass(problem, &cuts, degrees, effort)
    };
    quadrature::refine(problem, degrees, digits, Estimate::rigorous, rule)
}

/// A closed form that takes longer is tried after the expansion.
const CHEAP_SECONDS: f64 = 0.05;

/// Series with more coefficients than this take longer than quadrature.
const LONG_SERIES: u64 = 1000;

/// From this degree on the endpoint expansion is tried first: below, quadrature serves all degrees faster.
const FIRST_BY_ENDPOINT: u64 = 700;

/// Quadrature of higher degrees would take hours.
const HIGHEST_BY_QUADRATURE: u64 = 50_000;
