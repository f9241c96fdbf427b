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

/// The part of a law that an eigenvalue may be off.
const ALLOWED: f64 = 0.01;

/// Beyond those the ratio of a degree to the next: at first, and where the law is not clearly followed.
const COARSE: f64 = 1.2;
const FINE: f64 = 1.02;

/// Tables that would take longer than this are not made.
const LONGEST_SECONDS: f64 = 20.0;

/// The smallest degree of this parity from which on |mu_k m^b / A - 1| <= 1/100.
///
/// Every degree up to 2000 is looked at, beyond that a geometric grid up to 10^9 with ratio 1.2, or 1.02 where one of
/// its values is off by half as much, and between the last two points by bisection. `None` where no degree was found
/// or the eigenvalues are out of reach.
///
/// # Errors
/// `Domain` for a kernel that is not finite and real on \[-1, 1\].
pub fn onset(spectrum: &Spectrum, parity: Parity, law: &PowerLaw) -> Result<Option<u64>> {
    let (spectrum, sphere) = (spectrum.clone().digits(DIGITS)?, spectrum.sphere()?);
    let r = parity.remainder();
    let reachable = |degrees: &[u64]| spectrum.plan(degrees).is_ok_and(|plan| plan.seconds() < LONGEST_SECONDS);
    let within = |ratio: f64| -> Result<Option<Vec<Eigenvalue>>> {
        let mut degrees: Vec<u64> = (r..=DENSE).step_by(2).collect();
        let powers = std::iter::successors(Some(DENSE as f64 * ratio), |k| Some(k * ratio));
        let far = powers.take_while(|k| *k < LARGEST_DEGREE as f64 / 1.01);
        degrees.extend(far.map(|k| 2 * (k as u64 / 2) + r));
        while !reachable(&degrees) {
            // Without an expansion only moderate degrees can be had.
            degrees.truncate(degrees.len() * 5 / 6);
            if degrees.len() < 8 {
                return Ok(None);
            }
        }
        match spectrum.table(&degrees) {
            Ok(table) => Ok(Some(table.rows)),
            Err(Error::Unable(_)) => Ok(None),
            Err(error) => Err(error),
        }
    };
    let Some(mut rows) = within(COARSE)? else { return Ok(None) };
    if rows.iter().any(|row| row.degree > DENSE && !close(row, sphere, law, ALLOWED / 2.0)) {
        let Some(finer) = within(FINE)? else { return Ok(None) };
        rows = finer;
    }
    let close = |row: &Eigenvalue| close(row, sphere, law, ALLOWED);
    let Some(last_bad) = rows.iter().rposition(|row| !close(row)) else {
        return Ok(rows.first().map(|r| r.degree));
    };
    let Some(good) = rows.get(last_bad + 1) else { return Ok(None) };
    let (mut low, mut high) = (rows[last_bad].degree, good.degree);
    while high - low > 2 {
        let middle = low + 2 * ((high - low) / 4).max(1);
        let Ok(row) = spectrum.eigenvalue(middle) else { return Ok(Some(high)) };
        if close(&row) { high = middle } else { low = middle }
    }
    Ok(Some(high))
}

/// Whether an eigenvalue is what the law says, within a part of it.
fn close(row: &Eigenvalue, sphere: Sphere, law: &PowerLaw, part: f64) -> bool {
    let m = Float::with_val(64, 2 * row.degree + sphere.dimension() - 2) / 2u32;
    if m.is_zero() || row.value.is_zero() {
        return false;
    }
    // Logarithms: values and constants may be far outside the range of doubles.
    let log = |x: &Float| Float::with_val(96, x.abs_ref()).ln();
    let ratio = log(&row.value) + Float::with_val(96, m.ln()) * &law.exponent - log(&law.constant);
    row.value.is_sign_negative() == law.constant.is_sign_negative() && ratio.exp_m1().abs() <= part
}
