//! Where a kernel continues analytically into the complex plane, and how large it is there: proved by covering with
//! rectangles.
//!
//! With u = cos(theta): near u = 1 the variable is r with |x-y|^2 = r^m, near u = -1 r with |x+y|^2 = r^m; m = 2 for
//! kernels that are analytic in theta, where r = 2 sin(theta/2) and 2 cos(theta/2). See docs/proofs.md for what is
//! derived from these regions.

use super::end::End;
use crate::error::{Error, Result};
use crate::kernel::program::{Point, Program};
use crate::number::{Interval, Number, Radius, Rectangle, Rectangles, Slopes};
use rug::Rational;
use std::f64::consts::PI;

/// The kernel as a function of r, |x-y|^2 = r^root or |x+y|^2 = r^root, continues analytically to |r| <= radius, and is
/// bounded there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disc {
    /// The power of r that is the squared distance.
    pub root: u32,
    /// The radius.
    pub radius: f64,
    /// A bound of |kappa|.
    pub bound: Radius,
    /// How many rectangles showed it.
    pub rectangles: usize,
}

/// kappa(cos theta) continues analytically from the interval (0, pi) to 0 <= Re theta <= pi, |Im theta| <= height, and
/// to discs around both ends that contain the points |theta| <= height and |pi - theta| <= height; it is bounded there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strip {
    /// The largest imaginary part.
    pub height: f64,
    /// A bound of |kappa| on all of it.
    pub bound: Radius,
    /// How many rectangles showed it.
    pub rectangles: usize,
}

/// A formula of the kernel between two angles, 0 <= from < to <= pi.
#[derive(Clone, Copy, Debug)]
pub struct Arc<'a> {
    /// The formula.
    pub program: &'a Program,
    /// The smaller angle.
    pub from: f64,
    /// The larger angle.
    pub to: f64,
}

/// kappa(u) continues analytically from (-1, 1) to |u| <= radius, and is bounded there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CentralDisc {
    /// The radius.
    pub radius: f64,
    /// A bound of |kappa|.
    pub bound: Radius,
}

/// A rectangle halved this many times is not halved again.
const MOST_HALVINGS: u32 = 12;

/// By how much the first central disc is larger than the unit disc, the ratio to the next, and how many are tried.
const FIRST_STEP: f64 = 0.1;
const NEXT_STEP: f64 = 1.6;
const MOST_DISCS: usize = 24;

/// The sides of the first rectangles of a strip.
const CELL: f64 = 0.4;

/// Rectangles in a covering.
const MOST_RECTANGLES: usize = 200;

/// More than the rounding of angles.
const ROUNDING: f64 = 1e-12;

/// Arcs of the upper half of the edge of a disc: an odd number.
const EDGE_ARCS: usize = 65;

/// Discs are larger than the strip needs by this factor, so that the columns between them begin inside them.
const OVERLAP: f64 = 1.15;

impl Disc {
    /// The disc of this radius around r = 0.
    ///
    /// # Errors
    /// `Unable` if the kernel was not shown to be analytic there.
    ///
    /// ```
    /// use zonal::kernel::{Disc, End, Kernel};
    /// // exp(-|x-y|) = exp(-r) on |r| <= 1: at most e
    /// let program = Kernel::parse("laplace(1)")?.program(None)?;
    /// let disc = Disc::new(&program, End::One, 1.0, 2)?;
    /// assert!(disc.bound.to_float() >= 1f64.exp() && disc.bound.to_float() < 5.0);
    /// // at u = -1 it is exp(-sqrt(4 - r^2)), with branch points at r = +-2
    /// assert!(Disc::new(&program, End::MinusOne, 1.9, 2).is_ok());
    /// assert!(Disc::new(&program, End::MinusOne, 2.0, 2).is_err());
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn new(program: &Program, end: End, radius: f64, root: u32) -> Result<Self> {
        // kappa is real for real r: the upper half is enough.
        let first = grid(Interval::new(-radius, radius), Interval::new(0.0, radius), 2, 1);
        let Covering { bound, rectangles } = cover(
            program,
            first,
            |r| r.mignitude() <= radius,
            |r| r.magnitude() >= radius,
            |program, r| {
                let slopes = Slopes::new(*r);
                let u = slopes.inner_product(end.place(), root);
                program.evaluate(&slopes, &Point::at(u)).map(|value| value.value)
            },
        )?;
        Ok(Disc { root, radius, bound, rectangles })
    }

