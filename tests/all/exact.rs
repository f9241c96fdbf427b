//! What is exact by nature: rational eigenvalues however the formula is written, exact zeros and nothing else printed
//! as 0, numbers beyond the range of exponents, ties of decimals, rows that cannot be had, errors that cover. Reference
//! values come from `reference/disguises.py` and `reference/high_powers.py` (mpmath, exact fractions), or from
//! mathematics stated in the test.

use crate::cli_support;

use cli_support::{csv_records, done, json, table as arguments, text, zonal};
use rug::Float;
use zonal::number::{Approximation, Digits};
use zonal::spectrum::{Assurance, Rigour, Table};
use zonal::{Kernel, Spectrum, Sphere};

fn spectrum(kernel: &str, p: u64, digits: u32) -> Spectrum {
    let kernel = Kernel::parse(kernel).unwrap();
    kernel.spectrum(Sphere::in_dimension(p).unwrap()).digits(digits).unwrap()
}

fn table(kernel: &str, p: u64, degrees: &[u64], digits: u32) -> Table {
    spectrum(kernel, p, digits).table(degrees).unwrap_or_else(|e| panic!("{kernel}, p = {p}: {e}"))
}

fn float(text: &str) -> Float {
    Float::with_val(400, Float::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")))
}

/// Kernel, dimension, degree, value.
fn reference(file: &str) -> Vec<(String, u64, u64, String)> {
    let path = format!("{}/tests/reference/{file}", env!("CARGO_MANIFEST_DIR"));
    let read = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        (fields[0].to_string(), fields[1].parse().unwrap(), fields[2].parse().unwrap(), fields[3].to_string())
    };
    std::fs::read_to_string(path).unwrap().lines().map(read).collect()
}

/// Whether a value of 24 digits is the reference of 28.
fn agrees(value: &str, expected: &str) -> bool {
    let (value, expected) = (float(value), float(expected));
    if expected.is_zero() {
        return value.is_zero();
    }
    ((value - &expected) / expected).abs() < 6e-24
}

#[test]
fn polynomials_in_disguise_are_exact() {
    let rows = reference("disguises.tsv");
    assert_eq!(rows.len(), 51 * 18);
    for group in rows.chunks(6) {
        let (kernel, p) = (&group[0].0, group[0].1);
        let degrees: Vec<u64> = group.iter().map(|row| row.2).collect();
        for (row, (_, _, k, expected)) in table(kernel, p, &degrees, 24).rows.iter().zip(group) {
            let place = format!("{kernel}, p = {p}, k = {k}: {row} for {expected}");
            assert!(agrees(&row.decimal(), expected), "{place}");
            assert!(row.rigour == Rigour::Exact && row.exact.is_some(), "{place} is not exact");
        }
    }
    assert!(!agrees("0.333333333333333333333333", "0.33333333333333333333330") && !agrees("1e-30", "0"));
}

#[test]
fn high_powers_of_linear_functions_are_right_to_thirty_digits() {
    for (kernel, p, k, expected) in reference("high_powers.tsv") {
        let row = table(&kernel, p, &[k], 28).rows.remove(0);
        let (value, expected) = (float(&row.decimal()), float(&expected));
        assert!(((value - &expected) / &expected).abs() < 1e-27, "{kernel}, p = {p}, k = {k}: {row} for {expected}");
        assert_ne!(row.rigour, Rigour::Estimated, "{kernel}");
    }
}

#[test]
fn eigenvalues_of_high_powers_add_up_to_the_value_at_one() {
    for (kernel, p, m) in [("polynomial(1,1000)", 3, 1000), ("polynomial(2/7,640)", 6, 640), ("u^5000", 4, 5000)] {
        let table = table(kernel, p, &(0..=m).collect::<Vec<_>>(), 30);
        let rest = table.rest();
        assert!(rest.value.clone().abs() <= rest.error, "{kernel}: {} +- {}", rest.value, rest.error);
        // The error is no wider than the digits of kappa(1).
        assert!(rest.error <= table.value_at_one.value.clone() * 1e-29, "{kernel}: {}", rest.error);
        // The sum without its last rows is another number.
        let mut short = table.clone();
        short.rows.truncate(20);
        let rest = short.rest();
        assert!(rest.value.clone().abs() > rest.error, "{kernel}");
    }
}

