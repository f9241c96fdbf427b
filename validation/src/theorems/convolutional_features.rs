//! The feature map of the convolutional tangent kernel.
//!
//! Statement: the tangent kernel of an infinitely wide convolutional network of ReLUs is <Phi(x), Phi(x')>, Phi(x) =
//! sum over positions of y^n[u] with y <- A M(P x, P y), M(z, y)[u] = (phi_0(z[u]) (x) y[u], phi_1(z[u])), <phi_i(z),
//! phi_i(z')> = kappa_i of the normalised patches times their norms for phi_1. At finite width m the same map with
//! random features phi_0, phi_1 has the recursion with their inner products as its kernel, exactly; and the tangent
//! kernel of the network of width m at random weights tends to the kernel as m grows. Hypotheses: independent normal
//! weights, ReLUs, patches divided by sqrt |S|, any pooling A. Source: Bietti and Mairal, NeurIPS 2019; Arora et al.,
//! NeurIPS 2019, for the limit.
//!
//! Check: the identity to rounding on several networks; the features without phi_1 as a control. Networks of one
//! convolution have tangent kernels without bias at every width; for deeper ones a draw is 2 K_{2m} - K_m, in which the
//! bias of order 1/m cancels; what is left, of order 1/m^2, is allowed.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::monte_carlo::Mean;
use rayon::prelude::*;
use zonal::convolution::{ConvolutionalKernel, FiniteNetwork, Shape};
use zonal::verdict::Verdict;
use zonal::{Error, Result};

/// Networks of the identity, with shapes and widths small enough for the features of both layers.
const IDENTITIES: [(&str, &str, usize); 5] = [
    ("conv(3)", "8", 32),
    ("conv(3) conv(3)", "6", 8),
    ("circular conv(3) pool(1)/2 conv(3) pool(1)", "8", 8),
    ("pool(0.5) conv(3) conv(1) global", "4x4", 6),
    ("conv(3) conv(3) conv(3)", "1x5x2", 3),
];

/// Roundings of sums of some thousand terms.
const ROUNDING: f64 = 1e-12;

/// Networks of finite width: text, shape, m, draws.
const FINITE: [(&str, &str, usize, u64); 4] = [
    ("conv(3)", "10", 64, 6000),
    ("conv(3) conv(3)", "6", 96, 6000),
    ("conv(3) pool(1)/2 conv(3) pool(1)", "8", 96, 6000),
    ("circular conv(3) conv(3) global", "6", 96, 6000),
];

/// The bias of order 1/m^2 that is allowed, relative: at m = 96 one of 2 per cent at order 1/m leaves some 0.04 per
/// cent.
const NEXT_ORDER: f64 = 2e-3;

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "convolutional_features",
        statement: "The convolutional tangent kernel has the feature map y <- A M(P x, P y), M(z, y)[u] = \
            (phi_0(z[u]) (x) y[u], phi_1(z[u])); the tangent kernel of a convolutional \
                    network of width m at random weights tends to it.",
        source: "Bietti and Mairal, NeurIPS 2019; Arora et al., NeurIPS 2019",
        checked_by: "`FiniteNetwork::features` against `::recursion`; `::tangent`, thousands of draws",
        found: None,
    },
    check,
};

/// Two signals, the same on every machine.
fn signals(shape: Shape) -> [Vec<f64>; 2] {
    let number = |i: usize, k: f64| (1.7 * i as f64 + k).sin() + 0.3;
    [0.4, 1.1].map(|k| (0..shape.numbers()).map(|i| number(i, k)).collect())
}

fn identities(evidence: &mut Evidence) -> Result<()> {
    for (text, shape, width) in IDENTITIES {
        let shape: Shape = shape.parse()?;
        let kernel = ConvolutionalKernel::new(&text.parse()?, shape)?;
        let network = FiniteNetwork::new(&kernel, width, 7)?;
        let [x, y] = signals(shape);
        let [(a, phi), (b, psi)] = [network.features(&x)?, network.features(&y)?];
        let pair = network.recursion(&x, &y)?;
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        // The kernel of the convolutional kernel network is the part of phi_1: without it the last of each position is
        // missing.
        let (tangent, without) = (dot(&phi, &psi), dot(&phi, &psi) - dot(&a, &b));
        let error = |found: f64| (found / pair.ntk - 1.0).abs();
        let what = format!(
            "'{text}' on {shape}, m = {width}, {} features: <Phi(x), Phi(x')> against the recursion",
            phi.len()
        );
        evidence.check(
            &what,
            format!("relative error below {ROUNDING:e}"),
            format!("{:.1e}", error(tangent)),
            Verdict::from(error(tangent) < ROUNDING),
        );
        evidence.control(
            format!("{what}, without phi_1 in the last layer"),
            format!("below {ROUNDING:e}"),
            format!("{:.1e}", error(without)),
            error(without) >= ROUNDING,
        );
    }
    Ok(())
}

fn finite_width(evidence: &mut Evidence) -> Result<()> {
    for (text, shape, width, count) in FINITE {
        let shape: Shape = shape.parse()?;
        let kernel = ConvolutionalKernel::new(&text.parse()?, shape)?;
        let [x, y] = signals(shape);
        let images = [kernel.image(&x)?, kernel.image(&y)?];
        let exact = kernel.pair(&images[0], &images[1]);
        let deep = kernel.network().depth() > 1;
        let draw = |seed: u64| -> Result<[f64; 2]> {
            let at = |width: usize, seed: u64| FiniteNetwork::new(&kernel, width, seed)?.tangent(&x, &y);
            let small = at(width, 2 * seed)?;
            if !deep {
                return Ok([small.ckn, small.ntk]);
            }
            let large = at(2 * width, 2 * seed + 1)?;
            Ok([2.0 * large.ckn - small.ckn, 2.0 * large.ntk - small.ntk])
        };
        let draws = (0..count).into_par_iter().map(draw).collect::<Result<Vec<[f64; 2]>>>()?;
        for (index, (name, expected)) in [("CKN", exact.ckn), ("NTK", exact.ntk)].into_iter().enumerate() {
            if expected <= 0.0 {
                return Err(Error::unable(format!("'{text}': the kernel of the two signals is {expected}")));
            }
            let mean = Mean::of(&draws.iter().map(|draw| draw[index]).collect::<Vec<f64>>());
            let allowed = if deep { NEXT_ORDER * expected } else { 0.0 };
            mean.check_near(
                evidence,
                &format!("'{text}' on {shape}, m = {width}: {name} of the network"),
                expected,
                allowed,
            );
        }
    }
    Ok(())
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    identities(&mut evidence)?;
    finite_width(&mut evidence)?;
    Ok(evidence)
}
