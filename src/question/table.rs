//! Eigenvalues.

mod rows;
mod summary;
mod text;

use super::parameter::{DigitsWritten, Words, doubles};
use super::place::{Place, Subject};
use super::{Answer, Form, Question, degrees};
use crate::error::{Error, Result};
use crate::number::Digits;
use crate::spectrum::agreement::MethodAgreement;
use crate::spectrum::{Assurance, Method, Plan, Spectrum};
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use rows::{Row, Rows};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::{self, Write};
use summary::Summary;

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct TableQuestion {
    #[command(flatten)]
    #[serde(flatten)]
    place: Place,
    /// The degrees: 7, or 0,1,5, or 0..=200, or 0..201, or 0..=1000:10.
    #[arg(long, allow_hyphen_values = true)]
    degrees: Words,
    /// Significant digits, 1 to 1000, or f64 for the nearest double.
    #[arg(long, default_value_t = doubles(), allow_hyphen_values = true)]
    #[serde(default = "doubles")]
    digits: Words,
    /// The method; auto lets the plan choose. Exact zeros come from structure with every method.
    #[arg(long, default_value_t = auto(), value_parser = methods())]
    #[serde(default = "auto")]
    method: String,
    /// What the errors rest on. best: exact or proved wherever a proof takes at most three times as long as an
    /// estimate, or a tenth of a second; proved: exact or proved, or no value; estimated: whatever is fastest.
    #[arg(long, value_enum, default_value_t = Wanted::Best)]
    #[serde(default)]
    rigour: Wanted,
    /// Show exact values in the text table (CSV and JSON always have them).
    #[arg(long)]
    #[serde(default)]
    exact: bool,
    /// Compute by every method that applies and say how well they agree; exit code 1 if they do not.
    #[arg(long)]
    #[serde(default)]
    agreement: bool,
    /// The same as --rigour proved.
    #[arg(long, conflicts_with = "rigour")]
    #[serde(default)]
    certify: bool,
    /// Print the plan and compute nothing.
    #[arg(long)]
    #[serde(default)]
    plan: bool,
}

/// No method in particular.
const AUTO: &str = "auto";

fn auto() -> String {
    AUTO.to_string()
}

/// Methods that compute something.
fn computing_methods() -> impl Iterator<Item = &'static Method> {
    Method::ALL.iter().filter(|method| **method != Method::Structure)
}

