//! Plans on spheres: the endpoint expansion from the degree on where it saves time.

use super::crossovers::{CHEAP_CLOSED_FORM_SECONDS, HIGHEST_COMPARED, endpoint_setup_seconds};
use super::examined_kernel::ExaminedKernel;
use super::method::Method;
use super::plan::{Assignment, Planned, Planner};
use crate::error::{Error, Result};

impl Planned for ExaminedKernel {
    fn choose(planner: &Planner<'_, Self>, degrees: &[u64]) -> Result<Vec<Assignment>> {
        planner.with_expansion(degrees)
    }
}

impl Planner<'_, ExaminedKernel> {
    /// The cheapest way without the endpoint expansion; with it above the degree from which it gives the digits, if
    /// that saves time.
    fn with_expansion(&self, degrees: &[u64]) -> Result<Vec<Assignment>> {
        let without = match degrees.last() {
            Some(k) if *k > HIGHEST_COMPARED => {
                let closed = || self.cheapest(Method::ClosedForm.ways(), degrees).ok();
                match closed().filter(|_| self.problem.has_high_order()) {
                    Some(closed) if closed.seconds < CHEAP_CLOSED_FORM_SECONDS => return Ok(vec![closed]),
                    _ => None,
                }
            }
            _ => self.direct(degrees).ok(),
        };
        match without {
            Some(choice) if choice.seconds < self.endpoint_setup() => Ok(vec![choice]),
            Some(choice) => {
                let with = self.with_endpoint(degrees).ok();
                let cheaper = |with: &Vec<Assignment>| with.iter().map(|a| a.seconds).sum::<f64>() < choice.seconds;
                Ok(with.filter(cheaper).unwrap_or_else(|| vec![choice]))
            }
            None => self.with_endpoint(degrees).or_else(|endpoint| {
                self.direct(degrees)
                    .map(|choice| vec![choice])
                    .map_err(|other| Error::unable(format!("{other}; {endpoint}")))
            }),
        }
    }

    fn endpoint_setup(&self) -> f64 {
        endpoint_setup_seconds(self.problem.program.steps().len(), self.problem.dimension())
    }

    /// The endpoint expansion from the degree on where it gives the digits, the cheapest other method below.
    fn with_endpoint(&self, degrees: &[u64]) -> Result<Vec<Assignment>> {
        let endpoint = self.problem.endpoint(self.digits, degrees.first().copied().unwrap_or(0))?;
        let (low, high): (Vec<u64>, Vec<u64>) = degrees.iter().partition(|k| **k < endpoint.from);
        if high.is_empty() {
            return Err(Error::unable(format!("the endpoint expansion starts at degree {}", endpoint.from)));
        }
        let above = self.cheapest(Method::Endpoint.ways(), &high)?;
        Ok(if low.is_empty() { vec![above] } else { vec![self.direct(&low)?, above] })
    }
}
