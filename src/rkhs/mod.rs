//! Function spaces of kernels: targets, their energies, norms, membership, approximation.

mod approximation;
mod capacity;
mod energy_law;
mod estimated;
mod far_energies;
mod finite_levels;
mod first_values;
mod kinks;
mod levels;
mod membership;
mod modes;
mod norm;
mod order;
mod rates;
mod root;
mod space;
mod summands;
mod sums;
mod tail;
mod target;

pub use approximation::{BestApproximation, SupBound};
pub use capacity::Capacity;
pub use energy_law::{EnergyLaw, MeanPower};
pub use estimated::Estimated;
pub use levels::Levels;
pub(crate) use levels::SUMMED;
pub use membership::Membership;
pub use modes::{Mode, TargetModes};
pub use norm::Norm;
pub(crate) use root::decreasing;
pub use space::{EigenvalueLaw, Relation, Space, SpacePart};
pub use sums::Sums;
pub use target::{Energy, Target};
