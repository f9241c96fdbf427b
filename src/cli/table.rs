//! `zonal table`: eigenvalues.

mod records;

use super::{Format, Output, Place, Verdict, abbreviated, degrees, digits_value, json, progress, say};
use crate::error::{Error, Result};
use crate::number::{Approximation, Digits};
use crate::report::{Align, TextTable};
use crate::spectrum::agreement::Comparison;
use crate::spectrum::{Assurance, Eigenvalue, Gap, Method, Rigour, Table};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::fmt::Write;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The degrees: 7, or 0,1,5, or 0..=200, or 0..201, or 0..=1000:10.
    #[arg(long, allow_hyphen_values = true)]
    degrees: String,
    /// Significant digits, 1 to 1000, or f64 for the nearest double.
    #[arg(long, default_value = "f64", allow_hyphen_values = true)]
    digits: String,
    #[command(flatten)]
    output: Output,
    /// The method; auto lets the plan choose. Exact zeros come from structure with every method.
    #[arg(long, default_value = AUTO, value_parser = methods())]
    method: String,
    /// What the errors rest on. best: exact or proved wherever a proof takes at most three times as long as an estimate, or a tenth of a second;
    /// proved: exact or proved, or no value; estimated: whatever is fastest.
    #[arg(long, value_enum, default_value_t = Wanted::Best)]
    rigour: Wanted,
    /// Show exact values in the text table (CSV and JSON always have them).
    #[arg(long)]
    exact: bool,
    /// Compute by every method that applies and say how well they agree; exit code 1 if they do not.
    #[arg(long)]
    agreement: bool,
    /// The same as --rigour proved.
    #[arg(long, conflicts_with = "rigour")]
    certify: bool,
    /// Print the plan and compute nothing.
    #[arg(long)]
    plan: bool,
}

/// No method in particular.
const AUTO: &str = "auto";

/// The names of methods that compute something.
fn methods() -> PossibleValuesParser {
    let computing = Method::ALL.iter().filter(|method| **method != Method::Structure);
    PossibleValuesParser::new([AUTO].into_iter().chain(computing.map(|method| method.name())))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Wanted {
    Best,
    Proved,
    Estimated,
}

impl From<Wanted> for Assurance {
    fn from(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Best => Assurance::Best,
            Wanted::Proved => Assurance::Proved,
            Wanted::Estimated => Assurance::Estimated,
        }
    }
}

#[derive(Default, Serialize)]
struct Row {
    degree: u64,
    multiplicity: String,
    /// None where it was not found.
    eigenvalue: Option<String>,
    exact: Option<String>,
    error: Option<String>,
    rigour: Option<String>,
    method: Option<String>,
    /// Why there is no eigenvalue.
    reason: Option<String>,
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
fn rows(table: &Table) -> Vec<Row> {
    let mut rows: Vec<Row> = table.rows.iter().map(Row::from).chain(table.gaps.iter().map(Row::from)).collect();
    rows.sort_by_key(|row| row.degree);
    rows
}

#[derive(Serialize)]
struct Agreement {
    first: String,
    second: String,
    degrees: usize,
    worst_degree: u64,
    difference: f64,
    agree: bool,
}

impl From<&Comparison> for Agreement {
    fn from(c: &Comparison) -> Self {
        Agreement {
            first: c.first.to_string(),
            second: c.second.to_string(),
            degrees: c.degrees,
            worst_degree: c.worst_degree,
            difference: c.difference,
            agree: c.agree,
        }
    }
}

#[derive(Serialize)]
struct Document {
    kernel: String,
    dim: u64,
    domain: String,
    digits: serde_json::Value,
    rows: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<Vec<Agreement>>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Verdict> {
    let (kernel, domain) = arguments.place.read_anywhere()?;
    let degrees = degrees::parse_degrees(&arguments.degrees)?;
    let digits: Digits = arguments.digits.parse()?;
    let assurance = if arguments.certify { Assurance::Proved } else { arguments.rigour.into() };
    let mut spectrum = kernel.spectrum(domain).with_digits(digits).rigour(assurance);
    if let Some(method) = Method::ALL.iter().find(|method| method.name() == arguments.method) {
        spectrum = spectrum.method(*method);
    }
    let help = |error| match error {
        Error::Unable(why) if assurance == Assurance::Proved => {
            Error::unable(format!("{why}; --rigour best gives estimates where there is no proof"))
        }
        other => other,
    };
    let plan = spectrum.plan_with_gaps(&degrees).map_err(help)?;
    if arguments.plan {
        arguments.output.write(&plan.to_string())?;
        return Ok(Verdict::Done);
    }
    progress::announce(plan.seconds());
    let agreement = || arguments.agreement.then(|| spectrum.agreement(&degrees)).transpose();
    let (written, summary, comparisons) = match arguments.output.format {
        Format::Csv => {
            let (written, summary) = records::written(&spectrum, &plan).map_err(help)?;
            (written, summary, agreement()?)
        }
        format => {
            let table = spectrum.carry_out(&plan).map_err(help)?;
            let comparisons = agreement()?;
            let written = match format {
                Format::Json => json(&Document::new(&table, comparisons.as_deref()))?,
                _ => text(&table, arguments.exact, comparisons.as_deref())?,
            };
            (vec![written], Summary::of(&table), comparisons)
        }
    };
    if assurance == Assurance::Best {
        summary.say_estimated();
    }
    arguments.output.write_parts(&written)?;
    if arguments.output.format == Format::Csv {
        comparisons.iter().flatten().for_each(|comparison| say(&sentence(comparison)));
    }
    match comparisons.iter().flatten().all(|c| c.agree) {
        true => Ok(summary.verdict()),
        false => Ok(Verdict::DoesNotHold),
    }
}

/// What is said of a table beside its rows.
#[derive(Default)]
struct Summary {
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
    fn of(table: &Table) -> Self {
        let mut summary = Summary::default();
        summary.add(table);
        summary
    }

