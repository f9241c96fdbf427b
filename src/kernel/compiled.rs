//! Kernels compiled into tables of polynomials: values in a few nanoseconds, whatever the formula.

mod lookup;

use super::endpoint::End;
use super::program::{Point, Program};
use super::singularities::Singularities;
use crate::error::{Error, Result};
use crate::number::{Hybrid, Multiprecision, Number, Truth};
use lookup::{COEFFICIENTS, Lookup, Root, Row};
use rayon::prelude::*;
use rug::Float;

/// A kernel as a table of polynomials of degree 7 in the variable that makes it smooth.
///
/// With w = 1 - u for u >= 0 and w = 1 + u for u < 0, z = w^(1/m), m a common root of the expansions at both ends (2 for kernels with powers of
/// |x-y|), the *deficit* kappa(1) - kappa(u) is a polynomial in Nz - i where z is nearest to i/N. Near u = 1 its first coefficients are exactly zero:
/// small deficits keep all their digits.
///
/// The table is refined until, at nine points of every piece, the values differ from multiprecision by at most 2 ulp of the largest |kappa|, and
/// deficits for w <= 1/16 relatively by at most [`Compiled::RELATIVE`]. That is a check, not a proof.
///
/// Cost: to compile, some thousand values in multiprecision (tens of milliseconds); then about ten operations and eight loads a value.
///
/// ```
/// use zonal::Kernel;
/// let kernel = Kernel::ntk(3)?.compile(None)?;
/// // kappa(1) = 3, kappa(-1) = 1/pi, kappa(1/2) = 1.2766...
/// let mut values = [0.0; 3];
/// kernel.values(&[1.0, -1.0, 0.5], &mut values);
/// let expected: f64 = Kernel::ntk(3)?.evaluate("0.5", 17)?.to_string().parse().unwrap();
/// assert_eq!(values[0], 3.0);
/// assert!((values[1] - std::f64::consts::FRAC_1_PI).abs() < 1e-15 && (values[2] - expected).abs() < 1e-15);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Compiled {
    at_one: f64,
    /// The deficits, for u >= 0 and for u < 0.
    lookup: Lookup,
    error: f64,
}

/// Pieces tried, in powers of two.
const FEWEST_PIECES: usize = 16;
const MOST_PIECES: usize = 1024;

/// Bits of the values that a table is made from and checked against.
const PRECISION: u32 = 320;

/// Powers of tau in the expansion that tells the root and the first exponent of the deficit.
const ORDER: u32 = 6;

/// The largest root.
const LARGEST_ROOT: u32 = 64;

/// Deficits of points nearer than this are relatively right.
const NEAR: f64 = 1.0 / 16.0;

impl Program {
    /// The kernel as a table.
    ///
    /// # Errors
    /// `Unable` where the kernel is singular inside (-1, 1) or varies on too short a scale.
    pub fn compile(&self) -> Result<Compiled> {
        let singularities = Singularities::of(self)?;
        // A narrow peak could lie between the points of the check.
        if !singularities.decided {
            return Err(Error::unable("a kernel that varies on too short a scale: narrow peaks cannot be excluded"));
        }
        if let Some(point) = singularities.interior.iter().find(|point| point.near.abs() > 1e-12) {
            return Err(Error::unable(format!("a kernel that is singular, or nearly so, at u = {:.6}", point.near)));
        }
        let expansions = End::BOTH.map(|end| self.expand(&Hybrid::new(PRECISION), end, ORDER));
        let [one, minus_one] = expansions;
        let (one, minus_one) = (one?, minus_one?);
        let root = rug::Integer::from(one.root).lcm_u(minus_one.root).to_u32().filter(|root| *root <= LARGEST_ROOT);
        let root = root.ok_or_else(|| {
            Error::unable(format!(
                "a kernel with powers 1/{} and 1/{} of |x-y|^2 and |x+y|^2",
                one.root, minus_one.root
            ))
        })?;
        let base = Hybrid::new(PRECISION);
        let first = one.coefficients.iter().skip(1).position(|c| base.is_zero(c) != Truth::Yes);
        // No coefficient below the first is anything but zero.
        let first = first.map_or(one.known, |index| index + 1) * (root / one.root) as usize;
        let source = Source {
            program: self,
            root,
            first: first.min(COEFFICIENTS - 1),
            at_one: at(self, &Float::with_val(PRECISION, 1))?,
        };
        let mut pieces = FEWEST_PIECES;
        loop {
            let compiled = source.table(pieces)?;
            match source.check(&compiled)? {
                Ok(error) => return Ok(Compiled { error, ..compiled }),
                Err(worst) if pieces == MOST_PIECES => {
                    return Err(Error::unable(format!(
                        "{MOST_PIECES} polynomials leave an error of {worst:.1e} relative to the largest value: the kernel varies on too short a scale"
                    )));
                }
                Err(_) => pieces *= 2,
            }
        }
    }
}

