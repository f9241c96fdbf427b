//! The eigenvalues of a kernel in decreasing order: which is the n-th, and sums over those above a size.

use super::Levels;
use super::tail::Tail;
use crate::domain::log_multiplicity;
use crate::number::LongSums;
use crate::parity::Parity;
use crate::watch;

/// Eigenvalues of one size and how many they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) value: f64,
    pub(super) count: f64,
}

/// How many eigenvalues lie above a size, their sum and the sum of their logarithms.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Above {
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) logs: f64,
}

impl Above {
    fn plus(self, other: Above) -> Above {
        Above { count: self.count + other.count, sum: self.sum + other.sum, logs: self.logs + other.logs }
    }
}

/// All eigenvalues in decreasing order: degrees computed one by one, and beyond them every degree of the laws, found by
/// counting.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// Single degrees by decreasing eigenvalue, and what lies before each; one more at the end.
    groups: Vec<Group>,
    before: Vec<Above>,
    /// The degrees beyond.
    tails: Vec<Ladder>,
}

/// The degrees of one parity beyond those computed one by one, in panels.
#[derive(Clone, Debug)]
struct Ladder {
    tail: Tail,
    dimension: u64,
    /// Where panels begin, and what lies before; the last is where eigenvalues leave the range of doubles, or degrees
    /// that of whole numbers.
    panels: Vec<(f64, Above)>,
}

/// Degrees beyond this are no whole numbers in doubles.
const LAST_DEGREE: f64 = 4.5e15;

impl Order {
    pub(super) fn new(levels: &Levels) -> Self {
        let group = |(value, count)| Group { value, count };
        let mut groups: Vec<Group> = levels.counted().map(group).filter(|group| group.count > 0.0).collect();
        groups.sort_by(|a, b| b.value.total_cmp(&a.value));
        let mut sums = LongSums::<3>::default();
        let mut before = vec![Above::default()];
        for Group { value, count } in &groups {
            sums.add([*count, count * value, count * value.ln()]);
            let [count, sum, logs] = sums.values();
            before.push(Above { count, sum, logs });
        }
        let tails = Parity::BOTH.iter().filter_map(|parity| levels.tail(*parity)?);
        let dimension = levels.dimension().unwrap_or(0);
        Order { groups, before, tails: tails.map(|tail| Ladder::new(tail, dimension)).collect() }
    }

    /// Single degrees.
    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Whether there are degrees beyond those computed one by one.
    pub(super) fn goes_on(&self) -> bool {
        !self.tails.is_empty()
    }

    /// The smallest eigenvalue at which a function is positive that falls with the eigenvalue; none if it is positive
    /// nowhere, or at the last eigenvalue known.
    pub(super) fn last(&self, f: impl Fn(f64) -> f64) -> Option<f64> {
        let single = self.groups.partition_point(|group| f(group.value) > 0.0);
        let mut least = if single > 0 { Some(self.groups[single - 1].value) } else { None };
        for ladder in &self.tails {
            let at = |k: f64| f(ladder.value(k));
            let panel = ladder.panels.partition_point(|(k, _)| at(*k) > 0.0);
            if panel == ladder.panels.len() {
                return None;
            }
            if panel > 0 {
                let value = ladder.value(sign_change(ladder.panels[panel - 1].0, ladder.panels[panel].0, at));
                least = Some(least.map_or(value, |least: f64| least.min(value)));
            }
        }
        least
    }

    /// How many eigenvalues are strictly above a size.
    pub(super) fn count_above(&self, size: f64) -> f64 {
        let single = self.groups.partition_point(|group| group.value > size);
        let count = |ladder: &Ladder| ladder.count(ladder.end(size).2) - ladder.count(ladder.tail.first());
        self.before[single].count + self.tails.iter().map(count).sum::<f64>()
    }

