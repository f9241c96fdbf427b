//! Ranges of functions of r on 0 < r <= h, where r = 0 itself need not have a value.

use super::{Elementary, Interval, Intervals, Number, Radius, Rectangle, SlopeNumber, Slopes, Smooth, Truth};
use crate::error::{Error, Result};
use rug::Rational;
use rug::float::Round;

/// Functions of r with their range on the half-open interval (0, h]: proved.
///
/// Intervals alone cannot bound $r\log r$, since log r has no bound, nor $\exp(-1/r^2)$. Here ranges may be infinite,
/// $1/[0, h] = [1/h, \infty]$, and a function is known as $r^m q(r)$, and as at most $A r^m (1+|\log r|)^j$, where it
/// is seen to be so. Sums and products of such bounds are such bounds, and for m > 0 one has its largest value at r = h
/// or at $\log(1/r) = j/m - 1$.
///
/// Nothing is said of r = 0: this serves integrals.
///
/// ```
/// use zonal::number::{Elementary, Number, Punctured};
/// let c = Punctured::new(1e-3);
/// let r = c.variable();
/// let product = c.mul(&r, &c.elementary(Elementary::Log, &r)?);
/// // 0.001 log 0.001 = -0.0069
/// assert!(product.range.contains(-0.0069) && product.range.magnitude() < 0.01);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Punctured {
    slopes: Slopes,
    longest: f64,
}

/// A function of r on 0 < r <= h, enclosed by a range that may be infinite.
#[derive(Clone, Debug)]
pub struct PuncturedNumber {
    /// Its values; ends may be infinite.
    pub range: Interval,
    /// The same function near r = 0, where it is seen to be analytic.
    slope: Option<SlopeNumber>,
    /// m and q, if it is r^m q with q in that finite interval, m not 0.
    order: Option<(Rational, Interval)>,
    /// How it grows or vanishes towards r = 0.
    growth: Option<Growth>,
}

/// At most factor r^power (1 + |log r|)^logs.
#[derive(Clone, Debug)]
struct Growth {
    power: Rational,
    logs: u32,
    factor: f64,
}

impl Growth {
    fn of(power: Rational, factor: f64) -> Self {
        Growth { power, logs: 0, factor }
    }
}

const C: Intervals = Intervals::PROVED_CLOSED;
const POSITIVE: Interval = Interval { low: 0.0, high: f64::INFINITY };

impl Punctured {
    /// Functions of r on 0 < r <= h, with h = `longest`.
    pub fn new(longest: f64) -> Self {
        Punctured { slopes: Slopes::alone(Rectangle::real(Interval::new(0.0, longest))), longest }
    }

    /// The function r itself, with values above 0 and up to `longest`.
    pub fn variable(&self) -> PuncturedNumber {
        self.of_slope(self.slopes.beside(&Rational::new(), true))
    }

    /// The inner product u = ±(1 - r^2 / 2) at the distance r of `place` = ±1.
    pub fn inner_product(&self, place: i32) -> PuncturedNumber {
        self.of_slope(self.slopes.inner_product(place, 2))
    }

    /// u = place + r or place - r, beside a place inside (-1, 1).
    pub fn beside(&self, place: &Rational, right: bool) -> PuncturedNumber {
        self.of_slope(self.slopes.beside(place, right))
    }

    fn of_slope(&self, slope: SlopeNumber) -> PuncturedNumber {
        self.make(Interval::EVERYTHING, Some(slope), None, None)
    }

