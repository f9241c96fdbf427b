//! The command `zonal convnet`, and properties of the kernels that it writes.

mod cli_support;

use cli_support::{done, fails, text, zonal};
use npyz::WriterBuilder;
use proptest::prelude::*;
use rug::Float;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use zonal::convolution::{Convention, ConvolutionalKernel, Layer, Network, Padding, Pair, Patch, Shape, Signals};

/// A folder of files for the command.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        Files(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_string()
    }

    fn text(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.name(name)
    }

    fn npy<T: npyz::AutoSerialize + Copy>(&self, name: &str, shape: &[u64], values: &[T]) -> String {
        self.ordered(name, shape, npyz::Order::C, values)
    }

    fn ordered<T: npyz::AutoSerialize + Copy>(
        &self,
        name: &str,
        shape: &[u64],
        order: npyz::Order,
        values: &[T],
    ) -> String {
        let mut bytes = Vec::new();
        let options = npyz::WriteOptions::new().default_dtype().order(order).shape(shape);
        let mut writer = options.writer(&mut bytes).begin_nd().unwrap();
        writer.extend(values.iter().copied()).unwrap();
        writer.finish().unwrap();
        fs::write(self.path(name), bytes).unwrap();
        self.name(name)
    }

    /// What is there.
    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

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

fn arguments<'a>(network: &'a str, data: &'a str, output: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["convnet", "--network", network, "--data", data, "--output", output], more].concat()
}

fn read<T: npyz::Deserialize>(path: &Path) -> (Vec<u64>, Vec<T>) {
    let bytes = fs::read(path).unwrap();
    let file = npyz::NpyFile::new(&bytes[..]).unwrap();
    assert_eq!(file.order(), npyz::Order::C);
    (file.shape().to_vec(), file.into_vec().unwrap())
}

/// Numbers between -1 and 1.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn kernel(network: &str, shape: &str) -> ConvolutionalKernel {
    ConvolutionalKernel::new(&network.parse().unwrap(), shape.parse().unwrap()).unwrap()
}

