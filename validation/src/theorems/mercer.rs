//! Mercer's series and the trace.
//!
//! Statement: for a continuous positive definite kernel on S^{p-1}, kappa(t) = sum_k N(p,k) mu_k P_k(t), absolutely and
//! uniformly on \[-1, 1\]; at t = 1 the sum is the trace of the integral operator, kappa(1) = sum_k N(p,k) mu_k.
//! Hypotheses: kappa continuous and mu_k >= 0, which all kernels below have (their Taylor coefficients at 0 are
//! nonnegative, or, for Laplace, the kernel is positive definite in every R^p). Source: Mercer 1909; Schoenberg, Duke
//! Math. J. 1942; the tail from the decay law, Bietti and Bach, ICLR 2021.
//!
//! Check, analytic kernels: the terms fall geometrically, so that the finite sum is the kernel to 30 digits. Check,
//! kernels with mu_k ~ A m^-b, m = k + (p-2)/2: N(p,k) is a polynomial in m, even or odd, so that the sum over k > K of
//! one parity of N A m^-b (1 + e m^-2) is a sum of Hurwitz zeta values, here by Euler-Maclaurin. What is left out is of
//! relative size K^-4: kappa(1) minus the partial sum must be the tail to that accuracy, and twice the K must gain a
//! factor of 16. Inside, the remainder is at most the tail times a bound of |P_k(t)|, k > K. N is computed here as the
//! difference of the numbers of homogeneous polynomials, and P_k by the recurrence.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::gamma;
use rug::ops::Pow;
use rug::{Float, Integer, Rational};
use zonal::decay::{Leading, PowerLaw, Prediction};
use zonal::kernel::{Kernel, Point};
use zonal::number::{Multiprecision, Number};
use zonal::parity::{Parity, PerParity};
use zonal::report::plot::{Curve, Figure, Mark, escaped};
use zonal::verdict::Verdict;
use zonal::{Error, Result, Sphere};

/// Dimensions: odd, even, and one where N is large.
const DIMENSIONS: [u64; 3] = [3, 4, 10];

/// Bits of the sums; eigenvalues are asked for to so many digits.
const PRECISION: u32 = 256;
const DIGITS: u32 = 40;

/// Kernels analytic on \[-1, 1\] and the last degree summed: what follows is below 1e-40 for p <= 10 (terms like
/// (1/2)^k/k!, 2.618^-k and, times k^8, 2^-k).
const ANALYTIC: [(&str, u64); 4] =
    [("gaussian(1)", 60), ("exponential(1)", 60), ("arcsine(1)", 140), ("poisson(1/2)", 200)];

/// Where the series of an analytic kernel is summed; 1 is the trace. Not 0, where arcsine(1) vanishes.
const PLACES: [(i32, i32); 5] = [(-9, 10), (-1, 3), (1, 7), (3, 4), (1, 1)];

/// 30 digits: eigenvalues have 40, and kappa(-9/10) is a hundredth of kappa(1) at worst.
const TOLERANCE: f64 = 1e-30;

/// Kernels with a power law: all degrees, one parity, the fractional power at one end only.
const ALGEBRAIC: [&str; 3] = ["ntk(3)", "arccos(1)", "laplace(1)"];

/// Degrees up to which partial sums are taken: the tail is then known to 1e-8 of itself even for p = 10.
const CUTS: [u64; 2] = [1000, 2000];

/// Doubling K divides the error of the tail by 2^4; the next power of 1/K moves the exponent by less than this.
const ORDER: f64 = 4.0;
const ORDER_TOLERANCE: f64 = 0.1;

/// Places inside, for the bound of the remainder; not 0, where P_1 vanishes.
const INSIDE: [(i32, i32); 5] = [(-9, 10), (-1, 2), (1, 10), (1, 3), (9, 10)];

/// A million doubles, each within 2.3e-16: so is the sum of positive terms. Twice that is allowed.
const MANY: u64 = 1_000_000;
const DOUBLES_TOLERANCE: f64 = 4.6e-16;

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "mercer",
        statement: "For a continuous positive definite dot-product kernel on S^{p-1}: kappa(t) = sum_k N(p,k) mu_k \
            P_k(t) for all t in \
                    [-1, 1], and kappa(1) = sum_k N(p,k) mu_k; where the eigenvalues follow a power law, the law \
                    gives the rest of \
                    the sum.",
        source: "Mercer 1909; Schoenberg, Duke Math. J. 1942",
        checked_by: "`Spectrum::table`, `Spectrum::doubles`, the tail by `Kernel::decay_law`",
        found: None,
    },
    check,
};

