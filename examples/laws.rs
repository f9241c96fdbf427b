//! The law of a kernel, its proof, and a learning curve.

use zonal::learning::Setting;
use zonal::rkhs::Target;
use zonal::{Kernel, Result, Sphere};

fn main() -> Result<()> {
    let sphere = Sphere::in_dimension(5)?;
    let spectrum = Kernel::ntk(3)?.spectrum(sphere);
    println!("{}\n\n{}\n", spectrum.decay_law()?, spectrum.prove()?);
    let settings = [1e2, 1e3, 1e4, 1e5].map(|samples| Setting { samples, ridge: 0.0, noise: 0.01 });
    for (setting, risk) in settings.iter().zip(spectrum.learning_curve(&Target::parse("abs(u)", sphere)?, &settings)?) {
        println!("n = {}: test error {:.5} up to {:.0e}", setting.samples, risk.test, risk.errors.test);
    }
    Ok(())
}
