//! Every bound of the proofs, computed a second time from its formula in docs/proofs.md, in doubles: not smaller, and
//! not much larger.

use statrs::function::gamma::ln_gamma;
use std::f64::consts::{LN_2, PI};
use zonal::kernel::{CentralDisc, Disc, End, Ends, Expansions, Point, Region, Strip};
use zonal::number::{Hybrid, Interval, Rectangle, Rectangles, Slopes};
use zonal::spectrum::ExaminedKernel;
use zonal::spectrum::endpoint::series::EndpointSeries;
use zonal::{Kernel, Sphere};

fn problem(kernel: &str, p: u64) -> ExaminedKernel {
    ExaminedKernel::new(Kernel::parse(kernel).unwrap(), Sphere::in_dimension(p).unwrap()).unwrap()
}

/// ln |W_nu(k)|, |Gamma(-nu)| = pi/(|sin(pi nu)| Gamma(1+nu)).
fn log_weight(nu: f64, k: f64, p: f64) -> f64 {
    let gamma = PI.ln() - (PI * nu).sin().abs().ln() - ln_gamma(1.0 + nu);
    ln_gamma(p / 2.0) - PI.ln() / 2.0 + (2.0 * nu + p - 2.0) * LN_2 + ln_gamma(nu + (p - 1.0) / 2.0) - gamma
        + ln_gamma(k - nu)
        - ln_gamma(k + nu + p - 1.0)
}

/// The three parts of the remainder after n terms of each class.
fn remainder(region: &Region, expansions: &Expansions, n: usize, k: u64, p: u64) -> [f64; 3] {
    let (height, x, dimension) = (region.strip.height, k as f64, p as f64);
    let t = 2.0 * (height / 2.0).sinh();
    let slits = region.discs.iter().filter(|disc| disc.root > 1);
    let tail = |disc: &Disc| {
        let m = f64::from(disc.root);
        let q = t.powf(2.0 / m) / disc.radius;
        // sin(pi/m) >= 2/m
        let log = disc.bound.ln() - (n as f64 * m + 1.0) * disc.radius.ln() - (1.0 - q).ln() - (2.0 / m).ln();
        (log + log_weight(n as f64 + 1.0 / m, x, dimension)).exp()
    };
    let a: f64 = slits.map(tail).sum();
    let mut sizes = std::collections::BTreeMap::<String, (f64, f64)>::new();
    for nu in expansions.exponents().into_iter().filter(|nu| *nu < n) {
        let size: f64 = expansions.coefficients(&nu).iter().map(|c| c.ball.middle.to_f64().abs()).sum();
        let (first, whole) = nu.clone().fract_floor(Default::default());
        let entry = sizes.entry(first.to_string()).or_insert((first.to_f64(), 0.0));
        entry.1 += size * t.powf(2.0 * whole.to_f64());
    }
    let completion = |(nu, size): &(f64, f64)| {
        let beyond = |i: u64| (log_weight(nu + i as f64, x, dimension) - 2.0 * i as f64 * t.ln()).exp();
        size * (n as u64 - 1..k - 1).map(beyond).fold(f64::INFINITY, f64::min)
    };
    let b: f64 = sizes.values().map(completion).sum();
    let rho = height.exp();
    let (mut term, mut sum) = (1.0, 1.0);
    for i in 0..20_000 {
        term *= ((4.0 - dimension) / 2.0 + f64::from(i)).abs() / f64::from(i + 1) / rho.powi(2);
        sum += term;
    }
    // k! Gamma(q)/Gamma(k+q) for q = floor(p/2)
    let q = (p / 2) as f64;
    let gammas = ln_gamma(x + 1.0) + ln_gamma(q) - ln_gamma(x + q);
    let c = region.strip.bound.to_float().to_f64() * (rho + 1.0 / rho) * rho.powf(-x - 1.0) * sum * gammas.exp();
    [a, b, c]
}

