//! Unevaluated sums of two doubles: some 104 bits.

/// `high + low`, with `|low|` at most half a unit in the last place of `high`.
///
/// Sums and products are off by a few units of 2^-104 (Dekker, Numer. Math. 1971). No fused multiply-add: the same
/// result on every machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoubleDouble {
    /// The nearest double.
    pub high: f64,
    /// The rest, which the nearest double leaves of the number.
    pub low: f64,
}

/// 2^27 + 1: splits a double into two halves of 26 bits.
const SPLITTER: f64 = 134_217_729.0;

#[inline(always)]
fn quick_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    DoubleDouble { high, low: b - (high - a) }
}

#[inline(always)]
fn exact_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    let part = high - a;
    DoubleDouble { high, low: (a - (high - part)) + (b - part) }
}

#[inline(always)]
fn split(a: f64) -> (f64, f64) {
    let scaled = SPLITTER * a;
    let high = scaled - (scaled - a);
    (high, a - high)
}

#[inline(always)]
fn exact_product(a: f64, b: f64) -> DoubleDouble {
    let high = a * b;
    let ((a1, a2), (b1, b2)) = (split(a), split(b));
    DoubleDouble { high, low: ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2 }
}

impl DoubleDouble {
    /// The double `x` as a sum of two, exactly: its lower part is 0.
    pub fn new(x: f64) -> Self {
        DoubleDouble { high: x, low: 0.0 }
    }

    /// A multiprecision number divided by 2^exponent, rounded to two doubles.
    pub fn of(x: &rug::Float, exponent: i32) -> Self {
        let scaled = x.clone() >> exponent;
        let high = scaled.to_f64();
        DoubleDouble { high, low: (scaled - high).to_f64() }
    }

    /// The sum `self + x`, to a few units of 2^-104 of |self| + |x|.
    #[inline(always)]
    pub fn plus(self, x: DoubleDouble) -> Self {
        let sum = exact_sum(self.high, x.high);
        quick_sum(sum.high, sum.low + (self.low + x.low))
    }

    /// The product `self * x`, to a few units of 2^-104 relatively.
    #[inline(always)]
    pub fn times(self, x: DoubleDouble) -> Self {
        let product = exact_product(self.high, x.high);
        quick_sum(product.high, product.low + (self.high * x.low + self.low * x.high))
    }

    /// The product `self * x` with a double, to a few units of 2^-104 relatively.
    #[inline(always)]
    pub fn scaled(self, x: f64) -> Self {
        let product = exact_product(self.high, x);
        quick_sum(product.high, product.low + self.low * x)
    }

    /// The quotient `self / x` by a double, to a few units of 2^-104 relatively.
    #[inline(always)]
    pub fn over(self, x: f64) -> Self {
        let quotient = self.high / x;
        let back = exact_product(quotient, x);
        let rest = ((self.high - back.high) - back.low + self.low) / x;
        quick_sum(quotient, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::DoubleDouble;
    use rug::Float;

    /// Against multiprecision, on numbers from a simple generator.
    #[test]
    fn operations_keep_a_hundred_bits() {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 11) as f64 / 2f64.powi(52) + 0.5
        };
        let wide = |x: DoubleDouble| Float::with_val(300, x.high) + x.low;
        for _ in 0..20_000 {
            let x = DoubleDouble::new(next()).scaled(next()).over(next());
            let y = DoubleDouble::new(next()).over(next());
            let z = next();
            let checks = [
                (x.plus(y), wide(x) + wide(y)),
                (x.times(y), wide(x) * wide(y)),
                (x.scaled(z), wide(x) * z),
                (x.over(z), wide(x) / z),
            ];
            for (value, exact) in checks {
                let error = Float::with_val(64, (wide(value) - &exact) / &exact).abs().to_f64();
                assert!(error < 2f64.powi(-101), "{error:e}");
                assert_eq!(value.high, value.high + value.low);
            }
        }
        // Negative control: a plain double product is not that good.
        let (a, b) = (next(), next());
        assert!(Float::with_val(200, a) * b != Float::with_val(200, a * b));
    }
}
