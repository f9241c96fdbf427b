//! Names of files that are written: an ending that says another format is refused before anything is computed.
//!
//! A name without an ending, or with one that says no format (`.tmp`), is taken as it is; matrices, which are read
//! again by their names, must end in `.npy`.

use super::form::Form;
use crate::error::{Error, Result};
use std::path::Path;

/// Endings that say a format.
const FORMATS: [&str; 50] = [
    "csv", "tsv", "json", "jsonl", "txt", "svg", "npy", "npz", "pdf", "png", "jpg", "jpeg", "gif", "bmp", "tif",
    "tiff", "webp", "eps", "ps", "emf", "html", "htm", "xhtml", "xml", "tex", "pgf", "tikz", "md", "rst", "xls",
    "xlsx", "ods", "doc", "docx", "odt", "parquet", "feather", "arrow", "h5", "hdf5", "mat", "pkl", "pickle", "gz",
    "bz2", "xz", "zst", "zip", "yaml", "toml",
];

/// Refuses a name whose ending says another format than `what`, which the `allowed` endings say.
fn check(path: &Path, what: &str, allowed: &[&str]) -> std::result::Result<(), String> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending {
        Some(ending) if FORMATS.contains(&ending.as_str()) && !allowed.contains(&ending.as_str()) => {
            let allowed: Vec<String> = allowed.iter().map(|ending| format!(".{ending}")).collect();
            Err(format!("{what}, and .{ending} says another format; end the name in {}", allowed.join(" or ")))
        }
        _ => Ok(()),
    }
}

/// Refuses a name that an option gives to a file, where its ending says another format than `what`.
fn named(option: &str, path: &Path, what: &str, allowed: &[&str]) -> Result<()> {
    check(path, what, allowed).map_err(|why| Error::input(format!("--{option} '{}': {why}", path.display())))
}

/// The name of a figure.
pub(crate) fn check_figure(path: &Path) -> Result<()> {
    named("plot", path, "figures are SVG", &["svg"])
}

/// The name of a page.
pub(crate) fn check_page(path: &Path) -> Result<()> {
    named("report", path, "the page is HTML", &["html", "htm", "xhtml"])
}

/// The name of what is written in a form; where there is no choice of the form, `--format` is not named.
pub(crate) fn check_form(path: &Path, form: Form, is_chosen: bool) -> Result<()> {
    let allowed: &[&str] = match form {
        Form::Text => &["txt", "md"],
        Form::Csv => &["csv", "txt"],
        Form::Json => &["json"],
    };
    let name = if form == Form::Text { "text".to_string() } else { form.name().to_uppercase() };
    let chosen = if is_chosen { " (--format)" } else { "" };
    named("output", path, &format!("the output is {name}{chosen}"), allowed)
}

/// The name of a model.
pub(super) fn check_model(option: &str, path: &Path) -> Result<()> {
    named(option, path, "models are JSON", &["json"])
}

/// The name of an array of NumPy.
pub(super) fn check_array(option: &str, path: &Path) -> Result<()> {
    match path.extension() {
        Some(ending) if ending.eq_ignore_ascii_case("npy") => Ok(()),
        _ => Err(Error::input(format!(
            "--{option} '{}': files of matrices and images are those of NumPy, and end in .npy",
            path.display()
        ))),
    }
}

/// Files that are written must be neither those that are read nor one another.
pub(crate) fn keeps(read: &[&Path], written: &[&Path]) -> Result<()> {
    // A file that is not there yet is its name in its folder.
    let place = |path: &Path| {
        path.canonicalize().ok().or_else(|| {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            Some(folder.canonicalize().ok()?.join(path.file_name()?))
        })
    };
    let mut places: Vec<_> = read.iter().filter_map(|path| place(path)).collect();
    for path in written {
        // Many may write to one that is no file: /dev/null.
        let Some(found) = place(path).filter(|found| !found.exists() || found.is_file()) else { continue };
        if places.contains(&found) {
            return Err(Error::input(format!("{} is read or written already; another name is needed", path.display())));
        }
        places.push(found);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_of_another_format_is_refused() {
        let refused = |name: &str, allowed: &[&str]| check(Path::new(name), "figures are SVG", allowed).is_err();
        for name in ["a.pdf", "a.PNG", "b/a.json", "a.svg.gz", "a.txt"] {
            assert!(refused(name, &["svg"]), "{name}");
        }
        for name in ["a.svg", "a.SVG", "a", "/dev/stdout", "a.tmp", "v0.1", ".svg", "a.pdf/b"] {
            assert!(!refused(name, &["svg"]), "{name}");
        }
    }
}
