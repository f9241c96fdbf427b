//! A signal as a network sees it: the norms of its patches at every layer.

use super::Padding;
use super::Shape;
use super::network::{Axes, Convolution, Plan, Stage};

/// The norms of a signal through the convolutions between two poolings.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    /// Of the input at each position, then of the patches of each convolution, which are the norms of its outputs too.
    pub(super) norms: Vec<Vec<f64>>,
    /// 1/norm; 0 where that is 0.
    pub(super) inverses: Vec<Vec<f64>>,
    /// The norms of the last outputs, pooled as numbers.
    pub(super) pooled: Vec<f64>,
    /// By how much the squares of these exceed the squared norms of the pooled outputs; none behind the last pooling,
    /// where that is not needed.
    pub(super) excess: Vec<f64>,
}

/// A signal with everything about it that a kernel needs.
#[derive(Clone, Debug)]
pub struct Image {
    /// The values that were divided by 2^exponent, pooled, channel after channel.
    pub(super) channels: Vec<Vec<f64>>,
    pub(super) exponent: i32,
    pub(super) passages: Vec<Passage>,
}

/// Pools numbers on a grid.
pub(super) fn pool(axes: &Axes, values: &[f64]) -> Vec<f64> {
    let [rows, columns] = &axes.0;
    let along = rows.apply(values, columns.inputs());
    columns.apply(&along, 1)
}

impl Image {
    /// Of a signal, without its passages.
    pub(super) fn new(plan: &Plan, shape: Shape, values: &[f64]) -> Self {
        let largest = values.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
        // A power of two, exact, against overflow and underflow of the squares.
        let exponent = if largest == 0.0 { 0 } else { (largest.log2().floor() as i32).clamp(-1022, 1022) };
        let scale = 2f64.powi(-exponent);
        let channel = |c: usize| -> Vec<f64> {
            let values: Vec<f64> = values.iter().skip(c).step_by(shape.channels).map(|x| x * scale).collect();
            if plan.input.is_identity() { values } else { pool(&plan.input, &values) }
        };
        let channels = (0..shape.channels).map(channel).collect();
        Image { channels, exponent, passages: Vec::new() }
    }

    /// Whether nothing is left of it at the end: zero, or zero wherever pooling looks.
    pub(super) fn vanishes(&self) -> bool {
        self.passages.last().is_none_or(|passage| passage.pooled.iter().all(|a| *a == 0.0))
    }

    /// |x\[u\]| of the pooled signal.
    pub(super) fn lengths(&self) -> Vec<f64> {
        let square = |u: usize| self.channels.iter().map(|x| x[u] * x[u]).sum::<f64>();
        (0..self.channels[0].len()).map(|u| square(u).sqrt()).collect()
    }
}

impl Passage {
    /// The norms of the pooled outputs.
    pub(super) fn pooled_norms(&self) -> Vec<f64> {
        self.pooled.iter().zip(&self.excess).map(|(a, e)| (a * a - e).max(0.0).sqrt()).collect()
    }

    /// From the norms of the input.
    pub(super) fn new(stage: &Stage, padding: Padding, input: Vec<f64>) -> Self {
        let mut norms = vec![input];
        for convolution in &stage.convolutions {
            norms.push(patch_norms(stage, padding, convolution, &norms[norms.len() - 1]));
        }
        let inverse = |n: &f64| if *n > 0.0 { 1.0 / n } else { 0.0 };
        let inverses = norms.iter().map(|norms| norms.iter().map(inverse).collect()).collect();
        let pooled = pool(&stage.pooling, &norms[norms.len() - 1]);
        Passage { norms, inverses, pooled, excess: Vec::new() }
    }
}

/// n\[u\]^2 = |S|^{-1} sum_v a\[u+v\]^2
fn patch_norms(stage: &Stage, padding: Padding, convolution: &Convolution, norms: &[f64]) -> Vec<f64> {
    let (rows, columns) = (stage.grid.rows, stage.grid.columns);
    let squares: Vec<f64> = norms.iter().map(|a| a * a).collect();
    let along_rows = sums(&squares, columns, convolution.radius[1], padding);
    // Columns as rows, and back.
    let turned = transposed(&along_rows, columns);
    let both = transposed(&sums(&turned, rows, convolution.radius[0], padding), rows);
    both.iter().map(|sum| (sum / convolution.area as f64).sqrt()).collect()
}

/// Columns as rows, in squares that fit the cache.
pub(super) fn transposed<T: Copy + Default>(values: &[T], columns: usize) -> Vec<T> {
    const SIDE: usize = 16;
    let rows = values.len() / columns;
    let mut out = vec![T::default(); values.len()];
    for top in (0..rows).step_by(SIDE) {
        for left in (0..columns).step_by(SIDE) {
            for j in left..columns.min(left + SIDE) {
                for i in top..rows.min(top + SIDE) {
                    out[j * rows + i] = values[i * columns + j];
                }
            }
        }
    }
    out
}

/// Sums over 2r + 1 neighbours in each row.
fn sums(values: &[f64], columns: usize, radius: usize, padding: Padding) -> Vec<f64> {
    let mut out = Vec::with_capacity(values.len());
    for row in values.chunks(columns) {
        for j in 0..columns {
            let neighbour = |k: usize| match padding {
                Padding::Circular => Some(row[(j + columns + k - radius) % columns]),
                Padding::Zero => (j + k).checked_sub(radius).and_then(|j| row.get(j).copied()),
            };
            out.push((0..=2 * radius).filter_map(neighbour).sum());
        }
    }
    out
}
