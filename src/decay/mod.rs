//! The law by which eigenvalues decay: derived from the kernel's formula, measured from eigenvalues, compared.
//!
//! For each parity of k, $\mu_k \sim A m^{-b}$ with $m = k + \frac{p-2}2$. In this variable the corrections of a kernel
//! with half-integer powers at its ends are even powers of 1/m (Bietti and Bach, ICLR 2021, give exponent and leading
//! constant).

mod at_ends;
mod conclusion;
mod fit;
mod kink_bound;
mod kinks;
mod leading;
pub(crate) mod local;
mod measured;
mod onset;
mod positivity;
mod power_bound;
mod prediction;
mod proof;
mod proved_law;
mod theorem;
pub(crate) mod wording;

pub use conclusion::{Bounds, Conclusion, Geometric, ParityProof, PowerBound, ProvedPower};
pub use fit::Measured;
use measured::{Eigenvalues, Expected};
pub use measured::{Measurement, measure};
pub use onset::onset;
pub use positivity::{Positivity, Witness};
pub use prediction::{Correction, Leading, Oscillation, PowerLaw, Prediction, Theorem, Wave};
pub use proof::{Proof, Trace};
pub use proved_law::ProvedLaw;

use crate::domain::Sphere;
use crate::error::Result;
use crate::kernel::Kernel;
use crate::parity::{Parity, PerParity};
use crate::spectrum::Spectrum;
use crate::verdict::Verdict;
use rug::Float;

/// The decay of the eigenvalues of one parity: predicted from the formula, measured, and compared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ParityDecay {
    /// The parity.
    pub parity: Parity,
    /// What the formula of the kernel says.
    pub prediction: Prediction,
    /// What the eigenvalues say.
    pub measurement: Measurement,
    /// The degree about which eigenvalues were compared with the law one by one, as is done for kernels with kinks.
    pub compared: Option<u64>,
    /// From which degree on the law holds within 1%.
    pub onset: Option<u64>,
    /// Whether they agree.
    pub verdict: Verdict,
}

/// The decay of a kernel's eigenvalues on a sphere.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decay {
    /// The kernel.
    pub kernel: Kernel,
    /// The sphere.
    pub sphere: Sphere,
    /// What the derivation rests on.
    pub hypotheses: Vec<String>,
    /// Even and odd degrees.
    pub parities: PerParity<ParityDecay>,
}

/// A power law this clean refutes that the kernel is smooth; one less clean may end at higher degrees.
const CLEAN: f64 = 1e-12;

/// The highest degree of a measurement, and seconds that one eigenvalue there may take.
const HIGHEST_MEASURED: u64 = 5121;
const CHEAP_SECONDS: f64 = 0.1;

impl Kernel {
    /// The decay law on a sphere, to `digits` digits: [`Spectrum::decay_law`].
    ///
    /// # Errors
    /// `Input` for digits out of range; `Domain` for a kernel that is not finite and real on \[-1, 1\].
    pub fn decay_law(&self, sphere: Sphere, digits: u32) -> Result<Theorem> {
        self.spectrum(sphere).digits(digits)?.decay_law()
    }

    /// The decay law on a sphere beside eigenvalues: [`Spectrum::decay`].
    ///
    /// # Errors
    /// `Input` for digits out of range; `Domain` for a kernel that is not finite and real on \[-1, 1\].
    pub fn decay(&self, sphere: Sphere, digits: u32) -> Result<Decay> {
        self.spectrum(sphere).digits(digits)?.decay()
    }
}

impl Spectrum {
    /// Derives the decay law from the formula, to the digits asked for.
    ///
    /// ```
    /// use zonal::decay::{Prediction, Leading};
    /// use zonal::{Kernel, Sphere};
    /// let theorem = Kernel::ntk(2)?.spectrum(Sphere::in_dimension(4)?).digits(30)?.decay_law()?;
    /// let Prediction::Power(Leading::Steady(law)) = &theorem.parities.even else { panic!() };
    /// // mu_k ~ (8/pi^2) (k+1)^-4 for even k; odd ones vanish except for k = 1
    /// assert_eq!((law.exponent.to_string().as_str(), law.closed_form.as_deref()), ("4", Some("8/pi^2")));
    /// assert!(matches!(&theorem.parities.odd, Prediction::Finite(exceptions) if exceptions == &[1]));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real on \[-1, 1\]. What cannot be decided is a prediction of its
    /// own.
    pub fn decay_law(&self) -> Result<Theorem> {
        Theorem::of(self)
    }

    /// Derives the decay law, measures it from eigenvalues, and compares.
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real on \[-1, 1\].
    pub fn decay(&self) -> Result<Decay> {
        let theorem = Theorem::of(self)?;
        let spectrum = self;
        let is_power = |prediction: &Prediction| matches!(prediction, Prediction::Power(Leading::Steady(_)));
        let both = Parity::BOTH.iter().all(|parity| is_power(&theorem.parities[*parity]));
        let mut eigenvalues = Eigenvalues::new(spectrum, both)?;
        let compare = |parity: Parity| -> Result<ParityDecay> {
            let prediction = theorem.parities[parity].clone();
            if spectrum.problem()?.pieces.is_some() {
                return ParityDecay::degree_by_degree(spectrum, parity, prediction);
            }
            let measurement = match prediction {
                Prediction::Finite(_) => Measurement::Vanishes,
                Prediction::Power(Leading::Steady(_)) => eigenvalues.measure(parity, Expected::Power)?,
                Prediction::Faster(()) => eigenvalues.measure(parity, Expected::Faster)?,
                _ => eigenvalues.measure(parity, Expected::Unknown)?,
            };
            let onset = match &prediction {
                Prediction::Power(Leading::Steady(law)) => onset(spectrum, parity, law)?,
                _ => None,
            };
            let verdict = match (verdict(&prediction, &measurement), &measurement) {
                // A law that does not hold within 1% where it was measured is not refuted there.
                (Verdict::Fails, Measurement::Power(measured)) if !measured.reaches(onset) => Verdict::Undecided,
                (verdict, _) => verdict,
            };
            Ok(ParityDecay { parity, prediction, measurement, compared: None, onset, verdict })
        };
        let parities = PerParity::try_from_fn(compare)?;
        Ok(Decay { kernel: self.kernel().clone(), sphere: self.sphere()?, hypotheses: theorem.hypotheses, parities })
    }
}

