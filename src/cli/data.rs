//! What the commands on data share: how files are read, what points and labels mean.

use super::say;
use crate::error::Result;
use crate::gram::{Array, Header, Labels, Scaling, Table, Task};
use clap::{Args, ValueEnum};
use std::path::Path;

/// How points and labels are to be taken.
#[derive(Debug, Args)]
pub(super) struct Meaning {
    /// The labels are classes: numbers, or words.
    #[arg(long)]
    pub(super) classify: bool,
    /// Multiply by the lengths of both points: |x||x'|kappa, networks of ReLUs; else points are projected to the sphere.
    #[arg(long)]
    pub(super) homogeneous: bool,
    /// Accept values of the kernel that are off by this part of the largest, 0 to 0.01; else they are right to two units in the last place of the largest, or refused.
    #[arg(long, value_name = "E", default_value = "0", value_parser = tolerance)]
    pub(super) tolerance: f64,
}

fn tolerance(text: &str) -> std::result::Result<f64, String> {
    let allowed = |x: &f64| (0.0..=0.01).contains(x);
    text.trim()
        .parse()
        .ok()
        .filter(allowed)
        .ok_or_else(|| "allowed are numbers from 0 to 0.01, such as 1e-10".to_string())
}

impl Meaning {
    pub(super) fn task(&self) -> Task {
        if self.classify { Task::Classification } else { Task::Regression }
    }

    pub(super) fn scaling(&self) -> Scaling {
        if self.homogeneous { Scaling::Homogeneous } else { Scaling::Sphere }
    }
}

/// How files of numbers are read.
#[derive(Debug, Args)]
pub(super) struct Reading {
    /// Whether the first line of a text file is a header; auto: if no cell of it is a number, which is said on standard error.
    #[arg(long, value_enum, default_value_t = FirstLine::Auto)]
    header: FirstLine,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FirstLine {
    Yes,
    No,
    Auto,
}

impl Reading {
    fn header(&self) -> Header {
        match self.header {
            FirstLine::Yes => Header::Yes,
            FirstLine::No => Header::No,
            FirstLine::Auto => Header::Auto,
        }
    }

    /// Rows and columns.
    pub(super) fn table(&self, path: &Path) -> Result<Table> {
        Table::read_with(path, self.header()).map(|found| said(path, found))
    }

    /// An array of any dimensions.
    pub(super) fn array(&self, path: &Path) -> Result<Array> {
        Array::read_with(path, self.header()).map(|found| said(path, found))
    }

    /// The labels of `count` points.
    pub(super) fn labels(&self, path: &Path, count: usize) -> Result<Labels> {
        Labels::read(path, count, self.header()).map(|found| said(path, found))
    }
}

/// What was read; how goes to standard error.
fn said<T>(path: &Path, (content, notes): (T, Vec<String>)) -> T {
    for note in notes {
        // Names of columns may hold anything; a note is one line of plain text.
        say(&format!("zonal: {}: {note}", path.display()).replace(|c: char| c.is_control(), " "));
    }
    content
}
