//! Complex intervals: rectangles with double-precision corners, proved.

use super::shown::whole_exponent;
use super::{Elementary, Interval, Intervals, Number, Radius, Smooth, Truth, arc_cosine, arc_cosine_slope};
use crate::error::{Error, Result};
use rug::Rational;

/// Rectangular complex interval arithmetic in double precision, rounded outward: proved.
///
/// `Ok` says that the operation, its principal branch, is analytic on the whole of every input rectangle, and that the
/// result contains the image. An argument that touches a branch cut or a pole answers [`Error::Unable`]: not analytic
/// here.
///
/// ```
/// use zonal::number::{Elementary, Number, Rectangle, Rectangles};
/// let z = Rectangle::around(0.5, 0.25, 0.01);
/// let root = Rectangles.elementary(Elementary::Sqrt, &z)?;
/// // sqrt(1/2 + i/4) = 0.7276... + 0.1718... i
/// assert!(root.re.contains(0.72768) && root.im.contains(0.17178) && root.re.high - root.re.low < 0.02);
/// // the cut
/// assert!(Rectangles.elementary(Elementary::Sqrt, &Rectangle::around(-0.5, 0.0, 0.01)).is_err());
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rectangles;

/// The complex numbers x + i y with x in `re` and y in `im`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// Real parts.
    pub re: Interval,
    /// Imaginary parts.
    pub im: Interval,
}

const REAL: Intervals = Intervals::PROVED;

fn add(x: &Interval, y: &Interval) -> Interval {
    REAL.add(x, y)
}

fn sub(x: &Interval, y: &Interval) -> Interval {
    REAL.sub(x, y)
}

fn mul(x: &Interval, y: &Interval) -> Interval {
    REAL.mul(x, y)
}

/// sqrt(x^2 + y^2)
fn hypot(x: &Interval, y: &Interval) -> Interval {
    add(&x.square(), &y.square()).root()
}

fn not_analytic<T>(name: &str, z: &Rectangle) -> Result<T> {
    Err(Error::unable(format!(
        "{name} is not analytic on all of [{:e}, {:e}] + [{:e}, {:e}] i",
        z.re.low, z.re.high, z.im.low, z.im.high
    )))
}

impl Rectangle {
    /// The real numbers of the interval `re` as a rectangle of imaginary part 0.
    pub fn real(re: Interval) -> Self {
        Rectangle { re, im: Interval::point(0.0) }
    }

    /// The square with the centre x + i y and sides of twice `radius`.
    pub fn around(x: f64, y: f64, radius: f64) -> Self {
        let side = |x: f64| Interval { low: (x - radius).next_down(), high: (x + radius).next_up() };
        Rectangle { re: side(x), im: side(y) }
    }

    /// Whether the number 0 lies in the rectangle, its edges included.
    pub fn contains_zero(&self) -> bool {
        self.re.contains(0.0) && self.im.contains(0.0)
    }

    /// An upper bound of |z| for all z in the rectangle, rounded upward.
    pub fn magnitude(&self) -> f64 {
        hypot(&Interval::point(self.re.magnitude()), &Interval::point(self.im.magnitude())).high
    }

    /// A lower bound of |z| for all z in the rectangle, rounded downward; 0 where it contains 0.
    pub fn mignitude(&self) -> f64 {
        hypot(&Interval::point(self.re.mignitude()), &Interval::point(self.im.mignitude())).low
    }

    /// A point in the middle, as a rectangle.
    pub fn middle(&self) -> Rectangle {
        Rectangle { re: Interval::point(self.re.middle()), im: Interval::point(self.im.middle()) }
    }

    /// The smallest rectangle that contains this rectangle and another one.
    pub fn hull(&self, other: &Rectangle) -> Rectangle {
        Rectangle { re: self.re.hull(&other.re), im: self.im.hull(&other.im) }
    }

    /// What two enclosures of one set have in common.
    pub fn meet(&self, other: &Rectangle) -> Rectangle {
        Rectangle { re: self.re.meet(&other.re), im: self.im.meet(&other.im) }
    }

    /// Whether every part is a finite number.
    pub fn is_finite(&self) -> bool {
        [self.re, self.im].iter().all(|x| x.low.is_finite() && x.high.is_finite() && x.low <= x.high)
    }

