//! Intervals with double-precision ends: where a kernel is analytic, and how large it is, proved.

mod elementary;
mod sine;

use super::shown::whole_exponent;
use super::{Elementary, Number, Radius, Smooth, Truth, arc_cosine};
use crate::error::{Error, Result};
use rug::{Float, Rational, float::Round};
use sine::sine_of_point;
use std::cmp::Ordering;

/// Interval arithmetic in double precision, rounded outward.
///
/// In the *analytic* mode `Ok` says more than containment: the operation is analytic on the whole input interval. An
/// operation whose argument touches a branch point or a pole answers [`Error::Unable`]; one whose argument lies
/// entirely outside its domain answers [`Error::Domain`]. In the *closed* mode branch points belong to the domain, and
/// the part of an argument outside the domain (which rounding outward may add) is cut off.
///
/// Sums, products, quotients and square roots are rounded to nearest by IEEE 754, then moved outward by one double. The
/// other functions are, in the *proved* mode, a series with a bounded error (sines and their inverses) or MPFR's at 53
/// bits, rounded outward; else the platform's, widened by four units in the last place, which is ample for good
/// libraries and ten times faster, and steers the choice of a method but certifies nothing.
#[derive(Clone, Copy, Debug)]
pub struct Intervals {
    analytic: bool,
    proved: bool,
}

/// Units in the last place by which the platform's functions may be off.
const PLATFORM_ULPS: u32 = 4;

/// A closed interval of real numbers with doubles as ends, `low <= high`, which may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// f(x) rounded as asked, for a function that MPFR rounds correctly.
fn rounded(x: f64, round: Round, f: impl FnOnce(&Float, &mut Float, Round) -> Ordering) -> f64 {
    let mut value = Float::new(53);
    f(&Float::with_val(53, x), &mut value, round);
    value.to_f64_round(round)
}

impl Interval {
    /// The interval from `low` to `high`; the ends are swapped if they are out of order.
    pub fn new(low: f64, high: f64) -> Self {
        Interval { low: low.min(high), high: low.max(high) }
    }

