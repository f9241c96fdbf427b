//! Special functions: values in every number system, kernels made of them. References by mpmath and MPFR.

use crate::support;

use proptest::prelude::*;
use rug::{Float, Rational};
use support::fixed_runner;
use zonal::kernel::{ParityPart, Symmetry};
use zonal::number::{
    Ball, Balls, Double, Exact, Hybrid, Interval, Intervals, Multiprecision, Number, Puiseux, Radius, Rectangle,
    Rectangles, Series, Slopes, WideIntervals,
};
use zonal::special::{Function, Reflection};
use zonal::{Error, Kernel, Sphere};

/// By MPFR, independent of the definitions in `special`.
fn mpfr(f: Function, x: &Float) -> Float {
    let half = Float::with_val(x.prec(), 0.5);
    match f {
        Function::Sqrt => x.clone().sqrt(),
        Function::Exp => x.clone().exp(),
        Function::Log => x.clone().ln(),
        Function::Sin => x.clone().sin(),
        Function::Cos => x.clone().cos(),
        Function::Asin => x.clone().asin(),
        Function::Acos => x.clone().acos(),
        Function::Atan => x.clone().atan(),
        Function::Sinh => x.clone().sinh(),
        Function::Cosh => x.clone().cosh(),
        Function::Tanh => x.clone().tanh(),
        Function::Erf => x.clone().erf(),
        Function::NormalPdf => {
            let pi = Float::with_val(x.prec(), rug::float::Constant::Pi);
            (-x.clone().square() * &half).exp() / (pi * 2u32).sqrt()
        }
        Function::NormalCdf => (-x.clone() * half.clone().sqrt()).erfc() * half,
    }
}

/// All functions on balls, intervals and wide intervals hold the values of their points, also far out, and are sharp.
#[test]
fn images_contain() {
    let balls = Balls::new(90);
    let mut runner = fixed_runner(20_000);
    let place = prop_oneof![3 => -1.0f64..1.0, 1 => -12.0f64..12.0, 1 => -2000.0f64..2000.0];
    let width = prop_oneof![1 => Just(0.0), 2 => -30.0f64..-3.0];
    runner
        .run(&(0..Function::ALL.len(), place, width, -1.0f64..=1.0), |(f, middle, width, share)| {
            let f = Function::ALL[f];
            let radius = if width == 0.0 { 0.0 } else { width.exp2() };
            let point = middle + share * radius;
            let exact = mpfr(f, &Float::with_val(300, point));
            if !exact.is_finite() {
                return Ok(());
            }
            let ball = Ball { middle: Float::with_val(90, middle), radius: Radius::double(radius * 1.000001 + 1e-300) };
            if let Ok(image) = f.value(&balls, &ball) {
                prop_assert!(image.contains(&exact), "{f:?} on {middle} +- {radius}: {image:?} {exact}");
                // Relative to 1 or the value, as the slopes of all functions for these arguments are below 1000 of
                // them.
                let size = Float::with_val(64, exact.abs_ref()) + 1u32;
                let sharp = Float::with_val(64, (radius + 1e-22) * 1e4) * size;
                let smooth = !matches!(f, Function::Sqrt | Function::Log | Function::Asin | Function::Acos);
                prop_assert!(!smooth || image.radius.to_float() <= sharp, "{f:?} on {middle} +- {radius}: {image:?}");
            }
            let interval = Interval { low: (middle - radius).next_down(), high: (middle + radius).next_up() };
            for c in [Intervals::PROVED, Intervals::CLOSED] {
                if let Ok(image) = f.value(&c, &interval) {
                    prop_assert!(image.low <= exact && exact <= image.high, "{f:?} on {interval:?}: {image:?} {exact}");
                }
            }
            let c = WideIntervals::ANALYTIC;
            if let Ok(image) = f.value(&c, &c.interval(&interval)) {
                prop_assert!(image.low <= exact && exact <= image.high, "{f:?} on {interval:?}: {image:?} {exact}");
            }
            if let Ok(value) = f.value(&Double, &point) {
                let exact = exact.to_f64();
                prop_assert!(
                    (value - exact).abs() <= 1e-13 * (1.0 + exact.abs() * (1.0 + point.abs())),
                    "{f:?} {point}: {value} {exact}"
                );
            }
            Ok(())
        })
        .unwrap();
}

/// The control: every function has a value in every system where it is needed, so the checks above look at something.
#[test]
fn no_function_declines() {
    for f in Function::ALL {
        let x = Rational::from((3, 7));
        let [low, high] = [0.42, 0.43];
        assert!(f.value(&Double, &(3.0 / 7.0)).is_ok(), "{f:?}");
        assert!(f.value(&Intervals::PROVED, &Interval::new(low, high)).is_ok(), "{f:?}");
        assert!(f.value(&Rectangles, &Rectangle::around(0.42, 0.1, 0.01)).is_ok(), "{f:?}");
        assert!(f.value(&Hybrid::new(100), &Hybrid::new(100).rational(&x)).is_ok(), "{f:?}");
        let slopes = Slopes::new(Rectangle::around(0.1, 0.05, 0.01));
        assert!(f.value(&slopes, &slopes.sub(&slopes.inner_product(1, 2), &slopes.rational(&x))).is_ok(), "{f:?}");
    }
}

