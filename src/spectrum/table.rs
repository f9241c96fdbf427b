//! Many eigenvalues of one kernel.

use super::eigenvalue::Eigenvalue;
use crate::domain::{self, Domain, Multiplicity};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::number::{Approximation, Digits, Multiprecision, Number, Radius, ScaledBall};
use rug::{Float, Rational};
use std::sync::Arc;

/// The eigenvalues of a kernel on a domain, by increasing degree.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Table {
    /// The kernel.
    pub kernel: Kernel,
    /// The domain.
    pub domain: Arc<dyn Domain>,
    /// The digits asked for.
    pub digits: Digits,
    /// One row for each degree whose eigenvalue was found.
    pub rows: Vec<Eigenvalue>,
    /// The other degrees; none in tables that are whole or an error.
    pub gaps: Vec<Gap>,
    /// kappa(1), the trace of the integral operator: sum over all k of N(p,k) mu_k.
    pub value_at_one: Approximation,
}

/// A degree of a table that has no [`Eigenvalue`], and the reason why.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Gap {
    /// The degree k.
    pub degree: u64,
    /// The multiplicity N(p,k), computed when it is used.
    pub multiplicity: Multiplicity,
    /// Why there is none.
    pub reason: Error,
    /// Where the reason is its size alone: the eigenvalue with an exponent of its own, proved.
    pub beyond: Option<ScaledBall>,
    /// The digits asked for.
    pub digits: Digits,
}

impl Gap {
    /// The decimal of an eigenvalue beyond the range of multiprecision, and a proved bound of its error.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere};
    /// let spectrum = Kernel::parse("poisson(0.1)")?.spectrum(Sphere::in_dimension(3)?).digits(5)?;
    /// let table = spectrum.table_with_gaps(&[1, 330_000_000])?;
    /// assert_eq!(table.gaps[0].written().unwrap().0, "1.0000e-330000000");
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn written(&self) -> Option<(String, String)> {
        self.beyond.as_ref()?.written(self.digits)
    }
}

impl Table {
    /// The table if it has no gaps, else the reason of the first.
    pub(super) fn whole(self) -> Result<Self> {
        match self.gaps.first() {
            Some(gap) => Err(gap.reason.clone()),
            None => Ok(self),
        }
    }

    /// Whether the degrees run from 0 without a gap.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty() && self.rows.iter().enumerate().all(|(i, row)| row.degree == i as u64)
    }

    /// sum of N(p,k) mu_k over the rows; tends to [`value_at_one`](Table::value_at_one) as the degrees grow. The error
    /// is the sum of those of the rows, and of the roundings.
    pub fn trace(&self) -> Approximation {
        self.sum(self.rows.iter().map(|_| Float::with_val(2, 1)))
    }

    /// What the rows leave of kappa(1), with the errors of both.
    pub fn rest(&self) -> Approximation {
        self.left_by(&self.trace())
    }

    /// The same for a trace that is known.
    pub(crate) fn left_by(&self, trace: &Approximation) -> Approximation {
        let value = Float::with_val(self.precision(), &self.value_at_one.value - &trace.value);
        let error = Radius::above(&self.value_at_one.error) + Radius::above(&trace.error) + half_place(&value);
        Approximation::within(value, error.to_float(), self.digits)
    }

    fn precision(&self) -> u32 {
        self.rows.iter().map(|row| row.value.prec()).chain([self.value_at_one.value.prec()]).max().unwrap_or(64) + 32
    }

    /// sum of N(p,k) mu_k times one factor for each row, |factor| <= 1 + 2^-32, whose own error is not counted.
    fn sum(&self, factors: impl Iterator<Item = Float>) -> Approximation {
        let precision = self.precision();
        let (mut sum, mut error) = (Float::new(precision), Radius::ZERO);
        for (row, factor) in self.rows.iter().zip(factors) {
            let coefficient = row.coefficient();
            let term = Float::with_val(precision, &coefficient.value * &factor);
            sum += &term;
            error = error + Radius::above(&coefficient.error) + half_place(&term) + half_place(&sum);
        }
        Approximation::within(sum, error.to_float(), self.digits)
    }

    /// sum_k N(p,k) mu_k P_k(t) over the rows, for t in \[-1, 1\] given exactly, with the error that those of the rows
    /// and all roundings add up to.
    ///
    /// With q bits a step of P_{k+1} = (1+r) t P_k - r P_{k-1}, r = k/(k+p-2), is off by at most 10 2^-q (three
    /// roundings of a number up to 2, two of one up to 1, one of the difference); an error e made at degree i has
    /// become at most (k-i) e at degree k (see [`project`](super::project)), and the rounding of t at most k^2 2^-q,
    /// since |P_k'| <= k^2: together at most 8 (k+1)^2 2^-q.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere};
    /// let kernel = Kernel::parse("exponential(1)")?;
    /// let degrees: Vec<u64> = (0..=30).collect();
    /// let table = kernel.spectrum(Sphere::in_dimension(5)?).digits(25)?.table(&degrees)?;
    /// let sum = table.partial_sum(&(1, 2).into())?;
    /// // exp(1/2) = 1.64872127070012814684865...
    /// assert!(sum.to_string().starts_with("1.64872127070012814684865"));
    /// assert!(sum.error < 1e-23);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Input` if t lies outside \[-1, 1\]; `Unable` on other domains than spheres, where the sum is the kernel at some
    /// t only.
    pub fn partial_sum(&self, t: &Rational) -> Result<Approximation> {
        if t.clone().abs() > 1 {
            return Err(Error::input(format!("t = {t} lies outside [-1, 1]")));
        }
        let sphere = domain::sphere(&*self.domain, "the sum of the expansion at any t")?;
        let highest = self.rows.last().map_or(0, |row| row.degree);
        let precision = self.precision() + 2 * (highest as u32 + 2).ilog2() + 16;
        let c = Multiprecision::new(precision);
        let (t, p) = (c.rational(t), sphere.dimension());
        let (mut before, mut here, mut k) = (Float::new(precision), c.rational(&Rational::from(1)), 0);
        let legendre = |degree: u64| {
            while k < degree {
                let first = Rational::from(if k == 0 { (1, 1) } else { (2 * k + p - 2, k + p - 2) });
                let second = Rational::from((k, (k + p - 2).max(1)));
                let next = c.sub(&c.scale(&c.mul(&t, &here), &first), &c.scale(&before, &second));
                before = std::mem::replace(&mut here, next);
                k += 1;
            }
            here.clone()
        };
        let mut sum = self.sum(self.rows.iter().map(|row| row.degree).map(legendre));
        let size = self.rows.iter().fold(Radius::ZERO, |size, row| size + Radius::above(&row.coefficient().value));
        let legendre = Radius::double(8.0 * (highest as f64 + 1.0).powi(2)).scaled(-i64::from(precision));
        sum.error = (Radius::above(&sum.error) + size * legendre).to_float();
        Ok(sum)
    }
}

/// Half a unit in the last place.
fn half_place(x: &Float) -> Radius {
    x.get_exp().map_or(Radius::ZERO, |exponent| Radius::power_of_two(exponent - x.prec() as i32 - 1))
}