    /// Whether it meets the real numbers from `from` on, to the left or to the right.
    fn meets_ray(&self, from: f64, leftward: bool) -> bool {
        self.im.contains(0.0) && if leftward { self.re.low <= from } else { self.re.high >= from }
    }

    /// z^2, with a non-negative |Re|^2 and |Im|^2.
    pub fn square(&self) -> Rectangle {
        let product = mul(&self.re, &self.im);
        Rectangle { re: sub(&self.re.square(), &self.im.square()), im: add(&product, &product) }
    }

    /// The powers z^n of all z in the rectangle, by repeated squaring, rounded outward.
    pub fn integer_power(&self, n: u32) -> Rectangle {
        let mut power = Rectangle::real(Interval::point(1.0));
        for bit in (0..32 - n.leading_zeros()).rev() {
            power = power.square();
            if n >> bit & 1 == 1 {
                power = Rectangles.mul(&power, self);
            }
        }
        power
    }

    /// The principal square root: (sqrt((|z|+x)/2), y / (2 Re)) for x >= 0, with the parts exchanged for x < 0.
    ///
    /// Its real part increases with x and with |y|; the size of its imaginary part decreases with x and increases
    /// with |y|.
    fn root(&self) -> Result<Rectangle> {
        if self.meets_ray(0.0, true) {
            return not_analytic("sqrt", self);
        }
        let (near, far) = (self.im.mignitude(), self.im.magnitude());
        let real = root_parts(self.re.low, near).0.low..root_parts(self.re.high, far).0.high;
        let imaginary = |y: f64| {
            // The extremes of the imaginary part for this y are at the ends of the range of x.
            let size = root_parts(self.re.low, y.abs()).1.hull(&root_parts(self.re.high, y.abs()).1);
            if y < 0.0 { REAL.neg(&size) } else { size }
        };
        let im = imaginary(self.im.low).hull(&imaginary(self.im.high));
        Ok(Rectangle { re: Interval { low: real.start.max(0.0), high: real.end }, im })
    }

    fn exp(&self) -> Result<Rectangle> {
        let size = self.re.exp();
        let cos = REAL.elementary(Elementary::Cos, &self.im)?;
        let sin = REAL.elementary(Elementary::Sin, &self.im)?;
        Ok(Rectangle { re: mul(&size, &cos), im: mul(&size, &sin) })
    }

    fn log(&self) -> Result<Rectangle> {
        if self.meets_ray(0.0, true) {
            return not_analytic("log", self);
        }
        let square = Interval {
            low: add(&Interval::point(self.re.mignitude()).square(), &Interval::point(self.im.mignitude()).square())
                .low,
            high: add(&Interval::point(self.re.magnitude()).square(), &Interval::point(self.im.magnitude()).square())
                .high,
        };
        Ok(Rectangle { re: square.log().halved(), im: Interval::angle(&self.im, &self.re) })
    }

    /// The values sin z = sin x cosh y + i cos x sinh y of all z = x + i y in the rectangle, rounded outward.
    ///
    /// # Errors
    /// None: the sine is analytic everywhere.
    pub fn sin(&self) -> Result<Rectangle> {
        let (sin, cos) = (REAL.elementary(Elementary::Sin, &self.re)?, REAL.elementary(Elementary::Cos, &self.re)?);
        Ok(Rectangle { re: mul(&sin, &self.im.cosh()), im: mul(&cos, &self.im.sinh()) })
    }

    /// The values cos z = cos x cosh y - i sin x sinh y of all z = x + i y in the rectangle, rounded outward.
    ///
    /// # Errors
    /// None: the cosine is analytic everywhere.
    pub fn cos(&self) -> Result<Rectangle> {
        let (sin, cos) = (REAL.elementary(Elementary::Sin, &self.re)?, REAL.elementary(Elementary::Cos, &self.re)?);
        Ok(Rectangle { re: mul(&cos, &self.im.cosh()), im: REAL.neg(&mul(&sin, &self.im.sinh())) })
    }

