//! Convolutional networks of finite width, and the finite features of their kernels.

use super::Activation;
use super::ConvolutionalKernel;
use super::Padding;
use super::Pair;
use super::network::{Axes, Convolution, Stage};
use crate::error::{Error, Result};
use faer::Mat;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// A convolutional network of ReLUs with random weights: a^k\[u\] = sqrt(2/m) A max(0, W_k P a^{k-1}\[u\]), where P
/// cuts patches divided by sqrt(|S|) and A pools; its output is f(x) = sum_u <w\[u\], a^n\[u\]>. All weights are
/// independent standard normal numbers.
///
/// The same weights give random features phi_1(z) = sqrt(2/m) max(0, W_k z) and phi_0(z) = sqrt(2/m) 1(W_k z > 0), and
/// with them features of finite dimension for both kernels.
///
/// ```
/// use zonal::convolution::{ConvolutionalKernel, FiniteNetwork};
/// let kernel = ConvolutionalKernel::new(&"conv(3) conv(3)".parse()?, "6".parse()?)?;
/// let (x, y) = ([1.0, 2.0, 0.0, -1.0, 0.5, 1.0], [0.0, 1.0, 1.0, -2.0, 0.0, 1.0]);
/// let network = FiniteNetwork::new(&kernel, 8, 1)?;
/// // The inner product of the features is the recursion with the kernels of finite width.
/// let [(_, phi), (_, psi)] = [network.features(&x)?, network.features(&y)?];
/// let product: f64 = phi.iter().zip(&psi).map(|(a, b)| a * b).sum();
/// assert!((product / network.recursion(&x, &y)?.ntk - 1.0).abs() < 1e-13);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FiniteNetwork<'a> {
    kernel: &'a ConvolutionalKernel,
    width: usize,
    /// W_k, a row for each feature.
    weights: Vec<Mat<f64>>,
    /// w: a row for each position of the output.
    last: Mat<f64>,
}

/// Numbers of the largest feature map of a signal, and of the weights of a layer.
const MOST_FEATURES: usize = 1 << 27;

/// The forward pass of a signal: patches of the inputs of each convolution and W_k times them, a row for each position;
/// the outputs.
struct Forward {
    patches: Vec<Mat<f64>>,
    raised: Vec<Mat<f64>>,
    output: Mat<f64>,
}

