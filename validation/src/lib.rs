//! Checks of the statements of the literature.
//!
//! One module of [`theorems`] and one binary per statement: its head gives statement, hypotheses and source, its
//! constants the parameters. Every module returns evidence: checks, each two-sided with a named tolerance, and at least
//! one negative control, a wrong statement that the same check must refute. The default binary runs all of them and
//! writes the report.

pub mod claim;
pub mod decay;
pub mod dense;
pub mod growth;
pub mod monte_carlo;
pub mod rate;
pub mod report;
pub mod summary;
pub mod theorems;

use claim::{Claim, Evidence, Exhibit};
use clap::{Parser, ValueEnum};
use serde::Serialize;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use zonal::Result;
use zonal::report::{Align, TextTable};
use zonal::verdict::Verdict;

/// A statement and the function that checks it.
#[derive(Clone, Copy, Debug)]
pub struct Theorem {
    /// The statement.
    pub claim: Claim,
    /// Gathers the evidence.
    pub check: fn() -> Result<Evidence>,
}

/// A statement that was checked.
#[derive(Debug)]
pub struct Outcome {
    /// The statement.
    pub claim: Claim,
    /// The evidence, or why there is none.
    pub evidence: Result<Evidence>,
    /// How long it took.
    pub time: Duration,
}

impl Theorem {
    /// Checks the statement.
    pub fn run(&self) -> Outcome {
        let start = Instant::now();
        let evidence = (self.check)();
        Outcome { claim: self.claim, evidence, time: start.elapsed() }
    }
}

impl Outcome {
    /// The verdict; an error decides nothing.
    pub fn verdict(&self) -> Verdict {
        self.evidence.as_ref().map_or(Verdict::Undecided, Evidence::verdict)
    }
}

/// 0 holds, 1 fails, 3 undecided, as of the command line.
pub fn exit_code(verdict: Verdict) -> ExitCode {
    ExitCode::from(match verdict {
        Verdict::Holds => 0,
        Verdict::Fails => 1,
        Verdict::Undecided => 3,
    })
}

/// Says why there is no answer: bad input, or a file that cannot be written.
pub fn unanswered(error: &zonal::Error) -> ExitCode {
    eprintln!("{error}");
    ExitCode::from(2)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Checks one statement; the exit code is 0 if it holds, 1 if it fails, 3 if that could not be decided, 2 if
/// the result cannot be written.
#[derive(Debug, Parser)]
struct Arguments {
    /// The form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// A check as JSON.
#[derive(Serialize)]
struct CheckRecord<'a> {
    what: &'a str,
    expected: &'a str,
    found: &'a str,
    verdict: String,
    control: bool,
}

/// An outcome as JSON.
#[derive(Serialize)]
pub struct Record<'a> {
    id: &'a str,
    statement: &'a str,
    source: &'a str,
    verdict: String,
    error: Option<String>,
    checks: Vec<CheckRecord<'a>>,
    tables: Vec<&'a Exhibit>,
    seconds: f64,
}

impl<'a> From<&'a Outcome> for Record<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        let checks = outcome.evidence.iter().flat_map(|e| &e.checks);
        Record {
            id: outcome.claim.id,
            statement: outcome.claim.statement,
            source: outcome.claim.source,
            verdict: outcome.verdict().to_string(),
            error: outcome.evidence.as_ref().err().map(ToString::to_string),
            checks: checks
                .map(|c| CheckRecord {
                    what: &c.what,
                    expected: &c.expected,
                    found: &c.found,
                    verdict: c.verdict.to_string(),
                    control: c.control,
                })
                .collect(),
            tables: outcome.evidence.iter().flat_map(|e| &e.tables).collect(),
            seconds: outcome.time.as_secs_f64(),
        }
    }
}

/// The whole of a theorem's binary.
pub fn main(theorem: &Theorem) -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = theorem.run();
    let text = match arguments.format {
        Format::Json => serde_json::to_string_pretty(&Record::from(&outcome)).unwrap_or_default() + "\n",
        Format::Text => text(&outcome),
    };
    match zonal::report::write_whole(&text, None) {
        Ok(()) => exit_code(outcome.verdict()),
        Err(error) => unanswered(&error),
    }
}

fn text(outcome: &Outcome) -> String {
    let mut out = format!("{}\n{}\n{}\n\n", outcome.claim.id, outcome.claim.statement, outcome.claim.source);
    match &outcome.evidence {
        Ok(evidence) => {
            for c in &evidence.checks {
                let kind = if c.control { "control, must be refuted" } else { "check" };
                out +=
                    &format!("{} ({kind}): {}\n  stated  {}\n  found   {}\n", c.verdict, c.what, c.expected, c.found);
            }
        }
        Err(error) => out += &format!("no evidence: {error}\n"),
    }
    for shown in outcome.evidence.iter().flat_map(|evidence| &evidence.tables) {
        let mut table = TextTable::new(shown.columns.iter().map(|column| (column.as_str(), Align::Left)));
        shown.rows.iter().for_each(|row| table.row(row.iter().cloned()));
        out += &format!("\n{}\n{table}", shown.caption);
    }
    out + &format!("\nverdict: {} ({:.1} s)\n", outcome.verdict(), outcome.time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One code for undecided, that of the command line.
    #[test]
    fn verdicts_have_the_exit_codes_of_the_command_line() {
        let code = |verdict| format!("{:?}", exit_code(verdict));
        for (verdict, expected) in [(Verdict::Holds, 0), (Verdict::Fails, 1), (Verdict::Undecided, 3)] {
            assert_eq!(code(verdict), format!("{:?}", ExitCode::from(expected)));
        }
    }
}
