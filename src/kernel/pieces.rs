//! Formulas with kinks as smooth formulas on intervals.

use super::expr::{Expr, Node};
use super::inverse::inverse;
use super::program::{Point, Program};
use super::recognised::{PRECISION, recognised};
use super::singular_point::newton;
use super::singularities::Singularities;
use crate::error::{Error, Result};
use crate::number::{Ball, Balls, Exact, Interval, Intervals, Number, Series};
use rug::{Float, Rational};
use std::cmp::Ordering;

/// A formula without choices on an interval of u.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The lower end, a constant.
    pub from: Expr,
    /// The upper end, a constant.
    pub to: Expr,
    /// What holds between them.
    pub formula: Expr,
}

/// The most pieces of one formula.
const MOST_PIECES: usize = 200;

/// The most intervals looked at in a search for zeros.
const MOST_INTERVALS: usize = 20_000;

/// Intervals narrower than this, around a zero, are not split.
const NARROW: f64 = 1e-6;

/// Multiplicities of zeros that are looked for.
const HIGHEST_MULTIPLICITY: usize = 8;

/// The smooth pieces of a formula on \[-1, 1\], in order: every condition is split at its zeros, which are found,
/// recognised as rational numbers or square roots of them, and proved to be all. In a sphere's dimension `p`.
///
/// ```
/// use zonal::kernel::{Kernel, pieces};
/// let formula = Kernel::parse("max(u^2 - 1/4, 0)")?;
/// let text: Vec<String> =
///     pieces(formula.expr(), 3)?.iter().map(|p| format!("{} to {}: {}", p.from, p.to, p.formula)).collect();
/// assert_eq!(text, ["-1 to -0.5: u^2 - 1/4", "-0.5 to 0.5: 0", "0.5 to 1: u^2 - 1/4"]);
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// # Errors
/// `Unable` where a zero is not such a number, or it is not proved that there is no other; `Domain` for a condition
/// without a value.
pub fn pieces(formula: &Expr, p: u64) -> Result<Vec<Piece>> {
    split(formula, p).map(|(pieces, _)| pieces)
}

/// Whether a place is told to be 0.
pub fn is_middle(place: &Expr, p: u64) -> bool {
    place.sign(p).is_ok_and(Ordering::is_eq)
}

/// The pieces, and the places between which conditions have one sign.
pub(super) fn split(formula: &Expr, p: u64) -> Result<(Vec<Piece>, Vec<Expr>)> {
    let mut places = vec![Expr::number(-1), Expr::number(1)];
    let mut open = vec![Piece { from: Expr::number(-1), to: Expr::number(1), formula: formula.by_choices() }];
    let mut done: Vec<Piece> = Vec::new();
    while let Some(piece) = open.pop() {
        if open.len() + done.len() > MOST_PIECES {
            return Err(Error::unable(format!("{formula} has more than {MOST_PIECES} pieces")));
        }
        let Some(condition) = innermost(&piece.formula) else {
            let piece = without_zeros(piece, p)?;
            match done.last_mut().filter(|last| last.formula == piece.formula) {
                Some(last) => last.to = piece.to,
                None => done.push(piece),
            }
            continue;
        };
        let parts = signs(&condition, &piece.from, &piece.to, p)?;
        for (_, place, _) in &parts[..parts.len() - 1] {
            if !places.contains(place) {
                places.push(place.clone());
            }
        }
        for (from, to, positive) in parts.into_iter().rev() {
            let formula = piece.formula.decided(&condition, positive);
            open.push(Piece { from, to, formula });
        }
    }
    Ok((done, places))
}

impl Piece {
    /// The formula as a function on \[-1, 1\], in dimension p.
    pub fn stretched(&self, p: u64) -> Expr {
        let half = |x: Expr| {
            let half = x / Expr::number(2);
            // A rational number is written as one.
            half.constant(Some(p)).map_or(half, Expr::number)
        };
        let middle = half(self.from.clone() + self.to.clone());
        let length = half(self.to.clone() - self.from.clone());
        if middle == Expr::number(0) && length == Expr::number(1) {
            return self.formula.clone();
        }
        // Counted from an end at 1 or -1: rounding must not lead beyond it.
        let one = || Expr::number(1);
        if self.to == one() {
            return self.formula.at(&(one() - length * (one() - Expr::u())));
        }
        if self.from == Expr::number(-1) {
            return self.formula.at(&(length * (one() + Expr::u()) - one()));
        }
        self.formula.at(&(middle + length * Expr::u()))
    }

