//! The space of functions that a kernel defines.

use crate::decay::{Conclusion, Leading, Positivity, Prediction, ProvedPower, Theorem, Witness};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::law::Law;
use crate::parity::{Parity, PerParity};
use crate::spectrum::{Eigenvalue, Rigour, Spectrum};
use rug::Rational;
use std::cmp::Ordering;

/// The reproducing kernel Hilbert space of a kernel on a sphere: functions with $\sum_k E_k/\mu_k < \infty$, E_k the
/// energy of degree k, which must vanish where mu_k does. Power laws mu_k ~ k^-b make it the Sobolev space of order
/// b/2.
///
/// ```
/// use zonal::{Kernel, Sphere, rkhs::Space};
/// let sphere = Sphere::in_dimension(5)?;
/// let space = Space::of(&Kernel::ntk(2)?.spectrum(sphere))?;
/// assert_eq!(space.to_string(), "even functions in the Sobolev space H^(5/2)(S^4), plus degree 1");
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Space {
    /// The kernel.
    pub kernel: Kernel,
    /// The sphere.
    pub sphere: Sphere,
    /// Even and odd functions.
    pub parts: PerParity<SpacePart>,
}

/// The functions of one parity in a kernel's space: how eigenvalues decay, and which degrees are missing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SpacePart {
    /// How the eigenvalues decay.
    pub decay: EigenvalueLaw,
    /// The degrees, of those looked at one by one, whose eigenvalue is exactly zero.
    pub zeros: Vec<u64>,
    /// Whether all other eigenvalues were proved to be positive; otherwise those up to degree 100 were computed.
    pub proved: bool,
}

/// How the eigenvalues of one parity decay: the b of mu_k ~ k^-b.
pub type EigenvalueLaw = Law<Rational>;

/// How two spaces lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same functions.
    Equal,
    /// The first has all functions of the second, and more.
    Larger,
    /// The second has all functions of the first, and more.
    Smaller,
    /// Neither has all functions of the other.
    Incomparable,
    /// Not decided.
    Undecided,
}

impl EigenvalueLaw {
    /// From the law derived of a kernel.
    pub(super) fn of(prediction: &Prediction) -> Self {
        match prediction {
            Prediction::Finite(exceptions) => EigenvalueLaw::Finite(exceptions.clone()),
            Prediction::Power(Leading::Steady(law)) => EigenvalueLaw::Power(law.exponent.clone()),
            Prediction::Faster(()) => EigenvalueLaw::Faster(()),
            Prediction::Power(Leading::Oscillating(law)) => {
                EigenvalueLaw::Undecided(format!("the eigenvalues change sign: {law}"))
            }
            Prediction::Undecided(why) => EigenvalueLaw::Undecided(why.clone()),
        }
    }
}

/// Degrees computed one by one where nothing is proved.
const COMPUTED: u64 = 100;

impl Space {
    /// Derives the space from the decay of the eigenvalues and their signs.
    ///
    /// # Errors
    /// `Input` for a kernel with a negative eigenvalue, which has no such space; those of the decay law.
    pub fn of(spectrum: &Spectrum) -> Result<Self> {
        let (kernel, sphere) = (spectrum.kernel(), spectrum.sphere()?);
        let theorem = Theorem::of(spectrum)?;
        let proof = spectrum.prove()?;
        let part = |parity: Parity| -> Result<SpacePart> {
            let proved = &proof.parities[parity];
            // Signs of all degrees: from a law and the rows below it, or from the formula.
            let settled = match proved.conclusion {
                Conclusion::Finite(_) | Conclusion::Power(ProvedPower::Law(_)) => true,
                Conclusion::Faster(_) | Conclusion::Power(ProvedPower::Bound(_)) | Conclusion::Undecided(_) => {
                    matches!(proof.positivity, Positivity::Holds(_))
                }
            };
            let rows: Vec<Eigenvalue> = match settled {
                true => proved.rows.clone(),
                false => {
                    let degrees: Vec<u64> = (parity.remainder()..=COMPUTED).step_by(2).collect();
                    spectrum.table(&degrees)?.rows
                }
            };
            let negative = |row: &&Eigenvalue| row.value < 0 && row.value.clone().abs() > row.error;
            if let Some(row) = rows.iter().find(negative) {
                return Err(not_positive(kernel, &format!("mu_{} = {row}", row.degree)));
            }
            let zeros = rows.iter().filter(|row| row.is_zero()).map(|row| row.degree).collect();
            let prediction = &theorem.parities[parity];
            if matches!(prediction, Prediction::Power(Leading::Steady(law)) if law.constant.is_sign_negative()) {
                return Err(not_positive(kernel, &format!("mu_k < 0 for large {parity} k")));
            }
            if matches!(prediction, Prediction::Power(Leading::Oscillating(law)) if law.changes_sign()) {
                return Err(not_positive(kernel, &Witness::NegativeOften(parity).to_string()));
            }
            Ok(SpacePart { decay: EigenvalueLaw::of(prediction), zeros, proved: settled })
        };
        Ok(Space { kernel: kernel.clone(), sphere, parts: PerParity::try_from_fn(part)? })
    }

    /// How this space lies to another of the same sphere.
    ///
    /// # Errors
    /// `Input` for spaces on different spheres.
    pub fn relation(&self, other: &Space) -> Result<Relation> {
        if self.sphere.dimension() != other.sphere.dimension() {
            return Err(Error::input("two spaces on different spheres"));
        }
        let contains = |a: &Space, b: &Space| {
            let pairs = a.parts.iter().zip(&b.parts);
            pairs.map(|(a, b)| a.contains(b)).reduce(|x, y| match (x, y) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            })
        };
        Ok(match (contains(self, other).flatten(), contains(other, self).flatten()) {
            (Some(true), Some(true)) => Relation::Equal,
            (Some(true), Some(false)) => Relation::Larger,
            (Some(false), Some(true)) => Relation::Smaller,
            (Some(false), Some(false)) => Relation::Incomparable,
            _ => Relation::Undecided,
        })
    }
}

