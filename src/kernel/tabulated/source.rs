//! A kernel as Chebyshev polynomials in multiprecision: what tables of doubles are made from and checked against.
//!
//! A table needs tens of thousands of values, a deep network milliseconds for each. Its values are those of polynomials
//! of degree 27 on few patches: between them and the kernel lie 64 bits, checked at points of every patch.

use super::half::{Half, Patch, Term, log2};
use super::segment::{PRECISION, Segment};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::kernel::ends::End;
use crate::kernel::limit;
use crate::kernel::program::Point;
use crate::number::Multiprecision;
use crate::watch;
use rayon::prelude::*;
use rug::{Float, ops::Pow};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Coefficients of a patch. On \[a, 2a\], the branch point at 0, coefficients fall like 5.8^-n: two or three bisections
/// make them reach 2^-70.
const NODES: usize = 28;

/// A patch is fine enough if its polynomial is off by at most this part of the scale there.
const TOLERANCE: f64 = 1.0 / (1u64 << 62) as f64;

/// More patches than this of one half are not made: the kernel varies on too short a scale.
const MOST_PATCHES: usize = 4000;

/// Pieces on which every step was shown to vary moderately that one patch may cover: each holds two nodes or more.
const TAME_PIECES: usize = 12;

/// Below 2^-this no w = 1 - |u| differs from 0 as a double.
const LEAST: f64 = 1075.0;

/// Deficits of points nearer than this are relatively right.
pub(super) const NEAR: f64 = 1.0 / 16.0;

/// The deficit kappa(1) - kappa(u) for u >= 0 and u < 0.
pub(super) struct Source {
    /// In increasing order of u.
    segments: Vec<Segment>,
    at_one: Mutex<BTreeMap<u32, Float>>,
    /// cos(j pi/(2N))
    cosines: Vec<Float>,
    halves: [Half; 2],
    /// The largest |kappa| seen.
    pub(super) largest: Float,
}

impl Source {
    /// Samples a kernel.
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real; `Unable` where narrow peaks cannot be excluded or it varies
    /// on too short a scale.
    pub(super) fn new(kernel: &Kernel, dimension: Option<u64>) -> Result<Self> {
        let segments = Segment::all(kernel, dimension)?;
        let [first, last] = [segments.first(), segments.last()].map(|segment| segment.map(|segment| &segment.program));
        let (Some(first), Some(last)) = (first, last) else { return Err(Error::unable("a formula without pieces")) };
        let halves = [Half::new(last, End::One), Half::new(first, End::MinusOne)];
        let (at_one, cosines, largest) = (Mutex::default(), cosines(), Float::new(64));
        let mut source = Source { segments, at_one, cosines, halves, largest };
        source.largest = source.largest_of_samples()?;
        let [one, minus_one] = [0, 1].map(|half| source.patches(&source.halves[half]));
        for (half, patches) in source.halves.iter_mut().zip([one?, minus_one?]) {
            half.patches = patches;
        }
        Ok(source)
    }

    /// The common root of both halves, if it is at most `largest`.
    pub(super) fn root(&self, largest: u32) -> Option<u32> {
        let [one, minus_one] = &self.halves;
        let root = rug::Integer::from(one.root).lcm_u(minus_one.root).to_u32()?;
        (root <= largest && one.step * minus_one.step == 1 && !one.terms.is_empty()).then_some(root)
    }

    /// The first power of z = w^(1/root) in the deficit at u = 1, for a multiple of the root there.
    pub(super) fn first(&self, root: u32) -> usize {
        let half = &self.halves[0];
        half.first * (root / half.root) as usize
    }

    /// The first power of w in the deficit at u = 1 if it is whole, else 1.
    pub(super) fn first_power(&self) -> usize {
        let half = &self.halves[0];
        let (numerator, root) = (half.first * half.step as usize, half.root as usize);
        if numerator.is_multiple_of(root) { (numerator / root).max(1) } else { 1 }
    }

    /// The terms of the expansion at u = 1 that count where w < 2^-bits, relatively to the first, up to 2^-60; none if
    /// it is not known far enough.
    pub(super) fn terms(&self, bits: f64) -> Vec<Term> {
        let Half { terms, known, .. } = &self.halves[0];
        let Some(first) = terms.first() else { return Vec::new() };
        let enough = first.exponent + 60.0 / bits;
        let doubles = terms.iter().all(|term| term.coefficient.is_finite());
        let needed = terms.iter().filter(|term| term.exponent < enough);
        if *known >= enough && doubles { needed.copied().collect() } else { Vec::new() }
    }

