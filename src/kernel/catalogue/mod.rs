//! The catalogue: kernels with names and parameters, one file per family.

mod arc_cosine;
mod distance;
mod inner_product;

use super::expr::{Expr, Named};
use crate::error::{Error, Result};
use rug::Rational;
use std::fmt;

/// A kernel family of the catalogue: its name, its parameters and what they may be, its formula.
pub struct Entry {
    /// The name, as written in formulas.
    pub name: &'static str,
    /// The names of its parameters.
    pub parameters: &'static [&'static str],
    /// What the parameters may be, in words.
    pub allowed: &'static str,
    /// The formula, in words.
    pub formula: &'static str,
    /// What it is and where it comes from.
    pub about: &'static str,
    /// r, where mu_k = r^k on every sphere.
    ratio: Option<fn(&[Rational]) -> &Rational>,
    valid: fn(&[Rational]) -> bool,
    expand: fn(&[Rational]) -> Expr,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Entry {
    /// The name with its parameters, such as `matern(nu,l)`.
    pub fn signature(&self) -> String {
        format!("{}({})", self.name, self.parameters.join(","))
    }

    /// The kernel with its parameters filled in.
    ///
    /// # Errors
    /// `Input` if their number or a value is not allowed.
    pub fn filled(&self, parameters: Vec<Rational>) -> Result<Named> {
        let given = parameters.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        if parameters.len() != self.parameters.len() {
            return Err(Error::input(format!(
                "{} takes {} parameter{} ({}), not {}",
                self.signature(),
                self.parameters.len(),
                if self.parameters.len() == 1 { "" } else { "s" },
                self.allowed,
                parameters.len()
            )));
        }
        if !(self.valid)(&parameters) {
            return Err(Error::input(format!("{}({given}) is not allowed: {}", self.name, self.allowed)));
        }
        let expansion = (self.expand)(&parameters);
        let ratio = self.ratio.map(|ratio| ratio(&parameters).clone());
        Ok(Named { name: self.name, parameters, ratio, expansion })
    }
}

/// Every kernel of the catalogue: the arc-cosine family, kernels of the distance, kernels of the inner product.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    arc_cosine::FAMILY.iter().chain(distance::FAMILY).chain(inner_product::FAMILY)
}

/// The entry of the catalogue with exactly this name; `None` if there is none.
pub fn find(name: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.name == name)
}

/// The signatures of all kernels of the catalogue, such as `matern(nu,l)`, separated by commas.
pub fn names() -> String {
    entries().map(Entry::signature).collect::<Vec<_>>().join(", ")
}

/// The parameter as an integer between `low` and `high`.
fn integer(q: &Rational, low: usize, high: usize) -> Option<usize> {
    q.is_integer().then(|| q.numer().to_usize()).flatten().filter(|n| (low..=high).contains(n))
}

/// A validated integer parameter.
fn checked(q: &Rational) -> usize {
    q.numer().to_usize().unwrap_or(0)
}

/// Numbers whose size keeps arithmetic in range: between 10^-300 and 10^300.
fn positive(q: &Rational) -> bool {
    q.cmp0().is_gt() && (0.999e-300..=1.001e300).contains(&q.to_f64())
}
