//! Kernel ridge regression on digits of 14 x 14 pixels with convolutional kernels, and what it makes of deformed
//! digits: see docs/digits.md.

use rayon::prelude::*;
use std::path::Path;
use std::time::Instant;
use zonal::convolution::{ConvolutionalKernel, Kernels, Padding, Pair, Shape, Signals};
use zonal::data::{Array, Header, Labels, Points};
use zonal::deformation::Deformation;
use zonal::gram::{Outputs, Regression, Scaling, Task, ZonalGram};
use zonal::linear::{Eigen, Matrix};
use zonal::report::{Align, TextTable};
use zonal::{Error, Kernel, Result};

/// The same convolutions with three ends: the sum over positions, the mean of all, Gaussian means.
const NETWORKS: [&str; 3] = ["conv(3) conv(3)", "conv(3) conv(3) global", "conv(3) conv(3) pool(2)"];
const CONNECTED: &str = "ntk(3)";

/// The first so many test digits are deformed: three of each class.
const DEFORMED: usize = 30;

/// Pixels of a side before pooling.
const SIDE: usize = 28;

/// What all kernels are shown.
struct Digits {
    train: Signals,
    train_labels: Vec<f64>,
    test: Signals,
    test_labels: Vec<f64>,
    deformed: Vec<Deformed>,
}

/// The first test digits under deformations of a kind.
struct Deformed {
    name: String,
    /// The mean over the digits of the largest |tau|, in pixels before pooling.
    length: f64,
    digits: Signals,
}

/// A kernel on the digits.
struct Entries {
    network: String,
    kernel: &'static str,
    gram: Matrix,
    /// Test digits against training digits, and with themselves.
    test: Matrix,
    own: Vec<f64>,
    deformed: Vec<DeformedEntries>,
    /// For the matrices; the two kernels of a network share theirs.
    seconds: f64,
}

/// A kernel on deformed digits Lx: with training digits, with themselves, and with the digits x they come from.
struct DeformedEntries {
    train: Matrix,
    own: Vec<f64>,
    before: Vec<f64>,
}

/// What a kernel achieves.
struct Achieved {
    ridge: f64,
    /// |f| in the space of the kernel, f the vector of the outputs.
    norm: f64,
    left_out: f64,
    test: f64,
    stability: Vec<Stability>,
}

/// Means over the deformed digits.
struct Stability {
    /// |Phi(Lx) - Phi(x)|, both of length 1
    features: f64,
    /// |f(Lx) - f(x)|/|f(x)|
    outputs: f64,
    accuracy: f64,
    /// The part whose prediction is another.
    changed: f64,
}

/// A measure as text.
type Shown = fn(&Stability) -> String;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).unwrap_or("target/digits".to_string());
    let folder = Path::new(&folder);
    let digits = Digits::read(folder)?;
    let mut results = TextTable::new([
        ("kernel", Align::Left),
        ("network", Align::Left),
        ("ridge", Align::Right),
        ("|f|", Align::Right),
        ("left out", Align::Right),
        ("test", Align::Right),
        ("seconds", Align::Right),
    ]);
    let mut lines = "network,kernel,ridge,left_out\n".to_string();
    let mut all = vec![(connected(&digits)?, CONNECTED.to_string())];
    for (index, network) in NETWORKS.iter().enumerate() {
        let file = folder.join(format!("gram{}.npy", index + 1));
        for entries in convolutional(network, &digits, &file)? {
            let heading = format!("{} {}", entries.kernel, index + 1);
            all.push((entries, heading));
        }
    }
    let mut achieved = Vec::with_capacity(all.len());
    for (entries, heading) in &all {
        let found = learned(entries, &digits)?;
        results.row([
            heading.clone(),
            entries.network.clone(),
            format!("{:.0e}", found.ridge),
            format!("{:.0}", found.norm),
            format!("{:.3}", found.left_out),
            format!("{:.3}", found.test),
            format!("{:.1}", entries.seconds),
        ]);
        lines += &format!("{},{},{:e},{}\n", entries.network, entries.kernel, found.ridge, found.left_out);
        achieved.push(found);
    }
    std::fs::write(folder.join("results.csv"), lines).map_err(|e| Error::input(e.to_string()).within("results.csv"))?;
    print!("{results}");
    let measures: [(&str, Shown); 4] = [
        ("change of the features, |Phi(Lx) - Phi(x)|", |s| format!("{:.4}", s.features)),
        ("relative change of the outputs, |f(Lx) - f(x)|/|f(x)|", |s| format!("{:.4}", s.outputs)),
        ("accuracy on deformed digits", |s| format!("{:.2}", s.accuracy)),
        ("part of the predictions that changed", |s| format!("{:.2}", s.changed)),
    ];
    for (title, value) in measures {
        let headings = all.iter().map(|(_, heading)| (heading.as_str(), Align::Right));
        let mut table =
            TextTable::new([("deformation", Align::Left), ("|tau|", Align::Right)].into_iter().chain(headings));
        for (index, deformed) in digits.deformed.iter().enumerate() {
            let values = achieved.iter().map(|a| value(&a.stability[index]));
            table.row([deformed.name.clone(), format!("{:.2}", deformed.length)].into_iter().chain(values));
        }
        print!("\n{title}\n{table}");
    }
    Ok(())
}

