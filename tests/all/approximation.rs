//! Best approximation in balls, proved distances everywhere, and the size of balls: against sums and bounds computed
//! otherwise.

use zonal::rkhs::{BestApproximation, Capacity, Levels, SupBound, Target, TargetModes};
use zonal::{Error, Kernel, Sphere};

fn sphere(p: u64) -> Sphere {
    Sphere::in_dimension(p).unwrap()
}

fn levels(kernel: &str, p: u64) -> Levels {
    Levels::new(&Kernel::parse(kernel).unwrap().spectrum(sphere(p)), f64::INFINITY).unwrap()
}

fn modes(kernel: &str, p: u64, target: &str) -> (Levels, Target, TargetModes) {
    let levels = levels(kernel, p);
    let target = Target::parse(target, sphere(p)).unwrap();
    let modes = TargetModes::new(&target, &levels).unwrap();
    (levels, target, modes)
}

/// The best approximation against every other filter near it, with the norm counted degree by degree.
#[test]
fn no_other_filter_is_better() {
    for (kernel, p, g, radius) in
        [("ntk(2)", 3, "abs(u)", 2.0), ("laplace(1)", 5, "step(u-1/3)", 10.0), ("arccos(1)", 4, "abs(u)^3", 1.0)]
    {
        let (levels, target, modes) = modes(kernel, p, g);
        let best = BestApproximation::best(&modes, radius).unwrap();
        assert!((best.norm / radius - 1.0).abs() < 1e-12);
        let energies = target.energies(60, 120).unwrap();
        let energy = |k: u64| energies[k as usize].value.to_f64();
        let filter = |k: u64| levels.eigenvalue(k).map_or(0.0, |mu| mu / (mu + best.regularisation));
        // Moving a little of the norm from one degree to another, or out of the ball: the distance grows.
        let change = |i: u64, j: u64, part: f64| {
            let (mu_i, mu_j) = (levels.eigenvalue(i).unwrap(), levels.eigenvalue(j).unwrap());
            let norm = |k: u64, mu: f64, s: f64| energy(k) * s * s / mu;
            let (s, t) = (filter(i), filter(j));
            let part = part * (norm(j, mu_j, t) / norm(i, mu_i, s)).min(1.0);
            let moved = s * (1.0 + part);
            let left = norm(i, mu_i, s) + norm(j, mu_j, t) - norm(i, mu_i, moved);
            let other = (left * mu_j / energy(j)).sqrt();
            let error = |k: u64, s: f64| energy(k) * (1.0 - s) * (1.0 - s);
            (error(i, moved) + error(j, other)) - (error(i, s) + error(j, t))
        };
        for (i, j) in [(0, 2), (2, 4), (4, 2), (2, 10), (8, 0)] {
            for part in [1e-3, -1e-3] {
                let change = change(i, j, part);
                assert!(change > 0.0, "{kernel} {g}: {i} {j} {part}: {change:e}");
            }
        }
        // A larger ball is better by the derivative 2 rho: d(distance^2) = -rho d(radius^2).
        let larger = BestApproximation::best(&modes, radius * 1.0001).unwrap();
        let slope = (larger.distance.powi(2) - best.distance.powi(2)) / (radius * radius * (1.0001f64.powi(2) - 1.0));
        assert!((slope / -best.regularisation - 1.0).abs() < 1e-3, "{kernel}: {slope:e} {:e}", best.regularisation);
    }
    // A target inside: beyond its norm nothing is missed. Energy without eigenvalue always is.
    let (.., inside) = modes("ntk(2)", 5, "u^2");
    let norm = 1.248067288920;
    assert!(BestApproximation::best(&inside, norm * (1.0 + 1e-9)).unwrap().distance < 1e-12);
    assert!(BestApproximation::best(&inside, norm * (1.0 - 1e-3)).unwrap().distance > 1e-5);
    let (.., odd) = modes("ntk(2)", 5, "u^3");
    assert!((BestApproximation::best(&odd, 1e6).unwrap().distance.powi(2) - 0.010884353741496598).abs() < 1e-12);
}

