//! Zeros that the structure of a formula tells.

use super::finding::{Estimate, Finding};
use super::route::{Cost, Route};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::number::Digits;

/// A kernel some of whose eigenvalues vanish by its structure.
pub(super) trait Vanishing {
    /// The kernel.
    fn kernel(&self) -> &Kernel;

    /// Whether structure makes this eigenvalue exactly zero.
    fn vanishes_at(&self, k: u64) -> bool;
}

/// Zeros that the structure of the formula tells.
pub(super) struct Structure;

impl<P: Vanishing> Route<P> for Structure {
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
        Ok(vec![Finding::Value(Estimate::zero()); degrees.len()])
    }
}