    /// The radius of the disc around an end that contains what a strip of this height needs, and somewhat more.
    pub fn radius_for(height: f64, root: u32) -> f64 {
        // r^root = (2 sinh(height/2))^2 at the end of the slit
        (2.0 * (height / 2.0).sinh() * OVERLAP).powf(2.0 / f64::from(root))
    }
}

impl CentralDisc {
    /// The disc of this radius around u = 0.
    ///
    /// # Errors
    /// `Unable` if the kernel was not shown to be analytic there.
    ///
    /// ```
    /// use zonal::kernel::{CentralDisc, Kernel};
    /// // 1/(2-u) on |u| <= 3/2: at most 2
    /// let program = Kernel::parse("1/(2-u)")?.program(None)?;
    /// let disc = CentralDisc::new(&program, 1.5)?;
    /// assert!(disc.bound.to_float() >= 2.0 && disc.bound.to_float() < 20.0);
    /// assert!(CentralDisc::new(&program, 2.0).is_err());
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn new(program: &Program, radius: f64) -> Result<Self> {
        let covering = cover(
            program,
            grid(Interval::new(-radius, radius), Interval::new(0.0, radius), 8, 4),
            |u| u.mignitude() <= radius,
            |u| u.magnitude() >= radius,
            |program, u| value(program, Point::at(*u)),
        )?;
        Ok(CentralDisc { radius, bound: covering.bound })
    }

    /// Discs of growing radii above 1, up to the largest for which the kernel was shown to be analytic.
    pub fn growing(program: &Program) -> Vec<Self> {
        let mut discs: Vec<CentralDisc> = Vec::new();
        // Most kernels that have none are singular at u = 1 or -1: two squares tell.
        let (bounded, _) = program.within_doubles();
        let analytic = |place| bounded.evaluate(&Rectangles, &Point::at(Rectangle::around(place, 0.0, 1e-6))).is_ok();
        if !(analytic(1.0) && analytic(-1.0)) {
            return discs;
        }
        let (mut step, mut failed) = (FIRST_STEP, None);
        for _ in 0..MOST_DISCS {
            match CentralDisc::new(program, 1.0 + step) {
                Ok(disc) => discs.push(disc),
                Err(_) if discs.is_empty() => break,
                Err(_) => failed = Some(1.0 + step),
            }
            let largest = discs.last().map_or(1.0, |disc| disc.radius);
            match failed {
                None => step *= NEXT_STEP,
                // Between the last that was analytic and the first that was not.
                Some(failed) if failed > 1.05 * largest => step = largest.midpoint(failed) - 1.0,
                Some(_) => break,
            }
        }
        discs
    }
}

impl Strip {
    /// Proves that the kernel is analytic in the strip |Im theta| <= height, and bounds it there.
    ///
    /// # Errors
    /// `Unable` if the kernel was not shown to be analytic there.
    ///
    /// ```
    /// use zonal::kernel::{Kernel, Strip};
    /// // poles at u = +-i/5: theta = pi/2 -+ i asinh(1/5) = pi/2 -+ 0.1986...i
    /// let program = Kernel::parse("1/(1+25*u^2)")?.program(None)?;
    /// assert!(Strip::new(&program, 0.19).is_ok() && Strip::new(&program, 0.1988).is_err());
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn new(program: &Program, height: f64) -> Result<Self> {
        let disc = |end| Disc::new(program, end, Disc::radius_for(height, 2), 2);
        let discs = match rayon::current_num_threads() {
            1 => [disc(End::One)?, disc(End::MinusOne)?],
            _ => {
                let (one, minus_one) = rayon::join(|| disc(End::One), || disc(End::MinusOne));
                [one?, minus_one?]
            }
        };
        Self::between(program, height, &discs)
    }

    /// The strip of this height between discs that are known already.
    ///
    /// # Errors
    /// `Unable` if the kernel was not shown to be analytic between them, or a disc is too small.
    pub fn between(program: &Program, height: f64, discs: &[Disc; 2]) -> Result<Self> {
        Self::of_arcs(&[Arc { program, from: 0.0, to: PI }], height, discs)
    }

