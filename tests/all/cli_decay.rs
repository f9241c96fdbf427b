//! The command `zonal decay`.

use crate::cli_support;

use cli_support::{done, fails, json, rejects};

fn decay<'a>(kernel: &'a str, dim: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["decay", "--kernel", kernel, "--dim", dim], more].concat()
}

#[test]
fn the_two_layer_kernel_in_ten_dimensions() {
    let text = done(&decay("ntk(2)", "10", &[]));
    for part in [
        "even k: mu_k ~ A (k+4)^-10",
        "29880.8329103291168520573802541  29880.8329103291168520573802541",
        "A = 294912/pi^2",
        "odd k: exactly zero except at k = 1",
        "within 1% from k = 78 on",
        "verdict: holds",
    ] {
        assert!(text.contains(part), "'{part}' is missing in\n{text}");
    }
    let document = json(&decay("ntk(2)", "10", &[]));
    assert_eq!(document["kernel"], "ntk(2)");
    assert_eq!(document["dim"], 10);
    assert_eq!(document["verdict"], "holds");
    let (even, odd) = (&document["parities"][0], &document["parities"][1]);
    assert_eq!((&even["parity"], &even["vanishes"]), (&"even".into(), &false.into()));
    assert_eq!(even["exponent"]["predicted"], "10");
    assert!(even["exponent"]["measured"].as_str().unwrap().starts_with("10.00000000000000"));
    assert_eq!(even["constant"]["closed_form"], "294912/pi^2");
    assert!(even["constant"]["measured"].as_str().unwrap().starts_with("29880.8329103291168520"));
    assert_eq!(even["onset_degree"], 78);
    assert_eq!(even["methods"], serde_json::json!(["closed-form"]));
    assert_eq!((&odd["vanishes"], &odd["exceptions"]), (&true.into(), &serde_json::json!([1])));
    assert!(odd["exponent"].is_null() && odd["constant"].is_null());
}

/// The onset is where the eigenvalues say: one step lower the law is off by more than 1%.
#[test]
fn the_onset_is_the_first_degree_within_one_percent() {
    let off = |k: i32| {
        let mu = json(&cli_support::table("ntk(2)", "10", &k.to_string(), &[]));
        let mu: f64 = mu["rows"][0]["eigenvalue"].as_str().unwrap().parse().unwrap();
        (mu * f64::from(k + 4).powi(10) / 29880.832910329117 - 1.0).abs()
    };
    assert!(off(78) <= 0.01 && off(76) > 0.01, "{} {}", off(78), off(76));
}

#[test]
fn measurements_never_use_the_expansion() {
    for (kernel, dim) in [("ntk(3)", "3"), ("laplace(1)", "4"), ("arccos(0)", "200")] {
        let document = json(&decay(kernel, dim, &[]));
        assert_eq!(document["verdict"], "holds", "{kernel}");
        for parity in document["parities"].as_array().unwrap() {
            let methods = parity["methods"].as_array().unwrap();
            assert!(methods.iter().all(|m| m != "endpoint"), "{methods:?}");
            assert_eq!(parity["degrees"].as_array().unwrap().is_empty(), methods.is_empty());
        }
    }
}

#[test]
fn kernels_without_a_power_law() {
    let document = json(&decay("gaussian(1)", "3", &[]));
    assert_eq!(document["verdict"], "holds");
    assert_eq!(document["parities"][0]["prediction"], "faster than any power");
    assert!(document["parities"][0]["exponent"].is_null());
    // Exit code 3, as of every command that cannot decide.
    let output = cli_support::zonal(&decay("acos(2*u^2-1)", "3", &["--format", "json"]));
    assert_eq!(output.status.code(), Some(3));
    let undecided: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(undecided["verdict"], "undecided");
    assert!(undecided["parities"][0]["prediction"].as_str().unwrap().starts_with("undecided"));
    let document = json(&decay("sqrt(u^2)", "3", &[]));
    assert_eq!(document["verdict"], "holds");
    assert!(document["parities"][0]["prediction"].as_str().unwrap().starts_with("mu_k ~ m^-(5/2) (0.7978845608 cos("));
    assert!(document["parities"][0]["exponent"]["predicted"].is_null());
    assert!(document["parities"][0]["exponent"]["measured"].as_str().unwrap().starts_with("2.5000000000"));
}

/// A law that other terms hide is undecided, exit code 3, and the degree from which it shows is named.
#[test]
fn a_law_that_shows_later_is_undecided() {
    let output = cli_support::zonal(&decay("1e-100*sqrt(2-2*u)+(2-2*u)^(9/2)", "3", &[]));
    assert_eq!(output.status.code(), Some(3));
    let text = cli_support::text(&output.stdout);
    assert!(
        text.contains(
            "other terms hide the law below about k = 1.9e13; the measurement is of degrees up to k = 160 alone"
        ),
        "{text}"
    );
    assert!(text.contains("verdict: undecided"), "{text}");
}

#[test]
fn the_plot_is_a_figure() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("laws.svg");
    done(&decay("ntk(3)", "3", &["--plot", file.to_str().unwrap()]));
    let svg = std::fs::read_to_string(&file).unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    assert_eq!(document.root_element().tag_name().name(), "svg");
    for part in ["even k", "odd k", "with first correction"] {
        assert!(svg.contains(part), "{part}");
    }
}

#[test]
fn bad_input_is_rejected() {
    rejects(&decay("ntk(", "3", &[]), &["position"]);
    rejects(&decay("ntk(2)", "1", &[]), &["dimension"]);
    rejects(&decay("ntk(2)", "3", &["--digits", "0"]), &["0 digits"]);
    rejects(&decay("ntk(2)", "3", &["--format", "csv"]), &["csv", "json"]);
    rejects(&decay("log(u)", "3", &[]), &["not finite"]);
    rejects(&decay("ntk(2)", "3", &["--plot", "/nonexistent/laws.svg"]), &["/nonexistent/laws.svg"]);
    let _ = fails(2, &["decay"]);
}
