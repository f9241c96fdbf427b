//! Which spaces of kernels contain which, with constants for all degrees.
//!
//! Statement: the space of a kernel contains that of another if and only if mu_k(other) <= C mu_k for all k. The space
//! of ntk(2) contains that of kappa_1 = arccos(1), and strictly: mu_k(kappa_1)/mu_k(ntk(2)) = p/(p + 1 + k(k+p-2))
//! wherever they are not zero, so that C = p/(p+1). (From kappa_1' = kappa_0, (1-u^2) kappa_1'' = kappa_1 - u kappa_0
//! the Laplacian of kappa_1 is kappa_1 - p u kappa_0, and it is -k(k+p-2) in degree k.) The Laplace kernel and the
//! tangent kernels with bias ntk_bias(2), ntk_bias(3) have the same space; without bias ntk(2) lacks the odd degrees
//! from 3 on, and ntk(3) has the same space again, the ratio to the Laplace kernel tending to 7/(2 pi) for even and
//! 5/(2 pi) for odd degrees. Hypotheses: p >= 3. Source: Geifman et al., NeurIPS 2020; Chen and Xu, ICLR 2021; Bietti
//! and Mairal, NeurIPS 2019; Aronszajn 1950 (the criterion).
//!
//! Check: the supremum of mu_k(a)/mu_k(b) over all k is enclosed: rows that are proved below a degree, the proved laws
//! A m^-b (1 +- c/m^2) from there on. The same enclosures decide on every claim, right or wrong. A function that tells
//! two spaces apart: |u|^a, a between the thresholds.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::{PRECISION, holds};
use crate::growth::{Growth, TOLERANCE, eigenvalues, energies};
use rug::float::Constant;
use rug::{Float, Rational};
use zonal::decay::{Conclusion, Proof, ProvedLaw, ProvedPower};
use zonal::parity::{Parity, PerParity};
use zonal::report::plot::{Curve, Figure, Mark, escaped};
use zonal::rkhs::{Norm, Relation, Space, Target};
use zonal::spectrum::Eigenvalue;
use zonal::verdict::Verdict;
use zonal::{Error, Kernel, Result, Sphere};

/// Dimensions.
const DIMENSIONS: std::ops::RangeInclusive<u64> = 3..=8;

/// The spaces, and how they lie to each other.
const CLAIMS: [(&str, &str, Relation); 6] = [
    ("ntk(2)", "arccos(1)", Relation::Larger),
    ("laplace(1)", "ntk_bias(2)", Relation::Equal),
    ("laplace(1)", "ntk_bias(3)", Relation::Equal),
    ("laplace(1)", "ntk(3)", Relation::Equal),
    ("laplace(1)", "ntk(2)", Relation::Larger),
    ("laplace(1)", "arccos(1)", Relation::Larger),
];

/// What is wrong.
const WRONG: [(&str, &str, Relation); 5] = [
    ("ntk(2)", "arccos(1)", Relation::Smaller),
    ("ntk(2)", "arccos(1)", Relation::Equal),
    ("laplace(1)", "arccos(1)", Relation::Equal),
    ("laplace(1)", "ntk(2)", Relation::Equal),
    ("ntk_bias(2)", "ntk(2)", Relation::Equal),
];

/// Doubles are made of enclosures with so much to spare.
const SLACK: f64 = 1e-12;

/// The smallest constants are enclosed to this: laws start at degrees of some hundred, with c/m^2 below it.
const SHARP: f64 = 0.02;

/// Degrees at which the ratio of arccos(1) and ntk(2) is compared with its formula, and to what: both have 25 digits.
const DEGREES: [u64; 6] = [0, 1, 2, 10, 500, 1_000_000];
const FROM_FORMULA: f64 = 1e-22;

/// What C = p/(p+1) is compared to.
const NEAR: f64 = 1e-9;

/// Constants of proved laws have more than 90 digits.
const FROM_PROOF: f64 = 1e-30;

/// The dimension of the figure.
const SHOWN: u64 = 5;

