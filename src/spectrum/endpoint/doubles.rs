//! Many eigenvalues of high degree in double precision.
//!
//! Along consecutive degrees the ratio of Gamma functions follows its recurrence in double-double arithmetic, from a
//! multiprecision value at the start of each block; the sum over the terms is a Horner scheme in
//! 1/((k-nu-i)(k+nu+p-2+i)). What is rounded to double is the final product alone: the result is within one unit in the
//! last place, and nearly always the nearest double.

use super::Endpoint;
use super::series::Class;
use crate::number::{Ball, DoubleDouble, Radius};
use crate::parity::{Parity, PerParity};
use rayon::prelude::*;
use rug::Float;

/// Degrees in a block. To start one takes as long as some hundred degrees.
const BLOCK: usize = 4096;

/// log2 of the relative error that the series may leave open: a hundredth of a unit in the last place.
const LARGEST_ERROR: i32 = -60;

/// Within a block the ratio may fall by this many powers of two.
const LARGEST_FALL: f64 = 400.0;

/// Terms relatively below 2^-66 are left out.
const NEGLIGIBLE: f64 = 1.4e-20;

/// Where the corrections to the leading term are relatively below this, doubles are good enough for them.
const SMALL_CORRECTION: f64 = 1.0 / 128.0;

/// One class of terms in a block: coefficients for both parities, divided by 2^exponent, and the ratio at its start.
pub(super) struct Block {
    pub ratio: DoubleDouble,
    pub terms: PerParity<Vec<DoubleDouble>>,
    nu: f64,
    /// Numerator and denominator of nu.
    pub n: f64,
    pub d: f64,
}

impl Endpoint {
    /// mu_k for `first <= k < first + length`, all at least `from`, within one unit in the last place; degrees of a
    /// vanishing parity come out as computed and are the caller's to set to zero. `None` where values leave the range
    /// of normal doubles. Made for doubles or more digits: then what the series leaves open is below a hundredth of a
    /// unit in the last place.
    pub fn doubles(&self, first: u64, length: usize) -> Option<Vec<f64>> {
        // The terms and the remainder fade with k; what the radii of almost vanishing coefficients leave open does not.
        for k in [first, first + 1, first + length as u64 - 1, first + length as u64] {
            let value = self.series.sum(k, &self.series.ratios(k, None).ok()?).ok()?.value;
            let zero = self.series.leading_exponent(Parity::of(k)).is_none();
            if !zero && value.radius > value.mignitude() * Radius::power_of_two(LARGEST_ERROR) {
                return None;
            }
        }
        let mut values = vec![0.0; length];
        let blocks = self.in_blocks(first, &mut values, LARGEST_FALL, f64::INFINITY);
        let done = blocks.into_par_iter().map(|(k, values)| self.fill(k, values)).collect::<Option<Vec<()>>>();
        done.map(|_| values)
    }

    fn fill(&self, first: u64, values: &mut [f64]) -> Option<()> {
        let ratios = self.series.ratios(first, None).ok()?;
        let (exponent, blocks) = self.blocks(&ratios, self.terms)?;
        // In two steps: a power of two may be out of range where the product is not.
        let half = exponent.clamp(-2000, 2000) / 2;
        let scales = [2f64.powi(half), 2f64.powi(exponent.clamp(-2000, 2000) - half)];
        let p = self.series.dimension() as f64;
        // The recurrence needs k - nu and k + nu + p - 1 without rounding: times the denominator of nu.
        let mut totals = vec![DoubleDouble::new(0.0); values.len()];
        for block in blocks {
            let Block { n, d, .. } = block;
            let extents = PerParity::from_fn(|parity| block.extent(parity, first as f64, p, NEGLIGIBLE));
            let small = extents.iter().all(|(_, correction)| *correction < SMALL_CORRECTION);
            let mut ratio = block.ratio;
            let mut k = first as f64;
            for (i, total) in totals.iter_mut().enumerate() {
                let parity = Parity::of(first + i as u64);
                let terms = &block.terms[parity][..extents[parity].0];
                let sum = if small { short_sum(terms, k, block.nu, p) } else { long_sum(terms, k, n, d, p) };
                *total = total.plus(ratio.times(sum));
                ratio = ratio.scaled(k * d - n).over((k + p - 1.0) * d + n);
                k += 1.0;
            }
        }
        for (value, total) in values.iter_mut().zip(totals) {
            *value = total.high * scales[0] * scales[1];
        }
        values.iter().all(|value| *value == 0.0 || value.is_normal()).then_some(())
    }
}

