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
    /// i/(64 pi), and 1/pi after them.
    shares: Vec<u64>,
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
        let share = 1u32 / Float::with_val(wide, Constant::Pi);
        let mut shares = vec![0; limbs * (ENTRIES + 1)];
        for (i, out) in shares.chunks_mut(limbs).enumerate() {
            let entry = if i < ENTRIES { float(i as u32) / STEPS } else { float(1) };
            fraction_into(&(entry * &share), out);
        }
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
        Table { sines, cosines, coefficients, shares }
    }
}

/// A sine, at least 0, and a cosine, and where the angle is looked up: near a = index/64.
struct Place<'a> {
    sine: &'a Float,
    cosine: &'a Float,
    table: &'static Table,
    index: usize,
    limbs: usize,
}

impl<'a> Place<'a> {
    fn new(sine: &'a Float, cosine: &'a Float, bits: u32) -> Option<Self> {
        let start = sine.to_f64().atan2(cosine.to_f64().abs());
        // Bits before the first of the angle, and eight: seven for the errors counted below, one since the sine may be
        // half a power of two.
        let small = u32::try_from(-sine.get_exp()?.min(0)).ok()?;
        let limbs = bits.checked_add(small)?.checked_add(8)?.div_ceil(64) as usize;
        let table = TABLES.get(limbs)?.get_or_init(|| Table::new(limbs));
        let index = ((start * f64::from(STEPS)).round() as usize).min(ENTRIES - 1);
        Some(Place { sine, cosine, table, index, limbs })
    }

    fn entry<'b>(&self, table: &'b [u64], l: usize) -> Option<&'b [u64]> {
        table.get(self.index * l..(self.index + 1) * l)
    }
}

/// The angle in \[0, pi\] with this sine, at least 0, and cosine, both at most 1, and a bound of its error, below
/// 2^-bits of the angle; `None` for very long numbers and very small angles.
///
/// For an angle up to pi/2, with a = i/64 near it: eta = sin(angle - a) = sine cos a - cosine sin a, and the angle is
/// a + asin(eta), a power series in eta. A greater one is pi less its supplement.
///
/// If `sine` is sin(angle)(1 + d), |d| <= 1/8, the bound is to be widened by 1.1 |d| times the angle; `cosine` is taken
/// to be exact.
pub(super) fn angle(sine: &Float, cosine: &Float, bits: u32) -> Option<(Float, Radius)> {
    let place = Place::new(sine, cosine, bits)?;
    let (value, error) = for_limbs!(place.limbs, angle_unrolled(&place), {
        supplement(&place, &mut vec![0; WORK * (place.limbs + 1)], place.limbs)
    })?;
    let value = if cosine.is_sign_negative() { Float::with_val(value.prec(), Constant::Pi) - value } else { value };
    Some((value, error))
}

/// kappa_0 = 1 - angle/pi and kappa_1 = (sine + (pi - angle) cosine)/pi of this angle, and a bound of the error of
/// each; `None` as there.
///
/// If `sine` is sin(angle)(1 + d), |d| <= 1/8, the bound is to be widened by 0.9 |d| sine.
pub(super) fn first_kappas(sine: &Float, cosine: &Float, bits: u32) -> Option<([Float; 2], Radius)> {
    let place = Place::new(sine, cosine, bits)?;
    for_limbs!(place.limbs, kappas_unrolled(&place), {
        kappas(&place, &mut vec![0; WORK * (place.limbs + 1)], place.limbs)
    })
}

/// Pieces of working space, of L + 1 limbs each: at most 9 where L is known.
const WORK: usize = 6;

fn angle_unrolled<const L: usize>(place: &Place) -> Option<(Float, Radius)> {
    supplement(place, &mut [0; 9 * WORK][..WORK * (L + 1)], L)
}

fn kappas_unrolled<const L: usize>(place: &Place) -> Option<([Float; 2], Radius)> {
    kappas(place, &mut [0; 9 * WORK][..WORK * (L + 1)], L)
}