/// Both kernels of all pairs, by the library: the tangent kernel last.
fn pairs(kernel: &ConvolutionalKernel, values: &[f64]) -> [Vec<f64>; 2] {
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
        let found = files.matrix(network, &data, &["--kernel", "both"]);
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

/// Half a file is no reason for other bytes; nor is a journal that is no journal.
#[test]
fn damaged_unfinished_files() {
    let files = Files::new();
    let data = files.npy("x.npy", &[3, 4, 4], &numbers(48, 5));
    let output = files.name("K.npy");
    done(&arguments("conv(3)", &data, &output, &[]));
    let whole = fs::read(&output).unwrap();
    fs::write(files.path("K.npy.part"), [7; 1000]).unwrap();
    fs::write(files.path("K.npy.part.json"), "{\"rows\":").unwrap();
    done(&arguments("conv(3)", &data, &output, &[]));
    assert!(fs::read(&output).unwrap() == whole);
    assert_eq!(files.names(), ["K.npy", "x.npy"]);
}

#[test]
fn bad_networks_are_refused_in_one_line() {
    let files = Files::new();
    let data = files.npy("x.npy", &[2, 8, 8], &numbers(128, 6));
    let layers = "allowed are conv(3), conv(3x5), conv(3, order 0), pool(2), pool(2)/2, circular as the first word";
    for (network, parts) in [
        ("conv(9)", &["network 'conv(9)' on 8x8", "a patch of 9 on a grid of 8x8", "must not be larger"][..]),
        ("conv(1x9)", &["a patch of 1x9 on a grid of 8x8"]),
        ("conv(3) pool(1)/4 conv(3)", &["a patch of 3 on a grid of 2x2"]),
        ("circular conv(9)", &["a patch of 9 on a grid of 8x8"]),
        ("conv(2)", &["network 'conv(2)'", "a patch of 2; its sides must be odd, from 1 to 999"]),
        ("conv(0)", &["a patch of 0; its sides must be odd"]),
        ("\u{1b}[31mconv(3)", &["' [31mconv(3)' is no layer"]),
        ("conv(3x4)", &["a patch of 3x4; its sides must be odd"]),
        ("conv(1001)", &["a patch of 1001", "from 1 to 999"]),
        ("conv(99999999999999999999)", &["'conv(99999999999999999999)' is no layer", layers]),
        ("conv(3) pool(2)/0", &["a stride of 0; it must be positive"]),
        ("conv(3) pool(2)/9", &["a stride of 9 along 8 positions"]),
        ("conv(3) pool(2)/18446744073709551615", &["a stride of 18446744073709551615 along 8 positions"]),
        ("circular conv(3) pool(2)/3", &["a stride of 3 does not divide the 8 positions of a torus"]),
        ("conv(3) pool(-1)", &["pooling of scale -1; allowed are 0 to 10000"]),
        ("conv(3) pool(nan)", &["pooling of scale NaN; allowed are 0 to 10000"]),
        ("conv(3) pool(1e400)", &["pooling of scale inf; allowed are 0 to 10000"]),
        ("conv(3, order 9)", &["an arc-cosine kernel of order 9; allowed are 0 to 8"]),
        ("conv(3, order -1)", &["'conv(3, order -1)' is no layer", layers]),
        ("conv(3, order 0)", &["network 'conv(3, order 0)' has a layer of order 0", "no tangent kernel"]),
        ("", &["network ''", "a network needs a convolution, such as conv(3)"]),
        (" \t\n", &["a network needs a convolution"]),
        ("global", &["a network needs a convolution"]),
        ("circular pool(2) global", &["a network needs a convolution"]),
        ("relu", &["'relu' is no layer", layers]),
        ("--network", &["'--network' is no layer"]),
        ("conv(3) conv", &["'conv' is no layer", layers]),
        ("conv()", &["'conv()' is no layer"]),
        ("conv(3", &["'conv(3' is no layer", layers]),
        ("conv(3))", &["'conv(3))' is no layer"]),
        ("(conv(3)", &["'(conv(3)' is no layer"]),
        ("conv(3)conv(3)", &["'conv(3)conv(3)' is no layer"]),
        ("conv(3) # (", &["'#' is no layer"]),
        ("conv(3.0)", &["'conv(3.0)' is no layer"]),
        ("conv(3, order 1, order 1)", &["is no layer"]),
        ("conv(3) global global", &["'global' is no layer", "global as the last"]),
        ("conv(3) circular", &["'circular' is no layer", "circular as the first word"]),
        ("köln(３)", &["'köln(３)' is no layer"]),
    ] {
        files.refuses(2, network, &data, &[], parts);
        let message = fails(2, &arguments(network, &data, &files.name("K.npy"), &[]));
        assert!(message.len() < 500, "{message}");
    }
    files.refuses(2, &"conv(1) ".repeat(1001), &data, &[], &["a network of 1001 layers; allowed are 1000"]);
    files.refuses(2, "conv(3, order 0)", &data, &["--kernel", "both"], &["no tangent kernel"]);
    // Step functions have a convolutional kernel.
    let values = numbers(128, 6);
    let expected = pairs(&kernel("conv(3, order 0)", "8x8"), &values)[0].clone();
    assert_eq!(files.matrix("conv(3, order 0)", &data, &["--kernel", "ckn"]).1, expected);
}

#[test]
fn bad_data_is_refused_in_one_line() {
    let files = Files::new();
    let mut values = numbers(50, 7);
    let good = files.npy("good.npy", &[2, 5, 5], &values);
    let flat = files.npy("flat.npy", &[2, 25], &values);
    values[30] = f64::NAN;
    let nan = files.npy("nan.npy", &[2, 5, 5], &values);
    values[30] = f64::NEG_INFINITY;
    let infinite = files.npy("inf.npy", &[2, 5, 5], &values);
    let dimensions = "signals have 2 to 4 dimensions: their number, rows, columns, channels";
    let size = "allowed are 1 to 16384 positions and 16777216 numbers";
    for (data, more, parts) in [
        (&nan, &[][..], &["nan.npy", "signal 1 contains NaN; finite numbers are needed"][..]),
        (&infinite, &[], &["inf.npy", "signal 1 contains -inf"]),
        (&files.npy("0.npy", &[], &[1.0]), &[], &["0.npy", "shape []", dimensions]),
        (&files.npy("1.npy", &[5], &[1.0; 5]), &[], &["1.npy", "shape [5]", dimensions]),
        (&files.npy("5.npy", &[2, 2, 2, 2, 2], &[1.0; 32]), &[], &["shape [2, 2, 2, 2, 2]", dimensions]),
        (&files.npy("none.npy", &[0, 5, 5], &[0.0; 0]), &[], &["none.npy", "there are no signals"]),
        (&files.npy("thin.npy", &[3, 0, 5], &[0.0; 0]), &[], &["thin.npy", "0 x 5 positions", size]),
        (&files.npy("wide.npy", &[1, 129, 129], &[1.0; 16641]), &[], &["129 x 129 positions", size]),
        (&files.text("header.csv", "a,b,c\n"), &[], &["header.csv", "there are no signals"]),
        (&files.text("nan.csv", "1,nan\n"), &[], &["nan.csv", "signal 0 contains NaN"]),
        (&files.text("ragged.csv", "1,2\n3\n"), &[], &["ragged.csv", "line 2 has 1 numbers, the first line 2"]),
        (&files.text("text.npy", "no numpy"), &[], &["text.npy", "not a file of NumPy"]),
        (&files.text("x.png", "1,2\n"), &[], &["x.png", "end in .npy or .csv"]),
        (&files.name("missing.npy"), &[], &["missing.npy", "No such file"]),
        (&flat, &["--shape", "5x6"], &["flat.npy", "shape [2, 25] does not hold signals of shape 5x6"]),
        (&good, &["--shape", "25"], &["good.npy", "shape [2, 5, 5] does not hold signals of shape 1x25"]),
        (&good, &["--shape", "5x5x2"], &["does not hold signals of shape 5x5x2"]),
        (&flat, &["--shape", "5x5x1x1"], &["'5x5x1x1' is no shape; allowed are 96, 28x28 and 28x28x3"]),
        (&flat, &["--shape", ""], &["'' is no shape"]),
        (&flat, &["--shape", "fivexfive"], &["'fivexfive' is no shape"]),
        (&flat, &["--shape", "0x25"], &["0 x 25 positions", size]),
        (&flat, &["--shape", "4294967296x4294967296"], &["4294967296 x 4294967296 positions", size]),
        (&good, &["--weight-std", "-1"], &["--weight-std -1; it must be positive"]),
        (&good, &["--weight-std", "0"], &["--weight-std 0; it must be positive"]),
        (&good, &["--weight-std", "NaN"], &["--weight-std NaN; it must be positive"]),
        (&good, &["--weight-std", "inf"], &["--weight-std inf; it must be positive"]),
        (&good, &["--weight-std", "wide"], &["'wide'", "--weight-std"]),
        (&good, &["--kernel", "rbf"], &["'rbf'", "ckn, ntk, both"]),
        (&good, &["--convention", "jax"], &["'jax'", "standard, neural-tangents"]),
    ] {
        files.refuses(2, "conv(3)", data, more, parts);
    }
    let many = files.npy("many.npy", &[20_001, 1], &[1.0f32; 20_001]);
    files.refuses(3, "conv(1)", &many, &[], &["20001 signals", "allowed are 20000"]);
    for (output, parts) in [
        ("K.csv", &["K.csv: files of matrices end in .npy"][..]),
        ("K", &["files of matrices end in .npy"]),
        ("K.NPY", &["files of matrices end in .npy"]),
        ("nowhere/K.npy", &["cannot write the file", "nowhere/K.npy", "No such file"]),
    ] {
        files.refuses_output(2, "conv(3)", &good, &files.name(output), &[], parts);
    }
    let message = fails(2, &["convnet", "--network", "conv(3)", "--data", &good]);
    assert!(message.contains("--output <FILE>"), "{message}");
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

/// The largest error beside multiprecision, relative to the kernels themselves.
fn error(kernel: &ConvolutionalKernel, x: &[f64], y: &[f64]) -> f64 {
    let exact = kernel.multiprecision(x, y, 200).unwrap();
    let found = kernel.pair(&kernel.image(x).unwrap(), &kernel.image(y).unwrap());
    let error = |exact: &Float, found: f64| match exact.is_zero() {
        true => found.abs(),
        false => (Float::with_val(200, exact - found) / exact).to_f64().abs(),
    };
    error(&exact.ckn, found.ckn).max(error(&exact.ntk, found.ntk))
}

/// Images that are zero but for lines: most patches hold one pixel, and are parallel or opposite to most others.
#[test]
fn parallel_and_antipodal_patches() {
    let kernel = kernel("conv(3) conv(3) conv(3) global", "10x10");
    let brightness = numbers(100, 10);
    let image = |inside: fn(usize, usize) -> bool, sign: fn(usize) -> f64| -> Vec<f64> {
        let pixel = |i: usize| match inside(i / 10, i % 10) {
            true => sign(i) * (0.01 + brightness[i].abs()),
            false => 0.0,
        };
        (0..100).map(pixel).collect()
    };
    let dots = image(|i, j| i % 4 == 1 && j % 4 == 2, |_| 1.0);
    let signed = image(|i, j| i % 4 == 1 && j % 4 == 2, |i| if i % 3 == 0 { -1.0 } else { 1.0 });
    let stroke = image(|i, j| j == 5 && (2..8).contains(&i) || i == 2 && (4..6).contains(&j), |_| 1.0);
    let corner = image(|i, j| i == 0 && j == 9 || i == 9 && j == 0, |_| 1.0);
    let opposite: Vec<f64> = signed.iter().map(|x| -0.7 * x).collect();
    let nearly: Vec<f64> = stroke.iter().enumerate().map(|(i, x)| x * (1.0 + 1e-9 * brightness[i])).collect();
    for (name, x, y) in [
        ("dots", &dots, &dots),
        ("dots and signs", &dots, &signed),
        ("opposite", &signed, &opposite),
        ("a stroke", &stroke, &nearly),
        ("corners", &corner, &dots),
    ] {
        let error = error(&kernel, x, y);
        assert!(error < 1e-13, "{name}: {error:e}");
    }
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
    // One convolution on images of few values, all against multiprecision.
    for (network, shape) in [("circular conv(1x3)", "2x3"), ("circular conv(3) global", "4x4")] {
        let kernel = kernel(network, shape);
        let count = kernel.shape().numbers();
        for seed in 0..20 {
            let image = |seed: u64| -> Vec<f64> {
                numbers(count, seed).iter().map(|x| if *x < 0.0 { 0.0 } else { (3.0 * x).ceil() }).collect()
            };
            let (x, y) = (image(2 * seed), image(2 * seed + 1));
            let error = if x.iter().chain(&y).any(|x| *x > 0.0) { error(&kernel, &x, &y) } else { 0.0 };
            assert!(error < 1e-13, "{network} {x:?} {y:?}: {error:e}");
        }
    }
}

/// A network without pooling on a long sequence: its cost is that of the pairs of positions.
#[test]
fn long_sequences() {
    let files = Files::new();
    let data = files.npy("x.npy", &[1, 4000], &numbers(4000, 12));
    files.matrix("conv(3)", &data, &[]);
}

/// More that is refused.
#[test]
fn more_bad_input_is_refused() {
    let files = Files::new();
    let values = numbers(32, 13);
    let scaled =
        |name: &str, factor: f64| files.npy(name, &[2, 4, 4], &values.iter().map(|x| x * factor).collect::<Vec<f64>>());
    let [good, huge, tiny] = [("good.npy", 1.0), ("huge.npy", 1e200), ("tiny.npy", 1e-200)].map(|(n, f)| scaled(n, f));
    // Kernels beyond the range of doubles, or of singles.
    files.refuses(2, "conv(3)", &huge, &[], &["signal 0", "scale the signals"]);
    files.refuses(2, "conv(3)", &tiny, &[], &["signal 0", "scale the signals"]);
    files.refuses(2, "conv(3)", &scaled("large.npy", 1e25), &["--single"], &["signal 0", "scale the signals"]);
    files.refuses(2, "conv(3)", &good, &["--convention", "neural-tangents", "--weight-std", "1e200"], &["1e200"]);
    files.refuses(2, &"conv(1, order 8) ".repeat(560), &good, &[], &["signal 0"]);
    // A scale that would be ignored.
    files.refuses(2, "conv(3)", &good, &["--weight-std", "2"], &["--weight-std", "neural-tangents"]);
    // Files that would be lost, or cannot be written: before anything is computed.
    files.refuses_output(2, "conv(3)", &good, &good, &[], &["good.npy"]);
    fs::create_dir(files.path("folder.npy")).unwrap();
    files.refuses_output(2, "conv(3)", &good, &files.name("folder.npy"), &[], &["folder.npy"]);
    files.refuses(2, "conv(3)", &files.text("empty.csv", ""), &[], &["empty.csv", "there are no signals"]);
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

fn patches() -> impl Strategy<Value = Patch> {
    let size = || (0usize..500).prop_map(|half| 2 * half + 1);
    prop_oneof![size().prop_map(Patch::Cube), (size(), size()).prop_map(|(a, b)| Patch::Rectangle(a, b))]
}

fn layers() -> impl Strategy<Value = Layer> {
    let scale = prop_oneof![0.0..1e4, Just(0.0), Just(1e4), Just(0.1), Just(5e-324), 1e-300..1e-3f64];
    let stride = prop_oneof![Just(1usize), 1usize..20, Just(usize::MAX)];
    prop_oneof![
        (patches(), 0usize..=8).prop_map(|(patch, order)| Layer::Convolution { patch, order }),
        (scale, stride).prop_map(|(scale, stride)| Layer::Pooling { scale, stride }),
    ]
}

fn networks() -> impl Strategy<Value = Network> {
    let convolution = (patches(), 0usize..=8).prop_map(|(patch, order)| Layer::Convolution { patch, order });
    let layers = (prop::collection::vec(layers(), 0..6), convolution, prop::collection::vec(layers(), 0..6));
    (layers, any::<bool>(), any::<bool>()).prop_map(|((mut layers, one, more), circular, global)| {
        layers.push(one);
        layers.extend(more);
        Network { padding: if circular { Padding::Circular } else { Padding::Zero }, layers, global }
    })
}

/// Networks for a grid of 6x4, without and with pooling in between.
const NETWORKS: [&str; 6] = [
    "conv(3) conv(3) global",
    "conv(3)",
    "circular conv(3x1) conv(3, order 2)",
    "circular pool(1)/2 conv(1) conv(1) global",
    "conv(3, order 3) pool(1)/2 conv(1)",
    "conv(1) pool(0.5) conv(3) global",
];

/// Pixels of all sizes, many of them zero or equal.
fn pixels() -> impl Strategy<Value = Vec<f64>> {
    let pixel = prop_oneof![-1.0..1.0, Just(0.0), Just(1.0), Just(-0.25), -1e-9..1e-9];
    prop::collection::vec(pixel, 24)
}

fn both(pair: Pair) -> [f64; 2] {
    [pair.ckn, pair.ntk]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_text_of_a_network_is_the_network(network in networks()) {
        prop_assert_eq!(network.to_string().parse::<Network>().unwrap(), network);
    }

    /// Whatever the text: a network that prints as itself, or one line.
    #[test]
    fn no_text_breaks_the_parser(text in "([a-z0-9(),/.x \\-]|conv\\(|pool\\(|\\)|global |order |circular ){0,12}") {
        match text.parse::<Network>() {
            Ok(network) => prop_assert_eq!(network.to_string().parse::<Network>().unwrap(), network),
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1),
        }
        if let Ok(shape) = text.parse::<Shape>() {
            prop_assert!(shape.numbers() > 0);
        }
    }

    #[test]
    fn kernels_are_symmetric_and_bounded(x in pixels(), y in pixels(), which in 0usize..6) {
        let kernel = kernel(NETWORKS[which], "6x4");
        let (a, b) = (kernel.image(&x).unwrap(), kernel.image(&y).unwrap());
        let [xx, xy, yx, yy] = [(&a, &a), (&a, &b), (&b, &a), (&b, &b)].map(|(x, y)| both(kernel.pair(x, y)));
        for i in 0..2 {
            prop_assert!(xx[i] >= 0.0 && yy[i] >= 0.0);
            let bound = (xx[i] * yy[i]).sqrt();
            prop_assert!((xy[i] - yx[i]).abs() <= 1e-14 * bound, "{} {}", xy[i], yx[i]);
            prop_assert!(xy[i].abs() <= bound * (1.0 + 1e-13), "{} {bound}", xy[i]);
        }
    }

    /// Factors that are powers of two change no digit.
    #[test]
    fn kernels_are_homogeneous(x in pixels(), y in pixels(), which in 0usize..6, i in -300i32..300, j in -300i32..300) {
        let kernel = kernel(NETWORKS[which], "6x4");
        let scaled = |x: &[f64], i: i32| kernel.image(&x.iter().map(|x| x * 2f64.powi(i)).collect::<Vec<_>>()).unwrap();
        let one = both(kernel.pair(&scaled(&x, 0), &scaled(&y, 0)));
        let other = both(kernel.pair(&scaled(&x, i), &scaled(&y, j)));
        for k in 0..2 {
            prop_assert_eq!(other[k], one[k] * 2f64.powi(i) * 2f64.powi(j));
        }
    }
}
