//! How well independent methods agree.

use super::examined::Examined;
use super::finding::{Estimate, Finding};
use super::method::Method;
use crate::error::Result;
use crate::number::Digits;
use rug::Float;
use std::fmt;

/// Degrees up to this are compared with the double-precision quadrature too.
pub const HIGHEST_F64_DEGREE: u64 = 10;

/// The absolute error allowed to the double-precision comparator, relative to the largest |kappa|: its own
/// target 1e-12 with room for the rounding of a few hundred samples.
const F64_TOLERANCE: f64 = 1e-10;

/// One side of a comparison of methods: a method of this crate, or quadrature in doubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// One of this program's methods, and whether it was the way that proves its errors.
    Own(Method, bool),
    /// The double-exponential rule of the `quadrature` crate, in double precision.
    DoublePrecision,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Where a method has two ways, that which proves says so.
            Side::Own(method, true) if method.routes().len() > 1 => write!(f, "proved {method}"),
            Side::Own(method, _) => method.fmt(f),
            Side::DoublePrecision => f.write_str("quadrature crate (f64)"),
        }
    }
}

/// Two ways to compute the same eigenvalues, compared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MethodAgreement {
    /// The side that the other is compared with.
    pub first: Side,
    /// The side that is compared.
    pub second: Side,
    /// How many degrees were compared.
    pub degrees: usize,
    /// The degree with the largest difference.
    pub worst_degree: u64,
    /// The largest difference there: relative, or for the double-precision side absolute over max |kappa|.
    pub difference: f64,
    /// Whether every difference is within the sum of both error bounds.
    pub agree: bool,
}

/// Computes `degrees` (increasing) by every method that applies and compares each with the first of them.
///
/// # Errors
/// Those of the methods, other than `Unable`.
pub(super) fn compare<P: Examined>(problem: &P, degrees: &[u64], digits: Digits) -> Result<Vec<MethodAgreement>> {
    let degrees: Vec<u64> = degrees.iter().copied().filter(|k| !problem.vanishes_at(*k)).collect();
    let mut runs: Vec<(Side, Vec<Estimate>)> = Vec::new();
    let direct = Method::ALL.iter().filter(|method| **method != Method::Structure);
    for (method, route) in direct.flat_map(|method| method.ways::<P>()) {
        let found = route.cost(problem, &degrees, digits).and_then(|_| route.run(problem, &degrees, digits));
        // Only methods that serve all degrees are compared.
        match found.map(|findings| whole(findings, &degrees)) {
            Ok(Some(estimates)) => runs.push((Side::Own(method, route.is_proved()), estimates)),
            Ok(None) | Err(crate::Error::Unable(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let Some(((reference, values), others)) = runs.split_first() else {
        return Ok(Vec::new());
    };
    let mut comparisons: Vec<MethodAgreement> =
        others.iter().filter_map(|(side, estimates)| against(*reference, values, *side, estimates, &degrees)).collect();
    comparisons.extend(against_f64(problem, *reference, values, &degrees));
    Ok(comparisons)
}

/// The estimates if every degree has one.
fn whole(findings: Vec<Finding>, degrees: &[u64]) -> Option<Vec<Estimate>> {
    let value = |(finding, k): (Finding, &u64)| match finding.checked(*k) {
        Finding::Value(estimate) => Some(estimate),
        Finding::Beyond(_) | Finding::Nothing(_) => None,
    };
    findings.into_iter().zip(degrees).map(value).collect()
}

fn against(
    first: Side,
    values: &[Estimate],
    second: Side,
    estimates: &[Estimate],
    degrees: &[u64],
) -> Option<MethodAgreement> {
    let mut worst = (0u64, -1.0f64);
    let mut agree = true;
    for ((a, b), k) in values.iter().zip(estimates).zip(degrees) {
        let distance = Float::with_val(64, &a.value - &b.value).abs();
        agree &= distance <= Float::with_val(64, &a.error + &b.error);
        let relative = if a.value.is_zero() { 0.0 } else { (distance / &a.value).abs().to_f64() };
        if relative > worst.1 {
            worst = (*k, relative);
        }
    }
    (worst.1 >= 0.0).then_some(MethodAgreement {
        first,
        second,
        degrees: degrees.len(),
        worst_degree: worst.0,
        difference: worst.1,
        agree,
    })
}

fn against_f64<P: Examined>(problem: &P, first: Side, values: &[Estimate], degrees: &[u64]) -> Option<MethodAgreement> {
    let mut worst = (0u64, -1.0f64);
    let mut compared = 0;
    for (estimate, &k) in values.iter().zip(degrees).take_while(|(_, k)| **k <= HIGHEST_F64_DEGREE) {
        // A kernel with values beyond doubles, or infinite samples, has no double-precision side.
        let (value, scale) = problem.in_doubles(k)?;
        compared += 1;
        let difference = (estimate.value.to_f64() - value).abs() / scale;
        if difference > worst.1 {
            worst = (k, difference);
        }
    }
    (compared > 0).then_some(MethodAgreement {
        first,
        second: Side::DoublePrecision,
        degrees: compared,
        worst_degree: worst.0,
        difference: worst.1,
        agree: worst.1 <= F64_TOLERANCE,
    })
}
