//! Kernel expressions: formulas in u = <x, y>, as graphs whose equal parts may be shared.

use super::kink::Kink;
use crate::error::{Error, Result};
use crate::number::{Exact, ExactNumber, Number, decimal};
use crate::special::Function;
use rug::Rational;
use std::fmt;
use std::ops;
use std::sync::Arc;

/// Formulas longer than this are refused.
pub(super) const LONGEST_FORMULA: usize = 100_000;

/// The largest order n of `arccosN`: a table takes some seconds there, and an exact eigenvalue has hundreds of
/// thousands of digits.
pub const LARGEST_ORDER: usize = 100_000;

/// A formula in `u`, the inner product of two points of the sphere.
///
/// A clone shares its formula. So a formula is a graph, and a deep kernel stays small: every method takes time in
/// proportion to the number of *different* nodes and needs no stack, however deep the graph is. Formulas are built by
/// the parser, by the catalogue, or with `+ - * /` and the methods below.
///
/// ```
/// use zonal::kernel::{Expr, Program};
/// let ntk_2 = Expr::u() * Expr::u().arccos(0) + Expr::u().arccos(1);
/// assert_eq!(ntk_2.to_string(), "u*arccos0(u) + arccos1(u)");
/// // 2^300 u, doubled 300 times: as a tree it would have 2^300 leaves.
/// let doubled = (0..300).fold(Expr::u(), |f, _| f.clone() + f);
/// assert_eq!(Program::new(&doubled, None)?.steps().len(), 301);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone)]
pub struct Expr(pub(super) Arc<Node>);

/// One node of an expression: a number, a variable, an operation, or a function of other expressions.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
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
    /// A function with kinks of several formulas.
    Kink(Kink, Vec<Expr>),
}

/// A kernel of the catalogue with its parameters filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub(super) name: &'static str,
    pub(super) parameters: Vec<Rational>,
    pub(super) ratio: Option<Rational>,
    pub(super) expansion: Expr,
}

impl Named {
    /// The name of the kernel in the catalogue, such as `matern`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The parameters as exact rational numbers, in the order of the kernel's signature.
    pub fn parameters(&self) -> &[Rational] {
        &self.parameters
    }

    /// r, where mu_k = r^k on every sphere.
    pub fn ratio(&self) -> Option<&Rational> {
        self.ratio.as_ref()
    }

    /// The formula with the parameters filled in.
    pub fn expansion(&self) -> &Expr {
        &self.expansion
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters = self.parameters.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        write!(f, "{}({parameters})", self.name)
    }
}

impl Expr {
    /// The variable u of formulas: the inner product of two points.
    pub fn u() -> Self {
        Node::Variable.into()
    }

    /// The number pi as a formula; every number system gives its own value.
    pub fn pi() -> Self {
        Node::Pi.into()
    }

    /// The variable p of formulas: the dimension of the space around the sphere, known on compilation.
    pub fn dimension() -> Self {
        Node::Dimension.into()
    }

    /// A rational number. Numbers that no finite decimal can write become quotients, negative ones negations.
    pub fn number(q: impl Into<Rational>) -> Self {
        let q = q.into();
        if q.cmp0().is_lt() {
            return -Expr::number(-q);
        }
        if decimal::decimals(&q).is_some() {
            return Node::Number(q).into();
        }
        let (n, d) = q.into_numer_denom();
        Expr::number(n) / Expr::number(d)
    }

    /// The formula `f(self)`: a function of one variable, applied to this formula.
    pub fn function(self, f: Function) -> Self {
        Node::Function(f, self).into()
    }

    /// The formula `sqrt(self)`: the square root, undefined where this formula is negative.
    pub fn sqrt(self) -> Self {
        self.function(Function::Sqrt)
    }

    /// The formula `exp(self)`: the exponential function of this formula.
    pub fn exp(self) -> Self {
        self.function(Function::Exp)
    }

