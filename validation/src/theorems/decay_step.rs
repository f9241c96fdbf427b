//! Step activations composed: the exponent changes with depth.
//!
//! Statement: for kappa_0 composed with itself m times the exponent of the singularity at u = 1 halves with every
//! layer, nu = 2^{-m}: the eigenvalues decay like k^{-p+1-2^{1-m}}, in both parities with equal constants. The
//! coefficient of s^nu is c = -(1/pi) sqrt(2) for m = 1 and -(sqrt(2)/pi) sqrt(-c) for the next. Corrections are powers
//! of k^{-2 nu}, so that finite degrees are far from the limit (5% at k = 200, p = 3, m = 2). Hypotheses: p >= 2;
//! threshold activation at every layer. Source: Bietti and Bach, ICLR 2021, Appendix C.3.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::{FROM_THEORY, PRECISION, compare, factor, figure, holds, proved, stated};
use rug::float::Constant;
use rug::{Float, Rational};
use zonal::decay::{Leading, Prediction};
use zonal::{Kernel, Result, Sphere};

/// Compositions whose law is measured too, and deeper ones that are derived and proved alone: their corrections
/// k^{-1/4} are too slow for ten digits.
const MEASURED: [u32; 1] = [2];
const DERIVED: [u32; 2] = [3, 4];
const DIMENSIONS: [u64; 3] = [3, 4, 10];

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "decay_step",
        statement: "For kappa_0 composed m times (m >= 2) the eigenvalues decay like k^{-p+1-2^{1-m}}, in both \
            parities with equal constants: the exponent of \
                    the singularity at u = 1 halves with every layer, unlike for the ReLU.",
        source: "Bietti and Bach, ICLR 2021, Appendix C.3",
        checked_by: "`Kernel::decay`, `Kernel::decay_law`",
        found: None,
    },
    check,
};

fn formula(m: u32) -> String {
    (0..m).fold("u".to_string(), |inner, _| format!("arccos0({inner})"))
}

/// The coefficient of s^(2^-m): acos(1-e) = sqrt(2 e) (1 + ...), so kappa_0(1-e) = 1 - sqrt(2e)/pi.
fn coefficient(m: u32) -> Float {
    let unit = Float::with_val(PRECISION, 2).sqrt() / Float::with_val(PRECISION, Constant::Pi);
    (1..m).fold(-unit.clone(), |c, _| -(-c).sqrt() * &unit)
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let zero = Float::new(PRECISION);
    for p in DIMENSIONS {
        for m in MEASURED {
            compare(&mut evidence, &formula(m), p, &stated(p, (1, 1 << m), &coefficient(m), &zero))?;
        }
        for m in DERIVED {
            proved(&mut evidence, &formula(m), p, &stated(p, (1, 1 << m), &coefficient(m), &zero))?;
            let nu = Rational::from((1, 1 << m));
            let exponent = Rational::from(&nu * 2u32) + (p - 1);
            let constant = coefficient(m) * factor(p, &nu);
            let theorem = Kernel::parse(&formula(m))?.decay_law(Sphere::in_dimension(p)?, 40)?;
            for (parity, prediction) in ["even", "odd"].iter().zip(&theorem.parities) {
                let name = format!("{} layers, p = {p}, {parity} k", m);
                let Prediction::Power(Leading::Steady(law)) = prediction else {
                    evidence.check(name, exponent.to_string(), format!("{prediction:?}"), holds(false));
                    continue;
                };
                evidence.check(
                    format!("{name}: exponent, derived"),
                    exponent.to_string(),
                    law.exponent.to_string(),
                    holds(law.exponent == exponent),
                );
                evidence.equal(format!("{name}: constant, derived"), &constant, &law.constant, FROM_THEORY);
                // That depth leaves the exponent alone, as it does for the ReLU, is wrong here.
                evidence.control(
                    format!("{name}: the exponent of one layer, {p}"),
                    p.to_string(),
                    law.exponent.to_string(),
                    law.exponent != p,
                );
            }
        }
    }
    let svg = figure(
        "Step activations composed (R^3)",
        &["arccos0(u)", "arccos0(arccos0(u))", "arccos0(arccos0(arccos0(u)))"],
        3,
    )?;
    evidence.figures.push(("Every layer halves the exponent of the singularity.".to_string(), svg));
    Ok(evidence)
}
