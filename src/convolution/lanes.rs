//! Vectors of doubles with operators, as wide as the registers of the machine.

use pulp::Simd;
use std::ops::{Add, Mul, Sub};

/// As many doubles as there are lanes. No fused products: every machine gives the same bits.
#[derive(Clone, Copy)]
pub(super) struct Lanes<S: Simd> {
    simd: S,
    values: S::f64s,
}

/// A truth for each lane.
#[derive(Clone, Copy)]
pub(super) struct Mask<S: Simd> {
    simd: S,
    bits: S::m64s,
}

/// The largest number of lanes.
pub(super) const MOST_LANES: usize = 8;

impl<S: Simd> Lanes<S> {
    #[inline(always)]
    pub(super) fn splat(simd: S, x: f64) -> Self {
        Lanes { simd, values: simd.splat_f64s(x) }
    }

    /// The numbers from a place on.
    #[inline(always)]
    pub(super) fn load(simd: S, values: &[f64], place: usize) -> Self {
        Lanes { simd, values: S::as_simd_f64s(&values[place..place + S::F64_LANES]).0[0] }
    }

    /// Into the numbers from a place on.
    #[inline(always)]
    pub(super) fn store(self, values: &mut [f64], place: usize) {
        S::as_mut_simd_f64s(&mut values[place..place + S::F64_LANES]).0[0] = self.values;
    }

    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        Lanes { simd: self.simd, values: self.simd.sqrt_f64s(self.values) }
    }

    #[inline(always)]
    pub(super) fn less(self, other: Self) -> Mask<S> {
        Mask { simd: self.simd, bits: self.simd.less_than_f64s(self.values, other.values) }
    }
}

impl<S: Simd> Mask<S> {
    /// One or the other.
    #[inline(always)]
    pub(super) fn select(self, yes: Lanes<S>, no: Lanes<S>) -> Lanes<S> {
        Lanes { simd: self.simd, values: self.simd.select_f64s(self.bits, yes.values, no.values) }
    }

    #[inline(always)]
    pub(super) fn or(self, other: Self) -> Self {
        Mask { simd: self.simd, bits: self.simd.or_m64s(self.bits, other.bits) }
    }

    #[inline(always)]
    pub(super) fn any(self) -> bool {
        self.simd.first_true_m64s(self.bits) < S::F64_LANES
    }
}

impl<S: Simd> Add for Lanes<S> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Lanes { simd: self.simd, values: self.simd.add_f64s(self.values, other.values) }
    }
}

impl<S: Simd> Sub for Lanes<S> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Lanes { simd: self.simd, values: self.simd.sub_f64s(self.values, other.values) }
    }
}

impl<S: Simd> Mul for Lanes<S> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Lanes { simd: self.simd, values: self.simd.mul_f64s(self.values, other.values) }
    }
}

impl<S: Simd> Mul<f64> for Lanes<S> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f64) -> Self {
        self * Lanes::splat(self.simd, factor)
    }
}
