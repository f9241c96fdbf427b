//! Special functions, in forms that do not cancel or overflow.

mod gamma;

pub use gamma::{endpoint_constant, endpoint_ratio, exact_gamma, log_gamma_ratio};
