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
/// Accuracy: energies of degrees up to 400 to about 1e-13 of the whole; beyond, those of a target with kinks are the average of their law, wrong by O(1/k) in single
/// degrees.
#[derive(Clone, Debug)]
pub struct Modes {
    degrees: Vec<Mode>,
    beyond: Vec<Mode>,
    /// The energy of degrees whose eigenvalues or energies are not known one by one: taken as not learned.
    pub rest: f64,
}

/// Degrees up to which energies are computed.
const COMPUTED: u64 = 400;

/// Bits beyond those of the size of a spherical harmonic.
const BITS: f64 = 70.0;

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
        let highest = last.max().unwrap_or(0).min(COMPUTED).min(known);
        let bits = (BITS + log_multiplicity(p, highest.max(1) as f64) / (2.0 * std::f64::consts::LN_2)).ceil() as u32;
        let mode = |k: u64, energy: f64| Mode { eigenvalue: levels.eigenvalue(k).unwrap_or(0.0), energy };
        let energies = target.energies(highest, bits)?;
        let mut degrees: Vec<Mode> =
            (0..).zip(&energies).map(|(k, energy)| mode(k, energy.value.to_f64().max(0.0))).collect();
        if ends && highest < known {
            return Ok(Modes { degrees, beyond: Vec::new(), rest: 0.0 });
        }
        let (mut beyond, mut by_law) = (Vec::new(), true);
        let at = |law: &EnergyLaw, k: f64| match law {
            EnergyLaw::Power { exponent, log_mean } => {
                (log_mean - exponent.to_f64() * (k + (p as f64 - 2.0) / 2.0).ln()).exp()
            }
            _ => 0.0,
        };
        for k in highest + 1..=known {
            degrees.push(mode(k, at(&laws[(k % 2) as usize], k as f64)));
        }
        for (parity, law) in Parity::BOTH.into_iter().zip(&laws) {
            match (law, levels.nodes(parity)) {
                (EnergyLaw::Power { .. }, Some(nodes)) if !nodes.is_empty() => {
                    let energy = |node: &Node| node.count * at(law, node.degree);
                    beyond.extend(nodes.iter().map(|node| Mode { eigenvalue: node.value, energy: energy(node) }));
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
        self.degrees.iter().chain(&self.beyond).map(term).sum::<f64>() + term(&lost)
    }

    /// The energy of all degrees.
    pub fn energy(&self) -> f64 {
        self.sum(|_| 1.0)
    }
}
