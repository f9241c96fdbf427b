//! Gauss-Legendre on intervals of theta found by bisection, with a proved error: for kernels that are analytic only
//! between some places, or nearly singular beside them.
//!
//! (Petras, J. Comput. Appl. Math. 2002; Johansson, ICMS 2018, for integrals of any function.) An interval on whose
//! ellipse the kernel is not shown to be analytic is halved. What is left beside a singular place is so short that a
//! bound of the kernel there is enough.

use super::rule::{BOUND_BITS, Proved, affordable, summed, truncation};
use super::side::{Bounds, Place, Side};
use crate::error::{Error, Result};
use crate::kernel::End;
use crate::number::{Ball, Balls, Elementary, Interval, Intervals, Number, Rectangle};
use crate::quadrature::GaussLegendre;
use crate::spectrum::examined_kernel::ExaminedKernel;
use crate::spectrum::quadrature::{Effort, Pass};
use rayon::prelude::*;
use rug::{Float, Rational};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::f64::consts::LN_2;

/// The ellipses that are tried.
const LOG_RHOS: [f64; 5] = [1.6, 1.2, 0.85, 0.6, 0.4];

/// Intervals looked at on one side of a place.
const MOST_INTERVALS: usize = 4000;

/// An interval narrower than this beside its distance from the place is not halved: it holds a singular point that is
/// no place.
const NARROWEST: f64 = 1e-13;

/// Rules come in sizes that are multiples of this, so that intervals share them.
const NODES_STEP: usize = 4;

/// Cuts are not made closer than this to other places; how far from a failure its cause is looked for, among fractions
/// of this many parts; and how many cuts are tried.
const APART: f64 = 1e-9;
const SUSPECTED: f64 = 1e-3;
const MOST_PARTS_OF_ONE: i64 = 50;
const MOST_CUTS: usize = 4;

/// Squares of larger values, or of their continuation, do not fit doubles.
const LARGEST: f64 = 1e100;

/// The largest rule.
const MOST_NODES: f64 = 100_000.0;

/// An interval with its rule.
struct Part {
    /// Its side.
    side: usize,
    from: f64,
    to: f64,
    bounds: Bounds,
    log_rho: f64,
    nodes: usize,
}

/// What is asked for.
#[derive(Clone, Copy)]
struct Aim {
    p: u64,
    highest: u64,
    /// Bits relative to the size of the kernel.
    bits: u32,
    /// The binary exponent of that size.
    scale: i32,
}

impl Aim {
    /// ln of a bound of |kappa sin^{p-2} P_k|: |P_k(cos theta)| <= e^(k |Im theta|), since P_k(cos theta) is a cosine
    /// sum with non-negative coefficients of sum 1.
    fn log_size(&self, bounds: &Bounds) -> f64 {
        bounds.kappa.ln() + (self.p - 2) as f64 * bounds.sine.ln() + self.highest as f64 * bounds.height
    }

    /// The same bound, proved.
    fn size(&self, bounds: &Bounds) -> Result<Ball> {
        let c = Balls::new(BOUND_BITS);
        let power = c.power(&number(bounds.sine), &Rational::from(self.p - 2))?;
        let waves = c.scale(&number(bounds.height), &Rational::from(self.highest));
        Ok(c.mul(&number(bounds.kappa), &c.mul(&power, &c.elementary(Elementary::Exp, &waves)?)))
    }

    /// ln of the error that is allowed.
    fn log_error(&self) -> f64 {
        (f64::from(self.scale) - f64::from(self.bits)) * LN_2
    }

    /// The nodes that bring the error of the rule on half the length `half` below 2^(scale-bits).
    fn nodes(&self, bounds: &Bounds, half: f64, log_rho: f64) -> f64 {
        let rest = self.log_size(bounds) - self.log_error() + half.ln() + (64.0f64 / 15.0).ln()
            - (2.0 * log_rho).exp_m1().ln();
        (1.0 + rest / (2.0 * log_rho)).max(2.0)
    }

    /// Rules with more nodes are split.
    fn most_nodes(&self, half: f64) -> f64 {
        (0.9 * f64::from(self.bits) + half * (self.highest + self.p) as f64 + 8.0).min(MOST_NODES)
    }

    /// Whether an integral over a length may be left out.
    fn is_small(&self, bounds: &Bounds, length: f64) -> bool {
        self.log_size(bounds) + length.ln() < self.log_error() - 2.0 * LN_2
    }
}

fn number(x: f64) -> Ball {
    Ball::exact(Float::with_val(53, x))
}

/// Places at which a kernel is cut beside its ends, kinks and the singular points that are known: they are found where
/// a division fails.
pub(super) type Cuts = RefCell<Vec<Rational>>;

