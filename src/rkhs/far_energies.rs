//! The energies of a target with kinks at the degrees beyond those computed.

use super::kinks::{Kinks, wave};
use super::{EnergyLaw, Target};
use crate::domain::{Sphere, log_multiplicity};
use crate::kernel::Kernel;
use crate::number::Double;
use crate::parity::{Parity, PerParity};
use crate::spectrum::endpoint::Interpolated;
use statrs::function::erf::erfc;
use std::f64::consts::TAU;

/// Energies of single degrees and, for sums over many, without what oscillates from degree to degree.
#[derive(Clone, Debug)]
pub(super) struct FarEnergies {
    lines: Vec<Line>,
    /// For two directions the cosine of their angle, and P_k of it.
    pairs: Vec<(usize, usize, f64, Vec<f64>)>,
    laws: PerParity<EnergyLaw>,
    dimension: u64,
    /// The relative error of the energies of each parity, estimated: what they miss at the last degrees computed. It
    /// falls with the degree.
    pub(super) error: PerParity<f64>,
}

/// The coefficients of one direction.
#[derive(Clone, Debug)]
enum Line {
    Kinks(Kinks),
    /// Fractional powers at the ends alone.
    Ends(PerParity<Option<Interpolated>>),
    /// The leading term of the energies on average.
    Law,
}

/// Degrees at which the expansions are compared with what was computed, and how well they must agree.
const COMPARED: usize = 12;
const AGREED: f64 = 1e-8;

/// The lowest degree of the expansions.
pub(super) const LOWEST: u64 = 100;

/// How steep the transition from single degrees to averages is: the remainder at its ends is erfc(STEEPNESS)/2, 1e-10.
const STEEPNESS: f64 = 4.5;

impl FarEnergies {
    /// Of a target whose energies of the degrees below are `list`; `last` is the highest single degree.
    pub(super) fn of(
        target: &Target,
        sphere: Sphere,
        laws: &PerParity<EnergyLaw>,
        list: &[f64],
        last: u64,
    ) -> FarEnergies {
        let dimension = sphere.dimension();
        let line = |function: &&crate::spectrum::PiecewiseFunction| {
            if function.pieces.len() > 1 {
                return Kinks::of(function).map(Line::Kinks).unwrap_or(Line::Law);
            }
            let spectrum = Kernel::from(function.formula.clone()).spectrum(sphere);
            Line::Ends(PerParity::from_fn(|parity| spectrum.interpolated(parity, list.len() as u64)))
        };
        let lines: Vec<Line> = target.functions().iter().map(line).collect();
        let highest = last as usize;
        let pair = |(i, j, cosine): (usize, usize, f64)| (i, j, cosine, sphere.legendre(&Double, &cosine, highest));
        let pairs = target.cosines().into_iter().map(pair).collect();
        let mut found = FarEnergies { lines, pairs, laws: laws.clone(), dimension, error: PerParity::default() };
        for parity in Parity::BOTH {
            if matches!(laws[parity], EnergyLaw::Power(_)) {
                found.compare(parity, list);
            }
        }
        found
    }

    /// Compares with what was computed; what does not agree follows the leading law.
    fn compare(&mut self, parity: Parity, list: &[f64]) {
        let own = |degrees: std::ops::Range<usize>| degrees.filter(move |k| Parity::of(*k as u64) == parity);
        if list.len() as u64 > LOWEST + COMPARED as u64 && !self.lines.iter().any(|line| matches!(line, Line::Law)) {
            let last = list.len() - COMPARED..list.len();
            let largest = own(last.clone()).map(|k| list[k]).fold(0.0, f64::max);
            let worst = own(last).map(|k| (self.at(k as u64) - list[k]).abs()).fold(0.0, f64::max);
            if worst <= AGREED * largest {
                self.error[parity] = worst / largest;
                return;
            }
        }
        self.lines = vec![Line::Law];
        let (sum, law) = own(list.len() / 2..list.len())
            .fold((0.0, 0.0), |(sum, law), k| (sum + list[k], law + self.laws[parity].at(k as f64, self.dimension)));
        self.error[parity] = (sum / law - 1.0).abs();
    }

    /// Whether only the leading law on average is known.
    fn is_rough(&self) -> bool {
        self.lines.iter().any(|line| matches!(line, Line::Law))
    }

