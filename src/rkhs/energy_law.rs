//! How the energies of a function decay, from its kinks.
//!
//! With m = k + (p-2)/2, lambda = (p-2)/2 and P_k(cos theta) ~ 2^lambda Gamma(lambda+1/2)/sqrt(pi) (m sin
//! theta)^-lambda cos(m theta - lambda pi/2), a kink g(cos theta_0 +- s) = smooth + A_+- s^a contributes to the
//! Funk-Hecke coefficient
//! $$\frac{2^\lambda\Gamma(\lambda+1)}{\pi}\Gamma(a+1)(\sin\theta_0)^{\lambda+a}m^{-\lambda-a-1}
//! \operatorname{Re}\bigl(e^{i(m\theta_0-\lambda\pi/2)}W\bigr),\quad
//! W = A_-e^{i\pi(a+1)/2}+A_+e^{-i\pi(a+1)/2},$$ and to the energy of degree k, on average over the degrees of one
//! parity, a multiple of m^(-2-2a): kinks at different places do not cancel. A power (1-u)^nu at an end contributes a
//! multiple of m^(-p-4nu).

mod places;

use super::summands::Summands;
use crate::error::{Error, Result};
use crate::kernel::{Expr, ParityPart, Program, Symmetry, mirrored};
use crate::law::Law;
use crate::number::Hybrid;
use crate::parity::{Parity, PerParity};
use crate::spectrum::{ClosedForm, PiecewiseFunction, log_sum, prove_pieces};
use places::{Contribution, Places};
use rug::{Float, Rational};
use std::cmp::Ordering;

/// $E_k \approx M m^{-e}$ on average over the degrees, M > 0, m = k + (p-2)/2.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanPower {
    /// The exponent e of m^-e.
    pub exponent: Rational,
    /// The logarithm ln M of the constant.
    pub log_mean: f64,
}

/// The energies E_k of the degrees of one parity: at finitely many where the part of the function is a polynomial
/// (beyond the last they are zero, before it they may be), faster than any power where it is analytic.
pub type EnergyLaw = Law<MeanPower>;

/// Powers of the distance to which pieces are expanded.
const ORDERS: [u32; 3] = [8, 24, 64];

/// Bits of the coefficients.
const PRECISION: u32 = 400;

impl EnergyLaw {
    /// How the energies of a function fall over even and over odd degrees, derived from its kinks.
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
                Err(error @ (Error::Unable(_) | Error::Domain(_))) => Ok(EnergyLaw::Undecided(error.to_string())),
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
