//! Random features and networks of finite width against their limits: means within five standard errors, a wrong
//! constant refuted, variances.

use crate::support;

use faer::{Col, Scale};
use zonal::data::Points;
use zonal::finite::{DenseNetwork, RandomFeatures};
use zonal::gram::{Scaling, ZonalGram};
use zonal::{Error, Kernel, Result, Sphere};

const LABELS: [f64; 4] = [1.0, -0.5, 0.25, 0.75];

fn points() -> Points {
    Points::new([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 1.2, -1.6], [-0.4, 0.0, 0.3]].concat(), 3).unwrap()
}

/// The Gram matrix, row after row.
fn kernel(text: &str, points: &Points, scaling: Scaling) -> Vec<f64> {
    let compiled = Kernel::parse(text).unwrap().tabulate(None).unwrap();
    ZonalGram::new(compiled, scaling).gram::<f64>(points).unwrap().values().to_vec()
}

/// Mean and variance of every entry over seeds.
struct Sample {
    seeds: f64,
    moments: Vec<(f64, f64)>,
}

impl Sample {
    fn new(seeds: u64, entries: impl Fn(u64) -> Vec<f64>) -> Self {
        let found: Vec<Vec<f64>> = (0..seeds).map(entries).collect();
        let seeds = seeds as f64;
        let moments = (0..found[0].len()).map(|e| {
            let mean = found.iter().map(|values| values[e]).sum::<f64>() / seeds;
            (mean, found.iter().map(|values| (values[e] - mean).powi(2)).sum::<f64>() / (seeds - 1.0))
        });
        Sample { seeds, moments: moments.collect() }
    }

    fn features(seeds: u64, make: impl Fn(u64) -> Result<RandomFeatures>) -> Self {
        Sample::new(seeds, |seed| {
            let z = make(seed).unwrap().features(&points()).unwrap();
            z.times(&z.transposed()).unwrap().values().to_vec()
        })
    }

    fn networks(seeds: u64, points: &Points, make: impl Fn(u64) -> DenseNetwork) -> Self {
        Sample::new(seeds, |seed| make(seed).empirical_ntk(points).unwrap().values().to_vec())
    }

    /// The worst distance of a mean from the expected value times a factor, in standard errors.
    fn distance(&self, expected: &[f64], factor: f64) -> f64 {
        let errors = self.moments.iter().zip(expected);
        errors.map(|((mean, v), x)| (mean - factor * x).abs() / (v / self.seeds).sqrt()).fold(0.0, f64::max)
    }

    /// Within five standard errors, and not within them of values larger by the `margin`.
    fn check(&self, name: &str, expected: &[f64], margin: f64) {
        let (right, wrong) = (self.distance(expected, 1.0), self.distance(expected, 1.0 + margin));
        println!("{name}: {right:.2} standard errors; {:.0} % off: {wrong:.1}", 100.0 * margin);
        assert!(right < 5.0 && wrong > 5.0, "{name}: {right} {wrong}");
    }
}

/// Means, and variances within 25 % of the formulas.
#[test]
fn features_have_the_moments_stated() {
    let tangent = "u^2*(2*arccos0(u) - arccos0(u)^2) + 6*arccos2(u) - arccos1(u)^2";
    type Make = fn(u64) -> Result<RandomFeatures>;
    let cases: [(&str, &str, Make); 3] = [
        ("arccos1(u)", "6*arccos2(u) - arccos1(u)^2", |seed| RandomFeatures::relu(256, seed)),
        ("arccos0(u)", "2*arccos0(u) - arccos0(u)^2", |seed| RandomFeatures::step(256, seed)),
        ("ntk(2)", tangent, |seed| RandomFeatures::ntk(2, 256, seed)),
    ];
    for (name, variance, make) in cases {
        let sample = Sample::features(600, make);
        sample.check(name, &kernel(name, &points(), Scaling::Sphere), 0.05);
        for ((_, found), expected) in sample.moments.iter().zip(kernel(variance, &points(), Scaling::Sphere)) {
            let ratio = found * 256.0 / expected;
            assert!((0.75..1.25).contains(&ratio), "{name}: {ratio}");
        }
    }
}

