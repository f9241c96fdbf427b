//! The endpoint expansion against quadrature, closed forms and independent references, up to degree 10^9.

use crate::support;

use proptest::prelude::*;
use rug::Float;
use std::collections::BTreeMap;
use support::{Row, THIRTY_DIGITS, fixed_runner, float, high_degrees, relative};
use zonal::decay::{Leading, Prediction};
use zonal::number::Digits;
use zonal::spectrum::endpoint::Endpoint;
use zonal::spectrum::{ExaminedKernel, Method};
use zonal::{Error, Kernel, Spectrum, Sphere};

fn spectrum(kernel: &str, p: u64) -> Spectrum {
    Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap())
}

fn problem(kernel: &str, p: u64) -> ExaminedKernel {
    ExaminedKernel::new(Kernel::parse(kernel).unwrap(), Sphere::in_dimension(p).unwrap()).unwrap()
}

/// Kernels whose first fractional coefficients vanish.
#[test]
fn leading_coefficients_may_vanish() {
    for (kernel, p) in [("matern(9/2,1)", 3), ("matern(13/2,1)", 4), ("arccos(7)", 3), ("(2-2*u)^(25/2)", 2)] {
        let by = |method| spectrum(kernel, p).digits(20).unwrap().method(method).eigenvalue(500).unwrap();
        assert_eq!(by(Method::Endpoint).decimal(), by(Method::Quadrature).decimal(), "{kernel}");
    }
}

/// Leading coefficients that almost cancel ask for more bits, and get them.
#[test]
fn almost_cancelling_coefficients_are_settled() {
    // e (e^(1e-90) - 1) sqrt(2-2u), 1e-90 sqrt(2-2u)/e to 90 digits
    let spectrum = spectrum("(exp(1e-90-1)-exp(-1))*sqrt(2-2*u)", 3).digits(40).unwrap().method(Method::Endpoint);
    let row = spectrum.eigenvalue(10_001).unwrap();
    // mu_k of sqrt(2-2u) in three dimensions is -1/(2 (k-1/2)(k+1/2)(k+3/2)).
    let k = Float::with_val(200, 10_001);
    let product = Float::with_val(200, &k - 0.5) * Float::with_val(200, &k + 0.5) * Float::with_val(200, &k + 1.5);
    let factor = Float::with_val(200, Float::parse("1e-90").unwrap()) * (-Float::with_val(200, 1)).exp();
    let expected = -(factor / product) / 2u32;
    assert!(relative(&float(&row.decimal()), &expected) < 1e-38, "{row} {expected}");
    let settled = Float::with_val(64, row.value.abs_ref()) * 1e-38;
    assert!(row.error < settled, "{row}: {:e}", row.error);
}

/// All methods together, at 30 digits: 13 kernels, p to 10^4, k to 10^9.
#[test]
fn high_degrees_agree_with_the_reference() {
    let mut groups: BTreeMap<(String, u64), Vec<Row>> = BTreeMap::new();
    for row in high_degrees() {
        groups.entry((row.kernel.clone(), row.dim)).or_default().push(row);
    }
    let (mut compared, mut by_endpoint) = (0, 0);
    for ((kernel, dim), mut rows) in groups {
        rows.sort_by_key(|row| row.degree);
        let degrees: Vec<u64> = rows.iter().map(|row| row.degree).collect();
        let table = spectrum(&kernel, dim).digits(30).unwrap().table(&degrees).unwrap();
        for (mu, row) in table.rows.iter().zip(&rows) {
            let place = format!("{kernel}, p = {dim}, k = {}: {mu} against {}", row.degree, row.value);
            let expected = float(&row.value);
            assert_eq!((mu.degree, mu.is_zero()), (row.degree, expected.is_zero()), "{place}");
            assert!(relative(&float(&mu.decimal()), &expected) < THIRTY_DIGITS, "{place}");
            assert!((float(&mu.decimal()) - expected).abs() <= float(&mu.decimal_error()), "{place}");
            compared += 1;
            by_endpoint += usize::from(mu.method == Method::Endpoint);
        }
    }
    assert!(compared > 500 && by_endpoint > 100, "{compared} compared, {by_endpoint} by endpoint expansion");
}

