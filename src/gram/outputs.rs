//! Labels as the outputs of a predictor, and how predictions do.

use crate::error::{Error, Result};
use faer::{Mat, MatRef};
use serde::Serialize;

/// How a ridge does on points that were left out one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The ridge.
    pub ridge: f64,
    /// The mean square error over points and outputs.
    pub error: f64,
    /// The part of the classes that is right; none for regression.
    pub accuracy: Option<f64>,
}

/// What is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// A number.
    Regression,
    /// One of the labels.
    Classification,
}

/// More classes are taken for a mistake.
const MOST_CLASSES: usize = 1000;

/// Labels as outputs: themselves, or 1 for the class and 0 for the others, one column each, without their mean.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// The classes, increasing; none for numbers.
    pub(super) classes: Option<Vec<f64>>,
    /// The means.
    pub(super) offsets: Vec<f64>,
    values: Mat<f64>,
}

impl Outputs {
    /// Of labels, one for each point.
    ///
    /// # Errors
    /// `Input` for fewer than two classes, or more than 1000.
    pub fn new(labels: &[f64], task: Task) -> Result<Self> {
        let classes = match task {
            Task::Regression => None,
            Task::Classification => {
                let mut classes = labels.to_vec();
                classes.sort_by(f64::total_cmp);
                classes.dedup();
                if classes.len() < 2 || classes.len() > MOST_CLASSES {
                    return Err(Error::input(format!("{} classes; allowed are 2 to {MOST_CLASSES}", classes.len())));
                }
                Some(classes)
            }
        };
        let mut values = match &classes {
            None => Mat::from_fn(labels.len(), 1, |i, _| labels[i]),
            Some(classes) => {
                Mat::from_fn(labels.len(), classes.len(), |i, j| f64::from(u8::from(labels[i] == classes[j])))
            }
        };
        let offsets: Vec<f64> =
            values.col_iter().map(|column| column.iter().sum::<f64>() / labels.len() as f64).collect();
        for (column, offset) in values.col_iter_mut().zip(&offsets) {
            column.iter_mut().for_each(|y| *y -= offset);
        }
        Ok(Outputs { classes, offsets, values })
    }

    /// A row for each point, a column for each output.
    pub fn values(&self) -> MatRef<'_, f64> {
        self.values.as_ref()
    }

    /// How predictions do.
    pub(super) fn score(&self, ridge: f64, predicted: &Mat<f64>) -> Score {
        let (rows, columns) = (predicted.nrows(), predicted.ncols());
        let error = (predicted - &self.values).squared_norm_l2() / (rows * columns) as f64;
        let accuracy = self.classes.as_ref().map(|_| {
            let right = |i: &usize| largest(predicted, *i, &self.offsets) == largest(&self.values, *i, &self.offsets);
            (0..rows).filter(right).count() as f64 / rows as f64
        });
        Score { ridge, error, accuracy }
    }
}

/// The column of the largest entry of a row, offsets added.
pub(super) fn largest(values: &Mat<f64>, row: usize, offsets: &[f64]) -> usize {
    let entry = |j: &usize| values[(row, *j)] + offsets[*j];
    (0..offsets.len()).max_by(|i, j| entry(i).total_cmp(&entry(j))).unwrap_or(0)
}
