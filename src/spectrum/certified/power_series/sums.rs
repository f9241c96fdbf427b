//! Eigenvalues as sums of coefficients with weights.

use super::tail::{Tail, coefficient_bound};
use crate::error::{Error, Result};
use crate::kernel::Point;
use crate::number::limbs::{LimbNumbers, Triples, error_with_products};
use crate::number::{Ball, Balls, Number, Radius, Series};
use crate::spectrum::examined_kernel::ExaminedKernel;
use crate::watch;
use rayon::prelude::*;
use rug::{Float, Rational};

/// An eigenvalue and the two parts of its radius.
pub(super) struct Sum {
    pub ball: Ball,
    pub rounding: Radius,
    /// From the coefficients left out.
    pub tail: Radius,
}

/// mu_k = sum_j a_n w_{k,j}, n = k + 2j, w_{k,j} = (n!/2^n) (1/j!) (Gamma(p/2)/Gamma(k+j+p/2)): three factors, each of
/// one index, with the first of which a_n is multiplied once for all degrees.
pub(super) struct Coefficients {
    dimension: u64,
    length: u64,
    tail: Tail,
    /// Whether the sum of what is left out is lost in rounding: then more bits make it smaller, and more terms do not.
    pub is_lost: bool,
    /// a_n n!/2^n with the errors of what is multiplied.
    scaled: LimbNumbers,
    errors: Vec<Radius>,
    /// n!/2^n
    factors: LimbNumbers,
    /// 1/j!
    inverse: LimbNumbers,
    /// Gamma(p/2)/Gamma(m+p/2)
    gammas: LimbNumbers,
    /// At least |a_n| + |a_(n+2)| + ..., one for each n up to the length and one more.
    rest: Vec<Radius>,
}

/// Bits of the factors beyond those that are used: what 3n roundings lose is less than a unit of the latter.
const FINER: u32 = 64;

impl Coefficients {
    /// The coefficients below `length` at `precision` bits, to be used to so many limbs.
    pub fn new(problem: &ExaminedKernel, tail: Tail, length: u64, precision: u32, limbs: usize) -> Result<Self> {
        let c = Balls::new(precision);
        let count = length as usize;
        let series = Series::new(c, count);
        let mut a = problem.program.evaluate(&series, &Point::at(series.variable(&c.rational(&Rational::new()))))?;
        a.resize(count, c.rational(&Rational::new()));
        let sum = a.iter().fold(c.rational(&Rational::new()), |sum, a| c.add(&sum, a));
        let beyond = tail.beyond(problem, length, &sum, precision)?;
        let is_lost = !beyond.radius.is_zero() && beyond.contains_zero();
        let mut rest = vec![beyond.magnitude(); count + 2];
        for n in (0..count).rev() {
            rest[n] = rest[n + 2] + a[n].magnitude();
        }
        let p = problem.dimension();
        let bits = 64 * limbs as u32 + FINER;
        let [mut scaled, mut factors, mut inverse, mut gammas] = [(); 4].map(|()| LimbNumbers::new(limbs));
        let mut errors = Vec::with_capacity(count);
        let [mut factor, mut reciprocal, mut gamma] = [(); 3].map(|()| Float::with_val(bits, 1));
        for n in 0..count as u64 + 2 {
            factors.push(&factor);
            inverse.push(&reciprocal);
            gammas.push(&gamma);
            if let Some(a) = a.get(n as usize) {
                let product = Float::with_val(bits, &a.middle * &factor);
                if !product.is_finite() {
                    return Err(Error::unable("coefficients beyond the range of multiprecision"));
                }
                scaled.push(&product);
                let own = a.radius * factors.magnitude(n as usize);
                errors.push(error_with_products(&scaled, n as usize, own));
            }
            factor *= n + 1;
            factor >>= 1;
            reciprocal /= n + 1;
            gamma /= 2 * n + p;
            gamma <<= 1;
        }
        Ok(Coefficients { dimension: p, length, tail, is_lost, scaled, errors, factors, inverse, gammas, rest })
    }

