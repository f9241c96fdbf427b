//! The layers: a module imports only from layers below its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules by layer; those of one layer do not import each other. `report` may be imported by questions and the command
/// line alone, and itself imports only `error`, `files`, `number` and `verdict`.
const LAYERS: &[&[&str]] = &[
    &["error", "law", "parity", "verdict"],
    &["files", "watch"],
    &["number"],
    &["special"],
    &["domain", "quadrature", "kernel"],
    &["spectrum"],
    &["decay", "linear"],
    &["data"],
    &["finite", "gram"],
    &["convolution"],
    &["deformation"],
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

pub fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

pub fn all_sources() -> Vec<(String, PathBuf)> {
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

/// The code of a file without comments and unit tests.
pub fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Paths of a `use`, written out: `a::{b, c::{d}}` are a::b and a::c::d.
fn written_out(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, body)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default().trim();
        if !path.is_empty() {
            found.push(format!("{prefix}{path}"));
        }
        return;
    };
    let (prefix, mut depth, mut start) = (format!("{prefix}{}", head.trim()), 0, 0);
    let body = body.trim_end().strip_suffix('}').unwrap_or(body);
    for (i, c) in body.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                written_out(&prefix, &body[start..i], found);
                start = i + 1;
            }
            _ => {}
        }
    }
    written_out(&prefix, &body[start..], found);
}

/// A file as its imports show it.
struct File {
    imports: Vec<String>,
    /// Imports that it hands on.
    exports: Vec<String>,
    items: BTreeSet<String>,
}

fn word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

impl File {
    /// `children` are the modules inside this one.
    fn new(text: &str, children: &[String]) -> Self {
        let (mut imports, mut exports, mut rest) = (Vec::new(), Vec::new(), String::new());
        for statement in code(text).split_inclusive(';') {
            let start = ["use ", "pub use ", "pub(super) use ", "pub(crate) use "].iter().find_map(|word| {
                let lines = statement.match_indices(word).filter(|(i, _)| *i == 0 || statement[..*i].ends_with('\n'));
                lines.map(|(i, _)| (i, word)).last()
            });
            match start {
                Some((i, word)) => {
                    let list = if word.starts_with("pub") { &mut exports } else { &mut imports };
                    written_out("", statement[i + word.len()..].trim_end_matches(';'), list);
                    rest.push_str(&statement[..i]);
                }
                None => rest.push_str(statement),
            }
        }
        // Paths within the code.
        for start in ["crate", "super"].into_iter().chain(children.iter().map(String::as_str)) {
            for (i, _) in rest.match_indices(&format!("{start}::")) {
                if rest[..i].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                    continue;
                }
                let end = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
                imports.push(rest[i..].split(end).next().unwrap_or_default().trim_end_matches(':').to_string());
            }
        }
        let kinds = ["struct", "enum", "trait", "fn", "type", "const", "static"];
        let item = |kind: &str| {
            rest.match_indices(&format!("{kind} ")).map(|(i, _)| word(&rest[i + kind.len()..])).collect::<Vec<_>>()
        };
        let items = kinds.iter().flat_map(|kind| item(kind)).collect();
        File { imports, exports, items }
    }
}

/// All files by their modules, as `kernel/ends/region`.
type Files = BTreeMap<String, File>;

fn files(sources: &BTreeMap<String, String>) -> Files {
    let inside = |module: &str| -> Vec<String> {
        let within = format!("{module}/");
        sources
            .keys()
            .filter_map(|m| m.strip_prefix(&within))
            .filter(|m| !m.contains('/'))
            .map(str::to_string)
            .collect()
    };
    sources.iter().map(|(module, text)| (module.clone(), File::new(text, &inside(module)))).collect()
}

