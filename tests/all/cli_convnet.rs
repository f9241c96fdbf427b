//! The command `zonal convnet`.

use crate::cli_support;

use cli_support::files::{Files, numbers};
use cli_support::{done, fails, text, zonal};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use zonal::convolution::{Convention, ConvolutionalKernel, Pair, Signals};

/// What the command makes of files.
pub trait Convnet {
    fn matrix(&self, network: &str, data: &str, more: &[&str]) -> (Vec<u64>, Vec<f64>);
    fn refuses(&self, code: i32, network: &str, data: &str, more: &[&str], parts: &[&str]);
    fn refuses_output(&self, code: i32, network: &str, data: &str, path: &str, more: &[&str], parts: &[&str]);
}

impl Convnet for Files {
    /// The matrix of these arguments, as doubles.
    fn matrix(&self, network: &str, data: &str, more: &[&str]) -> (Vec<u64>, Vec<f64>) {
        let path = self.name("K.npy");
        assert_eq!(done(&arguments(network, data, &path, more)), "");
        let found = read::<f64>(Path::new(&path));
        fs::remove_file(path).unwrap();
        found
    }

    /// Fails with a message that contains all of `parts`, and leaves no file.
    fn refuses(&self, code: i32, network: &str, data: &str, more: &[&str], parts: &[&str]) {
        self.refuses_output(code, network, data, &self.name("K.npy"), more, parts);
    }

    fn refuses_output(&self, code: i32, network: &str, data: &str, path: &str, more: &[&str], parts: &[&str]) {
        let before = self.names();
        let message = fails(code, &arguments(network, data, path, more));
        for part in parts {
            assert!(message.contains(part), "'{network}' {data} {more:?}: '{part}' is missing in {message:?}");
        }
        assert_eq!(self.names(), before, "'{network}' {data} {more:?}");
    }
}

pub fn arguments<'a>(network: &'a str, data: &'a str, output: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["convnet", "--network", network, "--data", data, "--output", output], more].concat()
}

fn read<T: npyz::Deserialize>(path: &Path) -> (Vec<u64>, Vec<T>) {
    let bytes = fs::read(path).unwrap();
    let file = npyz::NpyFile::new(&bytes[..]).unwrap();
    assert_eq!(file.order(), npyz::Order::C);
    (file.shape().to_vec(), file.into_vec().unwrap())
}

pub fn kernel(network: &str, shape: &str) -> ConvolutionalKernel {
    ConvolutionalKernel::new(&network.parse().unwrap(), shape.parse().unwrap()).unwrap()
}

/// Both kernels of all pairs, by the library: the tangent kernel last.
pub fn pairs(kernel: &ConvolutionalKernel, values: &[f64]) -> [Vec<f64>; 2] {
    let images = kernel.images(&Signals::new(values.to_vec(), kernel.shape()).unwrap()).unwrap();
    let n = images.len();
    let pair = |index: usize| {
        let (i, j) = (index / n, index % n);
        kernel.pair(&images[i.max(j)], &images[i.min(j)])
    };
    let pairs: Vec<Pair> = (0..n * n).map(pair).collect();
    [pairs.iter().map(|pair| pair.ckn).collect(), pairs.iter().map(|pair| pair.ntk).collect()]
}

