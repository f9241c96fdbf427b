//! Which of very many points are drawn.

use super::Mark;
use super::canvas::{Plane, UNITS, bytes_per_point};
use std::collections::HashMap;

/// Bytes that lines may take, and lines and markers together.
const LINES: usize = 120_000;
const BUDGET: usize = 250_000;
/// By how much the distance grows until the curves fit.
const GROWTH: f64 = 1.3;
/// More markers than this are a crowd, in which they shall be some pixels apart to be seen singly.
const CROWD: usize = 100;
const APART: f64 = 4.5;

type Points = Vec<(f64, f64)>;

/// Drops points nearer than a pixel to one that is kept, then with larger distances until the curves fit their share of
/// the budget, one part in `share`.
pub(super) fn thin(curves: &mut [(Points, Mark)], plane: &Plane, share: usize) {
    let size = |curves: &[(Points, Mark)], lines: bool| -> usize {
        let chosen = curves.iter().filter(|(_, mark)| mark.is_line() == lines);
        chosen.map(|(points, mark)| points.len() * bytes_per_point(*mark)).sum()
    };
    let mut thin_until = |budget: usize, lines: bool| {
        let mut distance = UNITS;
        loop {
            for (points, mark) in curves.iter_mut().filter(|(_, mark)| mark.is_line() == lines) {
                *points = match mark.is_line() {
                    true => thinned_line(points, plane, distance),
                    false => thinned_markers(points, plane, distance),
                };
                if !lines && points.len() > CROWD {
                    *points = thinned_markers(points, plane, distance.max(APART * UNITS));
                }
            }
            // Beyond the size of the figure one point is left of each curve.
            let used = size(curves, lines);
            if used <= budget || distance > 1e6 {
                return used;
            }
            distance *= GROWTH;
        }
    };
    let used = thin_until(LINES / share, true);
    thin_until((BUDGET / share).saturating_sub(used), false);
}

/// The points, each at least `distance` from those before it.
fn thinned_markers(points: &[(f64, f64)], plane: &Plane, distance: f64) -> Points {
    let mut kept: HashMap<(i64, i64), Vec<(i32, i32)>> = HashMap::new();
    let is_near = |a: (i32, i32), b: (i32, i32)| f64::from(a.0 - b.0).hypot(f64::from(a.1 - b.1)) < distance;
    let keep = |&point: &(f64, f64)| {
        let unit = plane.unit(point);
        let cell = ((f64::from(unit.0) / distance).floor() as i64, (f64::from(unit.1) / distance).floor() as i64);
        // The own cell first, where a near point most often is.
        let around = [0, -1, 1].into_iter().flat_map(|i| [0, -1, 1].map(|j| (cell.0 + i, cell.1 + j)));
        let taken = around.filter_map(|c| kept.get(&c)).flatten().any(|&other| is_near(unit, other));
        if !taken {
            kept.entry(cell).or_default().push(unit);
        }
        !taken
    };
    points.iter().copied().filter(keep).collect()
}

/// The line with, of each run of points within a strip of width `distance`, only the first, lowest, highest and last.
fn thinned_line(points: &[(f64, f64)], plane: &Plane, distance: f64) -> Points {
    let strip = |point: &(f64, f64)| (f64::from(plane.unit(*point).0) / distance).floor() as i64;
    let mut thinned = Vec::new();
    for run in points.chunk_by(|a, b| strip(a) == strip(b)) {
        let height = |i: &usize| run[*i].1;
        let indices = || 0..run.len();
        let lowest = indices().min_by(|a, b| height(a).total_cmp(&height(b))).unwrap_or(0);
        let highest = indices().max_by(|a, b| height(a).total_cmp(&height(b))).unwrap_or(0);
        let mut chosen = [0, lowest, highest, run.len() - 1];
        chosen.sort_unstable();
        let mut last = None;
        for index in chosen {
            if last != Some(index) {
                thinned.push(run[index]);
            }
            last = Some(index);
        }
    }
    thinned
}
