//! Sums of products of three numbers, each a few limbs and an exponent.

use super::Radius;
use super::fixed::{add, for_limbs, multiply_unsigned, sub};
use rug::integer::Order;
use rug::{Float, Integer};

/// Bits of a limb.
const LIMB: i64 = 64;

/// The exponent of zero: its products are below everything.
const OF_ZERO: i64 = i64::MIN / 8;

/// Numbers +- m 2^e, 1/2 <= m < 1, the fractions m cut off after so many limbs.
#[derive(Clone, Debug)]
pub(crate) struct LimbNumbers {
    limbs: usize,
    places: Vec<u64>,
    exponents: Vec<i64>,
    negative: Vec<bool>,
    /// At least the fractions m.
    tops: Vec<f64>,
}

impl LimbNumbers {
    /// None yet, of `limbs` limbs each (at least 1).
    pub fn new(limbs: usize) -> Self {
        let (places, exponents, negative, tops) = Default::default();
        LimbNumbers { limbs: limbs.max(1), places, exponents, negative, tops }
    }

    /// Appends a finite number, cut off: what is lost is less than 2^(1 - 64 limbs) of it.
    pub fn push(&mut self, x: &Float) {
        let start = self.places.len();
        self.places.resize(start + self.limbs, 0);
        if let (Some(_), Some(significand)) = (x.get_exp(), x.get_significand()) {
            let digits = significand.as_limbs();
            for (place, digit) in self.places[start..].iter_mut().rev().zip(digits.iter().rev()) {
                *place = *digit;
            }
        }
        self.exponents.push(x.get_exp().map_or(OF_ZERO, i64::from));
        self.negative.push(x.is_sign_negative());
        let top = self.places.last().map_or(0, |place| *place);
        self.tops.push(if top == 0 { 0.0 } else { (top as f64 / 2f64.powi(64)).next_up() + f64::EPSILON });
    }

    fn mantissa(&self, index: usize) -> &[u64] {
        &self.places[index * self.limbs..(index + 1) * self.limbs]
    }

    /// At least the size of a number.
    pub fn magnitude(&self, index: usize) -> Radius {
        Radius::double(self.tops[index]).scaled(self.exponents[index].max(OF_ZERO))
    }

    /// At least log2 of the size of a number; a very low one for zero.
    pub fn log2_above(&self, index: usize) -> i64 {
        self.exponents[index]
    }
}

/// Which products make a sum: a_{first + 2j} b_j c_{first + j} for j below `count`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Triples<'a> {
    /// The first factors.
    pub a: &'a LimbNumbers,
    /// At least the errors of the first factors, each by [`error_with_products`].
    pub errors: &'a [Radius],
    /// The second factors, not negative.
    pub b: &'a LimbNumbers,
    /// The third factors, not negative.
    pub c: &'a LimbNumbers,
    /// Where a and c begin.
    pub first: usize,
}

impl Triples<'_> {
    /// At least log2 of the j-th product.
    pub fn log2_above(&self, j: usize) -> i64 {
        self.a.exponents[self.first + 2 * j] + self.b.exponents[j] + self.c.exponents[self.first + j]
    }

    /// The sum of the products below `count`, none of which is above 2^`highest`, and at least its error.
    ///
    /// With u = 2^(-64 L): the cuts of the factors are 2u each, and as they are computed to 64 bits more another u; the
    /// products of fractions of at least 1/2, and then of 1/4 with one of 1/2, are off by (L+1) u each, at most
    /// 4 (L+1) u and 8 (L+1) u of them. In all less than 16 (L+2) u of each product, and one unit of the last place of
    /// the sum.
    pub fn sum(&self, count: usize, highest: i64) -> (Float, Radius) {
        let limbs = self.a.limbs;
        if highest < OF_ZERO / 2 {
            // Zeros alone.
            return (Float::new(64), self.error(count));
        }
        let total = for_limbs!(limbs, sum_unrolled(self, count, highest), {
            let mut work = [vec![0; limbs + 1], vec![0; limbs + 1], vec![0; limbs + 2], vec![0; limbs + 2]];
            let [first, second, shifted, total] = &mut work[..] else { return (Float::new(64), Radius::INFINITE) };
            sum(self, count, highest, [first, second, shifted, total])
        });
        let unit = highest - LIMB * (limbs as i64 + 1);
        let places = Radius::double(count as f64).scaled(unit + 1);
        let (value, lost) = scaled(total, unit);
        (value, self.error(count) + places + lost)
    }

    /// The errors of the first factors times the others, in doubles beside the largest so far: each is rounded a few
    /// times, and what is far below the largest is raised.
    fn error(&self, count: usize) -> Radius {
        const FAR: i64 = 900;
        let (mut sum, mut exponent) = (0.0, OF_ZERO);
        for j in 0..count {
            let (mantissa, own) = self.errors[self.first + 2 * j].parts();
            let product = mantissa * self.b.tops[j] * self.c.tops[self.first + j];
            if product == 0.0 {
                continue;
            }
            let own = own + self.b.exponents[j] + self.c.exponents[self.first + j];
            if own > exponent {
                sum = sum * power_of_two((exponent - own).max(-FAR)) + f64::from(u8::from(sum > 0.0)) * 2f64.powi(-800);
                exponent = own;
            }
            sum += product * power_of_two((own - exponent).max(-FAR));
        }
        if sum == 0.0 {
            return Radius::ZERO;
        }
        Radius::double(sum * (1.0 + 8.0 * (count as f64 + 1.0) * f64::EPSILON)).scaled(exponent)
    }
}

