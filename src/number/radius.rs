//! Error bounds: non-negative numbers of 53 bits with a wide exponent, always rounded upward.

use rug::{Float, Integer, float::Round};
use std::cmp::Ordering;
use std::num::FpCategory;
use std::ops::{Add, Div, Mul};

/// A non-negative number, or infinity: the radius of a ball. Sums, products and quotients are upper bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Radius {
    /// 0, in \[1/2, 1), or infinite.
    mantissa: f64,
    /// Power of two; 0 for zero and infinity.
    exponent: i64,
}

/// Exponents apart by more than this: the smaller number is less than a unit in the last place of the larger.
const FAR: i64 = 60;

/// 2^-n for 0 <= n <= FAR.
fn half_to(n: i64) -> f64 {
    f64::from_bits(((1023 - n) as u64) << 52)
}

impl Radius {
    /// The radius 0: that of a number which is known exactly.
    pub const ZERO: Radius = Radius { mantissa: 0.0, exponent: 0 };

    /// The infinite radius, for a number of which nothing is known.
    pub const INFINITE: Radius = Radius { mantissa: f64::INFINITY, exponent: 0 };

    /// The bound 2^exponent, which is held exactly.
    pub fn power_of_two(exponent: i32) -> Self {
        Radius { mantissa: 0.5, exponent: i64::from(exponent) + 1 }
    }

    /// A bound of the error of a number that was rounded to nearest: half a unit in its last place, or the smallest
    /// number for one that became zero.
    pub(super) fn rounding(x: &Float) -> Self {
        x.get_exp().map_or(Radius::underflow(), |e| Radius::power_of_two(e - x.prec() as i32 - 1))
    }

    /// What MPFR takes for zero is smaller.
    pub(super) fn underflow() -> Self {
        Radius::power_of_two(rug::float::exp_min())
    }

    /// mantissa * 2^exponent for a mantissa that is not negative.
    fn normal(mantissa: f64, exponent: i64) -> Self {
        if mantissa == 0.0 {
            return Radius::ZERO;
        }
        if !mantissa.is_finite() {
            return Radius::INFINITE;
        }
        // Mantissas come from operations on numbers in [1/2, 1): never subnormal.
        let bits = mantissa.to_bits();
        let shift = (bits >> 52) as i64 - 1022;
        Radius { mantissa: f64::from_bits((bits & ((1 << 52) - 1)) | (1022 << 52)), exponent: exponent + shift }
    }

    /// |x|, rounded upward or downward.
    fn of(x: &Float, up: bool) -> Self {
        if !x.is_finite() {
            return Radius::INFINITE;
        }
        let (Some(exponent), Some(significand)) = (x.get_exp(), x.get_significand()) else { return Radius::ZERO };
        let Some((top, rest)) = significand.as_limbs().split_last() else { return Radius::ZERO };
        // The highest bit of the significand is that of its highest limb: 53 bits of it, and whether there are more.
        let mantissa = f64::from_bits((*top >> 11 & ((1 << 52) - 1)) | (1022 << 52));
        let exact = *top << 53 == 0 && rest.iter().all(|limb| *limb == 0);
        let mantissa = if up && !exact { mantissa.next_up() } else { mantissa };
        Radius::normal(mantissa, i64::from(exponent))
    }

    /// An upper bound of |x|, rounded up to 53 bits; infinite if x is not finite.
    pub fn above(x: &Float) -> Self {
        Radius::of(x, true)
    }

    /// A lower bound of |x| for a finite x, rounded down to 53 bits.
    pub fn below(x: &Float) -> Self {
        Radius::of(x, false)
    }

    /// The absolute value of a double, exactly; infinite for NaN and infinite ones.
    pub fn double(x: f64) -> Self {
        match x.classify() {
            FpCategory::Nan | FpCategory::Infinite => Radius::INFINITE,
            // Scaled by 2^64 first, exactly: no subnormal mantissa.
            FpCategory::Subnormal => Radius::normal(x.abs() * 2f64.powi(64), -64),
            FpCategory::Zero | FpCategory::Normal => Radius::normal(x.abs(), 0),
        }
    }

    /// At least a / b, for b > 0.
    pub fn quotient(a: &Integer, b: &Integer) -> Self {
        let rounded = |x: &Integer, round| Float::with_val_round(64, x, round).0;
        Radius::above(&rounded(a, Round::Up)) / Radius::below(&rounded(b, Round::Down))
    }

    /// The same number in multiprecision; where it does not fit, a larger one.
    pub fn to_float(self) -> Float {
        if self.exponent > i64::from(i32::MAX / 4) {
            return Float::with_val(64, f64::INFINITY);
        }
        let exponent = self.exponent.clamp(i64::from(i32::MIN / 4), i64::from(i32::MAX / 4)) as i32;
        Float::with_val(64, self.mantissa) << exponent
    }

    /// m and e of m 2^e, 1/2 <= m < 1 or m = 0 or infinite.
    pub(super) fn parts(self) -> (f64, i64) {
        (self.mantissa, self.exponent)
    }

