//! Function spaces of kernels: targets, their energies, norms, membership, approximation.

mod energy_law;
mod levels;
mod modes;
mod root;
mod target;

pub use energy_law::EnergyLaw;
pub use levels::Levels;
pub use modes::{Mode, Modes};
pub(crate) use root::decreasing;
pub use target::{Energy, Target};
