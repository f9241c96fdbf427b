//! Times of Gram matrices and their eigenvalues, for benches/peers/gram.py.
//!
//!     gram_times KERNEL POINTS.npy gram|all|leading REPEATS OUT.npy
//!
//! Prints the seconds of each repetition, on the wall and of the processor (all threads); OUT.npy gets the matrix or
//! the eigenvalues.

use cpu_time::ProcessTime;
use npyz::WriterBuilder;
use std::error::Error;
use std::path::Path;
use std::time::Instant;
use zonal::Kernel;
use zonal::data::DataTable;
use zonal::gram::{Scaling, ZonalGram};
use zonal::linear::{Eigen, eigenvalues};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kernel, points, task, repeats, out] = &arguments[..] else {
        return Err("KERNEL POINTS.npy gram|all|leading REPEATS OUT.npy".into());
    };
    let points = DataTable::read(Path::new(points))?.into_points()?;
    let zonal = ZonalGram::new(Kernel::parse(kernel)?.tabulate(None)?, Scaling::Sphere);
    let mut matrix = zonal.gram::<f64>(&points)?;
    let mut values = Vec::new();
    for _ in 0..repeats.parse()? {
        let (start, used) = (Instant::now(), ProcessTime::now());
        match task.as_str() {
            "gram" => matrix = zonal.gram(&points)?,
            "all" => values = eigenvalues(&matrix)?,
            "leading" => values = Eigen::leading(&matrix, 20)?.values().to_vec(),
            _ => return Err("gram, all or leading".into()),
        }
        println!("{} {}", start.elapsed().as_secs_f64(), used.elapsed().as_secs_f64());
    }
    let (shape, numbers) = match task.as_str() {
        "gram" => (vec![points.count() as u64; 2], matrix.values()),
        _ => (vec![values.len() as u64], &values[..]),
    };
    let file = std::io::BufWriter::new(std::fs::File::create(out)?);
    let mut writer = npyz::WriteOptions::new().default_dtype().shape(&shape).writer(file).begin_nd()?;
    writer.extend(numbers.iter().copied())?;
    writer.finish()?;
    Ok(())
}
