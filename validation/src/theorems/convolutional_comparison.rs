//! The two kernels of a convolutional network side by side: what the tangent kernel gains, and what it costs.
//!
//! Statement: the tangent kernel (NTK) of a convolutional network has a larger space than the kernel of the network
//! (CKN) and approximates better; its functions are less smooth and less stable to deformations. Hypotheses: ReLU.
//! Space and approximation: one convolution whose patches are independent and uniform on a sphere. Source: Bietti and
//! Mairal, NeurIPS 2019 (the conclusion).
//!
//! Check: one table, each line measured for both kernels.
//! - Space: with independent patches, uniform on S^{q-1}, the eigenvalues are mu_k w_j (`convolutional_spectrum`), so
//!   that sums of functions of a patch are in the space if they are in that of the sphere. Slopes of log mu_k w_1 over
//!   log(k + (q-2)/2); the ratio of the eigenvalues, bounded and with the limit 0; the growth of sum E_k/mu_k for a
//!   function between the spaces.
//! - BestApproximation: the best distance in balls of sum_u |<w, x_u>|, a Lipschitz function (energies k^-4: distance ~
//!   radius^{-3/(b-3)} for mu_k ~ k^-b); regression from samples with the kernels themselves. Better in the larger
//!   balls of a larger space is not better from samples: with 300 images only the target with a jump is learnt better
//!   by the tangent kernel, |<w, x_u>| and smooth ones are not.
//! - Smoothness and stability: |Phi(x) - Phi(y)|/|x - y| at 200 bits for random perturbations; digits under smooth
//!   fields.

use crate::Theorem;
use crate::claim::{Claim, Evidence, Exhibit};
use crate::decay::holds;
use crate::dense::{dense, matrix};
use crate::growth::{Growth, TOLERANCE, eigenvalues, energies};
use crate::monte_carlo::{LEVEL, Mean};
use crate::theorems::deformation_stability::digits::{Digits, SHAPE};
use crate::theorems::deformation_stability::setting::{Origin, slope};
use faer::Mat;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rayon::prelude::*;
use zonal::convolution::{ConvolutionalKernel, Padding, PatchSpectrum, Shape, Signals};
use zonal::deformation::Deformation;
use zonal::gram::Regression;
use zonal::linear::{Eigen, Matrix};
use zonal::rkhs::{BestApproximation, Levels, Target, TargetModes};
use zonal::{Kernel, Result, Sphere};

/// CKN and NTK of one layer.
const KERNELS: [&str; 2] = ["arccos(1)", "ntk(2)"];

/// Patches of 3 x 3 numbers, and how many of them; they are pooled by their mean.
const PATCH: u64 = 9;
const PATCHES: usize = 4;

/// mu_k ~ k^-b
const EXPONENTS: [f64; 2] = [11.0, 9.0];

/// Even degrees of the slope; the law goes on with m^-2, m = k + 7/2, at most some 100 m^-2.
const DEGREES: [u64; 2] = [2000, 4000];
const SLOPE_TOLERANCE: f64 = 1e-3;

/// Degrees of the ratio, all even. Both eigenvalues are right to 1e-15.
const RATIOS: [u64; 4] = [0, 10, 100, 1000];
const FROM_FORMULA: f64 = 1e-13;

/// |u|^(9/2): b - (2 a + 2) + 1 is 1 and -1.
const BETWEEN: &str = "abs(u)^(9/2)";
const GROWTH: [f64; 2] = [1.0, -1.0];

/// |u|, in balls of these radii; the slope at the largest.
const LIPSCHITZ: &str = "abs(u)";
const RADII: [f64; 5] = [10.0, 100.0, 1e3, 1e4, 1e5];
const APPROXIMATION_TOLERANCE: f64 = 0.01;

/// Regression: positions with unit vectors of R^3, images to learn from, images to test, draws.
const POSITIONS: usize = 4;
const CHANNELS: usize = 3;
const LEARNED: usize = 300;
const TESTED: usize = 300;
const DRAWS: u64 = 30;

/// Perturbations of a random signal, relative.
const SIGNAL: &str = "7x7";
const NETWORK: &str = "conv(3) conv(3)";
const PERTURBATIONS: [f64; 3] = [1e-4, 1e-6, 1e-8];
const BITS: u32 = 200;
const SIGNALS: u64 = 3;

/// Largest |grad tau| of the fields, and the first so many digits.
const GRADIENTS: [f64; 3] = [1e-5, 1e-3, 1e-1];
const STABLE: &str = "pool(1) conv(3) conv(3) pool(4)";
const FIELDS: usize = 8;

