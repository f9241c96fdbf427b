//! Closed forms: kernels that are finite sums of u^i times arc-cosine, Poisson or constant functions.
//!
//! For kappa_n (Cho and Saul 2009; Bach 2017) mu_k = 2/(2n-1)!! 2^n (p/2)_n lam_k^2, where
//! lam_k = n! Gamma(p/2) 2^{-n-1} / (Gamma((n-k)/2 + 1) Gamma((n+k+p)/2)) is the Funk-Hecke coefficient of max(t,0)^n;
//! for the Poisson kernel mu_k = r^k. A factor u acts by the Legendre recurrence,
//! mu_k(u f) = (k mu_{k-1}(f) + (k+p-2) mu_{k+1}(f)) / (2k+p-2).

use super::eigenvalue::Estimate;
use super::jumps::Jumps;
use super::problem::{Problem, needed_bits};
use crate::error::{Error, Result};
use crate::kernel::{Expr, Node};
use crate::number::{Digits, Exact, ExactNumber, Multiprecision, Number, reflection_polynomial};
use crate::sphere::Sphere;
use rayon::prelude::*;
use rug::{Float, Integer, Rational};
use std::collections::BTreeMap;

/// The functions that polynomials multiply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Basis {
    One,
    ArcCosine(usize),
    Poisson(Rational),
}

/// sum over the basis of (polynomial in u) times (basis function), with exact coefficients.
#[derive(Clone, Debug, Default)]
pub struct ClosedForm {
    terms: BTreeMap<Basis, Vec<ExactNumber>>,
}

/// Beyond this p + k exact rationals grow to many thousand digits: floating point takes over.
pub const LARGEST_EXACT: u64 = 20_000;

/// Polynomials of a higher degree are left to the other methods: their exact coefficients take too long.
const LARGEST_DEGREE: usize = 300;

impl ClosedForm {
    /// The closed form of a formula, if it has one of this kind.
    pub fn of(expr: &Expr, sphere: Sphere) -> Option<Self> {
        let p = sphere.dimension();
        let one = || Exact.rational(&Rational::from(1));
        let minus = Exact.rational(&Rational::from(-1));
        let poisson = |node: &Node| matches!(node, Node::Named(named) if named.entry().name == "poisson");
        let operands = |node| Node::arguments(node).filter(move |_| !poisson(node));
        let form: std::result::Result<ClosedForm, ()> = expr.try_fold(operands, |expr, parts: Vec<ClosedForm>| {
            let mut parts = parts.into_iter();
            let form = match (expr.node(), parts.next(), parts.next()) {
                (Node::Number(q), ..) => Some(ClosedForm::number(Exact.rational(q))),
                (Node::Pi, ..) => Some(ClosedForm::number(Exact.pi())),
                (Node::Dimension, ..) => Some(ClosedForm::number(Exact.rational(&Rational::from(p)))),
                (Node::Variable, ..) => Some(ClosedForm::single(Basis::One, vec![ExactNumber::default(), one()])),
                (Node::Neg(_), Some(a), _) => Some(a.scale(&minus)),
                (Node::Add(..), Some(a), Some(b)) => Some(a.plus(b)),
                (Node::Sub(..), Some(a), Some(b)) => Some(a.plus(b.scale(&minus))),
                (Node::Mul(..), Some(a), Some(b)) => a.times(&b),
                (Node::Div(..), Some(a), Some(b)) => {
                    b.constant().and_then(|divisor| Exact.div(&one(), &divisor).ok()).map(|inverse| a.scale(&inverse))
                }
                (Node::Power(_, exponent), Some(a), _) => exponent.constant(Some(p)).ok().and_then(|q| a.power(&q)),
                (Node::Function(f, _), Some(a), _) => {
                    a.constant().and_then(|x| Exact.function(*f, &x).ok()).map(ClosedForm::number)
                }
                (Node::ArcCosine(n, _), Some(a), _) => a.arc_cosine(*n),
                (Node::Named(named), None, _) => {
                    Some(ClosedForm::single(Basis::Poisson(named.parameters()[0].clone()), vec![one()]))
                }
                (Node::Named(_), expansion, _) => expansion,
                _ => None,
            };
            form.ok_or(())
        });
        form.ok()
    }

