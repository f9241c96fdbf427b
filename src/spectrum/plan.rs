//! Which method computes which degrees, decided before anything is computed.

use super::crossovers::{CHEAP_PROOF_SECONDS, DEAREST_PROOF, LONGEST_SECONDS, TRIFLING_SECONDS};
use super::examined::Examined;
use super::method::Method;
use super::route::{Cost, Route};
use crate::error::{Error, Result};
use crate::number::Digits;
use std::fmt;

/// Degrees that one method computes together, whether with proof, and the time expected.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Assignment {
    /// The method that computes them.
    pub method: Method,
    /// Whether its values are exact or have proved errors; else the errors are estimates.
    pub proved: bool,
    /// The degrees, increasing.
    pub degrees: Vec<u64>,
    /// What the method expects to need, in words.
    pub detail: String,
    /// Expected processor time, a rough guess.
    pub seconds: f64,
}

/// Which methods a plan may choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Choice {
    /// All of them.
    Any,
    /// All but the endpoint expansion.
    Direct,
    /// One method.
    Only(Method),
}

/// The rigour that is asked for: proofs where they are cheap, proofs alone, or the fastest estimates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assurance {
    /// Exact or proved values wherever a proof is to be had within three times the time of an estimate, or a tenth of a
    /// second; estimates elsewhere.
    #[default]
    Best,
    /// Exact or proved values, or none.
    Proved,
    /// Whatever takes the least time.
    Estimated,
}

/// A plan: plain data that can be printed, compared, and changed before it is [carried
/// out](super::Spectrum::carry_out).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The digits asked for.
    pub digits: Digits,
    /// Who computes what; every degree that is not refused occurs once.
    pub assignments: Vec<Assignment>,
    /// The highest degrees, where no method does or it would take more than a day.
    pub refused: Option<Refusal>,
}

/// Degrees that a plan does not compute, and the reason why.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// The degrees, increasing.
    pub degrees: Vec<u64>,
    /// Why no method computes them.
    pub reason: Error,
}

impl Plan {
    /// Expected processor time in seconds, a rough guess.
    pub fn seconds(&self) -> f64 {
        self.assignments.iter().map(|a| a.seconds).sum()
    }
}

/// An examined kernel that says who computes what.
pub(super) trait Planned: Examined {
    /// Who computes degrees none of which vanishes by structure.
    fn choose(planner: &Planner<'_, Self>, degrees: &[u64]) -> Result<Vec<Assignment>> {
        Ok(vec![planner.direct(degrees)?])
    }
}

/// What is asked for, and the ways that were tried in vain.
pub(super) struct Planner<'a, P> {
    pub problem: &'a P,
    pub digits: Digits,
    pub choice: Choice,
    pub assurance: Assurance,
    /// Methods, and whether it was the way that proves.
    pub barred: &'a [(Method, bool)],
}

