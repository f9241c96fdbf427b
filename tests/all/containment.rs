//! Enclosures contain the images of their points.

use crate::support;

use proptest::prelude::*;
use rug::{Float, Integer, Rational};
use support::fixed_runner;
use zonal::number::{
    Ball, Balls, Double, Elementary, Interval, Intervals, Multiprecision, Number, Radius, Rectangle, Rectangles,
};
use zonal::{Error, Result};

/// Balls hold the images of their points: operations on random points of random balls, at 300 bits against 60.
#[test]
fn balls_contain() {
    let (c, fine) = (Balls::new(60), Multiprecision::new(300));
    // Often at the ends of the ball, where a bound is sharp.
    let place = || prop_oneof![Just(-100), Just(100), -100i32..=100];
    let width = || prop_oneof![1 => Just(None), 4 => (-60i32..-3).prop_map(Some)];
    // Sometimes at a branch point.
    let middle = || prop_oneof![8 => (-2000i64..2000, -40i32..2), 1 => Just((1024, 0)), 1 => Just((-1024, 0))];
    let number = || (middle(), width(), place());
    let mut runner = fixed_runner(20_000);
    runner
        .run(&(number(), number(), 0usize..19), |(x, y, op)| {
            let make = |((n, scale), width, place): ((i64, i32), Option<i32>, i32)| {
                let middle = Float::with_val(60, n) << (scale - 10);
                let radius = width.map_or(Radius::ZERO, Radius::power_of_two);
                let point = Float::with_val(300, radius.to_float() * Float::with_val(60, place) / 100u32) + &middle;
                (Ball { middle, radius }, point)
            };
            let ((x, at_x), (y, at_y)) = (make(x), make(y));
            let (image, value) = match op {
                0 => (Ok(c.add(&x, &y)), Ok(fine.add(&at_x, &at_y))),
                1 => (Ok(c.sub(&x, &y)), Ok(fine.sub(&at_x, &at_y))),
                2 => (Ok(c.mul(&x, &y)), Ok(fine.mul(&at_x, &at_y))),
                3 => (c.div(&x, &y), fine.div(&at_x, &at_y)),
                4..=10 => {
                    let f = Elementary::ALL[op - 4];
                    (c.elementary(f, &x), fine.elementary(f, &at_x))
                }
                11 => (c.power(&x, &(5, 3).into()), fine.power(&at_x, &(5, 3).into())),
                18 => (c.power(&x, &(1, 3).into()), fine.power(&at_x, &(1, 3).into())),
                12 => (c.power(&x, &(-3).into()), fine.power(&at_x, &(-3).into())),
                13 => (c.ln_gamma(&x), Ok(Float::with_val(300, at_x.ln_gamma_ref()))),
                _ => (
                    c.arc_cosines(&x, 3).map(|mut k| k.swap_remove(op - 14)),
                    fine.arc_cosines(&at_x, 3).map(|mut k| k.swap_remove(op - 14)),
                ),
            };
            if let (Ok(image), Ok(value)) = (image, value) {
                // The value at 300 bits is itself rounded.
                let slack = Radius::above(&value) * Radius::power_of_two(-250);
                prop_assert!(image.clone().widened(slack).contains(&value), "operation {op} on {x:?}, {y:?}: {value}");
            }
            Ok(())
        })
        .unwrap();
}

/// Angles of exact numbers at low precision, where every unit of the error counts, against MPFR.
#[test]
fn angles_of_points_are_inside() {
    for bits in [12u32, 24, 60] {
        let c = Balls::new(bits);
        for i in -2000i32..=2000 {
            let middle = Float::with_val(bits, i) / 2001u32;
            let exact = Float::with_val(400, middle.acos_ref());
            let image = c.elementary(Elementary::Acos, &Ball::exact(middle)).unwrap();
            assert!(image.contains(&exact), "acos({i}/2001), {bits} bits: {image:?}");
        }
    }
}

/// A ball that reaches into the domain is not wholly outside, however short its midpoint.
#[test]
fn wide_balls_are_not_outside() {
    for (bits, exponent) in [(2u32, 10u32), (24, 30), (40, 50)] {
        let radius = Radius::double(2f64.powi(exponent as i32) - 0.5);
        let ball = Ball { middle: Float::with_val(bits, 1) << exponent, radius };
        assert!(ball.contains(&Float::with_val(53, 0.5)));
        assert!(!matches!(Balls::new(bits).elementary(Elementary::Acos, &ball), Err(Error::Domain(_))), "{bits}");
        assert!(!matches!(Balls::new(bits).arc_cosines(&ball, 1), Err(Error::Domain(_))), "{bits}");
    }
    let outside = Ball { middle: Float::with_val(24, 5), radius: Radius::double(3.5) };
    assert!(matches!(Balls::new(24).elementary(Elementary::Acos, &outside), Err(Error::Domain(_))));
}

