//! Best approximation of a target within a ball of a kernel's space.

use super::{Levels, Mode, Target, TargetModes, decreasing};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{Expr, Point, Program, single_values};
use crate::number::{Interval, Intervals};
use crate::spectrum::PiecewiseFunction;
use std::f64::consts::PI;

/// The best approximation in L2 of a target f by functions g with |g|_H <= radius: $g_k = \frac{\mu_k}{\mu_k+\rho}f_k$
/// in each degree.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct BestApproximation {
    /// The radius of the ball.
    pub radius: f64,
    /// rho; 0 where the part of f that can be approximated lies in the ball.
    pub regularisation: f64,
    /// The distance |f - g|, the square root of the mean square over the sphere.
    pub distance: f64,
    /// The norm |g|_H of the best approximation.
    pub norm: f64,
    /// Bounds of the absolute errors of rho, distance and norm, estimated.
    pub errors: [f64; 3],
}

impl BestApproximation {
    /// Finds rho by Newton's method in a bracket: $\sum_kE_k\frac{\mu_k}{(\mu_k+\rho)^2} = \text{radius}^2$ falls with
    /// rho.
    ///
    /// ```
    /// use zonal::rkhs::{BestApproximation, Levels, TargetModes};
    /// // one eigenvalue 1/4, energy 1: g = f/2 has the norm 1 = 2 (1/2)
    /// let levels = Levels::of_values(&[(0.25, 1.0)])?;
    /// let found = BestApproximation::best(&TargetModes::of_energies(&[1.0], &levels)?, 1.0)?;
    /// assert!((found.distance - 0.5).abs() < 1e-15 && (found.regularisation - 0.25).abs() < 1e-15);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Input` for a radius that is not positive; `Unable` where the norm of the target is infinite, or nearly, and
    /// grows so slowly with the degree that all degrees summed lie in the ball.
    pub fn best(target: &TargetModes, radius: f64) -> Result<Self> {
        if !(radius.is_finite() && radius > 0.0) {
            return Err(Error::input(format!("the radius {radius}; allowed are positive numbers")));
        }
        let square = radius * radius;
        let norm = |rho: f64| {
            let term = |mode: &Mode| {
                if mode.eigenvalue > 0.0 { mode.eigenvalue / (mode.eigenvalue + rho).powi(2) } else { 0.0 }
            };
            target.sum(term)
        };
        let slope = |rho: f64| {
            let term = |mode: &Mode| {
                if mode.eigenvalue > 0.0 { mode.eigenvalue / (mode.eigenvalue + rho).powi(3) } else { 0.0 }
            };
            -2.0 * target.sum(term)
        };
        // E mu/(mu + rho)^2 <= E mu/rho^2
        let above = (target.sum(|mode| mode.eigenvalue) / square).sqrt() * (1.0 + 1e-9);
        let root = if above > 0.0 && norm(0.0) > square {
            decreasing(above, square, |rho| (norm(rho) - square, slope(rho))).unwrap_or(0.0)
        } else if target.norm_is_open(norm(0.0)) {
            return Err(Error::unable(format!(
                "the ball of radius {radius:e} needs degrees beyond those that are summed: the norm of the target \
                 grows too slowly with the degree"
            )));
        } else {
            0.0
        };
        let missed = |mode: &Mode| mode.missed(root).powi(2);
        let distance = target.sum_with_error(missed);
        let of_square = |mode: &Mode| match mode.eigenvalue > 0.0 {
            true => mode.eigenvalue / (mode.eigenvalue + root).powi(2),
            false => 0.0,
        };
        let squared = target.sum_with_error(of_square);
        // Relative errors: of the squared norm, whose terms change by at most as much as the eigenvalues; of rho by the
        // slope of the norm in log rho.
        let of_norm = (squared.error + target.eigenvalue_error(of_square)) / squared.value.max(f64::MIN_POSITIVE);
        let of_root = if root > 0.0 { of_norm * squared.value / (root * slope(root)).abs() + 4e-15 } else { 0.0 };
        let change = |mode: &Mode| missed(mode) * mode.learned(root);
        let error = distance.error + 2.0 * (of_root * target.sum(change) + target.eigenvalue_error(change));
        let length = distance.value.sqrt();
        let norm = squared.value.sqrt();
        let bound = |x: f64, error: f64| if x > 0.0 { error / (2.0 * x) } else { error.sqrt() };
        let errors =
            [of_root * root, bound(length, error), if root > 0.0 { 4e-15 * radius } else { 0.5 * of_norm * norm }];
        let norm = if root > 0.0 { radius } else { norm };
        Ok(BestApproximation { radius, regularisation: root, distance: length, norm, errors })
    }
}

