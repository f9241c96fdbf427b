//! The laws that every number system obeys, as one suite: also for systems from outside.

use super::Function;
use crate::error::{Error, Result};
use crate::number::{Elementary, Number, Truth, reflection_polynomial};
use rug::Rational;

/// Checks the laws at three elements near numbers between 0 and 1, where `same` tells whether two values of one
/// quantity are the same up to the system's own rounding errors: those of a commutative ring, quotients, powers, each
/// elementary function and its inverse, the arc-cosine functions against their definition, and identities of the
/// special functions. The number of laws that were decided; a system may decline a law, but only by `Unable`.
///
/// ```
/// use rug::Rational;
/// use zonal::number::{Double, Number};
/// use zonal::special::laws::check;
/// /// Doubles whose exponential function is wrong in the ninth digit.
/// #[derive(Clone, Copy, Debug)]
/// struct Wrong;
/// # use zonal::number::{Elementary, Truth};
/// # impl Number for Wrong {
/// #     type Element = f64;
/// #     fn rational(&self, q: &Rational) -> f64 { q.to_f64() }
/// #     fn pi(&self) -> f64 { Double.pi() }
/// #     fn add(&self, x: &f64, y: &f64) -> f64 { x + y }
/// #     fn neg(&self, x: &f64) -> f64 { -x }
/// #     fn mul(&self, x: &f64, y: &f64) -> f64 { x * y }
/// #     fn div(&self, x: &f64, y: &f64) -> zonal::Result<f64> { Double.div(x, y) }
/// #     fn elementary(&self, f: Elementary, x: &f64) -> zonal::Result<f64> {
/// #         let error = if f == Elementary::Exp { 1e-9 } else { 0.0 };
/// #         Double.elementary(f, x).map(|y| y * (1.0 + error))
/// #     }
/// #     fn power(&self, x: &f64, q: &Rational) -> zonal::Result<f64> { Double.power(x, q) }
/// #     fn is_zero(&self, x: &f64) -> Truth { Double.is_zero(x) }
/// # }
/// // impl Number for Wrong { ... }
/// let same = |x: &f64, y: &f64| (x - y).abs() < 1e-12 * (1.0 + x.abs());
/// assert!(check(&Wrong, [&0.3, &0.6, &0.1], same).unwrap_err().starts_with("exp(log x) = x: "));
/// ```
///
/// # Errors
/// The law that is violated, and both of its sides.
pub fn check<C: Number>(
    c: &C,
    [x, y, z]: [&C::Element; 3],
    same: impl Fn(&C::Element, &C::Element) -> bool,
) -> std::result::Result<usize, String> {
    let mut suite = Suite { c, same, decided: 0, violated: None };
    suite.all(x, y, z);
    suite.special(x);
    suite.violated.map_or(Ok(suite.decided), Err)
}

/// Checks that the comparison and the zero test of a system tell a value from one that is off by 3/1000, and know zero.
///
/// # Errors
/// What is not told.
pub fn check_controls<C: Number>(
    c: &C,
    x: &C::Element,
    same: impl Fn(&C::Element, &C::Element) -> bool,
) -> std::result::Result<(), String> {
    let shifted = c.add(x, &c.rational(&Rational::from((3, 1000))));
    let told = [
        (!same(x, &shifted), "a value is the same as one that is off by 3/1000"),
        (c.is_zero(&c.sub(&shifted, x)) != Truth::Yes, "3/1000 is zero"),
        (c.is_zero(&c.rational(&Rational::new())) != Truth::No, "0 is not zero"),
    ];
    told.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, what)| Err((*what).to_string()))
}

/// Counts the laws that could be decided; a system may decline (`Unable`), but only with that word.
struct Suite<'a, C, F> {
    c: &'a C,
    same: F,
    decided: usize,
    violated: Option<String>,
}

