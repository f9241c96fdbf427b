//! Kernels as tables of polynomials: values in a few nanoseconds, whatever the formula.

mod graded;
mod half;
mod lookup;
mod segment;
mod source;
mod uniform;

use super::Kernel;
use super::ends::End;
use super::expr::Expr;
use super::simplified::Simplified;
use super::symmetry::{ParityPart, Symmetry};
use crate::error::{Error, Result};
use graded::Graded;
use lookup::Lookup;
use rug::Float;
use segment::PRECISION;
use source::{NEAR, Source};

/// A kernel as a table of polynomials.
///
/// With w = 1 - u for u >= 0 and w = 1 + u for u < 0, the *deficit* kappa(1) - kappa(u) is a polynomial of degree 7 on
/// equal pieces of z = w^(1/m), where m is a common root of the expansions at both ends (2 for kernels with powers
/// of |x-y|), if at most 1024 pieces are enough; else of degree 13 on pieces of w that are bisected until they are
/// good, down to the smallest doubles: any power at the ends, peaks, kinks and deep networks. Near u = 1 the first
/// coefficients are exactly zero, or the pieces as fine as the distance: small deficits keep all their digits.
///
/// At points of every piece the values differ from multiprecision by at most 2 ulp of the largest |kappa|, and deficits
/// for w <= 1/16 relatively by at most [`Tabulated::RELATIVE`], or by the tolerance asked for. That is a check, not a
/// proof. Within one double of a kink the value is that of either side.
///
/// Cost: to tabulate, some hundred values in multiprecision (milliseconds; seconds for networks of 300 layers); then
/// about ten operations and eight loads a value (1 to 2 ns), or a search and thirty operations (20 ns).
///
/// ```
/// use zonal::Kernel;
/// let kernel = Kernel::ntk(3)?.tabulate(None)?;
/// // kappa(1) = 3, kappa(-1) = 1/pi, kappa(1/2) = 1.2766...
/// let mut values = [0.0; 3];
/// kernel.values(&[1.0, -1.0, 0.5], &mut values);
/// let expected: f64 = Kernel::ntk(3)?.evaluate("0.5", 17)?.to_string().parse().unwrap();
/// assert_eq!(values[0], 3.0);
/// assert!((values[1] - std::f64::consts::FRAC_1_PI).abs() < 1e-15 && (values[2] - expected).abs() < 1e-15);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tabulated {
    at_one: f64,
    /// The deficits, for u >= 0 and for u < 0.
    table: Table,
    error: f64,
}

#[derive(Clone, Debug)]
enum Table {
    Uniform(Lookup),
    Graded(Graded),
}

/// How far a table may be off.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// Relative to the largest value.
    error: f64,
    /// Of deficits near u = 1, relative to them.
    relative: f64,
}

impl Bounds {
    /// The error of a value beside the largest, the rounding of kappa(1) - deficit included; as an error if it is too
    /// large.
    fn check(&self, source: &Source, end: End, w: f64, exact: &Float, value: f64) -> std::result::Result<f64, f64> {
        let off = Float::with_val(64, exact - value).abs();
        if off.is_zero() {
            return Ok(f64::EPSILON / 2.0);
        }
        let error = Float::with_val(64, &off / &source.largest).to_f64() + f64::EPSILON / 2.0;
        let relative = match end == End::One && w <= NEAR {
            // Below the smallest normal double a double has fewer digits.
            true => (off / source.scale(end, w, exact).max(&Float::with_val(64, f64::MIN_POSITIVE))).to_f64(),
            false => 0.0,
        };
        if error <= self.error && relative <= self.relative { Ok(error) } else { Err(error.max(relative)) }
    }
}

