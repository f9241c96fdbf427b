//! Kernel expressions: trees in u = <x, y>.

use super::catalogue::Named;
use crate::error::{Error, Result};
use crate::number::{Exact, Function, Number};
use rug::Rational;
use std::collections::HashMap;
use std::ops;
use std::sync::Arc;

/// A formula in `u`, the inner product of two points of the sphere.
///
/// Subtrees are shared, so that a deep kernel stays small. Trees are built by the parser, by the catalogue, or
/// with `+ - * /` and the methods below.
///
/// ```
/// use zonal::kernel::Expr;
/// let ntk_2 = Expr::u() * Expr::u().arccos(0) + Expr::u().arccos(1);
/// assert_eq!(ntk_2.to_string(), "u*arccos0(u) + arccos1(u)");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Expr(pub(crate) Arc<Node>);

/// One node of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A non-negative decimal or integer, exact.
    Number(Rational),
    /// The number pi.
    Pi,
    /// The variable u.
    Variable,
    /// The dimension p of the surrounding space.
    Dimension,
    /// `-a`
    Neg(Expr),
    /// `a + b`
    Add(Expr, Expr),
    /// `a - b`
    Sub(Expr, Expr),
    /// `a * b`
    Mul(Expr, Expr),
    /// `a / b`
    Div(Expr, Expr),
    /// `a ^ b`, where b must come out as a rational number.
    Power(Expr, Expr),
    /// A function of one variable.
    Function(Function, Expr),
    /// The arc-cosine function kappa_n.
    ArcCosine(usize, Expr),
    /// A kernel of the catalogue, at u.
    Named(Named),
    /// The second formula where the first is positive, else the third: for targets, which may have kinks.
    Choice(Expr, Expr, Expr),
}

/// Trees deeper than this are refused: evaluation and printing recurse.
pub const MAX_DEPTH: usize = 1000;

impl Expr {
    /// The variable u.
    pub fn u() -> Self {
        Node::Variable.into()
    }

    /// The number pi.
    pub fn pi() -> Self {
        Node::Pi.into()
    }

    /// The dimension p.
    pub fn dimension() -> Self {
        Node::Dimension.into()
    }

    /// A rational number. Numbers that no finite decimal can write become quotients, negative ones negations.
    pub fn number(q: impl Into<Rational>) -> Self {
        let q = q.into();
        if q.cmp0().is_lt() {
            return -Expr::number(-q);
        }
        if super::display::terminating(&q) {
            return Node::Number(q).into();
        }
        let (n, d) = q.into_numer_denom();
        Expr::number(n) / Expr::number(d)
    }

    /// `f(self)`.
    pub fn function(self, f: Function) -> Self {
        Node::Function(f, self).into()
    }

    /// `sqrt(self)`.
    pub fn sqrt(self) -> Self {
        self.function(Function::Sqrt)
    }

    /// `exp(self)`.
    pub fn exp(self) -> Self {
        self.function(Function::Exp)
    }

    /// kappa_n(self), the arc-cosine function normalised to 1 at 1.
    pub fn arccos(self, n: usize) -> Self {
        Node::ArcCosine(n, self).into()
    }

    /// `positive` where `self > 0`, else `otherwise`.
    pub fn choose(self, positive: Expr, otherwise: Expr) -> Self {
        Node::Choice(self, positive, otherwise).into()
    }

    /// `|self|`.
    pub fn abs(self) -> Self {
        self.clone().choose(self.clone(), -self)
    }

    /// The formula with `place` for u.
    pub fn at(&self, place: &Expr) -> Expr {
        self.rebuilt(&mut HashMap::new(), &mut |node| match node {
            Node::Variable => Some(place.clone()),
            _ => None,
        })
    }

    /// The formula with some nodes replaced, from the root downwards; kernels of the catalogue are written out. Shared subtrees stay shared.
    pub(super) fn rebuilt(
        &self,
        known: &mut HashMap<*const Node, Expr>,
        replace: &mut impl FnMut(&Node) -> Option<Expr>,
    ) -> Expr {
        if let Some(done) = known.get(&Arc::as_ptr(&self.0)) {
            return done.clone();
        }
        let replaced = replace(self.node());
        let mut again = |e: &Expr| e.rebuilt(known, replace);
        let new: Expr = replaced.unwrap_or_else(|| match self.node() {
            Node::Number(_) | Node::Pi | Node::Variable | Node::Dimension => self.clone(),
            Node::Neg(a) => -again(a),
            Node::Add(a, b) => again(a) + again(b),
            Node::Sub(a, b) => again(a) - again(b),
            Node::Mul(a, b) => again(a) * again(b),
            Node::Div(a, b) => again(a) / again(b),
            Node::Power(a, b) => Node::Power(again(a), b.clone()).into(),
            Node::Function(f, a) => again(a).function(*f),
            Node::ArcCosine(n, a) => again(a).arccos(*n),
            Node::Named(named) => again(named.expansion()),
            Node::Choice(c, a, b) => again(c).choose(again(a), again(b)),
        });
        known.insert(Arc::as_ptr(&self.0), new.clone());
        new
    }

