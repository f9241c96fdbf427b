//! How the energies of a function decay, from its kinks.
//!
//! With m = k + (p-2)/2, lambda = (p-2)/2 and P_k(cos theta) ~ 2^lambda Gamma(lambda+1/2)/sqrt(pi) (m sin
//! theta)^-lambda cos(m theta - lambda pi/2), a kink g(cos theta_0 +- s) = smooth + A_+- s^a contributes to the
//! Funk-Hecke coefficient
//! $$\frac{2^\lambda\Gamma(\lambda+1)}{\pi}\Gamma(a+1)(\sin\theta_0)^{\lambda+a}m^{-\lambda-a-1}\operatorname{Re}\bigl(e^{i(m\theta_0-\lambda\pi/2)}W\bigr),\quad
//! W = A_-e^{i\pi(a+1)/2}+A_+e^{-i\pi(a+1)/2},$$ and to the energy of degree k, on average over the degrees of one
//! parity, a multiple of m^(-2-2a): kinks at different places do not cancel. A power (1-u)^nu at an end contributes a
//! multiple of m^(-p-4nu).

use super::summands::Summands;
use crate::decay::local::{Beside, difference};
use crate::error::{Error, Result};
use crate::kernel::{Expr, ParityPart, Point, Program, Symmetry, mirrored};
use crate::law::Law;
use crate::number::{Hybrid, HybridNumber, Number, Puiseux, PuiseuxSeries, Truth};
use crate::parity::{Parity, PerParity};
use crate::spectrum::{ClosedForm, PiecewiseFunction, log_sum, prove_pieces};
use rug::{Float, Rational};
use statrs::function::gamma::ln_gamma;
use std::cmp::Ordering;
use std::f64::consts::{LN_2, PI};

/// $E_k \approx M m^{-e}$ on average over the degrees, M > 0, m = k + (p-2)/2.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanPower {
    /// e
    pub exponent: Rational,
    /// ln M
    pub log_mean: f64,
}

/// The energies E_k of the degrees of one parity: at finitely many where the part of the function is a polynomial
/// (beyond the last they are zero, before it they may be), faster than any power where it is analytic.
pub type EnergyLaw = Law<MeanPower>;

/// What a place contributes.
enum Contribution {
    Nothing,
    Power {
        exponent: Rational,
        log_mean: f64,
    },
    /// Nothing known decays more slowly than this power.
    AtMost(Rational),
}

/// Powers of the distance to which pieces are expanded.
const ORDERS: [u32; 3] = [8, 24, 64];

/// Bits of the coefficients.
const PRECISION: u32 = 400;

impl EnergyLaw {
    /// The laws of both parities.
    ///
    /// # Errors
    /// Those of the formulas.
    pub fn of(function: &PiecewiseFunction) -> Result<PerParity<EnergyLaw>> {
        let smooth = prove_pieces(function);
        let law = |parity: Parity| -> Result<EnergyLaw> {
            let halves = halves(function, parity)?;
            if let Some(degree) = polynomial(&halves, parity, function).or(symmetric(function, parity)?) {
                let last = degree.map_or(0, |last| last + 1);
                return Ok(EnergyLaw::Finite((parity.remainder()..last).step_by(2).collect()));
            }
            let attempt = smooth.clone().and_then(|()| singular(&halves, parity, function));
            match attempt {
                Err(Error::Unable(why) | Error::Domain(why)) => Ok(EnergyLaw::Undecided(why)),
                other => other,
            }
        };
        PerParity::try_from_fn(law)
    }

    /// The average energy at a degree by the law; 0 where it is no power.
    pub fn at(&self, k: f64, p: u64) -> f64 {
        match self {
            EnergyLaw::Power(MeanPower { exponent, log_mean }) => {
                (log_mean - exponent.to_f64() * (k + (p as f64 - 2.0) / 2.0).ln()).exp()
            }
            _ => 0.0,
        }
    }

    /// Whether the energies of the second half of a list follow the law on average, to 10 %; `energies[k]` is that of
    /// degree k. Anything but a power is followed.
    pub(super) fn is_followed(&self, energies: &[f64], parity: Parity, p: u64) -> bool {
        if !matches!(self, EnergyLaw::Power(_)) {
            return true;
        }
        let own = (energies.len() / 2..energies.len()).filter(|k| *k as u64 % 2 == parity.remainder());
        let (sum, law) = own.fold((0.0, 0.0), |(sum, law), k| (sum + energies[k], law + self.at(k as f64, p)));
        (sum / law - 1.0).abs() < 0.1
    }

    /// The law of the sum of two functions whose energies add.
    pub(super) fn plus(self, other: EnergyLaw) -> EnergyLaw {
        use Law::{Faster, Finite, Power, Undecided};
        match (self, other) {
            (Undecided(why), _) | (_, Undecided(why)) => Undecided(why),
            (Power(MeanPower { exponent: a, log_mean: m }), Power(MeanPower { exponent: b, log_mean: n })) => {
                let log_mean = match a.cmp(&b) {
                    Ordering::Less => m,
                    Ordering::Equal => log_sum([m, n].into_iter()),
                    Ordering::Greater => n,
                };
                Power(MeanPower { exponent: a.min(b), log_mean })
            }
            (power @ Power(_), _) | (_, power @ Power(_)) => power,
            (Faster(()), _) | (_, Faster(())) => Faster(()),
            (Finite(mut a), Finite(b)) => {
                a.extend(b);
                a.sort_unstable();
                a.dedup();
                Finite(a)
            }
        }
    }
}

