//! Output to standard output or to a file that is written whole or not at all.

use crate::error::{Error, Result};
use crate::files::write_file;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes `text` to `file`, or to standard output if there is none.
///
/// A file is first written beside its place under a temporary name and then renamed. A reader of standard output that
/// went away (a closed pipe) is no error.
///
/// # Errors
/// `Input` if the file or standard output cannot be written.
pub fn write_whole(text: &str, file: Option<&Path>) -> Result<()> {
    let Some(path) = file else {
        let mut out = std::io::stdout().lock();
        return match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(e) if e.kind() != ErrorKind::BrokenPipe => {
                Err(Error::input(format!("cannot write to standard output: {e}")))
            }
            _ => Ok(()),
        };
    };
    write_file(path, |file| file.write_all(text.as_bytes()))
}
