//! Bounds of eigenvalues by powers, for all degrees, where kinks inside (-1, 1) leave no law.

use super::Parity;
use super::at_ends::AtEnds;
use super::conclusion::{Conclusion, ENCLOSED, ParityProof, PowerBound, ProvedPower};
use super::kink_bound::KinkBound;
use super::proved_law::{at_kinks, ellipse_decreases, monotone_remainder, others};
use crate::error::{Error, Result};
use crate::number::{Ball, Balls, Number, Radius};
use crate::spectrum::{Assurance, Spectrum};
use rug::Rational;

/// Bounds are not sought to start above about this degree.
const HIGHEST_START: u64 = 8_000;

/// What is bounded, from some degree on.
struct Tail<'a> {
    ends: &'a AtEnds,
    parity: Parity,
    kinks: &'a [KinkBound],
    /// The exponent of the bound: the least of those of the kinks and of the ends.
    exponent: Rational,
    dimension: u64,
}

impl Tail<'_> {
    /// A bound of |mu_k|; times m^exponent it is one for all higher degrees of the parity. None if k is too low for it.
    fn at(&self, k: u64) -> Result<Option<Radius>> {
        let (p, region) = (self.dimension, self.ends.region());
        let of_ends = match self.ends {
            AtEnds::Singular(series) => {
                let ratios = series.ratios(k, None)?;
                let sum = series.sum(k, &ratios)?;
                // b = p - 1 + 2 nu: each W_nu of a higher exponent decreases faster.
                let nu = (Rational::from(&self.exponent + 1u32) - p) / 2u32;
                let zero = Rational::new();
                match monotone_remainder(series, k, &sum, &nu, &zero, &self.exponent) {
                    Some(remainder) => others(series, self.parity, k, &ratios, sum.terms, None)? + remainder,
                    None => return Ok(None),
                }
            }
            AtEnds::Analytic(_) if ellipse_decreases(region, p, k, &self.exponent) => {
                region.ellipse(k) * region.hypergeometric(p)
            }
            AtEnds::Analytic(_) => return Ok(None),
        };
        Ok(at_kinks(self.kinks, k)?.map(|of_kinks| of_ends + of_kinks))
    }

    /// m^exponent
    fn raised(&self, k: u64) -> Result<Radius> {
        let c = Balls::new(128);
        let m = c.rational(&Rational::from((2 * k + self.dimension - 2, 2)));
        Ok(c.power(&m, &self.exponent)?.magnitude())
    }
}

/// The bound of a parity, and the degrees below those from which it follows for all.
///
/// # Errors
/// `Unable` where none was proved.
pub(super) fn bounded(spectrum: &Spectrum, ends: &AtEnds, parity: Parity, kinks: &[KinkBound]) -> Result<ParityProof> {
    let dimension = spectrum.sphere()?.dimension();
    let of_kinks = kinks.iter().map(KinkBound::exponent);
    let of_ends = match ends {
        AtEnds::Singular(series) => series.leading_exponent(parity).map(|nu| nu * 2u32 + (dimension - 1)),
        AtEnds::Analytic(_) => None,
    };
    let exponent = of_kinks.chain(of_ends).min().ok_or_else(|| Error::unable("no kink and no power at an end"))?;
    let tail = Tail { ends, parity, kinks, exponent, dimension };
    let mut from = ENCLOSED + parity.remainder();
    let beyond = loop {
        match tail.at(from)? {
            Some(found) => break found,
            None if from < HIGHEST_START => from = 2 * from - parity.remainder(),
            None => {
                return Err(Error::unable(format!(
                    "no bound could be proved from any degree up to {HIGHEST_START} on: what is left beside the kinks \
                     is too large"
                )));
            }
        }
    };
    let mut constant = beyond * tail.raised(from)?;
    let degrees: Vec<u64> = (parity.remainder()..from).step_by(2).collect();
    let table = spectrum.clone().rigour(Assurance::Proved).table_with_gaps(&degrees)?;
    for row in table.rows.iter().filter(|row| row.degree > 0) {
        let value = Ball { middle: row.value.clone(), radius: Radius::above(&row.error) };
        constant = constant.max(value.magnitude() * tail.raised(row.degree)?);
    }
    // One that is not told from zero: |P_k| <= 1, so |mu_k| <= max |kappa|, also where the degree is too low for the
    // expansion.
    for gap in table.gaps.iter().filter(|gap| gap.degree > 0) {
        let largest = ends.region().strip.bound;
        let bound = tail.at(gap.degree).ok().flatten().map_or(largest, |bound| bound.min(largest));
        constant = constant.max(bound * tail.raised(gap.degree)?);
    }
    // Rows stand for all degrees below.
    let rows = if table.gaps.is_empty() { table.rows } else { Vec::new() };
    let conclusion =
        Conclusion::Power(ProvedPower::Bound(PowerBound { constant: constant.to_float(), exponent: tail.exponent }));
    Ok(ParityProof { parity, conclusion, rows, bounds: None })
}
