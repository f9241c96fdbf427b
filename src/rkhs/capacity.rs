//! How large the unit ball of a kernel's space is, and what it costs to learn in it.

use super::levels::SUMMED;
use super::order::Order;
use super::{Estimated, Levels};
use crate::error::{Error, Result};
use crate::number::long_sum;

/// The eigenvalues of a kernel in decreasing order, lambda_1 >= lambda_2 >= ..., each as often as it occurs: all of
/// them, by the law beyond those computed one by one.
#[derive(Clone, Debug)]
pub struct Capacity {
    order: Order,
    /// Eigenvalues and what they are of the trace; nodes for many degrees beyond those computed.
    weights: Vec<(f64, f64)>,
    trace: f64,
    /// What of the trace is in no level.
    rest: f64,
    /// What of the trace may be missing, or wrong.
    doubt: f64,
    /// The relative error of eigenvalues beyond those computed.
    law: f64,
    /// Whether some eigenvalues are in no group.
    open: bool,
}

/// One unit in the last place, relatively: eigenvalues computed one by one.
const UNIT: f64 = f64::EPSILON;

impl Capacity {
    /// Sorts the levels of a kernel by eigenvalue, for widths, entropy numbers and complexities.
    pub fn new(levels: &Levels) -> Self {
        let unknown = levels.rank().is_infinite() && levels.tail(crate::parity::Parity::Even).is_none();
        let rest = if unknown || levels.rest() > 0.0 { levels.rest() } else { 0.0 };
        Capacity {
            order: Order::new(levels),
            weights: levels.weights().filter(|(value, weight)| *value > 0.0 && *weight > 0.0).collect(),
            trace: levels.trace(),
            rest,
            doubt: levels.open().0,
            law: levels.law_error(),
            open: rest > 0.0 || unknown,
        }
    }

    /// lambda_i, the i-th largest eigenvalue, i = 1, 2, ...; 0 beyond the rank. Every degree is one by itself, however
    /// high.
    ///
    /// # Errors
    /// `Input` for i below 1; `Unable` where eigenvalues beyond those known would be needed.
    pub fn eigenvalue(&self, i: f64) -> Result<f64> {
        self.eigenvalue_with_error(i).map(|found| found.value)
    }

    /// The same with its error: one unit in the last place where the degree was computed by itself, that of the law
    /// beyond.
    ///
    /// # Errors
    /// As [`eigenvalue`](Capacity::eigenvalue).
    pub fn eigenvalue_with_error(&self, i: f64) -> Result<Estimated> {
        if !(i.is_finite() && i >= 1.0) {
            return Err(Error::input(format!("the eigenvalue with the number {i}; allowed are numbers from 1 on")));
        }
        // Fewer than i are larger. Counts are whole but for rounding.
        let whole = (i * (1.0 - 1e-12)).max(i - 0.5);
        let fewer = |value: f64| whole - self.order.count_above(value);
        let groups = self.order.groups();
        let known = groups.iter().map(|group| group.count).sum::<f64>() >= whole;
        let Some(value) = self.order.last(fewer).filter(|_| known || self.order.goes_on()) else {
            return match self.open || self.order.goes_on() {
                true => Err(Error::unable(format!("the eigenvalue with the number {i} lies beyond those known"))),
                false => Ok(Estimated { value: 0.0, error: 0.0 }),
            };
        };
        let single = groups.binary_search_by(|group| value.total_cmp(&group.value)).is_ok();
        Ok(Estimated { value, error: value * if single { UNIT } else { self.law } })
    }

    /// The Kolmogorov width d_n of the unit ball in L2: the smallest distance within which an n-dimensional space
    /// approximates all of it, sqrt(lambda_{n+1}).
    ///
    /// ```
    /// use zonal::{Kernel, Sphere, rkhs::{Capacity, Levels}};
    /// let levels = Levels::new(&Kernel::arccos(1)?.spectrum(Sphere::in_dimension(3)?), 1.0)?;
    /// // mu_0 = 3/8, mu_1 = 1/6 three times, mu_2 = 3/128
    /// let capacity = Capacity::new(&levels);
    /// assert!((capacity.width(3.0)?.powi(2) - 1.0 / 6.0).abs() < 1e-15);
    /// assert!((capacity.width(4.0)?.powi(2) - 3.0 / 128.0).abs() < 1e-15);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`eigenvalue`](Capacity::eigenvalue).
    pub fn width(&self, n: f64) -> Result<f64> {
        self.width_with_error(n).map(|found| found.value)
    }

    /// The Kolmogorov width d_n = sqrt(lambda_{n+1}) of the unit ball in L2, with an estimated error.
    ///
    /// # Errors
    /// As [`eigenvalue`](Capacity::eigenvalue).
    pub fn width_with_error(&self, n: f64) -> Result<Estimated> {
        let Estimated { value, error } = self.eigenvalue_with_error(n + 1.0)?;
        // |sqrt(x + e) - sqrt(x)| <= e/(2 sqrt(x)) up to e^2, and rounding
        let root = value.sqrt();
        Ok(Estimated { value: root, error: if value > 0.0 { 0.51 * error / root + UNIT * root } else { 0.0 } })
    }

