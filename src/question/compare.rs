//! Several kernels at equal scale.

mod figure;
mod text;

use super::figures::rounded;
use super::samples::{MOST_SAMPLES, points, sizes};
use super::form::csv;
use super::parameter::Words;
use super::{Answer, Form, Question};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::learning::{Risk, Setting, ridge_regression};
use crate::number::{Approximation, Digits};
use crate::parity::PerParity;
use crate::rkhs::{EigenvalueLaw, Levels, TargetModes, Relation, Space, Sums, Target};
use crate::spectrum::{Eigenvalue, Spectrum};
use crate::verdict::Verdict;
use crate::watch::Watch;
use clap::Args;
use rug::Float;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct CompareQuestion {
    /// The kernels, 1 to 8, each divided by its value at 1: names such as ntk(3) or formulas in u; `zonal kernels`
    /// lists the names.
    #[arg(long, required = true, num_args = 1.., value_name = "KERNEL")]
    kernels: Vec<String>,
    /// The dimension p of the space around the sphere S^{p-1}, 2 to 1000000.
    #[arg(long, allow_hyphen_values = true)]
    dim: Words,
    /// The target: a formula in u for g(<e_1, x>), kinks allowed, or a sum over directions, or energies, as for
    /// `zonal norm`.
    #[arg(long, allow_hyphen_values = true, value_name = "G", default_value_t = target())]
    #[serde(default = "target")]
    target: String,
    /// The ridge d of (K + d) alpha = y, not divided by the number of samples; K is the matrix of the kernel divided by
    /// its value at 1.
    #[arg(long, allow_hyphen_values = true, value_name = "D", default_value_t = 0.0)]
    #[serde(default)]
    ridge: f64,
    /// The variance of the noise of the labels.
    #[arg(long, allow_hyphen_values = true, value_name = "S2", default_value_t = 0.0)]
    #[serde(default)]
    noise: f64,
    /// Samples: 100, or 10,100,1e6, or 10..=100000 for --points sizes in equal ratios.
    #[arg(long, value_name = "N", default_value_t = samples())]
    #[serde(default = "samples")]
    samples: Words,
    /// How many sizes in a range.
    #[arg(long, value_name = "COUNT", default_value_t = points())]
    #[serde(default = "points")]
    points: usize,
}

const DEFAULT_TARGET: &str = "abs(u)";

fn target() -> String {
    DEFAULT_TARGET.to_string()
}

fn samples() -> Words {
    Words::new("10..=100000")
}

/// Several kernels at equal scale.
#[derive(Serialize, JsonSchema)]
pub(super) struct CompareAnswer {
    dim: u64,
    target: String,
    ridge: f64,
    noise: f64,
    /// At which scale the kernels are compared.
    scale: &'static str,
    /// How the errors were obtained.
    rigour: &'static str,
    samples: Vec<f64>,
    /// Of the effective dimensions.
    ridges: Vec<f64>,
    kernels: Vec<Row>,
    relations: Vec<Pair>,
}

#[derive(Serialize, JsonSchema)]
struct Row {
    kernel: String,
    value_at_one: f64,
    space: String,
    /// Even and odd degrees.
    decay: [String; 2],
    /// mu_k/kappa(1) for k = 0, 1, ...; none where it is too small for doubles.
    eigenvalues: Vec<Option<f64>>,
    /// At each ridge, none where it is not known.
    effective_dimensions: Vec<Option<f64>>,
    /// At each number of samples, none where it is not known.
    test: Vec<Option<f64>>,
    train: Vec<Option<f64>>,
    /// Bounds of the absolute errors of these numbers as solutions of their equations, estimated.
    effective_dimension_errors: Vec<Option<f64>>,
    test_errors: Vec<Option<f64>>,
    train_errors: Vec<Option<f64>>,
    /// Why something is not known: the first reason.
    unknown: Option<String>,
    #[serde(skip)]
    exponents: [String; 2],
}

#[derive(Serialize, JsonSchema)]
struct Pair {
    first: String,
    second: String,
    /// equal, larger, smaller, incomparable or undecided: the space of the first beside that of the second.
    relation: &'static str,
    text: String,
}

/// One kernel at one number of samples.
#[derive(Serialize, JsonSchema)]
struct Record<'a> {
    kernel: &'a str,
    samples: f64,
    test: Option<f64>,
    train: Option<f64>,
    test_error: Option<f64>,
    train_error: Option<f64>,
}

/// The most kernels: each needs a colour and a mark of its own.
const MOST_KERNELS: usize = 8;

/// Values at 1 by which kernels are divided, so that squares of small eigenvalues fit doubles.
const VALUES_AT_ONE: std::ops::RangeInclusive<f64> = 1e-100..=1e100;

/// The largest ridge.
const LARGEST_RIDGE: f64 = 1e100;

