//! What is said of a table beside its rows.

use crate::error::Error;
use crate::report::abbreviated;
use crate::spectrum::{Gap, TablePart, Rigour};
use crate::verdict::Verdict;
use crate::watch::Watch;

#[derive(Default)]
pub(super) struct Summary {
    /// Degrees asked for.
    count: usize,
    /// Eigenvalues whose error is an estimate, among all.
    estimated: usize,
    values: usize,
    /// Degrees without a value, and why the first has none.
    missing: usize,
    first: Option<(u64, Error)>,
}

impl Summary {
    pub(super) fn add(&mut self, part: &TablePart) {
        let table = match part {
            TablePart::Table(table) => table,
            // Without gaps, and proved.
            TablePart::Long(rows) => {
                self.count += rows.len();
                self.values += rows.len();
                return;
            }
        };
        let missing: Vec<&Gap> = table.gaps.iter().filter(|gap| gap.written().is_none()).collect();
        self.count += table.rows.len() + table.gaps.len();
        self.values += table.rows.len();
        self.estimated += table.rows.iter().filter(|row| row.rigour == Rigour::Estimated).count();
        self.missing += missing.len();
        if self.first.is_none() {
            self.first = missing.first().map(|gap| (gap.degree, gap.reason.clone()));
        }
    }

    /// Says that rows are estimated, which is not what is wanted most.
    pub(super) fn note_estimated(&self, watch: &Watch) {
        if self.estimated > 0 {
            let what = match (self.estimated, self.values) {
                (1, 1) => "error of the eigenvalue is".to_string(),
                (1, rows) => format!("error of 1 of {rows} eigenvalues is"),
                (count, rows) => format!("errors of {count} of {rows} eigenvalues are"),
            };
            watch.note(&format!("the {what} estimated; --rigour proved tries to prove them, or says why it cannot"));
        }
    }

    /// Says which degrees have no value.
    pub(super) fn note_missing(&self, watch: &Watch) {
        if let Some((degree, reason)) = &self.first {
            let reason = abbreviated(&reason.to_string());
            let (missing, count) = (self.missing, self.count);
            watch.note(&format!("{missing} of {count} degrees have no value; the first is {degree}: {reason}"));
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        if self.first.is_some() { Verdict::Undecided } else { Verdict::Holds }
    }
}
