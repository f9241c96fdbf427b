//! What a kernel is at its ends, as proofs of decay laws need it.

use crate::error::{Error, Result};
use crate::kernel::Region;
use crate::number::Hybrid;
use crate::spectrum::ExaminedKernel;
use crate::spectrum::endpoint::series::EndpointSeries;

/// Bits of the coefficients.
const PRECISION: u32 = 320;

/// Powers of tau in the expansion.
const ORDER: u32 = 64;

/// Fewer powers of tau where it has finer roots, and how fine these may be.
const LOWEST_ORDER: u32 = 12;
const FINEST_ROOT: u32 = 200;

/// The highest region that is tried.
const LARGEST_HEIGHT: f64 = 1.6;

/// The degree at which a geometric bound is as sharp as can be.
const SHARP_AT: u64 = 30;

/// What a kernel is at u = 1 and u = -1, in the highest region that was found.
pub(super) enum AtEnds {
    /// Analytic at both.
    Analytic(Region),
    /// A series in |x-y| or |x+y| at one of them.
    Singular(Box<EndpointSeries>),
}

impl AtEnds {
    pub(super) fn of(problem: &ExaminedKernel) -> Result<Self> {
        Self::found(problem).map_err(|error| match error {
            // The kernel is defined on all of [-1, 1]: what is not is a step that its limit takes the place of.
            Error::Domain(why) => Error::unable(format!("no expansion or region of analyticity: {why}")),
            other => other,
        })
    }

    pub(super) fn region(&self) -> &Region {
        match self {
            AtEnds::Analytic(region) => region,
            AtEnds::Singular(series) => series.region(),
        }
    }

    fn found(problem: &ExaminedKernel) -> Result<Self> {
        let ends = problem.ends()?;
        let rough = ends.expansions(Hybrid::new(96), 4)?;
        let roots = rough.roots();
        let finest = roots.iter().copied().max().unwrap_or(1);
        if finest > FINEST_ROOT {
            return Err(Error::unable(format!(
                "{} has finer powers than the roots of order {FINEST_ROOT} of |x-y|^2 or |x+y|^2 at an end",
                problem.kernel
            )));
        }
        if rough.analytic() {
            return Ok(AtEnds::Analytic(Region::sharpest(&ends, roots, LARGEST_HEIGHT, SHARP_AT)?));
        }
        let region = ends.region(roots, LARGEST_HEIGHT)?;
        let order = (2 * ORDER / finest.max(2)).max(LOWEST_ORDER);
        Ok(AtEnds::Singular(Box::new(EndpointSeries::of(problem, region, PRECISION, order)?)))
    }
}
