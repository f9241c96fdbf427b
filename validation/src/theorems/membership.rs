//! Smooth even functions lie in the space of the neural tangent kernel, a single neuron does not lie in that of its
//! kernel.
//!
//! Statement: (a) an even function on S^{p-1} whose derivatives up to an order s are bounded lies in the space of
//! ntk(2) if s >= p/2, and in that of kappa_1 = arccos(1) if s >= p/2 + 1. The order is right up to 1/2: |u|^a and |u -
//! 1/4|^a + |u + 1/4|^a, a no even number, are in the space if and only if 2 + 2a > b + 1, mu_k ~ k^-b: a > (p-1)/2 and
//! a > (p+1)/2. (b) max(u,0)^n, one neuron, is not in the space of arccos(n): E_k/mu_k = c N(p,k) in every degree with
//! mu_k > 0, c = (2n-1)!!/(2^(n+1) (p/2)(p/2+1)...(p/2+n-1)); for the ReLU 1/(2p). For with w Gaussian kappa_n =
//! 2/(2n-1)!! E max(<w,x>,0)^n max(<w,y>,0)^n, so mu_k = 2/(2n-1)!! E|w|^2n lambda_k^2, and E_k = N lambda_k^2.
//! Hypotheses: p >= 3 for (a), p >= 2 for (b). |u|^a has bounded derivatives up to the whole part of a; at a jump those
//! of either side. Source: Bietti and Mairal, NeurIPS 2019, Corollary 3; Bach, JMLR 2017 (neurons outside the space).
//!
//! Check: verdicts of `Space::membership`, which come from exponents, against blocks of the series itself: energies by
//! quadrature, eigenvalues without endpoint expansion.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::holds;
use crate::growth::{Growth, TOLERANCE, eigenvalues, energies};
use rayon::prelude::*;
use rug::{Float, Rational};
use zonal::report::plot::{Figure, Mark};
use zonal::rkhs::{Space, Target};
use zonal::verdict::Verdict;
use zonal::{Error, Kernel, Result, Sphere};

/// The kernels, and how much faster than k^-p their eigenvalues fall; the corollary asks for s >= p/2 plus half of
/// that.
const KERNELS: [(&str, u64); 2] = [("ntk(2)", 0), ("arccos(1)", 2)];

/// Dimensions.
const DIMENSIONS: std::ops::RangeInclusive<u64> = 3..=8;

/// Orders a, in quarters beyond (p-1)/2, the threshold of ntk(2); that of arccos(1) is 4 quarters beyond.
const QUARTERS: [i64; 7] = [-2, 0, 1, 2, 4, 5, 9];
const QUARTERS_OFF_CENTRE: [i64; 3] = [0, 2, 5];

/// The figure.
const SHOWN: (&str, u64) = ("ntk(2)", 5);

/// (b): dimensions, powers, degrees; E_k/(N mu_k) against c: squares of energies have 64 bits.
const NEURON_DIMENSIONS: std::ops::RangeInclusive<u64> = 2..=10;
const POWERS: [u32; 4] = [0, 1, 2, 3];
const NEURON_DEGREES: u64 = 60;
const IDENTITY: f64 = 1e-15;
const BITS: u32 = 200;

/// The statement.
pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "membership",
        statement: "An even function with bounded derivatives up to order s lies in the space of ntk(2) if s >= p/2, \
            of arccos(1) if s >= p/2 + 1; kinks |u|^a do if and \
                    only if a > (p-1)/2, a > (p+1)/2. A single ReLU does not lie in the space of arccos(1): the terms \
                    of its norm are N(p,k)/(2p)",
        source: "Bietti and Mairal, NeurIPS 2019, Corollary 3; Bach, JMLR 2017",
        checked_by: "`Space::membership` against blocks of the series from `Target::energies` and `Spectrum::table`, \
            p = 3 to 8",
        found: None,
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let mut curves = Vec::new();
    for p in DIMENSIONS {
        kinks(&mut evidence, p, &mut curves)?;
    }
    neurons(&mut evidence)?;
    let figure = Figure {
        title: format!("{}, p = {}: |u|^{{a}} on both sides of a = {}", SHOWN.0, SHOWN.1, (SHOWN.1 - 1) / 2),
        x_label: "K".to_string(),
        y_label: "sum of E_k/μ_k over K < k ≤ 2K, over the first".to_string(),
        series: curves,
    };
    evidence
        .figures
        .push(("Blocks of the norm: rising ones belong to functions outside the space.".to_string(), figure.svg()?));
    Ok(evidence)
}

/// A target with kinks of one order.
struct Kink {
    order: Rational,
    target: Target,
    energies: Vec<f64>,
}

