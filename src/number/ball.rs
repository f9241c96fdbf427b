//! Multiprecision numbers with a proved error bound: midpoint and radius.

mod arc;
mod elementary;

use super::kronecker::{self, NEWTON, PRODUCTS_OF_INTEGERS};
use super::shown::{shown, whole_exponent};
use super::{Elementary, Number, Radius, Smooth, Truth, arc_cosine_slope, majorant, sums_of_products};
use crate::error::{Error, Result};
use rug::ops::AssignRound;
use rug::{Float, Rational, float::Constant, float::Round};
use std::cmp::Ordering;

/// Real ball arithmetic: a midpoint of `precision` bits, and a radius that is always rounded upward.
///
/// Every result contains the image of every point of the arguments at which the operation is defined: the part of an
/// argument outside the domain of a function (a square root's below 0, an arc cosine's beyond 1) is left out, or the
/// operation is refused: see [`Balls::strict`]. An argument wholly outside is `Domain`; one whose image is not bounded
/// is `Unable`.
///
/// MPFR rounds each operation on midpoints correctly, so it is off by at most half a unit in the last place; the radii
/// of the arguments are carried by the derivative.
///
/// ```
/// use zonal::number::{Balls, Number};
/// let c = Balls::new(100);
/// let third = c.rational(&(1, 3).into());
/// let kappa = c.arc_cosines(&third, 1).unwrap();
/// // kappa_1(1/3) = (sqrt(8)/3 + (pi - acos(1/3))/3) / pi = 0.502829...
/// assert!(kappa[1].contains(&kappa[1].middle) && kappa[1].radius.to_float() < 1e-28);
/// assert!((kappa[1].middle.to_f64() - 0.5028299213754996).abs() < 1e-14);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Balls {
    precision: u32,
    /// Whether an argument that reaches beyond the domain of a function is refused, not cut.
    strict: bool,
}

/// A proved enclosure of a real number: all numbers within `radius` of `middle`.
#[derive(Clone, Debug)]
pub struct Ball {
    /// The midpoint.
    pub middle: Float,
    /// The radius, not negative; infinite where nothing is known.
    pub radius: Radius,
}

/// log2 of the largest argument that sine and cosine are computed at: pi is needed to as many bits.
const LARGEST_ANGLE: i32 = 1 << 18;

impl Ball {
    /// A midpoint, rounded to nearest in the operation that made it, and a radius without that rounding.
    fn rounded((middle, direction): (Float, Ordering), radius: Radius) -> Self {
        let radius = if direction == Ordering::Equal { radius } else { radius + Radius::rounding(&middle) };
        if middle.is_finite() { Ball { middle, radius } } else { Ball::unknown(middle.prec()) }
    }

    fn unknown(precision: u32) -> Self {
        Ball { middle: Float::new(precision), radius: Radius::INFINITE }
    }

    /// The ball of radius 0 around a number that is known exactly.
    pub fn exact(middle: Float) -> Self {
        Ball { middle, radius: Radius::ZERO }
    }

    /// Whether `x` lies in the ball, its ends included: decided exactly.
    pub fn contains(&self, x: &Float) -> bool {
        // The difference is exact.
        let difference = rug::Rational::try_from(&self.middle).and_then(|m| Ok(m - rug::Rational::try_from(x)?));
        let radius = rug::Rational::try_from(&self.radius.to_float());
        difference.is_ok_and(|d| radius.map_or(!self.radius.is_finite(), |r| d.abs() <= r))
    }

    /// Whether 0 may lie in the ball: also where rounding leaves that open.
    pub fn contains_zero(&self) -> bool {
        Radius::below(&self.middle) <= self.radius
    }

    /// An upper bound of the absolute values.
    pub fn magnitude(&self) -> Radius {
        Radius::above(&self.middle) + self.radius
    }

    /// A lower bound of the absolute values.
    pub fn mignitude(&self) -> Radius {
        Radius::below(&self.middle).minus_below(self.radius)
    }

    /// The same with `more` added to the radius.
    pub fn widened(mut self, more: Radius) -> Self {
        self.radius = self.radius + more;
        self
    }
}

impl Balls {
    /// Balls with midpoints of `precision` bits (at least 2).
    pub fn new(precision: u32) -> Self {
        Balls { precision: precision.max(2), strict: false }
    }

    /// The same, where an operation is `Unable` on a ball that reaches beyond its domain: a result proves that the
    /// operation is defined.
    pub fn strict(precision: u32) -> Self {
        Balls { strict: true, ..Balls::new(precision) }
    }

    /// A written decimal number, of any exponent; `None` where it cannot be read.
    pub fn decimal(&self, text: &str) -> Option<Ball> {
        Some(self.make(Float::parse(text).ok()?, Radius::ZERO))
    }

    /// The precision of the midpoints in bits, at least 2.
    pub fn precision(&self) -> u32 {
        self.precision
    }

