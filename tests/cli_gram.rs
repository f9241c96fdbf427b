//! The commands `zonal gram`, `zonal fit` and `zonal predict`.

mod cli_support;

use cli_support::files::Files;
use cli_support::{done, fails, json, rejects, text, zonal};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use zonal::Sphere;
use zonal::gram::{Labels, Model, Points, Scaling, Settings, Task};

fn gram<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["gram", "--kernel", "ntk(3)"], more].concat()
}

/// Degrees 0 to 4 of 3000 uniform points of S^3, within bias and spread; with another kernel's eigenvalues they would not be.
#[test]
fn clusters_agree_with_theory() {
    let files = Files::new();
    let page = files.name("page.html");
    let document = json(&gram(&["--uniform", "3000", "--dim", "4", "--report", &page]));
    let clusters = document["clusters"].as_array().unwrap();
    assert_eq!(clusters.iter().map(|c| c["degree"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert!(clusters.iter().all(|c| c["agrees"] == true), "{clusters:?}");
    assert!(document["residual"].as_f64().unwrap() < 1e-12);
    // The expected bias is seen: without it degree 3 would not agree.
    let bias = clusters[3]["expected_mean"].as_f64().unwrap() / clusters[3]["eigenvalue"].as_f64().unwrap() - 1.0;
    assert!((bias - 0.0099).abs() < 1e-4, "{bias}");
    let (mean, mu) = (clusters[3]["mean"].as_f64().unwrap(), clusters[3]["eigenvalue"].as_f64().unwrap());
    assert!((mean - mu).abs() > clusters[3]["allowed"].as_f64().unwrap());
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("<svg") && page.contains("Clusters"));
}

/// Labels that are a spherical harmonic of degree 1 lie in its cluster of eigenvectors, those of degree 2 not; the parts of all eigenvectors add up to 1.
#[test]
fn labels_beside_eigenvectors() {
    let files = Files::new();
    let points = Points::uniform(400, Sphere::in_dimension(3).unwrap(), 5).unwrap();
    let coordinates: Vec<f64> = (0..400).flat_map(|i| points.direction(i).to_vec()).collect();
    let data = files.npy("x.npy", &[400, 3], &coordinates);
    let labels =
        |name: &str, y: fn(&[f64]) -> f64| files.npy(name, &[400], &coordinates.chunks(3).map(y).collect::<Vec<_>>());
    let (first, second) = (labels("first.npy", |x| x[0]), labels("second.npy", |x| x[0] * x[1]));
    let page = files.name("page.html");
    let shares = |labels: &str, more: &[&str]| -> Vec<f64> {
        let document = json(&gram(&[&["--data", &data, "--labels", labels, "--report", &page], more].concat()));
        document["label_shares"].as_array().unwrap().iter().map(|share| share.as_f64().unwrap()).collect()
    };
    let sum = |shares: &[f64]| shares[..4].iter().sum::<f64>();
    // Degrees 0 to 4, without being asked.
    let found = shares(&first, &[]);
    assert_eq!(found.len(), 25);
    assert!(sum(&found) > 0.99, "{found:?}");
    assert!(fs::read_to_string(&page).unwrap().contains("leave of the centred labels"));
    let found = shares(&second, &[]);
    assert!(sum(&found) < 0.05, "{found:?}");
    let all: f64 = shares(&second, &["--top", "400"]).iter().sum();
    assert!((all - 1.0).abs() < 1e-12, "{all}");
}

/// The forms of a file give the same matrix; points that are not uniform get no clusters.
#[test]
fn files_of_all_kinds() {
    let files = Files::new();
    let values: Vec<i16> = (0..120i32).map(|i| ((i * i * 7 + 3 * i) % 41 - 20) as i16).collect();
    let rows = values.chunks(4).map(|row| row.iter().map(i16::to_string).collect::<Vec<_>>().join(",") + "\n");
    let lines: String = rows.collect();
    let doubles: Vec<f64> = values.iter().map(|x| f64::from(*x)).collect();
    let singles: Vec<f32> = values.iter().map(|x| f32::from(*x)).collect();
    let names = [
        files.text("plain.csv", &lines),
        files.text("header.csv", &format!("a,b,c,d\n{lines}")),
        files.npy("short.npy", &[30, 4], &values),
        files.npy("double.npy", &[30, 4], &doubles),
        files.npy("single.npy", &[30, 4], &singles),
    ];
    let header = |name: &str| if name.ends_with("header.csv") { "yes" } else { "auto" };
    let found = names.each_ref().map(|name| json(&gram(&["--data", name, "--top", "5", "--header", header(name)])));
    assert!(found.iter().all(|document| document == &found[0]));
    assert_eq!(found[0]["uniform"], false);
    assert_eq!(found[0]["clusters"], serde_json::json!([]));
}

#[test]
fn bad_files_are_refused_in_one_line() {
    let files = Files::new();
    let good = files.text("good.csv", "1,2\n3,4\n5,6\n");
    for (name, content, message) in [
        ("ragged.csv", "1,2\n3\n", "line 2 has 1 number, line 1 2 numbers"),
        ("letters.csv", "1,2\n3,x\n", "line 2, column 2: 'x' is not a number"),
        ("nan.csv", "1,2\nnan,1\n", "line 2, column 1: NaN"),
        ("infinite.csv", "1,2\n-inf,1\n", "line 2, column 1: -inf"),
        ("zero.csv", "1,2\n0,0\n", "row 1 is zero and has no direction"),
        ("empty.csv", "", "there are no points"),
        ("text.npy", "no numpy", "not a file of NumPy"),
        ("points.dat", "1,2\n", "end in .npy, .csv, .tsv or .txt"),
    ] {
        let path = files.text(name, content);
        rejects(&gram(&["--data", &path, "--top", "1"]), &[name, message]);
    }
    let cube = files.npy("cube.npy", &[1, 1, 2], &[1.0, 2.0]);
    rejects(&gram(&["--data", &cube]), &["shape [1, 1, 2]"]);
    let whole = files.npy("long.npy", &[3, 2], &[1.0; 6]);
    let bytes = fs::read(&whole).unwrap();
    fs::write(&whole, &bytes[..bytes.len() - 8]).unwrap();
    rejects(&gram(&["--data", &whole]), &["shorter than its shape, 3 x 2"]);
    let labels = files.text("labels.csv", "1\n2\n");
    rejects(&gram(&["--data", &good, "--labels", &labels, "--top", "1"]), &["labels.csv", "2 labels for 3 points"]);
    rejects(
        &gram(&["--data", &good, "--top", "4"]),
        &["--top 4: there are 3 points, and as many eigenvalues; allowed are 0 to 3"],
    );
    rejects(&gram(&["--data", &files.name("none.csv")]), &["none.csv", "No such file"]);
    rejects(&gram(&[]), &["--data"]);
    rejects(&gram(&["--uniform", "5"]), &["--dim"]);
    rejects(&["gram", "--kernel", "ntk(", "--data", &good], &["position 5 of the formula"]);
    // One point is a matrix, too.
    let one = files.text("one.csv", "3,4\n");
    assert_eq!(json(&gram(&["--data", &one, "--top", "1"]))["eigenvalues"], serde_json::json!([3.0]));
}

fn read(path: &Path) -> (Vec<u64>, Vec<f64>) {
    let bytes = fs::read(path).unwrap();
    let file = npyz::NpyFile::new(&bytes[..]).unwrap();
    (file.shape().to_vec(), file.into_vec().unwrap())
}

/// Killed half-way and started again: the same bytes, and what was there is not computed again.
#[test]
fn a_stream_goes_on_where_it_was_stopped() {
    let files = Files::new();
    let n = 6000;
    let arguments = |path: &Path| {
        let path = path.to_str().unwrap().to_string();
        ["gram", "--kernel", "ntk(3)", "--uniform", "6000", "--dim", "5", "--top", "0", "--matrix"]
            .map(str::to_string)
            .into_iter()
            .chain([path])
            .collect::<Vec<_>>()
    };
    let (whole, stopped) = (files.path("whole.npy"), files.path("stopped.npy"));
    assert!(Command::new(env!("CARGO_BIN_EXE_zonal")).args(arguments(&whole)).output().unwrap().status.success());
    let mut child = Command::new(env!("CARGO_BIN_EXE_zonal")).args(arguments(&stopped)).spawn().unwrap();
    let journal = files.path("stopped.npy.part.json");
    let start = Instant::now();
    while !journal.exists() && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!stopped.exists() && files.path("stopped.npy.part").exists());
    let rows =
        serde_json::from_slice::<serde_json::Value>(&fs::read(&journal).unwrap()).unwrap()["rows"].as_u64().unwrap();
    assert!(rows > 0 && rows < n, "{rows}");
    // Other points do not go on there.
    let mut other = arguments(&stopped);
    other.extend(["--seed".to_string(), "2".to_string()]);
    let refused = Command::new(env!("CARGO_BIN_EXE_zonal")).args(&other).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("belongs to an unfinished matrix"));
    let again = Command::new(env!("CARGO_BIN_EXE_zonal")).args(arguments(&stopped)).output().unwrap();
    assert!(again.status.success());
    assert!(text(&again.stderr).contains(&format!("{rows} of {n} rows were there already")), "{}", text(&again.stderr));
    assert!(fs::read(&whole).unwrap() == fs::read(&stopped).unwrap());
    let names = files.names();
    assert_eq!(names.len(), 2, "{names:?}");
}

