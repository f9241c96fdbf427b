//! Series of upper bounds: products and the geometric series of series without negative coefficients.

use super::Radius;
use super::kronecker::trend;

/// Sizes within a block differ by at most so many bits, in blocks longer than the shortest.
const RANGE: i64 = 400;

/// The shortest block.
const SHORTEST: usize = 16;

/// What is smaller beside the largest of a block is raised to this, so that products of two do not underflow.
const SMALLEST: f64 = 1e-150;

/// Terms of the geometric series that are summed; what is left is bounded roughly.
const MOST_TERMS: u32 = 16;

/// Neighbouring coefficients in doubles, times 2^exponent.
struct Block {
    first: usize,
    exponent: i64,
    values: Vec<f64>,
}

/// At least the coefficients below `length` of the product.
///
/// Sums of doubles: each is at most (1 - u)^(-m-1) times what is computed of m products, u = 2^-53. No product leaves
/// the range of normal doubles: the factors are between 1e-150 and 2.
pub(super) fn product(x: &[Radius], y: &[Radius], length: usize) -> Vec<Radius> {
    let mut product = vec![Radius::ZERO; length];
    if x.iter().chain(y).any(|bound| !bound.is_finite()) {
        // Where the first of them stands.
        let first = |x: &[Radius]| x.iter().position(|bound| !bound.is_finite()).unwrap_or(length);
        let from = first(x).min(first(y)).min(length);
        let (x, y) = (&x[..from.min(x.len())], &y[..from.min(y.len())]);
        product = self::product(x, y, from);
        product.resize(length, Radius::INFINITE);
        return product;
    }
    let sizes = |x: &'_ [Radius]| -> Vec<(usize, i64)> {
        let sized = x.iter().enumerate().filter(|(_, bound)| !bound.is_zero());
        sized.map(|(i, bound)| (i, bound.log2_below())).collect()
    };
    let [sizes, others] = [sizes(&x[..x.len().min(length)]), sizes(&y[..y.len().min(length)])];
    let trend = trend([sizes.iter().copied(), others.iter().copied()]);
    let (mut blocks, mut other_blocks) = (Vec::new(), Vec::new());
    split(x, &sizes, trend, &mut blocks);
    split(y, &others, trend, &mut other_blocks);
    let mut sums = Vec::new();
    for a in &blocks {
        for b in &other_blocks {
            let first = a.first + b.first;
            if first >= length {
                continue;
            }
            let (short, long) = if a.values.len() <= b.values.len() { (a, b) } else { (b, a) };
            sums.clear();
            sums.resize((a.values.len() + b.values.len() - 1).min(length - first), 0.0);
            convolve(&short.values, &long.values, &mut sums);
            let terms = short.values.len() as f64;
            let grown = 1.0 + (terms + 4.0) * f64::EPSILON;
            // A sum of 0 has no products but those with exact zeros.
            for (n, sum) in (first..).zip(&sums).filter(|(_, sum)| **sum > 0.0) {
                let bound = Radius::double(sum * grown);
                product[n] = product[n] + bound.scaled(a.exponent + b.exponent - trend * n as i64);
            }
        }
    }
    product
}

/// Halves until sizes differ little; what is much smaller than the largest of a short block is raised.
fn split(x: &[Radius], sizes: &[(usize, i64)], trend: i64, blocks: &mut Vec<Block>) {
    let (Some((first, _)), Some((last, _))) = (sizes.first(), sizes.last()) else { return };
    let raised = || sizes.iter().map(|(i, size)| size + trend * *i as i64);
    let (Some(smallest), Some(largest)) = (raised().min(), raised().max()) else { return };
    if largest - smallest > RANGE && sizes.len() > SHORTEST {
        let (lower, upper) = sizes.split_at(sizes.len() / 2);
        split(x, lower, trend, blocks);
        split(x, upper, trend, blocks);
        return;
    }
    let mut values = vec![0.0; last - first + 1];
    for (i, _) in sizes {
        values[i - first] = x[*i].scaled(trend * *i as i64 - largest).to_double_above().max(SMALLEST);
    }
    blocks.push(Block { first: *first, exponent: largest, values });
}

