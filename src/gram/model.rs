//! Fitted predictors that can be kept in a file.

use super::Regression;
use super::Scaling;
use super::ZonalGram;
use super::outputs::{Outputs, Score, Task, labels};
use crate::data::Labels;
use crate::data::Points;
use crate::data::labels::written;
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{Kernel, Node};
use crate::linear::{Eigen, Matrix};
use serde::{Deserialize, Serialize};

/// Kernel ridge regression, fitted: numbers, or classes by the largest of one output each (1 for the class, 0 for the
/// others).
///
/// The mean of each output is taken off before the fit and added to the predictions, unless [`Settings::centre`] says
/// otherwise.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Model {
    kernel: String,
    scaling: Scaling,
    /// The error accepted of values of the kernel, relative to the largest; 0 for the least.
    #[serde(default)]
    tolerance: f64,
    /// The ridge: (K + ridge) alpha = y.
    pub ridge: f64,
    /// The classes, increasing; none for regression.
    pub classes: Option<Vec<f64>>,
    /// What classes 0, 1, ... are called; none where they are numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<String>>,
    /// What was taken off each output and is added to its predictions: the means, or zeros.
    pub offsets: Vec<f64>,
    dimension: usize,
    /// Rows of the training points.
    points: Vec<f64>,
    /// A row of coefficients alpha for each training point.
    coefficients: Vec<f64>,
}

/// How a model is fitted: kernel, ridge and tolerance, and what points and labels mean.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// A name such as ntk(3) or a formula in u.
    pub kernel: &'a str,
    /// What points mean.
    pub scaling: Scaling,
    /// What labels mean.
    pub task: Task,
    /// The ridge; by leave-one-out errors if there is none.
    pub ridge: Option<f64>,
    /// Whether the mean of each output is taken off before the fit.
    pub centre: bool,
    /// The error accepted of values of the kernel, relative to the largest; 0 for the least.
    pub tolerance: f64,
}

impl<'a> Settings<'a> {
    /// Regression with this kernel on the sphere: the ridge by leave-one-out errors, labels centred, the least error of
    /// the kernel.
    pub fn new(kernel: &'a str) -> Self {
        let (scaling, task) = (Scaling::Sphere, Task::Regression);
        Settings { kernel, scaling, task, ridge: None, centre: true, tolerance: 0.0 }
    }
}

/// A model, and how it came about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fitted {
    /// The model.
    pub model: Model,
    /// Of the ridges tried, the one taken first.
    pub scores: Vec<Score>,
    /// The largest error found of a value of the kernel, relative to its largest value.
    pub kernel_error: f64,
    /// What is wrong with the kernel, if something is.
    pub warning: Option<String>,
}

impl Model {
    /// Fits labels at the points in the rows. Without a ridge, powers of ten times the mean of kappa(x, x) are tried,
    /// and the one with the smallest
    /// leave-one-out error is taken, of those as good to 1e-4 the largest; their scores are returned, that of the ridge
    /// taken first.
    ///
    /// ```
    /// use zonal::data::Labels;
    /// use zonal::gram::{Model, Settings, Task};
    /// let rows = vec![1.0, 0.1, 1.0, -0.1, 0.1, 1.0, -0.1, 1.0];
    /// let labels = Labels::of_numbers(vec![3.0, 3.0, 7.0, 7.0]);
    /// let settings = Settings { task: Task::Classification, ..Settings::new("ntk(2)") };
    /// let fitted = Model::fit(&settings, rows, 2, &labels)?;
    /// assert_eq!(fitted.scores[0].accuracy, Some(1.0));
    /// assert_eq!(fitted.model.predict(vec![2.0, 0.2, 0.2, 2.0])?, [3.0, 7.0]);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the points, the kernel, the eigenvalues and the ridge; `Input` for another number of labels, fewer than
    /// two points or classes, words as numbers, and a kernel that is
    /// not positive definite where no ridge hides it.
    pub fn fit(settings: &Settings<'_>, rows: Vec<f64>, dimension: usize, labels: &Labels) -> Result<Fitted> {
        let points = Points::new(rows.clone(), dimension)?;
        let n = points.count();
        if n < 2 || labels.count() != n {
            return Err(Error::input(format!(
                "{} labels for {n} points; at least two of each are needed",
                labels.count()
            )));
        }
        if labels.names().is_some() && settings.task == Task::Regression {
            return Err(Error::input(format!(
                "the labels are words, such as '{}': they are classes",
                labels.written(0)
            )));
        }
        let outputs = match settings.centre {
            true => Outputs::new(labels.values(), settings.task)?,
            false => Outputs::uncentred(labels.values(), settings.task)?,
        };
        let kernel = Kernel::parse(settings.kernel)?;
        let tabulated = kernel.tabulate_within(Some(dimension as u64), settings.tolerance)?;
        let kernel_error = tabulated.error();
        let zonal = ZonalGram::new(tabulated, settings.scaling);
        let mean = zonal.diagonal(&points).iter().sum::<f64>() / n as f64;
        let regression = Regression::new(Eigen::all(&zonal.gram(&points)?)?)?;
        let fault = regression.negative().map(|smallest| indefinite(&kernel, dimension, smallest));
        let scores = scores(&outputs, &regression, settings.ridge, mean, fault.as_deref())?;
        let ridge = scores[0].ridge;
        let alpha = regression.ridge(outputs.values(), ridge)?;
        let warning = match fault {
            Some(fault) => Some(format!("{fault}; the ridge {ridge:.1e} hides that")),
            None if is_known(&kernel) => None,
            None => negative(&kernel, dimension, &DEGREES[..1]).map(|mu| {
                format!(
                    "kernel {kernel} is not positive definite: {mu}; the Gram matrix of these points does not show it"
                )
            }),
        };
        let warning = warning.map(|why| why + ", and no function space stands behind the fit");
        let model = Model {
            kernel: kernel.to_string(),
            scaling: settings.scaling,
            tolerance: settings.tolerance,
            ridge,
            classes: outputs.classes,
            names: labels.names().map(<[String]>::to_vec),
            offsets: outputs.offsets,
            dimension,
            points: rows,
            coefficients: alpha.values().to_vec(),
        };
        Ok(Fitted { model, scores, kernel_error, warning })
    }

