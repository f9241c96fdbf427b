//! Images of balls under the elementary functions.

use super::{Ball, Balls, LARGEST_ANGLE};
use crate::error::{Error, Result};
use crate::number::{Elementary, Radius};
use rug::ops::AssignRound;
use rug::{Float, float::Round};
use std::cmp::Ordering;

/// What is computed to 64 bits and rounded upward.
fn rounded_up(compute: impl FnOnce(&mut Float, Round) -> Ordering) -> Float {
    let mut value = Float::new(64);
    compute(&mut value, Round::Up);
    value
}

impl Balls {
    /// f of a ball.
    pub(super) fn image(&self, f: Elementary, x: &Ball) -> Result<Ball> {
        let ball = match f {
            Elementary::Sqrt => {
                if x.middle.is_sign_negative() && !x.contains_zero() {
                    return Err(Error::domain(format!(
                        "sqrt of {}, which is negative",
                        x.middle.to_string_radix(10, Some(10))
                    )));
                }
                self.reaches_below_zero(x, "sqrt")?;
                if x.middle.is_sign_negative() || x.middle.is_zero() {
                    // sqrt of at most m + r <= r
                    return Ok(Ball { middle: Float::new(self.precision), radius: x.radius.root_above() });
                }
                // |sqrt x - sqrt m| = |x - m| / (sqrt x + sqrt m) <= r / sqrt m
                self.make(x.middle.sqrt_ref(), x.radius / Radius::below(&x.middle).root_below())
            }
            Elementary::Exp => {
                // e^m (e^r - 1)
                let largest = rounded_up(|out, up| out.assign_round(x.middle.exp_ref(), up));
                let growth = rounded_up(|out, up| out.assign_round(x.radius.to_float().exp_m1_ref(), up));
                let radius = Radius::above(&largest) * Radius::above(&growth);
                if radius.is_finite() {
                    self.make(x.middle.exp_ref(), radius)
                } else {
                    // Between 0 and e^(m + r), which may be tiny.
                    let top = rounded_up(|out, up| out.assign_round(&x.middle + x.radius.to_float(), up));
                    let half = rounded_up(|out, up| out.assign_round(top.exp_ref(), up)) / 2u32;
                    let radius = Radius::above(&half);
                    self.make(&half, radius)
                }
            }
            Elementary::Log => {
                let smallest = x.mignitude();
                if x.middle.is_zero() && x.radius.is_zero() {
                    return Err(Error::domain("log of 0 is infinite"));
                }
                if smallest.is_zero() {
                    return Err(Error::unable("log of a ball that contains 0"));
                }
                if x.middle.is_sign_negative() {
                    return Err(Error::domain(format!(
                        "log of {}, which is negative",
                        x.middle.to_string_radix(10, Some(10))
                    )));
                }
                // |log x - log m| <= r / (m - r)
                self.make(x.middle.ln_ref(), x.radius / smallest)
            }
            Elementary::Sin | Elementary::Cos if x.middle.get_exp().is_some_and(|e| e > LARGEST_ANGLE) => {
                Ball { middle: Float::new(self.precision), radius: Radius::double(1.0) }
            }
            // Of slope at most 1, and of range 2.
            Elementary::Sin => self.make(x.middle.sin_ref(), x.radius.min(Radius::double(2.0))),
            Elementary::Cos => self.make(x.middle.cos_ref(), x.radius.min(Radius::double(2.0))),
            Elementary::Asin | Elementary::Acos => self.inverse_cosine(x, f)?,
        };
        if !ball.radius.is_finite() {
            return Err(Error::unable(format!("{} of a ball is too large", f.name())));
        }
        Ok(ball)
    }
}
