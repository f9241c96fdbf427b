//! Matrices of faer, for ways of our own to the same numbers.

use faer::Mat;
use zonal::linear::{Eigen, Matrix};

/// A matrix of the library as one of faer.
pub fn dense(matrix: &Matrix) -> Mat<f64> {
    Mat::from_fn(matrix.rows(), matrix.columns(), |i, j| matrix.row(i)[j])
}

/// A matrix of faer as one of the library.
pub fn matrix(dense: &Mat<f64>) -> Matrix {
    let values = dense.row_iter().flat_map(|row| row.iter().copied().collect::<Vec<_>>()).collect();
    Matrix::new(dense.nrows(), dense.ncols(), values)
}

/// Eigenvectors, in columns.
pub fn vectors(eigen: &Eigen) -> Mat<f64> {
    let columns: Vec<Vec<f64>> = (0..eigen.values().len()).map(|j| eigen.vector(j)).collect();
    Mat::from_fn(eigen.rows(), columns.len(), |i, j| columns[j][i])
}
