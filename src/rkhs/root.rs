//! Roots of decreasing functions, bracketed.

/// Steps of a search.
const MOST_STEPS: usize = 400;

/// Newton's steps converge from here on: the next is about the square of one.
const CONVERGING: f64 = 1e-3;

/// Steps below this are at the rounding of the function once they stop falling.
const ROUNDED: f64 = 1e-11;

/// Where a positive decreasing function F takes a value, to a relative error of about 1e-15 beside the rounding of F;
/// `f` gives the difference F(x) - value, computed with care, and the slope F'(x). F is at most the value at `above`,
/// and larger next to 0; none if x is too small for doubles, or `above` no number.
///
/// Newton's steps for log F as a function of log x, one of which finds the root of a power; halvings of the bracket
/// where they leave it or do not halve from one to the next.
pub(crate) fn decreasing(above: f64, value: f64, f: impl Fn(f64) -> (f64, f64)) -> Option<f64> {
    let (mut near, mut high) = (above, above);
    loop {
        near *= 1e-3;
        if near == 0.0 || !near.is_finite() {
            return None;
        }
        if f(near).0 > 0.0 {
            break;
        }
        high = near;
    }
    let mut x = near.sqrt() * high.sqrt();
    let mut before = f64::INFINITY;
    for _ in 0..MOST_STEPS {
        let (difference, slope) = f(x);
        match difference > 0.0 {
            true => near = x,
            false => high = x,
        }
        let next = x * (-(difference / value).ln_1p() * (value + difference) / (slope * x)).exp();
        let moved = (next / x - 1.0).abs();
        let settled = moved < 1e-15 && before < CONVERGING || moved > before / 2.0 && before < ROUNDED;
        if settled {
            // The root lies between x and the other side of where the steps end, or the slope is not right.
            let (end, margin) = (next.clamp(near, high), 1e-14 + 4.0 * moved);
            let beyond = if difference > 0.0 { end * (1.0 + margin) } else { end * (1.0 - margin) };
            if (f(beyond).0 > 0.0) != (difference > 0.0) {
                return Some(end);
            }
            before = 0.0;
        }
        if high / near - 1.0 < 1e-15 {
            return Some(x);
        }
        let newton = (near..=high).contains(&next) && (1e-15..before / 2.0).contains(&moved);
        (x, before) = if newton { (next, moved) } else { (near.sqrt() * high.sqrt(), f64::INFINITY) };
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn roots_of_all_sizes() {
        for root in [1e-200f64, 3e-7, 1.0, 2.5e40] {
            let found = decreasing(root * 1e5, 1.0, |x| (root / x - 1.0, -root / (x * x))).unwrap();
            assert!((found / root - 1.0).abs() < 1e-14, "{root:e} {found:e}");
            // A slope that is wrong costs time only.
            let found = decreasing(root * 1e5, 1.0, |x| (root / x - 1.0, -1e-3)).unwrap();
            assert!((found / root - 1.0).abs() < 1e-14, "{root:e} {found:e}");
        }
        // A staircase takes few values, and halvings on its steps.
        let count = Cell::new(0);
        let steps = |x: f64| {
            count.set(count.get() + 1);
            let shares = [1.0f64, 1e-3, 1e-6].map(|mu| (mu / (mu + x), mu * x / (mu + x).powi(2)));
            (shares.iter().map(|s| s.0).sum::<f64>() - 1.5, -shares.iter().map(|s| s.1).sum::<f64>() / x)
        };
        let found = decreasing(3.0, 1.5, steps).unwrap();
        assert!(steps(found).0.abs() < 1e-14 && count.get() <= 12, "{found:e} {count:?}");
        assert_eq!(decreasing(1.0, 2.0, |_| (-1.0, -1.0)), None);
        assert_eq!(decreasing(f64::INFINITY, 2.0, |_| (-1.0, -1.0)), None);
    }
}
