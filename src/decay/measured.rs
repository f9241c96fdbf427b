//! The decay law measured from eigenvalues alone.
//!
//! Ranges of ever higher degrees are fitted (see `fit`) until the fit is good. Nothing is used of the kernel but the
//! eigenvalues, and none of those come from the endpoint expansion.

use super::fit::{MOST_TERMS, Measured, fit, shifted};
use super::{Parity, PerParity};
use crate::error::{Error, Result};
use crate::number::{Digits, decimal};
use crate::spectrum::{Assurance, Eigenvalue, Spectrum};
use rug::Float;
use std::collections::BTreeMap;

/// What the computed eigenvalues of one parity say about their decay: fits, not proofs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Measurement {
    /// They are exactly zero by structure.
    Vanishes,
    /// They follow a power law.
    Power(Measured),
    /// Their local exponents keep growing: faster than any power as far as was computed.
    Accelerating {
        /// Degrees and local exponents.
        exponents: Vec<(u64, f64)>,
    },
    /// Nothing could be measured, and why.
    None(String),
}

/// Digits of the eigenvalues: fits with many terms lose some twenty.
const DIGITS: u32 = 60;

/// Digits that tell a power from something faster.
const COARSE_DIGITS: u32 = 6;

/// A few degrees. Where something faster than any power is proved, low ones come first: high eigenvalues of entire
/// functions take thousands of bits.
const FEW: [[u64; 4]; 2] = [[8, 12, 18, 28], [40, 64, 100, 160]];

/// The lowest degrees of the ranges that are tried, each range reaching to four times its start.
const STARTS: [u64; 6] = [40, 80, 160, 320, 640, 1280];

/// An exponent and constant as good as this need no higher degrees.
const GOOD: f64 = 1e-14;

/// Fits whose exponents scatter more are no power law.
const LARGEST_ERROR: f64 = 1e-2;

/// All the eigenvalues of one parity together may take this long.
const LONGEST_SECONDS: f64 = 20.0;

/// Measures how eigenvalues of one parity decay, by fits over ranges of ever higher degrees.
///
/// # Errors
/// `Domain` for a kernel that is not finite and real on \[-1, 1\].
pub fn measure(spectrum: &Spectrum, parity: Parity) -> Result<Measurement> {
    Eigenvalues::new(spectrum, false)?.measure(parity, Expected::Power)
}

/// What the formula says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// A power law.
    Power,
    /// Something faster: proved.
    Faster,
    /// Nothing.
    Unknown,
}

/// The eigenvalues that measurements use, and those of the other parity that were computed beside them: a quadrature of
/// both takes little more time than one of one.
pub(super) struct Eigenvalues {
    spectrum: Spectrum,
    both: bool,
    /// By the lowest degree of the range.
    kept: PerParity<BTreeMap<u64, Vec<Eigenvalue>>>,
}

impl Eigenvalues {
    /// Those of a spectrum, none of them by the endpoint expansion; of both parities where both will be measured.
    pub fn new(spectrum: &Spectrum, both: bool) -> Result<Self> {
        let spectrum = spectrum.clone().digits(DIGITS)?.without_endpoint().rigour(Assurance::Estimated);
        Ok(Eigenvalues { spectrum, both, kept: PerParity::default() })
    }

    /// The rows of the range from `start` on.
    fn range(&mut self, start: u64, parity: Parity) -> Result<Vec<Eigenvalue>> {
        if let Some(rows) = self.kept[parity].remove(&start) {
            return Ok(rows);
        }
        let own = degrees(start, parity);
        let other = Parity::of(parity.remainder() + 1);
        if self.both {
            let mut all: Vec<u64> = own.iter().copied().chain(degrees(start, other)).collect();
            all.sort_unstable();
            // What fails for one of them may not for the other.
            if let Ok(table) = self.spectrum.table(&all) {
                let (rows, others) = table.rows.into_iter().partition(|row| Parity::of(row.degree) == parity);
                self.kept[other].insert(start, others);
                return Ok(rows);
            }
        }
        Ok(self.spectrum.table(&own)?.rows)
    }

