//! Distances of the features of convolutional networks.
//!
//! Statement, |.| the l2 norm over positions: the features of a convolutional kernel network have |Phi(x) - Phi(x')| <=
//! L |x - x'|, L the product of the spectral norms of its poolings, at most 1 on a torus. Those of the tangent kernel
//! of n layers have |Phi(x) - Phi(x')| <= (n+1) |x - x'| + C n^{5/4} sqrt(|x| |x - x'|), and no higher power of |x -
//! x'|. One layer on unit vectors: |phi_0(x) - phi_0(x')|^2 <= |x - x'|, |phi_1(x) - phi_1(x')| <= |x - x'|. On a torus
//! without pooling K(x, x) = |x|^2, and (n+1) |x|^2. Functions: |f(x) - f(x')| <= |f| |Phi(x) - Phi(x')|. Hypotheses:
//! layers of order 1; for the tangent kernel poolings of norm at most 1, and for the exponent 1/2 patches of more than
//! one number. Source: Bietti and Mairal, NeurIPS 2019; JMLR 2019. Correction: there, signals live on all of the plane,
//! and pooling is non-expansive. On a grid with zeros around it, and means of what is there, the norm of pooling is a
//! little above 1 (1.0052 for pool(2) on 12 positions), and that of the features with it. Found, not proved:
//! sqrt(n(n+1)/pi) in place of C n^{5/4} is never exceeded here, and reached at small distances; C = sqrt(2/pi), that
//! of n = 1, does at every depth looked at. The reason to expect it: 1 - kappa_0(cos t) = t/pi, and layer k, where the
//! squared norm is k, adds 2 k t/pi to |Phi(x) - Phi(x')|^2.
//!
//! Check: distances in multiprecision, at random pairs and at the worst that gradient ascent over both signals finds.
//! Bounds must hold there, and those said to be sharp be reached to one per cent.

mod lipschitz;
mod one_layer;
mod search;
mod tangent;

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use zonal::Result;
use zonal::convolution::ConvolutionalKernel;
use zonal::verdict::Verdict;

/// Bits of all distances; what rounding of norms and poolings in doubles may add to a ratio.
const BITS: u32 = 200;
const ROUNDING: f64 = 1e-12;

/// Bounds said to be sharp must be reached to this; the same with this factor must be refuted.
const SHARP: f64 = 0.99;

/// Relative sizes of perturbations; exponents come from the first three.
const SCALES: [f64; 6] = [1e-8, 1e-6, 1e-4, 1e-2, 1.0, 10.0];
const EXPONENT: f64 = 0.02;

/// The statement.
pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "convolutional_smoothness",
        statement: "Features of convolutional kernel networks are non-expansive up to the norms of the poolings (1 on \
            a torus); those of the tangent kernel of n \
                    layers have |Phi(x) - Phi(x')| <= (n+1) |x - x'| + C n^{5/4} sqrt(|x| |x - x'|), with the sharp \
                    exponent 1/2; sqrt(n(n+1)/pi) in place of C n^{5/4} \
                    is enough, and sharp",
        source: "Bietti and Mairal, NeurIPS 2019; Bietti and Mairal, JMLR 2019",
        checked_by: "`ConvolutionalKernel::distances` at 200 bits, gradient ascent",
        found: None,
    },
    check,
};

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    lipschitz::check(&mut evidence, &mut rng)?;
    one_layer::check(&mut evidence)?;
    tangent::fully_connected(&mut evidence)?;
    tangent::depths(&mut evidence, &mut rng)?;
    tangent::figure(&mut evidence, &mut rng)?;
    Ok(evidence)
}

fn kernel(network: &str, shape: &str) -> Result<ConvolutionalKernel> {
    ConvolutionalKernel::new(&network.parse()?, shape.parse()?)
}

/// The slope of log y over log x.
fn slope(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let mean = |f: fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let product: f64 = logs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    product / logs.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>()
}

/// Records an upper bound.
fn below(evidence: &mut Evidence, what: String, bound: f64, found: f64) {
    let verdict = Verdict::from(found <= bound * (1.0 + ROUNDING));
    evidence.check(what, format!("<= {bound:.9}"), format!("{found:.9}"), verdict);
}

/// Records that a bound is reached, and that a smaller one is refuted.
fn reached(evidence: &mut Evidence, what: &str, bound: f64, found: f64) {
    let (least, text) = (SHARP * bound, format!("{found:.9}"));
    evidence.check(format!("{what}: bound reached"), format!(">= {least:.9}"), &text, Verdict::from(found >= least));
    evidence.control(format!("{what}: {SHARP} of the bound"), format!("<= {least:.9}"), &text, found > least);
}

/// Records an exponent, and that others are refuted.
fn exponent(evidence: &mut Evidence, what: &str, stated: f64, wrong: &[f64], found: f64) {
    let text = format!("{found:.5}");
    let verdict = Verdict::from((found - stated).abs() <= EXPONENT);
    evidence.check(format!("{what} (to {EXPONENT})"), format!("{stated:.5}"), &text, verdict);
    for wrong in wrong {
        evidence.control(what, format!("{wrong}"), &text, (found - wrong).abs() > EXPONENT);
    }
}