/// The distance everywhere: below the bound at points, with the bound not far above the largest found.
#[test]
fn distances_everywhere() {
    for (kernel, p, g, radius) in [
        ("ntk(2)", 4, "abs(u)", 1.0),
        ("ntk(2)", 4, "abs(u)", 8.0),
        ("ntk(3)", 3, "max(u-1/3,0)", 3.0),
        ("laplace(1)", 6, "piecewise(u^2, -1/2, 1/4, 1/3, exp(u))", 5.0),
    ] {
        let (levels, target, modes) = modes(kernel, p, g);
        let best = BestApproximation::best(&modes, radius).unwrap();
        let sup = SupBound::of(&target, &levels, best.regularisation).unwrap();
        let degrees: Vec<u64> = (0..=sup.degree).collect();
        let function = target.function().unwrap();
        let lambda = function.coefficients(&degrees, 100).unwrap().values;
        let place = |expr: &zonal::kernel::Expr| expr.to_f64(p).unwrap();
        let mut worst = 0.0f64;
        for i in 0..=2000 {
            let t = (f64::from(i) / 2000.0 * std::f64::consts::PI).cos();
            let legendre = sphere(p).legendre(&zonal::number::Double, &t, sup.degree as usize);
            let term = |(k, lambda): (&u64, &rug::Float)| {
                let mu = levels.eigenvalue(*k).unwrap();
                let filter = if mu > 0.0 { mu / (mu + best.regularisation) } else { 0.0 };
                (sphere(p).multiplicity(*k) * lambda.clone()).to_f64() * filter * legendre[*k as usize]
            };
            let approximated: f64 = degrees.iter().zip(&lambda).map(term).sum();
            let piece = function.pieces.iter().find(|piece| t <= place(&piece.to)).unwrap();
            let truth = Kernel::from(piece.formula.clone()).program(Some(p)).unwrap();
            let truth = truth.evaluate(&zonal::number::Double, &zonal::kernel::Point::at(t)).unwrap();
            worst = worst.max((truth - approximated).abs());
        }
        assert!(worst <= sup.bound, "{g} by {kernel}: {worst} {sup:?}");
        // At a jump the two sides stand for one point; elsewhere the cells cost little.
        assert!(sup.bound < 1.01 * worst + 1e-3 || g.starts_with("piecewise"), "{g} by {kernel}: {worst} {sup:?}");
        // Nowhere less than on average.
        assert!(sup.bound >= best.distance * 0.999, "{g} by {kernel}: {sup:?} {best:?}");
    }
    // Several directions by the triangle inequality.
    let (levels, target, modes) = modes("ntk(3)", 3, "abs(u) @ 1; abs(u) @ 0,1");
    let best = BestApproximation::best(&modes, 2.0).unwrap();
    let sup = SupBound::of(&target, &levels, best.regularisation).unwrap();
    let one = Target::parse("abs(u)", sphere(3)).unwrap();
    let single = SupBound::of(&one, &levels, best.regularisation).unwrap();
    assert!((sup.bound / (2.0 * single.bound) - 1.0).abs() < 1e-12);
}

/// Everywhere means at single places too, where a condition is zero without changing its sign, or at an end: a
/// continuous g is off there by half of the difference to the values beside. The control: the same target without its
/// single value.
#[test]
fn single_values_count_everywhere() {
    for (g, beside, difference) in [
        ("where(u^2,u,5)", "u", 5.0),
        ("where(1-u,u,5)", "u", 4.0),
        ("step(u+1)+u", "1+u", 1.0),
        ("where((u^2-1/4)^2,exp(u),-2)", "exp(u)", 2.0 + 0.5f64.exp()),
        ("where(abs(u-1/3),u,where(u^2,3,4))", "u", 3.0 - 1.0 / 3.0),
    ] {
        let bound = |g: &str| {
            let (levels, target, _) = modes("ntk(3)", 5, g);
            SupBound::of(&target, &levels, 1e-4).unwrap().bound
        };
        let (with, without) = (bound(g), bound(beside));
        assert!(with >= difference / 2.0 && with <= difference + without + 1e-6, "{g}: {with} {without}");
    }
}

