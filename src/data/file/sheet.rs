//! Tables of numbers in text files.

use super::cell::is_plain_decimal;
use super::{Header, Kind, Row, Rows, complaint, count, kind};
use crate::data::Array;
use crate::error::{Error, Result};
use std::borrow::Cow;
use std::io::Read;

/// Names of columns that are seldom coordinates; lower case.
const LABELS: [&str; 16] = [
    "label",
    "labels",
    "target",
    "targets",
    "y",
    "class",
    "classes",
    "index",
    "id",
    "idx",
    "row",
    "species",
    "outcome",
    "response",
    "output",
    "unnamed: 0",
];

/// Names of coordinates, whatever stands beside them.
const COORDINATES: [&str; 7] = ["x", "y", "z", "w", "t", "u", "v"];

/// How to say what the first line is.
const REMEDY: &str = "--header yes takes them as names, --header no as numbers";

/// The numbers of a text file in rows and columns, and what a reader should know about how they were read.
///
/// # Errors
/// `Input` for what is no number, not finite, or in another number of columns than the first line; for a first line
/// that may be names or numbers.
pub(in crate::data) fn sheet(reader: impl Read, header: Header) -> Result<(Array, Vec<String>)> {
    let mut rows = Rows::new(reader)?;
    let mut sheet = Sheet::default();
    while let Some(row) = rows.next()? {
        let cells = rows.cells(&row)?;
        match sheet.first {
            None => sheet.begin(&row, &cells, header, rows.comma())?,
            Some(_) => sheet.add(&row, &cells, rows.comma())?,
        }
    }
    if rows.comments() > 0 {
        sheet.notes.push(format!("{} beginning with # left out", count(rows.comments(), "comment line")));
    }
    sheet.finish()
}

/// A table as far as it was read.
#[derive(Default)]
struct Sheet {
    /// The line that says how many columns there are.
    first: Option<u64>,
    names: Vec<String>,
    columns: usize,
    rows: usize,
    values: Vec<f64>,
    notes: Vec<String>,
    /// A first line 0, 1, 2, ..., refused if a second follows.
    counts: Option<String>,
    /// A first line 1, 2, 3, ..., or 0 alone: taken as numbers, with a word if a second follows.
    doubt: Option<String>,
    /// A number with a decimal comma that may group thousands, and none yet that cannot.
    grouped: Option<String>,
    plain: bool,
}

