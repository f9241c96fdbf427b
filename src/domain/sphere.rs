//! The sphere S^{p-1} in R^p: measure, multiplicities, normalisations.

use super::{Domain, Needed, binomial};
use crate::error::{Error, Result};
use crate::number::{ExactNumber, Number};
use rug::float::Constant;
use rug::ops::Pow;
use rug::{Float, Integer, Rational};
use statrs::function::gamma::ln_gamma;

/// The largest dimension of a domain, 10^6: of the space around a sphere, of a cube or of words.
pub const LARGEST_DIMENSION: u64 = 1_000_000;

/// The largest degree k for which eigenvalues on a sphere may be asked, 10^9.
pub const LARGEST_DEGREE: u64 = 1_000_000_000;

/// The unit sphere S^{p-1} in R^p with the uniform probability measure, 2 <= p <= 10^6.
///
/// Degrees k count spherical harmonics; $P_k$ is the Legendre (Gegenbauer) polynomial of dimension p with $P_k(1) = 1$,
/// $$(k+p-2) P_{k+1}(t) = (2k+p-2) t P_k(t) - k P_{k-1}(t).$$
///
/// ```
/// use zonal::Sphere;
/// let sphere = Sphere::in_dimension(10)?;
/// assert_eq!(sphere.multiplicity(3), 210);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sphere {
    dimension: u64,
}

impl Sphere {
    /// The unit sphere S^{p-1} in R^p, for p from 2 (the circle) to 10^6.
    ///
    /// # Errors
    /// `Input` unless 2 <= p <= 10^6.
    pub fn in_dimension(p: u64) -> Result<Self> {
        if (2..=LARGEST_DIMENSION).contains(&p) {
            Ok(Sphere { dimension: p })
        } else {
            Err(Error::input(format!("dimension {p}; allowed are 2 (the circle) to {LARGEST_DIMENSION}")))
        }
    }

    /// The sphere whose dimension p is written in `text`.
    ///
    /// # Errors
    /// `Input` unless it is an integer from 2 to 10^6.
    pub fn parse(text: &str) -> Result<Self> {
        let p = text.trim().parse::<u64>().ok().filter(|p| (2..=LARGEST_DIMENSION).contains(p));
        p.map(|p| Sphere { dimension: p }).ok_or_else(|| {
            Error::input(format!("dimension '{text}'; allowed are the integers 2 (the circle) to {LARGEST_DIMENSION}"))
        })
    }

    /// The dimension p of the surrounding space.
    pub fn dimension(&self) -> u64 {
        self.dimension
    }

    /// The multiplicity $N(p,k) = \frac{2k+p-2}{k}\binom{k+p-3}{p-2}$, the number of independent harmonics of degree k,
    /// exact.
    ///
    /// N(p,0) = 1; N(2,k) = 2 for k >= 1. Cost: one binomial coefficient of min(k, p) factors.
    pub fn multiplicity(&self, k: u64) -> Integer {
        if k == 0 {
            return Integer::from(1);
        }
        let p = self.dimension;
        binomial(k + p - 3, k - 1) * (2 * k + p - 2) / k
    }

    /// The value C_k^{(p-2)/2}(1) = C(k+p-3, k) of the classical Gegenbauer polynomial, so that
    /// C_k^{(p-2)/2} = C(k+p-3, k) P_k. `None` for p = 2, where the classical polynomials vanish for k >= 1.
    pub fn gegenbauer_at_one(&self, k: u64) -> Option<Integer> {
        (self.dimension > 2).then(|| binomial(k + self.dimension - 3, k))
    }

