//! Enclosures of a kernel beside a place where it need not be analytic.

use crate::error::{Error, Result};
use crate::kernel::{End, Expr, Point, Program};
use crate::number::{Ball, Balls, Elementary, Interval, Intervals, Number, Punctured, Rectangle, Rectangles, Slopes};
use rug::Rational;

/// A place that intervals of theta are counted from.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// u = 1 or -1.
    Pole(End),
    /// A rational u inside.
    Inside(Rational),
    /// Another constant.
    Constant(Program),
}

/// Half of the interval of theta between two places, counted from the first of them: theta = angle + delta or angle -
/// delta, delta = length x, 0 <= x <= 1.
#[derive(Clone, Debug)]
pub(super) struct Side {
    from: Place,
    other: Place,
    /// The kernel between the places.
    program: Program,
    /// Whether theta grows with x.
    growing: bool,
    angle: Interval,
    length: Interval,
}

/// Bounds on a set of angles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Of |kappa|.
    pub kappa: f64,
    /// Of |sin theta|.
    pub sine: f64,
    /// Of |Im theta|.
    pub height: f64,
}

/// Where a side begins and how long it is.
pub(super) struct Geometry<C: Number> {
    angle: C::Element,
    /// Half of the distance of the places.
    pub length: C::Element,
}

const REAL: Intervals = Intervals::PROVED;

/// Intervals on which the size is looked at.
const SIZES: f64 = 16.0;

/// Beside a place the kernel itself is tried first from this part of the length on.
const APART: f64 = 0.2;

impl Place {
    /// The place of a kink, in dimension p.
    pub(super) fn at(constant: &Expr, p: u64) -> Result<Self> {
        match constant.constant(Some(p)) {
            Ok(q) => Ok(Place::Inside(q)),
            Err(_) => Program::new(constant, Some(p)).map(Place::Constant),
        }
    }

    /// The angle, for any numbers that are real.
    fn angle<C: Number>(&self, c: &C) -> Result<C::Element> {
        match self {
            Place::Pole(End::One) => Ok(c.rational(&Rational::new())),
            Place::Pole(End::MinusOne) => Ok(c.pi()),
            Place::Inside(q) => c.elementary(Elementary::Acos, &c.rational(q)),
            Place::Constant(program) => {
                let u = program.evaluate(c, &Point::at(c.rational(&Rational::new())))?;
                c.elementary(Elementary::Acos, &u)
            }
        }
    }
}

impl Side {
    /// The two halves of the interval between two places, the first at the smaller angle.
    pub(super) fn halves(places: [&Place; 2], program: &Program) -> Result<[Side; 2]> {
        let half = |from: &Place, other: &Place, growing: bool| -> Result<Side> {
            let Geometry { angle, length } = geometry(&Intervals::PROVED_CLOSED, from, other, growing)?;
            if length.low <= 0.0 {
                return Err(Error::unable("two places that are not told apart"));
            }
            Ok(Side { from: from.clone(), other: other.clone(), program: program.clone(), growing, angle, length })
        };
        Ok([half(places[0], places[1], true)?, half(places[1], places[0], false)?])
    }

    /// Where it begins and how long it is, to the bits of `c`.
    pub(super) fn geometry(&self, c: &Balls) -> Result<Geometry<Balls>> {
        geometry(c, &self.from, &self.other, self.growing)
    }

    /// theta as u, with its sine.
    pub(super) fn point(&self, c: &Balls, geometry: &Geometry<Balls>, x: &Ball) -> Result<(Point<Ball>, Ball)> {
        let delta = c.mul(&geometry.length, x);
        let angle = if self.growing { c.add(&geometry.angle, &delta) } else { c.sub(&geometry.angle, &delta) };
        // At a pole from the distance, which is known to more bits.
        let (sine, u) = match self.from {
            Place::Pole(end) => {
                let (sine, cosine) = c.sine_and_cosine(&delta)?;
                (sine, if end == End::One { cosine } else { c.neg(&cosine) })
            }
            _ => c.sine_and_cosine(&angle)?,
        };
        Ok((Point { u, angle: Some((angle, sine.clone())) }, sine))
    }

    /// The kernel there.
    pub(super) fn evaluate(&self, c: &Balls, point: &Point<Ball>) -> Result<Ball> {
        self.program.evaluate(c, point)
    }

    /// An upper bound of the length.
    pub(super) fn longest(&self) -> f64 {
        self.length.high
    }

    /// The size of the kernel, an upper bound by intervals; `None` where all are unbounded.
    pub(super) fn size(&self) -> Option<f64> {
        let part = |i: u32| Interval::new(f64::from(i) / SIZES, f64::from(i + 1) / SIZES);
        let bounds = (0..SIZES as u32).filter_map(|i| self.on_interval(part(i)));
        bounds.map(|bounds| bounds.kappa).reduce(f64::max)
    }

    /// u at x, roughly; 0 for what is written as 0.
    pub(super) fn near(&self, x: f64) -> f64 {
        let delta = self.length.middle() * x;
        let u = (if self.growing { self.angle.middle() + delta } else { self.angle.middle() - delta }).cos();
        if u.abs() < 5e-7 { 0.0 } else { u }
    }