/// Bit for bit the values of the library, whatever the form of the file.
#[test]
fn the_file_holds_the_values_of_the_library() {
    let files = Files::new();
    let values = numbers(4 * 6 * 5 * 2, 1);
    let data = files.npy("x.npy", &[4, 6, 5, 2], &values);
    for network in ["conv(3) conv(3) global", "circular conv(5x3) pool(1) conv(3, order 2)", "pool(1)/2 conv(1x3)"] {
        let [ckn, ntk] = pairs(&kernel(network, "6x5x2"), &values);
        assert_eq!(files.matrix(network, &data, &[]), (vec![4, 4], ntk.clone()), "{network}");
        assert_eq!(files.matrix(network, &data, &["--kernel", "ntk"]), (vec![4, 4], ntk.clone()), "{network}");
        assert_eq!(files.matrix(network, &data, &["--kernel", "ckn"]), (vec![4, 4], ckn.clone()), "{network}");
        let both: Vec<f64> = [&ckn[..], &ntk].concat();
        assert_eq!(files.matrix(network, &data, &["--kernel", "both"]), (vec![2, 4, 4], both.clone()), "{network}");
        assert!((0..16).all(|i| both[i] == both[i % 4 * 4 + i / 4]), "{network}");
        // Single precision is rounded once.
        let path = files.name("single.npy");
        done(&arguments(network, &data, &path, &["--kernel", "both", "--single"]));
        let (shape, single) = read::<f32>(Path::new(&path));
        assert_eq!((shape, single), (vec![2, 4, 4], both.iter().map(|x| *x as f32).collect()), "{network}");
        // The number of threads changes nothing.
        assert_eq!(files.matrix(network, &data, &["--kernel", "both", "--threads", "1"]).1, both, "{network}");
    }
    // The same images with the first index running fastest, in single precision and in rows.
    let expected = files.matrix("conv(3) conv(3)", &data, &["--shape", "6x5x2"]).1;
    let place = |index: usize| {
        let (n, i, j, c) = (index % 4, index / 4 % 6, index / 24 % 5, index / 120);
        values[((n * 6 + i) * 5 + j) * 2 + c]
    };
    let turned: Vec<f64> = (0..values.len()).map(place).collect();
    let fortran = files.ordered("f.npy", &[4, 6, 5, 2], npyz::Order::Fortran, &turned);
    assert_eq!(files.matrix("conv(3) conv(3)", &fortran, &[]).1, expected);
    let flat = files.npy("flat.npy", &[4, 60], &values);
    assert_eq!(files.matrix("conv(3) conv(3)", &flat, &["--shape", "6x5x2"]).1, expected);
    assert_ne!(files.matrix("conv(3) conv(3)", &flat, &["--shape", "5x6x2"]).1, expected);
    let row = |x: &[f64]| x.iter().map(f64::to_string).collect::<Vec<_>>().join(",") + "\n";
    let lines = files.text("flat.csv", &values.chunks(60).map(row).collect::<String>());
    assert_eq!(files.matrix("conv(3) conv(3)", &lines, &["--shape", "6x5x2"]).1, expected);
    // Bytes, as digits come.
    let bytes: Vec<u8> = numbers(3 * 49, 2).iter().map(|x| (x.abs() * 255.0) as u8).collect();
    let doubles: Vec<f64> = bytes.iter().map(|x| f64::from(*x)).collect();
    let digits = files.npy("digits.npy", &[3, 7, 7], &bytes);
    let [_, ntk] = pairs(&kernel("conv(3) global", "7x7"), &doubles);
    assert_eq!(files.matrix("conv(3) global", &digits, &[]).1, ntk);
}

/// Rows of a table are signals of one row: a patch `3` reaches along it.
#[test]
fn sequences() {
    let files = Files::new();
    let data = files.text("s.csv", "a,b,c,d,e\n1,2,3,4,5\n-5,4,-3,2,1\n0,1,0,1,0\n");
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, -5.0, 4.0, -3.0, 2.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
    for network in ["conv(3) pool(1)/2 conv(3) global", "circular conv(1x5) conv(3)"] {
        let [ckn, ntk] = pairs(&kernel(network, "5"), &values);
        let found = files.matrix(network, &data, &["--kernel", "both", "--header", "yes"]);
        assert_eq!(found, (vec![2, 3, 3], [ckn, ntk].concat()), "{network}");
    }
    // By hand: one position and one number are kappa(+-1).
    let one = files.text("one.csv", "3\n-2\n");
    assert_eq!(files.matrix("conv(1)", &one, &["--kernel", "both"]).1, [9.0, 0.0, 0.0, 4.0, 18.0, 0.0, 0.0, 8.0]);
}

