//! Truncated power series over another number system.

mod newton;

use super::shown::shown;
use super::{Elementary, Number, Smooth, Truth, arc_cosine_slope};
use crate::error::{Error, Result};
use crate::watch;
use rug::{Complete, Rational};

/// Power series `f_0 + f_1 h + ... + f_{m-1} h^{m-1}` modulo `h^m`, with coefficients in `base`.
///
/// An element is the vector of its coefficients; missing ones at the end are zero. The functions of a series
/// follow from those of its constant term by their differential equations, O(m^2) operations each, and for long series
/// over numbers that multiply them fast ([`Number::long_series`]) by Newton's method, O(m) operations but for factors
/// of log m; a branch point at the constant term is `Unable`.
///
/// ```
/// use zonal::number::{Exact, Number, Series};
/// // kappa_1(h) = 1/pi + h/2 + h^2/(2 pi) + h^4/(24 pi) + ...
/// let series = Series::new(Exact, 5);
/// let kappa = series.arc_cosines(&series.variable(&Exact.rational(&0.into())), 1).unwrap();
/// let text: Vec<String> = kappa[1].iter().map(ToString::to_string).collect();
/// assert_eq!(text, ["1/pi", "1/2", "1/(2 pi)", "0", "1/(24 pi)"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Series<C> {
    base: C,
    order: usize,
}

/// Powers of halves up to this many are products of a root.
const MOST_HALVES: i32 = 15;

impl<C: Number> Series<C> {
    /// Series modulo `h^order` (at least 1) over `base`.
    pub fn new(base: C, order: usize) -> Self {
        Series { base, order: order.max(1) }
    }

    /// The power series `center + h` of the variable, cut to the order of the context.
    pub fn variable(&self, center: &C::Element) -> Vec<C::Element> {
        let mut u = vec![center.clone(), self.base.rational(&Rational::from(1))];
        u.truncate(self.order);
        u
    }

    fn constant(&self, x: C::Element) -> Vec<C::Element> {
        vec![x]
    }

    fn zero(&self) -> C::Element {
        self.base.rational(&Rational::new())
    }

    /// The derivative with respect to h, of one coefficient less.
    pub(super) fn derivative(&self, f: &[C::Element]) -> Vec<C::Element> {
        f.iter().zip(0u64..).skip(1).map(|(c, n)| self.base.scale_ratio(c, n, 1)).collect()
    }

    /// The antiderivative with the given constant term.
    pub(super) fn integral(&self, constant: C::Element, f: &[C::Element]) -> Vec<C::Element> {
        let mut g = vec![constant];
        g.extend(f.iter().take(self.order - 1).zip(1u64..).map(|(c, n)| self.base.scale_ratio(c, 1, n)));
        g
    }

    /// The antiderivative of `f'(h) w(h)`, for functions defined by their derivative.
    fn integrate_chain(&self, constant: C::Element, f: &[C::Element], w: &[C::Element]) -> Vec<C::Element> {
        let product = self.mul(&self.derivative(f), &w.to_vec());
        self.integral(constant, &product)
    }

    /// `1 / sqrt(1 - f^2)`.
    fn arc_sine_derivative(&self, f: &[C::Element]) -> Result<Vec<C::Element>> {
        let mut inside = self.neg(&self.base.product(f, f, self.order));
        // Without the cancellation of a value near 1.
        let one = self.base.rational(&Rational::from(1));
        if let (Some(first), Some(value)) = (inside.first_mut(), f.first()) {
            *first = self.base.mul(&self.base.sub(&one, value), &self.base.add(&one, value));
        }
        self.power(&inside, &Rational::from((-1, 2)))
    }

    /// exp f, from its first coefficient.
    fn exp(&self, f: &[C::Element], first: C::Element) -> Result<Vec<C::Element>> {
        if self.is_long(f) {
            return Ok(self.mul(&self.exp_by_newton(f)?, &self.constant(first)));
        }
        Ok(self.exp_by_recurrence(&self.derivative(f), first, self.order))
    }

    /// g' = f' g: n g_n = sum_{j=1..n} (j f_j) g_{n-j}
    fn exp_by_recurrence(&self, slope: &[C::Element], first: C::Element, length: usize) -> Vec<C::Element> {
        let mut g = vec![first];
        for n in 1..length {
            watch::check();
            let top = n.min(slope.len());
            let sum = self.base.convolve(&slope[..top], &g[n - top..n]);
            g.push(self.base.scale_ratio(&sum, 1, n as u64));
        }
        g
    }

    /// cos f and sin f.
    fn cosine_sine(&self, f: &[C::Element]) -> Result<[Vec<C::Element>; 2]> {
        if self.is_long(f) {
            return self.cosine_sine_by_newton(f);
        }
        let first = [self.base.elementary(Elementary::Cos, &f[0])?, self.base.elementary(Elementary::Sin, &f[0])?];
        Ok(self.cosine_sine_by_recurrence(&self.derivative(f), first, self.order))
    }

