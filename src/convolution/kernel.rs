//! The kernels of a convolutional network.

use super::ConvolutionalNetwork;
use super::Shape;
use super::Signals;
use super::axis::Square;
use super::image::{Image, Passage};
use super::network::Plan;
use super::pooling::{itself, pooled, pooled_pairs, pooling_operations};
use super::sweep::{Input, Output, Side, Sweep, Workspace};
use crate::error::{Error, Result};

/// The kernels of a convolutional network on signals of one shape.
///
/// With G = <x\[u\], x'[u']> at first, a convolution with patches S takes means over patches, P\[u,u'\] = |S|^{-1}
/// sum_v G\[u+v,u'+v\], divides by the norms n\[u\] of both, c = P/(n n'), and returns G = n n' kappa_N(c) and H = G +
/// P(H) kappa_N'(c), where H = G at first; pooling A gives A G A^T and A H A^T. The convolutional kernel network has
/// K = sum_u G\[u,u\], or the mean of G over all pairs with `global`; the tangent kernel has H instead of G.
///
/// Accuracy: some 1e-15 relative to sqrt(K(x,x) K(x',x')), parallel and antipodal patches included, for networks
/// without pooling between convolutions (where pooling comes first, for signals that it does not cancel); 2e-14 is the
/// most that was found up to ten layers, 1e-13 for 300. Behind a pooling nearly parallel patches keep an error of up to
/// 2e-8 in the tangent kernel, and in the kernel network too behind layers of order 0, each of which takes a root of
/// it: [`ConvolutionalKernel::rounding`]. Cost: some nanoseconds for each pair of positions and layer.
///
/// A signal of zeros has no direction: its features are zero, and so are all kernels with it.
///
/// ```
/// use zonal::convolution::{ConvolutionalKernel, Signals};
/// let shape = "2".parse()?;
/// let kernel = ConvolutionalKernel::new(&"conv(1)".parse()?, shape)?;
/// let signals = Signals::new(vec![1.0, 0.0, 0.0, 2.0, 1.0, 2.0], shape)?;
/// let images = kernel.images(&signals)?;
/// // Patches of one position: K(x, x) = |x|^2, and twice that for the tangent kernel.
/// assert_eq!(kernel.pair(&images[2], &images[2]).ckn, 5.0);
/// assert_eq!(kernel.pair(&images[2], &images[2]).ntk, 10.0);
/// // No position where both are not zero.
/// assert_eq!(kernel.pair(&images[0], &images[1]).ntk, 0.0);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConvolutionalKernel {
    network: ConvolutionalNetwork,
    shape: Shape,
    pub(super) plan: Plan,
    /// A^T A of the last pooling along rows and along columns.
    weights: [Square; 2],
}

/// Both kernels of a pair of signals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Of the convolutional kernel network.
    pub ckn: f64,
    /// Of the convolutional tangent kernel; without meaning for networks that have none.
    pub ntk: f64,
}

/// Positions before a pooling between convolutions: 3 GB for each thread.
const MOST_POOLED: usize = 6400;

/// Numbers that prepared signals take at most.
const MOST_NUMBERS: f64 = 1e9;

impl ConvolutionalKernel {
    /// Of a network on signals of a shape.
    ///
    /// # Errors
    /// `Input` for patches larger than their grid, a stride beyond it, or one that does not divide a torus;
    /// `Unable` for pooling between convolutions over too many positions.
    pub fn new(network: &ConvolutionalNetwork, shape: Shape) -> Result<Self> {
        let plan = network.on(shape.grid).map_err(|e| e.within(format!("network '{network}' on {shape}")))?;
        let last = plan.stages.last().ok_or_else(|| Error::input("a network needs a convolution, such as conv(3)"))?;
        // Between convolutions all pairs of positions are held, some four arrays of two numbers for each thread.
        let largest = plan.stages[..plan.stages.len() - 1].iter().map(|stage| stage.grid.positions()).max();
        if let Some(positions) = largest.filter(|positions| *positions > MOST_POOLED) {
            return Err(Error::unable(format!(
                "network '{network}' on {shape}: pooling of {positions} positions between convolutions; at most \
                 {MOST_POOLED} fit into memory"
            )));
        }
        let weights = [0, 1].map(|axis: usize| last.pooling.0[axis].square());
        Ok(ConvolutionalKernel { network: network.clone(), shape, plan, weights })
    }

    /// The network whose kernels these are: its padding, its layers, and whether it ends in a global mean.
    pub fn network(&self) -> &ConvolutionalNetwork {
        &self.network
    }

    /// The shape that signals must have: the rows, columns and channels of the input.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The number of positions that the kernels sum over.
    pub(super) fn positions(&self) -> usize {
        self.plan.stages.last().map_or(1, |stage| stage.pooling.0.iter().map(super::Axis::outputs).product())
    }

    /// Pairs of positions and layers of a kernel entry: what it costs. Pooling between convolutions counts as the
    /// convolutions that take about as long.
    pub fn operations(&self) -> f64 {
        let inner = self.plan.stages.len() - 1;
        let stage = |(index, stage): (usize, &super::network::Stage)| {
            let convolutions = stage.convolutions.len() as f64 * (stage.grid.positions() as f64).powi(2);
            convolutions + if index < inner { pooling_operations(stage) } else { 0.0 }
        };
        self.plan.stages.iter().enumerate().map(stage).sum()
    }

