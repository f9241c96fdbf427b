//! Translations on a circle: only the last pooling sees those by whole positions.

use super::setting::{KERNELS, Origin, check_slopes, slope};
use crate::claim::Evidence;
use crate::decay::holds;
use std::f64::consts::TAU;
use zonal::Result;
use zonal::report::plot::{Curve, Figure, Mark};

const POSITIONS: usize = 480;

/// n
const DEPTH: i32 = 2;

/// Waves over the circle; the last pooling has the scale where it is worst for them, 1/frequency = N/(2 pi waves).
const WAVES: [usize; 4] = [1, 2, 4, 8];

/// Translations by whole positions and by parts of one.
const WHOLE: [f64; 4] = [1.0, 2.0, 3.0, 4.0];
const PARTS: [f64; 3] = [1e-4, 1e-3, 1e-2];

/// Slopes over c: |1 - e^{iwc}| is a square smaller than wc, 1 % at c w = 0.4. Over sigma: the first pooling and the
/// patches take (w/2)^2 up to w = 0.1.
const TOLERANCE: f64 = 0.02;

/// Slope of the NTK below a position: the linear part is up to a tenth of the root at 10^-2.
const ROOT: f64 = 0.03;

/// Scales of the last pooling for a signal that stays the same.
const SCALES: [f64; 4] = [4.0, 8.0, 16.0, 32.0];

fn moved(waves: usize, c: f64) -> Vec<f64> {
    (0..POSITIONS).map(|u| (TAU * waves as f64 * (u as f64 - c) / POSITIONS as f64).cos()).collect()
}

fn network(sigma: f64) -> String {
    format!("circular pool(1) {} pool({sigma})", vec!["conv(3)"; DEPTH as usize].join(" "))
}

/// Over |x| c/sigma.
fn bound(kernel: usize) -> f64 {
    let length = if kernel == 0 { 1.0 } else { f64::from(DEPTH + 1).sqrt() };
    (-0.5f64).exp() * length
}

pub fn check(evidence: &mut Evidence) -> Result<()> {
    let shape = POSITIONS.to_string();
    let mut rows = Vec::new();
    for waves in WAVES {
        let sigma = POSITIONS as f64 / TAU / waves as f64;
        let origin = Origin::new(&network(sigma), &shape, &moved(waves, 0.0))?;
        let at = |c: &f64| origin.distances(&moved(waves, *c));
        rows.push((sigma, WHOLE.iter().map(at).collect::<Result<Vec<_>>>()?));
        if waves == WAVES[WAVES.len() - 1] {
            parts(evidence, &origin, waves, sigma)?;
        }
    }
    for (k, kernel) in KERNELS.iter().enumerate() {
        let over = |(sigma, row): &(f64, Vec<[f64; 2]>)| {
            row.iter().zip(WHOLE).map(|(d, c)| d[k] * sigma / c).collect::<Vec<_>>()
        };
        let all: Vec<f64> = rows.iter().flat_map(over).collect();
        let (least, largest) = all.iter().fold((f64::INFINITY, 0.0f64), |(a, b), x| (a.min(*x), b.max(*x)));
        let what = format!("translations by 1 to 4, sigma from 9.5 to 76: sigma/c times the distance, {kernel}");
        let found = format!("{least:.4} to {largest:.4}");
        let words = |bound: f64| format!("<= {bound:.4}");
        evidence.check(what.clone(), words(bound(k)), found.clone(), holds(largest <= bound(k)));
        let half = 0.5 * bound(k);
        evidence.control(format!("{what}, half of the bound"), words(half), found, largest > half);
        for (sigma, row) in &rows {
            let points: Vec<_> = WHOLE.iter().zip(row).map(|(c, d)| (*c, d[k])).collect();
            let what = format!("slope of the {kernel} over c, sigma = {sigma:.1}");
            check_slopes(evidence, &what, &[slope(&points)], 1.0, TOLERANCE, Some(0.5));
        }
        let points: Vec<_> = rows.iter().map(|(sigma, row)| (*sigma, row[0][k])).collect();
        let what = format!("slope of the {kernel} over sigma, c = 1, waves of length 2 pi sigma");
        check_slopes(evidence, &what, &[slope(&points)], -1.0, TOLERANCE, Some(-0.5));
    }
    // A signal that stays: its waves are not the worst for all scales, and the distance falls faster.
    let found = SCALES.map(|sigma| Origin::new(&network(sigma), &shape, &moved(8, 0.0))?.distances(&moved(8, 1.0)));
    let found = found.into_iter().collect::<Result<Vec<_>>>()?;
    for (k, kernel) in KERNELS.iter().enumerate() {
        let worst = found.iter().zip(SCALES).map(|(d, sigma)| d[k] * sigma / bound(k)).fold(0.0, f64::max);
        let what = format!("8 waves moved by 1, sigma = 4 to 32: distance of the {kernel} over the bound");
        evidence.check(what, "<= 1", format!("at most {worst:.4}"), holds(worst <= 1.0));
        let what = format!("8 waves moved by 1: no decay of the {kernel} with sigma from 8 to 32");
        let ratio = found[3][k] / found[1][k];
        evidence.control(what, "1", format!("{ratio:.4}"), ratio < 0.5);
    }
    Ok(())
}