/// What slopes of distances may be off by.
const DISTANCE_TOLERANCE: f64 = 0.03;

/// The statement.
pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "convolutional_comparison",
        statement: "The convolutional tangent kernel has a larger space than the convolutional kernel network and \
            approximates Lipschitz functions better; it is less smooth and less \
                    stable to small deformations",
        source: "Bietti and Mairal, NeurIPS 2019",
        checked_by: "`PatchSpectrum`, `BestApproximation::best`, `::distances`, regression, 8 digits of MNIST",
        found: Some(
            "from 300 images it learns a function with a jump better (by 13 %), |u| and smooth ones worse (by \
            37 %, 80 times)",
        ),
    },
    check,
};

/// A kernel.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Ckn,
    Ntk,
}

/// Lines of the table and what is checked of them.
struct Comparison<'a> {
    evidence: &'a mut Evidence,
    rows: Vec<Vec<String>>,
}

impl Comparison<'_> {
    /// A line; `says` is who comes off better by it.
    fn line(&mut self, what: &str, values: [String; 2], says: &str) {
        let [ckn, ntk] = values;
        self.rows.push(vec![what.to_string(), ckn, ntk, says.to_string()]);
    }

    /// A line of two exponents, each known; the control is that of the other kernel.
    fn exponents(&mut self, what: &str, found: [f64; 2], expected: [f64; 2], tolerance: f64, says: &str) {
        for (k, name) in ["CKN", "NTK"].iter().enumerate() {
            let near = |expected: f64| (found[k] - expected).abs() <= tolerance;
            let shown = format!("{:.4}", found[k]);
            let (right, wrong) = (expected[k], expected[1 - k]);
            self.evidence.check(
                format!("{what}, {name}"),
                format!("{right:.4} +- {tolerance}"),
                shown.clone(),
                holds(near(right)),
            );
            self.evidence.control(
                format!("{what}, {name}, with that of the other kernel"),
                format!("{wrong:.4} +- {tolerance}"),
                shown,
                !near(wrong),
            );
        }
        self.line(what, found.map(|x| format!("{x:.4}")), says);
    }
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    let mut comparison = Comparison { evidence: &mut evidence, rows: Vec::new() };
    space(&mut comparison)?;
    approximation(&mut comparison)?;
    regression(&mut comparison)?;
    smoothness(&mut comparison)?;
    stability(&mut comparison)?;
    let rows = comparison.rows;
    evidence.tables.push(Exhibit {
        caption: format!(
            "What the tangent kernel gains, and what it costs. Spaces and approximation: one convolution, {PATCHES} \
             independent patches of {PATCH} numbers; smoothness: {NETWORK} on {SIGNAL}; \
             deformations: {STABLE}, {FIELDS} MNIST digits."
        ),
        columns: ["measured", "CKN", "NTK", "in favour of"].map(str::to_string).to_vec(),
        rows,
    });
    Ok(evidence)
}

/// Both kernels with one pooled layer.
fn spectra() -> Result<[PatchSpectrum; 2]> {
    let sphere = Sphere::in_dimension(PATCH)?;
    let spectrum = |kernel: &str| PatchSpectrum::pooled(&Kernel::parse(kernel)?, sphere, PATCHES, &[0.25; PATCHES]);
    Ok([spectrum(KERNELS[0])?, spectrum(KERNELS[1])?])
}