/// A fraction as a number.
fn to_float(fraction: &[u64]) -> Float {
    let bits = 64 * fraction.len() as u32;
    Float::with_val(bits, Integer::from_digits(fraction, Order::Lsf)) >> bits
}

/// The angle with this sine and the size of this cosine, and a bound of its error.
#[inline(always)]
fn supplement(place: &Place, work: &mut [u64], l: usize) -> Option<(Float, Radius)> {
    let (arc, rest) = work.split_at_mut(l);
    let negative = arc_sine(place, arc, rest, l)?;
    // Off by 3 L + 9; rounded to 64 L bits, at most pi/2 and pi less that: 6 more.
    let correction = to_float(arc);
    let bits = correction.prec();
    let start = Float::with_val(bits, place.index) / STEPS;
    let value = if negative { start - correction } else { start + correction };
    Some((value, Radius::double((3 * l + 15) as f64) * Radius::power_of_two(-(bits as i32))))
}

/// The first two arc-cosine functions and a bound of their error. With b the angle or its supplement, whichever is at
/// most pi/2: kappa_0 = 1 - b/pi and kappa_1 = sine/pi + kappa_0 |cosine| for a positive cosine, else b/pi and
/// sine/pi - kappa_0 |cosine|.
#[inline(always)]
fn kappas(place: &Place, work: &mut [u64], l: usize) -> Option<([Float; 2], Radius)> {
    let (share, rest) = work.split_at_mut(l);
    let (product, rest) = rest.split_at_mut(l + 1);
    let negative = arc_sine(place, share, rest, l)?;
    let over_pi = place.table.shares.get(ENTRIES * l..)?;
    // In units of 2^(-64 L), rest/pi is off by L + 1, by (3 L + 9)/3 from the arc sine, and by 1 from 1/pi; i/(64 pi)
    // by 1.
    multiply_unsigned(share, over_pi, product);
    share.copy_from_slice(place.entry(&place.table.shares, l)?);
    if negative {
        sub(share, &product[1..])
    } else {
        add(share, &product[1..])
    }
    // 1 - b/pi, exactly: 0 < b < pi.
    let obtuse = place.cosine.is_sign_negative();
    if !obtuse {
        product.fill(0);
        sub(&mut product[1..], share);
        share.copy_from_slice(&product[1..]);
    }
    let kappa_0 = to_float(share);
    // kappa_0 |cosine|: off by L + 1, by what kappa_0 is off, 2 L + 6, and by 1 from the cosine.
    let (c, rest) = rest.split_at_mut(l);
    let (second, _) = rest.split_at_mut(l + 1);
    fraction_into(place.cosine, c);
    multiply_unsigned(share, c, product);
    // sine/pi: off by L + 1 and 2 from the factors.
    fraction_into(place.sine, c);
    multiply_unsigned(c, over_pi, second);
    if obtuse {
        sub(&mut second[1..], &product[1..])
    } else {
        add(&mut second[1..], &product[1..])
    }
    // A kappa_1 next to 0 may come out below it.
    if obtuse && second[l] >> 63 == 1 {
        return None;
    }
    // kappa_1: off by 4 L + 11; kappa_0 by less.
    let error = Radius::double((4 * l + 11) as f64) * Radius::power_of_two(-64 * l as i32);
    Some(([kappa_0, to_float(&second[1..])], error))
}

