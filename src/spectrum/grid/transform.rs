//! All eigenvalues of a kernel on a finite domain at once, by exact sums of its rounded values.

use super::{ExaminedOnGrid, missing_bits};
use crate::domain::{Domain, FiniteDomain};
use crate::error::{Error, Result};
use crate::number::{Digits, ExactNumber, HybridNumber, Radius};
use crate::spectrum::crossovers::{MOST_BYTES_OF_SAMPLES, addition_seconds, product_seconds};
use crate::spectrum::examined::Examined;
use crate::spectrum::examined_kernel::needed_bits;
use crate::spectrum::finding::{Estimate, Finding};
use crate::spectrum::route::{Cost, Route};
use rayon::prelude::*;
use rug::{Float, Integer, Rational};
use std::f64::consts::LN_2;

/// The exact transform of values rounded to multiples of a power of two, or of rational values as they are.
///
/// If every value is off by at most e, mu_k = E kappa P_k is off by at most e E|P_k| <= e N_k^(-1/2), by the inequality
/// of Cauchy and Schwarz: E P_k^2 = 1/N_k.
pub(super) struct Transform;

/// How often the bits of the values are raised.
const MOST_ATTEMPTS: u32 = 9;

/// An attempt with more bits may take a second and a thousand times the first (gaussian(1), d = 1000, asks for 15 times
/// the bits of a ReLU network, and takes 400 times as long), but beyond a minute no more than ten times the first.
fn most_seconds(first: f64) -> f64 {
    1.0 + (1000.0 * first).min(60.0).max(10.0 * first)
}

/// Bits beyond those that the first guess says.
const ROOM: f64 = 24.0;

/// Common denominators of rational values may be so many times longer than rounded values.
const LONGEST_DENOMINATOR: u32 = 16;

/// How log2 of 1/(mu_k sqrt N_k) is guessed: N_k mu_k falls like k^-2 up to the middle of the degrees, from where mu_k
/// stays as it is. What is computed is checked.
fn expected_bits(problem: &ExaminedOnGrid, k: u64) -> f64 {
    let size = |k: u64| problem.domain.log_multiplicity(k as f64) / LN_2;
    let middle = problem.domain.dimension() / 2;
    let falls = |k: u64| size(k) + 2.0 * (k.max(1) as f64).log2();
    falls(k.min(middle)) - size(k) / 2.0
}

impl Route<ExaminedOnGrid> for Transform {
    fn is_proved(&self) -> bool {
        true
    }

    fn cost(&self, problem: &ExaminedOnGrid, degrees: &[u64], digits: Digits) -> Result<Cost> {
        let bits = first_bits(problem, degrees, digits);
        let bytes = bytes(problem, bits);
        if bytes > MOST_BYTES_OF_SAMPLES {
            return Err(Error::unable(format!(
                "the transform on {} would take {:.0} GB of memory; {:.0} are allowed",
                problem.place(),
                bytes / 1e9,
                MOST_BYTES_OF_SAMPLES / 1e9
            )));
        }
        let detail = format!("{} values of {bits} bits", problem.dimension() + 1);
        Ok(Cost { detail, seconds: seconds(problem, bits) })
    }

    fn run(&self, problem: &ExaminedOnGrid, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
        let grid = problem.grid()?;
        let points = grid.inner_products();
        let needed = needed_bits(digits);
        let mut bits = first_bits(problem, degrees, digits);
        let most_seconds = most_seconds(seconds(problem, bits));
        for attempt in 0..MOST_ATTEMPTS {
            let samples = Samples::new(problem, &points, bits)?;
            if let Some((values, denominator)) = samples.rational(bits * LONGEST_DENOMINATOR) {
                return exactly(problem, grid, &values, &denominator, degrees, digits);
            }
            let sums = Sums::new(problem, grid, &samples, needed + 64);
            let found: Vec<Estimate> = degrees.iter().map(|k| sums.eigenvalue(*k)).collect();
            let settled = |e: &Estimate| {
                digits.settles(&e.value, &e.error) || attempt >= 2 && digits.settles_nearly(&e.value, &e.error)
            };
            // Where nothing is known, as many again, unless more bits will not help.
            let more = |(k, e): (&u64, &Estimate)| match missing_bits(&e.value, &e.error, needed) {
                None if attempt > 0 && problem.told_from_zero(*k).is_err() => None,
                missing => Some(missing.unwrap_or(bits)),
            };
            let missing = degrees.iter().zip(&found).filter(|(_, e)| !settled(e)).filter_map(more).max();
            let next = bits + missing.unwrap_or(0) + ROOM as u32;
            let too_much = bytes(problem, next) > MOST_BYTES_OF_SAMPLES || seconds(problem, next) > most_seconds;
            let last = attempt + 1 == MOST_ATTEMPTS || too_much;
            if missing.is_some() && !last {
                bits = next;
                continue;
            }
            let finding = |(k, e): (&u64, Estimate)| match settled(&e) {
                true => Finding::Value(e),
                false => Finding::Nothing(problem.told_from_zero(*k).err().unwrap_or_else(|| unsettled(problem, bits))),
            };
            return Ok(degrees.iter().zip(found).map(finding).collect());
        }
        Err(Error::unable(format!("the transform on {} does not settle {digits} digits", problem.place())))
    }
}

/// Steps of a formula with kinks, which is compiled at each point.
const STEPS_WITH_KINKS: usize = 100;

