//! Kernel regression against solutions by other ways.

use crate::support;

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};
use support::{dense, matrix};
use zonal::data::Points;
use zonal::gram::{Regression, Scaling, ZonalGram, alignment};
use zonal::linear::{Eigen, Matrix};
use zonal::{Kernel, Sphere};

const COUNT: usize = 60;
const RIDGE: f64 = 0.3;

struct Setting {
    zonal: ZonalGram,
    points: Points,
    gram: Matrix,
    labels: Mat<f64>,
    regression: Regression,
}

fn setting() -> Setting {
    let zonal = ZonalGram::new(Kernel::parse("ntk(3)").unwrap().tabulate(None).unwrap(), Scaling::Sphere);
    let points = Points::uniform(COUNT, Sphere::in_dimension(4).unwrap(), 2).unwrap();
    let gram = zonal.gram(&points).unwrap();
    let labels = Mat::from_fn(COUNT, 2, |i, j| (points.direction(i)[j] * 3.0).sin() + 0.1 * (i as f64).cos());
    let regression = Regression::new(Eigen::all(&gram).unwrap()).unwrap();
    Setting { zonal, points, gram, labels, regression }
}

fn distance(a: &Mat<f64>, b: &Mat<f64>) -> f64 {
    (a - b).norm_l2() / b.norm_l2()
}

/// (K + ridge)^{-1} B by Cholesky.
fn solve(gram: &Matrix, ridge: f64, right: &Mat<f64>) -> Mat<f64> {
    let shifted = Mat::from_fn(gram.rows(), gram.rows(), |i, j| gram.row(i)[j] + if i == j { ridge } else { 0.0 });
    shifted.llt(Side::Lower).unwrap().solve(right)
}

#[test]
fn ridge_and_posterior_are_those_of_cholesky() {
    let s = setting();
    let alpha = dense(&s.regression.ridge(&matrix(&s.labels), RIDGE).unwrap());
    assert!(distance(&alpha, &solve(&s.gram, RIDGE, &s.labels)) < 1e-12);
    assert!(distance(&alpha, &solve(&s.gram, RIDGE + 1e-6, &s.labels)) > 1e-8);
    let fresh = Points::uniform(7, Sphere::in_dimension(4).unwrap(), 3).unwrap();
    let cross: Matrix = s.zonal.cross(&fresh, &s.points).unwrap();
    let posterior = s.regression.posterior(&matrix(&s.labels), RIDGE, &cross, &s.zonal.diagonal(&fresh)).unwrap();
    assert!(distance(&dense(&posterior.mean), &(dense(&cross) * &alpha)) < 1e-13);
    let explained = solve(&s.gram, RIDGE, &dense(&cross.transposed()));
    for i in 0..7 {
        let expected = 3.0 - dense(&cross).row(i) * explained.col(i);
        assert!((posterior.variance[i] - expected).abs() < 1e-12 && expected > 0.01, "{i}");
    }
    // At a training point without noise nothing is left.
    let own = s.zonal.cross(&s.points, &s.points).unwrap();
    let certain = s.regression.posterior(&matrix(&s.labels), 1e-9, &own, &s.zonal.diagonal(&s.points)).unwrap();
    assert!(certain.variance.iter().all(|v| *v < 1e-8));
}

/// Leave-one-out predictions are those of fits without the point.
#[test]
fn leave_one_out_is_what_it_says() {
    let s = setting();
    let found = dense(&s.regression.leave_one_out(&matrix(&s.labels), RIDGE).unwrap());
    for left in [0, 17, COUNT - 1] {
        let others: Vec<usize> = (0..COUNT).filter(|i| *i != left).collect();
        let gram = s.zonal.gram(&s.points.select(&others)).unwrap();
        let labels = Mat::from_fn(COUNT - 1, 2, |i, j| s.labels[(others[i], j)]);
        let alpha = solve(&gram, RIDGE, &labels);
        for j in 0..2 {
            let expected: f64 = others.iter().enumerate().map(|(i, o)| s.gram.row(left)[*o] * alpha[(i, j)]).sum();
            assert!((found[(left, j)] - expected).abs() < 1e-12, "{left} {j}");
        }
    }
}

/// The flow starts at nothing, ends at the minimum norm, and is in between what its series says.
#[test]
fn gradient_flow_runs_from_nothing_to_the_minimum_norm() {
    let s = setting();
    let (interpolation, rank) = s.regression.minimum_norm(&matrix(&s.labels)).unwrap();
    let interpolation = dense(&interpolation);
    assert_eq!(rank, COUNT);
    assert!(distance(&(dense(&s.gram) * &interpolation), &s.labels) < 1e-11);
    assert_eq!(dense(&s.regression.gradient_flow(&matrix(&s.labels), 0.0).unwrap()).norm_l2(), 0.0);
    let last = dense(&s.regression.gradient_flow(&matrix(&s.labels), f64::INFINITY).unwrap());
    assert!(distance(&last, &interpolation) < 1e-13);
    // t/n (y - t K y/(2n) + ...)
    let (t, n) = (1e-4, COUNT as f64);
    let early = dense(&s.regression.gradient_flow(&matrix(&s.labels), t).unwrap());
    let series = faer::Scale(t / n) * (&s.labels - faer::Scale(t / (2.0 * n)) * (dense(&s.gram) * &s.labels));
    assert!(distance(&early, &series) < 1e-8);
}