/// N(p,k): homogeneous polynomials of degree k in p variables, less those of degree k-2.
fn multiplicity(p: u64, k: u64) -> Integer {
    let polynomials = |k: u64| Integer::from(Integer::binomial_u((k + p - 1) as u32, (p - 1) as u32));
    if k < 2 { polynomials(k) } else { polynomials(k) - polynomials(k - 2) }
}

/// sum_k c_k P_k(t) by the recurrence.
fn sum(coefficients: &[Float], t: &Float, p: u64) -> Float {
    let (mut before, mut value) = (Float::with_val(PRECISION, 1), t.clone());
    let mut sum = Float::with_val(PRECISION, &coefficients[0]);
    for (k, c) in (1u64..).zip(&coefficients[1..]) {
        sum += Float::with_val(PRECISION, c * &value);
        let next = (Float::with_val(PRECISION, t * &value) * (2 * k + p - 2) - before * k) / (k + p - 2);
        (before, value) = (value, next);
    }
    sum
}

/// N(p,k) mu_k, k = 0..=highest.
fn coefficients(mu: &[Float], p: u64) -> Vec<Float> {
    (0u64..).zip(mu).map(|(k, mu)| Float::with_val(PRECISION, mu * multiplicity(p, k))).collect()
}

/// The eigenvalues, none of them from the endpoint expansion, whose leading terms are the law.
fn eigenvalues(kernel: &Kernel, p: u64, highest: u64) -> Result<Vec<Float>> {
    let degrees: Vec<u64> = (0..=highest).collect();
    let table = kernel.spectrum(Sphere::in_dimension(p)?).digits(DIGITS)?.without_endpoint().table(&degrees)?;
    Ok(table.rows.into_iter().map(|row| row.value).collect())
}

fn value(kernel: &Kernel, p: u64, t: &Rational) -> Result<Float> {
    let c = Multiprecision::new(PRECISION);
    kernel.program(Some(p))?.evaluate(&c, &Point::at(c.rational(t)))
}

/// sum_{i >= 0} (a + i)^-s for s > 1 and large a, by Euler-Maclaurin: the first term left out, B_18/18! s...(s+16)
/// a^-17 relative to a^-s, is below 1e-44 for a > 500 and s < 5.
fn hurwitz(s: &Rational, a: &Float) -> Float {
    // B_2j / (2j)!
    const BERNOULLI: [(i64, u64); 8] = [
        (1, 12),
        (-1, 720),
        (1, 30240),
        (-1, 1_209_600),
        (1, 47_900_160),
        (-691, 1_307_674_368_000),
        (1, 74_724_249_600),
        (-3617, 10_670_622_842_880_000),
    ];
    let s = Float::with_val(PRECISION, s);
    let power = Float::with_val(PRECISION, a.pow(-s.clone()));
    let mut sum = Float::with_val(PRECISION, &power * a) / Float::with_val(PRECISION, &s - 1u32);
    sum += Float::with_val(PRECISION, &power / 2u32);
    // s (s+1) ... (s+2j-2) a^(-s-2j+1)
    let mut derivative = Float::with_val(PRECISION, &power * &s) / a;
    for (j, b) in (1u32..).zip(BERNOULLI) {
        sum += Float::with_val(PRECISION, &derivative * Rational::from(b));
        derivative *= Float::with_val(PRECISION, &s + (2 * j - 1));
        derivative *= Float::with_val(PRECISION, &s + 2 * j);
        derivative /= Float::with_val(PRECISION, a.square_ref());
    }
    sum
}

/// The coefficients of N(p,k) as a polynomial in m = k + h, h = (p-2)/2: N = 2/(p-2)! m (m+1-h) (m+2-h) ... (m+h-1).
fn multiplicity_in_m(p: u64) -> Vec<Rational> {
    let h = Rational::from((p - 2, 2));
    let scale = Rational::from((2u32, Integer::from(Integer::factorial(p as u32 - 2))));
    let mut polynomial = vec![Rational::new(), scale];
    for j in 1..=p - 3 {
        let shift = Rational::from(j) - &h;
        let mut product = vec![Rational::new(); polynomial.len() + 1];
        for (i, c) in polynomial.iter().enumerate() {
            product[i + 1] += c;
            product[i] += Rational::from(c * &shift);
        }
        polynomial = product;
    }
    polynomial
}

