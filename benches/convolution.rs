//! Entries of convolutional kernels, and what their arithmetic takes at least: `cargo bench --bench convolution`.
//!
//! Times are per pair of positions and layer ("elem"). "square roots" and "sums and products" go over numbers in
//! registers at full vector width, two and eighty for each pair, which is what the recursion needs of them at order 1
//! (roots and the rest run in different units): no program with the same formula is faster than the larger of the two.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pulp::{Arch, Simd, WithSimd};
use std::hint::black_box;
use zonal::convolution::{ConvolutionalKernel, Signals};

fn entries(c: &mut Criterion) {
    let shape = "28x28".parse().unwrap();
    let network = "conv(3) conv(3) conv(3) global".parse().unwrap();
    let kernel = ConvolutionalKernel::new(&network, shape).unwrap();
    let noise = |i: usize| (i as f64 * 0.618_033_988_749).fract() - 0.5;
    let dense: Vec<f64> = (0..2 * 784).map(noise).collect();
    let smooth: Vec<f64> = (0..2 * 784).map(|i| 2.0 + (f64::from(i) / 10.0).sin()).collect();
    let sparse: Vec<f64> = dense.iter().map(|x| if *x > 0.35 { 1.0 } else { 0.0 }).collect();
    let mut group = c.benchmark_group("pairs of positions");
    group.throughput(Throughput::Elements(kernel.operations() as u64));
    for (name, values) in [("dense", dense), ("smooth", smooth), ("sparse", sparse)] {
        let images = kernel.images(&Signals::new(values, shape).unwrap()).unwrap();
        group.bench_function(name, |b| b.iter(|| kernel.pair(black_box(&images[0]), &images[1])));
    }
    for (name, work) in [("square roots", Work::Roots), ("sums and products", Work::Products)] {
        group.throughput(Throughput::Elements(1024));
        group.bench_function(name, |b| {
            b.iter(|| Arch::new().dispatch(Limit { work, pairs: 1024, start: black_box(0.7) }))
        });
    }
    group.finish();
}

#[derive(Clone, Copy)]
enum Work {
    Roots,
    Products,
}

struct Limit {
    work: Work,
    pairs: usize,
    start: f64,
}

impl WithSimd for Limit {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        // Independent of one another, and not the same.
        let mut chains: [S::f64s; 16] = std::array::from_fn(|i| simd.splat_f64s(self.start + i as f64));
        let factor = simd.splat_f64s(0.999);
        for _ in 0..self.pairs / S::F64_LANES / 8 {
            match self.work {
                // Eight groups of two roots.
                Work::Roots => chains.iter_mut().for_each(|x| *x = simd.sqrt_f64s(*x)),
                // Eight groups of 80 operations.
                Work::Products => {
                    for _ in 0..20 {
                        chains.iter_mut().for_each(|x| *x = simd.mul_f64s(*x, factor));
                        chains.iter_mut().for_each(|x| *x = simd.add_f64s(*x, factor));
                    }
                }
            }
        }
        chains.iter().map(|x| simd.reduce_sum_f64s(*x)).sum()
    }
}

criterion_group!(benches, entries);
criterion_main!(benches);
