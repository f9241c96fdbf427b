//! Deep and long formulas: parts are shared, so neither depth nor length costs a stack.

use zonal::kernel::Expr;
use zonal::{Kernel, Result, Sphere};

fn main() -> Result<()> {
    // Each layer uses the one before twice: as a tree it would have 2^200 leaves.
    let deep = (0..200).fold(Expr::u(), |f, _| (f.clone() * f.arccos(1) + Expr::u()) / Expr::number(2));
    println!("mu_3 = {}", Kernel::from(deep).spectrum(Sphere::in_dimension(5)?).eigenvalue(3)?);
    // sum of u/n^2: pi^2/6 to six digits, times u
    let long = (1..=200_000u64).fold(Expr::number(0), |sum, n| sum + Expr::u() / Expr::number(n * n));
    println!("3 mu_1 = {}", Kernel::from(Expr::number(3) * long).spectrum(Sphere::in_dimension(3)?).eigenvalue(1)?);
    Ok(())
}
