//! How fast the Chebyshev or Legendre coefficients of a kernel decay, as a function of the angle.

use crate::error::Result;
use crate::kernel::{Point, Program};
use crate::number::{Double, Multiprecision, Number};
use rug::Float;

/// Coefficients of kappa(cos theta), theta = pi/2 + h x, in x on \[-1, 1\]: natural logarithms of the largest size at
/// or beyond each index, down to a noise floor, and the geometric rate at which they are expected to go on.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// ln of the running maximum from the right, decreasing, relative to the largest coefficient.
    logs: Vec<f64>,
    /// Expected decrease of the logarithm per index beyond the last known.
    rate: f64,
}

/// Numbers of samples tried before the coefficients count as not decaying geometrically.
const PILOT_SIZES: [usize; 5] = [96, 256, 768, 2048, 6144];

/// Relative noise of double-precision coefficients: rounding errors of a few dozen operations.
const PILOT_NOISE: f64 = 1e-13;

impl Envelope {
    /// From double-precision samples no further apart than about `finest`. `None` if even the largest pilot does not
    /// resolve the kernel.
    ///
    /// # Errors
    /// Those of the kernel at a sample.
    pub fn pilot(program: &Program, half_width: f64, finest: f64) -> Result<Option<Self>> {
        // Chebyshev points are pi h / size apart in the middle, less elsewhere.
        let least = (std::f64::consts::PI * half_width / finest).min(6144.0) as usize * 3 / 5;
        for size in PILOT_SIZES.into_iter().filter(|size| *size >= least) {
            let coefficients = chebyshev(program, half_width, size)?;
            let logs: Vec<f64> = coefficients.iter().map(|c| c.abs().ln()).collect();
            if let Some(envelope) = Envelope::new(&logs, PILOT_NOISE.ln()) {
                return Ok(Some(envelope));
            }
        }
        Ok(None)
    }

    /// From the logarithms of coefficient sizes; everything below `noise` (relative to the largest) is dropped. `None`
    /// unless the coefficients reach the noise in the first three quarters.
    pub fn new(logs: &[f64], noise: f64) -> Option<Self> {
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return Some(Envelope { logs: vec![0.0], rate: 50.0 });
        }
        let known = logs.iter().rposition(|l| l - largest > noise)? + 1;
        if 4 * known > 3 * logs.len() {
            return None;
        }
        let mut running = f64::NEG_INFINITY;
        let mut envelope: Vec<f64> = logs[..known]
            .iter()
            .rev()
            .map(|l| {
                running = running.max(l - largest);
                running
            })
            .collect();
        envelope.reverse();
        // The rate of the second half: faster decay of the first coefficients must not hide a slow tail.
        let half = known / 2;
        let fall = envelope[half] - envelope[known - 1];
        let rate = if known < 8 { -noise / 4.0 } else { fall / (known - 1 - half) as f64 };
        Some(Envelope { logs: envelope, rate: rate.max(1e-6) })
    }

    /// The index from which the coefficients are expected below 2^-bits.
    pub fn resolved_at(&self, bits: f64) -> usize {
        let target = -bits * std::f64::consts::LN_2;
        match self.logs.iter().position(|l| *l < target) {
            Some(index) => index,
            None => {
                let last = self.logs.last().copied().unwrap_or(0.0);
                let beyond = ((last - target) / self.rate).min(1e9);
                self.logs.len() + beyond.ceil() as usize
            }
        }
    }

    /// ln of a bound for sum_m |c_m| rho^m, infinite where the expected tail diverges.
    pub fn growth(&self, log_rho: f64) -> f64 {
        if log_rho >= self.rate {
            return f64::INFINITY;
        }
        let last = self.logs.last().copied().unwrap_or(0.0) + log_rho * self.logs.len() as f64;
        let tail = last - (1.0 - (log_rho - self.rate).exp()).ln();
        let known = self.logs.iter().enumerate().map(|(m, l)| l + log_rho * m as f64);
        log_sum(known.chain([tail]))
    }
}

/// The natural logarithm of a sum of exponentials e^l, computed without overflow.
pub fn log_sum(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    if !largest.is_finite() {
        return largest;
    }
    largest + logs.map(|l| (l - largest).exp()).sum::<f64>().ln()
}

/// Chebyshev coefficients of kappa(cos(pi/2 + h x)) from `size` samples, in double precision.
fn chebyshev(program: &Program, half_width: f64, size: usize) -> Result<Vec<f64>> {
    let pi = std::f64::consts::PI;
    let offsets = (0..size).map(|j| half_width * (pi * (j as f64 + 0.5) / size as f64).cos());
    let in_double = |offset: f64| {
        let point = Point { u: -offset.sin(), angle: Some((pi / 2.0 + offset, offset.cos())) };
        program.evaluate(&Double, &point).ok().filter(|value| value.is_normal() || *value == 0.0)
    };
    let values = match offsets.clone().map(in_double).collect::<Option<Vec<f64>>>() {
        Some(values) => values,
        None => in_multiprecision(program, offsets)?,
    };
    let table: Vec<f64> = (0..4 * size).map(|i| (pi * i as f64 / (2 * size) as f64).cos()).collect();
    let coefficient = |m: usize| {
        let sum: f64 = values.iter().enumerate().map(|(j, v)| v * table[(m * (2 * j + 1)) % (4 * size)]).sum();
        sum / size as f64
    };
    Ok((0..size).map(coefficient).collect())
}

/// The same samples where double precision fails (an argument rounded out of a domain, values out of range), divided by
/// a power of two that makes the largest about 1.
fn in_multiprecision(program: &Program, offsets: impl Iterator<Item = f64>) -> Result<Vec<f64>> {
    const BITS: u32 = 256;
    let c = Multiprecision::new(BITS);
    let sample = |offset: f64| {
        let offset = Float::with_val(BITS, offset);
        let angle = c.pi() / 2u32 + offset.clone();
        let (sine, cosine) = offset.sin_cos(Float::new(BITS));
        program.evaluate(&c, &Point { u: -sine, angle: Some((angle, cosine)) })
    };
    let values = offsets.map(sample).collect::<Result<Vec<Float>>>()?;
    let scale = values.iter().filter_map(Float::get_exp).max().unwrap_or(0);
    Ok(values.into_iter().map(|value| (value >> scale).to_f64()).collect())
}
