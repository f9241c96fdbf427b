//! The Gamma function and a ratio of two that must not cancel.

use crate::number::{Exact, ExactNumber, Number};
use rug::{Float, Integer, Rational};

/// Products of at most this many factors replace the ratio of two Gamma functions.
const MOST_FACTORS: u64 = 400;

/// Gamma(x) for a rational x that is not 0, -1, -2, ..., to about `precision` bits. It overflows beyond about x = 10^8.
pub fn gamma(x: &Rational, precision: u32) -> Float {
    let guard = guard(x);
    Float::with_val(precision, Float::with_val(precision + guard, x).gamma())
}

/// Bits that the rounding of x, multiplied by x log x, and the size of log Gamma(x) can cost.
fn guard(x: &Rational) -> u32 {
    2 * (x.numer().significant_bits() + 1).saturating_sub(x.denom().significant_bits()) + 16
}

/// $R_\nu(k) = \Gamma(k-\nu)/\Gamma(k+\nu+p-1)$ for $k > \nu > 0$, $p \ge 2$, to about `precision` bits.
///
/// For half-integer $\nu$ it is a product of $p - 1 + 2\nu$ factors; otherwise it is the exponential of a difference of logarithms that carry
/// as many more bits as the difference loses.
///
/// ```
/// // Gamma(9/2)/Gamma(15/2) = 1/((9/2)(11/2)(13/2))
/// let ratio = zonal::special::endpoint_ratio(5, &(1, 2).into(), 3, 100);
/// assert!((ratio * 1287u32 - 8u32).abs() < 1e-27);
/// ```
pub fn endpoint_ratio(k: u64, nu: &Rational, p: u64, precision: u32) -> Float {
    let steps = Rational::from(nu * 2u32) + (p - 1);
    if steps.is_integer() && *steps.numer() <= MOST_FACTORS {
        let count = steps.numer().to_u64().unwrap_or(0);
        let (numerator, denominator) = (nu.numer().to_u64().unwrap_or(0), nu.denom().to_u64().unwrap_or(1));
        // (k - nu + i) = ((k + i) d - n) / d
        let mut product = Float::with_val(precision + 16, 1);
        for i in 0..count {
            product *= (k + i) * denominator - numerator;
        }
        let scale = Float::with_val(precision, denominator);
        return Float::with_val(precision, rug::ops::Pow::pow(scale, count as u32) / product);
    }
    let (above, below) = (Rational::from(k) - nu, Rational::from(nu + k) + (p - 1));
    let wide = precision + guard(&below);
    let logarithm = |x: Rational| Float::with_val(wide, x).ln_gamma();
    Float::with_val(precision, (logarithm(above) - logarithm(below)).exp())
}

/// Gamma of an integer or half-integer, exactly; `None` for other numbers, poles, and beyond 2000 factors.
///
/// ```
/// // Gamma(-3/2) = 4 sqrt(pi)/3
/// let value = zonal::special::exact_gamma(&(-3, 2).into()).unwrap();
/// assert_eq!(value.to_string(), "4 sqrt(pi)/3");
/// ```
pub fn exact_gamma(x: &Rational) -> Option<ExactNumber> {
    const LARGEST: u32 = 2000;
    if x.is_integer() {
        let n = x.numer().to_u32().filter(|n| (1..LARGEST).contains(n))?;
        return Some(Exact.rational(&Rational::from(Integer::from(Integer::factorial(n - 1)))));
    }
    if *x.denom() != 2u32 || x.numer().to_i32()?.unsigned_abs() > LARGEST {
        return None;
    }
    // From Gamma(1/2) = sqrt(pi) up or down.
    let mut value = Rational::from(1);
    let half = Rational::from((1, 2));
    let mut at = half.clone();
    while at < *x {
        value *= &at;
        at += 1;
    }
    while at > *x {
        at -= 1;
        value /= &at;
    }
    Some(Exact.scale(&Exact.power(&Exact.pi(), &half).ok()?, &value))
}
