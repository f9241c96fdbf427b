//! The standard normal distribution.

use super::{Facts, Function, Special};
use crate::error::Result;
use crate::number::{Elementary, Number};
use rug::Rational;

pub(super) struct NormalPdf;
pub(super) struct NormalCdf;

impl Special for NormalPdf {
    const FACTS: Facts =
        Facts::entire("normal_pdf", "density exp(-x^2/2)/sqrt(2 pi) of the standard normal distribution").even();

    fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
        let square = c.power(x, &Rational::from(2))?;
        let bell = c.elementary(Elementary::Exp, &c.scale(&square, &Rational::from((-1, 2))))?;
        c.div(&bell, &c.elementary(Elementary::Sqrt, &c.scale(&c.pi(), &Rational::from(2)))?)
    }
}

impl Special for NormalCdf {
    const FACTS: Facts =
        Facts::entire("normal_cdf", "distribution function of the standard normal distribution").central();

    /// (1 + erf(x/sqrt(2)))/2
    fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
        let root = c.elementary(Elementary::Sqrt, &c.rational(&Rational::from(2)))?;
        let erf = Function::Erf.value(c, &c.div(x, &root)?)?;
        Ok(c.scale(&c.add(&c.rational(&Rational::from(1)), &erf), &Rational::from((1, 2))))
    }
}
