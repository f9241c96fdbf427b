//! Multiprecision that carries the exact value along while it is short.

use super::{Exact, ExactNumber, Function, Multiprecision, Number, Truth};
use crate::error::Result;
use rug::ops::AssignRound;
use rug::{Float, Rational, float::Round};

/// Multiprecision numbers whose exact value is carried along where it is known: the zero test is then exact.
///
/// A number whose exact value is not known counts as zero only if every bit is; one that is not larger than the rounding
/// errors it went through, roughly tracked, is undecided.
///
/// ```
/// use zonal::number::{Function, Hybrid, Number, Truth};
/// let c = Hybrid::new(100);
/// // (2/pi) asin(1) - 1 is exactly zero, whatever the rounding errors.
/// let asin = c.function(Function::Asin, &c.rational(&1.into())).unwrap();
/// let x = c.sub(&c.div(&c.scale(&asin, &2.into()), &c.pi()).unwrap(), &c.rational(&1.into()));
/// assert_eq!(c.is_zero(&x), Truth::Yes);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Hybrid {
    float: Multiprecision,
}

/// A number in floating point and, where it is known and short, exactly.
#[derive(Clone, Debug)]
pub struct HybridNumber {
    /// The rounded value.
    pub value: Float,
    /// The exact value.
    pub exact: Option<ExactNumber>,
    /// log2 of the size of its rounding errors, roughly: what cancels to this is noise.
    noise: i32,
}

/// log2 of no error at all.
const NOTHING: i32 = i32::MIN / 2;

/// Bits of relative accuracy that a function of one number may cost.
const FUNCTION_BITS: i32 = 4;

/// A number this many bits above its noise is not zero.
const NOISE_MARGIN: i32 = 24;

/// Exact values longer than this are dropped.
const MOST_BITS: u32 = 160;

/// Inner sums of more terms than this are not formed exactly.
const MOST_TERMS: usize = 16;

impl Hybrid {
    /// The context with mantissas of `precision` bits.
    pub fn new(precision: u32) -> Self {
        Hybrid { float: Multiprecision::new(precision) }
    }

    /// An exact number.
    pub fn exact(&self, exact: ExactNumber) -> HybridNumber {
        let value = exact.to_float(self.float.precision());
        self.make(value, Some(exact), NOTHING)
    }

    /// A rounded value, its exact value and the noise it inherits.
    fn make(&self, value: Float, exact: Option<ExactNumber>, inherited: i32) -> HybridNumber {
        let noise = inherited.max(value.get_exp().map_or(NOTHING, |e| e - self.float.precision() as i32));
        match exact.filter(|e| e.bits() <= MOST_BITS) {
            // The rounding error of a sum that cancels completely.
            Some(e) if e.is_zero() => {
                HybridNumber { value: Float::new(self.float.precision()), exact: Some(e), noise: NOTHING }
            }
            exact => HybridNumber { value, exact, noise },
        }
    }

    /// The noise of a product.
    fn product_noise(x: &HybridNumber, y: &HybridNumber) -> i32 {
        let part =
            |a: &HybridNumber, b: &HybridNumber| a.value.get_exp().map_or(NOTHING, |e| e.saturating_add(b.noise));
        part(x, y).max(part(y, x))
    }

    /// The noise of f(x): the relative error of x, and a few bits for a function that magnifies it somewhat.
    fn carried_noise(x: &HybridNumber, value: &Float, bits: i32) -> i32 {
        match (x.value.get_exp(), value.get_exp()) {
            (Some(before), Some(after)) => x.noise.saturating_sub(before).saturating_add(after).saturating_add(bits),
            _ => x.noise,
        }
    }

    fn unary(&self, x: &HybridNumber, value: Float, f: impl Fn(&ExactNumber) -> Result<ExactNumber>) -> HybridNumber {
        let noise = Self::carried_noise(x, &value, FUNCTION_BITS);
        self.make(value, x.exact.as_ref().and_then(|e| f(e).ok()), noise)
    }

    fn binary(
        &self,
        (x, y): (&HybridNumber, &HybridNumber),
        value: Float,
        noise: i32,
        f: impl Fn(&ExactNumber, &ExactNumber) -> Option<ExactNumber>,
    ) -> HybridNumber {
        let exact = x.exact.as_ref().zip(y.exact.as_ref()).and_then(|(a, b)| f(a, b));
        self.make(value, exact, noise)
    }

