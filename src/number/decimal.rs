//! Decimal digits: how many are wanted, when they are settled, how they are written.

use super::{Ball, Balls, ExactNumber, Number, Radius};
use crate::error::{Error, Result};
use rug::ops::Pow;
use rug::{Float, Integer, Rational, float::Round};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The largest number of digits that can be asked for.
pub const MOST_DIGITS: u32 = 1000;

/// How many digits of a result are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Digits {
    /// The nearest double, written in the shortest form that reads back. Outside the range of normal doubles,
    /// 17 significant digits.
    #[default]
    Double,
    /// This many significant digits, 1 to 1000, correctly rounded.
    Count(u32),
}

impl Digits {
    /// Asks for this many significant digits, from 1 to 1000, correctly rounded.
    ///
    /// # Errors
    /// `Input` unless `1 <= digits <= 1000`.
    pub fn count(digits: u32) -> Result<Self> {
        if (1..=MOST_DIGITS).contains(&digits) {
            Ok(Digits::Count(digits))
        } else {
            Err(Error::input(format!("{digits} digits; allowed are 1 to {MOST_DIGITS}, or f64")))
        }
    }

    /// Mantissa bits that hold the digits, with a few to spare for rounding decisions.
    pub fn bits(self) -> u32 {
        match self {
            Digits::Double => 64,
            // log2(10) < 3322/1000
            Digits::Count(d) => (d * 3322).div_ceil(1000) + 10,
        }
    }

    /// The value rounded to these digits as a decimal string; very small and large ones have an exponent.
    ///
    /// ```
    /// use zonal::number::Digits;
    /// use rug::Float;
    /// let value = Float::with_val(100, 1) / 48_000_000;
    /// assert_eq!(Digits::Count(5).format(&value), "2.0833e-8");
    /// assert_eq!(Digits::Double.format(&value), "2.0833333333333335e-8");
    /// assert_eq!(Digits::Count(3).format(&Float::with_val(10, 0.375)), "0.375");
    /// ```
    pub fn format(self, value: &Float) -> String {
        if value.is_zero() {
            return "0".to_string();
        }
        match self {
            Digits::Count(d) => write_decimal(value, d as usize, Round::Nearest, 0),
            Digits::Double => {
                let double = value.to_f64();
                if !double.is_normal() {
                    return write_decimal(value, BEYOND_DOUBLES as usize, Round::Nearest, 0);
                }
                if is_positional(double) { format!("{double}") } else { format!("{double:e}") }
            }
        }
    }

    /// Whether every number within `error` of `value` is written the same.
    pub fn settles(self, value: &Float, error: &Float) -> bool {
        if error.is_zero() {
            return true;
        }
        if !value.is_finite() || value.is_zero() || Float::with_val(53, value.abs_ref()) <= *error {
            return false;
        }
        // A rough test first: with an error above one unit in the last place nothing is settled.
        let gap = value.get_exp().unwrap_or(0) - error.get_exp().unwrap_or(0);
        if gap < self.bits() as i32 - 14 {
            return false;
        }
        if let Digits::Count(digits) = self
            && is_off_the_middles(value, error, digits as usize)
        {
            return true;
        }
        let wide = value.prec().max(self.bits()) + 64;
        let low = Float::with_val(wide, value - error);
        let high = Float::with_val(wide, value + error);
        match self {
            Digits::Double if value.to_f64().is_normal() => low.to_f64() == high.to_f64(),
            _ => self.format(&low) == self.format(&high),
        }
    }

    /// Whether `error` is a billionth of a unit in the last digit: a value that close to the middle between two
    /// decimals may be written as either.
    pub fn settles_nearly(self, value: &Float, error: &Float) -> bool {
        match (value.get_exp(), error.get_exp()) {
            (_, None) => true,
            (None, _) => false,
            (Some(v), Some(e)) => v - e >= self.bits() as i32 + 30,
        }
    }

    /// The decimal of a number known exactly, or within `error` of `value`: an exact number is rounded once, exact ties
    /// to even.
    ///
    /// ```
    /// use rug::Float;
    /// use zonal::number::{Digits, Exact, Number};
    /// let tie = Exact.rational(&(7, 20).into());
    /// let digits = Digits::Count(1);
    /// let ball = digits.enclosure(&tie, 64)?;
    /// assert_eq!(digits.written(&ball.middle, &ball.radius.to_float(), Some(&tie)), "0.4");
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn written(self, value: &Float, error: &Float, exact: Option<&ExactNumber>) -> String {
        let tie = exact.filter(|_| !self.settles(value, error)).and_then(ExactNumber::as_rational);
        tie.map_or_else(|| self.format(value), |q| round_rational(&q, self.significant()))
    }

