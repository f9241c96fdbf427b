//! A way to compute eigenvalues, and what it says of itself to the plan.

use super::examined::Examined;
use super::finding::Finding;
use super::problem::Problem;
use crate::error::{Error, Result};
use crate::number::Digits;

/// One way in which a method computes eigenvalues.
pub(super) trait Route<P = Problem>: Sync {
    /// Whether every value it finds is exact or has a proved error.
    fn is_proved(&self) -> bool;

    /// What it needs for `degrees`, which increase.
    ///
    /// # Errors
    /// `Unable` where it does not apply.
    fn cost(&self, problem: &P, degrees: &[u64], digits: Digits) -> Result<Cost>;

    /// mu_k for each of `degrees`, which increase, or why not.
    ///
    /// # Errors
    /// `Unable` if it finds none of them.
    fn run(&self, problem: &P, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>>;
}

/// What a route expects to need.
pub(super) struct Cost {
    /// In words.
    pub detail: String,
    /// Processor time in seconds: a rough guess.
    pub seconds: f64,
}

/// Zeros that the structure of the formula tells.
pub(super) struct Structure;

impl<P: Examined> Route<P> for Structure {
    fn is_proved(&self) -> bool {
        true
    }

    fn cost(&self, problem: &P, degrees: &[u64], _: Digits) -> Result<Cost> {
        match degrees.iter().all(|k| problem.vanishes_at(*k)) {
            true => Ok(Cost { detail: "exactly zero by symmetry or polynomial degree".to_string(), seconds: 0.0 }),
            false => Err(Error::unable(format!("structure finds zeros of {} only", problem.kernel()))),
        }
    }

    fn run(&self, _: &P, degrees: &[u64], _: Digits) -> Result<Vec<Finding>> {
        Ok(vec![Finding::Value(super::finding::Estimate::zero()); degrees.len()])
    }
}
