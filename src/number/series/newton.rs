//! Reciprocals, square roots, exponentials, sines of long power series by Newton's method.
//!
//! Each step doubles the number of right coefficients, in the time of a few products. It works on numbers without
//! errors; what the result lacks is read from its residual afterwards, in the arithmetic that carries errors. With g
//! the result and delta the residual the true series is g times a function of delta, which is small: its coefficients,
//! and so the errors, are bounded one by one (`majorant`).

use super::Series;
use crate::error::Result;
use crate::number::{Elementary, Number, Radius, majorant};
use crate::watch;
use rug::Rational;

/// The real and the imaginary part of a series.
type Parts<E> = [Vec<E>; 2];

impl<C: Number> Series<C> {
    /// Whether Newton's method is faster than a recurrence, which takes the time of sums over f.
    pub(super) fn is_long(&self, f: &[C::Element]) -> bool {
        f.len().min(self.order) >= self.base.long_series()
    }

    /// The lengths of Newton's method after the first: each at most twice the one before.
    fn steps(&self, first: usize) -> Vec<usize> {
        let halves = std::iter::successors(Some(self.order), |n| Some(n.div_ceil(2)));
        let mut steps: Vec<usize> = halves.take_while(|n| *n > first).collect();
        steps.reverse();
        steps
    }

    /// What recurrences start Newton's method with.
    fn first_length(&self) -> usize {
        let least = self.base.long_series().div_ceil(2).max(1);
        std::iter::successors(Some(self.order), |n| Some(n.div_ceil(2))).find(|n| *n <= least).unwrap_or(1)
    }

    fn centres(&self, f: &[C::Element]) -> Vec<C::Element> {
        f.iter().take(self.order).map(|x| self.base.centre(x).unwrap_or_else(|| x.clone())).collect()
    }