/// Translations by parts of a position: samples do not move along.
fn parts(evidence: &mut Evidence, origin: &Origin, waves: usize, sigma: f64) -> Result<()> {
    let at = |c: f64| origin.distances(&moved(waves, c));
    let found = PARTS.iter().map(|c| at(*c)).collect::<Result<Vec<_>>>()?;
    for (k, kernel) in KERNELS.iter().enumerate() {
        let points: Vec<_> = PARTS.iter().zip(&found).map(|(c, d)| (*c, d[k])).collect();
        let (expected, tolerance) = [(1.0, TOLERANCE), (0.5, ROOT)][k];
        let what = format!("slope of the {kernel} over c from 1e-4 to 1e-2 positions");
        check_slopes(evidence, &what, &[slope(&points)], expected, tolerance, Some(1.5 - expected));
    }
    let over = found[0][1] * sigma / PARTS[0];
    evidence.control(
        format!("the bound of the NTK for a translation of samples by {:e} positions", PARTS[0]),
        format!("sigma/c times the distance <= {:.4}", bound(1)),
        format!("{over:.2}"),
        over > bound(1),
    );
    let fine: Vec<f64> = (-40..=20).map(|i| 10f64.powf(0.05 * f64::from(i))).collect();
    let curve = |k: usize, c: &[f64], label: &str, mark| -> Result<Curve> {
        let points = c.iter().map(|c| Ok((c.log10(), at(*c)?[k].log10()))).collect::<Result<Vec<_>>>()?;
        Ok(Curve { label: label.to_string(), points, mark })
    };
    let whole: Vec<f64> = (1..=10).map(f64::from).collect();
    let line = |k: usize, label: &str| {
        let points = fine.iter().map(|c| (c.log10(), (bound(k) * c / sigma).log10())).collect();
        Curve { label: label.to_string(), points, mark: Mark::Dashed }
    };
    let figure = Figure {
        title: format!(
            "Translations of {waves} waves on {POSITIONS} positions, {}",
            network((10.0 * sigma).round() / 10.0)
        ),
        x_label: "translation c".to_string(),
        y_label: "distance/|x|".to_string(),
        series: vec![
            line(0, "bound, CKN"),
            line(1, "bound, NTK"),
            curve(0, &fine, "CKN", Mark::Solid)?,
            curve(1, &fine, "NTK", Mark::Solid)?,
            curve(0, &whole, "CKN, whole", Mark::Circles)?,
            curve(1, &whole, "NTK, whole", Mark::Squares)?,
        ],
    };
    evidence.figures.push((
        "Translations by whole positions obey c/sigma; between them the samples change, which costs the NTK a square \
         root."
            .to_string(),
        figure.svg()?,
    ));
    Ok(())
}
