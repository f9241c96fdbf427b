//! The endpoint expansion with a proved remainder.
//!
//! The kernel is a power series in r = |x-y| in a disc around u = 1 and in r = |x+y| in a disc around u = -1, and analytic in a strip
//! between. With the function of the second kind Q_k, mu_k is an integral of kappa Q_k over an ellipse and along both slits
//! from the ends to it: odd powers of r, completed to infinity, give the terms; see docs/accuracy.md for the three parts of the remainder.

use crate::error::{Error, Result};
use crate::kernel::{Disc, Strip};
use crate::number::{Ball, Balls, Hybrid, Number, Radius, Truth};
use crate::spectrum::endpoint::series::Expansions;
use crate::spectrum::problem::Problem;
use rug::{Float, Rational, float::Round};

/// Discs are not sought larger than this.
const LARGEST_DISC: f64 = 4.0;

/// The strip's slits reach to this fraction of the discs' radii, or less.
const REACH: f64 = 0.95;

/// Exponents tried for the completion of the terms beyond the slits.
const MOST_EXPONENTS: u64 = 2000;

/// Where the kernel is analytic: independent of precision.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The discs at u = 1 and u = -1.
    pub discs: [Disc; 2],
    /// The strip between.
    pub strip: Strip,
}

impl Region {
    /// Finds the discs and the strip.
    pub fn of(problem: &Problem) -> Result<Self> {
        let [one, minus_one] = crate::kernel::End::BOTH;
        let largest = |end| Disc::largest(&problem.program, end, LARGEST_DISC);
        let (first, second) = rayon::join(|| largest(one), || largest(minus_one));
        let discs = [first?, second?];
        let smallest = discs[0].radius.min(discs[1].radius);
        // The slits end at |r| = 2 sinh(height/2).
        let mut height = 2.0 * (REACH * smallest / 2.0).asinh();
        loop {
            match Strip::between(&problem.program, height, &discs) {
                Err(error) if height < 0.02 => return Err(error),
                Err(_) => height *= 0.9,
                Ok(strip) => return Ok(Region { discs, strip }),
            }
        }
    }
}

/// The expansion: mu_k = sum_i (a_i + (-1)^k b_i) W_{i+1/2}(k) + remainder.
#[derive(Clone, Debug)]
pub struct Expansion {
    region: Region,
    /// a_i + b_i and a_i - b_i, the coefficients of r^(2i+1) at both ends, for even and for odd k; whether they are zero.
    pub terms: [Vec<(Ball, Truth)>; 2],
    /// Bounds of |a_i| and |b_i|.
    sizes: [Vec<Radius>; 2],
    dimension: u64,
    balls: Balls,
}

impl Expansion {
    /// Expands to tau^order with `precision` bits.
    ///
    /// # Errors
    /// `Unable` if the kernel is not a series in integer powers of |x-y| and |x+y|.
    pub fn new(problem: &Problem, region: Region, precision: u32, order: u32) -> Result<Self> {
        let expansions = Expansions::of(problem, precision, order)?;
        if expansions.ends.iter().any(|series| series.root > 2) {
            return Err(Error::unable(format!("{} has finer powers than |x-y| or |x+y| at an end", problem.kernel)));
        }
        let base = Hybrid::new(precision);
        let reach = expansions.reach();
        let mut expansion = Expansion {
            region,
            terms: Default::default(),
            sizes: Default::default(),
            dimension: problem.dimension(),
            balls: Balls::new(precision),
        };
        let mut nu = Rational::from((1, 2));
        while nu < reach {
            let [a, b] = expansions.coefficients(&nu);
            for (parity, sum) in [base.add(&a, &b), base.sub(&a, &b)].into_iter().enumerate() {
                let zero = base.is_zero(&sum);
                expansion.terms[parity].push((sum.ball, zero));
            }
            expansion.sizes[0].push(a.ball.magnitude());
            expansion.sizes[1].push(b.ball.magnitude());
            nu += 1;
        }
        Ok(expansion)
    }

    /// The number of terms.
    pub fn count(&self) -> usize {
        self.sizes[0].len()
    }

    /// The height of the strip: the logarithm of rho.
    pub fn height(&self) -> f64 {
        self.region.strip.height
    }

