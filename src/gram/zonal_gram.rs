//! Gram matrices: a tabulated kernel at all pairs of points.

use super::block::{Block, LANES, Pairs, ROWS, TILE};
use super::scaling::Scaling;
use crate::data::Points;
use crate::error::{Error, Result};
use crate::kernel::Tabulated;
use crate::linear::Element;
use crate::linear::Matrix;
use crate::watch;
use num_traits::AsPrimitive;
use prefetch_index::prefetch_index;
use rayon::prelude::*;
use std::hint::black_box;
use std::sync::{Mutex, PoisonError};

/// A tabulated kernel kappa that makes Gram matrices of points, on the sphere or off it.
///
/// Cosines are inner products of directions. Where |u| > 63/64, 1 - |u| comes from |x-x'|^2/2 or |x+x'|^2/2 instead:
/// near and opposite points keep their digits, and the diagonal is exact.
///
/// Accuracy: p + 2 units of 2^-53 in the cosine, 2 ulp of kappa(1) for the kernel. Distances of near points are
/// relatively right, of rows of any length (of more than 2^25 coordinates in all: of the rounded directions); below
/// 2^-100 they count as 0. The value of a pair depends neither on its place nor on the other points, so that the
/// matrices are exactly symmetric. Cost: about p + 10 operations a pair.
///
/// ```
/// use zonal::data::Points;
/// use zonal::gram::{Scaling, ZonalGram};
/// let kernel = ZonalGram::new(zonal::Kernel::ntk(2)?.tabulate(None)?, Scaling::Homogeneous);
/// let points = Points::new(vec![2.0, 0.0, 0.0, 3.0], 2)?;
/// let gram = kernel.gram::<f64>(&points)?;
/// // |x|^2 kappa(1) = 4 * 2; at right angles kappa(0) = 1/pi, times 2 * 3
/// assert_eq!(gram.row(0)[0], 8.0);
/// assert!((gram.row(0)[1] - 6.0 * std::f64::consts::FRAC_1_PI).abs() < 1e-15 * 6.0);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ZonalGram {
    kernel: Tabulated,
    scaling: Scaling,
}

impl ZonalGram {
    /// Gram matrices of a tabulated kernel, continued to points off the sphere as the scaling says.
    pub fn new(kernel: Tabulated, scaling: Scaling) -> Self {
        ZonalGram { kernel, scaling }
    }

    /// The tabulated kernel kappa(u) whose values fill the matrices.
    pub fn kernel(&self) -> &Tabulated {
        &self.kernel
    }

    /// A bound of the errors of the cosines of points with so many coordinates: every coordinate of a direction is
    /// rounded once, and the sum of p products p times.
    pub fn cosine_error(dimension: usize) -> f64 {
        (dimension as f64 + 3.0) * 0.5 * f64::EPSILON
    }

    /// What the kernel is for points off the sphere: of their directions alone, or times |x| |x'|.
    pub fn scaling(&self) -> Scaling {
        self.scaling
    }

