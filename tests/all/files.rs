//! Files of numbers: what is lost in silence, taken for something else, or refused for a wrong reason. What is right
//! comes from NumPy and pandas, by `reference/files.py`.

use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use zonal::data::{Array, DataTable, Header, Labels};

/// A file of the reference: its name, bytes, and what is right.
struct Case {
    name: String,
    bytes: Vec<u8>,
    header: Header,
    right: Value,
}

fn cases() -> Vec<Case> {
    let text = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/files.json")).unwrap();
    let files: Vec<Value> = serde_json::from_slice(&text).unwrap();
    let case = |right: Value| {
        let hex = right["hex"].as_str().unwrap();
        let byte = |i: usize| u8::from_str_radix(&hex[i..i + 2], 16).unwrap();
        let bytes = (0..hex.len()).step_by(2).map(byte).collect();
        let header = match right["header"].as_str().unwrap() {
            "yes" => Header::Yes,
            "no" => Header::No,
            _ => Header::Auto,
        };
        Case { name: right["name"].as_str().unwrap().to_string(), bytes, header, right }
    };
    files.into_iter().map(case).collect()
}

/// Rows, columns and numbers of points, or why there are none; and what was said.
type Outcome = Result<(usize, usize, Vec<f64>, Vec<String>), String>;

fn read(folder: &Path, name: &str, bytes: &[u8], header: Header) -> Outcome {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    let (table, notes) = DataTable::read_with(&path, header).map_err(|e| e.to_string())?;
    table.clone().into_points().map_err(|e| e.to_string())?;
    Ok((table.rows(), table.columns(), table.into_values(), notes))
}

/// What is wrong with an outcome.
fn fault(case: &Case, outcome: Outcome) -> Option<String> {
    let (name, right) = (&case.name, &case.right);
    let reason = right["refused"].as_str();
    match (outcome, reason) {
        (Err(message), Some(reason)) => {
            (!message.contains(reason)).then(|| format!("{name} is refused with another reason: {message}"))
        }
        (Err(message), None) => Some(format!("{name} is refused: {message}")),
        (Ok(_), Some(reason)) => Some(format!("{name} is read, not refused: {reason}")),
        (Ok((rows, columns, values, notes)), None) => {
            let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            let wanted: Vec<f64> = right["values"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
            let shape = (right["rows"].as_u64().unwrap() as usize, right["columns"].as_u64().unwrap() as usize);
            if (rows, columns) != shape || bits(&values) != bits(&wanted) {
                return Some(format!("{name} is read as {rows} x {columns}: {values:?}, which is {wanted:?}"));
            }
            let said = notes.join("; ");
            match right["note"].as_str() {
                Some(note) if !said.contains(note) => Some(format!("{name}: '{note}' is not said: {said}")),
                None if !said.is_empty() => Some(format!("{name}: something is said: {said}")),
                _ => None,
            }
        }
    }
}

#[test]
fn files_are_read_as_numpy_and_pandas_read_them_or_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases();
    let npy = cases.iter().filter(|case| case.name.to_lowercase().contains(".npy")).count();
    assert!(npy >= 53 && cases.len() - npy >= 52, "{npy} of {}", cases.len());
    let outcome = |case: &Case| read(folder.path(), &case.name, &case.bytes, case.header);
    let faults: Vec<String> = cases.iter().filter_map(|case| fault(case, outcome(case))).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

/// The check would see a lost row, a wrong number, another reason and a note that is missing.
#[test]
fn a_loss_is_seen() {
    let all = cases();
    let case = |name: &str| all.iter().find(|case| case.name == name).unwrap();
    let named = case("one_row.csv");
    let note = vec!["first line taken as header".to_string()];
    assert!(fault(named, Ok((1, 2, vec![1.0, 2.0], note.clone()))).is_none());
    assert!(fault(named, Ok((0, 2, vec![], note.clone()))).is_some());
    assert!(fault(named, Ok((1, 2, vec![1.0, 2.0000000000000004], note))).is_some());
    assert!(fault(named, Ok((1, 2, vec![1.0, 2.0], vec![]))).is_some());
    assert!(fault(case("nan.csv"), Err("some other reason".into())).is_some());
    assert!(fault(case("nan.csv"), Ok((1, 2, vec![1.0, 2.0], vec![]))).is_some());
}

fn labels(name: &str, content: &[u8], count: usize, header: Header) -> Result<(Labels, Vec<String>), String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    Labels::read(&path, count, header).map_err(|e| e.to_string().split_once(": ").unwrap().1.to_string())
}

