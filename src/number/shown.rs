//! Rational numbers in messages.

use crate::error::{Error, Result};
use rug::{Float, Rational};

/// Bits of a number that messages write out.
const SHOWN_BITS: u32 = 256;

/// A rational number for a message: by its size if it is long, since writing millions of digits takes seconds.
pub(crate) fn shown(q: &Rational) -> String {
    if q.numer().significant_bits().max(q.denom().significant_bits()) <= SHOWN_BITS {
        return q.to_string();
    }
    Float::with_val(64, q).to_string_radix(10, Some(10))
}

/// A whole exponent as a machine number.
///
/// # Errors
/// `Unable` if it is too large.
pub(crate) fn whole_exponent(q: &Rational) -> Result<i32> {
    q.numer().to_i32().ok_or_else(|| {
        Error::unable(format!("the exponent {} is too large: at most {} is computed", shown(q), i32::MAX))
    })
}