    /// A function that lies in a range, and in what else is known of it.
    fn make(
        &self,
        range: Interval,
        slope: Option<SlopeNumber>,
        order: Option<(Rational, Interval)>,
        growth: Option<Growth>,
    ) -> PuncturedNumber {
        let of_slope = slope.as_ref().and_then(|slope| Slopes::order(slope, 0)).map(|(m, q)| (Rational::from(m), q.re));
        let order = of_slope.or(order).filter(|(m, q)| *m != 0 && q.magnitude().is_finite());
        let meet = |range: Interval, other: Option<Interval>| match other.map(|other| range.meet(&other)) {
            // Enclosures of one function meet; what does not is no enclosure.
            Some(both) if both.low <= both.high => both,
            _ => range,
        };
        let range = meet(range, slope.as_ref().map(|slope| slope.value.re));
        let range = meet(range, order.as_ref().and_then(|(m, q)| Some(C.mul(&self.power_of_r(m)?, q))));
        // The one that vanishes faster.
        let growths = [order.as_ref().map(|(m, q)| Growth::of(m.clone(), q.magnitude())), growth];
        let growth = growths.into_iter().flatten().max_by(|a, b| a.power.cmp(&b.power));
        let bound = growth.as_ref().and_then(|growth| self.largest(growth));
        let range = meet(range, bound.map(|bound| Interval::new(-bound, bound)));
        let bounded = range.magnitude().is_finite().then(|| Growth::of(Rational::new(), range.magnitude()));
        // What vanishes at r = 0 says more than a bound, and a bound more than what has none.
        let growth = growth.filter(|growth| bounded.is_none() || growth.power.cmp0().is_gt()).or(bounded);
        PuncturedNumber { range, slope, order, growth }
    }

    /// r^m for m > 0.
    fn power_of_r(&self, m: &Rational) -> Option<Interval> {
        let power = C.power(&Interval::point(self.longest), m).ok().filter(|_| m.cmp0().is_gt())?;
        Some(Interval { low: 0.0, high: power.high })
    }

    /// The largest value of factor r^power (1 + |log r|)^logs, r <= 1.
    fn largest(&self, growth: &Growth) -> Option<f64> {
        if growth.power.cmp0().is_le() || self.longest > 1.0 {
            return None;
        }
        let (one, exponent) = (Interval::point(1.0), C.rational(&growth.power));
        let (power, shortest) = (Interval::point(f64::from(growth.logs)), -Interval::point(self.longest).log().high);
        let at_top = C.div(&power, &exponent).ok()?;
        // r^m and 1 + log(1/r), where their product is largest.
        let (decay, log) = match C.sub(&at_top, &one).high <= shortest {
            true => (C.mul(&exponent, &Interval::point(shortest)), C.add(&one, &Interval::point(shortest))),
            false => (C.sub(&power, &exponent), at_top),
        };
        let largest = C.mul(&C.neg(&decay).exp(), &C.power(&log, &Rational::from(growth.logs)).ok()?);
        Some(C.mul(&Interval::point(growth.factor), &largest).high).filter(|bound| bound.is_finite())
    }

    /// A bound of the sum of two: for r <= 1 the smaller power and the more logarithms.
    fn sum(&self, a: &Growth, b: &Growth) -> Option<Growth> {
        (self.longest <= 1.0).then(|| Growth {
            power: a.power.clone().min(b.power.clone()),
            logs: a.logs.max(b.logs),
            factor: (a.factor + b.factor).next_up(),
        })
    }

    /// 1/x for an x that may reach 0 from one side.
    fn inverse(x: &Interval) -> Result<Interval> {
        let inverse = |y: f64, step: fn(f64) -> f64| step(1.0 / y);
        match (x.low, x.high) {
            (low, high) if low >= 0.0 && high > 0.0 => {
                let far = if low > 0.0 { inverse(low, f64::next_up) } else { f64::INFINITY };
                Ok(Interval { low: inverse(high, f64::next_down).max(0.0), high: far })
            }
            (low, high) if high <= 0.0 && low < 0.0 => Ok(C.neg(&Self::inverse(&C.neg(x))?)),
            _ => Err(Error::unable("division by an interval that contains 0")),
        }
    }
}

impl PuncturedNumber {
    /// m and q with f = r^m q; what has a bound is r^0 times itself.
    fn power(&self) -> Option<(Rational, Interval)> {
        let bounded = || self.range.magnitude().is_finite().then(|| (Rational::new(), self.range));
        self.order.clone().or_else(bounded)
    }
}

