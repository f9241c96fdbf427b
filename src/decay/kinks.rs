//! The decay law of a kernel with kinks inside (-1, 1).
//!
//! With m = k + lambda, lambda = (p-2)/2 and
//! P_k(cos theta) ~ 2^lambda Gamma(lambda+1/2)/sqrt(pi) (m sin theta)^-lambda cos(m theta - lambda pi/2), a kink
//! kappa(cos theta_0 +- s) = smooth + A_+- s^a contributes to mu_k
//! $$\operatorname{Re}(Z e^{im\theta_0}) m^{-p/2-a},\quad Z = \frac{2^\lambda\Gamma(\lambda+1)\Gamma(a+1)}\pi
//! (\sin\theta_0)^{\lambda+a}e^{-i\lambda\pi/2}\bigl(A_-e^{i\pi(a+1)/2}+A_+e^{-i\pi(a+1)/2}\bigr),$$ up to a factor 1 +
//! O(1/m). At u = 0 the jump of an a-th derivative acts on the degrees of the parity of a + 1 alone. The powers at u =
//! 1 and u = -1 give the law of the other kernels, m^-(p-1+2 nu); the slower decides.

use super::leading::{exceptions, leading};
use super::local::{Beside, Local, difference};
use super::prediction::{Leading, Oscillation, PowerLaw, Prediction, Theorem, Wave, overtakes};
use super::{Parity, PerParity};
use crate::error::{Error, Result};
use crate::kernel::{Expr, ParityPart, is_middle};
use crate::number::{Ball, Balls, Elementary, Hybrid, Number, Truth};
use crate::spectrum::{ExaminedKernel, PiecewiseFunction, Spectrum, prove_pieces};
use crate::verdict::Verdict;
use rug::{Float, Rational};

/// Bits of the coefficients.
pub(super) const PRECISION: u32 = 400;

/// Powers of the distance to which pieces are expanded.
pub(super) const ORDERS: [u32; 2] = [8, 24];

/// Degrees around which laws are compared with eigenvalues, and how many there.
pub(super) const COMPARED: [u64; 2] = [250, 1000];
const COMPARED_DEGREES: u64 = 12;

/// Deviations from a law at the higher degrees that are too large to tell.
const LARGEST_DEVIATION: f64 = 0.1;

/// A complex ball.
#[derive(Clone, Debug)]
struct Complex {
    re: Ball,
    im: Ball,
}

/// What one kink contributes: Re(Z e^(i m theta)) m^-exponent.
struct Contribution {
    exponent: Rational,
    angle: Ball,
    size: Complex,
}

/// The law of a kernel made of pieces.
pub(super) fn theorem(spectrum: &Spectrum, function: &PiecewiseFunction) -> Result<Theorem> {
    let problem = spectrum.problem()?;
    let hypotheses = vec![
        "the pieces of the kernel are analytic between its kinks, and convergent series of powers beside u = 1 and \
         u = -1: proved by covering with complex intervals"
            .to_string(),
    ];
    let smooth = prove_pieces(function);
    let predict = |parity: Parity| -> Result<Prediction> {
        let part = problem.symmetry[parity];
        match part {
            ParityPart::Zero => return Ok(Prediction::Finite(Vec::new())),
            ParityPart::Polynomial(degree) => {
                return Ok(Prediction::Finite(exceptions(spectrum, parity, degree)?));
            }
            ParityPart::Full => {}
        }
        match smooth.clone().and_then(|()| slower(problem, function, parity)) {
            Err(error @ (Error::Unable(_) | Error::Domain(_))) => Ok(Prediction::Undecided(error.to_string())),
            other => other,
        }
    };
    Ok(Theorem { parities: PerParity::try_from_fn(predict)?, hypotheses })
}

