//! A target in the eigenfunctions of a kernel.

use super::far_energies::{FarEnergies, LOWEST};
use super::levels::FEWEST_FACTORS;
use super::levels::SUMMED;
use super::tail::{Node, Tail};
use super::{Energy, EnergyLaw, Estimated, Levels, MeanPower, Target};
use crate::domain::Domain;
use crate::error::{Error, Result};
use crate::number::{LongSums, long_sum};
use crate::parity::{Parity, PerParity};
use rug::Float;

/// Eigenfunctions of one eigenvalue, and the energy of a target in them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Mode {
    /// The eigenvalue, the same for all of them.
    pub eigenvalue: f64,
    /// The energy of the target in them.
    pub energy: f64,
    /// A bound of its error, estimated.
    pub error: f64,
}

impl Mode {
    /// $L=\frac{\lambda}{\lambda+x}$, what is learned at a regularisation x; 0 of an eigenvalue 0.
    pub(crate) fn learned(&self, x: f64) -> f64 {
        if self.eigenvalue > 0.0 { self.eigenvalue / (self.eigenvalue + x) } else { 0.0 }
    }

    /// $1-L$, what is not learned, without cancellation.
    pub(crate) fn missed(&self, x: f64) -> f64 {
        if self.eigenvalue > 0.0 { x / (self.eigenvalue + x) } else { 1.0 }
    }
}

/// The energies of a target beside the eigenvalues of a kernel: degree by degree, then, where a kink keeps energy in
/// all degrees, a few nodes for many degrees.
///
/// Accuracy: energies of degrees up to 400 (2000 where they do not yet follow their law to 10 %) by quadrature. Beyond,
/// those of a target with kinks come from the expansion at each kink, with its oscillation, to about 1e-12; from degree
/// 500 to 2000 the oscillation is faded out, since sums over a smooth edge do not see it. Fractional kinks, and powers
/// at an end beside kinks, follow the average of their law; the error says how far. Where energies follow no law, what
/// is left of the energy counts as not learned.
#[derive(Clone, Debug)]
pub struct TargetModes {
    degrees: Vec<Mode>,
    /// For each parity.
    beyond: Vec<Vec<Mode>>,
    /// The energy of degrees whose eigenvalues or energies are not known one by one: taken as not learned.
    pub rest: f64,
    /// A bound of its error.
    rest_error: f64,
    /// The relative error of eigenvalues beyond those computed.
    law: f64,
}

/// Degrees up to which energies are computed.
const COMPUTED: u64 = 400;

/// Degrees looked at first where the energies fall faster than any power.
const FIRST: u64 = 50;

/// Bits beyond those of the size of a spherical harmonic.
const BITS: f64 = 70.0;

/// Modes looked at to see whether a norm converges, and the part that they may add.
const LAST: usize = 16;
const OPEN: f64 = 1e-9;

/// Energies below this part of the whole are rounding.
const ROUNDING: f64 = 1e-13;

/// Energies that have fallen to this part of the whole end there, and must over the square of the eigenvalue, in case a
/// small regularisation lets them count.
const FALLEN: f64 = 1e-25;

/// How far the nodes reach: what is left of the energy is e to this.
const FACTORS: f64 = 34.0;

/// No further than this, where eigenvalues still fit doubles: a norm that converges more slowly is seen to be open.
const LONGEST: f64 = 100.0;

