//! Quotients of sums of products of atoms: the normal form of formulas, and its arithmetic.

use super::Work;
use crate::number::polynomial::{self, Polynomial};
use crate::number::{Exact, ExactNumber, Number};
use crate::special::Function;
use rug::Rational;
use std::collections::{BTreeMap, HashMap};

/// What is not a polynomial in u.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Atom {
    /// asin(u)
    Angle,
    /// A function that is not negative, to be raised to fractional powers.
    Base(Form),
    /// exp of a single term with coefficient 1 times a unit, or of a quotient.
    Exp(Form),
    /// A function whose value stays as it is.
    Function(Function, Form),
    /// kappa_n
    ArcCosine(usize, Form),
}

/// Atoms by their numbers in [`Atoms`], with exponents: positive integers, in (0, 1) for bases, any for exponentials.
pub(super) type Monomial = BTreeMap<usize, Rational>;

/// A sum of monomials times polynomials in u.
pub(super) type Sum = BTreeMap<Monomial, Polynomial>;

/// A quotient of two sums; the lower one is not zero, and 1 where it is a constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Form {
    pub above: Sum,
    pub below: Sum,
}

/// All atoms in use, each with its number.
#[derive(Clone, Debug, Default)]
pub(super) struct Atoms {
    list: Vec<Atom>,
    known: HashMap<Atom, usize>,
}

impl Atoms {
    pub fn number(&mut self, atom: Atom) -> usize {
        let next = self.list.len();
        let number = *self.known.entry(atom.clone()).or_insert(next);
        if number == next {
            self.list.push(atom);
        }
        number
    }

    pub fn get(&self, number: usize) -> &Atom {
        &self.list[number]
    }

    /// Whether an atom is a number, such as log 2.
    pub fn is_constant(&self, number: usize) -> bool {
        match self.get(number) {
            Atom::Angle => false,
            Atom::Base(form) | Atom::Exp(form) | Atom::Function(_, form) | Atom::ArcCosine(_, form) => {
                [&form.above, &form.below].into_iter().flatten().all(|(monomial, polynomial)| {
                    polynomial.len() <= 1 && monomial.keys().all(|atom| self.is_constant(*atom))
                })
            }
        }
    }
}

fn one() -> ExactNumber {
    Exact.rational(&Rational::from(1))
}

fn constant_sum(value: ExactNumber) -> Sum {
    if value.is_zero() { Sum::new() } else { Sum::from([(Monomial::new(), vec![value])]) }
}

impl Form {
    pub fn constant(value: ExactNumber) -> Self {
        Form { above: constant_sum(value), below: constant_sum(one()) }
    }

    pub fn integer(n: i64) -> Self {
        Form::constant(Exact.rational(&Rational::from(n)))
    }

    pub fn polynomial(coefficients: Polynomial) -> Self {
        let above = if coefficients.is_empty() { Sum::new() } else { Sum::from([(Monomial::new(), coefficients)]) };
        Form { above, below: constant_sum(one()) }
    }

    pub fn u() -> Self {
        Form::polynomial(vec![ExactNumber::default(), one()])
    }

    /// The atom with this number to a rational power, as a form without denominator.
    pub fn atom(number: usize, exponent: Rational) -> Self {
        let monomial = Monomial::from([(number, exponent)]);
        Form { above: Sum::from([(monomial, vec![one()])]), below: constant_sum(one()) }
    }

    pub fn is_zero(&self) -> bool {
        self.above.is_empty()
    }

    /// Whether the form is a sum without denominator: its lower part is 1.
    pub fn is_whole(&self) -> bool {
        self.below == constant_sum(one())
    }

    /// The coefficients of the form, from the constant upward, if it is a polynomial in u; else `None`.
    pub fn as_polynomial(&self) -> Option<Polynomial> {
        if !self.is_whole() {
            return None;
        }
        match self.above.len() {
            0 => Some(Vec::new()),
            1 => self.above.get(&Monomial::new()).cloned(),
            _ => None,
        }
    }

    /// The exact number that the form is, if it has neither u nor atoms; else `None`.
    pub fn as_constant(&self) -> Option<ExactNumber> {
        let polynomial = self.as_polynomial()?;
        (polynomial.len() <= 1).then(|| polynomial.first().cloned().unwrap_or_default())
    }

    /// The only term, if there is one.
    pub fn as_term(&self) -> Option<(&Monomial, &Polynomial)> {
        (self.is_whole() && self.above.len() == 1).then(|| self.above.first_key_value())?
    }

    /// Whether the first coefficient is negative: f and -f have one sign each.
    pub fn starts_negative(&self) -> bool {
        let first = self.above.values().next().and_then(|polynomial| polynomial.last());
        first.and_then(|x| x.terms().next().map(|(_, q)| q.cmp0().is_lt())).unwrap_or(false)
    }

