//! Functions with their slopes: values lie inside, and slopes where plain rectangles lie.

use crate::support;
use proptest::prelude::*;
use rug::{Float, Rational};
use support::fixed_runner;
use zonal::kernel::{End, Kernel, Point};
use zonal::number::{Ball, Balls, Interval, Number, Rectangle, Rectangles, Slopes};

/// Functions of complex r beside an end and beside 1/3, on rectangles from the real axis up to r, hold what rectangles
/// of u enclose at r: the continuation from real r > 0. Off the real axis a branch is not guessed.
#[test]
fn slopes_meet_rectangles() {
    // Whether the place is 1/3, and whether it is singular there.
    let formulas = [
        ("(1-u)^(7/10)", false, true),
        ("sqrt(acos(u))", false, true),
        ("arccos1(laplace(1))", false, true),
        ("arccos2(arccos0(u))", false, true),
        ("sqrt(1-cos(sqrt(1-u)))", false, false),
        ("log(1-u)*u", false, true),
        ("((u-1/3)^2)^(1/3)", true, true),
        ("sqrt(1-cos(u-1/3))", true, false),
        ("sin(u-1/3)/(u-1/3)", true, false),
        ("acos(1-(u-1/3)^2)", true, false),
    ];
    let (c, third) = (Rectangles, Rational::from((1, 3)));
    let mut compared = 0;
    for (formula, inside, singular) in formulas {
        let program = Kernel::parse(formula).unwrap().program(None).unwrap();
        let found = |r: Rectangle| {
            let slopes = Slopes::alone(r);
            let u = if inside { slopes.beside(&third, true) } else { slopes.inner_product(1, 2) };
            program.evaluate(&slopes, &Point::at(u)).map(|value| value.value)
        };
        for i in 0..200 {
            // |r| from 1e-3 to 0.5, arg r up to pi/4: the right half-plane of r^2.
            let size = 1e-3 * 500f64.powf(f64::from(i % 20) / 19.0);
            let (x, y) = (size * (0.078 * f64::from(i / 20)).cos(), size * (0.078 * f64::from(i / 20)).sin());
            let top = Rectangle::around(x, y, 1e-9 * size);
            let column = Rectangle { re: top.re, im: Interval { low: 0.0, high: top.im.high } };
            let u = match inside {
                false => c.sub(&c.rational(&Rational::from(1)), &c.scale(&top.square(), &Rational::from((1, 2)))),
                true => c.add(&c.rational(&third), &top),
            };
            let (found, plain) = (found(column).unwrap(), program.evaluate(&c, &Point::at(u)).unwrap());
            let both = found.meet(&plain);
            let place = format!("{formula} at {top:?}: {found:?} {plain:?}");
            assert!(both.re.low <= both.re.high && both.im.low <= both.im.high, "{place}");
            assert!(found.magnitude() < 4.0 * plain.magnitude() + 0.1, "{place}");
            compared += 1;
        }
        // In a covering a branch is not chosen, nor to the left of a singular place.
        let slopes = Slopes::new(Rectangle::around(0.01, 0.0, 1e-4));
        let u = if inside { slopes.beside(&third, true) } else { slopes.inner_product(1, 2) };
        let covering = program.evaluate(&slopes, &Point::at(u));
        assert_eq!(covering.is_err(), singular && formula != "log(1-u)*u", "{formula}");
        assert_eq!(
            found(Rectangle::around(-0.01, 0.01, 1e-4)).is_err(),
            singular && formula != "log(1-u)*u",
            "{formula}"
        );
    }
    assert_eq!(compared, 200 * formulas.len());
}

/// Functions of r around both ends, u = 1 - r^2/2 and u = -1 + r^2/2: the values of kernels on real intervals, narrow
/// and wide, and of every step of the arc-cosine functions.
#[test]
fn slopes_contain() {
    let formulas = [
        "arccos(0)",
        "arccos(1)",
        "arccos(2)",
        "arccos(3)",
        "ntk(3)",
        "laplace(1)",
        "acos(u)",
        "asin(u)*u",
        "sqrt(1-u)*exp(u)",
        "arccos2(arccos1(u))",
        "log(2+sqrt(1+u))",
        "sin(acos(u))/(2-u)",
        "(1-u)^(3/2)-cos(3*u)",
        "matern(5/2,1)",
        "(1-u)^(7/10)*(2+u)",
        "sqrt(acos(u))",
        "arccos1(laplace(1))-arccos0(arccos0(u))",
        "log(1-u^2)",
        "(1+u)^(-1/3)",
    ];
    let programs: Vec<_> = formulas.iter().map(|f| Kernel::parse(f).unwrap().program(None).unwrap()).collect();
    let width = prop_oneof![Just(0.0f64), 0.0f64..1e-6, 0.0f64..0.3];
    let compared = std::cell::Cell::new(0);
    let mut runner = fixed_runner(6000);
    runner
        .run(
            &(0..formulas.len(), prop::bool::ANY, 0.0f64..1.3, width, 0.0f64..=1.0),
            |(index, one, low, width, share)| {
                let end = if one { End::One } else { End::MinusOne };
                let re = Interval { low, high: low + width };
                let r = (low + share * width).clamp(re.low, re.high);
                let slopes = Slopes::alone(Rectangle::real(re));
                let Ok(image) = programs[index].evaluate(&slopes, &Point::at(slopes.inner_product(end.place(), 2)))
                else {
                    return Ok(());
                };
                let c = Balls::new(200);
                let half_square = Float::with_val(200, Float::with_val(110, r).square() / 2u32);
                let u = Ball::exact(Float::with_val(200, 1 - half_square) * end.place());
                let value = programs[index].evaluate(&c, &Point::at(u)).unwrap();
                let inside = image.value.re.low <= value.middle && value.middle <= image.value.re.high;
                prop_assert!(
                    inside,
                    "{} at r = {r:e} in {re:?}: {:?} without {}",
                    formulas[index],
                    image.value,
                    value.middle
                );
                if width == 0.0 {
                    let (image, size) = (image.value.re, value.middle.to_f64().abs());
                    prop_assert!(
                        image.high - image.low <= 1e-7 * (1.0 + size),
                        "{} at r = {r:e}: {image:?}",
                        formulas[index]
                    );
                }
                compared.set(compared.get() + 1);
                Ok(())
            },
        )
        .unwrap();
    assert!(compared.get() > 4000, "{}", compared.get());
}
