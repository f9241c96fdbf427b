//! Cells of text files: numbers, and what is none.

use std::num::IntErrorKind;

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::data) enum Kind {
    /// A number, also one that is not finite.
    Number(f64),
    /// Nothing.
    Empty,
    /// What other programs write where a number is missing.
    Missing,
    /// A number in a notation that is not read: 3%, 1_000, 1.5D+00, 0x1f, a decimal comma, digits of another script.
    Numeral,
    /// Anything else.
    Word,
}

/// What pandas, R, Excel, Weka and others write for a missing value; lower case.
const MISSING: [&str; 12] = ["na", "n/a", "#n/a", "#na", "<na>", "null", "none", "?", "-", "--", ".", "-nan"];

/// What a cell is; numbers have a decimal comma if `comma`.
pub(in crate::data) fn kind(text: &str, comma: bool) -> Kind {
    if let Some(x) = number(text, comma) {
        return Kind::Number(x);
    }
    match text {
        "" => Kind::Empty,
        _ if MISSING.contains(&text.to_lowercase().as_str()) => Kind::Missing,
        _ if is_numeral(text) => Kind::Numeral,
        _ => Kind::Word,
    }
}

/// Digits with a point and an exponent as Rust, C and Python read them, inf and nan.
fn number(text: &str, comma: bool) -> Option<f64> {
    if !comma {
        return text.parse().ok();
    }
    match text.split_once(',') {
        // A point beside the comma groups thousands, or is a mistake.
        Some((whole, rest)) if !text.contains('.') && rest.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{whole}.{rest}").parse().ok()
        }
        None if !text.contains('.') => text.parse().ok(),
        _ => None,
    }
}

/// Whether a decimal comma cannot group thousands: 1,234 is 1.234 or 1234; 0,234 and 1,5 are no thousands.
pub(super) fn is_plain_decimal(text: &str) -> bool {
    text.split_once(',').is_some_and(|(whole, rest)| {
        let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).count();
        let whole = whole.trim_start_matches(['+', '-']);
        digits(rest) != 3 || digits(whole) > 3 || whole.starts_with('0')
    })
}

/// A number to people, in a notation that is not read here.
fn is_numeral(text: &str) -> bool {
    let signs = ['+', '-', '\u{2212}', '\u{2013}', '.', ',', '(', '$', '\u{20ac}', '\u{a3}', '\''];
    let lower = text.to_lowercase();
    if let Some(digits) = lower.trim_start_matches(['+', '-']).strip_prefix("0x") {
        return digits.chars().all(|c| c.is_ascii_hexdigit() || ".p+-".contains(c));
    }
    let begins = text.trim_start_matches(signs).chars().next().is_some_and(char::is_numeric);
    let belongs = |c: char| c.is_numeric() || signs.contains(&c) || "_ %edij)".contains(c) || c.is_whitespace();
    begins && lower.chars().all(belongs)
}

/// Why a cell is no finite number, in words that begin with what it is.
pub(in crate::data) fn complaint(text: &str, comma: bool) -> String {
    match kind(text, comma) {
        Kind::Number(x) if x.is_nan() => "NaN; finite numbers are needed".to_string(),
        // "inf" has no digit.
        Kind::Number(_) if text.contains(|c: char| c.is_ascii_digit()) => {
            format!("'{text}' is beyond the range of doubles")
        }
        Kind::Number(x) => format!("{x}; finite numbers are needed"),
        Kind::Empty => "an empty cell; a number is needed (a missing value?)".to_string(),
        Kind::Missing => format!("'{text}' is not a number (a missing value?)"),
        Kind::Numeral if text.contains(',') && !comma => {
            format!("'{text}' is not a number; a decimal comma is read where ; a tab or blanks separate the numbers")
        }
        Kind::Numeral => format!("'{text}' is not a number; digits, a point and an exponent such as e-5 are read"),
        Kind::Word if text.contains([';', '\t', '|', ',']) => {
            format!("'{text}' is not a number; one of , ; tab or blanks separates the numbers, the same in all lines")
        }
        Kind::Word if text.contains('#') => {
            format!("'{text}' is not a number; comments are lines of their own that begin with #")
        }
        Kind::Word => format!("'{text}' is not a number"),
    }
}

/// Whether a text is a whole number that doubles cannot tell from its neighbours.
pub(in crate::data) fn is_rounded_integer(text: &str) -> bool {
    match text.parse::<i128>() {
        Ok(exact) => exact.unsigned_abs() > 1 << 53 && exact as f64 as i128 != exact,
        Err(e) => matches!(e.kind(), IntErrorKind::PosOverflow | IntErrorKind::NegOverflow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_other_programs() {
        for (text, value) in [("1", 1.0), ("+.5", 0.5), ("-2.", -2.0), ("1e-3", 1e-3), ("1E+05", 1e5), ("007", 7.0)] {
            assert_eq!(kind(text, false), Kind::Number(value), "{text}");
        }
        for (text, value) in [("1,5", 1.5), ("-0,25e2", -25.0), ("3", 3.0)] {
            assert_eq!(kind(text, true), Kind::Number(value), "{text}");
        }
        assert!(matches!(kind("NaN", false), Kind::Number(x) if x.is_nan()));
        for text in ["1.5", "1,", "1.000,5", "1,5,5"] {
            assert!(!matches!(kind(text, true), Kind::Number(_)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_has_its_kind() {
        for text in
            ["3%", "1_000", "1 000", "1.5D+00", "0x1p-1", "3,0", "\u{ff11}", "\u{2212}1", "1'000", "(3)", "2+3j"]
        {
            assert_eq!(kind(text, false), Kind::Numeral, "{text}");
        }
        for text in ["NA", "n/a", "?", "-", "None", "null"] {
            assert_eq!(kind(text, false), Kind::Missing, "{text}");
        }
        for text in ["d1", "x", "1x1", "cat", "pixel0", "e", "C#", "true"] {
            assert_eq!(kind(text, false), Kind::Word, "{text}");
        }
        assert_eq!(kind("", false), Kind::Empty);
    }

    #[test]
    fn groups_of_three_digits_are_in_doubt() {
        assert!(["1,234", "-12,500", "123,456"].iter().all(|text| !is_plain_decimal(text)));
        assert!(["1,5", "0,234", "1234,567", "-0,125", "1,2345"].iter().all(|text| is_plain_decimal(text)));
    }

    #[test]
    fn whole_numbers_beyond_two_to_the_53_are_rounded_unless_even() {
        assert!(is_rounded_integer("9007199254740993") && !is_rounded_integer("9007199254740992"));
        assert!(!is_rounded_integer("12") && !is_rounded_integer("0.1") && !is_rounded_integer("cat"));
    }
}
