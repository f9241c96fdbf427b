//! From a kernel to its Mercer eigenvalues.
//!
//! On the sphere $S^{p-1}$ with the uniform probability measure, a dot-product kernel is
//! $$\kappa(\langle x,y\rangle) = \sum_k \mu_k N(p,k) P_k(\langle x,y\rangle),$$
//! and $\mu_k$ is the eigenvalue of its integral operator on the spherical harmonics of degree $k$:
//! $$\mu_k = \frac{\Gamma(p/2)}{\sqrt\pi \Gamma(\frac{p-1}2)}\int_0^\pi \kappa(\cos\theta) P_k(\cos\theta)
//! \sin^{p-2}\theta d\theta
//! = \Gamma(\tfrac p2)\sum_{j\ge0}\frac{a_{k+2j} (k+2j)!}{2^{k+2j} j! \Gamma(k+j+\frac p2)},\qquad \kappa(u) = \sum_j
//! a_j u^j.$$

pub mod agreement;
mod carry_out;
mod certified;
mod closed_form;
mod coefficient_model;
mod crossovers;
mod eigenvalue;
pub mod endpoint;
mod envelope;
mod examined;
mod examined_kernel;
mod finding;
mod grid;
mod jumps;
mod kept;
mod long_table;
mod method;
mod piecewise;
mod plan;
mod power_series;
mod projection;
mod quadrature;
mod quadrature_f64;
mod route;
mod smooth;
mod structure;
mod table;
mod with_expansion;

pub use closed_form::ClosedForm;
pub use eigenvalue::Eigenvalue;
pub(crate) use envelope::log_sum;
#[doc(hidden)]
pub use examined_kernel::ExaminedKernel;
pub use finding::{Estimate, Rigour};
pub(crate) use grid::energies;
pub use long_table::{LongRow, TablePart};
pub use method::Method;
pub(crate) use piecewise::ANGLE_ERROR;
pub use piecewise::PiecewiseFunction;
pub use plan::{Assignment, Assurance, Choice, Plan, Refusal};
#[doc(hidden)]
pub use projection::{Projection, Sample, project};
#[doc(hidden)]
pub use quadrature::kinks::Coefficients;
pub(crate) use smooth::prove_pieces;
pub use table::{Gap, Table};

use crate::domain::{self, Domain, LARGEST_DEGREE, Needed, Sphere};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::number::Digits;
use crate::parity::Parity;
use grid::ExaminedOnGrid;
use std::sync::{Arc, OnceLock};

/// The most degrees in one table; lists of doubles may have up to [`MOST_DOUBLES`].
pub const MOST_DEGREES: usize = 2_000_000;

/// The most eigenvalues in one list of doubles.
pub const MOST_DOUBLES: u64 = 100_000_000;

/// The spectrum of a kernel on a domain: nothing is computed until a value is asked for. Clones share what was
/// examined.
///
/// ```
/// use zonal::{Kernel, Sphere};
/// let spectrum = Kernel::ntk(2)?.spectrum(Sphere::in_dimension(4)?).digits(20)?;
/// assert_eq!(spectrum.eigenvalue(2)?.to_string(), "0.046832902661347236579");
/// assert!(spectrum.eigenvalue(3)?.is_zero());
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Spectrum {
    kernel: Kernel,
    domain: Arc<dyn Domain>,
    digits: Digits,
    choice: Choice,
    assurance: Assurance,
    examined: Arc<OnceLock<Result<Kind>>>,
}

/// A kernel examined on its domain, by the kind of it.
#[derive(Debug)]
enum Kind {
    Sphere(Box<ExaminedKernel>),
    Grid(Box<ExaminedOnGrid>),
}

impl Kernel {
    /// The spectrum on a sphere or another domain, to doubles unless [`Spectrum::digits`] says otherwise.
    pub fn spectrum(&self, domain: impl Domain + 'static) -> Spectrum {
        Spectrum {
            kernel: self.clone(),
            domain: Arc::new(domain),
            digits: Digits::Double,
            choice: Choice::Any,
            assurance: Assurance::Best,
            examined: Arc::default(),
        }
    }
}

impl Spectrum {
    /// Asks for this many significant digits, 1 to 1000, correctly rounded.
    ///
    /// # Errors
    /// `Input` if the number is out of range.
    pub fn digits(mut self, digits: u32) -> Result<Self> {
        self.digits = Digits::count(digits)?;
        Ok(self)
    }

    /// Asks for digits as the command line does: `f64` or a count.
    pub fn with_digits(mut self, digits: Digits) -> Self {
        self.digits = digits;
        self
    }

