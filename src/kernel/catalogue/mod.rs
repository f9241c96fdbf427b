//! The catalogue: kernels with names and parameters, one file per family.

mod arc_cosine;
mod distance;
mod inner_product;

use super::expr::Expr;
use crate::error::{Error, Result};
use rug::Rational;
use std::fmt;

/// One kernel of the catalogue.
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
}

/// Every kernel of the catalogue.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    arc_cosine::FAMILY.iter().chain(distance::FAMILY).chain(inner_product::FAMILY)
}

/// The entry of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.name == name)
}

/// Every signature, for messages.
pub fn names() -> String {
    entries().map(Entry::signature).collect::<Vec<_>>().join(", ")
}

/// A kernel of the catalogue with its parameters filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    entry: &'static Entry,
    parameters: Vec<Rational>,
    expansion: Expr,
}

impl Named {
    /// Fills in the parameters.
    ///
    /// # Errors
    /// `Input` if their number or a value is not allowed.
    pub fn new(entry: &'static Entry, parameters: Vec<Rational>) -> Result<Self> {
        let given = parameters.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        if parameters.len() != entry.parameters.len() {
            return Err(Error::input(format!(
                "{} takes {} parameter{} ({}), not {}",
                entry.signature(),
                entry.parameters.len(),
                if entry.parameters.len() == 1 { "" } else { "s" },
                entry.allowed,
                parameters.len()
            )));
        }
        if !(entry.valid)(&parameters) {
            return Err(Error::input(format!("{}({given}) is not allowed: {}", entry.name, entry.allowed)));
        }
        let expansion = (entry.expand)(&parameters);
        Ok(Named { entry, parameters, expansion })
    }

    /// The entry of the catalogue.
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }

    /// The parameters.
    pub fn parameters(&self) -> &[Rational] {
        &self.parameters
    }

    /// The formula with the parameters filled in.
    pub fn expansion(&self) -> &Expr {
        &self.expansion
    }

    pub(super) fn expansion_mut(&mut self) -> &mut Expr {
        &mut self.expansion
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters = self.parameters.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        write!(f, "{}({parameters})", self.entry.name)
    }
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
