//! Kernels of the catalogue by function, and arithmetic of kernels.

use super::Kernel;
use super::catalogue;
use super::expr::{Expr, Node};
use crate::error::{Error, Result};
use rug::Rational;
use std::ops;

/// Parameters are exact: whole numbers, quotients such as `(1, 10)` for 1/10, or a [`Rational`]. With d = |x - y| =
/// sqrt(2 - 2u).
impl Kernel {
    fn named(name: &str, parameters: Vec<Rational>) -> Result<Self> {
        let entry = catalogue::find(name)
            .ok_or_else(|| Error::input(format!("unknown kernel '{name}'; known are {}", catalogue::names())))?;
        Ok(Kernel { expr: Node::Named(entry.filled(parameters)?).into() })
    }

    /// The linear kernel u = <x, y>.
    pub fn linear() -> Self {
        Expr::u().into()
    }

    /// The constant kernel with this rational value: mu_0 is the value, all other eigenvalues are 0.
    pub fn constant(value: impl Into<Rational>) -> Self {
        Expr::number(value).into()
    }

    /// The arc-cosine kernel kappa_n, normalised to 1 at u = 1; n from 0 to 100000 (Cho and Saul, NeurIPS 2009).
    ///
    /// # Errors
    /// `Input` if n is larger.
    pub fn arccos(n: usize) -> Result<Self> {
        Kernel::named("arccos", vec![n.into()])
    }

    /// The Gaussian-process kernel of a ReLU network with L layers of weights, L from 1 to 300; 1 at u = 1 (Lee et al.,
    /// ICLR 2018).
    ///
    /// # Errors
    /// `Input` if L is out of range.
    pub fn nngp(layers: usize) -> Result<Self> {
        Kernel::named("nngp", vec![layers.into()])
    }

    /// The neural tangent kernel of a ReLU network with L layers of weights and no bias, L from 1 to 300; L at u = 1
    /// (Jacot, Gabriel and Hongler, NeurIPS 2018).
    ///
    /// `ntk(2) = u arccos0(u) + arccos1(u)` is the network with one hidden layer.
    ///
    /// # Errors
    /// `Input` if L is out of range.
    pub fn ntk(layers: usize) -> Result<Self> {
        Kernel::named("ntk", vec![layers.into()])
    }

    /// The neural tangent kernel of a ReLU network with L layers of weights, L from 2 to 300, and biases in its hidden
    /// layers that are trained and start at zero.
    ///
    /// # Errors
    /// `Input` if L is out of range.
    pub fn ntk_bias(layers: usize) -> Result<Self> {
        Kernel::named("ntk_bias", vec![layers.into()])
    }

    /// The Laplace kernel exp(-c d), c > 0; 1 at u = 1.
    ///
    /// ```
    /// use zonal::Kernel;
    /// assert_eq!(Kernel::laplace((1, 2))?, Kernel::parse("laplace(1/2)")?);
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Input` for c outside of 10^-300 to 10^300.
    pub fn laplace(c: impl Into<Rational>) -> Result<Self> {
        Kernel::named("laplace", vec![c.into()])
    }

    /// The Gaussian kernel exp(-g d^2), g > 0; 1 at u = 1.
    ///
    /// # Errors
    /// `Input` for g outside of 10^-300 to 10^300.
    pub fn gaussian(g: impl Into<Rational>) -> Result<Self> {
        Kernel::named("gaussian", vec![g.into()])
    }

    /// The gamma-exponential kernel exp(-c d^g), c > 0, 0 < g <= 2; 1 at u = 1.
    ///
    /// # Errors
    /// `Input` for parameters out of range.
    pub fn gamma_exponential(c: impl Into<Rational>, g: impl Into<Rational>) -> Result<Self> {
        Kernel::named("gamma_exponential", vec![c.into(), g.into()])
    }

    /// The Matern kernel of smoothness nu = 1/2, 3/2, ..., 201/2 and length l > 0: 2^(1-nu)/Gamma(nu) z^nu K_nu(z), z =
    /// sqrt(2 nu) d/l; 1 at u = 1.
    ///
    /// ```
    /// use zonal::Kernel;
    /// // nu = 1/2 is the Laplace kernel.
    /// let value = Kernel::matern((1, 2), 1)?.evaluate("1/2", 20)?;
    /// assert_eq!(value.to_string(), Kernel::laplace(1)?.evaluate("1/2", 20)?.to_string());
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Input` for parameters out of range.
    pub fn matern(nu: impl Into<Rational>, l: impl Into<Rational>) -> Result<Self> {
        Kernel::named("matern", vec![nu.into(), l.into()])
    }

    /// The inverse multiquadric kernel (c^2 + d^2)^(-1/2), c > 0; 1/c at u = 1.
    ///
    /// # Errors
    /// `Input` for c outside of 10^-300 to 10^300.
    pub fn inverse_multiquadric(c: impl Into<Rational>) -> Result<Self> {
        Kernel::named("inverse_multiquadric", vec![c.into()])
    }

    /// The exponential dot-product kernel exp(c u); e^c at u = 1.
    ///
    /// # Errors
    /// `Input` for |c| above 10^300.
    pub fn exponential(c: impl Into<Rational>) -> Result<Self> {
        Kernel::named("exponential", vec![c.into()])
    }

    /// The Gaussian-process kernel of a network of error functions with weights of variance w > 0, 2/pi asin(2 w u/(1 +
    /// 2 w)) (Williams, 1997).
    ///
    /// # Errors
    /// `Input` for w outside of 10^-300 to 10^300.
    pub fn arcsine(w: impl Into<Rational>) -> Result<Self> {
        Kernel::named("arcsine", vec![w.into()])
    }

    /// The Poisson kernel (1 - r^2)/(1 - 2 r u + r^2)^(p/2), 0 <= r < 1, whose eigenvalues are mu_k = r^k in every
    /// dimension p.
    ///
    /// # Errors
    /// `Input` for r out of range.
    pub fn poisson(r: impl Into<Rational>) -> Result<Self> {
        Kernel::named("poisson", vec![r.into()])
    }

    /// The polynomial kernel (u + c)^m, m from 0 to 10000.
    ///
    /// # Errors
    /// `Input` for parameters out of range.
    pub fn polynomial(c: impl Into<Rational>, m: usize) -> Result<Self> {
        Kernel::named("polynomial", vec![c.into(), m.into()])
    }
}

/// Sums, differences, products and negatives of kernels are kernels.
///
/// ```
/// use zonal::{Kernel, Sphere};
/// let sum = Kernel::constant((1, 2)) * Kernel::laplace(1)? + Kernel::linear();
/// assert_eq!(sum.to_string(), "0.5*laplace(1) + u");
/// let table = sum.spectrum(Sphere::in_dimension(3)?).table(&[1])?;
/// // mu_1 of laplace(1) is 0.0826..., that of u 1/3.
/// assert_eq!(table.rows[0].to_string(), "0.3746744662797841");
/// # Ok::<(), zonal::Error>(())
/// ```
impl ops::Add for Kernel {
    type Output = Kernel;

    fn add(self, other: Kernel) -> Kernel {
        (self.expr + other.expr).into()
    }
}

impl ops::Sub for Kernel {
    type Output = Kernel;

    fn sub(self, other: Kernel) -> Kernel {
        (self.expr - other.expr).into()
    }
}

impl ops::Mul for Kernel {
    type Output = Kernel;

    fn mul(self, other: Kernel) -> Kernel {
        (self.expr * other.expr).into()
    }
}

impl ops::Neg for Kernel {
    type Output = Kernel;

    fn neg(self) -> Kernel {
        (-self.expr).into()
    }
}
