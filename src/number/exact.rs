//! Exact numbers: finite sums of rational multiples of powers of pi.

use super::{Function, Number, Truth, arc_cosine};
use crate::error::{Error, Result};
use rug::ops::Pow;
use rug::{Float, Integer, Rational, float::Constant};
use std::collections::BTreeMap;
use std::fmt;

/// The ring Q\[pi, 1/pi\], with such values of the elementary functions as stay inside it.
///
/// Because pi is transcendental, an element is zero only if every coefficient is: zero tests are exact.
///
/// ```
/// use zonal::number::{Exact, Number};
/// let kappa = Exact.arc_cosines(&Exact.rational(&0.into()), 3).unwrap();
/// assert_eq!(kappa[0].to_string(), "1/2");
/// assert_eq!(kappa[3].to_string(), "4/(15 pi)");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact;

/// An element of Q\[pi, 1/pi\].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExactNumber {
    /// Non-zero coefficient of each power of pi.
    terms: BTreeMap<i32, Rational>,
}

/// Powers whose result would need more bits than this are left to floating point.
const LARGEST_POWER_BITS: f64 = 4e6;

impl ExactNumber {
    /// `coefficient * pi^exponent`.
    pub fn monomial(coefficient: Rational, exponent: i32) -> Self {
        let mut terms = BTreeMap::new();
        if !coefficient.is_zero() {
            terms.insert(exponent, coefficient);
        }
        ExactNumber { terms }
    }

    /// Whether the number is zero.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The coefficient and exponent if there is a single term; zero counts as `0 pi^0`.
    pub fn as_monomial(&self) -> Option<(Rational, i32)> {
        match self.terms.len() {
            0 => Some((Rational::new(), 0)),
            1 => self.terms.iter().next().map(|(e, q)| (q.clone(), *e)),
            _ => None,
        }
    }

    /// The non-zero coefficients with their powers of pi, in increasing order of the power.
    pub fn terms(&self) -> impl Iterator<Item = (i32, &Rational)> {
        self.terms.iter().map(|(e, q)| (*e, q))
    }

    /// The number if it is rational.
    pub fn as_rational(&self) -> Option<Rational> {
        self.as_monomial().filter(|(_, e)| *e == 0).map(|(q, _)| q)
    }

    /// The value with a relative error of at most `2^(2-precision)`.
    ///
    /// Each term is rounded a few times at a wider precision w; the sum is accepted when the errors,
    /// below `4 * (number of terms) * 2^-w * max |term|`, are below `2^-precision |sum|`.
    pub fn to_float(&self, precision: u32) -> Float {
        if self.is_zero() {
            return Float::new(precision);
        }
        let mut wide = precision + 32;
        loop {
            let pi = Float::with_val(wide, Constant::Pi);
            let mut sum = Float::new(wide);
            let mut largest = 0i32;
            for (exponent, q) in &self.terms {
                let power = Float::with_val(wide + 8, &pi).pow(*exponent);
                let term = power * q;
                largest = largest.max(term.get_exp().unwrap_or(i32::MIN));
                sum += term;
            }
            // A single term cannot cancel. Otherwise the cancellation is largest - exponent(sum) bits.
            let lost = match sum.get_exp() {
                Some(e) if self.terms.len() > 1 => largest.saturating_sub(e).max(0) as u32 + 8,
                Some(_) => 8,
                None => wide,
            };
            if precision + lost <= wide {
                return Float::with_val(precision, sum);
            }
            wide += lost + 32;
        }
    }
}

impl fmt::Display for ExactNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return f.write_str("0");
        }
        for (position, (exponent, q)) in self.terms.iter().rev().enumerate() {
            let negative = q.cmp0().is_lt();
            match (position, negative) {
                (0, false) => {}
                (0, true) => f.write_str("-")?,
                (_, false) => f.write_str(" + ")?,
                (_, true) => f.write_str(" - ")?,
            }
            let (numerator, denominator) = (q.numer().clone().abs(), q.denom());
            let pi = match exponent.unsigned_abs() {
                0 => String::new(),
                1 => "pi".to_string(),
                e => format!("pi^{e}"),
            };
            match (*exponent > 0, numerator == 1) {
                (true, true) => f.write_str(&pi)?,
                (true, false) => write!(f, "{numerator} {pi}")?,
                (false, _) => write!(f, "{numerator}")?,
            }
            match (*exponent < 0, *denominator == 1) {
                (true, true) => write!(f, "/{pi}")?,
                (true, false) => write!(f, "/({denominator} {pi})")?,
                (false, false) => write!(f, "/{denominator}")?,
                (false, true) => {}
            }
        }
        Ok(())
    }
}

fn unable(what: impl fmt::Display) -> Error {
    Error::unable(format!("{what} is not a rational combination of powers of pi"))
}

/// The exact root of order `n` of a non-negative integer.
fn integer_root(x: &Integer, n: u32) -> Option<Integer> {
    let (root, rest) = x.clone().root_rem(Integer::new(), n);
    rest.is_zero().then_some(root)
}

impl Number for Exact {
    type Element = ExactNumber;

    fn rational(&self, q: &Rational) -> ExactNumber {
        ExactNumber::monomial(q.clone(), 0)
    }

    fn pi(&self) -> ExactNumber {
        ExactNumber::monomial(Rational::from(1), 1)
    }

    fn add(&self, x: &ExactNumber, y: &ExactNumber) -> ExactNumber {
        let mut terms = x.terms.clone();
        for (exponent, q) in &y.terms {
            *terms.entry(*exponent).or_default() += q;
        }
        terms.retain(|_, q| !q.is_zero());
        ExactNumber { terms }
    }

