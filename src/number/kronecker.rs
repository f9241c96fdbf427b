//! Products of long series of multiprecision numbers as products of integers.
//!
//! Kronecker's substitution: a polynomial with small integer coefficients is its value at a high power of two, and the
//! product of two values holds the coefficients of the product. GMP multiplies long integers in nearly linear time.
//! Coefficients are taken as they stand, all bits of them, so that only the last rounding is an error. What they differ
//! in size costs bits: a geometric trend is taken out first, and what then still differs by much goes into blocks of
//! its own.

use super::Radius;
use crate::watch;
use rug::integer::Order;
use rug::ops::AssignRound;
use rug::{Assign, Float, Integer, float::Round};
use std::cmp::Ordering;

/// Bits of a limb.
const LIMB: u64 = 64;

/// The sizes within a block may differ by so many bits, beyond as many as a coefficient has.
const RANGE: u64 = 128;

/// The shortest block.
const SHORTEST: usize = 16;

/// More pairs of blocks than the length over this are left to sums of products.
const COEFFICIENTS_PER_PAIR: usize = 8;

/// From this length of both factors on products are those of integers. Chosen, not measured: sums of products are
/// faster for the shortest, and nothing else depends on it.
pub(super) const PRODUCTS_OF_INTEGERS: usize = 24;

/// From this length on Newton's method takes the place of recurrences; chosen, not measured.
pub(super) const NEWTON: usize = 100;

/// Coefficient n of a product and at least the error of its rounding.
pub(super) type Rounded = (Float, Radius);

/// A nonzero coefficient x = +- m 2^low.
struct Part<'a> {
    index: usize,
    value: &'a Float,
    low: i64,
    top: i64,
}

/// Neighbouring coefficients, all multiples of 2^base and below 2^(base+height).
struct Block<'a> {
    first: usize,
    length: usize,
    base: i64,
    height: u64,
    parts: &'a [Part<'a>],
}

/// The product of x and y below `length`, each coefficient rounded to `precision` bits; none where sizes differ so much
/// that sums of products are faster, or a number is not finite.
pub(super) fn product(x: &[&Float], y: &[&Float], length: usize, precision: u32) -> Option<Vec<Rounded>> {
    let [x, y] = [&x[..x.len().min(length)], &y[..y.len().min(length)]];
    let trend = trend([sizes(x), sizes(y)]);
    let [x, y] = [parts(x, trend)?, parts(y, trend)?];
    let mut product = vec![(Float::new(precision), Radius::ZERO); length];
    let range = u64::from(precision) + RANGE;
    let [blocks, others] = [&x, &y].map(|parts| {
        let mut found = Vec::new();
        split(parts, range, &mut found);
        found
    });
    let (Some(most), Some(most_others)) = (highest(&blocks), highest(&others)) else { return Some(product) };
    if blocks.len() * others.len() > 1 + length / COEFFICIENTS_PER_PAIR {
        return None;
    }
    // The sum of as many products as the shorter one has terms, and a sign.
    let terms = longest(&blocks).min(longest(&others)) as u64;
    let slot = most + most_others + u64::from(u64::BITS - terms.leading_zeros()) + 1;
    let packed: Vec<Integer> = blocks.iter().map(|block| block.packed(slot)).collect();
    let packed_others: Vec<Integer> = others.iter().map(|block| block.packed(slot)).collect();
    let mut integer = Integer::new();
    for (a, left) in blocks.iter().zip(&packed) {
        for (b, right) in others.iter().zip(&packed_others) {
            watch::check();
            let first = a.first + b.first;
            if first >= length {
                continue;
            }
            // GMP sees a square by itself where both are one number.
            match left == right {
                true => integer.assign(left.square_ref()),
                false => integer.assign(left * right),
            }
            let count = (a.length + b.length - 1).min(length - first);
            add(&integer, slot, &mut product[first..first + count], |n| a.base + b.base - trend * (first + n) as i64)?;
        }
    }
    Some(product)
}

/// Indices with log2 of the sizes of what is not zero.
fn sizes(x: &[&Float]) -> impl Iterator<Item = (usize, i64)> {
    x.iter().enumerate().filter_map(|(i, x)| Some((i, i64::from(x.get_exp()?))))
}

/// How many bits a coefficient should be raised by per index to have them all of about one size: by least squares.
pub(super) fn trend<I: Iterator<Item = (usize, i64)>>(lists: [I; 2]) -> i64 {
    let (mut slopes, mut weights) = (0.0, 0.0);
    for list in lists {
        let points: Vec<(f64, f64)> = list.map(|(i, e)| (i as f64, e as f64)).collect();
        let count = points.len() as f64;
        let [middle, mean] =
            [points.iter().map(|p| p.0).sum::<f64>(), points.iter().map(|p| p.1).sum()].map(|s| s / count);
        for (i, e) in points {
            slopes += (i - middle) * (e - mean);
            weights += (i - middle).powi(2);
        }
    }
    if weights > 0.0 { -(slopes / weights).round() as i64 } else { 0 }
}

