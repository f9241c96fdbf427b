//! Where inside (-1, 1) a kernel may fail to be analytic.
//!
//! The interval \[-1, 1\] is bisected until interval arithmetic shows the kernel analytic on a piece, or the piece
//! is tiny. What remains are small clusters around branch points, kinks and poles. In each cluster the argument of
//! the first failing step is expanded as a power series and its zero (of order up to 16) located to any precision.
//!
//! The same search finds narrow peaks and fronts, which samples could miss: pieces on which some step varies by a large
//! part of its whole range are bisected too.

use super::program::{Failure, Program, Step};
use super::ranging::{Ranging, Values};
use super::singular_point::{Cluster, SingularPoint, examine};
use super::undefined::{Examined, Undefined, defined_at_ends};
use crate::error::{Error, Result};
use crate::number::Interval;

/// Pieces narrower than this are not bisected further.
const NARROWEST: f64 = 1e-6;

/// After this many pieces the search ends undecided: some step fails or oscillates on a whole interval. Formulas with
/// many operations have fewer.
const MOST_PIECES: usize = 24_000;
const FEWEST_PIECES: usize = 6_000;

/// Operations after which there are fewer pieces, and fewer still.
const MUCH_WORK: usize = 2_400_000;
const MOST_WORK: usize = 60_000_000;

/// How many operations in doubles take the time of one with wide exponents.
const WIDE: usize = 50;

/// Pieces of equal length that the search starts from; the range of each step over all of them is its scale.
const FIRST_PIECES: usize = 64;

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
    /// The width of the narrowest piece that was needed for every step to vary moderately, apart from the interior
    /// points: samples closer than this see every feature.
    pub finest: f64,
    /// The ends of the pieces on which every step varies moderately, or which are as narrow as double precision,
    /// increasing.
    pub(super) tame: Vec<f64>,
}

impl Singularities {
    /// The reason why nothing is known, if so, of a kernel by its name.
    ///
    /// # Errors
    /// `Unable`, where it was not shown that no peak is narrower than samples see.
    pub(crate) fn shown(&self, kernel: &dyn std::fmt::Display) -> Result<()> {
        match self.decided {
            true => Ok(()),
            false => Err(Error::unable(format!(
                "{kernel} varies on too short a scale, or its formula is too wide for interval arithmetic: narrow \
                 peaks cannot be excluded"
            ))),
        }
    }

    /// Those of a kernel that is smooth between its kinks, where samples closer than `finest` see every feature.
    pub(crate) fn at_kinks(interior: Vec<SingularPoint>, finest: f64) -> Self {
        Singularities { interior, decided: true, steep_ends: false, finest, tame: Vec::new() }
    }

    /// Finds where inside (-1, 1) a kernel is not analytic, by bisection with interval arithmetic.
    ///
    /// # Errors
    /// `Domain` if the kernel is undefined, infinite or complex at a point of \[-1, 1\].
    pub fn of(program: &Program) -> Result<Self> {
        Singularities::examined(program).map_err(|undefined| undefined.of(program))
    }

    /// The same, with the place where the kernel is undefined.
    pub(super) fn examined(program: &Program) -> Examined<Self> {
        match defined_at_ends(program) {
            // A place inside tells more where an end alone has no value: there may be a limit that is not found.
            Err(at_end) if at_end.is_alone(program) => {
                Err(Singularities::inside(program).err().filter(Undefined::is_inside).unwrap_or(at_end))
            }
            Err(at_end) => Err(at_end),
            Ok(()) => Singularities::inside(program),
        }
    }

    fn inside(program: &Program) -> Examined<Self> {
        let doubles = Ranging::doubles(program);
        let pieces = first_values(&doubles);
        let found = Singularities::within(program, &doubles, &pieces)?;
        match Ranging::wide(program, &pieces).filter(|_| !found.decided) {
            Some(wide) => Singularities::within(program, &wide, &first_values(&wide)),
            None => Ok(found),
        }
    }

    fn within(program: &Program, ranging: &Ranging, pieces: &[Values]) -> Examined<Self> {
        let undecided =
            Singularities { interior: Vec::new(), decided: false, steep_ends: true, finest: NARROW, tame: Vec::new() };
        // Where a step has no finite range there may be a pole: search for poles and branch points alone first.
        let blind = vec![None; program.steps().len()];
        let finite = |values: &Values| complete(program, values);
        if !pieces.iter().all(finite) && Singularities::search(program, ranging, &blind)?.is_none() {
            return Ok(undecided);
        }
        let Some(ranges) = ranges(program, ranging, pieces) else { return Ok(undecided) };
        let finite_ends = [pieces.first(), pieces.last()].into_iter().flatten().all(finite);
        Ok(match Singularities::search(program, ranging, &ranges)? {
            Some(found) => Singularities { steep_ends: found.steep_ends || !finite_ends, ..found },
            None => undecided,
        })
    }

