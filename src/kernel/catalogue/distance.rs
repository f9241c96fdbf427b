//! Kernels of the distance d = |x - y| = sqrt(2 - 2u).

use super::{Entry, positive};
use crate::kernel::expr::Expr;
use rug::{Integer, Rational};

/// d^2 = 2 - 2u.
fn square_distance() -> Expr {
    Expr::number(2) - Expr::number(2) * Expr::u()
}

/// exp(-c d^g); the exponent of d^2 is g/2, so g = 2 needs no power at all.
fn exponential_power(c: &Rational, g: &Rational) -> Expr {
    let half = Rational::from(g / 2u32);
    let power = if half == 1 { square_distance() } else { square_distance().power(half) };
    (-(Expr::number(c.clone()) * power)).exp()
}

fn gamma_parameters(q: &[Rational]) -> bool {
    positive(&q[0]) && positive(&q[1]) && q[1] <= 2
}

/// nu = m + 1/2 with 0 <= m <= 100.
fn matern_order(nu: &Rational) -> Option<u32> {
    let m = nu - Rational::from((1, 2));
    m.is_integer().then(|| m.numer().to_u32()).flatten().filter(|m| *m <= 100)
}

/// The finite sum for half-integer nu = m + 1/2: exp(-z) m!/(2m)! sum_i (m+i)!/(i! (m-i)!) (2z)^(m-i).
fn matern(q: &[Rational]) -> Expr {
    let m = matern_order(&q[0]).unwrap_or(0);
    let scale = Rational::from(&q[0] * 2u32) / Rational::from(q[1].square_ref());
    let z = (Expr::number(scale) * square_distance()).sqrt();
    let factorial = |n: u32| Integer::from(Integer::factorial(n));
    let coefficient = |power: u32| {
        let i = m - power;
        let top = (factorial(m) * factorial(m + i)) << power;
        Rational::from((top, factorial(2 * m) * factorial(i) * factorial(power)))
    };
    // Horner's rule in z.
    let mut sum = Expr::number(coefficient(m));
    for power in (0..m).rev() {
        sum = sum * z.clone() + Expr::number(coefficient(power));
    }
    let decay = (-z).exp();
    if m == 0 { decay } else { decay * sum }
}

pub(super) const FAMILY: &[Entry] = &[
    Entry {
        name: "laplace",
        parameters: &["c"],
        allowed: "c > 0, between 10^-300 and 10^300",
        formula: "exp(-c d), d = |x-y| = sqrt(2-2u)",
        about: "Laplace (exponential) kernel",
        ratio: None,
        valid: |q| positive(&q[0]),
        expand: |q| exponential_power(&q[0], &Rational::from(1)),
    },
    Entry {
        name: "gaussian",
        parameters: &["g"],
        allowed: "g > 0, between 10^-300 and 10^300",
        formula: "exp(-g d^2)",
        about: "Gaussian kernel",
        ratio: None,
        valid: |q| positive(&q[0]),
        expand: |q| exponential_power(&q[0], &Rational::from(2)),
    },
    Entry {
        name: "matern",
        parameters: &["nu", "l"],
        allowed: "nu is half an odd integer from 1/2 to 201/2; l > 0, between 10^-300 and 10^300",
        formula: "2^(1-nu)/Gamma(nu) z^nu K_nu(z), z = sqrt(2 nu) d/l",
        about: "Matern kernel of half-integer smoothness",
        ratio: None,
        valid: |q| matern_order(&q[0]).is_some() && positive(&q[1]),
        expand: matern,
    },
    Entry {
        name: "gamma_exponential",
        parameters: &["c", "g"],
        allowed: "c > 0, between 10^-300 and 10^300; 0 < g <= 2, at least 10^-300",
        formula: "exp(-c d^g)",
        about: "gamma-exponential kernel, between Laplace (g = 1) and Gaussian (g = 2)",
        ratio: None,
        valid: gamma_parameters,
        expand: |q| exponential_power(&q[0], &q[1]),
    },
    Entry {
        name: "inverse_multiquadric",
        parameters: &["c"],
        allowed: "c > 0, between 10^-300 and 10^300",
        formula: "(c^2 + d^2)^(-1/2)",
        about: "inverse multiquadric kernel",
        ratio: None,
        valid: |q| positive(&q[0]),
        expand: |q| (Expr::number(q[0].clone().square()) + square_distance()).power((-1, 2)),
    },
];