/// What one transform of values of so many bits takes.
fn seconds(problem: &ExaminedOnGrid, bits: u32) -> f64 {
    let points = problem.dimension() as f64 + 1.0;
    let steps = problem.sampler.program().map_or(STEPS_WITH_KINKS, |program| program.steps().len()) as f64;
    // An elementary function takes as many products as the square root of the bits.
    points * steps * f64::from(bits).sqrt() * product_seconds(bits)
        + points * points * addition_seconds(bits + 2 * points as u32)
}

/// What the sums of values of so many bits take in memory.
fn bytes(problem: &ExaminedOnGrid, bits: u32) -> f64 {
    let points = problem.dimension() as f64 + 1.0;
    points * (f64::from(bits) + 2.0 * points) / 8.0
}

/// The bits of the first attempt.
fn first_bits(problem: &ExaminedOnGrid, degrees: &[u64], digits: Digits) -> u32 {
    let guess = degrees.iter().map(|k| expected_bits(problem, *k)).fold(ROOM, f64::max);
    needed_bits(digits) + guess.ceil() as u32
}

fn unsettled(problem: &ExaminedOnGrid, bits: u32) -> Error {
    Error::unable(format!(
        "{} on {}: an eigenvalue that is not told from zero, or not to its digits, with values of {bits} bits",
        problem.kernel,
        problem.place()
    ))
}

/// The values of a kernel at all inner products.
pub(super) struct Samples {
    values: Vec<HybridNumber>,
    /// Those that are not exact are off by at most 2^-accuracy.
    accuracy: i32,
}

impl Samples {
    /// To so many bits of the largest of three of them.
    pub fn new(problem: &ExaminedOnGrid, points: &[Rational], bits: u32) -> Result<Self> {
        let ends = [0, points.len() / 2, points.len() - 1];
        let size = |i: usize| Ok(problem.sampler.within(&points[i], 64, i32::MIN / 2)?.ball.middle.get_exp());
        let sizes = ends.into_iter().map(size).collect::<Result<Vec<_>>>()?;
        let accuracy = bits as i32 - sizes.into_iter().flatten().max().unwrap_or(0);
        let value = |u: &Rational| problem.sampler.within(u, bits.max(64), accuracy + 2);
        Ok(Samples { values: points.par_iter().map(value).collect::<Result<_>>()?, accuracy })
    }

    /// Numerators over a common denominator, if all values are rational and this is not longer than so many bits.
    pub fn rational(&self, longest: u32) -> Option<(Vec<Integer>, Integer)> {
        let rational = |value: &HybridNumber| value.exact.as_ref()?.as_rational();
        let values = self.values.iter().map(rational).collect::<Option<Vec<Rational>>>()?;
        let mut common = Integer::from(1);
        for value in &values {
            common.lcm_mut(value.denom());
            if common.significant_bits() > longest {
                return None;
            }
        }
        let numerator = |value: Rational| (value * &common).into_numer_denom().0;
        Some((values.into_iter().map(numerator).collect(), common))
    }

    /// The multiples of 2^-accuracy next to the values, each off by less than 2^-accuracy: a half by rounding, a
    /// quarter by its own error.
    fn rounded(&self) -> Vec<Integer> {
        let next = |value: &HybridNumber| {
            let shifted = value.ball.middle.clone() << self.accuracy;
            shifted.to_integer().unwrap_or_default()
        };
        self.values.iter().map(next).collect()
    }
}

/// size() N_k mu_k 2^accuracy for all k.
pub(super) struct Sums<'a> {
    problem: &'a ExaminedOnGrid,
    values: Vec<Integer>,
    size: Integer,
    accuracy: i32,
    precision: u32,
}

impl<'a> Sums<'a> {
    pub fn new(problem: &'a ExaminedOnGrid, grid: &dyn FiniteDomain, samples: &Samples, precision: u32) -> Self {
        let values = grid.transform(&samples.rounded());
        Sums { problem, values, size: grid.size(), accuracy: samples.accuracy, precision }
    }

    pub fn eigenvalue(&self, k: u64) -> Estimate {
        let multiplicity = self.problem.domain.multiplicity(k);
        let sum = Float::with_val(self.precision, &self.values[k as usize]);
        let whole = Float::with_val(self.precision, Integer::from(&self.size * &multiplicity));
        let value = (sum / whole) >> self.accuracy;
        // Three roundings, each of half a unit in the last place of what is at most twice as large.
        let last = value.get_exp().map_or(Radius::ZERO, |e| Radius::power_of_two(e - self.precision as i32));
        let root = Radius::below(&Float::with_val(64, &multiplicity)).root_below();
        let error = Radius::power_of_two(-self.accuracy) / root + last * Radius::double(4.0);
        Estimate::rigorous(value, error.to_float())
    }
}

/// Eigenvalues that are rational numbers.
fn exactly(
    problem: &ExaminedOnGrid,
    grid: &dyn FiniteDomain,
    values: &[Integer],
    denominator: &Integer,
    degrees: &[u64],
    digits: Digits,
) -> Result<Vec<Finding>> {
    let sums = grid.transform(values);
    let size = grid.size();
    let one = |k: &u64| {
        let whole = Integer::from(&size * denominator) * problem.domain.multiplicity(*k);
        let exact = ExactNumber::monomial(Rational::from((sums[*k as usize].clone(), whole)), 0);
        Estimate::exact(exact, needed_bits(digits) + 64, digits).map(Finding::Value)
    };
    degrees.iter().map(one).collect()
}
