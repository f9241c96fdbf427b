//! Real digits: MNIST, moved by random smooth fields.
//!
//! The fields move pixels by some 4 |grad tau|, less than one below 0.2: the square root of the NTK here is that of
//! sampling, and translations by parts of a pixel show it too. What is gained for that: `convolutional_comparison`.

use super::setting::{KERNELS, Origin, check_slopes, slopes};
use crate::claim::Evidence;
use crate::decay::holds;
use rayon::prelude::*;
use std::path::Path;
use zonal::Result;
use zonal::convolution::{Padding, Shape};
use zonal::data::Array;
use zonal::deformation::Deformation;
use zonal::report::plot::{Curve, Figure, Mark, Panels};

/// 20 digits, two of each class one after the other: data/digits.py.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.npy");
pub const SHAPE: &str = "28x28";

/// Networks, and whether they are cheap.
const NETWORKS: [(&str, bool); 3] = [
    ("conv(3) conv(3)", true),
    ("pool(1) conv(3) conv(3) pool(4)", true),
    ("pool(1) conv(3) pool(2)/2 conv(3) pool(2)", false),
];

/// Largest |grad tau| of the fields; a field moves pixels by about 4 times that at most.
const MANY: [f64; 11] = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 2e-1, 5e-1];
const FEW: [f64; 6] = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 5e-1];

/// Slopes of the CKN up to here, of the NTK up to there: beyond the next terms are a tenth.
const CKN_TO: f64 = 0.11;
const NTK_TO: f64 = 1.1e-3;
const TOLERANCE: f64 = 0.03;

/// The scale at which deformations are compared with other digits, and one far below.
const SEEN: f64 = 1e-1;
const UNSEEN: f64 = 1e-3;

/// Pixels.
const TRANSLATIONS: [f64; 2] = [1e-3, 1e-2];

pub struct Digits {
    pub images: Vec<Vec<f64>>,
}

/// Means over the digits, relative to |Phi(x)|.
struct Means {
    scales: Vec<f64>,
    /// One pair for each scale.
    deformed: Vec<[f64; 2]>,
    /// Distances to the other digit of the class and to one of the next class.
    same: [f64; 2],
    other: [f64; 2],
    /// For each translation.
    translated: Vec<[f64; 2]>,
    /// The least NTK/CKN over all digits and scales.
    least: f64,
}

impl Digits {
    pub fn read() -> Result<Self> {
        let array = Array::read(Path::new(FILE))?;
        let size = SHAPE.parse::<Shape>()?.numbers();
        Ok(Digits { images: array.values.chunks(size).map(<[f64]>::to_vec).collect() })
    }

    fn means(&self, network: &str, scales: &[f64]) -> Result<Means> {
        let grid = SHAPE.parse::<Shape>()?.grid;
        let count = self.images.len();
        let one = |index: usize| -> Result<Vec<[f64; 2]>> {
            let x = &self.images[index];
            let origin = Origin::new(network, SHAPE, x)?;
            let lengths = origin.lengths();
            let relative = |y: &[f64]| {
                let found = origin.distances(y)?;
                Ok([0, 1].map(|k| found[k] * origin.norm / lengths[k]))
            };
            let deformed =
                |e: &f64| relative(&Deformation::smooth(*e, index as u64).on(grid).deform(x, 1, Padding::Zero)?);
            let mut row = scales.iter().map(deformed).collect::<Result<Vec<_>>>()?;
            // The partner in the class, and the same place in the next class.
            row.push(relative(&self.images[index ^ 1])?);
            row.push(relative(&self.images[(index + 2) % count])?);
            for c in TRANSLATIONS {
                let field = Deformation::translation(0.6 * c, 0.8 * c).on(grid);
                row.push(relative(&field.deform(x, 1, Padding::Zero)?)?);
            }
            Ok(row)
        };
        let rows = (0..count).into_par_iter().map(one).collect::<Result<Vec<_>>>()?;
        let mean = |j: usize| [0, 1].map(|k| rows.iter().map(|row| row[j][k]).sum::<f64>() / count as f64);
        let ratios = rows.iter().flat_map(|row| &row[..scales.len()]).map(|d| d[1] / d[0]);
        Ok(Means {
            scales: scales.to_vec(),
            deformed: (0..scales.len()).map(mean).collect(),
            same: mean(scales.len()),
            other: mean(scales.len() + 1),
            translated: (0..TRANSLATIONS.len()).map(|i| mean(scales.len() + 2 + i)).collect(),
            least: ratios.fold(f64::INFINITY, f64::min),
        })
    }
}

impl Means {
    fn curve(&self, k: usize) -> Vec<(f64, f64)> {
        self.scales.iter().zip(&self.deformed).map(|(e, d)| (*e, d[k])).collect()
    }

    fn at(&self, scale: f64) -> [f64; 2] {
        self.scales.iter().position(|e| *e == scale).map_or([f64::NAN; 2], |i| self.deformed[i])
    }
}

