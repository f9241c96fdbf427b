//! Products of fractional powers of pi and of primes: the units in which exact numbers are measured.

use super::Number;
use crate::error::Result;
use rug::ops::Pow;
use rug::{Integer, Rational};
use std::fmt;

/// $\pi^a \prod_i p_i^{b_i}$ with rational $a$, primes $p_i$ and $0 < b_i < 1$.
///
/// Different units are linearly independent over the rationals: real radicals of integers that are different modulo
/// rational factors are (Besicovitch, J. London Math. Soc. 1940), and pi is transcendental.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    pi: Rational,
    /// Primes, increasing, with their exponents.
    roots: Vec<(u32, Rational)>,
}

/// Radicands are factored by division by the primes up to this bound; what is left must be a perfect power.
const LARGEST_PRIME: u32 = 10_000;

/// Whole powers of primes beyond this exponent are left to floating point.
const LARGEST_EXPONENT: u32 = 1 << 24;

/// Exponents with a larger denominator are left to floating point.
const LARGEST_ROOT: u32 = 1000;

impl Unit {
    /// The unit `pi^exponent` with a rational exponent, without powers of primes.
    pub fn pi(exponent: Rational) -> Self {
        Unit { pi: exponent, roots: Vec::new() }
    }

    /// Whether the unit is the number 1: neither pi nor a prime occurs in it.
    pub fn is_one(&self) -> bool {
        self.pi.is_zero() && self.roots.is_empty()
    }

    /// The product, as a rational number times a unit.
    pub fn times(&self, other: &Unit) -> (Rational, Unit) {
        let pi = Rational::from(&self.pi + &other.pi);
        if other.roots.is_empty() || self.roots.is_empty() {
            let roots = if other.roots.is_empty() { &self.roots } else { &other.roots };
            return (Rational::from(1), Unit { pi, roots: roots.clone() });
        }
        let mut roots = self.roots.clone();
        for (prime, exponent) in &other.roots {
            match roots.binary_search_by_key(prime, |(p, _)| *p) {
                Ok(i) => roots[i].1 += exponent,
                Err(i) => roots.insert(i, (*prime, exponent.clone())),
            }
        }
        // Sums of two exponents below 1.
        let mut factor = Rational::from(1);
        for (prime, exponent) in roots.iter_mut().filter(|(_, exponent)| *exponent >= 1) {
            factor *= *prime;
            *exponent -= 1;
        }
        roots.retain(|(_, exponent)| !exponent.is_zero());
        (factor, Unit { pi, roots })
    }

    /// The power, as a rational number times a unit; `None` where the exponent is too complicated.
    pub fn power(&self, q: &Rational) -> Option<(Rational, Unit)> {
        let raise = |e: &Rational| Some(Rational::from(e * q)).filter(|e| *e.denom() <= LARGEST_ROOT);
        let roots = self.roots.iter().map(|(p, e)| Some((*p, raise(e)?))).collect::<Option<Vec<_>>>()?;
        let (factor, roots) = reduce(roots)?;
        Some((factor, Unit { pi: raise(&self.pi)?, roots }))
    }

    /// `c^q` for a positive rational number c, as a rational number times a unit; `None` where c does not factor.
    pub fn root(c: &Rational, q: &Rational) -> Option<(Rational, Unit)> {
        if *q.denom() > LARGEST_ROOT {
            return None;
        }
        let denominator = q.denom().to_u32()?;
        let mut roots: Vec<(u32, Rational)> = Vec::new();
        let mut factor = Rational::from(1);
        for (part, sign) in [(c.numer(), 1), (c.denom(), -1)] {
            let mut rest = part.clone();
            for prime in (2..=LARGEST_PRIME).take_while(|_| part.significant_bits() > 1) {
                if rest == 1 {
                    break;
                }
                let count = rest.remove_factor_mut(&Integer::from(prime));
                if count > 0 {
                    let exponent = Rational::from(q * (i64::from(count) * i64::from(sign)));
                    match roots.binary_search_by_key(&prime, |(p, _)| *p) {
                        Ok(i) => roots[i].1 += exponent,
                        Err(i) => roots.insert(i, (prime, exponent)),
                    }
                }
            }
            let (root, remainder) = rest.root_rem(Integer::new(), denominator);
            if !remainder.is_zero() {
                return None;
            }
            factor *= Rational::from(root).pow(q.numer().to_i32()?.checked_mul(sign)?);
        }
        let (whole, roots) = reduce(roots)?;
        Some((factor * whole, Unit { pi: Rational::new(), roots }))
    }

