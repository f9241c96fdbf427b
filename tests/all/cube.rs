//! Spectra, targets and learning curves on the Boolean cube: an independent program, identities, exact values, limits.

use rug::{Float, Rational};
use std::collections::BTreeMap;
use std::sync::Arc;
use zonal::domain::{self, Cube, Domain};
use zonal::learning::{Setting, ridge_regression};
use zonal::rkhs::{Levels, Target, TargetModes};
use zonal::spectrum::{Eigenvalue, Method, Rigour};
use zonal::{Error, Kernel, Sphere};

fn cube(d: u64) -> Cube {
    Cube::in_dimension(d).unwrap()
}

fn kernel(formula: &str) -> Kernel {
    Kernel::parse(formula).unwrap()
}

fn rows(file: &str) -> Vec<csv::StringRecord> {
    let path = format!("{}/tests/reference/{file}", env!("CARGO_MANIFEST_DIR"));
    let reader = csv::ReaderBuilder::new().delimiter(b'\t').from_path(path).unwrap();
    reader.into_records().collect::<Result<_, _>>().unwrap()
}

fn number(text: &str) -> Float {
    Float::with_val(160, Float::parse(text).unwrap())
}

/// All degrees, 30 digits.
fn all(formula: &str, d: u64) -> Vec<Eigenvalue> {
    let degrees: Vec<u64> = (0..=d).collect();
    kernel(formula).spectrum(cube(d)).digits(30).unwrap().table(&degrees).unwrap().rows
}

/// Whether a relative distance, absolute from zero, is below 2^-bits.
fn near(a: &Float, b: &Float, bits: u32) -> bool {
    let difference = Float::with_val(160, a - b).abs();
    difference <= Float::with_val(160, b.abs_ref()) >> bits
}

/// Plain sums by mpmath, 25 digits. Control: a change in the last place but four is noticed.
#[test]
fn eigenvalues_are_those_of_an_independent_program_and_proved() {
    let mut groups: BTreeMap<(String, u64), Vec<(u64, Float)>> = BTreeMap::new();
    for row in rows("cube.tsv") {
        let place = (row[0].to_string(), row[1].parse().unwrap());
        groups.entry(place).or_default().push((row[2].parse().unwrap(), number(&row[3])));
    }
    let (mut compared, mut exact) = (0, 0);
    for ((formula, d), expected) in groups {
        let degrees: Vec<u64> = expected.iter().map(|(k, _)| *k).collect();
        let table = kernel(&formula).spectrum(cube(d)).digits(22).unwrap().table(&degrees).unwrap();
        for (row, (k, value)) in table.rows.iter().zip(&expected) {
            assert_ne!(row.rigour, Rigour::Estimated, "{formula}, d = {d}, k = {k}");
            assert!(near(&row.value, value, 72), "{formula}, d = {d}, k = {k}: {} {value}", row.value);
            assert_eq!(row.is_zero(), value.is_zero(), "{formula}, d = {d}, k = {k}");
            let off = Float::with_val(160, value + Float::with_val(160, value >> 60));
            assert!(value.is_zero() || !near(&row.value, &off, 72), "{formula}, d = {d}, k = {k}");
            compared += 1;
            exact += usize::from(row.rigour == Rigour::Exact);
        }
    }
    assert!(compared == 455 && exact > 100, "{compared} {exact}");
}

/// mu_k(u f) = a mu_{k+1}(f) + b mu_{k-1}(f): the recurrence of each domain, against tables made without it.
#[test]
fn a_factor_u_follows_the_recurrence_of_the_domain() {
    let domains = ["cube(7)", "cube(40)", "hamming(7,2)", "hamming(9,5)", "sphere(2)", "sphere(3)", "sphere(9)"]
        .map(|name| domain::parse(name).unwrap());
    for place in domains {
        let degrees: Vec<u64> = (0..=7).collect();
        let table =
            |formula: &str| kernel(formula).spectrum(place.clone()).digits(25).unwrap().table(&degrees).unwrap();
        let (f, uf) = (table("ntk(2)+exp(u)"), table("u*(ntk(2)+exp(u))"));
        for k in 1..7usize {
            let recurrence = place.recurrence(k as u64);
            let terms =
                recurrence.iter().zip([k + 1, k, k - 1]).map(|(q, k)| Float::with_val(120, &f.rows[k].value * q));
            let sum = terms.reduce(|a, b| a + b).unwrap();
            assert!(near(&uf.rows[k].value, &sum, 76), "{}, k = {k}", place.name());
            assert!(!near(&uf.rows[k].value, &f.rows[k].value, 20));
        }
    }
}

