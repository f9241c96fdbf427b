//! What a method finds for one degree.

use crate::error::{Error, Result};
use crate::number::{Digits, ExactNumber, ScaledBall};
use rug::Float;
use std::fmt;

/// What the error bound of a value rests on: an estimate, a proof, or exact arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rigour {
    /// The error bound is an estimate.
    Estimated,
    /// The error bound is proved.
    Rigorous,
    /// The value is known exactly; only its decimal form is rounded.
    Exact,
}

impl Rigour {
    /// The name of this rigour, as in tables: `exact`, `rigorous` or `estimated`.
    pub fn name(self) -> &'static str {
        match self {
            Rigour::Exact => "exact",
            Rigour::Rigorous => "rigorous",
            Rigour::Estimated => "estimated",
        }
    }
}

impl fmt::Display for Rigour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a method returns for one degree.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// The value.
    pub value: Float,
    /// Bound of its absolute error.
    pub error: Float,
    /// The exact value, where known.
    pub exact: Option<ExactNumber>,
    /// What the bound rests on.
    pub rigour: Rigour,
}

impl Estimate {
    /// A value with a bound of its absolute error that is estimated, not proved.
    pub fn estimated(value: Float, error: Float) -> Self {
        Estimate { value, error, exact: None, rigour: Rigour::Estimated }
    }

    /// A value with a proved error bound.
    pub fn rigorous(value: Float, error: Float) -> Self {
        Estimate { value, error, exact: None, rigour: Rigour::Rigorous }
    }

    /// An exactly known number, to `precision` bits and as many more as its digits need.
    ///
    /// # Errors
    /// As [`Digits::enclosure`].
    pub fn exact(exact: ExactNumber, precision: u32, digits: Digits) -> Result<Self> {
        let ball = digits.enclosure(&exact, precision)?;
        Ok(Estimate { value: ball.middle, error: ball.radius.to_float(), exact: Some(exact), rigour: Rigour::Exact })
    }

    /// The value 0, known exactly: its error is 0 too.
    pub fn zero() -> Self {
        let exact = Some(ExactNumber::default());
        Estimate { value: Float::new(64), error: Float::new(64), exact, rigour: Rigour::Exact }
    }
}

/// What a method finds for one degree.
#[derive(Clone, Debug)]
pub(super) enum Finding {
    /// The eigenvalue.
    Value(Estimate),
    /// The eigenvalue, beyond the range of multiprecision.
    Beyond(ScaledBall),
    /// Nothing, and why.
    Nothing(Error),
}

/// Beyond 2^(+-this) errors may leave the range of multiprecision.
const LARGEST_SIZE: i32 = 500_000_000;

impl Finding {
    /// The same if its error is in range and it is zero only where that is exact; else nothing.
    pub fn checked(self, degree: u64) -> Self {
        let Finding::Value(estimate) = &self else { return self };
        let size = estimate.value.get_exp();
        if size.is_some_and(|size| size.abs() <= LARGEST_SIZE) || estimate.rigour == Rigour::Exact {
            return self;
        }
        Finding::Nothing(Error::unable(format!(
            "mu_{degree} is beyond 2^(+-{LARGEST_SIZE}), where this method has no errors to show"
        )))
    }
}
