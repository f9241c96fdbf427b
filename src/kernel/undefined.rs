//! Where a kernel has neither a value nor a limit.

use super::ends::End;
use super::limit;
use super::program::{Point, Program};
use crate::error::Error;
use crate::number::{Hybrid, Multiprecision, Number};
use rug::{Float, Rational};

/// Bits at which definedness is decided at u = 1, u = -1 and 0, which are exact.
const PRECISION: u32 = 128;

/// How far beside a place its neighbourhood is looked at.
const NEAR: f64 = 1e-6;

/// Places beyond this may be the end beside them.
const BESIDE: f64 = 0.999;

/// Refuses a kernel that has neither a value nor a limit at an end.
fn defined_at(program: &Program, end: End) -> Examined<()> {
    // Exact values decide what rounding hides.
    let exact = Hybrid::strict(PRECISION);
    let u = Rational::from(end.place());
    let value = program.evaluate(&exact, &Point::at(exact.rational(&u)));
    let c = Multiprecision::new(PRECISION);
    let error = match value {
        Err(error @ Error::Domain(_)) => error,
        // A ball within all domains.
        Ok(value) if value.ball.radius.is_finite() => return Ok(()),
        _ => match program.evaluate(&c, &Point::at(c.rational(&u))) {
            // Finite, but too large to be computed.
            Err(Error::Unable(why)) => {
                return Err(Undefined { place: f64::from(end.place()), why: why.to_string(), beyond: true });
            }
            Err(error) => error,
            Ok(_) => return Ok(()),
        },
    };
    let place = Float::with_val(PRECISION, end.place());
    match limit::is_missing(program, &u) && limit::exists(program, &place, -end.place()) {
        true => Ok(()),
        false => Err(Undefined { place: f64::from(end.place()), why: error.to_string(), beyond: false }),
    }
}

/// Refuses a kernel that has neither a value nor a limit at u = 1 or u = -1.
pub(super) fn defined_at_ends(program: &Program) -> Examined<()> {
    End::BOTH.into_iter().try_for_each(|end| defined_at(program, end))
}

fn has_value(program: &Program, u: f64) -> bool {
    program.evaluate(&Multiprecision::new(PRECISION), &Point::at(Float::with_val(PRECISION, u))).is_ok()
}

/// Where and why a kernel has neither a value nor a limit.
#[derive(Clone, Debug)]
pub(super) struct Undefined {
    pub(super) place: f64,
    pub(super) why: String,
    /// Whether there may be a value, beyond what can be computed.
    pub(super) beyond: bool,
}

/// What an examination gives, unless the kernel is undefined somewhere.
pub(super) type Examined<T> = std::result::Result<T, Undefined>;

impl Undefined {
    /// Whether the kernel has values beside the place, towards 0.
    pub(super) fn is_alone(&self, program: &Program) -> bool {
        has_value(program, self.place * (1.0 - NEAR))
    }

    /// Whether the place cannot be the end beside it.
    pub(super) fn is_inside(&self) -> bool {
        self.place.abs() < BESIDE
    }

    /// The error of a program. A root is found as nearly as it has digits: 0 is meant, if the formula has no value
    /// there either.
    pub(super) fn of(&self, program: &Program) -> Error {
        self.at(if self.place.abs() < f64::EPSILON && !has_value(program, 0.0) { 0.0 } else { self.place })
    }

    /// The error, with the place by its own name.
    pub(super) fn at(&self, place: impl std::fmt::Display) -> Error {
        let why = &self.why;
        if self.beyond {
            return Error::unable(format!("the kernel has no value that can be computed at u = {place}: {why}"));
        }
        Error::domain(format!(
            "the kernel is not finite and real on all of [-1, 1]: at u = {place}: {why}, and no finite limit is found \
             there; unbounded kernels are refused, also where the integrals mu_k exist"
        ))
    }
}
