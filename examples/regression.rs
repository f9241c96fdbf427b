//! Kernel regression on points in memory.

use zonal::data::Labels;
use zonal::gram::{Model, Settings};

fn main() -> zonal::Result<()> {
    // Points of a circle, row after row, and a smooth function of them.
    let angles: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.157).collect();
    let rows = angles.iter().flat_map(|t| [t.cos(), t.sin()]).collect();
    let labels = Labels::of_numbers(angles.iter().map(|t| (2.0 * t).sin()).collect());
    let fitted = Model::fit(&Settings::new("laplace(1)"), rows, 2, &labels)?;
    let predicted = fitted.model.predict(vec![0.1f64.cos(), 0.1f64.sin()])?;
    println!("sin(0.2) = {:.4}, predicted {:.4} with the ridge {:.1e}", 0.2f64.sin(), predicted[0], fitted.model.ridge);
    Ok(())
}
