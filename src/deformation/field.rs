//! Deformations of signals: x(u - tau(u)) for a vector field tau.

use super::spline::Spline;
use crate::convolution::Grid;
use crate::convolution::Padding;
use crate::convolution::Shape;
use crate::convolution::Signals;
use crate::error::{Error, Result};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::TAU;

/// A vector field tau on a grid, in positions: rows downward, columns to the right.
///
/// Sizes are those of the field as a function of the plane, at the positions of the grid: |tau| is the Euclidean
/// length, |grad tau| the operator norm of the matrix of derivatives; both are the largest over the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deformation {
    kind: Kind,
    amplitude: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// tau = amplitude (rows, columns)/|.|
    Translation([f64; 2]),
    /// tau(u) = u - c - R(u - c), an angle of `amplitude` radians around the centre c of the grid.
    Rotation,
    /// tau(u) = amplitude (u - c)
    Scaling,
    /// Sums of sines of few periods, the coefficients drawn from this seed; the largest |grad tau| is `amplitude`.
    Smooth(u64),
}

/// Waves of a random field in each direction.
const WAVES: usize = 3;

/// Points in each direction of the grid on which the largest derivative of a random field is looked for.
const FINE: usize = 4;

/// tau and its derivatives at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Local {
    /// tau: along rows (downward), then along columns.
    pub value: [f64; 2],
    /// d tau_i / d u_j
    pub gradient: [[f64; 2]; 2],
}

impl Local {
    /// The Euclidean length |tau| of the displacement at this point, in positions of the grid.
    pub fn length(&self) -> f64 {
        self.value[0].hypot(self.value[1])
    }

    /// The largest singular value of the gradient.
    pub fn slope(&self) -> f64 {
        let [[a, b], [c, d]] = self.gradient;
        0.5 * ((a + d).hypot(b - c) + (a - d).hypot(b + c))
    }
}

impl Deformation {
    /// Moves everything by so many rows and columns.
    pub fn translation(rows: f64, columns: f64) -> Self {
        let amplitude = rows.hypot(columns);
        let scale = if amplitude > 0.0 { 1.0 / amplitude } else { 0.0 };
        Deformation { kind: Kind::Translation([rows * scale, columns * scale]), amplitude }
    }

    /// Turns around the centre of the grid, by an angle in radians.
    pub fn rotation(angle: f64) -> Self {
        Deformation { kind: Kind::Rotation, amplitude: angle }
    }

    /// tau(u) = s (u - c): |grad tau| = |s|.
    pub fn scaling(s: f64) -> Self {
        Deformation { kind: Kind::Scaling, amplitude: s }
    }

    /// A random smooth field: sines and cosines of up to three periods over the grid, independent normal coefficients
    /// that fall with the square of the frequency; periodic; `gradient` is its largest |grad tau| over points four
    /// times as dense as the grid.
    pub fn smooth(gradient: f64, seed: u64) -> Self {
        Deformation { kind: Kind::Smooth(seed), amplitude: gradient }
    }

    /// The same field, so many times as large. A rotation turns by so many times the angle.
    pub fn times(self, factor: f64) -> Self {
        Deformation { amplitude: self.amplitude * factor, ..self }
    }

    /// The vector field tau on a grid, whose centre and extent rotations, scalings and random fields depend on.
    pub fn on(&self, grid: Grid) -> Field {
        let waves = match self.kind {
            Kind::Smooth(seed) => Wave::drawn(grid, seed),
            _ => Vec::new(),
        };
        let mut field = Field { deformation: *self, grid, waves, scale: 1.0 };
        if let Kind::Smooth(_) = self.kind {
            let fine = |extent: usize| (0..FINE * extent).map(|i| i as f64 / FINE as f64);
            let slope = |i: f64| fine(grid.columns).map(|j| field.at([i, j]).slope()).fold(0.0, f64::max);
            let largest = fine(grid.rows).map(slope).fold(0.0, f64::max);
            field.scale = if largest > 0.0 { self.amplitude / largest } else { 0.0 };
        }
        field
    }
}

/// cos or sin of a wave over the grid, with a vector.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Wave {
    /// Radians per position.
    frequency: [f64; 2],
    phase: f64,
    vector: [f64; 2],
}

