//! Convolutional networks as data, and their text.

use super::Activation;
use super::Axis;
use super::Grid;
use crate::error::{Error, Result};
use std::fmt;
use std::str::FromStr;

/// What lies beyond the border of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Padding {
    /// Zeros; pooling takes the mean of what is there.
    Zero,
    /// The opposite border: the grid is a torus.
    Circular,
}

/// The size of a convolution's patch in positions: one side, or rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Patch {
    /// The same in every direction of the grid; along a single row only.
    Cube(usize),
    /// Rows and columns.
    Rectangle(usize, usize),
}

/// A layer of a convolutional network: a convolution with its activation, or Gaussian pooling.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Layer {
    /// Patches and the kernel of an activation.
    Convolution {
        /// Odd, so that it has a centre.
        patch: Patch,
        /// The ReLU, if nothing else is said.
        activation: Activation,
    },
    /// A Gaussian mean of standard deviation `scale` positions, kept at every `stride`-th position, the first included.
    /// Weights below 1e-20 of the largest count as zero in double precision.
    Pooling {
        /// sigma, not negative; 0 leaves the signal as it is.
        scale: f64,
        /// Positions from one to the next that is kept.
        stride: usize,
    },
}

/// A convolutional network: pooling and convolutions in any order, and a global mean at the end or not.
///
/// Its text: `conv(3)`, `conv(3x5)`, `conv(3, order 0)`, `conv(3, exponential 2)`, `pool(2)`, `pool(2)/2`, `global` at
/// the end, `circular` at the beginning.
///
/// ```
/// use zonal::convolution::ConvolutionalNetwork;
/// let text = "circular pool(1) conv(3)  conv(5x3, order 1) pool(2)/2 conv(3) global";
/// let network: ConvolutionalNetwork = text.parse()?;
/// assert_eq!(network.to_string(), "circular pool(1) conv(3) conv(5x3) pool(2)/2 conv(3) global");
/// assert_eq!(network.depth(), 3);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ConvolutionalNetwork {
    /// What lies beyond the border.
    pub padding: Padding,
    /// The layers, the first next to the signal.
    pub layers: Vec<Layer>,
    /// Whether the mean over all positions is taken at the end; else the kernel is a sum over positions.
    pub global: bool,
}

/// The largest patch and scale, and the largest number of layers.
const LARGEST_PATCH: usize = 999;
const LARGEST_SCALE: f64 = 1e4;
const MOST_LAYERS: usize = 1000;

impl ConvolutionalNetwork {
    /// The number of convolutions n of the network; pooling and the global mean do not count.
    pub fn depth(&self) -> usize {
        self.layers.iter().filter(|layer| matches!(layer, Layer::Convolution { .. })).count()
    }

    /// Whether it has a tangent kernel: a step function (order 0) has no derivative.
    pub fn has_tangent(&self) -> bool {
        let differentiable =
            |layer: &Layer| !matches!(layer, Layer::Convolution { activation, .. } if !activation.is_differentiable());
        self.layers.iter().all(differentiable)
    }

    /// The network on a grid.
    ///
    /// # Errors
    /// `Input` for an activation that is not allowed, a patch larger than its grid, a stride beyond it, or one that
    /// does not divide a torus.
    pub(super) fn on(&self, grid: Grid) -> Result<Plan> {
        let mut plan = Plan { padding: self.padding, input: Axes::identity(grid), stages: Vec::new() };
        let mut grid = grid;
        let mut convolutions = Vec::new();
        for layer in &self.layers {
            match *layer {
                Layer::Convolution { patch, activation } => {
                    let patch = patch.on(grid)?;
                    let radius = patch.map(|size| size / 2);
                    let (area, activation) = (patch[0] * patch[1], activation.checked()?);
                    convolutions.push(Convolution { radius, area, activation });
                }
                Layer::Pooling { scale, stride } => {
                    let axes = Axes::gaussian(grid, self.padding, scale, stride)?;
                    plan.pool(axes, &mut convolutions, grid);
                    grid = axes_grid(plan.last());
                }
            }
        }
        if !convolutions.is_empty() || plan.stages.is_empty() {
            plan.pool(Axes::identity(grid), &mut convolutions, grid);
        }
        if self.global {
            let last = plan.last_mut();
            *last = last.then(&Axes::mean(axes_grid(last)));
        }
        Ok(plan)
    }
}

