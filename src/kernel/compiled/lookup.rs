//! Values of a table of polynomials, eight at a time.

use pulp::{Arch, Simd, WithSimd};

/// Coefficients of a piece, the lowest first: one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Row(pub(super) [f64; COEFFICIENTS]);

/// As many as there are lanes: eight rows are as many columns.
pub(super) const COEFFICIENTS: usize = LANES;

/// Values computed side by side.
const LANES: usize = 8;

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
        let half = if second { self.pieces + 1 } else { 0 };
        let Row(row) = self.rows[(half + index(shifted)) & (self.rows.len() - 1)];
        row.iter().rev().fold(0.0, |sum, c| sum * (x - (shifted - ROUNDER)) + c)
    }

    /// top - value at w = 1 - |u| for every u, cut to \[-1, 1\]; as many as fit into `out`. NaN stays NaN.
    pub(super) fn fill(&self, top: f64, u: &[f64], out: &mut [f64]) {
        let count = u.len().min(out.len());
        let fill = Fill { lookup: self, top, u: &u[..count], out: &mut out[..count] };
        #[cfg(target_arch = "x86_64")]
        if let (Some(simd), Root::Squares(count)) = (pulp::x86::V4::try_new(), self.root) {
            return simd.vectorize(wide::Fill { simd, fill, count });
        }
        Arch::new().dispatch(fill);
    }
}

impl Root {
    #[inline(always)]
    fn of(self, w: f64) -> f64 {
        match self {
            Root::Squares(count) => (0..count).fold(w, |z, _| z.sqrt()),
            Root::Power(q) => w.powf(q),
        }
    }
}

/// The nearest integer to x from x + ROUNDER; 0 for NaN.
#[inline(always)]
fn index(shifted: f64) -> usize {
    (shifted.to_bits() & 0xffff) as usize
}

/// The loop over many values, compiled for every instruction set.
struct Fill<'a> {
    lookup: &'a Lookup,
    top: f64,
    u: &'a [f64],
    out: &'a mut [f64],
}

impl WithSimd for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Lookup { root, pieces, rows } = self.lookup;
        let (root, pieces, top) = (*root, *pieces as f64, self.top);
        self.in_groups(|u| {
            let (mut t, mut row) = ([0.0; LANES], [&rows[0]; LANES]);
            for l in 0..LANES {
                // A comparison, not `min`: NaN stays NaN.
                let size = if u[l].abs() > 1.0 { 1.0 } else { u[l].abs() };
                let x = root.of(1.0 - size) * pieces;
                let shifted = x + ROUNDER;
                let half = if u[l] < 0.0 { pieces + 1.0 } else { 0.0 };
                t[l] = x - (shifted - ROUNDER);
                row[l] = &rows[index(shifted + half) & (rows.len() - 1)];
            }
            let mut sum = [0.0; LANES];
            for c in (0..COEFFICIENTS).rev() {
                for l in 0..LANES {
                    sum[l] = sum[l] * t[l] + row[l].0[c];
                }
            }
            sum.map(|sum| top - sum)
        });
    }
}

impl Fill<'_> {
    /// All values by those of groups; the last group is filled up.
    #[inline(always)]
    fn in_groups(self, values: impl Fn(&[f64; LANES]) -> [f64; LANES]) {
        for (u, out) in self.u.chunks(LANES).zip(self.out.chunks_mut(LANES)) {
            if let (Ok(u), Ok(out)) = (<&[f64; LANES]>::try_from(u), <&mut [f64; LANES]>::try_from(&mut *out)) {
                *out = values(u);
                continue;
            }
            let mut group = [0.0; LANES];
            group.iter_mut().zip(u).for_each(|(place, u)| *place = *u);
            out.iter_mut().zip(values(&group)).for_each(|(place, value)| *place = value);
        }
    }
}

/// The same operations, lane by lane, in registers of eight numbers: rows are loaded whole and turned into columns. Compilers load number by number instead,
/// which takes twice the time.
#[cfg(target_arch = "x86_64")]
mod wide {
    use super::{LANES, Lookup, ROUNDER, Row, index};
    use bytemuck::cast;
    use pulp::NullaryFnOnce;
    use pulp::x86::V4;
    use std::arch::x86_64::{__m512d, _CMP_LT_OQ};

