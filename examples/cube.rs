//! The neural tangent kernel on the Boolean cube: every degree, proved.

use zonal::domain::Cube;
use zonal::{Kernel, Result};

fn main() -> Result<()> {
    let table = Kernel::ntk(3)?.spectrum(Cube::in_dimension(20)?).table(&(0..=20).collect::<Vec<u64>>())?;
    table.rows.iter().for_each(|row| println!("{:2} {:6} {row} {}", row.degree, row.multiplicity, row.rigour));
    Ok(())
}
