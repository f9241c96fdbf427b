//! Signs and decay of the Taylor coefficients of a kernel at u = 0, read from its formula.
//!
//! With kappa(u) = sum_j a_j u^j, mu_k = sum_i w_ki a_{k+2i} with weights w_ki > 0. So a_j >= 0 for all j makes every
//! mu_k >= 0 (Schoenberg), and positive as soon as one a_j of its parity with j >= k is. Absolutely monotone functions
//! (a_j >= 0) are closed under sums, products and compositions: exp of one is one whatever its constant; for f = f(0) -
//! h with h(0) = 0 and coefficients of h not negative, h(1) <= f(0), f^q = f(0)^q (1 - h/f(0))^q has coefficients >= 0
//! for q < 0, and <= 0 but for the first for 0 < q < 1; so has log f. Absolute values and orders pass through in the
//! same way.

mod composition;
mod exponential;
mod rate;
mod sign;

pub use rate::Rate;

use super::{Point, Program, Step};
use crate::number::{HybridNumber, Number};
use crate::parity::{Parity, PerParity};
use crate::special::Function;
use exponential::ExponentialPolynomial;
use rug::Rational;
use sign::{context, not_negative, positive, sign};
use std::cmp::Ordering;

/// Stands for infinitely many degrees where the highest degree of a nonzero coefficient is told.
pub const INFINITE: u64 = u64::MAX;

/// Infinitely many of both parities.
const EVERY: PerParity<Option<u64>> = PerParity { even: Some(INFINITE), odd: Some(INFINITE) };

/// What is known of the coefficients a_j.
#[derive(Clone, Debug)]
pub struct Taylor {
    /// a_j >= 0 for j >= 1, and their sum converges at u = 1.
    pub rising: bool,
    /// a_j <= 0 for j >= 1, and their sum converges at u = 1.
    pub falling: bool,
    /// Even and odd j: for every j below this bound there is an a_i != 0 with i >= j >= 1 of the same parity, so far as
    /// is known; [`INFINITE`] for infinitely many.
    pub reach: PerParity<Option<u64>>,
    /// Even and odd j: |a_j| is at least a multiple of this, for infinitely many j with bounded gaps; where all have
    /// one sign.
    pub floor: PerParity<Option<Rate>>,
    /// |a_j| is at most a multiple of this.
    pub ceiling: Option<Rate>,
    /// The degree of a polynomial.
    degree: Option<u64>,
    /// The coefficients of a polynomial of degree 1 or less, if they are rational.
    linear: Option<[Rational; 2]>,
    /// The function at u = 0 and u = 1.
    at_zero: HybridNumber,
    at_one: HybridNumber,
}

impl Taylor {
    /// Reads a program; none where the values at 0 and 1 cannot be enclosed.
    pub fn of(program: &Program) -> Option<Self> {
        let c = context();
        let values = |u: u32| program.run_partly(&c, &Point::at(c.rational(&Rational::from(u)))).0;
        let (zeros, ones) = (values(0), values(1));
        let mut known: Vec<Option<Taylor>> = vec![None; zeros.len()];
        let mut products = ExponentialPolynomial::registers(program);
        for (index, step) in program.steps().iter().enumerate() {
            let at = |register: usize| Some((zeros[register].clone()?, ones[register].clone()?));
            if let Step::ArcCosines(a, outputs) = step {
                for (order, register) in outputs {
                    known[*register] = known[*a].as_ref().zip(at(*register)).map(|(f, at)| f.arc_cosine(*order, at));
                }
                continue;
            }
            let get = |register: &usize| known[*register].as_ref();
            let Some(at) = at(index) else { continue };
            let mut found = match step {
                Step::Rational(_) | Step::Pi => Some(Taylor::constant(at)),
                Step::Variable => Some(Taylor::variable(at)),
                Step::Neg(a) => get(a).map(|f| f.negated()),
                Step::Add(a, b) => get(a).zip(get(b)).map(|(f, g)| f.plus(g, at)),
                Step::Sub(a, b) => get(a).zip(get(b)).map(|(f, g)| f.plus(&g.negated(), at)),
                Step::Mul(a, b) => get(a).zip(get(b)).map(|(f, g)| f.times(g, at)),
                Step::Div(a, b) => match &program.steps()[*b] {
                    // 1/f^q is f^-q: the signs of f^q itself may be mixed.
                    Step::Power(base, q) => get(a)
                        .zip(get(base))
                        .and_then(|(f, g)| f.over(g, q, (zeros[*b].as_ref()?, ones[*b].as_ref()?), at)),
                    _ => {
                        get(a).zip(get(b)).and_then(|(f, g)| f.over(g, &Rational::from(1), (&g.at_zero, &g.at_one), at))
                    }
                },
                Step::Power(a, q) => match &program.steps()[*a] {
                    Step::Function(Function::Exp, b) => get(b).map(|f| f.exponential_of(q, at)),
                    _ => get(a).map(|f| f.power(q, at)),
                },
                Step::Function(Function::Sqrt, a) if let Step::Function(Function::Exp, b) = &program.steps()[*a] => {
                    get(b).map(|f| f.exponential_of(&Rational::from((1, 2)), at))
                }
                Step::Function(Function::Log, a) => match &program.steps()[*a] {
                    // log(c/f) = log c - log f
                    Step::Div(top, bottom) if get(top).is_some_and(Taylor::is_constant) => {
                        get(bottom).and_then(|f| f.negative_logarithm(at))
                    }
                    _ => get(a).map(|g| g.function(Function::Log, at)),
                },
                Step::Function(f, a) => get(a).map(|g| g.function(*f, at)),
                Step::ArcCosines(..) | Step::Done => continue,
            };
            // A polynomial times an exponential of a square root: the sum rules cannot see it.
            if let (Some(found), Some(product)) = (&mut found, products[index].take())
                && let Some(source) = get(&product.source).filter(|f| f.falls_to_zero())
                && !found.rising
                && product.rises(&source.at_zero)
            {
                found.rising = true;
                found.reach = source.reach.odd.map_or_else(PerParity::default, |_| EVERY);
            }
            known[index] = found;
        }
        known[program.result()].take()
    }

