//! Gauss-Legendre nodes and weights at any precision, proved.
//!
//! A double-precision root of P_n is cut to 64 bits, x0. One evaluation of P_n and P_{n-1} at this short number in
//! fixed point is all that runs over the degrees (compare Glaser, Liu and Rokhlin, SIAM J. Sci. Comput. 2007): the
//! Taylor series of P_n around x0 follows from Legendre's equation.

use crate::error::{Error, Result};
use crate::number::fixed::{legendre_pair, ratios};
use crate::number::{Ball, Balls, Number, Radius};
use crate::watch;
use rayon::prelude::*;
use rug::{Float, Rational};

/// The n-point Gauss-Legendre rule on \[-1, 1\], exact for polynomials of degree 2n - 1: the true nodes and weights lie
/// in the balls.
///
/// Only the nodes x >= 0 are kept, decreasing; -x has the same weight.
#[derive(Clone, Debug)]
pub struct GaussLegendre {
    /// The nodes x >= 0, decreasing; the last is exactly 0 if n is odd.
    pub nodes: Vec<Ball>,
    /// Their weights.
    pub weights: Vec<Ball>,
}

/// Nodes that are started together: independent chains of operations in the registers.
const LANES: usize = 8;

/// Terms of a Taylor series.
const MOST_TERMS: usize = 100;

impl GaussLegendre {
    /// The rule with n >= 1 nodes, proved to an absolute error of about 2^-bits. Cost O(n^2) operations on short
    /// products, on all cores.
    ///
    /// At a node x that was computed, v = P_n(x) and d = P_n'(x) are known with proved errors: from the recurrence at a
    /// short number x0, P_n'(x0) = n (P_{n-1}(x0) - x0 P_n(x0)) / (1 - x0^2), and the Taylor series in x - x0.
    /// There |P_n^(j)| <= P_n^(j)(1) = (n+j)!/((n-j)! 2^j j!) <= (n(n+1)/2)^j / j! bounds what is left out.
    ///
    /// On \[-1, 1\], |P_n''| <= B = (n-1) n (n+1) (n+2)/8. With eta = 2 |v|/|d|, eta B <= |d|/2: the slope is at
    /// least |d|/2 within eta, so that P_n changes sign there and has one root. The balls of radius eta are apart, so
    /// that these are all n roots. The weight is 2/g at the root, g(x) = (1-x^2) P_n'(x)^2, and g' = 2 x P_n'^2 - 2 n
    /// (n+1) P_n P_n': within eta, where |P_n'| <= 3 |d|/2 and |P_n| <= 2 |d| eta, |g'| <= d^2 (9/2 + 6 n (n+1) eta) <=
    /// 6 d^2 if 4 n (n+1) eta <= 1. Hence g is within 6 eta d^2 of its value at x.
    ///
    /// ```
    /// use zonal::quadrature::GaussLegendre;
    /// let rule = GaussLegendre::new(3, 100)?;
    /// // nodes 0 and sqrt(3/5), weights 8/9 and 5/9
    /// assert!(rule.nodes[0].middle.to_string().starts_with("7.7459666924148337703585307995"));
    /// let nine = rule.weights[0].middle.clone() * 9u32 - 5u32;
    /// assert!(nine.abs() <= rule.weights[0].radius.to_float() * 9u32 && rule.weights[0].radius.to_float() < 1e-27);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Unable` if a node could not be proved: a sign of too many nodes for the bits.
    pub fn new(n: usize, bits: u32) -> Result<Self> {
        let n = n.max(1);
        let series = Series::new(n, bits);
        let half = n.div_ceil(2);
        let proved: Vec<Vec<(Ball, Ball)>> = (0..half.div_ceil(LANES))
            .into_par_iter()
            .map(|group| {
                let starts = series.starts(group * LANES);
                starts[..LANES.min(half - group * LANES)].iter().map(|start| series.node(*start)).collect()
            })
            .collect::<Result<_>>()?;
        let proved: Vec<(Ball, Ball)> = proved.into_iter().flatten().collect();
        let apart = |pair: &[(Ball, Ball)]| {
            let gap = Float::with_val(64, &pair[0].0.middle - &pair[1].0.middle);
            gap > ((pair[0].0.radius + pair[1].0.radius) * Radius::double(2.0)).to_float()
        };
        let from_zero =
            |x: &Ball| if n % 2 == 1 { x.middle.is_zero() && x.radius.is_zero() } else { !x.contains_zero() };
        if !proved.windows(2).all(apart) || !proved.last().is_some_and(|(x, _)| from_zero(x)) {
            return Err(Error::unable(format!("the {n} Gauss-Legendre nodes were not separated at {bits} bits")));
        }
        let (nodes, weights) = proved.into_iter().unzip();
        Ok(GaussLegendre { nodes, weights })
    }

