//! Kernel ridge regression of labels on points.

use super::data::{Meaning, Reading};
use super::{Answer, Question, names};
use crate::error::{Error, Result};
use crate::gram::{Fitted, Model, Score, Settings, Task, ZonalGram};
use crate::data::{Labels, Points};
use crate::report::{Align, TextTable, write_whole};
use crate::watch::Watch;
use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct FitQuestion {
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
    #[serde(flatten)]
    reading: Reading,
    /// The ridge R, (K + R) alpha = y; else 1e-10 to 1e2 times the mean of kappa(x,x) are tried: of those whose
    /// leave-one-out error is within a factor 1 + 1e-4 of the least, the largest.
    #[arg(long, allow_hyphen_values = true, value_name = "R")]
    ridge: Option<f64>,
    /// Fit the labels as they are, without taking off their mean.
    #[arg(long)]
    #[serde(default)]
    no_centre: bool,
    #[command(flatten)]
    #[serde(flatten)]
    meaning: Meaning,
    /// Write the model to this file, JSON.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
}

/// The model that was fitted.
#[derive(Serialize, JsonSchema)]
pub(super) struct FitAnswer {
    kernel: String,
    points: usize,
    dim: usize,
    ridge: f64,
    /// Whether the means of the outputs were taken off, and what was.
    centred: bool,
    offsets: Vec<f64>,
    /// Of each ridge that was tried: the one taken, which is the largest of those within a factor 1 + 1e-4 of the least
    /// error, then the others by increasing error.
    leave_one_out: Vec<Score>,
    /// The largest error found of a value of the kernel, relative to its largest value.
    kernel_error: f64,
    /// A bound of the errors of the cosines at which the kernel is computed.
    cosine_error: f64,
    seconds: f64,
}

/// Points whose eigenvectors are computed at most: n^2 numbers several times, n^3 operations.
const MOST_POINTS: usize = 20_000;

impl Question for FitQuestion {
    const NAME: &'static str = "fit";
    const ABOUT: &'static str = "Kernel ridge regression of labels on points";
    const MORE: &'static str = "The labels are centred: the mean of all labels (of classes: of each indicator, 1 for \
        the class and 0 for the others) is taken off before the fit and \
        added to predictions, unless --no-centre is given.";

    type Answer = FitAnswer;

    fn reads(&self) -> Vec<&Path> {
        vec![&self.data, &self.labels]
    }

    fn writes(&self) -> Vec<&Path> {
        vec![&self.model]
    }

    fn answer(&self, watch: &Watch) -> Result<FitAnswer> {
        names::check_model("model", &self.model)?;
        let tolerance = self.meaning.tolerance()?;
        let table = self.reading.table(&self.data, watch)?;
        let (points, dim) = (table.rows(), table.columns());
        if points > MOST_POINTS {
            return Err(Error::unable(format!("a fit of {points} points; allowed are {MOST_POINTS}")));
        }
        let rows = table.into_values();
        // What is wrong with points is said of their file, all else not.
        Points::new(rows.clone(), dim).map_err(|e| e.within(self.data.display()))?;
        let labels = self.reading.labels(&self.labels, points, watch)?;
        let folder = self.model.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() || self.model.is_dir() {
            return Err(Error::input("a model cannot be written there").within(self.model.display()));
        }
        let task = self.meaning.task();
        suits(&labels, task, watch).map_err(|e| e.within(self.labels.display()))?;
        let settings = Settings {
            kernel: &self.kernel,
            scaling: self.meaning.scaling(),
            task,
            ridge: self.ridge,
            centre: !self.no_centre,
            tolerance,
        };
        // 12 s for 4000 points on two cores.
        watch.expect(24.0 * (points as f64 / 4000.0).powi(3));
        let start = Instant::now();
        let Fitted { model, scores, kernel_error, warning } = Model::fit(&settings, rows, dim, &labels)?;
        let seconds = start.elapsed().as_secs_f64();
        if let Some(warning) = warning {
            watch.note(&format!("warning: {warning}"));
        }
        let compact = serde_json::to_string(&model).map_err(|e| Error::unable(format!("cannot write JSON: {e}")))?;
        write_whole(&compact, Some(&self.model))?;
        Ok(FitAnswer {
            kernel: self.kernel.clone(),
            points,
            dim,
            ridge: model.ridge,
            centred: settings.centre,
            offsets: model.offsets.clone(),
            leave_one_out: scores,
            kernel_error,
            cosine_error: ZonalGram::cosine_error(dim),
            seconds,
        })
    }
}

impl Answer for FitAnswer {
    fn text(&self) -> String {
        let FitAnswer { kernel, points, dim, ridge, seconds, offsets, kernel_error, cosine_error, .. } = self;
        let mut table = TextTable::new([("ridge", Align::Right), ("error", Align::Right), ("accuracy", Align::Right)]);
        for score in &self.leave_one_out {
            let accuracy = score.accuracy.map_or("-".to_string(), |a| format!("{a:.4}"));
            table.row([format!("{:.3e}", score.ridge), format!("{:.5e}", score.error), accuracy]);
        }
        let centred = match (self.centred, &offsets[..]) {
            (true, [mean]) => format!("labels centred: their mean, {mean:.6e}, is taken off and added to predictions"),
            (true, _) => {
                "labels centred: the share of each class is taken off its indicator and added to predictions".into()
            }
            (false, _) => "labels not centred".to_string(),
        };
        let order = match self.leave_one_out.len() {
            1 => "of this ridge",
            _ => {
                "of the ridges tried: first the one taken, the largest whose error is\n\
                 within a factor 1.0001 of the least, then the others by increasing error"
            }
        };
        format!(
            "{kernel} fitted to {points} points of R^{dim} in {seconds:.1} s, ridge {ridge:.3e}\n\
             values of the kernel checked to {kernel_error:.1e} of the largest, at cosines within {cosine_error:.1e} \
             of those of the points\n{centred}\n\
             leave-one-out mean square error and accuracy {order}\n{table}"
        )
    }
}

/// Whether labels are what they are taken for; a word where they may not be.
fn suits(labels: &Labels, task: Task, watch: &Watch) -> Result<()> {
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
        [value] => watch.note(&format!("all labels are {value}")),
        _ if different.len() < labels.count() / 10 && different.iter().all(|y| y.fract() == 0.0) => {
            watch.note(&format!("the labels are {} whole numbers; --classify takes them for classes", different.len()));
        }
        _ => {}
    }
    Ok(())
}

