//! From which degree on a law holds within 1%.

use super::{Parity, PowerLaw};
use crate::domain::{LARGEST_DEGREE, Sphere};
use crate::error::{Error, Result};
use crate::spectrum::{Eigenvalue, Spectrum};
use rug::Float;

/// Digits of the eigenvalues compared with the law.
const DIGITS: u32 = 8;

/// Degrees up to this are looked at one by one.
const DENSE: u64 = 2000;

/// Tables that would take longer than this are not made.
const LONGEST_SECONDS: f64 = 20.0;

/// The smallest degree of this parity from which on |mu_k m^b / A - 1| <= 1/100.
///
/// Every degree up to 2000 is looked at, beyond that a geometric grid with ratio 1.02 up to 10^9, and between its last
/// two points by bisection. `None` where no degree was found or the eigenvalues are out of reach.
///
/// # Errors
/// `Domain` for a kernel that is not finite and real on \[-1, 1\].
pub fn onset(spectrum: &Spectrum, parity: Parity, law: &PowerLaw) -> Result<Option<u64>> {
    let (spectrum, sphere) = (spectrum.clone().digits(DIGITS)?, spectrum.sphere()?);
    let r = parity.remainder();
    let mut degrees: Vec<u64> = (r..=DENSE).step_by(2).collect();
    let mut k = DENSE as f64;
    while k < LARGEST_DEGREE as f64 / 1.03 {
        k *= 1.02;
        degrees.push(2 * (k as u64 / 2) + r);
    }
    let reachable = |degrees: &[u64]| spectrum.plan(degrees).is_ok_and(|plan| plan.seconds() < LONGEST_SECONDS);
    while !reachable(&degrees) {
        // Without an expansion only moderate degrees can be had.
        degrees.truncate(degrees.len() / 2);
        if degrees.len() < 8 {
            return Ok(None);
        }
    }
    let rows = match spectrum.table(&degrees) {
        Ok(table) => table.rows,
        Err(Error::Unable(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Some(last_bad) = rows.iter().rposition(|row| !close(row, sphere, law)) else {
        return Ok(rows.first().map(|r| r.degree));
    };
    let Some(good) = rows.get(last_bad + 1) else { return Ok(None) };
    let (mut low, mut high) = (rows[last_bad].degree, good.degree);
    while high - low > 2 {
        let middle = low + 2 * ((high - low) / 4).max(1);
        let Ok(row) = spectrum.eigenvalue(middle) else { return Ok(Some(high)) };
        if close(&row, sphere, law) { high = middle } else { low = middle }
    }
    Ok(Some(high))
}

fn close(row: &Eigenvalue, sphere: Sphere, law: &PowerLaw) -> bool {
    let m = Float::with_val(64, 2 * row.degree + sphere.dimension() - 2) / 2u32;
    if m.is_zero() || row.value.is_zero() {
        return false;
    }
    // Logarithms: values and constants may be far outside the range of doubles.
    let log = |x: &Float| Float::with_val(96, x.abs_ref()).ln();
    let ratio = log(&row.value) + Float::with_val(96, m.ln()) * &law.exponent - log(&law.constant);
    row.value.is_sign_negative() == law.constant.is_sign_negative() && ratio.exp_m1().abs() <= 0.01
}
