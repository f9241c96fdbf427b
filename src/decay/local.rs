//! Formulas beside a place inside (-1, 1).

use crate::error::Result;
use crate::kernel::{Expr, Node, Point, Program};
use crate::number::{Elementary, Hybrid, HybridNumber, Number, Puiseux, PuiseuxSeries, Truth};
use crate::special::Function;
use rug::Rational;

/// A series in the distance from the place.
pub(super) type Local = PuiseuxSeries<HybridNumber>;

/// A place, and how formulas are expanded beside it: in u, or in the angle where that is what is known exactly.
pub(crate) struct Beside {
    base: Hybrid,
    order: u32,
    p: u64,
    place: Expr,
    angle: Option<Expr>,
}

impl Beside {
    /// The place cos(angle) is given by its angle unless it is an exact number itself.
    pub(crate) fn new(base: Hybrid, order: u32, p: u64, place: &Expr) -> Self {
        let angle = match place.node() {
            Node::Function(Function::Cos, angle) if place.exact_constant(Some(p)).is_err() => Some(angle.clone()),
            _ => None,
        };
        Beside { base, order, p, place: place.clone(), angle }
    }

    /// Whether distances are those of angles.
    pub(super) fn is_angle(&self) -> bool {
        self.angle.is_some()
    }

    /// A formula at a distance from the place, above it or below.
    pub(super) fn expansion(&self, formula: &Expr, above: bool) -> Result<Local> {
        let context = Puiseux::new(self.base, self.order);
        let zero = Point::at(context.linear(&Rational::new(), &Rational::new()));
        let constant = |e: &Expr| Program::new(e, Some(self.p))?.evaluate(&context, &zero);
        let step = |sign: i32| context.linear(&Rational::new(), &Rational::from(if above { sign } else { -sign }));
        let point = match &self.angle {
            None => Point::at(context.add(&constant(&self.place)?, &step(1))),
            // u grows where the angle falls.
            Some(angle) => {
                let angle = context.add(&constant(angle)?, &step(-1));
                let [u, sine] = [Elementary::Cos, Elementary::Sin].map(|f| context.elementary(f, &angle));
                Point { u: u?, angle: Some((angle, sine?)) }
            }
        };
        Program::new(formula, Some(self.p))?.evaluate(&context, &point)
    }

    /// The order to which a formula vanishes at the place, as its structure tells: a one-to-one formula that is undone
    /// to the place has a zero there, which is simple if its slope is not 0; the orders of factors add. `None` if not
    /// known.
    pub(crate) fn order_of_zero(&self, formula: &Expr) -> Option<usize> {
        formula.fold(Node::arguments, |expr, orders: Vec<Option<usize>>| {
            let known = match (expr.node(), &orders[..]) {
                (Node::Neg(_) | Node::Named(_), [a]) => *a,
                (Node::Mul(..), [Some(a), Some(b)]) => Some(a + b),
                (Node::Div(..), [a, Some(0)]) => *a,
                (Node::Power(_, q), [Some(a)]) => {
                    let q = q.constant(Some(self.p)).ok().filter(Rational::is_integer)?;
                    q.numer().to_usize().map(|q| a * q)
                }
                _ => None,
            };
            known.or_else(|| self.own_order(expr))
        })
    }

    /// The same of a formula by itself.
    fn own_order(&self, formula: &Expr) -> Option<usize> {
        let series = self.expansion(formula, true).ok().filter(|series| series.root == 1)?;
        let not_zero = |j: usize| series.coefficients.get(j).is_some_and(|c| self.base.is_zero(c) == Truth::No);
        match not_zero(0) {
            true => Some(0),
            false => (formula.is_undone_to(&self.place, self.p) && not_zero(1)).then_some(1),
        }
    }
}

/// Levels to which two formulas are compared for what they share.
const SHARED_LEVELS: u32 = 100;

/// a - b without what both share.
pub(crate) fn difference(a: &Expr, b: &Expr) -> Expr {
    within_levels(a, b, SHARED_LEVELS)
}

/// The same to so many levels.
fn within_levels(a: &Expr, b: &Expr, levels: u32) -> Expr {
    if a == b {
        return Expr::number(0);
    }
    let zero = |e: &Expr| matches!(e.node(), Node::Number(q) if q.is_zero());
    let sum = |x: Expr, y: Expr| match (zero(&x), zero(&y)) {
        (true, _) => y,
        (_, true) => x,
        _ => x + y,
    };
    if levels > 0 {
        let inner = |x: &Expr, y: &Expr| within_levels(x, y, levels - 1);
        match (a.node(), b.node()) {
            (Node::Neg(x), Node::Neg(y)) => return -inner(x, y),
            // A term that is 0 on one side was left out there.
            (Node::Add(x, y), _) if x == b => return y.clone(),
            (Node::Add(x, y), _) if y == b => return x.clone(),
            (_, Node::Add(x, y)) if x == a => return -y.clone(),
            (_, Node::Add(x, y)) if y == a => return -x.clone(),
            (Node::Add(x, y), Node::Add(v, w)) => return sum(inner(x, v), inner(y, w)),
            (Node::Sub(x, y), Node::Sub(v, w)) => return sum(inner(x, v), -inner(y, w)),
            (Node::Mul(x, y), Node::Mul(v, w)) if x == v => return x.clone() * inner(y, w),
            (Node::Mul(x, y), Node::Mul(v, w)) if y == w => return inner(x, v) * y.clone(),
            (Node::Div(x, y), Node::Div(v, w)) if y == w => return inner(x, v) / y.clone(),
            _ => {}
        }
    }
    if zero(b) { a.clone() } else { a.clone() - b.clone() }
}
