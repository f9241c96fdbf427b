//! What the statements on decay have in common: a law against its measurement and against a formula.

use crate::claim::Evidence;
use rug::float::Constant;
use rug::{Float, Rational};
use zonal::decay::{Conclusion, Leading, Measured, Measurement, PowerLaw, Prediction, ProvedPower, verdict};
use zonal::number::Radius;
use zonal::report::plot::{Curve, Figure, Mark, escaped};
use zonal::verdict::Verdict;
use zonal::{Kernel, Result, Sphere};

/// Bits of the formulas.
pub const PRECISION: u32 = 200;

/// Digits of the predicted constants; they are compared with formulas to 30.
pub const DIGITS: u32 = 40;

/// Predicted constants against formulas: both are computed to more than 40 digits.
pub const FROM_THEORY: f64 = 1e-30;

/// Measured constants against formulas: the ten digits that a measurement must reach.
pub const FROM_MEASUREMENT: f64 = 1e-10;

/// Laws are proved up to this dimension.
const HIGHEST_PROVED: u64 = 50;

/// What a statement says of one parity: `None` where the eigenvalues vanish.
pub type Stated = Option<(Rational, Float)>;

/// kappa_0 and kappa_1 at a number in \[-1, 1\].
pub fn arc_cosines(x: &Float) -> [Float; 2] {
    let pi = Float::with_val(PRECISION, Constant::Pi);
    let rest = Float::with_val(PRECISION, &pi - x.clone().acos());
    let sine = (1u32 - Float::with_val(PRECISION, x.square_ref())).sqrt();
    [Float::with_val(PRECISION, &rest / &pi), (sine + rest * x) / pi]
}

/// Gamma(x) for a rational x, to about `precision` bits.
pub fn gamma(x: &Rational, precision: u32) -> Float {
    let guard = 2 * x.numer().significant_bits() + 16;
    Float::with_val(precision, Float::with_val(precision + guard, x).gamma())
}

/// C(p, nu) = 2^(nu+p-2) Gamma(p/2) Gamma(nu+(p-1)/2) / (sqrt(pi) Gamma(-nu)), the factor between the coefficients of
/// s^nu = (1 -+ u)^nu and the constant of the law (Bietti and Bach, ICLR 2021, for the uniform probability measure and
/// P_k(1) = 1).
pub fn factor(p: u64, nu: &Rational) -> Float {
    let number = |q: Rational| Float::with_val(PRECISION, q);
    let power = (number(nu.clone() + p - 2u32) * Float::with_val(PRECISION, 2).ln()).exp();
    let upper = number(Rational::from((p, 2))).gamma() * number(nu.clone() + Rational::from((p - 1, 2))).gamma();
    let root = Float::with_val(PRECISION, Constant::Pi).sqrt();
    power * upper / (root * number(Rational::from(-nu)).gamma())
}

/// A law stated by its coefficients c_1, c_{-1} of s^nu at both ends: exponent p - 1 + 2 nu and constants for even and
/// odd k.
pub fn stated(p: u64, nu: (i32, i32), c_1: &Float, c_minus_1: &Float) -> [Stated; 2] {
    let nu = Rational::from(nu);
    let exponent = Rational::from(&nu * 2u32) + (p - 1);
    let factor = factor(p, &nu);
    [Float::with_val(PRECISION, c_1 + c_minus_1), Float::with_val(PRECISION, c_1 - c_minus_1)].map(|sum| {
        // The formulas of both ends are the same number where they cancel.
        let cancels = sum.is_zero() || sum.get_exp().unwrap_or(0) < c_1.get_exp().unwrap_or(0) - 150;
        (!cancels).then(|| (exponent.clone(), sum * &factor))
    })
}

/// Compares the statement for a kernel with the law derived from its formula and with the one measured from
/// eigenvalues.
pub fn compare(evidence: &mut Evidence, kernel: &str, p: u64, stated: &[Stated; 2]) -> Result<()> {
    let decay = Kernel::parse(kernel)?.decay(Sphere::in_dimension(p)?, DIGITS)?;
    if p <= HIGHEST_PROVED {
        proved(evidence, kernel, p, stated)?;
    }
    for (comparison, stated) in decay.parities.iter().zip(stated) {
        let name = format!("{kernel}, p = {p}, {} k", comparison.parity);
        match (stated, &comparison.prediction, &comparison.measurement) {
            (None, prediction, _) => {
                let vanishes = matches!(prediction, Prediction::Finite(_));
                let found = if vanishes { "exactly zero" } else { "not zero" };
                evidence.check(name, "exactly zero beyond some degree", found, holds(vanishes));
            }
            (Some((exponent, constant)), Prediction::Power(Leading::Steady(law)), Measurement::Power(measured)) => {
                power_law(evidence, &name, exponent, constant, law, measured);
            }
            (Some((exponent, _)), prediction, measurement) => {
                let found = format!("{prediction:?}, {measurement:?}");
                evidence.check(name, format!("k^-{exponent}"), found, Verdict::Fails);
            }
        }
    }
    Ok(())
}