    /// The principal arc cosine a + i b, cos(a) cosh(b) = x, -sin(a) sinh(b) = y: cosh b = (|z+1| + |z-1|)/2 grows
    /// with |x| and
    /// |y|; cos a = (|z+1| - |z-1|)/2 grows with x, and its size decreases with |y|.
    fn acos(&self) -> Result<Rectangle> {
        if self.meets_ray(-1.0, true) || self.meets_ray(1.0, false) {
            return not_analytic("acos", self);
        }
        let (near, far) = (self.im.mignitude(), self.im.magnitude());
        let cosine = |x: f64, largest: bool| foci(x, if (x < 0.0) == largest { far } else { near }).1;
        let angle = Interval { low: cosine(self.re.low, false).low, high: cosine(self.re.high, true).high }.acos();
        let size =
            |y: f64| Interval { low: foci(self.re.mignitude(), y).0.low, high: foci(self.re.magnitude(), y).0.high };
        let part = |y: f64| {
            let b = size(y.abs()).acosh();
            if y > 0.0 { REAL.neg(&b) } else { b }
        };
        let mut im = part(self.im.low);
        if self.im.high != self.im.low {
            im = im.hull(&part(self.im.high));
        }
        if self.im.contains(0.0) {
            im = im.hull(&Interval::point(0.0));
        }
        Ok(Rectangle { re: angle, im })
    }

    /// f(z) in f(c) + f'(z) (z - c) for c in the middle and f' on the whole rectangle.
    fn mean_value(&self, at_middle: &Rectangle, slope: &Rectangle) -> Rectangle {
        let c = Rectangles;
        c.add(at_middle, &c.mul(slope, &c.sub(self, &self.middle())))
    }
}

/// The real part and the size of the imaginary part of sqrt(x + i y), y >= 0.
fn root_parts(x: f64, y: f64) -> (Interval, Interval) {
    let (x, y) = (Interval::point(x), Interval::point(y));
    let larger = add(&hypot(&x, &y), &Interval::point(x.magnitude())).halved().root();
    let smaller = match y.high == 0.0 {
        true => Interval::point(0.0),
        false => REAL.div(&y, &larger).unwrap_or(Interval::EVERYTHING).halved(),
    };
    if x.low < 0.0 { (smaller, larger) } else { (larger, smaller) }
}

/// (|z+1| + |z-1|)/2 and (|z+1| - |z-1|)/2 for z = x + i y.
fn foci(x: f64, y: f64) -> (Interval, Interval) {
    let (x, y, one) = (Interval::point(x), Interval::point(y), Interval::point(1.0));
    let (right, left) = (hypot(&add(&x, &one), &y), hypot(&sub(&x, &one), &y));
    (add(&right, &left).halved(), sub(&right, &left).halved())
}

impl Number for Rectangles {
    type Element = Rectangle;

    fn rational(&self, q: &Rational) -> Rectangle {
        Rectangle::real(REAL.rational(q))
    }

    fn pi(&self) -> Rectangle {
        Rectangle::real(REAL.pi())
    }

    fn add(&self, x: &Rectangle, y: &Rectangle) -> Rectangle {
        Rectangle { re: add(&x.re, &y.re), im: add(&x.im, &y.im) }
    }

    fn neg(&self, x: &Rectangle) -> Rectangle {
        Rectangle { re: REAL.neg(&x.re), im: REAL.neg(&x.im) }
    }

    fn mul(&self, x: &Rectangle, y: &Rectangle) -> Rectangle {
        Rectangle { re: sub(&mul(&x.re, &y.re), &mul(&x.im, &y.im)), im: add(&mul(&x.re, &y.im), &mul(&x.im, &y.re)) }
    }

    fn scale(&self, x: &Rectangle, q: &Rational) -> Rectangle {
        let q = REAL.rational(q);
        Rectangle { re: mul(&x.re, &q), im: mul(&x.im, &q) }
    }

    /// x conj(y) / |y|^2
    fn div(&self, x: &Rectangle, y: &Rectangle) -> Result<Rectangle> {
        let square = add(&y.re.square(), &y.im.square());
        if square.low <= 0.0 {
            return Err(Error::unable("division by a rectangle that contains 0 or comes close to it"));
        }
        let product = self.mul(x, &Rectangle { re: y.re, im: REAL.neg(&y.im) });
        Ok(Rectangle { re: REAL.div(&product.re, &square)?, im: REAL.div(&product.im, &square)? })
    }

