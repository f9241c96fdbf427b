//! Files of NumPy.

use super::{count, unreadable};
use crate::data::Array;
use crate::error::{Error, Result};
use npyz::half::f16;
use npyz::{DType, Endianness, NpyFile, NpyHeader, Order, TypeChar, TypeStr};
use std::io::{BufRead, Read};

/// Bytes of the longest header that is read, and brackets in it: NumPy's own have some hundred bytes and two or
/// three. The parser takes twice as long for each bracket within others.
const LONGEST_HEADER: usize = 1 << 16;
const MOST_BRACKETS: usize = 8;

/// What is in a file of NumPy.
struct Contents {
    header: NpyHeader,
    kind: TypeStr,
    shape: Vec<usize>,
    /// The product of the extents.
    count: usize,
    /// Bytes of one entry.
    size: usize,
    /// Entries for which the length of the file vouches: memory may be taken for them at once.
    vouched: usize,
}

/// Numbers, or texts in one dimension or one column.
pub(in crate::data) enum Entries {
    Numbers(Array),
    Words(Vec<String>),
}

/// The numbers of an array.
///
/// # Errors
/// `Input` for another type, numbers that are not finite, whole numbers that doubles round, and bytes that are missing
/// or left over.
pub(in crate::data) fn numbers(mut reader: impl BufRead, bytes: Option<u64>) -> Result<Array> {
    Contents::read(&mut reader, bytes)?.numbers(reader)
}

/// The numbers or the texts of an array.
///
/// # Errors
/// As [`numbers`]; `Input` for texts in several columns.
pub(in crate::data) fn entries(mut reader: impl BufRead, bytes: Option<u64>) -> Result<Entries> {
    let contents = Contents::read(&mut reader, bytes)?;
    match contents.kind.type_char() {
        TypeChar::ByteStr | TypeChar::UnicodeStr => contents.words(reader).map(Entries::Words),
        _ => contents.numbers(reader).map(Entries::Numbers),
    }
}

impl Contents {
    /// The header, checked against the bytes that are there before memory is taken for them.
    fn read(reader: &mut impl Read, bytes: Option<u64>) -> Result<Self> {
        let text = header(reader)?;
        let fail = |e: std::io::Error| Error::input(format!("not a file of NumPy: {}", reason(&e)));
        let header = NpyHeader::from_reader(&text[..]).map_err(fail)?;
        let kind = match header.dtype() {
            DType::Plain(kind) => kind,
            _ => return Err(Error::input("an array of records, not of numbers; save one field or column of it")),
        };
        let shape: Vec<usize> = header.shape().iter().map(|extent| *extent as usize).collect();
        let size = kind.num_bytes().unwrap_or(0);
        let count = shape.iter().try_fold(1usize, |product, extent| product.checked_mul(*extent));
        let needed = count.and_then(|count| count.checked_mul(size));
        let count = count.unwrap_or(usize::MAX);
        let vouched = if bytes.is_some() { count } else { 0 };
        let contents = Contents { header, kind, shape, count, size, vouched };
        if contents.kind.type_char() == TypeChar::Object {
            return Err(contents.refused());
        }
        match needed {
            Some(needed) if bytes.is_none_or(|bytes| needed as u64 <= bytes) => Ok(contents),
            _ => Err(contents.short()),
        }
    }

    fn short(&self) -> Error {
        let extents: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        Error::input(format!("shorter than its shape, {}, says", extents.join(" x ")))
    }

