//! Tanh-sinh in theta, split at the interior singular points: for functions that are not analytic in theta.

use super::{Effort, Pass, evaluation_error_log2, log2, power_of_two};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{Point, Program};
use crate::number::Multiprecision;
use crate::quadrature::{TanhSinh, TanhSinhNode};
use crate::spectrum::examined_kernel::ExaminedKernel;
use crate::spectrum::projection::{Sample, project};
use rayon::prelude::*;
use rug::ops::Pow;
use rug::{Float, float::Constant};

/// Halvings of the step beyond the first guess.
const MOST_LEVELS: u32 = 8;

/// One end of a piece: its angle, and whether it is a pole of the sphere (theta = 0 or pi).
#[derive(Clone, Debug)]
pub(in crate::spectrum) struct End {
    pub angle: Float,
    pub pole: Option<bool>,
}

/// A smooth function between two angles, the first the smaller.
pub(in crate::spectrum) struct Part<'a> {
    pub ends: [End; 2],
    pub program: &'a Program,
}

/// What is integrated: a function made of parts, on a sphere.
pub(in crate::spectrum) struct Integrand<'a> {
    pub parts: Vec<Part<'a>>,
    pub sphere: Sphere,
    /// How wide its narrowest feature is.
    pub finest: f64,
    /// For messages.
    pub name: String,
}

/// Bits to which the ends of parts must be known, for `fraction` bits of the samples: nodes come as close to an end as
/// 2^-fraction.
pub(in crate::spectrum) fn end_precision(fraction: u32) -> u32 {
    3 * fraction + 64
}

/// Bits of the samples.
pub(in crate::spectrum) fn sample_bits(highest: u64, effort: Effort) -> u32 {
    effort.bits + 2 * (64 - (highest + 4096).leading_zeros()) + 8
}

/// A kernel, split at its interior singular points.
pub(super) fn pass(problem: &ExaminedKernel, degrees: &[u64], effort: Effort) -> Result<Pass> {
    let ends = ends(problem, sample_bits(degrees.last().copied().unwrap_or(0), effort));
    let parts =
        ends.windows(2).map(|pair| Part { ends: [pair[0].clone(), pair[1].clone()], program: &problem.program });
    let integrand = Integrand {
        parts: parts.collect(),
        sphere: problem.sphere,
        finest: problem.singularities.finest,
        name: problem.kernel.to_string(),
    };
    integrate(&integrand, degrees, effort)
}

/// Refines the step until two levels agree to the bits wanted.
pub(in crate::spectrum) fn integrate(integrand: &Integrand, degrees: &[u64], effort: Effort) -> Result<Pass> {
    let p = integrand.sphere.dimension();
    let highest = degrees.last().copied().unwrap_or(0);
    let fraction = sample_bits(highest, effort);
    // A step h resolves frequencies below 2 pi/h. P_K(cos theta(tau)) has frequencies up to K max d theta/d tau =
    // K pi^2/4, and the map itself, analytic for |Im tau| < pi/2, needs another 2 ln 2/pi of the bits.
    let frequency = 2.5 * highest as f64 + 0.45 * f64::from(effort.bits) + 8.0;
    // Nodes are at most pi^2/4 h apart: no further than the narrowest feature is wide.
    // sin^{p-2} is some 1/sqrt(p) wide.
    let fine = (2.5 / integrand.finest).max(3.0 * (p as f64).sqrt());
    let level = (frequency / std::f64::consts::TAU).max(fine).log2().ceil().max(2.0) as u32;
    let constant = integrand.sphere.funk_hecke().enclosure(fraction + 24)?.middle;
    let mut scale: Option<i32> = None;
    let size_at_ends = size_at_ends(integrand, fraction);
    let mut total = vec![Float::new(fraction + 32); degrees.len()];
    let mut previous: Option<Vec<Float>> = None;
    for refinement in 0..MOST_LEVELS {
        let now = level + refinement;
        let rule = TanhSinh::new(now, fraction + 8, refinement > 0);
        let mut pairs = Vec::new();
        for part in &integrand.parts {
            pairs.extend(samples(part, &rule.nodes, p, fraction)?);
        }
        let sizes = pairs.iter().flatten().flatten().filter_map(|raw| raw.size);
        let scale = *scale.get_or_insert_with(|| sizes.chain(size_at_ends).max().unwrap_or(0));
        // Between the poles alone, the nodes come in pairs t, -t: one sample for both.
        let folded = matches!(&integrand.parts[..], [part] if part.is_whole());
        let samples: Vec<Sample> = pairs.into_iter().flat_map(|pair| sample(pair, folded, &constant, scale)).collect();
        for (sum, new) in total.iter_mut().zip(project(&samples, p, degrees, fraction).sums) {
            *sum += new;
        }
        let current: Vec<Float> = total.iter().map(|sum| Float::with_val(fraction + 32, sum >> now)).collect();
        if let Some(previous) = &previous {
            let distance = |(a, b): (&Float, &Float)| log2(&Float::with_val(64, a - b));
            let change = current.iter().zip(previous).map(distance).fold(f64::NEG_INFINITY, f64::max);
            // Halving the step squares the error; the change bounds the error of the coarser sum. Asking that
            // the change itself be small leaves the finer sum far below it.
            if change < -f64::from(effort.bits) {
                let evaluation = evaluation_error(integrand, fraction + 24)? - f64::from(scale) + 3.0;
                let rounding =
                    (2.0 * (highest as f64 + 4.0).powi(2) + samples.len() as f64).log2() - f64::from(fraction);
                let error_log2 = change.max(evaluation).max(rounding).max(-f64::from(effort.bits + 6)) + 2.0;
                let sums = current.into_iter().map(|sum| sum << scale).collect();
                return Ok(Pass { sums, error: power_of_two(error_log2 + f64::from(scale)) });
            }
        }
        previous = Some(current);
    }
    Err(Error::unable(format!(
        "the quadrature of {} in dimension {p} does not converge: the kernel is too close to a singularity",
        integrand.name
    )))
}