    /// log Gamma(x) for x > 0; |d/dx log Gamma(x)| <= |log x| + 1/x.
    ///
    /// # Errors
    /// `Unable` for a ball that reaches 0.
    pub fn ln_gamma(&self, x: &Ball) -> Result<Ball> {
        let smallest = x.mignitude();
        if x.middle.is_sign_negative() || smallest.is_zero() {
            return Err(Error::unable("log Gamma of a ball that reaches 0"));
        }
        // |log x| <= x + 1/x
        let inverse = Radius::double(1.0) / smallest;
        let rough = x.magnitude() + inverse;
        let log = Balls::new(32).elementary(Elementary::Log, x).map_or(rough, |log| log.magnitude());
        Ok(self.make(x.middle.ln_gamma_ref(), (log + inverse) * x.radius))
    }

    /// The sum of products. Each product and each partial sum is rounded to nearest.
    pub fn inner_product<'a>(&self, pairs: impl Iterator<Item = (&'a Ball, &'a Ball)>) -> Ball {
        let (mut sum, mut product) = (Float::new(self.precision), Float::new(self.precision));
        let mut radius = Radius::ZERO;
        for (x, y) in pairs {
            product.assign_round(&x.middle * &y.middle, Round::Nearest);
            sum += &product;
            // A product with an exact zero is exact; a sum that vanishes is, too.
            let exact = x.middle.is_zero() || y.middle.is_zero();
            radius = radius + Self::product_radius(x, y);
            if !exact {
                radius = radius + Radius::rounding(&product);
            }
            if !sum.is_zero() {
                radius = radius + Radius::rounding(&sum);
            }
        }
        if sum.is_finite() { Ball { middle: sum, radius } } else { Ball::unknown(self.precision) }
    }

    /// |m n - x y| <= |m| s + |n| r + r s
    fn product_radius(x: &Ball, y: &Ball) -> Radius {
        match (x.radius.is_zero(), y.radius.is_zero()) {
            (true, true) => Radius::ZERO,
            (true, false) => Radius::above(&x.middle) * y.radius,
            (false, true) => Radius::above(&y.middle) * x.radius,
            (false, false) => x.magnitude() * y.radius + Radius::above(&y.middle) * x.radius,
        }
    }

    fn make<T>(&self, value: T, radius: Radius) -> Ball
    where
        Float: AssignRound<T, Round = Round, Ordering = Ordering>,
    {
        let mut middle = Float::new(self.precision);
        let direction = middle.assign_round(value, Round::Nearest);
        Ball::rounded((middle, direction), radius)
    }

    /// Sine and cosine of one ball, in the time of one of them: of slope at most 1, and of range 2.
    pub(crate) fn sine_and_cosine(&self, x: &Ball) -> Result<(Ball, Ball)> {
        if x.middle.get_exp().is_some_and(|e| e > LARGEST_ANGLE) {
            return Ok((self.elementary(Elementary::Sin, x)?, self.elementary(Elementary::Cos, x)?));
        }
        let (mut sine, mut cosine) = (Float::new(self.precision), Float::new(self.precision));
        let (first, second) = (&mut sine, &mut cosine).assign_round(x.middle.sin_cos_ref(), Round::Nearest);
        let radius = x.radius.min(Radius::double(2.0));
        Ok((Ball::rounded((sine, first), radius), Ball::rounded((cosine, second), radius)))
    }

    /// Refuses, if strict, what may be negative.
    fn reaches_below_zero(&self, x: &Ball, name: &str) -> Result<()> {
        if self.strict && !x.radius.is_zero() && x.contains_zero() {
            return Err(Error::unable(format!("{name} of a ball that reaches below 0")));
        }
        Ok(())
    }
}

impl Number for Balls {
    type Element = Ball;

    fn rational(&self, q: &Rational) -> Ball {
        self.make(q, Radius::ZERO)
    }

    fn pi(&self) -> Ball {
        self.make(Constant::Pi, Radius::ZERO)
    }

    fn add(&self, x: &Ball, y: &Ball) -> Ball {
        self.make(&x.middle + &y.middle, x.radius + y.radius)
    }

    fn sub(&self, x: &Ball, y: &Ball) -> Ball {
        self.make(&x.middle - &y.middle, x.radius + y.radius)
    }

    fn neg(&self, x: &Ball) -> Ball {
        Ball { middle: Float::with_val(x.middle.prec(), -&x.middle), radius: x.radius }
    }

    fn mul(&self, x: &Ball, y: &Ball) -> Ball {
        self.make(&x.middle * &y.middle, Self::product_radius(x, y))
    }