    /// cos f and sin f from their first coefficients.
    fn cosine_sine_by_recurrence(
        &self,
        slope: &[C::Element],
        [first_cosine, first_sine]: [C::Element; 2],
        length: usize,
    ) -> [Vec<C::Element>; 2] {
        let (mut cosine, mut sine) = (vec![first_cosine], vec![first_sine]);
        for n in 1..length {
            watch::check();
            let top = n.min(slope.len());
            let from_cosine = self.base.convolve(&slope[..top], &cosine[n - top..n]);
            let from_sine = self.base.convolve(&slope[..top], &sine[n - top..n]);
            sine.push(self.base.scale_ratio(&from_cosine, 1, n as u64));
            cosine.push(self.base.neg(&self.base.scale_ratio(&from_sine, 1, n as u64)));
        }
        [cosine, sine]
    }

    /// q_n = (x_n - sum_{j>=1} y_j q_{n-j}) / y_0
    fn quotient(&self, x: &[C::Element], y: &[C::Element], length: usize) -> Result<Vec<C::Element>> {
        let mut quotient: Vec<C::Element> = Vec::with_capacity(length);
        for n in 0..length {
            watch::check();
            let top = n.min(y.len() - 1);
            let sum = self.base.convolve(&y[1..=top], &quotient[n - top..n]);
            let left = match x.get(n) {
                Some(x) => self.base.sub(x, &sum),
                None => self.base.neg(&sum),
            };
            quotient.push(self.base.div(&left, &y[0])?);
        }
        Ok(quotient)
    }

    /// f^q for a first coefficient that is not zero, at least so many coefficients.
    fn power_of_unit(&self, f: &[C::Element], q: &Rational, length: usize) -> Result<Vec<C::Element>> {
        if !self.is_long(f) {
            return self.power_by_recurrence(f, q, length);
        }
        if *q.denom() == 2 && (-MOST_HALVES..=MOST_HALVES).contains(&q.numer().to_i32().unwrap_or(i32::MAX)) {
            // f^(m - 1/2) = f^m f^(-1/2), f^(-m/2) = (f^(-1/2))^m
            let root = self.inverse_root(f)?;
            return match q.cmp0().is_lt() {
                true => self.power(&root, &Rational::from(q * -2i32)),
                false => Ok(self.mul(&self.power(&f.to_vec(), &(q + Rational::from((1, 2))))?, &root)),
            };
        }
        // f_0^q exp(q log(f/f_0)); the logarithm counts from 0.
        let first = self.base.power(&f[0], q)?;
        let log = self.integral(self.zero(), &self.mul(&self.derivative(f), &self.reciprocal(f)?));
        self.exp(&self.scale(&log, q), first)
    }

    /// g = f^q: n f_0 g_n = sum_{j=1..n} ((q+1) j - n) f_j g_{n-j} = (q+1) sum (j f_j) g_{n-j} - n sum f_j g_{n-j}
    fn power_by_recurrence(&self, f: &[C::Element], q: &Rational, length: usize) -> Result<Vec<C::Element>> {
        let first = self.base.power(&f[0], q)?;
        let slope = self.derivative(f);
        let factor = Rational::from(q + 1u32);
        let short = factor.numer().to_u64().zip(factor.denom().to_u32());
        let mut g = vec![first];
        for n in 1..length {
            watch::check();
            let top = n.min(f.len() - 1);
            let with_index = self.base.convolve(&slope[..top], &g[n - top..n]);
            let plain = self.base.convolve(&f[1..=top], &g[n - top..n]);
            let scaled = match short {
                Some((a, b)) => self.base.scale_ratio(&with_index, a, u64::from(b) * n as u64),
                None => self.base.scale(&with_index, &(&factor / n as u32).complete()),
            };
            g.push(self.base.div(&self.base.sub(&scaled, &plain), &f[0])?);
        }
        Ok(g)
    }
}

impl<C: Number> Number for Series<C> {
    type Element = Vec<C::Element>;

    fn rational(&self, q: &Rational) -> Self::Element {
        self.constant(self.base.rational(q))
    }

    fn pi(&self) -> Self::Element {
        self.constant(self.base.pi())
    }

    fn add(&self, x: &Self::Element, y: &Self::Element) -> Self::Element {
        let (long, short) = if x.len() >= y.len() { (x, y) } else { (y, x) };
        let mut sum = long.clone();
        for (a, b) in sum.iter_mut().zip(short) {
            *a = self.base.add(a, b);
        }
        sum
    }

    fn neg(&self, x: &Self::Element) -> Self::Element {
        x.iter().map(|c| self.base.neg(c)).collect()
    }

    fn mul(&self, x: &Self::Element, y: &Self::Element) -> Self::Element {
        self.base.product(x, y, self.order)
    }

    fn scale(&self, x: &Self::Element, q: &Rational) -> Self::Element {
        x.iter().map(|c| self.base.scale(c, q)).collect()
    }

    fn div(&self, x: &Self::Element, y: &Self::Element) -> Result<Self::Element> {
        let first = y.first().cloned().unwrap_or_else(|| self.zero());
        if y.len() <= 1 {
            return x.iter().map(|c| self.base.div(c, &first)).collect();
        }
        if self.base.is_zero(&first) == Truth::Yes {
            return Err(Error::unable("a power series with constant term 0 has no reciprocal power series"));
        }
        if self.is_long(y) {
            return Ok(self.mul(x, &self.reciprocal(y)?));
        }
        self.quotient(x, y, self.order)
    }

