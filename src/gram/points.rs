//! Points of R^p as directions and lengths.

use crate::error::{Error, Result};
use crate::sphere::Sphere;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Points x of R^p, one a row: their directions x/|x| and lengths |x|.
///
/// ```
/// use zonal::gram::Points;
/// let points = Points::new(vec![3.0, 4.0, 0.0, -2.0], 2)?;
/// assert_eq!(points.direction(0), [0.6, 0.8]);
/// assert_eq!(points.length(1), 2.0);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    dimension: usize,
    directions: Vec<f64>,
    lengths: Vec<f64>,
}

impl Points {
    /// The rows, one after the other, of `dimension` coordinates each.
    ///
    /// # Errors
    /// `Input` for no points, no coordinates, a number that is not finite, a row of zeros (it has no direction), or a count that is no multiple
    /// of the dimension.
    pub fn new(mut rows: Vec<f64>, dimension: usize) -> Result<Self> {
        if dimension == 0 || rows.is_empty() {
            return Err(Error::input("there are no points"));
        }
        if !rows.len().is_multiple_of(dimension) {
            return Err(Error::input(format!("{} numbers are no rows of {dimension} coordinates", rows.len())));
        }
        let mut lengths = Vec::with_capacity(rows.len() / dimension);
        for (index, row) in rows.chunks_mut(dimension).enumerate() {
            if let Some(x) = row.iter().find(|x| !x.is_finite()) {
                return Err(Error::input(format!("row {index} contains {x}; finite numbers are needed")));
            }
            let largest = row.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
            if largest == 0.0 {
                return Err(Error::input(format!("row {index} is zero and has no direction")));
            }
            // A power of two, exact, against overflow and underflow of the squares.
            let scale = 2f64.powi(-(largest.log2().floor() as i32).clamp(-1000, 1000));
            row.iter_mut().for_each(|x| *x *= scale);
            let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
            row.iter_mut().for_each(|x| *x /= length);
            lengths.push(length / scale);
        }
        Ok(Points { dimension, directions: rows, lengths })
    }

    /// Independent points, uniform on the unit sphere; the same for the same seed.
    ///
    /// # Errors
    /// `Input` for no points.
    pub fn uniform(count: usize, sphere: Sphere, seed: u64) -> Result<Self> {
        let dimension = sphere.dimension() as usize;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut rows = Vec::with_capacity(count * dimension);
        for _ in 0..count {
            let start = rows.len();
            // Normal vectors have uniform directions; one of length 0 has none.
            while rows[start..].iter().all(|x| *x == 0.0) {
                rows.truncate(start);
                rows.extend((0..dimension).map(|_| -> f64 { StandardNormal.sample(&mut random) }));
            }
        }
        let points = Points::new(rows, dimension)?;
        Ok(Points { lengths: vec![1.0; count], ..points })
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.lengths.len()
    }

    /// p
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// x/|x| of one point.
    pub fn direction(&self, index: usize) -> &[f64] {
        &self.directions[index * self.dimension..(index + 1) * self.dimension]
    }

    /// |x| of one point.
    pub fn length(&self, index: usize) -> f64 {
        self.lengths[index]
    }

    /// Some of the points, in this order.
    pub fn select(&self, indices: &[usize]) -> Self {
        Points {
            dimension: self.dimension,
            directions: indices.iter().flat_map(|i| self.direction(*i)).copied().collect(),
            lengths: indices.iter().map(|i| self.lengths[*i]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_points_are_named() {
        let message = |rows: &[f64], dimension| Points::new(rows.to_vec(), dimension).unwrap_err().to_string();
        assert_eq!(message(&[], 2), "there are no points");
        assert_eq!(message(&[1.0, 2.0, f64::NAN, 1.0], 2), "row 1 contains NaN; finite numbers are needed");
        assert_eq!(message(&[1.0, f64::INFINITY], 2), "row 0 contains inf; finite numbers are needed");
        assert_eq!(message(&[1.0, 2.0, 0.0, -0.0], 2), "row 1 is zero and has no direction");
        assert_eq!(message(&[1.0, 2.0, 3.0], 2), "3 numbers are no rows of 2 coordinates");
    }

    /// Lengths from the smallest to the largest numbers.
    #[test]
    fn lengths_do_not_overflow() {
        for scale in [5e-324, 1e-310, 1e-200, 1.0, 1e200, 3e307] {
            let points = Points::new(vec![3.0 * scale, 4.0 * scale], 2).unwrap();
            let [x, y] = points.direction(0) else { panic!() };
            assert!((x - 0.6).abs() < 1e-15 && (y - 0.8).abs() < 1e-15, "{scale}");
            assert!((points.length(0) / (5.0 * scale) - 1.0).abs() < 1e-15, "{scale}");
        }
    }
}
