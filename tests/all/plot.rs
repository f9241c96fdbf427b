//! Figures: their XML, ticks, legend and the places of their markers, read back from the SVG text.

use proptest::prelude::*;
use roxmltree::{Document, Node};
use zonal::Error;
use zonal::report::plot::{Curve, Figure, Mark, Panels};

pub const MARKS: [Mark; 7] =
    [Mark::Circles, Mark::Squares, Mark::Triangles, Mark::Crosses, Mark::Solid, Mark::Dashed, Mark::Dotted];

pub fn curve(label: &str, mark: Mark, points: &[(f64, f64)]) -> Curve {
    Curve { label: label.to_string(), points: points.to_vec(), mark }
}

pub fn figure(series: Vec<Curve>) -> Figure {
    let [title, x_label, y_label] = ["Title", "degree k", "μ_k"].map(str::to_string);
    Figure { title, x_label, y_label, series }
}

/// Circles at two points, which give the ranges of the axes.
fn between(low: (f64, f64), high: (f64, f64)) -> Figure {
    figure(vec![curve("curve", Mark::Circles, &[low, high])])
}

pub fn class<'a>(doc: &'a Document, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    doc.descendants().filter(move |node| node.attribute("class") == Some(name))
}

fn number(node: Node, name: &str) -> f64 {
    node.attribute(name).unwrap_or_else(|| panic!("no {name}")).parse().unwrap()
}

/// The corners of a path in pixels; the library draws in tenths of them.
pub fn corners(node: Node) -> Vec<(f64, f64)> {
    let pair = |text: &str| {
        let (x, y) = text.split_once(',').unwrap();
        (x.parse::<f64>().unwrap() / 10.0, y.parse::<f64>().unwrap() / 10.0)
    };
    node.attribute("points").unwrap().split_whitespace().map(pair).collect()
}

/// Text with `^` or `_` before raised or lowered pieces.
fn text(node: Node) -> String {
    let mut level = 0.0;
    let mut written = String::new();
    for piece in node.children() {
        if piece.is_element() {
            level += number(piece, "dy");
            written.push_str(if level < -0.1 { "^" } else { "" });
            written.push_str(if level > 0.1 { "_" } else { "" });
        }
        written.push_str(piece.text().or(piece.first_child().and_then(|c| c.text())).unwrap());
    }
    written
}

fn texts(doc: &Document, name: &str) -> Vec<String> {
    class(doc, name).map(text).collect()
}

/// Left, top, right, bottom of a text that is not turned, every character 0.65 of its size wide, which few exceed.
fn bounds(node: Node, scale: f64) -> [f64; 4] {
    let size = number(node, "font-size");
    let pieces = node.descendants().filter(Node::is_text).map(|piece| {
        piece.text().unwrap().chars().count() as f64 * 0.65 * scale * number(piece.parent().unwrap(), "font-size")
    });
    let width: f64 = pieces.sum();
    let (x, y) = (number(node, "x"), number(node, "y"));
    let left = match node.attribute("text-anchor").unwrap() {
        "start" => x,
        "middle" => x - width / 2.0,
        _ => x - width,
    };
    [left, y - size * scale, left + width, y + 0.2 * size * scale]
}

