//! Targets by their energies.

use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::sphere::Sphere;

/// A target function on the sphere, as far as learning curves need it: the energy of its part of each degree, the mean square over the sphere.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Energies of the degrees 0, 1, ...
    pub energies: Vec<f64>,
    /// The energy of all degrees beyond.
    pub rest: f64,
}

/// Degrees of a zonal target whose energies are computed.
const DEGREES: u64 = 100;

/// Energies below this part of the whole are rounding.
const ROUNDING: f64 = 1e-14;

impl Target {
    /// Of energies of the degrees 0, 1, ..., and none beyond.
    ///
    /// # Errors
    /// `Input` for a number that is negative or not finite.
    pub fn of_energies(energies: Vec<f64>) -> Result<Self> {
        match energies.iter().find(|e| !(e.is_finite() && **e >= 0.0)) {
            Some(e) => Err(Error::input(format!("the energy {e}; allowed are numbers from 0 on"))),
            None => Ok(Target { energies, rest: 0.0 }),
        }
    }

    /// The zonal function g(<w, x>), w a unit vector: with the Funk-Hecke eigenvalues lambda_k of g the energy of degree k is N(p,k) lambda_k^2, and that of all
    /// degrees int g^2. Degrees up to 100 are told apart.
    ///
    /// ```
    /// use zonal::learning::Target;
    /// use zonal::{Kernel, Sphere};
    /// // u^2 on S^2: mean 1/3, the rest of degree 2: 1/5 - 1/9
    /// let target = Target::zonal(&Kernel::parse("u^2")?, Sphere::in_dimension(3)?)?;
    /// assert!((target.energies[0] - 1.0 / 9.0).abs() < 1e-15 && (target.energies[2] - 4.0 / 45.0).abs() < 1e-15);
    /// assert_eq!((target.energies[1], target.rest), (0.0, 0.0));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the spectra of g and g^2.
    pub fn zonal(g: &Kernel, sphere: Sphere) -> Result<Self> {
        let table = g.spectrum(sphere).table(&(0..=DEGREES).collect::<Vec<_>>())?;
        let energy = |row: &crate::spectrum::Eigenvalue| {
            let lambda = row.to_f64();
            row.multiplicity.to_f64() * lambda * lambda
        };
        let energies: Vec<f64> = table.rows.iter().map(energy).collect();
        let square = Kernel::parse(&format!("({g})^2"))?.spectrum(sphere).eigenvalue(0)?.to_f64();
        let rest = square - energies.iter().sum::<f64>();
        Ok(Target { energies, rest: if rest > ROUNDING * square { rest } else { 0.0 } })
    }

    /// The energy of all degrees.
    pub fn energy(&self) -> f64 {
        self.energies.iter().sum::<f64>() + self.rest
    }
}