/// A polynomial in the ball and how far it is from the target, everywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SupBound {
    /// |f - g| is below this on the whole sphere: proved for the polynomial g of the degree below whose coefficients
    /// are the doubles computed.
    pub bound: f64,
    /// The degree of g; 0 also where g = 0 is the best of the two that are tried.
    pub degree: u64,
}

/// The highest degree of g.
const HIGHEST: u64 = 800;

/// g reaches to this multiple of the degree where mu_k = rho.
const REACH: u64 = 8;

/// Cells for each degree of g.
const CELLS: usize = 256;

/// Bits of coefficients.
const BITS: u32 = 90;

impl SupBound {
    /// For the filter mu/(mu + rho) applied to each zonal function of a target, cut at a degree beyond which little
    /// remains; directions by the triangle inequality.
    ///
    /// g is a cosine polynomial of degree K in theta, so |g''| <= K^2 max |g| (Bernstein), and between neighbouring
    /// points of a grid of spacing w it lies within w^2 K^2/8 max |g| of the line through its values; max |g| <=
    /// (largest value)/(1 - w K/2). The target is enclosed by interval arithmetic between these points. P_k by its
    /// recurrence in doubles is off by at most 5 k^2 2^-53: a step makes errors of at most 10 2^-53, and an error grows
    /// at most linearly.
    ///
    /// Cost: 256 K^2 steps for each direction.
    ///
    /// # Errors
    /// `Input` for energies without functions or other levels; those of the coefficients; `Unable` where intervals do
    /// not bound the target.
    pub fn of(target: &Target, levels: &Levels, regularisation: f64) -> Result<Self> {
        let functions = target.functions();
        if functions.is_empty() {
            return Err(Error::input("a target given by energies has no values: the sup norm is not known"));
        }
        let eigenvalue = |k: u64| levels.eigenvalue(k).unwrap_or(0.0);
        let last = levels.computed().min(HIGHEST + 1) - 1;
        let knee = (0..=last).rev().find(|k| eigenvalue(*k) > regularisation).unwrap_or(0);
        let degree = (REACH * (knee + 2)).min(last);
        let filter: Vec<f64> = (0..=degree)
            .map(|k| match eigenvalue(k) {
                mu if mu > 0.0 => mu / (mu + regularisation),
                _ => 0.0,
            })
            .collect();
        let (mut bound, mut size) = (0.0, 0.0);
        for function in functions {
            let (distance, largest) = distance(function, target.sphere()?, &filter)?;
            (bound, size) = (bound + distance, size + largest);
        }
        // g = 0 lies in every ball.
        Ok(if size < bound { SupBound { bound: size, degree: 0 } } else { SupBound { bound, degree } })
    }
}

