//! Multiplicities that are computed when they are asked for.

use super::Domain;
use rug::Integer;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// The multiplicity N_k of a degree, an exact integer that is computed when it is first used: that of degree 10^9 in
/// 10^6 dimensions has 3,434,503 digits and takes seconds.
///
/// ```
/// use zonal::{Kernel, Sphere};
/// let row = Kernel::ntk(3)?.spectrum(Sphere::in_dimension(1_000_000)?).eigenvalue(1_000_000_000)?;
/// assert_eq!(row.multiplicity.abbreviated(), "~2.869e3434502");
/// let row = Kernel::ntk(3)?.spectrum(Sphere::in_dimension(10)?).eigenvalue(3)?;
/// assert!(row.multiplicity == 210 && row.multiplicity.to_string() == "210");
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone)]
pub struct Multiplicity {
    domain: Arc<dyn Domain>,
    degree: u64,
    value: OnceLock<Integer>,
}

/// Integers with logarithms below this are computed at once where their size is asked for.
const SHORT: f64 = 3000.0;

/// Relative errors of sizes that logarithms give, with room: ln N is at most 10^8, and known to rounding.
const ROUGH: f64 = 1e-6;

impl Multiplicity {
    /// That of a degree, not yet computed.
    pub(crate) fn new(domain: &Arc<dyn Domain>, degree: u64) -> Self {
        Multiplicity { domain: domain.clone(), degree, value: OnceLock::new() }
    }

    /// The natural logarithm of the multiplicity without computing the integer: to the rounding of ln Gamma(p), which
    /// is what it is made of on spheres; of 0 it is -inf.
    pub fn ln(&self) -> f64 {
        match self.value.get() {
            None if self.degree > 0 && self.domain.highest_degree().is_none_or(|last| self.degree <= last) => {
                self.domain.log_multiplicity(self.degree as f64)
            }
            _ => logarithm(self),
        }
    }

    /// The integer in full up to 24 digits, else its first four digits, cut, and its size: `~1.050e443421`.
    pub fn abbreviated(&self) -> String {
        let decimals = self.ln() / std::f64::consts::LN_10;
        // Four digits, cut, unless they may be others.
        let thousands = 10f64.powf(decimals.fract()) * 1000.0;
        let told = (thousands - thousands.round()).abs() > thousands * ROUGH;
        if decimals * std::f64::consts::LN_10 > SHORT && told {
            let digits = (thousands as u64).to_string();
            return format!("~{}.{}e{}", &digits[..1], &digits[1..], decimals.floor());
        }
        let digits = self.to_string();
        match digits.len() {
            0..=24 => digits,
            more => format!("~{}.{}e{}", &digits[..1], &digits[1..4], more - 1),
        }
    }
}

/// ln of a whole number.
fn logarithm(n: &Integer) -> f64 {
    let (fraction, exponent) = n.to_f64_exp();
    fraction.ln() + f64::from(exponent) * std::f64::consts::LN_2
}

impl Deref for Multiplicity {
    type Target = Integer;

    fn deref(&self) -> &Integer {
        self.value.get_or_init(|| self.domain.multiplicity(self.degree))
    }
}

impl<T> PartialEq<T> for Multiplicity
where
    Integer: PartialEq<T>,
{
    fn eq(&self, other: &T) -> bool {
        **self == *other
    }
}

impl fmt::Display for Multiplicity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl fmt::Debug for Multiplicity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.abbreviated())
    }
}
