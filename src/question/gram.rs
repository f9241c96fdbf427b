//! Gram matrices, their spectrum, and the theory beside it.

mod page;

use super::data::{Meaning, Reading};
use super::parameter::Words;
use super::{Answer, Question, names};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::gram::{Cluster, Outputs, Task, ZonalGram, alignment, are_uniform, clusters};
use crate::linear::Eigen;
use crate::data::Points;
use crate::kernel::Kernel;
use crate::report::{Align, TextTable};
use crate::watch::Watch;
use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args, Deserialize, JsonSchema)]
pub(super) struct GramQuestion {
    /// The kernel: a name such as ntk(3) or a formula in u.
    #[arg(long, allow_hyphen_values = true)]
    kernel: String,
    /// The points, a row each: .npy, .csv, .tsv or .txt.
    #[arg(long, value_name = "FILE", required_unless_present = "uniform", conflicts_with = "uniform")]
    data: Option<PathBuf>,
    /// Instead of a file: this many independent uniform points on the unit sphere of R^p, p from --dim.
    #[arg(long, value_name = "N", requires = "dim")]
    uniform: Option<Words>,
    /// The dimension p of uniform points.
    #[arg(long, allow_hyphen_values = true, conflicts_with = "data")]
    dim: Option<Words>,
    /// Which uniform points: the same for the same number.
    #[arg(long, default_value_t = seed())]
    #[serde(default = "seed")]
    seed: u64,
    /// Labels of the points: .npy, .csv, .tsv or .txt, one column; words with --classify.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    #[command(flatten)]
    #[serde(flatten)]
    reading: Reading,
    #[command(flatten)]
    #[serde(flatten)]
    meaning: Meaning,
    /// How many eigenvalues of K/n, those of largest absolute value, in decreasing order; 0 for none. By default 20,
    /// for points uniform on a sphere those of the degrees 0 to 4, as far as these are at most 100.
    #[arg(long, value_name = "M")]
    top: Option<usize>,
    /// Write the Gram matrix to this .npy file, block by block; interrupted and called again it goes on.
    #[arg(long, value_name = "FILE")]
    matrix: Option<PathBuf>,
    /// The matrix in single precision.
    #[arg(long, requires = "matrix")]
    #[serde(default)]
    single: bool,
}

/// A degree and its cluster of eigenvalues.
#[derive(Serialize, JsonSchema)]
struct ClusterRow {
    degree: u64,
    multiplicity: usize,
    eigenvalue: f64,
    expected_mean: f64,
    allowed: f64,
    mean: f64,
    expected_spread: f64,
    spread_range: (f64, f64),
    spread: f64,
    agrees: bool,
}

/// The matrix and its spectrum.
#[derive(Serialize, JsonSchema)]
pub(super) struct GramAnswer {
    kernel: String,
    dim: usize,
    points: usize,
    homogeneous: bool,
    uniform: bool,
    /// The largest error found of a value of the kernel, relative to its largest value.
    kernel_error: f64,
    /// A bound of the errors of the cosines at which the kernel is computed.
    cosine_error: f64,
    trace: f64,
    /// Of K/n: those of largest absolute value, decreasing.
    eigenvalues: Vec<f64>,
    residual: Option<f64>,
    alignment: Option<f64>,
    /// The part of the centred labels along each eigenvector.
    label_shares: Vec<f64>,
    clusters: Vec<ClusterRow>,
}

/// Numbers of the largest matrix whose eigenvalues are computed.
const LARGEST: usize = 20_000;

/// A number of points, also as 1e3.
fn whole(text: &str) -> Result<usize> {
    let is_whole = |number: &f64| number.fract() == 0.0 && (0.0..=9e15).contains(number);
    match text.trim().parse().ok().filter(is_whole) {
        Some(number) => Ok(number as usize),
        None => Err(Error::input(format!("--uniform {text}: a whole number is needed, such as 1000 or 1e3"))),
    }
}

fn seed() -> u64 {
    1
}

impl Question for GramQuestion {
    const NAME: &'static str = "gram";
    const ABOUT: &'static str = "Gram matrices of points, their spectrum, and the theory beside it";

    type Answer = GramAnswer;

    fn reads(&self) -> Vec<&Path> {
        [&self.data, &self.labels].into_iter().flatten().map(PathBuf::as_path).collect()
    }

    fn writes(&self) -> Vec<&Path> {
        self.matrix.iter().map(PathBuf::as_path).collect()
    }

