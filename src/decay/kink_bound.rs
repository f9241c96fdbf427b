//! How much the kinks of a kernel inside (-1, 1) add to its eigenvalues at most, proved for all degrees.
//!
//! Let two pieces meet at $\theta_0$, and $D$ be the difference of their analytic formulas as functions of $\theta$.
//! The contours of both pieces run from $\theta_0$ upward and downward to the ellipse (see
//! [`endpoint`](crate::spectrum::endpoint)): there $\kappa$ jumps by $D$. With $\lambda=\frac{p-2}2$,
//! $\zeta=e^{\tau-i\theta_0}$ and $x=\zeta^{-2}$ that adds
//! $$\lvert K(k)\rvert\le\frac{k!\Gamma(p/2)}{\pi\Gamma(k+p/2)}\int_0^Y\lvert
//! D(\theta_0+i\tau)\rvert\,\lvert1-x\rvert\,
//! \lvert{}_2F_1(k+1,1-\lambda;k+1+\lambda;x)\rvert e^{-k\tau}d\tau$$ to $\mu_k$. If D has a zero of order a at
//! $\theta_0$ and is at most M on a disc of radius r around it, then there $\lvert D\rvert\le C\tau^a$, $C=M/r^a$, by
//! the maximum principle; and $\lvert D\rvert\le C\tau^ae^{\sigma\tau}$ on the whole path with the $\sigma$ that
//! intervals of the rest of it need. The hypergeometric function is the mean of $(1-xs)^{\lambda-1}$ over the Beta
//! distribution of $k+1$ and $\lambda$: for $p\ge4$, with $n=\max(1,\lceil\lambda-1\rceil)$ and
//! $\delta=(\lambda+n-1)/(k+\lambda+n)$ it is at most $(\lvert1-x\rvert+\delta)^{\lambda-1}$, since
//! $\lvert1-xs\rvert\le\lvert1-x\rvert+1-s$ (Minkowski, or Jensen below $\lambda=2$), and
//! $\lvert1-x\rvert=2e^{-\tau}\lvert\sin(\theta_0+i\tau)\rvert\le2\sin\theta_0e^{\tau/\sin\theta_0}$; for $p=3$ at most
//! $d^{-1/2}$, $d=\lvert\sin2\theta_0\rvert$, or 1 where $\cos2\theta_0\le0$, as $1-xs$ runs on a ray from 1; for $p=2$
//! it is $1/(1-x)$. So
//! $$\lvert K(k)\rvert\le\frac{\Gamma(p/2)}\pi\frac{k!}{\Gamma(k+p/2)}\frac{a!\,CE}{(k-\sigma-s)^{a+1}},\quad
//! (E,s)=\Bigl(2\sin\theta_0(2\sin\theta_0+\delta)^{\lambda-1},\frac\lambda{\sin\theta_0}\Bigr),\;
//! \Bigl(\frac{2\sin\theta_0}{d^{1/2}},\frac1{\sin\theta_0}\Bigr),\;(1,0).$$ Times $m^{p/2+a}$ that decreases, for
//! $k!/\Gamma(k+1+\lambda)$ is at most $m^{-\lambda}\max(1,\frac{k+\lambda}{k+1})^\lambda$ (Gautschi for $\lambda\le1$,
//! logarithmic convexity above).

use super::kinks::{Kinks, ORDERS, PRECISION};
use super::local::{Beside, difference};
use super::{Parity, PerParity};
use crate::error::{Error, Result};
use crate::kernel::{Piece, Program, bound_above, bound_around, is_middle, mirrored};
use crate::number::{Ball, Balls, Elementary, Hybrid, Interval, Number, Radius};
use crate::spectrum::{ANGLE_ERROR, PiecewiseFunction};
use rug::{Float, Integer, Rational, float::Round};

