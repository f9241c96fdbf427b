//! Lines of text, whatever their encoding and ends.

use super::unreadable;
use crate::error::{Error, Result};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

/// Bytes of the longest line.
const LONGEST: u64 = 1 << 28;

/// The lines of a text in UTF-8, or in UTF-16 with a byte order mark, without their ends (LF, CR LF or CR), each with
/// its number from 1 on.
pub(super) struct Lines<R: Read> {
    reader: BufReader<DecodeReaderBytes<R, Vec<u8>>>,
    /// Lines that ended in CR and were read together.
    ready: VecDeque<String>,
    number: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        // Bytes that are no UTF-8 pass, and are named below; the decoder would replace them in silence.
        let decoder = DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(reader);
        Lines { reader: BufReader::new(decoder), ready: VecDeque::new(), number: 0 }
    }

    /// The next line and its number.
    ///
    /// # Errors
    /// `Input` for what is no text.
    pub(super) fn next(&mut self) -> Result<Option<(u64, String)>> {
        if self.ready.is_empty() {
            let mut bytes = Vec::new();
            let read = (&mut self.reader).take(LONGEST).read_until(b'\n', &mut bytes);
            if read.map_err(|e| unreadable(&e))? == 0 {
                return Ok(None);
            }
            let line = self.number + 1;
            if bytes.len() as u64 == LONGEST {
                return Err(Error::input(format!("line {line} is longer than {LONGEST} bytes")));
            }
            if bytes.contains(&0) {
                return Err(Error::input(format!(
                    "line {line} contains bytes 0: no text, or UTF-16 without its mark; save the file as UTF-8"
                )));
            }
            let text = String::from_utf8(bytes).map_err(|e| {
                let at = e.utf8_error().valid_up_to();
                Error::input(format!(
                    "line {line}: byte {:#04x} is not UTF-8 (Latin-1, or no text?); save the file as UTF-8",
                    e.as_bytes()[at]
                ))
            })?;
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let text = text.strip_suffix('\r').unwrap_or(text);
            self.ready.extend(text.split('\r').map(str::to_string));
        }
        self.number += 1;
        Ok(self.ready.pop_front().map(|line| (self.number, line)))
    }
}
