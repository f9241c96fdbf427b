//! Kernel networks are Lipschitz with the norm of their poolings, tangent kernels are not; norms; functions.

use super::search::{distances, gap, gaussian, leading, moved, normal, pooling_norm, worst};
use super::{BITS, ROUNDING, SCALES, SHARP, below, exponent, kernel, reached, slope};
use crate::claim::Evidence;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rug::Float;
use zonal::Result;
use zonal::convolution::{Distances, Padding};
use zonal::verdict::Verdict;

/// Network, shape, whether L is attained.
const CASES: [(&str, &str, bool); 11] = [
    ("circular conv(3)", "9", true),
    ("circular conv(3) conv(5) conv(3)", "9", true),
    ("conv(3) conv(3)", "9", true),
    ("circular pool(1) conv(1)", "1x9x2", true),
    ("circular conv(3) pool(1) conv(3) pool(1)", "9", true),
    ("circular conv(5) pool(1)/2 conv(3) global", "10", true),
    ("conv(3) pool(1)/2 conv(3)", "9", false),
    ("pool(2) conv(1)", "12", true),
    ("conv(3) conv(3)", "5x5", true),
    ("circular conv(3) pool(1) conv(3)", "5x5", true),
    ("conv(3) pool(0.7) conv(3x1)", "4x3x2", false),
];

/// The relative size at which pairs are searched for.
const SEARCHED: f64 = 0.3;

/// A Lipschitz constant that the tangent kernel must exceed.
const LIPSCHITZ: f64 = 100.0;

/// 200 bits are 60 digits; some are lost in the sums.
const DIGITS: f64 = 1e-50;

/// Functions, their centres, and what doubles may lose in |Phi(x) - Phi(x')|^2 behind a pooling.
const FUNCTIONS: usize = 30;
const CENTRES: usize = 8;
const DOUBLES: f64 = 1e-6;

/// All of it.
pub(super) fn check(evidence: &mut Evidence, rng: &mut ChaCha8Rng) -> Result<()> {
    for case in CASES {
        Lipschitz::new(case, rng)?.check(evidence, case.2);
    }
    border(evidence)?;
    norms(evidence, rng)?;
    functions(evidence, rng)
}

/// What was found of a network.
struct Lipschitz {
    name: String,
    /// L
    bound: f64,
    /// The largest ratios |Phi(x) - Phi(x')|/|x - x'|: at random pairs, and of all that were tried.
    random: f64,
    found: f64,
    /// Whether patches are single numbers.
    numbers: bool,
    /// Pairs of |x - x'| and both distances, one direction.
    curve: Vec<(f64, Distances)>,
}

impl Lipschitz {
    fn new((network, shape, _): (&str, &str, bool), rng: &mut ChaCha8Rng) -> Result<Self> {
        let kernel = kernel(network, shape)?;
        let count = kernel.shape().numbers();
        let x = normal(count, rng);
        let direction = normal(count, rng);
        let place = rng.random_range(0..count);
        let sparse: Vec<f64> = (0..count).map(|i| f64::from(u8::from(i == place))).collect();
        let times = |factor: f64| x.iter().map(|x| factor * x).collect::<Vec<f64>>();
        let dense = SCALES.map(|s| moved(&x, &direction, s));
        let other =
            SCALES.map(|s| moved(&x, &sparse, s)).into_iter().chain([-1.0, 0.0, 1.0 + 2f64.powi(-27), 9.0].map(times));
        let distance = |y: &[f64]| Ok((gap(&x, y), kernel.distances(&x, y, BITS)?));
        let curve = dense.iter().map(|y| distance(y)).collect::<Result<Vec<_>>>()?;
        let others = other.map(|y| distance(&y)).collect::<Result<Vec<_>>>()?;
        let ratios = curve.iter().chain(&others).map(|(gap, distances)| distances.ckn / gap);
        let random = ratios.fold(0.0, f64::max);
        let [x, d] = worst(count, SEARCHED, rng, |x, y| Ok(distances(&kernel, x, y)?.ckn / gap(x, y)))?;
        let y = moved(&x, &d, SEARCHED);
        let found = kernel.distances(&x, &y, BITS)?.ckn / gap(&x, &y);
        let bound = pooling_norm(kernel.network(), kernel.shape());
        let (name, found) = (format!("{network} on {shape}"), found.max(random));
        let numbers = network.ends_with("conv(1)") && kernel.shape().channels == 1;
        Ok(Lipschitz { name, bound, random, found, numbers, curve })
    }

