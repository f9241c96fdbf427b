//! One signal, fields from 10^-6 to 10^-1: slopes, and what explains the distances in between.

use super::setting::{KERNELS, Origin, Profile, check_slopes, halves, slopes};
use crate::claim::Evidence;
use crate::decay::holds;
use zonal::Result;
use zonal::convolution::{Padding, Shape};
use zonal::deformation::Deformation;
use zonal::report::plot::{Curve, Figure, Mark, Panels};

const POSITIONS: usize = 96;

/// Networks, and up to which scale the square root of the NTK is alone: with pooling it is four times smaller, and the
/// linear part comes in earlier.
const NETWORKS: [(&str, f64); 3] = [
    ("circular conv(3) conv(3)", 1.1e-2),
    ("circular pool(1) conv(3) conv(3) pool(4)", 1.1e-3),
    ("circular pool(1) conv(3) pool(2) conv(3) pool(4)", 1.1e-3),
];

/// Seeds of random fields, besides the sine.
const SEEDS: [u64; 3] = [1, 2, 3];

/// Squares of distances have errors of 1e-15 |Phi|^2 (CKN): 1e-4 of them from here on.
const CKN_FROM: f64 = 0.9e-5;

/// What a slope may be off by: at the upper end a distance c e (1 + r e) with r up to 1/3 turns it by r e = 0.03.
const TOLERANCE: f64 = 0.03;

/// Largest relative error of a fit with two terms: what terms of order e^{3/2} add at 10^-1.
const FIT: f64 = 0.05;

/// A fit of one term is refuted by this.
const BAD: f64 = 0.5;

/// A square root of less than this part of the linear term at 10^-4 is none: the next order of the linear part, 2 % at
/// 10^-1, is fitted by some hundredths.
const NO_ROOT: f64 = 0.1;

pub fn check(evidence: &mut Evidence) -> Result<()> {
    let scales = halves(-6, -1);
    let mut panels = Vec::new();
    for (network, alone) in NETWORKS {
        let origin = Origin::new(network, &POSITIONS.to_string(), &Profile::Waves.deformed(POSITIONS, 0.0))?;
        let found = scales.iter().map(|e| origin.distances(&Profile::Waves.deformed(POSITIONS, *e)));
        let found = found.collect::<Result<Vec<_>>>()?;
        let curves = [0, 1].map(|k| scales.iter().zip(&found).map(|(e, d)| (*e, d[k])).collect::<Vec<_>>());
        one_field(evidence, &format!("{network}, sine"), &curves, alone);
        fits(evidence, &format!("{network}, sine"), &curves);
        for seed in SEEDS {
            random_field(evidence, network, &origin, seed, alone)?;
        }
        panels.push(panel(network, &curves));
    }
    let title = "Waves on 96 positions, τ a sine".to_string();
    let svg = Panels { title, panels }.svg()?;
    evidence.figures.push((
        "The CKN moves in proportion to the deformation, the NTK like its square root at small scales; pooling makes \
         the square root four times smaller."
            .to_string(),
        svg,
    ));
    Ok(())
}

fn one_field(evidence: &mut Evidence, what: &str, curves: &[Vec<(f64, f64)>; 2], alone: f64) {
    let ckn: Vec<_> = curves[0].iter().copied().filter(|(e, _)| *e > CKN_FROM).collect();
    let name = format!("{what}: slopes of the CKN over |grad tau| from 1e-5 to 1e-1");
    check_slopes(evidence, &name, &slopes(&ckn), 1.0, TOLERANCE, Some(0.5));
    let ntk: Vec<_> = curves[1].iter().copied().filter(|(e, _)| *e <= alone).collect();
    let name = format!("{what}: slopes of the NTK from 1e-6 to {alone:.0e}");
    check_slopes(evidence, &name, &slopes(&ntk), 0.5, TOLERANCE, Some(1.0));
}

/// The same for a random field, deformed by splines.
fn random_field(evidence: &mut Evidence, network: &str, origin: &Origin, seed: u64, alone: f64) -> Result<()> {
    let shape: Shape = POSITIONS.to_string().parse()?;
    let x = Profile::Waves.deformed(POSITIONS, 0.0);
    let distances = |e: &f64| {
        let field = Deformation::smooth(*e, seed).on(shape.grid);
        origin.distances(&field.deform(&x, 1, Padding::Circular)?)
    };
    let scales = halves(-6, -1);
    let found = scales.iter().map(distances).collect::<Result<Vec<_>>>()?;
    let curves = [0, 1].map(|k| scales.iter().zip(&found).map(|(e, d)| (*e, d[k])).collect::<Vec<_>>());
    one_field(evidence, &format!("{network}, random field {seed}"), &curves, alone);
    Ok(())
}

