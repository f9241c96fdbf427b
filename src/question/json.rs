//! Questions in JSON, of which nothing may be lost: keys that come twice, digits that doubles do not have.

use super::{Asked, from_json};
use crate::error::{Error, Result};
use crate::kernel::parse_point;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// A JSON object without a key that comes twice.
struct Distinct(Map<String, Value>);

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Distinct;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> std::result::Result<Distinct, A::Error> {
                let mut map = Map::new();
                while let Some((key, value)) = pairs.next_entry::<String, Value>()? {
                    if map.contains_key(&key) {
                        return Err(de::Error::custom(format!("'{key}' comes twice")));
                    }
                    map.insert(key, value);
                }
                Ok(Distinct(map))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

/// Reads a question from JSON text as [`from_json`] does, and refuses keys or digits that would get lost.
///
/// ```
/// use zonal::question::read;
/// assert!(read(br#"{ "question": "evaluate", "kernel": "ntk(3)", "at": 0.1 }"#).is_ok());
/// let rounded = read(br#"{ "question": "evaluate", "kernel": "ntk(3)", "at": 0.12345678901234567890 }"#);
/// assert!(rounded.unwrap_err().to_string().contains("write it as a string"));
/// ```
///
/// # Errors
/// `Input` as [`from_json`], for text that is no JSON, for keys that come twice, and for numbers with digits that would
/// be lost.
pub fn read(text: &[u8]) -> Result<Box<dyn Asked>> {
    let fail = |why: &dyn fmt::Display| Error::input(format!("not JSON of a question: {why}"));
    let Distinct(map) = serde_json::from_slice(text).map_err(|e| fail(&e))?;
    let text = std::str::from_utf8(text).map_err(|e| fail(&e))?;
    for number in numbers(text) {
        let nearest: f64 = number.parse().map_err(|e| fail(&e))?;
        let whole = number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok();
        if !whole && parse_point(number)? != parse_point(&format!("{nearest:e}"))? {
            return Err(Error::input(format!(
                "the number {number} has more digits than a double, which are lost in JSON; write it as a string"
            )));
        }
    }
    from_json(Value::Object(map))
}

/// The numbers of a JSON text: all that is made of their characters, outside of strings.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    // In JSON a quote within a string is behind a backslash, as is a backslash.
    let (mut inside, mut escaped) = (false, false);
    text.split(move |c: char| {
        match (inside, escaped, c) {
            (true, true, _) => escaped = false,
            (true, false, '\\') => escaped = true,
            (_, _, '"') => inside = !inside,
            _ => {}
        }
        inside || !(c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'))
    })
    .filter(|word| word.contains(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_outside_of_strings() {
        let text = r#"{"a1": [1, -2.5e+3], "b\"2\\": "3", "c": true, "d": 4}"#;
        assert_eq!(numbers(text).collect::<Vec<_>>(), ["1", "-2.5e+3", "4"]);
    }

    #[test]
    fn nothing_is_lost() {
        let with = |at: &str| format!(r#"{{"question": "evaluate", "kernel": "u", "at": {at}}}"#);
        for at in [
            "0.1",
            "1",
            "[0.5, \"0.12345678901234567890\"]",
            "1e-300",
            "0.30000000000000004",
            "-1e0",
            "9007199254740993",
        ] {
            assert!(read(with(at).as_bytes()).is_ok(), "{at}");
        }
        for at in ["0.12345678901234567890", "[0.5, 0.10000000000000000001]", "123456789012345678901", "1e-400"] {
            let error = read(with(at).as_bytes()).unwrap_err().to_string();
            assert!(error.contains("write it as a string"), "{at}: {error}");
        }
        for text in [r#"{"question": "kernels", "question": "kernels"}"#, "[]", "{", ""] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
