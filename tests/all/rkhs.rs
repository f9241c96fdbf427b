//! Function spaces: verdicts of membership, norms against an independent program, spaces compared, bad input.

use zonal::rkhs::{Norm, Relation, Space, Target};
use zonal::{Error, Kernel, Sphere};

fn sphere(p: u64) -> Sphere {
    Sphere::in_dimension(p).unwrap()
}

fn space(kernel: &str, p: u64) -> Space {
    Space::of(&Kernel::parse(kernel).unwrap().spectrum(sphere(p))).unwrap()
}

fn norm(kernel: &str, p: u64, target: &str) -> zonal::Result<Norm> {
    let target = Target::parse(target, sphere(p))?;
    Norm::of(&Kernel::parse(kernel)?.spectrum(sphere(p)), &target)
}

/// The four kernels in four dimensions. A kink |u|^a keeps energies k^(-2-2a), eigenvalues fall like k^-b: inside if
/// 2 + 2a > b + 1.
#[test]
fn verdicts_of_membership() {
    for (kernel, even_only, extra) in
        [("ntk(2)", true, 0), ("ntk(3)", false, 0), ("laplace(1)", false, 0), ("arccos(1)", true, 2)]
    {
        for p in [3, 4, 5, 8] {
            let space = space(kernel, p);
            let b = p + extra;
            let diverges = |e: u64| {
                let sum = if b >= e { format!("k^{}", b - e) } else { format!("k^-{}", e - b) };
                format!("energies fall like k^-{e}, eigenvalues like k^-{b}, and the sum of {sum}")
            };
            let no_odd = "degree 3 has energy".to_string();
            let finite = "energy up to degree".to_string();
            for (target, inside, reason) in [
                ("abs(u)", false, diverges(4)),
                ("max(u,0)", false, diverges(4)),
                ("u^3", !even_only, if even_only { no_odd } else { finite.clone() }),
                ("abs(u)^3", 8 > b + 1, diverges(8)),
                ("u^4+u", true, finite.clone()),
                ("u^2", true, finite.clone()),
            ] {
                let found = space.membership(&Target::parse(target, sphere(p)).unwrap()).unwrap();
                let what = format!("{target} in {kernel}, p = {p}: {found:?}");
                assert_eq!((found.inside, found.proved), (Some(inside), true), "{what}");
                assert!(found.reason.contains(&reason), "{what}");
            }
        }
    }
}

/// Norms and divergence as found by another program, which sums series and knows nothing of laws.
#[test]
fn norms_are_those_of_an_independent_program() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/norms.tsv");
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_path(path).unwrap();
    let (mut finite, mut infinite) = (0, 0);
    for row in reader.records() {
        let row = row.unwrap();
        let (kernel, p, target) = (&row[0], row[1].parse().unwrap(), &row[2]);
        let what = format!("{target} in {kernel}, p = {p}");
        let found = Target::parse(target, sphere(p)).unwrap();
        let energy: f64 = row[3].parse().unwrap();
        assert!((found.energy().unwrap() / energy - 1.0).abs() < 1e-14, "{what}: {:e}", found.energy().unwrap());
        let membership = space(kernel, p).membership(&found).unwrap();
        assert_eq!(membership.inside, Some(&row[4] != "inf"), "{what}: {membership:?}");
        if &row[4] == "inf" {
            assert!(matches!(norm(kernel, p, target), Err(Error::Domain(_))), "{what}");
            infinite += 1;
        } else {
            let expected: f64 = row[4].parse().unwrap();
            let norm = norm(kernel, p, target).unwrap();
            // The reference has as many digits as it is sure of, eight at least.
            let distance = (norm.squared - expected).abs();
            assert!(distance <= norm.error + 1e-8 * expected, "{what}: {norm:?} {expected}");
            assert!(norm.error < 1e-4 * expected, "{what}: {norm:?}");
            finite += 1;
        }
    }
    assert!(finite > 60 && infinite > 60, "{finite} {infinite}");
}

/// Targets and kernels of all kinds: kinks, powers at the ends, analytic of every rate, of one parity, zero by form. A
/// table made by a script that knows the theory alone, and checks it with quotients computed by another program. Every
/// case is decided.
#[test]
fn verdicts_that_follow_from_mathematics() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/membership.tsv");
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_path(path).unwrap();
    let mut spaces = std::collections::HashMap::new();
    let (mut inside, mut outside, mut proved) = (0, 0, 0);
    for row in reader.records() {
        let row = row.unwrap();
        let (kernel, p, target) = (row[0].to_string(), row[1].parse().unwrap(), &row[2]);
        let what = format!("{target} in {kernel}, p = {p}: {}", &row[4]);
        let space = spaces.entry((kernel.clone(), p)).or_insert_with(|| space(&kernel, p));
        let found = space.membership(&Target::parse(target, sphere(p)).unwrap()).unwrap();
        assert_eq!(found.inside, Some(&row[3] == "yes"), "{what}: {found:?}");
        proved += usize::from(found.proved);
        *if &row[3] == "yes" { &mut inside } else { &mut outside } += 1;
    }
    assert!(inside > 90 && outside > 90 && proved > 200, "{inside} {outside} {proved}");
}

