//! What is to be computed: a kernel on a sphere, compiled and examined.

use crate::domain::Sphere;
use crate::error::{Error, Result};
use crate::kernel::{
    CentralDisc, End, Ends, Expr, Kernel, Node, Point, Program, Simplified, Singularities, Step, Strip, Symmetry,
};
use crate::number::{Approximation, Digits, Hybrid, HybridNumber, Interval, Intervals, Number, Radius};
use crate::parity::{Parity, PerParity};
use rug::{Float, Rational};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::closed_form::ClosedForm;
use super::envelope::Envelope;
use super::kept::Kept;
use super::piecewise::PiecewiseFunction;

/// A kernel on a sphere with what its formula tells; shared by all methods.
#[derive(Debug)]
pub struct ExaminedKernel {
    /// The kernel.
    pub kernel: Kernel,
    /// The sphere.
    pub sphere: Sphere,
    /// The formula that is computed: of a kernel with kinks that lie outside (-1, 1), the smooth formula inside.
    pub formula: Expr,
    /// The formula compiled for the sphere's dimension; with kinks inside, that beside u = 1.
    pub program: Program,
    /// The pieces of a kernel with kinks inside (-1, 1).
    pub pieces: Option<PiecewiseFunction>,
    /// Which degrees vanish.
    pub symmetry: Symmetry,
    /// Where the kernel is not analytic inside (-1, 1).
    pub singularities: Singularities,
    closed_form: Option<ClosedForm>,
    pilot: OnceLock<Result<Option<Envelope>>>,
    kept: Kept,
    strips: Mutex<BTreeMap<usize, Result<Strip>>>,
    central_discs: OnceLock<Vec<CentralDisc>>,
    told_from_zero: PerParity<OnceLock<Result<()>>>,
}

/// The highest strip of analyticity that is tried, the ratio to the next, how many are tried, and the first.
const HIGHEST_STRIP: f64 = 1.7;
const NEXT_STRIP: f64 = 0.8;
const MOST_STRIPS: usize = 20;
const FIRST_STRIP: usize = 5;

/// What a node costs, its share of the sums included, in rectangles of a covering: measured for ntk(3) and ntk(10).
const RECTANGLES_PER_NODE: f64 = 2.0;

/// The memory that one method may take.
pub(super) const MOST_BYTES: f64 = 1e9;

/// From this order of an arc-cosine function on expansions and series, which compute all lower orders too, take
/// seconds.
const HIGH_ORDER: usize = 100;

/// Bits after which kappa(1) may be left unsettled.
const MOST_BITS_AT_ONE: u32 = 8192;

impl ExaminedKernel {
    /// Compiles a kernel for a sphere and examines its kinks, its symmetry and its singular points.
    ///
    /// # Errors
    /// `Domain` if it is undefined, infinite or complex somewhere on \[-1, 1\]; `Unable` where its kinks are not found.
    pub fn new(kernel: Kernel, sphere: Sphere) -> Result<Self> {
        match PiecewiseFunction::split(kernel.expr(), sphere).map_err(|e| e.within(&kernel))? {
            Some(function) if function.pieces.len() > 1 => Self::with_kinks(kernel, sphere, function),
            Some(function) => Self::smooth(kernel, function.pieces[0].formula.clone(), sphere),
            None => {
                let formula = kernel.expr().clone();
                Self::smooth(kernel, formula, sphere)
            }
        }
    }

    fn smooth(kernel: Kernel, formula: Expr, sphere: Sphere) -> Result<Self> {
        let program = Program::new(&formula, Some(sphere.dimension())).map_err(|e| e.within(&kernel))?;
        let singularities = Singularities::of(&program).map_err(|e| e.within(&kernel))?;
        let direct = ClosedForm::direct(&formula, sphere);
        // Algebra only where the formula as it stands does not tell.
        // (a kernel of the catalogue is what it seems).
        let plain = direct.is_some() || matches!(formula.node(), Node::Named(_));
        let simplified = if plain { None } else { Simplified::of(&formula, sphere.dimension()) };
        let symmetry = Symmetry::of(&program);
        let symmetry = simplified.as_ref().map_or(symmetry, |form| symmetry.and(form.symmetry()));
        let closed_form = direct.or_else(|| ClosedForm::simplified(simplified.as_ref()?));
        Ok(ExaminedKernel { closed_form, ..Self::examined(kernel, sphere, formula, program, singularities, symmetry) })
    }