fn space(comparison: &mut Comparison) -> Result<()> {
    let spectra = spectra()?;
    let value = |k: usize, degree: u64| -> Result<f64> { Ok(spectra[k].degree(degree)?.values[0]) };
    let m = |degree: u64| degree as f64 + 0.5 * (PATCH as f64 - 2.0);
    let exponent = |k: usize| -> Result<f64> {
        Ok(slope(&[(m(DEGREES[0]), value(k, DEGREES[0])?), (m(DEGREES[1]), value(k, DEGREES[1])?)]))
    };
    let found = [exponent(0)?, exponent(1)?];
    let stated = EXPONENTS.map(|b| -b);
    comparison.exponents("exponent of the eigenvalues", found, stated, SLOPE_TOLERANCE, "NTK: larger space");

    // mu_k(kappa_1)/mu_k(ntk(2)) = q/(q + 1 + k(k+q-2))
    let ratio = |degree: u64| -> Result<f64> {
        match degree {
            0 => Ok(spectra[0].constant()? / spectra[1].constant()?),
            k => Ok(value(0, k)? / value(1, k)?),
        }
    };
    let ratios = RATIOS.iter().map(|k| ratio(*k)).collect::<Result<Vec<f64>>>()?;
    let q = PATCH as f64;
    for (k, ratio) in RATIOS.iter().zip(&ratios) {
        let degree = *k as f64;
        let stated = |shift: f64| q / (q + 1.0 + degree * (degree + q - shift));
        let near = |stated: f64| (ratio / stated - 1.0).abs() < FROM_FORMULA;
        let what = format!("eigenvalue of degree {k}, CKN over NTK: q/(q + 1 + k(k+q-2))");
        comparison.evidence.check(
            what.clone(),
            format!("{:.15e}", stated(2.0)),
            format!("{ratio:.15e}"),
            holds(near(stated(2.0))),
        );
        if *k > 0 {
            let wrong = stated(1.0);
            comparison.evidence.control(
                format!("{what}, k(k+q-1) in it"),
                format!("{wrong:.15e}"),
                format!("{ratio:.15e}"),
                !near(wrong),
            );
        }
    }
    let shown: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.1e}")).collect();
    let what = format!("eigenvalues of degree {RATIOS:?}, CKN over NTK");
    comparison.line(&what, [shown.join(", "), "1".to_string()], "NTK: larger space");

    let sphere = Sphere::in_dimension(PATCH)?;
    let energies = energies(&Target::parse(BETWEEN, sphere)?)?;
    let growth = |kernel: &str| -> Result<f64> { Ok(Growth::of(&energies, &eigenvalues(kernel, sphere)?).exponent) };
    let found = [growth(KERNELS[0])?, growth(KERNELS[1])?];
    let what = "sum_u |<w, x_u>|^(9/2): growth of the squared norm with the degrees, in the space if negative";
    comparison.exponents(what, found, GROWTH, TOLERANCE, "NTK: larger space");
    Ok(())
}

fn approximation(comparison: &mut Comparison) -> Result<()> {
    let sphere = Sphere::in_dimension(PATCH)?;
    let target = Target::parse(LIPSCHITZ, sphere)?;
    // Distances relative to |f|, f the sum over patches without its mean: with the mean of the patches as pooling
    // both |f| and norms are multiples of those of one patch.
    let distances = |kernel: &str| -> Result<Vec<f64>> {
        let modes = TargetModes::new(&target, &Levels::new(&Kernel::parse(kernel)?.spectrum(sphere), f64::INFINITY)?)?;
        RADII.iter().map(|radius| Ok(BestApproximation::best(&modes, *radius)?.distance)).collect()
    };
    let found = [distances(KERNELS[0])?, distances(KERNELS[1])?];
    for (i, radius) in RADII.iter().enumerate() {
        let [ckn, ntk] = [found[0][i], found[1][i]];
        let what = format!("distance of sum_u |<w, x_u>| from the ball of radius {radius:.0e}");
        let shown = format!("{ntk:.3e} (NTK), {ckn:.3e} (CKN)");
        comparison.evidence.check(&what, "NTK below CKN", shown.clone(), holds(ntk < ckn));
        comparison.evidence.control(format!("{what}, equal to a percent"), "equal", shown, ntk < 0.99 * ckn);
        if i == 2 {
            comparison.line(&what, [ckn, ntk].map(|x| format!("{x:.3e}")), "NTK: approximates better");
        }
    }
    let last = RADII.len() - 2;
    let exponent = |k: usize| slope(&[(RADII[last], found[k][last]), (RADII[last + 1], found[k][last + 1])]);
    let stated = EXPONENTS.map(|b| -3.0 / (b - 3.0));
    let what = "exponent of that distance in the radius";
    comparison.exponents(what, [0, 1].map(exponent), stated, APPROXIMATION_TOLERANCE, "NTK: approximates better");
    Ok(())
}

/// Images of independent unit vectors.
fn images(random: &mut ChaCha8Rng, count: usize) -> Result<Signals> {
    let vector = |random: &mut ChaCha8Rng| -> [f64; CHANNELS] {
        let x: [f64; CHANNELS] = std::array::from_fn(|_| random.sample(StandardNormal));
        let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        x.map(|x| x / length)
    };
    let values = (0..count * POSITIONS).flat_map(|_| vector(random)).collect();
    Signals::new(values, Shape::new(1, POSITIONS, CHANNELS)?)
}

