//! More samples and more features are better, at the best ridge; and the best ridge is small.
//!
//! Statement: (a) in the equations of `zonal::learning` the test error at the best ridge falls with the number n of
//! samples and the number m of random features; the kernel itself is better than any m. (b) Where eigenvalues fall like
//! i^-alpha, interpolation counts noise alpha times, for every n: it never becomes harmless, and is never catastrophic.
//! (c) Where the squares of the target's coefficients fall like i^-beta, 1 < beta < 2 alpha + 1, and the noise is s
//! times what the interpolation has not learned, let r^2 = train/test at the best ridge. As n grows r -> 0 if s <=
//! (beta-alpha)/(alpha-1); else r solves (beta-1)(1+r(alpha-1)) = (alpha-1)(1-r)^beta ((1-r)^(1-beta)+s). For with d =
//! r n kappa the sums of the equations are powers of kappa, and test ~ ((1-r)^(1-beta) + s)/(1 + r(alpha-1)). On
//! spheres alpha = b/(p-1), beta = (e+p-2)/(p-1), mu_k ~ k^-b, E_k ~ k^-e. (d) Where E_k = c N mu_k in all degrees, the
//! best ridge is noise/c for every n: labels look like draws of the Gaussian process with covariance c kappa. A single
//! ReLU is such a target for arccos(1), c = 1/(2p) (`membership`). Hypotheses: those of the equations; alpha > 1.
//! Source: Simon, Karkada, Ghosh and Belkin, ICLR 2024 (a, c); Mallinar et al., NeurIPS 2022 (b); Rasmussen and
//! Williams 2006 (d).
//!
//! Check: the equations for five kernels, targets with kinks, n and m from 10 to 10^4; limits at n = 10^9. The same on
//! the sphere, simulated: `simulated`. Controls: a fixed tiny ridge, where the error peaks at m = n; a fixed ridge,
//! which does not overfit; the limits of other exponents and of other noise.

mod optimum;
mod simulated;

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::holds;
use optimum::{falls, optimum};
use rayon::prelude::*;
use zonal::learning::{Risk, Setting, random_features, ridge_regression};
use zonal::report::plot::{Curve, Figure, Mark, escaped};
use zonal::rkhs::{Levels, Target, TargetModes};
use zonal::verdict::Verdict;
use zonal::{Error, Kernel, Result, Sphere};

/// Kernels, dimensions, targets and noise of (a).
const TASKS: [(&str, u64, &str, f64); 5] = [
    ("ntk(3)", 3, "abs(u)", 0.1),
    ("arccos(1)", 5, "max(u, 0)", 0.25),
    ("laplace(1)", 3, "step(u - 1/2)", 0.01),
    ("ntk_bias(2)", 10, "abs(u - 1/4)", 0.0),
    ("matern(3/2,1)", 4, "max(u - 1/3, 0)", 1.0),
];

/// Samples and features of (a); infinitely many features are the kernel.
const SIZES: [f64; 6] = [10.0, 30.0, 100.0, 300.0, 1000.0, 1e4];

/// The controls of (a): a ridge of so much of kappa(1), and sizes around their fixed counterpart.
const TINY: f64 = 1e-6;
const FIXED: f64 = 300.0;
const AROUND: [f64; 6] = [30.0, 100.0, 290.0, 300.0, 310.0, 1000.0];

/// Kernels, dimensions and the exponents b of (b), even targets with kinks.
const TEMPERED: [(&str, u64, u64); 5] =
    [("ntk(3)", 2, 2), ("laplace(1)", 5, 5), ("ntk(2)", 4, 4), ("arccos(1)", 5, 7), ("matern(3/2,1)", 3, 5)];
const SAMPLES: [f64; 5] = [1e2, 1e3, 1e5, 1e7, 1e9];

/// Kernels, dimensions, b, targets and e of (c).
const OBLIGATORY: [(&str, u64, i32, &str, i32); 4] = [
    ("laplace(1)", 3, 3, "abs(u - 1/4)", 4),
    ("ntk(3)", 5, 5, "abs(u)", 4),
    ("arccos(1)", 3, 5, "abs(u)^3", 8),
    ("matern(3/2,1)", 3, 5, "step(u - 1/2)", 2),
];

/// Noise: parts of the threshold, or where there is none, of what is not learned.
const PARTS: [f64; 4] = [0.0, 0.5, 1.5, 5.0];