    fn constant((at_zero, at_one): (HybridNumber, HybridNumber)) -> Self {
        let rational = at_zero.exact.as_ref().and_then(|exact| exact.as_rational());
        Taylor {
            rising: true,
            falling: true,
            reach: PerParity::default(),
            floor: PerParity::default(),
            ceiling: Some(Rate::Polynomial),
            degree: Some(0),
            linear: rational.map(|q| [q, Rational::new()]),
            at_zero,
            at_one,
        }
    }

    fn variable(at: (HybridNumber, HybridNumber)) -> Self {
        Taylor {
            falling: false,
            reach: PerParity { even: None, odd: Some(1) },
            degree: Some(1),
            linear: Some([Rational::new(), Rational::from(1)]),
            ..Taylor::constant(at)
        }
    }

    fn unknown((at_zero, at_one): (HybridNumber, HybridNumber)) -> Self {
        let constant = Taylor::constant((at_zero, at_one));
        Taylor { rising: false, falling: false, ceiling: None, degree: None, linear: None, ..constant }
    }

    /// Whether all Taylor coefficients a_j at u = 0 were seen to be non-negative; `false` may mean not known.
    pub fn is_absolutely_monotone(&self) -> bool {
        self.rising && not_negative(&self.at_zero)
    }

    /// The reach, with degree 0 where a_0 > 0.
    pub fn support(&self) -> PerParity<Option<u64>> {
        let PerParity { even, odd } = self.reach;
        PerParity { even: even.or(positive(&self.at_zero).then_some(0)), odd }
    }

    fn is_constant(&self) -> bool {
        self.degree == Some(0)
    }

    /// f = f(0) - h with f(0) > 0 and f(1) >= 0.
    fn falls_to_zero(&self) -> bool {
        self.falling && positive(&self.at_zero) && not_negative(&self.at_one)
    }

    fn negated(&self) -> Self {
        let c = context();
        let linear = self.linear.clone().map(|[a, b]| [-a, -b]);
        let (at_zero, at_one) = (c.neg(&self.at_zero), c.neg(&self.at_one));
        Taylor { rising: self.falling, falling: self.rising, linear, at_zero, at_one, ..self.clone() }
    }

    fn plus(&self, other: &Taylor, at: (HybridNumber, HybridNumber)) -> Self {
        let (rising, falling) = (self.rising && other.rising, self.falling && other.falling);
        let signed = rising || falling;
        let reach = |parity| if signed { self.reach[parity].max(other.reach[parity]) } else { None };
        let floor = |parity| {
            let floors = self.floor[parity].clone().into_iter().chain(other.floor[parity].clone());
            if signed { floors.reduce(Rate::slower) } else { None }
        };
        Taylor {
            rising,
            falling,
            reach: PerParity::from_fn(reach),
            floor: PerParity::from_fn(floor),
            ceiling: self.ceiling.clone().zip(other.ceiling.clone()).and_then(|(a, b)| a.above(b)),
            degree: self.degree.zip(other.degree).map(|(a, b)| a.max(b)),
            linear: self.linear.clone().zip(other.linear.clone()).map(|([a, b], [c, d])| [a + c, b + d]),
            at_zero: at.0,
            at_one: at.1,
        }
    }

    /// A multiple by a constant.
    fn scaled(&self, factor: &Taylor, at: (HybridNumber, HybridNumber)) -> Self {
        let scale = factor.linear.as_ref().map(|[c, _]| c);
        let linear = self.linear.clone().zip(scale).map(|([a, b], c)| [a * c, b * c]);
        let kept = match sign(&factor.at_zero) {
            Some(Ordering::Greater) => self.clone(),
            Some(Ordering::Less) => self.negated(),
            Some(Ordering::Equal) => return Taylor::constant(at),
            None => Taylor {
                rising: false,
                falling: false,
                reach: PerParity::default(),
                floor: PerParity::default(),
                ..self.clone()
            },
        };
        Taylor { linear, at_zero: at.0, at_one: at.1, ..kept }
    }

