//! A table for a paper: proved digits as LaTeX rows.

use zonal::spectrum::Assurance;
use zonal::{Kernel, Result, Sphere};

fn main() -> Result<()> {
    let spectrum = Kernel::ntk(3)?.spectrum(Sphere::in_dimension(10)?).digits(12)?;
    for row in spectrum.rigour(Assurance::Proved).table(&[0, 1, 2, 3, 10, 100])?.rows {
        println!("{} & {} & {} & {} \\\\", row.degree, row.multiplicity, row, row.rigour);
    }
    Ok(())
}