impl TargetModes {
    /// The modes of a target on the domain of the levels.
    ///
    /// # Errors
    /// Those of the target's energies; `Input` if the levels are of another domain.
    pub fn new(target: &Target, levels: &Levels) -> Result<Self> {
        let place = target.domain().title();
        match levels.domain() {
            Some(domain) if domain.name() == target.domain().name() => {}
            Some(domain) => {
                return Err(Error::input(format!("a target on {place} and levels of {}", domain.title())));
            }
            None => return Err(Error::input(format!("a target on {place} and levels that are not its degrees"))),
        }
        if let Some((list, _)) = target.listed().zip(target.domain().highest_degree()) {
            return Ok(Self::of_list(list, levels));
        }
        let sphere = target.sphere()?;
        let laws = PerParity::from_fn(|parity| target.law(parity));
        let known = levels.computed() - 1;
        let list = Energies::of(target, &laws, levels, known)?;
        let highest = list.values.len() as u64 - 1;
        let degree = |k: usize| Mode {
            eigenvalue: levels.eigenvalue(k as u64).unwrap_or(0.0),
            energy: list.values[k],
            error: list.errors[k],
        };
        let degrees = (0..list.values.len()).map(degree).collect();
        let mut modes =
            TargetModes { degrees, beyond: Vec::new(), rest: 0.0, rest_error: 0.0, law: levels.law_error() };
        let ends = laws.iter().all(|law| law.degrees().is_some());
        if ends && highest < known {
            return Ok(modes);
        }
        let mut by_law = list.followed;
        let power = |law: &EnergyLaw| matches!(law, EnergyLaw::Power(_));
        if list.followed && laws.iter().any(power) {
            let far = FarEnergies::of(target, sphere, &laws, &list.values, known.max(highest));
            for k in highest + 1..=known {
                let eigenvalue = levels.eigenvalue(k).unwrap_or(0.0);
                modes.degrees.push(Mode { eigenvalue, energy: 0.0, error: 0.0 });
            }
            for (parity, law) in Parity::BOTH.into_iter().zip(&laws).filter(|(_, law)| power(law)) {
                let tail = levels.tail(parity).flatten();
                modes.follow(&far, parity, highest + 1, tail);
                match (tail, law) {
                    (Some(tail), EnergyLaw::Power(MeanPower { exponent, .. })) => {
                        modes.reach(&far, parity, levels, tail, exponent.to_f64());
                    }
                    _ => by_law = false,
                }
            }
        }
        for (parity, law) in Parity::BOTH.into_iter().zip(&laws) {
            match law {
                EnergyLaw::Finite(_) => by_law &= law.last().is_none_or(|last| last <= highest),
                EnergyLaw::Power(_) => {}
                _ => match list.fallen(parity) {
                    Some(left) => modes.rest_error += left,
                    None => by_law = false,
                },
            }
        }
        if !by_law {
            let (energy, error) = target.energy_with_error()?;
            let rest = energy - modes.energy();
            modes.rest = if rest > ROUNDING * energy { rest } else { 0.0 };
            modes.rest_error += error + ROUNDING * energy;
        }
        Ok(modes)
    }

    /// The single degrees beyond those whose energies were computed.
    fn follow(&mut self, far: &FarEnergies, parity: Parity, computed: u64, tail: Option<&Tail>) {
        let known = self.degrees.len() as u64 - 1;
        let own = |k: &u64| k % 2 == parity.remainder();
        for k in (computed..=known).filter(own) {
            let energy = far.at(k);
            let error = far.error[parity] * far.mean(parity, k as f64).0;
            let mode = &mut self.degrees[k as usize];
            (mode.energy, mode.error) = (energy, error);
        }
        let first = (known / 4).max(LOWEST);
        if tail.is_none() || known <= first {
            return;
        }
        if far.has_waves(parity) {
            for k in (first / 2..=known).filter(own).filter(|k| *k >= LOWEST) {
                let weight = FarEnergies::transition(first, known, k);
                let mode = &mut self.degrees[k as usize];
                mode.energy = weight * mode.energy + (1.0 - weight) * far.mean(parity, k as f64).0;
            }
        }
        let middle = (first + known) / 2;
        let middle = middle + (middle + parity.remainder()) % 2;
        self.degrees[middle as usize].error += far.left_by_waves(parity, first, known);
    }

    /// Nodes for the degrees beyond all single ones.
    fn reach(&mut self, far: &FarEnergies, parity: Parity, levels: &Levels, tail: &Tail, exponent: f64) {
        // E_k ~ k^-e: what is left after a factor F is F^(1-e); of norms, E_k/mu_k, more.
        let norm = exponent - 1.0 - tail.exponent();
        let slowest = if levels.is_endless() && norm > 0.0 { norm } else { exponent - 1.0 };
        let least = if levels.is_endless() { FEWEST_FACTORS } else { 0.0 };
        let first = self.degrees.len() as u64;
        let first = (first + (first + parity.remainder()) % 2) as f64;
        let start = if levels.is_endless() { first } else { first.max(levels.knee()) };
        let end = start * (FACTORS / slowest).clamp(least, LONGEST).exp();
        // What is left: every second degree, m^-e.
        self.rest_error += 0.5 * far.mean(parity, end).0 * end / (exponent - 1.0);
        let mode = |node: &Node| {
            let (energy, error) = far.mean(parity, node.degree);
            Mode { eigenvalue: node.value, energy: node.count * energy, error: node.count * error }
        };
        self.beyond.push(tail.nodes(first, end).iter().map(mode).collect());
    }