impl Part<'_> {
    fn is_whole(&self) -> bool {
        self.ends.each_ref().map(|end| end.pole) == [Some(true), Some(false)]
    }
}

/// log2 of the error of the values, from a few of each part.
pub(in crate::spectrum) fn evaluation_error(integrand: &Integrand, precision: u32) -> Result<f64> {
    let mut worst = f64::NEG_INFINITY;
    for Part { ends: [left, right], program } in &integrand.parts {
        let length = Float::with_val(precision, &right.angle - &left.angle);
        let probes = [0.16, 0.35, 0.6, 0.83].map(|x| Float::with_val(precision, &length * x) + &left.angle);
        worst = worst.max(evaluation_error_log2(program, &probes, precision)?);
    }
    Ok(worst)
}

/// 0, the interior singular angles increasing, pi.
fn ends(problem: &ExaminedKernel, fraction: u32) -> Vec<End> {
    let precision = end_precision(fraction);
    let mut ends = vec![End { angle: Float::new(precision), pole: Some(true) }];
    for point in problem.singularities.interior.iter().rev() {
        let place = point.locate(&problem.program, precision);
        ends.push(End { angle: place.acos(), pole: None });
    }
    ends.push(End { angle: Float::with_val(precision, Constant::Pi), pole: Some(false) });
    ends
}

/// The largest binary exponent of the function at the ends, where a narrow peak sits that the first nodes may miss.
fn size_at_ends(integrand: &Integrand, fraction: u32) -> Option<i32> {
    let context = Multiprecision::new(fraction + 32);
    let mut largest = None;
    for part in &integrand.parts {
        for end in &part.ends {
            let u = match end.pole {
                Some(near) => Float::with_val(fraction + 32, if near { 1 } else { -1 }),
                None => Float::with_val(fraction + 32, end.angle.cos_ref()),
            };
            // At a kink a rounded argument may leave its domain; the samples beside it tell the size as well.
            if let Ok(value) = part.program.evaluate(&context, &Point::at(u)) {
                largest = largest.max(value.get_exp());
            }
        }
    }
    largest
}

/// One evaluation.
struct Raw {
    /// cos theta
    t: Float,
    /// weight * kappa * sin^{p-2}
    value: Float,
    /// The binary exponent of kappa.
    size: Option<i32>,
}

/// The samples of a node near the left end and its mirror image near the right end.
fn sample(pair: [Option<Raw>; 2], folded: bool, constant: &Float, scale: i32) -> Vec<Sample> {
    let convert = |raw: Raw| {
        let value = (raw.value * constant) >> scale;
        Sample { t: raw.t, even: value.clone(), odd: value }
    };
    match pair.map(|raw| raw.map(convert)) {
        [Some(a), Some(b)] if folded => {
            vec![Sample { t: a.t, even: a.even + b.even, odd: a.odd - b.odd }]
        }
        pair => pair.into_iter().flatten().collect(),
    }
}

fn samples(part: &Part, nodes: &[TanhSinhNode], p: u64, fraction: u32) -> Result<Vec<[Option<Raw>; 2]>> {
    let [left, right] = &part.ends;
    let length = Float::with_val(left.angle.prec(), &right.angle - &left.angle);
    let cut = -(fraction as i32) - 8;
    let one = |end: &End, from_right: bool, node: &TanhSinhNode| -> Result<Option<Raw>> {
        // A point at distance delta from an end is known to `fraction` bits relative to delta, so that the
        // formula sees the distance and not its rounding: 1 - u is of order delta^2 at a pole.
        let distance = Float::with_val(fraction + 32, &node.near * &length);
        let close = (-distance.get_exp().unwrap_or(0)).max(0) as u32;
        let precision = fraction + 32 + 2 * close;
        let distance = Float::with_val(precision, &distance);
        let angle = if from_right {
            Float::with_val(precision, &end.angle - &distance)
        } else {
            Float::with_val(precision, &end.angle + &distance)
        };
        let (near_sine, near_cosine) = distance.clone().sin_cos(Float::new(precision));
        let (sine, u) = match end.pole {
            Some(true) => (near_sine, near_cosine),
            Some(false) => (near_sine, -near_cosine),
            None => angle.clone().sin_cos(Float::new(precision)),
        };
        let measure = Float::with_val(fraction + 32, &node.weight * &length)
            * Float::with_val(fraction + 32, &sine).pow(p as u32 - 2);
        if measure.get_exp().is_none_or(|exponent| exponent < cut) {
            return Ok(None);
        }
        let context = Multiprecision::new(precision);
        let kappa = part.program.evaluate(&context, &Point { u: u.clone(), angle: Some((angle, sine)) })?;
        let size = kappa.get_exp();
        Ok(Some(Raw { t: Float::with_val(fraction + 32, u), value: measure * kappa, size }))
    };
    nodes.par_iter().map(|node| Ok([one(left, false, node)?, one(right, true, node)?])).collect()
}