/// The expansion alone, where the reference has it.
#[test]
fn the_expansion_agrees_with_the_reference() {
    let mut compared = 0;
    let mut spectra: BTreeMap<(String, u64), Spectrum> = BTreeMap::new();
    for row in high_degrees().iter().filter(|row| !float(&row.value).is_zero() && row.dim <= 10) {
        let make = || spectrum(&row.kernel, row.dim).digits(30).unwrap().method(Method::Endpoint);
        let place = format!("{}, p = {}, k = {}", row.kernel, row.dim, row.degree);
        match spectra.entry((row.kernel.clone(), row.dim)).or_insert_with(make).eigenvalue(row.degree) {
            Ok(mu) => {
                assert!(relative(&float(&mu.decimal()), &float(&row.value)) < THIRTY_DIGITS, "{place}: {mu}");
                compared += 1;
            }
            Err(Error::Unable(_)) => assert!(row.degree < 700, "{place}"),
            Err(e) => panic!("{place}: {e}"),
        }
    }
    assert!(compared > 150, "{compared}");
}

/// The last case is proved to fewer digits only, and right to 20.
#[test]
fn the_expansion_agrees_with_quadrature_at_degree_200() {
    let cases = [
        ("ntk(2)", 3, 30, 30),
        ("ntk(2)", 10, 30, 30),
        ("ntk(3)", 3, 30, 30),
        ("ntk(3)", 10, 30, 30),
        ("ntk(5)", 3, 30, 30),
        ("ntk(5)", 10, 30, 30),
        ("ntk(10)", 50, 20, 5),
    ];
    for (kernel, p, digits, proved) in cases {
        let by = |method, digits| spectrum(kernel, p).digits(digits).unwrap().method(method).eigenvalue(200).unwrap();
        let (quadrature, expansion) = (by(Method::Quadrature, digits), by(Method::Endpoint, proved));
        let series = Endpoint::new(&problem(kernel, p), Digits::Count(proved), 200).unwrap();
        let sum = series.series().sum(200, &series.series().ratios(200, None).unwrap()).unwrap().value;
        assert_eq!(expansion.value, sum.middle);
        let difference = relative(&sum.middle, &quadrature.value);
        assert!(difference < 10f64.powi(-(digits as i32)), "{kernel}, p = {p}: {difference:e}");
        // Negative control: the next even degree is not mistaken for it.
        let next = spectrum(kernel, p).digits(proved).unwrap().method(Method::Endpoint).eigenvalue(202).unwrap();
        assert!(relative(&next.value, &quadrature.value) > 1e-3);
    }
}

/// The terms alone do not see complex singularities; the region of analyticity does.
#[test]
fn complex_singularities_are_noticed() {
    // Poles at +-i/5: the terms of the expansion at k = 50 are those of arccos1, 2.9e-9; the truth is -1.5e-6.
    let runge = problem("arccos1(u)+1/(1+25*u^2)", 3);
    let endpoint = Endpoint::new(&runge, Digits::Count(15), 0).unwrap();
    assert!(endpoint.from > 200, "{}", endpoint.from);
    let sum = endpoint.series().sum(50, &endpoint.series().ratios(50, None).unwrap()).unwrap().value;
    assert!((sum.middle.to_f64() - 2.9e-9).abs() < 1e-10 && sum.radius.to_float() > 1.5e-6, "{sum:?}");
    let mu = spectrum("arccos1(u)+1/(1+25*u^2)", 3).digits(15).unwrap();
    assert_eq!(mu.eigenvalue(50).unwrap().method, Method::Quadrature);
    // ntk(10) at p = 10, k = 25: far below the degree where the expansion is good.
    let deep = Endpoint::new(&problem("ntk(10)", 10), Digits::Double, 0).unwrap();
    assert!(deep.from > 50);
    let forced = spectrum("ntk(10)", 10).method(Method::Endpoint).eigenvalue(25);
    assert!(matches!(forced, Err(Error::Unable(_))), "{forced:?}");
}

