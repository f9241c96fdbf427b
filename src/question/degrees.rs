//! Lists of degrees: `0..=200`, `0..201`, `0,1,5`, `7`, `0..=1000:10`, and lists of these.

use crate::error::{Error, Result};
use crate::spectrum::MOST_DEGREES;

/// Reads a list of degrees such as `0..=20:10,7`; their order and repetitions are kept.
///
/// ```
/// use zonal::question::parse_degrees;
/// assert_eq!(parse_degrees("0..=20:10,7")?, [0, 10, 20, 7]);
/// # Ok::<(), zonal::Error>(())
/// ```
///
/// # Errors
/// `Input` for a malformed, empty or too long list.
pub fn parse_degrees(text: &str) -> Result<Vec<u64>> {
    let mut degrees = Vec::new();
    for part in text.split(',') {
        let (first, last, step) = range(part.trim())?;
        let count = if last < first { 0 } else { ((last - first) / step).saturating_add(1) };
        if count.saturating_add(degrees.len() as u64) > MOST_DEGREES as u64 {
            return Err(Error::input(format!(
                "the list of degrees '{text}' is too long: {count} in '{part}'; at most {MOST_DEGREES} are allowed"
            )));
        }
        degrees.extend((0..count).map(|i| first + i * step));
    }
    if degrees.is_empty() {
        return Err(Error::input(format!("the list of degrees '{text}' is empty")));
    }
    Ok(degrees)
}

/// First, last (inclusive; below the first for an empty range) and step.
fn range(part: &str) -> Result<(u64, u64, u64)> {
    let fail = || {
        Error::input(format!(
            "'{part}' is not a list of degrees; allowed are such as 7 or 0,1,5 or 0..=200 or 0..=1000:10"
        ))
    };
    let number = |digits: &str| digits.trim().parse::<u64>().map_err(|_| fail());
    let (bounds, step) = match part.split_once(':') {
        Some((bounds, step)) => (bounds, number(step)?),
        None => (part, 1),
    };
    if step == 0 {
        return Err(Error::input(format!("the step in '{part}' is 0; it must be at least 1")));
    }
    let Some((first, last)) = bounds.split_once("..") else {
        let single = number(bounds)?;
        return if bounds == part { Ok((single, single, 1)) } else { Err(fail()) };
    };
    let first = number(first)?;
    match last.strip_prefix('=') {
        Some(last) => {
            let last = number(last)?;
            // An empty inclusive range: any pair out of order.
            Ok(if last < first { (1, 0, 1) } else { (first, last, step) })
        }
        None => {
            let end = number(last)?;
            Ok(if end <= first { (1, 0, 1) } else { (first, end - 1, step) })
        }
    }
}
