//! Decay laws proved for all degrees.
//!
//! With m = k + (p-2)/2, x = m^-2, nu the leading exponent, b = p - 1 + 2 nu and a = nu + p/2, the endpoint expansion
//! reads
//! $$\frac{\mu_k m^b}{A} = G_a(m)\Bigl(1 + \sum_{i\ge1}\tau_i x^i\prod_{l=1}^i\frac1{1-(a-1+l)^2x}\Bigr)
//! {} + \sum_j\tau_j m^{-2(\nu_j-\nu)} G_{a_j}(m) + \frac{R(k)m^b}A,\qquad G_a(m) =
//! m^{2a-1}\frac{\Gamma(m-a+1)}{\Gamma(m+a)},$$
//!
//! the second sum over the exponents nu_j that differ from nu by no integer, a_j = nu_j + p/2. For a >= 1, G_a
//! decreases to 1: with h = a - 1/2 its logarithm has the derivative 2h/m less the integral of psi' over m + 1/2 -+ h,
//! psi' is convex, so that its mean there is at least that for h = 1/2, which is 1/m. And G_a increases with a: (G_a -
//! 1)/x is at most that of A >= a, where A - 1 is half a whole number and G_A = prod_{0<s<=A-1} 1/(1-s^2 x), s in steps
//! of one, a power series in x with non-negative coefficients, as the other products are. So all that is added
//! decreases at least like m^-rate, 0 < rate <= 2: bounds at one degree k0 hold for all k >= k0. What kinks add
//! (`kink_bound`) is bounded by m^-(p/2+a) times what decreases, so that p/2 + a - b is another bound of the rate.

use super::Parity;
use super::kink_bound::KinkBound;
use crate::error::{Error, Result};
use crate::kernel::Region;
use crate::number::{Ball, Balls, Number, Radius, Truth};
use crate::spectrum::endpoint::series::{Class, EndpointSeries, Sum};
use rug::{Float, Rational, float::Round};

/// A law mu_k ~ A m^-b of one parity, proved with a bound of its error from some degree on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProvedLaw {
    /// The exponent b.
    pub exponent: Rational,
    /// The constant A.
    pub constant: Ball,
    /// How fast it is approached: 2, or twice the distance of the next exponent if that is less than 1, or the distance
    /// to the exponent of a kink.
    pub rate: Rational,
    /// The first correction e: mu_k m^b / A = 1 + e m^-rate + o(m^-rate). None where kinks oscillate with that rate.
    pub correction: Option<Ball>,
    /// |mu_k m^b / A - 1| <= c m^-rate for every k >= from_degree of the parity.
    pub c: Radius,
    /// The degree from which it was proved.
    pub from_degree: u64,
    /// |mu_{k+2}| < |mu_k| from this degree on; not told by a law with a rate of at most 1.
    pub decreasing_from: Option<u64>,
}

/// That |mu_k| decreases is not claimed from above this degree on.
const HIGHEST_DECREASING: f64 = 1e15;

/// Laws are not sought to start above this degree; with kinks, where all degrees below are enclosed by quadrature: 10 s
/// at 5 times fewer.
const HIGHEST_START: u64 = 20_000;
const HIGHEST_START_WITH_KINKS: u64 = 6_000;

