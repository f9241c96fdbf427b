//! Decay laws proved for all degrees.
//!
//! With m = k + (p-2)/2, x = m^-2, nu the leading exponent, b = p - 1 + 2 nu and a = nu + p/2, the endpoint expansion reads
//! $$\frac{\mu_k m^b}{A} = g(x)\Bigl(1 + \sum_{i\ge1}\tau_i x^i\prod_{l=1}^i\frac1{1-(a-1+l)^2x}\Bigr) + \frac{R(k)m^b}A,\qquad
//! g(x) = \prod_{0<s\le a-1}\frac1{1-s^2x},$$
//! s in steps of one. All products are power series in x with non-negative coefficients: what is left after the first correction
//! e x, divided by x^2, increases with x, and so does the remainder divided by x. Bounds at one degree k0 hold for all k >= k0.

use super::Parity;
use crate::error::{Error, Result};
use crate::number::{Ball, Balls, Number, Radius, Truth};
use crate::spectrum::endpoint::series::{Class, EndpointSeries, Sum};
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
    /// |mu_{k+2}| < |mu_k| from this degree on.
    pub decreasing_from: u64,
}

/// Laws are not sought to start above this degree.
const HIGHEST_START: u64 = 20_000;

impl ProvedLaw {
    /// The law of one parity, from the smallest degree from which it can be proved with c at most twice the first correction; else from
    /// the smallest with c/m^2 <= 1/2 alone.
    pub(super) fn of(series: &EndpointSeries, parity: Parity) -> Result<Self> {
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

    /// A (1 +- c/m^2) at degree k >= from_degree: holds mu_j m_j^b for every j >= k of the parity, in dimension p.
    pub(super) fn spread(&self, k: u64, p: u64) -> Ball {
        let c = Balls::new(128);
        let twice = Radius::double((2 * k + p - 2) as f64);
        let relative = Ball::exact(Float::with_val(2, 1)).widened(self.c * Radius::double(4.0) / twice / twice);
        c.mul(&self.constant, &relative)
    }
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

/// The law from degree k on, if c x <= 1/2.
fn law_from(series: &EndpointSeries, parity: Parity, k: u64) -> Result<Option<ProvedLaw>> {
    let c = series.balls();
    let p = series.dimension();
    let (class, first) = leading(series, parity)?;
    let constant = &class.terms[parity.remainder() as usize][first];
    let b = Rational::from(2 * first as u64 + p);
    // Twice m = k + (p-2)/2 and twice a - 1 = nu + p/2 - 1 are integers.
    let (m, a) = (2 * k + p - 2, 2 * first as u64 + p - 1);
    let sum = series.sum(k, &series.ratios(k, None)?)?;
    let terms = sum.terms;
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
    let Some(remainder) = monotone_remainder(series, k, &sum, first, &b) else { return Ok(None) };
    let size = c.div(constant, &c.power(&c.rational(&Rational::from((m, 2))), &b)?)?.mignitude();
    let over_x = (rest + remainder / size) / Radius::below(&Float::with_val_round(53, &x, rug::float::Round::Down).0);
    let bound = correction.magnitude() + over_x;
    if bound * Radius::above(&Float::with_val_round(53, &x, rug::float::Round::Up).0) > Radius::double(0.5) {
        return Ok(None);
    }
    // |mu| decreases where m >= 2c/b: (1 + c/(m+2)^2)/(1 - c/m^2) <= 1 + 4c/m^2 <= 1 + 2b/m < (1 + 2/m)^b.
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

/// The remainder at degree k, if its quotient by m^(-b-2) decreases from there on.
fn monotone_remainder(series: &EndpointSeries, k: u64, sum: &Sum, first: usize, b: &Rational) -> Option<Radius> {
    // Parts (a) and (b) go like W_e with e >= nu + 1: a product of 1/(m^2 - s^2), at least one more than m^b needs.
    if sum.order < first as u64 + 1 {
        return None;
    }
    // Part (c): e^(-height) (1 + 1/m)^(b+2) < 1; with one percent to spare for the rounding here.
    let m = k as f64 + (series.dimension() as f64 - 2.0) / 2.0;
    let decreases = (b.to_f64() + 2.0) * (1.0 / m).ln_1p() < 0.99 * series.region().strip.height;
    decreases.then_some(sum.remainder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::spectrum::Problem;
    use crate::spectrum::endpoint::region::Region;
    use crate::sphere::Sphere;

    /// c from its formula in docs/accuracy.md, in doubles.
    fn constant(series: &EndpointSeries, parity: Parity, k: u64) -> f64 {
        let p = series.dimension() as f64;
        let (class, first) = leading(series, parity).unwrap();
        let terms: Vec<f64> = class.terms[parity.remainder() as usize].iter().map(|t| t.middle.to_f64()).collect();
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
        let problem = Problem::new(Kernel::parse("arccos(0)").unwrap(), Sphere::in_dimension(200).unwrap()).unwrap();
        let series = EndpointSeries::of(&problem, Region::new(&problem, [2, 2], 0.1).unwrap(), 200, 10).unwrap();
        let sum = |k: u64, order: u64| Sum { order, ..series.sum(k, &series.ratios(k, None).unwrap()).unwrap() };
        let b = Rational::from(200);
        // e^-0.1 (1 + 1/m)^202 < 1 from m = 2020 on
        assert!(monotone_remainder(&series, 300, &sum(300, 9), 0, &b).is_none());
        assert!(monotone_remainder(&series, 3000, &sum(3000, 9), 0, &b).is_some());
        assert!(monotone_remainder(&series, 3000, &sum(3000, 1), 1, &b).is_none());
        assert!(monotone_remainder(&series, 3000, &sum(3000, 2), 1, &b).is_some());
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
            let problem = Problem::new(Kernel::parse(kernel).unwrap(), Sphere::in_dimension(p).unwrap()).unwrap();
            let region = Region::new(&problem, roots, height).unwrap();
            let series = EndpointSeries::of(&problem, region, 320, 40).unwrap();
            let mut laws = 0;
            for k in [40, 60, 100, 200] {
                for parity in Parity::BOTH {
                    let k = k + parity.remainder();
                    let Ok(Some(law)) = law_from(&series, parity, k) else { continue };
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
