//! Compiled kernels against multiprecision.

use crate::support;

use proptest::prelude::*;
use rug::{Float, Rational};
use support::fixed_runner;
use zonal::kernel::{End, Point, Tabulated};
use zonal::number::Multiprecision;
use zonal::{Error, Kernel};

const KERNELS: [&str; 14] = [
    "ntk(2)",
    "ntk(3)",
    "ntk(10)",
    "nngp(4)",
    "ntk_bias(2)",
    "arccos(0)",
    "arccos(3)",
    "laplace(1)",
    "matern(5/2,1)",
    "gaussian(3)",
    "gamma_exponential(1,1/2)",
    "gamma_exponential(2,2/3)",
    "arccos0(arccos0(u))",
    "sqrt(u^2)+exp(u)",
];

fn compiled(kernel: &str) -> Tabulated {
    Kernel::parse(kernel).unwrap().tabulate(None).unwrap()
}

/// kappa at u = place (1 - w), 300 bits.
fn exact(kernel: &str, place: i32, w: f64) -> Float {
    let program = Kernel::parse(kernel).unwrap().program(None).unwrap();
    let u = (Float::with_val(300, 1) - w) * place;
    program.evaluate(&Multiprecision::new(300), &Point::at(u)).unwrap()
}

/// Two units in the last place of the largest value, everywhere.
#[test]
fn values_are_right_to_two_ulp() {
    for kernel in KERNELS {
        let c = compiled(kernel);
        let largest = exact(kernel, 1, 0.0).to_f64().abs();
        assert!(c.error() <= 2.0 * f64::EPSILON, "{kernel}: {}", c.error());
        fixed_runner(400)
            .run(&(prop_oneof![-1.0f64..=1.0, 0.9f64..=1.0, -1.0f64..-0.9]), |u| {
                let mut value = [0.0];
                c.values(&[u], &mut value);
                let truth = exact(kernel, 1, 0.0f64.max(1.0 - u));
                // 1 - u is exact from 1/2 on; below it is rounded, which costs another unit.
                let truth = if u >= 0.5 { truth } else { exact_at(kernel, u) };
                let error = Float::with_val(64, truth - value[0]).abs().to_f64() / largest;
                prop_assert!(error <= 3.0 * f64::EPSILON, "{kernel} at {u:e}: {error:e}");
                Ok(())
            })
            .unwrap();
    }
}

/// The nearest float to a value that is right to 3 ulp of doubles.
#[test]
fn single_precision_is_rounded_once() {
    for kernel in ["ntk(3)", "laplace(1)"] {
        let c = compiled(kernel);
        let u: Vec<f32> = (0..700).map(|i| 2.0 * (i as f32 * 0.618_034).fract() - 1.0).chain([1.0, -1.0]).collect();
        let mut values = vec![0.0f32; u.len()];
        c.values_f32(&u, &mut values);
        for (u, value) in u.iter().zip(&values) {
            let truth = exact_at(kernel, f64::from(*u)).to_f64();
            assert!((truth - f64::from(*value)).abs() <= 0.5001 * f64::from(f32::EPSILON) * truth.abs(), "{u}");
        }
    }
}

fn exact_at(kernel: &str, u: f64) -> Float {
    let program = Kernel::parse(kernel).unwrap().program(None).unwrap();
    program.evaluate(&Multiprecision::new(300), &Point::at(Float::with_val(300, u))).unwrap()
}

/// kappa(1) - kappa(u) keeps its digits for the nearest points; subtracting rounded values does not.
#[test]
fn small_deficits_are_relatively_right() {
    for kernel in
        ["ntk(3)", "ntk(10)", "arccos(2)", "laplace(1)", "matern(5/2,1)", "gaussian(3)", "gamma_exponential(1,1/2)"]
    {
        let c = compiled(kernel);
        let at_one = exact(kernel, 1, 0.0);
        let mut naive = 0.0f64;
        for exponent in 5..60 {
            let w = 1.37 * 0.5f64.powi(exponent);
            let truth = Float::with_val(300, &at_one - exact(kernel, 1, w));
            let relative = |x: f64| (Float::with_val(64, &truth - x).abs() / truth.clone().abs()).to_f64();
            let deficit = c.deficit(End::One, w);
            assert!(relative(deficit) <= 2.0 * Tabulated::RELATIVE, "{kernel}, w = {w:e}: {:e}", relative(deficit));
            // Negative control.
            naive = naive.max(relative(c.at_one() - exact(kernel, 1, w).to_f64()));
        }
        assert!(naive > 100.0 * Tabulated::RELATIVE, "{kernel}: {naive:e}");
        assert_eq!(c.deficit(End::One, 0.0), 0.0);
    }
}

