//! The energies of a target, degree by degree and in all.

use super::{CROSS_DEGREES, Energy, Kind, Line, SQUARE_BITS, Target, cosine};
use crate::error::{Error, Result};
use crate::kernel::Kernel;
use crate::number::{Digits, Multiprecision};
use crate::rkhs::EnergyLaw;
use crate::spectrum::Eigenvalue;
use rug::Float;
use std::sync::{Mutex, MutexGuard};

/// Digits of coefficients whose squares are wanted as doubles.
const COEFFICIENT_DIGITS: Digits = Digits::Count(20);

/// The last list of energies that was computed, with its bits: several kernels ask for the same.
#[derive(Debug, Default)]
pub(super) struct KnownEnergies(Mutex<(u32, Vec<Energy>)>);

impl KnownEnergies {
    fn first(&self, highest: u64, bits: u32) -> Option<Vec<Energy>> {
        let known = self.lock();
        (known.0 >= bits).then(|| known.1.get(..=highest as usize).map(<[Energy]>::to_vec)).flatten()
    }

    fn keep(&self, bits: u32, energies: &[Energy]) {
        *self.lock() = (bits, energies.to_vec());
    }

    fn lock(&self) -> MutexGuard<'_, (u32, Vec<Energy>)> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Target {
    /// The energies of the degrees 0 to `highest`:
    /// $E_k = N(p,k)\sum_{ij}\lambda_k(g_i)\lambda_k(g_j)P_k(\langle w_i,w_j\rangle)$, the coefficients lambda_k to
    /// 2^-bits of the size of g.
    ///
    /// # Errors
    /// Those of the quadrature.
    pub fn energies(&self, highest: u64, bits: u32) -> Result<Vec<Energy>> {
        let (sphere, lines) = match &self.kind {
            Kind::Energies { list, .. } => {
                let none = Energy { value: Float::new(SQUARE_BITS), error: 0.0 };
                return Ok((0..=highest).map(|k| list.get(k as usize).unwrap_or(&none).clone()).collect());
            }
            Kind::Lines(sphere, lines) => (sphere, lines),
        };
        if let Some(energies) = self.known.first(highest, bits) {
            return Ok(energies);
        }
        let degrees: Vec<u64> = (0..=highest).collect();
        let found = lines.iter().map(|line| line.function.coefficients(&degrees, bits)).collect::<Result<Vec<_>>>()?;
        let mut energies: Vec<Energy> =
            degrees.iter().map(|_| Energy { value: Float::new(SQUARE_BITS), error: 0.0 }).collect();
        for (i, a) in lines.iter().enumerate() {
            for (j, b) in lines.iter().enumerate().take(i + 1) {
                let legendre = (i != j).then(|| {
                    let c = Multiprecision::new(bits + SQUARE_BITS);
                    sphere.legendre(&c, &cosine(&a.direction, &b.direction, bits + SQUARE_BITS), highest as usize)
                });
                for (k, energy) in energies.iter_mut().enumerate() {
                    let (x, y) = (&found[i].values[k], &found[j].values[k]);
                    let size = Float::with_val(SQUARE_BITS, sphere.multiplicity(k as u64));
                    let mut term = Float::with_val(SQUARE_BITS, x * y) * &size;
                    // (x + e)(y + d) - x y
                    let (e, d) = (&found[i].error, &found[j].error);
                    let error = Float::with_val(SQUARE_BITS, x.clone().abs() + e) * d + y.clone().abs() * e;
                    let mut twice = 1.0;
                    if let Some(legendre) = &legendre {
                        term *= Float::with_val(SQUARE_BITS, &legendre[k] * 2u32);
                        twice = 2.0;
                    }
                    energy.error += twice * (error * &size).to_f64();
                    energy.value += term;
                }
            }
        }
        for (k, energy) in energies.iter_mut().enumerate() {
            // What is not told from 0 may be 0 exactly.
            let doubtful = energy.value <= energy.error;
            if self.vanishes_at(k as u64) || doubtful && self.is_exactly_zero(k as u64)? {
                *energy = Energy { value: Float::new(SQUARE_BITS), error: 0.0 };
            }
        }
        self.known.keep(bits, &energies);
        Ok(energies)
    }

