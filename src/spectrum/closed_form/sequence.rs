//! Eigenvalues of the basis functions of closed forms, and of polynomials times them, in any number system.

use super::Basis;
use crate::domain::Sphere;
use crate::error::Result;
use crate::number::{ExactNumber, Number};
use crate::watch;
use rayon::prelude::*;
use rug::{Integer, Rational};
use std::collections::BTreeMap;

/// What the number system is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Rational numbers of any length: few long operations.
    Exactly,
    /// Numbers of fixed length: many short operations.
    Rounded,
}

/// A coefficient of a polynomial: a rational number takes less time than one of the system.
pub(super) enum Factor<E> {
    Rational(Rational),
    Number(E),
}

impl<E: Clone> Factor<E> {
    pub(super) fn new<C: Number<Element = E>>(c: &C, x: &ExactNumber) -> Result<Self> {
        Ok(match x.as_rational() {
            Some(q) => Factor::Rational(q),
            None => Factor::Number(convert(c, x)?),
        })
    }

    /// Its product with a number; `None` if it is zero.
    fn times<C: Number<Element = E>>(&self, c: &C, x: &E) -> Option<E> {
        match self {
            Factor::Rational(q) if q.is_zero() => None,
            Factor::Rational(q) if *q == 1 => Some(x.clone()),
            Factor::Rational(q) => Some(c.scale(x, q)),
            Factor::Number(y) => Some(c.mul(x, y)),
        }
    }
}

/// Values mu_k of one basis function for the degrees within `reach` of those wanted.
pub(super) struct Sequence<E> {
    values: BTreeMap<u64, E>,
}

impl<E: Clone + Send + Sync> Sequence<E> {
    pub(super) fn new<C>(c: &C, how: How, basis: &Basis, sphere: Sphere, degrees: &[u64], reach: u64) -> Result<Self>
    where
        C: Number<Element = E> + Sync,
    {
        let mut needed: Vec<u64> = degrees.iter().flat_map(|k| k.saturating_sub(reach)..=k + reach).collect();
        needed.dedup();
        needed.sort_unstable();
        needed.dedup();
        let values = match basis {
            Basis::One => BTreeMap::new(),
            Basis::ArcCosine(n) => arc_cosine_sequence(c, *n as u64, sphere.dimension(), &needed)?,
            Basis::Geometric(r) => {
                let base = c.rational(r);
                needed.iter().map(|k| Ok((*k, c.power(&base, &Rational::from(*k))?))).collect::<Result<_>>()?
            }
            Basis::Power(shift, m) => power_sequence(c, shift, *m, sphere.dimension(), &needed, how)?,
        };
        Ok(Sequence { values })
    }

    /// mu_k of (sum_i c_i u^i) f, by Horner's rule on the sequence of f.
    pub(super) fn times_polynomial<C: Number<Element = E>>(
        &self,
        c: &C,
        sphere: Sphere,
        k: u64,
        coefficients: &[Factor<E>],
    ) -> E {
        let p = sphere.dimension();
        let reach = coefficients.len() as u64 - 1;
        let zero = c.rational(&Rational::new());
        let base = |j: u64, i: u64| self.values.get(&j).and_then(|value| coefficients[i as usize].times(c, value));
        // After step i the window holds (c_m u^i + ... + c_{m-i}) f on degrees within reach - i of k.
        let mut low = k.saturating_sub(reach);
        let mut window: Vec<E> = (low..=k + reach).map(|j| base(j, reach).unwrap_or_else(|| zero.clone())).collect();
        for step in 1..=reach {
            watch::check();
            let next_low = k.saturating_sub(reach - step);
            let at = |j: u64| &window[(j - low) as usize];
            let next = (next_low..=k + reach - step)
                .map(|j| {
                    // mu_j(u f) = (j mu_{j-1} + (j+p-2) mu_{j+1}) / (2j+p-2); for j = 0 this is mu_1, also for p = 2.
                    let shifted = if j == 0 {
                        at(1).clone()
                    } else {
                        let below = c.scale(at(j - 1), &Rational::from((j, 2 * j + p - 2)));
                        let above = c.scale(at(j + 1), &Rational::from((j + p - 2, 2 * j + p - 2)));
                        c.add(&below, &above)
                    };
                    match base(j, reach - step) {
                        Some(more) => c.add(&shifted, &more),
                        None => shifted,
                    }
                })
                .collect();
            window = next;
            low = next_low;
        }
        window.swap_remove((k - low) as usize)
    }
}

