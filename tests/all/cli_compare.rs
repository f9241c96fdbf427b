//! `zonal compare` as a user runs it.

use crate::cli_support;

use cli_support::{csv_records, done, fails, json, zonal};
use roxmltree::{Document, Node};
use serde_json::Value;
use zonal::{Kernel, Sphere};

const FOUR: [&str; 4] = ["arccos(1)", "ntk(2)", "ntk(3)", "laplace(1)"];

/// A comparison of these kernels, with the words of `more` behind.
fn compare<'a>(kernels: &[&'a str], more: &'a str) -> Vec<&'a str> {
    [&["compare", "--kernels"], kernels, &more.split(' ').collect::<Vec<_>>()].concat()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn near(x: f64, y: f64, tolerance: f64) -> bool {
    (x / y - 1.0).abs() < tolerance
}

/// Beside eigenvalues summed one by one, and beside the curves of `zonal learn`.
#[test]
fn numbers_are_those_of_direct_sums_and_of_learn() {
    let document = json(&compare(&FOUR, "--dim 10 --points 5 --noise 0.2"));
    assert_eq!((&document["target"], &document["rigour"]), (&"abs(u)".into(), &"predicted".into()));
    let (samples, ridges) = (numbers(&document["samples"]), numbers(&document["ridges"]));
    assert_eq!((samples, ridges.len()), (vec![10.0, 100.0, 1000.0, 10_000.0, 100_000.0], 33));
    let sphere = Sphere::in_dimension(10).unwrap();
    for (name, row) in FOUR.iter().zip(document["kernels"].as_array().unwrap()) {
        assert_eq!((&row["kernel"], &row["unknown"]), (&(*name).into(), &Value::Null));
        let values = Kernel::parse(name).unwrap().spectrum(sphere).doubles(0..=3000).unwrap();
        let trace = row["value_at_one"].as_f64().unwrap();
        let eigenvalues = numbers(&row["eigenvalues"]);
        assert_eq!(eigenvalues.len(), 61);
        for (mu, found) in values.iter().zip(&eigenvalues) {
            assert!(*mu == 0.0 && *found == 0.0 || near(*found, mu / trace, 1e-14), "{name}: {mu:e} {found:e}");
        }
        let dimensions = numbers(&row["effective_dimensions"]);
        let weights: Vec<f64> =
            (0u64..).zip(&values).map(|(k, mu)| sphere.multiplicity(k).to_f64() * (mu / trace)).collect();
        // Beyond degree 3000 eigenvalues are far below all ridges.
        let rest = 1.0 - weights.iter().sum::<f64>();
        for (ridge, found) in ridges.iter().zip(&dimensions) {
            let sum: f64 = values.iter().zip(&weights).map(|(mu, weight)| weight / (mu / trace + ridge)).sum();
            assert!(near(*found, sum + rest / ridge, 1e-8), "{name} at {ridge:e}: {found} {sum}");
        }
        assert!(near(dimensions[0], 1.0, 0.2) && dimensions.windows(2).all(|pair| pair[0] < pair[1]));
        let line =
            format!("learn --kernel {name} --dim 10 --target abs(u) --samples 10..=100000 --points 5 --noise 0.2");
        let learn = json(&line.split(' ').collect::<Vec<_>>());
        for (i, other) in learn["rows"].as_array().unwrap().iter().enumerate() {
            let expected = other["test"].as_f64().unwrap();
            assert!(near(numbers(&row["test"])[i], expected, 1e-9), "{name}: {row} {expected}");
        }
    }
}

/// A multiple of a kernel is the same kernel here, whatever the ridge.
#[test]
fn kernels_are_compared_at_equal_scale() {
    let line = "--dim 5 --points 6 --ridge 0.01 --noise 0.1 --target max(u,0)";
    let document = json(&compare(&["laplace(1)", "1000*laplace(1)"], line));
    let [one, other] = [0, 1].map(|i| &document["kernels"][i]);
    assert_eq!((one["value_at_one"].as_f64(), other["value_at_one"].as_f64()), (Some(1.0), Some(1000.0)));
    for list in ["eigenvalues", "effective_dimensions", "test", "train"] {
        for (x, y) in numbers(&one[list]).into_iter().zip(numbers(&other[list])) {
            assert!(near(x, y, 1e-8), "{list}: {x:e} {y:e}");
        }
    }
    // laplace(1) is 1 at 1: its ridge is that of `learn`.
    let line =
        "learn --kernel laplace(1) --dim 5 --points 6 --samples 10..=100000 --ridge 0.01 --noise 0.1 --target max(u,0)";
    let learn = json(&line.split(' ').collect::<Vec<_>>());
    for (row, [test, train]) in learn["rows"]
        .as_array()
        .unwrap()
        .iter()
        .zip(numbers(&other["test"]).into_iter().zip(numbers(&other["train"])).map(|(test, train)| [test, train]))
    {
        assert!(near(row["test"].as_f64().unwrap(), test, 1e-8), "{row} {test:e}");
        assert!(near(row["train"].as_f64().unwrap(), train, 1e-8), "{row} {train:e}");
    }
}

#[test]
fn spaces_and_their_relations() {
    let kernels = ["arccos(1)", "ntk(2)", "ntk(3)", "laplace(1)", "arccos(0)", "gaussian(1)"];
    let document = json(&compare(&kernels, "--dim 5 --samples 10"));
    let row = &document["kernels"][0];
    assert_eq!(row["space"], "even functions in the Sobolev space H^(7/2)(S^4), plus degree 1");
    assert_eq!(row["decay"], serde_json::json!(["k^-7", "zero but for degrees 1"]));
    let relations = document["relations"].as_array().unwrap();
    assert_eq!(relations.len(), 15);
    for (first, second, relation, text) in [
        ("arccos(1)", "ntk(2)", "smaller", "ntk(2) contains arccos(1), and more"),
        ("ntk(3)", "laplace(1)", "equal", "ntk(3) and laplace(1) have the same functions"),
        ("laplace(1)", "gaussian(1)", "larger", "laplace(1) contains gaussian(1), and more"),
        ("ntk(2)", "arccos(0)", "incomparable", "neither of ntk(2) and arccos(0) contains the other"),
    ] {
        let pair = relations.iter().find(|pair| pair["first"] == first && pair["second"] == second).unwrap();
        assert_eq!((&pair["relation"], &pair["text"]), (&relation.into(), &text.into()));
    }
}

#[test]
fn the_table_is_aligned_and_narrow() {
    let long = format!("1 + {}u^2", "u + ".repeat(30));
    let text = done(&compare(&["arccos(1)", "laplace(1)", &long], "--dim 10"));
    assert!(text.contains("each divided by its value at 1") && text.contains("target abs(u) (the default)"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    let head = lines.iter().position(|line| line.starts_with("kernel ")).unwrap();
    let widths: Vec<usize> = lines[head..head + 4].iter().map(|line| line.chars().count()).collect();
    assert!(widths.iter().all(|width| *width == widths[0] && *width < 140), "{text}");
    assert!(lines[head].ends_with("n=10     n=215    n=4642  n=100000"), "{text}");
    assert!(text.contains("laplace(1) contains arccos(1), and more"), "{text}");
}

/// Without regularisation that doubles can hold there is no error, and the other kernels go on.
#[test]
fn what_is_not_known_is_a_dash() {
    let kernels = ["gaussian(1)", "ntk(3)"];
    // The exit code of what is undecided, and the answers there are.
    let partly = |line: &str| {
        let output = zonal(&compare(&kernels, line));
        assert_eq!(output.status.code(), Some(3), "{line}");
        String::from_utf8(output.stdout).unwrap()
    };
    let text = partly("--dim 3 --points 4");
    let row = text.lines().find(|line| line.starts_with("gaussian(1) ")).unwrap();
    assert!(row.ends_with('-') && text.contains("not known, -:\n  gaussian(1): "), "{text}");
    let document: Value = serde_json::from_str(&partly("--dim 3 --points 4 --format json")).unwrap();
    let tests = document["kernels"][0]["test"].as_array().unwrap();
    assert!(tests[0].is_f64() && tests[3].is_null(), "{tests:?}");
    assert!(document["kernels"][0]["unknown"].as_str().unwrap().contains("too small for doubles"));
    assert!(document["kernels"][1]["test"][3].is_f64() && document["kernels"][1]["unknown"].is_null());
    // A regularisation of 1e-200 has an error, though its square is no double.
    let document = json(&compare(&["gaussian(1)"], "--dim 2 --samples 215 --target u"));
    assert!(document["kernels"][0]["test"][0].as_f64().unwrap() < 1e-100, "{document}");
    let records = csv_records(&partly("--dim 3 --points 4 --format csv"));
    assert_eq!(records[0], ["kernel", "samples", "test", "train", "test_error", "train_error"]);
    assert_eq!((records.len(), &records[1][0], &records[8][0]), (9, &"gaussian(1)".into(), &"ntk(3)".into()));
    assert!(records[4][2].is_empty() && records[8][2].parse::<f64>().unwrap() > 0.0, "{records:?}");
}

#[test]
fn three_panels_and_one_legend() {
    let folder = tempfile::tempdir().unwrap();
    let draw = |kernels: &[&str], more: &str| {
        let path = folder.path().join("figure.svg");
        let line = format!("--dim 10 --plot {} {more}", path.display());
        done(&compare(kernels, &line));
        std::fs::read_to_string(path).unwrap()
    };
    let svg = draw(&FOUR, "--points 20");
    let doc = Document::parse(&svg).unwrap();
    let class = |name: &'static str| doc.descendants().filter(move |node| node.attribute("class") == Some(name));
    let text =
        |node: Node| node.descendants().filter_map(|n| if n.is_text() { n.text() } else { None }).collect::<String>();
    assert_eq!(class("frame").count(), 3);
    assert_eq!(class("x-label").map(text).collect::<Vec<_>>(), ["degree k", "ridge", "samples n"]);
    assert_eq!(class("y-label").map(text).collect::<Vec<_>>(), ["μk / κ(1)", "effective dimension", "test error"]);
    assert_eq!(class("legend").map(text).collect::<Vec<_>>(), FOUR);
    assert!(text(class("title").next().unwrap()).contains("each divided by its value at 1"));
    // Markers in the first panel, lines with markers in the others; in the legend both.
    assert_eq!((class("curve").count(), class("sample").count()), (20, 8));
    // The odd degrees of ntk(2) beyond 1 vanish: fewer markers than ntk(3) has.
    let markers: Vec<usize> = class("curve").map(|group| group.children().filter(Node::is_element).count()).collect();
    assert!(markers[1] < markers[3] && markers[1] < markers[2], "{markers:?}");
    // One kernel of finite rank, learned without error, has no third panel.
    let svg = draw(&["(1+u)^2"], "--target u --samples 1e3,1e4");
    let doc = Document::parse(&svg).unwrap();
    assert_eq!(doc.descendants().filter(|node| node.attribute("class") == Some("frame")).count(), 2);
}

#[test]
fn bad_input_is_one_line_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let [figure, output] = ["figure.svg", "output.json"].map(|name| folder.path().join(name));
    let files = format!("--plot {} --output {} --format json", figure.display(), output.display());
    let nine = ["ntk(2)"; 9];
    for (kernels, more, says) in [
        (&[][..], "--dim 4", "--kernels"),
        (&nine, "--dim 4", "9 kernels; allowed are 1 to 8"),
        (&["ntk(2)", "foo(1)"], "--dim 4", "foo"),
        (&["ntk(2)", "u^2 - 1/2"], "--dim 4", "not positive definite"),
        (&["ntk(2)", "0*u"], "--dim 4", "has the value 0 at 1"),
        (&["1e400*u"], "--dim 4", "at 1, by which it is to be divided"),
        (&["log(u)"], "--dim 4", "log(u)"),
        (&["ntk(2)"], "--dim 1", "allowed"),
        (&["ntk(2)"], "--dim 4 --target foo(u)", "foo"),
        (&["ntk(2)"], "--dim 4 --target energies:1,-2", "the energy -2"),
        (&["ntk(2)"], "--dim 4 --samples 0", "samples 0; allowed are 1 to"),
        (&["ntk(2)"], "--dim 4 --points 1", "1 as the number of values of samples"),
        (&["ntk(3)"], "--dim 4 --ridge -1", "the ridge -1; allowed"),
        (&["ntk(3)"], "--dim 4 --ridge 1e308", "the ridge 1e308; allowed"),
        (&["ntk(3)"], "--dim 4 --noise nan", "the noise NaN"),
    ] {
        let line = format!("{more} {files}");
        let message = fails(2, &compare(kernels, &line));
        assert!(message.contains(says), "{kernels:?} {more}: {message}");
        assert!(!figure.exists() && !output.exists(), "{kernels:?} {more}");
    }
    // Negative control: good input writes both.
    let line = format!("--dim 4 --samples 10 {files}");
    assert_eq!(done(&compare(&["ntk(2)"], &line)), "");
    assert!(figure.exists() && output.exists());
    // A figure that cannot be written: no output either.
    let line = format!("--dim 4 --samples 10 --plot {}", folder.path().join("none/figure.svg").display());
    assert_eq!(zonal(&compare(&["ntk(2)"], &line)).stdout, b"");
}
