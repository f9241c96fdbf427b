//! The decay law derived from the kernel's expansions at u = 1 and u = -1.

use super::kinks::{self, Oscillation};
use super::{Parity, PerParity};
use crate::error::{Error, Result};
use crate::kernel::Part;
use crate::number::{Ball, Balls, Exact, ExactNumber, Hybrid, HybridNumber, Number, Truth};
use crate::special::{endpoint_constant, exact_gamma};
use crate::spectrum::endpoint::expansions::Expansions;
use crate::spectrum::endpoint::region::Region;

use crate::spectrum::{Problem, Spectrum};
use rug::{Float, Rational};

/// What the formula of a kernel says about its eigenvalues of one parity.
#[derive(Clone, Debug)]
pub enum Prediction {
    /// Exactly zero, but for the exceptions.
    Vanishes {
        /// The degrees of this parity with an eigenvalue that is not zero.
        exceptions: Vec<u64>,
    },
    /// $\mu_k \sim A m^{-b}$.
    Power(Law),
    /// The kernel is analytic on \[-1, 1\].
    FasterThanAnyPower,
    /// Kinks inside decide: a power with waves in k.
    Oscillating(Oscillation),
    /// It could not be decided, and why.
    Undecided(String),
}

impl Prediction {
    /// The degree from which on all other known terms together are at most half of the law; 0 where there is none.
    pub fn shows_from(&self) -> f64 {
        match self {
            Prediction::Power(law) => law.shows_from,
            Prediction::Oscillating(law) => law.shows_from(),
            _ => 0.0,
        }
    }
}

/// $\mu_k \sim A m^{-b} (1 + e m^{-d} + \dots)$, $m = k + \frac{p-2}2$.
#[derive(Clone, Debug)]
pub struct Law {
    /// The exponent b, exact.
    pub exponent: Rational,
    /// The constant A.
    pub constant: Float,
    /// A bound of its error: proved.
    pub constant_error: Float,
    /// The constant in closed form, where there is one.
    pub closed_form: Option<String>,
    /// The first correction, where the next exponents are known.
    pub correction: Option<Correction>,
    /// The degree from which on all other powers of the expansion together are at most half of this one, by their leading terms: below it the law
    /// does not show.
    pub shows_from: f64,
}

/// A correction $e m^{-d}$ relative to the leading term.
#[derive(Clone, Debug)]
pub struct Correction {
    /// d.
    pub exponent: Rational,
    /// e.
    pub coefficient: Float,
}

/// The predictions for both parities and what they rest on.
#[derive(Clone, Debug)]
pub struct Theorem {
    /// Even and odd degrees.
    pub parities: PerParity<Prediction>,
    /// The hypotheses, in words.
    pub hypotheses: Vec<String>,
}

/// Expansions to these powers of tau = |x-y|^2 are tried for the leading term and its correction; whether with long exact values.
const ORDERS: [(u32, bool); 4] = [(8, false), (8, true), (24, true), (64, true)];

/// Where the powers are so fine that a series to these orders is too long, it is tried to this one.
const SHORT_ORDER: u32 = 2;

/// A singular point nearer to an end than this is the end itself, as the search sees it.
const BESIDE_AN_END: f64 = 1e-6;

/// The height of the strip in which the kernel must be analytic: any will do.
const SMALL_HEIGHT: f64 = 0.1;

/// Other terms of the expansion that are compared with the leading one.
const MOST_OTHERS: usize = 40;

/// Few digits asked for do not make the law less certain.
const FEWEST_BITS: u32 = 400;

/// Bits beyond those asked for.
const GUARD_BITS: u32 = 96;

impl Theorem {
    /// Derives the law.
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
                    (Part::Zero, _) => Prediction::Vanishes { exceptions: Vec::new() },
                    (Part::Polynomial(degree), _) => {
                        Prediction::Vanishes { exceptions: exceptions(spectrum, parity, degree)? }
                    }
                    (Part::Full, Ok(expansions)) => leading(expansions, parity, problem.sphere.dimension(), precision),
                    (Part::Full, Err(why)) => Prediction::Undecided(why.clone()),
                })
            })?;
            // Higher orders help only where a fractional power, or the one after it, was not reached.
            let short = |prediction: &Prediction| match prediction {
                Prediction::Power(law) => law.correction.is_none(),
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
        if parities.iter().any(|prediction| matches!(prediction, Prediction::Vanishes { .. })) {
            hypotheses.push("the parity that vanishes does so by the symmetry of the formula".to_string());
        }
        Ok(Theorem { parities, hypotheses })
    }
}

/// The expansions at both ends, or why there are none.
fn expansions(
    problem: &Problem,
    base: Hybrid,
    order: u32,
    hypotheses: &mut Vec<String>,
) -> Result<std::result::Result<Expansions, String>> {
    let proved = |expansions: Expansions| Region::below(problem, expansions.roots(), SMALL_HEIGHT).map(|_| expansions);
    let expanded = Expansions::over(problem, base, order)
        .or_else(|why| Expansions::over(problem, base, SHORT_ORDER).map_err(|_| why));
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
        Err(Error::Unable(why) | Error::Domain(why)) => Ok(Err(match problem.singularities.interior.first() {
            Some(point) if point.near.abs() < 1.0 - BESIDE_AN_END => {
                format!("it is singular, or nearly so, at u = {:.6}", point.near)
            }
            _ => why,
        })),
        Err(error) => Err(error),
    }
}

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
    // Those that are neither zero nor not: they may hide the law, and from the first of them on nothing is known of corrections.
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
            Prediction::FasterThanAnyPower
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
    Prediction::Power(Law {
        exponent,
        constant_error: constant.radius.to_float(),
        constant: constant.middle,
        closed_form,
        correction,
        shows_from: (overtaken(&others) - (p as f64 - 2.0) / 2.0).max(0.0),
    })
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

/// A = c Gamma(p/2)/sqrt(pi) 2^(2nu+p-2) Gamma(nu+(p-1)/2)/Gamma(-nu), exactly; Gamma values that are no rational multiples of 1 or
/// sqrt(pi) stay as they are.
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
