//! Exact numbers: finite sums of rational multiples of powers of pi and roots of integers.

use super::shown::shown;
use super::{Ball, Balls, Elementary, Number, Radius, Truth, Unit, arc_cosine};
use crate::error::{Error, Result};
use rug::Rational;
use rug::ops::Pow;
use std::collections::BTreeMap;
use std::fmt;

/// The ring of rational combinations of products of powers of pi and of primes (rational exponents), with such values
/// of the elementary functions as stay inside it.
///
/// Such products are linearly independent (see [`Unit`]), so that an element is zero only if every coefficient is: zero
/// tests are exact.
///
/// ```
/// use zonal::number::{Exact, Number};
/// let kappa = Exact.arc_cosines(&Exact.rational(&0.into()), 3).unwrap();
/// assert_eq!(kappa[0].to_string(), "1/2");
/// assert_eq!(kappa[3].to_string(), "4/(15 pi)");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact;

/// A finite sum of rational multiples of units.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExactNumber {
    /// Non-zero coefficient of each unit.
    terms: BTreeMap<Unit, Rational>,
}

/// Bits that a sum may lose by cancellation.
const MOST_CANCELLATION: u32 = 1 << 22;

/// Powers of sums that may have more terms than this are left to floating point.
const MOST_TERMS: u32 = 2000;

/// Arc-cosine functions of higher orders have fractions too long to be computed.
const HIGHEST_ORDER: usize = 10_000;

/// Powers whose result would need more bits than this are left to floating point.
const LARGEST_POWER_BITS: f64 = 4e6;

impl ExactNumber {
    /// The exact number `coefficient * pi^exponent`, a single term or zero.
    pub fn monomial(coefficient: Rational, exponent: i32) -> Self {
        ExactNumber::term(coefficient, Unit::pi(Rational::from(exponent)))
    }

    /// The unit itself as an exact number, with the coefficient 1.
    pub fn of_unit(unit: Unit) -> Self {
        ExactNumber::term(Rational::from(1), unit)
    }

    fn term(coefficient: Rational, unit: Unit) -> Self {
        let mut terms = BTreeMap::new();
        if !coefficient.is_zero() {
            terms.insert(unit, coefficient);
        }
        ExactNumber { terms }
    }

    /// Whether the number is zero: decided exactly, since units are linearly independent over the rationals.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The coefficient and unit if there is a single term; zero counts as `0 * 1`.
    pub fn as_monomial(&self) -> Option<(Rational, Unit)> {
        match self.terms.len() {
            0 => Some(Default::default()),
            1 => self.terms.iter().next().map(|(unit, q)| (q.clone(), unit.clone())),
            _ => None,
        }
    }

    /// The units of the sum, in increasing order, with their rational coefficients, none of them zero.
    pub fn terms(&self) -> impl Iterator<Item = (&Unit, &Rational)> {
        self.terms.iter()
    }

    /// The exact number times a rational number q; zero for q = 0.
    pub fn scaled(&self, q: &Rational) -> Self {
        Exact.scale(self, q)
    }

    /// The number as a rational one; `None` if a power of pi or a root occurs in it.
    pub fn as_rational(&self) -> Option<Rational> {
        match self.terms.len() {
            0 => Some(Rational::new()),
            1 => self.terms.iter().next().filter(|(unit, _)| unit.is_one()).map(|(_, q)| q.clone()),
            _ => None,
        }
    }

    /// How long the number is: the bits of all numerators and denominators.
    pub fn bits(&self) -> u32 {
        let bits = |q: &Rational| q.numer().significant_bits() + q.denom().significant_bits();
        self.terms.values().map(bits).sum()
    }

    /// The value of the exact number in another number system, such as balls or series over them.
    ///
    /// # Errors
    /// Those of the powers of pi and of primes there.
    pub fn value<C: Number>(&self, c: &C) -> Result<C::Element> {
        let mut sum = None;
        for (unit, q) in &self.terms {
            let term = if unit.is_one() { c.rational(q) } else { c.scale(&unit.value(c)?, q) };
            sum = Some(match sum {
                None => term,
                Some(sum) => c.add(&sum, &term),
            });
        }
        Ok(sum.unwrap_or_else(|| c.rational(&Rational::new())))
    }

