//! The Gaussian kernel's eigenvalues.
//!
//! Statement: for exp(-|x-y|^2/w^2) = exp(-g |x-y|^2) on S^{p-1}, with a = 2/w^2 = 2g,
//!   mu_k = e^{-a} (2/a)^{p/2-1} I_{k+p/2-1}(a) Gamma(p/2);
//! they decay faster than any power: mu_k = e^{-a} Gamma(p/2) (a/2)^k / Gamma(k+p/2) (1 + x + ...), x =
//! (a^2/4)/(k+p/2). Hypotheses: p >= 2, w > 0; the asymptotic form is near for k much larger than a^2, its bounds hold
//! for all k. Source: Minh, Niyogi and Yao, COLT 2006. The bounds of the correction are ours: in the power series of
//! I_nu the j-th term is the first times (a^2/4)^j / (j! v (v+1) ... (v+j-1)), v = k+p/2: at most x^j/j! v/(v+1) for
//! j >= 2, with equality at j = 2. So the ratio lies between 1 + x + x^2/2 v/(v+1) and 1 + x + (e^x - 1 - x) v/(v+1).
//!
//! Check: I_nu(a) by its power series here, all terms positive, against the spectrum; the bounds; local exponents of
//! consecutive degrees, -log(mu_{k+1}/mu_k)/log((m+1)/m) with m = k + (p-2)/2, which must grow and be those of the
//! asymptotic form; and the law derived by the library and its own measurement.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::gamma;
use rug::ops::Pow;
use rug::{Float, Rational};
use zonal::decay::{Leading, Measurement, Prediction, verdict};
use zonal::kernel::Kernel;
use zonal::number::Digits;
use zonal::report::plot::{Curve, Figure, Mark, escaped};
use zonal::verdict::Verdict;
use zonal::{Result, Sphere};

/// g = 1/w^2: wide, middle and narrow.
const WIDTHS: [(i32, i32); 3] = [(1, 2), (1, 1), (3, 1)];

/// Odd, even, larger.
const DIMENSIONS: [u64; 3] = [3, 4, 10];

/// The highest degree; mu_100 is about 1e-150.
const HIGHEST: u64 = 100;

/// Digits of the eigenvalues; their last one is rounded.
const DIGITS: u32 = 30;
const TOLERANCE: f64 = 1e-29;

/// Bits of the Bessel function: ten digits more.
const PRECISION: u32 = 144;

/// Degrees at which the asymptotic form is compared: x is below 0.17.
const HIGH: [u64; 3] = [50, 75, 100];

/// Degrees of the local exponents.
const RISING: [u64; 5] = [6, 12, 25, 50, 99];

/// The local exponent at the last of them exceeds this at the least (g = 3, p = 3), and the exponent of any law among
/// the kernels here by far.
const LARGE: f64 = 300.0;

/// Widths and dimensions for which the library measures the decay, which takes a second or two each.
const MEASURED: [((i32, i32), u64); 3] = [((1, 2), 3), ((1, 1), 4), ((3, 1), 10)];

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "gaussian",
        statement: "On S^{p-1} the kernel exp(-|x-y|^2/w^2) has mu_k = e^{-a} (2/a)^{p/2-1} I_{k+p/2-1}(a) \
            Gamma(p/2), a = 2/w^2; \
                    these decay faster than any power, like e^{-a} Gamma(p/2) (a/2)^k / Gamma(k+p/2) with a relative \
                    correction \
                    (a^2/4)/(k+p/2).",
        source: "Minh, Niyogi and Yao, COLT 2006",
        checked_by: "`Spectrum::table`, `Kernel::decay`",
        found: None,
    },
    check,
};

/// I_nu(a) = sum_j (a/2)^(2j+nu) / (j! Gamma(nu+j+1)).
fn bessel(nu: &Rational, a: &Float) -> Float {
    let half = Float::with_val(PRECISION, a / 2u32);
    let square = Float::with_val(PRECISION, half.square_ref());
    let mut term = half.pow(Float::with_val(PRECISION, nu)) / gamma(&(nu.clone() + 1u32), PRECISION);
    let mut sum = Float::new(PRECISION);
    let mut j = 0u32;
    while term > Float::with_val(PRECISION, &sum >> PRECISION) {
        sum += &term;
        j += 1;
        term *= &square;
        term /= Float::with_val(PRECISION, Rational::from(nu + j) * j);
    }
    sum
}

/// The closed form.
fn closed_form(p: u64, k: u64, a: &Float) -> Float {
    let half = Rational::from((p, 2));
    let order = Rational::from(&half - 1u32);
    let power = Float::with_val(PRECISION, 2u32 / a).pow(Float::with_val(PRECISION, &order));
    Float::with_val(PRECISION, -a).exp() * power * bessel(&(order + k), a) * gamma(&half, PRECISION)
}

/// The asymptotic form without its correction.
fn asymptotic(p: u64, k: u64, a: &Float) -> Float {
    let half = Rational::from((p, 2));
    let power = Float::with_val(PRECISION, a / 2u32).pow(k as u32);
    let scale = gamma(&half, PRECISION) / gamma(&(half + k), PRECISION);
    Float::with_val(PRECISION, -a).exp() * scale * power
}

