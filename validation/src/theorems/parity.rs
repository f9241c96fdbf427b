//! Degrees that vanish.
//!
//! Statement: the eigenvalues mu_k that are zero are exactly
//!   for kappa_n: those of k > n with k - n even (kappa_0: even k >= 2; kappa_1: odd k >= 3);
//!   for ntk(2) = u kappa_0 + kappa_1: odd k >= 3;
//!   for nngp(L) and ntk(L), L >= 3, for ntk_bias(2) and for laplace(1): none.
//! Hypotheses: none, every p >= 2; checked for k <= 40. The reason for the zeros: kappa_n(-u) = (-1)^n (q_n(u) -
//! kappa_n(u)) with a polynomial q_n of degree n, so that one parity of kappa_n is a polynomial. Source: Bach, JMLR
//! 2017; Bietti and Mairal, NeurIPS 2019; Bietti and Bach, ICLR 2021.
//!
//! Check: nothing of the symmetry of formulas is used. mu_k is computed here by Gauss-Legendre quadrature in the angle,
//! twice, with more nodes and bits the second time. The kernels are analytic in the angle, so both are right to 70
//! digits; a zero must be below the noise of that, and every other eigenvalue 30 orders larger. What lies between
//! decides nothing. The zeros that the library claims must be the same.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::gamma;
use rug::float::Constant;
use rug::{Float, Rational};
use std::collections::BTreeSet;
use zonal::kernel::{Kernel, Point};
use zonal::number::Multiprecision;
use zonal::quadrature::GaussLegendre;
use zonal::report::plot::{Curve, Figure, Mark, escaped};
use zonal::verdict::Verdict;
use zonal::{Result, Sphere};

/// The circle, where P_k are Chebyshev's polynomials, and spheres of odd, even and larger dimension.
const DIMENSIONS: [u64; 4] = [2, 3, 4, 10];

/// The highest degree.
const HIGHEST: u64 = 40;

/// Nodes and bits of the two computations.
const RULES: [(usize, u32); 2] = [(360, 256), (440, 320)];

/// The noise: the two computations must agree to this, and what is below it is zero. kappa(1) is at most 5.
const NOISE: f64 = 1e-70;

/// 30 orders above the noise. The smallest eigenvalue here that is not zero is 4e-22 (kappa_5, p = 10, k = 40).
const NOT_ZERO: f64 = 1e-40;

/// Which degrees vanish.
#[derive(Clone, Copy, Debug)]
enum Zeros {
    /// Those above n of the parity of n.
    Like(u64),
    /// None.
    None,
}

/// The statement.
const KERNELS: [(&str, Zeros); 16] = [
    ("arccos(0)", Zeros::Like(0)),
    ("arccos(1)", Zeros::Like(1)),
    ("arccos(2)", Zeros::Like(2)),
    ("arccos(3)", Zeros::Like(3)),
    ("arccos(4)", Zeros::Like(4)),
    ("arccos(5)", Zeros::Like(5)),
    ("ntk(2)", Zeros::Like(1)),
    ("nngp(2)", Zeros::Like(1)),
    ("nngp(3)", Zeros::None),
    ("nngp(4)", Zeros::None),
    ("nngp(5)", Zeros::None),
    ("ntk(3)", Zeros::None),
    ("ntk(4)", Zeros::None),
    ("ntk(5)", Zeros::None),
    ("ntk_bias(2)", Zeros::None),
    ("laplace(1)", Zeros::None),
];

/// Wrong statements: a deeper kernel has no zeros; neither has kappa_1 with a trace of another function, which moves
/// one zero or all of them; nor do the zeros of kappa_0 and kappa_1 have each other's parity, or begin lower.
const WRONG: [(&str, Zeros); 7] = [
    ("ntk(3)", Zeros::Like(1)),
    ("arccos(1) + 1/10^20*u^3", Zeros::Like(1)),
    ("arccos(1) + 1/10^20*arccos(0)", Zeros::Like(1)),
    ("arccos(0)", Zeros::Like(1)),
    ("arccos(1)", Zeros::Like(0)),
    ("arccos(3)", Zeros::Like(1)),
    ("ntk(2)", Zeros::None),
];

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "parity",
        statement: "The eigenvalues that vanish are: for kappa_n those of degree k > n with k - n even (kappa_0: even \
            k >= 2, \
                    kappa_1: odd k >= 3); for ntk(2) those of odd k >= 3; for nngp(L) and ntk(L) with L >= 3, \
                    ntk_bias(2) and laplace(1) none.",
        source: "Bach, JMLR 2017; Bietti and Mairal, NeurIPS 2019; Bietti and Bach, ICLR 2021",
        checked_by: "exact zeros of `Spectrum::table` against plain quadrature",
        found: None,
    },
    check,
};