    /// Measures how those of one parity decay; where no power is expected, a few degrees to few digits are looked at
    /// first.
    pub fn measure(&mut self, parity: Parity, expected: Expected) -> Result<Measurement> {
        let spectrum = self.spectrum.clone();
        let sphere = spectrum.sphere()?;
        if expected != Expected::Power {
            let ranges = if expected == Expected::Faster { &FEW[..] } else { &FEW[1..] };
            for few in ranges {
                let few = few.map(|k| k + parity.remainder());
                let rows =
                    spectrum.clone().with_digits(Digits::Count(COARSE_DIGITS)).table(&few).map(|table| table.rows);
                let present = rows.ok().filter(|rows| rows.iter().all(|row| !row.value.is_zero()));
                if let Some(exponents) = present.and_then(|rows| accelerating(&rows, sphere.dimension(), expected)) {
                    return Ok(Measurement::Accelerating { exponents });
                }
            }
        }
        let mut best: Option<Measured> = None;
        let mut why = "no power law fits the eigenvalues".to_string();
        let mut coarse: Vec<Eigenvalue> = Vec::new();
        let mut spent = 0.0;
        for start in STARTS {
            let degrees = degrees(start, parity);
            let planned = spectrum.plan(&degrees).map(|plan| plan.seconds());
            if planned.as_ref().is_ok_and(|seconds| spent + seconds > LONGEST_SECONDS) {
                if best.is_none() {
                    why =
                        format!("the eigenvalues up to degree {} take more than {LONGEST_SECONDS} seconds", 4 * start);
                }
                break;
            }
            let rows = match planned.and_then(|seconds| Ok((seconds, self.range(start, parity)?))) {
                Ok((seconds, rows)) => {
                    spent += seconds;
                    rows
                }
                Err(Error::Unable(reason)) => {
                    why = reason.to_string();
                    break;
                }
                Err(error) => return Err(error),
            };
            if let Some(row) = rows.iter().find(|row| row.value.is_zero()) {
                why = format!("the eigenvalue of degree {} vanishes", row.degree);
                continue;
            }
            if let Some(mut measured) = fit(&rows, sphere.dimension()) {
                // A fit with a wrong step drifts from one range to the next by more than it scatters.
                if let Some(before) = &best {
                    measured.include_drift(before);
                }
                if best.as_ref().is_none_or(|b| measured.exponent_error < b.exponent_error) {
                    best = Some(measured);
                }
            }
            coarse.extend(rows.into_iter().step_by(MOST_TERMS + 1));
            if accelerating(&coarse, sphere.dimension(), expected).is_some() && coarse.len() > 4 {
                break;
            }
            if best.as_ref().is_some_and(|b| b.exponent_error < GOOD) {
                break;
            }
        }
        if let Some(exponents) = accelerating(&coarse, sphere.dimension(), expected) {
            return Ok(Measurement::Accelerating { exponents });
        }
        let usable = best.filter(|b| b.exponent_error < LARGEST_ERROR);
        Ok(usable.map_or(Measurement::None(why), Measurement::Power))
    }
}

/// MOST_TERMS + 2 degrees of one parity in nearly geometric progression from `start` to 4 start.
fn degrees(start: u64, parity: Parity) -> Vec<u64> {
    let count = MOST_TERMS + 2;
    let place = |i: usize| (start as f64 * 4f64.powf(i as f64 / (count - 1) as f64) / 2.0).round() as u64;
    (0..count).map(|i| 2 * place(i) + parity.remainder()).collect()
}

/// The least growth from one local exponent to the next that counts as such: those of a power settle.
const GROWTH: f64 = 1.05;

/// Local exponents between neighbours, if they grow by half or more over the range and all the way; without a change of
/// sign, unless the growth is proved and only shown.
fn accelerating(rows: &[Eigenvalue], p: u64, expected: Expected) -> Option<Vec<(u64, f64)>> {
    let log = |row: &Eigenvalue| Float::with_val(64, row.value.abs_ref()).ln().to_f64();
    let slope = |pair: &[Eigenvalue]| {
        let distance = shifted(pair[1].degree, p).ln().to_f64() - shifted(pair[0].degree, p).ln().to_f64();
        (pair[1].degree, (log(&pair[0]) - log(&pair[1])) / distance)
    };
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| row.degree);
    rows.dedup_by_key(|row| row.degree);
    let exponents: Vec<(u64, f64)> = rows.windows(2).map(slope).collect();
    let one_sign = expected == Expected::Faster
        || rows.windows(2).all(|pair| pair[0].value.is_sign_positive() == pair[1].value.is_sign_positive());
    let growing = exponents.windows(2).all(|pair| pair[1].1 > GROWTH * pair[0].1);
    let (first, last) = (exponents.first()?.1, exponents.last()?.1);
    (one_sign && growing && exponents.len() >= 3 && first > 0.0 && last > 1.5 * first).then_some(exponents)
}

impl Measured {
    /// Widens the error bars to twice the distance from another fit.
    pub(super) fn include_drift(&mut self, other: &Measured) {
        let exponent = Float::with_val(64, &self.exponent - &other.exponent).abs() * 2u32;
        let constant = Float::with_val(64, &self.constant - &other.constant).abs() * 2u32;
        self.exponent_error.max_mut(&exponent);
        self.constant_error.max_mut(&constant);
    }

    /// The highest degree whose eigenvalue was used in the fit; 0 if there was none.
    pub fn highest(&self) -> u64 {
        self.degrees.last().copied().unwrap_or(0)
    }

    /// Whether a degree from which on something holds is among those measured.
    pub fn reaches(&self, degree: Option<u64>) -> bool {
        degree.is_some_and(|degree| degree <= self.highest())
    }

    /// The exponent and the constant as decimal strings with as many digits as their errors allow, and the errors.
    pub fn decimals(&self) -> [(String, String); 2] {
        [(&self.exponent, &self.exponent_error), (&self.constant, &self.constant_error)].map(|(value, error)| {
            // At most forty digits are written: the error is of those.
            let text = decimal::to_error(value, error);
            let error = decimal::bound(&decimal::distance(&text, value, error));
            (text, error)
        })
    }
}
