//! The eigenvalues of the first degrees as doubles, where doubles hold them.

use crate::decay::{Leading, Prediction, Theorem};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::number::Digits;
use crate::spectrum::{Eigenvalue, Spectrum};
use rug::Float;

/// Degrees computed where the last of all do not fit doubles.
const FEW: u64 = 200;

/// Where kappa(1) must lie for sums of doubles over the spectrum: what they leave out is then below 1e-28 of it.
const RANGE: [f64; 2] = [1e-280, 1e280];

/// kappa(1), in range.
pub(super) fn size_in_range(spectrum: &Spectrum) -> Result<f64> {
    in_range(spectrum.kernel(), &spectrum.problem()?.value_at_one(256)?)
}

/// kappa(1) as a double, in range.
pub(super) fn in_range(kernel: &Kernel, at_one: &Float) -> Result<f64> {
    let size = at_one.to_f64();
    if !at_one.is_zero() && !(RANGE[0]..=RANGE[1]).contains(&size.abs()) {
        let written = Digits::Count(3).written(at_one, &Float::new(64), None);
        return Err(Error::unable(format!(
            "{kernel}: kappa(1) = {written}; sums over the spectrum are doubles, for kappa(1) from {:e} to {:e}: \
             multiply the kernel by a constant, which multiplies every eigenvalue",
            RANGE[0], RANGE[1]
        )));
    }
    Ok(size)
}

/// Refuses a kernel with a negative eigenvalue.
pub(super) fn not_negative(kernel: &Kernel, degrees: &[f64]) -> Result<()> {
    match degrees.iter().position(|mu| *mu < 0.0) {
        Some(k) => Err(Error::input(format!("{kernel} has the negative eigenvalue mu_{k} = {:e}", degrees[k]))),
        None => Ok(()),
    }
}

/// mu_0, ..., mu_highest; fewer where they become too small for doubles, or one is negative. What is made of them says
/// that its errors are estimated: no proof is paid for unless it was asked for.
pub(super) fn first_values(spectrum: &Spectrum, highest: u64, theorem: &Theorem) -> Result<Vec<f64>> {
    let spectrum = spectrum.clone().estimated_unless_asked();
    let few = || -> Result<Vec<f64>> {
        let degrees: Vec<u64> = (0..=highest.min(FEW)).collect();
        let table = spectrum.clone().with_digits(Digits::Double).table(&degrees)?;
        let known = table.rows.iter().take_while(|row| row.is_zero() || row.to_f64().is_normal());
        Ok(known.map(Eigenvalue::to_f64).collect())
    };
    // Without a power law the last ones may be as small as 1e-6000, which only a long computation tells, or negative:
    // the first ones tell sooner.
    let follows_a_power =
        |prediction: &Prediction| matches!(prediction, Prediction::Power(Leading::Steady(_)) | Prediction::Finite(_));
    if highest > FEW && !theorem.parities.iter().all(follows_a_power) {
        let first = few()?;
        if first.len() <= FEW as usize || first.iter().any(|mu| *mu < 0.0) {
            return Ok(first);
        }
    }
    match spectrum.doubles(0..=highest) {
        Err(Error::Unable(_)) => few(),
        other => other,
    }
}
