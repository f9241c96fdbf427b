//! All eigenvalues of a symmetric matrix, without vectors: dense to band to tridiagonal to diagonal.

use super::Matrix;
use super::band::{BAND, COLUMN, LANES, Lanes, reflect, reflection, to_tridiagonal};
use crate::error::{Error, Result};
use crate::watch;
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, Par};
use rayon::prelude::*;

/// Rows and columns of the tiles of the dense stage.
const TILE: usize = 128;
/// Iterations for one eigenvalue of a tridiagonal matrix, on the average.
const MOST_ITERATIONS: usize = 60;

/// All eigenvalues of a symmetric matrix A, decreasing; no vectors.
///
/// Reflections make a band of the matrix, other reflections make it tridiagonal, and an iteration diagonal:
///
/// * A -> Q^T A Q = A - V W^T - W V^T with Q = 1 - V T V^T from 64 columns at a time: all but a few operations are
///   products of matrices;
/// * the band to a tridiagonal matrix, column by column, several columns one behind the other;
/// * QL with shifts and without square roots.
///
/// Of the entries only those on and above the diagonal are used. Accuracy: all steps are backward stable; against
/// LAPACK the largest difference was 4e-14 |A| for random matrices of up to 4000 rows. The matrix is scaled by a power
/// of two, so that nothing overflows. Cost: 4/3 n^3 operations, and O(n^2) for the rest; the memory of one more matrix.
///
/// Sources: Golub and Van Loan, *Matrix Computations*, 4th ed. 2013, 5.1 and 8.3; Dongarra, Hammarling and Sorensen, J.
/// Comput. Appl. Math. 27 (1989) 215-227; Bischof, Lang and Sun, ACM Trans. Math. Softw. 26 (2000) 581-601;
/// Parlett, *The Symmetric Eigenvalue Problem*, 1998, 8.14-15.
///
/// ```
/// use zonal::linear::{Matrix, eigenvalues};
/// // min(i, j), the covariance of a random walk: 1/(4 sin^2(pi/(2 (2n + 1)))) is the largest eigenvalue,
/// // 1/(4 cos^2(pi/(2n + 1))) the smallest
/// let n = 100;
/// let walk = Matrix::new(n, n, (0..n * n).map(|k| (k / n).min(k % n) as f64 + 1.0).collect());
/// let values = eigenvalues(&walk)?;
/// let angle = std::f64::consts::PI / (2 * n + 1) as f64;
/// assert!((values[0] * (2.0 * (angle / 2.0).sin()).powi(2) - 1.0).abs() < 1e-13);
/// assert!((values[n - 1] - (2.0 * angle.cos()).powi(-2)).abs() < 1e-10);
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// # Errors
/// `Input` for a matrix that is not square or has an entry that is not finite; `Unable` if the iteration does not
/// converge, or for eigenvalues beyond the largest number of 64 bits.
pub fn eigenvalues(matrix: &Matrix) -> Result<Vec<f64>> {
    let n = matrix.rows();
    if n != matrix.columns() {
        return Err(Error::input(format!("eigenvalues of a matrix of {n} rows and {} columns", matrix.columns())));
    }
    if let Some(place) = matrix.values().iter().position(|x| !x.is_finite()) {
        let value = matrix.values()[place];
        return Err(Error::input(format!(
            "eigenvalues of a matrix with the entry {value} in row {}, column {}",
            place / n + 1,
            place % n + 1
        )));
    }
    let largest = matrix.values().iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
    if largest == 0.0 {
        return Ok(vec![0.0; n]);
    }
    // Two factors: one power of two may be out of range.
    let exponent = -(largest.log2().floor() as i32) - 1;
    let powers = [exponent / 2, exponent - exponent / 2].map(|e| 2.0f64.powi(e));
    let mut a = Mat::zeros(n, n);
    a.par_col_chunks_mut(TILE).enumerate().for_each(|(tile, mut strip)| {
        for j in 0..strip.ncols() {
            let column = tile * TILE + j;
            for i in tile * TILE..n {
                let x = matrix.values()[i.min(column) * n + i.max(column)];
                strip[(i, j)] = x * powers[0] * powers[1];
            }
        }
    });
    let mut band = to_band(a);
    let (mut diagonal, mut squares) = to_tridiagonal(&mut band, n);
    iterate(&mut diagonal, &mut squares)?;
    diagonal.sort_by(|x, y| y.total_cmp(x));
    for value in &mut diagonal {
        *value = *value / powers[0] / powers[1];
        if !value.is_finite() {
            return Err(Error::unable("eigenvalues of the matrix beyond the largest number of 64 bits"));
        }
    }
    Ok(diagonal)
}
/// A dense matrix to its band, in columns of `COLUMN`; the lower triangle and the tiles on the diagonal are used.
fn to_band(mut a: Mat<f64>) -> Vec<f64> {
    let n = a.nrows();
    let mut left: Mat<f64> = Mat::zeros(n, 2 * BAND);
    let mut right: Mat<f64> = Mat::zeros(n, 2 * BAND);
    let mut product: Mat<f64> = Mat::zeros(n, BAND);
    let mut panel: Vec<Lanes> = Vec::new();
    for first in (0..n).step_by(BAND) {
        watch::check();
        let top = first + BAND;
        if top + 1 >= n {
            break;
        }
        let rows = n - top;
        let height = rows.div_ceil(LANES);
        panel.clear();
        panel.resize(height * BAND, [0.0; LANES]);
        for (j, column) in panel.chunks_exact_mut(height).enumerate() {
            for (i, x) in column.as_flattened_mut()[..rows].iter_mut().enumerate() {
                *x = a[(top + i, first + j)];
            }
        }
        let width = BAND.min(rows);
        let mut taus = [0.0; BAND];
        for j in 0..BAND {
            let (v, rest) = panel[j * height..].split_at_mut(height);
            let flat = &mut v.as_flattened_mut()[..rows];
            for i in 0..j.min(width) {
                a[(top + i, first + j)] = std::mem::take(&mut flat[i]);
            }
            if j < width {
                let tail = flat[j + 1..].iter().map(|x| x * x).sum();
                let (beta, tau) = reflection(&mut flat[j..], tail);
                a[(top + j, first + j)] = beta;
                taus[j] = tau;
                let (v, from) = (&*v, j / LANES);
                let half = (BAND - 1 - j).div_ceil(2).max(1);
                rest.par_chunks_mut(half * height).for_each(|columns| reflect(v, from, tau, columns));
            }
        }
        // Q = 1 - V T V^T, so that Q^T A Q = A - V W^T - W V^T, W = A V T - V (T^T V^T A V T)/2.
        let v = MatRef::from_column_major_slice_with_stride(panel.as_flattened(), rows, BAND, height * LANES);
        left.get_mut(top.., ..BAND).copy_from(v);
        let tiles = |tile: usize| ((tile * TILE).max(top), ((tile + 1) * TILE).min(n));
        product.par_row_chunks_mut(TILE).enumerate().for_each(|(tile, out)| {
            let (from, to) = tiles(tile);
            if from < to {
                let skip = out.nrows() - (to - from);
                let mut out = out.subrows_mut(skip, to - from);
                let v = left.get(.., ..BAND);
                let (row, column) = (a.get(from..to, top..from), a.get(from.., from..to));
                matmul(&mut out, Accum::Replace, column.transpose(), v.get(from.., ..), 1.0, Par::Seq);
                matmul(&mut out, Accum::Add, row, v.get(top..from, ..), 1.0, Par::Seq);
            }
        });
        let t = triangle(v, &taus);
        let y = product.get(top.., ..);
        let yt = y * &t;
        let m = t.transpose() * (v.transpose() * &yt);
        let w = yt - v * m * faer::Scale(0.5);
        left.get_mut(top.., BAND..).copy_from(&w);
        right.get_mut(top.., ..BAND).copy_from(&w);
        right.get_mut(top.., BAND..).copy_from(v);
        a.par_col_chunks_mut(TILE).enumerate().for_each(|(tile, out)| {
            let (from, to) = tiles(tile);
            if from < to {
                let skip = out.ncols() - (to - from);
                let out: MatMut<'_, f64> = out.get_mut(from.., skip..);
                matmul(out, Accum::Add, left.get(from.., ..), right.get(from..to, ..).transpose(), -1.0, Par::Seq);
            }
        });
    }
    let mut band = vec![0.0; (n + BAND) * COLUMN];
    for (j, column) in band.chunks_exact_mut(COLUMN).take(n).enumerate() {
        for i in j..n.min(j + BAND + 1) {
            column[LANES + i - j] = a[(i, j)];
        }
    }
    band
}

