//! Networks of finite width from their definition, by hand.

use super::*;

const X: [f64; 12] = [1.0, -0.5, 2.0, 0.25, -1.5, 0.75, 1.25, -2.0, 0.5, 1.75, -0.75, 1.5];
const Y: [f64; 12] = [0.5, 1.0, -1.0, 2.0, 0.75, -0.25, 1.5, 0.25, -1.25, 1.0, 2.0, -0.5];

fn kernel(network: &str, shape: &str) -> ConvolutionalKernel {
    ConvolutionalKernel::new(&network.parse().unwrap(), shape.parse().unwrap()).unwrap()
}

/// The numbers of the pooling matrix of `pool(scale)/2` along six positions, by the definition.
fn pooling(scale: f64, circular: bool) -> Vec<Vec<f64>> {
    let weight = |s: usize, c: usize, turn: i32| {
        let distance = s as f64 - c as f64 + 6.0 * f64::from(turn);
        (-distance * distance / (2.0 * scale * scale)).exp()
    };
    let turns = if circular { -9..=9 } else { 0..=0 };
    let row = |c: usize| {
        let row: Vec<f64> = (0..6).map(|s| turns.clone().map(|turn| weight(s, c, turn)).sum()).collect();
        let sum: f64 = row.iter().sum();
        row.iter().map(|w| w / sum).collect()
    };
    [0, 2, 4].map(row).to_vec()
}

/// Rows of a matrix times values of several channels.
fn mean(rows: &[Vec<f64>], values: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let entry = |row: &Vec<f64>, c: usize| row.iter().zip(values).map(|(w, x)| w * x[c]).sum();
    rows.iter().map(|row| (0..values[0].len()).map(|c| entry(row, c)).collect()).collect()
}

/// sqrt(2/m) max(0, W P a) for patches of three positions along a row, by the definition.
fn raised(values: &[Vec<f64>], weights: &Mat<f64>, circular: bool) -> Vec<Vec<f64>> {
    let (n, channels, width) = (values.len(), values[0].len(), weights.nrows());
    let place = |u: usize, k: usize| match circular {
        true => Some((u + n + k - 1) % n),
        false => (u + k).checked_sub(1).filter(|u| *u < n),
    };
    let entry = |u: usize, i: usize| {
        let mut sum = 0.0;
        for (k, v) in (0..3).filter_map(|k| Some((k, place(u, k)?))) {
            sum += (0..channels).map(|c| weights[(i, k * channels + c)] * values[v][c]).sum::<f64>();
        }
        (2.0 / width as f64).sqrt() * (sum / 3f64.sqrt()).max(0.0)
    };
    (0..n).map(|u| (0..width).map(|i| entry(u, i)).collect()).collect()
}

/// Features and output by the definition: pooling before, between and behind convolutions.
#[test]
fn passes_are_those_of_the_definition() {
    for circular in [false, true] {
        let word = if circular { "circular " } else { "" };
        let kernel = kernel(&format!("{word}pool(0.8)/2 conv(3) conv(3) global"), "1x6x2");
        let network = FiniteNetwork::new(&kernel, 5, 3).unwrap();
        let signal: Vec<Vec<f64>> = X.chunks(2).map(<[f64]>::to_vec).collect();
        let mut values = mean(&pooling(0.8, circular), &signal);
        for weights in &network.weights {
            values = raised(&values, weights, circular);
        }
        let expected = &mean(&[vec![1.0 / 3.0; 3]], &values)[0];
        let (found, _) = network.features(&X).unwrap();
        assert_eq!(found.len(), 5);
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14), "{found:?} {expected:?}");
        let output: f64 = expected.iter().enumerate().map(|(i, a)| a * network.last[(0, i)]).sum();
        assert!((network.output(&X).unwrap() - output).abs() < 1e-14);
        // Pooling between convolutions, a sum over positions.
        let kernel = self::kernel(&format!("{word}conv(3) pool(1.5)/2 conv(3)"), "1x6x2");
        let network = FiniteNetwork::new(&kernel, 5, 4).unwrap();
        let inner = mean(&pooling(1.5, circular), &raised(&signal, &network.weights[0], circular));
        let expected = raised(&inner, &network.weights[1], circular).concat();
        let (found, _) = network.features(&X).unwrap();
        assert_eq!(found.len(), 15);
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-14), "{found:?} {expected:?}");
    }
}

