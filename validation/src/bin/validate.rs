//! Runs every check and writes the report: `cargo run --release -p validation [-- --output report.html]`.

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;
use validation::theorems::ALL;
use validation::{Outcome, Record, Theorem, exit_code, report, summary, unanswered};
use zonal::report::{Align, TextTable, write_whole};
use zonal::verdict::Verdict;

/// Checks all statements; the exit code is 0 if all hold, 1 if one fails, 3 if one could not be decided, 2 for bad
/// input or a file that cannot be written.
#[derive(Debug, Parser)]
struct Arguments {
    /// The HTML report.
    #[arg(long, default_value = "validation.html")]
    output: PathBuf,
    /// The same as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Only statements whose id contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Print the list of all statements as Markdown, docs/theorems.md, and check none.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        return match write_whole(&summary::markdown(), None) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => unanswered(&error),
        };
    }
    let chosen: Vec<_> = ALL.iter().filter(|theorem| theorem.claim.id.contains(&arguments.only)).collect();
    if chosen.is_empty() {
        return unanswered(&zonal::Error::input(format!("no statement contains '{}'", arguments.only)));
    }
    let bar = ProgressBar::new(chosen.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    // Side by side: many have parts that one core does alone.
    let run = |theorem: &Theorem| {
        let outcome = theorem.run();
        bar.inc(1);
        outcome
    };
    let outcomes: Vec<Outcome> = chosen.into_par_iter().with_max_len(1).map(run).collect();
    bar.finish_and_clear();
    let mut table = TextTable::new([
        ("id", Align::Left),
        ("verdict", Align::Left),
        ("checks", Align::Right),
        ("controls", Align::Right),
        ("seconds", Align::Right),
    ]);
    for outcome in &outcomes {
        let checks = outcome.evidence.as_ref().map(|e| e.checks.as_slice()).unwrap_or_default();
        let controls = checks.iter().filter(|c| c.control).count();
        table.row(vec![
            outcome.claim.id.to_string(),
            outcome.verdict().to_string(),
            (checks.len() - controls).to_string(),
            controls.to_string(),
            format!("{:.1}", outcome.time.as_secs_f64()),
        ]);
    }
    let mut text = table.to_string();
    for outcome in &outcomes {
        match &outcome.evidence {
            Err(error) => text += &format!("{}: {error}\n", outcome.claim.id),
            Ok(evidence) => {
                for c in evidence.checks.iter().filter(|c| c.verdict != Verdict::Holds) {
                    text += &format!(
                        "{}: {} {}: stated {}, found {}\n",
                        outcome.claim.id, c.what, c.verdict, c.expected, c.found
                    );
                }
            }
        }
    }
    let records: Vec<Record> = outcomes.iter().map(Record::from).collect();
    let json = serde_json::to_string_pretty(&records).unwrap_or_default() + "\n";
    let written = write_whole(&text, None)
        .and_then(|()| write_whole(&report::page(&outcomes), Some(&arguments.output)))
        .and_then(|()| arguments.json.as_deref().map_or(Ok(()), |file| write_whole(&json, Some(file))));
    if let Err(error) = written {
        return unanswered(&error);
    }
    exit_code(outcomes.iter().map(|o| o.verdict()).max().unwrap_or(Verdict::Undecided))
}
