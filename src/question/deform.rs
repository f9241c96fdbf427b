//! Deformed images.

use super::data::Reading;
use super::field::Field;
use super::{Answer, Form, Question, names};
use crate::convolution::{Padding, Shape, Signals};
use crate::error::{Error, Result};
use crate::files::write_file;
use crate::watch::{self, Watch};
use clap::Args;
use npyz::WriterBuilder;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// x(u) becomes x(u - tau(u)), by cubic splines through the samples; what comes from beyond the border is zero.
#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct DeformQuestion {
    /// The images: .npy, .csv, .tsv or .txt, an array of shape (n, rows, columns) or (n, rows, columns, channels); of
    /// two dimensions, rows are sequences, or images of a given --shape.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    #[command(flatten)]
    #[serde(flatten)]
    reading: Reading,
    /// The shape of images whose numbers are in one row: 28x28 or 28x28x3.
    #[arg(long)]
    shape: Option<String>,
    /// The vector field tau: smooth and random, of |grad tau| = size, another one for each image; rotation by an angle
    /// of size radians; tau(u) = size (u - centre); translation by size along rows.
    #[arg(long, value_enum, default_value_t = Field::Smooth)]
    #[serde(default)]
    field: Field,
    /// The size of the field.
    #[arg(long, allow_hyphen_values = true)]
    size: f64,
    /// Which random fields: the same for the same number.
    #[arg(long, default_value_t = seed())]
    #[serde(default = "seed")]
    seed: u32,
    /// How many deformed images of each, one after the other, with smooth fields.
    #[arg(long, default_value_t = copies())]
    #[serde(default = "copies")]
    copies: usize,
    /// The image is a torus: what comes from beyond a border comes from the opposite one.
    #[arg(long)]
    #[serde(default)]
    circular: bool,
    /// Where the images go: .npy, doubles, the dimensions of the data.
    #[arg(long, value_name = "FILE.npy")]
    output: PathBuf,
}

fn seed() -> u32 {
    1
}

fn copies() -> usize {
    1
}

/// What was written.
#[derive(Serialize, JsonSchema)]
pub(super) struct DeformAnswer {
    images: usize,
    shape: String,
    /// The least and the largest over the images of the largest |tau|, in positions.
    lengths: [f64; 2],
    /// And of the largest |grad tau|.
    gradients: [f64; 2],
    output: String,
}

/// Numbers of all deformed images together: 4 GB while they are written.
const MOST_NUMBERS: f64 = 2e8;

/// The largest size: turns and pixels beyond that say nothing.
const LARGEST_SIZE: f64 = 1e4;

/// What a number of a deformed image takes.
const SECONDS: f64 = 1e-7;

impl Question for DeformQuestion {
    const NAME: &'static str = "deform";
    const ABOUT: &'static str = "Deforms images, by random smooth fields or rotations, scalings, translations";
    const MORE: &'static str =
        "x(u) becomes x(u - tau(u)), by cubic splines through the samples; what comes from beyond the border is zero.";

    type Answer = DeformAnswer;

    fn reads(&self) -> Vec<&Path> {
        vec![&self.data]
    }

    fn writes(&self) -> Vec<&Path> {
        vec![&self.output]
    }

    fn answer(&self, watch: &Watch) -> Result<DeformAnswer> {
        let DeformQuestion { field, size, copies, .. } = *self;
        names::check_array("output", &self.output)?;
        if size.is_nan() || size.abs() > LARGEST_SIZE {
            return Err(Error::input(format!("--size {size}; allowed are -{LARGEST_SIZE} to {LARGEST_SIZE}")));
        }
        if copies == 0 || (copies > 1 && field != Field::Smooth) {
            return Err(Error::input(format!("--copies {copies}; at least 1, and 1 for fields that are not random")));
        }
        let shape = self.shape.as_deref().map(str::parse::<Shape>).transpose()?;
        let array = self.reading.array(&self.data, watch)?;
        let mut extents: Vec<u64> = array.shape.iter().map(|extent| *extent as u64).collect();
        let signals = Signals::from_array(array, shape).map_err(|e| e.within(self.data.display()))?;
        let count = signals.count().saturating_mul(copies);
        let numbers = count as f64 * signals.shape().numbers() as f64;
        if numbers > MOST_NUMBERS {
            return Err(Error::unable(format!("{numbers:.1e} numbers of deformed images; allowed are \
                {MOST_NUMBERS:.0e}")));
        }
        extents[0] = count as u64;
        watch.expect(numbers * SECONDS);
        let padding = if self.circular { Padding::Circular } else { Padding::Zero };
        watch::announce(count as u64);
        let one = |index: usize| {
            let deformation = field.of_size(size, (u64::from(self.seed) << 32) + index as u64);
            let on_grid = deformation.on(signals.shape().grid);
            let image = on_grid.deform(signals.signal(index / copies), signals.shape().channels, padding)?;
            watch::advance(1);
            Ok((on_grid.sizes(), image))
        };
        let images = (0..count).into_par_iter().map(one).collect::<Result<Vec<_>>>()?;
        write_file(&self.output, |file| {
            let mut writer = npyz::WriteOptions::new().default_dtype().shape(&extents).writer(file).begin_nd()?;
            writer.extend(images.iter().flat_map(|(_, image)| image.iter().copied()))?;
            writer.finish()
        })?;
        let range = |part: fn(&(f64, f64)) -> f64| {
            let parts = images.iter().map(|(sizes, _)| part(sizes));
            parts.fold([f64::INFINITY, 0.0f64], |[least, largest], x| [least.min(x), largest.max(x)])
        };
        Ok(DeformAnswer {
            images: count,
            shape: signals.shape().to_string(),
            lengths: range(|(length, _)| *length),
            gradients: range(|(_, slope)| *slope),
            output: self.output.display().to_string(),
        })
    }
}

impl Answer for DeformAnswer {
    const FORMS: &'static [Form] = &[];

    fn text(&self) -> String {
        let range = |[least, largest]: [f64; 2]| match least == largest {
            true => format!("{largest:.4}"),
            false => format!("{least:.4} to {largest:.4}"),
        };
        let (lengths, gradients) = (range(self.lengths), range(self.gradients));
        let DeformAnswer { images, shape, .. } = self;
        format!("{images} images of {shape}: largest |tau| {lengths} positions, largest |grad tau| {gradients}\n")
    }
}