    fn number(value: ExactNumber) -> ClosedForm {
        ClosedForm::single(Basis::One, vec![value])
    }

    fn single(basis: Basis, coefficients: Vec<ExactNumber>) -> ClosedForm {
        ClosedForm { terms: BTreeMap::from([(basis, coefficients)]) }
    }

    fn plus(mut self, other: ClosedForm) -> ClosedForm {
        for (basis, coefficients) in other.terms {
            let mine = self.terms.entry(basis).or_default();
            *mine = add(mine, &coefficients);
        }
        self.terms.retain(|_, c| !c.is_empty());
        self
    }

    fn scale(mut self, factor: &ExactNumber) -> ClosedForm {
        for coefficients in self.terms.values_mut() {
            coefficients.iter_mut().for_each(|c| *c = Exact.mul(c, factor));
            trim(coefficients);
        }
        self.terms.retain(|_, c| !c.is_empty());
        self
    }

    /// The coefficients if the function is a polynomial, none beyond the last that is not zero.
    pub fn polynomial(&self) -> Option<Vec<ExactNumber>> {
        match self.terms.len() {
            0 => Some(Vec::new()),
            1 => self.terms.get(&Basis::One).cloned(),
            _ => None,
        }
    }

    fn constant(&self) -> Option<ExactNumber> {
        let polynomial = self.polynomial()?;
        (polynomial.len() <= 1).then(|| polynomial.first().cloned().unwrap_or_default())
    }

    fn times(&self, other: &ClosedForm) -> Option<ClosedForm> {
        let (factor, rest) = match (self.polynomial(), other.polynomial()) {
            (Some(factor), _) => (factor, other),
            (_, Some(factor)) => (factor, self),
            _ => return None,
        };
        let mut terms = BTreeMap::new();
        for (basis, coefficients) in &rest.terms {
            let product = multiply(coefficients, &factor)?;
            if !product.is_empty() {
                terms.insert(basis.clone(), product);
            }
        }
        Some(ClosedForm { terms })
    }