impl Digits {
    fn read(folder: &Path) -> Result<Self> {
        let signals = |name: &str| Signals::from_array(Array::read(&folder.join(name))?, None);
        let (train, test, large) =
            (signals("train_images.npy")?, signals("test_images.npy")?, signals("test_large.npy")?);
        let labels = |name: &str, count| {
            Labels::read(&folder.join(name), count, Header::Auto).map(|(labels, _)| labels.values().to_vec())
        };
        let whole: Vec<f64> = (0..large.count()).flat_map(|i| pooled(large.signal(i))).collect();
        if whole != test.values() {
            return Err(Error::input("the test digits are not those of test_large.npy, pooled"));
        }
        let deformed = deformations();
        let deformed = deformed.iter().map(|(name, kind)| Deformed::new(name, &large, test.shape(), kind.as_ref()));
        Ok(Digits {
            train_labels: labels("train_labels.npy", train.count())?,
            test_labels: labels("test_labels.npy", test.count())?,
            deformed: deformed.collect::<Result<Vec<Deformed>>>()?,
            train,
            test,
        })
    }
}

/// A kind of deformation: one for each digit.
type Kind = Box<dyn Fn(usize) -> Deformation + Sync>;

/// Fields of a seed for each digit; turns to the left and to the right; moves in four directions. Ten digits, one of
/// each class, have the same turn and direction.
fn deformations() -> Vec<(String, Kind)> {
    let mut kinds: Vec<(String, Kind)> = Vec::new();
    for gradient in [0.05, 0.1, 0.2, 0.4] {
        kinds.push((format!("smooth {gradient}"), Box::new(move |i| Deformation::smooth(gradient, i as u64))));
    }
    for degrees in [5.0f64, 10.0, 20.0] {
        let sign = |i: usize| if (i / 10).is_multiple_of(2) { 1.0 } else { -1.0 };
        kinds.push((
            format!("rotation {degrees}"),
            Box::new(move |i| Deformation::rotation(sign(i) * degrees.to_radians())),
        ));
    }
    for pixels in [0.5, 1.0, 2.0] {
        let direction = |i: usize| [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][i / 10 % 4];
        let moved = move |i| Deformation::translation(pixels * direction(i).0, pixels * direction(i).1);
        kinds.push((format!("translation {pixels}"), Box::new(moved)));
    }
    kinds
}

/// Means of blocks of 2 x 2.
fn pooled(image: &[f64]) -> Vec<f64> {
    let half = SIDE / 2;
    let corner = |u: usize| 2 * (u / half) * SIDE + 2 * (u % half);
    (0..half * half)
        .map(|u| [0, 1, SIDE, SIDE + 1].map(|step| image[corner(u) + step]).iter().sum::<f64>() / 4.0)
        .collect()
}

impl Deformed {
    fn new(name: &str, large: &Signals, shape: Shape, kind: &(dyn Fn(usize) -> Deformation + Sync)) -> Result<Self> {
        let one = |i: usize| {
            let field = kind(i).on(large.shape().grid);
            Ok((field.sizes().0, pooled(&field.deform(large.signal(i), 1, Padding::Zero)?)))
        };
        let all: Vec<(f64, Vec<f64>)> = (0..DEFORMED).into_par_iter().map(one).collect::<Result<_>>()?;
        let length = all.iter().map(|(length, _)| length).sum::<f64>() / DEFORMED as f64;
        let digits = Signals::new(all.into_iter().flat_map(|(_, image)| image).collect(), shape)?;
        Ok(Deformed { name: name.to_string(), length, digits })
    }
}

/// Both kernels of a network. The Gram matrices are kept in a file; stopped and started again the program goes on
/// there.
fn convolutional(network: &str, digits: &Digits, file: &Path) -> Result<[Entries; 2]> {
    let kernel = ConvolutionalKernel::new(&network.parse()?, digits.train.shape())?;
    let start = Instant::now();
    kernel.stream::<f64>(&digits.train, Kernels::Both, 1.0, file)?;
    let grams = Array::read(file)?.values;
    let [train, test] = [kernel.images(&digits.train)?, kernel.images(&digits.test)?];
    let cross = kernel.cross(&test, &train)?;
    let seconds = start.elapsed().as_secs_f64();
    let own = kernel.pairs(&test, &test)?;
    let mut deformed = Vec::new();
    for Deformed { digits, .. } in &digits.deformed {
        let images = kernel.images(digits)?;
        let before = kernel.pairs(&images, &test[..DEFORMED])?;
        deformed.push((kernel.cross(&images, &train)?, kernel.pairs(&images, &images)?, before));
    }
    let n = train.len();
    let both = ["CKN", "NTK"].map(|name| {
        let ckn = name == "CKN";
        let values = |pairs: &[Pair]| pairs.iter().map(|pair| if ckn { pair.ckn } else { pair.ntk }).collect();
        let deformed = deformed.iter().map(|(train, own, before)| DeformedEntries {
            train: if ckn { train.ckn() } else { train.ntk() },
            own: values(own),
            before: values(before),
        });
        Entries {
            network: network.to_string(),
            kernel: name,
            gram: Matrix::new(n, n, grams[if ckn { 0 } else { n * n }..][..n * n].to_vec()),
            test: if ckn { cross.ckn() } else { cross.ntk() },
            own: values(&own),
            deformed: deformed.collect(),
            seconds,
        }
    });
    Ok(both)
}