    /// An enclosure of an exact number whose midpoint is written, and rounded to a double, as the number itself, unless
    /// that is an exact tie of decimals; relatively at least as narrow as `2^-precision`.
    ///
    /// # Errors
    /// As [`ExactNumber::enclosure`].
    pub fn enclosure(self, exact: &ExactNumber, precision: u32) -> Result<Ball> {
        let settles = |ball: &Ball| self.settles(&ball.middle, &ball.radius.to_float());
        let mut ball = exact.enclosure(precision)?;
        if settles(&ball) {
            return Ok(ball);
        }
        // A rational number that is no tie, a middle of two decimals, is as far from the next as both denominators
        // allow.
        let most = exact.as_rational().map_or(u32::MAX / 4, |_| exact.bits() + 4 * self.bits() + precision);
        let mut precision = precision;
        while precision < most {
            precision *= 2;
            ball = exact.enclosure(precision)?;
            if settles(&ball) {
                break;
            }
        }
        Ok(ball)
    }

    /// The number of significant digits of a decimal.
    pub fn significant(self) -> u32 {
        match self {
            Digits::Double => BEYOND_DOUBLES,
            Digits::Count(d) => d,
        }
    }

    /// The absolute error of the [written](Digits::written) decimal, when `value` is within `error` of the truth, or
    /// when the truth is the rational number `exact`.
    pub fn written_error(self, value: &Float, error: &Float, exact: Option<&ExactNumber>) -> Float {
        self.written_with_error(value, error, exact).1
    }

    /// The [written](Digits::written) decimal with its [absolute error](Digits::written_error).
    pub fn written_with_error(self, value: &Float, error: &Float, exact: Option<&ExactNumber>) -> (String, Float) {
        let text = self.written(value, error, exact);
        let error = match exact.and_then(ExactNumber::as_rational) {
            // Every decimal is a rational number: the difference is exact.
            Some(exact) => {
                let difference = parse_decimal(&text).map(|written| (written - exact).abs());
                difference.map_or_else(|| error.clone(), |d| Float::with_val_round(64, &d, Round::Up).0)
            }
            None => distance(&text, value, error),
        };
        (text, error)
    }
}

/// Decimals beyond those that are written, by which a value is told from the middle between two decimals.
const FURTHER: usize = 4;

/// Whether the digits of a value after the first `digits` show that no number within `error` lies on the other side of
/// the middle between two decimals of so many digits.
fn is_off_the_middles(value: &Float, error: &Float, digits: usize) -> bool {
    let (_, mantissa, exponent) = value.to_sign_string_exp(10, Some(digits + FURTHER));
    let (Some(exponent), Some(further)) = (exponent, mantissa.get(digits..)) else { return false };
    let Ok(further) = further.parse::<i32>() else { return false };
    // log10 of the error in units of the last of these digits; the value itself was rounded to one.
    let (fraction, power) = error.to_f64_exp();
    let unit = f64::from(exponent) - (digits + FURTHER) as f64;
    let size = fraction.log10() + f64::from(power) * std::f64::consts::LOG10_2 - unit;
    let middle = 5 * 10i32.pow(FURTHER as u32 - 1);
    size < 0.0 && (further - middle).abs() > 2
}

/// A bound of the distance of a written decimal from what is within `error` of `value`.
pub(crate) fn distance(text: &str, value: &Float, error: &Float) -> Float {
    let wide = Balls::new(value.prec().max(4 * text.len() as u32) + 64);
    let value = Ball::exact(value.clone());
    let distance = wide.decimal(text).map_or(Radius::INFINITE, |written| wide.sub(&written, &value).magnitude());
    (distance + Radius::above(error)).to_float()
}

/// Significant digits of what is no normal double.
const BEYOND_DOUBLES: u32 = 17;