    fn elementary(&self, f: Elementary, x: &Self::Element) -> Result<Self::Element> {
        let x = if x.is_empty() { vec![self.zero()] } else { x.clone() };
        if f == Elementary::Sqrt && x.len() > 1 {
            return self.power(&x, &Rational::from((1, 2)));
        }
        let constant = self.base.elementary(f, &x[0]);
        if x.len() == 1 {
            return Ok(vec![constant?]);
        }
        match f {
            Elementary::Sqrt => unreachable!("handled above"),
            Elementary::Exp => self.exp(&x, constant?),
            Elementary::Log => {
                let slope = self.div(&self.derivative(&x), &x)?;
                Ok(self.integral(constant?, &slope))
            }
            Elementary::Sin => self.cosine_sine(&x).map(|[_, sine]| sine),
            Elementary::Cos => self.cosine_sine(&x).map(|[cosine, _]| cosine),
            Elementary::Asin => Ok(self.integrate_chain(constant?, &x, &self.arc_sine_derivative(&x)?)),
            Elementary::Acos => {
                let slope = self.neg(&self.arc_sine_derivative(&x)?);
                Ok(self.integrate_chain(constant?, &x, &slope))
            }
        }
    }

    fn smooth<F: Smooth>(&self, f: &F, x: &Self::Element) -> Result<Self::Element> {
        let x = if x.is_empty() { vec![self.zero()] } else { x.clone() };
        let constant = self.base.smooth(f, &x[0])?;
        if x.len() == 1 {
            return Ok(vec![constant]);
        }
        Ok(self.integrate_chain(constant, &x, &f.derivative(self, &x)?))
    }

    fn power(&self, x: &Self::Element, q: &Rational) -> Result<Self::Element> {
        if x.len() <= 1 {
            let constant = x.first().cloned().unwrap_or_else(|| self.zero());
            return Ok(vec![self.base.power(&constant, q)?]);
        }
        let one = self.rational(&Rational::from(1));
        if q.is_integer() && (0..=16).contains(&q.numer().to_i64().unwrap_or(-1)) {
            // Short powers by squaring: no division, so a zero constant term is allowed.
            let mut exponent = q.numer().to_u32().unwrap_or(0);
            let (mut result, mut square) = (one, x.clone());
            while exponent > 0 {
                if exponent & 1 == 1 {
                    result = self.mul(&result, &square);
                }
                exponent >>= 1;
                if exponent > 0 {
                    square = self.mul(&square, &square);
                }
            }
            return Ok(result);
        }
        // x^q = h^(v q) (x / h^v)^q, where v is the order of vanishing.
        let valuation = x.iter().take_while(|c| self.base.is_zero(c) == Truth::Yes).count();
        if valuation == x.len() {
            return Ok(vec![self.base.power(&x[0], q)?]);
        }
        let shift = Rational::from(q * valuation as u32);
        if valuation > 0 && (!q.is_integer() || q.cmp0().is_lt()) {
            return Err(Error::unable(format!(
                "the power {} of a series with constant term 0 is not a power series",
                shown(q)
            )));
        }
        let shift = shift.numer().to_usize().unwrap_or(usize::MAX);
        if shift >= self.order {
            return Ok(vec![self.zero()]);
        }
        let g = self.power_of_unit(&x[valuation..], q, self.order - shift)?;
        let mut power = vec![self.zero(); shift];
        power.extend(g);
        power.truncate(self.order);
        Ok(power)
    }

    fn arc_cosines(&self, x: &Self::Element, n: usize) -> Result<Vec<Self::Element>> {
        let x = if x.is_empty() { vec![self.zero()] } else { x.clone() };
        let constants = self.base.arc_cosines(&x[0], n)?;
        if x.len() == 1 {
            return Ok(constants.into_iter().map(|c| vec![c]).collect());
        }
        // d kappa_0(f) = f' / (pi sqrt(1-f^2)),  d kappa_m(f) = m^2/(2m-1) kappa_{m-1}(f) f'
        let slope = self.div(&self.arc_sine_derivative(&x)?, &self.pi())?;
        let mut kappas: Vec<Self::Element> = Vec::with_capacity(n + 1);
        for (m, constant) in constants.into_iter().enumerate() {
            let next = match kappas.last() {
                None => self.integrate_chain(constant, &x, &slope),
                Some(previous) => {
                    let weight = self.scale(previous, &Rational::from(arc_cosine_slope(m)));
                    self.integrate_chain(constant, &x, &weight)
                }
            };
            kappas.push(next);
        }
        Ok(kappas)
    }

    fn is_zero(&self, x: &Self::Element) -> Truth {
        let mut verdict = Truth::Yes;
        for c in x {
            match self.base.is_zero(c) {
                Truth::No => return Truth::No,
                Truth::Unknown => verdict = Truth::Unknown,
                Truth::Yes => {}
            }
        }
        verdict
    }
}