    /// The nodes x >= 0 and their weights without their errors.
    pub fn middles(&self) -> impl Iterator<Item = (&Float, &Float)> {
        self.nodes.iter().zip(&self.weights).map(|(x, w)| (&x.middle, &w.middle))
    }
}

/// What the nodes of a rule share.
struct Series {
    n: usize,
    bits: u32,
    limbs: usize,
    /// k/(k+1) in fixed point and in doubles.
    ratios: Vec<u64>,
    short_ratios: Vec<f64>,
    /// 2 (j+1)^2, n(n+1) - j(j+1) and 1/((j+1)(j+2)) of the recurrence of Taylor coefficients.
    factors: Vec<[Rational; 3]>,
}

impl Series {
    fn new(n: usize, bits: u32) -> Self {
        let bits = bits.max(64);
        // P_n is evaluated with an absolute error of about n^2 units of the last place, and |P_n'| is at least about
        // sqrt(2n/pi) at the nodes: an error of n^(3/2) units there. The nodes are proved whatever it is.
        let limbs = (bits + 2 * n.ilog2()).div_ceil(64) as usize;
        let all = n as i64 * (n as i64 + 1);
        let factor =
            |j: i64| [(2 * (j + 1) * (j + 1), 1), (all - j * (j + 1), 1), (1, (j + 1) * (j + 2))].map(Rational::from);
        Series {
            n,
            bits,
            limbs,
            ratios: ratios(3, n as u64, limbs),
            short_ratios: (1..n).map(|k| k as f64 / (k as f64 + 1.0)).collect(),
            factors: (0..MOST_TERMS as i64).map(factor).collect(),
        }
    }

    /// Roots of P_n from the `first`-th largest on in double precision; beyond the middle anything.
    fn starts(&self, first: usize) -> [f64; LANES] {
        let m = self.n as f64;
        let mut x = [0.0; LANES];
        for (lane, x) in x.iter_mut().enumerate() {
            let angle = std::f64::consts::PI * (4 * (first + lane) + 3) as f64 / (4 * self.n + 2) as f64;
            *x = (1.0 - 1.0 / (8.0 * m * m) + 1.0 / (8.0 * m * m * m)) * angle.cos();
        }
        for _ in 0..4 {
            // P_{k+1} = x P_k + r (x P_k - P_{k-1}), r = k/(k+1): no division in the loop.
            let (mut before, mut value) = ([1.0; LANES], x);
            for r in &self.short_ratios {
                for lane in 0..LANES {
                    let product = x[lane] * value[lane];
                    let next = product + r * (product - before[lane]);
                    (before[lane], value[lane]) = (value[lane], next);
                }
            }
            let mut largest = 0.0f64;
            for lane in 0..LANES {
                let slope = m * (before[lane] - x[lane] * value[lane]) / (1.0 - x[lane] * x[lane]);
                let step = value[lane] / slope;
                x[lane] -= step;
                largest = largest.max(step.abs());
            }
            // Quadratic convergence: the next step would be below the rounding error.
            if largest * m < 1e-7 {
                break;
            }
        }
        if self.n % 2 == 1 && (first..first + LANES).contains(&(self.n / 2)) {
            x[self.n / 2 - first] = 0.0;
        }
        x
    }