/// mu_k(kappa) - mu_{k+2}(kappa) on the cube of d is mu_k of kappa((d-2)u/d) on that of d-2.
#[test]
fn two_dimensions_less() {
    let (more, less) = (all("laplace(1)", 30), all("exp(-sqrt(2-2*(28/30)*u))", 28));
    for (k, row) in less.iter().enumerate() {
        let difference = Float::with_val(160, &more[k].value - &more[k + 2].value);
        assert!(near(&row.value, &difference, 80), "{k}");
    }
}

/// sum_k C(d,k) mu_k P_k(1-2j/d) = kappa(1-2j/d) for every j; with one eigenvalue off by 1e-20 it is not.
#[test]
fn the_expansion_is_the_kernel_at_every_point() {
    let d = 23;
    let (place, rows, ntk) = (cube(d), all("ntk(3)", d), kernel("ntk(3)"));
    let at = |u: &Rational, factor: f64| {
        let (mut before, mut here) = (Float::new(160), Float::with_val(160, 1));
        let mut sum = Float::new(160);
        for (k, row) in rows.iter().enumerate() {
            let size = Float::with_val(160, place.multiplicity(k as u64)) * &row.value;
            sum += if k == 3 { size * &here * factor } else { size * &here };
            let [a, _, b] = place.recurrence(k as u64);
            if a != 0 {
                let next =
                    (Float::with_val(160, &here * u) - Float::with_val(160, &before * &b)) / Float::with_val(160, &a);
                before = std::mem::replace(&mut here, next);
            }
        }
        sum
    };
    for j in 0..=d {
        let u = 1 - Rational::from((2 * j, d));
        let value = ntk.evaluate_at(&u, None, zonal::number::Digits::Count(30)).unwrap().value;
        let off = Float::with_val(160, at(&u, 1.0) - &value).abs();
        assert!(off < 1e-26, "{j}: {off}");
        assert!(Float::with_val(160, at(&u, 1.0 + 1e-14) - &value).abs() > 1e-20, "{j}");
    }
}

/// Few points, whole traces, large dimensions, zeros by structure, values beyond doubles.
#[test]
fn special_cases() {
    // d = 1: (kappa(1) + kappa(-1))/2, (kappa(1) - kappa(-1))/2
    let rows = all("3*u^2+u+1/7", 1);
    assert_eq!(rows[0].exact.as_ref().unwrap().as_rational(), Some(Rational::from((22, 7))));
    assert_eq!(rows[1].exact.as_ref().unwrap().as_rational(), Some(Rational::from(1)));
    // A polynomial of degree 2, and one whose powers fold back: u^5 on three points.
    assert!(all("3*u^2+u+1/7", 9)[3..].iter().all(Eigenvalue::is_zero));
    assert_eq!(all("u^5", 2)[1].exact.as_ref().unwrap().as_rational(), Some(Rational::from((1, 2))));
    // The trace is all there; relative digits to the last degree, also where N mu_k leaves doubles.
    let degrees: Vec<u64> = (0..=1000).collect();
    let table = kernel("ntk(3)").spectrum(cube(1000)).digits(20).unwrap().table(&degrees).unwrap();
    assert!(table.rest().value.to_f64().abs() < 1e-40 && table.is_complete());
    assert!(table.rows.iter().all(|row| row.rigour == Rigour::Rigorous));
    let gaussian = kernel("gaussian(1)").spectrum(cube(1000)).digits(20).unwrap();
    // exp(-2(1-u)): e^-2 sinh(2/1000)^1000
    assert_eq!(gaussian.eigenvalue(1000).unwrap().to_string(), "1.4510962834394175488e-2700");
}

