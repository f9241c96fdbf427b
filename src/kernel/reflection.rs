//! Whether f(-u) is f(u) or -f(u), by comparing canonical forms.
//!
//! Every step gets a canonical form: a sign and a node whose commutative operands are sorted and whose signs are pulled
//! out. The form of f(-u) is built in the same table, so f is even (odd) if both forms share the node and the signs
//! agree (differ). This finds exp(u) - exp(-u) and f(u) g(-u) + g(u) f(-u), which the classes of `symmetry` cannot.

use super::program::{Program, Step};
use crate::number::Function;
use rug::Rational;
use std::collections::HashMap;

/// A canonical form: the node's index and whether it is negated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Form {
    node: usize,
    negative: bool,
}

impl Form {
    fn times_sign(self, negative: bool) -> Form {
        Form { node: self.node, negative: self.negative != negative }
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Node {
    Rational(Rational),
    Pi,
    Variable,
    Sum([Form; 2]),
    Product([usize; 2]),
    Quotient(usize, usize),
    Power(Form, Rational),
    Function(Function, Form),
    ArcCosine(usize, Form),
}

#[derive(Default)]
struct Table {
    known: HashMap<Node, usize>,
}

/// Known parity of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parity {
    Even,
    Odd,
}

/// The parity of each step, where it is found.
pub(super) fn parities(program: &Program) -> Vec<Option<Parity>> {
    let mut table = Table::default();
    let direct = table.forms(program, false);
    let reflected = table.forms(program, true);
    let parity = |(a, b): (&Option<Form>, &Option<Form>)| match (a, b) {
        (Some(a), Some(b)) if a.node == b.node => {
            Some(if a.negative == b.negative { Parity::Even } else { Parity::Odd })
        }
        _ => None,
    };
    direct.iter().zip(&reflected).map(parity).collect()
}

/// Whether right(u) = left(-u) (true) or right(u) = -left(-u) (false), where comparing canonical forms shows it.
pub fn mirrored(right: &Program, left: &Program) -> Option<bool> {
    let mut table = Table::default();
    let form = |forms: Vec<Option<Form>>, program: &Program| forms.get(program.result()).copied().flatten();
    let right = form(table.forms(right, false), right)?;
    let left = form(table.forms(left, true), left)?;
    (right.node == left.node).then_some(right.negative == left.negative)
}

impl Table {
    fn form(&mut self, node: Node) -> Form {
        let next = self.known.len();
        Form { node: *self.known.entry(node).or_insert(next), negative: false }
    }

    /// The forms of all steps, with -u for u if `reflected`.
    fn forms(&mut self, program: &Program, reflected: bool) -> Vec<Option<Form>> {
        let mut forms: Vec<Option<Form>> = vec![None; program.steps().len()];
        for (index, step) in program.steps().iter().enumerate() {
            let get = |r: &usize| forms[*r];
            let form = match step {
                Step::Rational(q) => {
                    let negative = q.cmp0().is_lt();
                    Some(self.form(Node::Rational(q.clone().abs())).times_sign(negative))
                }
                Step::Pi => Some(self.form(Node::Pi)),
                Step::Variable => Some(self.form(Node::Variable).times_sign(reflected)),
                Step::Neg(a) => get(a).map(|a| a.times_sign(true)),
                Step::Add(a, b) => get(a).zip(get(b)).map(|(a, b)| self.sum(a, b)),
                Step::Sub(a, b) => get(a).zip(get(b)).map(|(a, b)| self.sum(a, b.times_sign(true))),
                Step::Mul(a, b) => get(a).zip(get(b)).map(|(a, b)| {
                    let product = Node::Product([a.node.min(b.node), a.node.max(b.node)]);
                    self.form(product).times_sign(a.negative != b.negative)
                }),
                Step::Div(a, b) => get(a)
                    .zip(get(b))
                    .map(|(a, b)| self.form(Node::Quotient(a.node, b.node)).times_sign(a.negative != b.negative)),
                Step::Power(a, q) => get(a).map(|a| self.power(a, q)),
                Step::Function(f, a) => get(a).map(|a| self.function(*f, a)),
                Step::ArcCosines(a, outputs) => {
                    if let Some(a) = get(a) {
                        for (order, register) in outputs {
                            forms[*register] = Some(self.form(Node::ArcCosine(*order, a)));
                        }
                    }
                    continue;
                }
                Step::Done => continue,
            };
            forms[index] = form;
        }
        forms
    }

    /// Sorted operands, the first without sign: -a - b is -(a + b), and b - a is -(a - b).
    fn sum(&mut self, a: Form, b: Form) -> Form {
        let (first, second) = if a <= b { (a, b) } else { (b, a) };
        let negative = first.negative;
        self.form(Node::Sum([first.times_sign(negative), second.times_sign(negative)])).times_sign(negative)
    }

    fn power(&mut self, a: Form, q: &Rational) -> Form {
        let plain = Form { node: a.node, negative: false };
        if !q.is_integer() {
            return self.form(Node::Power(a, q.clone()));
        }
        self.form(Node::Power(plain, q.clone())).times_sign(a.negative && q.numer().is_odd())
    }

    fn function(&mut self, f: Function, a: Form) -> Form {
        let plain = Form { node: a.node, negative: false };
        match f {
            Function::Sin | Function::Asin => self.form(Node::Function(f, plain)).times_sign(a.negative),
            Function::Cos => self.form(Node::Function(f, plain)),
            _ => self.form(Node::Function(f, a)),
        }
    }
}
