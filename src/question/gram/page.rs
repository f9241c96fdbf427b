//! The page of a Gram matrix: what was computed, a figure, the clusters.

use super::{GramAnswer, cumulative};
use crate::error::Result;
use crate::report::plot::{Curve, Figure, Mark, escaped};
use maud::{DOCTYPE, PreEscaped, html};

const STYLE: &str = "body{font:16px/1.5 Helvetica,Arial,sans-serif;margin:2em auto;max-width:60em;padding:0 \
    1em;color:#222}\
table{border-collapse:collapse;margin:1em 0}th,td{border-bottom:1px solid #ccc;padding:.3em .7em;text-align:right}\
svg{max-width:100%;height:auto}.no{color:#b00020;font-weight:bold}";

/// Parts of the labels below this are rounding errors.
const SMALLEST: f64 = 1e-12;

pub(super) fn page(document: &GramAnswer) -> Result<String> {
    let figures = [figure(document)?, labels(document)?];
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "zonal gram: " (document.kernel) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Gram matrix of " (document.kernel) }
                p {
                    (document.points) " points of R^" (document.dim)
                    @if document.homogeneous { ", |x||x'| kappa" } @else { ", directions only" }
                    "; tr K / n = " (format!("{:.6e}", document.trace))
                    @if let Some(residual) = document.residual { "; residual of the eigenvalues \
                        " (format!("{residual:.0e}")) }
                    @if let Some(alignment) = document.alignment { "; alignment with the labels \
                        " (format!("{alignment:.6}")) }
                    ". zonal " (env!("CARGO_PKG_VERSION")) "."
                }
                @for svg in figures.iter().flatten() { figure { (PreEscaped(svg)) } }
                @if !document.clusters.is_empty() {
                    h2 { "Clusters" }
                    p {
                        "The points may be independent and uniform on the sphere. Mean and spread of the N(p,k) \
                         eigenvalues of K/n near mu_k, relative to \
                        mu_k, beside what is expected to first order in 1/n."
                    }
                    table {
                        tr {
                            th { "k" } th { "N(p,k)" } th { "mu_k" } th { "mean - \
                                1" } th { "expected" } th { "spread" } th { "expected" } th { "agrees" }
                        }
                        @for c in &document.clusters {
                            tr {
                                td { (c.degree) } td { (c.multiplicity) } td { (format!("{:.6e}", c.eigenvalue)) }
                                td { (format!("{:.5}", c.mean / c.eigenvalue - 1.0)) }
                                @let expected = c.expected_mean / c.eigenvalue - 1.0;
                                td { (format!("{expected:.5} ± {:.5}", c.allowed / c.eigenvalue)) }
                                @if c.multiplicity == 1 { td { "-" } td { "-" } } @else {
                                    td { (format!("{:.4}", c.spread / c.eigenvalue)) }
                                    td {
                                        (format!("{:.4} ({:.4} to \
                                            {:.4})", c.expected_spread / c.eigenvalue, c.spread_range.0 / c.eigenvalue,
                                            c.spread_range.1 / c.eigenvalue))
                                    }
                                }
                                @if c.agrees { td { "yes" } } @else { td class="no" { "no" } }
                            }
                        }
                    }
                }
            }
        }
    }
    .into_string())
}

/// The eigenvalues over their index, and the expected means of the clusters.
fn figure(document: &GramAnswer) -> Result<Option<String>> {
    let place = |i: usize| ((i + 1) as f64).log10();
    let values = document.eigenvalues.iter().enumerate().filter(|(_, value)| **value > 0.0);
    let points: Vec<(f64, f64)> = values.map(|(i, value)| (place(i), value.log10())).collect();
    if points.len() < 2 {
        return Ok(None);
    }
    let mut series = vec![Curve { label: "eigenvalues of K/n".to_string(), points, mark: Mark::Circles }];
    let mut index = 0;
    let mut expected = Vec::new();
    for cluster in &document.clusters {
        expected.extend((0..cluster.multiplicity).map(|i| (place(index + i), cluster.expected_mean.log10())));
        index += cluster.multiplicity;
    }
    if !expected.is_empty() {
        series.push(Curve { label: "expected from μ_k".to_string(), points: expected, mark: Mark::Solid });
    }
    let figure = Figure {
        title: format!("{} at {} points of R^{{{}}}", escaped(&document.kernel), document.points, document.dim),
        x_label: "index".to_string(),
        y_label: "eigenvalue of K/n".to_string(),
        series,
    };
    figure.svg().map(Some)
}

/// The part of the labels that the leading eigenvectors leave.
fn labels(document: &GramAnswer) -> Result<Option<String>> {
    let left = cumulative(&document.label_shares).into_iter().map(|share| 1.0 - share);
    let points = left.enumerate().filter(|(_, left)| *left > SMALLEST);
    let points: Vec<(f64, f64)> = points.map(|(i, left)| (((i + 1) as f64).log10(), left.log10())).collect();
    if points.len() < 2 {
        return Ok(None);
    }
    let figure = Figure {
        title: "What the leading eigenvectors leave of the centred labels".to_string(),
        x_label: "eigenvectors".to_string(),
        y_label: "part of the labels outside their span".to_string(),
        series: vec![Curve { label: "1 - |V^T Y|^2 / |Y|^2".to_string(), points, mark: Mark::Circles }],
    };
    figure.svg().map(Some)
}
