//! How fast the partial sums of E_k/mu_k grow, from energies and eigenvalues alone.
//!
//! For E_k ~ k^-e on average and mu_k ~ k^-b the block of the degrees K < k <= 2K is a multiple of K^(b-e+1): the
//! series converges if that exponent is negative.

use zonal::report::plot::{Curve, Mark};
use zonal::rkhs::Target;
use zonal::{Error, Kernel, Result, Sphere};

/// The first degrees K of the blocks; the last block ends at HIGHEST.
pub const STARTS: [usize; 6] = [50, 70, 100, 140, 200, 300];
const HIGHEST: u64 = 600;

/// What a measured exponent may be off by. A block differs from its power law by a factor 1 + c/K, which turns the
/// slope over K = 50 to 300 by about 0.009 c. From powers of k + (p-2)/2 in place of k, c is at most half of p times
/// the exponent, some 12 here; waves of a kink off the centre add a few.
pub const TOLERANCE: f64 = 0.2;

/// Bits of the coefficients of targets. Those of degree 600, p = 8, of a kink of order 5 are some 2^-83.
const BITS: u32 = 125;

/// Errors of energies relative to the largest one of so many degrees on either side.
const SMALL: f64 = 1e-9;
const NEAR: usize = 8;

/// Digits of the eigenvalues.
const DIGITS: u32 = 15;

/// The degrees of the blocks.
fn degrees() -> Vec<u64> {
    (0..=HIGHEST).collect()
}

/// mu_0, ..., mu_600, none from the expansion at the ends of which decay laws are made.
pub fn eigenvalues(kernel: &str, sphere: Sphere) -> Result<Vec<f64>> {
    let table = Kernel::parse(kernel)?.spectrum(sphere).without_endpoint().digits(DIGITS)?.table(&degrees())?;
    Ok(table.rows.iter().map(|row| row.to_f64()).collect())
}

/// E_0, ..., E_600, refused where the errors are not far below the energies of the degrees nearby.
pub fn energies(target: &Target) -> Result<Vec<f64>> {
    let found = target.energies(HIGHEST, BITS)?;
    let values: Vec<f64> = found.iter().map(|energy| energy.value.to_f64()).collect();
    for (k, energy) in found.iter().enumerate() {
        let near = &values[k.saturating_sub(NEAR)..values.len().min(k + NEAR)];
        if energy.error > SMALL * near.iter().fold(0.0, |largest: f64, e| largest.max(*e)) {
            return Err(Error::unable(format!(
                "the energy of degree {k} of {} has an error of {:e}",
                target.text, energy.error
            )));
        }
    }
    Ok(values)
}

/// The blocks of sum E_k/mu_k.
#[derive(Clone, Debug)]
pub struct Growth {
    blocks: Vec<f64>,
    /// The slope of log block against log K, by least squares; infinite where there is energy without eigenvalue.
    pub exponent: f64,
}

impl Growth {
    /// Of the energies of a target and the eigenvalues of a kernel.
    pub fn of(energies: &[f64], eigenvalues: &[f64]) -> Self {
        let term = |k: usize| if energies[k] > 0.0 { energies[k] / eigenvalues[k] } else { 0.0 };
        let blocks: Vec<f64> = STARTS.iter().map(|start| (start + 1..=2 * start).map(term).sum()).collect();
        let logs: Vec<f64> = STARTS.iter().map(|start| (*start as f64).ln()).collect();
        let centre = logs.iter().sum::<f64>() / logs.len() as f64;
        let spread: f64 = logs.iter().map(|x| (x - centre).powi(2)).sum();
        let slope = logs.iter().zip(&blocks).map(|(x, block)| (x - centre) * block.ln()).sum::<f64>() / spread;
        Growth { exponent: if blocks.iter().all(|b| b.is_finite()) { slope } else { f64::INFINITY }, blocks }
    }

    /// Whether the measured exponent is this one.
    pub fn agrees(&self, exponent: f64) -> bool {
        (self.exponent - exponent).abs() <= TOLERANCE
    }

    /// Whether the series converges; none where the exponent is 0 within the tolerance.
    pub fn converges(&self) -> Option<bool> {
        (self.exponent.abs() > TOLERANCE).then_some(self.exponent < 0.0)
    }

    /// The blocks, for a figure, the first one 1.
    pub fn curve(&self, label: String, mark: Mark) -> Curve {
        let point = |(start, block): (&usize, &f64)| ((*start as f64).log10(), (block / self.blocks[0]).log10());
        Curve { label, points: STARTS.iter().zip(&self.blocks).map(point).collect(), mark }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Power laws in one parity; energy without eigenvalue.
    #[test]
    fn exponents_of_power_laws() {
        let power = |e: f64| -> Vec<f64> {
            (0..=HIGHEST).map(|k| if k % 2 == 0 { (k as f64 + 1.5).powf(-e) } else { 0.0 }).collect()
        };
        for (e, b) in [(4.0, 5.0), (4.0, 3.0), (4.5, 3.25)] {
            let growth = Growth::of(&power(e), &power(b));
            assert!(growth.agrees(b - e + 1.0) && !growth.agrees(b - e + 1.5), "{growth:?}");
            assert_eq!(growth.converges(), (b - e + 1.0 != 0.0).then_some(b - e + 1.0 < 0.0));
        }
        let mut eigenvalues = power(3.0);
        eigenvalues[300] = 0.0;
        assert_eq!(Growth::of(&power(4.0), &eigenvalues).converges(), Some(false));
    }
}
