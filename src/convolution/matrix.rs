//! Matrices of convolutional kernels, in memory and as files that grow.

use super::ConvolutionalKernel;
use super::Image;
use super::Pair;
use super::Signals;
use super::sweep::Workspace;
use crate::data::unfinished::{Content, Unfinished, header};
use crate::error::{Error, Result};
use crate::linear::{Element, Matrix};
use crate::watch::{advance, announce};
use num_traits::{AsPrimitive, ToBytes};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::path::Path;

/// Which matrix to compute: that of the convolutional kernel network, of the tangent kernel, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernels {
    /// The convolutional kernel network.
    Ckn,
    /// The convolutional tangent kernel.
    Ntk,
    /// Both, in this order.
    Both,
}

/// Entries that are computed before they are written.
const BLOCK: usize = 256;

/// The largest number of signals: a matrix of both kernels is held in memory.
const MOST_SIGNALS: usize = 20_000;

/// Both kernels of all pairs, row after row.
#[derive(Debug)]
pub struct Matrices {
    rows: usize,
    columns: usize,
    pairs: Vec<Pair>,
}

impl Matrices {
    /// The matrix of the convolutional kernel network, an entry for each pair of signals.
    pub fn ckn(&self) -> Matrix {
        Matrix::new(self.rows, self.columns, self.pairs.iter().map(|pair| pair.ckn).collect())
    }

    /// The matrix of the tangent kernel; without meaning for networks with an activation of order 0.
    pub fn ntk(&self) -> Matrix {
        Matrix::new(self.rows, self.columns, self.pairs.iter().map(|pair| pair.ntk).collect())
    }
}

impl ConvolutionalKernel {
    /// The Gram matrices; each pair is computed once.
    ///
    /// # Errors
    /// `Unable` for more than 20,000 signals.
    pub fn gram(&self, images: &[Image]) -> Result<Matrices> {
        let n = room(images.len())?;
        let mut pairs = vec![Pair { ckn: 0.0, ntk: 0.0 }; n * n];
        announce((n * (n + 1) / 2) as u64);
        for i in 0..n {
            for (j, pair) in self.row(&images[i], &images[..=i]).into_iter().enumerate() {
                pairs[i * n + j] = pair;
                pairs[j * n + i] = pair;
            }
        }
        Ok(Matrices { rows: n, columns: n, pairs })
    }

    /// The kernels of the images of the rows with those of the columns.
    ///
    /// # Errors
    /// `Unable` for more than 20,000 signals of either.
    pub fn cross(&self, rows: &[Image], columns: &[Image]) -> Result<Matrices> {
        room(rows.len().max(columns.len()))?;
        announce((rows.len() * columns.len()) as u64);
        let pairs = rows.iter().flat_map(|x| self.row(x, columns)).collect();
        Ok(Matrices { rows: rows.len(), columns: columns.len(), pairs })
    }

    /// The kernels of images with those at the same places of another list: of a list with itself the diagonal of the
    /// Gram matrix.
    ///
    /// # Errors
    /// `Input` for lists of different lengths.
    pub fn pairs(&self, x: &[Image], y: &[Image]) -> Result<Vec<Pair>> {
        if x.len() != y.len() {
            return Err(Error::input(format!("{} images and {} to go with them", x.len(), y.len())));
        }
        announce(x.len() as u64);
        Ok(self.entries(x.iter().zip(y).collect()))
    }

    /// One image with several.
    fn row(&self, x: &Image, others: &[Image]) -> Vec<Pair> {
        self.entries(others.iter().map(|y| (x, y)).collect())
    }

    fn entries(&self, images: Vec<(&Image, &Image)>) -> Vec<Pair> {
        let one = |space: &mut Workspace, (x, y): (&Image, &Image)| {
            let pair = self.pair_with(x, y, space);
            advance(1);
            pair
        };
        images.into_par_iter().with_max_len(1).map_init(Workspace::default, one).collect()
    }

