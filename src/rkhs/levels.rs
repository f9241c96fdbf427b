//! The eigenvalues of a kernel, all of them: one by one, then by the law of their decay.

use super::Decay;
use crate::decay::{Law, Parity, Prediction, Theorem};
use crate::error::{Error, Result};
use crate::number::Digits;
use crate::quadrature::GaussLegendre;
use crate::spectrum::{Eigenvalue, Spectrum};
use statrs::function::gamma::ln_gamma;

/// The eigenvalues of a kernel on a sphere with their multiplicities.
///
/// Degrees up to a few thousand are computed one by one. Beyond, where the eigenvalues follow a power law with its first correction, the sum over the degrees of one
/// parity is half an integral: Gauss-Legendre nodes in log k stand for many degrees each. What is known only as a part of the trace counts as
/// infinitely many infinitely small eigenvalues, which act like a ridge.
///
/// Accuracy: sums over all levels to about 1e-7 of the part beyond the degrees computed one by one (measured on the trace: 8e-8), which is that of degree 2000 and more.
#[derive(Clone, Debug)]
pub struct Levels {
    /// mu_k for k = 0, 1, ...
    degrees: Vec<f64>,
    /// Eigenvalues and what they are of the trace, N mu.
    parts: Vec<Part>,
    /// How many of them are single degrees.
    single: usize,
    /// Degrees beyond, of each parity, where all eigenvalues follow laws.
    nodes: Option<[Vec<Node>; 2]>,
    /// p; 0 for levels that are not degrees.
    dimension: u64,
    /// How the eigenvalues of even and odd degrees decay, if these are degrees.
    decay: Option<[Decay; 2]>,
    /// The part of the trace that belongs to no level.
    rest: f64,
    /// The largest eigenvalue, about, that belongs to no level; 0 if there is none.
    left: f64,
    /// kappa(1)
    trace: f64,
}

/// Eigenvalues of one size.
#[derive(Clone, Copy, Debug)]
struct Part {
    value: f64,
    /// How many times the value.
    weight: f64,
}

/// A degree that stands for several of its parity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// k, any number.
    pub(super) degree: f64,
    /// For how many degrees it stands.
    pub(super) count: f64,
    /// mu_k, 0 where it does not fit a double, and its logarithm.
    pub(super) value: f64,
    pub(super) log_value: f64,
}

/// The most degrees computed one by one.
const MOST_DEGREES: u64 = 2000;

/// Multiplicities beyond this times the number of samples: what is left is learned linearly.
const MANY: f64 = 1e10;

/// Nodes for each factor of e, and how many factors at least: with exponents of 1 or more of what is left, that is below 1e-17 of the trace. With smaller ones more, up to the second.
const NODES: usize = 6;
const FACTORS: f64 = 45.0;
const MOST_FACTORS: f64 = 600.0;

/// Dimensions up to which multiplicities are products; beyond, only low degrees count.
const FEW_FACTORS: u64 = 1000;

/// By how much a regularisation must be larger than the eigenvalues that are left out: they are learned linearly, up to this part.
const LINEAR: f64 = 1e-6;

/// A part of the trace that a law may miss; more of it belongs to no level.
const MISSING: f64 = 1e-6;

/// Degrees computed where the last of all do not fit doubles.
const FEW: u64 = 200;

