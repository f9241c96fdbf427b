//! Kernels given directly by the inner product u.

use super::{Entry, checked, integer, positive};
use crate::kernel::expr::{Expr, Node};
use crate::special::Function;
use rug::Rational;

/// The largest degree of `polynomial(c,m)`.
const LARGEST_DEGREE: usize = 10_000;

fn arcsine(q: &[Rational]) -> Expr {
    let slope = Rational::from(&q[0] * 2u32) / (Rational::from(&q[0] * 2u32) + 1u32);
    Expr::number(2) / Expr::pi() * (Expr::number(slope) * Expr::u()).function(Function::Asin)
}

fn poisson(q: &[Rational]) -> Expr {
    let r = &q[0];
    let square = r.clone().square();
    let top = Rational::from(1 - &square);
    let bottom = Expr::number(Rational::from(1 + &square)) - Expr::number(Rational::from(r * 2u32)) * Expr::u();
    let exponent = Expr::dimension() / Expr::number(2);
    Expr::number(top) / Expr::from(Node::Power(bottom, exponent))
}

fn polynomial(q: &[Rational]) -> Expr {
    (Expr::u() + Expr::number(q[0].clone())).power(checked(&q[1]))
}

pub(super) const FAMILY: &[Entry] = &[
    Entry {
        name: "exponential",
        parameters: &["c"],
        allowed: "c is a rational number of size at most 10^300",
        formula: "exp(c u)",
        about: "exponential dot-product kernel",
        ratio: None,
        valid: |q| q[0].to_f64().abs() <= 1e300,
        expand: |q| (Expr::number(q[0].clone()) * Expr::u()).exp(),
    },
    Entry {
        name: "arcsine",
        parameters: &["w"],
        allowed: "w > 0, between 10^-300 and 10^300",
        formula: "2/pi asin(2 w u/(1 + 2 w))",
        about: "Gaussian-process kernel of the erf network on unit inputs (Williams 1997)",
        ratio: None,
        valid: |q| positive(&q[0]),
        expand: arcsine,
    },
    Entry {
        name: "poisson",
        parameters: &["r"],
        allowed: "0 <= r < 1",
        formula: "(1 - r^2)/(1 - 2 r u + r^2)^(p/2)",
        about: "Poisson kernel: mu_k = r^k; depends on the dimension p",
        ratio: Some(|q| &q[0]),
        valid: |q| !q[0].cmp0().is_lt() && q[0] < 1,
        expand: poisson,
    },
    Entry {
        name: "polynomial",
        parameters: &["c", "m"],
        allowed: "c is a rational number of size at most 10^300, m an integer from 0 to 10000",
        formula: "(u + c)^m",
        about: "polynomial kernel",
        ratio: None,
        valid: |q| q[0].to_f64().abs() <= 1e300 && integer(&q[1], 0, LARGEST_DEGREE).is_some(),
        expand: polynomial,
    },
];
