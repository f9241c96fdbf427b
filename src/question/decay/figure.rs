//! The figure of a decay law: eigenvalues, law, first correction.

use super::shifted;
use crate::decay::{Decay, Prediction, Leading};
use crate::error::Result;
use crate::report::plot::{Curve, Figure, Mark, escaped};
use rug::Float;

/// Eigenvalues that take longer are left out.
const LONGEST_SECONDS: f64 = 20.0;

/// Degrees drawn at most.
const HIGHEST_DRAWN: u64 = 1000;

/// Eigenvalues, laws and first corrections.
pub(super) fn draw(decay: &Decay) -> Result<String> {
    let p = decay.sphere.dimension();
    let log = |x: &Float| Float::with_val(64, x.abs_ref()).log10().to_f64();
    let geometric = (1..).map(|i| (20.0 * 1.1f64.powi(i)) as u64).take_while(|k| *k <= HIGHEST_DRAWN);
    let mut degrees: Vec<u64> = (1..=20).chain(geometric).flat_map(|k| [k, k + 1]).collect();
    let spectrum = decay.kernel.spectrum(decay.sphere).digits(6)?;
    while !spectrum.plan(&degrees).is_ok_and(|plan| plan.seconds() < LONGEST_SECONDS) && degrees.len() > 8 {
        degrees.truncate(degrees.len() / 2);
    }
    let table = spectrum.table(&degrees)?;
    let mut series = Vec::new();
    for (c, [mark, line_mark]) in
        decay.parities.iter().zip([[Mark::Circles, Mark::Solid], [Mark::Squares, Mark::Dashed]])
    {
        let rows = table.rows.iter().filter(|row| row.degree % 2 == c.parity.remainder() && !row.value.is_zero());
        let points: Vec<(f64, f64)> = rows.map(|row| ((row.degree as f64).log10(), log(&row.value))).collect();
        if points.is_empty() {
            continue;
        }
        series.push(Curve { label: format!("{} k", c.parity), points: points.clone(), mark });
        let Prediction::Power(Leading::Steady(law)) = &c.prediction else { continue };
        let place = |x: f64| (10f64.powf(x) + (p as f64 - 2.0) / 2.0).log10();
        let (constant, exponent) = (log(&law.constant), law.exponent.to_f64());
        let (first, last) = (points[0].0, points[points.len() - 1].0);
        let grid: Vec<f64> = (0..=200).map(|i| first + (last - first) * f64::from(i) / 200.0).collect();
        let line: Vec<(f64, f64)> = grid.iter().map(|x| (*x, constant - exponent * place(*x))).collect();
        series.push(Curve {
            label: format!("{}: A {}^{{-{}}}", c.parity, shifted(p), law.exponent),
            points: line.clone(),
            mark: line_mark,
        });
        if let Some(correction) = &law.correction {
            let (d, e) = (correction.exponent.to_f64(), correction.coefficient.to_f64());
            let corrected = |(x, y): &(f64, f64)| {
                let factor = 1.0 + e * 10f64.powf(-d * place(*x));
                // A large correction says nothing.
                (factor > 0.5 && factor < 2.0).then(|| (*x, y + factor.log10()))
            };
            let points: Vec<(f64, f64)> = line.iter().filter_map(corrected).collect();
            if !points.is_empty() {
                series.push(Curve {
                    label: format!("{}, with first correction", c.parity),
                    points,
                    mark: Mark::Dotted,
                });
            }
        }
    }
    Figure {
        title: format!("{} on the sphere in R^{{{p}}}", escaped(&decay.kernel.to_string())),
        x_label: "degree k".to_string(),
        y_label: "|μ_k|".to_string(),
        series,
    }
    .svg()
}
