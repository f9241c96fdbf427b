//! Regression on random features.

use super::regression::{ROOT, Risk, RiskErrors, Setting, learned_degrees};
use crate::error::{Error, Result};
use crate::rkhs::{Levels, Mode, SUMMED, TargetModes, decreasing};

/// What ridge regression on k random features of the kernel is expected to do: with
/// $z = \sum_i\frac{\lambda_i}{\lambda_i+\gamma}$, $q = \sum_i(\frac{\lambda_i}{\lambda_i+\gamma})^2$,
/// $$n = z + \frac d\kappa,\quad k = z + \frac{k\kappa}\gamma,\quad
/// \text{test} =
/// \Bigl(1-\frac{q(k-2z)+z^2}{n(k-q)}\Bigr)^{-1}
/// \Bigl[\sum_i\Bigl(\frac\gamma{\lambda_i+\gamma}-\frac{\kappa\lambda_i}{(\lambda_i+\gamma)^2}\frac
/// k{k-q}\Bigr)v_i^2+\sigma^2\Bigr].$$
///
/// ```
/// use zonal::learning::{Setting, random_features, ridge_regression};
/// use zonal::rkhs::{Levels, TargetModes};
/// use zonal::{Kernel, Sphere};
/// let sphere = Sphere::in_dimension(5)?;
/// let levels = Levels::new(&Kernel::arccos(1)?.spectrum(sphere), 1e4)?;
/// let target = TargetModes::of_energies(&[0.3, 0.5, 0.2], &levels)?;
/// let setting = Setting { samples: 200.0, ridge: 1e-3, noise: 0.1 };
/// // more is better, and no number of features is better than the kernel
/// let few = random_features(&levels, &target, setting, 300.0)?.test;
/// let many = random_features(&levels, &target, setting, 1e12)?.test;
/// let kernel = ridge_regression(&levels, &target, setting)?.test;
/// assert!(few > many && (many / kernel - 1.0).abs() < 1e-9);
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// # Errors
/// `Input` for numbers out of range; `Unable` without ridge at as many features as samples, where the error is
/// infinite.
pub fn random_features(levels: &Levels, target: &TargetModes, setting: Setting, features: f64) -> Result<Risk> {
    let Setting { samples: n, ridge, .. } = setting.checked()?;
    let k = features;
    if !(k.is_finite() && k >= 1.0) {
        return Err(Error::input(format!("{k} features; allowed are numbers from 1 on")));
    }
    if ridge == 0.0 && n == k {
        return Err(Error::unable(format!("{n} samples and as many features without ridge: the error is infinite")));
    }
    if levels.rank() <= k.min(n) {
        return Err(Error::unable(format!(
            "a kernel of rank {:.0}, no more than the {n} samples and {k} features",
            levels.rank()
        )));
    }
    let too_small = || Error::unable(format!("the regularisation at {n} samples is too small for doubles"));
    // z(gamma) = count
    let level = |count: f64| {
        let f = |gamma: f64| {
            let sums = levels.sums(gamma);
            (sums.dimension - count, -sums.halves / gamma)
        };
        decreasing(levels.trace() / count * (1.0 + 1e-9), count, f).ok_or_else(too_small)
    };
    // gamma, and what is left of the features, k - z.
    let (gamma, left) = if ridge == 0.0 {
        (level(k.min(n))?, (k - n).max(0.0))
    } else {
        // k - z(gamma) = z(lowest) - z(gamma), without cancellation
        let lowest = if levels.rank() > k { Some(level(k)?) } else { None };
        let at = |x: f64| match lowest {
            Some(lowest) => (lowest + x, levels.fall(lowest, x)),
            None => (x, k - levels.effective_dimension(x)),
        };
        // n - z = d k / (gamma (k - z)), where k - z > 0
        let f = |x: f64| {
            let (gamma, left) = at(x);
            if left <= 0.0 {
                return (f64::INFINITY, -1.0);
            }
            let (term, sums) = (ridge * k / (gamma * left), levels.sums(gamma));
            (sums.dimension + term - n, -sums.halves / gamma - term / gamma * (1.0 + sums.halves / left))
        };
        // z <= trace/gamma <= min(n, k)/2 from here on, and the second term is at most 2 d/gamma <= n/2.
        let above = (2.0 * levels.trace() / n.min(k)).max(4.0 * ridge / n).max(2.0 * lowest.unwrap_or(0.0));
        at(decreasing(above, n, f).ok_or_else(too_small)?)
    };
    levels.checked(gamma, n)?;
    let found = Found { levels, target, setting, features };
    let solved = found.at(gamma, left);
    // Relative errors: of gamma by its equation, of what is left of the features, and what both change, by a small
    // step.
    let root = solved.sum_error / solved.slope + ROOT;
    let left_error = if left > 0.0 && ridge > 0.0 { (solved.sum_error + solved.fall * root) / left } else { 0.0 };
    let (moved, thinned) = (found.at(gamma * (1.0 + STEP), left), found.at(gamma, left * (1.0 + STEP)));
    let error = |own: fn(&Solved) -> f64| {
        let change = |other: &Solved| (own(other) - own(&solved)).abs() / STEP;
        root * change(&moved) + left_error * change(&thinned) + solved.relative * own(&solved)
    };
    let errors = RiskErrors {
        regularisation: root * gamma,
        overfitting: error(|solved| solved.overfitting),
        test: error(|solved| solved.test) + solved.overfitting * solved.bias_error,
        train: error(|solved| solved.train)
            + solved.train / solved.test.max(f64::MIN_POSITIVE) * solved.overfitting * solved.bias_error,
    };
    let Solved { overfitting, test, train, .. } = solved;
    Ok(Risk { regularisation: gamma, learned: learned_degrees(target, gamma), overfitting, test, train, errors })
}

