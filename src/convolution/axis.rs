//! Pooling along one axis of a grid.

use super::Padding;
use crate::error::{Error, Result};
use pulp::{Arch, Simd, WithSimd};

/// A matrix that averages along an axis: rows of non-negative weights with sum 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    inputs: usize,
    /// The input at the centre of output i is i times this.
    stride: usize,
    /// Of each output, where its weights begin, and the weights.
    rows: Vec<(usize, Vec<f64>)>,
}

/// Gaussian weights below this part of that at the centre are not kept: together they change a mean by less than its rounding.
const FAINT: f64 = 1e-20;

/// Numbers that are pooled at a time.
const PART: usize = 256;

/// A^T A
#[derive(Clone, Debug)]
pub(super) enum Square {
    /// The products of the weights of one output.
    Product(Vec<f64>),
    /// Of each row, where it begins, and what is there.
    Band(Vec<(usize, Vec<f64>)>),
}

impl Square {
    /// An entry.
    pub(super) fn at(&self, i: usize, j: usize) -> f64 {
        match self {
            Square::Product(row) => row[i] * row[j],
            Square::Band(rows) => {
                let (first, row) = &rows[i];
                j.checked_sub(*first).and_then(|j| row.get(j).copied()).unwrap_or(0.0)
            }
        }
    }
}

/// What lies between zeros.
fn cut(row: &[f64]) -> (usize, Vec<f64>) {
    let first = row.iter().position(|w| *w != 0.0).unwrap_or(0);
    let last = row.iter().rposition(|w| *w != 0.0).map_or(first, |last| last + 1);
    (first, row[first..last].to_vec())
}

impl Axis {
    pub(super) fn identity(count: usize) -> Self {
        Axis { inputs: count, stride: 1, rows: (0..count).map(|i| (i, vec![1.0])).collect() }
    }

    /// One output, the mean.
    pub(super) fn mean(count: usize) -> Self {
        Axis { inputs: count, stride: 0, rows: vec![(0, vec![1.0 / count as f64; count])] }
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
            false => Some((-0.5 * (distance / scale).powi(2)).exp()).filter(|w| *w > FAINT).unwrap_or(0.0),
        };
        // Turns of the torus beyond which the weights are faint.
        let turns = (10.0 * scale / count as f64).ceil() as i64 + 1;
        let mut rows = Vec::with_capacity(count.div_ceil(stride));
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
            rows.push(cut(&row.iter().map(|w| w / sum).collect::<Vec<f64>>()));
        }
        Ok(Axis { inputs: count, stride, rows })
    }

    /// This, and then another.
    pub(super) fn then(&self, next: &Axis) -> Self {
        let row = |(first, weights): &(usize, Vec<f64>)| {
            let mut row = vec![0.0; self.inputs];
            for (weight, (first, inner)) in weights.iter().zip(&self.rows[*first..]) {
                row[*first..].iter_mut().zip(inner).for_each(|(place, w)| *place += weight * w);
            }
            cut(&row)
        };
        Axis { inputs: self.inputs, stride: self.stride * next.stride, rows: next.rows.iter().map(row).collect() }
    }

    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    pub(super) fn outputs(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn is_identity(&self) -> bool {
        let one = |(i, (first, row)): (usize, &(usize, Vec<f64>))| *first == i && row[..] == [1.0];
        self.outputs() == self.inputs && self.rows.iter().enumerate().all(one)
    }

    /// The input at the centre of an output.
    pub(super) fn centre(&self, output: usize) -> usize {
        output * self.stride
    }

    /// The weight of an input for an output.
    pub(super) fn weight(&self, output: usize, input: usize) -> f64 {
        let (first, row) = &self.rows[output];
        input.checked_sub(*first).and_then(|k| row.get(k).copied()).unwrap_or(0.0)
    }

    /// The weights of an output that are not zero, with their inputs.
    pub(super) fn row(&self, output: usize) -> impl Iterator<Item = (usize, f64)> {
        let (first, row) = &self.rows[output];
        row.iter().enumerate().map(move |(k, weight)| (first + k, *weight))
    }

    /// A^T A
    pub(super) fn square(&self) -> Square {
        if let [_] = self.rows[..] {
            return Square::Product((0..self.inputs).map(|i| self.weight(0, i)).collect());
        }
        // Of each input, the outputs that it is a part of.
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); self.inputs];
        for output in 0..self.outputs() {
            self.row(output).for_each(|(input, _)| parts[input].push(output));
        }
        let mut dense = vec![0.0; self.inputs];
        let mut rows = Vec::with_capacity(self.inputs);
        for (i, outputs) in parts.iter().enumerate() {
            dense.fill(0.0);
            for output in outputs {
                let weight = self.weight(*output, i);
                self.row(*output).for_each(|(j, w)| dense[j] += weight * w);
            }
            rows.push(cut(&dense));
        }
        Square::Band(rows)
    }

    /// Products that `apply` takes for each of `before` x `after`.
    pub(super) fn products(&self) -> usize {
        self.rows.iter().map(|(_, row)| row.len()).sum()
    }

    /// Applies it to the second axis of an array of three: `before` x inputs x `after` numbers.
    pub(super) fn apply(&self, values: &[f64], after: usize) -> Vec<f64> {
        let before = values.len() / (self.inputs * after);
        let mut out = vec![0.0; before * self.outputs() * after];
        self.fill(values, after, &mut out);
        out
    }

    /// The same into zeros.
    pub(super) fn fill(&self, values: &[f64], after: usize, out: &mut [f64]) {
        Arch::new().dispatch(Apply { axis: self, values, after, out });
    }
}

/// Plain loops, compiled for the vectors of the machine.
struct Apply<'a> {
    axis: &'a Axis,
    values: &'a [f64],
    after: usize,
    out: &'a mut [f64],
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Apply { axis, values, after, out } = self;
        for (block, target) in values.chunks(axis.inputs * after).zip(out.chunks_mut(axis.outputs() * after)) {
            // Parts that stay in the cache of the first level while all weights pass.
            for part in (0..after).step_by(PART) {
                let length = PART.min(after - part);
                for (target, (first, row)) in target.chunks_mut(after).zip(&axis.rows) {
                    let target = &mut target[part..part + length];
                    for (k, weight) in row.iter().enumerate() {
                        let values = &block[(first + k) * after + part..][..length];
                        for (place, value) in target.iter_mut().zip(values) {
                            *place += weight * value;
                        }
                    }
                }
            }
        }
    }
}
