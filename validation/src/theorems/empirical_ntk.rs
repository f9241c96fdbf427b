//! The tangent kernel of ReLU networks of finite width.
//!
//! Statement: at initialisation the empirical tangent kernel of a network of L layers and width m (weights N(0,1),
//! tangent-kernel parametrisation) tends to ntk(L) with fluctuations of order m^{-1/2}; for L = 2 it has the mean
//! ntk(2) at every m and, derived here from E[v^2] = 1, E[v^4] = 3 for the weights of the second layer, the variance (6
//! kappa_2 + 4 t kappa_1 + 6 t^2 kappa_0 - ntk(2)^2)/m: 12/m on the diagonal. In training it stays nearly constant,
//! with a change of order m^{-1/2}, and the function stays that near to gradient flow with the kernel of the limit.
//! Hypotheses: independent Gaussian weights; square loss, small steps, fixed data, m to infinity. Source: Jacot,
//! Gabriel and Hongler, NeurIPS 2018; Lee et al., NeurIPS 2019 (change O(m^{-1/2})); Chizat, Oyallon and Bach,
//! NeurIPS 2019.
//!
//! Finding (the reasons are heuristic, the numbers measured): the change of a single network's kernel has two parts. A
//! neuron on the kink of a point x moves by c v_i b where x is off and c v_i (a + b) where it is on, c = O(m^{-1/2}):
//! more neurons cross in one direction than in the other, by a mean c E|v|^3 (|b| - |a + b|), so that the mean change
//! is of order m^{-1/2}. Some m^{1/2} neurons cross at random besides, which makes fluctuations of order m^{-3/4}; for
//! widths up to some thousands these are not small, and a line through the changes of single networks is steeper
//! than -1/2, without being
//! -3/4. The mean over networks, which the fluctuations leave out, is A m^{-1/2} + B/m with A not 0: the bound
//! O(m^{-1/2}) of the sources is sharp for ReLU, where smooth activations have 1/m (Huang and Yau, ICML 2020).
//!
//! Check: means and variances over networks; exponents of the Frobenius error at initialisation, of the change of
//! single networks, and of the distance of the function at test points from gradient flow. Bias: for L = 3 the mean is
//! off by O(1/m). It is measured at a width NARROW times smaller, where it is NARROW times larger, and must be below
//! the confidence interval at the full width.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::dense::{dense, matrix};
use crate::monte_carlo::{LEVEL, Mean};
use crate::rate::{Leading, line, negligible};
use faer::Mat;
use rayon::prelude::*;
use zonal::data::Points;
use zonal::finite::DenseNetwork;
use zonal::gram::{Regression, Scaling, ZonalGram};
use zonal::linear::{Eigen, Matrix};
use zonal::report::plot::{Curve, Figure, Mark};
use zonal::verdict::Verdict;
use zonal::{Kernel, Result, Sphere};

/// Points at initialisation, on a circle: t = 1, 0.866, 0.5, 0 with the first.
const ANGLES: [f64; 4] = [0.0, 30.0, 60.0, 90.0];

/// Width and number of networks for the means.
const MEANS: [(usize, usize, usize); 2] = [(2, 256, 60_000), (3, 512, 800)];

/// The bias is measured at a width smaller by this, with so many networks.
const NARROW: usize = 64;
const NARROW_COUNT: usize = 40_000;

/// Widths and networks of the exponents at initialisation: L, m, count.
const SIZES: [(usize, [usize; 4], usize); 2] = [(2, [64, 256, 1024, 4096], 1000), (3, [64, 128, 256, 512], 1000)];

/// Training: points on S^{p-1}, test points, widths, and networks: BATCHES groups of BATCH.
const DIMENSION: u64 = 5;
const LABELS: [f64; 5] = [1.0, -1.0, 1.0, -1.0, 1.0];
const TESTS: usize = 8;
const WIDTHS: [usize; 4] = [64, 256, 1024, 4096];
const BATCH: usize = 16;
const BATCHES: usize = 48;

/// The direction of the mean change comes from other networks: how many, and how wide.
const DIRECTION: (usize, usize) = (256, 1024);

/// Steps of gradient descent and their size: rate times largest eigenvalue over n is below 0.14.
const STEPS: usize = 50;
const LEARNING_RATE: f64 = 0.2;

/// The loss must fall by this, in every network.
const FALL: f64 = 100.0;

/// The distance of discrete steps from the flow, at most this part of what the networks of the largest width are off.
const DISCRETE: f64 = 0.2;

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "empirical_ntk",
        statement: "The empirical tangent kernel of a ReLU network of width m tends to ntk(L) with fluctuations of \
            order m^{-1/2} at initialisation, changes by \
                    O(m^{-1/2}) in training, and the trained function is O(m^{-1/2}) from kernel gradient flow.",
        source: "Jacot, Gabriel and Hongler, NeurIPS 2018; Lee et al., NeurIPS 2019; Chizat, Oyallon and Bach, \
            NeurIPS 2019",
        checked_by: "`DenseNetwork` trained, `Regression::gradient_flow`",
        found: Some(
            "the mean change is Am^{-1/2}+B/m with A != 0; for single networks of width 64 to 4096 the fitted \
            exponent is -0.63",
        ),
    },
    check,
};

