//! Which method computes which degrees, decided before anything is computed.

use super::eigenvalue::Method;
use super::jumps::Jumps;
use super::power_series::planned_order;
use super::problem::{Problem, needed_bits};
use super::quadrature;
use crate::error::{Error, Result};
use crate::number::Digits;
use std::fmt;

/// A plan refuses work that it expects to take longer than this many seconds.
const LONGEST_SECONDS: f64 = 86_400.0;

/// Below this expected time the endpoint expansion is not considered. To make and prove it at 30 digits and p = 10 takes 12 ms
/// for ntk(3) and 70 ms for ntk(10); quadrature up to k = 200, 400, 800 takes 8, 17, 46 ms and 18, 34, 77 ms (`cargo bench --bench endpoint`,
/// one 2.6 GHz core): the crossover lies near k = 400 to 800.
const ENDPOINT_SETUP_SECONDS: f64 = 0.03;

/// Closed forms of arc-cosine functions of high order that take less than this are used without a comparison.
const CHEAP_SECONDS: f64 = 5.0;

/// Above this degree the endpoint expansion is used without a comparison, wherever it exists.
const HIGHEST_COMPARED: u64 = 20_000;

/// Quadrature is not tried above this degree: it would take days.
const HIGHEST_BY_QUADRATURE: u64 = 1_000_000;

/// The memory that the nodes of a quadrature may take.
const MOST_BYTES_OF_NODES: f64 = 4e9;

/// Degrees that one method computes together.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The method.
    pub method: Method,
    /// The degrees, increasing.
    pub degrees: Vec<u64>,
    /// What the method expects to need, in words.
    pub detail: String,
    /// Expected processor time, a rough guess.
    pub seconds: f64,
}

/// Which methods a plan may choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Whatever is cheapest.
    Cheapest,
    /// Whatever is cheapest apart from the endpoint expansion.
    Direct,
    /// One method.
    Only(Method),
}

/// A plan: plain data that can be printed, compared and changed before it is carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The digits asked for.
    pub digits: Digits,
    /// Who computes what; every degree that is not refused occurs once.
    pub assignments: Vec<Assignment>,
    /// The highest degrees, where no method does or it would take more than a day.
    pub refused: Option<Refusal>,
}

/// Degrees that are not computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The degrees, increasing.
    pub degrees: Vec<u64>,
    /// Why not.
    pub reason: Error,
}

impl Plan {
    /// Chooses methods for `degrees` (increasing). Exact zeros come from structure always; then a closed form where
    /// there is one; else the cheaper of power series and quadrature by the expected number of operations.
    ///
    /// Where that fails, or would take more than a day, the degrees from the lowest on that can be had are planned, and the others refused.
    ///
    /// # Errors
    /// `Unable` if no degree can be had: the method asked for does not apply, or the work would take more than a day.
    pub fn new(problem: &Problem, degrees: &[u64], digits: Digits, choice: Choice) -> Result<Self> {
        let (zeros, rest): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| problem.symmetry.vanishes_at(**k));
        let mut assignments = Vec::new();
        if !zeros.is_empty() {
            let detail = "exactly zero by symmetry or polynomial degree".to_string();
            assignments.push(Assignment { method: Method::Structure, degrees: zeros, detail, seconds: 0.0 });
        }
        let (mut good, mut reason) = match affordable(problem, &rest, digits, choice) {
            Ok(all) => {
                assignments.extend(all);
                return Ok(Plan { digits, assignments, refused: None });
            }
            Err(reason @ Error::Unable(_)) => (0, reason),
            Err(error) => return Err(error),
        };
        // The longest list, from the lowest degree on, that can be had.
        let mut bad = rest.len();
        let mut planned = Vec::new();
        while bad - good > 1 {
            // The lowest first: most often none can be had.
            let middle = if good == 0 { 1 } else { good.midpoint(bad) };
            match affordable(problem, &rest[..middle], digits, choice) {
                Ok(list) => (good, planned) = (middle, list),
                Err(_) if good == 0 => break,
                Err(error) => (bad, reason) = (middle, error),
            }
        }
        if planned.is_empty() && assignments.is_empty() {
            return Err(reason);
        }
        assignments.extend(planned);
        Ok(Plan { digits, assignments, refused: Some(Refusal { degrees: rest[good..].to_vec(), reason }) })
    }

    /// Expected processor time in seconds, a rough guess.
    pub fn seconds(&self) -> f64 {
        self.assignments.iter().map(|a| a.seconds).sum()
    }
}

