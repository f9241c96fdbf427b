//! A formula after algebra: polynomials and parities that are hidden in it.
//!
//! The formula becomes a quotient of sums of polynomials in u times atoms: asin(u), powers of what is not negative,
//! exponentials, and functions left as they are (see `rules` for what is rewritten, and why it holds on \[-1, 1\]).
//! Equal forms are equal functions; different ones may be equal too, so nothing is concluded from a difference.

mod exponential;
mod form;
mod rules;

use super::expr::{Expr, Node};
use super::symmetry::{ParityPart, Symmetry};
use crate::number::polynomial::Polynomial;
use crate::number::{Exact, ExactNumber, Number};
use form::{Atom, Atoms, Form, Monomial, Sum};
use rug::Rational;
use std::collections::HashMap;

/// Products of coefficients and atoms in all: some milliseconds. Longer formulas are left as they are.
const MOST_WORK: usize = 5_000;

/// Nodes of the formula that are looked at, and how deep.
const MOST_NODES: usize = 200;
const DEEPEST: usize = 60;

/// What is under way: the atoms met, the forms of shared parts, and how much work is left.
struct Work {
    atoms: Atoms,
    known: HashMap<*const Node, Form>,
    nodes: usize,
    left: usize,
    dimension: u64,
}

/// A formula in normal form: a quotient of sums of polynomials in u times atoms, exact.
///
/// ```
/// use zonal::kernel::Simplified;
/// use zonal::Kernel;
/// // cos(3 theta) = 4 u^3 - 3 u
/// let form = Simplified::of(Kernel::parse("cos(3*acos(u))")?.expr(), 3).unwrap();
/// let [polynomial, angle, sine] = form.elementary().unwrap();
/// assert_eq!(polynomial.iter().map(ToString::to_string).collect::<Vec<_>>(), ["0", "-3", "0", "4"]);
/// assert!(angle.is_empty() && sine.is_empty());
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Simplified {
    atoms: Atoms,
    form: Form,
    symmetry: Symmetry,
}

impl Simplified {
    /// The normal form of a formula in dimension p; `None` where it would be long, or is not found.
    pub fn of(expr: &Expr, p: u64) -> Option<Self> {
        let mut work =
            Work { atoms: Atoms::default(), known: HashMap::new(), nodes: MOST_NODES, left: MOST_WORK, dimension: p };
        let form = work.form(expr, DEEPEST)?;
        let symmetry = work.symmetry(&form).unwrap_or(Symmetry { even: ParityPart::Full, odd: ParityPart::Full });
        Some(Simplified { atoms: work.atoms, form, symmetry })
    }

    /// What the form tells of the even and the odd part.
    pub fn symmetry(&self) -> Symmetry {
        self.symmetry
    }

    /// The polynomials P, Q, R if the function is P(u) + Q(u) asin(u) + R(u) sqrt(1-u^2).
    pub fn elementary(&self) -> Option<[Polynomial; 3]> {
        let mut parts = [const { Vec::new() }; 3];
        if !self.form.is_whole() {
            return None;
        }
        for (monomial, coefficients) in &self.form.above {
            parts[self.kind(monomial)?] = coefficients.clone();
        }
        Some(parts)
    }

    /// 0 for 1, 1 for asin(u), 2 for sqrt(1-u) sqrt(1+u).
    fn kind(&self, monomial: &Monomial) -> Option<usize> {
        let end = |sign: i64| {
            let ends = [1, sign].map(|c| Exact.rational(&Rational::from(c)));
            Atom::Base(Form::polynomial(ends.to_vec()))
        };
        let is = |(atom, exponent): (&usize, &Rational), wanted: &Atom, e: Rational| {
            self.atoms.get(*atom) == wanted && *exponent == e
        };
        let (below, above, half) = (end(-1), end(1), Rational::from((1, 2)));
        let mut factors = monomial.iter();
        match (factors.next(), factors.next(), factors.next()) {
            (None, ..) => Some(0),
            (Some(a), None, _) if is(a, &Atom::Angle, Rational::from(1)) => Some(1),
            (Some(a), Some(b), None)
                if (is(a, &below, half.clone()) && is(b, &above, half.clone()))
                    || (is(a, &above, half.clone()) && is(b, &below, half.clone())) =>
            {
                Some(2)
            }
            _ => None,
        }
    }
}

impl Work {
    /// Takes from the work that is left; `None` when it is used up.
    fn spend(&mut self, amount: usize) -> Option<()> {
        self.left = self.left.checked_sub(amount + 1)?;
        Some(())
    }

    fn form(&mut self, expr: &Expr, depth: usize) -> Option<Form> {
        let place: *const Node = expr.node();
        if let Some(form) = self.known.get(&place) {
            return Some(form.clone());
        }
        self.nodes = self.nodes.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let form = self.of_node(expr, depth)?;
        self.known.insert(place, form.clone());
        Some(form)
    }