/// Coefficients such as 1/e are balls: what cancels does so by the form of the formulas, at 0, at other kinks, and in
/// whole targets.
#[test]
fn inexact_coefficients_cancel_by_form() {
    let verdict = |kernel: &str, p: u64, target: &str| {
        space(kernel, p).membership(&Target::parse(target, sphere(p)).unwrap()).unwrap()
    };
    for (kernel, p, target, inside, reason) in [
        // A kink whose formula is shared but for one summand: (e^(u-1) + u^5) and (e^(u-1) - u^5).
        ("ntk(3)", 4, "exp(u-1)+abs(u)^5", true, "energies fall like k^-12"),
        ("ntk(3)", 3, "2*(log(2+u)-abs(u-1/3)^3)", true, "energies fall like k^-8"),
        ("laplace(1)", 5, "(exp(u-1)+1)*abs(u)^3", true, "energies fall like k^-10"),
        ("laplace(1)", 4, "sqrt(abs(u-1/3))+exp(u-1)", false, "energies fall like k^-3"),
        ("ntk(2)", 4, "exp(-1)*ntk(2)", true, "a multiple of a section"),
        ("ntk(3)", 4, "exp(-1)*ntk(2)", true, "odd degrees: energy up to degree 1 only"),
        // A summand that is not analytic where another has its kink is kept: sqrt(t^2) + |t| and sqrt(t^2) - |t|
        // differ, and so do their kinks.
        ("laplace(1)", 4, "where(u-1/3, u^2*exp(u-1), u^2*exp(u-1))+exp(u)", true, "faster than any power"),
        ("laplace(1)", 4, "exp(u-1)*u-u*exp(u-1)", true, "the target is zero"),
        ("gaussian(1)", 3, "exp(u)-exp(u)", true, "the target is zero"),
        // mu_3 = 0 decides.
        ("ntk(2)", 4, "gaussian(4)", false, "degree 3 has energy"),
        ("poisson(1/4)", 4, "poisson(1/3) @ 1,0; cos(u) @ 0,1", true, "those of the kernel at least like"),
        ("gaussian(1)", 4, "exp(u) @ 1,0; log(2+u) @ 0,1", false, "at least like (2)^-j"),
    ] {
        let found = verdict(kernel, p, target);
        assert!(found.inside == Some(inside) && found.reason.contains(reason), "{target} in {kernel}: {found:?}");
    }
}

/// |c kappa(<w, .>)|^2 = c^2 kappa(1) in the space of kappa, whatever its law.
#[test]
fn sections_of_a_kernel_have_its_norm() {
    for (kernel, p, target, expected) in [
        ("laplace(1)", 3, "laplace(1)", 1.0),
        ("ntk(3)", 4, "ntk(3)*2", 12.0),
        ("exponential(1)", 5, "-exp(u)", std::f64::consts::E),
        ("gamma_exponential(1,13/10)", 4, "gamma_exponential(1,13/10)/3", 1.0 / 9.0),
        ("matern(3/2,1)", 4, "matern(3/2,1) @ 1,2,3", 1.0),
    ] {
        let found = space(kernel, p).membership(&Target::parse(target, sphere(p)).unwrap()).unwrap();
        assert_eq!(found.inside, Some(true), "{target} in {kernel}: {found:?}");
        let norm = norm(kernel, p, target).unwrap();
        assert!((norm.squared - expected).abs() <= norm.error && norm.error < 1e-14, "{target}: {norm:?}");
    }
    // The sum over degrees agrees where there is one: a target that is a section, but not by its form.
    let summed = norm("laplace(1)", 3, "laplace(1)/2+laplace(1)/2").unwrap();
    assert!((summed.squared - 1.0).abs() <= summed.error && summed.degrees > 100, "{summed:?}");
}

