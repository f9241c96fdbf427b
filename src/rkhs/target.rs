//! Target functions.

mod energies;

use self::energies::KnownEnergies;
use super::EnergyLaw;
use crate::domain::{self, Domain, Needed, Sphere};
use crate::error::{Error, Result};
use crate::kernel::{Expr, Kernel};
use crate::parity::{Parity, PerParity};
use crate::spectrum::{self, Method, PiecewiseFunction};
use rug::{Float, Rational};
use std::cmp::Ordering;
use std::sync::Arc;

/// A target function: a sum of zonal functions $f(x) = \sum_i g_i(\langle w_i, x\rangle)$, |w_i| = 1, or any function
/// known by the energies of its degrees, the mean squares over the sphere of its parts of each degree. On a finite
/// domain f(x) = g(u), u the inner product with one of its points.
///
/// ```
/// use zonal::{Sphere, rkhs::Target};
/// let sphere = Sphere::in_dimension(3)?;
/// // u^2 on S^2: mean 1/3, the rest of degree 2: 1/5 - 1/9
/// let target = Target::parse("u^2", sphere)?;
/// let energies = target.energies(3, 60)?;
/// assert!((energies[0].value.to_f64() - 1.0 / 9.0).abs() < 1e-15);
/// assert!((energies[2].value.to_f64() - 4.0 / 45.0).abs() < 1e-15);
/// assert!(energies[1].value.is_zero() && energies[3].value.is_zero());
/// // x_1^2 + x_2^2 = 1 - x_3^2: nothing of degree 4
/// let sum = Target::parse("u^2 @ 1,0,0; u^2 @ 0,1,0", sphere)?;
/// assert!((sum.energy()? - 8.0 / 15.0).abs() < 1e-14);
/// # Ok::<(), zonal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Target {
    /// As it was given.
    pub text: String,
    domain: Arc<dyn Domain>,
    kind: Kind,
    known: Arc<KnownEnergies>,
}

#[derive(Clone, Debug)]
enum Kind {
    /// All degrees that have any, and whether they were given.
    Energies { list: Vec<Energy>, given: bool },
    /// On a sphere.
    Lines(Sphere, Vec<Line>),
}

/// All terms of one direction.
#[derive(Clone, Debug)]
struct Line {
    direction: Vec<Rational>,
    function: PiecewiseFunction,
    laws: PerParity<EnergyLaw>,
}

/// The energy of one degree k: the mean square of a target's part of that degree.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Energy {
    /// The mean square of the part of this degree; exactly 0 where structure says so.
    pub value: Float,
    /// A bound of its error, estimated.
    pub error: f64,
}

/// Energies shown in the text of a target.
const SHOWN: usize = 8;

/// The most terms of a target.
const MOST_TERMS: usize = 1000;

/// Bits of squares and inner products.
const SQUARE_BITS: u32 = 64;

/// Degrees up to which products of two directions are summed.
const CROSS_DEGREES: u64 = 400;

impl Target {
    /// Reads `g` (a formula in u, kinks allowed, for g(<e_1, x>)), or `g_1 @ w_1; g_2 @ w_2; ...` with directions as
    /// lists of coordinates (the last may be left out if they are 0; any length), or `energies:E_0,E_1,...`.
    ///
    /// # Errors
    /// `Input` for what cannot be read; those of [`PiecewiseFunction::new`].
    pub fn parse(text: &str, domain: impl Domain + 'static) -> Result<Self> {
        if let Some(list) = text.trim().strip_prefix("energies:") {
            let number = |e: &str| -> Result<f64> {
                let number: Option<f64> = e.trim().parse().ok();
                number.ok_or_else(|| Error::input(format!("'{e}' is no number for the energy")))
            };
            return Self::of_energies(list.split(',').map(number).collect::<Result<_>>()?, domain);
        }
        let Needed::Everywhere(sphere) = domain.needed() else { return Self::on_grid(text, Arc::new(domain)) };
        let mut terms = Vec::new();
        for term in text.split(';') {
            let (formula, direction) = term.split_once('@').unwrap_or((term, "1"));
            let coordinate = |x: &str| Kernel::parse(x)?.expr().constant(Some(sphere.dimension()));
            let direction = direction.split(',').map(coordinate).collect::<Result<Vec<Rational>>>()?;
            terms.push((direction, Kernel::parse(formula)?.expr().clone()));
        }
        let mut target = Self::sum(terms, sphere)?;
        target.text = text.trim().to_string();
        Ok(target)
    }