    /// Of energies of the levels 0, 1, ..., as many as there are levels at most.
    ///
    /// # Errors
    /// `Input` for a number that is negative or not finite.
    pub fn of_energies(energies: &[f64], levels: &Levels) -> Result<Self> {
        if let Some(e) = energies.iter().find(|e| !(e.is_finite() && **e >= 0.0)) {
            return Err(Error::input(format!("the energy {e}; allowed are numbers from 0 on")));
        }
        let list = energies.iter().map(|e| Energy { value: Float::with_val(53, *e), error: 0.0 });
        Ok(Self::of_list(&list.collect::<Vec<_>>(), levels))
    }

    fn of_list(list: &[Energy], levels: &Levels) -> Self {
        let mode = |(k, Energy { value, error }): (u64, &Energy)| Mode {
            eigenvalue: levels.eigenvalue(k).unwrap_or(0.0),
            energy: value.to_f64(),
            error: *error,
        };
        let degrees = (0..).zip(list).map(mode).collect();
        TargetModes { degrees, beyond: Vec::new(), rest: 0.0, rest_error: 0.0, law: levels.law_error() }
    }

    /// The modes of single degrees from k = 0 on: eigenvalue, energy of the target, and its error.
    pub fn degrees(&self) -> &[Mode] {
        &self.degrees
    }

    /// The sum of the energies, each times what a function says of its mode; 1 for what is not learned in any case.
    pub fn sum(&self, f: impl Fn(&Mode) -> f64) -> f64 {
        self.sum_with_error(f).value
    }

    /// The same with a bound of its error: those of the energies, of what is left of them, and of the sum. The error of
    /// eigenvalues is not in it: [`eigenvalue_error`](TargetModes::eigenvalue_error).
    pub fn sum_with_error(&self, f: impl Fn(&Mode) -> f64) -> Estimated {
        let mut sums = LongSums::<2>::default();
        for mode in self.degrees.iter().chain(self.beyond.iter().flatten()) {
            if mode.energy > 0.0 || mode.error > 0.0 {
                let factor = f(mode);
                sums.add([mode.energy * factor, mode.error * factor.abs()]);
            }
        }
        let lost = if self.rest > 0.0 || self.rest_error > 0.0 {
            f(&Mode { eigenvalue: 0.0, energy: self.rest, error: self.rest_error })
        } else {
            0.0
        };
        let [sum, error] = sums.values();
        let value = sum + self.rest * lost;
        Estimated { value, error: error + self.rest_error * lost.abs() + SUMMED * value.abs() }
    }

    /// What errors of the eigenvalues make of a sum of energies times f: f changes by at most `change` for each
    /// relative change of an eigenvalue. Those computed one by one are the nearest doubles; the others follow a law.
    pub fn eigenvalue_error(&self, change: impl Fn(&Mode) -> f64) -> f64 {
        let sum = |modes: &mut dyn Iterator<Item = &Mode>| {
            long_sum(modes.filter(|mode| mode.energy > 0.0).map(|mode| mode.energy * change(mode).abs()))
        };
        f64::EPSILON * sum(&mut self.degrees.iter()) + self.law * sum(&mut self.beyond.iter().flatten())
    }

    /// Whether the last degrees summed still add to the squared norm, compared with a number.
    pub(super) fn norm_is_open(&self, square: f64) -> bool {
        let last = self.beyond.iter().flat_map(|modes| modes.iter().rev().take(LAST));
        let added = long_sum(last.filter(|mode| mode.energy > 0.0).map(|mode| mode.energy / mode.eigenvalue));
        added.is_nan() || added > OPEN * square
    }

    /// The energy of the target in all degrees: its mean square, what is not known one by one included.
    pub fn energy(&self) -> f64 {
        self.sum(|_| 1.0)
    }
}

