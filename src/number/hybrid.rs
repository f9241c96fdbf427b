//! Multiprecision that carries the exact value along while it is short.

use super::{Ball, Balls, Elementary, Exact, ExactNumber, Number, Radius, Smooth, Truth};
use crate::error::{Error, Result};
use rug::{Float, Rational};

/// Balls whose exact value is carried along where it is known: the zero test is then exact.
///
/// A number whose exact value is not known is zero or not as its ball says.
///
/// ```
/// use zonal::number::{Elementary, Hybrid, Number, Truth};
/// let c = Hybrid::new(100);
/// // (2/pi) asin(1) - 1 is exactly zero, whatever the rounding errors.
/// let asin = c.elementary(Elementary::Asin, &c.rational(&1.into())).unwrap();
/// let x = c.sub(&c.div(&c.scale(&asin, &2.into()), &c.pi()).unwrap(), &c.rational(&1.into()));
/// assert_eq!(c.is_zero(&x), Truth::Yes);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Hybrid {
    balls: Balls,
    /// Exact values longer than this are dropped.
    most_bits: u32,
    /// Inner sums of more terms than this are not formed exactly.
    most_terms: usize,
}

/// A number enclosed and, where it is known and short, exact.
#[derive(Clone, Debug)]
pub struct HybridNumber {
    /// An enclosure.
    pub ball: Ball,
    /// The exact value.
    pub exact: Option<ExactNumber>,
}

impl Hybrid {
    /// The context with mantissas of `precision` bits, and exact values as long as they are quick.
    pub fn new(precision: u32) -> Self {
        Hybrid { balls: Balls::new(precision), most_bits: 160, most_terms: 6 }
    }

    /// Balls of `precision` bits that carry exact values of up to 6000 bits along, not just short ones.
    pub fn with_long_exact_values(precision: u32) -> Self {
        Hybrid { balls: Balls::new(precision), most_bits: 6000, most_terms: 64 }
    }

    /// With long exact values, and `Unable` where a ball reaches beyond the domain of a function: a result proves that
    /// it is defined.
    pub fn strict(precision: u32) -> Self {
        Hybrid { balls: Balls::strict(precision), ..Self::with_long_exact_values(precision) }
    }

    /// An exact number beside the ball that encloses it; an exact value too long for the context is dropped.
    ///
    /// # Errors
    /// Those of powers of pi and of primes in balls.
    pub fn exact(&self, exact: ExactNumber) -> Result<HybridNumber> {
        Ok(self.make(exact.value(&self.balls)?, Some(exact)))
    }

    /// An enclosure and the exact value.
    fn make(&self, ball: Ball, exact: Option<ExactNumber>) -> HybridNumber {
        match exact.filter(|e| e.bits() <= self.most_bits) {
            // Of a sum that cancels completely nothing remains.
            Some(e) if e.is_zero() => {
                HybridNumber { ball: Ball::exact(Float::new(self.balls.precision())), exact: Some(e) }
            }
            exact => HybridNumber { ball, exact },
        }
    }

    /// A function of x: where the exact value is known it decides whether the function is defined.
    fn unary(
        &self,
        x: &HybridNumber,
        ball: impl FnOnce() -> Result<Ball>,
        f: impl Fn(&ExactNumber) -> Result<ExactNumber>,
    ) -> Result<HybridNumber> {
        match x.exact.as_ref().map(f) {
            Some(Err(error @ Error::Domain(_))) => Err(error),
            Some(Ok(exact)) => {
                ball().map_or_else(|_| self.exact(exact.clone()), |ball| Ok(self.make(ball, Some(exact.clone()))))
            }
            _ => Ok(self.make(ball()?, None)),
        }
    }

    fn binary(
        &self,
        (x, y): (&HybridNumber, &HybridNumber),
        ball: Ball,
        f: impl Fn(&ExactNumber, &ExactNumber) -> Option<ExactNumber>,
    ) -> HybridNumber {
        let exact = x.exact.as_ref().zip(y.exact.as_ref()).and_then(|(a, b)| f(a, b));
        self.make(ball, exact)
    }

    fn is_exact_zero(x: &HybridNumber) -> bool {
        x.exact.as_ref().is_some_and(ExactNumber::is_zero)
    }
}

impl Number for Hybrid {
    type Element = HybridNumber;

    fn rational(&self, q: &Rational) -> HybridNumber {
        self.make(self.balls.rational(q), Some(Exact.rational(q)))
    }

