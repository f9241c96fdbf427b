//! The legend: one sample of a mark, then text; beside the plot if the text is short, below it otherwise.

use super::canvas::{self, Plane, Style};
use super::label::{Anchor, Label};
use super::{Frame, MARGIN, Page, TICK_SIZE};
use crate::error::Result;

const SAMPLE: f64 = 30.0;
const SAMPLE_GAP: f64 = 8.0;
const ROW: f64 = 20.0;
const COLUMN_GAP: f64 = 24.0;
const WIDE: f64 = 220.0;
const WIDEST: f64 = 300.0;
const ROWS_BELOW: usize = 8;

/// A name and the marks drawn under it, the later ones on top.
pub(super) type Entry = (Label, Vec<Style>);

/// Its entries, how many rows they take and how wide a column of text is.
pub(super) struct Legend {
    entries: Vec<Entry>,
    pub page: Page,
    beside: bool,
    rows: usize,
    column: f64,
}

impl Legend {
    /// Beside the plot if the text is short or there are many entries, below it otherwise.
    pub fn new(entries: Vec<Entry>, page: Page) -> Self {
        let legend = Self::below(entries, page);
        let widest = legend.widest();
        if widest <= WIDE || legend.rows > ROWS_BELOW {
            let column = SAMPLE + SAMPLE_GAP + widest.min(WIDEST);
            return Legend { beside: true, rows: legend.entries.len(), column, ..legend };
        }
        legend
    }

    /// The legend below all plots, in as many columns as fit the page.
    pub fn below(entries: Vec<Entry>, page: Page) -> Self {
        let mut legend = Legend { entries, page, beside: false, rows: 0, column: 0.0 };
        let available = page.width - 2.0 * MARGIN;
        let text = legend.widest().min(available - SAMPLE - SAMPLE_GAP);
        legend.column = SAMPLE + SAMPLE_GAP + text;
        let columns = ((available + COLUMN_GAP) / (legend.column + COLUMN_GAP)).floor().max(1.0) as usize;
        legend.rows = legend.entries.len().div_ceil(columns);
        legend
    }

    /// Width of the longest text.
    fn widest(&self) -> f64 {
        self.entries.iter().map(|(label, _)| label.width(TICK_SIZE)).fold(0.0, f64::max)
    }

    /// Room taken from the right and from the bottom of the plot.
    pub fn room(&self) -> (f64, f64) {
        match (self.entries.is_empty(), self.beside) {
            (true, _) => (0.0, 0.0),
            (false, true) => (self.column + MARGIN, 0.0),
            (false, false) => (0.0, self.rows as f64 * ROW + MARGIN / 2.0),
        }
    }

    /// Left end and height of the middle of an entry.
    fn place(&self, entry: usize, frame: Frame) -> (f64, f64) {
        let Page { width, height } = self.page;
        let row = ROW * ((entry % self.rows) as f64 + 0.5);
        if self.beside {
            return (frame.right + MARGIN, frame.top + row);
        }
        let columns = self.entries.len().div_ceil(self.rows);
        let total = columns as f64 * (self.column + COLUMN_GAP) - COLUMN_GAP;
        let left = ((frame.left + frame.right - total) / 2.0).clamp(MARGIN, (width - MARGIN - total).max(MARGIN));
        let column = (entry / self.rows) as f64 * (self.column + COLUMN_GAP);
        (left + column, height - MARGIN - self.rows as f64 * ROW + row)
    }

    /// Draws it beside or below the frame of the plot.
    pub fn draw(&self, svg: &mut String, frame: Frame) -> Result<()> {
        let page = Plane::page(self.page);
        for (entry, (label, styles)) in self.entries.iter().enumerate() {
            let (left, middle) = self.place(entry, frame);
            let middle = middle.round();
            for style in styles {
                let sample = match style.mark.is_line() {
                    true => vec![(left, middle), (left + SAMPLE, middle)],
                    false => vec![(left + SAMPLE / 2.0, middle)],
                };
                svg.push_str(&canvas::curve(&page, &sample, *style, "sample")?);
            }
            let size = label.fitted(TICK_SIZE, self.column - SAMPLE - SAMPLE_GAP);
            let at = (left + SAMPLE + SAMPLE_GAP, middle + 0.36 * TICK_SIZE);
            svg.push_str(&label.svg("legend", size, at, Anchor::Start, 0.0));
        }
        Ok(())
    }
}