    /// kappa_n(self), the arc-cosine function normalised to 1 at 1.
    pub fn arccos(self, n: usize) -> Self {
        Node::ArcCosine(n, self).into()
    }

    /// `positive` where `self > 0`, else `otherwise`.
    pub fn choose(self, positive: Expr, otherwise: Expr) -> Self {
        Node::Kink(Kink::Where, vec![self, positive, otherwise]).into()
    }

    /// The formula `abs(self)`: the absolute value, with kinks where this formula changes its sign.
    pub fn abs(self) -> Self {
        Node::Kink(Kink::Abs, vec![self]).into()
    }

    /// The formula with every u replaced by `place`: the composition of the two.
    pub fn at(&self, place: &Expr) -> Expr {
        self.rebuilt(|node, _| matches!(node, Node::Variable).then(|| place.clone()))
    }

    /// The formula with some nodes replaced, operands first: `replace` sees a node and its operands as they have
    /// become. Exponents stay as they are; a kernel of the catalogue is written out if its formula changes.
    pub(super) fn rebuilt(&self, mut replace: impl FnMut(&Node, &[Expr]) -> Option<Expr>) -> Expr {
        self.fold(Node::arguments, |expr, operands: Vec<Expr>| {
            replace(expr.node(), &operands).unwrap_or_else(|| expr.with(operands))
        })
    }

    /// The same node over other operands; itself if they are the same.
    fn with(&self, operands: Vec<Expr>) -> Expr {
        if self.node().arguments().zip(&operands).all(|(old, new)| Arc::ptr_eq(&old.0, &new.0)) {
            return self.clone();
        }
        let kink = operands.clone();
        let mut operands = operands.into_iter();
        let mut next = || operands.next().unwrap_or_else(|| self.clone());
        match self.node() {
            Node::Number(_) | Node::Pi | Node::Variable | Node::Dimension => self.clone(),
            Node::Neg(_) => -next(),
            Node::Add(..) => next() + next(),
            Node::Sub(..) => next() - next(),
            Node::Mul(..) => next() * next(),
            Node::Div(..) => next() / next(),
            Node::Power(_, exponent) => Node::Power(next(), exponent.clone()).into(),
            Node::Function(f, _) => next().function(*f),
            Node::ArcCosine(n, _) => next().arccos(*n),
            Node::Named(_) => next(),
            Node::Kink(name, _) => Node::Kink(*name, kink).into(),
        }
    }

    /// The formula `self ^ q` with a rational exponent q of either sign.
    pub fn power(self, q: impl Into<Rational>) -> Self {
        Node::Power(self, Expr::number(q)).into()
    }

    /// The node at the root of the formula: the operation that is done last.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// The value of an expression without `u`, if it is a rational number; `p` stands for `dimension`.
    pub(crate) fn constant(&self, dimension: Option<u64>) -> Result<Rational> {
        let value = self.exact_constant(dimension)?;
        value.as_rational().ok_or_else(|| Error::input(format!("{self} is not a rational number")))
    }

