//! What functions make of normal forms: each rule holds on \[-1, 1\] wherever the formula is defined.

use super::Work;
use super::form::{Atom, Form};
use crate::number::polynomial::{self, Polynomial};
use crate::number::{Exact, ExactNumber, Interval, Intervals, Number, reflection_polynomial};
use crate::special::Function;
use rug::{Integer, Rational};

/// Multiples of an angle and orders of arc-cosine functions beyond this are not written out.
const MOST_MULTIPLES: u32 = 32;

/// Angles of more half-turns are left as they are.
const FARTHEST: f64 = 1e6;

/// k with |x - k pi| <= pi/2 on \[-1, 1\], for a polynomial of which that is seen.
fn turns(x: &Form) -> Option<i64> {
    let c = Intervals::PROVED_CLOSED;
    let u = Interval::new(-1.0, 1.0);
    let mut range = Interval::point(0.0);
    for coefficient in x.as_polynomial()?.iter().rev() {
        range = c.add(&c.mul(&range, &u), &coefficient.value(&c).ok()?);
    }
    let turns = (range.middle() / std::f64::consts::PI).round();
    if turns.is_nan() || turns.abs() > FARTHEST {
        return None;
    }
    let offset = c.sub(&range, &c.scale(&c.pi(), &Rational::from(turns as i64)));
    let right = c.scale(&c.pi(), &Rational::from((1, 2))).low;
    (offset.magnitude() <= right).then_some(turns as i64)
}

pub(super) fn rational(n: i64, d: i64) -> ExactNumber {
    Exact.rational(&Rational::from((n, d)))
}

impl Work {
    /// f^q. With a fractional q the formula is defined only where f >= 0.
    pub fn power(&mut self, f: &Form, q: &Rational) -> Option<Form> {
        if q.is_integer() {
            let power = self.whole_power(f, q.numer().clone().abs().to_u64()?)?;
            return if q.cmp0().is_lt() { self.div(&Form::integer(1), &power) } else { Some(power) };
        }
        if let Some(number) = f.as_constant() {
            return Some(Form::constant(Exact.power(&number, q).ok()?));
        }
        if !f.is_whole() {
            // (N/D)^q = (N D)^q D^(-2q) for D >= 0, and (-N/-D)^q for D <= 0.
            let below = Form { above: f.below.clone(), below: Form::integer(1).below };
            let divisor = polynomial::rational(&below.as_polynomial()?)?;
            let below = if polynomial::sign(&divisor)? < 0 { below.neg() } else { below };
            let above = self.mul(f, &below)?;
            let product = self.mul(&above, &below)?;
            let (above, below) = (self.power(&product, q)?, self.power(&below, &Rational::from(q * 2u32))?);
            return self.div(&above, &below);
        }
        let Some((monomial, coefficients)) = f.as_term().map(|(m, c)| (m.clone(), c.clone())) else {
            return self.base_power(f, q);
        };
        let positive = |atom: &usize| matches!(self.atoms.get(*atom), Atom::Base(_) | Atom::Exp(_));
        if !monomial.keys().all(positive) {
            return self.base_power(f, q);
        }
        // Atoms that are not negative have powers of their own; what multiplies them is then not negative either.
        let mut result = self.polynomial_power(&coefficients, q)?;
        for (atom, exponent) in monomial {
            let exponent = Rational::from(&exponent * q);
            let part = match self.atoms.get(atom).clone() {
                Atom::Base(base) => self.base_power(&base, &exponent)?,
                _ => Form::atom(atom, exponent),
            };
            result = self.mul(&result, &part)?;
        }
        Some(result)
    }

    /// B^q as an atom with an exponent in (0, 1) and a whole power of B.
    fn base_power(&mut self, base: &Form, q: &Rational) -> Option<Form> {
        if !base.is_whole() {
            return None;
        }
        let (fraction, whole) = q.clone().fract_floor(Integer::new());
        let atom = self.atoms.number(Atom::Base(base.clone()));
        let root = if fraction.is_zero() { Form::integer(1) } else { Form::atom(atom, fraction) };
        let power = self.power(base, &Rational::from(whole))?;
        self.mul(&root, &power)
    }

