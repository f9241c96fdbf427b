//! Targets and kernels whose energies and eigenvalues both fall faster than any power: their Taylor coefficients are
//! compared.
//!
//! With g = sum b_j u^j the coefficients are lambda_k = sum_i w_ki b_{k+2i}, w_ki > 0. Bounds |b_j| <= C R^j/j!^tau
//! give the same for lambda_k, with another R and C, and coefficients of one sign give lower bounds in the same way.
//! Coefficients A^-j j^(s-1), those of (1-u/A)^-s, give lambda_k ~ k^(s-p/2) rho^-k, A = (rho + 1/rho)/2 (the expansion
//! of (1 - 2ru + r^2)^-s in Gegenbauer polynomials, r = 1/rho).

use super::summands::Summands;
use super::{Space, Target};
use crate::error::Result;
use crate::kernel::taylor::{Rate, Taylor};
use crate::kernel::{Expr, Node, Program, Strip, mirrored};
use crate::number::{Balls, Number};
use crate::parity::Parity;
use rug::Rational;
use std::cmp::Ordering;

/// A verdict and why.
pub(super) struct Comparison {
    /// Whether sum E_k/mu_k over the parity is finite.
    pub finite: bool,
    /// Why that sum is finite, or is not.
    pub reason: String,
}

/// A formula without constant factors, and their product.
fn core(expr: &Expr) -> (Expr, Expr) {
    let one = || Expr::number(1);
    let constant = |e: &Expr| Program::new(e, Some(2)).is_ok_and(|program| !program.depends_on_u());
    match expr.node() {
        Node::Neg(a) => {
            let (f, c) = core(a);
            (f, -c)
        }
        Node::Mul(a, b) if constant(a) => {
            let (f, c) = core(b);
            (f, a.clone() * c)
        }
        Node::Mul(a, b) if constant(b) => {
            let (f, c) = core(a);
            (f, c * b.clone())
        }
        Node::Div(a, b) if constant(b) => {
            let (f, c) = core(a);
            (f, c / b.clone())
        }
        _ => (expr.clone(), one()),
    }
}

/// c with g = c kappa, where the forms of both show it: g is a multiple of a section of the kernel.
pub(super) fn multiple_of_kernel(g: &Expr, kernel: &Expr, p: u64) -> Result<Option<Expr>> {
    let ((f, c), (k, d)) = (core(g), core(kernel));
    // The kernel 0 has no multiples but 0.
    if !matches!(d.sign(p), Ok(Ordering::Less | Ordering::Greater)) {
        return Ok(None);
    }
    // Formulas with kinks have no one program: they must be the same.
    if f.has_kinks() || k.has_kinks() {
        return Ok((f == k).then(|| c / d));
    }
    let reflected = Program::new(&k.at(&-Expr::u()), Some(p))?;
    let Some(same) = mirrored(&Program::new(&f, Some(p))?, &reflected) else { return Ok(None) };
    Ok(Some(if same { c / d } else { -(c / d) }))
}

/// |lambda_k|: what decides about a sum of E_k/mu_k with one rate for both.
fn converges(target: &Rate, kernel: &Rate, p: u64) -> Option<bool> {
    match (target, kernel) {
        (Rate::Polynomial, _) | (Rate::Entire(_), Rate::Geometric { .. }) => Some(true),
        (_, Rate::Polynomial) | (Rate::Geometric { .. }, Rate::Entire(_)) => Some(false),
        (Rate::Entire(a), Rate::Entire(b)) => {
            let twice = Rational::from(a * 2u32);
            (twice != *b).then(|| twice > *b)
        }
        (Rate::Geometric { radius: a, power: s }, Rate::Geometric { radius: b, power: t }) => {
            // rho_g^2 has (rho^2 + rho^-2)/2 = 2 A^2 - 1.
            let square = Rational::from(a.as_ref()?.square_ref()) * 2u32 - 1u32;
            let b = b.as_ref()?;
            if square != *b {
                return Some(square > *b);
            }
            // The sum of k^(p-2) k^(2s-p) k^(p/2-t).
            Some(Rational::from(s.as_ref()? * 2u32) + Rational::from((p, 2)) < Rational::from(t.as_ref()? + 1u32))
        }
    }
}

/// ln rho for A = (rho + 1/rho)/2, from above.
fn log_rho(radius: &Rational) -> f64 {
    let a = radius.to_f64();
    a.acosh() * (1.0 + 1e-12) + 1e-12
}

fn words(rate: &Rate) -> String {
    match rate {
        Rate::Polynomial => "0 beyond some j".to_string(),
        Rate::Entire(tau) if tau.is_zero() => "r^j/j!^t for every small t".to_string(),
        Rate::Entire(tau) if *tau == 1 => "r^j/j!".to_string(),
        Rate::Entire(tau) => format!("r^j/j!^({tau})"),
        Rate::Geometric { radius: Some(radius), power: Some(power) } => {
            format!("({radius})^-j j^({})", Rational::from(power - 1u32))
        }
        Rate::Geometric { radius: Some(radius), .. } => format!("({radius})^-j"),
        Rate::Geometric { .. } => "r^j, r > 0".to_string(),
    }
}

