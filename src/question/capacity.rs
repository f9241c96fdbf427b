//! How large the unit ball of a kernel's space is.

use super::figures::{bound, error, relative, rounded, written};
use super::samples::{short, sizes};
use super::form::csv;
use super::parameter::Words;
use super::place::Place;
use super::{Answer, Form, Question};
use crate::error::{Error, Result};
use crate::report::{Align, TextTable};
use crate::rkhs::{Capacity, Estimated, Levels, Space, Sums};
use crate::watch::Watch;
use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct CapacityQuestion {
    #[command(flatten)]
    #[serde(flatten)]
    place: Place,
    /// Numbers n: 100, or 10,100,1e6, or 10..=100000 for --points numbers in equal ratios.
    #[arg(long, value_name = "N", default_value_t = numbers())]
    #[serde(default = "numbers")]
    at: Words,
    /// How many numbers in a range.
    #[arg(long, value_name = "COUNT", default_value_t = points())]
    #[serde(default = "points")]
    points: usize,
    /// The variance of the noise, for the information gain.
    #[arg(long, allow_hyphen_values = true, value_name = "S2", default_value_t = noise())]
    #[serde(default = "noise")]
    noise: f64,
}

fn numbers() -> Words {
    Words::new("1..=1000000")
}

fn points() -> usize {
    7
}

fn noise() -> f64 {
    1.0
}

/// How large the unit ball is, at each n.
#[derive(Serialize, JsonSchema)]
pub(super) struct CapacityAnswer {
    kernel: String,
    dim: u64,
    space: String,
    trace: f64,
    noise: f64,
    rows: Vec<Row>,
}

#[derive(Serialize, JsonSchema)]
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
    /// Bounds of absolute errors, estimated; those of the entropy number are in its bounds.
    width_error: Option<f64>,
    effective_dimension_error: f64,
    information_gain_error: f64,
}

/// No answer where eigenvalues beyond those known would be needed.
fn known<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Unable(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Question for CapacityQuestion {
    const NAME: &'static str = "capacity";
    const ABOUT: &'static str = "How large the unit ball of a kernel's function space is: widths, entropy, Rademacher \
        complexity, information gain";

    type Answer = CapacityAnswer;

    fn answer(&self, _: &Watch) -> Result<CapacityAnswer> {
        let (kernel, sphere) = self.place.read()?;
        let numbers = sizes(&self.at, self.points, "n", [1.0, 1e15])?;
        let spectrum = kernel.spectrum(sphere);
        let levels = Levels::new(&spectrum, f64::INFINITY)?;
        let capacity = Capacity::new(&levels);
        let row = |n: &f64| -> Result<Row> {
            let entropy = known(capacity.entropy_numbers(*n))?;
            let [rademacher_lower, rademacher_upper] = capacity.rademacher(*n)?;
            let width = known(capacity.width_with_error(*n))?;
            let gain = capacity.information_gain_with_error(*n, self.noise)?;
            let Sums { dimension, error, .. } = levels.sums(levels.trace() / n);
            Ok(Row {
                n: *n,
                width: width.map(|Estimated { value, error }| rounded(value, error)),
                entropy_lower: entropy.map(|[lower, _]| lower),
                entropy_upper: entropy.map(|[_, upper]| upper),
                effective_dimension: rounded(dimension, error),
                rademacher_lower,
                rademacher_upper,
                information_gain: rounded(gain.value, gain.error),
                width_error: width.map(|found| found.error),
                effective_dimension_error: error,
                information_gain_error: gain.error,
            })
        };
        Ok(CapacityAnswer {
            kernel: kernel.to_string(),
            dim: sphere.dimension(),
            space: Space::of(&spectrum)?.to_string(),
            trace: levels.trace(),
            noise: self.noise,
            rows: numbers.iter().map(row).collect::<Result<_>>()?,
        })
    }
}

impl Answer for CapacityAnswer {
    const FORMS: &'static [Form] = &[Form::Text, Form::Csv, Form::Json];

    fn text(&self) -> String {
        let CapacityAnswer { kernel, dim, space, trace, noise, rows } = self;
        let columns = [
            "n",
            "width d_n",
            "entropy >=",
            "entropy <=",
            "d_eff",
            "Rademacher >=",
            "Rademacher <=",
            "information <=",
            "error",
        ];
        let mut table = TextTable::new(columns.map(|name| (name, Align::Right)));
        let side = |x: Option<f64>, upper: bool| x.map_or("-".to_string(), |x| bound(x, 5, upper));
        for row in rows {
            let width = row.width.zip(row.width_error);
            let worst = [
                width.map_or(0.0, |(value, error)| relative(value, error)),
                relative(row.effective_dimension, row.effective_dimension_error),
                relative(row.information_gain, row.information_gain_error),
            ];
            table.row([
                short(row.n),
                width.map_or("-".to_string(), |(value, error)| written(value, error, 5)),
                side(row.entropy_lower, false),
                side(row.entropy_upper, true),
                written(row.effective_dimension, row.effective_dimension_error, 5),
                side(Some(row.rademacher_lower), false),
                side(Some(row.rademacher_upper), true),
                side(Some(row.information_gain + row.information_gain_error), true),
                error(worst.into_iter().fold(0.0, f64::max)),
            ]);
        }
        format!(
            "the unit ball of the space of {kernel} on the sphere in R^{dim}: {space}\n\
             kappa(1) = {trace}; widths in L2, entropy numbers of e^n balls, effective dimension at the ridge \
             kappa(1)/n,\n\
             Rademacher complexity on n points, expected information gain of n points (nats) at noise {};\n\
             error: of the numbers of a row relatively, at most, estimated; bounds are rounded outward\n{table}",
            short(*noise)
        )
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv(&self.rows, out)
    }
}

