//! Random pruning multiplies the tangent kernel.
//!
//! Statement: keep every weight of some layers with probability a, independently, and set the others to 0. The tangent
//! kernel of a wide ReLU network without biases, over the weights that are left, is then a^{number of pruned layers}
//! times that of the whole network, ntk(L); with the kept weights multiplied by 1/sqrt(a) it is ntk(L). Hypotheses:
//! width to infinity; independent Gaussian weights and masks; for the first layer also inputs of many entries, none of
//! them dominant. Source: Yang and Wang, AISTATS 2023. Addition: for L = 2 with the first layer pruned, the m hidden
//! neurons have masks of their own and the mean over weights is, at every m, E |x_M| |y_M| ntk(2)(cos(x_M, y_M)) over
//! the masks M of one neuron, x_M being x with entries set to 0. For p entries this is a sum over 2^p masks: it differs
//! from a ntk(2)(t), by O(1/(a p)) where the entries are of equal size.
//!
//! Check: means over networks and masks. Bias at finite width: none for L = 2 (every neuron is an independent draw).
//! For L = 3 it is O(1/m); it is measured at a width NARROW times smaller, where it is NARROW times larger, and must be
//! below the confidence interval at the full width. For the first layer and p = 400 the bias in p is known from the
//! formula, and must be below the interval too. For p = 6 the mean must be that formula, and must not be a ntk(2).

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::monte_carlo::Mean;
use crate::rate::{line, negligible};
use rayon::prelude::*;
use statrs::distribution::{Binomial, Discrete};
use zonal::data::Points;
use zonal::finite::DenseNetwork;
use zonal::gram::{Scaling, ZonalGram};
use zonal::report::plot::{Curve, Figure, Mark};
use zonal::verdict::Verdict;
use zonal::{Error, Kernel, Result};

/// a
const KEEP: [f64; 2] = [0.5, 0.25];

/// Two points on the circle, t = 1/2 between them.
const ANGLES: [f64; 2] = [0.0, 60.0];

/// Layers, those pruned, width, and number of networks for each a.
const NETWORKS: [(usize, &[usize], usize, [usize; 2]); 2] =
    [(2, &[2], 256, [2500, 4000]), (3, &[2, 3], 256, [2000, 3200])];

/// The bias is measured at a width smaller by this, with so many times more networks.
const NARROW: usize = 16;
const NARROW_COUNT: usize = 6;

/// The first layer: the smaller and the larger dimension, a, width, number of networks.
const SMALL: u64 = 6;
const LARGE: u64 = 400;
const FIRST_KEEP: f64 = 0.25;
const FIRST_WIDTH: usize = 512;
const FIRST_SMALL: usize = 6000;
const FIRST_LARGE: usize = 700;

/// Dimensions of the figure; the last two give the exponent, with a tolerance.
const DIMENSIONS: [u64; 8] = [2, 6, 20, 50, 100, 200, 400, 800];
const EXPONENT: f64 = 0.02;

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "pruning",
        statement: "Random masks that keep weights with probability a multiply the tangent kernel of a wide ReLU \
            network by a for every pruned layer, and with kept \
                    weights over sqrt(a) leave it as it was; for the first layer in high dimension only.",
        source: "Yang and Wang, AISTATS 2023",
        checked_by: "`DenseNetwork::pruned`; for the first layer the exact mean over masks",
        found: None,
    },
    check,
};

/// The entries (0, 0) and (0, 1) of the empirical tangent kernels of pruned networks.
fn entries(
    points: &Points,
    (layers, pruned): (usize, &[usize]),
    (m, count): (usize, usize),
    (keep, rescale): (f64, bool),
    stream: u64,
) -> Result<[Vec<f64>; 2]> {
    let draws = (0..count as u64).into_par_iter().map(|i| {
        let seed = i + (stream << 32);
        let network = DenseNetwork::new(points.dimension(), m, layers, seed)?.pruned(pruned, keep, rescale, seed)?;
        let kernel = network.empirical_ntk(points)?;
        Ok((kernel.row(0)[0], kernel.row(0)[1]))
    });
    let (first, second) = draws.collect::<Result<Vec<(f64, f64)>>>()?.into_iter().unzip();
    Ok([first, second])
}

fn zonal(layers: usize) -> Result<ZonalGram> {
    Ok(ZonalGram::new(Kernel::ntk(layers)?.tabulate(None)?, Scaling::Homogeneous))
}

fn later_layers(evidence: &mut Evidence) -> Result<()> {
    let points = Points::new(ANGLES.iter().flat_map(|a| [a.to_radians().cos(), a.to_radians().sin()]).collect(), 2)?;
    let mut stream = 0;
    for (layers, pruned, m, counts) in NETWORKS {
        let limit = zonal(layers)?.gram::<f64>(&points)?;
        let cases = KEEP.into_iter().zip(counts).flat_map(|(keep, count)| [(keep, count, false), (keep, count, true)]);
        for (keep, count, rescale) in cases {
            stream += 2;
            let factor = if rescale { 1.0 } else { keep.powi(pruned.len() as i32) };
            let kind = if rescale { "rescaled" } else { "not rescaled" };
            let found = entries(&points, (layers, pruned), (m, count), (keep, rescale), stream)?;
            let narrow = match layers {
                2 => None,
                _ => {
                    let size = (m / NARROW, count * NARROW_COUNT);
                    Some(entries(&points, (layers, pruned), size, (keep, rescale), stream + 1)?)
                }
            };
            for (j, t) in [(0, 1.0), (1, 0.5)] {
                let what = format!("L = {layers}, layers {pruned:?} pruned, a = {keep}, {kind}, m = {m}, t = {t}");
                let (expected, mean) = (factor * limit.row(0)[j], Mean::of(&found[j]));
                mean.check(evidence, &what, expected);
                let wrong = limit.row(0)[j] * if rescale { keep.powi(pruned.len() as i32) } else { 1.0 };
                evidence.control(
                    format!("{what}: the other factor"),
                    format!("{wrong:.6}"),
                    format!("{:.6}", mean.value),
                    (mean.value - wrong).abs() > mean.reach(),
                );
                if let Some(narrow) = &narrow {
                    let narrow = Mean::of(&narrow[j]);
                    let bias = (narrow.value - expected).abs() + narrow.reach();
                    negligible(evidence, &format!("{what}: bias of order 1/m"), &mean, bias / NARROW as f64, bias);
                }
            }
        }
    }
    Ok(())
}

