//! Sums over all eigenvalues of a kernel.

use super::Levels;
use super::levels::{Part, SUMMED};
use crate::number::{LongSums, long_sum};
use crate::watch;

/// Sums over all eigenvalues lambda_i at a regularisation x, with $L_i = \frac{\lambda_i}{\lambda_i+x}$.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums {
    /// $\sum_iL_i$, the effective dimension.
    pub dimension: f64,
    /// $\sum_iL_i^2$
    pub squares: f64,
    /// $\sum_iL_i(1-L_i)$, the difference of the two without cancellation.
    pub halves: f64,
    /// A bound of the absolute error of each, estimated.
    pub error: f64,
}

/// Multiplicities are whole to so much relatively, and sums of them exact below the second.
const WHOLE: f64 = 8.0 * f64::EPSILON;
const MOST_WHOLE: f64 = 4e15;

impl Levels {
    /// The effective dimension sum_i lambda_i/(lambda_i + ridge).
    pub fn effective_dimension(&self, ridge: f64) -> f64 {
        self.sums(ridge).dimension
    }

    /// The effective dimension and related sums, with their error.
    ///
    /// ```
    /// use zonal::rkhs::Levels;
    /// // 1/2 once, 1/6 three times, at 1/6: 3/4 + 3/2, 9/16 + 3/4
    /// let sums = Levels::of_values(&[(0.5, 1.0), (1.0 / 6.0, 3.0)])?.sums(1.0 / 6.0);
    /// assert!((sums.dimension - 2.25).abs() <= sums.error && (sums.squares - 1.3125).abs() <= sums.error);
    /// assert!(sums.error < 1e-11);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn sums(&self, x: f64) -> Sums {
        watch::check();
        let over = |parts: &[Part]| {
            let mut sums = LongSums::<3>::default();
            sums.add_all(parts, |Part { value, weight }| {
                // Squares of small numbers do not fit doubles.
                let inverse = 1.0 / (value + x);
                let share = weight * inverse;
                [share, share * (value * inverse), share * (x * inverse)]
            });
            sums.values()
        };
        let (single, beyond) = self.parts.split_at(self.single);
        let ([dimension, squares, halves], beyond) = (over(single), over(beyond));
        let linear = self.rest / x;
        let dimension = dimension + beyond[0] + linear;
        // |dL| <= L |dlambda|/lambda
        Sums {
            dimension,
            squares: squares + beyond[1],
            halves: halves + beyond[2] + linear,
            error: SUMMED * dimension + self.left_open(x, beyond[0]),
        }
    }

    /// The effective dimension less n, and a bound of its error, estimated. Eigenvalues above x count whole, and what
    /// they lack of it is taken off: where n is a number of eigenvalues above a gap, nothing cancels.
    pub(crate) fn excess(&self, n: f64, x: f64) -> (f64, f64) {
        watch::check();
        let (single, beyond) = self.parts.split_at(self.single);
        let mut whole = 0.0;
        let mut sums = LongSums::<2>::default();
        for Part { value, weight } in single {
            let inverse = 1.0 / (value + x);
            let count = (weight / value).round();
            // A multiplicity, but for the rounding of its product with the eigenvalue.
            let is_whole = (weight / value - count).abs() <= WHOLE * count && count < MOST_WHOLE;
            match *value > x && is_whole {
                true => {
                    whole += count;
                    sums.add([-count * x * inverse, count * x * inverse]);
                }
                false => sums.add([weight * inverse, weight * inverse]),
            }
        }
        let [rest, size] = sums.values();
        let far = long_sum(beyond.iter().map(|part| part.weight / (part.value + x)));
        let linear = self.rest / x;
        let rounded = if whole < MOST_WHOLE { 0.0 } else { whole };
        let error = SUMMED * (size + far + linear + rounded) + self.left_open(x, far);
        ((whole - n) + rest + far + linear, error)
    }

    /// What laws and the rest of the trace leave open of the effective dimension, `far` of it by laws: lambda/(lambda +
    /// x) is lambda/x up to the part lambda/x; a missing part of the trace may be anywhere.
    fn left_open(&self, x: f64, far: f64) -> f64 {
        let (open, largest) = self.open;
        let nonlinear = if self.tails.is_some() { 1.0 } else { (largest / x).min(1.0) };
        self.law_error() * far + open / x + nonlinear * self.rest / x
    }

    /// The effective dimension at `ridge` less that at `ridge + x`, without cancellation.
    pub(crate) fn fall(&self, ridge: f64, x: f64) -> f64 {
        let part = |part: &Part| part.weight / (part.value + ridge) / (part.value + ridge + x);
        x * (long_sum(self.parts.iter().map(part)) + self.rest / ridge / (ridge + x))
    }
}
