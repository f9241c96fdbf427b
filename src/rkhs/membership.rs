//! Whether a target lies in the space of a kernel, decided from exponents.

use super::rates::{decide, multiple_of_kernel};
use super::space::{converges, is_proved};
use super::{EigenvalueLaw, EnergyLaw, MeanPower, Space, Target};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::parity::Parity;
use crate::spectrum::Assurance;
use rug::{Float, Rational};
use std::cell::OnceCell;

/// Whether a target lies in a space, and why.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Membership {
    /// In, not in, or not decided.
    pub inside: Option<bool>,
    /// Why, in one line.
    pub reason: String,
    /// Whether the verdict is proved: by exponents derived from formulas, and enclosed eigenvalues; else single numbers
    /// were computed with estimated errors.
    pub proved: bool,
}

/// Energies looked at for degrees to name, and at most where energies end.
const DEGREES: u64 = 100;
const MOST_DEGREES: u64 = 20_000;

/// Bits of those energies.
const BITS: u32 = 160;

/// One argument.
struct Argument {
    inside: Option<bool>,
    reason: String,
    proved: bool,
}

impl Argument {
    fn new(inside: Option<bool>, proved: bool, reason: impl Into<String>) -> Self {
        Argument { inside, reason: reason.into(), proved }
    }
}

impl Space {
    /// Whether a target lies in this space.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere, rkhs::{Space, Target}};
    /// let sphere = Sphere::in_dimension(5)?;
    /// let space = Space::of(&Kernel::ntk(2)?.spectrum(sphere))?;
    /// let relu = space.membership(&Target::parse("max(u,0)", sphere)?)?;
    /// assert_eq!(relu.inside, Some(false));
    /// let reason = "even degrees: energies fall like k^-4, eigenvalues like k^-5, and the sum of k^1 diverges";
    /// assert_eq!(relu.reason, reason);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Input` for a target on another sphere; those of its energies.
    pub fn membership(&self, target: &Target) -> Result<Membership> {
        if self.sphere.dimension() != target.sphere()?.dimension() {
            return Err(Error::input(format!(
                "a target in dimension {} and a space in dimension {}",
                target.sphere()?.dimension(),
                self.sphere.dimension()
            )));
        }
        if self.is_section(target)? {
            let proved = self.parts.iter().all(|part| part.proved);
            let reason =
                "a multiple of a section of the kernel: sum E_k/mu_k is a multiple of sum N(p,k) mu_k = kappa(1)";
            return Ok(Membership { inside: Some(true), reason: reason.to_string(), proved });
        }
        let question = Question { space: self, target, energies: OnceCell::new() };
        let mut arguments = Vec::new();
        for parity in Parity::BOTH {
            arguments.extend(question.arguments(parity)?);
        }
        let find = |inside: Option<bool>| arguments.iter().position(|a| a.inside == inside);
        // One reason not to be inside is enough, best a proved one.
        let outside = arguments.iter().position(|a| a.inside == Some(false) && a.proved).or_else(|| find(Some(false)));
        if let Some(index) = outside.or_else(|| find(None)) {
            let Argument { inside, reason, proved } = arguments.swap_remove(index);
            return Ok(Membership { inside, reason, proved });
        }
        let proved = arguments.iter().all(|argument| argument.proved);
        let reasons: Vec<String> = arguments.into_iter().map(|a| a.reason).filter(|r| !r.is_empty()).collect();
        let reason = if reasons.is_empty() { "the target is zero".to_string() } else { reasons.join("; ") };
        Ok(Membership { inside: Some(true), reason, proved })
    }
}

impl Space {
    /// Whether every direction of a target carries a multiple of the kernel.
    fn is_section(&self, target: &Target) -> Result<bool> {
        let functions = target.functions();
        for function in &functions {
            let [piece] = &function.pieces[..] else { return Ok(false) };
            if multiple_of_kernel(&piece.formula, self.kernel.expr(), self.sphere.dimension())?.is_none() {
                return Ok(false);
            }
        }
        Ok(!functions.is_empty())
    }
}

struct Question<'a> {
    space: &'a Space,
    target: &'a Target,
    energies: OnceCell<Vec<super::Energy>>,
}

