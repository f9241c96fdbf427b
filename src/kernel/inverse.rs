//! Zeros of formulas that are one-to-one: their functions undone one after the other.

use super::expr::{Expr, Node};
use crate::error::{Error, Result};
use crate::special::Function;
use rug::Rational;

/// The only zero of a condition in \[-1, 1\], `Some(None)` if it has none, where u stands in it once inside functions
/// that are one-to-one: linear ones, odd powers, roots, exp, log, acos, asin, and sin of u itself. `None` for other
/// conditions.
///
/// So the kink of max(0, 1 - acos(u)) is cos(1), and that of max(0, 1 - sqrt(2-2*u)/c) a rational number. Nothing else
/// vanishes: each function takes every value once.
///
/// # Errors
/// `Unable` where a constant is not told from the end of a range.
pub(super) fn inverse(condition: &Expr, p: u64) -> Result<Option<Option<Expr>>> {
    // condition(u) = target, the outermost function of u undone at each turn.
    let (mut inner, mut target) = (condition, Expr::number(0));
    let constant = |e: &Expr| e.degree_if_linear() == Some(0);
    loop {
        target = simplified(target, p);
        let within = |low: Expr, high: Option<Expr>| -> Result<bool> {
            let above = !(target.clone() - low).sign(p)?.is_lt();
            Ok(above && high.map_or(Ok(true), |high| Ok::<bool, Error>(!(high - target.clone()).sign(p)?.is_lt()))?)
        };
        let half_pi = || Expr::pi() / Expr::number(2);
        (inner, target) = match inner.node() {
            Node::Variable => {
                let inside = within(Expr::number(-1), Some(Expr::number(1)))?;
                return Ok(Some(inside.then_some(target)));
            }
            Node::Named(named) => (named.expansion(), target),
            Node::Neg(a) => (a, -target),
            Node::Add(a, b) if constant(b) => (a, target - b.clone()),
            Node::Add(a, b) if constant(a) => (b, target - a.clone()),
            Node::Sub(a, b) if constant(b) => (a, target + b.clone()),
            Node::Sub(a, b) if constant(a) => (b, a.clone() - target),
            Node::Mul(a, b) if constant(b) && !b.sign(p)?.is_eq() => (a, target / b.clone()),
            Node::Mul(a, b) if constant(a) && !a.sign(p)?.is_eq() => (b, target / a.clone()),
            Node::Div(a, b) if constant(b) => (a, target * b.clone()),
            Node::Div(a, b) if constant(a) => match target.sign(p)?.is_eq() {
                true => return Ok(if a.sign(p)?.is_eq() { None } else { Some(None) }),
                false => (b, a.clone() / target),
            },
            Node::Power(a, b) => match b.constant(Some(p))? {
                q if q.is_integer() && q > 0 && q.numer().is_odd() => (a, root(target, &q, p)?),
                q if !q.is_integer() && q > 0 => match target.sign(p)?.is_lt() {
                    true => return Ok(Some(None)),
                    false => (a, target.power(q.recip())),
                },
                _ => return Ok(None),
            },
            Node::Function(f, a) => {
                let undone = match f {
                    Function::Sqrt => within(Expr::number(0), None)?.then(|| target.clone().power(2)),
                    Function::Exp => target.sign(p)?.is_gt().then(|| target.clone().function(Function::Log)),
                    Function::Log => Some(target.clone().exp()),
                    Function::Acos => {
                        within(Expr::number(0), Some(Expr::pi()))?.then(|| target.clone().function(Function::Cos))
                    }
                    Function::Asin => {
                        within(-half_pi(), Some(half_pi()))?.then(|| target.clone().function(Function::Sin))
                    }
                    // One-to-one only on [-pi/2, pi/2], which contains [-1, 1].
                    Function::Sin if matches!(a.node(), Node::Variable) => {
                        within(Expr::number(-1), Some(Expr::number(1)))?
                            .then(|| target.clone().function(Function::Asin))
                    }
                    // Not one-to-one, or undone by no function of the language.
                    _ => return Ok(None),
                };
                match undone {
                    Some(undone) => (a, undone),
                    None => return Ok(Some(None)),
                }
            }
            _ => return Ok(None),
        };
    }
}

impl Expr {
    /// Whether a place is the only zero of the formula, because its functions are undone to it.
    pub(crate) fn is_undone_to(&self, place: &Expr, p: u64) -> bool {
        matches!(inverse(self, p), Ok(Some(Some(zero))) if zero == *place)
    }
}

/// An odd root, of a negative number too.
fn root(target: Expr, q: &Rational, p: u64) -> Result<Expr> {
    let inverse = q.clone().recip();
    Ok(match target.sign(p)? {
        std::cmp::Ordering::Less => -(-target).power(inverse),
        std::cmp::Ordering::Equal => Expr::number(0),
        std::cmp::Ordering::Greater => target.power(inverse),
    })
}

/// A rational number written as one, other constants without zeros, so that equal places have equal formulas.
fn simplified(target: Expr, p: u64) -> Expr {
    match target.exact_constant(Some(p)).map(|exact| exact.as_rational()) {
        Ok(Some(q)) => Expr::number(q),
        _ => target.without_zeros().0,
    }
}
