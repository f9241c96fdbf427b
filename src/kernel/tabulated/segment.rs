//! The smooth formulas of a kernel and where each holds.

use crate::error::{Error, Result};
use crate::kernel::program::{Point, Program};
use crate::kernel::singularities::Singularities;
use crate::kernel::{Expr, Kernel, Piece, pieces};
use crate::number::Multiprecision;
use rug::Float;

/// Bits of polynomials and of values away from the ends.
pub(super) const PRECISION: u32 = 192;

/// A formula without kinks and the upper end of where it holds.
pub(super) struct Segment {
    pub(super) program: Program,
    pub(super) to: Float,
    /// Where pieces begin on which every step varies moderately, in u.
    pub(super) tame: Vec<f64>,
}

impl Segment {
    /// The formulas between the kinks.
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real; `Unable` where kinks are not found or narrow peaks cannot be
    /// excluded.
    pub(super) fn all(kernel: &Kernel, dimension: Option<u64>) -> Result<Vec<Segment>> {
        match kernel.expr().has_kinks() {
            true => segments(kernel.expr(), dimension),
            false => Ok(vec![Segment::whole(kernel.program(dimension)?)?]),
        }
    }

    fn whole(program: Program) -> Result<Self> {
        let tame = tame(Singularities::of(&program)?)?;
        Ok(Segment { program, to: Float::with_val(PRECISION, 1), tame })
    }
}

/// The formulas between the kinks.
fn segments(formula: &Expr, dimension: Option<u64>) -> Result<Vec<Segment>> {
    if formula.needs_dimension() && dimension.is_none() {
        return Err(Error::input("the formula depends on the dimension p: give a dimension"));
    }
    // Without p in it, the formula is the same in every dimension.
    let p = dimension.unwrap_or(2);
    let place = |expr: &Expr| {
        let zero = Point::at(Float::new(PRECISION));
        Program::new(expr, Some(p))?.evaluate(&Multiprecision::new(PRECISION), &zero)
    };
    let segment = |piece: Piece| {
        let (from, to) = (place(&piece.from)?, place(&piece.to)?);
        let half = Float::with_val(PRECISION, &to - &from) / 2u32;
        let tame = tame(piece.singularities(p)?)?;
        let back = |x: f64| Float::with_val(53, (Float::with_val(PRECISION, x) + 1u32) * &half + &from).to_f64();
        Ok(Segment { program: Program::new(&piece.formula, Some(p))?, tame: tame.into_iter().map(back).collect(), to })
    };
    pieces(formula, p)?.into_iter().map(segment).collect()
}

/// Where pieces begin on which every step varies moderately.
fn tame(found: Singularities) -> Result<Vec<f64>> {
    // A narrow peak could lie between the points of a check.
    found.shown(&"the kernel")?;
    Ok(found.tame)
}