    /// The value as a ball with a relative radius of at most `2^-precision`.
    ///
    /// # Errors
    /// `Unable` where the value is outside the range of exponents.
    pub fn enclosure(&self, precision: u32) -> Result<Ball> {
        let wanted = Radius::power_of_two(-(precision as i32));
        let mut wide = precision + 32;
        while wide < precision.saturating_add(MOST_CANCELLATION) {
            let Ok(ball) = self.value(&Balls::new(wide)) else { break };
            if self.is_zero() || ball.radius < ball.mignitude() * wanted {
                return Ok(ball);
            }
            wide += wide / 2;
        }
        Err(Error::unable(format!("the exact value {self} is outside the range of exponents of floating point")))
    }
}

impl fmt::Display for ExactNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return f.write_str("0");
        }
        for (position, (unit, q)) in self.terms.iter().rev().enumerate() {
            let negative = q.cmp0().is_lt();
            match (position, negative) {
                (0, false) => {}
                (0, true) => f.write_str("-")?,
                (_, false) => f.write_str(" + ")?,
                (_, true) => f.write_str(" - ")?,
            }
            let [mut above, mut below] = unit.names();
            let (numerator, denominator) = (q.numer().clone().abs(), q.denom());
            if numerator != 1 || above.is_empty() {
                above.insert(0, numerator.to_string());
            }
            if *denominator != 1 {
                below.insert(0, denominator.to_string());
            }
            f.write_str(&above.join(" "))?;
            match &below[..] {
                [] => {}
                [single] => write!(f, "/{single}")?,
                several => write!(f, "/({})", several.join(" "))?,
            }
        }
        Ok(())
    }
}

