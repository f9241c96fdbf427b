//! Laws, bounds and positivity of kernels with kinks inside (-1, 1), proved for all degrees.

use rug::{Float, ops::Pow};
use zonal::decay::{Conclusion, Positivity, Proof, ProvedPower, Witness};
use zonal::rkhs::{Levels, Space, Target};
use zonal::{Kernel, Sphere};

fn prove(kernel: &str, p: u64) -> Proof {
    Kernel::parse(kernel).unwrap().prove(Sphere::in_dimension(p).unwrap()).unwrap()
}

/// m^q, m = k + (p-2)/2.
fn power(k: u64, p: u64, q: &rug::Rational) -> Float {
    (Float::with_val(100, 2 * k + p - 2) / 2u32).pow(Float::with_val(100, q))
}

struct Row {
    kernel: String,
    p: u64,
    k: u64,
    value: Float,
}

/// tests/reference/kink_laws.py
fn reference() -> Vec<Row> {
    let text = include_str!("../reference/kink_laws.tsv");
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let value = Float::with_val(100, Float::parse(cells[3]).unwrap());
        Row { kernel: cells[0].to_string(), p: cells[1].parse().unwrap(), k: cells[2].parse().unwrap(), value }
    });
    rows.collect()
}

/// Eigenvalues of an independent program keep the laws and bounds; constants three times smaller are refuted by one of
/// them.
#[test]
fn laws_and_bounds_hold_and_are_sharp() {
    let rows = reference();
    let mut places: Vec<(&str, u64)> = rows.iter().map(|row| (row.kernel.as_str(), row.p)).collect();
    places.dedup();
    assert_eq!(places.len(), 12);
    let (mut laws, mut bounds) = (0, 0);
    for (kernel, p) in places {
        let proof = prove(kernel, p);
        for parity in &proof.parities {
            let place = format!("{kernel}, p = {p}, {} k", parity.parity);
            let of_parity = |row: &&Row| row.kernel == kernel && row.p == p && row.k % 2 == parity.parity.remainder();
            // What an eigenvalue takes of what it may: at most 1.
            let mut taken = Vec::new();
            for row in rows.iter().filter(of_parity) {
                match &parity.conclusion {
                    Conclusion::Power(ProvedPower::Law(law)) if row.k < law.from_degree => {}
                    Conclusion::Power(ProvedPower::Law(law)) => {
                        let quotient =
                            Float::with_val(100, &row.value * power(row.k, p, &law.exponent)) / &law.constant.middle;
                        let off = (quotient - 1u32).abs() * power(row.k, p, &law.rate);
                        taken.push((off / law.c.to_float()).to_f64());
                    }
                    Conclusion::Power(ProvedPower::Bound(bound)) => {
                        let scaled = Float::with_val(100, row.value.abs_ref()) * power(row.k, p, &bound.exponent);
                        taken.push((scaled / &bound.constant).to_f64());
                    }
                    other => panic!("{place}: {other:?}"),
                }
            }
            assert!(!taken.is_empty() && taken.iter().all(|part| *part <= 1.0), "{place}: {taken:?}");
            let sharpest = taken.iter().copied().fold(0.0, f64::max);
            match parity.conclusion {
                Conclusion::Power(ProvedPower::Law(_)) => laws += usize::from(sharpest > 1.0 / 3.0),
                _ => bounds += usize::from(sharpest > 1.0 / 3.0),
            }
        }
    }
    assert!(laws >= 4 && bounds >= 4, "{laws} {bounds}");
}

