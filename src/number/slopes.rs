//! Enclosures of functions of r near r = 0 that keep apart what happens at r = 0.

mod arc;

use super::shown::shown;
use super::{Elementary, Exact, ExactNumber, Interval, Intervals, Number, Rectangle, Rectangles, Smooth, Truth};
use crate::error::{Error, Result};
use rug::Rational;

/// Functions f(r), r in a rectangle around or near 0, as f(r) = f(0) + r^m q(r) with f(0) known, exactly where
/// possible, and an enclosure of q: proved.
///
/// Plain rectangles cannot see that $\sqrt{2-2u} = r$ is analytic at u = 1 - r^2/2, nor that a composition of
/// arc-cosine functions is. Here $\sqrt{r^{2m} q} = r^m\sqrt q$, and with w = r^{2m} q the arc-cosine functions are
/// $$\kappa_n(1-w) = p_n(w) + w^{n+1/2} S_n(w),\qquad \kappa_n(-1+w) = (-1)^{n+1} w^{n+1/2} S_n(w)$$
/// with a polynomial p_n and a power series S_n that converges for |w| < 2.
///
/// `Ok` says that the operation is analytic in r on the whole rectangle, and that the result contains the image: of the
/// function that continues the principal branch from small positive r.
#[derive(Clone, Debug)]
pub struct Slopes {
    /// Where r lies.
    r: Rectangle,
    roots: Roots,
}

/// What a root of a function that vanishes at r = 0 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Roots {
    /// Its continuation from small r > 0, where it is analytic at r = 0: r itself for sqrt(r^2).
    Continued,
    /// The same, and its principal branch on a rectangle that stands for itself and holds such r.
    Principal,
    /// Not analytic: |r| on both sides.
    Kinks,
}

/// A function f(r) near r = 0: an enclosure of its values, and its leading power of r where known.
#[derive(Clone, Debug)]
pub struct SlopeNumber {
    /// Encloses f(r).
    pub value: Rectangle,
    /// What is known at r = 0; nothing after a quotient of functions that vanish there.
    start: Option<Start>,
}

/// f(r) = at_zero + r^m q.
#[derive(Clone, Debug)]
struct Start {
    exact: Option<ExactNumber>,
    at_zero: Rectangle,
    /// m >= 1 and q; `None` for constants.
    term: Option<(u32, Rectangle)>,
}

/// Exact values longer than this are dropped.
const MOST_BITS: u32 = 256;

const C: Rectangles = Rectangles;

impl Slopes {
    /// Functions of r in this rectangle, with roots continued analytically from small positive r.
    pub fn new(r: Rectangle) -> Self {
        Slopes { r, roots: Roots::Continued }
    }

    /// The same on a rectangle that stands for itself: if it holds real r > 0, a fractional power, or a root that is
    /// not seen to be analytic at r = 0, is its principal branch there. In a covering, neighbours could continue
    /// another.
    pub fn alone(r: Rectangle) -> Self {
        Slopes { r, roots: Roots::Principal }
    }

    /// The same for a function on both sides of r = 0, where roots of what vanishes have kinks: r > 0 and r < 0 are
    /// places inside (-1, 1).
    pub fn on_both_sides(r: Rectangle) -> Self {
        Slopes { r, roots: Roots::Kinks }
    }

    /// The inner product u = ±(1 - r^root / 2) near `place` = ±1: r^root is |x-y|^2 or |x+y|^2.
    pub fn inner_product(&self, place: i32, root: u32) -> SlopeNumber {
        let quotient = C.rational(&Rational::from((-place, 2)));
        let start = Some(Exact.rational(&Rational::from(place)));
        self.make(start, C.rational(&Rational::from(place)), Some((root, quotient)))
    }

    /// u = place + r or place - r, beside a place inside (-1, 1).
    pub fn beside(&self, place: &Rational, right: bool) -> SlopeNumber {
        let sign = C.rational(&Rational::from(if right { 1 } else { -1 }));
        self.make(Some(Exact.rational(place)), C.rational(place), Some((1, sign)))
    }

    fn make(&self, exact: Option<ExactNumber>, at_zero: Rectangle, term: Option<(u32, Rectangle)>) -> SlopeNumber {
        let value = match &term {
            Some((m, q)) => C.add(&at_zero, &C.mul(&self.r.integer_power(*m), q)),
            None => at_zero,
        };
        let exact = exact.filter(|e| e.bits() <= MOST_BITS);
        SlopeNumber { value, start: Some(Start { exact, at_zero, term }) }
    }

