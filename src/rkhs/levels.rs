//! The eigenvalues of a kernel, all of them: one by one, then as a smooth function of the degree.

use super::EigenvalueLaw;
use super::first_values::{first_values, not_negative, size_in_range};
use super::space::not_positive;
use super::tail::{Node, Tail};
use crate::decay::{Leading, Prediction, Theorem, Witness};
use crate::domain::{Domain, log_multiplicity};
use crate::error::{Error, Result};
use crate::number::long_sum;
use crate::parity::{Parity, PerParity};
use crate::spectrum::Spectrum;
use statrs::function::gamma::ln_gamma;
use std::sync::Arc;

/// The relative error of sums of exact terms: rounding of eigenvalues, multiplicities and sums, and of the Gauss rules,
/// 2e-13 where measured.
pub(crate) const SUMMED: f64 = 1e-12;

/// The eigenvalues of a kernel with their multiplicities.
///
/// Degrees up to a few thousand are computed one by one. Beyond, where the eigenvalues follow a power law, they are a
/// smooth function of the degree (all terms of the expansions at the ends of the kernel, or the law with its first
/// correction), and Gauss rules for sums take a few nodes for many degrees. What is known only as a part of the trace
/// counts as infinitely many infinitely small eigenvalues, which act like a ridge.
///
/// Accuracy: sums over all levels carry an error of their own ([`Sums::error`](super::Sums::error)): 1e-12 of the sum,
/// what the law leaves open beyond the degrees computed, and what infinitely small eigenvalues may be wrong by.
#[derive(Clone, Debug)]
pub struct Levels {
    /// mu_k for k = 0, 1, ...
    pub(super) degrees: Vec<f64>,
    /// Eigenvalues and what they are of the trace, N mu.
    pub(super) parts: Vec<Part>,
    /// How many of them are single degrees.
    pub(super) single: usize,
    /// The degrees beyond, of each parity, where all eigenvalues follow laws; none for a parity that vanishes.
    pub(super) tails: Option<PerParity<Option<Tail>>>,
    /// Whose degrees the levels are, if they are.
    pub(super) domain: Option<Arc<dyn Domain>>,
    /// p; 0 for levels that are not those of a sphere.
    pub(super) dimension: u64,
    /// For how many samples.
    pub(super) samples: f64,
    /// How the eigenvalues of even and odd degrees decay, if these are degrees.
    pub(super) decay: Option<PerParity<EigenvalueLaw>>,
    /// The part of the trace that belongs to no level.
    pub(super) rest: f64,
    /// What is not known of the trace beyond the levels, `rest` included or not: it belongs to eigenvalues up to the
    /// second number.
    pub(super) open: (f64, f64),
    /// The largest eigenvalue, about, that belongs to no level; 0 if there is none.
    pub(super) left: f64,
    /// kappa(1)
    pub(super) trace: f64,
}

/// Eigenvalues of one size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) value: f64,
    /// How many times the value.
    pub(super) weight: f64,
}

/// The most degrees computed one by one.
const MOST_DEGREES: u64 = 2000;

/// Multiplicities beyond this times the number of samples: what is left is learned linearly.
const MANY: f64 = 1e10;

/// Lists of at least so many degrees have the expansion of the kernel at hand.
const EXPANDED: u64 = 400;

/// How many factors of e beyond the last degree that counts the nodes reach, times the exponent of what is left: that
/// is below 1e-17 of the trace. With small exponents up to the second. If the number of samples is not known, at least
/// the third.
const FACTORS: f64 = 40.0;
const MOST_FACTORS: f64 = 600.0;
pub(super) const FEWEST_FACTORS: f64 = 45.0;

/// By how much a regularisation must be larger than the eigenvalues that are left out: they are learned linearly, up to
/// this part.
const LINEAR: f64 = 1e-6;

/// A part of the trace that a law may miss; more of it belongs to no level.
const MISSING: f64 = 1e-6;

/// A part of the trace that rounding may hide.
const HIDDEN: f64 = 1e-13;

/// The rounding error of the trace of all degrees computed, as a part of the trace.
const ROUNDED: f64 = 1e-14;

