//! Gradient descent finds the interpolation of minimum norm, and stopped early it is close to ridge regression.
//!
//! Statement: gradient flow of the square loss from 0 in the RKHS, d f/dt = -(1/n) sum_i kappa(., x_i)(f(x_i) - y_i),
//! has coefficients K^{-1}(1 - e^{-tK/n}) y and converges to the interpolation of minimum norm. On an eigenvector of
//! K/n with eigenvalue l it keeps 1 - e^{-lt} of the labels, ridge regression with (K + n/t)^{-1} keeps lt/(lt + 1):
//! the ratio lies between 1 and 1.298426, which is reached at lt = 1.793282. Hypotheses: K invertible. Constant step
//! sizes below 2/|K/n|. Source: Yao, Rosasco and Caponnetto, Constructive Approximation 2007; Ali, Kolter and
//! Tibshirani, AISTATS 2019 (the constant).
//!
//! Check: real gradient descent, step by step, against the closed form, first order in the step; its limit against the
//! solution of K alpha = y and the norms of other interpolations; the ratio on the eigenvectors of a Gram matrix, and
//! its maximum.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::dense::{dense, matrix, vectors};
use faer::Mat;
use rug::Float;
use zonal::data::Points;
use zonal::gram::{Regression, Scaling, ZonalGram};
use zonal::linear::{Eigen, Matrix};
use zonal::report::plot::{Curve, Figure, Mark};
use zonal::verdict::Verdict;
use zonal::{Kernel, Result, Sphere};

const KERNEL: &str = "ntk(3)";
const DIMENSION: u64 = 4;
const POINTS: usize = 120;

/// The time of the comparison with descent, and its steps; the error of a step of size h is about t h |K/n|^2/2.
const TIME: f64 = 20.0;
const STEPS: [usize; 3] = [400, 800, 1600];

/// Bits of the constant.
const PRECISION: u32 = 120;

/// The constant as it is quoted, and its place.
const RATIO: f64 = 1.298426;
const PLACE: f64 = 1.793282;

/// The statement.
pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "early_stopping",
        statement: "Kernel gradient flow from 0 converges to the interpolation of minimum norm; stopped at t it keeps \
            1 to 1.298426 times as much of each eigenvector \
                    as ridge regression with ridge n/t",
        source: "Yao, Rosasco and Caponnetto 2007; Ali, Kolter and Tibshirani, AISTATS 2019",
        checked_by: "`gram::Regression` against descent step by step",
        found: None,
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let sphere = Sphere::in_dimension(DIMENSION)?;
    let zonal = ZonalGram::new(Kernel::parse(KERNEL)?.tabulate(None)?, Scaling::Sphere);
    let points = Points::uniform(POINTS, sphere, 5)?;
    let gram = zonal.gram(&points)?;
    let labels = Mat::from_fn(POINTS, 1, |i, _| (3.0 * points.direction(i)[0]).sin() + points.direction(i)[1]);
    let regression = Regression::new(Eigen::all(&gram)?)?;
    descent(&mut evidence, &gram, &labels, &regression)?;
    limit(&mut evidence, &zonal, &points, &labels, &regression)?;
    ratios(&mut evidence, &labels, &regression)?;
    Ok(evidence)
}

fn distance(a: &Mat<f64>, b: &Mat<f64>) -> f64 {
    (a - b).norm_l2() / b.norm_l2()
}

/// alpha after gradient descent: alpha := alpha - (h/n)(K alpha - y).
fn steps(gram: &Matrix, labels: &Mat<f64>, time: f64, count: usize) -> Mat<f64> {
    let rate = time / count as f64 / POINTS as f64;
    let gram = dense(gram);
    let mut alpha = Mat::zeros(POINTS, 1);
    for _ in 0..count {
        let residual = &gram * &alpha - labels;
        alpha -= faer::Scale(rate) * residual;
    }
    alpha
}

