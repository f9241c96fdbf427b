//! Quadrature rules at any precision, and a rule for sums.

mod consecutive;
mod gauss_legendre;
mod tanh_sinh;

pub use consecutive::consecutive;
pub use gauss_legendre::GaussLegendre;
pub use tanh_sinh::{TanhSinh, TanhSinhNode};
