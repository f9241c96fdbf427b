//! Memory for large matrices.

use super::Element;
use crate::error::{Error, Result};
use memmap2::MmapMut;
use std::ops::{Deref, DerefMut};

/// Numbers in memory: small ones in a vector, large ones in pages of their own, huge pages where the system has them. A
/// matrix of 128 MB takes 60 ms of page faults in pages of 4 kB, and 10 ms in pages of 2 MB.
#[derive(Debug)]
pub(super) enum Buffer<T> {
    Vector(Vec<T>),
    Pages { pages: MmapMut, count: usize },
}

/// Bytes from which pages are used.
const LARGE: usize = 1 << 22;

/// The largest count of numbers that are held at a time: 16 GiB.
const MOST_NUMBERS: f64 = (1u64 << 31) as f64;

/// Refuses what does not fit into memory.
pub(crate) fn room(numbers: f64, what: &str) -> Result<()> {
    if numbers > MOST_NUMBERS {
        return Err(Error::unable(format!("{what} of {numbers:.3e} numbers in memory; at most 2^31 are allowed")));
    }
    Ok(())
}

impl<T: Element> Buffer<T> {
    /// So many zeros.
    pub(super) fn zeros(count: usize) -> Result<Self> {
        let bytes = count * size_of::<T>();
        if bytes < LARGE {
            return Ok(Buffer::Vector(vec![T::zeroed(); count]));
        }
        let fail = |e: std::io::Error| Error::unable(format!("no memory for {bytes} bytes: {e}"));
        let pages = MmapMut::map_anon(bytes).map_err(fail)?;
        // Only advice: without huge pages it is slower.
        #[cfg(target_os = "linux")]
        let _ = pages.advise(memmap2::Advice::HugePage);
        Ok(Buffer::Pages { pages, count })
    }
}

impl<T: Element> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Buffer::Vector(values) => values,
            Buffer::Pages { pages, count } => &bytemuck::cast_slice(pages)[..*count],
        }
    }
}

impl<T: Element> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Buffer::Vector(values) => values,
            Buffer::Pages { pages, count } => &mut bytemuck::cast_slice_mut(pages)[..*count],
        }
    }
}
