//! Where a kernel is analytic, as expansions at its ends need it.

use super::Ends;
use super::continuation::{Disc, Strip};
use super::end::End;
use crate::error::{Error, Result};
use crate::number::{Ball, Balls, Number, Radius};
use rug::ops::AssignRound;
use rug::{Float, Rational, float::Round};

/// A strip of analyticity between discs around both ends, each in its own root of the squared distance; of a kernel
/// with kinks each piece is analytic above its own angles.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The discs at u = 1 and u = -1.
    pub discs: [Disc; 2],
    /// The strip.
    pub strip: Strip,
}

/// The ratio of heights that are tried one after the other.
const NEXT: f64 = 0.8;

/// Below this no next height is tried: the discs for it would be too small to be told from the ends.
const LOWEST: f64 = 3.3e-3;

impl Region {
    /// Proves the kernel analytic in the strip of this height and in a disc at each end, in its root of tau.
    ///
    /// # Errors
    /// `Unable` if the kernel was not shown to be analytic there.
    pub fn new(ends: &Ends, roots: [u32; 2], height: f64) -> Result<Self> {
        let [first, second] = ends.both(|program, end| {
            let root = if end == End::One { roots[0] } else { roots[1] };
            Disc::new(program, end, Disc::radius_for(height, root), root)
        });
        let discs = [first?, second?];
        let strip = match &ends.arcs {
            None => Strip::between(ends.programs[0], height, &discs)?,
            Some(arcs) => Strip::of_arcs(arcs, height, &discs)?,
        };
        Ok(Region { discs, strip })
    }

    /// The highest region of analyticity found, trying `height` first and then each time 0.8 of the last.
    ///
    /// # Errors
    /// `Unable` if the kernel was not shown to be analytic anywhere beside the interval.
    pub fn below(ends: &Ends, roots: [u32; 2], height: f64) -> Result<Self> {
        let mut height = height;
        loop {
            match Region::new(ends, roots, height) {
                Ok(region) => return Ok(region),
                Err(error @ Error::Domain(_)) => return Err(error.within(ends.name)),
                Err(error) if height < LOWEST => {
                    return Err(Error::unable(format!(
                        "{} was not shown to be analytic inside (-1, 1){}: {error}",
                        ends.name,
                        if ends.arcs.is_some() { ", between its kinks" } else { "" }
                    )));
                }
                Err(_) => height *= NEXT,
            }
        }
    }

    /// The region below `height` whose ellipse bounds |mu_k| best at degree k.
    ///
    /// ln of the bound is a convex function of the height (Hadamard's three circles), but for what the coverings lose:
    /// the search ends where it grows.
    ///
    /// # Errors
    /// As [`Region::below`].
    pub fn sharpest(ends: &Ends, roots: [u32; 2], height: f64, k: u64) -> Result<Self> {
        let log_bound = |region: &Region| region.strip.bound.ln() - k as f64 * region.strip.height;
        let mut best = Region::below(ends, roots, height)?;
        while let Ok(region) = Region::new(ends, roots, best.strip.height * NEXT) {
            if log_bound(&region) >= log_bound(&best) || region.strip.height < LOWEST {
                break;
            }
            best = region;
        }
        Ok(best)
    }

    /// Part (a) of the remainder after n = 1, 2, ..., length terms, without |W_nu(k)|, nu = n + 1/root: the powers of r
    /// from n root + 1 on, along one slit: B R^-(n root + 1) / ((1 - q) sin(pi/root)), |kappa| <= B on |r| <= R, q =
    /// r/R < 1 at the end of the slit.
    ///
    /// # Errors
    /// `Unable` if the slit reaches out of the disc.
    pub fn tails(&self, disc: &Disc, length: usize) -> Result<Vec<Radius>> {
        let c = Balls::new(64);
        let end = c.power(&Ball::exact(self.slit_square()[1].to_float()), &Rational::from((1, disc.root)))?;
        let radius = Radius::double(disc.radius);
        let left = Radius::double(1.0).minus_below(end.magnitude() / radius);
        if left.is_zero() {
            return Err(Error::unable("a slit reaches out of its disc"));
        }
        // sin(pi x) >= 2 x for x <= 1/2
        let sine = Radius::below(&Float::with_val_round(53, Rational::from((2, disc.root)), Round::Down).0);
        let mut factor = disc.bound / left / sine / radius;
        let one_more = |_| {
            factor = (0..disc.root).fold(factor, |factor, _| factor / radius);
            factor
        };
        Ok((0..length).map(one_more).collect())
    }

    /// |x-y|^2 = 4 sinh^2(height/2) at the end of the slits, from below and from above.
    pub fn slit_square(&self) -> [Radius; 2] {
        let half = Float::with_val(64, self.strip.height / 2.0);
        let sinh = |round| {
            let mut value = Float::new(64);
            value.assign_round(half.sinh_ref(), round);
            value
        };
        let (below, above) = (sinh(Round::Down), Radius::above(&sinh(Round::Up)));
        let square = Float::with_val_round(64, below.square_ref(), Round::Down).0;
        [Radius::below(&(square * 4u32)), above * above * Radius::double(4.0)]
    }

    /// M (rho + 1/rho) rho^(-k-1), rho = e^height, M a bound of |kappa| on the ellipse.
    pub fn ellipse(&self, k: u64) -> Radius {
        let height = Float::with_val(64, self.strip.height);
        let exp = |x: &Float| {
            let mut value = Float::new(64);
            value.assign_round(x.exp_ref(), Round::Up);
            Radius::above(&value)
        };
        let product = Float::with_val_round(64, &height * Float::with_val(64, k + 1), Round::Down).0;
        let size = exp(&height) + exp(&Float::with_val(64, -&height));
        self.strip.bound * size * exp(&-product)
    }

    /// F = sum_i |((4-p)/2)_i| / i! rho^(-2i), which bounds |2F1(k+1, (4-p)/2; k+p/2; zeta^-2)| on the ellipse.
    pub fn hypergeometric(&self, p: u64) -> Radius {
        let twice = Float::with_val(64, self.strip.height) * -2i32;
        let mut x = Float::new(64);
        x.assign_round(twice.exp_ref(), Round::Up);
        let x = Radius::above(&x);
        let mut term = Radius::double(1.0);
        let mut sum = term;
        // From i = p on neighbours have quotients below rho^-2; for even p the terms end before.
        for i in 0..p {
            let factor = (2 * i as i64 + 4 - p as i64).unsigned_abs();
            term = term * x * Radius::double(factor as f64) / Radius::double((2 * i + 2) as f64);
            sum = sum + term;
            if term.is_zero() {
                return sum;
            }
        }
        sum + term * x / Radius::double(1.0).minus_below(x)
    }
}
