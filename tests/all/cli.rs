//! The command line as its users see it: exit codes, messages, formats, files. Every test runs the binary.

use crate::cli_support;

use cli_support::*;
use serde_json::Value;

#[test]
fn thirty_digits_of_ntk3_are_right() {
    let values = eigenvalues("ntk(3)", "10", "0,7", &["--digits", "30"]);
    assert_eq!(values, ["0.750749604143223061276854730121", "2.54714027170154907974325543564e-6"]);
}

#[test]
fn high_degree_and_dimension_are_right() {
    let values = eigenvalues("ntk(3)", "10", "200,1001", &["--digits", "30"]);
    assert_eq!(values, ["4.19585493454257494295786250869e-19", "3.55360430676650562791361741383e-26"]);
}

#[test]
fn doubles_are_the_default_and_shortest() {
    let values = eigenvalues("arccos(1)", "4", "0..=4", &[]);
    let pi = std::f64::consts::PI;
    assert_eq!(values[1], "0.125");
    assert_eq!(values[3], "0");
    for (value, expected) in [(&values[0], 32.0 / (9.0 * pi * pi)), (&values[2], 32.0 / (225.0 * pi * pi))] {
        let read: f64 = value.parse().expect("a number");
        assert!((read / expected - 1.0).abs() < 1e-15, "{value} for {expected}");
        assert_eq!(format!("{read}"), *value, "not the shortest form");
    }
    assert_eq!(values, eigenvalues("arccos(1)", "4", "0..=4", &["--digits", "f64"]));
    assert_eq!(eigenvalues("ntk(3)", "10", "7", &[]), ["2.547140271701549e-6"]);
}

#[test]
fn one_digit_and_a_thousand_digits_are_given() {
    assert_eq!(eigenvalues("ntk(3)", "10", "0,7", &["--digits", "1"]), ["0.8", "3e-6"]);
    let long = &eigenvalues("arccos(1)", "4", "0", &["--digits", "1000"])[0];
    assert!(long.starts_with("0.3602530973949787429115714247456982716599423099457655070066"), "{long}");
    assert_eq!(long.len(), "0.".len() + 1000);
    assert!(long.ends_with("352494830072938351618289089795"), "{long}");
    let other = &eigenvalues("arccos1(u)", "4", "0", &["--digits", "1000", "--method", "quadrature"])[0];
    assert_eq!(long, other);
}

#[test]
fn digits_out_of_range_are_rejected() {
    for digits in ["0", "1001", "abc", "", "-1", "1.5", "1e2", "F64"] {
        rejects(&table("arccos(1)", "4", "0", &["--digits", digits]), &[digits, "1 to 1000", "f64"]);
    }
}

#[test]
fn dimensions_out_of_range_are_rejected_with_what_is_allowed() {
    for dim in ["1", "0", "-5", "1000001", "1000000000000000000000000000000", "abc", "3.0"] {
        rejects(&table("arccos(1)", dim, "0", &[]), &[dim, "allowed", "2"]);
    }
}

#[test]
fn the_circle_and_a_million_dimensions_work() {
    // On the circle mu_0 of arccos(1) is 4/pi^2; in dimension p, mu_1 = 1/(2p).
    assert_eq!(eigenvalues("arccos(1)", "2", "0", &["--digits", "20"]), ["0.40528473456935108578"]);
    assert_eq!(eigenvalues("arccos(1)", "1000000", "1", &[]), ["5e-7"]);
}

#[test]
fn every_form_of_a_degree_list_is_read() {
    assert_eq!(listed("7"), [7]);
    assert_eq!(listed("0,1,5"), [0, 1, 5]);
    assert_eq!(listed("0..=4"), [0, 1, 2, 3, 4]);
    assert_eq!(listed("0..4"), [0, 1, 2, 3]);
    assert_eq!(listed("0..=1000:250"), [0, 250, 500, 750, 1000]);
    assert_eq!(listed("0..1000:250"), [0, 250, 500, 750]);
    assert_eq!(listed("5,1..=3,1"), [1, 2, 3, 5]);
}

