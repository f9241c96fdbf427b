//! Closed forms of kernels that are polynomials between kinks.
//!
//! By Rodrigues' formula
//! $P_k^{(p)}(t)(1-t^2)^{(p-3)/2} = -\frac1{p-1}\frac d{dt}\bigl[P_{k-1}^{(p+2)}(t)(1-t^2)^{(p-1)/2}\bigr]$,
//! the upper index being the dimension. Integrated by parts again and again, a function f of polynomials of degree at
//! most d leaves its jumps and those of its derivatives,
//! $$Z\mu_k = \sum_{i=0}^{\min(d,k-1)}\sum_a
//! \[f^{(i)}\](a)\frac{(1-a^2)^{(p-1)/2+i}P_{k-1-i}^{(p+2+2i)}(a)}{(p-1)(p+1)\cdots(p-1+2i)} +
//! \frac{[k\le d]}{(p-1)\cdots(p+2k-3)}\int f^{(k)}(t)(1-t^2)^{(p+2k-3)/2}dt.$$
//!
//! Nothing cancels but what the jumps themselves cancel, and the cost is that of one sample of a quadrature for each
//! kink and derivative.

use super::closed_form::convert;
use super::examined_kernel::{ExaminedKernel, needed_bits};
use super::finding::{Estimate, Finding};
use super::piecewise::difference;
use super::projection::{Sample, project};
use super::quadrature::{Effort, Pass, refine};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{Expr, Point, Program};
use crate::number::{Ball, Balls, Digits, Elementary, Exact, ExactNumber, Number, Radius};
use rayon::prelude::*;
use rug::{Float, Rational};

/// Beyond this p + k the values come as enclosures: exact rational numbers would have too many digits.
const LARGEST_EXACT: u64 = 1500;

/// Beyond this dimension nothing is done: factors are multiplied one by one.
const LARGEST_DIMENSION: u64 = 100_000;

/// A kernel of polynomials between kinks.
pub(super) struct Jumps<'a> {
    problem: &'a ExaminedKernel,
    /// -1, the kinks, 1.
    ends: Vec<Expr>,
    polynomials: &'a [Vec<ExactNumber>],
    /// What the polynomials jump by, at the kinks.
    jumps: Vec<Vec<ExactNumber>>,
    /// The number of coefficients of the longest polynomial.
    length: usize,
}

/// The i-th derivative of a polynomial.
fn derivative<C: Number>(c: &C, polynomial: &[C::Element], order: usize) -> Vec<C::Element> {
    let factor = |j: usize| (0..order).fold(Rational::from(1), |product, i| product * Rational::from(j - i));
    (order..polynomial.len()).map(|j| c.scale(&polynomial[j], &factor(j))).collect()
}

/// The value of a polynomial.
fn value<C: Number>(c: &C, polynomial: &[C::Element], at: &C::Element) -> C::Element {
    let zero = c.rational(&Rational::new());
    polynomial.iter().rev().fold(zero, |sum, coefficient| c.add(&c.mul(&sum, at), coefficient))
}

/// $\int_0^a t^j (1-t^2)^{(q-3)/2} dt$ for j below `count`: by $(j+q-2) M_j = (j-1) M_{j-2} -
/// a^{j-1}(1-a^2)^{(q-1)/2}$, from $M_0 = a$ for q = 3, asin(a) for q = 2, and $M_0^{(q+2)} = ((q-1) M_0^{(q)} + a
/// (1-a^2)^{(q-1)/2})/q$.
fn moments<C: Number>(c: &C, a: &C::Element, q: u64, count: usize) -> Result<Vec<C::Element>> {
    let one = c.rational(&Rational::from(1));
    let base = c.sub(&one, &c.mul(a, a));
    let mut now = if q.is_multiple_of(2) { 2 } else { 3 };
    // (1-a^2)^((now-1)/2)
    let mut weight = c.power(&base, &Rational::from((now - 1, 2)))?;
    let mut first = if now == 2 { c.elementary(Elementary::Asin, a)? } else { a.clone() };
    while now < q {
        let sum = c.add(&c.scale(&first, &Rational::from(now - 1)), &c.mul(a, &weight));
        first = c.scale(&sum, &Rational::from((1, now)));
        weight = c.mul(&weight, &base);
        now += 2;
    }
    let second = c.scale(&c.sub(&one, &weight), &Rational::from((1, q - 1)));
    let mut moments = vec![first, second];
    let mut power = a.clone();
    for j in 2..count as u64 {
        let lower = c.scale(&moments[j as usize - 2], &Rational::from(j - 1));
        moments.push(c.scale(&c.sub(&lower, &c.mul(&power, &weight)), &Rational::from((1, j + q - 2))));
        power = c.mul(&power, a);
    }
    moments.truncate(count);
    Ok(moments)
}

