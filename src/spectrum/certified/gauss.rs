//! Gauss-Legendre in theta with a proved error.

use super::rule::{BOUND_BITS, Proved, affordable, summed, truncation};
use crate::error::{Error, Result};
use crate::kernel::{Point, Strip};
use crate::number::{Ball, Balls, Elementary, Interval, Intervals, Number, Radius};
use crate::quadrature::GaussLegendre;
use crate::spectrum::examined_kernel::ExaminedKernel;
use crate::spectrum::quadrature::{Effort, Pass, log_growth, shorter_half_width};
use rayon::prelude::*;
use rug::{Float, Rational};
use std::f64::consts::{FRAC_PI_2, LN_2};

/// Ellipses are not taken larger than ln rho = 1.2: up to there the points of an ellipse around \[0, pi\] that lie
/// beyond an end are closer to that end than the ellipse is high, so that they lie in the disc of the strip.
const LARGEST_LOG_RHO: f64 = 1.2;

/// The largest rule, and the largest multiple of what the oscillation and the precision ask for: rules on intervals are
/// cheaper then.
const MOST_NODES: usize = 100_000;
const WASTE: u64 = 6;

/// A rule that is good enough: its ellipse, the bound on it, its nodes.
struct Choice {
    half_width: f64,
    whole: bool,
    strip: Strip,
    log_rho: f64,
    nodes: usize,
}

impl Choice {
    fn new(problem: &ExaminedKernel, highest: u64, bits: u32) -> Result<Self> {
        let p = problem.dimension();
        let cut = shorter_half_width(p, bits);
        let (whole, half_width) = (cut.is_none(), cut.unwrap_or(FRAC_PI_2));
        let log_rho = |height: f64| (height / half_width).asinh().min(LARGEST_LOG_RHO) * (1.0 - 1e-9);
        let needed = |height: f64, bound: Radius| {
            let log_rho = log_rho(height);
            let growth = log_growth(p, highest, half_width * log_rho.sinh());
            (f64::from(bits) * LN_2 + bound.ln() + growth + 4.0 - log_rho.min(1.0).ln()) / (2.0 * log_rho)
        };
        let strip = problem.best_strip(needed)?;
        let nodes = needed(strip.height, strip.bound);
        let most = (MOST_NODES as u64).min(WASTE * (highest + p + u64::from(bits)) + 1000);
        if nodes.is_nan() || nodes > most as f64 {
            return Err(Error::unable(format!(
                "a proved quadrature of {} in dimension {p} up to degree {highest} needs more than {most} nodes",
                problem.kernel
            )));
        }
        Ok(Choice { half_width, whole, log_rho: log_rho(strip.height), strip, nodes: nodes.max(2.0) as usize + 2 })
    }

    /// A bound of the error of the rule, and of what was cut off, for integrals over \[0, pi\] without the factor 1/Z.
    fn truncation(&self, p: u64, highest: u64) -> Result<Ball> {
        let c = Balls::new(BOUND_BITS);
        let number = |x: f64| Ball::exact(Float::with_val(53, x));
        // The ellipse of parameter rho around [-1, 1] has the semi-minor axis sinh(ln rho): times h in theta, at most
        // the strip's height.
        let log_rho = Interval::point(self.log_rho);
        let real = Intervals::PROVED;
        let height = real.mul(&Interval::point(self.half_width.next_up()), &log_rho.sinh());
        if height.high > self.strip.height {
            return Err(Error::unable("the ellipse is higher than the strip"));
        }
        let growth = growth_bound(p, highest, height.high)?;
        let size = c.mul(&Ball::exact(self.strip.bound.to_float()), &growth);
        let rule = truncation(&number(self.half_width.next_up()), &size, self.log_rho, self.nodes)?;
        if self.whole {
            return Ok(rule);
        }
        // Two pieces of length pi/2 - h, where sin theta <= cos h, |P_k| <= 1 and |kappa| <= bound.
        let h = number(self.half_width);
        let length = c.sub(&c.pi(), &c.scale(&h, &Rational::from(2)));
        let sine = c.power(&c.elementary(Elementary::Cos, &h)?, &Rational::from(p - 2))?;
        Ok(c.add(&rule, &c.mul(&c.mul(&length, &sine), &Ball::exact(self.strip.bound.to_float()))))
    }
}

