//! Properties over random kernels, each with a negative control.

use crate::support;

use proptest::prelude::*;
use rug::ops::Pow;
use rug::{Float, Integer, Rational};
use support::relative;
use zonal::kernel::{Expr, Node};
use zonal::number::{Digits, Exact, Number};
use zonal::special::Function;
use zonal::spectrum::{Method, Table};
use zonal::{Kernel, Sphere};

const NAMED: [&str; 6] = ["ntk(3)", "arccos(2)", "laplace(1/3)", "matern(5/2,1)", "polynomial(-1/2,3)", "poisson(1/2)"];

/// Random formulas with decimals of up to three places, over every node that the parser knows.
fn formulas() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        Just(Expr::u()),
        Just(Expr::pi()),
        Just(Expr::dimension()),
        (0u32..5000, 0u32..4).prop_map(|(n, places)| Expr::number(Rational::from((n, 10u32.pow(places))))),
        proptest::sample::select(&NAMED[..]).prop_map(|name| Kernel::parse(name).unwrap().expr().clone()),
    ];
    leaf.prop_recursive(6, 40, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(a, b)| a + b),
            pair.clone().prop_map(|(a, b)| a - b),
            pair.clone().prop_map(|(a, b)| a * b),
            pair.prop_map(|(a, b)| a / b),
            inner.clone().prop_map(|a| -a),
            (inner.clone(), -20i32..20, 1u32..5).prop_map(|(a, n, d)| a.power(Rational::from((n, 1 << d)))),
            (inner.clone(), 0..Function::ALL.len()).prop_map(|(a, f)| a.function(Function::ALL[f])),
            (inner, 0usize..4).prop_map(|(a, n)| a.arccos(n)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Display prints what the parser reads: the same tree comes back.
    #[test]
    fn printing_and_parsing_are_inverse(expr in formulas()) {
        let text = expr.to_string();
        let parsed = Kernel::parse(&text).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        prop_assert_eq!(parsed.expr(), &expr, "{}", text);
        // Negative control: the comparison of trees sees one more sign.
        prop_assert_ne!(parsed.expr(), &-expr);
    }

    /// No input makes the parser panic, and every refusal is one line.
    #[test]
    fn junk_is_refused_in_one_line(text in "[-+*/^(),.0-9a-z_ ]{0,40}") {
        if let Err(e) = Kernel::parse(&text) {
            prop_assert_eq!(e.to_string().lines().count(), 1);
        }
    }
}

/// Catalogue kernels with non-negative Taylor coefficients, positive definite on every sphere.
const POSITIVE: [&str; 12] = [
    "arccos(0)",
    "arccos(1)",
    "arccos(2)",
    "nngp(3)",
    "ntk(2)",
    "ntk(3)",
    "ntk_bias(2)",
    "laplace(1)",
    "gaussian(1/2)",
    "matern(3/2,1)",
    "inverse_multiquadric(1)",
    "arcsine(1)",
];