    fn add(&mut self, table: &Table) {
        let missing: Vec<&Gap> = table.gaps.iter().filter(|gap| gap.written().is_none()).collect();
        self.count += table.rows.len() + table.gaps.len();
        self.values += table.rows.len();
        self.estimated += table.rows.iter().filter(|row| row.rigour == Rigour::Estimated).count();
        self.missing += missing.len();
        if self.first.is_none() {
            self.first = missing.first().map(|gap| (gap.degree, gap.reason.clone()));
        }
    }

    /// Rows without gaps, none of them estimated.
    fn add_proved(&mut self, rows: usize) {
        self.count += rows;
        self.values += rows;
    }

    /// That rows are estimated, which is not what is wanted most.
    fn say_estimated(&self) {
        if self.estimated > 0 {
            let what = match (self.estimated, self.values) {
                (1, 1) => "error of the eigenvalue is".to_string(),
                (1, rows) => format!("error of 1 of {rows} eigenvalues is"),
                (count, rows) => format!("errors of {count} of {rows} eigenvalues are"),
            };
            say(&format!("zonal: the {what} estimated; --rigour proved tries to prove them, or says why it cannot"));
        }
    }

    /// Says which degrees have no value.
    fn verdict(&self) -> Verdict {
        let Some((degree, reason)) = &self.first else { return Verdict::Done };
        say(&format!(
            "zonal: {} of {} degrees have no value; the first is {degree}: {}",
            self.missing,
            self.count,
            abbreviated(&reason.to_string())
        ));
        Verdict::Undecided
    }
}

impl Document {
    fn new(table: &Table, comparisons: Option<&[Comparison]>) -> Self {
        Document {
            kernel: table.kernel.to_string(),
            dim: table.domain.dimension(),
            domain: table.domain.name(),
            digits: digits_value(table.digits),
            rows: rows(table),
            agreement: comparisons.map(|list| list.iter().map(Agreement::from).collect()),
        }
    }
}

fn text(table: &Table, exact: bool, comparisons: Option<&[Comparison]>) -> Result<String> {
    let mut columns = vec![("k", Align::Right), ("N(p,k)", Align::Right), ("mu_k", Align::Left)];
    columns.extend([("error", Align::Left), ("rigour", Align::Left), ("method", Align::Left)]);
    if exact {
        columns.push(("exact", Align::Left));
    }
    let gaps = table.gaps.iter().any(|gap| gap.written().is_none());
    if gaps {
        columns.push(("reason", Align::Left));
    }
    let mut lines = TextTable::new(columns);
    for row in rows(table) {
        let value = row.eigenvalue.unwrap_or_else(|| "-".to_string());
        let rest = [row.error, row.rigour, row.method].map(Option::unwrap_or_default);
        let mut cells = vec![row.degree.to_string(), short_integer(&row.multiplicity), value];
        cells.extend(rest);
        if exact {
            cells.push(row.exact.unwrap_or_default());
        }
        if gaps {
            cells.push(row.reason.unwrap_or_default());
        }
        lines.row(cells);
    }
    let mut out = format!("{} on {}\n{lines}", table.kernel, table.domain.symbol());
    if table.is_complete() {
        let last = table.rows.len() - 1;
        let shown = |x: &Approximation| {
            let digits = if table.digits == Digits::Double { Digits::Count(15) } else { table.digits };
            let x = Approximation { digits, ..x.clone() };
            (x.to_string(), x.decimal_error())
        };
        let ((trace, off), (at_one, off_at_one)) = (shown(&table.trace()), shown(&table.value_at_one));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "sum of N mu_k, k = 0..={last}: {trace} (error {off}), kappa(1) = {at_one} (error {off_at_one}), difference {}",
            table.rest()
        );
    }
    for comparison in comparisons.unwrap_or_default() {
        let _ = writeln!(out, "{}", sentence(comparison));
    }
    if comparisons.is_some_and(<[Comparison]>::is_empty) {
        out.push_str("agreement: only one method applies, nothing to compare\n");
    }
    Ok(out)
}

fn sentence(c: &Comparison) -> String {
    format!(
        "agreement: {} and {} on {} degrees: largest difference {:.1e} at k = {}: {}",
        c.first,
        c.second,
        c.degrees,
        c.difference,
        c.worst_degree,
        if c.agree { "agree within their errors" } else { "DISAGREE" }
    )
}

/// An integer for a column: in full up to 24 digits, else its size.
fn short_integer(digits: &str) -> String {
    match digits.len() {
        0..=24 => digits.to_string(),
        // Four digits, cut.
        more => format!("~{}.{}e{}", &digits[..1], &digits[1..4], more - 1),
    }
}