impl Levels {
    /// The levels that matter for up to `samples` samples.
    ///
    /// ```
    /// use zonal::rkhs::Levels;
    /// use zonal::{Kernel, Sphere};
    /// // all of the trace is there: kappa(1) = 3
    /// let levels = Levels::new(&Kernel::ntk(3)?.spectrum(Sphere::in_dimension(5)?), 1e6)?;
    /// assert!((levels.effective_dimension(1e30) * 1e30 - 3.0).abs() < 1e-8 && levels.rest() == 0.0);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the spectrum; `Input` for a kernel with a negative eigenvalue.
    pub fn new(spectrum: &Spectrum, samples: f64) -> Result<Self> {
        let p = spectrum.sphere().dimension();
        let enough = |k: u64| log_multiplicity(p, k as f64) > MANY.ln() + samples.max(1.0).ln();
        let highest = (1..MOST_DEGREES).find(|k| enough(*k)).unwrap_or(MOST_DEGREES);
        let theorem = Theorem::of(spectrum)?;
        let degrees = values(spectrum, highest)?;
        if let Some(k) = degrees.iter().position(|mu| *mu < 0.0) {
            return Err(Error::input(format!(
                "{} has the negative eigenvalue mu_{k} = {:e}",
                spectrum.kernel(),
                degrees[k]
            )));
        }
        let trace = spectrum.problem()?.value_at_one(256)?.to_f64();
        let mut parts: Vec<Part> = (0u64..)
            .zip(&degrees)
            .filter(|(_, mu)| **mu > 0.0)
            .map(|(k, mu)| Part { value: *mu, weight: spectrum.sphere().multiplicity(k).to_f64() * mu })
            .collect();
        let single = parts.len();
        let known: f64 = parts.iter().map(|part| part.weight).sum();
        let mut rest = (trace - known).max(0.0);
        let ends = theorem.parities.iter().all(|prediction| matches!(prediction, Prediction::Vanishes { .. }));
        // The last of each parity.
        let mut left = if ends { 0.0 } else { degrees.iter().rev().take(2).copied().fold(0.0, f64::max) };
        let of = |parity: Parity| tail(&theorem.parities[parity.remainder() as usize], parity, p);
        let nodes = match degrees.len() as u64 <= MOST_DEGREES || spectrum.problem()?.pieces.is_some() {
            // The law of a kernel with kinks has no correction that would make single degrees of it.
            true => None,
            false => of(Parity::Even).zip(of(Parity::Odd)).map(|(even, odd)| [even, odd]),
        };
        if let Some(nodes) = &nodes {
            let part = |node: &Node| {
                let weight = node.count * (log_multiplicity(p, node.degree) + node.log_value).exp();
                Part { value: node.value, weight }
            };
            parts.extend(nodes.iter().flatten().map(part));
            // A law that holds late (of fractional powers of high order) misses some of the trace.
            let missing = trace - parts.iter().map(|part| part.weight).sum::<f64>();
            (rest, left) = (if missing > MISSING * trace { missing } else { 0.0 }, 0.0);
        } else if rest < trace * 1e-13 {
            // Rounding of the sum.
            rest = 0.0;
        }
        let decay = Some(theorem.parities.each_ref().map(Decay::of));
        Ok(Levels { degrees, parts, single, nodes, dimension: p, decay, rest, left, trace })
    }

    /// Of eigenvalues and how often they occur: level k takes the place of degree k.
    ///
    /// # Errors
    /// `Input` for an empty list, or numbers that are negative or not finite.
    pub fn of_values(values: &[(f64, f64)]) -> Result<Self> {
        let good = |x: f64| x.is_finite() && x >= 0.0;
        if values.is_empty() || !values.iter().all(|(value, count)| good(*value) && good(*count)) {
            return Err(Error::input("levels need eigenvalues and multiplicities from 0 on, finite, at least one"));
        }
        let parts = values.iter().filter(|(value, _)| *value > 0.0);
        let parts: Vec<Part> = parts.map(|(value, count)| Part { value: *value, weight: value * count }).collect();
        let trace = parts.iter().map(|part| part.weight).sum();
        let degrees = values.iter().map(|(value, _)| *value).collect();
        let single = parts.len();
        Ok(Levels { degrees, parts, single, nodes: None, dimension: 0, decay: None, rest: 0.0, left: 0.0, trace })
    }

    /// How many degrees were computed one by one.
    pub fn computed(&self) -> u64 {
        self.degrees.len() as u64
    }

    /// Degrees that stand for all beyond, of one parity.
    pub(super) fn nodes(&self, parity: Parity) -> Option<&[Node]> {
        self.nodes.as_ref().map(|nodes| &nodes[parity.remainder() as usize][..])
    }

    /// Eigenvalues computed one by one, and how often each occurs.
    pub(super) fn counted(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.parts.iter().take(self.single).map(|part| (part.value, part.weight / part.value))
    }

    /// How the eigenvalues of even and odd degrees decay, if these are the levels of a sphere.
    pub fn decay(&self) -> Option<&[Decay; 2]> {
        self.decay.as_ref()
    }

    /// p, if these are the levels of a sphere.
    pub fn dimension(&self) -> Option<u64> {
        (self.dimension > 0).then_some(self.dimension)
    }

    /// mu_k, if it was computed one by one.
    pub fn eigenvalue(&self, k: u64) -> Option<f64> {
        self.degrees.get(usize::try_from(k).ok()?).copied()
    }

    /// What is left of the trace beyond the levels.
    pub fn rest(&self) -> f64 {
        self.rest
    }

    /// kappa(1)
    pub fn trace(&self) -> f64 {
        self.trace
    }

    /// The effective dimension sum_i lambda_i/(lambda_i + ridge).
    pub fn effective_dimension(&self, ridge: f64) -> f64 {
        self.parts.iter().map(|part| part.weight / (part.value + ridge)).sum::<f64>() + self.rest / ridge
    }

    /// sum_i (lambda_i/(lambda_i + ridge))^2
    pub(crate) fn squares(&self, ridge: f64) -> f64 {
        let part = |part: &Part| part.weight / (part.value + ridge) * (part.value / (part.value + ridge));
        self.parts.iter().map(part).sum()
    }

