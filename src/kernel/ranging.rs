//! The ranges of all steps of a kernel on an interval, in doubles whatever their size.

use super::program::{Failure, Point, Program};
use crate::number::{Interval, Intervals, WideIntervals};

/// The values of every step on a piece, those that could be computed.
pub(super) type Values = Vec<Option<Interval>>;

/// How intervals are computed: in doubles, or where steps leave their range with wide exponents and a scale for each
/// step.
pub(super) struct Ranging<'a> {
    program: &'a Program,
    /// The exponent of 2 that each step is divided by.
    scales: Option<Vec<i32>>,
}

/// Samples of [-1, 1].
const SAMPLES: usize = 1024;

/// Sizes beyond 2^-EXPONENT and 2^EXPONENT are about to leave the range of doubles, and so may be products of them.
const EXPONENT: f64 = 960.0;

impl<'a> Ranging<'a> {
    /// In doubles.
    pub(super) fn doubles(program: &'a Program) -> Self {
        Ranging { program, scales: None }
    }

    /// With wide exponents, if some step leaves the range of doubles on one of the pieces. The scales are those of
    /// samples: products of intervals can be too large by any factor, beside which everything would look small.
    pub(super) fn wide(program: &'a Program, pieces: &[Values]) -> Option<Self> {
        let size = EXPONENT.exp2();
        let leaves = |value: &Option<Interval>| {
            value.is_some_and(|v| v.magnitude() > size || (v.magnitude() < 1.0 / size && v != Interval::point(0.0)))
        };
        // Powers of what is small enough to have no range vanish in doubles.
        let fails = |values: &Values| values.iter().any(Option::is_none);
        if !pieces.iter().flatten().any(leaves) && !pieces.iter().any(fails) {
            return None;
        }
        let mut scales = vec![i32::MIN; program.steps().len()];
        for u in wide_samples() {
            let c = WideIntervals::CLOSED;
            let values = program.run_partly(&c, &Point::at(c.interval(&Interval::point(u)))).0;
            for (scale, value) in scales.iter_mut().zip(&values) {
                let ends = value.iter().flat_map(|value| [&value.low, &value.high]);
                *scale = ends.filter_map(|end| end.get_exp()).fold(*scale, i32::max);
            }
        }
        scales.iter_mut().filter(|scale| **scale == i32::MIN).for_each(|scale| *scale = 0);
        Some(Ranging { program, scales: Some(scales) })
    }

    pub(super) fn program(&self) -> &'a Program {
        self.program
    }

    /// Whether the ranges of steps must come from samples.
    pub(super) fn is_wide(&self) -> bool {
        self.scales.is_some()
    }

    /// The values of every step at samples: what is too wide for intervals has a range by them, at most too narrow.
    pub(super) fn sampled(&self) -> Vec<Values> {
        let at = |u| self.closed(u, u).0;
        if self.is_wide() { wide_samples().map(at).collect() } else { samples().map(at).collect() }
    }

    /// The ranges on a piece and the first step that is not analytic there.
    pub(super) fn analytic(&self, low: f64, high: f64) -> (Values, Option<Failure>) {
        self.values(low, high, Intervals::ANALYTIC, WideIntervals::ANALYTIC)
    }

    /// The ranges on a piece and the first step that has none.
    pub(super) fn closed(&self, low: f64, high: f64) -> (Values, Option<Failure>) {
        self.values(low, high, Intervals::CLOSED, WideIntervals::CLOSED)
    }

    fn values(&self, low: f64, high: f64, doubles: Intervals, wide: WideIntervals) -> (Values, Option<Failure>) {
        let piece = Interval::new(low, high);
        let Some(scales) = &self.scales else { return self.program.run_partly(&doubles, &Point::at(piece)) };
        let (values, failure) = self.program.run_partly(&wide, &Point::at(wide.interval(&piece)));
        let scaled = values.into_iter().zip(scales).map(|(value, scale)| value.map(|value| value.scaled(*scale)));
        (scaled.collect(), failure)
    }
}

/// Places that miss simple fractions.
fn samples() -> impl Iterator<Item = f64> {
    (0..SAMPLES).map(|i| (2 * i + 1) as f64 / SAMPLES as f64 - 1.0)
}

/// The same and, for what grows by orders of magnitude towards an end, two places beside the ends.
fn wide_samples() -> impl Iterator<Item = f64> {
    samples().chain([-1.0 + 1e-12, 1.0 - 1e-12])
}
