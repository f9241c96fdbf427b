//! Sums over many consecutive whole numbers from a few nodes.

use std::f64::consts::PI;

/// Newton's steps; three or four are needed.
const MOST_STEPS: usize = 30;

/// The Gauss rule of a sum: nodes x_i in \[0, count - 1\] and weights with $\sum_{j=0}^{count-1}f(j) = \sum_iw_if(x_i)$ for polynomials of degree below
/// 2 `nodes`; every number itself where there are no more than `nodes`. `count` is a whole number, of any size. For many numbers it becomes the Gauss-Legendre rule of an integral.
///
/// The orthogonal polynomials are Gram's (discrete Chebyshev): around the middle $p_{n+1} = xp_n - \beta_np_{n-1}$,
/// $\beta_n = \frac{n^2(count^2-n^2)}{4(4n^2-1)}$. Zeros by Newton's method with the other zeros divided out (Aberth), weights by Christoffel's formula:
/// positive, to a few units in the last place.
///
/// ```
/// use zonal::quadrature::consecutive;
/// // 0^7 + 1^7 + ... + 99^7
/// let sum: f64 = consecutive(100.0, 4).iter().map(|(x, w)| w * x.powi(7)).sum();
/// assert!((sum / 1_200_583_304_167_500.0 - 1.0).abs() < 1e-13);
/// ```
pub fn consecutive(count: f64, nodes: usize) -> Vec<(f64, f64)> {
    if count <= nodes as f64 {
        return (0..count as usize).map(|j| (j as f64, 1.0)).collect();
    }
    let size = count;
    // In units of the interval's half length: beta_n = n^2 (1 - n^2/count^2)/(4n^2 - 1).
    let beta = |n: usize| {
        let n = n as f64;
        n * n * (1.0 - (n / size).powi(2)) / (4.0 * n * n - 1.0)
    };
    let betas: Vec<f64> = (0..nodes).map(|n| if n == 0 { 0.0 } else { beta(n) }).collect();
    // p_n and its derivative.
    let polynomial = |x: f64| {
        let (mut before, mut now, mut slope_before, mut slope) = (0.0, 1.0, 0.0, 0.0);
        for b in &betas {
            let next = (x * now - b * before, now + x * slope - b * slope_before);
            (before, slope_before) = (now, slope);
            (now, slope) = next;
        }
        (now, slope)
    };
    let mut zeros: Vec<f64> =
        (0..nodes).map(|i| -(PI * (i as f64 + 0.75) / (nodes as f64 + 0.5)).cos() * (1.0 - 0.5 / size)).collect();
    for _ in 0..MOST_STEPS {
        let mut largest = 0.0f64;
        for i in 0..nodes {
            let (value, slope) = polynomial(zeros[i]);
            let others: f64 =
                zeros.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, other)| 1.0 / (zeros[i] - other)).sum();
            let step = value / (slope - value * others);
            zeros[i] -= step;
            largest = largest.max(step.abs());
        }
        if largest < 1e-15 {
            break;
        }
    }
    // 1/w = sum p_n^2/h_n, h_0 = count, h_n = beta_n h_(n-1).
    let weight = |x: f64| {
        let (mut before, mut now, mut norm, mut sum) = (0.0, 1.0, size, 1.0 / size);
        for n in 1..nodes {
            (before, now) = (now, x * now - betas[n - 1] * before);
            norm *= betas[n];
            sum += now * now / norm;
        }
        1.0 / sum
    };
    let place = |x: f64| 0.5 * (size - 1.0) + 0.5 * size * x;
    zeros.iter().map(|x| (place(*x), weight(*x))).collect()
}