impl Number for Punctured {
    type Element = PuncturedNumber;

    fn rational(&self, q: &Rational) -> PuncturedNumber {
        self.make(C.rational(q), Some(self.slopes.rational(q)), None, None)
    }

    fn pi(&self) -> PuncturedNumber {
        self.make(C.pi(), Some(self.slopes.pi()), None, None)
    }

    fn add(&self, x: &PuncturedNumber, y: &PuncturedNumber) -> PuncturedNumber {
        let slope = x.slope.as_ref().zip(y.slope.as_ref()).map(|(x, y)| self.slopes.add(x, y));
        let growth = x.growth.as_ref().zip(y.growth.as_ref()).and_then(|(x, y)| self.sum(x, y));
        self.make(C.add(&x.range, &y.range), slope, None, growth)
    }

    fn neg(&self, x: &PuncturedNumber) -> PuncturedNumber {
        let order = x.order.as_ref().map(|(m, q)| (m.clone(), C.neg(q)));
        self.make(C.neg(&x.range), x.slope.as_ref().map(|x| self.slopes.neg(x)), order, x.growth.clone())
    }

    fn mul(&self, x: &PuncturedNumber, y: &PuncturedNumber) -> PuncturedNumber {
        let slope = x.slope.as_ref().zip(y.slope.as_ref()).map(|(x, y)| self.slopes.mul(x, y));
        let order = x.power().zip(y.power()).map(|((m, q), (n, t))| (m + n, C.mul(&q, &t)));
        let growth = x.growth.as_ref().zip(y.growth.as_ref()).map(|(x, y)| Growth {
            power: Rational::from(&x.power + &y.power),
            logs: x.logs.saturating_add(y.logs),
            factor: (x.factor * y.factor).next_up(),
        });
        let range = C.mul(&x.range, &y.range);
        self.make(range, slope, order, growth)
    }

    fn div(&self, x: &PuncturedNumber, y: &PuncturedNumber) -> Result<PuncturedNumber> {
        let slope = x.slope.as_ref().zip(y.slope.as_ref()).and_then(|(x, y)| self.slopes.div(x, y).ok());
        // 1/(r^m q) = r^-m / q
        let one = Interval::point(1.0);
        let order = y.order.as_ref().and_then(|(m, q)| Some((Rational::from(-m), C.div(&one, q).ok()?)));
        let inverse = match Self::inverse(&y.range) {
            Ok(range) => range,
            Err(error) if slope.is_none() && order.is_none() => return Err(error),
            Err(_) => Interval::EVERYTHING,
        };
        let product = self.mul(x, &self.make(inverse, None, order, None));
        Ok(self.make(product.range, slope, product.order, product.growth))
    }

    fn elementary(&self, f: Elementary, x: &PuncturedNumber) -> Result<PuncturedNumber> {
        let slope = x.slope.as_ref().and_then(|x| self.slopes.elementary(f, x).ok());
        let Interval { low, high } = x.range;
        let is_finite = x.range.magnitude().is_finite();
        let (mut order, mut growth) = (None, None);
        let range = match f {
            Elementary::Exp if !is_finite => {
                let end = |x: f64| Interval::point(x).exp();
                let low = if low == f64::NEG_INFINITY { 0.0 } else { end(low).low };
                Interval { low, high: if high == f64::INFINITY { high } else { end(high).high } }
            }
            Elementary::Sin | Elementary::Cos if !is_finite => Interval::new(-1.0, 1.0),
            Elementary::Log if low <= 0.0 || high == f64::INFINITY => {
                if high <= 0.0 {
                    return Err(Error::domain("log of a number that is not positive"));
                }
                // log(r^m q) = m log r + log q
                growth = x.order.as_ref().filter(|(_, q)| q.low > 0.0).map(|(m, q)| Growth {
                    power: Rational::new(),
                    logs: 1,
                    factor: C.rational(m).magnitude().max(q.log().magnitude()),
                });
                let end = |x: f64| Interval::point(x).log();
                let low = if low <= 0.0 { f64::NEG_INFINITY } else { end(low).low };
                Interval { low, high: if high == f64::INFINITY { high } else { end(high).high } }
            }
            Elementary::Sqrt => return self.power(x, &Rational::from((1, 2))),
            _ => C.elementary(f, &x.range)?,
        };
        if f == Elementary::Sin {
            // sin x = x cos(between)
            order = x.order.as_ref().map(|(m, q)| (m.clone(), C.mul(q, &Interval::new(-1.0, 1.0))));
        }
        Ok(self.make(range, slope, order, growth))
    }

