//! One eigenvalue and how it was obtained.

use crate::error::Result;
use crate::number::{Digits, ExactNumber, decimal};
use rug::{Float, Integer};
use std::fmt;

/// How a number was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Exactly zero by the symmetry of the formula or the degree of a polynomial.
    Structure,
    /// A closed form in exact arithmetic, or in multiprecision for very large p + k.
    ClosedForm,
    /// Quadrature in the angle theta.
    Quadrature,
    /// The power series of the kernel at u = 0.
    PowerSeries,
    /// The expansion of the kernel at u = 1 and u = -1.
    Endpoint,
}

impl Method {
    /// The methods that compute something, in the order in which a plan prefers them.
    pub const COMPUTING: [Method; 4] = [Method::ClosedForm, Method::PowerSeries, Method::Quadrature, Method::Endpoint];
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Method::Structure => "structure",
            Method::ClosedForm => "closed-form",
            Method::Quadrature => "quadrature",
            Method::PowerSeries => "power-series",
            Method::Endpoint => "endpoint",
        })
    }
}

/// What an error bound rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rigour {
    /// The error bound is an estimate.
    Estimated,
    /// The error bound is proved.
    Rigorous,
    /// The value is known exactly; only its decimal form is rounded.
    Exact,
}

impl fmt::Display for Rigour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rigour::Exact => "exact",
            Rigour::Rigorous => "rigorous",
            Rigour::Estimated => "estimated",
        })
    }
}

/// A Mercer eigenvalue mu_k with everything that is known about it.
#[derive(Clone, Debug)]
pub struct Eigenvalue {
    /// The degree k.
    pub degree: u64,
    /// The multiplicity N(p,k).
    pub multiplicity: Integer,
    /// The value, to somewhat more than the digits asked for.
    pub value: Float,
    /// The value as an exact number, where it is known.
    pub exact: Option<ExactNumber>,
    /// Bound of the absolute error of `value`.
    pub error: Float,
    /// What the bound rests on.
    pub rigour: Rigour,
    /// How the value was computed.
    pub method: Method,
    /// The digits asked for.
    pub digits: Digits,
}

impl Eigenvalue {
    /// The value as a decimal string with the digits asked for; "0" only if it is exactly zero.
    pub fn decimal(&self) -> String {
        self.digits.format(&self.value)
    }

    /// A bound of the absolute error of [`decimal`](Eigenvalue::decimal), rounding included.
    pub fn decimal_error(&self) -> String {
        let rational = self.exact.as_ref().and_then(ExactNumber::as_rational);
        decimal::bound(&self.digits.written_error(&self.value, &self.error, rational.as_ref()))
    }

    /// The nearest double; 0 where the value is below the smallest.
    pub fn to_f64(&self) -> f64 {
        self.value.to_f64()
    }

    /// Whether the eigenvalue is exactly zero.
    pub fn is_zero(&self) -> bool {
        self.rigour == Rigour::Exact && self.value.is_zero()
    }
}

impl fmt::Display for Eigenvalue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimal())
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
    /// A value with an estimated error.
    pub fn estimated(value: Float, error: Float) -> Self {
        Estimate { value, error, exact: None, rigour: Rigour::Estimated }
    }

    /// A value with a proved error bound.
    pub fn rigorous(value: Float, error: Float) -> Self {
        Estimate { value, error, exact: None, rigour: Rigour::Rigorous }
    }

    /// An exactly known number, written to `precision` bits.
    ///
    /// # Errors
    /// As [`ExactNumber::enclosure`].
    pub fn exact(exact: ExactNumber, precision: u32) -> Result<Self> {
        let ball = exact.enclosure(precision)?;
        Ok(Estimate { value: ball.middle, error: ball.radius.to_float(), exact: Some(exact), rigour: Rigour::Exact })
    }
}
