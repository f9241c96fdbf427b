//! Arrays of numbers in files.

use super::file::{Form, Header, numbers, sheet};
use crate::error::Result;
use std::path::Path;

/// An array of finite numbers, read from a file; the last index runs fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The extent in each dimension.
    pub shape: Vec<usize>,
    /// The numbers.
    pub values: Vec<f64>,
}

impl Array {
    /// Reads a file of NumPy (`.npy`: floats of 2, 4 or 8 bytes, integers, booleans, of any byte order and memory
    /// order) or of text (`.csv`, `.tsv`, `.txt`, two dimensions),
    /// also packed by gzip. [`Array::read_with`] says how.
    ///
    /// # Errors
    /// As [`Array::read_with`] with [`Header::Auto`].
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_with(path, Header::Auto).map(|(array, _)| array)
    }

    /// The same, and what a person should know about how the file was read: that the first line was taken as a header,
    /// that comments were left out.
    ///
    /// Text is UTF-8, or UTF-16 with a byte order mark. Commas, semicolons, tabs or blanks separate the numbers, the
    /// same in all lines; with the last three they may have a
    /// decimal comma. Lines that begin with `#` are comments. The first line is a header if no cell of it is a number.
    ///
    /// # Errors
    /// `Input`, with the file's name, for a file that cannot be read, another ending or type, ragged rows, what is no
    /// finite number (with its place), whole numbers
    /// of a file of NumPy that doubles cannot hold, and for what can be read in two ways: a first line 0, 1, 2, ...
    /// (names or numbers?), decimal commas that may
    /// group thousands, a column without name that counts the rows.
    pub fn read_with(path: &Path, header: Header) -> Result<(Self, Vec<String>)> {
        let array = Form::open(path).and_then(|form| match form {
            Form::Npy(reader, bytes) => numbers(reader, bytes).map(|array| (array, Vec::new())),
            Form::Text(reader) => sheet(reader, header),
        });
        array.map_err(|e| e.within(path.display()))
    }
}