    fn of_node(&mut self, expr: &Expr, depth: usize) -> Option<Form> {
        let mut pair = |a: &Expr, b: &Expr| Some((self.form(a, depth)?, self.form(b, depth)?));
        match expr.node() {
            Node::Number(q) => Some(Form::constant(Exact.rational(q))),
            Node::Pi => Some(Form::constant(Exact.pi())),
            Node::Variable => Some(Form::u()),
            Node::Dimension => Some(Form::constant(Exact.rational(&Rational::from(self.dimension)))),
            Node::Neg(a) => Some(self.form(a, depth)?.neg()),
            Node::Add(a, b) => pair(a, b).and_then(|(a, b)| self.add(&a, &b)),
            Node::Sub(a, b) => pair(a, b).and_then(|(a, b)| self.sub(&a, &b)),
            Node::Mul(a, b) => pair(a, b).and_then(|(a, b)| self.mul(&a, &b)),
            Node::Div(a, b) => pair(a, b).and_then(|(a, b)| self.div(&a, &b)),
            Node::Power(a, b) => {
                let q = b.constant(Some(self.dimension)).ok()?;
                let a = self.form(a, depth)?;
                self.power(&a, &q)
            }
            Node::Function(f, a) => {
                let a = self.form(a, depth)?;
                self.function(*f, &a)
            }
            Node::ArcCosine(n, a) => {
                let a = self.form(a, depth)?;
                self.arc_cosine(*n, &a)
            }
            Node::Named(named) => self.form(named.expansion(), depth),
            Node::Kink(..) => None,
        }
    }

    /// f(-u)
    fn mirrored(&mut self, form: &Form) -> Option<Form> {
        let (above, below) = (self.mirrored_sum(&form.above)?, self.mirrored_sum(&form.below)?);
        self.div(&above, &below)
    }

    fn mirrored_sum(&mut self, sum: &Sum) -> Option<Form> {
        let mut mirrored = Form::integer(0);
        for (monomial, coefficients) in sum {
            let negated = |(i, x): (usize, &ExactNumber)| if i % 2 == 1 { Exact.neg(x) } else { x.clone() };
            let mut term = Form::polynomial(coefficients.iter().enumerate().map(negated).collect());
            for (atom, exponent) in monomial {
                let part = self.mirrored_atom(*atom, exponent)?;
                term = self.mul(&term, &part)?;
            }
            mirrored = self.add(&mirrored, &term)?;
        }
        Some(mirrored)
    }

    /// The atom at -u, to its power.
    fn mirrored_atom(&mut self, atom: usize, exponent: &Rational) -> Option<Form> {
        let value = match self.atoms.get(atom).clone() {
            Atom::Angle => Form::atom(atom, Rational::from(1)).neg(),
            Atom::Base(base) => self.mirrored(&base)?,
            Atom::Exp(argument) => {
                let argument = self.mirrored(&argument)?;
                return self.function(crate::special::Function::Exp, &argument.scale(&Exact.rational(exponent)));
            }
            Atom::Function(f, argument) => {
                let argument = self.mirrored(&argument)?;
                self.function(f, &argument)?
            }
            Atom::ArcCosine(n, argument) => {
                let argument = self.mirrored(&argument)?;
                self.arc_cosine(n, &argument)?
            }
        };
        self.power(&value, exponent)
    }

    /// A part that is a polynomial stands beside a rest whose parity is found.
    fn symmetry(&mut self, form: &Form) -> Option<Symmetry> {
        let mut rest = form.clone();
        let mut polynomials = Vec::new();
        if form.is_whole() {
            let is_constant = |monomial: &Monomial| monomial.keys().all(|atom| self.atoms.is_constant(*atom));
            let (constant, other): (Sum, Sum) = rest.above.into_iter().partition(|(monomial, _)| is_constant(monomial));
            (polynomials, rest.above) = (constant.into_values().collect(), other);
        }
        let mirror = self.mirrored(&rest)?;
        let degree = |parity: usize| {
            let of_parity = |x: &Polynomial| (0..x.len()).filter(|i| i % 2 == parity && !x[*i].is_zero()).max();
            let highest = polynomials.iter().filter_map(of_parity).max();
            highest.map_or(ParityPart::Zero, |degree| ParityPart::Polynomial(degree as u64))
        };
        let part = |vanishes: bool, parity: usize| if vanishes { degree(parity) } else { ParityPart::Full };
        // rest(u) + rest(-u) is twice the even part.
        let even = self.add(&rest, &mirror)?.is_zero();
        let odd = self.sub(&rest, &mirror)?.is_zero();
        Some(Symmetry { even: part(even, 0), odd: part(odd, 1) })
    }
}