/// Two layers have no bias even with one feature; deeper ones are right in the limit, and not with two features.
#[test]
fn deeper_features_are_right_in_the_limit() {
    let sample = |layers, m, seeds| Sample::features(seeds, |seed| RandomFeatures::ntk(layers, m, seed));
    let expected = |layers| kernel(&format!("ntk({layers})"), &points(), Scaling::Sphere);
    let mut linear = sample(1, 1, 2).moments.into_iter().zip(expected(1));
    assert!(linear.all(|((mean, variance), x)| (mean - x).abs() < 1e-15 && variance < 1e-30));
    for (layers, m, seeds) in [(2, 1, 30_000), (3, 256, 300), (4, 256, 500)] {
        sample(layers, m, seeds).check(&format!("ntk({layers}), m = {m}"), &expected(layers), 0.05);
    }
    let few = sample(3, 2, 8_000).distance(&expected(3), 1.0);
    println!("ntk(3), m = 2: {few:.1} standard errors");
    assert!(few > 5.0);
}

/// Against sums of classical polynomials, on the circle and the sphere.
#[test]
fn gegenbauer_features_are_those_of_the_spectrum() {
    let points = points();
    let cosine =
        |e: usize| points.direction(e / 4).iter().zip(points.direction(e % 4)).map(|(x, y)| x * y).sum::<f64>();
    let spectrum = Kernel::ntk(3).unwrap().spectrum(Sphere::in_dimension(3).unwrap());
    let mu: Vec<f64> = (0..=4).map(|k| spectrum.eigenvalue(k).unwrap().to_f64()).collect();
    let expected: Vec<f64> = (0..16)
        .map(cosine)
        .map(|t| {
            let (p_2, p_3) = ((3.0 * t * t - 1.0) / 2.0, (5.0 * t * t - 3.0) * t / 2.0);
            let p_4 = ((35.0 * t * t - 30.0) * t * t + 3.0) / 8.0;
            mu[0] + 3.0 * mu[1] * t + 5.0 * mu[2] * p_2 + 7.0 * mu[3] * p_3 + 9.0 * mu[4] * p_4
        })
        .collect();
    Sample::features(400, |seed| RandomFeatures::gegenbauer(&mu, 1000, seed)).check("p = 3", &expected, 0.05);

    // 1/2 + 2/3 cos(theta) + 2/5 cos(3 theta)
    let circle = Points::new(vec![1.0, 0.0, 0.6, 0.8], 2).unwrap();
    let angle = 0.6f64.acos();
    let value = |theta: f64| 0.5 + 2.0 / 3.0 * theta.cos() + 0.4 * (3.0 * theta).cos();
    let sample = Sample::new(400, |seed| {
        let map = RandomFeatures::gegenbauer(&[0.5, 1.0 / 3.0, 0.0, 0.2], 1000, seed).unwrap();
        let z = map.features(&circle).unwrap();
        z.times(&z.transposed()).unwrap().values().to_vec()
    });
    sample.check("p = 2", &[value(0.0), value(angle), value(angle), value(0.0)], 0.05);
}

#[test]
fn wide_networks_have_the_kernel_of_the_limit() {
    for (layers, seeds) in [(2, 400), (3, 48)] {
        let sample = Sample::networks(seeds, &points(), |seed| DenseNetwork::new(3, 1024, layers, seed).unwrap());
        let name = format!("ntk({layers})");
        sample.check(&name, &kernel(&name, &points(), Scaling::Homogeneous), 0.05);
    }
}

