//! Images of intervals under elementary functions: proved, by MPFR's rounding or series that are checked.

use super::super::Number;
use super::sine::{exponential_of_point, sandwich, sine_of_point};
use super::{Interval, Intervals};
use rug::ops::{AssignRound, Pow};
use rug::{Float, float::Round};

impl Interval {
    /// The values e^x for all x in the interval: proved, rounded outward.
    pub fn exp(&self) -> Interval {
        let at = |x: f64| {
            let mpfr = || Interval::point(x).increasing(|x, out, round| out.assign_round(x.exp_ref(), round));
            exponential_of_point(x).unwrap_or_else(mpfr)
        };
        Interval { low: at(self.low).low, high: at(self.high).high }
    }

    /// log x, for the part that is positive.
    pub fn log(&self) -> Interval {
        Interval::new(self.low.max(0.0), self.high.max(0.0))
            .increasing(|x, out, round| out.assign_round(x.ln_ref(), round))
    }

    /// cosh x = 1 + 2 sinh(x/2)^2
    pub fn cosh(&self) -> Interval {
        if self.is_nan() {
            return Interval::EVERYTHING;
        }
        let at = |x: f64| match sine_of_point(x / 2.0, 1.0) {
            Some(sine) => {
                let square = sine.square();
                Interval::outward(1.0 + 2.0 * square.low, 1.0 + 2.0 * square.high)
            }
            None => Interval::point(x).increasing(|x, out, round| out.assign_round(x.cosh_ref(), round)),
        };
        Interval { low: at(self.mignitude()).low.max(1.0), high: at(self.magnitude()).high }
    }

    /// The values sinh x for all x in the interval: proved, rounded outward.
    pub fn sinh(&self) -> Interval {
        let at = |x: f64| {
            let mpfr = || Interval::point(x).increasing(|x, out, round| out.assign_round(x.sinh_ref(), round));
            sine_of_point(x, 1.0).unwrap_or_else(mpfr)
        };
        Interval { low: at(self.low).low, high: at(self.high).high }
    }

    /// acosh x = 2 asinh(sqrt((x-1)/2)), for the part that is not below 1.
    pub fn acosh(&self) -> Interval {
        if self.is_nan() {
            return Interval::EVERYTHING;
        }
        let x = Interval::new(self.low.max(1.0), self.high.max(1.0));
        let less = Interval { low: (x.low - 1.0).next_down().max(0.0), high: (x.high - 1.0).next_up() };
        let root = less.halved().root();
        let at = |s: f64| {
            sandwich(s, s.asinh(), 1.0).unwrap_or_else(|| {
                Interval::point(s).increasing(|x, out, round| out.assign_round(x.asinh_ref(), round))
            })
        };
        let (low, high) = (at(root.low), at(root.high));
        Interval { low: 2.0 * low.low, high: 2.0 * high.high }
    }

    /// x/2, rounded outward: subnormal numbers are not halved exactly.
    pub fn halved(&self) -> Interval {
        Interval { low: (self.low / 2.0).next_down(), high: (self.high / 2.0).next_up() }
    }

    /// x^n for a single x.
    pub(super) fn integer_power_of_point(&self, n: i32) -> Interval {
        self.increasing(|x, out, round| out.assign_round(Pow::pow(x, n), round))
    }

    /// cos x = 1 - 2 sin(x/2)^2 = 2 sin((x-pi)/2)^2 - 1 for a single x.
    pub(in super::super) fn cosine_of_point(&self) -> Interval {
        let turned = || {
            let half = Intervals::PROVED.sub(&Interval::point(self.low.abs()), &Intervals::PROVED.pi()).halved();
            let (low, high) = (sine_of_point(half.low, -1.0)?, sine_of_point(half.high, -1.0)?);
            Some(Interval { low: low.low, high: high.high }.square())
        };
        match sine_of_point(self.low / 2.0, -1.0).map(|sine| sine.square()) {
            Some(square) => Interval::outward(1.0 - 2.0 * square.high, 1.0 - 2.0 * square.low),
            None => match turned() {
                Some(square) => Interval::outward(2.0 * square.low - 1.0, 2.0 * square.high - 1.0),
                None => self.increasing(|x, out, round| out.assign_round(x.cos_ref(), round)),
            },
        }
    }

    /// asin x, for the part in \[-1, 1\].
    pub fn asin(&self) -> Interval {
        Interval::new(self.low.clamp(-1.0, 1.0), self.high.clamp(-1.0, 1.0))
            .increasing(|x, out, round| out.assign_round(x.asin_ref(), round))
    }

    /// acos x, for the part in \[-1, 1\]: 2 asin(sqrt((1-x)/2)) for x >= 0, pi - acos(-x) for x < 0.
    pub fn acos(&self) -> Interval {
        if self.is_nan() {
            return Interval::EVERYTHING;
        }
        let positive = |x: f64| {
            let less = Interval { low: (1.0 - x).next_down().max(0.0), high: (1.0 - x).next_up() };
            let root = less.halved().root();
            let at = |s: f64| sandwich(s, s.asin(), -1.0).unwrap_or_else(|| Interval::point(s).asin());
            Interval { low: 2.0 * at(root.low).low, high: 2.0 * at(root.high).high }
        };
        let at = |x: f64| {
            if x >= 0.0 { positive(x) } else { Intervals::PROVED.sub(&Intervals::PROVED.pi(), &positive(-x)) }
        };
        let (low, high) = (self.low.clamp(-1.0, 1.0), self.high.clamp(-1.0, 1.0));
        Interval { low: at(high).low.max(0.0), high: at(low).high }
    }

    /// atan2(y, x) in a half-plane that does not meet the cut: x > 0, or y of one sign.
    pub fn angle(y: &Interval, x: &Interval) -> Interval {
        let at = |y: f64, x: f64, round| {
            let mut value = Float::new(53);
            value.assign_round(Float::with_val(53, y).atan2_ref(&Float::with_val(53, x)), round);
            value.to_f64_round(round)
        };
        // The angle of a rectangle that does not meet the cut is extreme at corners.
        let corners = [(y.low, x.low), (y.low, x.high), (y.high, x.low), (y.high, x.high)];
        let low = corners.iter().map(|(y, x)| at(*y, *x, Round::Down)).fold(f64::INFINITY, f64::min);
        let high = corners.iter().map(|(y, x)| at(*y, *x, Round::Up)).fold(f64::NEG_INFINITY, f64::max);
        Interval { low, high }
    }
}
