//! Band matrices to tridiagonal ones, and the reflections that both stages of [`super::eigenvalues`] are made of.
//!
//! A reflection that clears a column of the band fills a block further down; only the first column of that block is
//! cleared at once, by the next reflection, and so on to the end of the matrix (Bischof, Lang, Sun 2000). Two steps
//! behind, the next column can follow.

use crate::watch;
use pulp::{Arch, Simd, WithSimd};

/// Numbers that are worked on together.
pub(super) const LANES: usize = 8;

/// The bandwidth between the two stages.
pub(super) const BAND: usize = 64;

/// A column of the band: space above the diagonal, the diagonal, the band, and as much again for the bulges.
pub(super) const COLUMN: usize = LANES + 2 * BAND;

/// Sweeps that run through the band together, two steps apart.
const SWEEPS: usize = 8;

/// Sums of squares below this are zero, next to a largest entry between 1/2 and 1.
const NOTHING: f64 = 1e-280;

pub(super) type Lanes = [f64; LANES];

/// Vectors of `BAND` numbers.
type Short = [Lanes; BAND / LANES];

/// a * b + c, with one rounding where the processor has it.
#[inline(always)]
fn fused<S: Simd>(a: f64, b: f64, c: f64) -> f64 {
    if size_of::<S::f64s>() > size_of::<f64>() { a.mul_add(b, c) } else { a * b + c }
}

#[inline(always)]
fn add_product<S: Simd>(sum: &mut Lanes, x: &Lanes, y: &Lanes) {
    for l in 0..LANES {
        sum[l] = fused::<S>(x[l], y[l], sum[l]);
    }
}

#[inline(always)]
fn add_multiple<S: Simd>(sum: &mut Lanes, x: &Lanes, factor: f64) {
    for l in 0..LANES {
        sum[l] = fused::<S>(x[l], factor, sum[l]);
    }
}

#[inline(always)]
fn total(x: &Lanes) -> f64 {
    ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]))
}

#[inline(always)]
fn inner<S: Simd>(x: &[Lanes], y: &[Lanes]) -> f64 {
    let mut sum = [0.0; LANES];
    for (x, y) in x.iter().zip(y) {
        add_product::<S>(&mut sum, x, y);
    }
    total(&sum)
}

/// The reflection 1 - tau v v^T that maps x to beta e_1, from x and the sum of squares of x_2, x_3, ... x becomes v
/// with v_1 = 1. Returns beta, tau.
#[inline(always)]
pub(super) fn reflection(x: &mut [f64], tail: f64) -> (f64, f64) {
    let head = std::mem::replace(&mut x[0], 1.0);
    if tail < NOTHING {
        x[1..].fill(0.0);
        return (head, 0.0);
    }
    let beta = -(head * head + tail).sqrt().copysign(head);
    let factor = 1.0 / (head - beta);
    x[1..].iter_mut().for_each(|x| *x *= factor);
    (beta, (beta - head) / beta)
}

/// 1 - tau v v^T, applied to each of the columns as long as v; v is zero before the lanes of `from`.
pub(super) fn reflect(v: &[Lanes], from: usize, tau: f64, columns: &mut [Lanes]) {
    Arch::new().dispatch(Reflect { v, from, tau, columns });
}

struct Reflect<'a> {
    v: &'a [Lanes],
    from: usize,
    tau: f64,
    columns: &'a mut [Lanes],
}

impl WithSimd for Reflect<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let v = &self.v[self.from..];
        for column in self.columns.chunks_exact_mut(self.v.len()) {
            let column = &mut column[self.from..];
            let mut sums = [[0.0; LANES]; 4];
            let (x, rest) = column.as_chunks::<4>();
            let (y, other) = v.as_chunks::<4>();
            for (x, y) in x.iter().zip(y) {
                for k in 0..4 {
                    add_product::<S>(&mut sums[k], &x[k], &y[k]);
                }
            }
            let factor = -self.tau * (sums.iter().map(total).sum::<f64>() + inner::<S>(rest, other));
            for (x, y) in column.iter_mut().zip(v) {
                add_multiple::<S>(x, y, factor);
            }
        }
    }
}

/// Where a sweep is: the first column, the steps done, the reflection of the next.
struct Sweep {
    column: usize,
    steps: usize,
    v: Short,
    tau: f64,
}

/// A step of a sweep; the columns from the one before its rows.
struct Step<'a> {
    sweep: &'a mut Sweep,
    columns: &'a mut [f64],
}

/// Diagonal and squares of the subdiagonal of a tridiagonal matrix with the eigenvalues of the band: 6 n^2 `BAND`
/// operations.
pub(super) fn to_tridiagonal(band: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let last = n.saturating_sub(2);
    for first in (0..last).step_by(SWEEPS) {
        let mut sweeps: Vec<Sweep> = (first..last.min(first + SWEEPS))
            .map(|column| Sweep { column, steps: 0, v: Default::default(), tau: 0.0 })
            .collect();
        watch::check();
        for time in 0.. {
            let mut steps: Vec<Step> = Vec::with_capacity(SWEEPS);
            let (mut rest, mut gone) = (&mut *band, 0);
            for (late, sweep) in sweeps.iter_mut().enumerate().rev() {
                let start = sweep.column + sweep.steps * BAND;
                if time >= 2 * late && start + 2 < n {
                    let (_, after) = rest.split_at_mut((start - gone) * COLUMN);
                    let (columns, after) = after.split_at_mut((BAND + 1) * COLUMN);
                    (rest, gone) = (after, start + BAND + 1);
                    steps.push(Step { sweep, columns });
                }
            }
            if steps.is_empty() && time >= 2 * SWEEPS {
                break;
            }
            if steps.len() > 2 {
                let half = steps.len() / 2;
                let (some, others) = steps.split_at_mut(half);
                rayon::join(|| run(some), || run(others));
            } else {
                run(&mut steps);
            }
        }
    }
    let entry = |offset: usize| move |column: &[f64]| column[LANES + offset];
    let columns = || band.chunks_exact(COLUMN).take(n);
    (columns().map(entry(0)).collect(), columns().map(entry(1)).map(|x| x * x).collect())
}