    /// `self ^ q`.
    pub fn power(self, q: impl Into<Rational>) -> Self {
        Node::Power(self, Expr::number(q)).into()
    }

    /// The node at the root.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// The value of an expression without `u`, if it is a rational number; `p` stands for `dimension`.
    pub(crate) fn constant(&self, dimension: Option<u64>) -> Result<Rational> {
        let value = self.exact_constant(dimension)?;
        value.as_rational().ok_or_else(|| Error::input(format!("{self} is not a rational number")))
    }

    /// The exact value of an expression without `u`; `p` stands for `dimension`.
    pub(crate) fn exact_constant(&self, p: Option<u64>) -> Result<crate::number::ExactNumber> {
        let c = Exact;
        match self.node() {
            Node::Number(q) => Ok(c.rational(q)),
            Node::Pi => Ok(c.pi()),
            Node::Variable | Node::Named(_) | Node::Choice(..) => {
                Err(Error::input(format!("{self} depends on u where a rational number is needed")))
            }
            Node::Dimension => p
                .map(|p| c.rational(&Rational::from(p)))
                .ok_or_else(|| Error::input("the dimension p is not known here: give a dimension")),
            Node::Neg(a) => Ok(c.neg(&a.exact_constant(p)?)),
            Node::Add(a, b) => Ok(c.add(&a.exact_constant(p)?, &b.exact_constant(p)?)),
            Node::Sub(a, b) => Ok(c.sub(&a.exact_constant(p)?, &b.exact_constant(p)?)),
            Node::Mul(a, b) => Ok(c.mul(&a.exact_constant(p)?, &b.exact_constant(p)?)),
            Node::Div(a, b) => c.div(&a.exact_constant(p)?, &b.exact_constant(p)?),
            Node::Power(a, b) => c.power(&a.exact_constant(p)?, &b.constant(p)?),
            Node::Function(f, a) => c.function(*f, &a.exact_constant(p)?),
            Node::ArcCosine(n, a) => Ok(c.arc_cosines(&a.exact_constant(p)?, *n)?[*n].clone()),
        }
    }

    /// Whether the formula is one term: no sum of two parts that both depend on u other than linearly. In a sum, a part with
    /// small or late Taylor coefficients can hide behind another. Kernels of the catalogue count as one term.
    pub fn is_one_term(&self) -> bool {
        match self.node() {
            Node::Number(_) | Node::Pi | Node::Variable | Node::Dimension | Node::Named(_) => true,
            Node::Neg(a) | Node::Function(_, a) | Node::ArcCosine(_, a) | Node::Power(a, _) => a.is_one_term(),
            Node::Mul(a, b) | Node::Div(a, b) => a.is_one_term() && b.is_one_term(),
            Node::Add(a, b) | Node::Sub(a, b) => match (a.degree_if_linear(), b.degree_if_linear()) {
                (Some(_), Some(_)) => true,
                (Some(0), None) => b.is_one_term(),
                (None, Some(0)) => a.is_one_term(),
                _ => false,
            },
            Node::Choice(..) => false,
        }
    }

    /// 0 for a constant, 1 for a linear function of u, `None` for anything else or unknown.
    pub(super) fn degree_if_linear(&self) -> Option<u32> {
        match self.node() {
            Node::Number(_) | Node::Pi | Node::Dimension => Some(0),
            Node::Variable => Some(1),
            Node::Named(_) | Node::Choice(..) => None,
            Node::Neg(a) => a.degree_if_linear(),
            Node::Add(a, b) | Node::Sub(a, b) => Some(a.degree_if_linear()?.max(b.degree_if_linear()?)),
            Node::Mul(a, b) => Some(a.degree_if_linear()? + b.degree_if_linear()?).filter(|d| *d <= 1),
            Node::Div(a, b) => (b.degree_if_linear()? == 0).then(|| a.degree_if_linear())?,
            Node::Power(a, _) | Node::Function(_, a) | Node::ArcCosine(_, a) => {
                a.degree_if_linear().filter(|d| *d == 0)
            }
        }
    }

    /// Whether the formula mentions the dimension p.
    pub fn needs_dimension(&self) -> bool {
        match self.node() {
            Node::Dimension => true,
            Node::Number(_) | Node::Pi | Node::Variable => false,
            Node::Named(named) => named.needs_dimension(),
            Node::Neg(a) | Node::Function(_, a) | Node::ArcCosine(_, a) => a.needs_dimension(),
            Node::Add(a, b) | Node::Sub(a, b) | Node::Mul(a, b) | Node::Div(a, b) | Node::Power(a, b) => {
                a.needs_dimension() || b.needs_dimension()
            }
            Node::Choice(c, a, b) => c.needs_dimension() || a.needs_dimension() || b.needs_dimension(),
        }
    }
}

impl From<Node> for Expr {
    fn from(node: Node) -> Self {
        Expr(Arc::new(node))
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $node:ident) => {
        impl ops::$trait for Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr {
                Node::$node(self, other).into()
            }
        }
    };
}

operator!(Add, add, Add);
operator!(Sub, sub, Sub);
operator!(Mul, mul, Mul);
operator!(Div, div, Div);

impl ops::Neg for Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        Node::Neg(self).into()
    }
}
