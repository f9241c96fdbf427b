//! Funk-Hecke coefficients of functions with kinks.

use super::closed_form::ClosedForm;
use super::problem::Problem;
use super::quadrature::double_exponential::{End, Integrand, Part, end_precision, integrate, sample_bits};
use super::quadrature::pieces::Size;
use super::quadrature::{self, Effort};
use crate::error::{Error, Result};
use crate::kernel::{Expr, Kernel, Piece, Point, Program, pieces};
use crate::number::{Multiprecision, Number};
use crate::sphere::Sphere;
use rug::{Float, Rational, float::Constant};
use std::f64::consts::TAU;

/// A function g(u) on \[-1, 1\], smooth between finitely many places, for one sphere.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its formula.
    pub formula: Expr,
    /// Its smooth pieces, in order.
    pub pieces: Vec<Piece>,
    /// The sphere.
    pub sphere: Sphere,
    programs: Vec<Program>,
    /// How wide its narrowest feature is.
    finest: f64,
    /// The sizes of the pieces if all are polynomials.
    polynomials: Option<Vec<Size>>,
}

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

/// Degree and coefficients of a polynomial.
fn size(formula: &Expr, sphere: Sphere) -> Option<Size> {
    let polynomial = ClosedForm::of(formula, sphere)?.polynomial()?;
    let mut sum = 0.0;
    for c in &polynomial {
        sum += c.enclosure(64).ok()?.middle.to_f64().abs() * (1.0 + 1e-9);
    }
    sum.is_finite().then_some(Size { degree: (polynomial.len() as u64).saturating_sub(1), sum })
}

impl Function {
    /// Splits a formula at its kinks.
    ///
    /// # Errors
    /// Those of [`pieces`]; `Domain` for a function that is not finite and real between its kinks; `Unable` for one too steep.
    pub fn new(formula: &Expr, sphere: Sphere) -> Result<Self> {
        let pieces = pieces(formula, sphere.dimension())?;
        let (mut programs, mut finest, mut polynomials) = (Vec::new(), f64::INFINITY, Vec::new());
        for piece in &pieces {
            programs.push(Program::new(&piece.formula, Some(sphere.dimension()))?);
            if let Some(size) = size(&piece.formula, sphere) {
                // The waves of its highest power.
                finest = finest.min(TAU / (size.degree + 2) as f64);
                polynomials.push(size);
                continue;
            }
            let stretched = Problem::new(Kernel::from(piece.stretched(sphere.dimension())), sphere)?;
            let found = &stretched.singularities;
            if !found.decided {
                return Err(Error::unable(format!(
                    "{} between {} and {} varies on too short a scale",
                    piece.formula, piece.from, piece.to
                )));
            }
            if let Some(point) = found.interior.first() {
                let (from, to) = (piece.from.to_f64(sphere.dimension())?, piece.to.to_f64(sphere.dimension())?);
                return Err(Error::unable(format!(
                    "{} is not smooth near u = {:.6}, or varies on too short a scale there; kinks are written with abs, max, min, step, where or piecewise",
                    piece.formula,
                    from + 0.5 * (point.near + 1.0) * (to - from)
                )));
            }
            finest = finest.min(found.finest);
        }
        let polynomials = Some(polynomials).filter(|list| list.len() == pieces.len());
        Ok(Function { formula: formula.clone(), pieces, sphere, programs, finest, polynomials })
    }

    /// $\lambda_k = \frac1Z\int_{-1}^1 g(t)P_k(t)(1-t^2)^{(p-3)/2}dt$ for increasing degrees, with an absolute error below about 2^-bits of the size of g.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere, spectrum::Function};
    /// // |u| on S^2: lambda_0 = 1/2, lambda_2 = 1/8
    /// let g = Function::new(Kernel::parse("abs(u)")?.expr(), Sphere::in_dimension(3)?)?;
    /// let found = g.coefficients(&[0, 2], 60)?;
    /// assert!((found.values[0].to_f64() - 0.5).abs() < 1e-16 && (found.values[1].to_f64() - 0.125).abs() < 1e-16);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Unable` where the quadrature does not converge.
    pub fn coefficients(&self, degrees: &[u64], bits: u32) -> Result<Coefficients> {
        let effort = Effort { bits, attempt: 0 };
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
        for (piece, program) in self.pieces.iter().zip(&self.programs) {
            parts.push(Part { ends: [end(&piece.to)?, end(&piece.from)?], program });
        }
        let name = format!("the target {}", self.formula);
        let integrand = Integrand { parts, sphere: self.sphere, finest: self.finest, name };
        let highest = degrees.last().copied().unwrap_or(0);
        let pass = match &self.polynomials {
            Some(sizes) if highest + self.sphere.dimension() <= MOST_WAVES => {
                quadrature::pieces::integrate(&integrand, sizes, degrees, effort)?
            }
            None if self.sphere.dimension() > MOST_WAVES => {
                return Err(Error::unable(format!(
                    "the target {} is not made of polynomials: those are integrated up to dimension {MOST_WAVES}",
                    self.formula
                )));
            }
            _ => integrate(&integrand, degrees, effort)?,
        };
        Ok(Coefficients { values: pass.sums, error: pass.error })
    }

    /// The function g^2.
    ///
    /// # Errors
    /// Those of the formula's programs.
    pub fn squared(&self) -> Result<Function> {
        let square = |piece: &Piece| Piece { formula: piece.formula.clone().power(2), ..piece.clone() };
        let pieces: Vec<Piece> = self.pieces.iter().map(square).collect();
        let program = |piece: &Piece| Program::new(&piece.formula, Some(self.sphere.dimension()));
        let programs = pieces.iter().map(program).collect::<Result<_>>()?;
        let squared = |size: &Size| Size { degree: 2 * size.degree, sum: size.sum * size.sum };
        let polynomials = self.polynomials.as_ref().map(|sizes| sizes.iter().map(squared).collect());
        Ok(Function { formula: self.formula.clone().power(2), pieces, programs, polynomials, ..self.clone() })
    }
}

impl Piece {
    /// The formula as a function on \[-1, 1\], in dimension p.
    pub fn stretched(&self, p: u64) -> Expr {
        let half = |x: Expr| {
            let half = x / Expr::number(2);
            // A rational number is written as one.
            half.constant(Some(p)).map_or(half, Expr::number)
        };
        let middle = half(self.from.clone() + self.to.clone());
        let length = half(self.to.clone() - self.from.clone());
        if middle == Expr::number(0) && length == Expr::number(1) {
            return self.formula.clone();
        }
        self.formula.at(&(middle + length * Expr::u()))
    }
}