    fn with_kinks(kernel: Kernel, sphere: Sphere, function: PiecewiseFunction) -> Result<Self> {
        let singularities = function.at_kinks()?;
        let symmetry = function.symmetry()?;
        let [program, _] = function.end_programs().map(Program::clone);
        let formula = kernel.expr().clone();
        let examined = Self::examined(kernel, sphere, formula, program, singularities, symmetry);
        Ok(ExaminedKernel { pieces: Some(function), ..examined })
    }

    fn examined(
        kernel: Kernel,
        sphere: Sphere,
        formula: Expr,
        program: Program,
        singularities: Singularities,
        symmetry: Symmetry,
    ) -> Self {
        ExaminedKernel {
            kernel,
            sphere,
            formula,
            program,
            pieces: None,
            symmetry,
            singularities,
            closed_form: None,
            pilot: Default::default(),
            kept: Kept::default(),
            strips: Default::default(),
            central_discs: Default::default(),
            told_from_zero: Default::default(),
        }
    }

    /// What the ends of the formula are asked through.
    ///
    /// # Errors
    /// `Unable` where the place of a kink is not told from an end.
    pub(crate) fn ends(&self) -> Result<Ends<'_>> {
        let smooth = || Ends::of(&self.program, &self.kernel);
        Ok(match &self.pieces {
            Some(function) => Ends::of_arcs(function.arcs()?, &self.kernel).unwrap_or_else(smooth),
            None => smooth(),
        })
    }

    /// Refuses a kernel with kinks, for methods that need one formula on all of \[-1, 1\].
    pub(super) fn without_kinks(&self) -> Result<()> {
        match self.singularities.interior.first().filter(|_| self.pieces.is_some()) {
            Some(point) => {
                // Beside an end six digits would be the end itself.
                let place = match point.near.abs() > 1.0 - 1e-6 {
                    true => point.near.to_string(),
                    false => format!("{:.6}", point.near),
                };
                Err(Error::unable(format!("{} has a kink at u = {place}", self.kernel)))
            }
            None => Ok(()),
        }
    }

    /// The closed form, if there is one.
    pub(super) fn closed_form(&self) -> Option<&ClosedForm> {
        self.closed_form.as_ref()
    }

    /// Refuses degrees whose parity is not told from zero: no method will find their eigenvalues. Looked at once.
    pub(super) fn told_from_zero(&self, k: u64) -> Result<()> {
        let parity = Parity::of(k);
        let look = || match self.pieces {
            Some(_) => Ok(()),
            None => self.program.told_from_zero(parity, &self.kernel),
        };
        self.told_from_zero[parity].get_or_init(look).clone()
    }

    /// Why a method does not apply.
    pub(super) fn unable(&self, method: &str, why: &str) -> Error {
        Error::unable(format!("{method} for {} in dimension {}: {why}", self.kernel, self.dimension()))
    }

    /// The decay of the coefficients of kappa(cos theta) on \[0, pi\], in double precision; computed once.
    pub(super) fn pilot(&self) -> Result<Option<Envelope>> {
        self.pilot.get_or_init(|| self.pilot_within(std::f64::consts::FRAC_PI_2)).clone()
    }

    /// The same for |theta - pi/2| <= h.
    pub(super) fn pilot_within(&self, half_width: f64) -> Result<Option<Envelope>> {
        Envelope::pilot(&self.program, half_width, self.singularities.finest)
    }

    /// What a method keeps under a type of its own.
    pub(super) fn kept<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.kept.of()
    }

    /// The highest order of an arc-cosine function: all lower ones are kept with it.
    fn highest_order(&self) -> usize {
        let order = |step: &Step| match step {
            Step::ArcCosines(_, outputs) => outputs.iter().map(|(n, _)| *n).max().unwrap_or(0),
            _ => 0,
        };
        self.program.steps().iter().map(order).max().unwrap_or(0)
    }

    /// Whether expansions take long because of an arc-cosine function of high order.
    pub(super) fn has_high_order(&self) -> bool {
        self.highest_order() >= HIGH_ORDER
    }

    /// Refuses work for which the values of every arc-cosine function up to the highest order, of so many bytes each,
    /// would take more than [`MOST_BYTES`].
    pub(super) fn fits_in_memory(&self, what: &str, bytes_each: f64) -> Result<()> {
        let order = self.highest_order();
        let bytes = (order + 1) as f64 * bytes_each;
        if bytes <= MOST_BYTES {
            return Ok(());
        }
        Err(Error::unable(format!(
            "{what} of {} with its arc-cosine functions up to order {order} would take {:.1} GB of memory; {:.0} are \
             allowed",
            self.kernel,
            bytes / 1e9,
            MOST_BYTES / 1e9
        )))
    }

    /// Discs around u = 0, larger than the unit disc, in which the kernel is analytic; computed once.
    pub(super) fn central_discs(&self) -> &[CentralDisc] {
        self.central_discs.get_or_init(|| CentralDisc::growing(&self.program))
    }

    /// A strip of analyticity that needs few nodes, as far as it pays to look for it: from the first that is proved, a
    /// higher or lower one is tried where it would save more than its covering costs, were its bound as small as can
    /// be.
    ///
    /// `nodes` is the number of nodes for a height and a bound.
    pub(super) fn best_strip(&self, nodes: impl Fn(f64, Radius) -> f64) -> Result<Strip> {
        let known = || self.strips.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let height = |i: usize| HIGHEST_STRIP * NEXT_STRIP.powi(i as i32);
        let strip = |i: usize| {
            if let Some(found) = known().get(&i) {
                return found.clone();
            }
            // Not behind the lock: a thread that waits for another may be given work that comes back here.
            let found = Strip::new(&self.program, height(i));
            known().insert(i, found.clone());
            found
        };
        let mut index = FIRST_STRIP;
        let mut best = strip(index);
        while best.is_err() && index + 1 < MOST_STRIPS {
            index += 1;
            best = strip(index);
        }
        let mut best = best.map_err(|error| error.within(&self.kernel))?;
        // Best effort: a strip is proved already.
        let at_one = self.value_at_one(53).map_or(Radius::ZERO, |value| Radius::below(&value));
        for step in [-1, 1] {
            while let Some(next) = index.checked_add_signed(step).filter(|i| *i < MOST_STRIPS) {
                // The bound grows with the height.
                let least = if step < 0 { best.bound } else { at_one };
                let now = nodes(best.height, best.bound);
                let saved = now - nodes(height(next), least);
                if saved.is_nan() || saved * RECTANGLES_PER_NODE <= best.rectangles as f64 {
                    break;
                }
                match strip(next) {
                    Ok(strip) if nodes(strip.height, strip.bound) < now => (index, best) = (next, strip),
                    _ => break,
                }
            }
        }
        Ok(best)
    }

    /// log2 of a bound of |kappa| for |u| >= sin h, by intervals; infinite where they do not bound it.
    pub(super) fn bound_outside(&self, half_width: f64) -> f64 {
        const PIECES: usize = 32;
        let from = half_width.sin() - 1e-12;
        let end = |i: usize| from + (1.0 - from) * i as f64 / PIECES as f64;
        let bound = |low: f64, high: f64| {
            let point = Point::at(Interval::new(low, high.clamp(-1.0, 1.0)));
            let value = self.program.evaluate(&Intervals::CLOSED, &point);
            value.map_or(f64::INFINITY, |v| v.low.abs().max(v.high.abs()))
        };
        let sides = |i: usize| bound(end(i), end(i + 1)).max(bound(-end(i + 1), -end(i)));
        (0..PIECES).map(sides).fold(0.0, f64::max).log2()
    }

    /// The value kappa(1) of the kernel to about `precision` bits, without an error bound.
    ///
    /// # Errors
    /// `Domain` if the formula has no real value at u = 1 and no limit is found there; `Unable` where multiprecision
    /// cannot compute it.
    pub fn value_at_one(&self, precision: u32) -> Result<Float> {
        self.program.at_end(End::One, precision)
    }

    /// kappa(1) with a proved error: settled to the digits, or within what some hundred digits more leave. Where it is
    /// a limit without an expansion, as of (1-u) log(1-u), its error is estimated.
    ///
    /// # Errors
    /// `Domain` if the kernel has no value at u = 1 and no limit is found there; `Unable` where it is not enclosed.
    pub fn value_at_one_within(&self, digits: Digits) -> Result<Approximation> {
        let one = Rational::from(1);
        let mut precision = digits.bits() + 64;
        loop {
            let c = Hybrid::strict(precision);
            let HybridNumber { ball, exact } = match self.program.evaluate(&c, &Point::at(c.rational(&one))) {
                // A ball that reaches beyond a domain: the bits may have been too few.
                Err(Error::Unable(_)) if precision < MOST_BITS_AT_ONE => {
                    precision *= 2;
                    continue;
                }
                // The kernel is defined on [-1, 1]: what a ball holds beyond a domain may be left out.
                Err(Error::Unable(_)) => {
                    let c = Hybrid::with_long_exact_values(precision);
                    self.program.evaluate(&c, &Point::at(c.rational(&one)))?
                }
                // A limit takes the place of 0/0.
                Err(Error::Domain(_)) => match self.program.limit_at(End::One, precision) {
                    Ok(limit) => limit,
                    // Two values beside it, at different distances, differ by less than their last 32 bits.
                    Err(_) => {
                        let value = self.program.at_end(End::One, digits.bits() + 64)?;
                        let error = (Float::with_val(64, value.abs_ref()) >> (digits.bits() + 32))
                            + (Float::with_val(64, 1) >> (digits.bits() + 64));
                        return Ok(Approximation::within(value, error, digits));
                    }
                },
                other => other?,
            };
            if let Some(exact) = exact {
                return Approximation::exact(exact, precision, digits);
            }
            let value = Approximation::of(ball, digits);
            if value.is_settled() || precision >= MOST_BITS_AT_ONE {
                return Ok(value);
            }
            precision *= 2;
        }
    }

    /// p as the methods use it.
    pub(super) fn dimension(&self) -> u64 {
        self.sphere.dimension()
    }
}