/// The file holds the matrix.
#[test]
fn the_matrix_in_the_file_is_the_matrix() {
    let files = Files::new();
    let path = files.path("k.npy");
    let name = path.to_str().unwrap();
    done(&gram(&["--uniform", "300", "--dim", "3", "--top", "0", "--seed", "9", "--matrix", name]));
    let (shape, values) = read(&path);
    assert_eq!(shape, [300, 300]);
    let points = Points::uniform(300, Sphere::in_dimension(3).unwrap(), 9).unwrap();
    let kernel = zonal::Kernel::parse("ntk(3)").unwrap().compile(None).unwrap();
    let matrix = zonal::gram::Zonal::new(kernel, Scaling::Sphere).gram::<f64>(&points).unwrap();
    assert_eq!(values, matrix.values());
    rejects(&gram(&["--uniform", "10", "--dim", "3", "--matrix", "/nowhere/k.npy", "--top", "0"]), &["/nowhere/k.npy"]);
}

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

/// Four points of R^2, and two to predict at: with K = exp(cosines) and R = 1/2 the predictions k^T (K + R)^{-1} y, with the mean 12 of the labels taken off and
/// added, and without (NumPy).
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
    let document = zonal(&gram(&["--data", &data, "--labels", &labels, "--classify", "--format", "json"]));
    let document: serde_json::Value = serde_json::from_slice(&document.stdout).unwrap();
    assert!(document["alignment"].as_f64().unwrap() > 0.5);
    // One class is none.
    let same = files.text("same.csv", "a\na\na\na\n");
    let one = ["fit", "--kernel", "ntk(2)", "--data", &data, "--labels", &same, "--model", &model, "--classify"];
    rejects(&one, &["1 different label for classes; allowed are 2 to 1000"]);
}

