//! Figures with two logarithmic axes, as SVG text.
//!
//! The crate `plotters` maps the axes and draws paths and markers; text is placed here, since it has no superscripts.

mod axis;
mod canvas;
mod label;
mod legend;
mod panels;
mod thinning;

use crate::error::{Error, Result};
use axis::{Axis, Direction};
use canvas::{COLOURS, Plane, Style};
use label::{Anchor, Label};
use legend::Legend;

pub use panels::Panels;

/// Size of the figure in pixels.
const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 500.0;
const MARGIN: f64 = 14.0;

const TITLE_SIZE: f64 = 16.0;
const LABEL_SIZE: f64 = 14.0;
const TICK_SIZE: f64 = 13.0;

/// More curves than this have no room in the legend and no reader.
const CURVES: usize = 20;
/// Logarithms beyond this are refused: no exponent of a multiprecision number comes near it.
const LARGEST: f64 = 1e9;

/// Colours and text of the figure outside the curves.
const INK: &str = "#222222";
const FONTS: &str = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/// A figure of one or more curves over two logarithmic axes.
///
/// Title and labels know a little markup: `μ_k`, `k^{-10}`, `u^(1/4)`. A script is a group in braces, a balanced group
/// in parentheses, a decimal number or a letter with its sign, or one character; `\_` and `\^` are the characters
/// themselves.
///
/// ```
/// use zonal::report::plot::{Curve, Figure, Mark};
/// let points = (1..=100).map(|k| f64::from(k).log10()).map(|x| (x, -10.0 * x)).collect();
/// let figure = Figure {
///     title: "A power law".to_string(),
///     x_label: "degree k".to_string(),
///     y_label: "μ_k".to_string(),
///     series: vec![Curve { label: "k^{-10}".to_string(), points, mark: Mark::Circles }],
/// };
/// assert!(figure.svg()?.starts_with("<svg"));
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The line above the plot; may be empty.
    pub title: String,
    /// What runs along the horizontal axis.
    pub x_label: String,
    /// What runs along the vertical axis.
    pub y_label: String,
    /// The curves, the later ones on top.
    pub series: Vec<Curve>,
}

/// A text without markup, `ntk_bias(2)`, as one with.
///
/// ```
/// assert_eq!(zonal::report::plot::escaped("ntk_bias(2)"), "ntk\\_bias(2)");
/// ```
pub fn escaped(text: &str) -> String {
    text.replace('_', "\\_").replace('^', "\\^")
}

/// The markup of a text in which whole numbers after `^` are exponents: `R^10`.
pub fn raised(text: &str) -> String {
    let mut parts = text.split('^').map(|part| part.replace('_', "\\_"));
    let first = parts.next().unwrap_or_default();
    parts.fold(first, |out, part| {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        format!("{out}^{{{}}}{}", &part[..digits], &part[digits..])
    })
}

/// A curve of a figure: points drawn alike, under one name of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The name in the legend; a curve without one is left out there.
    pub label: String,
    /// Pairs (log10 x, log10 y): eigenvalues reach 1e-400, which does not fit a double.
    pub points: Vec<(f64, f64)>,
    /// How the points are drawn.
    pub mark: Mark,
}

/// Markers at the points or a line through them; each can be told from the others without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mark {
    /// Open circles.
    Circles,
    /// Filled squares.
    Squares,
    /// Filled triangles.
    Triangles,
    /// Diagonal crosses.
    Crosses,
    /// An unbroken line.
    Solid,
    /// A dashed line.
    Dashed,
    /// A dotted line.
    Dotted,
}

impl Mark {
    fn is_line(self) -> bool {
        matches!(self, Mark::Solid | Mark::Dashed | Mark::Dotted)
    }
}

/// A rectangle in pixels, y downward.
#[derive(Clone, Copy, Debug)]
struct Frame {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// Width and height of a page in pixels.
#[derive(Clone, Copy, Debug)]
struct Page {
    width: f64,
    height: f64,
}

/// Where a figure is drawn.
struct Place {
    page: Page,
    /// All of its room.
    area: Frame,
    /// The room without that of a legend.
    plot: Frame,
    /// How many figures share the size of the file.
    share: usize,
}

impl Figure {
    /// The figure as the text of an SVG file, 800 by 500 pixels on white.
    ///
    /// Of points nearer to each other than a pixel one is kept, and of a line its extremes. Where a curve has more than
    /// a hundred markers, those that lie on each other are dropped too; if the file would still be larger than about
    /// 300 kB, the distance grows.
    ///
    /// # Errors
    /// `Input` if there is no curve, too many curves, a curve without points, or a point that has no place on the axes.
    pub fn svg(&self) -> Result<String> {
        self.check()?;
        let styled = self.series.iter().zip(COLOURS.iter().cycle());
        let styles: Vec<Style> = styled.map(|(curve, &colour)| Style { mark: curve.mark, colour }).collect();
        let named = self.series.iter().zip(&styles).filter(|(curve, _)| !curve.label.trim().is_empty());
        let page = Page { width: WIDTH, height: HEIGHT };
        let legend =
            Legend::new(named.map(|(curve, style)| (Label::parse(&curve.label), vec![*style])).collect(), page);
        let (right, below) = legend.room();
        let area = Frame { left: 0.0, right: WIDTH, top: 0.0, bottom: HEIGHT };
        let plot = Frame { right: WIDTH - right, bottom: HEIGHT - below, ..area };
        let mut svg = page_opened(page);
        let frame = self.draw(&mut svg, Place { page, area, plot, share: 1 }, &styles)?;
        legend.draw(&mut svg, frame)?;
        svg.push_str("</svg>\n");
        Ok(svg)
    }

