//! Laws and proofs in words.

use super::conclusion::{Conclusion, ParityProof, ProvedPower};
use super::positivity::Positivity;
use super::prediction::{Leading, Prediction, Theorem};
use super::proof::{Proof, Trace};
use super::proved_law::ProvedLaw;
use crate::number::Digits;
use rug::{Float, Rational, float::Round};
use std::fmt;

/// Digits of constants that are written with their error.
const CONSTANT_DIGITS: Digits = Digits::Count(20);

/// Digits of first corrections, and of constants of laws that are not proved.
const FEW_DIGITS: Digits = Digits::Count(6);

/// Digits of the sum of all eigenvalues.
const SUM_DIGITS: Digits = Digits::Count(12);

/// `base^(-exponent)`, with parentheses only around fractions.
pub(crate) fn power(base: &str, exponent: &Rational) -> String {
    if exponent.is_integer() { format!("{base}^-{exponent}") } else { format!("{base}^-({exponent})") }
}

/// base^exponent
fn raised(base: &str, exponent: &Rational) -> String {
    if exponent.is_integer() { format!("{base}^{exponent}") } else { format!("{base}^({exponent})") }
}

/// m = k + (p-2)/2, the degree with its shift in dimension p.
pub(crate) fn shifted(p: u64) -> String {
    match (p - 2, p.is_multiple_of(2)) {
        (0, _) => "k".to_string(),
        (n, true) => format!("(k+{})", n / 2),
        (n, false) => format!("(k+{n}/2)"),
    }
}

/// x to a few digits, rounded upward or downward.
pub(crate) fn rounded(x: &Float, up: bool) -> String {
    const KEPT: usize = 6;
    x.to_string_radix_round(10, Some(KEPT), if up { Round::Up } else { Round::Down })
}

fn list(degrees: &[u64]) -> String {
    degrees.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl ProvedLaw {
    /// The constant A and a bound of its error, as written to 20 digits.
    pub fn constant_in_decimals(&self) -> [String; 2] {
        let error = CONSTANT_DIGITS.written_error(&self.constant.middle, &self.constant.radius.to_float(), None);
        [CONSTANT_DIGITS.format(&self.constant.middle), rounded(&error, true)]
    }

    /// The first correction to 6 digits, where it is known and not zero.
    pub fn correction_in_decimals(&self) -> Option<String> {
        let correction = self.correction.as_ref().filter(|correction| !correction.contains_zero());
        correction.map(|correction| FEW_DIGITS.format(&correction.middle))
    }

    /// The law for some degrees, such as `even k`, in the variable `m`.
    fn stated(&self, m: &str, degrees: &str) -> String {
        let [value, error] = self.constant_in_decimals();
        format!(
            "|mu_k {raised} / A - 1| <= {c} {tail} for every {degrees} >= {from}, A = {value} up to {error}",
            raised = raised(m, &self.exponent),
            c = rounded(&self.c.to_float(), true),
            tail = power(m, &self.rate),
            from = self.from_degree,
        )
    }
}

/// `|mu_k m^b / A - 1| <= c m^-rate for every k >= from, A = ... up to ...`, m = k + (p-2)/2.
impl fmt::Display for ProvedLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stated("m", "k"))
    }
}

/// The law of one parity, m = k + (p-2)/2.
impl fmt::Display for Prediction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Prediction::Finite(exceptions) if exceptions.is_empty() => f.write_str("exactly zero"),
            Prediction::Finite(exceptions) => write!(f, "exactly zero except at k = {}", list(exceptions)),
            Prediction::Power(Leading::Steady(law)) => {
                let constant = law.closed_form.clone().unwrap_or_else(|| FEW_DIGITS.format(&law.constant));
                write!(f, "mu_k ~ A {}, A = {constant}", power("m", &law.exponent))
            }
            Prediction::Power(Leading::Oscillating(law)) => law.fmt(f),
            Prediction::Faster(()) => f.write_str("faster than any power"),
            Prediction::Undecided(why) => write!(f, "undecided: {why}"),
        }
    }
}

impl fmt::Display for Theorem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "even k: {}\nodd k: {}", self.parities.even, self.parities.odd)
    }
}