/// The exponents are those of the slower of end and kink, from a low degree.
#[test]
fn laws_start_low() {
    for (kernel, p, exponent, rate, from) in [
        ("max(1-sqrt(2-2*u),0)^4*(4*sqrt(2-2*u)+1)", 3, (5, 1), (1, 2), 700),
        ("max(1-acos(u),0)^2", 2, (2, 1), (1, 1), 20),
        ("max(1-acos(u),0)^2", 3, (3, 1), (1, 2), 60),
        ("max(1-acos(u),0)^3", 5, (5, 1), (1, 2), 60),
        ("max(1-acos(u)/2,0)^4*(1+2*acos(u))", 3, (5, 1), (1, 2), 80),
        ("where(u-1/2,1-3/2*acos(u)+acos(u)^3/2,0)+laplace(1)", 2, (2, 1), (0, 1), 0),
    ] {
        let proof = prove(kernel, p);
        for parity in &proof.parities {
            match &parity.conclusion {
                Conclusion::Power(ProvedPower::Law(law)) => {
                    let found = (&law.exponent, &law.rate);
                    assert_eq!(found, (&exponent.into(), &rate.into()), "{kernel}, p = {p}");
                    assert!(law.from_degree <= from && law.correction.is_none(), "{kernel}, p = {p}: {law:?}");
                }
                // A jump of the value itself: p/2 decides.
                Conclusion::Power(ProvedPower::Bound(bound)) => {
                    assert_eq!((&bound.exponent, rate), (&rug::Rational::from((p, 2)), (0, 1)), "{kernel}, p = {p}");
                }
                other => panic!("{kernel}, p = {p}: {other:?}"),
            }
        }
    }
}

/// The order of a kink is found far beyond the first powers; where it is beyond all that are looked at, the bound is of
/// the last.
#[test]
fn kinks_of_high_order() {
    for (kernel, p, exponent) in [
        ("max(u-1/3,0)^3", 4, (10, 2)),
        ("max(u-1/3,0)^10", 3, (23, 2)),
        ("abs(u)^15", 3, (33, 2)),
        ("max(u-1/3,0)^20", 5, (45, 2)),
        ("max(u-1/3,0)^40", 3, (51, 2)),
    ] {
        let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap());
        let proof = spectrum.prove().unwrap();
        let Conclusion::Power(ProvedPower::Bound(bound)) = &proof.parities.even.conclusion else {
            panic!("{kernel}: {proof:?}")
        };
        assert_eq!(bound.exponent, rug::Rational::from(exponent), "{kernel}");
        for row in spectrum.table(&[2, 50, 300, 1000]).unwrap().rows {
            let scaled = Float::with_val(100, row.value.abs_ref()) * power(row.degree, p, &bound.exponent);
            assert!(scaled <= bound.constant, "{kernel}, k = {}", row.degree);
        }
    }
}

/// A kink at the equator acts on one parity; the other keeps the law of the ends, with its correction, or is analytic.
#[test]
fn the_equator_acts_on_one_parity() {
    for p in [2, 3, 5, 20] {
        let proof = prove("laplace(1)+abs(u)/100", p);
        let Conclusion::Power(ProvedPower::Bound(bound)) = &proof.parities.even.conclusion else { panic!("{proof:?}") };
        assert_eq!(bound.exponent, rug::Rational::from((p, 2)) + 1u32);
        let Conclusion::Power(ProvedPower::Law(law)) = &proof.parities.odd.conclusion else { panic!("{proof:?}") };
        let Conclusion::Power(ProvedPower::Law(smooth)) = &prove("laplace(1)", p).parities.odd.conclusion else {
            panic!()
        };
        assert_eq!((&law.exponent, &law.rate, law.from_degree), (&smooth.exponent, &smooth.rate, smooth.from_degree));
        let proof = prove("exp(u)+u^3*abs(u)", p);
        assert!(matches!(proof.parities.even.conclusion, Conclusion::Faster(_)), "{proof:?}");
        assert!(matches!(proof.parities.odd.conclusion, Conclusion::Power(ProvedPower::Bound(_))), "{proof:?}");
    }
}

/// The constant of |u| is at most 1.6 times the supremum over the degrees that are looked at.
#[test]
fn the_bound_of_the_absolute_value_is_near_its_supremum() {
    for p in [2, 3, 4, 6, 12] {
        let spectrum = Kernel::parse("abs(u)").unwrap().spectrum(Sphere::in_dimension(p).unwrap());
        let Conclusion::Power(ProvedPower::Bound(bound)) = &spectrum.prove().unwrap().parities.even.conclusion else {
            panic!("p = {p}")
        };
        let degrees: Vec<u64> = (1..=400).map(|i| 2 * i).collect();
        let rows = spectrum.table(&degrees).unwrap().rows;
        let scaled = |row: &zonal::spectrum::Eigenvalue| {
            (Float::with_val(100, row.value.abs_ref()) * power(row.degree, p, &bound.exponent)).to_f64()
        };
        let largest = rows.iter().map(scaled).fold(0.0, f64::max);
        let constant = bound.constant.to_f64();
        assert!(largest <= constant && constant <= 1.6 * largest, "p = {p}: {constant} for {largest}");
    }
}

