use super::*;
use crate::domain::Sphere;
use crate::kernel::Kernel;

fn problem(kernel: &str, p: u64) -> ExaminedKernel {
    ExaminedKernel::new(Kernel::parse(kernel).unwrap(), Sphere::in_dimension(p).unwrap()).unwrap()
}

/// The intervals cover [0, 1], and the error is the sum of the bound of every rule and of all that is left out.
#[test]
fn nothing_is_lost() {
    let mut left_out = 0;
    for (kernel, p) in [("(1-u)^(7/10)", 2), ("exp(abs(u))", 3), ("max(0, 1 - acos(u))", 5), ("abs(u)^(1/2)", 3)] {
        let problem = problem(kernel, p);
        let aim = Aim { p, highest: 12, bits: 40, scale: 0 };
        for (index, side) in sides(&problem, &[]).unwrap().iter().enumerate() {
            let division = Division::of(index, side, aim).ok().unwrap();
            let mut ends: Vec<(f64, f64)> = division.parts.iter().map(|part| (part.from, part.to)).collect();
            ends.extend(division.left_out.iter().map(|(from, to, _)| (*from, *to)));
            ends.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(ends[0].0 == 0.0 && ends[ends.len() - 1].1 == 1.0, "{kernel}: {ends:?}");
            assert!(ends.windows(2).all(|pair| pair[0].1 == pair[1].0), "{kernel}: {ends:?}");
            let size = |b: &Bounds| b.kappa * b.sine.powi(p as i32 - 2) * (12.0 * b.height).exp();
            let rules = division.parts.iter().map(|part| {
                let (rho, half) = (part.log_rho.exp(), 0.5 * side.longest() * (part.to - part.from));
                64.0 / 15.0 * half * size(&part.bounds) / ((rho * rho - 1.0) * rho.powf(2.0 * part.nodes as f64 - 2.0))
            });
            let rest = division.left_out.iter().map(|(from, to, b)| side.longest() * (to - from) * size(b));
            let expected = rules.chain(rest).sum::<f64>();
            let bound = division.error(side, aim).unwrap().magnitude().to_float().to_f64();
            assert!(
                bound >= expected * (1.0 - 1e-9) && bound <= expected * (1.0 + 1e-9),
                "{kernel}: {bound:e} {expected:e}"
            );
            // Each is as small as was asked for.
            assert!(bound < 2f64.powi(-40) * ends.len() as f64, "{kernel}: {bound:e}");
            left_out += division.left_out.len();
        }
    }
    assert!(left_out > 2, "{left_out}");
}

/// The bounds hold on the ellipses: the kernel at real and complex angles, from its formula.
#[test]
fn bounds_hold() {
    let problem = problem("(1-u)^(7/10)", 4);
    let sides = sides(&problem, &[]).unwrap();
    // Half the length is pi/4 from 0; from pi the kernel is 2^(7/10) there.
    for (from, to) in [(0.25f64, 0.5f64), (1e-9, 2e-9), (0.5, 1.0)] {
        let part = rule(0, &sides[0], from, to, Aim { p: 4, highest: 3, bits: 60, scale: 0 }).unwrap();
        let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
        let mut largest = 0.0f64;
        for i in 0..=100 {
            // theta = length (middle + half cosh(log_rho + i t)), |1 - cos theta| = 2 |sin(theta/2)|^2
            let t = std::f64::consts::PI * f64::from(i) / 100.0;
            let length = std::f64::consts::FRAC_PI_2;
            let x = length * (middle + half * part.log_rho.cosh() * t.cos());
            let y = length * half * part.log_rho.sinh() * t.sin();
            let square = (x / 2.0).sin().powi(2) + (y / 2.0).sinh().powi(2);
            largest = largest.max((2.0 * square).powf(0.7));
            let sine = (x.sin().powi(2) + y.sinh().powi(2)).sqrt();
            assert!(part.bounds.sine >= sine * (1.0 - 1e-12) && part.bounds.height >= y * (1.0 - 1e-12));
        }
        let bound = part.bounds.kappa;
        assert!(bound >= largest * (1.0 - 1e-12) && bound < 4.0 * largest, "{from}: {bound:e} {largest:e}");
    }
}
