//! Depth does not change the exponent.
//!
//! Statement: on S^{p-1} the eigenvalues of nngp(L) decay like k^{-p-2} and those of ntk(L) like k^{-p} for every L >=
//! 3, in both parities. The coefficients at u = 1 and -1 are, with Pi_L = prod_{l=2}^{L-1} kappa_0(sigma^l(-1)): for
//! nngp(L) of s^{3/2}, (L-1) 2 sqrt(2)/(3 pi) and Pi_L 2 sqrt(2)/(3 pi); for ntk(L) of s^{1/2}, -(sqrt(2)/pi) L(L-1)/2
//! and -(sqrt(2)/pi) Pi_L. So the constants grow linearly and quadratically with depth. Hypotheses: ReLU, no bias, L
//! layers of weights, p >= 2. Source: Bietti and Bach, Deep equals shallow for ReLU networks in kernel regimes,
//! ICLR 2021.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::{PRECISION, arc_cosines, compare, figure, stated};
use rug::Float;
use rug::float::Constant;
use zonal::Result;

/// Depths and dimensions; the deepest kernels in few dimensions, to keep the run short.
const DEPTHS: [u32; 8] = [3, 4, 5, 6, 7, 8, 9, 10];
const DIMENSIONS: [u64; 3] = [3, 4, 10];
const HIGH_DIMENSIONS: [u64; 2] = [50, 200];
const DEPTHS_IN_HIGH_DIMENSIONS: [u32; 2] = [3, 5];

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "decay_deep",
        statement: "On S^{p-1}, for every depth L >= 3 and both parities, the eigenvalues of nngp(L) decay like \
            k^{-p-2} and those of ntk(L) \
                    like k^{-p}: depth changes the constants alone, (L-1 +- Pi_L) and (L(L-1)/2 +- Pi_L) times those \
                    of one hidden layer's coefficient.",
        source: "Bietti and Bach, ICLR 2021, Theorem 1 and Corollary 3",
        checked_by: "`Kernel::decay`",
        found: None,
    },
    check,
};

/// Pi_L = prod_{l=2}^{L-1} kappa_0(sigma^l(-1))
fn product(depth: u32) -> Float {
    let mut sigma = Float::with_val(PRECISION, -1);
    let mut product = Float::with_val(PRECISION, 1);
    for _ in 2..depth {
        sigma = arc_cosines(&sigma)[1].clone();
        product *= &arc_cosines(&sigma)[0];
    }
    product
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let unit = Float::with_val(PRECISION, 2).sqrt() / Float::with_val(PRECISION, Constant::Pi);
    for depth in DEPTHS {
        let product = product(depth);
        let nngp = unit.clone() * 2u32 / 3u32;
        let nngp = [nngp.clone() * (depth - 1), nngp * &product];
        let ntk = [-unit.clone() * (depth * (depth - 1) / 2), -unit.clone() * &product];
        let high = HIGH_DIMENSIONS.iter().filter(|_| DEPTHS_IN_HIGH_DIMENSIONS.contains(&depth));
        for &p in DIMENSIONS.iter().filter(|p| depth <= 5 || **p == 3).chain(high) {
            compare(&mut evidence, &format!("nngp({depth})"), p, &stated(p, (3, 2), &nngp[0], &nngp[1]))?;
            compare(&mut evidence, &format!("ntk({depth})"), p, &stated(p, (1, 2), &ntk[0], &ntk[1]))?;
        }
    }
    let svg = figure(
        "Depth changes the constant, not the exponent (R^4)",
        &["ntk(3)", "ntk(5)", "ntk(10)", "nngp(3)", "nngp(5)", "nngp(10)"],
        4,
    )?;
    evidence.figures.push((
        "Tangent kernels decay like k^{-4}, Gaussian-process kernels like k^{-6}, at every depth.".to_string(),
        svg,
    ));
    Ok(evidence)
}
