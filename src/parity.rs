//! Even and odd degrees.

use std::fmt;
use std::ops::{Index, IndexMut};

/// The parity of a degree k of the eigenvalues: even or odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parity {
    /// k = 0, 2, 4, ...
    Even,
    /// k = 1, 3, 5, ...
    Odd,
}

impl Parity {
    /// Both parities of degrees, the even one first.
    pub const BOTH: [Parity; 2] = [Parity::Even, Parity::Odd];

    /// The parity of the degree k: even for k = 0, 2, 4, ...
    pub fn of(k: u64) -> Self {
        if k.is_multiple_of(2) { Parity::Even } else { Parity::Odd }
    }

    /// The parity of the sum or difference of degrees of these parities.
    pub fn minus(self, other: Parity) -> Self {
        if self == other { Parity::Even } else { Parity::Odd }
    }

    /// The remainder of the degree by 2: 0 for even, 1 for odd degrees.
    pub fn remainder(self) -> u64 {
        match self {
            Parity::Even => 0,
            Parity::Odd => 1,
        }
    }

    /// The sign (-1)^k of degrees k of this parity: 1 for even, -1 for odd ones.
    pub fn sign(self) -> i32 {
        match self {
            Parity::Even => 1,
            Parity::Odd => -1,
        }
    }
}

impl fmt::Display for Parity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Parity::Even => "even",
            Parity::Odd => "odd",
        })
    }
}

/// One thing for the even degrees and one for the odd ones.
///
/// ```
/// use zonal::parity::{Parity, PerParity};
/// let first = PerParity::from_fn(|parity| parity.remainder());
/// assert_eq!((first.even, first[Parity::Odd], first.map(|k| k + 2).odd), (0, 1, 3));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerParity<T> {
    /// For k = 0, 2, 4, ...
    pub even: T,
    /// For k = 1, 3, 5, ...
    pub odd: T,
}

impl<T> PerParity<T> {
    /// The values of f for both parities; f is called for even degrees first.
    pub fn from_fn(mut f: impl FnMut(Parity) -> T) -> Self {
        PerParity { even: f(Parity::Even), odd: f(Parity::Odd) }
    }

    /// f of each parity, unless it fails.
    ///
    /// # Errors
    /// The first of f.
    pub fn try_from_fn<E>(mut f: impl FnMut(Parity) -> Result<T, E>) -> Result<Self, E> {
        Ok(PerParity { even: f(Parity::Even)?, odd: f(Parity::Odd)? })
    }

    /// References to the values of both parities, which stay where they are.
    pub fn as_ref(&self) -> PerParity<&T> {
        PerParity { even: &self.even, odd: &self.odd }
    }

    /// Applies f to the values of both parities, that of even degrees first.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> PerParity<U> {
        PerParity { even: f(self.even), odd: f(self.odd) }
    }

    /// References to both values in turn, that of even degrees first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.even, &self.odd].into_iter()
    }
}

impl<T> IntoIterator for PerParity<T> {
    type Item = T;
    type IntoIter = std::array::IntoIter<T, 2>;

    fn into_iter(self) -> Self::IntoIter {
        [self.even, self.odd].into_iter()
    }
}

impl<'a, T> IntoIterator for &'a PerParity<T> {
    type Item = &'a T;
    type IntoIter = std::array::IntoIter<&'a T, 2>;

    fn into_iter(self) -> Self::IntoIter {
        [&self.even, &self.odd].into_iter()
    }
}

impl<T> Index<Parity> for PerParity<T> {
    type Output = T;

    fn index(&self, parity: Parity) -> &T {
        match parity {
            Parity::Even => &self.even,
            Parity::Odd => &self.odd,
        }
    }
}

impl<T> IndexMut<Parity> for PerParity<T> {
    fn index_mut(&mut self, parity: Parity) -> &mut T {
        match parity {
            Parity::Even => &mut self.even,
            Parity::Odd => &mut self.odd,
        }
    }
}
