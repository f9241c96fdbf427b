//! Networks of finite width: outputs, the empirical tangent kernel, training, pruning.

use super::layers::Layers;
use super::random_features::gaussian;
use crate::data::Points;
use crate::error::{Error, Result};
use crate::linear::Matrix;
use crate::linear::room;
use faer::{Mat, unzip, zip};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A fully connected ReLU network without biases in the tangent-kernel parametrisation (Jacot, Gabriel, Hongler,
/// NeurIPS 2018), L layers of weights:
/// $$h^1 = W^1 x,\quad a^l = \sqrt{2/m}\max(0, h^l),\quad h^{l+1} = W^{l+1} a^l,\quad f(x) = W^L a^{L-1},$$
/// every hidden layer of width m, weights N(0, 1); L = 1 is linear. Its tangent kernel tends to `ntk(L)` for m to
/// infinity, with [`Scaling::Homogeneous`](crate::gram::Scaling) off the sphere.
///
/// A pass over n points costs 2 n m (p + (L-2) m) operations and holds L n m numbers.
///
/// ```
/// use zonal::finite::DenseNetwork;
/// use zonal::data::Points;
/// let points = Points::new(vec![1.0, 0.0, 0.0, 2.0], 2)?;
/// let network = DenseNetwork::new(2, 20_000, 2, 1)?;
/// let ntk = network.empirical_ntk(&points)?;
/// // |x| |x'| kappa(0) = 2 ntk(2)(0) = 2/pi
/// assert!((ntk.row(0)[1] - 2.0 * std::f64::consts::FRAC_1_PI).abs() < 0.04);
/// // Of two opposite copies: nothing to begin with, the same kernel.
/// let centred = network.centred();
/// assert_eq!(centred.outputs(&points)?, [0.0, 0.0]);
/// assert!((centred.empirical_ntk(&points)?.row(0)[1] - ntk.row(0)[1]).abs() < 1e-12);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DenseNetwork {
    dimension: usize,
    width: usize,
    /// The networks whose sum, each with its factor, this is.
    parts: Vec<Layers>,
    /// For each layer 0 where a weight is pruned and otherwise the square of its factor; none without pruning.
    masks: Vec<Option<Mat<f64>>>,
}

/// Streams of the generator; points use stream 0, random features stream 1. Masks have one for each layer, from the
/// fourth on.
const WEIGHTS: u64 = 2;
const MASKS: u64 = 3;

impl DenseNetwork {
    /// Draws the weights; the same for the same seed.
    ///
    /// # Errors
    /// `Input` for a dimension, a width or a number of layers of 0; `Unable` for more than 2^31 weights.
    pub fn new(dimension: usize, width: usize, layers: usize, seed: u64) -> Result<Self> {
        for (what, number) in [("dimension", dimension), ("width", width), ("number of layers", layers)] {
            if number == 0 {
                return Err(Error::input(format!("a network with a {what} of 0; at least 1 is needed")));
            }
        }
        let (p, m) = (dimension as f64, width as f64);
        room(if layers == 1 { p } else { m * (p + (layers - 2) as f64 * m + 1.0) }, "a network")?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(WEIGHTS);
        let size = |layer: usize| if layer == layers { 1 } else { width };
        let weights = (1..=layers)
            .map(|layer| gaussian(size(layer), if layer == 1 { dimension } else { width }, &mut random))
            .collect();
        Ok(DenseNetwork { dimension, width, parts: vec![Layers { factor: 1.0, weights }], masks: vec![None; layers] })
    }

    /// The number of layers of weights L, as in `ntk(L)`; a network with L = 1 is linear.
    pub fn layers(&self) -> usize {
        self.masks.len()
    }

    /// The width m: how many units each hidden layer has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The sum of two copies with the factors $\pm1/\sqrt2$, which are trained apart: f = 0 to begin with, and the
    /// empirical tangent kernel stays the same (Chizat, Oyallon, Bach, NeurIPS 2019).
    pub fn centred(&self) -> Self {
        let parts = [0.5f64.sqrt(), -0.5f64.sqrt()]
            .iter()
            .flat_map(|sign| self.parts.iter().map(move |part| Layers { factor: sign * part.factor, ..part.clone() }))
            .collect();
        DenseNetwork { parts, masks: self.masks.clone(), ..*self }
    }

