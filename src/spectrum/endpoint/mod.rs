//! Eigenvalues of high degree from the expansions of the kernel at u = 1 and u = -1.
//!
//! If the kernel is analytic inside (-1, 1) and $\kappa = \sum_\nu a_\nu |x-y|^{2\nu}$ near u = 1,
//! $\kappa = \sum_\nu b_\nu |x+y|^{2\nu}$ near u = -1, then (see [`series`] for $W_\nu$)
//! $$\mu_k \sim \sum_{\nu\notin\mathbb Z}(a_\nu + (-1)^k b_\nu) W_\nu(k).$$
//!
//! The sum is asymptotic: it stops where its terms reach the precision or grow, and the first terms left out estimate the
//! error. They do not see complex singularities of the kernel, whose contributions decay like $\rho^{-k}$: the method is
//! used only above a degree at which quadrature has confirmed it.

mod doubles;
pub mod series;

use super::eigenvalue::{Estimate, Method};
use super::plan::candidate;
use super::problem::{Problem, needed_bits};
use super::quadrature;
use crate::error::{Error, Result};
use crate::number::Digits;
use crate::number::decimal::MOST_DIGITS;
use rayon::prelude::*;
use rug::Float;
use series::EndpointSeries;

/// Extra bits of the coefficients: rounding errors of their recurrences, and cancellation between the ends.
const GUARD_BITS: u32 = 64;

/// Digits beyond those wanted at which quadrature confirms the expansion: for doubles, which may be off by one unit in the last
/// place where the value is close to the middle of two, and for decimals, which may not.
const CONFIRMING_DIGITS: [u32; 2] = [4, 12];

/// Bits beyond [`Digits::bits`] that settle a decimal, but for values a billionth of a unit from the middle of two.
pub(super) const SETTLING_BITS: u32 = 34;

/// Degrees above which the expansion is not confirmed any more.
const HIGHEST_CONFIRMED: u64 = 50_000;

/// A confirmation that is expected to take longer than this many seconds is not tried.
const LONGEST_CONFIRMATION: f64 = 120.0;

/// Times that the first degree is raised by half when quadrature does not confirm it.
const MOST_ATTEMPTS: u32 = 16;

/// More than these bits beyond the digits are not confirmed: the first degree is raised instead.
const MOST_GROWTH_BITS: i32 = 1500;

/// From this lowest degree on fewer digits than those wanted need to be confirmed, at a low degree.
const FAR: u64 = 10_000;

/// Confirmed are at least these bits.
const FEWEST_CONFIRMED_BITS: i32 = 48;

/// Powers of tau in the longest expansion.
const LONGEST_ORDER: u32 = 400;

/// log2 of what is nothing beside any precision.
const NOTHING_LEFT: i32 = 1 << 20;

/// Degrees computed one after the other, the ratio of Gamma functions by recurrence.
const RUN: usize = 512;

/// The expansion of a kernel's eigenvalues, with the degree from which it was confirmed.
#[derive(Clone, Debug)]
pub struct Endpoint {
    series: EndpointSeries,
    /// The expansion is used from this degree on.
    pub from: u64,
    /// log2 of the relative error that the confirmation leaves open.
    floor_log2: i32,
}