    /// The singularities of the stretched formula.
    ///
    /// # Errors
    /// `Domain` if the formula is undefined, infinite or complex between the ends, with the place between them.
    pub(crate) fn singularities(&self, p: u64) -> Result<Singularities> {
        Singularities::examined(&Program::new(&self.stretched(p), Some(p))?).map_err(|undefined| {
            let place = match undefined.place {
                -1.0 => Ok(self.from.to_string()),
                1.0 => Ok(self.to.to_string()),
                x => self.from.to_f64(p).and_then(|a| Ok((a + 0.5 * (x + 1.0) * (self.to.to_f64(p)? - a)).to_string())),
            };
            place.map_or_else(|error| error, |place| undefined.at(place))
        })
    }
}

/// The piece without terms and products that are zero. What they hide must be defined all the same.
fn without_zeros(piece: Piece, p: u64) -> Result<Piece> {
    let (formula, factors) = piece.formula.without_zeros();
    for factor in factors {
        let hidden = Piece { formula: factor, ..piece.clone() };
        hidden.singularities(p).map_err(|e| e.within(&hidden.formula))?;
    }
    Ok(Piece { formula, ..piece })
}

/// A condition of a choice that itself contains none: operands come first.
fn innermost(expr: &Expr) -> Option<Expr> {
    let found: std::result::Result<(), Expr> = expr.try_fold(Node::arguments, |expr, _: Vec<()>| match expr.node() {
        Node::Kink(_, list) => list.first().map_or(Ok(()), |condition| Err(condition.clone())),
        _ => Ok(()),
    });
    found.err()
}

impl Expr {
    /// The formula that holds at a point: every condition has the sign that it has there.
    pub(super) fn decided_at(&self, u: &Rational, dimension: Option<u64>) -> Result<Expr> {
        if self.needs_dimension() && dimension.is_none() {
            return Err(Error::input("the formula depends on the dimension p: give a dimension"));
        }
        // Without p in it, a sign is the same in every dimension.
        self.decided_at_place(&Expr::number(u.clone()), dimension.unwrap_or(2))
    }

    /// The same at a constant.
    pub(super) fn decided_at_place(&self, place: &Expr, p: u64) -> Result<Expr> {
        let mut formula = self.by_choices();
        while let Some(condition) = innermost(&formula) {
            let positive = condition.at(place).sign(p)?.is_gt();
            formula = formula.decided(&condition, positive);
        }
        Ok(formula)
    }

    /// The formula where the sign of a condition is known.
    fn decided(&self, condition: &Expr, positive: bool) -> Expr {
        self.rebuilt(|node, operands| match (node, operands) {
            (Node::Kink(_, list), [_, a, b]) if list[0] == *condition => Some(if positive { a } else { b }.clone()),
            _ => None,
        })
    }
}

/// The value of a constant.
fn constant(expr: &Expr, p: u64) -> Result<Ball> {
    let balls = Balls::new(PRECISION);
    Program::new(expr, Some(p))?.evaluate(&balls, &Point::at(balls.rational(&Rational::new())))
}

impl Expr {
    /// The sign of a constant in dimension p.
    ///
    /// # Errors
    /// `Unable` where it is not told from zero; those of its evaluation.
    pub fn sign(&self, p: u64) -> Result<Ordering> {
        // A difference of the same constants needs no digits.
        if let Node::Sub(a, b) = self.node()
            && a == b
        {
            return Ok(Ordering::Equal);
        }
        let ball = constant(self, p)?;
        if !ball.contains_zero() {
            return Ok(if ball.middle.is_sign_positive() { Ordering::Greater } else { Ordering::Less });
        }
        match self.exact_constant(Some(p)) {
            Ok(exact) if exact.is_zero() => Ok(Ordering::Equal),
            _ => Err(Error::unable(format!("whether {self} is zero"))),
        }
    }

    /// A constant in dimension p, to 320 bits.
    ///
    /// # Errors
    /// Those of its evaluation.
    pub fn to_float(&self, p: u64) -> Result<Float> {
        constant(self, p).map(|ball| ball.middle)
    }

    /// The nearest double to a constant in dimension p.
    ///
    /// # Errors
    /// Those of its evaluation.
    pub fn to_f64(&self, p: u64) -> Result<f64> {
        constant(self, p).map(|ball| ball.middle.to_f64())
    }
}