/// The file in which a path ends; re-exports are followed.
fn target(files: &Files, from: &str, path: &str, depth: usize) -> Option<String> {
    let mut parts: Vec<&str> = path.split("::").collect();
    let mut base: Vec<&str> = from.split('/').collect();
    match parts[0] {
        "crate" => {
            parts.remove(0);
            base.clear();
            if let Some((_, module)) = REEXPORTS.iter().find(|(item, _)| Some(item) == parts.first()) {
                parts.insert(0, module);
            }
        }
        "super" | "self" => {
            while parts.first().is_some_and(|part| *part == "super") {
                parts.remove(0);
                base.pop();
            }
            if parts.first() == Some(&"self") {
                parts.remove(0);
            }
        }
        child if files.contains_key(&format!("{from}/{child}")) => {}
        _ => return None,
    }
    base.extend(parts);
    let (module, rest) = (1..=base.len()).rev().find_map(|n| {
        let module = base[..n].join("/");
        files.contains_key(&module).then(|| (module, base[n..].to_vec()))
    })?;
    let file = &files[&module];
    let Some(item) = rest.first().filter(|item| !file.items.contains(**item)) else { return Some(module) };
    let export = file.exports.iter().find(|export| export.ends_with(&format!("::{item}")));
    match export.filter(|_| depth < 8).and_then(|export| target(files, &module, export, depth + 1)) {
        Some(found) => Some(found),
        None => Some(module),
    }
}

/// Which file imports which. What a file takes from the root of its own folder is not counted: that is the folder's
/// common vocabulary.
fn arrows(files: &Files) -> BTreeMap<String, BTreeSet<String>> {
    let of = |(module, file): (&String, &File)| {
        let targets = file.imports.iter().filter_map(|path| target(files, module, path, 0));
        let others = targets.filter(|other| other != module && !module.starts_with(&format!("{other}/")));
        (module.clone(), others.collect())
    };
    files.iter().map(of).collect()
}

/// The files that are on a circle: those from which a way leads back.
fn on_circles(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let returns = |start: &&String| {
        let (mut open, mut seen) = (vec![*start], BTreeSet::new());
        while let Some(file) = open.pop() {
            for next in arrows.get(file).into_iter().flatten() {
                if next == *start {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    };
    arrows.keys().filter(returns).cloned().collect()
}

pub fn project() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let module = |path: &Path| {
        let name = path.strip_prefix(&root).unwrap().with_extension("").to_string_lossy().into_owned();
        name.strip_suffix("/mod").unwrap_or(&name).to_string()
    };
    all_sources().into_iter().map(|(_, path)| (module(&path), fs::read_to_string(&path).unwrap())).collect()
}

/// Inside folders too, nothing points back.
#[test]
fn no_circle_between_files() {
    let files = files(&project());
    let arrows = arrows(&files);
    assert!(arrows.values().map(BTreeSet::len).sum::<usize>() > 1000, "imports are seen");
    assert!(arrows["kernel/ends/region"].contains("kernel/ends/continuation"), "{:?}", arrows["kernel/ends/region"]);
    assert!(arrows["rkhs/target"].contains("spectrum/piecewise"), "{:?}", arrows["rkhs/target"]);
    let found = on_circles(&arrows);
    assert!(found.is_empty(), "{found:?}");
}

/// The control: circles of two and three files, by names, through a re-export and by a path within the code.
#[test]
fn a_circle_is_noticed() {
    let circle = |sources: &[(&str, &str)]| {
        let sources = sources.iter().map(|(module, text)| (module.to_string(), text.to_string())).collect();
        on_circles(&arrows(&files(&sources))).len()
    };
    let (a, b) = (("x/a", "use super::b::B;\npub struct A;"), ("x/b", "use super::{c::C, a};\npub struct B;"));
    assert_eq!(circle(&[("x", "pub use a::A;"), a, b, ("x/c", "pub struct C;")]), 2);
    let by_root = ("x/b", "use super::A;\npub struct B;");
    assert_eq!(circle(&[("x", "mod a;\npub use a::A;"), a, by_root]), 2);
    let by_path = ("x/b", "pub struct B;\nfn f() { crate::x::c::g() }");
    assert_eq!(circle(&[("x", ""), a, by_path, ("x/c", "use crate::x::a::A;\npub fn g() {}")]), 3);
    // A child that uses what the root of its folder says, and the root the child.
    assert_eq!(circle(&[("x", "pub struct X;\nfn f() { a::g() }"), ("x/a", "use super::X;\npub fn g() {}")]), 0);
    assert_eq!(circle(&[("x", ""), a, ("x/b", "pub struct B;\n// use super::a::A;")]), 0);
}
