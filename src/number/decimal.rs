//! Decimal digits: how many are wanted, when they are settled, how they are written.

use super::{Ball, Balls, Number, Radius};
use crate::error::{Error, Result};
use rug::{Float, Integer, Rational, float::Round};
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
    /// This many significant digits.
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

    /// The value as a decimal string.
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
            Digits::Count(d) => write_decimal(value, d as usize, Round::Nearest),
            Digits::Double => {
                let double = value.to_f64();
                if !double.is_normal() {
                    return write_decimal(value, 17, Round::Nearest);
                }
                let magnitude = double.abs();
                if (1e-4..1e17).contains(&magnitude) { format!("{double}") } else { format!("{double:e}") }
            }
        }
    }

    /// Whether every number within `error` of `value` is written the same.
    pub fn settles(self, value: &Float, error: &Float) -> bool {
        if error.is_zero() {
            return true;
        }
        if value.is_zero() || Float::with_val(53, value.abs_ref()) <= *error {
            return false;
        }
        // A rough test first: with an error above one unit in the last place nothing is settled.
        let gap = value.get_exp().unwrap_or(0) - error.get_exp().unwrap_or(0);
        if gap < self.bits() as i32 - 14 {
            return false;
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

    /// The absolute error of the written decimal, when `value` is within `error` of the truth, or when the truth is the
    /// rational number `exact`.
    pub fn written_error(self, value: &Float, error: &Float, exact: Option<&Rational>) -> Float {
        let text = self.format(value);
        if let Some(exact) = exact {
            // Every decimal is a rational number: the difference is exact.
            let difference = parse_decimal(&text).map(|written| (written - exact).abs());
            return difference.map_or_else(|| error.clone(), |d| Float::with_val_round(64, &d, Round::Up).0);
        }
        let wide = Balls::new(value.prec().max(self.bits()) + 64);
        let value = Ball::exact(value.clone());
        let distance = wide.decimal(&text).map_or(Radius::INFINITE, |written| wide.sub(&written, &value).magnitude());
        (distance + Radius::above(error)).to_float()
    }
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
    if error.is_zero() { "0".to_string() } else { write_decimal(error, 2, Round::Up) }
}

/// The digits of `value` that `error` leaves, two of them uncertain; at most 40.
pub fn to_error(value: &Float, error: &Float) -> String {
    const MOST: i32 = 40;
    if value.is_zero() {
        return "0".to_string();
    }
    let bits = value.get_exp().unwrap_or(0) - error.get_exp().unwrap_or(i32::MIN / 2);
    // log10(2) > 301/1000
    let digits = (i64::from(bits) * 301 / 1000 + 2).clamp(1, i64::from(MOST)) as usize;
    write_decimal(value, digits, Round::Nearest)
}

/// `digits` significant digits; positional for moderate exponents, else scientific.
fn write_decimal(value: &Float, digits: usize, round: Round) -> String {
    let (negative, mantissa, exponent) = value.to_sign_string_exp_round(10, Some(digits), round);
    // value = 0.mantissa * 10^exponent
    let exponent = exponent.unwrap_or(0) - 1;
    let sign = if negative { "-" } else { "" };
    if exponent >= digits as i32 || exponent < -4 {
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
