//! Files of numbers and words: what a file is, whatever it is called.

mod cell;
mod dialect;
mod lines;
mod npy;
mod rows;
mod sheet;

pub(super) use cell::{Kind, complaint, is_rounded_integer, kind};
pub(super) use npy::{Entries, entries, numbers};
pub(super) use rows::{Row, Rows};
pub(super) use sheet::sheet;

use super::array::Array;
use crate::error::{Error, Result};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Whether the first line of a text file is a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Header {
    /// If no cell of it is a number; refused where that cannot be told.
    #[default]
    Auto,
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// What a file holds.
pub(super) enum Form {
    /// NumPy's, and the bytes there are if that is known.
    Npy(Box<dyn BufRead>, Option<u64>),
    /// Lines of cells.
    Text(Box<dyn BufRead>),
}

/// Bytes of the largest file that is read, unpacked.
const MOST_BYTES: u64 = 1 << 36;

/// What files that are something else begin with.
const OTHERS: [(&[u8], &str); 5] = [
    (b"PK\x03\x04", "a zip archive, as .npz and .xlsx are; save the array alone, by np.save or as .csv"),
    (b"\x89HDF", "a file of HDF5; save the array by np.save"),
    (b"PAR1", "a file of Parquet; save the table as .csv, or the array by np.save"),
    (b"\x80\x04", "a pickle of Python; save the array by np.save"),
    (b"MATLAB", "a file of MATLAB; save the array as .csv, or by np.save"),
];

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

impl Form {
    /// Opens a file: its content says whether it is packed (gzip) or NumPy's, its name what it should be.
    ///
    /// # Errors
    /// `Input`, without the file's name, for a file that cannot be read, another ending, or content that contradicts
    /// it.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        let (metadata, file) = file.map_err(|e| Error::input(e.to_string()))?;
        if metadata.is_dir() {
            return Err(Error::input("a directory, not a file"));
        }
        let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().to_lowercase());
        let (stem, packed) = match name.strip_suffix(".gz") {
            Some(stem) => (stem, true),
            None => (&name[..], false),
        };
        let npy = match stem.rsplit_once('.').map(|(_, ending)| ending) {
            Some("npy") => true,
            Some("csv" | "tsv" | "txt") => false,
            _ => return Err(Error::input("files of numbers end in .npy, .csv, .tsv or .txt, each also with .gz")),
        };
        let mut reader: Box<dyn BufRead> = Box::new(BufReader::new(file));
        let mut bytes = metadata.is_file().then_some(metadata.len());
        let start = start(&mut *reader)?;
        if start.starts_with(&[0x1f, 0x8b]) {
            reader = Box::new(BufReader::new(MultiGzDecoder::new(reader).take(MOST_BYTES)));
            bytes = None;
        } else if packed {
            return Err(Error::input("it ends in .gz and is not packed by gzip"));
        }
        if bytes.is_some_and(|bytes| bytes > MOST_BYTES) {
            return Err(Error::input(format!("more than the {MOST_BYTES} bytes that are read of a file")));
        }
        Self::of(npy, reader, bytes)
    }

    /// By what it begins with.
    fn of(npy: bool, mut reader: Box<dyn BufRead>, bytes: Option<u64>) -> Result<Self> {
        let start = start(&mut *reader)?;
        if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| start.starts_with(magic)) {
            return Err(Error::input(format!("the content is that of {what}")));
        }
        match (npy, start.starts_with(b"\x93NUMPY")) {
            (true, true) => Ok(Form::Npy(reader, bytes)),
            (false, true) => Err(Error::input("the content is that of a file of NumPy; its name must end in .npy")),
            (false, false) => Ok(Form::Text(reader)),
            (true, false) if start.is_empty() => Err(Error::input("not a file of NumPy: it is empty")),
            (true, false) => Err(Error::input("not a file of NumPy: it does not begin with \\x93NUMPY")),
        }
    }
}

/// What a file begins with: as many bytes as are there at once, at least six if the file has them.
fn start(reader: &mut dyn BufRead) -> Result<Vec<u8>> {
    // A decoder or a pipe may give less than a buffer, and never nothing before the end.
    reader.fill_buf().map(|bytes| bytes[..bytes.len().min(8)].to_vec()).map_err(|e| unreadable(&e))
}

/// A file that breaks off or cannot be read.
pub(super) fn unreadable(error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => Error::input("the file breaks off: it is incomplete"),
        _ => Error::input(format!("the file cannot be read: {error}")),
    }
}

/// "1 label", "2 labels".
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
