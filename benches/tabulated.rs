//! Compiled kernels: `cargo bench --bench compiled`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use zonal::Kernel;

fn values(c: &mut Criterion) {
    let u: Vec<f64> = (0..4096).map(|i| 2.0 * (f64::from(i) * 0.754877666).fract() - 1.0).collect();
    let mut out = vec![0.0; u.len()];
    let mut group = c.benchmark_group("values");
    group.throughput(Throughput::Elements(u.len() as u64));
    for kernel in ["ntk(2)", "ntk(10)", "laplace(1)", "gaussian(10)", "gamma_exponential(1,1/2)"] {
        let compiled = Kernel::parse(kernel).unwrap().tabulate(None).unwrap();
        group.bench_function(kernel, |b| b.iter(|| compiled.values(black_box(&u), &mut out)));
    }
    group.finish();
    c.bench_function("to compile ntk(10)", |b| b.iter(|| Kernel::parse("ntk(10)").unwrap().tabulate(None).unwrap()));
}

criterion_group!(benches, values);
criterion_main!(benches);