#[test]
fn eigenvalues_below_the_range_of_exponents_are_not_zero() {
    // 10^-k; (1/2)^(10^9) = 2.16779...e-301029996; (3/7)^(10^9) = 5.07464...e-367976786; u f: (k r^(k-1) + (k+1)
    // r^(k+1))/(2k+1) at p = 3.
    for (kernel, k, expected) in [
        ("poisson(0.1)", 330_000_000u64, "1.0000e-330000000"),
        ("poisson(0.1)", 1_000_000_000, "1.0000e-1000000000"),
        ("2*poisson(1/2)", 1_000_000_000, TWICE_HALF),
        ("poisson(3/7)", 1_000_000_000, THREE_SEVENTHS),
        ("u*poisson(0.1)", 900_000_000, "5.0500e-900000000"),
    ] {
        let spectrum = spectrum(kernel, 3, 5);
        assert!(spectrum.table(&[k]).is_err(), "{kernel}");
        let table = spectrum.table_with_gaps(&[k]).unwrap();
        let (value, error) = table.gaps[0].written().unwrap();
        assert_eq!(value, expected, "{kernel}");
        assert!(error != "0", "{kernel}: {error}");
        // In every form of output, with exit code 0.
        let row = &json(&arguments(kernel, "3", &k.to_string(), &["--digits", "5"]))["rows"][0];
        assert_eq!((row["eigenvalue"].as_str(), row["rigour"].as_str()), (Some(expected), Some("rigorous")), "{row}");
    }
    // Near the threshold the error is that of the digits.
    let row = table("poisson(0.1)", 3, &[150_000_000], 5).rows.remove(0);
    assert_eq!(row.decimal(), "1.0000e-150000000");
    let exponent: i64 = row.decimal_error().split_once('e').unwrap().1.parse().unwrap();
    assert!((-150_000_040..=-150_000_004).contains(&exponent), "{}", row.decimal_error());
}

const TWICE_HALF: &str = "4.3356e-301029996";
const THREE_SEVENTHS: &str = "5.0746e-367976786";

#[test]
fn what_underflows_is_refused_with_its_reason() {
    for (kernel, at) in [("exp(-10000000000)", "0"), ("exp(-1000000000*u)", "1"), ("exp(-2000000000)*u", "1/2")] {
        let error = Kernel::parse(kernel).unwrap().evaluate(at, 10).unwrap_err().to_string();
        assert!(error.contains("may be zero") || error.contains("beyond the range"), "{kernel}: {error}");
    }
    for kernel in ["exp(-10000000000)*exp(u)", "exp(-700000000)*exp(u)", "exp(-900000000)*ntk(2)"] {
        let rows = spectrum(kernel, 3, 10).table_with_gaps(&[0, 1]);
        let zero = |table: &Table| table.rows.iter().any(|row| row.value.is_zero() || row.error.is_zero());
        assert!(!rows.as_ref().is_ok_and(zero), "{kernel}: {rows:?}");
    }
}

#[test]
fn algebra_finds_parities() {
    for (kernel, parity) in [
        ("(arccos0(u)-1/2)^2", 1),
        ("1/(1+exp(u))-1/2", 0),
        ("exp(u)/(1+exp(u))^2", 1),
        ("(exp(u)-1)/(exp(u)+1)", 0),
        ("asin(u)^3", 0),
        ("(acos(u)-pi/2)*u", 1),
        ("sqrt(1-u)*sqrt(1+u)*exp(u^2)", 1),
        ("sqrt(1-u)+sqrt(1+u)", 1),
        ("1/(2+u)-1/(2-u)", 0),
    ] {
        let problem = spectrum(kernel, 3, 10);
        let symmetry = problem.problem().unwrap().symmetry;
        for k in [parity, parity + 2, parity + 8] {
            assert!(symmetry.vanishes_at(k), "{kernel}, k = {k}: {symmetry:?}");
        }
        // Not more than that.
        assert!(!symmetry.vanishes_at(1 - parity), "{kernel}: {symmetry:?}");
    }
    for kernel in ["exp(u)", "(arccos0(u)-1/3)^2", "1/(1+exp(u))-1/3", "sqrt(1-u)+2*sqrt(1+u)"] {
        let problem = spectrum(kernel, 3, 10);
        let symmetry = problem.problem().unwrap().symmetry;
        assert!(!symmetry.vanishes_at(3) || !symmetry.vanishes_at(4), "{kernel}: {symmetry:?}");
    }
}

