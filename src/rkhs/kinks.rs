//! Funk-Hecke coefficients of high degree of functions that are analytic between kinks, from the jumps at the kinks.
//!
//! With $L f = (1-t^2)f'' - (p-1)tf'$, $LP_k = -MP_k$, M = k(k+p-2), partial integration gives on each piece
//! $\int(Mg+Lg)P_kw = [(1-t^2)w(g'P_k-gP_k')]$, $w = (1-t^2)^{(p-3)/2}$, and the bracket vanishes at +-1. Applied to
//! g/M - Lg/M^2 + L^2g/M^3 - ..., with jumps \[.\] across the kinks t_0:
//! $$\lambda_k = -\frac1Z\sum_{t_0}(1-t_0^2)^{(p-1)/2}\sum_{j\ge0}\frac{(-1)^j}{M^{j+1}}
//! \bigl([(L^jg)']P_k(t_0)-[L^jg]P_k'(t_0)\bigr).$$
//! P_k itself is the real part of a smooth function of k times e^(i m theta_0), m = k + lambda, lambda = (p-2)/2 (DLMF
//! 18.15.10 for the normalised polynomial):
//! $$P_k(\cos\theta) = \operatorname{Re}\frac{2^{2\lambda}\Gamma(\lambda+\frac12)}{\sqrt\pi}
//! \frac{\Gamma(k+1)}{\Gamma(k+\lambda+1)}
//! \sum_{j\ge0}\frac{(\lambda)_j(1-\lambda)_j}{j!(k+\lambda+1)_j}
//! \frac{e^{i(m+j)\theta-i(j+\lambda)\pi/2}}{(2\sin\theta)^{j+\lambda}},\qquad
//! P_k' = \frac M{p-1}P_{k-1}\text{ in dimension }p+2\text{, with the same m}.$$

use crate::domain::log_multiplicity;
use crate::error::Result;
use crate::kernel::{Expr, Point, Program};
use crate::number::{Multiprecision, Number, Series};
use crate::parity::{Parity, PerParity};
use crate::special::log_gamma_ratio;
use crate::spectrum::PiecewiseFunction;
use rug::{Float, Rational};
use statrs::function::gamma::ln_gamma;
use std::f64::consts::{FRAC_PI_2, LN_2, PI};

/// A complex number.
type Complex = [f64; 2];

/// The kinks of a function of one direction.
#[derive(Clone, Debug)]
pub(super) struct Kinks {
    /// For each parity: a kink at t_0 < 0 is one at -t_0.
    places: PerParity<Vec<Kink>>,
    dimension: u64,
}

#[derive(Clone, Debug)]
struct Kink {
    /// theta_0, at most pi/2; exactly there at the equator.
    angle: f64,
    equator: bool,
    /// $\ln\frac1Z(1-t_0^2)^{(p-1)/2}$
    log_factor: f64,
    /// \[L^j g\] and \[(L^j g)'\]
    jumps: Vec<[f64; 2]>,
}

/// Terms of the expansion in 1/M.
const TERMS: usize = 10;

/// Bits of Taylor coefficients; differences relatively below 2^-ZERO_BITS are zero.
const BITS: u32 = 320;
const ZERO_BITS: u32 = 240;

/// Terms relatively below this are left out.
const NEGLIGIBLE: f64 = 1e-18;

impl Kinks {
    /// Of a function whose pieces have Taylor series at their ends; an error where one has not.
    pub(super) fn of(function: &PiecewiseFunction) -> Result<Self> {
        let p = function.sphere.dimension();
        let mut kinks = Kinks { places: Default::default(), dimension: p };
        for pair in function.pieces.windows(2) {
            let place = pair[0].to.clone();
            let sides = [taylor(&pair[0].formula, &place, p)?, taylor(&pair[1].formula, &place, p)?];
            let t = place_value(&place, p)?;
            let jumps = jumps(&sides, &t, p);
            let sign = place.sign(p)?;
            for parity in Parity::BOTH {
                kinks.add(parity, &t, sign.is_lt(), sign.is_eq(), &jumps);
            }
        }
        Ok(kinks)
    }