fn holds(yes: bool) -> Verdict {
    Verdict::from(yes)
}

/// The closed form at every degree, and what is wrong.
fn form(evidence: &mut Evidence, name: &str, p: u64, a: &Float, mu: &[Float]) {
    let forms: Vec<Float> = (0..=HIGHEST).map(|k| closed_form(p, k, a)).collect();
    let error = |x: &Float, y: &Float| Float::with_val(64, Float::with_val(PRECISION, x / y) - 1u32).abs();
    let worst = forms.iter().zip(mu).map(|(x, y)| error(x, y)).fold(Float::new(64), |worst, e| worst.max(&e));
    evidence.check(
        format!("{name}, p = {p}: closed form against the spectrum, k = 0, ..., {HIGHEST}"),
        format!("relative errors at most {TOLERANCE:e}"),
        format!("{:.1e}", worst.to_f64()),
        holds(worst <= TOLERANCE),
    );
    for k in [0, 7, HIGHEST] {
        let what = format!("{name}, p = {p}: mu_{k}");
        evidence.equal(&what, &forms[k as usize], &mu[k as usize], TOLERANCE);
        let wrong = closed_form(p, k, &(a.clone() * (Float::with_val(PRECISION, 1e-10) + 1u32)));
        evidence.must_differ(format!("{what} with a larger by 1e-10 of itself"), &wrong, &mu[k as usize], TOLERANCE);
        let wrong = closed_form(p + 1, k, a);
        evidence.must_differ(format!("{what} with p + 1 for p"), &wrong, &mu[k as usize], TOLERANCE);
    }
}

/// The asymptotic form, between the bounds of the head comment.
fn correction(evidence: &mut Evidence, name: &str, p: u64, a: &Float, mu: &[Float]) {
    for k in HIGH {
        let ratio = Float::with_val(PRECISION, &mu[k as usize] / asymptotic(p, k, a));
        let v = Float::with_val(PRECISION, Rational::from((p, 2)) + k);
        let x = Float::with_val(PRECISION, a.square_ref()) / 4u32 / &v;
        let share = Float::with_val(PRECISION, &v / Float::with_val(PRECISION, &v + 1u32));
        let bounds = |x: &Float| {
            let first = Float::with_val(PRECISION, x + 1u32);
            let second = Float::with_val(PRECISION, x.square_ref()) / 2u32;
            let all = x.clone().exp() - &first;
            [second, all].map(|rest| rest * &share + &first)
        };
        let between = |[low, high]: &[Float; 2]| *low < ratio && ratio < *high;
        let write = |x: &Float| Digits::Count(10).format(x);
        let words = |[low, high]: &[Float; 2]| format!("between {} and {}", write(low), write(high));
        let right = bounds(&x);
        let what = format!("{name}, p = {p}: mu_{k} relative to the asymptotic form");
        let stated = format!("{what} is 1 + x + ..., x = {}", Digits::Count(6).format(&x));
        evidence.check(stated, words(&right), write(&ratio), holds(between(&right)));
        // (a^2/2)/(k+p/2), and (a^2/4)/k
        let shift = v / k;
        for (wrong, x) in [("twice x", x.clone() * 2u32), ("x with k for k + p/2", x * shift)] {
            let wrong_bounds = bounds(&x);
            let text = words(&wrong_bounds);
            evidence.control(format!("{what}, with {wrong}"), text, write(&ratio), !between(&wrong_bounds));
        }
    }
}

/// Local exponents grow, and are those of mu_k ~ (a/2)^k / Gamma(k+p/2).
fn exponents(evidence: &mut Evidence, name: &str, p: u64, a: &Float, mu: &[Float]) {
    let local = |values: &dyn Fn(u64) -> Float, k: u64| {
        let m = k as f64 + (p as f64 - 2.0) / 2.0;
        Float::with_val(64, values(k) / values(k + 1)).ln().to_f64() / (1.0 / m).ln_1p()
    };
    let found = RISING.map(|k| local(&|k| mu[k as usize].clone(), k));
    let stated = RISING.map(|k| local(&|k| asymptotic(p, k, a), k));
    let list = |values: &[f64]| values.iter().map(|b| format!("{b:.1}")).collect::<Vec<_>>().join(", ");
    let rising = found.windows(2).all(|pair| pair[1] > 1.5 * pair[0]) && found[RISING.len() - 1] > LARGE;
    evidence.check(
        format!("{name}, p = {p}: local exponents at k = {RISING:?}"),
        format!("each half as large again as the one before, the last above {LARGE}"),
        list(&found),
        holds(rising),
    );
    // From k to k + 1 the logarithm of the correction falls by about x/(k+p/2+1), and 1/log((m+1)/m) is about m + 1/2:
    // together less than x.
    let last = RISING.len() - 1;
    let k = RISING[last];
    let x = a.to_f64().powi(2) / 4.0 / (k as f64 + p as f64 / 2.0);
    evidence.check(
        format!("{name}, p = {p}: local exponent at k = {k} (within x = {x:.4})"),
        format!("{:.4}", stated[last]),
        format!("{:.4}", found[last]),
        holds((stated[last] - found[last]).abs() <= x),
    );
    let wrong = local(&|k| asymptotic(p + 2, k, a), k);
    evidence.control(
        format!("{name}, p = {p}: local exponent at k = {k} with Gamma(k+p/2+1)"),
        format!("{wrong:.4}"),
        format!("{:.4}", found[last]),
        (wrong - found[last]).abs() > x,
    );
}

