//! Kernel regression from the eigenpairs of the Gram matrix: every predictor from one factorisation.

use crate::error::{Error, Result};
use crate::linear::Eigen;
use crate::linear::Matrix;
use faer::Mat;

/// Predictors f(x) = sum_i kappa(x, x_i) alpha_i of labels y, from all eigenpairs of the Gram matrix K = V Lambda V^T;
/// a column of labels for each output.
///
/// ```
/// use zonal::linear::{Eigen, Matrix};
/// use zonal::gram::Regression;
/// let regression = Regression::new(Eigen::all(&Matrix::new(2, 2, vec![2.0, 1.0, 1.0, 2.0]))?)?;
/// let labels = Matrix::column(&[1.0, 0.0]);
/// // (K + 1)^{-1} y = (3, -1)/8
/// let alpha = regression.ridge(&labels, 1.0)?;
/// assert!((alpha.row(0)[0] - 0.375).abs() < 1e-15 && (alpha.row(1)[0] + 0.125).abs() < 1e-15);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Regression {
    eigen: Eigen,
}

/// Mean and variance of a Gaussian process at new points.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Posterior {
    /// A row for each point, a column for each output.
    pub mean: Matrix,
    /// Of the function, without the noise.
    pub variance: Vec<f64>,
}

impl Regression {
    /// Regression with the Gram matrix whose eigenpairs these are; all of them are needed.
    ///
    /// # Errors
    /// `Input` if some are missing.
    pub fn new(eigen: Eigen) -> Result<Self> {
        let (have, rows) = (eigen.values().len(), eigen.vectors().nrows());
        if have < rows {
            return Err(Error::input(format!("{have} eigenpairs of a matrix of {rows} rows; all are needed")));
        }
        Ok(Regression { eigen })
    }

    /// The eigenpairs of the Gram matrix K, from which every predictor is computed.
    pub fn eigen(&self) -> &Eigen {
        &self.eigen
    }

    /// What rounding makes of an eigenvalue 0: n 2^-52 |K|.
    fn floor(&self) -> f64 {
        let values = self.eigen.values();
        values.len() as f64 * f64::EPSILON * values.iter().fold(0.0f64, |norm, value| norm.max(value.abs()))
    }