/// Names that pandas writes are no point, in any command, and the way out is named.
#[test]
fn a_header_of_counting_numbers_is_never_a_point_without_a_word() {
    let files = Files::new();
    let data = files.text("x.csv", "0,1,2\n0.5,1.5,2\n1,0.25,3\n");
    let labels = files.text("y.csv", "0\n1.5\n2.5\n");
    let (matrix, model) = (files.name("k.npy"), files.name("m.json"));
    let commands: [&[&str]; 5] = [
        &["gram", "--kernel", "u", "--data", &data],
        &["fit", "--kernel", "exp(u)", "--data", &data, "--labels", &labels, "--model", &model],
        &["convnet", "--network", "conv(1)", "--data", &data, "--output", &matrix],
        &["deform", "--data", &data, "--size", "0.1", "--output", &matrix],
        &["stability", "--network", "conv(1)", "--image", &data],
    ];
    for command in commands {
        rejects(command, &["x.csv: line 1 is 0, 1, 2", "--header yes"]);
        let output = zonal(&[command, &["--header", "yes"]].concat());
        assert_eq!(output.status.code(), Some(0), "{command:?}: {}", text(&output.stderr));
    }
    // The label `0` above two others: with `no` there are three rows of both.
    assert_eq!(json(&[commands[1], &["--header", "yes"]].concat())["points"], 2);
    assert_eq!(json(&[commands[1], &["--header", "no"]].concat())["points"], 3);
    // The header of the labels alone is seen by their number, and said.
    let plain = files.text("plain.csv", "0.5,1.5,2\n1,0.25,3\n");
    let output = zonal(&["fit", "--kernel", "exp(u)", "--data", &plain, "--labels", &labels, "--model", &model]);
    assert!(text(&output.stderr).contains("y.csv: first line taken as header (0)"), "{}", text(&output.stderr));
    rejects(&["predict", "--model", &model, "--data", &data], &["x.csv: line 1 is 0, 1, 2"]);
}