    /// The surface area 2 pi^(p/2) / Gamma(p/2), to `precision` bits; the eigenvalues of the integral operator for
    /// surface measure are mu_k times this.
    ///
    /// ```
    /// use zonal::Sphere;
    /// // |S^2| = 4 pi
    /// let area = Sphere::in_dimension(3)?.surface_area(100);
    /// assert!(area.to_string().starts_with("12.5663706143591729538505735"));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn surface_area(&self, precision: u32) -> Float {
        // The power multiplies the relative error of pi by p/2 < 2^19.
        let wide = precision + 32;
        let half = Float::with_val(wide, self.dimension) / 2u32;
        let pi = Float::with_val(wide, Constant::Pi);
        Float::with_val(precision, 2u32 * pi.pow(&half) / half.gamma())
    }

    /// The Funk-Hecke constant $1/Z = \Gamma(\frac p2) / (\sqrt\pi \Gamma(\frac{p-1}2))$, which makes
    /// $\mu_k = \frac1Z\int_0^\pi \kappa(\cos\theta) P_k(\cos\theta) \sin^{p-2}\theta d\theta$. Exact: rational for odd
    /// p, rational / pi for even p.
    ///
    /// ```
    /// use zonal::Sphere;
    /// assert_eq!(Sphere::in_dimension(4)?.funk_hecke().to_string(), "2/pi");
    /// assert_eq!(Sphere::in_dimension(5)?.funk_hecke().to_string(), "3/4");
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn funk_hecke(&self) -> ExactNumber {
        let h = self.dimension / 2;
        if self.dimension.is_multiple_of(2) {
            // Gamma(h) / (sqrt(pi) Gamma(h-1/2)) = 4^(h-1) / (pi C(2h-2, h-1))
            let top = Integer::from(1) << (2 * (h - 1)) as u32;
            ExactNumber::monomial(Rational::from((top, binomial(2 * h - 2, h - 1))), -1)
        } else {
            // Gamma(h+1/2) / (sqrt(pi) Gamma(h)) = h C(2h, h) / 4^h
            let bottom = Integer::from(1) << (2 * h) as u32;
            ExactNumber::monomial(Rational::from((binomial(2 * h, h) * h, bottom)), 0)
        }
    }

    /// P_0(t), ..., P_K(t) in a number system, by the three-term recurrence; normalised to P_k(1) = 1.
    ///
    /// The recurrence is stable for |t| <= 1: rounding errors grow by a factor of at most about k.
    ///
    /// ```
    /// use zonal::Sphere;
    /// use zonal::number::{Exact, Number};
    /// // In dimension 4, P_2 = (4 t^2 - 1)/3.
    /// let values = Sphere::in_dimension(4)?.legendre(&Exact, &Exact.rational(&(1, 3).into()), 2);
    /// assert_eq!(values[2].to_string(), "-5/27");
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn legendre<C: Number>(&self, c: &C, t: &C::Element, highest: usize) -> Vec<C::Element> {
        let p = self.dimension;
        let mut values = vec![c.rational(&Rational::from(1)), t.clone()];
        for k in 1..highest as u64 {
            let last = values.len() - 1;
            let first = c.scale(&c.mul(t, &values[last]), &Rational::from((2 * k + p - 2, k + p - 2)));
            let second = c.scale(&values[last - 1], &Rational::from((k, k + p - 2)));
            values.push(c.sub(&first, &second));
        }
        values.truncate(highest + 1);
        values
    }
}

/// Dimensions up to which multiplicities are products; beyond, only low degrees count.
const FEW_FACTORS: u64 = 1000;

/// ln N(p,k) for real k > 0: N = (2k+p-2) (k+1) ... (k+p-3) / (p-2)!, without the loss of digits of a quotient of Gamma
/// functions at large k.
pub(crate) fn log_multiplicity(p: u64, k: f64) -> f64 {
    if p == 2 {
        return 2f64.ln();
    }
    let linear = (2.0 * k + p as f64 - 2.0).ln() - ln_gamma(p as f64 - 1.0);
    if p > FEW_FACTORS {
        return linear + ln_gamma_ratio(k + 1.0, p as f64 - 3.0);
    }
    linear + (1..=p - 3).map(|i| (k + i as f64).ln()).sum::<f64>()
}

/// ln Gamma(x + a) - ln Gamma(x) for x, a > 0: of large ones by Stirling's series, whose leading terms are joined so
/// that nothing larger than the result is lost.
fn ln_gamma_ratio(x: f64, a: f64) -> f64 {
    const LARGE: f64 = 100.0;
    if x < LARGE {
        return ln_gamma(x + a) - ln_gamma(x);
    }
    let y = x + a;
    // The next term is below 1e-12 / 1260.
    let rest = |x: f64| 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3));
    (x - 0.5) * (a / x).ln_1p() - a + a * y.ln() + (rest(y) - rest(x))
}

impl Domain for Sphere {
    fn name(&self) -> String {
        format!("sphere({})", self.dimension)
    }

    fn title(&self) -> String {
        format!("the sphere in R^{}", self.dimension)
    }

    fn symbol(&self) -> String {
        format!("S^{} in R^{}", self.dimension - 1, self.dimension)
    }

    fn dimension(&self) -> u64 {
        self.dimension
    }

    fn highest_degree(&self) -> Option<u64> {
        None
    }

    fn multiplicity(&self, k: u64) -> Integer {
        Sphere::multiplicity(self, k)
    }

    /// N(p,k+1)/N(p,k) = (2k+p)(k+p-2) / ((2k+p-2)(k+1)).
    fn next_multiplicity(&self, k: u64, here: Integer) -> Integer {
        if k == 0 {
            return Sphere::multiplicity(self, 1);
        }
        let p = self.dimension;
        here * ((2 * k + p) * (k + p - 2)) / ((2 * k + p - 2) * (k + 1))
    }

    fn log_multiplicity(&self, k: f64) -> f64 {
        log_multiplicity(self.dimension, k)
    }

    fn recurrence(&self, k: u64) -> [Rational; 3] {
        if k == 0 {
            return [Rational::from(1), Rational::new(), Rational::new()];
        }
        let p = self.dimension;
        let down = Rational::from((k, 2 * k + p - 2));
        [1 - down.clone(), Rational::new(), down]
    }

    fn needed(&self) -> Needed<'_> {
        Needed::Everywhere(*self)
    }
}
