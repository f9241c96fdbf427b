//! Norms of targets in the space of a kernel.

use super::rates::section_norm;
use super::{EnergyLaw, MeanPower, Target};
use crate::decay::{Leading, PowerLaw, Prediction, Theorem};
use crate::domain::log_multiplicity;
use crate::error::{Error, Result};
use crate::number::Digits;
use crate::parity::{Parity, PerParity};
use crate::spectrum::{Eigenvalue, Spectrum};
use rug::Float;
use std::f64::consts::LN_2;

/// The squared norm of a target in the space of a kernel, $\sum_k E_k/\mu_k$.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Norm {
    /// Its value.
    pub squared: f64,
    /// A bound of its error, estimated: from the same sum with half as many degrees one by one.
    pub error: f64,
    /// The degrees summed one by one; what lies beyond comes from the laws.
    pub degrees: u64,
    /// The part that comes from the laws.
    pub tail: f64,
}

/// Degrees summed one by one where the target has a kink; up to the second where its energies do not yet follow their
/// law.
const KINK: u64 = 500;
const MOST_KINK: u64 = 2000;

/// Degrees looked at first, and at most, where it has none; the last where energies are known relatively.
const SMOOTH: [u64; 3] = [50, 1600, 6400];

/// The error of what lies beyond a sum of terms that fall geometrically, relative to the sum.
const GEOMETRIC: f64 = 1e-9;

/// Bits beyond those that the quotients need.
const BITS: f64 = 80.0;

impl Norm {
    /// The norm of a target that lies in the space ([`Space::membership`](super::Space::membership) tells).
    ///
    /// ```
    /// use zonal::{Kernel, Sphere, rkhs::{Norm, Target}};
    /// // u^2 on S^2, arccos(1): mu_0 = 3/8, mu_2 = 3/128: (1/9)/(3/8) + (4/45)/(3/128)
    /// let sphere = Sphere::in_dimension(3)?;
    /// let norm = Norm::of(&Kernel::arccos(1)?.spectrum(sphere), &Target::parse("u^2", sphere)?)?;
    /// assert!((norm.squared - (8.0 / 27.0 + 512.0 / 135.0)).abs() < 1e-14);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of spectrum and energies; `Unable` where a law is missing or the sum does not converge.
    pub fn of(spectrum: &Spectrum, target: &Target) -> Result<Self> {
        if let Some((squared, error)) = section_norm(target, spectrum)? {
            return Ok(Norm { squared, error, degrees: 0, tail: 0.0 });
        }
        let laws = PerParity::from_fn(|parity| target.law(parity));
        let kink = laws.iter().any(|law| matches!(law, EnergyLaw::Power(_)));
        if let Some(EnergyLaw::Undecided(why)) = laws.iter().find(|law| matches!(law, EnergyLaw::Undecided(_))) {
            return Err(Error::unable(why.clone()));
        }
        let last = laws.iter().try_fold(0, |last, law| Some(last.max(law.degrees()?.last().copied().unwrap_or(0))));
        if let Some(last) = last {
            let terms = terms(spectrum, target, last)?;
            let squared: f64 = terms.iter().map(|term| term.quotient).sum();
            let error = terms.iter().map(|term| term.error).sum::<f64>() + 1e-15 * squared;
            return Ok(Norm { squared, error, degrees: last, tail: 0.0 });
        }
        if kink {
            let theorem = Theorem::of(spectrum)?;
            let p = spectrum.sphere()?.dimension();
            let mut highest = KINK;
            let list = loop {
                let list = terms(spectrum, target, highest)?;
                let energies: Vec<f64> = list.iter().map(|term| term.energy).collect();
                let followed = |(parity, law): (Parity, &EnergyLaw)| law.is_followed(&energies, parity, p);
                if Parity::BOTH.into_iter().zip(&laws).all(followed) {
                    break list;
                }
                highest *= 2;
                if highest > MOST_KINK {
                    return Err(Error::unable(format!(
                        "the energies of {} do not follow their law up to degree {}: the norm is not known",
                        target.text,
                        highest / 2
                    )));
                }
            };
            let tail = |highest: u64| -> Result<f64> {
                let of = |parity: Parity| {
                    let first = highest + 1 + (highest + 1 + parity.remainder()) % 2;
                    tail(&laws[parity], &theorem.parities[parity], first as f64, p)
                };
                Ok(of(Parity::Even)? + of(Parity::Odd)?)
            };
            let below = |highest: u64| list[..=highest as usize].iter().map(|term| term.quotient).sum::<f64>();
            let (rest, half) = (tail(highest)?, highest / 2);
            let squared = below(highest) + rest;
            let change = (squared - below(half) - tail(half)?).abs();
            let error = change + list.iter().map(|term| term.error).sum::<f64>() + 1e-15 * squared;
            return Ok(Norm { squared, error, degrees: highest, tail: rest });
        }
        // Energies that fall faster than any power: as many as count.
        let [mut highest, mut most, most_relative] = SMOOTH;
        loop {
            let terms = match relative_terms(spectrum, target, highest)? {
                Some(terms) => {
                    most = most_relative;
                    terms
                }
                None => terms(spectrum, target, highest)?,
            };
            let squared: f64 = terms.iter().map(|term| term.quotient).sum();
            let last: f64 = terms[highest as usize / 2..].iter().map(|term| term.quotient).sum();
            if last <= 1e-16 * squared {
                let error = terms.iter().map(|term| term.error).sum::<f64>() + 2e-16 * squared;
                return Ok(Norm { squared, error, degrees: highest, tail: 0.0 });
            }
            // Terms that fall geometrically.
            if let Some((tail, tail_error)) =
                accelerated_tail(&terms).filter(|(_, error)| *error <= GEOMETRIC * squared)
            {
                let error = terms.iter().map(|term| term.error).sum::<f64>() + tail_error + 2e-16 * squared;
                return Ok(Norm { squared: squared + tail, error, degrees: highest, tail });
            }
            highest *= 2;
            if highest > most {
                return Err(Error::unable(format!("the norm of {} needs degrees beyond {most}", target.text)));
            }
        }
    }
}

