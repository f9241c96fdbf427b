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
    write_parts(&[text], file)
}

/// As [`write_whole`], of texts one behind the other.
///
/// # Errors
/// As [`write_whole`].
pub fn write_parts(texts: &[impl AsRef<str>], file: Option<&Path>) -> Result<()> {
    let all = |out: &mut dyn Write| texts.iter().try_for_each(|text| out.write_all(text.as_ref().as_bytes()));
    let Some(path) = file else {
        let mut out = std::io::stdout().lock();
        return match all(&mut out).and_then(|()| out.flush()) {
            Err(e) if e.kind() != ErrorKind::BrokenPipe => {
                Err(Error::input(format!("cannot write to standard output: {e}")))
            }
            _ => Ok(()),
        };
    };
    write_file(path, |file| all(file))
}
