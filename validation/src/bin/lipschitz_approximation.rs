//! Approximation of even Lipschitz functions: see `validation::theorems::lipschitz_approximation`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::lipschitz_approximation::THEOREM)
}