/// A bound of what one kink adds to the eigenvalues of one parity.
#[derive(Clone, Debug)]
pub(super) struct KinkBound {
    /// a: the first derivative in theta that jumps and acts on the parity.
    order: u32,
    /// C and sigma from discs of several radii: each gives a bound.
    sizes: Vec<(Radius, Radius)>,
    /// The angle.
    angle: Ball,
    dimension: u64,
}

/// Radii of the discs, in parts of the distance to the nearer end.
const RADII: [f64; 5] = [0.9, 0.4, 0.15, 0.05, 0.015];

/// The ratio of the ends of intervals of the path beyond the disc.
const SEGMENT: f64 = 1.15;

/// Bits of the bounds.
const BITS: u32 = 64;

/// What jumps at one kink.
pub(super) struct Jump {
    /// D
    program: Program,
    angle: Ball,
    /// a, where the jump acts on the parity.
    orders: PerParity<Option<u32>>,
    dimension: u64,
}

impl Jump {
    /// Those of all kinks.
    ///
    /// # Errors
    /// `Unable` where the order of a jump is not told, or a piece is not analytic at a kink.
    pub(super) fn all(function: &PiecewiseFunction) -> Result<Vec<Jump>> {
        let p = function.sphere.dimension();
        let base = Hybrid::with_long_exact_values(PRECISION);
        let of = |(pair, angle): (&[Piece], Ball)| {
            let (left, right, place) = (&pair[0].formula, &pair[1].formula, &pair[1].from);
            let local = |order| Beside::new(base, order, p, place);
            for (formula, above) in [(left, false), (right, true)] {
                if local(ORDERS[0]).expansion(formula, above)?.root != 1 {
                    return Err(Error::unable(format!(
                        "{formula} has a fractional power at the kink at u = {place}: no bound of what that adds is \
                         known"
                    )));
                }
            }
            let jump = difference(right, left);
            let program = Program::new(&jump, Some(p))?;
            let middle = is_middle(place, p);
            // At u = 0 the even part of D acts on the odd degrees, and the other way round.
            let symmetry = if middle { mirrored(&program, &program) } else { None };
            let orders = PerParity::try_from_fn(|parity| {
                if symmetry.is_some_and(|even| even == (parity == Parity::Even)) {
                    return Ok(None);
                }
                let first = |order| Kinks { function, parity, base, order }.first(&local(order), &jump, middle);
                let (order, _) = match first(ORDERS[0])? {
                    // It is of a high order: that to which it was sought is a bound.
                    (_, None) => first(ORDERS[1])?,
                    found => found,
                };
                Ok(Some(order as u32))
            })?;
            Ok(Jump { program, angle, orders, dimension: p })
        };
        function.pieces.windows(2).zip(function.angles(PRECISION)?).map(of).collect()
    }

    /// What it adds at most, for contours to this height.
    ///
    /// # Errors
    /// `Unable` where the pieces were not shown to continue beyond the kink.
    pub(super) fn bound(&self, parity: Parity, height: f64) -> Result<Option<KinkBound>> {
        let Some(order) = self.orders[parity] else { return Ok(None) };
        let sizes = sizes(&self.program, &self.angle, order, height)?;
        Ok(Some(KinkBound { order, sizes, angle: self.angle.clone(), dimension: self.dimension }))
    }
}

