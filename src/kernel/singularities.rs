//! Where a kernel is defined, and where inside (-1, 1) it may fail to be analytic.
//!
//! The interval \[-1, 1\] is bisected until interval arithmetic shows the kernel analytic on a piece, or the piece
//! is tiny. What remains are small clusters around branch points, kinks and poles. In each cluster the argument of
//! the first failing step is expanded as a power series and its zero (of order up to 16) located to any precision.
//!
//! The same search finds narrow peaks and fronts, which samples could miss: pieces on which some step varies by a large
//! part of its whole range are bisected too.

use super::program::{Failure, Point, Program, Step};
use crate::error::{Error, Result};
use crate::number::{Function, Hybrid, Interval, Intervals, Multiprecision, Number, Series};
use rug::{Float, Rational};

/// Pieces narrower than this are not bisected further.
const NARROWEST: f64 = 1e-6;

/// After this many pieces the search ends undecided: some step fails or oscillates on a whole interval.
const MOST_PIECES: usize = 6000;

/// Pieces of equal length that the search starts from; the range of each step over all of them is its scale.
const FIRST_PIECES: usize = 64;

/// Samples that give the range of a step where intervals are too wide.
const SAMPLES: usize = 1024;

/// On a piece, no step may vary by more than this part of its range on [-1, 1]: else a peak may hide there.
const TAME: f64 = 0.4;

/// Steps whose range is narrower than this, relative to their size, are constant up to rounding.
const CONSTANT: f64 = 1e-9;

/// A piece of this width in which a step still varies is the place of a narrow peak or front.
const NARROW: f64 = 1e-3;

/// Peaks are followed down to this width, the resolution of double precision near 1.
const NARROWEST_PEAK: f64 = 1e-14;

/// More interior singular points than this are not worth splitting at.
const MOST_CLUSTERS: usize = 64;

/// Bits at which definedness is decided at u = 1 and u = -1, which are exact.
const END_PRECISION: u32 = 128;

/// Bits at which definedness is decided near a singular point.
const PRECISION: u32 = 512;

/// A point inside (-1, 1) where the kernel is not analytic, or is nearly singular.
#[derive(Clone, Debug)]
pub struct SingularPoint {
    /// The place, to double precision.
    pub near: f64,
    step: Option<usize>,
    multiplicity: usize,
}

/// What is known of a kernel's singularities inside (-1, 1).
#[derive(Clone, Debug)]
pub struct Singularities {
    /// The interior singular points, increasing.
    pub interior: Vec<SingularPoint>,
    /// Whether the kernel was shown analytic, and free of narrow peaks, everywhere else inside; otherwise nothing is
    /// known.
    pub decided: bool,
    /// Whether some step varies steeply beside u = 1 or u = -1, on a scale below 10^-6.
    pub steep_ends: bool,
    /// The width of the narrowest piece that was needed for every step to vary moderately, apart from the interior points:
    /// samples closer than this see every feature.
    pub finest: f64,
}

impl Singularities {
    /// Examines a kernel on \[-1, 1\].
    ///
    /// # Errors
    /// `Domain` if the kernel is undefined, infinite or complex at a point of \[-1, 1\].
    pub fn of(program: &Program) -> Result<Self> {
        for end in [1, -1] {
            let u = Rational::from(end);
            // Exact values decide what rounding hides.
            let exact = Hybrid::strict(END_PRECISION);
            if let Err(error @ Error::Domain(_)) = program.evaluate(&exact, &Point::at(exact.rational(&u))) {
                return Err(undefined(error, f64::from(end)));
            }
            let c = Multiprecision::new(END_PRECISION);
            program.evaluate(&c, &Point::at(c.rational(&u))).map_err(|e| undefined(e, f64::from(end)))?;
        }
        let undecided = Singularities { interior: Vec::new(), decided: false, steep_ends: true, finest: NARROW };
        let pieces = first_values(program);
        // Where a step has no finite range there may be a pole: search for poles and branch points alone first.
        let blind = vec![None; program.steps().len()];
        if !pieces.iter().all(|values| complete(program, values)) && Singularities::search(program, &blind)?.is_none() {
            return Ok(undecided);
        }
        let Some(ranges) = ranges(program, &pieces) else { return Ok(undecided) };
        let finite_ends = [pieces.first(), pieces.last()].into_iter().flatten().all(|end| complete(program, end));
        Ok(match Singularities::search(program, &ranges)? {
            Some((interior, steep, finest)) => {
                Singularities { interior, decided: true, steep_ends: steep || !finite_ends, finest }
            }
            None => undecided,
        })
    }

