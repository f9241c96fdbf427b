//! Parts of a kernel that nothing tells from zero.

use super::program::{Point, Program};
use crate::error::{Error, Result};
use crate::number::{Balls, Multiprecision, Number, Radius};
use crate::parity::Parity;
use rug::Rational;

/// Places that miss simple fractions.
const PLACES: [(i32, i32); 5] = [(173, 1009), (-311, 997), (557, 991), (709, 1013), (953, 983)];

/// Bits of the first look, the factor to the next, and of the last.
const BITS: u32 = 256;
const MORE: u32 = 6;
const MOST_BITS: u32 = 9216;

impl Program {
    /// Whether the even part f(u) + f(-u), or the odd part f(u) - f(-u), encloses 0 at five places with thousands of
    /// bits: it may be 0, and a formula that is 0 without showing it is the common reason. Nothing is concluded from it
    /// but that more bits would not help.
    ///
    /// ```
    /// use zonal::Kernel;
    /// use zonal::parity::Parity;
    /// let program = Kernel::parse("sin(2*u) - 2*sin(u)*cos(u) + u^2")?.program(None)?;
    /// assert!(program.is_not_told_from_zero(Parity::Odd) && !program.is_not_told_from_zero(Parity::Even));
    /// assert!(!Kernel::parse("sin(u)/10^2000")?.program(None)?.is_not_told_from_zero(Parity::Odd));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn is_not_told_from_zero(&self, parity: Parity) -> bool {
        PLACES.iter().all(|(n, d)| {
            let mut bits = BITS;
            while self.encloses_zero(&Rational::from((*n, *d)), parity, bits) {
                if bits >= MOST_BITS {
                    return true;
                }
                bits *= MORE;
            }
            false
        })
    }

    /// Refuses to go on with a part that [is not told from zero](Program::is_not_told_from_zero), of what is called
    /// `name`.
    ///
    /// # Errors
    /// `Unable`, with the part and the name.
    pub fn told_from_zero(&self, parity: Parity, name: impl std::fmt::Display) -> Result<()> {
        self.in_range(&name)?;
        match self.is_not_told_from_zero(parity) {
            false => Ok(()),
            true => Err(Error::unable(format!(
                "the {parity} part of {name} is not told from zero at {} places by {MOST_BITS} bits: if it is zero, \
                 leave it out of the formula",
                PLACES.len()
            ))),
        }
    }

    /// Refuses what multiprecision takes for zero, or has no value for, at the first two places, and balls do not.
    fn in_range(&self, name: &impl std::fmt::Display) -> Result<()> {
        let (plain, c) = (Multiprecision::new(BITS), Balls::new(BITS));
        let out_of_range = |(n, d): &(i32, i32)| -> Option<Error> {
            let place = Rational::from((*n, *d));
            let value = self.evaluate(&plain, &Point::at(plain.rational(&place)));
            if value.is_ok_and(|value| !value.is_zero()) {
                return None;
            }
            let smallest = Radius::power_of_two(rug::float::exp_min() + 4096);
            match self.evaluate(&c, &Point::at(c.rational(&place))) {
                Err(why @ Error::Unable(_)) => Some(why.within(format!("{name} at u = {place}"))),
                Ok(value) if !value.radius.is_zero() && value.magnitude() < smallest => Some(Error::unable(format!(
                    "the value of {name} at u = {place} is beyond the range of multiprecision"
                ))),
                _ => None,
            }
        };
        let mut reasons = PLACES.iter().take(2).map(out_of_range);
        match (reasons.next().flatten(), reasons.next().flatten()) {
            (Some(why), Some(_)) => Err(why),
            _ => Ok(()),
        }
    }

    fn encloses_zero(&self, u: &Rational, parity: Parity, bits: u32) -> bool {
        let c = Balls::new(bits);
        let at = |u: &Rational| self.evaluate(&c, &Point::at(c.rational(u)));
        let (Ok(right), Ok(left)) = (at(u), at(&Rational::from(-u))) else { return false };
        let sum = if parity == Parity::Odd { c.sub(&right, &left) } else { c.add(&right, &left) };
        // Beyond the range of multiprecision nothing is known.
        sum.middle.is_finite() && sum.radius.is_finite() && sum.contains_zero()
    }
}
