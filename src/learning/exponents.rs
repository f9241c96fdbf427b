//! How learning curves end: their exponents at power laws.

use crate::error::{Error, Result};
use crate::parity::Parity;
use crate::rkhs::{EigenvalueLaw, EnergyLaw, Levels, MeanPower, Target, TargetModes};
use rug::Rational;

/// The exponents of the learning curve for large n, where eigenvalues and energies follow power laws. With mu_k ~ k^-b
/// of the parity that decays most slowly the eigenvalues are lambda_i ~ i^-alpha, alpha = b/(p-1), and without ridge
/// the regularisation falls like n^-alpha. What is not learned, $\sum_kE_k\bigl(\frac\kappa{\mu_k+\kappa}\bigr)^2$ with
/// E_k ~ k^-e, falls like kappa^min((e-1)/b, 2).
///
/// Sources: Bordelon, Canatar and Pehlevan, ICML 2020; Cui, Loureiro, Krzakala and Zdeborová, NeurIPS 2021 (alpha and
/// their r: noiseless = alpha min(2r, 2)).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CurveExponents {
    /// The capacity exponent alpha of lambda_i ~ i^-alpha.
    pub capacity: Rational,
    /// x of test ~ n^-x without noise and without ridge; 0 where a part of the target is never learned.
    pub noiseless: Rational,
    /// The same with noise, above the noise, at the best ridge for each n: x/(1+x).
    pub noisy: Rational,
}

/// Energies below this part of the whole are rounding.
const ROUNDING: f64 = 1e-13;

impl CurveExponents {
    /// From the decay of eigenvalues and energies.
    ///
    /// ```
    /// use zonal::learning::CurveExponents;
    /// use zonal::rkhs::{Levels, TargetModes, Target};
    /// use zonal::{Kernel, Sphere};
    /// // |u| on S^2 by ntk(2): E_k ~ k^-4, mu_k ~ k^-3, alpha = 3/2, x = (3/2) (3/3)
    /// let sphere = Sphere::in_dimension(3)?;
    /// let levels = Levels::new(&Kernel::ntk(2)?.spectrum(sphere), 1e6)?;
    /// let target = Target::parse("abs(u)", sphere)?;
    /// let found = CurveExponents::of(&levels, &target, &TargetModes::new(&target, &levels)?)?;
    /// assert_eq!((found.noiseless.to_string(), found.noisy.to_string()), ("3/2".to_string(), "3/5".to_string()));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Unable` where the eigenvalues follow no power law, or the energies are not known, and for levels that are not
    /// those of a sphere.
    pub fn of(levels: &Levels, target: &Target, modes: &TargetModes) -> Result<Self> {
        let (Some(decay), Some(p)) = (levels.decay(), levels.dimension()) else {
            return Err(Error::unable("the levels are not those of a sphere: the curve has no exponent"));
        };
        let power = |decay: &EigenvalueLaw| if let EigenvalueLaw::Power(b) = decay { Some(b.clone()) } else { None };
        let undecided = decay.iter().any(|decay| matches!(decay, EigenvalueLaw::Undecided(_)));
        let Some(slowest) = decay.iter().filter_map(power).min().filter(|_| !undecided) else {
            return Err(Error::unable("the eigenvalues follow no power law: the curve has no exponent"));
        };
        let capacity = slowest / (p - 1);
        let mut least = Rational::from(2);
        for (parity, decay) in Parity::BOTH.into_iter().zip(decay) {
            let law = target.law(parity);
            let least_energy = ROUNDING * modes.energy();
            let own = modes.degrees().iter().skip(parity.remainder() as usize).step_by(2);
            let lost = own.into_iter().any(|mode| mode.eigenvalue == 0.0 && mode.energy > least_energy);
            let power = match (&law, decay) {
                (EnergyLaw::Finite(degrees), _) if degrees.is_empty() => continue,
                (EnergyLaw::Undecided(why), _) => return Err(Error::unable(why.clone())),
                (EnergyLaw::Finite(_), _) if !lost => continue,
                (EnergyLaw::Power(MeanPower { exponent, .. }), EigenvalueLaw::Power(b)) if !lost => {
                    Rational::from(exponent - 1u32) / b
                }
                (EnergyLaw::Faster(()), EigenvalueLaw::Power(_) | EigenvalueLaw::Faster(())) if !lost => continue,
                _ => Rational::new(),
            };
            least = least.min(power);
        }
        let noiseless = least * &capacity;
        let noisy = noiseless.clone() / (noiseless.clone() + 1u32);
        Ok(CurveExponents { capacity, noiseless, noisy })
    }
}
