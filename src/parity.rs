//! Even and odd degrees.

use std::fmt;
use std::ops::{Index, IndexMut};

/// The parity of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parity {
    /// k = 0, 2, 4, ...
    Even,
    /// k = 1, 3, 5, ...
    Odd,
}

impl Parity {
    /// Both.
    pub const BOTH: [Parity; 2] = [Parity::Even, Parity::Odd];

    /// That of a degree.
    pub fn of(k: u64) -> Self {
        if k.is_multiple_of(2) { Parity::Even } else { Parity::Odd }
    }

    /// The parity of the sum or difference of degrees of these parities.
    pub fn minus(self, other: Parity) -> Self {
        if self == other { Parity::Even } else { Parity::Odd }
    }

    /// 0 or 1.
    pub fn remainder(self) -> u64 {
        match self {
            Parity::Even => 0,
            Parity::Odd => 1,
        }
    }

    /// (-1)^k
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
    /// f of each parity.
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

    /// References to both.
    pub fn as_ref(&self) -> PerParity<&T> {
        PerParity { even: &self.even, odd: &self.odd }
    }

    /// f of both.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> PerParity<U> {
        PerParity { even: f(self.even), odd: f(self.odd) }
    }

    /// Both, the even one first.
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
