//! Proved decay laws: what they say against certified eigenvalues, and what must not be proved.

use rug::Float;
use rug::ops::Pow;
use zonal::decay::{Conclusion, Positivity, Proof, ProvedLaw, ProvedPower};
use zonal::kernel::taylor::{INFINITE, Taylor};
use zonal::number::Radius;
use zonal::parity::Parity;
use zonal::spectrum::Assurance;
use zonal::{Kernel, Sphere};

fn prove(kernel: &str, p: u64) -> Proof {
    Kernel::parse(kernel).unwrap().prove(Sphere::in_dimension(p).unwrap()).unwrap()
}

const KERNELS: [&str; 11] = [
    "arccos(0)",
    "arccos(1)",
    "arccos(2)",
    "ntk(2)",
    "ntk(3)",
    "ntk(5)",
    "ntk(10)",
    "nngp(3)",
    "ntk_bias(2)",
    "laplace(1)",
    "matern(3/2,1)",
];

/// |mu_k m^b / A - 1| m^2
fn deviation(law: &ProvedLaw, constant: &Float, k: u64, value: &Float, p: u64) -> Float {
    let m = Float::with_val(200, 2 * k + p - 2) / 2u32;
    let b = law.exponent.numer().to_u32().unwrap();
    let quotient = Float::with_val(200, value * m.clone().pow(b)) / constant;
    (quotient - 1u32).abs() * m.square()
}

/// The laws of eleven kernels in four dimensions: from a low degree, sharp, and true at the degrees that are looked at.
/// A constant off by a tenth is refuted by them.
#[test]
fn laws_are_sharp_and_true() {
    for kernel in KERNELS {
        for p in [3, 4, 10, 50] {
            let proof = prove(kernel, p);
            for parity in &proof.parities {
                let law = match &parity.conclusion {
                    Conclusion::Power(ProvedPower::Law(law)) => law,
                    Conclusion::Finite(_) => continue,
                    other => panic!("{kernel}, p = {p}: {other:?}"),
                };
                let place = format!("{kernel}, p = {p}, {} k", parity.parity);
                assert!(law.from_degree <= 300.max(6 * p), "{place}: {}", law.from_degree);
                let first = law.correction.as_ref().unwrap();
                assert!(law.c <= first.mignitude() * Radius::double(2.0), "{place}: {law:?}");
                let half_steps = |k: u64| (2 * k + p - 2) as f64 / 2.0;
                let (c, b) = (law.c.to_float().to_f64(), law.exponent.to_f64());
                assert!(c <= half_steps(law.from_degree).powi(2) / 2.0, "{place}: {law:?}");
                // |mu| decreases where m >= 2c/b.
                let decreasing = law.decreasing_from.unwrap();
                assert!(half_steps(decreasing) >= 2.0 * c / b && decreasing >= law.from_degree, "{place}");
                assert_eq!(law.rate, 2, "{place}");
                let first = law.from_degree;
                let degrees: Vec<u64> = [0, 2, 4, 10, 50, 200, 1000].iter().map(|step| first + step).collect();
                let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap());
                let table = spectrum.digits(25).unwrap().rigour(Assurance::Proved).table(&degrees).unwrap();
                let c = law.c.to_float();
                for row in &table.rows {
                    let found = deviation(law, &law.constant.middle, row.degree, &row.value, p);
                    assert!(found <= c, "{place}, k = {}: {found} above {c}", row.degree);
                }
                // Negative control: another constant.
                let wrong = Float::with_val(200, &law.constant.middle * 1.1);
                let far = table.rows.last().unwrap();
                assert!(deviation(law, &wrong, far.degree, &far.value, p) > c, "{place}");
                // Bounds hold at the rows, and the trace is contained.
                let bounds = parity.bounds.as_ref().unwrap();
                assert!(table.rows.iter().all(|row| row.degree >= bounds.from_degree), "{place}");
                for row in parity.rows.iter().chain(&table.rows).filter(|row| row.degree >= bounds.from_degree) {
                    let b = law.exponent.numer().to_u32().unwrap();
                    let scaled = Float::with_val(200, &row.value * Float::with_val(200, row.degree).pow(b));
                    assert!(bounds.lower <= scaled && scaled <= bounds.upper, "{place}, k = {}", row.degree);
                }
            }
            let trace = proof.trace.unwrap();
            assert!(
                trace.holds() && trace.sum.radius.to_float() < 0.2 * trace.at_one.middle.to_f64(),
                "{kernel}, p = {p}"
            );
        }
    }
}

