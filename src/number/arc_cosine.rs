//! The arc-cosine functions kappa_n by recurrence in n.
//!
//! For t = cos(theta), kappa_0 = (pi - theta)/pi, kappa_1 = (sin(theta) + (pi - theta) t)/pi (Cho and Saul,
//! NeurIPS 2009) and kappa_{n+1} = t kappa_n + n^2/(4n^2-1) (1-t^2) kappa_{n-1}.
//!
//! The recurrence is that of Legendre polynomials: by Laplace's integral the polynomial part of kappa_n is
//! n!/(2n-1)!! w^n P_n(t/w) with w = sqrt(t^2-1), and (n+1) P_{n+1}(x) = (2n+1) x P_n(x) - n P_{n-1}(x).
//! No cancellation occurs for t >= 0. For t < 0 both solutions of the recurrence decrease with n, so that the absolute
//! error stays that of kappa_0 and kappa_1; the relative error grows.

use super::Number;
use crate::error::Result;
use rug::{Integer, Rational};

/// The coefficients, from degree 0 to n, of the polynomial $B_n$ of the reflection
/// $$\kappa_n(-t) = (-1)^n (B_n(t) - \kappa_n(t)).$$
///
/// $B_n(t) = \frac{n!}{(2n-1)!!}\sum_j \frac{n!}{4^j (j!)^2 (n-2j)!} t^{n-2j}$: exact, of the parity of n, with
/// positive coefficients that add up to 1. Cost: O(n) operations with numbers of O(n log n) bits.
///
/// ```
/// let b = zonal::number::reflection_polynomial(2);
/// assert_eq!(b, [(1, 3), (0, 1), (2, 3)].map(rug::Rational::from));
/// ```
pub fn reflection_polynomial(n: usize) -> Vec<Rational> {
    // The leading coefficient n!/(2n-1)!!, then the ratio (n-2j)(n-2j-1) / (4 (j+1)^2) of one to the next.
    let n = n as u32;
    let double_factorial = Integer::from(Integer::factorial_2((2 * n).saturating_sub(1)));
    let mut coefficient = Rational::from((Integer::from(Integer::factorial(n)), double_factorial));
    let mut b = vec![Rational::new(); n as usize + 1];
    for j in 0..=n / 2 {
        let degree = n - 2 * j;
        b[degree as usize] = coefficient.clone();
        let factor = (u64::from(degree) * u64::from(degree.saturating_sub(1)), 4 * u64::from(j + 1).pow(2));
        coefficient *= Rational::from(factor);
    }
    b
}

/// a and b with kappa_n' = (a/b) kappa_{n-1}: n^2 and 2n-1, for n from 1 on.
///
/// ```
/// assert_eq!(zonal::number::arc_cosine_slope(3), (9, 5));
/// ```
pub const fn arc_cosine_slope(n: usize) -> (u64, u64) {
    let n = n as u64;
    (n * n, (2 * n).saturating_sub(1))
}

/// kappa_0, ..., kappa_n from the angle, its sine and its cosine.
pub(super) fn from_angle<C: Number + ?Sized>(
    c: &C,
    angle: &C::Element,
    sine: &C::Element,
    cosine: &C::Element,
    n: usize,
) -> Result<Vec<C::Element>> {
    let pi = c.pi();
    let first = c.div(&c.sub(&pi, angle), &pi)?;
    if n == 0 {
        return Ok(vec![first]);
    }
    let second = c.add(&c.div(sine, &pi)?, &c.mul(&first, cosine));
    Ok(from_first(c, vec![first, second], sine, cosine, n))
}

/// kappa_0, ..., kappa_n from kappa_0 and kappa_1.
pub(super) fn from_first<C: Number + ?Sized>(
    c: &C,
    mut kappas: Vec<C::Element>,
    sine: &C::Element,
    cosine: &C::Element,
    n: usize,
) -> Vec<C::Element> {
    if n < 2 {
        return kappas;
    }
    let square = c.mul(sine, sine);
    for m in 1..n as u64 {
        let previous = c.scale_ratio(&c.mul(&square, &kappas[m as usize - 1]), m * m, 4 * m * m - 1);
        let next = c.add(&c.mul(cosine, &kappas[m as usize]), &previous);
        kappas.push(next);
    }
    kappas
}