/// The energies of targets: proved errors cover an independent program, and zeros are zeros.
#[test]
fn energies_of_targets() {
    let mut targets: BTreeMap<(String, u64), Vec<f64>> = BTreeMap::new();
    for row in rows("cube_energies.tsv") {
        targets.entry((row[0].to_string(), row[1].parse().unwrap())).or_default().push(row[3].parse().unwrap());
    }
    assert_eq!(targets.len(), 15);
    for ((text, d), expected) in targets {
        let target = Target::parse(&text, cube(d)).unwrap();
        let found = target.energies(d, 60).unwrap();
        let whole: f64 = expected.iter().sum();
        for (k, (energy, expected)) in found.iter().zip(&expected).enumerate() {
            let off = (energy.value.to_f64() - expected).abs();
            assert!(off <= energy.error + 1e-16 * expected, "{text}, d = {d}, k = {k}: {} {expected:e}", energy.value);
            assert!(energy.error <= 1e-15 * energy.value.to_f64() + 1e-30 * whole, "{text}: {:e}", energy.error);
            assert!(*expected > 0.0 || energy.value.is_zero(), "{text}, d = {d}, k = {k}");
        }
        assert!((target.energy().unwrap() / whole - 1.0).abs() < 1e-13);
    }
}

/// Learning curves: their errors cover an independent program; a ridge that is 1% off is noticed.
#[test]
fn learning_curves() {
    let mut seen = 0;
    for row in rows("cube_learning.tsv") {
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let place = cube(row[1].parse().unwrap());
        let (samples, ridge, noise) = (number(3), number(4), number(5));
        let levels = Levels::new(&kernel(&row[0]).spectrum(place), samples).unwrap();
        let modes = TargetModes::new(&Target::parse(&row[2], place).unwrap(), &levels).unwrap();
        let risk = ridge_regression(&levels, &modes, Setting { samples, ridge, noise }).unwrap();
        let off = [(risk.regularisation - number(6)).abs(), (risk.test - number(7)).abs()];
        let errors = [risk.errors.regularisation, risk.errors.test];
        assert!(off[0] <= errors[0] + 1e-16 * number(6) && off[1] <= errors[1] + 1e-16 * number(7), "{row:?}: {off:?}");
        assert!(errors[0] < 1e-10 * number(6) && errors[1] < 1e-9 * number(7).max(1e-20), "{row:?}: {errors:?}");
        if ridge > 0.0 {
            let wrong = ridge_regression(&levels, &modes, Setting { samples, ridge: 1.01 * ridge, noise }).unwrap();
            assert!((wrong.regularisation - number(6)).abs() > errors[0], "{row:?}");
        }
        seen += 1;
    }
    assert_eq!(seen, 48);
}

/// As many samples as eigenvalues above a gap: the regularisation is the root of what is left of both sides, sqrt(ridge
/// / sum_k C(d,k)/mu_k) at full rank, and sqrt(mu_a mu_b) between two levels. Kind of fault: differences of doubles
/// whose error does not cover.
#[test]
fn as_many_samples_as_eigenvalues() {
    let risk = |formula: &str, d: u64, samples: f64, ridge: f64| {
        let levels = Levels::new(&kernel(formula).spectrum(cube(d)), samples).unwrap();
        let modes = TargetModes::new(&Target::parse("u^3", cube(d)).unwrap(), &levels).unwrap();
        ridge_regression(&levels, &modes, Setting { samples, ridge, noise: 0.1 }).unwrap()
    };
    // mpmath, 600 digits
    for (formula, d, samples, ridge, root, overfitting) in [
        ("exp(u)", 5, 32.0, 1e-300, 1.15938545576e-152, 1.855e149),
        ("exp(u)", 10, 1024.0, 1e-60, 6.2706e-36, 3.2106e27),
        ("exp(u/10^60)", 5, 6.0, 0.0, 1.26491e-91, 9.48683e29),
        ("exp(u/10^60)", 5, 1.0, 0.0, 1.0e-30, 5.0e29),
    ] {
        let found = risk(formula, d, samples, ridge);
        let near = |x: f64, y: f64| (x / y - 1.0).abs() < 1e-3;
        assert!(near(found.regularisation, root) && near(found.overfitting, overfitting), "{formula}: {found:?}");
        assert!(found.errors.regularisation < 1e-9 * root, "{formula}: {found:?}");
        assert!(!near(risk(formula, d, samples + 1e-3, ridge.max(1e-290)).regularisation, root));
    }
    // Just above the rank: n/(n - 32), at rounding of the difference.
    let found = risk("exp(u)", 5, 32.000000001, 0.0);
    assert!((found.overfitting / 3.2e10 - 1.0).abs() < 1e-3 && found.errors.overfitting > 0.0, "{found:?}");
}