/// A zonal kernel from its formula.
fn zonal(text: &str) -> Result<ZonalGram> {
    Ok(ZonalGram::new(Kernel::parse(text)?.tabulate(None)?, Scaling::Sphere))
}

/// The Frobenius norm.
fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|x| x * x).sum::<f64>().sqrt()
}

/// The empirical tangent kernels of some networks; the seeds of different widths and depths differ.
fn kernels(layers: usize, m: usize, count: usize, points: &Points) -> Result<Vec<Matrix>> {
    let seed = |i: u64| i + ((m * 8 + layers) as u64) * (1 << 32);
    (0..count as u64)
        .into_par_iter()
        .map(|i| DenseNetwork::new(points.dimension(), m, layers, seed(i))?.empirical_ntk(points))
        .collect()
}

fn at_initialisation(evidence: &mut Evidence) -> Result<()> {
    let angles = ANGLES.iter().map(|degrees| degrees.to_radians());
    let points = Points::new(angles.flat_map(|a| [a.cos(), a.sin()]).collect(), 2)?;
    let variance = zonal("6*arccos2(u) + 4*u*arccos1(u) + 6*u^2*arccos0(u) - ntk(2)^2")?.gram::<f64>(&points)?;
    let mut curves = Vec::new();
    for ((layers, m, count), (_, sizes, draws)) in MEANS.into_iter().zip(SIZES) {
        let limit = zonal(&format!("ntk({layers})"))?.gram::<f64>(&points)?;
        let found = kernels(layers, m, count, &points)?;
        let narrow = if layers > 2 { kernels(layers, m / NARROW, NARROW_COUNT, &points)? } else { Vec::new() };
        for (j, degrees) in ANGLES.into_iter().enumerate() {
            let what = format!("L = {layers}, m = {m}, t = {:.3}", degrees.to_radians().cos());
            let expected = limit.row(0)[j];
            let entries = |kernels: &[Matrix]| kernels.iter().map(|k| k.row(0)[j]).collect::<Vec<f64>>();
            let mean = Mean::of(&entries(&found));
            mean.check(evidence, &format!("{what}: mean"), expected);
            if layers == 2 {
                let squares: Vec<f64> = entries(&found).iter().map(|k| m as f64 * (k - expected).powi(2)).collect();
                Mean::of(&squares).check(evidence, &format!("{what}: m times the variance"), variance.row(0)[j]);
            } else {
                let small = Mean::of(&entries(&narrow));
                let bias = (small.value - expected).abs() + small.reach();
                negligible(evidence, &format!("{what}: bias of order 1/m"), &mean, bias / NARROW as f64, bias);
            }
        }
        let mut errors = vec![Vec::new(); draws];
        for m in sizes {
            for (errors, kernel) in errors.iter_mut().zip(kernels(layers, m, draws, &points)?) {
                errors.push(norm(kernel.values().iter().zip(limit.values()).map(|(k, l)| k - l)));
            }
        }
        let rate = Leading { sizes: sizes.to_vec(), draws: errors };
        rate.check(evidence, &format!("L = {layers}: exponent of the deviation from the limit in m"), -0.5);
        curves.push(rate.curve(&format!("L = {layers}"), if layers == 2 { Mark::Circles } else { Mark::Squares }));
        if layers == 2 {
            // The expected square of the Frobenius error is the sum of all variances.
            let constant = variance.values().iter().sum::<f64>().sqrt();
            curves.push(line(&format!("theory: {constant:.3} m^{{-1/2}}"), &sizes, constant, -0.5));
        }
    }
    let figure = Figure {
        title: "The tangent kernel at initialisation".to_string(),
        x_label: "width m".to_string(),
        y_label: "Frobenius error".to_string(),
        series: curves,
    };
    let caption = "Root mean square deviation of the empirical tangent kernel from its limit, four points; line: the \
        variances stated.";
    evidence.figures.push((caption.to_string(), figure.svg()?));
    Ok(())
}

/// What training did to one network.
struct Trained {
    /// The change of the tangent kernel over the norm it had.
    change: Vec<f64>,
    /// The norm of the distance from kernel gradient flow at the test points, over the norm of the latter.
    distance: f64,
    /// The loss at the end over that at the beginning, and after a tenth of the steps.
    loss: [f64; 2],
}

