//! Multiplicities and their sizes.

use rug::Float;
use zonal::{Kernel, Sphere};

/// The size of an integer that is not computed is that of the integer: its logarithm to rounding, its first digits.
#[test]
fn sizes_are_those_of_the_integers() {
    let kernel = Kernel::parse("exp(u)").unwrap();
    let mut long = 0;
    for (p, degrees) in [
        (2u64, vec![0, 1, 5]),
        (3, vec![0, 1, 2, 1000]),
        (10, vec![0, 1, 7, 100, 400]),
        (1000, vec![0, 1, 50, 99, 100, 2000]),
        (1001, vec![1, 50, 98, 99, 100, 101, 2000]),
        (5000, vec![1, 2, 99, 100, 400, 3000]),
        (20_000, vec![2, 300]),
    ] {
        let spectrum = kernel.spectrum(Sphere::in_dimension(p).unwrap());
        for row in spectrum.table_with_gaps(&degrees).unwrap().rows {
            let (size, abbreviated) = (row.multiplicity.ln(), row.multiplicity.abbreviated());
            let exact = row.multiplicity.to_string();
            let ln = Float::with_val(100, &*row.multiplicity).ln();
            let error = Float::with_val(100, &ln - size).abs();
            // Sums of logarithms, less ln Gamma(p - 1), each to some units of the last place.
            let terms = ln.to_f64() + 2.0 * Float::with_val(64, p).ln_gamma().to_f64();
            assert!(error <= 4e-15 * terms.max(1.0), "N({p},{}): {size} {ln}", row.degree);
            if exact.len() > 24 {
                long += 1;
                let expected = format!("~{}.{}e{}", &exact[..1], &exact[1..4], exact.len() - 1);
                assert_eq!(abbreviated, expected, "N({p},{})", row.degree);
            } else {
                assert_eq!(abbreviated, exact);
            }
        }
    }
    assert!(long > 12, "{long}");
}
