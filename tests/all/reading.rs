//! docs/reading.md: every command prints what stands below it, every figure is the one that is shown, every number of
//! the text is in an output.

use crate::cli_support;

use cli_support::done;
use std::path::Path;

struct Block {
    command: String,
    output: String,
}

/// Commands with their outputs, and the text around them.
fn read(text: &str) -> (Vec<Block>, String) {
    let (mut blocks, mut prose): (Vec<Block>, String) = (Vec::new(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut inside = || lines.by_ref().take_while(|line| *line != "```").collect::<Vec<_>>().join("\n");
        match line {
            "```sh" => blocks.push(Block { command: inside(), output: String::new() }),
            "```text" => blocks.last_mut().expect("a command before its output").output = inside() + "\n",
            _ => prose += &format!("{line}\n"),
        }
    }
    (blocks, prose)
}

/// The words of a command line, quotes taken off.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in command.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words
}

/// Numbers set like `3.14` or `5`.
fn numbers(prose: &str) -> Vec<&str> {
    let quoted = prose.split('`').skip(1).step_by(2);
    quoted.filter(|text| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || ".-e/".contains(c))).collect()
}

#[test]
fn every_output_and_figure_is_what_the_command_gives() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (blocks, prose) = read(include_str!("../../docs/reading.md"));
    let folder = tempfile::tempdir().unwrap();
    let (mut all, mut figures) = (String::new(), 0);
    for Block { command, output } in &blocks {
        let mut words = words(command.strip_prefix("zonal ").unwrap_or_else(|| panic!("{command}")));
        let figure = words.iter().position(|word| word == "--plot").map(|i| words[i + 1].clone());
        if let Some(figure) = &figure {
            let place = folder.path().join("figure.svg").to_string_lossy().into_owned();
            words.iter_mut().filter(|word| *word == figure).for_each(|word| *word = place.clone());
        }
        let printed = done(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(&printed, output, "{command}");
        if let Some(figure) = figure {
            let made = std::fs::read_to_string(folder.path().join("figure.svg")).unwrap();
            assert_eq!(made, std::fs::read_to_string(root.join(&figure)).unwrap(), "{figure}");
            let shown = figure.strip_prefix("docs/").unwrap();
            assert!(prose.contains(&format!("({shown})")), "{figure} is not shown");
            figures += 1;
        }
        all += &printed;
    }
    assert!(blocks.len() >= 8 && figures >= 3, "{} {figures}", blocks.len());
    let numbers = numbers(&prose);
    assert!(numbers.len() >= 8, "{numbers:?}");
    for number in numbers {
        assert!(all.contains(number), "{number} is in no output");
    }
}

/// What the test must notice.
#[test]
fn changes_are_noticed() {
    let (blocks, prose) =
        read("a `0.5` and `ntk(3)`\n```sh\nzonal evaluate --kernel 'u + 1' --at 1\n```\n```text\n2\n```\n");
    assert_eq!(blocks[0].output, "2\n");
    assert_eq!(words(&blocks[0].command), ["zonal", "evaluate", "--kernel", "u + 1", "--at", "1"]);
    assert_eq!(numbers(&prose), ["0.5"]);
    assert_ne!(done(&["evaluate", "--kernel", "u + 1", "--at", "1"]), blocks[0].output);
}