impl Zeros {
    fn degrees(self) -> BTreeSet<u64> {
        match self {
            Zeros::Like(n) => (n + 1..=HIGHEST).filter(|k| (k - n) % 2 == 0).collect(),
            Zeros::None => BTreeSet::new(),
        }
    }
}

/// A kernel's values at the angles of a rule on \[0, pi\].
struct Sampled {
    bits: u32,
    /// cos, sin, and the value times the weight.
    points: Vec<[Float; 3]>,
}

impl Sampled {
    fn new(kernel: &Kernel, rule: &GaussLegendre, bits: u32) -> Result<Self> {
        let c = Multiprecision::new(bits);
        let program = kernel.program(None)?;
        let half = Float::with_val(bits, Constant::Pi) / 2u32;
        let mut points = Vec::new();
        for (node, weight) in rule.middles() {
            let mut signs = vec![1i32, -1];
            signs.truncate(if node.is_zero() { 1 } else { 2 });
            for sign in signs {
                let angle = (Float::with_val(bits, node * sign) + 1u32) * &half;
                let (sine, cosine) = angle.clone().sin_cos(Float::new(bits));
                let point = Point { u: cosine.clone(), angle: Some((angle, sine.clone())) };
                let value = program.evaluate(&c, &point)? * weight * &half;
                points.push([cosine, sine, value]);
            }
        }
        Ok(Sampled { bits, points })
    }

    /// mu_0, ..., mu_HIGHEST on S^{p-1}.
    fn eigenvalues(&self, p: u64) -> Vec<Float> {
        let bits = self.bits;
        let mut mu = vec![Float::new(bits); HIGHEST as usize + 1];
        for [t, sine, value] in &self.points {
            let mut before = Float::with_val(bits, 1);
            for _ in 2..p {
                before *= sine;
            }
            before *= value;
            let mut current = Float::with_val(bits, &before * t);
            mu[0] += &before;
            for k in 1..=HIGHEST {
                mu[k as usize] += &current;
                // (k+p-2) P_{k+1} = (2k+p-2) t P_k - k P_{k-1}
                let next = (Float::with_val(bits, t * &current) * (2 * k + p - 2) - before * k) / (k + p - 2);
                (before, current) = (current, next);
            }
        }
        let root = Float::with_val(bits, Constant::Pi).sqrt();
        let z = root * gamma(&Rational::from((p - 1, 2)), bits) / gamma(&Rational::from((p, 2)), bits);
        mu.into_iter().map(|mu| mu / &z).collect()
    }
}

/// The degrees whose eigenvalue is zero, as computed here; `None` where that stays open.
fn zeros(mu: &[Float]) -> Option<BTreeSet<u64>> {
    let open = mu.iter().any(|mu| *mu.as_abs() > NOISE && *mu.as_abs() < NOT_ZERO);
    (!open).then(|| (0u64..).zip(mu).filter(|(_, mu)| *mu.as_abs() <= NOISE).map(|(k, _)| k).collect())
}