    /// A function of u on a finite domain.
    fn on_grid(text: &str, domain: Arc<dyn Domain>) -> Result<Self> {
        let text = text.trim();
        if text.contains(['@', ';']) {
            return Err(Error::input(format!(
                "the target '{text}' on {}: directions are for spheres; here a target is a formula in u",
                domain.title()
            )));
        }
        let found = spectrum::energies(&Kernel::parse(text)?, domain.clone())?;
        let list: Vec<Energy> = found.into_iter().map(|(value, error)| Energy { value, error }).collect();
        if !list.iter().map(|energy| energy.value.to_f64() + energy.error).sum::<f64>().is_finite() {
            return Err(Error::input(format!("the target {text}: its energy does not fit a double")));
        }
        Ok(Target {
            text: text.to_string(),
            domain,
            kind: Kind::Energies { list, given: false },
            known: Arc::default(),
        })
    }

    /// The function g(<w, x>) of one direction.
    ///
    /// # Errors
    /// Those of [`PiecewiseFunction::new`].
    pub fn zonal(g: &Expr, sphere: Sphere) -> Result<Self> {
        Self::sum(vec![(vec![Rational::from(1)], g.clone())], sphere)
    }

    /// A sum of zonal functions with directions of any length.
    ///
    /// # Errors
    /// `Input` for a direction 0 or with too many coordinates; those of [`PiecewiseFunction::new`].
    pub fn sum(terms: Vec<(Vec<Rational>, Expr)>, sphere: Sphere) -> Result<Self> {
        let p = sphere.dimension();
        if terms.is_empty() || terms.len() > MOST_TERMS {
            return Err(Error::input(format!("a target of {} terms; allowed are 1 to {MOST_TERMS}", terms.len())));
        }
        let text: Vec<String> = terms.iter().map(|(_, g)| g.to_string()).collect();
        let mut lines: Vec<(Vec<Rational>, Expr)> = Vec::new();
        for (mut direction, g) in terms {
            while direction.last().is_some_and(Rational::is_zero) {
                direction.pop();
            }
            if direction.is_empty() || direction.len() as u64 > p {
                return Err(Error::input(format!(
                    "a direction of {} coordinates; allowed are 1 to {p}, not all 0",
                    direction.len()
                )));
            }
            // +-1 for the same line
            let same = lines.iter_mut().find_map(|(other, formula)| {
                let square = product(&direction, other).square();
                let parallel = square == product(&direction, &direction) * product(other, other);
                parallel.then(|| (product(&direction, other).cmp0().is_gt(), formula))
            });
            match same {
                Some((true, formula)) => *formula = formula.clone() + g,
                Some((false, formula)) => *formula = formula.clone() + g.at(&-Expr::u()),
                None => lines.push((direction, g)),
            }
        }
        let line = |(direction, g): (Vec<Rational>, Expr)| -> Result<Line> {
            let function = PiecewiseFunction::new(&g, sphere)?;
            let laws = EnergyLaw::of(&function)?;
            told_from_zero(&function, &laws)?;
            Ok(Line { direction, laws, function })
        };
        let lines = lines.into_iter().map(line).collect::<Result<Vec<Line>>>()?;
        if p == 2 && lines.len() > 1 {
            return Err(Error::unable("targets of several directions on the circle".to_string()));
        }
        let kind = Kind::Lines(sphere, lines);
        Ok(Target { text: text.join("; "), domain: Arc::new(sphere), kind, known: Arc::default() })
    }

    /// Of energies of the degrees 0, 1, ..., and none beyond.
    ///
    /// # Errors
    /// `Input` for a number that is negative or not finite, or more degrees than the domain has.
    pub fn of_energies(energies: Vec<f64>, domain: impl Domain + 'static) -> Result<Self> {
        if let Some(highest) = domain.highest_degree().filter(|highest| energies.len() as u64 > highest + 1) {
            return Err(Error::input(format!(
                "energies of {} degrees; {} has the degrees 0 to {highest}",
                energies.len(),
                domain.title()
            )));
        }
        if let Some(e) = energies.iter().find(|e| !(e.is_finite() && **e >= 0.0)) {
            return Err(Error::input(format!("the energy {e}; allowed are numbers from 0 on")));
        }
        if !energies.iter().sum::<f64>().is_finite() {
            return Err(Error::input("energies whose sum does not fit a double"));
        }
        let shown: Vec<String> =
            energies.iter().take(SHOWN).map(|e| format!("{e:?}").trim_end_matches(".0").to_string()).collect();
        let more = match energies.len() {
            0..=SHOWN => String::new(),
            count => format!(",... ({count} degrees)"),
        };
        let exact = |energy: &f64| Energy { value: Float::with_val(SQUARE_BITS, *energy), error: 0.0 };
        let kind = Kind::Energies { list: energies.iter().map(exact).collect(), given: true };
        let text = format!("energies:{}{more}", shown.join(","));
        Ok(Target { text, domain: Arc::new(domain), kind, known: Arc::default() })
    }