    fn check(&self, evidence: &mut Evidence, sharp: bool) {
        let name = &self.name;
        below(evidence, format!("{name}: largest ratio, random pairs"), self.bound, self.random);
        below(evidence, format!("{name}: largest ratio, ascent"), self.bound, self.found);
        if sharp {
            reached(evidence, &format!("{name}: largest ratio"), self.bound, self.found);
        }
        let part = |f: fn(&Distances) -> f64| self.curve.iter().map(|(gap, d)| (*gap, f(d))).collect::<Vec<_>>();
        let (ckn, ntk) = (part(|d| d.ckn), part(|d| d.ntk));
        exponent(evidence, &format!("{name}: exponent"), 1.0, &[0.5], slope(&ckn[..3]));
        let (what, found) = (format!("{name}: exponent, tangent kernel"), slope(&ntk[..3]));
        if self.numbers {
            // The angle of two numbers is 0 or pi.
            return exponent(evidence, &what, 1.0, &[0.5], found);
        }
        exponent(evidence, &what, 0.5, &[1.0, 0.4], found);
        let ratio = ntk[0].1 / ntk[0].0;
        let stated = format!("<= {LIPSCHITZ}");
        evidence.control(format!("{name}: tangent kernel Lipschitz"), stated, format!("{ratio:.1}"), ratio > LIPSCHITZ);
    }
}

/// Pooling beside a border of zeros expands.
fn border(evidence: &mut Evidence) -> Result<()> {
    let kernel = kernel("pool(2) conv(1)", "12")?;
    let (bound, x) = leading(&gaussian(12, Padding::Zero, 2.0, 1));
    let y: Vec<f64> = x.iter().map(|x| 2.0 * x).collect();
    let ratio = kernel.distances(&x, &y, BITS)?.ckn / gap(&x, &y);
    let text = format!("{ratio:.12}");
    let verdict = Verdict::from((ratio - bound).abs() <= ROUNDING);
    let what = format!("pool(2) conv(1), the signal that pooling expands most (to {ROUNDING:e})");
    evidence.check(&what, format!("{bound:.12}"), &text, verdict);
    evidence.control("pool(2) conv(1), pooling non-expansive beside zeros", "<= 1", &text, ratio > 1.0 + ROUNDING);
    Ok(())
}

