//! One convolution at the pairs of positions of one displacement.

use super::Activation;
use super::arc::{Cosines, NEAR};
use super::lanes::Lanes;
use super::network::Convolution;
use super::panel::Layout;
use pulp::{Simd, WithSimd};

/// The numbers of the pairs of one displacement.
#[derive(Default)]
pub(super) struct Pairs {
    pub(super) deficit: Vec<f64>,
    pub(super) tangent: Vec<f64>,
    /// G, and the sums of G and of H along rows.
    pub(super) product: Vec<f64>,
    pub(super) product_along: Vec<f64>,
    pub(super) tangent_along: Vec<f64>,
}

/// Pairs of patches whose norms have a smaller product count as zero: signals are scaled to about 1, and the inverses
/// of smaller norms would leave the doubles.
const NOTHING: f64 = 1e-280;

/// What the patches of a convolution are cut from.
#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    /// Channels of both signals.
    Signals(&'a [[&'a [f64]; 2]]),
    /// Pairs, with the norms of both sides.
    Pairs([&'a [f64]; 2]),
}

/// One convolution at the pairs of one displacement.
pub(super) struct Step<'a> {
    pub(super) layout: Layout,
    pub(super) height: usize,
    pub(super) convolution: &'a Convolution,
    pub(super) source: Source<'a>,
    /// Norms of the patches of both sides, and their inverses.
    pub(super) patches: [&'a [f64]; 2],
    pub(super) inverses: [&'a [f64]; 2],
    pub(super) pairs: &'a mut Pairs,
}

impl WithSimd for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Step { layout, height, convolution, source, patches: [n, n1], inverses: [inverse, inverse1], pairs } = self;
        let Pairs { deficit, tangent, product, product_along, tangent_along } = pairs;
        let Convolution { radius: [up, side], area, activation } = *convolution;
        let stride = layout.stride();
        let share = 1.0 / area as f64;
        // G with its borders.
        match source {
            Source::Signals(channels) => {
                for (index, [x, y]) in channels.iter().enumerate() {
                    for ((g, x), y) in product.iter_mut().zip(*x).zip(*y) {
                        *g = if index == 0 { x * y } else { *g + x * y };
                    }
                }
            }
            Source::Pairs([a, b]) => {
                for (((g, a), b), e) in product.iter_mut().zip(a).zip(b).zip(&*deficit) {
                    *g = a * b - e;
                }
            }
        }
        // Sums over patches: along rows, those of the borders included, then across.
        let first = layout.slack();
        let rows = (height + 2 * layout.border[0]) * stride;
        let begin = first + layout.border[0] * stride;
        let count = height * stride;
        let across = count.next_multiple_of(S::F64_LANES);
        sums(product_along, product, first, rows, [side, 1]);
        sums(product, product_along, begin, across, [up, stride]);
        if let Source::Signals(_) = source {
            tangent[begin..begin + across].copy_from_slice(&product[begin..begin + across]);
        } else {
            sums(tangent_along, tangent, first, rows, [side, 1]);
            sums(tangent, tangent_along, begin, across, [up, stride]);
        }
        let constants = Activation::constants();
        let (zero, one) = (Lanes::splat(simd, 0.0), Lanes::splat(simd, 1.0));
        for t in (begin..begin + count).step_by(S::F64_LANES) {
            let norms = Lanes::load(simd, n, t) * Lanes::load(simd, n1, t);
            let inside = Lanes::splat(simd, NOTHING).less(norms);
            if !inside.any() {
                zero.store(product, t);
                zero.store(tangent, t);
                continue;
            }
            let inverses = [Lanes::load(simd, inverse, t), Lanes::load(simd, inverse1, t)];
            let c = Lanes::load(simd, product, t) * (inverses[0] * inverses[1] * share);
            let mut cosines = Cosines { c, below: one - c, above: one + c };
            let limit = Lanes::splat(simd, NEAR);
            let near = cosines.below.less(limit).or(cosines.above.less(limit)).any();
            if near {
                let patch = Patch { t, up, side, stride };
                match source {
                    Source::Signals(channels) => patch.signals(simd, channels, inverses, share, &mut cosines),
                    Source::Pairs(norms) => patch.pairs(simd, norms, deficit, inverses, share, &mut cosines),
                }
            }
            let found = activation.values(simd, &cosines, near, constants);
            let e = norms * found.deficit;
            inside.select(e, zero).store(product, t);
            let h = Lanes::load(simd, tangent, t) * share;
            inside.select(norms - e + h * found.slope, zero).store(tangent, t);
        }
        // The old deficits were needed to the last. Both arrays are zero in the borders, or these are wound next.
        std::mem::swap(deficit, product);
    }
}