/// Widths by counting eigenvalues; entropy numbers against the product of all; d_n by its law.
#[test]
fn sizes_of_balls() {
    for (kernel, p) in [("ntk(3)", 3), ("ntk(2)", 5), ("gaussian(1)", 4), ("(1+u)^6", 4)] {
        let capacity = Capacity::new(&levels(kernel, p));
        let table = Kernel::parse(kernel).unwrap().spectrum(sphere(p)).table(&(0..=40).collect::<Vec<_>>()).unwrap();
        let mut all: Vec<f64> = Vec::new();
        for row in &table.rows {
            all.extend(std::iter::repeat_n(row.to_f64(), row.multiplicity.to_usize().unwrap().min(5000)));
        }
        all.sort_by(|a, b| b.total_cmp(a));
        for n in [0usize, 1, 3, 10, 40, 300] {
            let expected = all[n].max(0.0).sqrt();
            let found =
                if n == 0 { capacity.eigenvalue(1.0).unwrap().sqrt() } else { capacity.width(n as f64).unwrap() };
            assert!((found - expected).abs() <= 1e-12 * expected, "{kernel} {n}: {found:e} {expected:e}");
        }
        for log_balls in [0.5, 5.0, 60.0] {
            let mut logs = 0.0;
            let best = all.iter().take_while(|x| **x > 0.0).enumerate().take(400).map(|(i, x)| {
                logs += 0.5 * x.ln();
                (logs - log_balls) / (i + 1) as f64
            });
            let best = best.fold(f64::NEG_INFINITY, f64::max).exp();
            let [lower, upper] = capacity.entropy_numbers(log_balls).unwrap();
            // Moved outward by their error, a few units of 1e-12.
            assert!(lower <= best && lower / best > 1.0 - 1e-11, "{kernel} {log_balls}: {lower:e} {best:e}");
            assert!(
                upper >= 6.0 * best && upper / best / 6.0 < 1.0 + 1e-11,
                "{kernel} {log_balls}: {upper:e} {best:e}"
            );
        }
    }
    // lambda_i ~ A (1/((p-1)! i))^(p/(p-1)) with both parities of one constant: 2/((p-1)! i) theory D2
    let law = Kernel::parse("laplace(1)").unwrap().decay_law(sphere(4), 20).unwrap();
    let zonal::decay::Prediction::Power(zonal::decay::Leading::Steady(law)) = &law.parities.even else { panic!() };
    let capacity = Capacity::new(&levels("laplace(1)", 4));
    let ratio = |i: f64| capacity.eigenvalue(i).unwrap() / (law.constant.to_f64() * (2.0 / (6.0 * i)).powf(4.0 / 3.0));
    assert!((ratio(1e9) - 1.0).abs() < 5e-3, "{}", ratio(1e9));
    // e_n ~ i^(-b/2) beyond: the width of as many dimensions as logarithms, up to a factor
    let [lower, _] = capacity.entropy_numbers(1e6).unwrap();
    let slope = (capacity.entropy_numbers(1e8).unwrap()[0] / lower).ln() / 100f64.ln();
    assert!((slope + 2.0 / 3.0).abs() < 0.02, "{slope}");
}