    fn answer(&self, watch: &Watch) -> Result<GramAnswer> {
        self.matrix.as_deref().map_or(Ok(()), |path| names::check_array("matrix", path))?;
        if self.single && self.matrix.is_none() {
            return Err(Error::input("'single' is of a matrix that is written: 'matrix' is needed"));
        }
        let kernel = Kernel::parse(&self.kernel)?;
        let tolerance = self.meaning.tolerance()?;
        let points = points(self, watch)?;
        if self.meaning.classify && self.labels.is_none() {
            return Err(Error::input("--classify needs --labels"));
        }
        let outputs = self.labels.as_deref().map(|path| outputs(self, path, points.count(), watch)).transpose()?;
        let tabulated = kernel.tabulate_within(Some(points.dimension() as u64), tolerance)?;
        let zonal = ZonalGram::new(tabulated, self.meaning.scaling());
        let n = points.count();
        let uniform = are_uniform(&points);
        let top = match self.top {
            Some(top) if top > n => {
                let points = if n == 1 { "there is 1 point".to_string() } else { format!("there are {n} points") };
                return Err(Error::input(format!("--top {top}: {points}, and as many eigenvalues; allowed are 0 to \
                    {n}")));
            }
            Some(top) => top,
            None => default_top(points.dimension(), uniform).min(n),
        };
        let spectral = top > 0 || outputs.is_some();
        if spectral && n > LARGEST {
            return Err(Error::unable(format!(
                "eigenvalues of {n} points in memory; allowed are {LARGEST}: --top 0 and no labels for the matrix alone"
            )));
        }
        if let Some(path) = &self.matrix {
            let bytes = (if self.single { 4.0 } else { 8.0 }) * (n as f64).powi(2);
            if bytes > 1e9 {
                watch.note(&format!("the matrix takes {:.1} GB of disk", bytes / 1e9));
            }
            // A table within a tolerance has other bits.
            let name = if tolerance > 0.0 { format!("{kernel} within {tolerance:e}") } else { kernel.to_string() };
            let there = match self.single {
                true => zonal.stream::<f32>(&points, &name, path),
                false => zonal.stream::<f64>(&points, &name, path),
            }?;
            if there > 0 {
                watch.note(&format!("{there} of {n} rows were there already"));
            }
        }
        let trace = zonal.diagonal(&points).iter().sum::<f64>();
        let mut document = GramAnswer {
            kernel: kernel.to_string(),
            dim: points.dimension(),
            points: n,
            homogeneous: self.meaning.homogeneous,
            uniform,
            kernel_error: zonal.kernel().error(),
            cosine_error: ZonalGram::cosine_error(points.dimension()),
            trace: trace / n as f64,
            eigenvalues: Vec::new(),
            residual: None,
            alignment: None,
            label_shares: Vec::new(),
            clusters: Vec::new(),
        };
        if spectral {
            let matrix = zonal.gram(&points)?;
            if top > 0 {
                let eigen = Eigen::leading(&matrix, top)?;
                let shares = outputs.as_ref().map(|outputs| outputs.shares(&eigen));
                // They come by absolute value: negative ones stand among the others.
                let mut order: Vec<usize> = (0..top).collect();
                order.sort_by(|i, j| eigen.values()[*j].total_cmp(&eigen.values()[*i]));
                document.eigenvalues = order.iter().map(|i| eigen.values()[*i] / n as f64).collect();
                document.residual = Some(eigen.residual());
                document.label_shares = shares.map_or(Vec::new(), |shares| order.iter().map(|i| shares[*i]).collect());
                if uniform && points.dimension() > 1 {
                    let sphere = Sphere::in_dimension(points.dimension() as u64)?;
                    // A kernel may have no spectrum that is within reach: the matrix has one.
                    if let Ok(clusters) = clusters(eigen.values(), n, &kernel.spectrum(sphere)) {
                        document.clusters = clusters.iter().map(row).collect();
                    }
                }
            }
            document.alignment = outputs.map(|outputs| alignment(&matrix, outputs.values())).transpose()?;
        }
        Ok(document)
    }
}

impl Answer for GramAnswer {
    const PAGE: Option<&'static str> = Some("a page with a figure");

