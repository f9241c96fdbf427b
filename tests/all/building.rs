//! What building rests on, here and in crates that depend on this one.

use std::process::Command;

/// Sourced by GMP's configure: without m4 the portable code is built; with it, and in other packages, nothing changes.
#[test]
fn gmp_is_built_without_m4() {
    let site = concat!(env!("CARGO_MANIFEST_DIR"), "/build-support/gmp.site");
    let decided = |package: &str, m4: &str| {
        let script = r#". "$1"; printf '%s' "$enable_assembly$enable_fat""#;
        let run =
            Command::new("sh").args(["-c", script, "sh", site]).env("PACKAGE_NAME", package).env("M4", m4).output();
        String::from_utf8(run.unwrap().stdout).unwrap()
    };
    assert_eq!(decided("GNU MP", "/no/such/program"), "nono");
    assert_eq!(decided("GNU MP", "sh"), "");
    assert_eq!(decided("GNU MPFR", "/no/such/program"), "");
    let settings = include_str!("../../.cargo/config.toml");
    assert!(settings.contains("CONFIG_SITE = { value = \"build-support/gmp.site\", relative = true }"));
    assert!(include_str!("../../README.md").contains("CONFIG_SITE=.../build-support/gmp.site cargo build"));
}