/// Complex values by mpmath: a rectangle around the point holds them, and is not wide.
#[test]
fn complex_values() {
    for line in include_str!("../reference/special_values.tsv").lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let f = Function::of_name(fields[0]).unwrap();
        let [re, im, value_re, value_im] = [1, 2, 3, 4].map(|i| fields[i].parse::<f64>().unwrap());
        for radius in [0.0, 1e-6, 1e-2] {
            let image =
                f.value(&Rectangles, &Rectangle::around(re, im, radius)).unwrap_or_else(|e| panic!("{line}: {e}"));
            let size = 1.0 + value_re.hypot(value_im);
            let near = |x: &Interval, value: f64| x.low - 1e-14 * size <= value && value <= x.high + 1e-14 * size;
            assert!(near(&image.re, value_re) && near(&image.im, value_im), "{line}: {image:?}");
            let wide = (image.re.high - image.re.low).max(image.im.high - image.im.low);
            assert!(radius > 1e-3 || wide <= size * (1e-9 + 200.0 * radius), "{line}: {image:?}");
        }
    }
}

/// A rectangle that touches the cut of the arc tangent, or a pole of the hyperbolic one, is refused; the real line is
/// not.
#[test]
fn cuts_and_poles_are_seen() {
    let value = |name: &str, z: Rectangle| Function::of_name(name).unwrap().value(&Rectangles, &z);
    for z in [Rectangle::around(0.0, 1.5, 0.1), Rectangle::around(0.05, -2.0, 0.1), Rectangle::around(0.0, 1.0, 0.01)] {
        assert!(value("atan", z).is_err(), "{z:?}");
    }
    assert!(value("tanh", Rectangle::around(0.0, std::f64::consts::FRAC_PI_2, 0.01)).is_err());
    assert!(value("tanh", Rectangle::around(0.0, 1.5, 0.01)).is_ok());
}

/// Power series about a point, and through a branch point: the coefficients of the error function and the arc tangent
/// are known.
#[test]
fn series_follow_from_the_derivative() {
    let series = Series::new(Multiprecision::new(200), 12);
    let at_zero = series.variable(&Float::new(200));
    let erf = Function::Erf.value(&series, &at_zero).unwrap();
    let atan = Function::Atan.value(&series, &at_zero).unwrap();
    let pi = Float::with_val(200, rug::float::Constant::Pi);
    for n in 0..6u32 {
        let sign = if n % 2 == 0 { 1 } else { -1 };
        let factorial = Float::with_val(200, Float::factorial(n));
        let expected = Float::with_val(200, 2 * sign) / pi.clone().sqrt() / factorial / (2 * n + 1);
        let index = 2 * n as usize + 1;
        assert!(Float::with_val(64, &erf[index] - &expected).abs() < 1e-55, "{n}");
        let expected = Float::with_val(200, Rational::from((sign, 2 * n + 1)));
        assert!(Float::with_val(64, &atan[index] - &expected).abs() < 1e-55, "{n}");
    }
    // erf(sqrt(tau)) = 2/sqrt(pi) (tau^(1/2) - tau^(3/2)/3 + ...)
    let c = Puiseux::new(Multiprecision::new(200), 3);
    let root = c.power(&c.linear(&0.into(), &1.into()), &(1, 2).into()).unwrap();
    let erf = Function::Erf.value(&c, &root).unwrap();
    let ratio = Float::with_val(64, &erf.coefficients[3] / &erf.coefficients[1]);
    assert!((ratio * 3u32 + 1u32).abs() < 1e-18 && erf.coefficients[2].is_zero());
}

/// At 0 values are exact where they are rational.
#[test]
fn values_at_zero_are_exact() {
    let zero = Exact.rational(&0.into());
    for (name, value) in
        [("erf", "0"), ("tanh", "0"), ("sinh", "0"), ("cosh", "1"), ("atan", "0"), ("normal_cdf", "1/2")]
    {
        assert_eq!(Function::of_name(name).unwrap().value(&Exact, &zero).unwrap().to_string(), value, "{name}");
    }
    let half = Exact.rational(&(1, 2).into());
    assert!(matches!(Function::Erf.value(&Exact, &half), Err(Error::Unable(_))));
}

