//! What the command for convolutional networks refuses, in one line each.

use super::cli_convnet::{Convnet, arguments, kernel, pairs};
use crate::cli_support;
use cli_support::files::{Files, numbers};
use cli_support::{done, fails};
use std::fs;

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
    let layers = "allowed are conv(3), conv(3x5), conv(3, order 0), conv(3, exponential 2), pool(2), \
                  pool(2)/2, circular as the first word";
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
        ("conv(3, exponential 0)", &["exp(0 (c - 1)); its rate must be above 0 and at most 1000"]),
        ("conv(3, exponential 1001)", &["its rate must be above 0 and at most 1000"]),
        ("conv(3, exponential NaN)", &["its rate must be above 0 and at most 1000"]),
        ("conv(3, exponential)", &["is no layer", layers]),
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
        (&nan, &[][..], &["nan.npy", "entry [1, 1, 0] (from 0) is NaN; finite numbers are needed"][..]),
        (&infinite, &[], &["inf.npy", "entry [1, 1, 0] (from 0) is -inf"]),
        (&files.npy("0.npy", &[], &[1.0]), &[], &["0.npy", "shape []", dimensions]),
        (&files.npy("1.npy", &[5], &[1.0; 5]), &[], &["1.npy", "shape [5]", dimensions]),
        (&files.npy("5.npy", &[2, 2, 2, 2, 2], &[1.0; 32]), &[], &["shape [2, 2, 2, 2, 2]", dimensions]),
        (&files.npy("none.npy", &[0, 5, 5], &[0.0; 0]), &[], &["none.npy", "there are no signals"]),
        (&files.npy("thin.npy", &[3, 0, 5], &[0.0; 0]), &[], &["thin.npy", "0 x 5 positions", size]),
        (&files.npy("wide.npy", &[1, 129, 129], &[1.0; 16641]), &[], &["129 x 129 positions", size]),
        (&files.text("header.csv", "1,2,3\n"), &["--header", "yes"], &["header.csv", "there are no signals"]),
        (&files.text("nan.csv", "1,nan\n"), &[], &["nan.csv", "line 1, column 2: NaN"]),
        (&files.text("ragged.csv", "1,2\n3\n"), &[], &["ragged.csv", "line 2 has 1 number, line 1 2 numbers"]),
        (&files.text("text.npy", "no numpy"), &[], &["text.npy", "not a file of NumPy"]),
        (&files.text("x.png", "1,2\n"), &[], &["x.png", "end in .npy, .csv, .tsv or .txt"]),
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
        ("K.csv", &["K.csv'", "files of matrices and images are those of NumPy, and end in .npy"][..]),
        ("K", &["end in .npy"]),
        ("nowhere/K.npy", &["cannot write the file", "nowhere/K.npy", "No such file"]),
    ] {
        files.refuses_output(2, "conv(3)", &good, &files.name(output), &[], parts);
    }
    let message = fails(2, &["convnet", "--network", "conv(3)", "--data", &good]);
    assert!(message.contains("--output <FILE>"), "{message}");
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
