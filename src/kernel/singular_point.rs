//! Places inside (-1, 1) where a kernel is not analytic.

use super::limit;
use super::program::{Point, Program, Step};
use super::recognised::{self, simple};
use super::undefined::{Examined, Undefined};
use crate::number::{Multiprecision, Series, shown as written};

use rug::{Float, Rational};

/// How far from a piece that is not bisected further its singular point may be.
const REACH: f64 = 1e-6;

/// Bits at which definedness is decided near a singular point.
const PRECISION: u32 = 512;

/// A point inside (-1, 1) where the kernel is not analytic, or is nearly singular.
#[derive(Clone, Debug)]
pub struct SingularPoint {
    /// The place, to double precision.
    pub near: f64,
    pub(super) step: Option<usize>,
    pub(super) multiplicity: usize,
}

impl SingularPoint {
    /// A place that is known from elsewhere.
    pub(crate) fn at(near: f64) -> Self {
        SingularPoint { near, step: None, multiplicity: 1 }
    }

    /// The place, if it is seen to be a rational number; not proved.
    pub fn rational(&self, program: &Program) -> Option<Rational> {
        simple(&self.locate(program, recognised::PRECISION))
    }

    /// The place u of the singular point to `precision` bits; the double known before where it is not found better.
    pub fn locate(&self, program: &Program, precision: u32) -> Float {
        let critical = self.step.and_then(|step| critical(program, step, self.near));
        let Some((argument, target)) = critical else {
            return Float::with_val(precision, self.near);
        };
        newton(program, argument, &target, self.multiplicity, self.near, REACH, precision + 64)
            .map_or_else(|| Float::with_val(precision, self.near), |(place, _)| Float::with_val(precision, place))
    }
}

/// The register and value at which a step stops being analytic, for arguments near `u`.
fn critical(program: &Program, step: usize, u: f64) -> Option<(usize, Rational)> {
    let (argument, target) = of_argument(program, step, u)?;
    Some((if target == 0 { vanishing(program, argument, u) } else { argument }, target))
}

/// The simplest register that vanishes where another does: the base of a power, the vanishing factor of a product. Its
/// zero has a lower order.
fn vanishing(program: &Program, mut register: usize, u: f64) -> usize {
    loop {
        register = match &program.steps()[register] {
            Step::Power(base, exponent) if exponent.cmp0().is_gt() => *base,
            Step::Neg(a) | Step::Div(a, _) => *a,
            Step::Function(f, a) if f.facts().vanishes_at_zero_alone => *a,
            Step::Mul(a, b) => {
                // Newton's step is short beside a zero.
                let series = Series::new(Multiprecision::new(64), 2);
                let step = |register: usize| -> Option<f64> {
                    let at = Point::at(series.variable(&Float::with_val(64, u)));
                    let f = program.up_to(register).evaluate(&series, &at).ok()?;
                    let step = Float::with_val(64, f.first()? / f.get(1)?).to_f64().abs();
                    step.is_finite().then_some(step)
                };
                let steps = [*a, *b].into_iter().filter_map(|factor| Some((step(factor)?, factor)));
                match steps.min_by(|x, y| x.0.total_cmp(&y.0)) {
                    Some((_, factor)) => factor,
                    None => return register,
                }
            }
            _ => return register,
        };
    }
}

/// The argument of a function, and the ends of its domain.
fn argument_of(step: &Step) -> Option<(usize, [Option<i32>; 2])> {
    match step {
        Step::Function(f, a) => Some((*a, f.facts().domain)),
        Step::ArcCosines(a, _) => Some((*a, [Some(-1), Some(1)])),
        _ => None,
    }
}

fn of_argument(program: &Program, step: usize, u: f64) -> Option<(usize, Rational)> {
    let zero = Rational::new();
    match &program.steps()[step] {
        Step::Div(_, b) => Some((*b, zero)),
        Step::Power(a, _) => Some((*a, zero)),
        Step::Function(..) | Step::ArcCosines(..) => {
            let (a, ends) = argument_of(&program.steps()[step])?;
            let ends: Vec<i32> = ends.into_iter().flatten().collect();
            let end = match &ends[..] {
                [low, high] => {
                    let c = Multiprecision::new(64);
                    let value = program.up_to(a).evaluate(&c, &Point::at(Float::with_val(64, u))).ok()?;
                    if value < (low + high) / 2 { *low } else { *high }
                }
                ends => *ends.first()?,
            };
            Some((a, Rational::from(end)))
        }
        _ => None,
    }
}

