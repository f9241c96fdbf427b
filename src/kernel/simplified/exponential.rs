//! Exponentials and logarithms of normal forms: each rule holds on \[-1, 1\] wherever the formula is defined.

use super::Work;
use super::form::{Atom, Form, Monomial, Sum};
use super::rules::rational;
use crate::number::polynomial;
use crate::number::{Exact, ExactNumber, Intervals, Number};
use crate::special::Function;
use rug::Rational;

impl Work {
    /// exp of a sum is the product of exp of its terms, exp(q f) = exp(f)^q, and exp(q log f) = f^q, since f > 0.
    pub(super) fn exp(&mut self, x: &Form) -> Option<Form> {
        if !x.is_whole() {
            let (negative, x) = (x.starts_negative(), x.clone());
            let atom = self.atoms.number(Atom::Exp(if negative { x.neg() } else { x }));
            return Some(Form::atom(atom, Rational::from(if negative { -1 } else { 1 })));
        }
        let mut product = Form::integer(1);
        for (monomial, coefficients) in &x.above {
            for (power, number) in coefficients.iter().enumerate() {
                for (unit, q) in number.terms() {
                    let part = match self.logarithm(monomial, power).filter(|_| unit.is_one()) {
                        Some(argument) => self.power(&argument, q)?,
                        None => {
                            let mut term = vec![ExactNumber::default(); power + 1];
                            term[power] = ExactNumber::of_unit(unit.clone());
                            let above = Sum::from([(monomial.clone(), term)]);
                            let atom = Atom::Exp(Form { above, below: Form::integer(1).below });
                            Form::atom(self.atoms.number(atom), q.clone())
                        }
                    };
                    product = self.mul(&product, &part)?;
                }
            }
        }
        Some(product)
    }

    /// f if the term is log f.
    fn logarithm(&self, monomial: &Monomial, power: usize) -> Option<Form> {
        let (atom, exponent) = monomial.first_key_value().filter(|_| monomial.len() == 1 && power == 0)?;
        match self.atoms.get(*atom) {
            Atom::Function(Function::Log, argument) if *exponent == 1 => Some(argument.clone()),
            _ => None,
        }
    }

    /// log of a product: the arguments of exponentials, multiples of logarithms of what is not negative and of squares,
    /// the logarithm of the size of the leading coefficient, and that of the rest, which is positive where the product
    /// is.
    pub(super) fn log(&mut self, x: &Form) -> Option<Form> {
        let (mut rest, mut sum) = (x.clone(), Form::integer(0));
        if let Some((monomial, coefficients)) = x.as_term().map(|(m, c)| (m.clone(), c.clone())) {
            let mut kept = monomial.clone();
            for (atom, q) in monomial {
                let part = match self.atoms.get(atom).clone() {
                    Atom::Exp(argument) => argument,
                    Atom::Base(base) => self.log(&base)?,
                    _ => continue,
                };
                kept.remove(&atom);
                sum = self.add(&sum, &part.scale(&Exact.rational(&q)))?;
            }
            let mut coefficients = coefficients;
            if let Some(polynomial) = polynomial::rational(&coefficients) {
                let (left, part) = self.log_of_factors(polynomial)?;
                (coefficients, sum) = (polynomial::exact(&left), self.add(&sum, &part)?);
            }
            rest = Form { above: Sum::from([(kept, coefficients)]), below: Form::integer(1).below };
        }
        let top = rest.as_term().and_then(|(_, coefficients)| coefficients.last().cloned());
        if let Some(top) = top.filter(|_| rest.as_constant().is_none()) {
            let sign = top.value(&Intervals::PROVED_CLOSED).ok().filter(|value| !value.contains(0.0));
            if let Some(sign) = sign {
                let size = if sign.high < 0.0 { Exact.neg(&top) } else { top };
                let inverse = Exact.div(&rational(1, 1), &size).ok()?;
                let part = self.function(Function::Log, &Form::constant(size))?;
                (rest, sum) = (rest.scale(&inverse), self.add(&sum, &part)?);
            }
        }
        if rest == Form::integer(1) {
            return Some(sum);
        }
        let atom = self.atoms.number(Atom::Function(Function::Log, rest));
        self.add(&sum, &Form::atom(atom, Rational::from(1)))
    }

    /// Of a polynomial what is left without factors 1-u and 1+u and squares, and the sum of the logarithms of these.
    fn log_of_factors(&mut self, polynomial: Vec<Rational>) -> Option<(Vec<Rational>, Form)> {
        let (mut rest, mut sum) = (polynomial, Form::integer(0));
        self.spend(rest.len() * rest.len() * rest.len())?;
        for end in [[1, -1], [1, 1]] {
            let end = end.map(Rational::from);
            while rest.len() > 2
                && let Some(quotient) = polynomial::quotient(&rest, &end)
            {
                rest = quotient;
                let factor = Atom::Function(Function::Log, Form::polynomial(polynomial::exact(&end)));
                let log = Form::atom(self.atoms.number(factor), Rational::from(1));
                sum = self.add(&sum, &log)?;
            }
        }
        let (square, odd) = polynomial::square_part(&rest);
        if let Some(sign) = polynomial::sign(&square).filter(|_| square.len() > 1) {
            let root = Form::polynomial(polynomial::exact(&square));
            let log = self.log(&if sign < 0 { root.neg() } else { root })?;
            let top = rest.last()?.clone();
            rest = odd.iter().map(|q| Rational::from(q * &top)).collect();
            sum = self.add(&sum, &log.scale(&rational(2, 1)))?;
        }
        Some((rest, sum))
    }
}
