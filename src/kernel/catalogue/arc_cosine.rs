//! Arc-cosine kernels and the neural kernels built from them.

use super::{Entry, checked, integer};
use crate::kernel::expr::Expr;
use crate::kernel::expr::LARGEST_ORDER;
use rug::Rational;

/// The largest number of layers.
const LARGEST_DEPTH: usize = 300;

fn order(q: &[Rational]) -> bool {
    integer(&q[0], 0, LARGEST_ORDER).is_some()
}

fn layers(q: &[Rational]) -> bool {
    integer(&q[0], 1, LARGEST_DEPTH).is_some()
}

fn layers_with_bias(q: &[Rational]) -> bool {
    integer(&q[0], 2, LARGEST_DEPTH).is_some()
}

/// Sigma_1 = u, ..., Sigma_L with Sigma_l = kappa_1(Sigma_{l-1}).
fn sigmas(layers: usize) -> Vec<Expr> {
    let mut list = vec![Expr::u()];
    for l in 1..layers {
        let next = list[l - 1].clone().arccos(1);
        list.push(next);
    }
    list
}

fn ntk(q: &[Rational]) -> Expr {
    let sigma = sigmas(checked(&q[0]));
    sigma.windows(2).fold(Expr::u(), |theta, pair| theta * pair[0].clone().arccos(0) + pair[1].clone())
}

fn ntk_bias(q: &[Rational]) -> Expr {
    let sigma = sigmas(checked(&q[0]));
    let one = || Expr::number(1);
    let last = sigma.len() - 1;
    let mut t = Expr::u() + one();
    for l in 1..last {
        t = sigma[l].clone() + one() + t * sigma[l - 1].clone().arccos(0);
    }
    sigma[last].clone() + t * sigma[last - 1].clone().arccos(0)
}

pub(super) const FAMILY: &[Entry] = &[
    Entry {
        name: "arccos",
        parameters: &["n"],
        allowed: "n is an integer from 0 to 100000",
        formula: "kappa_n(u), kappa_0 = 1 - theta/pi, kappa_1 = (sin theta + (pi - theta) cos theta)/pi, u = cos theta",
        about: "arc-cosine kernel of order n, normalised to 1 at u = 1 (Cho and Saul 2009)",
        ratio: None,
        valid: order,
        expand: |q| Expr::u().arccos(checked(&q[0])),
    },
    Entry {
        name: "nngp",
        parameters: &["L"],
        allowed: "L is an integer from 1 to 300",
        formula: "Sigma_1 = u, Sigma_l = arccos1(Sigma_{l-1}); nngp(L) = Sigma_L",
        about: "Gaussian-process kernel of a ReLU network with L layers of weights (Lee et al. 2018)",
        ratio: None,
        valid: layers,
        expand: |q| sigmas(checked(&q[0])).pop().unwrap_or_else(Expr::u),
    },
    Entry {
        name: "ntk",
        parameters: &["L"],
        allowed: "L is an integer from 1 to 300",
        formula: "Theta_1 = u, Theta_l = Sigma_l + Theta_{l-1} arccos0(Sigma_{l-1}); ntk(L) = Theta_L",
        about: "neural tangent kernel of a ReLU network with L layers of weights, no bias (Jacot et al. 2018)",
        ratio: None,
        valid: layers,
        expand: ntk,
    },
    Entry {
        name: "ntk_bias",
        parameters: &["L"],
        allowed: "L is an integer from 2 to 300",
        formula: "T_1 = u + 1, T_l = Sigma_l + 1 + T_{l-1} arccos0(Sigma_{l-1}); ntk_bias(L) = Sigma_L + T_{L-1} \
            arccos0(Sigma_{L-1})",
        about: "neural tangent kernel with zero-initialised trained biases in the hidden layers",
        ratio: None,
        valid: layers_with_bias,
        expand: ntk_bias,
    },
];
