//! The asymptotic series of mu_k.

use super::super::problem::Problem;
use crate::error::{Error, Result};
use crate::kernel::End;
use crate::number::{Hybrid, HybridNumber, Number, PuiseuxSeries, Truth};
use crate::special::{endpoint_ratio, gamma};
use rug::{Float, Rational};

/// $\mu_k \sim \sum_{\nu} (a_\nu + (-1)^k b_\nu) W_\nu(k)$ over the fractional exponents, where
/// $$W_\nu(k) = \frac{\Gamma(p/2)}{\sqrt\pi} 2^{2\nu+p-2} \frac{\Gamma(\nu+\frac{p-1}2)}{\Gamma(-\nu)}
/// \frac{\Gamma(k-\nu)}{\Gamma(k+\nu+p-1)}$$
/// is the eigenvalue of $|x-y|^{2\nu}$ (k > nu). Exponents that differ by integers form a class: within it
/// $W_{\nu+1}/W_\nu$ is a rational function of k.
#[derive(Clone, Debug)]
pub struct EndpointSeries {
    /// The classes, by increasing nu.
    pub classes: Vec<Class>,
    dimension: u64,
    precision: u32,
}

/// As many terms as are left out estimate the error: some may vanish by accident.
const LEFT_OUT: usize = 3;

/// The terms with exponents nu, nu + 1, nu + 2, ...
#[derive(Clone, Debug)]
pub struct Class {
    /// The smallest exponent, between 0 and 1.
    pub nu: Rational,
    /// $d_i = (a \pm b)_{\nu+i}$ times all of $W_{\nu+i}$ that does not depend on k; for even and for odd k.
    pub terms: [Vec<Float>; 2],
    /// The same with |a| + |b|: what cancellation between the ends hides.
    sizes: Vec<Float>,
}

/// The expansion of a kernel at both ends.
#[derive(Clone, Debug)]
pub struct Expansions {
    /// At u = 1 and u = -1.
    pub ends: [PuiseuxSeries<HybridNumber>; 2],
    base: Hybrid,
    order: u32,
}

impl Expansions {
    /// Expands to tau^order with `precision` bits.
    ///
    /// # Errors
    /// As [`Program::expand`](crate::kernel::Program::expand).
    pub fn of(problem: &Problem, precision: u32, order: u32) -> Result<Self> {
        let base = Hybrid::new(precision);
        let at = |end| problem.program.expand(&base, end, order).map_err(|e| e.within(&problem.kernel));
        let [one, minus_one] = End::BOTH;
        let (one, minus_one) = rayon::join(|| at(one), || at(minus_one));
        Ok(Expansions { ends: [one?, minus_one?], base, order })
    }

    /// Whether no fractional power can have been met: no step of the formula has one at either end.
    pub fn analytic(&self) -> bool {
        self.ends.iter().all(|series| series.root == 1 && series.known >= self.order as usize)
    }

    /// The exponent below which all coefficients are known.
    pub fn reach(&self) -> Rational {
        self.ends.iter().map(|series| series.exponent(series.known)).fold(Rational::from(u32::MAX), Rational::min)
    }

    /// The coefficients of tau^nu at both ends.
    pub fn coefficients(&self, nu: &Rational) -> [HybridNumber; 2] {
        self.ends.each_ref().map(|series| {
            let index = Rational::from(nu * series.root);
            let coefficient = index.is_integer().then(|| index.numer().to_usize()).flatten();
            let found = coefficient.and_then(|j| series.coefficients.get(j));
            found.cloned().unwrap_or_else(|| self.base.rational(&Rational::new()))
        })
    }

    /// The fractional exponents with a coefficient, below the reach, increasing.
    pub fn exponents(&self) -> Vec<Rational> {
        let reach = self.reach();
        let mut exponents: Vec<Rational> = Vec::new();
        for series in &self.ends {
            let with_coefficient = series.coefficients.iter().enumerate();
            exponents.extend(
                with_coefficient
                    .filter(|(_, c)| self.base.is_zero(c) != Truth::Yes)
                    .map(|(j, _)| series.exponent(j))
                    .filter(|nu| !nu.is_integer() && *nu < reach),
            );
        }
        exponents.sort();
        exponents.dedup();
        exponents
    }
}

