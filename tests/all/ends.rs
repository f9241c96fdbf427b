//! Expansions of kernels at u = 1 and u = -1 against their values nearby.

use rug::{Float, Rational};
use zonal::Error;
use zonal::Kernel;
use zonal::kernel::{End, Point};
use zonal::number::{Double, Exact, Hybrid, Multiprecision, Number, PuiseuxSeries, Truth};

const PRECISION: u32 = 400;

/// The series at tau.
fn sum(series: &PuiseuxSeries<Float>, tau: &Float) -> Float {
    let h = (tau.clone().ln() / series.root).exp();
    series.coefficients.iter().rev().fold(Float::new(PRECISION), |sum, c| sum * &h + c)
}

/// Kernel, and the denominators of the exponents of |x-y|^2 at both ends.
const KERNELS: [(&str, u32, u32); 16] = [
    ("ntk(2)", 2, 2),
    ("ntk(10)", 2, 2),
    ("nngp(5)", 2, 2),
    ("ntk_bias(3)", 2, 2),
    ("arccos(4)", 2, 2),
    ("laplace(3/2)", 2, 1),
    ("matern(5/2,1)", 2, 1),
    ("gamma_exponential(1,1/2)", 4, 1),
    ("gamma_exponential(2,7/5)", 10, 1),
    ("gaussian(2)", 1, 1),
    ("inverse_multiquadric(1)", 1, 1),
    ("arccos0(arccos0(arccos0(u)))", 8, 2),
    ("arccos1(u)^(1/3)*exp(u)", 2, 2),
    ("sin(acos(u)/2)+asin(u^3)", 2, 2),
    ("log(2+arccos0(-u))", 2, 2),
    ("(1-u)^(2/3)*acos(-u)/pi", 6, 2),
];

#[test]
fn the_series_gives_the_values_beside_the_ends() {
    let c = Multiprecision::new(PRECISION);
    for (formula, at_one, at_minus_one) in KERNELS {
        let program = Kernel::parse(formula).unwrap().program(Some(3)).unwrap();
        for (end, root) in End::BOTH.into_iter().zip([at_one, at_minus_one]) {
            let place = format!("{formula} at {}", end.place());
            let series = program.expand(&c, end, 6).unwrap_or_else(|e| panic!("{place}: {e}"));
            assert_eq!(series.root % root, 0, "{place}: powers 1/{}", series.root);
            let mut errors = Vec::new();
            for exponent in [20, 40] {
                let tau = Float::with_val(PRECISION, 1) >> exponent;
                let u = Float::with_val(PRECISION, 1u32 - Float::with_val(PRECISION, &tau / 2u32)) * end.place();
                let value = program.evaluate(&c, &Point::at(u)).unwrap();
                let error = Float::with_val(64, value - sum(&series, &tau)).abs();
                errors.push(error.get_exp().unwrap_or(-400));
            }
            // The first term left out is tau^(known/root): a power of two of 20, then 40, times that exponent, up to a
            // constant.
            let order = f64::from(series.known as u32) / f64::from(series.root);
            assert!(f64::from(errors[0]) < -20.0 * order + 24.0, "{place}: 2^{} for order {order}", errors[0]);
            assert!(
                f64::from(errors[1]) < (-40.0 * order + 24.0).max(-380.0),
                "{place}: 2^{} for order {order}",
                errors[1]
            );
            // Negative control: without its last coefficient of some size the series is worse.
            let mut shorter = series.clone();
            let largest = shorter.coefficients.iter().fold(0.0f64, |m, x| m.max(x.to_f64().abs()));
            let last = shorter.coefficients.iter().rposition(|x| x.to_f64().abs() > 1e-3 * largest).unwrap();
            shorter.coefficients.truncate(last);
            let tau = Float::with_val(PRECISION, 1) >> 20u32;
            let u = Float::with_val(PRECISION, 1u32 - Float::with_val(PRECISION, &tau / 2u32)) * end.place();
            let error = (program.evaluate(&c, &Point::at(u)).unwrap() - sum(&shorter, &tau)).abs();
            assert!(error.get_exp().unwrap_or(-400) > errors[0] + 1, "{place}");
        }
    }
}

#[test]
fn doubles_and_exact_numbers_give_the_same_series() {
    for (formula, ..) in [("ntk(2)", 0, 0), ("ntk(5)", 0, 0), ("matern(3/2,1)", 0, 0), ("arccos0(arccos0(u))", 0, 0)] {
        let program = Kernel::parse(formula).unwrap().program(None).unwrap();
        let precise = program.expand(&Multiprecision::new(200), End::One, 4).unwrap();
        let doubles = program.expand(&Double, End::One, 4).unwrap();
        let exact = program.expand(&Exact, End::One, 4).unwrap();
        assert_eq!((precise.root, precise.known), (doubles.root, doubles.known));
        assert_eq!((precise.root, precise.known), (exact.root, exact.known));
        for ((a, b), e) in precise.coefficients.iter().zip(&doubles.coefficients).zip(&exact.coefficients) {
            assert!((a.to_f64() - b).abs() < 1e-11 * (1.0 + b.abs()), "{formula}: {a} {b}");
            let difference = Float::with_val(200, a - e.enclosure(200).unwrap().middle).abs().to_f64();
            assert!(difference < 1e-50, "{formula}: {a} {e}");
        }
    }
}

