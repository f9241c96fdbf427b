//! `zonal learn` as a user runs it.

use crate::cli_support;

use cli_support::{done, fails, json};

/// The words of a command line.
fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn a_curve_of_many_sizes() {
    let line = "learn --kernel ntk(3) --dim 10 --target u^2+u --samples 10..=100000 --points 100 --noise 0.1";
    let document = json(&words(line));
    let rows = document["rows"].as_array().unwrap();
    assert_eq!((rows.len(), document["rigour"].as_str()), (100, Some("predicted")));
    let test = |i: usize| rows[i]["test"].as_f64().unwrap();
    // From more than the noise and the variance of the target down to little more than the noise.
    assert!(test(0) > 0.15 && test(99) > 0.1 && test(99) < 0.12, "{} {}", test(0), test(99));
    // E (u^2+u)^2 = 3/(p (p+2)) + 1/p
    let energy: f64 = document["energies"].as_array().unwrap().iter().map(|e| e.as_f64().unwrap()).sum();
    assert!((energy - (3.0 / 120.0 + 0.1)).abs() < 1e-14, "{energy}");
}

#[test]
fn features_lists_and_figures() {
    let folder = tempfile::tempdir().unwrap();
    let figure = folder.path().join("curve.svg");
    let line = format!(
        "learn --kernel arccos(1) --dim 5 --target energies:0.5,0.5 --samples 10,1e3 --features 100 --ridge 1e-3 \
         --format csv --plot {}",
        figure.display()
    );
    let out = done(&words(&line));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        (lines.len(), lines[0]),
        (
            3,
            "samples,regularisation,overfitting,test,train,regularisation_error,\
             overfitting_error,test_error,train_error,unknown"
        )
    );
    assert!(std::fs::read_to_string(figure).unwrap().starts_with("<svg"));
    // Infinitely many features do better.
    let test = |stdout: &str| stdout.lines().last().unwrap().split(',').nth(3).unwrap().parse::<f64>().unwrap();
    let line = "learn --kernel arccos(1) --dim 5 --target energies:0.5,0.5 --samples 10,1e3 --ridge 1e-3 --format csv";
    assert!(test(&done(&words(line))) < test(&out));
}

#[test]
fn bad_input_is_one_line() {
    for (arguments, code, says) in [
        ("--samples 0", 2, "samples 0; allowed are 1 to"),
        ("--samples ten", 2, "'ten' is no number for the samples"),
        ("--samples 100..=10", 2, "25 as the number of values of samples from 100 to 10"),
        ("--samples 10..=100 --points 1", 2, "1 as the number of values of samples"),
        ("--samples 10 --ridge -1", 2, "the ridge -1"),
        ("--samples 10 --noise nan", 2, "the noise NaN"),
        ("--samples 10 --features 0", 2, "0 features"),
        ("--samples 10 --features 10", 3, "the error is infinite"),
    ] {
        let message = fails(code, &words(&format!("learn --kernel ntk(2) --dim 5 --target u {arguments}")));
        assert!(message.contains(says), "{arguments}: {message}");
    }
    let message = fails(2, &words("learn --kernel ntk(2) --dim 5 --target energies:1,-2 --samples 10"));
    assert!(message.contains("the energy -2"), "{message}");
}

#[test]
fn gradient_flow() {
    let document = json(&words("learn --kernel ntk(2) --dim 4 --target u^2 --time 0.5..=50 --points 3"));
    let rows = document["rows"].as_array().unwrap();
    // E_0 = 1/16, E_2 = 1/16 on S^3; mu_2 by the table
    let table = json(&words("table --kernel ntk(2) --dim 4 --degrees 0,2"));
    let mu = |i: usize| table["rows"][i]["eigenvalue"].as_str().unwrap().parse::<f64>().unwrap();
    for (row, t) in rows.iter().zip([0.5, 5.0, 50.0]) {
        let expected = ((-2.0 * mu(0) * t).exp() + (-2.0 * mu(1) * t).exp()) / 16.0;
        assert_eq!(row["time"].as_f64(), Some(t));
        assert!((row["error"].as_f64().unwrap() / expected - 1.0).abs() < 1e-12, "{row}");
    }
    assert_eq!(rows[2]["learned_degree"].as_u64(), Some(2));
    let text = done(&words("learn --kernel ntk(2) --dim 4 --target u^3 --time 10"));
    // u^3 = (3 P_1 + ...): degree 3 is never learned
    assert!(text.contains("is never learned"), "{text}");
    assert!(fails(2, &words("learn --kernel ntk(2) --dim 4 --target u --time 0")).contains("time 0; allowed"));
    assert!(fails(2, &words("learn --kernel ntk(2) --dim 4 --target u --time 1 --samples 5")).contains("--samples"));
    assert!(fails(2, &words("learn --kernel ntk(2) --dim 4 --target u")).contains("--samples"));
}

/// One number of samples equal to the rank, 5, has no answer without ridge; the others have: n/(n - 5) (0 + 0.1) above
/// it.
#[test]
fn the_rank_does_not_take_the_curve_with_it() {
    let line = "learn --kernel 1+u --dim 4 --target u --noise 0.1 --samples 4,5,10";
    let output = cli_support::zonal(&words(line));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("5 samples: 5 samples of a kernel of rank 5 without ridge: the error is infinite"), "{text}");
    let output = cli_support::zonal(&words(&format!("{line} --format json")));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = document["rows"].as_array().unwrap();
    assert!(rows[1]["test"].is_null() && rows[0]["test"].as_f64().unwrap() > 0.1);
    assert!((rows[2]["test"].as_f64().unwrap() - 0.2).abs() <= rows[2]["test_error"].as_f64().unwrap());
    // The rank alone is an error, as it was.
    fails(3, &words("learn --kernel 1+u --dim 4 --target u --samples 5"));
}
