//! How well a target is approximated within balls of a kernel's space.

use super::figures::{bound, error, relative, rounded, written};
use super::samples::{short, sizes};
use super::form::csv;
use super::parameter::Words;
use super::place::Place;
use super::{Answer, Form, Question};
use crate::error::{Error, Result};
use crate::report::plot::{Curve, Figure, Mark, escaped};
use crate::report::{Align, TextTable};
use crate::rkhs::{BestApproximation, Levels, TargetModes, SupBound, Target};
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct ApproximateQuestion {
    #[command(flatten)]
    #[serde(flatten)]
    place: Place,
    /// The target: a formula in u for g(<e_1, x>), kinks allowed: abs(u); or 'abs(u) @ 1,0; u^3 @ 1,2'; or
    /// energies:0.2,0.5.
    #[arg(long, allow_hyphen_values = true, value_name = "G")]
    target: String,
    /// Radii of balls: 1, or 1,10,100, or 1..=1000 for --points radii in equal ratios.
    #[arg(long, allow_hyphen_values = true, value_name = "R")]
    radius: Words,
    /// How many radii in a range.
    #[arg(long, value_name = "COUNT", default_value_t = points())]
    #[serde(default = "points")]
    points: usize,
    /// Bound the distance everywhere on the sphere as well: a proof by intervals, some tenths of a second for each
    /// radius.
    #[arg(long)]
    #[serde(default)]
    sup: bool,
}

fn points() -> usize {
    13
}

/// The best approximation in each ball.
#[derive(Serialize, JsonSchema)]
pub(super) struct ApproximateAnswer {
    #[serde(skip)]
    asked: usize,
    kernel: String,
    dim: u64,
    target: String,
    /// The root mean square of the target.
    size: f64,
    size_error: f64,
    rows: Vec<Row>,
}

#[derive(Serialize, JsonSchema)]
struct Row {
    radius: f64,
    regularisation: f64,
    /// Root mean square, computed.
    distance: f64,
    norm: f64,
    /// Bounds of the absolute errors, estimated.
    regularisation_error: f64,
    distance_error: f64,
    norm_error: f64,
    /// Everywhere, proved.
    sup_bound: Option<f64>,
    sup_degree: Option<u64>,
}

impl Question for ApproximateQuestion {
    const NAME: &'static str = "approximate";
    const ABOUT: &'static str = "How well a target is approximated within balls of a kernel's function space";

    type Answer = ApproximateAnswer;

    fn answer(&self, watch: &Watch) -> Result<ApproximateAnswer> {
        let (kernel, sphere) = self.place.read()?;
        let radii = sizes(&self.radius, self.points, "radius", [1e-100, 1e100])?;
        let target = Target::parse(&self.target, sphere)?;
        if self.sup && target.functions().is_empty() {
            return Err(Error::input("--sup needs a formula: a target given by energies has no values"));
        }
        let levels = Levels::new(&kernel.spectrum(sphere), f64::INFINITY)?;
        let modes = TargetModes::new(&target, &levels)?;
        let row = |radius: &f64| -> Result<Row> {
            let best = BestApproximation::best(&modes, *radius)?;
            let BestApproximation { radius, regularisation, distance, norm, errors } = best;
            let [regularisation_error, distance_error, norm_error] = errors;
            let sup = if self.sup { Some(SupBound::of(&target, &levels, regularisation)?) } else { None };
            let (sup_bound, sup_degree) = (sup.map(|sup| sup.bound), sup.map(|sup| sup.degree));
            Ok(Row {
                radius,
                regularisation: rounded(regularisation, regularisation_error),
                distance: rounded(distance, distance_error),
                norm: rounded(norm, norm_error),
                regularisation_error,
                distance_error,
                norm_error,
                sup_bound,
                sup_degree,
            })
        };
        // A radius without an approximation leaves the others.
        let (mut rows, mut missing) = (Vec::with_capacity(radii.len()), None);
        for radius in &radii {
            match row(radius) {
                Ok(row) => rows.push(row),
                Err(Error::Unable(why)) => {
                    missing.get_or_insert_with(|| Error::unable(format!("radius {}: {why}", short(*radius))));
                }
                Err(error) => return Err(error),
            }
        }
        if let Some(error) = missing {
            if rows.is_empty() {
                return Err(error);
            }
            watch.note(&format!("{} of {} radii have no row: {error}", radii.len() - rows.len(), radii.len()));
        }
        let energy = modes.sum_with_error(|_| 1.0);
        let size = energy.value.sqrt();
        Ok(ApproximateAnswer {
            asked: radii.len(),
            kernel: kernel.to_string(),
            dim: sphere.dimension(),
            target: target.text.clone(),
            size,
            size_error: if size > 0.0 { 0.5 * energy.error / size } else { energy.error.sqrt() },
            rows,
        })
    }
}

impl Answer for ApproximateAnswer {
    const FORMS: &'static [Form] = &[Form::Text, Form::Csv, Form::Json];
    const FIGURE: Option<&'static str> = Some("the distances");

    fn text(&self) -> String {
        let ApproximateAnswer { kernel, dim, target, size, size_error, rows, .. } = self;
        let columns = ["radius", "distance", "norm", "rho", "error", "sup bound", "degree"];
        let mut table = TextTable::new(columns.map(|name| (name, Align::Right)));
        let some = |x: Option<String>| x.unwrap_or_else(|| "-".to_string());
        for row in rows {
            let worst = relative(row.distance, row.distance_error)
                .max(relative(row.norm, row.norm_error))
                .max(relative(row.regularisation, row.regularisation_error));
            table.row([
                short(row.radius),
                written(row.distance, row.distance_error, 6),
                written(row.norm, row.norm_error, 6),
                written(row.regularisation, row.regularisation_error, 6),
                error(worst),
                some(row.sup_bound.map(|sup| bound(sup, 6, true))),
                some(row.sup_degree.map(|degree| degree.to_string())),
            ]);
        }
        format!(
            "best approximations of {target} in balls of the space of {kernel} on the sphere in R^{dim}\n\
             root mean square of the target {}; distances are root mean squares, computed; error: of distance, norm \
             and rho\n\
             before they are cut to 6 digits, relatively, at most, estimated; sup bounds are proved\n{table}",
            written(*size, *size_error, 7)
        )
    }

    fn verdict(&self) -> Verdict {
        if self.rows.len() < self.asked { Verdict::Undecided } else { Verdict::Holds }
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv(&self.rows, out)
    }

    fn figure(&self) -> Result<Option<String>> {
        figure(self)
    }
}

fn figure(document: &ApproximateAnswer) -> Result<Option<String>> {
    let curve = |label: &str, f: fn(&Row) -> Option<f64>, mark| {
        let points =
            document.rows.iter().filter_map(|row| Some((row.radius.log10(), f(row).filter(|d| *d > 0.0)?.log10())));
        Curve { label: label.to_string(), points: points.collect(), mark }
    };
    let series = [
        curve("root mean square", |row| Some(row.distance), Mark::Solid),
        curve("sup bound", |row| row.sup_bound, Mark::Dashed),
    ];
    let figure = Figure {
        title: format!(
            "{} by {} on the sphere in R^{{{}}}",
            escaped(&document.target),
            escaped(&document.kernel),
            document.dim
        ),
        x_label: "radius of the ball".to_string(),
        y_label: "distance".to_string(),
        series: series.into_iter().filter(|curve| !curve.points.is_empty()).collect(),
    };
    if figure.series.is_empty() { Ok(None) } else { figure.svg().map(Some) }
}