    /// The node near `start` and its weight.
    fn node(&self, start: f64) -> Result<(Ball, Ball)> {
        watch::check();
        let c = Balls::new(64 * self.limbs as u32);
        // Cut to 64 bits after the point: an exact number from here on.
        let numerator = (start * 2f64.powi(64)) as u64;
        let x0 = Ball::exact(Float::with_val(64, numerator) >> 64u32);
        let taylor = self.taylor(&c, numerator, &x0)?;
        let x = Float::with_val(self.bits + 8, &x0.middle + self.root(&taylor));
        let shift = c.sub(&Ball::exact(x.clone()), &x0);
        let (value, slope) = self.at(&c, &taylor, &shift);
        self.prove(&c, x, &value, &slope)
    }

    /// The Taylor coefficients of P_n at x0 = numerator / 2^64.
    fn taylor(&self, c: &Balls, numerator: u64, x0: &Ball) -> Result<Vec<Ball>> {
        let [value, before] = legendre_pair(numerator, self.n, &self.ratios, self.limbs);
        let one = c.rational(&Rational::from(1));
        let inverse = c.div(&one, &c.sub(&one, &c.mul(x0, x0)))?;
        let slope = c.scale(&c.mul(&c.sub(&before, &c.mul(x0, &value)), &inverse), &Rational::from(self.n));
        // So many that what is left out at twice the first step to the root is below a unit.
        let lowest = slope.mignitude();
        if lowest.is_zero() {
            return Err(self.unproved());
        }
        let step = value.magnitude() * Radius::double(2.0) / lowest;
        let unit = Radius::power_of_two(-(c.precision() as i32));
        let terms = self.rests(step).position(|rest| rest < unit).ok_or_else(|| self.unproved())?;
        let mut taylor = vec![value, slope];
        // (1-x^2) (j+1) (j+2) t_{j+2} = 2 (j+1)^2 x t_{j+1} - (n(n+1) - j(j+1)) t_j
        for ([twice, level, over], j) in self.factors.iter().zip(2..terms) {
            let first = c.scale(&c.mul(x0, &taylor[j - 1]), twice);
            let next = c.scale(&c.mul(&c.sub(&first, &c.scale(&taylor[j - 2], level)), &inverse), over);
            taylor.push(next);
        }
        Ok(taylor)
    }

    /// Bounds of the Taylor series of P_n within `step` of a point beyond 0, 1, ... terms: (n(n+1) step/2)^terms /
    /// (terms!)^2.
    fn rests(&self, step: Radius) -> impl Iterator<Item = Radius> {
        let reach = step * Radius::double(self.n as f64) * Radius::double(self.n as f64 + 1.0) * Radius::double(0.5);
        (0..MOST_TERMS).scan(Radius::double(1.0), move |rest, j| {
            if j > 0 {
                *rest = *rest * reach / Radius::double((j * j) as f64);
            }
            Some(*rest)
        })
    }

    /// The root of the Taylor polynomial near 0 by Newton's method; not proved.
    fn root(&self, taylor: &[Ball]) -> Float {
        let precision = 64 * self.limbs as u32;
        // A slope good to half the bits is enough for the last step.
        let short = precision / 2;
        let mut delta = Float::with_val(precision, -Float::with_val(short, &taylor[0].middle / &taylor[1].middle));
        // t_0 + t_1 d + t_2 d^2 = 0 to second order: one step of Newton's less.
        if let Some(curvature) = taylor.get(2) {
            let square = Float::with_val(short, delta.square_ref());
            delta -= square * &curvature.middle / &taylor[1].middle;
        }
        for _ in 0..MOST_TERMS {
            let near = Float::with_val(short, &delta);
            let (mut polynomial, mut slope) = (Float::new(precision), Float::new(short));
            for (j, t) in taylor.iter().enumerate().rev() {
                polynomial *= &delta;
                polynomial += &t.middle;
                if j > 0 {
                    slope *= &near;
                    slope += Float::with_val(short, &t.middle * j as u32);
                }
            }
            let step = polynomial / &slope;
            let done = step.get_exp().is_none_or(|e| e < -(precision as i32 - 8) / 2);
            delta -= step;
            if done {
                break;
            }
        }
        delta
    }

