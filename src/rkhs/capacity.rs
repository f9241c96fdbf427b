//! How large the unit ball of a kernel's space is, and what it costs to learn in it.

use super::Levels;
use super::levels::{Node, log_multiplicity};
use crate::decay::Parity;
use crate::error::{Error, Result};

/// Eigenvalues of one size and how many they are.
#[derive(Clone, Copy, Debug)]
struct Group {
    value: f64,
    count: f64,
    /// Their sum; counts beyond the range of doubles are infinite.
    sum: f64,
}

/// The eigenvalues of a kernel in decreasing order, lambda_1 >= lambda_2 >= ..., each as often as it occurs: all of them, by the law beyond those computed one by one.
#[derive(Clone, Debug)]
pub struct Capacity {
    groups: Vec<Group>,
    trace: f64,
    /// Whether some eigenvalues are in no group.
    open: bool,
}

impl Capacity {
    /// Of the levels of a kernel. Beyond degree 2000 groups stand for many degrees.
    pub fn new(levels: &Levels) -> Self {
        let log_count = |k: f64| levels.dimension().map_or(0.0, |p| log_multiplicity(p, k));
        let mut groups: Vec<Group> =
            levels.counted().map(|(value, count)| Group { value, count, sum: value * count }).collect();
        for nodes in Parity::BOTH.iter().filter_map(|parity| levels.nodes(*parity)) {
            let group = |node: &Node| {
                let log_count = node.count.ln() + log_count(node.degree);
                Group { value: node.value, count: log_count.exp(), sum: (log_count + node.log_value).exp() }
            };
            groups.extend(nodes.iter().map(group));
        }
        groups.retain(|group| group.value > 0.0 && group.count > 0.0);
        groups.sort_by(|a, b| b.value.total_cmp(&a.value));
        let open = levels.rest() > 0.0 || (levels.rank().is_infinite() && levels.nodes(Parity::Even).is_none());
        Capacity { groups, trace: levels.trace(), open }
    }

    /// lambda_i, the i-th largest eigenvalue, i = 1, 2, ...; 0 beyond the rank. Beyond degree 2000 groups stand for up to 13 % of the degrees, and so does the answer.
    ///
    /// # Errors
    /// `Input` for i below 1; `Unable` where eigenvalues beyond those known would be needed.
    pub fn eigenvalue(&self, i: f64) -> Result<f64> {
        if !(i.is_finite() && i >= 1.0) {
            return Err(Error::input(format!("the eigenvalue with the number {i}; allowed are numbers from 1 on")));
        }
        let mut before = 0.0;
        for group in &self.groups {
            before += group.count;
            // Counts are whole but for rounding.
            if i <= before * (1.0 + 1e-12) {
                return Ok(group.value);
            }
        }
        self.beyond(i)
    }

    fn beyond(&self, i: f64) -> Result<f64> {
        match self.open {
            true => Err(Error::unable(format!("the eigenvalue with the number {i} lies beyond those known"))),
            false => Ok(0.0),
        }
    }

