//! Learning curves: identities of the equations, other forms of them, limits, sums over all degrees, bad input.

use zonal::decay::{Leading, Prediction};
use zonal::learning::{CurveExponents, Risk, Setting, flow_error, flow_time, random_features, ridge_regression};
use zonal::rkhs::{Levels, Target, TargetModes};
use zonal::{Error, Kernel, Sphere};

pub fn levels(kernel: &str, p: u64, samples: f64) -> Levels {
    Levels::new(&Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap()), samples).unwrap()
}

/// mu_k and N(p,k) of a kernel of finite rank, and kappa's energies to go with them.
fn finite(kernel: &str, p: u64, degrees: u64) -> Vec<(f64, f64)> {
    let sphere = Sphere::in_dimension(p).unwrap();
    let table = Kernel::parse(kernel).unwrap().spectrum(sphere).table(&(0..=degrees).collect::<Vec<_>>()).unwrap();
    table.rows.iter().map(|row| (row.to_f64(), row.multiplicity.to_f64())).collect()
}

const ENERGIES: [f64; 7] = [0.2, 0.3, 0.2, 0.1, 0.1, 0.05, 0.05];

fn target(levels: &Levels) -> TargetModes {
    TargetModes::of_energies(&ENERGIES, levels).unwrap()
}

