//! Multiprecision numbers with a proved error bound: midpoint and radius.

use super::{Function, Number, Truth, arc_cosine};
use crate::error::{Error, Result};
use rug::ops::{AddAssignRound, AssignRound, DivAssignRound, MulAssignRound};
use rug::{Float, Rational, float::Constant, float::Round};
use std::cmp::Ordering;

/// Real ball arithmetic: a midpoint of `precision` bits, and a radius of 32 bits that is always rounded upward.
///
/// Every result contains the image of every point of the arguments at which the operation is defined: the part of an argument outside
/// the domain of a function (a square root's below 0, an arc cosine's beyond 1) is left out. An argument wholly outside is `Domain`;
/// one whose image is not bounded is `Unable`.
///
/// MPFR rounds each operation on midpoints correctly, so it is off by at most half a unit in the last place; the radii of the arguments
/// are carried by the derivative.
///
/// ```
/// use zonal::number::{Balls, Number};
/// let c = Balls::new(100);
/// let third = c.rational(&(1, 3).into());
/// let kappa = c.arc_cosines(&third, 1).unwrap();
/// // kappa_1(1/3) = (sqrt(8)/3 + (pi - acos(1/3))/3) / pi = 0.502769...
/// assert!(kappa[1].contains(&kappa[1].middle) && kappa[1].radius < 1e-28);
/// assert!((kappa[1].middle.to_f64() - 0.502769268857378).abs() < 1e-14);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Balls {
    precision: u32,
}

/// The numbers within `radius` of `middle`.
#[derive(Clone, Debug)]
pub struct Ball {
    /// The midpoint.
    pub middle: Float,
    /// The radius, not negative; infinite where nothing is known.
    pub radius: Float,
}

/// Bits of a radius.
const RADIUS_BITS: u32 = 32;

/// x rounded upward to a radius.
fn up(x: &Float) -> Float {
    Float::with_val_round(RADIUS_BITS, x, Round::Up).0
}

/// |x| rounded upward.
fn size(x: &Float) -> Float {
    let mut size = Float::with_val_round(RADIUS_BITS, x.abs_ref(), Round::Up).0;
    size.abs_mut();
    size
}

/// |x| rounded downward.
fn size_below(x: &Float) -> Float {
    Float::with_val_round(RADIUS_BITS, x.abs_ref(), Round::Down).0
}

fn plus(mut x: Float, y: &Float) -> Float {
    x.add_assign_round(y, Round::Up);
    x
}

fn times(mut x: Float, y: &Float) -> Float {
    x.mul_assign_round(y, Round::Up);
    x
}

fn over(mut x: Float, y: &Float) -> Float {
    x.div_assign_round(y, Round::Up);
    x
}

/// x - y rounded downward, at least 0.
fn less(x: &Float, y: &Float) -> Float {
    let difference = Float::with_val_round(RADIUS_BITS, x - y, Round::Down).0;
    if difference.is_sign_negative() || difference.is_nan() { Float::new(RADIUS_BITS) } else { difference }
}

/// A bound of the error of a midpoint rounded to nearest: half a unit in its last place.
fn rounding(x: &Float) -> Float {
    match x.get_exp() {
        Some(e) => Float::with_val(RADIUS_BITS, Float::i_exp(1, e - x.prec() as i32 - 1)),
        None => Float::new(RADIUS_BITS),
    }
}

impl Ball {
    /// A midpoint, rounded to nearest in the operation that made it, and a radius without that rounding.
    fn rounded((middle, direction): (Float, Ordering), radius: Float) -> Self {
        let radius = if direction == Ordering::Equal { radius } else { plus(radius, &rounding(&middle)) };
        if middle.is_finite() && !radius.is_nan() { Ball { middle, radius } } else { Ball::unknown(middle.prec()) }
    }

    fn unknown(precision: u32) -> Self {
        Ball { middle: Float::new(precision), radius: Float::with_val(RADIUS_BITS, f64::INFINITY) }
    }

    /// A number that is known exactly.
    pub fn exact(middle: Float) -> Self {
        Ball { middle, radius: Float::new(RADIUS_BITS) }
    }

    /// Whether `x` is inside.
    pub fn contains(&self, x: &Float) -> bool {
        let distance = Float::with_val_round(RADIUS_BITS, &self.middle - x, Round::Zero).0;
        distance.abs() <= self.radius
    }

