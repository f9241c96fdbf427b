//! What kernels are off the sphere.

use serde::{Deserialize, Serialize};

/// What a zonal kernel is for points off the sphere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Scaling {
    /// Points are projected to the sphere: kappa(cos angle(x, x')).
    Sphere,
    /// |x| |x'| kappa(cos angle(x, x')): networks of ReLUs without biases.
    Homogeneous,
}