    pub(super) struct Fill<'a> {
        pub(super) simd: V4,
        pub(super) fill: super::Fill<'a>,
        /// Square roots.
        pub(super) count: u32,
    }

    impl NullaryFnOnce for Fill<'_> {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            let Fill { simd, fill, count } = self;
            let (v, lookup) = (simd.avx512f, fill.lookup);
            let one = v._mm512_set1_pd(1.0);
            let (pieces, top) = (v._mm512_set1_pd(lookup.pieces as f64), v._mm512_set1_pd(fill.top));
            let (rounder, second) = (v._mm512_set1_pd(ROUNDER), v._mm512_set1_pd(lookup.pieces as f64 + 1.0));
            fill.in_groups(
                #[inline(always)]
                |u| {
                    let u: __m512d = cast(*u);
                    // The second number where one of them is NaN.
                    let size = v._mm512_min_pd(one, v._mm512_abs_pd(u));
                    let z = (0..count).fold(v._mm512_sub_pd(one, size), |z, _| v._mm512_sqrt_pd(z));
                    let x = v._mm512_mul_pd(z, pieces);
                    let shifted = v._mm512_add_pd(x, rounder);
                    let t = v._mm512_sub_pd(x, v._mm512_sub_pd(shifted, rounder));
                    let negative = v._mm512_cmp_pd_mask::<_CMP_LT_OQ>(u, v._mm512_setzero_pd());
                    let places = v._mm512_mask_add_pd(shifted, negative, shifted, second);
                    let columns = columns(simd, lookup, cast(places));
                    let sum = columns
                        .into_iter()
                        .rev()
                        .fold(v._mm512_setzero_pd(), |sum, c| v._mm512_add_pd(v._mm512_mul_pd(sum, t), c));
                    cast(v._mm512_sub_pd(top, sum))
                },
            );
        }
    }

    /// The coefficients of one power in each vector.
    #[inline(always)]
    fn columns(simd: V4, lookup: &Lookup, places: [f64; LANES]) -> [__m512d; LANES] {
        let v = simd.avx512f;
        let [p0, p1, p2, p3, p4, p5, p6, p7] = places;
        let (r0, r1, r2, r3) = (row(lookup, p0), row(lookup, p1), row(lookup, p2), row(lookup, p3));
        let (r4, r5, r6, r7) = (row(lookup, p4), row(lookup, p5), row(lookup, p6), row(lookup, p7));
        let (a, b) = (v._mm512_unpacklo_pd(r0, r1), v._mm512_unpacklo_pd(r2, r3));
        let (c, d) = (v._mm512_unpacklo_pd(r4, r5), v._mm512_unpacklo_pd(r6, r7));
        let [c0, c2, c4, c6] = quarters(simd, [a, b, c, d]);
        let (a, b) = (v._mm512_unpackhi_pd(r0, r1), v._mm512_unpackhi_pd(r2, r3));
        let (c, d) = (v._mm512_unpackhi_pd(r4, r5), v._mm512_unpackhi_pd(r6, r7));
        let [c1, c3, c5, c7] = quarters(simd, [a, b, c, d]);
        [c0, c1, c2, c3, c4, c5, c6, c7]
    }

    #[inline(always)]
    fn row(lookup: &Lookup, place: f64) -> __m512d {
        let Row(row) = lookup.rows[index(place) & (lookup.rows.len() - 1)];
        cast(row)
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

    /// Many values at a time are, to the last bit, those one by one, by the widest registers of the machine and without them; ends, beyond them, NaN, any count.
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
                lookup.fill(3.0, &u[..count], &mut out);
                assert_eq!(out, expected[..count], "{root:?}");
                let mut out = vec![f64::NAN; count];
                Fill { lookup: &lookup, top: 3.0, u: &u[..count], out: &mut out }.with_simd(pulp::Scalar);
                assert_eq!(out, expected[..count], "{root:?}");
            }
            let mut out = [0.0; 3];
            lookup.fill(3.0, &[0.5, f64::NAN, 0.25], &mut out);
            assert!(out[1].is_nan() && !out[0].is_nan() && !out[2].is_nan());
            // The shorter one counts.
            let mut out = [7.0; 12];
            lookup.fill(3.0, &u[..10], &mut out);
            assert_eq!((out[9], out[10]), (expected[9], 7.0));
            lookup.fill(3.0, &u[..10], &mut out[..2]);
        }
    }
}
