//! Limiting kernels of wide ReLU networks.
//!
//! Statement: for unit vectors with <x,y> = cos(theta) = u and w standard normal, with sigma = sqrt(2) max(0, .) and
//! its derivative sigma' = sqrt(2) 1{. >= 0}, E\[sigma(<w,x>) sigma(<w,y>)\] = kappa_1(u) and E\[sigma'(<w,x>)
//! sigma'(<w,y>)\] = kappa_0(u); so that Sigma_k = kappa_1(Sigma_{k-1}) and the two-layer tangent kernel is u
//! kappa_0(u) + kappa_1(u). Correction: the slides write the same identities for sigma = max(0, .) without the factor
//! 2, which is wrong. Source: Bietti and Mairal, NeurIPS 2019 (slides of 7 November 2019); Cho and Saul, NeurIPS 2009;
//! Jacot et al., NeurIPS 2018.
//!
//! Check: in polar coordinates of the plane of x and y the expectation over the length of w is a Gamma integral (1 and
//! 2), and the one over its angle an integral of cos(phi) cos(phi - theta), or of 1, over theta - pi/2 <= phi <= pi/2,
//! done by Gauss-Legendre at 200 bits.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use rug::float::Constant;
use rug::{Float, Rational};
use zonal::kernel::{Kernel, Point};
use zonal::number::Multiprecision;
use zonal::quadrature::GaussLegendre;
use zonal::{Result, number::Number};

/// Inner products at which the identities are compared.
const PLACES: [(i32, i32); 6] = [(-9, 10), (-1, 2), (0, 1), (1, 3), (4, 5), (99, 100)];

/// Bits of the arithmetic, and nodes of the rule: both integrands are entire.
const PRECISION: u32 = 200;
const NODES: usize = 60;

/// 200 bits are 60 digits; a few are lost in the sums.
const TOLERANCE: f64 = 1e-50;

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "limiting_identities",
        statement: "With sigma = sqrt(2) max(0, .): E[sigma(<w,x>) sigma(<w,y>)] = kappa_1(<x,y>), E[sigma'(<w,x>) \
            sigma'(<w,y>)] = \
                    kappa_0(<x,y>), Sigma_k = kappa_1(Sigma_{k-1}), and the two-layer NTK is u kappa_0(u) + \
                    kappa_1(u). With \
                    sigma = max(0, .), as the slides have it, both are off by a factor 2.",
        source: "Bietti and Mairal, NeurIPS 2019 (slides), corrected; Cho and Saul, NeurIPS 2009",
        checked_by: "integrals over the angle by `GaussLegendre`",
        found: None,
    },
    check,
};

/// E\[max(0,<w,x>) max(0,<w,y>)\] and E\[1{<w,x> >= 0} 1{<w,y> >= 0}\] at angle theta.
fn expectations(theta: &Float, rule: &GaussLegendre) -> [Float; 2] {
    let pi = Float::with_val(PRECISION, Constant::Pi);
    // phi from theta - pi/2 to pi/2
    let half_width = Float::with_val(PRECISION, &pi - theta) / 2u32;
    let middle = Float::with_val(PRECISION, theta) / 2u32;
    let mut product = Float::new(PRECISION);
    let mut indicator = Float::new(PRECISION);
    for (node, weight) in rule.middles() {
        for sign in [1i32, -1] {
            if sign < 0 && node.is_zero() {
                continue;
            }
            let phi = Float::with_val(PRECISION, node * &half_width) * sign + &middle;
            let cosines = phi.clone().cos() * Float::with_val(PRECISION, &phi - theta).cos();
            product += cosines * weight;
            indicator += weight;
        }
    }
    // E over the length r of w in the plane: E r^2 = 2, and 1; the angle is uniform: 1/(2 pi).
    let scale = half_width / (pi * 2u32);
    [product * &scale * 2u32, indicator * scale]
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let rule = GaussLegendre::new(NODES, PRECISION)?;
    let c = Multiprecision::new(PRECISION);
    let value = |kernel: &str, u: &Float| -> Result<Float> {
        Kernel::parse(kernel)?.program(None)?.evaluate(&c, &Point::at(u.clone()))
    };
    for place in PLACES {
        let u = c.rational(&Rational::from(place));
        let name = Rational::from(place);
        let [product, step] = expectations(&u.clone().acos(), &rule);
        // sigma = sqrt(2) max(0, .) doubles both expectations.
        let (product, step) = (product * 2u32, step * 2u32);
        let (kappa_1, kappa_0) = (value("arccos1(u)", &u)?, value("arccos0(u)", &u)?);
        evidence.equal(format!("kappa_1({name}) as E[sigma sigma]"), &kappa_1, &product, TOLERANCE);
        evidence.equal(format!("kappa_0({name}) as E[sigma' sigma']"), &kappa_0, &step, TOLERANCE);
        let tangent = Float::with_val(PRECISION, &u * &step) + &product;
        evidence.equal(
            format!("ntk(2) at {name} as u E[sigma' sigma'] + E[sigma sigma]"),
            &value("ntk(2)", &u)?,
            &tangent,
            TOLERANCE,
        );
        // The second layer: the expectation at correlation Sigma_2.
        let [second, _] = expectations(&product.clone().acos(), &rule);
        evidence.equal(
            format!("nngp(3) at {name} as E[sigma sigma] at correlation nngp(2)"),
            &value("nngp(3)", &u)?,
            &(second * 2u32),
            TOLERANCE,
        );
        evidence.must_differ(
            format!("kappa_1({name}) = E[max(0,.) max(0,.)], the literal statement"),
            &kappa_1,
            &(product / 2u32),
            TOLERANCE,
        );
        evidence.must_differ(
            format!("kappa_0({name}) = E[1 1], the literal statement"),
            &kappa_0,
            &(step / 2u32),
            TOLERANCE,
        );
    }
    Ok(evidence)
}