    fn power(&self, q: &Rational) -> Option<ClosedForm> {
        if let Some(constant) = self.constant() {
            let value = Exact.power(&constant, q).ok()?;
            let mut coefficients = vec![value];
            trim(&mut coefficients);
            let terms =
                if coefficients.is_empty() { BTreeMap::new() } else { BTreeMap::from([(Basis::One, coefficients)]) };
            return Some(ClosedForm { terms });
        }
        let mut exponent = q.is_integer().then(|| q.numer().to_usize()).flatten()?;
        if exponent == 1 {
            return Some(self.clone());
        }
        let degree = self.polynomial()?.len() - 1;
        if degree.checked_mul(exponent)? > LARGEST_DEGREE {
            return None;
        }
        let one = ClosedForm { terms: BTreeMap::from([(Basis::One, vec![Exact.rational(&Rational::from(1))])]) };
        let (mut result, mut square) = (one, self.clone());
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = result.times(&square)?;
            }
            exponent >>= 1;
            if exponent > 0 {
                square = square.times(&square)?;
            }
        }
        Some(result)
    }

    /// kappa_n of this function: of u, of -u (by reflection), or of a constant.
    fn arc_cosine(&self, n: usize) -> Option<ClosedForm> {
        if let Some(constant) = self.constant() {
            let value = Exact.arc_cosines(&constant, n).ok()?.pop()?;
            return Some(ClosedForm { terms: BTreeMap::from([(Basis::One, vec![value])]) });
        }
        let polynomial = self.polynomial()?;
        let slope = polynomial.get(1)?.as_rational()?;
        if polynomial.len() != 2 || !polynomial[0].is_zero() || slope.clone().abs() != 1 {
            return None;
        }
        let one = Exact.rational(&Rational::from(1));
        let direct = ClosedForm { terms: BTreeMap::from([(Basis::ArcCosine(n), vec![one])]) };
        if slope == 1 {
            return Some(direct);
        }
        // kappa_n(-u) = (-1)^n (B_n(u) - kappa_n(u))
        let coefficients: Vec<ExactNumber> = reflection_polynomial(n).iter().map(|q| Exact.rational(q)).collect();
        let polynomial = ClosedForm { terms: BTreeMap::from([(Basis::One, coefficients)]) };
        let minus = Exact.rational(&Rational::from(-1));
        let difference = polynomial.plus(direct.scale(&minus));
        Some(if n.is_multiple_of(2) { difference } else { difference.scale(&minus) })
    }

    /// The eigenvalues at `degrees` (increasing) in a number system.
    fn eigenvalues<C>(&self, c: &C, sphere: Sphere, degrees: &[u64]) -> Result<Vec<C::Element>>
    where
        C: Number + Sync,
        C::Element: Send + Sync,
    {
        let zero = c.rational(&Rational::new());
        let mut totals = vec![zero.clone(); degrees.len()];
        for (basis, coefficients) in &self.terms {
            let coefficients = coefficients.iter().map(|x| convert(c, x)).collect::<Result<Vec<_>>>()?;
            let parts = match basis {
                Basis::One => monomial_sums(c, sphere, degrees, &coefficients),
                _ => {
                    let reach = coefficients.len() as u64 - 1;
                    let base = Sequence::new(c, basis, sphere, degrees, reach)?;
                    degrees.par_iter().map(|k| base.times_polynomial(c, sphere, *k, &coefficients)).collect()
                }
            };
            for (total, part) in totals.iter_mut().zip(parts) {
                *total = c.add(total, &part);
            }
        }
        Ok(totals)
    }
}

/// Computes mu_k for `degrees` (increasing); `None` if the kernel has no closed form.
pub fn eigenvalues(problem: &Problem, degrees: &[u64], digits: Digits) -> Option<Result<Vec<Estimate>>> {
    if problem.pieces.is_some() {
        return Some(Jumps::of(problem)?.eigenvalues(degrees, digits));
    }
    let form = ClosedForm::of(&problem.formula, problem.sphere)?;
    let highest = degrees.last().copied().unwrap_or(0);
    let precision = needed_bits(digits) + 24;
    if problem.dimension() + highest <= LARGEST_EXACT {
        let values = form.eigenvalues(&Exact, problem.sphere, degrees);
        return Some(values.and_then(|v| v.into_par_iter().map(|x| Estimate::exact(x, precision)).collect()));
    }
    Some(in_floating_point(&form, problem, degrees, digits, precision))
}

/// The same formulas in multiprecision, at two precisions whose difference estimates the error.
fn in_floating_point(
    form: &ClosedForm,
    problem: &Problem,
    degrees: &[u64],
    digits: Digits,
    precision: u32,
) -> Result<Vec<Estimate>> {
    // A product of p + k factors loses log2(p + k) bits.
    let mut precision = precision + 32;
    for _ in 0..6 {
        let at = |bits| form.eigenvalues(&Multiprecision::new(bits), problem.sphere, degrees);
        let (coarse, fine) = rayon::join(|| at(precision), || at(precision + 64));
        let estimates: Vec<Estimate> = coarse?
            .into_iter()
            .zip(fine?)
            .map(|(a, b)| Estimate::estimated(b.clone(), Float::with_val(64, &a - &b).abs()))
            .collect();
        if estimates.iter().all(|e| digits.settles(&e.value, &e.error) || e.value.is_zero()) {
            return Ok(estimates);
        }
        precision *= 2;
    }
    Err(Error::unable(format!("the closed form of {} cancels too much for {digits} digits", problem.kernel)))
}

/// Values mu_k of one basis function for the degrees within `reach` of those wanted.
struct Sequence<E> {
    values: BTreeMap<u64, E>,
}