    fn neg(&self, x: &ExactNumber) -> ExactNumber {
        ExactNumber { terms: x.terms.iter().map(|(e, q)| (*e, Rational::from(-q))).collect() }
    }

    fn mul(&self, x: &ExactNumber, y: &ExactNumber) -> ExactNumber {
        let mut terms: BTreeMap<i32, Rational> = BTreeMap::new();
        for (e, q) in &x.terms {
            for (f, r) in &y.terms {
                *terms.entry(e + f).or_default() += Rational::from(q * r);
            }
        }
        terms.retain(|_, q| !q.is_zero());
        ExactNumber { terms }
    }

    fn div(&self, x: &ExactNumber, y: &ExactNumber) -> Result<ExactNumber> {
        let (q, e) = y.as_monomial().ok_or_else(|| unable(format!("a quotient by {y}")))?;
        if q.is_zero() {
            return Err(Error::domain("division by zero"));
        }
        Ok(self.mul(x, &ExactNumber::monomial(q.recip(), -e)))
    }

    fn function(&self, f: Function, x: &ExactNumber) -> Result<ExactNumber> {
        let fail = || unable(format!("{}({x})", f.name()));
        let half = |n: i32, d: i32| ExactNumber::monomial(Rational::from((n, d)), 0);
        let angle = |n: i32, d: i32| ExactNumber::monomial(Rational::from((n, d)), 1);
        match f {
            Function::Sqrt => self.power(x, &Rational::from((1, 2))),
            Function::Exp if x.is_zero() => Ok(half(1, 1)),
            Function::Log if *x == half(1, 1) => Ok(half(0, 1)),
            Function::Sin => {
                let shifted = self.sub(&angle(1, 2), x);
                self.function(Function::Cos, &shifted).map_err(|_| fail())
            }
            Function::Cos => {
                let (q, e) = x.as_monomial().ok_or_else(fail)?;
                if !q.is_zero() && e != 1 {
                    return Err(fail());
                }
                // cos(q pi) is rational only at multiples of pi/3 and pi/2 (Niven).
                let sixths = Rational::from(&q * 6u32);
                let step = if sixths.is_integer() {
                    sixths.numer().mod_u(12)
                } else {
                    return Err(fail());
                };
                match step {
                    0 => Ok(half(1, 1)),
                    2 | 10 => Ok(half(1, 2)),
                    3 | 9 => Ok(half(0, 1)),
                    4 | 8 => Ok(half(-1, 2)),
                    6 => Ok(half(-1, 1)),
                    _ => Err(fail()),
                }
            }
            Function::Asin => Ok(self.sub(&angle(1, 2), &self.function(Function::Acos, x).map_err(|_| fail())?)),
            Function::Acos => {
                let t = x.as_rational().ok_or_else(fail)?;
                let table =
                    [((1, 1), (0, 1)), ((1, 2), (1, 3)), ((0, 1), (1, 2)), ((-1, 2), (2, 3)), ((-1, 1), (1, 1))];
                let found = table.iter().find(|(value, _)| t == Rational::from(*value));
                found.map(|(_, (n, d))| angle(*n, *d)).ok_or_else(fail)
            }
            Function::Exp | Function::Log => Err(fail()),
        }
    }

    fn power(&self, x: &ExactNumber, q: &Rational) -> Result<ExactNumber> {
        let fail = || unable(format!("({x})^({q})"));
        if q.is_zero() {
            return Ok(self.rational(&Rational::from(1)));
        }
        if x.is_zero() {
            return if q.cmp0().is_gt() {
                Ok(x.clone())
            } else {
                Err(Error::domain(format!("0 to the power {q} is infinite")))
            };
        }
        let exponent = q.numer().to_i32().ok_or_else(fail)?;
        let root = q.denom().to_u32().ok_or_else(fail)?;
        let Some((mut c, mut e)) = x.as_monomial() else {
            // A sum: non-negative integer powers only.
            if root != 1 || !(0..=64).contains(&exponent) {
                return Err(fail());
            }
            return Ok((0..exponent).fold(self.rational(&Rational::from(1)), |power, _| self.mul(&power, x)));
        };
        if root != 1 {
            if c.cmp0().is_lt() {
                return Err(Error::domain(format!("negative base {x} with the fractional exponent {q}")));
            }
            if e % root as i32 != 0 {
                return Err(fail());
            }
            e /= root as i32;
            let (n, d) = c.into_numer_denom();
            c = Rational::from((integer_root(&n, root).ok_or_else(fail)?, integer_root(&d, root).ok_or_else(fail)?));
        }
        let bits = c.numer().significant_bits().max(c.denom().significant_bits()) as f64;
        let too_large = bits > 1.0 && bits * f64::from(exponent).abs() > LARGEST_POWER_BITS;
        let e = e.checked_mul(exponent).filter(|_| !too_large).ok_or_else(fail)?;
        Ok(ExactNumber::monomial(c.pow(exponent), e))
    }

    fn arc_cosines(&self, x: &ExactNumber, n: usize) -> Result<Vec<ExactNumber>> {
        let t = x.as_rational().ok_or_else(|| unable(format!("an arc-cosine function at {x}")))?;
        if t.clone().abs() > 1 {
            return Err(Error::domain(format!("arc-cosine function of {t}, which is not in [-1, 1]")));
        }
        let angle = self.function(Function::Acos, x)?;
        let sine = self.power(&self.rational(&(Rational::from(1) - t.square())), &Rational::from((1, 2)))?;
        arc_cosine::from_angle(self, &angle, &sine, x, n)
    }

    fn is_zero(&self, x: &ExactNumber) -> Truth {
        if x.is_zero() { Truth::Yes } else { Truth::No }
    }
}
