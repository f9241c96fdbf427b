//! Roots of decreasing functions, bracketed.

/// Steps of a search.
const MOST_STEPS: usize = 400;

/// The root x > 0 of a decreasing function to a relative error of about 1e-15, from its value and slope. The function
/// is not positive at `above`, and positive next to 0; none if the root is too small for doubles, or `above` no number.
/// Newton's steps in log x; halvings of the bracket where they leave it, and every fourth time.
pub(crate) fn decreasing(above: f64, f: impl Fn(f64) -> (f64, f64)) -> Option<f64> {
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
    for step in 0..MOST_STEPS {
        let (value, slope) = f(x);
        match value > 0.0 {
            true => near = x,
            false => high = x,
        }
        let next = x * (-value / (slope * x)).exp();
        let newton = step % 4 < 3 && next > near && next < high;
        let new = if newton { next } else { near.sqrt() * high.sqrt() };
        if (new / x - 1.0).abs() < 1e-15 || high / near - 1.0 < 1e-15 {
            return Some(new);
        }
        x = new;
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_of_all_sizes() {
        for root in [1e-200f64, 3e-7, 1.0, 2.5e40] {
            let found = decreasing(root * 1e5, |x| (root / x - 1.0, -root / (x * x))).unwrap();
            assert!((found / root - 1.0).abs() < 1e-14, "{root:e} {found:e}");
            // A slope that is wrong costs time only.
            let found = decreasing(root * 1e5, |x| (root / x - 1.0, -1e-3)).unwrap();
            assert!((found / root - 1.0).abs() < 1e-14, "{root:e} {found:e}");
        }
        assert_eq!(decreasing(1.0, |_| (-1.0, -1.0)), None);
        assert_eq!(decreasing(f64::INFINITY, |_| (-1.0, -1.0)), None);
    }
}
