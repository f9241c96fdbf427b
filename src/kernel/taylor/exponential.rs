//! Polynomials in a square root times its exponential, as in Matern kernels.

use crate::kernel::{Program, Step};
use crate::number::{Balls, HybridNumber, Number};
use crate::special::Function;
use rug::Rational;
use std::collections::BTreeMap;

/// $\sum_i q_i z^i e^{-cz}$, z the square root of a register.
#[derive(Clone, Debug)]
pub(super) struct ExponentialPolynomial {
    /// The register of z^2.
    pub source: usize,
    /// Powers of z with their coefficients.
    terms: BTreeMap<i32, Rational>,
    /// c
    rate: Rational,
}

/// The highest power of z.
const HIGHEST: i32 = 400;

/// Bits of signs.
const PRECISION: u32 = 400;

/// A constant, or a function of one square root.
#[derive(Clone)]
enum Value {
    Constant(Rational),
    Function(ExponentialPolynomial),
}

impl Value {
    fn parts(&self) -> (Option<usize>, BTreeMap<i32, Rational>, Rational) {
        match self {
            Value::Constant(q) => (None, BTreeMap::from([(0, q.clone())]), Rational::new()),
            Value::Function(f) => (Some(f.source), f.terms.clone(), f.rate.clone()),
        }
    }

    fn make(source: Option<usize>, mut terms: BTreeMap<i32, Rational>, rate: Rational) -> Option<Value> {
        terms.retain(|_, q| !q.is_zero());
        if terms.last_key_value().is_some_and(|(power, _)| *power > HIGHEST) {
            return None;
        }
        Some(match source {
            Some(source) => Value::Function(ExponentialPolynomial { source, terms, rate }),
            None => Value::Constant(terms.get(&0).cloned().unwrap_or_default()),
        })
    }

    fn add(&self, other: &Value) -> Option<Value> {
        let ((a, mut x, c), (b, y, d)) = (self.parts(), other.parts());
        if c != d || a.is_some() && b.is_some() && a != b {
            return None;
        }
        for (power, q) in y {
            *x.entry(power).or_default() += q;
        }
        Value::make(a.or(b), x, c)
    }

    fn scale(&self, factor: &Rational) -> Option<Value> {
        let (source, terms, rate) = self.parts();
        Value::make(source, terms.into_iter().map(|(power, q)| (power, q * factor)).collect(), rate)
    }

    fn mul(&self, other: &Value) -> Option<Value> {
        let ((a, x, c), (b, y, d)) = (self.parts(), other.parts());
        if a.is_some() && b.is_some() && a != b {
            return None;
        }
        let mut terms: BTreeMap<i32, Rational> = BTreeMap::new();
        for (i, p) in &x {
            for (j, q) in &y {
                *terms.entry(i + j).or_default() += Rational::from(p * q);
            }
        }
        Value::make(a.or(b), terms, c + d)
    }

    /// exp(-c z)
    fn exp(&self) -> Option<Value> {
        let (source, mut terms, rate) = self.parts();
        let slope = terms.remove(&1).unwrap_or_default();
        let linear = source.is_some() && rate.is_zero() && terms.is_empty();
        linear.then(|| Value::make(source, BTreeMap::from([(0, Rational::from(1))]), -slope))?
    }
}

impl ExponentialPolynomial {
    /// The registers of a program that are such functions.
    pub fn registers(program: &Program) -> Vec<Option<ExponentialPolynomial>> {
        let mut values: Vec<Option<Value>> = vec![None; program.steps().len()];
        for (index, step) in program.steps().iter().enumerate() {
            let get = |register: &usize| values[*register].as_ref();
            let root = |register: &usize| Value::make(Some(*register), BTreeMap::from([(1, 1.into())]), 0.into());
            values[index] = match step {
                Step::Rational(q) => Some(Value::Constant(q.clone())),
                Step::Neg(a) => get(a).and_then(|x| x.scale(&Rational::from(-1))),
                Step::Add(a, b) => get(a).zip(get(b)).and_then(|(x, y)| x.add(y)),
                Step::Sub(a, b) => get(a).zip(get(b)).and_then(|(x, y)| x.add(&y.scale(&Rational::from(-1))?)),
                Step::Mul(a, b) => get(a).zip(get(b)).and_then(|(x, y)| x.mul(y)),
                Step::Div(a, b) => get(a).zip(get(b)).and_then(|(x, y)| match y {
                    Value::Constant(q) if !q.is_zero() => x.scale(&Rational::from(q.recip_ref())),
                    _ => None,
                }),
                Step::Function(Function::Sqrt, a) => root(a),
                Step::Power(a, q) if *q == Rational::from((1, 2)) => root(a),
                Step::Function(Function::Exp, a) => get(a).and_then(Value::exp),
                _ => None,
            };
        }
        let function = |value| match value {
            Some(Value::Function(f)) => Some(f),
            _ => None,
        };
        values.into_iter().map(function).collect()
    }

    /// Whether its coefficients in u are not negative from the first on, for z^2 = f(0) - h(u), h with such
    /// coefficients and h(0) = 0.
    ///
    /// d/du (z^i e^(-cz)) = (c z^(i-1) - i z^(i-2))/2 e^(-cz) h'. A function whose derivative and value at 0 have this
    /// property has it; so have z^i e^(-cz) for i <= 0 and their sums.
    pub fn rises(&self, f_zero: &HybridNumber) -> bool {
        if self.rate.cmp0().is_lt() {
            return false;
        }
        let c = Balls::new(PRECISION);
        let Ok(z) = c.power(&f_zero.ball, &Rational::from((1, 2))) else { return false };
        let mut terms = self.derivative(&self.terms);
        for _ in 0..=HIGHEST {
            if terms.iter().all(|(power, q)| *power <= 0 && q.cmp0().is_ge()) {
                return true;
            }
            let term = |(power, q): (&i32, &Rational)| Some(c.scale(&c.power(&z, &Rational::from(*power)).ok()?, q));
            let Some(values) = terms.iter().map(term).collect::<Option<Vec<_>>>() else { return false };
            let value = values.iter().fold(c.rational(&Rational::new()), |sum, x| c.add(&sum, x));
            if value.contains_zero() || value.middle.is_sign_negative() {
                return false;
            }
            let lowest = terms.first_key_value().map_or(0, |(power, _)| *power);
            if lowest < 0 {
                return false;
            }
            terms = self.derivative(&terms);
        }
        false
    }

    fn derivative(&self, terms: &BTreeMap<i32, Rational>) -> BTreeMap<i32, Rational> {
        let mut result: BTreeMap<i32, Rational> = BTreeMap::new();
        for (i, q) in terms {
            *result.entry(i - 1).or_default() += Rational::from(q * &self.rate) / 2u32;
            *result.entry(i - 2).or_default() -= Rational::from(q * *i) / 2u32;
        }
        result.retain(|_, q| !q.is_zero());
        result
    }
}