/// The grid behind some pooling.
pub(super) fn axes_grid(axes: &Axes) -> Grid {
    Grid { rows: axes.0[0].outputs(), columns: axes.0[1].outputs() }
}

impl Patch {
    /// Rows and columns on a grid.
    fn on(self, grid: Grid) -> Result<[usize; 2]> {
        let sizes = match self {
            Patch::Cube(size) => grid.extents().map(|extent| if extent == 1 { 1 } else { size }),
            Patch::Rectangle(rows, columns) => [rows, columns],
        };
        match sizes.iter().zip(grid.extents()).any(|(size, extent)| *size > extent) {
            true => {
                Err(Error::input(format!("a patch of {self} on a grid of {grid} positions: it must not be larger")))
            }
            false => Ok(sizes),
        }
    }
}

/// A convolution on a grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Convolution {
    /// Rows and columns on each side of the centre.
    pub(super) radius: [usize; 2],
    /// |S|
    pub(super) area: usize,
    pub(super) activation: Activation,
}

/// Pooling along rows and along columns.
#[derive(Clone, Debug)]
pub(super) struct Axes(pub(super) [Axis; 2]);

impl Axes {
    fn identity(grid: Grid) -> Self {
        Axes(grid.extents().map(Axis::identity))
    }

    fn mean(grid: Grid) -> Self {
        Axes(grid.extents().map(Axis::mean))
    }

    fn gaussian(grid: Grid, padding: Padding, scale: f64, stride: usize) -> Result<Self> {
        let [rows, columns] = grid.extents().map(|extent| Axis::gaussian(extent, padding, scale, stride));
        Ok(Axes([rows?, columns?]))
    }

    fn then(&self, next: &Self) -> Self {
        let [rows, columns] = &self.0;
        Axes([rows.then(&next.0[0]), columns.then(&next.0[1])])
    }
}

/// Convolutions up to the next pooling.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) grid: Grid,
    /// At least one, but for a network without any.
    pub(super) convolutions: Vec<Convolution>,
    /// What follows them.
    pub(super) pooling: Axes,
}

/// A network on a grid.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) padding: Padding,
    /// Of the signal.
    pub(super) input: Axes,
    pub(super) stages: Vec<Stage>,
}

impl Plan {
    /// Puts pooling behind the convolutions since the last.
    fn pool(&mut self, axes: Axes, convolutions: &mut Vec<Convolution>, grid: Grid) {
        if convolutions.is_empty() && (self.stages.is_empty() || !axes.is_identity()) {
            let last = self.last_mut();
            *last = last.then(&axes);
        } else {
            self.stages.push(Stage { grid, convolutions: std::mem::take(convolutions), pooling: axes });
        }
    }

    fn last(&self) -> &Axes {
        self.stages.last().map_or(&self.input, |stage| &stage.pooling)
    }

    fn last_mut(&mut self) -> &mut Axes {
        self.stages.last_mut().map_or(&mut self.input, |stage| &mut stage.pooling)
    }
}

impl Axes {
    pub(super) fn is_identity(&self) -> bool {
        self.0.iter().all(Axis::is_identity)
    }
}

impl fmt::Display for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Patch::Cube(size) => write!(f, "{size}"),
            Patch::Rectangle(rows, columns) => write!(f, "{rows}x{columns}"),
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Layer::Convolution { patch, activation: Activation::RELU } => write!(f, "conv({patch})"),
            Layer::Convolution { patch, activation } => write!(f, "conv({patch}, {activation})"),
            Layer::Pooling { scale, stride: 1 } => write!(f, "pool({scale})"),
            Layer::Pooling { scale, stride } => write!(f, "pool({scale})/{stride}"),
        }
    }
}

impl fmt::Display for ConvolutionalNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = (self.padding == Padding::Circular).then(|| "circular".to_string());
        let last = self.global.then(|| "global".to_string());
        let words: Vec<String> =
            first.into_iter().chain(self.layers.iter().map(Layer::to_string)).chain(last).collect();
        f.write_str(&words.join(" "))
    }
}