/// |u|^a, and the same off the centre, for the orders that are no even numbers.
fn targets(p: u64) -> Result<Vec<Kink>> {
    let sphere = Sphere::in_dimension(p)?;
    let half = Rational::from((p - 1, 2));
    let orders = |quarters: &[i64]| -> Vec<Rational> {
        let orders = quarters.iter().map(|q| Rational::from((*q, 4)) + &half);
        orders.filter(|a| *a > 0 && !(a.is_integer() && a.numer().is_even())).collect()
    };
    let centre = orders(&QUARTERS).into_iter().map(|a| (format!("abs(u)^({a})"), a));
    let off = orders(&QUARTERS_OFF_CENTRE).into_iter();
    let off = off.map(|a| (format!("abs(u - 1/4)^({a}) + abs(u + 1/4)^({a})"), a));
    let all: Vec<(String, Rational)> = centre.chain(off).collect();
    let kink = |(text, order): &(String, Rational)| -> Result<Kink> {
        let target = Target::parse(text, sphere)?;
        Ok(Kink { order: order.clone(), energies: energies(&target)?, target })
    };
    all.par_iter().map(kink).collect()
}

fn words(inside: Option<bool>) -> &'static str {
    match inside {
        Some(true) => "in the space",
        Some(false) => "not in the space",
        None => "undecided",
    }
}

/// (a) in one dimension.
fn kinks(evidence: &mut Evidence, p: u64, curves: &mut Vec<zonal::report::plot::Curve>) -> Result<()> {
    let sphere = Sphere::in_dimension(p)?;
    let targets = targets(p)?;
    let [ntk, relu] = [eigenvalues(KERNELS[0].0, sphere)?, eigenvalues(KERNELS[1].0, sphere)?];
    for ((name, more), (own, other)) in KERNELS.into_iter().zip([(&ntk, &relu), (&relu, &ntk)]) {
        let space = Space::of(&Kernel::parse(name)?.spectrum(sphere))?;
        let (b, b_other) = (p + more, p + 2 - more);
        let (mut demanded, mut off_by_half) = (0, false);
        for Kink { order, target, energies } in &targets {
            let e = Rational::from(order * 2u32) + 2u32;
            let inside = e > b + 1;
            let what = format!("{} in {name}, p = {p}", target.text);
            let found = space.membership(target)?;
            let verdict = found.inside.map_or(Verdict::Undecided, |found| holds(found == inside));
            evidence.check(
                what.clone(),
                words(Some(inside)),
                format!("{}: {}", words(found.inside), found.reason),
                verdict,
            );
            let growth = Growth::of(energies, own);
            let exponent = |b: u64, e: &Rational| b as f64 - e.to_f64() + 1.0;
            let stated = exponent(b, &e);
            // At the borderline the blocks do not tell.
            let sign = growth.converges().is_none_or(|converges| converges == inside);
            evidence.check(
                format!("{what}: the blocks of the series grow like K^x"),
                format!("x = {stated} +- {TOLERANCE}"),
                format!("x = {:.4}", growth.exponent),
                holds(growth.agrees(stated) && sign),
            );
            let swapped = Growth::of(energies, other);
            evidence.control(
                format!("{what}: x with the eigenvalues of the other kernel, k^-{b_other}"),
                format!("x = {stated} +- {TOLERANCE}"),
                format!("x = {:.4}", swapped.exponent),
                !swapped.agrees(stated) && swapped.agrees(exponent(b_other, &e)),
            );
            for half in [-1, 1] {
                let wrong = exponent(b, &Rational::from(&e + half));
                evidence.control(
                    format!("{what}: x of a kink of order {}", Rational::from((half, 2)) + order),
                    format!("x = {wrong} +- {TOLERANCE}"),
                    format!("x = {:.4}", growth.exponent),
                    !growth.agrees(wrong),
                );
            }
            // The corollary, in half units: 2s >= p + more.
            let bounded = Rational::from(order.floor_ref()) * 2u32;
            if bounded >= p + more {
                demanded += 1;
                evidence.check(
                    format!("{what}: bounded derivatives up to order {}", Rational::from(order.floor_ref())),
                    words(Some(true)),
                    format!("{}, x = {:.4}", words(found.inside), growth.exponent),
                    found.inside.map_or(Verdict::Undecided, |inside| holds(inside && growth.converges() == Some(true))),
                );
            }
            off_by_half |= bounded == p + more - 1 && found.inside == Some(false) && growth.converges() != Some(true);
            if (name, p) == SHOWN && target.text.starts_with("abs(u)^") {
                let mark = [Mark::Circles, Mark::Squares, Mark::Triangles, Mark::Crosses][curves.len() % 4];
                curves.push(growth.curve(format!("a = {order}"), mark));
            }
        }
        evidence.check(
            format!("{name}, p = {p}: targets to which the corollary applies"),
            "one or more",
            demanded.to_string(),
            if demanded > 0 { Verdict::Holds } else { Verdict::Undecided },
        );
        // The order one half lower is a whole number in odd dimensions, and odd in every other one of them.
        if (p + more - 1) % 4 == 2 {
            let what = format!("{name}, p = {p}: s >= {} is enough", Rational::from((p + more - 1, 2)));
            evidence.control(what, words(Some(true)), "a kink of this order is not in the space", off_by_half);
        }
        uneven(evidence, &space, own)?;
    }
    Ok(())
}

