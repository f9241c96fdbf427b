//! Convolutional kernels against an independent program in multiprecision (`reference/convolution.py`).

use rug::Float;
use serde::Deserialize;
use zonal::convolution::{Activation, ConvolutionalKernel, ConvolutionalNetwork, Kernels, Layer, Shape, Signals};
use zonal::data::Array;

#[derive(Deserialize)]
struct Case {
    kind: String,
    network: String,
    rows: usize,
    columns: usize,
    channels: usize,
    x: Vec<f64>,
    y: Vec<f64>,
    /// K(x, x), K(x, y), K(y, y).
    ckn: [String; 3],
    ntk: Option<[String; 3]>,
}

fn cases() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/convolution.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn number(text: &str) -> Float {
    Float::with_val(120, Float::parse(text).unwrap())
}

/// Relative to sqrt(K(x,x) K(y,y)): roundings of sums of hundreds of terms; the bound asked for parallel patches is
/// 1e-13.
const ROUNDING: f64 = 4e-15;

/// Behind a pooling between convolutions the angle t of features has an absolute error of some 1e-16/t: the worst of
/// the table, for smooth images, is 2e-12.
const POOLED: f64 = 1e-11;

fn is_pooled(network: &ConvolutionalNetwork) -> bool {
    let kinds = network.layers.iter().map(|layer| matches!(layer, Layer::Convolution { .. }));
    let kinds: Vec<bool> = kinds.collect();
    let last = kinds.iter().rposition(|is| *is).unwrap();
    let first = kinds.iter().position(|is| *is).unwrap();
    kinds[first..last].contains(&false)
}

/// The largest error of both kernels at the three pairs; with the second kernel moved by a relative 1e-6 as a negative
/// control.
fn worst(case: &Case, kernel: &ConvolutionalKernel, wrong: f64) -> f64 {
    let images = [&case.x, &case.y].map(|x| kernel.image(x).unwrap());
    let pairs = [(0, 0), (0, 1), (1, 1)].map(|(i, j): (usize, usize)| kernel.pair(&images[i], &images[j]));
    let tables = [Some((&case.ckn, pairs.map(|p| p.ckn))), case.ntk.as_ref().map(|ntk| (ntk, pairs.map(|p| p.ntk)))];
    let mut worst = 0.0f64;
    for (expected, found) in tables.into_iter().flatten() {
        let expected = expected.each_ref().map(|text| number(text));
        let scale = Float::with_val(120, &expected[0] * &expected[2]).sqrt();
        for i in 0..3 {
            let scale = if i == 1 { &scale } else { &expected[i] };
            let error = (Float::with_val(120, &expected[i] * wrong) - found[i]).abs();
            // Images of zeros have kernels that are exactly zero.
            worst =
                worst.max(if scale.is_zero() { error.to_f64() } else { Float::with_val(120, error / scale).to_f64() });
        }
    }
    worst
}

#[test]
fn kernels_agree_with_multiprecision() {
    let (mut count, mut refused) = (0, 0);
    for case in cases() {
        let shape = Shape::new(case.rows, case.columns, case.channels).unwrap();
        let network: ConvolutionalNetwork = case.network.parse().unwrap();
        match ConvolutionalKernel::new(&network, shape) {
            Err(error) => {
                assert!(error.to_string().contains("must not be larger"), "{error}");
                refused += 1;
            }
            Ok(kernel) => {
                let error = worst(&case, &kernel, 1.0);
                let allowed = if is_pooled(&network) { POOLED } else { ROUNDING };
                // A layer makes an error of its cosines larger by its rate.
                let rate = |layer: &Layer| match layer {
                    Layer::Convolution { activation: Activation::Exponential(rate), .. } => rate.max(1.0),
                    _ => 1.0,
                };
                let allowed = allowed * network.layers.iter().map(rate).product::<f64>();
                assert!(error <= allowed, "{} {}: {error:e}", case.kind, case.network);
                let zero = case.ckn.iter().all(|value| number(value).is_zero());
                assert!(zero || worst(&case, &kernel, 1.0 + 1e-6) > 1e-7, "{}", case.kind);
                count += 1;
            }
        }
    }
    assert!(count >= 60 && refused >= 1, "{count} {refused}");
}