    /// Gamma(p/2)/sqrt(pi) 2^(p-1) Gamma(p/2)/Gamma(-1/2), the constant of W_{1/2}.
    pub fn first_weight(&self, c: &Balls) -> Result<Ball> {
        let gamma = half_integer_gamma(c, self.dimension)?;
        // Gamma(-1/2) = -2 sqrt(pi)
        let below = c.scale(&c.pi(), &Rational::from(-2));
        let power = Ball::exact(Float::with_val(8, Float::i_exp(1, self.dimension as i32 - 1)));
        c.div(&c.mul(&power, &c.mul(&gamma, &gamma)), &below)
    }

    /// The constant of W_{i+3/2} by that of W_{i+1/2}: -4 (nu + (p-1)/2)(nu + 1) = -(2i+p)(2i+3).
    pub fn weight_step(&self, i: usize) -> i64 {
        -((2 * i as i64 + self.dimension as i64) * (2 * i as i64 + 3))
    }

    /// W_{1/2}(k) = (its constant) Gamma(k-1/2)/Gamma(k+p-1/2), a product of p factors 2/(2k-1+2i).
    fn first(&self, k: u64) -> Result<Ball> {
        let c = &self.balls;
        let mut below = c.rational(&Rational::from(1));
        for i in 0..self.dimension {
            below = c.scale(&below, &Rational::from(2 * k - 1 + 2 * i));
        }
        let power = Ball::exact(Float::with_val(8, Float::i_exp(1, self.dimension as i32)));
        c.div(&c.mul(&self.first_weight(c)?, &power), &below)
    }

    /// W_{i+3/2}(k) / W_{i+1/2}(k) = -4 (2i+p)(2i+3) / ((2k-2i-3)(2k+2i+2p-1)).
    fn ratio(&self, k: u64, i: usize) -> Rational {
        let (i, p) = (i as i64, self.dimension as i64);
        let k = k as i64;
        let below = rug::Integer::from(2 * k - 2 * i - 3) * (2 * k + 2 * i + 2 * p - 1);
        Rational::from((rug::Integer::from(4 * self.weight_step(i as usize)), below))
    }

    /// mu_k with a proved error; the number of terms is chosen so that it is smallest, or below 2^-bits relatively. k >= 2.
    pub fn eigenvalue(&self, k: u64, bits: u32) -> Result<Ball> {
        let c = &self.balls;
        let parity = (k % 2) as usize;
        let mut weight = self.first(k)?;
        let mut sum = c.rational(&Rational::new());
        let mut best: Option<(Radius, Ball, usize)> = None;
        let goal = Radius::power_of_two(-(bits as i32));
        // Terms i < n; W_{n+1/2} must exist: n + 1/2 < k.
        for n in 1..=self.count().min(k as usize - 1) {
            sum = c.add(&sum, &c.mul(&self.terms[parity][n - 1].0, &weight));
            weight = c.mul(&weight, &c.rational(&self.ratio(k, n - 1)));
            let tail = self.tail(n, weight.magnitude())?;
            let good = tail < sum.mignitude() * goal;
            if best.as_ref().is_none_or(|(least, ..)| tail < *least) {
                best = Some((tail, sum.clone(), n));
            }
            if good {
                break;
            }
        }
        let Some((tail, sum, n)) = best else {
            return Err(Error::unable(format!("no terms of the endpoint expansion at degree {k}")));
        };
        Ok(sum.widened(tail + self.completion(k, n)?.0 + self.ellipse(k)?))
    }

    /// Part (a): the terms from r^M on, M = 2n + 1, along the slits: sum over both ends of B R^-M |W_{M/2}(k)| / (1 - (t/R)^2), where
    /// |kappa| <= B on |r| <= R and t < R is the end of the slit.
    pub fn tail(&self, n: usize, weight: Radius) -> Result<Radius> {
        let c = Balls::new(64);
        let end = self.slit_above();
        let mut sum = Radius::ZERO;
        for disc in &self.region.discs {
            let radius = Ball::exact(Float::with_val(53, disc.radius));
            let quotient = end / Radius::below(&radius.middle);
            let left = Radius::double(1.0).minus_below(quotient * quotient);
            if left.is_zero() {
                return Err(Error::unable("a slit reaches out of its disc"));
            }
            let power = c.power(&radius, &Rational::from(2 * n + 1))?;
            sum = sum + Radius::double(disc.bound) / power.mignitude() / left;
        }
        Ok(sum * weight)
    }

