//! One self-contained HTML page of all outcomes.

use crate::Outcome;
use crate::claim::{Check, Exhibit};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use zonal::verdict::Verdict;

const STYLE: &str = "body{font:16px/1.5 Helvetica,Arial,sans-serif;margin:2em auto;max-width:75em;padding:0 \
    1em;color:#222}\
table{border-collapse:collapse;width:100%;margin:1em 0}th,td{border-bottom:1px solid #ccc;padding:.35em \
.6em;text-align:left;vertical-align:top}\
td.number{font-family:Menlo,Consolas,monospace;font-size:85%;overflow-wrap:anywhere}\
.holds{color:#00664d}.fails{color:#b00020;font-weight:bold}.undecided{color:#8a6d00;font-weight:bold}\
figure{margin:1em 0}svg{max-width:100%;height:auto}details summary{cursor:pointer}";

/// The page.
pub fn page(outcomes: &[Outcome]) -> String {
    let held = outcomes.iter().filter(|o| o.verdict() == Verdict::Holds).count();
    let seconds: f64 = outcomes.iter().map(|o| o.time.as_secs_f64()).sum();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "zonal: validation" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Statements of the literature, checked" }
                p {
                    "zonal " (env!("CARGO_PKG_VERSION")) ": " (held) " of " (outcomes.len()) " statements hold, in "
                    (format!("{seconds:.0}")) " seconds. A statement holds if all its checks agree within their \
                        tolerances and every \
                    negative control, a wrong statement put to the same test, is refuted."
                }
                table {
                    tr { @for name in ["id", "statement", "source", "verdict", "evidence", "time"] { th { (name) } } }
                    @for outcome in outcomes { (row(outcome)) }
                }
                @for outcome in outcomes { (section(outcome)) }
            }
        }
    }
    .into_string()
}

fn mark(verdict: Verdict) -> Markup {
    let name = verdict.to_string();
    html! { span class=(name) { (name) } }
}

fn row(outcome: &Outcome) -> Markup {
    let evidence = match &outcome.evidence {
        Ok(evidence) => {
            let controls = evidence.checks.iter().filter(|c| c.control).count();
            format!("{} checks, {controls} negative controls", evidence.checks.len() - controls)
        }
        Err(error) => error.to_string(),
    };
    html! {
        tr {
            td { a href=(format!("#{}", outcome.claim.id)) { (outcome.claim.id) } }
            td { (outcome.claim.statement) }
            td { (outcome.claim.source) }
            td { (mark(outcome.verdict())) }
            td { (evidence) }
            td { (format!("{:.1} s", outcome.time.as_secs_f64())) }
        }
    }
}

fn section(outcome: &Outcome) -> Markup {
    html! {
        h2 id=(outcome.claim.id) { (outcome.claim.id) ": " (mark(outcome.verdict())) }
        p { (outcome.claim.statement) }
        @if let Ok(evidence) = &outcome.evidence {
            @for shown in &evidence.tables { (table(shown)) }
            @for (caption, svg) in &evidence.figures {
                figure { (PreEscaped(svg)) figcaption { (caption) } }
            }
            details {
                summary { (evidence.checks.len()) " checks and controls" }
                table {
                    tr { th { "what" } th { "stated" } th { "found" } th { "verdict" } }
                    @for check in &evidence.checks { (line(check)) }
                }
            }
        }
    }
}

fn table(table: &Exhibit) -> Markup {
    html! {
        p { (table.caption) }
        table {
            tr { @for column in &table.columns { th { (column) } } }
            @for row in &table.rows { tr { @for cell in row { td { (cell) } } } }
        }
    }
}

fn line(check: &Check) -> Markup {
    html! {
        tr {
            td { (if check.control { "negative control: " } else { "" }) (check.what) }
            td.number { (check.expected) }
            td.number { (check.found) }
            td { @if check.control && check.verdict == Verdict::Holds { "refuted, as it must \
                be" } @else { (mark(check.verdict)) } }
        }
    }
}