    fn is_exact_zero(x: &HybridNumber) -> bool {
        x.exact.as_ref().is_some_and(ExactNumber::is_zero)
    }
}

impl Number for Hybrid {
    type Element = HybridNumber;

    fn rational(&self, q: &Rational) -> HybridNumber {
        self.make(self.float.rational(q), Some(Exact.rational(q)), NOTHING)
    }

    fn pi(&self) -> HybridNumber {
        self.make(self.float.pi(), Some(Exact.pi()), NOTHING)
    }

    fn add(&self, x: &HybridNumber, y: &HybridNumber) -> HybridNumber {
        self.binary((x, y), self.float.add(&x.value, &y.value), x.noise.max(y.noise), |a, b| Some(Exact.add(a, b)))
    }

    fn neg(&self, x: &HybridNumber) -> HybridNumber {
        HybridNumber { value: self.float.neg(&x.value), exact: x.exact.as_ref().map(|e| Exact.neg(e)), noise: x.noise }
    }

    fn mul(&self, x: &HybridNumber, y: &HybridNumber) -> HybridNumber {
        if Self::is_exact_zero(x) || Self::is_exact_zero(y) {
            return self.rational(&Rational::new());
        }
        self.binary((x, y), self.float.mul(&x.value, &y.value), Self::product_noise(x, y), |a, b| Some(Exact.mul(a, b)))
    }

    fn scale(&self, x: &HybridNumber, q: &Rational) -> HybridNumber {
        let value = self.float.scale(&x.value, q);
        let noise = Self::carried_noise(x, &value, 0);
        self.make(value, x.exact.as_ref().map(|e| Exact.scale(e, q)), noise)
    }

    fn div(&self, x: &HybridNumber, y: &HybridNumber) -> Result<HybridNumber> {
        let value = self.float.div(&x.value, &y.value)?;
        let noise = Self::carried_noise(x, &value, 0).max(Self::carried_noise(y, &value, 0));
        Ok(self.binary((x, y), value, noise, |a, b| Exact.div(a, b).ok()))
    }

    fn function(&self, f: Function, x: &HybridNumber) -> Result<HybridNumber> {
        Ok(self.unary(x, self.float.function(f, &x.value)?, |e| Exact.function(f, e)))
    }

    fn power(&self, x: &HybridNumber, q: &Rational) -> Result<HybridNumber> {
        Ok(self.unary(x, self.float.power(&x.value, q)?, |e| Exact.power(e, q)))
    }

    fn arc_cosines(&self, x: &HybridNumber, n: usize) -> Result<Vec<HybridNumber>> {
        let values = self.float.arc_cosines(&x.value, n)?;
        let exact = x.exact.as_ref().and_then(|e| Exact.arc_cosines(e, n).ok());
        let at = |i: usize| exact.as_ref().map(|list| list[i].clone());
        Ok(values.into_iter().enumerate().map(|(i, value)| self.make(value, at(i), x.noise)).collect())
    }

    fn is_zero(&self, x: &HybridNumber) -> Truth {
        match &x.exact {
            Some(e) => Exact.is_zero(e),
            None if x.value.is_zero() => Truth::Yes,
            None if x.value.get_exp().is_some_and(|e| e < x.noise.saturating_add(NOISE_MARGIN)) => Truth::Unknown,
            None => Truth::No,
        }
    }

    fn convolve(&self, a: &[HybridNumber], b: &[HybridNumber]) -> HybridNumber {
        let precision = self.float.precision();
        let zero = |x: &HybridNumber| x.value.is_zero() && Self::is_exact_zero(x);
        let pairs = || a.iter().zip(b.iter().rev()).filter(|(x, y)| !zero(x) && !zero(y));
        let (mut value, mut product) = (Float::new(precision), Float::new(precision));
        let mut count = 0;
        let mut known = true;
        let mut noise = NOTHING;
        for (x, y) in pairs() {
            product.assign_round(&x.value * &y.value, Round::Nearest);
            value += &product;
            noise = noise.max(Self::product_noise(x, y));
            known &= x.exact.is_some() && y.exact.is_some();
            count += 1;
        }
        if !known || count > MOST_TERMS {
            return self.make(value, None, noise);
        }
        let products = pairs().filter_map(|(x, y)| Some(Exact.mul(x.exact.as_ref()?, y.exact.as_ref()?)));
        self.make(value, Some(products.fold(ExactNumber::default(), |sum, product| Exact.add(&sum, &product))), noise)
    }
}
