//! Decay laws proved for all degrees.
//!
//! With m = k + (p-2)/2, x = m^-2, nu the leading exponent, b = p - 1 + 2 nu and a = nu + p/2, the endpoint expansion reads
//! $$\frac{\mu_k m^b}{A} = g(x)\Bigl(1 + \sum_{i\ge1}\tau_i x^i\prod_{l=1}^i\frac1{1-(a-1+l)^2x}\Bigr) + \frac{R(k)m^b}A,\qquad
//! g(x) = \prod_{0<s\le a-1}\frac1{1-s^2x},$$
//! s in steps of one. All products are power series in x with non-negative coefficients: what is left after the first correction
//! e x, divided by x^2, increases with x, and so does the remainder divided by x. Bounds at one degree k0 hold for all k >= k0.

use super::Parity;
use crate::error::{Error, Result};
use crate::kernel::{Kernel, Part};
use crate::number::{Ball, Balls, Number, Radius, Truth};
use crate::spectrum::endpoint::region::Region;
use crate::spectrum::endpoint::series::{Class, EndpointSeries, Expansions};
use crate::spectrum::{Eigenvalue, Problem, Spectrum};
use crate::sphere::Sphere;
use rug::{Float, Rational};

/// A law proved for one parity.
#[derive(Clone, Debug)]
pub struct ProvedLaw {
    /// The exponent b.
    pub exponent: Rational,
    /// The constant A.
    pub constant: Ball,
    /// The first correction e: mu_k m^b / A = 1 + e/m^2 + O(m^-4).
    pub correction: Ball,
    /// |mu_k m^b / A - 1| <= c/m^2 for every k >= from_degree of the parity.
    pub c: Radius,
    /// The degree from which it was proved.
    pub from_degree: u64,
    /// mu_{k+2} < mu_k from this degree on.
    pub decreasing_from: u64,
}

/// What was proved for one parity.
#[derive(Clone, Debug)]
pub enum Conclusion {
    /// Every eigenvalue is zero, but for the exceptions.
    Vanishes {
        /// The degrees with an eigenvalue that is not zero.
        exceptions: Vec<u64>,
    },
    /// A law for all degrees from some on, and enclosures below.
    Law(Box<ProvedLaw>),
    /// Nothing, and why.
    Undecided(String),
}

/// lower k^-b <= mu_k <= upper k^-b for every k >= from_degree of the parity.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// The lower constant.
    pub lower: Float,
    /// The upper constant.
    pub upper: Float,
    /// The first degree.
    pub from_degree: u64,
}

/// What was proved for one parity, with enclosures of every eigenvalue below the law.
#[derive(Clone, Debug)]
pub struct ParityProof {
    /// The parity.
    pub parity: Parity,
    /// The law, or zero, or nothing.
    pub conclusion: Conclusion,
    /// The eigenvalues below the law.
    pub rows: Vec<Eigenvalue>,
    /// Two-sided bounds.
    pub bounds: Option<Bounds>,
}

/// The trace identity sum_k N(p,k) mu_k = kappa(1), with a proved tail.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The sum over all degrees.
    pub sum: Ball,
    /// kappa(1).
    pub at_one: Ball,
    /// The degree from which the tail comes from the laws.
    pub from_degree: u64,
}

impl Trace {
    /// Whether the two enclosures meet.
    pub fn holds(&self) -> bool {
        Balls::new(256).sub(&self.sum, &self.at_one).contains_zero()
    }
}

/// Everything proved of a kernel on a sphere.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The kernel.
    pub kernel: Kernel,
    /// The sphere.
    pub sphere: Sphere,
    /// Even and odd degrees.
    pub parities: [ParityProof; 2],
    /// Whether every mu_k > 0, where that is proved or refuted.
    pub positive: Option<bool>,
    /// The trace, if both parities are known.
    pub trace: Option<Trace>,
}

/// Bits of the coefficients.
const PRECISION: u32 = 320;

/// Powers of tau in the expansion.
const ORDER: u32 = 64;

/// The highest region that is tried.
const LARGEST_HEIGHT: f64 = 1.6;

/// Laws are not sought to start above this degree.
const HIGHEST_START: u64 = 20_000;

/// Degrees below this are enclosed one by one even where a law is proved for them: bounds and trace become sharper.
const ENCLOSED: u64 = 120;

/// Digits of the enclosures below a law.
const DIGITS: u32 = 16;