/// The slower of the law of the ends and that of the kinks.
pub(super) fn slower(problem: &ExaminedKernel, function: &PiecewiseFunction, parity: Parity) -> Result<Prediction> {
    let p = function.sphere.dimension();
    let mut last = Prediction::Undecided("no order of its kinks was found".to_string());
    for order in ORDERS {
        let base = Hybrid::with_long_exact_values(PRECISION);
        let expansions = problem.ends()?.expansions(base, order)?;
        let ends = leading(&expansions, parity, p, PRECISION);
        let kinks = Kinks { function, parity, base, order };
        let inside = match kinks.leading() {
            Ok(Some(inside)) => inside,
            // No kink up to the order acts: others decay faster than m^-(p/2+order).
            Ok(None) => match ends {
                Prediction::Power(Leading::Steady(law)) if law.exponent < Rational::from((p, 2)) + order => {
                    return Ok(Prediction::Power(Leading::Steady(PowerLaw { correction: None, ..law })));
                }
                _ => {
                    last = Prediction::Undecided(format!("no kink of an order below {order} acts on {parity} degrees"));
                    continue;
                }
            },
            Err(Error::Unable(why)) => {
                last = Prediction::Undecided(why.to_string());
                continue;
            }
            Err(error) => return Err(error),
        };
        last = match ends {
            Prediction::Power(Leading::Steady(law)) if law.exponent < inside.exponent => {
                // The oscillation of the kinks is the next term: no correction of the ends' own is.
                let distance = Rational::from(&inside.exponent - &law.exponent).to_f64();
                let from = overtakes(2.0 * inside.size() / law.constant.to_f64().abs(), distance);
                return Ok(Prediction::Power(Leading::Steady(PowerLaw {
                    correction: None,
                    shows_from: law.shows_from.max(from),
                    ..law
                })));
            }
            Prediction::Power(Leading::Steady(law)) if law.exponent == inside.exponent => {
                let mut waves = inside.waves;
                let phase = if law.constant.is_sign_negative() { std::f64::consts::PI } else { 0.0 };
                let (amplitude, error) = (law.constant.abs(), law.constant_error);
                waves.push(Wave { angle: Float::new(PRECISION), amplitude, error, phase });
                return Ok(Prediction::Power(Leading::Oscillating(Oscillation { waves, ..inside })));
            }
            Prediction::Power(Leading::Steady(law)) => {
                let ends = Some((law.exponent.to_f64(), law.constant.to_f64()));
                return Ok(Prediction::Power(Leading::Oscillating(Oscillation { ends, ..inside })));
            }
            Prediction::Faster(()) => return Ok(Prediction::Power(Leading::Oscillating(inside))),
            // No fractional power up to the reach of the expansions: whatever follows decays as m^-(p-1+2 reach) or
            // faster.
            Prediction::Undecided(_)
                if expansions.exponents().is_empty() && expansions.reach() * 2u32 + (p - 1) > inside.exponent =>
            {
                return Ok(Prediction::Power(Leading::Oscillating(inside)));
            }
            other => other,
        };
    }
    Ok(last)
}

/// The kinks of a function, as they act on one parity.
pub(super) struct Kinks<'a> {
    pub(super) function: &'a PiecewiseFunction,
    pub(super) parity: Parity,
    pub(super) base: Hybrid,
    pub(super) order: u32,
}