    /// Whether 0 may be inside.
    pub fn contains_zero(&self) -> bool {
        size_below(&self.middle) <= self.radius
    }

    /// An upper bound of the absolute values.
    pub fn magnitude(&self) -> Float {
        plus(size(&self.middle), &self.radius)
    }

    /// A lower bound of the absolute values.
    pub fn mignitude(&self) -> Float {
        less(&size_below(&self.middle), &self.radius)
    }

    /// The same with `more` added to the radius.
    pub fn widened(mut self, more: &Float) -> Self {
        self.radius = plus(self.radius, &up(more));
        self
    }
}

impl Balls {
    /// Balls with midpoints of `precision` bits (at least 2).
    pub fn new(precision: u32) -> Self {
        Balls { precision: precision.max(2) }
    }

    /// The bits of a midpoint.
    pub fn precision(&self) -> u32 {
        self.precision
    }

    fn make<T>(&self, value: T, radius: Float) -> Ball
    where
        Float: AssignRound<T, Round = Round, Ordering = Ordering>,
    {
        let mut middle = Float::new(self.precision);
        let direction = middle.assign_round(value, Round::Nearest);
        Ball::rounded((middle, direction), radius)
    }

    fn zero_radius() -> Float {
        Float::new(RADIUS_BITS)
    }

    /// 1 - |x| from below, at least 0: how far a ball is from the ends of \[-1, 1\].
    fn room(x: &Ball) -> Float {
        let size = Float::with_val(x.middle.prec(), x.middle.abs_ref());
        less(&less(&Float::with_val(2, 1), &size), &x.radius)
    }

    /// |acos x - acos m| <= min(r / sqrt(1 - (|m|+r)^2), pi sqrt(r/2)) for x within r of m.
    fn arc_radius(x: &Ball) -> Float {
        let root = |x: Float, round| {
            let mut root = Float::new(RADIUS_BITS);
            root.assign_round(x.sqrt_ref(), round);
            root
        };
        // pi/sqrt(2) < 2.2215
        let always = times(root(x.radius.clone(), Round::Up), &Float::with_val(RADIUS_BITS, 2.2215));
        let room = Self::room(x);
        if room.is_zero() {
            return always;
        }
        // 1 - (|m|+r)^2 >= 1 - (|m|+r)
        over(x.radius.clone(), &root(room, Round::Down)).min(&always)
    }

    /// A midpoint in \[-1, 1\]; `Domain` if the whole ball is outside.
    fn cosine(x: &Ball, name: &str) -> Result<Float> {
        if Float::with_val(RADIUS_BITS, 1) < x.mignitude() {
            return Err(Error::domain(format!("{name} of {}, which is not in [-1, 1]", x.middle.to_string_radix(10, Some(10)))));
        }
        let mut middle = x.middle.clone();
        middle.clamp_mut(&-1, &1);
        Ok(middle)
    }

    fn inverse_cosine(&self, x: &Ball, f: Function) -> Result<Ball> {
        let middle = Self::cosine(x, f.name())?;
        let radius = Self::arc_radius(x);
        Ok(if f == Function::Acos { self.make(middle.acos_ref(), radius) } else { self.make(middle.asin_ref(), radius) })
    }
}

impl Number for Balls {
    type Element = Ball;

    fn rational(&self, q: &Rational) -> Ball {
        self.make(q, Self::zero_radius())
    }

    fn pi(&self) -> Ball {
        self.make(Constant::Pi, Self::zero_radius())
    }

    fn add(&self, x: &Ball, y: &Ball) -> Ball {
        self.make(&x.middle + &y.middle, plus(x.radius.clone(), &y.radius))
    }

    fn sub(&self, x: &Ball, y: &Ball) -> Ball {
        self.make(&x.middle - &y.middle, plus(x.radius.clone(), &y.radius))
    }

    fn neg(&self, x: &Ball) -> Ball {
        Ball { middle: Float::with_val(x.middle.prec(), -&x.middle), radius: x.radius.clone() }
    }

    /// |m n - x y| <= |m| s + |n| r + r s
    fn mul(&self, x: &Ball, y: &Ball) -> Ball {
        let mut radius = Self::zero_radius();
        if !y.radius.is_zero() {
            radius = times(plus(size(&x.middle), &x.radius), &y.radius);
        }
        if !x.radius.is_zero() {
            radius = plus(times(size(&y.middle), &x.radius), &radius);
        }
        self.make(&x.middle * &y.middle, radius)
    }

