//! A kernel of one's own: deep leaky ReLU networks, max(x, x/10), built by operators.

use zonal::kernel::Expr;
use zonal::{Kernel, Result, Sphere};

/// The kernel of one layer: with a = 1/10, ((1-a)^2 kappa_1(u) + 2 a u)/(1 + a^2).
fn layer(u: Expr) -> Expr {
    Expr::number((81, 101)) * u.clone().arccos(1) + Expr::number((20, 101)) * u
}

fn main() -> Result<()> {
    let kernel = Kernel::from((0..20).fold(Expr::u(), |u, _| layer(u)));
    let spectrum = kernel.spectrum(Sphere::in_dimension(10)?);
    let mu = spectrum.eigenvalue(5)?;
    println!("mu_5 = {mu} ({})", mu.rigour);
    println!("{}", spectrum.decay_law()?);
    Ok(())
}