/// The hypothesis that the function is even.
fn uneven(evidence: &mut Evidence, space: &Space, eigenvalues: &[f64]) -> Result<()> {
    let target = Target::parse("abs(u - 1/4)^9", space.sphere)?;
    let found = space.membership(&target)?;
    let energy = target.energies(3, BITS)?[3].value.to_f64();
    let refuted = found.inside == Some(false) && eigenvalues[3] == 0.0 && energy > 0.0;
    let what =
        format!("{}, p = {}: the same for {}, which is not even", space.kernel, space.sphere.dimension(), target.text);
    evidence.control(what, words(Some(true)), format!("E_3 = {energy:.3e}, mu_3 = {}", eigenvalues[3]), refuted);
    Ok(())
}

/// (2n-1)!!/(2^(n+1) (p/2) (p/2+1) ... (p/2+n-1))
fn constant(p: u64, n: u32) -> Rational {
    (0..n).fold(Rational::from((1, 2)), |c, j| c * (2 * j + 1) / 2u32 / Rational::from((p + 2 * u64::from(j), 2)))
}

/// The largest |E_k/(N mu_k c) - 1| over the degrees with mu_k > 0, and how many there are; an error where E_k > 0 =
/// mu_k.
fn deviation(target: &Target, kernel: &Kernel, c: &Rational) -> Result<(f64, usize)> {
    let degrees: Vec<u64> = (0..=NEURON_DEGREES).collect();
    let table = kernel.spectrum(target.domain().clone()).digits(25)?.table(&degrees)?;
    let (mut largest, mut count) = (0.0f64, 0);
    for (row, energy) in table.rows.iter().zip(target.energies(NEURON_DEGREES, BITS)?) {
        match (row.is_zero(), energy.value.is_zero()) {
            (true, true) => continue,
            (true, false) => {
                return Err(Error::domain(format!("energy of degree {}, where the eigenvalue is 0", row.degree)));
            }
            _ => {}
        }
        let quotient =
            Float::with_val(BITS, &energy.value / &row.value) / (Float::with_val(BITS, &*row.multiplicity) * c);
        largest = largest.max((quotient - 1u32).to_f64().abs());
        count += 1;
    }
    Ok((largest, count))
}

/// (b)
fn neurons(evidence: &mut Evidence) -> Result<()> {
    for p in NEURON_DIMENSIONS {
        let sphere = Sphere::in_dimension(p)?;
        for n in POWERS {
            let text = if n == 0 { "step(u)".to_string() } else { format!("max(u,0)^{n}") };
            let (target, kernel) = (Target::parse(&text, sphere)?, Kernel::parse(&format!("arccos({n})"))?);
            let what = format!("{text} in arccos({n}), p = {p}");
            let found = Space::of(&kernel.spectrum(sphere))?.membership(&target)?;
            let verdict = found.inside.map_or(Verdict::Undecided, |inside| holds(!inside));
            evidence.check(
                what.clone(),
                words(Some(false)),
                format!("{}: {}", words(found.inside), found.reason),
                verdict,
            );
            let c = constant(p, n);
            let (off, count) = deviation(&target, &kernel, &c)?;
            // All degrees of one parity, and those of the polynomial part.
            let expected = NEURON_DEGREES as usize / 2 + usize::from(n % 2 == 1) + n as usize / 2 + 1;
            evidence.check(
                format!("{what}: largest |E_k/(N mu_k c) - 1|, c = {c}, in {expected} degrees"),
                format!("< {IDENTITY:e}"),
                format!("{off:.1e} in {count} degrees"),
                holds(off < IDENTITY && count == expected),
            );
            let wrong = Rational::from(&c * 2u32);
            let (off, _) = deviation(&target, &kernel, &wrong)?;
            let stated = format!("< {IDENTITY:e}");
            evidence.control(format!("{what}: c = {wrong}"), stated.clone(), format!("{off:.1e}"), off >= IDENTITY);
            if n == 1 {
                // No constant fits: the one of degree 0 fails elsewhere.
                let other = Kernel::nngp(3)?;
                let mu = other.spectrum(sphere).eigenvalue(0)?.value;
                let first = Rational::try_from((target.energies(0, BITS)?[0].value.clone() / mu).to_f64());
                let first = first.map_err(|_| Error::unable("the quotient of degree 0"))?;
                let (off, _) = deviation(&target, &other, &first)?;
                evidence.control(
                    format!("{text} in nngp(3), p = {p}: the same"),
                    stated,
                    format!("{off:.1e}"),
                    off >= IDENTITY,
                );
            }
        }
    }
    // On the circle eigenvalues k^-2 leave room for a kink of order 1.
    let circle = Sphere::in_dimension(2)?;
    let space = Space::of(&Kernel::parse("laplace(1)")?.spectrum(circle))?;
    let found = space.membership(&Target::parse("max(u,0)", circle)?)?;
    let what = "the ReLU on the circle and laplace(1): never in the space";
    evidence.control(
        what,
        words(Some(false)),
        format!("{}: {}", words(found.inside), found.reason),
        found.inside == Some(true),
    );
    Ok(())
}