    /// mu_k for each degree; what is `bits` below the largest term is left out.
    pub fn sums(&self, degrees: &[u64], bits: u32) -> Vec<Sum> {
        degrees.par_iter().map(|k| self.one(*k, bits)).collect()
    }

    fn one(&self, k: u64, bits: u32) -> Sum {
        watch::check();
        let terms = self.length.saturating_sub(k).div_ceil(2) as usize;
        let (a, b, c) = (&self.scaled, &self.inverse, &self.gammas);
        let triples = Triples { a, errors: &self.errors, b, c, first: k as usize };
        let highest = (0..terms).map(|j| triples.log2_above(j)).max().unwrap_or(0);
        let count = self.enough(k, terms, highest.saturating_sub(i64::from(bits)));
        let (middle, rounding) = triples.sum(count, highest);
        let tail = self.left_out(k, count, terms);
        Sum { ball: Ball { middle, radius: rounding + tail }, rounding, tail }
    }

    /// The number of terms after which the rest is below 2^target: all, or some of those that decrease.
    fn enough(&self, k: u64, terms: usize, target: i64) -> usize {
        let log = |j: usize| {
            let n = k as usize + 2 * j;
            let factors =
                [self.factors.log2_above(n), self.inverse.log2_above(j), self.gammas.log2_above(k as usize + j)];
            // While weights rise all that is known of those to come is that they are at most 1.
            let weight = if self.decreases(k, j as u64) { factors.iter().sum() } else { 0i64 };
            let rest = self.rest[n];
            if rest.is_zero() { i64::MIN } else { weight.saturating_add(rest.log2_below() + 1) }
        };
        let done = |j: &usize| log(*j) < target;
        let (mut low, mut high) = (0, terms);
        while low < high {
            let middle = low.midpoint(high);
            if done(&middle) { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// w_{k,j+1}/w_{k,j} = (n+1)(n+2) / (2(j+1)(2k+2j+p)), n = k + 2j; once it is at most 1 it stays so: its numerator
    /// less its denominator is k^2 - k - 2(j+1)(p-1).
    fn ratio(&self, k: u64, j: u64) -> [u128; 2] {
        let [k, j, p] = [k, j, self.dimension].map(u128::from);
        [(k + 2 * j + 1) * (k + 2 * j + 2), 2 * (j + 1) * (2 * k + 2 * j + p)]
    }

    fn decreases(&self, k: u64, j: u64) -> bool {
        let [top, bottom] = self.ratio(k, j);
        top <= bottom
    }

    /// A bound of the terms from the j-th on.
    ///
    /// Where weights decrease it is the first of them times the sum of the coefficients. In a disc, with
    /// |a_n| <= M R^-n by Cauchy's estimate: weights rise at most by r = max(1, r_j) from one to the next, and the tail
    /// is at most M R^-n w_{k,j} / (1 - r/R^2). All weights are at most 1, as means of u^n P_k(u).
    fn left_out(&self, k: u64, count: usize, terms: usize) -> Radius {
        let n = k as usize + 2 * count;
        if n >= self.length as usize + 2 {
            return self.rest[self.length as usize + (n - self.length as usize) % 2];
        }
        let weight =
            self.factors.magnitude(n) * self.inverse.magnitude(count) * self.gammas.magnitude(k as usize + count);
        let [top, bottom] = self.ratio(k, count as u64);
        match &self.tail {
            Tail::Disc(disc) if count == terms => {
                let radius = Radius::double(disc.radius);
                let inverse_square = Radius::double(1.0) / radius / radius;
                let [top, bottom] = [top, bottom].map(|x| Radius::double(x as f64));
                let ratio = Radius::double(1.0).max(top / bottom);
                let left = Radius::double(1.0).minus_below(ratio * inverse_square);
                coefficient_bound(disc, n as u64) * weight / left
            }
            _ if top <= bottom => weight * self.rest[n],
            _ => self.rest[n],
        }
    }
}
