//! Values of a table of polynomials, eight at a time.

use pulp::{Arch, NullaryFnOnce};

/// Coefficients of a piece, the lowest first: one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Row(pub(super) [f64; COEFFICIENTS]);

/// As many as there are lanes: eight rows are as many columns.
pub(super) const COEFFICIENTS: usize = LANES;

/// Values computed side by side.
pub(super) const LANES: usize = 8;

/// x + ROUNDER has x, rounded to the nearest integer, in its lowest bits, 0 <= x < 2^51.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// How z follows from w.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Root {
    /// This many square roots.
    Squares(u32),
    /// A power.
    Power(f64),
}

/// Polynomials in Nz - i where z is nearest to i/N, for two halves.
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    root: Root,
    pieces: usize,
    /// N + 1 rows for u >= 0, as many for u < 0, then zeros up to a power of two.
    rows: Vec<Row>,
}

impl Lookup {
    /// A table of the rows of both halves, N + 1 for each.
    pub(super) fn new(root: Root, pieces: usize, mut rows: Vec<Row>) -> Self {
        rows.resize(rows.len().next_power_of_two(), Row([0.0; COEFFICIENTS]));
        Lookup { root, pieces, rows }
    }

    /// N
    pub(super) fn pieces(&self) -> usize {
        self.pieces
    }

    /// The value at w in the first or the second half. No fused products: every machine gives the same bits.
    pub(super) fn at(&self, second: bool, w: f64) -> f64 {
        let x = self.root.of(w) * self.pieces as f64;
        let shifted = x + ROUNDER;
        let half = if second { self.pieces as f64 + 1.0 } else { 0.0 };
        polynomial(self.row(shifted + half).0, x - (shifted - ROUNDER))
    }

    /// The row of a number from the number + ROUNDER.
    #[inline(always)]
    fn row(&self, shifted: f64) -> &Row {
        &self.rows[index(shifted) & (self.rows.len() - 1)]
    }

    /// top - value at w = 1 - |u| for every u, cut to \[-1, 1\]; as many as fit into `out`. NaN stays NaN.
    /// `meanwhile` is called with the index of each whole group of eight.
    pub(super) fn fill(&self, top: f64, u: &[f64], out: &mut [f64], meanwhile: impl FnMut(usize)) {
        let count = u.len().min(out.len());
        let (u, out) = (&u[..count], &mut out[..count]);
        #[cfg(target_arch = "x86_64")]
        if let Root::Squares(roots) = self.root {
            if let Some(simd) = pulp::x86::V4::try_new() {
                return simd.vectorize(Fill { steps: wide::Steps::new(simd, self, roots, top), u, out, meanwhile });
            }
            if let Some(simd) = pulp::x86::V3::try_new() {
                return simd.vectorize(Fill { steps: wide::Steps::new(simd, self, roots, top), u, out, meanwhile });
            }
        }
        Arch::new().dispatch(Fill { steps: Portable { lookup: self, top }, u, out, meanwhile });
    }
}

impl Root {
    #[inline(always)]
    pub(super) fn of(self, w: f64) -> f64 {
        match self {
            Root::Squares(count) => (0..count).fold(w, |z, _| z.sqrt()),
            Root::Power(q) => w.powf(q),
        }
    }
}

/// c0 + t (c1 + c2 t + ... + c7 t^6), the bracket by halves of halves: a short chain of operations, and only its last
/// addition rounds at the size of c0.
#[inline(always)]
pub(super) fn polynomial([c0, c1, c2, c3, c4, c5, c6, c7]: [f64; COEFFICIENTS], t: f64) -> f64 {
    let (t2, t4) = (t * t, t * t * (t * t));
    c0 + (((c1 + c2 * t) + (c3 + c4 * t) * t2) + ((c5 + c6 * t) + c7 * t2) * t4) * t
}

/// The nearest integer to x from x + ROUNDER; 0 for NaN.
#[inline(always)]
fn index(shifted: f64) -> usize {
    (shifted.to_bits() & 0xffff) as usize
}

/// Where a group of values lies: in which rows, with `ROUNDER` added, and where in them.
#[derive(Clone, Copy, Default)]
struct Located {
    rows: [f64; LANES],
    t: [f64; LANES],
}

/// The two steps of a group of values.
trait Steps {
    fn locate(&self, u: &[f64; LANES]) -> Located;