impl ProvedLaw {
    /// The law of one parity, from the smallest degree from which it can be proved with c at most twice the first
    /// correction; else from the smallest with c m^-rate <= 1/2 alone. With kinks they must decay faster.
    pub(super) fn of(series: &EndpointSeries, parity: Parity, kinks: &[KinkBound]) -> Result<Self> {
        let mut fallback: Option<ProvedLaw> = None;
        let attempt = |k: u64, fallback: &mut Option<ProvedLaw>| -> Result<Option<ProvedLaw>> {
            let k = k + (k + parity.remainder()) % 2;
            let Some(law) = law_from(series, parity, kinks, k)? else { return Ok(None) };
            let first = law.correction.as_ref();
            let sharp = first.is_none_or(|correction| law.c <= correction.mignitude() * Radius::double(2.0));
            if !sharp {
                if fallback.as_ref().is_none_or(|old| law.from_degree < old.from_degree) {
                    *fallback = Some(law);
                }
                return Ok(None);
            }
            Ok(Some(law))
        };
        let highest = if kinks.is_empty() { HIGHEST_START } else { HIGHEST_START_WITH_KINKS };
        let (mut low, mut high) = (2, 4);
        let mut found = attempt(high, &mut fallback)?;
        while found.is_none() && high < highest {
            (low, high) = (high, highest.min(2 * high));
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
                "no law could be proved from any degree up to {highest} on: the remainder is too large"
            ))
        })
    }

    /// A (1 +- c m^-rate) at degree k >= from_degree: holds mu_j m_j^b for every j >= k of the parity, in dimension p.
    pub(super) fn spread(&self, k: u64, p: u64) -> Result<Ball> {
        let c = Balls::new(128);
        let m = c.rational(&Rational::from((2 * k + p - 2, 2)));
        let power = c.power(&m, &Rational::from(-&self.rate))?.magnitude();
        let relative = Ball::exact(Float::with_val(2, 1)).widened(self.c * power);
        Ok(c.mul(&self.constant, &relative))
    }
}

/// A term of the expansion that does not vanish: nu, its class, its index in it.
struct Term<'a> {
    nu: Rational,
    class: &'a Class,
    index: usize,
}

impl Term<'_> {
    fn coefficient(&self, parity: Parity) -> &Ball {
        &self.class.terms[parity][self.index]
    }
}

/// The terms that are not known to vanish, of all classes, by increasing nu.
fn terms(series: &EndpointSeries, parity: Parity) -> Vec<Term<'_>> {
    let mut terms = Vec::new();
    for class in &series.classes {
        let zeros = class.zeros[parity].iter().enumerate();
        let present = zeros.filter(|(_, zero)| **zero != Truth::Yes);
        terms.extend(present.map(|(index, _)| Term { nu: Rational::from(&class.nu + index as u32), class, index }));
    }
    terms.sort_by(|a, b| a.nu.cmp(&b.nu));
    terms
}

