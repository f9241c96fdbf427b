//! `zonal convnet`: Gram matrices of convolutional kernels.

use super::data::Reading;
use super::{Verdict, names, progress, say};
use crate::convolution::{Convention, ConvolutionalKernel, Kernels, Network, Shape, Signals};
use crate::error::{Error, Result};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The network, such as 'conv(3) pool(2)/2 conv(3, order 1) global': layers from the signal on; `circular` as the first word for a torus, `global` as
    /// the last for the mean over all positions.
    #[arg(long, allow_hyphen_values = true)]
    network: String,
    /// The signals: .npy of shape (n, rows, columns) or (n, rows, columns, channels); (n, columns) and .csv, .tsv, .txt for sequences, or with --shape.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// The shape of the signals in the rows of a table: 96, 28x28 or 28x28x3.
    #[arg(long, allow_hyphen_values = true)]
    shape: Option<String>,
    /// The tangent kernel, the kernel of the convolutional kernel network, or both in an array of shape (2, n, n), the tangent kernel last.
    #[arg(long, value_enum, default_value_t = Which::Ntk)]
    kernel: Which,
    /// Write the matrix to this .npy file, rows at a time; interrupted and called again it goes on.
    #[arg(long, value_name = "FILE", value_parser = names::array())]
    output: PathBuf,
    /// Single precision.
    #[arg(long)]
    single: bool,
    /// The scale of the kernels: this library's, or that of neural-tangents.
    #[arg(long, value_enum, default_value_t = Scale::Standard)]
    convention: Scale,
    /// W_std of the convolutions of neural-tangents; sqrt 2 unless given.
    #[arg(long, allow_hyphen_values = true, value_name = "W")]
    weight_std: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    Ckn,
    Ntk,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scale {
    Standard,
    NeuralTangents,
}

/// Processor time for a pair of positions and layer, measured.
const SECONDS: f64 = 6e-9;

/// Reads the network and the signals it works on.
fn read(arguments: &Arguments) -> Result<(ConvolutionalKernel, Signals)> {
    let network: Network = arguments.network.parse()?;
    let shape = arguments.shape.as_deref().map(str::parse::<Shape>).transpose()?;
    let array = arguments.reading.array(&arguments.data)?;
    let signals = Signals::from_array(array, shape).map_err(|e| e.within(arguments.data.display()))?;
    Ok((ConvolutionalKernel::new(&network, signals.shape())?, signals))
}

pub(super) fn run(arguments: &Arguments) -> Result<Verdict> {
    let (kernel, signals) = read(arguments)?;
    let canonical = |path: &Path| path.canonicalize().ok();
    if canonical(&arguments.output).is_some_and(|output| canonical(&arguments.data) == Some(output)) {
        return Err(Error::input(format!("{} is the file of the signals", arguments.output.display())));
    }
    let weight = arguments.weight_std.unwrap_or(std::f64::consts::SQRT_2);
    if !(weight > 0.0 && weight.is_finite()) {
        return Err(Error::input(format!("--weight-std {weight}; it must be positive")));
    }
    if arguments.weight_std.is_some() && arguments.convention == Scale::Standard {
        return Err(Error::input("--weight-std belongs to --convention neural-tangents"));
    }
    let convention = match arguments.convention {
        Scale::Standard => Convention::Standard,
        Scale::NeuralTangents => Convention::NeuralTangents { weight },
    };
    let kernels = match arguments.kernel {
        Which::Ckn => Kernels::Ckn,
        Which::Ntk => Kernels::Ntk,
        Which::Both => Kernels::Both,
    };
    let n = signals.count();
    let entries = n as f64 * (n as f64 + 1.0) / 2.0;
    progress::announce(entries * kernel.operations() * SECONDS);
    let factor = kernel.factor(convention);
    if !(factor.is_normal()) {
        return Err(Error::input(format!("--weight-std {weight:e}: the kernels would be multiplied by {factor:e}")));
    }
    let there = match arguments.single {
        true => kernel.stream::<f32>(&signals, kernels, factor, &arguments.output),
        false => kernel.stream::<f64>(&signals, kernels, factor, &arguments.output),
    }?;
    if there > 0 {
        say(&format!("zonal: {there} of {n} rows were there already"));
    }
    let zeros = (0..n).filter(|i| signals.signal(*i).iter().all(|x| *x == 0.0)).count();
    if zeros > 0 {
        say(&format!("zonal: {zeros} of {n} signals are zero: their kernels are zero"));
    }
    Ok(Verdict::Done)
}