/// Where the kink overtakes the ends beyond all degrees that are looked at, its oscillation alone refutes.
#[test]
fn far_beyond_the_degrees_that_are_enclosed() {
    let positivity = prove("laplace(1)+max(u-1/2,0)/1000", 3).positivity;
    assert_eq!(positivity.verdict(), Some(false));
    let Positivity::Fails(witnesses) = &positivity else { panic!() };
    assert!(witnesses.iter().all(|witness| matches!(witness, Witness::NegativeOften(_))), "{positivity:?}");
    // A kink that decays as the end does: the law has a part that does not oscillate, and is above the waves here.
    let positivity = prove("laplace(1)+abs(u-1/2)/1000", 2).positivity;
    assert_eq!(positivity.verdict(), None, "{positivity:?}");
}

/// The space of a kernel with kinks: what is analytic lies in it, and its own section, a kink of too low an order does
/// not.
#[test]
fn spaces_of_kernels_with_kinks() {
    let sphere = Sphere::in_dimension(3).unwrap();
    let kernel = Kernel::parse("max(1-sqrt(2-2*u),0)^2").unwrap();
    let space = Space::of(&kernel.spectrum(sphere)).unwrap();
    for (target, inside) in [("exp(u)", true), ("max(1-sqrt(2-2*u),0)^2", true), ("u^7", true), ("abs(u)", false)] {
        let target = Target::parse(target, sphere).unwrap();
        let found = space.membership(&target).unwrap();
        assert_eq!(found.inside, Some(inside), "{found:?}");
    }
}

/// Sums over the spectrum refuse what is not positive definite beyond the degrees that they look at, and look at few
/// degrees of what decays faster than powers: mu_1999 of the first would be 1e-6000.
#[test]
fn sums_refuse_what_kinks_decide() {
    for (kernel, why) in [
        ("exp(u)+abs(u)/1000", "negative eigenvalue mu_8"),
        ("laplace(1)+abs(u)/100", "mu_k < 0 for infinitely many even k"),
        ("laplace(1)+max(u-1/2,0)/1000", "mu_k < 0 for infinitely many even k"),
    ] {
        let kernel = Kernel::parse(kernel).unwrap();
        let sphere = Sphere::in_dimension(3).unwrap();
        let error = Levels::new(&kernel.spectrum(sphere), 100.0).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        let error = Space::of(&kernel.spectrum(sphere)).unwrap_err().to_string();
        assert!(error.contains("is not positive definite"), "{error}");
    }
    // Even degrees follow a power law, odd ones are those of sinh.
    let kernel = Kernel::parse("exp(-sqrt(2-2*u))+exp(-sqrt(2+2*u))+sinh(u)").unwrap();
    let levels = Levels::new(&kernel.spectrum(Sphere::in_dimension(3).unwrap()), 100.0).unwrap();
    // mu_1 = (sinh(u), u) = 1/e on S^2
    assert!((levels.eigenvalue(1).unwrap() - (-1f64).exp()).abs() < 1e-15);
    // All of the trace: 1 + e^-2 + sinh(1).
    let trace = 1.0 + (-2f64).exp() + 1f64.sinh();
    assert!((levels.effective_dimension(1e12) * 1e12 - trace).abs() < 1e-11);
}

/// A kink whose place is 0, which no sign tells, may act on one parity alone: nothing is said of the signs of the
/// other.
#[test]
fn places_that_may_be_zero_refute_nothing() {
    for (kernel, p) in [
        ("exp(u)-((1-u)^(1/8)+(1+u)^(1/8))/2+2+max(asin(u)-(sin(1)^2+cos(1)^2-1),0)/100", 3),
        ("exp(u)+step(u-(log(6)-log(2)-log(3)))/10", 2),
        ("exp(u)+max(u-(log(3)-2*log(sqrt(3))),0)", 3),
    ] {
        let positivity = prove(kernel, p).positivity;
        let often = |witness: &Witness| matches!(witness, Witness::NegativeOften(_));
        let refuted = matches!(&positivity, Positivity::Fails(witnesses) if witnesses.iter().any(often));
        assert!(!refuted, "{kernel}, p = {p}: {positivity:?}");
    }
}

