//! Kernel ridge regression: the equations and their solution.

use crate::error::{Error, Result};
use crate::rkhs::{Levels, SUMMED, TargetModes, decreasing};

/// What kernel ridge regression is given: the number of samples, the ridge, the variance of the noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Samples n, independent and uniform; 1 at least, and need not be whole.
    pub samples: f64,
    /// The ridge d of (K + d) alpha = y, not divided by n.
    pub ridge: f64,
    /// The variance of the noise of the labels.
    pub noise: f64,
}

/// The expected errors of kernel regression on new points and on the samples, and what it learns.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Risk {
    /// The implicit regularisation kappa: sum_i lambda_i/(lambda_i + kappa) + d/kappa = n.
    pub regularisation: f64,
    /// lambda_k/(lambda_k + gamma), the part that is learned of each degree of the target; gamma = kappa for kernel
    /// regression.
    pub learned: Vec<f64>,
    /// The factor by which noise, and what is not learned, count: 1 without overfitting.
    pub overfitting: f64,
    /// The mean square error on new points, labels with their noise.
    pub test: f64,
    /// The mean square error on the samples.
    pub train: f64,
    /// Bounds of the absolute errors of these numbers as solutions of the equations.
    pub errors: RiskErrors,
}

/// Bounds of the absolute errors of the numbers of a [`Risk`], estimated: of eigenvalues and energies, of what lies
/// beyond those computed, of sums, and of the root. That the equations are a model is not in them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RiskErrors {
    /// Of the regularisation.
    pub regularisation: f64,
    /// Of the overfitting factor.
    pub overfitting: f64,
    /// Of the mean square error on new points.
    pub test: f64,
    /// Of the mean square error on the samples.
    pub train: f64,
}

/// The relative error of a root beside that of its equation.
pub(super) const ROOT: f64 = 4e-15;

impl Setting {
    /// Itself if it is allowed.
    pub(crate) fn checked(self) -> Result<Self> {
        let allowed = |x: f64, least: f64| x.is_finite() && x >= least;
        if !allowed(self.samples, 1.0) {
            return Err(Error::input(format!("{} samples; allowed are numbers from 1 on", self.samples)));
        }
        for (name, x) in [("ridge", self.ridge), ("noise", self.noise)] {
            if !allowed(x, 0.0) {
                return Err(Error::input(format!("the {name} {x}; allowed are numbers from 0 on")));
            }
        }
        Ok(self)
    }
}

/// Regularisations with a larger relative error are not given: errors of what follows from them are of first order.
const LARGEST_ROOT: f64 = 0.01;

/// Differences below this part of their terms are computed without cancellation.
const CANCELLED: f64 = 1e-7;

/// Samples beyond the number of eigenvalues, relatively, from which the error without ridge is told.
const LEAST_SURPLUS: f64 = 1e-11;

/// What is learned of each degree computed one by one.
pub(super) fn learned_degrees(target: &TargetModes, regularisation: f64) -> Vec<f64> {
    target.degrees().iter().map(|mode| mode.learned(regularisation)).collect()
}

