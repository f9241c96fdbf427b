//! One plan for any rigour: proof by default, plans that can be changed, and what falls short planned anew.

use zonal::number::Digits;
use zonal::spectrum::{Assurance, Method, Rigour, Spectrum};
use zonal::{Error, Kernel, Sphere};

fn spectrum(kernel: &str, p: u64) -> Spectrum {
    Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap())
}

/// Kernels of the catalogue, of every kind of end and of none.
const KERNELS: [&str; 13] = [
    "ntk(2)",
    "ntk(3)",
    "ntk(10)",
    "nngp(3)",
    "ntk_bias(3)",
    "arccos(1)",
    "laplace(1)",
    "matern(3/2,1)",
    "gaussian(1)",
    "exponential(1)",
    "inverse_multiquadric(1)",
    "poisson(1/2)",
    "gamma_exponential(1,1/2)",
];

/// Every row is exact or proved without being asked for, and a quick estimate has the same decimals.
#[test]
fn proof_is_the_default() {
    let degrees: Vec<u64> = (0..=10).chain([20, 50, 51, 100, 101, 200, 201, 500, 1000, 1001]).collect();
    for kernel in KERNELS {
        for p in [2, 3, 10] {
            let table = spectrum(kernel, p).table(&degrees).unwrap();
            for row in &table.rows {
                assert!(row.rigour >= Rigour::Rigorous, "{kernel}, p = {p}, k = {}: {}", row.degree, row.rigour);
            }
            let quick = spectrum(kernel, p).rigour(Assurance::Estimated).table(&degrees).unwrap();
            for (a, b) in table.rows.iter().zip(&quick.rows) {
                assert_eq!((a.degree, a.to_string()), (b.degree, b.to_string()), "{kernel}, p = {p}");
            }
        }
    }
    // Control: what has no proof says so, and is refused where one is demanded.
    let hard = spectrum("acos(matern(3/2,1))", 3);
    assert_eq!(hard.eigenvalue(2).unwrap().rigour, Rigour::Estimated);
    assert!(matches!(hard.rigour(Assurance::Proved).eigenvalue(2), Err(Error::Unable(_))));
}

/// A plan for each rigour says who proves; one that was changed is carried out as it is.
#[test]
fn plans_are_carried_out_as_they_are() {
    let degrees = [0, 1, 2, 2000];
    let ntk = spectrum("ntk(3)", 10);
    for assurance in [Assurance::Best, Assurance::Proved, Assurance::Estimated] {
        let plan = ntk.clone().rigour(assurance).plan(&degrees).unwrap();
        let ways: Vec<(Method, bool)> = plan.assignments.iter().map(|a| (a.method, a.proved)).collect();
        let proved = assurance != Assurance::Estimated;
        assert_eq!(ways, [(Method::Quadrature, proved), (Method::Endpoint, true)], "{assurance:?}");
    }
    let mut plan = ntk.plan(&degrees).unwrap();
    // Another method, other degrees.
    plan.assignments[0].proved = false;
    plan.assignments[0].degrees = vec![2, 4];
    let table = ntk.carry_out(&plan).unwrap();
    let rows: Vec<(u64, Method, Rigour)> = table.rows.iter().map(|row| (row.degree, row.method, row.rigour)).collect();
    assert_eq!(
        rows,
        [
            (2, Method::Quadrature, Rigour::Estimated),
            (4, Method::Quadrature, Rigour::Estimated),
            (2000, Method::Endpoint, Rigour::Rigorous)
        ]
    );
    // A method that does not serve a degree falls short there, and another takes its place.
    plan.assignments[1].degrees = vec![3, 2000];
    let rows = ntk.carry_out(&plan).unwrap().rows;
    let third = rows.iter().find(|row| row.degree == 3).unwrap();
    assert_eq!((third.method, third.rigour), (Method::Quadrature, Rigour::Rigorous));
    assert_eq!(third.to_string(), ntk.eigenvalue(3).unwrap().to_string());
    // A way that a method does not have is an error, not a panic.
    plan.assignments[1].proved = false;
    assert!(matches!(ntk.carry_out(&plan), Err(Error::Input(why)) if why.contains("endpoint")));
    // Its digits are those of the plan; degrees in any order, but none beyond the largest, and some.
    let mut plan = ntk.plan(&[1, 2]).unwrap();
    plan.digits = Digits::Count(25);
    plan.assignments[0].degrees = vec![2, 1, 2];
    let rows = ntk.carry_out(&plan).unwrap().rows;
    assert_eq!(
        (rows.len(), rows[1].to_string()),
        (2, ntk.clone().digits(25).unwrap().eigenvalue(2).unwrap().to_string())
    );
    for degrees in [vec![], vec![u64::MAX]] {
        plan.assignments[0].degrees = degrees;
        assert!(matches!(ntk.carry_out(&plan), Err(Error::Input(_))));
    }
}

/// One method, with the rigour that it has: nothing else takes its place.
#[test]
fn one_method_stays_one() {
    let only = |kernel, method, assurance| spectrum(kernel, 3).method(method).rigour(assurance).eigenvalue(2);
    for (assurance, rigour) in [(Assurance::Best, Rigour::Rigorous), (Assurance::Estimated, Rigour::Estimated)] {
        let row = only("ntk(3)", Method::Quadrature, assurance).unwrap();
        assert_eq!((row.method, row.rigour), (Method::Quadrature, rigour));
    }
    assert!(matches!(only("ntk(3)", Method::ClosedForm, Assurance::Best), Err(Error::Unable(_))));
    let zero = spectrum("ntk(2)", 3).method(Method::Quadrature).eigenvalue(3).unwrap();
    assert_eq!((zero.method, zero.rigour), (Method::Structure, Rigour::Exact));
}