/// Values at single places, which no eigenvalue sees, are not those of a positive definite kernel; and kappa(1) is none
/// of the trace's.
#[test]
fn values_at_single_places_are_named() {
    for (kernel, places) in [
        ("where(1-u,2-sqrt(1-u)+abs(u)^3/90,-5)", &["1"][..]),
        ("where(u^2,2-sqrt(1-u)+max(u-1/2,0)^3/90,-50)", &["0"]),
        ("where((u-1/3)^2,laplace(1),-50)", &["1/3"]),
        ("where(u^2,2-sqrt(1-u),1)", &[]),
        ("max(1-acos(u),0)^2", &[]),
        ("max(1-sqrt(2-2*u),0)^2", &[]),
        ("laplace(1)", &[]),
    ] {
        let proof = prove(kernel, 3);
        assert_eq!(proof.positivity.verdict(), Some(true), "{kernel}");
        let found: Vec<String> = proof.single_places.unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(found, places, "{kernel}");
        assert_eq!(proof.trace.is_ok(), !places.contains(&"1"), "{kernel}");
    }
}

/// Where what the kinks add is small only from a high degree on, and where an eigenvalue is zero for no reason that is
/// seen, there is a bound.
#[test]
fn bounds_where_there_is_no_law() {
    for (kernel, p, exponent) in [
        ("abs(u-1/2)*(u-1/2)^2*exp(3*u)+sqrt(1-u)/7", 5, (5, 1)),
        ("max(2*pi/3-acos(u),0)", 2, (2, 1)),
        ("sqrt(1-u)+max(u-1/2,0)^13/1000", 34, (30, 1)),
    ] {
        for parity in &prove(kernel, p).parities {
            let Conclusion::Power(ProvedPower::Bound(bound)) = &parity.conclusion else {
                panic!("{kernel}: {parity:?}")
            };
            assert_eq!(bound.exponent, rug::Rational::from(exponent), "{kernel}");
            assert!(bound.constant.is_finite(), "{kernel}");
        }
    }
    // (1 - cos(2 pi k/3))/(pi k^2), by hand.
    let proof = prove("max(2*pi/3-acos(u),0)", 2);
    let Conclusion::Power(ProvedPower::Bound(bound)) = &proof.parities.even.conclusion else { panic!("{proof:?}") };
    let largest = 1.5 / std::f64::consts::PI;
    assert!(bound.constant >= largest && bound.constant <= 4.0 * largest, "{bound:?}");
}

/// Positive or not: by the law, by a negative eigenvalue below degree 40, or by one far out where the kink has
/// overtaken the ends.
#[test]
fn positivity_with_kinks() {
    for (kernel, p, positive) in [
        ("max(1-sqrt(2-2*u),0)^4*(4*sqrt(2-2*u)+1)", 3, true),
        ("max(1-sqrt(2-2*u),0)^2", 3, true),
        ("max(1-acos(u),0)^2", 3, true),
        ("max(1-acos(u)/2,0)^4*(1+2*acos(u))", 3, true),
        ("max(1-acos(u),0)^3", 5, true),
        // Beyond the dimension for which it was made.
        ("max(1-sqrt(2-2*u),0)^4*(4*sqrt(2-2*u)+1)", 5, false),
        ("max(1-acos(u)/2,0)^4*(1+2*acos(u))", 5, false),
        ("max(1-acos(u),0)^2", 5, false),
        // The Taylor coefficients of one piece alone are positive.
        ("exp(abs(u-1/3))", 3, false),
        ("exp(abs(u-1/3))", 300, false),
        ("exp(u)+abs(u)/1000", 3, false),
        ("exp(u)+abs(u)/10^9", 4, false),
        ("where(u+1/2,exp(u),0)", 3, false),
    ] {
        let positivity = prove(kernel, p).positivity;
        assert_eq!(positivity.verdict(), Some(positive), "{kernel}, p = {p}: {positivity:?}");
        if let Positivity::Fails(witnesses) = &positivity {
            let negative = |witness: &Witness| match witness {
                Witness::Negative(row) => row.value < -row.error.clone(),
                _ => false,
            };
            assert!(witnesses.iter().any(negative), "{kernel}, p = {p}: {positivity:?}");
        }
    }
}