/// A set of degrees in a few words.
fn words(degrees: &BTreeSet<u64>) -> String {
    let list: Vec<u64> = degrees.iter().copied().collect();
    match list[..] {
        [] => "no zeros".to_string(),
        [first, second, .., last] if list.windows(2).all(|pair| pair[1] - pair[0] == second - first) => {
            format!("zeros {first}, {second}, ..., {last}")
        }
        _ => format!("zeros {}", list.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// The largest eigenvalue counted as zero and the smallest of the others.
fn sizes(mu: &[Float]) -> String {
    let (small, large): (Vec<f64>, Vec<f64>) = mu.iter().map(|mu| mu.to_f64().abs()).partition(|mu| *mu <= NOISE);
    let smallest = large.into_iter().fold(f64::INFINITY, f64::min);
    if small.is_empty() {
        return format!("smallest {smallest:.1e}");
    }
    let largest = small.into_iter().fold(0.0, f64::max);
    format!("these below {:.1e}, the others above {smallest:.1e}", largest.max(f64::MIN_POSITIVE))
}

/// The zeros computed here and those of the library.
struct Found {
    mu: Vec<Float>,
    noise: f64,
    zeros: Option<BTreeSet<u64>>,
    library: BTreeSet<u64>,
}

fn find(kernel: &Kernel, samples: &[Sampled; 2], p: u64) -> Result<Found> {
    let [coarse, fine] = samples;
    let (coarse, mu) = (coarse.eigenvalues(p), fine.eigenvalues(p));
    let noise = coarse.iter().zip(&mu).map(|(x, y)| Float::with_val(64, x - y).to_f64().abs()).fold(0.0, f64::max);
    let degrees: Vec<u64> = (0..=HIGHEST).collect();
    let rows = kernel.spectrum(Sphere::in_dimension(p)?).table(&degrees)?.rows;
    let library = rows.iter().filter(|row| row.is_zero()).map(|row| row.degree).collect();
    Ok(Found { zeros: zeros(&mu), mu, noise, library })
}

fn sampled(kernel: &Kernel, rules: &[GaussLegendre; 2]) -> Result<[Sampled; 2]> {
    let [(_, coarse), (_, fine)] = RULES;
    Ok([Sampled::new(kernel, &rules[0], coarse)?, Sampled::new(kernel, &rules[1], fine)?])
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let [coarse, fine] = RULES.map(|(nodes, bits)| GaussLegendre::new(nodes, bits));
    let rules = [coarse?, fine?];
    let mut curves = Vec::new();
    for (name, stated) in KERNELS {
        let kernel = Kernel::parse(name)?;
        let samples = sampled(&kernel, &rules)?;
        let stated = stated.degrees();
        for p in DIMENSIONS {
            let found = find(&kernel, &samples, p)?;
            evidence.check(
                format!("{name}, p = {p}: noise of the quadrature for k <= {HIGHEST}"),
                format!("at most {NOISE:e}"),
                format!("{:.1e}", found.noise),
                if found.noise <= NOISE { Verdict::Holds } else { Verdict::Undecided },
            );
            let (text, verdict) = match &found.zeros {
                None => ("an eigenvalue is neither".to_string(), Verdict::Undecided),
                Some(zeros) if *zeros == stated => (words(zeros), Verdict::Holds),
                Some(zeros) => (words(zeros), Verdict::Fails),
            };
            evidence.check(
                format!("{name}, p = {p}: eigenvalues zero (below {NOISE:e}) and not zero (above {NOT_ZERO:e})"),
                words(&stated),
                format!("{text}; {}", sizes(&found.mu)),
                verdict,
            );
            evidence.check(
                format!("{name}, p = {p}: the library's exact zeros"),
                words(&stated),
                words(&found.library),
                Verdict::from(found.library == stated),
            );
            if p == 3 && ["arccos(0)", "ntk(2)", "ntk(3)"].contains(&name) {
                let mark = [Mark::Circles, Mark::Squares, Mark::Crosses][curves.len() % 3];
                curves.push(curve(name, &found.mu, mark));
            }
        }
    }
    for (name, wrong) in WRONG {
        let kernel = Kernel::parse(name)?;
        let samples = sampled(&kernel, &rules)?;
        let wrong = wrong.degrees();
        for p in DIMENSIONS {
            let found = find(&kernel, &samples, p)?;
            let zeros = found.zeros.as_ref();
            let text = zeros.map_or("open".to_string(), words);
            let refuted = zeros.is_some_and(|zeros| *zeros != wrong);
            evidence.control(format!("{name}, p = {p}: eigenvalues zero and not zero"), words(&wrong), text, refuted);
            let text = words(&found.library);
            let refuted = found.library != wrong;
            evidence.control(format!("{name}, p = {p}: the library's exact zeros"), words(&wrong), text, refuted);
        }
    }
    let figure = Figure {
        title: "Plain quadrature with 320 bits, p = 3".to_string(),
        x_label: "degree k".to_string(),
        y_label: "|μ_k|".to_string(),
        series: curves,
    };
    let caption = "Eigenvalues that vanish come out as rounding noise, the others more than 60 orders larger.";
    evidence.figures.push((caption.to_string(), figure.svg()?));
    Ok(evidence)
}

fn curve(name: &str, mu: &[Float], mark: Mark) -> Curve {
    let rows = (0u64..).zip(mu).skip(1).filter(|(_, mu)| !mu.is_zero());
    let points = rows.map(|(k, mu)| ((k as f64).log10(), mu.clone().abs().log10().to_f64())).collect();
    Curve { label: escaped(name), points, mark }
}