impl Kinks<'_> {
    fn dimension(&self) -> u64 {
        self.function.sphere.dimension()
    }

    fn balls(&self) -> Balls {
        Balls::new(PRECISION)
    }

    /// The kinks that decay most slowly, those at opposite places as one; none if no order that was looked at acts.
    fn leading(&self) -> Result<Option<Oscillation>> {
        let mut found = Vec::new();
        for (pair, angle) in self.function.pieces.windows(2).zip(self.function.angles(PRECISION)?) {
            found.extend(self.contribution(&pair[0].formula, &pair[1].formula, &pair[1].from, angle)?);
        }
        let Some(exponent) = found.iter().map(|c: &Contribution| c.exponent.clone()).min() else {
            return Ok(None);
        };
        let mut slowest: Vec<Contribution> = Vec::new();
        for contribution in found.into_iter().filter(|c| c.exponent == exponent) {
            let opposite = slowest.iter_mut().find(|other| self.are_opposite(&other.angle, &contribution.angle));
            match opposite {
                Some(other) => other.size = self.with_opposite(&other.size, &contribution.size)?,
                None => slowest.push(contribution),
            }
        }
        let waves = slowest.into_iter().map(|c| self.wave(c)).collect::<Result<Vec<_>>>()?;
        Ok(Some(Oscillation { exponent, waves, ends: None }))
    }

    /// Whether two angles add to pi as far as balls tell; if they do not quite, the sum of both waves would be one all
    /// the same to 100 digits.
    fn are_opposite(&self, a: &Ball, b: &Ball) -> bool {
        let c = self.balls();
        c.sub(&c.pi(), &c.add(a, b)).contains_zero()
    }

    /// Re(Z' e^(i m (pi - theta))) = (-1)^k Re(conj(Z') e^(-i lambda pi) e^(i m theta)).
    fn with_opposite(&self, z: &Complex, other: &Complex) -> Result<Complex> {
        let c = self.balls();
        let mirrored = self.turned(&Complex { re: other.re.clone(), im: c.neg(&other.im) }, &self.lambda(), -1)?;
        let add = |a: &Ball, b: &Ball| if self.parity == Parity::Even { c.add(a, b) } else { c.sub(a, b) };
        Ok(Complex { re: add(&z.re, &mirrored.re), im: add(&z.im, &mirrored.im) })
    }

    fn lambda(&self) -> Rational {
        Rational::from((self.dimension() - 2, 2))
    }

    /// z e^(sign i x pi).
    fn turned(&self, z: &Complex, x: &Rational, sign: i32) -> Result<Complex> {
        let c = self.balls();
        let angle = c.scale(&c.pi(), &Rational::from(x * sign));
        let (cos, sin) = (c.elementary(Elementary::Cos, &angle)?, c.elementary(Elementary::Sin, &angle)?);
        Ok(Complex {
            re: c.sub(&c.mul(&z.re, &cos), &c.mul(&z.im, &sin)),
            im: c.add(&c.mul(&z.re, &sin), &c.mul(&z.im, &cos)),
        })
    }

    fn wave(&self, contribution: Contribution) -> Result<Wave> {
        let c = self.balls();
        let Contribution { angle, size: Complex { re, im }, .. } = contribution;
        let square = c.add(&c.mul(&re, &re), &c.mul(&im, &im));
        let amplitude = c.elementary(Elementary::Sqrt, &square)?;
        if amplitude.contains_zero() {
            return Err(Error::unable(format!("whether the kinks near u = {:.6} cancel", angle.middle.to_f64().cos())));
        }
        let phase = im.middle.atan2(&re.middle).to_f64();
        Ok(Wave { angle: angle.middle, error: amplitude.radius.to_float(), amplitude: amplitude.middle, phase })
    }

    /// What the kink between two formulas contributes to this parity.
    fn contribution(&self, left: &Expr, right: &Expr, place: &Expr, angle: Ball) -> Result<Option<Contribution>> {
        let c = self.balls();
        let p = self.dimension();
        let local = Beside::new(self.base, self.order, p, place);
        let middle = is_middle(place, p);
        // Which parity it acts on depends on that.
        if !middle && c.sub(&c.scale(&c.pi(), &Rational::from((1, 2))), &angle).contains_zero() {
            return Err(Error::unable(format!("whether the kink at u = {place} lies at u = 0")));
        }
        let [below, above] = [local.expansion(left, false)?, local.expansion(right, true)?];
        let zero = || Ball::exact(Float::new(PRECISION));
        let found = if below.root == 1 && above.root == 1 {
            let jump = difference(right, left);
            let (order, value) = self.first(&local, &jump, middle)?;
            value.map(|value| (Rational::from(order), [zero(), value]))
        } else {
            self.first_of_both(&below, &above)?
        };
        let Some((a, [minus, plus])) = found else { return Ok(None) };
        let sine = c.elementary(Elementary::Sin, &angle)?;
        // In the angle s = sin(theta) delta to first order.
        let power = if local.is_angle() { self.lambda() } else { self.lambda() + &a };
        let quarter = Rational::from(&a + 1u32) / 2u32;
        let both =
            [(minus, 1), (plus, -1)].map(|(size, sign)| self.turned(&Complex { re: size, im: zero() }, &quarter, sign));
        let [minus, plus] = both;
        let (minus, plus) = (minus?, plus?);
        let sum = Complex { re: c.add(&minus.re, &plus.re), im: c.add(&minus.im, &plus.im) };
        let sum = self.turned(&sum, &(self.lambda() / 2u32), -1)?;
        // 2^lambda Gamma(lambda+1) Gamma(a+1)/pi (sin theta)^power
        let gamma = |x: Rational| c.ln_gamma(&c.rational(&x)).and_then(|log| c.elementary(Elementary::Exp, &log));
        let factor = c.mul(&c.power(&c.rational(&Rational::from(2)), &self.lambda())?, &gamma(self.lambda() + 1u32)?);
        let factor = c.div(&c.mul(&factor, &gamma(Rational::from(&a + 1u32))?), &c.pi())?;
        let factor = c.mul(&factor, &c.power(&sine, &power)?);
        let size = Complex { re: c.mul(&sum.re, &factor), im: c.mul(&sum.im, &factor) };
        Ok(Some(Contribution { exponent: Rational::from((p, 2)) + a, angle, size }))
    }

    /// The order of the first coefficient of an analytic jump that acts, and that coefficient; without one, the order
    /// up to which none does.
    pub(super) fn first(&self, local: &Beside, jump: &Expr, middle: bool) -> Result<(usize, Option<Ball>)> {
        let series = local.expansion(jump, true)?;
        // At u = 0 an odd order acts on even degrees, and the other way round.
        let acts = |order: usize| !middle || (order % 2 == 1) == (self.parity == Parity::Even);
        // Where no exact number tells a zero, the structure of the jump may.
        let mut order = None;
        for (j, coefficient) in series.coefficients.iter().take(series.known).enumerate() {
            let truth = match self.base.is_zero(coefficient) {
                Truth::Unknown if *order.get_or_insert_with(|| local.order_of_zero(jump)) > Some(j) => Truth::Yes,
                truth => truth,
            };
            match truth {
                Truth::No if acts(j) => return Ok((j, Some(coefficient.ball.clone()))),
                Truth::Unknown if acts(j) => {
                    return Err(Error::unable(format!("whether the coefficient of a kink of order {j} vanishes")));
                }
                _ => {}
            }
        }
        Ok((series.known, None))
    }

    /// The first exponent at which two expansions are not one smooth function, with the coefficients below and above.
    fn first_of_both(&self, below: &Local, above: &Local) -> Result<Option<(Rational, [Ball; 2])>> {
        let reach = below.exponent(below.known).min(above.exponent(above.known));
        let exponents = |s: &Local| (0..s.coefficients.len()).map(|j| s.exponent(j)).collect::<Vec<_>>();
        let mut all = exponents(below);
        all.extend(exponents(above));
        all.retain(|e| *e < reach);
        all.sort();
        all.dedup();
        for exponent in all {
            let zero = || self.base.rational(&Rational::new());
            let [minus, plus] =
                [below, above].map(|series| series.coefficient(&exponent).cloned().unwrap_or_else(zero));
            let tests = match exponent.is_integer() {
                true if exponent.numer().is_odd() => vec![self.base.add(&plus, &minus)],
                true => vec![self.base.sub(&plus, &minus)],
                false => vec![minus.clone(), plus.clone()],
            };
            let truths: Vec<Truth> = tests.iter().map(|test| self.base.is_zero(test)).collect();
            if truths.contains(&Truth::No) {
                return Ok(Some((exponent, [minus.ball, plus.ball])));
            }
            if truths.contains(&Truth::Unknown) {
                return Err(Error::unable(format!("whether the coefficient of a kink of order {exponent} vanishes")));
            }
        }
        Ok(None)
    }
}

