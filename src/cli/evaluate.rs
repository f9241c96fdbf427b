//! `zonal evaluate`: values of a kernel.

use super::{Format, Output, Verdict, csv, digits_value, json, say};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{Kernel, Value, parse_point};
use crate::number::Digits;
use crate::report::{Align, TextTable};
use clap::Args;
use rug::Rational;
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The kernel: a name such as ntk(3) or a formula in u.
    #[arg(long, allow_hyphen_values = true)]
    kernel: String,
    /// The points u in [-1, 1], exact decimals or fractions: 1,0.5,-1/3.
    #[arg(long, allow_hyphen_values = true)]
    at: String,
    /// The dimension p, for kernels that depend on it.
    #[arg(long, allow_hyphen_values = true)]
    dim: Option<String>,
    /// Significant digits, 1 to 1000, or f64 for the nearest double.
    #[arg(long, default_value = "f64", allow_hyphen_values = true)]
    digits: String,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Row {
    u: String,
    /// None where there is no value, with the reason.
    value: Option<String>,
    exact: Option<String>,
    error: Option<String>,
    rigour: Option<&'static str>,
    reason: Option<String>,
}

#[derive(Serialize)]
struct Document {
    kernel: String,
    dim: Option<u64>,
    digits: serde_json::Value,
    rows: Vec<Row>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Verdict> {
    let kernel = Kernel::parse(&arguments.kernel)?;
    let dimension = arguments.dim.as_deref().map(Sphere::parse).transpose()?.map(|sphere| sphere.dimension());
    let digits: Digits = arguments.digits.parse()?;
    let points: Vec<(&str, Rational)> =
        arguments.at.split(',').map(|text| Ok((text.trim(), parse_point(text)?))).collect::<Result<_>>()?;
    let mut rows = Vec::with_capacity(points.len());
    let mut missing: Option<Error> = None;
    for (text, u) in &points {
        match kernel.evaluate_at(u, dimension, digits) {
            Ok(value) => rows.push(row(text, &value)),
            Err(error @ Error::Input(_)) => return Err(error),
            Err(error) => {
                rows.push(gap(text, &error));
                missing.get_or_insert(error);
            }
        }
    }
    // No value at all is an error; one that is missing leaves the others.
    let gaps = rows.iter().filter(|row| row.value.is_none()).count();
    if let Some(error) = missing.clone().filter(|_| gaps == rows.len()) {
        return Err(error);
    }
    let text = match arguments.output.format {
        Format::Json => {
            json(&Document { kernel: kernel.to_string(), dim: dimension, digits: digits_value(digits), rows })?
        }
        Format::Csv => csv(rows)?,
        Format::Text => {
            let mut columns =
                vec![("u", Align::Right), ("value", Align::Left), ("error", Align::Left), ("exact", Align::Left)];
            if gaps > 0 {
                columns.push(("reason", Align::Left));
            }
            let mut table = TextTable::new(columns);
            for row in rows {
                let value = row.value.unwrap_or_else(|| "-".to_string());
                let mut cells = vec![row.u, value, row.error.unwrap_or_default(), row.exact.unwrap_or_default()];
                if gaps > 0 {
                    cells.push(row.reason.unwrap_or_default());
                }
                table.row(cells);
            }
            format!("{kernel}\n{table}")
        }
    };
    arguments.output.write(&text)?;
    match missing {
        Some(error) => {
            say(&format!("zonal: {gaps} of {} points have no value: {error}", points.len()));
            Ok(Verdict::Undecided)
        }
        None => Ok(Verdict::Done),
    }
}

fn gap(u: &str, reason: &Error) -> Row {
    Row { u: u.to_string(), value: None, exact: None, error: None, rigour: None, reason: Some(reason.to_string()) }
}

fn row(u: &str, value: &Value) -> Row {
    Row {
        u: u.to_string(),
        value: Some(value.to_string()),
        exact: value.exact.as_ref().map(ToString::to_string),
        error: Some(value.decimal_error()),
        rigour: Some(if value.exact.is_some() { "exact" } else { "rigorous" }),
        reason: None,
    }
}
