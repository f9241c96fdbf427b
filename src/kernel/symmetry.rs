//! Which degrees vanish exactly, read from the structure of a formula.
//!
//! Split f into its even and odd parts. Each is zero, or a polynomial of known degree, or neither is known (`Full`).
//! The classes pass through sums, products and compositions; for the arc-cosine functions kappa_n(-t) = (-1)^n
//! (B_n(t) - kappa_n(t)) with a polynomial B_n of degree n makes the part of parity n equal to B_n/2. Comparing
//! canonical forms of f(u) and f(-u) adds what these rules miss (see `reflection`). If the even (odd) part is a
//! polynomial of degree m, mu_k = 0 for even (odd) k > m.

use super::program::{Program, Step};
use super::reflection::parities;
use crate::parity::{Parity, PerParity};
use crate::special::{Function, Reflection};

/// What is known of the even or odd part of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParityPart {
    /// Identically zero.
    Zero,
    /// A polynomial of at most this degree.
    Polynomial(u64),
    /// Nothing is known.
    Full,
}

impl ParityPart {
    fn plus(self, other: ParityPart) -> ParityPart {
        match (self, other) {
            (ParityPart::Zero, x) | (x, ParityPart::Zero) => x,
            (ParityPart::Polynomial(a), ParityPart::Polynomial(b)) => ParityPart::Polynomial(a.max(b)),
            _ => ParityPart::Full,
        }
    }

    fn times(self, other: ParityPart) -> ParityPart {
        match (self, other) {
            (ParityPart::Zero, _) | (_, ParityPart::Zero) => ParityPart::Zero,
            (ParityPart::Polynomial(a), ParityPart::Polynomial(b)) => ParityPart::Polynomial(a.saturating_add(b)),
            _ => ParityPart::Full,
        }
    }

    /// What two ways of looking at it tell together.
    fn and(self, other: ParityPart) -> ParityPart {
        match (self, other) {
            (ParityPart::Zero, _) | (_, ParityPart::Zero) => ParityPart::Zero,
            (ParityPart::Polynomial(a), ParityPart::Polynomial(b)) => ParityPart::Polynomial(a.min(b)),
            (ParityPart::Polynomial(a), ParityPart::Full) | (ParityPart::Full, ParityPart::Polynomial(a)) => {
                ParityPart::Polynomial(a)
            }
            (ParityPart::Full, ParityPart::Full) => ParityPart::Full,
        }
    }

    /// Whether the eigenvalue of this degree (of the part's parity) is zero.
    fn vanishes_at(self, degree: u64) -> bool {
        match self {
            ParityPart::Zero => true,
            ParityPart::Polynomial(m) => degree > m,
            ParityPart::Full => false,
        }
    }
}

/// What is known of the even part (f(u) + f(-u))/2 and the odd part (f(u) - f(-u))/2 of a kernel.
pub type Symmetry = PerParity<ParityPart>;

impl Symmetry {
    const CONSTANT: Symmetry = Symmetry { even: ParityPart::Polynomial(0), odd: ParityPart::Zero };
    pub(crate) const UNKNOWN: Symmetry = Symmetry { even: ParityPart::Full, odd: ParityPart::Full };

    /// What two ways of looking at the kernel tell together.
    pub fn and(self, other: Symmetry) -> Symmetry {
        Symmetry { even: self.even.and(other.even), odd: self.odd.and(other.odd) }
    }

    /// Whether the structure of the kernel makes the eigenvalue of this degree exactly zero.
    pub fn vanishes_at(&self, degree: u64) -> bool {
        self[Parity::of(degree)].vanishes_at(degree)
    }

    /// The degree if the function is a polynomial, 0 for the zero function.
    pub fn polynomial_degree(&self) -> Option<u64> {
        let degree = |part| match part {
            ParityPart::Zero => Some(0),
            ParityPart::Polynomial(m) => Some(m),
            ParityPart::Full => None,
        };
        Some(degree(self.even)?.max(degree(self.odd)?))
    }