    /// With a second enclosure of the same values.
    fn met(mut x: SlopeNumber, value: Rectangle) -> SlopeNumber {
        let both = x.value.meet(&value);
        if both.is_finite() {
            x.value = both;
        }
        x
    }

    fn only(value: Rectangle) -> SlopeNumber {
        SlopeNumber { value, start: None }
    }

    /// The sum of terms r^m q as one.
    fn sum(&self, terms: impl IntoIterator<Item = Option<(u32, Rectangle)>>) -> Option<(u32, Rectangle)> {
        terms.into_iter().flatten().fold(None, |sum, (n, t)| match sum {
            None => Some((n, t)),
            Some((m, q)) => {
                let low = m.min(n);
                let lifted = |m: u32, q: &Rectangle| C.mul(&self.r.integer_power(m - low), q);
                Some((low, C.add(&lifted(m, &q), &lifted(n, &t))))
            }
        })
    }

    /// phi(f) for phi analytic on the rectangle that holds f(0) and f(r): phi(f(0)) + r^m q phi'(between).
    fn analytic(
        &self,
        x: &SlopeNumber,
        exact: impl Fn(&ExactNumber) -> Option<ExactNumber>,
        phi: impl Fn(&Rectangle) -> Result<Rectangle>,
        slope: impl Fn(&Rectangle) -> Result<Rectangle>,
    ) -> Result<SlopeNumber> {
        let value = phi(&x.value)?;
        let Some(start) = &x.start else { return Ok(Self::only(value)) };
        let exact = start.exact.as_ref().and_then(exact);
        // What is forgotten must not depend on the rectangle: else neighbours could continue different branches.
        let Ok(at_zero) = phi(&start.at_zero) else { return Ok(Self::only(value)) };
        let term = match &start.term {
            None => None,
            Some((m, q)) => Some((
                *m,
                match slope(&x.value.hull(&start.at_zero)) {
                    Ok(slope) => C.mul(q, &slope),
                    // Away from r = 0 there is the quotient itself.
                    Err(_) => C.div(&C.sub(&value, &at_zero), &self.r.integer_power(*m))?,
                },
            )),
        };
        Ok(Self::met(self.make(exact, at_zero, term), value))
    }

    /// If f(0) is exactly `place`: m and q with f = place + r^m q, m = 0 for the constant.
    pub(super) fn order(x: &SlopeNumber, place: i32) -> Option<(u32, Rectangle)> {
        let start = x.start.as_ref()?;
        let exact = start.exact.as_ref()?;
        let is_there = *exact == Exact.rational(&Rational::from(place));
        is_there.then(|| start.term.unwrap_or((0, C.rational(&Rational::new()))))
    }

    /// Whether f(0) is a multiple of pi, seen exactly, and f is no constant.
    fn is_turning(x: &SlopeNumber) -> bool {
        let exact = x.start.as_ref().filter(|start| start.term.is_some()).and_then(|start| start.exact.as_ref());
        exact.and_then(|e| Exact.elementary(Elementary::Sin, e).ok()).is_some_and(|sine| sine.is_zero())
    }

    /// cos(n pi + h) = (-1)^n (1 - 2 sin^2(h/2)), h = r^m q and sin(h/2) = (h/2) cos(between): the slope of the cosine
    /// alone is not seen to vanish at r = 0.
    fn cosine_at_half_turn(&self, x: &SlopeNumber) -> Result<SlopeNumber> {
        let value = C.elementary(Elementary::Cos, &x.value)?;
        let Some(Start { exact: Some(place), at_zero, term: Some((m, q)) }) = &x.start else {
            return Ok(Self::only(value));
        };
        let half = C.scale(&C.sub(&x.value, at_zero), &Rational::from((1, 2)));
        let between = half.hull(&C.rational(&Rational::new())).cos()?;
        let term = C.scale(&C.mul(q, &between).square(), &Rational::from((-1, 2)));
        let exact = Exact.elementary(Elementary::Cos, place)?;
        let sign = enclosure(&exact);
        Ok(Self::met(self.make(Some(exact), sign, Some((2 * m, C.mul(&sign, &term)))), value))
    }

    /// sqrt(w) for w = r^m q: r^{m/2} sqrt(q); None where it is not seen to be analytic at r = 0.
    fn half_power(&self, (m, q): &(u32, Rectangle)) -> Option<(u32, Rectangle)> {
        if m % 2 == 1 || (*m > 0 && self.roots == Roots::Kinks) {
            return None;
        }
        Some((m / 2, C.elementary(Elementary::Sqrt, q).ok()?))
    }