/// Newton's method on the (m-1)-th derivative of `argument - target` from `start`, not further than `reach`:
/// the place and the value there.
pub(super) fn newton(
    program: &Program,
    argument: usize,
    target: &Rational,
    multiplicity: usize,
    start: f64,
    reach: f64,
    precision: u32,
) -> Option<(Float, Float)> {
    let c = Multiprecision::new(precision);
    let series = Series::new(c, multiplicity + 1);
    let program = program.up_to(argument);
    let mut place = Float::with_val(precision, start);
    let mut converged = false;
    // From 6 digits, quadratic convergence needs log2(precision / 20) steps; the rest is for a poorer start.
    for _ in 0..12 + precision.ilog2() {
        let f = program.evaluate(&series, &Point::at(series.variable(&place))).ok()?;
        let value = Float::with_val(precision, f.first()? - target);
        let zero = Float::new(precision);
        let numerator = f.get(multiplicity - 1).unwrap_or(&zero).clone();
        let numerator = if multiplicity == 1 { value.clone() } else { numerator };
        let slope = Float::with_val(precision, f.get(multiplicity)? * multiplicity as u32);
        if slope.is_zero() {
            return None;
        }
        let step = numerator / slope;
        if converged || step.is_zero() {
            return Some((place, value));
        }
        place -= &step;
        if Float::with_val(53, &place - start).abs() > reach {
            return None;
        }
        // The last step may still change the last bits: one more evaluation, then done.
        converged = step.get_exp().unwrap_or(i32::MIN) < -(precision as i32) + 24;
    }
    None
}

/// A piece that is not tame, or the union of several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cluster {
    pub(super) low: f64,
    pub(super) high: f64,
    /// The middle of the narrowest part.
    pub(super) narrowest: f64,
    /// The width of the narrowest part.
    pub(super) width: f64,
    /// The step that could not be shown analytic; `None` for a narrow peak.
    pub(super) failed: Option<usize>,
}

/// Locates the singular point of a cluster and checks that the kernel is defined there.
pub(super) fn examine(program: &Program, cluster: &Cluster, step: usize) -> Examined<SingularPoint> {
    let (middle, reach) = (cluster.narrowest, 2.0 * (cluster.high - cluster.low));
    let unknown = SingularPoint { near: middle, step: Some(step), multiplicity: 1 };
    let Some((argument, target)) = critical(program, step, middle) else {
        return Ok(unknown);
    };
    // Multiplicity 1 first: a multiple zero makes plain Newton converge slowly, hence not at all here.
    let found = (1..=16).find_map(|m| {
        newton(program, argument, &target, m, middle, reach, PRECISION).map(|(place, value)| (m, place, value))
    });
    let Some((multiplicity, place, value)) = found else {
        return Ok(unknown);
    };
    let at = place.to_f64();
    // The value of the argument is zero if it is below the square root of the working accuracy.
    let exponent = value.get_exp().unwrap_or(i32::MIN);
    let vanishes = value.is_zero() || exponent < -(PRECISION as i32) / 2;
    let shown = if at == 0.0 { 0.0 } else { at };
    if vanishes && [-1, 1].iter().all(|side| limit::exists(program, &place, *side)) {
        // The value is a limit, from both sides.
        return Ok(SingularPoint { near: at, step: Some(step), multiplicity });
    }
    // The sign is that of the argument: of a power or product it is not that of the factor that was followed.
    let value = match of_argument(program, step, middle).filter(|_| !vanishes) {
        Some((whole, target)) if whole != argument => {
            let c = Multiprecision::new(PRECISION);
            match program.up_to(whole).evaluate(&c, &Point::at(place.clone())) {
                Ok(value) => value - target,
                Err(_) => return Ok(unknown),
            }
        }
        _ => value,
    };
    let undefined = |why: &str| Err(Undefined { place: shown, why: why.to_string(), beyond: false });
    match &program.steps()[step] {
        Step::Div(..) if vanishes => undefined("division by zero"),
        Step::Power(_, q) if vanishes && q.cmp0().is_lt() => {
            undefined(&format!("0 to the power {} is infinite", written(q)))
        }
        Step::Function(f, _) if vanishes && f.facts().infinite => undefined(&format!("{} of 0 is infinite", f.name())),
        Step::Power(_, q) if !vanishes && value.is_sign_negative() && !q.is_integer() => {
            undefined(&format!("negative base with the fractional exponent {}", written(q)))
        }
        // Beyond an end of the domain.
        outside @ (Step::ArcCosines(..) | Step::Function(..)) if !vanishes => {
            let [low, high] = argument_of(outside).map_or([None; 2], |(_, ends)| ends);
            let end = |end: Option<i32>| end.is_some_and(|end| target == end);
            let beyond = end(low) && value.is_sign_negative() || end(high) && value.is_sign_positive();
            let name = match outside {
                Step::Function(f, _) => f.name(),
                _ => "arc-cosine function",
            };
            match (beyond, low, high) {
                (false, ..) => Ok(SingularPoint { near: at, step: Some(step), multiplicity }),
                (_, Some(low), Some(high)) => undefined(&format!("{name} of a number outside [{low}, {high}]")),
                (_, Some(0), None) => undefined(&format!("{name} of a negative number")),
                _ => undefined(&format!("{name} of a number beyond its domain")),
            }
        }
        _ => Ok(SingularPoint { near: at, step: Some(step), multiplicity }),
    }
}
