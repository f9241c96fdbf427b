//! Kernels whose values leave the range of doubles, and kernels whose formula has no value where they have a limit.

use rug::{Float, Rational};
use zonal::{Error, Kernel, Sphere};

fn table(kernel: &str, p: u64, degrees: &[u64]) -> Vec<String> {
    let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap()).digits(20).unwrap();
    spectrum.table(degrees).unwrap_or_else(|e| panic!("{kernel}: {e}")).rows.iter().map(ToString::to_string).collect()
}

/// The digits without the power of ten.
fn mantissa(text: &str) -> String {
    let digits = text.split('e').next().unwrap();
    digits.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0').to_string()
}

/// In three dimensions mu_0 is the mean over [-1, 1]: sinh(c)/c and the like, by mpmath.
#[test]
fn values_beyond_doubles_are_computed_like_all_others() {
    for (kernel, expected) in [
        ("exponential(710)", "1.5732357508181063600e305"),
        ("exp(-1500+700*u)", "2.6199104172697765810e-351"),
        ("(u+10)^400", "4.9464358391866433198e414"),
        ("polynomial(10,400)", "4.9464358391866433198e414"),
    ] {
        assert_eq!(table(kernel, 3, &[0]), [expected], "{kernel}");
    }
}

/// A constant factor, however large, changes no digit; exp(-c u) has the eigenvalues of exp(c u) with signs.
#[test]
fn scaled_kernels_have_scaled_eigenvalues() {
    let degrees = [0, 1, 7, 30];
    for (kernel, other) in [
        ("10^400*exp(u)", "exp(u)"),
        ("exp(u)/10^400", "exp(u)"),
        ("exp(-800*u)", "exp(800*u)"),
        ("1/exp(800*u)", "exp(800*u)"),
        ("exp(720*u)/exp(720)", "exp(720*(u-1))"),
        ("exp(720*u)", "exp(720*u-720)*exp(720)"),
    ] {
        for p in [3, 10] {
            let [a, b] = [kernel, other].map(|kernel| table(kernel, p, &degrees));
            for (a, b) in a.iter().zip(&b) {
                assert_eq!(mantissa(a), mantissa(b), "{kernel}, p = {p}");
            }
        }
    }
    // e^1000 times: both by other digits
    let [large, small] = ["exp(exp(7*u))", "exp(exp(7*u)-1000)"].map(|kernel| {
        let text = table(kernel, 3, &[2]).remove(0);
        Float::with_val(100, Float::parse(text).unwrap())
    });
    let ratio = (large / small).ln();
    assert!((ratio - 1000u32).abs() < 1e-18);
}

/// Kind of fault: laws and theorems of kernels beyond doubles were undecided. A factor changes the constant of a law
/// and nothing else.
#[test]
fn scaled_kernels_have_scaled_laws() {
    use zonal::decay::{Conclusion, Leading, Prediction};
    let spectrum = |kernel: &str| Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(3).unwrap());
    let factor = Float::with_val(200, Float::parse("1e400").unwrap());
    for (large, plain) in [
        ("10^400*laplace(1)", "laplace(1)"),
        ("10^380*ntk(2)*10^20", "ntk(2)"),
        ("sqrt(10^800*(1-u))", "sqrt(1-u)"),
        ("exp(log(10^400) - sqrt(1-u))", "exp(-sqrt(1-u))"),
    ] {
        let laws = [large, plain].map(|kernel| spectrum(kernel).decay_law().unwrap().parities);
        for pair in laws[0].iter().zip(&laws[1]) {
            match pair {
                (Prediction::Power(Leading::Steady(large)), Prediction::Power(Leading::Steady(plain))) => {
                    assert_eq!(large.exponent, plain.exponent);
                    let ratio = Float::with_val(200, &large.constant / &factor) / &plain.constant - 1u32;
                    assert!(ratio.abs() < 1e-25);
                }
                (Prediction::Finite(_), Prediction::Finite(_)) => {}
                other => panic!("{large}: {other:?}"),
            }
        }
    }
    for (large, plain) in [("10^400*exp(u)", "exp(u)"), ("exp(u)/10^400", "exp(u)"), ("exp(709*u+709)", "exp(709*u)")] {
        let geometric = |kernel: &str| match &spectrum(kernel).prove().unwrap().parities.even.conclusion {
            Conclusion::Faster(bound) => bound.clone(),
            other => panic!("{kernel}: {other:?}"),
        };
        assert_eq!(geometric(large).ratio, geometric(plain).ratio, "{large}");
    }
    // The bound is one: mu_100 of exp(709 u), p = 3, is sqrt(pi/(2*709)) I_{100.5}(709) = 6.7e301 by mpmath.
    let Conclusion::Faster(bound) = &spectrum("exp(709*u)").prove().unwrap().parities.even.conclusion else { panic!() };
    let mu = spectrum("exp(709*u)").eigenvalue(100).unwrap();
    let at_100 = Float::with_val(64, rug::ops::Pow::pow(&bound.ratio, -100)) * &bound.constant;
    assert!(mu.value < at_100 && at_100 < Float::with_val(64, &mu.value * 1e9), "{mu} {at_100}");
}

