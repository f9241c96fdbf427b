//! Predicted learning curves.

mod flow;

use super::figures::{error, relative, rounded, written};
use super::form::csv;
use super::parameter::Words;
use super::place::{Place, Subject};
use super::samples::{MOST_SAMPLES, points, short, sizes};
use super::{Answer, Form, Question};
use crate::error::{Error, Result};
use crate::learning::{CurveExponents, Risk, Setting, random_features, ridge_regression};
use crate::report::plot::{Curve, Figure, Mark};
use crate::report::{Align, TextTable};
use crate::rkhs::{Levels, TargetModes, Target};
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::Args;
use flow::Flow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct LearnQuestion {
    #[command(flatten)]
    #[serde(flatten)]
    place: Place,
    /// The target: a formula in u for g(<e_1, x>), kinks allowed: abs(u); or a sum over directions: 'abs(u) @ 1,0; u^3
    /// @ 1,2'; or energies:0.2,0.5,0.3.
    #[arg(long, allow_hyphen_values = true, value_name = "G")]
    target: String,
    /// Samples: 100, or 10,100,1e6, or 10..=100000 for --points sizes in equal ratios.
    #[arg(long, value_name = "N", required_unless_present = "time")]
    samples: Option<Words>,
    /// Gradient flow on the whole domain instead, after these times: 1, or 1,10,100, or 1..=1000.
    #[arg(long, allow_hyphen_values = true, value_name = "T")]
    #[arg(conflicts_with_all = ["samples", "ridge", "noise", "features"])]
    time: Option<Words>,
    /// How many sizes in a range.
    #[arg(long, value_name = "COUNT", default_value_t = points())]
    #[serde(default = "points")]
    points: usize,
    /// The ridge d of (K + d) alpha = y, not divided by the number of samples.
    #[arg(long, allow_hyphen_values = true, value_name = "D", default_value_t = 0.0)]
    #[serde(default)]
    ridge: f64,
    /// The variance of the noise of the labels.
    #[arg(long, allow_hyphen_values = true, value_name = "S2", default_value_t = 0.0)]
    #[serde(default)]
    noise: f64,
    /// Random features instead of the kernel, this many.
    #[arg(long, value_name = "M")]
    features: Option<f64>,
}

/// Predicted errors: of regression by the number of samples, or of gradient flow by the time.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum LearnAnswer {
    Samples(Curves),
    Time(Flow),
}

/// The learning curve of regression.
#[derive(Serialize, JsonSchema)]
pub(super) struct Curves {
    #[serde(flatten)]
    subject: Subject,
    target: String,
    /// The energy of the target in each degree, and in all.
    energies: Vec<f64>,
    energy: f64,
    energy_error: f64,
    /// The part of degrees without eigenvalues.
    energy_not_learned: f64,
    ridge: f64,
    noise: f64,
    features: Option<f64>,
    /// For large n, where there are power laws.
    exponents: Option<Exponents>,
    /// How the numbers were obtained.
    rigour: &'static str,
    rows: Vec<Row>,
}

/// x of test ~ n^-x for kernel regression.
#[derive(Serialize, JsonSchema)]
struct Exponents {
    /// Without noise and ridge.
    noiseless: String,
    /// Above the noise, at the best ridge.
    noisy: String,
}

/// Numbers and bounds of their absolute errors; none where there is no answer.
#[derive(Serialize, JsonSchema)]
struct Row {
    samples: f64,
    regularisation: Option<f64>,
    overfitting: Option<f64>,
    test: Option<f64>,
    train: Option<f64>,
    regularisation_error: Option<f64>,
    overfitting_error: Option<f64>,
    test_error: Option<f64>,
    train_error: Option<f64>,
    /// Why there is none.
    unknown: Option<String>,
}