/// $\frac{\Gamma(p/2)}{\sqrt\pi} 2^{2\nu+p-2} \frac{\Gamma(\nu+\frac{p-1}2)}{\Gamma(-\nu)}$, the part of $W_\nu$ that does not depend on k.
pub fn weight(nu: &Rational, p: u64, precision: u32) -> Float {
    let wide = precision + 32;
    let half = gamma(&Rational::from((p, 2)), wide) / Float::with_val(wide, rug::float::Constant::Pi).sqrt();
    let power = Rational::from(nu * 2u32) + p - 2u32;
    let two = (Float::with_val(wide, 2).ln() * Float::with_val(wide, &power)).exp();
    let upper = gamma(&(nu + Rational::from((p - 1, 2))), wide);
    let lower = gamma(&Rational::from(-nu), wide);
    Float::with_val(precision, half * two * upper / lower)
}

impl EndpointSeries {
    /// The series of a kernel, from expansions to tau^order.
    ///
    /// # Errors
    /// `Unable` if the kernel is not known to be analytic inside, or has no fractional powers at its ends.
    pub fn of(problem: &Problem, precision: u32, order: u32) -> Result<Self> {
        let unable = |why: &str| Err(Error::unable(format!("no endpoint expansion of {}: {why}", problem.kernel)));
        if let Err(why) = problem.singularities.analytic_inside() {
            return unable(&why);
        }
        let expansions = Expansions::of(problem, precision, order)?;
        let p = problem.dimension();
        let mut classes: Vec<Class> = Vec::new();
        let exponents = expansions.exponents();
        let reach = expansions.reach();
        for nu in exponents.iter().map(|nu| nu.clone().fract_floor(Default::default()).0) {
            if classes.iter().all(|class| class.nu != nu) {
                classes.push(Class::of(&expansions, &nu, &reach, p, precision)?);
            }
        }
        if classes.is_empty() && !expansions.analytic() {
            return unable("its expansions are known to too low an order");
        }
        if classes.is_empty() {
            return unable("it is smooth at both ends: its eigenvalues decay faster than any power");
        }
        classes.sort_by(|a, b| a.nu.cmp(&b.nu));
        Ok(EndpointSeries { classes, dimension: p, precision })
    }

    /// The smallest exponent with a coefficient.
    pub fn leading_exponent(&self) -> Rational {
        let first = |class: &Class| {
            let index = class.sizes.iter().position(|size| !size.is_zero());
            index.map(|i| Rational::from(&class.nu + i as u32))
        };
        self.classes.iter().filter_map(first).min().unwrap_or_default()
    }

    /// The dimension p.
    pub fn dimension(&self) -> u64 {
        self.dimension
    }

    /// The ratios Gamma(k-nu)/Gamma(k+nu+p-1) of every class, by recurrence from those of a nearby lower degree.
    pub fn ratios(&self, k: u64, before: Option<(u64, Vec<Float>)>) -> Vec<Float> {
        match before {
            Some((from, mut ratios)) if from <= k && k - from <= 8 => {
                for (class, ratio) in self.classes.iter().zip(&mut ratios) {
                    let (n, d) = class.fraction();
                    for j in from..k {
                        *ratio *= j * d - n;
                        *ratio /= (j + self.dimension - 1) * d + n;
                    }
                }
                ratios
            }
            _ => {
                let ratio = |class: &Class| endpoint_ratio(k, &class.nu, self.dimension, self.precision);
                self.classes.iter().map(ratio).collect()
            }
        }
    }