/// What kernel ridge regression is expected to do:
/// $$n = \sum_i\frac{\lambda_i}{\lambda_i+\kappa} + \frac d\kappa,\quad L_i = \frac{\lambda_i}{\lambda_i+\kappa},\quad
/// E_0 = \frac n{n-\sum_iL_i^2},\quad \text{test} = E_0\Bigl(\sum_i(1-L_i)^2v_i^2+\sigma^2\Bigr),\quad \text{train} =
/// \Bigl(\frac d{n\kappa}\Bigr)^2\text{test}.$$ Without ridge and with more samples than positive eigenvalues, kappa =
/// 0: everything in the span is learned, and the rest is noise.
///
/// ```
/// use zonal::learning::{Setting, ridge_regression};
/// use zonal::rkhs::{Levels, TargetModes, Target};
/// use zonal::{Kernel, Sphere};
/// // one eigenvalue 1/3, three times (degree 1 in three dimensions): 3 (1/3)/(1/3 + kappa) = 2 at kappa = 1/6
/// let sphere = Sphere::in_dimension(3)?;
/// let levels = Levels::new(&Kernel::parse("u")?.spectrum(sphere), 2.0)?;
/// let target = TargetModes::new(&Target::parse("u", sphere)?, &levels)?;
/// let risk = ridge_regression(&levels, &target, Setting { samples: 2.0, ridge: 0.0, noise: 0.0 })?;
/// // L = 2/3, E_0 = 2/(2 - 3 (4/9)) = 3, test = 3 (1/9) (1/3)
/// assert!((risk.regularisation - 1.0 / 6.0).abs() < 1e-14 && (risk.test - 1.0 / 9.0).abs() < 1e-14);
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// # Errors
/// `Input` for numbers out of range; `Unable` at the interpolation threshold, where the error is infinite.
pub fn ridge_regression(levels: &Levels, target: &TargetModes, setting: Setting) -> Result<Risk> {
    let Setting { samples: n, ridge, noise } = setting.checked()?;
    if ridge == 0.0 && levels.rank() <= n {
        return without_regularisation(levels, target, setting);
    }
    let f = |kappa: f64| {
        let sums = levels.sums(kappa);
        let plain = sums.dimension + ridge / kappa - n;
        // Near the root the difference is taken with care.
        let value = if plain.abs() < CANCELLED * n { levels.excess(n, kappa).0 + ridge / kappa } else { plain };
        (value, -(sums.halves + ridge / kappa) / kappa)
    };
    // sum lambda/(lambda + kappa) <= trace/kappa
    let above = (levels.trace() + ridge) / n * (1.0 + 1e-9);
    let kappa = decreasing(above, n, f)
        .ok_or_else(|| Error::unable(format!("the regularisation at {n} samples is too small for doubles")))?;
    levels.checked(kappa, n)?;
    // n - sum L^2 without cancellation
    let sums = levels.sums(kappa);
    let free = sums.halves + ridge / kappa;
    let bias = target.sum_with_error(|mode| mode.missed(kappa).powi(2));
    let overfitting = n / free;
    let test = overfitting * (bias.value + noise);
    let train = (ridge / (n * kappa)).powi(2) * test;
    // Relative errors. |dn/dlog(kappa)| = free; |d free/d log(kappa)| <= free; bias changes by at most its square.
    let root = (levels.excess(n, kappa).1 + SUMMED * ridge / kappa) / free + ROOT;
    if root.is_nan() || root > LARGEST_ROOT {
        return Err(Error::unable(format!("the regularisation at {n} samples is not told by sums of doubles")));
    }
    let factor = sums.error / free + root;
    let moved = target.eigenvalue_error(|mode| 2.0 * mode.missed(kappa).powi(2) * mode.learned(kappa));
    let bias_error = bias.error + 2.0 * root * bias.value + moved;
    let test_error = factor * test + overfitting * bias_error;
    let errors = RiskErrors {
        regularisation: root * kappa,
        overfitting: factor * overfitting,
        test: test_error,
        train: if test > 0.0 { train * (test_error / test + 2.0 * root) } else { 0.0 },
    };
    let learned = learned_degrees(target, kappa);
    Ok(Risk { regularisation: kappa, learned, overfitting, test, train, errors })
}

/// More samples than eigenvalues, and no ridge: least squares.
fn without_regularisation(levels: &Levels, target: &TargetModes, setting: Setting) -> Result<Risk> {
    let (n, rank) = (setting.samples, levels.rank());
    if n - rank < LEAST_SURPLUS * n {
        return Err(Error::unable(format!(
            "{n} {} of a kernel of rank {rank:.0} without ridge: the error is infinite",
            if n == 1.0 { "sample" } else { "samples" }
        )));
    }
    let missed = target.sum_with_error(|mode| mode.missed(0.0));
    let all = missed.value + setting.noise;
    let learned = learned_degrees(target, 0.0);
    let overfitting = n / (n - rank);
    let (test, train) = (overfitting * all, (1.0 - rank / n) * all);
    // The rank is whole but for rounding.
    let rounding = SUMMED * overfitting;
    let errors = RiskErrors {
        regularisation: 0.0,
        overfitting: rounding * overfitting,
        test: rounding * test + overfitting * missed.error,
        train: rounding * train + missed.error,
    };
    Ok(Risk { regularisation: 0.0, learned, overfitting, test, train, errors })
}