    /// P^q for P = c S^2 R: |c|^q |S|^(2q) (sign(c) R)^q, R without double zeros. The factors 1-u and 1+u, which are
    /// not negative, have powers of their own; |S| is S or -S where its sign is seen.
    fn polynomial_power(&mut self, coefficients: &Polynomial, q: &Rational) -> Option<Form> {
        if let [number] = &coefficients[..] {
            return Some(Form::constant(Exact.power(number, q).ok()?));
        }
        let Some(coefficients) = polynomial::rational(coefficients) else {
            return self.base_power(&Form::polynomial(coefficients.clone()), q);
        };
        self.spend(coefficients.len() * coefficients.len() * coefficients.len())?;
        let (square, mut rest) = polynomial::square_part(&coefficients);
        let top = coefficients.last()?.clone();
        let mut result = Form::constant(Exact.power(&Exact.rational(&top.clone().abs()), q).ok()?);
        let mut sign = top.cmp0().is_lt();
        // u - 1 = -(1 - u)
        for (end, negative) in [([-1, 1], true), ([1, 1], false)] {
            let end: Vec<Rational> = end.into_iter().map(Rational::from).collect();
            if let Some(quotient) = polynomial::quotient(&rest, &end) {
                rest = quotient;
                sign ^= negative;
                let factor: Vec<Rational> =
                    if negative { end.iter().map(|q| Rational::from(-q)).collect() } else { end };
                let part = self.base_power(&Form::polynomial(polynomial::exact(&factor)), q)?;
                result = self.mul(&result, &part)?;
            }
        }
        if sign {
            rest.iter_mut().for_each(|q| *q = Rational::from(-&*q));
        }
        let rest = Form::polynomial(polynomial::exact(&rest));
        let rest = if rest == Form::integer(1) { rest } else { self.base_power(&rest, q)? };
        let double = Rational::from(q * 2u32);
        let size = match polynomial::sign(&square) {
            Some(sign) => {
                let root = Form::polynomial(polynomial::exact(&square));
                let root = if sign < 0 { root.neg() } else { root };
                if square.len() == 1 { Form::integer(1) } else { self.power(&root, &double)? }
            }
            None => {
                let root = Form::polynomial(polynomial::exact(&square));
                let square = self.mul(&root, &root)?;
                self.base_power(&square, q)?
            }
        };
        let result = self.mul(&result, &rest)?;
        self.mul(&result, &size)
    }

    pub fn function(&mut self, f: Function, x: &Form) -> Option<Form> {
        if let Some(number) = x.as_constant()
            && let Ok(value) = f.value(&Exact, &number)
        {
            return Some(Form::constant(value));
        }
        match f {
            Function::Sqrt => self.power(x, &Rational::from((1, 2))),
            Function::Exp => self.exp(x),
            Function::Log => self.log(x),
            Function::Sin => Some(self.sine_and_cosine(x)?.0),
            Function::Cos => Some(self.sine_and_cosine(x)?.1),
            Function::Asin => self.asin(x),
            // acos = pi/2 - asin
            Function::Acos => {
                let asin = self.asin(x)?;
                self.sub(&Form::constant(Exact.scale(&Exact.pi(), &Rational::from((1, 2)))), &asin)
            }
            _ if f.facts().exponentials.is_some() => {
                let [a, b] = f.facts().exponentials?;
                let (above, below) = (self.exp(x)?, self.exp(&x.neg())?);
                self.add(&above.scale(&rational(a.into(), 2)), &below.scale(&rational(b.into(), 2)))
            }
            // No rule: it stays as it is.
            _ => Some(Form::atom(self.atoms.number(Atom::Function(f, x.clone())), Rational::from(1))),
        }
    }

