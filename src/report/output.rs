//! Output to standard output or to a file that is written whole or not at all.

use crate::error::{Error, Result};
use crate::files::write_file;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

/// Bytes that are written at once.
const BUFFER: usize = 1 << 16;

/// Writes to `file`, or to standard output if there is none.
///
/// A file is first written beside its place under a temporary name and then renamed. A reader of standard output that
/// went away (a closed pipe) is no error.
///
/// # Errors
/// `Input` if the file or standard output cannot be written.
pub fn write_to(file: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let Some(path) = file else {
        let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
        return match write(&mut out).and_then(|()| out.flush()) {
            Err(e) if e.kind() != ErrorKind::BrokenPipe => {
                Err(Error::input(format!("cannot write to standard output: {e}")))
            }
            _ => Ok(()),
        };
    };
    write_file(path, write)
}

/// Writes a text to `file`, or to standard output if there is none, as [`write_to`] does.
///
/// # Errors
/// As [`write_to`].
pub fn write_whole(text: &str, file: Option<&Path>) -> Result<()> {
    write_to(file, |out| out.write_all(text.as_bytes()))
}