/// kappa(u) in multiprecision.
fn at(program: &Program, u: &Float) -> Result<Float> {
    program.evaluate(&Multiprecision::new(PRECISION), &Point::at(u.clone()))
}

/// What a table is made from.
struct Source<'a> {
    program: &'a Program,
    root: u32,
    /// The first power of z in the deficit near u = 1.
    first: usize,
    at_one: Float,
}

impl Source<'_> {
    /// kappa(1) - kappa(u), u = 1 - w or -1 + w.
    fn deficit(&self, end: End, w: &Float) -> Result<Float> {
        let u = match end {
            End::One => Float::with_val(PRECISION, 1 - w),
            End::MinusOne => Float::with_val(PRECISION, w - 1u32),
        };
        Ok(Float::with_val(PRECISION, &self.at_one - &at(self.program, &u)?))
    }

    fn table(&self, pieces: usize) -> Result<Compiled> {
        let ends = End::BOTH.into_iter().flat_map(|end| (0..=pieces).map(move |i| (end, i)));
        let places: Vec<(End, usize)> = ends.collect();
        let rows = places.into_par_iter().map(|(end, i)| self.row(end, i, pieces)).collect::<Result<Vec<Row>>>()?;
        let root = match self.root {
            root if root.is_power_of_two() => Root::Squares(root.ilog2()),
            root => Root::Power(1.0 / f64::from(root)),
        };
        Ok(Compiled { at_one: self.at_one.to_f64(), lookup: Lookup::new(root, pieces, rows), error: f64::INFINITY })
    }

    /// The polynomial in t = Nz - i that agrees with the deficit at Chebyshev points of -1/2 <= t <= 1/2, 0 <= z <= 1; of t^first times a polynomial at z = 0, u = 1.
    fn row(&self, end: End, i: usize, pieces: usize) -> Result<Row> {
        let low = if i == 0 { 0.0 } else { -0.5 };
        let high = if i == pieces { 0.0 } else { 0.5 };
        let lowest = if i == 0 && end == End::One { self.first } else { 0 };
        let count = COEFFICIENTS - lowest;
        let mut nodes = Vec::with_capacity(count);
        let mut values = Vec::with_capacity(count);
        for n in 0..count {
            let angle = std::f64::consts::PI * (n as f64 + 0.5) / count as f64;
            let t = Float::with_val(PRECISION, low + (high - low) * (0.5 - 0.5 * angle.cos()));
            let z = Float::with_val(PRECISION, &t + i as u64) / pieces as u64;
            let deficit = self.deficit(end, &rug::ops::Pow::pow(z, self.root))?;
            values.push(deficit / Float::with_val(PRECISION, rug::ops::Pow::pow(&t, lowest as u32)));
            nodes.push(t);
        }
        let polynomial = interpolate(&nodes, values);
        let mut row = [0.0; COEFFICIENTS];
        for (place, c) in row[lowest..].iter_mut().zip(polynomial) {
            *place = c.to_f64();
        }
        Ok(Row(row))
    }

    /// The largest error at nine points of every piece, relative to the largest value; as an error if it is too large, there or of a small deficit.
    fn check(&self, compiled: &Compiled) -> Result<std::result::Result<f64, f64>> {
        const POINTS: usize = 9;
        let count = 2 * compiled.pieces() * POINTS;
        let one = |index: usize| -> Result<(f64, f64, f64)> {
            let end = if index.is_multiple_of(2) { End::One } else { End::MinusOne };
            let z = (index / 2) as f64 / (count / 2) as f64;
            let w = z.powi(self.root as i32);
            let exact = self.deficit(end, &Float::with_val(PRECISION, w))?;
            let error = Float::with_val(64, &exact - compiled.deficit(end, w)).abs().to_f64();
            let near = end == End::One && w <= NEAR && !exact.is_zero();
            let relative = if near { error / exact.to_f64().abs() } else { 0.0 };
            Ok((error, relative, Float::with_val(64, &self.at_one - &exact).abs().to_f64()))
        };
        let found = (0..count).into_par_iter().map(one).collect::<Result<Vec<_>>>()?;
        let (error, relative, largest) =
            found.iter().fold((0.0f64, 0.0f64, 0.0f64), |(a, b, c), (x, y, z)| (a.max(*x), b.max(*y), c.max(*z)));
        // kappa(1) - deficit is rounded once more.
        let error = error / largest + f64::EPSILON / 2.0;
        let good = error <= 2.0 * f64::EPSILON && relative <= Compiled::RELATIVE;
        Ok(if good || largest == 0.0 { Ok(error) } else { Err(error.max(relative)) })
    }
}