/// What the law says of the sum of N(p,k) mu_k over k > cut of one parity.
fn tail(law: &PowerLaw, parity: Parity, p: u64, cut: u64, corrected: bool) -> Float {
    let first = if (cut + 1) % 2 == parity.remainder() { cut + 1 } else { cut + 2 };
    // m = m0 + 2i: the sum of m^-s is 2^-s zeta(s, m0/2).
    let half = Float::with_val(PRECISION, 2 * first + p - 2) / 4u32;
    let mut terms = vec![(law.exponent.clone(), Float::with_val(PRECISION, &law.constant))];
    if let Some(correction) = law.correction.as_ref().filter(|_| corrected) {
        let coefficient = Float::with_val(PRECISION, &law.constant * &correction.coefficient);
        terms.push((Rational::from(&law.exponent + &correction.exponent), coefficient));
    }
    let mut sum = Float::new(PRECISION);
    for (i, c) in multiplicity_in_m(p).iter().enumerate().filter(|(_, c)| !c.is_zero()) {
        for (exponent, constant) in &terms {
            let s = Rational::from(exponent - i as u64);
            let two = Float::with_val(PRECISION, 2).pow(-Float::with_val(PRECISION, &s));
            sum += hurwitz(&s, &half) * two * constant * c;
        }
    }
    sum
}

/// Both parities' tails; a parity that vanishes adds nothing.
fn tails(laws: &PerParity<Prediction>, p: u64, cut: u64, corrected: bool) -> Result<Float> {
    let mut sum = Float::new(PRECISION);
    for (parity, law) in Parity::BOTH.into_iter().zip(laws) {
        match law {
            Prediction::Power(Leading::Steady(law)) => sum += tail(law, parity, p, cut, corrected),
            Prediction::Finite(exceptions) if exceptions.iter().all(|k| *k <= cut) => {}
            other => return Err(Error::unable(format!("no law for the {parity} degrees: {other:?}"))),
        }
    }
    Ok(sum)
}

/// How far the tail may be off, relatively: the term after the first correction e m^-2, which is about e^2/2 m^-4 for a
/// Gamma ratio, and a small multiple of m^-4 where e is small.
fn tail_tolerance(laws: &PerParity<Prediction>, cut: u64) -> f64 {
    let size = |law: &Prediction| match law {
        Prediction::Power(Leading::Steady(law)) => {
            law.correction.as_ref().map_or(0.0, |c| c.coefficient.to_f64().abs())
        }
        _ => 0.0,
    };
    (1.0 + laws.iter().map(size).fold(0.0, f64::max)).powi(2) * (cut as f64).powi(-4)
}

/// A bound of |P_k(t)| for k > cut, from Laplace's integral P_k(t) = E (t + i s sqrt(1-t^2))^k, s a coordinate on
/// S^{p-2}: with w = 1 - s^2, which is Beta(q, 1/2) distributed, q = (p-2)/2, |P_k(t)| <= E exp(-x w), x = k (1-t^2)/2,
/// and (1-w)^(-1/2) <= 1 + w for w <= 1/2 leaves Gamma(q+1/2)/sqrt(pi) x^-q (1 + q/x); w > 1/2 adds less than another
/// q/x where x > 100.
fn legendre_bound(p: u64, cut: u64, t: &Rational) -> f64 {
    let q = Rational::from((p - 2, 2));
    let x = (cut + 1) as f64 * (1.0 - t.to_f64().powi(2)) / 2.0;
    let scale = gamma(&(q.clone() + Rational::from((1, 2))), 64).to_f64() / std::f64::consts::PI.sqrt();
    scale * x.powf(-q.to_f64()) * (1.0 + 2.0 * q.to_f64() / x)
}