    /// Keeps every weight of some layers (1 to L) independently with probability `keep`, and sets the others to 0 for
    /// good: training leaves them there, and they do not count in the tangent kernel. With `rescale` the kept weights
    /// have the factor $1/\sqrt{keep}$, in training too.
    ///
    /// Masks of the same seed are the same: to prune again takes another.
    ///
    /// For wide layers the tangent kernel is multiplied by `keep` for each pruned layer, and with `rescale` stays what
    /// it was (Yang and Wang, AISTATS 2023). For the first layer this needs points of many entries, none of them
    /// dominant.
    ///
    /// # Errors
    /// `Input` for a probability outside (0, 1], and for a layer that does not exist.
    pub fn pruned(&self, layers: &[usize], keep: f64, rescale: bool, seed: u64) -> Result<Self> {
        if !(keep > 0.0 && keep <= 1.0) {
            return Err(Error::input(format!("weights kept with probability {keep}; allowed are numbers in (0, 1]")));
        }
        if let Some(layer) = layers.iter().find(|layer| **layer == 0 || **layer > self.layers()) {
            return Err(Error::input(format!("layer {layer} is to be pruned; there are 1 to {}", self.layers())));
        }
        let mut network = self.clone();
        for layer in (1..=self.layers()).filter(|layer| layers.contains(layer)) {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(MASKS + layer as u64);
            let (rows, columns) = self.parts[0].weights[layer - 1].shape();
            let square = if rescale { 1.0 / keep } else { 1.0 };
            let mut mask = Mat::zeros(rows, columns);
            for j in 0..columns {
                mask.col_as_slice_mut(j).fill_with(|| if random.random_bool(keep) { square } else { 0.0 });
            }
            for part in &mut network.parts {
                zip!(&mut part.weights[layer - 1], &mask).for_each(|unzip!(w, mask)| *w *= mask.sqrt());
            }
            if let Some(old) = &network.masks[layer - 1] {
                zip!(&mut mask, old).for_each(|unzip!(mask, old)| *mask *= old);
            }
            network.masks[layer - 1] = Some(mask);
        }
        Ok(network)
    }

    /// The outputs f(x) of the network, one number for each point, in their order.
    ///
    /// # Errors
    /// `Input` for points of another dimension; `Unable` for more than 2^31 numbers at a time.
    pub fn outputs(&self, points: &Points) -> Result<Vec<f64>> {
        let x = self.inputs(points)?;
        let passes: Vec<_> = self.parts.iter().map(|part| part.forward(&x)).collect();
        Ok(self.sum(&passes))
    }

    /// The tangent kernel $\langle\nabla f(x), \nabla f(x')\rangle$ over the weights that are not pruned: the sum over
    /// layers of $\langle a^{l-1}(x), a^{l-1}(x')\rangle\langle b^l(x), b^l(x')\rangle$ with
    /// $b^l = \partial f/\partial h^l$. Its deviation from the limit is of order $1/\sqrt m$.
    ///
    /// Cost: two passes and about 4 n^2 m L operations; n^2 times the number of weights for a pruned layer.
    ///
    /// # Errors
    /// As [`DenseNetwork::outputs`].
    pub fn empirical_ntk(&self, points: &Points) -> Result<Matrix> {
        let mut kernel = self.tangent(points, points)?;
        for i in 0..points.count() {
            for j in 0..i {
                kernel[(i, j)] = kernel[(j, i)];
            }
        }
        Ok(matrix(&kernel))
    }

    /// The same between the points of the rows and those of the columns.
    ///
    /// # Errors
    /// As [`DenseNetwork::outputs`].
    pub fn cross_empirical_ntk(&self, rows: &Points, columns: &Points) -> Result<Matrix> {
        Ok(matrix(&self.tangent(rows, columns)?))
    }