    /// A principal branch of what vanishes at r = 0, away from there: that of real r > 0, if the rectangle stands for
    /// itself and holds such r. From there it continues to all of a rectangle on which it is analytic.
    fn branch<T>(&self, value: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.roots == Roots::Principal && self.r.re.low > 0.0 && self.r.im.contains(0.0) {
            return value();
        }
        Err(Error::unable("a branch beside a place where it is not analytic"))
    }

    fn at(&self, (m, q): &(u32, Rectangle)) -> Rectangle {
        C.mul(&self.r.integer_power(*m), q)
    }
}

impl Number for Slopes {
    type Element = SlopeNumber;

    fn rational(&self, q: &Rational) -> SlopeNumber {
        self.make(Some(Exact.rational(q)), C.rational(q), None)
    }

    fn pi(&self) -> SlopeNumber {
        self.make(Some(Exact.pi()), C.pi(), None)
    }

    fn add(&self, x: &SlopeNumber, y: &SlopeNumber) -> SlopeNumber {
        let value = C.add(&x.value, &y.value);
        let (Some(a), Some(b)) = (&x.start, &y.start) else { return Self::only(value) };
        let exact = a.exact.as_ref().zip(b.exact.as_ref()).map(|(a, b)| Exact.add(a, b));
        let at_zero = exact.as_ref().map_or_else(|| C.add(&a.at_zero, &b.at_zero), enclosure);
        Self::met(self.make(exact, at_zero, self.sum([a.term, b.term])), value)
    }

    fn neg(&self, x: &SlopeNumber) -> SlopeNumber {
        let start = x.start.as_ref().map(|s| Start {
            exact: s.exact.as_ref().map(|e| Exact.neg(e)),
            at_zero: C.neg(&s.at_zero),
            term: s.term.as_ref().map(|(m, q)| (*m, C.neg(q))),
        });
        SlopeNumber { value: C.neg(&x.value), start }
    }

    /// (a + r^m q)(b + r^n t) = a b + a r^n t + b r^m q + r^{m+n} q t
    fn mul(&self, x: &SlopeNumber, y: &SlopeNumber) -> SlopeNumber {
        let value = C.mul(&x.value, &y.value);
        let (Some(a), Some(b)) = (&x.start, &y.start) else { return Self::only(value) };
        // 0 times a number that is not known exactly, such as cos(1), is 0.
        let exact = match (&a.exact, &b.exact) {
            (Some(a), Some(b)) => Some(Exact.mul(a, b)),
            (Some(zero), None) | (None, Some(zero)) => Some(zero.clone()).filter(ExactNumber::is_zero),
            (None, None) => None,
        };
        let at_zero = exact.as_ref().map_or_else(|| C.mul(&a.at_zero, &b.at_zero), enclosure);
        let times = |start: &Start, term: &Option<(u32, Rectangle)>| {
            let vanishes = start.exact.as_ref().is_some_and(ExactNumber::is_zero);
            term.filter(|_| !vanishes).map(|(m, q)| (m, C.mul(&start.at_zero, &q)))
        };
        let both = a.term.zip(b.term).map(|((m, q), (n, t))| (m + n, C.mul(&q, &t)));
        let term = self.sum([times(a, &b.term), times(b, &a.term), both]);
        Self::met(self.make(exact, at_zero, term), value)
    }

    fn div(&self, x: &SlopeNumber, y: &SlopeNumber) -> Result<SlopeNumber> {
        if let (Some((m, q)), Some((n, t))) = (Self::order(x, 0), Self::order(y, 0)) {
            if n == 0 {
                return Err(Error::domain("division by zero"));
            }
            if m >= n || m == 0 {
                // Both vanish: the powers of r cancel.
                let quotient = C.div(&q, &t)?;
                let value = C.mul(&self.r.integer_power(m.saturating_sub(n)), &quotient);
                return Ok(if m > n {
                    self.make(Some(ExactNumber::default()), C.rational(&Rational::new()), Some((m - n, quotient)))
                } else {
                    Self::only(value)
                });
            }
        }
        let inverse = self.analytic(
            y,
            |e| Exact.div(&Exact.rational(&Rational::from(1)), e).ok(),
            |z| C.div(&C.rational(&Rational::from(1)), z),
            |z| C.div(&C.rational(&Rational::from(-1)), &z.square()),
        )?;
        Ok(Self::met(self.mul(x, &inverse), C.div(&x.value, &y.value)?))
    }