    /// The end of the slits, |r| = 2 sinh(height/2), from above.
    fn slit_above(&self) -> Radius {
        let half = Float::with_val(64, self.height() / 2.0);
        let mut sinh = Float::new(64);
        rug::ops::AssignRound::assign_round(&mut sinh, half.sinh_ref(), Round::Up);
        Radius::above(&sinh) * Radius::double(2.0)
    }

    /// The same from below.
    fn slit_below(&self) -> Radius {
        let half = Float::with_val(64, self.height() / 2.0);
        let mut sinh = Float::new(64);
        rug::ops::AssignRound::assign_round(&mut sinh, half.sinh_ref(), Round::Down);
        Radius::below(&(sinh * 2u32))
    }

    /// Part (b): the terms j = 2i + 1 < 2n + 1 beyond the slits, at most |a_j| t^(j-2e) |W_e(k)| for any half-integer e with j/2 <= e < k;
    /// and the e = m + 1/2 that makes it smallest, as m.
    pub fn completion(&self, k: u64, n: usize) -> Result<(Radius, u64)> {
        let (above, below) = (self.slit_above(), self.slit_below());
        let square = Radius::double(1.0) / (below * below);
        // sum_j |a_j| t^j
        let mut power = above;
        let mut sizes = Radius::ZERO;
        for i in 0..n {
            sizes = sizes + (self.sizes[0][i] + self.sizes[1][i]) * power;
            power = power * above * above;
        }
        // t^(-2e) |W_e(k)| from e = 1/2 upward; e >= n - 1/2 at the end.
        let mut factor = self.first(k)?.magnitude() / below;
        let mut best = (Radius::INFINITE, 0);
        let most = (k - 1).min(n as u64 + MOST_EXPONENTS);
        for m in 0..most {
            if m + 1 >= n as u64 {
                if best.0 < factor {
                    break;
                }
                best = (factor, m);
            }
            let step = self.ratio(k, m as usize);
            factor = factor * Radius::above(&Float::with_val_round(64, &step, Round::Down).0) * square;
        }
        Ok((best.0 * sizes, best.1))
    }

    /// Part (c): the ellipse: M (rho + 1/rho) rho^(-k-1) F k! Gamma(p/2)/Gamma(k+p/2), rho = e^height, M a bound of |kappa| on it and
    /// F >= |2F1(k+1, (4-p)/2; k+p/2; rho^-2)| by absolute values.
    pub fn ellipse(&self, k: u64) -> Result<Radius> {
        let p = self.dimension;
        let height = Float::with_val(64, self.height());
        let exp = |x: &Float, round| {
            let mut value = Float::new(64);
            rug::ops::AssignRound::assign_round(&mut value, x.exp_ref(), round);
            Radius::above(&value)
        };
        let (rho, inverse) = (exp(&height, Round::Up), exp(&Float::with_val(64, -&height), Round::Up));
        let product = Float::with_val_round(64, &height * Float::with_val(64, k + 1), Round::Down).0;
        let decay = exp(&-product, Round::Up);
        // sum_i |((4-p)/2)_i| / i! rho^(-2i); from i = p on the quotients of neighbours are below rho^-2.
        let x = inverse * inverse;
        let mut term = Radius::double(1.0);
        let mut sum = term;
        for i in 0..p {
            let factor = (2 * i as i64 + 4 - p as i64).unsigned_abs();
            term = term * x * Radius::double(factor as f64) / Radius::double((2 * i + 2) as f64);
            sum = sum + term;
        }
        let rest = term * x / Radius::double(1.0).minus_below(x);
        // k! Gamma(q)/Gamma(k+q) decreases with q: q = floor(p/2).
        let mut quotient = Radius::double(1.0);
        for i in 1..p / 2 {
            quotient = quotient * Radius::double(i as f64) / Radius::double((k + i) as f64);
        }
        Ok(Radius::double(self.region.strip.bound) * (rho + inverse) * decay * (sum + rest) * quotient)
    }
}

/// Gamma(n/2) for n >= 1.
fn half_integer_gamma(c: &Balls, n: u64) -> Result<Ball> {
    let mut value = match n % 2 {
        0 => c.rational(&Rational::from(1)),
        _ => c.power(&c.pi(), &Rational::from((1, 2)))?,
    };
    let mut at = if n.is_multiple_of(2) { 2 } else { 1 };
    while at < n {
        value = c.scale(&value, &Rational::from((at, 2)));
        at += 2;
    }
    Ok(value)
}