/// Where a condition is positive on an interval.
fn signs(condition: &Expr, from: &Expr, to: &Expr, p: u64) -> Result<Vec<(Expr, Expr, bool)>> {
    if condition.degree_if_linear() == Some(0) {
        let positive = condition.sign(p)?.is_gt();
        return Ok(vec![(from.clone(), to.clone(), positive)]);
    }
    let program = Program::new(condition, Some(p))?;
    let mut ends = vec![from.clone()];
    let found = match inverse(condition, p)? {
        Some(place) => place.into_iter().collect(),
        None => zeros(condition, &program, from, to, p)?,
    };
    for zero in found {
        let behind = |a: &Expr, b: &Expr| (b.clone() - a.clone()).sign(p).map(Ordering::is_gt);
        if behind(from, &zero)? && behind(&zero, to)? {
            ends.push(zero);
        }
    }
    ends.push(to.clone());
    let balls = Balls::new(PRECISION);
    let positive = |pair: &[Expr]| -> Result<(Expr, Expr, bool)> {
        let middle = balls.scale(&balls.add(&constant(&pair[0], p)?, &constant(&pair[1], p)?), &Rational::from((1, 2)));
        let between = || format!("{condition} between {} and {}", pair[0], pair[1]);
        let value = program.evaluate(&balls, &Point::at(middle)).map_err(|e| e.within(between()))?;
        match value.contains_zero() {
            true => Err(Error::unable(format!("the sign of {condition} between {} and {}", pair[0], pair[1]))),
            false => Ok((pair[0].clone(), pair[1].clone(), value.middle.is_sign_positive())),
        }
    };
    ends.windows(2).map(positive).collect()
}

/// The zeros of a condition on an interval, increasing; some may lie just outside.
fn zeros(condition: &Expr, program: &Program, from: &Expr, to: &Expr, p: u64) -> Result<Vec<Expr>> {
    let (low, high) = ((from.to_f64(p)? - 1e-15).max(-1.0), (to.to_f64(p)? + 1e-15).min(1.0));
    let mut open = vec![(low, high)];
    let mut clusters: Vec<(f64, f64)> = Vec::new();
    let mut count = 0;
    while let Some((low, high)) = open.pop() {
        count += 1;
        if count > MOST_INTERVALS {
            return Err(Error::unable(format!("the zeros of {condition} were not found")));
        }
        let value = program.evaluate(&Intervals::CLOSED, &Point::at(Interval::new(low, high)));
        if value.as_ref().is_ok_and(|value| value.low > 0.0 || value.high < 0.0) {
            continue;
        }
        if high - low > NARROW {
            // Off the simple fractions, so that a zero at one of them lies inside.
            let middle = low + 0.4873 * (high - low);
            open.extend([(middle, high), (low, middle)]);
            continue;
        }
        if let Err(Error::Domain(why)) = value {
            return Err(Error::domain(format!("{condition} near u = {low:.6}: {why}")));
        }
        match clusters.last_mut().filter(|last| last.1 >= low) {
            Some(last) => last.1 = high,
            None => clusters.push((low, high)),
        }
    }
    clusters.into_iter().map(|cluster| zero(condition, program, cluster, p)).collect()
}

