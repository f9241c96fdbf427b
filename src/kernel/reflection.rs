//! Whether f(-u) is f(u) or -f(u), by comparing canonical forms.
//!
//! Every step gets a canonical form: a sign and a node whose commutative operands are sorted and whose signs are pulled
//! out. The form of f(-u) is built in the same table, so f is even (odd) if both forms share the node and the signs
//! agree (differ). This finds exp(u) - exp(-u) and f(u) g(-u) + g(u) f(-u), which the classes of `symmetry` cannot.
//!
//! Quarter turns are taken out of the arguments of sine and cosine, where acos(u) is one less asin(u): so cos(32
//! acos(u)) is seen to be even.

use super::program::{Program, Step};
use crate::parity::Parity;
use crate::special::{Function, Reflection};
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

/// A sum of quarter turns, multiples of pi/2, and a rest; without a rest that is 0.
#[derive(Clone)]
struct Angle {
    quarters: Rational,
    rest: Option<Form>,
}

#[derive(Default)]
struct Table {
    known: HashMap<Node, usize>,
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
        // Of the few steps that have quarter turns.
        let mut angles: HashMap<usize, Angle> = HashMap::new();
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
                Step::Function(f, a) => match angles.get(a) {
                    Some(angle) => get(a).map(|a| self.turned(*f, angle, a)),
                    None => get(a).map(|a| self.function(*f, a)),
                },
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
            if let Some(angle) = self.angle(program, step, &forms, &angles) {
                if angle.quarters.is_zero() && angle.rest.is_some() {
                    forms[index] = angle.rest;
                }
                angles.insert(index, angle);
            }
        }
        forms
    }

    /// The quarter turns of a step, if there are any.
    fn angle(
        &mut self,
        program: &Program,
        step: &Step,
        forms: &[Option<Form>],
        angles: &HashMap<usize, Angle>,
    ) -> Option<Angle> {
        let angle = |register: &usize| match angles.get(register) {
            Some(angle) => Some(angle.clone()),
            None => forms[*register].map(|form| Angle { quarters: Rational::new(), rest: Some(form) }),
        };
        let rational = |register: &usize| match &program.steps()[*register] {
            Step::Rational(q) => Some(q.clone()),
            _ => None,
        };
        let turned = |registers: [&usize; 2]| registers.iter().any(|register| angles.contains_key(register));
        match step {
            Step::Pi => Some(Angle { quarters: Rational::from(2), rest: None }),
            // f = pi/2 - g
            Step::Function(f, a) => {
                let rest = self.function(f.facts().complement?, forms[*a]?).times_sign(true);
                Some(Angle { quarters: Rational::from(1), rest: Some(rest) })
            }
            Step::Neg(a) => angles.get(a).map(|a| Angle {
                quarters: Rational::from(-&a.quarters),
                rest: a.rest.map(|rest| rest.times_sign(true)),
            }),
            Step::Add(a, b) | Step::Sub(a, b) if turned([a, b]) => {
                let (a, mut b) = (angle(a)?, angle(b)?);
                if matches!(step, Step::Sub(..)) {
                    b = Angle { quarters: -b.quarters, rest: b.rest.map(|rest| rest.times_sign(true)) };
                }
                let rest = match (a.rest, b.rest) {
                    (Some(a), Some(b)) => Some(self.sum(a, b)),
                    (a, b) => a.or(b),
                };
                Some(Angle { quarters: a.quarters + b.quarters, rest })
            }
            Step::Mul(a, b) if turned([a, b]) => {
                let (factor, angle) = match (rational(a), rational(b)) {
                    (Some(factor), None) => (factor, angles.get(b)?),
                    (None, Some(factor)) => (factor, angles.get(a)?),
                    _ => return None,
                };
                Some(self.multiple(angle, &factor))
            }
            Step::Div(a, b) => {
                let (divisor, angle) = (rational(b)?, angles.get(a)?);
                (!divisor.is_zero()).then(|| self.multiple(angle, &divisor.recip()))
            }
            _ => None,
        }
    }

    fn multiple(&mut self, angle: &Angle, factor: &Rational) -> Angle {
        let size = self.form(Node::Rational(factor.clone().abs()));
        let rest = angle.rest.map(|rest| {
            let product = Node::Product([size.node.min(rest.node), size.node.max(rest.node)]);
            self.form(product).times_sign(rest.negative != factor.cmp0().is_lt())
        });
        Angle { quarters: Rational::from(&angle.quarters * factor), rest }
    }

    /// A function of an argument with quarter turns.
    fn turned(&mut self, f: Function, angle: &Angle, argument: Form) -> Form {
        let (Some(_), Some(rest), true) = (f.facts().quarter_turn, angle.rest, angle.quarters.is_integer()) else {
            return self.function(f, argument);
        };
        let (mut turned, mut negative) = (f, false);
        for _ in 0..angle.quarters.numer().mod_u(4) {
            if let Some((next, changed)) = turned.facts().quarter_turn {
                (turned, negative) = (next, negative != changed);
            }
        }
        self.function(turned, rest).times_sign(negative)
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
        match f.facts().reflection {
            Reflection::Odd => self.form(Node::Function(f, plain)).times_sign(a.negative),
            Reflection::Even => self.form(Node::Function(f, plain)),
            Reflection::Central | Reflection::Other => self.form(Node::Function(f, a)),
        }
    }
}