/// mu_k(kappa_n) at `needed` degrees (increasing), by lam_{k+2} = lam_k (n-k)/(n+k+p) from k = 0 and k = 1.
fn arc_cosine_sequence<C: Number>(c: &C, n: u64, p: u64, needed: &[u64]) -> Result<BTreeMap<u64, C::Element>> {
    // C = 2/(2n-1)!! 2^n (p/2)_n = 2 prod_{i<n} (p+2i) / (2i+1)
    let constant = c.rational(&(2 * product(0..n, |i| (p + 2 * i, 2 * i + 1))));
    let mut values = BTreeMap::new();
    for parity in 0..2u64 {
        let mut lam = first_funk_hecke(c, n, p, parity)?;
        let mut k = parity;
        watch::check();
        for &target in needed.iter().filter(|j| *j % 2 == parity) {
            while k < target {
                let factor = Rational::from((n as i64 - k as i64, (n + k + p) as i64));
                lam = c.scale(&lam, &factor);
                k += 2;
            }
            values.insert(target, c.mul(&constant, &c.mul(&lam, &lam)));
        }
    }
    Ok(values)
}

/// mu_k of (u + c)^m at `needed` degrees (increasing).
///
/// mu_k(u^j) = w_{k,i} for j = k + 2 i, i >= 0, and 0 for other j, with w_{k,i} = Gamma(p/2) j! / (2^j i!
/// Gamma((j+k+p)/2)); hence mu_k((u+c)^m) = sum_j C(m,j) c^(m-j) w_{k,i}: powers of c of one parity, so nothing
/// cancels. From the highest j = J downwards the ratio of terms is c^2 2i (2k+2i-2+p) / ((m-j+2)(m-j+1)).
fn power_sequence<C>(
    c: &C,
    shift: &Rational,
    m: u64,
    p: u64,
    needed: &[u64],
    how: How,
) -> Result<BTreeMap<u64, C::Element>>
where
    C: Number + Sync,
    C::Element: Send + Sync,
{
    let mut starts = Vec::new();
    for parity in 0..2u64 {
        // The highest power J of u of this parity, and w_{k,i} with k + 2i = J for k = 0, 1.
        let Some(top) = m.checked_sub((m + parity) % 2) else { continue };
        let mut weight = c.rational(&product(0..top.div_ceil(2), |l| (2 * l + 1, p + 2 * l)));
        let mut k = parity;
        watch::check();
        for &target in needed.iter().filter(|k| *k % 2 == parity && **k <= top) {
            while k < target {
                weight = c.scale(&weight, &Rational::from((top - k, p + k + top)));
                k += 2;
            }
            starts.push((target, top, weight.clone()));
        }
    }
    let square = Rational::from(shift.square_ref());
    let sum = |(k, top, weight): (u64, u64, C::Element)| {
        let first = if top == m { weight } else { c.scale(&weight, &Rational::from(shift * Integer::from(m))) };
        // What multiplies the term of j = k + 2i to give that of j - 2.
        let ratio = |i: u64| {
            let j = k + 2 * i;
            (Integer::from(2 * i) * (2 * k + 2 * i - 2 + p), Integer::from(m - j + 2) * (m - j + 1))
        };
        let last = if square.is_zero() { 0 } else { (top - k) / 2 };
        if how == How::Exactly {
            return (k, c.scale(&first, &sum_of_products(&square, last, &ratio)));
        }
        let (mut term, mut sum) = (first.clone(), first);
        for i in (1..=last).rev() {
            let (above, below) = ratio(i);
            term = c.scale(&term, &(Rational::from((above, below)) * &square));
            sum = c.add(&sum, &term);
        }
        (k, sum)
    };
    Ok(starts.into_par_iter().map(sum).collect())
}

/// 1 + r_n + r_n r_{n-1} + ... + r_n ... r_1 for r_i = q a_i/b_i: the sums of halves are put together over common
/// denominators, in integers.
fn sum_of_products(q: &Rational, n: u64, ratio: &impl Fn(u64) -> (Integer, Integer)) -> Rational {
    /// The products of numerators and denominators over low < i <= high, and the numerator of the sum over the latter.
    fn split(
        q: &Rational,
        low: u64,
        high: u64,
        ratio: &impl Fn(u64) -> (Integer, Integer),
    ) -> (Integer, Integer, Integer) {
        if high - low == 1 {
            let (above, below) = ratio(high);
            let (above, below) = (above * q.numer(), below * q.denom());
            return (above.clone(), below, above);
        }
        let middle = low.midpoint(high);
        let (p1, q1, t1) = split(q, middle, high, ratio);
        let (p2, q2, t2) = split(q, low, middle, ratio);
        let sum = t1 * &q2 + Integer::from(&p1 * &t2);
        (p1 * p2, q1 * q2, sum)
    }
    if n == 0 {
        return Rational::from(1);
    }
    let (_, denominator, numerator) = split(q, 0, n, ratio);
    Rational::from((numerator, denominator)) + 1u32
}

