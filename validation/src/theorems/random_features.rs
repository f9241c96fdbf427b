//! Random features estimate kernels with an error of order m^{-1/2}.
//!
//! Statement: m features sqrt(2/m) max(0, <w_i, x>), w_i ~ N(0, I), have a Gram matrix of mean kappa_1(t), t = <x,
//! y>, |x| = |y| = 1, and variance (6 kappa_2(t) - kappa_1(t)^2)/m: 5/m on the diagonal; step features sqrt(2/m)
//! 1(<w_i, x> > 0) mean kappa_0 and variance (2 kappa_0 - kappa_0^2)/m; features of the two-layer tangent kernel, step
//! features times x beside ReLU features of other weights, mean ntk(2) = t kappa_0 + kappa_1 and variance (t^2 (2
//! kappa_0 - kappa_0^2) + 6 kappa_2 - kappa_1^2)/m. The kappa_n are 1 at t = 1. Hypotheses: independent weights; every
//! m >= 1, every p. Source: Cho and Saul, NeurIPS 2009, for the means (E[2 max(0,a) max(0,b)] = kappa_1, E[4 max(0,a)^2
//! max(0,b)^2] = 6 kappa_2, their J_2, gives the variance); Rahimi and Recht, NeurIPS 2007, for the rate; Zandieh et
//! al., NeurIPS 2021, for the features of the tangent kernel. The slides (Bietti and Mairal, NeurIPS 2019) write max(0,
//! .) without the factor sqrt 2, which gives kappa_1 / 2.
//!
//! Check: the points are 8 on a circle. The law depends on t only, so that a draw of the squared deviation from the
//! kernel is a mean over the 8 pairs of a given t; draws of an entry take one pair, since sums over the circle may be
//! exact. Draws are independent. A draw of the exponent is the slope of the Frobenius error of the Gram matrix over the
//! m of the list.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::dense::dense;
use crate::monte_carlo::Mean;
use crate::rate::{Leading, line};
use rayon::prelude::*;
use std::f64::consts::TAU;
use zonal::data::Points;
use zonal::finite::RandomFeatures;
use zonal::gram::{Scaling, ZonalGram};
use zonal::report::plot::{Figure, Mark};
use zonal::{Kernel, Result};

/// Points on the circle, at equal angles.
const POINTS: usize = 8;

/// t = cos(2 pi lag/POINTS): 1, 0.707, 0, -0.707.
const LAGS: [usize; 4] = [0, 1, 2, 3];

/// m
const FEATURES: [usize; 3] = [100, 1000, 10_000];

/// Of the exponent: the confidence interval must be wide against the O(1/m) that the law of the error at m = 100
/// differs from its limit.
const SLOPES: usize = 1000;

/// Some features with what is stated of them.
struct Case {
    name: &'static str,
    mean: &'static str,
    /// m times the variance of an entry.
    variance: &'static str,
    make: fn(usize, u64) -> Result<RandomFeatures>,
    /// For each m.
    draws: [usize; 3],
}

const CASES: [Case; 3] = [
    Case {
        name: "ReLU features",
        mean: "arccos1(u)",
        variance: "6*arccos2(u) - arccos1(u)^2",
        make: RandomFeatures::relu,
        draws: [15_000, 15_000, 15_000],
    },
    Case {
        name: "step features",
        mean: "arccos0(u)",
        variance: "2*arccos0(u) - arccos0(u)^2",
        make: RandomFeatures::step,
        draws: [20_000, 20_000, 20_000],
    },
    Case {
        name: "ntk(2) features",
        mean: "ntk(2)",
        variance: "u^2*(2*arccos0(u) - arccos0(u)^2) + 6*arccos2(u) - arccos1(u)^2",
        make: |m, seed| RandomFeatures::ntk(2, m, seed),
        // Variances at m = 10,000 would take most of the time: means and the exponent only.
        draws: [16_000, 14_000, SLOPES],
    },
];

/// From this many draws on variances are checked too.
const FOR_VARIANCES: usize = 10_000;

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "random_features",
        statement: "The Gram matrix of m ReLU features estimates kappa_1 without bias, with variance (6 kappa_2 - \
            kappa_1^2)/m; of m step features kappa_0, \
                    variance (2 kappa_0 - kappa_0^2)/m; of two-layer tangent features t kappa_0 + kappa_1. The error \
                    shrinks like m^{-1/2}.",
        source: "Cho and Saul, NeurIPS 2009; Rahimi and Recht, NeurIPS 2007; Zandieh et al., NeurIPS 2021",
        checked_by: "`RandomFeatures`: confidence intervals of means, variances and the exponent",
        found: None,
    },
    check,
};