/// The exponents g of gamma_exponential(1,g) that tables on equal pieces of a root of |x-y|^2 reach, and those they do
/// not.
const EXPONENTS: [&str; 48] = [
    "1/4", "1/5", "1/3", "2/5", "1/2", "2/3", "3/4", "4/5", "4/3", "3/2", "0.123", "1/10", "1/8", "3/20", "1/6", "0.3",
    "0.333", "3/7", "0.45", "0.55", "0.6", "5/8", "0.65", "0.667", "0.7", "5/7", "5/6", "7/8", "0.9", "0.95", "0.99",
    "1.1", "9/8", "7/6", "1.2", "1.23", "1.25", "1.3", "11/8", "1.4", "1.6", "5/3", "1.7", "1.8", "1.9", "1.95",
    "1.99", "1.999",
];

/// Kernels that vary on a short scale at an end, and a Legendre polynomial in monomials whose terms cancel.
fn peaked() -> Vec<String> {
    let legendre = || {
        let mut text = String::from("0");
        // P_35 = 2^-35 sum_j (-1)^j C(35,j) C(70-2j,35) u^(35-2j)
        for j in 0..=17u32 {
            let c = rug::Integer::from(35).binomial(j) * rug::Integer::from(70 - 2 * j).binomial(35);
            text += &format!("{}{c}*u^{}", if j % 2 == 0 { "+" } else { "-" }, 35 - 2 * j);
        }
        format!("({text})/2^35")
    };
    let names = [
        "poisson(0.9)",
        "inverse_multiquadric(0.1)",
        "u^1000",
        "polynomial(1,1000)",
        "laplace(100)",
        "matern(5/2,0.01)",
        "gaussian(1000)",
        "exponential(700)",
        "sqrt(1-u+1e-12)",
        "laplace(1000)",
        "matern(1/2,0.001)",
        "gaussian(10^5)",
    ];
    names.iter().map(ToString::to_string).chain([legendre()]).collect()
}

/// The largest error beside the largest value, and of deficits near u = 1 beside them, at places of all scales near
/// both ends, and at neighbours of `inside`.
fn errors(kernel: &str, inside: &[f64]) -> (f64, f64) {
    let c = Kernel::parse(kernel).unwrap().tabulate(Some(3)).unwrap_or_else(|e| panic!("{e}"));
    let program = Kernel::parse(kernel).unwrap().program(Some(3)).unwrap();
    let exact = |u: &Float| program.evaluate(&Multiprecision::new(500), &Point::at(u.clone())).unwrap();
    let at_one = exact(&Float::with_val(500, 1));
    let mut largest = at_one.clone().abs();
    let (mut worst, mut relative) = (Float::new(64), 0.0f64);
    for end in End::BOTH {
        for i in 0..400 {
            let w = (0.618_034 * f64::from(i)).fract() * 0.5f64.powi(i / 8);
            let u = (Float::with_val(500, 1) - w) * end.place();
            let value = exact(&u);
            largest.max_mut(&value.clone().abs());
            let deficit = Float::with_val(500, &at_one - &value);
            let off = Float::with_val(64, &deficit - c.deficit(end, w)).abs();
            if end == End::One && w < 1e-6 {
                relative = relative.max(Float::with_val(64, &off / deficit.abs()).to_f64());
            }
            worst.max_mut(&off);
        }
    }
    for u in inside.iter().flat_map(|u| [*u, u + 1e-9, u - 1e-9, u + 1e-3, u - 1e-3, u.next_up(), u.next_down()]) {
        let mut value = [0.0];
        c.values(&[u], &mut value);
        worst.max_mut(&Float::with_val(64, exact(&Float::with_val(500, u)) - value[0]).abs());
    }
    (Float::with_val(64, worst / largest).to_f64(), relative)
}

/// Any power of the distance: every exponent that the catalogue allows, to the last digit; small deficits keep all
/// digits.
#[test]
fn every_exponent_of_the_distance_is_tabulated() {
    for g in EXPONENTS {
        let (error, relative) = errors(&format!("gamma_exponential(1,{g})"), &[]);
        assert!(error <= 3.0 * f64::EPSILON && relative <= 2.0 * Tabulated::RELATIVE, "{g}: {error:e}, {relative:e}");
    }
    // as formulas, at both ends, times something smooth, and beyond any root that is tabulated
    for kernel in [
        "(1-u)^0.7",
        "(1+u)^1.3+(1-u)^(3/11)",
        "(2+u)^3*exp(-(1-u)^0.45)",
        "exp(-(2-2*u)^(1/6000))",
        "(1-u)^1.999",
        "(1-u)^1.9985",
    ] {
        let (error, _) = errors(kernel, &[]);
        assert!(error <= 3.0 * f64::EPSILON, "{kernel}: {error:e}");
    }
}

/// Peaks of any width at the ends.
#[test]
fn peaks_are_tabulated() {
    for kernel in peaked() {
        let (error, _) = errors(&kernel, &[]);
        assert!(error <= 3.0 * f64::EPSILON, "{kernel}: {error:e}");
    }
}