/// E |x_M| |y_M| ntk(2)(cos(x_M, y_M)) = E <x_M, y_M> kappa_0 + |x_M| |y_M| kappa_1 for orthogonal points of
/// entries +-1/sqrt(p) that agree in half of them: of these and of the others a binomial number is kept.
fn over_masks(p: u64) -> Result<f64> {
    let kept = Binomial::new(FIRST_KEEP, p / 2).map_err(|error| Error::unable(format!("masks: {error}")))?;
    let mut sum = 0.0;
    for (agree, differ) in (0..=p / 2).flat_map(|i| (0..=p / 2).map(move |j| (i, j))).skip(1) {
        let size = (agree + differ) as f64 / p as f64;
        let u = (agree as f64 - differ as f64) / (agree + differ) as f64;
        let (angle, pi) = (u.acos(), std::f64::consts::PI);
        let (kappa_0, kappa_1) = (1.0 - angle / pi, ((1.0 - u * u).sqrt() + (pi - angle) * u) / pi);
        sum += kept.pmf(agree) * kept.pmf(differ) * size * (u * kappa_0 + kappa_1);
    }
    Ok(sum)
}

/// Those points.
fn orthogonal(p: u64) -> Result<Points> {
    let size = 1.0 / (p as f64).sqrt();
    Points::new((0..2 * p).map(|i| if i < p || i % 2 == 0 { size } else { -size }).collect(), p as usize)
}

fn first_layer(evidence: &mut Evidence) -> Result<()> {
    let a = FIRST_KEEP;
    // a times the kernel at t = 0, which is 1/pi.
    let stated = a * zonal(2)?.gram::<f64>(&orthogonal(SMALL)?)?.row(0)[1];
    let mean = |p: u64, count: usize| -> Result<Mean> {
        Ok(Mean::of(&entries(&orthogonal(p)?, (2, &[1]), (FIRST_WIDTH, count), (a, false), p << 8)?[1]))
    };
    let (small, large) = (mean(SMALL, FIRST_SMALL)?, mean(LARGE, FIRST_LARGE)?);
    let what = |p: u64| format!("first layer of L = 2, p = {p}, a = {a}, m = {FIRST_WIDTH}, orthogonal points");
    small.check(evidence, &format!("{}: the mean over all masks", what(SMALL)), over_masks(SMALL)?);
    evidence.control(
        format!("{}: a times the kernel", what(SMALL)),
        format!("{stated:.6}"),
        format!("{:.6} +- {:.6} ({} draws)", small.value, small.error, small.count),
        (small.value - stated).abs() > small.reach(),
    );
    large.check(evidence, &format!("{}: a times the kernel", what(LARGE)), stated);
    let [bias, larger] = [over_masks(LARGE)?, over_masks(SMALL)?].map(|mean| (mean - stated).abs());
    negligible(evidence, &format!("{}: bias of order 1/p", what(LARGE)), &large, bias, larger);

    let deviations = DIMENSIONS
        .iter()
        .map(|p| Ok(((*p as f64).log10(), (over_masks(*p)? / stated - 1.0).log10())))
        .collect::<Result<Vec<(f64, f64)>>>()?;
    let [(x, y), (far, low)] = [deviations[DIMENSIONS.len() - 2], deviations[DIMENSIONS.len() - 1]];
    let exponent = (low - y) / (far - x);
    let holds = |stated: f64| (exponent - stated).abs() < EXPONENT;
    let what = "first layer: exponent in p of the deviation of the mean over masks";
    let verdict = Verdict::from(holds(-1.0));
    evidence.check(format!("{what} (within {EXPONENT})"), "-1", format!("{exponent:.4}"), verdict);
    for wrong in [-0.9, -1.1] {
        evidence.control(format!("{what}, wrong"), format!("{wrong}"), format!("{exponent:.4}"), !holds(wrong));
    }
    let sizes = DIMENSIONS.map(|p| p as usize);
    let measured = ((SMALL as f64).log10(), (small.value / stated - 1.0).abs().log10());
    let figure = Figure {
        title: "The first layer pruned".to_string(),
        x_label: "dimension p of the inputs".to_string(),
        y_label: "relative deviation".to_string(),
        series: vec![
            Curve { label: "mean over masks".to_string(), points: deviations, mark: Mark::Circles },
            Curve { label: "networks".to_string(), points: vec![measured], mark: Mark::Squares },
            line("p^{-1}", &sizes, 10f64.powf(low + far), -1.0),
        ],
    };
    let caption = format!(
        "How far the tangent kernel of two layers, the first pruned with a = {a}, is from a times that of the whole \
         network, at orthogonal points; square: mean \
         of {FIRST_SMALL} networks."
    );
    evidence.figures.push((caption, figure.svg()?));
    Ok(())
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    later_layers(&mut evidence)?;
    first_layer(&mut evidence)?;
    Ok(evidence)
}
