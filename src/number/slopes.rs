//! Enclosures of functions of r near r = 0 that keep apart what happens at r = 0.

use super::decimal::shown;
use super::{Exact, ExactNumber, Function, Interval, Intervals, Number, Rectangle, Rectangles, Truth};
use crate::error::{Error, Result};
use rug::{Integer, Rational};
use std::sync::{Arc, Mutex, PoisonError};

/// Functions f(r), r in a rectangle around or near 0, as f(r) = f(0) + r^m q(r) with f(0) known, exactly where possible, and an enclosure
/// of q: proved.
///
/// Plain rectangles cannot see that $\sqrt{2-2u} = r$ is analytic at u = 1 - r^2/2, nor that a composition of arc-cosine functions is. Here
/// $\sqrt{r^{2m} q} = r^m\sqrt q$, and with w = r^{2m} q the arc-cosine functions are
/// $$\kappa_n(1-w) = p_n(w) + w^{n+1/2} S_n(w),\qquad \kappa_n(-1+w) = (-1)^{n+1} w^{n+1/2} S_n(w)$$
/// with a polynomial p_n and a power series S_n that converges for |w| < 2.
///
/// `Ok` says that the operation is analytic in r on the whole rectangle, and that the result contains the image: of the function that
/// continues the principal branch from small positive r.
#[derive(Clone, Debug)]
pub struct Slopes {
    /// Where r lies.
    r: Rectangle,
}

/// A function of r.
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

/// Terms of S_n that are added at most; the others are bounded.
const TERMS: usize = 24;

/// Fewer are added where what is left out is below two to this power.
const SMALL: f64 = -30.0;

/// Exact values longer than this are dropped.
const MOST_BITS: u32 = 256;

const C: Rectangles = Rectangles;

/// What kappa_n is near the ends, for one n.
struct Order {
    /// The coefficients of S_n up to that of w^TERMS: |c_{i+1}| <= |c_i|/2.
    series: Vec<Interval>,
    /// The coefficients of p_n, exactly and enclosed.
    exact: Vec<Rational>,
    polynomial: Vec<Rectangle>,
}

/// The orders that were needed so far.
static ORDERS: Mutex<Vec<Arc<Order>>> = Mutex::new(Vec::new());

impl Order {
    /// The orders 0 to n.
    fn up_to(n: usize) -> Vec<Arc<Order>> {
        let mut known = ORDERS.lock().unwrap_or_else(PoisonError::into_inner);
        while known.len() <= n {
            let next = known.last().map_or_else(Order::first, |last| last.next(known.len() as u64));
            known.push(Arc::new(next));
        }
        known[..=n].to_vec()
    }

    fn new(series: Vec<Interval>, exact: Vec<Rational>) -> Self {
        let polynomial = exact.iter().map(|c| C.rational(c)).collect();
        Order { series, exact, polynomial }
    }

    /// S_0 = -(sqrt 2/pi) sum_i C(2i,i) / (8^i (2i+1)) w^i: theta = 2 asin(sqrt(w/2)), kappa_0 = 1 - theta/pi.
    fn first() -> Self {
        let real = Intervals::PROVED;
        let factor = real.div(&Interval::point(2.0).root(), &real.neg(&real.pi())).unwrap_or(Interval::EVERYTHING);
        let coefficient = |i: u32| {
            let bottom = (Integer::from(1) << (3 * i)) * (2 * i + 1);
            real.scale(&factor, &Rational::from((Integer::from(Integer::binomial_u(2 * i, i)), bottom)))
        };
        Self::new((0..=TERMS as u32).map(coefficient).collect(), vec![Rational::from(1)])
    }

    /// Order n from order n-1: S_n has the coefficients of S_{n-1} times -n^2 / ((2n-1)(i+n+1/2)), and p_n is 1 - n^2/(2n-1) times the
    /// integral of p_{n-1}.
    fn next(&self, n: u64) -> Self {
        let real = Intervals::PROVED;
        let scaled = |(i, c): (u64, &Interval)| {
            let q = Rational::from((2 * n * n, (2 * n - 1) * (2 * (i + n) + 1)));
            real.neg(&real.scale(c, &q))
        };
        let factor = -Rational::from((n * n, 2 * n - 1));
        let integral = self.exact.iter().zip(1u32..).map(|(c, i)| Rational::from(c * &factor) / i);
        let exact = std::iter::once(Rational::from(1)).chain(integral).collect();
        Self::new((0u64..).zip(&self.series).map(scaled).collect(), exact)
    }