    fn scale(&self, x: &Ball, q: &Rational) -> Ball {
        match (q.numer().to_i64(), q.denom().to_u64()) {
            (Some(n), Some(1)) => {
                let factor = Float::with_val_round(RADIUS_BITS, n.unsigned_abs(), Round::Up).0;
                self.make(&x.middle * n, times(factor, &x.radius))
            }
            (Some(1), Some(d)) => {
                let divisor = Float::with_val_round(RADIUS_BITS, d, Round::Down).0;
                self.make(&x.middle / d, over(x.radius.clone(), &divisor))
            }
            _ => self.mul(x, &self.rational(q)),
        }
    }

    /// |m/n - x/y| <= (r + |m/n| s) / (|n| - s)
    fn div(&self, x: &Ball, y: &Ball) -> Result<Ball> {
        if y.middle.is_zero() && y.radius.is_zero() {
            return Err(Error::domain("division by zero"));
        }
        let smallest = y.mignitude();
        if smallest.is_zero() {
            return Err(Error::unable("division by a ball that contains 0"));
        }
        let quotient = Float::with_val_round(RADIUS_BITS, &x.middle / &y.middle, Round::Nearest).0;
        // off by less than a unit in its last place of 32 bits
        let largest = plus(size(&quotient), &(rounding(&quotient) * 2u32));
        let radius = over(plus(times(largest, &y.radius), &x.radius), &smallest);
        Ok(self.make(&x.middle / &y.middle, radius))
    }

    fn function(&self, f: Function, x: &Ball) -> Result<Ball> {
        let ball = match f {
            Function::Sqrt => {
                if x.middle.is_sign_negative() && !x.contains_zero() {
                    return Err(Error::domain(format!("sqrt of {}, which is negative", x.middle.to_string_radix(10, Some(10)))));
                }
                if x.middle.is_sign_negative() || x.middle.is_zero() {
                    // sqrt of at most m + r <= r
                    let mut radius = Self::zero_radius();
                    radius.assign_round(x.radius.sqrt_ref(), Round::Up);
                    return Ok(Ball { middle: Float::new(self.precision), radius });
                }
                // |sqrt x - sqrt m| = |x - m| / (sqrt x + sqrt m) <= r / sqrt m
                let mut root = Self::zero_radius();
                root.assign_round(x.middle.sqrt_ref(), Round::Down);
                self.make(x.middle.sqrt_ref(), over(x.radius.clone(), &root))
            }
            Function::Exp => {
                // e^m (e^r - 1)
                let mut largest = Self::zero_radius();
                largest.assign_round(x.middle.exp_ref(), Round::Up);
                let mut growth = Self::zero_radius();
                growth.assign_round(x.radius.exp_m1_ref(), Round::Up);
                self.make(x.middle.exp_ref(), times(largest, &growth))
            }
            Function::Log => {
                let smallest = x.mignitude();
                if x.middle.is_sign_negative() || x.middle.is_zero() {
                    return Err(Error::domain(format!("log of {}, which is not positive", x.middle.to_string_radix(10, Some(10)))));
                }
                if smallest.is_zero() {
                    return Err(Error::unable("log of a ball that contains 0"));
                }
                // |log x - log m| <= r / (m - r)
                self.make(x.middle.ln_ref(), over(x.radius.clone(), &smallest))
            }
            // Of slope at most 1, and of range 2.
            Function::Sin => self.make(x.middle.sin_ref(), x.radius.clone().min(&Float::with_val(RADIUS_BITS, 2))),
            Function::Cos => self.make(x.middle.cos_ref(), x.radius.clone().min(&Float::with_val(RADIUS_BITS, 2))),
            Function::Asin | Function::Acos => self.inverse_cosine(x, f)?,
        };
        if ball.radius.is_infinite() {
            return Err(Error::unable(format!("{} of a ball is too large", f.name())));
        }
        Ok(ball)
    }

