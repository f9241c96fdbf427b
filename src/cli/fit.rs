//! `zonal fit` and `zonal predict`: kernel ridge regression on files.

use super::data::{Meaning, Reading};
use super::{TextOrJsonOutput, Verdict, csv, keeps, names, progress, say};
use crate::error::{Error, Result};
use crate::gram::{Fitted, Labels, Model, Points, Score, Settings, Task};
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
    /// The points, a row each: .npy, .csv, .tsv or .txt.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Their labels: .npy, .csv, .tsv or .txt, one column; words with --classify.
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// The ridge R, (K + R) alpha = y; else 1e-10 to 1e2 times the mean of kappa(x,x) are tried: of those whose leave-one-out error is within a factor
    /// 1 + 1e-4 of the least, the largest.
    #[arg(long, allow_hyphen_values = true, value_name = "R")]
    ridge: Option<f64>,
    /// Fit the labels as they are, without taking off their mean.
    #[arg(long)]
    no_centre: bool,
    #[command(flatten)]
    meaning: Meaning,
    /// Write the model to this file, JSON.
    #[arg(long, value_name = "FILE", value_parser = names::model())]
    model: PathBuf,
    #[command(flatten)]
    output: TextOrJsonOutput,
}

#[derive(Debug, Args)]
pub(super) struct PredictArguments {
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
    reading: Reading,
    /// Write the predictions to this file, CSV with one column, instead of standard output.
    #[arg(long, value_name = "FILE", value_parser = names::records())]
    output: Option<PathBuf>,
}

#[derive(Serialize)]
struct FitDocument {
    kernel: String,
    points: usize,
    dim: usize,
    ridge: f64,
    /// Whether the means of the outputs were taken off, and what was.
    centred: bool,
    offsets: Vec<f64>,
    /// Of each ridge that was tried: the one taken, which is the largest of those within a factor 1 + 1e-4 of the least error, then the others by
    /// increasing error.
    leave_one_out: Vec<Score>,
    /// The largest error found of a value of the kernel, relative to its largest value.
    kernel_error: f64,
    seconds: f64,
}

/// A prediction as labels are written: whole numbers and words for classes.
#[derive(Serialize)]
struct Prediction<T: Serialize> {
    prediction: T,
}

/// Points whose eigenvectors are computed at most: n^2 numbers several times, n^3 operations.
const MOST_POINTS: usize = 20_000;

pub(super) fn fit(arguments: &FitArguments) -> Result<Verdict> {
    keeps(&arguments.data, &[Some(&arguments.model), arguments.output.output.as_deref()])?;
    keeps(&arguments.labels, &[Some(&arguments.model), arguments.output.output.as_deref()])?;
    let table = arguments.reading.table(&arguments.data)?;
    let (points, dim) = (table.rows(), table.columns());
    if points > MOST_POINTS {
        return Err(Error::unable(format!("a fit of {points} points; allowed are {MOST_POINTS}")));
    }
    let rows = table.into_values();
    // What is wrong with points is said of their file, all else not.
    Points::new(rows.clone(), dim).map_err(|e| e.within(arguments.data.display()))?;
    let labels = arguments.reading.labels(&arguments.labels, points)?;
    let folder = arguments.model.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() || arguments.model.is_dir() {
        return Err(Error::input("a model cannot be written there").within(arguments.model.display()));
    }
    let task = arguments.meaning.task();
    suits(&labels, task).map_err(|e| e.within(arguments.labels.display()))?;
    let settings = Settings {
        kernel: &arguments.kernel,
        scaling: arguments.meaning.scaling(),
        task,
        ridge: arguments.ridge,
        centre: !arguments.no_centre,
        tolerance: arguments.meaning.tolerance,
    };
    // 12 s for 4000 points on two cores.
    progress::announce(24.0 * (points as f64 / 4000.0).powi(3));
    let start = Instant::now();
    let Fitted { model, scores, kernel_error, warning } = Model::fit(&settings, rows, dim, &labels)?;
    let seconds = start.elapsed().as_secs_f64();
    if let Some(warning) = warning {
        say(&format!("zonal: warning: {warning}"));
    }
    let compact = serde_json::to_string(&model).map_err(|e| Error::unable(format!("cannot write JSON: {e}")))?;
    write_whole(&compact, Some(&arguments.model))?;
    let document = FitDocument {
        kernel: arguments.kernel.clone(),
        points,
        dim,
        ridge: model.ridge,
        centred: settings.centre,
        offsets: model.offsets.clone(),
        leave_one_out: scores,
        kernel_error,
        seconds,
    };
    arguments.output.write(&document, || fit_text(&document))?;
    Ok(Verdict::Done)
}

