//! Regressions on a sphere, drawn: the ridges are chosen by prediction, before any draw.

use super::Task;
use crate::claim::Evidence;
use crate::dense::dense;
use crate::monte_carlo::Mean;
use faer::linalg::solvers::Solve;
use faer::{Mat, Side};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use zonal::data::Points;
use zonal::finite::RandomFeatures;
use zonal::gram::{Scaling, ZonalGram};
use zonal::verdict::Verdict;
use zonal::{Error, Kernel, Result, Sphere};

/// The kernel of ReLU features, the dimension, the target 3 max(u, 0), the noise.
const KERNEL: &str = "arccos(1)";
const DIMENSION: u64 = 5;
const TARGET: &str = "3*max(u, 0)";
const NOISE: f64 = 0.25;

/// Samples of the kernel regressions; the number at which the rest is compared.
const SAMPLES: [usize; 4] = [50, 100, 200, 400];
const ROWS: usize = 200;

/// Features; what more of them gain, half a per cent and less, would need more draws. Those of the control, the last as
/// many as samples; its ridge.
const FEATURES: [usize; 4] = [25, 50, 100, 200];
const PEAK: [usize; 2] = [50, 200];
const TINY: f64 = 1e-6;

/// A ridge at which noise hardly counts.
const LARGE: f64 = 100.0;

/// Draws, and fresh points of each.
const DRAWS: u64 = 200;
const FRESH: usize = 600;

/// What a prediction on a sphere may be off by.
const SPHERE: f64 = 0.1;

/// What noise must count to be called overfitting.
const OVERFITS: f64 = 1.1;

/// One regression of every draw.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Model {
    samples: usize,
    /// Infinitely many are the kernel.
    features: Option<usize>,
    ridge: f64,
}

/// The errors of one regression in all draws.
struct Drawn {
    name: String,
    /// On fresh points, with noise.
    tests: Vec<f64>,
    /// How many times noise counts.
    factors: Vec<f64>,
    /// Both as predicted.
    test: f64,
    factor: f64,
}

fn normal(count: usize, random: &mut ChaCha8Rng) -> Vec<f64> {
    (0..count).map(|_| StandardNormal.sample(random)).collect()
}

/// Test error, and how many times noise counts, for one draw.
fn draw(model: Model, zonal: &ZonalGram, sphere: Sphere, seed: u64) -> Result<(f64, f64)> {
    let n = model.samples;
    let (points, fresh) = (Points::uniform(n, sphere, 2 * seed)?, Points::uniform(FRESH, sphere, 2 * seed + 1)?);
    let (mut gram, cross) = match model.features {
        None => (dense(&zonal.gram(&points)?), dense(&zonal.cross(&fresh, &points)?)),
        Some(m) => {
            let map = RandomFeatures::relu(m, seed)?;
            let z = dense(&map.features(&points)?);
            (&z * z.transpose(), dense(&map.features(&fresh)?) * z.transpose())
        }
    };
    (0..n).for_each(|i| gram[(i, i)] += model.ridge);
    let value = |points: &Points, i: usize| 3.0 * points.direction(i)[0].max(0.0);
    let noise = normal(n, &mut ChaCha8Rng::seed_from_u64(seed));
    // Regression is linear: target and noise apart.
    let labels = Mat::from_fn(n, 2, |i, j| if j == 0 { value(&points, i) } else { NOISE.sqrt() * noise[i] });
    let factors =
        gram.llt(Side::Lower).map_err(|e| Error::unable(format!("the matrix is not positive definite: {e:?}")))?;
    let learned = cross * factors.solve(&labels);
    let mean = |f: &dyn Fn(usize) -> f64| (0..FRESH).map(|i| f(i).powi(2)).sum::<f64>() / FRESH as f64;
    let test = mean(&|i| learned[(i, 0)] + learned[(i, 1)] - value(&fresh, i)) + NOISE;
    Ok((test, 1.0 + mean(&|i| learned[(i, 1)]) / NOISE))
}

fn drawn(task: &Task, zonal: &ZonalGram, model: Model) -> Result<Drawn> {
    let sphere = Sphere::in_dimension(DIMENSION)?;
    let m = model.features.map_or(f64::INFINITY, |m| m as f64);
    let risk = task.risk(model.samples as f64, m, model.ridge, NOISE)?;
    let all = (0..DRAWS).into_par_iter().map(|seed| draw(model, zonal, sphere, seed)).collect::<Result<Vec<_>>>()?;
    let (tests, factors) = all.into_iter().unzip();
    let width = model.features.map_or("the kernel".to_string(), |m| format!("{m} features"));
    let name = format!("n = {}, {width}, ridge {:.3e}", model.samples, model.ridge);
    Ok(Drawn { name, tests, factors, test: risk.test, factor: risk.overfitting })
}

