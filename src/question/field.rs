//! Vector fields by name.

use crate::deformation::Deformation;
use clap::ValueEnum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A vector field tau that deforms signals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Field {
    #[default]
    Smooth,
    Rotation,
    Scaling,
    Translation,
}

impl Field {
    /// The field of a size; the seed is for random ones.
    pub(super) fn of_size(self, size: f64, seed: u64) -> Deformation {
        match self {
            Field::Smooth => Deformation::smooth(size, seed),
            Field::Rotation => Deformation::rotation(size),
            Field::Scaling => Deformation::scaling(size),
            Field::Translation => Deformation::translation(0.0, size),
        }
    }
}
