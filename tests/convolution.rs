//! Convolutional kernels against an independent program in multiprecision (`reference/convolution.py`).

use rug::Float;
use serde::Deserialize;
use zonal::convolution::{ConvolutionalKernel, Layer, Network, Shape};

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

/// Relative to sqrt(K(x,x) K(y,y)): roundings of sums of hundreds of terms; the bound asked for parallel patches is 1e-13.
const ROUNDING: f64 = 4e-15;

/// Behind a pooling between convolutions the angle t of features has an absolute error of some 1e-16/t: the worst of the table, for smooth images, is 2e-12.
const POOLED: f64 = 1e-11;

fn is_pooled(network: &Network) -> bool {
    let kinds = network.layers.iter().map(|layer| matches!(layer, Layer::Convolution { .. }));
    let kinds: Vec<bool> = kinds.collect();
    let last = kinds.iter().rposition(|is| *is).unwrap();
    let first = kinds.iter().position(|is| *is).unwrap();
    kinds[first..last].contains(&false)
}

/// The largest error of both kernels at the three pairs; with the second kernel moved by a relative 1e-6 as a negative control.
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
        let network: Network = case.network.parse().unwrap();
        match ConvolutionalKernel::new(&network, shape) {
            Err(error) => {
                assert!(error.to_string().contains("must not be larger"), "{error}");
                refused += 1;
            }
            Ok(kernel) => {
                let error = worst(&case, &kernel, 1.0);
                let allowed = if is_pooled(&network) { POOLED } else { ROUNDING };
                assert!(error <= allowed, "{} {}: {error:e}", case.kind, case.network);
                let zero = case.ckn.iter().all(|value| number(value).is_zero());
                assert!(zero || worst(&case, &kernel, 1.0 + 1e-6) > 1e-7, "{}", case.kind);
                count += 1;
            }
        }
    }
    assert!(count >= 60 && refused >= 1, "{count} {refused}");
}