fn unable(what: impl fmt::Display) -> Error {
    Error::unable(format!("{what} is not a rational combination of powers of pi and roots of integers"))
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
        for (unit, q) in &y.terms {
            *terms.entry(unit.clone()).or_default() += q;
        }
        terms.retain(|_, q| !q.is_zero());
        ExactNumber { terms }
    }

    fn neg(&self, x: &ExactNumber) -> ExactNumber {
        ExactNumber { terms: x.terms.iter().map(|(unit, q)| (unit.clone(), Rational::from(-q))).collect() }
    }

    fn mul(&self, x: &ExactNumber, y: &ExactNumber) -> ExactNumber {
        let mut terms: BTreeMap<Unit, Rational> = BTreeMap::new();
        for (e, q) in &x.terms {
            for (f, r) in &y.terms {
                let (factor, unit) = e.times(f);
                *terms.entry(unit).or_default() += factor * q * r;
            }
        }
        terms.retain(|_, q| !q.is_zero());
        ExactNumber { terms }
    }

    fn scale(&self, x: &ExactNumber, q: &Rational) -> ExactNumber {
        if q.is_zero() {
            return ExactNumber::default();
        }
        ExactNumber { terms: x.terms.iter().map(|(unit, c)| (unit.clone(), Rational::from(c * q))).collect() }
    }

    fn div(&self, x: &ExactNumber, y: &ExactNumber) -> Result<ExactNumber> {
        if y.is_zero() {
            return Err(Error::domain("division by zero"));
        }
        y.as_monomial().ok_or_else(|| unable(format!("a quotient by {y}")))?;
        Ok(self.mul(x, &self.power(y, &Rational::from(-1))?))
    }

    fn elementary(&self, f: Elementary, x: &ExactNumber) -> Result<ExactNumber> {
        let fail = || unable(format!("{}({x})", f.name()));
        let half = |n: i32, d: i32| ExactNumber::monomial(Rational::from((n, d)), 0);
        let angle = |n: i32, d: i32| ExactNumber::monomial(Rational::from((n, d)), 1);
        match f {
            Elementary::Sqrt => self.power(x, &Rational::from((1, 2))),
            Elementary::Exp if x.is_zero() => Ok(half(1, 1)),
            Elementary::Log if *x == half(1, 1) => Ok(half(0, 1)),
            Elementary::Sin => {
                let shifted = self.sub(&angle(1, 2), x);
                self.elementary(Elementary::Cos, &shifted).map_err(|_| fail())
            }
            Elementary::Cos => {
                let (q, unit) = x.as_monomial().ok_or_else(fail)?;
                if !q.is_zero() && unit != Unit::pi(Rational::from(1)) {
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
            Elementary::Asin => Ok(self.sub(&angle(1, 2), &self.elementary(Elementary::Acos, x).map_err(|_| fail())?)),
            Elementary::Acos => {
                let t = x.as_rational().ok_or_else(fail)?;
                let table =
                    [((1, 1), (0, 1)), ((1, 2), (1, 3)), ((0, 1), (1, 2)), ((-1, 2), (2, 3)), ((-1, 1), (1, 1))];
                let found = table.iter().find(|(value, _)| t == Rational::from(*value));
                found.map(|(_, (n, d))| angle(*n, *d)).ok_or_else(fail)
            }
            Elementary::Exp | Elementary::Log => Err(fail()),
        }
    }

    fn power(&self, x: &ExactNumber, q: &Rational) -> Result<ExactNumber> {
        let fail = || unable(format!("({x})^({})", shown(q)));
        if q.is_zero() {
            return Ok(self.rational(&Rational::from(1)));
        }
        if x.is_zero() {
            return if q.cmp0().is_gt() {
                Ok(x.clone())
            } else {
                Err(Error::domain(format!("0 to the power {} is infinite", shown(q))))
            };
        }
        let exponent = q.numer().to_i32().ok_or_else(fail)?;
        let Some((c, unit)) = x.as_monomial() else {
            // A sum: non-negative integer powers only.
            if !q.is_integer() || !(0..=64).contains(&exponent) {
                return Err(fail());
            }
            // As many terms as there are monomials of this degree.
            let (terms, degree) = (x.terms.len() as u32, exponent as u32);
            if rug::Integer::from(rug::Integer::binomial_u(degree + terms - 1, degree)) > MOST_TERMS {
                return Err(fail());
            }
            return Ok((0..exponent).fold(self.rational(&Rational::from(1)), |power, _| self.mul(&power, x)));
        };
        if c.cmp0().is_lt() && !q.is_integer() {
            return Err(Error::domain(format!("negative base {x} with the fractional exponent {}", shown(q))));
        }
        let bits = c.numer().significant_bits().max(c.denom().significant_bits()).max(unit.bits()) as f64;
        if bits > 1.0 && bits * f64::from(exponent).abs() > LARGEST_POWER_BITS {
            return Err(fail());
        }
        let (factor, unit) = unit.power(q).ok_or_else(fail)?;
        if q.is_integer() {
            return Ok(ExactNumber::term(factor * c.pow(exponent), unit));
        }
        let (whole, radical) = Unit::root(&c, q).ok_or_else(fail)?;
        let (more, unit) = unit.times(&radical);
        Ok(ExactNumber::term(factor * whole * more, unit))
    }

    fn arc_cosines(&self, x: &ExactNumber, n: usize) -> Result<Vec<ExactNumber>> {
        let t = x.as_rational().ok_or_else(|| unable(format!("an arc-cosine function at {x}")))?;
        if t.clone().abs() > 1 {
            return Err(Error::domain(format!("arc-cosine function of {t}, which is not in [-1, 1]")));
        }
        if n > HIGHEST_ORDER && t.clone().abs() != 1 {
            return Err(unable(format!("an arc-cosine function of order {n}")));
        }
        let angle = self.elementary(Elementary::Acos, x)?;
        let sine = self.power(&self.rational(&(Rational::from(1) - t.square())), &Rational::from((1, 2)))?;
        arc_cosine::from_angle(self, &angle, &sine, x, n)
    }

    fn is_zero(&self, x: &ExactNumber) -> Truth {
        if x.is_zero() { Truth::Yes } else { Truth::No }
    }
}