/// Kind of fault: sums of exponentials with a name of their own were not kept within doubles. The even degrees of
/// e^(cu) are those of cosh(cu), the odd ones those of sinh(cu).
#[test]
fn hyperbolic_kernels_are_sums_of_exponentials() {
    use zonal::decay::Conclusion;
    let sphere = Sphere::in_dimension(3).unwrap();
    for (kernel, exponential, odd) in [
        ("cosh(800*u)", "exp(800*u)", 0),
        ("sinh(900*u)", "exp(900*u)", 1),
        ("2*cosh(850*u)*cosh(50*u)", "exp(900*u)+exp(800*u)", 0),
    ] {
        let [found, expected] = [kernel, exponential].map(|kernel| {
            Kernel::parse(kernel)
                .unwrap()
                .spectrum(sphere)
                .digits(25)
                .unwrap()
                .table(&[0, 1, 2, 3, 30, 31])
                .unwrap()
                .rows
        });
        for (row, other) in found.iter().zip(&expected) {
            match row.degree % 2 == odd {
                true => assert_eq!(row.decimal(), other.decimal(), "{kernel}, k = {}", row.degree),
                false => assert!(row.is_zero(), "{kernel}, k = {}", row.degree),
            }
        }
        let proof = Kernel::parse(kernel).unwrap().prove(sphere).unwrap();
        let own = if odd == 0 { &proof.parities.even } else { &proof.parities.odd };
        let Conclusion::Faster(bound) = &own.conclusion else { panic!("{kernel}: {own:?}") };
        let row = &found[4 + odd as usize];
        let at_30 = Float::with_val(64, rug::ops::Pow::pow(&bound.ratio, -(row.degree as i32))) * &bound.constant;
        assert!(row.value < at_30, "{kernel}: {row} {at_30}");
    }
}

/// Kind of fault: minutes of work and a wrong reason for a part that is 0 without showing it.
#[test]
fn a_part_that_may_be_zero_is_named() {
    use zonal::rkhs::Target;
    let sphere = Sphere::in_dimension(3).unwrap();
    for (formula, part) in [
        ("asin(u/2) - 2*atan(u/(2+sqrt(4-u^2)))", "odd"),
        ("log(4-u^2) - log(2-u) - log(2+u)", "even"),
        ("asin(u/2) - 2*atan(u/(2+sqrt(4-u^2))) + u^2", "odd"),
        ("log(4-u^2) - log(2-u) - log(2+u) + u", "even"),
    ] {
        let table = Kernel::parse(formula).unwrap().spectrum(sphere).table_with_gaps(&[0, 1]).unwrap();
        let named = format!("the {part} part of");
        assert!(table.gaps.len() == 1 && table.gaps[0].reason.to_string().contains(&named), "{formula}");
        assert_eq!(table.rows[0].degree, u64::from(part == "even"));
        let error = Target::parse(formula, sphere).unwrap_err().to_string();
        assert!(error.contains(&format!("the {part} part of the target")), "{error}");
    }
    // The control: small is not zero.
    let small = Kernel::parse("sin(u)/10^2000").unwrap().spectrum(sphere).eigenvalue(1).unwrap();
    assert!(!small.is_zero() && Target::parse("sin(u)/10^2000 + u^2", sphere).is_ok());
}

/// Zero is a kernel too.
#[test]
fn nothing_is_zero() {
    assert_eq!(table("0*u", 5, &[0, 3]), ["0", "0"]);
}

/// 0/0, 0 log 0 and e^(-1/0) are limits: mpmath's integrals over [-1, 1], in three dimensions.
#[test]
fn removable_singularities_are_filled() {
    for (kernel, k, expected) in [
        ("sin(u)/u", 0, "0.94608307036718301494"),
        ("sin(u)/u", 4, "0.00020487062552033924103"),
        ("asin(u)/u", 0, "1.0887930451518010653"),
        ("sin(acos(u))/acos(u)", 0, "0.60941334826430610295"),
        ("(1-u)*log(1-u)", 0, "0.19314718055994530942"),
        ("(1-u)*log(1-u)", 5, "0.0023809523809523809524"),
        ("(1-u^2)/(1-u)", 1, "0.33333333333333333333"),
    ] {
        assert_eq!(table(kernel, 3, &[k]), [expected], "{kernel}");
    }
    // kappa(1): 1 + u and sin(u)/u
    let at_one = |kernel: &str| {
        let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(3).unwrap());
        spectrum.problem().unwrap().value_at_one(100).unwrap()
    };
    assert!((at_one("(1-u^2)/(1-u)") - 2u32).abs() < 1e-28);
    assert!((at_one("(1-u)*log(1-u)")).abs() < 1e-28);
    assert!((at_one("sin(acos(u))/acos(u)") - Rational::from(1)).abs() < 1e-28);
}

