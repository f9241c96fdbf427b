//! The Gaussian kernel's eigenvalues: see `validation::theorems::gaussian`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::gaussian::THEOREM)
}