/// sum N(3,k) (r^2/s)^k = (1+x)/(1-x)^2 with x = r^2/s: |Poisson(r)|^2 in the space of Poisson(s), slow where x is
/// near 1.
#[test]
fn norms_that_converge_slowly_are_extrapolated() {
    for (r, s, x) in [("0.49", "1/4", 0.49f64 * 0.49 * 4.0), ("1/3", "1/4", 4.0 / 9.0), ("0.45", "1/4", 0.81)] {
        let found = norm(&format!("poisson({s})"), 3, &format!("poisson({r})")).unwrap();
        let exact = (1.0 + x) / (1.0 - x).powi(2);
        assert!((found.squared - exact).abs() <= found.error, "{r}: {found:?} {exact}");
        assert!(found.error < 1e-8 * exact, "{r}: {found:?}");
    }
}

#[test]
fn spaces_are_named_and_compared() {
    for (kernel, p, name) in [
        ("arccos(1)", 5, "even functions in the Sobolev space H^(7/2)(S^4), plus degree 1"),
        ("arccos(0)", 4, "odd functions in the Sobolev space H^2(S^3), plus degree 0"),
        ("ntk(3)", 10, "the Sobolev space H^5(S^9)"),
        ("matern(5/2,1)", 3, "the Sobolev space H^(7/2)(S^2)"),
        ("(1+u)^3", 4, "a space of finite dimension, degrees 0, 1, 2, 3"),
        ("gaussian(1)", 4, "a space smaller than every Sobolev space"),
        ("arccos(1)+arccos(2)", 3, "even functions in H^(5/2)(S^2); odd functions in H^(7/2)(S^2)"),
    ] {
        assert_eq!(space(kernel, p).to_string(), name, "{kernel}");
    }
    for (a, b, expected) in [
        ("ntk(2)", "arccos(1)", Relation::Larger),
        ("arccos(1)", "ntk(2)", Relation::Smaller),
        ("laplace(1)", "ntk_bias(2)", Relation::Equal),
        ("laplace(1)", "ntk(3)", Relation::Equal),
        ("laplace(2)", "laplace(1/3)", Relation::Equal),
        ("laplace(1)", "ntk(2)", Relation::Larger),
        ("arccos(0)", "ntk(2)", Relation::Incomparable),
        ("laplace(1)", "gaussian(1)", Relation::Larger),
        ("gaussian(1)", "gaussian(2)", Relation::Undecided),
        ("(1+u)^2", "(1+u)^3", Relation::Smaller),
        ("ntk(2)", "1+u+u^2", Relation::Larger),
    ] {
        for p in [3, 6] {
            assert_eq!(space(a, p).relation(&space(b, p)).unwrap(), expected, "{a} and {b}, p = {p}");
        }
    }
}

#[test]
fn other_verdicts() {
    let verdict = |kernel: &str, p: u64, target: &str| {
        let found = space(kernel, p).membership(&Target::parse(target, sphere(p)).unwrap()).unwrap();
        (found.inside, found.reason)
    };
    for (kernel, p, target, inside, reason) in [
        ("ntk(2)", 4, "energies:1,0,1,0", Some(true), "energy up to degree 2"),
        ("ntk(2)", 4, "energies:1,0,1,1e-9", Some(false), "degree 3 has energy 1.000e-9"),
        ("gaussian(1)", 4, "abs(u)^5", Some(false), "eigenvalues faster than any power"),
        ("gaussian(1)", 4, "u^5 - u", Some(true), "energy up to degree 5"),
        ("gaussian(1)", 4, "exp(u)", Some(true), "those of the kernel at least like r^j/j!"),
        // The same rate: what decides is the size of r.
        ("gaussian(1)", 4, "exp(u^2)", None, "not told apart"),
        ("laplace(1)", 4, "exp(u)", Some(true), "faster than any power"),
        ("1+u", 4, "step(u)", Some(false), "degree 3 has energy"),
        ("ntk(2)", 3, "sin(u)", Some(false), "degree 3 has energy"),
        ("ntk(3)", 3, "sqrt(1-u)", Some(true), "energies fall like k^-5, eigenvalues like k^-3"),
        (
            "ntk(3)",
            3,
            "(1-u)^(1/4)",
            Some(false),
            "energies fall like k^-4, eigenvalues like k^-3, and the sum of k^-1 diverges",
        ),
        // x_1^3 + ... of several directions, and odd parts that cancel
        ("ntk(2)", 4, "abs(u)^3 @ 1,1; abs(u)^3 @ 1,-1", Some(true), "k^-8"),
        ("ntk(2)", 4, "u^3 @ 1,1; u^3 @ -1,-1; u^2", Some(true), "energy up to degree 2"),
        ("ntk(2)", 4, "u^3 @ 1,1; u^3 @ 1,-1", Some(false), "degree 3"),
        ("ntk(2)", 4, "0*u", Some(true), "the target is zero"),
        // places that are equal as doubles
        ("laplace(1)", 3, "abs(u-1+1e-20)^3", Some(true), "energies fall like k^-8"),
        ("laplace(1)", 3, "abs(u-1/3)^3 + abs(u-1/3-1e-20)^3", Some(true), "energies fall like k^-8"),
        ("laplace(1)", 3, "max(u-1/3,0)^3 - max(u-1/3-1e-20,0)^3", Some(true), "energies fall like k^-8"),
        ("laplace(1)", 3, "piecewise(0, 1/3, 1, 1/3+1e-17, 0)", Some(false), "energies fall like k^-2"),
        ("laplace(1)", 3, "step(u-1/pi) - step(u-0.31830988618379067)", Some(false), "energies fall like k^-2"),
        // exactly no energy where the eigenvalue is zero
        ("arccos1(u) - 3/8", 3, "u^2 - 1/3", Some(true), "energy up to degree 2"),
        ("arccos1(u) - 3/8", 3, "u^2", Some(false), "degree 0 has energy"),
    ] {
        let (found, why) = verdict(kernel, p, target);
        assert!(found == inside && why.contains(reason), "{target} in {kernel}: {found:?} {why}");
    }
}

