//! The series of mu_k from the expansions at both ends, with its remainder.

use super::super::examined_kernel::ExaminedKernel;
use crate::error::{Error, Result};
use crate::kernel::{Expansions, Region};
use crate::number::{Ball, Balls, Hybrid, Number, Radius, Truth};
use crate::parity::{Parity, PerParity};
use crate::special::{endpoint_constant, endpoint_ratio};
use rug::{Float, Rational};

/// $\mu_k = \sum_{\nu} (a_\nu + (-1)^k b_\nu) W_\nu(k) + R$ over the fractional exponents below some n, where
/// $$W_\nu(k) = \frac{\Gamma(p/2)}{\sqrt\pi} 2^{2\nu+p-2} \frac{\Gamma(\nu+\frac{p-1}2)}{\Gamma(-\nu)}
/// \frac{\Gamma(k-\nu)}{\Gamma(k+\nu+p-1)}$$
/// is the eigenvalue of $|x-y|^{2\nu}$ (k > nu). Exponents that differ by integers form a class: within it
/// $W_{\nu+1}/W_\nu$ is a rational function of k. The remainder R is bounded by its three parts: see docs/proofs.md.
#[derive(Clone, Debug)]
pub struct EndpointSeries {
    /// The classes, by increasing nu.
    pub classes: Vec<Class>,
    region: Region,
    /// Part (a) of the remainders.
    tails: Vec<Tail>,
    /// Terms of each class.
    length: usize,
    /// Bound of the sum F of the ellipse, which does not depend on k.
    hypergeometric: Radius,
    dimension: u64,
    balls: Balls,
}

/// Part (a) of the remainders at one end.
#[derive(Clone, Debug)]
struct Tail {
    /// The class of 1/root.
    class: usize,
    /// After n terms the n-th of these times |W_e(k)|, e = n + 1/root.
    factors: Vec<Radius>,
}

/// The terms with exponents nu, nu + 1, nu + 2, ...
#[derive(Clone, Debug)]
pub struct Class {
    /// The smallest exponent, between 0 and 1.
    pub nu: Rational,
    /// Its numerator and denominator.
    fraction: (u64, u64),
    /// $d_i = (a \pm b)_{\nu+i}$ times all of $W_{\nu+i}$ that does not depend on k; for even and for odd k.
    pub terms: PerParity<Vec<Ball>>,
    /// Whether these are zero.
    pub zeros: PerParity<Vec<Truth>>,
    /// Bounds of |a| + |b|.
    sizes: Vec<Radius>,
    /// A bound of the part of W_nu that does not depend on k.
    constant: Radius,
}

/// Exponents tried for the completion of the terms beyond the slits.
const MOST_EXPONENTS: u64 = 4000;

/// The value of the series at one degree.
#[derive(Clone, Debug)]
pub struct Sum {
    /// An enclosure of mu_k.
    pub value: Ball,
    /// How many terms of each class were added.
    pub terms: usize,
    /// A bound of what was left out, part of the radius of `value`.
    pub remainder: Radius,
    /// Beside the exponential part, the remainder was bounded by |W_e| with e at least this.
    pub order: Rational,
}

impl EndpointSeries {
    /// The series of a kernel, from its expansions and the region where it is analytic.
    ///
    /// # Errors
    /// `Unable` if the kernel has no fractional powers at its ends.
    pub fn of(problem: &ExaminedKernel, region: Region, precision: u32, order: u32) -> Result<Self> {
        let unable = |why: &str| Err(Error::unable(format!("no endpoint expansion of {}: {why}", problem.kernel)));
        let expansions = problem.ends()?.expansions(Hybrid::new(precision), order)?;
        if expansions.roots() != region.discs.map(|disc| disc.root) {
            return unable("its ends are not those of the region");
        }
        let balls = Balls::new(precision);
        let p = problem.dimension();
        let exponents = expansions.exponents();
        let reach = expansions.reach();
        if exponents.is_empty() {
            return unable("no fractional power was met at its ends");
        }
        // The classes of the terms, and those of the first exponents of the remainders.
        let mut fractions: Vec<Rational> =
            exponents.iter().map(|nu| nu.clone().fract_floor(Default::default()).0).collect();
        // At an end where the kernel is analytic there is no slit.
        let slits = region.discs.iter().filter(|disc| disc.root > 1);
        let firsts: Vec<Rational> = slits.clone().map(|disc| Rational::from((1, disc.root))).collect();
        fractions.extend(firsts.clone());
        fractions.sort();
        fractions.dedup();
        let length = reach.clone().floor().numer().to_usize().unwrap_or(0);
        if length == 0 {
            return unable("its expansions are known to too low an order");
        }
        let place = |nu: &Rational| {
            let found = fractions.iter().position(|f| f == nu);
            found.ok_or_else(|| Error::unable(format!("no class of exponents for {nu}")))
        };
        let tails = slits
            .zip(&firsts)
            .map(|(disc, first)| Ok(Tail { class: place(first)?, factors: region.tails(disc, length)? }))
            .collect::<Result<_>>()?;
        let classes =
            fractions.iter().map(|nu| Class::of(&expansions, nu, length, p, &balls)).collect::<Result<Vec<Class>>>()?;
        let hypergeometric = region.hypergeometric(p);
        Ok(EndpointSeries { classes, region, tails, length, hypergeometric, dimension: p, balls })
    }