/// Series in whole powers of |x-y|^2 are told by their form: functions that are even in a square root. Kind of fault:
/// an entire kernel whose decay is undecided because its formula has a root.
#[test]
fn series_in_whole_powers_are_told_by_their_form() {
    let base = Hybrid::new(200);
    for (formula, expected) in [
        ("exp(u)", [true, true]),
        ("cos(sqrt(1-u))", [true, true]),
        ("sin(sqrt(1+u))/sqrt(1+u)", [true, true]),
        ("sqrt(1-u)*sin(3*sqrt(1-u))+u", [true, true]),
        ("(1-u)^(1/3)*(1-u)^(2/3)", [true, true]),
        ("asin(sqrt((1-u)/2))^2", [true, false]),
        ("acos(u)^2", [true, false]),
        // Not whole.
        ("laplace(1)", [false, true]),
        ("cos((1-u)^(1/4))", [false, true]),
        ("cos(sqrt(1-u))*sqrt(1-u)", [false, true]),
        ("cos(1+sqrt(1-u))", [false, true]),
        ("arccos1(u)", [false, false]),
        // Zero as far as it is known: tau^(27/2), and tau to a third of 10^20, whose remainder is not computed.
        ("((1-u)^9)^(3/2)", [false, true]),
        ("((1-u)/2)^(100000000000000000000/3)", [false, true]),
    ] {
        let program = Kernel::parse(formula).unwrap().program(Some(3)).unwrap();
        for (end, expected) in End::BOTH.into_iter().zip(expected) {
            let series = program.expand(&base, end, 6).unwrap();
            assert_eq!(series.is_whole(), expected, "{formula} at {}", end.place());
            if series.coefficients.len() < 2 {
                continue;
            }
            let fractional = series.coefficients.iter().enumerate().filter(|(j, _)| j % series.root as usize != 0);
            let zeros = fractional.map(|(_, c)| base.is_zero(c)).all(|zero| zero == Truth::Yes);
            assert_eq!(zeros, expected, "{formula} at {}", end.place());
        }
    }
}

#[test]
fn ends_without_a_series_say_so() {
    for formula in ["log(1-u)*(1-u)", "1/(1-u)", "(1-u)^(-1/2)"] {
        let program = Kernel::parse(formula).unwrap().program(None).unwrap();
        let result = program.expand(&Multiprecision::new(100), End::One, 4);
        assert!(matches!(result, Err(Error::Domain(_) | Error::Unable(_))), "{formula}: {result:?}");
    }
    // Exponents without end: refused, not computed.
    let tower = (0..40).fold("u".to_string(), |inner, _| format!("arccos0({inner})"));
    let program = Kernel::parse(&tower).unwrap().program(None).unwrap();
    assert!(matches!(program.expand(&Multiprecision::new(100), End::One, 4), Err(Error::Unable(_))));
    let nu = Rational::from((1, 2));
    assert_eq!(program.expand(&Multiprecision::new(100), End::MinusOne, 3).map(|s| s.exponent(1) == nu), Ok(true));
}

/// A value at an end is 0 only if it is, or stays enclosed by 0 with very many bits. Kind of fault: a small value that
/// is lost to cancellation, called 0.
#[test]
fn small_values_at_the_ends_are_told_from_zero() {
    let at_one = |kernel: &str| Kernel::parse(kernel).unwrap().program(Some(3)).unwrap().at_end(End::One, 128).unwrap();
    for (kernel, exponent) in
        [("exp(u/10^60)-1", -60), ("exp(u/10^1000)-1", -1000), ("sin(u/10^200)+exp(u)-exp(1)", -200)]
    {
        let expected = Float::with_val(200, Float::parse(format!("1e{exponent}")).unwrap());
        let error = Float::with_val(64, at_one(kernel) / expected - 1u32).abs();
        assert!(error < 1e-30, "{kernel}: {error:e}");
    }
    for kernel in ["sin(2*asin(u))", "(1-u)*log(1-u)", "sin(1)^2+cos(1)^2-u"] {
        assert!(at_one(kernel).is_zero(), "{kernel}");
    }
}

/// A continuous kernel with a logarithm has no law in powers; the reason is the logarithm and no singularity.
#[test]
fn logarithms_at_an_end_are_named() {
    use zonal::Sphere;
    use zonal::decay::Prediction;
    let spectrum = Kernel::parse("(1-u)*log(1-u)").unwrap().spectrum(Sphere::in_dimension(3).unwrap());
    let Prediction::Undecided(why) = spectrum.decay_law().unwrap().parities.even else { panic!() };
    assert!(why.contains("a logarithm at the end") && !why.contains("infinite"), "{why}");
}