    /// P_k(-t) = s P_k(t) and P_k'(-t) = -s P_k'(t), s = (-1)^k.
    fn add(&mut self, parity: Parity, t: &Float, negative: bool, equator: bool, jumps: &[[f64; 2]]) {
        let s = f64::from(parity.sign());
        let folded = |[value, slope]: &[f64; 2]| if negative { [-s * value, s * slope] } else { [*value, *slope] };
        let jumps: Vec<[f64; 2]> = jumps.iter().map(folded).collect();
        let angle = if equator { FRAC_PI_2 } else { t.clone().abs().acos().to_f64() };
        let places = &mut self.places[parity];
        if let Some(same) = places.iter_mut().find(|kink| (kink.angle - angle).abs() < 1e-15) {
            for (sum, jump) in same.jumps.iter_mut().zip(&jumps) {
                *sum = [sum[0] + jump[0], sum[1] + jump[1]];
            }
            return;
        }
        let p = self.dimension as f64;
        let log_z = 0.5 * PI.ln() + ln_gamma((p - 1.0) / 2.0) - ln_gamma(p / 2.0);
        let log_factor = (p - 1.0) * angle.sin().ln() - log_z;
        places.push(Kink { angle, equator, log_factor, jumps });
    }

    /// lambda_k
    pub(super) fn coefficient(&self, k: u64) -> f64 {
        let m = k as f64 + (self.dimension as f64 - 2.0) / 2.0;
        let term = |kink: &Kink| {
            let [re, im] = kink.amplitude(k as f64, self.dimension);
            match kink.equator {
                true => {
                    let [re, im] = kink.turned([re, im], self.dimension);
                    [re, -im, -re, im][(k % 4) as usize]
                }
                false => re * (m * kink.angle).cos() - im * (m * kink.angle).sin(),
            }
        };
        self.places[Parity::of(k)].iter().map(term).sum()
    }

    /// The energy N lambda_k^2 without what oscillates, at any degree.
    pub(super) fn mean(&self, parity: Parity, k: f64) -> f64 {
        let square = |kink: &Kink| {
            let [re, im] = kink.amplitude(k, self.dimension);
            match (kink.equator, parity) {
                (false, _) => 0.5 * (re * re + im * im),
                (true, Parity::Even) => kink.turned([re, im], self.dimension)[0].powi(2),
                (true, Parity::Odd) => kink.turned([re, im], self.dimension)[1].powi(2),
            }
        };
        let sum: f64 = self.places[parity].iter().map(square).sum();
        if sum > 0.0 { (log_multiplicity(self.dimension, k) + sum.ln()).exp() } else { 0.0 }
    }

    /// What oscillates in the energies of one parity: amplitudes at a degree, and by how much the phase moves from one
    /// degree of the parity to the next.
    pub(super) fn waves(&self, parity: Parity, k: f64) -> Vec<(f64, f64)> {
        let places = &self.places[parity];
        let size = log_multiplicity(self.dimension, k).exp();
        let found = places.iter().map(|kink| {
            let [re, im] = kink.amplitude(k, self.dimension);
            (re.hypot(im), kink.angle, kink.equator)
        });
        let found: Vec<(f64, f64, bool)> = found.collect();
        let mut waves = Vec::new();
        for (i, (a, x, equator)) in found.iter().enumerate() {
            if !equator {
                waves.push((0.5 * size * a * a, 4.0 * x));
            }
            for (b, y, _) in &found[..i] {
                waves.extend([(size * a * b, 2.0 * (x + y)), (size * a * b, 2.0 * (x - y))]);
            }
        }
        waves
    }
}

impl Kink {
    /// The complex amplitude of e^(i m theta_0) in lambda_k.
    fn amplitude(&self, k: f64, p: u64) -> Complex {
        let m = k * (k + p as f64 - 2.0);
        let (mut values, mut slopes, mut power) = (0.0, 0.0, 1.0);
        let mut least = f64::INFINITY;
        for [value, slope] in &self.jumps {
            let size = (value.abs() * k + slope.abs()) * f64::abs(power);
            if size > least && size > 0.0 {
                // The series is asymptotic: it ends at its smallest term.
                break;
            }
            (values, slopes) = (values + value * power, slopes + slope * power);
            if size > 0.0 {
                least = size;
            }
            power /= -m;
        }
        let lambda = (p as f64 - 2.0) / 2.0;
        let own = wave(k, lambda, self.angle);
        let derived = wave(k - 1.0, lambda + 1.0, self.angle);
        let scale = -self.log_factor.exp() / m;
        let part = |i: usize| scale * (slopes * own[i] - values * m / (p as f64 - 1.0) * derived[i]);
        [part(0), part(1)]
    }

