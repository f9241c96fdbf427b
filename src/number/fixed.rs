//! Fixed-point numbers of L limbs for the three-term recurrence of Legendre polynomials.
//!
//! A *fraction* is an unsigned number below 1, scaled by 2^(64 L). A *value* is a signed number of size below
//! 2^(HEADROOM-1), in two's complement, scaled by 2^(64 L - HEADROOM). Limbs are stored from the lowest.
//!
//! Products keep the high half only: the partial products below the lowest kept limb are left out, which costs
//! at most L units in the last place and saves half of the time.

use super::{Ball, Radius};
use rug::integer::Order;
use rug::{Float, Integer};
use std::cmp::Ordering;

/// Bits before the binary point of a value, sign included: values reach 3 in the recurrence.
pub const HEADROOM: u32 = 4;

/// The high half of the product of two fractions, in out\[1..\]; `out` has one limb more than the factors.
///
/// Error: between 0 and L + 1 units in the last place.
#[inline(always)]
pub fn multiply_unsigned(x: &[u64], y: &[u64], out: &mut [u64]) {
    let l = x.len();
    let (y, out) = (&y[..l], &mut out[..l + 1]);
    // Column by column: the sums of 128-bit products run in three limbs, with no carry chain between products.
    let (mut sum, mut over) = (0u128, 0u64);
    for (column, place) in out[..l].iter_mut().enumerate() {
        for (a, b) in x[column..].iter().zip(y[column..].iter().rev()) {
            let (total, overflow) = sum.overflowing_add(u128::from(*a) * u128::from(*b));
            sum = total;
            over += u64::from(overflow);
        }
        *place = sum as u64;
        sum = (sum >> 64) | (u128::from(over) << 64);
        over = 0;
    }
    out[l] = sum as u64;
}

/// The high half of `value * fraction`, with the same error.
#[inline(always)]
fn multiply(value: &[u64], fraction: &[u64], out: &mut [u64]) {
    multiply_unsigned(value, fraction, out);
    // A negative value v was read as v + 2^(64 L): take the fraction off again.
    let mask = sign_mask(value);
    let mut borrow = 0u64;
    for (place, digit) in out[1..].iter_mut().zip(fraction) {
        let (first, under) = place.overflowing_sub(digit & mask);
        let (second, again) = first.overflowing_sub(borrow);
        *place = second;
        borrow = u64::from(under) | u64::from(again);
    }
}

/// Compares two fractions of equally many limbs by size, from the highest limb down.
#[inline(always)]
pub fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.iter().rev().cmp(b.iter().rev())
}

/// All ones for a negative value, else zero.
#[inline(always)]
fn sign_mask(value: &[u64]) -> u64 {
    ((value[value.len() - 1] as i64) >> 63) as u64
}

/// Adds `b` to `a` in place; a carry out of the highest limb is dropped.
#[inline(always)]
pub fn add(a: &mut [u64], b: &[u64]) {
    let mut carry = 0u64;
    for (x, y) in a.iter_mut().zip(b) {
        let (first, over) = x.overflowing_add(*y);
        let (second, again) = first.overflowing_add(carry);
        *x = second;
        carry = u64::from(over) | u64::from(again);
    }
}

/// Subtracts `b` from `a` in place; a borrow from beyond the highest limb is dropped.
#[inline(always)]
pub fn sub(a: &mut [u64], b: &[u64]) {
    let mut borrow = 0u64;
    for (x, y) in a.iter_mut().zip(b) {
        let (first, under) = x.overflowing_sub(*y);
        let (second, again) = first.overflowing_sub(borrow);
        *x = second;
        borrow = u64::from(under) | u64::from(again);
    }
}

/// A signed number below 1 in size: sign and fraction.
#[derive(Clone, Debug)]
pub struct SignedFraction {
    negative: bool,
    limbs: Vec<u64>,
}

impl SignedFraction {
    /// `x / 2^scale`, which must be below 1 in size; truncated.
    pub fn new(x: &Float, scale: i32, limbs: usize) -> Self {
        SignedFraction { negative: x.is_sign_negative(), limbs: fraction(&x.clone().abs(), scale, limbs) }
    }

    /// Changes the sign of the number in place; its size stays.
    pub fn negate(&mut self) {
        self.negative = !self.negative;
    }
}

/// A non-negative `x / 2^scale < 1` as a fraction; truncated, and 1 becomes the largest fraction.
pub fn fraction(x: &Float, scale: i32, limbs: usize) -> Vec<u64> {
    let bits = 64 * limbs as i32;
    let shifted = Float::with_val(x.prec(), x << (bits - scale));
    let integer = shifted.trunc().to_integer().unwrap_or_default();
    let largest = (Integer::from(1) << bits as u32) - 1u32;
    let mut digits = integer.min(largest).to_digits::<u64>(Order::Lsf);
    digits.resize(limbs, 0);
    digits
}