    /// A type that is no number, and what to do.
    fn refused(&self) -> Error {
        let (kind, size) = (self.kind.to_string(), self.size);
        let remedy = match self.kind.type_char() {
            TypeChar::Complex => "; save the real or the imaginary part",
            TypeChar::Float => "; save it as doubles: np.save(file, a.astype(float))",
            TypeChar::Object => {
                " (Python objects); save it as numbers, np.save(file, a.astype(float)), or as texts, a.astype(str)"
            }
            TypeChar::DateTime | TypeChar::TimeDelta => " (times); save it as numbers: np.save(file, a.astype(float))",
            TypeChar::ByteStr | TypeChar::UnicodeStr => " (texts); only labels may be words",
            _ => "",
        };
        let size =
            if matches!(self.kind.type_char(), TypeChar::Float) { format!(" of {size} bytes") } else { String::new() };
        let kind = kind.trim_matches('\'');
        Error::input(format!(
            "an array of type {kind}{size}{remedy}; read are floats of 2, 4 or 8 bytes, integers and booleans"
        ))
    }

    fn numbers(&self, mut reader: impl BufRead) -> Result<Array> {
        macro_rules! read {
            ($type:ty) => {
                self.values::<$type>(&mut reader, |x| Some(x.into()))?
            };
            // Into a double and back, in integers that hold both.
            ($type:ty, whole) => {
                self.values::<$type>(&mut reader, |x| Some(x as f64).filter(|y| *y as i128 == i128::from(x)))?
            };
        }
        let values = match (self.kind.type_char(), self.size) {
            (TypeChar::Float, 2) => read!(f16),
            (TypeChar::Float, 4) => read!(f32),
            (TypeChar::Float, 8) => read!(f64),
            (TypeChar::Int, 1) => read!(i8),
            (TypeChar::Int, 2) => read!(i16),
            (TypeChar::Int, 4) => read!(i32),
            (TypeChar::Int, 8) => read!(i64, whole),
            (TypeChar::Uint, 1) => read!(u8),
            (TypeChar::Uint, 2) => read!(u16),
            (TypeChar::Uint, 4) => read!(u32),
            (TypeChar::Uint, 8) => read!(u64, whole),
            (TypeChar::Bool, 1) => self.values::<bool>(&mut reader, |x| Some(f64::from(u8::from(x))))?,
            _ => return Err(self.refused()),
        };
        nothing_left(&mut reader)?;
        let values = match self.header.order() {
            Order::C => values,
            Order::Fortran => (0..values.len()).map(|index| values[fortran(&self.shape, index)]).collect(),
        };
        match values.iter().position(|x| !x.is_finite()) {
            Some(index) => {
                let place = place(&self.shape, index);
                Err(Error::input(format!("entry {place} (from 0) is {}; finite numbers are needed", values[index])))
            }
            None => Ok(Array { shape: self.shape.clone(), values }),
        }
    }

    fn words(&self, mut reader: impl BufRead) -> Result<Vec<String>> {
        if self.size == 0 || self.shape.iter().filter(|extent| **extent != 1).count() > 1 {
            return Err(Error::input(format!("an array of texts of shape {:?}; one column is needed", self.shape)));
        }
        let (mut words, mut entry) = (Vec::new(), vec![0; self.size]);
        for _ in 0..self.count {
            reader.read_exact(&mut entry).map_err(|_| self.short())?;
            words.push(self.word(&entry)?);
        }
        nothing_left(&mut reader)?;
        Ok(words)
    }

    /// The entries as doubles, `None` for those that are none.
    fn values<T: npyz::Deserialize + std::fmt::Display + Copy>(
        &self,
        reader: &mut impl Read,
        double: impl Fn(T) -> Option<f64>,
    ) -> Result<Vec<f64>> {
        let entries = NpyFile::with_header(self.header.clone(), reader).data::<T>();
        let entries = entries.map_err(|e| Error::input(format!("not a file of NumPy: {}", reason(&e))))?;
        let mut values = Vec::with_capacity(self.vouched);
        for (index, entry) in entries.enumerate() {
            let entry = entry.map_err(|e| match e.kind() {
                std::io::ErrorKind::UnexpectedEof => self.short(),
                _ => unreadable(&e),
            })?;
            values.push(double(entry).ok_or_else(|| {
                Error::input(format!("number {index} (from 0) is {entry}, beyond 2^53: doubles would round it"))
            })?);
        }
        Ok(values)
    }

