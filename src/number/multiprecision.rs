//! Multiprecision floating point (MPFR through rug).

use super::kronecker::{self, NEWTON, PRODUCTS_OF_INTEGERS};
use super::shown::shown;
use super::{Elementary, Number, Radius, Truth, angle::angle, arc_cosine, double, sums_of_products};
use crate::error::{Error, Result};
use rug::ops::{AssignRound, NegAssign};
use rug::{Float, Rational, float::Constant, float::Round};
use std::cmp::Ordering;

/// log2 of the largest argument that sine and cosine are computed at: pi is needed to as many bits.
const LARGEST_ANGLE: i32 = 1 << 18;

/// Floating point with a mantissa of `precision` bits, each operation rounded to nearest; no error bound is carried.
///
/// ```
/// use zonal::number::{Multiprecision, Number};
/// let c = Multiprecision::new(200);
/// let kappa = c.arc_cosines(&c.rational(&(1, 2).into()), 1).unwrap();
/// // kappa_1(1/2) = (sqrt(3)/2 + pi/3) / pi
/// assert!(kappa[1].to_string_radix(10, Some(30)).starts_with("6.08997781044229358088996"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Multiprecision {
    precision: u32,
}

/// The arc cosine's argument may exceed 1 by this many units in the last place: rounding errors of the few
/// operations of an arc-cosine function whose exact value is at most 1.
const ROUNDING_SLACK_BITS: u32 = 6;

impl Multiprecision {
    /// The context with mantissas of `precision` bits (at least 2).
    pub fn new(precision: u32) -> Self {
        Multiprecision { precision: precision.max(2) }
    }

    /// The number of bits of a mantissa.
    pub fn precision(&self) -> u32 {
        self.precision
    }

    fn finite(value: Float, what: impl FnOnce() -> String) -> Result<Float> {
        if value.is_finite() { Ok(value) } else { Err(Error::domain(what())) }
    }

    /// `x` if it lies in \[-1, 1\] up to rounding errors.
    fn cosine(&self, x: &Float, name: &str) -> Result<Float> {
        let magnitude = x.clone().abs();
        if magnitude <= 1 {
            return Ok(x.clone());
        }
        let excess = magnitude - 1u32;
        let slack = Float::with_val(2, Float::i_exp(1, ROUNDING_SLACK_BITS as i32 - self.precision as i32));
        if excess <= slack {
            Ok(Float::with_val(self.precision, if x.is_sign_negative() { -1 } else { 1 }))
        } else {
            Err(Error::domain(format!("{name} of {}, which is not in [-1, 1]", short(x))))
        }
    }
}

/// A number in a message: 10 digits.
fn short(x: &Float) -> String {
    x.to_string_radix(10, Some(10))
}

impl Number for Multiprecision {
    type Element = Float;

    fn rational(&self, q: &Rational) -> Float {
        Float::with_val(self.precision, q)
    }

    fn pi(&self) -> Float {
        Float::with_val(self.precision, Constant::Pi)
    }

    fn add(&self, x: &Float, y: &Float) -> Float {
        Float::with_val(self.precision, x + y)
    }

    fn sub(&self, x: &Float, y: &Float) -> Float {
        Float::with_val(self.precision, x - y)
    }

    fn neg(&self, x: &Float) -> Float {
        let mut value = x.clone();
        value.neg_assign();
        value
    }

    fn mul(&self, x: &Float, y: &Float) -> Float {
        Float::with_val(self.precision, x * y)
    }

    fn scale(&self, x: &Float, q: &Rational) -> Float {
        match (q.numer().to_i64(), q.denom().to_u64()) {
            (Some(n), Some(d)) => {
                let mut product = Float::with_val(self.precision, x * n);
                if d != 1 {
                    product /= d;
                }
                product
            }
            _ => Float::with_val(self.precision, x * q),
        }
    }

    fn div(&self, x: &Float, y: &Float) -> Result<Float> {
        if y.is_zero() {
            return Err(Error::domain("division by zero"));
        }
        Self::finite(Float::with_val(self.precision, x / y), || format!("{} divided by {}", short(x), short(y)))
    }