impl<C: Number, F: Fn(&C::Element, &C::Element) -> bool> Suite<'_, C, F> {
    fn law(&mut self, name: &str, sides: Result<(C::Element, C::Element)>) {
        match sides {
            Ok((x, y)) if (self.same)(&x, &y) => self.decided += 1,
            Err(Error::Unable(_)) => {}
            Ok((x, y)) => self.violates(format!("{name}: {x:?} against {y:?}")),
            Err(e) => self.violates(format!("{name}: {e}")),
        }
    }

    fn violates(&mut self, what: String) {
        self.violated.get_or_insert(what);
    }

    /// Identities of functions that are built on the elementary ones.
    fn special(&mut self, x: &C::Element) {
        let c = self.c;
        let one = c.rational(&Rational::from(1));
        let square = |x: &C::Element| c.mul(x, x);
        let pair = |f: Function, g: Function| f.value(c, x).and_then(|a| Ok((a, g.value(c, x)?)));
        self.law(
            "cosh^2 = 1 + sinh^2",
            pair(Function::Cosh, Function::Sinh).map(|(a, b)| (square(&a), c.add(&one, &square(&b)))),
        );
        self.law("tanh cosh = sinh", {
            let product = pair(Function::Tanh, Function::Cosh).map(|(a, b)| c.mul(&a, &b));
            product.and_then(|product| Ok((product, Function::Sinh.value(c, x)?)))
        });
        self.law("sin(atan x) = x cos(atan x)", {
            let angle = Function::Atan.value(c, x);
            angle.and_then(|a| Ok((Function::Sin.value(c, &a)?, c.mul(x, &Function::Cos.value(c, &a)?))))
        });
        self.law("erf(-x) = -erf(x)", {
            let left = Function::Erf.value(c, &c.neg(x));
            left.and_then(|left| Ok((left, c.neg(&Function::Erf.value(c, x)?))))
        });
        self.law("normal_cdf(x) + normal_cdf(-x) = 1", {
            let left = Function::NormalCdf.value(c, &c.neg(x));
            left.and_then(|left| Ok((c.add(&left, &Function::NormalCdf.value(c, x)?), one.clone())))
        });
        self.law("2 pi normal_pdf^2 = exp(-x^2)", {
            let density = Function::NormalPdf.value(c, x);
            density.and_then(|f| {
                let twice = c.scale(&c.mul(&c.pi(), &square(&f)), &Rational::from(2));
                Ok((twice, Function::Exp.value(c, &c.neg(&square(x)))?))
            })
        });
    }

    fn all(&mut self, x: &C::Element, y: &C::Element, z: &C::Element) {
        let c = self.c;
        let number = |n: i32, d: i32| c.rational(&Rational::from((n, d)));
        let (zero, one, pi) = (number(0, 1), number(1, 1), c.pi());
        let half = Rational::from((1, 2));
        self.law("x + y = y + x", Ok((c.add(x, y), c.add(y, x))));
        self.law("(x + y) + z = x + (y + z)", Ok((c.add(&c.add(x, y), z), c.add(x, &c.add(y, z)))));
        self.law("x y = y x", Ok((c.mul(x, y), c.mul(y, x))));
        self.law("(x y) z = x (y z)", Ok((c.mul(&c.mul(x, y), z), c.mul(x, &c.mul(y, z)))));
        self.law("x (y + z) = x y + x z", Ok((c.mul(x, &c.add(y, z)), c.add(&c.mul(x, y), &c.mul(x, z)))));
        self.law("x + 0 = x", Ok((c.add(x, &zero), x.clone())));
        self.law("1 x = x", Ok((c.mul(&one, x), x.clone())));
        self.law("x - y = x + (-y)", Ok((c.sub(x, y), c.add(x, &c.neg(y)))));
        self.law("x - x = 0", Ok((c.sub(x, x), zero.clone())));
        self.law("q x", Ok((c.scale(x, &Rational::from((3, 7))), c.mul(x, &number(3, 7)))));
        self.law("(x / y) y = x", c.div(x, y).map(|q| (c.mul(&q, y), x.clone())));
        self.law(
            "convolution",
            Ok((c.convolve(&[x.clone(), y.clone()], &[z.clone(), one.clone()]), c.add(x, &c.mul(y, z)))),
        );
        let apply = |f, x: &C::Element| c.elementary(f, x);
        self.law("sqrt(x)^2 = x", apply(Elementary::Sqrt, x).map(|r| (c.mul(&r, &r), x.clone())));
        self.law("x^(1/2) = sqrt(x)", c.power(x, &half).and_then(|r| Ok((r, apply(Elementary::Sqrt, x)?))));
        self.law("x^3 = x x x", c.power(x, &3.into()).map(|r| (r, c.mul(x, &c.mul(x, x)))));
        self.law("x^-2 x^2 = 1", c.power(x, &(-2).into()).map(|r| (c.mul(&r, &c.mul(x, x)), one.clone())));
        self.law(
            "x^(2/3)^3 = x^2",
            c.power(x, &Rational::from((2, 3))).and_then(|r| Ok((c.power(&r, &3.into())?, c.mul(x, x)))),
        );
        self.law(
            "exp(log x) = x",
            apply(Elementary::Log, x).and_then(|l| Ok((apply(Elementary::Exp, &l)?, x.clone()))),
        );
        self.law(
            "exp(x + y) = exp x exp y",
            apply(Elementary::Exp, &c.add(x, y))
                .and_then(|e| Ok((e, c.mul(&apply(Elementary::Exp, x)?, &apply(Elementary::Exp, y)?)))),
        );
        self.law(
            "sin^2 + cos^2 = 1",
            apply(Elementary::Sin, x).and_then(|s| {
                let k = apply(Elementary::Cos, x)?;
                Ok((c.add(&c.mul(&s, &s), &c.mul(&k, &k)), one.clone()))
            }),
        );
        self.law(
            "cos(pi/2 - x) = sin x",
            apply(Elementary::Sin, x).and_then(|s| Ok((apply(Elementary::Cos, &c.sub(&c.scale(&pi, &half), x))?, s))),
        );
        self.law(
            "sin(asin x) = x",
            apply(Elementary::Asin, x).and_then(|a| Ok((apply(Elementary::Sin, &a)?, x.clone()))),
        );
        self.law(
            "asin + acos = pi/2",
            apply(Elementary::Asin, x).and_then(|a| Ok((c.add(&a, &apply(Elementary::Acos, x)?), c.scale(&pi, &half)))),
        );
        self.arc_cosine_laws(x, &one, &pi);
    }

    fn arc_cosine_laws(&mut self, x: &C::Element, one: &C::Element, pi: &C::Element) {
        let c = self.c;
        let angle = c.elementary(Elementary::Acos, x);
        let kappas = |x: &C::Element| c.arc_cosines(x, 4);
        self.law(
            "kappa_0 = 1 - acos/pi",
            angle.clone().and_then(|a| Ok((kappas(x)?[0].clone(), c.sub(one, &c.div(&a, pi)?)))),
        );
        // pi kappa_2 = sin cos + (pi - acos)(1 + 2 cos^2)/3, written out
        self.law(
            "kappa_2",
            angle.clone().and_then(|a| {
                let square = c.mul(x, x);
                let sine = c.elementary(Elementary::Sqrt, &c.sub(one, &square))?;
                let second = c.scale(&c.add(one, &c.scale(&square, &2.into())), &Rational::from((1, 3)));
                let sum = c.add(&c.mul(&sine, x), &c.mul(&c.sub(pi, &a), &second));
                Ok((c.mul(pi, &kappas(x)?[2]), sum))
            }),
        );
        self.law(
            "kappa of the angle",
            angle.and_then(|a| {
                let sine = c.elementary(Elementary::Sin, &a)?;
                Ok((c.arc_cosines_of_angle(&a, &sine, x, 4)?[3].clone(), kappas(x)?[3].clone()))
            }),
        );
        for n in 0..=4 {
            let polynomial = &reflection_polynomial(n);
            self.law(
                "kappa_n(-x) = (-1)^n (B_n(x) - kappa_n(x))",
                kappas(x).and_then(|direct| {
                    let mut b = c.rational(&Rational::new());
                    for coefficient in polynomial.iter().rev() {
                        b = c.add(&c.mul(&b, x), &c.rational(coefficient));
                    }
                    let difference = c.sub(&b, &direct[n]);
                    let signed = if n % 2 == 0 { difference } else { c.neg(&difference) };
                    Ok((kappas(&c.neg(x))?[n].clone(), signed))
                }),
            );
        }
    }
}
