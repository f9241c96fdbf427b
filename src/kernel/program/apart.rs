//! A multiple of a kernel whose steps fit doubles: the factor 2^n is kept apart.

use super::{Builder, Point, Program, Register, Step};
use crate::number::{Interval, Intervals, WideIntervals};
use crate::special::Function;
use rug::Rational;

/// A program and n: 2^n times its value is the kernel.
pub(super) type Apart = (Program, i64);

/// Steps within 2^-EXPONENT and 2^EXPONENT are left as they are: their products still fit doubles.
const EXPONENT: i64 = 400;

/// Places at which the sizes of the steps are read: nothing but the choice of n depends on them.
const SAMPLES: [f64; 9] = [-1.0, -0.9, -0.55, -0.2, 0.03, 0.3, 0.6, 0.92, 1.0];

/// No more is kept apart: powers of two are written out, two megabytes each at most.
const LARGEST: i64 = 1 << 24;

/// Whether every step at every sample has a size that doubles hold with room to spare, as far as doubles tell.
pub(super) fn fits(program: &Program) -> bool {
    let range = 2f64.powi(-EXPONENT as i32)..=2f64.powi(EXPONENT as i32);
    let harmless = |value: &Interval| *value == Interval::point(0.0) || range.contains(&value.magnitude());
    SAMPLES.iter().all(|u| {
        let (values, _) = program.run_partly(&Intervals::CLOSED, &Point::at(Interval::point(*u)));
        values.iter().flatten().all(harmless)
    })
}

/// For each step the exponent of 2 above its largest sample, or 0.
fn sizes(program: &Program) -> Vec<i64> {
    let c = WideIntervals::CLOSED;
    let mut sizes: Vec<Option<i32>> = vec![None; program.steps().len()];
    for u in SAMPLES {
        let (values, _) = program.run_partly(&c, &Point::at(c.interval(&Interval::point(u))));
        for (size, value) in sizes.iter_mut().zip(&values) {
            let ends = value.iter().flat_map(|value| [&value.low, &value.high]);
            *size = (*size).max(ends.filter_map(|end| end.get_exp()).max());
        }
    }
    sizes.into_iter().map(|size| i64::from(size.unwrap_or(0))).collect()
}

/// 2^n
fn power_of_two(n: i64) -> Rational {
    let n = n as i32;
    Rational::from(1) << n
}

/// The exponentials of which a function of size 2^size is made, where they have to be kept within doubles. Two of them
/// cancel where it is small.
fn exponentials(f: Function, size: i64) -> Option<[i32; 2]> {
    f.facts().exponentials.filter(|[_, b]| size > EXPONENT || size < -EXPONENT && *b == 0)
}

/// A register of the new program and the exponent of the factor that it lacks.
type Scaled = (Register, i64);

struct Scaling {
    builder: Builder,
}

impl Scaling {
    /// The register times 2^n.
    fn times(&mut self, register: Register, n: i64) -> Register {
        if n == 0 {
            return register;
        }
        let factor = self.builder.push(Step::Rational(power_of_two(n)));
        self.builder.push(Step::Mul(register, factor))
    }

    /// The register with the factor 2^wanted kept apart.
    fn with(&mut self, (register, n): Scaled, wanted: i64) -> Register {
        self.times(register, n - wanted)
    }

    /// n ln 2
    fn logarithm(&mut self, n: i64) -> Register {
        let two = self.builder.push(Step::Rational(Rational::from(2)));
        let log = self.builder.push(Step::Function(Function::Log, two));
        let n = self.builder.push(Step::Rational(Rational::from(n)));
        self.builder.push(Step::Mul(n, log))
    }

    /// A power or root: of 2^n the part is kept apart whose root is a power of two.
    fn power(&mut self, step: &Step, q: &Rational, base: Scaled, sizes: (i64, i64)) -> Option<Scaled> {
        let d = q.denom().to_i64()?;
        let n = if sizes.0.abs() > EXPONENT { sizes.1 } else { base.1 }.div_euclid(d) * d;
        let base = self.with(base, n);
        let power = match step {
            Step::Function(f, _) => Step::Function(*f, base),
            _ => Step::Power(base, q.clone()),
        };
        Some((self.builder.push(power), Rational::from(q * n).numer().to_i64()?))
    }

    /// 2^-n (a e^x + b e^-x)/2
    fn exponentials(&mut self, x: Register, [a, b]: [i32; 2], n: i64) -> Option<Register> {
        let shift = self.logarithm(n);
        let mut sum = None;
        for (factor, sign) in [(a, 1), (b, -1)].into_iter().filter(|(factor, _)| *factor != 0) {
            let x = if sign < 0 { self.builder.push(Step::Neg(x)) } else { x };
            let exponent = self.builder.push(Step::Sub(x, shift));
            let mut term = self.builder.push(Step::Function(Function::Exp, exponent));
            if factor != 2 {
                let factor = self.builder.push(Step::Rational(Rational::from((factor, 2))));
                term = self.builder.push(Step::Mul(term, factor));
            }
            sum = Some(match sum {
                Some(sum) => self.builder.push(Step::Add(sum, term)),
                None => term,
            });
        }
        sum
    }

