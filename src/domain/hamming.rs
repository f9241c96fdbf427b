//! Words of d letters from an alphabet of q: one-hot data.

use super::{Domain, FiniteDomain, LARGEST_DIMENSION, Needed, binomial};
use crate::error::{Error, Result};
use rug::{Integer, Rational};
use statrs::function::gamma::ln_gamma;

/// The words of d letters from an alphabet of q with the uniform probability measure, as one-hot vectors: u is the part
/// of the letters in which two words agree. 1 <= d <= 10^6, 2 <= q <= 10^6.
///
/// Words that differ in j letters have u = 1 - j/d. The degrees are k = 0, ..., d, $N_k = \binom dk(q-1)^k$, and
/// $P_k(1-\tfrac jd) = K_k(j)/N_k$ with the Krawtchouk polynomials $K_k(j) = [z^k](1-z)^j(1+(q-1)z)^{d-j}$.
/// An even kernel has odd degrees here: u does not go to -u.
///
/// ```
/// use zonal::Kernel;
/// use zonal::domain::Hamming;
/// // u is the mean of d indicators: mu_0 = 1/q, mu_1 = (1 - 1/q)/N_1 = 1/(q d)
/// let spectrum = Kernel::parse("u")?.spectrum(Hamming::of(20, 4)?).digits(10)?;
/// assert_eq!(spectrum.eigenvalue(0)?.to_string(), "0.2500000000");
/// assert_eq!(spectrum.eigenvalue(1)?.to_string(), "0.01250000000");
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// Source: P. Delsarte, An algebraic approach to the association schemes of coding theory, 1973.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hamming {
    length: u64,
    letters: u64,
}

impl Hamming {
    /// The words of d letters from q.
    ///
    /// # Errors
    /// `Input` unless 1 <= d <= 10^6 and 2 <= q <= 10^6.
    pub fn of(d: u64, q: u64) -> Result<Self> {
        Self::parse(&format!("{d},{q}"))
    }

    /// The words whose length d and alphabet q are written in `text`, with a comma between.
    ///
    /// # Errors
    /// `Input` unless they are integers, 1 <= d <= 10^6, 2 <= q <= 10^6.
    pub fn parse(text: &str) -> Result<Self> {
        let number = |text: &str, least: u64| {
            text.trim().parse::<u64>().ok().filter(|n| (least..=LARGEST_DIMENSION).contains(n))
        };
        let pair = text.split_once(',').and_then(|(d, q)| Some((number(d, 1)?, number(q, 2)?)));
        pair.map(|(length, letters)| Hamming { length, letters }).ok_or_else(|| {
            Error::input(format!(
                "'{text}' for words; allowed are a length d from 1 and an alphabet q from 2 to {LARGEST_DIMENSION}, \
                 such as hamming(20,4)"
            ))
        })
    }

    /// q - 1
    fn others(&self) -> u64 {
        self.letters - 1
    }
}

impl Domain for Hamming {
    fn name(&self) -> String {
        format!("hamming({},{})", self.length, self.letters)
    }

    fn title(&self) -> String {
        format!("the words of {} letters from {}", self.length, self.letters)
    }

    fn symbol(&self) -> String {
        format!("H({},{})", self.length, self.letters)
    }

    fn dimension(&self) -> u64 {
        self.length
    }

    fn highest_degree(&self) -> Option<u64> {
        Some(self.length)
    }

    fn multiplicity(&self, k: u64) -> Integer {
        if k > self.length {
            return Integer::new();
        }
        binomial(self.length, k) * Integer::from(Integer::u_pow_u(self.others() as u32, k as u32))
    }

    fn next_multiplicity(&self, k: u64, here: Integer) -> Integer {
        here * (self.length.saturating_sub(k) * self.others()) / (k + 1)
    }

    fn log_multiplicity(&self, k: f64) -> f64 {
        let d = self.length as f64;
        ln_gamma(d + 1.0) - ln_gamma(k + 1.0) - ln_gamma(d - k + 1.0) + k * (self.others() as f64).ln()
    }

    /// From (k+1) K_{k+1} = ((d-k)(q-1) + k - q j) K_k - (q-1)(d-k+1) K_{k-1} with j = d (1-u).
    fn recurrence(&self, k: u64) -> [Rational; 3] {
        let whole = self.length * self.letters;
        let up = Rational::from(((self.length - k.min(self.length)) * self.others(), whole));
        let down = Rational::from((k, whole));
        [up.clone(), 1 - up - down.clone(), down]
    }

    fn needed(&self) -> Needed<'_> {
        Needed::Grid(self)
    }
}

impl FiniteDomain for Hamming {
    fn size(&self) -> Integer {
        Integer::from(Integer::u_pow_u(self.letters as u32, self.length as u32))
    }

    fn inner_products(&self) -> Vec<Rational> {
        (0..=self.length).map(|j| 1 - Rational::from((j, self.length))).collect()
    }

    fn transform(&self, values: &[Integer]) -> Vec<Integer> {
        krawtchouk(values, self.letters)
    }
}

/// The sums $\sum_j\binom dj(q-1)^jn_jK_k(j)$ for all k, $K_k(j) = [z^k](1-z)^j(1+(q-1)z)^{d-j}$. With w = 1 + (q-1)z,
/// 1 - z = (q-w)/(q-1), they are the coefficients of
/// $$\sum_j\binom djn_j(q-w)^jw^{d-j} = w^dp\bigl(\tfrac qw\bigr),\qquad p(y) = \sum_j\binom djn_j(y-1)^j,$$
/// so that two shifts of a polynomial by 1 give all of them, in d^2 additions.
pub(super) fn krawtchouk(values: &[Integer], q: u64) -> Vec<Integer> {
    let d = values.len() as u64 - 1;
    let mut weight = Integer::from(1);
    let mut coefficients = Vec::with_capacity(values.len());
    for (j, value) in (0u64..).zip(values) {
        coefficients.push(Integer::from(&weight * value));
        // C(d, j+1)
        weight *= d - j;
        weight /= j + 1;
    }
    shift(&mut coefficients, |low, high| *low -= high);
    scale(&mut coefficients, q);
    coefficients.reverse();
    shift(&mut coefficients, |low, high| *low += high);
    scale(&mut coefficients, q - 1);
    coefficients
}

/// The coefficients of p(q y).
fn scale(coefficients: &mut [Integer], q: u64) {
    if q == 1 {
        return;
    }
    let mut power = Integer::from(1);
    for coefficient in coefficients {
        *coefficient *= &power;
        power *= q;
    }
}

/// The coefficients of p(y + 1), or p(y - 1), by synthetic division: each step adds a coefficient to the next lower
/// one, or subtracts it.
fn shift(coefficients: &mut [Integer], add: impl Fn(&mut Integer, &Integer)) {
    for first in 0..coefficients.len() {
        for i in (first + 1..coefficients.len()).rev() {
            let (low, high) = coefficients.split_at_mut(i);
            add(&mut low[i - 1], &high[0]);
        }
    }
}
