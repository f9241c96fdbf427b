//! Intervals with double-precision ends, to find where a kernel is analytic.

use super::{Function, Number, Truth, arc_cosine};
use crate::error::{Error, Result};
use rug::Rational;
use rug::float::Round;

/// Interval arithmetic in double precision, rounded outward.
///
/// In the *analytic* mode `Ok` says more than containment: the operation is analytic on the whole input interval. An
/// operation whose argument touches a branch point or a pole answers [`Error::Unable`]; one whose argument lies
/// entirely outside its domain answers [`Error::Domain`]. In the *closed* mode branch points belong to the domain, and
/// the part of an argument outside the domain (which rounding outward may add) is cut off.
///
/// Sums, products and square roots are rounded outward from correctly rounded values; exp, log, sin, cos,
/// asin and acos are the platform's, widened by four units in the last place. That is ample for good
/// libraries but not proved: these intervals steer the choice of a method and certify nothing.
#[derive(Clone, Copy, Debug)]
pub struct Intervals {
    analytic: bool,
}

/// A closed interval, `low <= high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

const LIBRARY_ULPS: u32 = 4;

fn down(x: f64, ulps: u32) -> f64 {
    (0..ulps).fold(x, |x, _| x.next_down())
}

fn up(x: f64, ulps: u32) -> f64 {
    (0..ulps).fold(x, |x, _| x.next_up())
}

impl Interval {
    /// The interval from `low` to `high`; the ends are swapped if they are out of order.
    pub fn new(low: f64, high: f64) -> Self {
        Interval { low: low.min(high), high: low.max(high) }
    }

    /// Whether `x` is inside.
    pub fn contains(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    fn outward(low: f64, high: f64, ulps: u32) -> Self {
        // A NaN (infinity minus infinity, zero times infinity) says nothing: the whole line.
        if low.is_nan() || high.is_nan() {
            return Interval { low: f64::NEG_INFINITY, high: f64::INFINITY };
        }
        Interval { low: down(low, ulps), high: up(high, ulps) }
    }

    fn monotone(self, f: impl Fn(f64) -> f64) -> Self {
        let (a, b) = (f(self.low), f(self.high));
        Interval::outward(a.min(b), a.max(b), LIBRARY_ULPS)
    }
}

impl Intervals {
    /// `Ok` only where every operation is analytic.
    pub const ANALYTIC: Intervals = Intervals { analytic: true };

    /// Containment alone.
    pub const CLOSED: Intervals = Intervals { analytic: false };

    /// The argument of a function with branch points at `low` and `high`.
    fn argument(self, x: &Interval, low: f64, high: f64, name: &str) -> Result<Interval> {
        if self.analytic || x.high < low || x.low > high {
            strictly_inside(x, low, high, name).map(|()| *x)
        } else {
            Ok(Interval { low: x.low.max(low), high: x.high.min(high) })
        }
    }
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

impl Number for Intervals {
    type Element = Interval;

    fn rational(&self, q: &Rational) -> Interval {
        let float = |round| rug::Float::with_val_round(53, q, round).0.to_f64_round(round);
        Interval { low: float(Round::Down), high: float(Round::Up) }
    }

    fn pi(&self) -> Interval {
        Interval { low: std::f64::consts::PI, high: std::f64::consts::PI.next_up() }
    }

    fn add(&self, x: &Interval, y: &Interval) -> Interval {
        Interval::outward(x.low + y.low, x.high + y.high, 1)
    }

    fn neg(&self, x: &Interval) -> Interval {
        Interval { low: -x.high, high: -x.low }
    }

    fn mul(&self, x: &Interval, y: &Interval) -> Interval {
        let products = [x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high];
        if products.iter().any(|p| p.is_nan()) {
            return Interval::outward(f64::NAN, f64::NAN, 1);
        }
        let low = products.iter().copied().fold(f64::INFINITY, f64::min);
        let high = products.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Interval::outward(low, high, 1)
    }

    fn div(&self, x: &Interval, y: &Interval) -> Result<Interval> {
        if y.contains(0.0) {
            return Err(Error::unable("division by an interval that contains 0"));
        }
        let inverse = Interval::outward(1.0 / y.high, 1.0 / y.low, 1);
        Ok(self.mul(x, &inverse))
    }

    fn function(&self, f: Function, x: &Interval) -> Result<Interval> {
        match f {
            Function::Sqrt => self.argument(x, 0.0, f64::INFINITY, "sqrt").map(|x| x.monotone(f64::sqrt)),
            Function::Log => strictly_inside(x, 0.0, f64::INFINITY, "log").map(|()| x.monotone(f64::ln)),
            Function::Exp => Ok(x.monotone(f64::exp)),
            Function::Asin => self.argument(x, -1.0, 1.0, "asin").map(|x| x.monotone(f64::asin)),
            Function::Acos => self.argument(x, -1.0, 1.0, "acos").map(|x| x.monotone(f64::acos)),
            Function::Sin => {
                let quarter = Interval::outward(std::f64::consts::FRAC_PI_2, std::f64::consts::FRAC_PI_2, 1);
                self.function(Function::Cos, &self.sub(x, &quarter))
            }
            Function::Cos => {
                // Half-turns that may lie inside, with a margin for the rounding of x / pi.
                let (first, last) = (x.low / std::f64::consts::PI, x.high / std::f64::consts::PI);
                if !(last - first < 2.0 && first.abs() < 1e9 && last.abs() < 1e9) {
                    return Ok(Interval { low: -1.0, high: 1.0 });
                }
                let mut range = x.monotone(f64::cos);
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

    fn power(&self, x: &Interval, q: &Rational) -> Result<Interval> {
        if q.is_integer() {
            let n = q.numer().to_i32().ok_or_else(|| Error::unable(format!("power {q}")))?;
            if n < 0 && x.contains(0.0) {
                return Err(Error::unable("a negative power of an interval that contains 0"));
            }
            // powi is not correctly rounded: |n| roundings at most.
            let ulps = n.unsigned_abs().clamp(1, 64) + 2;
            let (a, b) = (x.low.powi(n), x.high.powi(n));
            let mut range = Interval::outward(a.min(b), a.max(b), ulps);
            if n > 0 && n % 2 == 0 && x.contains(0.0) {
                range.low = 0.0;
            }
            return Ok(range);
        }
        if q.cmp0().is_lt() {
            strictly_inside(x, 0.0, f64::INFINITY, "a negative power")?;
        }
        let x = self.argument(x, 0.0, f64::INFINITY, "a fractional power")?;
        Ok(x.monotone(|t| t.powf(q.to_f64())))
    }

    fn arc_cosines(&self, x: &Interval, n: usize) -> Result<Vec<Interval>> {
        let x = self.argument(x, -1.0, 1.0, "arc-cosine function")?;
        // Each kappa_n increases from 0 to 1. Their double-precision values are off by less than
        // a few ulps of 1 per operation; widen by that and cut to the known range.
        let slack = (16 + 4 * n) as f64 * f64::EPSILON;
        let at = |t: f64| {
            let sine = ((1.0 - t) * (1.0 + t)).sqrt();
            arc_cosine::from_angle(&super::Double, &t.acos(), &sine, &t, n)
        };
        let (low, high) = (at(x.low)?, at(x.high)?);
        let range = |(a, b): (f64, f64)| Interval { low: (a - slack).max(0.0), high: (b + slack).min(1.0) };
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
