//! Function spaces of kernels: targets, their energies, norms, membership, approximation.

mod approximation;
mod capacity;
mod energy_law;
mod far_energies;
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
mod tail;
mod target;

pub use approximation::{Approximation, SupBound};
pub use capacity::{Capacity, Estimated};
pub use energy_law::EnergyLaw;
pub(crate) use levels::SUMMED;
pub use levels::{Levels, Sums};
pub use membership::Membership;
pub use modes::{Mode, Modes};
pub use norm::Norm;
pub(crate) use root::decreasing;
pub use space::{Decay, Part, Relation, Space};
pub use target::{Energy, Target};
