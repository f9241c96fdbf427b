//! Expansions beside points, against contour integrals by an independent program (reference/expand.py).

use crate::cli_support;

use cli_support::{done, fails, rejects};
use rug::{Float, Rational};
use serde_json::json;
use std::collections::BTreeMap;
use zonal::question;
use zonal::watch::Watch;

/// Bits of the comparison, and what the references may be off by.
const BITS: u32 = 200;
const REFERENCE: f64 = 1e-37;

fn number(text: &str) -> Float {
    Float::with_val(BITS, Float::parse(text).unwrap())
}

/// The terms that the program finds: coefficients with their errors by exponent, and where its list ends.
fn found(kernel: &str, at: &str, terms: usize) -> (BTreeMap<Rational, (Float, Float)>, Rational) {
    let json = json!({ "question": "expand", "kernel": kernel, "at": at, "terms": terms, "digits": 30 });
    let answer = question::from_json(json).unwrap().ask(&Watch::new()).unwrap().data().unwrap();
    let exponent = |value: &serde_json::Value| -> Rational { value.as_str().unwrap().parse().unwrap() };
    let own = |term: &serde_json::Value, key: &str| number(term[key].as_str().unwrap());
    let terms = answer["terms"].as_array().unwrap().iter();
    let list = terms.map(|term| (exponent(&term["exponent"]), (own(term, "coefficient"), own(term, "error"))));
    (list.collect(), exponent(&answer["remainder"]))
}

/// Every coefficient lies within its error, zeros are not listed, nothing is left out before the rest. A negative
/// control: changed by 1e-28 they lie outside.
#[test]
fn coefficients_lie_within_their_errors() {
    let mut rows: BTreeMap<(&str, &str), Vec<(Rational, Float)>> = BTreeMap::new();
    for line in include_str!("../reference/expand.tsv").lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        rows.entry((cells[0], cells[1])).or_default().push((cells[2].parse().unwrap(), number(cells[3])));
    }
    assert_eq!(rows.len(), 25);
    let (mut compared, mut told) = (0, 0);
    for ((kernel, at), reference) in rows {
        let (list, rest) = found(kernel, at, 8);
        for (exponent, value) in reference.iter().filter(|(exponent, _)| *exponent < rest) {
            let Some((coefficient, error)) = list.get(exponent) else {
                assert!(value.is_zero(), "{kernel} at {at}: t^{exponent} is missing");
                continue;
            };
            let apart = |value: &Float| Float::with_val(BITS, coefficient - value).abs();
            let allowed = Float::with_val(BITS, error + REFERENCE);
            assert!(apart(value) <= allowed, "{kernel} at {at}: t^{exponent}: {coefficient}");
            compared += 1;
            let changed = Float::with_val(BITS, value * 1e-28) + value;
            told += usize::from(apart(&changed) > allowed);
        }
        let zeros: Vec<&Rational> = reference.iter().filter(|(_, value)| value.is_zero()).map(|(e, _)| e).collect();
        assert!(zeros.iter().all(|exponent| !list.contains_key(*exponent)), "{kernel} at {at}");
    }
    assert!(compared >= 120 && told == compared, "{compared} {told}");
}

#[test]
fn expansions_are_written_and_refused() {
    let text = done(&["expand", "--kernel", "ntk(2)", "--terms", "3"]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "ntk(2) at u = 1: powers of t = 2-2u");
    assert_eq!(lines[3].split_whitespace().collect::<Vec<_>>()[..2], ["1/2", "-0.31830988618379067154"]);
    assert!(lines[3].ends_with("-1/pi"), "{text}");
    let csv = done(&["expand", "--kernel", "u^2", "--at", "-1/3", "--terms", "3", "--format", "csv"]);
    assert_eq!(
        csv.lines().map(|line| line.split(',').nth(2).unwrap()).collect::<Vec<_>>(),
        ["exact", "1/9", "-2/3", "1"]
    );
    rejects(&["expand", "--kernel", "u", "--at", "2"], &["u = 2 lies outside [-1, 1]"]);
    rejects(&["expand", "--kernel", "u", "--terms", "0"], &["0 terms"]);
    rejects(&["expand", "--kernel", "u", "--at", "x"], &["'x' is not a point"]);
    fails(3, &["expand", "--kernel", "(1-u)*log(1-u)"]);
    fails(2, &["expand", "--kernel", "1/(1-u)"]);
}
