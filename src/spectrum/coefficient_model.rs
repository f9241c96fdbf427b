//! How large the coefficients of a power series at u = 0 are expected to be, and how many of them count.

use super::examined_kernel::ExaminedKernel;
use crate::kernel::{Point, Program, Step};
use crate::number::{Double, Multiprecision, Series};
use rug::Float;
use std::sync::{Arc, OnceLock};

/// Coefficients of the double-precision pilot, and the most where they grow before they fall: `exp(500*u)` does up to
/// degree 500.
const PILOT_ORDER: usize = 96;
const LONGEST_PILOT: usize = 24_576;

/// Coefficients that grow, but in the next quarter of the pilot by less than so much of what they grew by, may fall
/// later; those of a series with a radius of convergence below 1 do not.
const SLOWS_DOWN: f64 = 0.95;

/// Longer series are left to quadrature: their cost grows with the square of the length.
pub(super) const LONGEST: usize = 8000;

/// How coefficients go on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Growth {
    /// Zero: a polynomial.
    Zero,
    /// a_j ~ j^-q: a branch point at u = 1 or u = -1.
    Algebraic(f64),
    /// ln |a_j| changes by this much each step (at most 0), at least.
    Geometric(f64),
}

/// The expected size of the coefficients, from a pilot in double precision.
#[derive(Clone, Debug)]
pub struct CoefficientModel {
    /// ln |a_j| of the pilot, relative to the largest.
    logs: Vec<f64>,
    /// The law beyond the pilot.
    law: Growth,
    /// At least so many coefficients are computed: a power u^m may start late.
    pub(super) delay: usize,
}

/// A model, if there is one.
type KeptModel = OnceLock<Option<Arc<CoefficientModel>>>;

impl ExaminedKernel {
    /// The expected size of the coefficients of the power series at 0, if there is one; computed once.
    pub(super) fn coefficients(&self) -> Option<Arc<CoefficientModel>> {
        // Inside (-1, 1) the kernel must be analytic, or the series at 0 is that of another function.
        // In a sum the pilot may not see a part whose coefficients start late.
        let inside = self.singularities.decided && self.singularities.interior.is_empty();
        let usable = inside && self.formula.is_one_term();
        let model = || usable.then(|| CoefficientModel::of(&self.program).map(Arc::new)).flatten();
        self.kept::<KeptModel>().get_or_init(model).clone()
    }
}

impl CoefficientModel {
    /// `None` if the kernel has no power series at 0, or one whose coefficients grow.
    pub fn of(program: &Program) -> Option<Self> {
        Self::of_pilot(program, PILOT_ORDER)
    }

    fn of_pilot(program: &Program, order: usize) -> Option<Self> {
        let mut logs = pilot_logs(program, order)?;
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !largest.is_finite() {
            return None;
        }
        logs.iter_mut().for_each(|l| *l -= largest);
        // The largest of each of the last three quarters: covers kernels with one parity only.
        let quarter = order / 4;
        let top = |from: usize| logs[from..from + quarter].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (second, third, last) = (top(quarter), top(2 * quarter), top(3 * quarter));
        // Growing coefficients: the series does not converge at 1, or the pilot is too short.
        if last > third + 0.2 || last > 0.0 {
            let slower = last - third < SLOWS_DOWN * (third - second) && 4 * order <= LONGEST_PILOT;
            return if slower { Self::of_pilot(program, 4 * order) } else { None };
        }
        // From one quarter to the next two a power j^-q falls by q ln 2 and q ln 1.5, 1.7 to 1; geometric decay
        // equally.
        let (before, after) = (second - third, third - last);
        let law = match last.is_finite() {
            false => Growth::Zero,
            true if before > 1.35 * after => Growth::Algebraic((after / 1.5f64.ln()).max(1.0)),
            true => Growth::Geometric((-after / quarter as f64).min(0.0)),
        };
        let delay = 2 * reach(program);
        (delay <= 2 * LONGEST).then_some(CoefficientModel { logs, law, delay })
    }

    /// ln |a_j|, relative to the largest.
    pub(super) fn log(&self, j: usize) -> f64 {
        match self.logs.get(j) {
            Some(l) => *l,
            None => {
                let order = self.logs.len();
                let last = self.logs[order - 8..].iter().copied().fold(f64::NEG_INFINITY, f64::max);
                match self.law {
                    Growth::Zero => f64::NEG_INFINITY,
                    Growth::Algebraic(q) => last - q * (j as f64 / order as f64).ln(),
                    Growth::Geometric(slope) => last + slope * (j - order) as f64,
                }
            }
        }
    }

    /// log2(1/mu_k) as the model predicts it, from the largest of the first terms.
    pub fn expected_exponent(&self, p: u64, k: u64) -> f64 {
        let most = 4 * k * k + self.logs.len() as u64;
        let steps = std::iter::successors(Some(0u64), |j| Some(j + 1 + j / 8)).take_while(|j| *j < most);
        let term = |j: u64| log_weight(p, k, j) + self.log((k + 2 * j) as usize);
        let largest = log_first_weight(p, k) + steps.map(term).fold(f64::NEG_INFINITY, f64::max);
        if largest.is_finite() { (-largest / std::f64::consts::LN_2).max(0.0) } else { 0.0 }
    }

