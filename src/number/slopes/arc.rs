//! The arc-cosine functions of what is known at r = 0.

use super::super::arc_cosine_slope;
use super::{C, SlopeNumber, Slopes};
use crate::error::Result;
use crate::number::{Elementary, Exact, ExactNumber, Interval, Intervals, Number, Rectangle};
use rug::{Integer, Rational};
use std::sync::{Arc, Mutex, PoisonError};

/// Terms of S_n that are added at most; the others are bounded.
const TERMS: usize = 24;

/// Fewer are added where what is left out is below two to this power.
const SMALL: f64 = -30.0;

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

    /// Order n from order n-1: S_n has the coefficients of S_{n-1} times -n^2 / ((2n-1)(i+n+1/2)), and p_n is 1 -
    /// n^2/(2n-1) times the integral of p_{n-1}.
    fn next(&self, n: u64) -> Self {
        let real = Intervals::PROVED;
        let scaled = |(i, c): (u64, &Interval)| {
            let q = Rational::from((2 * n * n, (2 * n - 1) * (2 * (i + n) + 1)));
            real.neg(&real.scale(c, &q))
        };
        let factor = -Rational::from(arc_cosine_slope(n as usize));
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
    /// kappa_0, ..., kappa_n.
    pub(super) fn arc_cosines_up_to(&self, x: &SlopeNumber, n: usize) -> Result<Vec<SlopeNumber>> {
        if let Some((m, q)) = Self::order(x, 1) {
            return self.arc_cosines_at_end(1, (m, C.neg(&q)), &x.value, n);
        }
        if let Some(w) = Self::order(x, -1) {
            return self.arc_cosines_at_end(-1, w, &x.value, n);
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

    /// The derivatives of kappa_0, ..., kappa_n: 1/(pi sqrt(1 - z^2)), then n^2/(2n-1) kappa_{n-1}.
    fn arc_cosine_slopes(z: &Rectangle, n: usize) -> Result<Vec<Rectangle>> {
        let one = C.rational(&Rational::from(1));
        let root = C.elementary(Elementary::Sqrt, &C.sub(&one, &z.square()))?;
        let mut slopes = vec![C.div(&one, &C.mul(&C.pi(), &root))?];
        if n > 0 {
            for (m, kappa) in C.arc_cosines(z, n - 1)?.iter().enumerate() {
                slopes.push(C.scale(kappa, &Rational::from((((m + 1) * (m + 1)) as u64, (2 * m + 1) as u64))));
            }
        }
        Ok(slopes)
    }

    /// kappa_0, ..., kappa_n of 1 - w or -1 + w, w = r^m q, within a value.
    fn arc_cosines_at_end(
        &self,
        place: i32,
        w: (u32, Rectangle),
        value: &Rectangle,
        n: usize,
    ) -> Result<Vec<SlopeNumber>> {
        let one = Rational::from(1);
        if w.0 == 0 {
            return Ok(vec![self.rational(&if place == 1 { one } else { Rational::new() }); n + 1]);
        }
        // Far from r = 0 the value tells more than q, which holds for all that is nearer.
        let end = C.rational(&Rational::from(place));
        let of_value = if place == 1 { C.sub(&end, value) } else { C.sub(value, &end) };
        let inside = self.at(&w);
        let both = inside.meet(&of_value);
        let inside = if both.is_finite() { both } else { inside };
        let (m, root) = match self.half_power(&w) {
            Some((m, root)) => (Some(m), root),
            None => (None, self.branch(|| C.elementary(Elementary::Sqrt, &inside))?),
        };
        let half = inside.magnitude() / 2.0;
        if half.is_nan() || half >= 0.98 {
            let values = self.branch(|| C.arc_cosines(value, n));
            return Ok(values?.into_iter().map(Self::only).collect());
        }
        let mut kappas = Vec::with_capacity(n + 1);
        for (order, known) in Order::up_to(n).iter().enumerate() {
            let part = known.singular_part(&inside, half)?;
            // w^{n+1/2} S_n
            let odd = |w: &Rectangle| C.mul(&C.mul(&w.integer_power(order as u32), &root), &part);
            let Some(m) = m else {
                let signed = if place == 1 || order % 2 == 1 { odd(&inside) } else { C.neg(&odd(&inside)) };
                let smooth = if place == 1 { horner(&known.polynomial, &inside) } else { C.rational(&Rational::new()) };
                kappas.push(Self::only(C.add(&smooth, &signed)));
                continue;
            };
            let (exponent, odd) = ((2 * order as u32 + 1) * m, odd(&w.1));
            let kappa = if place == 1 {
                let smooth = horner(&known.polynomial[1..], &inside);
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

/// The polynomial of these coefficients, constant term first.
fn horner(coefficients: &[Rectangle], x: &Rectangle) -> Rectangle {
    let zero = Rectangle::real(Interval::point(0.0));
    coefficients.iter().rev().fold(zero, |sum, c| C.add(&C.mul(&sum, x), c))
}