/// A factor `keep` for each pruned layer, or none; for the first layer in high dimensions only.
#[test]
fn pruning_multiplies_the_kernel() {
    let limit = |text, points: &Points, factor| -> Vec<f64> {
        kernel(text, points, Scaling::Homogeneous).iter().map(|k| factor * k).collect()
    };
    for (rescale, factor) in [(false, 0.25), (true, 1.0)] {
        let make = |seed| DenseNetwork::new(3, 256, 3, seed).unwrap().pruned(&[2, 3], 0.5, rescale, seed).unwrap();
        let name = format!("two layers pruned, rescaled {rescale}");
        Sample::networks(100, &points(), make).check(&name, &limit("ntk(3)", &points(), factor), 0.15);
    }
    let first = |points: &Points| {
        let p = points.dimension();
        let make = |seed| DenseNetwork::new(p, 256, 2, seed).unwrap().pruned(&[1], 0.25, false, seed).unwrap();
        Sample::networks(100, points, make)
    };
    let high = Points::uniform(3, Sphere::in_dimension(400).unwrap(), 1).unwrap();
    first(&high).check("first layer, p = 400", &limit("ntk(2)", &high, 0.25), 0.1);
    let low = first(&points()).distance(&limit("ntk(2)", &points(), 0.25), 1.0);
    println!("first layer, p = 3: {low:.1} standard errors");
    assert!(low > 5.0);
}

/// From f = 0 a wide network follows its tangent kernel: f = (1 - (1 - rate K/n)^steps) y.
#[test]
fn wide_networks_learn_as_their_kernel() {
    let worst = |width| {
        let mut network = DenseNetwork::new(3, width, 2, 11).unwrap().centred();
        let kernel = support::dense(&network.empirical_ntk(&points()).unwrap());
        let (rate, steps) = (0.2, 40);
        let losses = network.train(&points(), &LABELS, rate, steps).unwrap();
        assert!(losses.len() == steps + 1 && losses.windows(2).all(|pair| pair[1] < pair[0]));
        let mut f = Col::<f64>::zeros(4);
        let y = Col::from_fn(4, |i| LABELS[i]);
        for _ in 0..steps {
            f = &f - &kernel * (&f - &y) * Scale(rate / 4.0);
        }
        let outputs = network.outputs(&points()).unwrap();
        outputs.iter().zip(f.iter()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    };
    let [narrow, wide] = [64, 16384].map(worst);
    println!("linearisation: width 64 {narrow:.4}, width 16384 {wide:.5}");
    assert!(wide < 2e-3 && narrow > 4.0 * wide, "{narrow} {wide}");
}

#[test]
fn bad_networks_are_named() {
    let message = |p, m, layers| DenseNetwork::new(p, m, layers, 1).unwrap_err().to_string();
    assert_eq!(message(3, 0, 2), "a network with a width of 0; at least 1 is needed");
    assert_eq!(message(3, 4, 0), "a network with a number of layers of 0; at least 1 is needed");
    assert_eq!(message(0, 4, 2), "a network with a dimension of 0; at least 1 is needed");
    assert!(
        matches!(DenseNetwork::new(3, usize::MAX, 3, 1), Err(Error::Unable(text)) if text.message.contains("2^31"))
    );
    let mut network = DenseNetwork::new(3, 4, 2, 1).unwrap();
    let before = network.clone();
    let mut train = |labels: &[f64], rate, steps| network.train(&points(), labels, rate, steps).unwrap_err();
    assert_eq!(train(&[1.0], 0.1, 1).to_string(), "1 labels for 4 points");
    let error = train(&[1.0, f64::NAN, 0.0, 0.0], 0.1, 1).to_string();
    assert_eq!(error, "label 1 is NaN; finite numbers are needed");
    assert_eq!(train(&LABELS, -1.0, 1).to_string(), "a rate of -1; it must be positive");
    assert!(matches!(train(&LABELS, 1e3, 1000), Error::Unable(text) if text.message.starts_with("the loss is ")));
    assert_eq!(network, before);
    let error = |layers: &[usize], keep| network.pruned(layers, keep, true, 1).unwrap_err().to_string();
    assert_eq!(error(&[3], 0.5), "layer 3 is to be pruned; there are 1 to 2");
    assert_eq!(error(&[1], 0.0), "weights kept with probability 0; allowed are numbers in (0, 1]");
    assert!(network.pruned(&[1], f64::NAN, true, 1).is_err());
    let line = Points::new(vec![1.0, 2.0], 2).unwrap();
    let error = network.outputs(&line).unwrap_err().to_string();
    assert_eq!(error, "points of 2 coordinates for a network of 3");
}
