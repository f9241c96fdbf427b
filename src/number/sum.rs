//! Long sums of doubles.

/// Terms added plainly before compensation.
const BLOCK: usize = 64;

/// Terms added side by side.
const LANES: usize = 4;

/// Sums of several quantities over the same terms.
///
/// Blocks of 64 terms are added plainly, their sums with the rounding error of each addition carried along (Neumaier,
/// ZAMM 1974): for terms of one sign the relative error is below 66 units of 2^-53, 8e-15, however many they are.
#[derive(Clone, Copy, Debug)]
pub struct LongSums<const N: usize> {
    block: [f64; N],
    filled: usize,
    total: [f64; N],
    lost: [f64; N],
}

impl<const N: usize> Default for LongSums<N> {
    fn default() -> Self {
        LongSums { block: [0.0; N], filled: 0, total: [0.0; N], lost: [0.0; N] }
    }
}

impl<const N: usize> LongSums<N> {
    /// Adds one term to each of the N sums; compensated once in 64 terms.
    #[inline(always)]
    pub fn add(&mut self, terms: [f64; N]) {
        for (sum, term) in self.block.iter_mut().zip(terms) {
            *sum += term;
        }
        self.filled += 1;
        if self.filled == BLOCK {
            self.flush();
        }
    }

    /// Adds the terms of each item, several items at a time.
    #[inline(always)]
    pub fn add_all<T>(&mut self, items: &[T], terms: impl Fn(&T) -> [f64; N]) {
        for block in items.chunks(BLOCK) {
            let mut lanes = [[0.0; N]; LANES];
            let mut groups = block.chunks_exact(LANES);
            for group in &mut groups {
                for (sums, item) in lanes.iter_mut().zip(group) {
                    for (sum, term) in sums.iter_mut().zip(terms(item)) {
                        *sum += term;
                    }
                }
            }
            self.flush();
            for sums in lanes.into_iter().chain(groups.remainder().iter().map(&terms)) {
                for (sum, term) in self.block.iter_mut().zip(sums) {
                    *sum += term;
                }
            }
        }
        self.flush();
    }

    fn flush(&mut self) {
        for i in 0..N {
            let (old, term) = (self.total[i], self.block[i]);
            let new = old + term;
            let lost = if old.abs() >= term.abs() { (old - new) + term } else { (term - new) + old };
            // Infinite sums stay infinite.
            self.lost[i] += if new.is_finite() { lost } else { 0.0 };
            (self.total[i], self.block[i]) = (new, 0.0);
        }
        self.filled = 0;
    }

    /// The N sums of all terms added so far, compensated for rounding.
    pub fn values(mut self) -> [f64; N] {
        self.flush();
        std::array::from_fn(|i| self.total[i] + self.lost[i])
    }
}

/// The sum of a list of doubles, to 8e-15 relatively for terms of one sign.
///
/// ```
/// // 10^7 times 0.1: 10^6 (a plain sum gives 999999.9998)
/// let sum = zonal::number::long_sum(std::iter::repeat_n(0.1, 10_000_000));
/// assert!((sum / 1e6 - 1.0).abs() < 8e-15);
/// ```
pub fn long_sum(terms: impl Iterator<Item = f64>) -> f64 {
    let mut sums = LongSums::<1>::default();
    terms.for_each(|term| sums.add([term]));
    sums.values()[0]
}
