//! One suite of laws for every number system.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use rug::{Float, Rational};
use zonal::Error;
use zonal::number::{
    Ball, Balls, Double, Elementary, Exact, ExactNumber, Hybrid, HybridNumber, Interval, Intervals, Multiprecision,
    Number, Puiseux, PuiseuxSeries, Radius, Rectangle, Rectangles, Series, SlopeNumber, Slopes,
};
use zonal::special::laws::{check, check_controls};

/// A number system with what the suite needs: a way to make elements and to compare them.
trait Tested: Number {
    /// An element near `q`, 0 < q < 1; for power series with `q` as constant term.
    fn element(&self, q: &Rational, r: &Rational) -> Self::Element;

    /// Whether two values of one quantity are the same up to the system's own rounding errors.
    fn same(&self, x: &Self::Element, y: &Self::Element) -> bool;
}

/// 40 operations of half an ulp each, on quantities of size up to 100.
const DOUBLE_TOLERANCE: f64 = 4000.0 * f64::EPSILON;

impl Tested for Double {
    fn element(&self, q: &Rational, _: &Rational) -> f64 {
        q.to_f64()
    }
    fn same(&self, x: &f64, y: &f64) -> bool {
        (x - y).abs() <= DOUBLE_TOLERANCE * (1.0 + x.abs().max(y.abs()))
    }
}

impl Tested for Multiprecision {
    fn element(&self, q: &Rational, _: &Rational) -> Float {
        self.rational(q)
    }
    fn same(&self, x: &Float, y: &Float) -> bool {
        let scale = Float::with_val(64, x.abs_ref()) + 1u32;
        let tolerance = (scale * 4000u32) >> (self.precision() - 1);
        Float::with_val(64, x - y).abs() <= tolerance
    }
}

impl Tested for Exact {
    fn element(&self, q: &Rational, r: &Rational) -> ExactNumber {
        // Rational numbers and rational multiples of pi or 1/pi in turn.
        let exponent = [0, 1, -1][(r.numer().mod_u(3)) as usize];
        ExactNumber::monomial(q.clone(), exponent)
    }
    fn same(&self, x: &ExactNumber, y: &ExactNumber) -> bool {
        x == y
    }
}

impl Tested for Intervals {
    fn element(&self, q: &Rational, r: &Rational) -> Interval {
        let middle = inner(q).to_f64();
        Interval::new(middle - r.to_f64() * 1e-4, middle + 1e-4)
    }
    fn same(&self, x: &Interval, y: &Interval) -> bool {
        // Two enclosures of one set of values overlap, and neither has grown beyond use.
        x.low <= y.high && y.low <= x.high && x.high - x.low < 1.0 && y.high - y.low < 1.0
    }
}

/// Maps (0, 1) to (1/5, 4/5): away from the branch points, whose nearness makes the coefficients of a quotient or
/// a root grow (like y_0^-n) and rounding errors with them.
fn inner(q: &Rational) -> Rational {
    Rational::from((1, 5)) + Rational::from(q * 3u32) / 5u32
}

fn series_element<C: Tested>(c: &C, q: &Rational, r: &Rational) -> Vec<C::Element> {
    [inner(q), r.clone(), Rational::from(q * r), Rational::from(-r)].iter().map(|x| c.rational(x)).collect()
}

impl Tested for Series<Double> {
    fn element(&self, q: &Rational, r: &Rational) -> Vec<f64> {
        series_element(&Double, q, &Rational::from(r / 4u32))
    }
    fn same(&self, x: &Vec<f64>, y: &Vec<f64>) -> bool {
        let at = |v: &Vec<f64>, i: usize| v.get(i).copied().unwrap_or(0.0);
        let size = x.iter().chain(y).fold(1.0f64, |m, v| m.max(v.abs()));
        (0..x.len().max(y.len())).all(|i| (at(x, i) - at(y, i)).abs() <= 100.0 * DOUBLE_TOLERANCE * size)
    }
}

impl Tested for Series<Multiprecision> {
    fn element(&self, q: &Rational, r: &Rational) -> Vec<Float> {
        series_element(&Multiprecision::new(160), q, &Rational::from(r / 4u32))
    }
    fn same(&self, x: &Vec<Float>, y: &Vec<Float>) -> bool {
        let zero = Float::new(160);
        let size = x.iter().chain(y).fold(1.0f64, |m, v| m.max(v.to_f64().abs()));
        (0..x.len().max(y.len())).all(|i| {
            let (a, b) = (x.get(i).unwrap_or(&zero), y.get(i).unwrap_or(&zero));
            Float::with_val(64, a - b).abs().to_f64() <= 1e6 * 2f64.powi(-160) * size
        })
    }
}

impl Tested for Balls {
    fn element(&self, q: &Rational, r: &Rational) -> Ball {
        self.rational(q).widened(Radius::double(r.to_f64() * 1e-20))
    }
    fn same(&self, x: &Ball, y: &Ball) -> bool {
        self.sub(x, y).contains_zero()
    }
}

