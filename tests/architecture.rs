//! The layers: a module imports only from layers below its own.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules by layer; those of one layer do not import each other. `report` may be imported by questions and the command line
/// alone, and itself imports only `error`, `files`, `number` and `verdict`.
const LAYERS: &[&[&str]] = &[
    &["error", "parity", "verdict"],
    &["files", "watch"],
    &["number"],
    &["special"],
    &["domain", "quadrature", "kernel"],
    &["spectrum"],
    &["decay", "gram"],
    &["convolution"],
    &["rkhs"],
    &["learning"],
    &["report"],
    &["question"],
    &["cli"],
];

/// Items that lib.rs re-exports, and where they live.
const REEXPORTS: [(&str, &str); 5] =
    [("Error", "error"), ("Result", "error"), ("Kernel", "kernel"), ("Sphere", "domain"), ("Spectrum", "spectrum")];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The modules that a source text names after `crate::`.
fn imports(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut found = Vec::new();
    for line in code {
        for (position, _) in line.match_indices("crate::") {
            let rest = &line[position + "crate::".len()..];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let module = REEXPORTS.iter().find(|(item, _)| *item == name).map_or(name.as_str(), |(_, module)| module);
            found.push(module.to_string());
        }
    }
    found
}

/// What is wrong with a file of `module`.
fn violations(module: &str, text: &str) -> Vec<String> {
    let own = layer(module).unwrap_or_else(|| panic!("module {module} has no layer"));
    imports(text)
        .into_iter()
        .filter(|import| import != module)
        .filter(|import| match layer(import) {
            None => true,
            Some(other) => {
                other >= own
                    || (module == "report" && !["error", "files", "number", "verdict"].contains(&import.as_str()))
            }
        })
        .map(|import| format!("{module} imports {import}"))
        .collect()
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

fn all_sources() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let module = |path: &PathBuf| {
        let first = path.strip_prefix(&root).unwrap().components().next().unwrap();
        first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_string()
    };
    files.into_iter().map(|path| (module(&path), path)).filter(|(m, _)| m != "lib" && m != "main").collect()
}

#[test]
fn imports_point_downward() {
    let files = all_sources();
    assert!(files.len() > 30);
    let found: Vec<String> =
        files.iter().flat_map(|(module, path)| violations(module, &fs::read_to_string(path).unwrap())).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn an_upward_or_sideways_import_is_noticed() {
    assert_eq!(violations("number", "use crate::kernel::Expr;"), ["number imports kernel"]);
    assert_eq!(violations("domain", "let x = crate::quadrature::GaussLegendre;"), ["domain imports quadrature"]);
    assert_eq!(violations("kernel", "use crate::Spectrum;"), ["kernel imports spectrum"]);
    assert_eq!(violations("report", "use crate::kernel::Kernel;"), ["report imports kernel"]);
    assert!(violations("spectrum", "use crate::number::Exact;").is_empty());
}

#[test]
fn files_are_short_and_named_by_nouns() {
    for (_, path) in all_sources() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 450, "{} has {lines} lines", path.display());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!["utils", "util", "common", "helpers", "misc"].contains(&name.as_str()), "{}", path.display());
    }
}