/// Sums of 2r + 1 numbers, so many places apart, around each of `count` places.
#[inline(always)]
fn sums(out: &mut [f64], values: &[f64], first: usize, count: usize, [radius, step]: [usize; 2]) {
    let out = &mut out[first..first + count];
    let term = |k: usize| &values[first + k * step - radius * step..][..count];
    if radius == 0 {
        out.copy_from_slice(term(0));
        return;
    }
    for (((sum, x), y), z) in out.iter_mut().zip(term(0)).zip(term(1)).zip(term(2)) {
        *sum = x + y + z;
    }
    for k in 3..=2 * radius {
        out.iter_mut().zip(term(k)).for_each(|(sum, x)| *sum += x);
    }
}

/// The patch around a group of places.
struct Patch {
    t: usize,
    up: usize,
    side: usize,
    stride: usize,
}

impl Patch {
    #[inline(always)]
    fn places(&self) -> impl Iterator<Item = usize> {
        let Patch { t, up, side, stride } = *self;
        (0..=2 * up).flat_map(move |k| (0..=2 * side).map(move |l| t + k * stride + l - up * stride - side))
    }

    /// Replaces 1 - c = |z - z'|^2/2 and 1 + c = |z + z'|^2/2 near 0, z the patches divided by their norms.
    #[inline(always)]
    fn signals<S: Simd>(
        &self,
        simd: S,
        channels: &[[&[f64]; 2]],
        inverses: [Lanes<S>; 2],
        share: f64,
        cosines: &mut Cosines<S>,
    ) {
        let zero = Lanes::splat(simd, 0.0);
        let (mut minus, mut plus) = (zero, zero);
        for [x, y] in channels {
            for place in self.places() {
                let (x, y) = (Lanes::load(simd, x, place) * inverses[0], Lanes::load(simd, y, place) * inverses[1]);
                minus = minus + (x - y) * (x - y);
                plus = plus + (x + y) * (x + y);
            }
        }
        let (below, above) = (minus * (0.5 * share), plus * (0.5 * share));
        settle(simd, cosines, below, above);
    }

    /// Replaces 1 - c = |a/n - a'/n'|^2/2 + (sum of deficits)/(n n') near 0, a the norms in the patches. No cosine is
    /// near -1 behind the first layer.
    #[inline(always)]
    fn pairs<S: Simd>(
        &self,
        simd: S,
        norms: [&[f64]; 2],
        deficit: &[f64],
        inverses: [Lanes<S>; 2],
        share: f64,
        cosines: &mut Cosines<S>,
    ) {
        let zero = Lanes::splat(simd, 0.0);
        let (mut minus, mut sum) = (zero, zero);
        for place in self.places() {
            let difference =
                Lanes::load(simd, norms[0], place) * inverses[0] - Lanes::load(simd, norms[1], place) * inverses[1];
            minus = minus + difference * difference;
            sum = sum + Lanes::load(simd, deficit, place);
        }
        let below = (minus * 0.5 + sum * inverses[0] * inverses[1]) * share;
        settle(simd, cosines, below, cosines.above);
    }
}

/// Directions as near as this, |z - z'|^2/2, are parallel: roundings of z are 2^-52 and more. A layer of steps makes a
/// root of it, and the next one a root of that.
const PARALLEL: f64 = 1.0 / (1u128 << 97) as f64;

/// Replaces distances near 0, the cosine, and the other distance.
#[inline(always)]
fn settle<S: Simd>(simd: S, cosines: &mut Cosines<S>, below: Lanes<S>, above: Lanes<S>) {
    let [zero, near, one, two] = [0.0, NEAR, 1.0, 2.0].map(|x| Lanes::splat(simd, x));
    let parallel = Lanes::splat(simd, PARALLEL);
    let (below, above) = (below.less(parallel).select(zero, below), above.less(parallel).select(zero, above));
    let (up, down) = (cosines.below.less(near), cosines.above.less(near));
    cosines.c = up.select(one - below, down.select(above - one, cosines.c));
    let [low, high] = [cosines.below, cosines.above];
    cosines.below = up.select(below, down.select(two - above, low));
    cosines.above = up.select(two - below, down.select(above, high));
}
