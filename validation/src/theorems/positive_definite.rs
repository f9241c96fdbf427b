//! Strict positive definiteness on the sphere.
//!
//! Statement: a continuous kernel with all mu_k >= 0 is strictly positive definite on S^{p-1} (its Gram matrix of any
//! distinct points is invertible) if and only if mu_k > 0 for infinitely many even and for infinitely many odd k.
//! Hypotheses: p >= 3; on the circle more is needed. Source: Chen, Menegatto and Sun, Proc. AMS 2003. Addition: where
//! one parity has only finitely many degrees with mu_k > 0, let D be the sum of N(p,k) over them. For m antipodal pairs
//! and coefficients c_i at x_i and s c_i at -x_i, s = 1 for even and -1 for odd, the quadratic form is 4 sum_ij c_i c_j
//! f(<x_i,x_j>), f being the part of kappa of that parity; f is a sum over D harmonics, so the m by m matrix has rank
//! at most D, and min(m, D) for points in general position. The Gram matrix of the 2m points has max(0, m - D) zero
//! eigenvalues: D + 1 pairs are needed. D is 1 for kappa_0 (the constant), p for kappa_1 and ntk(2) (the linear
//! functions), 6 for kappa_2 and p = 3 (degrees 0 and 2).
//!
//! Check: the decision from the decay laws: a power law with a positive constant gives infinitely many degrees of its
//! parity, a parity that vanishes but for exceptions finitely many; where the decay is faster than any power, positive
//! Taylor coefficients of both parities at 0, which the mu_k are positive combinations of, and computed eigenvalues.
//! Then Gram matrices of antipodal pairs on S^2: the number of zero eigenvalues, and how large the others are.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use faer::{Mat, Side};
use rug::{Float, Rational};
use zonal::decay::{Leading, Prediction};
use zonal::kernel::{Kernel, Point};
use zonal::number::{Multiprecision, Number, Series};
use zonal::parity::Parity;
use zonal::report::plot::{Curve, Figure, Mark, escaped};
use zonal::verdict::Verdict;
use zonal::{Error, Result, Sphere};

/// The kernels and whether they are stated to be strictly positive definite.
const KERNELS: [(&str, bool); 9] = [
    ("arccos(0)", false),
    ("arccos(1)", false),
    ("arccos(2)", false),
    ("ntk(2)", false),
    ("ntk(3)", true),
    ("ntk_bias(2)", true),
    ("nngp(3)", true),
    ("laplace(1)", true),
    ("gaussian(1)", true),
];

/// Dimensions in which the laws decide.
const DIMENSIONS: [u64; 3] = [3, 4, 10];

/// The points lie on S^2; the harmonics of degrees 0 and 2 are six, so seven pairs are the most that is needed.
const POINTS_DIMENSION: u64 = 3;
const PAIRS: std::ops::RangeInclusive<usize> = 2..=8;

/// Lines this near to each other are not taken: |<x_i,x_j>| stays below it.
const NEAREST: f64 = 0.9;

/// The highest degree computed, and the order of the Taylor series.
const HIGHEST: u64 = 60;

/// Digits of the laws; bits in which kernels are evaluated.
const DIGITS: u32 = 20;
const PRECISION: u32 = 100;

/// Relative to the trace: rounding of entries and of the solver is some 1e-16 times the norm.
const ZERO: f64 = 1e-14;

/// Relative to the trace: the smallest eigenvalue that is not zero is above 1e-5 for the points below.
const NOT_ZERO: f64 = 1e-7;

/// |K v - lambda v| relative to the trace, and |v^T w| for different eigenvectors.
const RESIDUAL: f64 = 1e-14;

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "positive_definite",
        statement: "For p >= 3 a kernel with mu_k >= 0 is strictly positive definite on S^{p-1} if and only if mu_k > \
            0 for infinitely \
                    many even and infinitely many odd k: arccos(n) and ntk(2) are not, ntk(3), ntk_bias(2), nngp(3), \
                    laplace(1) and \
                    gaussian(1) are. Those that are not have singular Gram matrices on D + 1 antipodal pairs, D = sum \
                    of N(p,k) \
                    over the degrees of the other parity with mu_k > 0.",
        source: "Chen, Menegatto and Sun, Proc. AMS 2003",
        checked_by: "`Kernel::decay_law`, Gram matrices of antipodal pairs",
        found: None,
    },
    check,
};

/// What the laws say.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Decision {
    /// Infinitely many degrees of both parities.
    Strict,
    /// One parity has so many harmonics only.
    Finite(u64),
    /// Nothing, and why.
    Open(String),
}

impl Decision {
    fn words(&self) -> String {
        match self {
            Decision::Strict => "strictly positive definite".to_string(),
            Decision::Finite(count) => format!("not strictly positive definite, D = {count}"),
            Decision::Open(why) => format!("open: {why}"),
        }
    }
}

