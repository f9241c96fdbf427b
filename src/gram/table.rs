//! Tables of numbers in files.

use super::Points;
use crate::error::{Error, Result};
use npyz::{DType, NpyFile, Order, TypeChar};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Numbers in rows and columns, read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

/// Bytes of the largest file that is read.
const MOST_BYTES: u64 = 1 << 36;

impl Table {
    /// Reads a file of NumPy (`.npy`: floats of 4 or 8 bytes, integers, booleans; one or two dimensions, a vector is one column) or of
    /// comma-separated values (`.csv`; a first line that is no numbers is a header).
    ///
    /// # Errors
    /// `Input`, with the file's name, for a file that cannot be read, another ending, type or shape, ragged rows, and what is no number.
    pub fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (bytes, file) = file.map_err(|e| Error::input(e.to_string()).within(path.display()))?;
        let table = match path.extension().and_then(|e| e.to_str()) {
            _ if bytes > MOST_BYTES => Err(Error::input(format!("{bytes} bytes; allowed are {MOST_BYTES}"))),
            Some("npy") => Self::npy(BufReader::new(file), bytes),
            Some("csv") => Self::csv(BufReader::new(file)),
            _ => Err(Error::input("files of numbers end in .npy or .csv")),
        };
        table.map_err(|e| e.within(path.display()))
    }

    fn npy(reader: impl Read, bytes: u64) -> Result<Self> {
        let fail = |e: std::io::Error| Error::input(format!("not a file of NumPy: {e}"));
        let file = NpyFile::new(reader).map_err(fail)?;
        let DType::Plain(kind) = file.dtype() else { return Err(Error::input("an array of records, not of numbers")) };
        let (rows, columns) = match *file.shape() {
            [rows] => (rows, 1),
            [rows, columns] => (rows, columns),
            ref shape => return Err(Error::input(format!("an array of shape {shape:?}; rows and columns are needed"))),
        };
        let size = kind.size_field();
        let short = || Error::input(format!("shorter than its shape, {rows} x {columns}, says"));
        let needed = rows.checked_mul(columns).and_then(|count| count.checked_mul(size));
        // Before memory is taken for it.
        if needed.is_none_or(|needed| needed > bytes) {
            return Err(short());
        }
        let order = file.order();
        let refused = || {
            Error::input(format!(
                "an array of type {}; floats, integers or booleans are needed",
                kind.to_string().trim_matches('\'')
            ))
        };
        macro_rules! read {
            ($type:ty) => {
                file.into_vec::<$type>().map_err(|_| short())?.into_iter().map(|x| x as f64).collect::<Vec<f64>>()
            };
        }
        let values = match (kind.type_char(), size) {
            (TypeChar::Float, 4) => read!(f32),
            (TypeChar::Float, 8) => read!(f64),
            (TypeChar::Int, 1) => read!(i8),
            (TypeChar::Int, 2) => read!(i16),
            (TypeChar::Int, 4) => read!(i32),
            (TypeChar::Int, 8) => read!(i64),
            (TypeChar::Uint, 1) => read!(u8),
            (TypeChar::Uint, 2) => read!(u16),
            (TypeChar::Uint, 4) => read!(u32),
            (TypeChar::Uint, 8) => read!(u64),
            (TypeChar::Bool, 1) => {
                file.into_vec::<bool>().map_err(|_| short())?.into_iter().map(|x| f64::from(u8::from(x))).collect()
            }
            _ => return Err(refused()),
        };
        let (rows, columns) = (rows as usize, columns as usize);
        let values = match order {
            Order::C => values,
            Order::Fortran => (0..rows * columns).map(|i| values[i % columns * rows + i / columns]).collect(),
        };
        Ok(Table { rows, columns, values })
    }

    fn csv(reader: impl Read) -> Result<Self> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).trim(csv::Trim::All).flexible(true).from_reader(reader);
        let (mut rows, mut columns, mut values) = (0, 0, Vec::new());
        for (index, record) in reader.records().enumerate() {
            let record = record.map_err(|e| Error::input(format!("not comma-separated values: {e}")))?;
            let line = record.position().map_or(index as u64 + 1, |position| position.line());
            let numbers: std::result::Result<Vec<f64>, &str> =
                record.iter().map(|x| x.parse().map_err(|_| x)).collect();
            match numbers {
                Err(_) if index == 0 => columns = record.len(),
                Err(text) => return Err(Error::input(format!("line {line}: '{text}' is not a number"))),
                Ok(numbers) if columns > 0 && numbers.len() != columns => {
                    let found = numbers.len();
                    return Err(Error::input(format!("line {line} has {found} numbers, the first line {columns}")));
                }
                Ok(numbers) => {
                    columns = numbers.len();
                    rows += 1;
                    values.extend(numbers);
                }
            }
        }
        Ok(Table { rows, columns, values })
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
