//! Gram matrices of convolutional kernels.

use super::data::Reading;
use super::{Answer, Form, Question, names};
use crate::convolution::{Convention, ConvolutionalKernel, Kernels, ConvolutionalNetwork, Shape, Signals};
use crate::error::{Error, Result};
use crate::watch::Watch;
use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct ConvnetQuestion {
    /// The network, such as 'conv(3) pool(2)/2 conv(3, order 1) global': layers from the signal on; `circular` as the
    /// first word for a torus, `global` as the last for the mean over all positions. A convolution has the kernel of
    /// the ReLU; `conv(3, order N)` the arc-cosine kernel of order N, `conv(3, exponential A)` exp(A (c - 1)) of the
    /// cosine c.
    #[arg(long, allow_hyphen_values = true)]
    network: String,
    /// The signals: .npy of shape (n, rows, columns) or (n, rows, columns, channels); (n, columns) and .csv, .tsv, .txt
    /// for sequences, or with --shape.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    #[command(flatten)]
    #[serde(flatten)]
    reading: Reading,
    /// The shape of the signals in the rows of a table: 96, 28x28 or 28x28x3.
    #[arg(long, allow_hyphen_values = true)]
    shape: Option<String>,
    /// The tangent kernel, the kernel of the convolutional kernel network, or both in an array of shape (2, n, n), the
    /// tangent kernel last.
    #[arg(long, value_enum, default_value_t = Which::Ntk)]
    #[serde(default)]
    kernel: Which,
    /// Write the matrix to this .npy file, rows at a time; interrupted and called again it goes on.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Single precision.
    #[arg(long)]
    #[serde(default)]
    single: bool,
    /// The scale of the kernels: this library's, or that of neural-tangents.
    #[arg(long, value_enum, default_value_t = Scale::Standard)]
    #[serde(default)]
    convention: Scale,
    /// W_std of the convolutions of neural-tangents; sqrt 2 unless given.
    #[arg(long, allow_hyphen_values = true, value_name = "W")]
    weight_std: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Which {
    Ckn,
    #[default]
    Ntk,
    Both,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Scale {
    #[default]
    Standard,
    NeuralTangents,
}

/// What was written.
#[derive(Serialize, JsonSchema)]
pub(super) struct ConvnetAnswer {
    network: String,
    signals: usize,
    kernels: usize,
    zero_signals: usize,
    rows_there_already: usize,
    output: String,
}

/// Processor time for a pair of positions and layer, measured.
const SECONDS: f64 = 6e-9;

/// Reads the network and the signals it works on.
fn read(question: &ConvnetQuestion, watch: &Watch) -> Result<(ConvolutionalKernel, Signals)> {
    let network: ConvolutionalNetwork = question.network.parse()?;
    let shape = question.shape.as_deref().map(str::parse::<Shape>).transpose()?;
    let array = question.reading.array(&question.data, watch)?;
    let signals = Signals::from_array(array, shape).map_err(|e| e.within(question.data.display()))?;
    Ok((ConvolutionalKernel::new(&network, signals.shape())?, signals))
}

impl Question for ConvnetQuestion {
    const NAME: &'static str = "convnet";
    const ABOUT: &'static str = "Gram matrices of the kernels of convolutional networks";

    type Answer = ConvnetAnswer;

    fn reads(&self) -> Vec<&Path> {
        vec![&self.data]
    }

    fn writes(&self) -> Vec<&Path> {
        vec![&self.output]
    }

    fn answer(&self, watch: &Watch) -> Result<ConvnetAnswer> {
        names::check_array("output", &self.output)?;
        let (kernel, signals) = read(self, watch)?;
        let weight = self.weight_std.unwrap_or(std::f64::consts::SQRT_2);
        if !(weight > 0.0 && weight.is_finite()) {
            return Err(Error::input(format!("--weight-std {weight}; it must be positive")));
        }
        if self.weight_std.is_some() && self.convention == Scale::Standard {
            return Err(Error::input("--weight-std belongs to --convention neural-tangents"));
        }
        let convention = match self.convention {
            Scale::Standard => Convention::Standard,
            Scale::NeuralTangents => Convention::NeuralTangents { weight },
        };
        let kernels = match self.kernel {
            Which::Ckn => Kernels::Ckn,
            Which::Ntk => Kernels::Ntk,
            Which::Both => Kernels::Both,
        };
        let n = signals.count();
        let entries = n as f64 * (n as f64 + 1.0) / 2.0;
        watch.expect(entries * kernel.operations() * SECONDS);
        let factor = kernel.factor(convention);
        if !(factor.is_normal()) {
            return Err(Error::input(format!("--weight-std {weight:e}: the kernels would be multiplied by {factor:e}")));
        }
        let there = match self.single {
            true => kernel.stream::<f32>(&signals, kernels, factor, &self.output),
            false => kernel.stream::<f64>(&signals, kernels, factor, &self.output),
        }?;
        if there > 0 {
            watch.note(&format!("{there} of {n} rows were there already"));
        }
        let zeros = (0..n).filter(|i| signals.signal(*i).iter().all(|x| *x == 0.0)).count();
        if zeros > 0 {
            watch.note(&format!("{zeros} of {n} signals are zero: their kernels are zero"));
        }
        let count = if kernels == Kernels::Both { 2 } else { 1 };
        Ok(ConvnetAnswer {
            network: kernel.network().to_string(),
            signals: n,
            kernels: count,
            zero_signals: zeros,
            rows_there_already: there,
            output: self.output.display().to_string(),
        })
    }
}

impl Answer for ConvnetAnswer {
    const FORMS: &'static [Form] = &[];

    /// Nothing: the answer is the file.
    fn text(&self) -> String {
        String::new()
    }
}

