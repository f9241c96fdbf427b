//! Decay of kernels of the distance: Laplace, Matern, gamma-exponential.
//!
//! Statement: on S^{p-1} the eigenvalues of exp(-c |x-y|^g), 0 < g < 2, decay like k^{-p+1-g} in both parities with
//! equal constants; those of the Laplace kernel (g = 1) like k^{-p}. A Matern kernel of smoothness nu = n + 1/2 decays
//! like k^{-p+1-2 nu}. Hypotheses: c > 0, p >= 2. The coefficient of s^{g/2} = (|x-y|^2/2)^{g/2} is -c 2^{g/2}, and
//! nothing is singular at u = -1. Source: Geifman et al., NeurIPS 2020; Chen and Xu, ICLR 2021; Bietti and Bach,
//! ICLR 2021.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::{PRECISION, compare, figure, stated};
use rug::{Float, Rational};
use zonal::Result;

/// Dimensions, and (c, g) of exp(-c |x-y|^g). Steps of the expansion in 1/k finer than 1/2 are measured less well: not
/// here.
const DIMENSIONS: [u64; 3] = [3, 4, 10];
const GAMMA_EXPONENTIALS: [((u32, u32), (u32, u32)); 3] = [((1, 1), (1, 2)), ((2, 1), (1, 2)), ((1, 1), (3, 2))];
const LAPLACE: [(u32, u32); 3] = [(1, 1), (3, 2), (1, 4)];

/// Numerator and denominator.
type Fraction = (i32, i32);

/// Matern kernels of length 1: nu and the coefficient of |x-y|^{2 nu}, from the series of (1+z) e^{-z} and (1+z+z^2/3)
/// e^{-z}, z = sqrt(2 nu) |x-y|.
const MATERN: [(Fraction, i32, Fraction); 2] = [((3, 2), 3, (1, 3)), ((5, 2), 5, (-1, 45))];

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "decay_distance",
        statement: "On S^{p-1} the eigenvalues of exp(-c |x-y|^g), 0 < g < 2, decay like k^{-p+1-g} in both parities \
            with equal constants (Laplace, \
                    g = 1: k^{-p}), and those of a Matern kernel of smoothness nu like k^{-p+1-2 nu}.",
        source: "Geifman et al., NeurIPS 2020; Chen and Xu, ICLR 2021",
        checked_by: "`Kernel::decay`",
        found: None,
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let zero = Float::new(PRECISION);
    let number = |(n, d): (u32, u32)| Float::with_val(PRECISION, Rational::from((n, d)));
    let two = Float::with_val(PRECISION, 2);
    for p in DIMENSIONS {
        let families = LAPLACE.iter().map(|c| (*c, (1, 1))).chain(GAMMA_EXPONENTIALS);
        for (c, g) in families {
            let name = match g {
                (1, 1) => format!("laplace({}/{})", c.0, c.1),
                _ => format!("gamma_exponential({}/{},{}/{})", c.0, c.1, g.0, g.1),
            };
            // -c |x-y|^g = -c 2^(g/2) s^(g/2)
            let coefficient = -number(c) * (number(g) / 2u32 * two.clone().ln()).exp();
            compare(&mut evidence, &name, p, &stated(p, (g.0 as i32, 2 * g.1 as i32), &coefficient, &zero))?;
        }
        for (nu, squared, coefficient) in MATERN {
            // z^(2 nu) = (2 nu)^nu |x-y|^(2 nu), |x-y|^(2 nu) = 2^nu s^nu
            let exponent = Float::with_val(PRECISION, Rational::from(nu));
            let power = (exponent * (Float::with_val(PRECISION, squared).ln() + two.clone().ln())).exp();
            let coefficient = power * Float::with_val(PRECISION, Rational::from(coefficient));
            compare(&mut evidence, &format!("matern({}/{},1)", nu.0, nu.1), p, &stated(p, nu, &coefficient, &zero))?;
        }
    }
    let svg = figure(
        "Kernels of the distance (R^3)",
        &["gamma_exponential(1,1/2)", "laplace(1)", "matern(3/2,1)", "matern(5/2,1)", "gaussian(1)"],
        3,
    )?;
    evidence
        .figures
        .push(("The smoother at distance 0, the faster the decay; the Gaussian beats every power.".to_string(), svg));
    Ok(evidence)
}
