//! How far deformations of a signal move its features.

use super::data::Reading;
use super::field::Field;
use super::samples::{short, sizes};
use super::form::csv;
use super::parameter::Words;
use super::{Answer, Form, Question};
use crate::convolution::{ConvolutionalKernel, ConvolutionalNetwork, Shape, Signals};
use crate::deformation::Deformed;
use crate::error::{Error, Result};
use crate::report::plot::{Curve, Figure, Mark};
use crate::report::{Align, TextTable};
use crate::watch::{self, Watch};
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct StabilityQuestion {
    /// The network, such as 'pool(1) conv(3) pool(2) conv(3) pool(4)': see `zonal convnet`.
    #[arg(long, allow_hyphen_values = true)]
    network: String,
    /// The signal: .npy, .csv, .tsv or .txt; an array of two dimensions is an image, of three several images, of four
    /// images with channels.
    #[arg(long, value_name = "FILE")]
    image: PathBuf,
    #[command(flatten)]
    #[serde(flatten)]
    reading: Reading,
    /// Which of several images, from 0 on.
    #[arg(long, default_value_t = 0)]
    #[serde(default)]
    index: usize,
    /// The shape of a signal whose numbers are in one row: 96, 28x28 or 28x28x3.
    #[arg(long)]
    shape: Option<String>,
    /// ckn, ntk, or both with a comma.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = both())]
    #[serde(default = "both")]
    kernels: Vec<Which>,
    /// The vector field tau: smooth and random, of |grad tau| = size; rotation by an angle of size radians; tau(u) =
    /// size (u - centre); translation along rows of the image.
    #[arg(long, value_enum, default_value_t = Field::Smooth)]
    #[serde(default)]
    field: Field,
    /// Which random field: the same for the same number.
    #[arg(long, default_value_t = seed())]
    #[serde(default = "seed")]
    seed: u64,
    /// Sizes of the field: a list, or a range such as 1e-4..=0.5.
    #[arg(long, default_value_t = range())]
    #[serde(default = "range")]
    sizes: Words,
    /// How many sizes of a range.
    #[arg(long, default_value_t = points())]
    #[serde(default = "points")]
    points: usize,
}

fn both() -> Vec<Which> {
    vec![Which::Ckn, Which::Ntk]
}

fn seed() -> u64 {
    1
}

fn range() -> Words {
    Words::new("1e-4..=0.5")
}