/// Killed after some rows and started again: the same bytes, and what was there is not computed again.
#[test]
fn a_matrix_goes_on_where_it_was_stopped() {
    let files = Files::new();
    let n = 40u64;
    let values = numbers(40 * 400, 3);
    let data = files.npy("x.npy", &[n, 20, 20], &values);
    let other = files.npy("y.npy", &[n, 20, 20], &numbers(40 * 400, 4));
    let network = "conv(3) conv(5) global";
    let (whole, stopped) = (files.name("whole.npy"), files.name("stopped.npy"));
    done(&arguments(network, &data, &whole, &["--kernel", "both"]));
    let mut child = Command::new(env!("CARGO_BIN_EXE_zonal"))
        .args(arguments(network, &data, &stopped, &["--kernel", "both"]))
        .spawn()
        .unwrap();
    let journal = files.path("stopped.npy.part.json");
    let start = Instant::now();
    while !journal.exists() && start.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!Path::new(&stopped).exists() && files.path("stopped.npy.part").exists());
    let rows =
        serde_json::from_slice::<serde_json::Value>(&fs::read(&journal).unwrap()).unwrap()["rows"].as_u64().unwrap();
    assert!(rows > 0 && rows < n, "{rows}");
    // Other signals and another network do not go on there, and destroy nothing.
    let part = fs::read(files.path("stopped.npy.part")).unwrap();
    for (network, data) in [(network, &other), ("conv(3) conv(5)", &data), ("circular conv(3) conv(5) global", &data)] {
        let parts = ["stopped.npy.part belongs to an unfinished matrix", "conv(3) conv(5) global", "remove it"];
        files.refuses_output(2, network, data, &stopped, &["--kernel", "both"], &parts);
    }
    assert!(fs::read(files.path("stopped.npy.part")).unwrap() == part);
    let output = zonal(&arguments(network, &data, &stopped, &["--kernel", "both"]));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), format!("zonal: {rows} of {n} rows were there already\n"));
    assert!(fs::read(&whole).unwrap() == fs::read(&stopped).unwrap());
    assert_eq!(files.names(), ["stopped.npy", "whole.npy", "x.npy", "y.npy"]);
    // The journal of something else stops it, without the rows too.
    fs::write(&journal, serde_json::json!({"kernel": "conv(3)", "digest": "", "rows": 5}).to_string()).unwrap();
    files.refuses_output(2, network, &data, &stopped, &[], &["unfinished matrix", "(conv(3))"]);
}

/// Images of zeros have kernels of zero, and that is said.
#[test]
fn images_of_zeros() {
    let files = Files::new();
    let mut values = numbers(4 * 25, 8);
    values[25..50].fill(0.0);
    values[75..].fill(-0.0);
    let data = files.npy("x.npy", &[4, 5, 5], &values);
    for network in ["conv(3) conv(3) global", "conv(3) pool(1)/2 conv(3)", "circular pool(2) conv(3, order 3)"] {
        let path = files.name("K.npy");
        let output = zonal(&arguments(network, &data, &path, &["--kernel", "both"]));
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(text(&output.stderr), "zonal: 2 of 4 signals are zero: their kernels are zero\n");
        let (_, matrix) = read::<f64>(Path::new(&path));
        for (index, value) in matrix.iter().enumerate() {
            let zero = index / 4 % 2 == 1 || index % 2 == 1;
            assert_eq!(*value == 0.0, zero, "{network} {index}: {value}");
        }
    }
}

/// K(x, 2x) = 2 K(x, x) to the last bit: patches that are parallel everywhere.
#[test]
fn twice_the_image_is_twice_the_kernel() {
    let files = Files::new();
    let one = numbers(64, 9);
    let values: Vec<f64> = one.iter().copied().chain(one.iter().map(|x| 2.0 * x)).collect();
    let data = files.npy("x.npy", &[2, 8, 8], &values);
    for network in ["conv(3) conv(3) global", "circular conv(5) conv(3)", "conv(3, order 2) pool(1)/2 conv(3) global"] {
        let (_, k) = files.matrix(network, &data, &["--kernel", "both"]);
        for k in k.chunks(4) {
            assert!(k[0] > 0.0 && [k[1], k[2], k[3]] == [2.0 * k[0], 2.0 * k[0], 4.0 * k[0]], "{network}: {k:?}");
        }
    }
    // Without pooling and on a torus the kernel of the convolutional kernel network is |x|^2.
    let (_, k) = files.matrix("circular conv(5) conv(3)", &data, &["--kernel", "ckn"]);
    let square: f64 = one.iter().map(|x| x * x).sum();
    assert!((k[0] / square - 1.0).abs() < 1e-14, "{} {square}", k[0]);
}

