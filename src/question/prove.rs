//! Theorems about all degrees.

use super::place::Place;
use super::{Answer, Question};
use crate::decay::wording::rounded;
use crate::decay::{Bounds, Conclusion, ParityProof, Proof, ProvedPower};
use crate::error::Result;
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

impl Row {
    fn new(proof: &ParityProof, p: u64) -> Self {
        let law = match &proof.conclusion {
            Conclusion::Power(ProvedPower::Law(law)) => Some(law),
            _ => None,
        };
        let (value, error) = law.map(|law| <(String, String)>::from(law.constant_in_decimals())).unzip();
        Row {
            parity: proof.parity.to_string(),
            exponent: law.map(|law| law.exponent.to_string()),
            constant: value,
            constant_error: error,
            rate: law.map(|law| law.rate.to_string()),
            correction: law.and_then(|law| law.correction_in_decimals()),
            c: law.map(|law| rounded(&law.c.to_float(), true)),
            from_degree: law.map(|law| law.from_degree),
            decreasing_from: law.and_then(|law| law.decreasing_from),
            exceptions: match &proof.conclusion {
                Conclusion::Finite(exceptions) => exceptions.clone(),
                _ => Vec::new(),
            },
            statement: proof.statement(p),
            status: if proof.is_decided() { "proved" } else { "undecided" }.to_string(),
        }
    }
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
        let [sum, error] = trace.sum_in_decimals();
        Trace {
            sum,
            error,
            at_one: trace.at_one_in_decimals(),
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
            positivity: proof.positivity_statement(),
            trace: proof.trace.as_ref().ok().map(Trace::new),
            trace_unknown: proof.trace.as_ref().err().cloned(),
        };
        Ok(ProveAnswer { document, proof })
    }
}

impl Answer for ProveAnswer {
    fn verdict(&self) -> Verdict {
        let decided = self.proof.parities.iter().all(ParityProof::is_decided) && self.document.positive.is_some();
        if decided { Verdict::Holds } else { Verdict::Undecided }
    }

    fn text(&self) -> String {
        format!("{}\n", self.proof)
    }
}
