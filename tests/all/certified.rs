//! Certified eigenvalues: enclosures against independent references and against values with more digits.

use crate::support;

use proptest::prelude::*;
use rug::Float;
use std::collections::BTreeMap;
use support::{eigenvalues, fixed_runner, float, high_degrees, relative};
use zonal::spectrum::{Assurance, Method, Rigour, Spectrum, Table};
use zonal::{Error, Kernel, Sphere};

fn spectrum(kernel: &str, p: u64, digits: u32) -> Spectrum {
    Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap()).digits(digits).unwrap()
}

/// Every row is exact or an enclosure that holds the value, with a relative width below 10^(2-digits).
fn check(table: &Table, expected: &[Float], digits: u32, place: &str) {
    for (row, expected) in table.rows.iter().zip(expected) {
        let place = format!("{place}, k = {}: {row} against {expected}", row.degree);
        assert!(matches!(row.rigour, Rigour::Rigorous | Rigour::Exact), "{place}");
        assert_eq!(row.is_zero(), expected.is_zero(), "{place}");
        let distance = Float::with_val(200, &row.value - expected).abs();
        // The references are right to 1e-36.
        let own = Float::with_val(64, expected.abs_ref()) * 1e-35;
        assert!(distance <= Float::with_val(64, &row.error + &own), "{place}: error {:e}", row.error);
        let width = Float::with_val(64, row.value.abs_ref()) * 10f64.powi(2 - digits as i32);
        assert!(row.error <= width, "{place}: error {:e}", row.error);
    }
}

/// The references of every kernel whose enclosure is possible: at least two thirds of all.
#[test]
fn enclosures_contain_the_references() {
    let mut groups: BTreeMap<(String, u64), Vec<(u64, Float)>> = BTreeMap::new();
    for row in eigenvalues().into_iter().filter(|row| row.dim <= 200 && row.degree <= 300) {
        groups.entry((row.kernel, row.dim)).or_default().push((row.degree, float(&row.value)));
    }
    let (mut compared, mut all) = (0, 0);
    for ((kernel, p), rows) in groups {
        let (degrees, expected): (Vec<u64>, Vec<Float>) = rows.into_iter().unzip();
        all += degrees.len();
        match spectrum(&kernel, p, 30).rigour(Assurance::Proved).table(&degrees) {
            Ok(table) => {
                check(&table, &expected, 30, &format!("{kernel}, p = {p}"));
                compared += degrees.len();
            }
            Err(Error::Unable(_)) => {}
            Err(error) => panic!("{kernel}, p = {p}: {error}"),
        }
    }
    assert!(3 * compared >= 2 * all && compared > 5000, "{compared} of {all}");
}