/// The coefficients of the polynomial through the points, by divided differences.
fn interpolate(nodes: &[Float], mut values: Vec<Float>) -> Vec<Float> {
    let n = nodes.len();
    for order in 1..n {
        for i in (order..n).rev() {
            let rise = Float::with_val(PRECISION, &values[i] - &values[i - 1]);
            values[i] = rise / Float::with_val(PRECISION, &nodes[i] - &nodes[i - order]);
        }
    }
    // (... (v_{n-1} (t - t_{n-2}) + v_{n-2}) ...) multiplied out.
    let mut coefficients: Vec<Float> = Vec::with_capacity(n);
    for i in (0..n).rev() {
        let mut next = vec![Float::new(PRECISION); coefficients.len() + 1];
        for (power, c) in coefficients.iter().enumerate() {
            next[power + 1] += c;
            next[power] -= Float::with_val(PRECISION, c * &nodes[i]);
        }
        next[0] += &values[i];
        coefficients = next;
    }
    coefficients
}

impl Compiled {
    /// The relative error allowed of deficits near u = 1.
    pub const RELATIVE: f64 = 4.0 * f64::EPSILON;

    /// kappa(1), the nearest double.
    pub fn at_one(&self) -> f64 {
        self.at_one
    }

    /// Pieces of each half.
    pub fn pieces(&self) -> usize {
        self.lookup.pieces()
    }

    /// The largest error found by the check, relative to the largest |kappa|.
    pub fn error(&self) -> f64 {
        self.error
    }

    /// kappa(1) - kappa(u) for u = 1 - w or u = -1 + w, 0 <= w <= 1: from w = |x-y|^2/2 it is right for the nearest points.
    pub fn deficit(&self, end: End, w: f64) -> f64 {
        self.lookup.at(end == End::MinusOne, w)
    }

    /// kappa(u) for every u, cut to \[-1, 1\]; as many as fit into `out`. NaN stays NaN.
    pub fn values(&self, u: &[f64], out: &mut [f64]) {
        self.values_while(u, out, |_| ());
    }

    /// The same; `meanwhile` is called for each whole group of eight, with its index: to ask for memory that is needed soon.
    pub(crate) fn values_while(&self, u: &[f64], out: &mut [f64], meanwhile: impl FnMut(usize)) {
        self.lookup.fill(self.at_one, u, out, meanwhile);
    }

    /// The same in single precision: the doubles, rounded.
    pub fn values_f32(&self, u: &[f32], out: &mut [f32]) {
        const BLOCK: usize = 256;
        let (mut wide, mut values) = ([0.0; BLOCK], [0.0; BLOCK]);
        for (u, out) in u.chunks(BLOCK).zip(out.chunks_mut(BLOCK)) {
            wide.iter_mut().zip(u).for_each(|(wide, u)| *wide = f64::from(*u));
            self.values(&wide[..u.len()], &mut values);
            out.iter_mut().zip(&values[..u.len()]).for_each(|(out, value)| *out = *value as f32);
        }
    }
}

impl super::Kernel {
    /// Compiled for many values in double precision; `dimension` for kernels that depend on it.
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real on \[-1, 1\]; `Unable` as [`Program::compile`].
    pub fn compile(&self, dimension: Option<u64>) -> Result<Compiled> {
        self.program(dimension)?.compile().map_err(|error| error.within(self))
    }
}
