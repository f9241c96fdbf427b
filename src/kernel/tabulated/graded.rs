//! Tables on pieces of w = 1 - |u| as fine as the kernel asks for, down to the smallest doubles: for peaks, kinks, deep
//! networks and any power at the ends.

use super::half::Term;
use super::segment::PRECISION;
use super::source::Source;
use super::{Bounds, interpolate};
use crate::error::{Error, Result};
use crate::kernel::ends::End;
use rayon::prelude::*;
use rug::Float;

/// Coefficients of a piece. With its place and width they fill two cache lines.
const COEFFICIENTS: usize = 14;

/// Points of a piece at which it is checked.
const POINTS: usize = 7;

/// More pieces than this of one half are not made.
const MOST_PIECES: usize = 50_000;

/// Below this squares of distances are not right, and 1/width is no double.
const SMALLEST: f64 = 1e-300;

/// Points of different directions in double precision lie at w = |x-y|^2/2 > 2^-107; nearer ones exist where
/// coordinates are tiny.
const LEAST: f64 = 107.0;

/// A polynomial in t = (w - middle) scale.
#[derive(Clone, Copy, Debug)]
#[repr(align(128))]
struct Piece {
    middle: f64,
    scale: f64,
    coefficients: [f64; COEFFICIENTS],
}

/// The deficit in both halves.
#[derive(Clone, Debug)]
pub(super) struct Graded {
    halves: [Half; 2],
    /// The terms c (2w)^q of the deficit at u = 1 below the first piece.
    terms: Vec<(f64, f64)>,
}

#[derive(Clone, Debug, Default)]
struct Half {
    pieces: Vec<Piece>,
    /// The lower end of each piece.
    starts: Vec<f64>,
    /// For the highest bits of w, the first and the last piece there.
    index: Vec<[u32; 2]>,
}

/// The bits of w that lead to a few pieces: sign, exponent and two of the mantissa.
const SHIFT: u32 = 50;

/// A table and its error relative to the largest value.
pub(super) fn build(source: &Source, bounds: Bounds) -> Result<(Graded, f64)> {
    let terms = source.terms(LEAST);
    let lowest = if terms.is_empty() { SMALLEST } else { 0.5f64.powf(LEAST) };
    let (one, first) = half(source, bounds, End::One, lowest)?;
    let (minus_one, second) = half(source, bounds, End::MinusOne, SMALLEST)?;
    let terms = terms.iter().map(|Term { exponent, coefficient }| (*exponent, *coefficient)).collect();
    Ok((Graded { halves: [one, minus_one], terms }, first.max(second)))
}

/// Bisection of \[0, 1\] until every piece is good.
fn half(source: &Source, bounds: Bounds, end: End, lowest: f64) -> Result<(Half, f64)> {
    let mut open = vec![(0.0, 1.0)];
    let mut done: Vec<(f64, Piece)> = Vec::new();
    let mut error = 0.0f64;
    while !open.is_empty() {
        if open.len() + done.len() > MOST_PIECES {
            return Err(Error::unable(format!(
                "{MOST_PIECES} polynomials leave an error above {:.1e} relative to the largest value: the kernel \
                 varies on too short a scale",
                bounds.error
            )));
        }
        let tried: Vec<_> = open
            .into_par_iter()
            .map(|(low, high)| (low, high, piece(source, bounds, end, low, high, lowest)))
            .collect();
        open = Vec::new();
        for (low, high, found) in tried {
            match found {
                Some((piece, off)) => {
                    error = error.max(off);
                    done.push((low, piece));
                }
                None => open.extend([(low, low.midpoint(high)), (low.midpoint(high), high)]),
            }
        }
    }
    done.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok((Half::new(done), error))
}

