//! Nystrom approximations: a kernel through some landmarks.

use super::ZonalGram;
use crate::data::Points;
use crate::error::{Error, Result};
use crate::linear::{Eigen, Matrix};
use faer::linalg::solvers::Solve;
use faer::{Mat, MatRef, Side};
use rand::SeedableRng;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;

/// The kernel k(x,Z) K_ZZ^+ k(Z,x') through landmarks Z: at most kappa, and equal to it where x or x' is a landmark.
///
/// Its features are phi(x) = Lambda^{-1/2} V^T k(Z,x) with K_ZZ = V Lambda V^T, eigenvalues below m 2^-52 |K_ZZ| left
/// out. Cost for n points and m landmarks: n m kernel values, n m^2 operations.
///
/// ```
/// use zonal::gram::{Nystrom, Scaling, ZonalGram};
/// use zonal::data::Points;
/// use zonal::{Kernel, Sphere};
/// let zonal = ZonalGram::new(Kernel::ntk(3)?.tabulate(None)?, Scaling::Sphere);
/// let points = Points::uniform(50, Sphere::in_dimension(3)?, 1)?;
/// let nystrom = Nystrom::uniform(&zonal, &points, 50, 1)?;
/// // With all points as landmarks nothing is lost: kappa(1) = 3.
/// let features = nystrom.features(&points)?;
/// let square: f64 = features.row(0).iter().map(|x| x * x).sum();
/// assert!((square - 3.0).abs() < 1e-10);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Nystrom {
    zonal: ZonalGram,
    landmarks: Points,
    /// V Lambda^{-1/2}
    root: Mat<f64>,
}

impl Nystrom {
    /// The Nystrom approximation of a kernel through these landmarks, for one eigendecomposition of K_ZZ.
    ///
    /// # Errors
    /// `Unable` where the eigenvalues of K_ZZ are not found.
    pub fn new(zonal: &ZonalGram, landmarks: Points) -> Result<Self> {
        let eigen = Eigen::all(&zonal.gram(&landmarks)?)?;
        let values = eigen.values();
        let floor = values.len() as f64 * f64::EPSILON * values.first().copied().unwrap_or(0.0);
        let rank = values.iter().filter(|value| **value > floor).count();
        let root = Mat::from_fn(values.len(), rank, |i, j| eigen.vectors()[(i, j)] / values[j].sqrt());
        Ok(Nystrom { zonal: zonal.clone(), landmarks, root })
    }

    /// Landmarks drawn uniformly among the points, without repetition.
    ///
    /// # Errors
    /// `Input` for no landmarks or more than points; as [`Nystrom::new`].
    pub fn uniform(zonal: &ZonalGram, points: &Points, count: usize, seed: u64) -> Result<Self> {
        allowed(count, points)?;
        let chosen = index::sample(&mut ChaCha8Rng::seed_from_u64(seed), points.count(), count);
        Self::new(zonal, points.select(&chosen.into_vec()))
    }

    /// Landmarks drawn without repetition in proportion to the ridge leverage scores, which are taken from as many
    /// uniform landmarks (Alaoui and Mahoney, NIPS 2015).
    ///
    /// # Errors
    /// `Input` for a ridge that is not positive; as [`Nystrom::uniform`].
    pub fn leverage(zonal: &ZonalGram, points: &Points, count: usize, ridge: f64, seed: u64) -> Result<Self> {
        let scores = Self::uniform(zonal, points, count, seed)?.leverage_scores(points, ridge)?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(1);
        let chosen = index::sample_weighted(&mut random, points.count(), |i| scores[i].max(f64::MIN_POSITIVE), count);
        let chosen = chosen.map_err(|e| Error::unable(format!("landmarks were not drawn: {e}")))?;
        Self::new(zonal, points.select(&chosen.into_vec()))
    }

    /// The landmarks Z through which the kernel is approximated, in the order of the coefficients.
    pub fn landmarks(&self) -> &Points {
        &self.landmarks
    }

    /// The features phi(x), a row for each point; their inner products are the approximate kernel.
    ///
    /// # Errors
    /// As [`ZonalGram::cross`].
    pub fn features(&self, points: &Points) -> Result<Matrix> {
        self.map(points).map(|features| Matrix::of(features.as_ref()))
    }

    fn map(&self, points: &Points) -> Result<Mat<f64>> {
        Ok(self.zonal.cross(points, &self.landmarks)?.view() * &self.root)
    }

    /// phi(x_i)^T (Phi^T Phi + ridge)^{-1} phi(x_i): the diagonal of K (K + ridge)^{-1} for the approximate kernel.
    /// They add up to its effective dimension.
    ///
    /// # Errors
    /// `Input` for a ridge that is not positive.
    pub fn leverage_scores(&self, points: &Points, ridge: f64) -> Result<Vec<f64>> {
        let features = self.map(points)?;
        let solved = solve(&features, features.transpose(), ridge)?;
        Ok((0..points.count()).map(|i| (features.row(i) * solved.col(i)).max(0.0)).collect())
    }

    /// Ridge regression with the approximate kernel: coefficients beta of f(x) = k(x,Z) beta, a row for each landmark.
    ///
    /// # Errors
    /// `Input` for a ridge that is not positive, or another number of labels.
    pub fn ridge(&self, points: &Points, labels: &Matrix, ridge: f64) -> Result<Matrix> {
        if labels.rows() != points.count() {
            return Err(Error::input(format!("{} labels for {} points", labels.rows(), points.count())));
        }
        let features = self.map(points)?;
        let right = features.transpose() * labels.view();
        Ok(Matrix::of((&self.root * solve(&features, right.as_ref(), ridge)?).as_ref()))
    }