/// A first label 0 is a label where lines and points are as many, a name where there is one line more.
#[test]
fn the_number_of_points_tells_what_a_first_line_of_labels_is() {
    let read = |content: &str, count| labels("y.csv", content.as_bytes(), count, Header::Auto);
    let numbers = |content: &str, count| read(content, count).unwrap().0.values().to_vec();
    assert_eq!(numbers("0\n1\n1\n", 3), [0.0, 1.0, 1.0]);
    assert_eq!(numbers("0\n1\n1\n", 2), [1.0, 1.0]);
    assert_eq!(read("0\n1\n1\n", 2).unwrap().1, ["first line taken as header (0)"]);
    assert_eq!(numbers("label\n1\n1\n", 2), [1.0, 1.0]);
    assert_eq!(numbers("1,0,1\n", 3), [1.0, 0.0, 1.0]);
    let refused = |content: &str, count: usize, reason: &str| {
        let message = read(content, count).unwrap_err();
        assert!(message.contains(reason), "{content:?}: {message}");
    };
    refused("7\n1\n1\n", 2, "3 labels for 2 points");
    refused("label\n1\n1\n", 5, "2 labels for 5 points");
    // One point lost in the file of points and a label with it are not made up for by a header.
    refused("?\n1\n1\n", 3, "line 1, column 1: '?' is not a number (a missing value?)");
    refused("?\n1\n1\n", 2, "3 labels for 2 points");
    refused("label\n1\n1\n", 3, "line 1, column 1: 'label' is not a number, and others are");
    refused("1\n\n2\n", 2, "line 2 is blank");
    refused("1\nnan\n", 2, "line 2, column 1: NaN");
    refused("1,2\n3,4\n", 2, "labels in 2 columns; one is needed");
    refused("9007199254740993\n1\n", 2, "9007199254740993 is beyond 2^53");
    let asked = |header| labels("y.csv", b"0\n1\n1\n", 2, header).map(|(labels, _)| labels.values().to_vec());
    assert_eq!(asked(Header::Yes).unwrap(), [1.0, 1.0]);
    assert!(asked(Header::No).unwrap_err().contains("3 labels for 2 points"));
}

#[test]
fn words_are_classes_in_alphabetical_order_unless_one_is_missing_or_a_number() {
    let read = |content: &str, count| labels("y.txt", content.as_bytes(), count, Header::Auto);
    let (found, notes) = read("New York\nRome\nNew York\n", 3).unwrap();
    assert_eq!((found.values(), notes.len()), (&[0.0, 1.0, 0.0][..], 0));
    assert_eq!(found.names().unwrap(), ["New York", "Rome"]);
    assert_eq!((found.written(1).as_str(), Labels::of_numbers(vec![5.0]).written(0).as_str()), ("Rome", "5"));
    let (found, notes) = read("species\nsetosa\n\"versicolor, blue\"\n", 2).unwrap();
    assert_eq!((found.names().unwrap()[1].as_str(), notes.len()), ("versicolor, blue", 1));
    for (content, reason) in [
        ("cat\nNA\n", "line 2, column 1: 'NA' is what stands for a missing value"),
        ("cat\n?\n", "line 2, column 1: '?'"),
        ("cat\n2\n", "line 1, column 1: 'cat' is not a number, and others are"),
        ("cat\nnan\n", "line 1, column 1: 'cat' is not a number"),
        ("cat\n\ndog\n", "line 2 is blank"),
    ] {
        let message = read(content, 2).unwrap_err();
        assert!(message.contains(reason), "{content:?}: {message}");
    }
}

/// Texts of NumPy, four bytes a letter in either order or one, behind a header of that type.
#[test]
fn texts_of_numpy_are_words() {
    let file = |descr: &str, data: &[u8]| {
        let dictionary = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((dictionary.len() as u16).to_le_bytes());
        bytes.extend(dictionary.as_bytes());
        bytes.extend(data);
        bytes
    };
    let points = |text: &str| text.chars().map(u32::from).collect::<Vec<_>>();
    let little: Vec<u8> = points("öko\0x\0\0\0").iter().flat_map(|c| c.to_le_bytes()).collect();
    let big: Vec<u8> = points("öko\0x\0\0\0").iter().flat_map(|c| c.to_be_bytes()).collect();
    for (descr, data) in [("<U4", &little), (">U4", &big)] {
        let (found, _) = labels("y.npy", &file(descr, data), 2, Header::Auto).unwrap();
        assert_eq!((found.names().unwrap(), found.values()), (&["x".to_string(), "öko".into()][..], &[1.0, 0.0][..]));
    }
    let (found, _) = labels("y.npy", &file("|S3", b"dogcat"), 2, Header::Auto).unwrap();
    assert_eq!(found.names().unwrap(), ["cat", "dog"]);
    let short = labels("y.npy", &file("|S3", b"dogca"), 2, Header::Auto).unwrap_err();
    assert!(short.contains("shorter than its shape, 2, says"), "{short}");
    assert!(labels("y.npy", &file("|S3", b"dogcat"), 3, Header::Auto).unwrap_err().contains("2 labels for 3 points"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes changed, cut out and put in: an answer in one line, or numbers that are finite and as many as the shape
    /// says; never a panic.
    #[test]
    fn damaged_files_are_answered(
        which in 0usize..1000,
        changes in proptest::collection::vec((0usize..200, any::<u8>(), 0u8..3), 1..6),
    ) {
        static CASES: LazyLock<Vec<Case>> = LazyLock::new(cases);
        let case = &CASES[which % CASES.len()];
        let mut bytes = case.bytes.clone();
        for (place, byte, way) in changes {
            let place = place.min(bytes.len());
            match way {
                0 if place < bytes.len() => bytes[place] = byte,
                1 if place < bytes.len() => { bytes.remove(place); }
                _ => bytes.insert(place, byte),
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(&case.name);
        fs::write(&path, &bytes).unwrap();
        match Array::read(&path) {
            Ok(array) => {
                prop_assert_eq!(array.shape.iter().product::<usize>(), array.values.len());
                prop_assert!(array.values.iter().all(|x| x.is_finite()));
            }
            Err(e) => prop_assert!(e.to_string().contains(&case.name)),
        }
    }
}