fn analytic(evidence: &mut Evidence, name: &str, highest: u64, p: u64) -> Result<()> {
    let kernel = Kernel::parse(name)?;
    let mu = eigenvalues(&kernel, p, highest)?;
    let terms = coefficients(&mu, p);
    for place in PLACES {
        let t = Rational::from(place);
        let expected = value(&kernel, p, &t)?;
        let found = sum(&terms, &Float::with_val(PRECISION, &t), p);
        evidence.equal(format!("{name}, p = {p}: series at t = {t}"), &expected, &found, TOLERANCE);
    }
    let one = Float::with_val(PRECISION, 1);
    let trace = value(&kernel, p, &Rational::from(1))?;
    let mut changed = terms.clone();
    changed[1] *= Float::with_val(PRECISION, 1e-25) + 1u32;
    let what = format!("{name}, p = {p}: the trace with mu_1 larger by 1e-25 of itself");
    evidence.must_differ(what, &sum(&changed, &one, p), &trace, TOLERANCE);
    let wrong = sum(&coefficients(&mu, p + 1)[..], &one, p);
    evidence.must_differ(format!("{name}, p = {p}: the trace with N(p+1,k) for N(p,k)"), &wrong, &trace, TOLERANCE);
    if p > 3 {
        // The coefficient of the classical polynomial C_k^((p-2)/2), as if it were that of P_k.
        let wrong: Vec<Float> = (0u64..)
            .zip(&terms)
            .map(|(k, c)| c.clone() / Integer::from(Integer::binomial_u((k + p - 3) as u32, k as u32)))
            .collect();
        let what = format!("{name}, p = {p}: the trace with coefficients of the classical Gegenbauer polynomials");
        evidence.must_differ(what, &sum(&wrong, &one, p), &trace, TOLERANCE);
    }
    Ok(())
}

/// A figure's points: what remains of the trace after each degree, and the tail of the law.
fn remainders(terms: &[Float], trace: &Float, laws: &PerParity<Prediction>, p: u64) -> Result<[Vec<(f64, f64)>; 2]> {
    let mut rest = trace.clone();
    let mut points = [Vec::new(), Vec::new()];
    let mut next = 4.0;
    for (k, term) in (0u64..).zip(terms) {
        rest -= term;
        if k as f64 >= next {
            next *= 1.3;
            points[0].push(((k as f64).log10(), rest.to_f64().log10()));
            points[1].push(((k as f64).log10(), tails(laws, p, k, false)?.to_f64().log10()));
        }
    }
    Ok(points)
}

fn algebraic(evidence: &mut Evidence, name: &str, p: u64, curves: &mut Vec<Curve>) -> Result<()> {
    let kernel = Kernel::parse(name)?;
    let laws = kernel.decay_law(Sphere::in_dimension(p)?, DIGITS)?.parities;
    let mu = eigenvalues(&kernel, p, CUTS[1])?;
    let terms = coefficients(&mu, p);
    let trace = value(&kernel, p, &Rational::from(1))?;
    let one = Float::with_val(PRECISION, 1);
    let mut errors = Vec::new();
    for cut in CUTS {
        let kept = &terms[..=cut as usize];
        let rest = trace.clone() - sum(kept, &one, p);
        let tail = tails(&laws, p, cut, true)?;
        let tolerance = tail_tolerance(&laws, cut);
        evidence.equal(format!("{name}, p = {p}: kappa(1) less the terms to k = {cut}"), &tail, &rest, tolerance);
        errors.push(Float::with_val(64, &rest / &tail).to_f64() - 1.0);
        let what = |wrong: &str| format!("{name}, p = {p}: the rest after k = {cut} as the tail of the law {wrong}");
        let wrong = tail.clone() * (1.0 + 10.0 * tolerance);
        evidence.must_differ(what("with a constant wrong by ten tolerances"), &wrong, &rest, tolerance);
        let wrong = tails(&laws, p, cut, false)?;
        evidence.must_differ(what("without its first correction"), &wrong, &rest, tolerance);
        let mut changed = kept.to_vec();
        changed[2] *= 1.001;
        let wrong = trace.clone() - sum(&changed, &one, p);
        evidence.must_differ(what("with mu_2 larger by a thousandth"), &wrong, &tail, tolerance);
        let wrong = trace.clone() - sum(&coefficients(&mu[..=cut as usize], p + 1), &one, p);
        evidence.must_differ(what("with N(p+1,k) for N(p,k)"), &wrong, &tail, tolerance);
    }
    let order = (errors[0] / errors[1]).log2();
    let holds = (order - ORDER).abs() <= ORDER_TOLERANCE;
    evidence.check(
        format!("{name}, p = {p}: power of 1/K by which the corrected tail is off (within {ORDER_TOLERANCE})"),
        format!("{ORDER}"),
        format!("{order:.4}, relative errors {:.2e} and {:.2e}", errors[0], errors[1]),
        Verdict::from(holds),
    );
    inside(evidence, name, p, &laws, &mu)?;
    if p == DIMENSIONS[0] {
        let [points, law] = remainders(&terms, &trace, &laws, p)?;
        let mark = [Mark::Circles, Mark::Squares, Mark::Triangles][curves.len() / 2 % 3];
        curves.push(Curve { label: escaped(name), points, mark });
        curves.push(Curve { label: format!("tail of the law of {}", escaped(name)), points: law, mark: Mark::Dashed });
        many(evidence, name, p, &laws, &trace)?;
    }
    Ok(())
}

