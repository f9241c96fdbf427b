//! A few thousand mutated inputs of every kind that is answered at once, and that what must be found is found.

use std::process::{Command, Output};

fn fuzz(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fuzz")).args(arguments).output().unwrap()
}

#[test]
fn mutated_inputs_are_answered() {
    // Another seed than that of long runs; as many inputs as take seconds.
    for (kind, inputs) in [("formula", "20000"), ("target", "1000"), ("text", "5000"), ("npy", "5000")] {
        let output = fuzz(&["--kind", kind, "--inputs", inputs, "--seed", "21"]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
        assert!(text.contains(&format!("{inputs} inputs answered")), "{text}");
    }
}

/// Formulas that once aborted for want of memory, took minutes or were enclosed wrongly, as inputs of `Kind::Formula`
/// are checked.
#[test]
fn what_was_found_stays_mended() {
    use fuzz::check::fault;
    use fuzz::input::{Input, Kind};
    let folder = tempfile::tempdir().unwrap();
    for formula in [
        "(1-u)^(1/3)*(1-u)^(2/1e4003)",
        "log(2+u)^1e-400*laplace(1)+exp(u)",
        "u^10001e-400",
        "1/(1+25*u^1e-4002)",
        "1e-100*sqrt(2-2*u)+(2-2*u)^(9/2)^1000",
        "(1-u)^(1e400+1/2)",
        "u^7^7^7",
        "999999999999999910^4009999",
        "(10^9999*u+1)^4000",
        "1e-10000*sqrt(2-2*u)",
        "(1+u)^p/2^9999999999999999e9999",
        "log(u^1000)",
        "poisson(0.10^40099)-1e-100*sqrt(2-2*u)",
    ] {
        for kind in [Kind::Formula, Kind::Target, Kind::Table, Kind::Gram] {
            let input = Input { bytes: formula.as_bytes().to_vec(), ending: String::new() };
            assert_eq!(fault(kind, &input, folder.path()), None, "{formula}");
        }
    }
    let high = Input { bytes: b"arccos11000(u^7-u)".to_vec(), ending: String::new() };
    assert_eq!(fault(Kind::Target, &high, folder.path()), None);
}

#[test]
fn every_kind_of_fault_is_found() {
    let output = fuzz(&["--kind", "control", "--inputs", "5", "--jobs", "1", "--longest", "2"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success());
    for fault in [
        "Control 0: a panic: as wanted",
        "Control 1: no answer within 2s",
        "Control 2: the process ended: signal: 6",
        "Control 3: the process ended: signal: 6",
        "memory allocation of 3221225472 bytes failed",
        "4 faults",
    ] {
        assert!(text.contains(fault), "{fault}\n{text}");
    }
}
