//! The command `zonal gram`.

use crate::cli_support;

use cli_support::files::Files;
use cli_support::{done, json, rejects, text, zonal};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use zonal::Sphere;
use zonal::data::Points;
use zonal::gram::Scaling;

fn gram<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["gram", "--kernel", "ntk(3)"], more].concat()
}

/// Degrees 0 to 4 of 3000 uniform points of S^3, within bias and spread; with another kernel's eigenvalues they would
/// not be.
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

/// Labels that are a spherical harmonic of degree 1 lie in its cluster of eigenvectors, those of degree 2 not; the
/// parts of all eigenvectors add up to 1.
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
    let kernel = zonal::Kernel::parse("ntk(3)").unwrap().tabulate(None).unwrap();
    let matrix = zonal::gram::ZonalGram::new(kernel, Scaling::Sphere).gram::<f64>(&points).unwrap();
    assert_eq!(values, matrix.values());
    rejects(&gram(&["--uniform", "10", "--dim", "3", "--matrix", "/nowhere/k.npy", "--top", "0"]), &["/nowhere/k.npy"]);
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

/// Cosines 3/5, -3/5, 0, 4/5, -4/5 and 7/25 between (1,0), (0.6,0.8), (-0.6,0.8), (0,1): kernels with kinks and jumps,
/// in the matrix and in a fit, against the formulas written out. Kind of fault: offered by one command, refused by
/// another.
#[test]
fn kinks_inside_give_matrices_and_fits() {
    let files = Files::new();
    let rows = [[1.0, 0.0], [0.6, 0.8], [-0.6, 0.8], [0.0, 1.0]];
    let data = files.text("x.csv", "1,0\n0.6,0.8\n-0.6,0.8\n0,1\n");
    let labels = files.text("y.csv", "1\n-1\n2\n0.5\n");
    let (path, model) = (files.path("k.npy"), files.name("m.json"));
    let name = path.to_str().unwrap();
    type Exact = fn(f64) -> f64;
    let kernels: [(&str, Exact); 8] = [
        ("abs(u)", f64::abs),
        ("max(0,u)", |u| u.max(0.0)),
        ("min(u,1/3)", |u| u.min(1.0 / 3.0)),
        ("step(u-1/10)", |u| f64::from(u > 0.1)),
        ("where(u-1/4,u^2,1/16)", |u| if u > 0.25 { u * u } else { 0.0625 }),
        ("piecewise(u,-1/2,exp(u),1/2,cos(u))", |u| {
            if u < -0.5 {
                u
            } else if u < 0.5 {
                u.exp()
            } else {
                u.cos()
            }
        }),
        ("max(0,1-acos(u))^2", |u| (1.0 - u.acos()).max(0.0).powi(2)),
        ("max(0,1-sqrt(2-2*u))", |u| (1.0 - (2.0 - 2.0 * u).sqrt()).max(0.0)),
    ];
    for (kernel, exact) in kernels {
        done(&["gram", "--kernel", kernel, "--data", &data, "--matrix", name]);
        let (_, values) = read(&path);
        let cosine = |i: usize, j: usize| if i == j { 1.0 } else { rows[i][0] * rows[j][0] + rows[i][1] * rows[j][1] };
        for (i, j) in (0..4).flat_map(|i| (0..4).map(move |j| (i, j))) {
            assert!((values[4 * i + j] - exact(cosine(i, j))).abs() < 4e-15, "{kernel}: {i} {j} {}", values[4 * i + j]);
        }
        let common = ["--data", &data, "--labels", &labels, "--model", &model, "--ridge", "3", "--no-centre"];
        let output = zonal(&[&["fit", "--kernel", kernel], &common[..]].concat());
        assert_eq!(output.status.code(), Some(0), "{kernel}: {}", text(&output.stderr));
        let predicted = done(&["predict", "--model", &model, "--data", &data]);
        let f: Vec<f64> = predicted.lines().skip(1).map(|line| line.parse().unwrap()).collect();
        // K (K + 3)^{-1} y = f, so that K (y - f) = 3 f.
        for (i, fitted) in f.iter().enumerate() {
            let rest = [1.0, -1.0, 2.0, 0.5].iter().zip(&f).enumerate();
            let product: f64 = rest.map(|(j, (y, f))| exact(cosine(i, j)) * (y - f)).sum();
            assert!((product - 3.0 * fitted).abs() < 1e-13, "{kernel}: {product} {fitted}");
        }
    }
}

