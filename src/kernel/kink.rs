//! Functions with kinks.

/// A function of formulas that is smooth but where they meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kink {
    /// `abs(a)`
    Abs,
    /// `step(a)`: 1 where a > 0, else 0.
    Step,
    /// `max(a, b, ...)`
    Max,
    /// `min(a, b, ...)`
    Min,
    /// `where(condition, a, b)`: a where the condition is positive, else b.
    Where,
    /// `piecewise(a, end, b, end, ..., z)`: a up to the first end, and so on.
    Piecewise,
}

impl Kink {
    /// All of them, with their names in formulas.
    pub const ALL: [(Kink, &'static str); 6] = [
        (Kink::Abs, "abs"),
        (Kink::Step, "step"),
        (Kink::Max, "max"),
        (Kink::Min, "min"),
        (Kink::Where, "where"),
        (Kink::Piecewise, "piecewise"),
    ];

    /// The name of the function in formulas: abs, step, max, min, where or piecewise.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kink, _)| *kink == self).map_or("?", |(_, name)| name)
    }

    /// What it takes, in words, if not so many formulas.
    pub(super) fn refuses(self, count: usize) -> Option<&'static str> {
        let (fits, allowed) = match self {
            Kink::Abs | Kink::Step => (count == 1, "1 argument"),
            Kink::Where => (count == 3, "a condition, a formula where it is positive, and one elsewhere"),
            Kink::Max | Kink::Min => (count >= 2, "two or more formulas"),
            Kink::Piecewise => (count >= 3 && count % 2 == 1, "formulas with the ends between them"),
        };
        (!fits).then_some(allowed)
    }
}