    /// asin is odd, and undoes sine: asin(sin x) = (-1)^k (x - k pi) for |x - k pi| <= pi/2, and cos x = sin(x + pi/2).
    fn asin(&mut self, x: &Form) -> Option<Form> {
        if x.starts_negative() {
            return Some(self.asin(&x.neg())?.neg());
        }
        let right = Form::constant(Exact.scale(&Exact.pi(), &Rational::from((1, 2))));
        let undone = match (self.argument(x, Function::Sin), self.argument(x, Function::Cos)) {
            (Some(argument), _) => Some(argument),
            (None, Some(argument)) => self.add(&argument, &right),
            (None, None) => None,
        };
        if let Some(argument) = undone
            && let Some(turns) = turns(&argument)
        {
            let turned = Form::constant(Exact.scale(&Exact.pi(), &Rational::from(turns)));
            let angle = self.sub(&argument, &turned)?;
            return Some(if turns % 2 == 0 { angle } else { angle.neg() });
        }
        let atom = if *x == Form::u() { Atom::Angle } else { Atom::Function(Function::Asin, x.clone()) };
        Some(Form::atom(self.atoms.number(atom), Rational::from(1)))
    }

    /// The argument of what is this function alone.
    fn argument(&self, x: &Form, f: Function) -> Option<Form> {
        let (monomial, coefficients) = x.as_term()?;
        let (atom, exponent) = monomial.first_key_value().filter(|_| monomial.len() == 1)?;
        match self.atoms.get(*atom) {
            Atom::Function(g, argument) if *g == f && *exponent == 1 && *coefficients == [rational(1, 1)] => {
                Some(argument.clone())
            }
            _ => None,
        }
    }

    /// Sine and cosine: of n asin(f) + b pi from sin(asin f) = f and cos(asin f) = sqrt(1-f^2); for f = u of half
    /// multiples too, from theta = pi/2 - asin(u) in \[0, pi\], cos(theta/2) = sqrt((1+u)/2), sin(theta/2) =
    /// sqrt((1-u)/2).
    fn sine_and_cosine(&mut self, x: &Form) -> Option<(Form, Form)> {
        if x.starts_negative() {
            let (sine, cosine) = self.sine_and_cosine(&x.neg())?;
            return Some((sine.neg(), cosine));
        }
        if let Some((atom, n, mut turn)) = self.multiple_of_angle(x) {
            let base = match self.atoms.get(atom).clone() {
                Atom::Angle if *n.denom() == 2 => {
                    // n asin(u) = n pi/2 - 2n (theta/2)
                    turn += Rational::from(&n / 2u32);
                    let half = |work: &mut Self, c: i64| {
                        work.power(&Form::polynomial(vec![rational(1, 2), rational(c, 2)]), &Rational::from((1, 2)))
                    };
                    Some((half(self, -1)?, half(self, 1)?, Rational::from(&n * -2i32)))
                }
                Atom::Angle if n.is_integer() => Some((Form::u(), self.cosine_of(&Form::u())?, n)),
                Atom::Function(_, argument) if n.is_integer() => {
                    Some((argument.clone(), self.cosine_of(&argument)?, n))
                }
                _ => None,
            };
            let shift = |f: Function| f.value(&Exact, &Exact.scale(&Exact.pi(), &turn)).ok();
            if let (Some((sine, cosine, n)), Some(s), Some(c)) = (base, shift(Function::Sin), shift(Function::Cos)) {
                let (sine, cosine) = self.multiple(&sine, &cosine, &n)?;
                // sin(x + y) = sin x cos y + cos x sin y, cos(x + y) = cos x cos y - sin x sin y
                let sum = self.add(&sine.scale(&c), &cosine.scale(&s))?;
                let difference = self.sub(&cosine.scale(&c), &sine.scale(&s))?;
                return Some((sum, difference));
            }
        }
        let mut atom = |f| Form::atom(self.atoms.number(Atom::Function(f, x.clone())), Rational::from(1));
        Some((atom(Function::Sin), atom(Function::Cos)))
    }

    /// sqrt(1-f^2)
    fn cosine_of(&mut self, f: &Form) -> Option<Form> {
        let square = self.mul(f, f)?;
        let rest = self.sub(&Form::integer(1), &square)?;
        self.power(&rest, &Rational::from((1, 2)))
    }

