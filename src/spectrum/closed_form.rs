//! Closed forms: kernels that are finite sums of u^i times arc-cosine, Poisson, power or constant functions.
//!
//! For kappa_n (Cho and Saul 2009; Bach 2017) mu_k = 2/(2n-1)!! 2^n (p/2)_n lam_k^2, where lam_k = n! Gamma(p/2)
//! 2^{-n-1} / (Gamma((n-k)/2 + 1) Gamma((n+k+p)/2)) is the Funk-Hecke coefficient of max(t,0)^n; for the Poisson kernel
//! mu_k = r^k; for (u+c)^m a sum over monomials (see `sequence`). A factor u acts by the Legendre recurrence, mu_k(u
//! f) = (k mu_{k-1}(f) + (k+p-2) mu_{k+1}(f)) / (2k+p-2).

mod evaluate;
mod sequence;

pub(super) use evaluate::Closed;
pub(super) use sequence::convert;

use crate::domain::Sphere;
use crate::kernel::{Expr, Node, Simplified};
use crate::number::polynomial::{self, add, trim};
use crate::number::{Exact, ExactNumber, Number, reflection_polynomial};
use rug::Rational;
use std::collections::BTreeMap;

/// The functions that polynomials multiply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Basis {
    One,
    ArcCosine(usize),
    Geometric(Rational),
    /// (u + c)^m
    Power(Rational, u64),
}

/// sum over the basis of (polynomial in u) times (basis function), with exact coefficients.
#[derive(Clone, Debug, Default)]
pub struct ClosedForm {
    terms: BTreeMap<Basis, Vec<ExactNumber>>,
}

/// Polynomials of a higher degree are not written out: their exact coefficients take too long.
const LARGEST_DEGREE: usize = 300;

/// kappa_n(-u) is written with a polynomial of degree n: up to this n, in a second.
const LARGEST_REFLECTION: usize = 1000;

/// Powers (u + c)^m beyond this m are left to the other methods; powers of u alone have one term and may be higher.
const LARGEST_POWER: u64 = 100_000;
const LARGEST_MONOMIAL: u64 = 10_000_000;

/// r, where a kernel of the catalogue has the eigenvalues r^k.
fn geometric(node: &Node) -> Option<&Rational> {
    if let Node::Named(named) = node { named.ratio() } else { None }
}

impl ClosedForm {
    /// The closed form of a formula, if it has one of this kind: as it stands, or after algebra (see [`Simplified`]).
    pub fn of(expr: &Expr, sphere: Sphere) -> Option<Self> {
        ClosedForm::direct(expr, sphere).or_else(|| ClosedForm::simplified(&Simplified::of(expr, sphere.dimension())?))
    }

    /// The closed form of the formula as it stands.
    pub(super) fn direct(expr: &Expr, sphere: Sphere) -> Option<Self> {
        let p = sphere.dimension();
        let one = || Exact.rational(&Rational::from(1));
        let minus = Exact.rational(&Rational::from(-1));
        let operands = |node| Node::arguments(node).filter(move |_| geometric(node).is_none());
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
                    a.constant().and_then(|x| f.value(&Exact, &x).ok()).map(ClosedForm::number)
                }
                (Node::ArcCosine(n, _), Some(a), _) => a.arc_cosine(*n),
                (node @ Node::Named(_), expansion, _) => match geometric(node) {
                    Some(ratio) => Some(ClosedForm::single(Basis::Geometric(ratio.clone()), vec![one()])),
                    None => expansion,
                },
                _ => None,
            };
            form.ok_or(())
        });
        form.ok()
    }

    /// That of P(u) + Q(u) asin(u) + R(u) sqrt(1-u^2):
    /// asin(u) = pi (kappa_0 - 1/2) and sqrt(1-u^2) = pi (kappa_1 - u kappa_0).
    pub(super) fn simplified(form: &Simplified) -> Option<Self> {
        let [one, angle, sine] = form.elementary()?;
        let rational = |n: i32, d: i32| Exact.rational(&Rational::from((n, d)));
        let times = |coefficients: Vec<ExactNumber>, basis: Basis, factor: Vec<ExactNumber>| {
            let factor = ClosedForm { terms: BTreeMap::from([(basis, factor)]) };
            ClosedForm { terms: BTreeMap::from([(Basis::One, coefficients)]) }.times(&factor)
        };
        let (pi, zero) = (Exact.pi(), ExactNumber::default());
        let minus = |x: &ExactNumber, n: i32, d: i32| Exact.mul(x, &rational(n, d));
        let mut sum = ClosedForm::default();
        for (coefficients, basis, factor) in [
            (&one, Basis::One, vec![rational(1, 1)]),
            (&angle, Basis::ArcCosine(0), vec![pi.clone()]),
            (&angle, Basis::One, vec![minus(&pi, -1, 2)]),
            (&sine, Basis::ArcCosine(1), vec![pi.clone()]),
            (&sine, Basis::ArcCosine(0), vec![zero, minus(&pi, -1, 1)]),
        ] {
            if !coefficients.is_empty() {
                sum = sum.plus(times(coefficients.clone(), basis, factor)?);
            }
        }
        Some(sum)
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
        let polynomial = self.polynomial()?;
        if (polynomial.len() - 1).checked_mul(exponent)? > LARGEST_DEGREE {
            return high_power(&polynomial, exponent as u64);
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
        if n > LARGEST_REFLECTION {
            return None;
        }
        // kappa_n(-u) = (-1)^n (B_n(u) - kappa_n(u))
        let coefficients: Vec<ExactNumber> = reflection_polynomial(n).iter().map(|q| Exact.rational(q)).collect();
        let polynomial = ClosedForm { terms: BTreeMap::from([(Basis::One, coefficients)]) };
        let minus = Exact.rational(&Rational::from(-1));
        let difference = polynomial.plus(direct.scale(&minus));
        Some(if n.is_multiple_of(2) { difference } else { difference.scale(&minus) })
    }
}

/// (a u^d)^m = a^m u^(d m), and (a + b u)^m = b^m (u + a/b)^m for rational a/b.
fn high_power(polynomial: &[ExactNumber], m: u64) -> Option<ClosedForm> {
    let (top, rest) = polynomial.split_last()?;
    let (shift, m_of_u) = match rest {
        _ if rest.iter().all(ExactNumber::is_zero) => (Rational::new(), m.checked_mul(rest.len() as u64)?),
        [constant] => (Exact.div(constant, top).ok()?.as_rational()?, m),
        _ => return None,
    };
    if m_of_u > if shift.is_zero() { LARGEST_MONOMIAL } else { LARGEST_POWER } {
        return None;
    }
    let factor = Exact.power(top, &Rational::from(m)).ok()?;
    Some(ClosedForm { terms: BTreeMap::from([(Basis::Power(shift, m_of_u), vec![factor])]) })
}

/// The product, unless its degree is too high.
fn multiply(a: &[ExactNumber], b: &[ExactNumber]) -> Option<Vec<ExactNumber>> {
    (a.len() + b.len() <= LARGEST_DEGREE + 2).then(|| polynomial::multiply(a, b))
}
