//! Statements about random quantities: confidence intervals with a stated power.

use crate::claim::Evidence;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use zonal::verdict::Verdict;

/// The part of true statements that a check may refute; seeds are fixed, so a verdict never changes.
pub const LEVEL: f64 = 1e-4;

/// The relative error of a constant that must be seen, with a probability of 1 - `MISS`.
pub const WRONG: f64 = 0.05;

/// The part of statements wrong by `WRONG` that may be missed.
pub const MISS: f64 = 1e-3;

/// The mean of independent draws, and its standard error.
#[derive(Clone, Copy, Debug)]
pub struct Mean {
    /// The mean.
    pub value: f64,
    /// The standard deviation of the draws over the root of their number.
    pub error: f64,
    /// The number of draws.
    pub count: usize,
}

impl Mean {
    /// Of some draws, at least two.
    pub fn of(draws: &[f64]) -> Self {
        let count = draws.len() as f64;
        let value = draws.iter().sum::<f64>() / count;
        let variance = draws.iter().map(|x| (x - value).powi(2)).sum::<f64>() / (count - 1.0);
        Mean { value, error: (variance / count).sqrt(), count: draws.len() }
    }

    /// Half the width of the confidence interval of level 1 - LEVEL, by Student's distribution.
    pub fn reach(&self) -> f64 {
        StudentsT::new(0.0, 1.0, self.count as f64 - 1.0).map_or(f64::INFINITY, |t| t.inverse_cdf(1.0 - LEVEL / 2.0))
            * self.error
    }

    /// How far beyond the interval a wrong value must be to be refuted with a probability of 1 - MISS.
    pub fn power(&self) -> f64 {
        Normal::standard().inverse_cdf(1.0 - MISS) * self.error
    }

    /// Records whether the expected value lies in the confidence interval, and as a negative control that a value 5 %
    /// larger does not. A sample too small to tell the two apart decides nothing.
    pub fn check(&self, evidence: &mut Evidence, what: &str, expected: f64) {
        self.check_near(evidence, what, expected, 0.0);
    }

    /// The same where the statement is an approximation, off by at most `allowed`.
    pub fn check_near(&self, evidence: &mut Evidence, what: &str, expected: f64, allowed: f64) {
        let reach = self.reach() + allowed;
        let power = self.power();
        let found = format!("{:.6} +- {:.6} ({} draws)", self.value, self.error, self.count);
        let verdict = match (self.value - expected).abs() <= reach {
            true if reach + allowed + power > WRONG * expected.abs() => Verdict::Undecided,
            true => Verdict::Holds,
            false => Verdict::Fails,
        };
        let next = if allowed > 0.0 { format!(", next order {allowed:.1e}") } else { String::new() };
        evidence.check(format!("{what} (level {LEVEL:e}{next})"), format!("{expected:.6}"), found.clone(), verdict);
        let wrong = expected * (1.0 + WRONG);
        evidence.control(format!("{what}, 5 % more"), format!("{wrong:.6}"), found, (self.value - wrong).abs() > reach);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Right, wrong by 5 %, and too few draws to tell.
    #[test]
    fn a_wrong_constant_is_caught() {
        let draws =
            |count: usize| -> Vec<f64> { (0..count).map(|i| 1.0 + 0.3 * ((i as f64 * 0.618).fract() - 0.5)).collect() };
        let verdict = |count, expected| {
            let mut evidence = Evidence::new();
            Mean::of(&draws(count)).check(&mut evidence, "mean", expected);
            evidence.checks[0].verdict
        };
        assert_eq!(verdict(1000, 1.0), Verdict::Holds);
        assert_eq!(verdict(1000, 1.05), Verdict::Fails);
        assert_eq!(verdict(1000, 0.95), Verdict::Fails);
        assert_eq!(verdict(10, 1.0), Verdict::Undecided);
    }
}