    /// The atom, n and b if x = n asin(f) + b pi.
    fn multiple_of_angle(&self, x: &Form) -> Option<(usize, Rational, Rational)> {
        if !x.is_whole() || x.above.len() > 2 {
            return None;
        }
        let mut found = None;
        let mut turn = Rational::new();
        for (monomial, coefficients) in &x.above {
            let [number] = &coefficients[..] else { return None };
            match monomial.first_key_value() {
                None => turn = Exact.div(number, &Exact.pi()).ok()?.as_rational()?,
                Some((atom, exponent)) if monomial.len() == 1 && *exponent == 1 => {
                    let angle = matches!(self.atoms.get(*atom), Atom::Angle | Atom::Function(Function::Asin, _));
                    found = Some((*atom, number.as_rational().filter(|_| angle)?));
                }
                Some(_) => return None,
            }
        }
        found.map(|(atom, n)| (atom, n, turn))
    }

    /// Sine and cosine of n times an angle, by addition.
    fn multiple(&mut self, sine: &Form, cosine: &Form, n: &Rational) -> Option<(Form, Form)> {
        let count = n.numer().clone().abs().to_u32().filter(|count| *count <= MOST_MULTIPLES)?;
        let (mut s, mut c) = (Form::integer(0), Form::integer(1));
        for _ in 0..count {
            let (sc, cs) = (self.mul(&s, cosine)?, self.mul(&c, sine)?);
            let (cc, ss) = (self.mul(&c, cosine)?, self.mul(&s, sine)?);
            (s, c) = (self.add(&sc, &cs)?, self.sub(&cc, &ss)?);
        }
        Some(if n.cmp0().is_lt() { (s.neg(), c) } else { (s, c) })
    }

    /// kappa_n(u) from kappa_0 = 1/2 + asin(u)/pi and kappa_1 = (sqrt(1-u^2) + (pi/2 + asin u) u)/pi by
    /// kappa_{m+1} = u kappa_m + m^2/(4m^2-1) (1-u^2) kappa_{m-1}; kappa_n(-f) = (-1)^n (B_n(f) - kappa_n(f)).
    pub fn arc_cosine(&mut self, n: usize, x: &Form) -> Option<Form> {
        if let Some(number) = x.as_constant() {
            return Some(Form::constant(Exact.arc_cosines(&number, n).ok()?.pop()?));
        }
        if n > MOST_MULTIPLES as usize {
            return None;
        }
        if x.starts_negative() {
            let (minus, mut sum) = (x.neg(), Form::integer(0));
            for q in reflection_polynomial(n).iter().rev() {
                sum = self.mul(&sum, &minus)?;
                sum = self.add(&sum, &Form::constant(Exact.rational(q)))?;
            }
            let kappa = self.arc_cosine(n, &minus)?;
            let difference = self.sub(&sum, &kappa)?;
            return Some(if n.is_multiple_of(2) { difference } else { difference.neg() });
        }
        if *x != Form::u() {
            let atom = self.atoms.number(Atom::ArcCosine(n, x.clone()));
            return Some(Form::atom(atom, Rational::from(1)));
        }
        let inverse = Exact.power(&Exact.pi(), &Rational::from(-1)).ok()?;
        let angle = self.asin(x)?.scale(&inverse);
        let mut before = self.add(&Form::constant(rational(1, 2)), &angle)?;
        if n == 0 {
            return Some(before);
        }
        let sine = self.cosine_of(x)?.scale(&inverse);
        let product = self.mul(x, &before)?;
        let mut kappa = self.add(&sine, &product)?;
        let square = Form::polynomial(vec![rational(1, 1), ExactNumber::default(), rational(-1, 1)]);
        for m in 1..n as i64 {
            let (next, older) = (self.mul(x, &kappa)?, self.mul(&square, &before)?);
            let next = self.add(&next, &older.scale(&rational(m * m, 4 * m * m - 1)))?;
            before = std::mem::replace(&mut kappa, next);
        }
        Some(kappa)
    }
}