/// Bounds of |g - filtered g| and of |g| on [-1, 1].
fn distance(function: &PiecewiseFunction, sphere: Sphere, filter: &[f64]) -> Result<(f64, f64)> {
    let degrees: Vec<u64> = (0..filter.len() as u64).collect();
    let found = function.coefficients(&degrees, BITS)?;
    let coefficient = |(k, value): (&u64, &rug::Float)| {
        let scaled = rug::Float::with_val(64, value * sphere.multiplicity(*k));
        scaled.to_f64() * filter[*k as usize]
    };
    let c: Vec<f64> = degrees.iter().zip(&found.values).map(coefficient).collect();
    let highest = filter.len() - 1;
    let cells = CELLS * (highest + 1);
    let points: Vec<f64> = (0..=cells).rev().map(|i| (PI * i as f64 / cells as f64).cos().clamp(-1.0, 1.0)).collect();
    let values: Vec<f64> = points.iter().map(|t| series(&c, *t, sphere.dimension())).collect();
    let (size, total) = (values.iter().fold(0.0f64, |a, b| a.max(b.abs())), c.iter().map(|x| x.abs()).sum::<f64>());
    let k = highest as f64;
    let rounding = total * (5.0 * k * k + k + 2.0) * f64::EPSILON;
    // A thousandth more for the rounding of the points.
    let width = 1.001 * PI / cells as f64;
    let largest = (size + rounding) / (1.0 - width * k / 2.0);
    let curve = width * width * k * k / 8.0 * largest + rounding;
    let enclosure = Enclosure::new(function, sphere)?;
    let (mut worst, mut largest_f) = (0.0f64, 0.0f64);
    for (pair, g) in points.windows(2).zip(values.windows(2)) {
        let f = enclosure.of(pair[0], pair[1])?;
        let (low, high) = (g[0].min(g[1]), g[0].max(g[1]));
        worst = worst.max(f.high - low).max(high - f.low);
        largest_f = largest_f.max(f.magnitude());
    }
    // Rounding of the sums here.
    Ok(((worst + curve) * (1.0 + 1e-12), largest_f))
}

/// sum c_k P_k(t)
fn series(c: &[f64], t: f64, p: u64) -> f64 {
    let (mut before, mut now) = (1.0, t);
    let mut sum = c[0];
    for (k, c) in c.iter().enumerate().skip(1) {
        sum += c * now;
        let r = k as f64 / (k as f64 + p as f64 - 2.0);
        let next = t * now + r * (t * now - before);
        (before, now) = (now, next);
    }
    sum
}

/// A function with kinks over small intervals.
struct Enclosure {
    /// Where each piece ends, the piece.
    pieces: Vec<([f64; 2], Program)>,
}

impl Enclosure {
    fn new(function: &PiecewiseFunction, sphere: Sphere) -> Result<Self> {
        let p = sphere.dimension();
        // Ends in doubles, half an ulp off.
        let end = |expr: &Expr| expr.to_f64(p);
        let piece = |piece: &crate::kernel::Piece| {
            Ok(([end(&piece.from)?, end(&piece.to)?], Program::new(&piece.formula, Some(p))?))
        };
        let mut pieces = function.pieces.iter().map(piece).collect::<Result<Vec<_>>>()?;
        // Everywhere means at single places too.
        for (place, formula) in single_values(&function.formula, p)? {
            let place = end(&place)?;
            pieces.push(([place, place], Program::new(&formula, Some(p))?));
        }
        Ok(Enclosure { pieces })
    }

    /// An enclosure of all values between two points.
    fn of(&self, low: f64, high: f64) -> Result<Interval> {
        const SLACK: f64 = 1e-15;
        let mut hull: Option<Interval> = None;
        for ([from, to], program) in &self.pieces {
            let (a, b) = (low.max(from - SLACK).max(-1.0), high.min(to + SLACK).min(1.0));
            if a > b {
                continue;
            }
            let value = program.evaluate(&Intervals::CLOSED, &Point::at(Interval::new(a, b)))?;
            hull = Some(hull.map_or(value, |hull| hull.hull(&value)));
        }
        let hull = hull.ok_or_else(|| Error::unable(format!("no piece of the target between {low} and {high}")))?;
        match hull.low.is_finite() && hull.high.is_finite() {
            true => Ok(hull),
            false => Err(Error::unable(format!("intervals do not bound the target between {low} and {high}"))),
        }
    }
}