/// Proved intervals hold the images of their points, ends included, computed in balls of 200 bits.
#[test]
fn proved_intervals_contain() {
    let (closed, analytic, fine) = (Intervals::PROVED_CLOSED, Intervals::PROVED, Balls::new(200));
    let end = || prop_oneof![-8.0f64..8.0, -1.0f64..1.0, Just(1.0), Just(-1.0), Just(0.0), Just(0.5), -1e3f64..1e3];
    let share = || prop_oneof![Just(0.0f64), Just(1.0), 0.0f64..=1.0];
    let mut runner = fixed_runner(20_000);
    runner
        .run(&((end(), end(), share()), (end(), end(), share()), 0usize..21), |(x, y, op)| {
            let make = |(a, b, share): (f64, f64, f64)| {
                let x = Interval::new(a, b);
                let point = (x.low + share * (x.high - x.low)).clamp(x.low, x.high);
                (x, Ball::exact(Float::with_val(53, point)))
            };
            let ((x, at_x), (y, at_y)) = (make(x), make(y));
            let powers = [(2, 3), (1, 2), (-3, 1), (4, 1), (-1, 2), (2, 1)].map(Rational::from);
            let image = |c: &Intervals| match op {
                0 => Ok(c.add(&x, &y)),
                1 => Ok(c.sub(&x, &y)),
                2 => Ok(c.mul(&x, &y)),
                3 => c.div(&x, &y),
                4..=10 => c.elementary(Elementary::ALL[op - 4], &x),
                11..=14 => c.arc_cosines(&x, 3).map(|k| k[op - 11]),
                _ => c.power(&x, &powers[op - 15]),
            };
            let value = match op {
                0 => Ok(fine.add(&at_x, &at_y)),
                1 => Ok(fine.sub(&at_x, &at_y)),
                2 => Ok(fine.mul(&at_x, &at_y)),
                3 => fine.div(&at_x, &at_y),
                4..=10 => fine.elementary(Elementary::ALL[op - 4], &at_x),
                11..=14 => fine.arc_cosines(&at_x, 3).map(|mut k| k.swap_remove(op - 11)),
                _ => fine.power(&at_x, &powers[op - 15]),
            };
            for (proves, image) in [(false, image(&closed)), (true, image(&analytic))] {
                match (image, &value) {
                    (Ok(image), Ok(value)) => {
                        // The ball is far narrower than a double's last place.
                        let inside = image.low <= value.middle && value.middle <= image.high;
                        prop_assert!(inside, "operation {op} on {x:?}, {y:?}: {image:?} without {}", value.middle);
                    }
                    // What is not defined at a point is not analytic there.
                    (Ok(image), Err(_)) => prop_assert!(!proves, "operation {op} on {x:?}, {y:?}: {image:?}"),
                    _ => {}
                }
            }
            Ok(())
        })
        .unwrap();
}

/// The image of a rectangle meets that of each of its points, and a rectangle across a cut has none.
#[test]
fn rectangles_contain() {
    let c = Rectangles;
    let side = || (-3.0f64..3.0, prop_oneof![0.0f64..1.0, 0.0f64..1e-3]);
    let share = || prop_oneof![Just(0.0f64), Just(1.0), 0.0f64..=1.0];
    let number = || (side(), side(), share(), share());
    let mut runner = fixed_runner(20_000);
    runner
        .run(&(number(), number(), 0usize..18), |(x, y, op)| {
            let make = |((a, b), (d, e), s, t): ((f64, f64), (f64, f64), f64, f64)| {
                let interval = |low: f64, width: f64| Interval { low, high: low + width };
                let at =
                    |x: &Interval, share: f64| Interval::point((x.low + share * (x.high - x.low)).clamp(x.low, x.high));
                let z = Rectangle { re: interval(a, b), im: interval(d, e) };
                (z, Rectangle { re: at(&z.re, s), im: at(&z.im, t) })
            };
            let ((x, at_x), (y, at_y)) = (make(x), make(y));
            let image = |x: &Rectangle, y: &Rectangle| match op {
                0 => Ok(c.add(x, y)),
                1 => Ok(c.sub(x, y)),
                2 => Ok(c.mul(x, y)),
                3 => c.div(x, y),
                4..=10 => c.elementary(Elementary::ALL[op - 4], x),
                11..=14 => c.arc_cosines(x, 3).map(|k| k[op - 11]),
                15 => c.power(x, &(2, 3).into()),
                16 => c.power(x, &(-2).into()),
                _ => {
                    let (sine, cosine) = (x.sin()?, x.cos()?);
                    c.arc_cosines_of_angle(x, &sine, &cosine, 3).map(|k| k[2])
                }
            };
            if let (Ok(wide), Ok(point)) = (image(&x, &y), image(&at_x, &at_y)) {
                let both = wide.meet(&point);
                let meets = both.re.low <= both.re.high && both.im.low <= both.im.high;
                prop_assert!(meets, "operation {op} on {x:?}, {y:?} at {at_x:?}, {at_y:?}: {wide:?}, {point:?}");
            }
            let on_axis = |from: f64, to: f64| x.im.contains(0.0) && x.re.low < to && x.re.high > from;
            let cut = match op {
                4 | 6 | 15 => on_axis(f64::NEG_INFINITY, 0.0),
                9..=14 => on_axis(f64::NEG_INFINITY, -1.0) || on_axis(1.0, f64::INFINITY),
                _ => false,
            };
            prop_assert!(!cut || image(&x, &y).is_err(), "operation {op} on {x:?} across its cut");
            Ok(())
        })
        .unwrap();
}

