//! Kernels on finite domains, where their values at finitely many points say everything.

mod energies;
mod series;
mod transform;

pub(crate) use energies::energies;

use super::examined::Examined;
use super::method::Method;
use super::plan::Planned;
use super::route::Route;
use super::structure::{Structure, Vanishing};
use crate::domain::{Domain, FiniteDomain, Needed};
use crate::error::{Error, Result};
use crate::kernel::{CentralDisc, Kernel, Node, ParityPart, Sampler, Simplified, Symmetry};
use crate::number::{Approximation, Digits, HybridNumber};
use crate::parity::{Parity, PerParity};
use rug::{Float, Rational};
use std::sync::{Arc, OnceLock};

/// A kernel on a finite domain.
#[derive(Debug)]
pub(super) struct ExaminedOnGrid {
    kernel: Kernel,
    domain: Arc<dyn Domain>,
    sampler: Sampler,
    symmetry: Symmetry,
    told_from_zero: PerParity<OnceLock<Result<()>>>,
    /// A disc, or none where the signs of the coefficients bound them; nothing where neither does.
    tail: OnceLock<Option<Option<CentralDisc>>>,
}

impl ExaminedOnGrid {
    /// # Errors
    /// `Input` for a formula that cannot be compiled.
    pub fn new(kernel: Kernel, domain: Arc<dyn Domain>) -> Result<Self> {
        let sampler = Sampler::new(&kernel, Some(domain.dimension()))?;
        // Of a kernel with kinks symmetry tells nothing here; its zeros are found where its values are rational.
        let symmetry = sampler.program().map_or(Symmetry::UNKNOWN, |program| {
            let symmetry = Symmetry::of(program);
            // A kernel of the catalogue is what it seems.
            let plain = matches!(kernel.expr().node(), Node::Named(_));
            let simplified = if plain { None } else { Simplified::of(kernel.expr(), domain.dimension()) };
            simplified.map_or(symmetry, |form| symmetry.and(form.symmetry()))
        });
        // Without parities only the degree of a polynomial tells.
        let degree = symmetry.polynomial_degree().map_or(ParityPart::Full, ParityPart::Polynomial);
        let symmetry = if domain.has_parity() { symmetry } else { PerParity { even: degree, odd: degree } };
        Ok(ExaminedOnGrid {
            kernel,
            domain,
            sampler,
            symmetry,
            told_from_zero: Default::default(),
            tail: OnceLock::new(),
        })
    }

    /// # Errors
    /// `Unable` for a domain that is none.
    fn grid(&self) -> Result<&dyn FiniteDomain> {
        match self.domain.needed() {
            Needed::Grid(grid) => Ok(grid),
            Needed::Everywhere(_) => Err(Error::unable(format!("{} has infinitely many points", self.domain.name()))),
        }
    }
}

impl Vanishing for ExaminedOnGrid {
    fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    fn vanishes_at(&self, k: u64) -> bool {
        self.symmetry.vanishes_at(k)
    }
}

impl Planned for ExaminedOnGrid {}

impl Examined for ExaminedOnGrid {
    fn routes(method: Method) -> &'static [&'static dyn Route<Self>] {
        match method {
            Method::Structure => &[&Structure],
            Method::PowerSeries => &[&series::PositiveSeries],
            Method::Transform => &[&transform::Transform],
            _ => &[],
        }
    }

    fn place(&self) -> String {
        self.domain.title()
    }

    fn dimension(&self) -> u64 {
        self.domain.dimension()
    }

    fn told_from_zero(&self, k: u64) -> Result<()> {
        if !self.domain.has_parity() {
            return Ok(());
        }
        let parity = Parity::of(k);
        let look = || self.sampler.program().map_or(Ok(()), |program| program.told_from_zero(parity, &self.kernel));
        self.told_from_zero[parity].get_or_init(look).clone()
    }

    fn value_at_one_within(&self, digits: Digits) -> Result<Approximation> {
        let one = Rational::from(1);
        let (mut bits, mut last) = (digits.bits() + 64, None);
        loop {
            match self.sampler.within(&one, bits, bits as i32)? {
                HybridNumber { exact: Some(exact), .. } => return Approximation::exact(exact, bits, digits),
                HybridNumber { ball, .. } => {
                    let value = Approximation::of(ball, digits);
                    if value.is_settled() || last.replace(bits).is_some_and(|last| last > MOST_BITS_AT_ONE) {
                        return Ok(value);
                    }
                    bits *= 2;
                }
            }
        }
    }
}

/// Bits after which kappa(1) may be left unsettled.
const MOST_BITS_AT_ONE: u32 = 8192;

/// How many bits an error is too large by; none if it says nothing.
fn missing_bits(value: &Float, error: &Float, needed: u32) -> Option<u32> {
    let (size, error) = value.get_exp().zip(error.get_exp())?;
    (size > error).then(|| (needed as i32 - (size - error)).max(0) as u32)
}
