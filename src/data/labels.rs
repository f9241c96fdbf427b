//! Labels of points: numbers, or words that name classes.

use super::Array;
use super::file::{Entries, Form, Header, Kind, Rows, complaint, count, entries, is_rounded_integer, kind};
use crate::error::{Error, Result};
use std::io::Read;
use std::path::Path;

/// Labels, one for each point: numbers, or words, which are numbered as classes in alphabetical order.
///
/// ```
/// use zonal::data::Labels;
/// let labels = Labels::of_words(vec!["dog".into(), "cat".into(), "dog".into()]);
/// assert_eq!(labels.values(), [1.0, 0.0, 1.0]);
/// assert_eq!(labels.names().unwrap(), ["cat", "dog"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    values: Vec<f64>,
    names: Option<Vec<String>>,
}

/// A label in a text file: its line, its place there, what stands there.
struct Entry {
    line: u64,
    column: usize,
    text: String,
}

impl Labels {
    /// Labels that are numbers already, kept as they are; they name no classes.
    pub fn of_numbers(values: Vec<f64>) -> Self {
        Labels { values, names: None }
    }

    /// Labels that are words: classes in alphabetical order, numbered from 0 on.
    pub fn of_words(words: Vec<String>) -> Self {
        let mut names = words.clone();
        names.sort();
        names.dedup();
        let number = |word| names.binary_search(word).map_or(f64::NAN, |index| index as f64);
        Labels { values: words.iter().map(number).collect(), names: Some(names) }
    }

    /// Reads the labels of `count` points: a column or a row of a file that
    /// [`Array::read_with`](super::Array::read_with) reads, or of words (in a file of NumPy: texts). What a person
    /// should know
    /// about how they were read comes with them.
    ///
    /// A first line is a header if there is one line more than points and it is a word or `0`, the name that pandas
    /// gives.
    ///
    /// # Errors
    /// `Input`, with the file's name, for another number of labels, several columns, numbers beside words, what is
    /// missing or not finite, and what `Array::read_with` refuses.
    pub fn read(path: &Path, count: usize, header: Header) -> Result<(Self, Vec<String>)> {
        let labels = Form::open(path).and_then(|form| match form {
            Form::Npy(reader, bytes) => match entries(reader, bytes)? {
                Entries::Words(words) => Ok((Labels::of_words(counted(words, count)?), Vec::new())),
                Entries::Numbers(array) => Ok((Labels::of_numbers(counted(one_column(array)?, count)?), Vec::new())),
            },
            Form::Text(reader) => Self::text(reader, count, header),
        });
        labels.map_err(|e| e.within(path.display()))
    }

    fn text(reader: impl Read, points: usize, header: Header) -> Result<(Self, Vec<String>)> {
        let mut rows = Rows::new(reader)?;
        let mut found = Vec::new();
        let (mut lines, mut columns) = (0, 1);
        while let Some(row) = rows.next()? {
            let cells = rows.cells(&row)?;
            (lines, columns) = (lines + 1, columns.max(cells.len()));
            if lines > 1 && columns > 1 {
                return Err(Error::input(format!("labels in {columns} columns; one is needed")));
            }
            let entry = |(column, cell): (usize, _)| Entry { line: row.line, column, text: String::from(cell) };
            found.extend((1..).zip(cells).map(entry));
        }
        let comma = rows.comma();
        let mut notes = Vec::new();
        if is_header(&found, points, header, comma) {
            let name = found.remove(0).text;
            if header == Header::Auto {
                notes.push(format!("first line taken as header ({name})"));
            }
        }
        if rows.comments() > 0 {
            notes.push(format!("{} beginning with # left out", super::file::count(rows.comments(), "comment line")));
        }
        let found = counted(found, points)?;
        let numbers = found.iter().filter(|entry| matches!(kind(&entry.text, comma), Kind::Number(_))).count();
        let labels = if numbers > 0 { numeric(&found, comma)? } else { verbal(found, comma)? };
        Ok((labels, notes))
    }

    /// The numbers; of words, which they are in [`Labels::names`].
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The words that name the classes, in alphabetical order; none for numbers.
    pub fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    /// The number of labels, as many as there are points.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// A label as it is written: a word, or the shortest decimal of a number.
    pub fn written(&self, index: usize) -> String {
        written(self.values[index], self.names())
    }
}

/// A class as it is written.
pub(crate) fn written(value: f64, names: Option<&[String]>) -> String {
    match names {
        Some(names) => names.get(value as usize).cloned().unwrap_or_default(),
        None => value.to_string(),
    }
}

/// The number of points decides what a first line is.
fn is_header(found: &[Entry], points: usize, header: Header, comma: bool) -> bool {
    let Some(first) = found.first() else { return false };
    let names = || match kind(&first.text, comma) {
        Kind::Number(_) => first.text == "0",
        Kind::Word => true,
        Kind::Empty | Kind::Missing | Kind::Numeral => false,
    };
    match header {
        Header::Yes => true,
        Header::No => false,
        Header::Auto if found.len() == points + 1 => names(),
        // A word above numbers is a header; how many they are is another question.
        Header::Auto => {
            let number = |entry: &Entry| matches!(kind(&entry.text, comma), Kind::Number(_));
            found.len() > 1 && found.len() != points && names() && !number(first) && found[1..].iter().all(number)
        }
    }
}

fn counted<T>(found: Vec<T>, points: usize) -> Result<Vec<T>> {
    if found.len() != points {
        return Err(Error::input(format!("{} for {}", count(found.len(), "label"), count(points, "point"))));
    }
    Ok(found)
}

fn one_column(array: Array) -> Result<Vec<f64>> {
    if array.shape.iter().filter(|extent| **extent != 1).count() > 1 {
        let columns = array.shape.last().copied().unwrap_or(0);
        return Err(Error::input(format!("labels in {columns} columns; one is needed")));
    }
    Ok(array.values)
}

/// Labels of which one at least is a number: all must be.
fn numeric(found: &[Entry], comma: bool) -> Result<Labels> {
    let value = |entry: &Entry| match kind(&entry.text, comma) {
        Kind::Number(x) if x.is_finite() && !is_rounded_integer(&entry.text) => Ok(x),
        Kind::Number(x) if x.is_finite() => {
            Err(entry.fault(format!("{} is beyond 2^53: doubles would round it", entry.text)))
        }
        Kind::Word => Err(entry.fault(format!("'{}' is not a number, and others are", entry.text))),
        _ => Err(entry.fault(complaint(&entry.text, comma))),
    };
    found.iter().map(value).collect::<Result<Vec<f64>>>().map(Labels::of_numbers)
}

/// Labels of which none is a number: words, none missing.
fn verbal(found: Vec<Entry>, comma: bool) -> Result<Labels> {
    match found.iter().find(|entry| matches!(kind(&entry.text, comma), Kind::Empty | Kind::Missing)) {
        Some(entry) => {
            Err(entry.fault(format!("'{}' is what stands for a missing value; name the class otherwise", entry.text)))
        }
        None => Ok(Labels::of_words(found.into_iter().map(|entry| entry.text).collect())),
    }
}

impl Entry {
    fn fault(&self, what: String) -> Error {
        Error::input(format!("line {}, column {}: {what}", self.line, self.column))
    }
}
