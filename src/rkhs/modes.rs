//! A target in the eigenfunctions of a kernel.

use super::levels::{Node, log_multiplicity};
use super::{EnergyLaw, Levels, Target};
use crate::decay::Parity;
use crate::error::{Error, Result};

/// Eigenfunctions of one eigenvalue, and the energy of a target in them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mode {
    /// The eigenvalue.
    pub eigenvalue: f64,
    /// The energy.
    pub energy: f64,
}

/// The energies of a target beside the eigenvalues of a kernel: degree by degree, then, where a kink keeps energy in all degrees, by the laws of both.
///
/// Accuracy: energies of degrees up to 400 (2000 where they do not yet follow their law to 10 %) to about 1e-13 of the whole; beyond, those of a target with kinks are the average
/// of their law, wrong by O(1/k) in single degrees. Where they follow no law by then, what is left of the energy counts as not learned.
#[derive(Clone, Debug)]
pub struct Modes {
    degrees: Vec<Mode>,
    /// For each parity.
    beyond: Vec<Vec<Mode>>,
    /// The energy of degrees whose eigenvalues or energies are not known one by one: taken as not learned.
    pub rest: f64,
}

/// Degrees up to which energies are computed.
const COMPUTED: u64 = 400;

/// Bits beyond those of the size of a spherical harmonic.
const BITS: f64 = 70.0;

/// Modes looked at to see whether a norm converges, and the part that they may add.
const LAST: usize = 6;
const OPEN: f64 = 1e-9;

/// Energies below this part of the whole are rounding.
const ROUNDING: f64 = 1e-13;

impl Modes {
    /// The modes of a target on the sphere of the levels.
    ///
    /// # Errors
    /// Those of the target's energies; `Input` if the levels are of another sphere.
    pub fn new(target: &Target, levels: &Levels) -> Result<Self> {
        let p = target.sphere().dimension();
        if levels.dimension() != Some(p) {
            return Err(Error::input(format!("a target in dimension {p} and levels of another")));
        }
        let laws = Parity::BOTH.map(|parity| target.law(parity));
        let ends = laws.iter().all(|law| matches!(law, EnergyLaw::Ends(_)));
        let last = laws.iter().map(|law| if let EnergyLaw::Ends(last) = law { last.unwrap_or(0) } else { COMPUTED });
        let known = levels.computed() - 1;
        let mut highest = last.max().unwrap_or(0).min(known);
        let energies = |highest: u64| -> Result<Vec<f64>> {
            let size = log_multiplicity(p, highest.max(1) as f64) / (2.0 * std::f64::consts::LN_2);
            let found = target.energies(highest, (BITS + size).ceil() as u32)?;
            Ok(found.iter().map(|energy| energy.value.to_f64().max(0.0)).collect())
        };
        let mut list = energies(highest)?;
        let followed =
            |list: &[f64]| Parity::BOTH.into_iter().zip(&laws).all(|(parity, law)| law.is_followed(list, parity, p));
        let mut law_holds = followed(&list);
        if !law_holds && highest < known {
            // Fine structure, such as kinks close together: as many degrees as there are.
            highest = known;
            list = energies(highest)?;
            law_holds = followed(&list);
        }
        let mode = |k: u64, energy: f64| Mode { eigenvalue: levels.eigenvalue(k).unwrap_or(0.0), energy };
        let mut degrees: Vec<Mode> = (0..).zip(&list).map(|(k, energy)| mode(k, *energy)).collect();
        if ends && highest < known {
            return Ok(Modes { degrees, beyond: Vec::new(), rest: 0.0 });
        }
        let (mut beyond, mut by_law) = (Vec::new(), law_holds);
        if law_holds {
            for k in highest + 1..=known {
                degrees.push(mode(k, laws[(k % 2) as usize].at(k as f64, p)));
            }
        }
        for (parity, law) in Parity::BOTH.into_iter().zip(&laws).filter(|_| law_holds) {
            match (law, levels.nodes(parity)) {
                (EnergyLaw::Power { .. }, Some(nodes)) if !nodes.is_empty() => {
                    let energy = |node: &Node| node.count * law.at(node.degree, p);
                    let mode = |node: &Node| Mode { eigenvalue: node.value, energy: energy(node) };
                    beyond.push(nodes.iter().map(mode).collect());
                }
                (EnergyLaw::Ends(last), _) => by_law &= last.is_none_or(|last| last <= highest),
                _ => by_law = false,
            }
        }
        let mut modes = Modes { degrees, beyond, rest: 0.0 };
        if !by_law {
            let energy = target.energy()?;
            let rest = energy - modes.energy();
            modes.rest = if rest > ROUNDING * energy { rest } else { 0.0 };
        }
        Ok(modes)
    }

    /// Of energies of the levels 0, 1, ..., as many as there are levels at most.
    ///
    /// # Errors
    /// `Input` for a number that is negative or not finite.
    pub fn of_energies(energies: &[f64], levels: &Levels) -> Result<Self> {
        if let Some(e) = energies.iter().find(|e| !(e.is_finite() && **e >= 0.0)) {
            return Err(Error::input(format!("the energy {e}; allowed are numbers from 0 on")));
        }
        let mode = |(k, e): (u64, &f64)| Mode { eigenvalue: levels.eigenvalue(k).unwrap_or(0.0), energy: *e };
        Ok(Modes { degrees: (0..).zip(energies).map(mode).collect(), beyond: Vec::new(), rest: 0.0 })
    }

    /// Degree by degree.
    pub fn degrees(&self) -> &[Mode] {
        &self.degrees
    }

    /// The sum of the energies, each times what a function says of its mode; 1 for what is not learned in any case.
    pub fn sum(&self, f: impl Fn(&Mode) -> f64) -> f64 {
        let term = |mode: &Mode| if mode.energy > 0.0 { mode.energy * f(mode) } else { 0.0 };
        let lost = Mode { eigenvalue: 0.0, energy: self.rest };
        self.degrees.iter().chain(self.beyond.iter().flatten()).map(term).sum::<f64>() + term(&lost)
    }

    /// Whether the last degrees summed still add to the squared norm, compared with a number.
    pub(super) fn norm_is_open(&self, square: f64) -> bool {
        let last = self.beyond.iter().flat_map(|modes| modes.iter().rev().take(LAST));
        let added: f64 = last.filter(|mode| mode.energy > 0.0).map(|mode| mode.energy / mode.eigenvalue).sum();
        added.is_nan() || added > OPEN * square
    }

    /// The energy of all degrees.
    pub fn energy(&self) -> f64 {
        self.sum(|_| 1.0)
    }
}
