//! Many eigenvalues of one kernel.

use super::eigenvalue::Eigenvalue;
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::number::Digits;
use crate::sphere::Sphere;
use rug::{Float, Rational};

/// The eigenvalues of a kernel on a sphere, by increasing degree.
#[derive(Clone, Debug)]
pub struct Table {
    /// The kernel.
    pub kernel: Kernel,
    /// The sphere.
    pub sphere: Sphere,
    /// The digits asked for.
    pub digits: Digits,
    /// One row for each degree.
    pub rows: Vec<Eigenvalue>,
    /// kappa(1), the trace of the integral operator: sum over all k of N(p,k) mu_k.
    pub value_at_one: Float,
}

impl Table {
    /// Whether the degrees run from 0 without a gap.
    pub fn is_complete(&self) -> bool {
        self.rows.iter().enumerate().all(|(i, row)| row.degree == i as u64)
    }

    /// sum of N(p,k) mu_k over the rows; tends to [`value_at_one`](Table::value_at_one) as the degrees grow.
    pub fn trace(&self) -> Float {
        let precision = self.value_at_one.prec();
        self.rows.iter().fold(Float::new(precision), |sum, row| sum + row.coefficient())
    }

    /// sum_k N(p,k) mu_k P_k(t) over the rows, by Clenshaw's rule, for t in \[-1, 1\] given exactly.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere};
    /// let kernel = Kernel::parse("exponential(1)")?;
    /// let degrees: Vec<u64> = (0..=30).collect();
    /// let table = kernel.spectrum(Sphere::in_dimension(5)?).digits(25)?.table(&degrees)?;
    /// let sum = table.partial_sum(&(1, 2).into())?;
    /// // exp(1/2) = 1.64872127070012814684865...
    /// assert!(sum.to_string().starts_with("1.64872127070012814684865"));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Input` if t lies outside \[-1, 1\].
    pub fn partial_sum(&self, t: &Rational) -> Result<Float> {
        if t.clone().abs() > 1 {
            return Err(Error::input(format!("t = {t} lies outside [-1, 1]")));
        }
        let highest = self.rows.last().map_or(0, |row| row.degree) as usize;
        // Errors of the recurrence grow at most like k^2.
        let precision = self.value_at_one.prec() + 2 * (highest as u32 + 2).ilog2() + 16;
        let mut coefficients = vec![Float::new(precision); highest + 1];
        for row in &self.rows {
            coefficients[row.degree as usize] = row.coefficient();
        }
        Ok(self.sphere.clenshaw(&coefficients, &Float::with_val(precision, t), precision))
    }
}
