//! Finer and finer grids, patches and poolings of fixed width: what of the square root is sampling.

use super::setting::{Origin, Profile, check_slopes, slope};
use crate::claim::Evidence;
use crate::decay::holds;
use zonal::Result;
use zonal::report::plot::{Curve, Figure, Mark, Panels};

/// Positions of the coarsest grid, and how many times finer the others are; odd, as patches are.
const POSITIONS: usize = 96;
const FINER: [usize; 3] = [1, 3, 7];

/// A field that moves samples by less than 10^-3 positions on all grids.
const TINY: f64 = 1e-6;

/// The scales; the last three move samples of the finest grid by 3, 11 and 32 positions.
const SCALES: [f64; 6] = [TINY, 1e-4, 1e-2, 0.03, 0.1, 0.3];
const LARGE: usize = 3;

/// Slopes over the spacing: terms of the next order fall like the spacing, and are some 6 % on the coarsest grid; so is
/// the part of the corners of the exponentials.
const SPACING: f64 = 0.06;

/// The slope of the waves over |grad tau| from 0.03 to 0.3: the linear part moves by 5 %.
const LINEAR: f64 = 0.05;

/// Distances on the two finest grids at 0.03 to 0.3: what sampling leaves there.
const CONVERGED: f64 = 0.05;

pub fn check(evidence: &mut Evidence) -> Result<()> {
    let mut panels = Vec::new();
    for profile in [Profile::Waves, Profile::Exponentials] {
        let curves = FINER.map(|finer| curve(profile, finer)).into_iter().collect::<Result<Vec<_>>>()?;
        one(evidence, profile, &curves);
        panels.push(panel(profile, &curves));
    }
    let title = "Patches and pooling of fixed width on finer grids: NTK distance over |grad τ|".to_string();
    let svg = Panels { title, panels }.svg()?;
    evidence.figures.push((
        "Waves: the square root is one of sampling and moves to smaller scales on finer grids. Exponentials, whose \
         patches are parallel: it stays."
            .to_string(),
        svg,
    ));
    Ok(())
}

/// |grad tau| and the distance of the NTK.
fn curve(profile: Profile, finer: usize) -> Result<Vec<(f64, f64)>> {
    let (positions, w) = (POSITIONS * finer, 3 * finer);
    let network = format!("circular pool({finer}) conv({w}) conv({w}) pool({})", 4 * finer);
    let origin = Origin::new(&network, &positions.to_string(), &profile.deformed(positions, 0.0))?;
    // Squares of the CKN are below rounding at the smallest scale; those of the NTK are not.
    SCALES.iter().map(|e| Ok((*e, origin.squares(&profile.deformed(positions, *e))?[1].sqrt() / origin.norm))).collect()
}

fn one(evidence: &mut Evidence, profile: Profile, curves: &[Vec<(f64, f64)>]) {
    let (name, finest) = (profile.name(), &curves[FINER.len() - 1]);
    let tiny: Vec<_> = FINER.iter().zip(curves).map(|(finer, curve)| (1.0 / *finer as f64, curve[0].1)).collect();
    let what =
        format!("{name}: slope of the NTK at |grad tau| = {TINY:e} over the spacing of the grid, down to a seventh");
    let expected = if profile == Profile::Waves { 0.5 } else { 0.0 };
    check_slopes(evidence, &what, &[slope(&tiny)], expected, SPACING, Some(0.5 - expected));
    let off = (LARGE..SCALES.len()).map(|i| (curves[1][i].1 / finest[i].1 - 1.0).abs()).fold(0.0, f64::max);
    let what = format!("{name}: NTK at 0.03 to 0.3 on the second grid, relative to the finest");
    evidence.check(what, format!("0 +- {CONVERGED}"), format!("within {off:.4}"), holds(off <= CONVERGED));
    // The square root of the smallest scale, continued.
    let (x, y) = finest[0];
    let least = finest.iter().map(|(e, d)| d / (y * (e / x).sqrt())).fold(f64::INFINITY, f64::min);
    let root = finest[LARGE].1 / (y * (finest[LARGE].0 / x).sqrt());
    if profile == Profile::Waves {
        let what = format!("{name} on the finest grid: slope of the NTK from 0.03 to 0.3, 3 to 32 positions");
        check_slopes(evidence, &what, &[slope(&finest[LARGE..])], 1.0, LINEAR, Some(0.5));
    } else {
        let what = format!("{name} on the finest grid: NTK over the square root of the smallest scale");
        let found = format!("at least {least:.4}; {root:.3} at 0.03");
        evidence.check(what, format!(">= 1 - {CONVERGED}"), found, holds(least >= 1.0 - CONVERGED));
        // Were the NTK linear above the spacing, d/e would be the same at 0.01 and at 0.3.
        let ratio = (finest[2].1 / finest[2].0) / (finest[5].1 / finest[5].0);
        let what = format!("{name} on the finest grid: NTK linear from 0.01 to 0.3");
        evidence.control(what, format!("1 +- {CONVERGED}"), format!("{ratio:.3}"), (ratio - 1.0).abs() > CONVERGED);
    }
}

fn panel(profile: Profile, curves: &[Vec<(f64, f64)>]) -> Figure {
    let marks = [Mark::Circles, Mark::Squares, Mark::Triangles];
    let series = curves.iter().zip(FINER).zip(marks).map(|((curve, finer), mark)| {
        let points = curve.iter().map(|(e, d)| (e.log10(), (d / e).log10())).collect();
        Curve { label: format!("{} positions", POSITIONS * finer), points, mark }
    });
    Figure {
        title: profile.name().to_string(),
        x_label: "|grad τ|".to_string(),
        y_label: "distance/(|x| |grad τ|)".to_string(),
        series: series.collect(),
    }
}
