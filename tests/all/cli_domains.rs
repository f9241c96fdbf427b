//! `--domain`: the sphere by its long name, the Boolean cube, and what is refused.

use crate::cli_support;

use cli_support::files::Files;
use cli_support::{done, json, rejects};

/// `--dim P` is `--domain 'sphere(P)'`.
#[test]
fn a_sphere_has_two_names() {
    let rest = ["--kernel", "ntk(3)", "--degrees", "0..=5"];
    let (long, short) = (["table", "--domain", "sphere(7)"], ["table", "--dim", "7"]);
    assert_eq!(done(&[&long[..], &rest].concat()), done(&[&short[..], &rest].concat()));
    let law = |place: [&str; 2]| done(&[&["decay", "--kernel", "laplace(1)"][..], &place].concat());
    assert_eq!(law(["--domain", " sphere( 3 ) "]), law(["--dim", "3"]));
}

/// d = 64: every row proved, the whole trace, exact fractions of a polynomial: E u^2 = 1/d.
#[test]
fn tables_on_the_cube() {
    let document =
        json(&["table", "--kernel", "ntk(3)", "--domain", "cube(64)", "--degrees", "0..=64", "--digits", "20"]);
    assert_eq!((document["domain"].as_str(), document["dim"].as_u64()), (Some("cube(64)"), Some(64)));
    let rows = document["rows"].as_array().unwrap();
    assert!(rows.len() == 65 && rows.iter().all(|row| row["rigour"] == "rigorous"));
    // tests/reference/cube.tsv
    assert_eq!(rows[1]["eigenvalue"], "0.015106732909845751695");
    assert_eq!(rows[32]["multiplicity"], "1832624140942590534");
    let text = done(&["table", "--kernel", "u^2", "--domain", "cube(64)", "--degrees", "0..=3", "--exact"]);
    for part in ["u^2 on {-1,1}^64", "1/64", "1/2048", "exact"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let plan = done(&["table", "--kernel", "ntk(3)", "--domain", "cube(64)", "--degrees", "0..=64", "--plan"]);
    assert!(plan.contains("transform") && plan.contains("proved"), "{plan}");
    let same = done(&["table", "--kernel", "ntk(3)", "--domain", "cube(2000)", "--degrees", "0..=9", "--agreement"]);
    assert!(same.contains("power-series") && same.contains("agree within their errors"), "{same}");
}

/// A learning curve and its figure.
#[test]
fn learning_on_the_cube() {
    let files = Files::new();
    let figure = files.path("curve.svg");
    let common = ["learn", "--kernel", "ntk(3)", "--domain", "cube(10)", "--target", "u^3", "--samples", "5,100"];
    let document = json(&common);
    // tests/reference/cube_learning.tsv
    let near = |value: &serde_json::Value, expected: f64| (value.as_f64().unwrap() / expected - 1.0).abs() < 1e-8;
    assert!(near(&document["rows"][0]["regularisation"], 0.46653659811944637), "{document}");
    assert!(near(&document["rows"][0]["test"], 0.011242670063803409), "{document}");
    assert_eq!(document["domain"], "cube(10)");
    assert!(document["exponents"].is_null());
    let text = done(&[&common[..], &["--plot", figure.to_str().unwrap()]].concat());
    assert!(text.contains("ntk(3) on the cube {-1,1}^10, target u^3"), "{text}");
    assert!(std::fs::read_to_string(figure).unwrap().contains("cube"));
}

#[test]
fn what_is_refused() {
    let table = |place: &[&'static str], degrees: &'static str| -> Vec<&'static str> {
        [&["table", "--kernel", "ntk(3)", "--degrees", degrees], place].concat()
    };
    rejects(&table(&["--domain", "cube(8)"], "0..=9"), &["degree 9", "the cube {-1,1}^8 has the degrees 0 to 8"]);
    rejects(&table(&["--domain", "cube(0)"], "0"), &["'0'", "1 to 1000000"]);
    rejects(&table(&["--domain", "torus(3)"], "0"), &["'torus(3)'", "sphere(p), cube(d), hamming(d,q)"]);
    rejects(&table(&["--domain", "cube(8)", "--dim", "8"], "0"), &["cannot be used with"]);
    rejects(&table(&[], "0"), &["--dim"]);
    rejects(&["decay", "--kernel", "ntk(3)", "--domain", "cube(8)"], &["cube(8)", "spheres only"]);
}