fn table(kernel: &str, p: u64, highest: u64, digits: u32) -> Table {
    let degrees: Vec<u64> = (0..=highest).collect();
    let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap()).digits(digits).unwrap();
    spectrum.table(&degrees).unwrap_or_else(|e| panic!("{kernel}, p = {p}: {e}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// mu_k is linear in the kernel.
    #[test]
    fn combinations_have_combined_eigenvalues(
        i in 0..POSITIVE.len(), j in 0..POSITIVE.len(), a in 1u32..50, b in 1u32..50,
        p in proptest::sample::select(vec![2u64, 3, 5, 10, 40]),
    ) {
        let (first, second) = (table(POSITIVE[i], p, 12, 25), table(POSITIVE[j], p, 12, 25));
        let sum = table(&format!("{a}/7*{} + {b}*{}", POSITIVE[i], POSITIVE[j]), p, 12, 25);
        for ((x, y), z) in first.rows.iter().zip(&second.rows).zip(&sum.rows) {
            let expected = Float::with_val(256, &x.value * a) / 7u32 + Float::with_val(256, &y.value * b);
            // Each of the three is right to 25 digits and a little more.
            prop_assert!(relative(&z.value, &expected) < 3e-25, "k = {}", x.degree);
            // Negative control: the next coefficient does not pass.
            let wrong = expected + Float::with_val(256, &y.value * b) / 1_000_000u32;
            prop_assert!(y.is_zero() || relative(&z.value, &wrong) > 3e-25);
        }
    }

    /// mu_k >= 0 for kernels with non-negative Taylor coefficients (Schoenberg 1942).
    #[test]
    fn positive_definite_kernels_have_non_negative_eigenvalues(
        i in 0..POSITIVE.len(), j in 0..POSITIVE.len(), p in 2u64..60,
    ) {
        let product = table(&format!("{}*{}", POSITIVE[i], POSITIVE[j]), p, 20, 5);
        for row in &product.rows {
            prop_assert!(row.is_zero() || row.value > 0, "k = {}: {row}", row.degree);
        }
        // Negative control: the same check fails for the kernel minus a constant too large, since mu_0 <= kappa(1).
        let more = product.value_at_one.value.to_f64().ceil() + 1.0;
        let shifted = table(&format!("{}*{} - {more}", POSITIVE[i], POSITIVE[j]), p, 0, 5);
        prop_assert!(shifted.rows[0].value < 0, "{}", shifted.rows[0]);
    }

    /// sum_k N mu_k P_k(t), k <= K, is within kappa(1) - sum N mu_k of kappa(t), because |P_k| <= 1.
    #[test]
    fn partial_sums_return_the_kernel_within_the_tail(
        i in 0..POSITIVE.len(), p in 2u64..30, n in -1000i32..=1000,
    ) {
        let t = Rational::from((n, 1000));
        let table = table(POSITIVE[i], p, 30, 25);
        let kernel = Kernel::parse(POSITIVE[i]).unwrap();
        let value = kernel.evaluate_at(&t, Some(p), zonal::number::Digits::Count(30)).unwrap().value;
        let tail = Float::with_val(256, &table.value_at_one.value - &table.trace().value);
        let rounding = 1e-23;
        let distance = (table.partial_sum(&t).unwrap().value - &value).abs();
        prop_assert!(distance <= Float::with_val(256, &tail + rounding), "{distance} against a tail of {tail}");
        // Negative control: with half of mu_0 left out the sum is further away than the tail allows.
        let mut wrong = table.clone();
        wrong.rows[0].value -= 4.0 * (tail.to_f64() + rounding);
        prop_assert!((wrong.partial_sum(&t).unwrap().value - &value).abs() > Float::with_val(256, &tail + rounding));
    }

    /// The three-term identity in exact arithmetic: mu_k(u f) = (k mu_{k-1}(f) + (k+p-2) mu_{k+1}(f)) / (2k+p-2).
    #[test]
    fn multiplication_by_u_acts_by_the_legendre_recurrence(
        i in 0..POSITIVE.len(), p in 2u64..30, k in 1u64..15,
    ) {
        let plain = table(POSITIVE[i], p, 20, 30);
        let times = Kernel::parse(&format!("u*{}", POSITIVE[i])).unwrap().spectrum(Sphere::in_dimension(p).unwrap());
        let value = times.digits(30).unwrap().eigenvalue(k).unwrap().value;
        let at = |j: u64| &plain.rows[j as usize].value;
        let mean = |weight: u64| {
            (Float::with_val(256, at(k - 1) * k) + Float::with_val(256, at(k + 1) * weight)) / (2 * k + p - 2)
        };
        let expected = mean(k + p - 2);
        prop_assert!(relative(&value, &expected) < 1e-29);
        let wrong = mean(k + p - 1);
        prop_assert!(at(k + 1).is_zero() || relative(&value, &wrong) > 1e-29);
    }

    /// P_{k+1} from the recurrence satisfies Legendre's differential equation at the end: P_k'(1) = k (k+p-2)/(p-1).
    #[test]
    fn legendre_values_have_the_right_slope_at_one(p in 2u64..40, k in 1usize..20) {
        let sphere = Sphere::in_dimension(p).unwrap();
        let step = Rational::from((1, 1_000_000_000_000u64));
        let value = &sphere.legendre(&Exact, &Exact.rational(&(Rational::from(1) - step.clone())), k)[k];
        let slope = (Rational::from(1) - value.as_rational().unwrap()) / step;
        let expected = k as f64 * (k as f64 + p as f64 - 2.0) / (p as f64 - 1.0);
        // The second-order term is below k^4 times the step.
        prop_assert!((slope.to_f64() - expected).abs() < 1e-6);
        prop_assert_eq!(sphere.legendre(&Exact, &Exact.rational(&1.into()), k)[k].to_string(), "1");
    }
}

/// The methods are independent: where two apply they agree to all digits asked for.
#[test]
fn methods_agree() {
    let cases = [
        ("ntk(2)", 4, 60),
        ("ntk(3)", 200, 40),
        ("ntk_bias(2)", 3, 30),
        ("laplace(1)", 300, 50),
        ("arccos(3)", 5, 50),
        ("arccos(1000)", 10, 10),
        ("arccos301(-u)", 3, 10),
    ];
    for (kernel, p, highest) in cases {
        let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap()).digits(40).unwrap();
        let degrees: Vec<u64> = (0..=highest).collect();
        let comparisons = spectrum.agreement(&degrees).unwrap();
        assert!(comparisons.len() >= 2, "{kernel}: {comparisons:?}");
        for c in comparisons {
            assert!(c.agree, "{kernel}, p = {p}: {c:?}");
            assert!(c.difference < if c.second.to_string().contains("f64") { 1e-10 } else { 1e-40 }, "{c:?}");
        }
    }
}

