//! Gradient flow on the whole sphere.

use crate::error::{Error, Result};
use crate::rkhs::{Estimated, Mode, TargetModes, decreasing};

/// The mean square error of gradient flow from 0 on the whole sphere after a time t, unit rate:
/// $\sum_kE_ke^{-2\mu_kt}$, the residual of degree k decays like e^(-mu_k t). With n samples the empirical kernel takes
/// the place of the eigenvalues: degrees with mu_k t of the order of 1 are learned as here while n is large against
/// their number.
///
/// ```
/// use zonal::learning::{flow_error, flow_time};
/// use zonal::rkhs::{Levels, TargetModes};
/// let levels = Levels::of_values(&[(0.5, 1.0), (0.01, 1.0)])?;
/// let target = TargetModes::of_energies(&[1.0, 1.0], &levels)?;
/// assert!((flow_error(&target, 10.0)? - ((-10f64).exp() + (-0.2f64).exp())).abs() < 1e-15);
/// assert!((flow_time(&target, 0.5)? - 50.0 * 2f64.ln()).abs() < 1e-10);
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// # Errors
/// `Input` for a time that is negative or not finite.
pub fn flow_error(target: &TargetModes, time: f64) -> Result<f64> {
    flow_error_estimated(target, time).map(|found| found.value)
}

/// The same with a bound of its error: of energies, sums, and eigenvalues,
/// $\lvert de^{-x}\rvert = xe^{-x}\lvert dx\rvert/x$.
///
/// # Errors
/// As [`flow_error`].
pub fn flow_error_estimated(target: &TargetModes, time: f64) -> Result<Estimated> {
    if !(time.is_finite() && time >= 0.0) {
        return Err(Error::input(format!("the time {time}; allowed are numbers from 0 on")));
    }
    let Estimated { value, error } = target.sum_with_error(|mode| (-2.0 * mode.eigenvalue * time).exp());
    let exponent = |mode: &Mode| 2.0 * mode.eigenvalue * time;
    let change = |mode: &Mode| exponent(mode) * (-exponent(mode)).exp();
    let rounding = 2.0 * f64::EPSILON * target.sum(change);
    Ok(Estimated { value, error: error + target.eigenvalue_error(change) + rounding })
}

/// The time after which the error of [`flow_error`] has fallen to a value.
///
/// # Errors
/// `Input` for an error that is not positive or more than the energy of the target; `Unable` for one that is never
/// reached: the energy of degrees whose eigenvalue is zero or not known stays.
pub fn flow_time(target: &TargetModes, error: f64) -> Result<f64> {
    let energy = target.energy();
    if !(error > 0.0 && error <= energy) {
        return Err(Error::input(format!("the error {error}; allowed are numbers above 0 and up to {energy}")));
    }
    let stays = target.sum(|mode| if mode.eigenvalue > 0.0 { 0.0 } else { 1.0 });
    if error <= stays {
        return Err(Error::unable(format!("the error {error} is never reached: {stays} is not learned")));
    }
    if error == energy {
        return Ok(0.0);
    }
    let value = |time: f64| target.sum(|mode| (-2.0 * mode.eigenvalue * time).exp()) - error;
    let slope = |time: f64| {
        let term = |mode: &Mode| -2.0 * mode.eigenvalue * (-2.0 * mode.eigenvalue * time).exp();
        target.sum(term)
    };
    let mut above = 1.0;
    while value(above) > 0.0 {
        above *= 10.0;
        if above > 1e300 {
            return Err(Error::unable(format!("the time after which the error is {error} is too large for doubles")));
        }
    }
    decreasing(above, error, |time| (value(time), slope(time)))
        .ok_or_else(|| Error::unable(format!("the time after which the error is {error} is too small for doubles")))
}
