//! The power series of a kernel at u = 0, summed with the recurrence of its domain.

use super::{ExaminedOnGrid, missing_bits};
use crate::domain::Domain;
use crate::error::{Error, Result};
use crate::kernel::taylor::Taylor;
use crate::kernel::{CentralDisc, Point, Program};
use crate::number::{Ball, Balls, Digits, Number, Radius, Series};
use crate::spectrum::crossovers::product_seconds;
use crate::spectrum::examined::Examined;
use crate::spectrum::examined_kernel::needed_bits;
use crate::spectrum::finding::{Estimate, Finding};
use crate::spectrum::route::{Cost, Route};
use crate::watch;
use rug::Rational;
use statrs::function::gamma::ln_gamma;
use std::f64::consts::LN_2;

/// mu_k = sum_m a_m w_m(k) with the weights w_m(k) = E u^m P_k(u) >= 0 of kappa(u) = sum_m a_m u^m: sums of positive
/// numbers where a_m >= 0.
///
/// mu_k(u f) = a mu_{k+1}(f) + c mu_k(f) + b mu_{k-1}(f) makes them Horner's rule: from f = a_M down, f becomes u f +
/// a_m, all degrees at once.
///
/// What is left out beyond M: |P_k| <= 1 and |u| <= 1 give w_m(k) <= E u^(2n) = w_2n(0) for every m >= 2n, so that the
/// tail is at most w_2n(0) sum_{m>M} |a_m|, 2n the last even number up to M + 1. That sum is |kappa(1) - sum_{m<=M}
/// a_m| where the a_m beyond a_0 have one sign, else at most B R^-M/(R - 1) by Cauchy's estimate |a_m| <= B R^-m on a
/// disc of radius R > 1.
pub(super) struct PositiveSeries;

/// The longest series: its cost grows with the square of the length.
const LONGEST: u64 = 4000;

/// How often terms and bits are added.
const MOST_ATTEMPTS: u32 = 8;

/// Terms and bits beyond the guess.
const ROOM: u64 = 32;

/// How many coefficients make the tail smaller than mu_k by so many bits, by a_k k!/d^k for mu_k and the moments of a
/// Gauss distribution of variance 1/d: too many where it is not far below d.
fn length(d: u64, k: u64, log_coefficient: f64, bits: u32) -> Option<u64> {
    let (log_d, degree) = ((d as f64).ln(), k as f64);
    let leading = ln_gamma(degree + 1.0) - degree * log_d + log_coefficient;
    let moment = |m: f64| ln_gamma(m + 1.0) - ln_gamma(m / 2.0 + 1.0) - m / 2.0 * (LN_2 + log_d);
    let target = leading - f64::from(bits) * LN_2;
    (k + 2..=LONGEST.min(d / 4)).step_by(2).find(|m| moment(*m as f64) < target)
}

impl PositiveSeries {
    fn program(problem: &ExaminedOnGrid) -> Result<&Program> {
        problem.sampler.program().ok_or_else(|| Error::unable(format!("{} has kinks: no power series", problem.kernel)))
    }

    /// What bounds the coefficients left out: their common sign, or a disc.
    fn tail(problem: &ExaminedOnGrid, program: &Program) -> Result<Option<CentralDisc>> {
        let look = || {
            let one_sign = Taylor::of(program).is_some_and(|taylor| taylor.rising || taylor.falling);
            let disc = if one_sign { None } else { CentralDisc::growing(program).pop() };
            (one_sign || disc.is_some()).then_some(disc)
        };
        problem.tail.get_or_init(look).ok_or_else(|| {
            Error::unable(format!(
                "the power series of {} has coefficients whose sign is not known and no disc that bounds them",
                problem.kernel
            ))
        })
    }
}

impl Route<ExaminedOnGrid> for PositiveSeries {
    fn is_proved(&self) -> bool {
        true
    }

    fn cost(&self, problem: &ExaminedOnGrid, degrees: &[u64], digits: Digits) -> Result<Cost> {
        let program = Self::program(problem)?;
        if !problem.domain.has_parity() {
            return Err(Error::unable(format!(
                "the power series on {}, where u is not small on average",
                problem.place()
            )));
        }
        Self::tail(problem, program)?;
        let (highest, bits) = (degrees.last().copied().unwrap_or(0), needed_bits(digits));
        // a_k ~ k^-2
        let length = length(problem.dimension(), highest, -2.0 * (highest as f64 + 1.0).ln(), bits)
            .ok_or_else(|| Error::unable(format!("the power series on {} needs too many terms", problem.place())))?;
        let products = (length * length) as f64 * (program.steps().len() as f64 / 2.0 + 2.0);
        let seconds = products * (1e-7 + product_seconds(bits + 64));
        Ok(Cost { detail: format!("{length} coefficients"), seconds })
    }

