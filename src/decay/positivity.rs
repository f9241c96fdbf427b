//! Whether every eigenvalue is positive, why, or which one is not.

use super::conclusion::{Conclusion, ParityProof, ProvedPower, enclosed};
use super::kinks::slower;
use super::{Leading, Parity, PerParity, Prediction};
use crate::error::{Error, Result};
use crate::kernel::taylor::{INFINITE, Taylor};
use crate::number::Digits;
use crate::spectrum::{Assurance, Eigenvalue, Spectrum};
use std::cell::OnceCell;
use std::fmt;

/// Whether every eigenvalue mu_k is positive: proved, refuted by witnesses, or undecided.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Positivity {
    /// It is proved, and how.
    Holds(String),
    /// It is refuted by these.
    Fails(Vec<Witness>),
    /// What was looked at, and what is missing.
    Undecided(String),
}

/// Eigenvalues shown to be zero or negative: one, all of a parity from some degree on, or infinitely many.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Witness {
    /// mu_k = 0 exactly.
    Zero(u64),
    /// mu_k = 0 exactly for every k of the parity from a degree on.
    ZeroFrom(Parity, u64),
    /// A negative eigenvalue, enclosed.
    Negative(Box<Eigenvalue>),
    /// mu_k < 0 for every k of the parity from a degree on.
    NegativeFrom(Parity, u64),
    /// mu_k < 0 for infinitely many k of the parity: a sum of waves without a constant decides, and its mean is 0.
    NegativeOften(Parity),
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Witness::Zero(k) => write!(f, "mu_{k} = 0 exactly"),
            Witness::ZeroFrom(parity, k) => write!(f, "mu_{k} = 0 exactly, and so is mu_k for every {parity} k >= {k}"),
            Witness::Negative(row) => write!(f, "mu_{} = {}", row.degree, Digits::Count(SHOWN).format(&row.value)),
            Witness::NegativeFrom(parity, k) => write!(f, "mu_k < 0 for every {parity} k >= {k}"),
            Witness::NegativeOften(parity) => {
                write!(f, "mu_k < 0 for infinitely many {parity} k, where the oscillations of the kinks decide")
            }
        }
    }
}

/// Digits of a negative eigenvalue.
const SHOWN: u32 = 6;

/// Where neither a law nor the formula decides, degrees up to this are enclosed: one that is not positive refutes.
const HIGHEST: u64 = 40;

/// Where kinks decide, degrees of the parity among which the most negative eigenvalue is sought, and the highest first
/// one.
const WINDOW: u64 = 200;
const HIGHEST_WITNESS: f64 = 30_000.0;

/// Witnesses that are named.
const MOST_WITNESSES: usize = 4;

impl Positivity {
    /// From what was proved for both parities, the formula, and enclosures.
    pub(super) fn of(spectrum: &Spectrum, parities: &PerParity<ParityProof>) -> Result<Self> {
        let taylor = OnceCell::new();
        let known = || -> Result<Option<Taylor>> {
            let problem = spectrum.problem()?;
            // With kinks inside (-1, 1) the program is that of one piece alone.
            let of = || if problem.pieces.is_some() { None } else { Taylor::of(&problem.program) };
            Ok(taylor.get_or_init(of).clone())
        };
        let found = PerParity::try_from_fn(|parity| one(spectrum, &parities[parity], &known))?;
        let mut witnesses = Vec::new();
        let (mut reasons, mut missing) = (Vec::new(), Vec::new());
        for positivity in found {
            match positivity {
                Positivity::Fails(list) => witnesses.extend(list),
                Positivity::Holds(why) if !reasons.contains(&why) => reasons.push(why),
                Positivity::Holds(_) => {}
                Positivity::Undecided(why) => missing.push(why),
            }
        }
        Ok(match (witnesses.is_empty(), missing.is_empty()) {
            (false, _) => Positivity::Fails(witnesses),
            (true, false) => Positivity::Undecided(missing.join("; ")),
            (true, true) => Positivity::Holds(reasons.join("; ")),
        })
    }

    /// True, false, or none if it is undecided.
    pub fn verdict(&self) -> Option<bool> {
        match self {
            Positivity::Holds(_) => Some(true),
            Positivity::Fails(_) => Some(false),
            Positivity::Undecided(_) => None,
        }
    }
}

/// Those of a list of enclosures that are not positive.
fn refuting(rows: &[Eigenvalue]) -> Vec<Witness> {
    let witness = |row: &Eigenvalue| match (row.is_zero(), row.value > row.error) {
        (true, _) => Some(Witness::Zero(row.degree)),
        (false, true) => None,
        (false, false) => Some(Witness::Negative(Box::new(row.clone()))),
    };
    rows.iter().filter_map(witness).take(MOST_WITNESSES).collect()
}