    /// Bounds of the entropy number of the unit ball in L2 with n balls, the smallest radius with which n balls cover
    /// it: $s \le \varepsilon_n \le 6s$, $s = \sup_k n^{-1/k}(\lambda_1\cdots\lambda_k)^{1/(2k)}$ (Gordon, König and
    /// Schütt, J. Approx. Theory 1987; Carl and Stephani 1990, 1.3.2). Given by ln n, for n is huge. The bounds are
    /// moved outward by the error of s, estimated.
    ///
    /// # Errors
    /// `Input` for ln n that is not positive; `Unable` where eigenvalues beyond those known would be needed.
    pub fn entropy_numbers(&self, log_balls: f64) -> Result<[f64; 2]> {
        let Estimated { value, error } = self.entropy(log_balls)?;
        Ok([value - error, 6.0 * (value + error)])
    }

    /// The s in the bounds s and 6 s of the entropy number for ln n = `log_balls`, with an estimated error.
    ///
    /// # Errors
    /// As [`entropy_numbers`](Capacity::entropy_numbers).
    pub fn entropy(&self, log_balls: f64) -> Result<Estimated> {
        if !(log_balls.is_finite() && log_balls > 0.0) {
            return Err(Error::input(format!("ln n = {log_balls} balls; allowed are positive numbers")));
        }
        // One more eigenvalue raises the mean while sum (ln(lambda_j) - ln(lambda))/2 over those above is below ln n.
        let raises = |value: f64| {
            let above = self.order.above(value);
            log_balls - 0.5 * (above.logs - above.count * value.ln())
        };
        let unable =
            || Error::unable(format!("the entropy number of e^{log_balls} balls needs eigenvalues beyond those known"));
        let groups = self.order.groups();
        let last = match self.order.last(raises) {
            Some(value) => value,
            None => return Err(unable()),
        };
        let smallest = !self.order.goes_on() && groups.last().is_some_and(|group| group.value == last);
        if smallest && self.open {
            return Err(unable());
        }
        // All that are at least as large.
        let above = self.order.above(last.next_down());
        let log = (0.5 * above.logs - log_balls) / above.count;
        let value = log.exp();
        // Logarithms of eigenvalues are off by their relative errors; their sum and ln n by rounding.
        let size = (0.5 * above.logs.abs() + log_balls) / above.count;
        Ok(Estimated { value, error: value * (0.5 * (self.law + UNIT) + SUMMED * (1.0 + size)) })
    }

    /// Bounds of the Rademacher complexity of the unit ball on n uniform points,
    /// $E\sup_{|f|_H\le1}\frac1n\sum_i\sigma_if(x_i)$: at most sqrt(kappa(1)/n), and by Khinchin's inequality at least
    /// that over sqrt 2.
    ///
    /// # Errors
    /// `Input` for n below 1.
    pub fn rademacher(&self, samples: f64) -> Result<[f64; 2]> {
        let upper = (self.trace / checked(samples)?).sqrt();
        Ok([upper * std::f64::consts::FRAC_1_SQRT_2, upper])
    }

    /// The local Rademacher complexity of functions in the unit ball with mean square at most r, up to constants:
    /// $\sqrt{\frac2n\sum_i\min(r,\lambda_i)}$ bounds it (Mendelson, COLT 2002). What is in no level counts with its
    /// trace.
    ///
    /// # Errors
    /// `Input` for n below 1 or a negative r.
    pub fn local_rademacher(&self, samples: f64, r: f64) -> Result<f64> {
        if !(r.is_finite() && r >= 0.0) {
            return Err(Error::input(format!("the mean square {r}; allowed are numbers from 0 on")));
        }
        let above = self.order.above(r);
        // sum min(r, lambda) = r #{lambda > r} + what of the trace is not above r
        let below = (self.trace - above.sum).max(0.0);
        Ok((2.0 * (r * above.count + below) / checked(samples)?).sqrt())
    }

    /// A bound of the expected information gain of n uniform samples with noise:
    /// $\frac12E\log\det(1+K/\sigma^2) \le \frac12\sum_i\log(1+n\lambda_i/\sigma^2)$ (Jensen). In nats. What is in no
    /// group counts with its trace, log(1+x) <= x.
    ///
    /// # Errors
    /// `Input` for n below 1 or a noise that is not positive.
    pub fn information_gain(&self, samples: f64, noise: f64) -> Result<f64> {
        self.information_gain_with_error(samples, noise).map(|found| found.value)
    }

    /// The bound of the expected information gain of n uniform samples, in nats, with an estimated error.
    ///
    /// # Errors
    /// As [`information_gain`](Capacity::information_gain).
    pub fn information_gain_with_error(&self, samples: f64, noise: f64) -> Result<Estimated> {
        if !(noise.is_finite() && noise > 0.0) {
            return Err(Error::input(format!("the noise {noise}; allowed are positive numbers")));
        }
        let ratio = checked(samples)? / noise;
        if !(ratio * self.trace).is_finite() {
            return Err(Error::input(format!("the noise {noise:e} is too small beside {samples:e} samples")));
        }
        // log(1+x) <= x is sharp to x/2 where x is small.
        let gain = |(value, weight): &(f64, f64)| match ratio * value {
            x if x < 1e-15 => ratio * weight,
            x => weight * x.ln_1p() / value,
        };
        let gain = long_sum(self.weights.iter().map(gain)) + ratio * self.rest;
        // |d log(1+x)| <= log(1+x) |dx|/x
        let error = (SUMMED + self.law) * gain + ratio * self.doubt;
        Ok(Estimated { value: 0.5 * gain, error: 0.5 * error })
    }
}

fn checked(samples: f64) -> Result<f64> {
    match samples.is_finite() && samples >= 1.0 {
        true => Ok(samples),
        false => Err(Error::input(format!("{samples} samples; allowed are numbers from 1 on"))),
    }
}
