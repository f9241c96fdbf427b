//! Gauss-Legendre in theta, for kernels analytic in theta.

use super::{Effort, Pass, evaluation_error_log2, log2, power_of_two};
use crate::error::Result;
use crate::kernel::Point;
use crate::number::Multiprecision;
use crate::quadrature::GaussLegendre;
use crate::spectrum::envelope::{Envelope, log_sum};
use crate::spectrum::examined_kernel::ExaminedKernel;
use crate::spectrum::projection::{Sample, project};
use rayon::prelude::*;
use rug::ops::Pow;
use rug::{Float, float::Constant};
use std::f64::consts::{FRAC_PI_2, LN_2};

/// Rules with more nodes than this multiple of what the oscillation and the precision ask for, or than
/// `MOST_NODES`, are left to tanh-sinh: the kernel is then nearly singular in theta.
const WASTE: usize = 6;

/// The largest rule.
const MOST_NODES: usize = 400_000;

fn affordable(nodes: usize, highest: u64, bits: u32) -> bool {
    nodes <= MOST_NODES.min(WASTE * (highest as usize + bits as usize) + 5000)
}

/// How often the number of nodes is raised before the kernel counts as not analytic in theta.
const MOST_RAISES: u32 = 3;

/// Coefficients looked at, beyond the expected last one, to see that they stay at the noise.
const WINDOW: usize = 16;

/// The integration interval pi/2 +- h and how the integrand grows off it.
struct Interval {
    half_width: f64,
    /// Whether h is pi/2: the whole half-circle.
    whole: bool,
    /// log2 of a bound of |kappa| on what is cut off.
    outside: f64,
    /// Samples of (ln rho, ln of a bound of |sin^{p-2} P_K| on the ellipse of that rho).
    growth: Vec<(f64, f64)>,
}

impl Interval {
    fn new(problem: &ExaminedKernel, highest: u64, bits: u32) -> Self {
        let p = problem.dimension();
        // What is cut off is below 2^-(bits+16) times the kernel there, which intervals bound.
        let cut = shorter_half_width(p, bits).map(|h| (h, problem.bound_outside(h)));
        let cut = cut.filter(|(_, outside)| outside.is_finite());
        let whole = cut.is_none();
        let (half_width, outside) = cut.unwrap_or((FRAC_PI_2, f64::NEG_INFINITY));
        let growth = (0..80)
            .map(|i| {
                let log_rho = 0.01 * 1.08f64.powi(i);
                // The ellipse of parameter rho has the semi-minor axis sinh(ln rho), times h in theta.
                (log_rho, log_growth(p, highest, half_width * log_rho.sinh()))
            })
            .collect();
        Interval { half_width, whole, outside, growth }
    }

    fn exact_half_width(&self, precision: u32) -> Float {
        if self.whole {
            Float::with_val(precision, Constant::Pi) / 2u32
        } else {
            Float::with_val(precision, self.half_width)
        }
    }

    /// ln of a bound for the sum of the Chebyshev coefficients of sin^{p-2} P_K beyond index j: from
    /// |d_j| <= 2 M rho^-j, the best rho. At most ln 4 in any case, since |sin^{p-2} P_K| <= 1.
    fn log_tail(&self, j: f64) -> f64 {
        let bound = |(r, m): &(f64, f64)| LN_2 + m - j * r - (1.0 - (-r).exp()).ln();
        self.growth.iter().map(bound).fold((4.0f64).ln(), f64::min)
    }

    /// The nodes that a kernel of this envelope needs: for each ellipse, M_kernel M rho^-2n < 2^-bits.
    fn nodes(&self, envelope: &Envelope, bits: f64) -> usize {
        let needed = |(r, m): &(f64, f64)| (bits * LN_2 + m + envelope.growth(*r) + 4.0) / (2.0 * r);
        let by_ellipse = self.growth.iter().map(needed).fold(f64::INFINITY, f64::min).max(1.0);
        // The samples must resolve the kernel itself, so that the check can see its coefficients fade.
        let resolved = envelope.resolved_at(bits) * 21 / 20 + WINDOW + 4;
        (by_ellipse.min(1e9) as usize + 2).max(resolved)
    }
}

/// h such that sin^{p-2} < 2^-(bits+16) further than h from pi/2: that may be cut off; `None` where it is not worth it.
pub fn shorter_half_width(p: u64, bits: u32) -> Option<f64> {
    let half_width = (-f64::from(bits + 16) * LN_2 / (p as f64 - 2.0)).exp().acos();
    (p > 2 && half_width <= 0.97 * FRAC_PI_2).then_some(half_width)
}

