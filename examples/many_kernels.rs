//! A thousand kernels with a changing parameter, fifty degrees each, as in an optimiser's loop:
//! `cargo run --release --example many_kernels`.

use std::time::Instant;
use zonal::{Kernel, Result, Sphere};

fn main() -> Result<()> {
    let sphere = Sphere::in_dimension(10)?;
    let (start, mut sum) = (Instant::now(), 0.0);
    for i in 1..=1000 {
        let kernel = Kernel::laplace((i, 500))?;
        sum += kernel.spectrum(sphere).doubles(0..=50)?.iter().sum::<f64>();
    }
    println!("sums of mu_0 to mu_50 add up to {sum:.12}, {:.3} seconds", start.elapsed().as_secs_f64());
    Ok(())
}
