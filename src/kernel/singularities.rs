//! Where a kernel is defined, and where inside (-1, 1) it may fail to be analytic.
//!
//! The interval \[-1, 1\] is bisected until interval arithmetic shows the kernel analytic on a piece, or the piece
//! is tiny. What remains are small clusters around branch points, kinks and poles. In each cluster the argument of
//! the first failing step is expanded as a power series and its zero (of order up to 4) located to any precision.

use super::program::{Failure, Point, Program, Step};
use crate::error::{Error, Result};
use crate::number::{Function, Interval, Intervals, Multiprecision, Number, Series};
use rug::{Float, Rational};

/// Pieces narrower than this are not bisected further.
const NARROWEST: f64 = 1e-6;

/// After this many pieces the search ends undecided: some step fails on a whole interval.
const MOST_PIECES: usize = 4000;

/// More interior singular points than this are not worth splitting at.
const MOST_CLUSTERS: usize = 64;

/// Bits at which definedness is decided near a singular point.
const PRECISION: u32 = 512;

/// A point inside (-1, 1) where the kernel is not analytic, or is nearly singular.
#[derive(Clone, Debug)]
pub struct SingularPoint {
    /// The place, to double precision.
    pub near: f64,
    step: usize,
    multiplicity: usize,
}

/// What is known of a kernel's singularities inside (-1, 1).
#[derive(Clone, Debug)]
pub struct Singularities {
    /// The interior singular points, increasing.
    pub interior: Vec<SingularPoint>,
    /// Whether the kernel was shown analytic everywhere else inside; otherwise nothing is known.
    pub decided: bool,
}

impl Singularities {
    /// Examines a kernel on \[-1, 1\].
    ///
    /// # Errors
    /// `Domain` if the kernel is undefined, infinite or complex at a point of \[-1, 1\].
    pub fn of(program: &Program) -> Result<Self> {
        for end in [1, -1] {
            let c = Multiprecision::new(PRECISION);
            let u = c.rational(&Rational::from(end));
            program.evaluate(&c, &Point::at(u)).map_err(|e| undefined(e, f64::from(end)))?;
        }
        let Some(pieces) = undecided_pieces(program)? else {
            return Ok(Singularities { interior: Vec::new(), decided: false });
        };
        let clusters = clusters(&pieces);
        if clusters.len() > MOST_CLUSTERS {
            return Ok(Singularities { interior: Vec::new(), decided: false });
        }
        let mut interior = Vec::new();
        for (low, high, step) in clusters {
            if low > -1.0 && high < 1.0 {
                interior.push(examine(program, low, high, step)?);
            }
        }
        Ok(Singularities { interior, decided: true })
    }
}

impl SingularPoint {
    /// The place, to `precision` bits.
    pub fn locate(&self, program: &Program, precision: u32) -> Float {
        let Some((argument, target)) = critical(program, self.step, self.near) else {
            return Float::with_val(precision, self.near);
        };
        newton(program, argument, &target, self.multiplicity, self.near, NARROWEST, precision + 64)
            .map_or_else(|| Float::with_val(precision, self.near), |(place, _)| Float::with_val(precision, place))
    }
}

fn undefined(error: Error, u: f64) -> Error {
    let message = match error {
        Error::Input(m) | Error::Domain(m) | Error::Unable(m) => m,
    };
    Error::domain(format!("the kernel is not finite and real on all of [-1, 1]: at u = {u}: {message}"))
}

/// The narrow pieces on which analyticity could not be shown, with the step that failed; `None` if too many.
fn undecided_pieces(program: &Program) -> Result<Option<Vec<(f64, f64, usize)>>> {
    let mut pieces = vec![(-1.0, 1.0)];
    let mut undecided = Vec::new();
    let mut count = 0;
    while let Some((low, high)) = pieces.pop() {
        count += 1;
        if count > MOST_PIECES {
            return Ok(None);
        }
        match program.run(&Intervals, &Point::at(Interval::new(low, high))) {
            Ok(_) => {}
            Err(Failure { error: Error::Unable(_), step }) => {
                if high - low <= NARROWEST {
                    undecided.push((low, high, step));
                } else {
                    // Off the middle, so that 0 and simple fractions stay inside a piece.
                    let middle = low + 0.4873 * (high - low);
                    pieces.push((low, middle));
                    pieces.push((middle, high));
                }
            }
            Err(Failure { error, .. }) => return Err(undefined(error, 0.5 * (low + high))),
        }
    }
    undecided.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(Some(undecided))
}

/// Adjacent pieces merged.
fn clusters(pieces: &[(f64, f64, usize)]) -> Vec<(f64, f64, usize)> {
    let mut merged: Vec<(f64, f64, usize)> = Vec::new();
    for &(low, high, step) in pieces {
        match merged.last_mut() {
            Some(last) if low <= last.1 + NARROWEST => {
                last.1 = high;
                last.2 = last.2.min(step);
            }
            _ => merged.push((low, high, step)),
        }
    }
    merged
}