    fn times(&self, other: &Taylor, at: (HybridNumber, HybridNumber)) -> Self {
        if self.is_constant() {
            return other.scaled(self, at);
        }
        if other.is_constant() {
            return self.scaled(other, at);
        }
        let mut product = Taylor::unknown(at);
        product.degree = self.degree.zip(other.degree).map(|(a, b)| a.saturating_add(b));
        product.ceiling = self.ceiling.clone().zip(other.ceiling.clone()).and_then(|(a, b)| a.times(b));
        // Two functions of either sign, each with all coefficients of one.
        let whole = |f: &Taylor| match (f.is_absolutely_monotone(), f.negated().is_absolutely_monotone()) {
            (true, _) => Some(false),
            (_, true) => Some(true),
            _ => None,
        };
        let (Some(a), Some(b)) = (whole(self), whole(other)) else { return product };
        (product.rising, product.falling) = (a == b, a != b);
        let absolute = |f: &Taylor, negative| if negative { f.negated().support() } else { f.support() };
        let (first, second) = (absolute(self, a), absolute(other, b));
        // Degrees of both parities of a factor, and those of the other that make this parity of the sum.
        let reach = |parity: Parity| {
            let sum = |i: Parity| first[i].zip(second[parity.minus(i)]).map(|(x, y)| x.saturating_add(y));
            sum(Parity::Even).max(sum(Parity::Odd)).filter(|reach| *reach > 0)
        };
        product.reach = PerParity::from_fn(reach);
        // One coefficient of a factor times all of the other.
        let floor = |parity: Parity| {
            let from = |f: &Taylor, support: &PerParity<Option<u64>>| {
                let present = Parity::BOTH.into_iter().filter(|j| support[*j].is_some());
                present.filter_map(|j| f.floor[parity.minus(j)].clone()).collect::<Vec<_>>()
            };
            from(self, &second).into_iter().chain(from(other, &first)).reduce(Rate::slower)
        };
        product.floor = PerParity::from_fn(floor);
        product
    }

    /// f/g^q, from the values of g^q.
    fn over(
        &self,
        base: &Taylor,
        q: &Rational,
        (zero, one): (&HybridNumber, &HybridNumber),
        at: (HybridNumber, HybridNumber),
    ) -> Option<Self> {
        let c = context();
        let unit = c.rational(&Rational::from(1));
        let inverse = (c.div(&unit, zero).ok()?, c.div(&unit, one).ok()?);
        Some(self.times(&base.power(&Rational::from(-q), inverse), at))
    }

    /// The distance from 0 of the zero of a linear function that is positive at 0.
    fn zero_of_linear(&self) -> Option<Rational> {
        let [a, b] = self.linear.as_ref()?;
        (*a > 0 && !b.is_zero()).then(|| Rational::from(a / b).abs())
    }

    fn power(&self, q: &Rational, at: (HybridNumber, HybridNumber)) -> Self {
        if self.is_constant() {
            return Taylor::constant(at);
        }
        if q.is_integer() && q.cmp0().is_ge() {
            let Some(n) = q.numer().to_u64() else { return Taylor::unknown(at) };
            return self.whole_power(n, at);
        }
        let mut power = Taylor::unknown(at);
        if let Some(zero) = self.zero_of_linear() {
            power.ceiling = Some(Rate::singular(zero, Rational::from(-q)));
        }
        let negative = q.cmp0().is_lt();
        if self.falls_to_zero() && *q < 1 && (!negative || positive(&self.at_one)) {
            (power.rising, power.falling) = (negative, !negative);
            self.compose(&mut power);
            if let Some(zero) = self.zero_of_linear() {
                let floor = Rate::singular(zero, Rational::from(-q));
                power.floor = PerParity::from_fn(|_| Some(floor.clone()));
            }
        }
        power
    }

    /// By squaring.
    fn whole_power(&self, mut n: u64, at: (HybridNumber, HybridNumber)) -> Self {
        let c = context();
        let product = |f: &Taylor, g: &Taylor| f.times(g, (c.mul(&f.at_zero, &g.at_zero), c.mul(&f.at_one, &g.at_one)));
        let one = c.rational(&Rational::from(1));
        let (mut result, mut square) = (Taylor::constant((one.clone(), one)), self.clone());
        while n > 0 {
            if n & 1 == 1 {
                result = product(&result, &square);
            }
            n >>= 1;
            if n > 0 {
                square = product(&square, &square);
            }
        }
        Taylor { at_zero: at.0, at_one: at.1, ..result }
    }
}
