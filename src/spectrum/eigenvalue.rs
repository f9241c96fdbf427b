//! One eigenvalue and how it was obtained.

use super::finding::Rigour;
use super::method::Method;
use crate::domain::{Multiplicity, Sphere};
use crate::number::{Approximation, Digits, ExactNumber, Radius, decimal};
use rug::{Float, Integer, float::Round};
use std::fmt;

/// A Mercer eigenvalue mu_k with everything that is known about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Eigenvalue {
    /// The degree k.
    pub degree: u64,
    /// The multiplicity N(p,k), computed when it is used.
    pub multiplicity: Multiplicity,
    /// The value, to somewhat more than the digits asked for.
    pub value: Float,
    /// The value as an exact number, where it is known.
    pub exact: Option<ExactNumber>,
    /// Bound of the absolute error of `value`.
    pub error: Float,
    /// What the bound rests on.
    pub rigour: Rigour,
    /// How the value was computed.
    pub method: Method,
    /// The digits asked for.
    pub digits: Digits,
}

impl Eigenvalue {
    /// The value as a decimal string with the digits asked for; "0" only if it is exactly zero. An exact value is
    /// rounded once.
    pub fn decimal(&self) -> String {
        self.digits.written(&self.value, &self.error, self.exact.as_ref())
    }

    /// A bound of the absolute error of [`decimal`](Eigenvalue::decimal), rounding included.
    pub fn decimal_error(&self) -> String {
        self.decimal_and_error().1
    }

    /// The [decimal](Eigenvalue::decimal) and its [error](Eigenvalue::decimal_error), in less time than one by one.
    pub fn decimal_and_error(&self) -> (String, String) {
        let (text, error) = self.digits.written_with_error(&self.value, &self.error, self.exact.as_ref());
        (text, decimal::bound(&error))
    }

    /// The nearest double; 0 where the value is below the smallest.
    pub fn to_f64(&self) -> f64 {
        self.value.to_f64()
    }

    /// Whether the eigenvalue is known to be exactly zero; that it is small is not enough.
    pub fn is_zero(&self) -> bool {
        self.rigour == Rigour::Exact && self.value.is_zero()
    }

    /// The coefficient N(p,k) mu_k of P_k in the expansion of the kernel, as exact as mu_k.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere};
    /// let spectrum = Kernel::ntk(3)?.spectrum(Sphere::in_dimension(10)?).digits(5)?;
    /// let coefficient = spectrum.eigenvalue(7)?.coefficient();
    /// // 9438 * 2.547140271701549e-6
    /// assert_eq!(coefficient.to_string(), "0.024040");
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn coefficient(&self) -> Approximation {
        self.times(&self.multiplicity)
    }

    /// The coefficient of the classical Gegenbauer polynomial C_k^{(p-2)/2}: N(p,k) mu_k / C(k+p-3, k), as exact as
    /// mu_k. `None` for p = 2.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere};
    /// let sphere = Sphere::in_dimension(4)?;
    /// let mu = Kernel::arccos(1)?.spectrum(sphere).eigenvalue(1)?;
    /// // mu_1 = 1/8, N = 4, C_1^1(1) = 2
    /// assert_eq!(mu.gegenbauer_coefficient(sphere).unwrap().to_string(), "0.25");
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn gegenbauer_coefficient(&self, sphere: Sphere) -> Option<Approximation> {
        // N(p,k)/C(k+p-3, k) = (2k+p-2)/(p-2)
        let p = sphere.dimension();
        let factor = (p > 2).then(|| rug::Rational::from((2 * self.degree + p - 2, p - 2)))?;
        let above = self.times(factor.numer());
        let divided = |x: &Float, round| Float::with_val_round(x.prec(), x / factor.denom(), round);
        let (value, direction) = divided(&above.value, Round::Nearest);
        let rounding = if direction.is_eq() { Radius::ZERO } else { last_place(&value) };
        let error = Radius::above(&divided(&above.error, Round::Up).0) + rounding;
        let exact = above.exact.map(|exact| exact.scaled(&rug::Rational::from((1, factor.denom()))));
        Some(Approximation { value, error: error.to_float(), exact, digits: self.digits })
    }

    /// The eigenvalue of the integral operator for surface measure: mu_k |S^{p-1}|, as exact as mu_k.
    ///
    /// ```
    /// use zonal::{Kernel, Sphere};
    /// let sphere = Sphere::in_dimension(3)?;
    /// let mu = Kernel::parse("u")?.spectrum(sphere).digits(10)?.eigenvalue(1)?;
    /// // 4 pi/3
    /// assert_eq!(mu.for_surface_measure(sphere).to_string(), "4.188790205");
    /// # Ok::<(), zonal::Error>(())
    /// ```
    pub fn for_surface_measure(&self, sphere: Sphere) -> Approximation {
        let precision = self.value.prec();
        let area = sphere.surface_area(precision);
        let value = Float::with_val(precision, &self.value * &area);
        // Three roundings: of the area's parts, of the area (32 bits wider inside), of the product.
        let rounding = last_place(&value) * Radius::double(3.0);
        let error = Radius::above(&self.error) * Radius::above(&area) * Radius::double(1.01) + rounding;
        Approximation::within(value, if self.is_zero() { Float::new(64) } else { error.to_float() }, self.digits)
    }

    /// Times an integer.
    fn times(&self, factor: &Integer) -> Approximation {
        let (value, direction) = Float::with_val_round(self.value.prec(), &self.value * factor, Round::Nearest);
        let rounding = if direction.is_eq() { Radius::ZERO } else { last_place(&value) };
        let error = Radius::above(&Float::with_val_round(64, &self.error * factor, Round::Up).0) + rounding;
        let exact = self.exact.as_ref().map(|exact| exact.scaled(&rug::Rational::from(factor)));
        Approximation { value, error: error.to_float(), exact, digits: self.digits }
    }

    /// The bound of the absolute error of `value`, in words.
    pub fn error_bound(&self) -> String {
        decimal::bound(&self.error)
    }
}

/// A unit in the last place.
fn last_place(x: &Float) -> Radius {
    x.get_exp().map_or(Radius::ZERO, |exponent| Radius::power_of_two(exponent - x.prec() as i32))
}

impl fmt::Display for Eigenvalue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimal())
    }
}