/// K(x, x)
fn norms(evidence: &mut Evidence, rng: &mut ChaCha8Rng) -> Result<()> {
    for (network, shape, _) in CASES.into_iter().filter(|case| case.0.starts_with("circular")) {
        let kernel = kernel(network, shape)?;
        let x = normal(kernel.shape().numbers(), rng);
        let terms = x.iter().map(|x| Float::with_val(BITS, *x).square());
        let square = terms.fold(Float::new(BITS), |sum, term| sum + term);
        let found = kernel.multiprecision(&x, &x, BITS)?;
        let layers = kernel.network().depth() as u32 + 1;
        for (name, found, factor) in [("K(x, x)", &found.ckn, 1), ("K(x, x), tangent kernel", &found.ntk, layers)] {
            let (what, stated) = (format!("{network} on {shape}: {name}/|x|^2"), Float::with_val(BITS, factor));
            let found = Float::with_val(BITS, found / &square);
            if network.contains("pool") {
                below(evidence, what.clone(), f64::from(factor), found.to_f64());
                evidence.must_differ(format!("{what}, as without pooling"), &stated, &found, DIGITS);
            } else {
                evidence.equal(&what, &stated, &found, DIGITS);
                evidence.must_differ(&what, &(stated + 1e-6), &found, DIGITS);
            }
        }
        if !network.contains("pool") {
            // Without rounding: the numbers have 20 bits.
            let y: Vec<f64> = x.iter().map(|x| x * (1.0 + 2f64.powi(-27))).collect();
            let distance = kernel.distances(&x, &y, BITS)?;
            for (name, found, stated) in
                [("", distance.ckn, 1.0), (", tangent kernel", distance.ntk, f64::from(layers).sqrt())]
            {
                let (what, found) =
                    (format!("{network} on {shape}: ratio at x' = (1 + 2^-27) x{name}"), found / gap(&x, &y));
                evidence.equal(&what, &Float::with_val(BITS, stated), &Float::with_val(BITS, found), ROUNDING);
                let wrong = Float::with_val(BITS, stated * (1.0 + 1e-6));
                evidence.must_differ(&what, &wrong, &Float::with_val(BITS, found), ROUNDING);
            }
        }
    }
    Ok(())
}

/// |f(x) - f(x')| <= |f| |Phi(x) - Phi(x')|
fn functions(evidence: &mut Evidence, rng: &mut ChaCha8Rng) -> Result<()> {
    let kernel = kernel("circular conv(3) pool(1) conv(3)", "9")?;
    let centres = (0..CENTRES).map(|_| kernel.image(&normal(9, rng))).collect::<Result<Vec<_>>>()?;
    let gram = kernel.gram(&centres)?;
    let (mut largest, mut attained) = ([0.0f64; 2], [0.0f64; 2]);
    for index in 0..FUNCTIONS {
        let weights = normal(CENTRES, rng);
        let x = normal(9, rng);
        let y = moved(&x, &normal(9, rng), [1e-2, 0.1, 1.0][index % 3]);
        let distance = kernel.distances(&x, &y, BITS)?;
        let [x, y] = [kernel.image(&x)?, kernel.image(&y)?];
        for (slot, (gram, distance)) in [(gram.ckn(), distance.ckn), (gram.ntk(), distance.ntk)].iter().enumerate() {
            let value = |x, y| [kernel.pair(x, y).ckn, kernel.pair(x, y).ntk][slot];
            let entry = |i: usize, j: usize| weights[i] * weights[j] * gram.row(i)[j];
            let square: f64 = (0..CENTRES * CENTRES).map(|index| entry(index / CENTRES, index % CENTRES)).sum();
            let terms = weights.iter().zip(&centres).map(|(a, centre)| a * (value(centre, &x) - value(centre, &y)));
            largest[slot] = largest[slot].max(terms.sum::<f64>().abs() / (square.sqrt() * distance));
            // f = K(., x) - K(., x'), of norm |Phi(x) - Phi(x')|.
            let own = value(&x, &x) - 2.0 * value(&x, &y) + value(&y, &y);
            attained[slot] = attained[slot].max((own / (distance * distance) - 1.0).abs());
        }
    }
    for (slot, name) in ["kernel network", "tangent kernel"].into_iter().enumerate() {
        let what = format!("|f(x) - f(x')| over |f| |Phi(x) - Phi(x')|, {name}");
        below(evidence, format!("{what}, random f"), 1.0, largest[slot]);
        let verdict = Verdict::from(attained[slot] < DOUBLES);
        evidence.check(
            format!("{what}, the best f (to {DOUBLES:e})"),
            "1",
            format!("1 +- {:.1e}", attained[slot]),
            verdict,
        );
        let refuted = 1.0 - attained[slot] > SHARP;
        evidence.control(
            format!("{what}, the best f"),
            format!("<= {SHARP}"),
            format!("1 +- {:.1e}", attained[slot]),
            refuted,
        );
    }
    Ok(())
}