impl<'a> Jumps<'a> {
    /// `None` where a piece is no polynomial.
    pub(super) fn of(problem: &'a ExaminedKernel) -> Option<Self> {
        let function = problem.pieces.as_ref()?;
        let polynomials = function.polynomials().filter(|_| problem.dimension() <= LARGEST_DIMENSION)?;
        let jumps = polynomials.windows(2).map(|pair| difference(&pair[1], &pair[0])).collect();
        let mut ends: Vec<Expr> = function.pieces.iter().map(|piece| piece.from.clone()).collect();
        ends.push(Expr::number(1));
        let length = polynomials.iter().map(Vec::len).max().unwrap_or(0);
        Some(Jumps { problem, ends, polynomials, jumps, length })
    }

    /// The number of jumps, of derivatives included.
    pub(super) fn terms(&self) -> usize {
        self.jumps.len() * self.length
    }

    /// mu_k for `degrees` (increasing): exact where the kinks are and the degrees are not too high, else enclosures.
    pub(super) fn eigenvalues(&self, degrees: &[u64], digits: Digits) -> Result<Vec<Finding>> {
        let highest = degrees.last().copied().unwrap_or(0);
        if highest + self.problem.dimension() + 2 * self.length as u64 <= LARGEST_EXACT
            && let Some(places) =
                self.ends.iter().map(|end| end.exact_constant(Some(self.problem.dimension())).ok()).collect()
            && let Ok(values) = self.exact(degrees, places)
        {
            let precision = needed_bits(digits) + 24;
            return values
                .into_par_iter()
                .map(|x| Ok(Finding::Value(Estimate::exact(x, precision, digits)?)))
                .collect();
        }
        refine(self.problem, degrees, digits, Estimate::rigorous, |_, degrees, effort| self.enclosed(degrees, effort))
    }

    /// The same sums in exact numbers.
    fn exact(&self, degrees: &[u64], places: Vec<ExactNumber>) -> Result<Vec<ExactNumber>> {
        let highest = degrees.last().copied().unwrap_or(0);
        let c = Exact;
        let constant = self.problem.sphere.funk_hecke();
        let mut totals = vec![ExactNumber::default(); degrees.len()];
        for (index, jump) in self.jumps.iter().enumerate() {
            let place = &places[index + 1];
            for order in 0..jump.len().min(highest as usize) {
                let weight = self.weight(&c, jump, place, order, &constant)?;
                if weight.is_zero() {
                    continue;
                }
                let sphere = Sphere::in_dimension(self.problem.dimension() + 2 + 2 * order as u64)?;
                let legendre = sphere.legendre(&c, place, highest as usize);
                for (total, k) in totals.iter_mut().zip(degrees).filter(|(_, k)| **k > order as u64) {
                    *total = c.add(total, &c.mul(&weight, &legendre[*k as usize - 1 - order]));
                }
            }
        }
        for (total, k) in totals.iter_mut().zip(degrees).filter(|(_, k)| (**k as usize) < self.length) {
            *total = c.add(total, &self.rest(&c, &places, *k, &constant)?);
        }
        Ok(totals)
    }

    /// \[f^(i)\](a) (1-a^2)^((p-1)/2+i) / (Z (p-1) ... (p-1+2i)).
    fn weight<C: Number>(
        &self,
        c: &C,
        jump: &[ExactNumber],
        place: &C::Element,
        order: usize,
        constant: &C::Element,
    ) -> Result<C::Element> {
        let p = self.problem.dimension();
        let jump = jump.iter().map(|x| convert(c, x)).collect::<Result<Vec<_>>>()?;
        let size = value(c, &derivative(c, &jump, order), place);
        let base = c.sub(&c.rational(&Rational::from(1)), &c.mul(place, place));
        let power = c.power(&base, &(Rational::from((p - 1, 2)) + order as u32))?;
        Ok(c.scale(&c.mul(&c.mul(&size, &power), constant), &divisor(p, order as u64 + 1)))
    }

