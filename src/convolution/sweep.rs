//! The recursion over pairs of positions, one displacement at a time.
//!
//! Without pooling the pairs (u, u + d) of one displacement d determine those of the next layer: patches move both
//! positions alike. Their numbers stay in the cache of the first level through all layers.

use super::Grid;
use super::Padding;
use super::axis::Square;
use super::image::Passage;
use super::network::Stage;
use super::panel::Layout;
use super::step::{Pairs, Source, Step};
use pulp::Arch;

/// What is known of one of the signals.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) passage: &'a Passage,
    /// The channels of the signal, for the first convolution.
    pub(super) channels: &'a [Vec<f64>],
}

/// What comes in.
#[derive(Clone, Copy)]
pub(super) enum Input<'a> {
    /// The channels of the signals.
    Signals,
    /// The state behind a pooling: at all pairs of positions (`Grid::pair`) the deficit |a\[u\]||a'\[u'\]| - G\[u,u'\],
    /// relatively right where G is near its bound, and the tangent kernel H.
    State(&'a [[f64; 2]]),
}

/// What is to come out.
pub(super) enum Output<'a> {
    /// The state.
    State(&'a mut [[f64; 2]]),
    /// Sums with the weights rows\[i, i'\] columns\[j, j'\]: of the deficit and of the tangent kernel.
    Sums { rows: &'a Square, columns: &'a Square, deficit: f64, tangent: f64 },
}

/// The convolutions between two poolings, for a pair of signals.
pub(super) struct Sweep<'a> {
    pub(super) stage: &'a Stage,
    pub(super) padding: Padding,
    pub(super) sides: [Side<'a>; 2],
    pub(super) input: Input<'a>,
}

/// Arrays that are used again; one for each thread.
#[derive(Default)]
pub(super) struct Workspace {
    /// For each side: norms of every layer, then channels; and the inverses of the norms.
    norms: [Vec<Vec<f64>>; 2],
    inverses: [Vec<Vec<f64>>; 2],
    channels: [Vec<Vec<f64>>; 2],
    pairs: Pairs,
    /// Sums over rows, for each column.
    sums: [Vec<f64>; 2],
    weights: Vec<f64>,
    /// The state before a pooling.
    pub(super) state: Vec<[f64; 2]>,
}

/// Displacements along an axis with the first position that has a partner, and how many have.
fn displacements(extent: usize, padding: Padding) -> impl Iterator<Item = (usize, usize, usize)> {
    // First position, that of its partner, count.
    let forward = (0..extent).map(move |d| (0, d, if padding == Padding::Zero { extent - d } else { extent }));
    let backward = (1..extent).map(move |d| (d, 0, extent - d));
    forward.chain(backward.take(if padding == Padding::Zero { extent } else { 0 }))
}

