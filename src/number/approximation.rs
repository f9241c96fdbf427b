//! A number with a bound of its error.

use super::decimal::{bound, distance, leaving};
use super::{Ball, Digits, ExactNumber};
use rug::Float;
use std::fmt;

/// A number known within an error, or exactly.
///
/// It is written with the digits asked for, or as many as the error leaves, two of them uncertain.
///
/// ```
/// use rug::Float;
/// use zonal::number::{Approximation, Digits};
/// let third = Float::with_val(100, 1) / 3u32;
/// let known = |error: f64| Approximation::within(third.clone(), Float::with_val(64, error), Digits::Count(20));
/// assert_eq!(known(1e-25).to_string(), "0.33333333333333333333");
/// assert_eq!(known(1e-10).to_string(), "0.33333333333");
/// assert_eq!(known(0.5).to_string(), "0 +- 0.84");
/// ```
#[derive(Clone, Debug)]
pub struct Approximation {
    /// The value.
    pub value: Float,
    /// A bound of its absolute error, as good as that of what it was computed from.
    pub error: Float,
    /// The exact value, where it is known.
    pub exact: Option<ExactNumber>,
    /// The digits asked for.
    pub digits: Digits,
}

impl Approximation {
    /// A value within an error of the truth.
    pub fn within(value: Float, error: Float, digits: Digits) -> Self {
        Approximation { value, error, exact: None, digits }
    }

    /// The midpoint of a ball as the value and its radius as the error, to be written with these digits.
    pub fn of(ball: Ball, digits: Digits) -> Self {
        Approximation { value: ball.middle, error: ball.radius.to_float(), exact: None, digits }
    }

    /// An exact number, enclosed to `precision` bits and to more where the digits need them.
    ///
    /// # Errors
    /// As [`Digits::enclosure`].
    pub fn exact(exact: ExactNumber, precision: u32, digits: Digits) -> crate::error::Result<Self> {
        let ball = digits.enclosure(&exact, precision)?;
        Ok(Approximation { exact: Some(exact), ..Approximation::of(ball, digits) })
    }

    /// Whether the digits asked for are those of every number within the error.
    pub fn is_settled(&self) -> bool {
        self.exact.is_some() || self.digits.settles(&self.value, &self.error)
    }

    /// A bound of the absolute error of the written number, rounding included.
    pub fn decimal_error(&self) -> String {
        if self.is_settled() {
            return bound(&self.digits.written_error(&self.value, &self.error, self.exact.as_ref()));
        }
        match self.unsettled() {
            Some(text) => bound(&distance(&text, &self.value, &self.error)),
            None => bound(&distance("0", &self.value, &self.error)),
        }
    }

    /// The digits that the error leaves; `None` where the number may be zero.
    fn unsettled(&self) -> Option<String> {
        let size = Float::with_val(64, self.value.abs_ref());
        (size > self.error).then(|| leaving(&self.value, &self.error, self.digits.significant()))
    }

    /// The double nearest to the value, whatever its error is.
    pub fn to_f64(&self) -> f64 {
        self.value.to_f64()
    }
}

impl fmt::Display for Approximation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_settled() {
            return f.write_str(&self.digits.written(&self.value, &self.error, self.exact.as_ref()));
        }
        match self.unsettled() {
            Some(text) => f.write_str(&text),
            None => write!(f, "0 +- {}", self.decimal_error()),
        }
    }
}
