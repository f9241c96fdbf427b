//! Paths and markers, drawn by `plotters` in tenths of a pixel.

use super::axis::Axis;
use super::{Frame, Mark, Page};
use crate::error::{Error, Result};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// Units per pixel: the library has whole units only, and a tenth of a pixel is not seen.
pub(super) const UNITS: f64 = 10.0;

/// Black and the colours of Okabe and Ito that show on white, told apart by most colour-blind readers.
pub(super) const COLOURS: [RGBColor; 7] = [
    RGBColor(0x00, 0x72, 0xB2),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0x9E, 0x73),
    RGBColor(0xCC, 0x79, 0xA7),
    RGBColor(0xE6, 0x9F, 0x00),
    RGBColor(0x56, 0xB4, 0xE9),
    RGBColor(0x00, 0x00, 0x00),
];
const GRID: RGBColor = RGBColor(0xE2, 0xE2, 0xE2);
const INK: RGBColor = RGBColor(0x44, 0x44, 0x44);

/// Sizes in units: markers (half their width), lines, ticks.
const RADIUS: i32 = 35;
const HALF_SIDE: i32 = 31;
const TRIANGLE: i32 = 43;
const OUTLINE: u32 = 12;
const LINE: u32 = 18;
const THIN: u32 = 8;
const TICK: f64 = 5.0;
const MINOR_TICK: f64 = 3.0;

type Coordinates = Cartesian2d<RangedCoordf64, RangedCoordf64>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Coordinates>;
type Drawn = std::result::Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// How a curve looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub mark: Mark,
    pub colour: RGBColor,
}

/// The map from coordinates to units.
pub(super) struct Plane {
    pub frame: Frame,
    page: Page,
    coordinates: Coordinates,
}

impl Plane {
    /// The two axes laid along the frame.
    pub fn new(x: &Axis, y: &Axis, frame: Frame, page: Page) -> Self {
        let unit = |pixels: f64| (pixels * UNITS).round() as i32;
        let ends = (unit(frame.left)..unit(frame.right), unit(frame.bottom)..unit(frame.top));
        Plane { frame, page, coordinates: Cartesian2d::new(x.low..x.high, y.low..y.high, ends) }
    }

    /// The plane of the whole page, whose coordinates are pixels from its upper left corner.
    pub fn page(page: Page) -> Self {
        let Page { width, height } = page;
        let frame = Frame { left: 0.0, right: width, top: 0.0, bottom: height };
        let ends = (0..(width * UNITS) as i32, 0..(height * UNITS) as i32);
        Plane { frame, page, coordinates: Cartesian2d::new(0.0..width, 0.0..height, ends) }
    }

    /// Where a point of the plane lies on the page, in tenths of a pixel.
    pub fn unit(&self, point: (f64, f64)) -> (i32, i32) {
        self.coordinates.translate(&point)
    }

    /// Where a point of the plane lies on the page, in pixels to a tenth.
    pub fn pixel(&self, point: (f64, f64)) -> (f64, f64) {
        let (x, y) = self.unit(point);
        (f64::from(x) / UNITS, f64::from(y) / UNITS)
    }

