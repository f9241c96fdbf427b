//! What the kinks and ends of a function contribute to its energies.

use super::Half;
use crate::decay::local::{Beside, difference};
use crate::error::{Error, Result};
use crate::kernel::{Expr, ParityPart, Point, Program, Symmetry};
use crate::number::{Hybrid, HybridNumber, Number, Puiseux, PuiseuxSeries, Truth};
use crate::parity::Parity;
use crate::rkhs::summands::Summands;
use crate::spectrum::{ClosedForm, PiecewiseFunction};
use rug::{Float, Rational};
use statrs::function::gamma::ln_gamma;
use std::f64::consts::{LN_2, PI};

/// What a place contributes.
pub(super) enum Contribution {
    Nothing,
    Power {
        exponent: Rational,
        log_mean: f64,
    },
    /// Nothing known decays more slowly than this power.
    AtMost(Rational),
}

/// The places at which a function of one parity is expanded.
pub(super) struct Places<'a> {
    pub(super) halves: &'a [Half],
    pub(super) parity: Parity,
    pub(super) function: &'a PiecewiseFunction,
    pub(super) base: Hybrid,
    pub(super) order: u32,
}

impl Places<'_> {
    fn dimension(&self) -> u64 {
        self.function.sphere.dimension()
    }

    /// The expansion in the distance from a place.
    fn expansion(&self, formula: &Expr, place: &Expr, forward: bool) -> Result<PuiseuxSeries<HybridNumber>> {
        let u = if forward { place.clone() + Expr::u() } else { place.clone() - Expr::u() };
        let program = Program::new(&formula.at(&u), Some(self.dimension()))?;
        let context = Puiseux::new(self.base, self.order);
        program.evaluate(&context, &Point::at(context.linear(&Rational::new(), &Rational::from(1))))
    }

    /// The coefficient of a power.
    fn coefficient(&self, series: &PuiseuxSeries<HybridNumber>, exponent: &Rational) -> HybridNumber {
        series.coefficient(exponent).cloned().unwrap_or_else(|| self.base.rational(&Rational::new()))
    }

    /// The first exponent that is singular: its coefficients, or the exponent to which there is none. `structure` is
    /// asked for the order to which all vanishes where no number tells a zero.
    fn first(
        &self,
        series: &[&PuiseuxSeries<HybridNumber>],
        smooth: impl Fn(&Rational, &[HybridNumber]) -> bool,
        test: impl Fn(&Rational, &[HybridNumber]) -> HybridNumber,
        structure: impl Fn() -> Option<usize>,
    ) -> Result<std::result::Result<(Rational, Vec<f64>), Rational>> {
        let known = series.iter().map(|s| s.exponent(s.known)).min().unwrap_or_default();
        let reach = known.min(Rational::from(self.order));
        let mut exponents: Vec<Rational> =
            series.iter().flat_map(|s| (0..s.coefficients.len()).map(|j| s.exponent(j))).collect();
        exponents.retain(|e| *e < reach);
        exponents.sort();
        exponents.dedup();
        let mut order = None;
        for exponent in exponents {
            let coefficients: Vec<HybridNumber> = series.iter().map(|s| self.coefficient(s, &exponent)).collect();
            if smooth(&exponent, &coefficients) {
                continue;
            }
            let mut zero = |c: &HybridNumber| match self.base.is_zero(c) {
                Truth::Unknown if order.get_or_insert_with(&structure).is_some_and(|order| exponent < order) => {
                    Truth::Yes
                }
                truth => truth,
            };
            let tests = match exponent.is_integer() {
                true => vec![test(&exponent, &coefficients)],
                false => coefficients.clone(),
            };
            if tests.iter().any(|c| zero(c) == Truth::No) {
                return Ok(Ok((exponent, coefficients.iter().map(|c| c.ball.middle.to_f64()).collect())));
            }
            if tests.iter().any(|c| zero(c) == Truth::Unknown) {
                return Err(Error::unable(format!("whether the coefficient of a kink of order {exponent} vanishes")));
            }
        }
        Ok(Err(reach))
    }

    /// The kink at u = 0: c_+ - (-1)^a c_- for integer orders a.
    pub(super) fn middle(&self) -> Result<Contribution> {
        let half = &self.halves[0];
        if half.whole || half.formula == Expr::number(0) {
            // Nothing there, or one formula, analytic around 0: its even and odd parts are, too.
            return Ok(Contribution::Nothing);
        }
        let own = |exponent: &Rational, _: &[HybridNumber]| {
            exponent.is_integer() && exponent.numer().is_odd() == (self.parity == Parity::Odd)
        };
        let zero = Expr::number(0);
        // What both sides of 0 share has smooth even and odd parts.
        let (right, left) = self.different(&half.sides[0], &half.sides[1].at(&-Expr::u()), &zero)?;
        let formula = self.parity.combined(right, left.reflected());
        let series = self.expansion(&formula.formula(), &zero, true)?;
        match self.first(&[&series], own, |_, c| c[0].clone(), || None)? {
            Ok((a, c)) => {
                // On [0, 1] stands twice the part.
                let angle = PI * (a.to_f64() + 1.0) / 2.0;
                let factor = if self.parity == Parity::Even { angle.cos() } else { angle.sin() };
                Ok(self.interior(a, &Float::new(64), (c[0] * factor).powi(2)))
            }
            Err(reach) => {
                let symmetry = Symmetry::of(&Program::new(&formula.formula(), Some(self.dimension()))?);
                let wrong = if self.parity == Parity::Even { symmetry.odd } else { symmetry.even };
                Ok(self.unless(wrong == ParityPart::Zero && series.root == 1, reach))
            }
        }
    }

    /// What two formulas do not share at a place.
    fn different(&self, right: &Expr, left: &Expr, place: &Expr) -> Result<(Summands, Summands)> {
        let p = self.dimension();
        Ok(Summands::of(right, p)?.distinct(Summands::of(left, p)?, place.to_f64(p)?))
    }

    fn unless(&self, smooth: bool, reach: Rational) -> Contribution {
        if smooth { Contribution::Nothing } else { Contribution::AtMost(reach * 2u32 + 2u32) }
    }

    /// The kink between two halves.
    pub(super) fn between(&self, left: &Half, right: &Half) -> Result<Contribution> {
        if [left, right].iter().all(|half| half.formula == Expr::number(0)) {
            return Ok(Contribution::Nothing);
        }
        let side = |i: usize| self.different(&right.sides[i], &left.sides[i], &right.from);
        let [(first_right, first_left), (second_right, second_left)] = [side(0)?, side(1)?];
        // Both without what the two sides of the place share.
        let above = self.parity.combined(first_right, second_right);
        let below = self.parity.combined(first_left, second_left);
        let place = left.to.to_float(self.dimension())?;
        let never = |_: &Rational, _: &[HybridNumber]| false;
        let (low, high) =
            (self.expansion(&below.formula(), &left.to, false)?, self.expansion(&above.formula(), &right.from, true)?);
        let found = if low.root == 1 && high.root == 1 {
            // Both are analytic there: their difference tells.
            let jump = above.minus(below).cancelled().formula();
            let polynomial = ClosedForm::of(&jump, self.function.sphere).and_then(|form| form.polynomial());
            if polynomial.is_some_and(|jump| jump.is_empty()) {
                return Ok(Contribution::Nothing);
            }
            let beside = Beside::new(self.base, self.order, self.dimension(), &right.from);
            // As the formulas stand: a square of a difference is no sum yet.
            let order = || {
                let own = |i: usize| match difference(&right.sides[i], &left.sides[i]) {
                    jump if jump == Expr::number(0) => Some(usize::MAX),
                    jump => beside.order_of_zero(&jump),
                };
                Some(own(0)?.min(own(1)?))
            };
            let jump = self.expansion(&jump, &right.from, true)?;
            self.first(&[&jump], never, |_, c| c[0].clone(), order)?.map(|(a, c)| (a, c[0] * c[0]))
        } else {
            // c_+ - (-1)^a c_-
            let jump = |a: &Rational, c: &[HybridNumber]| match a.numer().is_odd() {
                true => self.base.add(&c[1], &c[0]),
                false => self.base.sub(&c[1], &c[0]),
            };
            self.first(&[&low, &high], never, jump, || None)?.map(|(a, c)| {
                let turn = (PI * (a.to_f64() + 1.0)).cos();
                (a, c[0] * c[0] + c[1] * c[1] + 2.0 * c[0] * c[1] * turn)
            })
        };
        Ok(match found {
            Ok((a, square)) => self.interior(a, &place, 0.5 * square),
            Err(reach) => self.unless(false, reach),
        })
    }

    /// A fractional power at u = 1.
    pub(super) fn end(&self) -> Result<Contribution> {
        let Some(last) = self.halves.last() else { return Ok(Contribution::Nothing) };
        let series = self.expansion(&last.formula, &Expr::number(1), false)?;
        let whole = |exponent: &Rational, _: &[HybridNumber]| exponent.is_integer();
        match self.first(&[&series], whole, |_, c| c[0].clone(), || None)? {
            Ok((nu, c)) => {
                let (p, x) = (self.dimension() as f64, nu.to_f64());
                // |C(p, nu)|, with 1/|Gamma(-nu)| = |sin(pi nu)| Gamma(nu+1)/pi
                let log = (x + p - 2.0) * LN_2 + ln_gamma(p / 2.0) + ln_gamma(x + (p - 1.0) / 2.0) + ln_gamma(x + 1.0)
                    - 1.5 * PI.ln();
                let log_mean = LN_2 - ln_gamma(p - 1.0) + 2.0 * (log + (c[0] * (PI * x).sin()).abs().ln());
                Ok(Contribution::Power { exponent: nu * 4u32 + self.dimension(), log_mean })
            }
            Err(reach) => {
                let analytic = series.root == 1 && series.known >= self.order as usize;
                let exponent = reach * 4u32 + self.dimension();
                Ok(if analytic { Contribution::Nothing } else { Contribution::AtMost(exponent) })
            }
        }
    }

    /// A kink of order a at u = cos theta_0, with the mean square of Re(e^(i...) W).
    fn interior(&self, a: Rational, place: &Float, square: f64) -> Contribution {
        // sin^2 theta_0 = (1 - u)(1 + u)
        let sine_squared = Float::with_val(64, 1u32 - place) * Float::with_val(64, 1u32 + place);
        let (lambda, x) = ((self.dimension() as f64 - 2.0) / 2.0, a.to_f64());
        let log = lambda * LN_2 + ln_gamma(lambda + 1.0) + ln_gamma(x + 1.0) - PI.ln()
            + (lambda + x) * 0.5 * sine_squared.ln().to_f64();
        let log_mean = LN_2 - ln_gamma(2.0 * lambda + 1.0) + 2.0 * log + square.ln();
        Contribution::Power { exponent: a * 2u32 + 2u32, log_mean }
    }
}
