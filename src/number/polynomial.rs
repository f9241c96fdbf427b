//! Polynomials in u with exact coefficients, from the constant upwards, none beyond the last that is not zero.

use super::{Exact, ExactNumber, Number};
use crate::watch;
use rug::{Integer, Rational};

/// A polynomial in u by its exact coefficients of 1, u, u^2, ..., in this order.
pub type Polynomial = Vec<ExactNumber>;

/// Coefficients of 1, u, u^2, ..., rational.
type RationalPolynomial = Vec<Rational>;

/// Takes zero coefficients off the end, so that the last one is not zero.
pub fn trim(coefficients: &mut Polynomial) {
    while coefficients.last().is_some_and(ExactNumber::is_zero) {
        coefficients.pop();
    }
}

/// The sum a + b of two polynomials, without zeros at the end.
pub fn add(a: &[ExactNumber], b: &[ExactNumber]) -> Polynomial {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut sum = long.to_vec();
    for (x, y) in sum.iter_mut().zip(short) {
        *x = Exact.add(x, y);
    }
    trim(&mut sum);
    sum
}

/// The product a b of two polynomials, without zeros at the end.
pub fn multiply(a: &[ExactNumber], b: &[ExactNumber]) -> Polynomial {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let mut product = vec![ExactNumber::default(); a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate().filter(|(_, x)| !x.is_zero()) {
        watch::check();
        for (j, y) in b.iter().enumerate().filter(|(_, y)| !y.is_zero()) {
            product[i + j] = Exact.add(&product[i + j], &Exact.mul(x, y));
        }
    }
    trim(&mut product);
    product
}

/// The coefficients as rational numbers; `None` unless all of them are rational.
pub fn rational(a: &[ExactNumber]) -> Option<RationalPolynomial> {
    a.iter().map(ExactNumber::as_rational).collect()
}

/// The polynomial with these rational coefficients, taken as exact numbers.
pub fn exact(a: &[Rational]) -> Polynomial {
    a.iter().map(|q| Exact.rational(q)).collect()
}

/// Quotient and remainder of a by b, which is not zero.
pub fn divide(a: &[Rational], b: &[Rational]) -> (RationalPolynomial, RationalPolynomial) {
    let (mut rest, mut quotient) = (a.to_vec(), vec![Rational::new(); (a.len() + 1).saturating_sub(b.len())]);
    let Some((top, low)) = b.split_last() else { return (Vec::new(), rest) };
    for place in (0..quotient.len()).rev() {
        let factor = rest.pop().unwrap_or_default() / top;
        for (x, y) in rest[place..].iter_mut().zip(low) {
            *x -= Rational::from(&factor * y);
        }
        quotient[place] = factor;
    }
    while rest.last().is_some_and(Rational::is_zero) {
        rest.pop();
    }
    (quotient, rest)
}

/// a / b if b divides a.
pub fn quotient(a: &[Rational], b: &[Rational]) -> Option<RationalPolynomial> {
    let (quotient, rest) = divide(a, b);
    rest.is_empty().then_some(quotient)
}

/// With highest coefficient 1, and that coefficient.
pub fn monic(a: &[Rational]) -> (RationalPolynomial, Rational) {
    let top = a.last().cloned().unwrap_or_default();
    (a.iter().map(|q| Rational::from(q / &top)).collect(), top)
}

/// The greatest common divisor of two rational polynomials, with highest coefficient 1.
pub fn common_divisor(a: &[Rational], b: &[Rational]) -> RationalPolynomial {
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    while !b.is_empty() {
        let rest = divide(&a, &b).1;
        // Monic remainders keep the numbers short.
        a = std::mem::replace(&mut b, if rest.is_empty() { rest } else { monic(&rest).0 });
    }
    monic(&a).0
}

/// Monic S and R, R without double zeros, with a = c S^2 R, c the highest coefficient.
pub fn square_part(a: &[Rational]) -> (RationalPolynomial, RationalPolynomial) {
    let (mut rest, one) = (monic(a).0, vec![Rational::from(1)]);
    let (mut root, mut odd) = (one.clone(), one);
    let mut multiplicity = 1;
    // Yun: the zeros of gcd(a, a') are those of a, each once less.
    let derivative = |a: &[Rational]| -> RationalPolynomial {
        a.iter().enumerate().skip(1).map(|(i, q)| Rational::from(q * i as u32)).collect()
    };
    let mut higher = common_divisor(&rest, &derivative(&rest));
    let mut distinct = quotient(&rest, &higher).unwrap_or_default();
    while rest.len() > 1 && distinct.len() > 1 {
        let next = common_divisor(&distinct, &higher);
        // The factors of exactly this multiplicity.
        let factor = quotient(&distinct, &next).unwrap_or_default();
        for _ in 0..multiplicity / 2 {
            root = rational_product(&root, &factor);
        }
        if multiplicity % 2 == 1 {
            odd = rational_product(&odd, &factor);
        }
        rest = higher.clone();
        higher = quotient(&higher, &next).unwrap_or_default();
        distinct = next;
        multiplicity += 1;
    }
    (root, odd)
}

fn rational_product(a: &[Rational], b: &[Rational]) -> RationalPolynomial {
    let mut product = vec![Rational::new(); (a.len() + b.len()).saturating_sub(1)];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            product[i + j] += Rational::from(x * y);
        }
    }
    product
}

