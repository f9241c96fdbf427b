//! Balls with an exponent of their own: numbers beyond the range of exponents of multiprecision.

use super::decimal::{round_decimal, write_decimal};
use super::shown::shown;
use super::{Ball, Balls, Digits, Elementary, Number, Radius, Smooth, Truth};
use crate::error::{Error, Result};
use rug::{Integer, Rational, float::Round};

/// Balls times powers of two: as [`Balls`], with exponents up to 2^62 instead of 2^30.
///
/// Ring operations, quotients and integer powers have the wide range; functions are those of [`Balls`], and `Unable`
/// beyond its range.
///
/// ```
/// use zonal::number::{Digits, Number, Scaled};
/// let c = Scaled::new(100);
/// let tiny = c.power(&c.rational(&(1, 10).into()), &2_000_000_000u32.into()).unwrap();
/// let (value, error) = tiny.written(Digits::Count(3)).unwrap();
/// assert!(value == "1.00e-2000000000" && error.ends_with("e-2000000021"), "{value} {error}");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Scaled {
    balls: Balls,
}

/// The numbers `2^exponent x` for x in `ball`.
#[derive(Clone, Debug)]
pub struct ScaledBall {
    ball: Ball,
    exponent: i64,
}

/// Midpoints are kept within 2^(+-this), so that no operation on two of them leaves MPFR's range of 2^(+-2^30).
const LARGEST_OWN: i32 = 1 << 26;

/// Numbers beyond 2^(+-this) are not handed out as multiprecision: there even their errors are in range.
const LARGEST_PLAIN: i64 = 500_000_000;

/// Exponents beyond this are refused.
const LARGEST_EXPONENT: i64 = 1 << 60;

impl ScaledBall {
    fn new(ball: Ball, exponent: i64) -> Self {
        match ball.middle.get_exp() {
            Some(own) if own.abs() > LARGEST_OWN => {
                let middle = ball.middle >> own;
                let radius = ball.radius.scaled(-i64::from(own));
                ScaledBall { ball: Ball { middle, radius }, exponent: exponent + i64::from(own) }
            }
            _ => ScaledBall { ball, exponent },
        }
    }

    /// The numbers as an ordinary [`Ball`]; `None` for sizes beyond 2^(+-500,000,000).
    pub fn plain(&self) -> Option<Ball> {
        let size = self.exponent + i64::from(self.ball.middle.get_exp().unwrap_or(0));
        if size.abs() > LARGEST_PLAIN {
            return None;
        }
        let shift = i32::try_from(self.exponent).ok()?;
        Some(Ball { middle: self.ball.middle.clone() << shift, radius: self.ball.radius.scaled(self.exponent) })
    }

    /// Whether 0 may be among the numbers: also where rounding leaves that open.
    pub fn contains_zero(&self) -> bool {
        self.ball.contains_zero()
    }

    /// Whether it is known to be exactly zero.
    pub fn is_zero(&self) -> bool {
        self.ball.middle.is_zero() && self.ball.radius.is_zero()
    }

    /// log2 of the ratio of the number to its radius, at least; 0 where nothing is known.
    pub fn bits(&self) -> u32 {
        let ratio = self.ball.mignitude() / self.ball.radius;
        if self.ball.contains_zero() { 0 } else { ratio.log2_below().clamp(0, 1 << 30) as u32 }
    }

    /// The decimal of so many digits and a bound of its error, rounding included; `None` where the ball does not settle
    /// the digits.
    ///
    /// x = m 2^e = (m 2^e 10^-d) 10^d: the number in brackets is an exponential of logarithms, with the bits of e d to
    /// spare.
    pub fn written(&self, digits: Digits) -> Option<(String, String)> {
        if self.contains_zero() {
            return self.is_zero().then(|| ("0".to_string(), "0".to_string()));
        }
        let wide = Balls::new(self.ball.middle.prec() + digits.bits() + 160);
        let log = |n: u32| wide.elementary(Elementary::Log, &wide.rational(&Rational::from(n))).ok();
        let power = (self.exponent as f64 * std::f64::consts::LOG10_2).round() as i64;
        let shift = wide
            .sub(&wide.scale(&log(2)?, &Rational::from(self.exponent)), &wide.scale(&log(10)?, &Rational::from(power)));
        let near_one = wide.mul(&self.ball, &wide.elementary(Elementary::Exp, &shift).ok()?);
        let error = near_one.radius.to_float();
        let count = Digits::Count(digits.significant());
        if !count.settles(&near_one.middle, &error) {
            return None;
        }
        let text = write_decimal(&near_one.middle, digits.significant() as usize, Round::Nearest, power);
        let off = count.written_error(&near_one.middle, &error, None);
        Some((text, round_decimal(&off, power)))
    }
}

impl Scaled {
    /// Balls with midpoints of `precision` bits (at least 2).
    pub fn new(precision: u32) -> Self {
        Scaled { balls: Balls::new(precision) }
    }

    fn plain(&self, x: &ScaledBall) -> Result<Ball> {
        x.plain().ok_or_else(|| Error::unable("a function of a number beyond the range of multiprecision"))
    }

    fn checked(&self, x: ScaledBall) -> Result<ScaledBall> {
        let bounded = x.ball.radius.is_finite() && x.exponent.abs() < LARGEST_EXPONENT;
        if bounded { Ok(x) } else { Err(Error::unable("a number beyond 2^(+-2^60)")) }
    }
}

impl Number for Scaled {
    type Element = ScaledBall;

    fn rational(&self, q: &Rational) -> ScaledBall {
        ScaledBall::new(self.balls.rational(q), 0)
    }

