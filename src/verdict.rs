//! Verdicts on statements.

use std::fmt;

/// Whether a statement holds: seen to hold, seen to fail, or undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It was seen to hold.
    Holds,
    /// It could not be decided.
    Undecided,
    /// It was seen not to hold.
    Fails,
}

impl From<bool> for Verdict {
    /// Holds or fails.
    fn from(holds: bool) -> Self {
        if holds { Verdict::Holds } else { Verdict::Fails }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Holds => "holds",
            Verdict::Undecided => "undecided",
            Verdict::Fails => "fails",
        })
    }
}
