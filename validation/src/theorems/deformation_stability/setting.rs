//! Signals, distances, slopes.

use crate::claim::Evidence;
use crate::decay::holds;
use std::f64::consts::TAU;
use zonal::convolution::{ConvolutionalKernel, Image, Pair};
use zonal::{Error, Result};

/// The two kernels, in the order of all pairs of numbers here.
pub const KERNELS: [&str; 2] = ["CKN", "NTK"];

/// A signal of one row on a circle of length 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Profile {
    /// A few waves: neighbouring patches are never parallel.
    Waves,
    /// e^{at} up to the middle and down again: all patches on each side are parallel.
    Exponentials,
}

/// a
const RATE: f64 = 3.0;

impl Profile {
    pub fn name(self) -> &'static str {
        match self {
            Profile::Waves => "waves",
            Profile::Exponentials => "exponentials",
        }
    }

    fn at(self, t: f64) -> f64 {
        let angle = TAU * t;
        match self {
            Profile::Waves => 1.0 + angle.sin() + 0.5 * (2.0 * angle).cos() + 0.3 * (3.0 * angle + 1.0).sin(),
            Profile::Exponentials => (RATE * (0.5 - (t.rem_euclid(1.0) - 0.5).abs())).exp(),
        }
    }

    /// Samples of x(t - tau(t)), tau = gradient sin(2 pi t)/(2 pi), whose largest derivative is `gradient`: exact, no
    /// interpolation.
    pub fn deformed(self, positions: usize, gradient: f64) -> Vec<f64> {
        let sample = |u: usize| {
            let t = u as f64 / positions as f64;
            self.at(t - gradient * (TAU * t).sin() / TAU)
        };
        (0..positions).map(sample).collect()
    }
}

/// |x|
pub fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// A network and a signal from which distances are taken.
pub struct Origin {
    kernel: ConvolutionalKernel,
    image: Image,
    own: Pair,
    /// |x|
    pub norm: f64,
}

impl Origin {
    pub fn new(network: &str, shape: &str, x: &[f64]) -> Result<Self> {
        let kernel = ConvolutionalKernel::new(&network.parse()?, shape.parse()?)?;
        let image = kernel.image(x)?;
        let own = kernel.pair(&image, &image);
        Ok(Origin { kernel, image, own, norm: norm(x) })
    }

    /// |Phi(x)| of both kernels.
    pub fn lengths(&self) -> [f64; 2] {
        [self.own.ckn, self.own.ntk].map(f64::sqrt)
    }

    /// |Phi(y) - Phi(x)|^2; rounding may make it negative.
    pub fn squares(&self, y: &[f64]) -> Result<[f64; 2]> {
        let image = self.kernel.image(y)?;
        let (other, cross) = (self.kernel.pair(&image, &image), self.kernel.pair(&self.image, &image));
        Ok([(self.own.ckn - cross.ckn) + (other.ckn - cross.ckn), (self.own.ntk - cross.ntk) + (other.ntk - cross.ntk)])
    }

    /// |Phi(y) - Phi(x)|/|x|
    pub fn distances(&self, y: &[f64]) -> Result<[f64; 2]> {
        let [ckn, ntk] = self.squares(y)?.map(|square| square.sqrt() / self.norm);
        if ckn > 0.0 && ntk > 0.0 {
            return Ok([ckn, ntk]);
        }
        Err(Error::unable(format!("a distance below rounding: {ckn:e} (CKN), {ntk:e} (NTK)")))
    }
}

/// The slope of log y over log x by least squares.
pub fn slope(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let centre = logs.iter().map(|(x, _)| x).sum::<f64>() / logs.len() as f64;
    let spread: f64 = logs.iter().map(|(x, _)| (x - centre).powi(2)).sum();
    logs.iter().map(|(x, y)| (x - centre) * y).sum::<f64>() / spread
}

/// The slopes between neighbours.
pub fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    points.windows(2).map(slope).collect()
}

/// Records that all slopes are `expected` within a tolerance, and that none of them is `wrong`.
pub fn check_slopes(
    evidence: &mut Evidence,
    what: &str,
    slopes: &[f64],
    expected: f64,
    tolerance: f64,
    wrong: Option<f64>,
) {
    let least = slopes.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = slopes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let found = match slopes {
        [one] => format!("{one:.4}"),
        _ => format!("{least:.4} to {largest:.4}"),
    };
    let near = |expected: f64| slopes.iter().all(|slope| (slope - expected).abs() <= tolerance);
    evidence.check(what, format!("{expected} +- {tolerance}"), found.clone(), holds(near(expected)));
    if let Some(wrong) = wrong {
        let refuted = slopes.iter().all(|slope| (slope - wrong).abs() > tolerance);
        evidence.control(format!("{what}, another slope"), format!("{wrong} +- {tolerance}"), found, refuted);
    }
}

/// Powers of ten in steps of half of one: 10^first, ..., 10^last.
pub fn halves(first: i32, last: i32) -> Vec<f64> {
    (2 * first..=2 * last).map(|i| 10f64.powf(0.5 * f64::from(i))).collect()
}