/// A function of the first coordinate of a patch; the target is its sum over the patches.
type Part = fn(f64) -> f64;

/// The targets, and who has the smaller error: found, not stated by anybody.
const PARTS: [(&str, Part, Side); 3] = [
    ("1{|<e_1, x_u>| > 1/2} - 1/2", |u| f64::from(u8::from(u.abs() > 0.5)) - 0.5, Side::Ntk),
    ("|<e_1, x_u>| - 1/2", |u| u.abs() - 0.5, Side::Ckn),
    ("<e_1, x_u>^2 - 1/3", |u| u * u - 1.0 / 3.0, Side::Ckn),
];

/// For each target, root mean squares of the errors of both minimum-norm interpolants over that of the target.
fn errors(seed: u64) -> Result<Vec<[f64; 2]>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let kernel = ConvolutionalKernel::new(&"conv(1) global".parse()?, Shape::new(1, POSITIONS, CHANNELS)?)?;
    let (learned, tested) = (images(&mut random, LEARNED)?, images(&mut random, TESTED)?);
    let values = |signals: &Signals| {
        let value = |i: usize, part: Part| signals.signal(i).chunks(CHANNELS).map(|x| part(x[0])).sum();
        Mat::from_fn(signals.count(), PARTS.len(), |i, j| value(i, PARTS[j].1))
    };
    let (labels, truth) = (values(&learned), values(&tested));
    let (learned, tested) = (kernel.images(&learned)?, kernel.images(&tested)?);
    let (gram, cross) = (kernel.gram(&learned)?, kernel.cross(&tested, &learned)?);
    let error = |gram: Matrix, cross: Matrix| -> Result<Vec<f64>> {
        let (coefficients, _) = Regression::new(Eigen::all(&gram)?)?.minimum_norm(&matrix(&labels))?;
        let predicted = dense(&cross.times(&coefficients)?);
        let size = |difference: &dyn Fn(usize) -> f64| (0..TESTED).map(|i| difference(i).powi(2)).sum::<f64>().sqrt();
        let one = |j: usize| size(&|i| predicted[(i, j)] - truth[(i, j)]) / size(&|i| truth[(i, j)]);
        Ok((0..PARTS.len()).map(one).collect())
    };
    let (ckn, ntk) = (error(gram.ckn(), cross.ckn())?, error(gram.ntk(), cross.ntk())?);
    Ok(ckn.into_iter().zip(ntk).map(|(ckn, ntk)| [ckn, ntk]).collect())
}

fn regression(comparison: &mut Comparison) -> Result<()> {
    let draws = (0..DRAWS).into_par_iter().map(errors).collect::<Result<Vec<_>>>()?;
    for (j, (name, _, side)) in PARTS.iter().enumerate() {
        let ratio = Mean::of(&draws.iter().map(|errors| (errors[j][1] / errors[j][0]).ln()).collect::<Vec<_>>());
        let found = format!("{:.4} +- {:.4} ({DRAWS} draws)", ratio.value, ratio.reach());
        let what = format!("{LEARNED} images, sum over u of {name}: log of the error of the NTK over that of the CKN");
        let beyond =
            |side: Side| if side == Side::Ntk { ratio.value < -ratio.reach() } else { ratio.value > ratio.reach() };
        let words = |side: Side| format!("{} 0 (level {LEVEL:e})", if side == Side::Ntk { "below" } else { "above" });
        let other = if *side == Side::Ntk { Side::Ckn } else { Side::Ntk };
        comparison.evidence.check(&what, words(*side), found.clone(), holds(beyond(*side)));
        comparison.evidence.control(format!("{what}, the other way round"), words(other), found, !beyond(other));
        let mean = |k: usize| Mean::of(&draws.iter().map(|errors| errors[j][k]).collect::<Vec<_>>());
        let shown = [0, 1].map(mean).map(|mean| format!("{:.2e} +- {:.0e}", mean.value, mean.reach()));
        let what = format!("error from {LEARNED} images, sum over u of {name}");
        comparison.line(&what, shown, if *side == Side::Ntk { "NTK: smaller error" } else { "CKN: smaller error" });
    }
    Ok(())
}