    /// The eigenvalues strictly above a size.
    pub(super) fn above(&self, size: f64) -> Above {
        let single = self.groups.partition_point(|group| group.value > size);
        self.tails.iter().map(|ladder| ladder.above(size)).fold(self.before[single], Above::plus)
    }
}

impl Ladder {
    fn new(tail: &Tail, dimension: u64) -> Self {
        let mut ladder = Ladder { tail: tail.clone(), dimension, panels: Vec::new() };
        let (mut k, mut total) = (tail.first(), Above::default());
        loop {
            watch::check();
            ladder.panels.push((k, total));
            let count = tail.panel_count(k);
            let next = k + 2.0 * count;
            if next > LAST_DEGREE || ladder.value(next) < f64::MIN_POSITIVE {
                break;
            }
            total = total.plus(ladder.sums(k, count));
            k = next;
        }
        ladder
    }

    fn value(&self, k: f64) -> f64 {
        self.tail.log_value(k).exp()
    }

    /// Of the degrees k, k + 2, ..., `count` of them, fewer than in a panel.
    fn sums(&self, k: f64, count: f64) -> Above {
        let mut sums = LongSums::<2>::default();
        for node in self.tail.panel(k, count) {
            let size = log_multiplicity(self.dimension, node.degree);
            sums.add([node.count * (size + node.log_value).exp(), node.count * size.exp() * node.log_value]);
        }
        let [sum, logs] = sums.values();
        Above { count: self.count(k + 2.0 * count) - self.count(k), sum, logs }
    }

    /// How many spherical harmonics of this parity have degrees below k: $\binom{k+p-3}{p-1}$, the dimension of
    /// homogeneous polynomials of degree k - 2. Exact up to 2^53.
    fn count(&self, k: f64) -> f64 {
        let p = self.dimension;
        let mut exact: Option<u128> = Some(1);
        let mut value = 1.0;
        for i in 1..p {
            let factor = k - 2.0 + i as f64;
            value *= factor / i as f64;
            exact = exact.and_then(|c| c.checked_mul(factor as u128)).map(|c| c / u128::from(i));
            if value == f64::INFINITY {
                break;
            }
        }
        exact.map_or(value, |c| c as f64)
    }

    /// The eigenvalues strictly above a size.
    fn above(&self, size: f64) -> Above {
        match self.end(size) {
            (first, before, end) if end > first => before.plus(self.sums(first, (end - first) / 2.0)),
            (_, before, _) => before,
        }
    }

    /// Where the eigenvalues strictly above a size end, which decrease with the degree: the last panel that has some,
    /// what lies before it, and the first degree without.
    fn end(&self, size: f64) -> (f64, Above, f64) {
        let panel = self.panels.partition_point(|(k, _)| self.value(*k) > size);
        if panel == 0 {
            return (self.tail.first(), Above::default(), self.tail.first());
        }
        let (first, before) = self.panels[panel - 1];
        let (mut low, mut high) = (1.0, self.tail.panel_count(first));
        while low < high {
            let middle = ((low + high) / 2.0).floor();
            if self.value(first + 2.0 * middle) > size { low = middle + 1.0 } else { high = middle }
        }
        (first, before, first + 2.0 * low)
    }
}

/// The last of the degrees low, low + 2, ..., high at which a falling function is positive: it is at `low`, not at
/// `high`. False position, halvings where that is slow.
fn sign_change(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut above, mut below) = (f(low), f(high));
    for step in 1.. {
        let steps = (high - low) / 2.0;
        if steps <= 1.0 {
            break;
        }
        let share = above / (above - below);
        let guess = if step % 3 == 0 || !share.is_finite() { 0.5 } else { share };
        let middle = low + 2.0 * (steps * guess).floor().clamp(1.0, steps - 1.0);
        let value = f(middle);
        if value > 0.0 {
            (low, above) = (middle, value);
            // The other end counts half (Illinois).
            below *= 0.5;
        } else {
            (high, below) = (middle, value);
            above *= 0.5;
        }
    }
    low
}
