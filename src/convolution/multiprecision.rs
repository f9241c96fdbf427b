//! The same kernels in multiprecision, straight from the definition.

use super::ConvolutionalKernel;
use super::Padding;
use super::network::{Axes, Convolution, Stage};
use crate::error::{Error, Result};
use crate::number::Multiprecision;
use rayon::prelude::*;
use rug::Float;

/// Both kernels of a pair of signals, in multiprecision.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PrecisePair {
    /// Of the convolutional kernel network.
    pub ckn: Float,
    /// Of the convolutional tangent kernel; without meaning for networks that have none.
    pub ntk: Float,
}

/// Distances of the features of two signals, in units of the signals: |Phi(x) - Phi(x')|.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distances {
    /// Of the features of the convolutional kernel network.
    pub ckn: f64,
    /// Of those of the convolutional tangent kernel.
    pub ntk: f64,
}

/// Pairs of positions and layers that are computed at most: some minutes.
const MOST_OPERATIONS: f64 = 1e8;

impl ConvolutionalKernel {
    /// Both kernels at so many bits. The weights of poolings are the doubles of the fast evaluation; all else is exact
    /// but for rounding, which costs some 10 bits, and half of all bits where features are parallel to rounding.
    ///
    /// Cost: some 10 microseconds for each pair of positions and layer.
    ///
    /// # Errors
    /// `Input` for signals of another size; `Unable` for more than 10^8 pairs of positions and layers.
    pub fn multiprecision(&self, x: &[f64], y: &[f64], bits: u32) -> Result<PrecisePair> {
        let lifted = [self.lifted(x, bits)?, self.lifted(y, bits)?];
        let norms = [self.norms(&lifted[0], bits)?, self.norms(&lifted[1], bits)?];
        self.recursion([&lifted[0], &lifted[1]], Some([&norms[0], &norms[1]]), bits).map(|(pair, _)| pair)
    }

    /// |Phi(x) - Phi(x')|, from K(x, x) + K(x', x') - 2 K(x, x') at so many bits.
    ///
    /// ```
    /// use zonal::convolution::ConvolutionalKernel;
    /// let kernel = ConvolutionalKernel::new(&"conv(1)".parse()?, "1x1x2".parse()?)?;
    /// // Orthogonal unit vectors: kappa_1 = 1/pi there, and the tangent kernel too.
    /// let distances = kernel.distances(&[1.0, 0.0], &[0.0, 1.0], 100)?;
    /// assert!((distances.ckn.powi(2) - (2.0 - 2.0 / std::f64::consts::PI)).abs() < 1e-15);
    /// assert!((distances.ntk.powi(2) - (4.0 - 2.0 / std::f64::consts::PI)).abs() < 1e-14);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`ConvolutionalKernel::multiprecision`].
    pub fn distances(&self, x: &[f64], y: &[f64], bits: u32) -> Result<Distances> {
        let (x, y) = (self.lifted(x, bits)?, self.lifted(y, bits)?);
        let (xx, norms) = self.recursion([&x, &x], None, bits)?;
        let (yy, norms1) = self.recursion([&y, &y], None, bits)?;
        let (xy, _) = self.recursion([&x, &y], Some([&norms, &norms1]), bits)?;
        let distance = |kernel: fn(&PrecisePair) -> &Float| {
            let sum = Float::with_val(bits, kernel(&xx) + kernel(&yy)) - Float::with_val(bits, kernel(&xy) * 2u32);
            if sum < 0 { 0.0 } else { sum.sqrt().to_f64() }
        };
        Ok(Distances { ckn: distance(|pair| &pair.ckn), ntk: distance(|pair| &pair.ntk) })
    }

    /// The channels of the pooled signal.
    fn lifted(&self, values: &[f64], bits: u32) -> Result<Vec<Vec<Float>>> {
        let (shape, operations) = (self.shape(), self.operations());
        if values.len() != shape.numbers() {
            return Err(Error::input(format!(
                "a signal of {} numbers; the shape {shape} has {}",
                values.len(),
                shape.numbers()
            )));
        }
        if operations > MOST_OPERATIONS {
            return Err(Error::unable(format!(
                "{operations:.1e} pairs of positions and layers in multiprecision; allowed are {MOST_OPERATIONS:.0e}"
            )));
        }
        let channel = |c: usize| {
            let values = values.iter().skip(c).step_by(shape.channels).map(|x| Float::with_val(bits, *x)).collect();
            pool(&self.plan.input, values, bits)
        };
        Ok((0..shape.channels).map(channel).collect())
    }

    /// The squared norms of the patches of each convolution.
    fn norms(&self, x: &[Vec<Float>], bits: u32) -> Result<Vec<Vec<Float>>> {
        self.recursion([x, x], None, bits).map(|(_, norms)| norms)
    }

