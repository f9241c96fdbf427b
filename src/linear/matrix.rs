//! Matrices.

use super::buffer::{Buffer, room};
use super::element::Element;
use crate::error::Result;
use faer::MatRef;

/// A matrix, row after row, of `f64` or `f32`.
#[derive(Debug)]
pub struct Matrix<T = f64> {
    rows: usize,
    columns: usize,
    values: Buffer<T>,
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

    /// All values, to be changed.
    pub(crate) fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
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
