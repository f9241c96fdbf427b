//! What the questions on data share: how files are read, what points and labels mean.

use crate::data::{Array, DataTable, Header, Labels};
use crate::error::{Error, Result};
use crate::gram::{Scaling, Task};
use crate::watch::Watch;
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::Path;

/// How points and labels are to be taken.
#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct Meaning {
    /// The labels are classes: numbers, or words.
    #[arg(long)]
    #[serde(default)]
    pub(super) classify: bool,
    /// Multiply by the lengths of both points: |x||x'|kappa, networks of ReLUs; else points are projected to the
    /// sphere.
    #[arg(long)]
    #[serde(default)]
    pub(super) homogeneous: bool,
    /// Accept values of the kernel that are off by this part of the largest, 0 to 0.01; else they are right to two
    /// units in the last place of the largest, at the cosine that is computed, or refused.
    #[arg(long, allow_hyphen_values = true, value_name = "E", default_value_t = 0.0)]
    #[serde(default)]
    tolerance: f64,
}

impl Meaning {
    pub(super) fn tolerance(&self) -> Result<f64> {
        match (0.0..=0.01).contains(&self.tolerance) {
            true => Ok(self.tolerance),
            false => {
                let given = self.tolerance;
                Err(Error::input(format!("--tolerance {given}: allowed are numbers from 0 to 0.01, such as 1e-10")))
            }
        }
    }

    pub(super) fn task(&self) -> Task {
        if self.classify { Task::Classification } else { Task::Regression }
    }

    pub(super) fn scaling(&self) -> Scaling {
        if self.homogeneous { Scaling::Homogeneous } else { Scaling::Sphere }
    }
}

/// How files of numbers are read.
#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct Reading {
    /// Whether the first line of a text file is a header; auto: if no cell of it is a number, which is said on standard
    /// error.
    #[arg(long, value_enum, default_value_t = FirstLine::Auto)]
    #[serde(default)]
    header: FirstLine,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum FirstLine {
    Yes,
    No,
    #[default]
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
    pub(super) fn table(&self, path: &Path, watch: &Watch) -> Result<DataTable> {
        DataTable::read_with(path, self.header()).map(|found| said(path, found, watch))
    }

    /// An array of any dimensions.
    pub(super) fn array(&self, path: &Path, watch: &Watch) -> Result<Array> {
        Array::read_with(path, self.header()).map(|found| said(path, found, watch))
    }

    /// The labels of `count` points.
    pub(super) fn labels(&self, path: &Path, count: usize, watch: &Watch) -> Result<Labels> {
        Labels::read(path, count, self.header()).map(|found| said(path, found, watch))
    }
}

/// What was read; how is said beside the answer.
fn said<T>(path: &Path, (content, notes): (T, Vec<String>), watch: &Watch) -> T {
    for note in notes {
        watch.note(&format!("{}: {note}", path.display()));
    }
    content
}
