//! Points of R^p as directions and lengths.

use crate::domain::Sphere;
use crate::error::{Error, Result};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Points x of R^p, one a row: their directions x/|x| and lengths |x|.
///
/// ```
/// use zonal::data::Points;
/// let points = Points::new(vec![3.0, 4.0, 0.0, -2.0], 2)?;
/// assert_eq!(points.direction(0), [0.6, 0.8]);
/// assert_eq!(points.length(1), 2.0);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    dimension: usize,
    directions: Vec<f64>,
    /// What rounding took off the directions, unless there are very many, and by how much a direction with it is longer
    /// than 1: for distances of near points.
    rests: Vec<f64>,
    excess: Vec<f64>,
    lengths: Vec<f64>,
}

/// Rows of the same direction have squared distances below this by rounding: these count as 0.
const LEAST_SQUARE: f64 = 6.223_015_277_861_142e-61; // 2^-200

/// From this on, 2^-12, the rounding of directions does not show in a squared distance: less than 1e-15 of the largest
/// value for a kernel with
/// |x-y|^g, g = 1/10.
const PLAIN: f64 = 1.0 / 4096.0;

/// For more coordinates than this their rounding is not kept: it would take another quarter of a gigabyte.
const MOST_RESTS: usize = 1 << 25;

impl Points {
    /// The rows, one after the other, of `dimension` coordinates each.
    ///
    /// # Errors
    /// `Input` for no points, no coordinates, a number that is not finite, a row of zeros (it has no direction), or a
    /// count that is no multiple of the dimension.
    pub fn new(mut rows: Vec<f64>, dimension: usize) -> Result<Self> {
        if dimension == 0 || rows.is_empty() {
            return Err(Error::input("there are no points"));
        }
        if !rows.len().is_multiple_of(dimension) {
            return Err(Error::input(format!("{} numbers are no rows of {dimension} coordinates", rows.len())));
        }
        let mut lengths = Vec::with_capacity(rows.len() / dimension);
        let few = rows.len() <= MOST_RESTS;
        let mut rests = Vec::with_capacity(if few { rows.len() } else { 0 });
        let mut excess = Vec::with_capacity(rows.len() / dimension);
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
            // |x|^2 - length^2, to twice the digits
            let (mut sum, mut rest) = product(-length, length);
            for x in row.iter() {
                let (high, low) = product(*x, *x);
                let total = sum + high;
                let part = total - sum;
                rest += low + ((sum - (total - part)) + (high - part));
                sum = total;
            }
            excess.push(if few { (sum + rest) / (2.0 * length * length) } else { 0.0 });
            for x in row.iter_mut() {
                let direction = *x / length;
                if few {
                    let (high, low) = product(direction, length);
                    rests.push(((*x - high) - low) / length);
                }
                *x = direction;
            }
            lengths.push(length / scale);
        }
        Ok(Points { dimension, directions: rows, rests, excess, lengths })
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

    /// The number of points, each of them one row of coordinates.
    pub fn count(&self) -> usize {
        self.lengths.len()
    }

    /// The dimension p of the surrounding space: how many coordinates each point has.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The direction x/|x| of the point with this index, a unit vector of p coordinates.
    pub fn direction(&self, index: usize) -> &[f64] {
        &self.directions[index * self.dimension..(index + 1) * self.dimension]
    }

    /// |x/|x| - sign y/|y||^2 for one of these points and one of others, sign = 1 or -1, relatively right to about
    /// 2^-50 from distances of 2^-52 on,
    /// and 0 below 2^-100; for more than 2^25 coordinates the distance is right to 2^-52.
    pub(crate) fn squared_distance(&self, index: usize, others: &Points, other: usize, sign: f64) -> f64 {
        let (x, y) = (self.direction(index).iter(), others.direction(other).iter());
        let plain = x.clone().zip(y.clone()).map(|(a, b)| (a - sign * b) * (a - sign * b)).sum::<f64>();
        if plain >= PLAIN || self.rests.is_empty() || others.rests.is_empty() {
            return plain;
        }
        let (x, (e, f)) = (x.zip(self.rest(index)), (self.excess[index], others.excess[other]));
        // Of (1 + e) x and (1 + f) y what is longer than 1 is taken off coordinate by coordinate: nothing cancels in
        // the sum.
        let one = |(((a, r), b), s): (((&f64, &f64), &f64), &f64)| (a - sign * b) + ((r - e * a) - sign * (s - f * b));
        let sum = x.zip(y).zip(others.rest(other)).map(one).map(|d| d * d).sum::<f64>();
        if sum < LEAST_SQUARE { 0.0 } else { sum }
    }

    fn rest(&self, index: usize) -> &[f64] {
        self.rests.get(index * self.dimension..(index + 1) * self.dimension).unwrap_or_default()
    }

    /// The Euclidean length |x| of the point with this index.
    pub fn length(&self, index: usize) -> f64 {
        self.lengths[index]
    }

    /// Some of the points, in this order.
    pub fn select(&self, indices: &[usize]) -> Self {
        Points {
            dimension: self.dimension,
            directions: indices.iter().flat_map(|i| self.direction(*i)).copied().collect(),
            rests: indices.iter().flat_map(|i| self.rest(*i)).copied().collect(),
            excess: indices.iter().map(|i| self.excess[*i]).collect(),
            lengths: indices.iter().map(|i| self.lengths[*i]).collect(),
        }
    }
}

/// x y and its rounding error (Dekker 1971), for numbers of moderate size.
fn product(x: f64, y: f64) -> (f64, f64) {
    const SPLIT: f64 = 134_217_729.0;
    let split = |x: f64| {
        let large = SPLIT * x;
        let high = large - (large - x);
        (high, x - high)
    };
    let ((a, b), (c, d), high) = (split(x), split(y), x * y);
    (high, b * d - (((high - a * c) - b * c) - a * d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_exact() {
        for (x, y) in [(0.1, 0.3), (1.0 / 3.0, 3.0), (std::f64::consts::PI, -std::f64::consts::E)] {
            let (high, low) = product(x, y);
            let exact = rug::Float::with_val(200, x) * y;
            assert_eq!(rug::Float::with_val(200, high) + low, exact);
        }
    }

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
