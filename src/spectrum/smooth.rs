//! Whether the pieces of a function are as smooth as its formula can be: what laws of decay rest on.

use super::{ClosedForm, ExaminedKernel, PiecewiseFunction};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::number::Hybrid;

/// Powers of the distance from an end in the expansions from which exponents are read.
const ORDER: u32 = 8;

/// Bits of their coefficients.
const PRECISION: u32 = 400;

/// Height of the strip in which a piece must be analytic: any will do.
const HEIGHT: f64 = 0.1;

/// Formulas with more operations (arc-cosine functions of high orders) would take minutes.
const MOST_OPERATIONS: usize = 2_000;

/// Proves that every piece is analytic between its ends, and a convergent series of fractional powers beside them.
///
/// # Errors
/// `Unable` where that was not shown.
pub(crate) fn prove_pieces(function: &PiecewiseFunction) -> Result<()> {
    for piece in &function.pieces {
        if ClosedForm::of(&piece.formula, function.sphere).is_some_and(|form| form.polynomial().is_some()) {
            continue;
        }
        let problem = ExaminedKernel::new(Kernel::from(piece.stretched(function.sphere.dimension())), function.sphere)?;
        if problem.program.operations() > MOST_OPERATIONS {
            return Err(Error::unable(format!(
                "{} takes more than {MOST_OPERATIONS} operations: no law is sought",
                piece.formula
            )));
        }
        problem.ends()?.proved(Hybrid::with_long_exact_values(PRECISION), ORDER, HEIGHT)?;
    }
    Ok(())
}
