//! Gram matrices that do not fit into memory, written to a file block by block.

use super::ZonalGram;
use crate::data::Points;
use crate::data::unfinished::{Content, Unfinished, header};
use crate::error::{Error, Result};
use crate::linear::Element;
use crate::linear::Matrix;
use crate::watch::{advance, announce};
use num_traits::{AsPrimitive, ToBytes};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::mpsc::sync_channel;

/// Bytes of a block of rows.
const BLOCK_BYTES: usize = 1 << 24;

impl ZonalGram {
    /// Writes the Gram matrix to a file of NumPy, in blocks of rows, while the next block is computed: memory for three
    /// blocks (of 16 MiB, at least one row) is enough. `name` is what the kernel is called.
    ///
    /// Until it is finished the file is called `path` with `.part`; `.part.json` says how far it is. Stopped and called
    /// again with the same kernel and points it goes on after the last finished block, and gives the same bytes.
    /// Returns how many rows were there already.
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
        let n = points.count();
        let digest = self.digest::<T>(points, name);
        let header = header::<T>(&[n as u64, n as u64])?;
        let row_bytes = n * size_of::<T>();
        let mut file = Unfinished::open(path, Content { name, digest, header: &header, rows: n, row_bytes })?;
        let there = file.rows();
        let block = (BLOCK_BYTES / row_bytes).clamp(1, n);
        announce(n as u64);
        advance(there as u64);
        let written = std::thread::scope(|scope| {
            let (send, receive) = sync_channel::<Matrix<T>>(1);
            let writer = scope.spawn(move || -> Result<Unfinished> {
                let mut bytes = Vec::with_capacity(block * row_bytes);
                for matrix in receive {
                    bytes.clear();
                    matrix.values().iter().for_each(|value| bytes.extend_from_slice(value.to_le_bytes().as_ref()));
                    file.append(&bytes)?;
                }
                Ok(file)
            });
            for first in (there..n).step_by(block) {
                let rows: Vec<usize> = (first..(first + block).min(n)).collect();
                let (count, matrix) = (rows.len() as u64, self.cross(&points.select(&rows), points)?);
                // The writer has gone if it failed.
                if send.send(matrix).is_err() {
                    break;
                }
                advance(count);
            }
            drop(send);
            writer.join().unwrap_or_else(|_| Err(Error::unable("the thread that writes has ended")))
        });
        written?.finish()?;
        Ok(there)
    }

    /// A digest of everything that the values depend on.
    fn digest<T: npyz::AutoSerialize>(&self, points: &Points, name: &str) -> String {
        let mut hash = Sha256::new();
        let number = T::default_dtype().descr();
        hash.update(format!("{name} {:?} {number} {}", self.scaling(), points.dimension()));
        for i in 0..points.count() {
            hash.update(points.length(i).to_le_bytes());
            points.direction(i).iter().for_each(|x| hash.update(x.to_le_bytes()));
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