impl Tested for Rectangles {
    fn element(&self, q: &Rational, r: &Rational) -> Rectangle {
        Rectangle::around(inner(q).to_f64(), 0.1 * r.to_f64().fract(), 1e-5)
    }
    fn same(&self, x: &Rectangle, y: &Rectangle) -> bool {
        self.sub(x, y).contains_zero()
    }
}

/// r in a small rectangle around 1/20.
impl Tested for Slopes {
    fn element(&self, q: &Rational, _: &Rational) -> SlopeNumber {
        // q (1 - r^2/2)
        self.mul(&self.rational(&inner(q)), &self.inner_product(1, 2))
    }
    fn same(&self, x: &SlopeNumber, y: &SlopeNumber) -> bool {
        Rectangles.sub(&x.value, &y.value).contains_zero()
    }
}

impl Tested for Hybrid {
    fn element(&self, q: &Rational, r: &Rational) -> HybridNumber {
        // In (0, 1): rational numbers and rational multiples of 1/pi.
        self.exact(ExactNumber::monomial(q.clone(), if r.numer().is_odd() { 0 } else { -1 })).unwrap()
    }
    fn same(&self, x: &HybridNumber, y: &HybridNumber) -> bool {
        let exact = x.exact.as_ref().zip(y.exact.as_ref());
        Multiprecision::new(200).same(&x.ball.middle, &y.ball.middle) && exact.is_none_or(|(a, b)| a == b)
    }
}

/// Coefficients 1, 1/2, 1/4, ... of a series in the cube root of tau.
fn puiseux_element<C: Number>(c: &C, constant: &Rational, r: &Rational) -> PuiseuxSeries<C::Element> {
    let coefficient = |j: i32| if j == 0 { constant.clone() } else { Rational::from(r / (1 << (2 * j))) };
    PuiseuxSeries {
        root: 3,
        known: 9,
        coefficients: (0..9).map(|j| c.rational(&coefficient(j))).collect(),
        offset: None,
    }
}

/// Whether the coefficients that both know are the same.
fn same_puiseux<E>(x: &PuiseuxSeries<E>, y: &PuiseuxSeries<E>, zero: &E, same: impl Fn(&E, &E) -> bool) -> bool {
    let at = |s: &PuiseuxSeries<E>, exponent: &Rational| {
        let index = Rational::from(exponent * s.root);
        index.is_integer().then(|| index.numer().to_usize().unwrap_or(usize::MAX))
    };
    let reach = x.exponent(x.known).min(y.exponent(y.known));
    let exponents = (0..x.known).map(|j| x.exponent(j)).chain((0..y.known).map(|j| y.exponent(j)));
    exponents.filter(|e| *e < reach).all(|e| {
        let value = |s| at(s, &e).map_or(zero, |j: usize| s.coefficients.get(j).unwrap_or(zero));
        let (a, b): (&E, &E) = (value(x), value(y));
        same(a, b)
    })
}

impl Tested for Puiseux<Double> {
    fn element(&self, q: &Rational, r: &Rational) -> PuiseuxSeries<f64> {
        puiseux_element(&Double, &inner(q), r)
    }
    fn same(&self, x: &PuiseuxSeries<f64>, y: &PuiseuxSeries<f64>) -> bool {
        same_puiseux(x, y, &0.0, |a, b| (a - b).abs() <= 100.0 * DOUBLE_TOLERANCE * (1.0 + a.abs()))
    }
}

impl Tested for Puiseux<Multiprecision> {
    fn element(&self, q: &Rational, r: &Rational) -> PuiseuxSeries<Float> {
        puiseux_element(&Multiprecision::new(160), &inner(q), r)
    }
    fn same(&self, x: &PuiseuxSeries<Float>, y: &PuiseuxSeries<Float>) -> bool {
        let close = |a: &Float, b: &Float| {
            let scale = Float::with_val(64, a.abs_ref()) + 1u32;
            Float::with_val(64, a - b).abs() <= (scale * 1_000_000u32) >> 160u32
        };
        same_puiseux(x, y, &Float::new(160), close)
    }
}

fn run<C: Tested>(c: &C, at_least: usize) {
    let fraction = (1u32..2000).prop_map(|n| Rational::from((2 * n - 1, 4001u32)));
    let mut runner = TestRunner::new(Config { cases: 60, ..Config::default() });
    runner
        .run(&(fraction.clone(), fraction.clone(), fraction.clone(), fraction), |(q, r, s, t)| {
            let [x, y, z] = [(&q, &t), (&r, &t), (&s, &q)].map(|(q, r)| c.element(q, r));
            let decided = check(c, [&x, &y, &z], |x, y| c.same(x, y));
            let decided = decided.map_err(TestCaseError::fail)?;
            prop_assert!(decided >= at_least, "only {} laws decided", decided);
            Ok(())
        })
        .unwrap();
    let x = c.element(&Rational::from((1, 3)), &Rational::from((1, 7)));
    check_controls(c, &x, |x, y| c.same(x, y)).unwrap();
}

#[test]
fn double_obeys_the_laws() {
    run(&Double, 34);
}