impl Kernel {
    /// Proves decay laws for all degrees.
    ///
    /// ```
    /// use zonal::decay::Conclusion;
    /// use zonal::{Kernel, Sphere};
    /// let proof = Kernel::ntk(3)?.prove(Sphere::in_dimension(3)?)?;
    /// let Conclusion::Law(law) = &proof.parities[0].conclusion else { panic!() };
    /// // mu_k = A (k+1/2)^-3 (1 + O(k^-2)), A = 0.55704...
    /// assert!((law.constant.middle.to_f64() - 0.557042301).abs() < 1e-9 && law.from_degree <= 300);
    /// assert_eq!(proof.positive, Some(true));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real on \[-1, 1\]. What could not be proved is `Undecided`.
    pub fn prove(&self, sphere: Sphere) -> Result<Proof> {
        let spectrum = self.spectrum(sphere).digits(DIGITS)?;
        let problem = spectrum.problem()?;
        let series = match series(problem) {
            Ok(series) => Ok(series),
            Err(Error::Unable(why)) => Err(why),
            Err(error) => return Err(error),
        };
        let of = |parity: Parity| -> Result<ParityProof> {
            let part = if parity == Parity::Even { problem.symmetry.even } else { problem.symmetry.odd };
            match (part, &series) {
                (Part::Zero, _) => Ok(vanishing(parity, Vec::new())),
                (Part::Polynomial(degree), _) => match enclosed(&spectrum, parity, degree + 1) {
                    Ok(rows) => Ok(vanishing(parity, rows)),
                    Err(Error::Unable(why)) => Ok(undecided(parity, why)),
                    Err(error) => Err(error),
                },
                (Part::Full, Err(why)) => Ok(undecided(parity, why.clone())),
                (Part::Full, Ok(series)) => full(&spectrum, series, parity),
            }
        };
        let parities = [of(Parity::Even)?, of(Parity::Odd)?];
        let positive = positive(&parities);
        let trace = trace(&spectrum, &parities).ok();
        Ok(Proof { kernel: self.clone(), sphere, parities, positive, trace })
    }
}

/// The expansion in the highest region that was found.
fn series(problem: &Problem) -> Result<EndpointSeries> {
    let rough = Expansions::of(problem, 96, 4)?;
    if rough.roots() != [2, 2] {
        return Err(Error::unable(format!("{} has finer powers than |x-y| or |x+y| at an end", problem.kernel)));
    }
    let region = Region::below(problem, [2, 2], LARGEST_HEIGHT)?;
    EndpointSeries::of(problem, region, PRECISION, ORDER)
}

fn undecided(parity: Parity, why: String) -> ParityProof {
    ParityProof { parity, conclusion: Conclusion::Undecided(why), rows: Vec::new(), bounds: None }
}

fn vanishing(parity: Parity, rows: Vec<Eigenvalue>) -> ParityProof {
    let exceptions = rows.iter().filter(|row| !row.is_zero()).map(|row| row.degree).collect();
    ParityProof { parity, conclusion: Conclusion::Vanishes { exceptions }, rows, bounds: None }
}

/// Enclosures of the eigenvalues of one parity below a degree.
fn enclosed(spectrum: &Spectrum, parity: Parity, below: u64) -> Result<Vec<Eigenvalue>> {
    let degrees: Vec<u64> = (parity.remainder()..below).step_by(2).collect();
    if degrees.is_empty() { Ok(Vec::new()) } else { Ok(spectrum.certified(&degrees)?.rows) }
}

/// The law of a parity that does not vanish, and the degrees below.
fn full(spectrum: &Spectrum, series: &EndpointSeries, parity: Parity) -> Result<ParityProof> {
    let law = match law(series, parity) {
        Ok(law) => law,
        Err(Error::Unable(why)) => return Ok(undecided(parity, why)),
        Err(error) => return Err(error),
    };
    let rows = match enclosed(spectrum, parity, law.from_degree.max(ENCLOSED)) {
        Ok(rows) => rows,
        Err(Error::Unable(why)) => return Ok(undecided(parity, why)),
        Err(error) => return Err(error),
    };
    let bounds = bounds(&law, &rows, parity, series.dimension())?;
    Ok(ParityProof { parity, conclusion: Conclusion::Law(Box::new(law)), rows, bounds })
}

