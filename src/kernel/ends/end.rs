//! The expansion of a kernel at u = 1 and u = -1.
//!
//! Its variable is the squared distance tau = |x-y|^2 = 2 - 2u at u = 1 and |x+y|^2 = 2 + 2u at u = -1: powers of it
//! carry no square roots of 2 (with u = 1 - r^2, tau = 2 r^2).

use crate::error::Result;
use crate::kernel::program::{Point, Program};
use crate::number::{Number, Puiseux, PuiseuxSeries};
use rug::Rational;

/// An end of the interval of inner products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// u = 1: equal points.
    One,
    /// u = -1: antipodal points.
    MinusOne,
}

impl End {
    /// Both ends of the interval of inner products: u = 1, then u = -1.
    pub const BOTH: [End; 2] = [End::One, End::MinusOne];

    /// The inner product u at this end: 1 or -1.
    pub fn place(self) -> i32 {
        match self {
            End::One => 1,
            End::MinusOne => -1,
        }
    }
}

impl Program {
    /// The kernel at `u = ±(1 - tau/2)` as a series in fractional powers of tau, modulo `tau^order`:
    /// $\kappa = \sum_j c_j \tau^{j/m}$, with coefficients in the number system `base`.
    ///
    /// Cost: some five products of power series for each nonlinear step. The last coefficients may not be known: see
    /// [`PuiseuxSeries::known`].
    ///
    /// ```
    /// use zonal::kernel::{End, Kernel};
    /// use zonal::number::Exact;
    /// // Laplace: exp(-d) with d = tau^(1/2).
    /// let program = Kernel::parse("laplace(1)")?.program(None)?;
    /// let series = program.expand(&Exact, End::One, 2)?;
    /// let text: Vec<String> = series.coefficients.iter().map(ToString::to_string).collect();
    /// // the root of tau costs the last coefficient
    /// assert_eq!((series.root, series.known, text.join(", ").as_str()), (2, 3, "1, -1, 1/2"));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Unable` where a step has no such expansion, or where it cannot be decided whether a function meets its branch
    /// point; `Domain` where the kernel is infinite or complex beside the end.
    pub fn expand<C: Number + Clone>(&self, base: &C, end: End, order: u32) -> Result<PuiseuxSeries<C::Element>> {
        let context = Puiseux::new(base.clone(), order);
        let place = end.place();
        let u = context.linear(&Rational::from(place), &Rational::from((-place, 2)));
        self.evaluate(&context, &Point::at(u))
    }
}