    /// Reads from a program whether the even and the odd part of the kernel vanish or are polynomials.
    pub fn of(program: &Program) -> Symmetry {
        let parities = parities(program);
        let mut classes = vec![Symmetry::UNKNOWN; program.steps().len()];
        for (index, step) in program.steps().iter().enumerate() {
            classes[index] = match step {
                Step::Rational(q) if q.is_zero() => Symmetry { even: ParityPart::Zero, odd: ParityPart::Zero },
                Step::Rational(_) | Step::Pi => Symmetry::CONSTANT,
                Step::Variable => Symmetry { even: ParityPart::Zero, odd: ParityPart::Polynomial(1) },
                Step::Neg(a) => classes[*a],
                Step::Add(a, b) | Step::Sub(a, b) => classes[*a].plus(classes[*b]),
                Step::Mul(a, b) => classes[*a].times(classes[*b]),
                Step::Div(a, b) => classes[*a].times(classes[*b].reciprocal()),
                Step::Power(a, q) => match (q.is_integer(), q.numer().to_i64()) {
                    (true, Some(n)) => classes[*a].integer_power(n),
                    _ => classes[*a].compose_even_only(),
                },
                Step::Function(f, a) => classes[*a].function(*f),
                Step::ArcCosines(a, outputs) => {
                    for (order, register) in outputs {
                        classes[*register] = classes[*a].arc_cosine(*order);
                    }
                    continue;
                }
                Step::Done => continue,
            };
            match parities[index] {
                Some(Parity::Even) => classes[index].odd = ParityPart::Zero,
                Some(Parity::Odd) => classes[index].even = ParityPart::Zero,
                None => {}
            }
        }
        classes[program.result()]
    }

    fn is_even(self) -> bool {
        self.odd == ParityPart::Zero
    }

    fn is_odd(self) -> bool {
        self.even == ParityPart::Zero
    }

    fn is_constant(self) -> bool {
        self.is_even() && matches!(self.even, ParityPart::Zero | ParityPart::Polynomial(0))
    }

    fn plus(self, other: Symmetry) -> Symmetry {
        Symmetry { even: self.even.plus(other.even), odd: self.odd.plus(other.odd) }
    }

    fn times(self, other: Symmetry) -> Symmetry {
        Symmetry {
            even: self.even.times(other.even).plus(self.odd.times(other.odd)),
            odd: self.even.times(other.odd).plus(self.odd.times(other.even)),
        }
    }

    /// Any function of f: even where f is even, constant where f is constant.
    fn compose_even_only(self) -> Symmetry {
        match (self.is_constant(), self.is_even()) {
            (true, _) => Symmetry::CONSTANT,
            (_, true) => Symmetry { even: ParityPart::Full, odd: ParityPart::Zero },
            _ => Symmetry::UNKNOWN,
        }
    }

    /// An odd function of f.
    fn compose_odd(self) -> Symmetry {
        if self.is_odd() && !self.is_constant() {
            Symmetry { even: ParityPart::Zero, odd: ParityPart::Full }
        } else {
            self.compose_even_only()
        }
    }

    fn reciprocal(self) -> Symmetry {
        self.compose_odd()
    }

    fn integer_power(self, n: i64) -> Symmetry {
        if n < 0 {
            return self.reciprocal().integer_power(-n);
        }
        // Square and multiply on the classes.
        let (mut result, mut square, mut n) = (Symmetry::CONSTANT, self, n);
        while n > 0 {
            if n & 1 == 1 {
                result = result.times(square);
            }
            square = square.times(square);
            n >>= 1;
        }
        result
    }

    fn function(self, f: Function) -> Symmetry {
        match f.facts().reflection {
            Reflection::Odd => self.compose_odd(),
            Reflection::Central => Symmetry::CONSTANT.plus(self.compose_odd()),
            Reflection::Even if self.is_odd() => Symmetry { even: ParityPart::Full, odd: ParityPart::Zero },
            Reflection::Even | Reflection::Other => self.compose_even_only(),
        }
    }

    fn arc_cosine(self, n: usize) -> Symmetry {
        if !self.is_odd() || self.is_constant() {
            return self.compose_even_only();
        }
        // For odd f, the part of kappa_n(f) of parity n is B_n(f)/2, and B_n has all powers of that parity up to n.
        let polynomial = (n % 2..=n)
            .step_by(2)
            .map(|i| self.integer_power(i as i64))
            .fold(Symmetry { even: ParityPart::Zero, odd: ParityPart::Zero }, Symmetry::plus);
        if n.is_multiple_of(2) {
            Symmetry { even: polynomial.even, odd: ParityPart::Full }
        } else {
            Symmetry { even: ParityPart::Full, odd: polynomial.odd }
        }
    }
}