/// Parities that vanish do so exactly, with their exceptions; and positive definiteness follows or fails.
#[test]
fn zeros_and_positivity_are_proved() {
    let two = prove("ntk(2)", 10);
    let Conclusion::Finite(exceptions) = &two.parities.odd.conclusion else { panic!() };
    assert_eq!((exceptions.as_slice(), two.positivity.verdict()), (&[1][..], Some(false)));
    assert_eq!(prove("ntk(3)", 10).positivity.verdict(), Some(true));
    // -kappa_0 - kappa_1/2: negative laws.
    let negative = prove("-laplace(1)", 3);
    assert_eq!(negative.positivity.verdict(), Some(false));
    let Conclusion::Power(ProvedPower::Law(law)) = &negative.parities.even.conclusion else { panic!() };
    assert!(law.constant.middle < 0 && negative.parities.even.bounds.is_none());
    // A coefficient too small for the range of exponents is not zero.
    let hidden = prove("exp(-10^10)*sqrt(2-2*u)+(2-2*u)^(3/2)", 3);
    assert!(matches!(hidden.parities.even.conclusion, Conclusion::Undecided(_)), "{hidden:?}");
    // One low eigenvalue is negative, the law positive.
    assert_eq!(prove("laplace(1)-1", 3).positivity.verdict(), Some(false));
    assert_eq!(two.parities.even.parity, Parity::Even);
}

/// Positivity of kernels without a law of this form, from sums, products and compositions of functions with Taylor
/// coefficients of one sign: Schoenberg's class.
#[test]
fn signs_follow_from_the_structure_of_the_formula() {
    for kernel in [
        "gaussian(1)",
        "exponential(3)",
        "exp(u/2-7)",
        "inverse_multiquadric(1)",
        "(1+(1-u)/3)^(-5/2)",
        "1/(2-u)^3",
        "poisson(1/3)",
        "poisson(0.4)",
        "gamma_exponential(1,13/10)",
        "gamma_exponential(2,1/1000)",
        "gamma_exponential(1,2)",
        "exp(-3*(2-2*u)^(7/10))",
        "exp(-(1-u)^(3/4))*gaussian(1)+u",
        "matern(201/2,3)",
        "(1+z(3))*exp(-z(3))*(2-2*u+1/10)^(-1/3)",
        "log(3/(2-u))",
        "3-log(3-u)",
        "1-(1-u)^(1/3)/2",
        "arccos0(arccos0(u))",
        "arcsine(1)+1/(2-u^2)",
        "exp(exp(u))",
    ] {
        let kernel = kernel.replace("z(3)", "sqrt(3*(2-2*u))");
        for p in [2, 3, 4] {
            let program = Kernel::parse(&kernel).unwrap().program(Some(p)).unwrap();
            let taylor = Taylor::of(&program).unwrap();
            assert!(taylor.rising && taylor.reach.iter().all(|reach| *reach == Some(INFINITE)), "{kernel}: {taylor:?}");
        }
        assert_eq!(prove(&kernel, 3).positivity.verdict(), Some(true), "{kernel}");
        // Negative control of the rules: what they say of low degrees is so.
        let spectrum = Kernel::parse(&kernel).unwrap().spectrum(Sphere::in_dimension(4).unwrap()).digits(5).unwrap();
        if let Ok(table) = spectrum.table(&(0..12).collect::<Vec<_>>()) {
            assert!(table.rows.iter().all(|row| row.value > row.error), "{kernel}");
        }
    }
    // Nearly the same formulas, with eigenvalues that are not positive: nothing is concluded from the structure.
    for kernel in [
        "exp(-(2-2*u)^(3/2))",
        "(1+2*sqrt(2-2*u))*exp(-sqrt(2-2*u))",
        "gaussian(1)-gaussian(5)/10",
        "exp(u)-2",
        "cos(u)",
        "sqrt(2+u)",
        "1/(2+u)",
        "log(2+u)",
        "exp(u^2)",
        "1-log(3-u)",
        "exp(-u)",
    ] {
        let proof = prove(kernel, 4);
        assert_eq!(proof.positivity.verdict(), Some(false), "{kernel}: {:?}", proof.positivity);
    }
}

