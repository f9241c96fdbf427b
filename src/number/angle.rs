//! Angles from their sine and cosine, in fixed point: proved, and many times faster than MPFR's arc cosine.

use super::Radius;
use super::fixed::{add, compare, for_limbs, fraction_into, multiply_unsigned, sub};
use rug::integer::Order;
use rug::{Float, Integer, float::Constant};
use std::cmp::Ordering;
use std::sync::OnceLock;

/// Sines and cosines are tabulated at i/64 for i = 0, ..., 100: pi/2 is 100.53/64.
const STEPS: u32 = 64;
const ENTRIES: usize = 101;

/// Longer numbers are left to MPFR.
const MOST_LIMBS: usize = 16;

/// Fractions of a number of limbs.
struct Table {
    sines: Vec<u64>,
    cosines: Vec<u64>,
    /// (2j)! / (4^j (j!)^2 (2j+1)) for j = 1, 2, ..., the last first.
    coefficients: Vec<u64>,
}

static TABLES: [OnceLock<Table>; MOST_LIMBS + 1] = [const { OnceLock::new() }; MOST_LIMBS + 1];

impl Table {
    fn new(limbs: usize) -> Self {
        let bits = 64 * limbs as u32;
        // Rotations by 1/64: after 100 of them off by less than 100 times 4 2^-wide, far below a unit.
        let wide = bits + 32;
        let float = |x: u32| Float::with_val(wide, x);
        let (sine, cosine) = (float(1) / STEPS).sin_cos(float(0));
        let (mut s, mut c) = (float(0), float(1));
        let (mut sines, mut cosines) = (vec![0; limbs * ENTRIES], vec![0; limbs * ENTRIES]);
        for (s_out, c_out) in sines.chunks_mut(limbs).zip(cosines.chunks_mut(limbs)) {
            fraction_into(&s, s_out);
            fraction_into(&c, c_out);
            let next = Float::with_val(wide, &s * &cosine) + Float::with_val(wide, &c * &sine);
            c = Float::with_val(wide, &c * &cosine) - Float::with_val(wide, &s * &sine);
            s = next;
        }
        // |eta| < 2^-6.87: the terms left out are below 2^-bits together.
        let terms = (f64::from(bits) / 13.7).ceil() as u32;
        let mut coefficients = Vec::with_capacity(limbs * terms as usize);
        for j in (1..=terms).rev() {
            let above = Integer::from(Integer::binomial_u(2 * j, j)) << bits;
            let mut digits = (above / ((Integer::from(1) << (2 * j)) * (2 * j + 1))).to_digits::<u64>(Order::Lsf);
            digits.resize(limbs, 0);
            coefficients.extend(digits);
        }
        Table { sines, cosines, coefficients }
    }
}

/// The angle in \[0, pi\] with this sine, at least 0, and cosine, both at most 1, and a bound of its error, below 2^-bits of the angle;
/// `None` for very long numbers and very small angles.
///
/// For an angle up to pi/2, with a = i/64 near it: eta = sin(angle - a) = sine cos a - cosine sin a, and the angle is a + asin(eta), a power
/// series in eta. A greater one is pi less its supplement.
///
/// If `sine` is sin(angle)(1 + d), |d| <= 1/8, the bound is to be widened by 1.1 |d| times the angle; `cosine` is taken to be exact.
pub(super) fn angle(sine: &Float, cosine: &Float, bits: u32) -> Option<(Float, Radius)> {
    let start = sine.to_f64().atan2(cosine.to_f64().abs());
    // Bits before the first of the angle, and eight: seven for the errors counted below, one since the sine may be half a power of two.
    let small = u32::try_from(-sine.get_exp()?.min(0)).ok()?;
    let limbs = bits.checked_add(small)?.checked_add(8)?.div_ceil(64) as usize;
    let table = TABLES.get(limbs)?.get_or_init(|| Table::new(limbs));
    let index = ((start * f64::from(STEPS)).round() as usize).min(ENTRIES - 1);
    let (value, error) = for_limbs!(limbs, unrolled(sine, cosine, table, index), {
        let mut work = vec![0; 5 * limbs + 2];
        supplement(sine, cosine, table, index, &mut work, limbs)
    })?;
    let value = if cosine.is_sign_negative() { Float::with_val(value.prec(), Constant::Pi) - value } else { value };
    Some((value, error))
}

fn unrolled<const L: usize>(sine: &Float, cosine: &Float, table: &Table, index: usize) -> Option<(Float, Radius)> {
    // 5 L + 2 limbs for L <= 8
    supplement(sine, cosine, table, index, &mut [0; 42][..5 * L + 2], L)
}