/// Negative control of the agreement check: values that are off by more than their errors are reported.
#[test]
fn different_kernels_do_not_agree() {
    let at = |kernel: &str, method| {
        let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(5).unwrap()).digits(30).unwrap();
        spectrum.method(method).eigenvalue(4).unwrap()
    };
    let closed = at("ntk(2)", Method::ClosedForm);
    let perturbed = at("ntk(2) + 1e-20*gaussian(1)", Method::Quadrature);
    let distance = Float::with_val(64, &closed.value - &perturbed.value).abs();
    assert!(distance > Float::with_val(64, &closed.error + &perturbed.error));
}

/// Parity zeros come from structure, at every degree, for each kind of rule.
#[test]
fn exact_zeros_are_found_from_structure() {
    let zero = |kernel: &str, degree: u64| {
        let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(6).unwrap());
        spectrum.eigenvalue(degree).unwrap().is_zero()
    };
    for (kernel, zeros, others) in [
        ("arccos(0)", &[2u64, 4, 100][..], &[0u64, 1, 3, 101][..]),
        ("arccos(1)", &[3, 5, 101], &[0, 1, 2, 4]),
        ("arccos(2)", &[4, 6, 200], &[0, 1, 2, 3, 5]),
        ("ntk(2)", &[3, 5, 1001], &[0, 1, 2, 4]),
        ("ntk(2)*u^2 + u^3", &[5, 7], &[1, 3, 2]),
        ("arccos1(arcsine(1))", &[0u64; 0], &[0, 1, 2, 3]),
        ("arccos0(arcsine(1))", &[2, 4, 50], &[0, 1, 3]),
        ("arccos0(-u)", &[2, 4], &[0, 1, 3]),
        ("arccos1(u) - arccos1(-u)", &[0, 2, 3, 4, 5], &[1]),
        ("sqrt(1 - u^2)", &[1, 3, 5], &[0, 2, 4]),
        ("cos(3*u)", &[1, 3], &[0, 2]),
        ("exp(u) - exp(-u)", &[0, 2, 4], &[1, 3]),
        ("arccos0(u)*arccos0(-u)", &[1, 3], &[0, 2]),
        ("ntk(3)*exp(-u) - exp(u)*(arccos1(arccos1(-u)))", &[0u64; 0], &[0, 1, 2]),
        ("sin(u)*u^2", &[0, 2], &[1, 3]),
        ("(u + 1/2)^4", &[5, 6, 100], &[0, 4]),
        ("poisson(0)", &[1, 2], &[0]),
        ("u^2 - 1/6", &[0, 1, 3, 4], &[2]),
        // quarter turns
        ("cos(cos(8*acos(u)))", &[1, 7], &[0]),
        ("exp(sin(5*acos(u))^2 + sin(7*acos(u)))", &[1, 3], &[0, 2]),
        ("sin(cos(5*acos(u)))", &[0, 2], &[1, 3]),
        ("exp(cos(5*acos(u)/3 + pi/6))", &[1, 3], &[0, 2]),
        ("exp(sin(pi/2 - 2*asin(u)))", &[1, 3], &[0, 2]),
        ("exp(cos(acos(u)/2))", &[0u64; 0], &[0, 1, 2, 3]),
        ("exp(cos(3*acos(u)))", &[0u64; 0], &[0, 1, 2, 3]),
        ("exp(cos(2*acos(u) + pi/4))", &[0u64; 0], &[0, 1, 2, 3]),
    ] {
        for degree in zeros {
            assert!(zero(kernel, *degree), "{kernel}, k = {degree} should be zero");
        }
        for degree in others {
            assert!(!zero(kernel, *degree), "{kernel}, k = {degree} should not be zero");
        }
    }
}