    /// The smallest exponent with a coefficient that is not known to vanish, for even or odd k.
    pub fn leading_exponent(&self, parity: Parity) -> Option<Rational> {
        let first = |class: &Class| {
            let index = class.zeros[parity].iter().position(|zero| *zero != Truth::Yes);
            index.map(|i| Rational::from(&class.nu + i as u32))
        };
        self.classes.iter().filter_map(first).min()
    }

    /// The dimension p of the space around the sphere S^{p-1}.
    pub fn dimension(&self) -> u64 {
        self.dimension
    }

    /// The region around \[-1, 1\] where the kernel was proved to be analytic.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The balls in which the series is computed.
    pub fn balls(&self) -> &Balls {
        &self.balls
    }

    /// The number of terms of each class, the exponents that differ by integers.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The ratios Gamma(k-nu)/Gamma(k+nu+p-1) of every class, by recurrence from those of a nearby lower degree.
    ///
    /// # Errors
    /// `Unable` for k = 0.
    pub fn ratios(&self, k: u64, before: Option<(u64, Vec<Ball>)>) -> Result<Vec<Ball>> {
        match before {
            Some((from, mut ratios)) if from <= k && k - from <= 8 => {
                for (class, ratio) in self.classes.iter().zip(&mut ratios) {
                    let (n, d) = class.fraction();
                    for j in from..k {
                        let above = self.balls.scale(ratio, &Rational::from(j * d - n));
                        *ratio = self.balls.scale(&above, &Rational::from((1, (j + self.dimension - 1) * d + n)));
                    }
                }
                Ok(ratios)
            }
            _ => self.classes.iter().map(|class| endpoint_ratio(&self.balls, k, &class.nu, self.dimension)).collect(),
        }
    }

    /// mu_k with a proved error, k >= 2. The number of terms is what makes the remainder smallest, or negligible.
    ///
    /// # Errors
    /// `Unable` where bounds overflow.
    pub fn sum(&self, k: u64, ratios: &[Ball]) -> Result<Sum> {
        let c = &self.balls;
        let parity = Parity::of(k);
        let p = self.dimension;
        // W_{nu+i} of every class without its constant, and with it as a bound.
        let mut weights = ratios.to_vec();
        let mut bounds: Vec<Radius> =
            self.classes.iter().zip(ratios).map(|(class, ratio)| class.constant * ratio.magnitude()).collect();
        let mut total = c.rational(&Rational::new());
        let mut best: Option<(Radius, Ball, usize)> = None;
        let negligible = Radius::power_of_two(-(c.precision() as i32));
        // Exponents below n, and the first of the remainder between n and n + 1, must be below k.
        for n in 1..=self.length.min(k as usize - 1) {
            let i = n - 1;
            for ((class, weight), bound) in self.classes.iter().zip(&mut weights).zip(&mut bounds) {
                total = c.add(&total, &c.mul(&class.terms[parity][i], weight));
                let (above, below) = class.step(k, i as u64, p);
                *weight = c.mul(weight, &c.rational(&Rational::from((1, &below))));
                *weight = c.scale(weight, &Rational::from(class.fraction().1.pow(2)));
                *bound = *bound * Radius::quotient(&above, &below);
            }
            let at_ends = self.tails.iter().map(|tail| tail.factors[i] * bounds[tail.class]);
            let tail = at_ends.fold(Radius::ZERO, |sum, part| sum + part);
            if best.as_ref().is_none_or(|(least, ..)| tail < *least) {
                best = Some((tail, total.clone(), n));
            }
            if tail < total.mignitude() * negligible {
                break;
            }
        }
        let Some((tail, total, terms)) = best else {
            return Err(Error::unable(format!("no terms of the endpoint expansion at degree {k}")));
        };
        let enough = total.mignitude() * negligible;
        let (completion, order) = self.completion(k, terms, ratios, enough);
        let remainder = tail + completion + self.ellipse(k, enough);
        // Part (a): e = n + 1/root.
        let finest = self.tails.iter().map(|tail| Rational::from(&self.classes[tail.class].nu + terms as u32));
        let order = finest.fold(order, Rational::min);
        Ok(Sum { value: total.widened(remainder), terms, remainder, order })
    }

