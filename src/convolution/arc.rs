//! Arc-cosine kernels of several cosines at a time.

use super::lanes::Lanes;
use crate::number::arc_cosine_slope;
use pulp::Simd;
use rug::Float;
use std::f64::consts::{FRAC_1_PI, PI};
use std::sync::LazyLock;

/// Below this 1 - c comes from a distance, not from a cosine: the rounding of c, some 2^-52, is 2^-48 of the angle
/// there.
pub(super) const NEAR: f64 = 1.0 / 256.0;

/// Coefficients of arcsin(sqrt z)/(pi sqrt z), 0 <= z <= 1/4; the interpolation error is below 2^-54 (a test).
pub(super) const TERMS: usize = 13;

/// Cosines with their distances from both ends, each relatively right where it is below `NEAR`.
#[derive(Clone, Copy)]
pub(super) struct Cosines<S: Simd> {
    pub(super) c: Lanes<S>,
    /// 1 - c
    pub(super) below: Lanes<S>,
    /// 1 + c
    pub(super) above: Lanes<S>,
}

/// What a layer needs of its kernel kappa.
#[derive(Clone, Copy)]
pub(super) struct Values<S: Simd> {
    /// 1 - kappa(c), relatively right where 1 - c is below `NEAR`.
    pub(super) deficit: Lanes<S>,
    /// kappa'(c); 0 for the step.
    pub(super) slope: Lanes<S>,
}

/// The coefficients, the lowest first: interpolation at Chebyshev points in multiprecision.
pub(super) static ARCSINE: LazyLock<[f64; TERMS]> = LazyLock::new(|| {
    const BITS: u32 = 200;
    let node = |i: usize| {
        let angle = PI * (i as f64 + 0.5) / TERMS as f64;
        Float::with_val(BITS, 0.125 - 0.125 * angle.cos())
    };
    let nodes: Vec<Float> = (0..TERMS).map(node).collect();
    let mut values: Vec<Float> = nodes
        .iter()
        .map(|z| {
            let root = z.clone().sqrt();
            let pi = Float::with_val(BITS, rug::float::Constant::Pi);
            root.clone().asin() / (root * pi)
        })
        .collect();
    // Divided differences, then multiplied out.
    for order in 1..TERMS {
        for i in (order..TERMS).rev() {
            let rise = Float::with_val(BITS, &values[i] - &values[i - 1]);
            values[i] = rise / Float::with_val(BITS, &nodes[i] - &nodes[i - order]);
        }
    }
    let mut coefficients = vec![Float::new(BITS); TERMS];
    for i in (0..TERMS).rev() {
        for power in (0..TERMS).rev() {
            let lower = if power == 0 { values[i].clone() } else { coefficients[power - 1].clone() };
            coefficients[power] = lower - Float::with_val(BITS, &coefficients[power] * &nodes[i]);
        }
    }
    std::array::from_fn(|i| coefficients[i].to_f64())
});

/// sin t - t cos t = t^3 sum_j s_j t^(2j): s_j = (-1)^j 2(j+1)/(2j+3)!, as many as are needed for 1 - cos t < `NEAR`.
const SINE_LESS: [f64; 5] = [1.0 / 3.0, -1.0 / 30.0, 1.0 / 840.0, -1.0 / 45_360.0, 1.0 / 3_991_680.0];

/// A polynomial of degree 3, the lowest coefficient first.
#[inline(always)]
fn chain<S: Simd>(simd: S, x: Lanes<S>, a: [f64; 4]) -> Lanes<S> {
    let [a, b, c, d] = a;
    let sum = x * d + Lanes::splat(simd, c);
    let sum = sum * x + Lanes::splat(simd, b);
    sum * x + Lanes::splat(simd, a)
}

