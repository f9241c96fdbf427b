//! Gradient flow, balls of the function space and random features against sums over single degrees by an independent
//! program (reference/questions.py).

use zonal::learning::{Setting, flow_error_estimated, random_features};
use zonal::rkhs::{BestApproximation, Levels, Target, TargetModes};
use zonal::{Kernel, Sphere};

/// What the references themselves may be off by, relatively; of differences such as k - z by more.
const REFERENCE: f64 = 4e-12;

fn rows(kind: &str) -> Vec<Vec<&'static str>> {
    let lines = include_str!("../reference/questions.tsv").lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    let own: Vec<Vec<&str>> = rows.into_iter().filter(|row| row[0] == kind).collect();
    assert!(own.len() >= 48, "{kind}: {}", own.len());
    own
}

fn number(row: &[&str], i: usize) -> f64 {
    row[i].parse().unwrap()
}

fn modes(row: &[&str], samples: f64) -> (Levels, TargetModes) {
    let sphere = Sphere::in_dimension(row[2].parse().unwrap()).unwrap();
    let levels = Levels::new(&Kernel::parse(row[1]).unwrap().spectrum(sphere), samples).unwrap();
    let modes = TargetModes::new(&Target::parse(row[3], sphere).unwrap(), &levels).unwrap();
    (levels, modes)
}

/// A negative control: at a time one part in 10^9 later the flow is elsewhere.
#[test]
fn flows_lie_within_their_errors() {
    let mut told = 0;
    for row in rows("flow") {
        let (_, modes) = modes(&row, f64::INFINITY);
        let (time, exact) = (number(&row, 4), number(&row, 5));
        let found = flow_error_estimated(&modes, time).unwrap();
        assert!((found.value - exact).abs() <= found.error + REFERENCE * exact, "{row:?}: {found:?}");
        assert!(found.error <= 1e-9 * exact, "{row:?}: {found:?}");
        let later = flow_error_estimated(&modes, time * (1.0 + 1e-9)).unwrap();
        told += u32::from((later.value - exact).abs() > later.error + REFERENCE * exact);
    }
    assert!(told > 24, "{told}");
}

#[test]
fn balls_lie_within_their_errors() {
    for row in rows("ball") {
        let (_, modes) = modes(&row, f64::INFINITY);
        let found = BestApproximation::best(&modes, number(&row, 4)).unwrap();
        // Of radii near the norm of the target: what is left, and rho, are small differences, and an error of the norm
        // is a larger one of theirs.
        for (value, error, exact) in [
            (found.regularisation, found.errors[0], number(&row, 5)),
            (found.distance, found.errors[1], number(&row, 6)),
        ] {
            assert!((value - exact).abs() <= error + REFERENCE * exact, "{row:?}: {value:e} {error:e}");
            assert!(error <= 1e-7 * exact, "{row:?}: {value:e} {error:e}");
        }
    }
}

#[test]
fn random_features_lie_within_their_errors() {
    for row in rows("features") {
        let setting = Setting { samples: number(&row, 4), ridge: number(&row, 5), noise: number(&row, 6) };
        let (levels, modes) = modes(&row, setting.samples);
        let found = random_features(&levels, &modes, setting, number(&row, 7)).unwrap();
        for (value, error, exact) in [
            (found.regularisation, found.errors.regularisation, number(&row, 8)),
            (found.test, found.errors.test, number(&row, 9)),
        ] {
            assert!((value - exact).abs() <= error + 10.0 * REFERENCE * exact, "{row:?}: {value:e} {error:e}");
            assert!(error <= 1e-7 * exact, "{row:?}: {value:e} {error:e}");
        }
    }
}