/// sums\[n\] += sum_i a\[i\] b\[n-i\]; four of a at a time.
fn convolve(a: &[f64], b: &[f64], sums: &mut [f64]) {
    const ROWS: usize = 4;
    let mut groups = a.chunks_exact(ROWS);
    let mut first = 0;
    for group in &mut groups {
        let &[p, q, r, s] = group else { break };
        // The ends, where not all four count, and the middle, where they do.
        for (j, factor) in group.iter().enumerate() {
            let edge = ROWS - 1;
            for n in (j..edge).filter(|n| n - j < b.len()) {
                if let Some(sum) = sums.get_mut(first + n) {
                    *sum += factor * b[n - j];
                }
            }
            for n in (b.len().max(edge)..b.len() + j).filter(|n| *n >= j) {
                if let Some(sum) = sums.get_mut(first + n) {
                    *sum += factor * b[n - j];
                }
            }
        }
        if let Some(middle) = sums.get_mut(first + ROWS - 1..) {
            let count = middle.len().min((b.len() + 1).saturating_sub(ROWS));
            let [at_p, at_q, at_r, at_s] = [3, 2, 1, 0].map(|shift| b.get(shift..shift + count).unwrap_or_default());
            for ((((sum, t), u), v), w) in middle.iter_mut().zip(at_p).zip(at_q).zip(at_r).zip(at_s) {
                *sum += p * t + q * u + (r * v + s * w);
            }
        }
        first += ROWS;
    }
    for (i, factor) in groups.remainder().iter().enumerate() {
        if let Some(rest) = sums.get_mut(first + i..) {
            rest.iter_mut().zip(b).for_each(|(sum, other)| *sum += factor * other);
        }
    }
}

