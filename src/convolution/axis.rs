//! Pooling along one axis of a grid.

use super::Padding;
use crate::error::{Error, Result};
use faer::Mat;
use pulp::{Arch, Simd, WithSimd};
use rug::Float;

/// A matrix that averages along an axis: rows of non-negative weights with sum 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    inputs: usize,
    /// The input at the centre of output i is i times this.
    stride: usize,
    /// Of each output, where its weights begin, and the weights.
    rows: Vec<(usize, Vec<f64>)>,
    /// What it was made of, for weights with more digits.
    factors: Vec<Factor>,
}

/// A mean along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Factor {
    /// Of all positions.
    Mean,
    /// Gaussian means around every `stride`-th position.
    Gaussian { padding: Padding, scale: f64, stride: usize },
}

/// Gaussian weights below this part of that at the centre are zero in double precision.
const FAINT: f64 = 1e-20;

/// Weights of one axis: 128 MB.
const MOST_WEIGHTS: usize = 1 << 24;

/// What a product in a band takes, in products of dense matrices by a library.
const DENSE: f64 = 20.0;

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

fn cut_rows(matrix: &Mat<f64>) -> Vec<(usize, Vec<f64>)> {
    matrix.row_iter().map(|row| cut(&row.iter().copied().collect::<Vec<f64>>())).collect()
}

/// exp(-distance^2/(2 scale^2)), without what is faint.
fn faint_free(distance: f64, scale: f64) -> f64 {
    match scale == 0.0 {
        true => f64::from(u8::from(distance == 0.0)),
        false => Some((-0.5 * (distance / scale).powi(2)).exp()).filter(|w| *w > FAINT).unwrap_or(0.0),
    }
}

/// Weights for the distances 0, 1, ..., count - 1; on a torus those of all turns up to a reach.
fn distances<T>(
    count: usize,
    padding: Padding,
    reach: f64,
    weight: impl Fn(f64) -> T,
    add: impl Fn(T, T) -> T,
) -> Vec<T> {
    let turns = match padding {
        Padding::Zero => 0,
        Padding::Circular => (reach / count as f64).ceil() as i64 + 1,
    };
    let one = |distance: usize| {
        let around = (1..=turns).flat_map(|turn| [turn, -turn]);
        let terms = around.map(|turn| weight(distance as f64 + (turn * count as i64) as f64));
        terms.fold(weight(distance as f64), &add)
    };
    (0..count).map(one).collect()
}

impl Axis {
    pub(super) fn identity(count: usize) -> Self {
        Axis { inputs: count, stride: 1, rows: (0..count).map(|i| (i, vec![1.0])).collect(), factors: Vec::new() }
    }

    /// One output, the mean.
    pub(super) fn mean(count: usize) -> Self {
        Axis { inputs: count, stride: 0, rows: vec![(0, vec![1.0 / count as f64; count])], factors: vec![Factor::Mean] }
    }

