//! Learning curves of a spectrum in one call.

use super::regression::{Risk, Setting, ridge_regression};
use crate::error::Result;
use crate::rkhs::{Levels, Target, TargetModes};
use crate::spectrum::Spectrum;

impl Spectrum {
    /// What kernel ridge regression on a target is expected to do, setting by setting: the levels of the kernel are
    /// computed once.
    ///
    /// Accuracy: as [`ridge_regression`]. Cost: that of some hundred eigenvalues, and some microseconds for each
    /// setting.
    ///
    /// ```
    /// use zonal::learning::Setting;
    /// use zonal::rkhs::Target;
    /// use zonal::{Kernel, Sphere};
    /// let sphere = Sphere::in_dimension(10)?;
    /// let settings = [100.0, 10_000.0].map(|samples| Setting { samples, ridge: 0.0, noise: 0.1 });
    /// let curve = Kernel::ntk(3)?.spectrum(sphere).learning_curve(&Target::parse("u^2+u", sphere)?, &settings)?;
    /// // The noise is never below 0.1, and more samples help.
    /// assert!(curve[0].test > curve[1].test && curve[1].test > 0.1);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Levels::new`], [`TargetModes::new`] and [`ridge_regression`], the first of them.
    pub fn learning_curve(&self, target: &Target, settings: &[Setting]) -> Result<Vec<Risk>> {
        let most = settings.iter().map(|setting| setting.samples).fold(1.0, f64::max);
        let levels = Levels::new(self, most)?;
        let modes = TargetModes::new(target, &levels)?;
        settings.iter().map(|setting| ridge_regression(&levels, &modes, *setting)).collect()
    }
}