    /// P_n and P_n' at x0 + shift.
    fn at(&self, c: &Balls, taylor: &[Ball], shift: &Ball) -> (Ball, Ball) {
        let (mut value, mut slope) = (Ball::exact(Float::new(2)), Ball::exact(Float::new(2)));
        for t in taylor.iter().rev() {
            slope = c.add(&c.mul(&slope, shift), &value);
            value = c.add(&c.mul(&value, shift), t);
        }
        let (step, terms) = (shift.magnitude(), taylor.len());
        let rest = self.rests(step).nth(terms).unwrap_or(Radius::INFINITE);
        // The derivative of P_n begins with P_n^(terms)/(terms-1)! step^(terms-1): terms/step times as large.
        let rest_of_slope = if step.is_zero() { Radius::ZERO } else { rest * Radius::double(terms as f64) / step };
        (value.widened(rest), slope.widened(rest_of_slope))
    }

    fn unproved(&self) -> Error {
        Error::unable(format!("a Gauss-Legendre node of {} was not proved at {} bits", self.n, self.bits))
    }

    /// The node near x and its weight from P_n(x) and P_n'(x).
    fn prove(&self, c: &Balls, x: Float, value: &Ball, slope: &Ball) -> Result<(Ball, Ball)> {
        let x = Ball::exact(x);
        let room = c.sub(&c.rational(&Rational::from(1)), &c.mul(&x, &x));
        let lowest = slope.mignitude();
        if lowest.is_zero() {
            return Err(self.unproved());
        }
        // eta = 2 |v| / |d|; by symmetry the middle node of an odd rule is 0.
        let middle = self.n % 2 == 1 && x.middle.is_zero();
        let eta = if middle { Radius::ZERO } else { value.magnitude() * Radius::double(2.0) / lowest };
        let count = Radius::double(self.n as f64 + 2.0);
        let curvature = eta * count * count * count * count * Radius::double(0.25);
        if curvature > lowest || eta * count * count * Radius::double(4.0) > Radius::double(1.0) {
            return Err(self.unproved());
        }
        let square = c.mul(slope, slope);
        let g = c.mul(&room, &square).widened(square.magnitude() * eta * Radius::double(6.0));
        let weight = c.div(&c.rational(&Rational::from(2)), &g)?;
        Ok((x.widened(eta), weight))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: usize = 20;
    const BITS: u32 = 300;

    /// The node near x, from the Taylor series around the root in double precision next to it.
    fn node_near(x: &Float, start: f64) -> Result<(Ball, Ball)> {
        let series = Series::new(N, BITS);
        let c = Balls::new(64 * series.limbs as u32);
        let numerator = (start * 2f64.powi(64)) as u64;
        let x0 = Ball::exact(Float::with_val(64, numerator) >> 64u32);
        let taylor = series.taylor(&c, numerator, &x0)?;
        let shift = c.sub(&Ball::exact(x.clone()), &x0);
        let (value, slope) = series.at(&c, &taylor, &shift);
        series.prove(&c, x.clone(), &value, &slope)
    }

    /// Nodes that are moved by up to 10^-7 are found again, with their weights, and the balls are sharp.
    #[test]
    fn moved_nodes_are_still_enclosed() {
        let rule = GaussLegendre::new(N, BITS).unwrap();
        for (i, (x, w)) in rule.middles().enumerate() {
            for distance in [1e-7f64, -1e-7, 3e-12, 0.0] {
                // Terms enough for the distance.
                let start = x.to_f64() + 2.0 * distance;
                let (node, weight) = node_near(&Float::with_val(300, x + distance), start).unwrap();
                assert!(node.contains(x) && weight.contains(w), "node {i}, {distance:e}: {node:?}, {weight:?}");
                let radius = node.radius.to_float().to_f64();
                assert!(radius <= 3.0 * distance.abs() + 1e-80, "node {i}, {distance:e}: {radius:e}");
            }
        }
    }

    /// Where the slope is not known well enough nothing is proved.
    #[test]
    fn points_far_from_a_node_prove_nothing() {
        let rule = GaussLegendre::new(N, BITS).unwrap();
        let nodes: Vec<&Float> = rule.middles().map(|(x, _)| x).collect();
        for pair in nodes.windows(2) {
            let middle = Float::with_val(300, pair[0] + pair[1]) / 2u32;
            assert!(node_near(&middle, middle.to_f64()).is_err());
        }
        // 2 |v|/|d| times a bound of |P_n''| is above |d|.
        let off = Float::with_val(300, nodes[nodes.len() - 1] + 2e-4);
        assert!(node_near(&off, off.to_f64()).is_err());
    }

    /// P_n in fixed point, n = 500, is where the balls say; a ball of one unit would be too small.
    #[test]
    fn values_of_the_recurrence_are_enclosed() {
        let (n, limbs) = (500, 2);
        let mut beyond_one_unit = 0;
        for i in 1..40u64 {
            let numerator = (i << 58) + i * 12_345_678_901;
            let rough = legendre_pair(numerator, n, &ratios(3, n as u64, limbs), limbs);
            let fine = legendre_pair(numerator, n, &ratios(3, n as u64, 6), 6);
            for (rough, fine) in rough.iter().zip(&fine) {
                assert!(rough.contains(&fine.middle), "{numerator}: {rough:?} {fine:?}");
                let distance = Float::with_val(64, &rough.middle - &fine.middle).abs();
                beyond_one_unit += u32::from(distance > Float::with_val(64, Float::i_exp(1, 4 - 128)));
            }
        }
        assert!(beyond_one_unit > 10, "{beyond_one_unit}");
    }

    /// Taylor series that end early: what is left out counts, and the bound of it is not much too large.
    #[test]
    fn what_the_series_leaves_out_is_bounded() {
        let series = Series::new(N, BITS);
        let c = Balls::new(64 * series.limbs as u32);
        let evaluate = |numerator: u64| legendre_pair(numerator, N, &series.ratios, series.limbs);
        let (mut sharpest, mut tried) = (0.0f64, 0);
        for i in 1..16u64 {
            let (numerator, far) = (i << 60, (i << 60) + (1 << 50));
            let x0 = Ball::exact(Float::with_val(64, numerator) >> 64u32);
            let shift = Ball::exact(Float::with_val(64, 1) >> 14u32);
            // Next to a turning point no root is looked for.
            let Ok(taylor) = series.taylor(&c, numerator, &x0) else { continue };
            let exact = &evaluate(far)[0];
            let slope_there =
                series.taylor(&c, far, &Ball::exact(Float::with_val(64, far) >> 64u32)).unwrap()[1].clone();
            tried += 1;
            for terms in 2..8 {
                let (value, slope) = series.at(&c, &taylor[..terms], &shift);
                for (found, exact) in [(value, exact), (slope, &slope_there)] {
                    let distance = Float::with_val(64, &found.middle - &exact.middle).abs();
                    let allowed = (found.radius + exact.radius).to_float();
                    assert!(distance <= allowed, "{numerator} {terms}: {distance:e} {allowed:e}");
                    sharpest = sharpest.max((distance / allowed).to_f64());
                }
            }
        }
        assert!(sharpest > 0.01 && tried > 5, "{sharpest} {tried}");
    }
}