    /// Whether the double `x` lies in the interval, its ends included.
    pub fn contains(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// The interval that holds the double `x` alone, as both of its ends.
    pub fn point(x: f64) -> Self {
        Interval { low: x, high: x }
    }

    /// The interval of all real numbers, for values of which nothing is known.
    pub const EVERYTHING: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// The largest absolute value of a number in the interval, exactly.
    pub fn magnitude(&self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// The smallest absolute value of a number in the interval, exactly: 0 where it contains 0.
    pub fn mignitude(&self) -> f64 {
        if self.contains(0.0) { 0.0 } else { self.low.abs().min(self.high.abs()) }
    }

    /// The midpoint of the interval, rounded to a double; NaN for the whole line.
    pub fn middle(&self) -> f64 {
        self.low.midpoint(self.high)
    }

    /// The smallest interval that contains this interval and another one.
    pub fn hull(&self, other: &Interval) -> Interval {
        Interval { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// What two enclosures of one number have in common.
    pub fn meet(&self, other: &Interval) -> Interval {
        Interval { low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    /// Whether an end is no number.
    fn is_nan(&self) -> bool {
        self.low.is_nan() || self.high.is_nan()
    }

    /// From values correct to half a unit in the last place.
    fn outward(low: f64, high: f64) -> Self {
        // A NaN (infinity minus infinity, zero times infinity) says nothing: the whole line.
        if (Interval { low, high }).is_nan() {
            return Interval::EVERYTHING;
        }
        Interval { low: low.next_down(), high: high.next_up() }
    }

    /// The image under an increasing function that MPFR rounds correctly.
    fn increasing(self, f: impl Fn(&Float, &mut Float, Round) -> Ordering) -> Self {
        Interval { low: rounded(self.low, Round::Down, &f), high: rounded(self.high, Round::Up, &f) }
    }

    /// The squares of all numbers in the interval, rounded outward, but not below 0.
    pub fn square(&self) -> Interval {
        let (low, high) = (self.mignitude(), self.magnitude());
        Interval { low: (low * low).next_down().max(0.0), high: (high * high).next_up() }
    }

    /// The square roots of the part that is not negative.
    pub fn root(&self) -> Interval {
        Interval { low: self.low.max(0.0).sqrt().next_down().max(0.0), high: self.high.max(0.0).sqrt().next_up() }
    }
}

impl Intervals {
    /// `Ok` only where every operation is analytic.
    pub const ANALYTIC: Intervals = Intervals { analytic: true, proved: false };

    /// The closed mode: containment alone, as good as the platform's functions; branch points are in the domain.
    pub const CLOSED: Intervals = Intervals { analytic: false, proved: false };

    /// `Ok` only where every operation is analytic, and every result contains the image: proved.
    pub const PROVED: Intervals = Intervals { analytic: true, proved: true };

    /// The closed mode, proved: results contain the image, and branch points are in the domain.
    pub const PROVED_CLOSED: Intervals = Intervals { analytic: false, proved: true };

    /// The image under a monotone function: MPFR's or the platform's.
    fn monotone(self, x: Interval, proved: impl Fn(&Interval) -> Interval, platform: impl Fn(f64) -> f64) -> Interval {
        if self.proved {
            return proved(&x);
        }
        let (a, b) = (platform(x.low), platform(x.high));
        if a.is_nan() || b.is_nan() {
            return Interval::EVERYTHING;
        }
        let widened = |x: f64, step: fn(f64) -> f64| (0..PLATFORM_ULPS).fold(x, |x, _| step(x));
        Interval { low: widened(a.min(b), f64::next_down), high: widened(a.max(b), f64::next_up) }
    }

    /// kappa_0(t), ..., kappa_n(t).
    fn arc_cosines_at(self, t: f64, n: usize) -> Result<Vec<Interval>> {
        if self.proved {
            let one = Interval::point(1.0);
            let t = Interval::point(t);
            let sine = self.mul(&self.sub(&one, &t), &self.add(&one, &t)).root();
            return arc_cosine::from_angle(&self, &t.acos(), &sine, &t, n);
        }
        // Double-precision values are off by less than a few ulps of 1 per operation.
        let slack = (16 + 4 * n) as f64 * f64::EPSILON;
        let sine = ((1.0 - t) * (1.0 + t)).sqrt();
        let values = arc_cosine::from_angle(&super::Double, &t.acos(), &sine, &t, n)?;
        Ok(values.into_iter().map(|value| Interval { low: value - slack, high: value + slack }).collect())
    }

    /// The argument of a function with branch points at `low` and `high`.
    fn argument(self, x: &Interval, low: f64, high: f64, name: &str) -> Result<Interval> {
        if self.analytic || x.high < low || x.low > high {
            strictly_inside(x, low, high, name).map(|()| *x)
        } else {
            Ok(Interval { low: x.low.max(low), high: x.high.min(high) })
        }
    }
}

/// x^n, off by less than the platform's functions may be for small n; for larger ones through `powf`.
fn powi(x: f64, n: i32) -> f64 {
    if n.unsigned_abs() <= 4 { x.powi(n) } else { x.powf(f64::from(n)) }
}

/// The verdict on an argument that must satisfy `low < x < high`.
fn strictly_inside(x: &Interval, low: f64, high: f64, name: &str) -> Result<()> {
    if x.low > low && x.high < high {
        Ok(())
    } else if x.high < low || x.low > high {
        Err(Error::domain(format!("{name} of a number in [{:e}, {:e}]", x.low, x.high)))
    } else {
        Err(Error::unable(format!("{name} is not analytic on all of [{:e}, {:e}]", x.low, x.high)))
    }
}

const ZERO: Interval = Interval { low: 0.0, high: 0.0 };

impl Number for Intervals {
    type Element = Interval;

    fn rational(&self, q: &Rational) -> Interval {
        // Integers and short binary fractions are doubles.
        if let (Some(n), Some(d)) = (q.numer().to_i32(), q.denom().to_u32())
            && d.is_power_of_two()
        {
            return Interval::point(f64::from(n) / f64::from(d));
        }
        let float = |round| rug::Float::with_val_round(53, q, round).0.to_f64_round(round);
        Interval { low: float(Round::Down), high: float(Round::Up) }
    }

    fn pi(&self) -> Interval {
        Interval { low: std::f64::consts::PI, high: std::f64::consts::PI.next_up() }
    }

    /// What is exact is not rounded: an end on a branch cut must not be led across it.
    fn add(&self, x: &Interval, y: &Interval) -> Interval {
        match (*x == ZERO, *y == ZERO) {
            (_, true) => *x,
            (true, _) => *y,
            _ => Interval::outward(x.low + y.low, x.high + y.high),
        }
    }

    fn neg(&self, x: &Interval) -> Interval {
        Interval { low: -x.high, high: -x.low }
    }

    fn mul(&self, x: &Interval, y: &Interval) -> Interval {
        let factors = [(x.low, y.low), (x.low, y.high), (x.high, y.low), (x.high, y.high)];
        let products = factors.map(|(a, b)| a * b);
        if products.iter().any(|p| p.is_nan()) {
            return Interval::EVERYTHING;
        }
        let low = products.iter().copied().fold(f64::INFINITY, f64::min);
        let high = products.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let outward = Interval::outward(low, high);
        if low != 0.0 && high != 0.0 {
            return outward;
        }
        // 0 times a number is 0, but so is the product of small numbers.
        if factors.iter().zip(products).any(|((a, b), product)| product == 0.0 && *a != 0.0 && *b != 0.0) {
            return outward;
        }
        let exact = |end: f64, outward: f64| if end == 0.0 { 0.0 } else { outward };
        Interval { low: exact(low, outward.low), high: exact(high, outward.high) }
    }

    fn div(&self, x: &Interval, y: &Interval) -> Result<Interval> {
        if y.contains(0.0) {
            return Err(Error::unable("division by an interval that contains 0"));
        }
        let inverse = Interval::outward(1.0 / y.high, 1.0 / y.low);
        Ok(self.mul(x, &inverse))
    }

    fn elementary(&self, f: Elementary, x: &Interval) -> Result<Interval> {
        match f {
            Elementary::Sqrt => self.argument(x, 0.0, f64::INFINITY, "sqrt").map(|x| x.root()),
            Elementary::Log => {
                strictly_inside(x, 0.0, f64::INFINITY, "log")?;
                Ok(self.monotone(*x, Interval::log, f64::ln))
            }
            Elementary::Exp => Ok(self.monotone(*x, Interval::exp, f64::exp)),
            Elementary::Asin => {
                let x = self.argument(x, -1.0, 1.0, "asin")?;
                Ok(self.monotone(x, Interval::asin, f64::asin))
            }
            Elementary::Acos => {
                let x = self.argument(x, -1.0, 1.0, "acos")?;
                Ok(self.monotone(x, Interval::acos, f64::acos))
            }
            Elementary::Sin => {
                // Around 0, where it increases, relative to its size.
                if let (Some(low), Some(high)) = (sine_of_point(x.low, -1.0), sine_of_point(x.high, -1.0)) {
                    return Ok(self.monotone(*x, |_| Interval::new(low.low, high.high), f64::sin));
                }
                let quarter = self.scale(&self.pi(), &Rational::from((1, 2)));
                self.elementary(Elementary::Cos, &self.sub(x, &quarter))
            }
            Elementary::Cos => {
                // Half-turns that may lie inside, with a margin for the rounding of x / pi.
                let (first, last) = (x.low / std::f64::consts::PI, x.high / std::f64::consts::PI);
                if !(last - first < 2.0 && first.abs() < 1e9 && last.abs() < 1e9) {
                    return Ok(Interval { low: -1.0, high: 1.0 });
                }
                let cos = |x: f64| self.monotone(Interval::point(x), Interval::cosine_of_point, f64::cos);
                let mut range = cos(x.low).hull(&cos(x.high));
                let mut turn = (first - 1e-6).ceil();
                while turn <= last + 1e-6 {
                    if turn.rem_euclid(2.0) == 0.0 {
                        range.high = 1.0;
                    } else {
                        range.low = -1.0;
                    }
                    turn += 1.0;
                }
                Ok(range)
            }
        }
    }

    fn bits(&self) -> Option<u32> {
        Some(f64::MANTISSA_DIGITS)
    }

    fn magnitude(&self, x: &Interval) -> Radius {
        Radius::double(x.magnitude())
    }

    fn widened(&self, x: &Interval, radius: Radius) -> Result<Interval> {
        let radius = radius.to_float().to_f64_round(Round::Up);
        Ok(Interval { low: (x.low - radius).next_down(), high: (x.high + radius).next_up() })
    }

    /// f(m) + f'(x) (x - m) for m in the middle.
    fn smooth<F: Smooth>(&self, f: &F, x: &Interval) -> Result<Interval> {
        let middle = Interval::point(x.middle());
        let value = f.value(self, &middle)?;
        if x.low == x.high {
            return Ok(value);
        }
        Ok(self.add(&value, &self.mul(&f.derivative(self, x)?, &self.sub(x, &middle))))
    }

    fn power(&self, x: &Interval, q: &Rational) -> Result<Interval> {
        if q.is_integer() {
            let n = whole_exponent(q)?;
            if n < 0 && x.contains(0.0) {
                return Err(Error::unable("a negative power of an interval that contains 0"));
            }
            let power = |x: f64| self.monotone(Interval::point(x), |x| x.integer_power_of_point(n), |x| powi(x, n));
            let mut range = power(x.low).hull(&power(x.high));
            if n == 0 {
                range = Interval::point(1.0);
            } else if n > 0 && n % 2 == 0 && x.contains(0.0) {
                range.low = 0.0;
            }
            return Ok(range);
        }
        if q.cmp0().is_lt() {
            strictly_inside(x, 0.0, f64::INFINITY, "a negative power")?;
        }
        let x = self.argument(x, 0.0, f64::INFINITY, "a fractional power")?;
        // x^q = exp(q log x), monotone in x.
        let proved = |x: &Interval| {
            let at = |x: f64| {
                if x == 0.0 { Interval::point(0.0) } else { self.scale(&Interval::point(x).log(), q).exp() }
            };
            at(x.low).hull(&at(x.high))
        };
        // q may be too small for doubles: 0^0 is 1.
        Ok(self.monotone(x, proved, |t| if t == 0.0 { 0.0 } else { t.powf(q.to_f64()) }))
    }

    fn arc_cosines(&self, x: &Interval, n: usize) -> Result<Vec<Interval>> {
        let x = self.argument(x, -1.0, 1.0, "arc-cosine function")?;
        // Each kappa_n increases from 0 to 1.
        let (low, high) = (self.arc_cosines_at(x.low, n)?, self.arc_cosines_at(x.high, n)?);
        let range = |(a, b): (Interval, Interval)| Interval { low: a.low.max(0.0), high: b.high.min(1.0) };
        Ok(low.into_iter().zip(high).map(range).collect())
    }

    fn is_zero(&self, x: &Interval) -> Truth {
        match (x.contains(0.0), x.low == x.high) {
            (false, _) => Truth::No,
            (true, true) => Truth::Yes,
            (true, false) => Truth::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No number is no knowledge.
    #[test]
    fn nan_gives_everything() {
        for x in [f64::NAN, 0.5] {
            let interval = Interval { low: x, high: f64::NAN };
            assert!(
                [interval.acos(), interval.acosh(), interval.cosh()].iter().all(|image| *image == Interval::EVERYTHING)
            );
        }
    }
}