impl Row {
    fn new(samples: f64, risk: std::result::Result<Risk, String>) -> Self {
        let (risk, unknown) = match risk {
            Ok(risk) => (Some(risk), None),
            Err(why) => (None, Some(why)),
        };
        let number = |own: fn(&Risk) -> [f64; 2]| risk.as_ref().map(own).map(|[value, error]| rounded(value, error));
        let bound = |own: fn(&Risk) -> f64| risk.as_ref().map(own);
        Row {
            samples,
            regularisation: number(|risk| [risk.regularisation, risk.errors.regularisation]),
            overfitting: number(|risk| [risk.overfitting, risk.errors.overfitting]),
            test: number(|risk| [risk.test, risk.errors.test]),
            train: number(|risk| [risk.train, risk.errors.train]),
            regularisation_error: bound(|risk| risk.errors.regularisation),
            overfitting_error: bound(|risk| risk.errors.overfitting),
            test_error: bound(|risk| risk.errors.test),
            train_error: bound(|risk| risk.errors.train),
            unknown,
        }
    }

    /// The numbers with their errors.
    fn numbers(&self) -> Option<[[f64; 2]; 4]> {
        let pair = |value: Option<f64>, error: Option<f64>| Some([value?, error?]);
        Some([
            pair(self.regularisation, self.regularisation_error)?,
            pair(self.overfitting, self.overfitting_error)?,
            pair(self.train, self.train_error)?,
            pair(self.test, self.test_error)?,
        ])
    }
}

fn answered(question: &LearnQuestion, samples: &str) -> Result<Curves> {
    let (kernel, domain) = question.place.read_anywhere()?;
    let sizes = sizes(samples, question.points, "samples", [1.0, MOST_SAMPLES])?;
    let largest = sizes.iter().copied().fold(1.0, f64::max);
    let levels = Levels::new(&kernel.spectrum(domain.clone()), largest)?;
    let given = Target::parse(&question.target, domain.clone())?;
    let target = TargetModes::new(&given, &levels)?;
    let exponents = match CurveExponents::of(&levels, &given, &target) {
        Ok(found) => Some(Exponents { noiseless: found.noiseless.to_string(), noisy: found.noisy.to_string() }),
        Err(Error::Unable(_)) => None,
        Err(error) => return Err(error),
    };
    let risk = |samples: f64| -> Result<Risk> {
        let setting = Setting { samples, ridge: question.ridge, noise: question.noise };
        match question.features {
            Some(features) => random_features(&levels, &target, setting, features),
            None => ridge_regression(&levels, &target, setting),
        }
    };
    let (mut rows, mut first) = (Vec::with_capacity(sizes.len()), None);
    for samples in &sizes {
        // One number of samples without an answer, such as the rank of the kernel without ridge, does not take the
        // others with it.
        rows.push(match risk(*samples) {
            Ok(risk) => Row::new(*samples, Ok(risk)),
            Err(Error::Unable(why)) => {
                let row = Row::new(*samples, Err(why.to_string()));
                first.get_or_insert(Error::Unable(why));
                row
            }
            Err(error) => return Err(error),
        });
    }
    if let Some(error) = first.filter(|_| rows.iter().all(|row| row.unknown.is_some())) {
        return Err(error);
    }
    let energies: Vec<f64> = target.degrees().iter().map(|mode| mode.energy).collect();
    let last = energies.iter().rposition(|e| *e > 0.0).map_or(0, |k| k + 1);
    let energy = target.sum_with_error(|_| 1.0);
    Ok(Curves {
        subject: Subject::new(&kernel, &*domain),
        target: given.text.clone(),
        energies: energies[..last].to_vec(),
        energy: rounded(energy.value, energy.error),
        energy_error: energy.error,
        energy_not_learned: target.rest,
        ridge: question.ridge,
        noise: question.noise,
        features: question.features,
        exponents,
        rigour: "predicted",
        rows,
    })
}

impl Question for LearnQuestion {
    const NAME: &'static str = "learn";
    const ABOUT: &'static str = "Predicted learning curves of kernel regression and of random features";

    type Answer = LearnAnswer;

    fn answer(&self, _: &Watch) -> Result<LearnAnswer> {
        match (&self.samples, &self.time) {
            (Some(samples), None) => answered(self, samples).map(LearnAnswer::Samples),
            (None, Some(times)) if self.ridge == 0.0 && self.noise == 0.0 && self.features.is_none() => {
                flow::answered(self, times).map(LearnAnswer::Time)
            }
            (None, Some(_)) => Err(Error::input("'time' is of gradient flow, without ridge, noise and features")),
            _ => Err(Error::input("'samples' or 'time' is needed, and one of them alone")),
        }
    }
}

