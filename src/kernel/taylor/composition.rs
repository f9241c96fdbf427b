//! Taylor coefficients of functions of a function.

use super::rate::Rate;
use super::sign::{context, not_negative, positive};
use super::{EVERY, INFINITE, Taylor};
use crate::number::{HybridNumber, Number};
use crate::parity::{Parity, PerParity};
use crate::special::Function;
use rug::Rational;

impl Taylor {
    /// The reach and a floor of a series in all powers of h = +-(f - f(0)).
    pub(super) fn compose(&self, result: &mut Taylor) {
        let floor = |own: &Option<Rate>| Some(own.clone().map_or(Rate::SOME, |own| own.slower(Rate::SOME)));
        match self.reach {
            PerParity { odd: Some(_), .. } => {
                result.reach = EVERY;
                result.floor = self.floor.as_ref().map(floor);
            }
            PerParity { even: Some(_), odd: None } => {
                result.reach = PerParity { even: Some(INFINITE), odd: None };
                result.floor = PerParity { even: floor(&self.floor.even), odd: None };
            }
            PerParity { even: None, odd: None } => {}
        }
    }

    pub(super) fn function(&self, f: Function, at: (HybridNumber, HybridNumber)) -> Self {
        if self.is_constant() {
            return Taylor::constant(at);
        }
        match f {
            Function::Sqrt => self.power(&Rational::from((1, 2)), at),
            Function::Exp => self.exponential(at),
            f if f.facts().exponential_type => {
                let ceiling = self.ceiling.clone().map(|rate| rate.exponential(self.degree));
                Taylor { ceiling, ..Taylor::unknown(at) }
            }
            Function::Log => {
                let mut log = Taylor::unknown(at);
                let zero = self.zero_of_linear();
                log.ceiling = zero.clone().map(|zero| Rate::singular(zero, Rational::new()));
                if self.falls_to_zero() && positive(&self.at_one) {
                    log.falling = true;
                    self.compose(&mut log);
                    if let Some(zero) = zero {
                        let floor = Rate::singular(zero, Rational::new());
                        log.floor = PerParity::from_fn(|_| Some(floor.clone()));
                    }
                }
                log
            }
            Function::Asin => self.arc_sine(at),
            Function::Acos => {
                let inverse = self.arc_sine((at.0.clone(), at.1.clone())).negated();
                Taylor { at_zero: at.0, at_one: at.1, ..inverse }
            }
            _ => Taylor::unknown(at),
        }
    }

    /// c - log f, from its values.
    pub(super) fn negative_logarithm(&self, at: (HybridNumber, HybridNumber)) -> Option<Self> {
        let c = context();
        let log = |x: &HybridNumber| Function::Log.value(&c, x).ok();
        let found = self.function(Function::Log, (log(&self.at_zero)?, log(&self.at_one)?)).negated();
        Some(Taylor { at_zero: at.0, at_one: at.1, ..found })
    }

    pub(super) fn exponential(&self, at: (HybridNumber, HybridNumber)) -> Self {
        let mut exp = Taylor::unknown(at);
        exp.ceiling = self.ceiling.clone().map(|rate| rate.exponential(self.degree));
        if !self.rising {
            return exp;
        }
        exp.rising = true;
        self.compose(&mut exp);
        // The powers of the term of highest degree d: r^n/n! at j = d n; of h itself: its own floor.
        let highest = self.reach.into_iter().flatten().max().unwrap_or(1);
        let tau = if highest == INFINITE { Rational::new() } else { Rational::from((1, highest)) };
        for parity in Parity::BOTH {
            exp.floor[parity] = exp.floor[parity].take().map(|_| {
                let entire = Rate::Entire(tau.clone());
                self.floor[parity].clone().map_or(entire.clone(), |own| own.slower(entire))
            });
        }
        exp
    }

    /// exp(f)^q = exp(q f)
    pub(super) fn exponential_of(&self, q: &Rational, at: (HybridNumber, HybridNumber)) -> Self {
        let c = context();
        let multiple = self.times(
            &Taylor::constant((c.rational(q), c.rational(q))),
            (c.scale(&self.at_zero, q), c.scale(&self.at_one, q)),
        );
        multiple.exponential(at)
    }

    /// Whether a series with radius of convergence 1 and coefficients >= 0 may be applied.
    pub(super) fn within_one(&self) -> bool {
        let c = context();
        self.is_absolutely_monotone() && not_negative(&c.sub(&c.rational(&Rational::from(1)), &self.at_one))
    }

    /// asin t = t + t^3/6 + ...
    fn arc_sine(&self, at: (HybridNumber, HybridNumber)) -> Self {
        let mut inverse = Taylor::unknown(at);
        let radius =
            self.linear.as_ref().filter(|[a, _]| a.is_zero()).map(|[_, b]| Rational::from(b.recip_ref()).abs());
        inverse.ceiling = radius.clone().map(|radius| Rate::singular(radius, Rational::from((-1, 2))));
        if !self.within_one() {
            return inverse;
        }
        inverse.rising = true;
        self.compose(&mut inverse);
        if !positive(&self.at_zero) && self.reach.even.is_none() {
            // Odd powers of an odd function.
            inverse.reach.even = None;
            let odd = radius.map(|radius| Rate::singular(radius, Rational::from((-1, 2)))).or(Some(Rate::SOME));
            inverse.floor = PerParity { even: None, odd };
        }
        inverse
    }

    /// kappa_n has coefficients >= 0: all up to n, and beyond those of the parity of n + 1.
    pub(super) fn arc_cosine(&self, n: usize, at: (HybridNumber, HybridNumber)) -> Self {
        if self.is_constant() {
            return Taylor::constant(at);
        }
        let mut kappa = Taylor::unknown(at);
        if !self.within_one() {
            return kappa;
        }
        kappa.rising = true;
        self.compose(&mut kappa);
        if !positive(&self.at_zero) && self.reach.even.is_none() {
            let other = Parity::of(n as u64);
            kappa.reach[other] = (n > 0).then_some(n as u64);
            kappa.floor[other] = None;
        }
        kappa
    }
}