    /// kappa(1), rounded to `bits`.
    pub(super) fn at_one(&self, bits: u32) -> Result<Float> {
        let mut known = self.at_one.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(value) = known.get(&bits) {
            return Ok(value.clone());
        }
        let value = self.segments[self.segments.len() - 1].program.at_end(End::One, bits)?;
        known.insert(bits, value.clone());
        Ok(value)
    }

    fn kappa(&self, u: &Float, bits: u32) -> Result<Float> {
        let index = self.segments.partition_point(|segment| segment.to < *u).min(self.segments.len() - 1);
        let program = &self.segments[index].program;
        match program.evaluate(&Multiprecision::new(bits), &Point::at(u.clone())) {
            // The kernel was found to have a limit there.
            Err(Error::Domain(_)) => limit::inward(program, u, bits),
            other => other,
        }
    }

    /// Some values show the size of the kernel; a peak that they miss makes the sampling finer than need be.
    fn largest_of_samples(&self) -> Result<Float> {
        const SAMPLES: u32 = 32;
        let mut largest = Float::with_val(64, self.at_one(PRECISION)?.abs_ref());
        for i in 0..SAMPLES {
            let angle = Float::with_val(PRECISION, rug::float::Constant::Pi) * (2 * i + 1) / (2 * SAMPLES);
            let value = Float::with_val(64, self.kappa(&angle.cos(), PRECISION)?).abs();
            largest.max_mut(&value);
        }
        Ok(largest)
    }

    /// The deficit from the kernel itself, with `more` bits than needed.
    fn exact(&self, half: &Half, z: &Float, more: u32) -> Result<Float> {
        // 1 - w is exact, and the deficit, about w^q, keeps PRECISION bits.
        let exponent = -half.log2_of_w(z).min(0.0);
        let power = f64::from(half.step) * half.first as f64 / f64::from(half.root);
        let bits = PRECISION + more + (exponent * power.max(1.0) / 64.0).ceil() as u32 * 64;
        let w = half.w(z, bits);
        let u = match half.end {
            End::One => 1 - w,
            End::MinusOne => w - 1u32,
        };
        let value = self.kappa(&u, bits)?;
        Ok(self.at_one(bits)? - value)
    }

    /// The size beside which an error of the deficit counts, at a place where the deficit is known: that of the kernel,
    /// or of deficits up to there near u = 1.
    pub(super) fn scale(&self, end: End, w: f64, deficit: &Float) -> Float {
        if end == End::MinusOne || w > NEAR {
            return self.largest.clone();
        }
        let mut scale = Float::with_val(64, deficit.abs_ref());
        // Without an expansion, as of exp(-1/(1-u)), a deficit that falls faster than those of smooth kernels is
        // measured by theirs.
        let leading = match self.halves[0].terms.first() {
            Some(first) => Float::with_val(64, (2.0 * w).powf(first.exponent) * first.coefficient.abs()),
            None => Float::with_val(64, &self.largest * w),
        };
        scale.max_mut(&leading);
        scale.min(&self.largest)
    }

    /// The deficit at w = z^root.
    pub(super) fn deficit(&self, end: End, z: &Float, root: u32) -> Float {
        let half = &self.halves[usize::from(end == End::MinusOne)];
        if root == half.root && half.step == 1 {
            return half.at(z);
        }
        half.at(&half.z(Float::with_val(PRECISION, z.pow(root))))
    }

    /// Patches fine enough, by bisection.
    fn patches(&self, half: &Half) -> Result<Vec<Patch>> {
        let mut open = vec![(Float::new(PRECISION), Float::with_val(PRECISION, 1))];
        let mut done = Vec::new();
        while !open.is_empty() {
            if done.len() + open.len() > MOST_PATCHES {
                return Err(Error::unable(format!(
                    "more than {MOST_PATCHES} polynomials would be needed: the kernel varies on too short a scale"
                )));
            }
            watch::announce(open.len() as u64);
            let tried = open.into_par_iter().map(|(low, high)| {
                let patch = self.patch(half, &low, &high);
                watch::advance(1);
                Ok((patch?, low, high))
            });
            let tried = tried.collect::<Result<Vec<_>>>()?;
            open = Vec::new();
            for (patch, low, high) in tried {
                match patch {
                    Some(patch) => done.push(patch),
                    None => {
                        let middle = Float::with_val(PRECISION, &low + &high) / 2u32;
                        open.push((low, middle.clone()));
                        open.push((middle, high));
                    }
                }
            }
        }
        done.sort_by(|a, b| a.low.total_cmp(&b.low));
        Ok(done)
    }