#[test]
fn malformed_and_empty_degree_lists_are_rejected() {
    for degrees in ["-1", "1e3", "0..", "..5", "abc", "0:2", "1,,2", "0..=5:-1", "1.5"] {
        rejects(&table("arccos(1)", "4", degrees, &[]), &["degrees", "0..=200"]);
    }
    rejects(&table("arccos(1)", "4", "", &[]), &["degrees"]);
    rejects(&table("arccos(1)", "4", "5..3", &[]), &["5..3", "empty"]);
    rejects(&table("arccos(1)", "4", "5..=3", &[]), &["5..=3", "empty"]);
    rejects(&table("arccos(1)", "4", "0..=10:0", &[]), &["0..=10:0", "at least 1"]);
    rejects(&table("arccos(1)", "4", "1000000001", &[]), &["1000000001", "1000000000"]);
}

#[test]
fn degree_lists_too_long_to_compute_are_rejected_at_once() {
    let long = "0..=1000000000000";
    rejects(&table("arccos(1)", "4", long, &[]), &[long, "at most"]);
    // Lengths at the edge of 64 bits must neither panic nor pass as empty.
    for degrees in ["0..=18446744073709551615", "3,1..=18446744073709551615", "0,0..=18446744073709551615"] {
        let message = fails(2, &table("arccos(1)", "4", degrees, &[]));
        assert!(!message.contains("empty"), "{message}");
    }
}

#[test]
fn parse_errors_give_the_position_and_what_is_expected() {
    rejects_kernel("u +* 2", &["position 4", "'*'", "expected"]);
    rejects_kernel("ntk(3", &["position 6", "')'"]);
    rejects_kernel("u u", &["position 3", "'u'"]);
    rejects_kernel("", &["position 1", "expected"]);
    // Positions count characters, not bytes.
    rejects_kernel("u + 2\u{a0}*\u{3000}&", &["position 9", "'&'"]);
}

#[test]
fn unknown_names_and_wrong_parameters_are_named() {
    rejects_kernel("u + nkt(3)", &["position 5", "nkt", "ntk(L)"]);
    rejects_kernel("ntk", &["ntk", "'('"]);
    rejects_kernel("ntk()", &["ntk", "1 parameter"]);
    rejects_kernel("ntk(3,4)", &["ntk", "1 parameter", "not 2"]);
    rejects_kernel("ntk(0)", &["ntk(0)", "1 to 300"]);
    rejects_kernel("matern(1,1)", &["matern(1,1)", "half"]);
    rejects_kernel("gamma_exponential(1,3)", &["gamma_exponential(1,3)", "g <= 2"]);
    rejects_kernel("poisson(1)", &["poisson(1)", "r < 1"]);
    rejects_kernel("sin(u,u)", &["sin", "1 argument", "not 2"]);
    rejects_kernel("u^u", &["position 3", "rational"]);
}

#[test]
fn kernels_not_finite_and_real_on_the_interval_are_rejected_with_the_place() {
    for (kernel, place) in [
        ("log(u)", "u = "),
        ("1/u", "u = 0"),
        ("1/(u-1/3)", "u = 0.333333333333"),
        ("(u-1/7)^(-2)", "u = 0.142857142857"),
        ("sqrt(u-2)", "u = 1"),
        ("asin(2*u)", "u = "),
        ("arccos1(2*u)", "u = "),
        ("u^(1/3)", "u = -1"),
        ("(-1)^(1/2)", "1/2"),
        ("0^-1", "infinite"),
        ("log(1-u)", "u = 1"),
        ("0*log(u)", "log"),
    ] {
        rejects_kernel(kernel, &[place, "[-1, 1]"]);
    }
}

#[test]
fn ten_thousand_nested_operations_are_rejected_in_one_line() {
    rejects_kernel(&format!("{}u{}", "(".repeat(10_000), ")".repeat(10_000)), &["position", "nested"]);
    rejects_kernel(&format!("{}u", "-".repeat(10_000)), &["position", "nested"]);
    rejects_kernel(&format!("{}2", "u^".repeat(10_000)), &["position", "nested"]);
    rejects_kernel(&"sqrt(".repeat(10_000), &["position", "nested"]);
    // A long sum is not nested: 49,000 u / p.
    assert_eq!(eigenvalues(&vec!["u"; 49_000].join("+"), "10", "1", &[]), ["4900"]);
}