#[test]
fn multiprecision_obeys_the_laws() {
    for precision in [64, 113, 300] {
        run(&Multiprecision::new(precision), 34);
    }
}

#[test]
fn exact_obeys_the_laws() {
    run(&Exact, 13);
}

#[test]
fn intervals_obey_the_laws() {
    run(&Intervals::ANALYTIC, 31);
    run(&Intervals::CLOSED, 31);
}

#[test]
fn series_over_double_obey_the_laws() {
    run(&Series::new(Double, 6), 34);
}

#[test]
fn series_over_multiprecision_obey_the_laws() {
    run(&Series::new(Multiprecision::new(160), 8), 34);
}

#[test]
fn proved_intervals_obey_the_laws() {
    run(&Intervals::PROVED, 31);
    run(&Intervals::PROVED_CLOSED, 31);
}

#[test]
fn balls_obey_the_laws() {
    run(&Balls::new(120), 34);
}

#[test]
fn rectangles_obey_the_laws() {
    run(&Rectangles, 31);
}

#[test]
fn slopes_obey_the_laws() {
    run(&Slopes::new(Rectangle::around(0.05, 0.01, 0.001)), 26);
}

#[test]
fn hybrids_obey_the_laws() {
    run(&Hybrid::new(200), 34);
}

#[test]
fn puiseux_series_obey_the_laws() {
    run(&Puiseux::new(Double, 3), 34);
    run(&Puiseux::new(Multiprecision::new(160), 4), 34);
}

/// At a branch point: identities of the functions, to the order known.
#[test]
fn puiseux_series_go_through_branch_points() {
    let c = Puiseux::new(Exact, 4);
    let number = |n: i32, d: i32| Rational::from((n, d));
    let same = |x: &PuiseuxSeries<ExactNumber>, y: &PuiseuxSeries<ExactNumber>| {
        same_puiseux(x, y, &ExactNumber::default(), |a, b| a == b)
    };
    for end in [1, -1] {
        let u = c.linear(&number(end, 1), &number(-end, 2));
        let angle = c.elementary(Elementary::Acos, &u).unwrap();
        assert!(same(&c.elementary(Elementary::Cos, &angle).unwrap_or_else(|_| u.clone()), &u));
        let quarter = c.scale(&c.pi(), &number(1, 2));
        assert!(same(&c.add(&angle, &c.elementary(Elementary::Asin, &u).unwrap()), &quarter));
        // sin(theta)^2 = 1 - u^2, and kappa_1 = (sin(theta) + (pi - theta) u)/pi
        let square = c.sub(&c.rational(&number(1, 1)), &c.mul(&u, &u));
        let sine = c.elementary(Elementary::Sqrt, &square).unwrap();
        assert!(same(&c.mul(&sine, &sine), &square));
        let kappas = c.arc_cosines(&u, 2).unwrap();
        let defined = c.add(&sine, &c.mul(&c.sub(&c.pi(), &angle), &u));
        assert!(same(&c.mul(&kappas[1], &c.pi()), &defined));
        // kappa_2 = u kappa_1 + (1 - u^2) kappa_0 / 3
        let recurrence = c.add(&c.mul(&u, &kappas[1]), &c.scale(&c.mul(&square, &kappas[0]), &number(1, 3)));
        assert!(same(&kappas[2], &recurrence));
        // Negative control.
        assert!(!same(&kappas[2], &c.add(&recurrence, &c.linear(&number(0, 1), &number(1, 1000)))));
        // A second layer: the exponents get finer, kappa_0(kappa_0) has fourth roots at 1.
        if end == 1 {
            let step = c.arc_cosines(&kappas[0], 0).unwrap().remove(0);
            assert_eq!(step.root, 4);
            // 1 - kappa_0(kappa_0(u)) ~ sqrt(2/pi)/pi d^(1/2)... to first order (2/pi) sqrt(d/(2 pi))
            assert_eq!(step.coefficients[1].to_string(), "-sqrt(2)/pi^(3/2)");
        }
    }
}

#[test]
fn exact_numbers_know_the_functions_at_special_points() {
    let q = |n: i32, d: i32| Exact.rational(&Rational::from((n, d)));
    assert_eq!(Exact.elementary(Elementary::Acos, &q(-1, 2)).unwrap().to_string(), "2 pi/3");
    assert_eq!(Exact.elementary(Elementary::Sin, &Exact.scale(&Exact.pi(), &Rational::from((1, 6)))).unwrap(), q(1, 2));
    assert_eq!(Exact.power(&q(8, 27), &Rational::from((-2, 3))).unwrap(), q(9, 4));
    assert_eq!(Exact.arc_cosines(&q(0, 1), 2).unwrap()[2].to_string(), "1/6");
    assert!(matches!(Exact.elementary(Elementary::Exp, &q(1, 1)), Err(Error::Unable(_))));
    assert!(matches!(Exact.power(&q(-1, 1), &Rational::from((1, 2))), Err(Error::Domain(_))));
    assert!(matches!(Exact.div(&q(1, 1), &q(0, 1)), Err(Error::Domain(_))));
}