    fn pi(&self) -> ScaledBall {
        ScaledBall::new(self.balls.pi(), 0)
    }

    fn add(&self, x: &ScaledBall, y: &ScaledBall) -> ScaledBall {
        if x.exponent == y.exponent {
            return ScaledBall::new(self.balls.add(&x.ball, &y.ball), x.exponent);
        }
        if x.is_zero() || y.is_zero() {
            return if x.is_zero() { y.clone() } else { x.clone() };
        }
        let (high, low) = if x.exponent > y.exponent { (x, y) } else { (y, x) };
        let distance = high.exponent - low.exponent;
        // In units of the higher exponent; what is too far below counts as error.
        let ball = if distance <= 4 * i64::from(LARGEST_OWN) {
            let moved =
                Ball { middle: low.ball.middle.clone() >> distance as i32, radius: low.ball.radius.scaled(-distance) };
            self.balls.add(&high.ball, &moved)
        } else {
            high.ball.clone().widened(low.ball.magnitude().scaled(-distance))
        };
        ScaledBall::new(ball, high.exponent)
    }

    fn neg(&self, x: &ScaledBall) -> ScaledBall {
        ScaledBall { ball: self.balls.neg(&x.ball), exponent: x.exponent }
    }

    fn mul(&self, x: &ScaledBall, y: &ScaledBall) -> ScaledBall {
        ScaledBall::new(self.balls.mul(&x.ball, &y.ball), x.exponent + y.exponent)
    }

    fn scale(&self, x: &ScaledBall, q: &Rational) -> ScaledBall {
        let part = |x: &Ball, n: &Integer, d: &Integer| self.balls.scale(x, &Rational::from((n, d)));
        let one = Integer::from(1);
        let (n, d) = (q.numer(), q.denom());
        let ball = match (*n == 1, *d == 1) {
            (false, false) => part(&part(&x.ball, n, &one), &one, d),
            _ => self.balls.scale(&x.ball, q),
        };
        ScaledBall::new(ball, x.exponent)
    }

    fn div(&self, x: &ScaledBall, y: &ScaledBall) -> Result<ScaledBall> {
        Ok(ScaledBall::new(self.balls.div(&x.ball, &y.ball)?, x.exponent - y.exponent))
    }

    fn elementary(&self, f: Elementary, x: &ScaledBall) -> Result<ScaledBall> {
        Ok(ScaledBall::new(self.balls.elementary(f, &self.plain(x)?)?, 0))
    }

    fn bits(&self) -> Option<u32> {
        self.balls.bits()
    }

    fn magnitude(&self, x: &ScaledBall) -> Radius {
        x.ball.magnitude().scaled(x.exponent)
    }

    fn widened(&self, x: &ScaledBall, radius: Radius) -> Result<ScaledBall> {
        Ok(ScaledBall::new(x.ball.clone().widened(radius.scaled(-x.exponent)), x.exponent))
    }

    fn smooth<F: Smooth>(&self, f: &F, x: &ScaledBall) -> Result<ScaledBall> {
        Ok(ScaledBall::new(self.balls.smooth(f, &self.plain(x)?)?, 0))
    }

    fn power(&self, x: &ScaledBall, q: &Rational) -> Result<ScaledBall> {
        if !q.is_integer() {
            return Ok(ScaledBall::new(self.balls.power(&self.plain(x)?, q)?, 0));
        }
        let mut rest = q
            .numer()
            .clone()
            .abs()
            .to_u64()
            .ok_or_else(|| Error::unable(format!("the exponent {} is too large", shown(q))))?;
        let (mut power, mut square) = (self.rational(&Rational::from(1)), x.clone());
        while rest > 0 {
            if rest & 1 == 1 {
                power = self.checked(self.mul(&power, &square))?;
            }
            rest >>= 1;
            if rest > 0 {
                square = self.checked(self.mul(&square, &square))?;
            }
        }
        if q.cmp0().is_lt() { self.div(&self.rational(&Rational::from(1)), &power) } else { Ok(power) }
    }

    fn arc_cosines(&self, x: &ScaledBall, n: usize) -> Result<Vec<ScaledBall>> {
        let values = self.balls.arc_cosines(&self.plain(x)?, n)?;
        Ok(values.into_iter().map(|ball| ScaledBall::new(ball, 0)).collect())
    }

    fn is_zero(&self, x: &ScaledBall) -> Truth {
        self.balls.is_zero(&x.ball)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rug::Float;

    /// Sums of numbers whose exponents differ, or cancel, against integers.
    #[test]
    fn sums_of_far_apart_numbers() {
        let c = Scaled::new(80);
        let two = |n: i64| c.power(&c.rational(&Rational::from(2)), &Rational::from(n)).unwrap();
        for (a, b) in [(0i64, 3i64), (1 << 40, (1 << 40) - 3), (-(1 << 35), -(1 << 35) + 70)] {
            let sum = c.add(&two(a), &two(b));
            let ratio = c.div(&sum, &two(a)).unwrap().plain().unwrap();
            let expected = Float::with_val(200, Float::i_exp(1, (b - a) as i32)) + 1u32;
            assert!(ratio.contains(&expected), "{a} {b}");
        }
        // A number 2^(2^40) times smaller is an error, not nothing.
        let sum = c.add(&two(0), &two(-(1 << 40)));
        assert!(!sum.ball.radius.is_zero() && sum.plain().is_some_and(|ball| ball.contains(&Float::with_val(9, 1))));
        assert!(two(1 << 40).plain().is_none());
        let difference = c.sub(&two(1 << 40), &two(1 << 40));
        assert!(difference.contains_zero() && difference.is_zero());
    }
}