/// Fits A + B m^{-1/2} to sqrt(m) times the mean change, in every batch; returns A. The mean change is of order
/// m^{-1/2} where A is not 0 and no further term is seen: the part of the values orthogonal to both terms has the
/// mean 0.
fn mean_change(evidence: &mut Evidence, batches: &[Vec<f64>]) -> Mean {
    let roots = WIDTHS.map(|m| (m as f64).sqrt().recip());
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    // Gram-Schmidt: 1, m^{-1/2}, 1/m.
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for power in 0..3 {
        let mut column: Vec<f64> = roots.iter().map(|r| r.powi(power)).collect();
        for before in &basis {
            let along = dot(&column, before) / dot(before, before);
            column.iter_mut().zip(before).for_each(|(c, b)| *c -= along * b);
        }
        basis.push(column);
    }
    let part = |power: usize| {
        let of = |y: &Vec<f64>| dot(y, &basis[power]) / dot(&basis[power], &basis[power]);
        batches.iter().map(of).collect::<Vec<f64>>()
    };
    let (constants, slopes) = (part(0), part(1));
    let centre = roots.iter().sum::<f64>() / roots.len() as f64;
    let limits: Vec<f64> = constants.iter().zip(&slopes).map(|(c, s)| c - s * centre).collect();
    let [limit, slope, rest] = [Mean::of(&limits), Mean::of(&slopes), Mean::of(&part(2))];
    let words = |mean: &Mean| format!("{:.5} +- {:.5} ({} draws)", mean.value, mean.reach(), mean.count);
    let zero = |mean: &Mean| mean.value.abs() <= mean.reach();
    let what = "mean change of the kernel times sqrt(m), fitted by A + B m^{-1/2}";
    evidence.control(
        format!("{what}: change of order 1/m, as for smooth activations"),
        "A = 0",
        words(&limit),
        !zero(&limit),
    );
    let verdict = Verdict::from(zero(&rest));
    evidence.check(format!("{what}: a third term (level {LEVEL:e})"), "0", words(&rest), verdict);
    evidence.control(format!("{what}: already without the second term"), "B = 0", words(&slope), !zero(&slope));
    limit
}

