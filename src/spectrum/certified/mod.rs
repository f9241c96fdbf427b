//! Eigenvalues with proved error bounds.
//!
//! The derivations, inequality by inequality, are in docs/accuracy.md. Nothing here is an estimate: what could not be proved ends in
//! `Unable`.

pub(super) mod gauss;

use super::eigenvalue::{Estimate, Method, Rigour};
use super::problem::Problem;
use super::{closed_form, quadrature};
use crate::error::Result;
use crate::number::{Ball, Digits, Radius};
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
    let rigorous = |value, error: Float| Estimate::rigorous(Ball { middle: value, radius: Radius::above(&error) });
    let estimates = quadrature::refine(problem, degrees, digits, rigorous, gauss::pass)?;
    Ok(estimates.into_iter().map(|estimate| (Method::Quadrature, estimate)).collect())
}