proptest! {
    /// Sums of products of exact numbers, where rounding is all there is.
    #[test]
    fn inner_products_contain(entries in prop::collection::vec((-1000i64..1000, 1i64..1000, -20i32..20), 2..40)) {
        let c = Balls::new(12);
        let pairs: Vec<(Ball, Ball)> =
            entries.iter().map(|(x, y, shift)| {
                (c.rational(&Rational::from(*x)), Ball::exact(Float::with_val(12, *y) << *shift))
            }).collect();
        let sum = c.inner_product(pairs.iter().map(|(x, y)| (x, y)));
        let exact = |x: &Ball| Rational::try_from(&x.middle).unwrap();
        let expected: Rational = pairs.iter().map(|(x, y)| exact(x) * exact(y)).sum();
        prop_assert!((exact(&sum) - expected).abs() <= Rational::try_from(&sum.radius.to_float()).unwrap());
    }

    /// Every operation on radii bounds the exact one, and is sharp.
    #[test]
    fn radii_bound(a in 1u64..1 << 60, b in 1u64..1 << 60, shift in 0i32..140) {
        let exact = |n: u64, shift: i32| Rational::from((Integer::from(n) << 200u32) >> shift as u32) >> 200u32;
        let (p, q) = (exact(a, 0), exact(b, shift));
        let float = |q: &Rational| Float::with_val(300, q);
        let (x, y) = (Radius::above(&float(&p)), Radius::above(&float(&q)));
        let (low, below) = (Radius::below(&float(&p)), Radius::below(&float(&q)));
        let of = |r: Radius| Rational::try_from(&r.to_float()).unwrap();
        // Little more than a short number, so little that it is in another limb.
        let little = exact(1, 0) + exact(1, shift + 50);
        // Longer than the numbers of the quotient.
        let long = Integer::from(&(Integer::from(a) << 70u32) + b) * a;
        let other = (Integer::from(b) << 70u32) + a;
        let sharp = Rational::from((1u64 << 48, (1u64 << 48) - 1));
        for (bound, exact) in [
            (of(x), p.clone()),
            (of(Radius::above(&float(&little))), little.clone()),
            (of(x + y), of(x) + of(y)),
            (of(x * y), of(x) * of(y)),
            (of(x / y), of(x) / of(y)),
            (of(x.max(y)), of(x).max(of(y))),
            (of(Radius::quotient(&long, &other)), Rational::from((long.clone(), other.clone()))),
            (of(x.root_above()) * of(x.root_above()), of(x)),
        ] {
            prop_assert!(bound >= exact && bound <= exact.clone() * &sharp, "{bound} bounds {exact} from above");
        }
        for (bound, exact) in [
            (of(low), p),
            (of(Radius::below(&float(&little))), little),
            (of(x.root_below()) * of(x.root_below()), of(x)),
            (of(x.min(y)), of(x).min(of(y))),
        ] {
            prop_assert!(bound <= exact && bound.clone() * &sharp >= exact, "{bound} bounds {exact} from below");
        }
        let difference = of(low) - of(y);
        prop_assert!(of(low.minus_below(y)) <= difference.clone().max(Rational::new()));
        prop_assert!(of(low.minus_below(y)) >= difference - of(low) / (1u64 << 50));
        prop_assert!(x > Radius::ZERO && x < Radius::INFINITE && below <= y);
        // Sums of many: what is far smaller still counts.
        let many = (0..1000).fold(x, |sum, _| sum + y);
        prop_assert!(of(many) >= of(x) + of(y) * 1000u32);
    }

    /// The image of every point lies in the image of the interval.
    #[test]
    fn intervals_contain(low in -0.95f64..0.9, width in 0.0f64..0.05, place in 0.0f64..=1.0) {
        let x = Interval::new(low, (low + width).min(0.99));
        let point = x.low + place * (x.high - x.low);
        let check = |image: Result<Interval>, value: f64| match image {
            // The double-precision value is itself off by a few ulps.
            Ok(image) => image.low - 1e-14 <= value && value <= image.high + 1e-14,
            Err(e) => matches!(e, Error::Unable(_) | Error::Domain(_)),
        };
        for f in Elementary::ALL {
            if let Ok(value) = Double.elementary(f, &point) {
                prop_assert!(check(Intervals::CLOSED.elementary(f, &x), value), "{f:?} on {x:?}");
            }
        }
        let kappas = Double.arc_cosines(&point, 3).unwrap();
        for (n, value) in kappas.into_iter().enumerate() {
            prop_assert!(check(Intervals::CLOSED.arc_cosines(&x, 3).map(|k| k[n]), value));
        }
        let negative = (-3).into();
        for q in [Rational::from((2, 3)), Rational::from(4), negative] {
            if let Ok(value) = Double.power(&point, &q)
                && value.abs() < 1e6 {
                    prop_assert!(check(Intervals::CLOSED.power(&x, &q), value), "{q} on {x:?}");
                }
        }
    }
}
