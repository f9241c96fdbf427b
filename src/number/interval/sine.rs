//! Sine and hyperbolic sine of doubles, their inverses, and the exponential function, by a series of their own: proved,
//! and faster than MPFR.

use super::Interval;

/// 1/(2j (2j+1)), j = 1, ..., 13: the ratios of the coefficients of sine.
const SINE_RATIOS: [f64; 13] = {
    let mut ratios = [0.0; 13];
    let mut j = 1;
    while j <= 13 {
        ratios[j - 1] = 1.0 / (2 * j * (2 * j + 1)) as f64;
        j += 1;
    }
    ratios
};

/// Twice the relative error that [`sine_series`] may have, and what a guess is moved by.
const SERIES_ERROR: f64 = 1.0 / (1u64 << 49) as f64;
const SANDWICH: f64 = 1.0 / (1u64 << 47) as f64;

/// Arguments of the series are smaller.
const SERIES_REACH: f64 = 1.3;

/// sin y, sign = -1, or sinh y, sign = 1, for |y| < 1.3, off by less than 8 units of 2^-53 of itself, but for subnormal
/// numbers.
///
/// sin y = y S(-y^2), sinh y = y S(y^2), S(x) = sum_j x^j/(2j+1)!. For |x| <= 1.7 the terms left out are below
/// 1.7^14/29! < 2^-90, and S is above 0.7. Each of the 13 steps of the Horner scheme, S_j = 1 + S_{j+1}
/// (x/((2j+2)(2j+3))), |S_j| <= 1.4, is off by less than 3 units of 2^-53, and what was off before is divided by 3 or
/// more: in sum less than 5 units, 7 of the value, and one for the last product.
fn sine_series(y: f64, sign: f64) -> f64 {
    let square = sign * y * y;
    y * SINE_RATIOS.iter().rev().fold(1.0, |sum, ratio| 1.0 + sum * (square * ratio))
}

/// sin y or sinh y for one |y| < 1.3; `None` beyond.
pub(super) fn sine_of_point(y: f64, sign: f64) -> Option<Interval> {
    let value = sine_series(y, sign);
    let (low, high) = (value * (1.0 - SERIES_ERROR), value * (1.0 + SERIES_ERROR));
    (y.abs() < SERIES_REACH && (y == 0.0 || y.abs() > 1e-300)).then(|| Interval::new(low, high))
}

/// ln 2 = LN_2_HIGH + LN_2_LOW up to 2^-86: the first has 32 bits.
const LN_2_HIGH: f64 = 2_977_044_471.0 / (1u64 << 32) as f64;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// e^x for one |x| < 700; `None` beyond.
///
/// x = n ln 2 + r, |r| < 0.35; n LN_2_HIGH is exact, and so is its difference from x, a multiple of 2^-32 or of a unit
/// of x in the last place, whichever is smaller, below 1/2. What is then subtracted, its rounding and the error of ln 2
/// are below 2^-52 |n LN_2_LOW| + 2^-86 |n| + 2^-54 < 2^-53 in sum. e^r = 1 + sinh r + 2 sinh(r/2)^2.
pub(super) fn exponential_of_point(x: f64) -> Option<Interval> {
    if x.is_nan() || x.abs() >= 700.0 {
        return None;
    }
    let n = (x / std::f64::consts::LN_2).round();
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let at = |r: f64| {
        let (sinh, half) = (sine_of_point(r, 1.0)?, sine_of_point(r / 2.0, 1.0)?.square());
        Some((1.0 + (sinh.low + 2.0 * half.low), 1.0 + (sinh.high + 2.0 * half.high)))
    };
    const OFF: f64 = 1.0 / (1u64 << 53) as f64;
    let (low, high) = (at(r - OFF)?.0, at(r + OFF)?.1);
    // Two roundings of numbers below 2, and of r -+ OFF.
    let (low, high) = (low * (1.0 - SERIES_ERROR), high * (1.0 + SERIES_ERROR));
    let power = f64::from_bits(((1023 + n as i64) as u64) << 52);
    Some(if x == 0.0 { Interval::point(1.0) } else { Interval { low: low * power, high: high * power } })
}

/// An enclosure of asin(s), sign = -1, or asinh(s), sign = 1, s > 0, from a guess: sin(low) <= s <= sin(high) is seen.
/// `None` where it is not.
pub(super) fn sandwich(s: f64, guess: f64, sign: f64) -> Option<Interval> {
    let (low, high) = (guess * (1.0 - SANDWICH), guess * (1.0 + SANDWICH));
    let (below, above) = (sine_of_point(low, sign)?, sine_of_point(high, sign)?);
    (below.high <= s && s <= above.low).then_some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rug::Float;

    /// A wrong guess gives no enclosure.
    #[test]
    fn guesses_are_checked() {
        assert!(sandwich(0.5, 0.5f64.asin(), -1.0).is_some() && sandwich(0.5, 0.5f64.asinh(), 1.0).is_some());
        for off in [1e-12, -1e-12] {
            assert!(sandwich(0.5, 0.5f64.asin() + off, -1.0).is_none());
            assert!(sandwich(0.5, 0.5f64.asinh() + off, 1.0).is_none());
        }
        assert!(sine_of_point(1.31, 1.0).is_none() && sine_of_point(1e-310, 1.0).is_none());
    }

    /// The functions that have their own series: the true value is inside, and not more than 2^-40 of it away.
    #[test]
    fn series_enclose_sharply() {
        type Own = fn(&Interval) -> Interval;
        type True = fn(Float) -> Float;
        let functions: [(Own, True, f64, f64); 8] = [
            (|x| x.sinh(), Float::sinh, 0.0, 3.0),
            (|x| x.cosh(), Float::cosh, 0.0, 3.0),
            (|x| x.cosine_of_point(), Float::cos, 0.0, 3.2),
            (|x| x.cosine_of_point(), Float::cos, -7.0, 7.0),
            (|x| x.exp(), Float::exp, -699.9, 699.9),
            (|x| x.exp(), Float::exp, -1.0, 1.0),
            (|x| x.acosh(), Float::acosh, 1.0, 20.0),
            (|x| x.acos(), Float::acos, -1.0, 1.0),
        ];
        for (own, exact, low, high) in functions {
            for i in 0..=2000 {
                // Also close to the lower end.
                let share = f64::from(i) / 2000.0;
                let x = low + (high - low) * if i % 3 == 0 { share.powi(8) } else { share };
                let (image, value) = (own(&Interval::point(x)), exact(Float::with_val(120, x)));
                assert!(image.low <= value && value <= image.high, "{x} {image:?} {value}");
                // The cosine near its zero is as sharp as 1.
                let size = if high == 3.2 || high == 7.0 { 1.0 } else { value.to_f64().abs() };
                assert!(image.high - image.low <= 2f64.powi(-40) * size + 1e-100, "{x} {image:?}");
            }
        }
    }
}