    /// The recursion over all pairs of positions; without norms they are those of its own diagonal, which it returns.
    fn recursion(
        &self,
        signals: [&[Vec<Float>]; 2],
        norms: Option<[&[Vec<Float>]; 2]>,
        bits: u32,
    ) -> Result<(PrecisePair, Vec<Vec<Float>>)> {
        let zero = || Float::new(bits);
        let count = signals[0][0].len();
        let product = |index: usize| {
            let terms = signals[0]
                .iter()
                .zip(signals[1])
                .map(|(x, y)| Float::with_val(bits, &x[index / count] * &y[index % count]));
            terms.fold(zero(), |sum, term| sum + term)
        };
        let mut g: Vec<Float> = (0..count * count).map(product).collect();
        let mut h = g.clone();
        let mut squares = Vec::new();
        for stage in &self.plan.stages {
            for convolution in &stage.convolutions {
                let index = squares.len();
                let p = patches(&g, stage, convolution, self.plan.padding, bits);
                let ph = patches(&h, stage, convolution, self.plan.padding, bits);
                let positions = stage.grid.positions();
                let own: Vec<Float> = p.iter().step_by(positions + 1).cloned().collect();
                let [n, n1] = norms.map_or([&own, &own], |norms| norms.map(|norms| &norms[index]));
                let entry = |(index, (p, ph)): (usize, (&Float, &Float))| -> Result<(Float, Float)> {
                    let square = Float::with_val(bits, &n[index / positions] * &n1[index % positions]);
                    if square.is_zero() {
                        return Ok((zero(), zero()));
                    }
                    let scale = square.sqrt();
                    // Rounding may carry the cosine beyond 1.
                    let cosine = Float::with_val(bits, p / &scale).clamp(&-1, &1);
                    let activation = convolution.activation;
                    let [kappa, slope] = activation.kernel_and_slope(&Multiprecision::new(bits), &cosine)?;
                    let m = scale * kappa;
                    let tangent = if activation.is_differentiable() { slope * ph + &m } else { zero() };
                    Ok((m, tangent))
                };
                let found: Result<Vec<(Float, Float)>> = p.par_iter().zip(&ph).enumerate().map(entry).collect();
                (g, h) = found?.into_iter().unzip();
                squares.push(own);
            }
            if !stage.pooling.is_identity() {
                g = pool_pairs(&stage.pooling, g, bits);
                h = pool_pairs(&stage.pooling, h, bits);
            }
        }
        // The trace.
        let positions = self.positions();
        let trace = |values: &[Float]| values.iter().step_by(positions + 1).fold(zero(), |sum, x| sum + x);
        Ok((PrecisePair { ckn: trace(&g), ntk: trace(&h) }, squares))
    }
}

/// |S|^{-1} sum_v G\[u+v,u'+v\]
fn patches(values: &[Float], stage: &Stage, convolution: &Convolution, padding: Padding, bits: u32) -> Vec<Float> {
    let (grid, positions) = (stage.grid, stage.grid.positions());
    let moved = |u: usize, v: [isize; 2]| -> Option<usize> {
        let place = |i: usize, v: isize, extent: usize| {
            let i = i as isize + v;
            match padding {
                Padding::Circular => Some(i.rem_euclid(extent as isize) as usize),
                Padding::Zero => usize::try_from(i).ok().filter(|i| *i < extent),
            }
        };
        Some(place(u / grid.columns, v[0], grid.rows)? * grid.columns + place(u % grid.columns, v[1], grid.columns)?)
    };
    let [up, side] = convolution.radius.map(|radius| radius as isize);
    let entry = |index: usize| {
        let mut sum = Float::new(bits);
        for i in -up..=up {
            for j in -side..=side {
                if let (Some(u), Some(v)) = (moved(index / positions, [i, j]), moved(index % positions, [i, j])) {
                    sum += &values[u * positions + v];
                }
            }
        }
        sum / convolution.area as u32
    };
    (0..positions * positions).into_par_iter().map(entry).collect()
}

/// A x
fn pool(axes: &Axes, values: Vec<Float>, bits: u32) -> Vec<Float> {
    match axes.is_identity() {
        true => values,
        false => along(axes, 1, &along(axes, 0, &values, axes.0[1].inputs(), bits), 1, bits),
    }
}

/// A M A^T
fn pool_pairs(axes: &Axes, values: Vec<Float>, bits: u32) -> Vec<Float> {
    let (rows, columns) = (axes.0[0].inputs(), axes.0[1].inputs());
    let values = along(axes, 0, &values, columns * rows * columns, bits);
    let values = along(axes, 1, &values, rows * columns, bits);
    let values = along(axes, 0, &values, columns, bits);
    along(axes, 1, &values, 1, bits)
}

/// One axis of an array, `after` numbers behind each of its places.
fn along(axes: &Axes, axis: usize, values: &[Float], after: usize, bits: u32) -> Vec<Float> {
    let axis = &axes.0[axis];
    let (inputs, outputs) = (axis.inputs(), axis.outputs());
    let rows = axis.precise(bits);
    let entry = |index: usize| {
        let (block, output, rest) = (index / (outputs * after), index / after % outputs, index % after);
        let term =
            |(k, weight): &(usize, Float)| Float::with_val(bits, &values[(block * inputs + k) * after + rest] * weight);
        rows[output].iter().map(term).fold(Float::new(bits), |sum, term| sum + term)
    };
    (0..values.len() / inputs * outputs).into_par_iter().map(entry).collect()
}