/// At least the coefficients of d/(1-d), d + d^2 + ...; infinite where no bound is found.
///
/// After a trend is taken out let e be the largest coefficient of d. The coefficients of d/(1-d) are at most those of
/// e/(1-h)/(1-e/(1-h)) = e/(1-e-h), e (1-e)^(-n-1), and so at most 2e for 2 e (n+1) <= 1. What is left of the series
/// after the K-th power is d^K (d/(1-d)).
pub(super) fn geometric(d: &[Radius]) -> Vec<Radius> {
    let length = d.len();
    if d.iter().all(|bound| bound.is_zero()) {
        return d.to_vec();
    }
    if d.iter().any(|bound| !bound.is_finite()) {
        return vec![Radius::INFINITE; length];
    }
    let sizes = || d.iter().enumerate().filter(|(_, bound)| !bound.is_zero()).map(|(n, x)| (n, x.log2_below()));
    let scaled = |list: &[Radius], trend: i64| -> Vec<Radius> {
        list.iter().enumerate().map(|(n, bound)| bound.scaled(trend * n as i64)).collect()
    };
    let largest = |trend: i64| scaled(d, trend).into_iter().fold(Radius::ZERO, Radius::max);
    let allowed = Radius::double(0.5) / Radius::double((length + 1) as f64);
    // The trend of the sizes, where they follow one; and the steepest that brings all below what is allowed.
    let target = allowed.log2_below() - 2;
    let steepest = sizes().filter(|(n, _)| *n > 0).map(|(n, size)| (target - size).div_euclid(n as i64)).min();
    let candidates = [trend([sizes(), sizes()]), steepest.unwrap_or(0)];
    let mut crude = vec![Radius::INFINITE; length];
    for (trend, largest) in candidates.map(|trend| (trend, largest(trend))) {
        if largest <= allowed {
            let bound = |n: usize| largest.scaled(1 - trend * n as i64);
            crude.iter_mut().enumerate().for_each(|(n, least)| *least = least.min(bound(n)));
        }
    }
    if crude.iter().any(|bound| !bound.is_finite()) {
        return crude;
    }
    // sum = d + ... + d^(terms), power = d^terms
    let (mut sum, mut power, mut terms) = (d.to_vec(), d.to_vec(), 1);
    loop {
        let left = product(&power, &crude, length);
        // A bound that adds little is good enough.
        let little = left.iter().zip(&sum).all(|(left, sum)| left.scaled(10) <= *sum || left.is_zero());
        if little || terms >= MOST_TERMS {
            return sum.iter().zip(&left).map(|(sum, left)| *sum + *left).collect();
        }
        // d + ... + d^2m = (d + ... + d^m)(1 + d^m)
        let more = product(&sum, &power, length);
        sum.iter_mut().zip(more).for_each(|(sum, more)| *sum = *sum + more);
        power = product(&power, &power, length);
        terms *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Radius;
    use rug::Float;

    fn radii(values: impl Iterator<Item = f64>) -> Vec<Radius> {
        values.map(Radius::double).collect()
    }

    fn plain(x: &[Radius], y: &[Radius], length: usize) -> Vec<Float> {
        let wide = |bound: &Radius| Float::with_val(300, bound.to_float());
        let sum = |n: usize| {
            let pairs = (0..=n).filter(|i| *i < x.len() && n - i < y.len());
            pairs.fold(Float::with_val(300, 0), |sum, i| sum + wide(&x[i]) * wide(&y[n - i]))
        };
        (0..length).map(sum).collect()
    }

    /// Bounds, and by no more than 1e-12 too large; lengths around the groups of four, sizes of a wide range.
    #[test]
    fn products_are_bounds() {
        for (a, b, length) in [
            (1, 1, 1),
            (1, 9, 9),
            (2, 3, 4),
            (3, 3, 5),
            (4, 4, 7),
            (5, 4, 8),
            (7, 6, 5),
            (130, 90, 200),
            (300, 300, 300),
        ] {
            for steep in [0.0, 3.5, -2.2] {
                let list = |count: usize, seed: f64| {
                    let list = (0..count).map(move |i| (1.0 + (seed * i as f64).sin()) * (steep * i as f64).exp2());
                    radii(list.map(|x| if x < 0.3 * f64::MIN_POSITIVE { 0.0 } else { x }))
                };
                let (x, y) = (list(a, 1.3), list(b, 2.7));
                for (n, (bound, exact)) in product(&x, &y, length).iter().zip(plain(&x, &y, length)).enumerate() {
                    let bound = Float::with_val(300, bound.to_float());
                    assert!(bound >= exact, "{a} {b} {n}: {bound:e} {exact:e}");
                    assert!(bound <= exact.clone() * (1.0 + 1e-12), "{a} {b} {n} {steep}: {bound:e} {exact:e}");
                }
            }
        }
    }

    /// Sparse series whose sizes follow no whole trend: what is far below the largest of a block counts all the same.
    #[test]
    fn sparse_products_are_bounds() {
        for gap in [7, 48, 96] {
            let list = |slope: f64| {
                let size = |i: usize| Radius::double(1.0).scaled((slope * i as f64) as i64);
                (0..1500).map(|i| if i % gap == 0 { size(i) } else { Radius::ZERO }).collect::<Vec<_>>()
            };
            let (x, y) = (list(-0.55), list(-0.45));
            for (n, (bound, exact)) in product(&x, &y, 1500).iter().zip(plain(&x, &y, 1500)).enumerate() {
                assert!(Float::with_val(300, bound.to_float()) >= exact, "{gap} {n}: {bound:?} {exact:e}");
                assert_eq!(bound.is_zero(), n % gap != 0);
            }
        }
    }

    /// d/(1-d) by its recurrence, for sizes down to 1e-300.
    #[test]
    fn geometric_series_are_bounds() {
        // The last with sizes that bend away from every trend.
        for (size, steep, bent) in
            [(1e-30, 0.0, 0.0), (1e-30, -3.0, 0.0), (1e-5, -2.0, 0.0), (1e-40, 1.5, 0.0), (1e-20, 0.0, -2.0)]
        {
            let log = |i: f64| steep * i + bent * i * (1.0 + i).log2();
            let d = radii((0..80).map(|i| size * (1.5 + f64::from(i).cos()) * log(f64::from(i)).exp2()));
            let exact = {
                let wide: Vec<Float> = d.iter().map(|bound| Float::with_val(300, bound.to_float())).collect();
                let mut series: Vec<Float> = Vec::new();
                for n in 0..d.len() {
                    let sum = (0..n).fold(wide[n].clone(), |sum, j| sum + wide[n - j].clone() * &series[j]);
                    series.push(sum / (1u32 - wide[0].clone()));
                }
                series
            };
            for (bound, exact) in geometric(&d).iter().zip(exact) {
                let bound = Float::with_val(300, bound.to_float());
                assert!(bound >= exact && bound <= exact.clone() * 1.01, "{bound:e} {exact:e}");
            }
        }
        assert!(geometric(&radii([0.7, 0.1].into_iter())).iter().all(|bound| !bound.is_finite()));
    }
}