/// (d): dimensions and noise; a ridge beside a flat minimum is known to the root of the error's accuracy.
const NEURON_DIMENSIONS: [u64; 3] = [3, 5, 8];
const NEURON_NOISE: f64 = 0.25;
const NEAR_THE_RIDGE: f64 = 1e-3;

/// Limits are reached to this at n = 10^9, where degrees count up to 10^2 (p = 5) to 10^5 (p = 3) and corrections are
/// c/k.
const LARGE: f64 = 1e9;
const NEAR_THE_LIMIT: f64 = 0.02;

/// The statement.
pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "more_is_better",
        statement: "At the best ridge the test error falls with the number of samples and of random features, and the \
            kernel is better than any number of features; \
                    with eigenvalues i^-alpha interpolation counts noise alpha times at any n; the best fit has \
                    train/test -> 0 if the noise is at most \
                    (beta-alpha)/(alpha-1) times what is not learned",
        source: "Simon, Karkada, Ghosh and Belkin, ICLR 2024; Mallinar et al., NeurIPS 2022",
        checked_by: "`learning` with a search over ridges, n up to 10^9; 200 draws of regressions on S^4",
        found: None,
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    for (kernel, p, target, noise) in TASKS {
        more(&mut evidence, &Task::new(kernel, p, target, 1e5)?, noise)?;
    }
    for (kernel, p, b) in TEMPERED {
        tempered(
            &mut evidence,
            &Task::new(kernel, p, "abs(u)", 1e12)?,
            b as f64 / (p as f64 - 1.0),
            b as f64 / p as f64,
        )?;
    }
    for (kernel, p, b, target, e) in OBLIGATORY {
        let dimension = p as f64 - 1.0;
        let (alpha, beta) = (f64::from(b) / dimension, (f64::from(e) + p as f64 - 2.0) / dimension);
        obligatory(&mut evidence, &Task::new(kernel, p, target, 1e12)?, alpha, beta)?;
    }
    for p in NEURON_DIMENSIONS {
        neuron(&mut evidence, p)?;
    }
    simulated::check(&mut evidence)?;
    Ok(evidence)
}

/// A kernel and a target.
struct Task {
    name: String,
    levels: Levels,
    target: TargetModes,
}

impl Task {
    fn new(kernel: &str, p: u64, target: &str, samples: f64) -> Result<Self> {
        let sphere = Sphere::in_dimension(p)?;
        let levels = Levels::new(&Kernel::parse(kernel)?.spectrum(sphere), samples)?;
        let modes = TargetModes::new(&Target::parse(target, sphere)?, &levels)?;
        Ok(Task { name: format!("{target} by {kernel}, p = {p}"), levels, target: modes })
    }

    /// With m features, or the kernel.
    fn risk(&self, n: f64, m: f64, ridge: f64, noise: f64) -> Result<Risk> {
        let setting = Setting { samples: n, ridge, noise };
        match m.is_finite() {
            true => random_features(&self.levels, &self.target, setting, m),
            false => ridge_regression(&self.levels, &self.target, setting),
        }
    }

    fn best(&self, n: f64, m: f64, noise: f64) -> Result<optimum::Optimum> {
        optimum(self.levels.trace(), |ridge| Ok(self.risk(n, m, ridge, noise)?.test))
    }
}

/// (a) for one task.
fn more(evidence: &mut Evidence, task: &Task, noise: f64) -> Result<()> {
    let widths: Vec<f64> = SIZES.into_iter().chain([f64::INFINITY]).collect();
    let row = |n: &f64| widths.iter().map(|m| Ok(task.best(*n, *m, noise)?.test)).collect::<Result<Vec<f64>>>();
    let rows = SIZES.par_iter().map(row).collect::<Result<Vec<_>>>()?;
    let columns: Vec<Vec<f64>> = (0..widths.len()).map(|j| rows.iter().map(|row| row[j]).collect()).collect();
    let what = format!("{}, noise {noise}", task.name);
    for (lists, along) in [(&rows, "features m, up to the kernel"), (&columns, "samples n")] {
        let found: Vec<(Verdict, f64)> = lists.iter().map(|list| falls(list)).collect();
        let worst = found.iter().map(|(_, ratio)| *ratio).fold(0.0, f64::max);
        let verdict = found.iter().map(|(verdict, _)| *verdict).max().unwrap_or(Verdict::Undecided);
        evidence.check(
            format!("{what}: best test error along {} lists of {along}", lists.len()),
            "falls",
            format!("largest ratio of neighbours {worst:.9}"),
            verdict,
        );
    }
    let tiny = TINY * task.levels.trace();
    let tests = |f: &dyn Fn(f64) -> Result<Risk>| AROUND.iter().map(|x| Ok(f(*x)?.test)).collect::<Result<Vec<f64>>>();
    let along_m = tests(&|m| task.risk(FIXED, m, tiny, noise))?;
    let along_n = tests(&|n| task.risk(n, FIXED, tiny, noise))?;
    for (list, along) in [(&along_m, "m at n"), (&along_n, "n at m")] {
        let (verdict, worst) = falls(list);
        let found = format!("largest ratio of neighbours {worst:.3}");
        let what = format!("{what}: test error with ridge {tiny:.0e} along {along} = {FIXED}");
        evidence.control(what, "falls", found, verdict == Verdict::Fails);
    }
    if task.name.contains("arccos") {
        figure(evidence, task, noise, tiny)?;
    }
    Ok(())
}