/// What is left beyond a list of terms that fall like sums of k^a r^k, by Wynn's epsilon algorithm for nine partial
/// sums, and by how much the last columns of its table differ; none if the terms do not fall or the algorithm breaks
/// down.
fn accelerated_tail(terms: &[Term]) -> Option<(f64, f64)> {
    const SUMS: usize = 9;
    // Steps of even length: both parities are in each.
    let stride = (terms.len() / (2 * SUMS)).next_multiple_of(2);
    let ends = (0..SUMS).map(|j| terms.len() - (SUMS - 1 - j) * stride);
    let sums: Vec<f64> = ends.map(|end| terms[..end].iter().map(|term| term.quotient).sum()).collect();
    let steps: Vec<f64> = sums.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if !steps.windows(2).all(|pair| pair[1] < pair[0]) {
        return None;
    }
    let last = *sums.last()?;
    let (mut before, mut column) = (vec![0.0; SUMS + 1], sums);
    let mut ends = vec![last];
    for order in 1..SUMS {
        let entry = |j: usize| before[j + 1] + 1.0 / (column[j + 1] - column[j]);
        let next: Vec<f64> = (0..column.len() - 1).map(entry).collect();
        (before, column) = (column, next);
        if order % 2 == 0 {
            ends.push(*column.last()?);
        }
    }
    let [.., third, second, limit] = ends[..] else { return None };
    let error = (limit - second).abs().max((second - third).abs() * 1e-2);
    (limit.is_finite() && limit >= last).then_some((limit - last, error))
}

/// One degree.
struct Term {
    energy: f64,
    /// E_k/mu_k
    quotient: f64,
    /// Its error.
    error: f64,
}

/// The terms of the sum where energies are known relatively: however small both are, few bits do.
fn relative_terms(spectrum: &Spectrum, target: &Target, highest: u64) -> Result<Option<Vec<Term>>> {
    let Some(energies) = target.relative_energies(highest)? else { return Ok(None) };
    let rows = spectrum.clone().with_digits(Digits::Double).table(&(0..=highest).collect::<Vec<_>>())?.rows;
    let term = |(row, (energy, error)): (&Eigenvalue, &(Float, f64))| {
        // A zero that is not one of the energy is for the other way to tell.
        let quotient = match (row.is_zero(), energy.is_zero()) {
            (_, true) => 0.0,
            (true, _) => return None,
            _ => Float::with_val(64, energy / &row.value).to_f64(),
        };
        Some(Term { energy: energy.to_f64(), quotient, error: quotient.abs() * error })
    };
    Ok(rows.iter().zip(&energies).map(term).collect())
}

/// The terms of the sum.
fn terms(spectrum: &Spectrum, target: &Target, highest: u64) -> Result<Vec<Term>> {
    let p = spectrum.sphere()?.dimension();
    let rows = spectrum.clone().with_digits(Digits::Double).table(&(0..=highest).collect::<Vec<_>>())?.rows;
    let log2 = |x: &Float| x.get_exp().map_or(0.0, |exponent| -f64::from(exponent));
    let size = |k: usize| log_multiplicity(p, k.max(1) as f64) / LN_2 + log2(&rows[k].value);
    let bits = BITS + (0..rows.len()).map(size).fold(0.0, f64::max);
    let energies = target.energies(highest, bits.ceil() as u32)?;
    let term = |(row, energy): (&Eigenvalue, &super::Energy)| {
        let quotient = |x: &Float| Float::with_val(64, x / &row.value).to_f64();
        let term = |quotient: f64, error: f64| Term { energy: energy.value.to_f64(), quotient, error };
        match (row.is_zero(), energy.value.is_zero()) {
            (_, true) => Ok(term(0.0, 0.0)),
            (true, _) if energy.value.to_f64() <= energy.error => Ok(term(0.0, 0.0)),
            (true, _) => Err(Error::domain(format!(
                "degree {} has energy {:.3e} and eigenvalue 0: the norm is infinite",
                row.degree,
                energy.value.to_f64()
            ))),
            _ => Ok(term(quotient(&energy.value), quotient(&Float::with_val(64, energy.error)).abs())),
        }
    };
    rows.iter().zip(&energies).map(term).collect()
}

/// The sum of E_k/mu_k over every other degree from `first` on, by the laws of both.
fn tail(energies: &EnergyLaw, eigenvalues: &Prediction, first: f64, p: u64) -> Result<f64> {
    let (exponent, log_mean) = match energies {
        EnergyLaw::Power(MeanPower { exponent, log_mean }) => (exponent.to_f64(), *log_mean),
        _ => return Ok(0.0),
    };
    let Prediction::Power(Leading::Steady(law)) = eigenvalues else {
        return Err(Error::unable("the eigenvalues follow no power law: the norm is not known"));
    };
    let PowerLaw { exponent: b, constant, .. } = law;
    let s = exponent - b.to_f64();
    if s <= 1.0 {
        return Err(Error::domain(format!(
            "the energies fall like k^-{exponent}, the eigenvalues like k^-{b}: the norm is infinite"
        )));
    }
    // Each degree stands for an interval of length 2 around it.
    let m = first - 1.0 + (p as f64 - 2.0) / 2.0;
    Ok(0.5 * (log_mean - constant.to_f64().ln() + (1.0 - s) * m.ln()).exp() / (s - 1.0))
}
