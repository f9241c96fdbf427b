//! Funk-Hecke coefficients of functions with kinks.

use super::double_exponential::{End, Integrand, Part, end_precision, integrate, sample_bits};
use super::{Effort, Pass, pieces};
use crate::error::{Error, Result};
use crate::kernel::{Expr, Point, Program};
use crate::number::{Multiprecision, Number};
use crate::spectrum::piecewise::PiecewiseFunction;
use rug::{Float, Rational, float::Constant};

/// Funk-Hecke coefficients with one bound of their errors.
#[derive(Clone, Debug)]
pub struct Coefficients {
    /// For each degree.
    pub values: Vec<Float>,
    /// The error of each, estimated.
    pub error: Float,
}

/// Beyond this sum of degree and dimension Gauss-Legendre needs more nodes than tanh-sinh.
const MOST_WAVES: u64 = 20_000;

impl PiecewiseFunction {
    /// $\lambda_k = \frac1Z\int_{-1}^1 g(t)P_k(t)(1-t^2)^{(p-3)/2}dt$ for increasing degrees, with an absolute error
    /// below about 2^-bits of the size of g.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere, spectrum::PiecewiseFunction};
    /// // |u| on S^2: lambda_0 = 1/2, lambda_2 = 1/8
    /// let g = PiecewiseFunction::new(Kernel::parse("abs(u)")?.expr(), Sphere::in_dimension(3)?)?;
    /// let found = g.coefficients(&[0, 2], 60)?;
    /// assert!((found.values[0].to_f64() - 0.5).abs() < 1e-16 && (found.values[1].to_f64() - 0.125).abs() < 1e-16);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Unable` where the quadrature does not converge.
    pub fn coefficients(&self, degrees: &[u64], bits: u32) -> Result<Coefficients> {
        let pass = self.pass(degrees, Effort { bits, attempt: 0 })?;
        Ok(Coefficients { values: pass.sums, error: pass.error })
    }

    /// One pass of the quadrature over the pieces.
    pub(in crate::spectrum) fn pass(&self, degrees: &[u64], effort: Effort) -> Result<Pass> {
        let precision = end_precision(sample_bits(degrees.last().copied().unwrap_or(0), effort));
        let end = |expr: &Expr| -> Result<End> {
            if *expr == Expr::number(1) {
                return Ok(End { angle: Float::new(precision), pole: Some(true) });
            }
            if *expr == Expr::number(-1) {
                return Ok(End { angle: Float::with_val(precision, Constant::Pi), pole: Some(false) });
            }
            let c = Multiprecision::new(precision);
            let zero = c.rational(&Rational::new());
            let place = Program::new(expr, Some(self.sphere.dimension()))?.evaluate(&c, &Point::at(zero))?;
            Ok(End { angle: place.acos(), pole: None })
        };
        let mut parts = Vec::with_capacity(self.pieces.len());
        for (piece, program) in self.pieces.iter().zip(self.programs()) {
            parts.push(Part { ends: [end(&piece.to)?, end(&piece.from)?], program });
        }
        let name = self.formula.to_string();
        let integrand = Integrand { parts, sphere: self.sphere, finest: self.finest, name };
        let highest = degrees.last().copied().unwrap_or(0);
        match &self.polynomials {
            Some(sizes) if highest + self.sphere.dimension() <= MOST_WAVES => {
                pieces::integrate(&integrand, sizes, degrees, effort)
            }
            None if self.sphere.dimension() > MOST_WAVES => Err(Error::unable(format!(
                "{} is not made of polynomials: only those are integrated beyond dimension {MOST_WAVES}",
                self.formula
            ))),
            _ => integrate(&integrand, degrees, effort),
        }
    }
}