    /// What the library draws on this plane, as a group of the given attributes.
    fn group(&self, attributes: &str, draw: impl FnOnce(&Area<'_>) -> Drawn) -> Result<String> {
        let fail = |e: &dyn std::fmt::Display| Error::unable(format!("cannot draw the figure: {e}"));
        let mut text = String::new();
        {
            let size = ((self.page.width * UNITS) as u32, (self.page.height * UNITS) as u32);
            let root: DrawingArea<_, Shift> = SVGBackend::with_string(&mut text, size).into_drawing_area();
            let area = root.apply_coord_spec(self.coordinates.clone());
            draw(&area).and_then(|()| area.present()).map_err(|e| fail(&e))?;
        }
        let inner = text.split_once(">\n").and_then(|(_, rest)| rest.rsplit_once("</svg>")).map(|(inner, _)| inner);
        let inner = inner.ok_or_else(|| fail(&"the library wrote no SVG"))?;
        let inner = inner.replace(" opacity=\"1\"", "").replace(" \"/>", "\"/>");
        Ok(format!("<g {attributes} transform=\"scale({})\">\n{inner}</g>\n", 1.0 / UNITS))
    }
}

/// Light lines at the labelled ticks.
pub(super) fn grid(plane: &Plane, x: &Axis, y: &Axis) -> Result<String> {
    let style = GRID.stroke_width(THIN);
    plane.group("class=\"grid\"", |area| {
        for tick in &x.ticks {
            area.draw(&PathElement::new([(tick.at, y.low), (tick.at, y.high)], style))?;
        }
        for tick in &y.ticks {
            area.draw(&PathElement::new([(x.low, tick.at), (x.high, tick.at)], style))?;
        }
        Ok(())
    })
}

/// The frame, with ticks on its left and lower sides.
pub(super) fn frame(plane: &Plane, x: &Axis, y: &Axis) -> Result<String> {
    let style = INK.stroke_width(THIN + 2);
    let Frame { left, right, top, bottom } = plane.frame;
    let labelled = |axis: &Axis| axis.ticks.iter().map(|tick| (tick.at, TICK)).collect::<Vec<_>>();
    let all = |axis: &Axis| {
        let minor = axis.minor.iter().map(|&at| (at, MINOR_TICK));
        labelled(axis).into_iter().chain(minor).collect::<Vec<_>>()
    };
    Plane::page(plane.page).group("class=\"frame\" stroke-linecap=\"square\"", |area| {
        let corners = [(left, top), (left, bottom), (right, bottom), (right, top), (left, top)];
        area.draw(&PathElement::new(corners, style))?;
        for (at, length) in all(x) {
            let across = plane.pixel((at, y.low)).0;
            area.draw(&PathElement::new([(across, bottom), (across, bottom + length)], style))?;
        }
        for (at, length) in all(y) {
            let down = plane.pixel((x.low, at)).1;
            area.draw(&PathElement::new([(left, down), (left - length, down)], style))?;
        }
        Ok(())
    })
}

/// Points of one curve, or a sample of them.
pub(super) fn curve(plane: &Plane, points: &[(f64, f64)], style: Style, class: &str) -> Result<String> {
    let Style { mark, colour } = style;
    let dashes = match mark {
        Mark::Dashed => " stroke-dasharray=\"75 40\"",
        Mark::Dotted => " stroke-dasharray=\"18 27\"",
        _ => "",
    };
    let attributes = format!("class=\"{class}\" stroke-linejoin=\"round\"{dashes}");
    plane.group(&attributes, |area| {
        let each = |draw: &dyn Fn((f64, f64)) -> Drawn| points.iter().try_for_each(|&point| draw(point));
        match mark {
            Mark::Circles => each(&|p| area.draw(&Circle::new(p, RADIUS, colour.stroke_width(OUTLINE)))),
            Mark::Squares => each(&|p| {
                let corners = [(-HALF_SIDE, -HALF_SIDE), (HALF_SIDE, HALF_SIDE)];
                area.draw(&(EmptyElement::at(p) + Rectangle::new(corners, colour.filled())))
            }),
            Mark::Triangles => each(&|p| area.draw(&TriangleMarker::new(p, TRIANGLE, colour.filled()))),
            Mark::Crosses => each(&|p| area.draw(&Cross::new(p, HALF_SIDE, colour.stroke_width(OUTLINE)))),
            // A line of one point is a dot.
            _ if points.len() == 1 => each(&|p| area.draw(&Circle::new(p, LINE, colour.filled()))),
            _ => area.draw(&PathElement::new(points.to_vec(), colour.stroke_width(LINE))),
        }
    })
}

/// About how many bytes a point takes in the text.
pub(super) fn bytes_per_point(mark: Mark) -> usize {
    match mark {
        Mark::Circles | Mark::Squares | Mark::Triangles => 85,
        Mark::Crosses => 170,
        Mark::Solid | Mark::Dashed | Mark::Dotted => 10,
    }
}
