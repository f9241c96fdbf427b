//! Values that a formula has at single places: no eigenvalue sees them.

use super::pieces::{Piece, split};
use super::{Expr, pieces};
use crate::error::{Error, Result};
use std::cmp::Ordering;

/// More than the rounding of the ends of pieces.
const BESIDE: f64 = 1e-12;

/// The formulas that hold at single places: at +-1 and wherever a condition is zero, also without changing its sign, as
/// in where(u^2, u, 5), which is 5 at u = 0. [`pieces()`] is right but for these places.
///
/// # Errors
/// Those of [`pieces()`]; `Unable` where the sign of another condition at such a place cannot be decided.
pub fn single_values(formula: &Expr, p: u64) -> Result<Vec<(Expr, Expr)>> {
    let (_, places) = split(formula, p)?;
    places.into_iter().map(|place| Ok((place.clone(), formula.decided_at_place(&place, p)?))).collect()
}

/// The places where a formula has a value that is not known to be that of a piece beside it, as where(u^2, u, 5) has at
/// 0; none if they were not told.
///
/// # Errors
/// Those of [`pieces()`].
pub(crate) fn single_places(formula: &Expr, p: u64) -> Result<Option<Vec<Expr>>> {
    if !formula.has_choices() {
        return Ok(Some(Vec::new()));
    }
    let own_values = match single_values(formula, p) {
        Err(Error::Unable(_)) => return Ok(None),
        other => other?,
    };
    let pieces = pieces(formula, p)?;
    let mut found = Vec::new();
    for (place, own) in own_values {
        let at = place.to_f64(p)?;
        let mut known = false;
        for piece in &pieces {
            known |= reaches(piece, at, p)? && has_value(piece, &own, &place, p);
        }
        if !known {
            found.push(place);
        }
    }
    Ok(Some(found))
}

/// Whether a place lies in a piece, its ends included.
fn reaches(piece: &Piece, at: f64, p: u64) -> Result<bool> {
    Ok(piece.from.to_f64(p)? <= at + BESIDE && at - BESIDE <= piece.to.to_f64(p)?)
}

/// Whether a piece is told to have the value of a formula at a place.
fn has_value(piece: &Piece, own: &Expr, place: &Expr, p: u64) -> bool {
    piece.formula == *own || (piece.formula.clone() - own.clone()).at(place).sign(p).is_ok_and(Ordering::is_eq)
}