    /// The same of a kernel made of pieces, each analytic above its own angles; by increasing angles, from the disc
    /// around u = 1 to that around u = -1. A disc is one of the piece at its end, also where it reaches beyond it.
    ///
    /// # Errors
    /// `Unable` if a piece was not shown to be analytic there, or a disc is too small.
    pub fn of_arcs(arcs: &[Arc], height: f64, discs: &[Disc; 2]) -> Result<Self> {
        // |x-y|^2 = |2 sin(theta/2)|^2 = 2 (cosh y - cos x): up to x = reach the disc contains |y| <= height.
        let reach = |disc: &Disc| {
            let cosine = height.cosh() - disc.radius.powi(disc.root as i32) / 2.0;
            if cosine < 1.0 - 1e-6 { Ok(cosine.max(-1.0).acos() - 1e-7) } else { Err(disc.radius) }
        };
        let (left, right) = match (reach(&discs[0]), reach(&discs[1])) {
            (Ok(left), Ok(right)) => (left, PI - right),
            (Err(radius), _) | (_, Err(radius)) => {
                return Err(Error::unable(format!(
                    "a disc of radius {radius} is too small for a strip of height {height}"
                )));
            }
        };
        let mut strip = Strip {
            height,
            bound: discs.iter().map(|disc| disc.bound).fold(Radius::ZERO, Radius::max),
            rectangles: discs.iter().map(|disc| disc.rectangles).sum(),
        };
        for (index, arc) in arcs.iter().enumerate() {
            let from = if index == 0 { left } else { arc.from };
            let to = if index + 1 == arcs.len() { right } else { arc.to };
            if from < to {
                let cells = grid(Interval::new(from, to), Interval::new(0.0, height), cells(to - from), cells(height));
                // A piece of several has more edges than the upper one: all rectangles count.
                let on_edge = |theta: &Rectangle| arcs.len() > 1 || theta.im.high >= height;
                let above = cover(arc.program, cells, |_| true, on_edge, at_angle)?;
                strip.bound = strip.bound.max(above.bound);
                strip.rectangles += above.rectangles;
            }
        }
        Ok(strip)
    }
}

/// Cells of a strip along a length.
fn cells(length: f64) -> usize {
    ((length / CELL).ceil() as usize).max(1)
}

/// A bound of |f(cos theta)| for |theta - a| <= radius and every angle a of a narrow interval: f is analytic there.
///
/// # Errors
/// `Unable` if that was not shown.
pub fn bound_around(program: &Program, angle: Interval, radius: f64) -> Result<Radius> {
    let middle = angle.middle();
    // A disc around the middle that contains all others; rectangles that the rounding of their places leaves in doubt
    // count as inside.
    let outer = radius + (angle.high - angle.low) + ROUNDING;
    let from_middle = |theta: &Rectangle| Rectangle {
        re: Interval::new(theta.re.low - middle, theta.re.high - middle),
        im: theta.im,
    };
    cover(
        program,
        grid(Interval::new(middle - outer, middle + outer), Interval::new(0.0, outer), 4, 2),
        |theta| from_middle(theta).mignitude() <= outer + ROUNDING,
        |_| false,
        at_angle,
    )?;
    // The edge, in short arcs: cos falls from 0 to pi, sin grows to pi/2 and falls.
    let arc = |i: usize| {
        let [from, to] = [i, i + 1].map(|i| PI * i as f64 / EDGE_ARCS as f64);
        let (low, high) =
            (from.sin().min(to.sin()), if 2 * i + 1 == EDGE_ARCS { 1.0 } else { from.sin().max(to.sin()) });
        let wider =
            |low: f64, high: f64, by: f64| Interval::new(by + outer * low - ROUNDING, by + outer * high + ROUNDING);
        Rectangle { re: wider(to.cos(), from.cos(), middle), im: wider(low, high, 0.0) }
    };
    Ok(cover(program, (0..EDGE_ARCS).map(arc).collect(), |_| true, |_| true, at_angle)?.bound)
}

