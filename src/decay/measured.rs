//! The decay law measured from eigenvalues alone.
//!
//! log |mu_k| is fitted by $\log A - b \log m + \sum_{j=1}^J c_j m^{-\delta j}$ through J + 2 degrees of one parity, for a few steps
//! delta; the step whose fits agree best is taken. Nothing is used of the kernel but the eigenvalues, and none of those
//! come from the endpoint expansion.

use super::Parity;
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::number::decimal;
use crate::spectrum::{Eigenvalue, Method};
use crate::sphere::Sphere;
use rug::{Float, Rational};

/// What eigenvalues of one parity say.
#[derive(Clone, Debug)]
pub enum Measurement {
    /// They are exactly zero by structure.
    Vanishes,
    /// They follow a power law.
    Power(Measured),
    /// Their local exponents keep growing: faster than any power as far as was computed.
    Accelerating {
        /// Degrees and local exponents.
        exponents: Vec<(u64, f64)>,
    },
    /// Nothing could be measured, and why.
    None(String),
}

/// A measured power law.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The exponent.
    pub exponent: Float,
    /// Bound of its error, from the scatter of fits.
    pub exponent_error: Float,
    /// The constant; of |mu_k| if the eigenvalues change sign.
    pub constant: Float,
    /// Bound of its error.
    pub constant_error: Float,
    /// Whether the eigenvalues change sign within the parity.
    pub changes_sign: bool,
    /// The step delta between the powers of 1/m in the fit.
    pub step: Rational,
    /// The degrees used.
    pub degrees: Vec<u64>,
    /// The methods that computed the eigenvalues.
    pub methods: Vec<Method>,
}

/// Digits of the eigenvalues: fits with many terms lose some twenty.
const DIGITS: u32 = 60;

/// Terms of the longest fit.
const MOST_TERMS: usize = 14;

/// Steps 2, 1, 2/3, ..., 2/8 are tried.
const FINEST_STEP: u32 = 8;

/// Fits whose scatter is within this factor of the best one's are rivals.
const RIVAL: f64 = 1e4;

/// Bits of the linear algebra.
const PRECISION: u32 = 700;

/// The lowest degrees of the ranges that are tried, each range reaching to four times its start.
const STARTS: [u64; 6] = [40, 80, 160, 320, 640, 1280];

/// An exponent and constant as good as this need no higher degrees.
const GOOD: f64 = 1e-14;

/// Fits whose exponents scatter more are no power law.
const LARGEST_ERROR: f64 = 1e-2;

/// All the eigenvalues of one parity together may take this long.
const LONGEST_SECONDS: f64 = 20.0;

/// Measures the law of one parity.
///
/// # Errors
/// `Domain` for a kernel that is not finite and real on \[-1, 1\].
pub fn measure(kernel: &Kernel, sphere: Sphere, parity: Parity) -> Result<Measurement> {
    let spectrum = kernel.spectrum(sphere).digits(DIGITS)?.without_endpoint();
    let mut best: Option<Measured> = None;
    let mut why = "no power law fits the eigenvalues".to_string();
    let mut coarse: Vec<Eigenvalue> = Vec::new();
    let mut spent = 0.0;
    for start in STARTS {
        let degrees = degrees(start, parity);
        match spectrum.plan(&degrees) {
            Ok(plan) if spent + plan.seconds() <= LONGEST_SECONDS => spent += plan.seconds(),
            Ok(_) if best.is_some() => break,
            Ok(plan) => {
                why = format!("the eigenvalues up to degree {} would take {:.0} seconds", 4 * start, plan.seconds());
                break;
            }
            Err(Error::Unable(reason)) => {
                why = reason;
                break;
            }
            Err(error) => return Err(error),
        }
        let rows = match spectrum.table(&degrees) {
            Ok(table) => table.rows,
            Err(Error::Unable(reason)) => {
                why = reason;
                break;
            }
            Err(error) => return Err(error),
        };
        if let Some(row) = rows.iter().find(|row| row.value.is_zero()) {
            why = format!("the eigenvalue of degree {} vanishes", row.degree);
            continue;
        }
        if let Some(mut measured) = fit(&rows, sphere.dimension()) {
            // A fit with a wrong step drifts from one range to the next by more than it scatters.
            if let Some(before) = &best {
                measured.include_drift(before);
            }
            if best.as_ref().is_none_or(|b| measured.exponent_error < b.exponent_error) {
                best = Some(measured);
            }
        }
        coarse.extend(rows.into_iter().step_by(MOST_TERMS + 1));
        if accelerating(&coarse, sphere.dimension()).is_some() && coarse.len() > 4 {
            break;
        }
        if best.as_ref().is_some_and(|b| b.exponent_error < GOOD) {
            break;
        }
    }
    if let Some(exponents) = accelerating(&coarse, sphere.dimension()) {
        return Ok(Measurement::Accelerating { exponents });
    }
    let usable = best.filter(|b| b.exponent_error < LARGEST_ERROR);
    Ok(usable.map_or(Measurement::None(why), Measurement::Power))
}

