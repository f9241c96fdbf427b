//! The inverse of the tangent.

use super::{Facts, Inverse, Special};
use crate::error::Result;
use crate::number::{Elementary, Number, Smooth};
use rug::Rational;

pub(super) struct Atan;

impl Special for Atan {
    const FACTS: Facts =
        Facts::entire("atan", "arc tangent").odd_and_monotone().undone(Inverse::Tangent, Some(-1), Some(1));

    fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
        c.smooth(&Atan, x)
    }
}

/// 1 + x^2
fn below<C: Number>(c: &C, x: &C::Element) -> C::Element {
    c.add(&c.rational(&Rational::from(1)), &c.mul(x, x))
}

impl Smooth for Atan {
    /// 2 asin(y/sqrt(1+y^2)), y = x/(1+sqrt(1+x^2)) the tangent of half the angle: |y| < 1 far from the branch points
    /// of the arc sine, and the cuts in the complex plane are those of sqrt(1+x^2), from i and -i to infinity.
    fn value<C: Number>(&self, c: &C, x: &C::Element) -> Result<C::Element> {
        let root = |x: &C::Element| c.elementary(Elementary::Sqrt, &below(c, x));
        let half = c.div(x, &c.add(&c.rational(&Rational::from(1)), &root(x)?))?;
        let angle = c.elementary(Elementary::Asin, &c.div(&half, &root(&half)?)?)?;
        Ok(c.scale(&angle, &Rational::from(2)))
    }

    fn derivative<C: Number>(&self, c: &C, x: &C::Element) -> Result<C::Element> {
        c.div(&c.rational(&Rational::from(1)), &below(c, x))
    }
}