    /// The energies of the degrees 0 to `highest` of a function of one direction without kinks, with relative errors:
    /// its coefficients are eigenvalues of the kernel of the same formula, however small. None for other targets, and
    /// where an eigenvalue is not found.
    ///
    /// # Errors
    /// `Domain` where the formula is not defined.
    pub(in crate::rkhs) fn relative_energies(&self, highest: u64) -> Result<Option<Vec<(Float, f64)>>> {
        let Kind::Lines(sphere, lines) = &self.kind else { return Ok(None) };
        let [line] = &lines[..] else { return Ok(None) };
        let [piece] = &line.function.pieces[..] else { return Ok(None) };
        let spectrum = Kernel::from(piece.formula.clone()).spectrum(*sphere).with_digits(COEFFICIENT_DIGITS);
        let rows = match spectrum.table(&(0..=highest).collect::<Vec<_>>()) {
            Ok(table) => table.rows,
            Err(Error::Unable(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let energy = |row: &Eigenvalue| {
            let square = Float::with_val(SQUARE_BITS, row.value.square_ref());
            let relative =
                if row.is_zero() { 0.0 } else { Float::with_val(53, &row.error / &row.value).to_f64().abs() };
            (square * Float::with_val(SQUARE_BITS, sphere.multiplicity(row.degree)), 2.0 * relative + f64::EPSILON)
        };
        Ok(Some(rows.iter().map(energy).collect()))
    }

    /// The energy of all degrees, the mean square of the target.
    ///
    /// # Errors
    /// Those of the quadrature.
    pub fn energy(&self) -> Result<f64> {
        self.energy_with_error().map(|(energy, _)| energy)
    }

    /// The energy of all degrees and a bound of its error. Products of different directions are summed to degree 400;
    /// beyond they are at most the products of what is left of both.
    ///
    /// # Errors
    /// Those of the quadrature.
    pub fn energy_with_error(&self) -> Result<(f64, f64)> {
        let (sphere, lines) = match &self.kind {
            Kind::Energies { list, .. } => {
                let sum: f64 = list.iter().map(|energy| energy.value.to_f64()).sum();
                let errors: f64 = list.iter().map(|energy| energy.error).sum();
                return Ok((sum, errors + f64::EPSILON * list.len() as f64 * sum));
            }
            Kind::Lines(sphere, lines) => (sphere, lines),
        };
        let mut own = Vec::with_capacity(lines.len());
        for line in lines {
            if line.laws.iter().all(EnergyLaw::is_zero) {
                own.push(0.0);
                continue;
            }
            own.push(line.function.squared()?.coefficients(&[0], SQUARE_BITS)?.values[0].to_f64());
        }
        let mut sum: f64 = own.iter().sum();
        let mut error = 4.0 * f64::EPSILON * sum;
        if lines.len() > 1 {
            let degrees: Vec<u64> = (0..=CROSS_DEGREES).collect();
            let bits = SQUARE_BITS + sphere.multiplicity(CROSS_DEGREES).significant_bits() / 2;
            let of = |line: &Line| line.function.coefficients(&degrees, bits);
            let found = lines.iter().map(of).collect::<Result<Vec<_>>>()?;
            let sizes: Vec<Float> =
                degrees.iter().map(|k| Float::with_val(SQUARE_BITS, sphere.multiplicity(*k))).collect();
            let known = |i: usize| -> f64 {
                let term = |(value, size): (&Float, &Float)| {
                    (Float::with_val(SQUARE_BITS, value.square_ref()) * size).to_f64()
                };
                found[i].values.iter().zip(&sizes).map(term).sum()
            };
            let left: Vec<f64> = own.iter().enumerate().map(|(i, own)| (own - known(i)).max(1e-15 * own)).collect();
            let c = Multiprecision::new(SQUARE_BITS);
            for i in 0..lines.len() {
                for j in 0..i {
                    let t = cosine(&lines[i].direction, &lines[j].direction, SQUARE_BITS);
                    let legendre = sphere.legendre(&c, &t, CROSS_DEGREES as usize);
                    for (k, value) in legendre.iter().enumerate() {
                        let product = Float::with_val(SQUARE_BITS, &found[i].values[k] * &found[j].values[k]) * value;
                        sum += 2.0 * (product * &sizes[k]).to_f64();
                    }
                    error += 2.0 * (left[i] * left[j]).sqrt();
                }
            }
        }
        Ok((sum, error))
    }
}
