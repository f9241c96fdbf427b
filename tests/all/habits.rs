//! What every source file keeps to: short files and lines, comments that say something alone, names in one place.

use super::architecture::{code, project, sources};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use zonal::kernel::catalogue;
use zonal::number::Elementary;
use zonal::special::Function;

/// Sources of the library and of everything around it.
fn every_source() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "validation", "fuzz", "examples", "benches"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 350, "{}", files.len());
    files
}

#[test]
fn files_are_short_and_named_by_nouns() {
    for path in every_source() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!["utils", "util", "common", "helpers", "misc"].contains(&name.as_str()), "{}", path.display());
    }
}

/// Comments and texts included.
#[test]
fn lines_are_short() {
    for path in every_source() {
        let text = fs::read_to_string(&path).unwrap();
        let long = text.lines().position(|line| line.chars().count() > 120);
        assert!(long.is_none(), "{}:{} is longer than 120 characters", path.display(), long.unwrap_or(0) + 1);
    }
}

/// The first paragraph of the comment above each public function, type, trait, constant and module of a text, with the
/// item's line.
fn summaries(text: &str) -> Vec<(String, String)> {
    const ITEMS: [&str; 8] = ["fn", "const", "struct", "enum", "trait", "type", "static", "mod"];
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let public = |line: &&str| line.strip_prefix("pub ").is_some_and(|rest| ITEMS.contains(&first_word(rest)));
    let items = lines.iter().enumerate().filter(|(_, line)| public(line));
    let comment = |(index, line): (usize, &&str)| {
        let above = lines[..index].iter().rev().skip_while(|line| line.starts_with("#["));
        let mut comment: Vec<&str> = above.map_while(|line| line.strip_prefix("///")).map(str::trim).collect();
        comment.reverse();
        let summary: Vec<&str> = comment.into_iter().take_while(|line| !line.is_empty()).collect();
        (!summary.is_empty()).then(|| (summary.join(" "), line.to_string()))
    };
    items.filter_map(comment).collect()
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// Lists of items show their summaries alone.
#[test]
fn summaries_say_something_alone() {
    const FEWEST_WORDS: usize = 7;
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut count = 0;
    for path in files {
        for (summary, item) in summaries(&fs::read_to_string(&path).unwrap()) {
            let words = summary.split_whitespace().count();
            assert!(words >= FEWEST_WORDS, "{}: '{summary}' above {item}", path.display());
            count += 1;
        }
    }
    assert!(count > 900, "{count}");
    let found =
        summaries("/// Of both.\n///\n/// More.\n#[must_use]\npub fn both() {}\n/// Not public.\nfn one() {}\n");
    assert_eq!(found, [("Of both.".to_string(), "pub fn both() {}".to_string())]);
}

/// Special functions and kernels of the catalogue are named by their own files alone. (The elementary functions are
/// operations of formulas, as + is.)
#[test]
fn functions_and_kernels_are_named_in_their_files() {
    let elementary = |f: &&Function| Elementary::ALL.iter().any(|e| e.name() == f.facts().name);
    let special: Vec<String> =
        Function::ALL.iter().filter(|f| !elementary(f)).map(|f| format!("Function::{f:?}")).collect();
    assert!(special.len() >= 7, "{special:?}");
    // Typed constructors, hints at what was meant, and the activations of convolutions, which have names of their own.
    let named = ["kernel/constructors", "kernel/parser", "convolution/activation"];
    let exempt = |module: &str| named.contains(&module) || module.starts_with("kernel/catalogue");
    for (module, text) in project() {
        let code = code(&text);
        let named = special.iter().find(|name| code.contains(*name));
        assert!(named.is_none() || module.starts_with("special"), "{module} names {named:?}");
        let kernel = catalogue::entries().find(|entry| code.contains(&format!("\"{}\"", entry.name)));
        assert!(kernel.is_none() || exempt(&module), "{module} names {kernel:?}");
    }
}

/// The wrong programs of the list of mutants can still be made: each changes one place, to something else.
#[test]
fn mutants_are_of_this_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = fs::read_to_string(root.join("tests/mutants/list.json")).unwrap();
    let list: Vec<BTreeMap<String, String>> = serde_json::from_str(&list).unwrap();
    assert!(list.len() >= 10);
    for mutant in list {
        let text = fs::read_to_string(root.join(&mutant["file"])).unwrap();
        assert_eq!(text.matches(&mutant["old"]).count(), 1, "{}", mutant["name"]);
        assert_ne!(mutant["old"], mutant["new"]);
    }
}