/// Quotients whose numerator and denominator both vary steeply towards the limit; references by mpmath.
#[test]
fn limits_of_steep_quotients_are_found() {
    for (kernel, k, expected) in [
        ("u*sin(u)/u^2", 0, "0.94608307036718301494"),
        ("u*sin(u)/u^2", 2, "-0.021288516773956323593"),
        ("sin(u)^3/u^3", 2, "-0.055491630531975169395"),
        ("exp(sin(u)^4/u^4)", 2, "-0.15089993358961380018"),
        ("exp(-1/(1-u))", 0, "0.32664386232455301773"),
        ("exp(-1/(1-u))", 7, "-0.00030233353926988295761"),
        ("u^40*log(u^40)", 2, "-0.020552293005946587846"),
    ] {
        assert_eq!(table(kernel, 3, &[k]), [expected], "{kernel}, k = {k}");
    }
}

/// The control: what has no finite limit is refused, and the message says where and why.
#[test]
fn poles_and_jumps_to_infinity_are_refused() {
    for (kernel, place) in [
        ("1/u", "u = 0"),
        ("log(1-u)", "u = 1"),
        ("log(u^2)", "u = 0"),
        ("(1+u)^(-1/4)", "u = -1"),
        ("sin(u)/u^2", "u = 0"),
        // zeros of high order, whose powers underflow beside them
        ("log(u^1000)", "u = 0"),
        ("1/u^400", "u = 0"),
        // the ends have a limit that is found by no numbers
        ("1/log(1-u)", "u = 0:"),
        ("1/(1/2-u)/(1-u)", "u = 0.5"),
        ("log((u - 1/4)^40)", "u = 0.25"),
        ("1/(2*u^30*(u - 1/2)^30)", "u = 0.5"),
        // between kinks
        ("log(abs(u))", "u = 0"),
        ("log(abs(u - 1/4))", "u = 0.25"),
        ("abs(u + 1/2)^(-1/2)", "u = -0.5"),
        ("max(u, 0)/(u - 1/4)", "u = 0.25"),
    ] {
        let error =
            Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(3).unwrap()).eigenvalue(0).unwrap_err();
        assert!(matches!(error, Error::Domain(_)), "{kernel}: {error}");
        let text = error.to_string();
        assert!(text.contains(place) && text.contains("no finite limit"), "{kernel}: {text}");
    }
}

/// What is too large to be computed is not called unbounded.
#[test]
fn values_beyond_multiprecision_are_not_called_unbounded() {
    for kernel in ["u^2/10^400000000", "10^400000000*exp(u)", "(3+u)^(10^9)"] {
        let error =
            Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(3).unwrap()).eigenvalue(0).unwrap_err();
        assert!(error.to_string().contains("beyond the range of multiprecision"), "{kernel}: {error}");
    }
}

/// The reason of what is too small or too large is that, and no other: no peak, no division, no disguised zero.
#[test]
fn the_range_of_multiprecision_is_the_reason() {
    for kernel in ["laplace(1)*10^(-330000000)", "10^(-330000000)*u", "10^(-400000000)*exp(u)", "exp(u)*exp(-10^9)"] {
        let kernel = Kernel::parse(kernel).unwrap();
        let spectrum = kernel.spectrum(Sphere::in_dimension(3).unwrap());
        let text = spectrum.eigenvalue(5).unwrap_err().to_string();
        assert!(text.contains("beyond the range of multiprecision"), "{text}");
        for other in ["short a scale", "told from zero", "contains 0"] {
            assert!(!text.contains(other), "{text}");
        }
    }
    // Just inside the range there are values.
    let small = Kernel::parse("laplace(1)*10^(-100000000)").unwrap().spectrum(Sphere::in_dimension(3).unwrap());
    let plain = Kernel::parse("laplace(1)/10^1000").unwrap().spectrum(Sphere::in_dimension(3).unwrap());
    let [small, plain] = [small, plain].map(|spectrum| spectrum.eigenvalue(5).unwrap().to_string());
    assert_eq!(small.split('e').next(), plain.split('e').next());
}

/// Narrow pieces beside a point at which quadratures split ask for no more nodes; a narrow peak in a smooth kernel
/// does, which is the control.
#[test]
fn points_with_a_limit_ask_for_no_finer_nodes() {
    use zonal::kernel::Singularities;
    let finest = |formula: &str| {
        let program = Kernel::parse(formula).unwrap().program(Some(3)).unwrap();
        Singularities::of(&program).unwrap().finest
    };
    for formula in ["sin(u)/u", "asin(u)/u", "sin(u-1/3)/(u-1/3)", "sin(2*u)/asin(u)"] {
        assert!(finest(formula) > 0.01, "{formula}: {}", finest(formula));
    }
    assert!(finest("exp(-1e4*(u-1/3)^2)") < 0.01);
}