/// For high degrees alone the expansion is short.
#[test]
fn expansions_for_high_degrees_are_as_long_as_needed() {
    let expansion = |kernel: &str, lowest| Endpoint::new(&problem(kernel, 10), Digits::Count(50), lowest);
    let (high, all) = (expansion("ntk(10)", 1_000_000).unwrap(), expansion("ntk(10)", 0).unwrap());
    assert!(high.from <= 1_000_000 && high.series().length() < all.series().length() / 2);
    let degrees = [1_000_000, 10_000_001];
    for (a, b) in high.eigenvalues(&degrees).unwrap().iter().zip(all.eigenvalues(&degrees).unwrap()) {
        assert!(Float::with_val(64, &a.value - &b.value).abs() <= Float::with_val(64, &a.error + &b.error));
        assert!(relative(&a.value, &b.value) < 1e-50);
    }
    // Below the lowest degree it promises nothing: the plan makes another one.
    let spectrum = spectrum("ntk(10)", 10).digits(50).unwrap();
    assert_eq!(spectrum.eigenvalue(1_000_000).unwrap().method, Method::Endpoint);
    let rows = spectrum.table(&[100, 1_000_000]).unwrap().rows;
    assert_eq!(rows[0].method, Method::Quadrature);
}

/// What a search in double precision and a confirmation at low degrees would miss: gaps in the series, weak and near
/// complex singularities, coefficients that cancel almost. The true values to 20 digits are from closed forms of the
/// parts (mpmath, 150 digits).
#[test]
fn hidden_contributions_are_in_the_value_or_in_the_error() {
    // (2-2u)^nu has the eigenvalues W_nu(k); in three dimensions 1/(a-u) has Q_k(a).
    let agree = |kernel: &str, p: u64, k: u64, digits: u32, parts: &[&str]| {
        let by = |kernel: &str, digits: u32| {
            spectrum(kernel, p).digits(digits).unwrap().method(Method::Endpoint).eigenvalue(k)
        };
        let Ok(whole) = by(kernel, digits) else { return false };
        let parts: Vec<_> = parts.iter().map(|part| by(part, digits + 30).unwrap()).collect();
        let sum = parts.iter().fold(Float::new(600), |sum, part| sum + &part.value);
        let difference = Float::with_val(64, &whole.value - &sum).abs();
        let error = parts.iter().fold(whole.error.clone(), |error, part| error + &part.error);
        assert!(difference <= error, "{kernel}, k = {k}: {difference:e} above {error:e}");
        true
    };
    // Gaps of several zero coefficients.
    let shown = [
        agree("sqrt(2-2*u)+(2-2*u)^(9/2)", 3, 10_000, 40, &["sqrt(2-2*u)", "(2-2*u)^(9/2)"]),
        agree("sqrt(2-2*u)+1e4*(2-2*u)^(9/2)", 3, 10_000, 25, &["sqrt(2-2*u)", "1e4*(2-2*u)^(9/2)"]),
        agree(
            "(1+1e-60)*sqrt(2-2*u)-sqrt(2-2*u)+(2-2*u)^(9/2)",
            3,
            1_000_000_000,
            20,
            &["1e-60*sqrt(2-2*u)", "(2-2*u)^(9/2)"],
        ),
    ];
    assert!(shown.iter().all(|done| *done), "{shown:?}");
    // Singularities that are too near for the digits: refused, or right.
    for (kernel, k, digits) in [
        ("sqrt(2-2*u)+1/(1.001-u)", 10_000, 200),
        ("laplace(1)+arccos5(0.99999*u)", 10_000, 60),
        ("sqrt(2-2*u)+(1.0000001-u)^(15/2)", 10_000, 100),
        ("sqrt(2-2*u)+1e-18*sqrt(1.00000001-u)", 10_000, 30),
        ("sqrt(2-2*u)+1e-19/(1.000001-u)", 10_000, 40),
        ("sqrt(2-2*u)+1e-12*(u^2+1e-7)^(7/2)", 10_000, 40),
        ("sqrt(2-2*u)+sqrt((u-1+1e-13)^2)", 1_000_000_000, 16),
    ] {
        let mu = spectrum(kernel, 3).digits(digits).unwrap().method(Method::Endpoint).eigenvalue(k);
        let alone = spectrum("sqrt(2-2*u)", 3).digits(digits).unwrap().method(Method::Endpoint).eigenvalue(k).unwrap();
        match mu {
            // Not the value of the visible part alone.
            Ok(mu) => assert_ne!(mu.decimal(), alone.decimal(), "{kernel}"),
            Err(Error::Unable(_)) => {}
            Err(error) => panic!("{kernel}: {error}"),
        }
    }
}