/// The eigenvalue that is not positive is named, and zero is called zero.
#[test]
fn witnesses_are_named() {
    let witnesses = |kernel: &str, p: u64| match prove(kernel, p).positivity {
        Positivity::Fails(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        other => panic!("{kernel}: {other:?}"),
    };
    // mu_1 = -1/4 on S^3: -u has N mu_1 = -1.
    for (kernel, p, expected) in [
        ("ntk(2)", 4, "mu_3 = 0 exactly, and so is mu_k for every odd k >= 3"),
        ("arccos(1)", 3, "mu_3 = 0 exactly, and so is mu_k for every odd k >= 3"),
        ("-u", 4, "mu_1 = -0.250000"),
        ("laplace(1)-1", 3, "mu_0 = "),
        ("arccos1(u)-3/8", 3, "mu_0 = 0 exactly"),
        ("exp(-acos(u)^2)", 4, "mu_8 = -2.60164e-8"),
        ("-laplace(1)", 3, "mu_k < 0 for every even k >="),
        ("exp(u^2)", 3, "mu_1 = 0 exactly, and so is mu_k for every odd k >= 1"),
        ("cos(u)", 3, "mu_2 = -"),
    ] {
        let found = witnesses(kernel, p);
        assert!(found.contains(expected), "{kernel}: {found}");
    }
}

/// |mu_k| <= C r^-k for kernels that are analytic beyond [-1, 1]: true at the degrees that are looked at, and not far
/// off: r is below rho of the nearest singularity.
#[test]
fn analytic_kernels_have_geometric_bounds() {
    // (A, p): kernels 1/(A-u), singular at A = (rho + 1/rho)/2
    for (kernel, p, rho) in [
        ("1/(2-u)", 3, 2.0 + 3f64.sqrt()),
        ("poisson(1/3)", 5, 3.0),
        ("gaussian(1)", 4, f64::INFINITY),
        // Analytic by cancellation of roots at an end, or of zeros inside.
        ("cos(sqrt(1-u))", 3, f64::INFINITY),
        ("sin(sqrt(1+u))/sqrt(1+u)", 5, f64::INFINITY),
        ("(exp(u-1/2)-1)/(u-1/2)", 3, f64::INFINITY),
        ("log(1+u/2)/u", 4, 2.0 + 3f64.sqrt()),
    ] {
        let proof = prove(kernel, p);
        let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap()).digits(5).unwrap();
        for parity in &proof.parities {
            let Conclusion::Faster(bound) = &parity.conclusion else { panic!("{kernel}: {parity:?}") };
            assert!(bound.ratio > 1.5 && bound.ratio <= rho, "{kernel}: {bound:?}");
            for k in [1u64, 2, 7, 20, 41] {
                let limit = Float::with_val(64, &bound.constant) / Float::with_val(64, (&bound.ratio).pow(k as u32));
                assert!(spectrum.eigenvalue(k).unwrap().value.abs() <= limit, "{kernel}, k = {k}");
            }
        }
    }
}

/// What has no such law, or no proof, is undecided and says why.
#[test]
fn other_kernels_are_undecided() {
    for (kernel, why) in [
        ("(1-u)^(1/2)+(1-u)^(501/1000)", "finer powers"),
        ("1/(1/arccos1(u))", "infinite at the end"),
        ("sqrt(abs(u-1/3))", "has a fractional power at the kink at u = 1/3"),
        ("sqrt(2-2*u)+sqrt((u-1+1e-13)^2)", "was not shown to be analytic inside (-1, 1), between its kinks"),
        ("acos(2*u^2-1)", "not shown to be analytic"),
        ("sqrt(1+1e-100-u)", "cannot be decided"),
        // A quotient with a jump or a kink where both vanish.
        ("sqrt(1-cos(u))/u+exp(u)", "not shown to be analytic"),
        ("sin(u)^2/sqrt(u^2)", "not shown to be analytic"),
    ] {
        match &prove(kernel, 3).parities.even.conclusion {
            Conclusion::Undecided(found) => assert!(found.contains(why), "{kernel}: {found}"),
            other => panic!("{kernel}: {other:?}"),
        }
    }
}

