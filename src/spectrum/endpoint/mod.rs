//! Eigenvalues of high degree from the expansions of the kernel at u = 1 and u = -1, proved.
//!
//! If the kernel is analytic inside (-1, 1) and $\kappa = \sum_\nu a_\nu |x-y|^{2\nu}$ near u = 1,
//! $\kappa = \sum_\nu b_\nu |x+y|^{2\nu}$ near u = -1, then (see [`series`] for $W_\nu$)
//! $$\mu_k = \sum_{\nu\notin\mathbb Z, \nu<n}(a_\nu + (-1)^k b_\nu) W_\nu(k) + R_n(k).$$
//!
//! The remainder is bounded by contour integration in a [`Region`] where the kernel was proved to be analytic: no
//! complex singularity is missed.

mod doubles;
mod interpolated;
mod proved_doubles;
pub mod series;

use super::crossovers::product_seconds;
use super::examined_kernel::{ExaminedKernel, needed_bits};
use super::finding::{Estimate, Finding};
use super::route::{Cost, Route};
use crate::error::{Error, Result};
use crate::kernel::Region;
use crate::number::{Ball, Digits, Hybrid, Radius};
pub use interpolated::Interpolated;
use rayon::prelude::*;
use rug::Rational;
use series::EndpointSeries;
use std::sync::{Arc, Mutex, PoisonError};

/// Extra bits of the coefficients: rounding errors of their recurrences, and cancellation between the ends.
const GUARD_BITS: u32 = 64;

/// Bits beyond [`Digits::bits`] that settle a decimal, but for values a billionth of a unit from the middle of two.
const SETTLING_BITS: u32 = 34;

/// The expansion must serve all degrees above this, or above the lowest degree asked for.
const HIGHEST_START: u64 = 50_000;

/// Powers of tau in the longest expansion.
const LONGEST_ORDER: u32 = 400;

/// Powers of tau in the expansions that tell the leading exponent.
const ROUGH_ORDERS: [u32; 2] = [2, 12];

/// Degrees computed one after the other, the ratio of Gamma functions by recurrence.
const RUN: usize = 512;

/// The expansion of a kernel's eigenvalues, with the degree from which it gives the digits.
#[derive(Clone, Debug)]
pub struct Endpoint {
    series: EndpointSeries,
    /// The expansion is used from this degree on.
    pub from: u64,
    /// Terms of each class that are enough there, and at every higher degree.
    terms: usize,
}

/// An expansion for some digits and lowest degree, or why there is none.
type KeptEndpoint = Mutex<Option<(Digits, u64, Result<Arc<Endpoint>>)>>;

/// Below this lowest degree a table begins by other methods anyway.
const LOW: u64 = 100;

/// Coefficients of an expansion at both ends, and the memory of one with its exact value: 3 GB were measured for order
/// 10,000.
const EXPANSION_TERMS: f64 = 80.0;
const COEFFICIENT_BYTES: f64 = 4000.0;

impl ExaminedKernel {
    /// The endpoint expansion for these digits at degrees from `lowest` on; computed once.
    pub(super) fn endpoint(&self, digits: Digits, lowest: u64) -> Result<Arc<Endpoint>> {
        let lowest = if lowest < LOW { 0 } else { lowest };
        let place = self.kept::<KeptEndpoint>();
        let kept = || place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((for_digits, from, endpoint)) = &*kept() {
            // A failure stands unless higher degrees are asked for.
            let fits = if endpoint.is_ok() { *from <= lowest } else { *from >= lowest };
            if *for_digits == digits && fits {
                return endpoint.clone();
            }
        }
        self.fits_in_memory("the endpoint expansion", EXPANSION_TERMS * COEFFICIENT_BYTES)?;
        // The lock is not held while other threads may be asked to help.
        let endpoint = Endpoint::new(self, digits, lowest).map(Arc::new);
        *kept() = Some((digits, lowest, endpoint.clone()));
        endpoint
    }
}