/// One drawn map.
#[derive(Clone, Debug)]
struct Draw {
    /// For each lag, one entry.
    values: [f64; LAGS.len()],
    /// For each lag, m times the mean squared deviation.
    squares: [f64; LAGS.len()],
    /// The Frobenius norm of the deviation.
    error: f64,
}

/// A function of u on the circle, at every lag.
fn at_lags(text: &str, points: &Points) -> Result<Vec<f64>> {
    let kernel = ZonalGram::new(Kernel::parse(text)?.tabulate(None)?, Scaling::Sphere);
    Ok(kernel.gram::<f64>(points)?.row(0).to_vec())
}

impl Draw {
    fn new(features: &RandomFeatures, m: usize, points: &Points, expected: &[f64]) -> Result<Self> {
        let z = features.features(points)?;
        let gram = dense(&z.times(&z.transposed())?);
        let entries = |lag: usize| (0..POINTS).map(move |i| (i, (i + lag) % POINTS));
        let deviation = |lag: usize| -> f64 {
            entries(lag).map(|e| (gram[e] - expected[lag]).powi(2)).sum::<f64>() / POINTS as f64
        };
        Ok(Draw {
            values: LAGS.map(|lag| gram[(0, lag)]),
            squares: LAGS.map(|lag| m as f64 * deviation(lag)),
            error: (0..POINTS).map(|lag| POINTS as f64 * deviation(lag)).sum::<f64>().sqrt(),
        })
    }
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let angles = (0..POINTS).map(|j| TAU * j as f64 / POINTS as f64);
    let points = Points::new(angles.flat_map(|a| [a.cos(), a.sin()]).collect(), 2)?;
    let mut curves = Vec::new();
    for (case, mark) in CASES.iter().zip([Mark::Circles, Mark::Squares, Mark::Triangles]) {
        let (mean, variance) = (at_lags(case.mean, &points)?, at_lags(case.variance, &points)?);
        let mut errors = vec![Vec::new(); SLOPES];
        for (index, (m, count)) in FEATURES.into_iter().zip(case.draws).enumerate() {
            let draws = (0..count as u64)
                .into_par_iter()
                .map(|i| Draw::new(&(case.make)(m, i + ((index as u64) << 32))?, m, &points, &mean))
                .collect::<Result<Vec<Draw>>>()?;
            for (slot, lag) in LAGS.into_iter().enumerate() {
                let what = format!("{}, m = {m}, t = {:.3}", case.name, (TAU * lag as f64 / POINTS as f64).cos());
                let values: Vec<f64> = draws.iter().map(|d| d.values[slot]).collect();
                Mean::of(&values).check(&mut evidence, &format!("{what}: mean"), mean[lag]);
                if count >= FOR_VARIANCES {
                    let squares: Vec<f64> = draws.iter().map(|d| d.squares[slot]).collect();
                    Mean::of(&squares).check(&mut evidence, &format!("{what}: m times the variance"), variance[lag]);
                }
                if case.name == CASES[0].name {
                    let literal = Mean::of(&values.iter().map(|v| v / 2.0).collect::<Vec<f64>>());
                    evidence.control(
                        format!("{what}: mean, with max(0, .) as on the slides"),
                        format!("{:.6}", mean[lag]),
                        format!("{:.6}", literal.value),
                        (literal.value - mean[lag]).abs() > literal.reach(),
                    );
                }
            }
            errors.iter_mut().zip(&draws).for_each(|(errors, draw)| errors.push(draw.error));
        }
        let rate = Leading { sizes: FEATURES.to_vec(), draws: errors };
        rate.check(&mut evidence, &format!("{}: exponent of the error in m", case.name), -0.5);
        // The expected square of the Frobenius error is the sum of all variances.
        let constant = (POINTS as f64 * variance.iter().sum::<f64>()).sqrt();
        curves.push(rate.curve(case.name, mark));
        curves.push(line(&format!("theory: {constant:.3} m^{{-1/2}}"), &FEATURES, constant, -0.5));
    }
    let figure = Figure {
        title: "Gram matrices of random features".to_string(),
        x_label: "features m".to_string(),
        y_label: "Frobenius error".to_string(),
        series: curves,
    };
    let caption = format!(
        "Root mean square of the Frobenius error of the Gram matrix of {POINTS} points on the circle over {SLOPES} \
         draws; lines: \
         the root of the sum of the stated variances."
    );
    evidence.figures.push((caption, figure.svg()?));
    Ok(evidence)
}