/// Gradient descent approaches the flow with an error that is halved with the step.
fn descent(evidence: &mut Evidence, gram: &Matrix, labels: &Mat<f64>, regression: &Regression) -> Result<()> {
    let flow = dense(&regression.gradient_flow(&matrix(labels), TIME)?);
    let errors = STEPS.map(|count| distance(&steps(gram, labels, TIME, count), &flow));
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).log2();
        let verdict = Verdict::from((order - 1.0).abs() < 0.05);
        evidence.check(
            "order in the step of descent against flow",
            "1 +- 0.05",
            format!("{order:.4}, errors {:.2e} and {:.2e}", pair[0], pair[1]),
            verdict,
        );
    }
    // Without the 1/n of the loss time runs n times as fast.
    let wrong = dense(&regression.gradient_flow(&matrix(labels), TIME * POINTS as f64)?);
    let found = distance(&steps(gram, labels, TIME, STEPS[2]), &wrong);
    evidence.control("flow without 1/n", "< 0.01", format!("{found:.2}"), found > 0.01);
    Ok(())
}

/// The limit is the interpolation, and no interpolation with more centres has a smaller norm.
fn limit(
    evidence: &mut Evidence,
    zonal: &ZonalGram,
    points: &Points,
    labels: &Mat<f64>,
    regression: &Regression,
) -> Result<()> {
    let (alpha, rank) = regression.minimum_norm(&matrix(labels))?;
    let alpha = dense(&alpha);
    let verdict = Verdict::from(rank == POINTS);
    evidence.check("rank of the Gram matrix", POINTS.to_string(), rank.to_string(), verdict);
    // e^{-l t} is below rounding for all eigenvalues.
    let smallest = regression.eigen().values()[POINTS - 1] / POINTS as f64;
    let late = dense(&regression.gradient_flow(&matrix(labels), 40.0 / smallest)?);
    let found = distance(&late, &alpha);
    evidence.check(
        "flow at a late time against the minimum norm",
        "< 1e-10",
        format!("{found:.1e}"),
        Verdict::from(found < 1e-10),
    );
    let early = distance(&dense(&regression.gradient_flow(&matrix(labels), 0.1 / smallest)?), &alpha);
    evidence.control("flow at an early time", "< 1e-10", format!("{early:.1e}"), early > 1e-10);
    // |f|^2 = alpha^T K alpha of the interpolation, and of interpolations with further centres and arbitrary values
    // there.
    let norm = (alpha.transpose() * labels)[(0, 0)];
    let sphere = Sphere::in_dimension(DIMENSION)?;
    let mut smallest = f64::INFINITY;
    for seed in 0..20 {
        let more = Points::uniform(10, sphere, 100 + seed)?;
        let rows: Vec<f64> = (0..POINTS)
            .map(|i| points.direction(i))
            .chain((0..10).map(|i| more.direction(i)))
            .flatten()
            .copied()
            .collect();
        let all = Points::new(rows, DIMENSION as usize)?;
        let larger = Regression::new(Eigen::all(&zonal.gram(&all)?)?)?;
        let values = Mat::from_fn(POINTS + 10, 1, |i, _| {
            if i < POINTS { labels[(i, 0)] } else { ((seed as f64 + 1.0) * i as f64).sin() }
        });
        let (other, _) = larger.minimum_norm(&matrix(&values))?;
        smallest = smallest.min((dense(&other).transpose() * &values)[(0, 0)] / norm);
    }
    let verdict = Verdict::from(smallest >= 1.0 - 1e-10);
    evidence.check(
        "smallest |f|^2 of other interpolations over that of the minimum norm",
        ">= 1",
        format!("{smallest:.6}"),
        verdict,
    );
    Ok(())
}

/// 1 - e^{-x} over x/(x+1).
fn ratio(x: &Float) -> Float {
    let kept = -Float::with_val(PRECISION, -x).exp_m1();
    kept * (x.clone() + 1u32) / x
}

