//! How the distances grow with the number of convolutions and with the patches.

use super::setting::{KERNELS, Origin, Profile, slope};
use crate::claim::Evidence;
use crate::decay::holds;
use zonal::Result;

const POSITIONS: usize = 96;
const DEPTHS: [u32; 5] = [1, 2, 3, 4, 5];
const PATCHES: [u32; 4] = [3, 5, 7, 9];

/// The last pooling, and what stands between convolutions.
const LAST: f64 = 8.0;
const BETWEEN: [&str; 2] = [" ", " pool(2) "];

/// One scale where the NTK is a square root, one where it is linear; doubles do for the CKN from 10^-5 on.
const SCALES: [f64; 4] = [1e-5, 1e-3, 1e-1, 5e-1];

/// A bound with the constant of one convolution is violated by more than rounding.
const ROUNDING: f64 = 1e-3;

/// An exponent below this is no growth.
const GROWTH: f64 = 0.1;

pub fn check(evidence: &mut Evidence) -> Result<()> {
    for profile in [Profile::Waves, Profile::Exponentials] {
        for between in BETWEEN {
            depth(evidence, profile, between)?;
        }
        patches(evidence, profile)?;
    }
    Ok(())
}

/// For each scale and kernel, the distances over some networks.
fn table(profile: Profile, networks: &[String]) -> Result<Vec<[Vec<f64>; 2]>> {
    let mut table = vec![[Vec::new(), Vec::new()]; SCALES.len()];
    for network in networks {
        let origin = Origin::new(network, &POSITIONS.to_string(), &profile.deformed(POSITIONS, 0.0))?;
        for (row, e) in table.iter_mut().zip(SCALES) {
            let found = origin.distances(&profile.deformed(POSITIONS, e))?;
            (0..2).for_each(|k| row[k].push(found[k]));
        }
    }
    Ok(table)
}

/// The published bounds with all constants 1; |tau| = |grad tau| N/(2 pi) for the sine.
fn form(kernel: usize, n: u32, e: f64) -> f64 {
    let n = f64::from(n);
    let shift = e * POSITIONS as f64 / std::f64::consts::TAU / LAST;
    match kernel {
        0 => (n + 1.0) * e + shift,
        _ => n.powf(1.75) * e.sqrt() + n * n * e + (n + 1.0).sqrt() * shift,
    }
}

fn depth(evidence: &mut Evidence, profile: Profile, between: &str) -> Result<()> {
    let network = |n: &u32| format!("circular pool(2) {} pool({LAST})", vec!["conv(3)"; *n as usize].join(between));
    let table = table(profile, &DEPTHS.map(|n| network(&n)))?;
    let what =
        format!("{}, n = 1 to 5 convolutions{}", profile.name(), if between == " " { "" } else { ", pooling between" });
    let exponent = |row: &[f64]| slope(&DEPTHS.map(f64::from).into_iter().zip(row.iter().copied()).collect::<Vec<_>>());
    for (k, kernel) in KERNELS.iter().enumerate() {
        // Distances over a form, relative to n = 1: at most 1 if its constants of n = 1 are enough for all n.
        let worst = |form: &dyn Fn(u32, f64) -> f64| {
            let ratio = |(row, e): (&[Vec<f64>; 2], f64)| {
                let over = |i: usize| row[k][i] / form(DEPTHS[i], e);
                (1..DEPTHS.len()).map(|i| over(i) / over(0)).fold(0.0, f64::max)
            };
            table.iter().zip(SCALES).map(ratio).fold(0.0, f64::max)
        };
        let all = table.iter().zip(SCALES).map(|(row, e)| format!("{:.2} at {e:e}", exponent(&row[k])));
        let exponents = all.collect::<Vec<_>>().join(", ");
        let published = worst(&|n, e| form(k, n, e));
        let name = format!("{what}: {kernel} over the published form, relative to n = 1");
        let found = format!("{published:.3}; exponents of n: {exponents}");
        evidence.check(name, "<= 1", found, holds(published <= 1.0 + ROUNDING));
        // The CKN does not grow, but does not fall like 1/n either; the NTK grows.
        let (wrong, words) = if k == 0 { (-1.0, "a bound c/n") } else { (0.0, "a bound without n") };
        let other = worst(&|n, _| f64::from(n).powf(wrong));
        let name = format!("{what}: {kernel} over {words}, relative to n = 1");
        evidence.control(name, "<= 1", format!("{other:.3}"), other > 1.0 + ROUNDING);
    }
    Ok(())
}

fn patches(evidence: &mut Evidence, profile: Profile) -> Result<()> {
    let network = |w: u32| format!("circular pool(2) conv({w}) pool(2) conv({w}) pool({LAST})");
    let table = table(profile, &PATCHES.map(network))?;
    for (k, kernel) in KERNELS.iter().enumerate() {
        let exponent = |row: &[Vec<f64>; 2]| {
            slope(&PATCHES.map(f64::from).into_iter().zip(row[k].iter().copied()).collect::<Vec<_>>())
        };
        let exponents: Vec<f64> = table.iter().map(exponent).collect();
        let largest = exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let found =
            exponents.iter().zip(SCALES).map(|(x, e)| format!("{x:.3} at {e:e}")).collect::<Vec<_>>().join(", ");
        let what = format!("{}, patches of 3 to 9: exponents of the {kernel}", profile.name());
        evidence.check(what.clone(), "<= 3", found.clone(), holds(largest <= 3.0));
        evidence.control(
            format!("{what}, the cube is reached"),
            format!("3 +- {GROWTH}"),
            found.clone(),
            largest < 3.0 - GROWTH,
        );
        if k == 1 {
            evidence.control(format!("{what}, no growth"), format!("0 +- {GROWTH}"), found, largest > GROWTH);
        }
    }
    Ok(())
}
