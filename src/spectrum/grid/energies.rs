//! The energies of a function of u on a finite domain.

use super::ExaminedOnGrid;
use super::transform::{Samples, Sums};
use crate::domain::Domain;
use crate::error::Result;
use crate::kernel::Kernel;
use crate::spectrum::structure::Vanishing;
use rug::{Float, Rational};
use std::sync::Arc;

/// Bits of the values of the function beside the largest.
const BITS: u32 = 160;

/// Bits of energies.
const ENERGY_BITS: u32 = 64;

/// E_k = N_k lambda_k^2, the mean square of the part of degree k of the function g(u), with a bound of its error, for
/// all degrees; exactly 0 where structure or rational values say so, and 0 with an error where it is not told from 0.
///
/// # Errors
/// Those of the values of g at the inner products of the domain; `Unable` for a domain that is not finite.
pub(crate) fn energies(g: &Kernel, domain: Arc<dyn Domain>) -> Result<Vec<(Float, f64)>> {
    let problem = ExaminedOnGrid::new(g.clone(), domain)?;
    let grid = problem.grid()?;
    let samples = Samples::new(&problem, &grid.inner_products(), BITS)?;
    let degrees = 0..=problem.domain.highest_degree().unwrap_or(0);
    if let Some((values, denominator)) = samples.rational(BITS) {
        let size = grid.size() * denominator;
        let exact = |(k, sum): (u64, rug::Integer)| {
            let energy = Rational::from((sum.square(), size.clone().square() * problem.domain.multiplicity(k)));
            let value = Float::with_val(ENERGY_BITS, energy);
            let error = value.to_f64() * f64::EPSILON;
            (value, error)
        };
        return Ok(degrees.zip(grid.transform(&values)).map(exact).collect());
    }
    let sums = Sums::new(&problem, grid, &samples, BITS);
    let one = |k: u64| {
        if problem.vanishes_at(k) {
            return (Float::new(ENERGY_BITS), 0.0);
        }
        // sqrt(N_k) lambda_k, off by the error of a value at most.
        let estimate = sums.eigenvalue(k);
        let root = Float::with_val(BITS, problem.domain.multiplicity(k)).sqrt();
        let (part, error) = (estimate.value * &root, Float::with_val(ENERGY_BITS, estimate.error * &root));
        match part.cmp_abs(&error).is_some_and(std::cmp::Ordering::is_le) {
            true => (Float::new(ENERGY_BITS), (4u32 * error.square()).to_f64()),
            false => {
                let value = Float::with_val(ENERGY_BITS, part.square_ref());
                let off = (3u32 * error * part.abs()).to_f64() + value.to_f64() * f64::EPSILON;
                (value, off)
            }
        }
    };
    Ok(degrees.map(one).collect())
}