/// The size of a number, at most 1, as a fraction; truncated, and 1 becomes the largest fraction.
pub fn fraction_into(x: &Float, out: &mut [u64]) {
    out.fill(0);
    let (Some(exponent), Some(significand)) = (x.get_exp(), x.get_significand()) else { return };
    if exponent > 0 {
        return out.fill(u64::MAX);
    }
    // The significand's highest bit is its highest limb's.
    let shift = exponent.unsigned_abs();
    let (limbs, bits) = ((shift / 64) as usize, shift % 64);
    let digits = significand.as_limbs();
    let places = out.iter_mut().rev().skip(limbs);
    let mut above = 0;
    for (place, digit) in places.zip(digits.iter().rev().copied().chain(std::iter::once(0))) {
        *place = if bits == 0 { digit } else { above << (64 - bits) | digit >> bits };
        above = digit;
    }
}

/// The ratios k/(k+p-2), k = 1, 2, ..., of the recurrence as fractions, one after the other.
pub fn ratios(p: u64, highest: u64, limbs: usize) -> Vec<u64> {
    let one = Integer::from(1) << (64 * limbs as u32);
    let mut all = Vec::with_capacity(limbs * highest as usize);
    for k in 1..highest {
        // For p = 2 the ratio is 1: the largest fraction is off by one unit.
        let ratio = (Integer::from(&one * k) / (k + p - 2)).min(Integer::from(&one - 1u32));
        let mut digits = ratio.to_digits::<u64>(Order::Lsf);
        digits.resize(limbs, 0);
        all.extend(digits);
    }
    all
}

/// Sums of values, one for each degree wanted.
#[derive(Clone, Debug)]
pub struct LimbSums {
    limbs: usize,
    places: Vec<u64>,
}

impl LimbSums {
    /// Sums for `count` degrees, of `limbs` limbs each, all of them zero.
    pub fn new(count: usize, limbs: usize) -> Self {
        LimbSums { limbs, places: vec![0; count * limbs] }
    }

    /// Adds other sums, place by place; exact.
    pub fn merge(&mut self, other: &LimbSums) {
        for (mine, theirs) in self.places.chunks_mut(self.limbs).zip(other.places.chunks(self.limbs)) {
            add(mine, theirs);
        }
    }

    /// The sums times 2^scale as multiprecision numbers, exactly, one for each degree.
    pub fn to_floats(&self, scale: i32) -> Vec<Float> {
        self.places.chunks(self.limbs).map(|place| to_float(place, scale)).collect()
    }
}

/// A value times 2^scale.
fn to_float(value: &[u64], scale: i32) -> Float {
    let bits = 64 * value.len() as u32;
    let mut integer = Integer::from_digits(value, Order::Lsf);
    if sign_mask(value) != 0 {
        integer -= Integer::from(1) << bits;
    }
    Float::with_val(bits, integer) << (scale - bits as i32 + HEADROOM as i32)
}

/// A function made for the length, up to 8 limbs, or else what follows: known lengths let the compiler unroll; the
/// limit is where that stops to pay.
macro_rules! for_limbs {
    ($limbs:expr, $function:ident($($argument:expr),*), $long:expr) => {
        for_limbs!(@ $limbs, [1 2 3 4 5 6 7 8], $function ($($argument),*), $long)
    };
    (@ $limbs:expr, [$($l:literal)*], $function:ident $arguments:tt, $long:expr) => {
        match $limbs {
            $($l => for_limbs!(@ $function, $l, $arguments),)*
            _ => $long,
        }
    };
    (@ $function:ident, $l:literal, ($($argument:expr),*)) => {
        $function::<$l>($($argument),*)
    };
}
pub(super) use for_limbs;

/// A node t of a quadrature in fixed point, with the factors of P_k(t) for even and for odd k.
#[derive(Clone, Debug)]
pub struct FixedSample {
    /// The node t, 0 <= t < 1.
    pub t: Vec<u64>,
    /// What multiplies P_k(t) for even k.
    pub even: SignedFraction,
    /// What multiplies P_k(t) for odd k.
    pub odd: SignedFraction,
}

/// Adds `even * P_k(t)` or `odd * P_k(t)` to the sums of the degrees wanted (increasing).
///
/// P_{k+1} = t P_k + r_k (t P_k - P_{k-1}) with r_k = k/(k+p-2) from [`ratios`].
pub fn accumulate(sample: &FixedSample, ratios: &[u64], degrees: &[u64], sums: &mut LimbSums) {
    for_limbs!(sample.t.len(), accumulate_unrolled(sample, ratios, degrees, sums), {
        let l = sample.t.len();
        let mut work = [vec![0; l], vec![0; l], vec![0; l + 1], vec![0; l + 1]];
        let [before, value, product, second] = &mut work[..] else { return };
        run(sample, ratios, degrees, sums, [before, value, product, second]);
    })
}