/// |asin(eta)| into `out`, off by at most 3 L + 9 units of 2^(-64 L), and whether it is negative; `rest` is working
/// space.
#[inline(always)]
fn arc_sine(place: &Place, out: &mut [u64], rest: &mut [u64], l: usize) -> Option<bool> {
    let Place { sine, cosine, table, .. } = place;
    let (c, rest) = rest.split_at_mut(l);
    let (square, rest) = rest.split_at_mut(l);
    let (first, rest) = rest.split_at_mut(l + 1);
    let (second, _) = rest.split_at_mut(l + 1);
    // In units of 2^(-64 L): each fraction is off by at most 1, each product by L + 1 and what its factors are off.
    fraction_into(sine, out);
    fraction_into(cosine, c);
    multiply_unsigned(out, place.entry(&table.cosines, l)?, first);
    multiply_unsigned(c, place.entry(&table.sines, l)?, second);
    let negative = compare(&first[1..], &second[1..]) == Ordering::Less;
    let (large, small) = if negative { (second, first) } else { (first, second) };
    sub(&mut large[1..], &small[1..]);
    // eta: off by 2 (L + 3)
    out.copy_from_slice(&large[1..]);
    // At most pi/2 - 100/64, or the start was wrong.
    if out[l - 1] >= (0.0085 * 18446744073709551616.0) as u64 {
        return None;
    }
    // eta^2: off by L + 2
    multiply_unsigned(out, out, large);
    square.copy_from_slice(&large[1..]);
    // The sum of c_j eta^(2j-2), below 0.2: each step is off by L + 2, and by 0.2 (L + 2) from the square; what was off
    // before is divided by 10^4.
    c.fill(0);
    for coefficient in table.coefficients.chunks_exact(l) {
        multiply_unsigned(c, square, large);
        c.copy_from_slice(&large[1..]);
        add(c, coefficient);
    }
    // Times eta^3: off by less than L + 2
    multiply_unsigned(c, square, large);
    c.copy_from_slice(&large[1..]);
    multiply_unsigned(c, out, large);
    add(out, &large[1..]);
    // In all 3 L + 8 and one for what was left out.
    Some(negative)
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

    /// kappa_0 and kappa_1 of the exact angle, with a sine that is off by as much as it may be.
    #[test]
    fn kappas_are_those_of_mpfr() {
        let mut sharpest = [0.0f64; 2];
        for bits in [60, 100, 230, 300, 500, 900] {
            let wide = 3 * bits + 200;
            for i in 1..400u32 {
                let cosine = match i % 4 {
                    0 => 1u32 - (Float::with_val(bits, i) >> 40),
                    1 => (Float::with_val(bits, i) >> 40) - 1u32,
                    2 => Float::with_val(bits, i) / 401u32,
                    _ => Float::with_val(bits, i) / -401,
                };
                let exact = Float::with_val(wide, cosine.acos_ref());
                let exact_sine = Float::with_val(wide, exact.sin_ref());
                let moved = 1u32 + (Float::with_val(wide, 1.4) >> bits as i32);
                // Every other one as exact as it can be: then the error of the fixed point is alone.
                let sine = if i % 8 < 4 { Float::with_val(bits, &exact_sine * &moved) } else { exact_sine.clone() };
                let Some((found, error)) = first_kappas(&sine, &cosine, bits) else { panic!("{cosine} {bits}") };
                let d = Float::with_val(wide, &sine / &exact_sine) - 1u32;
                let bound = error + Radius::above(&sine) * Radius::above(&d) * Radius::double(0.9);
                let pi = Float::with_val(wide, Constant::Pi);
                let share = Float::with_val(wide, &pi - &exact);
                let first = Float::with_val(wide, &share / &pi);
                let second = (share * &cosine + &exact_sine) / &pi;
                for (n, (found, wanted)) in found.iter().zip([first, second]).enumerate() {
                    let distance = Float::with_val(wide, found - &wanted).abs();
                    assert!(distance <= bound.to_float(), "{cosine} {bits} {n}: {distance:e}");
                    sharpest[n] = sharpest[n].max((distance / bound.to_float()).to_f64());
                }
                let unit = Float::with_val(64, &sine >> bits as i32);
                assert!(error.to_float() <= unit, "{cosine} {bits}");
            }
        }
        assert!(sharpest.iter().all(|s| *s > 0.3), "{sharpest:?}");
        // The ends are left to MPFR.
        let float = |x: f64| Float::with_val(100, x);
        assert!(first_kappas(&float(0.0), &float(-1.0), 100).is_none());
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