/// The statement.
pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "rkhs_inclusion",
        statement: "On S^{p-1} the space of ntk(2) contains that of arccos(1) and more, mu_k(arccos(1))/mu_k(ntk(2)) \
            = p/(p + 1 + k(k+p-2)); the Laplace kernel, ntk_bias(2), ntk_bias(3) and ntk(3) have the same space, \
                    with ratios of eigenvalues bounded above and below for all k; ntk(2) lacks the odd degrees",
        source: "Geifman et al., NeurIPS 2020; Chen and Xu, ICLR 2021; Bietti and Mairal, NeurIPS 2019",
        checked_by: "suprema of ratios over all k enclosed from `Kernel::prove`; `Space::relation`; a function that \
            tells two spaces apart",
        found: None,
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    for p in DIMENSIONS {
        let sphere = Sphere::in_dimension(p)?;
        for (a, b, relation) in CLAIMS {
            claim(&mut evidence, Pair::new(a, b, sphere)?, relation)?;
        }
        for (a, b, relation) in WRONG {
            let pair = Pair::new(a, b, sphere)?;
            let (found, why) = pair.relation();
            let refuted = found != Relation::Undecided && found != relation;
            evidence.control(
                format!("{a} and {b}, p = {p}"),
                name(relation),
                format!("{}: {why}", name(found)),
                refuted,
            );
        }
        ratios(&mut evidence, sphere)?;
        witness(&mut evidence, sphere)?;
    }
    evidence.figures.push(("Ratios that stay between two constants, and one that falls.".to_string(), figure()?));
    Ok(evidence)
}

fn name(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "the same functions",
        Relation::Larger => "the first contains the second and more",
        Relation::Smaller => "the second contains the first and more",
        Relation::Incomparable => "neither contains the other",
        Relation::Undecided => "undecided",
    }
}

/// The supremum of mu_k(a)/mu_k(b) over all k.
#[derive(Clone, Debug)]
struct Supremum {
    low: f64,
    high: f64,
    /// Where it is, or why there is none.
    place: String,
}

impl Supremum {
    fn infinite(place: String) -> Self {
        Supremum { low: f64::INFINITY, high: f64::INFINITY, place }
    }

    fn max(self, other: Supremum) -> Self {
        let high = self.high.max(other.high);
        if self.low >= other.low { Supremum { high, ..self } } else { Supremum { high, ..other } }
    }

    /// Whether it is finite, if that is decided.
    fn finite(&self) -> Option<bool> {
        if self.high.is_finite() { Some(true) } else { self.low.is_infinite().then_some(false) }
    }

    /// Whether mu_k(a) <= c mu_k(b) for all k.
    fn at_most(&self, c: f64) -> Verdict {
        match () {
            () if self.high <= c => Verdict::Holds,
            () if self.low > c => Verdict::Fails,
            () => Verdict::Undecided,
        }
    }

    fn words(&self) -> String {
        if self.low.is_infinite() {
            self.place.clone()
        } else {
            format!("{:.6} to {:.6} ({})", self.low, self.high, self.place)
        }
    }
}

/// The value of a row at least and at most.
fn range(row: &Eigenvalue) -> (f64, f64) {
    let (value, error) = (row.to_f64(), row.error.to_f64());
    ((value - error) * (1.0 - SLACK), (value + error) * (1.0 + SLACK))
}

/// mu_k(a)/mu_k(b) in one degree; zero over zero counts as 0.
fn single(a: &Eigenvalue, b: &Eigenvalue) -> Supremum {
    let ((low, high), (low_b, high_b)) = (range(a), range(b));
    let k = a.degree;
    let place = format!("k = {k}");
    match (a.is_zero(), b.is_zero()) {
        (true, _) => Supremum { low: 0.0, high: 0.0, place },
        (_, true) if low > 0.0 => Supremum::infinite(format!("mu_{k} = {low:.3e} and 0")),
        _ if low_b > 0.0 => Supremum { low: low / high_b, high: high / low_b, place },
        _ => Supremum { low: 0.0, high: f64::INFINITY, place },
    }
}

