//! Tables of numbers in files.

use super::{Array, Points};
use crate::error::{Error, Result};
use std::path::Path;

/// Numbers in rows and columns, read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Table {
    /// Reads a file of NumPy (`.npy`: floats of 4 or 8 bytes, integers, booleans; one or two dimensions, a vector is one column) or of
    /// comma-separated values (`.csv`; a first line that is no numbers is a header).
    ///
    /// # Errors
    /// `Input`, with the file's name, for a file that cannot be read, another ending, type or shape, ragged rows, and what is no number.
    pub fn read(path: &Path) -> Result<Self> {
        let Array { shape, values } = Array::read(path)?;
        match shape[..] {
            [rows] => Ok(Table { rows, columns: 1, values }),
            [rows, columns] => Ok(Table { rows, columns, values }),
            _ => Err(Error::input(format!("an array of shape {shape:?}; rows and columns are needed"))
                .within(path.display())),
        }
    }

    /// Rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The numbers, row after row.
    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// The rows as points.
    ///
    /// # Errors
    /// As [`Points::new`].
    pub fn into_points(self) -> Result<Points> {
        Points::new(self.values, self.columns)
    }

    /// A single column, or a single row, as labels of `count` points.
    ///
    /// # Errors
    /// `Input` for more columns, another number of labels, or one that is not finite.
    pub fn into_labels(self, count: usize) -> Result<Vec<f64>> {
        if self.rows != 1 && self.columns != 1 {
            return Err(Error::input(format!("labels in {} columns; one is needed", self.columns)));
        }
        if self.values.len() != count {
            return Err(Error::input(format!("{} labels for {count} points", self.values.len())));
        }
        match self.values.iter().position(|y| !y.is_finite()) {
            Some(index) => {
                Err(Error::input(format!("label {index} is {}; finite numbers are needed", self.values[index])))
            }
            None => Ok(self.values),
        }
    }
}