    /// The integral that is left at a degree k up to that of the polynomials.
    fn rest<C: Number>(&self, c: &C, places: &[C::Element], k: u64, constant: &C::Element) -> Result<C::Element> {
        let p = self.problem.dimension();
        let mut sum = c.rational(&Rational::new());
        let at = |place: &C::Element| moments(c, place, p + 2 * k, self.length.saturating_sub(k as usize));
        let moments = places.iter().map(at).collect::<Result<Vec<_>>>()?;
        for (pair, polynomial) in moments.windows(2).zip(self.polynomials) {
            let polynomial = polynomial.iter().map(|x| convert(c, x)).collect::<Result<Vec<_>>>()?;
            for (j, coefficient) in derivative(c, &polynomial, k as usize).iter().enumerate() {
                sum = c.add(&sum, &c.mul(coefficient, &c.sub(&pair[1][j], &pair[0][j])));
            }
        }
        Ok(c.scale(&c.mul(&sum, constant), &divisor(p, k)))
    }

    /// The same sums enclosed, to about 2^-bits of the jumps. The sums over P_k are those of [`project`], with its
    /// bound; a jump v with an error e at a place known to r adds e + |v| r k^2, since |P_k'| <= k^2 on \[-1, 1\] in
    /// every dimension from 2 on.
    fn enclosed(&self, degrees: &[u64], effort: Effort) -> Result<Pass> {
        let p = self.problem.dimension();
        let highest = degrees.last().copied().unwrap_or(0);
        let steps = 2 * (64 - (highest + p).leading_zeros());
        let bits = effort.bits + steps + 2 * self.length as u32 + 32;
        let c = Balls::new(bits);
        let zero = Point::at(c.rational(&Rational::new()));
        let place = |end: &Expr| Program::new(end, Some(p))?.evaluate(&c, &zero);
        let places = self.ends.iter().map(place).collect::<Result<Vec<Ball>>>()?;
        let constant = self.problem.sphere.funk_hecke().value(&c)?;
        let mut totals = vec![Ball::exact(Float::new(bits)); degrees.len()];
        for order in 0..self.length {
            let first = degrees.partition_point(|k| *k <= order as u64);
            if first == degrees.len() {
                break;
            }
            let lower: Vec<u64> = degrees[first..].iter().map(|k| k - 1 - order as u64).collect();
            let (mut samples, mut more) = (Vec::new(), Radius::double(0.0));
            let slope = Radius::double((highest as f64).powi(2) * (1.0 + 1e-12));
            for (place, jump) in places[1..].iter().zip(&self.jumps) {
                let weight = self.weight(&c, jump, place, order, &constant)?;
                more = more + weight.radius + weight.magnitude() * place.radius * slope;
                samples.push(Sample { t: place.middle.clone(), even: weight.middle.clone(), odd: weight.middle });
            }
            let projection = project(&samples, p + 2 + 2 * order as u64, &lower, bits);
            let error = Radius::above(&projection.error) + more;
            for (total, sum) in totals[first..].iter_mut().zip(projection.sums) {
                *total = c.add(total, &Ball { middle: sum, radius: error });
            }
        }
        for (total, k) in totals.iter_mut().zip(degrees).filter(|(_, k)| (**k as usize) < self.length) {
            *total = c.add(total, &self.rest(&c, &places, *k, &constant)?);
        }
        let worst = totals.iter().map(|ball| ball.radius).fold(Radius::double(0.0), Radius::max);
        if !worst.is_finite() {
            return Err(Error::unable(format!("the jumps of {} are too large", self.problem.kernel)));
        }
        Ok(Pass { sums: totals.into_iter().map(|ball| ball.middle).collect(), error: worst.to_float() })
    }
}

/// 1/((p-1)(p+1) ... ) with so many factors.
fn divisor(p: u64, factors: u64) -> Rational {
    (0..factors).fold(Rational::from(1), |product, i| product / (p - 1 + 2 * i))
}
