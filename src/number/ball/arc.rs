//! Arc cosines and arc-cosine functions of balls.

use super::{Ball, Balls};
use crate::error::{Error, Result};
use crate::number::angle::{angle, first_kappas};
use crate::number::{Elementary, Radius, arc_cosine};
use rug::{Float, float::Round};

/// Bits of an arc cosine beyond those of the result.
const ARC_BITS: u32 = 2;

impl Balls {
    /// 1 - |x| from below, at least 0: how far a ball is from the ends of \[-1, 1\].
    fn room(x: &Ball) -> Radius {
        let room = Radius::double(1.0).minus_below(x.magnitude());
        if room > Radius::power_of_two(-20) {
            return room;
        }
        // Digits that cancel.
        let wide = x.middle.prec() + 2;
        let size = Float::with_val(wide, x.middle.abs_ref());
        let room = Float::with_val_round(wide, 1 - &size, Round::Down).0;
        if room.is_sign_negative() { Radius::ZERO } else { Radius::below(&room).minus_below(x.radius) }
    }

    /// |acos x - acos m| <= min(r / sqrt(1 - (|m|+r)^2), pi sqrt(r/2)) for x within r of m.
    pub(super) fn arc_radius(x: &Ball) -> Radius {
        // pi/sqrt(2) < 2.2215
        let always = x.radius.root_above() * Radius::double(2.2215);
        let room = Self::room(x);
        // 1 - (|m|+r)^2 >= 1 - (|m|+r)
        if room.is_zero() { always } else { (x.radius / room.root_below()).min(always) }
    }

    /// A midpoint in \[-1, 1\]; `Domain` if the whole ball is outside.
    pub(super) fn cosine(&self, x: &Ball, name: &str) -> Result<Float> {
        if x.middle.get_exp().is_none_or(|e| e <= 0) && (!self.strict || !Self::room(x).is_zero()) {
            return Ok(x.middle.clone());
        }
        // |m| - 1 from below: exact unless |m| is large.
        let size = Float::with_val(x.middle.prec() + 2, x.middle.abs_ref());
        let excess = Float::with_val_round(x.middle.prec() + 2, &size - 1u32, Round::Down).0;
        if excess > 0 && Radius::below(&excess) > x.radius {
            return Err(Error::domain(format!(
                "{name} of {}, which is not in [-1, 1]",
                x.middle.to_string_radix(10, Some(10))
            )));
        }
        if self.strict && !(excess.is_zero() && x.radius.is_zero()) && Self::room(x).is_zero() {
            return Err(Error::unable(format!("{name} of a ball that reaches beyond [-1, 1]")));
        }
        let mut middle = x.middle.clone();
        middle.clamp_mut(&-1, &1);
        Ok(middle)
    }

    pub(super) fn inverse_cosine(&self, x: &Ball, f: Elementary) -> Result<Ball> {
        let middle = self.cosine(x, f.name())?;
        let radius = Self::arc_radius(x);
        Ok(if f == Elementary::Acos { self.arc(&middle).widened(radius) } else { self.make(middle.asin_ref(), radius) })
    }

    /// sqrt((1-m)(1+m)) for -1 <= m <= 1, to `ARC_BITS` bits more than those of a result: off by d times itself, |d| <=
    /// 1.4 2^-bits: half of what the factors, twice 2^-(bits+2), and their product, 2^-(bits+2), are off by, and
    /// 2^-bits for the root.
    fn sine(&self, middle: &Float) -> Float {
        let bits = self.precision + ARC_BITS;
        // 1 -+ m are rounded for small m, by at most 2^-(bits+2) of themselves.
        let wide = middle.prec().max(bits) + 2;
        let factors = Float::with_val(wide, 1 - middle) * Float::with_val(wide, 1 + middle);
        Float::with_val(bits, factors.sqrt_ref())
    }

    /// acos(m) for -1 <= m <= 1.
    fn arc(&self, middle: &Float) -> Ball {
        let bits = self.precision + ARC_BITS;
        // The angle moves by |d| sin(angle) cos(a)/cos(eta) < 1.001 |d| angle, a near the angle: less than the 2
        // 2^-bits that are added.
        match angle(&self.sine(middle), middle, bits) {
            Some((angle, error)) => {
                let error = error + Radius::above(&angle) * Radius::power_of_two(1 - bits as i32);
                self.make(&angle, error)
            }
            None => self.make(middle.acos_ref(), Radius::ZERO),
        }
    }

    /// kappa_0, ..., kappa_n at m, -1 <= m <= 1.
    pub(super) fn arc_cosines_at(&self, middle: Float, n: usize) -> Result<Vec<Ball>> {
        let bits = self.precision + ARC_BITS;
        let sine = self.sine(&middle);
        let moved = Radius::above(&sine) * Radius::power_of_two(1 - bits as i32);
        // With b the angle or its supplement, at most pi/2 sine: b moves by 1.001 |d| b, b/pi by 0.8 2^-bits sine, and
        // kappa_1 by that and
        // |d| sine/pi, 1.2 2^-bits sine: less than 2 2^-bits sine.
        let first = first_kappas(&sine, &middle, bits);
        let (cosine, sine) = (Ball::exact(middle), self.make(&sine, moved));
        match first {
            Some((kappas, error)) => {
                let kappas = kappas[..=n.min(1)].iter().map(|kappa| self.make(kappa, error + moved)).collect();
                Ok(arc_cosine::from_first(self, kappas, &sine, &cosine, n))
            }
            None => arc_cosine::from_angle(self, &self.arc(&cosine.middle), &sine, &cosine, n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rug::float::Constant;

    /// Sine and cosine together are those of each alone, for large angles too.
    #[test]
    fn sine_and_cosine_are_the_functions() {
        use crate::number::Number;
        let c = Balls::new(200);
        for x in [0.0, 1e-30, 0.3, 1.5, -4.0, 1e6, 1e300] {
            let x = Ball { middle: Float::with_val(200, x), radius: Radius::double(1e-40) };
            let (sine, cosine) = c.sine_and_cosine(&x).unwrap();
            for (f, found) in [(Elementary::Sin, sine), (Elementary::Cos, cosine)] {
                let alone = c.elementary(f, &x).unwrap();
                assert!(found.middle == alone.middle && found.radius == alone.radius, "{x:?} {found:?}");
            }
        }
    }

    /// Few bits, where the error of the sine is as large as the rounding of the values.
    #[test]
    fn kappas_of_short_numbers_are_enclosed() {
        for precision in [6, 8, 10, 12, 14, 17, 21] {
            let c = Balls::new(precision);
            for i in -4000i32..=4000 {
                let u = Float::with_val(precision, i) / 4001;
                let exact = Float::with_val(200, &u);
                let found = c.arc_cosines_at(u, 3).unwrap();
                let pi = Float::with_val(200, Constant::Pi);
                let share = Float::with_val(200, &pi - exact.clone().acos());
                let sine = (1u32 - Float::with_val(200, exact.square_ref())).sqrt();
                let first = Float::with_val(200, &share / &pi);
                let second = (share * &exact + &sine) / &pi;
                let square = Float::with_val(200, sine.square_ref());
                let third = Float::with_val(200, &exact * &second) + Float::with_val(200, &square * &first) / 3u32;
                let fourth = Float::with_val(200, &exact * &third) + square * &second * 4u32 / 15u32;
                for (n, (found, exact)) in found.iter().zip([first, second, third, fourth]).enumerate() {
                    assert!(found.contains(&exact), "{precision} bits, {i}/4001, kappa_{n}: {found:?}");
                }
            }
        }
    }
}