/// The ratio of two laws from a degree on: at least one value that it takes or tends to, and at most.
fn tail(a: &ProvedLaw, b: &ProvedLaw, from: u64, p: u64) -> Supremum {
    let m = from as f64 + (p as f64 - 2.0) / 2.0;
    let part = |law: &ProvedLaw| law.c.to_float().to_f64() * m.powf(-law.rate.to_f64());
    let limit = a.constant.middle.to_f64() / b.constant.middle.to_f64();
    let fall = Rational::from(&a.exponent - &b.exponent).to_f64();
    if from < a.from_degree.max(b.from_degree) {
        return Supremum { low: 0.0, high: f64::INFINITY, place: format!("no law from {from} on") };
    }
    if fall < 0.0 {
        return Supremum::infinite(format!("mu_k falls like k^-{} and k^-{}", a.exponent, b.exponent));
    }
    let most = limit * m.powf(-fall) * (1.0 + part(a)) / (1.0 - part(b)) * (1.0 + SLACK);
    let low = if fall > 0.0 { 0.0 } else { limit * (1.0 - SLACK) };
    Supremum { low, high: most, place: format!("all k >= {from}") }
}

/// Two kernels with what is proved of them.
struct Pair {
    names: [String; 2],
    spaces: [Space; 2],
    proofs: [Proof; 2],
    p: u64,
}

impl Pair {
    fn new(a: &str, b: &str, sphere: Sphere) -> Result<Self> {
        let kernels = [Kernel::parse(a)?, Kernel::parse(b)?];
        let spaces = [Space::of(&kernels[0].spectrum(sphere))?, Space::of(&kernels[1].spectrum(sphere))?];
        let proofs = [kernels[0].prove(sphere)?, kernels[1].prove(sphere)?];
        Ok(Pair { names: [a.to_string(), b.to_string()], spaces, proofs, p: sphere.dimension() })
    }

    /// Of mu_k(first)/mu_k(second), first = 0 or 1.
    fn supremum(&self, first: usize) -> Supremum {
        let parity = |parity: Parity| {
            let [a, b] = [first, 1 - first].map(|i| &self.proofs[i].parities[parity]);
            let rows = a.rows.iter().zip(&b.rows).map(|(a, b)| single(a, b)).reduce(Supremum::max);
            let rows = rows.unwrap_or(Supremum { low: 0.0, high: 0.0, place: String::new() });
            // The first degree beyond the rows of both.
            let next = parity.remainder() + 2 * a.rows.len().min(b.rows.len()) as u64;
            let beyond = match (&a.conclusion, &b.conclusion) {
                (Conclusion::Power(ProvedPower::Law(x)), Conclusion::Power(ProvedPower::Law(y))) => {
                    tail(x, y, next, self.p)
                }
                (Conclusion::Finite(exceptions), _) if exceptions.iter().all(|k| *k < next) => return rows,
                (Conclusion::Power(ProvedPower::Law(law)), Conclusion::Finite(_)) if law.constant.middle > 0 => {
                    Supremum::infinite(format!("for {parity} k >= {next} one of the two is 0"))
                }
                _ => Supremum { low: 0.0, high: f64::INFINITY, place: format!("{parity} degrees are open") },
            };
            rows.max(beyond)
        };
        parity(Parity::Even).max(parity(Parity::Odd))
    }

    /// How the spaces lie to each other, by the two suprema.
    fn relation(&self) -> (Relation, String) {
        let [over, under] = [self.supremum(0), self.supremum(1)];
        // mu(a) <= C mu(b): the first space lies in the second.
        let relation = match (under.finite(), over.finite()) {
            (Some(true), Some(true)) => Relation::Equal,
            (Some(true), Some(false)) => Relation::Larger,
            (Some(false), Some(true)) => Relation::Smaller,
            (Some(false), Some(false)) => Relation::Incomparable,
            _ => Relation::Undecided,
        };
        (relation, format!("largest ratio {}, of the inverse {}", over.words(), under.words()))
    }
}