/// A planning estimate of log2(1/mu_k) for a kernel of moderate smoothness with value about 1: the largest term of
/// the power series with coefficients j^-3. Only a first guess of the precision; what is computed is checked.
pub(super) fn expected_exponent(p: u64, k: u64) -> f64 {
    use statrs::function::gamma::ln_gamma;
    let (half, k) = (p as f64 / 2.0, k as f64);
    let term = |j: f64| {
        ln_gamma(half) + ln_gamma(k + 2.0 * j + 1.0)
            - (k + 2.0 * j) * std::f64::consts::LN_2
            - ln_gamma(j + 1.0)
            - ln_gamma(k + j + half)
            - 3.0 * (k + 2.0 * j + 1.0).ln()
    };
    let steps = std::iter::successors(Some(1.0f64), |j| Some((j * 1.3).ceil())).take_while(|j| *j < 4.0 * k * k + 8.0);
    let largest = steps.map(term).fold(term(0.0), f64::max);
    (-largest / std::f64::consts::LN_2).max(0.0)
}

/// Bits beyond the digits, so that few decimals are near a tie.
pub(super) const ROOM: u32 = 14;

/// log2 of the relative size that an error may have beside a value, for the digits asked for and room to round.
pub(super) fn needed_bits(digits: Digits) -> u32 {
    digits.bits() + ROOM
}