/// A bound of |f(cos theta)| for Re theta in an interval and low <= Im theta <= high: f is analytic there.
///
/// # Errors
/// `Unable` if that was not shown.
pub fn bound_above(program: &Program, angle: Interval, low: f64, high: f64) -> Result<Radius> {
    let segment = grid(angle, Interval::new(low, high), 1, 1);
    Ok(cover(program, segment, |_| true, |_| true, at_angle)?.bound)
}

/// The kernel at a rectangle of angles.
fn at_angle(program: &Program, theta: &Rectangle) -> Result<Rectangle> {
    let (sine, cosine) = (theta.sin()?, theta.cos()?);
    value(program, Point { u: cosine, angle: Some((*theta, sine)) })
}

/// The kernel on a rectangle of inner products inside (-1, 1) or beside it, also where its formula is a quotient of
/// functions that vanish at one simple rational number in it, as sin(u)/u.
fn value(program: &Program, point: Point<Rectangle>) -> Result<Rectangle> {
    let u = point.u;
    match program.evaluate(&Rectangles, &point) {
        Err(error @ Error::Unable(_)) if u.im.contains(0.0) => {
            let Some(place) = simplest(u.re) else { return Err(error) };
            let c = Rectangles;
            let slopes = Slopes::on_both_sides(c.sub(&u, &c.rational(&place)));
            program
                .evaluate(&slopes, &Point::at(slopes.beside(&place, true)))
                .map(|found| found.value)
                .map_err(|_| error)
        }
        other => other,
    }
}

/// A simple rational number in an interval, that with the least denominator; inside (-1, 1).
fn simplest(interval: Interval) -> Option<Rational> {
    const LARGEST_DENOMINATOR: i64 = 50;
    (1..=LARGEST_DENOMINATOR).find_map(|d| {
        let n = (interval.low * d as f64).ceil();
        (n <= interval.high * d as f64 && n.abs() < d as f64).then(|| Rational::from((n as i64, d)))
    })
}

/// Cells that cover a rectangle, with common edges.
fn grid(re: Interval, im: Interval, columns: usize, rows: usize) -> Vec<Rectangle> {
    let at = |x: &Interval, i: usize, n: usize| {
        if i == n { x.high } else { x.low + (x.high - x.low) * i as f64 / n as f64 }
    };
    let side = |x: Interval, n: usize| (0..n).map(move |i| Interval::new(at(&x, i, n), at(&x, i + 1, n)));
    side(re, columns).flat_map(|re| side(im, rows).map(move |im| Rectangle { re, im })).collect()
}

/// A region that was covered.
struct Covering {
    bound: Radius,
    rectangles: usize,
}

/// Covers a region: a function is analytic on every rectangle of it, halved until that is seen. By the maximum
/// principle, the largest value on the rectangles that touch the boundary bounds it. What is evaluated is a multiple of
/// the program that fits doubles; the bound is that of the program.
fn cover(
    program: &Program,
    first: Vec<Rectangle>,
    inside: impl Fn(&Rectangle) -> bool,
    on_boundary: impl Fn(&Rectangle) -> bool,
    evaluate: impl Fn(&Program, &Rectangle) -> Result<Rectangle>,
) -> Result<Covering> {
    let mut open: Vec<(Rectangle, u32)> = first.into_iter().map(|cell| (cell, 0)).collect();
    let (program, scale) = program.within_doubles();
    let mut bound = 0.0f64;
    let mut rectangles = 0;
    while let Some((cell, halvings)) = open.pop() {
        if !inside(&cell) {
            continue;
        }
        rectangles += 1;
        match evaluate(program, &cell) {
            Ok(value) if value.magnitude().is_finite() => {
                if on_boundary(&cell) {
                    bound = bound.max(value.magnitude());
                }
            }
            Ok(_) | Err(Error::Unable(_)) if halvings < MOST_HALVINGS && rectangles < MOST_RECTANGLES => {
                let wide = cell.re.high - cell.re.low > cell.im.high - cell.im.low;
                let (columns, rows) = if wide { (2, 1) } else { (1, 2) };
                open.extend(grid(cell.re, cell.im, columns, rows).into_iter().map(|part| (part, halvings + 1)));
            }
            Ok(_) => {
                return Err(Error::unable(
                    "in a part of the complex plane the kernel was not bounded by doubles: it is unbounded, or its \
                     values leave their range",
                ));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Covering { bound: Radius::double(bound).scaled(scale), rectangles })
}