/// The multiprecision of the library against the same table: all its digits where no weights are rounded to doubles.
#[test]
fn the_multiprecision_has_the_digits_of_the_table() {
    for case in cases() {
        let network: ConvolutionalNetwork = case.network.parse().unwrap();
        let Ok(kernel) =
            ConvolutionalKernel::new(&network, Shape::new(case.rows, case.columns, case.channels).unwrap())
        else {
            continue;
        };
        let pooled = network.global || network.layers.iter().any(|layer| matches!(layer, Layer::Pooling { .. }));
        let allowed = if pooled { 1e-14 } else { 1e-28 };
        let found = [(&case.x, &case.x), (&case.x, &case.y), (&case.y, &case.y)]
            .map(|(x, y)| kernel.multiprecision(x, y, 400).unwrap());
        let compare = |expected: &[String; 3], found: [&Float; 3]| {
            let expected = expected.each_ref().map(|text| number(text));
            let scale = Float::with_val(120, &expected[0] * &expected[2]).sqrt();
            for i in 0..3 {
                let scale = if i == 1 { &scale } else { &expected[i] };
                let error = Float::with_val(120, &expected[i] - found[i]).abs();
                assert!(error <= Float::with_val(120, scale * allowed), "{} {}: {error:e}", case.kind, case.network);
            }
        };
        compare(&case.ckn, found.each_ref().map(|pair| &pair.ckn));
        if let Some(ntk) = &case.ntk {
            compare(ntk, found.each_ref().map(|pair| &pair.ntk));
        }
    }
}

/// Products of norms far below 1 count: (1, a) and (a, 1) have parallel patches of one position, K = 2a and 4a.
#[test]
fn small_products_of_norms_are_kept() {
    let kernel = ConvolutionalKernel::new(&"conv(1)".parse().unwrap(), "2".parse().unwrap()).unwrap();
    for power in [-41, -100, -500] {
        let a = 2f64.powi(power);
        let pair = kernel.pair(&kernel.image(&[1.0, a]).unwrap(), &kernel.image(&[a, 1.0]).unwrap());
        assert!((pair.ckn / (2.0 * a) - 1.0).abs() < 1e-14 && (pair.ntk / (4.0 * a) - 1.0).abs() < 1e-14, "{pair:?}");
    }
}

/// On a torus a global mean does not see translations by multiples of all strides: pooled features at two different
/// positions are then the same.
#[test]
fn pooled_features_of_translated_signals_are_parallel() {
    for (network, shape, [down, right]) in [
        ("circular conv(3) pool(1) conv(3) global", "12", [0, 5]),
        ("circular conv(3) pool(1)/2 pool(0.5)/2 conv(3) global", "16", [0, 4]),
        ("circular conv(3) pool(1)/2 conv(3) global", "8x6", [2, 4]),
        ("circular conv(3) pool(0.7)/2 pool(0.5)/2 conv(1) global", "8x8", [4, 4]),
    ] {
        let shape: Shape = shape.parse().unwrap();
        let kernel = ConvolutionalKernel::new(&network.parse().unwrap(), shape).unwrap();
        let (rows, columns) = (shape.grid.rows, shape.grid.columns);
        let x: Vec<f64> = (0..rows * columns).map(|u| 0.3 + (1.7 * (u * u) as f64).sin()).collect();
        let place = |u: usize| (u / columns + down) % rows * columns + (u + right) % columns;
        let y: Vec<f64> = (0..rows * columns).map(|u| x[place(u)]).collect();
        let [x, y] = [&x, &y].map(|x| kernel.image(x).unwrap());
        let (same, moved) = (kernel.pair(&x, &x), kernel.pair(&x, &y));
        let error = (moved.ntk / same.ntk - 1.0).abs();
        assert!(error < 1e-13, "{network}: {error:e}");
        assert!((moved.ckn / same.ckn - 1.0).abs() < 1e-14, "{network}");
    }
}

/// Pooling of scale 0 keeps every second position: the bound of a distance is the distance, and angles of some 1e-4 are
/// not cut.
#[test]
fn bounds_of_distances_do_not_cut_them() {
    let kernel = ConvolutionalKernel::new(&"conv(3) pool(0)/2 conv(3)".parse().unwrap(), "9".parse().unwrap()).unwrap();
    let x: Vec<f64> = (0..9).map(|u| 1.5 + (2.3 * f64::from(u)).sin()).collect();
    for size in [1e-3, 1e-4, 1e-6] {
        let y: Vec<f64> = x.iter().enumerate().map(|(u, x)| x + size * (5.1 * u as f64).cos()).collect();
        let exact = kernel.multiprecision(&x, &y, 200).unwrap().ntk;
        let found = kernel.pair(&kernel.image(&x).unwrap(), &kernel.image(&y).unwrap()).ntk;
        let error = (Float::with_val(200, &exact - found) / exact).to_f64().abs();
        assert!(error < 1e-12, "{size}: {error:e}");
    }
}

