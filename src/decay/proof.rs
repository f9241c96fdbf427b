//! What is proved of a kernel's eigenvalues for all degrees: laws, enclosures below them, bounds, positivity, the
//! trace.

use super::at_ends::AtEnds;
use super::conclusion::{Bounds, Conclusion, ENCLOSED, Geometric, ParityProof, ProvedPower, enclosed};
use super::kink_bound::{Jump, KinkBound};
use super::positivity::Positivity;
use super::power_bound::bounded;
use super::proved_law::ProvedLaw;
use super::{Parity, PerParity};
use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{Expr, Kernel, ParityPart, single_places};
use crate::number::{Ball, Balls, Number, Radius};
use crate::spectrum::{Eigenvalue, Spectrum};
use rug::Rational;

/// The trace identity sum_k N(p,k) mu_k = kappa(1), with a proved tail.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Trace {
    /// The sum over all degrees.
    pub sum: Ball,
    /// kappa(1).
    pub at_one: Ball,
    /// The degree from which the tail comes from the laws.
    pub from_degree: u64,
}

impl Trace {
    /// Whether the proved enclosures of sum_k N(p,k) mu_k and of kappa(1) overlap.
    pub fn holds(&self) -> bool {
        Balls::new(256).sub(&self.sum, &self.at_one).contains_zero()
    }
}

/// Everything proved of a kernel on a sphere.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Proof {
    /// The kernel.
    pub kernel: Kernel,
    /// The sphere.
    pub sphere: Sphere,
    /// Even and odd degrees.
    pub parities: PerParity<ParityProof>,
    /// Whether every mu_k > 0.
    pub positivity: Positivity,
    /// The trace, or why there is none.
    pub trace: std::result::Result<Trace, String>,
    /// The places where the formula has a value that is not known to be that of a piece beside it, as where(u^2, u, 5)
    /// has at 0; none if they were not told. No eigenvalue sees them.
    pub single_places: Option<Vec<Expr>>,
}

/// Digits of the enclosures below a law.
const DIGITS: u32 = 16;

impl Kernel {
    /// Proves decay laws on a sphere for all degrees: [`Spectrum::prove`].
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real on \[-1, 1\].
    pub fn prove(&self, sphere: Sphere) -> Result<Proof> {
        self.spectrum(sphere).prove()
    }
}

impl Spectrum {
    /// Proves decay laws for all degrees of both parities, the sign of eigenvalues, and the trace identity.
    ///
    /// ```
    /// use zonal::decay::{Conclusion, ProvedPower};
    /// use zonal::{Kernel, Sphere};
    /// let proof = Kernel::ntk(3)?.spectrum(Sphere::in_dimension(3)?).prove()?;
    /// let Conclusion::Power(ProvedPower::Law(law)) = &proof.parities.even.conclusion else { panic!() };
    /// // mu_k = A (k+1/2)^-3 (1 + O(k^-2)), A = 0.55704...
    /// assert!((law.constant.middle.to_f64() - 0.557042301).abs() < 1e-9 && law.from_degree <= 300);
    /// assert_eq!(proof.positivity.verdict(), Some(true));
    /// # Ok::<(), zonal::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Domain` for a kernel that is not finite and real on \[-1, 1\]. What could not be proved is `Undecided`.
    pub fn prove(&self) -> Result<Proof> {
        let spectrum = self.clone().digits(DIGITS)?;
        let problem = spectrum.problem()?;
        let jumps = match &problem.pieces {
            Some(function) => Jump::all(function),
            None => Ok(Vec::new()),
        };
        let ends = jumps.and_then(|jumps| Ok((AtEnds::of(problem)?, jumps)));
        let attempt = |parity: Parity| -> Result<ParityProof> {
            match problem.symmetry[parity] {
                ParityPart::Zero => Ok(vanishing(parity, Vec::new())),
                ParityPart::Polynomial(degree) => Ok(vanishing(parity, enclosed(&spectrum, parity, degree + 1)?)),
                ParityPart::Full => {
                    let (ends, jumps) = ends.as_ref().map_err(Clone::clone)?;
                    let bounds = jumps.iter().map(|jump| jump.bound(parity, ends.region().strip.height));
                    let kinks: Vec<KinkBound> = bounds.filter_map(Result::transpose).collect::<Result<_>>()?;
                    full(&spectrum, ends, parity, &kinks)
                }
            }
        };
        let of = |parity: Parity| match attempt(parity) {
            Err(Error::Unable(why)) => Ok(undecided(parity, why.to_string())),
            other => other,
        };
        let parities = PerParity::try_from_fn(of)?;
        let positivity = Positivity::of(&spectrum, &parities)?;
        let sphere = self.sphere()?;
        let single_places = single_places(self.kernel().expr(), sphere.dimension())?;
        let is_limit = single_places.as_ref().is_some_and(|places| !places.contains(&Expr::number(1)));
        let trace = match trace(&spectrum, &parities) {
            _ if !is_limit => Err("kappa(1) is not known to be a limit of kappa".to_string()),
            Err(Error::Unable(why)) => Err(why.to_string()),
            other => Ok(other?),
        };
        Ok(Proof { kernel: self.kernel().clone(), sphere, parities, positivity, trace, single_places })
    }
}