/// Least squares of y/y_i - 1 for y = a f + b g, and the largest |y/y_i - 1|.
fn fit(points: &[(f64, f64)], f: impl Fn(f64) -> f64, g: impl Fn(f64) -> f64) -> ([f64; 2], f64) {
    let terms: Vec<[f64; 2]> = points.iter().map(|(x, y)| [f(*x) / y, g(*x) / y]).collect();
    let sum = |of: &dyn Fn(&[f64; 2]) -> f64| terms.iter().map(of).sum::<f64>();
    let (ff, fg, gg) = (sum(&|t| t[0] * t[0]), sum(&|t| t[0] * t[1]), sum(&|t| t[1] * t[1]));
    let (h, k) = (sum(&|t| t[0]), sum(&|t| t[1]));
    let determinant = ff * gg - fg * fg;
    // One term alone.
    let found = match determinant > 1e-12 * ff * gg {
        true => [(h * gg - k * fg) / determinant, (k * ff - h * fg) / determinant],
        false => [0.0, k / gg],
    };
    let worst = terms.iter().map(|t| (found[0] * t[0] + found[1] * t[1] - 1.0).abs()).fold(0.0, f64::max);
    (found, worst)
}

/// d^2 = a^2 e + b^2 e^2: the two parts are nearly orthogonal, so that their squares add; the sum of the published
/// bound is at most sqrt 2 larger.
fn fits(evidence: &mut Evidence, what: &str, curves: &[Vec<(f64, f64)>; 2]) {
    let squares = |k: usize, from: f64| -> Vec<(f64, f64)> {
        curves[k].iter().filter(|(e, _)| *e > from).map(|(e, d)| (*e, d * d)).collect()
    };
    let percent = |x: f64| format!("within {:.1} %", 100.0 * x);
    let ntk = squares(1, 0.0);
    let ([a, b], worst) = fit(&ntk, |e| e, |e| e * e);
    let cross = a / b;
    let sum = fit(&curves[1], f64::sqrt, |e| e);
    let found = format!(
        "a = {:.4}, b = {:.4}, equal at |grad tau| = {cross:.3}: {}; a sqrt(e) + b e: {}",
        a.sqrt(),
        b.abs().sqrt(),
        percent(worst),
        percent(sum.1)
    );
    let name = format!("{what}: NTK, squares of distances as a^2 |grad tau| + b^2 |grad tau|^2");
    evidence.check(
        name,
        format!("within {:.0} %, a > 0, b > 0", 100.0 * FIT),
        found,
        holds(worst <= FIT && a > 0.0 && b > 0.0),
    );
    let (_, linear) = fit(&curves[1], |_| 0.0, |e| e);
    evidence.control(
        format!("{what}: NTK as b |grad tau| alone"),
        format!("within {:.0} %", 100.0 * BAD),
        percent(linear),
        linear > BAD,
    );
    let ([a, b], worst) = fit(&squares(0, CKN_FROM), |e| e, |e| e * e);
    // a^2 e against b^2 e^2 at 10^-4.
    let part = (a.abs() / (b * 1e-4)).sqrt();
    let found = format!("{part:.4} of the linear part at 1e-4, b = {:.4}: {}", b.sqrt(), percent(worst));
    let name = format!("{what}: CKN, the square root in the same fit");
    evidence.check(name, format!("below {NO_ROOT}"), found.clone(), holds(part < NO_ROOT && worst <= FIT));
    let root = fit(&ntk, |e| e, |e| e * e).0;
    let other = (root[0] / (root[1].abs() * 1e-4)).sqrt();
    evidence.control(
        format!("{what}: no square root in the NTK"),
        format!("below {NO_ROOT}"),
        format!("{other:.2} of the linear part at 1e-4"),
        other >= NO_ROOT,
    );
}

fn panel(network: &str, curves: &[Vec<(f64, f64)>; 2]) -> Figure {
    let logs = |points: &[(f64, f64)]| points.iter().map(|(x, y)| (x.log10(), y.log10())).collect::<Vec<_>>();
    let line = |points: &[(f64, f64)], from: usize, exponent: f64| {
        let (x, y) = points[from];
        logs(&points.iter().map(|(e, _)| (*e, y * (e / x).powf(exponent))).collect::<Vec<_>>())
    };
    let curve = |label: &str, points, mark| Curve { label: label.to_string(), points, mark };
    let ckn: Vec<_> = curves[0].iter().copied().filter(|(e, _)| *e > CKN_FROM).collect();
    let series = vec![
        curve("slope 1", line(&ckn, 0, 1.0), Mark::Dashed),
        curve("slope 1/2", line(&curves[1], 0, 0.5), Mark::Dotted),
        curve(KERNELS[0], logs(&ckn), Mark::Circles),
        curve(KERNELS[1], logs(&curves[1]), Mark::Squares),
    ];
    Figure {
        title: network.trim_start_matches("circular ").to_string(),
        x_label: "|grad τ|".to_string(),
        y_label: "distance/|x|".to_string(),
        series,
    }
}
