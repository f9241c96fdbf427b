//! Tolerances with their reasons, and the reference tables.
#![allow(dead_code)]

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rug::Float;
use std::collections::BTreeMap;
use zonal::spectrum::{Assurance, Rigour};
use zonal::{Kernel, Sphere};

/// The relative error asked of 30 digits: one unit of the 30th digit of the smallest mantissa. Correct rounding stays
/// below half of it, 5e-30, and the references are right to 36 digits.
pub const THIRTY_DIGITS: f64 = 1e-29;

/// A decimal string as a number of 256 bits, enough for 40 digits with room.
pub fn float(text: &str) -> Float {
    Float::with_val(256, Float::parse(text).unwrap_or_else(|_| panic!("'{text}' is not a number")))
}

/// |a - b| / |b|; 0 if both are 0.
pub fn relative(a: &Float, b: &Float) -> f64 {
    let distance = Float::with_val(256, a - b).abs();
    if distance.is_zero() { 0.0 } else { (distance / b).abs().to_f64() }
}

/// One row of a reference table.
pub struct Row {
    pub kernel: String,
    pub dim: u64,
    pub degree: u64,
    pub value: String,
}

/// The eigenvalues of tests/reference, made by independent programs.
pub fn eigenvalues() -> Vec<Row> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/eigenvalues.csv");
    let mut reader = csv::Reader::from_path(path).expect("the reference table");
    let row = |record: csv::StringRecord| Row {
        kernel: record[0].to_string(),
        dim: record[1].parse().expect("a dimension"),
        degree: record[2].parse().expect("a degree"),
        value: record[3].to_string(),
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

/// Eigenvalues of high degree, 45 digits.
pub fn high_degrees() -> Vec<Row> {
    let text = include_str!("../../reference/high_degree.tsv");
    let fields = |line: &str| line.split('\t').map(str::to_string).collect::<Vec<_>>();
    let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(fields);
    rows.map(|f| Row {
        kernel: f[0].clone(),
        dim: f[1].parse().expect("a dimension"),
        degree: f[2].parse().expect("a degree"),
        value: f[3].clone(),
    })
    .collect()
}

/// A runner of random cases that are the same in every run.
pub fn fixed_runner(cases: u32) -> TestRunner {
    TestRunner::new_with_rng(Config { cases, ..Config::default() }, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Checks a table of independent eigenvalues (kernel, dimension, degree, 25 digits): 16 digits, proved, hold each of
/// them, exact zeros are zeros, and a reference off by 10^-15 lies outside. How many kernels with their dimensions
/// there are, and how many values that are not zero.
pub fn enclosed(text: &str) -> (usize, usize) {
    let mut groups: BTreeMap<(&str, u64), Vec<(u64, Float)>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [kernel, p, k, value] = fields[..] else { panic!("{line}") };
        groups.entry((kernel, p.parse().unwrap())).or_default().push((k.parse().unwrap(), float(value)));
    }
    let mut seen = 0;
    for ((kernel, p), rows) in &groups {
        let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(*p).unwrap()).digits(16).unwrap();
        let degrees: Vec<u64> = rows.iter().map(|(k, _)| *k).collect();
        let table = spectrum.rigour(Assurance::Proved).table(&degrees).unwrap();
        for (row, (k, expected)) in table.rows.iter().zip(rows) {
            let place = format!("{kernel}, p = {p}, k = {k}: {row} against {expected}");
            assert!(matches!(row.rigour, Rigour::Rigorous | Rigour::Exact), "{place}");
            assert_eq!(row.is_zero(), expected.is_zero(), "{place}");
            // The references have 25 digits.
            let own = Float::with_val(64, expected.abs_ref()) * 1e-24;
            let outside =
                |value: &Float| Float::with_val(200, &row.value - value).abs() > Float::with_val(64, &row.error + &own);
            assert!(!outside(expected), "{place}: error {:e}", row.error);
            assert!(row.is_zero() || outside(&Float::with_val(200, expected * (1.0 + 1e-15))), "{place}");
            seen += usize::from(!row.is_zero());
        }
    }
    (groups.len(), seen)
}

/// A matrix of the library as one of faer, for ways of our own to the same numbers.
pub fn dense(matrix: &zonal::linear::Matrix) -> faer::Mat<f64> {
    faer::Mat::from_fn(matrix.rows(), matrix.columns(), |i, j| matrix.row(i)[j])
}

/// A matrix of faer as one of the library.
pub fn matrix(dense: &faer::Mat<f64>) -> zonal::linear::Matrix {
    let values = dense.row_iter().flat_map(|row| row.iter().copied().collect::<Vec<_>>()).collect();
    zonal::linear::Matrix::new(dense.nrows(), dense.ncols(), values)
}