/// MOST_TERMS + 2 degrees of one parity in nearly geometric progression from `start` to 4 start.
fn degrees(start: u64, parity: Parity) -> Vec<u64> {
    let count = MOST_TERMS + 2;
    let place = |i: usize| (start as f64 * 4f64.powf(i as f64 / (count - 1) as f64) / 2.0).round() as u64;
    (0..count).map(|i| 2 * place(i) + parity.remainder()).collect()
}

fn shifted(k: u64, p: u64) -> Float {
    Float::with_val(PRECISION, 2 * k + p - 2) / 2u32
}

/// Local exponents between neighbours, if they grow by half or more over the range and never fall.
fn accelerating(rows: &[Eigenvalue], p: u64) -> Option<Vec<(u64, f64)>> {
    let log = |row: &Eigenvalue| Float::with_val(PRECISION, row.value.abs_ref()).ln().to_f64();
    let slope = |pair: &[Eigenvalue]| {
        let distance = shifted(pair[1].degree, p).ln().to_f64() - shifted(pair[0].degree, p).ln().to_f64();
        (pair[1].degree, (log(&pair[0]) - log(&pair[1])) / distance)
    };
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| row.degree);
    rows.dedup_by_key(|row| row.degree);
    let exponents: Vec<(u64, f64)> = rows.windows(2).map(slope).collect();
    let growing = exponents.windows(2).all(|pair| pair[1].1 > pair[0].1);
    let (first, last) = (exponents.first()?.1, exponents.last()?.1);
    (growing && exponents.len() >= 3 && last > 1.5 * first).then_some(exponents)
}

/// The best of the fits with different steps.
fn fit(rows: &[Eigenvalue], p: u64) -> Option<Measured> {
    let steps = (1..=FINEST_STEP).map(|n| Rational::from((2, n)));
    let mut fits: Vec<Measured> = steps.filter_map(|step| fit_with(rows, p, step)).collect();
    fits.sort_by(|a, b| a.exponent_error.total_cmp(&b.exponent_error));
    let mut fits = fits.into_iter();
    let mut best = fits.next()?;
    // Steps that fit nearly as well: what they disagree about is not known.
    let limit = Float::with_val(64, &best.exponent_error * RIVAL);
    for rival in fits.take_while(|rival| rival.exponent_error < limit) {
        best.include_drift(&rival);
    }
    Some(best)
}

