//! The levels of a domain whose degrees end.

use super::first_values::{in_range, not_negative};
use super::levels::{Levels, Part};
use crate::error::{Error, Result};
use crate::number::{Digits, long_sum};
use crate::spectrum::{Eigenvalue, Spectrum};

/// Eigenvalues below this are taken together, as infinitely many infinitely small ones.
const SMALLEST: f64 = 1e-305;

/// All 4,001 degrees of ntk(3) take 4 s.
const MOST_LEVELS: u64 = 4000;

impl Levels {
    /// All degrees, one by one.
    pub(super) fn of_all(spectrum: &Spectrum, highest: u64) -> Result<Self> {
        let kernel = spectrum.kernel();
        if highest > MOST_LEVELS {
            return Err(Error::unable(format!(
                "sums over all degrees of {}: they are computed one by one, at most {MOST_LEVELS}",
                spectrum.domain().title()
            )));
        }
        let table = spectrum.clone().with_digits(Digits::Double).table(&(0..=highest).collect::<Vec<_>>())?;
        let trace = in_range(kernel, &table.value_at_one.value)?;
        let degrees: Vec<f64> = table.rows.iter().map(Eigenvalue::to_f64).collect();
        not_negative(kernel, &degrees)?;
        if table.rows.iter().all(Eigenvalue::is_zero) {
            return Err(Error::input(format!("{kernel} is 0: it has no eigenfunctions to learn with")));
        }
        // N mu_k before it is rounded: neither of the two need fit a double.
        let all = degrees
            .iter()
            .zip(&table.rows)
            .map(|(value, row)| Part { value: *value, weight: row.coefficient().to_f64() });
        let (parts, small): (Vec<Part>, Vec<Part>) =
            all.filter(|part| part.weight > 0.0).partition(|part| part.value > SMALLEST);
        let rest = long_sum(small.iter().map(|part| part.weight));
        let left = if small.is_empty() { 0.0 } else { SMALLEST };
        Ok(Levels {
            degrees,
            single: parts.len(),
            parts,
            tails: None,
            domain: Some(spectrum.domain().clone()),
            dimension: 0,
            samples: f64::INFINITY,
            decay: None,
            rest,
            open: (0.0, left),
            left,
            trace,
        })
    }
}
