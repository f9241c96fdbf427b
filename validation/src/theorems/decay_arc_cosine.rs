//! Decay of the arc-cosine kernels.
//!
//! Statement: on S^{p-1} the eigenvalues of kappa_n decay like k^{-p-2n}: k^{-p} for kappa_0 and k^{-p-2} for kappa_1.
//! Near u = 1 and -1 the singular part of kappa_n is c s^{n+1/2} with c_{-1} = 2^{n+1/2} n!^2 / (pi (2n-1)!! (2n+1)!!)
//! and c_1 = (-1)^{n+1} c_{-1}, so that only degrees k = n+1 mod 2 survive beyond n, with the constant that the general
//! theorem gives. Hypotheses: p >= 2, n >= 0, kernel normalised to 1 at u = 1, uniform probability measure. Source:
//! Bach, JMLR 2017; Bietti and Mairal, NeurIPS 2019 (slides); Bietti and Bach, ICLR 2021, Theorem 1.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::{PRECISION, compare, figure, stated};
use rug::float::Constant;
use rug::{Float, Integer};
use zonal::Result;

/// Orders and dimensions.
const ORDERS: [u32; 5] = [0, 1, 2, 3, 4];
const DIMENSIONS: [u64; 5] = [3, 4, 10, 50, 200];

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "decay_arc_cosine",
        statement: "On S^{p-1} the eigenvalues of kappa_n decay like k^{-p-2n} (kappa_0: k^{-p}, kappa_1: k^{-p-2}); \
            only k = n+1 mod 2 survive \
                    beyond n, with the constant of the coefficients c_{-1} = 2^{n+1/2} n!^2/(pi (2n-1)!! (2n+1)!!), \
                    c_1 = (-1)^{n+1} c_{-1}.",
        source: "Bach, JMLR 2017; Bietti and Mairal, NeurIPS 2019 (slides); Bietti and Bach, ICLR 2021",
        checked_by: "`Kernel::decay`",
        found: None,
    },
    check,
};

/// 2^{n+1/2} n!^2 / (pi (2n-1)!! (2n+1)!!)
fn coefficient(n: u32) -> Float {
    let pi = Float::with_val(PRECISION, Constant::Pi);
    let double_factorials =
        Integer::from(Integer::factorial_2((2 * n).saturating_sub(1))) * Integer::from(Integer::factorial_2(2 * n + 1));
    (Float::with_val(PRECISION, 2).sqrt() << n) * Integer::from(Integer::factorial(n)).square()
        / (pi * double_factorials)
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    for n in ORDERS {
        let minus_one = coefficient(n);
        let one = if n % 2 == 0 { -minus_one.clone() } else { minus_one.clone() };
        for p in DIMENSIONS {
            compare(&mut evidence, &format!("arccos({n})"), p, &stated(p, (2 * n as i32 + 1, 2), &one, &minus_one))?;
        }
    }
    let svg =
        figure("Arc-cosine kernels on the sphere in R^3", &["arccos(0)", "arccos(1)", "arccos(2)", "arccos(3)"], 3)?;
    evidence.figures.push(("Each kernel loses one parity and gains k^{-2} with every order.".to_string(), svg));
    Ok(evidence)
}