    /// `steps` steps of gradient descent on $\frac1{2n}\sum_i (f(x_i) - y_i)^2$, all points in each; returns this loss
    /// before the first step and after every one.
    ///
    /// Wide networks follow $f \leftarrow f - \frac{rate}n K (f - y)$ with their tangent kernel K, stable for rates
    /// below $2n/\lambda_{max}(K)$. Start from [`DenseNetwork::centred`] to have f = 0 at first. Cost: about three
    /// passes a step.
    ///
    /// # Errors
    /// `Input` for another number of labels, one that is not finite, or a rate that is not positive; `Unable` where the
    /// loss overflows; as [`DenseNetwork::outputs`]. The network is then what it was.
    pub fn train(&mut self, points: &Points, labels: &[f64], rate: f64, steps: usize) -> Result<Vec<f64>> {
        let n = points.count();
        if labels.len() != n {
            return Err(Error::input(format!("{} labels for {n} points", labels.len())));
        }
        if let Some(index) = labels.iter().position(|y| !y.is_finite()) {
            return Err(Error::input(format!("label {index} is {}; finite numbers are needed", labels[index])));
        }
        if !(rate > 0.0 && rate.is_finite()) {
            return Err(Error::input(format!("a rate of {rate}; it must be positive")));
        }
        let x = self.inputs(points)?;
        let mut trained = self.clone();
        let mut losses = Vec::with_capacity(steps.min(1 << 20) + 1);
        for step in 0..=steps {
            let passes: Vec<_> = trained.parts.iter().map(|part| part.forward(&x)).collect();
            let outputs = trained.sum(&passes);
            let residuals: Vec<f64> = outputs.iter().zip(labels).map(|(f, y)| f - y).collect();
            let loss = residuals.iter().map(|r| r * r).sum::<f64>() / (2 * n) as f64;
            if !loss.is_finite() {
                return Err(Error::unable(format!(
                    "the loss is {loss} after {step} steps of rate {rate}; use a smaller one"
                )));
            }
            losses.push(loss);
            if step < steps {
                for (part, pass) in trained.parts.iter_mut().zip(&passes) {
                    part.descend(pass, &residuals, rate / n as f64, &trained.masks);
                }
            }
        }
        *self = trained;
        Ok(losses)
    }

    /// The points in columns.
    fn inputs(&self, points: &Points) -> Result<Mat<f64>> {
        if points.dimension() != self.dimension {
            let (found, p) = (points.dimension(), self.dimension);
            return Err(Error::input(format!("points of {found} coordinates for a network of {p}")));
        }
        let hidden = 2.0 * (self.parts.len() * (self.layers() - 1)) as f64 * self.width as f64;
        room(points.count() as f64 * (hidden + self.dimension as f64), "a pass through the network")?;
        Ok(Mat::from_fn(self.dimension, points.count(), |j, i| points.length(i) * points.direction(i)[j]))
    }

    /// f from the passes of all parts.
    fn sum(&self, passes: &[Vec<Mat<f64>>]) -> Vec<f64> {
        let last = self.layers();
        let term = |i: usize| self.parts.iter().zip(passes).map(move |(part, pass)| part.factor * pass[last][(0, i)]);
        (0..passes[0][last].ncols()).map(|i| term(i).sum()).collect()
    }

    fn tangent(&self, rows: &Points, columns: &Points) -> Result<Mat<f64>> {
        let (x, y) = (self.inputs(rows)?, self.inputs(columns)?);
        room(rows.count() as f64 * columns.count() as f64, "a tangent kernel")?;
        let mut kernel = Mat::zeros(rows.count(), columns.count());
        for part in &self.parts {
            let [(a, b), (c, d)] = [&x, &y].map(|x| {
                let pass = part.forward(x);
                let signals = part.backward(&pass, &vec![1.0; x.ncols()]);
                (pass, signals)
            });
            for (layer, mask) in self.masks.iter().enumerate() {
                let (a, b, c, d) = (&a[layer], &b[layer], &c[layer], &d[layer]);
                match mask {
                    None => {
                        let (activations, signals) = (a.transpose() * c, b.transpose() * d);
                        zip!(&mut kernel, &activations, &signals).for_each(|unzip!(k, a, b)| *k += a * b);
                    }
                    // sum_ij mask_ij b_i d_i a_j c_j, a row of the kernel at a time.
                    Some(mask) => {
                        for i in 0..a.ncols() {
                            let products = Mat::from_fn(c.nrows(), c.ncols(), |j, q| a[(j, i)] * c[(j, q)]);
                            let seen = mask * products;
                            let signals = Mat::from_fn(d.nrows(), d.ncols(), |j, q| d[(j, q)] * seen[(j, q)]);
                            let row = b.col(i).transpose() * signals;
                            (0..c.ncols()).for_each(|q| kernel[(i, q)] += row[q]);
                        }
                    }
                }
            }
        }
        Ok(kernel)
    }
}