/// The law from degree k on, if c m^-rate <= 1/2.
fn law_from(series: &EndpointSeries, parity: Parity, kinks: &[KinkBound], k: u64) -> Result<Option<ProvedLaw>> {
    let c = series.balls();
    let p = series.dimension();
    let present = terms(series, parity);
    let lead = present.first().ok_or_else(|| Error::unable("no fractional power was found at the ends"))?;
    if lead.class.zeros[parity][lead.index] != Truth::No {
        return Err(Error::unable("whether the leading coefficient vanishes was not decided"));
    }
    let constant = lead.coefficient(parity);
    let two = Rational::from(2);
    // The next exponent of another class, if it is closer than 1.
    let other = present.iter().find(|term| !std::ptr::eq(term.class, lead.class));
    let distance = other.map(|term| Rational::from(&term.nu - &lead.nu) * 2u32);
    let of_ends = distance.clone().map_or(two.clone(), |distance| distance.min(two.clone()));
    let b = Rational::from(&lead.nu * 2u32) + (p - 1);
    let rate = kinks.iter().map(|kink| kink.exponent() - &b).fold(of_ends.clone(), Rational::min);
    let m = Rational::from((2 * k + p - 2, 2));
    // a - 1
    let below_a = &lead.nu + Rational::from((p, 2)) - 1u32;
    let ratios = series.ratios(k, None)?;
    let sum = series.sum(k, &ratios)?;
    let count = sum.terms;
    // All products converge, and the remainder decays faster than the first correction.
    if count < lead.index + 3 || m <= Rational::from(&below_a + count as u32) {
        return Ok(None);
    }
    let one = c.rational(&Rational::from(1));
    let x = Rational::from(m.square_ref()).recip();
    // G_A for the A >= a whose double is whole, and the coefficient of x in G_a: h (4 h^2 - 1)/12, h = a - 1/2.
    let mut g = one.clone();
    let mut s = Rational::from(&below_a * 2u32).ceil() / 2u32;
    let is_whole = s == below_a;
    while s.cmp0().is_gt() {
        g = c.div(&g, &c.rational(&(Rational::from(1) - Rational::from(s.square_ref()) * &x)))?;
        s -= 1u32;
    }
    let h = &below_a + Rational::from((1, 2));
    let g_first = Rational::from(h.square_ref()) * 4u32 - 1u32;
    let g_first = g_first * h / 12u32;
    // tau_i x^i prod 1/(1 - (a-1+l)^2 x)
    let mut factor = one.clone();
    let mut first_term = None;
    let mut later = Radius::ZERO;
    for i in 1..count - lead.index {
        let s = Rational::from(&below_a + i as u32);
        let below = Rational::from(1) - s.square() * &x;
        factor = c.div(&c.mul(&factor, &c.rational(&x)), &c.rational(&below))?;
        let tau = c.div(&lead.class.terms[parity][lead.index + i], constant)?;
        if i == 1 {
            first_term = Some((tau, c.rational(&below)));
        } else {
            later = later + c.mul(&tau, &factor).magnitude();
        }
    }
    let Some((tau, below)) = first_term else { return Ok(None) };
    let x_ball = c.rational(&x);
    let own = c.add(&tau, &c.rational(&g_first));
    let inner = if is_whole {
        // (g - 1 - g_1 x) + |tau_1| x (g/(1 - a^2 x) - 1) + g sum |t_i|, beside the first correction
        let rest = c.sub(&c.sub(&g, &one), &c.rational(&Rational::from(&g_first * &x)));
        let second = c.mul(&c.mul(&tau, &x_ball), &c.sub(&c.div(&g, &below)?, &one));
        own.magnitude() * Radius::above(&Float::with_val_round(53, &x, Round::Up).0)
            + rest.magnitude()
            + second.magnitude()
            + g.magnitude() * later
    } else {
        let second = c.div(&c.mul(&c.mul(&tau, &x_ball), &g), &below)?;
        c.sub(&g, &one).magnitude() + second.magnitude() + g.magnitude() * later
    };
    // The size of A m^-b, and the other classes and the remainder relative to it.
    let size = c.div(constant, &c.power(&c.rational(&m), &b)?)?.mignitude();
    let others = others(series, parity, k, &ratios, count, Some(lead.class))?;
    let Some(remainder) = monotone_remainder(series, k, &sum, &lead.nu, &rate, &b) else { return Ok(None) };
    let Some(of_kinks) = at_kinks(kinks, k)? else { return Ok(None) };
    let raised = c.power(&c.rational(&m), &rate)?;
    let bound = (inner + (others + remainder + of_kinks) / size) * raised.magnitude();
    if bound / raised.mignitude() > Radius::double(0.5) {
        return Ok(None);
    }
    let correction = match other.filter(|_| of_ends < two) {
        Some(term) => c.div(term.coefficient(parity), constant)?,
        None => own,
    };
    let correction = (rate == of_ends && kinks.iter().all(|kink| kink.exponent() - &b != rate)).then_some(correction);
    Ok(Some(ProvedLaw {
        decreasing_from: decreasing(&bound, &rate, &b, k),
        exponent: b,
        constant: constant.clone(),
        rate,
        correction,
        c: bound,
        from_degree: k,
    }))
}

/// A bound of what the kinks add at a degree.
pub(super) fn at_kinks(kinks: &[KinkBound], k: u64) -> Result<Option<Radius>> {
    let mut sum = Radius::ZERO;
    for kink in kinks {
        let Some(bound) = kink.at(k)? else { return Ok(None) };
        sum = sum + bound;
    }
    Ok(Some(sum))
}

