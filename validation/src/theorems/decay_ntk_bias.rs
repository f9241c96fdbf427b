//! The neural tangent kernel with bias and the Laplace kernel.
//!
//! Statement: the eigenvalues of ntk_bias(L) decay like k^{-p} in both parities with equal constants, as those of
//! exp(-c|x-y|) do: the RKHS are the same set. The coefficients of s^{1/2} are -(sqrt(2)/pi) L(L-1) and 0 for
//! ntk_bias(L), -c sqrt(2) and 0 for the Laplace kernel, so that the ratio of the eigenvalues of ntk_bias(2) and
//! laplace(1) tends to 2/pi. Hypotheses: biases zero-initialised and trained, in the hidden layers; p >= 2. Source:
//! Geifman et al., NeurIPS 2020; Chen and Xu, ICLR 2021.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::decay::{PRECISION, compare, figure, stated};
use rug::Float;
use rug::float::Constant;
use zonal::{Kernel, Result, Sphere};

/// Depths of the kernel with bias; dimensions.
const DEPTHS: [u32; 4] = [2, 3, 4, 5];
const DIMENSIONS: [u64; 3] = [3, 4, 10];
const HIGH_DIMENSIONS: [u64; 2] = [50, 200];

/// A degree at which the ratio of eigenvalues is near its limit: corrections are of relative size c/k^2, c below 100
/// here.
const HIGH_DEGREE: u64 = 10_000_000;
const NEAR_THE_LIMIT: f64 = 1e-11;

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "decay_ntk_bias",
        statement: "On S^{p-1} the eigenvalues of the NTK with trained biases decay like k^{-p} in both parities with \
            equal constants, as those \
                    of the Laplace kernel: the ratio for ntk_bias(2) and laplace(1) tends to 2/pi.",
        source: "Geifman et al., NeurIPS 2020; Chen and Xu, ICLR 2021",
        checked_by: "`Kernel::decay`, `Spectrum::eigenvalue` at k = 10^7",
        found: None,
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let pi = Float::with_val(PRECISION, Constant::Pi);
    let root = Float::with_val(PRECISION, 2).sqrt();
    let zero = Float::new(PRECISION);
    for p in DIMENSIONS {
        for depth in DEPTHS {
            let c = -root.clone() * (depth * (depth - 1)) / &pi;
            compare(&mut evidence, &format!("ntk_bias({depth})"), p, &stated(p, (1, 2), &c, &zero))?;
        }
        compare(&mut evidence, "laplace(1)", p, &stated(p, (1, 2), &-root.clone(), &zero))?;
        let sphere = Sphere::in_dimension(p)?;
        for k in [HIGH_DEGREE, HIGH_DEGREE + 1] {
            let at = |kernel: &str| -> Result<Float> {
                Ok(Kernel::parse(kernel)?.spectrum(sphere).digits(25)?.eigenvalue(k)?.value)
            };
            let ratio = at("ntk_bias(2)")? / at("laplace(1)")?;
            let limit = Float::with_val(PRECISION, 2u32 / &pi);
            evidence.equal(
                format!("p = {p}: ratio of ntk_bias(2) and laplace(1) at k = {k}"),
                &limit,
                &ratio,
                NEAR_THE_LIMIT,
            );
            evidence.must_differ(
                format!("p = {p}: the limit 1/2 at k = {k}"),
                &Float::with_val(PRECISION, 0.5),
                &ratio,
                NEAR_THE_LIMIT,
            );
        }
        // Without bias the odd eigenvalues vanish: no such ratio exists.
        let odd = Kernel::ntk(2)?.spectrum(sphere).eigenvalue(HIGH_DEGREE + 1)?;
        evidence.control(
            format!("p = {p}: without bias the odd eigenvalues are comparable to those of the Laplace kernel"),
            "a positive ratio",
            odd.to_string(),
            odd.is_zero(),
        );
    }
    // Two layers and the Laplace kernel alone.
    for p in HIGH_DIMENSIONS {
        compare(&mut evidence, "ntk_bias(2)", p, &stated(p, (1, 2), &(-root.clone() * 2u32 / &pi), &zero))?;
        compare(&mut evidence, "laplace(1)", p, &stated(p, (1, 2), &-root.clone(), &zero))?;
    }
    let svg =
        figure("With bias the NTK decays like the Laplace kernel (R^3)", &["ntk_bias(2)", "laplace(1)", "ntk(2)"], 3)?;
    evidence.figures.push(("Without bias the odd degrees are missing.".to_string(), svg));
    Ok(evidence)
}
