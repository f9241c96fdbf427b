//! Long tables in parts: the same rows as short ones, in order, without gaps.

use zonal::parity::Parity;
use zonal::spectrum::{Plan, Spectrum, TablePart};
use zonal::{Error, Kernel, Sphere};

fn spectrum(kernel: &str, p: u64) -> Spectrum {
    Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(p).unwrap())
}

/// Degree, decimal, error and method of every row, and how many rows came in long parts.
fn rows(spectrum: &Spectrum, plan: &Plan) -> (Vec<(u64, String, String, &'static str)>, usize) {
    let (mut rows, mut long) = (Vec::new(), 0);
    spectrum
        .carry_out_in_parts(plan, |part| {
            match part {
                TablePart::Table(table) => {
                    let own = table.rows.iter();
                    rows.extend(own.map(|row| (row.degree, row.decimal(), row.decimal_error(), row.method.name())));
                }
                TablePart::Long(list) => {
                    long += list.len();
                    rows.extend(list.iter().map(|row| {
                        let (decimal, error) = row.decimal();
                        (row.degree, decimal, error, row.method().name())
                    }));
                }
            }
            Ok(())
        })
        .unwrap();
    (rows, long)
}

/// Decimals and methods are the same; error bounds may be larger by 1% of half a unit in the last place, what the
/// remainder at the start of a block is more than at the degree itself, and by a digit, as both round up.
#[test]
fn long_tables_have_the_rows_of_short_ones() {
    let tables = [
        ("ntk(10)", 10),
        ("laplace(1)", 3),
        ("arccos(1)", 5),
        ("arccos(2)", 2),
        ("ntk(3)", 50),
        ("gamma_exponential(1,3/2)", 4),
        ("1e200*laplace(1)", 3),
        ("(1-u)^(1/2)+(1+u)^(3/2)", 2),
    ];
    for (kernel, p) in tables {
        let spectrum = spectrum(kernel, p);
        let degrees: Vec<u64> = (0..=40_000).collect();
        let plan = spectrum.plan(&degrees).unwrap();
        let table = spectrum.carry_out(&plan).unwrap();
        let (found, long) = rows(&spectrum, &plan);
        assert!(long > 30_000 && found.len() == table.rows.len(), "{kernel}: {long} {}", found.len());
        let mut larger = 0;
        for (row, (degree, decimal, error, method)) in table.rows.iter().zip(&found) {
            assert_eq!((row.degree, row.decimal()), (*degree, decimal.clone()), "{kernel}, p = {p}");
            assert_eq!(row.method.name(), *method, "{kernel}, p = {p}, k = {degree}");
            let [own, other]: [f64; 2] = [error, &row.decimal_error()].map(|text| text.parse().unwrap());
            let more = 0.1 * other + 4e-19 * row.to_f64().abs();
            assert!(own >= other * 0.98 && own <= other + more, "{kernel}, p = {p}, k = {degree}: {own} {other}");
            larger += usize::from(own > other);
        }
        assert!(larger < 400, "{kernel}: {larger}");
        let odd = |row: &&(u64, String, String, &str)| Parity::of(row.0) == Parity::Odd && row.0 > 2;
        assert!(kernel != "arccos(1)" || found.iter().filter(odd).all(|row| row.1 == "0" && row.2 == "0"));
    }
}

/// Lists with holes, other digits and methods, and short lists come as tables.
#[test]
fn what_is_not_long_comes_as_a_table() {
    let check = |spectrum: &Spectrum, degrees: &[u64], expected: usize| {
        let plan = spectrum.plan(degrees).unwrap();
        let (found, long) = rows(spectrum, &plan);
        assert_eq!((found.len(), long), (degrees.len(), expected));
        assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0));
    };
    let ntk = spectrum("ntk(3)", 4);
    check(&ntk, &(0..=900).collect::<Vec<_>>(), 0);
    check(&ntk, &(0..=15_000_000).step_by(1000).collect::<Vec<_>>(), 0);
    check(&ntk.clone().digits(20).unwrap(), &(0..=12_000).collect::<Vec<_>>(), 0);
    check(&ntk, &(50_000..70_000).chain(80_000..90_000).collect::<Vec<_>>(), 30_000);
}

/// An error on the receiving side ends the work.
#[test]
fn the_receiver_can_stop() {
    let ntk = spectrum("ntk(3)", 4);
    let plan = ntk.plan(&(0..=200_000).collect::<Vec<_>>()).unwrap();
    let mut parts = 0;
    let stopped = ntk.carry_out_in_parts(&plan, |_| {
        parts += 1;
        if parts == 2 { Err(Error::input("enough")) } else { Ok(()) }
    });
    assert!(stopped.is_err() && parts == 2);
}
