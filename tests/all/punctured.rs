//! Ranges of functions beside a place where they need not have a value.

use rug::Rational;
use zonal::kernel::{Point, Program};
use zonal::number::{Interval, Multiprecision, Number, Punctured};
use zonal::{Kernel, Result};

fn range(formula: &str, place: &Rational, longest: f64) -> Result<Interval> {
    let program = Program::new(Kernel::parse(formula)?.expr(), Some(3))?;
    let c = Punctured::new(longest);
    let u = match place.to_f64() {
        1.0 => c.inner_product(1),
        -1.0 => c.inner_product(-1),
        _ => c.beside(place, true),
    };
    program.evaluate(&c, &Point::at(u)).map(|value| value.range)
}

/// Bounds of functions whose factors have none: each holds the values, and is at most `slack` times as large.
#[test]
fn products_with_logarithms_are_bounded() {
    let zero = Rational::new();
    let one = Rational::from(1);
    for (formula, place, slack) in [
        ("(1-u)*log(1-u)", &one, 2.0),
        ("(2-2*u)*log(2-2*u)", &one, 2.0),
        ("(1-u)^2*log(1-u)", &one, 2.0),
        ("sqrt(1-u)*log(1-u)", &one, 2.0),
        ("(1-u)^(3/10)*log(3-3*u)", &one, 3.0),
        ("(1-u)*log(1-u)^3", &one, 4.0),
        ("exp((1-u)*log(1-u))", &one, 2.0),
        ("acos(u)*log(acos(u))", &one, 2.0),
        ("u*log(u)", &zero, 2.0),
        ("u^2*log(u)*(1+u)", &zero, 2.0),
        ("log(u)/(1/u)", &zero, 2.0),
        ("u*log(u)/sqrt(u)", &zero, 4.0),
        ("(u*log(u) + u^2)/u^(1/3)", &zero, 4.0),
    ] {
        for longest in [1e-2, 1e-5, 1e-9] {
            let bound = range(formula, place, longest).unwrap();
            let program = Program::new(Kernel::parse(formula).unwrap().expr(), Some(3)).unwrap();
            let mut largest = 0.0f64;
            for part in [1.0, 0.7, 0.3, 0.1, 0.01] {
                let r = longest * part;
                let c = Multiprecision::new(200);
                let exact = Rational::from_f64(r).unwrap();
                let u = match *place == 1 {
                    true => 1 - Rational::from(&exact * &exact) / 2u32,
                    false => exact,
                };
                let value = program.evaluate(&c, &Point::at(c.rational(&u))).unwrap().to_f64();
                assert!(bound.contains(value), "{formula} at {r}: {value} is outside {bound:?}");
                largest = largest.max(value.abs());
            }
            assert!(bound.magnitude() < slack * largest, "{formula} up to {longest}: {bound:?}, {largest}");
        }
    }
}

/// What tends to 0 or 1 behind a pole.
#[test]
fn poles_inside_are_bounded() {
    let zero = Rational::new();
    for (formula, low, high) in [
        ("exp(-1/u^2)", 0.0, 1e-300),
        ("1/(1+1/u^2)", 0.0, 1.1e-4),
        ("u^2*sin(1/u)", -1.1e-4, 1.1e-4),
        ("tanh(1/u)", 0.9, 1.001),
        ("1/(1-log(u))", 0.0, 0.2),
    ] {
        let bound = range(formula, &zero, 1e-2).unwrap();
        assert!(bound.low >= low - 1e-300 && bound.high <= high, "{formula}: {bound:?}");
    }
}

/// What has no bound is given none.
#[test]
fn no_bound_where_there_is_none() {
    let zero = Rational::new();
    for formula in ["log(u)", "1/u", "log(u)/sqrt(u)", "exp(1/u)", "u*log(u)/u", "log(u)^2*u^(1/2)/u"] {
        let bound = range(formula, &zero, 1e-2);
        assert!(bound.as_ref().map_or(true, |bound| bound.magnitude() == f64::INFINITY), "{formula}: {bound:?}");
    }
}