    pub fn neg(&self) -> Form {
        let minus = |(monomial, polynomial): (&Monomial, &Polynomial)| {
            (monomial.clone(), polynomial.iter().map(|x| Exact.neg(x)).collect())
        };
        Form { above: self.above.iter().map(minus).collect(), below: self.below.clone() }
    }

    pub fn scale(&self, factor: &ExactNumber) -> Form {
        if factor.is_zero() {
            return Form::integer(0);
        }
        let times = |(monomial, polynomial): (&Monomial, &Polynomial)| {
            (monomial.clone(), polynomial.iter().map(|x| Exact.mul(x, factor)).collect())
        };
        Form { above: self.above.iter().map(times).collect(), below: self.below.clone() }
    }
}

fn add_sums(a: &Sum, b: &Sum) -> Sum {
    let mut sum = a.clone();
    for (monomial, polynomial) in b {
        let mine = sum.entry(monomial.clone()).or_default();
        *mine = polynomial::add(mine, polynomial);
    }
    sum.retain(|_, polynomial| !polynomial.is_empty());
    sum
}

/// Bits of coefficients whose product takes about as long as the rest of a step.
const SHORT: u32 = 4096;

impl Work {
    pub fn add(&mut self, a: &Form, b: &Form) -> Option<Form> {
        if a.below == b.below {
            return self.reduced(add_sums(&a.above, &b.above), a.below.clone());
        }
        let (left, right) = (self.times(&a.above, &b.below)?, self.times(&b.above, &a.below)?);
        let below = self.times(&a.below, &b.below)?;
        self.reduced(add_sums(&left, &right), below)
    }

    pub fn sub(&mut self, a: &Form, b: &Form) -> Option<Form> {
        self.add(a, &b.neg())
    }

    pub fn mul(&mut self, a: &Form, b: &Form) -> Option<Form> {
        let (above, below) = (self.times(&a.above, &b.above)?, self.times(&a.below, &b.below)?);
        self.reduced(above, below)
    }

    pub fn div(&mut self, a: &Form, b: &Form) -> Option<Form> {
        if b.is_zero() {
            return None;
        }
        let (above, below) = (self.times(&a.above, &b.below)?, self.times(&a.below, &b.above)?);
        self.reduced(above, below)
    }

    /// The form to a non-negative integer power, by squaring; `None` where the work allowed does not suffice.
    pub fn whole_power(&mut self, a: &Form, n: u64) -> Option<Form> {
        let mut power = Form::integer(1);
        for bit in (0..64 - n.leading_zeros()).rev() {
            power = self.mul(&power.clone(), &power)?;
            if n >> bit & 1 == 1 {
                power = self.mul(&power, a)?;
            }
        }
        Some(power)
    }

    /// Sums multiplied term by term; exponents of one atom add up, and powers that have become whole are written out.
    fn times(&mut self, a: &Sum, b: &Sum) -> Option<Sum> {
        let mut sum = Sum::new();
        for (m, x) in a {
            for (n, y) in b {
                // Long coefficients count for as many short ones.
                let bits = [x, y].map(|list| list.iter().map(ExactNumber::bits).max().unwrap_or(0));
                let size = 1 + (bits[0].saturating_add(bits[1]) / SHORT) as usize;
                self.spend(x.len() * y.len() * size + m.len() + n.len())?;
                let mut product = Sum::from([(Monomial::new(), polynomial::multiply(x, y))]);
                let mut monomial = m.clone();
                for (atom, exponent) in n {
                    *monomial.entry(*atom).or_default() += exponent;
                }
                monomial.retain(|_, exponent| !exponent.is_zero());
                if let Some(waves) = self.waves(&mut monomial)? {
                    product = self.times(&product, &waves)?;
                }
                for (atom, exponent) in monomial.clone() {
                    if let Some((kept, factor)) = self.written_out(atom, &exponent)? {
                        monomial.insert(atom, kept);
                        product = self.times(&product, &factor.above)?;
                    }
                }
                monomial.retain(|_, exponent| !exponent.is_zero());
                for (rest, polynomial) in product {
                    let mut key = monomial.clone();
                    for (atom, exponent) in rest {
                        *key.entry(atom).or_default() += exponent;
                    }
                    let mine = sum.entry(key).or_default();
                    *mine = polynomial::add(mine, &polynomial);
                }
            }
        }
        sum.retain(|_, polynomial| !polynomial.is_empty());
        Some(sum)
    }

    /// B^e = B^(e-1) B for bases without denominator: the exponent that is kept, and what is written out.
    fn written_out(&mut self, atom: usize, exponent: &Rational) -> Option<Option<(Rational, Form)>> {
        match self.atoms.get(atom).clone() {
            Atom::Base(base) if *exponent >= 1 => Some(Some((Rational::from(exponent - 1), base))),
            _ => Some(None),
        }
    }