/// What cannot be: one clear line each.
#[test]
fn refusals_name_the_reason() {
    let said = |error: Error| error.to_string();
    assert!(said(Cube::in_dimension(0).unwrap_err()).contains("1 to 1000000"));
    assert!(said(domain::parse("cube").unwrap_err()).contains("sphere(p), cube(d), hamming(d,q)"));
    let spectrum = kernel("ntk(3)").spectrum(cube(8));
    assert!(said(spectrum.eigenvalue(9).unwrap_err()).contains("has the degrees 0 to 8"));
    assert!(
        said(spectrum.clone().method(Method::Endpoint).eigenvalue(3).unwrap_err()).contains("no method on the cube")
    );
    let unable = spectrum.decay();
    assert!(matches!(&unable, Err(Error::Unable(why)) if why.message.contains("spheres only")), "{unable:?}");
    assert!(said(kernel("1/u").spectrum(cube(4)).eigenvalue(1).unwrap_err()).contains("u = 0"));
    // 1/u is a kernel on a cube of odd dimension: it has no point with u = 0.
    assert_eq!(all("1/u", 1)[1].exact.as_ref().unwrap().as_rational(), Some(Rational::from(1)));
    let levels = Levels::new(&spectrum, 10.0).unwrap();
    let target = Target::parse("u", Sphere::in_dimension(8).unwrap()).unwrap();
    assert!(said(TargetModes::new(&target, &levels).unwrap_err()).contains("the sphere in R^8 and levels of the cube"));
    let place: Arc<dyn Domain> = Arc::new(cube(8));
    assert!(said(Target::parse("u @ 1,0", place.clone()).unwrap_err()).contains("directions are for spheres"));
    assert!(said(Target::parse("energies:1,1,1,1,1,1,1,1,1,1", place).unwrap_err()).contains("degrees 0 to 8"));
    // The other rows are given where one is not told from zero, within a second or so: 1/2 + odd, a part that is zero,
    // algebra that tells.
    let table = kernel("atan(exp(u))").spectrum(cube(4)).table_with_gaps(&[0, 1, 2, 3, 4]).unwrap();
    assert_eq!(table.rows.iter().map(|row| row.degree).collect::<Vec<_>>(), [0, 1, 3]);
    assert!(said(table.gaps[0].reason.clone()).contains("not told from zero"));
    let unseen =
        kernel("asin(u/2)-2*atan(u/(2+sqrt(4-u^2)))+exp(u^2)").spectrum(cube(4)).table_with_gaps(&[0, 1, 2]).unwrap();
    assert!(unseen.rows.len() == 2 && said(unseen.gaps[0].reason.clone()).contains("the odd part of"));
    assert!(all("asin(u)+acos(u)", 4)[1..].iter().all(Eigenvalue::is_zero));
    let one_sided = kernel("abs(u)/u").spectrum(cube(4)).eigenvalue(1).unwrap_err();
    assert!(matches!(one_sided, Error::Domain(_)) && !said(one_sided).contains("tend to"));
    assert!(said(Target::parse("10^200*u", cube(3)).unwrap_err()).contains("does not fit a double"));
    let large = Levels::new(&kernel("exp(u)").spectrum(cube(1_000_000)), 10.0);
    assert!(said(large.unwrap_err()).contains("at most 4000"));
    // Too large for the memory, said before it starts.
    assert!(said(kernel("ntk(3)").spectrum(cube(1_000_000)).eigenvalue(500_000).unwrap_err()).contains("GB of memory"));
}