/// Whether a has no negative value on \[-1, 1\] (1), or no positive one (-1), as far as its Bernstein coefficients
/// there tell: a is their mean with weights that are not negative.
pub fn sign(a: &[Rational]) -> Option<i32> {
    // u = 2 x - 1 for x in [0, 1], by Horner's rule.
    let mut shifted: RationalPolynomial = Vec::new();
    for q in a.iter().rev() {
        shifted = rational_product(&shifted, &[Rational::from(-1), Rational::from(2)]);
        match shifted.first_mut() {
            Some(first) => *first += q,
            None => shifted.push(q.clone()),
        }
    }
    let n = (shifted.len().max(1) - 1) as u32;
    let choose = |n: u32, i: u32| Rational::from(Integer::from(Integer::binomial_u(n, i)));
    let coefficient = |i: u32| -> Rational {
        (0..=i).map(|j| &shifted[j as usize] * choose(i, j) / choose(n, j)).fold(Rational::new(), |sum, x| sum + x)
    };
    let coefficients: Vec<Rational> = (0..shifted.len() as u32).map(coefficient).collect();
    let all = |sign: fn(std::cmp::Ordering) -> bool| coefficients.iter().all(|q| sign(q.cmp0()));
    match (all(std::cmp::Ordering::is_ge), all(std::cmp::Ordering::is_le)) {
        (true, _) => Some(1),
        (_, true) => Some(-1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polynomial(coefficients: &[i32]) -> RationalPolynomial {
        coefficients.iter().map(|c| Rational::from(*c)).collect()
    }

    #[test]
    fn squares_are_split_off() {
        // 3 (u+1)^3 (u-2)^2 (u+5): S = (u+1)(u-2), R = (u+1)(u+5)
        let linear = |c: i32| polynomial(&[c, 1]);
        let factors = [linear(1), linear(1), linear(1), linear(-2), linear(-2), linear(5), polynomial(&[3])];
        let product = factors.iter().fold(polynomial(&[1]), |a, b| rational_product(&a, b));
        assert_eq!(square_part(&product), (polynomial(&[-2, -1, 1]), polynomial(&[5, 6, 1])));
        assert_eq!(square_part(&polynomial(&[1, 0, 1])), (polynomial(&[1]), polynomial(&[1, 0, 1])));
        assert_eq!(square_part(&polynomial(&[7])), (polynomial(&[1]), polynomial(&[1])));
    }

    #[test]
    fn signs_are_those_on_the_interval() {
        for (coefficients, expected) in [
            (vec![1, 1], Some(1)),
            (vec![-2, 1], Some(-1)),
            (vec![0, 1], None),
            (vec![1, 0, 1], Some(1)),
            (vec![3], Some(1)),
            (vec![1, -2, 1], Some(1)),
        ] {
            assert_eq!(sign(&polynomial(&coefficients)), expected, "{coefficients:?}");
        }
    }
}
