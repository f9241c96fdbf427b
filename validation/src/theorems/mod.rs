//! The statements, in the order of the report.

pub mod limiting_identities;

use crate::Theorem;

/// All of them.
pub const ALL: &[Theorem] = &[limiting_identities::THEOREM];
