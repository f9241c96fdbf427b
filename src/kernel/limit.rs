//! Limits of a kernel where its formula has no value: sin(u)/u at 0, (1-u) log(1-u) at 1.

use super::ends::End;
use super::program::{Point, Program, Step};
use crate::error::{Error, Result};
use crate::number::{ExactNumber, Hybrid, HybridNumber, Multiprecision, Number, Truth};
use rug::{Float, Rational};

/// Distances 2^-d at which values are compared: they must settle by 8 bits from one to the next. Those of x^q do for
/// q > 1/8, of x log x and e^(-1/x) too; those of log x, 1/x, sin(1/x) and 1/log x do not.
const DISTANCES: [u32; 3] = [64, 128, 256];
const SETTLING: u32 = 8;

/// Bits of exact numbers that tell whether an argument is 0.
const EXACT_BITS: u32 = 128;

/// More bits than this of a limit are not looked for.
const MOST_BITS: u32 = 1 << 16;

/// kappa at the distance 2^-d from a place, on its left (-1) or right (1).
fn beside(program: &Program, place: &Float, side: i32, distance: u32, bits: u32) -> Result<Float> {
    let bits = bits + 2 * distance;
    let step = Float::with_val(bits, side) >> distance;
    program.evaluate(&Multiprecision::new(bits), &Point::at(step + place))
}

/// kappa so near to a place, on the side of u = 0, that it is the limit to `bits` for powers from 1/2 on.
pub(super) fn inward(program: &Program, place: &Float, bits: u32) -> Result<Float> {
    let side = if place.is_sign_negative() { 1 } else { -1 };
    Ok(Float::with_val(bits, beside(program, place, side, 2 * bits + 64, bits)?))
}

/// Whether the values beside a place, on its left (-1) or right (1), settle as they come nearer. They show it, they do
/// not prove it.
pub(super) fn exists(program: &Program, place: &Float, side: i32) -> bool {
    let values = DISTANCES.map(|distance| beside(program, place, side, distance, 256));
    let [Ok(far), Ok(near), Ok(nearest)] = values else { return false };
    let first = Float::with_val(64, &far - &near).abs();
    let second = Float::with_val(64, &near - &nearest).abs();
    second <= first >> SETTLING
}

/// Whether the formula fails at a place because an argument is exactly 0: a quotient, a logarithm, a negative power.
/// Beyond a domain there is no limit to look for, however near values may be.
pub(super) fn is_missing(program: &Program, place: &Rational) -> bool {
    let c = Hybrid::strict(EXACT_BITS);
    let (registers, failure) = program.run_partly(&c, &Point::at(c.rational(place)));
    let argument = failure.and_then(|failure| match &program.steps()[failure.step] {
        Step::Div(_, b) => Some(*b),
        Step::Power(a, q) if q.cmp0().is_lt() => Some(*a),
        // All that is infinite somewhere is at 0.
        Step::Function(f, a) if f.facts().infinite => Some(*a),
        _ => None,
    });
    argument.and_then(|argument| registers[argument].as_ref()).is_some_and(|value| c.is_zero(value) == Truth::Yes)
}

/// Bits with which a value is told from 0.
const MOST_ENCLOSED: u32 = 1 << 14;

/// Powers of |x-y|^2 in expansions of which only the constant is wanted: quotients lose the first ones.
const ORDERS: [u32; 3] = [2, 6, 20];

/// Bits of a limit that is told, and to which both sides must agree.
const TOLD_BITS: u32 = 40;

impl Program {
    /// What the values beside a place tend to, where they settle on every side inside \[-1, 1\], to some ten digits.
    /// They show it, they do not prove it.
    pub(super) fn tends_to(&self, u: &Rational) -> Option<f64> {
        let place = Float::with_val(512, u);
        let sides: Vec<i32> = [-1, 1].into_iter().filter(|side| *u != *side).collect();
        if !is_missing(self, u) || !sides.iter().all(|side| exists(self, &place, *side)) {
            return None;
        }
        let values: Vec<Float> =
            sides.iter().map(|side| beside(self, &place, *side, DISTANCES[2], 256)).collect::<Result<_>>().ok()?;
        let size = Float::with_val(64, values[0].abs_ref()).to_f64().max(f64::MIN_POSITIVE);
        let agree = values.iter().all(|value| {
            Float::with_val(64, value - &values[0]).to_f64().abs() <= size * f64::from(-(TOLD_BITS as i32)).exp2()
        });
        agree.then(|| values[0].to_f64())
    }

