//! Curves of very many points.

use super::plot::{MARKS, circles, class, corners, curve, figure, scale};
use roxmltree::{Document, Node};
use zonal::report::plot::Mark;

fn nearest(points: &[(f64, f64)]) -> f64 {
    let pairs = points.iter().enumerate().flat_map(|(i, a)| points[..i].iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.0 - b.0).hypot(a.1 - b.1)).fold(f64::INFINITY, f64::min)
}

#[test]
fn near_points_are_dropped() {
    // A hundred points in a pixel or so, and one apart.
    let mut points: Vec<(f64, f64)> = (0..100).map(|i| (f64::from(i) * 1e-4, 0.0)).collect();
    points.push((3.0, 1.0));
    let svg = figure(vec![curve("near", Mark::Circles, &points)]).svg().unwrap();
    let drawn = circles(&Document::parse(&svg).unwrap());
    assert!((2..=4).contains(&drawn.len()) && nearest(&drawn) >= 1.0, "{drawn:?}");
    // Negative control: a hundred points that are apart all stay.
    let points: Vec<(f64, f64)> = (0..100).map(|i| (f64::from(i) * 1e-2, 0.0)).collect();
    let svg = figure(vec![curve("far", Mark::Circles, &points)]).svg().unwrap();
    assert_eq!(circles(&Document::parse(&svg).unwrap()).len(), 100);
    // A crowd is thinned until its markers can be told apart.
    let points: Vec<(f64, f64)> = (1..=1000).map(|k| f64::from(k).log10()).map(|x| (x, -10.0 * x)).collect();
    let svg = figure(vec![curve("crowd", Mark::Circles, &points)]).svg().unwrap();
    let drawn = circles(&Document::parse(&svg).unwrap());
    assert!((60..=200).contains(&drawn.len()) && nearest(&drawn) > 4.0, "{}", drawn.len());
}

#[test]
fn a_million_points_fit() {
    let wild = |i: u32| (f64::from(i).log10(), (f64::from(i) * 0.7).sin() * 300.0 + f64::from(i % 997) * 0.1);
    let mut points: Vec<(f64, f64)> = (1..=1_000_000).map(wild).collect();
    points[500_000].1 = 700.0;
    for mark in MARKS {
        let svg = figure(vec![curve("wild", mark, &points)]).svg().unwrap();
        assert!((5_000..300_000).contains(&svg.len()), "{mark:?}: {} bytes", svg.len());
        let doc = Document::parse(&svg).unwrap();
        if mark == Mark::Solid {
            // The extremes of a line stay, and with them the whole height of the plot but for its padding.
            let path = corners(class(&doc, "curve").next().unwrap().children().find(Node::is_element).unwrap());
            let (top, y) = (path.iter().map(|p| p.1).fold(f64::INFINITY, f64::min), scale(&doc, false));
            assert!((top - y(700.0)).abs() < 0.3, "{top}");
        }
    }
    // Many curves share the room.
    let series = (0..20).map(|i| curve("part", MARKS[i % 7], &points[i * 50_000..(i + 1) * 50_000])).collect();
    let svg = figure(series).svg().unwrap();
    assert!((50_000..300_000).contains(&svg.len()), "{} bytes", svg.len());
}