impl Sheet {
    /// The first line: names, or numbers.
    fn begin(&mut self, row: &Row, cells: &[Cow<'_, str>], header: Header, comma: bool) -> Result<()> {
        (self.first, self.columns) = (Some(row.line), cells.len());
        let names = match header {
            Header::Yes => true,
            Header::No => false,
            Header::Auto => is_header(row, cells, comma)?,
        };
        if !names {
            let is = |from: usize| cells.iter().enumerate().all(|(i, cell)| *cell == (i + from).to_string());
            self.counts = (header == Header::Auto && cells.len() > 1 && is(0)).then(|| shown(cells));
            if header == Header::Auto && (is(0) && cells.len() == 1 || is(1) && cells.len() > 2) {
                self.doubt = Some(shown(cells));
            }
            return self.add(row, cells, comma);
        }
        self.names = cells.iter().map(|cell| cell.to_string()).collect();
        if header == Header::Auto {
            self.notes.push(format!("first line taken as header ({})", shown(cells)));
        }
        if !self.names.iter().all(|name| COORDINATES.contains(&name.to_lowercase().as_str())) {
            for (column, name) in (1..).zip(&self.names) {
                if LABELS.contains(&name.to_lowercase().as_str()) {
                    self.notes.push(format!("column {column} is called '{name}' and is taken as a coordinate"));
                }
            }
        }
        Ok(())
    }

    /// A line of numbers.
    fn add(&mut self, row: &Row, cells: &[Cow<'_, str>], comma: bool) -> Result<()> {
        let (line, first) = (row.line, self.first.unwrap_or(row.line));
        if let (Some(cells), true) = (&self.counts, line != first) {
            return Err(Error::input(format!(
                "line {first} is {cells}: the names that pandas writes for columns without names, or numbers? {REMEDY}"
            )));
        }
        if cells.len() != self.columns {
            let found = count(cells.len(), "number");
            let wanted = match &self.names[..] {
                [] => format!("line {first} {}", count(self.columns, "number")),
                names => {
                    let words: Vec<Cow<'_, str>> = names.iter().map(|name| name.as_str().into()).collect();
                    format!("the header in line {first} has {} ({})", count(self.columns, "name"), shown(&words))
                }
            };
            return Err(Error::input(format!("line {line} has {found}, {wanted}")));
        }
        self.values.reserve(cells.len());
        for (column, cell) in (1..).zip(cells) {
            match kind(cell, comma) {
                Kind::Number(x) if x.is_finite() => self.values.push(x),
                _ => return Err(wrong(line, column, cell, comma)),
            }
            if comma && !self.plain && cell.contains(',') {
                self.plain = is_plain_decimal(cell);
                self.grouped.get_or_insert_with(|| cell.to_string());
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// What can be said of all lines only.
    fn finish(mut self) -> Result<(Array, Vec<String>)> {
        if let (Some(cells), true) = (&self.doubt, self.rows > 1) {
            self.notes.push(format!("the first line, {cells}, is taken as numbers; {REMEDY}"));
        }
        if let (Some(cell), false) = (&self.grouped, self.plain) {
            let (point, none) = (cell.replace(',', "."), cell.replace(',', ""));
            return Err(Error::input(format!(
                "'{cell}' is {point} with a decimal comma, {none} if the comma groups thousands, and no number of the \
                 file tells; write points"
            )));
        }
        let unnamed = self.names.first().is_some_and(|name| name.is_empty() || name.to_lowercase() == "unnamed: 0");
        let first = self.values.first().copied().unwrap_or(0.0);
        let counts = || (0..self.rows).all(|row| self.values[row * self.columns] == first + row as f64);
        if unnamed && self.columns > 1 && self.rows > 1 && counts() {
            return Err(Error::input(format!(
                "column 1 has no name and counts the rows from {first} on: the index that pandas and R write; write \
                 without it (index=False, row.names=FALSE), \
                 or give the column a name"
            )));
        }
        Ok((Array { shape: vec![self.rows, self.columns], values: self.values }, self.notes))
    }
}

/// Whether a first line is names: no cell is a number, or looks like one to people.
fn is_header(row: &Row, cells: &[Cow<'_, str>], comma: bool) -> Result<bool> {
    let kinds: Vec<Kind> = cells.iter().map(|cell| kind(cell, comma)).collect();
    let is_number = |kind: &Kind| matches!(kind, Kind::Number(_));
    if kinds.iter().all(is_number) {
        return Ok(false);
    }
    let numbers = kinds.iter().any(is_number);
    let spoils = |kind: &Kind| match kind {
        Kind::Number(_) => false,
        Kind::Word => numbers,
        Kind::Empty => numbers || !kinds.contains(&Kind::Word),
        Kind::Missing | Kind::Numeral => true,
    };
    let Some(column) = kinds.iter().position(spoils) else { return Ok(true) };
    let rest = || cells[1..].iter().enumerate().all(|(i, cell)| *cell == i.to_string());
    let hint = match numbers {
        true if column == 0 && cells.len() > 1 && cells[0].is_empty() && rest() => {
            "; pandas writes such a line with its index: write without it (index=False, header=False)"
        }
        true => "; a header has no numbers, unless --header yes",
        false => "; if these are names, --header yes",
    };
    let complaint = complaint(&cells[column], comma);
    Err(Error::input(format!("line {}, column {}: {complaint}{hint}", row.line, column + 1)))
}

/// What is no finite number, and where.
fn wrong(line: u64, column: usize, cell: &str, comma: bool) -> Error {
    Error::input(format!("line {line}, column {column}: {}", complaint(cell, comma)))
}

/// The first cells of a line.
fn shown(cells: &[Cow<'_, str>]) -> String {
    const MOST: usize = 5;
    let more = if cells.len() > MOST { ", ..." } else { "" };
    format!("{}{more}", cells[..cells.len().min(MOST)].join(", "))
}