/// The remainder of the endpoint expansion is the sum of its three parts; each of them is the largest somewhere.
#[test]
fn remainders_are_what_the_formulas_say() {
    let cases = [
        ("ntk(3)", 10, 0.6, 20),
        ("laplace(1)", 3, 1.0, 30),
        ("laplace(1)", 8, 0.2, 24),
        ("arccos(1)", 5, 1.3, 12),
        ("arccos(1)", 4, 0.7, 60),
        ("sqrt(2-2*u)*exp(u)", 6, 0.8, 16),
        ("gamma_exponential(1,1/2)", 3, 0.5, 10),
        ("gamma_exponential(1,2/3)+ntk(2)", 6, 0.3, 10),
    ];
    let mut largest = [0.0f64; 3];
    for (kernel, p, height, order) in cases {
        let problem = problem(kernel, p);
        let ends = Ends::of(&problem.program, &problem.kernel);
        let expansions = ends.expansions(Hybrid::new(200), order).unwrap();
        let region = Region::new(&ends, expansions.roots(), height).unwrap();
        let series = EndpointSeries::of(&problem, region, 200, order).unwrap();
        for k in [12, 13, 20, 40, 100, 400] {
            let sum = series.sum(k, &series.ratios(k, None).unwrap()).unwrap();
            let parts = remainder(&region, &expansions, sum.terms, k, p);
            let expected: f64 = parts.iter().sum();
            let (found, value) = (sum.remainder.to_float().to_f64(), sum.value.middle.to_f64().abs());
            // Parts below 2^-200 of the value are not sharpened further.
            let negligible = 4.0 * value * 2f64.powi(-200);
            let place = format!("{kernel}, p = {p}, height {height}, k = {k}: {found:e}, {parts:?}");
            assert!(found >= expected * (1.0 - 1e-9), "{place}");
            // The series F is bounded by a geometric one.
            assert!(found <= expected * 1.05 + negligible, "{place}");
            for (largest, part) in largest.iter_mut().zip(parts) {
                *largest = largest.max(part / expected);
            }
        }
    }
    assert!(largest.iter().all(|share| *share > 0.01), "{largest:?}");
}

/// A singular point anywhere in a disc or strip, or just outside of it.
#[test]
fn coverings_leave_no_gap() {
    let program = |formula: &str| Kernel::parse(formula).unwrap().program(None).unwrap();
    // Poles of 1/(u^2 - 2 Re(c) u + |c|^2) at u = c and its conjugate.
    let poles = |re: f64, im: f64| program(&format!("1/(u^2-({})*u+{})", 2.0 * re, re * re + im * im));
    // Finer powers at an end are no power series in r, |x-y|^2 = r^2; in a finer root they are.
    for formula in ["sqrt(sqrt(1-u))", "(1-u)^(3/4)", "arccos0(arccos0(u))", "acos(1-sqrt(1-u)/9)"] {
        assert!(Disc::new(&program(formula), End::One, 0.3, 2).is_err(), "{formula}");
        assert!(Disc::new(&program(formula), End::One, 0.3, 4).is_ok(), "{formula}");
    }
    // The other end is a branch point, at r = +-2.
    for formula in ["acos(u)", "arccos(0)", "arccos(1)", "arccos(3)"] {
        for end in End::BOTH {
            assert!(Disc::new(&program(formula), end, 2.02, 2).is_err(), "{formula}");
            assert!(Disc::new(&program(formula), end, 1.6, 2).is_ok(), "{formula}");
        }
    }
    for i in 1..31 {
        let angle = 0.1 * f64::from(i);
        for radius in [1.05, 1.3, 2.0] {
            let (re, im) = (radius * angle.cos(), radius * angle.sin());
            assert!(CentralDisc::new(&poles(re, im), radius * 1.02).is_err(), "radius {radius}, angle {angle}");
            assert!(CentralDisc::new(&poles(re, im), radius * 0.6).is_ok(), "radius {radius}, angle {angle}");
        }
        // u = cos(angle + i y) = cos(angle) cosh(y) - i sin(angle) sinh(y)
        for y in [0.3f64, 0.7] {
            let (re, im) = (angle.cos() * y.cosh(), angle.sin() * y.sinh());
            assert!(Strip::new(&poles(re, im), y * 1.02).is_err(), "height {y}, angle {angle}");
            // Near the ends the expanded square is too wide for rectangles.
            if (1.0..2.2).contains(&angle) {
                assert!(Strip::new(&poles(re, im), y * 0.4).is_ok(), "height {y}, angle {angle}");
            }
        }
        // u = 1 - r^2/2 and -1 + r^2/2, r = radius e^(i angle)
        for (end, sign) in [(End::One, 1.0), (End::MinusOne, -1.0)] {
            for radius in [0.4f64, 1.1] {
                let square = radius * radius / 2.0;
                let (re, im) = (sign * (1.0 - square * (2.0 * angle).cos()), square * (2.0 * angle).sin());
                // At angle pi/2 the pair meets on the real axis.
                assert!(Disc::new(&poles(re, im), end, radius * 1.02, 2).is_err(), "radius {radius}, angle {angle}");
                assert!(Disc::new(&poles(re, im), end, radius * 0.5, 2).is_ok(), "radius {radius}, angle {angle}");
            }
        }
    }
}

