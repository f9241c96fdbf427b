//! What proved rules share: the error of Gauss-Legendre, samples with their errors, and the sums of these.

use crate::error::{Error, Result};
use crate::number::{Ball, Balls, Elementary, Number, Radius};
use crate::spectrum::examined_kernel::ExaminedKernel;
use crate::spectrum::projection::{Sample, project};
use crate::spectrum::quadrature::Pass;
use rug::{Float, Rational};

/// Bits of the arithmetic on bounds.
pub(super) const BOUND_BITS: u32 = 64;

/// Products of 64-bit limbs in one pass: some minutes.
const MOST_PRODUCTS: f64 = 1e11;

/// A node's contribution and what is not known of it.
pub(super) struct Proved {
    pub(super) sample: Sample,
    pub(super) error: Radius,
}

impl Proved {
    /// At a node t, or a pair of nodes, with what multiplies P_k(t) for even and for odd k <= `highest`.
    ///
    /// |P_k| <= 1 and |P_k'| <= k^2: the radii of the samples, and the node's.
    pub(super) fn new(t: Ball, even: Ball, odd: Ball, highest: u64) -> Self {
        let slope = Radius::double(highest as f64) * Radius::double(highest as f64);
        let moved = even.magnitude().max(odd.magnitude()) * slope * t.radius;
        let error = moved + even.radius.max(odd.radius);
        Proved { sample: Sample { t: t.middle, even: even.middle, odd: odd.middle }, error }
    }
}

/// A bound of h |I - I_n| for the rule with n nodes on \[-1, 1\] and a function that is at most `size` on the ellipse
/// of parameter rho:
/// |I - I_n| <= (64/15) size / ((rho^2 - 1) rho^(2n-2)) (Trefethen, SIAM Review 2008, Theorem 4.5).
pub(super) fn truncation(half: &Ball, size: &Ball, log_rho: f64, nodes: usize) -> Result<Ball> {
    let c = Balls::new(BOUND_BITS);
    let rho = c.elementary(Elementary::Exp, &Ball::exact(Float::with_val(53, log_rho)))?;
    let power = c.power(&rho, &Rational::from(2 * nodes as i64 - 2))?;
    let below = c.mul(&c.sub(&c.mul(&rho, &rho), &c.rational(&Rational::from(1))), &power);
    c.div(&c.mul(&c.rational(&Rational::from((64, 15))), &c.mul(size, half)), &below)
}

/// Refuses a pass of so many products of numbers of `precision` bits, one for each node and degree or two nodes.
pub(super) fn affordable(problem: &ExaminedKernel, highest: u64, products: f64, precision: u32) -> Result<()> {
    let limbs = f64::from(precision.div_ceil(64));
    let products = 3.0 * products * limbs * limbs;
    if products <= MOST_PRODUCTS {
        return Ok(());
    }
    Err(Error::unable(format!(
        "a proved quadrature of {} in dimension {} up to degree {highest} takes {products:.0e} products, more than \
         {MOST_PRODUCTS:.0e}",
        problem.kernel,
        problem.dimension()
    )))
}

/// The sums of samples, given the error of their rules without the factor 1/Z.
pub(super) fn summed(
    problem: &ExaminedKernel,
    truncation: &Ball,
    proved: impl IntoIterator<Item = Proved>,
    degrees: &[u64],
    precision: u32,
) -> Result<Pass> {
    let c = Balls::new(BOUND_BITS);
    let mut error = c.mul(truncation, &problem.sphere.funk_hecke().value(&c)?).magnitude();
    let mut samples = Vec::new();
    for Proved { sample, error: own } in proved {
        error = error + own;
        samples.push(sample);
    }
    let projection = project(&samples, problem.dimension(), degrees, precision);
    error = error + Radius::above(&projection.error);
    if !error.is_finite() {
        return Err(Error::unable(format!("the proved error of {} is not finite", problem.kernel)));
    }
    Ok(Pass { sums: projection.sums, error: error.to_float() })
}