    /// The interior points, whether an end is steep, and the finest width; `None` if there are too many pieces or points.
    fn search(program: &Program, ranges: &Ranges) -> Result<Option<(Vec<SingularPoint>, bool, f64)>> {
        let Some((pieces, steep_ends, finest)) = undecided_pieces(program, ranges)? else { return Ok(None) };
        let clusters = clusters(&pieces);
        if clusters.len() > MOST_CLUSTERS {
            return Ok(None);
        }
        let mut interior = Vec::new();
        for cluster in clusters {
            if cluster.low > -1.0 && cluster.high < 1.0 {
                interior.push(match cluster.failed {
                    Some(step) => examine(program, &cluster, step)?,
                    None => SingularPoint { near: cluster.narrowest, step: None, multiplicity: 1 },
                });
            }
        }
        Ok(Some((interior, steep_ends, finest)))
    }
}

impl SingularPoint {
    /// A place that is known from elsewhere.
    pub(crate) fn at(near: f64) -> Self {
        SingularPoint { near, step: None, multiplicity: 1 }
    }

    /// The place, to `precision` bits.
    pub fn locate(&self, program: &Program, precision: u32) -> Float {
        let critical = self.step.and_then(|step| critical(program, step, self.near));
        let Some((argument, target)) = critical else {
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

/// A piece that is not tame, or the union of several.
#[derive(Clone, Copy, Debug)]
struct Piece {
    low: f64,
    high: f64,
    /// The middle of the narrowest part.
    narrowest: f64,
    /// The width of the narrowest part.
    width: f64,
    /// The step that could not be shown analytic; `None` for a narrow peak.
    failed: Option<usize>,
}

/// The range of every step over [-1, 1]; `None` for a step that is unbounded or nearly constant.
type Ranges = Vec<Option<Interval>>;

fn first_pieces() -> impl Iterator<Item = (f64, f64)> {
    // Off the simple fractions, so that a kink at 0 or 1/2 lies inside a piece.
    let end = |i: usize| match i {
        0 => -1.0,
        FIRST_PIECES => 1.0,
        _ => -1.0 + 2.0 * (i as f64 - 0.4873) / FIRST_PIECES as f64,
    };
    (0..FIRST_PIECES).map(move |i| (end(i), end(i + 1)))
}

/// The values of every step on a piece, those that could be computed.
type Values = Vec<Option<Interval>>;

fn closed_values(program: &Program, low: f64, high: f64) -> Values {
    program.run_partly(&Intervals::CLOSED, &Point::at(Interval::new(low, high))).0
}

fn first_values(program: &Program) -> Vec<Values> {
    first_pieces().map(|(low, high)| closed_values(program, low, high)).collect()
}

fn finite(value: &Interval) -> bool {
    value.low.is_finite() && value.high.is_finite()
}

/// Whether every step has a finite value.
fn complete(program: &Program, values: &Values) -> bool {
    let computed =
        |(step, value): (&Step, &Option<Interval>)| *step == Step::Done || value.as_ref().is_some_and(finite);
    program.steps().iter().zip(values).all(computed)
}

/// The union of the values of a step, if all are finite.
fn union(pieces: &[Values], step: usize) -> Option<Interval> {
    let mut union: Option<Interval> = None;
    for values in pieces {
        let value = values[step].filter(finite)?;
        let old = union.unwrap_or(value);
        union = Some(Interval { low: old.low.min(value.low), high: old.high.max(value.high) });
    }
    union
}

/// The ranges. `None` if a step has no finite range and samples do not show that it varies: a peak may hide in it.
///
/// Where intervals overflow (products that are squares in disguise), samples give the range; that can only be too
/// narrow, which makes the search finer.
fn ranges(program: &Program, pieces: &[Values]) -> Option<Ranges> {
    let varies = |r: &Interval| r.high - r.low > CONSTANT * r.high.abs().max(r.low.abs());
    let mut samples: Option<Vec<Values>> = None;
    let mut ranges = Vec::with_capacity(program.steps().len());
    let depends = program.dependent_steps();
    for (index, step) in program.steps().iter().enumerate() {
        let range = match union(pieces, index) {
            // Of a constant the rounding alone varies.
            Some(_) if !depends[index] => None,
            Some(range) => Some(range).filter(varies),
            None if *step == Step::Done && pieces.iter().all(|values| values[index].is_none()) => None,
            None => {
                let samples = samples.get_or_insert_with(|| {
                    let place = |i: usize| (2 * i + 1) as f64 / SAMPLES as f64 - 1.0;
                    (0..SAMPLES).map(|i| closed_values(program, place(i), place(i))).collect()
                });
                Some(union(samples, index).filter(varies)?)
            }
        };
        ranges.push(range);
    }
    Some(ranges)
}

/// Whether no step varies much over a piece.
fn tame(values: &[Option<Interval>], ranges: &Ranges) -> bool {
    let varies = |(value, range): (&Option<Interval>, &Option<Interval>)| match (value, range) {
        (Some(value), Some(range)) => value.high - value.low > TAME * (range.high - range.low),
        _ => false,
    };
    !values.iter().zip(ranges).any(varies)
}

/// The pieces on which the kernel could not be shown analytic, or on which a step varies steeply; and whether one does so
/// at an end; and the width of the narrowest tame piece made by a steep one. `None` if there are too many.
fn undecided_pieces(program: &Program, ranges: &Ranges) -> Result<Option<(Vec<Piece>, bool, f64)>> {
    // Each with whether it is part of a steep piece already narrow, and of one that was analytic but steep.
    let mut open: Vec<(f64, f64, bool, bool)> = first_pieces().map(|(low, high)| (low, high, false, false)).collect();
    let (mut found, mut steep_ends, mut finest) = (Vec::new(), false, 2.0 / FIRST_PIECES as f64);
    let mut count = 0;
    while let Some((low, high, peak, fine)) = open.pop() {
        count += 1;
        if count > MOST_PIECES {
            return Ok(None);
        }
        let width = high - low;
        let piece = |failed| Piece { low, high, narrowest: 0.5 * (low + high), width, failed };
        let at_end = low == -1.0 || high == 1.0;
        let point = Point::at(Interval::new(low, high));
        let (values, failure) = program.run_partly(&Intervals::ANALYTIC, &point);
        let failed_nowhere = failure.is_none();
        let split = match failure {
            Some(Failure { error: Error::Domain(m), .. }) => {
                return Err(undefined(Error::domain(m), 0.5 * (low + high)));
            }
            Some(_) if width > NARROWEST => true,
            Some(failure) => {
                // A branch point. A peak may sit beside it: ask whether the closed ranges are tame.
                let (closed, unbounded) = program.run_partly(&Intervals::CLOSED, &point);
                let steep = unbounded.is_some() || !tame(&closed, ranges);
                steep_ends |= at_end && steep;
                let done = !steep || width <= NARROWEST_PEAK;
                if done {
                    found.push(piece(Some(failure.step)));
                }
                !done
            }
            None if tame(&values, ranges) => {
                if peak {
                    steep_ends |= at_end;
                    found.push(piece(None));
                } else if fine {
                    finest = finest.min(width);
                }
                false
            }
            None if width > NARROWEST_PEAK => true,
            None => {
                steep_ends |= at_end;
                found.push(piece(None));
                false
            }
        };
        if split {
            let middle = low + 0.4873 * width;
            let steep = peak || (width < NARROW && (failed_nowhere || width <= NARROWEST));
            open.push((low, middle, steep, failed_nowhere));
            open.push((middle, high, steep, failed_nowhere));
        }
    }
    found.sort_by(|a, b| a.low.total_cmp(&b.low));
    Ok(Some((found, steep_ends, finest)))
}

/// Adjacent pieces merged, one cluster for each peak or branch point.
///
/// In a row of pieces, a peak is where they are narrowest: once they have become 16 times wider again, and then 16 times
/// narrower, another peak has begun. Pieces that failed and pieces that did not belong to different points.
fn clusters(pieces: &[Piece]) -> Vec<Piece> {
    const CHANGE: f64 = 16.0;
    let mut merged: Vec<Piece> = Vec::new();
    let mut widest = 0.0f64;
    for piece in pieces {
        let joined = merged.last_mut().filter(|last| {
            let touching = piece.low <= last.high && piece.failed.is_some() == last.failed.is_some();
            let another = widest > CHANGE * last.width && piece.width * CHANGE < widest;
            touching && !another
        });
        match joined {
            Some(last) => {
                last.high = piece.high;
                last.failed = last.failed.min(piece.failed);
                widest = widest.max(piece.width);
                if piece.width < last.width {
                    (last.width, last.narrowest) = (piece.width, piece.narrowest);
                    widest = piece.width;
                }
            }
            None => {
                widest = piece.width;
                merged.push(*piece);
            }
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
pub(super) fn newton(
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
fn examine(program: &Program, cluster: &Piece, step: usize) -> Result<SingularPoint> {
    let (middle, reach) = (cluster.narrowest, 2.0 * (cluster.high - cluster.low));
    let unknown = SingularPoint { near: middle, step: Some(step), multiplicity: 1 };
    let Some((argument, target)) = critical(program, step, middle) else {
        return Ok(unknown);
    };
    // Multiplicity 1 first: a multiple zero makes plain Newton converge slowly, hence not at all here.
    let found = (1..=16).find_map(|m| {
        newton(program, argument, &target, m, middle, reach, PRECISION).map(|(place, value)| (m, place, value))
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
            Ok(SingularPoint { near: at, step: Some(step), multiplicity })
        }
        _ => Ok(SingularPoint { near: at, step: Some(step), multiplicity }),
    }
}
