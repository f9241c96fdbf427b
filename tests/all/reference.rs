//! Every kernel of the catalogue against tables made by independent programs (tests/reference): 33 kernels, dimensions
//! 2 to 10^4, degrees to 1001, 30 digits.

use crate::support;

use std::collections::BTreeMap;
use support::{THIRTY_DIGITS, eigenvalues, float, relative};
use zonal::{Kernel, Sphere};

/// Degrees and reference values, by kernel and dimension.
type Groups = BTreeMap<(String, u64), Vec<(u64, String)>>;

fn groups(dims: impl Fn(u64) -> bool) -> Groups {
    let mut groups = Groups::new();
    for row in eigenvalues().into_iter().filter(|row| dims(row.dim)) {
        groups.entry((row.kernel, row.dim)).or_default().push((row.degree, row.value));
    }
    groups
}

/// Compares all groups; returns how many values were compared.
fn compare(groups: &Groups) -> usize {
    let mut count = 0;
    for ((kernel, dim), rows) in groups {
        let degrees: Vec<u64> = rows.iter().map(|(k, _)| *k).collect();
        let spectrum = Kernel::parse(kernel).unwrap().spectrum(Sphere::in_dimension(*dim).unwrap()).digits(30).unwrap();
        let table = spectrum.table(&degrees).unwrap_or_else(|e| panic!("{kernel}, p = {dim}: {e}"));
        for (row, (k, expected)) in table.rows.iter().zip(rows) {
            assert_eq!(row.degree, *k);
            let place = format!("{kernel}, p = {dim}, k = {k}: {} against {expected}", row.decimal());
            let (value, expected) = (float(&row.decimal()), float(expected));
            // Zeros are zeros on both sides.
            assert_eq!(value.is_zero(), expected.is_zero(), "{place}");
            assert_eq!(row.is_zero(), expected.is_zero(), "{place}");
            assert!(relative(&value, &expected) < THIRTY_DIGITS, "{place}");
            // The stated error covers the true one (the reference itself is right to 1e-36).
            let stated = float(&row.decimal_error()) + expected.clone().abs() * 1e-35;
            assert!((value - expected).abs() <= stated, "{place}: stated error {}", row.decimal_error());
            count += 1;
        }
    }
    count
}

#[test]
fn low_dimensions_agree_with_the_reference() {
    assert_eq!(compare(&groups(|p| p <= 10)), 33 * 5 * 58);
}

#[test]
fn middle_dimensions_agree_with_the_reference() {
    assert_eq!(compare(&groups(|p| (50..=200).contains(&p))), 33 * 3 * 58);
}

#[test]
fn high_dimensions_agree_with_the_reference() {
    assert_eq!(compare(&groups(|p| p > 200)), 33 * 2 * 58);
}

#[test]
#[should_panic(expected = "k = 4")]
fn a_reference_wrong_in_the_29th_digit_is_noticed() {
    let mut groups = groups(|p| p == 10);
    groups.retain(|(kernel, _), _| kernel == "ntk(3)");
    for rows in groups.values_mut() {
        let wrong = float(&rows[4].1) * (1u32 + float("2e-29"));
        rows[4].1 = wrong.to_string_radix(10, Some(36));
    }
    compare(&groups);
}

#[test]
fn point_values_agree_with_the_reference() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/");
    let mut count = 0;
    for (file, shift) in [("values.csv", 0), ("values_poisson.csv", 1)] {
        for record in csv::Reader::from_path(format!("{path}{file}")).unwrap().records() {
            let record = record.unwrap();
            let dimension = (shift == 1).then(|| record[1].parse().unwrap());
            let (at, expected) = (zonal::kernel::parse_point(&record[1 + shift]).unwrap(), &record[2 + shift]);
            let kernel = Kernel::parse(&record[0]).unwrap();
            let value = kernel.evaluate_at(&at, dimension, zonal::number::Digits::Count(38)).unwrap();
            let place = format!("{kernel} at {at}: {value} against {expected}");
            // 38 digits of a reference of 40.
            assert!(relative(&float(&value.to_string()), &float(expected)) < 1e-37, "{place}");
            count += 1;
        }
    }
    assert_eq!(count, 258 + 48);
}