/// A bound of |sin^{p-2}(theta) P_k(cos theta)| for |Im theta| <= y, k <= K: cosh(y)^{p-2} P_K(cosh y), because P_k(cos
/// theta) is a cosine sum with non-negative coefficients, and P_k(t), t >= 1, increases with k.
fn growth_bound(p: u64, highest: u64, y: f64) -> Result<Ball> {
    let c = Balls::new(BOUND_BITS);
    let real = Intervals::PROVED;
    let whole = |n: u64| Interval::point(n as f64);
    let t = Interval::point(y).cosh();
    let top = |x: f64| Ball::exact(Float::with_val(53, x));
    let mut bound = c.power(&top(t.high), &Rational::from(p - 2))?;
    // P_{k+1}/P_k = ((2k+p-2) t - k P_{k-1}/P_k)/(k+p-2)
    let mut ratio = t;
    for k in 0..highest {
        if k > 0 {
            let (twice, once) = (whole(2 * k + p - 2), whole(k + p - 2));
            ratio = real.div(&real.sub(&real.mul(&twice, &t), &real.div(&whole(k), &ratio)?), &once)?;
        }
        bound = Ball::exact(c.mul(&bound, &top(ratio.high)).magnitude().to_float());
    }
    Ok(Ball::exact(bound.magnitude().to_float()))
}

/// What the nodes share.
struct Sampler<'a> {
    problem: &'a ExaminedKernel,
    c: Balls,
    /// pi/2
    right: Ball,
    half_width: Ball,
    /// h/Z
    constant: Ball,
    highest: u64,
}

impl<'a> Sampler<'a> {
    fn new(problem: &'a ExaminedKernel, c: Balls, choice: &Choice, highest: u64) -> Result<Self> {
        let right = c.scale(&c.pi(), &Rational::from((1, 2)));
        let half_width = if choice.whole { right.clone() } else { Ball::exact(Float::with_val(53, choice.half_width)) };
        let constant = c.mul(&problem.sphere.funk_hecke().value(&c)?, &half_width);
        Ok(Sampler { problem, c, right, half_width, constant, highest })
    }

    /// The pair of nodes pi/2 -+ h x with weight w.
    fn at(&self, x: &Ball, w: &Ball) -> Result<Proved> {
        let c = &self.c;
        let offset = c.mul(x, &self.half_width);
        let (sine, cosine) = c.sine_and_cosine(&offset)?;
        let kernel =
            |u: Ball, angle: Ball| self.problem.program.evaluate(c, &Point { u, angle: Some((angle, cosine.clone())) });
        let kappa = kernel(sine.clone(), c.sub(&self.right, &offset))?;
        let mirror = kernel(c.neg(&sine), c.add(&self.right, &offset))?;
        let power = Rational::from(self.problem.dimension() - 2);
        let measure = c.mul(&c.mul(&c.power(&cosine, &power)?, &self.constant), w);
        let even = c.mul(&c.add(&kappa, &mirror), &measure);
        let odd = c.mul(&c.sub(&kappa, &mirror), &measure);
        Ok(Proved::new(sine, even, odd, self.highest))
    }
}

