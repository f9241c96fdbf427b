//! Kernels as formulas: expressions, the catalogue, evaluation, symmetry, singularities.

pub mod catalogue;
mod choices;
mod constructors;
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
#[doc(hidden)]
pub mod taylor;
mod undefined;
mod unseen;

pub use ends::End;
#[doc(hidden)]
pub use ends::{Arc, CentralDisc, Disc, Ends, Expansions, Region, Strip};
pub(crate) use ends::{bound_above, bound_around};
pub use evaluate::{Value, parse_point};
pub use expr::{Expr, Named, Node};
pub use kink::Kink;
pub(crate) use pieces::is_middle;
#[doc(hidden)]
pub use pieces::{Piece, pieces};
pub use program::{Failure, Point, Program, Register, Step};
#[doc(hidden)]
pub use reflection::mirrored;
pub(crate) use sampler::Sampler;
#[doc(hidden)]
pub use simplified::Simplified;
pub(crate) use single_values::single_places;
#[doc(hidden)]
pub use single_values::single_values;
#[doc(hidden)]
pub use singular_point::SingularPoint;
#[doc(hidden)]
pub use singularities::Singularities;
pub use symmetry::{ParityPart, Symmetry};
pub use tabulated::Tabulated;

use crate::error::{Error, Result};
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

    /// The formula of the kernel as an expression in u and, where it depends on it, p.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Whether the formula depends on the dimension p.
    pub fn needs_dimension(&self) -> bool {
        self.expr.needs_dimension()
    }

    /// Compiles the kernel for dimension p; `None` will do where the formula does not depend on it.
    ///
    /// # Errors
    /// `Input` if the formula depends on the dimension and none is given, or has kinks inside (-1, 1).
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
