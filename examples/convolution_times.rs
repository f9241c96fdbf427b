//! Processor time of a kernel entry of three 3x3 convolutions and a global mean on 28x28 images: dense ones, smooth ones, sparse ones.

use std::time::Instant;
use zonal::convolution::{ConvolutionalKernel, Signals};

fn main() -> zonal::Result<()> {
    let shape = "28x28".parse()?;
    let network = std::env::args().nth(1).unwrap_or("conv(3) conv(3) conv(3) global".to_string());
    let kernel = ConvolutionalKernel::new(&network.parse()?, shape)?;
    let noise = |i: usize| (i as f64 * 0.618_033_988_749).fract() - 0.5;
    let dense: Vec<f64> = (0..2 * 784).map(noise).collect();
    let smooth: Vec<f64> = (0..2 * 784).map(|i| 2.0 + (i as f64 / 10.0).sin()).collect();
    let sparse: Vec<f64> = dense.iter().map(|x| if *x > 0.35 { 1.0 } else { 0.0 }).collect();
    for (name, values) in [("dense", dense), ("smooth", smooth), ("sparse", sparse)] {
        let images = kernel.images(&Signals::new(values, shape)?)?;
        let start = Instant::now();
        let count = 20;
        let mut sum = 0.0;
        for _ in 0..count {
            sum += kernel.pair(&images[0], &images[1]).ntk;
        }
        let seconds = start.elapsed().as_secs_f64() / f64::from(count);
        println!("{name:6}  {:.3} ms an entry  {sum:.6e}", 1e3 * seconds);
    }
    Ok(())
}
