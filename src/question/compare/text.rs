//! The table of a comparison, and what lies below it.

use super::super::figures::{error, relative, written};
use super::{DEFAULT_TARGET, CompareAnswer, PER_DECADE, Row, UNKNOWN};
use crate::report::{Align, TextTable};
use std::fmt::Write;

/// Decades of the ridges in the table.
const RIDGES: [u32; 3] = [2, 4, 6];

/// Sizes in the table.
const SIZES: usize = 4;

/// Characters of a kernel in the table.
const LONGEST: usize = 28;

/// Sizes beyond this are written as powers of ten.
const LARGE: f64 = 1e6;

pub(super) fn text(document: &CompareAnswer) -> String {
    let CompareAnswer { dim, target, ridge, noise, kernels, .. } = document;
    let default = if target == DEFAULT_TARGET { " (the default)" } else { "" };
    let count = kernels.len();
    let mut text = format!(
        "{count} kernel{} on the sphere in R^{dim}, each divided by its value at 1, kappa(1)\n\
         target {target}{default}, ridge {ridge}, noise {noise}\n\
         even, odd: b of mu_k ~ k^-b; D(d): effective dimension at ridge d;\n\
         n: mean square error after n samples, predicted by the Gaussian model of the eigenfunctions;\n\
         as solutions of their equations D and errors are right to {} relatively, estimated, and to the digits \
         written\n",
        if count == 1 { "" } else { "s" },
        error(largest(kernels))
    );
    // Writing to a string does not fail.
    let _ = write!(text, "{}", table(document));
    let _ = writeln!(text, "spaces:");
    for row in kernels {
        let _ = writeln!(text, "  {}: {}", row.kernel, row.space);
    }
    for pair in &document.relations {
        let _ = writeln!(text, "  {}", pair.text);
    }
    let unknown: Vec<_> = kernels.iter().filter_map(|row| Some((&row.kernel, row.unknown.as_ref()?))).collect();
    if !unknown.is_empty() {
        let _ = writeln!(text, "not known, {UNKNOWN}:");
    }
    for (kernel, why) in unknown {
        let _ = writeln!(text, "  {kernel}: {why}");
    }
    text
}

fn table(document: &CompareAnswer) -> TextTable {
    let ridges = RIDGES.map(|decade| ((decade * PER_DECADE) as usize, format!("D(1e-{decade})")));
    let sizes: Vec<(usize, String)> =
        spread(document.samples.len()).into_iter().map(|i| (i, format!("n={}", size(document.samples[i])))).collect();
    let heads = ridges.iter().chain(&sizes).map(|(_, head)| (head.as_str(), Align::Right));
    let numbers = ["kappa(1)", "even", "odd"].map(|head| (head, Align::Right));
    let mut table = TextTable::new([("kernel", Align::Left)].into_iter().chain(numbers).chain(heads));
    for row in &document.kernels {
        let [even, odd] = row.exponents.clone();
        let dimensions =
            ridges.iter().map(|(i, _)| cell(row.effective_dimensions[*i], row.effective_dimension_errors[*i]));
        let errors = sizes.iter().map(|(i, _)| cell(row.test[*i], row.test_errors[*i]));
        let first = [short(&row.kernel), cell(Some(row.value_at_one), Some(0.0)), even, odd];
        table.row(first.into_iter().chain(dimensions).chain(errors));
    }
    table
}

/// Of so many, the places of the first, the last, and those between at equal distances.
fn spread(count: usize) -> Vec<usize> {
    let wanted = count.min(SIZES);
    (0..wanted).map(|i| if wanted > 1 { (i * (count - 1) + (wanted - 1) / 2) / (wanted - 1) } else { 0 }).collect()
}

fn cell(x: Option<f64>, error: Option<f64>) -> String {
    x.zip(error).map_or(UNKNOWN.to_string(), |(x, error)| written(x, error, 4))
}

/// The largest relative error of all numbers.
fn largest(kernels: &[Row]) -> f64 {
    let pairs = kernels.iter().flat_map(|row| {
        let dimensions = row.effective_dimensions.iter().zip(&row.effective_dimension_errors);
        dimensions.chain(row.test.iter().zip(&row.test_errors)).filter_map(|(x, e)| x.zip(*e))
    });
    pairs.map(|(x, error)| relative(x, error)).fold(0.0, f64::max)
}

fn size(n: f64) -> String {
    if n < LARGE { n.to_string() } else { format!("{n:.3e}") }
}

/// A long name cut.
fn short(name: &str) -> String {
    match name.chars().count() > LONGEST {
        true => name.chars().take(LONGEST - 3).chain("...".chars()).collect(),
        false => name.to_string(),
    }
}