    fn text(&self) -> String {
        let GramAnswer { kernel, dim, points, trace, .. } = self;
        let word = if *points == 1 { "point" } else { "points" };
        let mut text = format!("{kernel} at {points} {word} of R^{dim}\n");
        let scale = if self.homogeneous { "|x||x'| kappa" } else { "kappa of the directions" };
        let _ = writeln!(text, "Gram matrix K of {scale}; tr K / n = {trace:.6e}");
        let _ = writeln!(
            text,
            "values of the kernel checked to {:.1e} of the largest, at cosines within {:.1e} of those of the points",
            self.kernel_error, self.cosine_error
        );
        if let Some(alignment) = self.alignment {
            let _ = writeln!(text, "centred alignment with the labels {alignment:.6}");
        }
        if let Some(residual) = self.residual {
            let which = match self.eigenvalues.last() {
                Some(last) if *last < 0.0 => "eigenvalues of K/n of largest absolute value",
                _ => "largest eigenvalues of K/n",
            };
            let _ = writeln!(text, "\n{which}, in decreasing order, residual {residual:.0e} of the largest:");
            for line in self.eigenvalues.chunks(5) {
                let numbers: Vec<String> = line.iter().map(|value| format!("{value:.9e}")).collect();
                let _ = writeln!(text, "  {}", numbers.join("  "));
            }
        }
        let shares = cumulative(&self.label_shares);
        if let Some(last) = shares.last() {
            let _ = writeln!(text, "\npart of the centred labels in the span of the leading eigenvectors:");
            let powers = std::iter::successors(Some(1), |m| Some(2 * m)).take_while(|m| *m < shares.len());
            let parts: Vec<String> = powers.map(|m| format!("{m}: {:.6}", shares[m - 1])).collect();
            let _ = writeln!(text, "  {}", [parts, vec![format!("{}: {last:.6}", shares.len())]].concat().join("  "));
        }
        if !self.clusters.is_empty() {
            let _ = writeln!(
                text,
                "\nthe points may be uniform on the sphere: clusters of N(p,k) eigenvalues of K/n near mu_k,"
            );
            let _ = writeln!(text, "mean and spread relative to mu_k, expected to first order in 1/n");
            let right = ["k", "N(p,k)", "mu_k", "mean - 1", "expected", "+-", "spread", "expected", "from", "to"];
            let mut table =
                TextTable::new(right.map(|head| (head, Align::Right)).into_iter().chain([("agrees", Align::Left)]));
            for c in &self.clusters {
                let relative = |x: f64| format!("{:.5}", x / c.eigenvalue);
                let spread = |x: f64| if c.multiplicity == 1 { "-".to_string() } else { relative(x) };
                table.row([
                    c.degree.to_string(),
                    c.multiplicity.to_string(),
                    format!("{:.6e}", c.eigenvalue),
                    relative(c.mean - c.eigenvalue),
                    relative(c.expected_mean - c.eigenvalue),
                    relative(c.allowed),
                    spread(c.spread),
                    spread(c.expected_spread),
                    spread(c.spread_range.0),
                    spread(c.spread_range.1),
                    if c.agrees { "yes" } else { "no" }.to_string(),
                ]);
            }
            text.push_str(&table.to_string());
        }
        text
    }

    fn page(&self) -> Result<String> {
        page::page(self)
    }
}

fn points(question: &GramQuestion, watch: &Watch) -> Result<Points> {
    match (&question.data, &question.uniform, &question.dim) {
        (Some(path), None, None) => {
                question.reading.table(path, watch)?.into_points().map_err(|e| e.within(path.display()))
            }
        (None, Some(count), Some(dim)) => {
            let (count, sphere) = (whole(count)?, Sphere::parse(dim)?);
            if (count as u64).saturating_mul(sphere.dimension()) > 1 << 31 {
                return Err(Error::input(format!("{count} points of {} coordinates: too many", sphere.dimension())));
            }
            Points::uniform(count, sphere, question.seed)
        }
        _ => Err(Error::input("points are needed: --data FILE, or --uniform N --dim P, not both")),
    }
}

/// The labels of `count` points, centred.
fn outputs(question: &GramQuestion, path: &Path, count: usize, watch: &Watch) -> Result<Outputs> {
    let labels = question.reading.labels(path, count, watch)?;
    let task = question.meaning.task();
    if labels.names().is_some() && task == Task::Regression {
        return Err(Error::input(format!("words, such as '{}'; --classify takes them as classes", labels.written(0)))
            .within(path.display()));
    }
    Outputs::new(labels.values(), task).map_err(|e| e.within(path.display()))
}

/// Eigenvalues of a kernel's matrix that are shown where nobody says how many.
fn default_top(dimension: usize, uniform: bool) -> usize {
    const PLAIN: usize = 20;
    const MOST: usize = 100;
    match Sphere::in_dimension(dimension as u64) {
        Ok(sphere) if uniform => (0..=4)
            .scan(0, |total, k| {
                *total += sphere.multiplicity(k).to_usize().unwrap_or(MOST);
                Some(*total)
            })
            .take_while(|total| *total <= MOST)
            .last()
            .unwrap_or(PLAIN),
        _ => PLAIN,
    }
}

fn row(cluster: &Cluster) -> ClusterRow {
    ClusterRow {
        degree: cluster.degree,
        multiplicity: cluster.multiplicity,
        eigenvalue: cluster.eigenvalue,
        expected_mean: cluster.expected_mean,
        allowed: cluster.allowed,
        mean: cluster.mean,
        expected_spread: cluster.expected_spread,
        spread_range: cluster.spread_range,
        spread: cluster.spread,
        agrees: cluster.agrees(),
    }
}

/// Sums of the first m numbers.
fn cumulative(numbers: &[f64]) -> Vec<f64> {
    let sum = |total: &mut f64, x: &f64| {
        *total += x;
        Some(*total)
    };
    numbers.iter().scan(0.0, sum).collect()
}