/// A right claim: the relation, the same by `Space::relation`, and the constants.
fn claim(evidence: &mut Evidence, pair: Pair, relation: Relation) -> Result<()> {
    let [a, b] = &pair.names;
    let what = format!("{a} and {b}, p = {}", pair.p);
    let (found, why) = pair.relation();
    let verdict = if found == Relation::Undecided { Verdict::Undecided } else { holds(found == relation) };
    evidence.check(what.clone(), name(relation), format!("{}: {why}", name(found)), verdict);
    let other = pair.spaces[0].relation(&pair.spaces[1])?;
    evidence.check(format!("{what}: by exponents and zeros"), name(found), name(other), holds(other == found));
    for (first, names) in [(0, [a, b]), (1, [b, a])] {
        let supremum = pair.supremum(first);
        if supremum.finite() != Some(true) {
            continue;
        }
        let what = format!("p = {}: mu_k({}) <= C mu_k({}) for all k", pair.p, names[0], names[1]);
        let sharp = supremum.high <= supremum.low * (1.0 + SHARP);
        let verdict = if sharp { Verdict::Holds } else { Verdict::Undecided };
        evidence.check(format!("{what}: the smallest C"), format!("known to {SHARP}"), supremum.words(), verdict);
        let less = supremum.high * (1.0 - 2.0 * SHARP);
        let refuted = supremum.at_most(less) == Verdict::Fails;
        evidence.control(what.clone(), format!("C = {less:.6}"), supremum.words(), refuted);
        if a == "ntk(2)" {
            let c = pair.p as f64 / (pair.p as f64 + 1.0);
            let verdict = supremum.at_most(c * (1.0 + NEAR));
            evidence.check(what.clone(), format!("C = p/(p+1) = {c:.6} is enough"), supremum.words(), verdict);
            let refuted = supremum.at_most(c * (1.0 - NEAR)) == Verdict::Fails;
            evidence.control(what, format!("C = p/(p+1), less by {NEAR:e}"), supremum.words(), refuted);
        }
    }
    Ok(())
}

/// The constant of a proved law.
fn constant(kernel: &str, sphere: Sphere, parity: Parity) -> Result<Float> {
    let proof = Kernel::parse(kernel)?.prove(sphere)?;
    match &proof.parities[parity].conclusion {
        Conclusion::Power(ProvedPower::Law(law)) => Ok(law.constant.middle.clone()),
        other => Err(Error::unable(format!("{kernel} has no law for {parity} k: {other:?}"))),
    }
}

/// Ratios by hand: arccos(1) over ntk(2), and the coefficients of |x-y| at both ends for the others.
fn ratios(evidence: &mut Evidence, sphere: Sphere) -> Result<()> {
    let p = sphere.dimension();
    let at = |kernel: &str| Ok(Kernel::parse(kernel)?.spectrum(sphere).digits(25)?.table(&DEGREES)?.rows);
    let (relu, ntk): (Vec<Eigenvalue>, Vec<Eigenvalue>) = (at("arccos(1)")?, at("ntk(2)")?);
    for (x, y) in relu.iter().zip(&ntk) {
        let k = x.degree;
        let ratio = Float::with_val(PRECISION, &x.value / &y.value);
        let formula = |more: u64| Float::with_val(PRECISION, p) / (p + more + k * (k + p - 2));
        let what = format!("p = {p}: mu_k(arccos(1))/mu_k(ntk(2)) at k = {k}");
        evidence.equal(what.clone(), &formula(1), &ratio, FROM_FORMULA);
        evidence.must_differ(format!("{what}: p/(p + k(k+p-2))"), &formula(0), &ratio, FROM_FORMULA);
    }
    let pi = Float::with_val(PRECISION, Constant::Pi);
    let over_pi = |numerator: u32, denominator: u32| Float::with_val(PRECISION, numerator) / denominator / &pi;
    for (kernel, stated, wrong) in [
        ("ntk_bias(2)", [over_pi(2, 1), over_pi(2, 1)], [over_pi(7, 2), over_pi(5, 2)]),
        ("ntk_bias(3)", [over_pi(6, 1), over_pi(6, 1)], [over_pi(7, 2), over_pi(5, 2)]),
        ("ntk(3)", [over_pi(7, 2), over_pi(5, 2)], [over_pi(3, 1), over_pi(3, 1)]),
    ] {
        let [stated, wrong] = [stated, wrong].map(|[even, odd]| PerParity { even, odd });
        for parity in Parity::BOTH {
            let ratio = constant(kernel, sphere, parity)? / constant("laplace(1)", sphere, parity)?;
            let what = format!("p = {p}: limit of mu_k({kernel})/mu_k(laplace(1)), {parity} k");
            evidence.equal(what.clone(), &stated[parity], &ratio, FROM_PROOF);
            evidence.must_differ(format!("{what}, another constant"), &wrong[parity], &ratio, FROM_PROOF);
        }
    }
    Ok(())
}