    /// Asks for this rigour: exact and proved values wherever that costs little, unless something else is said.
    ///
    /// ```
    /// use zonal::spectrum::{Assurance, Rigour};
    /// use zonal::{Kernel, Sphere};
    /// let spectrum = Kernel::ntk(3)?.spectrum(Sphere::in_dimension(10)?).digits(30)?;
    /// let row = spectrum.eigenvalue(20)?;
    /// assert_eq!((row.rigour, row.to_string().as_str()), (Rigour::Rigorous, "9.27225861322528680180642585240e-10"));
    /// let row = spectrum.rigour(Assurance::Estimated).eigenvalue(20)?;
    /// assert_eq!((row.rigour, row.to_string().as_str()), (Rigour::Estimated, "9.27225861322528680180642585240e-10"));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn rigour(mut self, assurance: Assurance) -> Self {
        self.assurance = assurance;
        self
    }

    /// For values whose proofs nobody reads: estimates, unless proofs were asked for.
    pub(crate) fn estimated_unless_asked(self) -> Self {
        if self.assurance == Assurance::Best { self.rigour(Assurance::Estimated) } else { self }
    }

    /// Overrides the plan's choice of method. Exact zeros still come from structure.
    pub fn method(mut self, method: Method) -> Self {
        self.choice = Choice::Only(method);
        self
    }

    /// Keeps the plan from using the endpoint expansion: for checks of what is derived from it.
    pub fn without_endpoint(mut self) -> Self {
        self.choice = Choice::Direct;
        self
    }

    /// The digits asked for: a number of significant ones, or the nearest double.
    pub fn wanted(&self) -> Digits {
        self.digits
    }

    /// The kernel whose spectrum this is, as it was given.
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// The domain on which the kernel is taken: a sphere, a Boolean cube or words.
    pub fn domain(&self) -> &Arc<dyn Domain> {
        &self.domain
    }

    /// The sphere, for what is known on spheres only.
    ///
    /// # Errors
    /// `Unable` on another domain.
    pub fn sphere(&self) -> Result<Sphere> {
        domain::sphere(&*self.domain, &self.kernel)
    }

    /// The compiled problem, examined on first use.
    ///
    /// # Errors
    /// `Domain` if the kernel is undefined, infinite or complex somewhere on \[-1, 1\]; `Unable` on another domain than
    /// a sphere.
    pub fn problem(&self) -> Result<&ExaminedKernel> {
        let sphere = self.sphere();
        match self.examined()? {
            Kind::Sphere(problem) => Ok(problem),
            Kind::Grid(_) => Err(sphere.err().unwrap_or_else(|| Error::unable("no sphere"))),
        }
    }

    fn examined(&self) -> Result<&Kind> {
        let examine = || {
            Ok(match self.domain.needed() {
                Needed::Everywhere(sphere) => Kind::Sphere(Box::new(ExaminedKernel::new(self.kernel.clone(), sphere)?)),
                Needed::Grid(_) => Kind::Grid(Box::new(ExaminedOnGrid::new(self.kernel.clone(), self.domain.clone())?)),
            })
        };
        self.examined.get_or_init(examine).as_ref().map_err(Clone::clone)
    }

    /// mu_k. Single degrees of one kernel are cheaper asked for together, by [`table`](Spectrum::table).
    ///
    /// # Errors
    /// As [`table`](Spectrum::table).
    pub fn eigenvalue(&self, degree: u64) -> Result<Eigenvalue> {
        let mut rows = self.table(&[degree])?.rows;
        rows.pop().ok_or_else(|| Error::unable("no eigenvalue was computed"))
    }

    /// The eigenvalues of many degrees, in increasing order without repetitions.
    ///
    /// Every decimal is correctly rounded to the digits asked for (or nearest double), by the error bound of the value;
    /// where the middle between two decimals is closer than a billionth of a unit, either may be written.
    ///
    /// Cost: O(K n) products for quadrature with n nodes up to degree K.
    ///
    /// # Errors
    /// `Input` for an empty or too long list, or a degree beyond 10^9; `Domain` for a kernel that is not finite and
    /// real on \[-1, 1\]; `Unable` where no method reaches the digits at some degree, or an eigenvalue is beyond the
    /// range of multiprecision.
    pub fn table(&self, degrees: &[u64]) -> Result<Table> {
        self.carry_out(&self.plan(degrees)?)?.whole()
    }

    /// The eigenvalues of one parity from a degree on as a smooth function of the degree, if there is an endpoint
    /// expansion for doubles.
    pub(crate) fn interpolated(&self, parity: Parity, first: u64) -> Option<endpoint::Interpolated> {
        let endpoint = self.problem().ok()?.endpoint(Digits::Double, 0).ok()?;
        endpoint.interpolated(parity, first)
    }

    /// How well the methods agree on these degrees.
    ///
    /// # Errors
    /// As [`table`](Spectrum::table).
    pub fn agreement(&self, degrees: &[u64]) -> Result<Vec<agreement::MethodAgreement>> {
        let degrees = self.checked(degrees)?;
        match self.examined()? {
            Kind::Sphere(problem) => agreement::compare(&**problem, &degrees, self.digits),
            Kind::Grid(problem) => agreement::compare(&**problem, &degrees, self.digits),
        }
    }

    /// The degrees in increasing order without repetitions.
    fn checked(&self, degrees: &[u64]) -> Result<Vec<u64>> {
        if degrees.is_empty() {
            return Err(Error::input("an empty list of degrees"));
        }
        if degrees.len() > MOST_DEGREES {
            return Err(Error::input(format!("{} degrees; at most {MOST_DEGREES} are allowed", degrees.len())));
        }
        let highest = self.domain.highest_degree().unwrap_or(LARGEST_DEGREE);
        if let Some(k) = degrees.iter().find(|k| **k > highest) {
            return Err(Error::input(match self.domain.highest_degree() {
                None => format!("degree {k}; allowed are 0 to {highest}"),
                Some(_) => format!("degree {k}; {} has the degrees 0 to {highest}", self.domain.title()),
            }));
        }
        let mut sorted = degrees.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        Ok(sorted)
    }
}