/// Taylor coefficients at 0 up to order HIGHEST.
fn taylor(kernel: &Kernel, p: u64) -> Result<Vec<Float>> {
    let base = Multiprecision::new(PRECISION);
    let series = Series::new(base, HIGHEST as usize + 1);
    let variable = series.variable(&base.rational(&Rational::new()));
    kernel.program(Some(p))?.evaluate(&series, &Point::at(variable))
}

/// Decides from the laws of both parities.
fn decide(kernel: &Kernel, p: u64) -> Result<Decision> {
    let sphere = Sphere::in_dimension(p)?;
    let laws = kernel.decay_law(sphere, DIGITS)?.parities;
    let degrees: Vec<u64> = (0..=HIGHEST).collect();
    let rows = kernel.spectrum(sphere).digits(DIGITS)?.table(&degrees)?.rows;
    if let Some(row) = rows.iter().find(|row| row.value.is_sign_negative() && !row.value.is_zero()) {
        return Ok(Decision::Open(format!("mu_{} is negative", row.degree)));
    }
    let mut decision = Decision::Strict;
    for (parity, law) in Parity::BOTH.into_iter().zip(laws) {
        match law {
            Prediction::Power(Leading::Steady(law)) if law.constant > 0 => {}
            Prediction::Power(Leading::Steady(_)) => {
                return Ok(Decision::Open(format!("{parity} mu_k become negative")));
            }
            Prediction::Finite(exceptions) => {
                let count: rug::Integer = exceptions.iter().map(|k| sphere.multiplicity(*k)).sum();
                let count = count.to_u64().unwrap_or(u64::MAX);
                decision = match decision {
                    Decision::Finite(other) => Decision::Finite(other.min(count)),
                    _ => Decision::Finite(count),
                };
            }
            Prediction::Faster(()) => {
                let start = parity.remainder() as usize;
                let coefficients = taylor(kernel, p)?;
                let positive = coefficients.iter().skip(start).step_by(2).all(|a| *a > 0)
                    && rows.iter().skip(start).step_by(2).all(|row| row.value > 0);
                if !positive {
                    return Ok(Decision::Open(format!("not all {parity} coefficients are positive")));
                }
            }
            Prediction::Undecided(why) => return Ok(Decision::Open(why)),
            Prediction::Power(Leading::Oscillating(law)) => return Ok(Decision::Open(law.to_string())),
        }
    }
    Ok(decision)
}

/// Directions on S^2 from a linear congruential generator (Knuth's multiplier), by rejection from the cube.
fn directions(count: usize) -> Vec<[f64; 3]> {
    let mut state = 1u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    let mut list: Vec<[f64; 3]> = Vec::new();
    while list.len() < count {
        let x = [uniform(), uniform(), uniform()];
        let length = inner(&x, &x).sqrt();
        let x = x.map(|c| c / length);
        if (0.1..=1.0).contains(&length) && list.iter().all(|y| inner(&x, y).abs() < NEAREST) {
            list.push(x);
        }
    }
    list
}

