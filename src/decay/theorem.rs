//! The decay law derived from the kernel's expansions at u = 1 and u = -1.

use super::PerParity;
use super::kinks;
use super::leading::{exceptions, leading};
use super::prediction::{Leading, Prediction, Theorem};
use crate::error::{Error, Result};
use crate::kernel::{Expansions, ParityPart};
use crate::number::Hybrid;

use crate::spectrum::{ExaminedKernel, Spectrum};
use rug::Rational;

/// Expansions to these powers of tau = |x-y|^2 are tried for the leading term and its correction; whether with long
/// exact values.
const ORDERS: [(u32, bool); 4] = [(8, false), (8, true), (24, true), (64, true)];

/// Where the powers are so fine that a series to these orders is too long, it is tried to this one.
const SHORT_ORDER: u32 = 2;

/// A singular point nearer to an end than this is the end itself, as the search sees it.
const BESIDE_AN_END: f64 = 1e-6;

/// The height of the strip in which the kernel must be analytic: any will do.
const SMALL_HEIGHT: f64 = 0.1;

/// Few digits asked for do not make the law less certain.
const FEWEST_BITS: u32 = 400;

/// Bits beyond those asked for.
const GUARD_BITS: u32 = 96;

impl Theorem {
    /// Derives the decay laws of both parities from the kernel's expansions at u = +-1 and at its kinks.
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real on \[-1, 1\].
    pub fn of(spectrum: &Spectrum) -> Result<Self> {
        let problem = spectrum.problem()?;
        if let Some(function) = &problem.pieces {
            return kinks::theorem(spectrum, function);
        }
        let precision = (spectrum.wanted().bits() + GUARD_BITS).max(FEWEST_BITS);
        let mut hypotheses = Vec::new();
        let mut found = None;
        for (order, long) in ORDERS {
            hypotheses.clear();
            let base = if long { Hybrid::with_long_exact_values(precision) } else { Hybrid::new(precision) };
            let expansions = expansions(problem, base, order, &mut hypotheses)?;
            let parities = PerParity::try_from_fn(|parity| {
                Ok::<_, Error>(match (problem.symmetry[parity], &expansions) {
                    (ParityPart::Zero, _) => Prediction::Finite(Vec::new()),
                    (ParityPart::Polynomial(degree), _) => Prediction::Finite(exceptions(spectrum, parity, degree)?),
                    (ParityPart::Full, Ok(expansions)) => {
                        leading(expansions, parity, problem.sphere.dimension(), precision)
                    }
                    (ParityPart::Full, Err(why)) => Prediction::Undecided(why.clone()),
                })
            })?;
            // Higher orders help only where a fractional power, or the one after it, was not reached.
            let short = |prediction: &Prediction| match prediction {
                Prediction::Power(Leading::Steady(law)) => law.correction.is_none(),
                Prediction::Undecided(_) => expansions.is_ok(),
                _ => false,
            };
            let enough = !parities.iter().any(short);
            found = Some(parities);
            if enough {
                break;
            }
        }
        let parities = found.ok_or_else(|| Error::unable("no order of expansion"))?;
        if parities.iter().any(|prediction| matches!(prediction, Prediction::Finite(_))) {
            hypotheses.push("the parity that vanishes does so by the symmetry of the formula".to_string());
        }
        Ok(Theorem { parities, hypotheses })
    }
}

/// The expansions at both ends, or why there are none.
fn expansions(
    problem: &ExaminedKernel,
    base: Hybrid,
    order: u32,
    hypotheses: &mut Vec<String>,
) -> Result<std::result::Result<Expansions, String>> {
    let ends = problem.ends()?;
    let proved = |expansions: Expansions| ends.region(expansions.roots(), SMALL_HEIGHT).map(|_| expansions);
    let expanded = ends.expansions(base, order).or_else(|why| ends.expansions(base, SHORT_ORDER).map_err(|_| why));
    match expanded.and_then(proved) {
        Ok(expansions) => {
            hypotheses.push(
                "the kernel is analytic inside (-1, 1) and around both ends: proved by covering with complex intervals"
                    .to_string(),
            );
            let ends = expansions.roots().into_iter().zip(&expansions.ends);
            for ((root, series), (distance, u)) in ends.zip([("|x-y|", "1"), ("|x+y|", "-1")]) {
                hypotheses.push(match root {
                    1 => format!("at u = {u} it is analytic"),
                    _ if series.is_whole() => format!("at u = {u} it is a convergent series in {distance}^2: analytic"),
                    2 => format!("at u = {u} it is a convergent series in {distance}"),
                    _ => format!("at u = {u} it is a convergent series in {distance}^({})", Rational::from((2, root))),
                });
            }
            Ok(Ok(expansions))
        }
        // A singular point that was found says more.
        Err(why @ (Error::Unable(_) | Error::Domain(_))) => Ok(Err(match problem.singularities.interior.first() {
            Some(point) if point.near.abs() < 1.0 - BESIDE_AN_END => {
                format!("it is singular, or nearly so, at u = {:.6}", point.near)
            }
            _ => why.to_string(),
        })),
        Err(error) => Err(error),
    }
}