    /// The energy of a degree.
    pub(super) fn at(&self, k: u64) -> f64 {
        let parity = Parity::of(k);
        if self.is_rough() {
            return self.laws[parity].at(k as f64, self.dimension);
        }
        let coefficient = |line: &Line| match line {
            Line::Kinks(kinks) => kinks.coefficient(k),
            Line::Ends(ends) => ends[parity].as_ref().map_or(0.0, |end| end.value(k as f64)),
            Line::Law => 0.0,
        };
        let values: Vec<f64> = self.lines.iter().map(coefficient).collect();
        let own: f64 = values.iter().map(|x| x * x).sum();
        let cross =
            |(i, j, _, legendre): &(usize, usize, f64, Vec<f64>)| 2.0 * values[*i] * values[*j] * legendre[k as usize];
        let sum = own + self.pairs.iter().map(cross).sum::<f64>();
        sum * log_multiplicity(self.dimension, k as f64).exp()
    }

    /// The energy at any degree without what oscillates, and a bound of its error, estimated.
    pub(super) fn mean(&self, parity: Parity, k: f64) -> (f64, f64) {
        if self.is_rough() {
            let mean = self.laws[parity].at(k, self.dimension);
            return (mean, self.error[parity] * mean);
        }
        let of = |line: &Line| match line {
            Line::Kinks(kinks) => kinks.mean(parity, k),
            Line::Ends(ends) => ends[parity]
                .as_ref()
                .map_or(0.0, |end| (log_multiplicity(self.dimension, k) + 2.0 * end.log_value(k)).exp()),
            Line::Law => 0.0,
        };
        let means: Vec<f64> = self.lines.iter().map(of).collect();
        let sum: f64 = means.iter().sum();
        // What two directions share oscillates too, but for rare angles: its size counts as an error.
        let lambda = (self.dimension as f64 - 2.0) / 2.0;
        let shared = |(i, j, cosine, _): &(usize, usize, f64, Vec<f64>)| {
            let [re, im] = wave(k, lambda, cosine.acos());
            4.0 * (means[*i] * means[*j]).sqrt() * re.hypot(im).min(1.0)
        };
        (sum, self.error[parity] * sum + self.pairs.iter().map(shared).sum::<f64>())
    }

    /// Weights that lead smoothly from single degrees to averages: 1 up to about the first, 0 at the second degree.
    pub(super) fn transition(first: u64, last: u64, k: u64) -> f64 {
        let x = (k as f64 - first as f64) / (last as f64 - first as f64);
        0.5 * erfc(STEEPNESS * (2.0 * x - 1.0))
    }

    /// A bound of the sum over the degrees of one parity of what oscillates times 1 minus these weights, estimated: a
    /// wave of phase omega a step, amplitude A in the middle, cut off by a Gaussian edge of W steps, leaves
    /// $A\bigl(e^{-(W\omega/4c)^2} + \mathrm{erfc}(c)\bigr)/\lvert2\sin(\omega/2)\rvert$.
    pub(super) fn left_by_waves(&self, parity: Parity, first: u64, last: u64) -> f64 {
        let middle = 0.5 * (first + last) as f64;
        if self.is_rough() {
            return 4.0 * self.laws[parity].at(first as f64, self.dimension);
        }
        let steps = (last - first) as f64 / 2.0;
        let left = |(amplitude, phase): (f64, f64)| {
            let turn = phase.rem_euclid(TAU);
            let omega = turn.min(TAU - turn);
            let part = (-(steps * omega / (4.0 * STEEPNESS)).powi(2)).exp() + erfc(STEEPNESS);
            amplitude * part * (0.5 / (omega / 2.0).sin()).min(middle)
        };
        let waves = |line: &Line| match line {
            Line::Kinks(kinks) => kinks.waves(parity, middle).into_iter().map(left).sum(),
            _ => 0.0,
        };
        self.lines.iter().map(waves).sum()
    }

    /// Whether energies oscillate.
    pub(super) fn has_waves(&self, parity: Parity) -> bool {
        let of = |line: &Line| matches!(line, Line::Kinks(kinks) if !kinks.waves(parity, LOWEST as f64).is_empty());
        !self.pairs.is_empty() || self.lines.iter().any(of)
    }
}