    /// A text from its bytes: code points of four bytes each (U), or bytes (S), filled up with zeros.
    fn word(&self, entry: &[u8]) -> Result<String> {
        let fail = || Error::input("a text that is not Unicode");
        let text = match self.kind.type_char() {
            TypeChar::UnicodeStr => {
                let point = |bytes: &[u8]| {
                    let four = [bytes[0], bytes[1], bytes[2], bytes[3]];
                    char::from_u32(match self.kind.endianness() {
                        Endianness::Big => u32::from_be_bytes(four),
                        _ => u32::from_le_bytes(four),
                    })
                };
                entry.chunks_exact(4).map(point).collect::<Option<String>>().ok_or_else(fail)?
            }
            _ => String::from_utf8(entry.to_vec()).map_err(|_| fail())?,
        };
        Ok(text.trim_end_matches('\0').to_string())
    }
}

/// The bytes before the data.
fn header(reader: &mut impl Read) -> Result<Vec<u8>> {
    let mut text = vec![0; 10];
    reader.read_exact(&mut text).map_err(|e| unreadable(&e))?;
    let length = match text[6] {
        1 => usize::from(u16::from_le_bytes([text[8], text[9]])),
        _ => {
            text.resize(12, 0);
            reader.read_exact(&mut text[10..]).map_err(|e| unreadable(&e))?;
            u32::from_le_bytes([text[8], text[9], text[10], text[11]]) as usize
        }
    };
    if length > LONGEST_HEADER {
        return Err(Error::input(format!(
            "not a file of NumPy: a header of {length} bytes; read are {LONGEST_HEADER}"
        )));
    }
    let before = text.len();
    text.resize(before + length, 0);
    reader.read_exact(&mut text[before..]).map_err(|e| unreadable(&e))?;
    // The parser of the header goes down into brackets by recursion.
    if text[before..].iter().filter(|byte| b"([{".contains(byte)).count() > MOST_BRACKETS {
        return Err(Error::input("an array of records, not of numbers; save one field or column of it"));
    }
    Ok(text)
}

/// Several arrays in one file, or a damaged one: nothing is left out in silence.
fn nothing_left(reader: &mut impl BufRead) -> Result<()> {
    let left = reader.fill_buf().map_err(|e| unreadable(&e))?.len();
    match left {
        0 => Ok(()),
        _ => {
            Err(Error::input(format!("{} or more after the array; a file of one array is needed", count(left, "byte"))))
        }
    }
}

/// The indices of an entry, from its place where the last index runs fastest.
fn place(shape: &[usize], mut index: usize) -> String {
    let mut indices: Vec<usize> = shape
        .iter()
        .rev()
        .map(|extent| {
            let at = index % extent;
            index /= extent;
            at
        })
        .collect();
    indices.reverse();
    format!("{indices:?}")
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

/// What the parser of headers says, in one line: its picture of the place and control characters are left out.
fn reason(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let picture = |line: &str| line.trim_start().starts_with(|c: char| c == '|' || c == '-' || c.is_ascii_digit());
    let lines = text.lines().enumerate().filter(|(index, line)| *index == 0 || !picture(line));
    let lines: Vec<&str> = lines.map(|(_, line)| line.trim()).collect();
    lines.join(" ").replace(char::is_control, " ").replace(" = ", ", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_index_runs_fastest() {
        // Index (i, j, k) of shape (2, 3, 4): i + 2 j + 6 k against 12 i + 4 j + k.
        for (i, j, k) in (0..24).map(|n| (n / 12, n / 4 % 3, n % 4)) {
            assert_eq!(super::fortran(&[2, 3, 4], 12 * i + 4 * j + k), i + 2 * j + 6 * k);
            assert_eq!(super::place(&[2, 3, 4], 12 * i + 4 * j + k), format!("[{i}, {j}, {k}]"));
        }
    }
}