impl ParityProof {
    /// The theorem in one line, in dimension p.
    pub fn statement(&self, p: u64) -> String {
        let parity = self.parity;
        match &self.conclusion {
            Conclusion::Finite(exceptions) if exceptions.is_empty() => format!("mu_k = 0 for every {parity} k"),
            Conclusion::Finite(exceptions) => {
                format!("mu_k = 0 for every {parity} k except k = {}, where it is not", list(exceptions))
            }
            Conclusion::Power(ProvedPower::Law(law)) => law.stated(&shifted(p), &format!("{parity} k")),
            Conclusion::Faster(bound) => format!(
                "|mu_k| <= {} {}^-k for every {parity} k >= 1: the {parity} part of the kernel is analytic on [-1, 1], \
                 so its eigenvalues follow no power law",
                rounded(&bound.constant, true),
                rounded(&bound.ratio, false)
            ),
            Conclusion::Power(ProvedPower::Bound(bound)) => format!(
                "|mu_k| <= {} {} for every {parity} k >= 1: no more than a bound, for what the kinks inside (-1, 1) \
                 add",
                rounded(&bound.constant, true),
                power(&shifted(p), &bound.exponent)
            ),
            Conclusion::Undecided(why) => format!("nothing: {why}"),
        }
    }

    /// Whether a statement about the eigenvalues of this parity was proved, be it a law or only a bound.
    pub fn is_decided(&self) -> bool {
        !matches!(self.conclusion, Conclusion::Undecided(_))
    }

    /// What follows from the statement, a line each.
    fn consequences(&self, p: u64) -> Vec<String> {
        let mut lines = Vec::new();
        let law = match &self.conclusion {
            Conclusion::Power(ProvedPower::Law(law)) => Some(law),
            _ => None,
        };
        if let Some((law, correction)) = law.and_then(|law| Some((law, law.correction_in_decimals()?))) {
            lines.push(format!("the first correction is {correction} {}", power(&shifted(p), &law.rate)));
        }
        if let Some(from) = law.and_then(|law| law.decreasing_from) {
            lines.push(format!("|mu_(k+2)| < |mu_k| from k = {from} on"));
        }
        if let (Some(first), Some(last)) = (self.rows.first(), self.rows.last()) {
            lines.push(format!("k = {}, ..., {}: enclosed one by one", first.degree, last.degree));
        }
        if let Some((bounds, law)) = self.bounds.as_ref().zip(law) {
            let falling = power("k", &law.exponent);
            lines.push(format!(
                "{} {falling} <= mu_k <= {} {falling} for every {} k >= {}",
                rounded(&bounds.lower, false),
                rounded(&bounds.upper, true),
                self.parity,
                bounds.from_degree
            ));
        }
        lines
    }
}

impl Trace {
    /// The sum over all degrees and a bound of its error, as written to 12 digits.
    pub fn sum_in_decimals(&self) -> [String; 2] {
        let error = SUM_DIGITS.written_error(&self.sum.middle, &self.sum.radius.to_float(), None);
        [SUM_DIGITS.format(&self.sum.middle), rounded(&error, true)]
    }

    /// The midpoint of the enclosure of kappa(1) as a decimal of 20 significant digits.
    pub fn at_one_in_decimals(&self) -> String {
        CONSTANT_DIGITS.format(&self.at_one.middle)
    }
}

/// `sum of N mu_k over all k = ...; kappa(1) = ...: contained`.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [sum, error] = self.sum_in_decimals();
        write!(
            f,
            "sum of N mu_k over all k = {sum} up to {error} (laws from k = {} on); kappa(1) = {}: {}",
            self.from_degree,
            self.at_one_in_decimals(),
            if self.holds() { "contained" } else { "NOT CONTAINED" }
        )
    }
}

impl Proof {
    /// Why every mu_k is positive, or which is not, in one line.
    pub fn positivity_statement(&self) -> String {
        match &self.positivity {
            Positivity::Holds(why) => {
                let but = match self.single_places.as_deref() {
                    Some([]) => String::new(),
                    Some(places) => {
                        let places: Vec<String> = places.iter().map(ToString::to_string).collect();
                        format!("but for its values at u = {} alone, which no eigenvalue sees, ", places.join(", "))
                    }
                    None => "but perhaps for its values at single places, which no eigenvalue sees, ".to_string(),
                };
                format!("every mu_k > 0: {but}the kernel is strictly positive definite on the sphere ({why})")
            }
            Positivity::Fails(witnesses) => {
                let list: Vec<String> = witnesses.iter().map(ToString::to_string).collect();
                format!("not every mu_k is positive: {}", list.join("; "))
            }
            Positivity::Undecided(why) => format!("positivity: undecided: {why}"),
        }
    }
}

/// All theorems, a line or a paragraph each, as `zonal prove` prints them.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let p = self.sphere.dimension();
        writeln!(f, "{} on S^{} in R^{p}", self.kernel, p - 1)?;
        for parity in &self.parities {
            let status = if parity.is_decided() { "proved" } else { "undecided" };
            writeln!(f, "\n{} k: {status}\n  {}", parity.parity, parity.statement(p))?;
            for line in parity.consequences(p) {
                writeln!(f, "  {line}")?;
            }
        }
        write!(f, "\n{}", self.positivity_statement())?;
        match &self.trace {
            Ok(trace) => write!(f, "\n{trace}"),
            Err(_) => Ok(()),
        }
    }
}