/// The bounds of |kappa| hold on the boundaries, and are not far above.
#[test]
fn bounds_hold_on_the_boundaries() {
    let turn = |radius: f64, i: usize| {
        let angle = PI * (i as f64 + 0.5) / 200.0;
        Rectangle::around(radius * angle.cos(), radius * angle.sin(), 1e-12)
    };
    for (formula, height, radius) in [
        ("ntk(3)", 0.7, 0.9),
        ("laplace(2)", 1.5, 1.8),
        ("exp(3*u)/(2-u)", 1.0, 1.4),
        ("arccos2(arccos1(u))", 0.6, 0.7),
    ] {
        let program = Kernel::parse(formula).unwrap().program(None).unwrap();
        for end in End::BOTH {
            let bound = Disc::new(&program, end, radius, 2).unwrap().bound.to_float().to_f64();
            let at = |r: Rectangle| {
                let slopes = Slopes::new(r);
                program.evaluate(&slopes, &Point::at(slopes.inner_product(end.place(), 2))).unwrap().value.mignitude()
            };
            let largest = (0..200).map(|i| at(turn(radius, i))).fold(0.0, f64::max);
            assert!(bound >= largest && bound < 1e3 * largest, "{formula}, {end:?}: {bound} against {largest}");
        }
        let bound = Strip::new(&program, height).unwrap().bound.to_float().to_f64();
        let at = |x: f64| {
            let theta = Rectangle { re: Interval::point(x), im: Interval::point(height) };
            let point = Point { u: theta.cos().unwrap(), angle: Some((theta, theta.sin().unwrap())) };
            program.evaluate(&Rectangles, &point).unwrap().mignitude()
        };
        // The strip is bounded together with the discs at its ends.
        let disc = |end| Disc::new(&program, end, Disc::radius_for(height, 2), 2).unwrap().bound.to_float().to_f64();
        let ends = disc(End::One).max(disc(End::MinusOne));
        let largest = (10..190).map(|i| at(PI * f64::from(i) / 200.0)).fold(0.0, f64::max);
        assert!(bound >= largest && bound < 20.0 * largest.max(ends), "{formula}: {bound} against {largest}, {ends}");
    }
    let program = Kernel::parse("exp(3*u)/(2-u)").unwrap().program(None).unwrap();
    let bound = CentralDisc::new(&program, 1.4).unwrap().bound.to_float().to_f64();
    let at = |u: Rectangle| program.evaluate(&Rectangles, &Point::at(u)).unwrap().mignitude();
    let largest = (0..200).map(|i| at(turn(1.4, i))).fold(0.0, f64::max);
    assert!(bound >= largest && bound < 1e3 * largest, "{bound} against {largest}");
}
