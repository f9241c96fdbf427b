//! Signs of values, as far as they are proved.

use crate::number::{Hybrid, HybridNumber, Number, Truth};
use std::cmp::Ordering;

/// Bits of the values at 0 and 1.
const PRECISION: u32 = 192;

pub(super) fn sign(x: &HybridNumber) -> Option<Ordering> {
    match (context().is_zero(x), x.ball.middle.is_sign_negative()) {
        (Truth::Yes, _) => Some(Ordering::Equal),
        (Truth::No, true) => Some(Ordering::Less),
        (Truth::No, false) => Some(Ordering::Greater),
        (Truth::Unknown, _) => None,
    }
}

pub(super) fn context() -> Hybrid {
    Hybrid::strict(PRECISION)
}

pub(super) fn positive(x: &HybridNumber) -> bool {
    sign(x) == Some(Ordering::Greater)
}

pub(super) fn not_negative(x: &HybridNumber) -> bool {
    sign(x).is_some_and(Ordering::is_ge)
}
