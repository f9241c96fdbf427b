//! A kernel examined on its domain, as plans and tables need it.

use super::method::Method;
use super::plan::{Assignment, Planner};
use super::problem::Problem;
use super::quadrature_f64;
use super::route::Route;
use crate::domain::Domain;
use crate::error::Result;
use crate::kernel::Kernel;
use crate::number::{Approximation, Digits};

/// A kernel on a domain of one kind, with its own ways to compute eigenvalues.
pub(super) trait Examined: Sized + Sync + 'static {
    /// The ways of a method here; none if it does not apply.
    fn routes(method: Method) -> &'static [&'static dyn Route<Self>];

    /// The kernel.
    fn kernel(&self) -> &Kernel;

    /// The domain in words.
    fn place(&self) -> String;

    /// The dimension of the space around the domain.
    fn dimension(&self) -> u64;

    /// Whether structure makes this eigenvalue exactly zero.
    fn vanishes_at(&self, k: u64) -> bool;

    /// Refuses a degree that no method will tell from zero.
    fn told_from_zero(&self, k: u64) -> Result<()>;

    /// kappa(1) with a proved error.
    fn value_at_one_within(&self, digits: Digits) -> Result<Approximation>;

    /// mu_k by another program in double precision, with the largest |kappa|.
    fn in_doubles(&self, _k: u64) -> Option<(f64, f64)> {
        None
    }

    /// Who computes degrees none of which vanishes by structure.
    fn choose(planner: &Planner<'_, Self>, degrees: &[u64]) -> Result<Vec<Assignment>> {
        Ok(vec![planner.direct(degrees)?])
    }
}

impl Examined for Problem {
    fn routes(method: Method) -> &'static [&'static dyn Route<Self>] {
        method.routes()
    }

    fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    fn place(&self) -> String {
        self.sphere.title()
    }

    fn dimension(&self) -> u64 {
        Problem::dimension(self)
    }

    fn vanishes_at(&self, k: u64) -> bool {
        self.symmetry.vanishes_at(k)
    }

    fn told_from_zero(&self, k: u64) -> Result<()> {
        Problem::told_from_zero(self, k)
    }

    fn value_at_one_within(&self, digits: Digits) -> Result<Approximation> {
        Problem::value_at_one_within(self, digits)
    }

    fn in_doubles(&self, k: u64) -> Option<(f64, f64)> {
        quadrature_f64::eigenvalue(self, k)
    }

    fn choose(planner: &Planner<'_, Self>, degrees: &[u64]) -> Result<Vec<Assignment>> {
        planner.with_expansion(degrees)
    }
}