impl Answer for LearnAnswer {
    const FORMS: &'static [Form] = &[Form::Text, Form::Csv, Form::Json];
    const FIGURE: Option<&'static str> = Some("the curve");

    fn verdict(&self) -> Verdict {
        match self {
            LearnAnswer::Samples(curves) if curves.rows.iter().any(|row| row.unknown.is_some()) => Verdict::Undecided,
            _ => Verdict::Holds,
        }
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            LearnAnswer::Samples(curves) => csv(&curves.rows, out),
            LearnAnswer::Time(flow) => csv(&flow.rows, out),
        }
    }

    fn figure(&self) -> Result<Option<String>> {
        match self {
            LearnAnswer::Samples(curves) => figure(curves),
            LearnAnswer::Time(flow) => flow::figure(flow),
        }
    }

    fn text(&self) -> String {
        match self {
            LearnAnswer::Samples(curves) => text(curves),
            LearnAnswer::Time(flow) => flow::text(flow),
        }
    }
}

fn text(document: &Curves) -> String {
    let Subject { kernel, place, .. } = &document.subject;
    let Curves { target, ridge, noise, features, .. } = document;
    let columns = ["samples", "regularisation", "overfitting", "train", "test", "error"];
    let mut table = TextTable::new(columns.map(|name| (name, Align::Right)));
    for row in &document.rows {
        let cells = match row.numbers() {
            Some(numbers) => {
                let largest = numbers.iter().map(|[value, error]| relative(*value, *error)).fold(0.0, f64::max);
                let [regularisation, overfitting, train, test] = numbers.map(|[value, error]| written(value, error, 6));
                [regularisation, overfitting, train, test, error(largest)]
            }
            None => std::array::from_fn(|_| "-".to_string()),
        };
        table.row(std::iter::once(short(row.samples)).chain(cells));
    }
    let unknown = |row: &Row| Some(format!("{} samples: {}\n", short(row.samples), row.unknown.as_ref()?));
    let unknown: String = document.rows.iter().filter_map(unknown).collect();
    let energy = document.energy;
    let features = features.map_or(String::new(), |m| format!(", {m} random features"));
    let beyond = match document.energy_not_learned {
        0.0 => String::new(),
        rest => format!(" ({rest:.1e} of it in degrees beyond those with known eigenvalues, taken as not learned)"),
    };
    let exponents = document.exponents.as_ref().map_or(String::new(), |Exponents { noiseless, noisy }| {
        format!(
            "for large n kernel regression falls like n^-({noiseless}) without noise and ridge, to the noise like \
             n^-({noisy}) at the best ridge\n"
        )
    });
    format!(
        "{kernel} on {place}, target {target}, ridge {}, noise {}{features}\n\
         energy of the target {}{beyond}\n{exponents}\
         predicted mean square errors, by the Gaussian model of the eigenfunctions; error: of the numbers of a row \
         before they are\n\
         cut to 6 digits, relatively, as solutions of its equations, at most, estimated:\n{table}{unknown}",
        short(*ridge),
        short(*noise),
        written(energy, document.energy_error, 7)
    )
}

fn figure(document: &Curves) -> Result<Option<String>> {
    let curve = |label: &str, f: fn(&Row) -> Option<f64>, mark| {
        let point = |row: &Row| Some((row.samples.log10(), f(row).filter(|error| *error > 0.0)?.log10()));
        Curve { label: label.to_string(), points: document.rows.iter().filter_map(point).collect(), mark }
    };
    let series = [curve("test", |row| row.test, Mark::Solid), curve("train", |row| row.train, Mark::Dashed)];
    let figure = Figure {
        title: document.subject.title(&document.target),
        x_label: "samples n".to_string(),
        y_label: "mean square error".to_string(),
        series: series.into_iter().filter(|curve| !curve.points.is_empty()).collect(),
    };
    if figure.series.is_empty() { Ok(None) } else { figure.svg().map(Some) }
}