/// Where a name says another format than what would be written, nothing is computed or written.
#[test]
fn no_format_is_written_under_the_name_of_another() {
    let files = Files::new();
    let data = files.text("x.csv", "1,2\n3,4\n");
    let labels = files.text("y.csv", "1\n2\n");
    let before = files.names();
    let place = ["--kernel", "ntk(2)", "--dim", "3"];
    let target = ["--target", "u"];
    let commands: [(&[&str], &[&str]); 11] = [
        (&["decay"], &place),
        (&["learn"], &[&place[..], &target, &["--samples", "10"]].concat()),
        (&["approximate"], &[&place[..], &target, &["--radius", "1"]].concat()),
        (&["compare", "--kernels", "ntk(2)", "ntk(3)"], &["--dim", "3"]),
        (&["stability", "--network", "conv(1)"], &["--image", &data]),
        (&["table", "--degrees", "0"], &place),
        (&["gram", "--kernel", "ntk(2)"], &["--data", &data]),
        (&["norm"], &[&place[..], &target].concat()),
        (&["capacity", "--at", "10"], &place),
        (&["prove"], &place),
        (&["evaluate", "--at", "0.5"], &place[..2]),
    ];
    for (command, more) in commands {
        let line = [command, more].concat();
        if line.contains(&"--image") || ["decay", "learn", "approximate", "compare"].contains(&command[0]) {
            for ending in ["pdf", "png", "PNG", "html", "json", "svg.gz"] {
                let plot = files.name(&format!("a.{ending}"));
                rejects(&[&line[..], &["--plot", &plot]].concat(), &["figures are SVG", "end the name in .svg"]);
            }
        }
        for (format, ending) in [("text", "csv"), ("text", "svg"), ("json", "csv"), ("json", "txt")] {
            let output = files.name(&format!("a.{ending}"));
            let what = if format == "text" { "the output is text" } else { "the output is JSON" };
            rejects(&[&line[..], &["--format", format, "--output", &output]].concat(), &[what]);
        }
    }
    let gram = |option: &str, name: &str| {
        gram(&["--data", &data])
            .iter()
            .map(ToString::to_string)
            .chain([option.into(), files.name(name)])
            .collect::<Vec<_>>()
    };
    let refused = |line: &[String], part: &str| rejects(&line.iter().map(String::as_str).collect::<Vec<_>>(), &[part]);
    refused(&gram("--matrix", "g.csv"), "end in .npy");
    refused(&gram("--matrix", "g"), "end in .npy");
    refused(&gram("--report", "g.pdf"), "the page is HTML");
    let (model, predicted) = (files.name("m.npy"), files.name("p.json"));
    rejects(&["fit", "--kernel", "u", "--data", &data, "--labels", &labels, "--model", &model], &["models are JSON"]);
    rejects(&["predict", "--model", &labels, "--data", &data, "--output", &predicted], &["the output is CSV"]);
    assert_eq!(files.names(), before);
    // Names without an ending, or with one that says nothing, are taken as they are; large letters say the same.
    for name in ["figure", "figure.tmp", "figure.SVG"] {
        done(&[&["decay"], &place[..], &["--plot", &files.name(name)]].concat());
        assert!(fs::read_to_string(files.name(name)).unwrap().starts_with("<svg"), "{name}");
    }
}

/// Eigenvalues of an indefinite kernel are in decreasing order, with their shares of the labels beside them.
#[test]
fn eigenvalues_are_in_decreasing_order() {
    let files = Files::new();
    // K = -u at three orthonormal points: -1/3 three times; at two equal points and one more: 0, -1/3, -2/3.
    let data = files.text("x.csv", "1,0.0\n1,0\n0,1\n");
    let labels = files.text("y.csv", "1\n1\n-2\n");
    let arguments = ["gram", "--kernel=-u", "--data", &data, "--labels", &labels];
    let document = json(&arguments);
    let numbers =
        |name: &str| document[name].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect::<Vec<_>>();
    let near = |found: Vec<f64>, expected: [f64; 3]| found.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-14);
    assert!(near(numbers("eigenvalues"), [0.0, -1.0 / 3.0, -2.0 / 3.0]), "{document}");
    // The labels, centred, are (1, 1, -2)/sqrt 6: their squared parts along (1,-1,0), (0,0,1), (1,1,0).
    assert!(near(numbers("label_shares"), [0.0, 2.0 / 3.0, 1.0 / 3.0]), "{document}");
    assert!(done(&arguments).contains("eigenvalues of K/n of largest absolute value, in decreasing order"));
    assert!(
        done(&["gram", "--kernel", "u", "--data", &data]).contains("largest eigenvalues of K/n, in decreasing order")
    );
}
