//! Files that are written whole or not at all.

use crate::error::{Error, Result};
use std::io::{BufWriter, IntoInnerError, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes that are written at once.
const BUFFER: usize = 1 << 16;

/// Files under temporary names.
static OPEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn open() -> MutexGuard<'static, Vec<PathBuf>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all files under temporary names, and lets none be begun or finished: before the process ends.
#[cfg(feature = "cli")]
pub(crate) fn abandon() {
    let files = open();
    for path in files.iter() {
        // What is gone already is as it should be.
        let _ = std::fs::remove_file(path);
    }
    std::mem::forget(files);
}

/// A name in the list of temporary files.
struct Listed(PathBuf);

impl Drop for Listed {
    fn drop(&mut self) {
        open().retain(|path| *path != self.0);
    }
}

/// A file that cannot be written.
pub(crate) fn unwritten(path: &Path, error: &std::io::Error) -> Error {
    Error::input(format!("cannot write the file {}: {error}", path.display()))
}

/// Refuses a folder where a file is to be.
pub(crate) fn no_folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Err(Error::input(format!("cannot write the file {}: it is a directory", path.display())));
    }
    Ok(())
}

/// Writes a file under a temporary name beside its place and renames it; what is there stays until then.
///
/// # Errors
/// `Input` if it cannot be written.
pub(crate) fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    no_folder(path)?;
    write_beside(path, write).map_err(|e| unwritten(path, &e))
}

fn write_beside(path: &Path, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> std::io::Result<()> {
    // Something that is no regular file (a pipe, /dev/null) cannot be replaced by a rename.
    if path.exists() && !path.is_file() {
        let mut file = BufWriter::new(std::fs::File::create(path)?);
        write(&mut file)?;
        return file.flush();
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
    let (file, _listed) = {
        let mut open = open();
        let file = builder.tempfile_in(folder)?;
        open.push(file.path().to_path_buf());
        let listed = Listed(file.path().to_path_buf());
        (file, listed)
    };
    let mut file = BufWriter::with_capacity(BUFFER, file);
    write(&mut file)?;
    let file = file.into_inner().map_err(IntoInnerError::into_error)?;
    let _none_is_abandoned = open();
    file.persist(&target)?;
    Ok(())
}