    /// Bits of the product of the primes under its roots.
    pub fn bits(&self) -> u32 {
        self.roots.iter().map(|(prime, _)| 32 - prime.leading_zeros()).sum()
    }

    /// The value of the unit, a product of powers of pi and of primes, in another number system.
    ///
    /// # Errors
    /// Those of its powers.
    pub fn value<C: Number>(&self, c: &C) -> Result<C::Element> {
        let one = || c.rational(&Rational::from(1));
        let mut value = if self.pi.is_zero() { one() } else { c.power(&c.pi(), &self.pi)? };
        for (prime, exponent) in &self.roots {
            value = c.mul(&value, &c.power(&c.rational(&Rational::from(*prime)), exponent)?);
        }
        Ok(value)
    }

    /// The names of the factors above and below the fraction bar.
    pub(super) fn names(&self) -> [Vec<String>; 2] {
        let power = |base: &str, e: &Rational| match (*e == 1, *e == Rational::from((1, 2)), e.is_integer()) {
            (true, ..) => base.to_string(),
            (_, true, _) => format!("sqrt({base})"),
            (_, _, true) => format!("{base}^{e}"),
            _ => format!("{base}^({e})"),
        };
        let (mut above, mut below) = (Vec::new(), Vec::new());
        above.extend(self.roots.iter().map(|(prime, e)| power(&prime.to_string(), e)));
        match self.pi.cmp0() {
            std::cmp::Ordering::Greater => above.push(power("pi", &self.pi)),
            std::cmp::Ordering::Less => below.push(power("pi", &Rational::from(-&self.pi))),
            std::cmp::Ordering::Equal => {}
        }
        [above, below]
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [above, below] = self.names();
        let above = if above.is_empty() { "1".to_string() } else { above.join(" ") };
        f.write_str(&above)?;
        if below.is_empty() { Ok(()) } else { write!(f, "/{}", below.join(" ")) }
    }
}

/// Exponents brought to [0, 1), and the rational number that comes out; `None` for exponents beyond `LARGEST_EXPONENT`.
fn reduce(roots: Vec<(u32, Rational)>) -> Option<(Rational, Vec<(u32, Rational)>)> {
    let mut factor = Rational::from(1);
    let mut kept = Vec::with_capacity(roots.len());
    for (prime, exponent) in roots {
        let (fraction, whole) = exponent.fract_floor(Integer::new());
        let whole = whole.to_i32().filter(|whole| whole.unsigned_abs() <= LARGEST_EXPONENT)?;
        factor *= Rational::from(prime).pow(whole);
        if !fraction.is_zero() {
            kept.push((prime, fraction));
        }
    }
    Some((factor, kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Products of roots are reduced; powers that do not fit are refused, not taken for 1.
    #[test]
    fn large_powers_are_refused() {
        let (factor, root) = Unit::root(&Rational::from(8), &Rational::from((1, 2))).unwrap();
        assert_eq!(factor, 2);
        assert_eq!(root.times(&root), (Rational::from(2), Unit::default()));
        assert_eq!(root.power(&Rational::from(6)), Some((Rational::from(8), Unit::default())));
        assert_eq!(root.power(&Rational::from(1u64 << 33)), None);
        assert_eq!(Unit::root(&Rational::from(8), &Rational::from((i32::MAX, 2))), None);
        assert_eq!(Unit::root(&Rational::from((1, 3)), &Rational::from(i32::MIN)), None);
    }
}
