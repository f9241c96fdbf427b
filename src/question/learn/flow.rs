//! Gradient flow on the whole domain.

use super::{LearnQuestion, Subject};
use super::{error, relative, rounded, short, sizes, written};
use crate::error::Result;
use crate::learning::flow_error_estimated;
use crate::report::plot::{Curve, Figure, Mark};
use crate::report::{Align, TextTable};
use crate::rkhs::{Levels, TargetModes, Target};
use schemars::JsonSchema;
use serde::Serialize;

/// The error of gradient flow, by the time.
#[derive(Serialize, JsonSchema)]
pub(in crate::question) struct Flow {
    #[serde(flatten)]
    subject: Subject,
    target: String,
    /// The energy of the target: the error at time 0.
    energy: f64,
    energy_error: f64,
    /// The part that is never learned.
    energy_not_learned: f64,
    pub(super) rows: Vec<Row>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Row {
    time: f64,
    error: f64,
    /// A bound of the absolute error of this number.
    error_error: f64,
    /// The highest degree with mu_k t >= 1.
    learned_degree: Option<u64>,
}

/// The allowed times.
const TIMES: [f64; 2] = [1e-100, 1e100];

pub(super) fn answered(question: &LearnQuestion, times: &str) -> Result<Flow> {
    let (kernel, domain) = question.place.read_anywhere()?;
    let times = sizes(times, question.points, "time", TIMES)?;
    let levels = Levels::new(&kernel.spectrum(domain.clone()), f64::INFINITY)?;
    let target = Target::parse(&question.target, domain.clone())?;
    let modes = TargetModes::new(&target, &levels)?;
    let row = |time: &f64| -> Result<Row> {
        let learned = |k: &u64| levels.eigenvalue(*k).is_some_and(|mu| mu * time >= 1.0);
        let learned_degree = (0..levels.computed()).rev().find(learned);
        let found = flow_error_estimated(&modes, *time)?;
        Ok(Row { time: *time, error: rounded(found.value, found.error), error_error: found.error, learned_degree })
    };
    let energy = modes.sum_with_error(|_| 1.0);
    Ok(Flow {
        subject: Subject::new(&kernel, &*domain),
        target: target.text.clone(),
        energy: rounded(energy.value, energy.error),
        energy_error: energy.error,
        energy_not_learned: modes.sum(|mode| if mode.eigenvalue > 0.0 { 0.0 } else { 1.0 }),
        rows: times.iter().map(row).collect::<Result<_>>()?,
    })
}

pub(super) fn text(document: &Flow) -> String {
    let Subject { kernel, place, .. } = &document.subject;
    let Flow { target, energy, energy_error, energy_not_learned, rows, .. } = document;
    let place = place.trim_start_matches("the ");
    let energy = written(*energy, *energy_error, 7);
    let mut table =
        TextTable::new(["time", "error", "+- relatively", "learned to degree"].map(|name| (name, Align::Right)));
    for row in rows {
        let degree = row.learned_degree.map_or("-".to_string(), |k| k.to_string());
        let uncertain = error(relative(row.error, row.error_error));
        table.row([short(row.time), written(row.error, row.error_error, 6), uncertain, degree]);
    }
    format!(
        "gradient flow of {kernel} on the whole {place}, target {target}\n\
         mean square error, at time 0 {energy}, of which {energy_not_learned:.3e} is never learned; a degree is \
         learned where mu_k t >= 1\n{table}"
    )
}

pub(super) fn figure(document: &Flow) -> Result<Option<String>> {
    let points = document.rows.iter().filter(|row| row.error > 0.0).map(|row| (row.time.log10(), row.error.log10()));
    let figure = Figure {
        title: document.subject.title(&document.target),
        x_label: "time t".to_string(),
        y_label: "mean square error".to_string(),
        series: vec![Curve { label: "gradient flow".to_string(), points: points.collect(), mark: Mark::Solid }]
            .into_iter()
            .filter(|curve: &Curve| !curve.points.is_empty())
            .collect(),
    };
    if figure.series.is_empty() { Ok(None) } else { figure.svg().map(Some) }
}
