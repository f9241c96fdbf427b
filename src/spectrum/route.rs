//! A way to compute eigenvalues, and what it says of itself to the plan.

use super::examined_kernel::ExaminedKernel;
use super::finding::Finding;
use crate::error::Result;
use crate::number::Digits;

/// One way in which a method computes eigenvalues.
pub(super) trait Route<P = ExaminedKernel>: Sync {
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