/// Kinks inside: beside them the kernel is as right as elsewhere.
#[test]
fn kinks_inside_are_tabulated() {
    for kernel in ["sqrt((u-1/3)^2)", "(acos(u)-1/2+sqrt((acos(u)-1/2)^2))/2", "(u^2)^(3/4)"] {
        let (error, _) = errors(kernel, &[1.0 / 3.0, 0.5f64.cos()]);
        assert!(error <= 3.0 * f64::EPSILON, "{kernel}: {error:e}");
    }
}

/// A limit takes the place of 0/0 and 0 log 0.
#[test]
fn values_that_are_limits_are_filled() {
    let c = compiled("sin(3*u)/u + (1-u)*log(1-u)");
    let mut out = [0.0; 3];
    c.values(&[1.0, 0.0, 0.5], &mut out);
    assert!((out[0] - 3f64.sin()).abs() < 1e-15, "{}", out[0]);
    assert!((out[1] - 3.0).abs() < 2e-15 && (out[2] - (1.5f64.sin() / 0.5 + 0.5 * 0.5f64.ln())).abs() < 2e-15);
    // A value that is 0, or tends to it, is 0 and no rounding error; one that is small stays.
    for (kernel, at_one) in [
        ("(1-u)*log(1-u)", 0.0),
        ("sin(asin(u)*2)", 0.0),
        ("exp(-1/(1-u))", 0.0),
        ("exp(-1/(1-u)^(1/4))", 0.0),
        ("exp(-200*(1+u))", (-400f64).exp()),
    ] {
        compiled(kernel).values(&[1.0], &mut out);
        assert!((out[0] - at_one).abs() <= 1e-15 * at_one, "{kernel}: {:e}", out[0]);
    }
    // A kernel that is flat at an end, and has no expansion there, is tabulated like others.
    let c = compiled("exp(-1/(1-u))");
    for u in [-1.0, -0.3, 0.5, 0.9, 0.99] {
        c.values(&[u], &mut out);
        assert!((out[0] - (-1.0 / (1.0 - u)).exp()).abs() <= 3e-16, "{u}: {:e}", out[0]);
    }
}

/// What is 0 by algebra is 0, though its values are rounding errors.
#[test]
fn zero_by_algebra_is_tabulated_as_zero() {
    for kernel in ["0*u", "laplace(1)*laplace(1)-laplace(2)", "exp(2*u)-exp(u)^2"] {
        let c = compiled(kernel);
        let mut out = [1.0; 3];
        c.values(&[1.0, 0.3, -0.7], &mut out);
        assert_eq!(out, [0.0; 3], "{kernel}");
    }
}

/// A tolerance makes tables shorter, and they say how far they are off; a control of the check itself.
#[test]
fn a_tolerance_is_kept_and_used() {
    let kernel = Kernel::parse("gaussian(10)").unwrap();
    let (tight, loose) = (kernel.tabulate(None).unwrap(), kernel.tabulate_within(None, 1e-9).unwrap());
    assert!(loose.pieces() < tight.pieces() && loose.error() <= 1e-9 && loose.error() > 1e-14);
    let u: Vec<f64> = (0..1000).map(|i| f64::from(i) / 500.0 - 1.0).collect();
    let (mut a, mut b) = (vec![0.0; 1000], vec![0.0; 1000]);
    tight.values(&u, &mut a);
    loose.values(&u, &mut b);
    let worst = a.iter().zip(&b).fold(0.0f64, |worst, (a, b)| worst.max((a - b).abs()));
    assert!(worst <= 2e-9 && worst > 1e-14, "{worst:e}");
}

/// What is undefined or varies too fast is refused, with the reason, and no input makes a panic.
#[test]
fn what_cannot_be_compiled_is_refused() {
    for (kernel, reason) in [
        ("cos(10^7*u)", "too short a scale"),
        ("exponential(710)", "tables of doubles need one from"),
        ("exp(u)/10^400", "tables of doubles need one from"),
    ] {
        let error = Kernel::parse(kernel).unwrap().tabulate(None).unwrap_err();
        assert!(matches!(error, Error::Unable(_)) && error.to_string().contains(reason), "{kernel}: {error}");
    }
    assert!(matches!(Kernel::parse("1/u").unwrap().tabulate(None), Err(Error::Domain(_))));
    assert!(matches!(Kernel::parse("poisson(1/2)").unwrap().tabulate(None), Err(Error::Input(_))));
    let c = compiled("ntk(3)");
    let mut out = [0.0; 6];
    c.values(&[f64::NAN, f64::INFINITY, 1.0 + 1e-15, -1.5, -0.0, 5e-324], &mut out);
    let at_zero: f64 = Kernel::ntk(3).unwrap().evaluate("0", 17).unwrap().to_string().parse().unwrap();
    assert!(out[0].is_nan() && out[1] == 3.0 && out[2] == 3.0);
    assert!((out[3] - std::f64::consts::FRAC_1_PI).abs() < 1e-15);
    assert!((out[4] - at_zero).abs() <= 1e-15 && (out[5] - at_zero).abs() <= 1e-15);
    assert_eq!(Rational::from_f64(c.at_one()), Some(Rational::from(3)));
}
