//! The records of a table, in parts where it is long.

use super::{Summary, rows};
use crate::cli::csv;
use crate::domain::Domain;
use crate::error::{Error, Result};
use crate::spectrum::{LongRow, Part, Plan, Rigour, Spectrum};
use rayon::prelude::*;

/// Rows written by one thread at a time.
const RUN: usize = 4096;

/// The table of a plan as CSV, with what is to be said of it.
pub(super) fn written(spectrum: &Spectrum, plan: &Plan) -> Result<(Vec<String>, Summary)> {
    let (mut texts, mut summary) = (Vec::new(), Summary::default());
    spectrum.carry_out_in_parts(plan, |part| {
        match part {
            Part::Table(table) => {
                summary.add(&table);
                let mut own = csv(rows(&table))?;
                if !texts.is_empty() {
                    // One header is enough.
                    own = own.split_off(end_of_line(&own));
                }
                texts.push(own);
            }
            Part::Long(long) => {
                if texts.is_empty() {
                    let mut header = csv([super::Row::default()])?;
                    header.truncate(end_of_line(&header));
                    texts.push(header);
                }
                summary.add_proved(long.len());
                let runs = long.par_chunks(RUN).map(|run| records(spectrum, run));
                texts.extend(runs.collect::<Result<Vec<String>>>()?);
            }
        }
        Ok(())
    })?;
    Ok((texts, summary))
}

/// Behind the first line.
fn end_of_line(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |end| end + 1)
}

/// Rows of increasing degrees, without a header. Multiplicities come from the one before.
fn records(spectrum: &Spectrum, rows: &[LongRow]) -> Result<String> {
    let fail = |e: &dyn std::fmt::Display| Error::unable(format!("cannot write CSV: {e}"));
    let domain = spectrum.domain();
    let mut writer = ::csv::WriterBuilder::new().has_headers(false).from_writer(Vec::with_capacity(160 * rows.len()));
    let mut known = None;
    for row in rows {
        let multiplicity = match known.take() {
            Some((k, n)) if k + 1 == row.degree => domain.next_multiplicity(k, n),
            _ => domain.multiplicity(row.degree),
        };
        let (degree, count) = (row.degree.to_string(), multiplicity.to_string());
        let ((value, error), method) = (row.decimal(), row.method().name());
        let (exact, rigour) = if row.is_zero() { ("0", Rigour::Exact) } else { ("", Rigour::Rigorous) };
        let rigour = rigour.to_string();
        let cells = [&degree, &count, &value, exact, &error, &rigour, method, ""];
        writer.write_record(cells).map_err(|e| fail(&e))?;
        known = Some((row.degree, multiplicity));
    }
    let bytes = writer.into_inner().map_err(|e| fail(&e))?;
    String::from_utf8(bytes).map_err(|e| fail(&e))
}
