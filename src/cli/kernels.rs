//! `zonal kernels`: the catalogue.

use super::{Format, Verdict, csv, json};
use crate::error::Result;
use crate::kernel::catalogue;
use crate::report::write_whole;
use crate::special::Function;
use clap::Args;
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Serialize)]
struct Row {
    kernel: String,
    formula: &'static str,
    parameters: &'static str,
    about: &'static str,
}

pub(super) fn run(arguments: &Arguments) -> Result<Verdict> {
    let rows = catalogue::entries().map(|entry| Row {
        kernel: entry.signature(),
        formula: entry.formula,
        parameters: entry.allowed,
        about: entry.about,
    });
    let text = match arguments.format {
        Format::Json => json(&rows.collect::<Vec<_>>())?,
        Format::Csv => csv(rows)?,
        Format::Text => text(rows),
    };
    write_whole(&text, None)?;
    Ok(Verdict::Done)
}

fn text(rows: impl Iterator<Item = Row>) -> String {
    let mut out = String::from("Kernels of u = <x,y>, each a name that formulas may use:\n\n");
    for row in rows {
        out.push_str(&format!("{}\n    = {}\n    {}\n    {}\n\n", row.kernel, row.formula, row.about, row.parameters));
    }
    out.push_str(
        "Formulas combine these with u, the dimension p, pi, exact decimals, + - * / ^ (rational exponents), and\n\n",
    );
    for f in Function::ALL {
        out.push_str(&format!("    {:<15} {}\n", format!("{}(x)", f.name()), f.facts().summary));
    }
    out.push_str(&format!(
        "    {:<15} arc-cosine functions kappa_n, n = 0, 1, 2, ...\n\n\
         Kernels and targets may have kinks: abs max min step, where(c, a, b) is a where c > 0 and b elsewhere,\n\
         piecewise(a, s, b, t, c) is a below s, b between s and t, c beyond.\n",
        "arccosN(x)"
    ));
    out
}