    /// The new form of a step over its operands' new forms, where its values are about 2^size and those of operands as
    /// told.
    fn step(&mut self, step: &Step, size: i64, known: &[Option<Scaled>], sizes: &[i64]) -> Option<Scaled> {
        let get = |r: &Register| known[*r];
        Some(match step {
            Step::Rational(q) if size.abs() > EXPONENT => {
                (self.builder.push(Step::Rational(q * power_of_two(-size))), size)
            }
            Step::Rational(_) | Step::Pi | Step::Variable => (self.builder.push(step.clone()), 0),
            Step::Neg(a) => {
                let (a, n) = get(a)?;
                (self.builder.push(Step::Neg(a)), n)
            }
            Step::Add(a, b) | Step::Sub(a, b) => {
                let n = if sizes[*a] >= sizes[*b] { get(a)?.1 } else { get(b)?.1 };
                let (a, b) = (self.with(get(a)?, n), self.with(get(b)?, n));
                let sum = if matches!(step, Step::Add(..)) { Step::Add(a, b) } else { Step::Sub(a, b) };
                (self.builder.push(sum), n)
            }
            Step::Mul(a, b) => {
                let ((a, m), (b, n)) = (get(a)?, get(b)?);
                (self.builder.push(Step::Mul(a, b)), m + n)
            }
            Step::Div(a, b) => {
                let ((a, m), (b, n)) = (get(a)?, get(b)?);
                (self.builder.push(Step::Div(a, b)), m - n)
            }
            Step::Power(a, q) => self.power(step, q, get(a)?, (size, sizes[*a]))?,
            Step::Function(Function::Sqrt, a) => {
                self.power(step, &Rational::from((1, 2)), get(a)?, (size, sizes[*a]))?
            }
            Step::Function(f, a) if exponentials(*f, size).is_some() => {
                let a = self.with(get(a)?, 0);
                (self.exponentials(a, exponentials(*f, size)?, size)?, size)
            }
            Step::Function(Function::Log, a) if get(a)?.1 != 0 => {
                let (a, n) = get(a)?;
                let (log, shift) = (self.builder.push(Step::Function(Function::Log, a)), self.logarithm(n));
                (self.builder.push(Step::Add(log, shift)), 0)
            }
            Step::Function(f, a) => {
                let a = self.with(get(a)?, 0);
                (self.builder.push(Step::Function(*f, a)), 0)
            }
            Step::ArcCosines(..) | Step::Done => return None,
        })
        .filter(|(_, n)| n.abs() <= LARGEST)
    }
}

/// The program with what leaves the range of doubles kept apart; `None` where that is not found.
pub(super) fn apart(program: &Program) -> Option<Apart> {
    let sizes = sizes(program);
    if sizes.iter().any(|size| size.abs() > LARGEST) {
        return None;
    }
    let mut scaling = Scaling { builder: Builder::new(None) };
    let mut known: Vec<Option<Scaled>> = vec![None; sizes.len()];
    for (index, step) in program.steps().iter().enumerate() {
        if let Step::ArcCosines(a, outputs) = step {
            let a = scaling.with(known[*a]?, 0);
            for (order, register) in outputs {
                known[*register] = Some((scaling.builder.push(Step::ArcCosines(a, vec![(*order, 0)])), 0));
            }
        } else if !matches!(step, Step::Done) {
            known[index] = Some(scaling.step(step, sizes[index], &known, &sizes)?);
        }
    }
    let result = known[program.result()]?;
    let n = sizes[program.result()];
    let register = scaling.with(result, n);
    Some((scaling.builder.finish(register), n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kernel;
    use crate::kernel::{Disc, End};
    use crate::number::Multiprecision;
    use rug::Float;

    /// Kind of fault: a kernel beyond the range of doubles was taken for one that is nowhere analytic.
    #[test]
    fn what_is_kept_apart_is_a_factor() {
        for kernel in [
            "10^400*exp(u)",
            "exp(u)/10^400+1/10^400",
            "10^400*exp(u) + 1",
            "exponential(710)",
            "exp(-800*u)",
            "cosh(800*u)",
            "sinh(900*u)+u",
            "u-sinh(-800*u)^2/3",
            "exp(800*u)*laplace(1)",
            "(u+10)^400",
            "sqrt(10^401*(2+u))",
            "10^400*(2+u)^(1/3)",
            "sinh(u/10^300)",
            "log(10^400*(2+u))",
            "10^400*arccos(1)/10^390 - 10^380*u",
            "exp(1000*u)/(1+exp(1000*u)) * 10^500",
        ] {
            let program = Kernel::parse(kernel).unwrap().program(Some(3)).unwrap();
            let (inner, n) = program.within_doubles();
            let c = Multiprecision::new(200);
            for u in SAMPLES {
                let at = |program: &Program| program.evaluate(&c, &Point::at(Float::with_val(200, u))).unwrap();
                let (value, inner) = (at(&program), at(inner));
                assert!(inner.clone().abs() <= 2.0, "{kernel} at {u}: {inner}");
                let same = Float::with_val(200, &value - (inner << n as i32)).abs();
                assert!(same <= Float::with_val(200, value.abs_ref()) * 1e-50, "{kernel} at {u}");
            }
            // exp(-3000 u) - exp(3000 u) and the like vary too much for doubles in any scale, but not these.
            assert!(Disc::new(&program, End::One, 1e-3, 2).unwrap().bound.is_finite(), "{kernel}");
        }
    }

    /// The control: ordinary kernels are left as they are.
    #[test]
    fn what_fits_is_left_alone() {
        for kernel in ["ntk(3)", "exp(u)", "10^100*laplace(1)", "u^40", "0*u"] {
            let program = Kernel::parse(kernel).unwrap().program(Some(3)).unwrap();
            let (inner, n) = program.within_doubles();
            assert!(n == 0 && inner.steps() == program.steps(), "{kernel}");
        }
        assert!(!fits(&Kernel::parse("10^200*laplace(1)").unwrap().program(Some(3)).unwrap()));
    }
}
