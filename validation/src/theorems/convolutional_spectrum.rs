//! Mercer eigenvalues of one convolution on independent patches.
//!
//! Statement: let x_1, ..., x_n be independent and uniform on S^{q-1} and K(x, x') = sum_{u,v} W[u,v] kappa(<x_u,
//! x'_v>), W = A^T A for a sum over pooled positions, W = 11^T/n^2 for the global mean; kappa_1 for the convolutional
//! kernel network, kappa_1 + t kappa_0 for the tangent kernel. The constant function has the eigenvalue mu_0 sum W; for
//! k >= 1 each eigenvalue w_j of W gives mu_k w_j, N(q,k) times, eigenfunctions sum_u omega_j[u] Y_k(x_u); products of
//! functions of two patches have the eigenvalue 0. Hypotheses: one layer, patches that do not overlap. Source: the
//! addition theorem on each sphere; stated nowhere in this form that we know of.
//!
//! Check: (a) on the circle with m equally spaced points for each patch the same holds with the m-point Fourier
//! coefficients of kappa for mu_k, and all m^n eigenvalues of the Gram matrix are compared, to rounding. (b) On S^2 the
//! mean of phi(x) K(x, x') phi(x') over independent x, x' is the eigenvalue of phi, or 0 for a product; the mean over
//! the harmonics of a degree is that of omega_u omega_v P_k(<x_u, x'_v>) K(x, x'). A U-statistic of a batch of images
//! is a draw.

use crate::Theorem;
use crate::claim::{Claim, Evidence};
use crate::monte_carlo::Mean;
use rayon::prelude::*;
use std::f64::consts::TAU;
use zonal::convolution::{ConvolutionalKernel, Matrices, PatchSpectrum, Shape, Signals};
use zonal::data::Points;
use zonal::linear::{Matrix, eigenvalues};
use zonal::verdict::Verdict;
use zonal::{Kernel, Result, Sphere};

/// Points on the circle, and patches of the grid.
const ANGLES: usize = 7;
const PATCHES: usize = 3;

/// Largest error of an eigenvalue, relative to the largest: roundings of an eigenvalue solver at 343 rows.
const ROUNDING: f64 = 1e-13;

/// Networks of one layer with their pooling: scale of the Gaussian, or none for the global mean.
const NETWORKS: [(&str, Option<f64>); 4] = [
    ("conv(1)", Some(0.0)),
    ("conv(1) pool(0.7)", Some(0.7)),
    ("circular conv(1) pool(0.7)", Some(0.7)),
    ("conv(1) global", None),
];

/// On S^2: patches, images of a batch, batches, the scale of the pooling.
const SPHERE_PATCHES: usize = 4;
const IMAGES: usize = 120;
const BATCHES: u64 = 500;
const SCALE: f64 = 0.5;

pub const THEOREM: Theorem = Theorem {
    claim: Claim {
        id: "convolutional_spectrum",
        statement: "One convolution on n independent patches, uniform on S^{q-1}, pooled with W = A^T A: the \
            eigenvalues are mu_0 sum W, once, and mu_k w_j, N(q,k) times, for \
                    k >= 1 and each eigenvalue w_j of W; functions of two patches or more lie in the null space.",
        source: "the addition theorem on a product of spheres",
        checked_by: "`PatchSpectrum` against full grids on the circle to rounding, and images on S^2",
        found: None,
    },
    check,
};

/// Both kernels with their names.
fn kernels(matrices: &Matrices) -> [(&'static str, &'static str, Matrix); 2] {
    [("CKN", "arccos(1)", matrices.ckn()), ("NTK", "ntk(2)", matrices.ntk())]
}

/// Gaussian pooling of n patches, a row for each output.
fn pooling(n: usize, scale: Option<f64>, circular: bool) -> Vec<f64> {
    let Some(scale) = scale else { return vec![1.0 / n as f64; n] };
    let weight = |distance: f64| {
        if scale == 0.0 { f64::from(distance == 0.0) } else { (-0.5 * (distance / scale).powi(2)).exp() }
    };
    let turns = if circular { 20 } else { 0 };
    let row = |i: usize| -> Vec<f64> {
        let at = |s: usize| (-turns..=turns).map(|t: i32| weight(s as f64 - i as f64 + f64::from(t) * n as f64)).sum();
        let row: Vec<f64> = (0..n).map(at).collect();
        let sum: f64 = row.iter().sum();
        row.iter().map(|w| w / sum).collect()
    };
    (0..n).flat_map(row).collect()
}