#[test]
fn kernels_that_are_zero_by_algebra_are_zero() {
    for kernel in [
        "0*u",
        "exp(u)-exp(u)",
        "laplace(1)*laplace(1)-laplace(2)",
        "gaussian(1)-exp(2*u-2)",
        "sin(u)^2+cos(u)^2-1",
        "arccos1(u)-arccos1(-u)-u",
    ] {
        let table = table(kernel, 3, &[0, 1, 2, 5], 10);
        assert!(table.rows.iter().all(|row| row.is_zero()), "{kernel}: {:?}", table.rows);
    }
}

#[test]
fn exact_numbers_are_rounded_once() {
    for (number, digits, expected) in [
        ("9007199254740993+1e-30", Digits::Double, "9007199254740994"),
        ("9007199254740993", Digits::Double, "9007199254740992"),
        ("9007199254740993-1e-300", Digits::Double, "9007199254740992"),
        ("2.5+1e-40", Digits::Count(1), "3"),
        ("2.5", Digits::Count(1), "2"),
        ("3.5", Digits::Count(1), "4"),
        ("0.35", Digits::Count(1), "0.4"),
        ("0.25", Digits::Count(1), "0.2"),
        ("0.25+1e-900", Digits::Count(1), "0.3"),
        ("-0.125-1e-50", Digits::Count(2), "-0.13"),
        ("99.95", Digits::Count(3), "100"),
        ("1/8+(sqrt(2)-1)^200", Digits::Count(2), "0.13"),
    ] {
        let sphere = Sphere::in_dimension(3).unwrap();
        let kernel = Kernel::parse(number).unwrap();
        let row = kernel.spectrum(sphere).with_digits(digits).eigenvalue(0).unwrap();
        let value = kernel.evaluate_at(&(1, 3).into(), None, digits).unwrap();
        assert_eq!((row.decimal().as_str(), value.to_string().as_str()), (expected, expected), "{number}");
    }
}

#[test]
fn coefficients_have_the_digits_and_errors_of_their_eigenvalues() {
    let sphere = Sphere::in_dimension(10).unwrap();
    let (short, long) =
        (spectrum("ntk(3)", 10, 5).eigenvalue(7).unwrap(), spectrum("ntk(3)", 10, 60).eigenvalue(7).unwrap());
    let pairs = [
        (short.coefficient(), long.coefficient()),
        (short.gegenbauer_coefficient(sphere).unwrap(), long.gegenbauer_coefficient(sphere).unwrap()),
        (short.for_surface_measure(sphere), long.for_surface_measure(sphere)),
    ];
    for (short, long) in pairs {
        let digits = short.to_string().chars().filter(char::is_ascii_digit).count();
        assert!(digits <= 12, "{short}");
        let off = Float::with_val(300, &short.value - &long.value).abs();
        assert!(off <= Float::with_val(64, &short.error + &long.error), "{off:e} beyond {:e}", short.error);
        let written = float(&short.to_string());
        assert!((written - &long.value).abs() <= float(&short.decimal_error()), "{short} +- {}", short.decimal_error());
    }
    let exact = spectrum("arccos(1)", 4, 10).eigenvalue(1).unwrap();
    assert_eq!(exact.coefficient().exact.unwrap().to_string(), "1/2");
}

#[test]
fn values_at_one_and_sums_are_within_their_errors() {
    // sin(2 asin(1)) = 0 and so on: known exactly, or within the error.
    for kernel in ["sin(asin(u)*2)", "sin(sin(u))^2+cos(sin(u))^2-1", "exp(log(2+u)/3)^3-2-u", "(u^4-1)/(u^2+1)"] {
        let at_one = spectrum(kernel, 3, 12).problem().unwrap().value_at_one_within(Digits::Count(12)).unwrap();
        assert!(at_one.value.clone().abs() <= at_one.error, "{kernel}: {at_one:?}");
        let text = at_one.to_string();
        assert!(text == "0" || text.starts_with("0 +- "), "{kernel}: {text}");
    }
    // exp(1/3) with what the degrees above 60 leave, below 1e-90.
    let table = table("exponential(1)", 4, &(0..=60).collect::<Vec<_>>(), 25);
    let sum = table.partial_sum(&(1, 3).into()).unwrap();
    let truth = (Float::with_val(300, 1) / 3u32).exp();
    assert!(Float::with_val(300, &sum.value - &truth).abs() <= sum.error && sum.error < 1e-24, "{sum:?}");
    let wrong = Approximation { value: sum.value.clone() + 1e-22, ..sum.clone() };
    assert!(Float::with_val(300, &wrong.value - &truth).abs() > wrong.error);
}