/// Whether labels are what they are taken for; a word where they may not be.
fn suits(labels: &Labels, task: Task) -> Result<()> {
    if task == Task::Classification {
        return Ok(());
    }
    if labels.names().is_some() {
        return Err(Error::input(format!("words, such as '{}'; --classify takes them as classes", labels.written(0))));
    }
    let mut different = labels.values().to_vec();
    different.sort_by(f64::total_cmp);
    different.dedup();
    match different[..] {
        [] => {}
        [value] => say(&format!("zonal: all labels are {value}")),
        _ if different.len() < labels.count() / 10 && different.iter().all(|y| y.fract() == 0.0) => {
            say(&format!("zonal: the labels are {} whole numbers; --classify takes them for classes", different.len()));
        }
        _ => {}
    }
    Ok(())
}

fn fit_text(document: &FitDocument) -> String {
    let FitDocument { kernel, points, dim, ridge, seconds, offsets, kernel_error, .. } = document;
    let mut table = TextTable::new([("ridge", Align::Right), ("error", Align::Right), ("accuracy", Align::Right)]);
    for score in &document.leave_one_out {
        let accuracy = score.accuracy.map_or("-".to_string(), |a| format!("{a:.4}"));
        table.row([format!("{:.3e}", score.ridge), format!("{:.5e}", score.error), accuracy]);
    }
    let centred = match (document.centred, &offsets[..]) {
        (true, [mean]) => format!("labels centred: their mean, {mean:.6e}, is taken off and added to predictions"),
        (true, _) => {
            "labels centred: the share of each class is taken off its indicator and added to predictions".into()
        }
        (false, _) => "labels not centred".to_string(),
    };
    let order = match document.leave_one_out.len() {
        1 => "of this ridge",
        _ => {
            "of the ridges tried: first the one taken, the largest whose error is\n\
             within a factor 1.0001 of the least, then the others by increasing error"
        }
    };
    format!(
        "{kernel} fitted to {points} points of R^{dim} in {seconds:.1} s, ridge {ridge:.3e}\n\
         values of the kernel checked to {kernel_error:.1e} of the largest\n{centred}\n\
         leave-one-out mean square error and accuracy {order}\n{table}"
    )
}

pub(super) fn predict(arguments: &PredictArguments) -> Result<Verdict> {
    for read in [Some(&arguments.model), Some(&arguments.data), arguments.labels.as_ref()].into_iter().flatten() {
        keeps(read, &[arguments.output.as_deref()])?;
    }
    let fail = |e: String| Error::input(e).within(arguments.model.display());
    let text = std::fs::read(&arguments.model).map_err(|e| fail(e.to_string()))?;
    let model: Model = serde_json::from_slice(&text).map_err(|e| fail(format!("not a model of zonal fit: {e}")))?;
    let table = arguments.reading.table(&arguments.data)?;
    let (rows, columns) = (table.rows(), table.columns());
    if columns != model.dimension() {
        let wanted = model.dimension();
        return Err(
            Error::input(format!("{columns} coordinates; the model has {wanted}")).within(arguments.data.display())
        );
    }
    let labels = arguments.labels.as_deref().map(|path| arguments.reading.labels(path, rows)).transpose()?;
    let predictions = model.predict(table.into_values()).map_err(|e| e.within(arguments.data.display()))?;
    if let (Some(labels), Some(path)) = (labels, &arguments.labels) {
        say(&format!("zonal: {}", comparison(&model, &predictions, &labels).map_err(|e| e.within(path.display()))?));
    }
    let text = match &model.classes {
        Some(_) => csv(predictions.into_iter().map(|class| Prediction { prediction: model.written(class) })),
        None => csv(predictions.into_iter().map(|prediction| Prediction { prediction })),
    };
    write_whole(&text?, arguments.output.as_deref())?;
    Ok(Verdict::Done)
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