/// A pole so near and so weak that it is seen at no low degree: relative to the law it grows until k = 10^5.
#[test]
fn weak_poles_beside_the_ends_are_not_missed() {
    for (kernel, degrees) in [
        ("(2-2*u)^(25/2)+1e-41/(1.0001-u)", [200, 1000, 2000]),
        ("(2-2*u)^(7/2)+1e-32/(1.0001-u)", [500, 700, 900]),
        ("laplace(1)+1e-40/(1.001+u)", [100, 300, 1000]),
    ] {
        let table = |spectrum: Spectrum| spectrum.table(&degrees).unwrap().rows;
        let automatic = table(spectrum(kernel, 3));
        let quadrature = table(spectrum(kernel, 3).method(Method::Quadrature));
        for (a, b) in automatic.iter().zip(&quadrature) {
            assert_eq!(a.decimal(), b.decimal(), "{kernel}, k = {} by {}", a.degree, a.method);
        }
    }
}

/// A kink closer to u = 1 than the search for singular points goes.
#[test]
fn kinks_beside_the_ends_are_not_missed() {
    for kernel in
        ["((u-0.9999999)^2)^(1/2)", "matern(7/2,1)+1e-26*((u-0.9999999)^2)^(1/2)", "laplace(1)+sqrt((u+0.99999999)^2)"]
    {
        let error = Endpoint::new(&problem(kernel, 3), Digits::Double, 0);
        assert!(matches!(error, Err(Error::Unable(_))), "{kernel}: {error:?}");
        let law = Kernel::parse(kernel).unwrap().decay_law(Sphere::in_dimension(3).unwrap(), 20).unwrap();
        // The kink decides, however close and weak: m^-(p/2+1).
        let five_halves = rug::Rational::from((5, 2));
        let kink = |p: &_| matches!(p, Prediction::Power(Leading::Oscillating(law)) if law.exponent == five_halves);
        // Where the branch point at u = 1 is too near for a proof that the pieces are analytic, no law is named.
        let none = |p: &_| kernel.starts_with("matern") && matches!(p, zonal::decay::Prediction::Undecided(_));
        assert!(law.parities.iter().all(|p| kink(p) || none(p)), "{kernel}: {law:?}");
    }
}

/// Analytic at both ends, singular inside: no expansion is made.
#[test]
fn interior_singularities_are_refused() {
    for kernel in [
        "sqrt(u^2)",
        "acos(2*u^2-1)",
        "arccos1(u)+sqrt((u-1/3)^2)",
        "gaussian(1)",
        "exp(u)*cos(3*u)",
        "polynomial(1,4)",
    ] {
        let error = Endpoint::new(&problem(kernel, 5), Digits::Double, 0);
        assert!(matches!(error, Err(Error::Unable(_))), "{kernel}: {error:?}");
    }
}

#[test]
fn doubles_are_within_one_unit_in_the_last_place() {
    for (kernel, p) in [
        ("ntk(10)", 10),
        ("arccos(3)", 2),
        ("ntk(2)", 3),
        ("ntk(3)", 3),
        ("gamma_exponential(1,1/2)", 4),
        ("arccos0(arccos0(u))", 3),
        ("matern(3/2,1)", 2),
        ("laplace(1)", 50),
    ] {
        let spectrum = spectrum(kernel, p);
        let last = if p == 50 { 100_000 } else { 1_000_000 };
        let doubles = spectrum.doubles(0..=last).unwrap();
        assert_eq!(doubles.len() as u64, last + 1);
        let mut state = 1u64;
        let mut random = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 20) % last
        };
        let degrees: Vec<u64> = (0..300).chain((0..700).map(|_| random())).collect();
        let table = Kernel::parse(kernel)
            .unwrap()
            .spectrum(Sphere::in_dimension(p).unwrap())
            .digits(25)
            .unwrap()
            .table(&degrees)
            .unwrap();
        for row in &table.rows {
            let double = doubles[row.degree as usize];
            let error = relative(&Float::with_val(200, double), &row.value);
            assert!(error < 2.3e-16, "{kernel}, p = {p}, k = {}: {double:e} against {row}", row.degree);
            let ulps = (double.to_bits() as i64 - row.to_f64().to_bits() as i64).abs();
            assert!(ulps <= 1);
        }
    }
    // Too small for doubles, and too many.
    assert!(matches!(spectrum("ntk(2)", 10_000).doubles(0..=1000), Err(Error::Unable(_))));
    assert!(matches!(spectrum("ntk(2)", 3).doubles(0..=2_000_000_000), Err(Error::Input(_))));
}

