//! The least test error over all ridges, and what it does along a list.

use zonal::verdict::Verdict;
use zonal::{Error, Result};

/// A minimum over all ridges.
#[derive(Clone, Copy, Debug)]
pub struct Optimum {
    /// The ridge.
    pub ridge: f64,
    /// The least error.
    pub test: f64,
}

/// Ridges that are tried first: powers of ten times the trace of the kernel. The ridge r n kappa, at eigenvalues i^-5/2
/// and n = 10^9, is some 10^-13.5 r.
const POWERS: std::ops::RangeInclusive<i32> = -20..=8;

/// Steps of the golden section: two powers of ten to 3e-6 of one, errors near a minimum to 1e-11.
const STEPS: usize = 28;

/// Errors that differ by less, relatively, do not tell: predictions are sums to about this.
const EQUAL: f64 = 1e-9;

/// The minimum over ridge 0 and ridges from 1e-20 to 1e8 times a scale: one in each power of ten, then the golden
/// section beside the best of them. Without ridge the error may be infinite.
pub fn optimum(scale: f64, test: impl Fn(f64) -> Result<f64>) -> Result<Optimum> {
    let none = match test(0.0) {
        Err(Error::Unable(_)) => f64::INFINITY,
        other => other?,
    };
    let at = |x: f64| test(scale * 10f64.powf(x));
    let mut best = (f64::NAN, f64::INFINITY);
    for power in POWERS {
        let found = at(f64::from(power))?;
        if found < best.1 {
            best = (f64::from(power), found);
        }
    }
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (best.0 - 1.0, best.0 + 1.0);
    let (mut x, mut y) = (high - golden * (high - low), low + golden * (high - low));
    let (mut f, mut g) = (at(x)?, at(y)?);
    for _ in 0..STEPS {
        if f < g {
            (high, y, g) = (y, x, f);
            x = high - golden * (high - low);
            f = at(x)?;
        } else {
            (low, x, f) = (x, y, g);
            y = low + golden * (high - low);
            g = at(y)?;
        }
    }
    let found =
        [(0.0, none), (scale * 10f64.powf(best.0), best.1), (scale * 10f64.powf(x), f), (scale * 10f64.powf(y), g)];
    let (ridge, test) = found.into_iter().fold((0.0, f64::INFINITY), |a, b| if b.1 < a.1 { b } else { a });
    Ok(Optimum { ridge, test })
}

/// Whether every number of a list is smaller than the one before, and the largest ratio of neighbours.
pub fn falls(errors: &[f64]) -> (Verdict, f64) {
    let worst = errors.windows(2).map(|pair| pair[1] / pair[0]).fold(0.0, f64::max);
    let verdict = match worst {
        worst if worst < 1.0 - EQUAL => Verdict::Holds,
        worst if worst > 1.0 + EQUAL => Verdict::Fails,
        _ => Verdict::Undecided,
    };
    (verdict, worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minima_are_found() {
        for ridge in [3e-9, 0.7, 2e5] {
            let found = optimum(2.0, |x: f64| Ok(if x == 0.0 { 9.0 } else { 1.0 + (x / ridge).ln().powi(2) })).unwrap();
            assert!((found.ridge / ridge - 1.0).abs() < 1e-4 && (found.test - 1.0).abs() < 1e-9, "{found:?}");
        }
        assert_eq!(optimum(1.0, |x: f64| Ok(1.0 + x)).unwrap().ridge, 0.0);
        let infinite =
            optimum(1.0, |x: f64| if x == 0.0 { Err(Error::unable("infinite")) } else { Ok(x + 1.0 / x) }).unwrap();
        assert!((infinite.test - 2.0).abs() < 1e-9);
        assert!(optimum(1.0, |_| Err(Error::input("wrong"))).is_err());
    }

    #[test]
    fn lists_that_fall() {
        assert_eq!(falls(&[3.0, 2.0, 1.0]).0, Verdict::Holds);
        assert_eq!(falls(&[3.0, 3.1, 1.0]).0, Verdict::Fails);
        assert_eq!(falls(&[3.0, 2.0, 2.0]).0, Verdict::Undecided);
    }
}