/// The two methods agree within their errors, and the power series serves a million dimensions: exp(u) has a closed
/// form, sinh(1/d)^k cosh(1/d)^(d-k).
#[test]
fn two_methods_and_large_dimensions() {
    for formula in
        ["ntk(3)", "gaussian(1)-exp(u)", "1/(2-u)", "10^400*arccos1(u)", "acos(u)", "1-laplace(1)", "sqrt(1-u)"]
    {
        let spectrum = kernel(formula).spectrum(cube(2000)).digits(25).unwrap();
        let found = spectrum.agreement(&[0, 1, 2, 7, 20, 40]).unwrap();
        assert_eq!(found.len(), 1, "{formula}: {found:?}");
        assert!(found[0].agree && found[0].difference < 1e-25, "{found:?}");
    }
    let d = 1_000_000;
    let degrees = [0, 1, 2, 50, 400];
    let table = kernel("exp(u)").spectrum(cube(d)).digits(30).unwrap().table(&degrees).unwrap();
    let inverse = Float::with_val(160, 1) / d;
    for (row, k) in table.rows.iter().zip(degrees) {
        let (sinh, cosh) = (inverse.clone().sinh(), inverse.clone().cosh());
        let expected = Float::with_val(160, rug::ops::Pow::pow(sinh, k)) * rug::ops::Pow::pow(cosh, d - k);
        assert!(near(&row.value, &expected, 98) && row.method == Method::PowerSeries, "{k}: {} {expected}", row.value);
    }
}

/// Words of d letters from q: the matrix kappa(<x,y>) over all words of small domains has the eigenvalues |X| mu_k, by
/// plain multiplication with a function of degree k; and the closed form of exp(d u), a product over letters: (e + q -
/// 1)^(d-k) (e - 1)^k / q^d.
#[test]
fn words_of_an_alphabet() {
    for (d, q) in [(3u64, 3u64), (4, 2), (2, 5), (1, 7)] {
        let words: Vec<Vec<u64>> =
            (0..q.pow(d as u32)).map(|i| (0..d).map(|j| i / q.pow(j as u32) % q).collect()).collect();
        let place = domain::parse(&format!("hamming({d},{q})")).unwrap();
        let degrees: Vec<u64> = (0..=d).collect();
        for formula in ["exp(u)", "abs(u-1/3)", "ntk(2)"] {
            let table = kernel(formula).spectrum(place.clone()).table(&degrees).unwrap();
            let kappa: Vec<f64> = (0..=d)
                .map(|j| {
                    let u = 1 - Rational::from((j, d));
                    kernel(formula).evaluate_at(&u, None, zonal::number::Digits::Count(17)).unwrap().value.to_f64()
                })
                .collect();
            // A product over the first k letters of functions of mean 0: of degree k.
            let function = |k: u64, x: &[u64]| -> f64 {
                x[..k as usize].iter().map(|letter| if *letter == 0 { q as f64 - 1.0 } else { -1.0 }).product()
            };
            for (row, k) in table.rows.iter().zip(0..) {
                for x in words.iter().step_by(5) {
                    let apart = |y: &[u64]| x.iter().zip(y).filter(|(a, b)| a != b).count();
                    let sum: f64 = words.iter().map(|y| kappa[apart(y)] * function(k, y)).sum();
                    let expected = words.len() as f64 * row.to_f64() * function(k, x);
                    assert!(
                        (sum - expected).abs() < 1e-9 * words.len() as f64,
                        "{formula} {d} {q} {k}: {sum} {expected}"
                    );
                }
            }
            let trace: f64 = table.rows.iter().map(|row| row.coefficient().to_f64()).sum();
            assert!((trace / kappa[0] - 1.0).abs() < 1e-14 || kappa[0] == 0.0);
        }
    }
    let (d, q) = (40u64, 20u64);
    let spectrum = kernel("exp(40*u)").spectrum(domain::parse("hamming(40,20)").unwrap()).digits(25).unwrap();
    let e = Float::with_val(200, 1).exp();
    for row in spectrum.table(&[0, 1, 7, 39, 40]).unwrap().rows {
        let power = |x: Float, n: u64| Float::with_val(200, rug::ops::Pow::pow(x, n));
        let top = power(Float::with_val(200, &e + (q - 1)), d - row.degree)
            * power(Float::with_val(200, &e - 1u32), row.degree);
        let expected = top / power(Float::with_val(200, q), d);
        assert!(
            near(&row.value, &expected, 82) && row.rigour == Rigour::Rigorous,
            "{}: {} {expected}",
            row.degree,
            row.value
        );
    }
    // No parity: an even kernel has odd degrees; a polynomial still ends.
    let rows = kernel("u^2").spectrum(domain::parse("hamming(5,3)").unwrap()).table(&[0, 1, 2, 3]).unwrap().rows;
    assert!(rows[..3].iter().all(|row| row.to_f64() > 0.0) && rows[3].is_zero());
}