    fn power(&self, x: &Ball, q: &Rational) -> Result<Ball> {
        if q.is_integer() {
            let n = q.numer().to_i32().ok_or_else(|| Error::unable(format!("power {q}")))?;
            let (mut power, mut square) = (self.rational(&Rational::from(1)), x.clone());
            let mut rest = n.unsigned_abs();
            while rest > 0 {
                if rest & 1 == 1 {
                    power = self.mul(&power, &square);
                }
                rest >>= 1;
                if rest > 0 {
                    square = self.mul(&square, &square);
                }
            }
            return if n < 0 { self.div(&self.rational(&Rational::from(1)), &power) } else { Ok(power) };
        }
        if *q.denom() == 2 {
            return self.power(&self.function(Function::Sqrt, x)?, &Rational::from(q * 2u32));
        }
        if q.cmp0().is_gt() && x.contains_zero() {
            // x^q is at most |x|^q for what is not negative.
            let exponent = Balls::new(64);
            let top = Ball::exact(x.magnitude());
            if top.middle.is_zero() {
                return Ok(Ball::exact(Float::new(self.precision)));
            }
            let largest = exponent.function(Function::Exp, &exponent.scale(&exponent.function(Function::Log, &top)?, q))?;
            return Ok(Ball { middle: Float::new(self.precision), radius: largest.magnitude() });
        }
        // The logarithm may be large: its size in extra bits.
        let wide = Balls::new(self.precision + 24);
        let power = wide.function(Function::Exp, &wide.scale(&wide.function(Function::Log, x)?, q))?;
        Ok(self.make(&power.middle, power.radius))
    }

    /// At the midpoint, exactly known, from its angle; then |kappa_n'| = n^2/(2n-1) |kappa_{n-1}| <= n^2/(2n-1) carries the radius.
    fn arc_cosines(&self, x: &Ball, n: usize) -> Result<Vec<Ball>> {
        let middle = Self::cosine(x, "arc-cosine function")?;
        let angle = self.make(middle.acos_ref(), Self::zero_radius());
        // sqrt((1-m)(1+m)): both factors exact with two more bits than the midpoint, but for tiny ones.
        let wide = Balls::new(middle.prec() + 2);
        let one = wide.rational(&Rational::from(1));
        let point = Ball::exact(middle);
        let square = self.mul(&wide.sub(&one, &point), &wide.add(&one, &point));
        let sine = self.function(Function::Sqrt, &square)?;
        let mut kappas = arc_cosine::from_angle(self, &angle, &sine, &point, n)?;
        for (m, kappa) in kappas.iter_mut().enumerate() {
            let more = match m {
                // kappa_0 = 1 - acos/pi, and pi > 3
                0 => over(Self::arc_radius(x), &Float::with_val(RADIUS_BITS, 3)),
                _ => {
                    let slope = (m * m) as f64 / (2 * m - 1) as f64;
                    times(x.radius.clone(), &Float::with_val_round(RADIUS_BITS, slope.next_up(), Round::Up).0)
                }
            };
            kappa.radius.add_assign_round(&more, Round::Up);
        }
        Ok(kappas)
    }

    fn is_zero(&self, x: &Ball) -> Truth {
        match (x.contains_zero(), x.middle.is_zero() && x.radius.is_zero()) {
            (false, _) => Truth::No,
            (true, true) => Truth::Yes,
            (true, false) => Truth::Unknown,
        }
    }

    /// Each product and each partial sum is rounded to nearest: together off by at most 2^-precision times the sizes of the products and of
    /// the partial sums.
    fn convolve(&self, a: &[Ball], b: &[Ball]) -> Ball {
        let (mut sum, mut product) = (Float::new(self.precision), Float::new(self.precision));
        let mut carried = Self::zero_radius();
        let mut rounded = Self::zero_radius();
        for (x, y) in a.iter().zip(b.iter().rev()) {
            if x.middle.is_zero() && x.radius.is_zero() || y.middle.is_zero() && y.radius.is_zero() {
                continue;
            }
            product.assign_round(&x.middle * &y.middle, Round::Nearest);
            sum += &product;
            if !y.radius.is_zero() {
                carried = plus(times(plus(size(&x.middle), &x.radius), &y.radius), &carried);
            }
            if !x.radius.is_zero() {
                carried = plus(times(size(&y.middle), &x.radius), &carried);
            }
            rounded = plus(rounded, &rounding(&product));
            rounded = plus(rounded, &rounding(&sum));
        }
        let radius = plus(carried, &rounded);
        if sum.is_finite() && !radius.is_nan() { Ball { middle: sum, radius } } else { Ball::unknown(self.precision) }
    }
}
