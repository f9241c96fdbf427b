//! The catalogue.

use super::form::csv;
use super::{Answer, Form, Question};
use crate::error::Result;
use crate::kernel::catalogue;
use crate::special::Function;
use crate::watch::Watch;
use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct KernelsQuestion {}

/// The kernels that have a name.
#[derive(Serialize, JsonSchema)]
pub(super) struct KernelsAnswer {
    kernels: Vec<Row>,
}

#[derive(Serialize, JsonSchema)]
struct Row {
    kernel: String,
    formula: &'static str,
    parameters: &'static str,
    about: &'static str,
}

impl Question for KernelsQuestion {
    const NAME: &'static str = "kernels";
    const ABOUT: &'static str = "The catalogue: names, formulas, parameters";

    type Answer = KernelsAnswer;

    fn answer(&self, _: &Watch) -> Result<KernelsAnswer> {
        let kernels = catalogue::entries().map(|entry| Row {
            kernel: entry.signature(),
            formula: entry.formula,
            parameters: entry.allowed,
            about: entry.about,
        });
        Ok(KernelsAnswer { kernels: kernels.collect() })
    }
}

impl Answer for KernelsAnswer {
    const FORMS: &'static [Form] = &[Form::Text, Form::Csv, Form::Json];

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv(&self.kernels, out)
    }

    fn text(&self) -> String {
        let mut out = String::from("Kernels of u = <x,y>, each a name that formulas may use:\n\n");
        for row in &self.kernels {
            let Row { kernel, formula, parameters, about } = row;
            out += &format!("{kernel}\n    = {formula}\n    {about}\n    {parameters}\n\n");
        }
        out +=
            "Formulas combine these with u, the dimension p, pi, exact decimals, + - * / ^ (rational exponents), \
             and\n\n";
        for function in Function::ALL {
            out += &format!("    {:<15} {}\n", format!("{}(x)", function.name()), function.facts().summary);
        }
        out + &format!(
            "    {:<15} arc-cosine functions kappa_n, n = 0, 1, 2, ...\n\n\
             Kernels and targets may have kinks: abs max min step, where(c, a, b) is a where c > 0 and b elsewhere,\n\
             piecewise(a, s, b, t, c) is a below s, b between s and t, c beyond.\n",
            "arccosN(x)"
        )
    }
}