/// Inputs that once gave wrong numbers.
#[test]
fn energies_far_out_and_in_many_dimensions() {
    let far = format!("energies:{}1", "0,".repeat(102));
    let found = space("u^2", 3).membership(&Target::parse(&far, sphere(3)).unwrap()).unwrap();
    assert!(found.inside == Some(false) && found.reason.contains("degree 102"), "{found:?}");
    // E u^2 = 1/p, |u|_H^2 = 1/(p mu_1)
    for p in [19_000, 30_000, 200_000] {
        let found = norm("laplace(1)", p, "u").unwrap();
        let mu = Kernel::parse("laplace(1)").unwrap().spectrum(sphere(p)).eigenvalue(1).unwrap().to_f64();
        assert!((found.squared * p as f64 * mu - 1.0).abs() < 1e-12, "{p}: {found:?}");
    }
    // energies that follow their law late, or not by then
    assert!(matches!(norm("laplace(1)", 3, "cos(1000*u)+1e-3*abs(u)^3"), Err(Error::Unable(_))));
    let late = norm("laplace(1)", 3, "cos(300*u)+abs(u)^3").unwrap();
    assert!(late.degrees > 500, "{late:?}");
    // products of directions: the angle between two steps
    let text = "step(u) @ 1,0,0; step(u) @ 1,0.1";
    let (energy, error) = Target::parse(text, sphere(3)).unwrap().energy_with_error().unwrap();
    let exact = 2.0 - 0.1f64.atan() / std::f64::consts::PI;
    assert!((energy - exact).abs() <= error && error < 1e-2, "{energy} {exact} {error:e}");
    let smooth = Target::parse("u^2 @ 1,0,0; u^3+u^2 @ 1,0.1", sphere(3)).unwrap().energy_with_error().unwrap();
    assert!(smooth.1 < 1e-12);
    let sum = Target::parse("energies:1e308,1e308", sphere(3));
    assert!(matches!(sum, Err(Error::Input(_))));
}

/// The error of the sum over all degrees is that of energies and eigenvalues, not of a law where they are known.
#[test]
fn norms_have_small_errors() {
    let norm = norm("ntk(3)", 5, "abs(u)^3").unwrap();
    assert!(norm.error < 5e-8, "{norm:?}");
}

/// E (step(x_1) + step(x_1 + e x_2))^2 = 2 - arctan(e)/pi: the two steps differ on a share arctan(e)/pi of the sphere.
#[test]
fn steps_at_a_small_angle() {
    let target = Target::parse("step(u) @ 1,0,0; step(u) @ 1,1e-6", sphere(3)).unwrap();
    let (energy, error) = target.energy_with_error().unwrap();
    let exact = 2.0 - 1e-6f64.atan() / std::f64::consts::PI;
    assert!((energy - exact).abs() <= error, "{energy} {exact} {error:e}");
}

#[test]
fn bad_input_is_refused() {
    let refused = |kernel: &str| match Space::of(&Kernel::parse(kernel).unwrap().spectrum(sphere(4))) {
        Err(Error::Input(why)) => why,
        other => panic!("{kernel}: {other:?}"),
    };
    assert!(refused("u^2 - 1/2").contains("not positive definite"), "{}", refused("u^2 - 1/2"));
    assert!(refused("-laplace(1)").contains("not positive definite"));
    let elsewhere = Target::parse("u", sphere(5)).unwrap();
    assert!(matches!(space("ntk(2)", 4).membership(&elsewhere), Err(Error::Input(_))));
    assert!(matches!(space("ntk(2)", 4).relation(&space("ntk(2)", 5)), Err(Error::Input(_))));
}
