//! Consecutive eigenvalues of high degree in double-double arithmetic, with proved errors.
//!
//! In a block of degrees from k_0 on the first n terms of the series, n as at k_0, are summed by the recurrence and
//! Horner's rule of [`doubles`](super::doubles). What they leave open:
//!
//! - The remainder after n terms, and the radii of the coefficients times their weights. Every part of the bound is a
//!   number times W_e(k), which falls with k by (k-e)/(k+e+p-1), or times rho^-k k!/Gamma(k+q), which falls too: its
//!   value at k_0 is a bound in the whole block.
//! - The terms that are dropped since they are small: their sizes at k_0, for the same reason.
//! - Rounding, u = 2^-53. A product with a double is off by 4u^2 relatively, a quotient by 8u^2, a sum x + y by
//!   6u^2(|x| + |y|). So the ratio of Gamma functions is off by at most 12u^2 a step, 4096 steps in a block, each term
//!   of Horner's rule by 26u^2 of the sum of the absolute values, at most 64 terms, and the sum over at most 8 classes
//!   by 48u^2: together below 2^17u^2 = 2^-89 of that sum. The starting value adds its radius.

use super::Endpoint;
use super::doubles::long_sum;
use crate::number::{DoubleDouble, NearDouble, Radius};
use crate::parity::{Parity, PerParity};
use rayon::prelude::*;

/// The bound of the roundings in a block, of the sum of the absolute values.
const ROUNDING: f64 = 1.0 / (1u128 << 89) as f64;

/// What the bound rests on.
const MOST_TERMS: usize = 64;
const MOST_CLASSES: usize = 8;

/// Terms relatively below 2^-110 are dropped.
const DROPPED: f64 = 7.7e-34;

/// log2 of what a value may fall by in a block, where the remainder at its start is a bound.
const LARGEST_FALL: f64 = 16.0;

/// The length of a block beside its first degree.
const LONGEST: f64 = 0.5;

/// Sizes are rounded.
const ABOVE: f64 = 1.0 + 1e-12;

/// Nothing is known.
const UNKNOWN: NearDouble = NearDouble { error: f64::INFINITY, ..NearDouble::ZERO };

/// What one class adds to the error in degrees of one parity.
struct Part {
    /// How many terms are summed.
    terms: usize,
    /// Their absolute values at the start of the block, without the ratio.
    size: f64,
}

impl Endpoint {
    /// mu_k for `first <= k < first + length`, all at least `from`, with proved errors; an infinite one where nothing
    /// is known. Degrees of a vanishing parity are the caller's to set to zero.
    pub fn near_doubles(&self, first: u64, length: usize) -> Vec<NearDouble> {
        let mut values = vec![UNKNOWN; length];
        let blocks = self.in_blocks(first, &mut values, LARGEST_FALL, LONGEST);
        blocks.into_par_iter().for_each(|(k, values)| {
            if self.enclose(k, values).is_none() {
                values.fill(UNKNOWN);
            }
        });
        values
    }