/// The sides of all places at which the kernel is cut.
fn sides(problem: &ExaminedKernel, cuts: &[Rational]) -> Result<Vec<Side>> {
    let poles = [Place::Pole(End::One), Place::Pole(End::MinusOne)];
    let p = problem.dimension();
    // The places of the pieces, from u = 1 down, and the programs between them.
    let mut ends = vec![(poles[0].clone(), 1.0)];
    let mut programs = vec![&problem.program];
    if let Some(function) = &problem.pieces {
        programs = function.programs().iter().rev().collect();
        for piece in function.pieces.iter().skip(1).rev() {
            ends.push((Place::at(&piece.from, p)?, piece.from.to_f64(p)?));
        }
    }
    ends.push((poles[1].clone(), -1.0));
    let known = problem.singularities.interior.iter().filter(|_| problem.pieces.is_none());
    let mut inside: Vec<Rational> = known.filter_map(|point| point.rational(&problem.program)).collect();
    inside.extend(cuts.iter().cloned());
    inside.sort();
    inside.dedup();
    let mut sides = Vec::new();
    for (pair, program) in ends.windows(2).zip(programs) {
        let [(upper, high), (lower, low)] = pair else { continue };
        let between = |q: &&Rational| q.to_f64() > low + APART && q.to_f64() < high - APART;
        let mut places = vec![upper.clone()];
        places.extend(inside.iter().rev().filter(between).cloned().map(Place::Inside));
        places.push(lower.clone());
        for pair in places.windows(2) {
            sides.extend(Side::halves([&pair[0], &pair[1]], program)?);
        }
    }
    Ok(sides)
}

/// The simplest rational number close to a place where a division failed, which may be the cause.
fn suspect(u: f64) -> Option<Rational> {
    (1..=MOST_PARTS_OF_ONE).find_map(|d| {
        let n = (u * d as f64).round();
        ((u - n / d as f64).abs() < SUSPECTED && n.abs() < d as f64).then(|| Rational::from((n as i64, d)))
    })
}

/// An interval on which no rule was found and that is not small.
struct Stuck {
    /// u there.
    near: f64,
}

/// A side divided into intervals: those with rules, and those that are left out.
struct Division {
    parts: Vec<Part>,
    left_out: Vec<(f64, f64, Bounds)>,
}

impl Division {
    fn of(index: usize, side: &Side, aim: Aim) -> std::result::Result<Self, Stuck> {
        let (mut open, mut count) = (vec![(0.0f64, 1.0f64)], 0);
        let mut division = Division { parts: Vec::new(), left_out: Vec::new() };
        while let Some((from, to)) = open.pop() {
            count += 1;
            let length = side.longest() * (to - from);
            // Halving is exact, down to the smallest normal number.
            if count > MOST_INTERVALS || to - from <= NARROWEST * from || to < f64::MIN_POSITIVE {
                return Err(Stuck { near: side.near(to) });
            }
            let bounds = side.on_interval(Interval::new(from, to));
            if let Some(bounds) = bounds.filter(|bounds| aim.is_small(bounds, length)) {
                division.left_out.push((from, to, bounds));
                continue;
            }
            match rule(index, side, from, to, aim).filter(|part| part.nodes as f64 <= aim.most_nodes(0.5 * length)) {
                Some(part) => division.parts.push(part),
                None => {
                    let middle = 0.5 * (from + to);
                    open.extend([(middle, to), (from, middle)]);
                }
            }
        }
        Ok(division)
    }

    /// A bound of the error of the rules and of what is left out, without the factor 1/Z.
    fn error(&self, side: &Side, aim: Aim) -> Result<Ball> {
        let c = Balls::new(BOUND_BITS);
        let mut sum = c.rational(&Rational::new());
        for part in &self.parts {
            let half = number((0.5 * side.longest() * (part.to - part.from)).next_up());
            sum = c.add(&sum, &truncation(&half, &aim.size(&part.bounds)?, part.log_rho, part.nodes)?);
        }
        for (from, to, bounds) in &self.left_out {
            let length = number((side.longest() * (to - from)).next_up());
            sum = c.add(&sum, &c.mul(&aim.size(bounds)?, &length));
        }
        Ok(sum)
    }
}

/// The ellipse that needs the fewest nodes.
fn rule(index: usize, side: &Side, from: f64, to: f64, aim: Aim) -> Option<Part> {
    let real = Intervals::PROVED;
    let (middle, half) = (0.5 * (from + to), Interval::point(0.5 * (to - from)));
    let mut best: Option<Part> = None;
    for log_rho in LOG_RHOS {
        let ellipse = Interval::point(log_rho);
        let (width, height) = (real.mul(&half, &ellipse.cosh()).high, real.mul(&half, &ellipse.sinh()).high);
        let re = real.add(&Interval::point(middle), &Interval::new(-width, width));
        // The kernel is real for real theta: the upper half is enough.
        let Ok(bounds) = side.on_rectangle(Rectangle { re, im: Interval::new(0.0, height) }) else { continue };
        let nodes = aim.nodes(&bounds, side.longest() * half.high, log_rho);
        if best.as_ref().is_none_or(|best| nodes < best.nodes as f64) && nodes < MOST_NODES {
            let nodes = (nodes as usize + 1).next_multiple_of(NODES_STEP);
            best = Some(Part { side: index, from, to, bounds, log_rho, nodes });
        }
    }
    best
}

