//! What can be proved of the eigenvalues of one parity.

use super::Parity;
use super::proved_law::ProvedLaw;
use crate::error::Result;
use crate::kernel::Region;
use crate::law::Law;
use crate::number::Radius;
use crate::spectrum::{Assurance, Eigenvalue, Spectrum};
use rug::{Float, Rational, float::Round};

/// |mu_k| <= constant m^-exponent for every k >= 1 of a parity, m = k + (p-2)/2.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PowerBound {
    /// The constant, from above.
    pub constant: Float,
    /// The exponent, exact.
    pub exponent: Rational,
}

/// What was proved where eigenvalues fall like a power of the degree.
#[derive(Clone, Debug)]
pub enum ProvedPower {
    /// A law for all degrees from some on, and enclosures below.
    Law(Box<ProvedLaw>),
    /// A bound for all degrees, where what the kinks inside (-1, 1) add is not known to decay faster than what the ends
    /// do.
    Bound(PowerBound),
}

/// What was proved for one parity: zero but for some degrees, a power, a geometric bound, since the kernel is analytic
/// beyond \[-1, 1\], or nothing.
pub type Conclusion = Law<ProvedPower, Geometric>;

/// |mu_k| <= constant ratio^-k for every k >= 1.
///
/// The kernel is analytic and at most M in the ellipse with foci +-1 and semi-axes of sum rho. A polynomial q of degree
/// below k is orthogonal to P_k, and
/// |P_k| <= 1, so |mu_k| <= max |kappa - q|; with Chebyshev's partial sum that is at most 2 M rho^(1-k)/(rho-1).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Geometric {
    /// 2 M rho/(rho - 1), from above.
    pub constant: Float,
    /// rho > 1, from below.
    pub ratio: Float,
}

impl Geometric {
    pub(super) fn of(region: &Region) -> Self {
        // e^h and 2 M (1 + 1/(e^h - 1)), e^h - 1 >= h
        let ratio = Float::with_val_round(53, Float::with_val(53, region.strip.height).exp_ref(), Round::Down).0;
        let one = Radius::double(1.0);
        let constant = region.strip.bound.scaled(1) * (one + one / Radius::double(region.strip.height));
        Geometric { constant: constant.to_float(), ratio }
    }
}

/// lower k^-b <= mu_k <= upper k^-b for every k >= from_degree of the parity.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Bounds {
    /// The lower constant.
    pub lower: Float,
    /// The upper constant.
    pub upper: Float,
    /// The first degree.
    pub from_degree: u64,
}

/// What was proved for one parity, with enclosures of every eigenvalue below the law.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ParityProof {
    /// The parity.
    pub parity: Parity,
    /// The law, or zero, or nothing.
    pub conclusion: Conclusion,
    /// The eigenvalues below the law.
    pub rows: Vec<Eigenvalue>,
    /// Two-sided bounds.
    pub bounds: Option<Bounds>,
}

/// Degrees below this are enclosed one by one even where a law is proved for them: bounds and trace become sharper.
pub(super) const ENCLOSED: u64 = 120;

/// Enclosures of the eigenvalues of one parity below a degree.
pub(super) fn enclosed(spectrum: &Spectrum, parity: Parity, below: u64) -> Result<Vec<Eigenvalue>> {
    let degrees: Vec<u64> = (parity.remainder()..below).step_by(2).collect();
    if degrees.is_empty() {
        Ok(Vec::new())
    } else {
        Ok(spectrum.clone().rigour(Assurance::Proved).table(&degrees)?.rows)
    }
}