    fn pi(&self) -> HybridNumber {
        self.make(self.balls.pi(), Some(Exact.pi()))
    }

    fn add(&self, x: &HybridNumber, y: &HybridNumber) -> HybridNumber {
        self.binary((x, y), self.balls.add(&x.ball, &y.ball), |a, b| Some(Exact.add(a, b)))
    }

    fn neg(&self, x: &HybridNumber) -> HybridNumber {
        HybridNumber { ball: self.balls.neg(&x.ball), exact: x.exact.as_ref().map(|e| Exact.neg(e)) }
    }

    fn mul(&self, x: &HybridNumber, y: &HybridNumber) -> HybridNumber {
        if Self::is_exact_zero(x) || Self::is_exact_zero(y) {
            return self.rational(&Rational::new());
        }
        self.binary((x, y), self.balls.mul(&x.ball, &y.ball), |a, b| Some(Exact.mul(a, b)))
    }

    fn scale(&self, x: &HybridNumber, q: &Rational) -> HybridNumber {
        self.make(self.balls.scale(&x.ball, q), x.exact.as_ref().map(|e| Exact.scale(e, q)))
    }

    fn div(&self, x: &HybridNumber, y: &HybridNumber) -> Result<HybridNumber> {
        Ok(self.binary((x, y), self.balls.div(&x.ball, &y.ball)?, |a, b| Exact.div(a, b).ok()))
    }

    fn elementary(&self, f: Elementary, x: &HybridNumber) -> Result<HybridNumber> {
        self.unary(x, || self.balls.elementary(f, &x.ball), |e| Exact.elementary(f, e))
    }

    fn bits(&self) -> Option<u32> {
        self.balls.bits()
    }

    fn magnitude(&self, x: &HybridNumber) -> Radius {
        x.ball.magnitude()
    }

    fn widened(&self, x: &HybridNumber, radius: Radius) -> Result<HybridNumber> {
        Ok(if radius.is_zero() { x.clone() } else { self.make(self.balls.widened(&x.ball, radius)?, None) })
    }

    fn smooth<F: Smooth>(&self, f: &F, x: &HybridNumber) -> Result<HybridNumber> {
        self.unary(x, || self.balls.smooth(f, &x.ball), |e| f.value(&Exact, e))
    }

    fn power(&self, x: &HybridNumber, q: &Rational) -> Result<HybridNumber> {
        self.unary(x, || self.balls.power(&x.ball, q), |e| Exact.power(e, q))
    }

    fn arc_cosines(&self, x: &HybridNumber, n: usize) -> Result<Vec<HybridNumber>> {
        let exact = match x.exact.as_ref().map(|e| Exact.arc_cosines(e, n)) {
            Some(Err(error @ Error::Domain(_))) => return Err(error),
            exact => exact.and_then(Result::ok),
        };
        match (self.balls.arc_cosines(&x.ball, n), exact) {
            (Ok(balls), None) => Ok(balls.into_iter().map(|ball| self.make(ball, None)).collect()),
            (Ok(balls), Some(exact)) => {
                Ok(balls.into_iter().zip(exact).map(|(ball, e)| self.make(ball, Some(e))).collect())
            }
            (Err(_), Some(exact)) => exact.into_iter().map(|e| self.exact(e)).collect(),
            (Err(error), None) => Err(error),
        }
    }

    fn is_zero(&self, x: &HybridNumber) -> Truth {
        match &x.exact {
            Some(e) => Exact.is_zero(e),
            None => self.balls.is_zero(&x.ball),
        }
    }

    fn convolve(&self, a: &[HybridNumber], b: &[HybridNumber]) -> HybridNumber {
        let pairs = || a.iter().zip(b.iter().rev()).filter(|(x, y)| !Self::is_exact_zero(x) && !Self::is_exact_zero(y));
        let ball = self.balls.inner_product(pairs().map(|(x, y)| (&x.ball, &y.ball)));
        if pairs().count() > self.most_terms || pairs().any(|(x, y)| x.exact.is_none() || y.exact.is_none()) {
            return self.make(ball, None);
        }
        let products = pairs().filter_map(|(x, y)| Some(Exact.mul(x.exact.as_ref()?, y.exact.as_ref()?)));
        self.make(ball, Some(products.fold(ExactNumber::default(), |sum, product| Exact.add(&sum, &product))))
    }
}