/// A bound of the terms of all classes but one, `count` of each, at degree k: each decreases like its W.
pub(super) fn others(
    series: &EndpointSeries,
    parity: Parity,
    k: u64,
    ratios: &[Ball],
    count: usize,
    lead: Option<&Class>,
) -> Result<Radius> {
    let c = series.balls();
    let mut size = Radius::ZERO;
    let is_lead = |class: &Class| lead.is_some_and(|lead| std::ptr::eq(class, lead));
    for (class, ratio) in series.classes.iter().zip(ratios).filter(|(class, _)| !is_lead(class)) {
        let mut weight = ratio.magnitude();
        for (i, term) in class.terms[parity].iter().enumerate().take(count) {
            if class.zeros[parity][i] != Truth::Yes {
                size = size + term.magnitude() * weight;
            }
            // W_{nu+i+1}/W_{nu+i} without what does not depend on k: 1/((k-nu-i-1)(k+nu+i+p-1))
            let nu = Rational::from(&class.nu + i as u32);
            let below = (k - Rational::from(&nu + 1u32)) * (Rational::from(&nu + k) + (series.dimension() - 1));
            weight = weight * c.rational(&below.recip()).magnitude();
        }
    }
    Ok(size)
}

/// |mu| decreases where (1 + c (m+2)^-rate)/(1 - c m^-rate) <= 1 + 4c m^-rate <= 1 + 2b/m < (1 + 2/m)^b: from m =
/// (2c/b)^(1/(rate-1)) on.
fn decreasing(bound: &Radius, rate: &Rational, b: &Rational, k: u64) -> Option<u64> {
    let slack = rate.to_f64() - 1.0;
    let quotient = (*bound * Radius::double(2.0) / Radius::below(&Float::with_val(53, b))).to_float().to_f64();
    // In doubles, with one part in 10^9 to spare.
    let least = if *rate == 2 { quotient } else { (quotient.ln() / slack).exp() * (1.0 + 1e-9) };
    if slack <= 0.0 || least.is_nan() || least > HIGHEST_DECREASING {
        return None;
    }
    let least = least.ceil() as u64 + 1;
    Some(k.max(least + (least + k) % 2))
}

/// The remainder at degree k, if its quotient by m^(-b-rate) decreases from there on.
pub(super) fn monotone_remainder(
    series: &EndpointSeries,
    k: u64,
    sum: &Sum,
    nu: &Rational,
    rate: &Rational,
    b: &Rational,
) -> Option<Radius> {
    // Parts (a) and (b) go like W_e, as m^-(p-1+2e) times what decreases.
    if Rational::from(&sum.order - nu) * 2u32 < *rate {
        return None;
    }
    // Part (c)
    ellipse_decreases(series.region(), series.dimension(), k, &Rational::from(b + rate)).then_some(sum.remainder)
}

