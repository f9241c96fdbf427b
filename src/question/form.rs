//! Forms of an answer.

use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// The form in which an answer is written: aligned text, CSV or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Form {
    /// Text for people, in aligned columns.
    Text,
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object.
    Json,
}

impl Form {
    /// All forms in which answers are written: text, CSV and JSON.
    pub const ALL: [Form; 3] = [Form::Text, Form::Csv, Form::Json];

    /// The name of the form as on the command line: `text`, `csv` or `json`.
    pub fn name(self) -> &'static str {
        match self {
            Form::Text => "text",
            Form::Csv => "csv",
            Form::Json => "json",
        }
    }

    /// What the form is, in a few words for lists of forms.
    pub fn about(self) -> &'static str {
        match self {
            Form::Text => "Aligned columns",
            Form::Csv => "Comma-separated values with a header",
            Form::Json => "One JSON object",
        }
    }
}

/// Records as CSV; the header is the names of their fields.
pub(super) fn csv<T: Serialize>(rows: impl IntoIterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    for row in rows {
        writer.serialize(row)?;
    }
    writer.flush()
}
