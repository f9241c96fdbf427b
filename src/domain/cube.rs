//! The Boolean cube {-1,1}^d: multiplicities, Krawtchouk polynomials, the exact transform.

use super::hamming::krawtchouk;
use super::{Domain, FiniteDomain, LARGEST_DIMENSION, Needed, binomial};
use crate::error::{Error, Result};
use rug::{Integer, Rational};
use statrs::function::gamma::ln_gamma;

/// The Boolean cube {-1,1}^d with the uniform probability measure and the inner product u = (1/d) sum_i x_i y_i, 1 <= d
/// <= 10^6.
///
/// Points that differ in j coordinates have u = 1 - 2j/d. The degrees are k = 0, ..., d, N_k = C(d,k) counts the
/// monomials of k coordinates, and $P_k(1-2j/d) = K_k(j)/\binom dk$ with the Krawtchouk polynomials
/// $K_k(j) = [z^k](1-z)^j(1+z)^{d-j}$:
/// $$\mu_k = 2^{-d}\sum_j\binom dj\kappa(1-\tfrac{2j}d)P_k(1-\tfrac{2j}d).$$
///
/// ```
/// use zonal::Kernel;
/// use zonal::domain::Cube;
/// // exp(u) is a product over the coordinates: mu_k = sinh(1/d)^k cosh(1/d)^(d-k)
/// let spectrum = Kernel::parse("exp(u)")?.spectrum(Cube::in_dimension(64)?).digits(15)?;
/// assert_eq!(spectrum.eigenvalue(0)?.to_string(), "1.00784277684266");
/// assert_eq!(spectrum.eigenvalue(64)?.to_string(), "2.54455962015987e-116");
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// Source: R. O'Donnell, Analysis of Boolean Functions, 2014.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cube {
    dimension: u64,
}

impl Cube {
    /// The Boolean cube {-1,1}^d with its 2^d points, for d from 1 to 10^6.
    ///
    /// # Errors
    /// `Input` unless 1 <= d <= 10^6.
    pub fn in_dimension(d: u64) -> Result<Self> {
        Self::parse(&d.to_string())
    }

    /// The cube whose dimension d is written in `text`.
    ///
    /// # Errors
    /// `Input` unless it is an integer from 1 to 10^6.
    pub fn parse(text: &str) -> Result<Self> {
        let d = text.trim().parse::<u64>().ok().filter(|d| (1..=LARGEST_DIMENSION).contains(d));
        d.map(|dimension| Cube { dimension }).ok_or_else(|| {
            Error::input(format!("dimension '{text}' of a cube; allowed are the integers 1 to {LARGEST_DIMENSION}"))
        })
    }
}

impl Domain for Cube {
    fn name(&self) -> String {
        format!("cube({})", self.dimension)
    }

    fn title(&self) -> String {
        format!("the cube {{-1,1}}^{}", self.dimension)
    }

    fn symbol(&self) -> String {
        format!("{{-1,1}}^{}", self.dimension)
    }

    fn dimension(&self) -> u64 {
        self.dimension
    }

    fn highest_degree(&self) -> Option<u64> {
        Some(self.dimension)
    }

    fn multiplicity(&self, k: u64) -> Integer {
        if k > self.dimension { Integer::new() } else { binomial(self.dimension, k) }
    }

    fn next_multiplicity(&self, k: u64, here: Integer) -> Integer {
        here * self.dimension.saturating_sub(k) / (k + 1)
    }

    fn log_multiplicity(&self, k: f64) -> f64 {
        let d = self.dimension as f64;
        ln_gamma(d + 1.0) - ln_gamma(k + 1.0) - ln_gamma(d - k + 1.0)
    }

    /// u P_k = (1 - k/d) P_{k+1} + (k/d) P_{k-1}: to multiply by a coordinate adds it to a monomial or takes it away.
    fn recurrence(&self, k: u64) -> [Rational; 3] {
        let down = Rational::from((k, self.dimension));
        [1 - down.clone(), Rational::new(), down]
    }

    fn needed(&self) -> Needed<'_> {
        Needed::Grid(self)
    }
}

impl FiniteDomain for Cube {
    fn size(&self) -> Integer {
        Integer::from(1) << self.dimension as u32
    }

    fn inner_products(&self) -> Vec<Rational> {
        (0..=self.dimension).map(|j| 1 - Rational::from((2 * j, self.dimension))).collect()
    }

    fn transform(&self, values: &[Integer]) -> Vec<Integer> {
        krawtchouk(values, 2)
    }
}