    /// Writes the Gram matrix of signals to a file of NumPy: an array of shape (n, n), or (2, n, n) for both kernels.
    ///
    /// Until it is finished its rows are kept in a file `path` with `.part`; `.part.json` says how far it is. Stopped
    /// and called again with the same network and signals it goes on after the last finished rows, and gives the same
    /// bytes. `factor` multiplies all entries. Returns how many rows were there already.
    ///
    /// # Errors
    /// `Input` for signals of another shape, a network of step functions where the tangent kernel is asked for, kernels
    /// beyond the numbers of the file, a file that cannot be written, or an unfinished one of another computation;
    /// `Unable` for more than 20,000 signals.
    pub fn stream<T>(&self, signals: &Signals, kernels: Kernels, factor: f64, path: &Path) -> Result<usize>
    where
        T: Element + npyz::AutoSerialize + ToBytes,
        f64: AsPrimitive<T>,
    {
        if kernels != Kernels::Ckn && !self.network().has_tangent() {
            return Err(Error::input(format!(
                "network '{}' has a layer of order 0 (steps), which has no derivative, and so no tangent kernel; its \
                 convolutional kernel is there",
                self.network()
            )));
        }
        let n = room(signals.count())?;
        let which: &[usize] = match kernels {
            Kernels::Ckn => &[0],
            Kernels::Ntk => &[1],
            Kernels::Both => &[0, 1],
        };
        let images = self.images(signals)?;
        // The diagonal is the largest: |K(x, y)|^2 <= K(x, x) K(y, y).
        let diagonal = self.pairs(&images, &images)?;
        for (i, pair) in diagonal.iter().enumerate() {
            let zero = images[i].vanishes();
            for kernel in which {
                let value = [pair.ckn, pair.ntk][*kernel] * factor;
                let written = AsPrimitive::<T>::as_(value).to_f64();
                if !written.is_finite() || (!zero && written < T::SMALLEST) {
                    return Err(Error::input(format!(
                        "the kernel of signal {i} with itself is {value:e}, beyond the numbers of {} bytes: scale the \
                         signals",
                        size_of::<T>()
                    )));
                }
            }
        }
        let row_bytes = 2 * n * size_of::<f64>();
        let name = self.network().to_string();
        let content = Content { name: &name, digest: self.digest(signals), header: &[], rows: n, row_bytes };
        let mut file = Unfinished::open(path, content)?;
        let there = file.rows();
        announce((n * (n + 1) / 2) as u64);
        advance((there * (there + 1) / 2) as u64);
        let mut values: Vec<[f64; 2]> = file.read()?.chunks_exact(16).map(number_pair).collect();
        let mut first = there;
        while first < n {
            let mut last = first;
            while last < n && (last == first || (first..=last).map(|i| i + 1).sum::<usize>() <= BLOCK) {
                last += 1;
            }
            let images = &images;
            let found =
                self.entries((first..last).flat_map(|i| (0..=i).map(move |j| (&images[i], &images[j]))).collect());
            let mut found = found.into_iter();
            let mut bytes = Vec::with_capacity((last - first) * row_bytes);
            for i in first..last {
                for j in 0..n {
                    let pair = if j <= i { found.next() } else { None };
                    let pair = pair.map_or([0.0; 2], |pair| [pair.ckn, pair.ntk]);
                    pair.iter().for_each(|x| bytes.extend_from_slice(&x.to_le_bytes()));
                    values.push(pair);
                }
            }
            file.append(&bytes)?;
            first = last;
        }
        let entry = |kernel: usize, i: usize, j: usize| values[i.max(j) * n + i.min(j)][kernel] * factor;
        let shape = [2, n as u64, n as u64];
        let header = header::<T>(&shape[usize::from(which.len() == 1)..])?;
        file.replace(|writer| {
            writer.write_all(&header)?;
            for kernel in which {
                for i in 0..n {
                    for j in 0..n {
                        let value: T = entry(*kernel, i, j).as_();
                        writer.write_all(value.to_le_bytes().as_ref())?;
                    }
                }
            }
            Ok(())
        })?;
        Ok(there)
    }

    /// A digest of everything that the entries depend on.
    fn digest(&self, signals: &Signals) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{} {}", self.network(), signals.shape()));
        signals.values().iter().for_each(|x| hash.update(x.to_le_bytes()));
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Two numbers from their bytes.
fn number_pair(bytes: &[u8]) -> [f64; 2] {
    [0, 1].map(|i: usize| bytes[8 * i..].first_chunk().map_or(0.0, |bytes| f64::from_le_bytes(*bytes)))
}

fn room(count: usize) -> Result<usize> {
    if count > MOST_SIGNALS {
        return Err(Error::unable(format!("kernels of {count} signals in memory; allowed are {MOST_SIGNALS}")));
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Points;
    use crate::data::unfinished::FORMAT;
    use crate::gram::{Scaling, ZonalGram};
    use crate::kernel::Kernel;

    /// The bits of entries of both kinds of matrices, from numbers that are the same on every machine.
    fn bits() -> String {
        let mut hash = Sha256::new();
        let numbers: Vec<f64> = (0..300u32).map(|i| f64::from(i * i * 7 % 41) / 8.0 - 2.4375).collect();
        for (kernel, scaling) in [
            ("ntk(3)", Scaling::Homogeneous),
            ("laplace(1)", Scaling::Sphere),
            ("arccos(0)", Scaling::Sphere),
            ("exp(u)", Scaling::Sphere),
        ] {
            let kernel = Kernel::parse(kernel).unwrap().tabulate(None).unwrap();
            let points = Points::new(numbers.clone(), 5).unwrap();
            let matrix: Matrix = ZonalGram::new(kernel, scaling).gram(&points).unwrap();
            matrix.values().iter().for_each(|x| hash.update(x.to_le_bytes()));
        }
        for network in ["conv(3) pool(2)/2 conv(3, order 1) global", "pool(1) conv(3x3) pool(2)"] {
            let signals = Signals::new(numbers.clone(), "6x10".parse().unwrap()).unwrap();
            let kernel = ConvolutionalKernel::new(&network.parse().unwrap(), signals.shape()).unwrap();
            let matrices = kernel.gram(&kernel.images(&signals).unwrap()).unwrap();
            for matrix in [matrices.ckn(), matrices.ntk()] {
                matrix.values().iter().for_each(|x| hash.update(x.to_le_bytes()));
            }
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Where this fails, entries have other bits than before: raise FORMAT, and write both down here. Else one file
    /// could hold rows of both.
    #[test]
    fn entries_change_only_with_the_number_of_the_format() {
        assert_eq!((FORMAT, bits().as_str()), (2, "391aff845593ad760dd2bafd575dd408b384fb35f9887fc5be30bd6c125580b0"));
    }
}
