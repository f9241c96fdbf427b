//! The Gamma function, and a ratio of two that must not cancel; proved.

use crate::error::{Error, Result};
use crate::number::{Ball, Balls, Elementary, Exact, ExactNumber, Number};
use rug::{Integer, Rational};

/// Products of at most this many factors replace the ratio of two Gamma functions.
const MOST_FACTORS: u64 = 400;

/// log Gamma(x) for a rational x > 0.
fn ln_gamma(c: &Balls, x: &Rational) -> Result<Ball> {
    c.ln_gamma(&c.rational(x))
}

/// Bits that the size of log Gamma(x) costs in its exponential.
fn guard(x: &Rational) -> u32 {
    2 * (x.numer().significant_bits() + 1).saturating_sub(x.denom().significant_bits()) + 16
}

/// $R_\nu(k) = \Gamma(k-\nu)/\Gamma(k+\nu+p-1)$ for $k > \nu > 0$, $p \ge 2$.
///
/// For half-integer $\nu$ it is a product of $p - 1 + 2\nu$ factors; otherwise it is the exponential of a difference of
/// logarithms that carry as many more bits as the difference loses.
///
/// ```
/// use zonal::number::Balls;
/// // Gamma(9/2)/Gamma(15/2) = 1/((9/2)(11/2)(13/2))
/// let ratio = zonal::special::endpoint_ratio(&Balls::new(100), 5, &(1, 2).into(), 3)?;
/// assert!((ratio.middle * 1287u32 - 8u32).abs() < 1e-27);
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// # Errors
/// `Unable` for k <= nu.
pub fn endpoint_ratio(c: &Balls, k: u64, nu: &Rational, p: u64) -> Result<Ball> {
    let steps = Rational::from(nu * 2u32) + (p - 1);
    if steps.is_integer() && *steps.numer() <= MOST_FACTORS {
        let small =
            |n: &Integer| n.to_u64().ok_or_else(|| Error::unable(format!("a product of Gamma factors for nu = {nu}")));
        let (count, numerator, denominator) = (small(steps.numer())?, small(nu.numer())?, small(nu.denom())?);
        // (k - nu + i) = ((k + i) d - n) / d
        let mut product = c.rational(&Rational::from(1));
        for i in 0..count {
            product = c.scale(&product, &Rational::from((k + i) * denominator - numerator));
        }
        let scale = rug::ops::Pow::pow(Integer::from(denominator), count as u32);
        return c.div(&c.rational(&Rational::from(scale)), &product);
    }
    let (above, below) = (Rational::from(k) - nu, Rational::from(nu + k) + (p - 1));
    let wide = Balls::new(c.precision() + guard(&below));
    wide.elementary(Elementary::Exp, &wide.sub(&ln_gamma(&wide, &above)?, &ln_gamma(&wide, &below)?))
}

/// $\ln\frac{\Gamma(m+\frac12-s)}{\Gamma(m+\frac12+s)}$ in doubles, for $0 \le s$ and $m - s \ge 60$.
///
/// Stirling's series around the middle,
/// $\ln\Gamma(z+\frac12) = z\ln z - z + \frac12\ln2\pi - \frac1{24z} + \frac7{2880z^3} - \frac{31}{40320z^5} + \dots$,
/// at z = m -+ s: what is large cancels before it is computed. Accuracy: a few units in the last place of $2s\ln m$;
/// the term left out is below $6\cdot10^{-4}60^{-7}$.
///
/// ```
/// // Gamma(99)/Gamma(102) = 1/(99 100 101)
/// let ratio = zonal::special::log_gamma_ratio(100.0, 1.5);
/// assert!((ratio + 999_900f64.ln()).abs() < 1e-14);
/// ```
pub fn log_gamma_ratio(m: f64, s: f64) -> f64 {
    let t = s / m;
    let correction = |z: f64| {
        let y = 1.0 / (z * z);
        (-1.0 / 24.0 + y * (7.0 / 2880.0 - y * 31.0 / 40320.0)) / z
    };
    let (low, high) = (m - s, m + s);
    low * (-t).ln_1p() - high * t.ln_1p() + 2.0 * s - 2.0 * s * m.ln() + (correction(low) - correction(high))
}

