//! Eigenvalues and eigenvectors of symmetric matrices, with their residual.

use super::Matrix;
use crate::error::{Error, Result};
use crate::watch;
use faer::{Mat, MatRef, Side};

/// Eigenpairs of a symmetric matrix A, the largest eigenvalue first, of [`Eigen::leading`] the largest |lambda|.
///
/// [`Eigen::residual`] is the largest |A v - lambda v| over the pairs, relative to |A| (the largest |lambda|): every
/// eigenvalue lies within it, times
/// |A|, of one of A.
///
/// ```
/// use zonal::linear::{Eigen, Matrix};
/// let eigen = Eigen::all(&Matrix::new(2, 2, vec![2.0, 1.0, 1.0, 2.0]))?;
/// assert!((eigen.values()[0] - 3.0).abs() < 1e-14 && (eigen.values()[1] - 1.0).abs() < 1e-14);
/// // (1, 1)/sqrt(2), up to its sign
/// assert!((eigen.vector(0)[0] - eigen.vector(0)[1]).abs() < 1e-14);
/// assert!(eigen.residual() < 1e-14);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Eigen {
    values: Vec<f64>,
    vectors: Mat<f64>,
    residual: f64,
}

/// Pairs worse than this are not given.
const LARGEST_RESIDUAL: f64 = 1e-10;

/// The search for leading pairs keeps the pairs it has and adds blocks of this many vectors more than are wanted.
const MORE: usize = 8;

/// Leading pairs are searched until their residual is below this.
const SETTLED: f64 = 1e-13;

/// Blocks of the Krylov space before it starts anew, and how often that may be.
const BLOCKS: usize = 8;
const MOST_STARTS: usize = 40;

impl Eigen {
    /// All pairs, by the dense solver of faer.
    ///
    /// # Errors
    /// `Unable` where it does not converge, or with a residual above 1e-10.
    pub fn all(matrix: &Matrix) -> Result<Self> {
        let a = matrix.view();
        let (values, vectors) = decompose(a, a.nrows(), |x| *x)?;
        Self::checked(a, values, vectors)
    }

    /// The `count` pairs with the largest |lambda|: a block Krylov space, started anew from the best vectors found
    /// until they settle; the dense solver where that is no more work, or where they do not settle.
    ///
    /// # Errors
    /// `Input` for more pairs than rows; as [`Eigen::all`].
    pub fn leading(matrix: &Matrix, count: usize) -> Result<Self> {
        let a = matrix.view();
        let n = a.nrows();
        if count == 0 || count > n {
            return Err(Error::input(format!("{count} eigenvalues of a matrix of {n} rows")));
        }
        let width = count + MORE;
        if width * BLOCKS < n / 2 {
            // A start without structure: the equidistributed sequence of multiples of the golden ratio.
            let mut start = Mat::from_fn(n, width, |i, j| {
                let x = (i * width + j + 1) as f64 * 0.618_033_988_749_894_9;
                x - x.round()
            });
            for _ in 0..MOST_STARTS {
                let ritz = krylov(a, &start)?;
                let wanted = |x: &Mat<f64>| x.subcols(0, count).to_owned();
                let (values, vectors) = (ritz.values[..count].to_vec(), wanted(&ritz.vectors));
                if residual(&wanted(&ritz.images), &vectors, &values) < SETTLED {
                    // With products of their own.
                    return Self::checked(a, values, vectors);
                }
                start = ritz.vectors;
            }
        }
        let (values, vectors) = decompose(a, count, |x| x.abs())?;
        Self::checked(a, values, vectors)
    }

    fn checked(a: MatRef<'_, f64>, values: Vec<f64>, vectors: Mat<f64>) -> Result<Self> {
        let residual = residual(&(a * &vectors), &vectors, &values);
        // Vectors of length 0 have no residual.
        let shortest = (0..values.len()).map(|j| vectors.col(j).norm_l2()).fold(1.0, f64::min);
        if residual.is_nan() || residual > LARGEST_RESIDUAL || shortest < 0.5 {
            return Err(Error::unable(format!("the eigenvalues of the matrix have a residual of {residual:.1e}")));
        }
        Ok(Eigen { values, vectors, residual })
    }

    /// The eigenvalues: decreasing from [`Eigen::all`], by decreasing absolute value from [`Eigen::leading`].
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The eigenvector of the eigenvalue with this index, of length 1.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn vector(&self, index: usize) -> Vec<f64> {
        self.vectors.col(index).iter().copied().collect()
    }

    /// The number of rows of the matrix.
    pub fn rows(&self) -> usize {
        self.vectors.nrows()
    }

    /// The eigenvectors, in columns.
    pub(crate) fn vectors(&self) -> MatRef<'_, f64> {
        self.vectors.as_ref()
    }

    /// The largest |A v - lambda v| / |A|.
    pub fn residual(&self) -> f64 {
        self.residual
    }
}

/// Approximate eigenpairs: those with the largest |lambda| first.
struct Ritz {
    values: Vec<f64>,
    vectors: Mat<f64>,
    /// A times the vectors.
    images: Mat<f64>,
}

/// The largest |A v - lambda v| / |A| of some pairs, from the images A v.
fn residual(images: &Mat<f64>, vectors: &Mat<f64>, values: &[f64]) -> f64 {
    let norm = values.iter().fold(f64::MIN_POSITIVE, |norm, value| norm.max(value.abs()));
    let one = |j: usize| (images.col(j) - vectors.col(j) * faer::Scale(values[j])).norm_l2();
    // A NaN stays one.
    (0..values.len()).map(one).fold(0.0, |worst: f64, one| if worst.is_nan() || one <= worst { worst } else { one })
        / norm
}

/// The `count` pairs of a symmetric matrix with the largest `size` of the eigenvalue, that first, by the dense solver
/// of faer.
fn decompose(a: MatRef<'_, f64>, count: usize, size: impl Fn(&f64) -> f64) -> Result<(Vec<f64>, Mat<f64>)> {
    let found = a.self_adjoint_eigen(Side::Lower);
    let found = found.map_err(|e| Error::unable(format!("the eigenvalues of the matrix were not found: {e:?}")))?;
    let mut order: Vec<usize> = (0..a.nrows()).collect();
    order.sort_by(|i, j| size(&found.S()[*j]).total_cmp(&size(&found.S()[*i])));
    let values = order[..count].iter().map(|i| found.S()[*i]).collect();
    Ok((values, Mat::from_fn(a.nrows(), count, |i, j| found.U()[(i, order[j])])))
}

/// The best pairs in the space of B, A B, ..., as many as B has columns.
fn krylov(a: MatRef<'_, f64>, start: &Mat<f64>) -> Result<Ritz> {
    let (n, width) = (a.nrows(), start.ncols());
    let mut basis: Mat<f64> = Mat::zeros(n, width * BLOCKS);
    let mut images: Mat<f64> = Mat::zeros(n, width * BLOCKS);
    let mut block = start.clone();
    for index in 0..BLOCKS {
        watch::check();
        let have = index * width;
        // Twice is enough: orthogonal to rounding.
        for _ in 0..2 {
            let known = basis.subcols(0, have);
            let inner = known.transpose() * &block;
            block -= known * inner;
            block = block.qr().compute_thin_Q();
        }
        let image = a * &block;
        basis.subcols_mut(have, width).copy_from(&block);
        images.subcols_mut(have, width).copy_from(&image);
        block = image;
    }
    let small = basis.transpose() * &images;
    let (values, chosen) = decompose(small.as_ref(), width, |x| x.abs())?;
    Ok(Ritz { values, vectors: &basis * &chosen, images: &images * chosen })
}
