//! Gram matrices: a compiled kernel at all pairs of points.

use super::Points;
use super::buffer::{Buffer, room};
use crate::error::{Error, Result};
use crate::kernel::{Compiled, End};
use faer::MatRef;
use num_traits::AsPrimitive;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// What a zonal kernel is for points off the sphere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scaling {
    /// Points are projected to the sphere: kappa(cos angle(x, x')).
    Sphere,
    /// |x| |x'| kappa(cos angle(x, x')): networks of ReLUs without biases.
    Homogeneous,
}

/// A matrix, row after row, of `f64` or `f32`.
#[derive(Debug)]
pub struct Matrix<T = f64> {
    rows: usize,
    columns: usize,
    values: Buffer<T>,
}

/// A kernel that makes Gram matrices.
///
/// Cosines are inner products of directions. Where |u| > 63/64, 1 - |u| comes from |x-x'|^2/2 or |x+x'|^2/2 instead: near and opposite points keep
/// their digits, and the diagonal is exact.
///
/// Accuracy: p + 2 units of 2^-53 in the cosine, 2 ulp of kappa(1) for the kernel. The value of a pair depends neither on its place nor on the other
/// points, so that the matrices are exactly symmetric. Cost: about p + 10 operations a pair.
///
/// ```
/// use zonal::gram::{Points, Scaling, Zonal};
/// let kernel = Zonal::new(zonal::Kernel::ntk(2)?.compile(None)?, Scaling::Homogeneous);
/// let points = Points::new(vec![2.0, 0.0, 0.0, 3.0], 2)?;
/// let gram = kernel.gram::<f64>(&points)?;
/// // |x|^2 kappa(1) = 4 * 2; at right angles kappa(0) = 1/pi, times 2 * 3
/// assert_eq!(gram.row(0)[0], 8.0);
/// assert!((gram.row(0)[1] - 6.0 * std::f64::consts::FRAC_1_PI).abs() < 1e-15 * 6.0);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Zonal {
    kernel: Compiled,
    scaling: Scaling,
}

/// Numbers that a matrix is made of.
pub trait Element: bytemuck::Pod + Send + Sync {}

impl Element for f32 {}
impl Element for f64 {}

/// Rows and columns of a tile: its values stay in the cache.
const TILE: usize = 256;

/// Rows and columns whose inner products are computed together, in registers.
const ROWS: usize = 4;
const LANES: usize = 8;

/// Beyond this the cosine comes from a distance.
const NEAR: f64 = 63.0 / 64.0;

impl<T: Element> Matrix<T> {
    /// From its rows, one after the other.
    ///
    /// # Panics
    /// If the number of values is not `rows` times `columns`.
    pub fn new(rows: usize, columns: usize, values: Vec<T>) -> Self {
        assert_eq!(rows * columns, values.len());
        Matrix { rows, columns, values: Buffer::Vector(values) }
    }

    fn zeros(rows: usize, columns: usize) -> Result<Self> {
        room(rows as f64 * columns as f64, "a matrix")?;
        Ok(Matrix { rows, columns, values: Buffer::zeros(rows * columns)? })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One row.
    pub fn row(&self, index: usize) -> &[T] {
        &self.values[index * self.columns..(index + 1) * self.columns]
    }

    /// All values, row after row.
    pub fn values(&self) -> &[T] {
        &self.values
    }
}

impl Matrix {
    /// As faer sees it.
    pub fn view(&self) -> MatRef<'_, f64> {
        MatRef::from_row_major_slice(&self.values, self.rows, self.columns)
    }
}

impl Zonal {
    /// A compiled kernel.
    pub fn new(kernel: Compiled, scaling: Scaling) -> Self {
        Zonal { kernel, scaling }
    }

    /// The compiled kernel.
    pub fn kernel(&self) -> &Compiled {
        &self.kernel
    }

    /// What it is off the sphere.
    pub fn scaling(&self) -> Scaling {
        self.scaling
    }

    /// kappa(x, x) for every point.
    pub fn diagonal(&self, points: &Points) -> Vec<f64> {
        (0..points.count()).map(|i| self.kernel.at_one() * self.factor(points, i, points, i)).collect()
    }

    /// The Gram matrix: kappa(x_i, x_j). Each pair is computed once.
    ///
    /// # Errors
    /// `Unable` if it does not fit into memory.
    pub fn gram<T: Element>(&self, points: &Points) -> Result<Matrix<T>>
    where
        f64: AsPrimitive<T>,
    {
        let n = points.count();
        let mut matrix = Matrix::zeros(n, n)?;
        let packed = Packed::new(points);
        matrix.values.par_chunks_mut(TILE * n).enumerate().for_each(|(panel, out)| {
            let from = panel * TILE;
            self.fill(points, from, points, &packed, from, out);
        });
        // The lower triangle from the upper one.
        for from in (0..n).step_by(TILE) {
            let (above, below) = matrix.values.split_at_mut((from + TILE).min(n) * n);
            let above = &above[from * n..];
            below.par_chunks_mut(TILE * n).enumerate().for_each(|(panel, out)| {
                let start = from + TILE + panel * TILE;
                for (i, row) in out.chunks_mut(n).enumerate() {
                    for (j, place) in row[from..from + TILE].iter_mut().enumerate() {
                        *place = above[j * n + start + i];
                    }
                }
            });
        }
        // And within the tiles on the diagonal.
        matrix.values.par_chunks_mut(TILE * n).enumerate().for_each(|(panel, out)| {
            let from = panel * TILE;
            for i in 0..out.len() / n {
                for j in 0..i {
                    out[i * n + from + j] = out[j * n + from + i];
                }
            }
        });
        Ok(matrix)
    }

