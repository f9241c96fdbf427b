//! What the formula of a kernel says about the decay of its eigenvalues.

use super::PerParity;
use crate::law::Law;
use rug::{Float, Rational};
use std::fmt;

/// How eigenvalues fall like a power of the degree.
#[derive(Clone, Debug)]
pub enum Leading {
    /// $\mu_k \sim A m^{-b}$.
    Steady(PowerLaw),
    /// Kinks inside decide: a power with waves in k.
    Oscillating(Oscillation),
}

/// What the formula of a kernel says about its eigenvalues of one parity: faster than any power means that it is
/// analytic on \[-1, 1\].
pub type Prediction = Law<Leading>;

impl Prediction {
    /// The degree from which on all other known terms together are at most half of the law; 0 where there is none.
    pub fn shows_from(&self) -> f64 {
        match self {
            Prediction::Power(Leading::Steady(law)) => law.shows_from,
            Prediction::Power(Leading::Oscillating(law)) => law.shows_from(),
            _ => 0.0,
        }
    }
}

/// $\mu_k \sim A m^{-b} (1 + e m^{-d} + \dots)$, $m = k + \frac{p-2}2$.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PowerLaw {
    /// The exponent b, exact.
    pub exponent: Rational,
    /// The constant A.
    pub constant: Float,
    /// A bound of its error: proved.
    pub constant_error: Float,
    /// The constant in closed form, where there is one.
    pub closed_form: Option<String>,
    /// The first correction, where the next exponents are known.
    pub correction: Option<Correction>,
    /// The degree from which on all other powers of the expansion together are at most half of this one, by their
    /// leading terms: below it the law does not show.
    pub shows_from: f64,
}

/// A correction $e m^{-d}$ relative to the leading term.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Correction {
    /// The power d of 1/m by which it is smaller than the leading term.
    pub exponent: Rational,
    /// Its coefficient e, which may be negative.
    pub coefficient: Float,
}

/// The predictions for both parities and what they rest on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Theorem {
    /// Even and odd degrees.
    pub parities: PerParity<Prediction>,
    /// The hypotheses, in words.
    pub hypotheses: Vec<String>,
}

/// $\mu_k \sim m^{-b}\sum_j A_j\cos(m\theta_j+\varphi_j)$, m = k + (p-2)/2.
#[derive(Clone, Debug)]
pub struct Oscillation {
    /// The exponent b.
    pub exponent: Rational,
    /// The waves, one for each kink that decides.
    pub waves: Vec<Wave>,
    /// The exponent and the constant of what the ends add, where that is known and decays faster: with it the sum is
    /// nearer to eigenvalues.
    pub(super) ends: Option<(f64, f64)>,
}

/// One wave A_j cos(m theta_j + phi_j) of an oscillating decay law, which a kink of the kernel adds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Wave {
    /// The angle theta_j of the kink.
    pub angle: Float,
    /// A_j > 0.
    pub amplitude: Float,
    /// A bound of the error of the amplitude: proved.
    pub error: Float,
    /// phi_j, to double precision.
    pub phase: f64,
}

impl Oscillation {
    /// The value of the law at a degree.
    pub fn at(&self, k: u64, p: u64) -> f64 {
        let m = k as f64 + (p as f64 - 2.0) / 2.0;
        let wave = |w: &Wave| {
            // The phase m theta in long numbers: m may be large.
            let phase = Float::with_val(128, &w.angle * m) + w.phase;
            w.amplitude.to_f64() * phase.cos().to_f64()
        };
        self.waves.iter().map(wave).sum::<f64>() * m.powf(-self.exponent.to_f64())
    }

    /// The sum of the amplitudes.
    pub(super) fn size(&self) -> f64 {
        self.waves.iter().map(|wave| wave.amplitude.to_f64()).sum()
    }

    /// The degree from which on what the ends add is at most half of the waves, where the latter are largest.
    pub fn shows_from(&self) -> f64 {
        self.ends.map_or(0.0, |(exponent, constant)| {
            overtakes(2.0 * constant.abs() / self.size(), exponent - self.exponent.to_f64())
        })
    }

    /// Whether it takes negative values at infinitely many degrees of the parity: over them the mean of every wave is 0
    /// but that of an end, and an almost periodic function of mean 0 that is not 0 falls below some negative number
    /// infinitely often. Then so do the eigenvalues.
    pub fn changes_sign(&self) -> bool {
        self.waves.iter().all(|wave| !wave.angle.is_zero())
    }

    /// The same with what the ends add.
    pub(super) fn with_ends(&self, k: u64, p: u64) -> f64 {
        let m = k as f64 + (p as f64 - 2.0) / 2.0;
        self.at(k, p) + self.ends.map_or(0.0, |(exponent, constant)| constant * m.powf(-exponent))
    }
}

impl fmt::Display for Oscillation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mu_k ~ m^-({}) (", self.exponent)?;
        for (index, wave) in self.waves.iter().enumerate() {
            let (amplitude, angle) = (wave.amplitude.to_f64(), wave.angle.to_f64());
            // An end of the interval does not oscillate.
            let still = wave.angle.is_zero();
            let sign = match (index, still && wave.phase.cos() < 0.0) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            };
            let digits = match (1e-4..1e6).contains(&amplitude) {
                true => format!("{amplitude:.10}"),
                false => format!("{amplitude:.10e}"),
            };
            write!(f, "{sign}{digits}")?;
            if !still {
                write!(f, " cos({angle:.10} m {:+.10})", wave.phase)?;
            }
        }
        f.write_str(")")
    }
}

/// The m from which on a ratio times m^-distance is at most 1.
pub(super) fn overtakes(ratio: f64, distance: f64) -> f64 {
    if ratio <= 1.0 { 0.0 } else { (ratio.ln() / distance).exp() }
}