/// kappa_k = (1/m) sum_a kappa(cos(2 pi a/m)) cos(2 pi k a/m)
fn circle(kernel: &str) -> Result<Vec<f64>> {
    let cosines: Vec<f64> = (0..ANGLES).map(|a| (TAU * a as f64 / ANGLES as f64).cos()).collect();
    let mut values = vec![0.0; ANGLES];
    Kernel::parse(kernel)?.tabulate(None)?.values(&cosines, &mut values);
    let coefficient =
        |k: usize| (0..ANGLES).map(|a| values[a] * (TAU * (k * a % ANGLES) as f64 / ANGLES as f64).cos()).sum::<f64>();
    Ok((0..ANGLES).map(|k| coefficient(k) / ANGLES as f64).collect())
}

/// The eigenvalues that the statement gives on the grid, decreasing, from the w_j, with zeros for the null space.
fn stated(mu: &[f64], weights: &[f64], total: f64) -> Vec<f64> {
    let mut all = vec![0.0; ANGLES.pow(PATCHES as u32)];
    all[0] = mu[0] * total;
    for (place, (w, k)) in all[1..].iter_mut().zip(weights.iter().flat_map(|w| (1..ANGLES).map(move |k| (w, k)))) {
        *place = mu[k] * w;
    }
    all.sort_by(|a, b| b.total_cmp(a));
    all
}

fn on_circles(evidence: &mut Evidence) -> Result<()> {
    let count = ANGLES.pow(PATCHES as u32);
    let shape = Shape::new(1, PATCHES, 2)?;
    let angle = |i: usize, u: usize| TAU * (i / ANGLES.pow(u as u32) % ANGLES) as f64 / ANGLES as f64;
    let values = (0..count).flat_map(|i| (0..PATCHES).flat_map(move |u| [angle(i, u).cos(), angle(i, u).sin()]));
    let signals = Signals::new(values.collect(), shape)?;
    for (network, scale) in NETWORKS {
        let kernel = ConvolutionalKernel::new(&network.parse()?, shape)?;
        let matrices = kernel.gram(&kernel.images(&signals)?)?;
        let a = pooling(PATCHES, scale, network.starts_with("circular"));
        for (name, zonal, gram) in kernels(&matrices) {
            let spectrum = PatchSpectrum::pooled(&Kernel::parse(zonal)?, Sphere::in_dimension(2)?, PATCHES, &a[..])?;
            let mu = circle(zonal)?;
            let total: f64 = (0..PATCHES * PATCHES)
                .map(|k| a.chunks(PATCHES).map(|row| row[k / PATCHES] * row[k % PATCHES]).sum::<f64>())
                .sum();
            let mut found =
                eigenvalues(&Matrix::new(count, count, gram.values().iter().map(|x| x / count as f64).collect()))?;
            found.sort_by(|a, b| b.total_cmp(a));
            let worst = |expected: &[f64]| {
                expected.iter().zip(&found).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max) / found[0]
            };
            let right = worst(&stated(&mu, spectrum.weights(), total));
            let what = format!("{name}, '{network}', {count} points: largest error of all eigenvalues");
            evidence.check(
                &what,
                format!("below {ROUNDING:e}"),
                format!("{right:.1e}"),
                Verdict::from(right < ROUNDING),
            );
            // A itself in the place of A^T A.
            let roots: Vec<f64> = spectrum.weights().iter().map(|w| w.max(0.0).sqrt()).collect();
            if roots.iter().zip(spectrum.weights()).any(|(r, w)| (r - w).abs() > 1e-3) {
                let wrong = worst(&stated(&mu, &roots, total));
                evidence.control(
                    format!("{what}, with the eigenvalues of A"),
                    format!("below {ROUNDING:e}"),
                    format!("{wrong:.1e}"),
                    wrong >= ROUNDING,
                );
            }
        }
    }
    Ok(())
}

/// What is looked at: a degree k and an eigenvector omega of W with the place of its eigenvalue.
struct Function {
    name: &'static str,
    degree: u64,
    omega: [f64; SPHERE_PATCHES],
    place: usize,
}

