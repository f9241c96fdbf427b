//! The decay law, predicted and measured.

mod figure;

use super::parameter::Words;
use super::place::Place;
use super::{Answer, Question};
use crate::decay::wording::{power, shifted};
use crate::decay::{ParityDecay, Decay, Measurement, Prediction, Leading};
use crate::error::Result;
use crate::number::Digits;
use crate::report::{Align, TextTable};
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::Args;
use rug::Rational;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct DecayQuestion {
    #[command(flatten)]
    #[serde(flatten)]
    place: Place,
    /// Digits of the predicted constants, 1 to 1000.
    #[arg(long, default_value_t = thirty(), allow_hyphen_values = true)]
    #[serde(default = "thirty")]
    digits: Words,
}

fn thirty() -> Words {
    Words::new("30")
}

/// The law of each parity, predicted and measured.
#[derive(Serialize, JsonSchema)]
pub(super) struct DecayAnswer {
    #[serde(flatten)]
    document: Document,
    #[serde(skip)]
    decay: Decay,
    #[serde(skip)]
    digits: Digits,
}

#[derive(Serialize, JsonSchema)]
struct Document {
    kernel: String,
    dim: u64,
    parities: Vec<Row>,
    hypotheses: Vec<String>,
    verdict: String,
}

#[derive(Serialize, JsonSchema)]
struct Row {
    parity: String,
    vanishes: bool,
    exceptions: Vec<u64>,
    exponent: Option<Exponent>,
    constant: Option<Constant>,
    correction: Option<Correction>,
    onset_degree: Option<u64>,
    /// From which degree on the law outweighs the other terms of the expansion twice; none beyond the range of doubles.
    shows_from_degree: Option<f64>,
    prediction: String,
    measurement: String,
    methods: Vec<String>,
    degrees: Vec<u64>,
    verdict: String,
}