/// The Rademacher complexity and the information gain of actual points: within their bounds.
#[test]
fn bounds_hold_for_points() {
    use zonal::data::Points;
    use zonal::gram::{Scaling, ZonalGram};
    let (kernel, p, n) = ("ntk(3)", 4, 200usize);
    let capacity = Capacity::new(&levels(kernel, p));
    let points = Points::uniform(n, sphere(p), 7).unwrap();
    let gram =
        ZonalGram::new(Kernel::parse(kernel).unwrap().tabulate(None).unwrap(), Scaling::Sphere).gram(&points).unwrap();
    let values = zonal::linear::eigenvalues(&gram).unwrap();
    for noise in [0.01, 1.0, 100.0] {
        let gain: f64 = 0.5 * values.iter().map(|l| (l / noise).ln_1p()).sum::<f64>();
        let bound = capacity.information_gain(n as f64, noise).unwrap();
        // Jensen's inequality gives away much where the noise is small.
        let least = if noise < 1.0 { 0.2 } else { 0.8 };
        assert!(gain <= bound && gain > least * bound, "{noise}: {gain} {bound}");
    }
    // E sqrt(sigma^T K sigma)/n over signs
    let mut state = 1u64;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        if state >> 63 == 0 { 1.0 } else { -1.0 }
    };
    let mut sum = 0.0;
    for _ in 0..400 {
        let signs: Vec<f64> = (0..n).map(|_| draw()).collect();
        let form: f64 =
            (0..n).map(|i| gram.row(i).iter().zip(&signs).map(|(k, s)| k * s).sum::<f64>() * signs[i]).sum();
        sum += form.sqrt() / n as f64 / 400.0;
    }
    let [lower, upper] = capacity.rademacher(n as f64).unwrap();
    assert!(lower <= sum && sum <= upper, "{lower} {sum} {upper}");
    let local = |r: f64| capacity.local_rademacher(n as f64, r).unwrap();
    assert!((local(1e9) / (2.0f64.sqrt() * upper) - 1.0).abs() < 1e-6 && local(1e-6) < 0.2 * local(1.0));
}

/// Inputs that once gave wrong numbers.
#[test]
fn slow_laws_and_far_energies() {
    // One sample: the gain is exactly log(1 + 1e-9)/2.
    for kernel in ["gamma_exponential(1,1/5)", "gamma_exponential(1,1/2)", "ntk(3)"] {
        let levels = levels(kernel, 3);
        let gain = Capacity::new(&levels).information_gain(1.0, 1e9).unwrap();
        let exact = 0.5 * (levels.trace() * 1e-9).ln_1p();
        assert!(gain >= exact * (1.0 - 1e-7) && gain < exact * 1.01, "{kernel}: {gain:e} {exact:e}");
    }
    // A norm that diverges like a logarithm, and one that converges like k^-0.01.
    for g in ["abs(u)", "abs(u)^1.005"] {
        let (.., modes) = modes("laplace(1)", 3, g);
        assert!(BestApproximation::best(&modes, 2.0).is_ok());
        assert!(matches!(BestApproximation::best(&modes, 1e5), Err(Error::Unable(_))), "{g}");
    }
    // Energy in a high degree alone; kinks too close together for a law.
    let (.., far) = modes("laplace(1)", 3, &format!("energies:0.5,{}1", "0,".repeat(500)));
    assert!((far.energy() - 1.5).abs() < 1e-12 && far.rest == 0.0);
    let (.., farther) = modes("laplace(1)", 3, &format!("energies:0.5,{}1", "0,".repeat(3000)));
    assert!((farther.energy() - 1.5).abs() < 1e-12 && farther.rest == 1.0);
    let (.., close) = modes("laplace(1)", 3, "step(u-0.3)-step(u-0.3001)");
    assert!((close.energy() / 5e-5 - 1.0).abs() < 1e-10, "{:e}", close.energy());
    // The zero function is in every ball.
    let (levels, target, modes) = modes("laplace(1)", 30, "abs(u)");
    let best = BestApproximation::best(&modes, 30.0).unwrap();
    let sup = SupBound::of(&target, &levels, best.regularisation).unwrap();
    // |u| is 1 at u = 1, where nothing else is taken off.
    assert!((1.0..=1.0 + 1e-9).contains(&sup.bound), "{sup:?}");
}

