//! Pooling of all pairs of positions.

use super::Padding;
use super::image::Passage;
use super::network::Stage;
use super::sweep::Fields;

/// Where |a||a'| - G is below this part of |a||a'|, rounding could make a distance of two features that have none: it is bounded from above.
const PARALLEL: f64 = 1e-5;

/// A M A^T
pub(super) fn pooled_pairs(stage: &Stage, values: &[f64]) -> Vec<f64> {
    let [rows, columns] = &stage.pooling.0;
    let positions = stage.grid.positions();
    let values = rows.apply(values, columns.inputs() * positions);
    let values = columns.apply(&values, positions);
    let values = rows.apply(&values, columns.inputs());
    columns.apply(&values, 1)
}

/// The state behind a pooling; `deficit` is A (|a||a'| - G) A^T, `norms` those of the pooled features.
pub(super) fn pooled(
    stage: &Stage,
    padding: Padding,
    before: &Fields,
    mut deficit: Vec<f64>,
    passages: [&Passage; 2],
    norms: [&[f64]; 2],
) -> Fields {
    let [x, y] = passages;
    let width = norms[1].len();
    for (index, place) in deficit.iter_mut().enumerate() {
        let (u, v) = (index / width, index % width);
        let (a, b) = (norms[0][u], norms[1][v]);
        // (A a)(A a') - |a||a'| without its cancellation, from (A a)^2 = |a|^2 + excess.
        let excess = a * a * y.excess[v] + b * b * x.excess[u] + x.excess[u] * y.excess[v];
        let sum = x.pooled[u] * y.pooled[v] + a * b;
        if excess > 0.0 {
            *place -= excess / sum;
        }
        if *place < PARALLEL * a * b {
            // Neighbours at equal distances from both positions, and those at the same place: wide pooling makes all positions alike.
            let reach = [true, false].map(|moved| reach(stage, padding, before, passages, norms, [u, v], moved));
            let reach = reach[0].min(reach[1]);
            *place = place.clamp(0.0, 0.5 * reach * reach * a * b);
        }
    }
    Fields { deficit, tangent: pooled_pairs(stage, &before.tangent) }
}

/// An upper bound of |z - z'|, z and z' the pooled features at two positions divided by their norms: the sum over pairs of neighbours of
/// |w_s phi_s/n - w'_s phi'_s/n'|, whose squares are (w_s a_s/n - w'_s a'_s/n')^2 + 2 w_s w'_s (a_s a'_s - G_s)/(n n').
fn reach(
    stage: &Stage,
    padding: Padding,
    before: &Fields,
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
                let position = i * grid.columns + j;
                Some((position, w * w1 * scale[side]))
            };
            let sides = [side(0), side(1)];
            let length = |side: usize| sides[side].map_or(0.0, |(position, weight)| weight * last[side][position]);
            let difference = length(0) - length(1);
            let angle = match sides {
                [Some((s, w)), Some((t, w1))] => 2.0 * w * w1 * before.deficit[s * grid.positions() + t],
                _ => 0.0,
            };
            sum += (difference * difference + angle).sqrt();
        }
    }
    sum
}
