//! The commands `zonal fit` and `zonal predict`.

use crate::cli_support;

use cli_support::files::Files;
use cli_support::{done, fails, json, rejects, text, zonal};
use std::path::Path;
use zonal::Sphere;
use zonal::data::{Labels, Points};
use zonal::gram::{Model, Scaling, Settings, Task};

/// Fit and prediction through files; what the model says is what the library says.
#[test]
fn fit_and_predict() {
    let files = Files::new();
    let points = Points::uniform(200, Sphere::in_dimension(3).unwrap(), 4).unwrap();
    let rows: Vec<f64> = (0..200).flat_map(|i| points.direction(i).to_vec()).collect();
    let classes: Vec<f64> = rows.chunks(3).map(|x| if x[0] * x[1] > 0.0 { 5.0 } else { -1.0 }).collect();
    let data = files.npy("x.npy", &[200, 3], &rows);
    let labels = files.npy("y.npy", &[200], &classes);
    let model = files.name("m.json");
    let common = ["--data", &data, "--labels", &labels, "--model", &model];
    let document = json(&[&["fit", "--kernel", "ntk(3)", "--classify"], &common[..]].concat());
    let best = &document["leave_one_out"][0];
    assert!(best["accuracy"].as_f64().unwrap() > 0.85, "{best}");
    let output = zonal(&["predict", "--model", &model, "--data", &data, "--labels", &labels]);
    assert!(text(&output.stderr).starts_with("zonal: accuracy "));
    let predicted: Vec<f64> = text(&output.stdout).lines().skip(1).map(|line| line.parse().unwrap()).collect();
    let settings = Settings {
        kernel: "ntk(3)",
        scaling: Scaling::Sphere,
        task: Task::Classification,
        ridge: None,
        centre: true,
        tolerance: 0.0,
    };
    let fitted = Model::fit(&settings, rows.clone(), 3, &Labels::of_numbers(classes)).unwrap();
    assert_eq!(predicted, fitted.model.predict(rows).unwrap());
    // Classes that are whole numbers are written as such.
    assert!(text(&output.stdout).lines().skip(1).all(|line| line == "5" || line == "-1"));
    let flat = files.text("flat.csv", "1,2\n");
    rejects(&["predict", "--model", &model, "--data", &flat], &["flat.csv", "2 coordinates; the model has 3"]);
    rejects(&["predict", "--model", &data, "--data", &data], &["x.npy", "not a model of zonal fit"]);
    // Duplicated points without a ridge.
    let twice = files.text("twice.csv", "1,2\n1,2\n2,1\n");
    let three = files.text("three.csv", "1\n2\n3\n");
    let other = files.name("other.json");
    let message = fails(
        3,
        &["fit", "--kernel", "ntk(2)", "--data", &twice, "--labels", &three, "--ridge", "0", "--model", &other],
    );
    assert!(message.contains("singular to rounding") && message.contains("duplicated points"), "{message}");
    assert!(!message.contains("twice.csv") && !message.contains("minimum norm"), "{message}");
    assert!(!Path::new(&other).exists());
    rejects(
        &["fit", "--kernel", "ntk(2)", "--data", &twice, "--labels", &three, "--ridge", "-1", "--model", &other],
        &["a ridge of -1"],
    );
}

/// Four points of R^2, and two to predict at: with K = exp(cosines) and R = 1/2 the predictions k^T (K + R)^{-1} y,
/// with the mean 12 of the labels taken off and added, and without (NumPy).
#[test]
fn labels_are_centred_unless_asked_otherwise_and_that_is_said() {
    let files = Files::new();
    let data = files.text("x.csv", "1,0.1\n0.6,0.8\n-0.1,1\n-1,0.2\n");
    let labels = files.text("y.csv", "10\n12\n11\n15\n");
    let fresh = files.text("t.csv", "0.3,0.7\n-1,-1\n");
    let model = files.name("m.json");
    let common =
        ["fit", "--kernel", "exp(u)", "--data", &data, "--labels", &labels, "--ridge", "0.5", "--model", &model];
    let fitted = |more: &[&str]| {
        let document = json(&[&common[..], more].concat());
        let said = done(&[&common[..], more].concat());
        let predicted = done(&["predict", "--model", &model, "--data", &fresh]);
        let numbers: Vec<f64> = predicted.lines().skip(1).map(|line| line.parse().unwrap()).collect();
        (document["centred"].as_bool().unwrap(), document["offsets"][0].as_f64().unwrap(), said, numbers)
    };
    let near = |found: &[f64], expected: [f64; 2]| found.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-6);
    let (centred, mean, said, numbers) = fitted(&[]);
    assert!(centred && mean == 12.0 && near(&numbers, [11.4260956, 13.6232835]), "{mean} {numbers:?}");
    assert!(said.contains("labels centred: their mean, 1.2"), "{said}");
    let (centred, mean, said, numbers) = fitted(&["--no-centre"]);
    assert!(!centred && mean == 0.0 && near(&numbers, [10.94292171, 8.51768787]), "{mean} {numbers:?}");
    assert!(said.contains("labels not centred"), "{said}");
    let help = done(&["fit", "--help"]);
    assert!(help.contains("The labels are centred") && help.contains("--no-centre") && help.contains("the largest"));
    // Errors alike to 1e-4 count as equal, and the largest ridge of those is first; the others are in order.
    let scores = json(&[&common[..7], &common[9..]].concat())["leave_one_out"].clone();
    let scores: Vec<[f64; 2]> =
        scores.as_array().unwrap().iter().map(|s| ["ridge", "error"].map(|x| s[x].as_f64().unwrap())).collect();
    let least = scores.iter().fold(f64::INFINITY, |least, s| least.min(s[1]));
    let good = scores.iter().filter(|s| s[1] <= least * 1.0001);
    assert_eq!(scores[0][0], good.fold(0.0f64, |largest, s| largest.max(s[0])));
    assert!(scores[1..].windows(2).all(|s| s[0][1] <= s[1][1]), "{scores:?}");
}

