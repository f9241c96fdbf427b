//! Arrays of numbers in files.

use crate::error::{Error, Result};
use npyz::{DType, NpyFile, Order, TypeChar};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// An array of numbers, read from a file; the last index runs fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The extent in each dimension.
    pub shape: Vec<usize>,
    /// The numbers.
    pub values: Vec<f64>,
}

/// Bytes of the largest file that is read.
const MOST_BYTES: u64 = 1 << 36;

impl Array {
    /// Reads a file of NumPy (`.npy`: floats of 4 or 8 bytes, integers, booleans) or of comma-separated values (`.csv`, two dimensions; a first line that is no numbers
    /// is a header).
    ///
    /// # Errors
    /// `Input`, with the file's name, for a file that cannot be read, another ending or type, ragged rows, and what is no number.
    pub fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (bytes, file) = file.map_err(|e| Error::input(e.to_string()).within(path.display()))?;
        let array = match path.extension().and_then(|e| e.to_str()) {
            _ if bytes > MOST_BYTES => Err(Error::input(format!("{bytes} bytes; allowed are {MOST_BYTES}"))),
            Some("npy") => Self::npy(BufReader::new(file), bytes),
            Some("csv") => Self::csv(BufReader::new(file)),
            _ => Err(Error::input("files of numbers end in .npy or .csv")),
        };
        array.map_err(|e| e.within(path.display()))
    }

    fn npy(reader: impl Read, bytes: u64) -> Result<Self> {
        let fail = |e: std::io::Error| Error::input(format!("not a file of NumPy: {e}"));
        let file = NpyFile::new(reader).map_err(fail)?;
        let DType::Plain(kind) = file.dtype() else { return Err(Error::input("an array of records, not of numbers")) };
        let shape: Vec<usize> = file.shape().iter().map(|extent| *extent as usize).collect();
        let size = kind.size_field();
        let extents: Vec<String> = shape.iter().map(usize::to_string).collect();
        let short = || Error::input(format!("shorter than its shape, {}, says", extents.join(" x ")));
        let needed = shape.iter().try_fold(size, |product, extent| product.checked_mul(*extent as u64));
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
        let values = match order {
            Order::C => values,
            Order::Fortran => (0..values.len()).map(|index| values[fortran(&shape, index)]).collect(),
        };
        Ok(Array { shape, values })
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
        Ok(Array { shape: vec![rows, columns], values })
    }
}

/// The place of an entry where the first index runs fastest, from its place where the last does.
fn fortran(shape: &[usize], mut index: usize) -> usize {
    let (mut place, mut size) = (0, shape.iter().product::<usize>());
    for extent in shape.iter().rev() {
        size /= extent;
        place += index % extent * size;
        index /= extent;
    }
    place
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_index_runs_fastest() {
        // Index (i, j, k) of shape (2, 3, 4): i + 2 j + 6 k against 12 i + 4 j + k.
        for (i, j, k) in (0..24).map(|n| (n / 12, n / 4 % 3, n % 4)) {
            assert_eq!(super::fortran(&[2, 3, 4], 12 * i + 4 * j + k), i + 2 * j + 6 * k);
        }
    }
}
