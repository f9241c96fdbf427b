//! `zonal evaluate`: values of a kernel.

use super::{Format, Output, Verdict, csv, digits_value, json};
use crate::error::Result;
use crate::kernel::{Kernel, Value, parse_point};
use crate::number::Digits;
use crate::report::{Align, TextTable};
use crate::sphere::Sphere;
use clap::Args;
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
    value: String,
    exact: Option<String>,
    error: String,
    rigour: &'static str,
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
    let points: Vec<&str> = arguments.at.split(',').collect();
    let mut rows = Vec::with_capacity(points.len());
    for text in points {
        let value = kernel.evaluate_at(&parse_point(text)?, dimension, digits)?;
        rows.push(row(text.trim(), &value));
    }
    let text = match arguments.output.format {
        Format::Json => {
            json(&Document { kernel: kernel.to_string(), dim: dimension, digits: digits_value(digits), rows })?
        }
        Format::Csv => csv(rows)?,
        Format::Text => {
            let columns = [("u", Align::Right), ("value", Align::Left), ("error", Align::Left), ("exact", Align::Left)];
            let mut table = TextTable::new(columns);
            for row in rows {
                table.row([row.u, row.value, row.error, row.exact.unwrap_or_default()]);
            }
            format!("{kernel}\n{table}")
        }
    };
    arguments.output.write(&text)?;
    Ok(Verdict::Done)
}

fn row(u: &str, value: &Value) -> Row {
    Row {
        u: u.to_string(),
        value: value.to_string(),
        exact: value.exact.as_ref().map(ToString::to_string),
        error: value.decimal_error(),
        rigour: if value.exact.is_some() { "exact" } else { "rigorous" },
    }
}
