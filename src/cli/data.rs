//! What the commands on data share: what points and labels mean, labels in files.

use crate::error::Result;
use crate::gram::{Scaling, Table, Task};
use clap::Args;
use std::path::Path;

/// How points and labels are to be taken.
#[derive(Debug, Args)]
pub(super) struct Meaning {
    /// The labels are classes, not numbers.
    #[arg(long)]
    pub(super) classify: bool,
    /// Multiply by the lengths of both points: |x||x'|kappa, networks of ReLUs; else points are projected to the sphere.
    #[arg(long)]
    pub(super) homogeneous: bool,
}

impl Meaning {
    pub(super) fn task(&self) -> Task {
        if self.classify { Task::Classification } else { Task::Regression }
    }

    pub(super) fn scaling(&self) -> Scaling {
        if self.homogeneous { Scaling::Homogeneous } else { Scaling::Sphere }
    }
}

/// The labels of `count` points.
pub(super) fn read_labels(path: &Path, count: usize) -> Result<Vec<f64>> {
    Table::read(path)?.into_labels(count).map_err(|e| e.within(path.display()))
}
