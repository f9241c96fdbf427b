//! How fast Taylor coefficients fall.

use rug::Rational;
use std::cmp::Ordering;

/// The decay of the coefficients of a power series, from the fastest to the slowest.
#[derive(Clone, Debug, PartialEq)]
pub enum Rate {
    /// Zero beyond some degree.
    Polynomial,
    /// $r^j/j!^\tau$ for some r > 0: an entire function of order $1/\tau$; tau = 0 stands for every small tau > 0.
    Entire(Rational),
    /// $A^{-j} j^{s-1}$: as those of $(1-u/A)^{-s}$.
    Geometric {
        /// A >= 1; of some unknown size if it is not known.
        radius: Option<Rational>,
        /// s, if it is known.
        power: Option<Rational>,
    },
}

impl Rate {
    /// Geometric, at a radius and with a power that are not known.
    pub const SOME: Rate = Rate::Geometric { radius: None, power: None };

    /// The rate A^-j j^(s-1) of the coefficients of (1 - u/A)^-s, for the radius A and the power s.
    pub fn singular(radius: Rational, power: Rational) -> Self {
        Rate::Geometric { radius: Some(radius), power: Some(power) }
    }

    /// Fast before slow; none where that is not known.
    fn compare(&self, other: &Rate) -> Option<Ordering> {
        match (self, other) {
            (Rate::Polynomial, Rate::Polynomial) => Some(Ordering::Equal),
            (Rate::Polynomial, _) | (Rate::Entire(_), Rate::Geometric { .. }) => Some(Ordering::Less),
            (_, Rate::Polynomial) | (Rate::Geometric { .. }, Rate::Entire(_)) => Some(Ordering::Greater),
            (Rate::Entire(a), Rate::Entire(b)) => Some(b.cmp(a)),
            (Rate::Geometric { radius: a, power: s }, Rate::Geometric { radius: b, power: t }) => {
                match b.as_ref()?.cmp(a.as_ref()?) {
                    Ordering::Equal => Some(s.as_ref()?.cmp(t.as_ref()?)),
                    other => Some(other),
                }
            }
        }
    }

    /// The slower of two lower bounds; the first where that is not known, and one that is known better than not at all.
    pub fn slower(self, other: Rate) -> Rate {
        match self.compare(&other) {
            Some(Ordering::Less) => other,
            None if self == Rate::SOME => other,
            _ => self,
        }
    }

    /// An upper bound for a sum: the slower of two upper bounds.
    pub fn above(self, other: Rate) -> Option<Rate> {
        match self.compare(&other) {
            Some(Ordering::Less) => Some(other),
            Some(_) => Some(self),
            None => self.at_least_radius(other, None),
        }
    }

    /// An upper bound for the coefficients of a product of two series; `None` where none is known.
    pub fn times(self, other: Rate) -> Option<Rate> {
        match (&self, &other) {
            (Rate::Geometric { radius: a, power: s }, Rate::Geometric { radius: b, power: t }) if a == b => {
                // Two algebraic singularities at one place; a power of 0 may be a logarithm.
                let sum = s.clone().zip(t.clone()).filter(|(s, t)| *s > 0 && *t > 0).map(|(s, t)| s + t);
                self.at_least_radius(other, sum)
            }
            // The faster factor converges where the slower one is singular; a product of entire functions has the
            // larger order.
            _ => self.above(other),
        }
    }

    /// Geometric with the smaller radius.
    fn at_least_radius(self, other: Rate, power: Option<Rational>) -> Option<Rate> {
        let (Rate::Geometric { radius: a, .. }, Rate::Geometric { radius: b, .. }) = (self, other) else { return None };
        Some(Rate::Geometric { radius: Some(a?.min(b?)), power })
    }

    /// An upper bound for the exponential, sine or cosine of a function, of degree `degree` if it is a polynomial.
    pub fn exponential(self, degree: Option<u64>) -> Rate {
        match (self, degree) {
            (Rate::Polynomial, Some(0)) => Rate::Polynomial,
            (Rate::Polynomial, Some(degree)) => Rate::Entire(Rational::from((1, degree))),
            (Rate::Polynomial | Rate::Entire(_), _) => Rate::Entire(Rational::new()),
            // Where the function stays finite at its singular point, its exponential is singular in the same way.
            (Rate::Geometric { radius, power }, _) => Rate::Geometric { radius, power: power.filter(|s| *s < 0) },
        }
    }
}