    /// sum_i lambda_i ridge/(lambda_i + ridge)^2, the difference of the two.
    pub(crate) fn halves(&self, ridge: f64) -> f64 {
        // Squares of small numbers do not fit doubles.
        let part = |part: &Part| part.weight / (part.value + ridge) * (ridge / (part.value + ridge));
        self.parts.iter().map(part).sum::<f64>() + self.rest / ridge
    }

    /// The effective dimension at `ridge` less that at `ridge + x`, without cancellation.
    pub(crate) fn fall(&self, ridge: f64, x: f64) -> f64 {
        let part = |part: &Part| part.weight / (part.value + ridge) / (part.value + ridge + x);
        x * (self.parts.iter().map(part).sum::<f64>() + self.rest / ridge / (ridge + x))
    }

    /// Whether no eigenvalue counts at this regularisation that belongs to no level.
    pub fn reach(&self, regularisation: f64) -> bool {
        self.left <= LINEAR * regularisation
    }

    /// Refuses a regularisation so small that eigenvalues count which belong to no level.
    pub(crate) fn checked(&self, regularisation: f64, samples: f64) -> Result<()> {
        if !self.reach(regularisation) {
            return Err(Error::unable(format!(
                "at {samples} samples degrees beyond {} count, and their eigenvalues are not known by a law or too small for doubles",
                self.degrees.len() - 1
            )));
        }
        Ok(())
    }

    /// The number of positive eigenvalues; infinite unless they end.
    pub fn rank(&self) -> f64 {
        if self.rest > 0.0 || self.left > 0.0 {
            f64::INFINITY
        } else {
            self.parts.iter().map(|part| part.weight / part.value).sum()
        }
    }
}

/// mu_0, ..., mu_highest; fewer where they become too small for doubles.
fn values(spectrum: &Spectrum, highest: u64) -> Result<Vec<f64>> {
    match spectrum.doubles(0..=highest) {
        Err(Error::Unable(_)) => {
            let table =
                spectrum.again().with_digits(Digits::Double).table(&(0..=highest.min(FEW)).collect::<Vec<_>>())?;
            let known = table.rows.iter().take_while(|row| row.is_zero() || row.to_f64().is_normal());
            Ok(known.map(Eigenvalue::to_f64).collect())
        }
        other => other,
    }
}

/// ln N(p,k) for real k > 0: N = (2k+p-2) (k+1) ... (k+p-3) / (p-2)!, without the loss of digits of a quotient of Gamma functions at large k.
pub(super) fn log_multiplicity(p: u64, k: f64) -> f64 {
    if p == 2 {
        return 2f64.ln();
    }
    let linear = (2.0 * k + p as f64 - 2.0).ln() - ln_gamma(p as f64 - 1.0);
    if p > FEW_FACTORS {
        return linear + ln_gamma(k + p as f64 - 2.0) - ln_gamma(k + 1.0);
    }
    linear + (1..=p - 3).map(|i| (k + i as f64).ln()).sum::<f64>()
}

/// The levels of one parity beyond the degrees computed one by one; none unless they follow a power law.
fn tail(prediction: &Prediction, parity: Parity, p: u64) -> Option<Vec<Node>> {
    let law = match prediction {
        Prediction::Vanishes { .. } => return Some(Vec::new()),
        Prediction::Power(law) => law,
        _ => return None,
    };
    let rule = GaussLegendre::new(NODES, 64).ok()?;
    let signed = |(x, w): (&rug::Float, &rug::Float)| {
        let (x, w) = (x.to_f64(), w.to_f64());
        [(0.5 + 0.5 * x, 0.5 * w), (0.5 - 0.5 * x, 0.5 * w)]
    };
    let nodes: Vec<(f64, f64)> = rule.middles().flat_map(signed).collect();
    // The first degree beyond, less 1: each degree stands for an interval of length 2.
    let first = (MOST_DEGREES + 1..).find(|k| k % 2 == parity.remainder())? as f64 - 1.0;
    // N mu_k ~ k^-(1+x): what is left after a factor F is F^-x.
    let x = law.exponent.to_f64() - p as f64 + 1.0;
    let factors = (40.0 / x).clamp(FACTORS, MOST_FACTORS) as usize;
    let mut found = Vec::with_capacity(NODES * factors);
    for factor in 0..factors {
        for (x, w) in &nodes {
            let k = first * (factor as f64 + x).exp();
            // dk = k d(log k), and one degree in two.
            let log_value = log_value(law, k + (p as f64 - 2.0) / 2.0);
            found.push(Node { degree: k, count: 0.5 * w * k, value: log_value.exp(), log_value });
        }
    }
    Some(found)
}

/// ln (A m^-b (1 + e m^-d))
fn log_value(law: &Law, m: f64) -> f64 {
    let first = law.correction.as_ref().map_or(0.0, |c| c.coefficient.to_f64() * m.powf(-c.exponent.to_f64()));
    law.constant.to_f64().ln() - law.exponent.to_f64() * m.ln() + first.ln_1p()
}