/// ln of a bound for |sin^{p-2}(theta) P_K(cos theta)|, |Im theta| <= y: cosh(y)^{p-2} P_K(cosh y), because P_K(cos
/// theta) is a cosine sum with non-negative coefficients.
pub fn log_growth(p: u64, highest: u64, y: f64) -> f64 {
    let (t, p) = (y.cosh(), p as f64);
    // Ratio recurrence for P_{k+1}/P_k, which stays in range.
    let (mut ratio, mut sum) = (t, if highest > 0 { t.ln() } else { 0.0 });
    for k in 1..highest {
        let k = k as f64;
        ratio = ((2.0 * k + p - 2.0) * t - k / ratio) / (k + p - 2.0);
        sum += ratio.ln();
    }
    (p - 2.0) * t.ln() + sum
}

/// The number of nodes that a plan expects, or `None` where tanh-sinh is expected.
pub fn planned_nodes(problem: &ExaminedKernel, highest: u64, bits: u32) -> Result<Option<usize>> {
    let interval = Interval::new(problem, highest, bits);
    if !smooth_on(problem, &interval) {
        return Ok(None);
    }
    let Some(envelope) = envelope(problem, &interval)? else {
        return Ok(None);
    };
    let nodes = interval.nodes(&envelope, f64::from(bits));
    Ok(affordable(nodes, highest, bits).then_some(nodes))
}

fn smooth_on(problem: &ExaminedKernel, interval: &Interval) -> bool {
    let reach = interval.half_width.sin();
    if !problem.singularities.decided || (interval.whole && problem.singularities.steep_ends) {
        return false;
    }
    problem.singularities.interior.iter().all(|point| point.near.abs() > reach)
}

fn envelope(problem: &ExaminedKernel, interval: &Interval) -> Result<Option<Envelope>> {
    if interval.whole { problem.pilot() } else { problem.pilot_within(interval.half_width) }
}

/// One pass; `None` if the kernel is not resolved: not analytic in theta, or nearly so.
pub(super) fn pass(problem: &ExaminedKernel, degrees: &[u64], effort: Effort) -> Result<Option<Pass>> {
    let highest = degrees.last().copied().unwrap_or(0);
    let interval = Interval::new(problem, highest, effort.bits);
    if !smooth_on(problem, &interval) {
        return Ok(None);
    }
    let Some(mut envelope) = envelope(problem, &interval)? else {
        return Ok(None);
    };
    for _ in 0..MOST_RAISES {
        let nodes = interval.nodes(&envelope, f64::from(effort.bits)) + 8 * effort.attempt as usize;
        if !affordable(nodes, highest, effort.bits) {
            return Ok(None);
        }
        match with_nodes(problem, degrees, effort, &interval, &envelope, nodes)? {
            Outcome::Resolved(pass) => return Ok(Some(pass)),
            Outcome::Unresolved(Some(measured)) => envelope = measured,
            Outcome::Unresolved(None) => return Ok(None),
        }
    }
    Ok(None)
}

enum Outcome {
    Resolved(Pass),
    /// The measured envelope, if the coefficients decay at all.
    Unresolved(Option<Envelope>),
}

