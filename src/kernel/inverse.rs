//! Zeros of formulas that are one-to-one: their functions undone one after the other.

use super::expr::{Expr, Node};
use crate::error::Result;
use crate::special::{Function, Inverse};
use rug::Rational;

/// The only zero of a condition in \[-1, 1\], `Some(None)` if it has none, where u stands in it once inside functions
/// that are one-to-one: linear ones, odd powers, roots, and those whose facts name what undoes them (exp, log, acos,
/// asin, atan; sin of u itself). `None` for other conditions.
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
        (inner, target) = match inner.node() {
            Node::Variable => {
                let inside = lies_within(&target, [-1, 1].map(|end| Some((Expr::number(end), true))), p)?;
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
            Node::Function(f, a) => match undone(*f, a, &target, p)? {
                Some(Some(undone)) => (a, undone),
                known => return Ok(known),
            },
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

/// What the argument of a function is where its value is known: `Some(None)` if it does not take the value, `None` if
/// the function is not undone.
fn undone(f: Function, argument: &Expr, value: &Expr, p: u64) -> Result<Option<Option<Expr>>> {
    let facts = f.facts();
    let (inverse, range) = match (facts.inverse, facts.inverse_around_zero) {
        (Some(inverse), _) => {
            let end = |i: usize| Some((turns(facts.range[i]?), facts.domain[i].is_some()));
            (inverse, [end(0), end(1)])
        }
        // On [-pi/2, pi/2], which contains [-1, 1].
        (None, Some(g)) if matches!(argument.node(), Node::Variable) => {
            (Inverse::Function(g), g.facts().domain.map(|end| Some((Expr::number(end?), true))))
        }
        _ => return Ok(None),
    };
    Ok(Some(match lies_within(value, range, p)? {
        false => None,
        true => Some(match inverse {
            Inverse::Function(g) => value.clone().function(g),
            Inverse::Square => value.clone().power(2),
            Inverse::Tangent => value.clone().function(Function::Sin) / value.clone().function(Function::Cos),
        }),
    }))
}

/// n pi/2
fn turns(n: i32) -> Expr {
    match Rational::from((n, 2)) {
        q if q.is_zero() => Expr::number(0),
        q if q == 1 => Expr::pi(),
        q => Expr::number(q.numer().clone()) * Expr::pi() / Expr::number(q.denom().clone()),
    }
}

/// Whether a constant lies between ends, which belong to the interval or not.
fn lies_within(value: &Expr, ends: [Option<(Expr, bool)>; 2], p: u64) -> Result<bool> {
    for (sign, end) in [1, -1].into_iter().zip(ends) {
        let Some((end, attained)) = end else { continue };
        // As differences: those of the same constants need no digits.
        let inside = if sign > 0 { value.clone() - end } else { end - value.clone() }.sign(p)?;
        if inside.is_lt() || (!attained && inside.is_eq()) {
            return Ok(false);
        }
    }
    Ok(true)
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