/// Capacities with a few eigenvalues, and of one sample, by hand.
#[test]
fn capacities_by_hand() {
    let near = |found: f64, exact: f64, tolerance: f64| {
        assert!((found / exact - 1.0).abs() < tolerance, "{found:e} {exact:e}");
    };
    // sqrt(T/n) and 2^(-1/2) of it, T = kappa(1) = 3
    let [lower, upper] = Capacity::new(&levels("ntk(3)", 4)).rademacher(200.0).unwrap();
    near(lower, 0.0075f64.sqrt(), 1e-14);
    near(upper, 0.015f64.sqrt(), 1e-14);
    // Eigenvalues 0.5 once, 0.1 four times, 0.01 ten times.
    let few = Capacity::new(&Levels::of_values(&[(0.5, 1.0), (0.1, 4.0), (0.01, 10.0)]).unwrap());
    // (2/20) sum min(0.05, lambda) = 0.1 (0.05 + 4 0.05 + 10 0.01)
    near(few.local_rademacher(20.0, 0.05).unwrap(), 0.035f64.sqrt(), 1e-14);
    // 1/2 sum log(1 + 20 lambda/0.5) = (log 21 + 4 log 5 + 10 log 1.4)/2
    near(few.information_gain(20.0, 0.5).unwrap(), 6.423498226835977, 1e-14);
    // All eigenvalues below r, or small beside the ridge: what is left is the trace, kappa(1) = 3, the far degrees
    // included.
    let levels = levels("ntk(3)", 3);
    near(Capacity::new(&levels).local_rademacher(2.0, 1e9).unwrap().powi(2), 3.0, 1e-10);
    near(levels.effective_dimension(1e30) * 1e30, 3.0, 1e-10);
    // One sample and much noise: kappa(1)/(2 noise), kappa(1) = 1.
    let slow = Capacity::new(&self::levels("gamma_exponential(1,1/5)", 3));
    // x - x^2/2 <= log(1+x) <= x, and the squares of the eigenvalues add to at most 1.
    let found = slow.information_gain_with_error(1.0, 1e9).unwrap();
    let [low, high] = [0.5e-9 * (1.0 - 0.5e-9), 0.5e-9];
    assert!(low - found.error <= found.value && found.value <= high + found.error, "{found:?}");
    assert!(found.error < 1e-11 * found.value, "{found:?}");
}

/// E step(u)^2 = 1/2.
#[test]
fn modes_keep_the_energy_of_a_step() {
    let (.., modes) = modes("ntk(3)", 3, "step(u)");
    assert!((modes.energy() - 0.5).abs() < 1e-9, "{:e}", modes.energy() - 0.5);
}

#[test]
fn bad_input_is_refused() {
    let (levels, _, modes) = modes("ntk(2)", 4, "u^2");
    for radius in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(BestApproximation::best(&modes, radius), Err(Error::Input(_))), "{radius}");
    }
    let given = Target::parse("energies:1", sphere(4)).unwrap();
    assert!(matches!(SupBound::of(&given, &levels, 1.0), Err(Error::Input(_))));
    let capacity = Capacity::new(&levels);
    assert!(matches!(capacity.width(-1.0), Err(Error::Input(_))));
    assert!(matches!(capacity.eigenvalue(f64::NAN), Err(Error::Input(_))));
    assert!(matches!(capacity.entropy_numbers(0.0), Err(Error::Input(_))));
    assert!(matches!(capacity.rademacher(0.0), Err(Error::Input(_))));
    assert!(matches!(capacity.information_gain(10.0, 0.0), Err(Error::Input(_))));
    assert!(matches!(capacity.local_rademacher(10.0, -1.0), Err(Error::Input(_))));
}