fn inner(x: &[f64; 3], y: &[f64; 3]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

/// The spectrum of the Gram matrix of antipodal pairs, relative to its trace.
struct Gram {
    /// Eigenvalues, increasing.
    eigenvalues: Vec<f64>,
    /// The largest |K v - lambda v| and |V^T V - I|.
    residual: f64,
}

impl Gram {
    fn new(kernel: &Kernel, lines: &[[f64; 3]]) -> Result<Self> {
        let c = Multiprecision::new(PRECISION);
        let program = kernel.program(Some(POINTS_DIMENSION))?;
        let value =
            |u: f64| -> Result<f64> { Ok(program.evaluate(&c, &Point::at(Float::with_val(PRECISION, u)))?.to_f64()) };
        let m = lines.len();
        let trace = 2.0 * m as f64 * value(1.0)?;
        let mut gram = Mat::<f64>::zeros(2 * m, 2 * m);
        for i in 0..m {
            for j in 0..m {
                let u = if i == j { 1.0 } else { inner(&lines[i], &lines[j]) };
                let (same, opposite) = (value(u)? / trace, value(-u)? / trace);
                gram[(i, j)] = same;
                gram[(m + i, m + j)] = same;
                gram[(i, m + j)] = opposite;
                gram[(m + i, j)] = opposite;
            }
        }
        let eigen = gram
            .self_adjoint_eigen(Side::Lower)
            .map_err(|error| Error::unable(format!("eigenvalues of a Gram matrix: {error:?}")))?;
        let vectors = eigen.U();
        let eigenvalues: Vec<f64> = eigen.S().column_vector().iter().copied().collect();
        let scaled = Mat::from_fn(2 * m, 2 * m, |i, j| vectors[(i, j)] * eigenvalues[j]);
        let off = (&gram * vectors - scaled).norm_max();
        let skew = (vectors.transpose() * vectors - Mat::<f64>::identity(2 * m, 2 * m)).norm_max();
        Ok(Gram { eigenvalues, residual: off.max(skew) })
    }

    /// How many eigenvalues are zero; `None` where one is neither zero nor clearly positive.
    fn zeros(&self) -> Option<usize> {
        let zeros = self.eigenvalues.iter().filter(|e| e.abs() <= ZERO).count();
        let positive = self.eigenvalues.iter().filter(|e| **e >= NOT_ZERO).count();
        (zeros + positive == self.eigenvalues.len()).then_some(zeros)
    }

    fn words(&self) -> String {
        let Some(zeros) = self.zeros() else {
            return format!("neither: smallest {:.1e}", self.eigenvalues[0]);
        };
        let next = self.eigenvalues.get(zeros).copied().unwrap_or(f64::NAN);
        match zeros {
            0 => format!("zero eigenvalues: 0; smallest {next:.1e}"),
            _ => format!("zero eigenvalues: {zeros}; the next {next:.1e}"),
        }
    }
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let lines = directions(*PAIRS.end());
    let mut curves = Vec::new();
    for (name, strict) in KERNELS {
        let kernel = Kernel::parse(name)?;
        for p in DIMENSIONS {
            let decision = decide(&kernel, p)?;
            let words = |strict: bool| {
                if strict { "strictly positive definite" } else { "not strictly positive definite" }
            };
            let verdict = match decision {
                Decision::Open(_) => Verdict::Undecided,
                _ if (decision == Decision::Strict) == strict => Verdict::Holds,
                _ => Verdict::Fails,
            };
            evidence.check(format!("{name}, p = {p}: from the laws"), words(strict), decision.words(), verdict);
            let refuted = !matches!(decision, Decision::Open(_)) && (decision == Decision::Strict) == strict;
            let what = format!("{name}, p = {p}: from the laws, verdicts swapped");
            evidence.control(what, words(!strict), decision.words(), refuted);
        }
        // D of the parity that is finite; more than any number of pairs if there is none.
        let harmonics = match decide(&kernel, POINTS_DIMENSION)? {
            Decision::Finite(harmonics) => harmonics as usize,
            _ => usize::MAX,
        };
        let mut points = Vec::new();
        for m in PAIRS {
            let gram = Gram::new(&kernel, &lines[..m])?;
            let stated = if strict { 0 } else { m.saturating_sub(harmonics) };
            let what = format!("{name}: {m} antipodal pairs on S^2, eigenvalues over the trace");
            evidence.check(
                format!("{what}: zero (below {ZERO:e}) or not (above {NOT_ZERO:e})"),
                format!("zero eigenvalues: {stated}"),
                gram.words(),
                gram.zeros().map_or(Verdict::Undecided, |z| Verdict::from(z == stated)),
            );
            evidence.check(
                format!("{what}: residuals of the eigenvectors"),
                format!("at most {RESIDUAL:e}"),
                format!("{:.1e}", gram.residual),
                if gram.residual <= RESIDUAL { Verdict::Holds } else { Verdict::Undecided },
            );
            // The other verdict; for one that is not strictly positive definite also a pair less than needed.
            if strict || m > harmonics {
                let wrong = if strict { "zero eigenvalues: some" } else { "zero eigenvalues: 0" };
                let refuted = gram.zeros().is_some_and(|zeros| (zeros == 0) == strict);
                evidence.control(format!("{what}, verdicts swapped"), wrong, gram.words(), refuted);
            } else if m == harmonics {
                let refuted = gram.zeros() == Some(0);
                evidence.control(
                    format!("{what}, D pairs are enough"),
                    "zero eigenvalues: some",
                    gram.words(),
                    refuted,
                );
            }
            points.push(((m as f64).log10(), gram.eigenvalues[0].abs().max(1e-18).log10()));
        }
        let mark = [Mark::Circles, Mark::Squares, Mark::Triangles, Mark::Crosses][curves.len() % 4];
        curves.push(Curve { label: escaped(name), points, mark: if strict { Mark::Solid } else { mark } });
    }
    let figure = Figure {
        title: "Antipodal pairs on S^2".to_string(),
        x_label: "pairs".to_string(),
        y_label: "smallest |eigenvalue| / trace".to_string(),
        series: curves,
    };
    let caption = "Smallest eigenvalue of the Gram matrix over its trace, against the number of antipodal pairs; \
        marks: kernels with a \
                   parity that vanishes.";
    evidence.figures.push((caption.to_string(), figure.svg()?));
    Ok(evidence)
}