    fn low<'a>(&self, f: &'a [C::Element], length: usize) -> &'a [C::Element] {
        &f[..f.len().min(length)]
    }

    fn one(&self) -> C::Element {
        self.base.rational(&Rational::from(1))
    }

    /// Coefficients `from..to` of a product, those that are missing written out.
    fn middle(&self, x: &[C::Element], y: &[C::Element], from: usize, to: usize) -> Vec<C::Element> {
        let mut product = self.base.product(x, y, to);
        product.resize(to, self.zero());
        product.split_off(from)
    }

    fn negated(&self, x: &[C::Element]) -> Vec<C::Element> {
        x.iter().map(|x| self.base.neg(x)).collect()
    }

    /// Appends -(g e), e being what the next coefficients lack.
    fn correct(&self, g: &mut Vec<C::Element>, e: &[C::Element]) {
        let more = self.base.product(self.low(g, e.len()), e, e.len());
        g.extend(self.negated(&more));
    }

    fn magnitudes(&self, x: &[C::Element]) -> Vec<Radius> {
        x.iter().map(|x| self.base.magnitude(x)).collect()
    }

    /// g with the error that g times a series, at most `relative` from 1, may have.
    fn with_errors(&self, g: Vec<C::Element>, relative: &[Radius]) -> Result<Vec<C::Element>> {
        let errors = majorant::product(&self.magnitudes(&g), relative, g.len());
        self.widened_by(g, &errors)
    }

    fn widened_by(&self, g: Vec<C::Element>, errors: &[Radius]) -> Result<Vec<C::Element>> {
        g.iter().zip(errors).map(|(g, error)| self.base.widened(g, *error)).collect()
    }

    /// Whether the numbers carry errors.
    fn has_errors(&self) -> bool {
        self.base.centre(&self.zero()).is_some()
    }

    /// The lengths of Newton's method but the last, and the last: what is right to half of it is certified, and the
    /// last step carries the errors itself. A step is exact in what it adds: true coefficients follow from true ones.
    fn steps_but_last(&self, first: usize) -> (Vec<usize>, Option<usize>) {
        let mut steps = self.steps(first);
        let last = steps.pop();
        (steps, last)
    }

    /// 1/f for a long series with a first coefficient that is not zero: g <- g - g (f g - 1).
    pub(super) fn reciprocal(&self, f: &[C::Element]) -> Result<Vec<C::Element>> {
        let centres = self.centres(f);
        let mut g = self.centres(&self.quotient(&[self.one()], &centres, self.first_length())?);
        let (steps, last) = self.steps_but_last(g.len());
        for next in steps {
            watch::check();
            let lacks = self.middle(self.low(&centres, next), &g, g.len(), next);
            self.correct(&mut g, &self.centres(&lacks));
            g = self.centres(&g);
        }
        if self.has_errors() {
            // 1/f = g/(1 + delta)
            let residual = self.less_one(self.middle(self.low(f, g.len()), &g, 0, g.len()));
            let relative = majorant::geometric(&self.magnitudes(&residual));
            g = self.with_errors(g, &relative)?;
        }
        if let Some(last) = last {
            let lacks = self.middle(f, &g, g.len(), last);
            self.correct(&mut g, &lacks);
        }
        Ok(g)
    }

    fn less_one(&self, mut f: Vec<C::Element>) -> Vec<C::Element> {
        if let Some(first) = f.first_mut() {
            *first = self.base.sub(first, &self.one());
        }
        f
    }

    /// 1/sqrt(f) for a long series with a positive first coefficient: g <- g - g (f g^2 - 1)/2.
    pub(super) fn inverse_root(&self, f: &[C::Element]) -> Result<Vec<C::Element>> {
        let exponent = Rational::from((-1, 2));
        // Refused where the root of the first coefficient is not defined.
        self.base.power(&f[0], &exponent)?;
        let centres = self.centres(f);
        let mut g = self.centres(&self.power_by_recurrence(&centres, &exponent, self.first_length())?);
        let half = |lacks: &[C::Element]| -> Vec<C::Element> {
            lacks.iter().map(|x| self.base.scale_ratio(x, 1, 2)).collect()
        };
        let (steps, last) = self.steps_but_last(g.len());
        for next in steps {
            watch::check();
            let square = self.centres(&self.base.product(&g, &g, next));
            let lacks = self.middle(self.low(&centres, next), &square, g.len(), next);
            self.correct(&mut g, &self.centres(&half(&lacks)));
            g = self.centres(&g);
        }
        if self.has_errors() {
            // f^(-1/2) = g (1 + delta)^(-1/2); the coefficients of (1 - d)^(-1/2) - 1 are at most those of d/(1 - d).
            let square = self.base.product(&g, &g, g.len());
            let residual = self.less_one(self.middle(self.low(f, g.len()), &square, 0, g.len()));
            let relative = majorant::geometric(&self.magnitudes(&residual));
            g = self.with_errors(g, &relative)?;
        }
        if let Some(last) = last {
            let square = self.base.product(&g, &g, last);
            let lacks = self.middle(f, &square, g.len(), last);
            self.correct(&mut g, &half(&lacks));
        }
        Ok(g)
    }

    /// Coefficients of an integral from 0 that start at h^from, of an integrand that starts at h^(from-1).
    fn integrated(&self, slope: &[C::Element], from: usize) -> Vec<C::Element> {
        slope.iter().zip(from as u64..).map(|(c, n)| self.base.scale_ratio(c, 1, n)).collect()
    }

    /// exp of a long series, whatever its first coefficient, which counts as 0.
    ///
    /// With r = g' - f' g, log g - f has the derivative r/g, and g <- g - g (log g - f).
    pub(super) fn exp_by_newton(&self, f: &[C::Element]) -> Result<Vec<C::Element>> {
        let exact_slope = self.derivative(f);
        let slope = self.centres(&exact_slope);
        let mut g = self.centres(&self.exp_by_recurrence(&slope, self.one(), self.first_length()));
        let mut inverse = self.centres(&self.quotient(&[self.one()], &g, g.len())?);
        for next in self.steps(g.len()) {
            watch::check();
            // Of g' there is nothing from here on: r = -f' g.
            let known = g.len();
            let lacks = self.negated(&self.middle(self.low(&slope, next - 1), &g, known - 1, next - 1));
            let rate = self.base.product(&self.centres(&lacks), &inverse, next - known);
            self.correct(&mut g, &self.centres(&self.integrated(&rate, known)));
            g = self.centres(&g);
            let lacks = self.middle(&g, &inverse, known, next);
            self.correct(&mut inverse, &self.centres(&lacks));
            inverse = self.centres(&inverse);
        }
        if !self.has_errors() {
            return Ok(g);
        }
        // exp f = g exp(-integral of r/g); 1/g = inverse/(1 + delta). The coefficients of exp(d) - 1 are at most those
        // of d/(1 - d).
        let product = self.base.product(&exact_slope, &g, self.order - 1);
        let residual = self.magnitudes(&self.sub(&self.derivative(&g), &product));
        let delta = self.magnitudes(&self.less_one(self.middle(&g, &inverse, 0, self.order)));
        let relative = self.relative(&residual, &delta, &self.magnitudes(&inverse));
        self.with_errors(g, &relative)
    }

    /// At least the coefficients of exp(d) - 1, d the integral of r/g, 1/g = inverse/(1 + delta).
    fn relative(&self, residual: &[Radius], delta: &[Radius], inverse: &[Radius]) -> Vec<Radius> {
        let rest = majorant::geometric(delta);
        let more = majorant::product(inverse, &rest, self.order);
        let inverse: Vec<Radius> = inverse.iter().zip(more).map(|(size, more)| *size + more).collect();
        let rate = majorant::product(residual, &inverse, self.order - 1);
        let integral = rate.iter().enumerate().map(|(n, rate)| *rate / Radius::double((n + 1) as f64));
        let integral: Vec<Radius> = std::iter::once(Radius::ZERO).chain(integral).collect();
        majorant::geometric(&integral)
    }

    /// cos f and sin f of a long series: e^(if) as the exponential, 1/g being its conjugate.
    pub(super) fn cosine_sine_by_newton(&self, f: &[C::Element]) -> Result<Parts<C::Element>> {
        let [first_cosine, first_sine] = [Elementary::Cos, Elementary::Sin].map(|g| self.base.elementary(g, &f[0]));
        let (first_cosine, first_sine) = (first_cosine?, first_sine?);
        let exact_slope = self.derivative(f);
        let slope = self.centres(&exact_slope);
        // Of f without its first coefficient: 1 and 0 are exact.
        let [mut cosine, mut sine] =
            self.cosine_sine_by_recurrence(&slope, [self.one(), self.zero()], self.first_length());
        (cosine, sine) = (self.centres(&cosine), self.centres(&sine));
        for next in self.steps(cosine.len()) {
            watch::check();
            let (known, low) = (cosine.len(), self.low(&slope, next - 1));
            // r = g' - i f' g, of which g' has nothing here; r conj(g)
            let real = self.centres(&self.middle(low, &sine, known - 1, next - 1));
            let imaginary = self.centres(&self.negated(&self.middle(low, &cosine, known - 1, next - 1)));
            let rate = self.times([&real, &imaginary], [&cosine, &self.negated(&sine)], next - known);
            let lacks = rate.map(|rate| self.centres(&self.integrated(&rate, known)));
            let more = self.times([&cosine, &sine], [&lacks[0], &lacks[1]], next - known);
            for (part, more) in [&mut cosine, &mut sine].into_iter().zip(more) {
                part.extend(self.centres(&self.negated(&more)));
            }
        }
        if self.has_errors() {
            let slopes = [self.derivative(&cosine), self.derivative(&sine)];
            let real = self.add(&slopes[0], &self.base.product(&exact_slope, &sine, self.order - 1));
            let imaginary = self.sub(&slopes[1], &self.base.product(&exact_slope, &cosine, self.order - 1));
            let sum = |x: Vec<Radius>, y: Vec<Radius>| -> Vec<Radius> {
                let (mut long, short) = if x.len() >= y.len() { (x, y) } else { (y, x) };
                long.iter_mut().zip(short).for_each(|(x, y)| *x = *x + y);
                long
            };
            let residual = sum(self.magnitudes(&real), self.magnitudes(&imaginary));
            let squares = [&cosine, &sine].map(|part| self.middle(part, part, 0, self.order));
            let delta = self.magnitudes(&self.less_one(self.add(&squares[0], &squares[1])));
            let sizes = sum(self.magnitudes(&cosine), self.magnitudes(&sine));
            let relative = self.relative(&residual, &delta, &sizes);
            let errors = majorant::product(&sizes, &relative, self.order);
            cosine = self.widened_by(cosine, &errors)?;
            sine = self.widened_by(sine, &errors)?;
        }
        Ok(self.times([&cosine, &sine], [&[first_cosine], &[first_sine]], self.order))
    }

    /// The product of two complex series.
    fn times(&self, x: [&[C::Element]; 2], y: [&[C::Element]; 2], length: usize) -> Parts<C::Element> {
        let product = |a: usize, b: usize| self.base.product(x[a], y[b], length);
        [self.sub(&product(0, 0), &product(1, 1)), self.add(&product(0, 1), &product(1, 0))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::{Ball, Balls, Multiprecision};
    use rug::Float;

    const PRECISION: u32 = 160;
    const WIDE: u32 = 1200;

    /// The coefficients of a series as rational numbers.
    type Coefficients = fn(u32) -> Rational;

    /// Coefficients that fall like a power, of growing and of mixed signs, entire, and of one parity.
    const SERIES: [(&str, Coefficients); 5] = [
        ("power", |n| Rational::from((1, 1 + u64::from(n) * u64::from(n)))),
        ("falling", |n| if n == 0 { Rational::from(1) } else { Rational::from((-1, 2 * u64::from(n * n))) }),
        ("growing", |n| Rational::from((2 + i64::from(n * 7919 % 5) * if n % 3 == 1 { -1 } else { 1 }, 3)) << n),
        ("entire", |n| (1..=n).fold(Rational::from(3), |x, j| x * 3u32 / j)),
        ("even", |n| if n % 2 == 0 { Rational::from((1, 1 + n)) } else { Rational::new() }),
    ];

    /// Whether each number is enclosed, to `bits` less what sums of both signs cost per index.
    fn check(what: &str, found: &[Ball], truth: &[Float], [bits, slope]: [i32; 2]) {
        assert_eq!(found.len(), truth.len(), "{what}");
        for (n, (ball, truth)) in found.iter().zip(truth).enumerate() {
            assert!(ball.contains(truth), "{what} {n}: {:e} {:e} {truth:e}", ball.middle, ball.radius.to_float());
            let size = truth.get_exp().unwrap_or(0);
            let limit = Radius::power_of_two(size - bits + slope * n as i32);
            assert!(truth.is_zero() || ball.radius <= limit, "{what} {n}: {:e} {truth:e}", ball.radius.to_float());
        }
    }

    /// Against recurrences of many more bits: every coefficient is enclosed, to within the bits that sums of terms of
    /// both signs cost. A step from one part to the next that is off would be seen.
    #[test]
    fn functions_are_those_of_recurrences() {
        let order = 333;
        let (balls, wide) = (Series::new(Balls::new(PRECISION), order), Series::new(Multiprecision::new(WIDE), order));
        for (name, coefficient) in SERIES {
            let f: Vec<Ball> = (0..order as u32).map(|n| balls.base.rational(&coefficient(n))).collect();
            // What the balls stand for: a number within each, not its middle.
            let g: Vec<Float> = (0..order as u32).map(|n| wide.base.rational(&coefficient(n))).collect();
            assert!(balls.is_long(&f) && balls.first_length() < order);
            // For f = 3 e^(3h) the bound |1/f| |f| |1/f| is e^(9h) where f^(1/3) is e^h: 9^n; and exp of what log f may
            // lack.
            let bits = [PRECISION as i32 - 60, if name == "entire" { 6 } else { 0 }];
            let one = [wide.one()];
            check(name, &balls.reciprocal(&f).unwrap(), &wide.quotient(&one, &g, order).unwrap(), bits);
            let root = wide.power_by_recurrence(&g, &Rational::from((-1, 2)), order).unwrap();
            check(name, &balls.inverse_root(&f).unwrap(), &root, bits);
            for q in [(1, 2), (-3, 2), (5, 2), (1, 3), (-7, 5)] {
                let q = Rational::from(q);
                let truth = wide.power_by_recurrence(&g, &q, order).unwrap();
                check(&format!("{name}^{q}"), &balls.power(&f, &q).unwrap(), &truth, bits);
            }
            let first = wide.base.elementary(Elementary::Exp, &g[0]).unwrap();
            let truth = wide.exp_by_recurrence(&wide.derivative(&g), first, order);
            check(&format!("exp {name}"), &balls.elementary(Elementary::Exp, &f).unwrap(), &truth, bits);
            let first = [Elementary::Cos, Elementary::Sin].map(|f| wide.base.elementary(f, &g[0]).unwrap());
            let truth = wide.cosine_sine_by_recurrence(&wide.derivative(&g), first, order);
            let found = balls.cosine_sine(&f).unwrap();
            for (found, truth) in found.iter().zip(&truth) {
                check(&format!("e^i {name}"), found, truth, [-5000, 0]);
            }
        }
    }

    /// Without errors the same numbers, to the bits that recurrences give.
    #[test]
    fn multiprecision_agrees_with_recurrences() {
        let order = 400;
        let c = Series::new(Multiprecision::new(PRECISION), order);
        let f: Vec<Float> = (0..order as u32).map(|n| c.base.rational(&SERIES[0].1(n))).collect();
        let (found, recurrence) = (c.reciprocal(&f).unwrap(), c.quotient(&[c.one()], &f, order).unwrap());
        for (a, b) in found.iter().zip(&recurrence) {
            assert!(Float::with_val(64, a - b).abs() < 1e-40);
        }
    }

    /// A first coefficient that may be zero is refused or gives infinite errors, and no bound that is wrong.
    #[test]
    fn what_is_not_known_is_not_bounded() {
        let c = Series::new(Balls::new(PRECISION), 200);
        let mut f: Vec<Ball> = (0..200).map(|n| c.base.rational(&SERIES[0].1(n))).collect();
        f[0].radius = Radius::double(0.99);
        assert!(c.reciprocal(&f).is_err() || c.reciprocal(&f).unwrap().iter().all(|b| !b.radius.is_finite()));
        f[0].radius = Radius::double(1.5);
        assert!(c.div(&vec![c.one()], &f).is_err() || c.reciprocal(&f).unwrap().iter().all(|b| !b.radius.is_finite()));
    }
}
