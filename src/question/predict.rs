//! Predictions of a model.

use super::data::Reading;
use super::form::csv;
use super::{Answer, Form, Question};
use crate::error::{Error, Result};
use crate::data::Labels;
use crate::gram::Model;
use crate::watch::Watch;
use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct PredictQuestion {
    /// A model that `zonal fit` wrote.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The points, a row each: .npy, .csv, .tsv or .txt.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Their true labels, to be compared with.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    #[command(flatten)]
    #[serde(flatten)]
    reading: Reading,
}

/// What a model predicts for each point.
#[derive(Serialize, JsonSchema)]
pub(super) struct PredictAnswer {
    predictions: Vec<Prediction>,
    /// Beside true labels.
    comparison: Option<String>,
}

/// A prediction as labels are written: whole numbers and words for classes.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Prediction {
    Number(f64),
    Class(String),
}

#[derive(Serialize)]
struct Record<'a> {
    prediction: &'a Prediction,
}

impl Question for PredictQuestion {
    const NAME: &'static str = "predict";
    const ABOUT: &'static str = "Predictions of a model that `fit` wrote";

    type Answer = PredictAnswer;

    fn reads(&self) -> Vec<&Path> {
        let files = [Some(&self.model), Some(&self.data), self.labels.as_ref()];
        files.into_iter().flatten().map(PathBuf::as_path).collect()
    }

    fn answer(&self, watch: &Watch) -> Result<PredictAnswer> {
        let fail = |e: String| Error::input(e).within(self.model.display());
        let text = std::fs::read(&self.model).map_err(|e| fail(e.to_string()))?;
        let model: Model = serde_json::from_slice(&text).map_err(|e| fail(format!("not a model of zonal fit: {e}")))?;
        let table = self.reading.table(&self.data, watch)?;
        let (rows, columns) = (table.rows(), table.columns());
        if columns != model.dimension() {
            let wanted = model.dimension();
            return Err(
                Error::input(format!("{columns} coordinates; the model has {wanted}")).within(self.data.display())
            );
        }
        let labels = self.labels.as_deref().map(|path| self.reading.labels(path, rows, watch)).transpose()?;
        let predictions = model.predict(table.into_values()).map_err(|e| e.within(self.data.display()))?;
        let comparison = match (labels, &self.labels) {
            (Some(labels), Some(path)) => {
                Some(comparison(&model, &predictions, &labels).map_err(|e| e.within(path.display()))?)
            }
            _ => None,
        };
        if let Some(comparison) = &comparison {
            watch.note(comparison);
        }
        let written = |prediction: f64| match model.classes {
            Some(_) => Prediction::Class(model.written(prediction)),
            None => Prediction::Number(prediction),
        };
        Ok(PredictAnswer { predictions: predictions.into_iter().map(written).collect(), comparison })
    }
}

impl Answer for PredictAnswer {
    const FORMS: &'static [Form] = &[Form::Csv, Form::Json];

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv(self.predictions.iter().map(|prediction| Record { prediction }), out)
    }

    fn text(&self) -> String {
        let line = |prediction: &Prediction| match prediction {
            Prediction::Number(number) => format!("{number}\n"),
            Prediction::Class(class) => format!("{class}\n"),
        };
        self.predictions.iter().map(line).collect()
    }
}

/// How predictions compare with true labels.
fn comparison(model: &Model, predictions: &[f64], labels: &Labels) -> Result<String> {
    if model.names.is_some() != labels.names().is_some() {
        let names = ["numbers", "words"];
        let [mine, theirs] = [model.names.is_some(), labels.names().is_some()].map(|words| names[usize::from(words)]);
        return Err(Error::input(format!("the labels are {theirs}; those of the model are {mine}")));
    }
    let rows = predictions.len();
    if model.classes.is_some() {
        let is_right = |(i, class): &(usize, &f64)| model.written(**class) == labels.written(*i);
        let right = predictions.iter().enumerate().filter(is_right).count();
        return Ok(format!("accuracy {:.4} ({right} of {rows})", right as f64 / rows as f64));
    }
    let error = predictions.iter().zip(labels.values()).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / rows as f64;
    Ok(format!("mean square error {error:.6e}"))
}
