//! Power laws fitted to eigenvalues.
//!
//! log |mu_k| = log A - b log m + sum_{j=1..J} c_j m^(-d_j) through J + 2 degrees of one parity, d_j the smallest of
//! the numbers i delta + 2 l: powers of a kernel's ends that differ by delta/2, and the even powers of 1/m that each of
//! them brings. For a few steps delta; the step whose fits agree best is taken, and what others say that agree nearly
//! as well is within its error.

use crate::spectrum::{Eigenvalue, Method};
use crate::watch;
use rug::{Float, Rational};

/// A power law A m^-b fitted to eigenvalues of one parity, with estimated errors of exponent and constant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Measured {
    /// The exponent b of m^-b.
    pub exponent: Float,
    /// Bound of its error, from the scatter of fits.
    pub exponent_error: Float,
    /// The constant; of |mu_k| if the eigenvalues change sign.
    pub constant: Float,
    /// Bound of its error.
    pub constant_error: Float,
    /// Whether the eigenvalues change sign within the parity.
    pub changes_sign: bool,
    /// The step delta of the fit: corrections m^-d with d = i delta + 2 l.
    pub step: Rational,
    /// The degrees used.
    pub degrees: Vec<u64>,
    /// The methods that computed the eigenvalues.
    pub methods: Vec<Method>,
}

/// Terms of the longest fit.
pub(super) const MOST_TERMS: usize = 14;

/// Steps 2, 1, 2/3, ..., 2/8 are tried first.
const FINEST_STEP: u32 = 8;

/// Where the best of those scatters more than this, the steps 1/20, 2/20, ... below 2 and a few small ones are tried.
const CLEAN: f64 = 1e-10;
const FRACTIONS: u32 = 20;

/// By how much the error is larger than the scatter where no step is clean: powers closer than the finest step look
/// like one. 2.5 times were seen for (1-u)^(1/2) + (1-u)^(51/100), 2,900 times in the constant and 29 times in the
/// exponent of gamma_exponential(1,1/1000); what is then above the largest error is no measurement.
const UNCLEAN: u32 = 1000;

/// Small steps, tried with those.
const SMALL_STEPS: [u32; 2] = [50, 100];

/// Fits whose scatter is within this factor of the best one's are rivals.
const RIVAL: f64 = 1e4;

/// Bits of the linear algebra.
const PRECISION: u32 = 700;

/// m = k + (p-2)/2
pub(super) fn shifted(k: u64, p: u64) -> Float {
    Float::with_val(PRECISION, 2 * k + p - 2) / 2u32
}

/// The best of the fits with different steps.
pub(super) fn fit(rows: &[Eigenvalue], p: u64) -> Option<Measured> {
    let points: Vec<(Float, Float)> = rows
        .iter()
        .map(|row| (shifted(row.degree, p).ln(), Float::with_val(PRECISION, row.value.abs_ref()).ln()))
        .collect();
    let first: Vec<Rational> = (1..=FINEST_STEP).map(|n| Rational::from((2, n))).collect();
    let mut fits: Vec<Measured> = first.iter().filter_map(|step| fit_with(rows, &points, step)).collect();
    if fits.iter().all(|fit| fit.exponent_error > CLEAN) {
        let fractions = (1..2 * FRACTIONS).map(|n| Rational::from((n, FRACTIONS)));
        let small = SMALL_STEPS.iter().map(|n| Rational::from((1, *n)));
        let more = fractions.chain(small).filter(|step| !first.contains(step));
        fits.extend(more.filter_map(|step| fit_with(rows, &points, &step)));
    }
    fits.sort_by(|a, b| a.exponent_error.total_cmp(&b.exponent_error));
    let mut fits = fits.into_iter();
    let mut best = fits.next()?;
    // Steps that fit nearly as well: what they disagree about is not known.
    let limit = Float::with_val(64, &best.exponent_error * RIVAL);
    for rival in fits.take_while(|rival| rival.exponent_error < limit) {
        best.include_drift(&rival);
    }
    if best.exponent_error > CLEAN {
        // No step is that of the kernel: what a fit leaves out moves all its relatives alike, and their scatter is too
        // small.
        best.exponent_error *= UNCLEAN;
        best.constant_error *= UNCLEAN;
    }
    Some(best)
}

