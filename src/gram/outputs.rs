//! Labels as the outputs of a predictor, and how predictions do.

use super::Regression;
use crate::data::file::count;
use crate::error::{Error, Result};
use crate::linear::{Eigen, Matrix};
use schemars::JsonSchema;
use serde::Serialize;

/// How a ridge does on points that were left out one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Score {
    /// The ridge.
    pub ridge: f64,
    /// The mean square error over points and outputs.
    pub error: f64,
    /// The part of the classes that is right; none for regression.
    pub accuracy: Option<f64>,
}

/// What a model predicts: numbers, or one of the classes among the labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Task {
    /// A number.
    Regression,
    /// One of the labels.
    Classification,
}

/// Powers of ten that are tried as ridges.
const RIDGES: std::ops::RangeInclusive<i32> = -10..=2;

/// Errors that differ relatively by less are as good.
const AS_GOOD: f64 = 1e-4;

/// More classes are taken for a mistake.
const MOST_CLASSES: usize = 1000;

/// Labels as outputs: themselves, or 1 for the class and 0 for the others, one column each, without their mean unless
/// asked otherwise.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// The classes, increasing; none for numbers.
    pub(super) classes: Option<Vec<f64>>,
    /// What was taken off: the means, or zeros.
    pub(super) offsets: Vec<f64>,
    values: Matrix,
}

impl Outputs {
    /// Of labels, one for each point, without their mean.
    ///
    /// # Errors
    /// `Input` for fewer than two classes, or more than 1000.
    pub fn new(labels: &[f64], task: Task) -> Result<Self> {
        let mut outputs = Self::uncentred(labels, task)?;
        let (values, columns) = (&mut outputs.values, outputs.offsets.len());
        let mean = |j: usize| values.values().iter().skip(j).step_by(columns).sum::<f64>() / labels.len() as f64;
        outputs.offsets = (0..columns).map(mean).collect();
        for row in values.values_mut().chunks_mut(columns) {
            row.iter_mut().zip(&outputs.offsets).for_each(|(y, offset)| *y -= offset);
        }
        Ok(outputs)
    }

    /// The same with their mean, which a predictor without a constant has to learn.
    ///
    /// # Errors
    /// As [`Outputs::new`].
    pub fn uncentred(labels: &[f64], task: Task) -> Result<Self> {
        let classes = match task {
            Task::Regression => None,
            Task::Classification => {
                let mut classes = labels.to_vec();
                classes.sort_by(f64::total_cmp);
                classes.dedup();
                if classes.len() < 2 || classes.len() > MOST_CLASSES {
                    let found = count(classes.len(), "different label");
                    return Err(Error::input(format!("{found} for classes; allowed are 2 to {MOST_CLASSES}")));
                }
                Some(classes)
            }
        };
        let values = match &classes {
            None => Matrix::column(labels),
            Some(classes) => {
                let is =
                    |label: &f64| classes.iter().map(|class| f64::from(u8::from(label == class))).collect::<Vec<_>>();
                Matrix::new(labels.len(), classes.len(), labels.iter().flat_map(is).collect())
            }
        };
        let offsets = vec![0.0; values.columns()];
        Ok(Outputs { classes, offsets, values })
    }

    /// The part of the outputs along each eigenvector v: |v^T Y|^2/|Y|^2 of the outputs Y, in Frobenius norms. With all
    /// eigenvectors of a Gram matrix the parts add up to 1. Labels along the leading ones are
    /// learned from few points. 0 for labels that are all equal.
    pub fn shares(&self, eigen: &Eigen) -> Vec<f64> {
        let norm = self.values.view().norm_l2();
        let along = eigen.vectors().transpose() * self.values.view();
        along.row_iter().map(|row| if norm > 0.0 { (row.norm_l2() / norm).powi(2) } else { 0.0 }).collect()
    }

    /// A row for each point, a column for each output.
    pub fn values(&self) -> &Matrix {
        &self.values
    }

