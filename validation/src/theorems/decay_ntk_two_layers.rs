//! Decay of the two-layer neural tangent kernel.
//!
//! Statement: on S^{p-1} the eigenvalues of u kappa_0(u) + kappa_1(u) decay like k^{-p} for even k, slower than the
//! k^{-p-2} of kappa_1, and vanish for odd k >= 3: its RKHS is larger than that of random features. Both coefficients
//! of s^{1/2} are -sqrt(2)/pi. Hypotheses: p >= 2; ReLU, no bias; uniform probability measure. Source: Bietti and
//! Mairal, NeurIPS 2019 (slides and Proposition 5).

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::{PRECISION, compare, figure, holds, stated};
use rug::float::Constant;
use rug::{Float, Rational};
use zonal::decay::{Leading, Prediction};
use zonal::{Kernel, Result, Sphere};

/// Dimensions.
const DIMENSIONS: [u64; 6] = [2, 3, 4, 10, 50, 200];

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "decay_ntk_two_layers",
        statement: "On S^{p-1} the eigenvalues of the two-layer NTK u kappa_0(u) + kappa_1(u) decay like k^{-p} for \
            even k, k^2 more slowly \
                    than those of kappa_1, and vanish for odd k >= 3.",
        source: "Bietti and Mairal, NeurIPS 2019 (slides, table of rates; Proposition 5)",
        checked_by: "`Kernel::decay`",
        found: None,
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let c = -Float::with_val(PRECISION, 2).sqrt() / Float::with_val(PRECISION, Constant::Pi);
    for p in DIMENSIONS {
        compare(&mut evidence, "ntk(2)", p, &stated(p, (1, 2), &c, &c))?;
        let laws = ["ntk(2)", "arccos(1)"].map(|kernel| Kernel::parse(kernel)?.decay_law(Sphere::in_dimension(p)?, 20));
        let [ntk, random_features] = laws;
        let (ntk, random_features) = (ntk?, random_features?);
        if let (Prediction::Power(Leading::Steady(a)), Prediction::Power(Leading::Steady(b))) =
            (&ntk.parities.even, &random_features.parities.even)
        {
            let difference = Rational::from(&b.exponent - &a.exponent);
            evidence.check(
                format!("p = {p}: exponent of kappa_1 less that of the NTK"),
                "2",
                difference.to_string(),
                holds(difference == 2),
            );
        }
        let odd = |theorem: &zonal::decay::Theorem| match &theorem.parities.odd {
            Prediction::Finite(exceptions) => format!("zero except at k = {exceptions:?}"),
            other => format!("{other:?}"),
        };
        evidence.check(
            format!("p = {p}: odd k"),
            "zero except at k = [1]",
            odd(&ntk),
            holds(odd(&ntk) == "zero except at k = [1]"),
        );
        // The same words about three layers are wrong.
        let three = Kernel::ntk(3)?.decay_law(Sphere::in_dimension(p)?, 20)?;
        let vanishes = matches!(three.parities.odd, Prediction::Finite(_));
        evidence.control(
            format!("p = {p}: odd k vanish for ntk(3) too"),
            "zero",
            if vanishes { "zero" } else { "a power law" },
            !vanishes,
        );
    }
    let svg = figure("Training one layer or both, in R^{10}", &["arccos(1)", "ntk(2)"], 10)?;
    evidence.figures.push(("The eigenvalues of the NTK decay k^2 more slowly.".to_string(), svg));
    Ok(evidence)
}