fn parts<'a>(x: &[&'a Float], trend: i64) -> Option<Vec<Part<'a>>> {
    let mut parts = Vec::new();
    for (index, value) in x.iter().copied().enumerate() {
        if !value.is_finite() {
            return None;
        }
        let Some(exponent) = value.get_exp() else { continue };
        let top = i64::from(exponent) + trend * index as i64;
        parts.push(Part { index, value, low: top - i64::from(value.prec()), top });
    }
    Some(parts)
}

/// Halves until sizes differ by less than `range`.
fn split<'a>(parts: &'a [Part<'a>], range: u64, blocks: &mut Vec<Block<'a>>) {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
    let base = parts.iter().map(|part| part.low).min().unwrap_or(0);
    let top = parts.iter().map(|part| part.top).max().unwrap_or(0);
    let height = (top - base) as u64;
    if height > 2 * range && parts.len() > SHORTEST {
        let (lower, upper) = parts.split_at(parts.len() / 2);
        split(lower, range, blocks);
        split(upper, range, blocks);
    } else {
        blocks.push(Block { first: first.index, length: last.index - first.index + 1, base, height, parts });
    }
}

fn highest(blocks: &[Block]) -> Option<u64> {
    blocks.iter().map(|block| block.height).max()
}

fn longest(blocks: &[Block]) -> usize {
    blocks.iter().map(|block| block.length).max().unwrap_or(0)
}

impl Block<'_> {
    /// The sum over the coefficients of x 2^(-base) 2^(slot i).
    fn packed(&self, slot: u64) -> Integer {
        let mut signs = [Vec::new(), Vec::new()];
        for part in self.parts {
            let limbs = &mut signs[usize::from(part.value.is_sign_negative())];
            if limbs.is_empty() {
                limbs.resize((slot * self.length as u64).div_ceil(LIMB) as usize, 0u64);
            }
            let Some(significand) = part.value.get_significand() else { continue };
            let digits = significand.as_limbs();
            // Below the last bit of the precision there are zeros up to the end of the limb.
            let spare = digits.len() as u64 * LIMB - u64::from(part.value.prec());
            let at = slot * (part.index - self.first) as u64 + (part.low - self.base) as u64;
            place(digits, spare, &mut limbs[(at / LIMB) as usize..], at % LIMB);
        }
        let [positive, negative] = signs.map(|limbs| Integer::from_digits(&limbs, Order::Lsf));
        positive - negative
    }
}

/// Joins digits without their lowest `spare` bits to the places from bit `at` on, where there are zeros.
fn place(digits: &[u64], spare: u64, places: &mut [u64], at: u64) {
    let mut below = 0;
    let mut put = |index: usize, limb: u64| {
        if limb > 0 {
            places[index] |= limb;
        }
    };
    // Shifted by at - spare, which is between -63 and 63: to the left, or to the right out of the lowest limb.
    if at >= spare {
        let left = at - spare;
        for (index, digit) in digits.iter().enumerate() {
            put(index, digit << left | below);
            below = digit.checked_shr((LIMB - left) as u32).unwrap_or(0);
        }
        put(digits.len(), below);
    } else {
        let right = spare - at;
        for (index, digit) in digits.iter().enumerate() {
            let above = digits.get(index + 1).map_or(0, |next| next << (LIMB - right));
            put(index, digit >> right | above);
        }
    }
}

/// Bits `from..from + count` of the limbs, to digits.
fn extract(limbs: &[u64], from: u64, count: u64, digits: &mut [u64]) {
    let (first, bits) = ((from / LIMB) as usize, (from % LIMB) as u32);
    let limb = |index: usize| limbs.get(index).copied().unwrap_or(0);
    for (i, digit) in digits.iter_mut().enumerate() {
        let above = limb(first + i + 1).checked_shl(LIMB as u32 - bits).unwrap_or(0);
        *digit = limb(first + i) >> bits | above;
    }
    let spare = digits.len() as u64 * LIMB - count;
    if let Some(top) = digits.last_mut() {
        *top &= u64::MAX >> spare;
    }
}