fn undecided(parity: Parity, why: String) -> ParityProof {
    ParityProof { parity, conclusion: Conclusion::Undecided(why), rows: Vec::new(), bounds: None }
}

fn vanishing(parity: Parity, rows: Vec<Eigenvalue>) -> ParityProof {
    let exceptions = rows.iter().filter(|row| !row.is_zero()).map(|row| row.degree).collect();
    ParityProof { parity, conclusion: Conclusion::Finite(exceptions), rows, bounds: None }
}

/// The law of a parity that does not vanish, and the degrees below.
fn full(spectrum: &Spectrum, ends: &AtEnds, parity: Parity, kinks: &[KinkBound]) -> Result<ParityProof> {
    let of_kinks = kinks.iter().map(KinkBound::exponent).min();
    let series = match (ends, &of_kinks) {
        (AtEnds::Analytic(region), None) => {
            let conclusion = Conclusion::Faster(Geometric::of(region));
            return Ok(ParityProof { parity, conclusion, rows: Vec::new(), bounds: None });
        }
        (AtEnds::Analytic(_), Some(_)) => return bounded(spectrum, ends, parity, kinks),
        (AtEnds::Singular(series), _) => series,
    };
    let of_ends = series.leading_exponent(parity).map(|nu| nu * 2u32 + (series.dimension() - 1));
    if of_kinks.is_some_and(|of_kinks| of_ends.is_none_or(|of_ends| of_ends >= of_kinks)) {
        return bounded(spectrum, ends, parity, kinks);
    }
    let law = match ProvedLaw::of(series, parity, kinks) {
        // What the kinks add is small only from a high degree on.
        Err(Error::Unable(_)) if !kinks.is_empty() => return bounded(spectrum, ends, parity, kinks),
        other => other?,
    };
    let rows = enclosed(spectrum, parity, law.from_degree.max(ENCLOSED))?;
    let bounds = bounds(&law, &rows, parity, series.dimension())?;
    Ok(ParityProof { parity, conclusion: Conclusion::Power(ProvedPower::Law(Box::new(law))), rows, bounds })
}

/// The first degree of the parity that is not enclosed by itself.
fn first_open(law: &ProvedLaw, rows: &[Eigenvalue]) -> u64 {
    rows.last().map_or(law.from_degree, |row| (row.degree + 2).max(law.from_degree))
}

/// lower k^-b <= mu_k <= upper k^-b from the first degree >= 1 whose successors are all positive.
fn bounds(law: &ProvedLaw, rows: &[Eigenvalue], parity: Parity, p: u64) -> Result<Option<Bounds>> {
    let c = Balls::new(128);
    let positive = law.constant.middle.is_sign_positive();
    if !positive {
        return Ok(None);
    }
    // From the law: A (1 -+ c x) (k/m)^b, and (k/m)^b increases to 1 for p >= 2.
    let after = first_open(law, rows);
    let k0 = Rational::from(after);
    let m = &k0 + Rational::from((p - 2, 2));
    let spread = law.spread(after, p)?;
    let quotient = c.power(&c.rational(&Rational::from(&k0 / &m)), &law.exponent)?;
    let lower = c.mul(&spread, &quotient);
    // All is positive from here on: c/m^2 <= 1/2.
    let (mut low, mut high) = (lower.mignitude(), spread.magnitude());
    let mut from_degree = after;
    for row in rows.iter().rev().filter(|row| row.degree > 0) {
        let value = Ball { middle: row.value.clone(), radius: Radius::above(&row.error) };
        let scaled = c.mul(&value, &c.power(&c.rational(&Rational::from(row.degree)), &law.exponent)?);
        if scaled.middle.is_sign_negative() || scaled.contains_zero() {
            break;
        }
        (low, high) = (low.min(scaled.mignitude()), high.max(scaled.magnitude()));
        from_degree = row.degree;
    }
    debug_assert_eq!(from_degree % 2, parity.remainder());
    Ok(Some(Bounds { lower: low.to_float(), upper: high.to_float(), from_degree }))
}