    /// Draws all but the legend and returns the frame of the axes.
    fn draw(&self, svg: &mut String, place: Place, styles: &[Style]) -> Result<Frame> {
        let Place { page, area, plot, share } = place;
        let title = Label::parse(&self.title);
        let mut frame = Frame {
            left: 0.0,
            right: plot.right - 1.5 * MARGIN,
            top: plot.top + if title.is_empty() { MARGIN } else { MARGIN + TITLE_SIZE + 12.0 },
            bottom: plot.bottom - MARGIN - 47.0,
        };
        let points = || self.series.iter().flat_map(|curve| &curve.points);
        let y = Axis::new(points().map(|p| p.1), Direction::Upward, frame.bottom - frame.top);
        frame.left = plot.left + MARGIN + LABEL_SIZE + 20.0 + y.widest_label();
        let x = Axis::new(points().map(|p| p.0), Direction::Rightward, frame.right - frame.left);

        let plane = Plane::new(&x, &y, frame, page);
        let mut curves: Vec<_> = self.series.iter().map(|c| (c.points.clone(), c.mark)).collect();
        thinning::thin(&mut curves, &plane, share);

        svg.push_str(&canvas::grid(&plane, &x, &y)?);
        for ((points, _), style) in curves.iter().zip(styles) {
            svg.push_str(&canvas::curve(&plane, points, *style, "curve")?);
        }
        svg.push_str(&canvas::frame(&plane, &x, &y)?);
        tick_labels(svg, &plane, &x, &y);
        self.captions(svg, &title, frame, area);
        Ok(frame)
    }

    /// Refuses what cannot be drawn.
    fn check(&self) -> Result<()> {
        if self.series.is_empty() {
            return Err(Error::input("the figure has no curve"));
        }
        if self.series.len() > CURVES {
            let count = self.series.len();
            return Err(Error::input(format!("the figure has {count} curves; at most {CURVES} are allowed")));
        }
        for (index, curve) in self.series.iter().enumerate() {
            let name = format!("curve {} ({:?})", index + 1, curve.label);
            if curve.points.is_empty() {
                return Err(Error::input(format!("{name} has no points")));
            }
            let lost = |p: &(f64, f64)| ![p.0, p.1].iter().all(|v| v.abs() <= LARGEST);
            if let Some(at) = curve.points.iter().position(lost) {
                let (x, y) = curve.points[at];
                return Err(Error::input(format!(
                    "point {} of {name} is (log10 x, log10 y) = ({x}, {y}); both must lie within ±{LARGEST:e}",
                    at + 1
                )));
            }
        }
        Ok(())
    }

    /// The title and the labels of the axes, made smaller where they are too long.
    fn captions(&self, svg: &mut String, title: &Label, frame: Frame, area: Frame) {
        let (across, upward) = ((frame.left + frame.right) / 2.0, (frame.top + frame.bottom) / 2.0);
        let mut caption = |class: &str, label: &Label, size: f64, (x, y): (f64, f64), turn: f64| {
            let reach = match turn == 0.0 {
                true => (x - area.left).min(area.right - x),
                false => (y - area.top).min(area.bottom - y),
            };
            let size = label.fitted(size, 2.0 * (reach - MARGIN / 2.0));
            svg.push_str(&label.svg(class, size, (x, y), Anchor::Middle, turn));
        };
        caption("title", title, TITLE_SIZE, (across, area.top + MARGIN + TITLE_SIZE), 0.0);
        caption("x-label", &Label::parse(&self.x_label), LABEL_SIZE, (across, frame.bottom + 43.0), 0.0);
        let left = area.left + MARGIN + LABEL_SIZE - 2.0;
        caption("y-label", &Label::parse(&self.y_label), LABEL_SIZE, (left, upward), -90.0);
    }
}

/// The head of an SVG file and its white background.
fn page_opened(page: Page) -> String {
    let Page { width, height } = page;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FONTS}\" fill=\"{INK}\">\n\
         <rect class=\"background\" width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>\n"
    )
}

fn tick_labels(svg: &mut String, plane: &Plane, x: &Axis, y: &Axis) {
    let frame = plane.frame;
    for tick in &x.ticks {
        let at = (plane.pixel((tick.at, y.low)).0, frame.bottom + 21.0);
        svg.push_str(&tick.label.svg("x-tick", TICK_SIZE, at, Anchor::Middle, 0.0));
    }
    for tick in &y.ticks {
        let at = (frame.left - 8.0, plane.pixel((x.low, tick.at)).1 + 0.36 * TICK_SIZE);
        svg.push_str(&tick.label.svg("y-tick", TICK_SIZE, at, Anchor::End, 0.0));
    }
}