/// $\frac{\Gamma(p/2)}{\sqrt\pi} 2^{2\nu+p-2} \frac{\Gamma(\nu+\frac{p-1}2)}{\Gamma(-\nu)}$ for $0 < \nu$ not an
/// integer: the constant of the eigenvalues of $|x-y|^{2\nu}$, which are it times [`endpoint_ratio`].
///
/// # Errors
/// `Unable` for an integer nu, where it vanishes.
pub fn endpoint_constant(c: &Balls, nu: &Rational, p: u64) -> Result<Ball> {
    let upper = nu + Rational::from((p - 1, 2));
    if p <= MOST_FACTORS
        && let Some(exact) = exact_endpoint_constant(nu, p)
    {
        return exact.value(c);
    }
    let wide = Balls::new(c.precision() + 2 * guard(&upper) + p.ilog2());
    // 1/Gamma(-nu) = (-nu)(1-nu)...(n-1-nu)/Gamma(n-nu), n - nu in (0, 1)
    let count = nu.clone().ceil().numer().to_u32().unwrap_or(u32::MAX);
    let rising = (0..count).fold(Rational::from(1), |product, i| product * (Rational::from(i) - nu));
    let log = |x: &Ball| wide.elementary(Elementary::Log, x);
    let power = Rational::from(nu * 2u32) + p - 2u32;
    let above = wide.add(&ln_gamma(&wide, &Rational::from((p, 2)))?, &ln_gamma(&wide, &upper)?);
    let above = wide.add(&above, &wide.scale(&log(&wide.rational(&Rational::from(2)))?, &power));
    let below = ln_gamma(&wide, &(Rational::from(count) - nu))?;
    let below = wide.add(&below, &wide.scale(&log(&wide.pi())?, &Rational::from((1, 2))));
    let sum = wide.sub(&above, &below);
    Ok(wide.scale(&wide.elementary(Elementary::Exp, &sum)?, &rising))
}

/// The same for half-integer nu, exactly.
fn exact_endpoint_constant(nu: &Rational, p: u64) -> Option<ExactNumber> {
    let count = nu.clone().ceil().numer().to_u32().filter(|count| u64::from(*count) <= MOST_FACTORS)?;
    let rising = (0..count).fold(Rational::from(1), |product, i| product * (Rational::from(i) - nu));
    let power = Rational::from(nu * 2u32) + p - 2u32;
    let power = Exact.power(&Exact.rational(&Rational::from(2)), &power).ok()?;
    let gamma = |x: Rational| exact_gamma(&x);
    let above = Exact.mul(&gamma(Rational::from((p, 2)))?, &gamma(nu + Rational::from((p - 1, 2)))?);
    let below = Exact.mul(&gamma(Rational::from(count) - nu)?, &gamma(Rational::from((1, 2)))?);
    Exact.div(&Exact.scale(&Exact.mul(&above, &power), &rising), &below).ok()
}

/// Gamma of an integer or half-integer, exactly; `None` for other numbers, poles, and beyond 2000 factors.
///
/// ```
/// // Gamma(-3/2) = 4 sqrt(pi)/3
/// let value = zonal::special::exact_gamma(&(-3, 2).into()).unwrap();
/// assert_eq!(value.to_string(), "4 sqrt(pi)/3");
/// ```
pub fn exact_gamma(x: &Rational) -> Option<ExactNumber> {
    const LARGEST: u32 = 2000;
    if x.is_integer() {
        let n = x.numer().to_u32().filter(|n| (1..LARGEST).contains(n))?;
        return Some(Exact.rational(&Rational::from(Integer::from(Integer::factorial(n - 1)))));
    }
    if *x.denom() != 2u32 || x.numer().to_i32()?.unsigned_abs() > LARGEST {
        return None;
    }
    // From Gamma(1/2) = sqrt(pi) up or down.
    let mut value = Rational::from(1);
    let half = Rational::from((1, 2));
    let mut at = half.clone();
    while at < *x {
        value *= &at;
        at += 1;
    }
    while at > *x {
        at -= 1;
        value /= &at;
    }
    Some(Exact.scale(&Exact.power(&Exact.pi(), &half).ok()?, &value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rug::Float;

    /// Exactly for half-integers in few dimensions, by logarithms elsewhere; references by mpmath.
    #[test]
    fn endpoint_constants_are_right_by_either_way() {
        for (p, nu, expected) in [
            (3, (1, 2), "-0.5"),
            (7, (5, 2), "-106312.5"),
            (4, (3, 2), "15.2788745368219522338128412838"),
            (12, (7, 2), "1324741493536.55125969039451871"),
            (4, (7, 10), "-1.53542927360326963278842901113"),
            (401, (1, 2), "-1.2765058637397225835704469926e867"),
        ] {
            let expected = Float::with_val(120, Float::parse(expected).unwrap());
            let found = endpoint_constant(&Balls::new(100), &nu.into(), p).unwrap();
            assert!((found.middle / &expected - 1u32).abs() < 1e-27, "{p} {nu:?}: {expected}");
            assert!(exact_endpoint_constant(&nu.into(), p).is_some() == (nu.1 == 2), "{p} {nu:?}");
        }
    }
}
