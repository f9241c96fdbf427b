//! Hyperbolic functions, by the exponential function.

use super::{Facts, Special};
use crate::error::Result;
use crate::number::{Elementary, Number};
use rug::Rational;

pub(super) struct Sinh;
pub(super) struct Cosh;
pub(super) struct Tanh;

fn exp<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
    c.elementary(Elementary::Exp, x)
}

fn one<C: Number>(c: &C) -> C::Element {
    c.rational(&Rational::from(1))
}

impl Special for Sinh {
    const FACTS: Facts = Facts::entire("sinh", "hyperbolic sine").odd_and_monotone().of_exponentials(1, -1);

    /// (e^x - e^-x)/2
    fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
        let twice = c.sub(&exp(c, x)?, &exp(c, &c.neg(x))?);
        Ok(c.scale(&twice, &Rational::from((1, 2))))
    }
}

impl Special for Cosh {
    const FACTS: Facts = Facts::entire("cosh", "hyperbolic cosine").even().of_exponentials(1, 1);

    /// (e^(x/2) - e^(-x/2))^2/2 + 1: of an interval around 0 the same end is the smallest in both exponentials.
    fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
        let half = c.scale(x, &Rational::from((1, 2)));
        let twice = c.sub(&exp(c, &half)?, &exp(c, &c.neg(&half))?);
        let square = c.power(&twice, &Rational::from(2))?;
        Ok(c.add(&one(c), &c.scale(&square, &Rational::from((1, 2)))))
    }
}

impl Special for Tanh {
    const FACTS: Facts = Facts::entire("tanh", "hyperbolic tangent").odd_and_monotone();

    /// 1 - 2/(e^(2x) + 1), or 2/(e^(-2x) + 1) - 1 where e^(2x) is too large.
    fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
        let share = |x: &C::Element| -> Result<C::Element> {
            let e = exp(c, &c.scale(x, &Rational::from(2)))?;
            c.div(&c.rational(&Rational::from(2)), &c.add(&e, &one(c)))
        };
        match share(x) {
            Ok(share) => Ok(c.sub(&one(c), &share)),
            Err(error) => share(&c.neg(x)).map(|share| c.sub(&share, &one(c))).map_err(|_| error),
        }
    }
}
