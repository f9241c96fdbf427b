//! The ends u = 1 and u = -1 of a formula: its expansions there, and the region around \[-1, 1\] where it is analytic
//! between them.

mod continuation;
mod end;
mod expansions;
mod region;

pub use continuation::{Arc, CentralDisc, Disc, Strip};
pub(crate) use continuation::{bound_above, bound_around};
pub use end::End;
pub use expansions::Expansions;
pub use region::Region;

use super::program::Program;
use crate::error::Result;
use crate::number::Hybrid;
use std::fmt;

/// Formulas with fewer steps are expanded and covered at both ends one after the other: `prove` of gaussian(1), p = 3,
/// seven steps, takes 0.4 ms less of 4 without a pool of threads (one 2.6 GHz core).
const STEPS_WORTH_A_THREAD: usize = 10;

/// A formula, or one made of pieces that meet at kinks, as its ends need it.
///
/// ```
/// use zonal::Kernel;
/// use zonal::kernel::Ends;
/// use zonal::number::Hybrid;
/// let kernel = Kernel::parse("laplace(1)")?;
/// let program = kernel.program(Some(3))?;
/// let (expansions, region) = Ends::of(&program, &kernel).proved(Hybrid::new(96), 4, 0.5)?;
/// // exp(-|x-y|): a series in |x-y| = tau^(1/2) at u = 1, analytic at u = -1
/// assert_eq!(expansions.roots(), [2, 1]);
/// assert!(region.strip.height <= 0.5 && region.strip.bound.is_finite());
/// # Ok::<(), zonal::Error>(())
/// ```
pub struct Ends<'a> {
    /// What holds beside u = 1 and u = -1.
    programs: [&'a Program; 2],
    /// The pieces, where there is more than one.
    arcs: Option<Vec<Arc<'a>>>,
    /// For messages.
    name: &'a (dyn fmt::Display + Sync),
}

impl<'a> Ends<'a> {
    /// The ends of a single formula without kinks inside; errors speak of it by `name`.
    pub fn of(program: &'a Program, name: &'a (dyn fmt::Display + Sync)) -> Self {
        Ends { programs: [program; 2], arcs: None, name }
    }

    /// Of pieces, from u = 1 on.
    pub fn of_arcs(arcs: Vec<Arc<'a>>, name: &'a (dyn fmt::Display + Sync)) -> Option<Self> {
        let programs = [arcs.first()?.program, arcs.last()?.program];
        Some(Ends { programs, arcs: Some(arcs), name })
    }

    /// The expansions in powers of tau = |x-y|^2 and |x+y|^2 up to tau^order, with coefficients in `base`.
    ///
    /// # Errors
    /// As [`Program::expand`].
    pub fn expansions(&self, base: Hybrid, order: u32) -> Result<Expansions> {
        Expansions::of(self, base, order)
    }

    /// The highest region of analyticity found below a height, for ends that are series in these roots of tau.
    ///
    /// # Errors
    /// `Unable` if the formula was not shown to be analytic anywhere beside the interval.
    pub fn region(&self, roots: [u32; 2], height: f64) -> Result<Region> {
        Region::below(self, roots, height)
    }

    /// The expansions and a region that proves that they converge.
    ///
    /// # Errors
    /// Those of both.
    pub fn proved(&self, base: Hybrid, order: u32, height: f64) -> Result<(Expansions, Region)> {
        let expansions = self.expansions(base, order)?;
        let region = self.region(expansions.roots(), height)?;
        Ok((expansions, region))
    }

    /// A work on each end, side by side unless the formula is so short that a second thread would cost more than it
    /// saves.
    fn both<T: Send>(&self, work: impl Fn(&Program, End) -> T + Sync) -> [T; 2] {
        let [right, left] = self.programs;
        let (first, second) = (|| work(right, End::One), || work(left, End::MinusOne));
        let (first, second) = match right.operations() < STEPS_WORTH_A_THREAD {
            true => (first(), second()),
            false => rayon::join(first, second),
        };
        [first, second]
    }
}
