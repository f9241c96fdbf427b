//! Grids of positions.

use crate::error::{Error, Result};
use std::fmt;
use std::str::FromStr;

/// The positions of a signal: rows and columns; a signal of one row is one-dimensional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The number of rows.
    pub rows: usize,
    /// The number of columns.
    pub columns: usize,
}

impl Grid {
    /// The number of positions of the grid: rows times columns.
    pub fn positions(self) -> usize {
        self.rows * self.columns
    }

    /// The place of a pair of positions in arrays of all pairs: rows of both, then columns of both.
    pub(super) fn pair(self, [i, j]: [usize; 2], [i1, j1]: [usize; 2]) -> usize {
        ((i * self.rows + i1) * self.columns + j) * self.columns + j1
    }

    /// Row and column of a position.
    pub(super) fn place(self, position: usize) -> [usize; 2] {
        [position / self.columns, position % self.columns]
    }

    /// The number of rows and the number of columns, in this order.
    pub fn extents(self) -> [usize; 2] {
        [self.rows, self.columns]
    }
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.rows, self.columns)
    }
}

/// A grid and the number of channels at each position: `96` (one row), `28x28`, `28x28x3`.
///
/// ```
/// use zonal::convolution::Shape;
/// let shape: Shape = "28x28x3".parse()?;
/// assert_eq!(shape.numbers(), 2352);
/// assert_eq!("96".parse::<Shape>()?.grid.rows, 1);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The positions.
    pub grid: Grid,
    /// Numbers at each position.
    pub channels: usize,
}

/// Numbers of the largest signal, and positions of the largest grid: a kernel entry takes the square of the latter.
const MOST_NUMBERS: usize = 1 << 24;
const MOST_POSITIONS: usize = 1 << 14;

impl Shape {
    /// The shape of signals with so many rows, columns and channels, none of them zero.
    ///
    /// # Errors
    /// `Input` for a zero, more than 2^14 positions or 2^24 numbers.
    pub fn new(rows: usize, columns: usize, channels: usize) -> Result<Self> {
        let shape = Shape { grid: Grid { rows, columns }, channels };
        let positions = rows.checked_mul(columns).filter(|positions| *positions <= MOST_POSITIONS);
        let numbers = positions.and_then(|p| p.checked_mul(channels)).filter(|numbers| *numbers <= MOST_NUMBERS);
        match numbers {
            Some(1..) => Ok(shape),
            _ => Err(Error::input(format!(
                "signals of {rows} x {columns} positions and {channels} channels; allowed are 1 to {MOST_POSITIONS} \
                 positions and {MOST_NUMBERS} numbers"
            ))),
        }
    }

    /// How many numbers a signal of this shape has: positions times channels.
    pub fn numbers(self) -> usize {
        self.grid.positions() * self.channels
    }
}

impl FromStr for Shape {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = || Error::input(format!("'{text}' is no shape; allowed are 96, 28x28 and 28x28x3"));
        let numbers: Option<Vec<usize>> = text.split('x').map(|n| n.trim().parse().ok()).collect();
        match numbers.ok_or_else(refused)?[..] {
            [columns] => Shape::new(1, columns, 1),
            [rows, columns] => Shape::new(rows, columns, 1),
            [rows, columns, channels] => Shape::new(rows, columns, channels),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.grid)?;
        if self.channels > 1 { write!(f, "x{}", self.channels) } else { Ok(()) }
    }
}
