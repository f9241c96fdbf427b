//! The lines of a text file that have cells.

use super::dialect::Dialect;
use super::lines::Lines;
use crate::error::{Error, Result};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::Read;

/// A line that has cells.
#[derive(Debug)]
pub(in crate::data) struct Row {
    /// Its number in the file, from 1 on.
    pub(in crate::data) line: u64,
    text: String,
    /// A blank line between the row before and this one.
    gap: Option<u64>,
}

/// The lines of a text file but those that are blank or comments (`#` is their first character); one separator and one
/// decimal sign for all.
pub(in crate::data) struct Rows<R: Read> {
    lines: Lines<R>,
    /// Read ahead to see what separates the cells.
    sample: VecDeque<Row>,
    dialect: Dialect,
    comments: usize,
    begun: bool,
}

/// Lines and bytes that are read ahead.
const SAMPLE: (usize, usize) = (100, 1 << 16);

impl<R: Read> Rows<R> {
    /// Reads ahead and decides what separates the cells.
    ///
    /// # Errors
    /// `Input` for what is no text.
    pub(in crate::data) fn new(reader: R) -> Result<Self> {
        let (lines, dialect) = (Lines::new(reader), Dialect::of(&[]));
        let mut rows = Rows { lines, sample: VecDeque::new(), dialect, comments: 0, begun: false };
        let (mut sample, mut bytes) = (VecDeque::new(), 0);
        while sample.len() < SAMPLE.0 && bytes < SAMPLE.1 {
            let Some(row) = rows.read()? else { break };
            bytes += row.text.len();
            sample.push_back(row);
        }
        let texts: Vec<&str> = sample.iter().map(|row| row.text.as_str()).collect();
        rows.dialect = Dialect::of(&texts);
        rows.sample = sample;
        Ok(rows)
    }

    /// The next row of the file.
    fn read(&mut self) -> Result<Option<Row>> {
        let mut gap = None;
        while let Some((line, text)) = self.lines.next()? {
            match text.trim_start() {
                "" => gap = Some(line).filter(|_| self.begun),
                text if text.starts_with('#') => self.comments += 1,
                _ => {
                    self.begun = true;
                    return Ok(Some(Row { line, text, gap }));
                }
            }
        }
        Ok(None)
    }

    /// The next row.
    ///
    /// # Errors
    /// `Input` for what is no text.
    pub(in crate::data) fn next(&mut self) -> Result<Option<Row>> {
        match self.sample.pop_front() {
            Some(row) => Ok(Some(row)),
            None => self.read(),
        }
    }

    /// The cells of a row.
    ///
    /// # Errors
    /// `Input` for a quote that is not closed, and for a blank line before a row of one cell: it may be a missing
    /// value.
    pub(in crate::data) fn cells<'a>(&self, row: &'a Row) -> Result<Vec<Cow<'a, str>>> {
        let cells = self.dialect.split(&row.text).map_err(|e| e.within(format!("line {}", row.line)))?;
        match row.gap {
            Some(line) if cells.len() == 1 => {
                Err(Error::input(format!("line {line} is blank; in a file of one column that may be a missing value")))
            }
            _ => Ok(cells),
        }
    }

    /// Whether numbers have a decimal comma.
    pub(in crate::data) fn comma(&self) -> bool {
        self.dialect.comma
    }

    /// The comment lines so far.
    pub(in crate::data) fn comments(&self) -> usize {
        self.comments
    }
}
