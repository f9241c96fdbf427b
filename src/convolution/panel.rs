//! Numbers of a grid in rows with a border, cut to some columns: what pairs of positions of one displacement along
//! columns need.

use super::Grid;
use super::Padding;
use super::lanes::MOST_LANES;

/// Where the numbers of a panel stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Positions on each side of the rows and columns.
    pub(super) border: [usize; 2],
    /// Columns between the borders.
    pub(super) width: usize,
}

impl Layout {
    /// From one row to the next.
    pub(super) fn stride(self) -> usize {
        self.width + 2 * self.border[1]
    }

    /// Numbers before the first row: loads to the left of it, and of whole groups, stay inside.
    pub(super) fn slack(self) -> usize {
        self.border[1] + MOST_LANES
    }

    /// The place of the first column between the borders in a row; rows count from that border.
    pub(super) fn place(self, row: usize) -> usize {
        self.slack() + (row + self.border[0]) * self.stride() + self.border[1]
    }

    /// Room for so many rows between the borders.
    pub(super) fn room(self, rows: usize) -> usize {
        (rows + 2 * self.border[0]) * self.stride() + 2 * self.slack()
    }

    /// Fills a panel: the columns from `first` on with their neighbours, `rows` rows from the first row of the grid on;
    /// what lies outside is zero, or wound around.
    pub(super) fn fill(
        self,
        out: &mut Vec<f64>,
        values: &[f64],
        grid: Grid,
        padding: Padding,
        first: usize,
        rows: usize,
    ) {
        out.clear();
        out.resize(self.room(rows), 0.0);
        let stride = self.stride();
        for (index, target) in out[self.slack()..].chunks_mut(stride).take(rows + 2 * self.border[0]).enumerate() {
            let Some(row) = wound(index, self.border[0], grid.rows, padding) else { continue };
            let source = &values[row * grid.columns..][..grid.columns];
            match padding {
                Padding::Zero => {
                    // Columns first - border .. first + width + border, cut to the grid.
                    let low = self.border[1].saturating_sub(first);
                    let from = first.saturating_sub(self.border[1]);
                    let count = (grid.columns - from).min(stride - low);
                    target[low..low + count].copy_from_slice(&source[from..from + count]);
                }
                Padding::Circular => {
                    for (k, place) in target.iter_mut().enumerate() {
                        *place = source[(first + k + grid.columns - self.border[1]) % grid.columns];
                    }
                }
            }
        }
    }
}

/// The row of the grid; none outside of it.
fn wound(index: usize, border: usize, rows: usize, padding: Padding) -> Option<usize> {
    match padding {
        Padding::Zero => index.checked_sub(border).filter(|row| *row < rows),
        Padding::Circular => Some((index + rows - border % rows) % rows),
    }
}
