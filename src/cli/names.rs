//! Names of files that are written: an ending that says another format is refused before anything is computed.
//!
//! A name without an ending, or with one that says no format (`.tmp`), is taken as it is; matrices, which are read again by their names, must end in `.npy`.

use super::{Format, OutputOptions, TextOrJson, TextOrJsonOptions};
use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// Endings that say a format.
const FORMATS: [&str; 50] = [
    "csv", "tsv", "json", "jsonl", "txt", "svg", "npy", "npz", "pdf", "png", "jpg", "jpeg", "gif", "bmp", "tif",
    "tiff", "webp", "eps", "ps", "emf", "html", "htm", "xhtml", "xml", "tex", "pgf", "tikz", "md", "rst", "xls",
    "xlsx", "ods", "doc", "docx", "odt", "parquet", "feather", "arrow", "h5", "hdf5", "mat", "pkl", "pickle", "gz",
    "bz2", "xz", "zst", "zip", "yaml", "toml",
];

/// Refuses a name whose ending says another format than `what`, which the `allowed` endings say.
fn check(path: &Path, what: &str, allowed: &[&str]) -> Result<(), String> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending {
        Some(ending) if FORMATS.contains(&ending.as_str()) && !allowed.contains(&ending.as_str()) => {
            let allowed: Vec<String> = allowed.iter().map(|ending| format!(".{ending}")).collect();
            Err(format!("{what}, and .{ending} says another format; end the name in {}", allowed.join(" or ")))
        }
        _ => Ok(()),
    }
}

fn parser(what: &'static str, allowed: &'static [&'static str]) -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(move |path| check(&path, what, allowed).map(|()| path))
}

/// A figure.
pub(super) fn figure() -> impl TypedValueParser<Value = PathBuf> {
    parser("figures are SVG", &["svg"])
}

/// A page.
pub(super) fn page() -> impl TypedValueParser<Value = PathBuf> {
    parser("the page is HTML", &["html", "htm", "xhtml"])
}

/// A model.
pub(super) fn model() -> impl TypedValueParser<Value = PathBuf> {
    parser("models are JSON", &["json"])
}

/// Records without a choice of the form.
pub(super) fn records() -> impl TypedValueParser<Value = PathBuf> {
    parser("the output is CSV", &["csv", "txt"])
}

/// An array of NumPy.
pub(super) fn array() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.extension() {
        Some(ending) if ending.eq_ignore_ascii_case("npy") => Ok(path),
        _ => Err("files of matrices and images are those of NumPy, and end in .npy"),
    })
}

/// Options that name a file.
pub(super) trait Named {
    /// Refuses a name that says another format.
    fn check(&self) -> Result<(), String>;
}

/// What the text for people is called, and the endings for it.
const TEXT: (&str, &[&str]) = ("the output is text (--format)", &["txt", "md"]);
const JSON: (&str, &[&str]) = ("the output is JSON (--format)", &["json"]);

impl Named for OutputOptions {
    fn check(&self) -> Result<(), String> {
        let (what, allowed) = match self.format {
            Format::Text => TEXT,
            Format::Csv => ("the output is CSV (--format)", &["csv", "txt"][..]),
            Format::Json => JSON,
        };
        self.output.as_deref().map_or(Ok(()), |path| check(path, what, allowed))
    }
}

impl Named for TextOrJsonOptions {
    fn check(&self) -> Result<(), String> {
        let (what, allowed) = if self.format == TextOrJson::Json { JSON } else { TEXT };
        self.output.as_deref().map_or(Ok(()), |path| check(path, what, allowed))
    }
}

/// Options whose names of files are checked when the command line is read, before any command runs.
#[derive(Debug)]
pub(super) struct Checked<T>(T);

impl<T> Deref for Checked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromArgMatches + Named> FromArgMatches for Checked<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let options = T::from_arg_matches(matches)?;
        options.check().map_err(|why| clap::Error::raw(ErrorKind::ValueValidation, format!("--output: {why}\n")))?;
        Ok(Checked(options))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<T: Args + Named> Args for Checked<T> {
    fn augment_args(command: Command) -> Command {
        T::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
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