#[test]
fn interior_kinks_give_right_digits() {
    // (1/2) int |u - c| over [-1, 1] is (1 + c^2)/2: c = 1/3 in dimension 3.
    let values = eigenvalues("sqrt((u-1/3)^2)", "3", "0..=2", &["--digits", "20"]);
    assert_eq!(values[0], "0.55555555555555555556");
    assert_eq!(values[1], "-0.16049382716049382716");
    assert_eq!(values[2], "0.098765432098765432099");
    assert_eq!(
        eigenvalues("sqrt(u^2)", "3", "0..=2", &["--digits", "20"]),
        ["0.50000000000000000000", "0", "0.12500000000000000000"]
    );
}

/// The printed eigenvalue is `expected`, or the program says that it is unable; anything else is a wrong digit.
fn right_or_unable(kernel: &str, dim: &str, degree: &str, digits: &str, expected: &str) {
    let output = zonal(&table(kernel, dim, degree, &["--digits", digits, "--format", "json"]));
    if output.status.code() == Some(3) {
        return;
    }
    let document: Value = serde_json::from_slice(&output.stdout).expect("output is JSON");
    assert_eq!(document["rows"][0]["eigenvalue"], expected, "mu_{degree} of {kernel} in dimension {dim}");
}

#[test]
fn narrow_features_are_never_missed_silently() {
    right_or_unable("exp(-1e6*(u-1/3)^2)+exp(u)", "3", "0", "15", "1.17608742056925");
    right_or_unable("exp(-1e16*(u-1/3)^2)+ntk(3)", "3", "0", "15", "0.930251940504576");
    right_or_unable("u+cos(u^150)", "3", "2", "12", "-0.00157721472294");
    right_or_unable("1e-400/(1.01-u)+u", "3", "2", "12", "1.21659977552e-400");
    right_or_unable("gaussian(1e12)+exp(u)", "3", "0", "30", "1.17520119364405145688238185060");
    right_or_unable("exp(1e20*(u-1))+exp(u)", "3", "0", "30", "1.17520119364380145688738185060");
}

#[test]
fn methods_can_be_chosen_and_agree() {
    let of = |method| {
        let document = json(&table("exponential(1)", "5", "3", &["--digits", "30", "--method", method]));
        (document["rows"][0]["eigenvalue"].clone(), document["rows"][0]["method"].clone())
    };
    assert_eq!(of("quadrature").1, "quadrature");
    assert_eq!(of("power-series").1, "power-series");
    assert_eq!(of("quadrature").0, of("power-series").0);
    rejects(
        &table("u", "5", "3", &["--method", "magic"]),
        &["magic", "auto", "closed-form", "quadrature", "power-series"],
    );
}

#[test]
fn a_method_that_does_not_apply_is_unable() {
    assert!(fails(3, &table("laplace(1)", "5", "0..=3", &["--method", "closed-form"])).contains("laplace(1)"));
    assert!(fails(3, &table("laplace(1)", "5", "0..=3", &["--method", "power-series"])).contains("laplace(1)"));
}

#[test]
fn evaluate_gives_values_exact_ones_and_errors() {
    let document = json(&["evaluate", "--kernel", "ntk(3)", "--at", "1,0.5,-1", "--digits", "20"]);
    let rows = document["rows"].as_array().expect("rows is a list");
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0]["exact"], "3");
    assert_eq!(rows[2]["exact"], "1/pi");
    assert_eq!(rows[2]["value"], "0.31830988618379067154");
    // kappa_1(1/2) = (sqrt(3)/2 + pi/3) / pi
    let value = done(&["evaluate", "--kernel", "arccos(1)", "--at", "1/2", "--digits", "30"]);
    assert!(value.contains("0.608997781044229358088996582490"), "{value}");
    rejects(&["evaluate", "--kernel", "u", "--at", "2"], &["2", "[-1, 1]"]);
    rejects(&["evaluate", "--kernel", "u", "--at", "x"], &["'x'"]);
    rejects(&["evaluate", "--kernel", "1/u", "--at", "0"], &["1/u", "u = 0"]);
    rejects(&["evaluate", "--kernel", "poisson(1/2)", "--at", "0"], &["poisson(1/2)", "dimension"]);
    assert!(done(&["evaluate", "--kernel", "poisson(1/2)", "--at", "1", "--dim", "4"]).contains("12"));
    assert_eq!(json(&["evaluate", "--kernel", "exp(u)", "--at", "1/3"])["rows"][0]["rigour"], "rigorous");
    // Undefined by less than any precision shows, also where a sum absorbs it; or not decided.
    rejects(&["evaluate", "--kernel", "1+acos(u+1e-80)", "--at", "1"], &["acos"]);
    rejects(&["evaluate", "--kernel", "asin(exp(u))", "--at", "1e-40"], &["asin"]);
    rejects(&["evaluate", "--kernel", "exp(u)+sqrt(1-1e-400-u)", "--at", "1"], &["negative"]);
    fails(3, &["evaluate", "--kernel", "exp(u)+acos(sin(u)^2+cos(u)^2)", "--at", "1/2"]);
    rejects(&table("sqrt(1-1e-400-u^2)", "3", "1", &["--certify"]), &["u = 1"]);
    // Numbers too large for exact powers, sines and sums of roots.
    for large in ["sqrt(6)^2000000000+u", "sin(exp(exp(20*u)))", "exp(exp(exp(50*u)))"] {
        fails(3, &["evaluate", "--kernel", large, "--at", "1"]);
    }
    // Below the range of floating point: no zero is claimed.
    for tiny in ["exp(-1e10)*u", "pi^(-1000000000)*u"] {
        assert!(fails(3, &["evaluate", "--kernel", tiny, "--at", "1/2"]).contains("u = 1/2"));
        fails(3, &table(tiny, "3", "1", &[]));
    }
}