fn smoothness(comparison: &mut Comparison) -> Result<()> {
    let shape: Shape = SIGNAL.parse()?;
    let kernel = ConvolutionalKernel::new(&NETWORK.parse()?, shape)?;
    let one = |seed: u64| -> Result<Vec<[f64; 2]>> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let normal = |random: &mut ChaCha8Rng| -> Vec<f64> {
            (0..shape.numbers()).map(|_| random.sample::<f64, _>(StandardNormal)).collect()
        };
        let (x, z) = (normal(&mut random), normal(&mut random));
        let size = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let scale = size(&x) / size(&z);
        let relative = |e: &f64| -> Result<[f64; 2]> {
            let y: Vec<f64> = x.iter().zip(&z).map(|(x, z)| x + e * scale * z).collect();
            let moved = size(&x.iter().zip(&y).map(|(x, y)| x - y).collect::<Vec<f64>>());
            let found = kernel.distances(&x, &y, BITS)?;
            Ok([found.ckn / moved, found.ntk / moved])
        };
        PERTURBATIONS.iter().map(relative).collect()
    };
    let rows = (0..SIGNALS).into_par_iter().map(one).collect::<Result<Vec<_>>>()?;
    let largest = |i: usize, k: usize| rows.iter().map(|row| row[i][k]).fold(0.0, f64::max);
    let all = |k: usize| [0, 1, 2].map(|i| largest(i, k));
    let (ckn, ntk) = (all(0), all(1));
    let shown =
        |found: [f64; 3]| found.map(|x| if x < 100.0 { format!("{x:.3}") } else { format!("{x:.1e}") }).join(", ");
    let what = format!("largest |Phi(x) - Phi(y)|/|x - y|, |x - y| = {PERTURBATIONS:?} |x|");
    let bounded = |found: [f64; 3]| found.iter().all(|x| *x <= 1.0);
    comparison.evidence.check(format!("{what}, CKN"), "at most 1", shown(ckn), holds(bounded(ckn)));
    comparison.evidence.control(format!("{what}, NTK"), "at most 1", shown(ntk), !bounded(ntk));
    comparison.line(&what, [shown(ckn), shown(ntk)], "CKN: smoother");
    // Of the distance itself, one more than of the ratio; the mean over signals.
    let exponent = |k: usize| {
        let point = |i: usize| (PERTURBATIONS[i], rows.iter().map(|row| row[i][k]).sum::<f64>());
        1.0 + slope(&[point(1), point(2)])
    };
    let what = "exponent of |Phi(x) - Phi(y)| in |x - y|";
    comparison.exponents(what, [0, 1].map(exponent), [1.0, 0.5], DISTANCE_TOLERANCE, "CKN: smoother");
    Ok(())
}

fn stability(comparison: &mut Comparison) -> Result<()> {
    let digits = Digits::read()?;
    let grid = SHAPE.parse::<Shape>()?.grid;
    let one = |index: usize| -> Result<Vec<[f64; 2]>> {
        let x = &digits.images[index];
        let origin = Origin::new(STABLE, SHAPE, x)?;
        let lengths = origin.lengths();
        let relative = |gradient: &f64| -> Result<[f64; 2]> {
            let field = Deformation::smooth(*gradient, index as u64).on(grid);
            let found = origin.distances(&field.deform(x, 1, Padding::Zero)?)?;
            Ok([0, 1].map(|k| found[k] * origin.norm / lengths[k]))
        };
        GRADIENTS.iter().map(relative).collect()
    };
    let rows = (0..FIELDS).into_par_iter().map(one).collect::<Result<Vec<_>>>()?;
    let mean = |i: usize, k: usize| rows.iter().map(|row| row[i][k]).sum::<f64>() / FIELDS as f64;
    for (i, gradient) in GRADIENTS.iter().enumerate() {
        let [ckn, ntk] = [mean(i, 0), mean(i, 1)];
        let what = format!("digits, largest |grad tau| = {gradient:e}: mean of |Phi(x_tau) - Phi(x)|/|Phi(x)|");
        let found = format!("{ntk:.3e} (NTK), {ckn:.3e} (CKN)");
        comparison.evidence.check(&what, "NTK above CKN", found.clone(), holds(ntk > ckn));
        comparison.evidence.control(format!("{what}, equal to a percent"), "equal", found, ntk > 1.01 * ckn);
        comparison.line(&what, [ckn, ntk].map(|x| format!("{x:.3e}")), "CKN: more stable");
    }
    let exponent = |k: usize| slope(&[(GRADIENTS[0], mean(0, k)), (GRADIENTS[1], mean(1, k))]);
    let what = "exponent of that distance in |grad tau|, from 1e-5 to 1e-3";
    comparison.exponents(what, [0, 1].map(exponent), [1.0, 0.5], DISTANCE_TOLERANCE, "CKN: more stable");
    Ok(())
}