/// Adds the coefficients that an integer holds, the n-th times 2^exponent(n); none where an exponent is out of range.
fn add(integer: &Integer, slot: u64, sums: &mut [Rounded], exponent: impl Fn(usize) -> i64) -> Option<()> {
    let precision = sums.first()?.0.prec();
    let negative = integer.cmp0() == Ordering::Less;
    let limbs = integer.as_limbs();
    // A slot in its upper half is a negative number, and the next one is short of 1.
    let (mut borrowed, mut digits) = (false, vec![0u64; slot.div_ceil(LIMB) as usize]);
    let (mut size, mut term) = (Integer::new(), Float::new(precision));
    let spare = digits.len() as u64 * LIMB - slot;
    for (n, sum) in sums.iter_mut().enumerate() {
        extract(limbs, slot * n as u64, slot, &mut digits);
        let overflows = borrowed && increment(&mut digits);
        let top = digits.last().copied().unwrap_or(0);
        if overflows || top & !(u64::MAX >> spare) != 0 {
            // A full slot and 1: zero, and the next one is still short of 1.
            continue;
        }
        let below = top >> (LIMB - 1 - spare) != 0;
        if below {
            digits.iter_mut().for_each(|digit| *digit = !*digit);
            if let Some(top) = digits.last_mut() {
                *top &= u64::MAX >> spare;
            }
            increment(&mut digits);
        }
        borrowed = below;
        size.assign_digits(&digits, Order::Lsf);
        if size.cmp0() == Ordering::Equal {
            continue;
        }
        let direction = term.assign_round(&size, Round::Nearest);
        term <<= i32::try_from(exponent(n)).ok()?;
        if negative != below {
            term = -term;
        }
        // Beyond the range of exponents.
        if !term.is_finite() {
            return None;
        }
        let is_exact = direction == Ordering::Equal && !term.is_zero();
        let mut error = if is_exact { Radius::ZERO } else { Radius::rounding(&term) };
        if sum.0.is_zero() {
            std::mem::swap(&mut sum.0, &mut term);
        } else {
            sum.0 += &term;
            error = error + Radius::rounding(&sum.0);
        }
        sum.1 = sum.1 + error;
    }
    Some(())
}

/// Adds 1; whether all digits were full.
fn increment(digits: &mut [u64]) -> bool {
    for digit in digits {
        let (next, full) = digit.overflowing_add(1);
        *digit = next;
        if !full {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRECISION: u32 = 150;

    /// Coefficients with signs, zeros, sizes that follow a trend and stray from it.
    fn list(count: usize, seed: u64, steep: f64, stray: f64) -> Vec<Float> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        let number = |i: usize| {
            let mut x = Float::with_val(PRECISION, next() - 0.5);
            x += Float::with_val(PRECISION, next()) >> 53u32;
            x += Float::with_val(PRECISION, next()) >> 106u32;
            x <<= (steep * i as f64 + stray * next()) as i32;
            if next() < 0.1 { Float::new(PRECISION) } else { x }
        };
        (0..count).map(number).collect()
    }

    fn refs(x: &[Float]) -> Vec<&Float> {
        x.iter().collect()
    }

    /// Against sums of products of 2000 bits more than the range: the errors are bounds, and below a unit in the last
    /// place for one block.
    #[test]
    fn products_are_sums_of_products() {
        for (a, b, length) in [(1, 1, 1), (1, 7, 5), (30, 30, 59), (30, 30, 30), (200, 64, 200), (65, 130, 150)] {
            for (steep, stray) in [(0.0, 3.0), (2.6, 0.0), (-7.3, 40.0), (0.0, 900.0)] {
                let (x, y) = (list(a, 1, steep, stray), list(b, 2, steep, stray));
                let found = product(&refs(&x), &refs(&y), length, PRECISION);
                let Some(found) = found else {
                    assert!(stray > 100.0 || a * b < 60, "{a} {b} {steep}");
                    continue;
                };
                assert_eq!(found.len(), length);
                for (n, (value, error)) in found.iter().enumerate() {
                    let exact = (0..=n).filter(|i| *i < a && n - i < b).fold(Float::new(9000), |mut sum, i| {
                        sum += Float::with_val(9000, &x[i] * &y[n - i]);
                        sum
                    });
                    let off = Float::with_val(64, value - &exact).abs();
                    assert!(off <= error.to_float(), "{a} {b} {steep} {stray}, {n}: {off:e}");
                    let unit = exact.get_exp().map_or(Radius::ZERO, |e| Radius::power_of_two(e - PRECISION as i32));
                    assert!(stray > 100.0 || *error <= unit, "{n}: {error:?}");
                }
            }
        }
    }

    /// A square, a number that is not finite, a product with nothing.
    #[test]
    fn special_products() {
        let x = list(40, 3, 0.0, 3.0);
        let square = product(&refs(&x), &refs(&x), 79, PRECISION).unwrap();
        let middle = Float::with_val(PRECISION, &x[39] * &x[39]);
        assert_eq!(square[78].0, middle);
        let zero = vec![Float::new(PRECISION); 30];
        assert!(product(&refs(&x), &refs(&zero), 60, PRECISION).unwrap().iter().all(|(value, _)| value.is_zero()));
        let mut bad = x.clone();
        bad[3] = Float::with_val(PRECISION, f64::INFINITY);
        assert!(product(&refs(&x), &refs(&bad), 60, PRECISION).is_none());
    }
}