fn in_training(evidence: &mut Evidence) -> Result<()> {
    let points = Points::uniform(LABELS.len(), Sphere::in_dimension(DIMENSION)?, 1)?;
    let tests = Points::uniform(TESTS, Sphere::in_dimension(DIMENSION)?, 2)?;
    let kernel = zonal("ntk(2)")?;
    let (gram, cross) = (kernel.gram::<f64>(&points)?, kernel.cross::<f64>(&tests, &points)?);
    let labels = Mat::from_fn(LABELS.len(), 1, |i, _| LABELS[i]);
    let regression = Regression::new(Eigen::all(&gram)?)?;
    let flow = regression.gradient_flow(&matrix(&labels), LEARNING_RATE * STEPS as f64)?;
    let (gram, cross) = (dense(&gram), dense(&cross));
    let flow = &cross * dense(&flow);
    let size = flow.norm_l2();
    // The same in steps, to the same time.
    let discrete = |steps: usize| {
        let mut alpha = Mat::<f64>::zeros(LABELS.len(), 1);
        let step = LEARNING_RATE * STEPS as f64 / (steps * LABELS.len()) as f64;
        for _ in 0..steps {
            let residual = &gram * &alpha - &labels;
            alpha = Mat::from_fn(LABELS.len(), 1, |i, _| alpha[(i, 0)] - step * residual[(i, 0)]);
        }
        (&cross * alpha - &flow).norm_l2() / size
    };

    let train = |m: usize, seed: u64| -> Result<Trained> {
        let mut network = DenseNetwork::new(DIMENSION as usize, m, 2, seed)?.centred();
        let before = network.empirical_ntk(&points)?;
        let losses = network.train(&points, &LABELS, LEARNING_RATE, STEPS)?;
        let after = network.empirical_ntk(&points)?;
        let scale = dense(&before).norm_l2();
        let outputs = network.outputs(&tests)?;
        Ok(Trained {
            change: after.values().iter().zip(before.values()).map(|(a, b)| (a - b) / scale).collect(),
            distance: norm(outputs.iter().enumerate().map(|(i, f)| f - flow[(i, 0)])) / size,
            loss: [losses[STEPS] / losses[0], losses[STEPS / 10] / losses[0]],
        })
    };
    // The direction of the mean change.
    let (count, m) = DIRECTION;
    let others =
        (0..count as u64).into_par_iter().map(|i| train(m, i + (1 << 48))).collect::<Result<Vec<Trained>>>()?;
    let mean = |e: usize| others.iter().map(|t| t.change[e]).sum::<f64>();
    let direction: Vec<f64> = (0..gram.nrows() * gram.ncols()).map(mean).collect();
    let length = norm(direction.iter().copied());
    let along = |t: &Trained| t.change.iter().zip(&direction).map(|(c, d)| c * d).sum::<f64>() / length;

    let (mut changes, mut single, mut distances) = (vec![Vec::new(); BATCHES], Vec::new(), Vec::new());
    single.resize(BATCH * BATCHES, Vec::new());
    distances.resize(BATCH * BATCHES, Vec::new());
    let (mut loss, mut early) = (0.0f64, f64::INFINITY);
    for m in WIDTHS {
        let seed = |i: u64| i + (m as u64) * (1 << 32);
        let found = (0..(BATCH * BATCHES) as u64)
            .into_par_iter()
            .map(|i| train(m, seed(i)))
            .collect::<Result<Vec<Trained>>>()?;
        for (batch, group) in changes.iter_mut().zip(found.chunks(BATCH)) {
            batch.push((m as f64).sqrt() * group.iter().map(along).sum::<f64>() / BATCH as f64);
        }
        for ((change, distance), trained) in single.iter_mut().zip(&mut distances).zip(&found) {
            change.push(norm(trained.change.iter().copied()));
            distance.push(trained.distance);
            (loss, early) = (loss.max(trained.loss[0]), early.min(trained.loss[1]));
        }
    }
    let [single, distances] = [single, distances].map(|draws| Leading { sizes: WIDTHS.to_vec(), draws });
    evidence.check(
        format!("the largest loss of {} networks after {STEPS} steps, relative", BATCH * BATCHES * WIDTHS.len()),
        format!("at most {}", 1.0 / FALL),
        format!("{loss:.5}"),
        if loss <= 1.0 / FALL { Verdict::Holds } else { Verdict::Undecided },
    );
    evidence.control(
        "the smallest loss after a tenth of the steps",
        format!("at most {}", 1.0 / FALL),
        format!("{early:.5}"),
        early > 1.0 / FALL,
    );
    let limit = mean_change(evidence, &changes);
    let exponent = single.exponent();
    let (low, high) = (exponent.value - exponent.reach(), exponent.value + exponent.reach());
    let inside = |from: f64, to: f64| low >= from && high <= to;
    let found = format!("{low:.4} to {high:.4}");
    evidence.check(
        "exponent of the change of the kernel, single networks",
        "between -3/4 and -1/2",
        found.clone(),
        Verdict::from(inside(-0.75, -0.5)),
    );
    for (words, from, to) in [("above -1/2", -0.5, 0.0), ("below -3/4, as for smooth activations", -1.0, -0.75)] {
        let what = "exponent of the change of the kernel, single networks, wrong range";
        evidence.control(what, words, found.clone(), high < from || low > to);
    }
    distances.check(evidence, "exponent of the distance from kernel gradient flow at test points", -0.5);
    let mean = |i: usize| changes.iter().map(|y| y[i]).sum::<f64>() / BATCHES as f64;
    let log = |i: usize| (WIDTHS[i] as f64).log10();
    let means = (0..WIDTHS.len()).map(|i| (log(i), mean(i).abs().log10() - 0.5 * log(i))).collect();
    let curves = vec![
        distances.curve("function at test points", Mark::Squares),
        single.curve("kernel, single networks", Mark::Circles),
        Curve { label: "kernel, mean change".to_string(), points: means, mark: Mark::Triangles },
    ];
    let widest = WIDTHS.len() - 1;
    let typical = 10f64.powf(curves[0].points[widest].1);
    let what = "distance of gradient descent with the kernel of the limit from its flow";
    let stated = format!("below {DISCRETE} times that of the widest networks, {typical:.5}");
    let (taken, coarse) = (discrete(STEPS), discrete(STEPS / 10));
    let verdict = if taken < DISCRETE * typical { Verdict::Holds } else { Verdict::Undecided };
    evidence.check(what, stated.clone(), format!("{taken:.6}"), verdict);
    evidence.control(
        format!("{what}, a tenth of the steps"),
        stated,
        format!("{coarse:.6}"),
        coarse >= DISCRETE * typical,
    );
    let mut series = curves;
    series.push(line("m^{-1/2}", &WIDTHS, typical * (WIDTHS[widest] as f64).sqrt(), -0.5));
    series.push(line("limit of the mean change", &WIDTHS, limit.value.abs(), -0.5));
    let figure = Figure {
        title: format!("Two layers trained on {} points of S^{}", LABELS.len(), DIMENSION - 1),
        x_label: "width m".to_string(),
        y_label: "relative change or distance".to_string(),
        series,
    };
    let caption = format!(
        "Change of the tangent kernel in training, relative to its norm, and distance of the trained network from \
         kernel gradient flow at {TESTS} test points; \
         root mean square over {} networks.",
        BATCH * BATCHES
    );
    evidence.figures.push((caption, figure.svg()?));
    Ok(())
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    at_initialisation(&mut evidence)?;
    in_training(&mut evidence)?;
    Ok(evidence)
}
