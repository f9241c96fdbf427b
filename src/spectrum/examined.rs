//! A kernel examined on its domain, as plans and tables need it.

use super::examined_kernel::ExaminedKernel;
use super::method::Method;
use super::quadrature_f64;
use super::route::Route;
use super::structure::Vanishing;
use crate::domain::Domain;
use crate::error::Result;
use crate::kernel::Kernel;
use crate::number::{Approximation, Digits};

/// A kernel on a domain of one kind, with its own ways to compute eigenvalues.
pub(super) trait Examined: Vanishing + Sized + Sync + 'static {
    /// The ways of a method here; none if it does not apply.
    fn routes(method: Method) -> &'static [&'static dyn Route<Self>];

    /// The domain in words.
    fn place(&self) -> String;

    /// The dimension of the space around the domain.
    fn dimension(&self) -> u64;

    /// Refuses a degree that no method will tell from zero.
    fn told_from_zero(&self, k: u64) -> Result<()>;

    /// kappa(1) with a proved error.
    fn value_at_one_within(&self, digits: Digits) -> Result<Approximation>;

    /// mu_k by another program in double precision, with the largest |kappa|.
    fn in_doubles(&self, _k: u64) -> Option<(f64, f64)> {
        None
    }
}

impl Vanishing for ExaminedKernel {
    fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    fn vanishes_at(&self, k: u64) -> bool {
        self.symmetry.vanishes_at(k)
    }
}

impl Examined for ExaminedKernel {
    fn routes(method: Method) -> &'static [&'static dyn Route<Self>] {
        method.routes()
    }

    fn place(&self) -> String {
        self.sphere.title()
    }

    fn dimension(&self) -> u64 {
        ExaminedKernel::dimension(self)
    }

    fn told_from_zero(&self, k: u64) -> Result<()> {
        ExaminedKernel::told_from_zero(self, k)
    }

    fn value_at_one_within(&self, digits: Digits) -> Result<Approximation> {
        ExaminedKernel::value_at_one_within(self, digits)
    }

    fn in_doubles(&self, k: u64) -> Option<(f64, f64)> {
        quadrature_f64::eigenvalue(self, k)
    }
}