    /// The smallest eigenvalue, if it is negative beyond all rounding, so that the matrix is not positive semidefinite.
    ///
    /// Entries of a Gram matrix are taken to be off by less than 4e-15 |x||x'| kappa(1), which moves eigenvalues by
    /// less than 4e-15 tr K <= 18 n 2^-52 |K|; the solver adds n 2^-52 |K|. Below -32 n 2^-52 |K| an eigenvalue is
    /// negative. That is so for kernels of moderate slope: of one that is steep inside, an entry is off by the slope
    /// times the error of its cosine ([`ZonalGram::cosine_error`](super::ZonalGram::cosine_error)), which may be more.
    ///
    /// ```
    /// use zonal::linear::{Eigen, Matrix};
    /// use zonal::gram::Regression;
    /// let of = |k: Vec<f64>| Regression::new(Eigen::all(&Matrix::new(2, 2, k))?);
    /// assert!((of(vec![1.0, 2.0, 2.0, 1.0])?.negative().unwrap() + 1.0).abs() < 1e-14);
    /// assert_eq!(of(vec![1.0, 1.0, 1.0, 1.0])?.negative(), None);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn negative(&self) -> Option<f64> {
        self.eigen.values().last().copied().filter(|smallest| *smallest < -32.0 * self.floor())
    }

    /// V f(Lambda) V^T y
    fn filter(&self, labels: &Matrix, f: impl Fn(f64) -> f64) -> Result<Matrix> {
        let (vectors, n) = (self.eigen.vectors(), self.eigen.values().len());
        if labels.rows() != n {
            return Err(Error::input(format!("{} labels for {n} points", labels.rows())));
        }
        let mut coefficients = vectors.transpose() * labels.view();
        for (i, value) in self.eigen.values().iter().enumerate() {
            let factor = f(*value);
            coefficients.row_mut(i).iter_mut().for_each(|c| *c *= factor);
        }
        Ok(Matrix::of((vectors * coefficients).as_ref()))
    }

    /// Kernel ridge regression: alpha = (K + ridge)^{-1} y, which minimises |y - K alpha|^2 + ridge alpha^T K alpha.
    ///
    /// # Errors
    /// `Input` for a negative ridge, and for a matrix that is not positive definite where the ridge does not lift its
    /// smallest eigenvalue above 0; `Unable` where
    /// K + ridge is singular to rounding.
    pub fn ridge(&self, labels: &Matrix, ridge: f64) -> Result<Matrix> {
        if !(ridge >= 0.0 && ridge.is_finite()) {
            return Err(Error::input(format!("a ridge of {ridge}; it must not be negative")));
        }
        let (smallest, floor) = (self.eigen.values().last().copied().unwrap_or(0.0), self.floor());
        match self.negative() {
            _ if smallest + ridge > floor => self.filter(labels, |value| 1.0 / (value + ridge)),
            Some(_) => Err(Error::input(format!(
                "the Gram matrix is not positive definite: its smallest eigenvalue is {smallest:.1e}, which a ridge \
                 of {ridge} does not make positive"
            ))),
            None => Err(Error::unable(format!(
                "the Gram matrix with a ridge of {ridge} is singular to rounding (smallest eigenvalue {smallest:.1e}, \
                 rounding {floor:.0e}): duplicated \
                 points or a missing parity; a larger ridge is needed"
            ))),
        }
    }

    /// The interpolation of minimum norm, alpha = K^+ y, and the rank: eigenvalues below n 2^-52 |K| count as zero.
    ///
    /// # Errors
    /// `Input` for another number of labels.
    pub fn minimum_norm(&self, labels: &Matrix) -> Result<(Matrix, usize)> {
        let floor = self.floor();
        let rank = self.eigen.values().iter().filter(|value| **value > floor).count();
        Ok((self.filter(labels, |value| if value > floor { 1.0 / value } else { 0.0 })?, rank))
    }

    /// Gradient flow from 0 at a time t >= 0: alpha = K^+ (1 - e^{-tK/n}) y, where d f/dt = -(1/n) sum_i kappa(.,
    /// x_i)(f(x_i) - y_i). An infinite time is
    /// allowed: the minimum norm.
    ///
    /// # Errors
    /// `Input` for a negative time or another number of labels.
    pub fn gradient_flow(&self, labels: &Matrix, time: f64) -> Result<Matrix> {
        if time.is_nan() || time < 0.0 {
            return Err(Error::input(format!("a time of {time}; it must not be negative")));
        }
        let (n, floor) = (self.eigen.values().len() as f64, self.floor());
        self.filter(labels, |value| match value > floor {
            true => -(-time * value / n).exp_m1() / value,
            false => (time / n).min(0.0),
        })
    }

    /// The predictions of kernel ridge regression at each point from all others: f_{-i}(x_i) = y_i - alpha_i / ((K +
    /// ridge)^{-1})_{ii}.
    ///
    /// # Errors
    /// As [`Regression::ridge`].
    pub fn leave_one_out(&self, labels: &Matrix, ridge: f64) -> Result<Matrix> {
        let alpha = self.ridge(labels, ridge)?;
        let vectors = self.eigen.vectors();
        let diagonal: Vec<f64> = (0..vectors.nrows())
            .map(|i| vectors.row(i).iter().zip(self.eigen.values()).map(|(v, value)| v * v / (value + ridge)).sum())
            .collect();
        let rest = |(i, diagonal): (usize, &f64)| {
            labels.row(i).iter().zip(alpha.row(i)).map(|(y, alpha)| y - alpha / diagonal).collect::<Vec<_>>()
        };
        let values = diagonal.iter().enumerate().flat_map(rest).collect();
        Ok(Matrix::new(labels.rows(), labels.columns(), values))
    }

    /// The Gaussian process with this kernel and noise of variance `noise`, at points with the Gram matrix `cross`
    /// against the training points (a row for
    /// each) and `diagonal`, kappa(x, x): mean k^T (K + noise)^{-1} y, variance kappa(x,x) - k^T (K + noise)^{-1} k.
    ///
    /// # Errors
    /// As [`Regression::ridge`]; `Input` for another number of columns.
    pub fn posterior(&self, labels: &Matrix, noise: f64, cross: &Matrix, diagonal: &[f64]) -> Result<Posterior> {
        let alpha = self.ridge(labels, noise)?;
        let n = self.eigen.values().len();
        if cross.columns() != n || cross.rows() != diagonal.len() {
            return Err(Error::input(format!(
                "a matrix of {} x {} against {n} points, and {} values on the diagonal",
                cross.rows(),
                cross.columns(),
                diagonal.len()
            )));
        }
        let rotated = cross.view() * self.eigen.vectors();
        let explained = |i: usize| -> f64 {
            rotated.row(i).iter().zip(self.eigen.values()).map(|(c, value)| c * c / (value + noise)).sum()
        };
        // Rounding may leave a little less than nothing.
        let variance = diagonal.iter().enumerate().map(|(i, k)| (k - explained(i)).max(0.0)).collect();
        Ok(Posterior { mean: cross.times(&alpha)?, variance })
    }

    /// The effective dimension tr K (K + ridge)^{-1}.
    pub fn effective_dimension(&self, ridge: f64) -> f64 {
        self.eigen.values().iter().map(|value| value.max(0.0) / (value.max(0.0) + ridge)).filter(|x| !x.is_nan()).sum()
    }

    /// The condition number of K, infinite for a singular one.
    pub fn condition(&self) -> f64 {
        let values = self.eigen.values();
        match (values.first(), values.last()) {
            (Some(largest), Some(smallest)) if *smallest > self.floor() => largest / smallest,
            _ => f64::INFINITY,
        }
    }

    /// The coding rate 1/2 log det(1 + c K), in nats.
    pub fn coding_rate(&self, c: f64) -> f64 {
        self.eigen.values().iter().map(|value| 0.5 * (c * value.max(0.0)).ln_1p()).sum()
    }
}

