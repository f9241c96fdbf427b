//! Output to standard output or to a file that is written whole or not at all.

use crate::error::{Error, Result};
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
    write_file(text.as_bytes(), path)
}

/// Writes a file whole or not at all.
pub(crate) fn write_file(bytes: &[u8], path: &Path) -> Result<()> {
    let fail = |e: std::io::Error| Error::input(format!("cannot write the file {}: {e}", path.display()));
    if path.is_dir() {
        return Err(Error::input(format!("cannot write the file {}: it is a directory", path.display())));
    }
    // Something that is no regular file (a pipe, /dev/null) cannot be replaced by a rename.
    if path.exists() && !path.is_file() {
        return std::fs::write(path, bytes).map_err(fail);
    }
    // Through a symbolic link, the file it names is replaced, not the link.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".zonal-");
    #[cfg(unix)]
    {
        // The permissions of the file replaced; for a new one the usual ones, from which the umask takes its part.
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&target).map_or(0o666, |old| old.permissions().mode());
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    let mut temporary = builder.tempfile_in(folder).map_err(fail)?;
    temporary.write_all(bytes).map_err(fail)?;
    temporary.persist(&target).map(|_| ()).map_err(|e| fail(e.error))
}