impl Endpoint {
    /// Expands the kernel for `digits` at the degrees from `lowest` on and confirms the expansion by quadrature; a single confirmation
    /// may be expected to take `longest` seconds.
    ///
    /// # Errors
    /// `Unable` where the kernel is not known to be analytic inside, has no such expansion or one without fractional powers,
    /// or where no degree could be confirmed.
    pub fn new(problem: &Problem, digits: Digits, lowest: u64, longest: f64) -> Result<Self> {
        let wanted = wanted_bits(digits);
        // Below, quadrature is about as fast as a shorter expansion: it confirms all digits at the first degree.
        let lowest = if lowest < FAR { 0 } else { lowest };
        // What a complex singularity adds may at first decay more slowly than mu_k: the confirmation must be better by that. It may be
        // worse where all that is left open has died away at the degrees wanted.
        let mut growth = if lowest == 0 { 0 } else { FEWEST_CONFIRMED_BITS - wanted as i32 };
        let mut confirmed = 0;
        for attempt in 0..MOST_ATTEMPTS {
            let checked = wanted.saturating_add_signed(growth);
            let precision = wanted.max(checked) + GUARD_BITS;
            // The expansion gains some three bits a term at the degrees where quadrature is still cheap.
            let mut order = (checked * 3 / 10).clamp(12, LONGEST_ORDER);
            let (series, from) = loop {
                let series = EndpointSeries::of(problem, precision, order)?;
                if let Some(first) = first_degree(problem, &series, checked) {
                    confirmed = confirmed.max(first);
                    let from = if checked < wanted { first_degree(problem, &series, wanted) } else { Some(confirmed) };
                    if let Some(from) = from.filter(|from| lowest == 0 || *from <= lowest) {
                        break (series, from.max(confirmed));
                    }
                }
                if order == LONGEST_ORDER {
                    let to = lowest.max(HIGHEST_CONFIRMED);
                    return Err(unable(problem, &format!("does not reach {digits} digits up to degree {to}")));
                }
                order = (2 * order).min(LONGEST_ORDER);
            };
            let needed = growth_bits(problem, &series, confirmed, lowest);
            if needed > growth {
                if needed > MOST_GROWTH_BITS {
                    confirmed += confirmed / 2;
                    continue;
                }
                growth = needed;
                if attempt + 1 < MOST_ATTEMPTS {
                    continue;
                }
            }
            match confirm(problem, &series, confirmed, digits, growth, longest)? {
                Some(floor) => return Ok(Endpoint { series, from, floor_log2: floor.saturating_add(needed) }),
                None => confirmed += confirmed / 2,
            }
        }
        Err(unable(problem, &format!("was not confirmed by quadrature up to degree {confirmed}")))
    }

    /// The terms.
    pub fn series(&self) -> &EndpointSeries {
        &self.series
    }

    /// mu_k for `degrees` (increasing, all at least `from`).
    pub fn eigenvalues(&self, degrees: &[u64]) -> Vec<Estimate> {
        degrees.par_chunks(RUN).flat_map_iter(|run| self.run(run)).collect()
    }

    fn run(&self, degrees: &[u64]) -> Vec<Estimate> {
        let mut ratios = None;
        let mut estimates = Vec::with_capacity(degrees.len());
        for &k in degrees {
            let now = self.series.ratios(k, ratios.take());
            let (value, error) = self.series.sum(k, &now);
            let floor = Float::with_val(64, value.abs_ref()) >> (-self.floor_log2);
            estimates.push(Estimate::estimated(value, error + floor));
            ratios = Some((k, now));
        }
        estimates
    }
}