    /// The amplitude times e^(i lambda pi/2): at the equator the coefficients of even degrees are +- its real part, of
    /// odd degrees +- its imaginary part.
    fn turned(&self, [re, im]: Complex, p: u64) -> Complex {
        let (sine, cosine) = quarter_turns(p as f64 - 2.0);
        [re * cosine - im * sine, re * sine + im * cosine]
    }
}

/// sin and cos of n pi/4 for a whole number n, exactly where they are 0 or 1.
fn quarter_turns(n: f64) -> (f64, f64) {
    let half = std::f64::consts::FRAC_1_SQRT_2;
    let sines = [0.0, half, 1.0, half, 0.0, -half, -1.0, -half];
    let i = (n % 8.0) as usize;
    (sines[i], sines[(i + 2) % 8])
}

/// The smooth complex factor of e^(i m theta) in P_k(cos theta).
pub(super) fn wave(k: f64, lambda: f64, angle: f64) -> Complex {
    let (sine, cosine) = angle.sin_cos();
    let (mut re, mut im) = (1.0, 0.0);
    let mut term = [1.0, 0.0];
    let mut least = 1.0;
    for j in 0.. {
        let j = f64::from(j);
        let ratio = (lambda + j) * (1.0 - lambda + j) / ((j + 1.0) * (k + lambda + 1.0 + j)) / (2.0 * sine);
        // times e^(i theta) (-i)
        term = [ratio * (term[0] * sine + term[1] * cosine), ratio * (term[1] * sine - term[0] * cosine)];
        let size = term[0].abs() + term[1].abs();
        if size < NEGLIGIBLE || (size > least && j > lambda) {
            break;
        }
        (re, im, least) = (re + term[0], im + term[1], size);
    }
    let log = 2.0 * lambda * LN_2 + ln_gamma(lambda + 0.5) - 0.5 * PI.ln()
        + log_gamma_ratio(k + 0.5 + lambda / 2.0, lambda / 2.0)
        - lambda * (2.0 * sine).ln();
    let (turn_sine, turn_cosine) = quarter_turns(2.0 * lambda);
    let scale = log.exp();
    // e^(-i lambda pi/2)
    [scale * (re * turn_cosine + im * turn_sine), scale * (im * turn_cosine - re * turn_sine)]
}

fn place_value(place: &Expr, p: u64) -> Result<Float> {
    let c = Multiprecision::new(BITS);
    Program::new(place, Some(p))?.evaluate(&c, &Point::at(c.rational(&Rational::new())))
}

/// Taylor coefficients at a place.
fn taylor(formula: &Expr, place: &Expr, p: u64) -> Result<Vec<Float>> {
    let series = Series::new(Multiprecision::new(BITS), 2 * TERMS);
    let u = series.variable(&place_value(place, p)?);
    let mut found = Program::new(formula, Some(p))?.evaluate(&series, &Point::at(u))?;
    found.resize(2 * TERMS, Float::new(BITS));
    Ok(found)
}

/// The jumps of L^j g and of its derivative.
fn jumps(sides: &[Vec<Float>; 2], t: &Float, p: u64) -> Vec<[f64; 2]> {
    let difference = |(left, right): (&Float, &Float)| {
        let size = left.clone().abs().max(&right.clone().abs());
        let jump = Float::with_val(BITS, right - left);
        if jump.clone().abs() <= size >> ZERO_BITS { Float::new(BITS) } else { jump }
    };
    let mut f: Vec<Float> = sides[0].iter().zip(&sides[1]).map(difference).collect();
    let mut found = Vec::with_capacity(TERMS);
    let one_less = Float::with_val(BITS, 1u32 - Float::with_val(BITS, t.square_ref()));
    while f.len() >= 2 {
        found.push([f[0].to_f64(), f[1].to_f64()]);
        // (1 - t^2) f'' - (p-1) t f' in powers of h, t = t_0 + h
        let next = |n: usize| {
            let i = n as u64;
            let second = Float::with_val(BITS, &one_less * &f[n + 2]) * ((i + 2) * (i + 1));
            let first = Float::with_val(BITS, t * &f[n + 1]) * ((i + 1) * (2 * i + p - 1));
            let own = Float::with_val(BITS, &f[n] * (i * (i + p).saturating_sub(2)));
            second - first - own
        };
        f = (0..f.len() - 2).map(next).collect();
    }
    found
}