/// The highest degree of the spectra.
const HIGHEST: u64 = 60;

/// Effective dimensions at ridges 1 to 1e-8, four to a decade.
const DECADES: u32 = 8;
const PER_DECADE: u32 = 4;

impl Question for CompareQuestion {
    const NAME: &'static str = "compare";
    const ABOUT: &'static str =
        "Spectra, spaces, effective dimensions and learning curves of several kernels, in one table and one figure";

    type Answer = CompareAnswer;

    fn answer(&self, _: &Watch) -> Result<CompareAnswer> {
        let CompareQuestion { ridge, noise, .. } = *self;
        let count = self.kernels.len();
        if !(1..=MOST_KERNELS).contains(&count) {
            return Err(Error::input(format!("{count} kernels; allowed are 1 to {MOST_KERNELS}")));
        }
        let kernels = self.kernels.iter().map(|text| Kernel::parse(text)).collect::<Result<Vec<Kernel>>>()?;
        let sphere = Sphere::parse(&self.dim)?;
        let samples = sizes(&self.samples, self.points, "samples", [1.0, MOST_SAMPLES])?;
        Setting { samples: 1.0, ridge, noise }.checked()?;
        if ridge > LARGEST_RIDGE {
            return Err(Error::input(format!("the ridge {ridge:e}; allowed are 0 to {LARGEST_RIDGE:e}")));
        }
        let target = Target::parse(&self.target, sphere)?;

        let ridges = (0..=DECADES * PER_DECADE).map(|i| 10f64.powf(-f64::from(i) / f64::from(PER_DECADE))).collect();
        // One examination of each kernel for all that is asked of it.
        let spectra: Vec<Spectrum> = kernels.iter().map(|kernel| kernel.spectrum(sphere)).collect();
        let spaces = spectra.iter().map(|spectrum| undecided(Space::of(spectrum))).collect::<Result<Vec<_>>>()?;
        let mut document = CompareAnswer {
            dim: sphere.dimension(),
            target: self.target.clone(),
            ridge,
            noise,
            scale: "each kernel divided by its value at 1",
            rigour: "predicted",
            samples,
            ridges,
            kernels: Vec::new(),
            relations: Vec::new(),
        };
        for (spectrum, space) in spectra.iter().zip(&spaces) {
            let row = row(spectrum, space, &target, &document)?;
            document.kernels.push(row);
        }
        for (i, first) in spaces.iter().enumerate() {
            for (j, second) in spaces.iter().enumerate().skip(i + 1) {
                let relation = match (first, second) {
                    (Ok(first), Ok(second)) => first.relation(second)?,
                    _ => Relation::Undecided,
                };
                document.relations.push(pair(&kernels[i].to_string(), &kernels[j].to_string(), relation));
            }
        }
        Ok(document)
    }
}

impl Answer for CompareAnswer {
    const FORMS: &'static [Form] = &[Form::Text, Form::Csv, Form::Json];
    const FIGURE: Option<&'static str> = Some("spectra, effective dimensions and test errors");

    fn verdict(&self) -> Verdict {
        if self.kernels.iter().any(|row| row.unknown.is_some()) { Verdict::Undecided } else { Verdict::Holds }
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv(self.kernels.iter().flat_map(|row| records(row, &self.samples)), out)
    }

    fn figure(&self) -> Result<Option<String>> {
        figure::draw(self).map(Some)
    }

    fn text(&self) -> String {
        text::text(self)
    }
}

/// What a computation found, or why it is unable to; other errors stay errors.
fn undecided<T>(result: Result<T>) -> Result<std::result::Result<T, String>> {
    match result {
        Ok(found) => Ok(Ok(found)),
        Err(Error::Unable(why)) => Ok(Err(why.to_string())),
        Err(error) => Err(error),
    }
}