    /// The diagonal of the Gram matrix, a number for each point: kappa(1), or |x|^2 kappa(1) if homogeneous.
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
        let pairs = Pairs::new(points, points);
        // In order: the system clears a page when it is first written to, and the rows of a panel are written while
        // theirs are in the cache. One thread at a time has them cleared: that takes a twentieth less in all.
        let panels = Mutex::new(Panel::all(matrix.values_mut(), n).into_iter());
        let next = || {
            let mut panels = panels.lock().unwrap_or_else(PoisonError::into_inner);
            let mut panel = panels.next();
            panel.iter_mut().for_each(Panel::touch);
            panel
        };
        (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).for_each(|_| {
            // What lies on the other side of the diagonal; its rows are longer than a power of two: they share no
            // places in the cache.
            let mut space = (Block::new(), vec![[T::zeroed(); TILE + LANES]; TILE]);
            while let Some(panel) = next() {
                self.panel(&pairs, panel, &mut space);
            }
        });
        Ok(matrix)
    }

    /// Fills a panel and what lies opposite.
    fn panel<T: Element>(
        &self,
        pairs: &Pairs,
        panel: Panel<'_, T>,
        (block, turned): &mut (Block, Vec<[T; TILE + LANES]>),
    ) where
        f64: AsPrimitive<T>,
    {
        let Panel { index, mut rows, mut opposite } = panel;
        for from in (0..=index).map(|column| column * TILE) {
            watch::check();
            for (group, rows) in rows.chunks_mut(ROWS).enumerate() {
                let first = group * ROWS;
                let far = opposite.get(from + first..).unwrap_or_default();
                self.rows(pairs, block, index * TILE + first, from, rows, |i| request(far, 0, i));
                let [a, b, c, d] = &block.values;
                for (j, out) in turned.iter_mut().enumerate() {
                    out[first..first + ROWS].copy_from_slice(&[a[j].as_(), b[j].as_(), c[j].as_(), d[j].as_()]);
                }
            }
            for (row, turned) in opposite.iter_mut().skip(from).zip(turned.iter()) {
                let count = row.len();
                row.copy_from_slice(&turned[..count]);
            }
        }
    }

    /// Fills up to `TILE` columns of up to `ROWS` rows, from the row `first` and the column `from` on. `meanwhile` is
    /// called as `Block::fill` does.
    fn rows<T: Element>(
        &self,
        pairs: &Pairs,
        block: &mut Block,
        first: usize,
        from: usize,
        rows: &mut [&mut [T]],
        mut meanwhile: impl FnMut(usize),
    ) where
        f64: AsPrimitive<T>,
    {
        block.fill((self.kernel(), self.scaling()), pairs, first, from, |i| {
            request(rows, from, i);
            meanwhile(i);
        });
        for (row, values) in rows.iter_mut().zip(&block.values) {
            row[from..].iter_mut().zip(values).for_each(|(place, value)| *place = value.as_());
        }
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
        let pairs = Pairs::new(rows, columns);
        // Some panels for every thread.
        let height = rows.count().div_ceil(4 * rayon::current_num_threads()).next_multiple_of(ROWS).min(TILE);
        matrix.values_mut().par_chunks_mut(height * columns.count()).enumerate().for_each(|(panel, out)| {
            let mut block = Block::new();
            let mut out: Vec<&mut [T]> = out.chunks_mut(columns.count()).collect();
            for from in (0..columns.count()).step_by(TILE) {
                watch::check();
                for (group, out) in out.chunks_mut(ROWS).enumerate() {
                    self.rows(&pairs, &mut block, panel * height + group * ROWS, from, out, |_| ());
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

/// Asks for the memory of a group of `LANES` numbers, one of those of `TILE` columns from `from` on, row after row, to
/// have it in the cache when they are written. A core waits for a dozen lines at a time: requests are spread over the
/// computation.
fn request<T>(rows: &[&mut [T]], from: usize, group: usize) {
    const GROUPS: usize = TILE / LANES;
    if let Some(row) = rows.get(group / GROUPS) {
        prefetch_index(row, from + group % GROUPS * LANES);
    }
}

/// Some rows of a symmetric matrix up to the square on the diagonal, and what lies opposite: columns above that square.
struct Panel<'a, T> {
    index: usize,
    rows: Vec<&'a mut [T]>,
    opposite: Vec<&'a mut [T]>,
}

impl<'a, T: Element> Panel<'a, T> {
    /// Writes to each of its own rows, so that their pages are there.
    fn touch(&mut self) {
        self.rows.iter_mut().for_each(|row| row[0] = black_box(T::zeroed()));
    }

    /// All panels of a matrix.
    fn all(values: &'a mut [T], n: usize) -> Vec<Self> {
        let panel = |index| Panel { index, rows: Vec::with_capacity(TILE), opposite: Vec::with_capacity(index * TILE) };
        let mut panels: Vec<Self> = (0..n.div_ceil(TILE)).map(panel).collect();
        for (index, row) in values.chunks_mut(n.max(1)).enumerate() {
            let own = index / TILE;
            let (before, after) = row.split_at_mut(n.min((own + 1) * TILE));
            panels[own].rows.push(before);
            for (panel, piece) in panels[own + 1..].iter_mut().zip(after.chunks_mut(TILE)) {
                panel.opposite.push(piece);
            }
        }
        panels
    }
}