/// The angle with this sine and the size of this cosine, and a bound of its error, L limbs.
#[inline(always)]
fn supplement(
    sine: &Float,
    cosine: &Float,
    table: &Table,
    index: usize,
    work: &mut [u64],
    l: usize,
) -> Option<(Float, Radius)> {
    let (s, rest) = work.split_at_mut(l);
    let (c, rest) = rest.split_at_mut(l);
    let (square, rest) = rest.split_at_mut(l);
    let (first, second) = rest.split_at_mut(l + 1);
    let entry = index * l..(index + 1) * l;
    // In units of 2^(-64 L): each fraction is off by at most 1, each product by L + 1 and what its factors are off.
    fraction_into(sine, s);
    fraction_into(cosine, c);
    multiply_unsigned(s, table.cosines.get(entry.clone())?, first);
    multiply_unsigned(c, table.sines.get(entry)?, second);
    let negative = compare(&first[1..], &second[1..]) == Ordering::Less;
    let (large, small) = if negative { (second, first) } else { (first, second) };
    sub(&mut large[1..], &small[1..]);
    // eta: off by 2 (L + 3)
    s.copy_from_slice(&large[1..]);
    // At most pi/2 - 100/64, or the start was wrong.
    if s[l - 1] >= (0.0085 * 18446744073709551616.0) as u64 {
        return None;
    }
    // eta^2: off by L + 2
    multiply_unsigned(s, s, large);
    square.copy_from_slice(&large[1..]);
    // The sum of c_j eta^(2j-2), below 0.2: each step is off by L + 2, and by 0.2 (L + 2) from the square; what was off before is divided by 10^4.
    c.fill(0);
    for coefficient in table.coefficients.chunks_exact(l) {
        multiply_unsigned(c, square, large);
        c.copy_from_slice(&large[1..]);
        add(c, coefficient);
    }
    // Times eta^3: off by less than L + 2
    multiply_unsigned(c, square, large);
    c.copy_from_slice(&large[1..]);
    multiply_unsigned(c, s, large);
    add(s, &large[1..]);
    // In all 3 L + 8 and one for what was left out; rounded to 64 L bits, at most pi/2 and pi less that: 6 more.
    let bits = 64 * l as u32;
    let correction = Float::with_val(bits, Integer::from_digits(s, Order::Lsf)) >> bits;
    let start = Float::with_val(bits, index) / STEPS;
    let value = if negative { start - correction } else { start + correction };
    Some((value, Radius::double((3 * l + 15) as f64) * Radius::power_of_two(-(bits as i32))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At all lengths, near the ends, the middle and the borders between the entries.
    #[test]
    fn angles_are_those_of_mpfr() {
        let mut sharpest = 0.0f64;
        for bits in [60, 100, 230, 300, 500, 900] {
            let wide = bits + 100;
            for i in 0..400u32 {
                let exact = match i % 8 {
                    0 => Float::with_val(bits, i + 1) >> 40,
                    1 => Float::with_val(bits, 0.5 + f64::from(i / 8)) / 64u32,
                    7 => Float::with_val(bits, Constant::Pi) - (Float::with_val(bits, i) >> 30),
                    2 => Float::with_val(bits, 0),
                    _ => Float::with_val(bits, i) / 128u32,
                };
                // Zero stands for the right angle.
                let cosine = if exact.is_zero() { exact.clone() } else { Float::with_val(bits, exact.cos_ref()) };
                let wanted = Float::with_val(wide, cosine.acos_ref());
                let sine = Float::with_val(wide, wanted.sin_ref());
                if sine.is_zero() {
                    continue;
                }
                let Some((value, error)) = angle(&sine, &cosine, bits) else { panic!("{exact} {bits}") };
                let bound = error + Radius::above(&wanted) * Radius::power_of_two(2 - wide as i32);
                let distance = Float::with_val(wide, &value - &wanted).abs();
                assert!(distance <= bound.to_float(), "{exact} {bits}: {distance:e}");
                assert!(error.to_float() <= Float::with_val(64, &wanted >> bits as i32), "{exact} {bits}");
                sharpest = sharpest.max((distance / bound.to_float()).to_f64());
            }
        }
        assert!(sharpest > 0.05, "{sharpest}");
    }

    /// The ends of the half-circle and angles beyond the range of doubles are left to MPFR.
    #[test]
    fn what_is_no_angle_of_doubles_is_refused() {
        let float = |x: f64| Float::with_val(100, x);
        assert!(angle(&float(0.6), &float(0.8), 100).is_some());
        assert!(angle(&float(0.0), &float(1.0), 100).is_none());
        assert!(angle(&float(1e-300), &float(1.0), 100).is_none());
    }
}