/// Whether what the ellipse adds decreases, times m^power: e^(-height) (1 + 1/m)^power < 1; with one percent to spare
/// for the rounding here.
pub(super) fn ellipse_decreases(region: &Region, p: u64, k: u64, power: &Rational) -> bool {
    let m = k as f64 + (p as f64 - 2.0) / 2.0;
    power.to_f64() * (1.0 / m).ln_1p() < 0.99 * region.strip.height
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Sphere;
    use crate::kernel::Kernel;
    use crate::spectrum::ExaminedKernel;

    /// c from its formula in docs/proofs.md, in doubles.
    fn constant(series: &EndpointSeries, parity: Parity, k: u64) -> f64 {
        let p = series.dimension() as f64;
        let present = terms(series, parity);
        let (class, first) = (present[0].class, present[0].index);
        let terms: Vec<f64> = class.terms[parity].iter().map(|t| t.middle.to_f64()).collect();
        let sum = series.sum(k, &series.ratios(k, None).unwrap()).unwrap();
        let m = k as f64 + (p - 2.0) / 2.0;
        let (x, nu) = (m.powi(-2), first as f64 + 0.5);
        let (a, b) = (nu + p / 2.0, p - 1.0 + 2.0 * nu);
        let s: Vec<f64> = (0..).map(|i| a - 1.0 - f64::from(i)).take_while(|s| *s > 0.0).collect();
        let g: f64 = s.iter().map(|s| 1.0 / (1.0 - s * s * x)).product();
        let g_first: f64 = s.iter().map(|s| s * s).sum();
        let tau = |i: usize| terms[first + i] / terms[first];
        let (mut factor, mut later) = (1.0, 0.0);
        for i in 1..sum.terms - first {
            factor *= x / (1.0 - (a - 1.0 + i as f64).powi(2) * x);
            if i > 1 {
                later += (tau(i) * factor).abs();
            }
        }
        let second = tau(1).abs() * x * (g / (1.0 - a * a * x) - 1.0);
        let remainder = sum.remainder.to_float().to_f64() * m.powf(b) / terms[first].abs();
        (tau(1) + g_first).abs() + ((g - 1.0 - g_first * x) + second + g * later + remainder) / x
    }

    /// Remainders that decay too slowly serve no law: too low an exponent, or an ellipse too flat for k^(b+2).
    #[test]
    fn remainders_must_decrease() {
        let problem =
            ExaminedKernel::new(Kernel::parse("arccos(0)").unwrap(), Sphere::in_dimension(200).unwrap()).unwrap();
        let series =
            EndpointSeries::of(&problem, Region::new(&problem.ends().unwrap(), [2, 2], 0.1).unwrap(), 200, 10).unwrap();
        let sum = |k: u64, order: u64| Sum {
            order: Rational::from((2 * order + 1, 2)),
            ..series.sum(k, &series.ratios(k, None).unwrap()).unwrap()
        };
        let (b, two) = (Rational::from(200), Rational::from(2));
        let half = |n: u64| Rational::from((2 * n + 1, 2));
        // e^-0.1 (1 + 1/m)^202 < 1 from m = 2020 on
        assert!(monotone_remainder(&series, 300, &sum(300, 9), &half(0), &two, &b).is_none());
        assert!(monotone_remainder(&series, 3000, &sum(3000, 9), &half(0), &two, &b).is_some());
        assert!(monotone_remainder(&series, 3000, &sum(3000, 1), &half(1), &two, &b).is_none());
        assert!(monotone_remainder(&series, 3000, &sum(3000, 2), &half(1), &two, &b).is_some());
    }

    /// Each part of c counts, also where it is small.
    #[test]
    fn the_constant_is_what_the_formula_says() {
        for (kernel, p, roots, height) in [
            ("arccos(1)", 3, [2, 2], 1.2),
            ("ntk(3)", 10, [2, 2], 0.7),
            ("laplace(1)", 4, [2, 1], 1.4),
            ("arccos(0)", 12, [2, 2], 0.5),
        ] {
            let problem =
                ExaminedKernel::new(Kernel::parse(kernel).unwrap(), Sphere::in_dimension(p).unwrap()).unwrap();
            let region = Region::new(&problem.ends().unwrap(), roots, height).unwrap();
            let series = EndpointSeries::of(&problem, region, 320, 40).unwrap();
            let mut laws = 0;
            for k in [40, 60, 100, 200] {
                for parity in Parity::BOTH {
                    let k = k + parity.remainder();
                    let Ok(Some(law)) = law_from(&series, parity, &[], k) else { continue };
                    let expected = constant(&series, parity, k);
                    let c = law.c.to_float().to_f64();
                    assert!(
                        c >= expected * (1.0 - 1e-9) && c <= expected * (1.0 + 1e-9),
                        "{kernel}, k = {k}: {c} {expected}"
                    );
                    laws += 1;
                }
            }
            assert!(laws >= 3, "{kernel}: {laws}");
        }
    }
}
