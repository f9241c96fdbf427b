//! The expansions of a kernel at u = 1 and u = -1.

use super::Ends;
use crate::error::Result;
use crate::number::{Hybrid, HybridNumber, Number, PuiseuxSeries, Truth};
use rug::Rational;

/// The expansion of a kernel at both ends.
#[derive(Clone, Debug)]
pub struct Expansions {
    /// At u = 1 and u = -1.
    pub ends: [PuiseuxSeries<HybridNumber>; 2],
    base: Hybrid,
}

impl Expansions {
    pub(super) fn of(ends: &Ends, base: Hybrid, order: u32) -> Result<Self> {
        let [one, minus_one] =
            ends.both(|program, end| program.expand(&base, end, order).map_err(|e| e.within(ends.name)));
        Ok(Expansions { ends: [one?, minus_one?], base })
    }

    /// The roots of tau in which the ends are power series: 1 where the kernel is analytic, if the
    /// [`Region`](super::Region) shows it.
    pub fn roots(&self) -> [u32; 2] {
        // A series that is not whole by its form may meet a square root beyond the coefficients that are known.
        self.ends.each_ref().map(|series| if series.is_whole() { series.root } else { series.root.max(2) })
    }

    /// Whether the kernel is analytic at both ends, if the [`Region`](super::Region) of these roots shows the series to
    /// converge: by their form they have whole powers of tau alone, as that of cos(sqrt(1-u)).
    pub fn analytic(&self) -> bool {
        self.ends.iter().all(PuiseuxSeries::is_whole)
    }

    /// The exponent below which all coefficients are known.
    pub fn reach(&self) -> Rational {
        self.ends.iter().map(|series| series.exponent(series.known)).fold(Rational::from(u32::MAX), Rational::min)
    }

    /// The coefficients of tau^nu at both ends.
    pub fn coefficients(&self, nu: &Rational) -> [HybridNumber; 2] {
        self.ends.each_ref().map(|series| {
            let index = Rational::from(nu * series.root);
            let coefficient = index.is_integer().then(|| index.numer().to_usize()).flatten();
            let found = coefficient.and_then(|j| series.coefficients.get(j));
            found.cloned().unwrap_or_else(|| self.base.rational(&Rational::new()))
        })
    }

    /// The fractional exponents with a coefficient, below the reach, increasing.
    pub fn exponents(&self) -> Vec<Rational> {
        let reach = self.reach();
        let mut exponents: Vec<Rational> = Vec::new();
        for series in &self.ends {
            let with_coefficient = series.coefficients.iter().enumerate();
            exponents.extend(
                with_coefficient
                    .filter(|(_, c)| self.base.is_zero(c) != Truth::Yes)
                    .map(|(j, _)| series.exponent(j))
                    .filter(|nu| !nu.is_integer() && *nu < reach),
            );
        }
        exponents.sort();
        exponents.dedup();
        exponents
    }
}