/// Whether eigenvalues follow a law, with what is added to it: their deviations around the higher degrees, relative to
/// the law's own size, are below a tenth and less than 3/4 of those around the lower ones, as a factor 1 + O(m^-1/2)
/// has it. That is evidence, no proof; what does not show it is undecided.
pub(super) fn follows(
    spectrum: &Spectrum,
    parity: Parity,
    exponent: &Rational,
    own: impl Fn(u64) -> f64,
    law: impl Fn(u64) -> f64,
) -> Result<(Verdict, f64)> {
    let p = spectrum.sphere()?.dimension();
    let mut deviations = Vec::new();
    for start in COMPARED {
        let degrees: Vec<u64> = (0..COMPARED_DEGREES).map(|i| start + 2 * i + parity.remainder()).collect();
        let rows = match spectrum.clone().with_digits(crate::number::Digits::Double).table(&degrees) {
            Ok(table) => table.rows,
            Err(Error::Unable(_)) => return Ok((Verdict::Undecided, f64::INFINITY)),
            Err(error) => return Err(error),
        };
        let scaled = |k: u64, x: f64| x * (k as f64 + (p as f64 - 2.0) / 2.0).powf(exponent.to_f64());
        let size = degrees.iter().map(|k| scaled(*k, own(*k)).abs()).fold(0.0, f64::max);
        let deviation = |row: &crate::spectrum::Eigenvalue| scaled(row.degree, row.to_f64() - law(row.degree)).abs();
        deviations.push(rows.iter().map(deviation).fold(0.0, f64::max) / size);
    }
    let holds = deviations[1] < LARGEST_DEVIATION && deviations[1] < 0.75 * deviations[0];
    Ok((if holds { Verdict::Holds } else { Verdict::Undecided }, deviations[1]))
}