    fn elementary(&self, f: Elementary, x: &Float) -> Result<Float> {
        let p = self.precision;
        let value = match f {
            Elementary::Sin | Elementary::Cos if x.get_exp().is_some_and(|e| e > LARGEST_ANGLE) => {
                return Err(Error::unable(format!("{} of the large number {}", f.name(), short(x))));
            }
            Elementary::Sqrt => Float::with_val(p, x.sqrt_ref()),
            Elementary::Exp => Float::with_val(p, x.exp_ref()),
            Elementary::Log => Float::with_val(p, x.ln_ref()),
            Elementary::Sin => Float::with_val(p, x.sin_ref()),
            Elementary::Cos => Float::with_val(p, x.cos_ref()),
            Elementary::Asin => self.cosine(x, "asin")?.asin(),
            Elementary::Acos => self.cosine(x, "acos")?.acos(),
        };
        if f == Elementary::Exp && value.is_infinite() {
            return Err(Error::unable(format!("exp of {} is beyond the range of multiprecision", short(x))));
        }
        Self::finite(value, || match f {
            Elementary::Log if x.is_zero() => "log of 0 is infinite".to_string(),
            _ => format!("{} of {}, which is negative", f.name(), short(x)),
        })
    }

    fn bits(&self) -> Option<u32> {
        Some(self.precision)
    }

    fn magnitude(&self, x: &Float) -> Radius {
        Radius::above(x)
    }

    fn widened(&self, x: &Float, _: Radius) -> Result<Float> {
        Ok(x.clone())
    }

    fn power(&self, x: &Float, q: &Rational) -> Result<Float> {
        let value = double::rational_power(x, q).unwrap_or_else(|| Float::with_val(2, f64::NAN));
        if value.is_infinite() && !x.is_zero() {
            return Err(Error::unable(format!(
                "{} to the power {} is beyond the range of multiprecision",
                short(x),
                shown(q)
            )));
        }
        Self::finite(value, || match x.cmp0() {
            Some(Ordering::Equal) => format!("0 to the power {} is infinite", shown(q)),
            _ => format!("negative base {} with the fractional exponent {}", short(x), shown(q)),
        })
    }

    fn arc_cosines(&self, x: &Float, n: usize) -> Result<Vec<Float>> {
        let t = self.cosine(x, "arc-cosine function")?;
        // sin = sqrt((1-t)(1+t)), exact factors' product rounded once: no cancellation near |t| = 1.
        let below = Float::with_val(self.precision, 1u32 - &t);
        let above = Float::with_val(self.precision, 1u32 + &t);
        let sine = (below * above).sqrt();
        let angle = match angle(&sine, &t, self.precision + 2) {
            Some((angle, _)) => Float::with_val(self.precision, angle),
            None => Float::with_val(self.precision, t.acos_ref()),
        };
        arc_cosine::from_angle(self, &angle, &sine, &t, n)
    }

    fn is_zero(&self, x: &Float) -> Truth {
        if x.is_zero() { Truth::Yes } else { Truth::No }
    }

    fn product(&self, x: &[Float], y: &[Float], length: usize) -> Vec<Float> {
        let length = length.min((x.len() + y.len()).saturating_sub(1));
        if x.len().min(y.len()).min(length) >= PRODUCTS_OF_INTEGERS
            && let [x, y] = [x, y].map(|x| x.iter().collect::<Vec<_>>())
            && let Some(product) = kronecker::product(&x, &y, length, self.precision)
        {
            return product.into_iter().map(|(value, _)| value).collect();
        }
        sums_of_products(self, x, y, length)
    }

    fn long_series(&self) -> usize {
        NEWTON
    }

    fn convolve(&self, a: &[Float], b: &[Float]) -> Float {
        let mut sum = Float::new(self.precision);
        let mut product = Float::new(self.precision);
        for (x, y) in a.iter().zip(b.iter().rev()) {
            if !x.is_zero() && !y.is_zero() {
                product.assign_round(x * y, Round::Nearest);
                sum += &product;
            }
        }
        sum
    }
}
