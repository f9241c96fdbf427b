//! Statements, the checks made of them, and the verdict.

use rug::Float;
use serde::Serialize;
use zonal::verdict::Verdict;

/// A statement of the literature.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// A short name, that of the binary that checks it.
    pub id: &'static str,
    /// The statement, with its hypotheses.
    pub statement: &'static str,
    /// Where it is from.
    pub source: &'static str,
    /// The types and functions of the library that check it, and on what.
    pub checked_by: &'static str,
    /// What was found that the source does not say.
    pub found: Option<&'static str>,
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Check {
    /// What.
    pub what: String,
    /// What the statement says.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// Whether they agree; for a negative control, whether the wrong statement was refuted as it must be.
    pub verdict: Verdict,
    /// Whether this is a negative control: a wrong statement that the same test must refute.
    pub control: bool,
}

/// A table of what was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Exhibit {
    /// What is compared, and how.
    pub caption: String,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// A cell for each column.
    pub rows: Vec<Vec<String>>,
}

/// What speaks for or against a claim.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The checks.
    pub checks: Vec<Check>,
    /// Figures: a caption, and SVG text.
    pub figures: Vec<(String, String)>,
    /// Tables.
    pub tables: Vec<Exhibit>,
}

impl Evidence {
    /// Nothing yet.
    pub fn new() -> Self {
        Evidence::default()
    }

    /// Records a check.
    pub fn check(
        &mut self,
        what: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
        verdict: Verdict,
    ) {
        self.push([what.into(), expected.into(), found.into()], verdict, false);
    }

    fn push(&mut self, [what, expected, found]: [String; 3], verdict: Verdict, control: bool) {
        self.checks.push(Check { what, expected, found, verdict, control });
    }

    /// Records that two numbers agree to a relative error.
    pub fn equal(&mut self, what: impl Into<String>, expected: &Float, found: &Float, tolerance: f64) {
        let verdict = Verdict::from(agree(expected, found, tolerance));
        let (digits, what) = (digits(tolerance), what.into());
        self.check(
            format!("{what} (relative error below {tolerance:e})"),
            write(expected, digits),
            write(found, digits),
            verdict,
        );
    }

    /// A negative control: the same comparison with a wrong number, which must fail.
    pub fn must_differ(&mut self, what: impl Into<String>, wrong: &Float, found: &Float, tolerance: f64) {
        let refuted = !agree(wrong, found, tolerance);
        let digits = digits(tolerance);
        self.control(what, write(wrong, digits), write(found, digits), refuted);
    }

    /// A negative control of any kind: `refuted` says whether the wrong statement was seen to be wrong.
    pub fn control(
        &mut self,
        what: impl Into<String>,
        wrong: impl Into<String>,
        found: impl Into<String>,
        refuted: bool,
    ) {
        let verdict = Verdict::from(refuted);
        self.push([what.into(), wrong.into(), found.into()], verdict, true);
    }

    /// The worst verdict. Evidence without a check or without a negative control decides nothing.
    pub fn verdict(&self) -> Verdict {
        let complete = self.checks.iter().any(|c| c.control) && self.checks.iter().any(|c| !c.control);
        let worst = self.checks.iter().map(|c| c.verdict).max();
        worst.filter(|_| complete).unwrap_or(Verdict::Undecided)
    }
}

/// Whether |x - y| <= tolerance |x|; two zeros agree.
fn agree(x: &Float, y: &Float, tolerance: f64) -> bool {
    let distance = Float::with_val(64, x - y).abs();
    distance <= Float::with_val(64, x.abs_ref()) * tolerance
}

/// Two digits more than are compared.
fn digits(tolerance: f64) -> usize {
    (-tolerance.log10()).ceil().clamp(1.0, 60.0) as usize + 2
}

fn write(x: &Float, digits: usize) -> String {
    if x.is_zero() { "0".to_string() } else { zonal::number::Digits::Count(digits as u32).format(x) }
}

#[cfg(test)]
mod tests {
    use super::Evidence;
    use rug::Float;
    use zonal::verdict::Verdict;

    #[test]
    fn a_verdict_needs_a_check_and_a_control() {
        let (x, y) = (Float::with_val(100, 1), Float::with_val(100, 1.001));
        let mut evidence = Evidence::new();
        assert_eq!(evidence.verdict(), Verdict::Undecided);
        evidence.equal("one", &x, &x, 1e-10);
        assert_eq!(evidence.verdict(), Verdict::Undecided);
        evidence.must_differ("a thousandth more", &y, &x, 1e-10);
        assert_eq!(evidence.verdict(), Verdict::Holds);
        // A control that is not refuted spoils everything, and so does a check that fails.
        let mut blind = evidence.clone();
        blind.must_differ("too coarse", &y, &x, 0.1);
        assert_eq!(blind.verdict(), Verdict::Fails);
        evidence.equal("wrong", &y, &x, 1e-10);
        assert_eq!(evidence.verdict(), Verdict::Fails);
    }
}