    /// The product of all sines and cosines of a monomial as a sum of single ones, where there are two or more; they
    /// are taken out of it.
    fn waves(&mut self, monomial: &mut Monomial) -> Option<Option<Sum>> {
        let wave = |atom: &usize| matches!(self.atoms.get(*atom), Atom::Function(Function::Sin | Function::Cos, _));
        let atoms: Vec<(usize, Rational)> =
            monomial.iter().filter(|(atom, _)| wave(atom)).map(|(atom, e)| (*atom, e.clone())).collect();
        let mut factors = Vec::new();
        for (atom, exponent) in &atoms {
            self.spend(exponent.numer().to_usize()?)?;
            factors.extend(std::iter::repeat_n(*atom, exponent.numer().to_usize()?));
        }
        let [first, second, rest @ ..] = &factors[..] else { return Some(None) };
        atoms.iter().for_each(|(atom, _)| drop(monomial.remove(atom)));
        let mut product = self.two_waves(*first, *second)?;
        for atom in rest {
            product = self.mul(&product, &Form::atom(*atom, Rational::from(1)))?;
        }
        product.is_whole().then_some(Some(product.above))
    }

    /// The product of two sines or cosines: 2 cos x cos y = cos(x-y) + cos(x+y), 2 sin x sin y = cos(x-y) - cos(x+y), 2
    /// sin x cos y = sin(x+y) + sin(x-y).
    fn two_waves(&mut self, a: usize, b: usize) -> Option<Form> {
        let (Atom::Function(f, x), Atom::Function(g, y)) = (self.atoms.get(a).clone(), self.atoms.get(b).clone())
        else {
            return None;
        };
        if (f, g) == (Function::Cos, Function::Sin) {
            return self.two_waves(b, a);
        }
        let kind = if f == g { Function::Cos } else { Function::Sin };
        let (difference, sum) = (self.sub(&x, &y)?, self.add(&x, &y)?);
        let (difference, sum) = (self.function(kind, &difference)?, self.function(kind, &sum)?);
        let twice =
            if f == Function::Sin && g == f { self.sub(&difference, &sum) } else { self.add(&difference, &sum) };
        Some(twice?.scale(&Exact.rational(&Rational::from((1, 2)))))
    }

    /// A quotient with what is seen to be common divided out: constants and exponentials below, and common polynomial
    /// divisors.
    fn reduced(&mut self, above: Sum, below: Sum) -> Option<Form> {
        self.spend(above.len() + below.len())?;
        let form = Form { above, below };
        if form.above.is_empty() {
            return Some(Form::integer(0));
        }
        if form.below.len() != 1 {
            return Some(if form.above == form.below { Form::integer(1) } else { form });
        }
        let (monomial, divisor) = form.below.first_key_value()?;
        let exponentials = |(atom, _): (&usize, &Rational)| matches!(self.atoms.get(*atom), Atom::Exp(_));
        if !monomial.iter().all(exponentials) {
            return Some(form);
        }
        // exp(f)^-1 is an exponential again.
        let inverse: Monomial = monomial.iter().map(|(atom, e)| (*atom, Rational::from(-e))).collect();
        let moved = |(m, x): (&Monomial, &Polynomial)| {
            let mut m = m.clone();
            for (atom, exponent) in &inverse {
                *m.entry(*atom).or_default() += exponent;
            }
            m.retain(|_, exponent| !exponent.is_zero());
            (m, x.clone())
        };
        let above: Sum = form.above.iter().map(moved).collect();
        if let [number] = &divisor[..] {
            let inverse = Exact.div(&one(), number).ok()?;
            return Some(Form { above, below: constant_sum(one()) }.scale(&inverse));
        }
        self.cancelled(above, divisor)
    }

    /// The polynomial below and all above divided by their greatest common divisor, the former monic.
    fn cancelled(&mut self, above: Sum, divisor: &Polynomial) -> Option<Form> {
        let plain = |above, divisor: Polynomial| Form { above, below: Sum::from([(Monomial::new(), divisor)]) };
        let rationals: Option<Vec<_>> = above.values().map(|x| polynomial::rational(x)).collect();
        let (Some(rationals), Some(divisor)) = (rationals, polynomial::rational(divisor)) else {
            return Some(plain(above, divisor.clone()));
        };
        self.spend(divisor.len() * rationals.iter().map(Vec::len).sum::<usize>())?;
        let common = rationals.iter().fold(divisor.clone(), |common, x| polynomial::common_divisor(&common, x));
        let (divisor, top) = polynomial::monic(&polynomial::quotient(&divisor, &common)?);
        let divide = |x: &Vec<Rational>| -> Option<Polynomial> {
            let quotient = polynomial::quotient(x, &common)?;
            Some(polynomial::exact(&quotient.iter().map(|q| Rational::from(q / &top)).collect::<Vec<_>>()))
        };
        let divided = above.into_keys().zip(rationals.iter().map(divide));
        let above = divided.map(|(m, x)| Some((m, x?))).collect::<Option<Sum>>()?;
        Some(plain(above, polynomial::exact(&divisor)))
    }
}