/// The relative step of derivatives: their error, some 1e-5 of themselves, does not matter.
const STEP: f64 = 1e-5;

/// The formulas at a solution of the equations.
struct Found<'a> {
    levels: &'a Levels,
    target: &'a TargetModes,
    setting: Setting,
    features: f64,
}

struct Solved {
    overfitting: f64,
    test: f64,
    train: f64,
    /// Of the sum of what is not learned.
    bias_error: f64,
    /// Absolute, of sums over the eigenvalues.
    sum_error: f64,
    /// z - q
    fall: f64,
    /// The slope of the equation for gamma against log gamma.
    slope: f64,
    /// The relative error of the formulas at exact gamma and k - z.
    relative: f64,
}

impl Found<'_> {
    /// At gamma and k - z.
    fn at(&self, gamma: f64, left: f64) -> Solved {
        let (Setting { samples: n, ridge, noise }, k) = (self.setting, self.features);
        let kappa = gamma * left / k;
        let sums = self.levels.sums(gamma);
        let (q, fall) = (sums.squares, sums.halves);
        // gamma/(lambda+gamma) - kappa lambda/(lambda+gamma)^2 k/(k-q), with kappa k = gamma (k-z): M (1 - L
        // (k-z)/(k-q)) = M (z-q + (k-z) M)/(k-q), M = 1 - L
        let missed = |mode: &Mode| {
            let m = mode.missed(gamma);
            m * (fall + left * m) / (k - q)
        };
        let bias = self.target.sum_with_error(missed);
        // n (k-q) - q (k-2z) - z^2 = (n-z) (k-q) + (z-q) (k-z)
        let without_ridge = if ridge > 0.0 { ridge / kappa } else { (n - k).max(0.0) };
        let room = without_ridge * (k - q) + fall * left;
        let overfitting = n * (k - q) / room;
        let test = overfitting * (bias.value + noise);
        let train = if ridge > 0.0 { (ridge / (n * kappa)).powi(2) } else { ((n - k).max(0.0) / n).powi(2) } * test;
        // k - q cancels; all else are sums of positive numbers.
        let relative = 4.0 * (SUMMED + sums.error / (k - q) + sums.error / fall.max(f64::MIN_POSITIVE));
        let slope = if ridge > 0.0 && left > 0.0 { fall + ridge / kappa * (1.0 + fall / left) } else { fall };
        let bias_error = bias.error + self.target.eigenvalue_error(|mode| 2.0 * missed(mode));
        Solved { overfitting, test, train, bias_error, sum_error: sums.error, fall, slope, relative }
    }
}
