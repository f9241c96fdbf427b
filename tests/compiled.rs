//! Compiled kernels against multiprecision.

mod support;

use proptest::prelude::*;
use rug::{Float, Rational};
use support::fixed_runner;
use zonal::kernel::{Compiled, End, Point};
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

fn compiled(kernel: &str) -> Compiled {
    Kernel::parse(kernel).unwrap().compile(None).unwrap()
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
            assert!(relative(deficit) <= 2.0 * Compiled::RELATIVE, "{kernel}, w = {w:e}: {:e}", relative(deficit));
            // Negative control.
            naive = naive.max(relative(c.at_one() - exact(kernel, 1, w).to_f64()));
        }
        assert!(naive > 100.0 * Compiled::RELATIVE, "{kernel}: {naive:e}");
        assert_eq!(c.deficit(End::One, 0.0), 0.0);
    }
}

/// What is undefined, singular inside or too steep is refused, and no input makes a panic.
#[test]
fn what_cannot_be_compiled_is_refused() {
    for kernel in ["sqrt((u-1/3)^2)", "laplace(10^6)", "gaussian(10^5)", "cos(10000*u)"] {
        let error = Kernel::parse(kernel).unwrap().compile(None).unwrap_err();
        assert!(matches!(error, Error::Unable(_)), "{kernel}: {error}");
    }
    assert!(matches!(Kernel::parse("1/u").unwrap().compile(None), Err(Error::Domain(_))));
    assert!(matches!(Kernel::parse("poisson(1/2)").unwrap().compile(None), Err(Error::Input(_))));
    let c = compiled("ntk(3)");
    let mut out = [0.0; 6];
    c.values(&[f64::NAN, f64::INFINITY, 1.0 + 1e-15, -1.5, -0.0, 5e-324], &mut out);
    let at_zero: f64 = Kernel::ntk(3).unwrap().evaluate("0", 17).unwrap().to_string().parse().unwrap();
    assert!(out[0].is_nan() && out[1] == 3.0 && out[2] == 3.0);
    assert!((out[3] - std::f64::consts::FRAC_1_PI).abs() < 1e-15);
    assert!((out[4] - at_zero).abs() <= 1e-15 && (out[5] - at_zero).abs() <= 1e-15);
    assert_eq!(Rational::from_f64(c.at_one()), Some(Rational::from(3)));
}