impl Wave {
    /// All waves with up to `WAVES` periods in each direction; a grid of one row or one column has neither waves nor
    /// vectors across.
    fn drawn(grid: Grid, seed: u64) -> Vec<Self> {
        // A column is a row that stands upright.
        let upright = grid.columns == 1 && grid.rows > 1;
        if upright {
            let turned = Wave::drawn(Grid { rows: 1, columns: grid.rows }, seed).into_iter();
            let turn = |[a, b]: [f64; 2]| [b, a];
            return turned
                .map(|wave| Wave { frequency: turn(wave.frequency), vector: turn(wave.vector), ..wave })
                .collect();
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let flat = grid.rows == 1;
        let mut waves = Vec::new();
        let most = WAVES as i64;
        for i in if flat { 0..=0 } else { -most..=most } {
            for j in 0..=most {
                // One of each pair of opposite frequencies.
                if j == 0 && i <= 0 {
                    continue;
                }
                let weight = 1.0 / (i * i + j * j) as f64;
                for phase in [0.0, 0.25 * TAU] {
                    let [a, b]: [f64; 2] = [(); 2].map(|()| StandardNormal.sample(&mut random));
                    let frequency = [TAU * i as f64 / grid.rows as f64, TAU * j as f64 / grid.columns as f64];
                    let vector = [if flat { 0.0 } else { a * weight }, b * weight];
                    waves.push(Wave { frequency, phase, vector });
                }
            }
        }
        waves
    }
}

/// The vector field tau of a deformation on a grid: its values, its sizes, and signals deformed by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    deformation: Deformation,
    grid: Grid,
    waves: Vec<Wave>,
    scale: f64,
}

impl Field {
    /// tau and its gradient at a point: row and column, as real numbers.
    pub fn at(&self, point: [f64; 2]) -> Local {
        let amplitude = self.deformation.amplitude;
        let centre = self.grid.extents().map(|extent| 0.5 * (extent as f64 - 1.0));
        let [i, j] = [point[0] - centre[0], point[1] - centre[1]];
        match self.deformation.kind {
            Kind::Translation(unit) => Local { value: unit.map(|x| amplitude * x), gradient: [[0.0; 2]; 2] },
            Kind::Scaling => {
                Local { value: [amplitude * i, amplitude * j], gradient: [[amplitude, 0.0], [0.0, amplitude]] }
            }
            Kind::Rotation => {
                let sine = amplitude.sin();
                // 1 - cos without cancellation.
                let fall = 2.0 * (0.5 * amplitude).sin().powi(2);
                Local { value: [fall * i + sine * j, fall * j - sine * i], gradient: [[fall, sine], [-sine, fall]] }
            }
            Kind::Smooth(_) => {
                let mut local = Local { value: [0.0; 2], gradient: [[0.0; 2]; 2] };
                for wave in &self.waves {
                    let angle = wave.frequency[0] * point[0] + wave.frequency[1] * point[1] + wave.phase;
                    let (sine, cosine) = angle.sin_cos();
                    for a in 0..2 {
                        local.value[a] += self.scale * wave.vector[a] * cosine;
                        for b in 0..2 {
                            local.gradient[a][b] -= self.scale * wave.vector[a] * wave.frequency[b] * sine;
                        }
                    }
                }
                local
            }
        }
    }

    /// The largest |tau| and the largest |grad tau| over the positions.
    pub fn sizes(&self) -> (f64, f64) {
        let positions =
            (0..self.grid.positions()).map(|u| [(u / self.grid.columns) as f64, (u % self.grid.columns) as f64]);
        positions
            .map(|point| self.at(point))
            .fold((0.0, 0.0), |(length, slope), local| (length.max(local.length()), slope.max(local.slope())))
    }

    /// The deformed signal, x(u - tau(u)), interpolated by a cubic spline; beyond the border the signal is zero, or
    /// wound around.
    ///
    /// A field of whole positions moves the values exactly.
    ///
    /// # Errors
    /// `Input` for a signal of another size.
    pub fn deform(&self, signal: &[f64], channels: usize, padding: Padding) -> Result<Vec<f64>> {
        let grid = self.grid;
        if channels == 0 || signal.len() != grid.positions() * channels {
            return Err(Error::input(format!(
                "a signal of {} numbers; the grid {grid} with {channels} channels has {}",
                signal.len(),
                grid.positions() * channels
            )));
        }
        let splines: Vec<Spline> = (0..channels)
            .map(|c| {
                Spline::new(&signal.iter().skip(c).step_by(channels).copied().collect::<Vec<f64>>(), grid, padding)
            })
            .collect();
        let mut out = Vec::with_capacity(signal.len());
        for u in 0..grid.positions() {
            let (i, j) = (u / grid.columns, u % grid.columns);
            let Local { value, .. } = self.at([i as f64, j as f64]);
            for spline in &splines {
                out.push(spline.at([(i as f64, -value[0]), (j as f64, -value[1])]));
            }
        }
        Ok(out)
    }

    /// All signals deformed to x(u - tau(u)), in their order, interpolated by cubic splines.
    ///
    /// # Errors
    /// `Input` for signals on another grid.
    pub fn deform_all(&self, signals: &Signals, padding: Padding) -> Result<Signals> {
        let Shape { channels, .. } = signals.shape();
        let mut values = Vec::with_capacity(signals.values().len());
        for index in 0..signals.count() {
            values.extend(self.deform(signals.signal(index), channels, padding)?);
        }
        Signals::new(values, signals.shape())
    }
}