/// What once lay in the borders of a torus made sums that are no numbers.
#[test]
fn a_torus_has_numbers() {
    let files = Files::new();
    let values = [0.0, 1.0, 4.0, 0.0, 0.0, 4.0, 0.0, 0.0, 1.0, 4.0, 0.0, 4.0];
    let data = files.npy("x.npy", &[2, 2, 3], &values);
    let (_, k) = files.matrix("circular conv(1x3)", &data, &["--kernel", "both"]);
    assert!(k.iter().all(|x| x.is_finite()), "{k:?}");
    // Tails of a Gaussian: norms whose products leave the doubles.
    let mut impulse = vec![0.0; 96];
    impulse[5] = 1.0;
    let data = files.npy("impulse.npy", &[1, 96], &impulse);
    let (_, k) = files.matrix("circular pool(1) conv(3) conv(3) pool(4)", &data, &["--kernel", "both"]);
    assert!(k.iter().all(|x| *x > 0.0 && x.is_finite()), "{k:?}");
}

/// A network without pooling on a long sequence: its cost is that of the pairs of positions.
#[test]
fn long_sequences() {
    let files = Files::new();
    let data = files.npy("x.npy", &[1, 4000], &numbers(4000, 12));
    files.matrix("conv(3)", &data, &[]);
}

/// K_nt = K/channels with a global mean, K/(channels positions) with a sum over positions, times (W^2/2)^depth.
#[test]
fn conventions() {
    let files = Files::new();
    let values = numbers(3 * 8 * 6 * 2, 11);
    let data = files.npy("x.npy", &[3, 8, 6, 2], &values);
    for (network, positions, depth) in [
        ("conv(3) conv(3) global", 1.0, 2),
        ("conv(3) conv(3)", 48.0, 2),
        ("circular conv(3) pool(1)/2 conv(3x1) conv(1)", 12.0, 3),
        ("pool(1)/3 conv(1)", 6.0, 1),
        ("pool(1)/3 conv(1) global", 1.0, 1),
    ] {
        let standard = files.matrix(network, &data, &["--kernel", "both"]).1;
        assert_eq!(files.matrix(network, &data, &["--kernel", "both", "--convention", "standard"]).1, standard);
        let tangents = ["--kernel", "both", "--convention", "neural-tangents"];
        for weight in [None, Some("1"), Some("1.7")] {
            let more = weight.map_or(vec![], |w| vec!["--weight-std", w]);
            let found = files.matrix(network, &data, &[&tangents[..], &more].concat()).1;
            let w = weight.map_or(std::f64::consts::SQRT_2, |w| w.parse().unwrap());
            let factor = (w * w / 2.0f64).powi(depth) / (2.0 * positions);
            for (a, b) in found.iter().zip(&standard) {
                assert!((a / (b * factor) - 1.0).abs() < 1e-14, "{network} {weight:?}: {a:e} {b:e}");
            }
            let library = kernel(network, "8x6x2").factor(Convention::NeuralTangents { weight: w });
            assert!(found.iter().zip(&standard).all(|(a, b)| *a == b * library), "{network} {weight:?}");
        }
    }
    // By hand: a dense layer of W_std on x, ReLU, and one of W_std = 1: (W^2/C) |x|^2/2, C = 2.
    let one = files.npy("one.npy", &[1, 1, 1, 2], &[3.0, 4.0]);
    let more = ["--kernel", "both", "--convention", "neural-tangents", "--weight-std", "2"];
    assert_eq!(files.matrix("conv(1)", &one, &more).1, [25.0, 50.0]);
}