#[test]
fn measures_of_a_matrix() {
    let s = setting();
    let values = s.regression.eigen().values();
    let trace: f64 = values.iter().sum();
    assert!((trace - 3.0 * COUNT as f64).abs() < 1e-11);
    // tr K (K + ridge)^{-1} and log det by Cholesky.
    let inverse = solve(&s.gram, RIDGE, &Mat::identity(COUNT, COUNT));
    let expected: f64 = (0..COUNT).map(|i| (dense(&s.gram).row(i) * inverse.col(i)).to_owned()).sum();
    assert!((s.regression.effective_dimension(RIDGE) - expected).abs() < 1e-11);
    let one = Mat::from_fn(COUNT, COUNT, |i, j| 0.5 * s.gram.row(i)[j] + if i == j { 1.0 } else { 0.0 });
    let factor = one.llt(Side::Lower).unwrap();
    let log_det: f64 = (0..COUNT).map(|i| factor.L()[(i, i)].ln()).sum();
    assert!((s.regression.coding_rate(0.5) - log_det).abs() < 1e-11);
    assert!((s.regression.condition() / (values[0] / values[COUNT - 1]) - 1.0).abs() < 1e-12);
    // The definition, term by term, and a matrix that is the labels' own.
    let centre = Mat::from_fn(COUNT, COUNT, |i, j| f64::from(u8::from(i == j)) - 1.0 / COUNT as f64);
    let inner = &centre * dense(&s.gram) * &centre;
    let outer = &centre * &s.labels * s.labels.transpose() * &centre;
    let product: f64 = (0..COUNT).map(|i| inner.row(i) * outer.col(i)).sum();
    let expected = product / (inner.norm_l2() * outer.norm_l2());
    assert!((alignment(&s.gram, &matrix(&s.labels)).unwrap() - expected).abs() < 1e-12 && expected > 0.1);
    let own = Matrix::new(COUNT, COUNT, (0..COUNT * COUNT).map(|i| outer[(i / COUNT, i % COUNT)]).collect());
    assert!((alignment(&own, &matrix(&s.labels)).unwrap() - 1.0).abs() < 1e-12);
}

/// Leading pairs of a large matrix are those of the dense solver; a matrix that is not positive has its largest by
/// size.
#[test]
fn leading_pairs_are_the_leading_pairs() {
    let zonal = ZonalGram::new(Kernel::parse("ntk(2)").unwrap().tabulate(None).unwrap(), Scaling::Sphere);
    let gram = zonal.gram(&Points::uniform(900, Sphere::in_dimension(3).unwrap(), 8).unwrap()).unwrap();
    let (all, leading) = (Eigen::all(&gram).unwrap(), Eigen::leading(&gram, 12).unwrap());
    assert!(leading.residual() < 1e-12);
    for (a, b) in all.values().iter().zip(leading.values()) {
        assert!((a - b).abs() < 1e-12 * all.values()[0]);
    }
    let values = zonal::linear::eigenvalues(&gram).unwrap();
    assert!(values.iter().zip(all.values()).all(|(a, b)| (a - b).abs() < 1e-12 * values[0]));
    let negative = Matrix::new(3, 3, vec![1.0, 0.0, 0.0, 0.0, -5.0, 0.0, 0.0, 0.0, 2.0]);
    assert_eq!(Eigen::leading(&negative, 2).unwrap().values(), [-5.0, 2.0]);
}

#[test]
fn what_has_no_answer_is_refused() {
    let s = setting();
    let message = |result: zonal::Result<Matrix>| result.unwrap_err().to_string();
    assert!(message(s.regression.ridge(&Matrix::column(&[1.0; 5]), 1.0)).contains("5 labels for 60 points"));
    assert!(message(s.regression.ridge(&matrix(&s.labels), f64::NAN)).contains("a ridge of NaN"));
    assert!(message(s.regression.gradient_flow(&matrix(&s.labels), -1.0)).contains("a time of -1"));
    let twice = Points::new(vec![1.0, 0.0, 1.0, 0.0, 0.0, 1.0], 2).unwrap();
    let singular = Regression::new(Eigen::all(&s.zonal.gram(&twice).unwrap()).unwrap()).unwrap();
    let labels = Matrix::column(&[0.0, 1.0, 2.0]);
    assert!(message(singular.ridge(&labels, 0.0)).contains("singular to rounding"));
    let (alpha, rank) = singular.minimum_norm(&labels).unwrap();
    // Equal points share what they were given.
    assert!(rank == 2 && (alpha.row(0)[0] - alpha.row(1)[0]).abs() < 1e-12);
    assert_eq!(singular.condition(), f64::INFINITY);
    assert!(Regression::new(Eigen::leading(&s.gram, 3).unwrap()).is_err());
    assert!(alignment(&s.gram, &Matrix::column(&[2.0; COUNT])).is_err() && Eigen::leading(&s.gram, 0).is_err());
}
