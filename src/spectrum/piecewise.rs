//! Funk-Hecke coefficients of functions with kinks.

use super::closed_form::ClosedForm;
use super::problem::Problem;
use super::quadrature::double_exponential::{End, Integrand, Part, end_precision, integrate, sample_bits};
use super::quadrature::pieces::Size;
use super::quadrature::{self, Effort, Pass};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{Arc, Expr, Kernel, Part as Class, Piece, Point, Program, Symmetry, is_middle, mirrored, pieces};
use crate::number::{Ball, Balls, Elementary, Exact, ExactNumber, Multiprecision, Number};
use rug::{Float, Rational, float::Constant};
use std::f64::consts::{PI, TAU};

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
    /// Their coefficients.
    exact: Option<Vec<Vec<ExactNumber>>>,
}

/// Funk-Hecke coefficients with one bound of their errors.
#[derive(Clone, Debug)]
pub struct Coefficients {
    /// For each degree.
    pub values: Vec<Float>,
    /// The error of each, estimated.
    pub error: Float,
}

/// Bits of angles that become doubles, and more than the error of these.
const ANGLE_BITS: u32 = 128;
pub(crate) const ANGLE_ERROR: f64 = 1e-14;

/// Beyond this sum of degree and dimension Gauss-Legendre needs more nodes than tanh-sinh.
const MOST_WAVES: u64 = 20_000;

/// The coefficients of a polynomial, and its size.
fn polynomial(formula: &Expr, sphere: Sphere) -> Option<(Vec<ExactNumber>, Size)> {
    let polynomial = ClosedForm::of(formula, sphere)?.polynomial()?;
    let mut sum = 0.0;
    for c in &polynomial {
        sum += c.enclosure(64).ok()?.middle.to_f64().abs() * (1.0 + 1e-9);
    }
    let size = Size { degree: (polynomial.len() as u64).saturating_sub(1), sum };
    sum.is_finite().then_some((polynomial, size))
}

impl Function {
    /// Splits a formula at its kinks.
    ///
    /// # Errors
    /// Those of [`pieces`]; `Domain` for a function that is not finite and real between its kinks; `Unable` for one too
    /// steep.
    pub fn new(formula: &Expr, sphere: Sphere) -> Result<Self> {
        let pieces = pieces(formula, sphere.dimension())?;
        let (mut programs, mut finest) = (Vec::new(), f64::INFINITY);
        let (mut exact, mut polynomials) = (Vec::new(), Vec::new());
        for piece in &pieces {
            programs.push(Program::new(&piece.formula, Some(sphere.dimension()))?);
            if let Some((coefficients, size)) = polynomial(&piece.formula, sphere) {
                // The waves of its highest power.
                finest = finest.min(TAU / (size.degree + 2) as f64);
                polynomials.push(size);
                exact.push(coefficients);
                continue;
            }
            // Where it is undefined, the place is between the ends of the piece.
            let stretched = Problem::new(Kernel::from(piece.stretched(sphere.dimension())), sphere)
                .map_err(|error| piece.singularities(sphere.dimension()).err().unwrap_or(error))?;
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
        let exact = Some(exact).filter(|list| list.len() == pieces.len());
        Ok(Function { formula: formula.clone(), pieces, sphere, programs, finest, polynomials, exact })
    }

    /// $\lambda_k = \frac1Z\int_{-1}^1 g(t)P_k(t)(1-t^2)^{(p-3)/2}dt$ for increasing degrees, with an absolute error
    /// below about 2^-bits of the size of g.
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
        let pass = self.pass(degrees, Effort { bits, attempt: 0 })?;
        Ok(Coefficients { values: pass.sums, error: pass.error })
    }

    /// One pass of the quadrature over the pieces.
    pub(super) fn pass(&self, degrees: &[u64], effort: Effort) -> Result<Pass> {
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
        let name = self.formula.to_string();
        let integrand = Integrand { parts, sphere: self.sphere, finest: self.finest, name };
        let highest = degrees.last().copied().unwrap_or(0);
        match &self.polynomials {
            Some(sizes) if highest + self.sphere.dimension() <= MOST_WAVES => {
                quadrature::pieces::integrate(&integrand, sizes, degrees, effort)
            }
            None if self.sphere.dimension() > MOST_WAVES => Err(Error::unable(format!(
                "{} is not made of polynomials: only those are integrated beyond dimension {MOST_WAVES}",
                self.formula
            ))),
            _ => integrate(&integrand, degrees, effort),
        }
    }

    /// The angles of the kinks, from u = -1 on.
    ///
    /// # Errors
    /// `Unable` where a place is not told from an end.
    pub(crate) fn angles(&self, precision: u32) -> Result<Vec<Ball>> {
        let c = Balls::new(precision);
        let zero = Point::at(c.rational(&Rational::new()));
        let angle = |piece: &Piece| {
            // A place that is exactly 0 may be the value of a formula.
            if is_middle(&piece.from, self.sphere.dimension()) {
                return Ok(c.scale(&c.pi(), &Rational::from((1, 2))));
            }
            let place = Program::new(&piece.from, Some(self.sphere.dimension()))?.evaluate(&c, &zero)?;
            c.elementary(Elementary::Acos, &place)
        };
        self.pieces.iter().skip(1).map(angle).collect()
    }

