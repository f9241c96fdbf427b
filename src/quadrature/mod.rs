//! Quadrature rules at any precision.

mod gauss_legendre;
mod tanh_sinh;

pub use gauss_legendre::GaussLegendre;
pub use tanh_sinh::{TanhSinh, TanhSinhNode};
