//! Multiprecision that carries the exact value along while it is short.

use super::{Exact, ExactNumber, Function, Multiprecision, Number, Truth};
use crate::error::Result;
use rug::ops::AssignRound;
use rug::{Float, Rational, float::Round};

/// Multiprecision numbers whose exact value is carried along where it is known: the zero test is then exact.
///
/// A number whose exact value is not known counts as zero only if every bit is; one that is nearly zero is undecided.
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
}

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
        HybridNumber { value: exact.to_float(self.float.precision()), exact: Some(exact) }
    }

    fn make(&self, value: Float, exact: Option<ExactNumber>) -> HybridNumber {
        match exact.filter(|e| e.bits() <= MOST_BITS) {
            // The rounding error of a sum that cancels completely.
            Some(e) if e.is_zero() => HybridNumber { value: Float::new(self.float.precision()), exact: Some(e) },
            exact => HybridNumber { value, exact },
        }
    }

    fn unary(&self, x: &HybridNumber, value: Float, f: impl Fn(&ExactNumber) -> Result<ExactNumber>) -> HybridNumber {
        self.make(value, x.exact.as_ref().and_then(|e| f(e).ok()))
    }

    fn binary(
        &self,
        (x, y): (&HybridNumber, &HybridNumber),
        value: Float,
        f: impl Fn(&ExactNumber, &ExactNumber) -> Option<ExactNumber>,
    ) -> HybridNumber {
        let exact = x.exact.as_ref().zip(y.exact.as_ref()).and_then(|(a, b)| f(a, b));
        self.make(value, exact)
    }

    fn is_exact_zero(x: &HybridNumber) -> bool {
        x.exact.as_ref().is_some_and(ExactNumber::is_zero)
    }
}

impl Number for Hybrid {
    type Element = HybridNumber;

    fn rational(&self, q: &Rational) -> HybridNumber {
        HybridNumber { value: self.float.rational(q), exact: Some(Exact.rational(q)) }
    }

    fn pi(&self) -> HybridNumber {
        HybridNumber { value: self.float.pi(), exact: Some(Exact.pi()) }
    }

    fn add(&self, x: &HybridNumber, y: &HybridNumber) -> HybridNumber {
        self.binary((x, y), self.float.add(&x.value, &y.value), |a, b| Some(Exact.add(a, b)))
    }

    fn neg(&self, x: &HybridNumber) -> HybridNumber {
        HybridNumber { value: self.float.neg(&x.value), exact: x.exact.as_ref().map(|e| Exact.neg(e)) }
    }

    fn mul(&self, x: &HybridNumber, y: &HybridNumber) -> HybridNumber {
        if Self::is_exact_zero(x) || Self::is_exact_zero(y) {
            return self.rational(&Rational::new());
        }
        self.binary((x, y), self.float.mul(&x.value, &y.value), |a, b| Some(Exact.mul(a, b)))
    }

    fn scale(&self, x: &HybridNumber, q: &Rational) -> HybridNumber {
        self.unary(x, self.float.scale(&x.value, q), |e| Ok(Exact.scale(e, q)))
    }

    fn div(&self, x: &HybridNumber, y: &HybridNumber) -> Result<HybridNumber> {
        Ok(self.binary((x, y), self.float.div(&x.value, &y.value)?, |a, b| Exact.div(a, b).ok()))
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
        Ok(values.into_iter().enumerate().map(|(i, value)| self.make(value, at(i))).collect())
    }

    fn is_zero(&self, x: &HybridNumber) -> Truth {
        match &x.exact {
            Some(e) => Exact.is_zero(e),
            None if x.value.is_zero() => Truth::Yes,
            None if x.value.get_exp().is_some_and(|e| e < -(self.float.precision() as i32) / 2) => Truth::Unknown,
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
        for (x, y) in pairs() {
            product.assign_round(&x.value * &y.value, Round::Nearest);
            value += &product;
            known &= x.exact.is_some() && y.exact.is_some();
            count += 1;
        }
        if !known || count > MOST_TERMS {
            return HybridNumber { value, exact: None };
        }
        let products = pairs().filter_map(|(x, y)| Some(Exact.mul(x.exact.as_ref()?, y.exact.as_ref()?)));
        self.make(value, Some(products.fold(ExactNumber::default(), |sum, product| Exact.add(&sum, &product))))
    }
}
