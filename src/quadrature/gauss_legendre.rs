//! Gauss-Legendre nodes and weights at any precision.
//!
//! A double-precision root x0 of P_n is corrected by the Taylor series of P_n around x0, whose coefficients follow
//! from Legendre's equation: one evaluation of P_n, P_{n-1} at the short number x0 in fixed point is all that runs
//! over the degrees (compare Glaser, Liu and Rokhlin, SIAM J. Sci. Comput. 2007).

use crate::error::{Error, Result};
use crate::number::fixed::{legendre_last, legendre_pair, ratios};
use crate::number::{Ball, Balls, Number, Radius};
use rayon::prelude::*;
use rug::{Float, Rational};

/// The n-point Gauss-Legendre rule on \[-1, 1\]: exact for polynomials of degree 2n - 1.
///
/// Only the nodes x >= 0 are kept, decreasing; -x has the same weight. Absolute errors are below 2^-bits (checked
/// against exact integrals of P_m and against Arb's nodes, not proved). Cost O(n^2) operations on short products,
/// on all cores.
///
/// ```
/// use zonal::quadrature::GaussLegendre;
/// let rule = GaussLegendre::new(3, 100);
/// // nodes 0 and sqrt(3/5), weights 8/9 and 5/9
/// assert!(rule.nodes[0].to_string().starts_with("7.7459666924148337703585307995"));
/// assert!((rule.weights[1].clone() * 9u32 - 8u32).abs() < 1e-28);
/// ```
#[derive(Clone, Debug)]
pub struct GaussLegendre {
    /// The nodes x >= 0, decreasing; the last is 0 if n is odd.
    pub nodes: Vec<Float>,
    /// Their weights.
    pub weights: Vec<Float>,
}

impl GaussLegendre {
    /// The rule with n >= 1 nodes, to an absolute error of about 2^-bits.
    pub fn new(n: usize, bits: u32) -> Self {
        let n = n.max(1);
        // P_n is evaluated with an absolute error of about n units; the root's condition number is below n^2.
        let fraction = bits.max(64) + 3 * n.ilog2() + 36;
        let limbs = fraction.div_ceil(64) as usize;
        let ratios = ratios(3, n as u64, limbs);
        let double_ratios: Vec<f64> = (1..n).map(|k| k as f64 / (k as f64 + 1.0)).collect();
        let (nodes, weights) = (0..n.div_ceil(2))
            .into_par_iter()
            .with_min_len(8)
            .map(|i| node(n, start(n, i, &double_ratios), bits, &ratios, limbs))
            .unzip();
        GaussLegendre { nodes, weights }
    }
}

/// A Gauss-Legendre rule with proved nodes and weights: the true ones lie in the balls.
#[derive(Clone, Debug)]
pub struct ProvedRule {
    /// The nodes x >= 0, decreasing; the last is exactly 0 if n is odd.
    pub nodes: Vec<Ball>,
    /// Their weights.
    pub weights: Vec<Ball>,
}

impl ProvedRule {
    /// The rule with n >= 2 nodes, to an absolute error of about 2^-bits.
    ///
    /// At each computed node x the recurrence gives v = P_n(x) and d = P_n'(x) = n (P_{n-1}(x) - x P_n(x)) / (1 - x^2) with proved errors.
    /// On \[-1, 1\], |P_n''| <= B = (n-1) n (n+1) (n+2)/8. With eta = 2 |v|/|d|, eta B <= |d|/2: the slope is at least |d|/2 within eta, so
    /// that P_n changes sign there and has one root. The balls of radius eta are apart, so that these are all n roots. The
    /// weight is 2/g at the root, g(x) = (1-x^2) P_n'(x)^2, and g' = 2 x P_n'^2 - 2 n (n+1) P_n P_n': within eta, where |P_n'| <= 3 |d|/2
    /// and |P_n| <= 2 |d| eta, |g'| <= d^2 (9/2 + 6 n (n+1) eta) <= 6 d^2 if 4 n (n+1) eta <= 1. Hence g is within 6 eta d^2 of its value at x.
    ///
    /// ```
    /// use zonal::quadrature::ProvedRule;
    /// let rule = ProvedRule::new(3, 100)?;
    /// // 3 times the weight at sqrt(3/5) is 5/3
    /// let weight = rule.weights[0].middle.clone() * 3u32 - rug::Float::with_val(200, 5) / 3u32;
    /// assert!(weight.abs() <= rule.weights[0].radius.to_float() * 4u32 && rule.weights[0].radius.to_float() < 1e-27);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Unable` if a node could not be proved: a sign of too few bits.
    pub fn new(n: usize, bits: u32) -> Result<Self> {
        let rule = GaussLegendre::new(n, bits);
        let limbs = (bits + 4 * n.ilog2() + 40).div_ceil(64) as usize;
        let ratios = ratios(3, n as u64, limbs);
        let proved: Vec<(Ball, Ball)> =
            rule.nodes.par_iter().with_min_len(8).map(|x| prove(x, n as u64, &ratios, limbs)).collect::<Result<_>>()?;
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
        Ok(ProvedRule { nodes, weights })
    }
}