impl FromStr for ConvolutionalNetwork {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let within = |e: Error| e.within(format!("network '{}'", text.trim()));
        let mut terms = terms(text);
        let circular = terms.first().is_some_and(|term| term == "circular");
        let global = terms.last().is_some_and(|term| term == "global");
        terms.drain(..usize::from(circular));
        terms.truncate(terms.len() - usize::from(global && !terms.is_empty()));
        let layers = terms.iter().map(|term| layer(term)).collect::<Result<Vec<Layer>>>().map_err(within)?;
        let padding = if circular { Padding::Circular } else { Padding::Zero };
        let network = ConvolutionalNetwork { padding, layers, global };
        if network.depth() == 0 {
            return Err(within(Error::input("a network needs a convolution, such as conv(3)")));
        }
        if network.layers.len() > MOST_LAYERS {
            let count = network.layers.len();
            return Err(Error::input(format!("a network of {count} layers; allowed are {MOST_LAYERS}")));
        }
        Ok(network)
    }
}

/// Words, those in parentheses as one; a stride belongs to what it follows.
fn terms(text: &str) -> Vec<String> {
    let mut terms = vec![String::new()];
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match terms.last_mut() {
            Some(last) if !c.is_whitespace() || depth > 0 => last.push(c),
            Some(last) if last.is_empty() => {}
            _ => terms.push(String::new()),
        }
    }
    terms.retain(|term| !term.is_empty());
    terms
}

/// One layer.
fn layer(term: &str) -> Result<Layer> {
    let refused = || {
        Error::input(format!(
            "'{term}' is no layer; allowed are conv(3), conv(3x5), conv(3, order 0), conv(3, exponential 2), pool(2), \
             pool(2)/2, circular as the first word, global as the last"
        ))
    };
    let (name, rest) = term.split_once('(').ok_or_else(refused)?;
    let (inside, after) = rest.split_once(')').ok_or_else(refused)?;
    match name {
        "conv" if after.is_empty() => {
            let mut parts = inside.split(',').map(str::trim);
            let patch = patch(parts.next().unwrap_or_default()).ok_or_else(refused)??;
            let activation = parts.next().map(|text| Activation::read(text).ok_or_else(refused));
            if parts.next().is_some() {
                return Err(refused());
            }
            let activation = activation.transpose()?.unwrap_or(Ok(Activation::RELU))?;
            Ok(Layer::Convolution { patch, activation })
        }
        "pool" => {
            let scale: f64 = inside.trim().parse().map_err(|_| refused())?;
            if !(0.0..=LARGEST_SCALE).contains(&scale) {
                return Err(Error::input(format!("pooling of scale {scale}; allowed are 0 to {LARGEST_SCALE}")));
            }
            let stride = match after.strip_prefix('/') {
                Some(stride) => stride.parse().map_err(|_| refused())?,
                None if after.is_empty() => 1,
                None => return Err(refused()),
            };
            if stride == 0 {
                return Err(Error::input("a stride of 0; it must be positive"));
            }
            Ok(Layer::Pooling { scale, stride })
        }
        _ => Err(refused()),
    }
}

/// A patch; none if that is no number.
fn patch(text: &str) -> Option<Result<Patch>> {
    let size = |text: &str| text.trim().parse::<usize>().ok();
    let patch = match text.split_once('x') {
        Some((rows, columns)) => Patch::Rectangle(size(rows)?, size(columns)?),
        None => Patch::Cube(size(text)?),
    };
    let (Patch::Cube(rows) | Patch::Rectangle(rows, _)) = patch;
    let (Patch::Cube(columns) | Patch::Rectangle(_, columns)) = patch;
    let refused = |size: usize| size.is_multiple_of(2) || size > LARGEST_PATCH;
    Some(match refused(rows) || refused(columns) {
        true => Err(Error::input(format!(
            "a patch of {text}; its sides must be odd, from 1 to {LARGEST_PATCH}: it needs a centre"
        ))),
        false => Ok(patch),
    })
}
