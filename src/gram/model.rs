//! Fitted predictors that can be kept in a file.

use super::outputs::{Outputs, Score, Task, labels};
use super::{Eigen, Points, Regression, Scaling, Zonal};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use faer::Mat;
use serde::{Deserialize, Serialize};

/// Kernel ridge regression, fitted: numbers, or classes by the largest of one output each (1 for the class, 0 for the others).
///
/// The mean of each output is taken off before the fit and added to the predictions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Model {
    kernel: String,
    scaling: Scaling,
    /// The ridge: (K + ridge) alpha = y.
    pub ridge: f64,
    /// The classes, increasing; none for regression.
    pub classes: Option<Vec<f64>>,
    offsets: Vec<f64>,
    dimension: usize,
    /// Rows of the training points.
    points: Vec<f64>,
    /// A row of coefficients alpha for each training point.
    coefficients: Vec<f64>,
}

impl Model {
    /// Fits labels at the points in the rows. Without a ridge, powers of ten times the mean of kappa(x, x) are tried, and the one with the smallest
    /// leave-one-out error is taken, of those as good to 1e-4 the largest; their scores are returned, that of the ridge taken first.
    ///
    /// ```
    /// use zonal::gram::{Model, Scaling, Task};
    /// let rows = vec![1.0, 0.1, 1.0, -0.1, 0.1, 1.0, -0.1, 1.0];
    /// let (model, scores) = Model::fit("ntk(2)", Scaling::Sphere, rows, 2, &[3.0, 3.0, 7.0, 7.0], Task::Classification, None)?;
    /// assert_eq!(scores[0].accuracy, Some(1.0));
    /// assert_eq!(model.predict(vec![2.0, 0.2, 0.2, 2.0])?, [3.0, 7.0]);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the points, the kernel, the eigenvalues and the ridge; `Input` for another number of labels, fewer than two points or classes.
    pub fn fit(
        kernel: &str,
        scaling: Scaling,
        rows: Vec<f64>,
        dimension: usize,
        labels: &[f64],
        task: Task,
        ridge: Option<f64>,
    ) -> Result<(Self, Vec<Score>)> {
        let points = Points::new(rows.clone(), dimension)?;
        let n = points.count();
        if n < 2 || labels.len() != n {
            return Err(Error::input(format!(
                "{} labels for {n} points; at least two of each are needed",
                labels.len()
            )));
        }
        let outputs = Outputs::new(labels, task)?;
        let kernel = Kernel::parse(kernel)?;
        let zonal = Zonal::new(kernel.compile(Some(dimension as u64))?, scaling);
        let mean = zonal.diagonal(&points).iter().sum::<f64>() / n as f64;
        let regression = Regression::new(Eigen::all(&zonal.gram(&points)?)?)?;
        let scores = match ridge {
            Some(ridge) => outputs.scores_of(&regression, std::iter::once(ridge))?,
            None => outputs.scores(&regression, mean)?,
        };
        let best = scores[0];
        let alpha = regression.ridge(outputs.values(), best.ridge)?;
        let model = Model {
            kernel: kernel.to_string(),
            scaling,
            ridge: best.ridge,
            classes: outputs.classes,
            offsets: outputs.offsets,
            dimension,
            points: rows,
            coefficients: alpha.row_iter().flat_map(|row| row.iter().copied().collect::<Vec<_>>()).collect(),
        };
        Ok((model, scores))
    }

    /// The predictions at the points in the rows.
    ///
    /// # Errors
    /// Those of the points; `Input` for another number of coordinates, or a model that was tampered with.
    pub fn predict(&self, rows: Vec<f64>) -> Result<Vec<f64>> {
        let training = Points::new(self.points.clone(), self.dimension)?;
        let points = Points::new(rows, self.dimension)?;
        let outputs = self.offsets.len();
        let classes = self.classes.as_ref().map_or(1, Vec::len);
        if outputs != classes || self.coefficients.len() != training.count() * outputs {
            return Err(Error::input("the model is damaged: its numbers do not fit together"));
        }
        let zonal = Zonal::new(Kernel::parse(&self.kernel)?.compile(Some(self.dimension as u64))?, self.scaling);
        let cross = zonal.cross(&points, &training)?;
        let alpha = Mat::from_fn(training.count(), outputs, |i, j| self.coefficients[i * outputs + j]);
        let values = cross.view() * alpha;
        Ok(labels(values.as_ref(), self.classes.as_deref(), &self.offsets))
    }

    /// The number of coordinates of a point.
    pub fn dimension(&self) -> usize {
        self.dimension
    }
}
