//! Convolutional networks of finite width, and the finite features of their kernels.

use super::network::{Axes, Convolution, Stage};
use super::{ConvolutionalKernel, Padding, Pair};
use crate::error::{Error, Result};
use faer::Mat;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// A convolutional network of ReLUs with random weights: a^k\[u\] = sqrt(2/m) A max(0, W_k P a^{k-1}\[u\]), where P cuts patches divided by sqrt(|S|) and A pools; its output is
/// f(x) = sum_u <w\[u\], a^n\[u\]>. All weights are independent standard normal numbers.
///
/// The same weights give random features phi_1(z) = sqrt(2/m) max(0, W_k z) and phi_0(z) = sqrt(2/m) 1(W_k z > 0), and with them features of finite dimension for
/// both kernels.
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

/// The forward pass of a signal: patches of the inputs of each convolution and W_k times them, a row for each position; the outputs.
struct Forward {
    patches: Vec<Mat<f64>>,
    raised: Vec<Mat<f64>>,
    output: Mat<f64>,
}

impl<'a> FiniteNetwork<'a> {
    /// m features in each layer; the same weights for the same seed.
    ///
    /// # Errors
    /// `Input` for a network with layers of another order than 1, or for no features; `Unable` for more than 2^27 weights in a layer.
    pub fn new(kernel: &'a ConvolutionalKernel, width: usize, seed: u64) -> Result<Self> {
        let convolutions = || kernel.plan.stages.iter().flat_map(|stage| &stage.convolutions);
        if convolutions().any(|convolution| convolution.order != 1) {
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

    /// f(x)
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
    /// y\[u\] <- (phi_0(z\[u\]) (x) P y\[u\], phi_1(z\[u\])), z = P a, all pooled by A. Their dimension grows by the factor m |S| with each layer.
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

    /// Both kernels by the recursion over pairs of positions, with <phi_1, phi_1> and <phi_0, phi_0> of finite width in the place of kappa_1 and kappa_0.
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
mod tests {
    use super::*;

    const X: [f64; 12] = [1.0, -0.5, 2.0, 0.25, -1.5, 0.75, 1.25, -2.0, 0.5, 1.75, -0.75, 1.5];
    const Y: [f64; 12] = [0.5, 1.0, -1.0, 2.0, 0.75, -0.25, 1.5, 0.25, -1.25, 1.0, 2.0, -0.5];

    fn kernel(network: &str, shape: &str) -> ConvolutionalKernel {
        ConvolutionalKernel::new(&network.parse().unwrap(), shape.parse().unwrap()).unwrap()
    }

    /// The numbers of the pooling matrix of `pool(scale)/2` along six positions, by the definition.
    fn pooling(scale: f64, circular: bool) -> Vec<Vec<f64>> {
        let weight = |s: usize, c: usize, turn: i32| {
            let distance = s as f64 - c as f64 + 6.0 * f64::from(turn);
            (-distance * distance / (2.0 * scale * scale)).exp()
        };
        let turns = if circular { -9..=9 } else { 0..=0 };
        let row = |c: usize| {
            let row: Vec<f64> = (0..6).map(|s| turns.clone().map(|turn| weight(s, c, turn)).sum()).collect();
            let sum: f64 = row.iter().sum();
            row.iter().map(|w| w / sum).collect()
        };
        [0, 2, 4].map(row).to_vec()
    }

    /// Rows of a matrix times values of several channels.
    fn mean(rows: &[Vec<f64>], values: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let entry = |row: &Vec<f64>, c: usize| row.iter().zip(values).map(|(w, x)| w * x[c]).sum();
        rows.iter().map(|row| (0..values[0].len()).map(|c| entry(row, c)).collect()).collect()
    }

    /// sqrt(2/m) max(0, W P a) for patches of three positions along a row, by the definition.
    fn raised(values: &[Vec<f64>], weights: &Mat<f64>, circular: bool) -> Vec<Vec<f64>> {
        let (n, channels, width) = (values.len(), values[0].len(), weights.nrows());
        let place = |u: usize, k: usize| match circular {
            true => Some((u + n + k - 1) % n),
            false => (u + k).checked_sub(1).filter(|u| *u < n),
        };
        let entry = |u: usize, i: usize| {
            let mut sum = 0.0;
            for (k, v) in (0..3).filter_map(|k| Some((k, place(u, k)?))) {
                sum += (0..channels).map(|c| weights[(i, k * channels + c)] * values[v][c]).sum::<f64>();
            }
            (2.0 / width as f64).sqrt() * (sum / 3f64.sqrt()).max(0.0)
        };
        (0..n).map(|u| (0..width).map(|i| entry(u, i)).collect()).collect()
    }

    /// Features and output by the definition: pooling before, between and behind convolutions.
    #[test]
    fn passes_are_those_of_the_definition() {
        for circular in [false, true] {
            let word = if circular { "circular " } else { "" };
            let kernel = kernel(&format!("{word}pool(0.8)/2 conv(3) conv(3) global"), "1x6x2");
            let network = FiniteNetwork::new(&kernel, 5, 3).unwrap();
            let signal: Vec<Vec<f64>> = X.chunks(2).map(<[f64]>::to_vec).collect();
            let mut values = mean(&pooling(0.8, circular), &signal);
            for weights in &network.weights {
                values = raised(&values, weights, circular);
            }
            let expected = &mean(&[vec![1.0 / 3.0; 3]], &values)[0];
            let (found, _) = network.features(&X).unwrap();
            assert_eq!(found.len(), 5);
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14), "{found:?} {expected:?}");
            let output: f64 = expected.iter().enumerate().map(|(i, a)| a * network.last[(0, i)]).sum();
            assert!((network.output(&X).unwrap() - output).abs() < 1e-14);
            // Pooling between convolutions, a sum over positions.
            let kernel = self::kernel(&format!("{word}conv(3) pool(1.5)/2 conv(3)"), "1x6x2");
            let network = FiniteNetwork::new(&kernel, 5, 4).unwrap();
            let inner = mean(&pooling(1.5, circular), &raised(&signal, &network.weights[0], circular));
            let expected = raised(&inner, &network.weights[1], circular).concat();
            let (found, _) = network.features(&X).unwrap();
            assert_eq!(found.len(), 15);
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-14), "{found:?} {expected:?}");
        }
    }

    /// The first weight is the first number of the seed: phi_1 of one number by hand.
    #[test]
    fn the_first_weight_is_the_first_number() {
        let kernel = kernel("conv(1)", "1");
        for seed in 0..4 {
            let drawn: f64 = StandardNormal.sample(&mut ChaCha8Rng::seed_from_u64(seed));
            let network = FiniteNetwork::new(&kernel, 8, seed).unwrap();
            let (found, _) = network.features(&[drawn.signum() * 3.0]).unwrap();
            // sqrt(2/8) = 1/2
            assert!((found[0] - 1.5 * drawn.abs()).abs() < 1e-15, "{found:?} {drawn}");
        }
    }

    /// Products of the derivatives of the output by each weight: it is linear in each of them, up to the next corner of a ReLU.
    #[test]
    fn tangents_are_products_of_derivatives() {
        for network in [
            "conv(3) conv(3)",
            "circular conv(3) conv(3) global",
            "pool(0.8)/2 conv(3) conv(1)",
            "conv(3) pool(1.5)/2 conv(3) pool(0.7)",
            "circular conv(5) pool(1)/3 conv(1) global",
        ] {
            let kernel = kernel(network, "1x6x2");
            let finite = FiniteNetwork::new(&kernel, 4, 1).unwrap();
            let step = 1e-4;
            let derivative = |signal: &[f64], change: &dyn Fn(&mut FiniteNetwork, f64)| {
                let at = |step: f64| {
                    let mut moved = finite.clone();
                    change(&mut moved, step);
                    moved.output(signal).unwrap()
                };
                (at(step) - at(-step)) / (2.0 * step)
            };
            let product = |change: &dyn Fn(&mut FiniteNetwork, f64)| derivative(&X, change) * derivative(&Y, change);
            let entries = |w: &Mat<f64>| (0..w.nrows() * w.ncols()).map(|k| (k % w.nrows(), k / w.nrows())).collect();
            let places: Vec<(usize, usize)> = entries(&finite.last);
            let last: f64 = places.iter().map(|at| product(&|moved, step| moved.last[*at] += step)).sum();
            let mut all = last;
            for layer in 0..2 {
                let places: Vec<(usize, usize)> = entries(&finite.weights[layer]);
                all += places.iter().map(|at| product(&|moved, step| moved.weights[layer][*at] += step)).sum::<f64>();
            }
            let found = finite.tangent(&X, &Y).unwrap();
            assert!((found.ckn / last - 1.0).abs() < 1e-10, "{network}: {found:?} {last}");
            assert!((found.ntk / all - 1.0).abs() < 1e-10, "{network}: {found:?} {all}");
        }
    }

    #[test]
    fn other_networks_and_signals_are_refused() {
        let refused = |network: &str, width: usize| {
            FiniteNetwork::new(&kernel(network, "6"), width, 1).map(|_| ()).unwrap_err().to_string()
        };
        assert!(refused("conv(3) conv(3, order 2)", 4).contains("networks of finite width have ReLUs, order 1"));
        assert!(refused("conv(3, order 0)", 4).contains("order 1"));
        assert!(refused("conv(3)", 0).contains("width 0"));
        let kernel = kernel("conv(3)", "6");
        let network = FiniteNetwork::new(&kernel, 2, 1).unwrap();
        assert!(network.output(&X).unwrap_err().to_string().contains("a signal of 12 numbers; the shape 1x6 has 6"));
    }

    /// Features of the tangent kernel have the products of the recursion, with pooling everywhere.
    #[test]
    fn features_have_the_products_of_the_recursion() {
        for network in ["pool(0.8)/2 conv(3) conv(1) global", "circular conv(3) pool(1.5)/2 conv(3) pool(0.7)"] {
            let kernel = kernel(network, "1x6x2");
            let finite = FiniteNetwork::new(&kernel, 3, 6).unwrap();
            let [(a, phi), (b, psi)] = [finite.features(&X).unwrap(), finite.features(&Y).unwrap()];
            let inner = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
            let found = finite.recursion(&X, &Y).unwrap();
            assert!((found.ckn / inner(&a, &b) - 1.0).abs() < 1e-13, "{network}: {found:?}");
            assert!((found.ntk / inner(&phi, &psi) - 1.0).abs() < 1e-13, "{network}: {found:?}");
        }
    }
}
