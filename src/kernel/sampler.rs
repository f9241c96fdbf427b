//! Proved values of a kernel at points given exactly, with as many bits as they need.

use super::Kernel;
use super::program::{Point, Program};
use crate::error::{Error, Result};
use crate::number::{Hybrid, HybridNumber, Number, Radius};
use rug::Rational;

/// A kernel that is evaluated at many points.
#[derive(Debug)]
pub(crate) struct Sampler {
    kernel: Kernel,
    dimension: Option<u64>,
    /// None where kinks make it another one at each point.
    program: Option<Program>,
}

/// A value, and whether more bits may be tried.
pub(super) struct Attempt {
    pub value: HybridNumber,
    pub last: bool,
}

impl Sampler {
    /// # Errors
    /// `Input` if the formula depends on the dimension and none is given.
    pub fn new(kernel: &Kernel, dimension: Option<u64>) -> Result<Self> {
        let program = match kernel.expr().has_kinks() {
            true => None,
            false => Some(kernel.program(dimension)?),
        };
        Ok(Sampler { kernel: kernel.clone(), dimension, program })
    }

    /// The program, if it is the same at all points.
    pub fn program(&self) -> Option<&Program> {
        self.program.as_ref()
    }

    /// kappa(u) for |u| <= 1, exact where that is short, else within 2^-accuracy, with so many bits at first.
    ///
    /// # Errors
    /// `Domain` where the kernel is undefined, infinite or complex, `Unable` where only a limit exists, or the bits are
    /// not reached.
    pub fn within(&self, u: &Rational, bits: u32, accuracy: i32) -> Result<HybridNumber> {
        let enough = Radius::power_of_two(-accuracy);
        self.refined(u, bits + 32, |Attempt { value, last }| {
            match value.exact.is_some() || value.ball.radius <= enough {
                true => Ok(Some(value)),
                false if last => Err(Error::unable(format!("an error of 2^{} is not reached", -accuracy))),
                false => Ok(None),
            }
        })
    }

    /// The value with more and more bits, `first` at first, until it is taken.
    pub(super) fn refined<T>(
        &self,
        u: &Rational,
        first: u32,
        mut take: impl FnMut(Attempt) -> Result<Option<T>>,
    ) -> Result<T> {
        let context = |e: Error| e.within(format!("{} at u = {u}", self.kernel));
        let decided = match &self.program {
            Some(_) => None,
            None => {
                let formula = self.kernel.expr().decided_at(u, self.dimension).map_err(context)?;
                Some(Program::new(&formula, self.dimension).map_err(context)?)
            }
        };
        // One of the two is there.
        let Some(program) = self.program.as_ref().or(decided.as_ref()) else {
            return Err(context(Error::unable("no formula was found")));
        };
        // Cancellation can eat any number of bits; 60 times those asked for plus those of the point is the end.
        let limit = 64 * (first + u.denom().significant_bits());
        let mut bits = first;
        loop {
            let c = Hybrid::strict(bits);
            bits = bits.saturating_mul(2);
            match program.evaluate(&c, &Point::at(c.rational(u))) {
                Ok(HybridNumber { ball, exact: None }) if !ball.radius.is_finite() => {
                    return Err(context(Error::unable("the value is outside the range of floating point")));
                }
                Ok(value) => match take(Attempt { value, last: bits > limit }) {
                    Ok(None) => {}
                    Ok(Some(taken)) => return Ok(taken),
                    Err(error) => return Err(context(error)),
                },
                Err(Error::Unable(_)) if bits <= limit => {}
                Err(error @ Error::Domain(_)) => {
                    // Of a kernel with kinks this is the formula at the point, not beside it.
                    let limit = self.program.as_ref().and_then(|program| program.tends_to(u));
                    return Err(context(match limit {
                        Some(value) => Error::unable(format!(
                            "{error}; the values beside it tend to {:.10}, a limit that is not proved",
                            // Without the sign of a zero.
                            if value.abs() < 5e-11 { 0.0 } else { value }
                        )),
                        None => error,
                    }));
                }
                Err(error) => return Err(context(error)),
            }
        }
    }
}
