//! Random feature maps: inner products of feature vectors that estimate a kernel.

use crate::data::Points;
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::linear::{Matrix, room};
use crate::watch;
use faer::Mat;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use rug::Float;

/// A random map z from the sphere to R^M with $\langle z(x), z(y)\rangle \approx \kappa(\langle x,y\rangle)$.
///
/// Points enter by their directions x/|x|. One value stands for one drawn map: the points of training and test get
/// comparable features, and the same seed draws the same map. The seed of [`Points::uniform`] may be the same; the
/// numbers are others.
///
/// Variances are those of one entry of the estimated Gram matrix, at t = <x, y>; $\kappa_n$ is the arc-cosine function
/// with $\kappa_n(1) = 1$.
///
/// ```
/// use zonal::data::Points;
/// use zonal::finite::RandomFeatures;
/// let points = Points::new(vec![1.0, 0.0, 0.0, 1.0], 2)?;
/// let z = RandomFeatures::ntk(2, 20_000, 1)?.features(&points)?;
/// let gram = z.times(&z.transposed())?;
/// // u kappa_0 + kappa_1 at u = 1 and u = 0: 2 and 1/pi. Five standard deviations.
/// assert!((gram.row(0)[0] - 2.0).abs() < 5.0 * (6.0f64 / 20_000.0).sqrt());
/// assert!((gram.row(0)[1] - std::f64::consts::FRAC_1_PI).abs() < 5.0 * (0.9f64 / 20_000.0).sqrt());
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RandomFeatures {
    map: Map,
    count: usize,
    seed: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Map {
    Relu,
    Step,
    Tangent { layers: usize },
    Gegenbauer { eigenvalues: Vec<f64> },
}

/// The stream of the generator; points use stream 0.
const STREAM: u64 = 1;

impl RandomFeatures {
    /// $\sqrt{2/m}\max(0, \langle w_i, x\rangle)$ for i = 1..m, w ~ N(0, I): estimates $\kappa_1$ without bias (Cho and
    /// Saul, NeurIPS 2009).
    ///
    /// Variance $(6\kappa_2(t) - \kappa_1(t)^2)/m$: 5/m on the diagonal. m columns; n m p operations for n points.
    ///
    /// # Errors
    /// `Input` for m = 0.
    pub fn relu(m: usize, seed: u64) -> Result<Self> {
        Self::new(Map::Relu, m, seed)
    }

    /// $\sqrt{2/m}\,1(\langle w_i, x\rangle > 0)$ for i = 1..m, w ~ N(0, I): estimates $\kappa_0$ without bias.
    ///
    /// Variance $(2\kappa_0(t) - \kappa_0(t)^2)/m$: 1/m on the diagonal. Columns and cost as [`RandomFeatures::relu`].
    ///
    /// # Errors
    /// `Input` for m = 0.
    pub fn step(m: usize, seed: u64) -> Result<Self> {
        Self::new(Map::Step, m, seed)
    }

    /// Features of the tangent kernel `ntk(L)`, L layers of weights (after Zandieh et al., NeurIPS 2021).
    ///
    /// L = 1: x itself. L = 2: $(\phi_0(x) \otimes x,\ \phi_1(x))$ with independent step features $\phi_0$ and ReLU
    /// features $\phi_1$. m p + m columns; no bias; variance
    /// $(t^2(2\kappa_0 - \kappa_0^2) + 6\kappa_2 - \kappa_1^2)/m$.
    ///
    /// L >= 3: step and ReLU features of the ReLU features of the layer before, divided by their length (a vector of
    /// zeros stays one), with $\psi_l = (S(\phi_0 \otimes \psi_{l-1}),\ \phi_1)$. S sketches to m numbers,
    /// $\langle g_i, a\rangle\langle h_i, b\rangle/\sqrt m$ with random signs $g_i$, $h_i$, which keeps inner products
    /// on average. The estimate has a bias of order 1/m: it is right in the limit only. 2 m columns; about 5 n m^2
    /// operations a layer.
    ///
    /// # Errors
    /// `Input` for m = 0 or L = 0.
    pub fn ntk(layers: usize, m: usize, seed: u64) -> Result<Self> {
        if layers == 0 {
            return Err(Error::input("a network of 0 layers; at least 1 is needed"));
        }
        Self::new(Map::Tangent { layers }, m, seed)
    }

    /// Gegenbauer features of any kernel $\kappa = \sum_k N(p,k)\mu_k P_k$ with $\mu_k \ge 0$ (Han, Zandieh, Avron,
    /// ICML 2022):
    /// $$z_i(x) = \frac1{\sqrt m}\sum_{k \le K} N(p,k)\sqrt{\mu_k}\,P_k(\langle x, w_i\rangle),$$ w uniform on the
    /// sphere, from $\mu_0, \dots, \mu_K$.
    ///
    /// Estimates $\sum_{k \le K} N(p,k)\mu_k P_k(t)$ without bias, at most $\sum_{k > K} N(p,k)\mu_k$ from the
    /// kernel. |z_i|^2 m reaches $(\sum_k N\sqrt{\mu_k})^2$: many features are needed in high dimensions. m columns; n
    /// m (p + 4K) operations.
    ///
    /// # Errors
    /// `Input` for m = 0, no eigenvalues, or one that is negative or not finite.
    pub fn gegenbauer(eigenvalues: &[f64], m: usize, seed: u64) -> Result<Self> {
        if eigenvalues.is_empty() {
            return Err(Error::input("there are no eigenvalues"));
        }
        if let Some(k) = eigenvalues.iter().position(|mu| !(*mu >= 0.0 && mu.is_finite())) {
            return Err(Error::input(format!("eigenvalue {k} is {}; it must not be negative", eigenvalues[k])));
        }
        Self::new(Map::Gegenbauer { eigenvalues: eigenvalues.to_vec() }, m, seed)
    }

    fn new(map: Map, count: usize, seed: u64) -> Result<Self> {
        if count == 0 {
            return Err(Error::input("0 random features; at least 1 is needed"));
        }
        Ok(RandomFeatures { map, count, seed })
    }

    /// The features, a row for each point.
    ///
    /// # Errors
    /// `Unable` for more than 2^31 numbers at a time; for Gegenbauer features `Input` for points of one coordinate,
    /// `Unable` where $N(p,k)\sqrt{\mu_k}$ is beyond the doubles.
    pub fn features(&self, points: &Points) -> Result<Matrix> {
        let (n, p, m) = (points.count() as f64, points.dimension() as f64, self.count as f64);
        let numbers = match &self.map {
            Map::Relu | Map::Step => n * p + m * p + n * m,
            Map::Gegenbauer { .. } => n * p + 2.0 * m * p + n * m,
            Map::Tangent { layers: 1 } => 2.0 * n * p,
            Map::Tangent { layers: 2 } => 2.0 * n * p + m * p + n * m * (p + 3.0),
            // The sketch of a layer has 3 m^2 signs; states, steps and tangents of old and new layer.
            Map::Tangent { .. } => 2.0 * n * p + m * (p + m) + 3.0 * m * m + 9.0 * n * m,
        };
        room(numbers, "random features")?;
        let x = Mat::from_fn(points.count(), points.dimension(), |i, j| points.direction(i)[j]);
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(STREAM);
        let features = match &self.map {
            Map::Relu => relu(&x, self.count, &mut random),
            Map::Step => step(&x, self.count, &mut random),
            Map::Tangent { layers } => tangent(x, *layers, self.count, &mut random),
            Map::Gegenbauer { eigenvalues } => harmonics(&x, eigenvalues, self.count, &mut random)?,
        };
        Ok(Matrix::of(features.as_ref()))
    }
}

/// Independent numbers, column after column.
fn draw(rows: usize, columns: usize, mut number: impl FnMut() -> f64) -> Mat<f64> {
    let mut matrix = Mat::zeros(rows, columns);
    for j in 0..columns {
        matrix.col_as_slice_mut(j).fill_with(&mut number);
    }
    matrix
}

/// Independent N(0, 1).
pub(super) fn gaussian(rows: usize, columns: usize, random: &mut ChaCha8Rng) -> Mat<f64> {
    draw(rows, columns, || StandardNormal.sample(random))
}

/// sqrt(2/m) max(0, X W)
fn relu(x: &Mat<f64>, m: usize, random: &mut ChaCha8Rng) -> Mat<f64> {
    let mut h = x * gaussian(x.ncols(), m, random);
    let factor = (2.0 / m as f64).sqrt();
    h.for_each_mut(|h| *h = factor * h.max(0.0));
    h
}

/// sqrt(2/m) 1(X W > 0)
fn step(x: &Mat<f64>, m: usize, random: &mut ChaCha8Rng) -> Mat<f64> {
    let mut h = x * gaussian(x.ncols(), m, random);
    let factor = (2.0 / m as f64).sqrt();
    h.for_each_mut(|h| *h = if *h > 0.0 { factor } else { 0.0 });
    h
}

fn tangent(x: Mat<f64>, layers: usize, m: usize, random: &mut ChaCha8Rng) -> Mat<f64> {
    let mut state = x.clone();
    let mut tangent = x;
    for _ in 1..layers {
        let (steps, mut next) = (step(&state, m, random), relu(&state, m, random));
        let mut joined = if layers == 2 { product(&steps, &tangent, m) } else { sketch(&steps, &tangent, m, random) };
        let width = joined.ncols() - m;
        joined.subcols_mut(width, m).copy_from(&next);
        tangent = joined;
        normalise(&mut next);
        state = next;
    }
    tangent
}

/// All products of a number of the one row and a number of the other, and room for `more` columns.
fn product(left: &Mat<f64>, right: &Mat<f64>, more: usize) -> Mat<f64> {
    let columns = left.ncols() * right.ncols();
    let mut out = Mat::zeros(left.nrows(), columns + more);
    for c in 0..columns {
        let (a, b) = (left.col_as_slice(c / right.ncols()), right.col_as_slice(c % right.ncols()));
        out.col_as_slice_mut(c).iter_mut().zip(a.iter().zip(b)).for_each(|(out, (a, b))| *out = a * b);
    }
    out
}

/// m numbers <g, a> <h, b>/sqrt(m) for rows a and b, with random signs g and h, and room for m more.
fn sketch(left: &Mat<f64>, right: &Mat<f64>, m: usize, random: &mut ChaCha8Rng) -> Mat<f64> {
    let mut signs = |rows: usize| draw(rows, m, || if random.random() { 1.0 } else { -1.0 } / (m as f64).sqrt().sqrt());
    let (a, b) = (left * signs(left.ncols()), right * signs(right.ncols()));
    let mut out = Mat::zeros(left.nrows(), 2 * m);
    for c in 0..m {
        let factors = a.col_as_slice(c).iter().zip(b.col_as_slice(c));
        out.col_as_slice_mut(c).iter_mut().zip(factors).for_each(|(out, (a, b))| *out = a * b);
    }
    out
}

/// Divides rows by their lengths.
fn normalise(rows: &mut Mat<f64>) {
    let lengths: Vec<f64> = rows.row_iter().map(|row| row.norm_l2()).collect();
    for column in 0..rows.ncols() {
        for (x, length) in rows.col_as_slice_mut(column).iter_mut().zip(&lengths) {
            *x /= if *length > 0.0 { *length } else { 1.0 };
        }
    }
}

/// sum_k N sqrt(mu_k) P_k(<x, w>)/sqrt(m), w uniform on the sphere.
fn harmonics(x: &Mat<f64>, eigenvalues: &[f64], m: usize, random: &mut ChaCha8Rng) -> Result<Mat<f64>> {
    let dimension = x.ncols();
    let sphere = Sphere::in_dimension(dimension as u64)?;
    // N is exact: N and sqrt(mu) may be far apart.
    let coefficients = eigenvalues.iter().enumerate().map(|(k, mu)| {
        if *mu == 0.0 {
            return Ok(0.0);
        }
        let c = (Float::with_val(64, sphere.multiplicity(k as u64)) * mu.sqrt() / (m as f64).sqrt()).to_f64();
        if c.is_finite() {
            Ok(c)
        } else {
            Err(Error::unable(format!("the Gegenbauer feature of degree {k} overflows")))
        }
    });
    let coefficients = coefficients.collect::<Result<Vec<f64>>>()?;
    // P_{k+1} = first t P_k - second P_{k-1}
    let p = dimension as f64;
    let recurrence: Vec<(f64, f64, f64)> = (1..eigenvalues.len())
        .map(|k| (k as f64, coefficients[k]))
        .map(|(k, c)| (c, (2.0 * k + p - 2.0) / (k + p - 2.0), k / (k + p - 2.0)))
        .collect();
    let rows = gaussian(dimension, m, random);
    let directions = Points::new((0..m).flat_map(|i| rows.col_as_slice(i).to_vec()).collect(), dimension)?;
    let mut out = x * Mat::from_fn(dimension, m, |j, i| directions.direction(i)[j]);
    out.par_col_iter_mut().for_each(|column| {
        watch::check();
        for value in column.iter_mut() {
            let t = value.clamp(-1.0, 1.0);
            let (mut before, mut now) = (1.0, t);
            *value = coefficients[0];
            for (c, first, second) in &recurrence {
                *value += c * now;
                (before, now) = (now, first * t * now - second * before);
            }
        }
    });
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points() -> Points {
        Points::new([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 0.6, -0.8], [-0.8, 0.0, 0.6]].concat(), 3).unwrap()
    }

    #[test]
    fn bad_input_is_named() {
        let message = |error: Error| error.to_string();
        assert_eq!(message(RandomFeatures::relu(0, 1).unwrap_err()), "0 random features; at least 1 is needed");
        assert_eq!(message(RandomFeatures::ntk(0, 9, 1).unwrap_err()), "a network of 0 layers; at least 1 is needed");
        assert_eq!(message(RandomFeatures::gegenbauer(&[], 9, 1).unwrap_err()), "there are no eigenvalues");
        let error = RandomFeatures::gegenbauer(&[1.0, -0.5], 9, 1).unwrap_err();
        assert_eq!(message(error), "eigenvalue 1 is -0.5; it must not be negative");
        assert!(RandomFeatures::gegenbauer(&[f64::NAN], 9, 1).is_err());
        for map in [RandomFeatures::relu(usize::MAX, 1), RandomFeatures::ntk(3, 1 << 20, 1)] {
            let error = map.unwrap().features(&points()).unwrap_err();
            assert!(matches!(&error, Error::Unable(text) if text.message.contains("2^31")), "{error}");
        }
        let line = Points::new(vec![1.0, -2.0], 1).unwrap();
        assert!(matches!(RandomFeatures::gegenbauer(&[1.0], 2, 1).unwrap().features(&line), Err(Error::Input(_))));
        // N sqrt(mu) = 1e200 sqrt(1e300)
        let high = Points::uniform(1, Sphere::in_dimension(400).unwrap(), 1).unwrap();
        let mut mu = vec![0.0; 500];
        mu[499] = 1e300;
        let error = RandomFeatures::gegenbauer(&mu, 2, 1).unwrap().features(&high).unwrap_err();
        assert_eq!(message(error), "the Gegenbauer feature of degree 499 overflows");
        assert_eq!(
            RandomFeatures::relu(5, 3).unwrap().features(&points()).unwrap().values(),
            RandomFeatures::relu(5, 3).unwrap().features(&points()).unwrap().values()
        );
    }
}