/// The node near x and its weight.
fn prove(x: &Float, n: u64, ratios: &[u64], limbs: usize) -> Result<(Ball, Ball)> {
    let c = Balls::new(64 * limbs as u32);
    let [value, before] = legendre_last(x, n, ratios, limbs);
    let x = Ball::exact(x.clone());
    let room = c.sub(&c.rational(&Rational::from(1)), &c.mul(&x, &x));
    let slope = c.scale(&c.div(&c.sub(&before, &c.mul(&x, &value)), &room)?, &Rational::from(n));
    let lowest = slope.mignitude();
    let unproved = || Error::unable(format!("a Gauss-Legendre node of {n} was not proved"));
    if lowest.is_zero() {
        return Err(unproved());
    }
    // eta = 2 |v| / |d|; by symmetry the middle node of an odd rule is 0.
    let middle = n % 2 == 1 && x.middle.is_zero();
    let eta = if middle { Radius::ZERO } else { value.magnitude() * Radius::double(2.0) / lowest };
    let count = Radius::double(n as f64 + 2.0);
    let curvature = eta * count * count * count * count * Radius::double(0.25);
    if curvature > lowest || eta * count * count * Radius::double(4.0) > Radius::double(1.0) {
        return Err(unproved());
    }
    let square = c.mul(&slope, &slope);
    let g = c.mul(&room, &square).widened(square.magnitude() * eta * Radius::double(6.0));
    let weight = c.div(&c.rational(&Rational::from(2)), &g)?;
    Ok((x.widened(eta), weight))
}

/// The (i+1)-th largest root of P_n in double precision.
fn start(n: usize, i: usize, ratios: &[f64]) -> f64 {
    if n % 2 == 1 && i == n / 2 {
        return 0.0;
    }
    let m = n as f64;
    let angle = std::f64::consts::PI * (4 * i + 3) as f64 / (4 * n + 2) as f64;
    let mut x = (1.0 - 1.0 / (8.0 * m * m) + 1.0 / (8.0 * m * m * m)) * angle.cos();
    for _ in 0..4 {
        // P_{k+1} = x P_k + r (x P_k - P_{k-1}), r = k/(k+1): no division in the loop.
        let (mut before, mut value) = (1.0, x);
        for r in ratios {
            let product = x * value;
            (before, value) = (value, product + r * (product - before));
        }
        let slope = m * (before - x * value) / (1.0 - x * x);
        let step = value / slope;
        x -= step;
        // Quadratic convergence: the next step would be below the rounding error.
        if step.abs() * m < 1e-7 {
            break;
        }
    }
    x
}