impl<E: Clone + Send + Sync> Sequence<E> {
    fn new<C: Number<Element = E>>(c: &C, basis: &Basis, sphere: Sphere, degrees: &[u64], reach: u64) -> Result<Self> {
        let mut needed: Vec<u64> = degrees.iter().flat_map(|k| k.saturating_sub(reach)..=k + reach).collect();
        needed.dedup();
        needed.sort_unstable();
        needed.dedup();
        let values = match basis {
            Basis::One => BTreeMap::new(),
            Basis::ArcCosine(n) => arc_cosine_sequence(c, *n as u64, sphere.dimension(), &needed)?,
            Basis::Poisson(r) => {
                needed.iter().map(|k| Ok((*k, c.power(&c.rational(r), &Rational::from(*k))?))).collect::<Result<_>>()?
            }
        };
        Ok(Sequence { values })
    }

    /// mu_k of (sum_i c_i u^i) f, by Horner's rule on the sequence of f.
    fn times_polynomial<C: Number<Element = E>>(&self, c: &C, sphere: Sphere, k: u64, coefficients: &[E]) -> E {
        let p = sphere.dimension();
        let reach = coefficients.len() as u64 - 1;
        let zero = c.rational(&Rational::new());
        let base = |j: u64| self.values.get(&j).cloned().unwrap_or_else(|| zero.clone());
        // After step i the window holds (c_m u^i + ... + c_{m-i}) f on degrees within reach - i of k.
        let mut low = k.saturating_sub(reach);
        let mut window: Vec<E> = (low..=k + reach).map(|j| c.mul(&base(j), &coefficients[reach as usize])).collect();
        for step in 1..=reach {
            let next_low = k.saturating_sub(reach - step);
            let at = |j: u64| window[(j - low) as usize].clone();
            let next = (next_low..=k + reach - step)
                .map(|j| {
                    // mu_j(u f) = (j mu_{j-1} + (j+p-2) mu_{j+1}) / (2j+p-2); for j = 0 this is mu_1, also for p = 2.
                    let shifted = if j == 0 {
                        at(1)
                    } else {
                        let below = c.scale(&at(j - 1), &Rational::from((j, 2 * j + p - 2)));
                        let above = c.scale(&at(j + 1), &Rational::from((j + p - 2, 2 * j + p - 2)));
                        c.add(&below, &above)
                    };
                    c.add(&shifted, &c.mul(&base(j), &coefficients[(reach - step) as usize]))
                })
                .collect();
            window = next;
            low = next_low;
        }
        window[(k - low) as usize].clone()
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
fn monomial_sums<C>(c: &C, sphere: Sphere, degrees: &[u64], coefficients: &[C::Element]) -> Vec<C::Element>
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
pub(super) fn convert<C: Number>(c: &C, x: &ExactNumber) -> Result<C::Element> {
    let mut sum = c.rational(&Rational::new());
    for (unit, q) in x.terms() {
        sum = c.add(&sum, &c.scale(&unit.value(c)?, q));
    }
    Ok(sum)
}

fn trim(coefficients: &mut Vec<ExactNumber>) {
    while coefficients.last().is_some_and(ExactNumber::is_zero) {
        coefficients.pop();
    }
}

fn add(a: &[ExactNumber], b: &[ExactNumber]) -> Vec<ExactNumber> {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut sum = long.to_vec();
    for (x, y) in sum.iter_mut().zip(short) {
        *x = Exact.add(x, y);
    }
    trim(&mut sum);
    sum
}

fn multiply(a: &[ExactNumber], b: &[ExactNumber]) -> Option<Vec<ExactNumber>> {
    if a.is_empty() || b.is_empty() {
        return Some(Vec::new());
    }
    if a.len() + b.len() > LARGEST_DEGREE + 2 {
        return None;
    }
    let mut product = vec![ExactNumber::default(); a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            product[i + j] = Exact.add(&product[i + j], &Exact.mul(x, y));
        }
    }
    trim(&mut product);
    Some(product)
}
