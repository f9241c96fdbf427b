//! Matrices.

use super::buffer::{Buffer, room};
use super::element::Element;
use crate::error::{Error, Result};
use faer::MatRef;

/// A matrix, row after row, of `f64` or `f32`.
#[derive(Debug)]
pub struct Matrix<T = f64> {
    rows: usize,
    columns: usize,
    values: Buffer<T>,
}

impl<T: Element> Clone for Matrix<T> {
    fn clone(&self) -> Self {
        Matrix::new(self.rows, self.columns, self.values.to_vec())
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

    pub(crate) fn zeros(rows: usize, columns: usize) -> Result<Self> {
        room(rows as f64 * columns as f64, "a matrix")?;
        Ok(Matrix { rows, columns, values: Buffer::zeros(rows * columns)? })
    }

    /// The number of rows of the matrix, which are stored one after the other.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns of the matrix, which is the length of each row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The numbers of the row with this index, counted from 0.
    pub fn row(&self, index: usize) -> &[T] {
        &self.values[index * self.columns..(index + 1) * self.columns]
    }

    /// All values, to be changed.
    pub(crate) fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    /// All numbers of the matrix, row after row: rows times columns of them.
    pub fn values(&self) -> &[T] {
        &self.values
    }
}

impl Matrix {
    /// The matrix whose single column holds these numbers, one in each row.
    pub fn column(values: &[f64]) -> Self {
        Matrix::new(values.len(), 1, values.to_vec())
    }

    /// The product of this matrix and another one on its right, in double precision.
    ///
    /// ```
    /// use zonal::linear::Matrix;
    /// let rotation = Matrix::new(2, 2, vec![0.0, -1.0, 1.0, 0.0]);
    /// assert_eq!(rotation.times(&Matrix::column(&[3.0, 4.0]))?.values(), [-4.0, 3.0]);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Input` if the other has not as many rows as this has columns.
    pub fn times(&self, other: &Matrix) -> Result<Matrix> {
        if self.columns != other.rows {
            return Err(Error::input(format!(
                "a product of {} x {} by {} x {} numbers: columns and rows must be as many",
                self.rows, self.columns, other.rows, other.columns
            )));
        }
        Ok(Matrix::of((self.view() * other.view()).as_ref()))
    }

    /// The transposed matrix, a copy with rows and columns exchanged.
    pub fn transposed(&self) -> Matrix {
        Matrix::of(self.view().transpose())
    }

    /// The matrix as faer sees it.
    pub(crate) fn view(&self) -> MatRef<'_, f64> {
        MatRef::from_row_major_slice(&self.values, self.rows, self.columns)
    }

    /// A matrix of faer, row after row.
    pub(crate) fn of(matrix: MatRef<'_, f64>) -> Self {
        let values = matrix.row_iter().flat_map(|row| row.iter().copied().collect::<Vec<_>>()).collect();
        Matrix::new(matrix.nrows(), matrix.ncols(), values)
    }
}
