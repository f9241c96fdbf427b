//! What separates the cells of a text file, and how its numbers are written.

use super::cell::{Kind, kind};
use crate::error::{Error, Result};
use std::borrow::Cow;

/// A separator and a decimal sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    separator: Separator,
    /// Numbers have a decimal comma.
    pub(super) comma: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    /// One byte; cells may be quoted.
    Byte(u8),
    /// One blank or more.
    Blanks,
}

/// In the order in which they are tried; commas are first, so that a file they suit is read as ever.
const DIALECTS: [Dialect; 7] = [
    Dialect { separator: Separator::Byte(b','), comma: false },
    Dialect { separator: Separator::Byte(b';'), comma: false },
    Dialect { separator: Separator::Byte(b'\t'), comma: false },
    Dialect { separator: Separator::Blanks, comma: false },
    Dialect { separator: Separator::Byte(b';'), comma: true },
    Dialect { separator: Separator::Byte(b'\t'), comma: true },
    Dialect { separator: Separator::Blanks, comma: true },
];

impl Dialect {
    /// The one in which the lines are numbers, as many in each: all lines but the first, which may be a header, and
    /// that too if it is the only one. Where there is none, the one with the most such lines, else the separator that
    /// occurs.
    pub(super) fn of(lines: &[&str]) -> Self {
        let body = if lines.len() > 1 { &lines[1..] } else { lines };
        // Two tabs are an empty cell between them, never one separator.
        let tabs = body.iter().any(|line| line.contains('\t'));
        let numeric = |dialect: Dialect| -> usize {
            if tabs && dialect.separator == Separator::Blanks {
                return 0;
            }
            let widths: Vec<Option<usize>> = body.iter().map(|line| dialect.width(line)).collect();
            let widest = widths.iter().flatten().max().copied();
            widths.iter().filter(|width| width.is_some() && **width == widest).count()
        };
        // The first of the best: max_by_key would take the last. A first line of as many
        // numbers tells a decimal comma that the others do not have.
        let width = |dialect: Dialect| body.iter().filter_map(|line| dialect.width(line)).max();
        let first = |dialect: Dialect| {
            let numbers = lines.first().and_then(|line| dialect.width(line));
            numbers.is_some_and(|n| n > 1 && Some(n) == width(dialect))
        };
        let best = DIALECTS.into_iter().rev().max_by_key(|dialect| (numeric(*dialect), first(*dialect)));
        match best {
            Some(dialect) if numeric(dialect) > 0 => dialect,
            _ => Self::by_sight(lines),
        }
    }

    /// The separator of a text without lines of numbers; blanks may belong to words.
    fn by_sight(lines: &[&str]) -> Self {
        let occurs = |byte: u8| lines.iter().any(|line| line.bytes().any(|b| b == byte));
        let byte = [b',', b';', b'\t'].into_iter().find(|byte| occurs(*byte)).unwrap_or(b',');
        Dialect { separator: Separator::Byte(byte), comma: false }
    }

    /// The number of numbers in a line that has nothing else.
    fn width(&self, line: &str) -> Option<usize> {
        let cells = self.split(line).ok()?;
        cells.iter().all(|cell| matches!(kind(cell, self.comma), Kind::Number(_))).then_some(cells.len())
    }

    /// The cells of a line, trimmed.
    ///
    /// # Errors
    /// `Input` for a quote that is not closed.
    pub(super) fn split<'a>(&self, line: &'a str) -> Result<Vec<Cow<'a, str>>> {
        match self.separator {
            Separator::Blanks => {
                Ok(line.split(' ').filter(|part| !part.is_empty()).map(|part| unquoted(part).into()).collect())
            }
            Separator::Byte(byte) if line.contains('"') => quoted(line, byte as char),
            Separator::Byte(byte) => Ok(line.split(byte as char).map(|cell| cell.trim().into()).collect()),
        }
    }
}