    /// Bounds on a real interval of x; `None` where intervals do not bound the kernel.
    pub(super) fn on_interval(&self, x: Interval) -> Option<Bounds> {
        let delta = REAL.mul(&self.length, &x);
        let (u, sine) = match self.from {
            Place::Pole(end) => {
                let cosine = REAL.elementary(Elementary::Cos, &delta).ok()?;
                (
                    if end == End::One { cosine } else { REAL.neg(&cosine) },
                    REAL.elementary(Elementary::Sin, &delta).ok()?,
                )
            }
            _ => {
                let angle = self.angle_at(&delta);
                (REAL.elementary(Elementary::Cos, &angle).ok()?, REAL.elementary(Elementary::Sin, &angle).ok()?)
            }
        };
        let u = u.meet(&Interval::new(-1.0, 1.0));
        let kappa = self.program.evaluate(&Intervals::PROVED_CLOSED, &Point::at(u)).map(|kappa| kappa.magnitude());
        let kappa = kappa.ok().filter(|kappa| kappa.is_finite());
        // From the place on, which itself need have no value.
        let kappa = kappa.or_else(|| if x.low == 0.0 { self.without_the_place(delta) } else { None })?;
        Some(Bounds { kappa, sine: sine.magnitude().min(1.0), height: 0.0 })
    }

    /// A bound of the kernel up to a distance in theta, the place left out.
    fn without_the_place(&self, delta: Interval) -> Option<f64> {
        let c = Punctured::new(self.distance(&Rectangle::real(delta)).ok()?.re.high);
        let u = match &self.from {
            Place::Pole(end) => c.inner_product(end.place()),
            Place::Inside(place) => c.beside(place, !self.growing),
            Place::Constant(_) => return None,
        };
        let bound = self.program.evaluate(&c, &Point::at(u)).ok()?.range.magnitude();
        bound.is_finite().then_some(bound)
    }

    /// The distance of the place: 2 sin(delta/2) from a pole, else |cos(a + d) - cos(a)| = 2 sin(a + d/2) sin(d/2).
    fn distance(&self, delta: &Rectangle) -> Result<Rectangle> {
        let c = Rectangles;
        let half = c.scale(delta, &Rational::from((1, 2)));
        let chord = c.scale(&half.sin()?, &Rational::from(2));
        match self.from {
            Place::Pole(_) => Ok(chord),
            _ => Ok(c.mul(&self.complex_angle(&half).sin()?, &chord)),
        }
    }

    fn angle_at(&self, delta: &Interval) -> Interval {
        if self.growing { REAL.add(&self.angle, delta) } else { REAL.sub(&self.angle, delta) }
    }

    /// Bounds on a rectangle of complex x, to which the kernel continues analytically from its real points.
    ///
    /// # Errors
    /// `Unable` if it was not shown to be analytic there.
    pub(super) fn on_rectangle(&self, x: Rectangle) -> Result<Bounds> {
        let c = Rectangles;
        let delta = c.mul(&Rectangle::real(self.length), &x);
        let (near, plain) = (|| self.beside(&delta), || self.plain(&delta));
        let kappa = if x.re.low < APART { near().or_else(|_| plain()) } else { plain().or_else(|_| near()) };
        let kappa = kappa?.magnitude();
        let sine = match self.from {
            Place::Pole(_) => delta.sin()?,
            _ => self.complex_angle(&delta).sin()?,
        };
        let bounds = Bounds { kappa, sine: sine.magnitude(), height: delta.im.magnitude() };
        match kappa.is_finite() && bounds.sine.is_finite() {
            true => Ok(bounds),
            false => Err(Error::unable("the kernel was not shown to be bounded")),
        }
    }

    fn complex_angle(&self, delta: &Rectangle) -> Rectangle {
        let (c, angle) = (Rectangles, Rectangle::real(self.angle));
        if self.growing { c.add(&angle, delta) } else { c.sub(&angle, delta) }
    }

    /// The kernel as a function of theta.
    fn plain(&self, delta: &Rectangle) -> Result<Rectangle> {
        let angle = self.complex_angle(delta);
        let (sine, cosine) = (angle.sin()?, angle.cos()?);
        self.program.evaluate(&Rectangles, &Point { u: cosine, angle: Some((angle, sine)) })
    }

    /// The kernel as a function of r, the distance of the place.
    fn beside(&self, delta: &Rectangle) -> Result<Rectangle> {
        let slopes = Slopes::alone(self.distance(delta)?);
        let u = match &self.from {
            Place::Pole(end) => slopes.inner_product(end.place(), 2),
            Place::Inside(place) => slopes.beside(place, !self.growing),
            Place::Constant(_) => return Err(Error::unable("a place that is no rational number")),
        };
        self.program.evaluate(&slopes, &Point::at(u)).map(|value| value.value)
    }
}

fn geometry<C: Number>(c: &C, from: &Place, other: &Place, growing: bool) -> Result<Geometry<C>> {
    let (angle, other) = (from.angle(c)?, other.angle(c)?);
    let distance = if growing { c.sub(&other, &angle) } else { c.sub(&angle, &other) };
    Ok(Geometry { length: c.scale(&distance, &Rational::from((1, 2))), angle })
}
