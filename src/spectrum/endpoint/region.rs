//! Where a kernel is analytic, as the endpoint expansion needs it.

use super::super::problem::Problem;
use crate::error::{Error, Result};
use crate::kernel::{Disc, End, Strip};

/// A strip of analyticity between discs around both ends, each in its own root of the squared distance.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The discs at u = 1 and u = -1.
    pub discs: [Disc; 2],
    /// The strip.
    pub strip: Strip,
}

/// Heights below this are not tried.
const LOWEST: f64 = 1e-3;

impl Region {
    /// The region of this height.
    ///
    /// # Errors
    /// `Unable` if the kernel was not shown to be analytic there.
    pub fn new(problem: &Problem, roots: [u32; 2], height: f64) -> Result<Self> {
        let [one, minus_one] = End::BOTH;
        let disc = |end, root| Disc::new(&problem.program, end, Disc::radius_for(height, root), root);
        let (first, second) = rayon::join(|| disc(one, roots[0]), || disc(minus_one, roots[1]));
        let discs = [first?, second?];
        Ok(Region { discs, strip: Strip::between(&problem.program, height, &discs)? })
    }

    /// The highest region found below `height`.
    ///
    /// # Errors
    /// `Unable` if the kernel was not shown to be analytic anywhere beside the interval.
    pub fn below(problem: &Problem, roots: [u32; 2], height: f64) -> Result<Self> {
        let mut height = height;
        loop {
            match Region::new(problem, roots, height) {
                Ok(region) => return Ok(region),
                Err(error @ Error::Domain(_)) => return Err(error.within(&problem.kernel)),
                Err(error) if height < LOWEST => {
                    return Err(Error::unable(format!(
                        "{} was not shown to be analytic inside (-1, 1): {error}",
                        problem.kernel
                    )));
                }
                Err(_) => height *= 0.8,
            }
        }
    }
}