/// High degrees, to 10^9.
#[test]
fn high_degrees_are_enclosed() {
    let mut compared = 0;
    for row in high_degrees().iter().filter(|row| row.degree > 1000 && row.dim <= 50) {
        match spectrum(&row.kernel, row.dim, 28).rigour(Assurance::Proved).table(&[row.degree]) {
            Ok(table) => {
                let expected = float(&row.value);
                let mu = &table.rows[0];
                let place = format!("{}, p = {}, k = {}", row.kernel, row.dim, row.degree);
                assert!(matches!(mu.rigour, Rigour::Rigorous | Rigour::Exact), "{place}: {:?}", mu.rigour);
                // The references have 30 digits.
                let own = Float::with_val(64, expected.abs_ref()) * 1e-29;
                let distance = Float::with_val(200, &mu.value - &expected).abs();
                assert!(distance <= Float::with_val(64, &mu.error + &own), "{place}");
                compared += 1;
            }
            Err(Error::Unable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert!(compared > 100, "{compared}");
}

/// Random formulas, dimensions and digits: an enclosure meets one with 20 digits more, and what it holds is that of the
/// estimated table.
#[test]
fn enclosures_of_random_kernels_are_nested() {
    let one = prop_oneof![
        (2u32..6).prop_map(|l| format!("ntk({l})")),
        (0u32..4).prop_map(|n| format!("arccos({n})")),
        (1u32..30).prop_map(|c| format!("laplace({c}/10)")),
        (1u32..9).prop_map(|a| format!("1/({}-u)", a + 1)),
        (1u32..9).prop_map(|a| format!("exp(u/{a})")),
        (1u32..9).prop_map(|a| format!("arccos1((u+{a})/{})", a + 2)),
        (2u32..9).prop_map(|a| format!("sqrt({a}-u)")),
        (2u32..9).prop_map(|a| format!("log({a}+u)")),
        (1u32..9).prop_map(|a| format!("cos({a}*u)")),
        Just("arccos1(arccos2(u))".to_string()),
        Just("asin(u)*u".to_string()),
    ];
    let kernels = (one.clone(), one, 0..3).prop_map(|(a, b, how)| match how {
        0 => format!("{a}+2*{b}"),
        1 => format!("({a})*({b})"),
        _ => a,
    });
    let strategy = (kernels, 2u64..40, 5u32..40, prop::collection::vec(0u64..60, 4));
    let enclosed = std::cell::Cell::new(0);
    fixed_runner(120)
        .run(&strategy, |(kernel, p, digits, degrees)| {
            let tables =
                [digits, digits + 20].map(|d| spectrum(&kernel, p, d).rigour(Assurance::Proved).table(&degrees));
            let [Ok(rough), Ok(fine)] = tables else { return Ok(()) };
            for (a, b) in rough.rows.iter().zip(&fine.rows) {
                let distance = Float::with_val(64, &a.value - &b.value).abs();
                let place = format!("{kernel}, p = {p}, k = {}: {a} and {b}", a.degree);
                prop_assert!(distance <= Float::with_val(64, &a.error + &b.error), "{place}");
                prop_assert!(a.rigour != Rigour::Estimated, "{place}");
                enclosed.set(enclosed.get() + 1);
            }
            Ok(())
        })
        .unwrap();
    assert!(enclosed.get() > 200, "{}", enclosed.get());
}

/// Negative controls: a kernel that is not analytic is not certified, and a false value is outside.
#[test]
fn what_cannot_be_proved_is_not_printed() {
    for kernel in ["exp(sin(1/(u+1.0000001)))", "acos(matern(3/2,1))"] {
        let table = spectrum(kernel, 3, 10).rigour(Assurance::Proved).table(&[0, 1, 2]);
        assert!(matches!(table, Err(Error::Unable(_))), "{kernel}: {table:?}");
    }
    let table = spectrum("ntk(3)", 10, 30).rigour(Assurance::Proved).table(&[20]).unwrap();
    let row = &table.rows[0];
    let wrong = Float::with_val(200, &row.value * 1e-29) + &row.value;
    assert!(Float::with_val(64, &row.value - &wrong).abs() > row.error);
    assert_eq!(row.method, Method::Quadrature);
    assert!(relative(&row.value, &wrong) > 1e-30);
}

/// 400 random formulas, dimensions, degrees and digits (`tests/reference/enclosures.py`, which compared 20,000 in the
/// same way).
#[test]
fn enclosures_of_random_formulas_contain_independent_values() {
    let text = include_str!("../reference/enclosures.tsv");
    let mut compared = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [kernel, p, k, digits, value] = fields[..] else { panic!("{line}") };
        let (p, k, digits) = (p.parse().unwrap(), k.parse().unwrap(), digits.parse().unwrap());
        let table = spectrum(kernel, p, digits).rigour(Assurance::Proved).table(&[k]).unwrap();
        let (mu, expected) = (&table.rows[0], float(value));
        assert_eq!(mu.is_zero(), expected.is_zero(), "{line}: {mu}");
        // The value in the table is right to 70 digits.
        let own = Float::with_val(64, expected.abs_ref()) * 1e-69;
        let distance = Float::with_val(400, &mu.value - &expected).abs();
        assert!(distance <= Float::with_val(64, &mu.error + &own), "{line}: {mu}");
        compared += 1;
    }
    assert!(compared >= 400, "{compared}");
}

/// Kernels that are analytic between places only (kinks of any formula, fractional powers at the ends and inside,
/// removable places), or nearly singular: references by mpmath. Kind of fault: what the catalogue and the language
/// offer is refused a proof, or any value at all. An error of 10^-15 in the reference is seen.
#[test]
fn kernels_that_are_analytic_between_places_are_enclosed() {
    let (groups, seen) = support::enclosed(include_str!("../reference/intervals.tsv"));
    assert!(groups >= 114 && seen > 400, "{groups} {seen}");
}

/// A factor changes nothing, and a kernel is as large as it is anywhere: not as it is at u = 1.
#[test]
fn the_scale_of_a_kernel_is_its_own() {
    for p in [2, 3] {
        let plain = spectrum("2+(1-u)^(1/3)", p, 16).rigour(Assurance::Proved).table(&[0, 1, 3]).unwrap();
        for (kernel, factor) in
            [("10^30*(2+(1-u)^(1/3))", 1e30), ("10^(-100)*(2+(1-u)^(1/3))", 1e-100), ("10^100*(2+(1-u)^(1/3))", 1e100)]
        {
            let scaled = spectrum(kernel, p, 16).rigour(Assurance::Proved).table(&[0, 1, 3]).unwrap();
            for (a, b) in scaled.rows.iter().zip(&plain.rows) {
                assert!((a.to_f64() / b.to_f64() / factor - 1.0).abs() < 1e-14, "{kernel}, p = {p}: {a} {b}");
            }
        }
    }
    // kappa(1) = e^-4900, e^60.
    for kernel in ["exp(-10000*(u-3/10)^2)+abs(u)/10^9", "exp(60*u)+(1-u)^(1/3)"] {
        assert!(spectrum(kernel, 3, 16).rigour(Assurance::Proved).table(&[0, 2]).is_ok(), "{kernel}");
    }
}

/// The same values without a certificate: the proved quadrature takes the place of one that does not converge, or is
/// slower.
#[test]
fn tables_are_proved_where_that_is_faster_or_the_only_way() {
    for kernel in ["sqrt(u^2+1e-6)", "exp(abs(u))", "gamma_exponential(1,13/10)"] {
        let table = spectrum(kernel, 3, 16).table(&[0, 2, 8]).unwrap();
        let certified = spectrum(kernel, 3, 16).rigour(Assurance::Proved).table(&[0, 2, 8]).unwrap();
        for (row, proved) in table.rows.iter().zip(&certified.rows) {
            assert_eq!((row.rigour, row.method), (Rigour::Rigorous, Method::Quadrature), "{kernel}: {row}");
            assert_eq!(row.to_string(), proved.to_string(), "{kernel}");
        }
    }
    // Where estimates take more time, they are not made even if they would do.
    for (rigour, expected) in [(Assurance::Estimated, Rigour::Rigorous), (Assurance::Proved, Rigour::Rigorous)] {
        let only = spectrum("exp(abs(u))", 3, 16).method(Method::Quadrature).rigour(rigour).table(&[2]).unwrap();
        assert_eq!(only.rows[0].rigour, expected);
    }
    let quick = spectrum("ntk(3)", 3, 16).method(Method::Quadrature).rigour(Assurance::Estimated).table(&[2]).unwrap();
    assert_eq!(quick.rows[0].rigour, Rigour::Estimated);
}

/// Poles, unbounded kernels and places that are not found give no enclosure.
#[test]
fn what_is_not_analytic_between_places_is_refused() {
    for kernel in ["acos(matern(3/2,1))", "1/(1/(1/2-exp(u-1)))"] {
        let refused = spectrum(kernel, 3, 16).rigour(Assurance::Proved).table(&[0, 2]);
        assert!(
            matches!(&refused, Err(Error::Unable(why)) if why.message.contains("beside u = ")),
            "{kernel}: {refused:?}"
        );
    }
}

/// Entire kernels whose Taylor coefficients grow up to degree 5000 before they fall, far above and below the range of
/// doubles.
#[test]
fn coefficients_that_grow_first_are_enclosed() {
    assert_eq!(support::enclosed(include_str!("../reference/entire.tsv")), (6, 23));
}

/// Sparse coefficients whose sizes follow no whole trend, beside a constant that cancels: the truth by python-flint
/// (arb_series, 4000 terms, 900 bits).
#[test]
fn sparse_coefficients_are_enclosed() {
    let formula = "(exp(1)-2.718281828459045235360287+u^96/10^41)/(8000000000000000-u^96)*log(8000000000000000-u^96)";
    let mut seen = 0;
    for digits in [5, 12] {
        let spectrum = spectrum(formula, 5, digits).rigour(Assurance::Proved);
        for (k, truth) in
            [(864, "3.08127834440169e-394"), (960, "4.22516777581544e-433"), (1056, "7.88870731939404e-472")]
        {
            let Ok(row) = spectrum.eigenvalue(k) else { continue };
            seen += 1;
            let (value, truth) = (float(&row.decimal()), float(truth));
            let off = (value - &truth).abs();
            let allowed = float(&row.decimal_error()) + truth * 1e-14;
            assert!(off <= allowed, "k = {k}, {digits} digits: {} +- {}", row.decimal(), row.decimal_error());
        }
    }
    assert!(seen >= 3, "{seen} of 6 are given");
    // Coefficients that begin late: beside the power alone, of which 1/2 (1001/p) is the next term.
    let mu = |formula: &str| spectrum(formula, 1_000_000, 10).eigenvalue(0).unwrap();
    let ratio = Float::with_val(64, &mu("u^1000*exp(u)").value / &mu("u^1000").value).to_f64();
    assert!((ratio - 1.0 - 0.0005005).abs() < 1e-6, "{ratio}");
}