impl Endpoint {
    /// Consecutive degrees in blocks of at most 4096 in which the ratio falls by at most so many powers of two, no
    /// longer than their first degree times a number.
    pub(super) fn in_blocks<'a, T>(
        &self,
        first: u64,
        values: &'a mut [T],
        largest_fall: f64,
        longest: f64,
    ) -> Vec<(u64, &'a mut [T])> {
        // R falls like k^-(p+1) at most.
        let part = ((largest_fall / (self.series.dimension() as f64 + 1.0)).exp2() - 1.0).min(longest);
        let (mut rest, mut k, mut blocks) = (values, first, Vec::new());
        while !rest.is_empty() {
            let size = ((k as f64 * part) as usize).clamp(1, BLOCK).min(rest.len());
            let (block, others) = rest.split_at_mut(size);
            blocks.push((k, block));
            rest = others;
            k += size as u64;
        }
        blocks
    }

    /// The classes with terms, up to so many of each, from a degree with these ratios on, and the common power of two
    /// that is taken out of them.
    pub(super) fn blocks(&self, ratios: &[Ball], length: usize) -> Option<(i32, Vec<Block>)> {
        // Classes that only bound the remainder have no terms.
        let present = |class: &Class| class.terms.iter().flatten().any(|term| !term.middle.is_zero());
        let middles = ratios.iter().map(|ratio| &ratio.middle);
        let classes = self.series.classes.iter().zip(middles).filter(|(class, _)| present(class));
        let size = |(class, ratio): (&Class, &Float)| Some(class.largest_leading()?.get_exp()? + ratio.get_exp()?);
        let exponent = classes.clone().filter_map(size).max()?;
        let block = |(class, ratio): (&Class, &Float)| {
            let own = ratio.get_exp()?;
            let terms = class.terms.as_ref().map(|terms| {
                terms[..length].iter().map(|t| DoubleDouble::of(&t.middle, exponent - own)).collect::<Vec<_>>()
            });
            let finite = terms.iter().flatten().all(|t| t.high.is_finite());
            let (n, d) = class.fraction();
            let (n, d) = (n as f64, d as f64);
            finite.then(|| Block { ratio: DoubleDouble::of(ratio, own), terms, nu: class.nu.to_f64(), n, d })
        };
        Some((exponent, classes.map(block).collect::<Option<_>>()?))
    }
}

/// Horner's rule, the leading coefficient alone in double-double.
#[inline(always)]
fn short_sum(terms: &[DoubleDouble], k: f64, nu: f64, p: f64) -> DoubleDouble {
    let mut sum = 0.0;
    for i in (1..terms.len()).rev() {
        let step = i as f64;
        sum = (terms[i].high + sum) / ((k - nu - step) * (k + nu + p - 2.0 + step));
    }
    terms.first().map_or(DoubleDouble::new(0.0), |first| first.plus(DoubleDouble::new(sum)))
}

/// Horner's rule in double-double.
pub(super) fn long_sum(terms: &[DoubleDouble], k: f64, n: f64, d: f64, p: f64) -> DoubleDouble {
    let mut sum = DoubleDouble::new(0.0);
    for i in (0..terms.len()).rev() {
        sum = sum.plus(terms[i]);
        if i > 0 {
            let step = i as f64;
            sum = sum.scaled(d * d).over((k - step) * d - n).over((k + p - 2.0 + step) * d + n);
        }
    }
    sum
}

impl Block {
    /// The sizes of the terms at the start of the block, where they are largest.
    pub(super) fn sizes(&self, parity: Parity, k: f64, p: f64) -> Vec<f64> {
        let mut weight = 1.0;
        let size = |(i, term): (usize, &DoubleDouble)| {
            if i > 0 {
                let step = i as f64;
                weight /= (k - self.nu - step) * (k + self.nu + p - 2.0 + step);
            }
            (term.high * weight).abs()
        };
        self.terms[parity].iter().enumerate().map(size).collect()
    }

    /// How many terms matter, and the size of everything after the first term relative to it.
    pub(super) fn extent(&self, parity: Parity, k: f64, p: f64, negligible: f64) -> (usize, f64) {
        let sizes = self.sizes(parity, k, p);
        let Some(first) = sizes.iter().position(|size| *size > 0.0) else { return (0, 0.0) };
        let negligible = |size: &f64| *size < negligible * sizes[first];
        let rest = &sizes[first + 1..];
        let length = rest.iter().rposition(|size| !negligible(size)).map_or(0, |last| last + 1);
        let correction = if first == 0 { rest[..length].iter().sum::<f64>() / sizes[0] } else { f64::INFINITY };
        ((first + 1 + length).min(sizes.len()), correction)
    }
}
