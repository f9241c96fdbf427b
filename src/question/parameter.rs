//! Parameters that are read from words: `30`, `0..=200`, `1,0.5,-1/3`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

/// Numbers and lists in words; in JSON a number or a list says the same as its words.
///
/// The words of a number are those that were written, as far as doubles have them: exact decimals and long numbers are
/// strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words(String);

impl Words {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Words(words.into())
    }
}

impl Deref for Words {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Words {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Words::new(text))
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Words;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a number, or a list of these")
            }

            fn visit_str<E: Error>(self, words: &str) -> Result<Words, E> {
                Ok(Words::new(words))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Words, E> {
                Ok(Words::new(number.to_string()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Words, E> {
                Ok(Words::new(number.to_string()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Words, E> {
                Ok(Words::new(format!("{number:?}")))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Words, A::Error> {
                let mut words: Vec<String> = Vec::new();
                while let Some(Words(next)) = list.next_element()? {
                    words.push(next);
                }
                Ok(Words::new(words.join(",")))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

impl JsonSchema for Words {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Words".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "array"], "items": { "type": ["string", "number"] } })
    }
}

/// The usual digits: the nearest double.
pub(super) fn doubles() -> Words {
    Words::new("f64")
}

/// The number of digits: a number, or "f64" for the nearest double.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum DigitsWritten {
    Count(u32),
    Name(&'static str),
}

impl From<crate::number::Digits> for DigitsWritten {
    fn from(digits: crate::number::Digits) -> Self {
        match digits {
            crate::number::Digits::Double => DigitsWritten::Name("f64"),
            crate::number::Digits::Count(count) => DigitsWritten::Count(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lists_are_their_words() {
        let words = |json: &str| serde_json::from_str::<Words>(json).map(|words| words.0);
        for (json, said) in [
            ("30", "30"),
            ("\"0..=200\"", "0..=200"),
            ("[0, 1, 5]", "0,1,5"),
            ("[1, 0.5, \"-1/3\"]", "1,0.5,-1/3"),
            ("1e-7", "1e-7"),
            ("-2", "-2"),
        ] {
            assert_eq!(words(json).unwrap(), said, "{json}");
        }
        for json in ["true", "null", "{\"a\": 1}", "[true]"] {
            assert!(words(json).is_err(), "{json}");
        }
    }
}
