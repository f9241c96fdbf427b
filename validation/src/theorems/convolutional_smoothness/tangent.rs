//! The constant before sqrt(|x| |x - x'|) in the distance of the features of the tangent kernel.

use super::search::{distances, gap, moved, norm, normal, worst};
use super::{BITS, SCALES, below, exponent, kernel, reached, slope};
use crate::claim::Evidence;
use rand_chacha::ChaCha8Rng;
use std::f64::consts::PI;
use zonal::Result;
use zonal::report::plot::{Curve, Figure, Mark};
use zonal::verdict::Verdict;

/// Relative sizes at which pairs are searched for.
const SEARCHED: [f64; 2] = [0.03, 1.0];

/// Relative sizes of random perturbations.
const SIZES: [f64; 3] = [1e-8, 1e-3, 1.0];

/// Depths; and two of a fully connected network for the exponent of the constant.
const DEPTHS: usize = 6;
const DEEP: [usize; 2] = [64, 128];

/// What the constant of a fully connected network may be off by at distance 1e-8: the part that is linear in the
/// distance.
const CONSTANT: f64 = 1e-3;

/// sqrt(n(n+1)/pi)
fn sharp(n: usize) -> f64 {
    ((n * (n + 1)) as f64 / PI).sqrt()
}

/// One position: |Phi(x) - Phi(x')|/sqrt(|x - x'|) at small distances.
pub(super) fn fully_connected(evidence: &mut Evidence) -> Result<()> {
    let (x, y) = ([1.0, 0.0, 0.0], [1.0, SCALES[0], 0.0]);
    let constant = |n: usize| -> Result<f64> {
        Ok(kernel(&"conv(1) ".repeat(n), "1x1x3")?.distances(&x, &y, BITS)?.ntk / SCALES[0].sqrt())
    };
    for n in 1..=DEPTHS {
        let found = constant(n)?;
        let verdict = Verdict::from((found / sharp(n) - 1.0).abs() < CONSTANT);
        let what = format!("fully connected, n = {n}: |Phi(x) - Phi(x')|/sqrt(|x - x'|) (to {CONSTANT:e})");
        evidence.check(&what, format!("{:.6}", sharp(n)), format!("{found:.6}"), verdict);
        let wrong = sharp(n) * (1.0 + 2.0 * CONSTANT);
        let refuted = (found / wrong - 1.0).abs() > CONSTANT;
        evidence.control(&what, format!("{wrong:.6}"), format!("{found:.6}"), refuted);
    }
    let points = DEEP.map(|n| Ok((n as f64, constant(n)?))).into_iter().collect::<Result<Vec<_>>>()?;
    let what = format!("fully connected: exponent of the constant in n from {} to {}", DEEP[0], DEEP[1]);
    exponent(evidence, &what, 1.0, &[1.25, 0.9], slope(&points));
    Ok(())
}

/// The smallest constant before sqrt(|x| |x - x'|), |x| the smaller norm, at pairs of every depth.
pub(super) fn depths(evidence: &mut Evidence, rng: &mut ChaCha8Rng) -> Result<()> {
    let constant = |n: usize, x: &[f64], y: &[f64], distance: f64| {
        let gap = gap(x, y);
        (distance - (n + 1) as f64 * gap) / (norm(x).min(norm(y)) * gap).sqrt()
    };
    let mut torus = Vec::new();
    for (first, layer) in [("circular", "conv(3)"), ("", "conv(3)"), ("circular", "conv(3) pool(1)")] {
        for n in 1..=DEPTHS {
            let network = format!("{first} {}", vec![layer; n].join(" "));
            let kernel = kernel(&network, "9")?;
            let found = |x: &[f64], d: &[f64], sizes: &[f64]| -> Result<f64> {
                let value = |s: &f64| {
                    let y = moved(x, d, *s);
                    Ok(constant(n, x, &y, kernel.distances(x, &y, BITS)?.ntk))
                };
                let values = sizes.iter().map(value).collect::<Result<Vec<f64>>>()?;
                Ok(values.into_iter().fold(0.0, f64::max))
            };
            let random = found(&normal(9, rng), &normal(9, rng), &SIZES)?;
            let mut largest = random;
            for size in SEARCHED {
                let objective = |x: &[f64], y: &[f64]| Ok(constant(n, x, y, distances(&kernel, x, y)?.ntk));
                let [x, d] = worst(9, size, rng, objective)?;
                largest = largest.max(found(&x, &d, &[SCALES[0], size])?);
            }
            let name = format!("{first} ({layer})^{n} on 9: constant before sqrt(|x| |x - x'|)");
            let name = name.trim();
            below(evidence, format!("{name}, random pairs"), sharp(n), random);
            below(evidence, format!("{name}, ascent"), sharp(n), largest);
            let power = (n as f64).powf(1.25);
            below(evidence, format!("{name}: C for C n^{{5/4}}"), sharp(1), largest / power);
            if first == "circular" && !layer.contains("pool") {
                reached(evidence, name, sharp(n), largest);
                torus.push((n as f64, largest));
            }
        }
    }
    let stated = slope(&(1..=DEPTHS).map(|n| (n as f64, sharp(n))).collect::<Vec<_>>());
    let what =
        format!("torus without pooling: exponent of the constant in n, n = 1 to {DEPTHS}, that of sqrt(n(n+1)/pi)");
    exponent(evidence, &what, stated, &[1.25], slope(&torus));
    Ok(())
}

/// Distances against perturbations.
pub(super) fn figure(evidence: &mut Evidence, rng: &mut ChaCha8Rng) -> Result<()> {
    let network = "circular conv(3) conv(3) conv(3)";
    let kernel = kernel(network, "12")?;
    let (x, direction) = (normal(12, rng), normal(12, rng));
    let (mut ckn, mut ntk) = (Vec::new(), Vec::new());
    for i in -16..=2 {
        let y = moved(&x, &direction, 10f64.powf(0.5 * f64::from(i)));
        let found = kernel.distances(&x, &y, BITS)?;
        let place = (gap(&x, &y) / norm(&x)).log10();
        ckn.push((place, (found.ckn / norm(&x)).log10()));
        ntk.push((place, (found.ntk / norm(&x)).log10()));
    }
    let line = |label: &str, start: (f64, f64), slope: f64| Curve {
        label: label.to_string(),
        points: vec![start, (1.0, start.1 + slope * (1.0 - start.0))],
        mark: Mark::Dashed,
    };
    let lines = [line("slope 1", ckn[0], 1.0), line("slope 1/2", ntk[0], 0.5)];
    let marks = [("tangent kernel", ntk, Mark::Squares), ("kernel network", ckn, Mark::Circles)];
    let marks = marks.map(|(label, points, mark)| Curve { label: label.to_string(), points, mark });
    let figure = Figure {
        title: format!("Distance of features, {network}"),
        x_label: "|x - x'|/|x|".to_string(),
        y_label: "|Φ(x) - Φ(x')|/|x|".to_string(),
        series: marks.into_iter().chain(lines).collect(),
    };
    let caption = "A random signal of 12 positions, moved along one direction: the kernel network is Lipschitz, the \
        tangent kernel Hoelder with exponent 1/2.";
    evidence.figures.push((caption.to_string(), figure.svg()?));
    Ok(())
}
