//! Where a dot-product kernel lives: the sphere, the Boolean cube, words.
//!
//! On each domain the functions of the inner product u of two points, scaled so that |u| <= 1, are sums of orthogonal
//! polynomials $P_k(u)$, $P_k(1) = 1$, one for each degree k, and the integral operator of a kernel $\kappa(u)$ for the
//! uniform probability measure has one eigenvalue for each degree,
//! $$\kappa(u) = \sum_k\mu_kN_kP_k(u),\qquad \mu_k = \mathbb E_x\kappa(u)P_k(u),\quad u = \langle x,y\rangle,\quad
//! \mathbb E P_k(u)^2 = 1/N_k,$$
//! N_k times. A domain is one file here, and one line in the list below.

mod cube;
mod hamming;
mod multiplicity;
mod sphere;

pub use cube::Cube;
pub use hamming::Hamming;
pub use multiplicity::Multiplicity;
pub(crate) use sphere::log_multiplicity;
pub use sphere::{LARGEST_DEGREE, LARGEST_DIMENSION, Sphere};

use crate::error::{Error, Result};
use rug::{Integer, Rational};
use std::fmt;
use std::sync::Arc;

/// A domain, and what its spectra are made of.
pub trait Domain: fmt::Debug + Send + Sync {
    /// The name as [`parse`] reads it: `cube(64)`.
    fn name(&self) -> String;

    /// The name in sentences: `the cube {-1,1}^64`.
    fn title(&self) -> String;

    /// The name in symbols: `{-1,1}^64`.
    fn symbol(&self) -> String;

    /// The dimension of the space around it.
    fn dimension(&self) -> u64;

    /// The highest degree; none if they do not end.
    fn highest_degree(&self) -> Option<u64>;

    /// The multiplicity N_k of the degree k, exact; 0 beyond the highest.
    fn multiplicity(&self, k: u64) -> Integer;

    /// N_{k+1}, given N_k.
    fn next_multiplicity(&self, k: u64, _here: Integer) -> Integer {
        self.multiplicity(k + 1)
    }

    /// Whether P_k has the parity of k: u goes to -u on the domain.
    fn has_parity(&self) -> bool {
        let middle = |k: u64| self.recurrence(k)[1].is_zero();
        middle(0) && middle(1)
    }

    /// ln N_k for real k > 0 up to the highest degree, to rounding.
    fn log_multiplicity(&self, k: f64) -> f64;

    /// The recurrence of the polynomials: \[a, c, b\] in u P_k = a P_{k+1} + c P_k + b P_{k-1}, none of them negative,
    /// a + b + c = 1, b = 0 for k = 0.
    ///
    /// What it says of kernels: mu_k(u f) = a mu_{k+1}(f) + c mu_k(f) + b mu_{k-1}(f). Where c = 0 for all k, P_k has
    /// the parity of k, and an even kernel has no odd degrees.
    fn recurrence(&self, k: u64) -> [Rational; 3];

    /// Where a kernel is needed, which tells the methods that apply.
    fn needed(&self) -> Needed<'_>;
}

/// Where the values of a kernel are needed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Needed<'a> {
    /// On all of \[-1, 1\]: on a sphere.
    Everywhere(Sphere),
    /// At finitely many u.
    Grid(&'a dyn FiniteDomain),
}

/// A finite domain, whose points lie at finitely many inner products from one of them.
pub trait FiniteDomain: fmt::Debug {
    /// The number of points of the domain.
    fn size(&self) -> Integer;

    /// The inner products u, decreasing from 1.
    fn inner_products(&self) -> Vec<Rational>;

    /// The sums $\sum_x n(u) N_k P_k(u)$ over all points x of the domain, u = <x,y>, for all degrees k, of integers n
    /// at the inner products: size() N_k mu_k for n = kappa. Exact.
    fn transform(&self, values: &[Integer]) -> Vec<Integer>;
}

impl<D: Domain + ?Sized> Domain for Arc<D> {
    fn name(&self) -> String {
        (**self).name()
    }

    fn title(&self) -> String {
        (**self).title()
    }

    fn symbol(&self) -> String {
        (**self).symbol()
    }

    fn dimension(&self) -> u64 {
        (**self).dimension()
    }

    fn highest_degree(&self) -> Option<u64> {
        (**self).highest_degree()
    }

    fn multiplicity(&self, k: u64) -> Integer {
        (**self).multiplicity(k)
    }

    fn next_multiplicity(&self, k: u64, here: Integer) -> Integer {
        (**self).next_multiplicity(k, here)
    }

    fn log_multiplicity(&self, k: f64) -> f64 {
        (**self).log_multiplicity(k)
    }

    fn recurrence(&self, k: u64) -> [Rational; 3] {
        (**self).recurrence(k)
    }

    fn needed(&self) -> Needed<'_> {
        (**self).needed()
    }
}

/// The sphere that a domain is, for what is known on spheres only; `what` is asked for there.
///
/// # Errors
/// `Unable` on another domain.
pub(crate) fn sphere(domain: &dyn Domain, what: impl fmt::Display) -> Result<Sphere> {
    match domain.needed() {
        Needed::Everywhere(sphere) => Ok(sphere),
        Needed::Grid(_) => Err(Error::unable(format!("{what} on {}: this is known on spheres only", domain.title()))),
    }
}

/// How a domain is read from the text between its parentheses.
type Reader = fn(&str) -> Result<Arc<dyn Domain>>;

/// The domains: names, how they are written, and how they are read.
const DOMAINS: [(&str, &str, Reader); 3] = [
    ("sphere", "sphere(p)", |p| Ok(Arc::new(Sphere::parse(p)?))),
    ("cube", "cube(d)", |d| Ok(Arc::new(Cube::parse(d)?))),
    ("hamming", "hamming(d,q)", |words| Ok(Arc::new(Hamming::parse(words)?))),
];

/// Reads a domain from its text: `sphere(p)`, `cube(d)` or `hamming(d,q)` with numbers inside.
///
/// ```
/// use zonal::domain::{self, Domain};
/// assert_eq!(domain::parse("cube(64)")?.multiplicity(2), 64 * 63 / 2);
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// # Errors
/// `Input` for an unknown name or a dimension out of range.
pub fn parse(text: &str) -> Result<Arc<dyn Domain>> {
    let parts = text.trim().strip_suffix(')').and_then(|text| text.split_once('('));
    let reader = parts.and_then(|(name, inside)| {
        let (.., reader) = DOMAINS.iter().find(|(known, ..)| *known == name.trim())?;
        Some((reader, inside))
    });
    match reader {
        Some((reader, inside)) => reader(inside),
        None => {
            let known = DOMAINS.map(|(_, form, _)| form);
            Err(Error::input(format!("domain '{text}'; known are {}", known.join(", "))))
        }
    }
}

/// C(n, k) for k <= n < 2^31. GMP's own takes time quadratic in k where k^2 < n: large factors are multiplied in
/// halves.
fn binomial(n: u64, k: u64) -> Integer {
    const SMALL: u64 = 4000;
    let k = k.min(n - k);
    if k < SMALL {
        return Integer::from(Integer::binomial_u(n as u32, k as u32));
    }
    fn product(first: u64, last: u64) -> Integer {
        if last - first < 16 {
            return (first..=last).fold(Integer::from(1), |product, factor| product * factor);
        }
        let middle = first.midpoint(last);
        product(first, middle) * product(middle + 1, last)
    }
    product(n - k + 1, n).div_exact(&Integer::from(Integer::factorial(k as u32)))
}