/// Compares a function g with a kernel, for one parity.
pub(super) fn compare(g: &Expr, space: &Space, parity: Parity) -> Result<Option<Comparison>> {
    // Taylor coefficients tell of one analytic formula alone.
    if g.has_kinks() || space.kernel.expr().has_kinks() {
        return Ok(None);
    }
    let p = space.sphere.dimension();
    let kernel_program = space.kernel.program(Some(p))?;
    let program = Program::new(g, Some(p))?;
    let reflected = Program::new(&g.at(&-Expr::u()), Some(p))?;
    let Some(kernel) = Taylor::of(&kernel_program) else { return Ok(None) };
    let target = Taylor::of(&program);
    let verdict = |finite: bool, reason: String| {
        Ok(Some(Comparison { finite, reason: format!("{parity} degrees: the Taylor coefficients {reason}") }))
    };
    // In: the target from above, the kernel from below.
    let below = if kernel.is_absolutely_monotone() { kernel.floor[parity].as_ref() } else { None };
    if let Some(below) = below {
        let above = target.as_ref().and_then(|t| t.ceiling.as_ref());
        if let Some(above) = above.filter(|above| converges(above, below, p) == Some(true)) {
            return verdict(
                true,
                format!(
                    "of the target are at most like {}, those of the kernel at least like {}",
                    words(above),
                    words(below)
                ),
            );
        }
        if let Rate::Geometric { radius: Some(radius), .. } = below {
            let height = log_rho(radius) / 2.0;
            if Strip::new(&program, height).is_ok() {
                return verdict(
                    true,
                    format!(
                        "of the kernel are at least like {}, and the target is analytic in the ellipse with foci +-1 \
                         through {:.4}",
                        words(below),
                        height.cosh()
                    ),
                );
            }
        }
    }
    // Not in: the target, of one sign, from below, the kernel from above.
    for target in [target, Taylor::of(&reflected)].into_iter().flatten().filter(|t| t.rising || t.falling) {
        let Some(below) = &target.floor[parity] else { continue };
        if let Some(above) = kernel.ceiling.as_ref().filter(|above| converges(below, above, p) == Some(false)) {
            return verdict(
                false,
                format!(
                    "of the target are at least like {}, those of the kernel at most like {}",
                    words(below),
                    words(above)
                ),
            );
        }
        if let Rate::Geometric { radius: Some(radius), .. } = below {
            let height = log_rho(radius) * 2.0;
            if Strip::new(&kernel_program, height).is_ok() {
                return verdict(
                    false,
                    format!(
                        "of the target are at least like {}, and the kernel is analytic in the ellipse with foci +-1 \
                         through {:.4}",
                        words(below),
                        height.cosh()
                    ),
                );
            }
        }
    }
    Ok(None)
}

/// Compares a target with a kernel, direction by direction and summand by summand: all in, or all but one.
pub(super) fn decide(target: &Target, space: &Space, parity: Parity) -> Result<Option<Comparison>> {
    let p = space.sphere.dimension();
    let mut found: Option<Comparison> = None;
    let mut outside = 0;
    for function in target.functions() {
        let [piece] = &function.pieces[..] else { return Ok(None) };
        let whole = compare(&piece.formula, space, parity)?;
        let parts = match whole {
            Some(comparison) => vec![Some(comparison)],
            None => {
                let parts = Summands::of(&piece.formula, p)?.cancelled().formulas();
                if parts.len() < 2 {
                    return Ok(None);
                }
                let one = |part: &Expr| match multiple_of_kernel(part, space.kernel.expr(), p)? {
                    Some(_) => Ok(Some(section(parity))),
                    None => compare(part, space, parity),
                };
                parts.iter().map(one).collect::<Result<Vec<_>>>()?
            }
        };
        for part in parts {
            let Some(part) = part else { return Ok(None) };
            outside += usize::from(!part.finite);
            // The first, or the one that is not in.
            if found.as_ref().is_none_or(|_| !part.finite) {
                found = Some(part);
            }
        }
    }
    // Two that are not in may cancel.
    Ok(found.filter(|_| outside <= 1))
}

fn section(parity: Parity) -> Comparison {
    let reason =
        format!("{parity} degrees: a multiple of the kernel itself, with sum E_k/mu_k at most a multiple of kappa(1)");
    Comparison { finite: true, reason }
}

/// kappa(1) c^2 for targets c kappa(<w, x>): their squared norm; with an error of rounding.
pub(super) fn section_norm(target: &Target, space: &crate::spectrum::Spectrum) -> Result<Option<(f64, f64)>> {
    let p = space.sphere()?.dimension();
    let [function] = target.functions()[..] else { return Ok(None) };
    let [piece] = &function.pieces[..] else { return Ok(None) };
    let Some(c) = multiple_of_kernel(&piece.formula, space.kernel().expr(), p)? else { return Ok(None) };
    let balls = Balls::new(128);
    let one = crate::kernel::Point::at(balls.rational(&Rational::from(1)));
    let at_one = space.kernel().program(Some(p))?.evaluate(&balls, &one)?;
    let factor = Program::new(&c, Some(p))?.evaluate(&balls, &one)?;
    let squared = balls.mul(&at_one, &balls.mul(&factor, &factor));
    let error = squared.radius.to_float().to_f64() + f64::EPSILON * squared.middle.to_f64().abs();
    Ok(Some((squared.middle.to_f64(), error)))
}