/// The root of a decreasing function by halving.
fn halving(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..300 {
        let middle = (low * high).sqrt();
        if f(middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[test]
fn learnabilities_add_up_to_the_samples() {
    for (kernel, p) in
        [("ntk(3)", 3), ("ntk(3)", 10), ("arccos(1)", 5), ("laplace(1)", 4), ("gaussian(1)", 5), ("ntk(2)", 10_000)]
    {
        let levels = levels(kernel, p, 1e12);
        for samples in [1.0, 10.0, 1234.5, 1e6] {
            let risk = ridge_regression(&levels, &target(&levels), Setting { samples, ridge: 0.0, noise: 0.0 });
            let Ok(risk) = risk else { panic!("{kernel} {p} {samples}: {risk:?}") };
            let sum = levels.effective_dimension(risk.regularisation);
            assert!((sum / samples - 1.0).abs() < 1e-12, "{kernel}, p = {p}, n = {samples}: {sum}");
        }
    }
}

/// kappa_B = d + sum kappa_B lambda/(n lambda + kappa_B), and the risk 1/(1-g) sum kappa_B^2 v^2/(n lambda +
/// kappa_B)^2, g = sum n lambda^2/(n lambda + kappa_B)^2: Bordelon, Canatar and Pehlevan.
#[test]
fn both_published_forms_agree() {
    let (kernel, p) = ("(1+u)^6", 4);
    let (all, levels) = (finite(kernel, p, 6), levels(kernel, p, 1e4));
    for (n, ridge, noise) in [(5.0, 1e-3, 0.0), (50.0, 0.3, 0.25), (400.0, 10.0, 1.0), (20.0, 0.0, 0.1)] {
        let kappa =
            halving(1e-300, 1e6, |x| ridge / x + all.iter().map(|(mu, m)| m * mu / (n * mu + x)).sum::<f64>() - 1.0);
        let g: f64 = all.iter().map(|(mu, m)| m * n * (mu / (n * mu + kappa)).powi(2)).sum();
        let bias: f64 = all.iter().zip(&ENERGIES).map(|((mu, _), e)| e * (kappa / (n * mu + kappa)).powi(2)).sum();
        let expected = (bias + noise) / (1.0 - g);
        let risk = ridge_regression(&levels, &target(&levels), Setting { samples: n, ridge, noise }).unwrap();
        assert!((risk.regularisation * n / kappa - 1.0).abs() < 1e-12, "{n} {ridge}");
        assert!((risk.test / expected - 1.0).abs() < 1e-12, "{n} {ridge}: {} {expected}", risk.test);
        let other =
            ridge_regression(&levels, &target(&levels), Setting { samples: n * 1.000001, ridge, noise }).unwrap();
        assert!((other.test / expected - 1.0).abs() > 1e-9);
    }
}

/// The two equations by nested halving, the risk as published.
#[test]
fn random_features_as_published() {
    let (kernel, p) = ("(1+u)^8", 5);
    let (all, levels) = (finite(kernel, p, 8), levels(kernel, p, 1e4));
    for (n, k, ridge) in
        [(60.0f64, 90.0f64, 1e-3f64), (90.0, 60.0, 0.02), (60.0, 60.0, 0.5), (30.0, 200.0, 1e-9), (300.0, 40.0, 1e-4)]
    {
        let z = |gamma: f64| all.iter().map(|(mu, m)| m * mu / (mu + gamma)).sum::<f64>();
        let gamma_of = |kappa: f64| halving(1e-30, 1e6, |gamma| z(gamma) + k * kappa / gamma - k);
        let kappa = halving(1e-30, 1e6, |kappa| z(gamma_of(kappa)) + ridge / kappa - n);
        let gamma = gamma_of(kappa);
        let (z, q) = (z(gamma), all.iter().map(|(mu, m)| m * (mu / (mu + gamma)).powi(2)).sum::<f64>());
        let factor = 1.0 / (1.0 - (q * (k - 2.0 * z) + z * z) / (n * (k - q)));
        let term = |mu: f64| gamma / (mu + gamma) - kappa * mu / (mu + gamma).powi(2) * k / (k - q);
        let expected = factor * (all.iter().zip(&ENERGIES).map(|((mu, _), e)| e * term(*mu)).sum::<f64>() + 0.1);
        let risk = random_features(&levels, &target(&levels), Setting { samples: n, ridge, noise: 0.1 }, k).unwrap();
        assert!((risk.test / expected - 1.0).abs() < 1e-9, "{n} {k} {ridge}: {} {expected}", risk.test);
        assert!((risk.train / ((ridge / (n * kappa)).powi(2) * expected) - 1.0).abs() < 1e-6, "{n} {k} {ridge}");
    }
}

#[test]
fn many_features_are_the_kernel() {
    let levels = levels("ntk(3)", 6, 1e5);
    for ridge in [0.0, 1e-6, 0.3, 50.0] {
        for samples in [10.0, 500.0] {
            let setting = Setting { samples, ridge, noise: 0.25 };
            let kernel = ridge_regression(&levels, &target(&levels), setting).unwrap();
            let near = |features: f64| -> f64 {
                let risk: Risk = random_features(&levels, &target(&levels), setting, features).unwrap();
                (risk.test / kernel.test - 1.0).abs()
            };
            assert!(near(1e13) < 1e-9 && near(2000.0) > 1e-6, "{ridge} {samples}: {:e}", near(1e13));
        }
    }
}

/// Without ridge, a little of it changes little: on both sides of the threshold.
#[test]
fn small_ridges_lead_to_none() {
    let levels = levels("ntk(3)", 6, 1e5);
    for (samples, features) in [(100.0, 300.0), (300.0, 100.0)] {
        let risk = |ridge| {
            random_features(&levels, &target(&levels), Setting { samples, ridge, noise: 0.1 }, features).unwrap()
        };
        let (none, little) = (risk(0.0), risk(1e-9));
        assert!((none.test / little.test - 1.0).abs() < 1e-6, "{} {}", none.test, little.test);
        assert!((none.train - little.train).abs() < 1e-6 && (none.train > 0.0) == (samples > features));
    }
    // Least squares on a kernel of finite rank: 1 + 4 of its dimensions, the rest of the target is noise.
    let levels = self::levels("1+u", 4, 1e3);
    let setting = |ridge| Setting { samples: 50.0, ridge, noise: 0.1 };
    let [none, little] = [0.0, 1e-9].map(|ridge| ridge_regression(&levels, &target(&levels), setting(ridge)).unwrap());
    assert!((none.test - 50.0 / 45.0 * 0.6).abs() < 1e-12 && (none.test / little.test - 1.0).abs() < 1e-6);
    assert!((none.train - 0.9 * 0.6).abs() < 1e-12 && (none.train / little.train - 1.0).abs() < 1e-6);
}

/// Three eigenvalues 1/3 with all of the target, which has energy 1/3: 1 = d/(2 r) + (3/2)(1/3)/(1/3 + r) with d = 1/6
/// has the root r = 1/3, so L = 1/2, sum L^2 = 3/4, test = (1/4)(1/3)/(1 - 3/8) = 2/15, train = (d/(2 r))^2 test = 1/16
/// test.
#[test]
fn regression_by_hand() {
    let levels = Levels::of_values(&[(1.0 / 3.0, 3.0)]).unwrap();
    let target = TargetModes::of_energies(&[1.0 / 3.0], &levels).unwrap();
    let risk = ridge_regression(&levels, &target, Setting { samples: 2.0, ridge: 1.0 / 6.0, noise: 0.0 }).unwrap();
    assert!((risk.test / (2.0 / 15.0) - 1.0).abs() < 1e-13, "{:e}", risk.test);
    assert!((risk.train * 120.0 - 1.0).abs() < 1e-13, "{:e}", risk.train);
}

/// Fewer features than samples without ridge: least squares in k dimensions leaves (1 - k/n)^2 of the test error, here
/// (2/3)^2.
#[test]
fn least_squares_on_features() {
    let levels = levels("ntk(3)", 6, f64::INFINITY);
    let target = TargetModes::of_energies(&[0.5, 0.5], &levels).unwrap();
    let risk = random_features(&levels, &target, Setting { samples: 300.0, ridge: 0.0, noise: 0.1 }, 100.0).unwrap();
    assert!((risk.train / (4.0 / 9.0 * risk.test) - 1.0).abs() < 1e-13, "{} {}", risk.train, risk.test);
}

/// The sum over all degrees against one over 10^6 degrees and the law of what is left of it.
#[test]
fn no_degree_is_left_out() {
    for (kernel, p) in [("ntk(3)", 3), ("ntk(2)", 4), ("laplace(1)", 5), ("arccos(1)", 3)] {
        let sphere = Sphere::in_dimension(p).unwrap();
        let mu = Kernel::parse(kernel).unwrap().spectrum(sphere).doubles(0..=1_000_000).unwrap();
        let law = Kernel::parse(kernel).unwrap().decay_law(sphere, 30).unwrap();
        let levels = levels(kernel, p, 1e6);
        for ridge in [1e-3, 1e-8, 1e-12] {
            let term = |k: usize| sphere.multiplicity(k as u64).to_f64() * mu[k] / (mu[k] + ridge);
            let direct: f64 = (0..mu.len()).map(term).sum();
            // N mu ~ 2/(p-2)! A m^(p-2-b), half of the degrees: over the ridge, which is larger by far
            let factorial: f64 = (1..=p - 2).map(|i| i as f64).product();
            let left = |prediction: &Prediction| match prediction {
                Prediction::Power(Leading::Steady(law)) => {
                    let b = law.exponent.to_f64();
                    law.constant.to_f64() / factorial * 1e6f64.powf(p as f64 - 1.0 - b) / (b - p as f64 + 1.0) / ridge
                }
                _ => 0.0,
            };
            let left: f64 = law.parities.iter().map(left).sum();
            let found = levels.effective_dimension(ridge);
            assert!(
                (found / (direct + left) - 1.0).abs() < 1e-6,
                "{kernel}, p = {p}, {ridge:e}: {found} {direct} {left}"
            );
            assert!((found / direct - 1.0).abs() < 0.5);
        }
    }
}

/// d_eff(l) ~ sum over parities of 1/(p-2)! (A/l)^((p-1)/b) (pi/b)/sin(pi (p-1)/b).
#[test]
fn the_effective_dimension_grows_by_its_law() {
    for (kernel, p) in [("ntk(3)", 3), ("ntk(2)", 4), ("arccos(1)", 4)] {
        let sphere = Sphere::in_dimension(p).unwrap();
        let law = Kernel::parse(kernel).unwrap().decay_law(sphere, 30).unwrap();
        let levels = levels(kernel, p, 1e12);
        let factorial: f64 = (1..=p - 2).map(|i| i as f64).product();
        let ratio = |ridge: f64| {
            let part = |prediction: &Prediction| match prediction {
                Prediction::Power(Leading::Steady(law)) => {
                    let (a, b) = (law.constant.to_f64(), law.exponent.to_f64());
                    let share = (p as f64 - 1.0) / b;
                    (a / ridge).powf(share) * std::f64::consts::PI
                        / b
                        / (std::f64::consts::PI * share).sin()
                        / factorial
                }
                _ => 0.0,
            };
            levels.effective_dimension(ridge) / law.parities.iter().map(part).sum::<f64>()
        };
        assert!((ratio(1e-12) - 1.0).abs() < 1e-3, "{kernel}, p = {p}: {}", ratio(1e-12));
        assert!((ratio(1e-12) - 1.0).abs() < 0.3 * (ratio(1e-6) - 1.0).abs(), "{kernel}, p = {p}");
    }
}

/// A kink keeps energy in all degrees: as a sum over 2000 degrees and beyond, nothing of the whole is lost, and what is
/// learned agrees with a sum over degrees and eigenvalues one by one.
#[test]
fn targets_with_kinks_are_learned_in_all_degrees() {
    for (kernel, p, g, whole, small) in
        [("ntk(3)", 3, "abs(u)", 1.0 / 3.0, 1e-7), ("ntk(3)", 5, "step(u - 1/2)", 5.0 / 32.0, 1e-12)]
    {
        let sphere = Sphere::in_dimension(p).unwrap();
        let levels = levels(kernel, p, 1e9);
        let target = Target::parse(g, sphere).unwrap();
        let modes = TargetModes::new(&target, &levels).unwrap();
        assert_eq!(modes.rest, 0.0);
        let direct: Vec<f64> = target.energies(1500, 120).unwrap().iter().map(|e| e.value.to_f64()).collect();
        let known: f64 = direct.iter().sum();
        assert!((target.energy().unwrap() / whole - 1.0).abs() < 1e-14);
        // what lies beyond degree 1500, from the law
        let (left, found) = (whole - known, modes.energy() - known);
        assert!(left > 1e-11 && (found / left - 1.0).abs() < 1e-2, "{g}: {found:e} {left:e}");
        let missed = |mu: f64| (1.0 + mu / small).powi(-2);
        let sum: f64 = (0..).zip(&direct).map(|(k, e)| e * missed(levels.eigenvalue(k).unwrap())).sum();
        let found = modes.sum(|mode| missed(mode.eigenvalue));
        assert!((found / (sum + left) - 1.0).abs() < 1e-3, "{g}: {found:e} {sum:e} {left:e}");
    }
}

#[test]
fn bad_input_is_refused() {
    let levels = levels("ntk(3)", 5, 1e3);
    let setting = |samples, ridge, noise| Setting { samples, ridge, noise };
    for bad in [
        setting(0.5, 0.0, 0.0),
        setting(f64::NAN, 0.0, 0.0),
        setting(10.0, -1.0, 0.0),
        setting(10.0, 0.0, f64::INFINITY),
    ] {
        assert!(matches!(ridge_regression(&levels, &target(&levels), bad), Err(Error::Input(_))), "{bad:?}");
        assert!(matches!(random_features(&levels, &target(&levels), bad, 10.0), Err(Error::Input(_))), "{bad:?}");
    }
    assert!(matches!(random_features(&levels, &target(&levels), setting(10.0, 0.0, 0.0), 0.0), Err(Error::Input(_))));
    assert!(matches!(random_features(&levels, &target(&levels), setting(10.0, 0.0, 0.0), 10.0), Err(Error::Unable(_))));
    let sphere = Sphere::in_dimension(5).unwrap();
    assert!(
        Target::of_energies(vec![1.0, -0.1], sphere).is_err()
            && TargetModes::of_energies(&[f64::NAN], &levels).is_err()
    );
    let elsewhere = Target::parse("u", Sphere::in_dimension(6).unwrap()).unwrap();
    assert!(matches!(TargetModes::new(&elsewhere, &levels), Err(Error::Input(_))));
    assert!(Levels::new(&Kernel::parse("u^2-1/2").unwrap().spectrum(sphere), 10.0).is_err());
    // Eigenvalues beyond the range of doubles would count.
    let gaussian = self::levels("gaussian(1)", 4, 1e12);
    let risk = |samples, noise| ridge_regression(&gaussian, &target(&gaussian), setting(samples, 0.0, noise));
    assert!(risk(1e3, 0.1).is_ok());
    assert!(matches!(risk(1e12, 0.1), Err(Error::Unable(_))), "{:?}", risk(1e12, 0.1));
    let finite = self::levels("1+u", 4, 1e3);
    assert!(matches!(ridge_regression(&finite, &target(&finite), setting(5.0, 0.0, 0.0)), Err(Error::Unable(_))));
}

/// Eigenvalues lambda_i ~ i^-a without ridge: noise counts a times, however many samples there are.
#[test]
fn overfitting_is_obligatory() {
    for (kernel, p, b) in [("ntk(3)", 2, 2.0), ("laplace(1)", 5, 5.0), ("ntk(2)", 4, 4.0), ("arccos(1)", 5, 7.0)] {
        let levels = levels(kernel, p, 1e12);
        let factor = |samples| {
            ridge_regression(&levels, &target(&levels), Setting { samples, ridge: 0.0, noise: 1.0 })
                .unwrap()
                .overfitting
        };
        let limit = b / (p as f64 - 1.0);
        assert!((factor(1e12) / limit - 1.0).abs() < 2e-3, "{kernel}, p = {p}: {}", factor(1e12));
        assert!((factor(10.0) / limit - 1.0).abs() > 0.02);
    }
}

/// The derived exponents against predicted curves at a million million samples.
#[test]
fn curves_end_by_their_exponents() {
    for (kernel, p, g, noiseless) in [
        ("ntk(2)", 3, "abs(u)", "3/2"),
        ("ntk(3)", 3, "step(u-1/2)", "1/2"),
        ("arccos(1)", 5, "abs(u)^3", "7/4"),
        ("laplace(1)", 4, "u^2 + u", "8/3"),
        ("ntk(2)", 4, "u^3", "0"),
        ("ntk(2)", 4, "max(u, 0)", "1"),
        ("arccos(1)+arccos(2)", 3, "step(u)", "5/14"),
        ("ntk(3)", 4, "sqrt(1-u)", "5/3"),
        // no energy where the eigenvalue is zero
        ("arccos1(u) - 3/8", 3, "energies:0,0,1", "5"),
    ] {
        let levels = levels(kernel, p, 1e14);
        let target = Target::parse(g, Sphere::in_dimension(p).unwrap()).unwrap();
        let modes = TargetModes::new(&target, &levels).unwrap();
        let found = CurveExponents::of(&levels, &target, &modes).unwrap();
        assert_eq!(found.noiseless.to_string(), noiseless, "{kernel} {g}");
        let test = |samples: f64, ridge: f64, noise: f64| {
            ridge_regression(&levels, &modes, Setting { samples, ridge, noise }).unwrap().test - noise
        };
        let slope = -(test(1e12, 0.0, 0.0) / test(1e10, 0.0, 0.0)).log10() / 2.0;
        let x = found.noiseless.to_f64();
        assert!((slope - x).abs() < 0.02 * x.max(0.1), "{kernel} {g}: {slope} {noiseless}");
        if x > 0.0 {
            // the best ridge of a fine list
            let best = |samples: f64| {
                let ridges = (-80..=160).map(|i| 10f64.powf(f64::from(i) / 10.0));
                ridges.map(|ridge| test(samples, ridge, 0.5)).fold(f64::INFINITY, f64::min)
            };
            let slope = -(best(1e12) / best(1e10)).log10() / 2.0;
            assert!((slope - found.noisy.to_f64()).abs() < 0.03, "{kernel} {g}: {slope} {}", found.noisy);
        }
    }
    let levels = levels("gaussian(1)", 4, 1e3);
    let target = Target::parse("u", Sphere::in_dimension(4).unwrap()).unwrap();
    let modes = TargetModes::new(&target, &levels).unwrap();
    assert!(matches!(CurveExponents::of(&levels, &target, &modes), Err(Error::Unable(_))));
}

#[test]
fn gradient_flow_learns_degree_by_degree() {
    let levels = levels("ntk(2)", 4, 1e6);
    let sphere = Sphere::in_dimension(4).unwrap();
    let modes = TargetModes::new(&Target::parse("u^2 + u", sphere).unwrap(), &levels).unwrap();
    let energies = [1.0 / 16.0, 0.25, 1.0 / 16.0];
    let direct = |t: f64| -> f64 {
        (0u64..).zip(energies).map(|(k, e)| e * (-2.0 * levels.eigenvalue(k).unwrap() * t).exp()).sum()
    };
    for t in [0.0, 0.3, 5.0, 200.0] {
        assert!((flow_error(&modes, t).unwrap() / direct(t) - 1.0).abs() < 1e-12, "{t}");
    }
    let time = flow_time(&modes, 1e-3).unwrap();
    assert!((direct(time) / 1e-3 - 1.0).abs() < 1e-11, "{time}");
    assert_eq!(flow_time(&modes, modes.energy()).unwrap(), 0.0);
    // A kink: E_k ~ k^-4, mu_k ~ k^-4, so the error falls like t^-3/4.
    let kink = TargetModes::new(&Target::parse("abs(u)", sphere).unwrap(), &levels).unwrap();
    let slope = -(flow_error(&kink, 1e14).unwrap() / flow_error(&kink, 1e12).unwrap()).log10() / 2.0;
    assert!((slope - 0.75).abs() < 0.01, "{slope}");
    // Odd degrees are never learned by ntk(2).
    let odd = TargetModes::new(&Target::parse("u^3", sphere).unwrap(), &levels).unwrap();
    assert!(matches!(flow_time(&odd, 1e-3), Err(Error::Unable(_))));
    for bad in [0.0, -1.0, 10.0, f64::NAN] {
        assert!(matches!(flow_time(&modes, bad), Err(Error::Input(_))), "{bad}");
    }
    assert!(matches!(flow_error(&modes, -1.0), Err(Error::Input(_))));
}
