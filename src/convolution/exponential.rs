//! Exponential kernels of several cosines at a time.

use super::arc::Values;
use super::lanes::Lanes;
use pulp::Simd;

/// Arguments up to here go into the series.
const SHORT: f64 = 0.25;

/// (-1)^j/(j+1)!: 1 - e^-y = y sum_j c_j y^j. What follows is below 2^-57 for y <= `SHORT`.
const SERIES: [f64; 13] = {
    let (mut series, mut factor, mut j) = ([0.0; 13], 1.0, 0);
    while j < 13 {
        series[j] = factor;
        factor /= -((j + 2) as f64);
        j += 1;
    }
    series
};

/// exp(-a d) of some distances d = 1 - c. With D(y) = 1 - e^-y from its series for a small y, D(2y) = D(y) (2 - D(y)),
/// which makes no relative error larger.
#[inline(always)]
pub(super) fn values<S: Simd>(simd: S, below: Lanes<S>, rate: f64) -> Values<S> {
    // d <= 2, up to rounding.
    let (mut doublings, mut longest) = (0, 2.0 * rate);
    while longest > SHORT {
        (doublings, longest) = (doublings + 1, longest / 2.0);
    }
    let y = below * (rate / (1u64 << doublings) as f64);
    // Loops: closures are not made part of functions with other instruction sets.
    let mut sum = Lanes::splat(simd, 0.0);
    for c in SERIES.iter().rev() {
        sum = sum * y + Lanes::splat(simd, *c);
    }
    let (mut deficit, two) = (sum * y, Lanes::splat(simd, 2.0));
    for _ in 0..doublings {
        deficit = deficit * (two - deficit);
    }
    Values { deficit, slope: (Lanes::splat(simd, 1.0) - deficit) * rate }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rug::Float;

    /// 1 - kappa relatively, from the nearest cosines to the opposite, against MPFR.
    #[test]
    fn lanes_agree_with_multiprecision() {
        for rate in [1e-3, 0.3, 1.0, 2.0, 7.5, 100.0, 1000.0] {
            for i in 0..4000 {
                let below = 2.0 * (f64::from(i) / 4000.0).powi(9);
                let found = values(pulp::Scalar, Lanes::splat(pulp::Scalar, below), rate);
                let first = |lanes: Lanes<pulp::Scalar>| {
                    let mut out = [0.0];
                    lanes.store(&mut out, 0);
                    out[0]
                };
                let exact = -(Float::with_val(200, -below) * rate).exp_m1();
                let error = Float::with_val(200, &exact - first(found.deficit)).abs().to_f64();
                // A rounding or two for the argument, and for each of at most 13 doublings.
                let allowed = 16.0 * f64::EPSILON * exact.to_f64();
                assert!(error <= allowed, "rate {rate}, 1 - c = {below}: off by {error:e}");
                let error = Float::with_val(200, (1 - exact) * rate - first(found.slope)).abs().to_f64();
                assert!(error <= 16.0 * f64::EPSILON * rate, "slope, rate {rate}, 1 - c = {below}: {error:e}");
            }
        }
    }
}