impl ParityDecay {
    /// The degree up to which the law was compared with eigenvalues, where these can tell.
    pub fn highest(&self) -> Option<u64> {
        match &self.measurement {
            Measurement::Power(measured) if !measured.changes_sign => Some(measured.highest()),
            _ => self.compared,
        }
    }

    /// Of a kernel with kinks: a wave is no power to be fitted, so the law is compared with eigenvalues at two ranges
    /// of degrees.
    fn degree_by_degree(spectrum: &Spectrum, parity: Parity, prediction: Prediction) -> Result<Self> {
        let p = spectrum.sphere()?.dimension();
        let (verdict, deviation) = match &prediction {
            Prediction::Finite(_) => {
                let measurement = Measurement::Vanishes;
                return Ok(ParityDecay {
                    parity,
                    prediction,
                    measurement,
                    compared: None,
                    onset: None,
                    verdict: Verdict::Holds,
                });
            }
            Prediction::Power(Leading::Steady(law)) => {
                let (constant, exponent) = (law.constant.to_f64(), law.exponent.to_f64());
                let at = |k: u64| constant * (k as f64 + (p as f64 - 2.0) / 2.0).powf(-exponent);
                kinks::follows(spectrum, parity, &law.exponent, at, at)?
            }
            Prediction::Power(Leading::Oscillating(law)) => {
                kinks::follows(spectrum, parity, &law.exponent, |k| law.at(k, p), |k| law.with_ends(k, p))?
            }
            _ => (Verdict::Undecided, f64::NAN),
        };
        // Where other terms are larger than the law, it does not show.
        let hidden = prediction.shows_from() > kinks::COMPARED[1] as f64;
        let verdict = if hidden { Verdict::Undecided } else { verdict };
        // Where eigenvalues cost nothing the power is measured as well: a kink at u = 0 alone leaves one.
        let cheap = spectrum.plan(&[HIGHEST_MEASURED]).is_ok_and(|plan| plan.seconds() < CHEAP_SECONDS);
        let measured = if cheap { Some(measure(spectrum, parity)?) } else { None };
        let why = match deviation.is_finite() {
            true => {
                let with = match &prediction {
                    Prediction::Power(Leading::Oscillating(law)) if law.ends.is_some() => " and what the ends add",
                    _ => "",
                };
                format!("no single power; at most {deviation:.1e} off its law{with}, relatively, from k = 1000 to 1023")
            }
            false => "the kernel has kinks: its eigenvalues are no single power".to_string(),
        };
        let measurement = measured.filter(|m| matches!(m, Measurement::Power(_))).unwrap_or(Measurement::None(why));
        let compared = Some(kinks::COMPARED[1]);
        Ok(ParityDecay { parity, prediction, measurement, compared, onset: None, verdict })
    }
}

impl Decay {
    /// Whether measurement confirms the prediction, the worse verdict of the two parities: failure before undecided.
    pub fn verdict(&self) -> Verdict {
        self.parities.iter().map(|c| c.verdict).max().unwrap_or(Verdict::Undecided)
    }
}

/// Compares a predicted decay law with a measured one: exponents and constants must agree within their errors.
pub fn verdict(prediction: &Prediction, measurement: &Measurement) -> Verdict {
    let within = |x: &Float, y: &Float, error: &Float| Float::with_val(64, x - y).abs() <= *error;
    match (prediction, measurement) {
        (Prediction::Finite(_), Measurement::Vanishes) => Verdict::Holds,
        (Prediction::Power(Leading::Steady(law)), Measurement::Power(measured)) => {
            if measured.changes_sign {
                return Verdict::Undecided;
            }
            let exponent = Float::with_val(law.constant.prec(), &law.exponent);
            let holds = within(&exponent, &measured.exponent, &measured.exponent_error)
                && within(
                    &law.constant,
                    &measured.constant,
                    &Float::with_val(64, &measured.constant_error + &law.constant_error),
                );
            // Where other terms of the expansion are as large, the measurement sees those.
            if holds || measured.highest() as f64 >= law.shows_from { Verdict::from(holds) } else { Verdict::Undecided }
        }
        (Prediction::Faster(()), Measurement::Accelerating { .. }) => Verdict::Holds,
        (Prediction::Power(Leading::Steady(_)), Measurement::Accelerating { .. }) => Verdict::Undecided,
        (Prediction::Faster(()), Measurement::Power(measured)) if measured.exponent_error < CLEAN => Verdict::Fails,
        (Prediction::Finite(_), Measurement::Power(_)) => Verdict::Fails,
        _ => Verdict::Undecided,
    }
}