/// The error covers the true one, on random kernels, dimensions and degrees; the truth from 20 digits more, and below
/// from quadrature.
#[test]
fn errors_are_covered() {
    let kernels = prop_oneof![
        (2u32..8).prop_map(|l| format!("ntk({l})")),
        (3u32..8).prop_map(|l| format!("nngp({l})")),
        (2u32..6).prop_map(|l| format!("ntk_bias({l})")),
        (0u32..5).prop_map(|n| format!("arccos({n})")),
        (1u32..40).prop_map(|c| format!("laplace({c}/10)")),
        (0u32..3, 5u32..30).prop_map(|(n, l)| format!("matern({}/2,{l}/10)", 2 * n + 1)),
        (1u32..20, 1u32..8).prop_map(|(c, g)| format!("gamma_exponential({c}/10,{}/4)", g)),
        (1u32..9, 2u32..5).prop_map(|(a, l)| format!("{a}*laplace(1/{a})+ntk({l})*exp(u/{l})")),
        (1u32..9).prop_map(|a| format!("arccos1((u+{a})/{})", a + 1)),
        (1u32..9, 1u32..9).prop_map(|(a, b)| format!("arccos1(u)+1/({b}+{a}*u^2)")),
    ];
    let strategy = (kernels, 2u64..30, 8u32..30, prop::collection::vec(0.0f64..1.0, 30..50));
    let mut runner = fixed_runner(600);
    let compared = std::cell::Cell::new(0);
    runner
        .run(&strategy, |(kernel, p, digits, places)| {
            let problem = problem(&kernel, p);
            // A quarter of the cases: an expansion for high degrees alone.
            let lowest = if places.len() % 4 == 0 { 10_000 } else { 0 };
            let (Ok(rough), Ok(fine)) = (
                Endpoint::new(&problem, Digits::Count(digits), lowest),
                Endpoint::new(&problem, Digits::Count(digits + 20), 0),
            ) else {
                return Ok(());
            };
            // From the first degree on, dense near it; the finer expansion where it is valid, quadrature below.
            let first = rough.from.max(lowest);
            let mut degrees: Vec<u64> = places.iter().map(|x| first + (x * x * 6.0 * first as f64) as u64).collect();
            degrees.sort_unstable();
            degrees.dedup();
            degrees.retain(|k| *k >= fine.from && !problem.symmetry.vanishes_at(*k));
            let values = rough.eigenvalues(&degrees).unwrap();
            for (k, (a, b)) in degrees.iter().zip(values.iter().zip(fine.eigenvalues(&degrees).unwrap())) {
                let distance = Float::with_val(64, &a.value - &b.value).abs();
                prop_assert!(
                    distance <= Float::with_val(64, &a.error + &b.error),
                    "{kernel}, p = {p}, {digits} digits, k = {k}"
                );
                compared.set(compared.get() + 1);
            }
            // The degrees between the two: against quadrature.
            let between: Vec<u64> = (rough.from..fine.from)
                .step_by(1 + fine.from.saturating_sub(rough.from) as usize / 4)
                .filter(|k| !problem.symmetry.vanishes_at(*k))
                .collect();
            if fine.from < 500 && !between.is_empty() {
                let spectrum = Kernel::parse(&kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap());
                let truth = spectrum.digits(digits + 10).unwrap().method(Method::Quadrature).table(&between).unwrap();
                for (row, a) in truth.rows.iter().zip(rough.eigenvalues(&between).unwrap()) {
                    let distance = Float::with_val(64, &a.value - &row.value).abs();
                    prop_assert!(
                        distance <= Float::with_val(64, &a.error + &row.error),
                        "{kernel}, p = {p}, {digits} digits, k = {}",
                        row.degree
                    );
                    compared.set(compared.get() + 1);
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(compared.get() >= 10_000, "{} comparisons", compared.get());
}

/// One eigenvalue at degree 10^9 to 50 digits, against the closed form (independent of the expansion).
#[test]
fn degree_a_billion() {
    let mu = spectrum("ntk(2)", 10).digits(50).unwrap().eigenvalue(1_000_000_000).unwrap();
    assert_eq!(mu.method, Method::Endpoint);
    let row =
        high_degrees().into_iter().find(|r| r.kernel == "ntk(2)" && r.dim == 10 && r.degree == 1_000_000_000).unwrap();
    assert!(relative(&mu.value, &float(&row.value)) < 1e-44);
}
