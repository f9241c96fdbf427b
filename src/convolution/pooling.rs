//! Pooling of all pairs of positions.

use super::Axis;
use super::Padding;
use super::image::{Passage, transposed};
use super::network::{Stage, axes_grid};

/// Where |a||a'| - G is below this part of |a||a'|, rounding, some 1e-16, could make a distance of two features that
/// have none: it is bounded from above.
const PARALLEL: f64 = 1e-11;

/// A M A^T of the deficits and of the tangent kernel.
pub(super) fn pooled_pairs(stage: &Stage, pairs: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let [rows, columns] = &stage.pooling.0;
    let both = |axis: &Axis, pairs: &[[f64; 2]], after: usize| {
        let half = axis.apply(pairs.as_flattened(), 2 * after * axis.inputs());
        let mut both = vec![[0.0; 2]; axis.outputs().pow(2) * after];
        axis.fill(&half, 2 * after, both.as_flattened_mut());
        both
    };
    // Columns come first, and last again: what is pooled has long rows behind it.
    let all = columns.inputs().pow(2);
    let turned = transposed(&both(rows, pairs, all), all);
    let others = rows.outputs().pow(2);
    transposed(&both(columns, &turned, others), others)
}

/// The deficits of positions with themselves, behind a pooling.
pub(super) fn itself(stage: &Stage, pairs: &[[f64; 2]]) -> Vec<f64> {
    let grid = axes_grid(&stage.pooling);
    (0..grid.positions()).map(|u| pairs[grid.pair(grid.place(u), grid.place(u))][0]).collect()
}

/// What the pooling of all pairs takes, in pairs of a convolution: measured to half, for the products of the weights
/// and for the memory that is passed.
pub(super) fn pooling_operations(stage: &Stage) -> f64 {
    let [rows, columns] = &stage.pooling.0;
    let first = rows.products() * (rows.inputs() + rows.outputs()) * columns.inputs().pow(2);
    let second = columns.products() * (columns.inputs() + columns.outputs()) * rows.outputs().pow(2);
    let pairs = stage.grid.positions().pow(2) + axes_grid(&stage.pooling).positions().pow(2);
    0.1 * (first + second) as f64 + 4.0 * pairs as f64
}

/// The state behind a pooling; `state` is what was pooled, with A (|a||a'| - G) A^T, `norms` those of the pooled
/// features.
pub(super) fn pooled(
    stage: &Stage,
    padding: Padding,
    before: &[[f64; 2]],
    mut state: Vec<[f64; 2]>,
    passages: [&Passage; 2],
    norms: [&[f64]; 2],
) -> Vec<[f64; 2]> {
    let [x, y] = passages;
    let grid = axes_grid(&stage.pooling);
    for (u, v) in (0..grid.positions()).flat_map(|u| (0..grid.positions()).map(move |v| (u, v))) {
        let [place, _] = &mut state[grid.pair(grid.place(u), grid.place(v))];
        let (a, b) = (norms[0][u], norms[1][v]);
        // (A a)(A a') - |a||a'| without its cancellation, from (A a)^2 = |a|^2 + excess.
        let excess = a * a * y.excess[v] + b * b * x.excess[u] + x.excess[u] * y.excess[v];
        let sum = x.pooled[u] * y.pooled[v] + a * b;
        if excess > 0.0 {
            *place -= excess / sum;
        }
        if *place < PARALLEL * a * b {
            // Neighbours at equal distances from both positions, and those at the same place: wide pooling makes all
            // positions alike.
            let reach = [true, false].map(|moved| reach(stage, padding, before, passages, norms, [u, v], moved));
            let reach = reach[0].min(reach[1]);
            *place = place.clamp(0.0, 0.5 * reach * reach * a * b);
        }
    }
    state
}

/// An upper bound of |z - z'|, z and z' the pooled features at two positions divided by their norms: the sum over pairs
/// of neighbours of
/// |w_s phi_s/n - w'_s phi'_s/n'|, whose squares are (w_s a_s/n - w'_s a'_s/n')^2 + 2 w_s w'_s (a_s a'_s - G_s)/(n n').
fn reach(
    stage: &Stage,
    padding: Padding,
    before: &[[f64; 2]],
    passages: [&Passage; 2],
    norms: [&[f64]; 2],
    outputs: [usize; 2],
    moved: bool,
) -> f64 {
    let columns = &stage.pooling.0[1];
    let grid = stage.grid;
    let output = |side: usize| [outputs[side] / columns.outputs(), outputs[side] % columns.outputs()];
    let [x, y] = [output(0), output(1)];
    let scale = [1.0 / norms[0][outputs[0]], 1.0 / norms[1][outputs[1]]];
    let last = passages.map(|passage| passage.norms.last().map_or(&[][..], |norms| &norms[..]));
    // Positions of each side along an axis with their weights; one of the two may lie outside.
    let along = |axis: usize| -> Vec<[Option<(usize, f64)>; 2]> {
        let (axis, x, y) = (&stage.pooling.0[axis], x[axis], y[axis]);
        let extent = axis.inputs() as isize;
        let shift = if moved { axis.centre(y) as isize - axis.centre(x) as isize } else { 0 };
        let inside = |s: isize| match padding {
            Padding::Zero => usize::try_from(s).ok().filter(|s| *s < axis.inputs()),
            Padding::Circular => Some(s.rem_euclid(extent) as usize),
        };
        let range = if padding == Padding::Zero { -extent..2 * extent } else { 0..extent };
        let pair =
            |s: isize| [inside(s).map(|s| (s, axis.weight(x, s))), inside(s + shift).map(|s| (s, axis.weight(y, s)))];
        range.map(pair).filter(|pair| pair.iter().flatten().any(|(_, weight)| *weight > 0.0)).collect()
    };
    let (down, across) = (along(0), along(1));
    let mut sum = 0.0;
    for i in &down {
        for j in &across {
            let side = |side: usize| {
                let ((i, w), (j, w1)) = (i[side]?, j[side]?);
                Some(([i, j], w * w1 * scale[side]))
            };
            let sides = [side(0), side(1)];
            let length =
                |side: usize| sides[side].map_or(0.0, |([i, j], weight)| weight * last[side][i * grid.columns + j]);
            let difference = length(0) - length(1);
            let angle = match sides {
                [Some((s, w)), Some((t, w1))] => 2.0 * w * w1 * before[grid.pair(s, t)][0],
                _ => 0.0,
            };
            sum += (difference * difference + angle).sqrt();
        }
    }
    sum
}