/// A rational number to so many significant digits, exact ties to even.
fn round_rational(q: &Rational, digits: u32) -> String {
    let size = q.clone().abs();
    let ten = |n: i64| {
        let power = Rational::from(Integer::from(10).pow(n.unsigned_abs() as u32));
        if n < 0 { power.recip() } else { power }
    };
    // 10^exponent <= |q| < 10^(exponent + 1); the estimate is off by one at most.
    let bits = i64::from(size.numer().significant_bits()) - i64::from(size.denom().significant_bits());
    let mut exponent = (bits as f64 * std::f64::consts::LOG10_2).floor() as i64;
    while ten(exponent) > size {
        exponent -= 1;
    }
    while ten(exponent + 1) <= size {
        exponent += 1;
    }
    let (fraction, mut whole) = (size * ten(i64::from(digits) - 1 - exponent)).fract_floor(Integer::new());
    let up = match fraction.cmp(&Rational::from((1, 2))) {
        Ordering::Less => false,
        Ordering::Equal => whole.is_odd(),
        Ordering::Greater => true,
    };
    if up {
        whole += 1;
    }
    let mut mantissa = whole.to_string();
    if mantissa.len() > digits as usize {
        mantissa.pop();
        exponent += 1;
    }
    place_point(q.cmp0().is_lt(), &mantissa, exponent)
}

/// A decimal as this module writes it, exactly.
fn parse_decimal(text: &str) -> Option<Rational> {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Integer = format!("{whole}{fraction}").parse().ok()?;
    let scale = exponent.parse::<i64>().ok()? - fraction.len() as i64;
    let power = Integer::from(Integer::u_pow_u(10, u32::try_from(scale.unsigned_abs()).ok()?));
    Some(if scale >= 0 { Rational::from(digits * power) } else { Rational::from((digits, power)) })
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Digits::Double => f.write_str("f64"),
            Digits::Count(d) => write!(f, "{d}"),
        }
    }
}

impl FromStr for Digits {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "f64" {
            return Ok(Digits::Double);
        }
        let count = text.parse::<u32>().map_err(|_| {
            Error::input(format!("'{text}' digits; allowed are f64 or a number from 1 to {MOST_DIGITS}"))
        })?;
        Digits::count(count)
    }
}

/// An error bound: two digits, rounded up.
pub fn bound(error: &Float) -> String {
    round_decimal(error, 0)
}

/// error * 10^power to two digits, rounded up.
pub(super) fn round_decimal(error: &Float, power: i64) -> String {
    if error.is_zero() { "0".to_string() } else { write_decimal(error, 2, Round::Up, power) }
}

/// The digits of `value` that `error` leaves, two of them uncertain; at most 40.
pub fn to_error(value: &Float, error: &Float) -> String {
    leaving(value, error, 40)
}

/// The digits of `value` that `error` leaves, two of them uncertain; at most `most`.
pub(super) fn leaving(value: &Float, error: &Float, most: u32) -> String {
    if value.is_zero() {
        return "0".to_string();
    }
    let bits = i64::from(value.get_exp().unwrap_or(0)) - i64::from(error.get_exp().unwrap_or(i32::MIN / 2));
    // log10(2) > 301/1000
    let digits = (bits * 301 / 1000 + 2).clamp(1, i64::from(most)) as usize;
    write_decimal(value, digits, Round::Nearest, 0)
}

/// `digits` significant digits of value * 10^power.
pub(super) fn write_decimal(value: &Float, digits: usize, round: Round, power: i64) -> String {
    let (negative, mantissa, exponent) = value.to_sign_string_exp_round(10, Some(digits), round);
    // value = 0.mantissa * 10^exponent
    place_point(negative, &mantissa, i64::from(exponent.unwrap_or(0)) - 1 + power)
}

/// Whether a double is written without an exponent.
pub(super) fn is_positional(double: f64) -> bool {
    (1e-4..1e17).contains(&double.abs())
}

/// d.ddd * 10^exponent: positional for moderate exponents, else scientific.
pub(super) fn place_point(negative: bool, mantissa: &str, exponent: i64) -> String {
    let sign = if negative { "-" } else { "" };
    if exponent >= mantissa.len() as i64 || exponent < -4 {
        let (first, rest) = mantissa.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        return format!("{sign}{first}{point}{rest}e{exponent}");
    }
    if exponent < 0 {
        return format!("{sign}0.{}{mantissa}", "0".repeat((-exponent - 1) as usize));
    }
    let (whole, fraction) = mantissa.split_at(exponent as usize + 1);
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// The number of decimals of a terminating decimal fraction; `None` if there is none.
pub(crate) fn decimals(q: &Rational) -> Option<u32> {
    let mut rest = q.denom().clone();
    let twos = rest.find_one(0).unwrap_or(0);
    rest >>= twos;
    let fives = rest.remove_factor_mut(&Integer::from(5));
    (rest == 1).then_some(twos.max(fives))
}
