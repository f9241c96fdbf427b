//! High degrees by the endpoint expansion: `cargo bench --bench endpoint`. `RAYON_NUM_THREADS=1` for one core.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use zonal::number::Digits;
use zonal::spectrum::ExaminedKernel;
use zonal::spectrum::endpoint::Endpoint;
use zonal::{Kernel, Sphere};

fn high_degrees(c: &mut Criterion) {
    let sphere = Sphere::in_dimension(10).unwrap();
    c.bench_function("ntk(10) p=10 k=0..=1000000 doubles, set-up included", |b| {
        b.iter(|| Kernel::parse(black_box("ntk(10)")).unwrap().spectrum(sphere).doubles(0..=1_000_000).unwrap())
    });
    c.bench_function("ntk(10) p=10 k=1000000000 50 digits, set-up included", |b| {
        b.iter(|| {
            let spectrum = Kernel::parse(black_box("ntk(10)")).unwrap().spectrum(sphere).digits(50).unwrap();
            spectrum.eigenvalue(1_000_000_000).unwrap()
        })
    });
    let problem = |kernel: &str| ExaminedKernel::new(Kernel::parse(kernel).unwrap(), sphere).unwrap();
    let endpoint = Endpoint::new(&problem("ntk(10)"), Digits::Double, 0).unwrap();
    let fifty = Endpoint::new(&problem("ntk(10)"), Digits::Count(50), 1_000_000_000).unwrap();
    c.bench_function("ntk(10) p=10 k=1000000000 50 digits, after set-up", |b| {
        b.iter(|| fifty.eigenvalues(black_box(&[1_000_000_000])))
    });
    let mut group = c.benchmark_group("after set-up");
    group.throughput(Throughput::Elements(1_000_000));
    group.bench_function("ntk(10) p=10 a million doubles", |b| {
        b.iter(|| endpoint.doubles(black_box(1000), 1_000_000).unwrap())
    });
    group.finish();
    let small: Vec<u64> = (0..=800).collect();
    for kernel in ["ntk(3)", "ntk(10)"] {
        c.bench_function(&format!("{kernel} p=10 expansion and confirmation, 30 digits"), |b| {
            b.iter(|| Endpoint::new(&problem(kernel), Digits::Count(30), 0).unwrap())
        });
        for highest in [200usize, 400, 800] {
            c.bench_function(&format!("{kernel} p=10 k<={highest} 30 digits without the expansion"), |b| {
                let spectrum =
                    || Kernel::parse(kernel).unwrap().spectrum(sphere).digits(30).unwrap().without_endpoint();
                b.iter(|| spectrum().table(&small[..=highest]).unwrap())
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = high_degrees
}
criterion_main!(benches);