/// To f64, values are the nearest double: compared with the 30-digit references.
#[test]
fn doubles_are_nearest() {
    let mut count = 0;
    let rows = support::eigenvalues();
    for (kernel, p) in [("ntk(3)", 3u64), ("ntk(5)", 50), ("laplace(1)", 4), ("gaussian(10)", 10), ("arcsine(20)", 5)] {
        let wanted: Vec<_> = rows.iter().filter(|r| r.kernel == kernel && r.dim == p && r.degree <= 201).collect();
        let degrees: Vec<u64> = wanted.iter().map(|r| r.degree).collect();
        let table = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap()).table(&degrees).unwrap();
        for (row, expected) in table.rows.iter().zip(&wanted) {
            let nearest = support::float(&expected.value).to_f64();
            if nearest.is_normal() {
                assert_eq!(row.to_f64(), nearest, "{kernel}, p = {p}, k = {}", row.degree);
                assert_eq!(row.decimal().parse::<f64>().unwrap(), nearest);
                count += 1;
            }
        }
    }
    assert!(count > 200);
}

/// Trees built by hand print and parse too.
#[test]
fn fractions_become_quotients() {
    let third = Expr::number(Rational::from((1, 3)));
    assert!(matches!(third.node(), Node::Div(..)));
    assert_eq!((-third * Expr::u()).to_string(), "-(1/3)*u");
}

/// N(p,k) counts the monomials of degree k less those of degree k - 2, with few and with thousands of factors.
#[test]
fn multiplicities_count_harmonics() {
    let monomials = |p: u64, k: u64| Integer::from(Integer::binomial_u((k + p - 1) as u32, k as u32));
    for (p, k) in [(2, 7), (3, 1), (10, 2), (5000, 3999), (4003, 4000), (9000, 5001), (3, 4002)] {
        let expected = monomials(p, k) - if k < 2 { Integer::new() } else { monomials(p, k - 2) };
        assert_eq!(Sphere::in_dimension(p).unwrap().multiplicity(k), expected, "p = {p}, k = {k}");
    }
}

/// A value is settled if all within its error is written the same: against the two ends, for values beside middles
/// between decimals and beside powers of ten; one unit in the tenth digit after those written decides.
#[test]
fn settled_values_are_written_alike() {
    let mut settled = [0, 0];
    for digits in [1u32, 2, 5, 17, 30] {
        for (power, near) in [(-400, 0.5), (-3, 0.5), (0, 0.5), (0, 0.0), (7, 1.0), (300, 0.5), (300, 1.0)] {
            for step in -40i32..=40 {
                // (a whole number of d digits, or the next power of ten, plus `near` of a unit plus a little) units.
                let whole = Float::with_val(400, Float::i_pow_u(10, digits)) - if near == 1.0 { 1u32 } else { 3 };
                let little = f64::from(step.signum()) * 10f64.powi(step.abs() / 4 - 14);
                let unit: Float = Float::with_val(400, 10).pow(power);
                let value: Float = (whole + near + little) * unit.clone();
                for log_error in [-15, -12, -9, -6, -5, -4, -3, -1] {
                    let error = Float::with_val(64, &unit * 10f64.powi(log_error));
                    let digits = Digits::Count(digits);
                    let ends = [Float::with_val(500, &value - &error), Float::with_val(500, &value + &error)];
                    let alike = digits.format(&ends[0]) == digits.format(&ends[1]);
                    assert!(alike || !digits.settles(&value, &error), "{value} {error} {digits}");
                    settled[usize::from(alike)] += u32::from(digits.settles(&value, &error) == alike);
                }
            }
        }
    }
    // Rough errors settle nothing, however alike the ends are.
    assert!(settled[0] > 5000 && settled[1] > 10_000, "{settled:?}");
}