/// Features against error, with the best ridge and a tiny one.
fn figure(evidence: &mut Evidence, task: &Task, noise: f64, tiny: f64) -> Result<()> {
    let widths: Vec<f64> = (0..=40).map(|i| 10f64.powf(1.0 + 0.075 * f64::from(i))).collect();
    let curve = |label: &str, mark: Mark, test: &(dyn Fn(f64) -> Result<f64> + Sync)| -> Result<Curve> {
        let points = widths.par_iter().map(|m| Ok((m.log10(), test(*m)?.log10()))).collect::<Result<Vec<_>>>()?;
        Ok(Curve { label: label.to_string(), points, mark })
    };
    let kernel = task.best(FIXED, f64::INFINITY, noise)?.test;
    let series = vec![
        curve("tiny ridge", Mark::Dashed, &|m| Ok(task.risk(FIXED, m, tiny, noise)?.test))?,
        curve("best ridge", Mark::Solid, &|m| Ok(task.best(FIXED, m, noise)?.test))?,
        curve("the kernel, best ridge", Mark::Dotted, &|_| Ok(kernel))?,
    ];
    let (x_label, y_label) = ("random features m".to_string(), "test error".to_string());
    let title = format!("{}, n = {FIXED}, noise {noise}", escaped(&task.name));
    let svg = Figure { title, x_label, y_label, series }.svg()?;
    evidence.figures.push((
        "With the best ridge more features are better; with a tiny one the error peaks at m = n.".to_string(),
        svg,
    ));
    Ok(())
}

/// (b) for one task: alpha, and a wrong one.
fn tempered(evidence: &mut Evidence, task: &Task, alpha: f64, wrong: f64) -> Result<()> {
    let near = |factor: f64, alpha: f64| (factor / alpha - 1.0).abs() <= NEAR_THE_LIMIT;
    let what = format!("{}: how many times noise counts at n = {LARGE:e}", task.name);
    let stated = |alpha: f64| format!("{alpha:.4} +- {} %", 100.0 * NEAR_THE_LIMIT);
    let factor = task.risk(LARGE, f64::INFINITY, 0.0, 1.0)?.overfitting;
    evidence.check(format!("{what}, no ridge"), stated(alpha), format!("{factor:.4}"), holds(near(factor, alpha)));
    evidence.control(format!("{what}, no ridge: b/p"), stated(wrong), format!("{factor:.4}"), !near(factor, wrong));
    let ridge = task.levels.trace();
    let fixed = task.risk(LARGE, f64::INFINITY, ridge, 1.0)?.overfitting;
    let refuted = !near(fixed, alpha) && near(fixed, 1.0);
    evidence.control(format!("{what}, a fixed ridge of {ridge:.1}"), stated(alpha), format!("{fixed:.4}"), refuted);
    // At no n does the best ridge gain less than half of what it gains in the limit.
    let ratio = |ridge: Option<f64>, n: f64| -> Result<f64> {
        let test = |ridge: f64| Ok::<f64, Error>(task.risk(n, f64::INFINITY, ridge, 1.0)?.test);
        Ok(test(ridge.unwrap_or(0.0))? / task.best(n, f64::INFINITY, 1.0)?.test)
    };
    let least = 1.0 + 0.5 * (alpha - 1.0);
    let all = |ridge: Option<f64>| SAMPLES.iter().map(|n| ratio(ridge, *n)).collect::<Result<Vec<f64>>>();
    let words = |list: &[f64]| list.iter().map(|x| format!("{x:.3}")).collect::<Vec<_>>().join(", ");
    let bounded = |list: &[f64]| list.iter().all(|ratio| *ratio >= least);
    let what = format!("{}, noise 1: test error over the best at n = 10^2, ..., 10^9", task.name);
    let (none, fixed) = (all(None)?, all(Some(ridge))?);
    evidence.check(format!("{what}, no ridge"), format!("at least {least:.3}"), words(&none), holds(bounded(&none)));
    let what = format!("{what}, a fixed ridge of {ridge:.1}");
    evidence.control(what, format!("at least {least:.3}"), words(&fixed), !bounded(&fixed));
    Ok(())
}

