//! Numbers of samples and the like, from a list or a range.

use crate::error::{Error, Result};

/// The most values of a range.
const MOST_SIZES: usize = 100_000;

/// The most samples.
pub(super) const MOST_SAMPLES: f64 = 1e15;

/// The usual number of sizes of a learning curve.
pub(super) fn points() -> usize {
    25
}

fn number(text: &str, what: &str) -> Result<f64> {
    let number: Option<f64> = text.trim().parse().ok();
    number.filter(|x| x.is_finite()).ok_or_else(|| Error::input(format!("'{text}' is no number for the {what}")))
}

/// Numbers from a list or a range; `points` of them in a range, in equal ratios to twelve digits, whole numbers where
/// fractions are not allowed.
pub(super) fn sizes(text: &str, points: usize, what: &str, allowed: [f64; 2]) -> Result<Vec<f64>> {
    let [least, most] = allowed;
    let checked = |text: &str| {
        let n = number(text, what)?;
        match (least..=most).contains(&n) {
            true => Ok(n),
            false => Err(Error::input(format!("{what} {}; allowed are {} to {}", short(n), short(least), short(most)))),
        }
    };
    let Some((first, last)) = text.split_once("..=") else {
        return text.split(',').map(checked).collect();
    };
    let (first, last) = (checked(first)?, checked(last)?);
    if !(2..=MOST_SIZES).contains(&points) || last <= first {
        return Err(Error::input(format!(
            "{points} as the number of values of {what} from {first} to {last}; allowed are 2 to {MOST_SIZES}, \
             increasing"
        )));
    }
    let whole = least == 1.0;
    let size = |i: usize| {
        let size = first * (last / first).powf(i as f64 / (points - 1) as f64);
        match whole {
            true => size.round(),
            false => format!("{size:.11e}").parse().unwrap_or(size),
        }
    };
    let mut sizes: Vec<f64> = (0..points).map(size).collect();
    sizes.dedup();
    Ok(sizes)
}

/// A number as people write it: with an exponent where it has many digits without.
pub(super) fn short(x: f64) -> String {
    if x == 0.0 || (1e-4..1e7).contains(&x.abs()) { format!("{x}") } else { format!("{x:e}") }
}
