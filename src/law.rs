//! How a sequence behaves over the degrees of one parity.

/// A law of eigenvalues or energies as the degree grows: `T` says what is known where they fall like a power of it, `F`
/// where they fall faster.
///
/// ```
/// use zonal::{Kernel, Law, Sphere};
/// // ntk(2) on S^2: k^-3 for even k, zero for odd k but for k = 1
/// let theorem = Kernel::ntk(2)?.decay_law(Sphere::in_dimension(3)?, 15)?;
/// assert!(theorem.parities.even.power().is_some());
/// assert!(matches!(&theorem.parities.odd, Law::Finite(degrees) if degrees == &[1]));
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Law<T, F = ()> {
    /// Zero but at these degrees, in increasing order.
    Finite(Vec<u64>),
    /// A power of the degree.
    Power(T),
    /// Faster than any power.
    Faster(F),
    /// Not known, and why.
    Undecided(String),
}

impl<T, F> Law<T, F> {
    /// What is known of the power, where it is one.
    pub fn power(&self) -> Option<&T> {
        if let Law::Power(power) = self { Some(power) } else { None }
    }

    /// The degrees of a sequence that ends.
    pub fn degrees(&self) -> Option<&[u64]> {
        if let Law::Finite(degrees) = self { Some(degrees) } else { None }
    }

    /// The last degree of a sequence that ends; none if it is zero.
    pub fn last(&self) -> Option<u64> {
        self.degrees()?.last().copied()
    }

    /// Whether all terms of the sequence are zero: it ends, and no degree is listed.
    pub fn is_zero(&self) -> bool {
        self.degrees().is_some_and(<[u64]>::is_empty)
    }
}