/// The centred alignment of a Gram matrix with labels (a column for each output): <HKH, YY^T> / (|HKH| |YY^T|) in
/// Frobenius norms, H taking off the mean;
/// between 0 and 1 (Cortes, Mohri and Rostamizadeh, JMLR 2012). Labels without relation to the points have about 0.
///
/// # Errors
/// `Input` for another number of labels, or labels that are all equal.
pub fn alignment(matrix: &Matrix, labels: &Matrix) -> Result<f64> {
    let n = matrix.rows();
    if labels.rows() != n {
        return Err(Error::input(format!("{} labels for {n} points", labels.rows())));
    }
    let labels = labels.view();
    let count = n as f64;
    let means: Vec<f64> = labels.col_iter().map(|column| column.iter().sum::<f64>() / count).collect();
    let centred = Mat::from_fn(n, labels.ncols(), |i, j| labels[(i, j)] - means[j]);
    let sums: Vec<f64> = (0..n).map(|i| matrix.row(i).iter().sum::<f64>() / count).collect();
    let all = sums.iter().sum::<f64>() / count;
    let square: f64 = (0..n)
        .map(|i| matrix.row(i).iter().zip(&sums).map(|(k, sum)| (k - sums[i] - sum + all).powi(2)).sum::<f64>())
        .sum();
    // tr Y^T H K H Y = tr Y^T K Y for centred Y, and |YY^T| = |Y^T Y|.
    let image = matrix.view() * &centred;
    let form: f64 = (0..labels.ncols()).map(|j| centred.col(j).transpose() * image.col(j)).sum();
    let norm = (centred.transpose() * &centred).norm_l2() * square.sqrt();
    if norm > 0.0 {
        Ok(form / norm)
    } else {
        Err(Error::input("labels that are all equal, or a constant Gram matrix, have no alignment"))
    }
}