pub(super) fn not_positive(kernel: &Kernel, why: &str) -> Error {
    Error::input(format!("{kernel} is not positive definite, so there is no space: {why}"))
}

impl SpacePart {
    /// Whether all functions of another part of the same parity are in this one.
    fn contains(&self, other: &SpacePart) -> Option<bool> {
        let missing = |degrees: &[u64]| degrees.iter().any(|k| self.zeros.contains(k));
        let by_decay = match (&self.decay, &other.decay) {
            (EigenvalueLaw::Undecided(_), _) | (_, EigenvalueLaw::Undecided(_)) => return None,
            (EigenvalueLaw::Finite(mine), EigenvalueLaw::Finite(theirs)) => {
                return Some(theirs.iter().all(|k| mine.contains(k)));
            }
            (_, EigenvalueLaw::Finite(theirs)) => return Some(!missing(theirs)),
            (EigenvalueLaw::Finite(_), _) => return Some(false),
            (EigenvalueLaw::Power(a), EigenvalueLaw::Power(b)) => a <= b,
            (EigenvalueLaw::Power(_), EigenvalueLaw::Faster(())) => true,
            (EigenvalueLaw::Faster(()), EigenvalueLaw::Power(_)) => false,
            // The same zeros and no law to compare.
            (EigenvalueLaw::Faster(()), EigenvalueLaw::Faster(())) => return None,
        };
        Some(by_decay && self.zeros.iter().all(|k| other.zeros.contains(k)))
    }

    fn exponent(&self) -> Option<&Rational> {
        match &self.decay {
            EigenvalueLaw::Power(b) => Some(b),
            _ => None,
        }
    }
}

impl Space {
    /// H^(s) of the sphere, s = b/2.
    fn sobolev(&self, b: &Rational) -> String {
        let order = Rational::from(b / 2u32);
        let order = if order.is_integer() { order.to_string() } else { format!("({order})") };
        format!("H^{order}(S^{})", self.sphere.dimension() - 1)
    }
}

fn degrees(list: &[u64]) -> String {
    let text: Vec<String> = list.iter().map(ToString::to_string).collect();
    format!("degree{} {}", if list.len() == 1 { "" } else { "s" }, text.join(", "))
}

impl std::fmt::Display for Space {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = |part: &SpacePart, name: &str| match &part.decay {
            EigenvalueLaw::Finite(list) if list.is_empty() => format!("no {name} functions"),
            EigenvalueLaw::Finite(list) => format!("of the {name} functions {}", degrees(list)),
            EigenvalueLaw::Power(b) => format!("{name} functions in {}", self.sobolev(b)),
            EigenvalueLaw::Faster(()) => format!("{name} functions smoother than every Sobolev space"),
            EigenvalueLaw::Undecided(_) => format!("{name} functions not decided"),
        };
        let PerParity { even, odd } = &self.parts;
        let zeros: Vec<u64> = match (&even.decay, &odd.decay) {
            (EigenvalueLaw::Finite(_), _) => odd.zeros.clone(),
            (_, EigenvalueLaw::Finite(_)) => even.zeros.clone(),
            _ => even.zeros.iter().chain(&odd.zeros).copied().collect(),
        };
        match (even.exponent(), odd.exponent(), &even.decay, &odd.decay) {
            (Some(a), Some(b), ..) if a == b => write!(f, "the Sobolev space {}", self.sobolev(a))?,
            (Some(b), None, _, EigenvalueLaw::Finite(list)) | (None, Some(b), EigenvalueLaw::Finite(list), _) => {
                let name = if even.exponent().is_some() { "even" } else { "odd" };
                write!(f, "{name} functions in the Sobolev space {}", self.sobolev(b))?;
                if !list.is_empty() {
                    write!(f, ", plus {}", degrees(list))?;
                }
            }
            (_, _, EigenvalueLaw::Finite(a), EigenvalueLaw::Finite(b)) => {
                let mut list: Vec<u64> = a.iter().chain(b).copied().collect();
                list.sort_unstable();
                if list.is_empty() {
                    return f.write_str("no function but 0");
                }
                write!(f, "a space of finite dimension, {}", degrees(&list))?;
            }
            (_, _, EigenvalueLaw::Faster(()), EigenvalueLaw::Faster(())) => {
                f.write_str("a space smaller than every Sobolev space")?
            }
            _ => write!(f, "{}; {}", part(even, "even"), part(odd, "odd"))?,
        }
        if zeros.is_empty() { Ok(()) } else { write!(f, ", without {}", degrees(&zeros)) }
    }
}

/// Whether the sum of k^(b-e) over all degrees converges.
pub(super) fn converges(b: &Rational, e: &Rational) -> bool {
    Rational::from(e - b).cmp(&Rational::from(1)) == Ordering::Greater
}

impl SpacePart {
    /// Whether mu_k = 0 for a degree of this parity.
    pub(super) fn vanishes_at(&self, k: u64) -> bool {
        match &self.decay {
            EigenvalueLaw::Finite(list) => !list.contains(&k),
            _ => self.zeros.contains(&k),
        }
    }
}

/// Whether a value was proved.
pub(super) fn is_proved(row: &Eigenvalue) -> bool {
    matches!(row.rigour, Rigour::Exact | Rigour::Rigorous)
}
