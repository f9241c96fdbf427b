//! The features of one layer on unit vectors.

use super::{BITS, ROUNDING, SHARP, below, reached};
use crate::claim::Evidence;
use rug::Float;
use rug::float::Constant;
use std::f64::consts::PI;
use zonal::kernel::Point;
use zonal::number::Multiprecision;
use zonal::verdict::Verdict;
use zonal::{Kernel, Result};

/// What 200 bits leave of 2 - 2 kappa_0 at the smallest angle.
const DIGITS: f64 = 1e-25;

/// phi_0 and phi_1 on unit vectors at angles pi i/64 and pi 2^-j.
pub(super) fn check(evidence: &mut Evidence) -> Result<()> {
    let c = Multiprecision::new(BITS);
    let kernels = ["arccos0(u)", "arccos1(u)"].map(|text| Kernel::parse(text).and_then(|kernel| kernel.program(None)));
    let [zero, one] = kernels;
    let (zero, one) = (zero?, one?);
    let (mut first, mut second, mut error) = (Vec::new(), Vec::new(), 0f64);
    let pi = Float::with_val(BITS, Constant::Pi);
    let angles = (0..=30).map(|j| Float::with_val(BITS, &pi >> j as u32));
    for angle in angles.chain((1..64).map(|i| Float::with_val(BITS, &pi * i) / 64)) {
        let half = Float::with_val(BITS, &angle / 2).sin();
        let length = Float::with_val(BITS, &half * 2);
        let at = Point::at(angle.clone().cos());
        let square = |value: Float| -> Float { Float::with_val(BITS, 1 - value) * 2 };
        let (phi_0, phi_1) = (square(zero.evaluate(&c, &at)?), square(one.evaluate(&c, &at)?));
        let ratio = phi_0 / &length;
        let stated = Float::with_val(BITS, &angle / &half) / &pi;
        error = error.max(Float::with_val(BITS, &ratio / stated - 1).abs().to_f64());
        first.push(ratio.to_f64());
        second.push((phi_1.sqrt() / length).to_f64());
    }
    let largest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let least = first.iter().copied().fold(f64::INFINITY, f64::min);
    let verdict = Verdict::from(error < DIGITS);
    evidence.check(
        format!("|phi_0 - phi_0'|^2/|x - x'| over t/(pi sin(t/2)), less 1 (to {DIGITS:e})"),
        "0",
        format!("{error:.1e}"),
        verdict,
    );
    below(evidence, "|phi_0 - phi_0'|^2/|x - x'|".to_string(), 1.0, largest(&first));
    reached(evidence, "|phi_0 - phi_0'|^2/|x - x'|", 1.0, largest(&first));
    evidence.control(
        "|phi_0 - phi_0'|^2/|x - x'|, constant 0.9",
        "<= 0.9",
        format!("{:.9}", largest(&first)),
        largest(&first) > 0.9,
    );
    let verdict = Verdict::from((least - 2.0 / PI).abs() <= ROUNDING);
    evidence.check(
        format!("|phi_0 - phi_0'|^2/|x - x'|, least, at small angles (to {ROUNDING:e})"),
        format!("{:.12}", 2.0 / PI),
        format!("{least:.12}"),
        verdict,
    );
    evidence.control("|phi_0 - phi_0'|^2/|x - x'|, least", "1", format!("{least:.12}"), least < SHARP);
    below(evidence, "|phi_1 - phi_1'|/|x - x'|".to_string(), 1.0, largest(&second));
    reached(evidence, "|phi_1 - phi_1'|/|x - x'|", 1.0, largest(&second));
    Ok(())
}