/// The root of train/test in the limit.
fn fit(alpha: f64, beta: f64, s: f64) -> f64 {
    // Falls through 0 as r grows, where it is positive at 0.
    let slope =
        |r: f64| (alpha - 1.0) * (1.0 - r + s * (1.0 - r).powf(beta)) - (beta - 1.0) * (1.0 + r * (alpha - 1.0));
    if slope(0.0) <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if slope(middle) > 0.0 { low = middle } else { high = middle }
    }
    low
}

/// (c) for one task.
fn obligatory(evidence: &mut Evidence, task: &Task, alpha: f64, beta: f64) -> Result<()> {
    let none = task.risk(LARGE, f64::INFINITY, 0.0, 0.0)?;
    let unlearned = none.test / none.overfitting;
    let threshold = (beta - alpha) / (alpha - 1.0);
    let unit = if threshold > 0.0 { threshold } else { 1.0 };
    for part in PARTS {
        let s = part * unit;
        let noise = s * unlearned;
        let best = task.best(LARGE, f64::INFINITY, noise)?;
        let risk = task.risk(LARGE, f64::INFINITY, best.ridge, noise)?;
        let found = (risk.train / risk.test).sqrt();
        let near = |r: f64| (found - r).abs() <= NEAR_THE_LIMIT;
        let what =
            format!("{}, noise {s:.3} times what is not learned: root of train/test at the best ridge", task.name);
        let r = fit(alpha, beta, s);
        evidence.check(what.clone(), format!("{r:.4} +- {NEAR_THE_LIMIT}"), format!("{found:.4}"), holds(near(r)));
        // The limit of other noise: what is beyond the threshold for what is below.
        let other = if r == 0.0 { 3.0 * unit } else { 3.0 * s + unit };
        let wrong = fit(alpha, beta, other);
        let what = format!("{what}, as for {other:.3} times");
        evidence.control(what, format!("{wrong:.4} +- {NEAR_THE_LIMIT}"), format!("{found:.4}"), !near(wrong));
    }
    Ok(())
}

/// (d): noise/c, and as a control what it would be for half of the neuron's energy.
fn neuron(evidence: &mut Evidence, p: u64) -> Result<()> {
    let task = Task::new("arccos(1)", p, "max(u, 0)", 1e5)?;
    let best = |n: &f64| Ok(task.best(*n, f64::INFINITY, NEURON_NOISE)?.ridge);
    let ridges = SIZES.par_iter().map(best).collect::<Result<Vec<f64>>>()?;
    let ridge = 2.0 * p as f64 * NEURON_NOISE;
    let off = |ridge: f64| ridges.iter().map(|found| (found / ridge - 1.0).abs()).fold(0.0, f64::max);
    let words = |ridge: f64| format!("{ridge} +- {} %", 100.0 * NEAR_THE_RIDGE);
    let what = format!("{}, noise {NEURON_NOISE}: best ridge at n = 10, ..., 10^4", task.name);
    let found = ridges.iter().map(|x| format!("{x:.5}")).collect::<Vec<_>>().join(", ");
    evidence.check(what.clone(), words(ridge), found.clone(), holds(off(ridge) <= NEAR_THE_RIDGE));
    let wrong = 2.0 * ridge;
    evidence.control(format!("{what}, 4 p noise"), words(wrong), found, off(wrong) > NEAR_THE_RIDGE);
    // Another target has no such ridge.
    let other = Task::new("arccos(1)", p, "abs(u)^3", 1e5)?;
    let ridges = [SIZES[1], SIZES[5]].iter().map(|n| Ok(other.best(*n, f64::INFINITY, NEURON_NOISE)?.ridge));
    let ridges = ridges.collect::<Result<Vec<f64>>>()?;
    let found = format!("{:.4} and {:.4}", ridges[0], ridges[1]);
    let refuted = (ridges[1] / ridges[0] - 1.0).abs() > NEAR_THE_RIDGE;
    evidence.control(format!("{}: one best ridge for n = 30 and 10^4", other.name), "the same", found, refuted);
    Ok(())
}