/// The polynomial between two places and its error, if it is good, or if hardly a double lies between them.
fn piece(source: &Source, bounds: Bounds, end: End, low: f64, high: f64, lowest: f64) -> Option<(Piece, f64)> {
    let at_zero = low == 0.0;
    if at_zero && high <= lowest {
        return Some((Piece { middle: 0.0, scale: 0.0, coefficients: [0.0; COEFFICIENTS] }, 0.0));
    }
    // Powers of t = w/high below the first of w are exactly zero: small deficits keep their digits.
    let first = if at_zero && end == End::One { source.first_power().min(COEFFICIENTS - 1) } else { 0 };
    let (middle, half) = if at_zero { (0.0, high) } else { (low.midpoint(high), 0.5 * (high - low)) };
    let count = COEFFICIENTS - first;
    let (mut nodes, mut values) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for n in 0..count {
        let cosine = (std::f64::consts::PI * (n as f64 + 0.5) / count as f64).cos();
        let t = Float::with_val(PRECISION, if at_zero { 0.5 + 0.5 * cosine } else { cosine });
        let w = Float::with_val(PRECISION, &t * half) + middle;
        let deficit = source.deficit(end, &w, 1);
        values.push(deficit / Float::with_val(PRECISION, rug::ops::Pow::pow(&t, first as u32)));
        nodes.push(t);
    }
    let mut piece = Piece { middle, scale: 1.0 / half, coefficients: [0.0; COEFFICIENTS] };
    for (place, c) in piece.coefficients[first..].iter_mut().zip(interpolate(&nodes, values)) {
        *place = c.to_f64();
    }
    let narrowest = high - low <= high * 2f64.powi(-51);
    let mut error = 0.0f64;
    for point in 0..POINTS {
        // At the ends too: a kink just inside of one shows nowhere else.
        let w = low + (high - low) * point as f64 / (POINTS - 1) as f64;
        let exact = source.deficit(end, &Float::with_val(PRECISION, w), 1);
        match bounds.check(source, end, w, &exact, piece.at(w)) {
            Ok(off) => error = error.max(off),
            // A kink lies here, no further from any double than its neighbour.
            Err(_) if narrowest => {}
            Err(_) => return None,
        }
    }
    Some((piece, error))
}

impl Piece {
    /// c0 + t (c1 + ... + c13 t^12), by pairs and pairs of pairs.
    #[inline(always)]
    fn at(&self, w: f64) -> f64 {
        let t = (w - self.middle) * self.scale;
        let [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13] = self.coefficients;
        let t2 = t * t;
        let (t4, t8) = (t2 * t2, (t2 * t2) * (t2 * t2));
        let low = (c1 + c2 * t) + (c3 + c4 * t) * t2;
        let middle = (c5 + c6 * t) + (c7 + c8 * t) * t2;
        let high = (c9 + c10 * t) + (c11 + c12 * t) * t2;
        c0 + ((low + middle * t4) + (high + c13 * t4) * t8) * t
    }
}

impl Half {
    fn new(pieces: Vec<(f64, Piece)>) -> Self {
        let (starts, pieces): (Vec<f64>, Vec<Piece>) = pieces.into_iter().unzip();
        let keys = (1f64.to_bits() >> SHIFT) as usize + 1;
        let of = |w: f64| (starts.partition_point(|start| *start <= w) - 1) as u32;
        let index = (0..keys as u64).map(|key| {
            let (low, high) = (f64::from_bits(key << SHIFT), f64::from_bits(((key + 1) << SHIFT) - 1));
            [of(low), of(high)]
        });
        let index = index.collect();
        Half { starts, pieces, index }
    }

    #[inline(always)]
    fn at(&self, w: f64) -> f64 {
        let [first, last] = self.index[((w.to_bits() >> SHIFT) as usize).min(self.index.len() - 1)];
        let (mut low, mut high) = (first as usize, last as usize);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if self.starts[middle] <= w { low = middle } else { high = middle - 1 }
        }
        self.pieces[low].at(w)
    }
}

impl Graded {
    /// The value at w, 0 <= w <= 1, in the first or the second half.
    pub(super) fn at(&self, second: bool, w: f64) -> f64 {
        let half = &self.halves[usize::from(second)];
        if !second
            && !self.terms.is_empty()
            && w < half.starts.get(1).copied().unwrap_or(0.0)
            && half.pieces[0].scale == 0.0
        {
            return self.terms.iter().map(|(q, c)| c * (2.0 * w).powf(*q)).sum();
        }
        half.at(w)
    }

    /// How many pieces there are.
    pub(super) fn pieces(&self) -> usize {
        self.halves.iter().map(|half| half.pieces.len()).max().unwrap_or(0)
    }

    /// top - value at w = 1 - |u| for every u, cut to \[-1, 1\]; as many as fit into `out`. NaN stays NaN.
    /// `meanwhile` is called with the index of each whole group of eight.
    pub(super) fn fill(&self, top: f64, u: &[f64], out: &mut [f64], mut meanwhile: impl FnMut(usize)) {
        for (index, (u, out)) in u.iter().zip(out).enumerate() {
            let w = (1.0 - u.abs()).max(0.0);
            *out = if u.is_nan() { *u } else { top - self.at(*u < 0.0, w) };
            if index % super::lookup::LANES == super::lookup::LANES - 1 {
                meanwhile(index / super::lookup::LANES);
            }
        }
    }
}
