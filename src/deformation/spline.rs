//! Cubic splines over a grid.

use crate::convolution::Grid;
use crate::convolution::Padding;

/// Neighbours that a coefficient depends on: the pole of the filter is sqrt 3 - 2, and 0.268^30 < 2^-56.
const REACH: usize = 30;

/// Positions beyond the border where the spline of a signal that is zero there is kept.
const MARGIN: usize = 30;

/// An interpolating cubic spline over a grid.
pub(super) struct Spline {
    coefficients: Vec<f64>,
    values: Vec<f64>,
    grid: Grid,
    padding: Padding,
    /// Zeros around the values.
    margin: [usize; 2],
}

impl Spline {
    /// Through the values of a grid; beyond its border they are zero, or wound around.
    pub(super) fn new(values: &[f64], grid: Grid, padding: Padding) -> Self {
        let margin = match padding {
            Padding::Zero => grid.extents().map(|extent| if extent > 1 { MARGIN } else { 0 }),
            Padding::Circular => [0, 0],
        };
        let columns = grid.columns;
        let grid = Grid { rows: grid.rows + 2 * margin[0], columns: columns + 2 * margin[1] };
        let mut padded = vec![0.0; grid.positions()];
        for (row, target) in values.chunks(columns).zip(padded.chunks_mut(grid.columns).skip(margin[0])) {
            target[margin[1]..margin[1] + columns].copy_from_slice(row);
        }
        let mut spline = Spline { coefficients: padded.clone(), values: padded, grid, padding, margin };
        if grid.columns > 1 {
            let rows = spline.coefficients.chunks(grid.columns);
            spline.coefficients = rows.flat_map(|row| filter(row, padding)).collect();
        }
        if grid.rows > 1 {
            for j in 0..grid.columns {
                let column: Vec<f64> = spline.coefficients.iter().skip(j).step_by(grid.columns).copied().collect();
                for (i, c) in filter(&column, padding).into_iter().enumerate() {
                    spline.coefficients[i * grid.columns + j] = c;
                }
            }
        }
        spline
    }

    /// The value at a position plus a shift in each direction: a shift of 1e-20 is not lost.
    pub(super) fn at(&self, point: [(f64, f64); 2]) -> f64 {
        // The nearest position, and what is left.
        let parts = [0, 1].map(|axis: usize| {
            let (position, shift) = point[axis];
            let whole = shift.round();
            (position + whole + self.margin[axis] as f64, shift - whole)
        });
        let place = |index: f64, extent: usize| -> Option<usize> {
            match self.padding {
                Padding::Zero => (index >= 0.0 && index < extent as f64).then_some(index as usize),
                Padding::Circular => Some(index.rem_euclid(extent as f64) as usize),
            }
        };
        let at = |values: &[f64], i: f64, j: f64| {
            let index = place(i, self.grid.rows).zip(place(j, self.grid.columns));
            index.map_or(0.0, |(i, j)| values[i * self.grid.columns + j])
        };
        if parts.iter().all(|(_, rest)| *rest == 0.0) {
            return at(&self.values, parts[0].0, parts[1].0);
        }
        let weights = [0, 1].map(|axis: usize| match self.grid.extents()[axis] {
            1 => vec![(0.0, 1.0)],
            _ => (-2..=2).map(|k| (f64::from(k), cubic(f64::from(k) - parts[axis].1))).collect(),
        });
        let mut sum = 0.0;
        for (k, w) in &weights[0] {
            for (l, v) in &weights[1] {
                sum += w * v * at(&self.coefficients, parts[0].0 + k, parts[1].0 + l);
            }
        }
        sum
    }
}

/// The cubic B-spline.
fn cubic(t: f64) -> f64 {
    match t.abs() {
        t if t < 1.0 => 2.0 / 3.0 - t * t + 0.5 * t * t * t,
        t if t < 2.0 => (2.0 - t).powi(3) / 6.0,
        _ => 0.0,
    }
}

/// Coefficients c with c\[i-1\]/6 + 2 c\[i\]/3 + c\[i+1\]/6 = x\[i\]: the two-sided filter sqrt(3) z^|k|, z = sqrt(3)
/// - 2.
fn filter(values: &[f64], padding: Padding) -> Vec<f64> {
    let z = 3f64.sqrt() - 2.0;
    let n = values.len() as isize;
    let at = |i: isize| match padding {
        Padding::Zero => usize::try_from(i).ok().and_then(|i| values.get(i).copied()).unwrap_or(0.0),
        Padding::Circular => values[i.rem_euclid(n) as usize],
    };
    let coefficient = |i: isize| {
        let mut power = 1.0;
        let mut sum = at(i);
        for k in 1..=REACH as isize {
            power *= z;
            sum += power * (at(i - k) + at(i + k));
        }
        3f64.sqrt() * sum
    };
    (0..n).map(coefficient).collect()
}
