//! `zonal capacity`: how large the unit ball of a kernel's space is.

use super::samples::{short, sizes};
use super::{Format, Output, Place, Verdict, csv, json};
use crate::error::{Error, Result};
use crate::report::{Align, TextTable};
use crate::rkhs::{Capacity, Levels, Space};
use clap::Args;
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Numbers n: 100, or 10,100,1e6, or 10..=100000 for --points numbers in equal ratios.
    #[arg(long, value_name = "N", default_value = "1..=1000000")]
    at: String,
    /// How many numbers in a range.
    #[arg(long, value_name = "COUNT", default_value_t = 7)]
    points: usize,
    /// The variance of the noise, for the information gain.
    #[arg(long, allow_hyphen_values = true, value_name = "S2", default_value_t = 1.0)]
    noise: f64,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Document {
    kernel: String,
    dim: u64,
    space: String,
    trace: f64,
    noise: f64,
    rows: Vec<Row>,
}

#[derive(Clone, Serialize)]
struct Row {
    n: f64,
    /// Kolmogorov width d_n.
    width: Option<f64>,
    /// Bounds of the entropy number of e^n balls.
    entropy_lower: Option<f64>,
    entropy_upper: Option<f64>,
    /// The effective dimension at the ridge kappa(1)/n.
    effective_dimension: f64,
    /// Bounds of the Rademacher complexity of the unit ball on n points.
    rademacher_lower: f64,
    rademacher_upper: f64,
    /// A bound of the expected information gain of n samples, in nats.
    information_gain: f64,
}

/// No answer where eigenvalues beyond those known would be needed.
fn known<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Unable(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<Verdict> {
    let (kernel, sphere) = arguments.place.read()?;
    let numbers = sizes(&arguments.at, arguments.points, "n", [1.0, 1e15])?;
    let levels = Levels::new(&kernel.spectrum(sphere), f64::INFINITY)?;
    let capacity = Capacity::new(&levels);
    let row = |n: &f64| -> Result<Row> {
        let entropy = known(capacity.entropy_numbers(*n))?;
        let [rademacher_lower, rademacher_upper] = capacity.rademacher(*n)?;
        Ok(Row {
            n: *n,
            width: known(capacity.width(*n))?,
            entropy_lower: entropy.map(|[lower, _]| lower),
            entropy_upper: entropy.map(|[_, upper]| upper),
            effective_dimension: levels.effective_dimension(levels.trace() / n),
            rademacher_lower,
            rademacher_upper,
            information_gain: capacity.information_gain(*n, arguments.noise)?,
        })
    };
    let document = Document {
        kernel: kernel.to_string(),
        dim: sphere.dimension(),
        space: Space::new(&kernel, sphere)?.to_string(),
        trace: levels.trace(),
        noise: arguments.noise,
        rows: numbers.iter().map(row).collect::<Result<_>>()?,
    };
    let text = match arguments.output.format {
        Format::Json => json(&document)?,
        Format::Csv => csv(document.rows.iter().cloned())?,
        Format::Text => text(&document),
    };
    arguments.output.write(&text)?;
    Ok(Verdict::Done)
}

fn text(document: &Document) -> String {
    let Document { kernel, dim, space, trace, noise, rows } = document;
    let columns =
        ["n", "width d_n", "entropy >=", "entropy <=", "d_eff", "Rademacher >=", "Rademacher <=", "information <="];
    let mut table = TextTable::new(columns.map(|name| (name, Align::Right)));
    let some = |x: Option<f64>| x.map_or("-".to_string(), |x| format!("{x:.4e}"));
    for row in rows {
        let numbers = [row.effective_dimension, row.rademacher_lower, row.rademacher_upper, row.information_gain];
        let [dimension, low, high, gain] = numbers.map(|x| format!("{x:.4e}"));
        let [width, lower, upper] = [row.width, row.entropy_lower, row.entropy_upper].map(some);
        table.row([short(row.n), width, lower, upper, dimension, low, high, gain]);
    }
    format!(
        "the unit ball of the space of {kernel} on the sphere in R^{dim}: {space}\n\
         kappa(1) = {trace}; widths in L2, entropy numbers of e^n balls, effective dimension at the ridge kappa(1)/n,\n\
         Rademacher complexity on n points, expected information gain of n points (nats) at noise {}\n{table}",
        short(*noise)
    )
}