/// The remainder at places inside against its bound.
fn inside(evidence: &mut Evidence, name: &str, p: u64, laws: &PerParity<Prediction>, mu: &[Float]) -> Result<()> {
    let kernel = Kernel::parse(name)?;
    let cut = CUTS[1];
    let terms = coefficients(mu, p);
    let tail = tails(laws, p, cut, true)?.to_f64();
    let wrong_terms = coefficients(mu, p + 1);
    let mut changed = terms.clone();
    changed[1] *= 1.01;
    for place in INSIDE {
        let t = Rational::from(place);
        let at = Float::with_val(PRECISION, &t);
        let expected = value(&kernel, p, &t)?;
        // A tenth of a percent covers what the law leaves out.
        let bound = 1.001 * tail * legendre_bound(p, cut, &t);
        let difference = |terms: &[Float]| (sum(terms, &at, p) - &expected).to_f64().abs();
        let found = difference(&terms);
        evidence.check(
            format!("{name}, p = {p}: series to k = {cut} at t = {t}, distance from kappa(t)"),
            format!("at most {bound:.2e}"),
            format!("{found:.2e}"),
            Verdict::from(found <= bound),
        );
        let far = difference(&wrong_terms);
        let what = format!("{name}, p = {p}: the series at t = {t} with N(p+1,k) for N(p,k)");
        evidence.control(what, format!("at most {bound:.2e}"), format!("{far:.2e}"), far > bound);
        let far = difference(&changed);
        let what = format!("{name}, p = {p}: the series at t = {t} with mu_1 larger by a hundredth");
        evidence.control(what, format!("at most {bound:.2e}"), format!("{far:.2e}"), far > bound);
    }
    Ok(())
}

/// The trace from a million doubles and the tail.
fn many(evidence: &mut Evidence, name: &str, p: u64, laws: &PerParity<Prediction>, trace: &Float) -> Result<()> {
    const BITS: u32 = 128;
    let mu = Kernel::parse(name)?.spectrum(Sphere::in_dimension(p)?).doubles(0..=MANY)?;
    let mut sum = Float::new(BITS);
    for (k, mu) in (0u64..).zip(mu) {
        sum += Float::with_val(BITS, mu) * multiplicity(p, k);
    }
    let tail = tails(laws, p, MANY, true)?;
    let with = |factor: f64| Float::with_val(BITS, &sum) + tail.clone() * factor;
    let what = format!("{name}, p = {p}: trace from doubles to k = {MANY} and the tail");
    evidence.equal(what, trace, &with(1.0), DOUBLES_TOLERANCE);
    // The tail of kappa_1 is 1e-19 here and cannot be seen in doubles.
    if Float::with_val(53, &tail / trace) > 1e-9 {
        let what = format!("{name}, p = {p}: trace from doubles to k = {MANY} and 1.0001 times the tail");
        evidence.must_differ(what, trace, &with(1.0001), DOUBLES_TOLERANCE);
    }
    Ok(())
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let mut curves = Vec::new();
    for p in DIMENSIONS {
        for (name, highest) in ANALYTIC {
            analytic(&mut evidence, name, highest, p)?;
        }
        for name in ALGEBRAIC {
            algebraic(&mut evidence, name, p, &mut curves)?;
        }
    }
    let figure = Figure {
        title: format!("What the terms to degree k leave of the trace, p = {}", DIMENSIONS[0]),
        x_label: "degree k".to_string(),
        y_label: "κ(1) - Σ N μ".to_string(),
        series: curves,
    };
    let caption = "The trace less the terms to degree k (marks), and the sum of N A m^-b beyond k (dashed).";
    evidence.figures.push((caption.to_string(), figure.svg()?));
    Ok(evidence)
}
