//! Mercer eigenvalues of one layer on independent patches.

use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::linear::{Matrix, eigenvalues};
use rug::Integer;

/// The spectrum of K(x, x') = sum_{u,v} W\[u,v\] kappa(<x_u, x'_v>) where the patches x_1, ..., x_n are independent and
/// uniform on the unit sphere S^{q-1}: one convolution whose patches do not overlap, and pooling with W = A^T A.
///
/// With the eigenvalues mu_k of kappa on S^{q-1} and w_j of W: the constant function has the eigenvalue mu_0 sum W,
/// once; every k >= 1 and j give mu_k w_j, N(q,k) times, with the eigenfunctions sum_u omega_j\[u\] Y_{k,m}(x_u).
/// Products of functions of two patches or more lie in the null space: the space holds additive functions only.
///
/// Accuracy: the mu_k are right to double precision, the w_j to rounding relative to the largest.
///
/// Source: for the global mean Misiakiewicz and Mei, NeurIPS 2022, treat a related kernel; the statement follows from
/// the addition theorem on each sphere.
///
/// ```
/// use zonal::convolution::PatchSpectrum;
/// use zonal::{Kernel, Sphere};
/// // Two patches, their mean: W = 1/4 everywhere.
/// let spectrum = PatchSpectrum::new(&Kernel::ntk(2)?, Sphere::in_dimension(3)?, 2, vec![0.25; 4])?;
/// let constant = spectrum.constant()?;
/// let first = spectrum.degree(1)?;
/// // mu_0 = 1/2 and mu_1 = 1/3; W has the eigenvalues 1/2 and 0.
/// assert!((constant - 0.5).abs() < 1e-15);
/// assert!((first.values[0] - 1.0 / 6.0).abs() < 1e-15 && first.values[1].abs() < 1e-16);
/// assert_eq!(first.multiplicity, 3);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PatchSpectrum {
    kernel: Kernel,
    sphere: Sphere,
    /// The eigenvalues of W, decreasing.
    weights: Vec<f64>,
    /// sum W
    total: f64,
}

/// The eigenvalues of one degree k >= 1: mu_k w_j for every j, each with the multiplicity N(q,k).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PatchDegree {
    /// mu_k w_j, for every j.
    pub values: Vec<f64>,
    /// N(q,k), that of each of them.
    pub multiplicity: Integer,
}

impl PatchSpectrum {
    /// Of a kernel on the patches of dimension q, and the weights W, a symmetric matrix of n rows.
    ///
    /// # Errors
    /// `Input` for weights that are no symmetric matrix of finite numbers.
    pub fn new(kernel: &Kernel, sphere: Sphere, patches: usize, weights: Vec<f64>) -> Result<Self> {
        if patches == 0 || patches.checked_mul(patches) != Some(weights.len()) {
            return Err(Error::input(format!(
                "{} weights for {patches} patches; their square is needed",
                weights.len()
            )));
        }
        let largest = weights.iter().fold(0.0f64, |largest, w| largest.max(w.abs()));
        for (index, w) in weights.iter().enumerate() {
            let (u, v) = (index / patches, index % patches);
            // NaN is refused too.
            let symmetric = (w - weights[v * patches + u]).abs() <= f64::EPSILON * largest;
            if !(w.is_finite() && symmetric) {
                return Err(Error::input(format!(
                    "weight {w} of patches {u} and {v}; weights are finite and symmetric"
                )));
            }
        }
        let total = weights.iter().sum();
        let mut weights = eigenvalues(&Matrix::new(patches, patches, weights))?;
        weights.sort_by(|a, b| b.total_cmp(a));
        Ok(PatchSpectrum { kernel: kernel.clone(), sphere, weights, total })
    }

    /// W = A^T A of a pooling matrix A, a row for each output: the kernel is a sum over outputs.
    ///
    /// # Errors
    /// As [`PatchSpectrum::new`].
    pub fn pooled(kernel: &Kernel, sphere: Sphere, patches: usize, pooling: &[f64]) -> Result<Self> {
        if patches == 0 || pooling.is_empty() || !pooling.len().is_multiple_of(patches) {
            return Err(Error::input(format!("a pooling matrix of {} numbers for {patches} patches", pooling.len())));
        }
        let entry = |index: usize| pooling.chunks(patches).map(|row| row[index / patches] * row[index % patches]).sum();
        PatchSpectrum::new(kernel, sphere, patches, (0..patches * patches).map(entry).collect())
    }

    fn eigenvalue(&self, degree: u64) -> Result<f64> {
        Ok(self.kernel.spectrum(self.sphere).eigenvalue(degree)?.value.to_f64())
    }

    /// The eigenvalues w_j of the weight matrix W in decreasing order, as many as there are patches.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// mu_0 sum W, of the constant function.
    ///
    /// # Errors
    /// Those of the eigenvalue.
    pub fn constant(&self) -> Result<f64> {
        Ok(self.eigenvalue(0)? * self.total)
    }

    /// The eigenvalues of a degree k >= 1.
    ///
    /// # Errors
    /// Those of the eigenvalue; `Input` for degree 0, whose only eigenvalue is [`PatchSpectrum::constant`].
    pub fn degree(&self, k: u64) -> Result<PatchDegree> {
        if k == 0 {
            return Err(Error::input("degree 0 has one eigenvalue, that of the constant function"));
        }
        let mu = self.eigenvalue(k)?;
        Ok(PatchDegree {
            values: self.weights.iter().map(|w| mu * w).collect(),
            multiplicity: self.sphere.multiplicity(k),
        })
    }

    /// The sum of all eigenvalues with their multiplicities, the mean of K(x, x): kappa(1) tr W + mu_0 (sum W - tr W).
    ///
    /// # Errors
    /// Those of the eigenvalue and of kappa(1).
    pub fn trace(&self) -> Result<f64> {
        let trace: f64 = self.weights.iter().sum();
        let one: f64 = self.kernel.evaluate("1", 17)?.to_string().parse().unwrap_or(f64::NAN);
        Ok(one * trace + self.eigenvalue(0)? * (self.total - trace))
    }
}