    /// The predictions at the points in the rows; of words, their numbers.
    ///
    /// # Errors
    /// Those of the points; `Input` for another number of coordinates, or a model that was tampered with.
    pub fn predict(&self, rows: Vec<f64>) -> Result<Vec<f64>> {
        let training = Points::new(self.points.clone(), self.dimension)?;
        let points = Points::new(rows, self.dimension)?;
        let outputs = self.offsets.len();
        let classes = self.classes.as_ref().map_or(1, Vec::len);
        let named = self.names.as_ref().is_none_or(|names| self.classes.is_some() && names.len() == classes);
        if outputs != classes || !named || self.coefficients.len() != training.count() * outputs {
            return Err(Error::input("the model is damaged: its numbers do not fit together"));
        }
        let kernel = Kernel::parse(&self.kernel)?.tabulate_within(Some(self.dimension as u64), self.tolerance)?;
        let zonal = ZonalGram::new(kernel, self.scaling);
        let cross = zonal.cross(&points, &training)?;
        let alpha = Matrix::new(training.count(), outputs, self.coefficients.clone());
        let values = cross.times(&alpha)?;
        Ok(labels(&values, self.classes.as_deref(), &self.offsets))
    }

    /// A prediction as labels are written: the word of a class, or the shortest decimal.
    pub fn written(&self, prediction: f64) -> String {
        written(prediction, self.names.as_deref())
    }

    /// The number of coordinates of a point.
    pub fn dimension(&self) -> usize {
        self.dimension
    }
}

/// How the ridge does, or those that are tried; `mean` is that of kappa(x, x), `fault` what keeps the kernel from being
/// positive definite.
fn scores(
    outputs: &Outputs,
    regression: &Regression,
    ridge: Option<f64>,
    mean: f64,
    fault: Option<&str>,
) -> Result<Vec<Score>> {
    let tried = "no ridge is given, and none from 1e-10 to 1e2 times the mean of kappa(x, x)";
    match (ridge, fault) {
        (Some(ridge), None) => outputs.scores_of(regression, std::iter::once(ridge)),
        (Some(ridge), Some(fault)) if ridge >= 0.0 => outputs
            .scores_of(regression, std::iter::once(ridge))
            .map_err(|_| Error::input(format!("{fault}, which a ridge of {ridge} does not hide"))),
        (Some(ridge), _) => Err(Error::input(format!("a ridge of {ridge}; it must not be negative"))),
        // Of a positive definite kernel, kappa(1) is the largest value, and ridges are measured by it.
        (None, Some(fault)) if mean <= 0.0 => Err(Error::input(format!("{fault}; kappa(1) is not even positive"))),
        (None, Some(fault)) => outputs
            .scores(regression, mean)
            .map_err(|_| Error::input(format!("{fault}; {tried}, {mean:.1e}, hides that"))),
        (None, None) if mean <= 0.0 => {
            Err(Error::input("the kernel is zero at all points; nothing is learned with it"))
        }
        (None, None) => outputs.scores(regression, mean),
    }
}

/// Degrees whose eigenvalues are looked at, first the lower ones, which cost less.
const DEGREES: [std::ops::RangeInclusive<u64>; 2] = [0..=8, 9..=40];

/// What keeps a kernel from being positive definite: an eigenvalue mu_k, if one of those looked at is negative, and the
/// smallest eigenvalue of the Gram matrix.
fn indefinite(kernel: &Kernel, dimension: usize, smallest: f64) -> String {
    let mu = negative(kernel, dimension, &DEGREES).map_or(String::new(), |mu| mu + ", and ");
    format!(
        "kernel {kernel} is not positive definite: {mu}the smallest eigenvalue of the Gram matrix is {smallest:.1e}"
    )
}

/// The first negative eigenvalue on the sphere of the points. Where eigenvalues cannot be computed none is named.
fn negative(kernel: &Kernel, dimension: usize, degrees: &[std::ops::RangeInclusive<u64>]) -> Option<String> {
    let sphere = Sphere::in_dimension(dimension as u64).ok()?;
    degrees.iter().find_map(|degrees| {
        let spectrum = kernel.spectrum(sphere).digits(3).ok()?;
        let table = spectrum.table(&degrees.clone().collect::<Vec<_>>()).ok()?;
        let row = table.rows.into_iter().find(|row| row.value < 0 && row.value.clone().abs() > row.error)?;
        Some(format!("mu_{} = {row} on the sphere in R^{dimension}", row.degree))
    })
}

/// Kernels of the catalogue are positive definite where no parameter is negative: power series in u with coefficients
/// that are not negative (Schoenberg), or
/// completely monotone functions of |x-y|^2. Their eigenvalues need no look, which can take a second.
fn is_known(kernel: &Kernel) -> bool {
    matches!(kernel.expr().node(), Node::Named(named) if named.parameters().iter().all(|q| *q >= 0))
}