/// kappa_N of some cosines. With y = sqrt((1 - |c|)/2) or y = c, whichever is below 1/2, the angle is an arc sine of y;
/// sin = sqrt((1 - c)(1 + c)). `near`: whether one of them is below `NEAR`.
#[inline(always)]
pub(super) fn values<S: Simd>(
    simd: S,
    cosines: &Cosines<S>,
    order: usize,
    near: bool,
    arcsine: &[f64; TERMS],
) -> Values<S> {
    let Cosines { c, below, above } = *cosines;
    let (zero, half, one) = (Lanes::splat(simd, 0.0), Lanes::splat(simd, 0.5), Lanes::splat(simd, 1.0));
    let distance = below.less(above).select(below, above) * 0.5;
    let steep = distance.less(Lanes::splat(simd, 0.25));
    let y = steep.select(distance.sqrt(), c);
    let z = steep.select(distance, c * c);
    // Four interleaved sums of powers of z^4: one long chain would wait for itself.
    let square = z * z;
    let fourth = square * square;
    let sum = chain(simd, fourth, [arcsine[0], arcsine[4], arcsine[8], arcsine[12]])
        + chain(simd, fourth, [arcsine[1], arcsine[5], arcsine[9], 0.0]) * z
        + (chain(simd, fourth, [arcsine[2], arcsine[6], arcsine[10], 0.0])
            + chain(simd, fourth, [arcsine[3], arcsine[7], arcsine[11], 0.0]) * z)
            * square;
    let q = sum * y;
    // The angle t/pi: 2q for c >= 1/2, 1 - 2q for c <= -1/2, else 1/2 - q. kappa_0 = 1 - t/pi, from q as well.
    let negative = c.less(zero);
    let small = q + q;
    let angle = steep.select(negative.select(one - small, small), half - q);
    let kappa0 = steep.select(negative.select(small, one - small), half + q);
    let product = below * above;
    let kappa1 = c * kappa0 + product.sqrt() * FRAC_1_PI;
    let close = below.less(Lanes::splat(simd, NEAR));
    let mut deficit = one - kappa1;
    if near {
        let t = angle * PI;
        let square = t * t;
        let sum = SINE_LESS.iter().rev().fold(zero, |sum, s| sum * square + Lanes::splat(simd, *s));
        deficit = close.select(below - t * square * sum * FRAC_1_PI, deficit);
    }
    if order == 1 {
        return Values { deficit, slope: kappa0 };
    }
    if order == 0 {
        return Values { deficit: angle, slope: zero };
    }
    // kappa_{n+1} = c kappa_n + a (1 - c^2) kappa_{n-1}, a = n^2/(4 n^2 - 1), and the same for 1 - kappa_n.
    let (mut before, mut last) = (kappa0, kappa1);
    for n in 1..order {
        let more = product * before * ((n * n) as f64 / (4 * n * n - 1) as f64);
        deficit = deficit + (below * last - more);
        before = last;
        last = c * last + more;
    }
    // Away from 1 nothing is to be gained by differences.
    let deficit = close.select(deficit, one - last);
    let (a, b) = arc_cosine_slope(order);
    Values { deficit, slope: before * (a as f64 / b as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Multiprecision, Number};

    /// All orders, from both ends on, against multiprecision: absolutely, and 1 - kappa_N relatively near 1.
    #[test]
    fn lanes_agree_with_multiprecision() {
        let number = Multiprecision::new(200);
        let mut places: Vec<(f64, bool)> = vec![(0.0, false), (1.0, false), (0.5, false), (NEAR, false)];
        for power in 1..=60 {
            for factor in [0.5, 0.61, 0.77, 0.93, 0.999] {
                places.push((factor * 2f64.powi(-power), false));
                places.push((factor * 2f64.powi(-power), true));
            }
        }
        places.extend((0..1000).map(|i| (f64::from(i) / 1000.0, i % 2 == 0)));
        let (mut worst, mut relative) = (0.0f64, [0.0f64; 9]);
        for (distance, negative) in places {
            let positive = Float::with_val(200, 1) - distance;
            let exact = if negative { -positive } else { positive };
            let c = exact.to_f64();
            let (below, above) = if negative { (1.0 - c, distance) } else { (distance, 1.0 + c) };
            let lanes = |x: f64| Lanes::splat(pulp::Scalar, x);
            let cosines = Cosines { c: lanes(c), below: lanes(below), above: lanes(above) };
            let first = |lanes: Lanes<pulp::Scalar>| {
                let mut out = [0.0];
                lanes.store(&mut out, 0);
                out[0]
            };
            let expected = number.arc_cosines(&exact, 8).unwrap();
            for order in 0..=8 {
                let found = values(pulp::Scalar, &cosines, order, below < NEAR, &ARCSINE);
                let deficit = Float::with_val(200, 1 - &expected[order]);
                let error = Float::with_val(200, &deficit - first(found.deficit)).to_f64().abs();
                worst = worst.max(error);
                if below < NEAR && deficit > 0 {
                    relative[order] = relative[order].max(error / deficit.to_f64());
                }
                if order > 0 {
                    let factor = (order * order) as f64 / (2 * order - 1) as f64;
                    let error = Float::with_val(200, &expected[order - 1] * factor) - first(found.slope);
                    worst = worst.max(error.to_f64().abs() / factor);
                }
            }
        }
        // A few roundings of numbers up to 1; near 1 of those that cancel partly, in each step of the order.
        assert!(worst < 8.0 * f64::EPSILON / 2.0, "{worst:e}");
        assert!(relative[1] < 4.0 * f64::EPSILON, "{relative:?}");
        assert!(relative.iter().all(|error| *error < 16.0 * f64::EPSILON), "{relative:?}");
    }

    /// The polynomial at many points of its interval.
    #[test]
    fn the_arc_sine_is_right_to_rounding() {
        for i in 1..=4000 {
            let z = f64::from(i) / 16_000.0;
            let root = Float::with_val(100, z).sqrt();
            let exact = root.clone().asin() / root / Float::with_val(100, rug::float::Constant::Pi);
            let value = ARCSINE.iter().rev().fold(0.0, |sum, c| sum * z + c);
            let error = (Float::with_val(100, &exact - value) / exact).to_f64().abs();
            assert!(error < 2f64.powi(-51), "{z}: {error:e}");
        }
    }
}