    /// What is found, `steep_ends` of pieces with finite values; `None` if there are too many pieces or points.
    fn search(program: &Program, ranging: &Ranging, ranges: &Ranges) -> Examined<Option<Singularities>> {
        let Some(pieces) = Pieces::of(ranging, ranges)? else { return Ok(None) };
        let clusters = clusters(&pieces.found);
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
        let Pieces { steep_ends, fine, mut tame, .. } = pieces;
        tame.sort_by(f64::total_cmp);
        // Quadratures split at the points: nodes beside them are as close as they are near, so only how narrow a piece
        // is beside its distance counts.
        let relative = |(low, high): &(f64, f64)| {
            let distances = interior.iter().map(|point| (high - point.near).abs().max((low - point.near).abs()));
            (high - low) / distances.fold(1.0, f64::min)
        };
        let finest = fine.iter().map(relative).fold(2.0 / FIRST_PIECES as f64, f64::min);
        Ok(Some(Singularities { interior, decided: true, steep_ends, finest, tame }))
    }
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

fn first_values(ranging: &Ranging) -> Vec<Values> {
    first_pieces().map(|(low, high)| ranging.closed(low, high).0).collect()
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
/// Where intervals overflow (products that are squares in disguise), and wherever exponents are wide, samples give the
/// range; that can only be too narrow, which makes the search finer.
fn ranges(program: &Program, ranging: &Ranging, pieces: &[Values]) -> Option<Ranges> {
    let varies = |r: &Interval| r.high - r.low > CONSTANT * r.high.abs().max(r.low.abs());
    let mut sampled: Option<Vec<Values>> = None;
    let mut ranges = Vec::with_capacity(program.steps().len());
    let depends = program.dependent_steps();
    for (index, step) in program.steps().iter().enumerate() {
        let range = match union(pieces, index).filter(|_| !ranging.is_wide()) {
            // Of a constant the rounding alone varies.
            _ if !depends[index] => None,
            Some(range) => Some(range).filter(varies),
            None if *step == Step::Done && pieces.iter().all(|values| values[index].is_none()) => None,
            None => {
                let sampled = sampled.get_or_insert_with(|| ranging.sampled());
                let range = union(sampled, index)?;
                // The same number everywhere, without any rounding: 0*u.
                let constant = ranging.is_wide() && range.low == range.high;
                if constant { None } else { Some(Some(range).filter(varies)?) }
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

/// [-1, 1] in pieces.
struct Pieces {
    /// Those on which the kernel could not be shown analytic, or on which a step varies steeply, increasing.
    found: Vec<Cluster>,
    /// Whether a step varies steeply at an end.
    steep_ends: bool,
    /// The tame pieces made by a steep one.
    fine: Vec<(f64, f64)>,
    /// Where pieces of any kind begin.
    tame: Vec<f64>,
}

impl Pieces {
    /// `None` if there are too many.
    fn of(ranging: &Ranging, ranges: &Ranges) -> Examined<Option<Pieces>> {
        // Each with whether it is part of a steep piece already narrow, and of one that was analytic but steep.
        let mut open: Vec<(f64, f64, bool, bool)> =
            first_pieces().map(|(low, high)| (low, high, false, false)).collect();
        let (mut found, mut steep_ends, mut fine_pieces, mut tame_pieces) = (Vec::new(), false, Vec::new(), Vec::new());
        let operations = ranging.program().operations().max(1) * if ranging.is_wide() { WIDE } else { 1 };
        let most = (MUCH_WORK / operations).clamp(FEWEST_PIECES.min(MOST_WORK / operations), MOST_PIECES);
        let mut count = 0;
        while let Some((low, high, peak, fine)) = open.pop() {
            count += 1;
            if count > most {
                return Ok(None);
            }
            let width = high - low;
            let piece = |failed| Cluster { low, high, narrowest: 0.5 * (low + high), width, failed };
            let at_end = low == -1.0 || high == 1.0;
            let (values, failure) = ranging.analytic(low, high);
            let failed_nowhere = failure.is_none();
            let split = match failure {
                Some(Failure { error: Error::Domain(why), .. }) => {
                    return Err(Undefined { place: 0.5 * (low + high), why, beyond: false });
                }
                Some(_) if width > NARROWEST => true,
                Some(failure) => {
                    // A branch point. A peak may sit beside it: ask whether the closed ranges are tame.
                    let (closed, unbounded) = ranging.closed(low, high);
                    if unbounded.is_some() && !at_end && width > 0.4 * NARROWEST {
                        // A pole is told before its surroundings, where powers underflow, are cut to pieces.
                        examine(ranging.program(), &piece(Some(failure.step)), failure.step)?;
                    }
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
                        fine_pieces.push((low, high));
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
            } else {
                tame_pieces.push(low);
            }
        }
        found.sort_by(|a, b| a.low.total_cmp(&b.low));
        Ok(Some(Pieces { found, steep_ends, fine: fine_pieces, tame: tame_pieces }))
    }
}

/// Adjacent pieces merged, one cluster for each peak or branch point.
///
/// In a row of pieces, a peak is where they are narrowest: once they have become 16 times wider again, and then 16
/// times narrower, another peak has begun. Pieces that failed and pieces that did not belong to different points.
fn clusters(pieces: &[Cluster]) -> Vec<Cluster> {
    const CHANGE: f64 = 16.0;
    let mut merged: Vec<Cluster> = Vec::new();
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
