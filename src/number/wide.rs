//! Intervals whose ends have the exponents of multiprecision: ranges of kernels whose values do not fit doubles.

use super::{Elementary, Interval, Intervals, Number, Radius, Smooth, Truth};
use crate::error::{Error, Result};
use rug::ops::{AddAssignRound, AssignRound, DivAssignRound, MulAssignRound, Pow};
use rug::{Float, Rational, float::Round};
use std::cmp::Ordering;

/// Interval arithmetic like [`Intervals`], with ends of 64 bits and exponents up to 2^30, rounded outward by MPFR.
///
/// Ten times slower, for kernels such as exp(710 u) or (u+10)^400 whose values overflow or underflow doubles. Angles
/// and arguments of trigonometric and arc-cosine functions are doubles.
///
/// ```
/// use zonal::number::{Elementary, Interval, Number, WideIntervals};
/// let c = WideIntervals::ANALYTIC;
/// let y = c.elementary(Elementary::Exp, &c.interval(&Interval::new(800.0, 801.0))).unwrap();
/// // e^800 = 2^1154.1...
/// assert_eq!((y.low.get_exp(), y.high.get_exp()), (Some(1155), Some(1156)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct WideIntervals {
    analytic: bool,
}

/// A closed interval of real numbers with 64-bit floats of wide exponents as ends, `low <= high`.
#[derive(Clone, Debug, PartialEq)]
pub struct WideInterval {
    /// Lower end.
    pub low: Float,
    /// Upper end.
    pub high: Float,
}

const BITS: u32 = 64;

/// A function rounded as asked.
fn rounded(round: Round, f: impl FnOnce(&mut Float, Round) -> Ordering) -> Float {
    let mut value = Float::new(BITS);
    f(&mut value, round);
    value
}

impl WideInterval {
    /// The image under an increasing function.
    fn increasing(&self, f: impl Fn(&Float, &mut Float, Round) -> Ordering) -> WideInterval {
        let at = |x, round| rounded(round, |out, round| f(x, out, round));
        WideInterval { low: at(&self.low, Round::Down), high: at(&self.high, Round::Up) }
    }

    fn contains_zero(&self) -> bool {
        self.low <= 0 && self.high >= 0
    }

    fn hull(a: &WideInterval, b: &WideInterval) -> WideInterval {
        let (low, high) = (a.low.clone().min(&b.low), a.high.clone().max(&b.high));
        WideInterval { low, high }
    }

    /// The interval times 2^-exponent with doubles as ends, rounded outward.
    pub fn scaled(&self, exponent: i32) -> Interval {
        let end = |x: &Float, round| Float::with_val(BITS, x >> exponent).to_f64_round(round);
        Interval { low: end(&self.low, Round::Down), high: end(&self.high, Round::Up) }
    }
}

impl WideIntervals {
    /// `Ok` only where every operation is analytic.
    pub const ANALYTIC: WideIntervals = WideIntervals { analytic: true };

    /// The closed mode: results contain the image, and branch points are in the domain.
    pub const CLOSED: WideIntervals = WideIntervals { analytic: false };

    /// An interval of doubles as one of this number system, exactly.
    pub fn interval(&self, x: &Interval) -> WideInterval {
        WideInterval { low: Float::with_val(BITS, x.low), high: Float::with_val(BITS, x.high) }
    }

    fn doubles(self) -> Intervals {
        if self.analytic { Intervals::PROVED } else { Intervals::PROVED_CLOSED }
    }

    /// The part of an argument that is not negative; where analytic, all of it must be positive.
    fn positive(self, x: &WideInterval, name: &str) -> Result<WideInterval> {
        if x.low > 0 {
            return Ok(x.clone());
        }
        if x.high < 0 {
            return Err(Error::domain(format!("{name} of a number in [{:.3e}, {:.3e}]", x.low, x.high)));
        }
        if self.analytic {
            return Err(Error::unable(format!("{name} is not analytic on all of [{:.3e}, {:.3e}]", x.low, x.high)));
        }
        Ok(WideInterval { low: Float::new(BITS), high: x.high.clone() })
    }
}

impl Number for WideIntervals {
    type Element = WideInterval;

    fn rational(&self, q: &Rational) -> WideInterval {
        let end = |round| rounded(round, |out, round| out.assign_round(q, round));
        WideInterval { low: end(Round::Down), high: end(Round::Up) }
    }

    fn pi(&self) -> WideInterval {
        let end = |round| rounded(round, |out, round| out.assign_round(rug::float::Constant::Pi, round));
        WideInterval { low: end(Round::Down), high: end(Round::Up) }
    }

    fn add(&self, x: &WideInterval, y: &WideInterval) -> WideInterval {
        let (mut low, mut high) = (x.low.clone(), x.high.clone());
        low.add_assign_round(&y.low, Round::Down);
        high.add_assign_round(&y.high, Round::Up);
        WideInterval { low, high }
    }