pub fn check(evidence: &mut Evidence) -> Result<()> {
    let digits = Digits::read()?;
    let mut panels = Vec::new();
    for (network, cheap) in NETWORKS {
        let means = digits.means(network, if cheap { &MANY } else { &FEW })?;
        scales(evidence, network, &means);
        levels(evidence, network, &means);
        panels.push(panel(network, &means));
    }
    let title = "20 MNIST digits, random smooth fields: means of |Φ(x(u - τ(u))) - Φ(x)|/|Φ(x)|".to_string();
    let svg = Panels { title, panels }.svg()?;
    evidence.figures.push((
        "Small deformations of digits: in proportion for the CKN, like a square root for the NTK; at visible \
         deformations, and between digits, both kernels differ little."
            .to_string(),
        svg,
    ));
    Ok(())
}

fn scales(evidence: &mut Evidence, network: &str, means: &Means) {
    let up_to =
        |k: usize, last: f64| slopes(&means.curve(k).into_iter().filter(|(e, _)| *e <= last).collect::<Vec<_>>());
    let what = format!("digits, {network}: slopes of the CKN over |grad tau| from 1e-5 to 1e-1");
    check_slopes(evidence, &what, &up_to(0, CKN_TO), 1.0, TOLERANCE, Some(0.5));
    let what = format!("digits, {network}: slopes of the NTK from 1e-5 to 1e-3");
    check_slopes(evidence, &what, &up_to(1, NTK_TO), 0.5, TOLERANCE, Some(1.0));
    for (k, kernel) in KERNELS.iter().enumerate() {
        let points: Vec<_> = TRANSLATIONS.iter().zip(&means.translated).map(|(c, d)| (*c, d[k])).collect();
        let what = format!("digits, {network}: slope of the {kernel} over translations from 0.001 to 0.01 pixels");
        let expected = [1.0, 0.5][k];
        check_slopes(evidence, &what, &slopes(&points), expected, TOLERANCE, Some(1.5 - expected));
    }
    let what = format!("digits, {network}: NTK/CKN of the relative distances, the least of all digits and scales");
    evidence.check(what, "> 1", format!("{:.3}", means.least), holds(means.least > 1.0));
    let [small, large] = [UNSEEN, SEEN].map(|e| means.at(e)).map(|[ckn, ntk]| ntk / ckn);
    let what = format!("digits, {network}: NTK/CKN the same at {UNSEEN:e} as at {SEEN:e}");
    // Ten for pure powers; half of that at least.
    evidence.control(what, "1 +- 1", format!("{:.2}: {small:.2} and {large:.2}", small / large), small / large > 2.0);
}

fn levels(evidence: &mut Evidence, network: &str, means: &Means) {
    let seen = means.at(SEEN);
    for (k, kernel) in KERNELS.iter().enumerate() {
        let (moved, same, other) = (seen[k], means.same[k], means.other[k]);
        let what = format!(
            "digits, {network}, {kernel}: |grad tau| = {SEEN}, another digit of the class, one of another class"
        );
        evidence.check(what, "grow", format!("{moved:.4}, {same:.4}, {other:.4}"), holds(moved < same && same < other));
    }
    let [ckn, ntk] = [0, 1].map(|k| seen[k] / means.same[k]);
    let what = format!("digits, {network}: a deformation of {SEEN} over another digit of the class, NTK against CKN");
    evidence.check(what, "larger", format!("{ntk:.4} against {ckn:.4}"), holds(ntk > ckn));
}

fn panel(network: &str, means: &Means) -> Figure {
    let logs = |points: &[(f64, f64)]| points.iter().map(|(x, y)| (x.log10(), y.log10())).collect::<Vec<_>>();
    let line = |k: usize, exponent: f64| {
        let (x, y) = means.curve(k)[0];
        logs(&means.scales.iter().map(|e| (*e, y * (e / x).powf(exponent))).collect::<Vec<_>>())
    };
    let level = |y: f64| logs(&means.scales.iter().map(|e| (*e, y)).collect::<Vec<_>>());
    let curve = |label: &str, points, mark| Curve { label: label.to_string(), points, mark };
    Figure {
        title: network.to_string(),
        x_label: "largest |grad τ|".to_string(),
        y_label: "relative distance".to_string(),
        series: vec![
            curve("slope 1", line(0, 1.0), Mark::Dashed),
            curve("slope 1/2", line(1, 0.5), Mark::Dashed),
            curve("other class (both kernels)", level(means.other[0]), Mark::Solid),
            curve("other class (both kernels)", level(means.other[1]), Mark::Solid),
            curve("same class (both kernels)", level(means.same[0]), Mark::Dotted),
            curve("same class (both kernels)", level(means.same[1]), Mark::Dotted),
            curve(KERNELS[0], logs(&means.curve(0)), Mark::Circles),
            curve(KERNELS[1], logs(&means.curve(1)), Mark::Squares),
        ],
    }
}