fn accumulate_unrolled<const L: usize>(sample: &FixedSample, ratios: &[u64], degrees: &[u64], sums: &mut LimbSums) {
    // One limb more than L cannot be written as an array length: 9 limbs serve every L here.
    let (mut before, mut value) = ([0u64; L], [0u64; L]);
    let (mut product, mut second) = ([0u64; 9], [0u64; 9]);
    run(sample, ratios, degrees, sums, [&mut before, &mut value, &mut product[..L + 1], &mut second[..L + 1]]);
}

#[inline(always)]
fn run(sample: &FixedSample, ratios: &[u64], degrees: &[u64], sums: &mut LimbSums, work: [&mut [u64]; 4]) {
    let Some(&highest) = degrees.last() else { return };
    let [before, value, product, second] = work;
    let l = value.len();
    let t = &sample.t[..l];
    let mut next_degree = 0;
    set_one(value);
    for k in 0..=highest {
        if degrees[next_degree] == k {
            let factor = if k % 2 == 0 { &sample.even } else { &sample.odd };
            multiply(value, &factor.limbs[..l], product);
            let sum = &mut sums.places[next_degree * l..(next_degree + 1) * l];
            if factor.negative {
                sub(sum, &product[1..])
            } else {
                add(sum, &product[1..])
            }
            next_degree += 1;
        }
        if k == highest {
            break;
        }
        multiply(value, t, product);
        if k > 0 {
            // before := P_{k+1} = t P_k + r_k (t P_k - P_{k-1})
            negate_add(before, &product[1..]);
            let ratio = (k as usize - 1) * l;
            multiply(before, &ratios[ratio..ratio + l], second);
            add(&mut product[1..], &second[1..]);
        }
        before.copy_from_slice(value);
        value.copy_from_slice(&product[1..]);
    }
}

/// `a := b - a`
#[inline(always)]
fn negate_add(a: &mut [u64], b: &[u64]) {
    let mut borrow = 0u64;
    for (x, y) in a.iter_mut().zip(b) {
        let (first, under) = y.overflowing_sub(*x);
        let (second, again) = first.overflowing_sub(borrow);
        *x = second;
        borrow = u64::from(under) | u64::from(again);
    }
}

/// The value 1.
fn set_one(value: &mut [u64]) {
    value.fill(0);
    if let Some(top) = value.last_mut() {
        *top = 1 << (64 - HEADROOM);
    }
}

/// P_n(x) and P_{n-1}(x) in three dimensions at x = numerator / 2^64, n >= 1: proved. Each is off by less than (3 L +
/// 4)(n + 1)^2/2 units of 2^(HEADROOM - 64 L) by the argument of [`project`](crate::spectrum::project); `ratios` are
/// those of p = 3.
pub fn legendre_pair(numerator: u64, n: usize, ratios: &[u64], limbs: usize) -> [Ball; 2] {
    let floats = for_limbs!(limbs, legendre_unrolled(numerator, n, ratios), {
        let l = limbs;
        legendre(numerator, n, ratios, [&mut vec![0; l], &mut vec![0; l], &mut vec![0; l], &mut vec![0; l + 1]])
    });
    let steps = Radius::double(n as f64 + 1.0);
    let units = Radius::double((3 * limbs as u64 + 4) as f64 * 0.5) * steps * steps;
    let error = units * Radius::power_of_two(HEADROOM as i32 - 64 * limbs as i32);
    floats.map(|value| Ball::exact(value).widened(error))
}

fn legendre_unrolled<const L: usize>(numerator: u64, n: usize, ratios: &[u64]) -> [Float; 2] {
    let (mut before, mut value, mut product, mut second) = ([0u64; L], [0u64; L], [0u64; L], [0u64; 9]);
    legendre(numerator, n, ratios, [&mut before, &mut value, &mut product, &mut second[..L + 1]])
}

#[inline(always)]
fn legendre(numerator: u64, n: usize, ratios: &[u64], work: [&mut [u64]; 4]) -> [Float; 2] {
    let [before, value, product, second] = work;
    let l = value.len();
    set_one(value);
    for k in 0..n {
        multiply_short(value, numerator, product);
        if k > 0 {
            negate_add(before, product);
            multiply(before, &ratios[(k - 1) * l..k * l], second);
            add(product, &second[1..]);
        }
        before.copy_from_slice(value);
        value.copy_from_slice(product);
    }
    [to_float(value, 0), to_float(before, 0)]
}

/// `out := value * numerator / 2^64`, rounded down.
#[inline(always)]
fn multiply_short(value: &[u64], numerator: u64, out: &mut [u64]) {
    let l = value.len();
    let mut carry = 0u64;
    for i in 0..l {
        let sum = u128::from(value[i]) * u128::from(numerator) + u128::from(carry);
        if i > 0 {
            out[i - 1] = sum as u64;
        }
        carry = (sum >> 64) as u64;
    }
    // A negative value was read as v + 2^(64 L).
    out[l - 1] = carry.wrapping_sub(numerator & sign_mask(value));
}
