//! The eigenvalues of one parity beyond those computed one by one.

use crate::decay::PowerLaw;
use crate::parity::Parity;
use crate::quadrature::consecutive;
use crate::spectrum::{Spectrum, endpoint::Interpolated};

/// mu_k as a smooth function of k, for the degrees of one parity from some degree on.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    form: Form,
    /// The first degree.
    first: f64,
    /// b of mu_k ~ k^-b.
    exponent: f64,
    /// p
    dimension: u64,
    /// A bound of the relative error of each value: proved but for rounding where an expansion is known, estimated
    /// elsewhere.
    error: f64,
}

#[derive(Clone, Debug)]
enum Form {
    /// All terms of the expansions at the ends of the kernel.
    Expansion(Interpolated),
    /// ln A, e and d of A m^-b (1 + e m^-d).
    Law { log_constant: f64, coefficient: f64, power: f64 },
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

/// Nodes for the degrees of one panel, and the length of a panel in log k times the exponent b. As a function of log k,
/// lambda/(lambda + x) has poles at a distance of pi/b from the real axis: the error of a panel is about rho^(-2
/// NODES), rho = y + sqrt(1 + y^2), y = (pi/b)/(SPREAD/(2b)) = 1.96: 1e-20; e^(-x lambda) is bounded up to half as far
/// only, y = 0.98: 1e-12. Panels are no longer than log k = 1: the pole of k^-b at 0 is as far then.
const NODES: usize = 16;
const SPREAD: f64 = 3.2;

/// Eigenvalues below this are not told apart.
const SMALL: f64 = 1e-305;

/// Where the expansion serves already, to so much relatively, it takes the place of the degrees computed one by one in
/// sums: nodes are fewer.
const EARLY: u64 = 256;
const EARLY_FINE: f64 = 1e-14;

/// How well it must agree with degrees computed one by one.
const AGREED: f64 = 1e-12;

/// Rounding of the logarithms of eigenvalues.
const ROUNDING: f64 = 2e-13;

/// Expansions that leave more open than this are compared with the law.
const FINE: f64 = 1e-10;

impl Tail {
    /// Of a power law, from the degree `first` on; `known` are the eigenvalues below, against which the law is checked
    /// where the expansion gives too few digits: an error of the law at the last of them is taken as its error
    /// everywhere beyond.
    pub(super) fn of(spectrum: &Spectrum, law: &PowerLaw, parity: Parity, known: &[f64], expand: bool) -> Option<Tail> {
        let p = spectrum.sphere().ok()?.dimension();
        let first = |least: u64| least + (least + parity.remainder()) % 2;
        let exponent = law.exponent.to_f64();
        let tail = |form, first: u64, error| Tail { form, first: first as f64, exponent, dimension: p, error };
        let starts = [EARLY, known.len() as u64].map(first);
        for (start, fine) in starts.into_iter().zip([EARLY_FINE, FINE]).filter(|_| expand) {
            let Some(found) = spectrum.interpolated(parity, start) else { continue };
            let error = found.remainder + ROUNDING;
            let found_tail = tail(Form::Expansion(found), start, error);
            if error - ROUNDING < fine && found_tail.agrees(known) {
                return Some(found_tail);
            }
        }
        let first = starts[1];
        let (coefficient, power) =
            law.correction.as_ref().map_or((0.0, 1.0), |c| (c.coefficient.to_f64(), c.exponent.to_f64()));
        let form = Form::Law { log_constant: law.constant.to_f64().ln(), coefficient, power };
        let mut found = tail(form, first, ROUNDING);
        let compared = first.checked_sub(2).and_then(|k| Some((k, *known.get(k as usize)?)));
        found.error += compared.map_or(1.0, |(k, mu)| (found.log_value(k as f64).exp() / mu - 1.0).abs());
        found.error.is_finite().then_some(found)
    }

    /// Whether the eigenvalues computed one by one say the same at the first degrees and at the last, and decrease
    /// between.
    fn agrees(&self, known: &[f64]) -> bool {
        let first = self.first as usize;
        let own: Vec<usize> = (first..known.len()).step_by(2).collect();
        let decrease = own.windows(2).all(|pair| known[pair[1]] < known[pair[0]]);
        let same = |k: &usize| (self.value(*k as f64) / known[*k] - 1.0).abs() < AGREED;
        decrease && own.iter().take(2).chain(own.last()).all(same)
    }

    /// The first degree.
    pub(super) fn first(&self) -> f64 {
        self.first
    }

    /// A bound of the relative error of each eigenvalue.
    pub(super) fn error(&self) -> f64 {
        self.error
    }

    /// b of mu_k ~ k^-b.
    pub(super) fn exponent(&self) -> f64 {
        self.exponent
    }

    /// ln mu_k
    pub(super) fn log_value(&self, k: f64) -> f64 {
        match &self.form {
            Form::Expansion(expansion) => expansion.log_value(k),
            Form::Law { log_constant, coefficient, power } => {
                let m = k + (self.dimension as f64 - 2.0) / 2.0;
                log_constant - self.exponent * m.ln() + (coefficient * m.powf(-power)).ln_1p()
            }
        }
    }

    /// mu_k
    pub(super) fn value(&self, k: f64) -> f64 {
        self.log_value(k).exp()
    }

    /// The nodes of the degrees k, k+2, ..., `count` of them.
    pub(super) fn panel(&self, k: f64, count: f64) -> Vec<Node> {
        let node = |(x, w): (f64, f64)| {
            let degree = k + 2.0 * x;
            let log_value = self.log_value(degree);
            Node { degree, count: w, value: log_value.exp(), log_value }
        };
        consecutive(count, NODES).into_iter().map(node).collect()
    }

    /// How many degrees belong to the panel that begins at k.
    pub(super) fn panel_count(&self, k: f64) -> f64 {
        // What is too small for doubles counts with its trace alone.
        let length = if self.value(k) < SMALL { 1.0 } else { (SPREAD / self.exponent).min(1.0) }.exp_m1();
        (0.5 * k * length).ceil().max(NODES as f64)
    }

    /// The nodes of all degrees from `first`, of the parity, up to about `last`.
    pub(super) fn nodes(&self, first: f64, last: f64) -> Vec<Node> {
        let (mut found, mut k) = (Vec::new(), first);
        while k <= last {
            let count = self.panel_count(k);
            found.extend(self.panel(k, count));
            k += 2.0 * count;
        }
        found
    }
}
