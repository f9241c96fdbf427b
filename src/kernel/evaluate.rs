//! Values of a kernel at a point, to a number of digits.

use super::sampler::{Attempt, Sampler};
use super::{Kernel, parser};
use crate::error::{Error, Result};
use crate::number::{Ball, Digits, ExactNumber, HybridNumber, decimal};
use rug::{Float, Rational, float::Round};
use std::fmt;

/// A kernel's value with a bound of its error.
#[derive(Clone, Debug)]
pub struct Value {
    /// The value, to at least the digits asked for.
    pub value: Float,
    /// The value as an exact number, where it was found to be one.
    pub exact: Option<ExactNumber>,
    /// A proved bound of the absolute error of `value`.
    pub error: Float,
    /// The digits asked for.
    pub digits: Digits,
}

impl Value {
    /// A bound of the absolute error of the printed value, rounding included.
    pub fn decimal_error(&self) -> String {
        decimal::bound(&self.digits.written_error(&self.value, &self.error, self.exact.as_ref()))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digits.written(&self.value, &self.error, self.exact.as_ref()))
    }
}

impl Kernel {
    /// kappa(u) at a point of \[-1, 1\] given exactly, as a decimal or a fraction of two (`0.5`, `-1/3`, `1e-40`),
    /// to `digits` significant digits (1 to 1000).
    ///
    /// Evaluated exactly where that is short, else with strict [balls](crate::number::Balls) whose precision is raised
    /// until they settle the digits, so values such as 1 - kappa_1(u) near u = 1 keep all their digits. The error is a
    /// proved bound.
    ///
    /// ```
    /// use zonal::Kernel;
    /// let kernel = Kernel::parse("1 - arccos1(u)")?;
    /// // 1 - kappa_1 = (1-u) - ..., here with 1 - u = 10^-40
    /// let near_one = format!("0.{}", "9".repeat(40));
    /// assert_eq!(kernel.evaluate(&near_one, 15)?.to_string(), "1.00000000000000e-40");
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Input` for a malformed point or one outside \[-1, 1\], `Domain` where the kernel is undefined, infinite or
    /// complex, `Unable` where the value is too small to be told from zero, or only a limit, which is named.
    pub fn evaluate(&self, at: &str, digits: u32) -> Result<Value> {
        self.evaluate_at(&parse_point(at)?, None, Digits::count(digits)?)
    }

    /// As [`evaluate`](Kernel::evaluate), with the point as a number and the dimension of a kernel that needs one.
    ///
    /// # Errors
    /// As [`evaluate`](Kernel::evaluate).
    pub fn evaluate_at(&self, u: &Rational, dimension: Option<u64>, digits: Digits) -> Result<Value> {
        if u.clone().abs() > 1 {
            return Err(Error::input(format!("u = {u} lies outside [-1, 1]")));
        }
        let precision = digits.bits() + 64;
        Sampler::new(self, dimension)?.refined(u, precision, |Attempt { value, last }| {
            let HybridNumber { ball: Ball { middle, radius }, exact } = value;
            if let Some(exact) = exact {
                let ball = digits.enclosure(&exact, precision)?;
                return Ok(Some(Value {
                    value: ball.middle,
                    exact: Some(exact),
                    error: ball.radius.to_float(),
                    digits,
                }));
            }
            let error = radius.to_float();
            // Nearer to 0 than this the error may leave the range of multiprecision.
            let in_range = middle.get_exp().is_none_or(|size| size.abs() <= LARGEST_SIZE);
            match in_range && digits.settles(&middle, &error) {
                true => Ok(Some(Value { value: middle, exact: None, error, digits })),
                false if last => Err(unsettled(middle, error, digits)),
                false => Ok(None),
            }
        })
    }
}

/// Values beyond 2^(+-this) are not told.
const LARGEST_SIZE: i32 = 500_000_000;

/// Why a value within `error` of `middle` is not written.
fn unsettled(middle: Float, error: Float, digits: Digits) -> Error {
    let size = Float::with_val(64, middle.abs_ref());
    Error::unable(if size <= error {
        let most = Float::with_val_round(64, size + &error, Round::Up).0;
        format!("the value is smaller than {} and may be zero", decimal::bound(&most))
    } else if middle.get_exp().is_some_and(|size| size.abs() > LARGEST_SIZE) {
        "the value is not zero, but beyond the range of multiprecision".to_string()
    } else {
        let known = decimal::to_error(&middle, &error);
        format!("the value {known} is nearer to a tie of two decimals of {digits} digits than its error tells")
    })
}

/// Reads a point: a signed decimal, or a quotient of two.
///
/// # Errors
/// `Input` for text that is neither, a denominator of 0, and a decimal with too many digits or too large an exponent.
pub fn parse_point(text: &str) -> Result<Rational> {
    let fail = |_| Error::input(format!("'{text}' is not a point: give a decimal or a fraction such as -0.5 or 1/3"));
    let trimmed = text.trim();
    let (negative, unsigned) = match trimmed.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let value = match unsigned.split_once('/') {
        Some((top, bottom)) => {
            let bottom = parser::decimal(bottom.trim()).map_err(fail)?;
            if bottom.is_zero() {
                return Err(fail(String::new()));
            }
            parser::decimal(top.trim()).map_err(fail)? / bottom
        }
        None => parser::decimal(unsigned).map_err(fail)?,
    };
    Ok(if negative { -value } else { value })
}
