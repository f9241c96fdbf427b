//! Quadrature rules and the fixed-point recurrence against exact values.

use proptest::prelude::*;
use rug::ops::Pow;
use rug::{Float, Rational};
use zonal::Sphere;
use zonal::number::{Multiprecision, Number};
use zonal::quadrature::{GaussLegendre, TanhSinh};
use zonal::spectrum::{Sample, project};

/// sum_j w_j x_j^m over the whole rule.
fn moment(rule: &GaussLegendre, n: usize, m: u32, bits: u32) -> Float {
    let mut sum = Float::new(bits + 32);
    for (i, (x, w)) in rule.middles().enumerate() {
        let middle = n % 2 == 1 && i == n / 2;
        sum += Float::with_val(bits + 32, x.pow(m)) * w * if middle { 1u32 } else { 2 };
    }
    sum
}

#[test]
fn gauss_legendre_integrates_even_powers_up_to_its_degree() {
    for (n, bits) in [(1, 64), (2, 100), (3, 333), (17, 200), (64, 64), (257, 246), (500, 900)] {
        let rule = GaussLegendre::new(n, bits).unwrap();
        assert_eq!(rule.nodes.len(), n.div_ceil(2));
        for m in [0, 2 * (n as u32 / 2), 2 * n as u32 - 2] {
            let exact = Float::with_val(bits + 32, Rational::from((2, m + 1)));
            let error = (moment(&rule, n, m, bits) - exact).abs();
            // n weights and nodes, each wrong by less than 2^-bits, m times for a power of a node.
            let bound = Float::with_val(64, 4 * n as u64 * (u64::from(m) + 1)) >> bits;
            assert!(error <= bound, "n = {n}, {bits} bits, m = {m}: {error}");
        }
        // Negative control: the next even power is not integrated exactly, and the check sees it.
        let m = 2 * n as u32;
        if n <= 17 {
            let exact = Float::with_val(bits + 32, Rational::from((2, m + 1)));
            let bound = Float::with_val(64, 4 * n as u64 * (u64::from(m) + 1)) >> bits;
            assert!((moment(&rule, n, m, bits) - exact).abs() > bound, "n = {n}");
        }
    }
}

#[test]
fn tanh_sinh_halves_reuse_the_nodes_before() {
    let sum = |rule: &TanhSinh| {
        let samples = rule.nodes.iter().map(|node| {
            let far = Float::with_val(256, 1u32 - &node.near);
            // log(x), integral -1
            (Float::with_val(256, node.near.ln_ref()) + far.ln()) * &node.weight
        });
        samples.fold(Float::new(256), |a, b| a + b)
    };
    let coarse = sum(&TanhSinh::new(5, 220, false));
    let new = sum(&TanhSinh::new(6, 220, true));
    let fine = sum(&TanhSinh::new(6, 220, false));
    assert!((Float::with_val(256, &coarse + &new) - &fine).abs() < 1e-50);
    assert!((Float::with_val(256, fine >> 6u32) + 1u32).abs() < 1e-50);
    // Negative control: without the new nodes the sum is about half.
    assert!((coarse >> 6u32).to_f64() > -0.6);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The fixed-point sums are within their stated error, 2^-bits sum |s|, of the same sums in multiprecision.
    #[test]
    fn fixed_point_sums_are_within_their_error(
        p in prop_oneof![2u64..20, 1000u64..1_000_000],
        bits in 40u32..900,
        highest in 0u64..200,
        nodes in proptest::collection::vec((-999_999i64..1_000_000, -1000i64..1000, -1000i64..1000), 1..5),
    ) {
        let wide = bits + 100;
        let float = |n: i64, d: i64| Float::with_val(wide, Rational::from((n, d)));
        let samples: Vec<Sample> = nodes
            .iter()
            .map(|(t, a, b)| Sample { t: float(*t, 1_000_000), even: float(*a, 7), odd: float(*b, 3) })
            .collect();
        let degrees: Vec<u64> = (0..=highest).step_by(3).chain([highest + 1]).collect();
        let projection = project(&samples, p, &degrees, bits);
        let sums = &projection.sums;
        let size = samples.iter().fold(Float::new(64), |sum, s| sum + s.even.clone().abs() + s.odd.clone().abs());
        let bound = size >> bits;
        let sphere = Sphere::in_dimension(p).unwrap();
        let context = Multiprecision::new(wide);
        let legendre: Vec<Vec<Float>> =
            samples.iter().map(|s| sphere.legendre(&context, &s.t, highest as usize + 1)).collect();
        for (k, sum) in degrees.iter().zip(sums) {
            let mut exact = context.rational(&Rational::new());
            for (sample, values) in samples.iter().zip(&legendre) {
                let factor = if k % 2 == 0 { &sample.even } else { &sample.odd };
                exact += Float::with_val(wide, factor * &values[*k as usize]);
            }
            let error = Float::with_val(64, sum - &exact).abs();
            prop_assert!(error <= bound, "p = {p}, k = {k}, {bits} bits: {error} above {bound}");
            prop_assert!(error <= projection.error, "p = {p}, k = {k}, {bits} bits: {error} above the proved \
                {}", projection.error);
        }
    }
}

/// The tanh-sinh rule as a method for eigenvalues: it serves what the others do not. For (1-u) log(1-u), p = 3, the
/// derivative in s of $\\frac12\\int(1-u)^sP_k = 2^s(-s)_k/(s+1)_{k+1}$ at s = 1 is 2/((k-1)k(k+1)(k+2)) from k = 2 on.
/// An error of 10^-15 is seen.
#[test]
fn tanh_sinh_gives_eigenvalues() {
    use zonal::spectrum::{Assurance, Method, Rigour};
    let spectrum = zonal::Kernel::parse("(1-u)*log(1-u)").unwrap().spectrum(Sphere::in_dimension(3).unwrap());
    let spectrum = spectrum.digits(40).unwrap().method(Method::Quadrature).rigour(Assurance::Estimated);
    for row in spectrum.table(&[2, 3, 7, 20, 41]).unwrap().rows {
        let k = row.degree;
        let exact = Float::with_val(200, Rational::from((2, (k - 1) * k * (k + 1) * (k + 2))));
        let off = Float::with_val(64, (row.value.clone() / &exact - 1u32).abs_ref());
        assert!(row.rigour == Rigour::Estimated && off < 1e-38, "k = {k}: {row}, off by {off:e}");
        assert!(Float::with_val(64, &row.value - &exact).abs() <= row.error, "k = {k}");
    }
}