/// Signals near the ends of the doubles, subnormal numbers among them: patches of one position, K = <x, x'>.
#[test]
fn signals_of_all_sizes() {
    let kernel = ConvolutionalKernel::new(&"conv(1)".parse().unwrap(), "2".parse().unwrap()).unwrap();
    // 2^power in two steps: `powi` has no subnormal numbers.
    let two = |power: i32| 2f64.powi(power / 2) * 2f64.powi(power - power / 2);
    let image = |power: i32| kernel.image(&[two(power), 0.0]).unwrap();
    for (a, b) in [(-1074, 1023), (-1074, 0), (-1030, 1000), (1023, -1023), (-500, -500)] {
        let pair = kernel.pair(&image(a), &image(b));
        assert_eq!([pair.ckn, pair.ntk], [two(a + b), two(a + b + 1)], "{a} {b}");
    }
    // Orthogonal at every position, with norms whose product leaves the doubles.
    let pair =
        kernel.pair(&kernel.image(&[2f64.powi(900), 0.0]).unwrap(), &kernel.image(&[0.0, 2f64.powi(900)]).unwrap());
    assert_eq!([pair.ckn, pair.ntk], [0.0, 0.0]);
}

/// What does not fit is refused by name.
#[test]
fn other_signals_are_refused() {
    let kernel = |network: &str, shape: &str| {
        ConvolutionalKernel::new(&network.parse().unwrap(), shape.parse().unwrap()).map_err(|e| e.to_string())
    };
    let small = kernel("conv(3)", "4").unwrap();
    let parts = "a signal of 3 numbers; the shape 1x4 has 4";
    assert!(small.image(&[1.0; 3]).unwrap_err().to_string().contains(parts));
    assert!(small.multiprecision(&[1.0; 4], &[1.0; 3], 100).unwrap_err().to_string().contains(parts));
    let signals = Signals::new(vec![1.0; 4], "2x2".parse().unwrap()).unwrap();
    assert!(small.images(&signals).unwrap_err().to_string().contains("shape 2x2"));
    let error = kernel("conv(3) pool(1) conv(3)", "81x80").unwrap_err();
    assert!(error.contains("pooling of 6480 positions between convolutions; at most 6400"), "{error}");
    assert!(kernel("conv(3) conv(3) pool(1)", "81x80").is_ok());
    let error = kernel("conv(3)", "101x101").unwrap().multiprecision(&[1.0; 10_201], &[1.0; 10_201], 100).unwrap_err();
    assert!(error.to_string().contains("1.0e8 pairs of positions and layers"), "{error}");
}

/// Multiples that are exact in integers, not in binary fractions: K(x, 3x) = 3 K(x, x). A rounding of the angle would
/// be 1e-8 behind the second step function, and 1e-2 behind the fourth.
#[test]
fn multiples_behind_step_functions() {
    let shape: Shape = "6x6".parse().unwrap();
    let x: Vec<f64> = (0..36).map(|i| f64::from(i * i * 7 % 19) - 9.0).collect();
    let y: Vec<f64> = x.iter().map(|x| 3.0 * x).collect();
    let minus: Vec<f64> = y.iter().map(|y| -y).collect();
    for steps in 1..=4 {
        let network = vec!["conv(3, order 0)"; steps].join(" ");
        let kernel = ConvolutionalKernel::new(&network.parse().unwrap(), shape).unwrap();
        let [x, y, minus] = [&x, &y, &minus].map(|x| kernel.image(x).unwrap());
        let own = kernel.pair(&x, &x).ckn;
        assert!((kernel.pair(&x, &y).ckn / (3.0 * own) - 1.0).abs() < 1e-14, "{network}");
        // Opposite patches: kappa_0(-1) = 0, and all features behind them are orthogonal.
        if steps == 1 {
            assert!(kernel.pair(&x, &minus).ckn.abs() < 1e-14 * own);
        }
    }
}

/// Signals of which pooling keeps nothing are zero; scaling them would not help.
#[test]
fn signals_that_vanish() {
    let shape: Shape = "20".parse().unwrap();
    let kernel = ConvolutionalKernel::new(&"pool(0)/2 conv(1)".parse().unwrap(), shape).unwrap();
    let mut values = vec![0.0; 40];
    values[9] = 1.0;
    values[28] = 2.0;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kernels.npy");
    let signals = Signals::new(values, shape).unwrap();
    kernel.stream::<f64>(&signals, Kernels::Ckn, 1.0, &path).unwrap();
    assert_eq!(Array::read(&path).unwrap().values, [0.0, 0.0, 0.0, 4.0]);
}