    /// The exact value of an expression without `u`; `p` stands for `dimension`.
    pub(crate) fn exact_constant(&self, p: Option<u64>) -> Result<ExactNumber> {
        let c = Exact;
        // What depends on u is named as a whole.
        let inner = |node: &'_ Node| !matches!(node, Node::Named(_) | Node::Kink(..));
        let operands = |node| Node::operands(node).filter(move |_| inner(node));
        self.try_fold(operands, |expr, values: Vec<ExactNumber>| match (expr.node(), &values[..]) {
            (Node::Number(q), _) => Ok(c.rational(q)),
            (Node::Pi, _) => Ok(c.pi()),
            (Node::Dimension, _) => p
                .map(|p| c.rational(&Rational::from(p)))
                .ok_or_else(|| Error::input("the dimension p is not known here: give a dimension")),
            (Node::Neg(_), [a]) => Ok(c.neg(a)),
            (Node::Add(..), [a, b]) => Ok(c.add(a, b)),
            (Node::Sub(..), [a, b]) => Ok(c.sub(a, b)),
            (Node::Mul(..), [a, b]) => Ok(c.mul(a, b)),
            (Node::Div(..), [a, b]) => c.div(a, b),
            (Node::Power(_, exponent), [a, b]) => {
                let irrational = || Error::input(format!("{exponent} is not a rational number"));
                c.power(a, &b.as_rational().ok_or_else(irrational)?)
            }
            (Node::Function(f, _), [a]) => f.value(&c, a),
            (Node::ArcCosine(n, _), [a]) => Ok(c.arc_cosines(a, *n)?[*n].clone()),
            (Node::Kink(..), _) => Err(Error::input(format!("{expr} has kinks where a constant is needed"))),
            _ => Err(Error::input(format!("{expr} depends on u where a rational number is needed"))),
        })
    }

    /// Whether the formula is one term: no sum of two parts that both depend on u other than linearly. In a sum, a part
    /// with small or late Taylor coefficients can hide behind another. Kernels of the catalogue count as one term.
    pub fn is_one_term(&self) -> bool {
        let (_, one_term) = self.fold(Node::arguments, |expr, parts: Vec<(Option<u32>, bool)>| {
            let degrees: Vec<Option<u32>> = parts.iter().map(|(degree, _)| *degree).collect();
            let one_term = match (expr.node(), &parts[..]) {
                (Node::Named(_), _) => true,
                (Node::Kink(..), _) => false,
                (Node::Add(..) | Node::Sub(..), [(a, one_a), (b, one_b)]) => match (a, b) {
                    (Some(_), Some(_)) => true,
                    (Some(0), None) => *one_b,
                    (None, Some(0)) => *one_a,
                    _ => false,
                },
                _ => parts.iter().all(|(_, one_term)| *one_term),
            };
            (expr.node().degree_if_linear(&degrees), one_term)
        });
        one_term
    }

    /// 0 for a constant, 1 for a linear function of u, `None` for anything else or unknown.
    pub(super) fn degree_if_linear(&self) -> Option<u32> {
        self.fold(Node::arguments, |expr, degrees: Vec<Option<u32>>| expr.node().degree_if_linear(&degrees))
    }

    /// Whether the formula mentions the dimension p.
    pub fn needs_dimension(&self) -> bool {
        self.any(|node| matches!(node, Node::Dimension))
    }

    /// Whether the formula has functions with kinks: `abs`, `max`, `min`, `step`, `where`, `piecewise`.
    pub fn has_kinks(&self) -> bool {
        self.any(|node| matches!(node, Node::Kink(..)))
    }

    /// Whether it has functions that choose between formulas, and so may jump: `step`, `where`, `piecewise`. Without,
    /// it is continuous where it is defined.
    pub(crate) fn has_choices(&self) -> bool {
        self.any(|node| matches!(node, Node::Kink(Kink::Step | Kink::Where | Kink::Piecewise, _)))
    }
}

impl Node {
    /// As for an expression, from those of the operands.
    fn degree_if_linear(&self, operands: &[Option<u32>]) -> Option<u32> {
        match (self, operands) {
            (Node::Number(_) | Node::Pi | Node::Dimension, _) => Some(0),
            (Node::Variable, _) => Some(1),
            (Node::Named(_), _) => None,
            (Node::Neg(_), [a]) => *a,
            (Node::Add(..) | Node::Sub(..), [a, b]) => Some((*a)?.max((*b)?)),
            (Node::Mul(..), [a, b]) => Some((*a)? + (*b)?).filter(|d| *d <= 1),
            (Node::Div(..), [a, Some(0)]) => *a,
            // Any function of constants is a constant.
            (Node::Div(..), _) => None,
            _ => operands.iter().all(|d| *d == Some(0)).then_some(0),
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