    /// The number of coefficients after which the tail of mu_k is below 2^-bits mu_k; `None` beyond a bound.
    pub(super) fn order_for(&self, p: u64, k: u64, bits: f64) -> Option<usize> {
        let target = bits * std::f64::consts::LN_2;
        // Algebraic coefficients and low dimensions: see at once that the longest series would not do.
        let longest = (LONGEST as u64).saturating_sub(k) / 2;
        if matches!(self.law, Growth::Algebraic(_))
            && log_weight(p, k, longest) + self.log(LONGEST) > self.log(k as usize) - target
        {
            return None;
        }
        let (mut weight, mut largest) = (0.0f64, f64::NEG_INFINITY);
        let mut j = 0u64;
        loop {
            let index = (k + 2 * j) as usize;
            if index > LONGEST {
                return None;
            }
            let term = weight + self.log(index);
            largest = largest.max(term);
            let ratio = weight_ratio(p, k, j);
            // The rest is below the sum of a geometric series with this ratio, once terms decrease.
            let shrink = ratio * (self.log(index + 2) - self.log(index)).exp().min(1.0);
            let known = self.log(index).is_finite() || index >= self.logs.len();
            if known && shrink < 1.0 && term - (1.0 - shrink).ln() < largest - target {
                return Some(index + 8);
            }
            if self.law == Growth::Zero && index >= self.logs.len() {
                return Some(index + 8);
            }
            weight += ratio.ln();
            j += 1;
        }
    }
}

/// The highest power of u that integer powers and products build: coefficients up to there may start late.
pub(super) fn reach(program: &Program) -> usize {
    let mut reach = vec![0usize; program.steps().len()];
    for (index, step) in program.steps().iter().enumerate() {
        reach[index] = match step {
            Step::Rational(_) | Step::Pi => 0,
            Step::Variable => 1,
            Step::Neg(a) | Step::Function(_, a) => reach[*a],
            Step::Add(a, b) | Step::Sub(a, b) | Step::Div(a, b) => reach[*a].max(reach[*b]),
            Step::Mul(a, b) => reach[*a].saturating_add(reach[*b]),
            Step::Power(a, q) if q.is_integer() && *q > 0 => {
                reach[*a].saturating_mul(q.numer().to_usize().unwrap_or(usize::MAX))
            }
            Step::Power(a, _) => reach[*a],
            Step::ArcCosines(a, outputs) => {
                outputs.iter().for_each(|(_, register)| reach[*register] = reach[*a]);
                continue;
            }
            Step::Done => continue,
        };
    }
    reach.into_iter().max().unwrap_or(1).clamp(1, LONGEST + 1)
}

/// ln |a_j| of the first coefficients: in double precision, or in multiprecision if their range is too wide for it.
fn pilot_logs(program: &Program, order: usize) -> Option<Vec<f64>> {
    let series = Series::new(Double, order);
    let doubles = program.evaluate(&series, &Point::at(series.variable(&0.0)));
    let in_range = |a: &f64| a.abs() > 1e-280 && a.abs() < 1e280;
    let fits = doubles.as_ref().is_ok_and(|a| a.len() == order && a[order - 2..].iter().any(in_range));
    let mut logs: Vec<f64> = match doubles {
        Ok(doubles) if fits => doubles.iter().map(|a| a.abs().ln()).collect(),
        _ => {
            let series = Series::new(Multiprecision::new(64), order);
            let wide = program.evaluate(&series, &Point::at(series.variable(&Float::new(64)))).ok()?;
            wide.iter().map(|a| Float::with_val(64, a.abs_ref()).ln().to_f64()).collect()
        }
    };
    logs.resize(order, f64::NEG_INFINITY);
    Some(logs)
}

/// ln (w_{k,j} / w_{k,0}), to a few digits.
pub(super) fn log_weight(p: u64, k: u64, j: u64) -> f64 {
    use statrs::function::gamma::ln_gamma;
    let (half, k, j) = (p as f64 / 2.0, k as f64, j as f64);
    ln_gamma(k + 2.0 * j + 1.0)
        - ln_gamma(k + 1.0)
        - 2.0 * j * std::f64::consts::LN_2
        - ln_gamma(j + 1.0)
        - ln_gamma(k + j + half)
        + ln_gamma(k + half)
}

/// ln w_{k,0} = ln (k! / (2^k (p/2)_k))
pub(super) fn log_first_weight(p: u64, k: u64) -> f64 {
    use statrs::function::gamma::ln_gamma;
    let (half, k) = (p as f64 / 2.0, k as f64);
    ln_gamma(k + 1.0) - k * std::f64::consts::LN_2 - (ln_gamma(k + half) - ln_gamma(half))
}

/// w_{k,j+1} / w_{k,j}
pub(super) fn weight_ratio(p: u64, k: u64, j: u64) -> f64 {
    let (p, k, j) = (p as f64, k as f64, j as f64);
    (k + 2.0 * j + 1.0) * (k + 2.0 * j + 2.0) / (2.0 * (j + 1.0) * (2.0 * k + 2.0 * j + p))
}