    fn elementary(&self, f: Elementary, x: &SlopeNumber) -> Result<SlopeNumber> {
        let exact = |e: &ExactNumber| Exact.elementary(f, e).ok();
        let phi = |z: &Rectangle| C.elementary(f, z);
        let one = C.rational(&Rational::from(1));
        let half = Rational::from((1, 2));
        match f {
            Elementary::Sqrt => {
                if let Some(w) = Self::order(x, 0) {
                    let term = if w.0 == 0 { None } else { self.half_power(&w) };
                    return match term.is_none() && w.0 > 0 {
                        true => Ok(Self::only(self.branch(|| phi(&x.value))?)),
                        false => Ok(self.make(Some(ExactNumber::default()), C.rational(&Rational::new()), term)),
                    };
                }
                self.analytic(x, exact, phi, |z| C.div(&C.rational(&half), &phi(z)?))
            }
            Elementary::Exp => self.analytic(x, exact, phi, phi),
            Elementary::Log => self.analytic(x, exact, phi, |z| C.div(&one, z)),
            Elementary::Sin => self.analytic(x, exact, phi, |z| C.elementary(Elementary::Cos, z)),
            Elementary::Cos if Self::is_turning(x) => self.cosine_at_half_turn(x),
            Elementary::Cos => self.analytic(x, exact, phi, |z| Ok(C.neg(&C.elementary(Elementary::Sin, z)?))),
            Elementary::Acos => {
                for place in [1, -1] {
                    // acos = pi (1 - kappa_0), and kappa_0 is known at the ends.
                    if Self::order(x, place).is_some() {
                        let first = self.arc_cosines(x, 0)?.swap_remove(0);
                        return Ok(self.mul(&self.pi(), &self.sub(&self.rational(&Rational::from(1)), &first)));
                    }
                }
                // acos' = -1/sqrt(1 - z^2)
                let slope =
                    |z: &Rectangle| C.div(&C.neg(&one), &C.elementary(Elementary::Sqrt, &C.sub(&one, &z.square()))?);
                self.analytic(x, exact, phi, slope)
            }
            Elementary::Asin => {
                let acos = self.elementary(Elementary::Acos, x)?;
                Ok(self.sub(&self.scale(&self.pi(), &half), &acos))
            }
        }
    }

    fn smooth<F: Smooth>(&self, f: &F, x: &SlopeNumber) -> Result<SlopeNumber> {
        self.analytic(x, |e| f.value(&Exact, e).ok(), |z| C.smooth(f, z), |z| f.derivative(&C, z))
    }

    fn power(&self, x: &SlopeNumber, q: &Rational) -> Result<SlopeNumber> {
        let exact = |e: &ExactNumber| Exact.power(e, q).ok();
        if let Some((m, t)) = Self::order(x, 0) {
            let exponent = Rational::from(q * m);
            if m == 0 {
                return Err(Error::unable(format!("a power {} of what vanishes at the end", shown(q))));
            }
            let whole = exponent.is_integer().then(|| exponent.numer().to_u32()).flatten();
            let analytic = |exponent: &u32| *exponent > 0 && (q.is_integer() || self.roots != Roots::Kinks);
            let Some(exponent) = whole.filter(analytic) else {
                // Not analytic at r = 0: beside it there is its value.
                let why = || format!("the power {exponent} of the variable at an end, not analytic in it");
                let value = self.branch(|| C.power(&x.value, q));
                return value.map(Self::only).map_err(|error| error.within(why()));
            };
            let term = (exponent, C.power(&t, q)?);
            return Ok(self.make(Some(ExactNumber::default()), C.rational(&Rational::new()), Some(term)));
        }
        let less = Rational::from(q - 1);
        self.analytic(x, exact, |z| C.power(z, q), |z| Ok(C.scale(&C.power(z, &less)?, q)))
    }

    fn arc_cosines(&self, x: &SlopeNumber, n: usize) -> Result<Vec<SlopeNumber>> {
        self.arc_cosines_up_to(x, n)
    }

    fn is_zero(&self, x: &SlopeNumber) -> Truth {
        C.is_zero(&x.value)
    }
}

/// A rectangle that holds an exact number.
fn enclosure(exact: &ExactNumber) -> Rectangle {
    Rectangle::real(exact.value(&Intervals::PROVED_CLOSED).unwrap_or(Interval::EVERYTHING))
}