impl<'a> FiniteNetwork<'a> {
    /// m features in each layer; the same weights for the same seed.
    ///
    /// # Errors
    /// `Input` for a network with another activation than the ReLU, or for no features; `Unable` for more than 2^27
    /// weights in a layer.
    pub fn new(kernel: &'a ConvolutionalKernel, width: usize, seed: u64) -> Result<Self> {
        let convolutions = || kernel.plan.stages.iter().flat_map(|stage| &stage.convolutions);
        if convolutions().any(|convolution| convolution.activation != Activation::RELU) {
            return Err(Error::input(format!(
                "network '{}': networks of finite width have ReLUs, order 1",
                kernel.network()
            )));
        }
        if width == 0 {
            return Err(Error::input("a network of width 0; it must be positive"));
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut inputs = kernel.shape().channels;
        let mut weights = Vec::new();
        for convolution in convolutions() {
            let columns = convolution.area.saturating_mul(inputs);
            room(columns.saturating_mul(width))?;
            weights.push(Mat::from_fn(width, columns, |_, _| StandardNormal.sample(&mut random)));
            inputs = width;
        }
        // With a global mean the output has one position.
        let last = Mat::from_fn(kernel.positions(), width, |_, _| StandardNormal.sample(&mut random));
        Ok(FiniteNetwork { kernel, width, weights, last })
    }

    /// sqrt(2/m)
    fn scale(&self) -> f64 {
        (2.0 / self.width as f64).sqrt()
    }

    /// The signal on the grid, pooled.
    fn input(&self, x: &[f64]) -> Result<Mat<f64>> {
        let shape = self.kernel.shape();
        if x.len() != shape.numbers() {
            return Err(Error::input(format!(
                "a signal of {} numbers; the shape {shape} has {}",
                x.len(),
                shape.numbers()
            )));
        }
        let values = Mat::from_fn(shape.grid.positions(), shape.channels, |u, c| x[u * shape.channels + c]);
        Ok(pool(&self.kernel.plan.input, &values))
    }

    fn forward(&self, x: &[f64]) -> Result<Forward> {
        let mut values = self.input(x)?;
        let (mut all, mut raised) = (Vec::new(), Vec::new());
        for stage in &self.kernel.plan.stages {
            for convolution in &stage.convolutions {
                let patches = patches(&values, stage, convolution, self.kernel.plan.padding);
                let z = &patches * self.weights[all.len()].transpose();
                values = relu(&z, self.scale());
                all.push(patches);
                raised.push(z);
            }
            values = pool(&stage.pooling, &values);
        }
        Ok(Forward { patches: all, raised, output: values })
    }

    /// The output f(x) of the network, one number, for a signal given row after row with its channels innermost.
    ///
    /// # Errors
    /// `Input` for a signal of another size.
    pub fn output(&self, x: &[f64]) -> Result<f64> {
        Ok(inner(&self.forward(x)?.output, &self.last))
    }

    /// <a^n(x), a^n(x')>, and the tangent kernel <grad f(x), grad f(x')>, over all weights.
    ///
    /// # Errors
    /// `Input` for a signal of another size.
    pub fn tangent(&self, x: &[f64], y: &[f64]) -> Result<Pair> {
        let passes = [self.forward(x)?, self.forward(y)?];
        let ckn = inner(&passes[0].output, &passes[1].output);
        let mut ntk = ckn;
        // d f/d a, from the output backward.
        let mut slopes = [self.last.clone(), self.last.clone()];
        let mut layer = self.weights.len();
        for stage in self.kernel.plan.stages.iter().rev() {
            slopes = slopes.map(|slope| pool_back(&stage.pooling, &slope));
            for convolution in stage.convolutions.iter().rev() {
                layer -= 1;
                let mut at = [0, 1].iter().map(|side: &usize| {
                    let z = &passes[*side].raised[layer];
                    Mat::from_fn(z.nrows(), z.ncols(), |u, i| {
                        if z[(u, i)] > 0.0 { self.scale() * slopes[*side][(u, i)] } else { 0.0 }
                    })
                });
                let (Some(d), Some(d1)) = (at.next(), at.next()) else { continue };
                // d f/d W_k = sum_u d[u] (P a[u])^T
                let products = &d * d1.transpose();
                let inputs = &passes[0].patches[layer] * passes[1].patches[layer].transpose();
                ntk += inner(&products, &inputs);
                slopes = [d, d1]
                    .map(|d| patches_back(&(&d * &self.weights[layer]), stage, convolution, self.kernel.plan.padding));
            }
        }
        Ok(Pair { ckn, ntk })
    }

    /// The features of both kernels: those of the convolutional kernel network, a^n, and those of the tangent kernel by
    /// y\[u\] <- (phi_0(z\[u\]) (x) P y\[u\], phi_1(z\[u\])), z = P a, all pooled by A. Their dimension grows by the
    /// factor m |S| with each layer.
    ///
    /// # Errors
    /// `Input` for a signal of another size; `Unable` for more than 2^27 numbers.
    pub fn features(&self, x: &[f64]) -> Result<(Vec<f64>, Vec<f64>)> {
        let mut values = self.input(x)?;
        let mut tangent = values.clone();
        let mut layer = 0;
        for stage in &self.kernel.plan.stages {
            for convolution in &stage.convolutions {
                let z = patches(&values, stage, convolution, self.kernel.plan.padding);
                let y = patches(&tangent, stage, convolution, self.kernel.plan.padding);
                let raised = &z * self.weights[layer].transpose();
                let columns = self.width.saturating_mul(y.ncols()).saturating_add(self.width);
                room(columns.saturating_mul(y.nrows()))?;
                let (scale, width) = (self.scale(), y.ncols());
                values = relu(&raised, scale);
                tangent = Mat::from_fn(y.nrows(), columns, |u, i| match i.checked_sub(self.width * width) {
                    Some(i) => values[(u, i)],
                    None if raised[(u, i / width)] > 0.0 => scale * y[(u, i % width)],
                    None => 0.0,
                });
                layer += 1;
            }
            values = pool(&stage.pooling, &values);
            tangent = pool(&stage.pooling, &tangent);
        }
        let flat = |values: &Mat<f64>| {
            (0..values.nrows()).flat_map(|u| (0..values.ncols()).map(move |i| values[(u, i)])).collect()
        };
        Ok((flat(&values), flat(&tangent)))
    }

    /// Both kernels by the recursion over pairs of positions, with <phi_1, phi_1> and <phi_0, phi_0> of finite width in
    /// the place of kappa_1 and kappa_0.
    ///
    /// # Errors
    /// `Input` for a signal of another size.
    pub fn recursion(&self, x: &[f64], y: &[f64]) -> Result<Pair> {
        let passes = [self.forward(x)?, self.forward(y)?];
        let [a, b] = [self.input(x)?, self.input(y)?];
        let mut h = &a * b.transpose();
        let mut layer = 0;
        for stage in &self.kernel.plan.stages {
            for convolution in &stage.convolutions {
                let [z, z1] = [&passes[0].raised[layer], &passes[1].raised[layer]];
                let step = |z: &Mat<f64>| {
                    Mat::from_fn(z.nrows(), z.ncols(), |u, i| if z[(u, i)] > 0.0 { self.scale() } else { 0.0 })
                };
                let zero = step(z) * step(z1).transpose();
                let one = relu(z, self.scale()) * relu(z1, self.scale()).transpose();
                // Rows and columns are patches in turn.
                let moved = summed(&h, stage, convolution, self.kernel.plan.padding);
                h = Mat::from_fn(h.nrows(), h.ncols(), |u, v| one[(u, v)] + zero[(u, v)] * moved[(u, v)]);
                layer += 1;
            }
            let half = pool(&stage.pooling, &h);
            h = pool(&stage.pooling, &half.transpose().to_owned()).transpose().to_owned();
        }
        let ntk = (0..h.nrows()).map(|u| h[(u, u)]).sum();
        Ok(Pair { ckn: inner(&passes[0].output, &passes[1].output), ntk })
    }
}

fn room(numbers: usize) -> Result<()> {
    match numbers > MOST_FEATURES {
        true => Err(Error::unable(format!("{numbers} features or weights in memory; allowed are {MOST_FEATURES}"))),
        false => Ok(()),
    }
}

/// sum of a_ij b_ij
fn inner(a: &Mat<f64>, b: &Mat<f64>) -> f64 {
    (0..a.ncols()).map(|j| (0..a.nrows()).map(|i| a[(i, j)] * b[(i, j)]).sum::<f64>()).sum()
}

/// scale max(0, z)
fn relu(z: &Mat<f64>, scale: f64) -> Mat<f64> {
    Mat::from_fn(z.nrows(), z.ncols(), |u, i| scale * z[(u, i)].max(0.0))
}

/// The positions u + v for each v of a patch; none outside.
fn neighbours(stage: &Stage, convolution: &Convolution, padding: Padding, u: usize) -> Vec<Option<usize>> {
    let (grid, [up, side]) = (stage.grid, convolution.radius);
    let place = |i: usize, k: usize, radius: usize, extent: usize| match padding {
        Padding::Circular => Some((i + k + extent - radius % extent) % extent),
        Padding::Zero => (i + k).checked_sub(radius).filter(|i| *i < extent),
    };
    let at = |k: usize, l: usize| {
        Some(
            place(u / grid.columns, k, up, grid.rows)? * grid.columns + place(u % grid.columns, l, side, grid.columns)?,
        )
    };
    (0..=2 * up).flat_map(|k| (0..=2 * side).map(move |l| (k, l))).map(|(k, l)| at(k, l)).collect()
}

/// |S|^{-1/2} (x\[u+v\])_v, a row for each position.
fn patches(values: &Mat<f64>, stage: &Stage, convolution: &Convolution, padding: Padding) -> Mat<f64> {
    let (width, scale) = (values.ncols(), 1.0 / (convolution.area as f64).sqrt());
    let places: Vec<_> = (0..values.nrows()).map(|u| neighbours(stage, convolution, padding, u)).collect();
    Mat::from_fn(values.nrows(), convolution.area * width, |u, i| {
        places[u][i / width].map_or(0.0, |v| scale * values[(v, i % width)])
    })
}

/// The transpose of `patches`.
fn patches_back(slopes: &Mat<f64>, stage: &Stage, convolution: &Convolution, padding: Padding) -> Mat<f64> {
    let (width, scale) = (slopes.ncols() / convolution.area, 1.0 / (convolution.area as f64).sqrt());
    let mut out = Mat::zeros(slopes.nrows(), width);
    for u in 0..slopes.nrows() {
        for (k, place) in neighbours(stage, convolution, padding, u).into_iter().enumerate() {
            if let Some(v) = place {
                (0..width).for_each(|i| out[(v, i)] += scale * slopes[(u, k * width + i)]);
            }
        }
    }
    out
}

/// |S|^{-1} sum_v h\[u+v,u'+v\]
fn summed(h: &Mat<f64>, stage: &Stage, convolution: &Convolution, padding: Padding) -> Mat<f64> {
    let places: Vec<_> = (0..h.nrows()).map(|u| neighbours(stage, convolution, padding, u)).collect();
    Mat::from_fn(h.nrows(), h.ncols(), |u, v| {
        let pairs = places[u].iter().zip(&places[v]);
        pairs.filter_map(|(u, v)| Some(h[((*u)?, (*v)?)])).sum::<f64>() / convolution.area as f64
    })
}

/// The weight of an input position for an output position.
fn weight(axes: &Axes, output: usize, input: usize) -> f64 {
    let [rows, columns] = &axes.0;
    let (i, j) = (output / columns.outputs(), output % columns.outputs());
    rows.weight(i, input / columns.inputs()) * columns.weight(j, input % columns.inputs())
}

/// A as a matrix; none for the identity.
fn matrix(axes: &Axes) -> Option<Mat<f64>> {
    let [rows, columns] = &axes.0;
    let (outputs, inputs) = (rows.outputs() * columns.outputs(), rows.inputs() * columns.inputs());
    (!axes.is_identity()).then(|| Mat::from_fn(outputs, inputs, |i, j| weight(axes, i, j)))
}

/// A values
fn pool(axes: &Axes, values: &Mat<f64>) -> Mat<f64> {
    matrix(axes).map_or_else(|| values.clone(), |a| a * values)
}

/// A^T values
fn pool_back(axes: &Axes, values: &Mat<f64>) -> Mat<f64> {
    matrix(axes).map_or_else(|| values.clone(), |a| a.transpose() * values)
}

#[cfg(test)]
mod tests;