    fn run(&self, problem: &ExaminedOnGrid, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
        let program = Self::program(problem)?;
        let highest = degrees.last().copied().unwrap_or(0);
        let unable =
            |why: &str| Error::unable(format!("the power series of {} on {} {why}", problem.kernel, problem.place()));
        let needed = needed_bits(digits);
        let disc = Self::tail(problem, program)?;
        // Beside kappa(1), which the coefficients left out do not exceed.
        let at_one = Radius::above(&problem.value_at_one_within(Digits::Double)?.value);
        let leading = leading(program, highest) - if at_one.is_zero() { 0.0 } else { at_one.ln() };
        let (mut more_terms, mut more_bits) = (0, 0);
        for attempt in 0..MOST_ATTEMPTS {
            let length = length(problem.dimension(), highest, leading, needed + more_terms)
                .ok_or_else(|| unable("needs too many terms"))?
                + ROOM;
            let c = Balls::new(needed + more_bits + 64);
            let coefficients = coefficients(program, &c, length)?;
            let left = match &disc {
                None => left_of_value(problem, &c, &coefficients, digits)?,
                Some(disc) => cauchy(disc, length),
            };
            let tail = left * moment(problem, length);
            let sums = horner(problem, &c, &coefficients, highest);
            let sums: Vec<&Ball> = degrees.iter().map(|k| &sums[*k as usize]).collect();
            let settled = |sum: &Ball| {
                let (value, error) = (&sum.middle, (sum.radius + tail).to_float());
                digits.settles(value, &error) || attempt >= 2 && digits.settles_nearly(value, &error)
            };
            let open: Vec<&Ball> = sums.iter().copied().filter(|sum| !settled(sum)).collect();
            if open.is_empty() {
                let value = |sum: &Ball| Estimate::rigorous(sum.middle.clone(), (sum.radius + tail).to_float());
                return Ok(sums.into_iter().map(value).map(Finding::Value).collect());
            }
            // What is missing of either kind; where nothing is known, as many bits again.
            let missing =
                |sum: &Ball, error: Radius| missing_bits(&sum.middle, &error.to_float(), needed + ROOM as u32);
            let again = needed + more_bits;
            let bits = open.iter().map(|sum| missing(sum, sum.radius).unwrap_or(again)).max();
            let terms = open.iter().map(|sum| missing(sum, tail).unwrap_or(again)).max();
            (more_bits, more_terms) = (more_bits + bits.unwrap_or(0), more_terms + terms.unwrap_or(0));
        }
        Err(unable(&format!("does not settle {digits} digits up to degree {highest}")))
    }
}

/// ln |a_k|, or of the next coefficient that is not 0; 0 if neither is told from 0.
fn leading(program: &Program, k: u64) -> f64 {
    let found = coefficients(program, &Balls::new(64), k + 2).unwrap_or_default();
    let size = found.iter().skip(k as usize).map(Ball::mignitude).find(|size| !size.is_zero());
    size.map_or(0.0, Radius::ln)
}

/// a_0, ..., a_{length-1}
fn coefficients(program: &Program, c: &Balls, length: u64) -> Result<Vec<Ball>> {
    let series = Series::new(*c, length as usize);
    let mut found = program.evaluate(&series, &Point::at(series.variable(&c.rational(&Rational::new()))))?;
    found.resize(length as usize, c.rational(&Rational::new()));
    Ok(found)
}

/// The coefficients left out of a series without negative ones.
fn left_of_value(problem: &ExaminedOnGrid, c: &Balls, coefficients: &[Ball], digits: Digits) -> Result<Radius> {
    let whole = problem.value_at_one_within(digits)?;
    let whole = Ball { middle: whole.value, radius: Radius::above(&whole.error) };
    Ok(coefficients.iter().fold(whole, |rest, a| c.sub(&rest, a)).magnitude())
}

/// The sum of B R^-m over m >= length.
fn cauchy(disc: &CentralDisc, length: u64) -> Radius {
    let inverse = Radius::double(1.0) / Radius::double(disc.radius);
    let first = (0..length).fold(disc.bound, |bound, _| bound * inverse);
    first / Radius::double(1.0).minus_below(inverse)
}

/// E u^(2n) for the last even number 2n up to `length`, at most.
fn moment(problem: &ExaminedOnGrid, length: u64) -> Radius {
    let c = Balls::new(64);
    let even = (length / 2 * 2) as usize;
    let mut power = vec![c.rational(&Rational::new()); even + 1];
    power[even] = c.rational(&Rational::from(1));
    horner(problem, &c, &power, 0)[0].magnitude()
}

/// mu_k of sum_m a_m u^m for all k up to `highest`.
fn horner(problem: &ExaminedOnGrid, c: &Balls, coefficients: &[Ball], highest: u64) -> Vec<Ball> {
    let (length, last) = (coefficients.len(), problem.dimension() as usize);
    let recurrence: Vec<[Option<Ball>; 3]> = (0..=last.min(length + highest as usize))
        .map(|k| problem.domain.recurrence(k as u64).map(|q| (!q.is_zero()).then(|| c.rational(&q))))
        .collect();
    let mut here = vec![coefficients[length - 1].clone()];
    for m in (0..length - 1).rev() {
        watch::check();
        // Degrees beyond have no time to come down to the highest.
        let count = (length - m).min(highest as usize + m + 1).min(last + 1);
        let next = |k: usize| {
            let times = |factor: &Option<Ball>, k: Option<usize>| Some(c.mul(factor.as_ref()?, here.get(k?)?));
            let [up, stay, down] = &recurrence[k];
            let constant = (k == 0).then(|| coefficients[m].clone());
            [times(up, Some(k + 1)), times(stay, Some(k)), times(down, k.checked_sub(1)), constant]
                .into_iter()
                .flatten()
                .reduce(|a, b| c.add(&a, &b))
                .unwrap_or_else(|| c.rational(&Rational::new()))
        };
        here = (0..count).map(next).collect();
    }
    here.resize(highest as usize + 1, c.rational(&Rational::new()));
    here
}