    /// The Kolmogorov width d_n of the unit ball in L2: the smallest distance within which an n-dimensional space approximates all of it, sqrt(lambda_{n+1}).
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
        self.eigenvalue(n + 1.0).map(f64::sqrt)
    }

    /// Bounds of the entropy number of the unit ball in L2 with n balls, the smallest radius with which n balls cover it:
    /// $s \le \varepsilon_n \le 6s$, $s = \sup_k n^{-1/k}(\lambda_1\cdots\lambda_k)^{1/(2k)}$ (Gordon, König and Schütt, J. Approx. Theory 1987; Carl and Stephani 1990, 1.3.2).
    /// Given by ln n, for n is huge.
    ///
    /// # Errors
    /// `Input` for ln n that is not positive; `Unable` where eigenvalues beyond those known would be needed.
    pub fn entropy_numbers(&self, log_balls: f64) -> Result<[f64; 2]> {
        if !(log_balls.is_finite() && log_balls > 0.0) {
            return Err(Error::input(format!("ln n = {log_balls} balls; allowed are positive numbers")));
        }
        let (mut count, mut logs, mut best) = (0.0, 0.0, f64::NEG_INFINITY);
        let mut settled = false;
        for group in self.groups.iter().take_while(|group| group.count.is_finite()) {
            let half = 0.5 * group.value.ln();
            // More of them raise the mean only while they are above it.
            if count > 0.0 && half <= (logs - log_balls) / count {
                settled = true;
                break;
            }
            count += group.count;
            logs += group.count * half;
            best = best.max((logs - log_balls) / count);
        }
        if !settled && self.open {
            return Err(Error::unable(format!(
                "the entropy number of e^{log_balls} balls needs eigenvalues beyond those known"
            )));
        }
        Ok([best.exp(), 6.0 * best.exp()])
    }

    /// Bounds of the Rademacher complexity of the unit ball on n uniform points, $E\sup_{|f|_H\le1}\frac1n\sum_i\sigma_if(x_i)$: at most sqrt(kappa(1)/n), and by Khinchin's
    /// inequality at least that over sqrt 2.
    ///
    /// # Errors
    /// `Input` for n below 1.
    pub fn rademacher(&self, samples: f64) -> Result<[f64; 2]> {
        let upper = (self.trace / checked(samples)?).sqrt();
        Ok([upper * std::f64::consts::FRAC_1_SQRT_2, upper])
    }

    /// The local Rademacher complexity of functions in the unit ball with mean square at most r, up to constants: $\sqrt{\frac2n\sum_i\min(r,\lambda_i)}$ bounds it
    /// (Mendelson, COLT 2002). What is in no group counts with its trace.
    ///
    /// # Errors
    /// `Input` for n below 1 or a negative r.
    pub fn local_rademacher(&self, samples: f64, r: f64) -> Result<f64> {
        if !(r.is_finite() && r >= 0.0) {
            return Err(Error::input(format!("the mean square {r}; allowed are numbers from 0 on")));
        }
        let small: f64 =
            self.groups.iter().map(|group| if group.value <= r { group.sum } else { group.count * r }).sum();
        let known: f64 = self.groups.iter().map(|group| group.sum).sum();
        let rest = if self.open { (self.trace - known).max(0.0) } else { 0.0 };
        Ok((2.0 * (small + rest) / checked(samples)?).sqrt())
    }

    /// A bound of the expected information gain of n uniform samples with noise: $\frac12E\log\det(1+K/\sigma^2) \le \frac12\sum_i\log(1+n\lambda_i/\sigma^2)$ (Jensen). In nats. What
    /// is in no group counts with its trace, log(1+x) <= x.
    ///
    /// # Errors
    /// `Input` for n below 1 or a noise that is not positive.
    pub fn information_gain(&self, samples: f64, noise: f64) -> Result<f64> {
        if !(noise.is_finite() && noise > 0.0) {
            return Err(Error::input(format!("the noise {noise}; allowed are positive numbers")));
        }
        let ratio = checked(samples)? / noise;
        if !(ratio * self.trace).is_finite() {
            return Err(Error::input(format!("the noise {noise:e} is too small beside {samples:e} samples")));
        }
        // log(1+x) <= x is sharp to x/2 where x is small.
        let gain = |group: &Group| match ratio * group.value {
            x if x < 1e-9 => ratio * group.sum,
            x => group.count * x.ln_1p(),
        };
        let gain: f64 = self.groups.iter().map(gain).sum();
        let known: f64 = self.groups.iter().map(|group| group.sum).sum();
        let rest = if self.open { (self.trace - known).max(0.0) } else { 0.0 };
        let rest = if rest > 0.0 { ratio * rest } else { 0.0 };
        Ok(0.5 * (gain + rest))
    }
}

fn checked(samples: f64) -> Result<f64> {
    match samples.is_finite() && samples >= 1.0 {
        true => Ok(samples),
        false => Err(Error::input(format!("{samples} samples; allowed are numbers from 1 on"))),
    }
}