    fn scale(&self, x: &Ball, q: &Rational) -> Ball {
        match (q.numer().to_i64(), q.denom().to_u64()) {
            (Some(n), Some(1)) => {
                let factor = Radius::above(&Float::with_val(64, n));
                self.make(&x.middle * n, factor * x.radius)
            }
            (Some(1), Some(d)) => {
                let divisor = Radius::below(&Float::with_val(64, d));
                self.make(&x.middle / d, x.radius / divisor)
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
        let largest = Radius::above(&x.middle) / Radius::below(&y.middle);
        let radius = (largest * y.radius + x.radius) / smallest;
        Ok(self.make(&x.middle / &y.middle, radius))
    }

    fn elementary(&self, f: Elementary, x: &Ball) -> Result<Ball> {
        self.image(f, x)
    }

    fn bits(&self) -> Option<u32> {
        Some(self.precision)
    }

    fn magnitude(&self, x: &Ball) -> Radius {
        x.magnitude()
    }

    fn widened(&self, x: &Ball, radius: Radius) -> Result<Ball> {
        Ok(x.clone().widened(radius))
    }

    /// At the midpoint, and the largest slope carries the radius.
    fn smooth<F: Smooth>(&self, f: &F, x: &Ball) -> Result<Ball> {
        let value = f.value(self, &Ball::exact(x.middle.clone()))?;
        if x.radius.is_zero() {
            return Ok(value);
        }
        Ok(value.widened(f.derivative(self, x)?.magnitude() * x.radius))
    }

    fn power(&self, x: &Ball, q: &Rational) -> Result<Ball> {
        if q.is_integer() {
            let n = whole_exponent(q)?;
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
            let vanished = n < 0 && power.mignitude().is_zero() && !x.mignitude().is_zero();
            if vanished || power.radius.is_finite() != x.radius.is_finite() {
                return Err(Error::unable(format!(
                    "{} to the power {} is beyond the range of multiprecision",
                    x.middle.to_string_radix(10, Some(10)),
                    shown(q)
                )));
            }
            return if n < 0 { self.div(&self.rational(&Rational::from(1)), &power) } else { Ok(power) };
        }
        if *q.denom() == 2 {
            return self.power(&self.elementary(Elementary::Sqrt, x)?, &Rational::from(q * 2u32));
        }
        self.reaches_below_zero(x, "a fractional power")?;
        if q.cmp0().is_gt() && x.contains_zero() {
            // x^q is at most |x|^q for what is not negative.
            let exponent = Balls::new(64);
            let top = Ball::exact(x.magnitude().to_float());
            if top.middle.is_zero() {
                return Ok(Ball::exact(Float::new(self.precision)));
            }
            let largest = exponent
                .elementary(Elementary::Exp, &exponent.scale(&exponent.elementary(Elementary::Log, &top)?, q))?;
            return Ok(Ball { middle: Float::new(self.precision), radius: largest.magnitude() });
        }
        // The logarithm may be large: its size in extra bits.
        let wide = Balls::new(self.precision + 24);
        let power = wide.elementary(Elementary::Exp, &wide.scale(&wide.elementary(Elementary::Log, x)?, q))?;
        Ok(self.make(&power.middle, power.radius))
    }

    /// At the midpoint, exactly known, from its angle; then |kappa_n'| = n^2/(2n-1) |kappa_{n-1}| <= n^2/(2n-1) carries
    /// the radius.
    fn arc_cosines(&self, x: &Ball, n: usize) -> Result<Vec<Ball>> {
        let middle = self.cosine(x, "arc-cosine function")?;
        let mut kappas = self.arc_cosines_at(middle, n)?;
        for (m, kappa) in kappas.iter_mut().enumerate() {
            let more = match m {
                // kappa_0 = 1 - acos/pi, and pi > 3
                0 => Self::arc_radius(x) / Radius::double(3.0),
                _ => {
                    let (a, b) = arc_cosine_slope(m);
                    let slope = a as f64 / b as f64;
                    x.radius * Radius::double(slope.next_up())
                }
            };
            kappa.radius = kappa.radius + more;
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

    /// |m n - x y| <= |m| s + r (|n| + s), summed over the terms of each coefficient.
    fn product(&self, x: &[Ball], y: &[Ball], length: usize) -> Vec<Ball> {
        let length = length.min((x.len() + y.len()).saturating_sub(1));
        let [middles, others] = [x, y].map(|x| x.iter().map(|ball| &ball.middle).collect::<Vec<_>>());
        if x.len().min(y.len()).min(length) < PRODUCTS_OF_INTEGERS {
            return sums_of_products(self, x, y, length);
        }
        let Some(product) = kronecker::product(&middles, &others, length, self.precision) else {
            return sums_of_products(self, x, y, length);
        };
        let [r, s] = [x, y].map(|x| x.iter().map(|ball| ball.radius).collect::<Vec<_>>());
        let sizes: Vec<Radius> = x.iter().map(|ball| Radius::above(&ball.middle)).collect();
        let from_y = majorant::product(&sizes, &s, length);
        let magnitudes: Vec<Radius> = y.iter().map(Ball::magnitude).collect();
        let from_x = majorant::product(&r, &magnitudes, length);
        let errors = from_x.into_iter().zip(from_y);
        product
            .into_iter()
            .zip(errors)
            .map(|((middle, rounding), (a, b))| Ball { middle, radius: rounding + a + b })
            .collect()
    }

    fn long_series(&self) -> usize {
        NEWTON
    }

    fn centre(&self, x: &Ball) -> Option<Ball> {
        Some(Ball::exact(x.middle.clone()))
    }

    fn convolve(&self, a: &[Ball], b: &[Ball]) -> Ball {
        self.inner_product(a.iter().zip(b.iter().rev()))
    }
}