/// A way to compute some degrees.
type Way<P> = (Method, &'static dyn Route<P>);

impl<P: Planned> Planner<'_, P> {
    /// Chooses methods for `degrees` (increasing). Exact zeros come from structure always; then a closed form where
    /// there is one; else the cheaper of power series and quadrature by the expected time, and the endpoint expansion
    /// from where it saves time.
    ///
    /// Where that fails, or would take more than a day, the degrees from the lowest on that can be had are planned, and
    /// the others refused.
    ///
    /// # Errors
    /// `Unable` if no degree can be had: the method asked for does not apply, or the work would take more than a day.
    pub fn plan(&self, degrees: &[u64]) -> Result<Plan> {
        let digits = self.digits;
        let (zeros, rest): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| self.problem.vanishes_at(**k));
        let mut assignments = Vec::new();
        if !zeros.is_empty() {
            assignments.extend(self.cheapest(Method::Structure.ways(), &zeros));
        }
        let (mut good, mut reason) = match self.assignments(&rest) {
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
            match self.assignments(&rest[..middle]) {
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

    /// Who computes degrees none of which vanishes by structure, if that takes less than a day.
    pub fn assignments(&self, degrees: &[u64]) -> Result<Vec<Assignment>> {
        let Some(highest) = degrees.last() else { return Ok(Vec::new()) };
        let choices = match self.choice {
            Choice::Only(_) | Choice::Direct => vec![self.direct(degrees)?],
            Choice::Any => P::choose(self, degrees)?,
        };
        match choices.iter().find(|choice| choice.seconds > LONGEST_SECONDS) {
            Some(choice) => Err(Error::unable(format!(
                "{} up to degree {highest} in dimension {} would take about {:.0} days ({}, {}); ask for lower \
                 degrees or fewer digits",
                self.problem.kernel(),
                self.problem.dimension(),
                choice.seconds / LONGEST_SECONDS,
                choice.method,
                choice.detail,
            ))),
            None => Ok(choices),
        }
    }

    /// One method for all the degrees: proved if that is asked for, or takes little time, or not much more than an
    /// estimate.
    pub fn direct(&self, degrees: &[u64]) -> Result<Assignment> {
        let ways = || -> Box<dyn Iterator<Item = Way<P>>> {
            match self.choice {
                Choice::Only(method) => Box::new(method.ways()),
                Choice::Any | Choice::Direct => {
                    let direct = |method: &&Method| !matches!(method, Method::Structure | Method::Endpoint);
                    Box::new(Method::ALL.iter().filter(direct).flat_map(|method| method.ways()))
                }
            }
        };
        if let Choice::Only(method) = self.choice
            && P::routes(method).is_empty()
        {
            return Err(Error::unable(format!("{method} is no method on {}", self.problem.place())));
        }
        let proved = || self.cheapest(ways().filter(|(_, route)| route.is_proved()), degrees);
        match self.assurance {
            Assurance::Proved => proved(),
            Assurance::Estimated => self.quickest(ways(), degrees),
            Assurance::Best => {
                let proved = proved();
                if proved.as_ref().is_ok_and(|proved| proved.seconds <= CHEAP_PROOF_SECONDS) {
                    return proved;
                }
                let cheapest = self.quickest(ways(), degrees)?;
                Ok(match proved {
                    Ok(proved) if proved.seconds <= DEAREST_PROOF * cheapest.seconds => proved,
                    _ => cheapest,
                })
            }
        }
    }

    /// The cheapest of all ways: estimates first, since proofs that take next to nothing are not compared.
    fn quickest(&self, ways: impl Iterator<Item = Way<P>>, degrees: &[u64]) -> Result<Assignment> {
        let (proofs, estimates): (Vec<Way<P>>, Vec<Way<P>>) =
            ways.partition(|(method, route)| route.is_proved() && *method != Method::ClosedForm);
        self.cheapest(estimates.into_iter().chain(proofs), degrees)
    }

    /// The cheapest of some ways, or the first that takes next to nothing; a closed form is preferred to all others.
    pub fn cheapest(&self, ways: impl Iterator<Item = Way<P>>, degrees: &[u64]) -> Result<Assignment> {
        let mut best: Option<Assignment> = None;
        let mut reason: Option<Error> = None;
        for (method, route) in ways {
            let proved = route.is_proved();
            if self.barred.contains(&(method, proved)) {
                continue;
            }
            match route.cost(self.problem, degrees, self.digits) {
                Ok(Cost { detail, seconds }) => {
                    let seconds = seconds + multiplicities(self.problem, degrees);
                    let trifling = proved && seconds < TRIFLING_SECONDS;
                    if best.as_ref().is_none_or(|best| seconds < best.seconds) {
                        best = Some(Assignment { method, proved, degrees: degrees.to_vec(), detail, seconds });
                    }
                    if method == Method::ClosedForm || trifling {
                        break;
                    }
                }
                // The last one is that of the most general method.
                Err(error) => reason = Some(error),
            }
        }
        best.ok_or_else(|| reason.unwrap_or_else(|| Error::unable("no other method is left")))
    }
}

impl Method {
    pub(super) fn ways<P: Examined>(self) -> impl Iterator<Item = Way<P>> {
        P::routes(self).iter().map(move |route| (self, *route))
    }
}

/// What the errors of an assignment are.
pub(super) fn word(proved: bool) -> &'static str {
    if proved { "proved" } else { "estimated" }
}

/// Exact multiplicities: a binomial coefficient of min(k, p) factors for each degree.
fn multiplicities<P: Examined>(problem: &P, degrees: &[u64]) -> f64 {
    let size = (degrees.last().copied().unwrap_or(0) as f64).min(problem.dimension() as f64);
    degrees.len() as f64 * (1e-7 + 2e-8 * size)
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Assignment { method, proved, degrees, detail, .. } in &self.assignments {
            if let (Some(first), Some(last)) = (degrees.first(), degrees.last()) {
                let (name, rigour, count) = (method.name(), word(*proved), degrees.len());
                writeln!(f, "{name:12} {rigour:9} {count:6} degrees in {first}..={last}: {detail}")?;
            }
        }
        if let Some(Refusal { degrees, reason }) = &self.refused
            && let (Some(first), Some(last)) = (degrees.first(), degrees.last())
        {
            writeln!(f, "{:12} {:9} {:6} degrees in {first}..={last}: {reason}", "none", "", degrees.len())?;
        }
        Ok(())
    }
}
