//! One half of a kernel as polynomials between places, in a variable in which it is a power series.

use super::segment::PRECISION;
use crate::kernel::ends::End;
use crate::kernel::program::Program;
use crate::number::{Hybrid, HybridNumber, Number, Truth};
use rug::{Assign, Float, ops::Pow};

/// Orders of the expansion in |x-y|^2 that are tried for the first power of the deficit.
const ORDERS: [u32; 2] = [2, 6];

/// Roots beyond this are taken with the powers that occur: w^(1999/2000), not w^(1/2000).
const LARGE_ROOT: u32 = 64;

/// A term c (2w)^exponent of the deficit at u = 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    pub(super) exponent: f64,
    pub(super) coefficient: f64,
}

/// The deficit at u = 1 - w or -1 + w, 0 <= w <= 1, as a function of z = w^(step/root), a power series in z where an
/// expansion is known.
pub(super) struct Half {
    pub(super) end: End,
    pub(super) root: u32,
    pub(super) step: u32,
    /// The first power of z in the deficit; 0 at u = -1, or where no expansion is known.
    pub(super) first: usize,
    /// The terms of the expansion, where it is known, and to which power of w it is.
    pub(super) terms: Vec<Term>,
    pub(super) known: f64,
    pub(super) patches: Vec<Patch>,
}

/// A polynomial in z between two places, times a power of z.
pub(super) struct Patch {
    pub(super) low: Float,
    pub(super) high: Float,
    pub(super) power: usize,
    pub(super) coefficients: Vec<Float>,
}

impl Half {
    pub(super) fn new(program: &Program, end: End) -> Self {
        // Where there is no expansion the patches become finer and finer towards the end.
        let mut half = Half { end, root: 1, step: 1, first: 0, terms: Vec::new(), known: 0.0, patches: Vec::new() };
        let base = Hybrid::new(PRECISION);
        for order in ORDERS {
            let Ok(series) = program.expand(&base, end, order) else { break };
            let vanishes = |c| base.is_zero(c) == Truth::Yes;
            let known = series.coefficients.iter().take(series.known).enumerate().skip(1);
            let known: Vec<_> = known.filter(|(_, c)| !vanishes(*c)).collect();
            // All powers are multiples of w^(step/root).
            let common = known.iter().fold(series.root, |common, (j, _)| gcd(common, *j as u32));
            let step = known.iter().fold(0, |step, (j, _)| gcd(step, *j as u32)).max(1);
            (half.root, half.step) = match series.root > LARGE_ROOT {
                true => (series.root / common, step / common),
                false => (series.root, 1),
            };
            if end == End::MinusOne {
                break;
            }
            let Some((first, _)) = known.first() else { continue };
            half.first = first * half.root as usize / (series.root * half.step) as usize;
            let term = |(j, c): &(usize, &HybridNumber)| Term {
                exponent: series.exponent(*j).to_f64(),
                coefficient: -c.ball.middle.to_f64(),
            };
            half.terms = known.iter().map(term).collect();
            half.known = series.exponent(series.known).to_f64();
            if half.known >= 1.0 + half.terms[0].exponent {
                break;
            }
        }
        half
    }

    /// w = z^(root/step)
    pub(super) fn w(&self, z: &Float, bits: u32) -> Float {
        match self.step {
            1 => Float::with_val(bits, z.pow(self.root)),
            step => {
                let exponent = Float::with_val(bits + 32, self.root) / step;
                // Also for a power of 10^-300 all bits are right.
                Float::with_val(bits, Float::with_val(bits + 32, z.pow(exponent)))
            }
        }
    }

    /// z = w^(step/root)
    pub(super) fn z(&self, w: Float) -> Float {
        match (self.step, self.root) {
            (1, 1) => w,
            (1, 2) => w.sqrt(),
            (1, root) => w.root(root),
            (step, root) => w.pow(Float::with_val(PRECISION, step) / root),
        }
    }

    pub(super) fn log2_of_w(&self, z: &Float) -> f64 {
        f64::from(self.root) / f64::from(self.step) * log2(z)
    }

    pub(super) fn at(&self, z: &Float) -> Float {
        let index = self.patches.partition_point(|patch| patch.high < *z).min(self.patches.len() - 1);
        let patch = &self.patches[index];
        let value = patch.polynomial(z);
        if patch.power == 0 { value } else { value * Float::with_val(PRECISION, z.pow(patch.power as u32)) }
    }
}

impl Patch {
    /// Clenshaw's rule.
    pub(super) fn polynomial(&self, z: &Float) -> Float {
        let width = Float::with_val(PRECISION, &self.high - &self.low);
        let t = Float::with_val(PRECISION, 2u32 * z) - &self.low - &self.high;
        let double = Float::with_val(PRECISION, 2u32 * t) / width;
        let [mut next, mut after] = [Float::new(PRECISION), Float::new(PRECISION)];
        let mut now = Float::new(PRECISION);
        for c in self.coefficients.iter().skip(1).rev() {
            now.assign(&double * &next);
            now -= &after;
            now += c;
            std::mem::swap(&mut after, &mut next);
            std::mem::swap(&mut next, &mut now);
        }
        let half = double * next / 2u32;
        self.coefficients.first().map_or_else(|| Float::new(PRECISION), |c| half - after + c)
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    rug::Integer::from(a).gcd_u(b).to_u32().unwrap_or(1)
}

/// log2 |x|
pub(super) fn log2(x: &Float) -> f64 {
    let (mantissa, exponent) = x.to_f64_exp();
    if mantissa == 0.0 { f64::NEG_INFINITY } else { f64::from(exponent) + mantissa.abs().log2() }
}
