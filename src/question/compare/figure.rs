//! The figure of a comparison: eigenvalues, effective dimensions, test errors.

use super::{CompareAnswer, HIGHEST, Row};
use crate::error::Result;
use crate::report::plot::{Curve, Figure, Mark, Panels, escaped};

const MARKERS: [Mark; 4] = [Mark::Circles, Mark::Squares, Mark::Triangles, Mark::Crosses];
const LINES: [Mark; 3] = [Mark::Solid, Mark::Dashed, Mark::Dotted];

/// Degrees up to which all are drawn, and the ratio between pairs of degrees beyond.
const ALL_DEGREES: u64 = 10;
const RATIO: f64 = 1.15;

/// About how many markers a line has.
const MARKERS_PER_LINE: usize = 6;

/// Three panels; what is zero or not known has no place on their axes, and a panel of nothing is left out.
pub(super) fn draw(document: &CompareAnswer) -> Result<String> {
    let CompareAnswer { ridges, samples, ridge, noise, .. } = document;
    let along = |x: &[f64], y: &[Option<f64>]| -> Vec<(f64, f64)> {
        let known = x.iter().zip(y).filter_map(|(x, y)| Some((*x, (*y)?)));
        known.filter(|(x, y)| *x > 0.0 && *y > 0.0).map(|(x, y)| (x.log10(), y.log10())).collect()
    };
    let degrees = degrees();
    let spectrum = |row: &Row| {
        let value = |k: &u64| row.eigenvalues.get(*k as usize).copied().flatten();
        let (places, values): (Vec<f64>, Vec<_>) = degrees.iter().map(|k| (*k as f64, value(k))).unzip();
        along(&places, &values)
    };
    let mut spectra: Vec<_> = document.kernels.iter().map(spectrum).collect();
    cut(&mut spectra, degrees.iter().rev().nth(1).map_or(0.0, |k| (*k as f64).log10()));
    let lines = |points: &dyn Fn(&Row) -> Vec<(f64, f64)>| {
        let both = |row: &Row| {
            let points = points(row);
            let few = points.iter().copied().step_by(points.len().div_ceil(MARKERS_PER_LINE).max(1)).collect();
            (points, few)
        };
        let all: Vec<(Vec<_>, Vec<_>)> = document.kernels.iter().map(both).collect();
        let (lines, markers): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        [curves(document, lines, &LINES), curves(document, markers, &MARKERS)].concat()
    };
    let panels = [
        ("degree k", "μ_k / κ(1)", curves(document, spectra, &MARKERS)),
        ("ridge", "effective dimension", lines(&|row| along(ridges, &row.effective_dimensions))),
        ("samples n", "test error", lines(&|row| along(samples, &row.test))),
    ];
    let panel = |(x_label, y_label, series): (&str, &str, Vec<Curve>)| Figure {
        title: String::new(),
        x_label: x_label.to_string(),
        y_label: y_label.to_string(),
        series,
    };
    let mut title = format!(
        "Kernels on the sphere in R^{{{}}}, each divided by its value at 1; target {}",
        document.dim,
        escaped(&document.target)
    );
    for (name, value) in [("ridge", ridge), ("noise", noise)] {
        if *value > 0.0 {
            title += &format!(", {name} {value}");
        }
    }
    Panels { title, panels: panels.into_iter().filter(|(.., series)| !series.is_empty()).map(panel).collect() }.svg()
}

/// Curves of these points under the names of the kernels, those without points left out.
fn curves(document: &CompareAnswer, points: Vec<Vec<(f64, f64)>>, marks: &[Mark]) -> Vec<Curve> {
    let kernels = document.kernels.iter().zip(marks.iter().cycle());
    let curve = |((row, mark), points): ((&Row, &Mark), _)| Curve { label: escaped(&row.kernel), points, mark: *mark };
    kernels.zip(points).map(curve).filter(|curve| !curve.points.is_empty()).collect()
}

/// Leaves out eigenvalues that need more than twice the decades of the kernel that falls most slowly, of those with
/// eigenvalues from `last` on: they would press all others together.
fn cut(spectra: &mut [Vec<(f64, f64)>], last: f64) {
    let ends = spectra.iter().filter_map(|points| points.last()).filter(|(x, _)| *x >= last).map(|(_, y)| *y);
    let lowest = ends.reduce(f64::max).map_or(f64::NEG_INFINITY, |y| 2.0 * y);
    for points in spectra {
        points.retain(|(_, y)| *y >= lowest);
    }
}

/// The degrees drawn: in pairs, since one of each parity may have no eigenvalue, and so that markers do not cover each
/// other.
fn degrees() -> Vec<u64> {
    let pairs = (1..).map(|i| (ALL_DEGREES as f64 * RATIO.powi(i)) as u64).take_while(|k| *k < HIGHEST);
    let mut degrees: Vec<u64> = (1..=ALL_DEGREES).chain(pairs.flat_map(|k| [k, k + 1])).collect();
    degrees.sort_unstable();
    degrees.dedup();
    degrees
}
