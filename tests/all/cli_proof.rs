//! The commands `zonal prove` and `zonal table --certify`.

use crate::cli_support;

use cli_support::{done, fails, json, rejects, table, text, zonal};

#[test]
fn a_theorem_about_all_degrees() {
    let text = done(&["prove", "--kernel", "ntk(3)", "--dim", "10"]);
    for part in [
        "even k: proved",
        "for every even k >= 12, A = 52291.457593075954491",
        "the first correction is 66.2356 (k+4)^-2",
        "every mu_k > 0: the kernel is strictly positive definite on the sphere",
        "contained",
    ] {
        assert!(text.contains(part), "'{part}' is missing in\n{text}");
    }
    let document = json(&["prove", "--kernel", "ntk(2)", "--dim", "3"]);
    let (even, odd) = (&document["parities"][0], &document["parities"][1]);
    assert_eq!((&even["exponent"], &even["status"]), (&"3".into(), &"proved".into()));
    assert!(even["constant"].as_str().unwrap().starts_with("0.31830988618379067"));
    assert!(even["from_degree"].as_u64().unwrap() <= 300);
    assert_eq!((&odd["exceptions"], &odd["status"]), (&serde_json::json!([1]), &"proved".into()));
    assert_eq!(document["bounds"][0]["parity"], "even");
    assert_eq!(document["positive"], false);
    assert_eq!(
        document["positivity"],
        "not every mu_k is positive: mu_3 = 0 exactly, and so is mu_k for every odd k >= 3"
    );
    let text = done(&["prove", "--kernel", "gaussian(1)", "--dim", "3"]);
    for part in ["so its eigenvalues follow no power law", "every mu_k > 0", "Taylor"] {
        assert!(text.contains(part), "'{part}' is missing in\n{text}");
    }
    assert_eq!(document["trace"]["holds"], true);
}

#[test]
fn what_is_not_proved_says_so() {
    let output = zonal(&["prove", "--kernel", "sqrt(abs(u))", "--dim", "3"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stdout).contains("even k: undecided") && output.stderr.is_empty());
    for proved in [&["--certify"][..], &["--rigour", "proved"]] {
        let refusal = fails(3, &table("acos(matern(3/2,1))", "3", "2", proved));
        assert!(refusal.contains("--rigour best gives estimates where there is no proof"), "{refusal}");
    }
    let estimated = zonal(&table("acos(matern(3/2,1))", "3", "2", &[]));
    assert!(text(&estimated.stderr).contains("the error of the eigenvalue is estimated"));
    rejects(&["prove", "--kernel", "ntk(3)", "--dim", "1"], &["dimension '1'"]);
    rejects(&table("u", "3", "2", &["--certify", "--rigour", "best"]), &["--certify"]);
    // A plan and one method go with any rigour.
    let plan = done(&table("ntk(3)", "10", "0,2000", &["--certify", "--plan"]));
    assert!(plan.contains("quadrature   proved ") && plan.contains("endpoint     proved "), "{plan}");
    let plan = done(&table("ntk(3)", "10", "0,2000", &["--rigour", "estimated", "--plan"]));
    assert!(plan.contains("quadrature   estimated") && plan.contains("endpoint     proved "), "{plan}");
    let rows = done(&table("exp(u)", "3", "2", &["--certify", "--method", "quadrature"]));
    assert!(rows.contains("rigorous") && rows.contains("quadrature"), "{rows}");
}

#[test]
fn certified_rows_are_rigorous_or_exact() {
    for (kernel, expected) in [("ntk(3)", "rigorous"), ("ntk(2)", "exact"), ("laplace(1)", "rigorous")] {
        let arguments = ["table", "--certify", "--kernel", kernel, "--dim", "5", "--degrees", "0,2,4,1000"];
        let document = json(&arguments);
        for row in document["rows"].as_array().unwrap() {
            assert_eq!(row["rigour"], expected, "{kernel}: {row}");
        }
    }
}