impl Endpoint {
    /// Expands the kernel for `digits` at the degrees from `lowest` on; for 0, at those where it becomes cheap.
    ///
    /// # Errors
    /// `Unable` where the kernel was not shown to be analytic inside, has no such expansion or one without fractional
    /// powers, or where the digits are not reached.
    pub fn new(problem: &ExaminedKernel, digits: Digits, lowest: u64) -> Result<Self> {
        problem.without_kinks()?;
        let bits = wanted_bits(digits);
        let p = problem.dimension() as f64;
        // A short expansion tells the law; it need not be proved.
        let ends = problem.ends()?;
        let mut rough = ends.expansions(Hybrid::new(96), ROUGH_ORDERS[0])?;
        if rough.exponents().is_empty() {
            rough = ends.expansions(Hybrid::new(96), ROUGH_ORDERS[1])?;
        }
        if rough.analytic() {
            return Err(unable(problem, "has no terms: the kernel has no fractional power at either end"));
        }
        let exponent = rough.exponents().first().map_or(f64::from(ROUGH_ORDERS[1]), Rational::to_f64);
        // The degrees that it is made for: what the ellipse adds, about e^(-height k) k^(-p/2) beside mu_k ~ k^(1-p-2
        // nu), must be negligible there.
        let target = if lowest == 0 { 60.0 + f64::from(bits) + 2.0 * p } else { lowest as f64 };
        let loss = f64::from(bits) * std::f64::consts::LN_2 + (p / 2.0 + 2.0 * exponent) * target.ln() + 10.0;
        let height = (HEIGHT_MARGIN * loss / target).clamp(SMALLEST_HEIGHT, LARGEST_HEIGHT);
        let first = Self::in_region(problem, digits, lowest, ends.region(rough.roots(), height)?, target, 0)?;
        if lowest == 0 || first.from <= lowest {
            return Ok(first);
        }
        // A higher region serves lower degrees.
        let higher = ends
            .region(rough.roots(), LARGEST_HEIGHT.min(2.0 * height))
            .and_then(|region| Self::in_region(problem, digits, lowest, region, target, 0));
        Ok(higher.ok().filter(|higher| higher.from < first.from).unwrap_or(first))
    }

    fn in_region(
        problem: &ExaminedKernel,
        digits: Digits,
        lowest: u64,
        region: Region,
        target: f64,
        extra: u32,
    ) -> Result<Self> {
        let bits = wanted_bits(digits);
        // A term gains some three bits at low degrees.
        let gain = (2.0 * (target / 30.0).log2()).max(3.3);
        let mut order = ((f64::from(bits) / gain).ceil() as u32 + 4).clamp(6, LONGEST_ORDER);
        let mut precision = bits + GUARD_BITS + order + extra;
        let highest = lowest.max(HIGHEST_START);
        let mut best: Option<Endpoint> = None;
        loop {
            let series = EndpointSeries::of(problem, region, precision, order)?;
            if let Some((from, terms)) = first_degree(problem, &series, bits, highest)? {
                let better = best.as_ref().is_none_or(|best| from < best.from);
                let enough = lowest == 0 || from <= lowest || !better;
                if better {
                    best = Some(Endpoint { series, from, terms });
                }
                if enough {
                    break;
                }
            }
            if order == LONGEST_ORDER {
                break;
            }
            order = (2 * order).min(LONGEST_ORDER);
            precision = bits + GUARD_BITS + 2 * order + extra;
        }
        best.ok_or_else(|| unable(problem, &format!("does not reach {digits} digits up to degree {highest}")))
    }

    /// The series of terms W_nu(k) that sums up to mu_k, with bounds of its remainder.
    pub fn series(&self) -> &EndpointSeries {
        &self.series
    }

    /// mu_k for `degrees` (increasing, all at least `from`).
    ///
    /// # Errors
    /// `Unable` where bounds overflow.
    pub fn eigenvalues(&self, degrees: &[u64]) -> Result<Vec<Estimate>> {
        let runs: Vec<Vec<Estimate>> = degrees.par_chunks(RUN).map(|run| self.run(run)).collect::<Result<_>>()?;
        Ok(runs.into_iter().flatten().collect())
    }

    fn run(&self, degrees: &[u64]) -> Result<Vec<Estimate>> {
        let mut ratios: Option<(u64, Vec<Ball>)> = None;
        let mut estimates = Vec::with_capacity(degrees.len());
        for &k in degrees {
            let now = self.series.ratios(k, ratios.take())?;
            let Ball { middle, radius } = self.series.sum(k, &now)?.value;
            estimates.push(Estimate::rigorous(middle, radius.to_float()));
            ratios = Some((k, now));
        }
        Ok(estimates)
    }
}

/// Heights of the region that are asked for.
const SMALLEST_HEIGHT: f64 = 0.1;
const LARGEST_HEIGHT: f64 = 1.2;

/// Higher than the ellipse alone asks for: the discs reach less far than what they are for.
const HEIGHT_MARGIN: f64 = 1.2;

/// The expansion with its remainder bounded.
pub(super) struct Expanded;

impl Route for Expanded {
    fn is_proved(&self) -> bool {
        true
    }