fn node(n: usize, start: f64, bits: u32, ratios: &[u64], limbs: usize) -> (Float, Float) {
    let precision = 64 * limbs as u32;
    let fraction = precision - 8;
    // x0 cut to 64 bits after the point: an exact number from here on.
    let numerator = (start * 2f64.powi(64)) as u64;
    let x0 = Float::with_val(precision, numerator) >> 64u32;
    let (p_n, p_before) = legendre_pair(numerator, n, ratios, limbs);
    let (p_n, p_before) = (Float::with_val(precision, p_n), Float::with_val(precision, p_before));

    // Taylor coefficients at x0: (1-x^2) y'' = 2 x y' - n(n+1) y.
    let one_minus_square = 1u32 - Float::with_val(precision, x0.square_ref());
    let inverse = Float::with_val(precision, 1u32 / one_minus_square);
    let slope = (p_before - Float::with_val(precision, &x0 * &p_n)) * n as u64 * &inverse;
    let mut taylor = vec![p_n, slope];
    let shift = Float::with_val(precision, -(Float::with_val(precision, &taylor[0] / &taylor[1])));
    let mut power = shift.clone();
    let eigenvalue = n as u64 * (n as u64 + 1);
    for j in 0u64.. {
        power *= &shift;
        let first = Float::with_val(precision, &x0 * &taylor[j as usize + 1]) * (2 * (j + 1) * (j + 1));
        let second = Float::with_val(precision, &taylor[j as usize] * (eigenvalue - (j * (j + 1)).min(eigenvalue)));
        let next = (first - second) * &inverse / ((j + 1) * (j + 2));
        let size = Float::with_val(32, &next * &power);
        let small = match (size.get_exp(), taylor[1].get_exp()) {
            (Some(term), Some(slope)) => term < slope - fraction as i32,
            _ => true,
        };
        taylor.push(next);
        // Two small terms in a row: one may be small by parity.
        if small && j >= 2 {
            break;
        }
    }

    // The root of the Taylor polynomial by Newton's method; a slope good to half the bits is enough for the last step.
    let mut delta = shift;
    loop {
        let short = precision / 2;
        let near = Float::with_val(short, &delta);
        let mut polynomial = Float::new(precision);
        let mut slope = Float::new(short);
        for (j, c) in taylor.iter().enumerate().rev() {
            polynomial *= &delta;
            polynomial += c;
            if j > 0 {
                slope *= &near;
                slope += Float::with_val(short, c * j as u32);
            }
        }
        let step = polynomial / &slope;
        let done = step.get_exp().is_none_or(|e| e < -(fraction as i32) / 2);
        delta -= step;
        if done {
            break;
        }
    }
    let x = Float::with_val(precision, &x0 + &delta);
    // w = 2 / ((1 - x^2) P_n'(x)^2); the slope before the last step is off by less than its square root.
    let denominator =
        (1u32 - Float::with_val(precision, x.square_ref())) * slope_at(&taylor, &x, &x0, precision).square();
    let weight = 2u32 / denominator;
    (Float::with_val(bits + 8, x), Float::with_val(bits + 8, weight))
}

/// The derivative of the Taylor polynomial at x.
fn slope_at(taylor: &[Float], x: &Float, x0: &Float, precision: u32) -> Float {
    let delta = Float::with_val(precision, x - x0);
    let mut slope = Float::new(precision);
    for (j, c) in taylor.iter().enumerate().skip(1).rev() {
        slope *= &delta;
        slope += Float::with_val(precision, c * j as u32);
    }
    slope
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: u64 = 20;

    fn node_near(x: &Float) -> Result<(Ball, Ball)> {
        prove(x, N, &ratios(3, N, 6), 6)
    }

    /// Nodes that are moved by up to 10^-7 are found again, with their weights, and the balls are sharp.
    #[test]
    fn moved_nodes_are_still_enclosed() {
        let rule = GaussLegendre::new(N as usize, 300);
        for (i, (x, w)) in rule.nodes.iter().zip(&rule.weights).enumerate() {
            for distance in [1e-7f64, -1e-7, 3e-12, 0.0] {
                let (node, weight) = node_near(&Float::with_val(300, x + distance)).unwrap();
                assert!(node.contains(x) && weight.contains(w), "node {i}, {distance:e}: {node:?}, {weight:?}");
                let radius = node.radius.to_float().to_f64();
                assert!(radius <= 3.0 * distance.abs() + 1e-80, "node {i}, {distance:e}: {radius:e}");
            }
        }
    }

    /// Where the slope is not known well enough nothing is proved.
    #[test]
    fn points_far_from_a_node_prove_nothing() {
        let rule = GaussLegendre::new(N as usize, 300);
        for pair in rule.nodes.windows(2) {
            let middle = Float::with_val(300, &pair[0] + &pair[1]) / 2u32;
            assert!(node_near(&middle).is_err());
        }
        // 2 |v|/|d| times a bound of |P_n''| is above |d|.
        let last = rule.nodes.last().unwrap();
        assert!(node_near(&Float::with_val(300, last + 2e-4)).is_err());
    }

    /// P_n in fixed point, n = 500, is where the balls say; a ball of one unit would be too small.
    #[test]
    fn values_of_the_recurrence_are_enclosed() {
        let (n, limbs) = (500, 2);
        let mut beyond_one_unit = 0;
        for i in 1..40 {
            // Short numbers: not cut.
            let t = Float::with_val(16, i) / 41u32;
            let t = Float::with_val(16, t);
            let rough = legendre_last(&t, n, &ratios(3, n, limbs), limbs);
            let fine = legendre_last(&t, n, &ratios(3, n, 6), 6);
            for (rough, fine) in rough.iter().zip(&fine) {
                assert!(rough.contains(&fine.middle), "t = {t}: {rough:?} {fine:?}");
                let distance = Float::with_val(64, &rough.middle - &fine.middle).abs();
                beyond_one_unit += u32::from(distance > Float::with_val(64, Float::i_exp(1, 4 - 128)));
            }
        }
        assert!(beyond_one_unit > 10, "{beyond_one_unit}");
    }
}