    /// Part (b) of the remainder: the terms j below n beyond the slits, |a_j| t^(2 nu_j - 2 e) |W_e(k)| for any e of
    /// the class of nu_j, nu_j <= e < k, where |x-y| = t at the end of the slits. And the smallest e that was used.
    fn completion(&self, k: u64, n: usize, ratios: &[Ball], enough: Radius) -> (Radius, Rational) {
        let (mut sum, mut order) = (Radius::ZERO, Rational::from(k));
        for (class, ratio) in self.classes.iter().zip(ratios) {
            if !class.sizes[..n].iter().all(|size| size.is_zero()) {
                let (part, i) = self.class_completion(class, k, n, class.constant * ratio.magnitude(), enough);
                sum = sum + part;
                order = order.min(Rational::from(&class.nu + i));
            }
        }
        (sum, order)
    }

    /// Part (b) for one class, given a bound of |W_nu(k)|, and the i with e = nu + i that is used.
    fn class_completion(&self, class: &Class, k: u64, n: usize, first: Radius, enough: Radius) -> (Radius, u64) {
        let [below, above] = self.region.slit_square();
        // sum_i |a_i| t^(2i)
        let mut power = Radius::double(1.0);
        let mut sizes = Radius::ZERO;
        for size in &class.sizes[..n] {
            sizes = sizes + *size * power;
            power = power * above;
        }
        // |W_{nu+i}| t^(-2i)
        let mut factor = first;
        let mut best = (Radius::INFINITE, 0);
        for i in 0..(k - 1).min(n as u64 + MOST_EXPONENTS) {
            if i + 1 >= n as u64 {
                if best.0 < factor {
                    break;
                }
                best = (factor, i);
                if factor * sizes < enough {
                    break;
                }
            }
            let (up, down) = class.step(k, i, self.dimension);
            factor = factor * Radius::quotient(&up, &down) / below;
        }
        (best.0 * sizes, best.1)
    }

    /// Part (c) of the remainder: the ellipse, M (rho + 1/rho) rho^(-k-1) F k! Gamma(p/2)/Gamma(k+p/2).
    fn ellipse(&self, k: u64, enough: Radius) -> Radius {
        let bound = self.region.ellipse(k) * self.hypergeometric;
        if bound < enough {
            return bound;
        }
        // k! Gamma(q)/Gamma(k+q) is at most 1 and decreases with q >= 1: q = floor(p/2).
        (1..self.dimension / 2)
            .fold(bound, |bound, i| bound * Radius::double(i as f64) / Radius::double((k + i) as f64))
    }
}

impl Class {
    fn of(expansions: &Expansions, nu: &Rational, length: usize, p: u64, balls: &Balls) -> Result<Self> {
        let base = Hybrid::new(balls.precision());
        let mut constant = endpoint_constant(balls, nu, p)?;
        let small =
            |n: &rug::Integer| n.to_u64().ok_or_else(|| Error::unable(format!("the exponent {nu} is too long")));
        let mut class = Class {
            nu: nu.clone(),
            fraction: (small(nu.numer())?, small(nu.denom())?),
            terms: Default::default(),
            zeros: Default::default(),
            sizes: Vec::new(),
            constant: constant.magnitude(),
        };
        for i in 0..length {
            let exponent = Rational::from(nu + i as u32);
            let [a, b] = expansions.coefficients(&exponent);
            for (parity, sum) in Parity::BOTH.into_iter().zip([base.add(&a, &b), base.sub(&a, &b)]) {
                class.zeros[parity].push(base.is_zero(&sum));
                class.terms[parity].push(balls.mul(&sum.ball, &constant));
            }
            class.sizes.push(a.ball.magnitude() + b.ball.magnitude());
            // W_{nu+1}/W_nu = -4 (nu + (p-1)/2)(nu + 1) / ((k-nu-1)(k+nu+p-1))
            let factor = (&exponent + Rational::from((p - 1, 2))) * Rational::from(&exponent + 1u32) * -4;
            constant = balls.mul(&constant, &balls.rational(&factor));
        }
        Ok(class)
    }

    /// |W_{nu+i+1}(k) / W_{nu+i}(k)| as a quotient of integers: 2 (2n + (p-1) d)(n + d) over (k d - n - d)(k d + n +
    /// (p-1) d), where n/d = nu + i;
    /// d^2 over the second is the part that depends on k.
    fn step(&self, k: u64, i: u64, p: u64) -> (rug::Integer, rug::Integer) {
        let (n, d) = self.fraction();
        let n = n + i * d;
        let whole = |x: u64| rug::Integer::from(x);
        let above = whole(2) * (whole(2) * n + whole(p - 1) * d) * (n + d);
        let below = (whole(k) * d - n - d) * (whole(k) * d + n + whole(p - 1) * d);
        (above, below)
    }

    /// The leading coefficient of the parity where it is larger.
    pub(super) fn largest_leading(&self) -> Option<&Float> {
        let first = |terms: &'_ Vec<Ball>| terms.iter().position(|ball| !ball.middle.is_zero());
        let leading = self.terms.iter().filter_map(|terms| Some(&terms[first(terms)?].middle));
        leading.max_by_key(|c| c.get_exp())
    }

    /// Numerator and denominator of nu, the smallest exponent of the class.
    pub fn fraction(&self) -> (u64, u64) {
        self.fraction
    }
}
