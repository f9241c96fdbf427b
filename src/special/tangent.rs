//! The inverse of the tangent.

use super::{Facts, Special};
use crate::error::Result;
use crate::number::{Elementary, Number, Smooth};
use rug::Rational;

pub(super) struct Atan;

impl Special for Atan {
    const FACTS: Facts = Facts::entire("atan", "arc tangent").odd_and_monotone();

    fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
        c.smooth(&Atan, x)
    }
}

/// 1 + x^2
fn below<C: Number>(c: &C, x: &C::Element) -> C::Element {
    c.add(&c.rational(&Rational::from(1)), &c.mul(x, x))
}

impl Smooth for Atan {
    /// asin(x/sqrt(1+x^2)): its cuts in the complex plane are those of the arc tangent, from i and -i to infinity.
    fn value<C: Number>(&self, c: &C, x: &C::Element) -> Result<C::Element> {
        let sine = c.div(x, &c.elementary(Elementary::Sqrt, &below(c, x))?)?;
        c.elementary(Elementary::Asin, &sine)
    }

    fn derivative<C: Number>(&self, c: &C, x: &C::Element) -> Result<C::Element> {
        c.div(&c.rational(&Rational::from(1)), &below(c, x))
    }
}
