//! A number system from outside: dual numbers, a value and a derivative. It is run through the suite of laws, and then
//! gives kappa and kappa' of any kernel at once.
//!
//! Run: cargo run --release --example dual_numbers

use rug::Rational;
use zonal::kernel::Point;
use zonal::number::{Double, Elementary, Number, Smooth, Truth};
use zonal::special::laws::{check, check_controls};
use zonal::{Kernel, Result};

/// Numbers a + b h with h^2 = 0, in double precision.
#[derive(Clone, Copy, Debug)]
struct Duals;

/// A value and a derivative.
#[derive(Clone, Copy, Debug)]
struct Dual {
    value: f64,
    slope: f64,
}

impl Dual {
    /// f(a + b h) = f(a) + f'(a) b h
    fn image(self, value: f64, derivative: f64) -> Dual {
        Dual { value, slope: derivative * self.slope }
    }
}

impl Number for Duals {
    type Element = Dual;

    fn rational(&self, q: &Rational) -> Dual {
        Dual { value: q.to_f64(), slope: 0.0 }
    }

    fn pi(&self) -> Dual {
        Dual { value: std::f64::consts::PI, slope: 0.0 }
    }

    fn add(&self, x: &Dual, y: &Dual) -> Dual {
        Dual { value: x.value + y.value, slope: x.slope + y.slope }
    }

    fn neg(&self, x: &Dual) -> Dual {
        Dual { value: -x.value, slope: -x.slope }
    }

    fn mul(&self, x: &Dual, y: &Dual) -> Dual {
        Dual { value: x.value * y.value, slope: x.slope * y.value + x.value * y.slope }
    }

    fn div(&self, x: &Dual, y: &Dual) -> Result<Dual> {
        let value = Double.div(&x.value, &y.value)?;
        Ok(Dual { value, slope: (x.slope - value * y.slope) / y.value })
    }

    fn elementary(&self, f: Elementary, x: &Dual) -> Result<Dual> {
        let value = Double.elementary(f, &x.value)?;
        let derivative = match f {
            Elementary::Sqrt => 0.5 / value,
            Elementary::Exp => value,
            Elementary::Log => 1.0 / x.value,
            Elementary::Sin => x.value.cos(),
            Elementary::Cos => -x.value.sin(),
            Elementary::Asin => 1.0 / (1.0 - x.value * x.value).sqrt(),
            Elementary::Acos => -1.0 / (1.0 - x.value * x.value).sqrt(),
        };
        Ok(x.image(value, derivative))
    }

    fn power(&self, x: &Dual, q: &Rational) -> Result<Dual> {
        let less = Double.power(&x.value, &Rational::from(q - 1))?;
        Ok(x.image(Double.power(&x.value, q)?, q.to_f64() * less))
    }

    /// All other functions follow from their values and derivatives.
    fn smooth<F: Smooth>(&self, f: &F, x: &Dual) -> Result<Dual> {
        Ok(x.image(f.value(&Double, &x.value)?, f.derivative(&Double, &x.value)?))
    }

    fn is_zero(&self, x: &Dual) -> Truth {
        if x.value == 0.0 && x.slope == 0.0 { Truth::Yes } else { Truth::No }
    }
}

fn same(x: &Dual, y: &Dual) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() < 1e-11 * (1.0 + a.abs());
    close(x.value, y.value) && close(x.slope, y.slope)
}

fn main() -> Result<()> {
    // Away from the branch points at 0 and 1, where derivatives are infinite.
    let dual = |i: u32| Dual { value: 0.1 + 0.8 * f64::from(i % 50) / 50.0, slope: f64::from(i % 7) / 7.0 };
    let mut decided = usize::MAX;
    for i in 0..50 {
        let [x, y, z] = [i, 7 * i + 3, 11 * i + 5].map(dual);
        decided = decided.min(check(&Duals, [&x, &y, &z], same).map_err(zonal::Error::input)?);
    }
    check_controls(&Duals, &dual(20), same).map_err(zonal::Error::input)?;
    println!("dual numbers obey all {decided} laws at 50 triples");

    println!("{:<28}{:>20}{:>20}", "kernel at u = 1/2", "kappa", "kappa'");
    for kernel in ["ntk(3)", "laplace(1)", "erf(2*u)", "exp(-atan(sqrt(2-2*u)))"] {
        let program = Kernel::parse(kernel)?.program(None)?;
        let dual = program.evaluate(&Duals, &Point::at(Dual { value: 0.5, slope: 1.0 }))?;
        println!("{kernel:<28}{:>20.15}{:>20.15}", dual.value, dual.slope);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dual_numbers_obey_the_laws() {
        main().unwrap();
    }

    /// kappa' of ntk(3) at 1/2 by a difference of high order.
    #[test]
    fn derivatives_are_right() {
        let program = Kernel::parse("ntk(3)").unwrap().program(None).unwrap();
        let value = |u: f64| program.evaluate(&Double, &Point::at(u)).unwrap();
        let h = 1e-3;
        let difference =
            (8.0 * (value(0.5 + h) - value(0.5 - h)) - (value(0.5 + 2.0 * h) - value(0.5 - 2.0 * h))) / (12.0 * h);
        let dual = program.evaluate(&Duals, &Point::at(Dual { value: 0.5, slope: 1.0 })).unwrap();
        assert!((dual.slope - difference).abs() < 1e-9);
    }
}