/// The register and value at which a step stops being analytic, for arguments near `u`.
fn critical(program: &Program, step: usize, u: f64) -> Option<(usize, Rational)> {
    let zero = Rational::new();
    match &program.steps()[step] {
        Step::Div(_, b) => Some((*b, zero)),
        Step::Power(a, _) | Step::Function(Function::Sqrt | Function::Log, a) => Some((*a, zero)),
        Step::Function(Function::Asin | Function::Acos, a) | Step::ArcCosines(a, _) => {
            let c = Multiprecision::new(64);
            let value = program.up_to(*a).evaluate(&c, &Point::at(Float::with_val(64, u))).ok()?;
            Some((*a, Rational::from(if value.is_sign_negative() { -1 } else { 1 })))
        }
        _ => None,
    }
}

/// Newton's method on the (m-1)-th derivative of `argument - target` from `start`, not further than `reach`:
/// the place and the value there.
fn newton(
    program: &Program,
    argument: usize,
    target: &Rational,
    multiplicity: usize,
    start: f64,
    reach: f64,
    precision: u32,
) -> Option<(Float, Float)> {
    let c = Multiprecision::new(precision);
    let series = Series::new(c, multiplicity + 1);
    let program = program.up_to(argument);
    let mut place = Float::with_val(precision, start);
    let mut converged = false;
    // From 6 digits, quadratic convergence needs log2(precision / 20) steps; the rest is for a poorer start.
    for _ in 0..12 + precision.ilog2() {
        let f = program.evaluate(&series, &Point::at(series.variable(&place))).ok()?;
        let value = Float::with_val(precision, f.first()? - target);
        let zero = Float::new(precision);
        let numerator = f.get(multiplicity - 1).unwrap_or(&zero).clone();
        let numerator = if multiplicity == 1 { value.clone() } else { numerator };
        let slope = Float::with_val(precision, f.get(multiplicity)? * multiplicity as u32);
        if slope.is_zero() {
            return None;
        }
        let step = numerator / slope;
        if converged || step.is_zero() {
            return Some((place, value));
        }
        place -= &step;
        if Float::with_val(53, &place - start).abs() > reach {
            return None;
        }
        // The last step may still change the last bits: one more evaluation, then done.
        converged = step.get_exp().unwrap_or(i32::MIN) < -(precision as i32) + 24;
    }
    None
}

/// Locates the singular point of a cluster and checks that the kernel is defined there.
fn examine(program: &Program, low: f64, high: f64, step: usize) -> Result<SingularPoint> {
    let middle = 0.5 * (low + high);
    let unknown = SingularPoint { near: middle, step, multiplicity: 1 };
    let Some((argument, target)) = critical(program, step, middle) else {
        return Ok(unknown);
    };
    // Multiplicity 1 first: a multiple zero makes plain Newton converge slowly, hence not at all here.
    let found = (1..=4).find_map(|m| {
        newton(program, argument, &target, m, middle, 2.0 * (high - low), PRECISION)
            .map(|(place, value)| (m, place, value))
    });
    let Some((multiplicity, place, value)) = found else {
        return Ok(unknown);
    };
    let at = place.to_f64();
    // The value of the argument is zero if it is below the square root of the working accuracy.
    let exponent = value.get_exp().unwrap_or(i32::MIN);
    let vanishes = value.is_zero() || exponent < -(PRECISION as i32) / 2;
    let shown = if at == 0.0 { 0.0 } else { at };
    match &program.steps()[step] {
        Step::Div(..) if vanishes => Err(undefined(Error::domain("division by zero"), shown)),
        Step::Power(_, q) if vanishes && q.cmp0().is_lt() => {
            Err(undefined(Error::domain(format!("0 to the power {q} is infinite")), shown))
        }
        Step::Function(Function::Log, _) if vanishes => Err(undefined(Error::domain("log of 0 is infinite"), shown)),
        Step::Function(Function::Sqrt | Function::Log, _) if !vanishes && value.is_sign_negative() => {
            Err(undefined(Error::domain("square root or logarithm of a negative number"), shown))
        }
        Step::Power(_, q) if !vanishes && value.is_sign_negative() && !q.is_integer() => {
            Err(undefined(Error::domain(format!("negative base with the fractional exponent {q}")), shown))
        }
        Step::ArcCosines(..) | Step::Function(..) if !vanishes && (value.is_sign_positive() == (target > 0)) => {
            let outside = matches!(
                program.steps()[step],
                Step::ArcCosines(..) | Step::Function(Function::Asin | Function::Acos, _)
            );
            if outside {
                return Err(undefined(Error::domain("an inverse cosine of a number outside [-1, 1]"), shown));
            }
            Ok(SingularPoint { near: at, step, multiplicity })
        }
        _ => Ok(SingularPoint { near: at, step, multiplicity }),
    }
}
