//! Tables of eigenvalues in process: `cargo bench --bench table`. `RAYON_NUM_THREADS=1` for one core.

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use zonal::quadrature::GaussLegendre;
use zonal::{Kernel, Sphere};

fn table(c: &mut Criterion, name: &str, kernel: &str, p: u64, highest: u64, digits: u32) {
    let degrees: Vec<u64> = (0..=highest).collect();
    c.bench_function(name, |b| {
        b.iter(|| {
            // Everything from the formula on: parsing, examination, plan, nodes, values.
            let kernel = Kernel::parse(black_box(kernel)).unwrap();
            let spectrum = kernel.spectrum(Sphere::in_dimension(p).unwrap()).digits(digits).unwrap();
            spectrum.table(&degrees).unwrap()
        })
    });
}

fn tables(c: &mut Criterion) {
    table(c, "ntk(3) p=10 k<=200 30 digits", "ntk(3)", 10, 200, 30);
    table(c, "ntk(3) p=10 k<=400 30 digits", "ntk(3)", 10, 400, 30);
    table(c, "ntk(3) p=10 k<=800 30 digits", "ntk(3)", 10, 800, 30);
    table(c, "ntk(10) p=10 k<=200 30 digits", "ntk(10)", 10, 200, 30);
    table(c, "ntk(2) closed form p=10 k<=200", "ntk(2)", 10, 200, 30);
    table(c, "gaussian(1/2) p=10 k<=200", "gaussian(1/2)", 10, 200, 30);
    table(c, "ntk(3) p=10000 k<=200 power series", "ntk(3)", 10_000, 200, 30);
    table(c, "gamma_exponential(1,1/2) p=3 k<=100 tanh-sinh", "gamma_exponential(1,1/2)", 3, 100, 30);
    c.bench_function("Gauss-Legendre 257 nodes 246 bits", |b| {
        b.iter(|| GaussLegendre::new(black_box(257), 246).unwrap())
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = tables
}
criterion_main!(benches);