    /// The polynomial between two places, if it is fine enough there, or if no double lies between them.
    fn patch(&self, half: &Half, low: &Float, high: &Float) -> Result<Option<Patch>> {
        if low.is_zero() && half.log2_of_w(high) < -LEAST {
            return Ok(Some(Patch { low: low.clone(), high: high.clone(), power: 0, coefficients: Vec::new() }));
        }
        let width = Float::with_val(64, high - low);
        let narrowest = log2(&width) < log2(high) - 58.0 - f64::from(half.root).log2();
        if !narrowest && self.tame_pieces(half, low, high) > TAME_PIECES {
            return Ok(None);
        }
        let power = if low.is_zero() { half.first } else { 0 };
        let place = |t: &Float| Float::with_val(PRECISION, &width * t) + low;
        let value = |z: &Float, more| -> Result<Float> {
            let deficit = self.exact(half, z, more)?;
            Ok(if power == 0 { deficit } else { deficit / Float::with_val(PRECISION, z.pow(power as u32)) })
        };
        let mut values = Vec::with_capacity(NODES);
        for n in 0..NODES {
            let node = Float::with_val(PRECISION, &self.cosines[2 * n + 1] + 1u32) / 2u32;
            values.push(Float::with_val(PRECISION, value(&place(&node), 0)?));
        }
        let coefficients = chebyshev(&values, &self.cosines);
        let patch = Patch { low: low.clone(), high: high.clone(), power, coefficients };
        if narrowest {
            return Ok(Some(patch));
        }
        let largest = values.iter().fold(Float::new(64), |largest, v| largest.max(&Float::with_val(64, v.abs_ref())));
        let scale = |z: &Float, exact: &Float| match power {
            0 => self.scale(half.end, half.w(z, 53).to_f64(), exact),
            _ => largest.clone(),
        };
        // The scale is least at the lower end.
        let least = scale(&place(&Float::with_val(53, 0.001)), &values[NODES - 1]);
        let tail =
            patch.coefficients[NODES - 3..].iter().any(|c| *c.as_abs() > Float::with_val(64, &least * TOLERANCE));
        if tail {
            return Ok(None);
        }
        // At the ends too: a kink just inside of one shows nowhere else.
        let lowest = if power == 0 && !low.is_zero() { 0.0 } else { 0.0137 };
        for t in [lowest, 0.3719, 0.6823, 1.0] {
            let z = place(&Float::with_val(53, t));
            let exact = value(&z, 64)?;
            let error = Float::with_val(64, &exact - patch.polynomial(&z)).abs();
            if error > scale(&z, &exact) * TOLERANCE {
                return Ok(None);
            }
        }
        Ok(Some(patch))
    }

    /// How many of the pieces on which the steps of the kernel vary moderately lie between two places.
    fn tame_pieces(&self, half: &Half, low: &Float, high: &Float) -> usize {
        let u = |z: &Float| f64::from(half.end.place()) * Float::with_val(PRECISION, 1 - half.w(z, PRECISION)).to_f64();
        let (a, b) = (u(low), u(high));
        let below = |x: f64| -> usize {
            self.segments.iter().map(|segment| segment.tame.partition_point(|place| *place < x)).sum()
        };
        below(a.max(b)) - below(a.min(b))
    }
}

/// cos(j pi/(2N)) for all j
fn cosines() -> Vec<Float> {
    let step = Float::with_val(PRECISION, rug::float::Constant::Pi) / (2 * NODES) as u32;
    (0..4 * NODES).map(|j| Float::with_val(PRECISION, &step * j as u32).cos()).collect()
}

/// Chebyshev coefficients from values at cos((n + 1/2) pi/N).
fn chebyshev(values: &[Float], cosines: &[Float]) -> Vec<Float> {
    let n = values.len();
    let coefficient = |k: usize| {
        let mut sum = Float::new(PRECISION);
        for (i, value) in values.iter().enumerate() {
            sum += Float::with_val(PRECISION, value * &cosines[k * (2 * i + 1) % (4 * n)]);
        }
        sum * if k == 0 { 1u32 } else { 2u32 } / n as u32
    };
    (0..n).map(coefficient).collect()
}