const ROOT: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// On a torus of four patches the eigenvectors of W are waves.
const FUNCTIONS: [Function; 4] = [
    Function { name: "degree 1, constant over patches", degree: 1, omega: [0.5; 4], place: 0 },
    Function { name: "degree 1, one period", degree: 1, omega: [ROOT, 0.0, -ROOT, 0.0], place: 1 },
    Function { name: "degree 1, alternating", degree: 1, omega: [0.5, -0.5, 0.5, -0.5], place: 3 },
    Function { name: "degree 2, constant over patches", degree: 2, omega: [0.5; 4], place: 0 },
];

/// Legendre's P_1 and P_2.
fn legendre(degree: u64, t: f64) -> f64 {
    if degree == 1 { t } else { 1.5 * t * t - 0.5 }
}

fn on_spheres(evidence: &mut Evidence) -> Result<()> {
    let shape = Shape::new(1, SPHERE_PATCHES, 3)?;
    let sphere = Sphere::in_dimension(3)?;
    let kernel = ConvolutionalKernel::new(&format!("circular conv(1) pool({SCALE})").parse()?, shape)?;
    let a = pooling(SPHERE_PATCHES, Some(SCALE), true);
    let spectrum = |zonal: &str| PatchSpectrum::pooled(&Kernel::parse(zonal)?, sphere, SPHERE_PATCHES, &a);
    let spectra = [("CKN", spectrum("arccos(1)")?), ("NTK", spectrum("ntk(2)")?)];
    // The functions have mean 0: a constant taken off K changes no mean, and most of the scatter.
    let constants = [spectra[0].1.constant()?, spectra[1].1.constant()?];
    // For each batch, kernel and function a U-statistic.
    let batch = |seed: u64| -> Result<Vec<f64>> {
        let points = Points::uniform(IMAGES * SPHERE_PATCHES, sphere, seed)?;
        let values: Vec<f64> = (0..IMAGES * SPHERE_PATCHES).flat_map(|i| points.direction(i).to_vec()).collect();
        let signals = Signals::new(values, shape)?;
        let images = kernel.images(&signals)?;
        let mut sums = vec![0.0; 2 * (FUNCTIONS.len() + 1)];
        for i in 0..IMAGES {
            for j in 0..i {
                let pair = kernel.pair(&images[i], &images[j]);
                let values = [pair.ckn - constants[0], pair.ntk - constants[1]];
                let cosine = |u: usize, v: usize| -> f64 {
                    (0..3).map(|c| signals.signal(i)[3 * u + c] * signals.signal(j)[3 * v + c]).sum()
                };
                let harmonics = |f: &Function| -> f64 {
                    let term = |u: usize, v: usize| f.omega[u] * f.omega[v] * legendre(f.degree, cosine(u, v));
                    (0..SPHERE_PATCHES).map(|u| (0..SPHERE_PATCHES).map(|v| term(u, v)).sum::<f64>()).sum()
                };
                let all = FUNCTIONS.iter().map(harmonics).chain([cosine(0, 0) * cosine(1, 1)]);
                for (f, phi) in all.enumerate() {
                    sums[2 * f] += phi * values[0];
                    sums[2 * f + 1] += phi * values[1];
                }
            }
        }
        let pairs = (IMAGES * (IMAGES - 1) / 2) as f64;
        Ok(sums.iter().map(|sum| sum / pairs).collect())
    };
    let draws = (0..BATCHES).into_par_iter().map(batch).collect::<Result<Vec<Vec<f64>>>>()?;
    for (index, (name, spectrum)) in spectra.iter().enumerate() {
        let mean = |f: usize| Mean::of(&draws.iter().map(|draw| draw[2 * f + index]).collect::<Vec<f64>>());
        for (f, function) in FUNCTIONS.iter().enumerate() {
            let expected = spectrum.degree(function.degree)?.values[function.place];
            mean(f).check(evidence, &format!("{name} on S^2, {}", function.name), expected);
        }
        let mean = mean(FUNCTIONS.len());
        let first = spectrum.degree(1)?.values[0];
        // A hundredth of the first eigenvalue would be seen.
        let visible = mean.reach() + mean.power() < 0.01 * first;
        let verdict = if visible { Verdict::from(mean.value.abs() <= mean.reach()) } else { Verdict::Undecided };
        let found = format!("{:.1e} +- {:.1e}", mean.value, mean.reach());
        evidence.check(format!("{name} on S^2, products of degree 1 at two patches: eigenvalue"), "0", found, verdict);
    }
    Ok(())
}

fn check() -> Result<Evidence> {
    let mut evidence = Evidence::new();
    on_circles(&mut evidence)?;
    on_spheres(&mut evidence)?;
    Ok(evidence)
}
