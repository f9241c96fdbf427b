//! Tanh-sinh (double-exponential) nodes at any precision.

use rug::{Float, float::Constant};

/// The double-exponential rule on (0, 1): `int_0^1 f = step * sum_j weight_j (f(near_j) + f(1 - near_j))`,
/// and half of that for the middle node.
///
/// x(tau) = 1 / (1 + exp(-pi sinh tau)), tau = j step. Endpoint singularities are harmless, because the nodes
/// come as distances from the nearer end (Takahasi and Mori 1974).
#[derive(Clone, Debug)]
pub struct TanhSinh {
    /// Step in tau.
    pub step: Float,
    /// The nodes, from the middle outward.
    pub nodes: Vec<TanhSinhNode>,
}

/// A node of the tanh-sinh rule on (0, 1): its distance from the nearer end, and its weight.
#[derive(Clone, Debug)]
pub struct TanhSinhNode {
    /// Distance from the nearer end of (0, 1), at most 1/2, with full relative precision.
    pub near: Float,
    /// dx/dtau, halved for the middle node.
    pub weight: Float,
}

impl TanhSinh {
    /// The nodes of step `2^-level`, until the weights fall below 2^-bits. With `new_only`, only those that the rule of
    /// the level before does not have.
    ///
    /// ```
    /// use zonal::quadrature::TanhSinh;
    /// // int_0^1 x^(-1/2) dx = 2
    /// let rule = TanhSinh::new(5, 400, false);
    /// let mut sum = rug::Float::new(200);
    /// for node in &rule.nodes {
    ///     let far = 1u32 - node.near.clone();
    ///     sum += (node.near.clone().recip_sqrt() + far.recip_sqrt()) * &node.weight;
    /// }
    /// assert!((sum * rule.step - 2u32).abs() < 1e-55);
    /// ```
    pub fn new(level: u32, bits: u32, new_only: bool) -> Self {
        let precision = bits + 32;
        let step = Float::with_val(precision, Float::i_exp(1, -(level as i32)));
        let pi = Float::with_val(precision, Constant::Pi);
        let mut nodes = Vec::new();
        let (first, stride) = if new_only { (1u64, 2usize) } else { (0, 1) };
        for j in (first..).step_by(stride) {
            let tau = Float::with_val(precision, &step * j);
            let (sinh, cosh) = tau.sinh_cosh(Float::new(precision));
            // near = 1/(1+e), weight = pi cosh e/(1+e)^2 with e = exp(pi sinh tau)
            let e = Float::with_val(precision, &pi * &sinh).exp();
            let near = Float::with_val(precision, &e + 1u32).recip();
            let mut weight = Float::with_val(precision, &pi * &cosh) * &e * &near * &near;
            if weight.get_exp().is_none_or(|exponent| exponent < -(bits as i32)) {
                break;
            }
            if j == 0 {
                weight /= 2u32;
            }
            nodes.push(TanhSinhNode { near, weight });
        }
        TanhSinh { step, nodes }
    }
}
