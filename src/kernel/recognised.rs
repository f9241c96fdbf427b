//! Numbers recognised from their digits.

use super::expr::Expr;
use rug::{Float, Integer, Rational};

/// Bits to which the place of a zero is computed before it is recognised, and of comparisons of ends.
pub(super) const PRECISION: u32 = 320;

/// Bits of the denominators of zeros, or of their squares.
const DENOMINATOR_BITS: u32 = 60;

/// The rational number or square root of one that a long number is, if it is.
pub(super) fn recognised(place: &Float) -> impl Iterator<Item = Expr> + use<> {
    let square = Float::with_val(PRECISION, place.square_ref());
    let root = simple(&square).filter(|q| q.cmp0().is_gt()).map(|q| {
        let root = Expr::number(q).sqrt();
        if place.is_sign_negative() { -root } else { root }
    });
    simple(place).map(Expr::number).into_iter().chain(root)
}

/// The rational number of small denominator that agrees with a long number.
pub(super) fn simple(x: &Float) -> Option<Rational> {
    let limit = Integer::from(1) << DENOMINATOR_BITS;
    let near = |q: &Rational| {
        let distance = Float::with_val(PRECISION, x - q).abs();
        distance.get_exp().is_none_or(|exponent| exponent < -(PRECISION as i32) / 2)
    };
    // Continued fractions.
    let (mut a, mut b) = ([Integer::from(0), Integer::from(1)], [Integer::from(1), Integer::from(0)]);
    let mut rest = x.clone();
    loop {
        let whole = rest.clone().floor();
        let step = whole.to_integer()?;
        a = [a[1].clone(), Integer::from(&step * &a[1]) + &a[0]];
        b = [b[1].clone(), Integer::from(&step * &b[1]) + &b[0]];
        if b[1] > limit {
            return None;
        }
        let q = Rational::from((a[1].clone(), b[1].clone()));
        if near(&q) {
            return Some(q);
        }
        rest = Float::with_val(PRECISION, 1u32 / (rest - whole));
        if !rest.is_finite() {
            return None;
        }
    }
}
