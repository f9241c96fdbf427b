//! Statements about how a random error shrinks: exponents with confidence intervals.

use crate::claim::Evidence;
use crate::monte_carlo::{LEVEL, Mean};
use zonal::report::plot::{Curve, Mark};
use zonal::verdict::Verdict;

/// Exponents wrong by this much must be refuted; both are negative controls.
pub const WRONG_EXPONENT: f64 = 0.1;

/// Errors at increasing sizes, drawn several times.
#[derive(Clone, Debug)]
pub struct Leading {
    /// m
    pub sizes: Vec<usize>,
    /// For each draw the errors, one for each size.
    pub draws: Vec<Vec<f64>>,
}

impl Leading {
    /// The exponent: the mean over draws of the slope of log error against log m. The mean of log error is that of
    /// log(scale) plus a constant where the law of error/scale is the same at all m, so that nothing is lost by the
    /// logarithm.
    pub fn exponent(&self) -> Mean {
        let logs: Vec<f64> = self.sizes.iter().map(|m| (*m as f64).ln()).collect();
        let centre = logs.iter().sum::<f64>() / logs.len() as f64;
        let spread: f64 = logs.iter().map(|x| (x - centre).powi(2)).sum();
        let slope =
            |errors: &Vec<f64>| logs.iter().zip(errors).map(|(x, e)| (x - centre) * e.ln()).sum::<f64>() / spread;
        Mean::of(&self.draws.iter().map(slope).collect::<Vec<f64>>())
    }

    /// Records whether the exponent lies in the confidence interval; negative controls are exponents 0.1 more and less.
    /// Too few draws to tell them apart decide nothing.
    pub fn check(&self, evidence: &mut Evidence, what: &str, expected: f64) {
        let exponent = self.exponent();
        let (reach, power) = (exponent.reach(), exponent.power());
        let found = format!("{:.4} +- {:.4} ({} draws)", exponent.value, reach, exponent.count);
        let verdict = match (exponent.value - expected).abs() <= reach {
            true if reach + power > WRONG_EXPONENT => Verdict::Undecided,
            true => Verdict::Holds,
            false => Verdict::Fails,
        };
        evidence.check(format!("{what} (interval of level {LEVEL:e})"), format!("{expected}"), found.clone(), verdict);
        for wrong in [expected - WRONG_EXPONENT, expected + WRONG_EXPONENT] {
            let refuted = (exponent.value - wrong).abs() > reach;
            evidence.control(format!("{what}, wrong exponent"), format!("{wrong:.2}"), found.clone(), refuted);
        }
    }

    /// The root of the mean square of the errors at each size, for a figure.
    pub fn curve(&self, label: &str, mark: Mark) -> Curve {
        let square = |i: usize| self.draws.iter().map(|errors| errors[i] * errors[i]).sum::<f64>();
        let mean = |i: usize| 0.5 * (square(i) / self.draws.len() as f64).log10();
        let points = self.sizes.iter().enumerate().map(|(i, m)| ((*m as f64).log10(), mean(i))).collect();
        Curve { label: label.to_string(), points, mark }
    }
}

/// Records that a bias is below the confidence interval of a mean; the control is a `larger` bias, at a smaller size,
/// that must not be.
pub fn negligible(evidence: &mut Evidence, what: &str, mean: &Mean, bias: f64, larger: f64) {
    let reach = mean.reach();
    let verdict = if bias < reach { Verdict::Holds } else { Verdict::Undecided };
    evidence.check(what, format!("below the interval, {reach:.6}"), format!("at most {bias:.6}"), verdict);
    let found = format!("at most {larger:.6}");
    evidence.control(format!("{what}, at the smaller size"), format!("below {reach:.6}"), found, larger >= reach);
}

/// The line `constant` m^exponent over some sizes.
pub fn line(label: &str, sizes: &[usize], constant: f64, exponent: f64) -> Curve {
    let points = sizes.iter().map(|m| (*m as f64).log10()).map(|x| (x, constant.log10() + exponent * x)).collect();
    Curve { label: label.to_string(), points, mark: Mark::Dashed }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exact powers with a factor for each draw; an exponent off by 0.1 fails, and two draws that disagree decide
    /// nothing.
    #[test]
    fn a_wrong_exponent_is_caught() {
        let sizes = vec![10, 100, 1000];
        let rate = |exponents: &[f64]| Leading {
            sizes: sizes.clone(),
            draws: exponents.iter().map(|e| sizes.iter().map(|m| 3.0 * (*m as f64).powf(*e)).collect()).collect(),
        };
        let verdicts = |rate: Leading, expected| {
            let mut evidence = Evidence::new();
            rate.check(&mut evidence, "rate", expected);
            evidence.checks.iter().map(|c| c.verdict).collect::<Vec<_>>()
        };
        let many: Vec<f64> = (0..100).map(|i| -0.5 + 0.01 * ((i % 3) as f64 - 1.0)).collect();
        assert_eq!(verdicts(rate(&many), -0.5), [Verdict::Holds; 3]);
        assert_eq!(verdicts(rate(&many), -0.6)[0], Verdict::Fails);
        assert_eq!(verdicts(rate(&[-0.4, -0.6]), -0.5)[0], Verdict::Undecided);
    }
}