/// 2^n for -1022 <= n <= 0.
fn power_of_two(n: i64) -> f64 {
    f64::from_bits(((1023 + n) as u64) << 52)
}

/// What the products with a number lose at most, beside its own error: see [`Triples::sum`].
pub(crate) fn error_with_products(x: &LimbNumbers, index: usize, own: Radius) -> Radius {
    own + x.magnitude(index) * Radius::double(16.0 * (x.limbs + 2) as f64).scaled(-LIMB * x.limbs as i64)
}

/// A signed integer in two's complement times 2^exponent, and what is lost beyond the range of exponents.
fn scaled((total, negative): (Vec<u64>, bool), exponent: i64) -> (Float, Radius) {
    let bits = 64 * total.len() as u32;
    let mut integer = Integer::from_digits(&total, Order::Lsf);
    if negative {
        integer -= Integer::from(1) << bits;
    }
    let is_zero = integer.is_zero();
    let value = i32::try_from(exponent).map(|exponent| Float::with_val(bits, integer) << exponent);
    match value.ok().filter(Float::is_finite) {
        Some(value) if value.is_zero() && !is_zero => (value, Radius::underflow()),
        Some(value) => (value, Radius::ZERO),
        None => (Float::new(bits), Radius::INFINITE),
    }
}

fn sum_unrolled<const L: usize>(triples: &Triples, count: usize, highest: i64) -> (Vec<u64>, bool) {
    // More limbs than L cannot be written as an array length: 10 serve every L here.
    let (mut first, mut second, mut shifted, mut total) = ([0u64; 10], [0u64; 10], [0u64; 10], [0u64; 10]);
    let work = [&mut first[..L + 1], &mut second[..L + 1], &mut shifted[..L + 2], &mut total[..L + 2]];
    sum(triples, count, highest, work)
}

/// The sum times 2^(64(L+1) - highest), in L + 2 limbs, and whether it is negative.
#[inline(always)]
fn sum(triples: &Triples, count: usize, highest: i64, work: [&mut [u64]; 4]) -> (Vec<u64>, bool) {
    let [first, second, shifted, total] = work;
    let l = first.len() - 1;
    for j in 0..count {
        let shift = highest - triples.log2_above(j);
        // Below one unit of the last place.
        if shift >= LIMB * (l as i64 + 1) {
            continue;
        }
        let index = triples.first + 2 * j;
        multiply_unsigned(triples.b.mantissa(j), triples.c.mantissa(triples.first + j), first);
        multiply_unsigned(&first[1..], triples.a.mantissa(index), second);
        let (whole, bits) = ((shift / LIMB) as usize, (shift % LIMB) as u32);
        shifted.fill(0);
        // The limbs of the product, second[1..], stand below the highest but one; one more limb takes what falls out.
        second[0] = 0;
        for i in whole..=l {
            let above = if i < l { second[i + 1] } else { 0 };
            shifted[i - whole] = if bits == 0 { second[i] } else { second[i] >> bits | above << (64 - bits) };
        }
        if triples.a.negative[index] {
            sub(total, shifted);
        } else {
            add(total, shifted);
        }
    }
    (total.to_vec(), total[l + 1] >> 63 == 1)
}
