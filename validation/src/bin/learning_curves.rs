//! Learning curves: see `validation::theorems::learning_curves`.

fn main() -> std::process::ExitCode {
    validation::main(&validation::theorems::learning_curves::THEOREM)
}