/// Computes mu_k for `degrees` (increasing).
///
/// # Errors
/// `Unable` where the expansion does not exist or a degree is below the confirmed ones.
pub fn eigenvalues(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<Estimate>> {
    let lowest = degrees.first().copied().unwrap_or(0);
    let endpoint = problem.endpoint(digits, lowest, f64::INFINITY)?;
    if let Some(k) = degrees.first().filter(|k| **k < endpoint.from) {
        return Err(Error::unable(format!(
            "the endpoint expansion of {} gives {digits} digits from degree {} on, not at {k}",
            problem.kernel, endpoint.from
        )));
    }
    let estimates = endpoint.eigenvalues(degrees);
    match estimates.iter().zip(degrees).find(|(e, _)| !digits.settles(&e.value, &e.error) && !nearly(digits, e)) {
        Some((_, k)) => Err(unable(problem, &format!("does not settle {digits} digits at degree {k}"))),
        None => Ok(estimates),
    }
}

/// log2 of the relative accuracy that the terms and the confirmation must reach.
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

fn unable(problem: &Problem, why: &str) -> Error {
    Error::unable(format!("the endpoint expansion of {} in dimension {} {why}", problem.kernel, problem.dimension()))
}

/// The smallest degree from which the terms left out are below 2^-bits, relatively, for both parities.
fn first_degree(problem: &Problem, series: &EndpointSeries, bits: u32) -> Option<u64> {
    let good = |k: u64| {
        (k..k + 2).filter(|k| !problem.symmetry.vanishes_at(*k)).all(|k| {
            let (value, error) = series.sum(k, &series.ratios(k, None));
            let gap = value.get_exp().unwrap_or(i32::MIN / 2) - error.get_exp().unwrap_or(i32::MIN / 2);
            gap > bits as i32
        })
    };
    let mut high = 8;
    while !good(high) {
        high *= 2;
        if high > HIGHEST_CONFIRMED {
            return None;
        }
    }
    let mut low = high / 2;
    while high - low > 1 + low / 16 {
        let middle = low.midpoint(high);
        if good(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// log2 of the factor by which the relative size of what a complex singularity adds can exceed that at the degree `confirmed`, at
/// any degree from there and from `lowest` on.
///
/// It adds about rho^-k Gamma(k+1)/Gamma(k+p/2), the law is Gamma(k-nu)/Gamma(k+nu+p-1): the quotient grows like (k + 3p/4)^(p/2+2nu)
/// until the exponential wins. The search for singularities found every step tame on pieces of width `finest`; a singularity at a
/// distance below 2.5 times that would make one vary by more than 0.4 of its range: rho >= 1 + 2.5 finest.
fn growth_bits(problem: &Problem, series: &EndpointSeries, confirmed: u64, lowest: u64) -> i32 {
    if problem.program.only_singular_at_ends() {
        return if lowest > confirmed { -NOTHING_LEFT } else { 0 };
    }
    let p = problem.dimension() as f64;
    let exponent = p / 2.0 + 2.0 * series.leading_exponent().to_f64();
    let log_rho = (2.5 * problem.singularities.finest).ln_1p();
    let shift = 0.75 * p;
    let confirmed = confirmed as f64;
    let worst = (exponent / log_rho - shift).max(confirmed).max(lowest as f64);
    let log = exponent * ((worst + shift) / (confirmed + shift)).ln() - (worst - confirmed) * log_rho;
    (log / std::f64::consts::LN_2).ceil().max(f64::from(-NOTHING_LEFT)) as i32
}

/// Compares with quadrature at a few degrees from `from` on and at twice that, to `growth` more bits than the digits need: log2 of the
/// relative error left open there, or `None` if they differ.
///
/// A complex singularity contributes like rho^-k times a function that oscillates in k: several degrees in a row see it.
fn confirm(
    problem: &Problem,
    series: &EndpointSeries,
    from: u64,
    digits: Digits,
    growth: i32,
    longest: f64,
) -> Result<Option<i32>> {
    let degrees: Vec<u64> = (from..from + 6).chain(2 * from..2 * from + 2).collect();
    let degrees: Vec<u64> = degrees.into_iter().filter(|k| !problem.symmetry.vanishes_at(*k)).collect();
    let own = match digits {
        Digits::Double => 17 + CONFIRMING_DIGITS[0],
        Digits::Count(d) => d + CONFIRMING_DIGITS[1],
    };
    // log10(2) = 0.30103
    let further = (f64::from(growth) * std::f64::consts::LOG10_2).ceil() as i32;
    let finer = Digits::Count(own.saturating_add_signed(further).min(MOST_DIGITS + CONFIRMING_DIGITS[1]));
    let planned = candidate(problem, &degrees, finer, Method::Quadrature)?;
    if planned.seconds > longest.min(LONGEST_CONFIRMATION) {
        return Err(unable(problem, &format!("would take {:.0} seconds to confirm at degree {from}", planned.seconds)));
    }
    let reference = quadrature::eigenvalues(problem, &degrees, finer)?;
    let bits = wanted_bits(digits) as i32 + growth;
    let mut floor = -bits - 64;
    for (k, estimate) in degrees.iter().zip(&reference) {
        let (value, error) = series.sum(*k, &series.ratios(*k, None));
        let difference = Float::with_val(64, &value - &estimate.value).abs();
        let allowed = Float::with_val(64, &error + &estimate.error);
        let size = estimate.value.get_exp().unwrap_or(i32::MIN / 2);
        let relative = |x: &Float| x.get_exp().map_or(i32::MIN / 2, |e| e - size + 1);
        if difference > allowed && relative(&difference) > -bits {
            return Ok(None);
        }
        floor = floor.max(relative(&difference)).max(relative(&estimate.error));
    }
    // Twice what was seen.
    Ok(Some(floor + 1))
}