    fn values(&self, place: &Located) -> [f64; LANES];
}

/// The loop over many values, compiled for an instruction set.
struct Fill<'a, T, M> {
    steps: T,
    u: &'a [f64],
    out: &'a mut [f64],
    meanwhile: M,
}

/// Groups located ahead: roots and polynomials of different groups are computed side by side.
const AHEAD: usize = 8;

impl<T: Steps, M: FnMut(usize)> Fill<'_, T, M> {
    /// The last group is filled up.
    #[inline(always)]
    fn run(mut self) {
        let (groups, rest) = self.u.as_chunks::<LANES>();
        let (outs, rest_out) = self.out.as_chunks_mut::<LANES>();
        let mut places = [Located::default(); AHEAD];
        for i in 0..groups.len() + AHEAD {
            let place = &mut places[i % AHEAD];
            if i >= AHEAD {
                outs[i - AHEAD] = self.steps.values(place);
            }
            if i < groups.len() {
                (self.meanwhile)(i);
                *place = self.steps.locate(&groups[i]);
            }
        }
        if !rest.is_empty() {
            let mut group = [0.0; LANES];
            group[..rest.len()].copy_from_slice(rest);
            let values = self.steps.values(&self.steps.locate(&group));
            rest_out.copy_from_slice(&values[..rest.len()]);
        }
    }
}

impl<T: Steps, M: FnMut(usize)> NullaryFnOnce for Fill<'_, T, M> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.run();
    }
}

/// For every instruction set and every root.
struct Portable<'a> {
    lookup: &'a Lookup,
    top: f64,
}

impl Steps for Portable<'_> {
    #[inline(always)]
    fn locate(&self, u: &[f64; LANES]) -> Located {
        let pieces = self.lookup.pieces as f64;
        let mut place = Located::default();
        for (u, (row, t)) in u.iter().zip(place.rows.iter_mut().zip(&mut place.t)) {
            // A comparison, not `min`: NaN stays NaN.
            let size = if u.abs() > 1.0 { 1.0 } else { u.abs() };
            let x = self.lookup.root.of(1.0 - size) * pieces;
            let shifted = x + ROUNDER;
            *t = x - (shifted - ROUNDER);
            *row = shifted + if *u < 0.0 { pieces + 1.0 } else { 0.0 };
        }
        place
    }

    #[inline(always)]
    fn values(&self, place: &Located) -> [f64; LANES] {
        let mut out = [0.0; LANES];
        for (out, (row, t)) in out.iter_mut().zip(place.rows.iter().zip(&place.t)) {
            *out = self.top - polynomial(self.lookup.row(*row).0, *t);
        }
        out
    }
}

/// The same operations in registers, where rows are loaded whole and turned into columns. Compilers load number by
/// number instead, which takes two to three times as long.
#[cfg(target_arch = "x86_64")]
mod wide {
    use super::{COEFFICIENTS, LANES, Located, Lookup, ROUNDER};
    use bytemuck::cast;
    use pulp::Simd;
    use pulp::x86::{V3, V4};
    use std::arch::x86_64::{__m128d, __m256d, __m512d};

    /// Registers for some of the values of a group.
    pub(super) trait Registers: Simd {
        /// From rows of the table, each with `ROUNDER` added, the coefficients of one power in each register.
        fn columns(self, lookup: &Lookup, rows: Self::f64s) -> [Self::f64s; COEFFICIENTS];
    }

