//! Number systems: what a kernel may do to a number.
//!
//! A *context* stands for the number system (double precision; multiprecision at so many bits; power
//! series over either; exact numbers); its *elements* are bare values. One generic evaluation of a
//! kernel, written against [`Number`], serves every context.

mod angle;
mod approximation;
mod arc_cosine;
mod ball;
pub mod decimal;
mod double;
mod double_double;
mod exact;
pub(crate) mod fixed;
mod hybrid;
mod interval;
mod kronecker;
pub(crate) mod limbs;
mod majorant;
mod multiprecision;
mod near_double;
pub mod polynomial;
mod puiseux;
mod punctured;
mod radius;
mod rectangle;
mod scaled;
mod series;
mod shown;
mod slopes;
mod sum;
mod unit;
mod wide;

pub use approximation::Approximation;
pub use arc_cosine::{arc_cosine_slope, reflection_polynomial};
pub use ball::{Ball, Balls};
pub use decimal::Digits;
pub use double::Double;
pub use double_double::DoubleDouble;
pub use exact::{Exact, ExactNumber};
pub use hybrid::{Hybrid, HybridNumber};
pub use interval::{Interval, Intervals};
pub use multiprecision::Multiprecision;
pub use near_double::NearDouble;
pub use puiseux::{Puiseux, PuiseuxSeries};
pub use punctured::{Punctured, PuncturedNumber};
pub use radius::Radius;
pub use rectangle::{Rectangle, Rectangles};
pub use scaled::{Scaled, ScaledBall};
pub use series::Series;
pub(crate) use shown::shown;
pub use slopes::{SlopeNumber, Slopes};
pub use sum::{LongSums, long_sum};
pub use unit::Unit;
pub use wide::{WideInterval, WideIntervals};

use crate::error::{Error, Result};
use crate::watch;
use rug::Rational;
use std::fmt::Debug;

/// Three-valued truth: some number systems, such as balls, cannot decide whether a value is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// This context cannot tell.
    Unknown,
}

/// The elementary functions: what a number system computes by itself. All other functions are built on them, see
/// [`special`](crate::special).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Elementary {
    /// Square root, of a non-negative number.
    Sqrt,
    /// Exponential.
    Exp,
    /// Natural logarithm, of a positive number.
    Log,
    /// Sine, of an angle in radians.
    Sin,
    /// Cosine, of an angle in radians.
    Cos,
    /// Arc sine, of a number in \[-1, 1\].
    Asin,
    /// Arc cosine, of a number in \[-1, 1\].
    Acos,
}

impl Elementary {
    /// All elementary functions that number systems compute: sqrt, exp, log, sin, cos, asin, acos.
    pub const ALL: [Elementary; 7] = [
        Elementary::Sqrt,
        Elementary::Exp,
        Elementary::Log,
        Elementary::Sin,
        Elementary::Cos,
        Elementary::Asin,
        Elementary::Acos,
    ];

    /// The name of the elementary function in kernel formulas, such as `sqrt`.
    pub const fn name(self) -> &'static str {
        match self {
            Elementary::Sqrt => "sqrt",
            Elementary::Exp => "exp",
            Elementary::Log => "log",
            Elementary::Sin => "sin",
            Elementary::Cos => "cos",
            Elementary::Asin => "asin",
            Elementary::Acos => "acos",
        }
    }
}

/// A function of one variable that is known by its values and its derivative. A number system whose elements are more
/// than one value (power series, intervals) forms its image from both.
pub trait Smooth {
    /// f(x), where x is a single number or an enclosure of one.
    ///
    /// # Errors
    /// Those of the number system; `Unable` where it tells no sizes and no bits.
    fn value<C: Number>(&self, c: &C, x: &C::Element) -> Result<C::Element>;

    /// f'(x), in any number system.
    ///
    /// # Errors
    /// Those of the number system.
    fn derivative<C: Number>(&self, c: &C, x: &C::Element) -> Result<C::Element>;
}

/// A number system in which kernel formulas are evaluated: arithmetic, powers and elementary functions.
///
/// The operations return the value in the context's own precision. Where no value exists they return
/// [`Error::Domain`]; where this context cannot represent it,
/// [`Error::Unable`]. The laws that every context obeys (ring axioms, inverses of
/// the functions, the arc-cosine functions against their definition) are one suite, `tests/all/laws.rs`.
pub trait Number {
    /// The values.
    type Element: Clone + Debug;

    /// The rational number `q`.
    fn rational(&self, q: &Rational) -> Self::Element;

    /// The number pi.
    fn pi(&self) -> Self::Element;

    /// `x + y`.
    fn add(&self, x: &Self::Element, y: &Self::Element) -> Self::Element;

    /// `-x`.
    fn neg(&self, x: &Self::Element) -> Self::Element;

    /// `x * y`.
    fn mul(&self, x: &Self::Element, y: &Self::Element) -> Self::Element;

    /// The quotient `x / y` of two numbers.
    ///
    /// # Errors
    /// `Domain` where `y` is zero; `Unable` where it may be zero, for intervals also where it is, and where the
    /// quotient has no form in this number system.
    fn div(&self, x: &Self::Element, y: &Self::Element) -> Result<Self::Element>;