/// Fits with one step: the longest whose shorter relatives agree best with it.
fn fit_with(rows: &[Eigenvalue], p: u64, step: Rational) -> Option<Measured> {
    let points: Vec<(Float, Float)> =
        rows.iter().map(|row| (shifted(row.degree, p), Float::with_val(PRECISION, row.value.abs_ref()).ln())).collect();
    let mut fits: Vec<([Float; 2], [Float; 2])> = Vec::new();
    for terms in 2..=MOST_TERMS {
        // The fit through the highest degrees; beside it one without the highest, and a shorter one.
        let count = terms + 2;
        let at = |end: usize, count: usize| solve(&points[end - count..end], count - 2, &step);
        let three = [at(points.len(), count)?, at(points.len(), count - 1)?, at(points.len() - 1, count - 1)?];
        let spread = [0, 1].map(|i| {
            let distance = |other: &[Float; 2]| Float::with_val(64, &three[0][i] - &other[i]).abs();
            distance(&three[1]).max(&distance(&three[2])) * 2u32
        });
        let [longest, ..] = three;
        fits.push((longest, spread));
    }
    // The best fit; that a spread is small by accident is seen from its neighbours.
    let best = (0..fits.len()).min_by(|i, j| fits[*i].1[0].total_cmp(&fits[*j].1[0]))?;
    let around = &fits[best.saturating_sub(1)..(best + 2).min(fits.len())];
    let [exponent_error, log_error] =
        [0, 1].map(|i| around.iter().fold(Float::new(64), |largest, (_, spread)| largest.max(&spread[i])));
    let [exponent, log_constant] = fits[best].0.clone();
    let mut constant = log_constant.exp();
    let constant_error = Float::with_val(64, &constant) * log_error.exp_m1();
    let negative = rows.iter().filter(|row| row.value.is_sign_negative()).count();
    let changes_sign = negative > 0 && negative < rows.len();
    if negative == rows.len() {
        constant = -constant;
    }
    let mut methods: Vec<Method> = Vec::new();
    for row in rows {
        if !methods.contains(&row.method) {
            methods.push(row.method);
        }
    }
    // The eigenvalues' own digits bound what can be measured.
    let floor = Float::with_val(64, 10).ln() * -40i32;
    let exponent_error = exponent_error.max(&floor.exp());
    let degrees = rows.iter().map(|row| row.degree).collect();
    Some(Measured { exponent, exponent_error, constant, constant_error, changes_sign, step, degrees, methods })
}

/// Exponent and log A of the fit through the points, by elimination with pivoting.
fn solve(points: &[(Float, Float)], terms: usize, step: &Rational) -> Option<[Float; 2]> {
    let size = terms + 2;
    let mut matrix: Vec<Vec<Float>> = Vec::with_capacity(size);
    // Powers of m relative to the lowest: the columns are of one size.
    let scale = points.first()?.0.clone().ln();
    for (m, log_value) in points {
        let log = m.clone().ln();
        let mut row = vec![-log.clone(), Float::with_val(PRECISION, 1)];
        for j in 1..=terms {
            let exponent = Float::with_val(PRECISION, Rational::from(step * j as u32));
            row.push((exponent * Float::with_val(PRECISION, &scale - &log)).exp());
        }
        row.push(log_value.clone());
        matrix.push(row);
    }
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|a, b| matrix[*a][column].cmp_abs(&matrix[*b][column]).unwrap_or(std::cmp::Ordering::Equal))?;
        matrix.swap(column, pivot);
        let (above, below) = matrix.split_at_mut(column + 1);
        let pivot_row = above.last()?;
        if pivot_row[column].is_zero() {
            return None;
        }
        for row in below {
            let factor = Float::with_val(PRECISION, &row[column] / &pivot_row[column]);
            for (x, y) in row.iter_mut().zip(pivot_row).skip(column) {
                *x -= Float::with_val(PRECISION, &factor * y);
            }
        }
    }
    let mut solution: Vec<Float> = vec![Float::new(PRECISION); size];
    for i in (0..size).rev() {
        let known = (i + 1..size)
            .fold(Float::new(PRECISION), |sum, j| sum + Float::with_val(PRECISION, &matrix[i][j] * &solution[j]));
        solution[i] = Float::with_val(PRECISION, &matrix[i][size] - known) / &matrix[i][i];
    }
    let mut solution = solution.into_iter();
    Some([solution.next()?, solution.next()?])
}

impl Measured {
    /// Widens the error bars to twice the distance from another fit.
    fn include_drift(&mut self, other: &Measured) {
        let exponent = Float::with_val(64, &self.exponent - &other.exponent).abs() * 2u32;
        let constant = Float::with_val(64, &self.constant - &other.constant).abs() * 2u32;
        self.exponent_error.max_mut(&exponent);
        self.constant_error.max_mut(&constant);
    }

    /// The exponent and the constant as decimal strings with as many digits as their errors allow, and the errors.
    pub fn decimals(&self) -> [(String, String); 2] {
        [(&self.exponent, &self.exponent_error), (&self.constant, &self.constant_error)]
            .map(|(value, error)| (decimal::to_error(value, error), decimal::bound(error)))
    }
}
