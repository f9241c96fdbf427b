//! Sums over many consecutive whole numbers from a few nodes.

use std::f64::consts::PI;

/// Newton's steps; three or four are needed.
const MOST_STEPS: usize = 30;

/// The Gauss rule of a sum: nodes x_i in \[0, count - 1\] and weights with $\sum_{j=0}^{count-1}f(j) = \sum_iw_if(x_i)$
/// for polynomials of degree below 2 `nodes`; every number itself where there are no more than `nodes`. `count` is a
/// whole number, of any size. For many numbers it becomes the Gauss-Legendre rule of an integral.
///
/// The orthogonal polynomials are Gram's (discrete Chebyshev): around the middle $p_{n+1} = xp_n - \beta_np_{n-1}$,
/// $\beta_n = \frac{n^2(count^2-n^2)}{4(4n^2-1)}$. Zeros by Newton's method with the other zeros divided out (Aberth),
/// weights by Christoffel's formula: positive, to a few units in the last place.
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
    // Zeros come in pairs: those from 0 on are enough.
    let half = nodes.div_ceil(2);
    let guess = |i: usize| (PI * (i as f64 + 0.75) / (nodes as f64 + 0.5)).cos() * (1.0 - 0.5 / size);
    let mut zeros: Vec<f64> = (0..half).map(guess).collect();
    if nodes % 2 == 1 {
        zeros[half - 1] = 0.0;
    }
    for _ in 0..MOST_STEPS {
        let mut largest = 0.0f64;
        for i in 0..nodes / 2 {
            let (x, (value, slope)) = (zeros[i], polynomial(zeros[i]));
            let other = |(j, y): (usize, &f64)| match j == i {
                true => 0.5 / x,
                false if *y == 0.0 => 1.0 / x,
                false => 2.0 * x / ((x - y) * (x + y)),
            };
            let others: f64 = zeros.iter().enumerate().map(other).sum();
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
    let mut rule: Vec<(f64, f64)> = zeros[..nodes / 2].iter().map(|x| (*x, weight(*x))).collect();
    rule.extend(rule.clone().into_iter().map(|(x, w)| (-x, w)));
    if nodes % 2 == 1 {
        rule.push((0.0, weight(0.0)));
    }
    rule.into_iter().map(|(x, w)| (place(x), w)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of 1/(1+j/count)^3 over all j, one by one.
    #[test]
    fn rules_of_all_sizes_sum_smooth_functions() {
        for nodes in [1, 2, 5, 15, 16] {
            for count in [1.0, 3.0, 16.0, 17.0, 18.0, 40.0, 1000.0, 123_457.0] {
                let rule = consecutive(count, nodes);
                let weights: f64 = rule.iter().map(|(_, w)| w).sum();
                assert!((weights / count - 1.0).abs() < 1e-14, "{nodes} {count}: {weights}");
                assert!(rule.iter().all(|(x, w)| (0.0..=count - 1.0).contains(x) && *w > 0.0), "{nodes} {count}");
                let f = |x: f64| (1.0 + x / count).powi(-3);
                let direct = crate::number::long_sum((0..count as u64).map(|j| f(j as f64)));
                let found: f64 = rule.iter().map(|(x, w)| w * f(*x)).sum();
                // The pole of f at -1 gives Bernstein's ellipse rho = 3 + 8^(1/2).
                let bound = 100.0 * 5.828f64.powi(-2 * nodes as i32) + 1e-14;
                assert!((found / direct - 1.0).abs() < bound, "{nodes} {count}: {found} {direct}");
            }
        }
    }
}
