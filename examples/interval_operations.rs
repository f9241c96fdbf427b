//! Single operations of the number systems that enclose: one a line from standard input, the enclosure to standard
//! output.
//!
//! A line is `SYSTEM OPERATION ARGUMENTS`; `tests/reference/interval_operations.py` writes them and checks the answers.
//!
//! ```text
//! proved sqrt 1 2                     an interval, analytic mode: low high
//! closed acos 0.5 1                   an interval, closed mode
//! rectangle mul 1 2 0 1  3 4 -1 1     rectangles: re.low re.high im.low im.high
//! ball:100 exp 3 -1 1 -80             a ball with midpoints of 100 bits: midpoint 3 2^-1, radius 1 2^-80
//! proved power 1 2 -3/2               the exponent last
//! proved arc_cosines 0.1 0.2 3        the order last; kappa_0 to kappa_3
//! ```
//!
//! The answer has the enclosures in the same form (a ball's numbers as integer and exponent of 2, `inf` for an
//! unbounded radius), or `unable`, `domain` or `input`. Doubles are decimals that read back exactly.

use rug::{Float, Integer, Rational};
use std::fmt::Write as _;
use std::io::{BufRead, BufWriter, Write};
use std::str::FromStr;
use zonal::number::{Ball, Balls, Elementary, Interval, Intervals, Number, Radius, Rectangle, Rectangles};
use zonal::{Error, Result};

/// The next word as a T.
fn read<T: FromStr>(words: &mut std::str::SplitAsciiWhitespace) -> Result<T> {
    let word = words.next().ok_or_else(|| Error::input("an argument is missing"))?;
    word.parse().map_err(|_| Error::input(format!("'{word}' is not a number")))
}

/// How the elements of a number system are read and written.
trait Text: Number {
    fn element(&self, words: &mut std::str::SplitAsciiWhitespace) -> Result<Self::Element>;

    fn show(&self, x: &Self::Element, line: &mut String);
}

fn interval(words: &mut std::str::SplitAsciiWhitespace) -> Result<Interval> {
    Ok(Interval { low: read(words)?, high: read(words)? })
}

fn show_interval(x: &Interval, line: &mut String) {
    let _ = write!(line, "{:e} {:e} ", x.low, x.high);
}

impl Text for Intervals {
    fn element(&self, words: &mut std::str::SplitAsciiWhitespace) -> Result<Interval> {
        interval(words)
    }

    fn show(&self, x: &Interval, line: &mut String) {
        show_interval(x, line);
    }
}

impl Text for Rectangles {
    fn element(&self, words: &mut std::str::SplitAsciiWhitespace) -> Result<Rectangle> {
        Ok(Rectangle { re: interval(words)?, im: interval(words)? })
    }

    fn show(&self, x: &Rectangle, line: &mut String) {
        show_interval(&x.re, line);
        show_interval(&x.im, line);
    }
}

/// An integer and an exponent of 2.
fn show_float(x: &Float, line: &mut String) {
    let _ = match x.to_integer_exp() {
        Some((integer, exponent)) => write!(line, "{integer} {exponent} "),
        None => write!(line, "inf 0 "),
    };
}

impl Text for Balls {
    fn element(&self, words: &mut std::str::SplitAsciiWhitespace) -> Result<Ball> {
        let (integer, exponent): (Integer, i32) = (read(words)?, read(words)?);
        let bits = self.precision().max(integer.significant_bits());
        let middle = Float::with_val(bits, integer) << exponent;
        let (mantissa, exponent): (f64, i32) = (read(words)?, read(words)?);
        Ok(Ball { middle, radius: Radius::double(mantissa) * Radius::power_of_two(exponent) })
    }

    fn show(&self, x: &Ball, line: &mut String) {
        show_float(&x.middle, line);
        show_float(&x.radius.to_float(), line);
    }
}

fn answer<C: Text>(c: &C, words: &mut std::str::SplitAsciiWhitespace) -> Result<String> {
    let operation = words.next().unwrap_or("");
    let x = c.element(words)?;
    let values = match operation {
        "add" => vec![c.add(&x, &c.element(words)?)],
        "sub" => vec![c.sub(&x, &c.element(words)?)],
        "mul" => vec![c.mul(&x, &c.element(words)?)],
        "div" => vec![c.div(&x, &c.element(words)?)?],
        "scale" => vec![c.scale(&x, &read::<Rational>(words)?)],
        "power" => vec![c.power(&x, &read::<Rational>(words)?)?],
        "arc_cosines" => c.arc_cosines(&x, read(words)?)?,
        name => {
            let function = Elementary::ALL.iter().find(|f| f.name() == name);
            let f = function.ok_or_else(|| Error::input(format!("unknown operation '{name}'")))?;
            vec![c.elementary(*f, &x)?]
        }
    };
    let mut line = String::new();
    for value in &values {
        c.show(value, &mut line);
    }
    Ok(line)
}

fn main() -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split_ascii_whitespace();
        let system = words.next().unwrap_or("");
        let result = match system.split_once(':').unwrap_or((system, "")) {
            ("proved", _) => answer(&Intervals::PROVED, &mut words),
            ("closed", _) => answer(&Intervals::PROVED_CLOSED, &mut words),
            ("rectangle", _) => answer(&Rectangles, &mut words),
            ("ball", bits) => answer(&Balls::new(bits.parse().unwrap_or(53)), &mut words),
            _ => Err(Error::input("the systems are proved, closed, rectangle and ball:BITS")),
        };
        match result {
            Ok(line) => writeln!(out, "{}", line.trim_end())?,
            Err(Error::Unable(_)) => writeln!(out, "unable")?,
            Err(Error::Domain(_)) => writeln!(out, "domain")?,
            Err(error) => writeln!(out, "input {error}")?,
        }
    }
    Ok(())
}
