//! Tables of numbers in files.

use super::Array;
use super::Header;
use super::Points;
use crate::error::{Error, Result};
use std::path::Path;

/// Numbers in rows and columns, read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct DataTable {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl DataTable {
    /// Reads a file of one or two dimensions as [`Array::read`] does; a vector is one column.
    ///
    /// # Errors
    /// As [`DataTable::read_with`] with [`Header::Auto`].
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_with(path, Header::Auto).map(|(table, _)| table)
    }

    /// The same, and what a person should know about how the file was read, as [`Array::read_with`] says it.
    ///
    /// # Errors
    /// As [`Array::read_with`]; `Input`, with the file's name, for an array of another number of dimensions.
    pub fn read_with(path: &Path, header: Header) -> Result<(Self, Vec<String>)> {
        let (Array { shape, values }, notes) = Array::read_with(path, header)?;
        match shape[..] {
            [rows] => Ok((DataTable { rows, columns: 1, values }, notes)),
            [rows, columns] => Ok((DataTable { rows, columns, values }, notes)),
            _ => Err(Error::input(format!("an array of shape {shape:?}; rows and columns are needed"))
                .within(path.display())),
        }
    }

    /// The number of rows of the table; a header line is none.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns of the table; 1 for a file of one dimension.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The numbers of the table, row after row, without a copy.
    pub fn into_values(self) -> Vec<f64> {
        self.values
    }

    /// The rows of the table as points of R^p, a column for each coordinate.
    ///
    /// # Errors
    /// As [`Points::new`].
    pub fn into_points(self) -> Result<Points> {
        Points::new(self.values, self.columns)
    }
}
