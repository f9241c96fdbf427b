//! A table as text.

use super::Eigenvalues;
use super::rows::{Row, Rows};
use crate::number::{Approximation, Digits};
use crate::report::{Align, TextTable};
use crate::spectrum::{TablePart, Table};
use std::fmt::Write;

pub(super) fn text(answer: &Eigenvalues) -> String {
    let (Rows { spectrum, parts }, exact) = (&answer.rows, answer.shows_exact);
    let all: Vec<Row> = answer.rows.iter().collect();
    let mut columns = vec![("k", Align::Right), ("N(p,k)", Align::Right), ("mu_k", Align::Left)];
    columns.extend([("error", Align::Left), ("rigour", Align::Left), ("method", Align::Left)]);
    if exact {
        columns.push(("exact", Align::Left));
    }
    let gaps = all.iter().any(|row| row.reason.is_some());
    if gaps {
        columns.push(("reason", Align::Left));
    }
    let mut lines = TextTable::new(columns);
    for row in all {
        let value = row.eigenvalue.unwrap_or_else(|| "-".to_string());
        let rest = [row.error.as_deref(), row.rigour, row.method].map(|cell| cell.unwrap_or_default().to_string());
        let mut cells = vec![row.degree.to_string(), row.multiplicity.abbreviated(), value];
        cells.extend(rest);
        if exact {
            cells.push(row.exact.unwrap_or_default());
        }
        if gaps {
            cells.push(row.reason.unwrap_or_default());
        }
        lines.row(cells);
    }
    let mut out = format!("{} on {}\n{lines}", answer.subject.kernel, spectrum.domain().symbol());
    // Tables that begin at degree 0 begin with a part that knows kappa(1).
    match &parts[..] {
        [TablePart::Table(table)] => out += &trace(table),
        [TablePart::Table(first), others @ ..] => out += &trace(&spectrum.joined(first, others)),
        _ => {}
    }
    for comparison in answer.agreement.iter().flatten() {
        let _ = writeln!(out, "{comparison}");
    }
    if answer.agreement.as_ref().is_some_and(Vec::is_empty) {
        out.push_str("agreement: only one method applies, nothing to compare\n");
    }
    out
}

/// What the rows add up to, beside kappa(1), if none is missing.
fn trace(table: &Table) -> String {
    if !table.is_complete() {
        return String::new();
    }
    let shown = |x: &Approximation| {
        let digits = if table.digits == Digits::Double { Digits::Count(15) } else { table.digits };
        let x = Approximation { digits, ..x.clone() };
        (x.to_string(), x.decimal_error())
    };
    let last = table.rows.len() - 1;
    let sum = table.trace();
    let ((trace, off), (at_one, off_at_one)) = (shown(&sum), shown(&table.value_at_one));
    format!(
        "sum of N mu_k, k = 0..={last}: {trace} (error {off}), kappa(1) = {at_one} (error {off_at_one}), difference \
         {}\n",
        table.left_by(&sum)
    )
}