    /// kappa(x_i, y_j) for the points x of the rows and y of the columns.
    ///
    /// # Errors
    /// `Input` for points of different dimensions; `Unable` if it does not fit into memory.
    pub fn cross<T: Element>(&self, rows: &Points, columns: &Points) -> Result<Matrix<T>>
    where
        f64: AsPrimitive<T>,
    {
        if rows.dimension() != columns.dimension() {
            return Err(Error::input(format!(
                "points of {} coordinates against points of {}",
                rows.dimension(),
                columns.dimension()
            )));
        }
        let mut matrix = Matrix::zeros(rows.count(), columns.count())?;
        let packed = Packed::new(columns);
        // Some panels for every thread.
        let height = rows.count().div_ceil(4 * rayon::current_num_threads()).next_multiple_of(ROWS).min(TILE);
        matrix.values.par_chunks_mut(height * columns.count()).enumerate().for_each(|(panel, out)| {
            self.fill(rows, panel * height, columns, &packed, 0, out);
        });
        Ok(matrix)
    }

    /// The factor of a pair of points.
    fn factor(&self, rows: &Points, i: usize, columns: &Points, j: usize) -> f64 {
        match self.scaling {
            Scaling::Sphere => 1.0,
            Scaling::Homogeneous => rows.length(i) * columns.length(j),
        }
    }

    /// The rows from `first` on that fit into `out`, the columns from `start` on.
    fn fill<T: Element>(
        &self,
        rows: &Points,
        first: usize,
        columns: &Points,
        packed: &Packed,
        start: usize,
        out: &mut [T],
    ) where
        f64: AsPrimitive<T>,
    {
        let width = columns.count();
        let mut cosines = vec![0.0; ROWS * TILE];
        let mut values = vec![0.0; TILE];
        for from in (start..width).step_by(TILE) {
            let to = (from + TILE).min(width);
            for (group, out) in out.chunks_mut(ROWS * width).enumerate() {
                let index = |r: usize| (first + group * ROWS + r).min(rows.count() - 1);
                let group_rows = [0, 1, 2, 3].map(|r| rows.direction(index(r)));
                let near = Arch::new().dispatch(Products { rows: group_rows, packed, from, to, out: &mut cosines });
                for (r, (out, cosines)) in out.chunks_mut(width).zip(cosines.chunks(TILE)).enumerate() {
                    let (cosines, values) = (&cosines[..to - from], &mut values[..to - from]);
                    self.kernel.values(cosines, values);
                    if near[r] {
                        self.correct(group_rows[r], columns, from, cosines, values);
                    }
                    if self.scaling == Scaling::Homogeneous {
                        let lengths = (from..to).map(|j| rows.length(index(r)) * columns.length(j));
                        values.iter_mut().zip(lengths).for_each(|(value, factor)| *value *= factor);
                    }
                    for (place, value) in out[from..to].iter_mut().zip(&*values) {
                        *place = value.as_();
                    }
                }
            }
        }
    }

    /// The values of near and opposite points from their distance.
    fn correct(&self, x: &[f64], columns: &Points, from: usize, cosines: &[f64], values: &mut [f64]) {
        for (j, (u, value)) in cosines.iter().zip(values).enumerate() {
            if u.abs() > NEAR {
                let y = columns.direction(from + j);
                let square = |sign: f64| x.iter().zip(y).map(|(a, b)| (a - sign * b) * (a - sign * b)).sum::<f64>();
                let (end, w) = if *u > 0.0 { (End::One, square(1.0)) } else { (End::MinusOne, square(-1.0)) };
                *value = self.kernel.at_one() - self.kernel.deficit(end, w / 2.0);
            }
        }
    }
}

/// Directions in groups of `LANES`: coordinate by coordinate.
struct Packed {
    dimension: usize,
    lanes: Vec<[f64; LANES]>,
}

impl Packed {
    fn new(points: &Points) -> Self {
        let dimension = points.dimension();
        let mut lanes = vec![[0.0; LANES]; points.count().div_ceil(LANES) * dimension];
        for index in 0..points.count() {
            let group = &mut lanes[index / LANES * dimension..][..dimension];
            for (lane, x) in group.iter_mut().zip(points.direction(index)) {
                lane[index % LANES] = *x;
            }
        }
        Packed { dimension, lanes }
    }
}

/// The inner products of some rows with the columns from `from` to `to`; whether each row has one beyond `NEAR`.
struct Products<'a> {
    rows: [&'a [f64]; ROWS],
    packed: &'a Packed,
    from: usize,
    to: usize,
    out: &'a mut [f64],
}

impl WithSimd for Products<'_> {
    type Output = [bool; ROWS];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> [bool; ROWS] {
        let p = self.packed.dimension;
        let rows = self.rows.map(|row| &row[..p]);
        let mut near = [0u64; ROWS];
        for group in self.from / LANES..self.to.div_ceil(LANES) {
            let lanes = &self.packed.lanes[group * p..(group + 1) * p];
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
                self.out[r * TILE + start..r * TILE + start + LANES].copy_from_slice(sum);
                near[r] += sum.iter().map(|u| u64::from(u.abs() > NEAR)).sum::<u64>();
            }
        }
        near.map(|count| count > 0)
    }
}