/// The sum of N(p,k) mu_k over all k: enclosures below, the laws above.
fn trace(spectrum: &Spectrum, parities: &PerParity<ParityProof>) -> Result<Trace> {
    let c = Balls::new(192);
    let sphere = spectrum.sphere()?;
    let p = sphere.dimension();
    let problem = spectrum.problem()?;
    let one = c.rational(&Rational::from(1));
    let at_one = problem.program.evaluate(&c, &crate::kernel::Point::at(one.clone())).map_err(|error| match error {
        Error::Domain(why) => Error::unable(format!("kappa(1) is a limit, which is not enclosed: {why}")),
        other => other,
    })?;
    let mut sum = c.rational(&Rational::new());
    let mut from = 0;
    for proof in parities {
        for row in &proof.rows {
            let value = Ball { middle: row.value.clone(), radius: Radius::above(&row.error) };
            sum = c.add(&sum, &c.mul(&value, &c.rational(&Rational::from(&*row.multiplicity))));
        }
        let law = match &proof.conclusion {
            Conclusion::Finite(_) => continue,
            Conclusion::Power(ProvedPower::Law(law)) => law,
            Conclusion::Faster(_) | Conclusion::Power(ProvedPower::Bound(_)) => {
                return Err(Error::unable("no law, so no sum over all degrees"));
            }
            Conclusion::Undecided(why) => return Err(Error::unable(why.clone())),
        };
        let after = first_open(law, &proof.rows);
        from = from.max(after);
        // N(p,k) = 2 m^(p-2)/(p-2)! prod_{0<s<=(p-4)/2} (1 - s^2 x), k >= 1.
        let m = Rational::from((2 * after + p - 2, 2));
        let beta = Rational::from(&law.exponent - p) + 2u32;
        let mut least = one.clone();
        let mut s = p.saturating_sub(4);
        while s > 0 {
            let q = Rational::from((s, 2)) / &m;
            least = c.mul(&least, &c.rational(&(Rational::from(1) - q.square())));
            s = s.saturating_sub(2);
        }
        // Sum over m0, m0 + 2, ... of m^-beta, a convex function: between (integral from m0)/2 + m0^-beta/2 and
        // (integral from m0 - 1)/2.
        let integral = |from: &Rational| -> Result<Ball> {
            let power = c.power(&c.rational(from), &Rational::from(1 - &beta))?;
            c.div(&power, &c.rational(&(2 * Rational::from(&beta - 1u32))))
        };
        let first = c.scale(&c.power(&c.rational(&m), &Rational::from(-&beta))?, &Rational::from((1, 2)));
        let low = c.mul(&c.add(&integral(&m)?, &first), &least);
        let high = integral(&Rational::from(&m - 1u32))?;
        // The ball from low to high.
        let middle = c.scale(&c.add(&low, &high), &Rational::from((1, 2)));
        let half = c.scale(&c.sub(&high, &low), &Rational::from((1, 2))).magnitude();
        let factorial = Rational::from(rug::Integer::from(rug::Integer::factorial(p as u32 - 2)));
        let weight = c.mul(&law.spread(after, p)?, &c.rational(&(Rational::from(2) / factorial)));
        sum = c.add(&sum, &c.mul(&weight, &middle.widened(half)));
    }
    Ok(Trace { sum, at_one, from_degree: from })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spectrum::Assurance;

    /// From the law alone: in fifty dimensions k^b is far below m^b.
    #[test]
    fn bounds_without_rows_hold_at_the_first_degree() {
        let (kernel, p) = (Kernel::ntk(3).unwrap(), 50);
        let proof = kernel.prove(Sphere::in_dimension(p).unwrap()).unwrap();
        let Conclusion::Power(ProvedPower::Law(law)) = &proof.parities.even.conclusion else { panic!("{proof:?}") };
        let found = bounds(law, &[], Parity::Even, p).unwrap().unwrap();
        assert_eq!(found.from_degree, law.from_degree);
        let spectrum = kernel.spectrum(Sphere::in_dimension(p).unwrap()).digits(20).unwrap();
        let c = Balls::new(128);
        for row in spectrum
            .rigour(Assurance::Proved)
            .table(&[found.from_degree, found.from_degree + 2, 1000, 100_000])
            .unwrap()
            .rows
        {
            let scaled = c.mul(
                &Ball::exact(row.value),
                &c.power(&c.rational(&Rational::from(row.degree)), &law.exponent).unwrap(),
            );
            assert!(found.lower <= scaled.middle && scaled.middle <= found.upper, "{}: {found:?}", row.degree);
        }
    }
}