    fn elementary(&self, f: Elementary, x: &Rectangle) -> Result<Rectangle> {
        match f {
            Elementary::Sqrt => x.root(),
            Elementary::Exp => x.exp(),
            Elementary::Log => x.log(),
            Elementary::Sin => x.sin(),
            Elementary::Cos => x.cos(),
            Elementary::Acos => x.acos(),
            Elementary::Asin => {
                let right = self.scale(&self.pi(), &Rational::from((1, 2)));
                x.acos().map(|acos| self.sub(&right, &acos))
            }
        }
    }

    fn bits(&self) -> Option<u32> {
        Some(f64::MANTISSA_DIGITS)
    }

    fn magnitude(&self, x: &Rectangle) -> Radius {
        Radius::double(x.magnitude())
    }

    fn widened(&self, x: &Rectangle, radius: Radius) -> Result<Rectangle> {
        Ok(Rectangle { re: REAL.widened(&x.re, radius)?, im: REAL.widened(&x.im, radius)? })
    }

    /// Where the value on the whole rectangle shows f to be analytic there, it and the mean value form both enclose the
    /// image.
    fn smooth<F: Smooth>(&self, f: &F, x: &Rectangle) -> Result<Rectangle> {
        let whole = f.value(self, x)?;
        let (middle, slope) = (f.value(self, &x.middle())?, f.derivative(self, x)?);
        Ok(whole.meet(&x.mean_value(&middle, &slope)))
    }

    fn power(&self, x: &Rectangle, q: &Rational) -> Result<Rectangle> {
        if q.is_integer() {
            let n = whole_exponent(q)?;
            let power = x.integer_power(n.unsigned_abs());
            return if n < 0 { self.div(&self.rational(&Rational::from(1)), &power) } else { Ok(power) };
        }
        if *q.denom() == 2 {
            let root = x.root()?;
            return self.power(&root, &Rational::from(q * 2u32));
        }
        self.scale(&x.log()?, q).exp()
    }

    /// kappa_0 = 1 - acos/pi; the others, whose derivative is n^2/(2n-1) kappa_{n-1}, by their mean value form.
    fn arc_cosines(&self, x: &Rectangle, n: usize) -> Result<Vec<Rectangle>> {
        let one = self.rational(&Rational::from(1));
        let first = self.sub(&one, &self.div(&x.acos()?, &self.pi())?);
        let mut kappas = vec![first];
        if n > 0 {
            let middle = x.middle();
            let angle = middle.acos()?;
            let square = self.sub(&one, &middle.square());
            // sin(acos z) = sqrt(1 - z^2), off its cut where acos is analytic.
            let at_middle = arc_cosine::from_angle(self, &angle, &square.root()?, &middle, n)?;
            for (m, at_middle) in at_middle.iter().enumerate().skip(1) {
                let slope = self.scale(&kappas[m - 1], &Rational::from(arc_cosine_slope(m)));
                kappas.push(x.mean_value(at_middle, &slope));
            }
        }
        Ok(kappas)
    }

    /// By their mean value form in the angle: d kappa_m / d theta = -sin theta m^2/(2m-1) kappa_{m-1}.
    fn arc_cosines_of_angle(
        &self,
        angle: &Rectangle,
        sine: &Rectangle,
        _: &Rectangle,
        n: usize,
    ) -> Result<Vec<Rectangle>> {
        let middle = angle.middle();
        let (middle_sine, middle_cosine) = (middle.sin()?, middle.cos()?);
        let at_middle = arc_cosine::from_angle(self, &middle, &middle_sine, &middle_cosine, n)?;
        let one = self.rational(&Rational::from(1));
        let mut kappas = vec![self.sub(&one, &self.div(angle, &self.pi())?)];
        for (m, at_middle) in at_middle.iter().enumerate().skip(1) {
            let factor = -Rational::from(arc_cosine_slope(m));
            let slope = self.scale(&self.mul(sine, &kappas[m - 1]), &factor);
            kappas.push(angle.mean_value(at_middle, &slope));
        }
        Ok(kappas)
    }

    fn is_zero(&self, x: &Rectangle) -> Truth {
        let zero = Interval::point(0.0);
        match (x.contains_zero(), x.re == zero && x.im == zero) {
            (false, _) => Truth::No,
            (true, true) => Truth::Yes,
            (true, false) => Truth::Unknown,
        }
    }
}