/// Computes the eigenvalues of these degrees by one Gauss-Legendre rule in theta, with a proved error.
pub fn pass(problem: &ExaminedKernel, degrees: &[u64], effort: Effort) -> Result<Pass> {
    let p = problem.dimension();
    let highest = degrees.last().copied().unwrap_or(0);
    let scale = problem.value_at_one(64)?.get_exp().unwrap_or(0);
    let choice = Choice::new(problem, highest, effort.bits.saturating_add_signed(-scale) + 8 * effort.attempt)?;
    // Rounding of n samples; the derivative of P_K at a rounded node, below K^2.
    let guard = 2 * (64 - (highest + choice.nodes as u64).leading_zeros()) + 20;
    let precision = effort.bits.saturating_add_signed(-scale) + guard;
    affordable(problem, highest, choice.nodes as f64 * (highest as f64 + choice.nodes as f64), precision)?;
    let rule = GaussLegendre::new(choice.nodes, precision)?;
    let c = Balls::new(precision);
    let sampler = Sampler::new(problem, c, &choice, highest)?;
    let middle = (choice.nodes % 2 == 1).then_some(choice.nodes / 2);
    // The middle node of an odd rule stands for itself, not for a pair: half of each of its two equal values.
    let one = |(index, (x, w)): (usize, (&Ball, &Ball))| {
        if Some(index) == middle { sampler.at(x, &c.scale(w, &Rational::from((1, 2)))) } else { sampler.at(x, w) }
    };
    let pairs: Vec<_> = rule.nodes.iter().zip(&rule.weights).enumerate().collect();
    let proved = pairs.into_par_iter().with_min_len(4).map(one).collect::<Result<Vec<Proved>>>()?;

    summed(problem, &choice.truncation(p, highest)?, proved, degrees, precision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Sphere;
    use crate::kernel::Kernel;
    use crate::spectrum::projection::project;

    /// cosh(y)^{p-2} P_K(cosh y) in doubles.
    fn growth(p: f64, highest: u32, y: f64) -> f64 {
        let t = y.cosh();
        let (mut before, mut value) = (1.0, t);
        for k in 1..highest {
            let k = f64::from(k);
            (before, value) = (value, ((2.0 * k + p - 2.0) * t * value - k * before) / (k + p - 2.0));
        }
        t.powf(p - 2.0) * if highest == 0 { 1.0 } else { value }
    }

    #[test]
    fn the_growth_is_bounded_sharply() {
        for (p, highest, y) in [(2, 7, 0.3), (3, 0, 0.5), (3, 1, 0.5), (10, 20, 0.8), (50, 100, 0.1)] {
            let bound = growth_bound(p, u64::from(highest), y).unwrap().middle.to_f64();
            let expected = growth(p as f64, highest, y);
            assert!(bound >= expected * (1.0 - 1e-12) && bound <= expected * (1.0 + 1e-12), "{bound} {expected}");
        }
    }

    /// The formula of docs/proofs.md, on the whole half-circle and on a part; no ellipse beyond the strip.
    #[test]
    fn the_truncation_is_what_the_formula_says() {
        for (p, half_width, whole, log_rho, nodes) in
            [(10, FRAC_PI_2, true, 0.4, 40), (3, FRAC_PI_2, true, 0.1, 10), (50, 1.0, false, 0.6, 300)]
        {
            let strip = Strip { height: 0.7, bound: Radius::double(3.0), rectangles: 1 };
            let mut choice = Choice { half_width, whole, strip, log_rho, nodes };
            let (n, rho) = (nodes as f64, log_rho.exp());
            let size = 3.0 * growth(p as f64, 20, half_width * log_rho.sinh()) * half_width;
            let rule = 64.0 / 15.0 * size / ((rho * rho - 1.0) * rho.powf(2.0 * n - 2.0));
            let cut = (std::f64::consts::PI - 2.0 * half_width) * half_width.cos().powf(p as f64 - 2.0) * 3.0;
            let expected = if whole { rule } else { rule + cut };
            let bound = choice.truncation(p, 20).unwrap().magnitude().to_float().to_f64();
            assert!(bound >= expected * (1.0 - 1e-9) && bound <= expected * (1.0 + 1e-9), "{bound:e} {expected:e}");
            choice.log_rho = (0.71 / half_width).asinh();
            assert!(choice.truncation(p, 20).is_err());
        }
    }

    /// Nodes that are known to 10^-9 only: the errors cover what P_200 makes of that, which is more than what the
    /// kernel does.
    #[test]
    fn the_errors_of_nodes_count() {
        let kernel = Kernel::parse("exp(u)").unwrap();
        let problem = ExaminedKernel::new(kernel, Sphere::in_dimension(3).unwrap()).unwrap();
        let choice = Choice::new(&problem, 200, 100).unwrap();
        let sampler = Sampler::new(&problem, Balls::new(200), &choice, 200).unwrap();
        let weight = Ball::exact(Float::with_val(53, 1));
        let mut largest = 0.0f64;
        for i in 1..20 {
            let x = Float::with_val(80, 0.047 * f64::from(i));
            let rough = sampler.at(&Ball::exact(x.clone()).widened(Radius::double(1e-9)), &weight).unwrap();
            let fine = sampler.at(&Ball::exact(x + 1e-9), &weight).unwrap();
            let [rough_sum, fine_sum] = [&rough, &fine]
                .map(|proved| project(std::slice::from_ref(&proved.sample), 3, &[200], 200).sums.remove(0));
            let moved = Float::with_val(53, rough_sum - fine_sum).abs().to_f64();
            let error = rough.error.to_float().to_f64();
            assert!(moved <= error, "{moved:e} {error:e}");
            largest = largest.max(moved / error);
        }
        assert!(largest > 1e-4, "{largest:e}");
    }

    /// What a formula loses by cancellation is part of the error: mu_0 of exp(u) in three dimensions is sinh(1).
    #[test]
    fn cancellation_in_the_kernel_counts() {
        let kernel = Kernel::parse("(10^30+exp(u))-10^30").unwrap();
        let problem = ExaminedKernel::new(kernel, Sphere::in_dimension(3).unwrap()).unwrap();
        let pass = pass(&problem, &[0], Effort { bits: 90, attempt: 0 }).unwrap();
        let distance = (Float::with_val(200, 1).sinh() - &pass.sums[0]).abs();
        assert!(distance <= pass.error && pass.error > 1e-8 && pass.error < 1e3, "{distance:e} {:e}", pass.error);
    }
}