/// A prediction in a word.
fn word(prediction: &Prediction) -> String {
    match prediction {
        Prediction::Faster(()) => "faster than any power".to_string(),
        Prediction::Power(Leading::Steady(law)) => format!("power {}", law.exponent),
        Prediction::Finite(_) => "vanishes".to_string(),
        Prediction::Power(Leading::Oscillating(law)) => law.to_string(),
        Prediction::Undecided(_) => "undecided".to_string(),
    }
}

/// What the library derives and measures.
fn laws(evidence: &mut Evidence) -> Result<()> {
    for width in WIDTHS.map(Rational::from) {
        let name = format!("gaussian({width})");
        for p in DIMENSIONS {
            let law = Kernel::parse(&name)?.decay_law(Sphere::in_dimension(p)?, DIGITS)?;
            let faster = law.parities.iter().all(|l| matches!(l, Prediction::Faster(())));
            evidence.check(
                format!("{name}, p = {p}: the law derived, even and odd"),
                "faster than any power, faster than any power",
                law.parities.iter().map(word).collect::<Vec<_>>().join(", "),
                holds(faster),
            );
        }
    }
    for (width, p) in MEASURED {
        let name = format!("gaussian({})", Rational::from(width));
        let decay = Kernel::parse(&name)?.decay(Sphere::in_dimension(p)?, DIGITS)?;
        let accelerating = decay.parities.iter().all(|c| matches!(&c.measurement, Measurement::Accelerating { .. }));
        evidence.check(
            format!("{name}, p = {p}: law and measurement of the library"),
            "holds, local exponents grow",
            format!("{}, local exponents {}", decay.verdict(), if accelerating { "grow" } else { "do not" }),
            holds(decay.verdict() == Verdict::Holds && accelerating),
        );
    }
    for name in ["laplace(1)", "sqrt(u^2)"] {
        for p in DIMENSIONS {
            let decay = Kernel::parse(name)?.decay(Sphere::in_dimension(p)?, DIGITS)?;
            for c in &decay.parities {
                let claimed = verdict(&Prediction::Faster(()), &c.measurement);
                let derived = !matches!(c.prediction, Prediction::Faster(()));
                evidence.control(
                    format!("{name}, p = {p}, {} degrees: faster than any power", c.parity),
                    "derived, or borne out by the measurement",
                    format!("derived: {}; as a claim about the measurement: {claimed}", word(&c.prediction)),
                    derived && claimed != Verdict::Holds,
                );
            }
        }
    }
    Ok(())
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let degrees: Vec<u64> = (0..=HIGHEST).collect();
    let mut curves = Vec::new();
    for (width, mark) in WIDTHS.map(Rational::from).into_iter().zip([Mark::Circles, Mark::Squares, Mark::Triangles]) {
        let name = format!("gaussian({width})");
        let a = Float::with_val(PRECISION, &width * Rational::from(2));
        for p in DIMENSIONS {
            let spectrum = Kernel::parse(&name)?.spectrum(Sphere::in_dimension(p)?).digits(DIGITS)?;
            let mu: Vec<Float> = spectrum.table(&degrees)?.rows.into_iter().map(|row| row.value).collect();
            form(&mut evidence, &name, p, &a, &mu);
            correction(&mut evidence, &name, p, &a, &mu);
            exponents(&mut evidence, &name, p, &a, &mu);
            if p == DIMENSIONS[0] {
                let logarithm = |k: u64, mu: &Float| ((k as f64).log10(), mu.clone().log10().to_f64());
                let points = (1..=HIGHEST).map(|k| logarithm(k, &mu[k as usize])).collect();
                curves.push(Curve { label: escaped(&name), points, mark });
                let points = (1..=HIGHEST).map(|k| logarithm(k, &asymptotic(p, k, &a))).collect();
                curves.push(Curve {
                    label: format!("asymptotic form of {}", escaped(&name)),
                    points,
                    mark: Mark::Dashed,
                });
            }
        }
    }
    laws(&mut evidence)?;
    let figure = Figure {
        title: format!("Gaussian kernels, p = {}", DIMENSIONS[0]),
        x_label: "degree k".to_string(),
        y_label: "μ_k".to_string(),
        series: curves,
    };
    let caption = "Eigenvalues of Gaussian kernels (marks) and e^-a Gamma(p/2) (a/2)^k / Gamma(k+p/2) (dashed): no \
        straight lines.";
    evidence.figures.push((caption.to_string(), figure.svg()?));
    Ok(evidence)
}