#[derive(Serialize, JsonSchema)]
struct Exponent {
    predicted: Option<String>,
    measured: Option<String>,
    error: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Constant {
    predicted: Option<String>,
    closed_form: Option<String>,
    measured: Option<String>,
    error: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Correction {
    exponent: String,
    coefficient: String,
}

impl Row {
    fn new(c: &ParityDecay, digits: Digits) -> Self {
        let law = match &c.prediction {
            Prediction::Power(Leading::Steady(law)) => Some(law),
            _ => None,
        };
        let measured = match &c.measurement {
            Measurement::Power(measured) => Some(measured),
            _ => None,
        };
        let decimals = measured.map(|m| m.decimals());
        let part = |i: usize| decimals.as_ref().map(|d| d[i].clone()).unzip();
        let [(exponent, exponent_error), (constant, constant_error)] = [part(0), part(1)];
        let any = law.is_some() || measured.is_some();
        Row {
            parity: c.parity.to_string(),
            vanishes: matches!(c.prediction, Prediction::Finite(_)),
            exceptions: match &c.prediction {
                Prediction::Finite(exceptions) => exceptions.clone(),
                _ => Vec::new(),
            },
            exponent: any.then(|| Exponent {
                predicted: law.map(|law| law.exponent.to_string()),
                measured: exponent,
                error: exponent_error,
            }),
            constant: any.then(|| Constant {
                predicted: law.map(|law| digits.format(&law.constant)),
                closed_form: law.and_then(|law| law.closed_form.clone()),
                measured: constant,
                error: constant_error,
            }),
            correction: law.and_then(|law| law.correction.as_ref()).map(|correction| Correction {
                exponent: correction.exponent.to_string(),
                coefficient: digits.format(&correction.coefficient),
            }),
            onset_degree: c.onset,
            shows_from_degree: matches!(c.prediction, Prediction::Power(_))
                .then(|| c.prediction.shows_from().ceil())
                .filter(|k| k.is_finite()),
            prediction: predicted(&c.prediction),
            measurement: measured_in_words(&c.measurement),
            methods: measured.map(|m| m.methods.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            degrees: measured.map(|m| m.degrees.clone()).unwrap_or_default(),
            verdict: c.verdict.to_string(),
        }
    }
}

/// The law alone: its constant stands beside it.
fn predicted(prediction: &Prediction) -> String {
    match prediction {
        Prediction::Power(Leading::Steady(law)) => format!("power law, exponent {}", law.exponent),
        other => other.to_string(),
    }
}

fn measured_in_words(measurement: &Measurement) -> String {
    match measurement {
        Measurement::Vanishes => "nothing: zero by structure".to_string(),
        Measurement::Power(m) if m.changes_sign => "power law of |mu_k|, whose signs change".to_string(),
        Measurement::Power(_) => "power law".to_string(),
        Measurement::Accelerating { exponents } => {
            let list: Vec<String> = exponents.iter().map(|(k, b)| format!("{b:.1} at k = {k}")).collect();
            format!("local exponents grow: {}", list.join(", "))
        }
        Measurement::None(why) => format!("nothing: {why}"),
    }
}

impl Question for DecayQuestion {
    const NAME: &'static str = "decay";
    const ABOUT: &'static str = "The law by which the eigenvalues decay, derived and measured";

    type Answer = DecayAnswer;

    fn answer(&self, _: &Watch) -> Result<DecayAnswer> {
        let (kernel, sphere) = self.place.read()?;
        let digits = match self.digits.parse()? {
            Digits::Count(d) => d,
            Digits::Double => 17,
        };
        let decay = kernel.spectrum(sphere).digits(digits)?.decay()?;
        let digits = Digits::Count(digits);
        let document = Document {
            kernel: kernel.to_string(),
            dim: sphere.dimension(),
            parities: decay.parities.iter().map(|c| Row::new(c, digits)).collect(),
            hypotheses: decay.hypotheses.clone(),
            verdict: decay.verdict().to_string(),
        };
        Ok(DecayAnswer { document, decay, digits })
    }
}

impl Answer for DecayAnswer {
    const FIGURE: Option<&'static str> = Some("eigenvalues and laws");

    fn verdict(&self) -> Verdict {
        self.decay.verdict()
    }

    fn figure(&self) -> Result<Option<String>> {
        figure::draw(&self.decay).map(Some)
    }

    fn text(&self) -> String {
        text(&self.decay, self.digits)
    }
}

/// Why a law was neither confirmed nor refuted.
fn not_refuted(c: &ParityDecay) -> Option<String> {
    if c.verdict != Verdict::Undecided {
        return None;
    }
    let from = c.prediction.shows_from();
    let highest = c.highest()?;
    if from > highest as f64 {
        let from = match from {
            from if from < 1e6 => format!("{:.0}", from.ceil()),
            from if from.is_finite() => format!("{from:.1e}"),
            _ => "e^700".to_string(),
        };
        return Some(format!(
            "undecided: other terms hide the law below about k = {from}; the measurement is of degrees up to k = \
             {highest} alone"
        ));
    }
    match (&c.prediction, &c.measurement) {
        (Prediction::Power(Leading::Steady(_)), Measurement::Power(_)) => {
            let from = c.onset.map_or("a degree that was not found".to_string(), |k| format!("k = {k}"));
            Some(format!("undecided: the law holds within 1% from {from} on; measured was up to k = {highest}"))
        }
        (Prediction::Undecided(_), Measurement::Power(_)) => Some(
            "the measurement is of these degrees alone: without a law nothing tells whether it holds beyond"
                .to_string(),
        ),
        _ => None,
    }
}

fn text(decay: &Decay, digits: Digits) -> String {
    let p = decay.sphere.dimension();
    let m = shifted(p);
    let mut out = format!("{} on S^{} in R^{p}\n", decay.kernel, p - 1);
    for c in &decay.parities {
        let row = Row::new(c, digits);
        let law = match &c.prediction {
            Prediction::Power(Leading::Steady(law)) => format!("mu_k ~ A {}", power(&m, &law.exponent)),
            other => predicted(other),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n{} k: {law}", c.parity);
        if let (Some(exponent), Some(constant)) = (row.exponent, row.constant) {
            let mut table = TextTable::new([
                ("", Align::Left),
                ("predicted", Align::Left),
                ("measured", Align::Left),
                ("error", Align::Left),
            ]);
            let cell = |x: Option<String>| x.unwrap_or_else(|| "-".to_string());
            table.row(vec![
                "  exponent".into(),
                cell(exponent.predicted),
                cell(exponent.measured),
                cell(exponent.error),
            ]);
            table.row(vec![
                "  constant A".into(),
                cell(constant.predicted),
                cell(constant.measured),
                cell(constant.error),
            ]);
            out.push_str(&table.to_string());
            if let Some(form) = constant.closed_form {
                let _ = writeln!(out, "  A = {form}");
            }
        }
        if let Prediction::Power(Leading::Steady(law)) = &c.prediction {
            if let Some(correction) = &law.correction {
                let coefficient = Digits::Count(6).format(&correction.coefficient);
                let _ =
                    writeln!(out, "  first correction: relatively {coefficient} {}", power(&m, &correction.exponent));
            }
            match c.onset {
                Some(k) => {
                    let _ = writeln!(out, "  within 1% from k = {k} on");
                }
                // With kinks none is sought.
                None if c.compared.is_some() => {}
                None => out.push_str("  no degree was found from which on it holds within 1%\n"),
            }
        }
        if let Some(why) = not_refuted(c) {
            let _ = writeln!(out, "  {why}");
        }
        match &c.measurement {
            Measurement::Power(measured) => {
                let methods: Vec<&String> = row.methods.iter().collect();
                let (first, last) =
                    (measured.degrees.first().copied().unwrap_or(0), measured.degrees.last().copied().unwrap_or(0));
                let _ = writeln!(
                    out,
                    "  measured from {} eigenvalues, k = {first} to {last}, by {}; corrections in powers of {}{}{}",
                    measured.degrees.len(),
                    methods.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", "),
                    power(&m, &measured.step),
                    // Whole multiples of the step reach 2.
                    if Rational::from(2 / &measured.step).is_integer() {
                        String::new()
                    } else {
                        format!(" and {}", power(&m, &Rational::from(2)))
                    },
                    if measured.changes_sign { "; A of |mu_k|, signs change" } else { "" },
                );
            }
            other => {
                let _ = writeln!(out, "  measured: {}", measured_in_words(other));
            }
        }
    }
    if !decay.hypotheses.is_empty() {
        let _ = writeln!(out, "\nwhat the prediction rests on: {}", decay.hypotheses.join("; "));
    }
    let _ = writeln!(out, "verdict: {}", decay.verdict());
    out
}