    /// The value `f(x)` of an elementary function.
    ///
    /// # Errors
    /// `Domain` where f is not defined at `x`; `Unable` where that is not told, or f(x) has no form in this number
    /// system.
    fn elementary(&self, f: Elementary, x: &Self::Element) -> Result<Self::Element>;

    /// The power `x^q` of a number with a rational exponent.
    ///
    /// # Errors
    /// `Domain` for a negative base with a fractional exponent, and for zero to a negative power; `Unable` where that
    /// is not told, or the power has no form in this number system.
    fn power(&self, x: &Self::Element, q: &Rational) -> Result<Self::Element>;

    /// The arc-cosine functions kappa_0(x), ..., kappa_n(x), normalised to 1 at x = 1.
    ///
    /// From the angle acos(x) and its sine; a system overrides this where it knows a sharper or faster way.
    ///
    /// # Errors
    /// `Domain` outside \[-1, 1\]; those of the elementary functions.
    fn arc_cosines(&self, x: &Self::Element, n: usize) -> Result<Vec<Self::Element>> {
        let one = self.rational(&Rational::from(1));
        let angle = self.elementary(Elementary::Acos, x)?;
        let square = self.mul(&self.sub(&one, x), &self.add(&one, x));
        let sine = self.elementary(Elementary::Sqrt, &square)?;
        self.arc_cosines_of_angle(&angle, &sine, x, n)
    }

    /// Whether `x` is zero.
    fn is_zero(&self, x: &Self::Element) -> Truth;

    /// The bits to which values are computed; `None` where they are exact, or where it is the coefficients that have
    /// bits.
    fn bits(&self) -> Option<u32> {
        None
    }

    /// At least |x|; infinite where it is not known.
    fn magnitude(&self, _x: &Self::Element) -> Radius {
        Radius::INFINITE
    }

    /// `x` plus an unknown number of at most this size: what a sum that was cut off may lack. Systems that carry no
    /// errors give `x`.
    ///
    /// # Errors
    /// `Unable` for numbers that cannot be uncertain: exact ones, and series, whose coefficients an error of the sum
    /// does not bound.
    fn widened(&self, _x: &Self::Element, _radius: Radius) -> Result<Self::Element> {
        Err(Error::unable("an unknown error of a number that has none"))
    }

    /// `f(x)` for a function known by its values and its derivative.
    ///
    /// # Errors
    /// Those of the function.
    fn smooth<F: Smooth>(&self, f: &F, x: &Self::Element) -> Result<Self::Element>
    where
        Self: Sized,
    {
        f.value(self, x)
    }

    /// `x - y`.
    fn sub(&self, x: &Self::Element, y: &Self::Element) -> Self::Element {
        self.add(x, &self.neg(y))
    }

    /// `q x` for a rational number `q`.
    fn scale(&self, x: &Self::Element, q: &Rational) -> Self::Element {
        self.mul(x, &self.rational(q))
    }

    /// `(a/b) x` for whole numbers, b not 0.
    fn scale_ratio(&self, x: &Self::Element, a: u64, b: u64) -> Self::Element {
        self.scale(x, &Rational::from((a, b)))
    }

    /// `sum_i a[i] b[n-1-i]`, the inner sum of a product of power series.
    fn convolve(&self, a: &[Self::Element], b: &[Self::Element]) -> Self::Element {
        let mut sum = self.rational(&Rational::new());
        for (x, y) in a.iter().zip(b.iter().rev()) {
            sum = self.add(&sum, &self.mul(x, y));
        }
        sum
    }

    /// The coefficients below `length` of the product of two power series.
    fn product(&self, x: &[Self::Element], y: &[Self::Element], length: usize) -> Vec<Self::Element> {
        sums_of_products(self, x, y, length)
    }

    /// The length from which products of power series take much less time than sums of products, so that Newton's
    /// method pays.
    fn long_series(&self) -> usize {
        usize::MAX
    }

    /// The number without its error, from which Newton's method starts; `None` in systems that carry no errors.
    fn centre(&self, _x: &Self::Element) -> Option<Self::Element> {
        None
    }

    /// The arc-cosine functions of `cos(angle)`, for callers that know the angle better than its cosine: `sine` and
    /// `cosine` are those of `angle`, and `0 <= angle <= pi`.
    ///
    /// # Errors
    /// Those of quotients by pi in this number system.
    fn arc_cosines_of_angle(
        &self,
        angle: &Self::Element,
        sine: &Self::Element,
        cosine: &Self::Element,
        n: usize,
    ) -> Result<Vec<Self::Element>> {
        arc_cosine::from_angle(self, angle, sine, cosine, n)
    }
}

/// The coefficients below `length` of the product of two power series, each a sum of products.
fn sums_of_products<C: Number + ?Sized>(c: &C, x: &[C::Element], y: &[C::Element], length: usize) -> Vec<C::Element> {
    if x.is_empty() || y.is_empty() {
        return Vec::new();
    }
    let sum = |n: usize| {
        watch::check();
        let (first, last) = ((n + 1).saturating_sub(y.len()), n.min(x.len() - 1));
        c.convolve(&x[first..=last], &y[n - last..=n - first])
    };
    (0..length.min(x.len() + y.len() - 1)).map(sum).collect()
}