/// Twice the part of one parity between two places of [0, 1].
struct Half {
    from: Expr,
    to: Expr,
    /// g(u) and g(-u)
    sides: [Expr; 2],
    /// g(u) +- g(-u)
    formula: Expr,
    /// Whether g is one formula from -to to `to`, so that nothing happens between g(u) and g(-u).
    whole: bool,
}

/// Twice the part of one parity on [0, 1]: g(u) +- g(-u).
fn halves(function: &PiecewiseFunction, parity: Parity) -> Result<Vec<Half>> {
    let p = function.sphere.dimension();
    let mut places = vec![Expr::number(0), Expr::number(1)];
    for end in function.pieces.iter().skip(1).map(|piece| &piece.from) {
        let place = if end.sign(p)?.is_lt() { -end.clone() } else { end.clone() };
        let mut known = false;
        for other in &places {
            known |= (place.clone() - other.clone()).sign(p)?.is_eq();
        }
        if !known {
            places.push(place);
        }
    }
    // Long numbers: places may be closer than doubles; those that are equal have been told from those that are not.
    let mut values = places.iter().map(|place| Ok((place.to_float(p)?, place.clone()))).collect::<Result<Vec<_>>>()?;
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let tops = function.pieces.iter().map(|piece| piece.to.to_float(p)).collect::<Result<Vec<Float>>>()?;
    let at = |u: &Float| {
        let index = tops.iter().position(|top| u < top).unwrap_or(tops.len() - 1);
        (index, &function.pieces[index].formula)
    };
    let half = |pair: &[(Float, Expr)]| -> Result<Half> {
        let middle = Float::with_val(pair[0].0.prec() + 8, &pair[0].0 + &pair[1].0) / 2u32;
        let ((first, right), (second, left)) = (at(&middle), at(&Float::with_val(middle.prec(), -&middle)));
        let same = mirrored(&Program::new(right, Some(p))?, &Program::new(left, Some(p))?);
        let mirror = left.at(&-Expr::u());
        let formula = match (parity, same) {
            (Parity::Even, Some(false)) | (Parity::Odd, Some(true)) => Expr::number(0),
            _ => parity.combined(Summands::of(right, p)?, Summands::of(&mirror, p)?).formula(),
        };
        let (from, to) = (pair[0].1.clone(), pair[1].1.clone());
        Ok(Half { from, to, sides: [right.clone(), mirror], formula, whole: first == second })
    };
    values.windows(2).map(half).collect()
}

impl Parity {
    /// a + b or a - b, without what cancels by its form.
    fn combined(self, a: Summands, b: Summands) -> Summands {
        match self {
            Parity::Even => a.minus(b.negated()).cancelled(),
            Parity::Odd => a.minus(b).cancelled(),
        }
    }
}

/// The degree beyond which a function of one formula has nothing of the parity, where its structure shows one.
fn symmetric(function: &PiecewiseFunction, parity: Parity) -> Result<Option<Option<u64>>> {
    let [piece] = &function.pieces[..] else { return Ok(None) };
    let symmetry = Symmetry::of(&Program::new(&piece.formula, Some(function.sphere.dimension()))?);
    Ok(match symmetry[parity] {
        ParityPart::Zero => Some(None),
        ParityPart::Polynomial(degree) => Some((degree >= parity.remainder()).then_some(degree)),
        ParityPart::Full => None,
    })
}

/// The degree if all halves are one polynomial of the parity.
fn polynomial(halves: &[Half], parity: Parity, function: &PiecewiseFunction) -> Option<Option<u64>> {
    let form = |half: &Half| ClosedForm::of(&half.formula, function.sphere)?.polynomial();
    let first = form(&halves[0])?;
    let same = halves[1..].iter().all(|piece| form(piece).is_some_and(|other| other == first));
    let wrong = (0u64..).zip(&first).any(|(i, c)| i % 2 != parity.remainder() && !c.is_zero());
    (same && !wrong).then(|| first.iter().rposition(|c| !c.is_zero()).map(|i| i as u64))
}

/// The law of a part that is no polynomial.
fn singular(halves: &[Half], parity: Parity, function: &PiecewiseFunction) -> Result<EnergyLaw> {
    let mut law = EnergyLaw::Undecided("no order of its kinks was found".to_string());
    for order in ORDERS {
        let places = Places { halves, parity, function, base: Hybrid::with_long_exact_values(PRECISION), order };
        let mut contributions = vec![places.middle()?, places.end()?];
        for pair in halves.windows(2) {
            contributions.push(places.between(&pair[0], &pair[1])?);
        }
        let exponent = |c: &Contribution| match c {
            Contribution::Nothing => None,
            Contribution::Power { exponent, .. } | Contribution::AtMost(exponent) => Some(exponent.clone()),
        };
        let Some(least) = contributions.iter().filter_map(exponent).min() else { return Ok(EnergyLaw::Faster(())) };
        let mut means = Vec::new();
        let mut known = true;
        for contribution in &contributions {
            match contribution {
                Contribution::Power { exponent, log_mean } if *exponent == least => means.push(*log_mean),
                Contribution::AtMost(exponent) if *exponent == least => known = false,
                _ => {}
            }
        }
        if known {
            return Ok(EnergyLaw::Power(MeanPower { exponent: least, log_mean: log_sum(means.into_iter()) }));
        }
        law = EnergyLaw::Undecided(format!("the {parity} part has no kink of an order below {order}"));
    }
    Ok(law)
}

struct Places<'a> {
    halves: &'a [Half],
    parity: Parity,
    function: &'a PiecewiseFunction,
    base: Hybrid,
    order: u32,
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
    fn middle(&self) -> Result<Contribution> {
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
    fn between(&self, left: &Half, right: &Half) -> Result<Contribution> {
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
    fn end(&self) -> Result<Contribution> {
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
