//! Funk-Hecke coefficients of functions with kinks.

use super::closed_form::ClosedForm;
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{
    Arc, Expr, ParityPart, Piece, Point, Program, SingularPoint, Singularities, Symmetry, is_middle, mirrored, pieces,
};
use crate::number::{Ball, Balls, Elementary, Exact, ExactNumber, Number};
use rug::Rational;
use std::f64::consts::{PI, TAU};

/// A function g(u) on \[-1, 1\], smooth between finitely many places, for one sphere.
#[derive(Clone, Debug)]
pub struct PiecewiseFunction {
    /// Its formula.
    pub formula: Expr,
    /// Its smooth pieces, in order.
    pub pieces: Vec<Piece>,
    /// The sphere.
    pub sphere: Sphere,
    programs: Vec<Program>,
    /// How wide its narrowest feature is.
    pub(super) finest: f64,
    /// The sizes of the pieces if all are polynomials.
    pub(super) polynomials: Option<Vec<Size>>,
    /// Their coefficients.
    exact: Option<Vec<Vec<ExactNumber>>>,
}

/// Bits of angles that become doubles, and more than the error of these.
const ANGLE_BITS: u32 = 128;
pub(crate) const ANGLE_ERROR: f64 = 1e-14;

/// A polynomial as far as its size matters.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Its degree.
    pub degree: u64,
    /// The sum of the absolute values of its coefficients, rounded upward.
    pub sum: f64,
}

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

impl PiecewiseFunction {
    /// Splits a formula at its kinks into smooth pieces and compiles them for a sphere.
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
            let found = Self::singularities(&piece.stretched(sphere.dimension()), sphere)
                .map_err(|error| piece.singularities(sphere.dimension()).err().unwrap_or(error))?;
            if !found.decided {
                return Err(Error::unable(format!(
                    "{} between {} and {} varies on too short a scale",
                    piece.formula, piece.from, piece.to
                )));
            }
            if let Some(point) = found.interior.first() {
                let (from, to) = (piece.from.to_f64(sphere.dimension())?, piece.to.to_f64(sphere.dimension())?);
                return Err(Error::unable(format!(
                    "{} is not smooth near u = {:.6}, or varies on too short a scale there; kinks are written with \
                     abs, max, min, step, where or piecewise",
                    piece.formula,
                    from + 0.5 * (point.near + 1.0) * (to - from)
                )));
            }
            finest = finest.min(found.finest);
        }
        let polynomials = Some(polynomials).filter(|list| list.len() == pieces.len());
        let exact = Some(exact).filter(|list| list.len() == pieces.len());
        Ok(PiecewiseFunction { formula: formula.clone(), pieces, sphere, programs, finest, polynomials, exact })
    }

    /// The pieces, if the formula has functions with kinks, or roots of squares, which are absolute values: these are
    /// left as they are where the places were not found.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(super) fn split(formula: &Expr, sphere: Sphere) -> Result<Option<Self>> {
        if formula.has_kinks() {
            return Self::new(formula, sphere).map(Some);
        }
        match formula.with_single_powers() {
            Some(formula) => match Self::new(&formula, sphere) {
                Err(Error::Unable(_)) => Ok(None),
                other => other.map(Some),
            },
            None => Ok(None),
        }
    }

    /// Where a formula is not analytic inside (-1, 1).
    fn singularities(formula: &Expr, sphere: Sphere) -> Result<Singularities> {
        let split = Self::split(formula, sphere)?;
        let smooth = match &split {
            Some(function) if function.pieces.len() > 1 => return function.at_kinks(),
            Some(function) => &function.pieces[0].formula,
            None => formula,
        };
        Singularities::of(&Program::new(smooth, Some(sphere.dimension()))?).map_err(|e| e.within(formula))
    }

    /// The kinks as singular points.
    pub(super) fn at_kinks(&self) -> Result<Singularities> {
        let kinks = self.pieces.iter().skip(1);
        let interior = kinks.map(|piece| Ok(SingularPoint::at(piece.from.to_f64(self.sphere.dimension())?)));
        Ok(Singularities::at_kinks(interior.collect::<Result<_>>()?, self.finest))
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

    /// The pieces as functions of the angle, from u = 1 on; where two meet, both reach beyond the kink by what doubles
    /// may miss of it.
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
            Some(true) => [ParityPart::Full, ParityPart::Zero],
            Some(false) => [ParityPart::Zero, ParityPart::Full],
            None => [ParityPart::Full; 2],
        };
        let of = |known: ParityPart, sign: i32| match self.polynomial_part(sign)? {
            Some(degree) if known == ParityPart::Full => Ok(degree.map_or(ParityPart::Zero, ParityPart::Polynomial)),
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

    /// The square g^2 of the function, with the same pieces.
    ///
    /// # Errors
    /// Those of the formula's programs.
    pub fn squared(&self) -> Result<PiecewiseFunction> {
        let square = |piece: &Piece| Piece { formula: piece.formula.clone().power(2), ..piece.clone() };
        let pieces: Vec<Piece> = self.pieces.iter().map(square).collect();
        let program = |piece: &Piece| Program::new(&piece.formula, Some(self.sphere.dimension()));
        let programs = pieces.iter().map(program).collect::<Result<_>>()?;
        let squared = |size: &Size| Size { degree: 2 * size.degree, sum: size.sum * size.sum };
        let polynomials = self.polynomials.as_ref().map(|sizes| sizes.iter().map(squared).collect());
        Ok(PiecewiseFunction {
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
