//! A million eigenvalues of a kernel as doubles: `cargo run --release --example million [KERNEL [P [HIGHEST [FILE]]]]`.
//!
//! Prints the processor-independent facts and the time; with FILE, writes the doubles there, eight bytes each,
//! little-endian.

use std::time::Instant;
use zonal::{Error, Kernel, Result, Sphere};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |i: usize, default: &str| arguments.get(i).cloned().unwrap_or_else(|| default.to_string());
    let kernel = Kernel::parse(&argument(0, "ntk(10)"))?;
    let sphere = Sphere::parse(&argument(1, "10"))?;
    let highest = argument(2, "1000000").parse().map_err(|_| Error::input("the highest degree must be an integer"))?;
    let start = Instant::now();
    let mu = kernel.spectrum(sphere).doubles(0..=highest)?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{kernel} in R^{}: mu_0 to mu_{highest} in {seconds:.3} seconds, mu_{highest} = {:e}",
        sphere.dimension(),
        mu[mu.len() - 1]
    );
    if let Some(file) = arguments.get(3) {
        let bytes: Vec<u8> = mu.iter().flat_map(|x| x.to_le_bytes()).collect();
        std::fs::write(file, bytes).map_err(|e| Error::input(format!("cannot write {file}: {e}")))?;
    }
    Ok(())
}
