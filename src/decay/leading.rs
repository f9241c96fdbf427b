//! The leading term of the eigenvalues of one parity, from the expansions at both ends.

use super::Parity;
use super::prediction::{Correction, Leading, PowerLaw, Prediction};
use crate::error::Result;
use crate::kernel::Expansions;
use crate::number::{Ball, Balls, Exact, ExactNumber, Hybrid, HybridNumber, Number, Truth};
use crate::special::{endpoint_constant, exact_gamma};
use crate::spectrum::Spectrum;
use rug::{Float, Rational};

/// Other terms of the expansion that are compared with the leading one.
const MOST_OTHERS: usize = 40;

/// The degrees up to the polynomial's where the eigenvalue is not zero.
pub(super) fn exceptions(spectrum: &Spectrum, parity: Parity, degree: u64) -> Result<Vec<u64>> {
    let degrees: Vec<u64> = (parity.remainder()..=degree).step_by(2).collect();
    if degrees.is_empty() {
        return Ok(degrees);
    }
    let rows = spectrum.clone().without_endpoint().table(&degrees)?.rows;
    Ok(rows.iter().filter(|row| !row.is_zero()).map(|row| row.degree).collect())
}

/// The leading term of one parity and its first correction.
pub(super) fn leading(expansions: &Expansions, parity: Parity, p: u64, precision: u32) -> Prediction {
    let base = Hybrid::new(precision);
    let at = |nu: &Rational| {
        let [a, b] = expansions.coefficients(nu);
        if parity == Parity::Even { base.add(&a, &b) } else { base.sub(&a, &b) }
    };
    let mut terms: Vec<(Rational, HybridNumber)> = Vec::new();
    // Those that are neither zero nor not: they may hide the law, and from the first of them on nothing is known of
    // corrections.
    let mut doubtful: Vec<(Rational, HybridNumber)> = Vec::new();
    for nu in expansions.exponents() {
        let coefficient = at(&nu);
        match base.is_zero(&coefficient) {
            Truth::Yes => {}
            Truth::No if doubtful.is_empty() => terms.push((nu, coefficient)),
            // Neither zero nor not: what follows it is no law.
            Truth::Unknown if terms.is_empty() => {
                return Prediction::Undecided(format!(
                    "whether the coefficient of |x-y|^({}) vanishes",
                    Rational::from(&nu * 2u32)
                ));
            }
            Truth::No | Truth::Unknown => doubtful.push((nu, coefficient)),
        }
    }
    let reach = doubtful.first().map_or_else(|| expansions.reach(), |(nu, _)| nu.clone());
    let Some((nu, coefficient)) = terms.first() else {
        return if expansions.analytic() {
            Prediction::Faster(())
        } else {
            let reach = expansions.reach().to_f64();
            Prediction::Undecided(format!("the expansions have no fractional power of |x-y|^2 up to {reach:.1}"))
        };
    };
    // b = p - 1 + 2 nu
    let exponent = Rational::from(nu * 2u32) + (p - 1);
    let balls = Balls::new(precision);
    let weight = |nu: &Rational| endpoint_constant(&balls, nu, p);
    let leading_weight = match weight(nu) {
        Ok(weight) => weight,
        Err(error) => return Prediction::Undecided(error.to_string()),
    };
    let constant = balls.mul(&coefficient.ball, &leading_weight);
    let closed_form = coefficient.exact.as_ref().and_then(|exact| closed_form(exact, nu, p));
    // Gamma(k-nu)/Gamma(k+nu+p-1) = m^-b (1 + b(b^2-1)/(24 m^2) + ...)
    let rough = Balls::new(64);
    let size = |nu: &Rational, c: &HybridNumber| {
        let weight = endpoint_constant(&rough, nu, p).map_or(f64::INFINITY, |weight| log_size(&weight.middle));
        weight + log_size(&c.ball.magnitude().to_float())
    };
    let leading_size = size(nu, coefficient);
    let other = |(other, c): &(Rational, HybridNumber)| {
        (Rational::from(other - nu).to_f64() * 2.0, size(other, c) - leading_size)
    };
    let others: Vec<(f64, f64)> = terms[1..].iter().chain(&doubtful).take(MOST_OTHERS).map(other).collect();
    let own = (exponent.clone().square() - 1u32) * &exponent / 24u32;
    let two = Rational::from(2);
    let next = terms.get(1).and_then(|(other, c)| {
        let distance = Rational::from(other - nu) * 2u32;
        Some((distance, balls.div(&balls.mul(&c.ball, &weight(other).ok()?), &constant).ok()?))
    });
    let own = balls.rational(&own);
    let of = |exponent: Rational, coefficient: Ball| Some(Correction { exponent, coefficient: coefficient.middle });
    let correction = match next {
        Some((distance, ratio)) if distance < two => of(distance, ratio),
        Some((distance, ratio)) if distance == two => {
            let sum = balls.add(&ratio, &own);
            // What cancels is not told from zero: then the first correction is a later one.
            if sum.contains_zero() { None } else { of(two, sum) }
        }
        // All exponents up to nu + 1 are known: the next term is smaller.
        _ if reach > Rational::from(nu + 1u32) => of(two, own),
        _ => None,
    };
    Prediction::Power(Leading::Steady(PowerLaw {
        exponent,
        constant_error: constant.radius.to_float(),
        constant: constant.middle,
        closed_form,
        correction,
        shows_from: (overtaken(&others) - (p as f64 - 2.0) / 2.0).max(0.0),
    }))
}

/// ln |x|
fn log_size(x: &Float) -> f64 {
    Float::with_val(64, x.abs_ref()).ln().to_f64()
}

/// The m from which on a sum of r m^-d, from d > 0 and ln r, is at most 1/2; infinite beyond e^700.
fn overtaken(terms: &[(f64, f64)]) -> f64 {
    const LARGEST: f64 = 700.0;
    let sum = |log_m: f64| terms.iter().map(|(d, log_r)| (log_r - d * log_m).exp()).sum::<f64>();
    if sum(LARGEST) > 0.5 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, LARGEST);
    while high - low > 1e-6 {
        let middle = (low + high) / 2.0;
        if sum(middle) > 0.5 { low = middle } else { high = middle }
    }
    high.exp()
}

/// A = c Gamma(p/2)/sqrt(pi) 2^(2nu+p-2) Gamma(nu+(p-1)/2)/Gamma(-nu), exactly; Gamma values that are no rational
/// multiples of 1 or sqrt(pi) stay as they are.
fn closed_form(coefficient: &ExactNumber, nu: &Rational, p: u64) -> Option<String> {
    let upper = nu + Rational::from((p - 1, 2));
    let lower = Rational::from(-nu);
    let power = Exact.power(&Exact.rational(&Rational::from(2)), &(Rational::from(nu * 2u32) + p - 2u32)).ok()?;
    let root = Exact.power(&Exact.pi(), &Rational::from((-1, 2))).ok()?;
    let mut factor =
        Exact.mul(&Exact.mul(coefficient, &power), &Exact.mul(&exact_gamma(&Rational::from((p, 2)))?, &root));
    let mut rest = String::new();
    match (exact_gamma(&upper), exact_gamma(&lower)) {
        (Some(above), Some(below)) => factor = Exact.div(&Exact.mul(&factor, &above), &below).ok()?,
        _ => rest = format!(" Gamma({upper})/Gamma({lower})"),
    }
    if factor.bits() > 4000 {
        return None;
    }
    let several = factor.terms().count() > 1 && !rest.is_empty();
    Some(if several { format!("({factor}){rest}") } else { format!("{factor}{rest}") })
}
