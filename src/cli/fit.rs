//! `zonal fit` and `zonal predict`: kernel ridge regression on files.

use super::data::{Meaning, read_labels};
use super::{TextOrJsonOutput, Verdict, csv, progress, say};
use crate::error::{Error, Result};
use crate::gram::{Model, Score, Table};
use crate::report::{Align, TextTable, write_whole};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, Args)]
pub(super) struct FitArguments {
    /// The kernel: a name such as ntk(3) or a formula in u.
    #[arg(long, allow_hyphen_values = true)]
    kernel: String,
    /// The points, a row each: .npy or .csv.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Their labels: .npy or .csv, one column.
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// The ridge R, (K + R) alpha = y; else the best of 1e-10 to 1e2 times the mean of kappa(x,x), by leave-one-out error.
    #[arg(long, allow_hyphen_values = true, value_name = "R")]
    ridge: Option<f64>,
    #[command(flatten)]
    meaning: Meaning,
    /// Write the model to this file, JSON.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    #[command(flatten)]
    output: TextOrJsonOutput,
}

#[derive(Debug, Args)]
pub(super) struct PredictArguments {
    /// A model that `zonal fit` wrote.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The points, a row each: .npy or .csv.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Their true labels, to be compared with.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Write the predictions to this file, CSV with one column, instead of standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Serialize)]
struct FitDocument {
    kernel: String,
    points: usize,
    dim: usize,
    ridge: f64,
    /// Of each ridge that was tried, the best first.
    leave_one_out: Vec<Score>,
    seconds: f64,
}

#[derive(Serialize)]
struct Prediction {
    prediction: f64,
}

/// Points whose eigenvectors are computed at most: n^2 numbers several times, n^3 operations.
const MOST_POINTS: usize = 20_000;

pub(super) fn fit(arguments: &FitArguments) -> Result<Verdict> {
    let table = Table::read(&arguments.data)?;
    let (points, dim) = (table.rows(), table.columns());
    if points > MOST_POINTS {
        return Err(Error::unable(format!("a fit of {points} points; allowed are {MOST_POINTS}")));
    }
    let labels = read_labels(&arguments.labels, points)?;
    let folder = arguments.model.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() || arguments.model.is_dir() {
        return Err(Error::input("a model cannot be written there").within(arguments.model.display()));
    }
    let mut different = labels.clone();
    different.sort_by(f64::total_cmp);
    different.dedup();
    if !arguments.meaning.classify && different.len() < points / 10 && different.iter().all(|y| y.fract() == 0.0) {
        say(&format!("zonal: the labels are {} whole numbers; --classify takes them for classes", different.len()));
    }
    let (task, scaling) = (arguments.meaning.task(), arguments.meaning.scaling());
    // 12 s for 4000 points on two cores.
    progress::announce(24.0 * (points as f64 / 4000.0).powi(3));
    let start = Instant::now();
    let fitted = progress::with_progress(|| {
        Model::fit(&arguments.kernel, scaling, table.into_values(), dim, &labels, task, arguments.ridge)
    });
    let (model, scores) = fitted.map_err(|e| e.within(arguments.data.display()))?;
    let seconds = start.elapsed().as_secs_f64();
    let compact = serde_json::to_string(&model).map_err(|e| Error::unable(format!("cannot write JSON: {e}")))?;
    write_whole(&compact, Some(&arguments.model))?;
    let kernel = arguments.kernel.clone();
    let document = FitDocument { kernel, points, dim, ridge: model.ridge, leave_one_out: scores, seconds };
    arguments.output.write(&document, || fit_text(&document))?;
    Ok(Verdict::Done)
}

fn fit_text(document: &FitDocument) -> String {
    let FitDocument { kernel, points, dim, ridge, seconds, .. } = document;
    let mut table = TextTable::new([("ridge", Align::Right), ("error", Align::Right), ("accuracy", Align::Right)]);
    for score in &document.leave_one_out {
        let accuracy = score.accuracy.map_or("-".to_string(), |a| format!("{a:.4}"));
        table.row([format!("{:.3e}", score.ridge), format!("{:.5e}", score.error), accuracy]);
    }
    format!(
        "{kernel} fitted to {points} points of R^{dim} in {seconds:.1} s, ridge {ridge:.3e}\n\
         leave-one-out mean square error and accuracy of the ridges tried, the best first:\n{table}"
    )
}

pub(super) fn predict(arguments: &PredictArguments) -> Result<Verdict> {
    let fail = |e: String| Error::input(e).within(arguments.model.display());
    let text = std::fs::read(&arguments.model).map_err(|e| fail(e.to_string()))?;
    let model: Model = serde_json::from_slice(&text).map_err(|e| fail(format!("not a model of zonal fit: {e}")))?;
    let table = Table::read(&arguments.data)?;
    let (rows, columns) = (table.rows(), table.columns());
    if columns != model.dimension() {
        let wanted = model.dimension();
        return Err(
            Error::input(format!("{columns} coordinates; the model has {wanted}")).within(arguments.data.display())
        );
    }
    let labels = arguments.labels.as_deref().map(|path| read_labels(path, rows)).transpose()?;
    let predictions = model.predict(table.into_values()).map_err(|e| e.within(arguments.data.display()))?;
    if let Some(labels) = labels {
        let pairs = || predictions.iter().zip(&labels);
        say(&match &model.classes {
            Some(_) => {
                let right = pairs().filter(|(a, b)| a == b).count();
                format!("zonal: accuracy {:.4} ({right} of {rows})", right as f64 / rows as f64)
            }
            None => {
                let error = pairs().map(|(a, b)| (a - b).powi(2)).sum::<f64>() / rows as f64;
                format!("zonal: mean square error {error:.6e}")
            }
        });
    }
    write_whole(
        &csv(predictions.into_iter().map(|prediction| Prediction { prediction }))?,
        arguments.output.as_deref(),
    )?;
    Ok(Verdict::Done)
}
