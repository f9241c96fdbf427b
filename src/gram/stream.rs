//! Gram matrices that do not fit into memory, written to a file block by block.

use super::{Element, Matrix, Points, Zonal};
use crate::error::{Error, Result};
use crate::progress::{advance, announce};
use npyz::WriterBuilder;
use num_traits::{AsPrimitive, ToBytes};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

/// Bytes of a block of rows.
const BLOCK_BYTES: usize = 1 << 24;

/// What is known of an unfinished file.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Journal {
    /// What is computed.
    kernel: String,
    /// A digest of kernel, scaling, type and points.
    digest: String,
    /// Rows that are finished, and on the disk.
    rows: usize,
}

/// A file and what stands beside it until it is finished.
struct Place {
    part: PathBuf,
    journal: PathBuf,
}

impl Place {
    fn new(path: &Path) -> Self {
        let beside = |ending: &str| {
            let mut name = path.as_os_str().to_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        Place { part: beside(".part"), journal: beside(".part.json") }
    }

    fn read(&self) -> Option<Journal> {
        serde_json::from_slice(&fs::read(&self.journal).ok()?).ok()
    }

    /// Whole or not at all: the old journal stands until the new one does.
    fn write(&self, journal: &Journal) -> std::io::Result<()> {
        let folder = self.journal.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut file, journal)?;
        file.persist(&self.journal)?;
        Ok(())
    }
}

impl Zonal {
    /// Writes the Gram matrix to a file of NumPy, in blocks of rows, while the next block is computed: memory for three blocks (of 16 MiB, at least one
    /// row) is enough. `name` is what the kernel is called.
    ///
    /// Until it is finished the file is called `path` with `.part`; `.part.json` says how far it is. Stopped and called again with the same kernel and points it
    /// goes on after the last finished block, and gives the same bytes. Returns how many rows were there already.
    ///
    /// Both halves of the matrix are computed: that costs less time than to read one of them back.
    ///
    /// # Errors
    /// `Input` if a file cannot be written, or an unfinished one is that of another computation.
    pub fn stream<T>(&self, points: &Points, name: &str, path: &Path) -> Result<usize>
    where
        T: Element + npyz::AutoSerialize + ToBytes,
        f64: AsPrimitive<T>,
    {
        let fail = |e: std::io::Error| Error::input(format!("cannot write the file {}: {e}", path.display()));
        let n = points.count();
        let place = Place::new(path);
        let digest = self.digest::<T>(points, name);
        let mut header = Vec::new();
        let shape = [n as u64, n as u64];
        npyz::WriteOptions::new_header_only()
            .dtype(T::default_dtype())
            .shape(&shape)
            .writer(&mut header)
            .write_header_only()
            .map_err(fail)?;
        let row_bytes = n * size_of::<T>();
        let found = place.read();
        let mut journal = match found {
            Some(journal) if journal.digest == digest && journal.rows <= n => journal,
            Some(journal) => {
                return Err(Error::input(format!(
                    "{} belongs to an unfinished matrix of other points or another kernel ({}); remove it and {} to start anew",
                    place.part.display(),
                    journal.kernel,
                    place.journal.display()
                )));
            }
            None => Journal { kernel: name.to_string(), digest, rows: 0 },
        };
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(journal.rows == 0).open(&place.part).map_err(fail)?;
        let position = |rows: usize| (header.len() + rows * row_bytes) as u64;
        if file.metadata().map_err(fail)?.len() < position(journal.rows) {
            // Somebody cut it.
            journal.rows = 0;
        }
        let there = journal.rows;
        file.write_all(&header).map_err(fail)?;
        file.seek(SeekFrom::Start(position(there))).map_err(fail)?;
        let block = (BLOCK_BYTES / row_bytes).clamp(1, n);
        announce(n as u64);
        advance(there as u64);
        let written = std::thread::scope(|scope| {
            let (send, receive) = sync_channel::<Matrix<T>>(1);
            let place = &place;
            let writer = scope.spawn(move || -> std::io::Result<()> {
                let mut file: File = file;
                let mut bytes = Vec::with_capacity(block * row_bytes);
                for matrix in receive {
                    bytes.clear();
                    matrix.values().iter().for_each(|value| bytes.extend_from_slice(value.to_le_bytes().as_ref()));
                    file.write_all(&bytes)?;
                    // What the journal calls finished is on the disk.
                    file.sync_data()?;
                    journal.rows += matrix.rows();
                    place.write(&journal)?;
                    advance(matrix.rows() as u64);
                }
                Ok(())
            });
            for first in (there..n).step_by(block) {
                let rows: Vec<usize> = (first..(first + block).min(n)).collect();
                // The writer has gone if it failed.
                if send.send(self.cross(&points.select(&rows), points)?).is_err() {
                    break;
                }
            }
            drop(send);
            writer
                .join()
                .unwrap_or_else(|_| Err(std::io::Error::other("the thread that writes has ended")))
                .map_err(fail)
        });
        written?;
        fs::rename(&place.part, path).map_err(fail)?;
        fs::remove_file(&place.journal).or_else(|e| if n == there { Ok(()) } else { Err(e) }).map_err(fail)?;
        Ok(there)
    }

    /// A digest of everything that the values depend on.
    fn digest<T: npyz::AutoSerialize>(&self, points: &Points, name: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{name} {:?} {} {}", self.scaling(), T::default_dtype().descr(), points.dimension()));
        for i in 0..points.count() {
            hash.update(points.length(i).to_le_bytes());
            points.direction(i).iter().for_each(|x| hash.update(x.to_le_bytes()));
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
