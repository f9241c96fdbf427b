//! Kernels in which something hides: narrow peaks, parts of a sum that start late, mass outside a cut interval, kinks
//! beside peaks. Each value must be right, or the program must say that it is unable; a wrong digit is the one thing
//! not allowed.
//!
//! The expected values were computed with mpmath at 25 to 60 digits, with panels placed on the features, or follow from
//! closed forms (a Gaussian peak exp(-a (u-c)^2) adds sqrt(pi/a)/2 to mu_0 in dimension 3).

use crate::support;

use support::{float, relative};
use zonal::{Error, Kernel, Sphere};

/// Kernel, dimension, digits asked for, degree, value.
const CASES: [(&str, u64, u32, u64, &str); 30] = [
    // Power series of another function: a kink inside.
    ("sqrt((u-1/3)^2)", 3, 20, 1, "-0.16049382716049382716"),
    ("sqrt((u-1/3)^2)", 3, 20, 2, "0.098765432098765432099"),
    ("sqrt((u-1e-9)^2)", 3, 5, 0, "0.50000000"),
    // Power series whose pilot does not see a part.
    ("exp(-1e6*(u-1/3)^2)+exp(u)", 3, 12, 0, "1.17608742056925"),
    ("u+cos(u^150)", 3, 12, 0, "0.998406678299417"),
    ("1e-400*laplace(1)+exp(u)", 3, 10, 200, "6.2032812286e-408"),
    ("exp(u)+exp(-5e3*(u-1/2)^2)", 3, 12, 0, "1.1877343350169565"),
    ("exp(u)+exp(-5e3*(u-1/2)^2)", 3, 12, 1, "0.37414601185801982"),
    ("exp(u)+exp(-1e5*(u-1/3)^2)", 3, 12, 2, "0.07062872594545856"),
    ("exp(u)+exp(500*(u-1))*(1-u)", 3, 15, 0, "1.1752031936438014569"),
    ("exp(u)+(u^16)^16*(1-u^2)", 3, 12, 2, "0.07159222612287181"),
    // Narrow peaks and fronts between the samples.
    ("gaussian(1e12)+exp(u)", 3, 25, 0, "1.17520119364405145688238185060"),
    ("laplace(1e8)+exp(u)", 3, 8, 10, "7.43279855e-11"),
    ("exp(-1e9*u^2)+laplace(1)", 3, 8, 0, "0.2970251001"),
    ("exp(-1e16*(u-1/3)^2)+ntk(3)", 3, 12, 0, "0.930251940504576"),
    ("exp(u)+exp(-1e12*(u-1/3)*(u-1/3))", 3, 15, 0, "1.1752020798707269096"),
    ("exp(u)+exp(-1e6*(u^2-2*u/3+1/9))", 3, 6, 0, "1.176087"),
    ("laplace(1)+exp(-1e8*(u-1/2)*(u-1/2))", 10, 12, 1, "0.019317104196981427"),
    ("exp(u)+exp(-1e20*(u-0.3)^2)+exp(-1e20*(u-0.3000004)^2)", 3, 15, 0, "1.17520119382104684"),
    ("sqrt((u-0.3)^2)+exp(-1e20*(u-0.3000004)^2)", 3, 14, 1, "-0.145499999973413"),
    ("arccos1(u)+exp(-1e20*(u-0.9999996)^2)", 2, 9, 0, "0.4052847976"),
    ("exp(u)+exp(-1e12*(u-1/3)^2)+1e-30*sin(4000*u)", 3, 13, 0, "1.17520207987073"),
    // Mass where the quadrature in high dimensions cuts the interval.
    ("exp(200*u^6)", 120, 3, 0, "54732.041293752242858"),
    ("exp(300*u^6)", 200, 3, 0, "1.02218999506"),
    ("exp(400*u^10)", 200, 15, 0, "1814012.28823264099976"),
    ("1/(1.001-u^8)^40", 60, 3, 2, "15749.2629"),
    ("exp(600*u^8)", 300, 5, 0, "8.35011142309e22"),
    ("exp(1000*u^21)", 300, 10, 0, "1.23647622412e98"),
    ("1+1e120*exp(-1000*(1-u))", 200, 10, 0, "55636.3180936301"),
    // Complex singularities near the real line.
    ("arccos1(u)+1/(1+25*u^2)", 3, 18, 50, "-1.5292999141068801262e-6"),
];

#[test]
fn what_hides_is_found_or_declined() {
    let mut found = 0;
    for (kernel, p, digits, k, expected) in CASES {
        let spectrum =
            Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap()).digits(digits).unwrap();
        match spectrum.eigenvalue(k) {
            Ok(value) => {
                // A few units of the last digit asked for, or of the last given here (a leading zero counts as one).
                let given = expected.split('e').next().unwrap_or("").bytes().filter(u8::is_ascii_digit).count() as i32;
                let tolerance = 10f64.powi(2 - given.min(digits as i32));
                let off = relative(&float(&value.decimal()), &float(expected));
                assert!(off < tolerance, "{kernel}, p = {p}, k = {k}: {value} against {expected}");
                found += 1;
            }
            Err(Error::Unable(_)) => {}
            Err(e) => panic!("{kernel}: {e}"),
        }
    }
    // Declining everything would pass the loop.
    assert!(found >= 20, "only {found} of {} computed", CASES.len());
}

#[test]
fn sums_of_two_parts_are_no_single_term() {
    for (kernel, one_term) in [
        ("ntk(3)", true),
        ("3*exp(-2*(1-u)/7)", true),
        ("arccos1(arccos1(u))", true),
        ("1 + laplace(1)", true),
        ("exp(u) + u", false),
        ("u^2 + u", false),
        ("exp(u) + cos(u^150)", false),
        ("sqrt(1 + exp(u) + u^4)", false),
    ] {
        assert_eq!(Kernel::parse(kernel).unwrap().expr().is_one_term(), one_term, "{kernel}");
    }
}