    /// Weights exp(-(s - c)^2/(2 scale^2)), c = 0, stride, 2 stride, ..., divided by their sum. An axis of one position
    /// stays as it is.
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
        let weight = |distance: f64| faint_free(distance, scale);
        let table = distances(count, padding, 10.0 * scale, weight, |sum, w| sum + w);
        let mut rows = Vec::with_capacity(count.div_ceil(stride));
        let mut weights = 0;
        for centre in (0..count).step_by(stride) {
            let row: Vec<f64> = (0..count).map(|s| table[centre.abs_diff(s)]).collect();
            let sum: f64 = row.iter().sum();
            let (first, row) = cut(&row.iter().map(|w| w / sum).collect::<Vec<f64>>());
            weights += row.len();
            if weights > MOST_WEIGHTS {
                return Err(Error::unable(format!(
                    "pooling of {count} positions over a scale of {scale} takes more than {MOST_WEIGHTS} weights; a \
                     smaller scale, a stride or the mean takes fewer"
                )));
            }
            rows.push((first, row));
        }
        Ok(Axis { inputs: count, stride, rows, factors: vec![Factor::Gaussian { padding, scale, stride }] })
    }

    /// The weights with so many bits, faint ones too: of each output the inputs with their weights.
    pub(super) fn precise(&self, bits: u32) -> Vec<Vec<(usize, Float)>> {
        let one = || Float::with_val(bits, 1);
        let mut rows: Vec<Vec<(usize, Float)>> = (0..self.inputs).map(|i| vec![(i, one())]).collect();
        for factor in &self.factors {
            let count = rows.len();
            let means: Vec<Vec<(usize, Float)>> = match *factor {
                Factor::Mean => vec![(0..count).map(|i| (i, one() / count as u32)).collect()],
                Factor::Gaussian { padding, scale, stride } => {
                    let weight = |distance: f64| match scale == 0.0 {
                        true => Float::with_val(bits, u8::from(distance == 0.0)),
                        false => (-(Float::with_val(bits, distance) / scale).square() / 2u32).exp(),
                    };
                    // exp(-reach^2/2) is below a rounding.
                    let reach = (1.4 * f64::from(bits + 10)).sqrt();
                    let table = distances(count, padding, reach * scale, weight, |sum, w| sum + w);
                    let mean = |centre: usize| {
                        let row: Vec<Float> = (0..count).map(|s| table[centre.abs_diff(s)].clone()).collect();
                        let sum = row.iter().fold(Float::new(bits), |sum, w| sum + w);
                        row.into_iter().map(|w| w / &sum).enumerate().collect()
                    };
                    (0..count).step_by(stride).map(mean).collect()
                }
            };
            let pooled = |mean: &Vec<(usize, Float)>| {
                let mut out = vec![Float::new(bits); self.inputs];
                for (k, weight) in mean {
                    rows[*k].iter().for_each(|(i, w)| out[*i] += Float::with_val(bits, w * weight));
                }
                out.into_iter().enumerate().filter(|(_, w)| !w.is_zero()).collect()
            };
            rows = means.iter().map(pooled).collect();
        }
        rows
    }

    /// This, and then another.
    pub(super) fn then(&self, next: &Axis) -> Self {
        let factors = [&self.factors[..], &next.factors].concat();
        let stride = self.stride * next.stride;
        if next.outputs() as f64 * (self.outputs() * self.inputs) as f64
            <= DENSE * next.products() as f64 * self.width()
        {
            let product = next.dense() * self.dense();
            return Axis { inputs: self.inputs, stride, rows: cut_rows(&product), factors };
        }
        let row = |(first, weights): &(usize, Vec<f64>)| {
            let mut row = vec![0.0; self.inputs];
            for (weight, (first, inner)) in weights.iter().zip(&self.rows[*first..]) {
                row[*first..].iter_mut().zip(inner).for_each(|(place, w)| *place += weight * w);
            }
            cut(&row)
        };
        Axis { inputs: self.inputs, stride, rows: next.rows.iter().map(row).collect(), factors }
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
        if self.inputs as f64 * (self.outputs() * self.inputs) as f64 <= DENSE * self.products() as f64 * self.width() {
            let dense = self.dense();
            return Square::Band(cut_rows(&(dense.transpose() * &dense)));
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
                let (first, row) = &self.rows[*output];
                dense[*first..][..row.len()].iter_mut().zip(row).for_each(|(place, w)| *place += weight * w);
            }
            rows.push(cut(&dense));
        }
        Square::Band(rows)
    }

    /// The mean number of weights of an output.
    fn width(&self) -> f64 {
        self.products() as f64 / self.outputs().max(1) as f64
    }

    /// All weights, a row for each output.
    fn dense(&self) -> Mat<f64> {
        Mat::from_fn(self.outputs(), self.inputs, |output, input| self.weight(output, input))
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