/// The class of half-integers, the index of its first term that does not vanish.
fn leading(series: &EndpointSeries, parity: Parity) -> Result<(&Class, usize)> {
    let class = series.classes.first().ok_or_else(|| Error::unable("no terms"))?;
    let zeros = &class.zeros[parity.remainder() as usize];
    match zeros.iter().position(|zero| *zero != Truth::Yes) {
        Some(first) if zeros[first] == Truth::No => Ok((class, first)),
        Some(_) => Err(Error::unable("whether the leading coefficient vanishes was not decided")),
        None => Err(Error::unable("no fractional power was found at the ends")),
    }
}

/// The smallest degree at which the law is proved with c at most twice the first correction; else with c x <= 1/2 alone.
fn law(series: &EndpointSeries, parity: Parity) -> Result<ProvedLaw> {
    let mut fallback: Option<ProvedLaw> = None;
    let attempt = |k: u64, fallback: &mut Option<ProvedLaw>| -> Result<Option<ProvedLaw>> {
        let k = k + (k + parity.remainder()) % 2;
        let Some(law) = law_from(series, parity, k)? else { return Ok(None) };
        let sharp = law.c <= law.correction.mignitude() * Radius::double(2.0);
        if !sharp {
            if fallback.as_ref().is_none_or(|old| law.from_degree < old.from_degree) {
                *fallback = Some(law);
            }
            return Ok(None);
        }
        Ok(Some(law))
    };
    let (mut low, mut high) = (2, 4);
    let mut found = attempt(high, &mut fallback)?;
    while found.is_none() && high < HIGHEST_START {
        (low, high) = (high, 2 * high);
        found = attempt(high, &mut fallback)?;
    }
    while found.is_some() && high - low > 2 {
        let middle = low.midpoint(high);
        match attempt(middle, &mut fallback)? {
            Some(law) => (found, high) = (Some(law), middle),
            None => low = middle,
        }
    }
    found.or(fallback).ok_or_else(|| {
        Error::unable(format!(
            "no law could be proved from any degree up to {HIGHEST_START} on: the remainder is too large"
        ))
    })
}

/// The law from degree k on, if c x <= 1/2.
fn law_from(series: &EndpointSeries, parity: Parity, k: u64) -> Result<Option<ProvedLaw>> {
    let c = series.balls();
    let p = series.dimension();
    let (class, first) = leading(series, parity)?;
    let constant = &class.terms[parity.remainder() as usize][first];
    let b = Rational::from(2 * first as u64 + p);
    // Twice m = k + (p-2)/2 and twice a - 1 = nu + p/2 - 1 are integers.
    let (m, a) = (2 * k + p - 2, 2 * first as u64 + p - 1);
    let terms = series.sum(k, &series.ratios(k, None)?)?.terms;
    // All products converge, and the remainder decays faster than the first correction.
    if terms < first + 3 || m <= a + 2 * terms as u64 {
        return Ok(None);
    }
    let one = c.rational(&Rational::from(1));
    let x = Rational::from((4, rug::Integer::from(m) * m));
    let square = |twice: u64| Rational::from((rug::Integer::from(twice) * twice, 4));
    // g, its first coefficient
    let (mut g, mut g_first) = (one.clone(), Rational::new());
    let mut s = a;
    while s > 0 {
        let q = square(s);
        g = c.div(&g, &c.rational(&(Rational::from(1) - Rational::from(&q * &x))))?;
        g_first += q;
        s = s.saturating_sub(2);
    }
    // tau_i x^i prod 1/(1 - (a-1+l)^2 x)
    let mut factor = one.clone();
    let mut first_term = None;
    let mut later = Radius::ZERO;
    for i in 1..terms - first {
        let below = Rational::from(1) - square(a + 2 * i as u64) * &x;
        factor = c.div(&c.mul(&factor, &c.rational(&x)), &c.rational(&below))?;
        let tau = c.div(&class.terms[parity.remainder() as usize][first + i], constant)?;
        if i == 1 {
            first_term = Some((tau, c.rational(&below)));
        } else {
            later = later + c.mul(&tau, &factor).magnitude();
        }
    }
    let Some((tau, below)) = first_term else { return Ok(None) };
    let correction = c.add(&tau, &c.rational(&g_first));
    let x_ball = c.rational(&x);
    // (g - 1 - g_1 x) + |tau_1| x (g/(1 - a^2 x) - 1) + g sum |t_i|
    let rest = c.sub(&c.sub(&g, &one), &c.rational(&Rational::from(&g_first * &x)));
    let second = c.mul(&c.mul(&tau, &x_ball), &c.sub(&c.div(&g, &below)?, &one));
    let rest = rest.magnitude() + second.magnitude() + g.magnitude() * later;
    // The remainder relative to |A| m^-b.
    let Some(remainder) = monotone_remainder(series, k, terms, first, &b)? else { return Ok(None) };
    let size = c.div(constant, &c.power(&c.rational(&Rational::from((m, 2))), &b)?)?.mignitude();
    let over_x = (rest + remainder / size) / Radius::below(&Float::with_val_round(53, &x, rug::float::Round::Down).0);
    let bound = correction.magnitude() + over_x;
    if bound * Radius::above(&Float::with_val_round(53, &x, rug::float::Round::Up).0) > Radius::double(0.5) {
        return Ok(None);
    }
    // mu decreases where m >= 2c/b: (1 + c/(m+2)^2)/(1 - c/m^2) <= 1 + 4c/m^2 <= 1 + 2b/m < (1 + 2/m)^b.
    let least =
        (bound * Radius::double(2.0) / Radius::below(&Float::with_val(53, &b))).to_float().to_f64().ceil() as u64 + 1;
    let decreasing_from = k.max(least + (least + k) % 2);
    Ok(Some(ProvedLaw {
        exponent: b,
        constant: constant.clone(),
        correction,
        c: bound,
        from_degree: k,
        decreasing_from,
    }))
}