/// A tolerance is taken, the error that was reached is printed, and holds; without one it is at rounding.
#[test]
fn a_tolerance_accepts_what_it_says() {
    let files = Files::new();
    let path = files.path("k.npy");
    let common = ["gram", "--kernel", "gaussian(10)", "--uniform", "40", "--dim", "3", "--top", "0", "--matrix"];
    let matrix = |more: &[&str]| {
        let said = done(&[&common[..], &[path.to_str().unwrap()], more].concat());
        let line = said.lines().find(|line| line.starts_with("values of the kernel checked to")).unwrap();
        let error: f64 = line.split_whitespace().nth(6).unwrap().parse().unwrap();
        (read(&path).1, error)
    };
    let (tight, rounding) = matrix(&[]);
    let (loose, stated) = matrix(&["--tolerance", "1e-6"]);
    let off = tight.iter().zip(&loose).fold(0.0f64, |off, (a, b)| off.max((a - b).abs()));
    assert!(rounding < 5e-16 && stated <= 1e-6 && stated > 1e-12, "{rounding:e} {stated:e}");
    assert!(off <= stated + rounding && off > 1e-12, "{off:e} {stated:e}");
    for wrong in ["0.5", "-1", "nan"] {
        rejects(
            &["gram", "--kernel", "u", "--uniform", "4", "--dim", "3", &format!("--tolerance={wrong}")],
            &["tolerance"],
        );
    }
}

/// Deep networks have Gram matrices: values to two units in the last place of the largest, against those of the formula
/// in balls. A negative control: one layer less is seen.
#[test]
fn deep_networks_have_gram_matrices() {
    let files = Files::new();
    let points = files.text("points.csv", "401,0\n399,40\n0,1\n-1,0\n");
    // Inner products of their directions, row after row.
    let products = [
        ["1", "399/401", "0", "-1"],
        ["399/401", "1", "40/401", "-399/401"],
        ["0", "40/401", "1", "0"],
        ["-1", "-399/401", "0", "1"],
    ];
    for (name, other) in [("ntk(300)", "ntk(299)"), ("nngp(300)", "nngp(299)"), ("arccos(1000)", "arccos(999)")] {
        let path = files.path("deep.npy");
        done(&["gram", "--kernel", name, "--data", &points, "--top", "0", "--matrix", path.to_str().unwrap()]);
        let (_, values) = read(&path);
        let exact = |name: &str| -> Vec<f64> {
            let kernel = zonal::Kernel::parse(name).unwrap();
            products.iter().flatten().map(|u| kernel.evaluate(u, 20).unwrap().value.to_f64()).collect()
        };
        let largest = exact(name)[0];
        let off = |reference: Vec<f64>| -> f64 {
            values.iter().zip(reference).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / largest
        };
        assert!(off(exact(name)) <= 4.5e-16 && off(exact(other)) > 1e-6, "{name}: {values:?}");
        fs::remove_file(path).unwrap();
    }
}

/// Where a kernel is steep the error of a cosine counts: values lie within what is stated of both, and further from the
/// kernel at the cosines than the first error alone.
#[test]
fn the_error_of_cosines_is_stated() {
    use rug::Float;
    let files = Files::new();
    let coordinate = |i: u32, j: u32| f64::from((7 * i * i + 13 * i * j + 5 * j * j) % 101) / 8.0 - 3.0 + f64::from(j);
    let points: Vec<Vec<f64>> = (0..30).map(|i| (0..50).map(|j| coordinate(i, j)).collect()).collect();
    let line = |point: &Vec<f64>| point.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    let data = files.text("steep.csv", &points.iter().map(|point| line(point) + "\n").collect::<String>());
    let path = files.path("steep.npy");
    let said = done(&["gram", "--kernel", "u^40", "--data", &data, "--top", "0", "--matrix", path.to_str().unwrap()]);
    let line = said.lines().find(|line| line.starts_with("values of the kernel checked to")).unwrap();
    let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [kernel, cosine] = numbers[..] else { panic!("{line}") };
    let wide = |x: f64| Float::with_val(200, x);
    let product = |x: &[f64], y: &[f64]| x.iter().zip(y).fold(wide(0.0), |sum, (a, b)| sum + wide(*a) * *b);
    let mut worst = 0.0f64;
    for (i, row) in read(&path).1.chunks(30).enumerate() {
        for (j, value) in row.iter().enumerate() {
            let lengths = product(&points[i], &points[i]).sqrt() * product(&points[j], &points[j]).sqrt();
            let u: Float = product(&points[i], &points[j]) / lengths;
            let off = (wide(*value) - Float::with_val(200, rug::ops::Pow::pow(&u, 40))).to_f64().abs();
            let slope = 40.0 * u.to_f64().abs().powi(39);
            assert!(off <= kernel + 1.01 * slope * cosine, "{i} {j}: {off:e}, {kernel:e}, {slope:e} {cosine:e}");
            worst = worst.max(off);
        }
    }
    assert!(worst > kernel, "{worst:e} {kernel:e}");
    let names = files.text("names.csv", "1;2;a\n4,5,6\n7,8,9\n");
    rejects(
        &["gram", "--kernel", "u", "--data", &names],
        &["line 2 has 3 numbers", "the header in line 1 has 1 name (1;2;a)"],
    );
}
