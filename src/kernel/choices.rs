//! Functions with kinks as choices, and formulas with the kinks that they hide.

use super::expr::{Expr, Node};
use super::kink::Kink;
use crate::special::Function;
use rug::Rational;

/// A function with kinks of these operands, by choices alone.
fn as_choices(kink: Kink, operands: &[Expr]) -> Option<Expr> {
    let zero = Expr::number(0);
    let binary = |choice: fn(Expr, Expr) -> Expr| operands.iter().cloned().reduce(choice);
    match (kink, operands) {
        (Kink::Abs, [a]) => Some(a.clone().choose(a.clone(), -a.clone())),
        (Kink::Step, [a]) => Some(a.clone().choose(Expr::number(1), zero)),
        (Kink::Where, [condition, a, b]) => Some(condition.clone().choose(a.clone(), b.clone())),
        (Kink::Max, _) => binary(|a, b| above(&a, &b).choose(a, b)),
        (Kink::Min, _) => binary(|a, b| above(&b, &a).choose(a, b)),
        (Kink::Piecewise, [parts @ .., last]) => Some(parts.rchunks(2).fold(last.clone(), |rest, pair| match pair {
            [formula, end] => (end.clone() - Expr::u()).choose(formula.clone(), rest),
            _ => rest,
        })),
        _ => None,
    }
}

/// A formula that is positive where a > b: beside 0, the other formula itself, so that the kink is seen to be its zero.
fn above(a: &Expr, b: &Expr) -> Expr {
    let zero = |x: &Expr| matches!(x.node(), Node::Number(q) if q.is_zero());
    match (zero(a), zero(b)) {
        (_, true) => a.clone(),
        (true, _) => -b.clone(),
        _ => a.clone() - b.clone(),
    }
}

impl Expr {
    /// The same function with `where` for all kinks.
    pub(super) fn by_choices(&self) -> Expr {
        self.rebuilt(|node, operands| match node {
            Node::Kink(kink, _) => as_choices(*kink, operands),
            _ => None,
        })
    }

    /// The formula with absolute values for roots of even powers, sqrt(f^2) = |f|, and of squares written as products,
    /// and with one power for a fractional one of an odd power, (f^3)^(1/2) = f^(3/2): where that is real both are, and
    /// elsewhere neither is. `None` if it has none.
    ///
    /// In the complex plane f^3 turns thrice around 0 where f turns once: only the single power is the function that
    /// continues.
    pub(crate) fn with_single_powers(&self) -> Option<Expr> {
        let mut found = false;
        let formula = self.rebuilt(|node, operands| {
            let (inner, q) = match (node, operands) {
                (Node::Function(Function::Sqrt, _), [inner]) => (inner, Rational::from((1, 2))),
                (Node::Power(_, exponent), [inner]) => (inner, exponent.constant(None).ok()?),
                _ => return None,
            };
            let (base, power) = match inner.node() {
                Node::Power(base, exponent) => (base, exponent.constant(None).ok()?),
                Node::Mul(a, b) if a == b => (a, Rational::from(2)),
                _ => return None,
            };
            let is_power = power.is_integer() && power > 1;
            if q.is_integer() || !is_power || base.degree_if_linear() == Some(0) {
                return None;
            }
            let is_even = power.numer().is_even();
            let exponent = q * power;
            // (f^3)^(1/3) is not defined where f < 0.
            if !is_even && exponent.is_integer() {
                return None;
            }
            found = true;
            let base = if is_even { base.clone().abs() } else { base.clone() };
            Some(if exponent == 1 { base } else { base.power(exponent) })
        });
        found.then_some(formula)
    }

    /// The formula without sums with 0 and products with 0, and the factors that were left out.
    pub(super) fn without_zeros(&self) -> (Expr, Vec<Expr>) {
        let zero = |e: &Expr| matches!(e.node(), Node::Number(q) if q.is_zero());
        let mut hidden = Vec::new();
        let formula = self.rebuilt(|node, operands| match (node, operands) {
            (Node::Add(..), [a, b]) if zero(a) => Some(b.clone()),
            (Node::Add(..) | Node::Sub(..), [a, b]) if zero(b) => Some(a.clone()),
            (Node::Sub(..), [a, b]) if zero(a) => Some(-b.clone()),
            (Node::Neg(_), [a]) if zero(a) => Some(a.clone()),
            (Node::Mul(..), [a, b]) if zero(a) || zero(b) => {
                hidden.extend([a, b].into_iter().filter(|factor| !zero(factor)).cloned());
                Some(Expr::number(0))
            }
            (Node::Div(..), [a, b]) if zero(a) => {
                hidden.push(Expr::number(1) / b.clone());
                Some(Expr::number(0))
            }
            (Node::Power(_, exponent), [a]) if zero(a) => {
                exponent.constant(None).is_ok_and(|q| q > 0).then(|| Expr::number(0))
            }
            _ => None,
        });
        (formula, hidden)
    }
}