    fn power(&self, x: &PuncturedNumber, q: &Rational) -> Result<PuncturedNumber> {
        let slope = x.slope.as_ref().and_then(|x| self.slopes.power(x, q).ok());
        let order = x.order.as_ref().and_then(|(m, t)| {
            let allowed = t.low > 0.0 || q.is_integer() && (q.cmp0().is_gt() || !t.contains(0.0));
            allowed.then(|| Some((Rational::from(m * q), C.power(t, q).ok()?)))?
        });
        // A fractional power is one of what is not negative.
        let base = if q.is_integer() { x.range } else { x.range.meet(&POSITIVE) };
        if base.low > base.high {
            return Err(Error::domain("a fractional power of a negative number"));
        }
        if q.cmp0().is_lt() {
            let inverse = self.make(Self::inverse(&base)?, None, None, None);
            let range = self.power(&inverse, &Rational::from(-q))?.range;
            return Ok(self.make(range, slope, order, None));
        }
        let range = if base.magnitude().is_finite() {
            C.power(&base, q)?
        } else if base.low >= 0.0 {
            Interval { low: C.power(&Interval::point(base.low), q)?.low.max(0.0), high: f64::INFINITY }
        } else {
            Interval::EVERYTHING
        };
        let whole = q.is_integer().then(|| q.numer().to_u32()).flatten();
        let growth = x.growth.as_ref().zip(whole).and_then(|(x, n)| {
            let factor = C.power(&Interval::point(x.factor), q).ok()?.high;
            Some(Growth { power: Rational::from(&x.power * q), logs: x.logs.saturating_mul(n), factor })
        });
        Ok(self.make(range, slope, order, growth))
    }

    fn arc_cosines(&self, x: &PuncturedNumber, n: usize) -> Result<Vec<PuncturedNumber>> {
        let ranges = C.arc_cosines(&x.range, n)?;
        let mut slopes = x.slope.as_ref().and_then(|x| self.slopes.arc_cosines(x, n).ok()).map(Vec::into_iter);
        let next = |range| self.make(range, slopes.as_mut().and_then(Iterator::next), None, None);
        Ok(ranges.into_iter().map(next).collect())
    }

    fn smooth<F: Smooth>(&self, f: &F, x: &PuncturedNumber) -> Result<PuncturedNumber> {
        if !x.range.magnitude().is_finite() {
            return Err(Error::unable("a function of what has no bound"));
        }
        let slope = x.slope.as_ref().and_then(|x| self.slopes.smooth(f, x).ok());
        Ok(self.make(C.smooth(f, &x.range)?, slope, None, None))
    }

    fn is_zero(&self, x: &PuncturedNumber) -> Truth {
        C.is_zero(&x.range)
    }

    fn bits(&self) -> Option<u32> {
        C.bits()
    }

    fn magnitude(&self, x: &PuncturedNumber) -> Radius {
        Radius::double(x.range.magnitude())
    }

    fn widened(&self, x: &PuncturedNumber, radius: Radius) -> Result<PuncturedNumber> {
        if radius.to_float().to_f64_round(Round::Up).is_finite() {
            return Ok(self.make(C.widened(&x.range, radius)?, None, None, None));
        }
        Err(Error::unable("an error without a bound"))
    }
}