fn with_nodes(
    problem: &ExaminedKernel,
    degrees: &[u64],
    effort: Effort,
    interval: &Interval,
    envelope: &Envelope,
    nodes: usize,
) -> Result<Outcome> {
    let p = problem.dimension();
    let highest = degrees.last().copied().unwrap_or(0);
    // The rounding errors of n samples, the derivative of P_K at a rounded node (below K^2), and some room.
    let guard = 2 * (64 - (highest + nodes as u64).leading_zeros()) + 4;
    let bits = effort.bits + guard;
    let precision = bits + 16;
    let rule = GaussLegendre::new(nodes, precision)?;
    let half_width = interval.exact_half_width(precision);
    let constant = problem.sphere.funk_hecke().enclosure(precision)?.middle * &half_width;
    let context = Multiprecision::new(precision);
    let right = Float::with_val(precision, Constant::Pi) / 2u32;

    // kappa at pi/2 -+ h x, with the weights of the bare rule and of the integral.
    let values = rule
        .nodes
        .par_iter()
        .map(|x| {
            let offset = Float::with_val(precision, &x.middle * &half_width);
            let (sine, cosine) = offset.clone().sin_cos(Float::new(precision));
            let at = |u: Float, angle: Float| Point { u, angle: Some((angle, cosine.clone())) };
            let above = at(sine.clone(), Float::with_val(precision, &right - &offset));
            let below = at(Float::with_val(precision, -&sine), Float::with_val(precision, &right + &offset));
            let kappa = problem.program.evaluate(&context, &above)?;
            let mirror = problem.program.evaluate(&context, &below)?;
            Ok((sine, cosine, kappa, mirror))
        })
        .collect::<Result<Vec<_>>>()?;
    let scale = values.iter().flat_map(|(_, _, a, b)| [a.get_exp(), b.get_exp()]).flatten().max().unwrap_or(0);

    let mut plain = Vec::with_capacity(values.len());
    let mut samples = Vec::with_capacity(values.len());
    for (index, ((sine, cosine, kappa, mirror), (x, w))) in values.iter().zip(rule.middles()).enumerate() {
        // The middle node of an odd rule stands for itself, not for a pair: half of each of its two equal values.
        let w = if nodes % 2 == 1 && index == nodes / 2 { Float::with_val(precision, w / 2u32) } else { w.clone() };
        let (sum, difference) =
            (Float::with_val(precision, kappa + mirror), Float::with_val(precision, kappa - mirror));
        let entry = |t: &Float, weight: &Float| Sample {
            t: t.clone(),
            even: Float::with_val(precision, &sum * weight) >> scale,
            odd: Float::with_val(precision, &difference * weight) >> scale,
        };
        plain.push(entry(x, &w));
        let measure = cosine.clone().pow(p as u32 - 2) * &constant * w;
        samples.push(entry(sine, &measure));
    }

    let probes = [0.9, 0.35, -0.2, -0.75].map(|x| Float::with_val(precision, &half_width * x) + &right);
    let evaluation = evaluation_error_log2(&problem.program, &probes, precision)? - f64::from(scale);

    // The Legendre coefficients of kappa in x: sizes as logarithms, relative to 2^scale. What remains at the end
    // may be rounding of the samples; more than that means that the kernel is not resolved there.
    let noise = (-f64::from(effort.bits)).max(evaluation + 8.0) * LN_2 + (nodes as f64).ln();
    let expected = envelope.resolved_at(f64::from(effort.bits)) + WINDOW + 2;
    let mut logs = Vec::new();
    let mut window = f64::INFINITY;
    for last in [expected, expected + expected / 4, nodes - 1].map(|m| m.min(nodes - 1)) {
        if window > noise && last + 1 > logs.len() {
            logs = coefficient_logs(&plain, last as u64, bits);
            window = logs[logs.len().saturating_sub(WINDOW)..].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        }
    }
    if window > noise {
        return Ok(Outcome::Unresolved(unresolved(&logs, window)));
    }
    let last = logs.len() - 1;

    // |error| <= 4 h/Z sum_m |a_m| (tail of sin^{p-2} P_K beyond index 2n - m), plus the unseen a_m, m > last, at
    // most as large as the window and decaying.
    let constant_log = log2(&constant) * LN_2;
    let reach = 2.0 * nodes as f64;
    let truncation = log_sum(logs.iter().enumerate().map(|(m, a)| a + interval.log_tail(reach - m as f64)));
    let unseen =
        window.max(-f64::from(bits) * LN_2) + (4.0 * nodes as f64).ln() + interval.log_tail(reach - last as f64);
    let error = log_sum(
        [
            4f64.ln() + constant_log + truncation,
            4f64.ln() + constant_log + unseen,
            // rounding of the samples and nodes, and of the recurrence
            ((nodes as f64) + (highest as f64).powi(2) + 8.0).ln() - f64::from(bits) * LN_2,
            // kernel evaluation, systematic
            (evaluation + 3.0) * LN_2,
            // what was cut off: pi/Z 2^-(bits+16) max |kappa|, with pi/Z < 2^11; nothing if the interval is whole
            if interval.whole {
                f64::NEG_INFINITY
            } else {
                (interval.outside - f64::from(scale) - f64::from(effort.bits + 5)) * LN_2
            },
            // the rounding of the rule itself
            -f64::from(effort.bits + 8) * LN_2,
        ]
        .into_iter(),
    );
    let sums = project(&samples, p, degrees, bits).sums.into_iter().map(|sum| sum << scale).collect();
    Ok(Outcome::Resolved(Pass { sums, error: power_of_two(error / LN_2 + 1.0 + f64::from(scale)) }))
}

/// ln |a_m| for m = 0..=last, where kappa = sum a_m P_m(x) in three dimensions.
fn coefficient_logs(plain: &[Sample], last: u64, bits: u32) -> Vec<f64> {
    let indices: Vec<u64> = (0..=last).collect();
    let sums = project(plain, 3, &indices, bits).sums;
    let log = |(sum, m): (&Float, &u64)| log2(sum) * LN_2 + (*m as f64 + 0.5).ln();
    sums.iter().zip(&indices).map(log).collect()
}

/// A new envelope from coefficients that did not fade as expected.
fn unresolved(logs: &[f64], window: f64) -> Option<Envelope> {
    // Everything known is above the window; extrapolate from there if there was a decay of at least a few digits.
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut padded = logs.to_vec();
    padded.extend(std::iter::repeat_n(f64::NEG_INFINITY, logs.len()));
    if largest - window < 10.0 { None } else { Envelope::new(&padded, window - largest - 1.0) }
}
