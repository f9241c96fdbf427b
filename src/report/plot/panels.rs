//! Several figures on one page.

use super::canvas::{COLOURS, Style};
use super::label::{Anchor, Label};
use super::legend::{Entry, Legend};
use super::{CURVES, Figure, Frame, MARGIN, Page, Place, TITLE_SIZE, page_opened};
use crate::error::{Error, Result};

/// Size of one panel in pixels, and how many stand side by side.
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 300.0;
const COLUMNS: usize = 3;

/// The most panels.
const PANELS: usize = 12;

/// Figures on one page with one legend below them all. Curves of the same name have the same colour and one entry in
/// the legend, which shows all marks under this name.
///
/// ```
/// use zonal::report::plot::{Curve, Figure, Mark, Panels};
/// let panel = |y_label: &str, mark, slope: f64| {
///     let points = (1..=100).map(|k| f64::from(k).log10()).map(|x| (x, slope * x)).collect();
///     let series = vec![Curve { label: "ntk(2)".to_string(), points, mark }];
///     Figure { title: String::new(), x_label: "k".to_string(), y_label: y_label.to_string(), series }
/// };
/// let panels = vec![panel("μ_k", Mark::Circles, -10.0), panel("N(p,k)", Mark::Solid, 8.0)];
/// assert!(Panels { title: "A kernel".to_string(), panels }.svg()?.starts_with("<svg"));
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Panels {
    /// The line above all panels; may be empty.
    pub title: String,
    /// The figures, 1 to 12, three in a row.
    pub panels: Vec<Figure>,
}

impl Panels {
    /// The page as the text of an SVG file, 340 by 300 pixels for each panel.
    ///
    /// # Errors
    /// `Input` for no panel or too many, too many names of curves, or a panel that cannot be drawn.
    pub fn svg(&self) -> Result<String> {
        let count = self.panels.len();
        if !(1..=PANELS).contains(&count) {
            return Err(Error::input(format!("the page has {count} panels; allowed are 1 to {PANELS}")));
        }
        for (index, panel) in self.panels.iter().enumerate() {
            panel.check().map_err(|error| error.within(format!("panel {}", index + 1)))?;
        }
        let names = self.names();
        if names.len() > CURVES {
            return Err(Error::input(format!(
                "the page has curves of {} names; at most {CURVES} are allowed",
                names.len()
            )));
        }
        let title = Label::parse(&self.title);
        let above = if title.is_empty() { 0.0 } else { MARGIN + TITLE_SIZE };
        let (columns, rows) = (count.min(COLUMNS), count.div_ceil(COLUMNS));
        let bottom = above + rows as f64 * HEIGHT;
        let mut page = Page { width: columns as f64 * WIDTH, height: bottom };
        let mut legend = Legend::below(self.entries(&names), page);
        page.height += legend.room().1;
        legend.page = page;

        let mut svg = page_opened(page);
        let size = title.fitted(TITLE_SIZE, page.width - 2.0 * MARGIN);
        svg.push_str(&title.svg("title", size, (page.width / 2.0, above), Anchor::Middle, 0.0));
        for (index, panel) in self.panels.iter().enumerate() {
            let (left, top) = ((index % COLUMNS) as f64 * WIDTH, above + (index / COLUMNS) as f64 * HEIGHT);
            let area = Frame { left, right: left + WIDTH, top, bottom: top + HEIGHT };
            panel.draw(&mut svg, Place { page, area, plot: area, share: count }, &styles(panel, &names))?;
        }
        legend.draw(&mut svg, Frame { left: 0.0, right: page.width, top: above, bottom })?;
        svg.push_str("</svg>\n");
        Ok(svg)
    }

    /// The names of the curves in the order in which they first occur.
    fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for name in self.panels.iter().flat_map(|panel| &panel.series).map(|curve| curve.label.trim()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The legend: of each name all marks, lines below markers.
    fn entries(&self, names: &[&str]) -> Vec<Entry> {
        let entry = |name: &&str| {
            let mut marks: Vec<Style> = Vec::new();
            for panel in &self.panels {
                let own =
                    panel.series.iter().zip(styles(panel, names)).filter(|(curve, _)| curve.label.trim() == *name);
                for (_, style) in own {
                    if marks.iter().all(|other| other.mark != style.mark) {
                        marks.push(style);
                    }
                }
            }
            marks.sort_by_key(|style| !style.mark.is_line());
            (Label::parse(name), marks)
        };
        names.iter().filter(|name| !name.is_empty()).map(entry).collect()
    }
}

/// How the curves of a panel look.
fn styles(panel: &Figure, names: &[&str]) -> Vec<Style> {
    let style = |curve: &super::Curve| {
        let index = names.iter().position(|name| *name == curve.label.trim()).unwrap_or(0);
        Style { mark: curve.mark, colour: COLOURS[index % COLOURS.len()] }
    };
    panel.series.iter().map(style).collect()
}