    /// The pieces as functions of the angle, from u = 1 on; where two meet, both reach beyond the kink by what doubles may miss of it.
    pub(super) fn arcs(&self) -> Result<Vec<Arc<'_>>> {
        let kinks = self.angles(ANGLE_BITS)?;
        let angle = |index: usize| kinks[index].middle.to_f64();
        let arc = |(index, program)| Arc {
            program,
            from: if index < kinks.len() { angle(index) - ANGLE_ERROR } else { 0.0 },
            to: if index > 0 { angle(index - 1) + ANGLE_ERROR } else { PI },
        };
        let mut arcs: Vec<Arc<'_>> = self.programs.iter().enumerate().map(arc).collect();
        arcs.reverse();
        Ok(arcs)
    }

    /// How wide the narrowest feature is.
    pub(super) fn finest(&self) -> f64 {
        self.finest
    }

    /// The coefficients of the pieces, constant terms first, if all are polynomials.
    pub(super) fn polynomials(&self) -> Option<&[Vec<ExactNumber>]> {
        self.exact.as_deref()
    }

    /// The programs of the pieces.
    pub(crate) fn programs(&self) -> &[Program] {
        &self.programs
    }

    /// The programs beside u = 1 and u = -1.
    pub(super) fn end_programs(&self) -> [&Program; 2] {
        [&self.programs[self.programs.len() - 1], &self.programs[0]]
    }

    /// Which degrees vanish: the parts that are zero because the pieces mirror each other, and those that are
    /// polynomials because the jumps at u and -u cancel.
    pub(super) fn symmetry(&self) -> Result<Symmetry> {
        let [even, odd] = match self.mirror()? {
            Some(true) => [Class::Full, Class::Zero],
            Some(false) => [Class::Zero, Class::Full],
            None => [Class::Full; 2],
        };
        let of = |known: Class, sign: i32| match self.polynomial_part(sign)? {
            Some(degree) if known == Class::Full => Ok(degree.map_or(Class::Zero, Class::Polynomial)),
            _ => Ok(known),
        };
        Ok(Symmetry { even: of(even, 1)?, odd: of(odd, -1)? })
    }

    /// Whether g(-u) is g(u) (true) or -g(u) (false), piece by piece.
    fn mirror(&self) -> Result<Option<bool>> {
        let mut all: Option<bool> = None;
        for (piece, other) in self.pieces.iter().zip(self.pieces.iter().rev()) {
            if !self.is_opposite(&piece.from, &other.to)? {
                return Ok(None);
            }
        }
        for (piece, other) in self.programs.iter().zip(self.programs.iter().rev()) {
            match (mirrored(piece, other), all) {
                (Some(even), None) => all = Some(even),
                (Some(even), Some(known)) if even == known => {}
                _ => return Ok(None),
            }
        }
        Ok(all)
    }

    /// Whether two places are told to be opposite.
    fn is_opposite(&self, a: &Expr, b: &Expr) -> Result<bool> {
        if *a == -b.clone() || *b == -a.clone() {
            return Ok(true);
        }
        match (a.clone() + b.clone()).sign(self.sphere.dimension()) {
            Ok(sign) => Ok(sign.is_eq()),
            Err(Error::Unable(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The degree of the even (sign 1) or odd (sign -1) part if it is a polynomial: with the jump J_a of the
    /// polynomials at a, that of g(u) + sign g(-u) is J_a(u) - sign J_{-a}(-u), and must vanish at every place.
    /// `Some(None)` for a part that is zero.
    fn polynomial_part(&self, sign: i32) -> Result<Option<Option<u64>>> {
        let Some(polynomials) = &self.exact else { return Ok(None) };
        let flipped = |polynomial: &[ExactNumber]| -> Vec<ExactNumber> {
            let sign = |j: usize| if j % 2 == 1 { -sign } else { sign };
            let flip = |(j, c): (usize, &ExactNumber)| Exact.scale(c, &Rational::from(sign(j)));
            polynomial.iter().enumerate().map(flip).collect()
        };
        let jumps: Vec<Vec<ExactNumber>> = polynomials.windows(2).map(|pair| difference(&pair[1], &pair[0])).collect();
        let places: Vec<&Expr> = self.pieces.iter().skip(1).map(|piece| &piece.from).collect();
        for (place, jump) in places.iter().zip(&jumps) {
            let mut other = Vec::new();
            for (candidate, its) in places.iter().zip(&jumps) {
                if self.is_opposite(place, candidate)? {
                    other = flipped(its);
                }
            }
            if !difference(jump, &other).is_empty() {
                return Ok(None);
            }
        }
        let (last, first) = (&polynomials[polynomials.len() - 1], &polynomials[0]);
        let minus: Vec<ExactNumber> = flipped(first).iter().map(|c| Exact.neg(c)).collect();
        let degree = difference(last, &minus).len().checked_sub(1);
        Ok(Some(degree.map(|degree| degree as u64)))
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
        Ok(Function {
            formula: self.formula.clone().power(2),
            pieces,
            programs,
            polynomials,
            exact: None,
            ..self.clone()
        })
    }
}

/// The difference of two polynomials, without zeros at the end.
pub(super) fn difference(a: &[ExactNumber], b: &[ExactNumber]) -> Vec<ExactNumber> {
    let zero = ExactNumber::default();
    let at = |list: &[ExactNumber], j: usize| list.get(j).unwrap_or(&zero).clone();
    let mut result: Vec<ExactNumber> = (0..a.len().max(b.len())).map(|j| Exact.sub(&at(a, j), &at(b, j))).collect();
    while result.last().is_some_and(ExactNumber::is_zero) {
        result.pop();
    }
    result
}