    fn cost(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Cost> {
        let endpoint = problem.endpoint(digits, degrees.first().copied().unwrap_or(0))?;
        let detail = format!("proved from degree {}", endpoint.from);
        // Some 20 terms of four short operations each; a product of p factors now and then.
        Ok(Cost { detail, seconds: 80.0 * degrees.len() as f64 * product_seconds(needed_bits(digits) + 64) })
    }

    fn run(&self, problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
        eigenvalues(problem, degrees, digits)
    }
}

/// Computes mu_k for `degrees` (increasing).
///
/// # Errors
/// `Unable` where the expansion does not exist or a degree is below those that it serves.
fn eigenvalues(problem: &ExaminedKernel, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
    let lowest = degrees.first().copied().unwrap_or(0);
    let endpoint = problem.endpoint(digits, lowest)?;
    if let Some(k) = degrees.first().filter(|k| **k < endpoint.from) {
        return Err(Error::unable(format!(
            "the endpoint expansion of {} gives {digits} digits from degree {} on, not at {k}",
            problem.kernel, endpoint.from
        )));
    }
    let mut estimates = endpoint.eigenvalues(degrees)?;
    let open = |estimate: &Estimate| !digits.settles(&estimate.value, &estimate.error) && !nearly(digits, estimate);
    for extra in EXTRA_BITS {
        if !estimates.iter().any(open) {
            break;
        }
        // Coefficients that cancel almost: more bits for them.
        let region = *endpoint.series.region();
        let finer = Endpoint::in_region(problem, digits, endpoint.from, region, endpoint.from as f64, extra)?;
        for (estimate, k) in estimates.iter_mut().zip(degrees).filter(|(estimate, _)| open(estimate)) {
            *estimate = finer.eigenvalues(&[*k])?.remove(0);
        }
    }
    let finding = |(estimate, k): (Estimate, &u64)| match open(&estimate) {
        true => Finding::Nothing(unable(problem, &format!("does not settle {digits} digits at degree {k}"))),
        false => Finding::Value(estimate),
    };
    Ok(estimates.into_iter().zip(degrees).map(finding).collect())
}

/// Bits added to those of the coefficients where they were not enough.
const EXTRA_BITS: [u32; 2] = [300, 1200];

/// log2 of the relative accuracy that is needed.
fn wanted_bits(digits: Digits) -> u32 {
    match digits {
        Digits::Double => needed_bits(digits),
        Digits::Count(_) => digits.bits() + SETTLING_BITS,
    }
}

/// Whether an unsettled value is close enough to the middle of two decimals, or doubles, that either may be written.
fn nearly(digits: Digits, estimate: &Estimate) -> bool {
    match digits {
        Digits::Double => {
            let (value, error) = (estimate.value.get_exp(), estimate.error.get_exp());
            value.zip(error).is_some_and(|(v, e)| v - e >= needed_bits(digits) as i32 - 6)
        }
        Digits::Count(_) => digits.settles_nearly(&estimate.value, &estimate.error),
    }
}

fn unable(problem: &ExaminedKernel, why: &str) -> Error {
    Error::unable(format!("the endpoint expansion of {} in dimension {} {why}", problem.kernel, problem.dimension()))
}

/// The smallest degree from which the remainder is below 2^-bits, relatively, for both parities, and the terms used
/// there. The relative remainder decreases with k: by a quotient of products of 1/(m^2 - x^2), m = k + (p-2)/2, and
/// exponentially.
fn first_degree(
    problem: &ExaminedKernel,
    series: &EndpointSeries,
    bits: u32,
    highest: u64,
) -> Result<Option<(u64, usize)>> {
    let goal = Radius::power_of_two(-(bits as i32));
    let good = |k: u64| -> Result<Option<usize>> {
        let mut terms = 0;
        for k in (k..k + 2).filter(|k| !problem.symmetry.vanishes_at(*k)) {
            let sum = series.sum(k, &series.ratios(k, None)?)?;
            if sum.value.radius > sum.value.mignitude() * goal {
                return Ok(None);
            }
            terms = terms.max(sum.terms);
        }
        Ok(Some(terms))
    };
    let mut high = 8;
    let mut found = good(high)?;
    while found.is_none() {
        if high == highest {
            return Ok(None);
        }
        high = (2 * high).min(highest);
        found = good(high)?;
    }
    let mut low = high / 2;
    while high - low > 1 + low / 16 {
        let middle = low.midpoint(high);
        match good(middle)? {
            Some(terms) => (high, found) = (middle, Some(terms)),
            None => low = middle,
        }
    }
    Ok(found.map(|terms| (high, terms)))
}