/// The remainder after n terms at degree k, if its quotient by m^(-b-2) decreases from there on.
fn monotone_remainder(series: &EndpointSeries, k: u64, n: usize, first: usize, b: &Rational) -> Result<Option<Radius>> {
    let p = series.dimension();
    let ratios = series.ratios(k, None)?;
    let class = &series.classes[0];
    let (completion, exponent) = series.class_completion(class, k, n, class.weight_bound(&ratios[0]), Radius::ZERO);
    // Parts (a) and (b) go like W_e with e >= nu + 1: a product of 1/(m^2 - s^2), at least one more than m^b needs.
    if exponent < first as u64 + 1 || n < first + 1 {
        return Ok(None);
    }
    // Part (c): e^(-height) (1 + 1/m)^(b+2) < 1.
    let m = k as f64 + (p as f64 - 2.0) / 2.0;
    if (b.to_f64() + 2.0) * (1.0 / m).ln_1p() > 0.99 * series.region().strip.height {
        return Ok(None);
    }
    let tail = series.tail(k, n, &ratios)?;
    Ok(Some(tail + completion + series.ellipse(k, Radius::ZERO)))
}

/// The first degree of the parity that is not enclosed by itself.
fn first_open(law: &ProvedLaw, rows: &[Eigenvalue]) -> u64 {
    rows.last().map_or(law.from_degree, |row| (row.degree + 2).max(law.from_degree))
}

/// lower k^-b <= mu_k <= upper k^-b from the first degree >= 1 whose successors are all positive.
fn bounds(law: &ProvedLaw, rows: &[Eigenvalue], parity: Parity, p: u64) -> Result<Option<Bounds>> {
    let c = Balls::new(128);
    let positive = law.constant.middle.is_sign_positive();
    if !positive {
        return Ok(None);
    }
    // From the law: A (1 -+ c x) (k/m)^b, and (k/m)^b increases to 1 for p >= 2.
    let after = first_open(law, rows);
    let k0 = Rational::from(after);
    let m = &k0 + Rational::from((p - 2, 2));
    let x = Radius::above(&Float::with_val_round(53, &m.clone().recip(), rug::float::Round::Up).0);
    let change = Ball { middle: Float::with_val(128, 1), radius: law.c * x * x };
    let spread = c.mul(&law.constant, &change);
    let quotient = c.power(&c.rational(&Rational::from(&k0 / &m)), &law.exponent)?;
    let lower = c.mul(&spread, &quotient);
    let mut low = Float::with_val(64, &lower.middle - lower.radius.to_float());
    let mut high = Float::with_val_round(64, &spread.middle + spread.radius.to_float(), rug::float::Round::Up).0;
    low.next_down();
    let mut from_degree = after;
    for row in rows.iter().rev().filter(|row| row.degree > 0) {
        let value = Ball { middle: row.value.clone(), radius: Radius::above(&row.error) };
        let scaled = c.mul(&value, &c.power(&c.rational(&Rational::from(row.degree)), &law.exponent)?);
        let mut below = Float::with_val(64, &scaled.middle - scaled.radius.to_float());
        below.next_down();
        if below <= 0 {
            break;
        }
        low = low.min(&below);
        high = high.max(&scaled.magnitude().to_float());
        from_degree = row.degree;
    }
    debug_assert_eq!(from_degree % 2, parity.remainder());
    Ok(Some(Bounds { lower: low, upper: high, from_degree }))
}

