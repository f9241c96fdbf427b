//! Formulas as sums, and what two of them share.
//!
//! Coefficients such as 1/e are balls, and a difference of equal balls is not seen to be zero. Summands that are equal
//! by their form are therefore dropped before anything is computed.

use crate::error::Result;
use crate::kernel::{Expr, Node, Point, Program, mirrored};
use crate::number::{Interval, Intervals, Rectangle, Rectangles};

/// The summands of a formula on a sphere in R^p.
#[derive(Clone)]
pub(super) struct Summands(Vec<Term>);

#[derive(Clone)]
struct Term {
    negative: bool,
    formula: Expr,
    program: Program,
    /// With -u for u.
    reflected: Program,
    /// The values at a place and its mirror image, where known.
    probes: [Option<Interval>; 2],
}

/// Products of sums with more summands than this are left as they are.
const MOST_TERMS: usize = 64;

/// Formulas looked at in one splitting.
const MOST_FORMULAS: usize = 1000;

/// Where values are compared: no simple number.
const PROBE: f64 = 0.3127;

/// Half the side of the square in which a summand must be analytic to be dropped.
const SMALL: f64 = 1e-6;

/// The summands, each with whether it is subtracted; formulas that are reached after `left` others are not split.
fn split(expr: &Expr, left: &mut usize) -> Vec<(bool, Expr)> {
    let whole = || vec![(false, expr.clone())];
    let Some(rest) = left.checked_sub(1) else { return whole() };
    *left = rest;
    let negated = |list: Vec<(bool, Expr)>| list.into_iter().map(|(s, e)| (!s, e));
    match expr.node() {
        Node::Neg(a) => negated(split(a, left)).collect(),
        Node::Add(a, b) => split(a, left).into_iter().chain(split(b, left)).collect(),
        Node::Sub(a, b) => split(a, left).into_iter().chain(negated(split(b, left))).collect(),
        Node::Div(a, b) => split(a, left).into_iter().map(|(s, term)| (s, term / b.clone())).collect(),
        Node::Mul(a, b) => {
            let (first, second) = (split(a, left), split(b, left));
            if first.len() * second.len() > MOST_TERMS {
                return whole();
            }
            let product = |(s, x): &(bool, Expr)| {
                second.iter().map(|(t, y)| (*s != *t, x.clone() * y.clone())).collect::<Vec<_>>()
            };
            first.iter().flat_map(product).collect()
        }
        _ => whole(),
    }
}

impl Summands {
    /// Splits a formula into its summands; products of sums are multiplied out unless they get long.
    pub fn of(expr: &Expr, dimension: u64) -> Result<Self> {
        let term = |(negative, formula): (bool, Expr)| -> Result<Term> {
            let program = Program::new(&formula, Some(dimension))?;
            let reflected = Program::new(&formula.at(&-Expr::u()), Some(dimension))?;
            let point = Point::at(Interval::point(PROBE));
            let probes = [&program, &reflected].map(|program| program.evaluate(&Intervals::CLOSED, &point).ok());
            Ok(Term { negative, formula, program, reflected, probes })
        };
        let mut left = MOST_FORMULAS;
        split(expr, &mut left).into_iter().map(term).collect::<Result<_>>().map(Summands)
    }

    /// The summands of the negative: each with the opposite sign.
    pub fn negated(self) -> Self {
        Summands(self.0.into_iter().map(|term| Term { negative: !term.negative, ..term }).collect())
    }

    /// The summands of the formula with -u in place of u.
    pub fn reflected(self) -> Self {
        let turn = |term: Term| Term {
            formula: term.formula.at(&-Expr::u()),
            program: term.reflected,
            reflected: term.program,
            probes: [term.probes[1], term.probes[0]],
            ..term
        };
        Summands(self.0.into_iter().map(turn).collect())
    }

    /// The summands of the difference: those of both, of which none is cancelled yet.
    pub fn minus(mut self, other: Summands) -> Self {
        self.0.extend(other.negated().0);
        self
    }

    /// The summands without pairs whose sum is zero by their form.
    pub fn cancelled(self) -> Self {
        let mut kept: Vec<Term> = Vec::new();
        for term in self.0 {
            match kept.iter().position(|other| other.cancels(&term)) {
                Some(index) => drop(kept.swap_remove(index)),
                None => kept.push(term),
            }
        }
        Summands(kept)
    }

    /// Both without the summands that they share and that are analytic at u = place.
    pub fn distinct(self, mut other: Summands, place: f64) -> (Self, Self) {
        let mut own = Vec::new();
        for term in self.0 {
            let opposite = Term { negative: !term.negative, ..term.clone() };
            let shared = other.0.iter().position(|candidate| candidate.cancels(&opposite));
            match shared.filter(|_| term.is_analytic_at(place)) {
                Some(index) => drop(other.0.swap_remove(index)),
                None => own.push(term),
            }
        }
        (Summands(own), other)
    }

    /// Each summand as a formula of its own, with its sign.
    pub fn formulas(&self) -> Vec<Expr> {
        self.0.iter().map(|term| if term.negative { -term.formula.clone() } else { term.formula.clone() }).collect()
    }

    /// The sum of all summands as one formula; 0 if there are none.
    pub fn formula(&self) -> Expr {
        let add = |sum: Option<Expr>, term: &Term| {
            Some(match (sum, term.negative) {
                (None, false) => term.formula.clone(),
                (None, true) => -term.formula.clone(),
                (Some(sum), false) => sum + term.formula.clone(),
                (Some(sum), true) => sum - term.formula.clone(),
            })
        };
        self.0.iter().fold(None, add).unwrap_or_else(|| Expr::number(0))
    }
}

impl Term {
    /// Whether the sum of two is zero by their form.
    fn cancels(&self, other: &Term) -> bool {
        // Formulas of different values are not compared by their form.
        if let [Some(a), Some(b)] = [self.probes[0], other.probes[0]] {
            let b = if self.negative == other.negative { Interval::new(-b.high, -b.low) } else { b };
            if a.high < b.low || b.high < a.low {
                return false;
            }
        }
        // f(u) = g(-(-u))
        let same = mirrored(&self.program, &other.reflected);
        same.is_some_and(|same| same == (self.negative != other.negative))
    }

    /// Whether a small square around the place shows it.
    fn is_analytic_at(&self, place: f64) -> bool {
        let square = Rectangle::around(place, 0.0, SMALL);
        self.program.evaluate(&Rectangles, &Point::at(square)).is_ok_and(|value| value.is_finite())
    }
}
