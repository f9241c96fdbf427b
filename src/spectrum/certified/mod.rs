//! Eigenvalues with proved error bounds.
//!
//! The derivations, inequality by inequality, are in docs/proofs.md. Nothing here is an estimate: what could not be
//! proved ends in `Unable`.

mod bisection;
mod gauss;
pub(super) mod power_series;
mod rule;
mod side;

use super::crossovers::{COVERING_SECONDS, HIGHEST_BY_PROVED_QUADRATURE, PROVED_RULE, TRIFLING_SECONDS};
use super::examined_kernel::ExaminedKernel;
use super::finding::{Estimate, Finding};
use super::quadrature::{self, Planned};
use super::route::{Cost, Route};
use crate::error::Result;
use crate::number::Digits;

/// Quadrature by one rule where a strip of analyticity is found, else by rules on intervals that are halved.
pub(super) struct ProvedQuadrature;

impl Route for ProvedQuadrature {
    fn is_proved(&self) -> bool {
        true
    }

    fn cost(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Cost> {
        let on_intervals =
            |planned: Planned| planned.cost("Gauss-Legendre on intervals", [PROVED_RULE, planned.on_intervals()]);
        let rough = on_intervals(Planned::rough(problem, degrees, digits, HIGHEST_BY_PROVED_QUADRATURE)?);
        let cost = match rough {
            Ok(rough) if rough.seconds < TRIFLING_SECONDS => rough,
            _ => on_intervals(Planned::of(problem, degrees, digits, HIGHEST_BY_PROVED_QUADRATURE)?)?,
        };
        let covering = COVERING_SECONDS * problem.program.steps().len() as f64;
        Ok(Cost { seconds: cost.seconds + covering, ..cost })
    }

    fn run(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
        let cuts = bisection::Cuts::default();
        let rule = |problem: &ExaminedKernel, degrees: &[u64], effort| {
            if problem.pieces.is_none()
                && let Ok(pass) = gauss::pass(problem, degrees, effort)
            {
                return Ok(pass);
            }
            bisection::pass(problem, &cuts, degrees, effort)
        };
        quadrature::refine(problem, degrees, digits, Estimate::rigorous, rule)
    }
}
