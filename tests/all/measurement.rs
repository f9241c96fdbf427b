//! Laws measured from eigenvalues, beside those derived.

use super::decay::sphere;
use crate::support;
use proptest::prelude::*;
use rug::{Float, Rational};
use support::fixed_runner;
use zonal::Kernel;
use zonal::decay::{Leading, Measurement, Prediction, measure, verdict};
use zonal::parity::Parity;
use zonal::verdict::Verdict;

/// A law with a tiny coefficient before a large faster one is not refuted by degrees at which the other is seen; the
/// degree from which it shows is named.
#[test]
fn right_laws_that_show_later_are_undecided() {
    let law = |kernel: &str| {
        let theorem = Kernel::parse(kernel).unwrap().decay_law(sphere(3), 20).unwrap();
        let Prediction::Power(Leading::Steady(law)) = theorem.parities.even.clone() else {
            panic!("{kernel}: {theorem:?}")
        };
        law
    };
    // Where r m^-d = 1/2: r is the quotient of the constants of the reference, or of |x-y|^1 and |x-y|^(51/50), 1.007
    // by the formula of the constant.
    let laplace = law("laplace(1)").constant.to_f64() * 1e-12;
    let matern = law("matern(3/2,1)").constant.to_f64();
    for (kernel, expected) in [
        ("matern(3/2,1)+1e-12*laplace(1)", (2.0 * matern / laplace).sqrt()),
        ("(1-u)^(1/2)+(1-u)^(51/100)", (2.0f64 * 1.00729).powi(50)),
        // Constants -446512.5 and -5e-101, eight powers apart.
        ("1e-100*sqrt(2-2*u)+(2-2*u)^(9/2)", (2.0 * 446512.5 / 5e-101f64).powf(1.0 / 8.0)),
    ] {
        let found = law(kernel);
        assert_eq!(found.exponent, 3, "{kernel}");
        assert!((found.shows_from / expected - 1.0).abs() < 1e-3, "{kernel}: {} {expected}", found.shows_from);
    }
    // What is measured of the first is what is measured of its large part.
    let measured = measure(&Kernel::parse("matern(3/2,1)").unwrap().spectrum(sphere(3)), Parity::Even).unwrap();
    assert_eq!(
        verdict(&Prediction::Power(Leading::Steady(law("matern(3/2,1)+1e-12*laplace(1)"))), &measured),
        Verdict::Undecided
    );
    assert_eq!(verdict(&Prediction::Power(Leading::Steady(law("matern(3/2,1)"))), &measured), Verdict::Holds);
    // Negative control: a law of the same exponent that shows at once.
    assert_eq!(verdict(&Prediction::Power(Leading::Steady(law("laplace(1)"))), &measured), Verdict::Fails);
    let decay = Kernel::parse("1e-100*sqrt(2-2*u)+(2-2*u)^(9/2)").unwrap().decay(sphere(3), 20).unwrap();
    assert_eq!(decay.verdict(), Verdict::Undecided);
}

/// Powers that differ by no whole fraction of 2: the fit finds the step, its error bar covers, and a law that is
/// slightly wrong is refuted.
#[test]
fn fractional_powers_are_measured_and_wrong_laws_refuted() {
    let mut refuted = 0;
    for (kernel, p) in [
        ("gamma_exponential(1,13/10)", 3),
        ("gamma_exponential(1,7/10)", 3),
        ("laplace(1)", 3),
        ("laplace(3)", 5),
        ("matern(5/2,1)", 4),
        ("ntk(2)", 3),
        ("ntk(3)", 4),
        ("ntk(5)", 5),
        ("ntk_bias(2)", 3),
        ("nngp(3)", 4),
        ("arccos(0)", 3),
        ("arccos(1)", 8),
        ("arccos(2)", 5),
        ("arccos(3)", 4),
        ("arccos1(u)+laplace(1)/10", 3),
        ("laplace(1)*exp(u)", 4),
    ] {
        for c in Kernel::parse(kernel).unwrap().decay(sphere(p), 20).unwrap().parities {
            let Prediction::Power(Leading::Steady(law)) = &c.prediction else { continue };
            let Measurement::Power(measured) = &c.measurement else { panic!("{kernel}: {c:?}") };
            let distance = Float::with_val(100, &measured.exponent - &law.exponent).abs();
            assert!(distance <= measured.exponent_error && measured.exponent_error < 1e-8, "{kernel}: {c:?}");
            assert_eq!(c.verdict, Verdict::Holds, "{kernel}: {c:?}");
            let [mut wrong_constant, mut wrong_exponent] = [law.clone(), law.clone()];
            wrong_constant.constant *= 1.01;
            wrong_exponent.exponent += Rational::from((1, 100));
            for wrong in [wrong_constant, wrong_exponent] {
                assert_eq!(
                    verdict(&Prediction::Power(Leading::Steady(wrong)), &c.measurement),
                    Verdict::Fails,
                    "{kernel}"
                );
                refuted += 1;
            }
        }
    }
    assert!(refuted >= 40, "{refuted}");
}

/// On random kernels the measurement's error bar covers the distance to the theory: no verdict is "fails".
#[test]
fn measurements_cover_their_errors() {
    let kernels = prop_oneof![
        (2u32..7).prop_map(|l| format!("ntk({l})")),
        (2u32..5).prop_map(|l| format!("ntk_bias({l})")),
        (1u32..40).prop_map(|c| format!("laplace({c}/10)")),
        (5u32..30).prop_map(|l| format!("matern(3/2,{l}/10)")),
        (1u32..9, 1u32..9).prop_map(|(a, b)| format!("{a}*laplace(1/{b})+ntk(3)*exp(u/{b})")),
        (1u32..9).prop_map(|a| format!("arccos1((u+{a})/{})", a + 1)),
        (1u32..9, 2u32..9).prop_map(|(a, b)| format!("arccos1(u)+{a}/({b}+u^2)")),
    ];
    let mut runner = fixed_runner(25);
    let decided = std::cell::Cell::new(0);
    runner
        .run(&(kernels, 2u64..12), |(kernel, p)| {
            let decay = Kernel::parse(&kernel).unwrap().decay(sphere(p), 30).unwrap();
            for c in &decay.parities {
                prop_assert!(c.verdict != Verdict::Fails, "{kernel}, p = {p}, {}: {:?}", c.parity, c);
                decided.set(decided.get() + usize::from(c.verdict == Verdict::Holds));
            }
            Ok(())
        })
        .unwrap();
    assert!(decided.get() >= 40, "{}", decided.get());
}

/// What settles to a power, or changes its sign, is not called faster than any power.
#[test]
fn powers_are_not_called_accelerating() {
    for kernel in ["exp(5*u)+((1-u)^9)^(3/2)/10^10", "((u-1/3)^2*(u+1/3)^2)^(3/2)"] {
        let decay = Kernel::parse(kernel).unwrap().decay(sphere(3), 20).unwrap();
        let even = &decay.parities.even.measurement;
        assert!(!matches!(even, Measurement::Accelerating { .. }), "{kernel}: {even:?}");
        assert_ne!(decay.verdict(), Verdict::Fails, "{kernel}");
    }
}
