//! Signals, spectral norms of poolings, and the search for the worst pair of signals.

use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use zonal::Result;
use zonal::convolution::{ConvolutionalKernel, ConvolutionalNetwork, Distances, Layer, Padding, Shape};

/// Ascents from random pairs, and steps of each.
const RESTARTS: usize = 2;
const STEPS: usize = 100;

/// Of the differences that stand for derivatives, and the first and the least length of a step; the variables are unit
/// vectors.
const DIFFERENCE: f64 = 1e-5;
const FIRST: f64 = 0.3;
const LEAST: f64 = 1e-5;

/// Steps of the power method.
const POWER: usize = 2000;

/// Independent normal numbers, rounded to multiples of 2^-16: times 1 + 2^-27 they are still doubles.
pub fn normal(count: usize, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let mut draw = || -> f64 { StandardNormal.sample(rng) };
    (0..count).map(|_| (draw() * 65536.0).round() / 65536.0).collect()
}

/// |x|
pub fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// |x - x'|
pub fn gap(x: &[f64], y: &[f64]) -> f64 {
    norm(&x.iter().zip(y).map(|(x, y)| x - y).collect::<Vec<_>>())
}

/// x + s |x| d/|d|
pub fn moved(x: &[f64], d: &[f64], s: f64) -> Vec<f64> {
    let factor = s * norm(x) / norm(d);
    x.iter().zip(d).map(|(x, d)| x + factor * d).collect()
}

/// Distances in doubles: right where |x - x'| is not far below |x|.
pub fn distances(kernel: &ConvolutionalKernel, x: &[f64], y: &[f64]) -> Result<Distances> {
    let (x, y) = (kernel.image(x)?, kernel.image(y)?);
    let [xx, xy, yy] = [(&x, &x), (&x, &y), (&y, &y)].map(|(x, y)| kernel.pair(x, y));
    let distance = |xx: f64, xy: f64, yy: f64| (xx + yy - 2.0 * xy).max(0.0).sqrt();
    Ok(Distances { ckn: distance(xx.ckn, xy.ckn, yy.ckn), ntk: distance(xx.ntk, xy.ntk, yy.ntk) })
}

/// The signal x and the direction d for which an objective of x and x + step |x| d is largest, as far as gradient
/// ascent from random pairs finds it.
pub fn worst(
    count: usize,
    step: f64,
    rng: &mut ChaCha8Rng,
    objective: impl Fn(&[f64], &[f64]) -> Result<f64>,
) -> Result<[Vec<f64>; 2]> {
    let at = |z: &[f64]| objective(&z[..count], &moved(&z[..count], &z[count..], step));
    let mut best = (f64::NEG_INFINITY, Vec::new());
    for _ in 0..RESTARTS {
        let mut z = unit([normal(count, rng), normal(count, rng)].concat());
        let mut value = at(&z)?;
        let mut slope = gradient(&z, value, at)?;
        let mut length = FIRST;
        for _ in 0..STEPS {
            let next = unit(moved(&z, &slope, length));
            let found = at(&next)?;
            if found > value {
                (z, value) = (next, found);
                slope = gradient(&z, value, at)?;
                length *= 1.6;
            } else {
                length *= 0.4;
            }
            if length < LEAST {
                break;
            }
        }
        if value > best.0 {
            best = (value, z);
        }
    }
    let direction = best.1.split_off(count);
    Ok([best.1, direction])
}

/// Both halves divided by their norms.
fn unit(mut z: Vec<f64>) -> Vec<f64> {
    let half = z.len() / 2;
    for part in z.chunks_mut(half) {
        let length = norm(part);
        part.iter_mut().for_each(|x| *x /= length);
    }
    z
}

fn gradient(z: &[f64], value: f64, at: impl Fn(&[f64]) -> Result<f64>) -> Result<Vec<f64>> {
    let slope = |i: usize| {
        let mut z = z.to_vec();
        z[i] += DIFFERENCE;
        Ok((at(&z)? - value) / DIFFERENCE)
    };
    (0..z.len()).map(slope).collect()
}

/// The product of the spectral norms of all poolings of a network, the mean at the end included.
pub fn pooling_norm(network: &ConvolutionalNetwork, shape: Shape) -> f64 {
    let mut extents = shape.grid.extents();
    let mut product = 1.0;
    for layer in &network.layers {
        if let Layer::Pooling { scale, stride } = *layer {
            for extent in extents.iter_mut().filter(|extent| **extent > 1) {
                product *= leading(&gaussian(*extent, network.padding, scale, stride)).0;
                *extent = extent.div_ceil(stride);
            }
        }
    }
    if network.global { product / (extents.iter().product::<usize>() as f64).sqrt() } else { product }
}

/// Rows proportional to exp(-(s - c)^2/(2 scale^2)) with sum 1, c = 0, stride, 2 stride, ...
pub fn gaussian(count: usize, padding: Padding, scale: f64, stride: usize) -> Vec<Vec<f64>> {
    let turns = if padding == Padding::Circular { -9..=9 } else { 0..=0i32 };
    let weight = |c: usize, s: usize| -> f64 {
        let offset = |turn: i32| s as f64 - c as f64 + f64::from(turn) * count as f64;
        turns.clone().map(|turn| (-0.5 * (offset(turn) / scale).powi(2)).exp()).sum()
    };
    let row = |c: usize| {
        let row: Vec<f64> = (0..count).map(|s| weight(c, s)).collect();
        let sum: f64 = row.iter().sum();
        row.iter().map(|weight| weight / sum).collect()
    };
    (0..count).step_by(stride).map(row).collect()
}

/// The spectral norm of a matrix of positive entries and the unit vector that attains it, by the power method.
pub fn leading(rows: &[Vec<f64>]) -> (f64, Vec<f64>) {
    let mut x = vec![1.0; rows[0].len()];
    let mut value = 0.0;
    for _ in 0..POWER {
        let length = norm(&x);
        x.iter_mut().for_each(|x| *x /= length);
        let image: Vec<f64> = rows.iter().map(|row| row.iter().zip(&x).map(|(a, x)| a * x).sum()).collect();
        value = norm(&image);
        let back = |j: usize| rows.iter().zip(&image).map(|(row, y)| row[j] * y).sum::<f64>();
        x = (0..x.len()).map(back).collect();
    }
    let length = norm(&x);
    (value, x.iter().map(|x| x / length).collect())
}
