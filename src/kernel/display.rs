//! Printing expressions in the parser's own grammar.
//!
//! A formula is printed as a tree, in which shared parts are written again and again: it may be too long for any
//! memory. What is longer than the parser reads is cut, and says so: it cannot be read back as another formula.

use super::expr::{Expr, LONGEST_FORMULA, Node};
use crate::number::decimal::decimals;
use rug::{Integer, Rational};
use std::fmt;

/// How much is printed of a formula that is too long.
const CUT: usize = 200;

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

/// What is still to be printed.
enum Item<'a> {
    Text(&'static str),
    /// A formula, in parentheses if it binds less tightly.
    Formula(&'a Expr, u8),
}

/// Prints the atoms of a node and stacks its parts, the last first.
fn open<'a>(node: &'a Node, text: &mut String, stack: &mut Vec<Item<'a>>) {
    use Item::{Formula, Text};
    let mut binary = |a, left, sign, b, right| stack.extend([Formula(b, right), Text(sign), Formula(a, left)]);
    match node {
        Node::Number(q) => text.push_str(&decimal(q)),
        Node::Pi => text.push_str("pi"),
        Node::Variable => text.push('u'),
        Node::Dimension => text.push('p'),
        Node::Named(named) => text.push_str(&named.to_string()),
        Node::Neg(a) => stack.extend([Formula(a, 3), Text("-")]),
        Node::Add(a, b) => binary(a, 1, " + ", b, 2),
        Node::Sub(a, b) => binary(a, 1, " - ", b, 2),
        Node::Mul(a, b) => binary(a, 2, "*", b, 3),
        Node::Div(a, b) => binary(a, 2, "/", b, 3),
        // The exponent may be a negation or another power without parentheses: u^-2, u^2^3.
        Node::Power(a, b) => binary(a, 5, "^", b, 3),
        Node::Function(function, a) => stack.extend([Text(")"), Formula(a, 0), Text("("), Text(function.name())]),
        Node::ArcCosine(n, a) => {
            text.push_str(&format!("arccos{n}("));
            stack.extend([Text(")"), Formula(a, 0)]);
        }
        Node::Kink(kink, list) => {
            stack.push(Text(")"));
            for (index, formula) in list.iter().enumerate().rev() {
                stack.extend([Formula(formula, 0), Text(if index == 0 { "(" } else { ", " })]);
            }
            stack.push(Text(kink.name()));
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        let mut stack = vec![Item::Formula(self, 0)];
        while let Some(item) = stack.pop() {
            match item {
                Item::Text(part) => text.push_str(part),
                Item::Formula(expr, least) if precedence(expr.node()) < least => {
                    text.push('(');
                    stack.extend([Item::Text(")"), Item::Formula(expr, 0)]);
                }
                Item::Formula(expr, _) => open(expr.node(), &mut text, &mut stack),
            }
            if text.len() > LONGEST_FORMULA {
                // All of it is ASCII.
                text.truncate(CUT);
                return write!(f, "{text} ... [cut: the whole formula has more than {LONGEST_FORMULA} characters]");
            }
        }
        f.write_str(&text)
    }
}

/// Zeros of a number that are written out.
const MOST_ZEROS: usize = 20;

/// A non-negative finite decimal, written exactly.
fn decimal(q: &Rational) -> String {
    let Some(places) = decimals(q) else {
        return format!("({}/{})", q.numer(), q.denom());
    };
    let scaled = Integer::from(Integer::u_pow_u(10, places)) * q.numer() / q.denom();
    let digits = scaled.to_string();
    let written = digits.trim_end_matches('0');
    // Zeros that no one would count: the power of ten says how many.
    if !written.is_empty()
        && (digits.len() - written.len()).max((places as usize).saturating_sub(digits.len())) > MOST_ZEROS
    {
        let (first, rest) = written.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        return format!("{first}{point}{rest}e{}", digits.len() as i64 - 1 - i64::from(places));
    }
    if places == 0 {
        return digits;
    }
    let digits = format!("{scaled:0>width$}", width = places as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places as usize);
    format!("{whole}.{fraction}")
}