fn run(steps: &mut [Step]) {
    for step in steps {
        let Step { sweep, columns } = step;
        Arch::new().dispatch(Chase { first: sweep.steps == 0, v: &mut sweep.v, tau: &mut sweep.tau, columns });
        sweep.steps += 1;
    }
}

/// One step: the reflection on both sides of a block on the diagonal, on the right of the block below, and the next
/// reflection from its first column.
struct Chase<'a> {
    first: bool,
    v: &'a mut Short,
    tau: &'a mut f64,
    columns: &'a mut [f64],
}

/// `BAND` numbers of a column.
#[inline(always)]
fn short(column: &mut [f64], from: usize) -> &mut Short {
    let (run, _) = column[from..from + BAND].as_chunks_mut::<LANES>();
    run.try_into().expect("BAND numbers")
}

/// 1 on and below the diagonal.
const LOWER: [Lanes; LANES] = {
    let mut lower = [[0.0; LANES]; LANES];
    let mut place = 0;
    while place < LANES * LANES {
        if place % LANES >= place / LANES {
            lower[place / LANES][place % LANES] = 1.0;
        }
        place += 1;
    }
    lower
};

impl WithSimd for Chase<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (before, columns) = self.columns.split_at_mut(COLUMN);
        let v = self.v;
        let tau = self.tau;
        if self.first {
            let x = short(before, LANES + 1);
            *v = *x;
            *tau = start::<S>(v, x);
        }
        // The block on the diagonal: A - v w^T - w v^T, w = tau A v - v (tau v^T A v)/2.
        let mut w: Short = Default::default();
        for (tile, group) in columns.chunks_exact(LANES * COLUMN).enumerate() {
            let factors = v[tile];
            let runs: [&[Lanes]; LANES] =
                std::array::from_fn(|c| group[c * COLUMN + LANES - c..][..BAND - tile * LANES].as_chunks::<LANES>().0);
            let mut sums = [[0.0; LANES]; LANES];
            for c in 0..LANES {
                add_multiple::<S>(&mut w[tile], &runs[c][0], factors[c]);
                add_product::<S>(&mut sums[c], &runs[c][0], &factors);
                sums[c][c] = 0.0;
            }
            for k in 1..BAND / LANES - tile {
                let (x, sum) = (v[tile + k], &mut w[tile + k]);
                for c in 0..LANES {
                    add_multiple::<S>(sum, &runs[c][k], factors[c]);
                    add_product::<S>(&mut sums[c], &runs[c][k], &x);
                }
            }
            for c in 0..LANES {
                w[tile][c] += total(&sums[c]);
            }
        }
        w.as_flattened_mut().iter_mut().for_each(|w| *w *= *tau);
        let factor = -0.5 * *tau * inner::<S>(&w, v);
        for (w, v) in w.iter_mut().zip(&*v) {
            add_multiple::<S>(w, v, factor);
        }
        for (j, column) in columns.chunks_exact_mut(COLUMN).enumerate() {
            let (tile, c) = (j / LANES, j % LANES);
            let (run, _) = column[LANES - c..][..BAND - tile * LANES].as_chunks_mut::<LANES>();
            let (x, y) = (-v[tile][c], -w[tile][c]);
            for l in 0..LANES {
                run[0][l] += LOWER[c][l] * fused::<S>(x, w[tile][l], y * v[tile][l]);
            }
            for (a, (v, w)) in run[1..].iter_mut().zip(v[tile + 1..].iter().zip(&w[tile + 1..])) {
                add_multiple::<S>(a, w, x);
                add_multiple::<S>(a, v, y);
            }
        }
        // The block below.
        let mut u: Short = Default::default();
        for (j, column) in columns.chunks_exact_mut(COLUMN).enumerate() {
            let factor = v[j / LANES][j % LANES];
            for (u, a) in u.iter_mut().zip(&*short(column, LANES + BAND - j)) {
                add_multiple::<S>(u, a, factor);
            }
        }
        u.as_flattened_mut().iter_mut().for_each(|u| *u *= -*tau);
        let old = std::mem::take(v);
        for (j, column) in columns.chunks_exact_mut(COLUMN).enumerate() {
            let factor = old[j / LANES][j % LANES];
            let a = short(column, LANES + BAND - j);
            let mut x = *a;
            for (x, u) in x.iter_mut().zip(&u) {
                add_multiple::<S>(x, u, factor);
            }
            if j == 0 {
                *v = x;
                *tau = start::<S>(v, a);
            } else {
                let factor = -*tau * inner::<S>(&x, v);
                for (x, v) in x.iter_mut().zip(&*v) {
                    add_multiple::<S>(x, v, factor);
                }
                *a = x;
            }
        }
    }
}

/// The reflection of a column, which becomes its image. Returns tau.
#[inline(always)]
fn start<S: Simd>(v: &mut Short, column: &mut Short) -> f64 {
    let mut tail = *v;
    tail[0][0] = 0.0;
    let (beta, tau) = reflection(v.as_flattened_mut(), inner::<S>(&tail, &tail));
    *column = Default::default();
    column[0][0] = beta;
    tau
}