    /// At least the bound, for one below the largest double: the smallest normal one where it is smaller.
    pub(super) fn to_double_above(self) -> f64 {
        match self.exponent {
            _ if self.is_zero() || !self.is_finite() => self.mantissa,
            ..=-1022 => f64::MIN_POSITIVE,
            // 2^(exponent-1) is a normal double, and the product with 2 times the mantissa exact.
            exponent @ ..=1023 => 2.0 * self.mantissa * f64::from_bits(((exponent + 1022) as u64) << 52),
            _ => f64::INFINITY,
        }
    }

    /// The bound times 2^n, exactly; zero and infinity stay what they are.
    pub fn scaled(self, n: i64) -> Self {
        if self.is_zero() || !self.is_finite() { self } else { Radius { exponent: self.exponent + n, ..self } }
    }

    /// log2, rounded down; the smallest integer for zero, the largest for infinity.
    pub fn log2_below(self) -> i64 {
        match (self.is_zero(), self.is_finite()) {
            (true, _) => i64::MIN,
            (_, false) => i64::MAX,
            _ => self.exponent - 1,
        }
    }

    /// The natural logarithm, as a double: an estimate.
    pub fn ln(self) -> f64 {
        self.mantissa.ln() + self.exponent as f64 * std::f64::consts::LN_2
    }

    /// Whether the radius is exactly zero, that of a number known exactly.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0.0
    }

    /// Whether the radius is finite: an infinite one bounds no error.
    pub fn is_finite(self) -> bool {
        self.mantissa.is_finite()
    }

    /// At most x - y, at least 0.
    pub fn minus_below(self, other: Radius) -> Radius {
        if other >= self || !other.is_finite() {
            return Radius::ZERO;
        }
        let distance = self.exponent - other.exponent;
        let smaller = if distance > FAR { half_to(FAR) } else { other.mantissa * half_to(distance) };
        let smaller = if other.is_zero() { 0.0 } else { smaller };
        Radius::normal((self.mantissa - smaller).next_down().max(0.0), self.exponent)
    }

    /// At least the square root, or at most.
    fn root(self, step: fn(f64) -> f64) -> Radius {
        if self.is_zero() || !self.is_finite() {
            return self;
        }
        let odd = self.exponent.rem_euclid(2);
        let mantissa = if odd == 1 { self.mantissa * 2.0 } else { self.mantissa };
        Radius::normal(step(mantissa.sqrt()), (self.exponent - odd) / 2)
    }

    /// An upper bound of the square root: the rounded root, one double up.
    pub fn root_above(self) -> Radius {
        self.root(f64::next_up)
    }

    /// A lower bound of the square root: the rounded root, one double down.
    pub fn root_below(self) -> Radius {
        self.root(f64::next_down)
    }

    /// The smaller of this bound and another one, without rounding.
    pub fn min(self, other: Radius) -> Radius {
        if other < self { other } else { self }
    }

    /// The larger of this bound and another one, without rounding.
    pub fn max(self, other: Radius) -> Radius {
        if other > self { other } else { self }
    }
}

impl PartialOrd for Radius {
    fn partial_cmp(&self, other: &Radius) -> Option<Ordering> {
        let class = |x: &Radius| (!x.is_zero() as u8) + (!x.is_finite() as u8);
        let order = class(self).cmp(&class(other));
        if order != Ordering::Equal {
            return Some(order);
        }
        match self.exponent.cmp(&other.exponent) {
            Ordering::Equal => self.mantissa.partial_cmp(&other.mantissa),
            order => Some(order),
        }
    }
}

impl Add for Radius {
    type Output = Radius;

    fn add(self, other: Radius) -> Radius {
        let (large, small) = if self >= other { (self, other) } else { (other, self) };
        if small.is_zero() || !large.is_finite() {
            return large;
        }
        let distance = large.exponent - small.exponent;
        let added = if distance > FAR { 0.0 } else { small.mantissa * half_to(distance) };
        Radius::normal((large.mantissa + added).next_up(), large.exponent)
    }
}

impl Mul for Radius {
    type Output = Radius;

    fn mul(self, other: Radius) -> Radius {
        if !self.is_finite() || !other.is_finite() {
            return Radius::INFINITE;
        }
        if self.is_zero() || other.is_zero() {
            return Radius::ZERO;
        }
        Radius::normal((self.mantissa * other.mantissa).next_up(), self.exponent + other.exponent)
    }
}

impl Div for Radius {
    type Output = Radius;

    /// Division by zero is infinite, and so is 0/0: nothing is known.
    fn div(self, other: Radius) -> Radius {
        if other.is_zero() || !self.is_finite() || !other.is_finite() {
            return Radius::INFINITE;
        }
        if self.is_zero() {
            return Radius::ZERO;
        }
        Radius::normal((self.mantissa / other.mantissa).next_up(), self.exponent - other.exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_of_every_kind() {
        for x in [0.0, f64::MIN_POSITIVE, f64::from_bits(1), f64::from_bits(0xfff), 1.0, 3.7e300, f64::MAX] {
            assert_eq!(Radius::double(x).to_float(), Float::with_val(53, x), "{x:e}");
        }
        assert!(!Radius::double(f64::NAN).is_finite() && !Radius::double(f64::INFINITY).is_finite());
    }
}
