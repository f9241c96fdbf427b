//! Files read and written by the commands: nothing is taken for something else in silence.

use crate::cli_support;

use cli_support::files::Files;
use cli_support::{done, json, rejects, text, zonal};
use std::fs;

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
        ["gram", "--kernel", "ntk(3)", "--data", &data]
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