impl Tabulated {
    fn new(kernel: &Kernel, dimension: Option<u64>, tolerance: f64) -> Result<Self> {
        let source = Source::new(kernel, dimension)?;
        let at_one = source.at_one(PRECISION)?.to_f64();
        let (largest, smallest) = (source.largest.to_f64(), f64::MIN_POSITIVE / f64::EPSILON);
        if !largest.is_finite() || (largest < smallest && !source.largest.is_zero()) {
            return Err(Error::unable(format!(
                "the largest value of the kernel is {:.3e}; tables of doubles need one from {smallest:.1e} to {:.1e}: \
                 multiply the kernel by a constant",
                source.largest,
                f64::MAX
            )));
        }
        let bounds = Bounds { error: tolerance.max(2.0 * f64::EPSILON), relative: tolerance.max(Tabulated::RELATIVE) };
        let (table, error) = match uniform::build(&source, bounds) {
            Some((lookup, error)) => (Table::Uniform(lookup), error),
            None => {
                let (graded, error) = graded::build(&source, bounds)?;
                (Table::Graded(graded), error)
            }
        };
        Ok(Tabulated { at_one, table, error })
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

impl Tabulated {
    /// The relative error allowed of deficits near u = 1.
    pub const RELATIVE: f64 = 4.0 * f64::EPSILON;

    /// The value kappa(1) of the kernel at equal points, rounded to the nearest double.
    pub fn at_one(&self) -> f64 {
        self.at_one
    }

    /// The number of polynomial pieces of the table on u >= 0 or on u < 0, the larger of the two.
    pub fn pieces(&self) -> usize {
        match &self.table {
            Table::Uniform(lookup) => lookup.pieces(),
            Table::Graded(graded) => graded.pieces(),
        }
    }

    /// The largest error found by the check, relative to the largest |kappa|.
    pub fn error(&self) -> f64 {
        self.error
    }

    /// kappa(1) - kappa(u) for u = 1 - w or u = -1 + w, 0 <= w <= 1: from w = |x-y|^2/2 it is right for the nearest
    /// points.
    pub fn deficit(&self, end: End, w: f64) -> f64 {
        match &self.table {
            Table::Uniform(lookup) => lookup.at(end == End::MinusOne, w),
            Table::Graded(graded) => graded.at(end == End::MinusOne, w),
        }
    }

    /// kappa(u) for every u, cut to \[-1, 1\]; as many as fit into `out`. NaN stays NaN.
    pub fn values(&self, u: &[f64], out: &mut [f64]) {
        self.values_while(u, out, |_| ());
    }

    /// The same; `meanwhile` is called for each whole group of eight, with its index: to ask for memory that is needed
    /// soon.
    pub(crate) fn values_while(&self, u: &[f64], out: &mut [f64], meanwhile: impl FnMut(usize)) {
        match &self.table {
            Table::Uniform(lookup) => lookup.fill(self.at_one, u, out, meanwhile),
            Table::Graded(graded) => graded.fill(self.at_one, u, out, meanwhile),
        }
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

impl Kernel {
    /// Tabulated for many values in double precision; `dimension` for kernels that depend on it.
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real on \[-1, 1\]; `Unable` where narrow peaks cannot be
    /// excluded, where the kernel varies on too short a scale, or where its values do not fit doubles.
    pub fn tabulate(&self, dimension: Option<u64>) -> Result<Tabulated> {
        self.tabulate_within(dimension, 0.0)
    }

    /// The same where an error of `tolerance`, relative to the largest value, is good enough.
    ///
    /// # Errors
    /// As [`tabulate`](Self::tabulate).
    pub fn tabulate_within(&self, dimension: Option<u64>, tolerance: f64) -> Result<Tabulated> {
        let tabulated = Tabulated::new(self, dimension, tolerance).or_else(|error| {
            // What is 0 by algebra has values that are rounding errors.
            let simplified = Simplified::of(self.expr(), dimension.unwrap_or(2));
            match simplified
                .is_some_and(|form| form.symmetry() == Symmetry { even: ParityPart::Zero, odd: ParityPart::Zero })
            {
                true => Tabulated::new(&Kernel::from(Expr::number(0)), None, tolerance),
                false => Err(error),
            }
        });
        tabulated.map_err(|error| error.within(self))
    }
}