    fn neg(&self, x: &WideInterval) -> WideInterval {
        WideInterval { low: Float::with_val(BITS, -&x.high), high: Float::with_val(BITS, -&x.low) }
    }

    fn mul(&self, x: &WideInterval, y: &WideInterval) -> WideInterval {
        let product = |a: &Float, b: &Float, round| {
            let mut a = a.clone();
            a.mul_assign_round(b, round);
            a
        };
        let corners = [(&x.low, &y.low), (&x.low, &y.high), (&x.high, &y.low), (&x.high, &y.high)];
        let [a, b, c, d] = corners.map(|(a, b)| product(a, b, Round::Down));
        let low = a.min(&b).min(&c).min(&d);
        let [a, b, c, d] = corners.map(|(a, b)| product(a, b, Round::Up));
        WideInterval { low, high: a.max(&b).max(&c).max(&d) }
    }

    fn div(&self, x: &WideInterval, y: &WideInterval) -> Result<WideInterval> {
        if y.contains_zero() {
            return Err(Error::unable("division by an interval that contains 0"));
        }
        let inverse = |y: &Float, round| {
            let mut one = Float::with_val(BITS, 1);
            one.div_assign_round(y, round);
            one
        };
        Ok(self.mul(x, &WideInterval { low: inverse(&y.high, Round::Down), high: inverse(&y.low, Round::Up) }))
    }

    fn elementary(&self, f: Elementary, x: &WideInterval) -> Result<WideInterval> {
        match f {
            Elementary::Sqrt => {
                Ok(self.positive(x, "sqrt")?.increasing(|x, out, round| out.assign_round(x.sqrt_ref(), round)))
            }
            Elementary::Log => {
                // The logarithm of 0 is infinite in any mode.
                WideIntervals::ANALYTIC
                    .positive(x, "log")
                    .map(|x| x.increasing(|x, out, round| out.assign_round(x.ln_ref(), round)))
            }
            Elementary::Exp => Ok(x.increasing(|x, out, round| out.assign_round(x.exp_ref(), round))),
            Elementary::Sin | Elementary::Cos | Elementary::Asin | Elementary::Acos => {
                self.doubles().elementary(f, &x.scaled(0)).map(|image| self.interval(&image))
            }
        }
    }

    fn bits(&self) -> Option<u32> {
        Some(BITS)
    }

    fn magnitude(&self, x: &WideInterval) -> Radius {
        Radius::above(&x.low).max(Radius::above(&x.high))
    }

    fn widened(&self, x: &WideInterval, radius: Radius) -> Result<WideInterval> {
        let radius = radius.to_float();
        Ok(self.add(x, &WideInterval { low: Float::with_val(BITS, -&radius), high: radius }))
    }

    fn smooth<F: Smooth>(&self, f: &F, x: &WideInterval) -> Result<WideInterval> {
        self.doubles().smooth(f, &x.scaled(0)).map(|image| self.interval(&image))
    }

    fn power(&self, x: &WideInterval, q: &Rational) -> Result<WideInterval> {
        if let (true, Some(n)) = (q.is_integer(), q.numer().to_i32()) {
            if n < 0 {
                return self.div(&self.rational(&Rational::from(1)), &self.power(x, &Rational::from(-q))?);
            }
            let at = |x: &Float| {
                let end = |round| rounded(round, |out, round| out.assign_round(Pow::pow(x, n), round));
                WideInterval { low: end(Round::Down), high: end(Round::Up) }
            };
            let mut range = WideInterval::hull(&at(&x.low), &at(&x.high));
            if n > 0 && n % 2 == 0 && x.contains_zero() {
                range.low = Float::new(BITS);
            }
            return Ok(range);
        }
        let context = if q.cmp0().is_lt() { WideIntervals::ANALYTIC } else { *self };
        let x = context.positive(x, "a fractional power")?;
        if x.high.is_zero() {
            return Ok(x);
        }
        // x^q = exp(q log x), monotone in x.
        let at = |x: &Float| {
            if x.is_zero() {
                return Ok(self.rational(&Rational::new()));
            }
            let point = WideInterval { low: x.clone(), high: x.clone() };
            self.elementary(Elementary::Exp, &self.scale(&self.elementary(Elementary::Log, &point)?, q))
        };
        Ok(WideInterval::hull(&at(&x.low)?, &at(&x.high)?))
    }

    fn arc_cosines(&self, x: &WideInterval, n: usize) -> Result<Vec<WideInterval>> {
        let images = self.doubles().arc_cosines(&x.scaled(0), n)?;
        Ok(images.iter().map(|image| self.interval(image)).collect())
    }

    fn is_zero(&self, x: &WideInterval) -> Truth {
        match (x.contains_zero(), x.low == x.high) {
            (false, _) => Truth::No,
            (true, true) => Truth::Yes,
            (true, false) => Truth::Unknown,
        }
    }
}