/// Energies computed degree by degree.
struct Energies {
    values: Vec<f64>,
    errors: Vec<f64>,
    /// Whether they follow their laws.
    followed: bool,
    /// The whole, about, and whether a parity without law has fallen off by the last degree.
    fallen: PerParity<Option<f64>>,
}

impl Energies {
    /// As many as a target needs, up to `known`.
    fn of(target: &Target, laws: &PerParity<EnergyLaw>, levels: &Levels, known: u64) -> Result<Self> {
        let sphere = target.sphere()?;
        let last = |law: &EnergyLaw| match law {
            EnergyLaw::Finite(_) => law.last().unwrap_or(0),
            EnergyLaw::Power(_) => COMPUTED,
            _ => FIRST,
        };
        let mut highest = laws.iter().map(last).max().unwrap_or(0).min(known);
        loop {
            let mut found = Energies::up_to(target, laws, levels, highest)?;
            let follows =
                |(parity, law): (Parity, &EnergyLaw)| law.is_followed(&found.values, parity, sphere.dimension());
            found.followed = Parity::BOTH.into_iter().zip(laws).all(follows);
            let falls = |parity: &Parity| found.fallen(*parity).is_none();
            let open = Parity::BOTH
                .iter()
                .zip(laws)
                .any(|(parity, law)| !matches!(law, EnergyLaw::Finite(_) | EnergyLaw::Power(_)) && falls(parity));
            let next = match (found.followed, open) {
                // Fine structure, such as kinks close together: as many degrees as there are.
                (false, _) => known,
                (true, true) => (2 * highest).min(COMPUTED).min(known),
                (true, false) => highest,
            };
            if next <= highest {
                return Ok(found);
            }
            highest = next;
        }
    }

    fn up_to(target: &Target, laws: &PerParity<EnergyLaw>, levels: &Levels, highest: u64) -> Result<Self> {
        let sphere = target.sphere()?;
        let rapid = laws.iter().any(|law| !matches!(law, EnergyLaw::Finite(_) | EnergyLaw::Power(_)));
        let eigenvalues = || (0..=highest).filter_map(|k| levels.eigenvalue(k)).filter(|mu| *mu > 0.0);
        // Noise must stay below energies that are divided by the square of an eigenvalue.
        let range = match rapid {
            true => eigenvalues().fold(0.0, f64::max).log2() - eigenvalues().fold(f64::INFINITY, f64::min).log2(),
            false => 0.0,
        };
        let size = sphere.log_multiplicity(highest.max(1) as f64) / (2.0 * std::f64::consts::LN_2);
        let found = target.energies(highest, (BITS + size + range.max(0.0)).ceil() as u32)?;
        let values: Vec<f64> = found.iter().map(|energy| energy.value.to_f64().max(0.0)).collect();
        let errors = found.iter().map(|energy| energy.error).collect();
        let mut energies = Energies { values, errors, followed: true, fallen: PerParity::default() };
        energies.fallen = PerParity::from_fn(|parity| energies.what_is_left(parity, levels));
        Ok(energies)
    }

    fn fallen(&self, parity: Parity) -> Option<f64> {
        self.fallen[parity]
    }

    /// A bound of the energies beyond, if those of the last quarter have fallen off, by themselves and over the squares
    /// of the eigenvalues.
    fn what_is_left(&self, parity: Parity, levels: &Levels) -> Option<f64> {
        let own = |k: &usize| Parity::of(*k as u64) == parity;
        let square = |k: usize| levels.eigenvalue(k as u64).filter(|mu| *mu > 0.0).map_or(1.0, |mu| mu * mu);
        let (whole, heavy) = self
            .values
            .iter()
            .enumerate()
            .fold((0.0, 0.0f64), |(whole, heavy), (k, e)| (whole + e, heavy.max(e / square(k))));
        let last = self.values.len() * 3 / 4..self.values.len();
        let largest = last.clone().filter(own).map(|k| self.values[k]).fold(0.0, f64::max);
        let heaviest = last.filter(own).map(|k| self.values[k] / square(k)).fold(0.0, f64::max);
        // The next quarter is smaller by as much again.
        (largest <= FALLEN * whole && heaviest <= ROUNDING * heavy).then_some(largest * self.values.len() as f64)
    }
}