/// T of the product 1 - V T V^T of reflections.
fn triangle(v: MatRef<'_, f64>, taus: &[f64; BAND]) -> Mat<f64> {
    let inner = v.transpose() * v;
    let mut t = Mat::zeros(BAND, BAND);
    for j in 0..BAND {
        t[(j, j)] = taus[j];
        for i in 0..j {
            t[(i, j)] = -taus[j] * (i..j).map(|k| t[(i, k)] * inner[(k, j)]).sum::<f64>();
        }
    }
    t
}

/// Eigenvalues of a tridiagonal matrix in the place of its diagonal, from the squares of its subdiagonal and a zero: QL
/// in the form of Pal, Walker and Kahan, with the shift of Wilkinson.
fn iterate(d: &mut [f64], squares: &mut [f64]) -> Result<()> {
    let n = d.len();
    let norm = d.iter().fold(0.0f64, |m, x| m.max(x.abs())).max(squares.iter().fold(0.0f64, |m, x| m.max(*x)).sqrt());
    // What is left below the rounding of the diagonal would not decrease any more.
    let negligible = (f64::EPSILON * norm).powi(2);
    let mut left = MOST_ITERATIONS * n;
    let mut from = 0;
    // Blocks without a negligible entry, the larger end last.
    while from < n {
        let mut to = from + squares[from..n - 1].iter().take_while(|x| **x > negligible).count();
        if d[to].abs() < d[from].abs() {
            d[from..=to].reverse();
            squares[from..to].reverse();
        }
        let end = to + 1;
        while from < end {
            to = from + squares[from..end - 1].iter().take_while(|x| **x > negligible).count();
            if to == from {
                from += 1;
                continue;
            }
            if left == 0 {
                return Err(Error::unable("the eigenvalues of the tridiagonal matrix did not converge"));
            }
            left -= 1;
            // The eigenvalue of the leading two rows next to the first entry.
            let root = squares[from].sqrt();
            let half = (d[from + 1] - d[from]) / (2.0 * root);
            let shift = d[from] - root / (half + half.hypot(1.0).copysign(half));
            let mut gamma = d[to] - shift;
            let (mut c, mut s, mut p) = (1.0, 0.0, gamma * gamma);
            for i in (from..to).rev() {
                let square = squares[i];
                let r = p + square;
                squares[i + 1] = s * r;
                let (old, old_gamma, ratio) = (c, gamma, r / p);
                c = p / r;
                s = square / r;
                gamma = c * (d[i] - shift) - s * old_gamma;
                d[i + 1] = old_gamma + (d[i] - gamma);
                p = if ratio < 1e290 { gamma * gamma * ratio } else { old * square };
            }
            squares[from] = s * p;
            d[from] = shift + gamma;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use faer::Side;

    fn matrix(n: usize, entry: impl Fn(usize, usize) -> f64) -> Matrix {
        Matrix::new(n, n, (0..n * n).map(|k| entry((k / n).min(k % n), (k / n).max(k % n))).collect())
    }

    /// Without structure, between -1/2 and 1/2.
    fn noise(i: usize, j: usize) -> f64 {
        let x =
            ((i + 1) as f64 * 0.754_877_666_246_692_8 + (j + 1) as f64 * 0.569_840_290_998_053_3) * (i + j + 1) as f64;
        x - x.round()
    }

    /// A full matrix with these eigenvalues: (1 - 2 v v^T) D (1 - 2 v v^T).
    fn hidden(values: &[f64]) -> Matrix {
        let n = values.len();
        let v: Vec<f64> = (0..n).map(|i| noise(i, 1) + 0.1).collect();
        let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let v: Vec<f64> = v.iter().map(|x| x / norm).collect();
        let mean: f64 = values.iter().zip(&v).map(|(d, v)| d * v * v).sum();
        matrix(n, |i, j| {
            let diagonal = if i == j { values[i] } else { 0.0 };
            diagonal + v[i] * v[j] * (4.0 * mean - 2.0 * (values[i] + values[j]))
        })
    }

    /// The largest difference, relative to the largest value.
    fn distance(found: &[f64], expected: &[f64]) -> f64 {
        assert_eq!(found.len(), expected.len());
        assert!(found.is_sorted_by(|x, y| x >= y));
        let mut expected = expected.to_vec();
        expected.sort_by(|x, y| y.total_cmp(x));
        let norm = expected.iter().fold(f64::MIN_POSITIVE, |m, x| m.max(x.abs()));
        found.iter().zip(&expected).fold(0.0, |m, (x, y)| m.max((x / norm - y / norm).abs()))
    }

    fn against_faer(matrix: &Matrix) -> f64 {
        let other = matrix.view().self_adjoint_eigenvalues(Side::Upper).unwrap();
        distance(&eigenvalues(matrix).unwrap(), &other)
    }

    #[test]
    fn sizes() {
        for n in [1, 2, 3, 5, 63, 64, 65, 66, 127, 128, 129, 130, 200, 500, 2000] {
            let a = matrix(n, noise);
            assert!(against_faer(&a) < 1e-12, "{n}");
            let values = eigenvalues(&a).unwrap();
            let trace: f64 = (0..n).map(|i| a.row(i)[i]).sum();
            let square: f64 = a.values().iter().map(|x| x * x).sum();
            assert!((values.iter().sum::<f64>() - trace).abs() < 1e-13 * n as f64 * values[0].abs().max(1.0), "{n}");
            assert!((values.iter().map(|x| x * x).sum::<f64>() / square - 1.0).abs() < 1e-12, "{n}");
        }
        assert!(eigenvalues(&Matrix::new(0, 0, vec![])).unwrap().is_empty());
    }

    #[test]
    fn spectra() {
        let n = 300;
        let of = |value: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..n).map(value).collect() };
        let spectra = [
            of(&|i| 1.0 + 1e-14 * i as f64),
            of(&|i| if i % 3 == 0 { 1.0 } else { -2.0 }),
            of(&|i| 0.5f64.powi(i as i32)),
            of(&|i| 0.001f64.powi(i as i32)),
            of(&|i| if i == 7 { -3.0 } else { 0.0 }),
            of(&|i| (i / 10) as f64 + 1e-9 * (i % 10) as f64),
            of(&|i| if i < 100 { 1.0 } else { 1e-100 }),
        ];
        for (index, values) in spectra.iter().enumerate() {
            let full = hidden(values);
            assert!(distance(&eigenvalues(&full).unwrap(), values) < 1e-13, "{index}");
            assert!(against_faer(&full) < 1e-12, "{index}");
            let diagonal = matrix(n, |i, j| if i == j { values[i] } else { 0.0 });
            assert!(distance(&eigenvalues(&diagonal).unwrap(), values) < 1e-15, "{index}");
        }
        let ones = eigenvalues(&matrix(n, |_, _| 1.0)).unwrap();
        assert!((ones[0] - 300.0).abs() < 1e-11 && ones[1..].iter().all(|x| x.abs() < 1e-11));
        assert_eq!(eigenvalues(&matrix(n, |_, _| 0.0)).unwrap(), vec![0.0; n]);
    }

    #[test]
    fn scales() {
        let plain = eigenvalues(&matrix(150, noise)).unwrap();
        for scale in [1e300, 1e-300] {
            let scaled = eigenvalues(&matrix(150, |i, j| noise(i, j) * scale)).unwrap();
            assert!(distance(&scaled, &plain.iter().map(|x| x * scale).collect::<Vec<_>>()) < 1e-13);
        }
        let least = f64::from_bits(1);
        assert_eq!(eigenvalues(&matrix(4, |_, _| least)).unwrap(), [4.0 * least, 0.0, 0.0, 0.0]);
        assert!(matches!(eigenvalues(&matrix(4, |_, _| f64::MAX)), Err(Error::Unable(_))));
    }

    #[test]
    fn refused() {
        for bad in [f64::NAN, f64::INFINITY] {
            let found = eigenvalues(&matrix(3, |i, j| if (i, j) == (1, 2) { bad } else { 1.0 }));
            assert!(matches!(found, Err(Error::Input(message)) if message.contains("row 2, column 3")));
        }
        assert!(matches!(eigenvalues(&Matrix::new(1, 2, vec![1.0; 2])), Err(Error::Input(_))));
    }

    #[test]
    fn perturbation_is_noticed() {
        let (a, b) = (matrix(100, noise), matrix(100, |i, j| noise(i, j) + if (i, j) == (3, 90) { 1e-9 } else { 0.0 }));
        assert!(distance(&eigenvalues(&a).unwrap(), &eigenvalues(&b).unwrap()) > 1e-12);
    }
}
