//! Files that grow row by row, and what stands beside them until they are finished.

use crate::error::{Error, Result};
use crate::files::{no_folder, unwritten, write_file};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The number of the rules by which entries and unfinished files are made, so that one file never holds rows of two
/// builds that compute differently: whoever changes a bit of
/// an entry of any matrix, or the layout of the rows, raises it. A test in `convolution/matrix.rs` holds bits of
/// entries beside it, and fails where they
/// change. Files before the number was there count as 0.
pub(crate) const FORMAT: u32 = 2;

/// What is known of an unfinished file.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Journal {
    /// [`FORMAT`] of the program that began it.
    #[serde(default)]
    format: u32,
    /// What is computed.
    kernel: String,
    /// A digest of everything that the values depend on.
    digest: String,
    /// Rows that are finished, and on the disk.
    rows: usize,
}

/// A file `path` that is called `path.part` until it is finished; `path.part.json` says how far it is.
pub(crate) struct Unfinished {
    path: PathBuf,
    part: PathBuf,
    journal_path: PathBuf,
    journal: Journal,
    file: File,
    header_bytes: usize,
    row_bytes: usize,
}

/// What is to be written.
pub(crate) struct Content<'a> {
    /// What the kernel is called.
    pub(crate) name: &'a str,
    /// Of everything that the values depend on.
    pub(crate) digest: String,
    /// Before the first row.
    pub(crate) header: &'a [u8],
    pub(crate) rows: usize,
    pub(crate) row_bytes: usize,
}

/// Bytes that are put on the disk at a time: while it waits for them a process cannot end.
const PIECE: usize = 1 << 22;

impl Unfinished {
    /// Opens what is there of the file, or begins it.
    ///
    /// # Errors
    /// `Input` if it cannot be written, or an unfinished one is that of another computation.
    pub(crate) fn open(path: &Path, content: Content<'_>) -> Result<Self> {
        let Content { name, digest, header, rows, row_bytes } = content;
        no_folder(path)?;
        let beside = |ending: &str| {
            let mut name = path.as_os_str().to_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        let (part, journal_path) = (beside(".part"), beside(".part.json"));
        let file = lock(path, &part)?;
        let found: Option<Journal> = fs::read(&journal_path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        let mut journal = match found {
            Some(journal) if journal.format == FORMAT && journal.digest == digest && journal.rows <= rows => journal,
            Some(journal) => {
                if file.metadata().is_ok_and(|metadata| metadata.len() == 0) {
                    // Only the lock made it.
                    let _ = fs::remove_file(&part);
                }
                let what = match journal.format {
                    FORMAT => format!("of other points or another kernel ({})", journal.kernel),
                    _ => format!(
                        "({}) that another version of zonal began, which may compute other bits",
                        journal.kernel
                    ),
                };
                return Err(Error::input(format!(
                    "{} belongs to an unfinished matrix {what}; remove it and {} to start anew",
                    part.display(),
                    journal_path.display()
                )));
            }
            None => Journal { format: FORMAT, kernel: name.to_string(), digest, rows: 0 },
        };
        let mut file = file;
        if journal.rows == 0 {
            file.set_len(0).map_err(|e| unwritten(path, &e))?;
        }
        if file.metadata().map_err(|e| unwritten(path, &e))?.len() < (header.len() + journal.rows * row_bytes) as u64 {
            // Somebody cut it.
            journal.rows = 0;
        }
        file.write_all(header).map_err(|e| unwritten(path, &e))?;
        let path = path.to_path_buf();
        Ok(Unfinished { path, part, journal_path, journal, file, header_bytes: header.len(), row_bytes })
    }

    /// The rows that are finished.
    pub(crate) fn rows(&self) -> usize {
        self.journal.rows
    }

    /// The bytes of the rows that are finished.
    pub(crate) fn read(&mut self) -> Result<Vec<u8>> {
        let mut bytes = vec![0; self.journal.rows * self.row_bytes];
        let from = SeekFrom::Start(self.header_bytes as u64);
        self.file.seek(from).and_then(|_| self.file.read_exact(&mut bytes)).map_err(|e| unwritten(&self.path, &e))?;
        Ok(bytes)
    }

    /// Adds rows. What the journal calls finished is on the disk.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let position = (self.header_bytes + self.journal.rows * self.row_bytes) as u64;
        let mut pieces = bytes.chunks(PIECE);
        let written = self
            .file
            .seek(SeekFrom::Start(position))
            .and_then(|_| pieces.try_for_each(|piece| self.file.write_all(piece).and_then(|()| self.file.sync_data())));
        written.map_err(|e| unwritten(&self.path, &e))?;
        self.journal.rows += bytes.len() / self.row_bytes;
        self.write_journal()
    }

    /// Whole or not at all: the old journal stands until the new one does.
    fn write_journal(&self) -> Result<()> {
        write_file(&self.journal_path, |file| Ok(serde_json::to_writer(file, &self.journal)?))
    }

    /// The rows are the file.
    pub(crate) fn finish(self) -> Result<()> {
        fs::rename(&self.part, &self.path).map_err(|e| unwritten(&self.path, &e))?;
        self.forget()
    }

    /// The file is this instead; the rows are no longer needed.
    pub(crate) fn replace(self, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
        write_file(&self.path, write)?;
        fs::remove_file(&self.part).map_err(|e| unwritten(&self.path, &e))?;
        self.forget()
    }

    /// Removes the journal, if there is one.
    fn forget(self) -> Result<()> {
        match fs::remove_file(&self.journal_path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(unwritten(&self.path, &e)),
            _ => Ok(()),
        }
    }
}

/// Opens the file of the rows for this process alone, until it is closed.
fn lock(path: &Path, part: &Path) -> Result<File> {
    let busy = || Error::input(format!("{} is being written by another process", path.display()));
    if part.is_symlink() {
        return Err(Error::input(format!("{} is a symbolic link; what it names would be overwritten", part.display())));
    }
    let mut options = OpenOptions::new();
    let opened = options.read(true).write(true).create(true).truncate(false).open(part);
    let file = opened.map_err(|e| unwritten(path, &e))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(busy()),
        // File systems without locks do without.
        Err(TryLockError::Error(e)) if e.kind() == std::io::ErrorKind::Unsupported => {}
        Err(TryLockError::Error(e)) => return Err(unwritten(path, &e)),
    }
    // The other one may have finished in between: then this is no longer the file of that name.
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |metadata: std::io::Result<fs::Metadata>| metadata.map(|m| (m.dev(), m.ino())).ok();
        if identity(file.metadata()) != identity(fs::metadata(part)) {
            return Err(busy());
        }
    }
    Ok(file)
}

