//! One convolution at the pairs of positions of one displacement.

use super::arc::{ARCSINE, Cosines, NEAR, values};
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

/// Pairs of patches whose norms have a smaller product count as zero: signals are scaled to about 1, and the inverses of smaller norms would leave the doubles.
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
        let Convolution { radius: [up, side], area, order } = *convolution;
        let stride = layout.stride();
        let share = 1.0 / area as f64;
        // G with its borders.
        match source {
            Source::Signals(channels) => {
                for [x, y] in channels {
                    for ((g, x), y) in product.iter_mut().zip(*x).zip(*y) {
                        *g += x * y;
                    }
                }
            }
            Source::Pairs([a, b]) => {
                for (((g, a), b), e) in product.iter_mut().zip(a).zip(b).zip(&*deficit) {
                    *g = a * b - e;
                }
            }
        }
        // Sums along rows, those of the borders included.
        let first = layout.slack();
        let rows = (height + 2 * layout.border[0]) * stride;
        along(product_along, product, first, rows, side);
        let initial = matches!(source, Source::Signals(_));
        if !initial {
            along(tangent_along, tangent, first, rows, side);
        }
        let begin = first + layout.border[0] * stride;
        let arcsine = &*ARCSINE;
        let (zero, one) = (Lanes::splat(simd, 0.0), Lanes::splat(simd, 1.0));
        for t in (begin..begin + height * stride).step_by(S::F64_LANES) {
            let norms = Lanes::load(simd, n, t) * Lanes::load(simd, n1, t);
            let inside = Lanes::splat(simd, NOTHING).less(norms);
            if !inside.any() {
                zero.store(product, t);
                zero.store(tangent, t);
                continue;
            }
            let inverses = [Lanes::load(simd, inverse, t), Lanes::load(simd, inverse1, t)];
            let patch = Patch { t, up, side, stride };
            let g = patch.across(simd, product_along);
            let h = if initial { g } else { patch.across(simd, tangent_along) };
            let c = g * (inverses[0] * inverses[1] * share);
            let mut cosines = Cosines { c, below: one - c, above: one + c };
            let limit = Lanes::splat(simd, NEAR);
            let near = cosines.below.less(limit).or(cosines.above.less(limit)).any();
            if near {
                match source {
                    Source::Signals(channels) => patch.signals(simd, channels, inverses, share, &mut cosines),
                    Source::Pairs(norms) => patch.pairs(simd, norms, deficit, inverses, share, &mut cosines),
                }
            }
            let found = values(simd, &cosines, order, near, arcsine);
            let e = norms * found.deficit;
            inside.select(e, zero).store(product, t);
            inside.select(norms - e + h * share * found.slope, zero).store(tangent, t);
        }
        // The old deficits were needed to the last. Both arrays are zero in the borders, or these are wound next.
        std::mem::swap(deficit, product);
    }
}

/// Sums of 2r + 1 neighbours.
#[inline(always)]
fn along(out: &mut [f64], values: &[f64], first: usize, count: usize, radius: usize) {
    let out = &mut out[first..first + count];
    out.copy_from_slice(&values[first - radius..first - radius + count]);
    for k in 1..=2 * radius {
        for (sum, x) in out.iter_mut().zip(&values[first + k - radius..]) {
            *sum += x;
        }
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
    /// The sum of what was summed along rows.
    #[inline(always)]
    fn across<S: Simd>(&self, simd: S, along: &[f64]) -> Lanes<S> {
        let first = self.t - self.up * self.stride;
        let mut sum = Lanes::load(simd, along, first);
        for k in 1..=2 * self.up {
            sum = sum + Lanes::load(simd, along, first + k * self.stride);
        }
        sum
    }

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

    /// Replaces 1 - c = |a/n - a'/n'|^2/2 + (sum of deficits)/(n n') near 0, a the norms in the patches. No cosine is near -1 behind the first layer.
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

/// Replaces distances near 0, the cosine, and the other distance.
#[inline(always)]
fn settle<S: Simd>(simd: S, cosines: &mut Cosines<S>, below: Lanes<S>, above: Lanes<S>) {
    let [near, one, two] = [NEAR, 1.0, 2.0].map(|x| Lanes::splat(simd, x));
    let (up, down) = (cosines.below.less(near), cosines.above.less(near));
    cosines.c = up.select(one - below, down.select(above - one, cosines.c));
    let [low, high] = [cosines.below, cosines.above];
    cosines.below = up.select(below, down.select(two - above, low));
    cosines.above = up.select(two - below, down.select(above, high));
}
