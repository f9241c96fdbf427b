//! Forms of tables: text, CSV and JSON, and the files they go to.

use crate::cli_support;
use cli_support::*;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn json_has_the_keys_and_types_promised() {
    let document = json(&table("arccos(1)", "4", "0..=3", &["--digits", "30"]));
    let keys: Vec<&str> = document.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(
        {
            let mut k = keys;
            k.sort_unstable();
            k
        },
        ["digits", "dim", "domain", "kernel", "rows", "schema"]
    );
    assert_eq!(document["kernel"], "arccos(1)");
    assert_eq!(document["dim"], 4);
    assert_eq!(document["digits"], 30);
    assert_eq!(document["schema"], 1);
    let names = ["degree", "multiplicity", "eigenvalue", "exact", "error", "rigour", "method", "reason"];
    for row in document["rows"].as_array().expect("rows is a list") {
        let row = row.as_object().expect("a row is an object");
        assert_eq!(row.len(), names.len());
        assert!(names.iter().all(|name| row.contains_key(*name)), "{row:?}");
        assert!(row["degree"].is_u64() && row["reason"].is_null());
        for name in ["multiplicity", "eigenvalue", "exact", "error", "rigour", "method"] {
            assert!(row[name].is_string(), "{name} in {row:?}");
        }
        assert!(row["error"].as_str().and_then(|e| e.parse::<f64>().ok()).is_some_and(|e| (0.0..1e-29).contains(&e)));
        assert_eq!(row["rigour"], "exact");
    }
    assert_eq!(document["rows"][0]["exact"], "32/(9 pi^2)");
    assert_eq!(document["rows"][2]["exact"], "32/(225 pi^2)");
    assert_eq!(document["rows"][2]["multiplicity"], "9");
    assert_eq!(document["rows"][3]["eigenvalue"], "0");
    assert_eq!(document["rows"][3]["error"], "0");
    let default = json(&table("ntk(3)", "10", "7", &[]));
    assert_eq!(default["digits"], "f64");
    assert_eq!(default["rows"][0]["exact"], Value::Null);
    assert_eq!(default["rows"][0]["rigour"], "rigorous");
    let estimated = json(&table("ntk(3)", "10", "7", &["--rigour", "estimated"]));
    assert_eq!(estimated["rows"][0]["rigour"], "estimated");
    assert_eq!(estimated["rows"][0]["eigenvalue"], default["rows"][0]["eigenvalue"]);
}

#[test]
fn csv_has_the_row_keys_as_header_and_the_values_of_json() {
    let arguments = table("arccos(1)", "4", "0..=3", &["--digits", "30"]);
    let records = csv_records(&done(&[&arguments[..], &["--format", "csv"]].concat()));
    let document = json(&arguments);
    assert_eq!(records[0], ["degree", "multiplicity", "eigenvalue", "exact", "error", "rigour", "method", "reason"]);
    assert_eq!(records.len(), 5);
    for (k, record) in records[1..].iter().enumerate() {
        assert_eq!(record[0], k.to_string());
        for (name, cell) in records[0].iter().zip(record).skip(1) {
            // What JSON calls null is empty in CSV.
            assert_eq!(document["rows"][k][name].as_str().unwrap_or_default(), cell, "{name} of degree {k}");
        }
    }
}

#[test]
fn text_is_aligned_and_ends_with_the_trace_check() {
    let output = done(&table("ntk(3)", "10", "0..=12", &["--digits", "20"]));
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 1 + 1 + 13 + 1, "{output}");
    let column = lines[1].find("mu_k").expect("a column mu_k");
    for line in &lines[2..15] {
        assert_eq!(&line[column - 2..column], "  ", "{line}");
        assert!(line[column..].starts_with(|c: char| c.is_ascii_digit()), "{line}");
    }
    let trace = lines[15];
    assert!(trace.contains("k = 0..=12") && trace.contains("kappa(1) = 3.0000"), "{trace}");
    assert!(trace.contains("difference 0.1"), "{trace}");
}

#[test]
fn the_trace_check_needs_degrees_from_zero_without_a_gap() {
    for degrees in ["1..=4", "0,2", "0..=4:2"] {
        assert!(!done(&table("ntk(3)", "10", degrees, &[])).contains("kappa(1)"), "{degrees}");
    }
    assert!(done(&table("ntk(3)", "10", "0,2,1", &[])).contains("kappa(1)"));
}

#[test]
fn exact_values_stand_in_the_text_when_asked_for() {
    let plain = table("arccos(1)", "4", "0..=2", &[]);
    assert!(!done(&plain).contains("32/(9 pi^2)"));
    assert!(done(&[&plain[..], &["--exact"]].concat()).contains("32/(225 pi^2)"));
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("table.csv");
    let name = path.to_str().expect("a UTF-8 path");
    let good = table("arccos(1)", "4", "0..=3", &["--format", "csv"]);
    assert_eq!(done(&[&good[..], &["--output", name]].concat()), "");
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), done(&good));
    fails(2, &table("1/u", "4", "0..=3", &["--output", name]));
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), done(&good), "a failed run touched the file");
    let names: Vec<_> = std::fs::read_dir(&folder).expect("the folder").flatten().map(|f| f.file_name()).collect();
    assert_eq!(names, ["table.csv"], "left something behind");
}

#[test]
fn files_that_cannot_be_written_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing/table.txt");
    for path in [missing.as_path(), folder.path()] {
        let name = path.to_str().expect("a UTF-8 path");
        rejects(&table("u", "4", "0..=3", &["--output", name]), &["write", name]);
    }
    if Path::new("/dev/full").exists() {
        rejects(&table("u", "4", "0..=3", &["--output", "/dev/full"]), &["write", "/dev/full"]);
    }
}

#[test]
#[cfg(unix)]
fn a_symbolic_link_is_written_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let (link, target) = (folder.path().join("link"), folder.path().join("target"));
    std::fs::write(&target, "old").expect("a file");
    std::os::unix::fs::symlink(&target, &link).expect("a link");
    done(&table("u", "4", "0..=3", &["--output", link.to_str().expect("a UTF-8 path")]));
    assert!(link.is_symlink(), "the link was replaced");
    assert!(std::fs::read_to_string(&target).expect("the file").contains("u on S^3"));
}

#[test]
#[cfg(target_os = "linux")]
fn full_and_closed_streams_do_not_panic() {
    let full = || Stdio::from(std::fs::File::create("/dev/full").expect("/dev/full"));
    let run = |kernel: &str, out: Stdio, err: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zonal"));
        command.args(table(kernel, "4", "0..=3", &[])).stdout(out).stderr(err);
        command.spawn().expect("the binary runs").wait_with_output().expect("it ends")
    };
    let output = run("u", full(), Stdio::piped());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("standard output"));
    assert_eq!(run("1/u", Stdio::null(), full()).status.code(), Some(2), "an error that cannot be written");
    // A reader that has gone away before the first byte.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = run("u", Stdio::from(writer), Stdio::piped());
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}