    pub(super) struct Steps<'a, S: Simd> {
        simd: S,
        lookup: &'a Lookup,
        /// Square roots.
        roots: u32,
        top: S::f64s,
        pieces: S::f64s,
        /// From the first half to the second.
        second: S::f64s,
    }

    impl<'a, S: Registers> Steps<'a, S> {
        #[inline(always)]
        pub(super) fn new(simd: S, lookup: &'a Lookup, roots: u32, top: f64) -> Self {
            let pieces = lookup.pieces as f64;
            let (second, all) = (simd.splat_f64s(pieces + 1.0), simd.splat_f64s(pieces));
            Steps { simd, lookup, roots, top: simd.splat_f64s(top), pieces: all, second }
        }

        /// The rows and the places in them.
        #[inline(always)]
        fn located(&self, u: S::f64s) -> (S::f64s, S::f64s) {
            let s = self.simd;
            let (one, rounder) = (s.splat_f64s(1.0), s.splat_f64s(ROUNDER));
            // The second number where one of them is NaN.
            let mut z = s.sub_f64s(one, s.min_f64s(one, s.abs_f64s(u)));
            for _ in 0..self.roots {
                z = s.sqrt_f64s(z);
            }
            let x = s.mul_f64s(z, self.pieces);
            let shifted = s.add_f64s(x, rounder);
            let t = s.sub_f64s(x, s.sub_f64s(shifted, rounder));
            let negative = s.less_than_f64s(u, s.splat_f64s(0.0));
            (s.select_f64s(negative, s.add_f64s(shifted, self.second), shifted), t)
        }

        #[inline(always)]
        fn polynomial(&self, rows: S::f64s, t: S::f64s) -> S::f64s {
            let s = self.simd;
            let [c0, c1, c2, c3, c4, c5, c6, c7] = s.columns(self.lookup, rows);
            let t2 = s.mul_f64s(t, t);
            let t4 = s.mul_f64s(t2, t2);
            let low = self.line(self.line(c1, c2, t), self.line(c3, c4, t), t2);
            let high = self.line(self.line(c5, c6, t), c7, t2);
            s.sub_f64s(self.top, self.line(c0, self.line(low, high, t4), t))
        }

        /// a + b x
        #[inline(always)]
        fn line(&self, a: S::f64s, b: S::f64s, x: S::f64s) -> S::f64s {
            self.simd.add_f64s(a, self.simd.mul_f64s(b, x))
        }
    }

    impl<S: Registers> super::Steps for Steps<'_, S> {
        #[inline(always)]
        fn locate(&self, u: &[f64; LANES]) -> Located {
            let mut place = Located::default();
            let (rows, _) = S::as_mut_simd_f64s(&mut place.rows);
            let (t, _) = S::as_mut_simd_f64s(&mut place.t);
            for (u, (rows, t)) in S::as_simd_f64s(u).0.iter().zip(rows.iter_mut().zip(t)) {
                (*rows, *t) = self.located(*u);
            }
            place
        }

        #[inline(always)]
        fn values(&self, place: &Located) -> [f64; LANES] {
            let mut out = [0.0; LANES];
            let (rows, t) = (S::as_simd_f64s(&place.rows).0, S::as_simd_f64s(&place.t).0);
            for (out, (rows, t)) in S::as_mut_simd_f64s(&mut out).0.iter_mut().zip(rows.iter().zip(t)) {
                *out = self.polynomial(*rows, *t);
            }
            out
        }
    }

    impl Registers for V3 {
        #[inline(always)]
        fn columns(self, lookup: &Lookup, rows: Self::f64s) -> [Self::f64s; COEFFICIENTS] {
            let rows: [f64; 4] = cast(rows);
            let [r0, r1, r2, r3] = rows.map(|row| cast::<_, [__m128d; 4]>(lookup.row(row).0));
            let mut columns = [self.splat_f64s(0.0); COEFFICIENTS];
            for (i, pair) in columns.chunks_exact_mut(2).enumerate() {
                let (a, b) = (beside(self, r0[i], r2[i]), beside(self, r1[i], r3[i]));
                pair[0] = cast(self.avx._mm256_unpacklo_pd(a, b));
                pair[1] = cast(self.avx._mm256_unpackhi_pd(a, b));
            }
            columns
        }
    }

    /// Two numbers and two more.
    #[inline(always)]
    fn beside(simd: V3, low: __m128d, high: __m128d) -> __m256d {
        simd.avx._mm256_insertf128_pd::<1>(simd.avx._mm256_castpd128_pd256(low), high)
    }

    impl Registers for V4 {
        #[inline(always)]
        fn columns(self, lookup: &Lookup, rows: Self::f64s) -> [Self::f64s; COEFFICIENTS] {
            let v = self.avx512f;
            let rows: [f64; 8] = cast(rows);
            let [r0, r1, r2, r3, r4, r5, r6, r7] = rows.map(|row| cast::<_, __m512d>(lookup.row(row).0));
            let (a, b) = (v._mm512_unpacklo_pd(r0, r1), v._mm512_unpacklo_pd(r2, r3));
            let (c, d) = (v._mm512_unpacklo_pd(r4, r5), v._mm512_unpacklo_pd(r6, r7));
            let [c0, c2, c4, c6] = quarters(self, [a, b, c, d]);
            let (a, b) = (v._mm512_unpackhi_pd(r0, r1), v._mm512_unpackhi_pd(r2, r3));
            let (c, d) = (v._mm512_unpackhi_pd(r4, r5), v._mm512_unpackhi_pd(r6, r7));
            let [c1, c3, c5, c7] = quarters(self, [a, b, c, d]);
            [c0, c1, c2, c3, c4, c5, c6, c7].map(cast)
        }
    }

    /// From pairs of rows, each with every other pair of numbers, four columns.
    #[inline(always)]
    fn quarters(simd: V4, q: [__m512d; 4]) -> [__m512d; 4] {
        let v = simd.avx512f;
        // Columns c and c + 4, then c + 2 and c + 6, of rows 0 to 3 and 4 to 7.
        let (a, b) = (v._mm512_shuffle_f64x2::<0x88>(q[0], q[1]), v._mm512_shuffle_f64x2::<0x88>(q[2], q[3]));
        let (c, d) = (v._mm512_shuffle_f64x2::<0xdd>(q[0], q[1]), v._mm512_shuffle_f64x2::<0xdd>(q[2], q[3]));
        [
            v._mm512_shuffle_f64x2::<0x88>(a, b),
            v._mm512_shuffle_f64x2::<0x88>(c, d),
            v._mm512_shuffle_f64x2::<0xdd>(a, b),
            v._mm512_shuffle_f64x2::<0xdd>(c, d),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many values at a time are, to the last bit, those one by one, by the widest registers of the machine and without
    /// them; ends, beyond them, NaN, any count.
    #[test]
    fn lanes_give_the_same_bits() {
        let pieces = 5;
        let number = |i: usize| (i as f64 * 0.618_033_988_749).fract() - 0.5;
        let rows = (0..2 * pieces + 2).map(|i| Row(std::array::from_fn(|c| number(8 * i + c))));
        let special = [1.0, -1.0, 0.0, -0.0, 1.5, -7.0, f64::INFINITY, f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0];
        let u: Vec<f64> = special.into_iter().chain((0..1000).map(|i| 2.1 * number(i))).collect();
        for root in [Root::Squares(0), Root::Squares(1), Root::Squares(2), Root::Power(1.0 / 3.0)] {
            let lookup = Lookup::new(root, pieces, rows.clone().collect());
            let expected: Vec<f64> = u.iter().map(|u| 3.0 - lookup.at(*u < 0.0, 1.0 - u.abs().min(1.0))).collect();
            for count in [0, 1, 7, 8, 9, 16, u.len()] {
                let mut out = vec![f64::NAN; count];
                let mut calls = 0;
                lookup.fill(3.0, &u[..count], &mut out, |i| calls += usize::from(i == calls));
                assert_eq!(calls, count / LANES);
                assert_eq!(out, expected[..count], "{root:?}");
                let mut out = vec![f64::NAN; count];
                Fill {
                    steps: Portable { lookup: &lookup, top: 3.0 },
                    u: &u[..count],
                    out: &mut out,
                    meanwhile: |_| (),
                }
                .run();
                assert_eq!(out, expected[..count], "{root:?}");
                // What a machine with wider registers would not use.
                #[cfg(target_arch = "x86_64")]
                if let (Some(simd), Root::Squares(roots)) = (pulp::x86::V3::try_new(), root) {
                    let mut out = vec![f64::NAN; count];
                    let steps = wide::Steps::new(simd, &lookup, roots, 3.0);
                    simd.vectorize(Fill { steps, u: &u[..count], out: &mut out, meanwhile: |_| () });
                    assert_eq!(out, expected[..count], "{root:?}");
                    let steps = wide::Steps::new(simd, &lookup, roots, 3.0);
                    let mut out = [0.0];
                    simd.vectorize(Fill { steps, u: &[f64::NAN], out: &mut out, meanwhile: |_| () });
                    assert!(out[0].is_nan());
                }
            }
            let mut out = [0.0; 3];
            lookup.fill(3.0, &[0.5, f64::NAN, 0.25], &mut out, |_| ());
            assert!(out[1].is_nan() && !out[0].is_nan() && !out[2].is_nan());
            // The shorter one counts.
            let mut out = [7.0; 12];
            lookup.fill(3.0, &u[..10], &mut out, |_| ());
            assert_eq!((out[9], out[10]), (expected[9], 7.0));
            lookup.fill(3.0, &u[..10], &mut out[..2], |_| ());
        }
    }
}
