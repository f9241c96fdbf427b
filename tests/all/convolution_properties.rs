//! Properties of the kernels of convolutional networks.

use crate::cli_support;

use cli_support::files::numbers;
use proptest::prelude::*;
use rug::Float;
use zonal::convolution::{Activation, ConvolutionalKernel, ConvolutionalNetwork, Layer, Padding, Pair, Patch, Shape};

fn kernel(network: &str, shape: &str) -> ConvolutionalKernel {
    ConvolutionalKernel::new(&network.parse().unwrap(), shape.parse().unwrap()).unwrap()
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

/// A sequence of two channels and its translate, zero beyond the ends: pooled features are parallel where both windows
/// are inside, and nearly so elsewhere.
#[test]
fn translates_between_zeros() {
    let kernel = kernel("conv(1) pool(1) conv(1) global", "1x12x2");
    let x = numbers(24, 3);
    let y: Vec<f64> = [&[0.7, -0.2], &x[..22]].concat();
    let error = error(&kernel, &x, &y);
    // Angles behind a pooling are right to 1e-16 over themselves, and some are small: as in the tables.
    assert!(error < 1e-11, "{error:e}");
}

/// Images of few values on a torus, against multiprecision.
#[test]
fn images_of_few_values_on_a_torus() {
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

fn patches() -> impl Strategy<Value = Patch> {
    let size = || (0usize..500).prop_map(|half| 2 * half + 1);
    prop_oneof![size().prop_map(Patch::Cube), (size(), size()).prop_map(|(a, b)| Patch::Rectangle(a, b))]
}

fn activations() -> impl Strategy<Value = Activation> {
    let rate = prop_oneof![1e-300..1e3, 0.1..20.0, Just(1e3), Just(1.0), Just(5e-324)];
    prop_oneof![(0usize..=8).prop_map(Activation::ArcCosine), rate.prop_map(Activation::Exponential)]
}

fn layers() -> impl Strategy<Value = Layer> {
    let scale = prop_oneof![0.0..1e4, Just(0.0), Just(1e4), Just(0.1), Just(5e-324), 1e-300..1e-3f64];
    let stride = prop_oneof![Just(1usize), 1usize..20, Just(usize::MAX)];
    prop_oneof![
        (patches(), activations()).prop_map(|(patch, activation)| Layer::Convolution { patch, activation }),
        (scale, stride).prop_map(|(scale, stride)| Layer::Pooling { scale, stride }),
    ]
}

fn networks() -> impl Strategy<Value = ConvolutionalNetwork> {
    let convolution =
        (patches(), activations()).prop_map(|(patch, activation)| Layer::Convolution { patch, activation });
    let layers = (prop::collection::vec(layers(), 0..6), convolution, prop::collection::vec(layers(), 0..6));
    (layers, any::<bool>(), any::<bool>()).prop_map(|((mut layers, one, more), circular, global)| {
        layers.push(one);
        layers.extend(more);
        ConvolutionalNetwork { padding: if circular { Padding::Circular } else { Padding::Zero }, layers, global }
    })
}

/// Networks for a grid of 6x4, without and with pooling in between.
const NETWORKS: [&str; 8] = [
    "conv(3) conv(3) global",
    "conv(3)",
    "circular conv(3x1) conv(3, order 2)",
    "circular pool(1)/2 conv(1) conv(1) global",
    "conv(3, order 3) pool(1)/2 conv(1)",
    "conv(1) pool(0.5) conv(3) global",
    "conv(3, exponential 2) conv(3, exponential 0.5)",
    "conv(3, exponential 3) pool(1) conv(3) global",
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
        prop_assert_eq!(network.to_string().parse::<ConvolutionalNetwork>().unwrap(), network);
    }

    /// Whatever the text: a network that prints as itself, or one line.
    #[test]
    fn no_text_breaks_the_parser(text in "([a-z0-9(),/.x \\-]|conv\\(|pool\\(|\\)|global |order |exponential \
        |circular ){0,12}") {
        match text.parse::<ConvolutionalNetwork>() {
            Ok(network) => prop_assert_eq!(network.to_string().parse::<ConvolutionalNetwork>().unwrap(), network),
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1),
        }
        if let Ok(shape) = text.parse::<Shape>() {
            prop_assert!(shape.numbers() > 0);
        }
    }

    #[test]
    fn kernels_are_symmetric_and_bounded(x in pixels(), y in pixels(), which in 0usize..8) {
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
    fn kernels_are_homogeneous(x in pixels(), y in pixels(), which in 0usize..8, i in -300i32..300, j in -300i32..300) {
        let kernel = kernel(NETWORKS[which], "6x4");
        let scaled = |x: &[f64], i: i32| kernel.image(&x.iter().map(|x| x * 2f64.powi(i)).collect::<Vec<_>>()).unwrap();
        let one = both(kernel.pair(&scaled(&x, 0), &scaled(&y, 0)));
        let other = both(kernel.pair(&scaled(&x, i), &scaled(&y, j)));
        for k in 0..2 {
            prop_assert_eq!(other[k], one[k] * 2f64.powi(i) * 2f64.powi(j));
        }
    }
}