/// Where the kinks decide, eigenvalues oscillate: the one of a degree at which the law predicts the most negative,
/// beyond what the ends add, enclosed; or that there are infinitely many
/// ([`Oscillation::changes_sign`](super::Oscillation::changes_sign)).
fn beyond(spectrum: &Spectrum, parity: Parity) -> Result<Vec<Witness>> {
    let problem = spectrum.problem()?;
    let Some(function) = &problem.pieces else { return Ok(Vec::new()) };
    let p = function.sphere.dimension();
    let Prediction::Power(Leading::Oscillating(law)) = slower(problem, function, parity)? else {
        return Ok(Vec::new());
    };
    if !law.changes_sign() {
        return Ok(Vec::new());
    }
    let often = vec![Witness::NegativeOften(parity)];
    // A window from twice the degree from which the waves show.
    let start = (2.0 * law.shows_from()).max(HIGHEST as f64);
    if start > HIGHEST_WITNESS {
        return Ok(often);
    }
    let start = 2 * (start / 2.0).ceil() as u64 + parity.remainder();
    let predicted = (start..start + 2 * WINDOW).step_by(2).map(|k| (k, law.with_ends(k, p)));
    let Some((degree, _)) = predicted.min_by(|a, b| a.1.total_cmp(&b.1)) else { return Ok(often) };
    let found = match spectrum.clone().rigour(Assurance::Proved).table(&[degree]) {
        Ok(table) => refuting(&table.rows),
        Err(Error::Unable(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    Ok(if found.is_empty() { often } else { found })
}

/// One parity.
fn one(spectrum: &Spectrum, proof: &ParityProof, taylor: &dyn Fn() -> Result<Option<Taylor>>) -> Result<Positivity> {
    let parity = proof.parity;
    match &proof.conclusion {
        Conclusion::Finite(exceptions) => {
            let first = exceptions.last().map_or(parity.remainder(), |last| last + 2);
            let below: Vec<Eigenvalue> = proof.rows.iter().filter(|row| row.degree < first).cloned().collect();
            let mut witnesses = refuting(&below);
            witnesses.push(Witness::ZeroFrom(parity, first));
            Ok(Positivity::Fails(witnesses))
        }
        Conclusion::Power(ProvedPower::Law(law)) => {
            let mut witnesses = refuting(&proof.rows);
            if law.constant.middle.is_sign_negative() {
                witnesses.push(Witness::NegativeFrom(parity, law.from_degree));
            }
            Ok(match witnesses.is_empty() {
                true => Positivity::Holds("by the laws, and by enclosures below them".to_string()),
                false => Positivity::Fails(witnesses),
            })
        }
        Conclusion::Faster(_) | Conclusion::Power(ProvedPower::Bound(_)) | Conclusion::Undecided(_) => {
            let taylor = taylor()?;
            let infinite = taylor.as_ref().is_some_and(|t| t.rising && t.reach[parity] == Some(INFINITE));
            // mu_0 alone depends on a_0.
            let constant = parity == Parity::Odd || taylor.as_ref().is_some_and(Taylor::is_absolutely_monotone);
            if infinite && constant {
                return Ok(Positivity::Holds(BY_TAYLOR.to_string()));
            }
            let below = if infinite { 1 } else { HIGHEST + 1 };
            let rows = match enclosed(spectrum, parity, below) {
                Ok(rows) => rows,
                Err(Error::Unable(why)) => {
                    return Ok(Positivity::Undecided(format!("no {parity} mu_k was enclosed: {why}")));
                }
                Err(error) => return Err(error),
            };
            let mut witnesses = refuting(&rows);
            if witnesses.is_empty() && matches!(proof.conclusion, Conclusion::Power(ProvedPower::Bound(_))) {
                witnesses = refuting(&proof.rows);
                if witnesses.is_empty() {
                    witnesses = beyond(spectrum, parity)?;
                }
            }
            Ok(match (witnesses.is_empty(), infinite) {
                (false, _) => Positivity::Fails(witnesses),
                (true, true) => Positivity::Holds(format!("{BY_TAYLOR}; mu_0 by an enclosure")),
                (true, false) => Positivity::Undecided(format!(
                    "mu_k > 0 for the {parity} k <= {HIGHEST}, by enclosures; beyond, neither a law nor the signs of \
                     the Taylor coefficients are known"
                )),
            })
        }
    }
}

/// The reason that the formula gives.
const BY_TAYLOR: &str = "no Taylor coefficient at u = 0 is negative, infinitely many of either parity are positive: \
    by the structure of the formula";