    /// S_n(w) for |w| <= 2 `half` < 2.
    fn singular_part(&self, w: &Rectangle, half: f64) -> Result<Rectangle> {
        // What is left out decreases at least like half^i: as many terms as make that small.
        let terms = (SMALL / half.log2()).clamp(1.0, TERMS as f64) as usize;
        let real = Intervals::PROVED;
        let mut sum = Rectangle::real(Interval::point(0.0));
        for c in self.series[..terms].iter().rev() {
            sum = C.add(&C.mul(&sum, w), &Rectangle::real(*c));
        }
        let size = Interval::point(w.magnitude());
        let power = (0..terms).fold(Interval::point(1.0), |power, _| real.mul(&power, &size));
        let rest = real.mul(&power, &Interval::point(self.series[terms].magnitude()));
        let left = real.sub(&Interval::point(1.0), &Interval::point(half.next_up()));
        let tail = real.div(&rest, &left)?.high;
        Ok(C.add(&sum, &Rectangle::around(0.0, 0.0, tail)))
    }
}

impl Slopes {
    /// Functions of r in a rectangle.
    pub fn new(r: Rectangle) -> Self {
        Slopes { r }
    }

    /// The inner product u = ±(1 - r^root / 2) near `place` = ±1: r^root is |x-y|^2 or |x+y|^2.
    pub fn inner_product(&self, place: i32, root: u32) -> SlopeNumber {
        let quotient = C.rational(&Rational::from((-place, 2)));
        let start = Some(Exact.rational(&Rational::from(place)));
        self.make(start, C.rational(&Rational::from(place)), Some((root, quotient)))
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
    fn offset(x: &SlopeNumber, place: i32) -> Option<(u32, Rectangle)> {
        let start = x.start.as_ref()?;
        let exact = start.exact.as_ref()?;
        let is_there = *exact == Exact.rational(&Rational::from(place));
        is_there.then(|| start.term.unwrap_or((0, C.rational(&Rational::new()))))
    }

    /// The derivatives of kappa_0, ..., kappa_n: 1/(pi sqrt(1 - z^2)), then n^2/(2n-1) kappa_{n-1}.
    fn arc_cosine_slopes(z: &Rectangle, n: usize) -> Result<Vec<Rectangle>> {
        let one = C.rational(&Rational::from(1));
        let root = C.function(Function::Sqrt, &C.sub(&one, &z.square()))?;
        let mut slopes = vec![C.div(&one, &C.mul(&C.pi(), &root))?];
        if n > 0 {
            for (m, kappa) in C.arc_cosines(z, n - 1)?.iter().enumerate() {
                slopes.push(C.scale(kappa, &Rational::from((((m + 1) * (m + 1)) as u64, (2 * m + 1) as u64))));
            }
        }
        Ok(slopes)
    }

    /// sqrt(w) for w = r^m q: r^{m/2} sqrt(q).
    fn half_power(&self, (m, q): &(u32, Rectangle)) -> Result<(u32, Rectangle)> {
        if m % 2 == 1 {
            return Err(Error::unable("sqrt of an odd power of the variable at an end: not analytic in it"));
        }
        Ok((m / 2, C.function(Function::Sqrt, q)?))
    }

    fn at(&self, (m, q): &(u32, Rectangle)) -> Rectangle {
        C.mul(&self.r.integer_power(*m), q)
    }

    /// kappa_0, ..., kappa_n of 1 - w or -1 + w, w = r^m q.
    fn arc_cosines_at_end(&self, place: i32, w: (u32, Rectangle), n: usize) -> Result<Vec<SlopeNumber>> {
        let one = Rational::from(1);
        if w.0 == 0 {
            return Ok(vec![self.rational(&if place == 1 { one } else { Rational::new() }); n + 1]);
        }
        let (m, root) = self.half_power(&w)?;
        let inside = self.at(&w);
        let half = inside.magnitude() / 2.0;
        if half.is_nan() || half >= 0.98 {
            return Err(Error::unable("an arc-cosine function is not analytic this far from the end"));
        }
        let mut kappas = Vec::with_capacity(n + 1);
        for (order, known) in Order::up_to(n).iter().enumerate() {
            let part = known.singular_part(&inside, half)?;
            // w^{n+1/2} S_n
            let exponent = (2 * order as u32 + 1) * m;
            let odd = C.mul(&C.mul(&w.1.integer_power(order as u32), &root), &part);
            let kappa = if place == 1 {
                let mut smooth = Rectangle::real(Interval::point(0.0));
                for c in known.polynomial[1..].iter().rev() {
                    smooth = C.add(&C.mul(&smooth, &inside), c);
                }
                let smooth = (order > 0).then(|| (w.0, C.mul(&w.1, &smooth)));
                self.make(Some(Exact.rational(&one)), C.rational(&one), self.sum([smooth, Some((exponent, odd))]))
            } else {
                let signed = if order % 2 == 0 { C.neg(&odd) } else { odd };
                self.make(Some(ExactNumber::default()), C.rational(&Rational::new()), Some((exponent, signed)))
            };
            kappas.push(kappa);
        }
        Ok(kappas)
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
        if let (Some((m, q)), Some((n, t))) = (Self::offset(x, 0), Self::offset(y, 0)) {
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

    fn function(&self, f: Function, x: &SlopeNumber) -> Result<SlopeNumber> {
        let exact = |e: &ExactNumber| Exact.function(f, e).ok();
        let phi = |z: &Rectangle| C.function(f, z);
        let one = C.rational(&Rational::from(1));
        let half = Rational::from((1, 2));
        match f {
            Function::Sqrt => {
                if let Some((m, q)) = Self::offset(x, 0) {
                    let term = (m > 0).then(|| self.half_power(&(m, q))).transpose()?;
                    return Ok(self.make(Some(ExactNumber::default()), C.rational(&Rational::new()), term));
                }
                self.analytic(x, exact, phi, |z| C.div(&C.rational(&half), &phi(z)?))
            }
            Function::Exp => self.analytic(x, exact, phi, phi),
            Function::Log => self.analytic(x, exact, phi, |z| C.div(&one, z)),
            Function::Sin => self.analytic(x, exact, phi, |z| C.function(Function::Cos, z)),
            Function::Cos => self.analytic(x, exact, phi, |z| Ok(C.neg(&C.function(Function::Sin, z)?))),
            Function::Acos => {
                for place in [1, -1] {
                    // acos = pi (1 - kappa_0), and kappa_0 is known at the ends.
                    if Self::offset(x, place).is_some() {
                        let first = self.arc_cosines(x, 0)?.swap_remove(0);
                        return Ok(self.mul(&self.pi(), &self.sub(&self.rational(&Rational::from(1)), &first)));
                    }
                }
                // acos' = -1/sqrt(1 - z^2)
                let slope =
                    |z: &Rectangle| C.div(&C.neg(&one), &C.function(Function::Sqrt, &C.sub(&one, &z.square()))?);
                self.analytic(x, exact, phi, slope)
            }
            Function::Asin => {
                let acos = self.function(Function::Acos, x)?;
                Ok(self.sub(&self.scale(&self.pi(), &half), &acos))
            }
        }
    }

    fn power(&self, x: &SlopeNumber, q: &Rational) -> Result<SlopeNumber> {
        let exact = |e: &ExactNumber| Exact.power(e, q).ok();
        if let Some((m, t)) = Self::offset(x, 0) {
            let exponent = Rational::from(q * m);
            if q.cmp0().is_le() || m == 0 {
                return Err(Error::unable(format!("a power {} of what vanishes at the end", shown(q))));
            }
            let Some(exponent) = exponent.is_integer().then(|| exponent.numer().to_u32()).flatten() else {
                return Err(Error::unable(format!("a power {exponent} of the variable at an end: not analytic in it")));
            };
            let term = (exponent, C.power(&t, q)?);
            return Ok(self.make(Some(ExactNumber::default()), C.rational(&Rational::new()), Some(term)));
        }
        let less = Rational::from(q - 1);
        self.analytic(x, exact, |z| C.power(z, q), |z| Ok(C.scale(&C.power(z, &less)?, q)))
    }

    fn arc_cosines(&self, x: &SlopeNumber, n: usize) -> Result<Vec<SlopeNumber>> {
        if let Some((m, q)) = Self::offset(x, 1) {
            return self.arc_cosines_at_end(1, (m, C.neg(&q)), n);
        }
        if let Some(w) = Self::offset(x, -1) {
            return self.arc_cosines_at_end(-1, w, n);
        }
        let values = C.arc_cosines(&x.value, n)?;
        let only = |values: Vec<Rectangle>| values.into_iter().map(Self::only).collect();
        let Some(start) = &x.start else { return Ok(only(values)) };
        let Ok(at_zero) = C.arc_cosines(&start.at_zero, n) else { return Ok(only(values)) };
        let quotients: Vec<Option<(u32, Rectangle)>> = match &start.term {
            None => vec![None; n + 1],
            Some((m, q)) => match Self::arc_cosine_slopes(&x.value.hull(&start.at_zero), n) {
                Ok(slopes) => slopes.iter().map(|slope| Some((*m, C.mul(q, slope)))).collect(),
                // Away from r = 0 there is the quotient itself.
                Err(_) => {
                    let power = self.r.integer_power(*m);
                    let quotient = |(value, zero): (&Rectangle, &Rectangle)| C.div(&C.sub(value, zero), &power);
                    let quotients = values.iter().zip(&at_zero).map(quotient);
                    quotients.map(|q| q.map(|q| Some((*m, q)))).collect::<Result<_>>()?
                }
            },
        };
        let exact = start.exact.as_ref().and_then(|e| Exact.arc_cosines(e, n).ok());
        let parts = values.into_iter().zip(at_zero).zip(quotients).enumerate();
        Ok(parts
            .map(|(m, ((value, zero), term))| {
                Self::met(self.make(exact.as_ref().map(|list| list[m].clone()), zero, term), value)
            })
            .collect())
    }

    fn is_zero(&self, x: &SlopeNumber) -> Truth {
        C.is_zero(&x.value)
    }
}

/// A rectangle that holds an exact number.
fn enclosure(exact: &ExactNumber) -> Rectangle {
    Rectangle::real(exact.value(&Intervals::PROVED_CLOSED).unwrap_or(Interval::EVERYTHING))
}