/// All about one kernel.
fn row(
    spectrum: &Spectrum,
    space: &std::result::Result<Space, String>,
    target: &Target,
    document: &CompareAnswer,
) -> Result<Row> {
    let kernel = spectrum.kernel();
    let table = spectrum.clone().estimated_unless_asked().table(&(0..=HIGHEST).collect::<Vec<_>>())?;
    let value = table.value_at_one.value.to_f64();
    if !VALUES_AT_ONE.contains(&value) {
        let (least, most) = (VALUES_AT_ONE.start(), VALUES_AT_ONE.end());
        return Err(Error::input(format!(
            "{kernel} has the value {} at 1, by which it is to be divided; allowed are {least:e} to {most:e}",
            Approximation { digits: Digits::Count(3), ..table.value_at_one.clone() }
        )));
    }
    let normalised = |mu: &Eigenvalue| {
        let quotient = Float::with_val(64, &mu.value / &table.value_at_one.value).to_f64();
        (mu.is_zero() || quotient.is_normal()).then_some(quotient)
    };
    let (space, decay, exponents) = match space {
        Ok(space) => {
            let PerParity { even, odd } = &space.parts;
            let both = [decay(&even.decay), decay(&odd.decay)];
            (space.to_string(), both.clone().map(|(words, _)| words), both.map(|(_, cell)| cell))
        }
        Err(why) => {
            let words = format!("undecided: {why}");
            (words.clone(), [words.clone(), words], [UNKNOWN, UNKNOWN].map(str::to_string))
        }
    };
    let mut row = Row {
        kernel: kernel.to_string(),
        value_at_one: value,
        space,
        decay,
        eigenvalues: table.rows.iter().map(normalised).collect(),
        effective_dimensions: vec![None; document.ridges.len()],
        test: vec![None; document.samples.len()],
        train: vec![None; document.samples.len()],
        effective_dimension_errors: vec![None; document.ridges.len()],
        test_errors: vec![None; document.samples.len()],
        train_errors: vec![None; document.samples.len()],
        unknown: None,
        exponents,
    };
    if let Err(why) = undecided(curves(&mut row, spectrum, target, document))? {
        row.unknown.get_or_insert(why);
    }
    Ok(row)
}

/// Effective dimensions and errors, as far as they are known. Dividing a kernel by kappa(1) is the same as multiplying
/// all ridges by it.
fn curves(row: &mut Row, spectrum: &Spectrum, target: &Target, document: &CompareAnswer) -> Result<()> {
    let scale = row.value_at_one;
    // The effective dimension at a ridge d is at most 1/d.
    let largest = document.samples.iter().copied().fold(10f64.powi(DECADES as i32), f64::max);
    let levels = Levels::new(spectrum, largest)?;
    for (i, ridge) in document.ridges.iter().enumerate() {
        let ridge = ridge * scale;
        match levels.reach(ridge) {
            true => {
                let Sums { dimension, error, .. } = levels.sums(ridge);
                row.effective_dimensions[i] = Some(rounded(dimension, error));
                row.effective_dimension_errors[i] = Some(error);
            }
            false => {
                let degrees = levels.computed();
                row.unknown.get_or_insert(format!(
                    "at ridge {ridge:e} more than the {degrees} degrees count whose eigenvalues fit doubles"
                ));
            }
        }
    }
    let modes = TargetModes::new(target, &levels)?;
    for (i, samples) in document.samples.iter().enumerate() {
        let setting = Setting { samples: *samples, ridge: document.ridge * scale, noise: document.noise };
        match undecided(ridge_regression(&levels, &modes, setting))? {
            Ok(Risk { test, train, errors, .. }) => {
                (row.test[i], row.train[i]) = (Some(rounded(test, errors.test)), Some(rounded(train, errors.train)));
                (row.test_errors[i], row.train_errors[i]) = (Some(errors.test), Some(errors.train));
            }
            Err(why) => {
                row.unknown.get_or_insert(why);
            }
        }
    }
    Ok(())
}

/// What stands for a number that is not known.
const UNKNOWN: &str = "-";

/// How eigenvalues decay, in words and for a cell of the table.
fn decay(decay: &EigenvalueLaw) -> (String, String) {
    let (words, cell) = match decay {
        EigenvalueLaw::Finite(list) if list.is_empty() => ("zero".to_string(), "zero"),
        EigenvalueLaw::Finite(list) => {
            let list: Vec<String> = list.iter().map(ToString::to_string).collect();
            (format!("zero but for degrees {}", list.join(", ")), "zero")
        }
        EigenvalueLaw::Power(b) => return (format!("k^-{b}"), b.to_string()),
        EigenvalueLaw::Faster(()) => ("faster than any power".to_string(), "inf"),
        EigenvalueLaw::Undecided(why) => (format!("undecided: {why}"), UNKNOWN),
    };
    (words, cell.to_string())
}

fn pair(first: &str, second: &str, relation: Relation) -> Pair {
    let (name, text) = match relation {
        Relation::Equal => ("equal", format!("{first} and {second} have the same functions")),
        Relation::Larger => ("larger", format!("{first} contains {second}, and more")),
        Relation::Smaller => ("smaller", format!("{second} contains {first}, and more")),
        Relation::Incomparable => ("incomparable", format!("neither of {first} and {second} contains the other")),
        Relation::Undecided => ("undecided", format!("{first} and {second}: undecided")),
    };
    Pair { first: first.to_string(), second: second.to_string(), relation: name, text }
}

fn records<'a>(row: &'a Row, samples: &'a [f64]) -> impl Iterator<Item = Record<'a>> {
    samples.iter().enumerate().map(|(i, samples)| Record {
        kernel: &row.kernel,
        samples: *samples,
        test: row.test[i],
        train: row.train[i],
        test_error: row.test_errors[i],
        train_error: row.train_errors[i],
    })
}