    /// The labels that values of the outputs stand for: the class of the largest, or the number, means added.
    pub fn labels(&self, values: &Matrix) -> Vec<f64> {
        labels(values, self.classes.as_deref(), &self.offsets)
    }

    /// How ridges do on points that are left out one at a time: powers of ten from 10^-10 to 10^2 times `scale`, such
    /// as the mean of kappa(x, x). The first is the one to take, the largest ridge whose error is within a factor 1 +
    /// 1e-4 of the least; the others follow by increasing error. Ridges that leave the matrix singular are left out. A
    /// mean that was taken off is that of all labels, the one left out included.
    ///
    /// ```
    /// use zonal::linear::{Eigen, Matrix};
    /// use zonal::gram::{Outputs, Regression, Task};
    /// // Two points alike, and two more.
    /// let gram = [1.0, 0.9, 0.1, 0.1, 0.9, 1.0, 0.1, 0.1, 0.1, 0.1, 1.0, 0.9, 0.1, 0.1, 0.9, 1.0];
    /// let regression = Regression::new(Eigen::all(&Matrix::new(4, 4, gram.to_vec()))?)?;
    /// let outputs = Outputs::new(&[3.0, 3.0, 7.0, 7.0], Task::Classification)?;
    /// let scores = outputs.scores(&regression, 1.0)?;
    /// assert_eq!(scores[0].accuracy, Some(1.0));
    /// assert!(scores[0].ridge <= 1.0 && scores.last().unwrap().ridge == 100.0);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Regression::leave_one_out`], if no ridge is left.
    pub fn scores(&self, regression: &Regression, scale: f64) -> Result<Vec<Score>> {
        self.scores_of(regression, RIDGES.map(|power| scale * 10f64.powi(power)))
    }

    /// The same for given ridges.
    pub(super) fn scores_of(&self, regression: &Regression, ridges: impl Iterator<Item = f64>) -> Result<Vec<Score>> {
        let mut scores = Vec::new();
        let mut refused = None;
        for ridge in ridges {
            match regression.leave_one_out(self.values(), ridge) {
                Ok(predicted) => scores.push(self.score(ridge, &predicted)),
                Err(error) => refused = Some(error),
            }
        }
        scores.sort_by(|a, b| a.error.total_cmp(&b.error));
        let least = scores.first().map_or(0.0, |score| score.error);
        let equal = scores.iter().enumerate().filter(|(_, score)| score.error <= least * (1.0 + AS_GOOD));
        if let Some((index, _)) = equal.max_by(|a, b| a.1.ridge.total_cmp(&b.1.ridge)) {
            scores[..=index].rotate_right(1);
        }
        match scores.is_empty() {
            true => Err(refused.unwrap_or_else(|| Error::unable("no ridge was tried"))),
            false => Ok(scores),
        }
    }

    /// How predictions do.
    fn score(&self, ridge: f64, predicted: &Matrix) -> Score {
        let (rows, columns) = (predicted.rows(), predicted.columns());
        let error = (predicted.view() - self.values.view()).squared_norm_l2() / (rows * columns) as f64;
        let accuracy = self.classes.as_ref().map(|_| {
            let (found, truth) = (self.labels(predicted), self.labels(&self.values));
            found.iter().zip(&truth).filter(|(found, truth)| found == truth).count() as f64 / rows as f64
        });
        Score { ridge, error, accuracy }
    }
}

/// The class of the largest output, or the number.
pub(super) fn labels(values: &Matrix, classes: Option<&[f64]>, offsets: &[f64]) -> Vec<f64> {
    let label = |i: usize| {
        let entry = |j: &usize| values.row(i)[*j] + offsets[*j];
        match classes {
            None => entry(&0),
            Some(classes) => {
                let largest = (0..offsets.len()).max_by(|i, j| entry(i).total_cmp(&entry(j)));
                largest.map_or(f64::NAN, |j| classes[j])
            }
        }
    };
    (0..values.rows()).map(label).collect()
}
