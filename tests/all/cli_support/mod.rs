//! Running the binary and reading what it says.
#![allow(dead_code)]

pub mod files;

use serde_json::Value;
use std::process::{Command, Output};

/// Runs the binary.
pub fn zonal(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zonal")).args(arguments).output().expect("the binary runs")
}

/// Output as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

/// What is said on standard error, but for how long it takes: a slow machine is told so.
fn said(output: &Output) -> String {
    let lines = text(&output.stderr);
    let late =
        |line: &str| line.starts_with("zonal: still at work after") || line.starts_with("zonal: this may take about");
    lines.split_inclusive('\n').filter(|line| !late(line)).collect()
}

/// Standard output of a run that must succeed and say nothing on standard error but how long it may take.
pub fn done(arguments: &[&str]) -> String {
    let output = zonal(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    assert_eq!(said(&output), "", "{arguments:?}");
    text(&output.stdout)
}

/// The message of a run that must fail with `code`, one line on standard error and nothing on standard output.
pub fn fails(code: i32, arguments: &[&str]) -> String {
    let output = zonal(arguments);
    let message = said(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    assert!(message.ends_with('\n') && message.lines().count() == 1, "not one line for {arguments:?}: {message:?}");
    assert!(!message.trim_end().chars().any(char::is_control), "not plain text for {arguments:?}: {message:?}");
    message
}

/// Fails with code 2 and a message that contains every one of `parts`.
pub fn rejects(arguments: &[&str], parts: &[&str]) {
    let message = fails(2, arguments);
    for part in parts {
        assert!(message.contains(part), "{arguments:?}: '{part}' is missing in {message:?}");
    }
}

/// The arguments of a table, with `more` behind.
pub fn table<'a>(kernel: &'a str, dim: &'a str, degrees: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["table", "--kernel", kernel, "--dim", dim, "--degrees", degrees], more].concat()
}

/// A table of this kernel is bad input, with a message that contains every one of `parts`.
pub fn rejects_kernel(kernel: &str, parts: &[&str]) {
    rejects(&table(kernel, "10", "0..=3", &[]), parts);
}

/// Standard output of a run with `--format json`.
pub fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&done(&[arguments, &["--format", "json"]].concat())).expect("output is JSON")
}

/// The eigenvalue column of a table.
pub fn eigenvalues(kernel: &str, dim: &str, degrees: &str, more: &[&str]) -> Vec<String> {
    let document = json(&table(kernel, dim, degrees, more));
    let rows = document["rows"].as_array().expect("rows is a list");
    rows.iter().map(|row| row["eigenvalue"].as_str().expect("eigenvalue is a string").to_string()).collect()
}

/// The degrees of the rows for a list of degrees.
pub fn listed(degrees: &str) -> Vec<u64> {
    let document = json(&table("arccos(1)", "4", degrees, &[]));
    let rows = document["rows"].as_array().expect("rows is a list");
    rows.iter().map(|row| row["degree"].as_u64().expect("degree is an integer")).collect()
}

/// Records of a CSV text, the header among them.
pub fn csv_records(output: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(output.as_bytes());
    reader.records().map(|r| r.expect("output is CSV").iter().map(String::from).collect()).collect()
}