/// Whether a mean is above a number, with its whole confidence interval.
fn above(mean: &Mean, least: f64) -> Verdict {
    match mean.value - least {
        off if off > mean.reach() => Verdict::Holds,
        off if off < -mean.reach() => Verdict::Fails,
        _ => Verdict::Undecided,
    }
}

impl Drawn {
    /// The mean of log(test/test of the other) over the draws.
    fn over(&self, other: &Drawn) -> Mean {
        Mean::of(&self.tests.iter().zip(&other.tests).map(|(a, b)| (a / b).ln()).collect::<Vec<_>>())
    }

    /// Records that the other is better.
    fn worse(&self, evidence: &mut Evidence, other: &Drawn) {
        let mean = self.over(other);
        let found = format!("{:.4} +- {:.4} ({} draws)", mean.value, mean.reach(), mean.count);
        let what = format!("simulated: mean log of the test error of {} over that of {}", self.name, other.name);
        evidence.check(what, "above 0", found, above(&mean, 0.0));
    }

    /// Records that test error and noise factor are as predicted; controls are predictions wrong by twice what is
    /// allowed.
    fn predicted(&self, evidence: &mut Evidence) {
        for (what, draws, predicted) in
            [("test error", &self.tests, self.test), ("how many times noise counts", &self.factors, self.factor)]
        {
            let mean = Mean::of(draws);
            let off = |predicted: f64| (mean.value / predicted - 1.0).abs();
            let reach = mean.reach() / predicted;
            let verdict = match off(predicted) {
                off if off + reach <= SPHERE => Verdict::Holds,
                off if off - reach > SPHERE => Verdict::Fails,
                _ => Verdict::Undecided,
            };
            let found = format!("{:.4} +- {:.4}", mean.value, mean.reach());
            let what = format!("simulated: {}: {what}", self.name);
            evidence.check(what.clone(), format!("{predicted:.4} +- {:.0} %", 100.0 * SPHERE), found.clone(), verdict);
            let wrong = predicted * (1.0 + 3.0 * SPHERE);
            let refuted = off(wrong) - mean.reach() / wrong > SPHERE;
            evidence.control(what, format!("{wrong:.4} +- {:.0} %", 100.0 * SPHERE), found, refuted);
        }
    }
}

/// All of them.
pub fn check(evidence: &mut Evidence) -> Result<()> {
    let task = Task::new(KERNEL, DIMENSION, TARGET, 1e4)?;
    let zonal = ZonalGram::new(Kernel::parse(KERNEL)?.tabulate(None)?, Scaling::Sphere);
    let best = |samples: usize, features: Option<usize>| -> Result<Drawn> {
        let m = features.map_or(f64::INFINITY, |m| m as f64);
        let ridge = task.best(samples as f64, m, NOISE)?.ridge;
        drawn(&task, &zonal, Model { samples, features, ridge })
    };
    let kernel = |ridge: f64| drawn(&task, &zonal, Model { samples: ROWS, features: None, ridge });
    // More samples, more features, and the kernel.
    let samples = SAMPLES.iter().map(|n| best(*n, None)).collect::<Result<Vec<_>>>()?;
    let features = FEATURES.iter().map(|m| best(ROWS, Some(*m))).collect::<Result<Vec<_>>>()?;
    let kernel_best = best(ROWS, None)?;
    samples.windows(2).for_each(|pair| pair[0].worse(evidence, &pair[1]));
    features.windows(2).for_each(|pair| pair[0].worse(evidence, &pair[1]));
    features.iter().for_each(|few| few.worse(evidence, &kernel_best));
    samples.iter().chain(&features).for_each(|drawn| drawn.predicted(evidence));
    // With a tiny ridge, more features are worse where there are as many as samples.
    let peak = |m: usize| drawn(&task, &zonal, Model { samples: ROWS, features: Some(m), ridge: TINY });
    let [few, many] = [peak(PEAK[0])?, peak(PEAK[1])?];
    let mean = few.over(&many);
    evidence.control(
        format!("simulated: mean log of the test error of {} over that of {}", few.name, many.name),
        "above 0",
        format!("{:.4} +- {:.4}", mean.value, mean.reach()),
        above(&mean, 0.0) == Verdict::Fails,
    );
    // Interpolation overfits, a large ridge does not.
    let (none, large) = (kernel(0.0)?, kernel(LARGE)?);
    none.worse(evidence, &kernel_best);
    none.predicted(evidence);
    large.predicted(evidence);
    let factor = |drawn: &Drawn| {
        let mean = Mean::of(&drawn.factors);
        let what = format!("simulated: {}: how many times noise counts", drawn.name);
        (what, format!("{:.4} +- {:.4}", mean.value, mean.reach()), above(&mean, OVERFITS))
    };
    let (what, found, verdict) = factor(&none);
    evidence.check(what, format!("above {OVERFITS}"), found, verdict);
    let (what, found, verdict) = factor(&large);
    evidence.control(what, format!("above {OVERFITS}"), found, verdict == Verdict::Fails);
    Ok(())
}
