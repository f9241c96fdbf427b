//! Double precision: fast, about 15 digits, for plans and pilots.

use super::shown::shown;
use super::{Elementary, Number, Radius, Truth, arc_cosine};
use crate::error::{Error, Result};
use rug::Rational;
use rug::ops::Pow;

/// IEEE double precision, rounded to nearest; no error bound is carried.
#[derive(Clone, Copy, Debug, Default)]
pub struct Double;

/// A value of the arc cosine's argument this far outside \[-1, 1\] is a rounding error of a few operations,
/// not a domain error: nested arc-cosine functions reach 1 exactly in theory and 1 + O(ulp) in arithmetic.
const ROUNDING_SLACK: f64 = 64.0 * f64::EPSILON;

impl Double {
    fn finite(value: f64, what: impl FnOnce() -> String) -> Result<f64> {
        if value.is_finite() { Ok(value) } else { Err(Error::domain(what())) }
    }

    fn cosine(x: f64, name: &str) -> Result<f64> {
        if x.abs() <= 1.0 + ROUNDING_SLACK {
            Ok(x.clamp(-1.0, 1.0))
        } else {
            Err(Error::domain(format!("{name} of {x}, which is not in [-1, 1]")))
        }
    }
}

impl Number for Double {
    type Element = f64;

    fn rational(&self, q: &Rational) -> f64 {
        q.to_f64()
    }

    fn pi(&self) -> f64 {
        std::f64::consts::PI
    }

    fn add(&self, x: &f64, y: &f64) -> f64 {
        x + y
    }

    fn neg(&self, x: &f64) -> f64 {
        -x
    }

    fn mul(&self, x: &f64, y: &f64) -> f64 {
        x * y
    }

    fn scale_ratio(&self, x: &f64, a: u64, b: u64) -> f64 {
        x * (a as f64 / b as f64)
    }

    fn convolve(&self, a: &[f64], b: &[f64]) -> f64 {
        // Four sums at a time: one alone waits for each addition.
        let ((left, last), (first, right)) = (a.as_chunks::<4>(), b.as_rchunks::<4>());
        let mut sums = [0.0; 4];
        for (x, y) in left.iter().zip(right.iter().rev()) {
            sums = std::array::from_fn(|i| sums[i] + x[i] * y[3 - i]);
        }
        let rest = last.iter().zip(first.iter().rev()).map(|(x, y)| x * y).sum::<f64>();
        (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
    }

    fn div(&self, x: &f64, y: &f64) -> Result<f64> {
        Double::finite(x / y, || format!("{x} divided by {y}"))
    }

    fn elementary(&self, f: Elementary, x: &f64) -> Result<f64> {
        let value = match f {
            Elementary::Sqrt => x.sqrt(),
            Elementary::Exp => x.exp(),
            Elementary::Log => x.ln(),
            Elementary::Sin => x.sin(),
            Elementary::Cos => x.cos(),
            Elementary::Asin => Double::cosine(*x, "asin")?.asin(),
            Elementary::Acos => Double::cosine(*x, "acos")?.acos(),
        };
        Double::finite(value, || format!("{} of {x}", f.name()))
    }

    fn bits(&self) -> Option<u32> {
        Some(f64::MANTISSA_DIGITS)
    }

    fn magnitude(&self, x: &f64) -> Radius {
        Radius::double(*x)
    }

    fn widened(&self, x: &f64, _: Radius) -> Result<f64> {
        Ok(*x)
    }

    fn power(&self, x: &f64, q: &Rational) -> Result<f64> {
        let value = match (q.is_integer(), q.numer().to_i32()) {
            (true, Some(n)) => x.powi(n),
            // q may be too small for doubles: 0^0 is 1.
            _ if *x == 0.0 => {
                if q.cmp0().is_gt() {
                    0.0
                } else {
                    f64::INFINITY
                }
            }
            _ => x.powf(q.to_f64()),
        };
        Double::finite(value, || format!("{x} to the power {}", shown(q)))
    }

    fn arc_cosines(&self, x: &f64, n: usize) -> Result<Vec<f64>> {
        let t = Double::cosine(*x, "arc-cosine function")?;
        let sine = ((1.0 - t) * (1.0 + t)).sqrt();
        arc_cosine::from_angle(self, &t.acos(), &sine, &t, n)
    }

    fn is_zero(&self, x: &f64) -> Truth {
        if *x == 0.0 { Truth::Yes } else { Truth::No }
    }
}

/// Bits of the logarithm of a number that has an exponent.
const MOST_BITS: u32 = 64;

/// `base^q` for a rational exponent in floating point of any precision, shared with multiprecision.
pub(super) fn rational_power(base: &rug::Float, q: &Rational) -> Option<rug::Float> {
    let precision = base.prec();
    if q.is_integer() {
        return Some(base.clone().pow(q.numer()));
    }
    if *q.denom() == 2u32 && q.numer().to_i32().is_some() {
        let root = base.clone().sqrt();
        return Some(root.pow(q.numer()));
    }
    if base.is_sign_negative() && !base.is_zero() {
        return None;
    }
    if base.is_zero() {
        let value = if q.cmp0().is_gt() { 0.0 } else { f64::INFINITY };
        return Some(rug::Float::with_val(precision, value));
    }
    // Relative error of exp(q log x): |q log x| half-ulps, so carry its size in extra bits. A few digits of the
    // logarithm tell it; beside x = 1 it is no larger than these.
    let log = rug::Float::with_val(MOST_BITS, base).ln();
    // |q| < 2^(bits of the numerator - bits of the denominator + 1), also where q is no double; beyond 2^64 the power
    // has no exponent.
    let bits = |n: &rug::Integer| i64::from(n.significant_bits());
    let size = i64::from(log.get_exp().unwrap_or(0)) + bits(q.numer()) - bits(q.denom()) + 1;
    let size = size.clamp(0, i64::from(MOST_BITS)) as u32;
    let wide = rug::Float::with_val(precision + size + 8, base);
    let power = (wide.ln() * q).exp();
    Some(rug::Float::with_val(precision, power))
}