/// R writes blanks between cells and quotes around names.
fn unquoted(part: &str) -> &str {
    part.strip_prefix('"').and_then(|part| part.strip_suffix('"')).unwrap_or(part)
}

/// Cells of which some are quoted.
fn quoted(line: &str, separator: char) -> Result<Vec<Cow<'static, str>>> {
    use csv_core::{ReadRecordResult, ReaderBuilder};
    // A quote behind blanks would be taken for a part of the cell.
    let (mut input, mut inside, mut begins) = (String::new(), false, true);
    for c in line.chars().filter(|c| *c != '\n') {
        if c == ' ' && begins {
            continue;
        }
        inside ^= c == '"';
        begins = c == separator && !inside;
        input.push(c);
    }
    input.push('\n');
    let (mut bytes, mut ends) = (vec![0; input.len()], vec![0; input.len()]);
    let mut reader = ReaderBuilder::new().delimiter(separator as u8).build();
    let (result, _, _, count) = reader.read_record(input.as_bytes(), &mut bytes, &mut ends);
    if !matches!(result, ReadRecordResult::Record) {
        return Err(Error::input("a quote is not closed"));
    }
    let begins = std::iter::once(0).chain(ends[..count].iter().copied());
    let cells = begins.zip(&ends[..count]).map(|(from, to)| String::from_utf8_lossy(&bytes[from..*to]));
    Ok(cells.map(|cell| cell.trim().to_string().into()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(lines: &[&str]) -> (Vec<String>, bool) {
        let dialect = Dialect::of(lines);
        let cells = dialect.split(lines[lines.len() - 1]).unwrap();
        (cells.iter().map(ToString::to_string).collect(), dialect.comma)
    }

    /// The last line of each in cells.
    #[test]
    fn the_separator_is_the_one_that_leaves_numbers() {
        for (lines, expected, comma) in [
            (&["1,2", "3,4"][..], &["3", "4"][..], false),
            (&["1;2", "3;4"], &["3", "4"], false),
            (&["1\t2", "3\t4"], &["3", "4"], false),
            (&[" 1  2", "  3  4 "], &["3", "4"], false),
            (&["1,5;2,5", "3,5;4,5"], &["3,5", "4,5"], true),
            (&["1,5\t2", "3,5\t4,25"], &["3,5", "4,25"], true),
            (&["1,5 2", "3,5 4,25"], &["3,5", "4,25"], true),
            (&["1,5;4", "5;4"], &["5", "4"], true),
            (&["1,5\t2,5", "3\t4"], &["3", "4"], true),
            (&["1,5 2", "3 4"], &["3", "4"], true),
            (&["5;4", "1,5;4"], &["1,5", "4"], true),
            (&["1,5", "3,4"], &["3", "4"], false),
            (&["1,2", "3;4"], &["3", "4"], false),
            (&["1,2", "3"], &["3"], false),
            (&["a;b", "1;2"], &["1", "2"], false),
            (&["a,b", "\"1\", \"2\""], &["1", "2"], false),
            (&["1, 2", "3, 4"], &["3", "4"], false),
            (&["1", "2"], &["2"], false),
            (&["New York", "Rome, or so"], &["Rome", "or so"], false),
            (&["New York", "Los Angeles"], &["Los Angeles"], false),
        ] {
            assert_eq!(cells(lines), (expected.iter().map(ToString::to_string).collect(), comma), "{lines:?}");
        }
    }

    /// Blanks as separators would swallow what is missing between two tabs.
    #[test]
    fn two_tabs_have_an_empty_cell_between_them() {
        assert_eq!(cells(&["1\t\t3", "4\t\t6"]).0, ["4", "", "6"]);
    }

    #[test]
    fn quotes_are_closed() {
        assert!(DIALECTS[0].split("1,\"2").unwrap_err().to_string().contains("not closed"));
        assert_eq!(DIALECTS[0].split("\"a, b\" , \"c \"\"d\"\"\"").unwrap(), ["a, b", "c \"d\""]);
    }
}