impl Levels {
    /// The levels that matter for up to `samples` samples.
    ///
    /// ```
    /// use zonal::rkhs::Levels;
    /// use zonal::{Kernel, Sphere};
    /// // all of the trace is there: kappa(1) = 3
    /// let levels = Levels::new(&Kernel::ntk(3)?.spectrum(Sphere::in_dimension(5)?), 1e6)?;
    /// assert!((levels.effective_dimension(1e30) * 1e30 - 3.0).abs() < 1e-11 && levels.rest() == 0.0);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the spectrum; `Input` for a kernel with a negative eigenvalue.
    pub fn new(spectrum: &Spectrum, samples: f64) -> Result<Self> {
        if let Some(highest) = spectrum.domain().highest_degree() {
            return Self::of_all(spectrum, highest);
        }
        let sphere = spectrum.sphere()?;
        let p = sphere.dimension();
        let enough = |k: u64| log_multiplicity(p, k as f64) > MANY.ln() + samples.max(1.0).ln();
        let highest = (1..MOST_DEGREES).find(|k| enough(*k)).unwrap_or(MOST_DEGREES);
        let trace = size_in_range(spectrum)?;
        let theorem = Theorem::of(spectrum)?;
        let degrees = first_values(spectrum, highest, &theorem)?;
        let ends = theorem.parities.iter().all(|prediction| matches!(prediction, Prediction::Finite(_)));
        if ends && degrees.iter().all(|mu| *mu == 0.0) {
            return Err(Error::input(format!("{} is 0: it has no eigenfunctions to learn with", spectrum.kernel())));
        }
        not_negative(spectrum.kernel(), &degrees)?;
        for parity in Parity::BOTH {
            if matches!(&theorem.parities[parity], Prediction::Power(Leading::Oscillating(law)) if law.changes_sign()) {
                return Err(not_positive(spectrum.kernel(), &Witness::NegativeOften(parity).to_string()));
            }
        }
        let parts: Vec<Part> = (0u64..)
            .zip(&degrees)
            .filter(|(_, mu)| **mu > 0.0)
            .map(|(k, mu)| Part { value: *mu, weight: sphere.multiplicity(k).to_f64() * mu })
            .collect();
        // The last of each parity.
        let left = if ends { 0.0 } else { degrees.iter().rev().take(2).copied().fold(0.0, f64::max) };
        let decay = Some(theorem.parities.as_ref().map(EigenvalueLaw::of));
        let single = parts.len();
        let rest = (trace - long_sum(parts.iter().map(|part| part.weight))).max(0.0);
        let hidden = rest < HIDDEN * trace;
        // Rounding of the difference; less than what it hides is taken as nothing.
        let rounding = if ends { 0.0 } else { trace * if hidden { HIDDEN } else { ROUNDED } };
        let mut levels = Levels {
            degrees,
            parts,
            single,
            tails: None,
            domain: Some(spectrum.domain().clone()),
            dimension: p,
            samples,
            decay,
            rest: if hidden { 0.0 } else { rest },
            open: (rounding, left),
            left,
            trace,
        };
        // The law of a kernel with kinks has no correction that would make single degrees of it.
        if spectrum.problem()?.pieces.is_none() {
            levels.follow(spectrum, &theorem);
        }
        levels.close();
        Ok(levels)
    }

    /// The degrees beyond, by laws, where these say more about them than the trace does.
    fn follow(&mut self, spectrum: &Spectrum, theorem: &Theorem) {
        let computed = self.degrees.len() as u64;
        let of = |parity: Parity| match &theorem.parities[parity] {
            Prediction::Finite(exceptions) => exceptions.iter().all(|k| *k < computed).then_some(None),
            Prediction::Power(Leading::Steady(law)) => {
                Tail::of(spectrum, law, parity, &self.degrees, computed > EXPANDED).map(Some)
            }
            _ => None,
        };
        let Some(tails) = of(Parity::Even).zip(of(Parity::Odd)).map(|(even, odd)| PerParity { even, odd }) else {
            return;
        };
        let (mut parts, mut doubt, mut largest) = (Vec::new(), 0.0, 0.0f64);
        for tail in tails.iter().flatten() {
            let nodes = tail.nodes(tail.first(), self.end(tail));
            let before = parts.len();
            parts.extend(nodes.iter().map(|node| self.part(node)));
            doubt += tail.error() * parts[before..].iter().map(|part: &Part| part.weight).sum::<f64>();
            largest = largest.max(nodes.first().map_or(0.0, |node| node.value));
        }
        let whole = computed > MOST_DEGREES;
        // In high dimensions few degrees are computed: a law may hold late.
        if !whole && (doubt.is_nan() || doubt > HIDDEN * self.trace) {
            return;
        }
        let single = self.single_parts(&tails);
        let known: f64 = single.iter().chain(&parts).map(|part| part.weight).sum();
        // A law that holds late (of fractional powers of high order) misses some of the trace.
        let missing = self.trace - known;
        let missed = missing > MISSING * self.trace;
        // What is missing cannot be told from rounding; an expansion is proved.
        let open = if missing.abs() > doubt + SUMMED * self.trace { missing.abs() } else { 0.0 };
        self.rest = if missed { missing } else { 0.0 };
        (self.open, self.left) = ((open, largest), 0.0);
        self.single = single.len();
        self.parts = single;
        self.parts.extend(parts);
        self.tails = Some(tails);
    }