/// Flow against ridge on every eigenvector, and the largest ratio.
fn ratios(evidence: &mut Evidence, labels: &Mat<f64>, regression: &Regression) -> Result<()> {
    // The maximum: log(1-e^{-x}) + log(x+1) - log x has the derivative 1/(e^x - 1) - 1/(x (x+1)), which falls through
    // 0: bisection.
    let slope =
        |x: &Float| Float::with_val(PRECISION, x.exp_m1_ref()).recip() - (x.clone() * (x.clone() + 1u32)).recip();
    let (mut low, mut high) = (Float::with_val(PRECISION, 1), Float::with_val(PRECISION, 3));
    for _ in 0..100 {
        let middle = Float::with_val(PRECISION, &low + &high) / 2u32;
        if slope(&middle) > 0 { low = middle } else { high = middle }
    }
    let float = |x: f64| Float::with_val(PRECISION, x);
    evidence.equal("the largest ratio", &float(RATIO), &ratio(&low), 1e-6);
    evidence.must_differ("the largest ratio, 1.3", &float(1.3), &ratio(&low), 1e-6);
    evidence.equal("its place", &float(PLACE), &low, 1e-6);
    // alpha of the flow and of the ridge in the eigenvectors.
    let time = 3.0;
    let flow = vectors(regression.eigen()).transpose() * dense(&regression.gradient_flow(&matrix(labels), time)?);
    let ridge =
        vectors(regression.eigen()).transpose() * dense(&regression.ridge(&matrix(labels), POINTS as f64 / time)?);
    let found: Vec<(f64, f64)> = (0..POINTS)
        .map(|i| (regression.eigen().values()[i] * time / POINTS as f64, flow[(i, 0)] / ridge[(i, 0)]))
        .collect();
    let off = found.iter().map(|(x, r)| (r / ratio(&float(*x)).to_f64() - 1.0).abs()).fold(0.0, f64::max);
    let verdict = Verdict::from(off < 1e-8);
    evidence.check(
        "flow over ridge n/t in the eigenvectors against the formula, largest relative distance",
        "< 1e-8",
        format!("{off:.1e}"),
        verdict,
    );
    let (least, most) = found.iter().fold((f64::INFINITY, 0.0f64), |(a, b), (_, r)| (a.min(*r), b.max(*r)));
    let verdict = Verdict::from(least > 1.0 - 1e-8 && most < RATIO + 1e-6);
    evidence.check("all ratios", "1 to 1.298426", format!("{least:.6} to {most:.6}"), verdict);
    let other = vectors(regression.eigen()).transpose()
        * dense(&regression.ridge(&matrix(labels), POINTS as f64 / (2.0 * time))?);
    let least = (0..POINTS).map(|i| flow[(i, 0)] / other[(i, 0)]).fold(f64::INFINITY, f64::min);
    evidence.control("ridge n/(2t)", "1 to 1.298426", format!("from {least:.6}"), least < 1.0 - 1e-8);
    let curve: Vec<(f64, f64)> = (-200..=300)
        .map(|i| f64::from(i) / 100.0)
        .map(|x| (x, ratio(&float(10f64.powf(x))).to_f64().log10()))
        .collect();
    let figure = Figure {
        title: "Early stopping against ridge regression".to_string(),
        x_label: "λ t".to_string(),
        y_label: "what the flow keeps over what the ridge n/t keeps".to_string(),
        series: vec![
            Curve { label: "formula".to_string(), points: curve, mark: Mark::Solid },
            Curve {
                label: format!("eigenvectors of {KERNEL}, n = {POINTS}"),
                points: found.iter().map(|(x, r)| (x.log10(), r.log10())).collect(),
                mark: Mark::Circles,
            },
        ],
    };
    evidence.figures.push((
        "What gradient flow keeps of an eigenvector is 1 to 1.298426 times what ridge regression keeps.".to_string(),
        figure.svg()?,
    ));
    Ok(())
}