/// What a file says of its function is true: reflection, the ends of its domain, quarter turns, complements.
#[test]
fn facts_hold() {
    let c = Multiprecision::new(200);
    for f in Function::ALL {
        let facts = f.facts();
        assert_eq!(Function::of_name(facts.name), Some(*f));
        let at = |x: f64| f.value(&c, &Float::with_val(200, x));
        let close = |a: &Float, b: &Float| Float::with_val(64, a - b).abs() < 1e-55;
        for x in [0.3, 0.7] {
            if let (Ok(right), Ok(left)) = (at(x), at(-x)) {
                let sum = Float::with_val(200, &right + &left);
                let holds = [
                    (Reflection::Even, close(&right, &left)),
                    (Reflection::Odd, close(&sum, &Float::new(200))),
                    (Reflection::Central, close(&sum, &(at(0.0).unwrap() * 2u32)) && !close(&sum, &Float::new(200))),
                ];
                for (reflection, holds) in holds {
                    assert_eq!(facts.reflection == reflection, holds, "{f:?} {reflection:?}");
                }
            }
            let turn = Float::with_val(200, rug::float::Constant::Pi) / 2u32;
            if let Some((g, negative)) = facts.quarter_turn {
                let turned = f.value(&c, &Float::with_val(200, &turn + x)).unwrap();
                let other = g.value(&c, &Float::with_val(200, x)).unwrap();
                assert!(close(&turned, &if negative { -other } else { other }), "{f:?}");
            }
            if let Some(g) = facts.complement {
                let other = turn - g.value(&c, &Float::with_val(200, x)).unwrap();
                assert!(close(&at(x).unwrap(), &other), "{f:?}");
            }
        }
        let [low, high] = facts.domain;
        assert_eq!(low.is_some(), at(-3.0).is_err(), "{f:?}");
        assert_eq!(high.is_some(), at(3.0).is_err(), "{f:?}");
        for end in [low, high].into_iter().flatten() {
            assert_eq!(at(f64::from(end)).is_err(), facts.infinite, "{f:?} at {end}");
        }
        // On the imaginary axis and the real one; what is not of that type and entire is larger on one of them.
        let large = [Rectangle::around(0.0, 20.0, 0.0), Rectangle::around(20.0, 0.0, 0.0)];
        let bounded = large.iter().all(|z| f.value(&Rectangles, z).is_ok_and(|w| w.mignitude() <= 2.0 * 20f64.exp()));
        let others = [Function::Erf, Function::NormalPdf, Function::NormalCdf, Function::Atan];
        assert!(!facts.exponential_type || bounded, "{f:?}");
        assert!(!(facts.exponential_type && others.contains(f)), "{f:?}");
        if facts.vanishes_at_zero_alone {
            assert!(at(0.0).unwrap().is_zero() && !at(1e-30).unwrap().is_zero(), "{f:?}");
        }
    }
}

/// Kernels made of them are enclosed by default; an error of 10^-15 in the reference is seen.
#[test]
fn kernels_are_enclosed() {
    let (groups, seen) = support::enclosed(include_str!("../reference/special.tsv"));
    assert!(groups == 30 && seen > 90, "{groups} {seen}");
}

/// Parities, laws and theorems need nothing but the files.
#[test]
fn symmetry_and_laws() {
    use zonal::decay::{Conclusion, Leading, Prediction, ProvedPower};
    let symmetry = |formula: &str| Symmetry::of(&Kernel::parse(formula).unwrap().program(Some(3)).unwrap());
    assert_eq!(symmetry("erf(u) + tanh(u^3)").even, ParityPart::Zero);
    assert_eq!(symmetry("cosh(atan(u)) + normal_pdf(u)").odd, ParityPart::Zero);
    assert_eq!(symmetry("normal_cdf(u)").even, ParityPart::Polynomial(0));
    let spectrum = |kernel: &str| Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(3).unwrap());
    // erf(sqrt(1-u)) = 2/sqrt(pi) (1-u)^(1/2) + ...: that of sqrt(1-u) times 2/sqrt(pi)
    let law = |kernel: &str| match spectrum(kernel).decay_law().unwrap().parities.even.clone() {
        Prediction::Power(Leading::Steady(law)) => law,
        other => panic!("{kernel}: {other:?}"),
    };
    let (erf, root) = (law("erf(sqrt(1-u))"), law("sqrt(1-u)"));
    let ratio = Float::with_val(100, &erf.constant / &root.constant);
    let expected = Float::with_val(100, 2) / Float::with_val(100, rug::float::Constant::Pi).sqrt();
    assert!(erf.exponent == root.exponent && Float::with_val(64, ratio - expected).abs() < 1e-25);
    for kernel in ["erf(sqrt(1-u))", "exp(-atan(sqrt(2-2*u)))"] {
        let proof = spectrum(kernel).prove().unwrap();
        assert!(matches!(proof.parities.even.conclusion, Conclusion::Power(ProvedPower::Law(_))), "{kernel}");
    }
    for kernel in ["tanh(u)", "erf(2*u)", "atan(u)", "normal_cdf(u)"] {
        let proof = spectrum(kernel).prove().unwrap();
        assert!(matches!(proof.parities.odd.conclusion, Conclusion::Faster(_)), "{kernel}");
    }
}