    /// mu_k and an estimate of its error: the first terms left out, and rounding.
    pub fn sum(&self, k: u64, ratios: &[Float]) -> (Float, Float) {
        let parity = (k % 2) as usize;
        let mut weights = ratios.to_vec();
        let mut total = Float::new(self.precision);
        let mut sizes: Vec<Float> = Vec::new();
        let mut largest = Float::new(32);
        let length = self.classes.iter().map(|class| class.sizes.len()).min().unwrap_or(0);
        let mut partial: Vec<Float> = Vec::with_capacity(length);
        for i in 0..length {
            let mut size = Float::new(32);
            for (class, weight) in self.classes.iter().zip(&mut weights) {
                if i > 0 {
                    // W_{nu+i}/W_{nu+i-1}, its constants being in the terms: 1/((k-nu-i)(k+nu+p-2+i)).
                    let (n, d) = class.fraction();
                    let Some(first) = (k * d).checked_sub(n + i as u64 * d) else {
                        return self.end(total, &sizes, &largest, &partial);
                    };
                    *weight /= first;
                    *weight /= (k + self.dimension - 2 + i as u64) * d + n;
                    *weight *= d * d;
                }
                total += Float::with_val(self.precision, &class.terms[parity][i] * &*weight);
                size += Float::with_val(32, &class.sizes[i] * &*weight).abs();
            }
            if size > largest {
                largest.clone_from(&size);
            }
            sizes.push(size);
            partial.push(total.clone());
            // More terms than needed were added: they estimate the error.
            let negligible = |s: &Float| match (s.get_exp(), total.get_exp()) {
                (Some(size), Some(total)) => size < total - self.precision as i32,
                (None, Some(_)) => true,
                (_, None) => false,
            };
            if i >= LEFT_OUT && sizes[i + 1 - LEFT_OUT..].iter().all(negligible) {
                break;
            }
            // The terms grow: the smallest was passed.
            let passed = |s: &Float| !sizes[i - 4].is_zero() && *s > sizes[i - 4] && *s > sizes[i - 3];
            if i >= 6 && sizes[i - 2..].iter().all(passed) {
                break;
            }
        }
        self.end(total, &sizes, &largest, &partial)
    }

    /// The partial sum before the smallest terms, and the error: four times those terms, and rounding.
    fn end(&self, total: Float, sizes: &[Float], largest: &Float, partial: &[Float]) -> (Float, Float) {
        let rounding = largest.clone() >> (self.precision - 24);
        let Some(last) = sizes.len().checked_sub(LEFT_OUT + 1) else {
            // Hardly any terms: nothing is known.
            return (total, Float::with_val(64, f64::MAX));
        };
        let after = |i: usize| sizes[i + 1..=i + LEFT_OUT].iter().fold(Float::new(32), |sum, size| sum + size);
        // Leading coefficients may vanish: that says nothing of the later ones.
        let first = sizes.iter().position(|size| !size.is_zero()).unwrap_or(0).min(last);
        let (mut best, mut smallest) = (first, after(first));
        for i in first + 1..=last {
            let left_out = after(i);
            if left_out <= smallest {
                (best, smallest) = (i, left_out);
            }
        }
        (partial[best].clone(), Float::with_val(64, smallest << 2u32) + rounding)
    }
}

impl Class {
    fn of(expansions: &Expansions, nu: &Rational, reach: &Rational, p: u64, precision: u32) -> Result<Self> {
        let base = Hybrid::new(precision);
        let mut class = Class { nu: nu.clone(), terms: Default::default(), sizes: Vec::new() };
        let mut constant = weight(nu, p, precision);
        let mut exponent = nu.clone();
        while exponent < *reach {
            let [a, b] = expansions.coefficients(&exponent);
            for (parity, sum) in [base.add(&a, &b), base.sub(&a, &b)].into_iter().enumerate() {
                // Noise is taken for zero; quadrature confirms the sum.
                let value = if base.is_zero(&sum) == Truth::No { sum.ball.middle } else { Float::new(precision) };
                class.terms[parity].push(value * &constant);
            }
            class
                .sizes
                .push((Float::with_val(32, a.ball.middle.abs()) + b.ball.middle.abs()) * Float::with_val(32, constant.abs_ref()));
            // W_{nu+1}/W_nu = -4 (nu + (p-1)/2)(nu + 1) / ((k-nu-1)(k+nu+p-1))
            let factor = (&exponent + Rational::from((p - 1, 2))) * Rational::from(&exponent + 1u32) * -4;
            constant *= factor;
            exponent += 1;
        }
        if class.sizes.len() <= LEFT_OUT {
            return Err(Error::unable(format!(
                "the expansion has too few known terms with exponents {nu}, {nu} + 1, ..."
            )));
        }
        Ok(class)
    }

    /// The leading coefficient of the parity where it is larger.
    pub(super) fn largest_leading(&self) -> Option<&Float> {
        let leading = self.terms.iter().filter_map(|terms| terms.first());
        leading.filter(|c| !c.is_zero()).max_by_key(|c| c.get_exp())
    }

    /// Numerator and denominator of nu.
    pub(super) fn fraction(&self) -> (u64, u64) {
        (self.nu.numer().to_u64().unwrap_or(0), self.nu.denom().to_u64().unwrap_or(1))
    }
}
