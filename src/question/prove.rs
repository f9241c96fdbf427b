//! Theorems about all degrees.

use super::decay::{power, shifted};
use super::place::Place;
use super::{Answer, Question};
use crate::decay::{Bounds, Conclusion, ProvedPower, ParityProof, Positivity, Proof, ProvedLaw};
use crate::error::Result;
use crate::number::Digits;
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::Args;
use rug::{Float, Rational};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct ProveQuestion {
    #[command(flatten)]
    #[serde(flatten)]
    place: Place,
}

/// Theorems about all degrees.
#[derive(Serialize, JsonSchema)]
pub(super) struct ProveAnswer {
    #[serde(flatten)]
    document: Document,
    #[serde(skip)]
    proof: Proof,
}

#[derive(Serialize, JsonSchema)]
struct Document {
    kernel: String,
    dim: u64,
    parities: Vec<Row>,
    bounds: Vec<Bound>,
    positive: Option<bool>,
    /// Why, or which eigenvalues are not.
    positivity: String,
    trace: Option<Trace>,
    /// Why there is no trace.
    trace_unknown: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Row {
    parity: String,
    exponent: Option<String>,
    constant: Option<String>,
    constant_error: Option<String>,
    /// The law is approached like m^-rate.
    rate: Option<String>,
    correction: Option<String>,
    c: Option<String>,
    from_degree: Option<u64>,
    decreasing_from: Option<u64>,
    exceptions: Vec<u64>,
    statement: String,
    status: String,
}

#[derive(Serialize, JsonSchema)]
struct Bound {
    parity: String,
    lower: String,
    upper: String,
    from_degree: u64,
}

#[derive(Serialize, JsonSchema)]
struct Trace {
    sum: String,
    error: String,
    at_one: String,
    from_degree: u64,
    holds: bool,
}

/// Digits of constants that are written with their error.
const CONSTANT_DIGITS: u32 = 20;

/// x to a few digits, rounded upward or downward.
fn rounded(x: &Float, up: bool) -> String {
    const KEPT: usize = 6;
    let round = if up { rug::float::Round::Up } else { rug::float::Round::Down };
    x.to_string_radix_round(10, Some(KEPT), round)
}

fn constant(law: &ProvedLaw) -> [String; 2] {
    let digits = Digits::Count(CONSTANT_DIGITS);
    let error = digits.written_error(&law.constant.middle, &law.constant.radius.to_float(), None);
    [digits.format(&law.constant.middle), rounded(&error, true)]
}

fn list(degrees: &[u64]) -> String {
    degrees.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// base^exponent
fn raised(base: &str, exponent: &Rational) -> String {
    if exponent.is_integer() { format!("{base}^{exponent}") } else { format!("{base}^({exponent})") }
}

/// The theorem in one line.
fn statement(proof: &ParityProof, p: u64) -> String {
    let parity = proof.parity;
    match &proof.conclusion {
        Conclusion::Finite(exceptions) if exceptions.is_empty() => format!("mu_k = 0 for every {parity} k"),
        Conclusion::Finite(exceptions) => {
            format!("mu_k = 0 for every {parity} k except k = {}, where it is not", list(exceptions))
        }
        Conclusion::Power(ProvedPower::Law(law)) => {
            let m = shifted(p);
            let [value, error] = constant(law);
            format!(
                "|mu_k {raised} / A - 1| <= {c} {tail} for every {parity} k >= {from}, A = {value} up to {error}",
                raised = raised(&m, &law.exponent),
                c = rounded(&law.c.to_float(), true),
                tail = power(&m, &law.rate),
                from = law.from_degree,
            )
        }
        Conclusion::Faster(bound) => format!(
            "|mu_k| <= {} {}^-k for every {parity} k >= 1: the {parity} part of the kernel is analytic on [-1, 1], so \
             its eigenvalues follow no power law",
            rounded(&bound.constant, true),
            rounded(&bound.ratio, false)
        ),
        Conclusion::Power(ProvedPower::Bound(bound)) => format!(
            "|mu_k| <= {} {} for every {parity} k >= 1: no more than a bound, for what the kinks inside (-1, 1) add",
            rounded(&bound.constant, true),
            power(&shifted(p), &bound.exponent)
        ),
        Conclusion::Undecided(why) => format!("nothing: {why}"),
    }
}

impl Row {
    fn new(proof: &ParityProof, p: u64) -> Self {
        let law = match &proof.conclusion {
            Conclusion::Power(ProvedPower::Law(law)) => Some(law),
            _ => None,
        };
        let (value, error) = law.map(|law| <(String, String)>::from(constant(law))).unzip();
        Row {
            parity: proof.parity.to_string(),
            exponent: law.map(|law| law.exponent.to_string()),
            constant: value,
            constant_error: error,
            rate: law.map(|law| law.rate.to_string()),
            correction: law
                .and_then(|law| law.correction.as_ref())
                .filter(|correction| !correction.contains_zero())
                .map(|correction| Digits::Count(6).format(&correction.middle)),
            c: law.map(|law| rounded(&law.c.to_float(), true)),
            from_degree: law.map(|law| law.from_degree),
            decreasing_from: law.and_then(|law| law.decreasing_from),
            exceptions: match &proof.conclusion {
                Conclusion::Finite(exceptions) => exceptions.clone(),
                _ => Vec::new(),
            },
            statement: statement(proof, p),
            status: if proved(proof) { "proved" } else { "undecided" }.to_string(),
        }
    }
}

fn proved(proof: &ParityProof) -> bool {
    !matches!(proof.conclusion, Conclusion::Undecided(_))
}

impl Bound {
    fn new(proof: &ParityProof, bounds: &Bounds) -> Self {
        Bound {
            parity: proof.parity.to_string(),
            lower: rounded(&bounds.lower, false),
            upper: rounded(&bounds.upper, true),
            from_degree: bounds.from_degree,
        }
    }
}

impl Trace {
    fn new(trace: &crate::decay::Trace) -> Self {
        Trace {
            sum: Digits::Count(12).format(&trace.sum.middle),
            error: rounded(
                &Digits::Count(12).written_error(&trace.sum.middle, &trace.sum.radius.to_float(), None),
                true,
            ),
            at_one: Digits::Count(CONSTANT_DIGITS).format(&trace.at_one.middle),
            from_degree: trace.from_degree,
            holds: trace.holds(),
        }
    }
}

impl Question for ProveQuestion {
    const NAME: &'static str = "prove";
    const ABOUT: &'static str =
        "Theorems about all degrees: decay laws with explicit constants, enclosures below them, positivity";

    type Answer = ProveAnswer;

    fn answer(&self, _: &Watch) -> Result<ProveAnswer> {
        let (kernel, sphere) = self.place.read()?;
        let proof = kernel.spectrum(sphere).prove()?;
        let p = sphere.dimension();
        let bound = |parity: &ParityProof| parity.bounds.as_ref().map(|bounds| Bound::new(parity, bounds));
        let document = Document {
            kernel: kernel.to_string(),
            dim: p,
            parities: proof.parities.iter().map(|parity| Row::new(parity, p)).collect(),
            bounds: proof.parities.iter().filter_map(bound).collect(),
            positive: proof.positivity.verdict(),
            positivity: positivity(&proof),
            trace: proof.trace.as_ref().ok().map(Trace::new),
            trace_unknown: proof.trace.as_ref().err().cloned(),
        };
        Ok(ProveAnswer { document, proof })
    }
}

impl Answer for ProveAnswer {
    fn verdict(&self) -> Verdict {
        let decided = self.proof.parities.iter().all(proved) && self.document.positive.is_some();
        if decided { Verdict::Holds } else { Verdict::Undecided }
    }

    fn text(&self) -> String {
        text(&self.proof, &self.document)
    }
}

/// Why every mu_k is positive, or which is not.
fn positivity(proof: &Proof) -> String {
    match &proof.positivity {
        Positivity::Holds(why) => {
            let but = match proof.single_places.as_deref() {
                Some([]) => String::new(),
                Some(places) => {
                    let places: Vec<String> = places.iter().map(ToString::to_string).collect();
                    format!("but for its values at u = {} alone, which no eigenvalue sees, ", places.join(", "))
                }
                None => "but perhaps for its values at single places, which no eigenvalue sees, ".to_string(),
            };
            format!("every mu_k > 0: {but}the kernel is strictly positive definite on the sphere ({why})")
        }
        Positivity::Fails(witnesses) => {
            let list: Vec<String> = witnesses.iter().map(ToString::to_string).collect();
            format!("not every mu_k is positive: {}", list.join("; "))
        }
        Positivity::Undecided(why) => format!("positivity: undecided: {why}"),
    }
}

fn text(proof: &Proof, document: &Document) -> String {
    let p = document.dim;
    let mut out = format!("{} on S^{} in R^{p}\n", document.kernel, p - 1);
    // Writing to a string cannot fail.
    for (parity, row) in proof.parities.iter().zip(&document.parities) {
        let _ = writeln!(out, "\n{} k: {}\n  {}", row.parity, row.status, row.statement);
        if let (Some(correction), Conclusion::Power(ProvedPower::Law(law))) = (&row.correction, &parity.conclusion) {
            let _ = writeln!(out, "  the first correction is {correction} {}", power(&shifted(p), &law.rate));
        }
        if let Some(from) = row.decreasing_from {
            let _ = writeln!(out, "  |mu_(k+2)| < |mu_k| from k = {from} on");
        }
        if let (Some(first), Some(last)) = (parity.rows.first(), parity.rows.last()) {
            let _ = writeln!(out, "  k = {}, ..., {}: enclosed one by one", first.degree, last.degree);
        }
        let bounds = document.bounds.iter().find(|bound| bound.parity == row.parity);
        if let (Some(bound), Conclusion::Power(ProvedPower::Law(law))) = (bounds, &parity.conclusion) {
            let falling = power("k", &law.exponent);
            let _ = writeln!(
                out,
                "  {} {falling} <= mu_k <= {} {falling} for every {} k >= {}",
                bound.lower, bound.upper, row.parity, bound.from_degree
            );
        }
    }
    out.push('\n');
    out.push_str(&document.positivity);
    out.push('\n');
    if let Some(trace) = &document.trace {
        let _ = writeln!(
            out,
            "sum of N mu_k over all k = {} up to {} (laws from k = {} on); kappa(1) = {}: {}",
            trace.sum,
            trace.error,
            trace.from_degree,
            trace.at_one,
            if trace.holds { "contained" } else { "NOT CONTAINED" }
        );
    }
    out
}