/// Row after row.
fn matrix(kernel: &Mat<f64>) -> Matrix {
    let (rows, columns) = kernel.shape();
    Matrix::new(rows, columns, (0..rows * columns).map(|e| kernel[(e / columns, e % columns)]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points() -> Points {
        Points::new([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 1.2, -1.6], [-0.4, 0.0, 0.3]].concat(), 3).unwrap()
    }

    const LABELS: [f64; 4] = [1.0, -0.5, 0.25, 0.75];

    /// Networks of every kind: plain, centred and trained apart, pruned with and without factors, twice.
    fn kinds() -> Vec<DenseNetwork> {
        let mut kinds: Vec<DenseNetwork> = (1..=4).map(|layers| DenseNetwork::new(3, 7, layers, 5).unwrap()).collect();
        let mut apart = kinds[2].centred();
        apart.train(&points(), &LABELS, 0.3, 5).unwrap();
        kinds.push(apart.pruned(&[1, 2], 0.6, true, 3).unwrap());
        kinds.push(kinds[2].pruned(&[2, 3], 0.5, true, 1).unwrap().pruned(&[2], 0.7, false, 2).unwrap());
        kinds
    }

    /// Of every weight: its value, its factor, and what it adds to `value` for each unit, times the factor. Exact for
    /// polynomials of degree 2.
    fn differences(network: &DenseNetwork, value: impl Fn(&DenseNetwork) -> Vec<f64>) -> Vec<(f64, f64, Vec<f64>)> {
        const STEP: f64 = 1.0 / 1024.0;
        let mut found = Vec::new();
        for (index, part) in network.parts.iter().enumerate() {
            for (layer, (weights, mask)) in part.weights.iter().zip(&network.masks).enumerate() {
                let (rows, columns) = weights.shape();
                for (i, j) in (0..rows * columns).map(|e| (e % rows, e / rows)) {
                    let factor = mask.as_ref().map_or(1.0, |mask| mask[(i, j)].sqrt());
                    let [up, down] = [STEP, -STEP].map(|step| {
                        let mut moved = network.clone();
                        moved.parts[index].weights[layer][(i, j)] += factor * step;
                        value(&moved)
                    });
                    let slopes = up.iter().zip(&down).map(|(up, down)| (up - down) / (2.0 * STEP)).collect();
                    found.push((weights[(i, j)], factor, slopes));
                }
            }
        }
        found
    }

    /// f is linear in every weight away from kinks, so that differences are gradients to rounding.
    #[test]
    fn the_tangent_kernel_is_that_of_the_gradients() {
        for (kind, network) in kinds().iter().enumerate() {
            let gradients = differences(network, |network| network.outputs(&points()).unwrap());
            let kernel = network.empirical_ntk(&points()).unwrap();
            let cross = network.cross_empirical_ntk(&points(), &points().select(&[2, 0])).unwrap();
            for (i, j) in (0..16).map(|e| (e / 4, e % 4)) {
                let expected: f64 = gradients.iter().map(|(_, _, g)| g[i] * g[j]).sum();
                let found = kernel.row(i)[j];
                assert!(
                    (found - expected).abs() < 1e-12 * (1.0 + expected.abs()),
                    "{kind} {i} {j}: {found} {expected}"
                );
                assert_eq!(found, kernel.row(j)[i]);
                assert!((cross.row(i)[j % 2] - kernel.row(i)[2 - j % 2 * 2]).abs() < 1e-13, "{kind}");
            }
        }
    }

    /// One step moves every weight by its derivative of the loss; pruned weights stay 0.
    #[test]
    fn training_descends_along_the_gradient() {
        let loss = |network: &DenseNetwork| {
            let squares = network.outputs(&points()).unwrap().into_iter().zip(LABELS).map(|(f, y)| (f - y) * (f - y));
            vec![squares.sum::<f64>() / 8.0]
        };
        for (kind, network) in kinds().iter().enumerate() {
            let (rate, mut trained) = (0.125, network.clone());
            let losses = trained.train(&points(), &LABELS, rate, 1).unwrap();
            assert!((losses[0] - loss(network)[0]).abs() < 1e-14 && (losses[1] - loss(&trained)[0]).abs() < 1e-14);
            let after = differences(&trained, loss);
            for ((before, factor, slope), (after, _, _)) in differences(network, loss).iter().zip(after) {
                assert!((before - after - rate * factor * slope[0]).abs() < 1e-11, "{kind}: {before} {after}");
                assert!(*factor > 0.0 || after == 0.0);
            }
        }
    }
}