/// mu_k on the sphere in R^3 by mpmath: half the integral of kappa(t) P_k(t); -pi/8 for the angle.
#[test]
fn a_kernel_that_is_not_positive_definite_is_named_with_its_eigenvalue() {
    let files = Files::new();
    let points = Points::uniform(60, Sphere::in_dimension(3).unwrap(), 3).unwrap();
    let rows: Vec<f64> = (0..60).flat_map(|i| points.direction(i).to_vec()).collect();
    let data = files.npy("x.npy", &[60, 3], &rows);
    let labels = files.npy("y.npy", &[60], &rows.chunks(3).map(|x| x[0] + x[1] * x[2]).collect::<Vec<_>>());
    let model = files.name("m.json");
    let fit = |kernel: &str, more: &[&str], data: &str, labels: &str| {
        let kernel = format!("--kernel={kernel}");
        zonal(&[&["fit", &kernel, "--data", data, "--labels", labels, "--model", &model], more].concat())
    };
    for (kernel, eigenvalue) in
        [("-u", "mu_1 = -0.333 "), ("acos(u)", "mu_1 = -0.393 "), ("u-1", "mu_0 = -1.00 "), ("u^2-u", "mu_1 = -0.333 ")]
    {
        for more in [&[][..], &["--ridge", "0"], &["--ridge", "1e-3"]] {
            let output = fit(kernel, more, &data, &labels);
            let message = text(&output.stderr);
            assert_eq!((output.status.code(), message.lines().count()), (Some(2), 1), "{message}");
            assert!(message.contains("is not positive definite: ") && message.contains(eigenvalue), "{message}");
            for wrong in ["x.npy", "duplicated", "ridge of -", "minimum norm"] {
                assert!(!message.contains(wrong), "{message}");
            }
        }
    }
    let warns = |kernel: &str, more: &[&str], parts: &[&str]| {
        let output = fit(kernel, more, &data, &labels);
        let message = text(&output.stderr);
        assert_eq!(
            (output.status.code(), message.lines().count()),
            (Some(0), parts.len().min(1)),
            "{kernel}: {message}"
        );
        assert!(parts.iter().all(|part| message.contains(part)), "{kernel}: {message}");
    };
    let hidden = ["zonal: warning: ", "is not positive definite: ", "hides that, and no function space"];
    warns("exp(-acos(u)^2)", &[], &[&hidden[..], &["mu_8 = -1.33e-7 "]].concat());
    warns("acos(u)", &["--ridge", "100"], &hidden);
    warns("exp(-u)", &["--ridge", "100"], &hidden);
    // Six points do not show it.
    let few = files.npy("few.npy", &[6, 3], &rows[..18]);
    let y = files.npy("six.npy", &[6], &[1.5, 0.5, 2.0, 1.0, 0.0, 3.0]);
    let message = text(&fit("exp(-acos(u)^2)", &[], &few, &y).stderr);
    assert!(message.contains("mu_8 = -1.33e-7") && message.contains("does not show it"), "{message}");
    // Nothing is said of kernels that are positive definite, also where eigenvalues are lost in rounding.
    for kernel in ["ntk(3)", "gaussian(1/100)", "exp(u)", "u^2", "1+u", "arccos0(u)*exp(u)"] {
        warns(kernel, &[], &[]);
    }
}

#[test]
fn words_are_fitted_and_predicted_as_words() {
    let files = Files::new();
    let data = files.text("x.csv", "1,0.1\n1,-0.1\n0.1,1\n-0.1,1\n");
    let labels = files.text("y.csv", "kind\ndog\ndog\nNew York\nNew York\n");
    let fresh = files.text("t.csv", "2,0.2\n0.2,2\n");
    let model = files.name("m.json");
    let common = ["fit", "--kernel", "ntk(2)", "--data", &data, "--labels", &labels, "--model", &model];
    let output = zonal(&[&common[..], &["--classify"]].concat());
    assert!(text(&output.stderr).contains("y.csv: first line taken as header (kind)"), "{}", text(&output.stderr));
    assert_eq!(done(&["predict", "--model", &model, "--data", &fresh]), "prediction\ndog\nNew York\n");
    let truth = files.text("truth.csv", "dog\ndog\n");
    let scored = zonal(&["predict", "--model", &model, "--data", &fresh, "--labels", &truth]);
    assert_eq!(text(&scored.stderr), "zonal: accuracy 0.5000 (1 of 2)\n");
    let numbers = files.text("numbers.csv", "1\n2\n");
    rejects(&["predict", "--model", &model, "--data", &fresh, "--labels", &numbers], &["the labels are numbers"]);
    let message = text(&zonal(&common).stderr);
    assert!(message.contains("words, such as 'dog'; --classify takes them as classes"), "{message}");
    let document =
        zonal(&["gram", "--kernel", "ntk(3)", "--data", &data, "--labels", &labels, "--classify", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&document.stdout).unwrap();
    assert!(document["alignment"].as_f64().unwrap() > 0.5);
    // One class is none.
    let same = files.text("same.csv", "a\na\na\na\n");
    let one = ["fit", "--kernel", "ntk(2)", "--data", &data, "--labels", &same, "--model", &model, "--classify"];
    rejects(&one, &["1 different label for classes; allowed are 2 to 1000"]);
}