impl Sweep<'_> {
    /// Fills the output.
    pub(super) fn run(&self, output: &mut Output<'_>, space: &mut Workspace) {
        let Stage { grid, convolutions, .. } = self.stage;
        let border = |axis: usize| convolutions.iter().map(|c| c.radius[axis]).max().unwrap_or(0);
        let border = [border(0), border(1)];
        for (first, partner, width) in displacements(grid.columns, self.padding) {
            let layout = Layout { border, width };
            if let Output::Sums { columns, .. } = output {
                space.weights.clear();
                space.weights.extend((0..width).map(|j| columns.at(first + j, (partner + j) % grid.columns)));
                if space.weights.iter().all(|w| *w == 0.0) {
                    continue;
                }
                space.sums.iter_mut().for_each(|sums| {
                    sums.clear();
                    sums.resize(width, 0.0);
                });
            }
            self.panels(space, layout, [first, partner]);
            for (top, below, height) in displacements(grid.rows, self.padding) {
                if let Output::Sums { rows, .. } = output
                    && (0..height).all(|i| rows.at(top + i, (below + i) % grid.rows) == 0.0)
                {
                    continue;
                }
                let slice = Slice { layout, height, rows: [top, below], columns: [first, partner] };
                self.slice(slice, space);
                match output {
                    Output::State(state) => self.scatter(slice, &space.pairs, state),
                    Output::Sums { rows, .. } => {
                        for i in 0..height {
                            let weight = rows.at(top + i, (below + i) % grid.rows);
                            // The borders of a torus may hold anything.
                            let start = layout.place(i);
                            let sources = [&space.pairs.deficit, &space.pairs.tangent];
                            for (sums, source) in space.sums.iter_mut().zip(sources) {
                                sums.iter_mut().zip(&source[start..]).for_each(|(sum, x)| *sum += weight * x);
                            }
                        }
                    }
                }
            }
            if let Output::Sums { deficit, tangent, .. } = output {
                let dot = |sums: &[f64]| sums.iter().zip(&space.weights).map(|(x, w)| x * w).sum::<f64>();
                *deficit += dot(&space.sums[0]);
                *tangent += dot(&space.sums[1]);
            }
        }
    }

    /// The norms of both signals in the columns of a displacement.
    fn panels(&self, space: &mut Workspace, layout: Layout, first: [usize; 2]) {
        let grid = self.stage.grid;
        for (side, Side { passage, channels }) in self.sides.iter().enumerate() {
            // The partners of a torus go around once more.
            let rows = grid.rows * if self.padding == Padding::Circular { side + 1 } else { 1 };
            let channels: &[Vec<f64>] = if let Input::Signals = self.input { channels } else { &[] };
            let sources = [
                (&mut space.norms, &passage.norms[..]),
                (&mut space.inverses, &passage.inverses[..]),
                (&mut space.channels, channels),
            ];
            for (panels, sources) in sources {
                panels[side].resize_with(sources.len(), Vec::new);
                for (panel, source) in panels[side].iter_mut().zip(sources) {
                    layout.fill(panel, source, grid, self.padding, first[side], rows);
                }
            }
        }
    }

    /// All convolutions at the pairs of a displacement.
    fn slice(&self, slice: Slice, space: &mut Workspace) {
        let Slice { layout, height, .. } = slice;
        let Workspace { norms, inverses, channels, pairs, .. } = space;
        let room = layout.room(height);
        // Borders are zero; what is summed is written before it is read.
        for array in [&mut pairs.deficit, &mut pairs.tangent] {
            array.clear();
            array.resize(room, 0.0);
        }
        for array in [&mut pairs.product, &mut pairs.product_along, &mut pairs.tangent_along] {
            array.resize(room, 0.0);
        }
        // Both panels from the row above the first of the slice on, the border included.
        let start = slice.rows.map(|row| row * layout.stride());
        fn cut(panels: &[Vec<Vec<f64>>; 2], start: [usize; 2], room: usize, index: usize) -> [&[f64]; 2] {
            [0, 1].map(|side| &panels[side][index][start[side]..][..room])
        }
        if let Input::State(state) = self.input {
            self.gather(slice, state, pairs);
        }
        let signals: Vec<[&[f64]; 2]> = (0..channels[0].len()).map(|c| cut(channels, start, room, c)).collect();
        for (index, convolution) in self.stage.convolutions.iter().enumerate() {
            let source = match self.input {
                Input::Signals if index == 0 => Source::Signals(&signals),
                _ => Source::Pairs(cut(norms, start, room, index)),
            };
            let patches = cut(norms, start, room, index + 1);
            let inverses = cut(inverses, start, room, index + 1);
            Arch::new().dispatch(Step { layout, height, convolution, source, patches, inverses, pairs });
            if self.padding == Padding::Circular && index + 1 < self.stage.convolutions.len() {
                slice.wind(&mut pairs.deficit);
                slice.wind(&mut pairs.tangent);
            }
        }
    }

    /// Pairs from the state.
    fn gather(&self, slice: Slice, state: &[[f64; 2]], pairs: &mut Pairs) {
        let step = self.stage.grid.columns + 1;
        for i in 0..slice.height {
            for Run { place, index, count } in slice.runs(self.stage.grid, i) {
                for k in 0..count {
                    [pairs.deficit[place + k], pairs.tangent[place + k]] = state[index + k * step];
                }
            }
        }
        if self.padding == Padding::Circular {
            slice.wind(&mut pairs.deficit);
            slice.wind(&mut pairs.tangent);
        }
    }

    /// Pairs into the state.
    fn scatter(&self, slice: Slice, pairs: &Pairs, state: &mut [[f64; 2]]) {
        let step = self.stage.grid.columns + 1;
        for i in 0..slice.height {
            for Run { place, index, count } in slice.runs(self.stage.grid, i) {
                for k in 0..count {
                    state[index + k * step] = [pairs.deficit[place + k], pairs.tangent[place + k]];
                }
            }
        }
    }
}

/// The pairs of one displacement.
#[derive(Clone, Copy)]
struct Slice {
    layout: Layout,
    height: usize,
    /// The first row and the first column of each side.
    rows: [usize; 2],
    columns: [usize; 2],
}

/// Neighbours along a row: one column further of both in the state.
struct Run {
    place: usize,
    index: usize,
    count: usize,
}

impl Slice {
    /// The pairs of a row; that of a torus has two runs.
    fn runs(self, grid: Grid, i: usize) -> [Run; 2] {
        let Slice { layout, rows, columns, .. } = self;
        let whole = layout.width.min(grid.columns - columns[1]);
        [(0, whole), (whole, layout.width - whole)].map(|(j, count)| {
            let [u, v] = [0, 1].map(|side| [(rows[side] + i) % grid.rows, (columns[side] + j) % grid.columns]);
            Run { place: layout.place(i) + j, index: grid.pair(u, v), count }
        })
    }

    /// Fills the borders of a torus.
    fn wind(self, values: &mut [f64]) {
        let Layout { border, width } = self.layout;
        for i in 0..self.height {
            let place = self.layout.place(i);
            for k in 0..border[1] {
                values[place + width + k] = values[place + k % width];
                values[place - 1 - k] = values[place + width - 1 - k % width];
            }
        }
        let stride = self.layout.stride();
        let first = self.layout.place(0) - border[1];
        for k in 0..border[0] {
            let row = |i: usize| first + i * stride;
            let (above, below) = (row(self.height - 1 - k % self.height), row(k % self.height));
            values.copy_within(above..above + stride, first - (k + 1) * stride);
            values.copy_within(below..below + stride, row(self.height + k));
        }
    }
}
