//! Printing expressions in the parser's own grammar.

use super::expr::{Expr, Node};
use rug::{Integer, Rational};
use std::fmt;

/// How tightly an operator binds: sums, products, unary minus, powers, atoms.
fn precedence(node: &Node) -> u8 {
    match node {
        Node::Add(..) | Node::Sub(..) => 1,
        Node::Mul(..) | Node::Div(..) => 2,
        Node::Neg(_) => 3,
        Node::Power(..) => 4,
        _ => 5,
    }
}

struct Operand<'a>(&'a Expr, u8);

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if precedence(self.0.node()) < self.1 { write!(f, "({})", self.0) } else { write!(f, "{}", self.0) }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node() {
            Node::Number(q) => f.write_str(&decimal(q)),
            Node::Pi => f.write_str("pi"),
            Node::Variable => f.write_str("u"),
            Node::Dimension => f.write_str("p"),
            Node::Neg(a) => write!(f, "-{}", Operand(a, 3)),
            Node::Add(a, b) => write!(f, "{} + {}", Operand(a, 1), Operand(b, 2)),
            Node::Sub(a, b) => write!(f, "{} - {}", Operand(a, 1), Operand(b, 2)),
            Node::Mul(a, b) => write!(f, "{}*{}", Operand(a, 2), Operand(b, 3)),
            Node::Div(a, b) => write!(f, "{}/{}", Operand(a, 2), Operand(b, 3)),
            // The exponent may be a negation or another power without parentheses: u^-2, u^2^3.
            Node::Power(a, b) => write!(f, "{}^{}", Operand(a, 5), Operand(b, 3)),
            Node::Function(function, a) => write!(f, "{}({a})", function.name()),
            Node::ArcCosine(n, a) => write!(f, "arccos{n}({a})"),
            Node::Named(named) => write!(f, "{named}"),
            Node::Choice(c, a, b) if a == c && *b == -c.clone() => write!(f, "abs({c})"),
            Node::Choice(c, a, b) => write!(f, "where({c}, {a}, {b})"),
        }
    }
}

/// The number of decimals of a terminating decimal fraction; `None` if there is none.
fn decimals(q: &Rational) -> Option<u32> {
    let mut rest = q.denom().clone();
    let twos = rest.find_one(0).unwrap_or(0);
    rest >>= twos;
    let fives = rest.remove_factor_mut(&Integer::from(5));
    (rest == 1).then_some(twos.max(fives))
}

/// Whether a rational number is a finite decimal.
pub(super) fn terminating(q: &Rational) -> bool {
    decimals(q).is_some()
}

/// A non-negative finite decimal, written exactly.
fn decimal(q: &Rational) -> String {
    let Some(places) = decimals(q) else {
        return format!("({}/{})", q.numer(), q.denom());
    };
    if places == 0 {
        return q.numer().to_string();
    }
    let scaled = Integer::from(Integer::u_pow_u(10, places)) * q.numer() / q.denom();
    let digits = format!("{scaled:0>width$}", width = places as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places as usize);
    format!("{whole}.{fraction}")
}