#[test]
fn kernels_lists_the_whole_catalogue() {
    let output = done(&["kernels"]);
    for name in "arccos(n) nngp(L) ntk(L) ntk_bias(L) laplace(c) gaussian(g) matern(nu,l) gamma_exponential(c,g) \
                 exponential(c) arcsine(w) poisson(r) inverse_multiquadric(c) polynomial(c,m)"
        .split_whitespace()
    {
        assert!(output.lines().any(|line| line == name), "{name} is missing");
    }
    assert!(output.contains("0 < g <= 2") && output.contains("exp(-c d)"), "{output}");
}

#[test]
fn wrong_usage_is_bad_input_and_help_is_not() {
    fails(2, &[]);
    rejects(&["tabel"], &["tabel"]);
    rejects(&["table", "--kernel", "u"], &["--dim", "--degrees"]);
    rejects(&table("u", "4", "0", &["--bogus"]), &["--bogus"]);
    rejects(&table("u", "4", "0", &["--format", "xml"]), &["xml", "text", "csv", "json"]);
    assert!(done(&["table", "--help"]).contains("--degrees"));
    assert!(done(&["--version"]).starts_with("zonal "));
}

/// A point without a value leaves the others, exit code 3; no value at all is an error. Kind of fault: one row that
/// cannot be had takes the whole answer with it.
#[test]
fn points_without_a_value_leave_the_others() {
    let arguments = ["evaluate", "--kernel", "sin(u)/u", "--at", "0,0.5"];
    let output = cli_support::zonal(&arguments);
    assert_eq!(output.status.code(), Some(3));
    let (out, error) = (cli_support::text(&output.stdout), cli_support::text(&output.stderr));
    // sin(1/2)/(1/2)
    assert!(out.contains("0.958851077208406") && out.contains("division by zero"), "{out}");
    // What is missing is named, and where it is no limit the kernel is undefined.
    assert!(out.contains("tend to 1.0000000000, a limit that is not proved"), "{out}");
    let output = cli_support::zonal(&["evaluate", "--kernel", "(1-u)*log(1-u)", "--at", "1"]);
    let said = cli_support::text(&output.stdout) + &cli_support::text(&output.stderr);
    assert!(output.status.code() == Some(3) && said.contains("beside it tend to 0.0000000000, a limit"), "{said}");
    rejects(&["evaluate", "--kernel", "log(1-u)", "--at", "1"], &["log of 0 is infinite"]);
    rejects(&["evaluate", "--kernel", "1/u", "--at", "0"], &["division by zero"]);
    assert!(error.contains("1 of 2 points have no value"), "{error}");
    let none = cli_support::zonal(&["evaluate", "--kernel", "sin(u)/u", "--at", "0"]);
    assert_eq!(none.status.code(), Some(3));
    // Too large is not unbounded.
    let large = fails(3, &table("exponential(10^10)", "3", "0", &[]));
    assert!(large.contains("beyond the range of multiprecision"), "{large}");
}
