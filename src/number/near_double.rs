//! Numbers known to some hundred bits, written as the nearest double.

use super::DoubleDouble;
use super::decimal::{is_positional, place_point};
use rug::Float;
use std::sync::OnceLock;

/// A number within `error` of `value`, between 1e-270 and 1e270 or 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearDouble {
    /// About the number.
    pub value: DoubleDouble,
    /// A bound of the absolute distance.
    pub error: f64,
}

/// A unit of double-double arithmetic, 2^-106.
const UNIT: f64 = f64::EPSILON * f64::EPSILON / 4.0;

/// More than the roundings of a few operations on doubles.
const ABOVE: f64 = 1.0 + 8.0 * f64::EPSILON;

/// The powers of ten that are kept.
const POWERS: std::ops::RangeInclusive<i32> = -300..=300;

impl NearDouble {
    /// The number zero, known exactly: both its value and its error are 0.
    pub const ZERO: NearDouble = NearDouble { value: DoubleDouble { high: 0.0, low: 0.0 }, error: 0.0 };

    /// Whether all numbers within the error have the same nearest double, in the range of this type.
    ///
    /// Rounding is monotonic: what rounds to the same at both ends of an interval does so between. The two ends are
    /// moved outward.
    pub fn is_decided(&self) -> bool {
        let DoubleDouble { high, low } = self.value;
        if high == 0.0 {
            return low == 0.0 && self.error == 0.0;
        }
        (1e-270..1e270).contains(&high.abs())
            && high + (low - self.error).next_down() == high
            && high + (low + self.error).next_up() == high
    }

    /// The nearest double of the value; of the number too where [`is_decided`](NearDouble::is_decided) holds.
    pub fn nearest(&self) -> f64 {
        self.value.high
    }

    /// The decimal of the nearest double, the shortest that reads back, and a bound of the distance of that decimal
    /// from the number, two digits, rounded up.
    ///
    /// The decimal is m 10^e with a whole number m below 2^63: m is a double-double exactly, 10^e to 2 units of 2^-106,
    /// their product to 8 and the difference to 6 of twice the size: fewer than 64 units of the number in all.
    pub fn decimal(&self) -> (String, String) {
        let high = self.value.high;
        if high == 0.0 {
            return ("0".to_string(), "0".to_string());
        }
        let text = format!("{high:e}");
        let (mantissa, exponent) = parts(&text);
        let decimal = if is_positional(high) { format!("{high}") } else { text };
        let sign = high.signum();
        let top = (mantissa >> 32) as f64 * 4_294_967_296.0;
        let whole = DoubleDouble::new(sign * top).plus(DoubleDouble::new(sign * (mantissa & 0xffff_ffff) as f64));
        let negated = DoubleDouble { high: -high, low: -self.value.low };
        let difference = whole.times(power_of_ten(exponent)).plus(negated);
        let error = (difference.high.abs() * ABOVE + 64.0 * UNIT * high.abs() + self.error) * ABOVE;
        (decimal, two_digits_above(error))
    }
}

/// A decimal d.ddde+-n without its sign as a whole number times a power of ten.
fn parts(text: &str) -> (u64, i32) {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let mut places = 0;
    let mut mantissa = 0u64;
    for (i, digit) in digits.bytes().filter(u8::is_ascii_digit).enumerate() {
        mantissa = 10 * mantissa + u64::from(digit - b'0');
        places = i as i32;
    }
    (mantissa, exponent.parse().unwrap_or(0) - places)
}

/// 10^e as a double-double.
fn power_of_ten(e: i32) -> DoubleDouble {
    static TABLE: OnceLock<Vec<DoubleDouble>> = OnceLock::new();
    let power = |e: i32| {
        let whole = Float::with_val(1200, Float::u_pow_u(10, e.unsigned_abs()));
        DoubleDouble::of(&if e < 0 { whole.recip() } else { whole }, 0)
    };
    let table = TABLE.get_or_init(|| POWERS.map(power).collect());
    table[(e.clamp(*POWERS.start(), *POWERS.end()) - POWERS.start()) as usize]
}

/// A positive number to two digits, rounded up. The shortest decimal is nearer than half a unit in the last place.
fn two_digits_above(x: f64) -> String {
    let (mut mantissa, mut exponent) = parts(&format!("{:e}", x * ABOVE));
    let mut cut = false;
    while mantissa >= 100 {
        cut |= mantissa % 10 != 0;
        mantissa /= 10;
        exponent += 1;
    }
    if mantissa < 10 {
        mantissa *= 10;
        exponent -= 1;
    }
    if cut {
        mantissa += 1;
    }
    if mantissa == 100 {
        mantissa = 10;
        exponent += 1;
    }
    place_point(false, &mantissa.to_string(), i64::from(exponent) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Digits;

    /// Against the way of numbers with any digits, on numbers of all sizes; the same numbers with a larger error are
    /// not decided.
    #[test]
    fn decimals_and_their_errors_are_those_of_multiprecision() {
        let mut state = 7u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 11) as f64 / 2f64.powi(52) + 0.5
        };
        let mut other_bounds = 0;
        for i in 0..20_000 {
            let exponent = (i % 1600) - 800;
            let scale = 2f64.powi(exponent);
            let sign = if i % 3 == 0 { -1.0 } else { 1.0 };
            let thin = DoubleDouble::new(next()).over(next());
            let value = DoubleDouble { high: sign * thin.high * scale, low: sign * thin.low * scale };
            let near = NearDouble { value, error: value.high.abs() * 1e-27 };
            let exact = Float::with_val(200, value.high) + value.low;
            let error = Float::with_val(64, near.error);
            assert!(near.is_decided(), "{near:?}");
            let (decimal, own) = near.decimal();
            assert_eq!(decimal, Digits::Double.written(&exact, &error, None));
            let bound = crate::number::decimal::bound(&Digits::Double.written_error(&exact, &error, None));
            // The bound may be a digit larger where the other is just below it.
            assert!(own.parse::<f64>().unwrap() >= bound.parse::<f64>().unwrap(), "{near:?} {bound}");
            other_bounds += usize::from(own != bound);
            assert!(!NearDouble { error: value.high.abs() * 1.2e-16, ..near }.is_decided());
        }
        assert!(other_bounds < 3, "{other_bounds}");
        assert_eq!(NearDouble::ZERO.decimal(), ("0".to_string(), "0".to_string()));
        assert!(NearDouble::ZERO.is_decided() && !NearDouble { error: f64::INFINITY, ..NearDouble::ZERO }.is_decided());
    }
}
