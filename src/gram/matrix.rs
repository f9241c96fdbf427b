//! Gram matrices: a compiled kernel at all pairs of points.

use super::Points;
use super::block::{Block, LANES, Packed, ROWS, TILE};
use super::buffer::{Buffer, room};
use crate::error::{Error, Result};
use crate::kernel::Compiled;
use faer::MatRef;
use num_traits::AsPrimitive;
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
pub trait Element: bytemuck::Pod + Send + Sync {
    /// The smallest positive number with all its digits.
    const SMALLEST: f64;

    /// The number as a double.
    fn to_f64(self) -> f64;
}

impl Element for f32 {
    const SMALLEST: f64 = f32::MIN_POSITIVE as f64;

    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Element for f64 {
    const SMALLEST: f64 = f64::MIN_POSITIVE;

    fn to_f64(self) -> f64 {
        self
    }
}

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

    /// The Gram matrix: kappa(x_i, x_j). Each pair is computed once, but for those next to the diagonal.
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
        self.tiles(points, &packed, Tile::pairs(&mut matrix));
        Ok(matrix)
    }

    /// Fills tiles and those opposite.
    fn tiles<T: Element>(&self, points: &Points, packed: &Packed, tiles: Vec<Tile<'_, T>>)
    where
        f64: AsPrimitive<T>,
    {
        // For each thread, what lies on the other side of the diagonal; its rows are longer than a power of two: they share no places in the cache.
        let space = || (Block::new(), vec![T::zeroed(); TILE * (TILE + LANES)]);
        tiles.into_par_iter().for_each_init(space, |(block, turned), mut tile| {
            for (group, rows) in tile.rows.chunks_mut(ROWS).enumerate() {
                let first = group * ROWS;
                block.fill(self, points, tile.first_row + first, points, packed, tile.first_column);
                for (row, values) in rows.iter_mut().zip(&block.values) {
                    row.iter_mut().zip(values).for_each(|(place, value)| *place = value.as_());
                }
                for (j, out) in turned.chunks_exact_mut(TILE + LANES).enumerate() {
                    for (place, values) in out[first..first + ROWS].iter_mut().zip(&block.values) {
                        *place = values[j].as_();
                    }
                }
            }
            for (row, turned) in tile.opposite.iter_mut().zip(turned.chunks_exact(TILE + LANES)) {
                let count = row.len();
                row.copy_from_slice(&turned[..count]);
            }
        });
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
            let mut block = Block::new();
            for from in (0..columns.count()).step_by(TILE) {
                for (group, out) in out.chunks_mut(ROWS * columns.count()).enumerate() {
                    block.fill(self, rows, panel * height + group * ROWS, columns, &packed, from);
                    for (row, values) in out.chunks_mut(columns.count()).zip(&block.values) {
                        row[from..].iter_mut().zip(values).for_each(|(place, value)| *place = value.as_());
                    }
                }
            }
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
}

/// A part of a symmetric matrix, row by row, and the part that is its transpose; none on the diagonal.
struct Tile<'a, T> {
    first_row: usize,
    first_column: usize,
    rows: Vec<&'a mut [T]>,
    opposite: Vec<&'a mut [T]>,
}

impl<'a, T: Element> Tile<'a, T> {
    /// The tiles from the diagonal on, each with its opposite.
    fn pairs(matrix: &'a mut Matrix<T>) -> Vec<Self> {
        let n = matrix.columns;
        let count = n.div_ceil(TILE);
        // The rows of every tile, cut from those of the matrix.
        let mut all: Vec<Vec<&mut [T]>> = (0..count * count).map(|_| Vec::with_capacity(TILE)).collect();
        for (index, row) in matrix.values.chunks_mut(n.max(1)).enumerate() {
            for (column, piece) in row.chunks_mut(TILE).enumerate() {
                all[index / TILE * count + column].push(piece);
            }
        }
        let mut pairs = Vec::with_capacity(count * (count + 1) / 2);
        for i in 0..count {
            for j in i..count {
                let rows = std::mem::take(&mut all[i * count + j]);
                let opposite = std::mem::take(&mut all[j * count + i]);
                pairs.push(Tile { first_row: i * TILE, first_column: j * TILE, rows, opposite });
            }
        }
        pairs
    }
}