/// C and sigma for discs of several radii.
fn sizes(program: &Program, angle: &Ball, order: u32, height: f64) -> Result<Vec<(Radius, Radius)>> {
    let middle = angle.middle.to_f64();
    let around = Interval::new(middle - ANGLE_ERROR, middle + ANGLE_ERROR);
    let reach = middle.min(std::f64::consts::PI - middle);
    let by_power = |bound: Radius, tau: f64| (0..order).fold(bound, |bound, _| bound / Radius::double(tau));
    let of = |radius: f64| -> Result<(Radius, Radius)> {
        let size = by_power(bound_around(program, around, radius)?, radius);
        let mut sigma = Radius::ZERO;
        let mut low = radius;
        while low < height {
            let high = (low * SEGMENT).min(height);
            let above = by_power(bound_above(program, around, low, high)?, low);
            let quotient = above / size;
            let log = Radius::above(&Float::with_val_round(BITS, quotient.to_float().ln_ref(), Round::Up).0);
            if quotient > Radius::double(1.0) {
                sigma = sigma.max(log / Radius::double(low));
            }
            low = high;
        }
        Ok((size, sigma))
    };
    let mut found = Vec::new();
    let mut why = None;
    for part in RADII {
        match of(part * reach) {
            Ok(sizes) => found.push(sizes),
            Err(error @ Error::Unable(_)) => why = Some(error),
            Err(error) => return Err(error),
        }
    }
    match why {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

impl KinkBound {
    /// p/2 + a: the bound is m^-(p/2+a) times what decreases.
    pub(super) fn exponent(&self) -> Rational {
        Rational::from((self.dimension, 2)) + self.order
    }

    /// The bound at degree k, if k is high enough for one: then for all higher degrees.
    pub(super) fn at(&self, k: u64) -> Result<Option<Radius>> {
        let c = Balls::new(BITS);
        let p = self.dimension;
        let number = |q: Rational| c.rational(&q);
        let whole = |n: u64| c.rational(&Rational::from(n));
        let lambda = Rational::from((p - 2, 2));
        let sine = c.elementary(Elementary::Sin, &self.angle)?;
        let twice = c.scale(&sine, &Rational::from(2));
        let one = whole(1);
        // E and s
        let (factor, shift) = match p {
            2 => (one.clone(), whole(0)),
            3 => {
                let double = c.scale(&self.angle, &Rational::from(2));
                let [cosine, sine_of_double] =
                    [c.elementary(Elementary::Cos, &double)?, c.elementary(Elementary::Sin, &double)?];
                let least = match cosine.middle.is_sign_negative() && !cosine.contains_zero() {
                    true => one.clone(),
                    false => Ball::exact(sine_of_double.mignitude().to_float()),
                };
                (c.div(&twice, &c.elementary(Elementary::Sqrt, &least)?)?, c.div(&one, &sine)?)
            }
            _ => {
                let q = Rational::from(&lambda - 1u32);
                let n = q.clone().ceil().max(Rational::from(1));
                let delta = Rational::from(&lambda + &n) - 1u32;
                let delta = number(delta / (Rational::from(&lambda + &n) + k));
                let power = c.power(&c.add(&twice, &delta), &q)?;
                (c.mul(&twice, &power), c.div(&number(lambda.clone()), &sine)?)
            }
        };
        let from = c.sub(&whole(k), &shift);
        // Gamma(p/2) k!/Gamma(k+p/2) <= Gamma(p/2) m^-lambda max(1, m/(k+1))^lambda
        let m = Rational::from(&lambda + k);
        let growth = (&m / Rational::from(k + 1)).max(Rational::from(1));
        let gamma = c.elementary(Elementary::Exp, &c.ln_gamma(&number(Rational::from((p, 2))))?)?;
        let weight = c.mul(&gamma, &c.power(&number(growth / &m), &lambda)?);
        let factorial = number(Rational::from(Integer::from(Integer::factorial(self.order))));
        let above = c.div(&c.mul(&c.mul(&weight, &factor), &factorial), &c.pi())?;
        let mut best: Option<Radius> = None;
        for (size, sigma) in &self.sizes {
            let from = c.sub(&from, &Ball::exact(sigma.to_float()));
            if from.contains_zero() || from.middle.is_sign_negative() {
                continue;
            }
            let bound = c.div(&above, &c.power(&from, &Rational::from(self.order + 1))?)?.magnitude() * *size;
            best = Some(best.map_or(bound, |best| best.min(bound)));
        }
        Ok(best)
    }
}