    /// The parts of degrees that no node stands for.
    fn single_parts(&self, tails: &PerParity<Option<Tail>>) -> Vec<Part> {
        let positive = self.degrees.iter().enumerate().filter(|(_, mu)| **mu > 0.0).map(|(k, _)| k);
        let single = |k: usize| tails[Parity::of(k as u64)].as_ref().is_none_or(|tail| (k as f64) < tail.first());
        positive.zip(&self.parts).filter(|(k, _)| single(*k)).map(|(_, part)| *part).collect()
    }

    /// The degree beyond which a tail does not count.
    fn end(&self, tail: &Tail) -> f64 {
        let p = self.dimension as f64;
        // N mu_k ~ k^-(1+x): what is left after a factor F is F^-x.
        let x = tail.exponent() - p + 1.0;
        let factors = (FACTORS / x).min(MOST_FACTORS);
        let last = self.degrees.len() as f64;
        if !self.samples.is_finite() {
            return last * factors.max(FEWEST_FACTORS).exp();
        }
        last.max(self.knee()) * factors.exp()
    }

    /// A degree beyond those that the samples learn: up to where k^(p-1)/(p-1)! is their number, and somewhat further.
    pub(super) fn knee(&self) -> f64 {
        let p = self.dimension as f64;
        4.0 * ((self.samples.ln() + ln_gamma(p)) / (p - 1.0)).exp()
    }

    fn part(&self, node: &Node) -> Part {
        let weight = node.count * (log_multiplicity(self.dimension, node.degree) + node.log_value).exp();
        Part { value: node.value, weight }
    }

    /// Eigenvalues that fall faster than any power: the last of them tell what is left, better than rounding.
    fn close(&mut self) {
        if self.tails.is_some() || self.rest > 0.0 {
            return;
        }
        let [.., a, b, c, d] = &self.parts[..] else { return };
        let (before, last) = (a.weight + b.weight, c.weight + d.weight);
        let ratio = last / before;
        // A geometric series; twice for safety.
        if ratio < 0.9 {
            self.open.0 = self.open.0.min(2.0 * last * ratio / (1.0 - ratio));
        }
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
        Ok(Levels {
            degrees,
            parts,
            single,
            tails: None,
            domain: None,
            dimension: 0,
            samples: f64::INFINITY,
            decay: None,
            rest: 0.0,
            open: (0.0, 0.0),
            left: 0.0,
            trace,
        })
    }

    /// How many degrees were computed one by one.
    pub fn computed(&self) -> u64 {
        self.degrees.len() as u64
    }

    /// The degrees beyond, of one parity: none if they are not known, nothing if the parity vanishes.
    pub(super) fn tail(&self, parity: Parity) -> Option<Option<&Tail>> {
        self.tails.as_ref().map(|tails| tails[parity].as_ref())
    }

    /// All eigenvalues and what they are of the trace; beyond the degrees computed, nodes for many.
    pub(super) fn weights(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.parts.iter().map(|part| (part.value, part.weight))
    }

    /// A bound of the trace of eigenvalues that are in no level, or wrong, and of the size of these.
    pub(super) fn open(&self) -> (f64, f64) {
        self.open
    }

    /// A bound of the relative error of eigenvalues beyond those computed one by one.
    pub(crate) fn law_error(&self) -> f64 {
        self.tails.iter().flatten().flatten().map(Tail::error).fold(0.0, f64::max)
    }

    /// Eigenvalues computed one by one, and how often each occurs.
    pub(super) fn counted(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.parts.iter().take(self.single).map(|part| (part.value, part.weight / part.value))
    }

    /// How the eigenvalues of even and odd degrees decay, if these are the levels of a sphere.
    pub fn decay(&self) -> Option<&PerParity<EigenvalueLaw>> {
        self.decay.as_ref()
    }

    /// Whether they are for any number of samples.
    pub(super) fn is_endless(&self) -> bool {
        self.samples.is_infinite()
    }

    /// Whose degrees the levels are, if they are.
    pub fn domain(&self) -> Option<&Arc<dyn Domain>> {
        self.domain.as_ref()
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

    /// The sum of all eigenvalues with their multiplicities, which is kappa(1).
    pub fn trace(&self) -> f64 {
        self.trace
    }

    /// Whether no eigenvalue counts at this regularisation that belongs to no level.
    pub fn reach(&self, regularisation: f64) -> bool {
        self.left <= LINEAR * regularisation
    }

    /// Refuses a regularisation so small that eigenvalues count which belong to no level.
    pub(crate) fn checked(&self, regularisation: f64, samples: f64) -> Result<()> {
        if !self.reach(regularisation) {
            return Err(Error::unable(format!(
                "at {samples} samples degrees beyond {} count, and their eigenvalues are not known by a law or too \
                 small for doubles",
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