/// The smallest positive numbers i delta + 2 l, as i and l.
fn exponents(step: &Rational, count: usize) -> Vec<[usize; 2]> {
    let pairs = (0..=count).flat_map(|l| (0..=count).map(move |i| [i, l]));
    let mut list: Vec<(Rational, [usize; 2])> =
        pairs.map(|[i, l]| (Rational::from(step * i as u32) + 2 * l as u32, [i, l])).collect();
    list.sort();
    list.dedup_by(|a, b| a.0 == b.0);
    list.into_iter().skip(1).take(count).map(|(_, pair)| pair).collect()
}

/// Fits with one step: the longest whose shorter relatives agree best with it.
fn fit_with(rows: &[Eigenvalue], points: &[(Float, Float)], step: &Rational) -> Option<Measured> {
    let equations = equations(points, step, &exponents(step, MOST_TERMS))?;
    let mut fits: Vec<([Float; 2], [Float; 2])> = Vec::new();
    let [all, without_highest] = [0, 1].map(|skipped| Triangle::of(equations.iter().rev().skip(skipped)));
    for terms in 2..=MOST_TERMS {
        // The fit through the highest degrees; beside it one without the highest, and a shorter one.
        let count = terms + 2;
        let three = [all.solution(count)?, all.solution(count - 1)?, without_highest.solution(count - 1)?];
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
    Some(Measured {
        exponent,
        exponent_error,
        constant,
        constant_error,
        changes_sign,
        step: step.clone(),
        degrees,
        methods,
    })
}

/// -log m, 1, the powers m^-d, and log |mu_k|, for each point; the powers relative to the lowest m, so that the columns
/// are of one size.
fn equations(points: &[(Float, Float)], step: &Rational, exponents: &[[usize; 2]]) -> Option<Vec<Vec<Float>>> {
    let scale = points.first()?.0.clone();
    let most = |which: usize| exponents.iter().map(|pair| pair[which]).max().unwrap_or(0);
    let [most_steps, most_twos] = [most(0), most(1)];
    let equation = |(log, log_value): &(Float, Float)| {
        let distance = Float::with_val(PRECISION, &scale - log);
        // m^(-i delta) and m^(-2l), each from the one before: two exponentials for all powers.
        let list = |d: &Rational, most: usize| -> Vec<Float> {
            let first = (Float::with_val(PRECISION, d) * &distance).exp();
            let one = Float::with_val(PRECISION, 1);
            std::iter::successors(Some(one), |power| Some(Float::with_val(PRECISION, power * &first)))
                .take(most + 1)
                .collect()
        };
        let [steps, twos] = [list(step, most_steps), list(&Rational::from(2), most_twos)];
        let powers = exponents.iter().map(|[i, l]| Float::with_val(PRECISION, &steps[*i] * &twos[*l]));
        let start = [-log.clone(), Float::with_val(PRECISION, 1)];
        start.into_iter().chain(powers).chain([log_value.clone()]).collect()
    };
    Some(points.iter().map(equation).collect())
}

/// Equations brought to triangular form one after the other, so that the first n of them are those of the fit with n
/// unknowns, for every n. No pivot is sought: columns of different powers of increasing m have minors of one sign, and
/// there are bits to lose.
struct Triangle(Vec<Vec<Float>>);

impl Triangle {
    fn of<'a>(equations: impl Iterator<Item = &'a Vec<Float>>) -> Self {
        let mut rows: Vec<Vec<Float>> = Vec::new();
        for equation in equations {
            watch::check();
            let mut equation = equation.clone();
            for (column, row) in rows.iter().enumerate() {
                let factor = Float::with_val(PRECISION, &equation[column] / &row[column]);
                for (x, y) in equation.iter_mut().zip(row).skip(column) {
                    *x -= &factor * y;
                }
            }
            if equation[rows.len()].is_zero() {
                break;
            }
            rows.push(equation);
        }
        Triangle(rows)
    }

    /// Exponent and log A of the fit through the first points with as many unknowns.
    fn solution(&self, size: usize) -> Option<[Float; 2]> {
        let rows = self.0.get(..size)?;
        let mut solution: Vec<Float> = vec![Float::new(PRECISION); size];
        for (i, row) in rows.iter().enumerate().rev() {
            let mut value = row.last()?.clone();
            for (x, y) in row[i + 1..size].iter().zip(&solution[i + 1..]) {
                value -= x * y;
            }
            solution[i] = value / &row[i];
        }
        let mut solution = solution.into_iter();
        Some([solution.next()?, solution.next()?])
    }
}