impl Question<'_> {
    fn energies(&self) -> Result<&[super::Energy]> {
        if self.energies.get().is_none() {
            let last = |parity| self.target.law(parity).last();
            let highest = Parity::BOTH.into_iter().filter_map(last).max().unwrap_or(0).clamp(DEGREES, MOST_DEGREES);
            // Another thread cannot have set it: the cell is not shared.
            let _ = self.energies.set(self.target.energies(highest, BITS)?);
        }
        self.energies.get().map(Vec::as_slice).ok_or_else(|| Error::unable("no energies"))
    }

    fn arguments(&self, parity: Parity) -> Result<Vec<Argument>> {
        let part = &self.space.parts[parity];
        let law = self.target.law(parity);
        if let EnergyLaw::Undecided(why) = &law {
            return Ok(vec![Argument::new(None, false, format!("{parity} degrees: {why}"))]);
        }
        if law.is_zero() {
            return Ok(Vec::new());
        }
        if let EigenvalueLaw::Undecided(why) = &part.decay {
            return Ok(vec![Argument::new(
                None,
                false,
                format!("{parity} degrees: the decay of the eigenvalues: {why}"),
            )]);
        }
        // Energy where the eigenvalue is zero.
        let last = law.last().unwrap_or(DEGREES);
        if last > MOST_DEGREES {
            let reason = format!("{parity} degrees: energy in degree {last}, beyond {MOST_DEGREES}");
            return Ok(vec![Argument::new(None, false, reason)]);
        }
        let finite = matches!(part.decay, EigenvalueLaw::Finite(_));
        let mut arguments = Vec::new();
        for k in (parity.remainder()..=last).step_by(2).filter(|k| part.vanishes_at(*k)) {
            let energy = &self.energies()?[k as usize];
            if energy.value.is_zero() && energy.error == 0.0 {
                continue;
            }
            let value = energy.value.to_f64();
            let reason = format!("degree {k} has energy {value:.3e} and mu_{k} = 0");
            if value > energy.error {
                let proved = self.proved_positive(k, &energy.value)? || (finite && matches!(law, EnergyLaw::Power(_)));
                return Ok(vec![Argument::new(Some(false), proved, reason)]);
            }
            if !self.target.is_exactly_zero(k)? {
                arguments.push(Argument::new(None, false, format!("whether degree {k}, where mu_{k} = 0, has energy")));
            }
        }
        arguments.push(match (&part.decay, &law) {
            (_, EnergyLaw::Finite(_)) => self.finitely_many(parity, law.last().unwrap_or(0))?,
            (EigenvalueLaw::Finite(_), _) => Argument::new(
                matches!(law, EnergyLaw::Power(_)).then_some(false),
                true,
                format!(
                    "{parity} degrees: the target has energy in infinitely many, the kernel eigenvalues in \
                    finitely many"
                ),
            ),
            (EigenvalueLaw::Power(b), EnergyLaw::Power(MeanPower { exponent: e, .. })) => {
                let inside = converges(b, e);
                let verb = if inside { "converges" } else { "diverges" };
                let power = Rational::from(b - e);
                let reason = format!(
                    "{parity} degrees: energies fall like k^-{e}, eigenvalues like k^-{b}, and the sum of k^{power} \
                     {verb}"
                );
                // Divergence needs nothing but the two laws.
                Argument::new(Some(inside), !inside || part.proved, reason)
            }
            (EigenvalueLaw::Power(b), _) => Argument::new(
                Some(true),
                part.proved,
                format!("{parity} degrees: energies fall faster than any power, eigenvalues like k^-{b}"),
            ),
            (EigenvalueLaw::Faster(()), EnergyLaw::Power(MeanPower { exponent: e, .. })) => Argument::new(
                Some(false),
                true,
                format!("{parity} degrees: energies fall like k^-{e}, eigenvalues faster than any power"),
            ),
            (_, _) => match decide(self.target, self.space, parity)? {
                Some(found) => Argument::new(Some(found.finite), !found.finite || part.proved, found.reason),
                None => Argument::new(
                    None,
                    false,
                    format!(
                        "{parity} degrees: energies and eigenvalues both fall faster than any power, and their \
                        rates were not told apart"
                    ),
                ),
            },
        });
        Ok(arguments)
    }

    /// A polynomial part: its degrees need positive eigenvalues.
    fn finitely_many(&self, parity: Parity, last: u64) -> Result<Argument> {
        let degrees: Vec<u64> =
            (parity.remainder()..=last).step_by(2).filter(|k| !self.target.vanishes_at(*k)).collect();
        let reason = format!("{parity} degrees: energy up to degree {last} only");
        let part = &self.space.parts[parity];
        if part.proved {
            return Ok(Argument::new(Some(true), true, reason));
        }
        let spectrum = self.space.kernel.spectrum(self.space.sphere).digits(8)?;
        let degrees: Vec<u64> = degrees.into_iter().filter(|k| !part.vanishes_at(*k)).collect();
        if degrees.is_empty() {
            return Ok(Argument::new(Some(true), true, reason));
        }
        let rows = spectrum.table(&degrees)?.rows;
        let proved = rows.iter().all(is_proved);
        let positive = rows.iter().all(|row| row.value > row.error);
        Ok(Argument::new(positive.then_some(true), proved, reason))
    }

    /// Whether an energy is proved to be positive: for a target of one smooth formula, whose coefficient can be
    /// enclosed.
    fn proved_positive(&self, k: u64, energy: &Float) -> Result<bool> {
        if self.target.is_given() {
            return Ok(*energy > 0);
        }
        let Some(function) = self.target.function().filter(|g| g.pieces.len() == 1) else { return Ok(false) };
        let spectrum = Kernel::from(function.formula.clone()).spectrum(self.space.sphere).digits(8)?;
        match spectrum.rigour(Assurance::Proved).table(&[k]) {
            Ok(table) => Ok(table.rows.iter().all(|row| is_proved(row) && row.value.clone().abs() > row.error)),
            Err(Error::Unable(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