    /// The domain on which the target is defined: a sphere, a cube or words.
    pub fn domain(&self) -> &Arc<dyn Domain> {
        &self.domain
    }

    /// The sphere, for what is known on spheres only.
    ///
    /// # Errors
    /// `Unable` on another domain.
    pub fn sphere(&self) -> Result<Sphere> {
        domain::sphere(&*self.domain, format_args!("the target {}", self.text))
    }

    /// The energies of all degrees that have any, if they are listed.
    pub(super) fn listed(&self) -> Option<&[Energy]> {
        match &self.kind {
            Kind::Energies { list, .. } => Some(list),
            Kind::Lines(..) => None,
        }
    }

    /// Whether the energies were given, not derived.
    pub fn is_given(&self) -> bool {
        matches!(self.kind, Kind::Energies { given: true, .. })
    }

    /// The function g if there is one direction.
    pub fn function(&self) -> Option<&PiecewiseFunction> {
        match &self.kind {
            Kind::Lines(_, lines) if lines.len() == 1 => Some(&lines[0].function),
            _ => None,
        }
    }

    /// The functions g of all directions; none for a target given by energies.
    pub fn functions(&self) -> Vec<&PiecewiseFunction> {
        match &self.kind {
            Kind::Energies { .. } => Vec::new(),
            Kind::Lines(_, lines) => lines.iter().map(|line| &line.function).collect(),
        }
    }

    /// Pairs of directions, by their places in [`functions`](Target::functions), and the cosines of their angles.
    pub(super) fn cosines(&self) -> Vec<(usize, usize, f64)> {
        let Kind::Lines(_, lines) = &self.kind else { return Vec::new() };
        let pair = |i: usize, j: usize| cosine(&lines[i].direction, &lines[j].direction, SQUARE_BITS).to_f64();
        (0..lines.len()).flat_map(|i| (0..i).map(move |j| (i, j, pair(i, j)))).collect()
    }

    /// How the energies of one parity decay. Parts of different directions are asymptotically orthogonal (p >= 3):
    /// P_k(c) -> 0 for |c| < 1.
    pub fn law(&self, parity: Parity) -> EnergyLaw {
        match &self.kind {
            Kind::Energies { list, .. } => {
                let own =
                    |k: &usize| Parity::of(*k as u64) == parity && list[*k].value.cmp0().is_some_and(Ordering::is_gt);
                EnergyLaw::Finite((0..list.len()).filter(own).map(|k| k as u64).collect())
            }
            Kind::Lines(_, lines) => {
                let laws = lines.iter().map(|line| line.laws[parity].clone());
                laws.reduce(EnergyLaw::plus).unwrap_or(EnergyLaw::Finite(Vec::new()))
            }
        }
    }

    /// Whether structure makes the energy of a degree zero.
    pub fn vanishes_at(&self, k: u64) -> bool {
        self.law(Parity::of(k)).degrees().is_some_and(|degrees| degrees.last().is_none_or(|last| k > *last))
    }

    /// Whether the energy of a degree is 0 by a closed form: of a polynomial, whose coefficients are exact.
    ///
    /// # Errors
    /// `Domain` for a target that is not finite and real.
    pub(super) fn is_exactly_zero(&self, k: u64) -> Result<bool> {
        let Some(function) = self.function().filter(|g| g.pieces.len() == 1) else { return Ok(false) };
        let kernel = Kernel::from(function.formula.clone());
        match kernel.spectrum(self.domain.clone()).method(Method::ClosedForm).eigenvalue(k) {
            Ok(row) => Ok(row.is_zero()),
            Err(Error::Unable(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Refuses a function with a part that may be zero without showing it: its energies would be noise.
fn told_from_zero(g: &PiecewiseFunction, laws: &PerParity<EnergyLaw>) -> Result<()> {
    let [program] = g.programs() else { return Ok(()) };
    for parity in Parity::BOTH {
        if laws[parity].degrees().is_none() {
            program.told_from_zero(parity, format_args!("the target {}", g.formula))?;
        }
    }
    Ok(())
}

fn product(a: &[Rational], b: &[Rational]) -> Rational {
    a.iter().zip(b).map(|(x, y)| Rational::from(x * y)).sum()
}

/// The cosine of the angle between two directions.
fn cosine(a: &[Rational], b: &[Rational], bits: u32) -> Float {
    let square = Float::with_val(bits, product(a, a) * product(b, b));
    Float::with_val(bits, product(a, b)) / square.sqrt()
}