#[test]
fn one_row_that_cannot_be_had_leaves_the_others() {
    // T_40 by half the angle: odd degrees vanish, which nothing sees; exp(u) at 10^9 has no method; mu_0(T_40)
    // = -1/(40^2-1) at p = 3.
    for (kernel, degrees, gap) in [("cos(80*acos(sqrt((1+u)/2)))", "0..=2", 1), ("exp(u)", "3,4,1000000000", 2)] {
        let run = |format: &str| {
            let output = zonal(&arguments(kernel, "3", degrees, &["--digits", "12", "--format", format]));
            assert_eq!(output.status.code(), Some(3), "{kernel}");
            assert!(text(&output.stderr).contains("1 of 3 degrees have no value"), "{}", text(&output.stderr));
            text(&output.stdout)
        };
        let document: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
        for (i, row) in document["rows"].as_array().unwrap().iter().enumerate() {
            assert_eq!(row["eigenvalue"].is_null(), i == gap, "{row}");
            assert_eq!(row["reason"].is_string(), i == gap, "{row}");
        }
        let records = csv_records(&run("csv"));
        assert_eq!(records[0].last().unwrap(), "reason");
        assert!(records[1 + gap][2].is_empty() && !records[1 + gap].last().unwrap().is_empty(), "{records:?}");
        assert!(run("text").contains("reason"));
    }
    let first = spectrum("cos(80*acos(sqrt((1+u)/2)))", 3, 12).table_with_gaps(&[0, 1]).unwrap().rows.remove(0);
    assert_eq!(first.decimal(), "-0.000625390869293");
    // Proved rows too; and none at all is an error as before.
    let certified =
        spectrum("cos(80*acos(sqrt((1+u)/2)))", 3, 8).rigour(Assurance::Proved).table_with_gaps(&[0, 1, 2]).unwrap();
    assert_eq!((certified.rows.len(), certified.gaps[0].degree), (2, 1));
    assert!(spectrum("cos(80*acos(sqrt((1+u)/2)))", 3, 8).table_with_gaps(&[1]).is_err());
}

#[test]
fn high_orders_of_arc_cosines_stay_small_in_memory() {
    // Parities differ, so mu_k > 0; by the closed form in balls, whose digits are proved.
    for (n, k) in [("10000", "99999"), ("9999", "20002"), ("20001", "0")] {
        let output = done(&arguments(&format!("arccos({n})"), "3", k, &["--digits", "10", "--format", "csv"]));
        let record = &csv_records(&output)[1];
        assert!(record[2].starts_with(|c: char| ('1'..='9').contains(&c)) && record[5] == "rigorous", "{record:?}");
    }
    // What would not fit is refused.
    let error = spectrum("arccos100000(u)*exp(u)", 3, 10).method(zonal::spectrum::Method::Endpoint).eigenvalue(30_000);
    assert!(error.unwrap_err().to_string().contains("GB of memory"));
    // Exact powers that would take gigabytes are left to balls.
    let row = table("poisson(1e-9999)", 3, &[9000], 5).rows.remove(0);
    assert_eq!((row.decimal().as_str(), row.rigour), ("1.0000e-89991000", Rigour::Rigorous));
}

#[test]
fn closed_forms_in_balls_are_proved_at_high_degree() {
    let table = spectrum("arccos(1)", 3, 20).method(zonal::spectrum::Method::ClosedForm).table(&[100_000]).unwrap();
    let endpoint = spectrum("arccos(1)", 3, 40).method(zonal::spectrum::Method::Endpoint).eigenvalue(100_000).unwrap();
    let row = &table.rows[0];
    assert_eq!(row.rigour, Rigour::Rigorous);
    let off = Float::with_val(300, &row.value - &endpoint.value).abs();
    assert!(off <= Float::with_val(64, &row.error + &endpoint.error) && row.error < row.value.clone() * 1e-20);
}
