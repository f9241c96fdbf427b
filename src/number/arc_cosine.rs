//! The arc-cosine functions kappa_n in closed form.
//!
//! With t = cos(theta) and 0 <= theta <= pi,
//! pi kappa_n(t) = sin(theta) A_n(t) + (pi - theta) B_n(t), where A_n and B_n are polynomials with
//! non-negative rational coefficients, so that no cancellation occurs for t >= 0
//! (Cho and Saul, NeurIPS 2009).

use super::Number;
use crate::error::Result;
use rug::{Integer, Rational};
use std::sync::{Arc, Mutex};

/// The polynomials $A_n$ and $B_n$ with
/// $$\pi\,\kappa_n(\cos\theta) = \sin\theta\,A_n(\cos\theta) + (\pi-\theta)\,B_n(\cos\theta).$$
///
/// $B_n$ is also the polynomial of the reflection $\kappa_n(-t) = (-1)^n\,(B_n(t) - \kappa_n(t))$.
///
/// ```
/// use zonal::number::ArcCosinePolynomials;
/// // kappa_2 = (3 sin cos + (pi - theta)(1 + 2 cos^2)) / (3 pi)
/// let kappa_2 = &ArcCosinePolynomials::up_to(2)[2];
/// assert_eq!(kappa_2.a, [0, 1]);
/// assert_eq!(kappa_2.b, [(1, 3), (0, 1), (2, 3)].map(rug::Rational::from));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArcCosinePolynomials {
    /// Coefficients of A_n, from degree 0 to n-1.
    pub a: Vec<Rational>,
    /// Coefficients of B_n, from degree 0 to n.
    pub b: Vec<Rational>,
}

impl ArcCosinePolynomials {
    /// The polynomials for kappa_0, ..., kappa_n. Cost O(n^2) rational operations, once per process.
    pub fn up_to(n: usize) -> Arc<Vec<ArcCosinePolynomials>> {
        static TABLE: Mutex<Option<Arc<Vec<ArcCosinePolynomials>>>> = Mutex::new(None);
        let mut table = TABLE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let known = table.take().unwrap_or_default();
        let all = if known.len() > n {
            known
        } else {
            let mut list = known.as_ref().clone();
            while list.len() <= n {
                let next = Self::next(list.len(), list.last());
                list.push(next);
            }
            Arc::new(list)
        };
        *table = Some(all.clone());
        all
    }

    fn next(n: usize, previous: Option<&ArcCosinePolynomials>) -> Self {
        // B_n(c) = E[(w.x)^n (w.y)^n] / (2n-1)!! with correlation c, by the Hermite expansion of the monomial:
        // sum_j (n!)^2 / (4^j (j!)^2 (n-2j)!) c^(n-2j) / (2n-1)!!.
        let mut b = vec![Rational::new(); n + 1];
        let factorial = |m: usize| Integer::from(Integer::factorial(m as u32));
        let double_factorial = Integer::from(Integer::factorial_2(if n == 0 { 1 } else { 2 * n as u32 - 1 }));
        for j in 0..=n / 2 {
            let denominator = (factorial(j).square() * factorial(n - 2 * j) * &double_factorial) << (2 * j as u32);
            b[n - 2 * j] = Rational::from((factorial(n).square(), denominator));
        }
        // d kappa_n / dt = g kappa_{n-1} with g = n^2/(2n-1) gives
        // (1-t^2) A_n' - t A_n + B_n = g (1-t^2) A_{n-1}; solved from the highest coefficient down:
        // i a_{i-1} = (i+1) a_{i+1} + b_i - g (alpha_i - alpha_{i-2}).
        let mut a = vec![Rational::new(); n];
        if let Some(previous) = previous {
            let g = Rational::from((n * n, 2 * n - 1));
            let alpha = |i: isize| usize::try_from(i).ok().and_then(|i| previous.a.get(i)).cloned().unwrap_or_default();
            for i in (1..=n).rev() {
                let mut sum = b[i].clone() - g.clone() * (alpha(i as isize) - alpha(i as isize - 2));
                if let Some(above) = a.get(i + 1) {
                    sum += above.clone() * (i + 1);
                }
                a[i - 1] = sum / i;
            }
        }
        ArcCosinePolynomials { a, b }
    }
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
    let rest = c.sub(&pi, angle);
    let square = c.mul(cosine, cosine);
    ArcCosinePolynomials::up_to(n)[..=n]
        .iter()
        .map(|polynomials| {
            let first = parity_horner(c, &polynomials.a, cosine, &square);
            let second = parity_horner(c, &polynomials.b, cosine, &square);
            let sum = match (first, second) {
                (Some(a), Some(b)) => c.add(&c.mul(sine, &a), &c.mul(&rest, &b)),
                (None, Some(b)) => c.mul(&rest, &b),
                (Some(a), None) => c.mul(sine, &a),
                (None, None) => c.rational(&Rational::new()),
            };
            c.div(&sum, &pi)
        })
        .collect()
}

/// Horner's rule in t^2 for a polynomial that is even or odd; `None` for the zero polynomial.
fn parity_horner<C: Number + ?Sized>(
    c: &C,
    coefficients: &[Rational],
    t: &C::Element,
    square: &C::Element,
) -> Option<C::Element> {
    let top = coefficients.len().checked_sub(1)?;
    let mut sum = c.rational(&coefficients[top]);
    let mut i = top;
    while i >= 2 {
        i -= 2;
        sum = c.add(&c.mul(&sum, square), &c.rational(&coefficients[i]));
    }
    Some(if i == 1 { c.mul(&sum, t) } else { sum })
}