/// The one zero in a small interval.
fn zero(condition: &Expr, program: &Program, (low, high): (f64, f64), p: u64) -> Result<Expr> {
    let middle = 0.5 * (low + high);
    let unknown = || {
        Error::unable(format!(
            "{condition} may vanish near u = {middle:.6}: kinks are found where one function undoes another, at \
             rational numbers and their square roots, further apart than {NARROW:e}"
        ))
    };
    // A linear condition has one zero, wherever it is.
    if condition.degree_if_linear() == Some(1) {
        let at_zero = condition.at(&Expr::number(0));
        let slope = condition.at(&Expr::number(1)) - at_zero.clone();
        return match (at_zero.exact_constant(Some(p)), slope.exact_constant(Some(p))) {
            (Ok(a), Ok(b)) => match (a.as_rational(), b.as_rational()) {
                (Some(a), Some(b)) => Ok(Expr::number(-a / b)),
                _ => Ok(-at_zero / slope),
            },
            _ => Err(unknown()),
        };
    }
    let reach = 2.0 * (high - low);
    let places = (1..=HIGHEST_MULTIPLICITY)
        .filter_map(|m| newton(program, program.result(), &Rational::new(), m, middle, reach, PRECISION))
        .flat_map(|(place, _)| recognised(&place));
    for place in places {
        let Ok(exact) = place.exact_constant(Some(p)) else { continue };
        let series = Series::new(Exact, HIGHEST_MULTIPLICITY + 1);
        let Ok(terms) = program.evaluate(&series, &Point::at(series.variable(&exact))) else { continue };
        let Some(order) = terms.iter().position(|term| !term.is_zero()).filter(|order| *order > 0) else { continue };
        // f = c (u - zero)^order with a derivative c that does not vanish: no other zero.
        let intervals = Series::new(Intervals::CLOSED, order + 1);
        let cluster = intervals.variable(&Interval::new(low, high));
        if let Ok(derivatives) = program.evaluate(&intervals, &Point::at(cluster)) {
            let only = derivatives.get(order).is_some_and(|d| d.low > 0.0 || d.high < 0.0);
            if only {
                return Ok(place);
            }
        }
    }
    Err(unknown())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;

    fn text(formula: &str) -> String {
        let kernel = Kernel::parse(formula).unwrap();
        match pieces(kernel.expr(), 5) {
            Ok(list) => {
                list.iter().map(|p| format!("[{}, {}] {}", p.from, p.to, p.formula)).collect::<Vec<_>>().join("; ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn kinks_are_found() {
        assert_eq!(text("abs(u)"), "[-1, 0] -u; [0, 1] u");
        assert_eq!(text("u + 1"), "[-1, 1] u + 1");
        assert_eq!(text("max(u, 0)"), "[-1, 0] 0; [0, 1] u");
        assert_eq!(text("min(u, 1/3)"), "[-1, 1/3] u; [1/3, 1] 1/3");
        assert_eq!(text("step(u - 0.5)"), "[-1, 0.5] 0; [0.5, 1] 1");
        assert_eq!(
            text("abs(2*u^2 - 1)"),
            "[-1, -sqrt(0.5)] 2*u^2 - 1; [-sqrt(0.5), sqrt(0.5)] -(2*u^2 - 1); [sqrt(0.5), 1] 2*u^2 - 1"
        );
        assert_eq!(text("piecewise(u^2, -1/2, 1/4, 1/3, exp(u))"), "[-1, -0.5] u^2; [-0.5, 1/3] 1/4; [1/3, 1] exp(u)");
        // kinks inside conditions, at the ends, of no consequence, at p
        assert_eq!(text("max(abs(u) - 1/2, 0)"), "[-1, -0.5] -u - 1/2; [-0.5, 0.5] 0; [0.5, 1] u - 1/2");
        assert_eq!(text("abs(1 - u)"), "[-1, 1] 1 - u");
        assert_eq!(text("abs((u - 1/2)^2)"), "[-1, 1] (u - 1/2)^2");
        assert_eq!(text("step(u - 1/p)"), "[-1, 0.2] 0; [0.2, 1] 1");
        assert_eq!(text("abs(sin(3*u))"), "[-1, 0] -sin(3*u); [0, 1] sin(3*u)");
        assert_eq!(text("step(u - 1/pi)"), "[-1, 1/pi] 0; [1/pi, 1] 1");
        // functions undone one after the other
        assert_eq!(text("max(0, 1 - acos(u))"), "[-1, cos(1)] 0; [cos(1), 1] 1 - acos(u)");
        assert_eq!(text("max(0, 1 - sqrt(2 - 2*u))"), "[-1, 0.5] 0; [0.5, 1] 1 - sqrt(2 - 2*u)");
        assert_eq!(text("max(0, exp(u) - 2)*sin(u)"), "[-1, log(2)] 0; [log(2), 1] (exp(u) - 2)*sin(u)");
        assert_eq!(text("step(acos(u)/pi - 1/3)"), "[-1, 0.5] 1; [0.5, 1] 0");
        assert_eq!(text("step(u^3 + 1/8)"), "[-1, -0.5] 0; [-0.5, 1] 1");
        assert_eq!(text("step(acos(u) - 4)"), "[-1, 1] 0");
        assert_eq!(text("max(0, 1 - acos(u)/pi)"), "[-1, 1] 1 - acos(u)/pi");
        // a factor that is not defined is not hidden by a zero
        assert!(text("max(0, u)*log(u)").contains("log"), "{}", text("max(0, u)*log(u)"));
    }

    #[test]
    fn what_is_not_found_is_said() {
        assert!(text("abs(exp(u) + u)").contains("near u = -0.56714"), "{}", text("abs(exp(u) + u)"));
        assert!(text("abs(sqrt(u))").starts_with("sqrt(u) between -1 and 0: sqrt of"), "{}", text("abs(sqrt(u))"));
        // almost a double zero
        assert!(text("step(u^2 - 1e-30)").contains("may vanish"), "{}", text("step(u^2 - 1e-30)"));
    }
}
