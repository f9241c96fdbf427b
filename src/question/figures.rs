//! Numbers beside their errors, written with the digits that the error leaves.

/// How many significant digits an error leaves: at most one unit of the last, 1 to 17.
fn significant(value: f64, error: f64) -> usize {
    if value == 0.0 || error <= 0.0 {
        return 17;
    }
    if !value.is_finite() || error.is_nan() {
        return 1;
    }
    (value.abs() / error).log10().floor().clamp(1.0, 17.0) as usize
}

/// A number with `most` significant digits, or as many as its error leaves.
pub(super) fn written(value: f64, error: f64, most: usize) -> String {
    format!("{value:.*e}", significant(value, error).min(most) - 1)
}

/// A number with two digits more than its error leaves, and a bound of the distance of that decimal from the truth.
pub(super) fn written_with_error(value: f64, bound: f64) -> [String; 2] {
    let text = format!("{value:.*e}", (significant(value, bound) + 2).min(17) - 1);
    let decimal: f64 = text.parse().unwrap_or(value);
    // The decimal is within half a unit of the double that is read from it.
    let total = bound + (decimal - value).abs() + 0.5 * f64::EPSILON * value.abs();
    [text, error(total * (1.0 + f64::EPSILON))]
}

/// A number for a file of numbers: what rounding changes is at most a twentieth of its error; the digits beyond are
/// noise.
pub(super) fn rounded(value: f64, error: f64) -> f64 {
    match significant(value, error) {
        digits if digits < 15 => format!("{value:.*e}", digits + 2).parse().unwrap_or(value),
        _ => value,
    }
}

/// An error relative to its number; 0 for an exact 0.
pub(super) fn relative(value: f64, error: f64) -> f64 {
    if error == 0.0 { 0.0 } else { error / value.abs() }
}

/// An error with two digits, rounded upward.
pub(super) fn error(x: f64) -> String {
    bound(x, 2, true)
}

/// A bound with some significant digits, rounded to its side.
pub(super) fn bound(x: f64, digits: usize, upper: bool) -> String {
    let nearest = |x: f64| format!("{x:.*e}", digits - 1);
    let text = nearest(x);
    let value: f64 = text.parse().unwrap_or(x);
    if x == 0.0 || !x.is_finite() || (if upper { value >= x } else { value <= x }) {
        return text;
    }
    // One unit of the last digit.
    let unit = 10f64.powf(x.abs().log10().floor() - (digits as f64 - 1.0));
    nearest(if upper { value + unit } else { value - unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_end_where_the_error_begins() {
        assert_eq!(written(1.23456789, 1e-9, 6), "1.23457e0");
        assert_eq!(written(1.23456789, 2e-4, 6), "1.23e0");
        assert_eq!(written(1.23456789, 9.0, 6), "1e0");
        assert_eq!(written_with_error(1.23456789, 2e-4), ["1.2346e0".to_string(), "2.4e-4".to_string()]);
        assert_eq!(rounded(1.23456789, 2e-4), 1.23457);
        assert_eq!(rounded(0.1, 1e-17), 0.1);
        assert_eq!((bound(1.23451, 4, false), bound(1.23451, 4, true)), ("1.234e0".to_string(), "1.235e0".to_string()));
        assert_eq!((bound(9.9999, 2, true), bound(-1.26, 2, true)), ("1.0e1".to_string(), "-1.2e0".to_string()));
        assert_eq!((bound(0.0, 3, true), error(1.01e-13)), ("0.00e0".to_string(), "1.1e-13".to_string()));
    }
}