    /// Predictions f(x) = k(x,Z) beta at new points: a row for each point, a column for each output.
    ///
    /// # Errors
    /// `Input` for another number of coefficients; as [`ZonalGram::cross`].
    pub fn predict(&self, points: &Points, beta: &Matrix) -> Result<Matrix> {
        if beta.rows() != self.landmarks.count() {
            return Err(Error::input(format!("{} coefficients for {} landmarks", beta.rows(), self.landmarks.count())));
        }
        self.zonal.cross(points, &self.landmarks)?.times(beta)
    }
}

fn allowed(count: usize, points: &Points) -> Result<()> {
    let most = points.count();
    if count == 0 || count > most {
        return Err(Error::input(format!("{count} landmarks; allowed are 1 to {most}, the points")));
    }
    Ok(())
}

/// (Phi^T Phi + ridge)^{-1} B
fn solve(features: &Mat<f64>, right: MatRef<'_, f64>, ridge: f64) -> Result<Mat<f64>> {
    if !(ridge > 0.0 && ridge.is_finite()) {
        return Err(Error::input(format!("a ridge of {ridge}; it must be positive")));
    }
    let mut normal = features.transpose() * features;
    for i in 0..normal.nrows() {
        normal[(i, i)] += ridge;
    }
    let factor =
        normal.llt(Side::Lower).map_err(|e| Error::unable(format!("a ridge of {ridge} is too small: {e:?}")))?;
    Ok(factor.solve(right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Sphere;
    use crate::gram::{Regression, Scaling};
    use crate::kernel::Kernel;

    fn setting() -> (ZonalGram, Points, Matrix) {
        let zonal = ZonalGram::new(Kernel::ntk(3).unwrap().tabulate(None).unwrap(), Scaling::Sphere);
        let points = Points::uniform(300, Sphere::in_dimension(4).unwrap(), 3).unwrap();
        let labels: Vec<f64> = (0..300).map(|i| points.direction(i)[0] * points.direction(i)[1]).collect();
        (zonal, points, Matrix::column(&labels))
    }

    /// With all points as landmarks it is kernel ridge regression, and the scores add up to the effective dimension.
    #[test]
    fn all_landmarks_lose_nothing() {
        let (zonal, points, labels) = setting();
        let exact = Regression::new(Eigen::all(&zonal.gram(&points).unwrap()).unwrap()).unwrap();
        let nystrom = Nystrom::uniform(&zonal, &points, 300, 5).unwrap();
        let fresh = Points::uniform(40, Sphere::in_dimension(4).unwrap(), 4).unwrap();
        let alpha = exact.ridge(&labels, 0.1).unwrap();
        let expected = zonal.cross::<f64>(&fresh, &points).unwrap().times(&alpha).unwrap();
        let beta = nystrom.ridge(&points, &labels, 0.1).unwrap();
        let found = nystrom.predict(&fresh, &beta).unwrap();
        let size = expected.view().norm_l2();
        assert!((found.view() - expected.view()).norm_l2() < 1e-9 * size);
        let total: f64 = nystrom.leverage_scores(&points, 0.1).unwrap().iter().sum();
        assert!((total / exact.effective_dimension(0.1) - 1.0).abs() < 1e-9);
        // Another ridge gives another predictor.
        let other = nystrom.ridge(&points, &labels, 0.11).unwrap();
        assert!((nystrom.predict(&fresh, &other).unwrap().view() - expected.view()).norm_l2() > 1e-5 * size);
    }

    /// The approximate kernel is exact at landmarks and below kappa elsewhere; more landmarks are nearer.
    #[test]
    fn landmarks_interpolate() {
        let (zonal, points, _) = setting();
        let gaps = [20, 80, 200].map(|count| {
            let nystrom = Nystrom::leverage(&zonal, &points, count, 1.0, 7).unwrap();
            let at = nystrom.map(nystrom.landmarks()).unwrap();
            assert!((0..count).all(|i| (at.row(i).squared_norm_l2() - 3.0).abs() < 1e-9));
            let all = nystrom.map(&points).unwrap();
            let gap: Vec<f64> = (0..300).map(|i| 3.0 - all.row(i).squared_norm_l2()).collect();
            assert!(gap.iter().all(|gap| *gap > -1e-9));
            gap.iter().sum::<f64>() / 300.0
        });
        assert!(gaps[0] > 2.0 * gaps[1] && gaps[1] > 2.0 * gaps[2], "{gaps:?}");
    }

    #[test]
    fn bad_landmarks_are_named() {
        let (zonal, points, labels) = setting();
        let message = |result: Result<Nystrom>| result.unwrap_err().to_string();
        assert_eq!(message(Nystrom::uniform(&zonal, &points, 0, 1)), "0 landmarks; allowed are 1 to 300, the points");
        assert_eq!(
            message(Nystrom::uniform(&zonal, &points, 301, 1)),
            "301 landmarks; allowed are 1 to 300, the points"
        );
        let nystrom = Nystrom::uniform(&zonal, &points, 10, 1).unwrap();
        assert!(nystrom.ridge(&points, &labels, 0.0).unwrap_err().to_string().contains("must be positive"));
        assert!(
            nystrom
                .ridge(&points, &Matrix::column(&labels.values()[..9]), 1.0)
                .unwrap_err()
                .to_string()
                .contains("9 labels for 300")
        );
    }
}
