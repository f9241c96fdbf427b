//! Strict positive definiteness on the sphere: see `validation::theorems::positive_definite`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::positive_definite::THEOREM)
}