/// The first weight is the first number of the seed: phi_1 of one number by hand.
#[test]
fn the_first_weight_is_the_first_number() {
    let kernel = kernel("conv(1)", "1");
    for seed in 0..4 {
        let drawn: f64 = StandardNormal.sample(&mut ChaCha8Rng::seed_from_u64(seed));
        let network = FiniteNetwork::new(&kernel, 8, seed).unwrap();
        let (found, _) = network.features(&[drawn.signum() * 3.0]).unwrap();
        // sqrt(2/8) = 1/2
        assert!((found[0] - 1.5 * drawn.abs()).abs() < 1e-15, "{found:?} {drawn}");
    }
}

/// Products of the derivatives of the output by each weight: it is linear in each of them, up to the next corner of a
/// ReLU.
#[test]
fn tangents_are_products_of_derivatives() {
    for network in [
        "conv(3) conv(3)",
        "circular conv(3) conv(3) global",
        "pool(0.8)/2 conv(3) conv(1)",
        "conv(3) pool(1.5)/2 conv(3) pool(0.7)",
        "circular conv(5) pool(1)/3 conv(1) global",
    ] {
        let kernel = kernel(network, "1x6x2");
        let finite = FiniteNetwork::new(&kernel, 4, 1).unwrap();
        let step = 1e-4;
        let derivative = |signal: &[f64], change: &dyn Fn(&mut FiniteNetwork, f64)| {
            let at = |step: f64| {
                let mut moved = finite.clone();
                change(&mut moved, step);
                moved.output(signal).unwrap()
            };
            (at(step) - at(-step)) / (2.0 * step)
        };
        let product = |change: &dyn Fn(&mut FiniteNetwork, f64)| derivative(&X, change) * derivative(&Y, change);
        let entries = |w: &Mat<f64>| (0..w.nrows() * w.ncols()).map(|k| (k % w.nrows(), k / w.nrows())).collect();
        let places: Vec<(usize, usize)> = entries(&finite.last);
        let last: f64 = places.iter().map(|at| product(&|moved, step| moved.last[*at] += step)).sum();
        let mut all = last;
        for layer in 0..2 {
            let places: Vec<(usize, usize)> = entries(&finite.weights[layer]);
            all += places.iter().map(|at| product(&|moved, step| moved.weights[layer][*at] += step)).sum::<f64>();
        }
        let found = finite.tangent(&X, &Y).unwrap();
        assert!((found.ckn / last - 1.0).abs() < 1e-10, "{network}: {found:?} {last}");
        assert!((found.ntk / all - 1.0).abs() < 1e-10, "{network}: {found:?} {all}");
    }
}

#[test]
fn other_networks_and_signals_are_refused() {
    let refused = |network: &str, width: usize| {
        FiniteNetwork::new(&kernel(network, "6"), width, 1).map(|_| ()).unwrap_err().to_string()
    };
    assert!(refused("conv(3) conv(3, order 2)", 4).contains("networks of finite width have ReLUs, order 1"));
    assert!(refused("conv(3, order 0)", 4).contains("order 1"));
    assert!(refused("conv(3)", 0).contains("width 0"));
    let kernel = kernel("conv(3)", "6");
    let network = FiniteNetwork::new(&kernel, 2, 1).unwrap();
    assert!(network.output(&X).unwrap_err().to_string().contains("a signal of 12 numbers; the shape 1x6 has 6"));
}

/// Features of the tangent kernel have the products of the recursion, with pooling everywhere.
#[test]
fn features_have_the_products_of_the_recursion() {
    for network in ["pool(0.8)/2 conv(3) conv(1) global", "circular conv(3) pool(1.5)/2 conv(3) pool(0.7)"] {
        let kernel = kernel(network, "1x6x2");
        let finite = FiniteNetwork::new(&kernel, 3, 6).unwrap();
        let [(a, phi), (b, psi)] = [finite.features(&X).unwrap(), finite.features(&Y).unwrap()];
        let inner = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let found = finite.recursion(&X, &Y).unwrap();
        assert!((found.ckn / inner(&a, &b) - 1.0).abs() < 1e-13, "{network}: {found:?}");
        assert!((found.ntk / inner(&phi, &psi) - 1.0).abs() < 1e-13, "{network}: {found:?}");
    }
}