/// Whether every eigenvalue is positive.
fn positive(parities: &[ParityProof; 2]) -> Option<bool> {
    let mut all = Some(true);
    for proof in parities {
        let signs = proof.rows.iter().map(|row| row.value > row.error);
        match &proof.conclusion {
            Conclusion::Vanishes { .. } => return Some(false),
            Conclusion::Law(law) if law.constant.middle.is_sign_negative() => return Some(false),
            Conclusion::Law(_) if signs.clone().all(|positive| positive) => {}
            Conclusion::Law(_) if proof.rows.iter().any(|row| row.value < 0 || row.is_zero()) => return Some(false),
            _ => all = None,
        }
    }
    all
}

/// The sum of N(p,k) mu_k over all k: enclosures below, the laws above.
fn trace(spectrum: &Spectrum, parities: &[ParityProof; 2]) -> Result<Trace> {
    let c = Balls::new(192);
    let sphere = spectrum.sphere();
    let p = sphere.dimension();
    let problem = spectrum.problem()?;
    let one = Balls::new(192).rational(&Rational::from(1));
    let at_one = problem.program.evaluate(&c, &crate::kernel::Point::at(one.clone()))?;
    let mut sum = c.rational(&Rational::new());
    let mut from = 0;
    for proof in parities {
        for row in &proof.rows {
            let value = Ball { middle: row.value.clone(), radius: Radius::above(&row.error) };
            sum = c.add(&sum, &c.mul(&value, &c.rational(&Rational::from(row.multiplicity.clone()))));
        }
        let law = match &proof.conclusion {
            Conclusion::Vanishes { .. } => continue,
            Conclusion::Law(law) => law,
            Conclusion::Undecided(why) => return Err(Error::unable(why.clone())),
        };
        let after = first_open(law, &proof.rows);
        from = from.max(after);
        // N(p,k) = 2 m^(p-2)/(p-2)! prod_{0<s<=(p-4)/2} (1 - s^2 x), k >= 1.
        let m = Rational::from((2 * after + p - 2, 2));
        let beta = Rational::from(&law.exponent - p) + 2u32;
        let mut least = one.clone();
        let mut s = p.saturating_sub(4);
        while s > 0 {
            let q = Rational::from((s, 2)) / &m;
            least = c.mul(&least, &c.rational(&(Rational::from(1) - q.square())));
            s = s.saturating_sub(2);
        }
        // Sum over m0, m0 + 2, ... of m^-beta, a convex function: between (integral from m0)/2 + m0^-beta/2 and (integral from m0 - 1)/2.
        let integral = |from: &Rational| -> Result<Ball> {
            let power = c.power(&c.rational(from), &Rational::from(1 - &beta))?;
            c.div(&power, &c.rational(&(2 * Rational::from(&beta - 1u32))))
        };
        let first = c.scale(&c.power(&c.rational(&m), &Rational::from(-&beta))?, &Rational::from((1, 2)));
        let low = c.mul(&c.add(&integral(&m)?, &first), &least);
        let high = integral(&Rational::from(&m - 1u32))?;
        // The ball from low to high.
        let middle = c.scale(&c.add(&low, &high), &Rational::from((1, 2)));
        let half = c.scale(&c.sub(&high, &low), &Rational::from((1, 2))).magnitude();
        let x = Radius::above(&Float::with_val_round(53, &m.clone().recip(), rug::float::Round::Up).0);
        let relative = Ball { middle: Float::with_val(64, 1), radius: law.c * x * x };
        let factorial = Rational::from(rug::Integer::from(rug::Integer::factorial(p as u32 - 2)));
        let weight = c.mul(&c.mul(&law.constant, &relative), &c.rational(&(Rational::from(2) / factorial)));
        sum = c.add(&sum, &c.mul(&weight, &middle.widened(half)));
    }
    Ok(Trace { sum, at_one, from_degree: from })
}