/// |u|^(p/2+1/4): in the space of ntk(2), not in that of arccos(1).
fn witness(evidence: &mut Evidence, sphere: Sphere) -> Result<()> {
    let p = sphere.dimension();
    let target = Target::parse(&format!("abs(u)^({})", Rational::from((2 * p + 1, 4))), sphere)?;
    let energies = energies(&target)?;
    for (kernel, inside) in [("ntk(2)", true), ("arccos(1)", false)] {
        let what = format!("{} in {kernel}, p = {p}", target.text);
        let parsed = Kernel::parse(kernel)?;
        let membership = Space::of(&parsed.spectrum(sphere))?.membership(&target)?;
        let growth = Growth::of(&energies, &eigenvalues(kernel, sphere)?);
        let (norm, finite) = match Norm::of(&parsed.spectrum(sphere), &target) {
            Ok(norm) => (format!("norm^2 {:.6e}", norm.squared), Some(true)),
            Err(Error::Domain(why)) => (why, Some(false)),
            Err(error) => (error.to_string(), None),
        };
        let verdicts = [membership.inside, growth.converges(), finite];
        let verdict = match verdicts {
            _ if verdicts.contains(&Some(!inside)) => Verdict::Fails,
            _ if verdicts.contains(&None) => Verdict::Undecided,
            _ => Verdict::Holds,
        };
        let words = if inside { "in the space" } else { "not in the space" };
        let found = format!("{}; blocks of the norm grow like K^{:.3}; {norm}", membership.reason, growth.exponent);
        evidence.check(what.clone(), words, found.clone(), verdict);
        // b - e + 1 of the other kernel, e = p + 5/2.
        let other = if inside { 0.5 } else { -1.5 };
        evidence.control(
            format!("{what}: blocks"),
            format!("K^({other} +- {TOLERANCE}), as for the other kernel"),
            format!("K^{:.3}", growth.exponent),
            !growth.agrees(other),
        );
    }
    Ok(())
}

fn figure() -> Result<String> {
    let sphere = Sphere::in_dimension(SHOWN)?;
    let degrees: Vec<u64> =
        (0..=40).chain((1..).map(|i| (40.0 * 1.15f64.powi(i)) as u64).take_while(|k| *k <= 600)).collect();
    let rows =
        |kernel: &str| -> Result<Vec<Eigenvalue>> { Ok(Kernel::parse(kernel)?.spectrum(sphere).table(&degrees)?.rows) };
    let mut series = Vec::new();
    for ((a, b), mark) in [("ntk_bias(2)", "laplace(1)"), ("ntk(3)", "laplace(1)"), ("arccos(1)", "ntk(2)")]
        .into_iter()
        .zip([Mark::Circles, Mark::Squares, Mark::Triangles])
    {
        let (x, y) = (rows(a)?, rows(b)?);
        let both = x.iter().zip(&y).filter(|(x, y)| x.degree > 0 && !x.is_zero() && !y.is_zero());
        let points = both.map(|(x, y)| ((x.degree as f64).log10(), (x.to_f64() / y.to_f64()).log10())).collect();
        series.push(Curve { label: escaped(&format!("{a} over {b}")), points, mark });
    }
    let (x_label, y_label) = ("degree k".to_string(), "ratio of eigenvalues".to_string());
    Figure { title: format!("Ratios of eigenvalues in R^{{{SHOWN}}}"), x_label, y_label, series }.svg()
}