fn points() -> usize {
    12
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Which {
    Ckn,
    Ntk,
}

/// One size of the field; distances relative to |x|, those that rounding hides left out.
#[derive(Serialize, JsonSchema)]
struct Row {
    size: f64,
    gradient: f64,
    length: f64,
    change: f64,
    ckn: Option<f64>,
    ckn_error: Option<f64>,
    ntk: Option<f64>,
    ntk_error: Option<f64>,
}

/// Distances of features, by the size of the field.
#[derive(Serialize, JsonSchema)]
pub(super) struct StabilityAnswer {
    network: String,
    shape: String,
    field: String,
    norm: f64,
    rows: Vec<Row>,
    /// Exponents of the distance in the size, between the first two sizes and the last two.
    ckn_slopes: Option<[f64; 2]>,
    ntk_slopes: Option<[f64; 2]>,
}

/// A distance is printed where its error is below this part of it.
const VISIBLE: f64 = 0.05;

/// The network on the chosen image, and its numbers.
fn read(question: &StabilityQuestion, watch: &Watch) -> Result<(ConvolutionalKernel, Vec<f64>)> {
    let network: ConvolutionalNetwork = question.network.parse()?;
    let shape = question.shape.as_deref().map(str::parse::<Shape>).transpose()?;
    let mut array = question.reading.array(&question.image, watch)?;
    if array.shape.len() == 1 || (array.shape.len() == 2 && shape.is_none_or(|shape| shape.numbers() != array.shape[1]))
    {
        array.shape.insert(0, 1);
    }
    let signals = Signals::from_array(array, shape).map_err(|e| e.within(question.image.display()))?;
    if question.index >= signals.count() {
        let count = signals.count();
        return Err(Error::input(format!("image {} of {count}; they are counted from 0", question.index)));
    }
    let signal = signals.signal(question.index).to_vec();
    if signal.iter().all(|x| *x == 0.0) {
        return Err(Error::domain(format!(
            "image {} is zero: it has no direction, and its features are zero",
            question.index
        )));
    }
    Ok((ConvolutionalKernel::new(&network, signals.shape())?, signal))
}

impl Question for StabilityQuestion {
    const NAME: &'static str = "stability";
    const ABOUT: &'static str =
        "How far deformations of an image move its features, for the kernels of a convolutional network";

    type Answer = StabilityAnswer;

    fn reads(&self) -> Vec<&Path> {
        vec![&self.image]
    }

    fn answer(&self, watch: &Watch) -> Result<StabilityAnswer> {
        let (kernel, mut signal) = read(self, watch)?;
        // Distances are relative to |x|: by a power of two its squares become doubles.
        let largest = signal.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
        let exponent = (largest.log2().floor() as i32).clamp(-1022, 1022);
        signal.iter_mut().for_each(|x| *x *= 2f64.powi(-exponent));
        let ntk = self.kernels.contains(&Which::Ntk);
        if ntk && !kernel.network().has_tangent() {
            let network = kernel.network();
            return Err(Error::input(format!(
                "network '{network}' has a layer of order 0 (steps) and so no tangent kernel; --kernels ckn"
            )));
        }
        let numbers = sizes(&self.sizes, self.points, "size", [1e-12, 10.0])?;
        let field = self.field.of_size(1.0, self.seed);
        let norm = signal.iter().map(|x| x * x).sum::<f64>().sqrt();
        watch::announce(numbers.len() as u64);
        let one = |size: &f64| {
            let deformed = kernel.deformed(&signal, &field.times(*size).on(kernel.shape().grid));
            watch::advance(1);
            Ok((*size, deformed?))
        };
        let all = numbers.iter().map(one).collect::<Result<Vec<(f64, Deformed)>>>()?;
        let ckn = self.kernels.contains(&Which::Ckn);
        let row = |(size, deformed): &(f64, Deformed)| {
            let visible = |wanted: bool, distance: f64, error: f64| {
                (wanted && error <= VISIBLE * distance).then_some([distance, error])
            };
            let Deformed { distances, errors, .. } = deformed;
            let [ckn, ntk] = [visible(ckn, distances.ckn, errors.ckn), visible(ntk, distances.ntk, errors.ntk)];
            let part = |pair: Option<[f64; 2]>, index: usize| pair.map(|pair: [f64; 2]| pair[index] / norm);
            Row {
                size: *size,
                gradient: deformed.gradient,
                length: deformed.length,
                change: deformed.change / norm,
                ckn: part(ckn, 0),
                ckn_error: part(ckn, 1),
                ntk: part(ntk, 0),
                ntk_error: part(ntk, 1),
            }
        };
        let rows: Vec<Row> = all.iter().map(row).collect();
        Ok(StabilityAnswer {
            network: kernel.network().to_string(),
            shape: kernel.shape().to_string(),
            field: self.field.to_possible_value().map_or(String::new(), |value| value.get_name().to_string()),
            norm: norm * 2f64.powi(exponent),
            ckn_slopes: slopes(&rows, |row| row.ckn),
            ntk_slopes: slopes(&rows, |row| row.ntk),
            rows,
        })
    }
}

impl Answer for StabilityAnswer {
    const FORMS: &'static [Form] = &[Form::Text, Form::Csv, Form::Json];
    const FIGURE: Option<&'static str> = Some("the distances");

    fn text(&self) -> String {
        let columns = ["size", "|grad tau|", "|tau|", "|Lx - x|", "CKN", "+-", "NTK", "+-"];
        let mut table = TextTable::new(columns.map(|name| (name, Align::Right)));
        let some = |x: Option<f64>, digits: usize| x.map_or("-".to_string(), |x| format!("{x:.digits$e}"));
        for row in &self.rows {
            let numbers = [row.gradient, row.length, row.change].map(|x| format!("{x:.4e}"));
            let [gradient, length, change] = numbers;
            let (ckn, ntk) = (some(row.ckn, 5), some(row.ntk, 5));
            table.row([
                short(row.size),
                gradient,
                length,
                change,
                ckn,
                some(row.ckn_error, 0),
                ntk,
                some(row.ntk_error, 0),
            ]);
        }
        let mut text = format!(
            "'{}' on {}, {} field tau; |Phi(L_tau x) - Phi(x)|/|x| of both kernels, - where rounding hides it\n{table}",
            self.network, self.shape, self.field
        );
        for (name, slopes) in [("CKN", self.ckn_slopes), ("NTK", self.ntk_slopes)] {
            if let Some([first, last]) = slopes {
                text +=
                    &format!("{name}: exponent {first:.3} between the first two sizes, {last:.3} between the last \
                        two\n");
            }
        }
        text
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv(&self.rows, out)
    }

    fn figure(&self) -> Result<Option<String>> {
        figure(self).map(Some)
    }
}

/// Exponents between the first two sizes and the last two where the distance is visible.
fn slopes(rows: &[Row], distance: fn(&Row) -> Option<f64>) -> Option<[f64; 2]> {
    let mut points: Vec<(f64, f64)> =
        rows.iter().filter_map(|row| Some((row.size.ln(), distance(row)?.ln()))).collect();
    points.dedup_by_key(|(size, _)| *size);
    let slope = |pair: &[(f64, f64)]| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0);
    match points.len() {
        0..=1 => None,
        count => Some([slope(&points[..2]), slope(&points[count - 2..])]),
    }
}

fn figure(document: &StabilityAnswer) -> Result<String> {
    let points = |distance: fn(&Row) -> Option<f64>| -> Vec<(f64, f64)> {
        let point = |row: &Row| Some((row.size.log10(), distance(row).filter(|d| *d > 0.0)?.log10()));
        document.rows.iter().filter_map(point).collect()
    };
    let (ckn, ntk) = (points(|row| row.ckn), points(|row| row.ntk));
    let mut series = Vec::new();
    // Lines through the first point.
    for (label, points, slope, mark) in [("slope 1", &ckn, 1.0, Mark::Solid), ("slope 1/2", &ntk, 0.5, Mark::Dashed)] {
        if let (Some(first), Some(last)) = (points.first(), points.last()) {
            let line = [*first, (last.0, first.1 + slope * (last.0 - first.0))];
            series.push(Curve { label: label.to_string(), points: line.to_vec(), mark });
        }
    }
    for (label, points, mark) in [("CKN", ckn, Mark::Circles), ("NTK", ntk, Mark::Squares)] {
        if !points.is_empty() {
            series.push(Curve { label: label.to_string(), points, mark });
        }
    }
    Figure {
        title: format!("{} on {}", document.network, document.shape),
        x_label: format!("size of the {} field", document.field),
        y_label: "|Φ(L_τ x) - Φ(x)| / |x|".to_string(),
        series,
    }
    .svg()
}