/// The law for every degree, where it can be proved.
pub fn proved(evidence: &mut Evidence, kernel: &str, p: u64, stated: &[Stated; 2]) -> Result<()> {
    let proof = Kernel::parse(kernel)?.prove(Sphere::in_dimension(p)?)?;
    for (parity, stated) in proof.parities.iter().zip(stated) {
        if let (Some((exponent, constant)), Conclusion::Power(ProvedPower::Law(law))) = (stated, &parity.conclusion) {
            let name = format!("{kernel}, p = {p}, {} k: proved", parity.parity);
            let c = law.c.to_float().to_f64();
            let found = format!("|mu_k m^{exponent}/A - 1| <= {c:.4} m^-{} for all k >= {}", law.rate, law.from_degree);
            // The formula is right to some 50 digits.
            let near = law.constant.clone().widened(Radius::above(constant) * Radius::power_of_two(-150));
            let same = law.exponent == *exponent && near.contains(constant);
            evidence.check(name.clone(), "the law, for all degrees", found, holds(same));
            let wrong = Float::with_val(PRECISION, constant * (1.0 + 1e-9));
            evidence.control(
                format!("{name}, a constant larger by 10^-9"),
                "outside",
                "its enclosure",
                !near.contains(&wrong),
            );
        }
    }
    Ok(())
}

fn power_law(
    evidence: &mut Evidence,
    name: &str,
    exponent: &Rational,
    constant: &Float,
    law: &PowerLaw,
    measured: &Measured,
) {
    let equal = law.exponent == *exponent;
    evidence.check(format!("{name}: exponent, derived"), exponent.to_string(), law.exponent.to_string(), holds(equal));
    let exact = Float::with_val(PRECISION, exponent);
    evidence.equal(format!("{name}: exponent, measured"), &exact, &measured.exponent, FROM_MEASUREMENT);
    evidence.equal(format!("{name}: constant, derived"), constant, &law.constant, FROM_THEORY);
    evidence.equal(format!("{name}: constant, measured"), constant, &measured.constant, FROM_MEASUREMENT);
    // Theory and measurement may disagree, and say so: a law with a constant off by 10^-9 is refuted by the
    // measurement's own error.
    let agree = verdict(&Prediction::Power(Leading::Steady(law.clone())), &Measurement::Power(measured.clone()));
    evidence.check(format!("{name}: within the error of the measurement"), "holds", agree.to_string(), agree);
    let mut wrong = law.clone();
    wrong.constant *= 1.0 + 1e-9;
    let refuted = verdict(&Prediction::Power(Leading::Steady(wrong)), &Measurement::Power(measured.clone()));
    evidence.control(
        format!("{name}: a constant larger by 10^-9"),
        "fails",
        refuted.to_string(),
        refuted == Verdict::Fails,
    );
    let mut steeper = law.clone();
    steeper.exponent = exponent.clone() + 1u32;
    let refuted = verdict(&Prediction::Power(Leading::Steady(steeper)), &Measurement::Power(measured.clone()));
    evidence.control(
        format!("{name}: an exponent larger by 1"),
        "fails",
        refuted.to_string(),
        refuted == Verdict::Fails,
    );
}

/// Holds or fails.
pub fn holds(condition: bool) -> Verdict {
    Verdict::from(condition)
}

/// Eigenvalues of a few kernels against degree, for one parity or both.
pub fn figure(title: &str, kernels: &[&str], p: u64) -> Result<String> {
    const MARKS: [Mark; 7] =
        [Mark::Circles, Mark::Squares, Mark::Triangles, Mark::Crosses, Mark::Solid, Mark::Dashed, Mark::Dotted];
    let degrees: Vec<u64> =
        (1..=8).chain((1..).map(|i| (8.0 * 1.18f64.powi(i)) as u64).take_while(|k| *k <= 500)).collect();
    let mut series = Vec::new();
    for (kernel, mark) in kernels.iter().zip(MARKS) {
        let table = Kernel::parse(kernel)?.spectrum(Sphere::in_dimension(p)?).digits(6)?.table(&degrees)?;
        let log = |x: &Float| Float::with_val(64, x.abs_ref()).log10().to_f64();
        let rows = table.rows.iter().filter(|row| !row.value.is_zero());
        let points = rows.map(|row| ((row.degree as f64).log10(), log(&row.value))).collect();
        series.push(Curve { label: escaped(kernel), points, mark });
    }
    let (x_label, y_label) = ("degree k".to_string(), "|μ_k|".to_string());
    Figure { title: title.to_string(), x_label, y_label, series }.svg()
}