/// The parts of all sides, and a bound of their errors without the factor 1/Z.
fn divided(sides: &[Side], aim: Aim) -> Result<std::result::Result<(Vec<Part>, Ball), Stuck>> {
    let c = Balls::new(BOUND_BITS);
    let (mut parts, mut error) = (Vec::new(), c.rational(&Rational::new()));
    for (index, side) in sides.iter().enumerate() {
        match Division::of(index, side, aim) {
            Err(stuck) => return Ok(Err(stuck)),
            Ok(division) => {
                error = c.add(&error, &division.error(side, aim)?);
                parts.extend(division.parts);
            }
        }
    }
    Ok(Ok((parts, error)))
}

/// One pass with a proved error.
pub(super) fn pass(problem: &ExaminedKernel, cuts: &Cuts, degrees: &[u64], effort: Effort) -> Result<Pass> {
    let p = problem.dimension();
    let highest = degrees.last().copied().unwrap_or(0);
    let bits = effort.bits + 8 * effort.attempt + 8;
    let (sides, parts, error) = loop {
        let sides = sides(problem, &cuts.borrow())?;
        let largest = sides.iter().filter_map(Side::size).fold(f64::MIN_POSITIVE, f64::max);
        let scale = largest.log2().ceil() as i32;
        let aim = Aim { p, highest, bits, scale };
        let stuck = match divided(&sides, aim)? {
            Ok((parts, error)) => break (sides, parts, error),
            Err(stuck) => stuck,
        };
        let known = cuts.borrow();
        let cut = suspect(stuck.near).filter(|cut| known.len() < MOST_CUTS && !known.contains(cut));
        drop(known);
        match cut {
            Some(cut) => cuts.borrow_mut().push(cut),
            None if largest > LARGEST || largest == f64::MIN_POSITIVE => {
                return Err(Error::unable(format!(
                    "the values of {} leave the range of the doubles in which a proved quadrature bounds them",
                    problem.kernel
                )));
            }
            None => {
                return Err(Error::unable(format!(
                    "{} was not shown to be analytic, or small enough to be left out, beside u = {:.6}",
                    problem.kernel, stuck.near
                )));
            }
        }
    };
    let nodes: usize = parts.iter().map(|part| part.nodes).sum();
    // Rounding of the samples; the derivative of P_K at a rounded node, below K^2.
    let guard = 2 * (64 - (highest + nodes as u64).leading_zeros()) + 20;
    let precision = bits + guard;
    affordable(problem, highest, nodes as f64 * (highest as f64 + 256.0), precision)?;
    let mut rules: BTreeMap<usize, GaussLegendre> = BTreeMap::new();
    for part in &parts {
        if let std::collections::btree_map::Entry::Vacant(entry) = rules.entry(part.nodes) {
            entry.insert(GaussLegendre::new(part.nodes, precision)?);
        }
    }
    let samples = |part: &Part| part.samples(problem, &sides[part.side], &rules[&part.nodes], precision, highest);
    let proved = parts.par_iter().map(samples).collect::<Result<Vec<_>>>()?;
    summed(problem, &error, proved.into_iter().flatten(), degrees, precision)
}

impl Part {
    fn samples(
        &self,
        problem: &ExaminedKernel,
        side: &Side,
        rule: &GaussLegendre,
        precision: u32,
        highest: u64,
    ) -> Result<Vec<Proved>> {
        // Beside a place at distance d the kernel sees d^2: the bits of u are to be those of d^2 as well. The first
        // node is n^2 times closer to an end of the interval than its length.
        let closest = self.from.max(self.to / (self.nodes * self.nodes) as f64);
        let c = Balls::new(precision + 2 * (-closest.log2()).max(0.0).ceil() as u32);
        let geometry = side.geometry(&c)?;
        let (middle, half) = (number(0.5 * (self.from + self.to)), number(0.5 * (self.to - self.from)));
        let constant = c.mul(&problem.sphere.funk_hecke().value(&c)?, &c.mul(&geometry.length, &half));
        let power = Rational::from(problem.dimension() - 2);
        let at = |x: &Ball, w: &Ball| -> Result<Proved> {
            let (point, sine) = side.point(&c, &geometry, &c.add(&middle, &c.mul(&half, x)))?;
            let measure = c.mul(&c.mul(&c.power(&sine, &power)?, &constant), w);
            let value = c.mul(&side.evaluate(&c, &point)?, &measure);
            Ok(Proved::new(point.u, value.clone(), value, highest))
        };
        let mut samples = Vec::with_capacity(self.nodes);
        for (x, w) in rule.nodes.iter().zip(&rule.weights) {
            samples.push(at(x, w)?);
            if !x.middle.is_zero() {
                samples.push(at(&c.neg(x), w)?);
            }
        }
        Ok(samples)
    }
}

#[cfg(test)]
mod tests;