fn overlap(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

fn any_overlap(boxes: &[[f64; 4]]) -> bool {
    boxes.iter().enumerate().any(|(i, &a)| boxes[..i].iter().any(|&b| overlap(a, b)))
}

/// Left, top, right, bottom of the plot.
fn plot(doc: &Document) -> [f64; 4] {
    let frame = class(doc, "frame").next().unwrap();
    let path = corners(frame.children().find(Node::is_element).unwrap());
    let extreme = |pick: fn(&(f64, f64)) -> f64, choose: fn(f64, f64) -> f64| path.iter().map(pick).reduce(choose);
    let all = [extreme(|p| p.0, f64::min), extreme(|p| p.1, f64::min)];
    let others = [extreme(|p| p.0, f64::max), extreme(|p| p.1, f64::max)];
    [all[0].unwrap(), all[1].unwrap(), others[0].unwrap(), others[1].unwrap()]
}

pub fn circles(doc: &Document) -> Vec<(f64, f64)> {
    let group = class(doc, "curve").next().unwrap();
    let all = group.children().filter(Node::is_element);
    all.map(|c| (number(c, "cx") / 10.0, number(c, "cy") / 10.0)).collect()
}

fn tick_labels(low: (f64, f64), high: (f64, f64)) -> (Vec<String>, Vec<String>) {
    let svg = between(low, high).svg().unwrap();
    let doc = Document::parse(&svg).unwrap();
    (texts(&doc, "x-tick"), texts(&doc, "y-tick"))
}

#[test]
fn every_mark_is_drawn_and_sampled_alike() {
    let points = [(0.0, 0.0), (1.0, -3.0), (2.0, -9.0)];
    let shapes = ["circle", "rect", "polygon", "line", "polyline", "polyline", "polyline"];
    let svg = figure(MARKS.iter().map(|&m| curve(&format!("{m:?}"), m, &points)).collect()).svg().unwrap();
    let doc = Document::parse(&svg).unwrap();
    let root = doc.root_element();
    assert_eq!([number(root, "width"), number(root, "height")], [800.0, 500.0]);
    assert_eq!(root.attribute("viewBox"), Some("0 0 800 500"));
    assert!(root.attribute("font-family").unwrap().ends_with("sans-serif"));
    assert_eq!(class(&doc, "background").next().unwrap().attribute("fill"), Some("#FFFFFF"));

    let look = |group: Node| {
        let shape = group.children().find(Node::is_element).unwrap();
        let attribute = |node: Node, name| node.attribute(name).map(str::to_string);
        let colours = [attribute(shape, "stroke"), attribute(shape, "fill"), attribute(shape, "stroke-width")];
        (shape.tag_name().name().to_string(), colours, attribute(group, "stroke-dasharray"))
    };
    let curves: Vec<_> = class(&doc, "curve").map(look).collect();
    assert_eq!(curves.iter().map(|c| c.0.as_str()).collect::<Vec<_>>(), shapes);
    assert_eq!(curves, class(&doc, "sample").map(look).collect::<Vec<_>>());
    assert_eq!(texts(&doc, "legend"), MARKS.map(|m| format!("{m:?}")));
    // Without colour the three lines differ by their dashes.
    let dashes: Vec<_> = curves[4..].iter().map(|c| c.2.clone()).collect();
    assert!(dashes[0].is_none() && dashes[1].is_some() && dashes[2].is_some() && dashes[1] != dashes[2]);
}

#[test]
fn ticks_of_known_ranges() {
    let (x, y) = tick_labels((0.0, -30.0), (3.0, 0.0));
    assert_eq!(x, ["10^0", "10^1", "10^2", "10^3"]);
    assert_eq!(y, ["10^−30", "10^−25", "10^−20", "10^−15", "10^−10", "10^−5", "10^0"]);
    let (x, y) = tick_labels((0.0, -400.0), (1.5, 0.0));
    assert_eq!(x, ["10^0", "2×10^0", "5×10^0", "10^1", "2×10^1"]);
    assert_eq!(y, ["10^−400", "10^−350", "10^−300", "10^−250", "10^−200", "10^−150", "10^−100", "10^−50", "10^0"]);
    let (x, y) = tick_labels((-1000.0, 0.0), (0.0, 2.0));
    assert_eq!(x, ["10^−1000", "10^−800", "10^−600", "10^−400", "10^−200", "10^0"]);
    // From two decades on, only powers of ten.
    assert_eq!(y, ["10^0", "10^1", "10^2"]);
    // Degrees 100 to 120, and one value only.
    let (x, y) = tick_labels((2.0, -0.1), (120f64.log10(), -0.1));
    assert_eq!(x, ["10^2", "1.05×10^2", "1.1×10^2", "1.15×10^2", "1.2×10^2"]);
    assert_eq!(y, ["6×10^−1", "7×10^−1", "8×10^−1", "9×10^−1", "10^0", "1.1×10^0"]);
}

#[test]
fn ticks_never_overlap() {
    let mut closest = f64::INFINITY;
    for span in (-24..=12).map(|n| 10f64.powf(f64::from(n) / 4.0)).chain([0.79, 0.81, 1.99, 2.0, 2.01]) {
        for low in [0.0, 0.3, 0.69, -0.17, -50.0, -399.6, 998.0] {
            let svg = between((low, low), (low + span, low + span)).svg().unwrap();
            let doc = Document::parse(&svg).unwrap();
            let ticks = |name| class(&doc, name).map(|node| bounds(node, 1.0)).collect::<Vec<_>>();
            let (x, y) = (ticks("x-tick"), ticks("y-tick"));
            assert!((2..=16).contains(&x.len()), "{} ticks for {span} decades from {low}", x.len());
            assert!((2..=16).contains(&y.len()), "{} ticks for {span} decades from {low}", y.len());
            let all = [x.clone(), y].concat();
            assert!(!any_overlap(&all), "{span} decades from {low}: {all:?}");
            assert!(all.iter().all(|b| b[0] >= 0.0 && b[2] <= 800.0 && b[3] <= 500.0), "{span}, {low}: {all:?}");
            closest = closest.min(x[1][0] - x[0][2]);
        }
    }
    assert!(closest < 60.0, "ticks are wastefully far apart: {closest}");
    // Negative control: the same texts, five times as large, are found to overlap.
    let svg = between((0.0, -30.0), (3.0, 0.0)).svg().unwrap();
    let doc = Document::parse(&svg).unwrap();
    assert!(any_overlap(&class(&doc, "y-tick").map(|node| bounds(node, 5.0)).collect::<Vec<_>>()));
}

#[test]
fn the_legend_is_off_the_plot() {
    let long = "laplace(1): decay k^{-p} for large k, by the closed form";
    let points = [(0.0, 0.0), (1.0, -1.0)];
    for (label, count) in [("even", 1), ("even", 20), (long, 3), (long, 20), (&long.repeat(4), 2), (&long.repeat(4), 9)]
    {
        let svg = figure(vec![curve(label, Mark::Dashed, &points); count]).svg().unwrap();
        let doc = Document::parse(&svg).unwrap();
        let plot = plot(&doc);
        assert!(plot[2] - plot[0] > 300.0 && plot[3] - plot[1] > 200.0, "{plot:?}");
        // These texts are of narrower letters than those of ticks.
        let mut boxes: Vec<[f64; 4]> = class(&doc, "legend").map(|node| bounds(node, 0.8)).collect();
        assert_eq!(boxes.len(), count);
        assert!(!any_overlap(&boxes));
        boxes.extend(class(&doc, "sample").map(|group| {
            let path = corners(group.children().find(Node::is_element).unwrap());
            [path[0].0, path[0].1 - 1.0, path[1].0, path[1].1 + 1.0]
        }));
        assert_eq!(boxes.len(), 2 * count);
        assert!(!boxes.iter().any(|&b| overlap(b, plot)), "{boxes:?} {plot:?}");
        assert!(boxes.iter().all(|b| b[0] >= 0.0 && b[2] <= 800.0 && b[3] <= 500.0), "{boxes:?}");
        assert!(!class(&doc, "x-label").any(|node| boxes.iter().any(|&b| overlap(bounds(node, 0.8), b))));
        // Negative control: a box in the plot is found there.
        assert!(overlap([400.0, 200.0, 410.0, 210.0], plot));
    }
    let svg = figure(vec![curve("", Mark::Dashed, &points)]).svg().unwrap();
    assert_eq!(class(&Document::parse(&svg).unwrap(), "sample").count(), 0);
}

/// The line through the places of two ticks, whose labels say which values they are.
pub fn scale(doc: &Document, across: bool) -> impl Fn(f64) -> f64 {
    let (name, axis) = if across { ("x-tick", 0) } else { ("y-tick", 1) };
    let exponents = texts(doc, name).into_iter();
    let exponents: Vec<f64> =
        exponents.map(|t| t.strip_prefix("10^").unwrap().replace('−', "-").parse().unwrap()).collect();
    let lines = class(doc, "grid").next().unwrap().children().filter(Node::is_element).map(corners);
    let places = lines.map(|c| [[c[0].0, c[1].0], [c[0].1, c[1].1]]).filter(|c| c[axis][0] == c[axis][1]);
    let places: Vec<f64> = places.map(|c| c[axis][0]).collect();
    assert_eq!(places.len(), exponents.len());
    let (first, last) = (0, places.len() - 1);
    let slope = (places[last] - places[first]) / (exponents[last] - exponents[first]);
    let (place, exponent) = (places[first], exponents[first]);
    move |value| place + slope * (value - exponent)
}

#[test]
fn markers_lie_where_they_should() {
    let points: Vec<(f64, f64)> = (1..=40).map(|k| f64::from(k).log10()).map(|x| (x * 2.0, -110.0 * x)).collect();
    let svg = figure(vec![curve("law", Mark::Circles, &points)]).svg().unwrap();
    let doc = Document::parse(&svg).unwrap();
    let (x, y) = (scale(&doc, true), scale(&doc, false));
    let drawn = circles(&doc);
    assert_eq!(drawn.len(), points.len());
    let plot = plot(&doc);
    for (point, place) in points.iter().zip(&drawn) {
        assert!((x(point.0) - place.0).abs() < 0.3 && (y(point.1) - place.1).abs() < 0.3, "{point:?} {place:?}");
        assert!(plot[0] < place.0 && place.0 < plot[2] && plot[1] < place.1 && place.1 < plot[3]);
        // Negative control: half a per cent of the range is seen.
        assert!((x(point.0 + 0.016) - place.0).abs() > 0.3 && (y(point.1 + 0.88) - place.1).abs() > 0.3);
    }
    // Downward in the file is upward in the plot.
    assert!(drawn[0].1 < drawn[39].1 && drawn[0].0 < drawn[39].0);
}

#[test]
fn scripts_are_typeset() {
    for (markup, expected) in [
        ("μ_k", "μ_k"),
        ("mu_k k^{-10} C", "mu_k k^−10 C"),
        ("a_{k+1}^2", "a_k+1^2"),
        ("(2-2*u)^(1/(4+p)) x", "(2-2*u)^(1/(4+p)) x"),
        ("u^12k k^-0.3. e^-k", "u^12k k^−0.3. e^−k"),
        (r"snake\_case \^ \n", r"snake_case ^ \n"),
        ("a _ b^", "a _ b^"),
        ("k^{-1", "k^−1"),
    ] {
        let mut figure = between((0.0, 0.0), (1.0, 1.0));
        figure.y_label = markup.to_string();
        let svg = figure.svg().unwrap();
        let doc = Document::parse(&svg).unwrap();
        assert_eq!(texts(&doc, "y-label"), [expected]);
        let label = class(&doc, "y-label").next().unwrap();
        assert!(label.attribute("transform").unwrap().starts_with("rotate(-90 "));
    }
    let mut figure = between((0.0, 0.0), (1.0, 1.0));
    figure.x_label = r"x\_k".to_string();
    let svg = figure.svg().unwrap();
    let doc = Document::parse(&svg).unwrap();
    assert_eq!(class(&doc, "x-label").next().unwrap().children().filter(Node::is_element).count(), 0);
}

#[test]
fn text_is_escaped() {
    let odd = "<a href=\"x\"> & 'b' ]]> <!-- \u{0}\u{FFFF}\u{7} é";
    let mut figure = figure(vec![curve(odd, Mark::Solid, &[(0.0, 0.0), (1.0, 1.0)])]);
    figure.title = odd.to_string();
    let svg = figure.svg().unwrap();
    let doc = Document::parse(&svg).unwrap();
    let expected = "<a href=\"x\"> & 'b' ]]> <!--     é";
    assert_eq!([texts(&doc, "title"), texts(&doc, "legend")].concat(), [expected, expected]);
    // Negative control: the parser refuses what is not escaped.
    assert!(Document::parse(&svg.replace("&amp;", "&")).is_err());
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let message = |series: Vec<Curve>| match figure(series).svg() {
        Err(Error::Input(message)) => message,
        other => panic!("{other:?}"),
    };
    assert_eq!(message(vec![]), "the figure has no curve");
    let fine = curve("even", Mark::Circles, &[(0.0, 0.0)]);
    assert!(figure(vec![fine.clone()]).svg().is_ok());
    assert_eq!(message(vec![fine.clone(), curve("odd", Mark::Solid, &[])]), "curve 2 (\"odd\") has no points");
    assert_eq!(message(vec![fine; 21]), "the figure has 21 curves; at most 20 are allowed");
    for (bad, name) in [(f64::NEG_INFINITY, "-inf"), (f64::INFINITY, "inf"), (f64::NAN, "NaN"), (1.5e9, "1500000000")] {
        let expected =
            format!("point 2 of curve 1 (\"odd\") is (log10 x, log10 y) = (1, {name}); both must lie within ±1e9");
        assert_eq!(message(vec![curve("odd", Mark::Crosses, &[(0.0, 0.0), (1.0, bad)])]), expected);
        assert!(message(vec![curve("odd", Mark::Solid, &[(bad, 0.0)])]).contains(name));
    }
}

#[test]
fn panels_share_names_and_do_not_overlap() {
    let points = [(0.0, 0.0), (1.0, -3.0)];
    let panel = |title: &str, series| Figure { title: title.to_string(), ..figure(series) };
    let first = panel("first", vec![curve("a", Mark::Circles, &points), curve("b", Mark::Squares, &points)]);
    let second = panel("second", vec![curve("b", Mark::Dashed, &points), curve("", Mark::Dotted, &points)]);
    for count in [2, 3, 4, 7] {
        let panels = [first.clone(), second.clone()].into_iter().cycle().take(count).collect();
        let svg = Panels { title: "All".to_string(), panels }.svg().unwrap();
        let doc = Document::parse(&svg).unwrap();
        let size = ["width", "height"].map(|name| number(doc.root_element(), name));
        assert_eq!(size[0], 340.0 * count.min(3) as f64);
        assert_eq!(texts(&doc, "title").len(), count + 1);
        let frames: Vec<[f64; 4]> = class(&doc, "frame")
            .map(|frame| {
                let path = corners(frame.children().find(Node::is_element).unwrap());
                [path[0].0, path[0].1, path[2].0, path[2].1]
            })
            .collect();
        assert_eq!(frames.len(), count);
        assert!(frames.iter().all(|f| f[2] - f[0] > 180.0 && f[3] - f[1] > 150.0), "{frames:?}");
        let names = ["title", "x-label", "x-tick", "y-tick", "legend"];
        let labels = names.iter().flat_map(|name| class(&doc, name)).map(|node| bounds(node, 1.0));
        let all: Vec<[f64; 4]> = frames.into_iter().chain(labels).collect();
        assert!(!any_overlap(&all), "{all:?}");
        assert!(all.iter().all(|b| b[0] >= 0.0 && b[1] >= 0.0 && b[2] <= size[0] && b[3] <= size[1]), "{all:?}");
        // One entry for each name, with all of its marks in one colour; lines below markers.
        assert_eq!(texts(&doc, "legend"), ["a", "b"]);
        let samples: Vec<_> = class(&doc, "sample").map(|g| g.children().find(Node::is_element).unwrap()).collect();
        assert_eq!(samples.iter().map(|s| s.tag_name().name()).collect::<Vec<_>>(), ["circle", "polyline", "rect"]);
        assert_eq!(samples[1].attribute("stroke"), samples[2].attribute("fill"));
        assert_ne!(samples[0].attribute("stroke"), samples[1].attribute("stroke"));
    }
}

#[test]
fn pages_that_cannot_be_drawn_are_named() {
    let message = |panels| match (Panels { title: String::new(), panels }).svg() {
        Err(Error::Input(message)) => message,
        other => panic!("{other:?}"),
    };
    let fine = between((0.0, 0.0), (1.0, 1.0));
    assert!(Panels { title: String::new(), panels: vec![fine.clone()] }.svg().is_ok());
    assert_eq!(message(vec![]), "the page has 0 panels; allowed are 1 to 12");
    assert_eq!(message(vec![fine.clone(); 13]), "the page has 13 panels; allowed are 1 to 12");
    assert_eq!(message(vec![fine, figure(vec![])]), "panel 2: the figure has no curve");
    let names = |from: usize| {
        let curves = (from..from + 11).map(|i| curve(&i.to_string(), Mark::Solid, &[(0.0, 0.0)]));
        figure(curves.collect())
    };
    assert_eq!(message(vec![names(0), names(11)]), "the page has curves of 22 names; at most 20 are allowed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever the text and the points, the figure is well-formed and has its labels.
    #[test]
    fn any_figure_is_well_formed(
        label in "\\PC{0,60}",
        markup in "[a-k^_{}()\\\\ .0-9+-]{0,30}",
        points in prop::collection::vec((-1e9..1e9, -1e-3..1e3), 1..30),
        mark in prop::sample::select(&MARKS[..]),
    ) {
        let mut figure = figure(vec![curve(&label, mark, &points), curve(&markup, mark, &points)]);
        figure.title = markup;
        let svg = figure.svg().unwrap();
        let doc = Document::parse(&svg).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(class(&doc, "curve").count(), 2);
        prop_assert!(class(&doc, "x-tick").count() >= 2 && class(&doc, "y-tick").count() >= 2);
    }
}