/// What the choice comes to, if it takes less than a day.
fn affordable(problem: &Problem, degrees: &[u64], digits: Digits, choice: Choice) -> Result<Vec<Assignment>> {
    let Some(highest) = degrees.last() else { return Ok(Vec::new()) };
    let choices = match choice {
        Choice::Only(method) => vec![candidate(problem, degrees, digits, method)?],
        Choice::Direct => vec![direct(problem, degrees, digits)?],
        Choice::Cheapest => cheapest(problem, degrees, digits)?,
    };
    match choices.iter().find(|choice| choice.seconds > LONGEST_SECONDS) {
        Some(choice) => Err(Error::unable(format!(
            "{} up to degree {highest} in dimension {} would take about {:.0} days ({}, {}); ask for lower degrees or fewer digits",
            problem.kernel,
            problem.dimension(),
            choice.seconds / LONGEST_SECONDS,
            choice.method,
            choice.detail,
        ))),
        None => Ok(choices),
    }
}

/// Every method that is expected to work for these degrees.
pub(super) fn candidates(problem: &Problem, degrees: &[u64], digits: Digits) -> Vec<Assignment> {
    Method::COMPUTING.iter().filter_map(|method| candidate(problem, degrees, digits, *method).ok()).collect()
}

/// The cheapest way without the endpoint expansion; with it above the degree from which it gives the digits, if that saves time.
fn cheapest(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<Assignment>> {
    // At the highest degrees even to plan the other methods takes long.
    let without = match degrees.last() {
        Some(k) if *k > HIGHEST_COMPARED => {
            let closed = || candidate(problem, degrees, digits, Method::ClosedForm).ok();
            match closed().filter(|_| problem.has_high_order()) {
                Some(closed) if closed.seconds < CHEAP_SECONDS => return Ok(vec![closed]),
                _ => None,
            }
        }
        _ => direct(problem, degrees, digits).ok(),
    };
    match without {
        Some(choice) if choice.seconds < ENDPOINT_SETUP_SECONDS => Ok(vec![choice]),
        Some(choice) => {
            let with = with_endpoint(problem, degrees, digits).ok();
            let cheaper = |with: &Vec<Assignment>| with.iter().map(|a| a.seconds).sum::<f64>() < choice.seconds;
            Ok(with.filter(cheaper).unwrap_or_else(|| vec![choice]))
        }
        None => with_endpoint(problem, degrees, digits).or_else(|endpoint| {
            direct(problem, degrees, digits)
                .map(|choice| vec![choice])
                .map_err(|other| Error::unable(format!("{other}; {endpoint}")))
        }),
    }
}

/// The endpoint expansion from the degree on where it gives the digits, the cheapest other method below.
fn with_endpoint(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Vec<Assignment>> {
    let endpoint = problem.endpoint(digits, degrees.first().copied().unwrap_or(0))?;
    let (low, high): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| **k < endpoint.from);
    if high.is_empty() {
        return Err(Error::unable(format!("the endpoint expansion starts at degree {}", endpoint.from)));
    }
    let above = candidate(problem, &high, digits, Method::Endpoint)?;
    Ok(if low.is_empty() { vec![above] } else { vec![direct(problem, &low, digits)?, above] })
}

/// A closed form where there is one, else the cheaper of power series and quadrature.
fn direct(problem: &Problem, degrees: &[u64], digits: Digits) -> Result<Assignment> {
    if let Ok(closed) = candidate(problem, degrees, digits, Method::ClosedForm) {
        return Ok(closed);
    }
    let quadrature = candidate(problem, degrees, digits, Method::Quadrature);
    match (candidate(problem, degrees, digits, Method::PowerSeries), quadrature) {
        (Ok(series), Ok(quadrature)) if series.seconds < quadrature.seconds => Ok(series),
        (Ok(series), Err(_)) => Ok(series),
        (_, quadrature) => quadrature,
    }
}

/// What one method would cost.
pub(super) fn candidate(problem: &Problem, degrees: &[u64], digits: Digits, method: Method) -> Result<Assignment> {
    let unable = |why: &str| {
        Error::unable(format!("{method} for {} in dimension {}: {why}", problem.kernel, problem.dimension()))
    };
    let highest = degrees.last().copied().unwrap_or(0) as f64;
    let steps = problem.program.nonlinear_steps() as f64;
    let bits = needed_bits(digits);
    let (detail, seconds) = match method {
        Method::Structure => return Err(unable("structure finds zeros only")),
        Method::ClosedForm if problem.pieces.is_some() => {
            let jumps = Jumps::of(problem).ok_or_else(|| unable("its pieces are not all polynomials"))?;
            let steps = jumps.terms() as f64 * (highest + 1.0);
            ("jumps of pieces that are polynomials".to_string(), 40.0 * steps * product_seconds(bits + 64))
        }
        Method::ClosedForm => {
            let form = problem.closed_form().ok_or_else(|| unable("no closed form is known"))?;
            ("arc-cosine, Poisson and polynomial terms".to_string(), form.seconds(degrees))
        }
        Method::PowerSeries => {
            let order = planned_order(problem, degrees, digits)
                .ok_or_else(|| unable("the power series at u = 0 converges too slowly or not at all"))?;
            let n = order as f64;
            // Two or three convolutions a step over half the square, at two precisions; the weighted sums.
            let work = 2.5 * steps * n * n + degrees.len() as f64 * n;
            (format!("{order} coefficients"), work * (product_seconds(bits) + 3e-8))
        }
        Method::Quadrature if highest > HIGHEST_BY_QUADRATURE as f64 => {
            return Err(unable(&format!("degree {highest} is beyond {HIGHEST_BY_QUADRATURE}")));
        }
        Method::Quadrature => {
            let total = bits + quadrature::planned_exponent(problem, degrees).ceil() as u32;
            let pieces = problem.pieces.as_ref().map(|function| function.pieces.len() as f64);
            let nodes = match pieces {
                Some(_) => None,
                None => quadrature::planned_nodes(problem, degrees.last().copied().unwrap_or(0), total)?,
            };
            let (rule, count) = match nodes {
                Some(nodes) => ("Gauss-Legendre", nodes as f64),
                None => {
                    let each = 4.0 * (2.5 * highest + 0.45 * f64::from(total)) + 64.0;
                    let on_intervals = quadrature::is_faster_on_intervals(problem, degrees, digits)?;
                    let rule = if on_intervals { "Gauss-Legendre on intervals" } else { "tanh-sinh" };
                    (rule, each * pieces.unwrap_or(1.0))
                }
            };
            // Node, check of the kernel's coefficients (up to the bits wanted), sums, and the kernel itself.
            let checked = 1.2 * count.min(0.8 * f64::from(total));
            let per_node = 0.5 * count + checked + highest + 100.0 * steps;
            let detail = format!("{rule} in theta, about {count:.0} nodes, {total} bits");
            // A place, two weights and the value at each node; and the sums, one set for each part of the nodes.
            let bytes =
                count * 4.0 * (f64::from(total) / 8.0 + 40.0) + 16.0 * degrees.len() as f64 * f64::from(total) / 8.0;
            if bytes > MOST_BYTES_OF_NODES {
                return Err(unable(&format!("{detail}, would take {:.0} GB of memory", bytes / 1e9)));
            }
            (detail, count * per_node * fixed_point_seconds(total))
        }
        Method::Endpoint => {
            let endpoint = problem.endpoint(digits, degrees.first().copied().unwrap_or(0))?;
            let detail = format!("proved from degree {}", endpoint.from);
            // Some 20 terms of four short operations each; a product of p factors now and then.
            (detail, 80.0 * degrees.len() as f64 * product_seconds(bits + 64))
        }
    };
    // Exact multiplicities: a binomial coefficient of min(k, p) factors for each degree.
    let size = highest.min(problem.dimension() as f64);
    let multiplicities = degrees.len() as f64 * (1e-7 + 2e-8 * size);
    Ok(Assignment { method, degrees: degrees.to_vec(), detail, seconds: seconds + multiplicities })
}

/// Time of one multiprecision product, fitted to GMP without assembly on a 2.6 GHz core: 20 ns plus 0.55 ns per pair
/// of limbs, Karatsuba's exponent beyond 40 limbs.
fn product_seconds(bits: u32) -> f64 {
    let limbs = f64::from(bits) / 64.0;
    let products = if limbs < 40.0 { limbs * limbs } else { 1600.0 * (limbs / 40.0).powf(1.585) };
    2e-8 + 5.5e-10 * products
}

/// Time of a step of the recurrence for one node and degree, with its share of the sums: fitted to ntk(3) at p = 10
/// and p = 784 on the same core.
fn fixed_point_seconds(bits: u32) -> f64 {
    let limbs = f64::from(bits) / 64.0;
    1e-8 + 2e-9 * limbs * limbs
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for assignment in &self.assignments {
            let (first, last) = (assignment.degrees.first(), assignment.degrees.last());
            if let (Some(first), Some(last)) = (first, last) {
                writeln!(
                    f,
                    "{:12} {:6} degrees in {first}..={last}: {}",
                    assignment.method.to_string(),
                    assignment.degrees.len(),
                    assignment.detail
                )?;
            }
        }
        if let Some(Refusal { degrees, reason }) = &self.refused
            && let (Some(first), Some(last)) = (degrees.first(), degrees.last())
        {
            writeln!(f, "{:12} {:6} degrees in {first}..={last}: {reason}", "none", degrees.len())?;
        }
        Ok(())
    }
}