/// Laws with any fractional powers at the ends: true at the degrees that are looked at, at the rate they state, and
/// refuted by a constant off by a tenth. Kind of fault: a kernel of the catalogue without a theorem.
#[test]
fn laws_with_fractional_powers_are_true() {
    // The distance of the next exponents, doubled, at most 2.
    for (kernel, p, exponent, rate) in [
        ("gamma_exponential(1,13/10)", 3, (33, 10), (13, 10)),
        ("gamma_exponential(1,1/3)", 5, (13, 3), (1, 3)),
        ("(1-u)^(7/10)", 3, (17, 5), (2, 1)),
        ("(1-u)^(7/10)", 2, (12, 5), (2, 1)),
        ("sqrt(acos(u))", 4, (7, 2), (1, 2)),
        ("arccos1(laplace(1))", 3, (3, 1), (1, 2)),
        ("acos(arccos0(u))", 10, (19, 2), (1, 2)),
    ] {
        let proof = prove(kernel, p);
        for parity in &proof.parities {
            let Conclusion::Power(ProvedPower::Law(law)) = &parity.conclusion else {
                panic!("{kernel}, p = {p}: {parity:?}")
            };
            let place = format!("{kernel}, p = {p}, {} k", parity.parity);
            assert_eq!((&law.exponent, &law.rate), (&exponent.into(), &rate.into()), "{place}");
            let degrees: Vec<u64> = [0, 2, 10, 100, 1000, 100_000].iter().map(|step| law.from_degree + step).collect();
            let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap());
            let table = spectrum.digits(20).unwrap().rigour(Assurance::Proved).table(&degrees).unwrap();
            let deviation = |constant: &Float, k: u64, value: &Float| {
                let m = Float::with_val(200, 2 * k + p - 2) / 2u32;
                let power = |q: &rug::Rational| m.clone().pow(Float::with_val(200, q));
                let quotient = Float::with_val(200, value * power(&law.exponent)) / constant;
                (quotient - 1u32).abs() * power(&law.rate)
            };
            let c = law.c.to_float();
            for row in &table.rows {
                let found = deviation(&law.constant.middle, row.degree, &row.value);
                assert!(found <= c, "{place}, k = {}: {found} above {c}", row.degree);
            }
            // The first correction is what is left far out.
            let far = table.rows.last().unwrap();
            let left = deviation(&law.constant.middle, far.degree, &far.value).to_f64();
            let first = law.correction.as_ref().unwrap().middle.to_f64().abs();
            assert!((left / first - 1.0).abs() < 0.4, "{place}: {left} for {first}");
            let wrong = Float::with_val(200, &law.constant.middle * 1.1);
            let m = far.degree as f64;
            if c.to_f64() * m.powf(-law.rate.to_f64()) < 0.05 {
                assert!(deviation(&wrong, far.degree, &far.value) > c, "{place}");
            }
            // |mu_k| decreases where that is said, and a law that is approached slowly does not say it.
            assert_eq!(law.decreasing_from.is_some(), law.rate > 1, "{place}");
        }
        assert!(proof.trace.unwrap().holds(), "{kernel}");
    }
}

/// Geometric bounds are finite and of use; what vanishes at an end, and its inverse, is a kernel like others. Kind of
/// fault: a vacuous statement called proved, and exit code 2 for a kernel that has a table.
#[test]
fn bounds_say_something_and_removable_ends_are_no_errors() {
    for (kernel, most) in
        [("exp(sin(3*u))", 1e6), ("exp(exp(2*u))", 1e8), ("sin(exp(3*u))", 1e6), ("exp(cos(4*u))", 1e8)]
    {
        let proof = prove(kernel, 3);
        let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(3).unwrap()).digits(5).unwrap();
        for parity in &proof.parities {
            // The odd degrees of exp(cos(4 u)) vanish.
            let Conclusion::Faster(bound) = &parity.conclusion else { continue };
            assert!(bound.constant < most && bound.ratio > 1.02, "{kernel}: {bound:?}");
            for k in [1u64, 2, 7, 20, 31] {
                let limit = Float::with_val(64, &bound.constant) / Float::with_val(64, (&bound.ratio).pow(k as u32));
                assert!(spectrum.eigenvalue(k).unwrap().value.abs() <= limit, "{kernel}, k = {k}");
            }
        }
        assert!(matches!(proof.parities.even.conclusion, Conclusion::Faster(_)), "{kernel}");
    }
    for kernel in ["(1-u^2)/(1-u)", "sin(acos(u))/acos(u)", "(1-laplace(1))/(1-u)^(1/2)"] {
        let proof = prove(kernel, 3);
        assert!(!matches!(proof.parities.even.conclusion, Conclusion::Undecided(_)), "{kernel}: {proof:?}");
        // kappa(1) is a limit, which is not enclosed.
        assert!(matches!(&proof.trace, Err(why) if why.contains("limit")), "{kernel}: {:?}", proof.trace);
    }
    // Kinks that are no polynomials: one enclosure refutes.
    assert_eq!(prove("max(0, 1 - acos(u))", 3).positivity.verdict(), Some(false));
    assert_eq!(prove("sqrt(exp(u))", 3).positivity.verdict(), Some(true));
    assert_eq!(prove("exp(-u)^(1/2)", 3).positivity.verdict(), Some(false));
}