    fn enclose(&self, first: u64, values: &mut [NearDouble]) -> Option<()> {
        let p = self.series.dimension() as f64;
        let start = self.series.ratios(first, None).ok()?;
        let open = PerParity::try_from_fn(|parity| {
            let k = first + (first + parity.remainder()) % 2;
            let ratios = self.series.ratios(k, Some((first, start.clone())))?;
            self.series.sum(k, &ratios).map(|sum| (sum.terms, sum.value.radius))
        })
        .ok()?;
        let length = open.iter().map(|(terms, _)| *terms).max().unwrap_or(0);
        let (exponent, blocks) = self.blocks(&start, length)?;
        let last = first as f64 + values.len() as f64 + p;
        let exact = blocks.iter().all(|block| last * block.d + block.n < 2f64.powi(52) && block.d < 2f64.powi(26));
        if length > MOST_TERMS || blocks.len() > MOST_CLASSES || !exact || exponent.abs() > 900 {
            return None;
        }
        let radius = start.iter().map(|ratio| double_above(ratio.radius / ratio.mignitude())).fold(0.0, f64::max);
        let rounding = ROUNDING + radius;
        let mut errors = open.as_ref().map(|(_, radius)| double_above(radius.scaled(-i64::from(exponent))));
        let mut parts = Vec::with_capacity(blocks.len());
        for block in &blocks {
            parts.push(PerParity::from_fn(|parity| {
                let whole = open[parity].0;
                let sizes = block.sizes(parity, first as f64, p);
                let terms = block.extent(parity, first as f64, p, DROPPED).0.min(whole);
                let sum = |sizes: &[f64]| sizes.iter().sum::<f64>() * ABOVE;
                errors[parity] += sum(&sizes[terms..whole]) * block.ratio.high * ABOVE;
                Part { terms, size: sum(&sizes[..terms]) }
            }));
        }
        for (i, value) in values.iter_mut().enumerate() {
            *value = NearDouble { error: errors[Parity::of(first + i as u64)], ..NearDouble::ZERO };
        }
        for (block, parts) in blocks.iter().zip(&parts) {
            let mut ratio = block.ratio;
            let mut k = first as f64;
            for (i, near) in values.iter_mut().enumerate() {
                let parity = Parity::of(first + i as u64);
                let part = &parts[parity];
                let sum = long_sum(&block.terms[parity][..part.terms], k, block.n, block.d, p);
                near.value = near.value.plus(ratio.times(sum));
                near.error += rounding * ratio.high * part.size * ABOVE;
                ratio = ratio.scaled(k * block.d - block.n).over((k + p - 1.0) * block.d + block.n);
                k += 1.0;
            }
        }
        // Exact: the sizes are far from both ends of the range.
        let scale = 2f64.powi(exponent);
        for near in values {
            let DoubleDouble { high, low } = near.value;
            near.value = DoubleDouble { high: high * scale, low: low * scale };
            near.error *= scale * ABOVE;
        }
        Some(())
    }
}

/// At least this, as a double.
fn double_above(x: Radius) -> f64 {
    x.to_float().to_f64().next_up()
}

#[cfg(test)]
mod tests {
    use crate::domain::Sphere;
    use crate::kernel::Kernel;
    use crate::number::Digits;
    use crate::spectrum::examined_kernel::ExaminedKernel;
    use rug::Float;

    /// The intervals contain the eigenvalues to 50 digits, at starts low and high, one class and two, both parities; of
    /// a tenth of their width some would not.
    #[test]
    fn enclosures_contain_the_eigenvalues() {
        let mut missed = 0;
        for (kernel, p) in
            [("ntk(10)", 10), ("laplace(1)", 3), ("ntk(3)", 50), ("(1-u)^(1/3)+(1+u)^(1/2)", 5), ("arccos(2)", 2)]
        {
            let problem =
                ExaminedKernel::new(Kernel::parse(kernel).unwrap(), Sphere::in_dimension(p).unwrap()).unwrap();
            let endpoint = problem.endpoint(Digits::Double, 0).unwrap();
            let fine = problem.endpoint(Digits::Count(50), endpoint.from).unwrap();
            for first in [endpoint.from.max(fine.from), 20_000, 1_000_000] {
                let found = endpoint.near_doubles(first, 6000);
                assert!(found.iter().step_by(7).all(|near| near.error.is_finite()), "{kernel}, {first}");
                let degrees: Vec<u64> = (first..first + 6000).step_by(61).collect();
                for (k, exact) in degrees.iter().zip(fine.eigenvalues(&degrees).unwrap()) {
                    let near = found[(k - first) as usize];
                    let off = Float::with_val(300, near.value.high) + near.value.low - &exact.value;
                    let off = Float::with_val(64, off.abs());
                    assert!(off <= near.error, "{kernel}, p = {p}, k = {k}: {off:e} {:e}", near.error);
                    missed += usize::from(off > near.error / 1e12);
                    if !problem.symmetry.vanishes_at(*k) {
                        assert!(near.error < 1e-19 * near.value.high.abs(), "{kernel}, p = {p}, k = {k}");
                    }
                }
            }
        }
        assert!(missed > 10, "{missed}");
    }
}
