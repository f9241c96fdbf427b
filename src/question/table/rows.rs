//! The rows of a table, written one after the other however many they are.

use crate::domain::Domain;
use crate::question::form::csv;
use crate::report::abbreviated;
use crate::spectrum::{Eigenvalue, Gap, LongRow, Method, Part, Rigour, Spectrum, Table};
use crate::watch;
use rayon::prelude::*;
use rug::Integer;
use schemars::JsonSchema;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// A degree of a table.
#[derive(Default, Serialize, JsonSchema)]
pub(super) struct Row {
    pub(super) degree: u64,
    pub(super) multiplicity: String,
    /// None where it was not found.
    pub(super) eigenvalue: Option<String>,
    pub(super) exact: Option<String>,
    pub(super) error: Option<String>,
    pub(super) rigour: Option<String>,
    pub(super) method: Option<String>,
    /// Why there is no eigenvalue.
    pub(super) reason: Option<String>,
}

impl From<&Eigenvalue> for Row {
    fn from(row: &Eigenvalue) -> Self {
        Row {
            degree: row.degree,
            multiplicity: row.multiplicity.to_string(),
            eigenvalue: Some(row.decimal()),
            exact: row.exact.as_ref().map(ToString::to_string),
            error: Some(row.decimal_error()),
            rigour: Some(row.rigour.to_string()),
            method: Some(row.method.to_string()),
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
            multiplicity: gap.multiplicity.to_string(),
            eigenvalue,
            exact: None,
            error,
            rigour: known.then(|| Rigour::Rigorous.to_string()),
            method: known.then(|| Method::ClosedForm.to_string()),
            reason: (!known).then(|| abbreviated(&gap.reason.to_string())),
        }
    }
}

/// The rows of a table and its gaps, by degree.
pub(super) fn rows(table: &Table) -> Vec<Row> {
    let mut rows: Vec<Row> = table.rows.iter().map(Row::from).chain(table.gaps.iter().map(Row::from)).collect();
    rows.sort_by_key(|row| row.degree);
    rows
}

/// Rows written by one thread at a time.
const RUN: usize = 4096;

/// All rows, in parts as they were computed.
pub(super) struct Rows {
    pub(super) spectrum: Spectrum,
    pub(super) parts: Vec<Part>,
}

impl Rows {
    /// As CSV, by all threads.
    pub(super) fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut header = Vec::new();
        csv([Row::default()], &mut header)?;
        let end = header.iter().position(|byte| *byte == b'\n').map_or(header.len(), |end| end + 1);
        out.write_all(&header[..end])?;
        for part in &self.parts {
            match part {
                Part::Table(table) => {
                    let mut own = Vec::new();
                    csv(rows(table), &mut own)?;
                    // One header is enough; a table without rows has none.
                    out.write_all(own.get(end..).unwrap_or_default())?;
                }
                Part::Long(long) => {
                    let runs = long.par_chunks(RUN).map(|run| records(self.spectrum.domain(), run));
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
        let mut list = serializer.serialize_seq(None)?;
        let domain = self.spectrum.domain();
        for part in &self.parts {
            match part {
                Part::Table(table) => rows(table).iter().try_for_each(|row| list.serialize_element(row))?,
                Part::Long(long) => {
                    let mut known = None;
                    for row in long {
                        let multiplicity = next_multiplicity(domain, &mut known, row.degree);
                        list.serialize_element(&Row::long(row, multiplicity))?;
                    }
                }
            }
        }
        list.end()
    }
}

/// The multiplicity of a degree, from the one before where that is known.
fn next_multiplicity(domain: &dyn Domain, known: &mut Option<(u64, Integer)>, degree: u64) -> String {
    let multiplicity = match known.take() {
        Some((k, n)) if k + 1 == degree => domain.next_multiplicity(k, n),
        _ => domain.multiplicity(degree),
    };
    let text = multiplicity.to_string();
    *known = Some((degree, multiplicity));
    text
}

impl Row {
    fn long(row: &LongRow, multiplicity: String) -> Self {
        let (value, error) = row.decimal();
        let zero = row.is_zero();
        Row {
            degree: row.degree,
            multiplicity,
            eigenvalue: Some(value),
            exact: zero.then(|| "0".to_string()),
            error: Some(error),
            rigour: Some(if zero { Rigour::Exact } else { Rigour::Rigorous }.to_string()),
            method: Some(row.method().to_string()),
            reason: None,
        }
    }
}

/// Rows of increasing degrees as CSV, without a header.
fn records(domain: &dyn Domain, rows: &[LongRow]) -> io::Result<Vec<u8>> {
    watch::check();
    let mut writer = ::csv::WriterBuilder::new().has_headers(false).from_writer(Vec::with_capacity(160 * rows.len()));
    let mut known = None;
    for row in rows {
        let count = next_multiplicity(domain, &mut known, row.degree);
        let (degree, (value, error), method) = (row.degree.to_string(), row.decimal(), row.method().name());
        let (exact, rigour) = if row.is_zero() { ("0", Rigour::Exact) } else { ("", Rigour::Rigorous) };
        let rigour = rigour.to_string();
        writer.write_record([&degree, &count, &value, exact, &error, &rigour, method, ""])?;
    }
    writer.into_inner().map_err(|e| io::Error::other(e.to_string()))
}
