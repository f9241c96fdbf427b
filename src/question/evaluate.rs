//! Values of a kernel.

use super::form::csv;
use super::parameter::{DigitsWritten, Words, doubles};
use super::{Answer, Form, Question};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{Kernel, Value, parse_point};
use crate::number::Digits;
use crate::report::{Align, TextTable};
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::Args;
use rug::Rational;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct EvaluateQuestion {
    /// The kernel: a name such as ntk(3) or a formula in u.
    #[arg(long, allow_hyphen_values = true)]
    kernel: String,
    /// The points u in [-1, 1], exact decimals or fractions: 1,0.5,-1/3.
    #[arg(long, allow_hyphen_values = true)]
    at: Words,
    /// The dimension p, for kernels that depend on it.
    #[arg(long, allow_hyphen_values = true)]
    dim: Option<Words>,
    /// Significant digits, 1 to 1000, or f64 for the nearest double.
    #[arg(long, default_value_t = doubles(), allow_hyphen_values = true)]
    #[serde(default = "doubles")]
    digits: Words,
}

#[derive(Serialize, JsonSchema)]
struct Row {
    u: String,
    /// None where there is no value, with the reason.
    value: Option<String>,
    exact: Option<String>,
    error: Option<String>,
    rigour: Option<&'static str>,
    reason: Option<String>,
}

/// Values, and the points without one.
#[derive(Serialize, JsonSchema)]
pub(super) struct EvaluateAnswer {
    kernel: String,
    dim: Option<u64>,
    digits: DigitsWritten,
    rows: Vec<Row>,
}

impl Question for EvaluateQuestion {
    const NAME: &'static str = "evaluate";
    const ABOUT: &'static str = "Values of a kernel at points u";

    type Answer = EvaluateAnswer;

    fn answer(&self, watch: &Watch) -> Result<EvaluateAnswer> {
        let kernel = Kernel::parse(&self.kernel)?;
        let dimension = self.dim.as_deref().map(Sphere::parse).transpose()?.map(|sphere| sphere.dimension());
        let digits: Digits = self.digits.parse()?;
        let points: Vec<(&str, Rational)> =
            self.at.split(',').map(|text| Ok((text.trim(), parse_point(text)?))).collect::<Result<_>>()?;
        let mut rows = Vec::with_capacity(points.len());
        let mut missing: Option<Error> = None;
        for (text, u) in &points {
            match kernel.evaluate_at(u, dimension, digits) {
                Ok(value) => rows.push(row(text, &value)),
                Err(error @ (Error::Domain(_) | Error::Unable(_))) => {
                    rows.push(gap(text, &error));
                    missing.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        if let Some(error) = missing {
            // No value at all is an error; one that is missing leaves the others.
            let gaps = rows.iter().filter(|row| row.value.is_none()).count();
            if gaps == rows.len() {
                return Err(error);
            }
            watch.note(&format!("{gaps} of {} points have no value: {error}", rows.len()));
        }
        Ok(EvaluateAnswer { kernel: kernel.to_string(), dim: dimension, digits: digits.into(), rows })
    }
}

impl Answer for EvaluateAnswer {
    const FORMS: &'static [Form] = &[Form::Text, Form::Csv, Form::Json];

    fn verdict(&self) -> Verdict {
        if self.rows.iter().any(|row| row.value.is_none()) { Verdict::Undecided } else { Verdict::Holds }
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv(&self.rows, out)
    }

    fn text(&self) -> String {
        let gaps = self.rows.iter().any(|row| row.value.is_none());
        let mut columns =
            vec![("u", Align::Right), ("value", Align::Left), ("error", Align::Left), ("exact", Align::Left)];
        if gaps {
            columns.push(("reason", Align::Left));
        }
        let mut table = TextTable::new(columns);
        for row in &self.rows {
            let cell = |x: &Option<String>| x.clone().unwrap_or_default();
            let value = row.value.clone().unwrap_or_else(|| "-".to_string());
            let mut cells = vec![row.u.clone(), value, cell(&row.error), cell(&row.exact)];
            if gaps {
                cells.push(cell(&row.reason));
            }
            table.row(cells);
        }
        format!("{}\n{table}", self.kernel)
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