/// lam_k for k = 0 or 1: n! 2^{-n-1} Gamma(p/2) / (Gamma((n-k)/2+1) Gamma((n+k+p)/2)).
fn first_funk_hecke<C: Number>(c: &C, n: u64, p: u64, k: u64) -> Result<C::Element> {
    let prefactor = product(1..n + 1, |i| (i, 2)) / 2u32;
    if (n + k).is_multiple_of(2) {
        // Gamma((n-k)/2+1) = ((n-k)/2)! (for k = 1 > n = 0 the parities differ), Gamma(p/2+m)/Gamma(p/2) = prod (p/2+i)
        let pochhammer = product(0..(n + k) / 2, |i| (2, p + 2 * i));
        let factorial = product(1..(n - k) / 2 + 1, |i| (1, i));
        return Ok(c.rational(&(prefactor * pochhammer * factorial)));
    }
    // (n-k)/2 + 1 = j + 1/2 with j = (n-k+1)/2: Gamma = sqrt(pi) prod_{i<j} (i + 1/2).
    let over_root_pi = product(0..(n + 1 - k) / 2, |i| (2, 2 * i + 1));
    // Gamma(p/2 + 1/2 + m) / Gamma(p/2), m = (n+k-1)/2
    let shifted = product(0..(n + k - 1) / 2, |i| (2, p + 1 + 2 * i));
    let rational = prefactor * over_root_pi * shifted;
    // sqrt(pi) Gamma(p/2 + 1/2) / Gamma(p/2): pi h C(2h,h)/4^h for p = 2h, 4^h/C(2h,h) for p = 2h+1.
    let h = p / 2;
    let central = Rational::from((
        Integer::from(Integer::binomial_u(2 * h as u32, h as u32)),
        Integer::from(1) << (2 * h) as u32,
    ));
    if p.is_multiple_of(2) {
        c.div(&c.rational(&rational), &c.mul(&c.pi(), &c.rational(&(central * h))))
    } else {
        Ok(c.rational(&(rational * central)))
    }
}

/// The product of the fractions `factor(i)`: numerators and denominators in balanced trees, one reduction at the end.
fn product(range: std::ops::Range<u64>, factor: impl Fn(u64) -> (u64, u64)) -> Rational {
    let (above, below): (Vec<Integer>, Vec<Integer>) =
        range.map(factor).map(|(a, b)| (Integer::from(a), Integer::from(b))).unzip();
    let balanced = |mut factors: Vec<Integer>| {
        while factors.len() > 1 {
            factors = factors.chunks(2).map(|pair| pair.iter().product()).collect();
        }
        factors.pop().unwrap_or_else(|| Integer::from(1))
    };
    Rational::from((balanced(above), balanced(below)))
}

/// mu_k of a polynomial: sum_j c_{k+2j} w_{k,j}, with rational weights (see `power_series`).
pub(super) fn monomial_sums<C>(c: &C, sphere: Sphere, degrees: &[u64], coefficients: &[C::Element]) -> Vec<C::Element>
where
    C: Number + Sync,
    C::Element: Send + Sync,
{
    let p = sphere.dimension();
    degrees
        .par_iter()
        .map(|&k| {
            let mut sum = c.rational(&Rational::new());
            if k >= coefficients.len() as u64 {
                return sum;
            }
            let mut weight = (0..k).fold(Rational::from(1), |w, i| w * Rational::from((i + 1, p + 2 * i)));
            for (j, coefficient) in coefficients[k as usize..].iter().step_by(2).enumerate() {
                sum = c.add(&sum, &c.scale(coefficient, &weight));
                let j = j as u64;
                weight *= Rational::from(((k + 2 * j + 1) * (k + 2 * j + 2), 2 * (j + 1) * (2 * k + 2 * j + p)));
            }
            sum
        })
        .collect()
}

/// An exact number in another number system.
pub(in crate::spectrum) fn convert<C: Number>(c: &C, x: &ExactNumber) -> Result<C::Element> {
    let mut sum = c.rational(&Rational::new());
    for (unit, q) in x.terms() {
        sum = c.add(&sum, &c.scale(&unit.value(c)?, q));
    }
    Ok(sum)
}
