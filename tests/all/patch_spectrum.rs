//! Spectra on independent patches, by hand.

use zonal::convolution::PatchSpectrum;
use zonal::{Kernel, Sphere};

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-14
}

/// The tangent kernel of two layers on the sphere of dimension 3: mu_0 = 1/2, mu_1 = 1/3, kappa(1) = 2. Two patches and
/// two outputs, A = [[1, 2], [0, 1]]: W = A^T A = [[1, 2], [2, 5]], of trace 6 and determinant 1, with the eigenvalues
/// 3 +- 2 sqrt 2.
#[test]
fn two_patches_by_hand() {
    let (kernel, sphere) = (Kernel::ntk(2).unwrap(), Sphere::in_dimension(3).unwrap());
    let pooled = PatchSpectrum::pooled(&kernel, sphere, 2, &[1.0, 2.0, 0.0, 1.0]).unwrap();
    let given = PatchSpectrum::new(&kernel, sphere, 2, vec![1.0, 2.0, 2.0, 5.0]).unwrap();
    for spectrum in [pooled, given] {
        let weights = [3.0 + 8f64.sqrt(), 3.0 - 8f64.sqrt()];
        assert!((0..2).all(|j| close(spectrum.weights()[j], weights[j])), "{:?}", spectrum.weights());
        // sum W = 10
        assert!(close(spectrum.constant().unwrap(), 5.0));
        let first = spectrum.degree(1).unwrap();
        assert!((0..2).all(|j| close(first.values[j], weights[j] / 3.0)), "{first:?}");
        assert_eq!(first.multiplicity, 3);
        // kappa(1) tr W + mu_0 (sum W - tr W)
        assert!(close(spectrum.trace().unwrap(), 2.0 * 6.0 + 0.5 * 4.0));
        assert!(spectrum.degree(0).is_err());
    }
}

/// Weights are no matrix of a kernel unless they are symmetric numbers.
#[test]
fn other_weights_are_refused() {
    let (kernel, sphere) = (Kernel::ntk(2).unwrap(), Sphere::in_dimension(3).unwrap());
    let refused = |weights: Vec<f64>| PatchSpectrum::new(&kernel, sphere, 2, weights).unwrap_err().to_string();
    assert!(refused(vec![1.0, 2.0, 2.0 + 1e-6, 5.0]).contains("weight 2 of patches 0 and 1"));
    assert!(refused(vec![f64::NAN; 4]).contains("finite and symmetric"));
    assert!(refused(vec![1.0; 3]).contains("3 weights for 2 patches"));
    assert!(PatchSpectrum::pooled(&kernel, sphere, 2, &[1.0; 3]).is_err());
}