/// The header of a file of NumPy, for the bytes of numbers of a type.
pub(crate) fn header<T: npyz::AutoSerialize>(shape: &[u64]) -> Result<Vec<u8>> {
    use npyz::WriterBuilder;
    let mut header = Vec::new();
    let options = npyz::WriteOptions::new_header_only().dtype(T::default_dtype()).shape(shape);
    options.writer(&mut header).write_header_only().map_err(|e| Error::unable(format!("no header of NumPy: {e}")))?;
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of two formats are never in one file, whatever the digest says; a journal without a number is older than
    /// all.
    #[test]
    fn a_file_goes_on_only_in_its_format() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("matrix.npy");
        let content = || Content { name: "a", digest: "a".into(), header: b"h", rows: 2, row_bytes: 1 };
        Unfinished::open(&path, content()).unwrap().append(b"x").unwrap();
        let journal = folder.path().join("matrix.npy.part.json");
        let text = fs::read_to_string(&journal).unwrap();
        let number = format!("\"format\":{FORMAT}");
        assert!(text.contains(&number), "{text}");
        for other in ["\"format\":999", "\"unknown\":1"] {
            fs::write(&journal, text.replace(&number, other)).unwrap();
            let error = Unfinished::open(&path, content()).err().unwrap().to_string();
            assert!(error.contains("another version of zonal began"), "{error}");
        }
        fs::write(&journal, text).unwrap();
        assert_eq!(Unfinished::open(&path, content()).unwrap().rows(), 1);
    }

    /// One at a time; the next one goes on, or begins anew where the first has finished.
    #[test]
    fn a_file_has_one_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("matrix.npy");
        let content = |name: &'static str| Content { name, digest: name.into(), header: b"h", rows: 2, row_bytes: 1 };
        let mut first = Unfinished::open(&path, content("a")).unwrap();
        for name in ["a", "b"] {
            let error = Unfinished::open(&path, content(name)).err().unwrap().to_string();
            assert!(error.contains("being written by another process"), "{error}");
        }
        first.append(b"x").unwrap();
        drop(first);
        assert!(
            Unfinished::open(&path, content("b")).err().unwrap().to_string().contains("unfinished matrix of other")
        );
        let mut again = Unfinished::open(&path, content("a")).unwrap();
        assert_eq!((again.rows(), again.read().unwrap()), (1, b"x".to_vec()));
        again.append(b"y").unwrap();
        again.finish().unwrap();
        #[cfg(unix)]
        {
            let (other, linked) = (folder.path().join("other"), folder.path().join("linked.npy"));
            fs::write(&other, "data").unwrap();
            std::os::unix::fs::symlink(&other, folder.path().join("linked.npy.part")).unwrap();
            let error = Unfinished::open(&linked, content("a")).err().unwrap().to_string();
            assert!(error.contains("is a symbolic link") && fs::read(&other).unwrap() == b"data", "{error}");
        }
        assert_eq!(fs::read(&path).unwrap(), b"hxy");
        assert_eq!(Unfinished::open(&path, content("b")).unwrap().rows(), 0);
    }
}
