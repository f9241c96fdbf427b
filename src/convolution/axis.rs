//! Pooling along one axis of a grid.

use super::Padding;
use crate::error::{Error, Result};

/// A matrix that averages along an axis: rows of non-negative weights with sum 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    inputs: usize,
    /// The input at the centre of output i is i times this.
    stride: usize,
    /// Row after row.
    weights: Vec<f64>,
    /// Of each row, where its weights begin and end.
    spans: Vec<(usize, usize)>,
}

impl Axis {
    fn new(inputs: usize, stride: usize, weights: Vec<f64>) -> Self {
        let span = |row: &[f64]| {
            let first = row.iter().position(|w| *w != 0.0).unwrap_or(0);
            (first, row.iter().rposition(|w| *w != 0.0).map_or(first, |last| last + 1))
        };
        let spans = weights.chunks(inputs).map(span).collect();
        Axis { inputs, stride, weights, spans }
    }

    pub(super) fn identity(count: usize) -> Self {
        let weights = (0..count * count).map(|i| f64::from(u8::from(i / count == i % count))).collect();
        Axis::new(count, 1, weights)
    }

    /// One output, the mean.
    pub(super) fn mean(count: usize) -> Self {
        Axis::new(count, 0, vec![1.0 / count as f64; count])
    }

    /// Weights exp(-(s - c)^2/(2 scale^2)), c = 0, stride, 2 stride, ..., divided by their sum. An axis of one position stays as it is.
    pub(super) fn gaussian(count: usize, padding: Padding, scale: f64, stride: usize) -> Result<Self> {
        if count == 1 {
            return Ok(Axis::identity(1));
        }
        if stride > count {
            return Err(Error::input(format!(
                "a stride of {stride} along {count} positions leaves nothing to choose from"
            )));
        }
        if padding == Padding::Circular && !count.is_multiple_of(stride) {
            return Err(Error::input(format!("a stride of {stride} does not divide the {count} positions of a torus")));
        }
        let weight = |distance: f64| match scale == 0.0 {
            true => f64::from(u8::from(distance == 0.0)),
            false => (-0.5 * (distance / scale).powi(2)).exp(),
        };
        // Turns of the torus beyond which the weights vanish in double precision.
        let turns = (39.0 * scale / count as f64).ceil() as i64 + 1;
        let mut weights = Vec::with_capacity(count.div_ceil(stride) * count);
        for centre in (0..count).step_by(stride) {
            let offset = |s: usize| s as f64 - centre as f64;
            let row: Vec<f64> = (0..count)
                .map(|s| match padding {
                    Padding::Zero => weight(offset(s)),
                    Padding::Circular => {
                        (-turns..=turns).map(|turn| weight(offset(s) + (turn * count as i64) as f64)).sum()
                    }
                })
                .collect();
            let sum: f64 = row.iter().sum();
            weights.extend(row.iter().map(|w| w / sum));
        }
        Ok(Axis::new(count, stride, weights))
    }

    /// This, and then another.
    pub(super) fn then(&self, next: &Axis) -> Self {
        let entry = |i: usize, j: usize| -> f64 {
            let (first, last) = next.spans[i];
            (first..last).map(|k| next.row(i)[k] * self.row(k)[j]).sum()
        };
        let weights = (0..next.outputs()).flat_map(|i| (0..self.inputs).map(move |j| (i, j))).map(|(i, j)| entry(i, j));
        Axis::new(self.inputs, self.stride * next.stride, weights.collect())
    }

    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    pub(super) fn outputs(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn is_identity(&self) -> bool {
        *self == Axis::identity(self.inputs)
    }

    /// The input at the centre of an output.
    pub(super) fn centre(&self, output: usize) -> usize {
        output * self.stride
    }

    /// The weights of one output.
    pub(super) fn row(&self, output: usize) -> &[f64] {
        &self.weights[output * self.inputs..][..self.inputs]
    }

    /// A^T A, row after row.
    pub(super) fn square(&self) -> Vec<f64> {
        let n = self.inputs;
        let mut square = vec![0.0; n * n];
        for output in 0..self.outputs() {
            let row = self.row(output);
            for (i, place) in square.iter_mut().enumerate() {
                *place += row[i / n] * row[i % n];
            }
        }
        square
    }

    /// Applies it to the second axis of an array of three: `before` x inputs x `after` numbers.
    pub(super) fn apply(&self, values: &[f64], after: usize) -> Vec<f64> {
        let before = values.len() / (self.inputs * after);
        let mut out = vec![0.0; before * self.outputs() * after];
        for (block, target) in values.chunks(self.inputs * after).zip(out.chunks_mut(self.outputs() * after)) {
            for (output, target) in target.chunks_mut(after).enumerate() {
                let (first, last) = self.spans[output];
                for k in first..last {
                    let weight = self.row(output)[k];
                    target.iter_mut().zip(&block[k * after..]).for_each(|(place, value)| *place += weight * value);
                }
            }
        }
        out
    }
}
