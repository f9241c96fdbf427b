//! Tables on equal pieces of z = w^(1/m): the fastest, for kernels that are smooth in z on one scale.

use super::lookup::{COEFFICIENTS, Lookup, Root, Row};
use super::segment::PRECISION;
use super::source::Source;
use super::{Bounds, interpolate};
use crate::kernel::ends::End;
use rayon::prelude::*;
use rug::{Float, ops::Pow};

/// Pieces tried, in powers of two.
const FEWEST_PIECES: usize = 16;
const MOST_PIECES: usize = 1024;

/// The largest root.
const LARGEST_ROOT: u32 = 64;

/// Points of a piece at which it is checked.
const POINTS: usize = 9;

/// What a table is made from.
struct Builder<'a> {
    source: &'a Source,
    bounds: Bounds,
    root: u32,
    /// The first power of z in the deficit near u = 1.
    first: usize,
    pieces: usize,
}

/// A table and its error relative to the largest value; none if no number of pieces is enough.
pub(super) fn build(source: &Source, bounds: Bounds) -> Option<(Lookup, f64)> {
    let root = source.root(LARGEST_ROOT)?;
    let first = source.first(root).min(COEFFICIENTS - 1);
    // The piece that failed among fewer, as a part of all.
    let mut worst = (End::One, 0.0);
    let mut pieces = FEWEST_PIECES;
    while pieces <= MOST_PIECES {
        let builder = Builder { source, bounds, root, first, pieces };
        let (end, place) = worst;
        let index = (place * pieces as f64).round() as usize;
        // Where fewer pieces were worst, more may not be enough either: that piece alone first.
        worst = match builder.check(end, index, &builder.row(end, index)) {
            Err(_) => worst,
            Ok(_) => match builder.table() {
                Ok(found) => return Some(found),
                Err(worst) => worst,
            },
        };
        pieces *= 2;
    }
    None
}

impl Builder<'_> {
    /// All rows, if they are good; else the end and place of the worst.
    fn table(&self) -> Result<(Lookup, f64), (End, f64)> {
        let ends = End::BOTH.into_iter().flat_map(|end| (0..=self.pieces).map(move |i| (end, i)));
        let places: Vec<(End, usize)> = ends.collect();
        let rows: Vec<(Row, Result<f64, f64>)> = places
            .par_iter()
            .map(|(end, i)| {
                let row = self.row(*end, *i);
                let error = self.check(*end, *i, &row);
                (row, error)
            })
            .collect();
        let bad = places.iter().zip(&rows).filter_map(|(place, (_, error))| error.err().map(|e| (place, e)));
        if let Some(((end, i), _)) = bad.max_by(|(_, a), (_, b)| a.total_cmp(b)) {
            return Err((*end, *i as f64 / self.pieces as f64));
        }
        let error = rows.iter().fold(0.0f64, |error, (_, e)| e.map_or(error, |e| error.max(e)));
        let root = match self.root {
            root if root.is_power_of_two() => Root::Squares(root.ilog2()),
            root => Root::Power(1.0 / f64::from(root)),
        };
        Ok((Lookup::new(root, self.pieces, rows.into_iter().map(|(row, _)| row).collect()), error))
    }

    /// The range of t = Nz - i.
    fn range(&self, i: usize) -> (f64, f64) {
        (if i == 0 { 0.0 } else { -0.5 }, if i == self.pieces { 0.0 } else { 0.5 })
    }

    /// The polynomial in t = Nz - i that agrees with the deficit at Chebyshev points of -1/2 <= t <= 1/2, 0 <= z <= 1;
    /// of t^first times a polynomial at z = 0, u = 1.
    fn row(&self, end: End, i: usize) -> Row {
        let (low, high) = self.range(i);
        let lowest = if i == 0 && end == End::One { self.first } else { 0 };
        let count = COEFFICIENTS - lowest;
        let mut nodes = Vec::with_capacity(count);
        let mut values = Vec::with_capacity(count);
        for n in 0..count {
            let angle = std::f64::consts::PI * (n as f64 + 0.5) / count as f64;
            let t = Float::with_val(PRECISION, low + (high - low) * (0.5 - 0.5 * angle.cos()));
            let z = Float::with_val(PRECISION, &t + i as u64) / self.pieces as u64;
            let deficit = self.source.deficit(end, &z, self.root);
            values.push(deficit / Float::with_val(PRECISION, Pow::pow(&t, lowest as u32)));
            nodes.push(t);
        }
        let mut row = [0.0; COEFFICIENTS];
        for (place, c) in row[lowest..].iter_mut().zip(interpolate(&nodes, values)) {
            *place = c.to_f64();
        }
        Row(row)
    }

    /// The largest error at some points of a piece, relative to the largest value; as an error if it is too large,
    /// there or of a small deficit.
    fn check(&self, end: End, i: usize, row: &Row) -> Result<f64, f64> {
        let (low, high) = self.range(i);
        let mut found = 0.0f64;
        for point in 0..POINTS {
            let z = (i as f64 + low + (high - low) * point as f64 / (POINTS - 1) as f64) / self.pieces as f64;
            let w = z.powi(self.root as i32);
            let root = match self.root {
                root if root.is_power_of_two() => Root::Squares(root.ilog2()),
                root => Root::Power(1.0 / f64::from(root)),
            };
            // As the table is read: z from w.
            let x = root.of(w) * self.pieces as f64;
            let value = super::lookup::polynomial(row.0, x - i as f64);
            let exact = self.source.deficit(end, &Float::with_val(PRECISION, w), 1);
            found = found.max(self.bounds.check(self.source, end, w, &exact, value)?);
        }
        Ok(found)
    }
}
