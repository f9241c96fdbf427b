//! The page that lists all statements, docs/theorems.md.

use crate::theorems::ALL;

/// What stands above the list.
const HEAD: &str = "# Statements and their checks

This page is made from the statements of `validation`: `cargo run --release -p validation -- --list >docs/theorems.md`.

`cargo run --release -p validation` checks all of them and writes one page; `--bin ID` checks one (exit code 0 holds, 1
fails, 3 undecided, 2 bad input or a file that cannot be written; `--format json`). Every check contains negative
controls: wrong statements that the same test must refute. The statements on decay are also proved for all k where
`Kernel::prove` can (p up to 50; composed steps and gamma-exponential kernels included). Statements on random quantities
are decided by confidence intervals (Student, level 10^-4, fixed seeds) that must be narrow enough to refute a constant
wrong by 5 %; else they are undecided.

| id | statement | source | checked by |
| --- | --- | --- | --- |
";

/// What stands below.
const FOOT: &str = "
The general theorem (Bietti and Bach, ICLR 2021, Theorem 1) from which the laws are derived is in
[conventions](conventions.md); its constant follows from the exact identity
$\\int_{-1}^1 (1-t)^\\nu P_k(t)(1-t^2)^{(p-3)/2}dt \\propto \\Gamma(k-\\nu)/\\Gamma(k+\\nu+p-1)$, which
`spectrum::endpoint` sums over all exponents.
";

/// Plain text in a cell of a Markdown table: marks of Markdown outside of code are letters.
fn cell(text: &str) -> String {
    let mut code = false;
    let mut out = String::new();
    for c in text.chars() {
        code ^= c == '`';
        match c {
            '|' => out.push_str("\\|"),
            '[' | ']' | '*' | '_' | '<' | '>' | '$' if !code => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// The whole page.
pub fn markdown() -> String {
    let mut page = HEAD.to_string();
    for claim in ALL.iter().map(|theorem| theorem.claim) {
        let found = claim.found.map(|found| format!(" Found: {}.", cell(found))).unwrap_or_default();
        page += &format!(
            "| `{}` | {}.{found} | {} | {} |\n",
            claim.id,
            cell(claim.statement.trim_end_matches('.')),
            cell(claim.source),
            cell(claim.checked_by)
        );
    }
    page + FOOT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_that_of_the_statements() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/theorems.md");
        assert_eq!(std::fs::read_to_string(path).unwrap(), markdown(), "write it anew: validate --list");
    }

    #[test]
    fn marks_of_markdown_are_letters() {
        assert_eq!(cell("|x[u]| <= mu_k `a_b`"), "\\|x\\[u\\]\\| \\<= mu\\_k `a_b`");
    }
}