    /// kappa(1) or kappa(-1), with about `bits` bits: the value, or the limit where the formula has none.
    ///
    /// # Errors
    /// Those of the formula where no limit is found either.
    pub fn at_end(&self, end: End, bits: u32) -> Result<Float> {
        let c = Multiprecision::new(bits);
        let value = self.evaluate(&c, &Point::at(c.rational(&Rational::from(end.place()))));
        let error = match value {
            Err(error @ Error::Domain(_)) => error,
            // What is as small as rounding may be 0: sin(2 asin(1)).
            Ok(value) if Float::with_val(64, value.abs_ref()) < Float::with_val(64, 1) >> (bits / 2) => {
                return Ok(self.enclosed_at(end, bits).unwrap_or(value));
            }
            other => return other,
        };
        // Rounding leads beyond a domain that is met exactly: sqrt(1 - 1/3 - 2/3).
        if let Ok(value) = self.enclosed_at(end, bits) {
            return Ok(value);
        }
        let place = Float::with_val(64, end.place());
        if !is_missing(self, &Rational::from(end.place())) || !exists(self, &place, -end.place()) {
            return Err(error);
        }
        let mut distance = bits + 64;
        let mut known = beside(self, &place, -end.place(), distance, bits)?;
        while distance < MOST_BITS {
            distance *= 2;
            let next = beside(self, &place, -end.place(), distance, bits)?;
            let change = Float::with_val(64, &next - &known).abs();
            if change <= Float::with_val(64, next.abs_ref()) >> (bits + 2) {
                return Ok(Float::with_val(bits, next));
            }
            if change < (Float::with_val(64, 1) >> (bits + 2)) {
                // What changes by all that it is tends to 0.
                return Ok(if change >= *next.as_abs() { Float::new(bits) } else { Float::with_val(bits, next) });
            }
            known = next;
        }
        Err(error)
    }

    /// The limit at u = 1 or -1, proved: the constant of the expansion there.
    ///
    /// # Errors
    /// As [`expand`](Program::expand); `Unable` if the constant is not among the coefficients found.
    pub(crate) fn limit_at(&self, end: End, bits: u32) -> Result<HybridNumber> {
        let c = Hybrid::with_long_exact_values(bits);
        let constant = |order: u32| {
            let series = self.expand(&c, end, order)?;
            let constant = series.coefficients.into_iter().next();
            constant.ok_or_else(|| Error::unable("the constant of the expansion is not known"))
        };
        let mut found = constant(ORDERS[0]);
        for order in &ORDERS[1..] {
            if !matches!(found, Err(Error::Unable(_))) {
                break;
            }
            found = constant(*order);
        }
        found
    }

    /// The middle of an enclosure of kappa(1) or kappa(-1), with more bits as long as it holds 0: exp(u/10^100) - 1 is
    /// not 0. 0 if that stays enclosed, down to about 2^-16384.
    fn enclosed_at(&self, end: End, bits: u32) -> Result<Float> {
        let mut precision = bits;
        loop {
            let strict = Hybrid::strict(precision);
            let value = self.evaluate(&strict, &Point::at(strict.rational(&Rational::from(end.place()))))?;
            let exactly = value.exact.as_ref().is_some_and(ExactNumber::is_zero);
            if exactly || value.ball.contains_zero() && precision >= MOST_ENCLOSED {
                return Ok(Float::new(bits));
            }
            if !value.ball.contains_zero() {
                return Ok(Float::with_val(bits, value.ball.middle));
            }
            precision = (4 * precision).min(MOST_ENCLOSED);
        }
    }
}