    /// Prepares a signal: the norms of its patches at every layer.
    ///
    /// # Errors
    /// `Input` for another number of values.
    pub fn image(&self, values: &[f64]) -> Result<Image> {
        if values.len() != self.shape.numbers() {
            return Err(Error::input(format!(
                "a signal of {} numbers; the shape {} has {}",
                values.len(),
                self.shape,
                self.shape.numbers()
            )));
        }
        let mut image = Image::new(&self.plan, self.shape, values);
        let mut norms = image.lengths();
        let mut state: Option<Vec<[f64; 2]>> = None;
        let (mut after, mut space) = (Vec::new(), Workspace::default());
        for (index, stage) in self.plan.stages.iter().enumerate() {
            image.passages.push(Passage::new(stage, self.plan.padding, norms));
            norms = Vec::new();
            if index + 1 < self.plan.stages.len() {
                // The norms behind a pooling need all pairs of positions.
                self.convolved(index, [&image, &image], state.as_deref(), &mut after, &mut space);
                let pairs = pooled_pairs(stage, &after);
                let passage = &mut image.passages[index];
                passage.excess = itself(stage, &pairs);
                norms = passage.pooled_norms();
                state = Some(pooled(stage, self.plan.padding, &after, pairs, [passage, passage], [&norms, &norms]));
            }
        }
        Ok(image)
    }

    /// Prepares signals for the kernels of pairs, in parallel: an image for each, in their order.
    ///
    /// # Errors
    /// `Input` for another shape; `Unable` for more numbers than are kept.
    pub fn images(&self, signals: &Signals) -> Result<Vec<Image>> {
        use rayon::prelude::*;
        if signals.shape() != self.shape {
            return Err(Error::input(format!(
                "signals of shape {}; the kernel is one of {}",
                signals.shape(),
                self.shape
            )));
        }
        let stages = self.plan.stages.iter();
        let each: usize = stages.map(|stage| 2 * (stage.convolutions.len() + 2) * stage.grid.positions()).sum();
        let numbers = (each + self.shape.numbers()) as f64 * signals.count() as f64;
        if numbers > MOST_NUMBERS {
            let count = signals.count();
            return Err(Error::unable(format!(
                "{count} signals take {numbers:.1e} numbers in memory; allowed are {MOST_NUMBERS:.0e}"
            )));
        }
        (0..signals.count()).into_par_iter().map(|i| self.image(signals.signal(i))).collect()
    }

    /// The convolutional kernel network and the tangent kernel of two prepared signals, as doubles.
    pub fn pair(&self, x: &Image, y: &Image) -> Pair {
        self.pair_with(x, y, &mut Workspace::default())
    }

    /// The same with arrays to be used again.
    pub(super) fn pair_with(&self, x: &Image, y: &Image, space: &mut Workspace) -> Pair {
        let last = self.plan.stages.len() - 1;
        let mut state: Option<Vec<[f64; 2]>> = None;
        let mut after = std::mem::take(&mut space.state);
        for (index, stage) in self.plan.stages[..last].iter().enumerate() {
            self.convolved(index, [x, y], state.as_deref(), &mut after, space);
            let passages = [x, y].map(|image| &image.passages[index]);
            let norms = [x, y].map(|image| &image.passages[index + 1].norms[0][..]);
            let pairs = pooled_pairs(stage, &after);
            state = Some(pooled(stage, self.plan.padding, &after, pairs, passages, norms));
        }
        space.state = after;
        let mut output = Output::Sums { rows: &self.weights[0], columns: &self.weights[1], deficit: 0.0, tangent: 0.0 };
        self.sweep(last, [x, y], state.as_deref()).run(&mut output, space);
        let Output::Sums { deficit, tangent, .. } = output else { return Pair { ckn: 0.0, ntk: 0.0 } };
        let [a, b] = [x, y].map(|image| &image.passages[last].pooled);
        let product: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
        // In two steps: the power may lie beyond the doubles though the kernel does not.
        let scaled = |value: f64| value * 2f64.powi(x.exponent) * 2f64.powi(y.exponent);
        Pair { ckn: scaled(product - deficit), ntk: scaled(tangent) }
    }

    fn sweep<'a>(&'a self, index: usize, images: [&'a Image; 2], state: Option<&'a [[f64; 2]]>) -> Sweep<'a> {
        let sides = images.map(|image| Side { passage: &image.passages[index], channels: &image.channels });
        Sweep {
            stage: &self.plan.stages[index],
            padding: self.plan.padding,
            sides,
            input: state.map_or(Input::Signals, Input::State),
        }
    }

    /// The state behind the convolutions of a stage.
    fn convolved(
        &self,
        index: usize,
        images: [&Image; 2],
        state: Option<&[[f64; 2]]>,
        after: &mut Vec<[f64; 2]>,
        space: &mut Workspace,
    ) {
        let pairs = self.plan.stages[index].grid.positions().pow(2);
        // Every pair has a displacement, and is written.
        after.resize(pairs, [0.0; 2]);
        self.sweep(index, images, state).run(&mut Output::State(after), space);
    }
}
