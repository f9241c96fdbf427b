//! Values of a kernel at small rectangles of pairs of points.

use super::Scaling;
use crate::data::Points;
use crate::kernel::{End, Tabulated};
use pulp::{Arch, Simd, WithSimd};

/// Rows and columns of a tile: its values stay in the cache.
pub(super) const TILE: usize = 128;

/// Rows and columns whose inner products are computed together, in registers.
pub(super) const ROWS: usize = 4;
pub(super) const LANES: usize = 8;

/// Beyond this the cosine comes from a distance.
const NEAR: f64 = 63.0 / 64.0;

/// The values of some rows against up to `TILE` columns.
pub(super) struct Block {
    cosines: [[f64; TILE]; ROWS],
    pub(super) values: [[f64; TILE]; ROWS],
}

impl Block {
    pub(super) fn new() -> Self {
        Block { cosines: [[0.0; TILE]; ROWS], values: [[0.0; TILE]; ROWS] }
    }

    /// The rows from `first` on, the columns from `from` on; beyond the last row that again, beyond the last column
    /// anything. `meanwhile` is called with the index of each group of `LANES` values, row after row, if all columns
    /// are there.
    pub(super) fn fill(
        &mut self,
        (kernel, scaling): (&Tabulated, Scaling),
        pairs: &Pairs,
        first: usize,
        from: usize,
        meanwhile: impl FnMut(usize),
    ) {
        let Pairs { rows, columns, .. } = *pairs;
        let to = (from + TILE).min(columns.count());
        let index = |r: usize| (first + r).min(rows.count() - 1);
        let group = [0, 1, 2, 3].map(|r| rows.direction(index(r)));
        let near = Arch::new().dispatch(Products { rows: group, pairs, from, to, out: &mut self.cosines });
        let count = to - from;
        if count == TILE {
            // All at once: every call starts and ends slowly.
            kernel.values_while(self.cosines.as_flattened(), self.values.as_flattened_mut(), meanwhile);
        } else {
            for (cosines, values) in self.cosines.iter().zip(&mut self.values) {
                kernel.values(&cosines[..count], &mut values[..count]);
            }
        }
        for (r, (cosines, values)) in self.cosines.iter().zip(&mut self.values).enumerate() {
            let (cosines, values) = (&cosines[..count], &mut values[..count]);
            if near[r] {
                correct(kernel, (rows, index(r)), columns, from, cosines, values);
            }
            if scaling == Scaling::Homogeneous {
                let lengths = (from..to).map(|j| rows.length(index(r)) * columns.length(j));
                values.iter_mut().zip(lengths).for_each(|(value, factor)| *value *= factor);
            }
        }
    }
}

/// The values of near and opposite points from their distance.
fn correct(
    kernel: &Tabulated,
    (rows, row): (&Points, usize),
    columns: &Points,
    from: usize,
    cosines: &[f64],
    values: &mut [f64],
) {
    for (j, (u, value)) in cosines.iter().zip(values).enumerate() {
        if u.abs() > NEAR {
            let square = |sign: f64| rows.squared_distance(row, columns, from + j, sign);
            let (end, w) = if *u > 0.0 { (End::One, square(1.0)) } else { (End::MinusOne, square(-1.0)) };
            *value = kernel.at_one() - kernel.deficit(end, w / 2.0);
        }
    }
}

/// The points of rows and columns, and the directions of columns in groups of `LANES`: coordinate by coordinate.
pub(super) struct Pairs<'a> {
    rows: &'a Points,
    columns: &'a Points,
    lanes: Vec<[f64; LANES]>,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(rows: &'a Points, columns: &'a Points) -> Self {
        let dimension = columns.dimension();
        let mut lanes = vec![[0.0; LANES]; columns.count().div_ceil(LANES) * dimension];
        for index in 0..columns.count() {
            let group = &mut lanes[index / LANES * dimension..][..dimension];
            for (lane, x) in group.iter_mut().zip(columns.direction(index)) {
                lane[index % LANES] = *x;
            }
        }
        Pairs { rows, columns, lanes }
    }
}

/// The inner products of some rows with the columns from `from` to `to`; whether each row has one beyond `NEAR`.
struct Products<'a> {
    rows: [&'a [f64]; ROWS],
    pairs: &'a Pairs<'a>,
    from: usize,
    to: usize,
    out: &'a mut [[f64; TILE]; ROWS],
}

impl WithSimd for Products<'_> {
    type Output = [bool; ROWS];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> [bool; ROWS] {
        let p = self.pairs.columns.dimension();
        let rows = self.rows.map(|row| &row[..p]);
        // The largest sizes, lane by lane.
        let mut largest = [[0.0f64; LANES]; ROWS];
        for group in self.from / LANES..self.to.div_ceil(LANES) {
            let lanes = &self.pairs.lanes[group * p..(group + 1) * p];
            let mut sums = [[0.0; LANES]; ROWS];
            for (c, lane) in lanes.iter().enumerate() {
                for (sum, row) in sums.iter_mut().zip(&rows) {
                    for (place, x) in sum.iter_mut().zip(lane) {
                        *place += row[c] * x;
                    }
                }
            }
            let start = group * LANES - self.from;
            for (r, sum) in sums.iter().enumerate() {
                self.out[r][start..start + LANES].copy_from_slice(sum);
                for (largest, u) in largest[r].iter_mut().zip(sum) {
                    *largest = if u.abs() > *largest { u.abs() } else { *largest };
                }
            }
        }
        largest.map(|lanes| lanes.iter().any(|size| *size > NEAR))
    }
}
