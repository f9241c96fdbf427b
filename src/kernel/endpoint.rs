//! The expansion of a kernel at u = 1 and u = -1.
//!
//! Its variable is the squared distance tau = |x-y|^2 = 2 - 2u at u = 1 and |x+y|^2 = 2 + 2u at u = -1: powers of it carry no
//! square roots of 2 (with u = 1 - r^2, tau = 2 r^2).

use super::program::{Point, Program, Step};
use crate::error::Result;
use crate::number::{Exact, ExactNumber, Function, Interval, Intervals, Number, Puiseux, PuiseuxSeries};
use rug::Rational;

/// An end of the interval of inner products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// u = 1: equal points.
    One,
    /// u = -1: antipodal points.
    MinusOne,
}

impl End {
    /// Both ends.
    pub const BOTH: [End; 2] = [End::One, End::MinusOne];

    /// The inner product u there.
    pub fn place(self) -> i32 {
        match self {
            End::One => 1,
            End::MinusOne => -1,
        }
    }
}

impl Program {
    /// The kernel at `u = ±(1 - tau/2)` as a series in fractional powers of tau, modulo `tau^order`:
    /// $\kappa = \sum_j c_j \tau^{j/m}$, with coefficients in the number system `base`.
    ///
    /// Cost: some five products of power series for each nonlinear step. The last coefficients may not be known: see
    /// [`PuiseuxSeries::known`].
    ///
    /// ```
    /// use zonal::kernel::{End, Kernel};
    /// use zonal::number::Exact;
    /// // Laplace: exp(-d) with d = tau^(1/2).
    /// let program = Kernel::parse("laplace(1)")?.program(None)?;
    /// let series = program.expand(&Exact, End::One, 2)?;
    /// let text: Vec<String> = series.coefficients.iter().map(ToString::to_string).collect();
    /// // the root of tau costs the last coefficient
    /// assert_eq!((series.root, series.known, text.join(", ").as_str()), (2, 3, "1, -1, 1/2"));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Unable` where a step has no such expansion, or where it cannot be decided whether a function meets its branch
    /// point; `Domain` where the kernel is infinite or complex beside the end.
    pub fn expand<C: Number + Clone>(&self, base: &C, end: End, order: u32) -> Result<PuiseuxSeries<C::Element>> {
        let context = Puiseux::new(base.clone(), order);
        let place = end.place();
        let u = context.linear(&Rational::from(place), &Rational::from((-place, 2)));
        self.evaluate(&context, &Point::at(u))
    }

    /// Whether, in the whole complex plane, no step of the formula is singular but at u = 1 or u = -1: each step that can be
    /// has an argument that is linear in u and meets its critical values there, or nowhere.
    ///
    /// ```
    /// use zonal::Kernel;
    /// let only = |formula: &str| Kernel::parse(formula)?.program(Some(3)).map(|program| program.only_singular_at_ends());
    /// assert!(only("ntk(2) + laplace(1)*arccos(3)")?);
    /// // poles at +-i/5, and beside u = 1
    /// assert!(!only("1/(1+25*u^2)")? && !only("1/(1.0001-u)")?);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn only_singular_at_ends(&self) -> bool {
        // a + b u for every step that is linear in u, exactly.
        let mut linear: Vec<Option<[ExactNumber; 2]>> = Vec::with_capacity(self.steps().len());
        let zero = ExactNumber::default;
        for step in self.steps() {
            let of = |r: &usize| linear[*r].clone();
            let constant = |r: &usize| of(r).filter(|[_, b]| b.is_zero()).map(|[a, _]| a);
            let both = |a: &usize, b: &usize, f: &dyn Fn(&ExactNumber, &ExactNumber) -> ExactNumber| {
                let ([a, b], [c, d]) = (of(a)?, of(b)?);
                Some([f(&a, &c), f(&b, &d)])
            };
            // Whether a function with these critical values of its argument is singular at the ends alone.
            let harmless = |argument: &usize, critical: &[i32]| {
                let Some([a, b]) = of(argument) else { return false };
                if b.is_zero() {
                    return true;
                }
                let at_end = |value: &i32| {
                    let target = Exact.sub(&Exact.rational(&Rational::from(*value)), &a);
                    target == b || target == Exact.neg(&b)
                };
                critical.iter().all(at_end)
            };
            let (value, fine) = match step {
                Step::Rational(q) => (Some([Exact.rational(q), zero()]), true),
                Step::Pi => (Some([Exact.pi(), zero()]), true),
                Step::Variable => (Some([zero(), Exact.rational(&Rational::from(1))]), true),
                Step::Neg(a) => (of(a).map(|[a, b]| [Exact.neg(&a), Exact.neg(&b)]), true),
                Step::Add(a, b) => (both(a, b, &|x, y| Exact.add(x, y)), true),
                Step::Sub(a, b) => (both(a, b, &|x, y| Exact.sub(x, y)), true),
                Step::Mul(a, b) => {
                    let product = match (constant(a), of(b), constant(b), of(a)) {
                        (Some(c), Some([x, y]), ..) | (_, _, Some(c), Some([x, y])) => {
                            Some([Exact.mul(&c, &x), Exact.mul(&c, &y)])
                        }
                        _ => None,
                    };
                    (product, true)
                }
                Step::Div(a, b) => {
                    let quotient = of(a)
                        .zip(constant(b))
                        .and_then(|([x, y], c)| Some([Exact.div(&x, &c).ok()?, Exact.div(&y, &c).ok()?]));
                    (quotient, harmless(b, &[0]))
                }
                Step::Power(a, q) => (None, (q.is_integer() && q.cmp0().is_ge()) || harmless(a, &[0])),
                Step::Function(Function::Sqrt | Function::Log, a) => (None, harmless(a, &[0])),
                Step::Function(Function::Asin | Function::Acos, a) | Step::ArcCosines(a, _) => {
                    (None, harmless(a, &[1, -1]))
                }
                Step::Function(Function::Exp | Function::Sin | Function::Cos, _) | Step::Done => (None, true),
            };
            if !fine {
                return false;
            }
            linear.push(value);
        }
        true
    }
}

/// Whether the kernel is analytic on [1 - 10^-5, 1 - 10^-12], or its mirror image: on a geometric sequence of pieces.
pub(super) fn clear_end(program: &Program, end: f64) -> bool {
    const RATIO: f64 = 0.75;
    let mut distance = 1e-5;
    while distance > 1e-12 {
        let piece = Interval::new(end * (1.0 - distance), end * (1.0 - RATIO * distance));
        if program.run_partly(&Intervals::ANALYTIC, &Point::at(piece)).1.is_some() {
            return false;
        }
        distance *= RATIO;
    }
    true
}