fn methods() -> PossibleValuesParser {
    PossibleValuesParser::new([AUTO].into_iter().chain(computing_methods().map(|method| method.name())))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    #[default]
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

#[derive(Serialize, JsonSchema)]
struct Agreement {
    first: String,
    second: String,
    degrees: usize,
    worst_degree: u64,
    difference: f64,
    agree: bool,
}

impl From<&MethodAgreement> for Agreement {
    fn from(c: &MethodAgreement) -> Self {
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

/// Eigenvalues, or the plan of their computation.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum TableAnswer {
    Table(Box<Eigenvalues>),
    Plan(Planned),
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Eigenvalues {
    #[serde(flatten)]
    subject: Subject,
    digits: DigitsWritten,
    #[schemars(with = "Vec<Row>")]
    rows: Rows,
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<Vec<Agreement>>,
    #[serde(skip)]
    verdict: Verdict,
    #[serde(skip)]
    shows_exact: bool,
}

/// Who would compute what.
#[derive(Serialize, JsonSchema)]
pub(super) struct Planned {
    #[serde(flatten)]
    subject: Subject,
    digits: DigitsWritten,
    plan: Vec<PlannedRow>,
    #[serde(skip)]
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct PlannedRow {
    /// None where the degrees are refused.
    method: Option<&'static str>,
    proved: bool,
    degrees: usize,
    first: Option<u64>,
    last: Option<u64>,
    /// What the method expects to need, or why the degrees are refused.
    detail: String,
    /// Processor time, a rough guess.
    seconds: f64,
}

impl Planned {
    fn new(spectrum: &Spectrum, plan: &Plan) -> Self {
        let ends = |degrees: &[u64]| (degrees.len(), degrees.first().copied(), degrees.last().copied());
        let assigned = plan.assignments.iter().map(|a| {
            let (degrees, first, last) = ends(&a.degrees);
            let (method, detail) = (Some(a.method.name()), a.detail.clone());
            PlannedRow { method, proved: a.proved, degrees, first, last, detail, seconds: a.seconds }
        });
        let refused = plan.refused.iter().map(|refused| {
            let (degrees, first, last) = ends(&refused.degrees);
            let detail = refused.reason.to_string();
            PlannedRow { method: None, proved: false, degrees, first, last, detail, seconds: 0.0 }
        });
        Planned {
            subject: Subject::new(spectrum.kernel(), spectrum.domain()),
            digits: plan.digits.into(),
            plan: assigned.chain(refused).collect(),
            text: plan.to_string(),
        }
    }
}

impl TableQuestion {
    fn assurance(&self) -> Assurance {
        if self.certify { Assurance::Proved } else { self.rigour.into() }
    }

    fn spectrum(&self) -> Result<Spectrum> {
        let (kernel, domain) = self.place.read_anywhere()?;
        let digits: Digits = self.digits.parse()?;
        let spectrum = kernel.spectrum(domain).with_digits(digits).rigour(self.assurance());
        if self.method == AUTO {
            return Ok(spectrum);
        }
        match computing_methods().find(|method| method.name() == self.method) {
            Some(method) => Ok(spectrum.method(*method)),
            None => {
                let names: Vec<&str> = computing_methods().map(|method| method.name()).collect();
                Err(Error::input(format!("no method '{}'; there are {AUTO}, {}", self.method, names.join(", "))))
            }
        }
    }
}

impl Question for TableQuestion {
    const NAME: &'static str = "table";
    const ABOUT: &'static str = "A table of eigenvalues mu_k";

    type Answer = TableAnswer;

    fn answer(&self, watch: &Watch) -> Result<TableAnswer> {
        if self.certify && self.rigour == Wanted::Estimated {
            return Err(Error::input("'certify' is the same as the rigour 'proved'; 'estimated' is asked for as well"));
        }
        let spectrum = self.spectrum()?;
        let degrees = degrees::parse_degrees(&self.degrees)?;
        let help = |error| match error {
            Error::Unable(why) if self.assurance() == Assurance::Proved => {
                Error::unable(format!("{why}; --rigour best gives estimates where there is no proof"))
            }
            other => other,
        };
        let plan = spectrum.plan_with_gaps(&degrees).map_err(help)?;
        if self.plan {
            return Ok(TableAnswer::Plan(Planned::new(&spectrum, &plan)));
        }
        watch.expect(plan.seconds());
        let (mut parts, mut summary) = (Vec::new(), Summary::default());
        let keep = |part| {
            summary.add(&part);
            parts.push(part);
            Ok(())
        };
        spectrum.carry_out_in_parts(&plan, keep).map_err(help)?;
        let comparisons = self.agreement.then(|| spectrum.agreement(&degrees)).transpose()?;
        if self.assurance() == Assurance::Best {
            summary.note_estimated(watch);
        }
        summary.note_missing(watch);
        let agreement: Option<Vec<Agreement>> =
            comparisons.as_ref().map(|list| list.iter().map(Agreement::from).collect());
        let differ = agreement.iter().flatten().any(|comparison| !comparison.agree);
        Ok(TableAnswer::Table(Box::new(Eigenvalues {
            subject: Subject::new(spectrum.kernel(), spectrum.domain()),
            digits: plan.digits.into(),
            rows: Rows { spectrum, parts },
            verdict: if differ { Verdict::Fails } else { summary.verdict() },
            agreement,
            shows_exact: self.exact,
        })))
    }
}

impl Answer for TableAnswer {
    const FORMS: &'static [Form] = &[Form::Text, Form::Csv, Form::Json];

    fn verdict(&self) -> Verdict {
        match self {
            TableAnswer::Table(table) => table.verdict,
            TableAnswer::Plan(_) => Verdict::Holds,
        }
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            TableAnswer::Table(table) => table.rows.csv(out),
            TableAnswer::Plan(plan) => super::form::csv(&plan.plan, out),
        }
    }

    fn beside_csv(&self) -> Vec<String> {
        match self {
            TableAnswer::Table(table) => table.agreement.iter().flatten().map(Agreement::to_string).collect(),
            TableAnswer::Plan(_) => Vec::new(),
        }
    }

    fn text(&self) -> String {
        match self {
            TableAnswer::Table(table) => text::text(table),
            TableAnswer::Plan(plan) => plan.text.clone(),
        }
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Agreement { first, second, degrees, worst_degree, difference, agree } = self;
        let verdict = if *agree { "agree within their errors" } else { "DISAGREE" };
        write!(
            f,
            "agreement: {first} and {second} on {degrees} degrees: largest difference {difference:.1e} at k = \
             {worst_degree}: {verdict}"
        )
    }
}
