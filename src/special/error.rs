//! The error function.

use super::{Facts, Special};
use crate::error::{Error, Result};
use crate::number::{Elementary, Number, Radius, Smooth, Truth};
use rug::Rational;

pub(super) struct Erf;

/// Terms of the series that are added at most: 2 x^2 is below 1.4 times the bits, and some five times as many terms are
/// needed.
const MOST_TERMS: u64 = 40_000;

impl Special for Erf {
    const FACTS: Facts = Facts::entire("erf", "error function 2/sqrt(pi) int_0^x exp(-t^2) dt").odd_and_monotone();

    fn value<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
        c.smooth(&Erf, x)
    }
}

/// e^(-x^2)
fn bell<C: Number>(c: &C, x: &C::Element) -> Result<C::Element> {
    c.elementary(Elementary::Exp, &c.neg(&c.power(x, &Rational::from(2))?))
}

impl Smooth for Erf {
    /// For large |x|, x/sqrt(x^2) up to e^(-x^2): erfc(x) = e^(-x^2) w(ix) with |w| <= 1 in the upper half-plane. Else
    /// Kummer's series
    /// $$\frac{2x}{\sqrt\pi}e^{-x^2}\sum_n\frac{(2x^2)^n}{(2n+1)!!},$$
    /// whose terms are positive for real x; what follows the N-th, $t_N s/(2N+3-s)$ with s a bound of |2x^2| below
    /// 2N+3, widens the sum.
    fn value<C: Number>(&self, c: &C, x: &C::Element) -> Result<C::Element> {
        if c.is_zero(x) == Truth::Yes {
            return Ok(x.clone());
        }
        let bits = c.bits().ok_or_else(|| Error::unable("erf of a number without bits"))?;
        let negligible = Radius::power_of_two(-(bits as i32));
        let square = c.power(x, &Rational::from(2))?;
        // A bell that overflows, or vanishes, tells nothing but its size.
        if let Ok(bell) = bell(c, x)
            && c.magnitude(&bell) < negligible
            && let Ok(root) = c.elementary(Elementary::Sqrt, &square)
            && let Ok(sign) = c.div(x, &root)
        {
            return c.widened(&sign, c.magnitude(&bell));
        }
        let twice = c.scale(&square, &Rational::from(2));
        let size = c.magnitude(&twice);
        let (mut last, mut term) = (0, Radius::double(1.0));
        while size >= Radius::double((2 * last + 3) as f64 / 2.0) || term >= negligible {
            last += 1;
            term = term * size / Radius::double((2 * last + 1) as f64);
            if last > MOST_TERMS || !term.is_finite() {
                return Err(Error::unable("erf of a number whose size is not known, or too large for its bits"));
            }
        }
        // Below half of the next divisor the terms left out are at most the last.
        let one = c.rational(&Rational::from(1));
        let mut sum = one.clone();
        for n in (1..=last).rev() {
            sum = c.add(&one, &c.scale_ratio(&c.mul(&sum, &twice), 1, 2 * n + 1));
        }
        let sum = c.widened(&sum, term)?;
        Ok(c.mul(&c.mul(x, &self.derivative(c, x)?), &sum))
    }

    /// 2/sqrt(pi) e^(-x^2)
    fn derivative<C: Number>(&self, c: &C, x: &C::Element) -> Result<C::Element> {
        let factor = c.div(&c.rational(&Rational::from(2)), &c.elementary(Elementary::Sqrt, &c.pi())?)?;
        Ok(c.mul(&factor, &bell(c, x)?))
    }
}
