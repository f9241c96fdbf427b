//! The rows of a table, written one after the other however many they are.

use crate::domain::{Domain, Multiplicity};
use crate::question::form::csv;
use crate::report::abbreviated;
use crate::spectrum::{Eigenvalue, Gap, LongRow, Method, TablePart, Rigour, Spectrum, Table};
use crate::watch;
use rayon::prelude::*;
use rug::Integer;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// A degree of a table.
#[derive(Default, Serialize, JsonSchema)]
pub(super) struct Row {
    pub(super) degree: u64,
    #[serde(serialize_with = "in_full")]
    #[schemars(with = "String")]
    pub(super) multiplicity: Count,
    /// None where it was not found.
    pub(super) eigenvalue: Option<String>,
    pub(super) exact: Option<String>,
    pub(super) error: Option<String>,
    pub(super) rigour: Option<&'static str>,
    pub(super) method: Option<&'static str>,
    /// Why there is no eigenvalue.
    pub(super) reason: Option<String>,
}

/// A multiplicity: known from the one before, or computed where it is written in full.
pub(super) enum Count {
    Known(String),
    Asked(Multiplicity),
}

impl Default for Count {
    fn default() -> Self {
        Count::Known(String::new())
    }
}

impl Count {
    /// For a column: in full up to 24 digits, else its size.
    pub(super) fn abbreviated(&self) -> String {
        match self {
            Count::Known(digits) if digits.len() > 24 => {
                // Four digits, cut.
                format!("~{}.{}e{}", &digits[..1], &digits[1..4], digits.len() - 1)
            }
            Count::Known(digits) => digits.clone(),
            Count::Asked(multiplicity) => multiplicity.abbreviated(),
        }
    }
}

fn in_full<S: Serializer>(count: &Count, serializer: S) -> Result<S::Ok, S::Error> {
    match count {
        Count::Known(digits) => serializer.serialize_str(digits),
        Count::Asked(multiplicity) => serializer.collect_str(multiplicity),
    }
}

impl From<&Eigenvalue> for Row {
    fn from(row: &Eigenvalue) -> Self {
        let (eigenvalue, error) = row.decimal_and_error();
        Row {
            degree: row.degree,
            multiplicity: Count::Asked(row.multiplicity.clone()),
            eigenvalue: Some(eigenvalue),
            exact: row.exact.as_ref().map(ToString::to_string),
            error: Some(error),
            rigour: Some(row.rigour.name()),
            method: Some(row.method.name()),
            reason: None,
        }
    }
}

impl From<&Gap> for Row {
    fn from(gap: &Gap) -> Self {
        let (eigenvalue, error) = gap.written().unzip();
        let known = eigenvalue.is_some();
        Row {
            degree: gap.degree,
            multiplicity: Count::Asked(gap.multiplicity.clone()),
            eigenvalue,
            exact: None,
            error,
            rigour: known.then(|| Rigour::Rigorous.name()),
            method: known.then(|| Method::ClosedForm.name()),
            reason: (!known).then(|| abbreviated(&gap.reason.to_string())),
        }
    }
}

/// The rows of a table and its gaps, by degree.
fn rows(table: &Table) -> Vec<Row> {
    let mut rows: Vec<Row> = table.rows.iter().map(Row::from).chain(table.gaps.iter().map(Row::from)).collect();
    rows.sort_by_key(|row| row.degree);
    rows
}

/// Rows of increasing degrees; multiplicities come from the one before.
fn long_rows(domain: &dyn Domain, rows: &[LongRow]) -> impl Iterator<Item = Row> {
    let mut known: Option<(u64, Integer)> = None;
    rows.iter().map(move |row| {
        let multiplicity = match known.take() {
            Some((k, n)) if k + 1 == row.degree => domain.next_multiplicity(k, n),
            _ => domain.multiplicity(row.degree),
        };
        let ((value, error), zero) = (row.decimal(), row.is_zero());
        let text = multiplicity.to_string();
        known = Some((row.degree, multiplicity));
        Row {
            degree: row.degree,
            multiplicity: Count::Known(text),
            eigenvalue: Some(value),
            exact: zero.then(|| "0".to_string()),
            error: Some(error),
            rigour: Some(if zero { Rigour::Exact } else { Rigour::Rigorous }.name()),
            method: Some(row.method().name()),
            reason: None,
        }
    })
}

/// Rows written by one thread at a time.
const RUN: usize = 4096;

/// All rows, in parts as they were computed.
pub(super) struct Rows {
    pub(super) spectrum: Spectrum,
    pub(super) parts: Vec<TablePart>,
}

impl Rows {
    /// One after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = Row> {
        self.parts.iter().flat_map(|part| -> Box<dyn Iterator<Item = Row>> {
            match part {
                TablePart::Table(table) => Box::new(rows(table).into_iter()),
                TablePart::Long(long) => Box::new(long_rows(self.spectrum.domain(), long)),
            }
        })
    }

    /// As CSV, by all threads.
    pub(super) fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut header = Vec::new();
        csv([Row::default()], &mut header)?;
        let end = header.iter().position(|byte| *byte == b'\n').map_or(header.len(), |end| end + 1);
        out.write_all(&header[..end])?;
        // One header is enough; nothing has none.
        let records = |rows: &mut dyn Iterator<Item = Row>| -> io::Result<Vec<u8>> {
            watch::check();
            let mut own = Vec::new();
            csv(rows, &mut own)?;
            own.drain(..end.min(own.len()));
            Ok(own)
        };
        for part in &self.parts {
            match part {
                TablePart::Table(table) => out.write_all(&records(&mut rows(table).into_iter())?)?,
                TablePart::Long(long) => {
                    let domain = self.spectrum.domain();
                    let runs = long.par_chunks(RUN).map(|run| records(&mut long_rows(domain, run)));
                    for run in runs.collect::<io::Result<Vec<_>>>()? {
                        out.write_all(&run)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
