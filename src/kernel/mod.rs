//! Kernels as formulas: expressions, the catalogue, evaluation, symmetry, singularities.

pub mod catalogue;
mod choices;
mod display;
mod ends;
mod evaluate;
mod expr;
mod graph;
mod inverse;
mod kink;
mod limit;
mod parser;
mod pieces;
mod program;
mod ranging;
mod recognised;
mod reflection;
mod sampler;
mod simplified;
mod single_values;
mod singular_point;
mod singularities;
mod symmetry;
mod tabulated;
pub mod taylor;
mod undefined;
mod unseen;

pub use ends::{Arc, CentralDisc, Disc, End, Ends, Expansions, Region, Strip};
pub(crate) use ends::{bound_above, bound_around};
pub use evaluate::{Value, parse_point};
pub use expr::{Expr, Named, Node};
pub use kink::Kink;
pub(crate) use pieces::is_middle;
pub use pieces::{Piece, pieces};
pub use program::{Failure, Point, Program, Register, Step};
pub use reflection::mirrored;
pub(crate) use sampler::Sampler;
pub use simplified::Simplified;
pub(crate) use single_values::single_places;
pub use single_values::single_values;
pub use singular_point::SingularPoint;
pub use singularities::Singularities;
pub use symmetry::{ParityPart, Symmetry};
pub use tabulated::Tabulated;

use crate::error::{Error, Result};
use rug::Rational;
use std::fmt;
use std::str::FromStr;

/// A dot-product kernel $\kappa(u)$, $u = \langle x, y\rangle$, on the sphere.
///
/// The arc-cosine functions are normalised to 1 at $u = \cos\theta = 1$: $\kappa_0 = 1-\theta/\pi$,
/// $\kappa_1 = (\sin\theta+(\pi-\theta)\cos\theta)/\pi$; `ntk(L)` has L layers of weights.
///
/// ```
/// use zonal::Kernel;
/// let by_name: Kernel = "ntk(2)".parse()?;
/// let by_formula: Kernel = "u*arccos0(u) + arccos1(u)".parse()?;
/// assert_eq!(by_name.evaluate("1/2", 20)?.to_string(), by_formula.evaluate("1/2", 20)?.to_string());
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    expr: Expr,
}

impl Kernel {
    /// Reads a formula: `+ - * / ^`, sqrt exp log sin cos asin acos, pi, exact decimals, `arccosN(...)`, the kernels
    /// of the catalogue, the variable `u` and the dimension `p`.
    ///
    /// # Errors
    /// `Input`, with the position and what is allowed there.
    pub fn parse(formula: &str) -> Result<Self> {
        parser::parse(formula).map(|expr| Kernel { expr })
    }

    fn named(name: &str, parameters: Vec<Rational>) -> Result<Self> {
        let entry = catalogue::find(name)
            .ok_or_else(|| Error::input(format!("unknown kernel '{name}'; known are {}", catalogue::names())))?;
        Ok(Kernel { expr: Node::Named(entry.filled(parameters)?).into() })
    }

    /// The arc-cosine kernel kappa_n, normalised to 1 at u = 1; `n` up to 100000.
    ///
    /// # Errors
    /// `Input` if n is larger.
    pub fn arccos(n: usize) -> Result<Self> {
        Kernel::named("arccos", vec![n.into()])
    }

    /// The Gaussian-process kernel of a ReLU network with L layers of weights, L from 1 to 300.
    ///
    /// # Errors
    /// `Input` if L is out of range.
    pub fn nngp(layers: usize) -> Result<Self> {
        Kernel::named("nngp", vec![layers.into()])
    }

    /// The neural tangent kernel of a ReLU network with L layers of weights and no bias, L from 1 to 300;
    /// `ntk(2) = u arccos0(u) + arccos1(u)` is the network with one hidden layer. Value L at u = 1.
    ///
    /// # Errors
    /// `Input` if L is out of range.
    pub fn ntk(layers: usize) -> Result<Self> {
        Kernel::named("ntk", vec![layers.into()])
    }

    /// The formula.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Whether the formula depends on the dimension p.
    pub fn needs_dimension(&self) -> bool {
        self.expr.needs_dimension()
    }

    /// The kernel compiled for dimension p.
    ///
    /// # Errors
    /// `Input` if the formula depends on the dimension and none is given.
    pub fn program(&self, dimension: Option<u64>) -> Result<Program> {
        Program::new(&self.expr, dimension).map_err(|e| e.within(self))
    }
}

impl From<Expr> for Kernel {
    fn from(expr: Expr) -> Self {
        Kernel { expr }
    }
}

impl FromStr for Kernel {
    type Err = Error;

    fn from_str(formula: &str) -> Result<Self> {
        Kernel::parse(formula)
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.expr)
    }
}