/// The tangent kernel of a fully connected network.
fn connected(digits: &Digits) -> Result<Entries> {
    let points = |signals: &Signals| Points::new(signals.values().to_vec(), signals.shape().numbers());
    let (train, test) = (points(&digits.train)?, points(&digits.test)?);
    let zonal =
        ZonalGram::new(Kernel::parse(CONNECTED)?.tabulate(Some(train.dimension() as u64))?, Scaling::Homogeneous);
    let start = Instant::now();
    let (gram, cross) = (zonal.gram(&train)?, zonal.cross(&test, &train)?);
    let seconds = start.elapsed().as_secs_f64();
    let mut deformed = Vec::new();
    for Deformed { digits, .. } in &digits.deformed {
        let points = points(digits)?;
        let with: Matrix = zonal.cross(&points, &test)?;
        let before = (0..points.count()).map(|i| with.row(i)[i]).collect();
        deformed.push(DeformedEntries { train: zonal.cross(&points, &train)?, own: zonal.diagonal(&points), before });
    }
    let network = "fully connected".to_string();
    Ok(Entries { network, kernel: "NTK", gram, test: cross, own: zonal.diagonal(&test), deformed, seconds })
}

/// K(x, y)/sqrt(K(x, x) K(y, y))
fn normalised(matrix: &Matrix, rows: &[f64], columns: &[f64]) -> Matrix {
    let row = |(i, own): (usize, &f64)| -> Vec<f64> {
        matrix.row(i).iter().zip(columns).map(|(value, other)| value / (own * other).sqrt()).collect()
    };
    Matrix::new(rows.len(), columns.len(), rows.iter().enumerate().flat_map(row).collect())
}

/// The part of the predictions that are the labels.
fn accuracy(predicted: &[f64], labels: &[f64]) -> f64 {
    let right = predicted.iter().zip(labels).filter(|(digit, label)| digit == label).count();
    right as f64 / predicted.len() as f64
}

/// Ten outputs, 1 for the class and 0 for the others, less 1/10, the mean of each: f has no constant.
fn learned(entries: &Entries, digits: &Digits) -> Result<Achieved> {
    let own: Vec<f64> = (0..entries.gram.rows()).map(|i| entries.gram.row(i)[i]).collect();
    let regression = Regression::new(Eigen::all(&normalised(&entries.gram, &own, &own))?)?;
    let outputs = Outputs::new(&digits.train_labels, Task::Classification)?;
    let best = outputs.scores(&regression, 1.0)?[0];
    let alpha = regression.ridge(outputs.values(), best.ridge)?;
    // alpha^T K alpha, where K alpha = y - ridge alpha.
    let products = alpha.values().iter().zip(outputs.values().values()).map(|(a, y)| a * (y - best.ridge * a));
    let norm = products.sum::<f64>().sqrt();
    let predicted = normalised(&entries.test, &entries.own, &own).times(&alpha)?;
    let test = accuracy(&outputs.labels(&predicted), &digits.test_labels);
    let stability = entries.deformed.iter().map(|deformed| {
        let moved = normalised(&deformed.train, &deformed.own, &own).times(&alpha)?;
        Ok(stability(deformed, &entries.own, [&predicted, &moved], &outputs, &digits.test_labels))
    });
    let left_out = best.accuracy.unwrap_or(f64::NAN);
    Ok(Achieved { ridge: best.ridge, norm, left_out, test, stability: stability.collect::<Result<_>>()? })
}

fn stability(
    deformed: &DeformedEntries,
    own: &[f64],
    [before, after]: [&Matrix; 2],
    outputs: &Outputs,
    labels: &[f64],
) -> Stability {
    let count = after.rows();
    let norm = |row: &[f64]| row.iter().map(|x| x * x).sum::<f64>().sqrt();
    let moved_by = |i: usize| after.row(i).iter().zip(before.row(i)).map(|(a, b)| a - b).collect::<Vec<f64>>();
    let mean = |value: &dyn Fn(usize) -> f64| (0..count).map(value).sum::<f64>() / count as f64;
    let cosine = |i: usize| deformed.before[i] / (deformed.own[i] * own[i]).sqrt();
    let [still, moved] = [before, after].map(|values| outputs.labels(values));
    Stability {
        features: mean(&|i| (2.0 - 2.0 * cosine(i)).max(0.0).sqrt()),
        outputs: mean(&|i| norm(&moved_by(i)) / norm(before.row(i))),
        accuracy: accuracy(&moved, labels),
        changed: 1.0 - accuracy(&moved, &still),
    }
}
